// Package refresh is the clock: it runs every source on its own timer, and it is
// the one place where a round is measured, judged, logged and counted. Only what
// is judged good enters the book.
package refresh

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// Job is a source with its timetable.
type Job struct {
	Name       index.SourceName
	Source     Source
	Interval   time.Duration  // between the starts of two rounds
	Limit      time.Duration  // of one call of the source
	Expire     time.Duration  // after which an answer is no longer shown
	StaleAfter time.Duration  // after which a file that nobody renews fails; 0: never
	Windows    []index.Window // whose closed periods are asked for, if the source is a Historian

	busy chan struct{} // holds a token while the source runs
}

// Refresher keeps a store fresh.
type Refresher struct {
	Store  *book.Store
	Jobs   []*Job
	Domain func(now time.Time) time.Time // the domain's clock
	Log    *slog.Logger

	doubts doubts // only touched while the store is updated
}

// Start makes every job known to the book, so that its health is there before its
// first round.
func (r *Refresher) Start() {
	r.doubts = doubts{}
	for _, job := range r.Jobs {
		job.busy = make(chan struct{}, 1)
		r.Store.Update(job.Name, false, func(s book.Source) book.Source {
			s.Health.Interval, s.Health.Expire, s.Health.StaleAfter = job.Interval, job.Expire, job.StaleAfter
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
		all.Go(func() { r.keepFresh(ctx, job) })
	}
	all.Wait()
}

// keepFresh makes the rounds of one job: regular ones at its interval and, between
// them, retries of what failed.
func (r *Refresher) keepFresh(ctx context.Context, job *Job) {
	failures := 0 // rounds and retries in a row
	var next time.Time
	for ctx.Err() == nil {
		var pause time.Duration
		if now := time.Now(); !now.Before(next) {
			next = now.Add(jitter(job.Interval, 0.05))
			pause = r.Round(ctx, job)
		} else {
			pause = r.Retry(ctx, job)
		}
		if pause > 0 { // the source asks to be left alone
			next = slices.MaxFunc([]time.Time{next, time.Now().Add(pause)}, time.Time.Compare)
		}
		at := next
		if delay := r.retryDelay(job, failures); delay == 0 {
			failures = 0
		} else {
			failures++
			at = slices.MinFunc([]time.Time{at, time.Now().Add(delay)}, time.Time.Compare)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(at)):
		}
	}
}

// jitter spreads a duration, so that many exporters started together do not ask
// together for ever.
func jitter(d time.Duration, share float64) time.Duration {
	return time.Duration(float64(d) * (1 - share + 2*share*rand.Float64()))
}

// Round asks a source for everything that the windows show, then for the closed
// periods that are due, and returns how long the source wants to be left alone.
func (r *Refresher) Round(ctx context.Context, job *Job) (pause time.Duration) {
	start := time.Now()
	answer, err := r.run(ctx, job, func(ctx context.Context) (index.Answer, error) {
		return job.Source.Fetch(ctx, r.Store.Book()[job.Name].Parts())
	})
	if ctx.Err() != nil {
		return 0
	}
	if err == nil && len(answer.Parts) == 0 {
		err = index.Failf(index.NotData, "nothing was asked: the source has nothing of the periods that DVC_WINDOWS shows now")
	}
	_, keyed := job.Source.(Historian)
	r.finish(job, start, !answer.Unchanged, func(s *book.Source) []book.Outcome {
		switch {
		case err != nil:
			return []book.Outcome{r.failed(job, book.Outcome{Name: string(job.Name)}, index.AsFailure(err, index.Unreadable))}
		case keyed:
			return r.merge(job, s, answer.Parts, false)
		}
		return r.replace(job, s, answer)
	})
	pause, refused := restraint(answer.Parts)
	if refused || !answered(answer.Parts) {
		return pause
	}
	return r.closed(ctx, job, pause, false)
}

// Retry asks again for what failed in the last round and may have passed, and
// then for the closed periods that are due. It sends one request first, and the
// rest only if that is answered.
func (r *Refresher) Retry(ctx context.Context, job *Job) (pause time.Duration) {
	last := r.Store.Book()[job.Name].Health.Last()
	whole := slices.ContainsFunc(last.Outcomes, func(o book.Outcome) bool { return o.Name == string(job.Name) })
	if _, ok := job.Source.(Selective); !ok || whole {
		return r.Round(ctx, job)
	}
	soonest, _ := passing(last.Outcomes)
	var keys []index.Key
	for _, o := range last.Outcomes {
		if d := firstDelay[o.Reason]; !o.Past && d > 0 && d <= firstDelay[soonest] {
			keys = append(keys, o.Key())
		}
	}
	if len(keys) > 0 {
		start := time.Now()
		parts, err := r.ask(ctx, job, keys, true)
		if err != nil {
			return 0
		}
		r.finish(job, start, true, func(s *book.Source) []book.Outcome { return update(last.Outcomes, r.merge(job, s, parts, false)) })
		pause, refused := restraint(parts)
		if refused || !answered(parts) {
			return pause
		}
	}
	return r.closed(ctx, job, pause, len(keys) == 0)
}

// update puts newer outcomes in the place of those about the same.
func update(outcomes, newer []book.Outcome) []book.Outcome {
	outcomes = slices.Clone(outcomes)
	for _, o := range newer {
		i := slices.IndexFunc(outcomes, func(before book.Outcome) bool { return before.Past == o.Past && before.Key() == o.Key() })
		if i < 0 {
			i, outcomes = len(outcomes), append(outcomes, o)
		}
		outcomes[i] = o
	}
	return outcomes
}

// answered says whether there was an answer at all.
func answered(parts []index.Part) bool {
	return slices.ContainsFunc(parts, func(p index.Part) bool { return p.Failure == nil })
}

// finish merges what a round has brought and adds it to the health of the source.
func (r *Refresher) finish(job *Job, start time.Time, persist bool, merge func(*book.Source) []book.Outcome) {
	r.Store.Update(job.Name, persist, func(s book.Source) book.Source {
		round := book.Round{Start: start, Duration: time.Since(start), Outcomes: merge(&s)}
		s.Health = assess(s.Health, round)
		return s
	})
	r.report(job)
}

// firstDelay is how long after a failure that may pass it is tried again for the
// first time; each further time takes twice as long, up to the interval.
var firstDelay = map[index.Reason]time.Duration{
	index.Unreachable: time.Minute,
	index.Timeout:     time.Minute,
	index.ServerError: 15 * time.Minute,
	index.NotData:     15 * time.Minute,
}

// passing returns the failure among outcomes that is tried again soonest, and
// false if there is none, or if the source has refused to answer.
func passing(outcomes []book.Outcome) (soonest index.Reason, ok bool) {
	for _, o := range outcomes {
		if o.Reason == index.Refused {
			return "", false
		}
		if d := firstDelay[o.Reason]; d > 0 && (!ok || d < firstDelay[soonest]) {
			soonest, ok = o.Reason, true
		}
	}
	return soonest, ok
}

// retryDelay is when to try again after so many failures in a row before the last
// round, 0 if there is nothing to try again. As long as nothing at all is known,
// it stays short: the exporter has started before the network.
func (r *Refresher) retryDelay(job *Job, failures int) time.Duration {
	source := r.Store.Book()[job.Name]
	reason, ok := passing(source.Health.Last().Outcomes)
	if !ok {
		return 0
	}
	delay := firstDelay[reason]
	if len(source.Entries) == 0 {
		return min(jitter(delay, 0.25), delay)
	}
	return jitter(min(delay<<min(failures, 16), job.Interval), 0.25)
}

// restraint returns how long a source asks to be left alone, and whether it
// refused to answer.
func restraint(parts []index.Part) (pause time.Duration, refused bool) {
	for _, part := range parts {
		if part.Failure != nil {
			pause = max(pause, part.Failure.RetryAfter)
			refused = refused || part.Failure.Reason == index.Refused
		}
	}
	return pause, refused
}

// merge takes parts into the source and leaves in it what is kept of each period.
func (r *Refresher) merge(job *Job, s *book.Source, parts []index.Part, past bool) []book.Outcome {
	outcomes := r.take(job, s, parts, past)
	s.Order()
	s.Prune()
	return outcomes
}

// take judges parts that were asked for by their keys, about a closed period or
// what the windows show, and puts those that may be used into the source.
func (r *Refresher) take(job *Job, s *book.Source, parts []index.Part, past bool) (outcomes []book.Outcome) {
	s.Entries = slices.Clone(s.Entries)
	for _, part := range parts {
		var before *book.Entry
		if past {
			before = s.Answer(part.Name, part.Period)
		} else {
			before = s.Latest(part.Name, part.Window)
		}
		entry, outcome := r.accept(job, part, before, past)
		outcomes = append(outcomes, outcome)
		if entry != nil {
			r.put(job, s, *entry, past)
		}
	}
	return outcomes
}

// replace takes a whole answer: a part that it does not name is forgotten, one
// that failed keeps what was known. Files are reported by their location.
func (r *Refresher) replace(job *Job, s *book.Source, answer index.Answer) (outcomes []book.Outcome) {
	known := map[index.Key]*book.Entry{} // without the period: a page may be about a newer one
	for i, e := range s.Entries {
		known[index.Key{Name: e.Name, Window: e.Window}] = &s.Entries[i]
	}
	var entries []book.Entry
	at := map[index.Key]int{} // outcomes by location
	more := map[int]int{}     // further failures there
	for _, part := range answer.Parts {
		before := known[index.Key{Name: part.Name, Window: part.Window}]
		entry, outcome := r.accept(job, part, before, false)
		if entry = cmp.Or(entry, before); entry != nil {
			entries = append(entries, *entry)
		}
		outcome.Name = cmp.Or(part.Location, part.Name)
		i, there := at[outcome.Key()]
		if !there {
			at[outcome.Key()] = len(outcomes)
			outcomes = append(outcomes, outcome)
			continue
		}
		sum := &outcomes[i]
		sum.Rows += outcome.Rows
		switch {
		case outcome.Reason == "":
		case sum.Reason == "":
			sum.Reason, sum.Text = outcome.Reason, outcome.Text
		default:
			more[i]++
		}
	}
	for i, n := range more {
		outcomes[i].Text += fmt.Sprintf("; and %d more files", n)
	}
	if !answer.Unchanged { // else the entries stand as they are, so that nobody has to look at them anew
		s.Entries = entries
	}
	return outcomes
}

// accept judges one part. It returns what is to be held from now on, nil for what
// was held before, and what became of the part.
func (r *Refresher) accept(job *Job, part index.Part, before *book.Entry, past bool) (*book.Entry, book.Outcome) {
	now := time.Now()
	entry := &book.Entry{Part: part, Accepted: now}
	outcome := book.Outcome{Name: part.Name, Window: part.Window, Period: part.Period, Past: past, Rows: len(part.Rows)}
	if job.records() {
		outcome.Rows = part.RowsUsed
	}
	empty := before == nil || len(before.Rows) == 0
	switch {
	case part.NotYet:
		outcome.Rows, outcome.NotYet, outcome.Text = 0, true, "not yet whole; what was known before is kept"
		return nil, outcome
	case part.Failure != nil && part.Rows == nil:
		return nil, r.failed(job, outcome, part.Failure)
	case part.Failure != nil:
		if before != nil {
			entry.Accepted = before.Accepted
		}
		outcome = r.failed(job, outcome, part.Failure)
	case empty && (part.EmptyIsNoData && len(part.Rows) == 0 || past && len(scored(part)) == 0):
		entry.Rows, outcome.Rows, outcome.Text = nil, 0, "no data for this period"
	default:
		failure := judge(job.Name, part, before)
		if failure != nil && (past || failure.Reason != index.TooFewUnits || !r.doubts.believe(job.Name, part, now)) {
			return nil, r.failed(job, outcome, failure)
		}
		if !past {
			delete(r.doubts, doubtful(job.Name, part))
		}
		if age := now.Sub(part.AsOf); job.StaleAfter > 0 && part.Location != "" && age > job.StaleAfter {
			outcome.Reason, outcome.Text = index.Stale, fmt.Sprintf("%s was last changed on %s, longer ago than DVC_RECORDS_STALE_AFTER (%s) allows; has its export stopped?",
				part.Name, part.AsOf.In(index.Vietnam).Format("02/01/2006 15:04"), job.StaleAfter)
		}
	}
	if before != nil && before.Period == part.Period {
		entry.Closed = before.Closed
	}
	if entry.Closed.IsZero() && part.Window != "" && part.Period.Closed(r.Domain(now)) {
		entry.Closed = now
	}
	return entry, outcome
}

// records says whether the job's rows are counts of rows read elsewhere.
func (job *Job) records() bool {
	return job.Name != index.Portal && job.Name != index.Pages
}

// failed says in an outcome why an answer is not used. Where the exporter itself
// broke, the log has the stack.
func (r *Refresher) failed(job *Job, o book.Outcome, f *index.Failure) book.Outcome {
	if f.Stack != nil {
		r.Log.Error("the exporter broke on an answer; this is a fault of the exporter", "source", job.Name, "part", o.Name, "err", f.Text, "stack", string(f.Stack))
	}
	o.Rows, o.Reason, o.Text = 0, f.Reason, f.Text
	return o
}

// assess adds a round to the health of a source.
func assess(h book.Health, round book.Round) book.Health {
	h.Tried, h.LastAttempt, h.Duration = true, round.Start, round.Duration
	if h.Up = !slices.ContainsFunc(round.Failed(), func(o book.Outcome) bool { return !o.Past }); h.Up {
		h.LastSuccess = round.Start.Add(round.Duration)
	}
	h.Rounds = slices.Insert(slices.Clone(h.Rounds), 0, round)
	h.Rounds = h.Rounds[:min(len(h.Rounds), book.MaxRounds)]
	return count(h, round.Outcomes)
}

// count adds failures to the sum.
func count(h book.Health, outcomes []book.Outcome) book.Health {
	h.Failures = maps.Clone(h.Failures)
	for _, o := range outcomes {
		if o.Reason != "" {
			h.Failures[o.Reason]++
		}
	}
	return h
}

// report logs a round: what failed as a warning each, the rest in one line.
func (r *Refresher) report(job *Job) {
	h := r.Store.Book()[job.Name].Health
	round, log := h.Last(), r.Log.With("source", job.Name)
	logOutcomes(log, round.Outcomes)
	level := slog.LevelInfo
	if h.Interval < time.Minute && h.Up {
		level = slog.LevelDebug // a folder that is looked at every few seconds
	}
	log.Log(context.Background(), level, "round done", "up", h.Up, "parts", len(round.Outcomes), "failed", len(round.Failed()), "took", fmt.Sprint(round.Duration.Round(time.Millisecond)))
}

func logOutcomes(log *slog.Logger, outcomes []book.Outcome) {
	for _, o := range outcomes {
		switch log := log.With("part", o.Name, "window", o.Window, "period", o.Period); {
		case o.Reason != "":
			log.Warn("answer not used; what was known before is kept", "reason", o.Reason, "err", o.Text)
		case o.Text != "":
			log.Info(o.Text)
		}
	}
}
