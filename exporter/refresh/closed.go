package refresh

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// askAgain says how long after a closed period was first read it is read again:
// published figures may still move.
var askAgain = []time.Duration{7 * 24 * time.Hour, 30 * 24 * time.Hour}

// due says whether what is known of a closed period is to be asked for again.
func due(e *book.Entry, now time.Time) bool {
	if e == nil || e.Closed.IsZero() {
		return true
	}
	return slices.ContainsFunc(askAgain, func(after time.Duration) bool {
		at := e.Closed.Add(after)
		return !now.Before(at) && e.Accepted.Before(at)
	})
}

// closed asks a Historian for the closed periods before those that the windows
// show, the newest first, only for what is not known or due again, and keeps each
// at once. It stops at the first period that the source does not answer. It
// returns how long the source wants to be left alone, at least pause.
func (r *Refresher) closed(ctx context.Context, job *Job, pause time.Duration, probe bool) time.Duration {
	historian, ok := job.Source.(Historian)
	if !ok {
		return pause
	}
	asked := map[index.Period]bool{}
	for ago := 1; ago <= book.MaxAgo; ago++ {
		for _, w := range job.Windows {
			source := r.Store.Book()[job.Name]
			p := r.shown(source, w).Ago(ago)
			if asked[p] {
				continue // two windows share their periods
			}
			asked[p] = true
			keys := slices.DeleteFunc(historian.Keys(w, p), func(key index.Key) bool {
				return !due(source.Answer(key.Name, p), time.Now())
			})
			if len(keys) == 0 {
				continue
			}
			parts, err := r.ask(ctx, job, keys, probe)
			if err != nil {
				return 0
			}
			probe = false
			r.keepClosed(job, p, parts)
			wait, refused := restraint(parts)
			if pause = max(pause, wait); refused || !answered(parts) {
				return pause
			}
		}
	}
	return pause
}

// shown is the period that a window shows: the newest that is known, else by the
// clock.
func (r *Refresher) shown(source *book.Source, w index.Window) index.Period {
	if p, ok := source.Newest(w); ok {
		return p
	}
	return w.At(r.Domain(time.Now()))
}

// keepClosed adds what was answered about a closed period. Its failures are shown
// with the last round, without turning the source down.
func (r *Refresher) keepClosed(job *Job, period index.Period, parts []index.Part) {
	log := r.Log.With("source", job.Name)
	r.Store.Update(job.Name, true, func(s book.Source) book.Source {
		outcomes := r.merge(job, &s, parts, true)
		logOutcomes(log, outcomes)
		failures := book.Round{Outcomes: outcomes}.Failed()
		s.Health = count(s.Health, failures)
		if len(s.Health.Rounds) > 0 {
			s.Health.Rounds = slices.Clone(s.Health.Rounds)
			all := slices.DeleteFunc(update(s.Health.Rounds[0].Outcomes, outcomes), func(o book.Outcome) bool { return o.Past && o.Reason == "" })
			s.Health.Rounds[0].Outcomes = all
		}
		log.Info("closed period read", "period", period, "parts", len(parts), "failed", len(failures))
		return s
	})
}

// put puts an entry in the place of what was known under its key. Figures of a
// past period that differ from what was published before are logged and counted.
func (r *Refresher) put(job *Job, s *book.Source, e book.Entry, past bool) {
	before := s.Find(e.Key())
	if before == nil {
		s.Entries = append(s.Entries, e)
		return
	}
	if past {
		s.Health.Revisions += logRevisions(r.Log.With("source", job.Name), before.Part, e.Part)
	}
	*before = e
}

// logRevisions logs and counts the scores that differ.
func logRevisions(log *slog.Logger, before, after index.Part) (n int) {
	type figure struct {
		unit, group string
		measure     index.Measure
	}
	old := map[figure]float64{}
	scores := func(part index.Part, yield func(figure, index.Row, float64)) {
		for _, row := range part.Rows {
			for _, f := range row.Figures {
				if f.Measure == index.Score || f.Measure == index.GroupScore {
					yield(figure{identity(row.Unit), f.Group, f.Measure}, row, f.Value)
				}
			}
		}
	}
	scores(before, func(f figure, _ index.Row, v float64) { old[f] = v })
	scores(after, func(f figure, row index.Row, v float64) {
		if was, ok := old[f]; ok && was != v {
			n++
			log.Warn("the portal has changed a published figure of a closed period", "part", after.Name, "unit", describe(row.Unit), "figure", f.measure, "group", f.group, "old", was, "new", v)
		}
	})
	return n
}
