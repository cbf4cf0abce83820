package targets

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// Grades are what a province calls its scores, the best first, the last from 0.
type Grades []Grade

// Grade is the name of the scores from one bound to the next better grade's.
type Grade struct {
	Code string `yaml:"code"` // value of the label "grade"
	Name string `yaml:"name"` // as people read it
	Min  Bound  `yaml:"min"`  // points of 100
}

// Bound is a lower bound in points of 100 and where it stands.
type Bound struct {
	Points float64
	line   int // 0: nowhere
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (b *Bound) UnmarshalYAML(node *yaml.Node) error {
	b.line = node.Line
	return node.Decode(&b.Points)
}

var gradeCode = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

func (all Grades) check() error {
	codes := map[string]bool{}
	for i, g := range all {
		fault := func(format string, args ...any) error {
			return fmt.Errorf("line %d: grade %d (%s): %w", g.Min.line, i+1, g.Code, fmt.Errorf(format, args...))
		}
		switch {
		case g.Min.line == 0:
			return fmt.Errorf("grade %d (%s): no lower bound (min), such as 90; the last grade has 0", i+1, g.Code)
		case !gradeCode.MatchString(g.Code):
			return fault("code %q is not of small letters, digits, - and _, such as good", g.Code)
		case codes[g.Code]:
			return fault("the code appears twice")
		case g.Name == "":
			return fault("no name, such as Tốt")
		case !(g.Min.Points >= 0 && g.Min.Points <= 100):
			return fault("min %v is not from 0 to 100", g.Min.Points)
		case i > 0 && g.Min.Points >= all[i-1].Min.Points:
			return fault("min %v is not below the %v of the grade above it; the best stands first, and no two have one bound", g.Min.Points, all[i-1].Min.Points)
		case i == len(all)-1 && g.Min.Points != 0:
			return fault("min of the last grade is %v, not 0: a score below it would have no grade", g.Min.Points)
		}
		codes[g.Code] = true
	}
	return nil
}

// Of returns the grade of a score in points of 100, nil if there are no grades.
func (all Grades) Of(points float64) *Grade {
	for i := range all {
		if points >= all[i].Min.Points {
			return &all[i]
		}
	}
	return nil
}
