package refresh

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

const (
	// tolerance in points: published figures are rounded to two decimals.
	tolerance = 0.02 + 1e-9
	// enough is the share of the units known before that an answer must have.
	enough = 0.9
	// An answer with fewer units is believed when it was given so many times…
	believedAfter = 3
	// …with at least so much time between.
	believedApart = time.Hour
)

// judge says why a part must not be used, or nil. It looks at the part alone and
// at the part that it would replace (nil if there is none): figures of different
// services are not compared, because they move between two calls.
func judge(name index.SourceName, part index.Part, known *book.Entry) *index.Failure {
	seen := map[string]int{}
	groups := map[string]bool{}
	national := false
	for _, row := range part.Rows {
		if text := contradiction(row); text != "" {
			return index.Failf(index.Contradictory, "%s: %s: %s", about(part), describe(row.Unit), text)
		}
		if row.Line == 0 || row.Backlog != nil || row.Month != (index.Period{}) {
			continue
		}
		national = national || row.Unit.Kind == index.Province
		if before, twice := seen[identity(row.Unit)]; twice {
			return index.Failf(index.Contradictory, "%s: %s appears twice, in rows %d and %d", about(part), describe(row.Unit), before, row.Line)
		}
		seen[identity(row.Unit)] = row.Line
		for _, f := range row.Figures {
			groups[f.Group] = groups[f.Group] || f.Measure == index.GroupScore
		}
	}
	n, before := len(scored(part)), 0
	if known != nil {
		before = len(scored(known.Part))
	}
	switch {
	case name != index.Portal && (name != index.Pages || before == 0):
		return nil // counts of local records come and go
	case known == nil && n == 0:
		return index.Failf(index.TooFewUnits, "%s: not one unit with a score", about(part))
	case float64(n) < enough*float64(before):
		return index.Failf(index.TooFewUnits, "%s: %d units with a score, %d were known before; what was known is kept", about(part), n, before)
	}
	for _, g := range index.BuiltInGroups {
		if national && name == index.Portal && !groups[g.Code] {
			return index.Failf(index.Contradictory, "%s: no province has points of group %s (%s); has the portal renamed its groups?", about(part), g.Code, g.Name)
		}
	}
	return nil
}

// contradiction says which figures of one unit cannot be true together, empty if
// all can.
func contradiction(row index.Row) string {
	beside := func(f index.Figure, m index.Measure) (float64, bool) {
		for _, other := range row.Figures {
			if other.Measure == m && other.Group == f.Group && other.Indicator == f.Indicator {
				return other.Value, true
			}
		}
		return 0, false
	}
	groups := map[string]float64{}
	sum := 0.0
	for _, f := range row.Figures {
		if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) {
			return fmt.Sprintf("%s is not a finite number", f.Measure)
		}
		var what string
		var ofMax, ofPercent index.Measure
		switch f.Measure {
		case index.Score:
			what, ofMax, ofPercent = "the total score", index.ScoreMax, index.ScorePercent
		case index.GroupScore:
			what, ofMax, ofPercent = "the score of group "+f.Group, index.GroupScoreMax, index.GroupPercent
			groups[f.Group] = f.Value
			sum += f.Value
		case index.IndicatorScore:
			what, ofMax = "the score of indicator "+f.Indicator, index.IndicatorScoreMax
		case index.ScoreMax, index.ScorePercent, index.GroupScoreMax, index.GroupPercent, index.IndicatorScoreMax:
			continue
		default:
			if f.Value < 0 {
				return fmt.Sprintf("%s %s is %v, a count below 0", f.Measure, f.Indicator, f.Value)
			}
			continue
		}
		most, limited := beside(f, ofMax)
		percent, rated := beside(f, ofPercent)
		switch {
		case f.Value < -tolerance || limited && f.Value > most+tolerance:
			return fmt.Sprintf("%s is %v, outside 0 to %v", what, f.Value, most)
		case limited && rated && math.Abs(f.Value-percent*most/100) > tolerance:
			return fmt.Sprintf("%s is %v, but its published ratio of %v %% of %v is %.2f", what, f.Value, percent, most, percent*most/100)
		}
	}
	total, ok := row.Figure(index.Score)
	if !ok || len(groups) == 0 {
		return ""
	}
	// A unit that lacks groups can have at most their maxima more than the sum.
	room := 0.0
	for _, g := range index.BuiltInGroups {
		if _, there := groups[g.Code]; !there {
			room += g.Max
		}
	}
	if _, both := groups[index.OnlineService]; both {
		room -= index.GroupMax(index.OnlineService)
	}
	if gap := total - sum; gap < -tolerance || gap > max(room, 0)+tolerance {
		return fmt.Sprintf("the groups add up to %.2f, the total score is %v", sum, total)
	}
	if online := groups["CLGQ"] + groups["TTTT"]; online > index.GroupMax(index.OnlineService)+tolerance {
		return fmt.Sprintf("CLGQ and TTTT together are %.2f, more than their 22 points", online)
	}
	return ""
}

// about names the part for a person.
func about(part index.Part) string {
	if part.Period == (index.Period{}) {
		return part.Name
	}
	return part.Name + " of " + part.Period.String()
}

// describe names a unit for a person.
func describe(u index.Unit) string {
	if code := cmp.Or(u.Code, u.ID); code != "" {
		return code + " (" + u.Name + ")"
	}
	return u.Name
}

// identity returns what a unit is recognised by within one answer.
func identity(u index.Unit) string {
	return cmp.Or(u.ID, u.Code, fmt.Sprintf("%s, a %s of %s", u.Name, u.Kind, u.Parent))
}

// scored lists the units of a part that have a score: a row without one is no
// unit. The score is the total or, where a service is about one group, the
// group's; six groups without their total are not enough.
func scored(part index.Part) []string {
	var list []string
	for _, row := range part.Rows {
		_, total := row.Figure(index.Score)
		groups := 0
		for _, f := range row.Figures {
			if f.Measure == index.GroupScore {
				groups++
			}
		}
		if row.Line > 0 && (total || groups == 1) {
			list = append(list, identity(row.Unit))
		}
	}
	return list
}

// doubts remembers, by source, part and window, answers with too few units that
// may turn out to be true.
type doubts map[[3]string]doubt

type doubt struct {
	units []string
	times int
	last  time.Time
}

func doubtful(name index.SourceName, part index.Part) [3]string {
	return [3]string{string(name), part.Name, string(part.Window)}
}

// believe counts one more such answer and says whether it has now been given
// often enough. An answer without units never is.
func (d doubts) believe(name index.SourceName, part index.Part, now time.Time) bool {
	key := doubtful(name, part)
	list := slices.Sorted(slices.Values(scored(part)))
	before := d[key]
	switch {
	case len(list) == 0:
		delete(d, key)
	case !slices.Equal(before.units, list):
		d[key] = doubt{list, 1, now}
	case now.Sub(before.last) >= believedApart:
		d[key] = doubt{list, before.times + 1, now}
	}
	return d[key].times >= believedAfter
}
