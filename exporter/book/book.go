// Package book keeps every answer that was judged good, in one list by part,
// window and period, and on disk, so that a restart shows the same. What a window
// shows now, the closed periods before it and what a database or file said last
// are all in that list; which of them may be shown is not decided here.
package book

import (
	"cmp"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
)

// MaxAgo is how many closed periods before the newest one are kept of a window.
const MaxAgo = 12

// Book is what was known at one moment, by source. It is never changed: a new
// answer makes a new book that shares what has stayed.
type Book map[index.SourceName]*Source

// Source is everything known of one source.
type Source struct {
	Entries []Entry   `json:"entries"` // see Order
	Health  Health    `json:"health"`
	Saved   time.Time `json:"saved,omitzero"` // when it was last written to disk; zero: never
}

// Entry is a part that was judged good. An entry without rows says that the
// source has no data for its period.
type Entry struct {
	index.Part
	Accepted time.Time `json:"accepted"` // when it was last asked and found good
	// Closed is when it was first found good after its period had ended; zero: not
	// yet. Published figures of closed periods may still move, see refresh.
	Closed time.Time `json:"closed,omitzero"`
}

// Find returns the entry of a key, or nil.
func (s *Source) Find(key index.Key) *Entry {
	i := slices.IndexFunc(s.Entries, func(e Entry) bool { return e.Key() == key })
	if i < 0 {
		return nil
	}
	return &s.Entries[i]
}

// Answer returns what a part says of a period, whichever window it was asked for,
// or nil. Of two windows that the period belongs to, the later answer counts.
func (s *Source) Answer(name string, p index.Period) (answer *Entry) {
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Name == name && e.Period == p && (answer == nil || e.Accepted.After(answer.Accepted)) {
			answer = e
		}
	}
	return answer
}

// Latest returns the entry with rows of a part's newest period in a window, or nil.
func (s *Source) Latest(name string, w index.Window) (latest *Entry) {
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Name == name && e.Window == w && len(e.Rows) > 0 && (latest == nil || compare(e.Period, latest.Period) > 0) {
			latest = e
		}
	}
	return latest
}

// Newest returns the newest period of which a window has an answer with rows, and
// false if there is none.
func (s *Source) Newest(w index.Window) (newest index.Period, ok bool) {
	for i := range s.Entries {
		if e := &s.Entries[i]; e.Window == w && len(e.Rows) > 0 && (!ok || e.Period.Start().After(newest.Start())) {
			newest, ok = e.Period, true
		}
	}
	return newest, ok
}

// Parts returns the entries as the source gave them.
func (s *Source) Parts() []index.Part {
	parts := make([]index.Part, len(s.Entries))
	for i, e := range s.Entries {
		parts[i] = e.Part
	}
	return parts
}

// AsOf returns when the newest figures hold, the zero time if there are none.
func (s *Source) AsOf() (newest time.Time) {
	for i := range s.Entries {
		if e := &s.Entries[i]; len(e.Rows) > 0 && e.AsOf.After(newest) {
			newest = e.AsOf
		}
	}
	return newest
}

// Order sorts the entries by window, each with the newest period first; what is of
// one period stays as it stands.
func (s *Source) Order() {
	slices.SortStableFunc(s.Entries, func(x, y Entry) int {
		return cmp.Or(cmp.Compare(slices.Index(index.Windows, x.Window), slices.Index(index.Windows, y.Window)), compare(y.Period, x.Period))
	})
}

// Prune leaves of each window the newest period whole, of the MaxAgo periods before
// it what is shown of a past, and nothing of those before.
func (s *Source) Prune() {
	newest := map[index.Window]index.Period{}
	for _, w := range index.Windows {
		if p, ok := s.Newest(w); ok {
			newest[w] = p
		}
	}
	s.Entries = slices.DeleteFunc(s.Entries, func(e Entry) bool {
		p, ok := newest[e.Window]
		return ok && e.Period.Start().Before(p.Ago(MaxAgo).Start())
	})
	for i := range s.Entries {
		e := &s.Entries[i]
		if p, ok := newest[e.Window]; ok && e.Period.Start().Before(p.Start()) {
			e.Part = pastOf(e.Part)
		}
	}
}

