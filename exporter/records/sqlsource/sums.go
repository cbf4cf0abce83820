package sqlsource

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/date"

	"dvc_exporter/exporter/records/ledger"
	"dvc_exporter/exporter/records/load"
	"dvc_exporter/exporter/units"
)

// sums takes an answer of sums, under these headings:
//
//	unit       name or code
//	measure    dossiers_received, dossiers_finished, numerator, denominator,
//	           apologies_due, apologies_sent of a month; open, overdue, due_soon
//	           of now; or, to be compared with the clock, due and waiting
//	value      a count
//	month      a date in the month of the figure; none for what is of now
//	detail     online, counter, post or nothing; on_time, late; of overdue:
//	           reception, or processing
//	indicator  of numerator and denominator: ONLINE_DOSSIER, …
//	at         of due and waiting: the due time, the time of submission
//
// The columns month, detail, indicator and at may be missing. Rows with the same
// unit, measure, month, detail and indicator are added. A measure that stands in
// no row is missing; one that stands there for any unit is 0 for the others,
// because GROUP BY has no rows for nothing. A late list can only be had from rows.
type sums struct {
	*Database
	now    time.Time
	admits func(text []byte) bool
	units  []index.Unit
	values map[figure]float64
	due    map[figure]float64 // dossiers with a due time, as those that are open
}

// figure is one figure of one unit, of a month or, without one, of now. Its Value
// is 0.
type figure struct {
	unit  index.Unit
	month index.Period
	index.Figure
}

// details are what a measure of a month may be told apart by; "" is without.
var details = map[index.Measure][]string{
	index.DossiersReceived:  {index.Online, index.Counter, index.Post, ""},
	index.DossiersFinished:  {index.OnTime, index.Late},
	index.DocumentsFinished: {index.OnTime, index.Late},
	index.DocumentsReceived: {""},
	index.DocumentsOnline:   {""},
	index.ApologiesDue:      {""},
	index.ApologiesSent:     {""},
	index.Numerator:         {""},
	index.Denominator:       {""},
}

func (d *Database) sums(rows pgx.Rows, part *index.Part) error {
	_, admits := d.Registry()
	s := &sums{Database: d, now: d.Now(), admits: admits, values: map[figure]float64{}, due: map[figure]float64{}}
	var names []string
	for _, field := range rows.FieldDescriptions() {
		names = append(names, strings.ToLower(field.Name))
	}
	var rejections load.Rejections
	for line := 1; rows.Next(); line++ {
		cell := func(column string) string {
			if i := slices.Index(names, column); i >= 0 {
				return strings.TrimSpace(string(rows.RawValues()[i]))
			}
			return ""
		}
		column, reason := s.add(cell)
		if reason == "" {
			part.RowsUsed++
			continue
		}
		unmatched := reason == notAUnit
		if unmatched {
			part.RowsUnmatched++
		} else {
			part.RowsRejected++
		}
		rejections.Add(index.Rejection{Line: line, Column: column, Reason: reason, Count: 1, Unmatched: unmatched})
	}
	part.Rejected = rejections
	if err := rows.Err(); err != nil {
		return err
	}
	if good := part.RowsUsed + part.RowsUnmatched; index.RejectedWhole(good, part.RowsRejected, cmp.Or(d.Limit, load.DefaultLimit)) {
		return &load.Refused{Text: index.RejectionSummary(good, part.RowsRejected, rejections)}
	}
	part.Rows = s.rows()
	return nil
}

const notAUnit = "không phải tên một cơ quan: thêm vào tệp đơn vị (DVC_UNITS_FILE)"

