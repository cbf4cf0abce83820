package book

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
)

var (
	at         = time.Date(2026, 11, 15, 9, 0, 0, 0, index.Vietnam)
	month      = index.Month.At(at) // 2026-10
	portalOnly = []index.SourceName{index.Portal}
)

// open opens a folder for as long as the test needs it, or until closed.
func open(t *testing.T, dir, scope string) (*Store, string) {
	t.Helper()
	var log strings.Builder
	s, err := Open(t.Context(), dir, scope, portalOnly, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, log.String()
}

// reopen opens a folder as the next run does.
func reopen(t *testing.T, s *Store, scope string) (*Store, string) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, s.dir, scope)
}

// score makes an entry with one province's score in a month.
func score(p index.Period, points float64) Entry {
	return Entry{Accepted: at, Part: index.Part{Name: "service-results", Window: index.Month, Period: p, AsOf: at, Rows: []index.Row{
		{Unit: index.Unit{Code: "H26"}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: points}}},
	}}}
}

func fill(s *Store) {
	s.Update(index.Portal, true, func(old Source) Source {
		old.Entries = []Entry{score(month, 52.96), score(month.Ago(1), 50)}
		return old
	})
}

// entries are those of the portal.
func entries(s *Store) []Entry { return s.Book()[index.Portal].Entries }

// saved returns when the portal's state was last written.
func saved(s *Store) time.Time { return s.Book()[index.Portal].Saved }

func TestStateSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	first, _ := open(t, dir, "here")
	if !saved(first).IsZero() {
		t.Error("an empty folder claims a last write")
	}
	fill(first)
	second, _ := reopen(t, first, "here")
	if diff := cmp.Diff(first.Book(), second.Book()); diff != "" {
		t.Error(diff)
	}
	if saved(second).IsZero() {
		t.Error("the last write is not known after a restart")
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.new"))
	if len(left) > 0 {
		t.Errorf("unfinished files are left: %v", left)
	}
}

func zipped(text string) []byte {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, _ = zip.Write([]byte(text))
	_ = zip.Close()
	return b.Bytes()
}

func TestUnusableStateIsSetAside(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"flipped byte":  func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
		"cut":           func(b []byte) []byte { return b[:len(b)/2] },
		"checksum cut":  func(b []byte) []byte { return b[:len(b)-4] },
		"empty":         func([]byte) []byte { return nil },
		"other format":  func([]byte) []byte { return zipped(`{"some":"thing"}`) },
		"other version": func([]byte) []byte { return zipped(`{"dvc_exporter_state":9,"scope":"here","source":{}}`) },
		"no source":     func([]byte) []byte { return zipped(`{"dvc_exporter_state":2,"scope":"here","source":null}`) },
		"unknown window": func([]byte) []byte {
			return zipped(`{"dvc_exporter_state":3,"scope":"here","source":{"entries":[{"name":"x","window":"week","period":{"months":1,"year":2026,"n":1},"accepted":"2026-11-15T09:00:00Z"}]}}`)
		},
		"no period": func([]byte) []byte {
			return zipped(`{"dvc_exporter_state":3,"scope":"here","source":{"entries":[{"name":"x","window":"month","accepted":"2026-11-15T09:00:00Z"}]}}`)
		},
		"13th month": func([]byte) []byte {
			return zipped(`{"dvc_exporter_state":3,"scope":"here","source":{"entries":[{"name":"x","window":"month","period":{"months":1,"year":2026,"n":13},"accepted":"2026-11-15T09:00:00Z"}]}}`)
		},
		"no period in version 2": func([]byte) []byte {
			return zipped(`{"dvc_exporter_state":2,"scope":"here","source":{"parts":[{"name":"x","window":"month","accepted":"2026-11-15T09:00:00Z"}]}}`)
		},
		"a month of nowhere": func([]byte) []byte {
			return zipped(`{"dvc_exporter_state":3,"scope":"here","source":{"entries":[{"name":"x","accepted":"2026-11-15T09:00:00Z","rows":[{"unit":{},"month":{"months":5,"year":2026,"n":1}}]}]}}`)
		},
		"endless": func([]byte) []byte {
			return zipped(`{"dvc_exporter_state":3,"scope":"` + strings.Repeat(" ", maxState))
		},
		"version 1":      func(b []byte) []byte { return append([]byte(`{"format":"dvc_exporter state","version":1}`+"\n"), b...) },
		"nothing packed": func([]byte) []byte { return []byte(strings.Repeat("x", 1<<16)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, _ := open(t, dir, "here")
			fill(s)
			file := statePath(dir, index.Portal)
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, damage(raw), 0o600); err != nil {
				t.Fatal(err)
			}
			again, log := reopen(t, s, "here")
			if n := len(entries(again)); n != 0 {
				t.Errorf("%d entries came out of a damaged file", n)
			}
			aside, _ := filepath.Glob(file + ".set-aside-*")
			if len(aside) != 1 || !strings.Contains(log, "set aside") {
				t.Errorf("set aside: %v; log: %s", aside, log)
			}
			fill(again)
		})
	}
}

