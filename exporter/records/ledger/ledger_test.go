package ledger

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
)

// TestCodes holds words equal to a map of strings.
func TestCodes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := codes{seed: maphash.MakeSeed()}
	want := map[string]uint64{}
	for i := range 200_000 {
		code := fmt.Sprintf("H26.%02d-240701-%07d", i%7, r.IntN(20_000))
		word := c.word(c.key([]byte(code)))
		if *word != want[code] {
			t.Fatalf("%s has %d, want %d", code, *word, want[code])
		}
		want[code] = uint64(i + 1)
		*word = want[code]
	}
}

// TestRepeatedCodes says that rows of one open dossier take no more memory than one.
func TestRepeatedCodes(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	id := l.Open()
	for range 1000 {
		put(t, l, id, "X-1 A 4 1 2 -")
		put(t, l, id, "X-2 A 4 1 2 -")
	}
	if l.Used(id) != 2 || len(l.texts) != 6 || l.places != 2 {
		t.Errorf("%d rows, %d bytes of codes, %d places", l.Used(id), len(l.texts), l.places)
	}
}

func TestAdmits(t *testing.T) {
	asked := map[string]int{}
	l := New(heading.Dossiers, false, func(text []byte) bool {
		asked[string(text)]++
		return strings.HasPrefix(string(text), "Sở")
	})
	put(t, l, l.Open(), "1 Sở 4 1 2 -")
	for range 3 {
		if !l.Admits([]byte("Sở")) || l.Admits([]byte("Mẫu")) {
			t.Error("Sở is not admitted, or Mẫu is")
		}
	}
	if asked["Mẫu"] != 1 || asked["Sở"] != 0 {
		t.Error("asked again", asked)
	}
}

// put counts a row given as "code unit state received due finished", days of July
// 2024, - for none.
func put(t *testing.T, l *Ledger, file int, row string) {
	t.Helper()
	fields := strings.Fields(row)
	at := func(s string) int64 {
		var n int
		if _, err := fmt.Sscan(s, &n); err != nil {
			return 0
		}
		return july(n).Unix()
	}
	e := entry.Entry{Code: []byte(fields[0]), Unit: []byte(fields[1]), Received: at(fields[3]), Due: at(fields[4]), Finished: at(fields[5])}
	if _, err := fmt.Sscan(fields[2], &e.State); err != nil {
		t.Fatal(err)
	}
	if err := l.Put(file, &e); err != nil {
		t.Fatal(err)
	}
}

func july(day int) time.Time { return time.Date(2024, 7, day, 0, 0, 0, 0, index.Vietnam) }

// summary is what the rows of one unit A say: received, on time, late, open.
func summary(rows []index.Row) string {
	var got [4]int
	for _, row := range rows {
		for _, f := range row.Figures {
			switch {
			case f.Measure == index.DossiersReceived:
				got[0] += int(f.Value)
			case f.Measure == index.DossiersFinished && f.Detail == index.OnTime:
				got[1] += int(f.Value)
			case f.Measure == index.DossiersFinished:
				got[2] += int(f.Value)
			}
		}
		if row.Backlog != nil {
			got[3] += len(row.Backlog.Open)
		}
	}
	return strings.Trim(fmt.Sprint(got), "[]")
}

func TestTheLatestRowCounts(t *testing.T) {
	for want, rows := range map[string][]string{
		"1 1 0 0, 0 0 0 0": {"old X-1 A 4 1 9 -", "old X-1 A 9 1 9 8"},                                            // a later row of the same file
		"0 0 0 0, 1 0 1 0": {"old X-1 A 4 1 9 -", "old X-1 A 9 1 9 8", "new X-1 A 9 1 9 10"},                      // a newer file
		"1 1 0 0, 1 0 0 1": {"old X-1 A 4 1 9 -", "old X-2 A 9 1 9 8", "new X-1 A 9 1 9 10", "new X-1 A 4 1 9 -"}, // open again
	} {
		l := New(heading.Dossiers, false, nil)
		files := map[string]int{"old": l.Open(), "new": l.Open()}
		for _, row := range rows {
			file, row, _ := strings.Cut(row, " ")
			put(t, l, files[file], row)
		}
		used := l.Used(files["old"])
		all := l.Rows()
		got := summary(all[files["old"]]) + ", " + summary(all[files["new"]])
		if got != want || fmt.Sprint(used) != want[:1] {
			t.Errorf("%v: %s, %d of the old file used", rows, got, used)
		}
	}
}

