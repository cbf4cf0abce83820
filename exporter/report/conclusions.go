package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"dvc_exporter/exporter/document"
	"dvc_exporter/exporter/figures"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/words"
)

// praiseAndUrge lists who does well and who must act, by the bounds of the alerts.
func (f *facts) praiseAndUrge() document.Section {
	s := document.Section{Heading: "Biểu dương, đôn đốc"}
	praise, urge := map[string][]string{}, map[string][]string{}
	for _, kind := range figures.Kinds {
		f.byPlace(kind, praise, urge)
	}
	_, allLate := f.Late()
	for _, unit := range f.Units {
		say := func(cond bool, format string, args ...any) {
			if cond {
				urge[unit] = append(urge[unit], fmt.Sprintf(format, args...))
			}
		}
		reached, missed := 0, 0
		for code := range f.At.Ratios {
			switch got, ok := f.Reached(unit, code); {
			case got:
				reached++
			case ok:
				missed++
			}
		}
		score, target := f.Of(unit, index.Figure{Measure: index.Score}), f.At.Points[f.Period.Window()]
		if reached >= figures.PraisedTargets && missed == 0 && !(score < target) {
			praise[unit] = append(praise[unit], fmt.Sprintf("đạt cả %d chỉ tiêu", reached))
		}
		say(missed > 0, "chưa đạt %d chỉ tiêu", missed)
		if f.Current() {
			late := f.LateOf(unit)
			say(allLate >= figures.OverdueShareBase && late/allLate > figures.OverdueShare, "giữ %s số hồ sơ quá hạn", percent(late/allLate))
			if w, ok := f.View.Documents[unit]; ok {
				say(w.LateToProcess > figures.OverdueDocuments, "%s văn bản quá hạn", count(w.LateToProcess))
			}
		}
		unsent := f.Of(unit, index.Figure{Measure: index.ApologiesDue}) - f.Of(unit, index.Figure{Measure: index.ApologiesSent})
		say(unsent > 0, "thiếu %s thư xin lỗi", count(unsent))
		late := 0.0
		for _, code := range []string{"PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"} {
			late = figures.Plus(late, max(0, f.NotDone(unit, code)))
		}
		say(late > 0, "%s thủ tục công khai chậm", count(late))
	}
	list := func(title string, reasons map[string][]string) {
		t := document.NewTable(document.Text("Đơn vị", 34), document.Text("Vì", 66))
		units := slices.SortedStableFunc(slices.Values(f.Units), func(x, y string) int { return cmp.Compare(len(reasons[y]), len(reasons[x])) })
		for _, unit := range units {
			if len(reasons[unit]) > 0 {
				t.Row(f.UnitName(unit), strings.Join(reasons[unit], "; "))
			}
		}
		if len(t.Rows) == 0 {
			title += " không có đơn vị nào theo số liệu hiện có."
		}
		s.Say(title)
		s.Add(t)
	}
	s.Say(fmt.Sprintf("Theo mức mặc định của cảnh báo (alerts/rules/thresholds.yml): đơn vị có quá ít hồ sơ trong kỳ (dưới %v ở sở, ban, ngành; dưới %v ở xã, phường) không được so sánh.",
		figures.RatioBase[index.Department], figures.RatioBase[index.Commune]))
	list("Đề nghị biểu dương:", praise)
	list("Cần đôn đốc:", urge)
	return s
}

// byPlace praises the ten best of a kind and those that rose, and urges those that
// fell or lost points.
func (f *facts) byPlace(kind index.Kind, praise, urge map[string][]string) {
	now, before := f.At.Table(f.Period.Window(), 0, kind), f.At.Table(f.Period.Window(), 1, kind)
	if now == nil {
		return
	}
	best, tenth := 0, 0
	for _, p := range now.Places {
		if f.Few(p.Unit) {
			continue
		}
		if best++; best <= 10 {
			tenth = p.Place
		}
		if p.Place <= tenth {
			praise[p.Unit] = append(praise[p.Unit], fmt.Sprintf("trong mười đơn vị tốt nhất (hạng %d/%d)", p.Place, len(now.Places)))
		}
		if before == nil {
			continue
		}
		then := place(before, p.Unit)
		if then == nil {
			continue
		}
		if then.Place-p.Place >= figures.RankRise {
			praise[p.Unit] = append(praise[p.Unit], fmt.Sprintf("tăng %d bậc", then.Place-p.Place))
		}
		if p.Place-then.Place >= figures.RankFall[kind] {
			urge[p.Unit] = append(urge[p.Unit], fmt.Sprintf("tụt %d bậc", p.Place-then.Place))
		}
		if math.Round(100*(then.Score-p.Score)) >= 100*figures.ScoreDrop {
			urge[p.Unit] = append(urge[p.Unit], fmt.Sprintf("giảm %s điểm", words.Points(then.Score-p.Score)))
		}
	}
}

// lostPoints says which groups and units the province's points are lost in.
func (f *facts) lostPoints() document.Section {
	s := document.Section{Heading: "Điểm mất ở đâu"}
	l := f.Allot()
	if len(l.Points) == 0 {
		s.Say(none)
		return s
	}
	groups, sum := map[string]float64{}, 0.0
	for w, v := range l.Points {
		groups[w.Group] += v
		sum += v
	}
	t := document.NewTable(document.Text("Nhóm chỉ số", 60), document.Figures("Điểm mất", 20), document.Figures("Tỷ lệ", 20))
	for _, group := range slices.SortedFunc(maps.Keys(groups), descending(groups)) {
		t.Row(f.GroupName(group), points(groups[group]), percent(groups[group]/sum))
	}
	s.Say(fmt.Sprintf("%s mất %s điểm so với điểm tối đa.", f.OwnName(), points(sum)))
	s.Add(t)

	units := l.ByUnit()
	kept := units[f.Own]
	delete(units, f.Own)
	t = document.NewTable(document.Text("Đơn vị", 34), document.Figures("Điểm mất, phân bổ", 15), document.Text("Nhiều nhất ở", 36), document.Figures("Còn thiếu ở đó", 15))
	for _, unit := range slices.SortedFunc(maps.Keys(units), descending(units)) {
		if len(t.Rows) == 10 || units[unit] < 0.005 {
			break
		}
		most := slices.MinFunc(slices.Collect(maps.Keys(l.Of)), func(x, y figures.What) int {
			return cmp.Or(cmp.Compare(l.Of[y][unit], l.Of[x][unit]), strings.Compare(x.Group, y.Group), strings.Compare(x.Indicator, y.Indicator))
		})
		where := f.GroupName(most.Group)
		if most.Indicator != "" {
			where = f.IndicatorName(most.Indicator)
		}
		t.Row(f.UnitName(unit), points(units[unit]), fmt.Sprintf("%s (%s điểm)", where, points(l.Of[most][unit])), count(l.Missing[most][unit]))
	}
	if len(t.Rows) > 0 {
		s.Say("Mười đơn vị mà phần mất được phân bổ nhiều nhất. Đây là phân bổ số điểm đã mất của địa phương theo phần còn thiếu của mỗi đơn vị, không phải tính lại điểm của đơn vị.")
		s.Add(t)
	}
	if kept >= 0.005 {
		s.Say(fmt.Sprintf("Không phân bổ được cho đơn vị nào, vì Cổng không có số liệu chi tiết hoặc không thiếu theo số liệu đó: %s điểm.", points(kept)))
	}
	return s
}

// descending puts the larger value first, then goes by key.
func descending(values map[string]float64) func(x, y string) int {
	return func(x, y string) int { return cmp.Or(cmp.Compare(values[y], values[x]), strings.Compare(x, y)) }
}
