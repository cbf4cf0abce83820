package demo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
)

// services are the seven of the reporting API that score units.
var services = map[string]func(scope) object{
	"service-results":               serviceResults,
	"transparency":                  indicatorList("transparency", "CKMB"),
	"dvc-progress-tree":             progressTree,
	"provide-online-tree":           onlineTree,
	"formality-online-payment-tree": paymentTree,
	"handling-satisfaction":         indicatorList("handling-satisfaction", "MDHL"),
	"dossier-digitized":             indicatorList("dossier-digitized", "MDSH"),
}

// nothing is the answer of a service that has no figures.
func nothing(service string) object {
	if strings.HasSuffix(service, "-tree") {
		return object{"parent": nil, "children": []object{}}
	}
	return object{"overview": object{"totalScore": nil}, "evaluation": []object{}, "evaluationCount": 0}
}

// rows are the figures of the scope's units, ordered by code as text (H26.100
// comes before H26.11), without a unit that the service leaves out.
func (s scope) rows(service string) []figures {
	var all []figures
	for _, u := range s.units {
		if u.leftOutBy != service {
			all = append(all, u.figures(s.moment))
		}
	}
	slices.SortFunc(all, func(a, b figures) int { return cmp.Compare(a.code, b.code) })
	return all
}

// head is the province that was asked for, or the country, at a moment.
func (s scope) head(m moment) figures {
	if s.root != nil {
		return s.root.figures(m)
	}
	var all []figures
	for _, u := range s.units {
		all = append(all, u.figures(m))
	}
	return national(all)
}

// chart makes an object for each month of the scope's year, from nothing where
// the month has not begun.
func (s scope) chart(begun func(moment) object, nothing object, label string) []object {
	chart := make([]object, 12)
	for i := range chart {
		m := momentOf(index.Period{Months: 1, Year: s.period.Year, Number: i + 1}, s.now)
		o := maps.Clone(nothing)
		if m.begun {
			o = begun(m)
		}
		o[label] = fmt.Sprintf("%02d", i+1)
		chart[i] = o
	}
	return chart
}

// onTimeChart shows 0/0 for a month without data, as the portal does.
func (s scope) onTimeChart() []object {
	return s.chart(func(m moment) object {
		c := s.head(m).count(onTimeDossiers)
		return object{"onTimePct": percent(c.num, c.den), "overduePct": percent(c.den-c.num, c.den)}
	}, object{"onTimePct": 0, "overduePct": 0}, "month")
}

func serviceResults(s scope) object {
	rows := s.rows("service-results")
	head := s.head(s.moment)
	slices.SortStableFunc(rows, func(a, b figures) int { return cmp.Compare(b.points.total(), a.points.total()) })
	evaluation := make([]object, len(rows))
	for i, f := range rows {
		total := f.points.total()
		o := object{"departmentId": f.id, "departmentName": f.scoreName(), "departmentCode": f.code, "totalScore": total, "ratio": total, "scoreDelta": nil}
		switch f.kind {
		case index.Province:
			scores := object{}
			for g, score := range f.points {
				scores[groups[g].Code] = score
			}
			o["groupScores"], o["scoreDelta"] = scores, s.delta(f)
		case index.Department:
			o["childGroup"] = "AGENCY"
		default:
			o["childGroup"] = "COMMUNE"
		}
		evaluation[i] = o
	}
	total := head.points.total()
	return object{
		"overview":      object{"departmentName": head.scoreName(), "departmentCode": orNull(head.code), "totalScore": total, "totalMaxScore": 100, "ratio": total},
		"growthPercent": 39.79, // means nothing that is known
		"radar":         radar(head.points),
		"donuts":        s.donuts(head),
		"evaluation":    evaluation, "evaluationCount": len(evaluation),
		"monthlyChart": s.chart(func(m moment) object {
			return object{"averageScore": s.head(m).points.total()}
		}, object{"averageScore": nil}, "month"),
		"dossierChart": s.onTimeChart(),
	}
}

