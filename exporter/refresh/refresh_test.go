package refresh

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// script is a Source that gives one answer after the other, the last for ever.
type script struct {
	answers []func() (index.Answer, error)
	asked   atomic.Int64
	running int
	takes   time.Duration
	t       *testing.T
}

func (s *script) Fetch(ctx context.Context, _ []index.Part) (index.Answer, error) {
	if s.running++; s.running > 1 {
		s.t.Error("a round overlaps the next")
	}
	defer func() { s.running-- }()
	if s.takes > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(s.takes):
		}
	}
	answer := s.answers[min(int(s.asked.Add(1)), len(s.answers))-1]
	return answer()
}

func good(parts ...index.Part) func() (index.Answer, error) {
	return func() (index.Answer, error) { return index.Answer{Parts: parts}, nil }
}

func broken(f *index.Failure) func() (index.Answer, error) {
	p := national(0)
	p.Failure = f
	return good(p)
}

// refresher makes a Refresher of one job whose log can be read.
func refresher(t *testing.T, source Source) (*Refresher, *Job, *strings.Builder) {
	t.Helper()
	log := &strings.Builder{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	store := book.Read(t.TempDir(), "test", []index.SourceName{index.Portal}, logger)
	job := &Job{Name: index.Portal, Source: source, Interval: 6 * time.Hour, Limit: time.Hour, Expire: 240 * time.Hour}
	r := &Refresher{Store: store, Jobs: []*Job{job}, Domain: func(now time.Time) time.Time { return now }, Log: logger}
	r.Start()
	return r, job, log
}

func portal(r *Refresher) *book.Source { return r.Store.Book()[index.Portal] }

func TestAFailedPartKeepsWhatWasKnown(t *testing.T) {
	second := national(34)
	second.Name = "transparency"
	failing := second
	failing.Rows, failing.Failure = nil, index.Failf(index.NotData, "the firewall answered")
	r, job, log := refresher(t, &script{answers: []func() (index.Answer, error){good(national(34), second), good(national(33), failing)}, t: t})
	if h := portal(r).Health; h.Up || h.Failures == nil || h.Interval != job.Interval {
		t.Errorf("health before the first round: %+v", h)
	}
	r.Round(t.Context(), job)
	if h := portal(r).Health; !h.Up || h.LastSuccess.IsZero() {
		t.Errorf("health after a good round: %+v", h)
	}
	before := portal(r).Health.LastSuccess
	r.Round(t.Context(), job)

	s := portal(r)
	if len(s.Entries) != 2 || len(s.Entries[0].Rows) != 33 || len(s.Entries[1].Rows) != 34 {
		t.Errorf("want the new first part and the old second one, got %d parts", len(s.Entries))
	}
	if s.Health.Up || s.Health.LastSuccess != before || s.Health.Failures[index.NotData] != 1 {
		t.Errorf("health: %+v", s.Health)
	}
	if got := s.Health.Rounds[0].Outcomes[1]; got.Reason != index.NotData || got.Text != "the firewall answered" {
		t.Errorf("outcome: %+v", got)
	}
	if !strings.Contains(log.String(), "the firewall answered") {
		t.Error("the log does not say why")
	}
}

func TestASourceThatFailsWhollyOrPanicsLosesNothing(t *testing.T) {
	for name, bad := range map[string]func() (index.Answer, error){
		"error": func() (index.Answer, error) { return index.Answer{}, errors.New("no such folder") },
		"panic": func() (index.Answer, error) { panic("index out of range") },
	} {
		t.Run(name, func(t *testing.T) {
			r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(national(34)), bad}, t: t})
			r.Round(t.Context(), job)
			r.Round(t.Context(), job)
			if s := portal(r); len(s.Entries) != 1 || s.Health.Up || len(s.Health.Rounds[0].Failed()) != 1 {
				t.Errorf("parts %d, health %+v", len(s.Entries), s.Health)
			}
		})
	}
}

