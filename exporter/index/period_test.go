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
