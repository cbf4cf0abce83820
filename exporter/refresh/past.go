package refresh

import (
	"context"
	"maps"
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
func (r *Refresher) past(ctx context.Context, job Job, historian Historian) time.Duration {
	all := r.wanted(job)
	for _, want := range all {
		source := r.Store.Picture()[job.Name]
		if !due(source.PastPeriod(want.period), time.Now()) || shown(source, want.period) {
			continue
		}
		parts := historian.FetchPeriod(ctx, want.window, want.period)
		if ctx.Err() != nil {
			return 0
		}
		if len(parts) == 0 {
			continue
		}
		var refused *index.Failure
		r.Store.Update(job.Name, true, func(s snapshot.Source) snapshot.Source {
			refused = r.mergePast(job.Name, &s, want.period, parts)
			s.Past = slices.DeleteFunc(s.Past, func(p snapshot.Past) bool {
				return !slices.ContainsFunc(all, func(w wanted) bool { return w.period == p.Period })
			})
			return s
		})
		if refused != nil {
			return refused.RetryAfter
		}
	}
	return 0
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
			want := wanted{w, p.Ago(ago)}
			if !slices.ContainsFunc(list, func(l wanted) bool { return l.period == want.period }) {
				list = append(list, want)
			}
		}
	}
	return list
}

// shown says whether a window shows the period now, so that it is read anyway.
func shown(s *snapshot.Source, p index.Period) bool {
	return slices.ContainsFunc(s.Parts, func(h snapshot.Held) bool { return h.Period == p })
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

// mergePast judges the answers about a closed period and puts them into s. It
// returns the failure with which the source refused to be asked, if it did.
func (r *Refresher) mergePast(name index.SourceName, s *snapshot.Source, period index.Period, parts []index.Part) (refused *index.Failure) {
	log := r.Log.With("source", name, "period", period)
	now := time.Now()
	next := snapshot.Past{Period: period}
	old := s.PastPeriod(period)
	if old != nil {
		next.First = old.First
	} else {
		old = &snapshot.Past{}
	}
	failures := map[index.Reason]int{}
	maps.Copy(failures, s.Health.Failures)
	whole := true
	for _, part := range parts {
		known := old.Part(snapshot.Key{Name: part.Name, Window: part.Window})
		failure := part.Failure
		if failure == nil && len(scored(part)) == 0 && known == nil {
			log.Info("no data for this period", "part", part.Name)
			continue
		}
		if failure == nil {
			failure = judge(name, part, known)
		}
		outcome := snapshot.Outcome{Name: part.Name, Window: part.Window, Period: period, Past: true, Rows: len(part.Rows)}
		if failure == nil {
			held := onlyScores(snapshot.Held{Part: part, Accepted: now})
			if known != nil {
				s.Health.Revisions += logRevisions(log, known.Part, held.Part)
			}
			next.Parts = append(next.Parts, held)
		} else {
			whole = false
			failures[failure.Reason]++
			outcome = failed(outcome, failure)
			log.Warn("answer about a closed period not used; it will be asked again", "part", part.Name, "reason", failure.Reason, "err", failure.Text)
			if failure.Reason == index.Refused && (refused == nil || failure.RetryAfter > refused.RetryAfter) {
				refused = failure
			}
			if known != nil {
				next.Parts = append(next.Parts, *known)
			}
		}
		if len(s.Health.Rounds) > 0 && outcome.Reason != "" {
			rounds := slices.Clone(s.Health.Rounds)
			rounds[0].Outcomes = append(slices.Clone(rounds[0].Outcomes), outcome)
			s.Health.Rounds = rounds
		}
	}
	s.Health.Failures = failures
	if whole {
		next.Last = now
		if next.First.IsZero() {
			next.First = now
		}
	}
	s.Past = append(slices.DeleteFunc(slices.Clone(s.Past), func(p snapshot.Past) bool { return p.Period == period }), next)
	log.Info("closed period read", "parts", len(next.Parts), "whole", whole)
	return refused
}

// onlyScores strips a part to what is kept of a closed period.
func onlyScores(h snapshot.Held) snapshot.Held {
	rows := make([]index.Row, 0, len(h.Rows))
	for _, row := range h.Rows {
		figures := make([]index.Figure, 0, 7)
		for _, f := range row.Figures {
			if f.Measure == index.Score || f.Measure == index.GroupScore {
				figures = append(figures, f)
			}
		}
		if len(figures) > 0 {
			row.Figures = figures
			rows = append(rows, row)
		}
	}
	h.Rows, h.Indicators = rows, nil
	return h
}

// logRevisions logs and counts the figures of a closed period that differ from
// what was published before.
func logRevisions(log interface{ Warn(string, ...any) }, before, after index.Part) int {
	type figure struct {
		unit    index.Unit
		measure index.Measure
		group   string
	}
	old := map[figure]float64{}
	for _, row := range before.Rows {
		for _, f := range row.Figures {
			old[figure{who(row.Unit), f.Measure, f.Group}] = f.Value
		}
	}
	n := 0
	for _, row := range after.Rows {
		for _, f := range row.Figures {
			was, ok := old[figure{who(row.Unit), f.Measure, f.Group}]
			if ok && was != f.Value {
				n++
				log.Warn("the portal has changed a published figure of a closed period", "part", after.Name, "unit", naming(row.Unit), "figure", f.Measure, "group", f.Group, "old", was, "new", f.Value)
			}
		}
	}
	return n
}