func TestHalfOfTheUnitsAreBelievedOnlyAtTheThirdHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(national(34)), good(national(17))}, t: t})
		for round, want := range []int{34, 34, 34, 17} {
			r.Round(t.Context(), job)
			if got := len(portal(r).Entries[0].Rows); got != want {
				t.Errorf("round %d shows %d units, want %d", round+1, got, want)
			}
			time.Sleep(time.Hour)
		}
		if !portal(r).Health.Up {
			t.Error("the believed answer leaves the source down")
		}
	})
}

func TestRoundsKeepTheirTimetable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &script{t: t, takes: time.Second, answers: []func() (index.Answer, error){
			good(national(34)),
			broken(index.Failf(index.ServerError, "500")),
			broken(&index.Failure{Reason: index.Refused, Text: "429", RetryAfter: 24 * time.Hour}),
			good(national(34)),
		}}
		r, _, _ := refresher(t, source)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		start := time.Now()
		go func() { defer close(done); r.Run(ctx) }()
		at := func(after time.Duration, asked int64) {
			t.Helper()
			time.Sleep(time.Until(start.Add(after)))
			synctest.Wait()
			if got := source.asked.Load(); got != asked {
				t.Errorf("after %v: %d rounds, want %d", after, got, asked)
			}
		}
		if portal(r).Health.Tried {
			t.Error("ready before the first round")
		}
		at(2*time.Minute, 1) // at once
		if !portal(r).Health.Tried {
			t.Error("not ready after the first round")
		}
		at(5*time.Hour+30*time.Minute, 1)
		at(7*time.Hour, 3)  // after the interval, and a failure again 15 minutes later
		at(29*time.Hour, 3) // the portal has asked for a day
		at(31*time.Hour, 4)
		cancel()
		<-done
	})
}

func TestOldRoundsAreForgotten(t *testing.T) {
	r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(national(3))}, t: t})
	for range book.MaxRounds + 3 {
		r.Round(t.Context(), job)
	}
	if got := len(portal(r).Health.Rounds); got != book.MaxRounds {
		t.Errorf("%d rounds are kept", got)
	}
}

func TestNoDataIsNoFailureWhileNothingWasKnown(t *testing.T) {
	empty := national(0)
	empty.EmptyIsNoData = true
	r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(empty), good(national(34)), good(empty)}, t: t})
	for round, up := range []bool{true, true, false} {
		r.Round(t.Context(), job)
		if portal(r).Health.Up != up {
			t.Errorf("round %d: up %v, want %v", round+1, !up, up)
		}
	}
	if len(portal(r).Entries[0].Rows) != 34 {
		t.Error("what was known is gone")
	}
}

func TestWhatIsNotYetThereIsNoFailureAndLosesNothing(t *testing.T) {
	notYet := index.Part{Name: national(0).Name, Window: national(0).Window, NotYet: true}
	r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(notYet), good(national(63)), good(notYet)}})
	for round, rows := range []int{0, 63, 63} {
		r.Round(t.Context(), job)
		known := 0
		for _, held := range portal(r).Entries {
			known += len(held.Rows)
		}
		if !portal(r).Health.Up || known != rows {
			t.Errorf("round %d: up %v, %d rows known, want %d", round, portal(r).Health.Up, known, rows)
		}
	}
}

// retries returns when the source was asked in the first so many hours.
func retries(t *testing.T, c *chronicle, hours int, job func(*Job)) (at []time.Duration) {
	t.Helper()
	r, j, _ := refresher(t, c)
	if job != nil {
		job(j)
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(hours)*time.Hour)
	defer cancel()
	asked := 0
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	for ctx.Err() == nil {
		time.Sleep(time.Second)
		synctest.Wait()
		c.mu.Lock()
		if len(c.asked) > asked {
			asked = len(c.asked)
			at = append(at, time.Since(start))
		}
		c.mu.Unlock()
	}
	<-done
	return at
}

// around says whether a duration is the wanted one ±25 % and a second.
func around(got, want time.Duration) bool {
	return got >= want*3/4-time.Second && got <= want*5/4+time.Second
}

