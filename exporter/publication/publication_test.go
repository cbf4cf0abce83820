package publication

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/units"
)

var (
	at    = time.Date(2026, 11, 15, 9, 0, 0, 0, index.Vietnam)
	month = index.Month.At(at) // 2026-10
)

// part makes a part of the portal's month window.
func part(name string, rows ...index.Row) index.Part {
	return index.Part{Name: name, Window: index.Month, Period: month, AsOf: at, Rows: rows}
}

// accepted is a source of which every part was accepted at the tests' time.
func accepted(parts ...index.Part) *book.Source {
	s := &book.Source{}
	for _, p := range parts {
		s.Entries = append(s.Entries, book.Entry{Part: p, Accepted: at})
	}
	return s
}

func province(line int, code string, score float64) index.Row {
	return index.Row{
		Unit: index.Unit{Code: code, ID: "id-" + code, Name: "Tỉnh " + code, Kind: index.Province}, Line: line,
		Figures: []index.Figure{{Measure: index.Score, Value: score}},
	}
}

// inputs are those of a book at a time.
func inputs(b book.Book, now time.Time) Inputs {
	return Inputs{
		Settings: Settings{Windows: []index.Window{index.Month}, Own: []string{"H26"}, ReceptionLimit: 24 * time.Hour, DueSoon: 72 * time.Hour},
		Book:     b, Files: &reload.Files{}, Now: now, Domain: now,
	}
}

// show makes the publication of a book at the tests' time.
func show(b book.Book) *Publication { return Make(inputs(b, at), nil) }

// value returns the one value of a measure and unit.
func value(t *testing.T, p *Publication, unit string, m index.Measure, ago int) (float64, bool) {
	t.Helper()
	var found []float64
	for _, v := range p.Values[m] {
		if v.Unit == unit && v.PeriodsAgo == ago {
			found = append(found, v.Value)
		}
	}
	if len(found) > 1 {
		t.Fatalf("%s of %s is there %d times", m, unit, len(found))
	}
	if len(found) == 0 {
		return 0, false
	}
	return found[0], true
}

func TestEqualScoresShareAPlace(t *testing.T) {
	p := show(book.Book{index.Portal: accepted(part("service-results",
		province(1, "T1", 70), province(2, "T2", 60), province(3, "T3", 60), province(4, "T4", 50)))})
	got := map[string]int{}
	for _, p := range p.Table(index.Month, 0, index.Province).Places {
		got[p.Unit] = p.Place
	}
	if len(p.Tables) != 1 {
		t.Errorf("%d tables, want that of the provinces", len(p.Tables))
	}
	if diff := cmp.Diff(map[string]int{"T1": 1, "T2": 2, "T3": 2, "T4": 4}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRowsWithoutCodeJoinByID(t *testing.T) {
	coded := index.Row{Unit: index.Unit{ID: "u-1", Code: "H26.01", Name: "Sở Một", Kind: index.Department, Parent: "H26"}, Line: 1}
	bare := index.Row{Unit: index.Unit{ID: "u-1", Name: "Sở Một - Thành phố Hà Nội"}, Line: 1, Figures: []index.Figure{{Measure: index.GroupScore, Group: "CKMB", Value: 9}}}
	stranger := index.Row{Unit: index.Unit{ID: "u-2", Name: "Sở Hai"}, Line: 2, Figures: []index.Figure{{Measure: index.GroupScore, Group: "CKMB", Value: 8}}}
	p := show(book.Book{index.Portal: accepted(part("service-results-units", coded), part("transparency", bare, stranger))})
	if got, ok := value(t, p, "H26.01", index.GroupScore, 0); !ok || got != 9 {
		t.Errorf("the row without code gave %v, %v; want 9 under its code", got, ok)
	}
	if got, ok := value(t, p, "u-2", index.GroupScore, 0); !ok || got != 8 {
		t.Errorf("the unit without any code gave %v, %v; want 8 under its id", got, ok)
	}
	if u := p.Units["H26.01"]; u.Name != "Sở Một" {
		t.Errorf("the unit is called %q, not as the first service spells it", u.Name)
	}
}

func TestPortalBeatsPage(t *testing.T) {
	page := index.Part{Name: "page", Window: index.Month, Period: month, Parent: "H26", Rows: []index.Row{
		{Unit: index.Unit{Name: "Tỉnh H01", Kind: index.Province, Code: "H01"}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: 11}}},
		{Unit: index.Unit{Name: "Tỉnh H05", Kind: index.Province, Code: "H05"}, Line: 2, Figures: []index.Figure{{Measure: index.Score, Value: 12}}},
	}}
	p := show(book.Book{
		index.Portal: accepted(part("service-results", province(1, "H01", 70))),
		index.Pages:  accepted(page),
	})
	if got, _ := value(t, p, "H01", index.Score, 0); got != 70 {
		t.Errorf("score %v, want the portal's 70", got)
	}
	if got, _ := value(t, p, "H05", index.Score, 0); got != 12 {
		t.Errorf("score %v, want the page's 12", got)
	}
	if got := p.Counts[index.Pages].Superseded; got != 1 {
		t.Errorf("%d superseded rows, want 1", got)
	}
	if got := p.Table(index.Month, 0, index.Province).Places; len(p.Tables) != 1 || len(got) != 1 || got[0].Unit != "H01" {
		t.Errorf("a page's unit is ranked among the portal's: %+v", p.Tables)
	}
}

