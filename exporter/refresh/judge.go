package refresh

import (
	"cmp"
	"math"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
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

// Judge says why a part that nothing is known of must not be used, or nil.
func Judge(name index.SourceName, part index.Part) *index.Failure { return judge(name, part, nil) }

// judge says why a part must not be used, or nil. It looks at the part alone and
// at the part that it would replace (nil if there is none): figures of different
// services are not compared, because they move between two calls.
func judge(name index.SourceName, part index.Part, known *snapshot.Held) *index.Failure {
	seen := map[index.Unit]int{}
	groups := map[string]bool{}
	national := false
	for _, row := range part.Rows {
		if f := judgeRow(part, row); f != nil {
			return f
		}
		if row.Line == 0 || row.Pending != nil || row.Month != (index.Period{}) {
			continue
		}
		national = national || row.Unit.Kind == index.Province
		identity := who(row.Unit)
		if before, twice := seen[identity]; twice {
			return index.Failf(index.Contradictory, "%s: %s stands there twice, in rows %d and %d", about(part), naming(row.Unit), before, row.Line)
		}
		seen[identity] = row.Line
		for _, f := range row.Figures {
			if f.Measure == index.GroupScore {
				groups[f.Group] = true
			}
		}
	}
	if name != index.Portal && (name != index.Pages || known == nil || len(scored(known.Part)) == 0) {
		return nil // counts of local records come and go
	}
	if f := judgeUnits(part, known); f != nil {
		return f
	}
	for _, g := range index.BuiltInGroups {
		if national && name == index.Portal && !groups[g.Code] {
			return index.Failf(index.Contradictory, "%s: no province has points of group %s (%s); has the portal renamed its groups?", about(part), g.Code, g.Name)
		}
	}
	return nil
}

// judgeUnits compares the number of units with the number known before.
func judgeUnits(part index.Part, known *snapshot.Held) *index.Failure {
	n := len(scored(part))
	if known == nil {
		if n == 0 {
			return index.Failf(index.TooFewUnits, "%s: not one unit with a score", about(part))
		}
		return nil
	}
	if before := len(scored(known.Part)); float64(n) < enough*float64(before) {
		return index.Failf(index.TooFewUnits, "%s: %d units with a score, %d were known before; what was known is kept", about(part), n, before)
	}
	return nil
}

// judgeRow looks for figures of one unit that cannot be true together.
func judgeRow(part index.Part, row index.Row) *index.Failure {
	type points struct{ score, max, percent *float64 }
	var total points
	groups := map[string]*points{}
	indicators := map[string]*points{}
	at := func(m map[string]*points, code string) *points {
		if m[code] == nil {
			m[code] = &points{}
		}
		return m[code]
	}
	for _, f := range row.Figures {
		if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) {
			return index.Failf(index.Contradictory, "%s: %s: %s is not a finite number", about(part), naming(row.Unit), f.Measure)
		}
		value := f.Value
		switch f.Measure {
		case index.Score:
			total.score = &value
		case index.ScoreMax:
			total.max = &value
		case index.ScorePercent:
			total.percent = &value
		case index.GroupScore:
			at(groups, f.Group).score = &value
		case index.GroupScoreMax:
			at(groups, f.Group).max = &value
		case index.GroupPercent:
			at(groups, f.Group).percent = &value
		case index.IndicatorScore:
			at(indicators, f.Indicator).score = &value
		case index.IndicatorScoreMax:
			at(indicators, f.Indicator).max = &value
		default:
			if value < 0 {
				return index.Failf(index.Contradictory, "%s: %s: %s %s is %v, a count below 0", about(part), naming(row.Unit), f.Measure, f.Indicator, value)
			}
		}
	}
	check := func(what string, p points) *index.Failure {
		switch {
		case p.score == nil:
			return nil
		case *p.score < -tolerance || p.max != nil && *p.score > *p.max+tolerance:
			return index.Failf(index.Contradictory, "%s: %s: %s is %v, outside 0 to %v", about(part), naming(row.Unit), what, *p.score, deref(p.max))
		case p.max != nil && p.percent != nil && math.Abs(*p.score-*p.percent**p.max/100) > tolerance:
			return index.Failf(index.Contradictory, "%s: %s: %s is %v, but its published ratio of %v %% of %v is %.2f", about(part), naming(row.Unit), what, *p.score, *p.percent, *p.max, *p.percent**p.max/100)
		}
		return nil
	}
	if f := check("the total score", total); f != nil {
		return f
	}
	sum := 0.0
	for code, p := range groups {
		if f := check("the score of group "+code, *p); f != nil {
			return f
		}
		if p.score != nil {
			sum += *p.score
		}
	}
	for code, p := range indicators {
		if f := check("the score of indicator "+code, *p); f != nil {
			return f
		}
	}
	if total.score == nil || len(groups) == 0 {
		return nil
	}
	// A unit that lacks groups can have at most their maxima more than the sum.
	room := 0.0
	for _, g := range index.BuiltInGroups {
		if p := groups[g.Code]; p == nil || p.score == nil {
			room += g.Max
		}
	}
	if groups[index.OnlineService] != nil {
		room -= index.GroupMax(index.OnlineService)
	}
	if gap := *total.score - sum; gap < -tolerance || gap > max(room, 0)+tolerance {
		return index.Failf(index.Contradictory, "%s: %s: the groups add up to %.2f, the total score is %v", about(part), naming(row.Unit), sum, *total.score)
	}
	clgq, tttt := groups["CLGQ"], groups["TTTT"]
	if clgq != nil && tttt != nil && deref(clgq.score)+deref(tttt.score) > index.GroupMax(index.OnlineService)+tolerance {
		return index.Failf(index.Contradictory, "%s: %s: CLGQ and TTTT together are %.2f, more than their 22 points", about(part), naming(row.Unit), deref(clgq.score)+deref(tttt.score))
	}
	return nil
}

