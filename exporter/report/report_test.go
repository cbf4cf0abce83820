package report

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/document"
	"dvc_exporter/exporter/figures"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/targets"
)

var (
	july = index.Period{Months: 1, Year: 2024, Number: 7}
	now  = time.Date(2024, 8, 2, 10, 0, 0, 0, index.Vietnam)
)

// below is a unit of H26.
func below(code, name string, kind index.Kind, figures ...index.Figure) index.Row {
	return index.Row{Unit: index.Unit{Code: code, Name: name, Kind: kind, Parent: "H26"}, Line: 1, Figures: figures}
}

func own(figures ...index.Figure) index.Row {
	return index.Row{Unit: index.Unit{Code: "H26", Name: "Thành phố Hà Nội", Kind: index.Province}, Figures: figures}
}

func ratio(code string, numerator, denominator float64) []index.Figure {
	return []index.Figure{{Measure: index.Numerator, Indicator: code, Value: numerator}, {Measure: index.Denominator, Indicator: code, Value: denominator}}
}

// answer is a part of the portal about a month, read shortly before now.
func answer(name string, p index.Period, rows ...index.Row) book.Entry {
	at := now.Add(-30 * time.Minute)
	for i := range rows {
		if rows[i].Line > 0 {
			rows[i].Line = i + 1
		}
	}
	e := book.Entry{Part: index.Part{Name: name, Window: index.Month, Period: p, AsOf: at, Parent: "H26", Rows: rows}, Accepted: at}
	if p.Closed(at) {
		e.Closed = at
	}
	return e
}

// view is what an exporter shows at a time of a book.
func view(at time.Time, sources book.Book) *publication.Publication {
	return publication.Make(publication.Inputs{
		Settings: publication.Settings{Windows: []index.Window{index.Month}, Own: []string{"H26"}, ReceptionLimit: 24 * time.Hour, DueSoon: 72 * time.Hour},
		Book:     sources, Files: &reload.Files{Plan: targets.BuiltIn()}, Now: at, Domain: at,
	}, nil)
}

func portal(entries ...book.Entry) *book.Source {
	return &book.Source{Entries: entries, Health: book.Health{Expire: 240 * time.Hour}}
}

// keys are those of the entries' parts.
func keys(p index.Period, names ...string) (all []index.Key) {
	for _, name := range names {
		all = append(all, index.Key{Name: name, Window: index.Month, Period: p})
	}
	return all
}

// chapter is the text of a section.
func chapter(t *testing.T, d document.Document, heading string) string {
	t.Helper()
	for _, s := range d.Sections {
		if strings.HasPrefix(s.Heading, heading) {
			var text strings.Builder
			for _, b := range s.Blocks {
				fmt.Fprintln(&text, b.Text)
				if b.Table != nil {
					for _, r := range b.Table.Rows {
						fmt.Fprintln(&text, strings.Join(r.Cells, " | "))
					}
				}
			}
			return text.String()
		}
	}
	t.Fatalf("there is no section %q", heading)
	return ""
}

func want(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%s", what, part, text)
		}
	}
}