// TestLocalRecordsCountBetterThanAPage: beside an office's own dossiers, what a page
// counts of its received ones is not shown, by whichever channel.
func TestLocalRecordsCountBetterThanAPage(t *testing.T) {
	row := func(code string) index.Row {
		return index.Row{Unit: index.Unit{Code: code, Kind: index.Department, Parent: "H26"}, Line: 1, Figures: []index.Figure{{Measure: index.DossiersReceived, Value: 7}}}
	}
	own := open("", at.Add(time.Hour))
	own.Unit = row("H26.01").Unit
	p := show(book.Book{
		index.Records: records(file("a.csv", at, own)),
		index.Pages:   accepted(part("page", row("H26.01"), row("H26.02"))),
	})
	if got, shown := value(t, p, "H26.01", index.DossiersReceived, 0); shown {
		t.Errorf("the page's %v is shown beside local records", got)
	}
	if got, _ := value(t, p, "H26.02", index.DossiersReceived, 0); got != 7 {
		t.Errorf("a unit without local records has %v, not the page's 7", got)
	}
}

func TestOldIsNotCurrent(t *testing.T) {
	fresh := part("service-results", province(1, "H01", 70))
	before := part("transparency", index.Row{Unit: index.Unit{ID: "id-H01"}, Line: 1, Figures: []index.Figure{{Measure: index.GroupScore, Group: "CKMB", Value: 9}}})
	before.Period = month.Ago(1)
	source := accepted(fresh, before)
	source.Health.Expire = 10 * 24 * time.Hour
	b := book.Book{index.Portal: source}

	p := show(b)
	if _, ok := value(t, p, "H01", index.GroupScore, 0); ok {
		t.Error("a part of the month before is shown as this month's")
	}
	if got, ok := value(t, p, "H01", index.GroupScore, 1); !ok || got != 9 {
		t.Errorf("the month before shows %v, %v; want 9", got, ok)
	}
	later := at.Add(10 * 24 * time.Hour)
	if !p.ValidUntil.Equal(later) {
		t.Errorf("valid until %v, want the expiry at %v", p.ValidUntil, later)
	}

	p = Make(inputs(b, later), p)
	if _, ok := value(t, p, "H01", index.Score, 0); ok {
		t.Error("an expired part is shown")
	}
	if len(p.Tables) != 0 {
		t.Errorf("expired tables are shown: %+v", p.Tables)
	}
}

// TestASavedPageIsNotShownUnderALaterWindow: it is still accepted each round, and
// stays about the month in which it was saved.
func TestASavedPageIsNotShownUnderALaterWindow(t *testing.T) {
	old := part("page", province(1, "H01", 70))
	old.Period = month.Ago(1)
	source := accepted(old)
	p := show(book.Book{index.Pages: source})
	if _, ok := value(t, p, "H01", index.Score, 0); ok || p.Periods[index.Month] != month {
		t.Errorf("the page of %s is shown under %s", old.Period, p.Periods[index.Month])
	}
	source.Entries[0].Accepted = month.Start().Add(time.Hour) // when its month was the latest that had ended
	p = Make(inputs(book.Book{index.Pages: source}, month.End().Add(time.Hour)), nil)
	if got, ok := value(t, p, "H01", index.Score, 0); !ok || got != 70 || p.Periods[index.Month] != old.Period {
		t.Errorf("before the page was read in the new month: %v, %v of %s", got, ok, p.Periods[index.Month])
	}
}

