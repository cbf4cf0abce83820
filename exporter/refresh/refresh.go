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
// ask. It need not judge what it got.
type Source interface {
	Fetch(ctx context.Context) (index.Reading, error)
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

	doubts map[index.SourceName]doubts
}

// Start makes every job known to the picture, so that its health is there before
// its first round.
func (r *Refresher) Start() {
	r.doubts = map[index.SourceName]doubts{}
	for _, job := range r.Jobs {
		r.doubts[job.Name] = doubts{}
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
	reading, err := fetch(ctx, job.Source, log)
	if ctx.Err() != nil {
		return 0
	}
	round.Duration = time.Since(round.Start)
	refused := err != nil
	r.Store.Update(job.Name, !reading.Unchanged, func(s snapshot.Source) snapshot.Source {
		if err != nil {
			round.Outcomes = []snapshot.Outcome{failed(snapshot.Outcome{Name: string(job.Name)}, asFailure(err))}
		} else {
			old := s
			s.Parts = nil
			for _, part := range reading.Parts {
				held, outcome := r.take(job.Name, part, snapshot.Find(old.Parts, part.Name, part.Window), false)
				if held != nil {
					s.Parts = append(s.Parts, *held)
				}
				if part.Failure != nil {
					pause = max(pause, part.Failure.RetryAfter)
					refused = refused || part.Failure.Reason == index.Refused
				}
				round.Outcomes = append(round.Outcomes, outcome)
			}
			s.Past = keepLeft(old, s)
		}
		s.Health = assess(s.Health, round)
		return s
	})
	report(log, r.Store.Picture()[job.Name].Health)
	if historian, ok := job.Source.(Historian); ok && !refused {
		pause = max(pause, r.past(ctx, job, historian))
	}
	return pause
}

// fetch asks a source and turns a panic into an error: one broken source must
// not stop the others.
func fetch(ctx context.Context, source Source, log *slog.Logger) (reading index.Reading, err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("the source panicked; this is a fault of the exporter", "panic", p, "stack", string(debug.Stack()))
			err = index.Failf(index.Malformed, "the reader broke: %v; please report this fault", p)
		}
	}()
	return source.Fetch(ctx)
}

// take judges a part, of a closed period or of one that a window shows. It
// returns what is to be held from now on, the part or what was known before or
// nothing, and what became of it.
func (r *Refresher) take(name index.SourceName, part index.Part, known *snapshot.Held, past bool) (*snapshot.Held, snapshot.Outcome) {
	key := partKey{part.Name, part.Window}
	outcome := snapshot.Outcome{Name: part.Name, Window: part.Window, Period: part.Period, Past: past}
	failure := part.Failure
	switch {
	case part.NotYet:
		outcome.Text = "not yet whole; what was known before is kept"
		return known, outcome
	case failure != nil:
		return known, failed(outcome, failure)
	case known == nil && (part.EmptyIsNoData && len(part.Rows) == 0 || past && len(scored(part)) == 0):
		outcome.Text = "no data for this period"
		return nil, outcome
	}
	now := time.Now()
	failure = judge(name, part, known)
	if failure != nil && (past || failure.Reason != index.TooFewUnits || !r.doubts[name].believe(key, part, now)) {
		return known, failed(outcome, failure)
	}
	if !past {
		delete(r.doubts[name], key)
	}
	outcome.Rows = len(part.Rows) + part.RowsUsed
	return &snapshot.Held{Part: part, Accepted: now}, outcome
}

func failed(o snapshot.Outcome, f *index.Failure) snapshot.Outcome {
	o.Reason, o.Text = f.Reason, f.Text
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
	h.Tried = true
	h.Failures = count(h.Failures, round.Outcomes)
	h.Up = len(round.Failed()) == 0
	h.LastAttempt, h.Duration = round.Start, round.Duration
	if h.Up {
		h.LastSuccess = round.Start.Add(round.Duration)
	}
	h.Rounds = slices.Insert(slices.Clone(h.Rounds), 0, round)
	h.Rounds = h.Rounds[:min(len(h.Rounds), snapshot.MaxRounds)]
	return h
}

// count returns failures with those of a round added.
func count(failures map[index.Reason]int, outcomes []snapshot.Outcome) map[index.Reason]int {
	sum := map[index.Reason]int{}
	maps.Copy(sum, failures)
	for _, o := range outcomes {
		if o.Reason != "" {
			sum[o.Reason]++
		}
	}
	return sum
}

// report logs a round: what failed as a warning each, the rest in one line.
func report(log *slog.Logger, h snapshot.Health) {
	round := h.Last()
	for _, o := range round.Outcomes {
		switch {
		case o.Reason != "":
			log.Warn("answer not used; what was known before is kept", "part", o.Name, "window", o.Window, "period", o.Period, "reason", o.Reason, "err", o.Text)
		case o.Text != "":
			log.Info(o.Text, "part", o.Name, "window", o.Window, "period", o.Period)
		}
	}
	level := slog.LevelInfo
	if h.Interval < time.Minute && h.Up {
		level = slog.LevelDebug // a folder that is looked at every few seconds
	}
	log.Log(context.Background(), level, "round done", "up", h.Up, "parts", len(round.Outcomes), "failed", len(round.Failed()), "took", fmt.Sprint(round.Duration.Round(time.Millisecond)))
}