// The figures are those of the test of the rule unit_indicator:dvc_points_lost.
func TestLostPointsAreAllottedAsByTheRule(t *testing.T) {
	points := func(group, indicator string, score, most float64) []index.Figure {
		m, limit := index.IndicatorScore, index.IndicatorScoreMax
		if indicator == "" {
			m, limit = index.GroupScore, index.GroupScoreMax
		}
		return []index.Figure{{Measure: m, Group: group, Indicator: indicator, Value: score}, {Measure: limit, Group: group, Indicator: indicator, Value: most}}
	}
	handled := func(received, onTime float64) []index.Figure {
		return []index.Figure{{Measure: index.ReceivedDossiers, Value: received}, {Measure: index.OnTimeDossiers, Value: onTime}}
	}
	all := func(lists ...[]index.Figure) (figures []index.Figure) {
		for _, list := range lists {
			figures = append(figures, list...)
		}
		return figures
	}
	e := answer("all", july,
		own(all(points("MDSH", "DIGITIZED_DOSSIER", 9, 12), ratio("DIGITIZED_DOSSIER", 120, 200), points("MDHL", "SATISFACTION", 16, 18),
			points("TDGQ", "", 15, 20), points("TTTT", "", 8, 10), points("CLGQ", "", 9, 12), points("MDSH", "", 10, 22))...),
		below("H26.07", "Sở Tư pháp", index.Department, all(ratio("DIGITIZED_DOSSIER", 40, 100), ratio("SATISFACTION", 95, 100), handled(50, 50), ratio("ONLINE_PAYMENT", 9, 9))...),
		below("H26.08", "Sở Xây dựng", index.Department, all(ratio("DIGITIZED_DOSSIER", 80, 100), ratio("SATISFACTION", 45, 50), handled(30, 20))...),
		below("H26.20", "Phường Ba Đình", index.Commune, all(ratio("DIGITIZED_DOSSIER", 0, 0), ratio("SATISFACTION", 12, 10))...),
	)
	e.Indicators = []index.Indicator{{Code: "DIGITIZED_DOSSIER", Group: "MDSH", Name: "Số hóa"}, {Code: "SATISFACTION", Group: "MDHL", Name: "Hài lòng"}}
	in := Inputs{View: view(now, book.Book{index.Portal: portal(e)}), Period: july, Keys: keys(july, "all")}
	l := figures.Of(in.View, july).Allot()
	expected := map[figures.What]map[string]float64{
		{Group: "MDSH", Indicator: "DIGITIZED_DOSSIER"}: {"H26.07": 2.25, "H26.08": 0.75, "H26.20": 0},
		{Group: "MDHL", Indicator: "SATISFACTION"}:      {"H26.07": 1, "H26.08": 1, "H26.20": 0},
		{Group: "TDGQ", Indicator: ""}:                  {"H26.07": 0, "H26.08": 5},
		{Group: "TTTT", Indicator: ""}:                  {"H26": 2},
		{Group: "CLGQ", Indicator: ""}:                  {"H26": 3},
	}
	near := cmpopts.EquateApprox(0, 1e-9)
	if diff := cmp.Diff(expected, l.Of, near); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]float64{"H26": 5, "H26.07": 3.25, "H26.08": 6.75, "H26.20": 0}, l.ByUnit(), near); diff != "" {
		t.Error(diff)
	}
	want(t, "the section", chapter(t, Make(in), "Điểm mất"), "mất 15,00 điểm", "Sở Xây dựng | 6,75 | Tiến độ giải quyết (5,00 điểm) | 10", "không phải tính lại điểm của đơn vị", "Không phân bổ được cho đơn vị nào, vì Cổng không có số liệu chi tiết hoặc không thiếu theo số liệu đó: 5,00 điểm")
}

// provinces is a table of three, Hà Nội with a score.
func provinces(score float64) []index.Row {
	row := func(code string, score float64) index.Row {
		return index.Row{Unit: index.Unit{Code: code, Name: "Tỉnh " + code, Kind: index.Province}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: score}}}
	}
	return []index.Row{row("H20", 68), row("H26", score), row("H01", 50)}
}

