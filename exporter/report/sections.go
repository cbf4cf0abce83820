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
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/words"
)

const none = "Chưa có số liệu."

func (f *facts) sources() document.Section {
	s := document.Section{Heading: "Nguồn và thời điểm số liệu"}
	for _, source := range []struct {
		name index.SourceName
		what string
	}{
		{index.Portal, "Điểm, xếp hạng: mục “Kết quả đánh giá Bộ chỉ số phục vụ người dân và doanh nghiệp của bộ, ngành, địa phương” trên Cổng Dịch vụ công quốc gia"},
		{index.Pages, "Điểm, thống kê: trang số liệu công bố"},
		{index.Records, "Hồ sơ thủ tục hành chính: danh sách hồ sơ của các đơn vị"},
		{index.SQL, "Hồ sơ thủ tục hành chính: cơ sở dữ liệu hồ sơ"},
		{index.Documents, "Văn bản, hồ sơ công việc: danh sách của hệ thống theo dõi quản lý văn bản"},
	} {
		switch data := f.At.Book[source.name]; {
		case data == nil:
		case data.AsOf().IsZero():
			s.Say(source.what + ": chưa có số liệu.")
		case source.name == index.Portal:
			s.Say(fmt.Sprintf("%s%s, lấy lúc %s. Số liệu của Cổng có thể thay đổi sau thời điểm này.", source.what, host(data.Entries), moment(data.AsOf())))
		default:
			s.Say(fmt.Sprintf("%s, cập nhật lúc %s.", source.what, moment(data.AsOf())))
		}
	}
	return s
}

func (f *facts) score() document.Section {
	s := document.Section{Heading: "Điểm và xếp hạng của " + f.OwnName()}
	total := index.Figure{Measure: index.Score}
	now := f.Of(f.Own, total)
	if math.IsNaN(now) {
		s.Say(none)
		return s
	}
	text := fmt.Sprintf("%s: %s/%s điểm", words.Period(f.Period), points(now), known(f.Of(f.Own, index.Figure{Measure: index.ScoreMax}), words.Points))
	if t := f.At.Table(f.Period.Window(), 0, index.Province); t != nil {
		if p := place(t, f.Own); p != nil {
			text += fmt.Sprintf(", xếp thứ %d/%d tỉnh, thành phố", p.Place, len(t.Places))
		}
	}
	s.Say(text + ", xếp loại " + f.grade(now) + ".")
	for n := 1; n <= 2; n++ {
		then := f.Ago(n, f.Own, total)
		if math.IsNaN(then) {
			s.Say(fmt.Sprintf("So với %s: chưa có điểm của kỳ đó.", f.before(n)))
			continue
		}
		rank := ""
		if t := f.At.Table(f.Period.Window(), n, index.Province); t != nil {
			if p := place(t, f.Own); p != nil {
				rank = fmt.Sprintf(", xếp thứ %d/%d", p.Place, len(t.Places))
			}
		}
		s.Say(fmt.Sprintf("So với %s (%s điểm%s): %s điểm.", f.before(n), points(then), rank, signed(words.Points)(now-then)))
	}
	f.groups(&s)
	return s
}

func place(t *publication.Table, unit string) *publication.Place {
	for i := range t.Places {
		if t.Places[i].Unit == unit {
			return &t.Places[i]
		}
	}
	return nil
}

// groups adds the component groups, the weakest by the share of its maximum.
func (f *facts) groups(s *document.Section) {
	t := document.NewTable(document.Text("Nhóm chỉ số", 40), document.Figures("Điểm", 14), document.Figures("Tối đa", 14), document.Figures("Đạt", 14), document.Figures("So với "+f.before(1), 18))
	weakest, least, whole := "", math.Inf(1), 0
	share := func(code string) (score, most float64) {
		return f.Of(f.Own, index.Figure{Measure: index.GroupScore, Group: code}), f.Of(f.Own, index.Figure{Measure: index.GroupScoreMax, Group: code})
	}
	codes := []string{}
	for _, g := range index.BuiltInGroups {
		codes = append(codes, g.Code)
	}
	for _, code := range append(codes, index.OnlineService) {
		score, most := share(code)
		if math.IsNaN(score) {
			continue
		}
		if whole++; code == index.OnlineService {
			whole++ // two in one
		}
		if score/most < least {
			weakest, least = code, score/most
		}
	}
	for _, code := range append(codes, index.OnlineService) {
		score, most := share(code)
		if math.IsNaN(score) {
			continue
		}
		before := f.Ago(1, f.Own, index.Figure{Measure: index.GroupScore, Group: code})
		t.Rows = append(t.Rows, document.Row{Cells: []string{f.GroupName(code), points(score), known(most, words.Points), percent(score / most), change(score - before)}, Strong: code == weakest && whole == len(codes)})
	}
	s.Add(t)
	if whole != len(codes) {
		s.Say("Chưa đủ sáu nhóm chỉ số, nên chưa nói được nhóm nào thấp nhất.")
		return
	}
	score, most := share(weakest)
	text := fmt.Sprintf("Nhóm thấp nhất: %s, đạt %s/%s điểm (%s).", f.GroupName(weakest), points(score), words.Points(most), percent(least))
	if weakest == "CKMB" {
		text += " Việc chậm công bố, công khai thủ tục hành chính không được để xảy ra (Quyết định 766/QĐ-TTg)."
	}
	s.Say(text)
}