// TestTheLaterAnswerOfTwoWindowsCounts: a closed month was asked for as the running
// month too.
func TestTheLaterAnswerOfTwoWindowsCounts(t *testing.T) {
	early, late := score(month, 1), score(month, 2)
	early.Window, late.Accepted = index.MonthToDate, at.Add(time.Hour)
	for _, entries := range [][]Entry{{early, late}, {late, early}} {
		source := Source{Entries: entries}
		if got, _ := source.Answer("service-results", month).Rows[0].Figure(index.Score); got != 2 {
			t.Errorf("the answer is %v, not the later one", got)
		}
	}
}

func TestStateOfAnotherScopeIsNotShown(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, "province=H26")
	fill(s)
	other, log := reopen(t, s, "province=H79")
	if len(entries(other)) != 0 || !strings.Contains(log, "another province") {
		t.Errorf("figures of another province are shown; log: %s", log)
	}
}

func TestABookIsServedThoughTheStateCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	s, _ := open(t, dir, "here")
	s.dir = filepath.Join(dir, "lock", "no folder") // lock is a file
	fill(s)
	if len(entries(s)) != 2 {
		t.Error("the book is not served")
	}
	if !saved(s).IsZero() {
		t.Error("the failed write counts as one")
	}
}

func TestARemovedFolderIsMadeAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	s, _ := open(t, dir, "here")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	fill(s)
	if again, _ := reopen(t, s, "here"); saved(s).IsZero() || len(entries(again)) != 2 {
		t.Error("nothing was written into the folder that had been removed")
	}
}

func TestLeftoversGo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state [1]") // no pattern
	if err := os.Mkdir(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"portal.state.1.new", "portal.state.set-aside-1", "portal.state.set-aside-2", "portal.state.set-aside-3", "portal.state.set-aside-4", "keep.csv"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir, "here")
	var left []string
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		left = append(left, f.Name())
	}
	if diff := cmp.Diff([]string{"keep.csv", "lock", "portal.state.set-aside-2", "portal.state.set-aside-3", "portal.state.set-aside-4"}, left); diff != "" {
		t.Error(diff)
	}
}

func TestTwoOnOneFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		first, err := Open(t.Context(), dir, "here", portalOnly, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = Open(t.Context(), dir, "here", portalOnly, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) || time.Since(start) < lockWait {
			t.Errorf("the second got %v after %v, want who holds the folder after %v", err, time.Since(start), lockWait)
		}
		go func() {
			time.Sleep(lockWait / 2)
			_ = first.Close()
		}()
		if _, err = Open(t.Context(), dir, "here", portalOnly, slog.New(slog.DiscardHandler)); err != nil {
			t.Errorf("once the first had ended: %v", err)
		}
	})
}