// TestOneServiceIsInTheNewMonth: what the other one said of the month before is
// still known, as that month's.
func TestOneServiceIsInTheNewMonth(t *testing.T) {
	of := func(p index.Period, part index.Part) index.Part { part.Period = p; return part }
	transparency := func(points float64) index.Part {
		return part("transparency", index.Row{Unit: index.Unit{ID: "id-H26"}, Line: 1, Figures: []index.Figure{{Measure: index.GroupScore, Group: "CKMB", Value: points}}})
	}
	november := month.Ago(-1)
	b := book.Book{index.Portal: accepted(
		of(november, part("service-results", province(1, "H26", 60), province(2, "H01", 70))),
		of(month, part("service-results", province(1, "H26", 58), province(2, "H01", 50))),
		of(month, transparency(9)), of(month.Ago(1), transparency(8)),
	)}
	december := time.Date(2026, 12, 1, 0, 30, 0, 0, index.Vietnam)
	p := Make(inputs(b, december), show(b))
	if got := p.Periods[index.Month]; got != november {
		t.Errorf("the window shows %s, want %s", got, november)
	}
	type figure struct {
		measure index.Measure
		ago     int
	}
	for f, want := range map[figure]float64{{index.Score, 0}: 60, {index.Score, 1}: 58, {index.GroupScore, 1}: 9, {index.GroupScore, 2}: 8} {
		if got, ok := value(t, p, "H26", f.measure, f.ago); !ok || got != want {
			t.Errorf("%s %d months before: %v, %v; want %v", f.measure, f.ago, got, ok, want)
		}
	}
	if got, ok := value(t, p, "H26", index.GroupScore, 0); ok {
		t.Errorf("the old month's %v is shown as the new month's", got)
	}
	for ago, want := range []int{2, 1} {
		i := slices.IndexFunc(p.Table(index.Month, ago, index.Province).Places, func(p Place) bool { return p.Unit == "H26" })
		if got := p.Table(index.Month, ago, index.Province).Places[i].Place; got != want {
			t.Errorf("place %d, %d months before; want %d", got, ago, want)
		}
	}

	p = Make(inputs(book.Book{index.Portal: accepted(of(month, part("service-results", province(1, "H26", 58))))}, december), nil)
	if got, ok := value(t, p, "H26", index.Score, 0); !ok || got != 58 || p.Periods[index.Month] != month {
		t.Errorf("before anything is published of November: %v, %v of %s; want 58 of %s", got, ok, p.Periods[index.Month], month)
	}
}

func TestPastPeriods(t *testing.T) {
	of := func(ago int, rows ...index.Row) index.Part {
		p := part("service-results", rows...)
		p.Period = month.Ago(ago)
		return p
	}
	past := func(ago int, score float64) index.Part {
		return of(ago, province(1, "H01", score), province(2, "H05", 99))
	}
	p := show(book.Book{index.Portal: accepted(of(0, province(1, "H01", 58.86)), past(1, 57.25), past(2, 50.76), past(13, 1))})
	for ago, want := range map[int]float64{0: 58.86, 1: 57.25, 2: 50.76} {
		if got, _ := value(t, p, "H01", index.Score, ago); got != want {
			t.Errorf("%d periods ago: %v, want %v", ago, got, want)
		}
	}
	if len(p.Tables) != 3 {
		t.Errorf("%d tables, want that of the month and of two months before", len(p.Tables))
	}
	for _, table := range p.Tables {
		if last := table.Places[len(table.Places)-1]; table.PeriodsAgo > 0 && (last.Unit != "H01" || last.Place != 2) {
			t.Errorf("%+v is last, want H01 as 2 of 2", last)
		}
	}
}

