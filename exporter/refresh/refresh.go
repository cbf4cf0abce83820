// Package refresh is the clock: it runs every source on its own timer, and it is
// the one place where a round is measured, judged, logged and counted. Only what
// is judged good is merged into the picture.
package refresh

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// Source is where figures come from. Fetch makes one round; it returns what it
// could get, each part with its own failure, or an error if there was nothing to
// ask. It need not judge what it got. known is what is held of the source so far,
// also from before a restart; it must not be changed.
type Source interface {
	Fetch(ctx context.Context, known []index.Part) (index.Answer, error)
}

// Historian is a Source that can also be asked for a period of the past. It
// returns no parts for a period that it knows nothing of by its nature.
type Historian interface {
	FetchPeriod(ctx context.Context, w index.Window, p index.Period) []index.Part
}

// Job is a source with its timetable.
type Job struct {
	Name     index.SourceName
	Source   Source
	Interval time.Duration  // between the starts of two rounds
	Expire   time.Duration  // after which an answer is no longer shown
	Past     []index.Window // whose closed periods are asked for, if the source is a Historian
}

// Refresher keeps a store fresh.
type Refresher struct {
	Store  *snapshot.Store
	Jobs   []Job
	Domain func(now time.Time) time.Time // the domain's clock
	Log    *slog.Logger

	doubts doubts // only touched while the store is updated
}

// Start makes every job known to the picture, so that its health is there before
// its first round.
func (r *Refresher) Start() {
	r.doubts = doubts{}
	for _, job := range r.Jobs {
		r.Store.Update(job.Name, false, func(s snapshot.Source) snapshot.Source {
			s.Health.Interval, s.Health.Expire = job.Interval, job.Expire
			s.Health.Failures = map[index.Reason]int{}
			return s
		})
	}
}

// Run makes rounds until the context ends. The first one starts at once; a round
// never overlaps the next of its source.
func (r *Refresher) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, job := range r.Jobs {
		all.Go(func() {
			for ctx.Err() == nil {
				start := time.Now()
				pause := r.Round(ctx, job)
				wait := max(jitter(job.Interval)-time.Since(start), pause)
				select {
				case <-ctx.Done():
				case <-time.After(wait):
				}
			}
		})
	}
	all.Wait()
}

// jitter spreads an interval by ±5 %, so that many exporters started together do
// not ask together for ever.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.95 + 0.1*rand.Float64()))
}

// Round asks a source once for the periods that the windows show, then for the
// closed periods that are due, and returns how long the source wants to be left
// alone.
func (r *Refresher) Round(ctx context.Context, job Job) (pause time.Duration) {
	log := r.Log.With("source", job.Name)
	round := snapshot.Round{Start: time.Now()}
	var known []index.Part
	for _, held := range r.Store.Picture()[job.Name].Parts {
		known = append(known, held.Part)
	}
	reading, err := fetch(ctx, job.Source, known, log)
	if ctx.Err() != nil {
		return 0
	}
	round.Duration = time.Since(round.Start)
	r.Store.Update(job.Name, !reading.Unchanged, func(s snapshot.Source) snapshot.Source {
		if err != nil {
			round.Outcomes = []snapshot.Outcome{failed(snapshot.Outcome{Name: string(job.Name)}, asFailure(err))}
		} else {
			old := s
			s.Parts, round.Outcomes = r.merge(job.Name, old.Parts, reading.Parts, false)
			s.Past = keepLeft(old, s)
		}
		s.Health = assess(s.Health, round)
		return s
	})
	report(log, r.Store.Picture()[job.Name].Health)
	pause, refused := wish(reading.Parts)
	if historian, ok := job.Source.(Historian); ok && err == nil && !refused {
		pause = max(pause, r.past(ctx, job, historian))
	}
	return pause
}

// wish returns how long a source asks to be left alone, and whether it refused to
// answer.
func wish(parts []index.Part) (pause time.Duration, refused bool) {
	for _, part := range parts {
		if part.Failure != nil {
			pause = max(pause, part.Failure.RetryAfter)
			refused = refused || part.Failure.Reason == index.Refused
		}
	}
	return pause, refused
}