// delta is how a province's score moved since the period before.
func (s scope) delta(f figures) float64 {
	if s.recorded {
		return f.delta
	}
	return round2(f.points.total() - f.unit.points(momentOf(s.period.Ago(1), s.now)).total())
}

// radar shows five axes: the two groups of online services are one.
func radar(p points) []object {
	var axes []object
	for g, group := range groups {
		score := p[g]
		switch group.Code {
		case "CLGQ":
			score += p[groupAt("TTTT")]
			group = index.Group{Code: index.OnlineService, Name: "Dịch vụ trực tuyến", Max: index.GroupMax(index.OnlineService)}
		case "TTTT":
			continue
		}
		axes = append(axes, object{"code": group.Code, "name": group.Name, "score": round2(score), "maxScore": group.Max, "ratio": round2(100 * score / group.Max)})
	}
	return axes
}

// donuts are dossiers by way of submission and procedures by how much of them is
// online; the latter are null for a month.
func (s scope) donuts(f figures) object {
	online, provided := f.count(onlineDossiers), f.count(onlineProcedures)
	slice := func(code string, n, of int) object {
		return object{"code": code, "value": n, "percent": percent(n, of)}
	}
	o := object{"onlineProvision": nil, "onlineDossier": []object{
		slice("ONLINE", online.num, online.den), slice("OTHER", online.den-online.num, online.den),
	}}
	if s.period.Months > 1 {
		full := provided.num * 2 / 5
		o["onlineProvision"] = []object{
			slice("FULL", full, provided.den), slice("PARTIAL", provided.num-full, provided.den), slice("NONE", provided.den-provided.num, provided.den),
		}
	}
	return o
}

// indicatorList answers for the three services that list a group's indicators.
func indicatorList(service, group string) func(scope) object {
	g := groupAt(group)
	row := func(i int, f figures) object {
		o := object{
			"stt": i, "departmentId": orNull(f.id), "departmentName": f.scoreName(), "departmentType": "PROVINCE", "departmentLevel": "PROVINCE", "agencyLevel": "level_1",
			"totalScore": f.points[g], "totalMaxScore": groups[g].Max, "ratio": round2(100 * f.points[g] / groups[g].Max),
			"scoreDelta": nil, "averageScore": nil, "metrics": metrics(f, g),
		}
		switch f.kind {
		case index.Department:
			o["departmentType"], o["agencyLevel"] = "PROVINCIAL_DEPARTMENT", "level_2"
		case index.Commune:
			o["departmentType"], o["departmentLevel"], o["agencyLevel"] = "COMMUNE_PEOPLE_COMMITTEE", "COMMUNE", "level_2"
		}
		switch service {
		case "dossier-digitized":
			o["departmentCode"] = orNull(f.code)
		case "handling-satisfaction":
			asked := f.count(petitionsOnTime).den
			o["totalPetitions"], o["classifiedPetitions"], o["totalDossiers"] = asked, asked, f.count(onTimeDossiers).den
		}
		return o
	}
	return func(s scope) object {
		all := s.rows(service)
		page, size := max(1, s.asked.CurrentPage), s.asked.PageSize
		if size < 1 {
			size = 10
		}
		pages := (len(all) + size - 1) / size
		evaluation := []object{}
		for i, f := range all {
			if i/size == page-1 {
				evaluation = append(evaluation, row(i+1, f))
			}
		}
		return object{
			"overview": row(1, s.head(s.moment)), "monthlyChart": []object{}, "evaluation": evaluation,
			"pagination": object{"total": len(all), "currentPage": page, "pageSize": size, "totalPages": pages},
			"source":     "dữ liệu mẫu",
		}
	}
}

// metrics are a group's indicators. What cannot be measured is null, in a
// different way for each reason.
func metrics(f figures, group int) []object {
	var all []object
	for i, ind := range indicators {
		if ind.group != group {
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
		case ind.code == "DOSSIER_SYNC":
			o["dataQualityStatus"] = "TEMP_NATIONAL_REPORT_DENOMINATOR"
			o["dataQualityMessage"] = "Mẫu số tạm tính (dữ liệu mẫu)"
		}
		all = append(all, o)
	}
	return all
}