func TestAFailedPartIsTriedAgainSoon(t *testing.T) {
	for name, test := range map[string]struct {
		reason index.Reason
		first  time.Duration
	}{
		"unreachable":  {index.Unreachable, time.Minute},
		"timeout":      {index.Timeout, time.Minute},
		"server error": {index.ServerError, 15 * time.Minute},
		"no data":      {index.NotData, 15 * time.Minute},
		"malformed":    {index.Malformed, 0},
		"refused":      {index.Refused, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := newChronicle()
				c.fail[index.Key{Name: "transparency"}] = index.Failf(test.reason, "it fails")
				at := retries(t, c, 5, nil)
				if test.first == 0 {
					if len(at) != 1 {
						t.Errorf("asked at %v, want once", at)
					}
					return
				}
				for i, want := 1, test.first; i < len(at); i, want = i+1, 2*want {
					if !around(at[i]-at[i-1], want) {
						t.Errorf("retry %d came after %v, want %v ±25 %%", i, at[i]-at[i-1], want)
					}
				}
				if len(at) < 3 {
					t.Errorf("asked at %v", at)
				}
				for _, asked := range c.asked[len(services):] {
					if !strings.HasPrefix(asked, "transparency") {
						t.Errorf("%s did not fail and was asked again", asked)
					}
				}
				if c.probes != len(at)-1 {
					t.Errorf("%d probes in %d retries", c.probes, len(at)-1)
				}
			})
		})
	}
}

// TestARefusalEndsRetries, also of what failed otherwise: the source wants to be left
// alone.
func TestARefusalEndsRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newChronicle()
		c.fail[index.Key{Name: "service-results"}] = index.Failf(index.Unreachable, "gone")
		c.fail[index.Key{Name: "transparency"}] = index.Failf(index.Refused, "403")
		if at := retries(t, c, 5, nil); len(at) != 1 {
			t.Errorf("asked at %v, want once", at)
		}
	})
}

func TestRetriesStayShortWhileNothingIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newChronicle()
		for _, name := range services {
			c.fail[index.Key{Name: name}] = index.Failf(index.Unreachable, "no network yet")
		}
		at := retries(t, c, 1, func(j *Job) { j.Windows = []index.Window{index.Month} })
		for i := 1; i < len(at); i++ {
			if gap := at[i] - at[i-1]; gap > time.Minute+time.Second || gap < 44*time.Second {
				t.Errorf("retry %d came after %v, want at most a minute", i, gap)
			}
		}
		if len(c.asked) != len(services)+len(at)-1 {
			t.Errorf("%d requests in %d tries: a retry that is not answered asks for nothing else", len(c.asked), len(at))
		}
	})
}

func TestARetryThatIsAnsweredGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, month := newChronicle()
		for _, name := range services {
			c.fail[index.Key{Name: name}] = index.Failf(index.Unreachable, "no network yet")
		}
		r, job, _ := refresher(t, c)
		job.Windows = []index.Window{index.Month}
		r.Round(t.Context(), job)
		c.expect(t, "first round", of(month)...)
		c.fail = nil
		r.Retry(t.Context(), job)
		c.expect(t, "retry", of(before(month, 0, 12)...)...)
		if h := portal(r).Health; !h.Up || len(h.Last().Outcomes) != len(services) {
			t.Errorf("up %v, outcomes %+v", h.Up, h.Last().Outcomes)
		}
	})
}

func TestACallThatHangsIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		var hanging atomic.Int64
		source := &script{t: t, answers: []func() (index.Answer, error){
			good(national(34)),
			func() (index.Answer, error) {
				hanging.Add(1)
				<-gate // heeds no context
				return index.Answer{}, errors.New("too late")
			},
			good(national(33)),
		}}
		r, job, _ := refresher(t, source)
		job.Limit = time.Minute
		r.Round(t.Context(), job)
		for range 3 {
			r.Round(t.Context(), job)
		}
		if h := portal(r).Health; h.Up || h.Failures[index.Timeout] != 3 || hanging.Load() != 1 || len(portal(r).Entries[0].Rows) != 34 {
			t.Errorf("up %v, failures %v, %d calls left behind", h.Up, h.Failures, hanging.Load())
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		time.Sleep(time.Second)
		cancel()
		<-done // the call that still hangs does not hold up the end
		close(gate)
		synctest.Wait()
		r.Round(t.Context(), job)
		if len(portal(r).Entries[0].Rows) != 33 || !portal(r).Health.Up {
			t.Error("it does not go on once the call has ended")
		}
	})
}

func TestNothingAskedIsNotUp(t *testing.T) {
	r, job, _ := refresher(t, &script{t: t, answers: []func() (index.Answer, error){good()}})
	r.Round(t.Context(), job)
	if h := portal(r).Health; h.Up || !strings.Contains(h.Last().Outcomes[0].Text, "nothing was asked") {
		t.Errorf("up %v, %+v", h.Up, h.Last())
	}
}

func TestEachFileIsJudgedByItself(t *testing.T) {
	file := func(name string, age time.Duration, failure *index.Failure, rows ...index.Row) index.Part {
		return index.Part{Name: name, Location: "ho-so", AsOf: time.Now().Add(-age), RowsUsed: len(rows), Rows: rows, Failure: failure}
	}
	row := index.Row{Unit: index.Unit{Name: "Sở A"}, Backlog: &index.Backlog{}}
	records := func(answers ...func() (index.Answer, error)) (*Refresher, *Job) {
		store := book.Read(t.TempDir(), "test", []index.SourceName{index.Records}, slog.New(slog.DiscardHandler))
		job := &Job{Name: index.Records, Source: &script{t: t, answers: answers}, Interval: time.Hour, Limit: time.Hour, StaleAfter: 96 * time.Hour}
		r := &Refresher{Store: store, Jobs: []*Job{job}, Domain: func(now time.Time) time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
		r.Start()
		return r, job
	}
	for name, test := range map[string]struct {
		parts  []index.Part
		up     bool
		reason index.Reason
		held   int
	}{
		"two fresh files":            {[]index.Part{file("a", time.Hour, nil, row), file("b", 95*time.Hour, nil, row)}, true, "", 2},
		"one is silent":              {[]index.Part{file("a", time.Hour, nil, row), file("b", 97*time.Hour, nil, row)}, false, index.Stale, 2},
		"one is refused, and stands": {[]index.Part{file("a", time.Hour, nil, row), file("b", time.Hour, index.Failf(index.Malformed, "form"), row)}, false, index.Malformed, 2},
		"one never was read":         {[]index.Part{file("a", time.Hour, nil, row), file("b", time.Hour, index.Failf(index.Malformed, "form"))}, false, index.Malformed, 1},
	} {
		r, job := records(good(test.parts...))
		r.Round(t.Context(), job)
		source := r.Store.Book()[index.Records]
		outcomes := source.Health.Last().Outcomes
		if source.Health.Up != test.up || len(outcomes) != 1 || outcomes[0].Name != "ho-so" || outcomes[0].Reason != test.reason || len(source.Entries) != test.held {
			t.Errorf("%s: up %v, %+v, %d held", name, source.Health.Up, outcomes, len(source.Entries))
		}
	}
	// An unchanged answer is judged by the clock all the same, and leaves the entries.
	parts := []index.Part{file("a", 0, nil, row)}
	r, job := records(good(parts...), func() (index.Answer, error) { return index.Answer{Parts: parts, Unchanged: true}, nil })
	r.Round(t.Context(), job)
	entries := r.Store.Book()[index.Records].Entries
	job.StaleAfter = time.Nanosecond
	r.Round(t.Context(), job)
	if s := r.Store.Book()[index.Records]; s.Health.Up || &s.Entries[0] != &entries[0] {
		t.Errorf("up %v, entries made anew %v", s.Health.Up, &s.Entries[0] != &entries[0])
	}
}