func TestReadingLeavesTheFolderAsItIs(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, "here")
	fill(s)
	listing := func() (all string) {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			info, err := f.Info()
			if err != nil {
				t.Fatal(err)
			}
			all += fmt.Sprintln(f.Name(), info.Size(), info.ModTime())
		}
		return all
	}
	before := listing()
	for scope, want := range map[string]int{"here": 2, "elsewhere": 0} {
		r := Read(dir, scope, portalOnly, slog.New(slog.DiscardHandler))
		if got := len(entries(r)); got != want {
			t.Errorf("%s: %d entries, want %d", scope, got, want)
		}
		fill(r)
		if len(entries(r)) != 2 {
			t.Error("it does not keep what it learns")
		}
	}
	if diff := cmp.Diff(before, listing()); diff != "" {
		t.Error(diff)
	}
}

// TestVersion2IsCarriedOver reads what the program wrote before it had a book: the
// demo's sources on 15/11/2026, recorded.
func TestVersion2IsCarriedOver(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"portal.state", "records.state", "documents.state"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "version2", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const scope = "province=H26 api=reporting portal=http://127.0.0.1:37941 as_of=2026-11-15T09:00:00+07:00"
	s, err := Open(t.Context(), dir, scope, []index.SourceName{index.Portal, index.Records, index.Documents}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	if aside, _ := filepath.Glob(filepath.Join(dir, "*set-aside*")); aside != nil {
		t.Fatalf("set aside: %v", aside)
	}
	portal := s.Book()[index.Portal]
	for ago, want := range []float64{53.61, 52.69, 52.04, 50.95} { // as that program served them
		e := portal.Answer("service-results", month.Ago(ago))
		if e == nil {
			t.Fatalf("%d months ago is lost", ago)
		}
		i := slices.IndexFunc(e.Rows, func(r index.Row) bool { return r.Unit.Code == "H26" && r.Line > 0 })
		if got, _ := e.Rows[i].Figure(index.Score); got != want || e.Accepted.IsZero() || e.Closed.IsZero() {
			t.Errorf("%d months ago: %v, accepted %v, closed %v; want %v", ago, got, e.Accepted, e.Closed, want)
		}
	}
	if p, ok := portal.Newest(index.Month); !ok || p != month || !portal.Health.Up {
		t.Errorf("the newest month is %v, up %v", p, portal.Health.Up)
	}
	open, due := 0, 0
	for _, e := range s.Book()[index.Records].Entries {
		for _, row := range e.Rows {
			if row.Backlog != nil {
				open += len(row.Backlog.Open)
				for _, d := range row.Backlog.Open {
					if d.Due != 0 {
						due++
					}
				}
			}
		}
	}
	if open != 2319 || due != 2319 {
		t.Errorf("%d dossiers are open, %d of them with a due time", open, due)
	}
}

func TestRejectedRowsAreReported(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, "here")
	update := func(list ...index.Rejection) string {
		s.Update(index.Portal, true, func(old Source) Source {
			old.Entries = []Entry{{Part: index.Part{Name: "ho-so", Rejected: list}, Accepted: at}}
			return old
		})
		raw, err := os.ReadFile(filepath.Join(dir, "portal.rejected.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	got := update(index.Rejection{Where: "a.csv", Line: 7, Column: "Ngày hẹn trả", Value: "=31/02", Reason: "không có ngày này", Count: 1})
	if want := "a.csv,7,Ngày hẹn trả,'=31/02,không có ngày này,1\r\n"; !strings.Contains(got, want) {
		t.Errorf("%q is not in %s", want, got)
	}
	many := make([]index.Rejection, maxRejected+5)
	for i := range many {
		many[i] = index.Rejection{Where: "b.csv", Line: i + 1, Count: 1}
	}
	if got := update(many...); strings.Count(got, "\n") != maxRejected+1 || strings.Contains(got, "b.csv,5,") || !strings.Contains(got, "b.csv,6,") {
		t.Errorf("%d lines, not the newest %d and a heading", strings.Count(got, "\n"), maxRejected)
	}
	if got := update(); strings.Count(got, "\n") != 1 {
		t.Errorf("mended rows are still reported: %s", got)
	}
}
