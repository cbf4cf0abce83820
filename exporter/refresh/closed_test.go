package refresh

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// chronicle is a Historian of two services with one score for each period.
type chronicle struct {
	windows []index.Window
	now     func() time.Time
	score   map[index.Period]float64
	fail    map[index.Key]*index.Failure // by key without window
	broken  map[string]bool              // services whose decoder panics
	mu      sync.Mutex
	asked   []string // name and period
	probes  int      // requests that were not to be tried twice
}

var services = []string{"service-results", "transparency"}

func (c *chronicle) Keys(w index.Window, p index.Period) (keys []index.Key) {
	for _, name := range services {
		keys = append(keys, index.Key{Name: name, Window: w, Period: p})
	}
	return keys
}

func (c *chronicle) Fetch(ctx context.Context, _ []index.Part) (index.Answer, error) {
	var keys []index.Key
	for _, w := range c.windows {
		keys = append(keys, c.Keys(w, w.At(c.now()))...)
	}
	return index.Answer{Parts: c.Ask(ctx, keys, false)}, nil
}

func (c *chronicle) Ask(_ context.Context, keys []index.Key, probe bool) (parts []index.Part) {
	for i, key := range keys {
		c.mu.Lock()
		c.asked = append(c.asked, key.Name+" "+key.Period.String())
		c.mu.Unlock()
		part := national(34)
		part.Name, part.Window, part.Period, part.AsOf = key.Name, key.Window, key.Period, time.Now()
		failure := cmp.Or(c.fail[index.Key{Name: key.Name, Period: key.Period}], c.fail[index.Key{Name: key.Name}])
		if probe && i == 0 {
			c.probes++
			if failure != nil {
				return []index.Part{key.Failed(failure)}
			}
		}
		if c.broken[key.Name] {
			panic("index out of range")
		}
		score, known := c.score[key.Period]
		if !known {
			score = 60
		}
		if score == 0 {
			part.Rows = nil
		}
		for j := range part.Rows {
			part.Rows[j].Figures = []index.Figure{{Measure: index.Score, Value: score}, {Measure: index.Numerator, Indicator: "X", Value: 1}}
			for _, code := range codes {
				part.Rows[j].Figures = append(part.Rows[j].Figures, index.Figure{Measure: index.GroupScore, Group: code, Value: score / 6})
			}
		}
		if failure != nil {
			part = key.Failed(failure)
		}
		parts = append(parts, part)
	}
	return parts
}

// expect compares what was asked since the last time.
func (c *chronicle) expect(t *testing.T, what string, want ...string) {
	t.Helper()
	if !slices.Equal(c.asked, want) {
		t.Errorf("%s: asked\n%s\nwant\n%s", what, strings.Join(c.asked, "\n"), strings.Join(want, "\n"))
	}
	c.asked = nil
}

// of names the parts of periods.
func of(periods ...index.Period) (list []string) {
	for _, p := range periods {
		for _, name := range services {
			list = append(list, fmt.Sprint(name, " ", p))
		}
	}
	return list
}

func newChronicle() (*chronicle, index.Period) {
	c := &chronicle{windows: []index.Window{index.Month}, now: time.Now, score: map[index.Period]float64{}, fail: map[index.Key]*index.Failure{}, broken: map[string]bool{}}
	return c, index.Month.At(time.Now())
}

func before(p index.Period, from, to int) (list []index.Period) {
	for ago := from; ago <= to; ago++ {
		list = append(list, p.Ago(ago))
	}
	return list
}

func TestClosedPeriodsAreAskedOnceAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, month := newChronicle()
		start := time.Now()
		c.now = func() time.Time { return start } // the month stays
		c.fail[index.Key{Name: "transparency", Period: month.Ago(2)}] = index.Failf(index.Malformed, "cut")
		c.score[month.Ago(3)] = 0 // no data
		r, job, log := refresher(t, c)
		job.Windows = []index.Window{index.Month}
		r.Domain = func(time.Time) time.Time { return start }

		r.Round(t.Context(), job)
		c.expect(t, "first round", of(before(month, 0, 12)...)...)
		if !portal(r).Health.Up {
			t.Error("a closed period that failed takes the source down")
		}
		if got := portal(r).Answer("service-results", month.Ago(1)).Rows[0].Figures; len(got) != 7 {
			t.Errorf("%d figures are kept of a closed period, want the seven scores", len(got))
		}
		r.Round(t.Context(), job)
		c.expect(t, "second round", append(of(month), "transparency "+month.Ago(2).String())...)
		c.fail = nil
		r.Round(t.Context(), job)
		c.expect(t, "third round", append(of(month), "transparency "+month.Ago(2).String())...)
		r.Round(t.Context(), job)
		c.expect(t, "all is known", of(month)...)

		time.Sleep(7*24*time.Hour + time.Minute)
		c.score[month.Ago(1)] = 57
		r.Round(t.Context(), job)
		c.expect(t, "after a week", of(before(month, 0, 12)...)...)
		if got := portal(r).Health.Revisions; got != 2*34*7 {
			t.Errorf("%d revisions, want 34 totals and their groups in two services", got)
		}
		if !strings.Contains(log.String(), "old=60 new=57") {
			t.Error("the log does not give the old and the new value")
		}
		r.Round(t.Context(), job)
		c.expect(t, "after the week's round", of(month)...)
		time.Sleep(23 * 24 * time.Hour)
		r.Round(t.Context(), job)
		c.expect(t, "after 30 days", of(before(month, 0, 12)...)...)
		time.Sleep(100 * 24 * time.Hour)
		r.Round(t.Context(), job)
		c.expect(t, "later", of(month)...)
	})
}