func TestMarks(t *testing.T) {
	june := july.Ago(1)
	halfway := answer("provinces", july, provinces(58.86)...)
	halfway.Closed = time.Time{}
	none := answer("units", july)
	for name, test := range map[string]struct {
		at     time.Time
		source *book.Source
		keys   []index.Key
		period index.Period
		failed []book.Outcome
		want   []string // marks; one for each
	}{
		"all is well":           {now, portal(answer("provinces", july, provinces(58.86)...)), keys(july, "provinces"), july, nil, nil},
		"not closed":            {now, portal(answer("provinces", july.Ago(-1), provinces(58.86)...)), keys(july.Ago(-1), "provinces"), july.Ago(-1), nil, []string{"chưa kết thúc"}},
		"read before its end":   {now, portal(halfway), keys(july, "provinces"), july, nil, []string{"“provinces” của Cổng được lấy lúc 9 giờ 30 ngày 02/8/2024, khi kỳ chưa kết thúc"}},
		"not of this API":       {now, portal(answer("provinces", july, provinces(58.86)...)), nil, july, nil, []string{"không có tháng 7/2024 ở thế hệ API"}},
		"no portal":             {now, nil, nil, july, nil, []string{"Không đọc Cổng"}},
		"a part is missing":     {now, portal(answer("provinces", july, provinces(58.86)...)), keys(july, "provinces", "transparency"), july, nil, []string{"Thiếu phần “công khai, minh bạch” của Cổng Dịch vụ công quốc gia: chưa được đọc"}},
		"a part was refused":    {now, portal(answer("provinces", july, provinces(58.86)...)), keys(july, "provinces", "transparency"), july, []book.Outcome{{Name: "transparency", Window: index.Month, Period: july, Reason: index.Refused}}, []string{"bị từ chối (401, 403, 429)"}},
		"the portal has none":   {now, portal(answer("provinces", july, provinces(58.86)...), none), keys(july, "provinces", "units"), july, nil, []string{"không có số liệu của phần “units”"}},
		"not asked for long":    {now.Add(11 * 24 * time.Hour), portal(answer("provinces", july, provinces(58.86)...)), keys(july, "provinces"), july, nil, []string{"Số cũ: phần “provinces” của Cổng được lấy lúc 9 giờ 30 ngày 02/8/2024"}},
		"only scores were kept": {now, portal(answer("provinces", july, provinces(58.86)...), answer("provinces", june, provinces(57.25)...)), keys(june, "provinces"), june, nil, []string{"dvc_exporter report -period 2024-06"}},
	} {
		t.Run(name, func(t *testing.T) {
			sources := book.Book{}
			if test.source != nil {
				sources[index.Portal] = test.source
			}
			d := Make(Inputs{View: view(test.at, sources), Period: test.period, Keys: test.keys, Failed: test.failed})
			if len(d.Marks) != len(test.want) {
				t.Fatalf("marks %q, want %q", d.Marks, test.want)
			}
			for i, part := range test.want {
				want(t, "the mark", d.Marks[i], part)
			}
			if len(d.Sections) != 10 {
				t.Errorf("%d sections, want all 10", len(d.Sections))
			}
			score := chapter(t, d, "Điểm và xếp hạng")
			switch {
			case test.source == nil:
				want(t, "the score", score, "Chưa có số liệu.")
			case test.period == june:
				want(t, "the score", score, "57,25/", "xếp thứ 2/3")
			default:
				want(t, "the score", score, "58,86/", "xếp thứ 2/3", "xếp loại Trung bình")
			}
		})
	}
}

// waiting is the open dossiers of a unit: late to process, late to receive.
func waiting(processing, reception int) *index.Backlog {
	b := &index.Backlog{}
	for range processing {
		b.Open = append(b.Open, index.Dossier{State: 4, Due: now.AddDate(0, 0, -3).Unix()})
	}
	for range reception {
		b.Waiting = append(b.Waiting, index.Dossier{State: 1, Received: now.AddDate(0, 0, -3).Unix()})
	}
	return b
}

func TestOverdueStandsWithItsOwnTime(t *testing.T) {
	open := func(name string, b *index.Backlog) index.Row {
		return index.Row{Unit: index.Unit{Name: name}, Backlog: b}
	}
	records := &book.Source{Entries: []book.Entry{{Part: index.Part{Name: "a.csv", Location: "a.csv", AsOf: now.Add(-5 * 24 * time.Hour), Rows: []index.Row{
		open("Sở Tư pháp", waiting(120, 30)), open("Sở Xây dựng", waiting(50, 0)), open("Sở Du lịch", waiting(0, 0)),
	}}}}, Health: book.Health{StaleAfter: 96 * time.Hour}}
	d := Make(Inputs{View: view(now, book.Book{index.Records: records}), Period: july})
	want(t, "the section", chapter(t, d, "Hồ sơ quá hạn"), "Tính đến 10 giờ 00 ngày 02/8/2024", "200 hồ sơ quá hạn, nhiều nhất ở Sở Tư pháp: 150 hồ sơ (75,0 %)",
		"Sở Tư pháp | 30 | 120 | 150 | 75,0 %\nSở Xây dựng | 0 | 50 | 50 | 25,0 %\nCộng | 30 | 170 | 200 | 100 %", "Không có hồ sơ quá hạn: 1 đơn vị", "Số cũ", "Sở Tư pháp (10 giờ 00 ngày 28/7/2024)")
	want(t, "whom to urge", chapter(t, d, "Biểu dương"), "Sở Tư pháp | giữ 75,0 % số hồ sơ quá hạn")

	later := Make(Inputs{View: view(time.Date(2024, 9, 1, 0, 1, 0, 0, index.Vietnam), book.Book{index.Records: records}), Period: july})
	late := chapter(t, later, "Hồ sơ quá hạn")
	want(t, "a month later", late, "Không nêu: số liệu hồ sơ đang có tính đến 0 giờ 01 ngày 01/9/2024")
	if strings.Contains(late, "150") || strings.Contains(chapter(t, later, "Biểu dương"), "giữ") {
		t.Errorf("overdue dossiers of September stand in July's announcement:\n%s", late)
	}
}

