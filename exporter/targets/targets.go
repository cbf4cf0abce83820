// Package targets reads what a plan demands: ratios of indicators, points of the
// score, and the grades that points are worth.
package targets

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/index"
)

// Plan is a list of targets with the time in which each holds.
type Plan struct {
	Targets []Target `yaml:"targets"`
	Scores  []Score  `yaml:"scores"`
	Grades  Grades   `yaml:"grades"`
}

// Target is a ratio that an indicator is to reach.
type Target struct {
	Indicator string  `yaml:"indicator"` // code, such as ONLINE_PAYMENT
	Ratio     float64 `yaml:"ratio"`     // above 0, at most 1
	Term      `yaml:",inline"`
}

// Score is how many points the score of a window is to reach.
type Score struct {
	Window index.Window `yaml:"window"`
	Points float64      `yaml:"points"` // above 0, at most 100
	Term   `yaml:",inline"`
}

// Term is when a target holds and why.
type Term struct {
	From  Date   `yaml:"from"`  // first day
	Until Date   `yaml:"until"` // last day; empty: until another one replaces it
	Basis string `yaml:"basis"` // the decision or plan that sets it
}

// Date is a calendar day in Viet Nam, YYYY-MM-DD, or nothing.
type Date struct{ time.Time }

// UnmarshalYAML implements yaml.Unmarshaler.
func (d *Date) UnmarshalYAML(node *yaml.Node) error {
	day, err := time.ParseInLocation(time.DateOnly, node.Value, index.Vietnam)
	if err != nil {
		return fmt.Errorf("line %d, column %d: %q is not a day such as 2024-01-01", node.Line, node.Column, node.Value)
	}
	d.Time = day
	return nil
}

//go:embed plan-2024.yaml
var builtIn []byte

// BuiltIn is the plan of 2024, in force where no file says otherwise.
func BuiltIn() *Plan {
	p, err := parse(builtIn)
	if err != nil {
		panic(err) // a test reads it
	}
	return p
}

// ReadFile reads a plan, with the built-in grades if it has none. Its error names
// the file and, where it can, the line.
func ReadFile(path string) (*Plan, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if p.Grades == nil {
		p.Grades = BuiltIn().Grades
	}
	return p, nil
}

func parse(raw []byte) (*Plan, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	var p Plan
	if err := decoder.Decode(&p); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i, t := range p.Targets {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("target %d (%s): %w", i+1, t.Indicator, err)
		}
	}
	for i, s := range p.Scores {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("score %d (%s): %w", i+1, s.Window, err)
		}
	}
	return &p, p.Grades.check()
}

func (t Target) check() error {
	switch {
	case t.Indicator == "":
		return errors.New("no indicator, which is a code such as ONLINE_PAYMENT")
	case !(t.Ratio > 0 && t.Ratio <= 1):
		return fmt.Errorf("ratio %v is not above 0 and at most 1; 55 %% is 0.55", t.Ratio)
	}
	return t.Term.check()
}

func (s Score) check() error {
	switch {
	case !slices.Contains(index.Windows, s.Window):
		return fmt.Errorf("there is no such window, only %v", index.Windows)
	case !(s.Points > 0 && s.Points <= 100):
		return fmt.Errorf("points %v are not above 0 and at most 100", s.Points)
	}
	return s.Term.check()
}

func (t Term) check() error {
	switch {
	case t.From.IsZero():
		return errors.New("no day from which it holds (from)")
	case !t.Until.IsZero() && t.Until.Before(t.From.Time):
		return errors.New("until lies before from")
	}
	return nil
}

func (t Term) holds(at time.Time) bool {
	return !at.Before(t.From.Time) && (t.Until.IsZero() || at.Before(t.Until.AddDate(0, 0, 1)))
}

// Ratios returns the ratio in force at a time for each indicator that has one:
// of several, the one that came into force last.
func (p *Plan) Ratios(at time.Time) map[string]float64 {
	return inForce(p.Targets, at, func(t Target) (string, float64, Term) { return t.Indicator, t.Ratio, t.Term })
}

// Points returns the points in force at a time for each window that has a target.
func (p *Plan) Points(at time.Time) map[index.Window]float64 {
	return inForce(p.Scores, at, func(s Score) (index.Window, float64, Term) { return s.Window, s.Points, s.Term })
}

func inForce[T any, K comparable](all []T, at time.Time, of func(T) (K, float64, Term)) map[K]float64 {
	values, since := map[K]float64{}, map[K]time.Time{}
	for _, t := range all {
		key, value, term := of(t)
		if term.holds(at) && !term.From.Before(since[key]) {
			values[key], since[key] = value, term.From.Time
		}
	}
	return values
}
