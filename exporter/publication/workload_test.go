package publication

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// file is what a file of records says, of a source whose files may be 96 hours old.
func file(name string, asOf time.Time, rows ...index.Row) index.Part {
	return index.Part{Name: name, Location: "ho-so", AsOf: asOf, Rows: rows}
}

func records(parts ...index.Part) *book.Source {
	s := accepted(parts...)
	s.Health.StaleAfter, s.Health.Expire = 96*time.Hour, 240*time.Hour
	return s
}

// open is a row of dossiers being handled that are due at some times, by order.
func open(unit string, due ...time.Time) index.Row {
	row := index.Row{Unit: index.Unit{Name: unit}, Backlog: &index.Backlog{}}
	for _, d := range due {
		row.Backlog.Open = append(row.Backlog.Open, index.Dossier{Code: d.Format(time.DateTime), Due: d.Unix()})
	}
	return row
}

var missing = math.NaN()

// workloads compares what a publication says of dossiers.
func workloads(t *testing.T, want, got map[string]Workload) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRecordsOfOneUnitAddUpWhatIsPending(t *testing.T) {
	row := func(name string, b index.Backlog) index.Row {
		return index.Row{Unit: index.Unit{Name: name}, Backlog: &b}
	}
	due := func(all ...int64) (open []index.Dossier) {
		for _, d := range all {
			open = append(open, index.Dossier{Due: d})
		}
		return open
	}
	files := index.Part{Name: "ho-so", Rows: []index.Row{
		row("Sở Tư pháp", index.Backlog{Open: due(0, 10, 30)}),
		row("SỞ TƯ PHÁP", index.Backlog{Open: due(0, 20), Waiting: []index.Dossier{{Received: 5}}}),
	}}
	database := index.Part{Name: "ho-so", Rows: []index.Row{row("Sở Tư pháp", index.Backlog{Open: make([]index.Dossier, 9)}), row("Sở Y tế", index.Backlog{Open: make([]index.Dossier, 4)})}}
	documents := index.Part{Name: "van-ban", Rows: []index.Row{row("Sở Tư pháp", index.Backlog{Open: make([]index.Dossier, 7)})}}
	p := show(book.Book{index.Records: accepted(files), index.SQL: accepted(database), index.Documents: accepted(documents)})
	workloads(t, map[string]Workload{
		"so-tu-phap": {Open: 5, LateToProcess: 3, LateToReceive: 1, OldestOverdue: 10},
		"so-y-te":    {Open: 4, OldestOverdue: missing},
	}, p.Dossiers)
	workloads(t, map[string]Workload{"so-tu-phap": {Open: 7, OldestOverdue: missing}}, p.Documents)
	var dues []int64
	for _, d := range p.Late(index.LateQuery{Stage: index.Processing}).Rows {
		dues = append(dues, d.Due.Unix())
	}
	if diff := cmp.Diff([]int64{10, 20, 30}, dues); diff != "" {
		t.Errorf("the list of late dossiers (-want +got):\n%s", diff)
	}
}

// TestNothingTurnsOverdueByAListThatNobodyRenews: the clock of a file stops at its
// time + StaleAfter, that of the file beside it goes on.
func TestNothingTurnsOverdueByAListThatNobodyRenews(t *testing.T) {
	silent, fresh := at.Add(-120*time.Hour), at.Add(-time.Hour)
	stops := silent.Add(96 * time.Hour) // at - 24h
	rows := func(unit string) index.Row {
		row := open(unit, stops.Add(-time.Hour), stops.Add(time.Hour), stops.Add(71*time.Hour), stops.Add(73*time.Hour))
		row.Backlog.Waiting = []index.Dossier{
			{Code: "waits", Received: stops.Add(-25 * time.Hour).Unix()}, {Code: "waits less", Received: stops.Add(-23 * time.Hour).Unix()},
		}
		return row
	}
	p := show(book.Book{index.Records: records(
		file("a.csv", silent, rows("Sở Tư pháp")), file("b.csv", fresh, rows("Sở Y tế")), file("c.csv", silent, rows("Sở Y tế")),
	)})
	workloads(t, map[string]Workload{
		"so-tu-phap": {Open: 4, LateToProcess: 1, LateToReceive: 1, DueSoon: 2, OldestOverdue: float64(stops.Add(-time.Hour).Unix()), AsOf: silent},
		"so-y-te":    {Open: 8, LateToProcess: 1 + 2, LateToReceive: 1 + 2, DueSoon: 2 + 2, OldestOverdue: float64(stops.Add(-time.Hour).Unix()), AsOf: fresh},
	}, p.Dossiers)
	for unit, want := range map[string][]string{
		"so-tu-phap": {stops.Add(-time.Hour).Format(time.DateTime), "waits"},
		"so-y-te": { // of the first two, both files have one
			stops.Add(-time.Hour).Format(time.DateTime), stops.Add(-time.Hour).Format(time.DateTime), "waits", "waits",
			stops.Add(time.Hour).Format(time.DateTime), "waits less",
		},
	} {
		var got []string
		for _, d := range p.Late(index.LateQuery{Unit: unit}).Rows {
			got = append(got, d.Code)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("late dossiers of %s (-want +got):\n%s", unit, diff)
		}
	}

	finished := index.Row{Unit: index.Unit{Name: "Sở Tư pháp"}, Month: month, Figures: []index.Figure{{Measure: index.DossiersReceived, Value: 1}}}
	if w := show(book.Book{index.Records: records(file("a.csv", silent, rows("Sở Tư pháp")), file("d.csv", fresh, finished))}).Dossiers["so-tu-phap"]; !w.AsOf.Equal(fresh) || w.LateToProcess != 1 {
		t.Errorf("%+v, want the time of the newest file that names the unit, and of the other one's dossiers what it said", w)
	}

	later := Make(inputs(p.Book, at.Add(50*time.Hour)), p)
	if w := later.Dossiers["so-tu-phap"]; w != p.Dossiers["so-tu-phap"] {
		t.Errorf("two days later the silent office has %+v, not what its file said", w)
	}
}