// TestAClosedPeriodThatIsNotAnswered ends the round, and is tried again like all that
// may have passed, as what it is: a closed period.
func TestAClosedPeriodThatIsNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, month := newChronicle()
		for _, name := range services {
			c.fail[index.Key{Name: name, Period: month.Ago(3)}] = index.Failf(index.Unreachable, "gone")
		}
		r, job, _ := refresher(t, c)
		job.Windows = []index.Window{index.Month}
		r.Round(t.Context(), job)
		c.expect(t, "a round in which the network goes", of(before(month, 0, 3)...)...)
		if r.retryDelay(job, 0) == 0 {
			t.Error("it is not tried again before the next round")
		}
		c.fail = nil
		r.Retry(t.Context(), job)
		c.expect(t, "retry", of(before(month, 3, 12)...)...)
		h := portal(r).Health
		if failed := h.Last().Failed(); !h.Up || len(failed) > 0 || len(h.Last().Outcomes) != len(services) {
			t.Errorf("up %v, failed %v, outcomes %+v", h.Up, failed, h.Last().Outcomes)
		}
	})
}

// TestComplete: what is asked for once, of whatever period, is kept whole, and nothing
// known is lost by an answer that has less.
func TestComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, month := newChronicle()
		r, job, _ := refresher(t, c)
		job.Windows = []index.Window{index.Month}
		r.Round(t.Context(), job)
		last, old := month.Ago(1), month.Ago(20)
		c.score[last] = 0 // the portal has lost it
		c.fail[index.Key{Name: "transparency", Period: old}] = index.Failf(index.ServerError, "502")
		failed, err := r.Complete(t.Context(), job, append(c.Keys(index.Month, last), c.Keys(index.Month, old)...))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, o := range failed {
			names = append(names, fmt.Sprint(o.Name, " ", o.Period, " ", o.Reason))
		}
		want := []string{fmt.Sprint("service-results ", last, " too_few_units"), fmt.Sprint("transparency ", last, " too_few_units"), fmt.Sprint("transparency ", old, " server_error")}
		if !slices.Equal(names, want) {
			t.Errorf("asked for in vain: %q, want %q", names, want)
		}
		if e := portal(r).Answer("service-results", last); e == nil || len(e.Rows) != 34 {
			t.Errorf("the month before is lost: %+v", e)
		}
		if e := portal(r).Answer("service-results", old); e == nil || len(e.Rows[0].Figures) != 8 || e.Closed.IsZero() {
			t.Errorf("a month long ago is not whole: %+v", e)
		}
	})
}

func TestTheMonthJustShownStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newChronicle()
		time.Sleep(time.Until(time.Date(2027, 3, 20, 12, 0, 0, 0, index.Vietnam)))
		february := index.Month.At(time.Now())
		r, job, _ := refresher(t, c)
		job.Windows = []index.Window{index.Month}
		r.Round(t.Context(), job)
		time.Sleep(11 * 24 * time.Hour)
		r.Round(t.Context(), job)
		c.asked = nil

		time.Sleep(24 * time.Hour) // it is April: one service has March, the other fails
		march := february.Ago(-1)
		c.fail[index.Key{Name: "transparency", Period: march}] = index.Failf(index.Malformed, "cut")
		r.Round(t.Context(), job)
		for _, name := range services {
			if e := portal(r).Answer(name, february); e == nil || len(e.Rows) != 34 {
				t.Errorf("February of %s is lost", name)
			}
		}
		if e := portal(r).Answer("service-results", march); e == nil || portal(r).Answer("transparency", march) != nil {
			t.Error("March stands wrong")
		}
		for _, asked := range c.asked {
			if strings.HasSuffix(asked, february.String()) {
				t.Errorf("asked again: %s", asked)
			}
		}
	})
}

func TestAPanicIsAFailureAndNotTheEnd(t *testing.T) {
	c, month := newChronicle()
	r, job, log := refresher(t, c)
	job.Windows = []index.Window{index.Month}
	r.Round(t.Context(), job)
	known := len(portal(r).Entries)
	c.broken["transparency"] = true
	r.Round(t.Context(), job)
	source := portal(r)
	if source.Health.Up || source.Health.Failures[index.Internal] != 1 || len(source.Entries) != known {
		t.Errorf("up %v, %d internal failures, %d entries of %d", source.Health.Up, source.Health.Failures[index.Internal], len(source.Entries), known)
	}
	if text := log.String(); !strings.Contains(text, "index out of range") || !strings.Contains(text, "closed_test.go") {
		t.Errorf("the log has no stack: %s", text)
	}
	// A closed period, too.
	source.Entries = slices.DeleteFunc(source.Entries, func(e book.Entry) bool { return e.Period == month.Ago(1) })
	c.asked = nil
	r.closed(t.Context(), job, 0, false)
	if got := portal(r).Health.Failures[index.Internal]; got != 3 { // both parts of the period
		t.Errorf("%d internal failures after the closed period, want 3", got)
	}
}