// TestPartsOfARatioOfTheOwnProvinceHaveAPast: of two closed months, for the pace
// towards a target, and of nobody else.
func TestPartsOfARatioOfTheOwnProvinceHaveAPast(t *testing.T) {
	var parts []index.Part
	for _, w := range []index.Window{index.Month, index.Quarter} {
		for ago := range 4 {
			p := index.Part{Name: "overview", Window: w, Period: w.At(at).Ago(ago)}
			for i, code := range []string{"H26", "H01"} {
				row := province(i, code, 50)
				row.Figures = append(row.Figures, index.Figure{Measure: index.Numerator, Indicator: index.OnlineDossier, Value: float64(10 + ago)}, index.Figure{Measure: index.Denominator, Indicator: index.OnlineDossier, Value: 20})
				p.Rows = append(p.Rows, row)
			}
			parts = append(parts, p)
		}
	}
	in := inputs(book.Book{index.Portal: accepted(parts...)}, at)
	in.Windows = []index.Window{index.Quarter, index.Month}
	p := Make(in, nil)
	for _, m := range []index.Measure{index.Numerator, index.Denominator} {
		var got []Spot
		for _, v := range p.Values[m] {
			if v.PeriodsAgo > 0 {
				got = append(got, *v.Spot)
			}
		}
		if diff := cmp.Diff([]Spot{{index.Month, 1, "H26"}, {index.Month, 2, "H26"}}, got); diff != "" {
			t.Errorf("%s: %s", m, diff)
		}
	}
}

func TestMaximaOfTheDecisionFillIn(t *testing.T) {
	row := province(1, "H01", 30)
	row.Figures = append(row.Figures, index.Figure{Measure: index.GroupScore, Group: "TTTT", Value: 7})
	p := show(book.Book{index.Portal: accepted(part("service-results", row))})
	if got, ok := value(t, p, "H01", index.GroupScoreMax, 0); !ok || got != 10 {
		t.Errorf("maximum %v, %v; want the decision's 10", got, ok)
	}
}

func TestRecordsAddUpWithinTheShownPeriod(t *testing.T) {
	row := func(name string, p index.Period, n float64) index.Row {
		return index.Row{Unit: index.Unit{Name: name}, Month: p, Figures: []index.Figure{{Measure: index.DossiersReceived, Detail: index.Online, Value: n}}}
	}
	records := index.Part{Name: "ho-so", RowsUsed: 12, Rows: []index.Row{
		row("Sở Tư pháp", month, 5), row("SỞ TƯ PHÁP", month, 2), row("Sở Tư pháp", month.Ago(1), 4), row("Sở Tư pháp", month.Ago(-1), 8), row("Ban Lạ", month, 3),
	}}
	known := part("service-results-units", index.Row{Unit: index.Unit{ID: "u-1", Code: "H26.01", Name: "Sở Tư pháp", Kind: index.Department, Parent: "H26"}, Line: 1})
	p := show(book.Book{index.Portal: accepted(known), index.Records: accepted(records)})
	if got, _ := value(t, p, "H26.01", index.DossiersReceived, 0); got != 7 {
		t.Errorf("received %v in the month, want 7 of two spellings", got)
	}
	if got, _ := value(t, p, "ban-la", index.DossiersReceived, 0); got != 3 {
		t.Errorf("the unknown unit received %v, want 3 under its slug", got)
	}
	if u := p.Units["ban-la"]; u.Kind != index.Unlisted {
		t.Errorf("the unknown unit is a %q", u.Kind)
	}
	if c := p.Counts[index.Records]; c.Used != 12 || c.Unmatched != 3 {
		t.Errorf("counts %+v, want 12 used and 3 unmatched", c)
	}
	if len(p.Unmatched) != 1 || p.Unmatched[0].Name != "Ban Lạ" {
		t.Errorf("unmatched names: %+v", p.Unmatched)
	}
}

func TestUnlistedUnitsAreBounded(t *testing.T) {
	page := index.Part{Name: "page", Window: index.Month, Period: month}
	for i := range maxUnlisted + 50 {
		page.Rows = append(page.Rows, index.Row{Unit: index.Unit{Name: fmt.Sprint("Đơn vị lạ số ", i)}, Line: i + 1, Figures: []index.Figure{{Measure: index.Score, Value: 1}}})
	}
	p := show(book.Book{index.Pages: accepted(page)})
	if len(p.Units) != maxUnlisted {
		t.Errorf("%d units, want %d", len(p.Units), maxUnlisted)
	}
	if got := p.Counts[index.Pages].Rejected; got != 50 {
		t.Errorf("%d rows refused, want 50", got)
	}
}

