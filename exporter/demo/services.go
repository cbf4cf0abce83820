package demo

import (
	"cmp"
	"maps"
	"slices"

	"dvc_exporter/exporter/index"
)

// object is a JSON object of an answer. The services share most fields and leave
// some out or null where others do not, which structs would only hide.
type object = map[string]any

// service is one of the reporting API that scores units. All say who a unit is and
// its points; they differ in what the fields below tell. Of the portal's other
// fields only those are here from which something can be learned.
type service struct {
	group    string // that it details, empty: it has the totals
	tree     bool   // answers with a parent and its children, all at once whatever page was asked for
	codeless bool   // gives no codes of units
	metrics  bool   // lists the group's indicators
	counts   []counts
}

// counts are the fields that have both parts of an indicator's ratio.
type counts struct {
	numerator, denominator, indicator string
	headOnly                          bool
}

var services = map[string]service{
	"service-results":       {},
	"transparency":          {group: "CKMB", codeless: true, metrics: true},
	"handling-satisfaction": {group: "MDHL", codeless: true, metrics: true},
	"dossier-digitized":     {group: "MDSH", metrics: true},
	"dvc-progress-tree":     {group: "TDGQ", tree: true, counts: []counts{{"totalOnTime", "totalReceived", "2.1", false}}},
	"provide-online-tree":   {group: "CLGQ", tree: true, counts: []counts{{"channelOnlineSum", "channelTotalSum", "3.3", true}}},
	"formality-online-payment-tree": {group: "TTTT", tree: true, counts: []counts{
		{"totalDossierOnlinePaymentSuccess", "totalDossierFinancialObligation", "3.6", false},
		{"totalFeeDossierFormality", "totalFeeFormality", "3.5a", false},
		{"totalDossierOnlineFormalityPaymentSuccess", "totalFeeFormality", "3.5b", false},
	}},
}

// answer is about the provinces, of which only the totals are told, or the units of
// Hà Nội. A period to come and another province, whose units the demo does not
// know, have no units.
func (s service) answer(q question, m moment) object {
	var of []*unit
	head := object{"totalScore": nil, "totalMaxScore": s.max()}
	switch {
	case !m.begun:
	case q.RootDepartmentID == "" && s.group == "":
		of = provinces
	case q.RootDepartmentID == hanoi.id:
		of, head = units, s.row(hanoi.figures(m), true)
	}
	var all []figures
	for _, u := range of {
		if u.leftOutBy == "" || u.leftOutBy != s.group {
			all = append(all, u.figures(m))
		}
	}
	slices.SortFunc(all, func(a, b figures) int {
		if s.group != "" { // ordered by code as text: H26.100 comes before H26.11
			return cmp.Compare(a.code, b.code)
		}
		return cmp.Or(cmp.Compare(b.points.total(), a.points.total()), cmp.Compare(a.code, b.code))
	})
	rows := make([]object, len(all))
	for i, f := range all {
		rows[i] = s.row(f, false)
	}
	if s.tree {
		return object{"parent": head, "children": rows}
	}
	o := object{
		"overview": head, "evaluation": rows, "evaluationCount": len(rows), "source": "dữ liệu mẫu",
		"pagination": object{"total": len(rows), "currentPage": 1, "pageSize": 200, "totalPages": 1}, // more than there are units
	}
	if s.group == "" {
		o["radar"] = radar()
	}
	return o
}

func (s service) max() float64 {
	if s.group == "" {
		return 100
	}
	return groups[groupAt(s.group)].Max
}

func (s service) row(f figures, head bool) object {
	points := f.points.total()
	if s.group != "" {
		points = f.points[groupAt(s.group)]
	}
	o := object{
		"departmentId": f.id, "departmentCode": f.code, "departmentName": f.name,
		"totalScore": points, "totalMaxScore": s.max(), "ratio": round2(100 * points / s.max()), "scoreDelta": nil,
	}
	if s.codeless {
		o["departmentCode"] = nil
	}
	if s.tree {
		o["departmentName"] = f.treeName()
	}
	for _, c := range s.counts {
		if head || !c.headOnly {
			o[c.numerator], o[c.denominator] = f.count(c.indicator).num, f.count(c.indicator).den
		}
	}
	switch {
	case s.metrics:
		o["metrics"] = f.metrics(s.group)
	case s.group == "TDGQ": // its ratio is of dossiers; its rows have the points under other names
		c := f.count("2.1")
		o["ratio"] = percent(c.num, c.den)
		if !head {
			maps.Copy(o, object{"totalOverdue": c.den - c.num, "score": points, "maxScore": s.max(), "totalScore": nil, "totalMaxScore": nil})
		}
	case s.group != "" || head:
	case f.kind == index.Province:
		scores := object{}
		for g, score := range f.points {
			scores[groups[g].Code] = score
		}
		o["groupScores"] = scores
	default:
		o["childGroup"] = map[index.Kind]string{index.Department: "AGENCY", index.Commune: "COMMUNE"}[f.kind]
	}
	return o
}

// radar names the groups, the two of online services as one.
func radar() []object {
	var axes []object
	for _, g := range groups {
		switch g.Code {
		case "CLGQ":
			g = index.Group{Code: index.OnlineService, Name: "Dịch vụ trực tuyến", Max: index.GroupMax(index.OnlineService)}
		case "TTTT":
			continue
		}
		axes = append(axes, object{"code": g.Code, "name": g.Name, "maxScore": g.Max})
	}
	return axes
}

// metrics are a group's indicators. What cannot be measured is null, in a
// different way for each reason.
func (f figures) metrics(group string) (all []object) {
	for i, ind := range indicators {
		if groups[ind.group].Code != group {
			continue
		}
		c := f.counts[i]
		o := object{"code": ind.code, "name": ind.name, "numerator": c.num, "denominator": c.den, "ratio": percent(c.num, c.den), "score": nil, "maxScore": ind.max}
		if c.scored {
			o["score"] = c.score
		}
		switch {
		case ind.of == "":
			o["numerator"], o["denominator"], o["ratio"] = nil, nil, 100
		case c.den == 0 && ind.of != petitions:
			o["ratio"] = nil
		}
		all = append(all, o)
	}
	return all
}
