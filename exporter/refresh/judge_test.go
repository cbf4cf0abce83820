package refresh

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// codes are the six groups; national returns a table of n provinces whose
// figures agree: total 60, six groups of 10.
var codes = []string{"CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"}

func national(n int) index.Part {
	p := index.Part{Name: "service-results", Window: index.Year, Period: index.Period{Months: 12, Year: 2026, Number: 1}}
	for i := range n {
		row := index.Row{
			Unit: index.Unit{ID: fmt.Sprint("id-", i), Code: fmt.Sprintf("T%02d", i), Name: fmt.Sprint("Tỉnh ", i), Kind: index.Province}, Line: i + 1,
			Figures: []index.Figure{{Measure: index.Score, Value: 60}, {Measure: index.ScoreMax, Value: 100}, {Measure: index.ScorePercent, Value: 60}},
		}
		for _, code := range codes {
			row.Figures = append(row.Figures, index.Figure{Measure: index.GroupScore, Group: code, Value: 10}, index.Figure{Measure: index.GroupScoreMax, Group: code, Value: index.GroupMax(code)})
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// set changes the figures of one row that have the measure and group.
func set(p *index.Part, row int, m index.Measure, group string, value float64) {
	for i, f := range p.Rows[row].Figures {
		if f.Measure == m && f.Group == group {
			p.Rows[row].Figures[i].Value = value
		}
	}
}

// drop removes them.
func drop(p *index.Part, row int, m index.Measure, group string) {
	var left []index.Figure
	for _, f := range p.Rows[row].Figures {
		if f.Measure != m || f.Group != group {
			left = append(left, f)
		}
	}
	p.Rows[row].Figures = left
}

func TestJudge(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*index.Part)
		reason index.Reason
		words  []string // that a person finds in the text
	}{
		"good":                       {func(*index.Part) {}, "", nil},
		"rounding is no fault":       {func(p *index.Part) { set(p, 3, index.Score, "", 60.02) }, "", nil},
		"a rounded ratio is none":    {func(p *index.Part) { set(p, 3, index.ScorePercent, "", 60.01) }, "", nil},
		"total off by three":         {func(p *index.Part) { set(p, 3, index.ScorePercent, "", 63); set(p, 3, index.Score, "", 63) }, index.Contradictory, []string{"T03", "60.00", "63", "service-results of 2026"}},
		"ratio off":                  {func(p *index.Part) { set(p, 3, index.ScorePercent, "", 60.03) }, index.Contradictory, []string{"T03", "60.03", "published ratio"}},
		"above the maximum":          {func(p *index.Part) { set(p, 2, index.GroupScore, "TTTT", 10.03) }, index.Contradictory, []string{"T02", "TTTT", "10.03"}},
		"below 0":                    {func(p *index.Part) { set(p, 2, index.GroupScore, "CKMB", -1) }, index.Contradictory, []string{"CKMB", "-1"}},
		"a unit twice":               {func(p *index.Part) { p.Rows[5].Unit = p.Rows[4].Unit }, index.Contradictory, []string{"T04", "twice", "5 and 6"}},
		"a group renamed everywhere": {func(p *index.Part) { renameGroup(p, "MDHL", "NHOM_MDHL") }, index.Contradictory, []string{"MDHL", "renamed"}},
		"not a number":               {func(p *index.Part) { set(p, 1, index.Score, "", math.NaN()) }, index.Contradictory, []string{"T01", "finite"}},
		"a unit lacks two groups and the total is of the rest": {func(p *index.Part) {
			drop(p, 1, index.GroupScore, "MDHL")
			drop(p, 1, index.GroupScore, "MDSH")
			set(p, 1, index.Score, "", 40)
			set(p, 1, index.ScorePercent, "", 40)
		}, "", nil},
		"a unit lacks two groups that the total can hold": {func(p *index.Part) {
			drop(p, 1, index.GroupScore, "MDHL")
			drop(p, 1, index.GroupScore, "MDSH")
		}, "", nil},
		"a unit lacks a group and the total is more than all": {func(p *index.Part) {
			drop(p, 1, index.GroupScore, "TTTT")
			set(p, 1, index.Score, "", 61)
			set(p, 1, index.ScorePercent, "", 61)
		}, index.Contradictory, []string{"T01", "50.00", "61"}},
		"a group nobody knows adds to the sum": {func(p *index.Part) {
			p.Rows[0].Figures = append(p.Rows[0].Figures, index.Figure{Measure: index.GroupScore, Group: "MOI", Value: 3})
			set(p, 0, index.Score, "", 63)
			set(p, 0, index.ScorePercent, "", 63)
		}, "", nil},
		"91 % of the units": {func(p *index.Part) { p.Rows = p.Rows[:31] }, "", nil},
		"88 % of the units": {func(p *index.Part) { p.Rows = p.Rows[:30] }, index.TooFewUnits, []string{"30", "34"}},
		"no units":          {func(p *index.Part) { p.Rows = nil }, index.TooFewUnits, []string{"0 units", "34"}},
		"scores null":       {func(p *index.Part) { dropAllScores(p) }, index.TooFewUnits, []string{"0 units"}},
		"totals null, groups not": {func(p *index.Part) {
			for i := range p.Rows {
				drop(p, i, index.Score, "")
			}
		}, index.TooFewUnits, []string{"0 units"}},
		"the head is no unit": {func(p *index.Part) { p.Rows = p.Rows[:31]; p.Rows[0].Line = 0 }, index.TooFewUnits, []string{"30"}},
		"a count below 0": {func(p *index.Part) {
			p.Rows[0].Figures = append(p.Rows[0].Figures, index.Figure{Measure: index.ReceivedDossiers, Value: -3})
		}, index.Contradictory, []string{"-3"}},
		"CLGQ and TTTT are 22": {func(p *index.Part) { pair(p, 12.5, 9.5) }, "", nil},
		"CLGQ and TTTT are 23": {func(p *index.Part) { pair(p, 13, 10) }, index.Contradictory, []string{"22 points"}},
	} {
		t.Run(name, func(t *testing.T) {
			known := book.Entry{Part: national(34)}
			part := national(34)
			test.change(&part)
			failure := judge(index.Portal, part, &known)
			if test.reason == "" {
				if failure != nil {
					t.Fatalf("refused: %v", failure)
				}
				return
			}
			if failure == nil || failure.Reason != test.reason {
				t.Fatalf("got %v, want %s", failure, test.reason)
			}
			for _, word := range test.words {
				if !strings.Contains(failure.Text, word) {
					t.Errorf("%q does not say %q", failure.Text, word)
				}
			}
		})
	}
}

func renameGroup(p *index.Part, from, to string) {
	for i := range p.Rows {
		for j := range p.Rows[i].Figures {
			if p.Rows[i].Figures[j].Group == from {
				p.Rows[i].Figures[j].Group = to
			}
		}
	}
}

func dropAllScores(p *index.Part) {
	for i := range p.Rows {
		p.Rows[i].Figures = nil
	}
}

// pair sets the first row's online groups as the old generation does: without
// their own maxima.
func pair(p *index.Part, clgq, tttt float64) {
	set(p, 0, index.GroupScore, "CLGQ", clgq)
	set(p, 0, index.GroupScore, "TTTT", tttt)
	drop(p, 0, index.GroupScoreMax, "CLGQ")
	drop(p, 0, index.GroupScoreMax, "TTTT")
	set(p, 0, index.Score, "", 40+clgq+tttt)
	set(p, 0, index.ScorePercent, "", 40+clgq+tttt)
}

func TestFirstAnswerWithoutUnitsIsRefused(t *testing.T) {
	if f := judge(index.Portal, national(0), nil); f == nil || f.Reason != index.TooFewUnits {
		t.Errorf("got %v", f)
	}
}

func TestDoubtsAreBelievedAfterThreeRoundsThatAgree(t *testing.T) {
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	type step struct {
		after time.Duration
		units int
		want  bool
	}
	for name, steps := range map[string][]step{
		"an hour apart":            {{0, 20, false}, {time.Hour, 20, false}, {2 * time.Hour, 20, true}},
		"too close together":       {{0, 20, false}, {time.Minute, 20, false}, {2 * time.Minute, 20, false}, {3 * time.Minute, 20, false}},
		"rounds between count not": {{0, 20, false}, {30 * time.Minute, 20, false}, {60 * time.Minute, 20, false}, {90 * time.Minute, 20, false}, {120 * time.Minute, 20, true}},
		"disagreeing":              {{0, 20, false}, {time.Hour, 19, false}, {2 * time.Hour, 20, false}, {3 * time.Hour, 20, false}, {4 * time.Hour, 20, true}},
		"empty is never believed":  {{0, 0, false}, {time.Hour, 0, false}, {2 * time.Hour, 0, false}, {3 * time.Hour, 0, false}},
	} {
		t.Run(name, func(t *testing.T) {
			d := doubts{}
			for i, s := range steps {
				if got := d.believe(index.Portal, national(s.units), start.Add(s.after)); got != s.want {
					t.Errorf("step %d: believed %v, want %v", i+1, got, s.want)
				}
			}
		})
	}
}