func TestUnitsOfTwoProvincesMayShareAName(t *testing.T) {
	page := func(name, parent string, score float64) index.Part {
		return index.Part{Name: name, Window: index.Month, Period: month, Parent: parent, Rows: []index.Row{
			{Unit: index.Unit{Name: "Xã Lạ", Parent: parent}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: score}}},
		}}
	}
	p := show(book.Book{index.Pages: accepted(page("a", "H01", 1), page("b", "H05", 2))})
	for label, want := range map[string]float64{"xa-la": 1, "xa-la-h05": 2} {
		if got, ok := value(t, p, label, index.Score, 0); !ok || got != want {
			t.Errorf("%s has %v, %v; want %v", label, got, ok, want)
		}
		if u, ok := p.Units[label]; !ok || p.Label(u) != label {
			t.Errorf("%s is not its own label: %+v", label, u)
		}
	}
}

func TestToNextWithEqualScores(t *testing.T) {
	for _, test := range []struct{ scores, want []float64 }{
		{[]float64{70, 60, 60, 50}, []float64{0, 10, 10, 10}},
		{[]float64{70, 70, 69.5}, []float64{0, 0, 0.5}},
		{[]float64{0, 0}, []float64{0, 0}},
	} {
		var rows []index.Row
		for i, score := range test.scores {
			rows = append(rows, province(i+1, fmt.Sprint("T", i), score))
		}
		table := show(book.Book{index.Portal: accepted(part("service-results", rows...))}).Table(index.Month, 0, index.Province)
		for i, want := range test.want {
			if got := table.Places[i].ToNext; got != want {
				t.Errorf("%v: number %d lacks %v, want %v", test.scores, i, got, want)
			}
		}
	}
}

// TestLongNamesAreCut: one cell must not become a label of kilobytes.
func TestLongNamesAreCut(t *testing.T) {
	for shift := range 3 { // so that the limit falls on each byte of a letter
		long := strings.Repeat("x", shift) + strings.Repeat("ộ", 500)
		in := inputs(book.Book{index.Pages: accepted(part("page", index.Row{Unit: index.Unit{Name: long}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: 1}}}))}, at)
		in.Files.Listed = []units.Listed{{Unit: index.Unit{Code: "H26.77", Name: long + " khác"}}}
		p := Make(in, nil)
		if len(p.Units) != 2 {
			t.Fatalf("units: %+v", p.Units)
		}
		for label := range p.Units {
			name := p.Name(label)
			head, cut := strings.CutSuffix(name, "…")
			if len(name) > 300 || len(name) < 298 || !cut || !strings.HasPrefix(long, head) || !utf8.ValidString(name) {
				t.Errorf("%s is called %d bytes %q", label, len(name), name)
			}
		}
	}
	fits := strings.Repeat("ộ", 100)
	p := show(book.Book{index.Pages: accepted(part("page", index.Row{Unit: index.Unit{Name: fits}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: 1}}}))})
	for _, u := range p.Units {
		if u.Name != fits {
			t.Errorf("a name of 300 bytes is shown as %q", u.Name)
		}
	}
}

// TestAUnitOfElsewhereIsNotRanked: a table is of one province's units.
func TestAUnitOfElsewhereIsNotRanked(t *testing.T) {
	unit := func(line int, code, parent string, score float64) index.Row {
		return index.Row{Unit: index.Unit{Code: code, Name: "Xã " + code, Kind: index.Commune, Parent: parent}, Line: line, Figures: []index.Figure{{Measure: index.Score, Value: score}}}
	}
	units := part("service-results-units", unit(1, "H01.07", "H01", 90), unit(2, "H26.03", "H26", 80), unit(3, "H26.04", "H26", 70))
	units.Parent = "H26"
	p := show(book.Book{index.Portal: accepted(units)})
	want := []Place{{"H26.03", 80, 1, 0}, {"H26.04", 70, 2, 10}}
	if diff := cmp.Diff(want, p.Table(index.Month, 0, index.Commune).Places); diff != "" {
		t.Error(diff)
	}
}

// TestHalfAMonthIsNoMonthOfThePast: what was asked while a month ran is not what it
// came to.
func TestHalfAMonthIsNoMonthOfThePast(t *testing.T) {
	running := part("service-results", province(1, "H01", 16))
	running.Window, running.Period = index.MonthToDate, month.Ago(1)
	source := accepted(part("service-results", province(1, "H01", 58)), running)
	if got, ok := value(t, show(book.Book{index.Portal: source}), "H01", index.Score, 1); ok {
		t.Errorf("the month before is shown with %v of its middle", got)
	}
	source.Entries[1].Closed = at
	if got, _ := value(t, show(book.Book{index.Portal: source}), "H01", index.Score, 1); got != 16 {
		t.Errorf("once it was asked after its end: %v, want 16", got)
	}
}
