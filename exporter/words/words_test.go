package words

import (
	"testing"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
)

func TestEveryWordIsKnown(t *testing.T) {
	for _, r := range index.Reasons {
		if Reasons[r] == "" {
			t.Errorf("reason %s has no meaning in Vietnamese", r)
		}
	}
	for _, w := range index.Windows {
		if Windows[w] == "" {
			t.Errorf("window %s has no name", w)
		}
	}
	for _, s := range publication.Precedence {
		if Sources[s] == "" {
			t.Errorf("source %s has no name", s)
		}
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Score(58.86), "58,86"}, {Score(16), "16,00"}, {Score(1065.5), "1.065,50"},
		{Points(-8.1), "-8,1"}, {Points(58.86 - 57.25), "1,61"}, {Points(18), "18"}, {Percent(24130.0 / 53828), "44,8 %"}, {Percent(1), "100 %"},
		{Count(24130), "24.130"}, {Count(1065150), "1.065.150"}, {Count(0), "0"},
		{Change(58.86 - 57.25), "▲ 1,61"}, {Change(-8.1), "▼ 8,10"}, {Change(0.004), "= 0,00"},
		{When(time.Date(2024, 8, 2, 3, 0, 0, 0, time.UTC)), "02/08/2024 10:00"}, {When(time.Time{}), "chưa có"},
		{Duration(6 * time.Hour), "6 giờ"}, {Duration(90 * time.Minute), "1 giờ 30 phút"}, {Duration(15 * time.Second), "15 giây"},
		{Duration(12300 * time.Millisecond), "12,3 giây"}, {Duration(0), "0 giây"}, {Duration(49 * time.Hour), "2 ngày 1 giờ"},
		{Period(index.Period{Months: 12, Year: 2026, Number: 1}), "Năm 2026"}, {Period(index.Period{Months: 3, Year: 2026, Number: 3}), "Quý III/2026"},
		{Period(index.Period{Months: 1, Year: 2026, Number: 10}), "Tháng 10/2026"}, {Period(index.Period{Months: 6, Year: 2025, Number: 2}), "6 tháng cuối năm 2025"},
		{Period(index.Period{}), ""},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}
