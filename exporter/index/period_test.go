package index

import (
	"testing"
	"time"
)

// TestWindowAt: windows turn at midnight in Viet Nam, and a year is shown until the
// first month of the next has ended.
func TestWindowAt(t *testing.T) {
	for _, test := range []struct {
		at                                    string
		year, half, quarter, month, thisMonth string
	}{
		{"2024-08-02T10:00:00+07:00", "2024", "2024-H1", "2024-Q2", "2024-07", "2024-08"},
		{"2027-01-01T00:00:00+07:00", "2026", "2026-H2", "2026-Q4", "2026-12", "2027-01"},
		{"2027-01-31T23:59:59+07:00", "2026", "2026-H2", "2026-Q4", "2026-12", "2027-01"},
		{"2027-02-01T00:00:00+07:00", "2027", "2026-H2", "2026-Q4", "2027-01", "2027-02"},
		{"2026-10-31T16:59:59Z", "2026", "2026-H1", "2026-Q3", "2026-09", "2026-10"},
		{"2026-10-31T17:00:00Z", "2026", "2026-H1", "2026-Q3", "2026-10", "2026-11"}, // November has begun in Viet Nam
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		for w, want := range map[Window]string{Year: test.year, HalfYear: test.half, Quarter: test.quarter, Month: test.month, MonthToDate: test.thisMonth} {
			if got := w.At(at).String(); got != want {
				t.Errorf("%s at %s: %s, want %s", w, test.at, got, want)
			}
		}
	}
}

func TestParsePeriod(t *testing.T) {
	for _, p := range []Period{{12, 2024, 1}, {6, 2024, 2}, {3, 2026, 4}, {1, 2024, 7}, {1, 2026, 12}} {
		if got, ok := ParsePeriod(p.String()); !ok || got != p || got.Window().At(p.End()) != p {
			t.Errorf("%s is read as %v, %v in window %s", p, got, ok, got.Window())
		}
	}
	for _, text := range []string{"", "7/2024", "2024-7", "2024-13", "2024-00", "2024-Q5", "2024-H3", "1999", "2024-07-01", "2024-07 ", "-2024", "99999999999999999999"} {
		if got, ok := ParsePeriod(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