// fetch asks a source and turns a panic into an error: one broken source must
// not stop the others.
func fetch(ctx context.Context, source Source, known []index.Part, log *slog.Logger) (reading index.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("the source panicked; this is a fault of the exporter", "panic", p, "stack", string(debug.Stack()))
			err = index.Failf(index.Malformed, "the reader broke: %v; please report this fault", p)
		}
	}()
	return source.Fetch(ctx, known)
}

// merge judges the parts of an answer, about a closed period or what the windows
// show. It returns what is to be held from now on, each part or what was known in
// its place, and what became of each.
func (r *Refresher) merge(name index.SourceName, known []snapshot.Held, parts []index.Part, past bool) (all []snapshot.Held, outcomes []snapshot.Outcome) {
	for _, part := range parts {
		before := snapshot.Find(known, part.Name, part.Window)
		held := &snapshot.Held{Part: part, Accepted: time.Now()}
		outcome := snapshot.Outcome{Name: part.Name, Window: part.Window, Period: part.Period, Past: past, Rows: len(part.Rows) + part.RowsUsed}
		switch {
		case part.NotYet:
			held, outcome.Rows, outcome.Text = before, 0, "not yet whole; what was known before is kept"
		case part.Failure != nil && part.Rows != nil:
			outcome = failed(outcome, part.Failure)
		case part.Failure != nil:
			held, outcome = before, failed(outcome, part.Failure)
		case before == nil && (part.EmptyIsNoData && len(part.Rows) == 0 || past && len(scored(part)) == 0):
			held, outcome.Rows, outcome.Text = nil, 0, "no data for this period"
		default:
			failure := judge(name, part, before)
			if failure != nil && (past || failure.Reason != index.TooFewUnits || !r.doubts.believe(name, part, held.Accepted)) {
				held, outcome = before, failed(outcome, failure)
			} else if !past {
				delete(r.doubts, doubtful(name, part))
			}
		}
		if held != nil {
			all = append(all, *held)
		}
		outcomes = append(outcomes, outcome)
	}
	return all, outcomes
}

func failed(o snapshot.Outcome, f *index.Failure) snapshot.Outcome {
	o.Rows, o.Reason, o.Text = 0, f.Reason, f.Text
	return o
}

func asFailure(err error) *index.Failure {
	if f, ok := errors.AsType[*index.Failure](err); ok {
		return f
	}
	return index.Failf(index.Unreadable, "%v", err)
}

// assess adds a round to the health of a source.
func assess(h snapshot.Health, round snapshot.Round) snapshot.Health {
	h.Tried, h.LastAttempt, h.Duration = true, round.Start, round.Duration
	if h.Up = len(round.Failed()) == 0; h.Up {
		h.LastSuccess = round.Start.Add(round.Duration)
	}
	h.Rounds = slices.Insert(slices.Clone(h.Rounds), 0, snapshot.Round{Start: round.Start, Duration: round.Duration})
	h.Rounds = h.Rounds[:min(len(h.Rounds), snapshot.MaxRounds)]
	return count(h, round.Outcomes)
}

// count adds outcomes to the last round, and their failures to the sum.
func count(h snapshot.Health, outcomes []snapshot.Outcome) snapshot.Health {
	h.Failures = maps.Clone(h.Failures)
	for _, o := range outcomes {
		if o.Reason != "" {
			h.Failures[o.Reason]++
		}
	}
	h.Rounds = slices.Clone(h.Rounds)
	h.Rounds[0].Outcomes = slices.Concat(h.Rounds[0].Outcomes, outcomes)
	return h
}

// report logs a round: what failed as a warning each, the rest in one line.
func report(log *slog.Logger, h snapshot.Health) {
	round := h.Last()
	logOutcomes(log, round.Outcomes)
	level := slog.LevelInfo
	if h.Interval < time.Minute && h.Up {
		level = slog.LevelDebug // a folder that is looked at every few seconds
	}
	log.Log(context.Background(), level, "round done", "up", h.Up, "parts", len(round.Outcomes), "failed", len(round.Failed()), "took", fmt.Sprint(round.Duration.Round(time.Millisecond)))
}

func logOutcomes(log *slog.Logger, outcomes []snapshot.Outcome) {
	for _, o := range outcomes {
		switch log := log.With("part", o.Name, "window", o.Window, "period", o.Period); {
		case o.Reason != "":
			log.Warn("answer not used; what was known before is kept", "reason", o.Reason, "err", o.Text)
		case o.Text != "":
			log.Info(o.Text)
		}
	}
}
