// Package snapshot holds the one immutable picture of everything known: the last
// good answer of every part of every source, the closed periods, and how the
// sources are doing. It keeps the picture on disk, so that a restart shows the
// same, and derives from it the View: who is meant, what may still be shown, who
// stands where.
package snapshot

import (
	"iter"
	"time"

	"dvc_exporter/exporter/index"
)

// Picture is what was known at one moment, by source. It is never changed: a
// new reading makes a new picture that shares what has stayed.
type Picture map[index.SourceName]*Source

// Source is everything known of one source.
type Source struct {
	Parts  []Held `json:"parts"`          // the last good answer of each part, in the source's order
	Past   []Past `json:"past,omitempty"` // closed periods before those that the windows show
	Health Health `json:"health"`
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

// Key says which part of a source: its name and its window.
type Key struct {
	Name   string
	Window index.Window
}

// Key returns what tells the part from the others of its source.
func (h Held) Key() Key { return Key{h.Name, h.Window} }

// Part returns the held part of a key, or nil.
func (s *Source) Part(k Key) *Held { return find(s.Parts, k) }

// Part returns the held part of a key, or nil.
func (p *Past) Part(k Key) *Held { return find(p.Parts, k) }

func find(parts []Held, k Key) *Held {
	for i := range parts {
		if parts[i].Key() == k {
			return &parts[i]
		}
	}
	return nil
}

// all yields the parts of the shown periods, then those of the past.
func (s *Source) all() iter.Seq[Held] {
	return func(yield func(Held) bool) {
		for _, h := range s.Parts {
			if !yield(h) {
				return
			}
		}
		for _, p := range s.Past {
			for _, h := range p.Parts {
				if !yield(h) {
					return
				}
			}
		}
	}
}

// PastPeriod returns what is held of a closed period, or nil.
func (s *Source) PastPeriod(p index.Period) *Past {
	for i := range s.Past {
		if s.Past[i].Period == p {
			return &s.Past[i]
		}
	}
	return nil
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

// Failed counts the outcomes with a failure.
func (r Round) Failed() int {
	n := 0
	for _, o := range r.Outcomes {
		if o.Reason != "" {
			n++
		}
	}
	return n
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
