package index

import (
	"fmt"
	"time"
)

// Vietnam is the zone in which periods begin and end: UTC+7 without daylight
// saving since 1975. It is fixed so that no zone data is needed.
var Vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Window is a kind of period that moves with the clock; the value of the label
// "window". A date is never part of it.
type Window string

// The windows. HalfYear exists only in the portal's old generation.
const (
	Year        Window = "year"          // the running year; in January the year before
	HalfYear    Window = "half_year"     // the latest half year that has ended
	Quarter     Window = "quarter"       // the latest quarter that has ended
	Month       Window = "month"         // the latest month that has ended
	MonthToDate Window = "month_to_date" // the running month
)

// Windows lists every Window.
var Windows = []Window{Year, HalfYear, Quarter, Month, MonthToDate}

// Period is one calendar period. Its zero value is no period. Comparable, so it
// can be a map's key.
type Period struct {
	Months int `json:"months"`      // length: 12, 6, 3 or 1
	Year   int `json:"year"`        //
	Number int `json:"n,omitempty"` // which of the year, from 1; 1 for a whole year
}

// Valid says whether the period is one of the calendar.
func (p Period) Valid() bool {
	switch p.Months {
	case 1, 3, 6, 12:
		return p.Year >= 2000 && p.Year < 2200 && p.Number >= 1 && p.Number <= 12/p.Months
	}
	return false
}

// At returns the period that the window shows at a time.
func (w Window) At(now time.Time) Period {
	now = now.In(Vietnam)
	running := func(months int) Period {
		return Period{Months: months, Year: now.Year(), Number: (int(now.Month())-1)/months + 1}
	}
	switch w {
	case Year:
		if now.Month() == time.January {
			return running(12).Ago(1)
		}
		return running(12)
	case HalfYear:
		return running(6).Ago(1)
	case Quarter:
		return running(3).Ago(1)
	case Month:
		return running(1).Ago(1)
	case MonthToDate:
		return running(1)
	}
	panic(fmt.Sprintf("index: no window %q", w))
}

// Ago returns the period n periods of the same length before p; n may be negative.
func (p Period) Ago(n int) Period {
	perYear := 12 / p.Months
	i := p.Year*perYear + p.Number - 1 - n
	return Period{Months: p.Months, Year: i / perYear, Number: i%perYear + 1}
}

// Start is the first instant of the period.
func (p Period) Start() time.Time {
	return time.Date(p.Year, time.Month((p.Number-1)*p.Months+1), 1, 0, 0, 0, 0, Vietnam)
}

// End is the first instant after the period.
func (p Period) End() time.Time { return p.Start().AddDate(0, p.Months, 0) }

// LastDay is the last calendar day of the period, at midnight.
func (p Period) LastDay() time.Time { return p.End().AddDate(0, 0, -1) }

// Within says whether the period, a month, lies in another one.
func (p Period) Within(other Period) bool {
	return p.Year == other.Year && (p.Number-1)/other.Months == other.Number-1
}

// Closed says whether the period has ended at a time.
func (p Period) Closed(now time.Time) bool { return !now.Before(p.End()) }

// Window is the kind of period that p is.
func (p Period) Window() Window {
	return map[int]Window{12: Year, 6: HalfYear, 3: Quarter, 1: Month}[p.Months]
}

// ParsePeriod reads what String writes, and says whether it is a period.
func ParsePeriod(text string) (Period, bool) {
	for months, form := range map[int]string{12: "%d", 6: "%d-H%d", 3: "%d-Q%d", 1: "%d-%d"} {
		p := Period{Months: months, Number: 1}
		_, _ = fmt.Sscanf(text, form, &p.Year, &p.Number) // what was not read is not written either
		if p.Valid() && p.String() == text {
			return p, true
		}
	}
	return Period{}, false
}

// String is 2026, 2026-H1, 2026-Q3 or 2026-08.
func (p Period) String() string {
	switch p.Months {
	case 12:
		return fmt.Sprint(p.Year)
	case 6:
		return fmt.Sprintf("%d-H%d", p.Year, p.Number)
	case 3:
		return fmt.Sprintf("%d-Q%d", p.Year, p.Number)
	}
	return fmt.Sprintf("%d-%02d", p.Year, p.Number)
}