func (f *facts) units() document.Section {
	s := document.Section{Heading: "Điểm và xếp hạng của các đơn vị"}
	for _, kind := range figures.Kinds {
		type scored struct {
			unit  string
			score float64
		}
		var all []scored
		for _, unit := range f.Units {
			if v := f.Of(unit, index.Figure{Measure: index.Score}); f.At.Units[unit].Kind == kind && !math.IsNaN(v) {
				all = append(all, scored{unit, v})
			}
		}
		slices.SortStableFunc(all, func(x, y scored) int { return cmp.Compare(y.score, x.score) })
		ranking := f.At.Table(f.Period.Window(), 0, kind)
		t := document.NewTable(document.Figures("Hạng", 9), document.Text("Đơn vị", 45), document.Figures("Điểm", 11), document.Text("Xếp loại", 16), document.Figures("So với "+f.before(1), 19))
		grades := map[string]int{}
		for _, u := range all {
			rank := "–"
			if ranking != nil {
				if p := place(ranking, u.unit); p != nil {
					rank = fmt.Sprint(p.Place)
				}
			}
			grades[f.grade(u.score)]++
			t.Row(rank, f.UnitName(u.unit), points(u.score), f.grade(u.score), change(u.score-f.Ago(1, u.unit, index.Figure{Measure: index.Score})))
		}
		if len(all) == 0 {
			continue
		}
		var counts []string
		for _, g := range f.At.Grades {
			if n := grades[g.Name]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, g.Name))
			}
		}
		text := fmt.Sprintf("%s %s có điểm", words.Count(len(all)), kindNames[kind])
		if len(counts) > 0 {
			text += "; xếp loại: " + strings.Join(counts, ", ")
		}
		s.Say(text + ".")
		s.Add(t)
	}
	if len(s.Blocks) == 0 {
		s.Say("Chưa có số liệu: Cổng không có điểm của từng đơn vị trong kỳ này.")
	}
	return s
}

func (f *facts) overdue() document.Section {
	s := document.Section{Heading: "Hồ sơ quá hạn, lũy kế đến thời điểm lấy số liệu"}
	t := document.NewTable(document.Text("Đơn vị", 44), document.Figures("Chậm tiếp nhận", 15), document.Figures("Chậm xử lý", 15), document.Figures("Cộng", 13), document.Figures("Tỷ lệ", 13))
	units, sum := f.Late()
	received, processed := math.NaN(), math.NaN()
	switch {
	case len(units) == 0:
		s.Say(none)
		return s
	case !f.Current():
		s.Say(fmt.Sprintf("Không nêu: số liệu hồ sơ đang có tính đến %s, muộn hơn một tháng kể từ khi kỳ kết thúc.", moment(f.View.Domain)))
		return s
	}
	text := fmt.Sprintf("Tính đến %s (không giới hạn theo kỳ như các tiêu chí khác): %s hồ sơ quá hạn", moment(f.View.Domain), count(sum))
	if first := units[0]; sum > 0 {
		text += fmt.Sprintf(", nhiều nhất ở %s: %s hồ sơ (%s)", f.UnitName(first), count(f.LateOf(first)), percent(f.LateOf(first)/sum))
	}
	s.Say(text + ".")
	without := 0
	var old []string
	for _, unit := range units {
		w := f.View.Dossiers[unit]
		received, processed = figures.Plus(received, w.LateToReceive), figures.Plus(processed, w.LateToProcess)
		old = append(old, f.stale(unit, w, index.Records, index.SQL)...)
		if f.LateOf(unit) == 0 {
			without++
			continue
		}
		t.Row(f.UnitName(unit), count(w.LateToReceive), count(w.LateToProcess), count(f.LateOf(unit)), percent(f.LateOf(unit)/sum))
	}
	if sum > 0 {
		t.Strong("Cộng", count(received), count(processed), count(sum), "100 %")
	}
	s.Add(t)
	if without > 0 {
		s.Say(fmt.Sprintf("Không có hồ sơ quá hạn: %s đơn vị.", words.Count(without)))
	}
	sayStale(&s, old)
	s.Say("Chậm tiếp nhận: hồ sơ đã nộp mà quá hạn tiếp nhận; chậm xử lý: hồ sơ đã tiếp nhận, quá ngày hẹn trả mà chưa giải quyết xong. Danh sách từng hồ sơ của mỗi đơn vị: trang /late của dvc_exporter.")
	return s
}