// Whole says whether Prune has left an entry as it was.
func (s *Source) Whole(e *Entry) bool {
	newest, ok := s.Newest(e.Window)
	return !ok || !e.Period.Start().Before(newest.Start())
}

// pastOf is what is kept of a part whose period is over: the scores, and all that
// the head of the answer says of the own province.
func pastOf(part index.Part) index.Part {
	kept := func(row index.Row, f index.Figure) bool {
		return row.Line == 0 || f.Measure == index.Score || f.Measure == index.GroupScore
	}
	more := func(row index.Row) bool {
		return slices.ContainsFunc(row.Figures, func(f index.Figure) bool { return !kept(row, f) })
	}
	if !slices.ContainsFunc(part.Rows, more) {
		return part
	}
	var rows []index.Row
	for _, row := range part.Rows {
		if n := len(row.Figures); more(row) {
			figures := make([]index.Figure, 0, n)
			for _, f := range row.Figures {
				if kept(row, f) {
					figures = append(figures, f)
				}
			}
			row.Figures = slices.Clip(figures)
		}
		if len(row.Figures) > 0 {
			rows = append(rows, row)
		}
	}
	part.Rows, part.Indicators = rows, nil
	return part
}

func compare(x, y index.Period) int {
	if x == (index.Period{}) || y == (index.Period{}) {
		return 0
	}
	return x.Start().Compare(y.Start())
}

// Expiry returns when an entry becomes too old to be shown, false: never. The age
// of a file is that of its data, however recently it was looked at.
func (s *Source) Expiry(e *Entry) (end time.Time, ok bool) {
	since := e.Accepted
	if e.Location != "" {
		since = e.AsOf
	}
	return since.Add(s.Health.Expire), s.Health.Expire > 0
}

// Health is how a source is doing.
type Health struct {
	Up          bool                 `json:"up"` // every required answer of the last round was used
	LastAttempt time.Time            `json:"last_attempt,omitzero"`
	LastSuccess time.Time            `json:"last_success,omitzero"` // of a round without failure
	Duration    time.Duration        `json:"duration"`              // of the last round
	Rounds      []Round              `json:"rounds,omitempty"`      // newest first
	Interval    time.Duration        `json:"-"`                     // between rounds, as configured
	Expire      time.Duration        `json:"-"`                     // after which an answer is no longer shown
	StaleAfter  time.Duration        `json:"-"`                     // after which a file that nobody renews fails
	Tried       bool                 `json:"-"`                     // since start
	Failures    map[index.Reason]int `json:"-"`                     // since start
	Revisions   int                  `json:"-"`                     // since start
}

// MaxRounds is how many rounds of a source are kept for people to look at.
const MaxRounds = 10

// Round is one attempt to read a source.
type Round struct {
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration"`
	Outcomes []Outcome     `json:"outcomes"`
}

// Last returns the last round, the zero round before the first.
func (h Health) Last() Round {
	if len(h.Rounds) == 0 {
		return Round{}
	}
	return h.Rounds[0]
}

// Failed lists the outcomes with a failure.
func (r Round) Failed() []Outcome {
	return slices.DeleteFunc(slices.Clone(r.Outcomes), func(o Outcome) bool { return o.Reason == "" })
}

// Outcome is what a round brought for one part, or for all files of one location.
type Outcome struct {
	Name   string       `json:"name"`
	Window index.Window `json:"window,omitempty"`
	Period index.Period `json:"period,omitzero"`
	Past   bool         `json:"past,omitempty"`   // a closed period, not required for Up
	Rows   int          `json:"rows,omitempty"`   // used
	Reason index.Reason `json:"reason,omitempty"` // empty = good
	Text   string       `json:"text,omitempty"`   // why, for a person
	NotYet bool         `json:"-"`                // there is no answer yet, and nothing is wrong
}

// Key returns the question that the outcome answers.
func (o Outcome) Key() index.Key { return index.Key{Name: o.Name, Window: o.Window, Period: o.Period} }
