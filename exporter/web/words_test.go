package web

import (
	"testing"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
)

func TestEveryWordIsKnown(t *testing.T) {
	for _, r := range index.Reasons {
		if reasonNames[r] == "" {
			t.Errorf("reason %s has no meaning in Vietnamese", r)
		}
	}
	for _, w := range index.Windows {
		if windowNames[w] == "" {
			t.Errorf("window %s has no name", w)
		}
	}
	for _, s := range publication.Precedence {
		if sourceNames[s] == "" {
			t.Errorf("source %s has no name", s)
		}
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{score(58.86), "58,86"}, {score(16), "16,00"}, {score(1065.5), "1.065,50"},
		{count(24130), "24.130"}, {count(1065150), "1.065.150"}, {count(0), "0"},
		{change(58.86 - 57.25), "▲ 1,61"}, {change(-8.1), "▼ 8,10"}, {change(0.004), "＝ 0,00"},
		{when(time.Date(2024, 8, 2, 3, 0, 0, 0, time.UTC)), "02/08/2024 10:00"}, {when(time.Time{}), "chưa có"},
		{duration(6 * time.Hour), "6 giờ"}, {duration(90 * time.Minute), "1 giờ 30 phút"}, {duration(15 * time.Second), "15 giây"},
		{duration(12300 * time.Millisecond), "12,3 giây"}, {duration(0), "0 giây"}, {duration(49 * time.Hour), "2 ngày 1 giờ"},
		{periodName(index.Period{Months: 12, Year: 2026, Number: 1}), "Năm 2026"}, {periodName(index.Period{Months: 3, Year: 2026, Number: 3}), "Quý III/2026"},
		{periodName(index.Period{Months: 1, Year: 2026, Number: 10}), "Tháng 10/2026"}, {periodName(index.Period{Months: 6, Year: 2025, Number: 2}), "6 tháng cuối năm 2025"},
		{periodName(index.Period{}), ""},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}