// TestSumsOfWhatNobodySaysAreUnknown: a sum is 0 only where somebody counted 0.
func TestSumsOfWhatNobodySaysAreUnknown(t *testing.T) {
	row := func(figures ...index.Figure) index.Row {
		return index.Row{Unit: index.Unit{Name: "Sở Tư pháp"}, Figures: figures}
	}
	database := &book.Source{Health: book.Health{StaleAfter: 96 * time.Hour}, Entries: []book.Entry{{Part: index.Part{Name: "q.sql", Location: "q.sql", AsOf: now.Add(-5 * 24 * time.Hour), Rows: []index.Row{
		row(index.Figure{Measure: index.OverdueNow, Detail: index.Processing, Value: 7}),
	}}}}}
	documents := &book.Source{Health: book.Health{StaleAfter: 96 * time.Hour}, Entries: []book.Entry{{Part: index.Part{Name: "v.csv", Location: "v.csv", AsOf: now.Add(-5 * 24 * time.Hour), Rows: []index.Row{
		{Unit: index.Unit{Name: "Sở Tư pháp"}, Month: july, Figures: []index.Figure{{Measure: index.DocumentsFinished, Detail: index.OnTime, Value: 8}}},
		{Unit: index.Unit{Name: "Sở Tư pháp"}, Backlog: waiting(2, 0)},
	}}}}}
	d := Make(Inputs{View: view(now, book.Book{index.SQL: database, index.Documents: documents}), Period: july})
	want(t, "overdue dossiers", chapter(t, d, "Hồ sơ quá hạn"), "Sở Tư pháp | – | 7 | 7 | 100 %\nCộng | – | 7 | 7 | 100 %", "Số cũ", "Sở Tư pháp (10 giờ 00 ngày 28/7/2024)")
	want(t, "documents", chapter(t, d, "Văn bản"), "giải quyết xong 8 văn bản, hồ sơ công việc, trong đó – trên môi trường mạng (–)", "Sở Tư pháp | 8 | – | – | 100 % | 2", "Số cũ")
}

