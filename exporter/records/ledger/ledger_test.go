package ledger

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
)

// TestCodes holds codes of every form equal to a map of strings.
func TestCodes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := newCodes()
	want := map[string]uint64{}
	for i := range 200_000 {
		n := r.IntN(100_000)
		var code string
		switch n % 6 {
		case 0:
			code = fmt.Sprintf("H26.%02d-240701-%07d", n%97, n)
		case 1:
			code = fmt.Sprintf("H26.50.05.%02d-240701-%07d", n%97, n) // more digits than fit
		case 2:
			code = fmt.Sprint(n)
		case 3:
			code = fmt.Sprintf("%04d", n) // 0012 is not 12
		case 4:
			code = fmt.Sprintf("%x-%x", n*2654435761, n) // letters in many places
		case 5:
			code = strings.Repeat("9", n%60+1)
		}
		key := c.pack([]byte(code))
		if text := c.text(key); text != code {
			t.Fatalf("%s became %s", code, text)
		}
		word := c.word(key)
		if *word != want[code] {
			t.Fatalf("%s has %d, want %d", code, *word, want[code])
		}
		want[code] = uint64(i + 1)
		*word = want[code]
	}
	if len(c.odd) == 0 || len(c.templates) < 10 {
		t.Errorf("%d odd codes, %d templates: not every form was tried", len(c.odd), len(c.templates))
	}
	c.keep(func(word uint64) bool { return word%2 == 0 })
	for code, word := range want {
		if word%2 == 1 {
			word = 0
		}
		got := c.word(c.pack([]byte(code)))
		if *got != word {
			t.Fatalf("after keep, %s has %d, want %d", code, *got, word)
		}
		*got = 1
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

func open(t *testing.T, l *Ledger) int {
	t.Helper()
	id, ok := l.Open()
	if !ok {
		t.Fatal("no room for a file")
	}
	return id
}

// summary is what a ledger says of one unit A: received, on time, late, open, due.
func summary(l *Ledger, files ...int) string {
	var got [5]int
	for _, row := range l.Rows(files) {
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
		if row.Pending != nil {
			got[3] += row.Pending.Open
			got[4] += len(row.Pending.Due)
		}
	}
	return strings.Trim(fmt.Sprint(got), "[]")
}

func TestTheLatestRowCounts(t *testing.T) {
	l := New(entry.Dossiers, false)
	old, later := open(t, l), open(t, l)
	put(t, l, old, "X-1 A 4 1 9 -")
	put(t, l, old, "X-1 A 9 1 9 8") // later row of the same file
	if got := summary(l, old, later); got != "1 1 0 0 0" {
		t.Error("later row:", got)
	}
	if l.Overlaps() {
		t.Error("one file overlaps itself")
	}
	put(t, l, later, "X-1 A 9 1 9 10") // newer file
	if got := summary(l, old, later); got != "1 0 1 0 0" || !l.Overlaps() {
		t.Error("newer file:", got)
	}
	if l.Used(old) != 0 || l.Used(later) != 1 {
		t.Error("used:", l.Used(old), l.Used(later))
	}
	l.Remove(later)
	if got := summary(l, old); got != "0 0 0 0 0" {
		t.Error("removed:", got)
	}
	again := open(t, l)
	put(t, l, again, "X-1 A 4 1 9 -")
	if got := summary(l, old, again); got != "1 0 0 1 1" {
		t.Error("put again:", got)
	}
}

func TestRemoveTakesPendingOut(t *testing.T) {
	for _, unique := range []bool{false, true} {
		l := New(entry.Dossiers, unique)
		a, b := open(t, l), open(t, l)
		put(t, l, a, "X-1 A 4 1 9 -")
		put(t, l, b, "X-2 A 4 1 9 -")
		put(t, l, b, "X-3 A 9 1 9 9")
		l.Remove(a)
		if got := summary(l, b); got != "2 1 0 1 1" {
			t.Errorf("unique %v: %s", unique, got)
		}
	}
}

func TestWhatIsNotToldIsNotCounted(t *testing.T) {
	l := New(entry.Dossiers, false)
	a := open(t, l)
	put(t, l, a, "X-1 A 4 1 - -") // open without a due time
	put(t, l, a, "X-2 A 9 1 - 9") // finished without a due time
	put(t, l, a, "X-3 A 9 1 9 -") // finished, nobody knows when
	want := []index.Row{
		{Unit: index.Unit{Name: "A"}, Pending: &index.Pending{Open: 1}},
		{Unit: index.Unit{Name: "A"}, Month: index.Period{Months: 1, Year: 2024, Number: 7}, Figures: []index.Figure{{Measure: index.DossiersReceived, Value: 3}}},
	}
	if diff := cmp.Diff(want, l.Rows([]int{a})); diff != "" {
		t.Error(diff)
	}
}

func TestFigures(t *testing.T) {
	l := New(entry.Dossiers, false)
	a := open(t, l)
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
	rows := l.Rows([]int{a})
	if diff := cmp.Diff(want, rows[1].Figures); diff != "" || rows[0].Unit != (index.Unit{Code: "H26.05"}) {
		t.Error(diff, rows[0].Unit)
	}
}

func TestUnitsAreBounded(t *testing.T) {
	l := New(entry.Dossiers, false)
	a := open(t, l)
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
	l := New(entry.Dossiers, false)
	a := open(t, l)
	for i, name := range []string{"Sở Tư pháp", "Sở  Tư pháp", "Sở Tư pháp"} { // the last decomposed
		if err := l.Put(a, &entry.Entry{Code: fmt.Appendf(nil, "X-%d", i), Unit: []byte(name), State: 4}); err != nil {
			t.Fatal(err)
		}
	}
	rows := l.Rows([]int{a})
	if len(rows) != 1 || rows[0].Pending.Open != 3 {
		t.Error(rows)
	}
}

func TestFilesAreBounded(t *testing.T) {
	l := New(entry.Dossiers, false)
	for range MaxFiles {
		open(t, l)
	}
	if _, ok := l.Open(); ok {
		t.Error("one file too many")
	}
	l.Remove(7)
	if id, ok := l.Open(); id != 7 || !ok {
		t.Error("the place of a removed file is lost")
	}
}

func TestLate(t *testing.T) {
	l := New(entry.Dossiers, false)
	a := open(t, l)
	put(t, l, a, "X-1 A 4 1 9 -")
	put(t, l, a, "X-2 A 4 1 7 -")
	put(t, l, a, "X-3 B 1 3 - -") // waiting since the 3rd
	put(t, l, a, "X-4 B 4 1 20 -")
	put(t, l, a, "X-5 B 4 1 - -")
	put(t, l, a, "X-6 B 9 1 5 6")
	codes := func(q index.LateQuery) string {
		q.ReceptionLimit = 24 * time.Hour
		page := l.Late(q)
		text := fmt.Sprint(page.Total)
		for _, late := range page.Rows {
			text += fmt.Sprintf(" %s:%v", late.Code, q.Now.Sub(late.Due))
		}
		return text
	}
	now := july(10)
	for want, q := range map[string]index.LateQuery{
		"3 X-3:144h0m0s X-2:72h0m0s X-1:24h0m0s": {Now: now},
		"2 X-2:72h0m0s X-1:24h0m0s":              {Now: now, Stage: index.Processing},
		"1 X-3:144h0m0s":                         {Now: now, Stage: index.Reception},
		"3 X-2:72h0m0s":                          {Now: now, Offset: 1, Limit: 1},
		"3":                                      {Now: now, Offset: 9},
		"1 X-3:144h0m1s":                         {Now: now.Add(time.Second), Unit: func(u index.Unit) bool { return u.Name == "B" }},
		"0":                                      {Now: july(4)}, // not late at the very moment
		"1 X-3:1s":                               {Now: july(4).Add(time.Second)},
	} {
		if got := codes(q); got != want {
			t.Errorf("%+v: %s, want %s", q, got, want)
		}
	}
}