// A unit all of whose dossiers are finished has none open; one whose rows gave way
// to others is not there.
func TestUnitsWithNothingOpen(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	a, b := l.Open(), l.Open()
	put(t, l, a, "X-1 A 9 1 9 8")
	put(t, l, a, "X-2 B 4 1 9 -")
	put(t, l, a, "X-3 C 9 - - -") // nothing is known of it but that it is not open
	put(t, l, b, "X-2 A 9 1 9 8")
	var got []string
	for _, row := range l.Rows()[a] {
		if row.Backlog != nil {
			got = append(got, fmt.Sprint(row.Unit.Name, len(row.Backlog.Open)))
		}
	}
	if diff := cmp.Diff([]string{"A0", "C0"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestUniqueCodesAreNotRemembered(t *testing.T) {
	l := New(heading.Dossiers, true, nil)
	a := l.Open()
	put(t, l, a, "X-1 A 4 1 9 -")
	put(t, l, a, "X-2 A 9 1 9 8")
	if l.Holds(index.Unit{Name: "A"}, index.Dossier{Code: "X-1"}) {
		t.Error("X-1 was remembered")
	}
	if got := summary(l.Rows()[a]); got != "2 1 0 1" {
		t.Error(got)
	}
}

func TestHolds(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	put(t, l, l.Open(), "X-1 A 9 1 9 8")
	for code, want := range map[string]bool{"X-1": true, "X-2": false, "Y": false} {
		if l.Holds(index.Unit{Name: "B"}, index.Dossier{Code: code}) != want {
			t.Errorf("%s: %v", code, !want)
		}
	}
	l = New(heading.Documents, false, nil)
	put(t, l, l.Open(), "12/UBND A 9 1 9 8")
	for _, d := range []struct {
		unit     string
		received time.Time
		want     bool
	}{{"A", july(1), true}, {"A", july(2), false}, {"B", july(1), false}} {
		if l.Holds(index.Unit{Name: d.unit}, index.Dossier{Code: "12/UBND", Received: d.received.Unix()}) != d.want {
			t.Errorf("%+v", d)
		}
	}
}

func TestWhatIsNotToldIsNotCounted(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	a := l.Open()
	put(t, l, a, "X-1 A 4 1 - -") // open without a due time
	put(t, l, a, "X-2 A 9 1 - 9") // finished without a due time
	put(t, l, a, "X-3 A 9 1 9 -") // finished, nobody knows when
	want := []index.Row{
		{Unit: index.Unit{Name: "A"}, Backlog: &index.Backlog{Open: []index.Dossier{{Code: "X-1", State: 4, Received: july(1).Unix()}}}},
		{Unit: index.Unit{Name: "A"}, Month: index.Period{Months: 1, Year: 2024, Number: 7}, Figures: []index.Figure{{Measure: index.DossiersReceived, Value: 3}}},
	}
	if diff := cmp.Diff(want, l.Rows()[a]); diff != "" {
		t.Error(diff)
	}
}

func TestFigures(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	a := l.Open()
	for i, e := range []entry.Entry{
		{State: 10, Channel: entry.ByWeb, Received: july(1).Unix(), Due: july(5).Unix(), Finished: july(5).Unix(), Digitised: entry.Yes, Electronic: entry.Yes, Fee: entry.Yes, Paid: entry.Yes},
		{State: 9, Channel: entry.AtCounter, Received: july(1).Unix(), Due: july(5).Unix(), Finished: july(6).Unix(), Digitised: entry.No, Electronic: entry.No, Fee: entry.Yes, Paid: entry.No, Apology: entry.Yes},
		{State: 7, Channel: entry.ByPost, Submitted: july(1).Unix(), Due: july(5).Unix(), Finished: july(6).Unix(), Electronic: entry.Yes, Fee: entry.No, Paid: entry.Yes, Apology: entry.No},
	} {
		e.Code, e.Unit = fmt.Appendf(nil, "X-%d", i), []byte(" H26.05 ")
		if err := l.Put(a, &e); err != nil {
			t.Fatal(err)
		}
	}
	ratio := func(indicator string, n, d float64) []index.Figure {
		return []index.Figure{{Measure: index.Numerator, Indicator: indicator, Value: n}, {Measure: index.Denominator, Indicator: indicator, Value: d}}
	}
	want := []index.Figure{{Measure: index.DossiersReceived, Detail: index.Online, Value: 1}, {Measure: index.DossiersReceived, Detail: index.Counter, Value: 1}, {Measure: index.DossiersReceived, Detail: index.Post, Value: 1}}
	want = append(want, ratio(index.OnlineDossier, 1, 3)...)
	want = append(want, ratio(index.OnlinePayment, 1, 2)...)
	want = append(want, ratio(index.DigitizedDossier, 1, 2)...)
	want = append(want, ratio(index.ElectronicResult, 1, 2)...) // state 7 has no result
	want = append(want, index.Figure{Measure: index.ApologiesDue, Value: 2}, index.Figure{Measure: index.ApologiesSent, Value: 1})
	want = append(want, index.Figure{Measure: index.DossiersFinished, Detail: index.OnTime, Value: 1}, index.Figure{Measure: index.DossiersFinished, Detail: index.Late, Value: 2})
	want = append(want, ratio(index.DossierOnTime, 1, 3)...)
	rows := l.Rows()[a]
	if diff := cmp.Diff(want, rows[1].Figures); diff != "" || rows[0].Unit != (index.Unit{Code: "H26.05"}) {
		t.Error(diff, rows[0].Unit)
	}
}

func TestUnitsAreBounded(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	a := l.Open()
	for i := range MaxUnits + 5 {
		err := l.Put(a, &entry.Entry{Code: []byte("X-1"), Unit: fmt.Appendf(nil, "Đơn vị %d", i), State: 4})
		if (err != nil) != (i >= MaxUnits) {
			t.Fatalf("unit %d: %v", i, err)
		}
	}
	if err := l.Put(a, &entry.Entry{Code: []byte("X-1"), Unit: []byte("\xff"), State: 4}); err == nil {
		t.Error("a name that is no text was taken")
	}
}

func TestSpellingsOfOneUnit(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	a := l.Open()
	for i, name := range []string{"Sở Tư pháp", "Sở  Tư pháp", "Sở Tư pháp"} { // the last decomposed
		if err := l.Put(a, &entry.Entry{Code: fmt.Appendf(nil, "X-%d", i), Unit: []byte(name), State: 4}); err != nil {
			t.Fatal(err)
		}
	}
	rows := l.Rows()[a]
	if len(rows) != 1 || len(rows[0].Backlog.Open) != 3 {
		t.Error(rows)
	}
}

func TestBacklog(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	l.Open()
	a := l.Open()
	put(t, l, a, "X-1 A 4 1 9 -")
	put(t, l, a, "X-2 A 5 2 7 -")
	put(t, l, a, "X-3 B 1 3 - -") // waiting since the 3rd
	put(t, l, a, "X-4 A 1 4 - -")
	put(t, l, a, "X-5 A 4 1 - -")
	put(t, l, a, "X-6 B 9 1 5 6")
	if err := l.Put(a, &entry.Entry{Code: []byte("X-7"), Procedure: []byte("1.004"), Unit: []byte("A"), State: 1, Submitted: july(2).Unix()}); err != nil {
		t.Fatal(err)
	}
	dossier := func(code string, state uint8, received, due int) index.Dossier {
		d := index.Dossier{Code: code, State: state, Received: july(received).Unix()}
		if due > 0 {
			d.Due = july(due).Unix()
		}
		return d
	}
	waiting := dossier("X-7", 1, 2, 0)
	waiting.Procedure = "1.004"
	want := map[string]*index.Backlog{
		"A": {
			Open:    []index.Dossier{dossier("X-5", 4, 1, 0), dossier("X-2", 5, 2, 7), dossier("X-1", 4, 1, 9)},
			Waiting: []index.Dossier{waiting, dossier("X-4", 1, 4, 0)},
		},
		"B": {Waiting: []index.Dossier{dossier("X-3", 1, 3, 0)}},
	}
	got := map[string]*index.Backlog{}
	for _, row := range l.Rows()[a] {
		if row.Backlog != nil {
			got[row.Unit.Name] = row.Backlog
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The last file that a ledger can have is not taken for another one.
func TestFilesAreToldApart(t *testing.T) {
	l := New(heading.Dossiers, false, nil)
	last := 0
	for range MaxFiles {
		last = l.Open()
	}
	put(t, l, 1, "X-1 A 4 1 9 -")
	put(t, l, last, "X-2 A 4 1 9 -")
	put(t, l, last, "X-1 A 9 1 9 9")
	if l.Used(1) != 0 || l.Used(last) != 2 {
		t.Error(l.Used(1), l.Used(last))
	}
	if got := summary(l.Rows()[last]); got != "2 1 0 1" {
		t.Error(got)
	}
}
