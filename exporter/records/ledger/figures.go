package ledger

import (
	"cmp"
	"slices"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/date"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
)

// cell is a unit and a month: where figures are counted.
type cell uint32

func cellOf(unit uint16, month int) cell { return cell(unit)<<10 | cell(month) }

func (c cell) unit() uint16 { return uint16(c >> 10) }
func (c cell) month() int   { return int(c & tenBits) }

// counts are the figures of one unit and month. Of a ratio the denominator stands
// first and the numerator after it.
type counts [14]uint32

// Places in counts.
const (
	received   = 0 // and three more: by channel, 0 = not known; of the month of reception
	digitised  = 4
	paid       = 6
	electronic = 8 // from here on of the month of finish
	onTime     = 10
	late       = 11
	apology    = 12
)

// count adds what a row contributes, or takes it back.
func (l *Ledger) count(f fact, by int) {
	file := l.files[f.file()]
	file.rows += by
	n := uint32(by) // -1 wraps round
	two := func(c *counts, place, shift int) {
		c[place] += n * uint32(f>>shift&1)
		c[place+1] += n * uint32(f>>(shift+1)&1)
	}
	c := l.at(file, cellOf(f.unit(), f.received())) // month 0 if it is not known
	c[received+int(f>>shiftChannel&3)] += n
	two(c, digitised, shiftDigitised)
	two(c, paid, shiftPaid)
	if month := f.finished(); month != 0 {
		c = l.at(file, cellOf(f.unit(), month))
		two(c, electronic, shiftElectronic)
		two(c, onTime, shiftTimeliness)
		two(c, apology, shiftApology)
	}
}

// at returns the counts of a unit and month. Rows of the same few come again and
// again: those are found without the map.
func (l *Ledger) at(f *file, where cell) *counts {
	recent := &l.recent[uint32(where)*0x9e3779b1>>22]
	if recent.of == f && recent.where == where {
		return recent.counts
	}
	c := f.counts[where]
	if c == nil {
		c = new(counts)
		f.counts[where] = c
	}
	recent.of, recent.where, recent.counts = f, where, c
	return c
}

// Rows returns what the rows of each file say, by its number: for each unit its
// months, and what is open. A unit is there if a row of it counts. Nothing may be
// put afterwards; codes are forgotten.
func (l *Ledger) Rows() [][]index.Row {
	l.flush()
	clear(l.codes.pages[:])
	backlogs := l.backlogs()
	all := make([][]index.Row, len(l.files))
	for id, f := range l.files[1:] {
		id++
		var rows []index.Row
		named := map[uint16]bool{}
		for where, c := range f.counts {
			if *c == (counts{}) { // its rows gave way to others
				continue
			}
			named[where.unit()] = true
			if where.month() != 0 {
				rows = append(rows, index.Row{Unit: l.units[where.unit()], Month: date.PeriodOf(where.month()), Figures: c.figures(l.kind)})
			}
		}
		for unit := range named {
			backlog := backlogs[whose(id, unit)]
			rows = append(rows, index.Row{Unit: l.units[unit], Backlog: cmp.Or(backlog, &index.Backlog{})})
		}
		SortRows(rows)
		all[id] = rows
	}
	return all
}

// SortRows puts rows in order by unit and month; what is open comes first.
func SortRows(rows []index.Row) {
	slices.SortFunc(rows, func(a, b index.Row) int {
		return cmp.Or(cmp.Compare(a.Unit.Name, b.Unit.Name), cmp.Compare(a.Unit.Code, b.Unit.Code), cmp.Compare(a.Month.Year, b.Month.Year), cmp.Compare(a.Month.Number, b.Month.Number))
	})
}

// figures says what was counted in the words of the domain. What no row told is
// not there.
func (c *counts) figures(kind heading.Kind) []index.Figure {
	var list []index.Figure
	add := func(m index.Measure, detail string, value uint32) {
		list = append(list, index.Figure{Measure: m, Detail: detail, Value: float64(value)})
	}
	ratio := func(indicator string, numerator, denominator uint32) {
		if denominator > 0 {
			list = append(list,
				index.Figure{Measure: index.Numerator, Indicator: indicator, Value: float64(numerator)},
				index.Figure{Measure: index.Denominator, Indicator: indicator, Value: float64(denominator)})
		}
	}
	counter, online, post := c[received+entry.AtCounter], c[received+entry.ByWeb], c[received+entry.ByPost]
	byKnownChannel := counter + online + post
	onTimeOf, finishedOf := index.DossierOnTime, index.DossiersFinished
	if kind == heading.Documents {
		if n := c[received]; n > 0 {
			add(index.DocumentsReceived, "", n)
		}
		if c[electronic] > 0 {
			add(index.DocumentsOnline, "", c[electronic+1])
		}
		ratio(index.DocumentOnline, c[electronic+1], c[electronic])
		onTimeOf, finishedOf = index.DocumentOnTime, index.DocumentsFinished
	} else {
		if byKnownChannel > 0 {
			add(index.DossiersReceived, index.Online, online)
			add(index.DossiersReceived, index.Counter, counter)
			add(index.DossiersReceived, index.Post, post)
		}
		if n := c[received]; n > 0 {
			add(index.DossiersReceived, "", n)
		}
		ratio(index.OnlineDossier, online, byKnownChannel)
		ratio(index.OnlinePayment, c[paid+1], c[paid])
		ratio(index.DigitizedDossier, c[digitised+1], c[digitised])
		ratio(index.ElectronicResult, c[electronic+1], c[electronic])
		if c[apology] > 0 {
			add(index.ApologiesDue, "", c[apology])
			add(index.ApologiesSent, "", c[apology+1])
		}
	}
	if c[onTime]+c[late] > 0 {
		add(finishedOf, index.OnTime, c[onTime])
		add(finishedOf, index.Late, c[late])
	}
	ratio(onTimeOf, c[onTime], c[onTime]+c[late])
	return list
}
