package publication

import (
	"math"
	"slices"
	"sort"
	"time"

	"dvc_exporter/exporter/index"
)

// Workload is what a unit has to do at a time. A count that nobody gives is NaN:
// missing is not 0.
type Workload struct {
	Open          float64
	LateToReceive float64
	LateToProcess float64
	DueSoon       float64
	OldestOverdue float64   // due time in Unix seconds
	AsOf          time.Time // of the newest file or answer that names the unit
}

// load is what sources say of a unit's work: dossiers one by one, or sums.
type load struct {
	asOf  time.Time
	files []backlog
	sums  []index.Figure
}

// backlog is what one file says. What is counted by the clock stands still once
// the file is stale: nothing turns overdue by a list that nobody renews.
type backlog struct {
	*index.Backlog
	until time.Time // zero: never stale
}

// clock returns the time by which a file's dossiers are judged.
func (b backlog) clock(now time.Time) time.Time {
	if !b.until.IsZero() && b.until.Before(now) {
		return b.until
	}
	return now
}

// dueBefore returns the dossiers being handled that are due before a time.
func (b backlog) dueBefore(t time.Time) []index.Dossier {
	first := sort.Search(len(b.Open), func(i int) bool { return b.Open[i].Due > 0 })
	due := b.Open[first:]
	return due[:sort.Search(len(due), func(i int) bool { return due[i].Due >= t.Unix() })]
}

// submittedBefore returns the dossiers not yet received that wait since before a
// time.
func (b backlog) submittedBefore(t time.Time) []index.Dossier {
	return b.Waiting[:sort.Search(len(b.Waiting), func(i int) bool { return b.Waiting[i].Received >= t.Unix() })]
}

// count compares what is open with the clock.
func (p *Publication) count(loads map[string]*load) map[string]Workload {
	all := make(map[string]Workload, len(loads))
	for label, l := range loads {
		none := math.NaN()
		w := Workload{Open: none, LateToReceive: none, LateToProcess: none, DueSoon: none, OldestOverdue: none, AsOf: l.asOf}
		if len(l.files) > 0 {
			w.Open, w.LateToReceive, w.LateToProcess, w.DueSoon = 0, 0, 0, 0
		}
		for _, b := range l.files {
			now := b.clock(p.Domain)
			late := b.dueBefore(now)
			w.Open += float64(len(b.Open))
			w.LateToReceive += float64(len(b.submittedBefore(now.Add(-p.ReceptionLimit))))
			w.LateToProcess += float64(len(late))
			w.DueSoon += float64(len(b.dueBefore(now.Add(p.DueSoon))) - len(late))
			if len(late) > 0 && !(w.OldestOverdue <= float64(late[0].Due)) {
				w.OldestOverdue = float64(late[0].Due)
			}
		}
		for _, f := range l.sums {
			switch {
			case f.Measure == index.OpenNow:
				w.Open = f.Value
			case f.Measure == index.DueSoonNow:
				w.DueSoon = f.Value
			case f.Measure == index.OverdueNow && f.Detail == index.Reception:
				w.LateToReceive = f.Value
			case f.Measure == index.OverdueNow:
				w.LateToProcess = f.Value
			}
		}
		all[label] = w
	}
	return all
}

// Late lists the dossiers that are late, as of the publication.
func (p *Publication) Late(q index.LateQuery) index.LatePage {
	page := index.LatePage{Sums: len(p.dossiers) > 0}
	var rows []index.LateDossier
	for label, l := range p.dossiers {
		page.Sums = page.Sums && len(l.files) == 0
		if q.Unit != "" && q.Unit != label {
			continue
		}
		for _, b := range l.files {
			now := b.clock(p.Domain)
			if q.Stage != index.Reception {
				for _, d := range b.dueBefore(now) {
					rows = append(rows, lateDossier(d, label, index.Processing, d.Due))
				}
			}
			if q.Stage != index.Processing {
				for _, d := range b.submittedBefore(now.Add(-p.ReceptionLimit)) {
					rows = append(rows, lateDossier(d, label, index.Reception, d.Received+int64(p.ReceptionLimit/time.Second)))
				}
			}
		}
	}
	slices.SortFunc(rows, index.LateDossier.Compare)
	page.Total = len(rows)
	rows = rows[min(q.Offset, len(rows)):]
	if q.Limit > 0 {
		rows = rows[:min(q.Limit, len(rows))]
	}
	page.Rows = rows
	return page
}

func lateDossier(d index.Dossier, unit, stage string, due int64) index.LateDossier {
	late := index.LateDossier{Code: d.Code, Procedure: d.Procedure, Unit: unit, Stage: stage, Due: time.Unix(due, 0)}
	if int(d.State) < len(index.StateNames) {
		late.State = index.StateNames[d.State]
	}
	if d.Received > 0 {
		late.Received = time.Unix(d.Received, 0)
	}
	return late
}
