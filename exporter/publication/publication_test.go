package publication

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
)

var (
	at    = time.Date(2026, 11, 15, 9, 0, 0, 0, index.Vietnam)
	month = index.Month.At(at) // 2026-10
)

// part makes a part of the portal's month window.
func part(name string, rows ...index.Row) index.Part {
	return index.Part{Name: name, Window: index.Month, Period: month, AsOf: at, Rows: rows}
}

func held(parts ...index.Part) []Held {
	var list []Held
	for _, p := range parts {
		list = append(list, Held{Part: p, Accepted: at})
	}
	return list
}

func province(line int, code string, score float64) index.Row {
	return index.Row{
		Unit: index.Unit{Code: code, ID: "id-" + code, Name: "Tỉnh " + code, Kind: index.Province}, Line: line,
		Figures: []index.Figure{{Measure: index.Score, Value: score}},
	}
}

// show makes the view of a picture at the tests' time.
func show(p Picture) *View {
	return p.View(Options{Windows: []index.Window{index.Month}, Now: at, Domain: at})
}

// value returns the one value of a measure and unit.
func value(t *testing.T, v *View, unit string, m index.Measure, ago int) (float64, bool) {
	t.Helper()
	var found []float64
	for _, val := range v.Values[m] {
		if val.Unit == unit && val.PeriodsAgo == ago {
			found = append(found, val.Value)
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
	v := show(Picture{index.Portal: {Parts: held(part("service-results",
		province(1, "T1", 70), province(2, "T2", 60), province(3, "T3", 60), province(4, "T4", 50)))}})
	got := map[string]int{}
	for _, p := range v.Table(index.Month, 0, index.Province).Places {
		got[p.Unit] = p.Place
	}
	if len(v.Tables) != 1 {
		t.Errorf("%d tables, want that of the provinces", len(v.Tables))
	}
	if diff := cmp.Diff(map[string]int{"T1": 1, "T2": 2, "T3": 2, "T4": 4}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRowsWithoutCodeJoinByID(t *testing.T) {
	coded := index.Row{Unit: index.Unit{ID: "u-1", Code: "H26.01", Name: "Sở Một", Kind: index.Department, Parent: "H26"}, Line: 1}
	bare := index.Row{Unit: index.Unit{ID: "u-1", Name: "Sở Một - Thành phố Hà Nội"}, Line: 1, Figures: []index.Figure{{Measure: index.GroupScore, Group: "CKMB", Value: 9}}}
	stranger := index.Row{Unit: index.Unit{ID: "u-2", Name: "Sở Hai"}, Line: 2, Figures: []index.Figure{{Measure: index.GroupScore, Group: "CKMB", Value: 8}}}
	v := show(Picture{index.Portal: {Parts: held(part("service-results-units", coded), part("transparency", bare, stranger))}})
	if got, ok := value(t, v, "H26.01", index.GroupScore, 0); !ok || got != 9 {
		t.Errorf("the row without code gave %v, %v; want 9 under its code", got, ok)
	}
	if got, ok := value(t, v, "u-2", index.GroupScore, 0); !ok || got != 8 {
		t.Errorf("the unit without any code gave %v, %v; want 8 under its id", got, ok)
	}
	if u := v.Units["H26.01"]; u.Name != "Sở Một" {
		t.Errorf("the unit is called %q, not as the first service spells it", u.Name)
	}
}

func TestPortalBeatsPage(t *testing.T) {
	page := index.Part{Name: "page", Window: index.Month, Period: month, Parent: "H26", Rows: []index.Row{
		{Unit: index.Unit{Name: "Tỉnh H01", Kind: index.Province, Code: "H01"}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: 11}}},
		{Unit: index.Unit{Name: "Tỉnh H05", Kind: index.Province, Code: "H05"}, Line: 2, Figures: []index.Figure{{Measure: index.Score, Value: 12}}},
	}}
	v := show(Picture{
		index.Portal: {Parts: held(part("service-results", province(1, "H01", 70)))},
		index.Pages:  {Parts: held(page)},
	})
	if got, _ := value(t, v, "H01", index.Score, 0); got != 70 {
		t.Errorf("score %v, want the portal's 70", got)
	}
	if got, _ := value(t, v, "H05", index.Score, 0); got != 12 {
		t.Errorf("score %v, want the page's 12", got)
	}
	if got := v.Counts[index.Pages].Superseded; got != 1 {
		t.Errorf("%d superseded rows, want 1", got)
	}
	if got := v.Table(index.Month, 0, index.Province).Places; len(v.Tables) != 1 || len(got) != 1 || got[0].Unit != "H01" {
		t.Errorf("a page's unit is ranked among the portal's: %+v", v.Tables)
	}
}

func TestOldIsNotCurrent(t *testing.T) {
	fresh := part("service-results", province(1, "H01", 70))
	before := part("transparency", index.Row{Unit: index.Unit{ID: "id-H01"}, Line: 1, Figures: []index.Figure{{Measure: index.GroupScore, Group: "CKMB", Value: 9}}})
	before.Period = month.Ago(1)
	source := &Source{Parts: held(fresh, before), Health: Health{Expire: 10 * 24 * time.Hour}}

	v := show(Picture{index.Portal: source})
	if _, ok := value(t, v, "H01", index.GroupScore, 0); ok {
		t.Error("a part of the month before is shown as this month's")
	}
	if got, ok := value(t, v, "H01", index.GroupScore, 1); !ok || got != 9 {
		t.Errorf("the month before shows %v, %v; want 9", got, ok)
	}
	if want := at.Add(10 * 24 * time.Hour); !v.ValidUntil.Equal(want) {
		t.Errorf("valid until %v, want the expiry at %v", v.ValidUntil, want)
	}

	later := at.Add(10 * 24 * time.Hour)
	v = Picture{index.Portal: source}.View(Options{Windows: []index.Window{index.Month}, Now: later, Domain: later})
	if _, ok := value(t, v, "H01", index.Score, 0); ok {
		t.Error("an expired part is shown")
	}
	if len(v.Tables) != 0 {
		t.Errorf("expired tables are shown: %+v", v.Tables)
	}
}

func TestPastPeriods(t *testing.T) {
	past := func(ago int, score float64) Past {
		p := part("service-results", province(1, "H01", score), province(2, "H05", 99))
		p.Period = month.Ago(ago)
		return Past{Period: p.Period, Parts: held(p)}
	}
	v := show(Picture{index.Portal: {
		Parts: held(part("service-results", province(1, "H01", 58.86))),
		Past:  []Past{past(1, 57.25), past(2, 50.76), past(13, 1)},
	}})
	for ago, want := range map[int]float64{0: 58.86, 1: 57.25, 2: 50.76} {
		if got, _ := value(t, v, "H01", index.Score, ago); got != want {
			t.Errorf("%d periods ago: %v, want %v", ago, got, want)
		}
	}
	if len(v.Tables) != 3 {
		t.Errorf("%d tables, want that of the month and of two months before", len(v.Tables))
	}
	for _, table := range v.Tables {
		if last := table.Places[len(table.Places)-1]; table.PeriodsAgo > 0 && (last != Place{"H01", last.Score, 2}) {
			t.Errorf("%+v is last, want H01 as 2 of 2", last)
		}
	}
}

func TestMaximaOfTheDecisionFillIn(t *testing.T) {
	row := province(1, "H01", 30)
	row.Figures = append(row.Figures, index.Figure{Measure: index.GroupScore, Group: "TTTT", Value: 7})
	v := show(Picture{index.Portal: {Parts: held(part("service-results", row))}})
	if got, ok := value(t, v, "H01", index.GroupScoreMax, 0); !ok || got != 10 {
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
	v := show(Picture{index.Portal: {Parts: held(known)}, index.Records: {Parts: held(records)}})
	if got, _ := value(t, v, "H26.01", index.DossiersReceived, 0); got != 7 {
		t.Errorf("received %v in the month, want 7 of two spellings", got)
	}
	if got, _ := value(t, v, "ban-la", index.DossiersReceived, 0); got != 3 {
		t.Errorf("the unknown unit received %v, want 3 under its slug", got)
	}
	if u := v.Units["ban-la"]; u.Kind != index.Unlisted {
		t.Errorf("the unknown unit is a %q", u.Kind)
	}
	if c := v.Counts[index.Records]; c.Used != 12 || c.Unmatched != 3 {
		t.Errorf("counts %+v, want 12 used and 3 unmatched", c)
	}
	if len(v.Unmatched) != 1 || v.Unmatched[0].Name != "Ban Lạ" {
		t.Errorf("unmatched names: %+v", v.Unmatched)
	}
}

func TestUnlistedUnitsAreBounded(t *testing.T) {
	page := index.Part{Name: "page", Window: index.Month, Period: month}
	for i := range maxUnlisted + 50 {
		page.Rows = append(page.Rows, index.Row{Unit: index.Unit{Name: fmt.Sprint("Đơn vị lạ số ", i)}, Line: i + 1, Figures: []index.Figure{{Measure: index.Score, Value: 1}}})
	}
	v := show(Picture{index.Pages: {Parts: held(page)}})
	if len(v.Units) != maxUnlisted {
		t.Errorf("%d units, want %d", len(v.Units), maxUnlisted)
	}
	if got := v.Counts[index.Pages].Rejected; got != 50 {
		t.Errorf("%d rows refused, want 50", got)
	}
}

func TestUnitsOfTwoProvincesMayShareAName(t *testing.T) {
	page := func(name, parent string, score float64) index.Part {
		return index.Part{Name: name, Window: index.Month, Period: month, Parent: parent, Rows: []index.Row{
			{Unit: index.Unit{Name: "Xã Lạ", Parent: parent}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: score}}},
		}}
	}
	v := show(Picture{index.Pages: {Parts: held(page("a", "H01", 1), page("b", "H05", 2))}})
	for label, want := range map[string]float64{"xa-la": 1, "xa-la-h05": 2} {
		if got, ok := value(t, v, label, index.Score, 0); !ok || got != want {
			t.Errorf("%s has %v, %v; want %v", label, got, ok, want)
		}
		if u, ok := v.Units[label]; !ok || v.Label(u) != label {
			t.Errorf("%s is not its own label: %+v", label, u)
		}
	}
}

func TestRecordsOfOneUnitAddUpWhatIsPending(t *testing.T) {
	row := func(name string, p index.Pending) index.Row {
		return index.Row{Unit: index.Unit{Name: name}, Pending: &p}
	}
	files := index.Part{Name: "ho-so", Rows: []index.Row{
		row("Sở Tư pháp", index.Pending{Open: 3, Due: []int64{10, 30}}),
		row("SỞ TƯ PHÁP", index.Pending{Open: 2, Due: []int64{20}, Waiting: []int64{5}}),
	}}
	database := index.Part{Name: "ho-so", Rows: []index.Row{row("Sở Tư pháp", index.Pending{Open: 9}), row("Sở Y tế", index.Pending{Open: 4})}}
	documents := index.Part{Name: "van-ban", Rows: []index.Row{row("Sở Tư pháp", index.Pending{Open: 7})}}
	v := show(Picture{index.Records: {Parts: held(files)}, index.SQL: {Parts: held(database)}, index.Documents: {Parts: held(documents)}})
	want := map[string]index.Pending{"so-tu-phap": {Open: 5, Due: []int64{10, 20, 30}, Waiting: []int64{5}}, "so-y-te": {Open: 4}}
	if diff := cmp.Diff(want, v.Dossiers); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]index.Pending{"so-tu-phap": {Open: 7}}, v.Documents); diff != "" {
		t.Error(diff)
	}
}