func deref(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

// about names the part for a person.
func about(part index.Part) string {
	if part.Period == (index.Period{}) {
		return part.Name
	}
	return part.Name + " of " + part.Period.String()
}

// naming names a unit for a person.
func naming(u index.Unit) string {
	if code := cmp.Or(u.Code, u.ID); code != "" {
		return code + " (" + u.Name + ")"
	}
	return u.Name
}

// who returns what a unit is recognised by within one answer.
func who(u index.Unit) index.Unit {
	switch {
	case u.ID != "":
		return index.Unit{ID: u.ID}
	case u.Code != "":
		return index.Unit{Code: u.Code}
	}
	return index.Unit{Name: u.Name, Parent: u.Parent, Kind: u.Kind}
}

// scored lists the units of a part that have a score: a row without one is no
// unit. The score is the total or, where a service is about one group, the
// group's; six groups without their total are not enough.
func scored(part index.Part) []index.Unit {
	var list []index.Unit
	for _, row := range part.Rows {
		_, total := row.Figure(index.Score)
		groups := 0
		for _, f := range row.Figures {
			if f.Measure == index.GroupScore {
				groups++
			}
		}
		if row.Line > 0 && (total || groups == 1) {
			list = append(list, who(row.Unit))
		}
	}
	return list
}

// doubt is an answer with too few units that may turn out to be true.
type doubt struct {
	units []index.Unit
	times int
	last  time.Time
}

// doubts remembers, by part, answers with too few units.
type doubts map[snapshot.Key]doubt

// believe counts one more such answer and says whether it has now been given
// often enough. An answer without units never is.
func (d doubts) believe(key snapshot.Key, part index.Part, now time.Time) bool {
	list := scored(part)
	if len(list) == 0 {
		delete(d, key)
		return false
	}
	slices.SortFunc(list, func(x, y index.Unit) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Name, y.Name))
	})
	before, ok := d[key]
	switch {
	case !ok || !slices.Equal(before.units, list):
		d[key] = doubt{list, 1, now}
	case now.Sub(before.last) >= believedApart:
		d[key] = doubt{list, before.times + 1, now}
	}
	return d[key].times >= believedAfter
}
