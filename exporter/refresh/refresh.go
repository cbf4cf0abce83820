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
	mu     sync.Mutex
	tried  map[index.SourceName]bool
}

// Start makes every job known to the picture, so that its health is there before
// its first round.
func (r *Refresher) Start() {
	r.doubts = map[index.SourceName]doubts{}
	r.tried = map[index.SourceName]bool{}
	for _, job := range r.Jobs {
		r.doubts[job.Name] = doubts{}
		r.Store.Update(job.Name, false, func(s snapshot.Source) snapshot.Source {
			s.Health.Interval, s.Health.Expire = job.Interval, job.Expire
			s.Health.Failures = map[index.Reason]int{}
			return s
		})
	}
}

// Ready says whether every source was tried once.
func (r *Refresher) Ready() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.tried) == len(r.Jobs)
}

// Tried says whether a source was tried once since the start.
func (r *Refresher) Tried(name index.SourceName) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tried[name]
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

// Round asks a source once, then for the closed periods that are due, and
// returns how long the source wants to be left alone.
func (r *Refresher) Round(ctx context.Context, job Job) (pause time.Duration) {
	pause, asked := r.current(ctx, job)
	r.mu.Lock()
	r.tried[job.Name] = true
	r.mu.Unlock()
	historian, ok := job.Source.(Historian)
	if !ok || !asked || ctx.Err() != nil {
		return pause
	}
	return r.past(ctx, job, historian)
}

// Once asks a source once for the periods that the windows show, and no more.
func (r *Refresher) Once(ctx context.Context, job Job) { r.current(ctx, job) }

// current makes the round for the periods that the windows show. It says whether
// the source may be asked more.
func (r *Refresher) current(ctx context.Context, job Job) (pause time.Duration, more bool) {
	log := r.Log.With("source", job.Name)
	start := time.Now()
	reading, err := fetch(ctx, job.Source, log)
	if ctx.Err() != nil {
		return 0, false
	}
	took := time.Since(start)
	more = true
	persist := !reading.Unchanged
	r.Store.Update(job.Name, persist, func(s snapshot.Source) snapshot.Source {
		round := snapshot.Round{Start: start, Duration: took}
		if err != nil {
			round.Outcomes = []snapshot.Outcome{failed(snapshot.Outcome{Name: string(job.Name)}, asFailure(err))}
		} else {
			old := s
			s.Parts = nil
			for _, part := range reading.Parts {
				outcome := r.merge(job.Name, &s, &old, part)
				if part.Failure != nil {
					pause = max(pause, part.Failure.RetryAfter)
					more = more && part.Failure.Reason != index.Refused
				}
				round.Outcomes = append(round.Outcomes, outcome)
			}
			s.Past = keepLeft(old, s)
		}
		s.Health = assess(s.Health, round)
		return s
	})
	h := r.Store.Picture()[job.Name].Health
	report(log, h)
	return pause, more && err == nil
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

// merge judges a part and puts it, or what was known in its place, into s.
func (r *Refresher) merge(name index.SourceName, s, old *snapshot.Source, part index.Part) snapshot.Outcome {
	key := snapshot.Key{Name: part.Name, Window: part.Window}
	outcome := snapshot.Outcome{Name: part.Name, Window: part.Window, Period: part.Period}
	known := old.Part(key)
	now := time.Now()
	failure := part.Failure
	if part.NotYet {
		if known != nil {
			s.Parts = append(s.Parts, *known)
		}
		outcome.Text = "not yet whole; what was known before is kept"
		return outcome
	}
	if failure == nil {
		if part.EmptyIsNoData && len(part.Rows) == 0 && known == nil {
			outcome.Text = "no data for this period"
			return outcome
		}
		failure = judge(name, part, known)
		if failure != nil && failure.Reason == index.TooFewUnits && r.doubts[name].believe(key, part, now) {
			failure = nil
		}
	}
	if failure == nil {
		delete(r.doubts[name], key)
		s.Parts = append(s.Parts, snapshot.Held{Part: part, Accepted: now})
		outcome.Rows = len(part.Rows) + part.RowsUsed
		return outcome
	}
	if known != nil {
		s.Parts = append(s.Parts, *known)
	}
	return failed(outcome, failure)
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

// keepLeft returns the past periods with the parts of the shown ones that have
// just made way to a newer period: they are known and must not be lost while the
// closed period has not been asked again.
func keepLeft(old, s snapshot.Source) []snapshot.Past {
	past := append([]snapshot.Past(nil), s.Past...)
	for _, held := range old.Parts {
		now := s.Part(held.Key())
		if held.Window == "" || now == nil || now.Period == held.Period || s.PastPeriod(held.Period) != nil {
			continue
		}
		at := -1
		for i := range past {
			if past[i].Period == held.Period {
				at = i
			}
		}
		if at < 0 {
			at = len(past)
			past = append(past, snapshot.Past{Period: held.Period})
		}
		past[at].Parts = append(past[at].Parts, onlyScores(held))
	}
	return past
}

// assess adds a round to the health of a source.
func assess(h snapshot.Health, round snapshot.Round) snapshot.Health {
	failures := map[index.Reason]int{}
	maps.Copy(failures, h.Failures)
	h.Up = true
	for _, o := range round.Outcomes {
		if o.Reason != "" {
			failures[o.Reason]++
			h.Up = h.Up && o.Past
		}
	}
	h.Failures = failures
	h.LastAttempt, h.Duration = round.Start, round.Duration
	if h.Up {
		h.LastSuccess = round.Start.Add(round.Duration)
	}
	h.Rounds = append([]snapshot.Round{round}, h.Rounds...)
	h.Rounds = h.Rounds[:min(len(h.Rounds), snapshot.MaxRounds)]
	return h
}

// report logs a round: what failed as a warning each, the rest in one line.
func report(log *slog.Logger, h snapshot.Health) {
	round := h.Rounds[0]
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
	log.Log(context.Background(), level, "round done", "up", h.Up, "parts", len(round.Outcomes), "failed", round.Failed(), "took", fmt.Sprint(round.Duration.Round(time.Millisecond)))
}