func TestTargetsPraiseAndSyncGap(t *testing.T) {
	received := func(n float64) index.Figure { return index.Figure{Measure: index.ReceivedDossiers, Value: n} }
	score := func(v float64) index.Figure { return index.Figure{Measure: index.Score, Value: v} }
	local := func(name string, figures ...index.Figure) index.Row {
		return index.Row{Unit: index.Unit{Name: name}, Month: july, Figures: figures}
	}
	full := append(append(append(ratio(index.OnlinePayment, 55, 100), ratio(index.OnlineDossier, 60, 100)...), ratio(index.DigitizedDossier, 100, 100)...), ratio(index.ElectronicResult, 100, 100)...)
	units := []index.Row{
		own(received(300)),
		below("H26.01", "Sở Một", index.Department, append(full, score(90), received(100))...),
		below("H26.02", "Sở Hai", index.Department, append(ratio(index.OnlinePayment, 54, 100), score(80), received(100))...),
		below("H26.03", "Sở Ba", index.Department, append(ratio(index.OnlinePayment, 1, 3), score(95), received(3))...), // too few of all
	}
	before := []index.Row{below("H26.01", "Sở Một", index.Department, score(70)), below("H26.02", "Sở Hai", index.Department, score(82)), below("H26.03", "Sở Ba", index.Department, score(60))}
	records := &book.Source{Entries: []book.Entry{{Part: index.Part{Name: "a.csv", Location: "a.csv", AsOf: now, Rows: []index.Row{
		local("Sở Một", index.Figure{Measure: index.DossiersReceived, Detail: index.Online, Value: 60}, index.Figure{Measure: index.DossiersReceived, Detail: index.Counter, Value: 44},
			index.Figure{Measure: index.ApologiesDue, Value: 3}, index.Figure{Measure: index.ApologiesSent, Value: 1}),
		local("Sở Hai", index.Figure{Measure: index.DossiersReceived, Detail: index.Online, Value: 107}),
	}}}}}
	d := Make(Inputs{View: view(now, book.Book{index.Portal: portal(answer("units", july, units...), answer("units", july.Ago(1), before...)), index.Records: records}), Period: july, Keys: keys(july, "units")})
	want(t, "the units", chapter(t, d, "Điểm và xếp hạng của các đơn vị"), "3 sở, ban, ngành có điểm; xếp loại: 2 Xuất sắc, 1 Tốt", "1 | Sở Ba | 95,00 | Xuất sắc | +35,00\n2 | Sở Một | 90,00 | Xuất sắc | +20,00\n3 | Sở Hai | 80,00 | Tốt | -2,00")
	want(t, "the targets", chapter(t, d, "Chỉ tiêu"), "Thanh toán trực tuyến | 55 % | 54,2 % (110/203) | 1 | 1 | 1", "Sở Một | 100 % | 100 % | 60,0 % | 55,0 %\nSở Hai | – | – | – | 54,0 % (1)\nSở Ba | – | – | – | 1/3")
	conclusions := chapter(t, d, "Biểu dương")
	want(t, "praise and urge", conclusions, "Sở Một | trong mười đơn vị tốt nhất (hạng 2/3); đạt cả 4 chỉ tiêu", "Sở Hai | trong mười đơn vị tốt nhất (hạng 3/3)",
		"Sở Hai | giảm 2 điểm; chưa đạt 1 chỉ tiêu", "Sở Một | thiếu 2 thư xin lỗi")
	if strings.Contains(conclusions, "Sở Ba") {
		t.Errorf("a unit of three dossiers is praised or urged:\n%s", conclusions)
	}
	want(t, "the sync gap", chapter(t, d, "Chênh lệch"), "Cổng ghi nhận 300, hệ thống của địa phương 211, chênh 89", "Sở Hai | 100 | 107 | 6,5 %")
	if text := chapter(t, d, "Chênh lệch"); strings.Contains(text, "Sở Một") {
		t.Errorf("a gap of 3,8 %% is listed:\n%s", text)
	}
	want(t, "the apologies", chapter(t, d, "Xin lỗi"), "có 3 hồ sơ trễ hẹn phải xin lỗi bằng văn bản, đã có 1", "Sở Một | 3 | 1 | 2")
}

func TestTargetsAreThoseOfThePeriod(t *testing.T) {
	v := view(now, book.Book{index.Portal: portal(answer("units", july, below("H26.01", "Sở Một", index.Department, ratio(index.OnlinePayment, 60, 100)...)))})
	day := func(month time.Month) targets.Term {
		return targets.Term{From: targets.Date{Time: time.Date(2024, month, 1, 0, 0, 0, 0, index.Vietnam)}}
	}
	v.Files.Plan = &targets.Plan{Targets: []targets.Target{
		{Indicator: index.OnlinePayment, Ratio: 0.55, Term: day(time.January)}, {Indicator: index.OnlinePayment, Ratio: 0.7, Term: day(time.August)},
	}}
	d := Make(Inputs{View: v, Period: july, Keys: keys(july, "units")})
	want(t, "the targets of July, told in August", chapter(t, d, "Chỉ tiêu"), "Thanh toán trực tuyến | 55 % | 60,0 % (60/100) | 1 | 0 | 0")
}

func TestFigures(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{count(math.NaN()), "–"}, {percent(math.NaN()), "–"}, {percent(0.61), "61,0 %"}, {percent(1), "100 %"}, {percent(3.0 / 53828), "< 0,1 %"}, {percent(0), "0,0 %"},
		{change(1.605), "+1,60"}, {change(-0.001), "0,00"}, {change(-2), "-2,00"}, {moment(now), "10 giờ 00 ngày 02/8/2024"}, {moment(now.AddDate(0, -7, 0)), "10 giờ 00 ngày 02/01/2024"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}
