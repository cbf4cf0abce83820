// Package snapshot holds the one immutable picture of everything known: the last
// good answer of every part of every source, the closed periods, and how the
// sources are doing. It keeps the picture on disk, so that a restart shows the
// same, and derives from it the View: who is meant, what may still be shown, who
// stands where.
package snapshot

import (
	"iter"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
)

// Picture is what was known at one moment, by source. It is never changed: a
// new reading makes a new picture that shares what has stayed.
type Picture map[index.SourceName]*Source

// Precedence is the order in which sources are believed where two say the same
// of one unit and window.
var Precedence = []index.SourceName{index.Portal, index.Records, index.SQL, index.Documents, index.Pages}

// Source is everything known of one source.
type Source struct {
	Parts  []Held    `json:"parts"`          // the last good answer of each part, in the source's order
	Past   []Past    `json:"past,omitempty"` // closed periods before those that the windows show
	Health Health    `json:"health"`
	Saved  time.Time `json:"saved,omitzero"` // when it was last written to disk; zero: never
}

// Held is a part that was judged good.
type Held struct {
	index.Part
	Accepted time.Time `json:"accepted"` // when it was last asked and found good
}

// Past is what a source says of one closed period. Only scores are kept of it.
type Past struct {
	Period index.Period `json:"period"`
	First  time.Time    `json:"first,omitzero"` // when it was there whole for the first time; zero: not yet
	Last   time.Time    `json:"last,omitzero"`  // when it was there whole most recently
	Parts  []Held       `json:"parts"`
}

// Find returns the part of a name and window, or nil.
func Find(parts []Held, name string, w index.Window) *Held {
	i := slices.IndexFunc(parts, func(h Held) bool { return h.Name == name && h.Window == w })
	if i < 0 {
		return nil
	}
	return &parts[i]
}

// PastPeriod returns what is held of a closed period, or nil.
func (s *Source) PastPeriod(p index.Period) *Past {
	i := slices.IndexFunc(s.Past, func(past Past) bool { return past.Period == p })
	if i < 0 {
		return nil
	}
	return &s.Past[i]
}

// AsOf returns when the newest figures hold, the zero time if there are none.
func (s *Source) AsOf() time.Time {
	var newest time.Time
	for _, held := range s.Parts {
		if held.AsOf.After(newest) {
			newest = held.AsOf
		}
	}
	return newest
}

// all yields the parts of the shown periods, then those of the past.
func (s *Source) all() iter.Seq[Held] {
	return func(yield func(Held) bool) {
		for _, p := range slices.Concat([]Past{{Parts: s.Parts}}, s.Past) {
			for _, h := range p.Parts {
				if !yield(h) {
					return
				}
			}
		}
	}
}

// Health is how a source is doing.
type Health struct {
	Up          bool                 `json:"up"` // every required answer of the last round was used
	LastAttempt time.Time            `json:"last_attempt,omitzero"`
	LastSuccess time.Time            `json:"last_success,omitzero"` // of a round without failure
	Duration    time.Duration        `json:"duration"`              // of the last round
	Interval    time.Duration        `json:"-"`                     // between rounds, as configured
	Expire      time.Duration        `json:"-"`                     // after which an answer is no longer shown
	Rounds      []Round              `json:"rounds,omitempty"`      // newest first
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

// Outcome is what a round brought for one part.
type Outcome struct {
	Name   string       `json:"name"`
	Window index.Window `json:"window,omitempty"`
	Period index.Period `json:"period,omitzero"`
	Past   bool         `json:"past,omitempty"`   // a closed period, not required for Up
	Rows   int          `json:"rows,omitempty"`   // used
	Reason index.Reason `json:"reason,omitempty"` // empty = good
	Text   string       `json:"text,omitempty"`   // why, for a person
}
