package refresh

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// askAgain says how long after a closed period was first read whole it is read
// again: published figures may still move.
var askAgain = []time.Duration{7 * 24 * time.Hour, 30 * 24 * time.Hour}

// wanted is a closed period that a window compares with.
type wanted struct {
	window index.Window
	period index.Period
}

// past asks for the closed periods that are due, the newest first, and keeps
// each at once. It returns how long the source wants to be left alone.
func (r *Refresher) past(ctx context.Context, job Job, historian Historian) (pause time.Duration) {
	all := r.wanted(job)
	for _, want := range all {
		source := r.Store.Picture()[job.Name]
		shown := slices.ContainsFunc(source.Parts, func(h snapshot.Held) bool { return h.Period == want.period })
		if shown || !due(source.PastPeriod(want.period), time.Now()) {
			continue
		}
		parts := historian.FetchPeriod(ctx, want.window, want.period)
		if ctx.Err() != nil {
			return 0
		}
		if len(parts) == 0 {
			continue
		}
		r.Store.Update(job.Name, true, func(s snapshot.Source) snapshot.Source {
			s.Past = slices.DeleteFunc(slices.Clone(s.Past), func(p snapshot.Past) bool {
				return !slices.ContainsFunc(all, func(w wanted) bool { return w.period == p.Period })
			})
			return r.mergePast(job.Name, s, want.period, parts)
		})
		wait, refused := wish(parts)
		if pause = max(pause, wait); refused {
			break
		}
	}
	return pause
}

// wanted lists the closed periods before those that the windows show.
func (r *Refresher) wanted(job Job) []wanted {
	source := r.Store.Picture()[job.Name]
	now := r.Domain(time.Now())
	var list []wanted
	for ago := 1; ago <= snapshot.MaxAgo; ago++ {
		for _, w := range job.Past {
			p := w.At(now)
			for _, held := range source.Parts {
				if held.Window == w {
					p = held.Period
				}
			}
			p = p.Ago(ago)
			if !slices.ContainsFunc(list, func(l wanted) bool { return l.period == p }) {
				list = append(list, wanted{w, p})
			}
		}
	}
	return list
}

// due says whether a closed period is to be asked for.
func due(p *snapshot.Past, now time.Time) bool {
	if p == nil || p.First.IsZero() {
		return true
	}
	return slices.ContainsFunc(askAgain, func(after time.Duration) bool {
		at := p.First.Add(after)
		return !now.Before(at) && p.Last.Before(at)
	})
}

// mergePast adds what was answered about a closed period.
func (r *Refresher) mergePast(name index.SourceName, s snapshot.Source, period index.Period, parts []index.Part) snapshot.Source {
	log := r.Log.With("source", name)
	past := s.PastPeriod(period)
	if past == nil {
		s.Past = append(s.Past, snapshot.Past{Period: period})
		past = s.PastPeriod(period)
	}
	old := past.Parts
	all, outcomes := r.merge(name, old, parts, true)
	logOutcomes(log, outcomes)
	past.Parts = nil
	for _, held := range all {
		held = onlyScores(held)
		past.Parts = append(past.Parts, held)
		if known := snapshot.Find(old, held.Name, held.Window); known != nil {
			s.Health.Revisions += logRevisions(log, known.Part, held.Part)
		}
	}
	failures := snapshot.Round{Outcomes: outcomes}.Failed()
	past.Last = time.Time{}
	if len(failures) == 0 {
		past.Last = time.Now()
		past.First = cmp.Or(past.First, past.Last)
	}
	s.Health = count(s.Health, failures)
	log.Info("closed period read", "period", period, "parts", len(past.Parts), "whole", len(failures) == 0)
	return s
}

// keepLeft returns the past periods with the parts of the shown ones that have
// just made way to a newer period: they are known and must not be lost while the
// closed period has not been asked again.
func keepLeft(old, s snapshot.Source) []snapshot.Past {
	s.Past = slices.Clone(old.Past)
	for _, held := range old.Parts {
		now := snapshot.Find(s.Parts, held.Name, held.Window)
		if held.Window == "" || now == nil || now.Period == held.Period || old.PastPeriod(held.Period) != nil {
			continue
		}
		if s.PastPeriod(held.Period) == nil {
			s.Past = append(s.Past, snapshot.Past{Period: held.Period})
		}
		past := s.PastPeriod(held.Period)
		past.Parts = append(past.Parts, onlyScores(held))
	}
	return s.Past
}

// onlyScores strips a part to what is kept of a closed period.
func onlyScores(h snapshot.Held) snapshot.Held {
	var rows []index.Row
	for _, row := range h.Rows {
		row.Figures = slices.DeleteFunc(slices.Clone(row.Figures), func(f index.Figure) bool {
			return f.Measure != index.Score && f.Measure != index.GroupScore
		})
		if row.Figures = slices.Clip(row.Figures); len(row.Figures) > 0 {
			rows = append(rows, row)
		}
	}
	h.Rows, h.Indicators = rows, nil
	return h
}

// logRevisions logs and counts the figures of a closed period that differ from
// what was published before.
func logRevisions(log *slog.Logger, before, after index.Part) (n int) {
	type figure struct {
		unit, group string
		measure     index.Measure
	}
	old := map[figure]float64{}
	for _, row := range before.Rows {
		for _, f := range row.Figures {
			old[figure{who(row.Unit), f.Group, f.Measure}] = f.Value
		}
	}
	for _, row := range after.Rows {
		for _, f := range row.Figures {
			if was, ok := old[figure{who(row.Unit), f.Group, f.Measure}]; ok && was != f.Value {
				n++
				log.Warn("the portal has changed a published figure of a closed period", "part", after.Name, "unit", naming(row.Unit), "figure", f.Measure, "group", f.Group, "old", was, "new", f.Value)
			}
		}
	}
	return n
}