// add takes one row. If it cannot, it says which column is wrong and, in
// Vietnamese, why.
func (s *sums) add(cell func(column string) string) (column, reason string) {
	unit := units.Named(cell("unit"))
	value, err := strconv.ParseFloat(cell("value"), 64) // a numeric may come as 3.00
	switch {
	case unit == index.Unit{}:
		return "unit", "thiếu đơn vị"
	case s.admits != nil && !s.admits([]byte(cell("unit"))):
		return "unit", notAUnit
	case err != nil || value < 0 || value != math.Trunc(value) || value > 1<<53:
		return "value", "không phải số đếm"
	}
	f := figure{unit: unit, Figure: index.Figure{Measure: index.Measure(cell("measure")), Detail: cell("detail"), Indicator: strings.ToUpper(cell("indicator"))}}
	open := figure{unit: unit, Figure: index.Figure{Measure: index.OpenNow}}
	overdue := figure{unit: unit, Figure: index.Figure{Measure: index.OverdueNow}}
	soon := figure{unit: unit, Figure: index.Figure{Measure: index.DueSoonNow}}
	late := overdue
	late.Detail = index.Reception
	if !slices.Contains(s.units, unit) && len(s.units) == ledger.MaxUnits {
		return "unit", ledger.ErrUnits.Error()
	}
	switch f.Measure {
	case "open":
		s.values[open] += value
	case "due_soon":
		s.values[soon] += value
	case "overdue":
		switch f.Detail {
		case index.Reception:
			s.values[late] += value
		case index.Processing, "":
			s.values[overdue] += value
		default:
			return "detail", "không biết giá trị này"
		}
	case "due":
		due, reason := s.time(cell("at"), true)
		if reason != "" {
			return "at", reason
		}
		s.due[open] += value
		s.values[overdue] += value * before(due, s.now)
		s.values[soon] += value * (before(due, s.now.Add(s.DueSoon)) - before(due, s.now))
	case "waiting":
		since, reason := s.time(cell("at"), false)
		if reason != "" {
			return "at", reason
		}
		s.values[late] += value * before(since.Add(s.ReceptionLimit), s.now)
	default:
		if column, reason := s.month(&f, cell("month")); reason != "" {
			return column, reason
		}
		s.values[f] += value
	}
	if !slices.Contains(s.units, unit) {
		s.units = append(s.units, unit)
	}
	return "", ""
}

// time reads a cell of a time. What is due on a day may be done until the day ends.
func (s *sums) time(cell string, isDue bool) (at time.Time, reason string) {
	unix, dayOnly, reason := s.words.Parser.Time([]byte(cell))
	switch {
	case unix == 0 && reason == "":
		reason = "thiếu ngày"
	case isDue && dayOnly:
		unix += date.LastSecond
	}
	return time.Unix(unix, 0), reason
}

// before is 1 or 0.
func before(at, now time.Time) float64 {
	if at.Before(now) {
		return 1
	}
	return 0
}

// month completes a figure of a month.
func (s *sums) month(f *figure, cell string) (column, reason string) {
	at, reason := s.time(cell, false)
	isRatio := f.Measure == index.Numerator || f.Measure == index.Denominator
	switch {
	case details[f.Measure] == nil:
		return "measure", "không biết chỉ số đo này"
	case !slices.Contains(details[f.Measure], f.Detail):
		return "detail", "không biết giá trị này"
	case isRatio != (f.Indicator != ""):
		return "indicator", "chỉ numerator và denominator có mã chỉ tiêu"
	case reason != "":
		return "month", reason
	}
	f.month = date.PeriodOf(date.Month(at.Unix()))
	return "", ""
}

// rows returns the figures, with 0 for those that are told of other units only.
func (s *sums) rows() []index.Row {
	for f, n := range s.due { // whose open dossiers are not counted has as many as have a due time
		s.values[f] = max(s.values[f], n)
	}
	answered := map[figure]bool{} // by any unit
	for f := range s.values {
		f.unit = index.Unit{}
		answered[f] = true
		if f.Detail == "" {
			continue
		}
		for _, detail := range details[f.Measure] {
			if f.Detail = detail; detail != "" {
				answered[f] = true
			}
		}
	}
	byMonth := map[figure]*index.Row{}
	for f := range answered {
		for _, f.unit = range s.units {
			key := figure{unit: f.unit, month: f.month}
			if byMonth[key] == nil {
				byMonth[key] = &index.Row{Unit: f.unit, Month: f.month}
			}
			value := f.Figure
			value.Value = s.values[f]
			byMonth[key].Figures = append(byMonth[key].Figures, value)
		}
	}
	rows := []index.Row{}
	for _, row := range byMonth {
		slices.SortFunc(row.Figures, func(a, b index.Figure) int {
			return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Detail, b.Detail))
		})
		rows = append(rows, *row)
	}
	ledger.SortRows(rows)
	return rows
}