// tree answers for the services that give a parent and all its children at once,
// whatever page was asked for.
func tree(s scope, service string, parent, child func(figures) object, chart []object) object {
	rows := s.rows(service)
	named := func(o object, f figures) object {
		o["departmentId"], o["departmentName"], o["departmentCode"] = orNull(f.id), f.treeName(), orNull(f.code)
		return o
	}
	children := make([]object, len(rows))
	for i, f := range rows {
		children[i] = named(child(f), f)
		children[i]["scoreDelta"] = nil
	}
	head := s.head(s.moment)
	return object{"parent": named(parent(head), head), "children": children, "monthlyChart": chart}
}

// scores are a group's points as most trees name them.
func scores(f figures, group string) object {
	g := groupAt(group)
	return object{"totalScore": f.points[g], "totalMaxScore": groups[g].Max, "ratio": round2(100 * f.points[g] / groups[g].Max)}
}

// progressTree counts dossiers: its parent has no totalOverdue, its children no
// totalCompleted.
func progressTree(s scope) object {
	row := func(f figures) (object, count) {
		c := f.count(onTimeDossiers)
		days := 2 + 14*(1-float64(c.num)/float64(c.den))
		return object{"totalReceived": c.den, "totalOnTime": c.num, "avgProcessingDays": round2(days), "ratio": percent(c.num, c.den)}, c
	}
	g := groupAt("TDGQ")
	return tree(s, "dvc-progress-tree", func(f figures) object {
		o, c := row(f)
		o["totalCompleted"], o["totalScore"], o["totalMaxScore"] = c.den*17/20, f.points[g], groups[g].Max
		return o
	}, func(f figures) object {
		o, c := row(f)
		o["totalOverdue"], o["score"], o["maxScore"], o["level"] = c.den-c.num, f.points[g], groups[g].Max, "PROVINCE"
		if f.kind == index.Commune {
			o["level"] = "COMMUNE"
		}
		return o
	}, s.onTimeChart())
}

// onlineTree has counts for the parent alone.
func onlineTree(s scope) object {
	return tree(s, "provide-online-tree", func(f figures) object {
		o := scores(f, "CLGQ")
		provided, used, online := f.count(onlineProcedures), f.count(usedServices), f.count(onlineDossiers)
		full, onTime := provided.num*2/5, online.num*7/8
		maps.Copy(o, object{
			"authorityCount": provided.den, "partialCount": provided.num - full, "fullCount": full,
			"onlineDossierCount": used.num, "onlineServiceTotal": used.den,
			"channelOnlineSum": online.num, "channelDirectSum": online.den - online.num, "channelPostalSum": 0, "channelTotalSum": online.den,
			"onlineOnTimeSum": onTime, "onlineOverdueSum": online.num - onTime,
		})
		return o
	}, func(f figures) object { return scores(f, "CLGQ") },
		s.chart(func(m moment) object {
			c := s.head(m).count(onlineDossiers)
			return object{"onlineDossierPct": percent(c.num, c.den)}
		}, object{"onlineDossierPct": 0}, "label"))
}

func paymentTree(s scope) object {
	row := func(f figures) object {
		o := scores(f, "TTTT")
		paid, prepared, used := f.count(paidDossiers), f.count(preparedProcedures), f.count(paidProcedures)
		maps.Copy(o, object{
			"totalDossierOnlinePaymentSuccess": paid.num, "totalDossierFinancialObligation": paid.den,
			"totalDossierOnlineFormalityPaymentSuccess": used.num, "totalFeeDossierFormality": prepared.num,
			"totalFeeDossierFormalityDistinct": prepared.den, "totalFeeFormality": prepared.den,
		})
		return o
	}
	return tree(s, "formality-online-payment-tree", row, row, []object{})
}

// orNull is null where a text is missing.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