// stale names a unit whose list nobody has renewed for longer than one of its sources
// allows.
func (f *facts) stale(unit string, w publication.Workload, names ...index.SourceName) []string {
	for _, name := range names {
		if source := f.View.Book[name]; source != nil && source.Health.StaleAfter > 0 && f.View.Now.Sub(w.AsOf) > source.Health.StaleAfter {
			return []string{fmt.Sprintf("%s (%s)", f.UnitName(unit), moment(w.AsOf))}
		}
	}
	return nil
}

func sayStale(s *document.Section, old []string) {
	if len(old) > 0 {
		s.Say("Số cũ, danh sách lâu không được cập nhật: " + strings.Join(old, "; ") + ".")
	}
}

func (f *facts) documents() document.Section {
	s := document.Section{Heading: "Văn bản, hồ sơ công việc giải quyết trên môi trường mạng"}
	t := document.NewTable(document.Text("Đơn vị", 36), document.Figures("Giải quyết xong", 13), document.Figures("Trên mạng", 13), document.Figures("Tỷ lệ", 12), document.Figures("Đúng hạn", 13), document.Figures("Đang quá hạn", 13))
	finished, online, onTime := math.NaN(), math.NaN(), math.NaN()
	var old []string
	for _, unit := range f.Units {
		all := f.Sum(unit, index.DocumentsFinished, index.OnTime, index.Late)
		if math.IsNaN(all) {
			continue
		}
		on, good, overdue := f.Of(unit, index.Figure{Measure: index.DocumentsOnline}), f.Sum(unit, index.DocumentsFinished, index.OnTime), math.NaN()
		if w, ok := f.View.Documents[unit]; ok && f.Current() {
			overdue = w.LateToProcess
			old = append(old, f.stale(unit, w, index.Documents)...)
		}
		finished, online, onTime = figures.Plus(finished, all), figures.Plus(online, on), figures.Plus(onTime, good)
		t.Row(f.UnitName(unit), count(all), count(on), percent(on/all), percent(good/all), count(overdue))
	}
	if len(t.Rows) == 0 {
		s.Say(none)
		return s
	}
	s.Say(fmt.Sprintf("%s, các đơn vị giải quyết xong %s văn bản, hồ sơ công việc, trong đó %s trên môi trường mạng (%s), %s đúng hạn (%s).",
		words.Period(f.Period), count(finished), count(online), percent(online/finished), count(onTime), percent(onTime/finished)))
	if f.Current() {
		s.Say(fmt.Sprintf("Cột “Đang quá hạn” tính đến %s.", moment(f.View.Domain)))
	}
	s.Add(t)
	sayStale(&s, old)
	return s
}

func (f *facts) targets() document.Section {
	s := document.Section{Heading: "Chỉ tiêu của kế hoạch"}
	all := slices.Sorted(maps.Keys(f.At.Ratios))
	if len(all) == 0 {
		s.Say("Không có chỉ tiêu nào có hiệu lực trong kỳ.")
		return s
	}
	sums := document.NewTable(document.Text("Chỉ tiêu", 25), document.Figures("Mức", 9), document.Figures("Cả địa phương", 30), document.Figures("Đơn vị đạt", 12), document.Figures("Chưa đạt", 12), document.Figures("Quá ít để tính", 12))
	table := document.NewTable(document.Text("Đơn vị", 32))
	summed := false
	for _, code := range all {
		target := f.At.Ratios[code]
		table.Columns = append(table.Columns, document.Figures(f.IndicatorName(code)+" "+together("≥ "+words.Percent(target)), 68/len(all)))
		numerator, denominator, _ := f.Ratio(f.Own, code)
		reached, missed, few := 0, 0, 0
		own := denominator > 0
		for _, unit := range f.Units {
			n, d, _ := f.Ratio(unit, code)
			switch got, ok := f.Reached(unit, code); {
			case ok && got:
				reached++
			case ok:
				missed++
			case d > 0:
				few++
			}
			if !own { // by the records only units are counted
				numerator, denominator = numerator+n, denominator+d
			}
		}
		value := "–"
		if denominator > 0 {
			summed = summed || !own
			value = fmt.Sprintf("%s (%s/%s)", percent(numerator/denominator), count(numerator), count(denominator))
		}
		sums.Row(f.IndicatorName(code), words.Percent(target), value, count(float64(reached)), count(float64(missed)), count(float64(few)))
	}
	for _, unit := range f.Units {
		cells, some := []string{f.UnitName(unit)}, false
		for _, code := range all {
			cell := f.against(unit, code)
			cells, some = append(cells, cell), some || cell != "–"
		}
		if some {
			table.Row(cells...)
		}
	}
	s.Add(sums)
	if summed {
		s.Say("Số của cả địa phương, nơi Cổng không có, là cộng của các đơn vị theo hồ sơ của địa phương.")
	}
	if len(table.Rows) == 0 {
		s.Say("Chưa có số liệu của từng đơn vị.")
		return s
	}
	s.Say("Từng đơn vị: tỷ lệ đạt được; trong ngoặc là số hồ sơ, giao dịch còn thiếu để đạt chỉ tiêu. Hai số như 1/3: quá ít hồ sơ để đánh giá. Số của Cổng trước; nơi Cổng không có thì theo hồ sơ của địa phương.")
	s.Add(table)
	return s
}

