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

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
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
func refresher(t *testing.T, source Source) (*Refresher, Job, *strings.Builder) {
	t.Helper()
	log := &strings.Builder{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	store, err := snapshot.Open(t.TempDir(), "test", []index.SourceName{index.Portal}, logger)
	if err != nil {
		t.Fatal(err)
	}
	job := Job{Name: index.Portal, Source: source, Interval: 6 * time.Hour, Expire: 240 * time.Hour}
	r := &Refresher{Store: store, Jobs: []Job{job}, Domain: func(now time.Time) time.Time { return now }, Log: logger}
	r.Start()
	return r, job, log
}

func portal(r *Refresher) *snapshot.Source { return r.Store.Picture()[index.Portal] }

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
	if len(s.Parts) != 2 || len(s.Parts[0].Rows) != 33 || len(s.Parts[1].Rows) != 34 {
		t.Errorf("want the new first part and the old second one, got %d parts", len(s.Parts))
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
			if s := portal(r); len(s.Parts) != 1 || s.Health.Up || len(s.Health.Rounds[0].Failed()) != 1 {
				t.Errorf("parts %d, health %+v", len(s.Parts), s.Health)
			}
		})
	}
}

func TestHalfOfTheUnitsAreBelievedOnlyAtTheThirdHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(national(34)), good(national(17))}, t: t})
		for round, want := range []int{34, 34, 34, 17} {
			r.Round(t.Context(), job)
			if got := len(portal(r).Parts[0].Rows); got != want {
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
		source := &script{takes: time.Minute, t: t, answers: []func() (index.Answer, error){
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
		at(5*time.Hour, 1)
		at(7*time.Hour, 2)  // after the interval
		at(13*time.Hour, 3) // a failure changes nothing
		at(35*time.Hour, 3) // the portal has asked for a day
		at(38*time.Hour, 4)
		cancel()
		<-done
	})
}

func TestOldRoundsAreForgotten(t *testing.T) {
	r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(national(3))}, t: t})
	for range snapshot.MaxRounds + 3 {
		r.Round(t.Context(), job)
	}
	if got := len(portal(r).Health.Rounds); got != snapshot.MaxRounds {
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
	if len(portal(r).Parts[0].Rows) != 34 {
		t.Error("what was known is gone")
	}
}

// chronicle is a Historian with one score for each period.
type chronicle struct {
	script
	score map[index.Period]float64
	asked []index.Period
	fail  map[index.Period]*index.Failure
}

func (c *chronicle) FetchPeriod(_ context.Context, w index.Window, p index.Period) []index.Part {
	c.asked = append(c.asked, p)
	part := national(34)
	part.Window, part.Period, part.Failure = w, p, c.fail[p]
	if part.Failure != nil {
		part.Rows = nil
	}
	if part.Failure == nil && c.score[p] == 0 {
		part.Rows = nil
	}
	for i := range part.Rows {
		part.Rows[i].Figures = []index.Figure{{Measure: index.Score, Value: c.score[p]}, {Measure: index.Numerator, Indicator: "X", Value: 1}}
		for _, code := range codes {
			part.Rows[i].Figures = append(part.Rows[i].Figures, index.Figure{Measure: index.GroupScore, Group: code, Value: c.score[p] / 6})
		}
	}
	return []index.Part{part}
}

func TestClosedPeriodsAreAskedOnceAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		month := index.Month.At(now)
		current := national(34)
		current.Window, current.Period = index.Month, month
		c := &chronicle{
			script: script{answers: []func() (index.Answer, error){good(current)}, t: t},
			score:  map[index.Period]float64{month.Ago(1): 57, month.Ago(2): 51},
			fail:   map[index.Period]*index.Failure{month.Ago(2): index.Failf(index.Timeout, "slow")},
		}
		r, job, log := refresher(t, c)
		job.Past = []index.Window{index.Month}
		r.Domain = func(time.Time) time.Time { return now } // the month stays
		round := func(wantAsked ...index.Period) {
			t.Helper()
			c.asked = nil
			r.Round(t.Context(), job)
			if len(c.asked) != len(wantAsked) {
				t.Fatalf("asked %v, want %v", c.asked, wantAsked)
			}
			for i := range wantAsked {
				if c.asked[i] != wantAsked[i] {
					t.Fatalf("asked %v, want %v", c.asked, wantAsked)
				}
			}
		}
		var twelve []index.Period
		for ago := 1; ago <= 12; ago++ {
			twelve = append(twelve, month.Ago(ago))
		}
		round(twelve...)
		if !portal(r).Health.Up {
			t.Error("a closed period that failed takes the source down")
		}
		if f := portal(r).PastPeriod(month.Ago(1)).Parts[0].Rows[0].Figures; len(f) != 7 {
			t.Errorf("%d figures are kept, want the seven scores", len(f))
		}
		c.fail = nil
		round(month.Ago(2)) // the one that failed
		round()
		time.Sleep(7 * 24 * time.Hour)
		c.score[month.Ago(1)] = 57.5
		round(twelve...)
		if got := portal(r).Health.Revisions; got != 34*7 {
			t.Errorf("%d revisions, want 34 totals and their groups", got)
		}
		if !strings.Contains(log.String(), "old=57 new=57.5") {
			t.Error("the log does not give the old and the new value")
		}
		round()
		time.Sleep(23 * 24 * time.Hour)
		round(twelve...)
		time.Sleep(100 * 24 * time.Hour)
		round()
	})
}

func TestWhatMakesWayToANewPeriodIsKept(t *testing.T) {
	older, newer := national(34), national(34)
	older.Window, older.Period = index.Month, index.Period{Months: 1, Year: 2026, Number: 9}
	newer.Window, newer.Period = index.Month, index.Period{Months: 1, Year: 2026, Number: 10}
	r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(older), good(newer)}, t: t})
	r.Round(t.Context(), job)
	r.Round(t.Context(), job)
	past := portal(r).PastPeriod(older.Period)
	if past == nil || len(past.Parts) != 1 || len(past.Parts[0].Rows) != 34 {
		t.Fatalf("the month before is lost: %+v", past)
	}
	if !due(past, time.Now()) {
		t.Error("it would not be asked again now that it has closed")
	}
}

func TestWhatIsNotYetThereIsNoFailureAndLosesNothing(t *testing.T) {
	notYet := index.Part{Name: national(0).Name, Window: national(0).Window, NotYet: true}
	r, job, _ := refresher(t, &script{answers: []func() (index.Answer, error){good(notYet), good(national(63)), good(notYet)}})
	for round, rows := range []int{0, 63, 63} {
		r.Round(t.Context(), job)
		known := 0
		for _, held := range portal(r).Parts {
			known += len(held.Rows)
		}
		if !portal(r).Health.Up || known != rows {
			t.Errorf("round %d: up %v, %d rows known, want %d", round, portal(r).Health.Up, known, rows)
		}
	}
}