// TestFrozenClockIsNotStale: with DVC_AS_OF the records may be much younger than
// the domain's clock.
func TestFrozenClockIsNotStale(t *testing.T) {
	in := inputs(book.Book{index.Records: records(file("a.csv", at, open("Sở Y tế", at.AddDate(-2, 0, -1))))}, at)
	in.Domain = at.AddDate(-2, 0, 0)
	if w := Make(in, nil).Dossiers["so-y-te"]; w.LateToProcess != 1 {
		t.Errorf("%+v, want one that is late", w)
	}
}

// TestFilesExpireByTheirData, whoever has looked at them since; a database's
// figures by the query.
func TestFilesExpireByTheirData(t *testing.T) {
	old, younger := at.Add(-240*time.Hour), at.Add(-239*time.Hour)
	database := index.Part{Name: "ho-so", AsOf: at, Rows: []index.Row{open("Sở Công Thương", at)}}
	sql := accepted(database)
	sql.Health.Expire = 240 * time.Hour
	month := func(name string) index.Row {
		return index.Row{Unit: index.Unit{Name: name}, Month: month, Figures: []index.Figure{{Measure: index.DossiersReceived, Detail: index.Online, Value: 7}}}
	}
	p := show(book.Book{index.SQL: sql, index.Records: records(
		file("old.csv", old, open("Sở Tư pháp", at), month("Sở Tư pháp")), file("younger.csv", younger, open("Sở Y tế", at), month("Sở Y tế")),
	)})
	if _, ok := p.Dossiers["so-tu-phap"]; ok {
		t.Error("dossiers of a file that has expired are shown")
	}
	if _, ok := value(t, p, "so-tu-phap", index.DossiersReceived, 0); ok {
		t.Error("a month of a file that has expired is shown")
	}
	if got, _ := value(t, p, "so-y-te", index.DossiersReceived, 0); got != 7 || p.Dossiers["so-y-te"].Open != 1 || p.Dossiers["so-cong-thuong"].Open != 1 {
		t.Errorf("%v received, dossiers %+v; want what has not expired", got, p.Dossiers)
	}
	if want := younger.Add(240 * time.Hour); !p.ValidUntil.Equal(want) {
		t.Errorf("valid until %v, want %v, when the next file expires", p.ValidUntil, want)
	}
	p = Make(inputs(p.Book, p.ValidUntil), p)
	if _, ok := p.Dossiers["so-y-te"]; ok {
		t.Error("dossiers of the next file that has expired are shown")
	}
}

// TestSumsGiveOnlyWhatIsTold: a count that a database does not give is missing, not 0.
func TestSumsGiveOnlyWhatIsTold(t *testing.T) {
	row := func(unit string, figures ...index.Figure) index.Row {
		return index.Row{Unit: index.Unit{Name: unit}, Figures: figures}
	}
	sql := index.Part{Name: "ho-so", AsOf: at, Rows: []index.Row{
		row("Sở Một", index.Figure{Measure: index.OpenNow, Value: 5}),
		row("Sở Hai", index.Figure{Measure: index.OverdueNow, Value: 0}, index.Figure{Measure: index.DueSoonNow, Value: 3}),
		row("Sở Ba", index.Figure{Measure: index.OverdueNow, Detail: index.Reception, Value: 2}),
	}}
	p := show(book.Book{index.SQL: accepted(sql)})
	none := Workload{Open: missing, LateToReceive: missing, LateToProcess: missing, DueSoon: missing, OldestOverdue: missing, AsOf: at}
	one, two, three := none, none, none
	one.Open = 5
	two.LateToProcess, two.DueSoon = 0, 3
	three.LateToReceive = 2
	workloads(t, map[string]Workload{"so-mot": one, "so-hai": two, "so-ba": three}, p.Dossiers)
	if page := p.Late(index.LateQuery{}); !page.Sums {
		t.Errorf("sums have a list of late dossiers: %+v", page)
	}
	for _, m := range []index.Measure{index.OpenNow, index.OverdueNow, index.DueSoonNow} {
		if len(p.Values[m]) > 0 {
			t.Errorf("%s is also shown as a figure of a period", m)
		}
	}
}

func TestLateListsOfFilesAndSums(t *testing.T) {
	files := records(file("a.csv", at, open("Sở Y tế", at.Add(-time.Hour), at.Add(-time.Minute))))
	sums := accepted(index.Part{Name: "ho-so", Rows: []index.Row{{Unit: index.Unit{Name: "Sở Một"}, Figures: []index.Figure{{Measure: index.OpenNow, Value: 5}}}}})
	p := show(book.Book{index.Records: files, index.SQL: sums})
	if page := p.Late(index.LateQuery{Offset: 1, Limit: 5}); page.Sums || page.Total != 2 || len(page.Rows) != 1 || page.Rows[0].Due.Unix() != at.Add(-time.Minute).Unix() {
		t.Errorf("the second and last page: %+v", page)
	}
	if page := p.Late(index.LateQuery{Offset: 7}); page.Total != 2 || len(page.Rows) != 0 {
		t.Errorf("behind the last page: %+v", page)
	}
	if page := show(book.Book{index.Records: records(file("a.csv", at))}).Late(index.LateQuery{}); page.Sums || page.Total != 0 {
		t.Errorf("of no dossier at all: %+v", page)
	}
}