// against is a unit's ratio beside its target.
func (f *facts) against(unit, code string) string {
	n, d, _ := f.Ratio(unit, code)
	reached, ok := f.Reached(unit, code)
	switch {
	case d == 0:
		return "–"
	case !ok:
		return count(n) + "/" + count(d)
	case reached:
		return percent(n / d)
	}
	return fmt.Sprintf("%s (%s)", percent(n/d), count(math.Ceil(d*f.At.Ratios[code]-n-1e-6)))
}

func (f *facts) apologies() document.Section {
	s := document.Section{Heading: "Xin lỗi bằng văn bản khi trễ hẹn"}
	t := document.NewTable(document.Text("Đơn vị", 49), document.Figures("Phải xin lỗi", 17), document.Figures("Đã xin lỗi", 17), document.Figures("Còn thiếu", 17))
	due, sent := math.NaN(), math.NaN()
	for _, unit := range f.Units {
		d, has := f.Of(unit, index.Figure{Measure: index.ApologiesDue}), f.Of(unit, index.Figure{Measure: index.ApologiesSent})
		due, sent = figures.Plus(due, d), figures.Plus(sent, has)
		if d > has {
			t.Row(f.UnitName(unit), count(d), count(has), count(d-has))
		}
	}
	switch {
	case math.IsNaN(due):
		s.Say(none)
	case math.IsNaN(sent):
		s.Say(fmt.Sprintf("%s có %s hồ sơ trễ hẹn phải xin lỗi bằng văn bản. Hồ sơ của các đơn vị không ghi thư xin lỗi, nên chưa biết bao nhiêu thư đã gửi.", words.Period(f.Period), count(due)))
	default:
		s.Say(fmt.Sprintf("%s có %s hồ sơ trễ hẹn phải xin lỗi bằng văn bản, đã có %s thư xin lỗi. Đơn vị còn thiếu:", words.Period(f.Period), count(due), count(sent)))
		if len(t.Rows) == 0 {
			s.Say("Không có.")
		}
		s.Add(t)
	}
	return s
}

func (f *facts) sync() document.Section {
	s := document.Section{Heading: "Chênh lệch giữa hệ thống của địa phương và Cổng Dịch vụ công quốc gia"}
	t := document.NewTable(document.Text("Đơn vị", 49), document.Figures("Cổng quốc gia", 17), document.Figures("Địa phương", 17), document.Figures("Chênh lệch", 17))
	local := math.NaN()
	for _, unit := range f.Units {
		here, there := f.Local(unit), f.Of(unit, index.Figure{Measure: index.ReceivedDossiers})
		local = figures.Plus(local, here)
		if larger := max(here, there); larger >= figures.SyncGapBase && math.Abs(here-there)/larger > figures.SyncGap {
			t.Row(f.UnitName(unit), count(there), count(here), percent(math.Abs(here-there)/larger))
		}
	}
	portal := f.Of(f.Own, index.Figure{Measure: index.ReceivedDossiers})
	if math.IsNaN(portal) || math.IsNaN(local) {
		s.Say(fmt.Sprintf("Hồ sơ tiếp nhận trong kỳ: Cổng %s, hệ thống của địa phương %s. Chưa đủ hai bên để so sánh.", orNone(portal), orNone(local)))
		return s
	}
	s.Say(fmt.Sprintf("Hồ sơ tiếp nhận trong kỳ: Cổng ghi nhận %s, hệ thống của địa phương %s, chênh %s.", count(portal), count(local), count(math.Abs(portal-local))))
	if len(t.Rows) > 0 {
		s.Say(fmt.Sprintf("Đơn vị chênh lệch quá %s (từ %d hồ sơ trở lên), cần kiểm tra việc đồng bộ:", words.Percent(figures.SyncGap), figures.SyncGapBase))
		s.Add(t)
	}
	return s
}

func orNone(v float64) string {
	if math.IsNaN(v) {
		return words.None
	}
	return count(v)
}
