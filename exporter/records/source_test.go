package records

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/format"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/ledger"
	"dvc_exporter/exporter/records/load"

	"dvc_exporter/exporter/units"
)

const headings = "MaHoSo,DonViXuLy,TrangThaiHoSo,NgayTiepNhan,NgayHenTra,ChuHoSo\n"

// line is one open dossier of a unit.
func line(code, unit string) string {
	return code + "," + unit + ",4,2024-07-01,2024-07-05,Nguyễn Văn A\n"
}

// opened says which dossiers of each unit are open, "Sở A X-1 X-2, Sở B X-3".
func opened(parts []index.Part) string {
	open := map[string][]string{}
	for _, part := range parts {
		for _, row := range part.Rows {
			if row.Backlog != nil {
				for _, d := range row.Backlog.Open {
					open[row.Unit.Name] = append(open[row.Unit.Name], d.Code)
				}
			}
		}
	}
	var list []string
	for _, unit := range slices.Sorted(maps.Keys(open)) {
		list = append(list, unit+" "+strings.Join(slices.Sorted(slices.Values(open[unit])), " "))
	}
	return strings.Join(list, ", ")
}

// expect reads and says whether these dossiers are open and nothing has failed.
func expect(t *testing.T, s *Files, what, want string) index.Answer {
	t.Helper()
	return expectFailure(t, s, what, want, "")
}

// expectFailure reads and says whether these dossiers are open and exactly one part
// has failed with a text.
func expectFailure(t *testing.T, s *Files, what, want, text string) index.Answer {
	t.Helper()
	answer := fetch(t, s)
	if got := opened(answer.Parts); got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
	var failures []string
	for _, part := range answer.Parts {
		if part.Failure != nil {
			failures = append(failures, part.Failure.Text)
		}
	}
	if text == "" && failures != nil || text != "" && (len(failures) != 1 || !strings.Contains(failures[0], text)) {
		t.Errorf("%s: failures %q, want one with %q", what, failures, text)
	}
	return answer
}

// ticking gives a source a clock that the test sets.
func ticking(s *Files) (tick func(time.Duration)) {
	now := time.Now()
	s.clock = func() time.Time { return now }
	return func(d time.Duration) { now = now.Add(d) }
}

func TestAFileThatIsBeingWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	s := newFiles(t, path)
	tick := ticking(s)
	writeFile(t, path, headings+line("X-1", "Sở A"), 0)
	tick(time.Second)
	if parts := fetch(t, s).Parts; len(parts) != 1 || !parts[0].NotYet || parts[0].Failure != nil {
		t.Errorf("just written: %+v", parts)
	}
	tick(settle)
	expect(t, s, "unmoved for 2 s", "Sở A X-1")
	writeFile(t, path, headings+line("X-1", "Sở A")+line("X-2", "Sở A"), -time.Hour) // the server's clock is ahead
	if answer := expect(t, s, "moving", "Sở A X-1"); !answer.Unchanged {
		t.Errorf("moving is no change: %+v", answer)
	}
	tick(settle)
	expect(t, s, "unmoved again", "Sở A X-1 X-2")
	whole := headings + line("X-1", "Sở A") + line("X-2", "Sở A")
	writeFile(t, path, whole+"X-3,Sở", 0)
	tick(settle)
	expect(t, s, "last line cut", "Sở A X-1 X-2")
	tick(cutFor)
	expectFailure(t, s, "cut for long", "Sở A X-1 X-2", "whole line")
	writeFile(t, path, whole+strings.TrimSpace(line("X-3", "Sở B")), time.Minute)
	expect(t, s, "no line end, but whole", "Sở A X-1 X-2, Sở B X-3")
	writeFile(t, path, whole+"X-3,Sở B,4,2024-07-01,2024-07-05", time.Hour)
	expect(t, s, "the last row lacks nothing but an empty cell and its line end", "Sở A X-1 X-2, Sở B X-3")
}

// Many write a file over by emptying it first, and some wait long before they go on.
func TestAFileThatIsWrittenOver(t *testing.T) {
	whole := headings + line("X-1", "Sở A")
	var zipped, book bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	_, err := zip.Write([]byte(whole))
	workbook := excelize.NewFile()
	if err := errors.Join(err, zip.Close(), workbook.SetSheetRow("Sheet1", "A1", &[]string{"x"}), workbook.Write(&book)); err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"empty":       "",
		"heading cut": headings[:20],
		"gzip cut":    zipped.String()[:zipped.Len()/2],
		"gzip begun":  zipped.String()[:3],
		"xlsx cut":    book.String()[:book.Len()/2],
	} {
		path := filepath.Join(t.TempDir(), "x.csv")
		s := newFiles(t, path)
		tick := ticking(s)
		writeFile(t, path, whole, time.Hour)
		expect(t, s, what+": before", "Sở A X-1")
		writeFile(t, path, text, 2*settle)
		expect(t, s, what, "Sở A X-1")
		tick(cutFor)
		expectFailure(t, s, what+" for long", "Sở A X-1", path)
	}
}

// A file that changes at every look is read after five minutes, to its last whole
// line.
func TestAFileThatNeverStopsGrowing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	s := newFiles(t, dir)
	tick := ticking(s)
	grow := func(n int) {
		var text strings.Builder
		text.WriteString(headings)
		for i := range n {
			text.WriteString(line(fmt.Sprint("X-", i), "Sở A"))
		}
		text.WriteString("X-9999,Sở")
		writeFile(t, path, text.String(), 0)
		if at := s.clock(); os.Chtimes(path, at, at) != nil {
			t.Fatal("the time of the file cannot be set")
		}
	}
	for i := range 10 {
		grow(i)
		expect(t, s, "growing", "")
		tick(growFor / 10)
	}
	grow(2)
	expect(t, s, "grown for long", "Sở A X-0 X-1")
	tick(growFor / 10)
	grow(3)
	expect(t, s, "grown again", "Sở A X-0 X-1")
	tick(growFor)
	grow(4)
	expect(t, s, "grown for long again", "Sở A X-0 X-1 X-2 X-3")
}

// No reading begins before ten times the duration of the last one has passed.
func TestPacing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	s := newFiles(t, path)
	tick := ticking(s)
	writeFile(t, path, headings+line("X-1", "Sở A"), time.Hour)
	ask := func(what, want string, unchanged bool) {
		answer, err := s.Fetch(t.Context(), nil)
		if err != nil || opened(answer.Parts) != want || answer.Unchanged != unchanged {
			t.Errorf("%s: %q, unchanged %v (%v)", what, opened(answer.Parts), answer.Unchanged, err)
		}
	}
	ask("first", "Sở A X-1", false)
	if !s.next.After(s.clock()) {
		t.Fatal("the next reading may begin at once")
	}
	s.next = s.clock().Add(time.Minute)
	writeFile(t, path, headings+line("X-2", "Sở A"), time.Minute)
	ask("too early", "Sở A X-1", true)
	tick(time.Minute - 1)
	ask("still too early", "Sở A X-1", true)
	tick(1)
	ask("time to read", "Sở A X-2", false)
}

// An edit in place that keeps size and rows of a file is seen by its time.
func TestEditingInPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	s := newFiles(t, path)
	text := headings + strings.Repeat(line("X-1", "Sở A"), 10_000) + line("X-2", "Sở A")
	writeFile(t, path, text, time.Hour)
	expect(t, s, "before", "Sở A X-1 X-2")
	writeFile(t, path, strings.Replace(text, line("X-2", "Sở A"), line("X-3", "Sở B"), 1), time.Minute)
	expect(t, s, "after", "Sở A X-1, Sở B X-3")
}

func TestFilesComeAndGo(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	s := newFiles(t, dir)
	expectFailure(t, s, "empty folder", "", "no such file")
	writeFile(t, a, headings+line("X-1", "Sở A")+line("X-2", "Sở A"), 2*time.Hour)
	writeFile(t, b, headings+line("X-1", "Sở B"), time.Hour)
	expect(t, s, "both", "Sở A X-2, Sở B X-1")
	at := time.Now().Add(-30 * time.Minute)
	if err := os.Chtimes(a, at, at); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "the older has become the newer", "Sở A X-1 X-2")
	if err := os.Remove(a); err != nil {
		t.Fatal(err)
	}
	answer := expect(t, s, "what it displaced comes back", "Sở B X-1")
	if len(answer.Parts) != 1 || answer.Parts[0].Name != b || answer.Parts[0].Location != filepath.Base(dir) || answer.Parts[0].AsOf.IsZero() {
		t.Errorf("%+v", answer.Parts)
	}
}

// A location that was full and is empty keeps all that it gave, also over a
// restart: a share that is not mounted looks like that.
func TestALocationIsEmptied(t *testing.T) {
	for name, test := range map[string]struct{ location, remove string }{
		"an empty folder":     {"share", "share/*"},
		"no folder":           {"share", "share"},
		"a glob finds none":   {"share/*.csv", "share/*.csv"},
		"a glob of no folder": {"*/*.csv", "share"},
		"a file":              {"share/a.csv", "share/a.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			a := filepath.Join(dir, "share", "a.csv")
			write := func(text string) {
				if err := os.MkdirAll(filepath.Dir(a), 0o700); err != nil {
					t.Fatal(err)
				}
				writeFile(t, a, headings+text, time.Hour)
			}
			write(line("X-1", "Sở A"))
			location := filepath.Join(dir, test.location)
			s := newFiles(t, location)
			before := expect(t, s, "there", "Sở A X-1")
			gone, _ := filepath.Glob(filepath.Join(dir, test.remove))
			for _, path := range gone {
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
			}
			answer := expectFailure(t, s, "away", "Sở A X-1", "check the path")
			if diff := cmp.Diff(before.Parts, answer.Parts[:1]); diff != "" || len(answer.Parts) != 2 || answer.Parts[1].Name != answer.Parts[0].Location {
				t.Error(diff, answer.Parts)
			}
			if !fetch(t, s).Unchanged {
				t.Error("changed without a change")
			}
			s = newFiles(t, location)
			if answer, err := s.Fetch(t.Context(), answer.Parts); err != nil || opened(answer.Parts) != "Sở A X-1" {
				t.Error("restarted:", answer, err)
			}
			write(line("X-2", "Sở A"))
			expect(t, s, "back", "Sở A X-2")
		})
	}
}

// What a refused file gave before stays, but for dossiers that other files hold
// now, whatever their state there.
func TestARefusedFileKeepsWhatItGave(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	writeFile(t, a, headings+line("X-1", "Sở A")+line("X-2", "Sở A")+"X-3,Sở A,1,2024-07-01,,\n", 3*time.Hour)
	s := newFiles(t, dir)
	before := expect(t, s, "good", "Sở A X-1 X-2").Parts[0]
	writeFile(t, a, headings+line("X-9", "Sở A")+strings.Repeat("X-8,Sở A,bay,2024-07-01,,\n", 5), 2*time.Hour)
	writeFile(t, b, headings+line("X-4", "Sở B"), time.Hour)
	answer := expectFailure(t, s, "refused", "Sở A X-1 X-2, Sở B X-4", "5 trong 6 dòng")
	part := answer.Parts[0]
	if part.Failure.Reason != index.Malformed || !part.AsOf.Equal(before.AsOf) || part.RowsUsed != 3 || part.RowsRejected != 5 || len(part.Rejected) != 1 || part.Rejected[0].Where != a {
		t.Errorf("%+v", part)
	}
	if diff := cmp.Diff(before.Rows, part.Rows); diff != "" {
		t.Error(diff)
	}
	writeFile(t, b, headings+line("X-4", "Sở B")+line("X-1", "Sở B")+"X-3,Sở B,4,2024-07-01,,\n", 30*time.Minute)
	part = expectFailure(t, s, "another file holds some", "Sở A X-2, Sở B X-1 X-3 X-4", "5 trong 6 dòng").Parts[0]
	if waiting := part.Rows[0].Backlog.Waiting; len(waiting) != 0 || part.RowsRejected != 5 {
		t.Error(waiting, part.RowsRejected)
	}
	if before.Rows[0].Backlog.Waiting == nil || len(before.Rows[0].Backlog.Open) != 2 {
		t.Error("an answer was changed after it was given")
	}
	restarted := newFiles(t, dir)
	restarted.parts, restarted.read = []index.Part{before}, false
	known, err := restarted.Fetch(t.Context(), []index.Part{before})
	if err != nil || opened(known.Parts) != "Sở A X-2, Sở B X-1 X-3 X-4" {
		t.Error("restarted:", opened(known.Parts), err)
	}
	writeFile(t, a, headings+line("X-1", "Sở A"), time.Minute)
	expect(t, s, "good again", "Sở A X-1, Sở B X-3 X-4")
}

// Bad files do not cost a reading of all files each, and none of their rows takes
// the place of another.
func TestManyBadFiles(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.csv"), headings+line("X-1", "Sở A"), 3*time.Hour)
	for i := range 20 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("b%02d.csv", i)), headings+"X-1,Sở A,9,2024-07-01,2024-07-05,\n"+strings.Repeat("X-8,Sở A,bay,,,\n", 5), time.Hour)
	}
	s := newFiles(t, dir)
	opens := 0
	s.look()
	for _, f := range s.files {
		open := f.openAt
		f.openAt = func(flag int) (*os.File, error) { opens++; return open(flag) }
	}
	r := &reading{Files: s, ctx: t.Context(), now: s.clock()}
	parts, err := r.all()
	if err != nil || opened(parts) != "Sở A X-1" || opens != 22 {
		t.Errorf("%s %v, %d files opened", opened(parts), err, opens)
	}
}

// TestOneBadFile gives each kind of bad file beside a good one.
func TestOneBadFile(t *testing.T) {
	var broken bytes.Buffer
	z := gzip.NewWriter(&broken)
	_, _ = io.WriteString(z, headings+strings.Repeat(line("X-9", "Sở Z"), 1000))
	_ = z.Close()
	for name, test := range map[string]struct {
		file, text, err string
		reason          index.Reason
	}{
		"no heading row":        {"x.csv", "a,b\n1,2\n", "không có dòng tiêu đề", index.Malformed},
		"a needed column lacks": {"x.csv", "MaHoSo,DonViXuLy,TrangThaiHoSo\nX-9,Sở Z,4\n", "không có cột ngày hẹn trả", index.Malformed},
		"empty":                 {"x.csv", "", "không có dòng tiêu đề", index.Malformed},
		"gzip cut short":        {"x.csv.gz", broken.String()[:broken.Len()/2], "unexpected EOF", index.Unreadable},
		"an old Excel file":     {"x.xls", "\xd0\xcf\x11\xe0", ".xls", index.Unreadable},
		"no workbook":           {"x.xlsx", "PK\x03\x04 nothing more", "not a valid zip file", index.Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "good.csv"), headings+line("X-1", "Sở A"), time.Hour)
			bad := filepath.Join(dir, test.file)
			writeFile(t, bad, test.text, time.Hour)
			s := newFiles(t, dir)
			for round := range 2 {
				answer := expectFailure(t, s, fmt.Sprint("round ", round), "Sở A X-1", test.err)
				if got := answer.Parts[1]; got.Name != bad || got.Failure.Reason != test.reason || !strings.Contains(got.Failure.Text, bad) {
					t.Errorf("%+v", got.Failure)
				}
			}
			writeFile(t, bad, headings+line("X-2", "Sở B"), time.Minute)
			expect(t, s, "mended", "Sở A X-1, Sở B X-2")
			writeFile(t, bad, test.text, time.Second*30)
			expectFailure(t, s, "broken again", "Sở A X-1, Sở B X-2", test.err)
		})
	}
}

func TestASymlinkOutOfTheFolder(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(outside, "secret.csv"), headings+line("X-9", "Sở Z"), time.Hour)
	writeFile(t, filepath.Join(dir, "a.csv"), headings+line("X-1", "Sở A"), time.Hour)
	if err := os.Symlink(filepath.Join(outside, "secret.csv"), filepath.Join(dir, "b.csv")); err != nil {
		t.Skip("no symbolic links:", err)
	}
	expectFailure(t, newFiles(t, dir), "folder", "Sở A X-1", "escapes")
	expectFailure(t, newFiles(t, filepath.Join(dir, "*.csv")), "glob", "Sở A X-1", "escapes")
}

// A pipe would stop whoever opens it, until somebody writes to it.
func TestOnlyRegularFilesAreOpened(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "b.csv")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes:", err)
	}
	writeFile(t, filepath.Join(dir, "a.csv"), headings+line("X-1", "Sở A"), time.Hour)
	for _, link := range [][2]string{{"a.csv", "c.csv"}, {"b.csv", "d.csv"}} {
		if err := os.Symlink(link[0], filepath.Join(dir, link[1])); err != nil {
			t.Skip("no symbolic links:", err)
		}
	}
	s := newFiles(t, dir)
	expectFailure(t, s, "folder", "Sở A X-1", "pipe")
	expectFailure(t, newFiles(t, pipe), "file", "", "pipe")
	expect(t, newFiles(t, filepath.Join(dir, "c.csv")), "link", "Sở A X-1")
	f := s.files[filepath.Join(dir, "a.csv")]
	f.openAt = func(flag int) (*os.File, error) { return os.OpenFile(pipe, flag, 0) } // it was exchanged after it was looked at
	if _, _, err := f.open(); !errors.Is(err, errNotRegular) {
		t.Error(err)
	}
}

// TestUnreadableFile takes away what opening needs, in a way that also stops root:
// the file gives an error when it is opened.
func TestUnreadableFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	writeFile(t, path, headings+line("X-1", "Sở A"), time.Hour)
	s := newFiles(t, path)
	expect(t, s, "readable", "Sở A X-1")
	writeFile(t, path, headings+line("X-1", "Sở B"), time.Minute)
	s.look()
	s.files[path].openAt = func(int) (*os.File, error) {
		return nil, &os.PathError{Op: "open", Path: path, Err: os.ErrPermission}
	}
	r := &reading{Files: s, ctx: t.Context(), now: s.clock()}
	parts, err := r.all()
	if err != nil || opened(parts) != "Sở A X-1" || parts[0].Failure == nil {
		t.Errorf("%+v %v", parts, err)
	}
	s.parts = parts
	expect(t, s, "readable again", "Sở B X-1")
}

func TestAFileThatShrinksWhileBeingRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	writeFile(t, filepath.Join(dir, "a.csv"), headings+line("X-2", "Sở A"), time.Hour)
	writeFile(t, path, headings+strings.Repeat(line("X-1", "Sở B"), 100_000), time.Hour)
	s := newFiles(t, dir)
	s.look()
	f := s.files[path]
	opened, info, err := f.open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	if err := os.Truncate(path, int64(len(headings)+50_000*len(line("X-1", "Sở B"))+len("X-1,S"))); err != nil {
		t.Fatal(err)
	}
	if _, err := format.Read(t.Context(), opened, info.Size(), &load.Loader{Catalogue: s.words.Catalogue, Parser: s.words.Parser, Put: func(*entry.Entry) error { return nil }}); err == nil {
		t.Error("the rest is not missed")
	}
	expectFailure(t, s, "cut within a line", "Sở A X-2", "whole line")
}

// The same file through two entries of the configuration or by a link is read once.
func TestTheSameFileTwice(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a.csv")
	writeFile(t, a, headings+line("X-1", "Sở A"), time.Hour)
	if err := os.Link(a, filepath.Join(dir, "b.csv")); err != nil {
		t.Skip("no links:", err)
	}
	var log bytes.Buffer
	s := newFiles(t, dir, filepath.Join(dir, "*.csv"), a)
	s.Unique, s.Log = true, slog.New(slog.NewTextHandler(&log, nil))
	for range 2 {
		if parts := expect(t, s, "twice", "Sở A X-1").Parts; len(parts) != 1 {
			t.Error(parts)
		}
	}
	if n := strings.Count(log.String(), "found twice"); n != 2 {
		t.Errorf("%d words in the log: %s", n, log.String())
	}
}

func TestTooManyFiles(t *testing.T) {
	dir := t.TempDir()
	one, many := filepath.Join(dir, "one"), filepath.Join(dir, "many")
	if err := errors.Join(os.Mkdir(one, 0o700), os.Mkdir(many, 0o700)); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(one, "a.csv"), headings+line("X-1", "Sở A"), time.Hour)
	writeFile(t, filepath.Join(many, "b.csv"), headings+line("X-2", "Sở B"), time.Hour)
	s := newFiles(t, one, many)
	expect(t, s, "few", "Sở A X-1, Sở B X-2")
	for i := range ledger.MaxFiles {
		if err := os.Link(filepath.Join(many, "b.csv"), filepath.Join(many, fmt.Sprintf("%d.csv", i))); err != nil {
			t.Skip("no links:", err)
		}
	}
	answer := expectFailure(t, s, "many", "Sở A X-1, Sở B X-2", "more than 50000 files")
	if last := answer.Parts[len(answer.Parts)-1]; last.Location != "many" || last.Failure.Reason != index.TooLarge {
		t.Errorf("%+v", last)
	}
}

func TestNames(t *testing.T) {
	for name, glob := range map[string]string{
		"hồ sơ [2024].csv": "hồ sơ [2024].csv",
		"[x]/a*b.csv":      "[x]/*.csv",
		"a, b.csv":         "a, b.csv",
		"x\xff\xfe.csv":    "x*.csv",
		"\ufffd.csv":       "*.csv",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Log("no such name here:", err)
			continue
		}
		writeFile(t, path, headings+line("X-1", "Sở A"), time.Hour)
		part := expect(t, newFiles(t, filepath.Join(dir, glob)), name, "Sở A X-1").Parts[0]
		if want := strings.NewReplacer("\xff", `\xff`, "\xfe", `\xfe`).Replace(path); part.Name != want {
			t.Errorf("%q, want %q", part.Name, want)
		}
	}
}

// Where the month stands first is proven by each file, or by one that is like it.
func TestMonthFirst(t *testing.T) {
	dir := t.TempDir()
	const us = "MaHoSo,DonViXuLy,TrangThaiHoSo,NgayTiepNhan,NgayHenTra\n"
	proof, like, other := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv"), filepath.Join(dir, "c.csv")
	writeFile(t, like, us+"X-1,Sở A,4,7/1/2024,7/5/2024\n", 3*time.Hour)
	writeFile(t, other, headings+"X-2,Sở A,4,1/7/2024,5/7/2024,\n", 2*time.Hour)
	s := newFiles(t, dir)
	expect(t, s, "day first", "Sở A X-1 X-2")
	writeFile(t, proof, us+"X-1,Sở B,9,7/1/2024,7/5/2024\nX-3,Sở B,4,7/15/2024,7/30/2024\n", time.Hour)
	answer := expectFailure(t, s, "a file proves the month", "Sở A X-2, Sở B X-3", "tháng đứng trước ngày")
	if failed := answer.Parts[1]; failed.Name != like || failed.Failure == nil || !strings.Contains(failed.Failure.Text, proof) {
		t.Errorf("%s: %v", failed.Name, failed.Failure)
	}
	for _, row := range answer.Parts[0].Rows {
		if row.Backlog != nil && row.Backlog.Open[0].Due != time.Date(2024, 7, 30, 23, 59, 59, 0, index.Vietnam).Unix() {
			t.Error(row.Backlog.Open)
		}
	}
	if !fetch(t, s).Unchanged {
		t.Error("read again")
	}
	writeFile(t, other, headings+"X-2,Sở A,9,1/7/2024,5/7/2024,\n", 30*time.Minute)
	expectFailure(t, s, "another file changed", "Sở B X-3", "tháng đứng trước ngày")
	if err := os.Remove(proof); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "the proof is gone", "Sở A X-1")
}

// A text names a unit or does not according to the units that are known: when they
// change, everything is read again.
func TestTheUnitsChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	writeFile(t, path, headings+line("X-1", "Mẫu A"), time.Hour)
	s := newFiles(t, path)
	known := units.New(nil, nil, time.Now())
	s.Units = func() *units.Registry { return known }
	part := expect(t, s, "not known", "").Parts[0]
	if part.RowsUnmatched != 1 || part.RowsRejected != 0 {
		t.Errorf("%+v", part)
	}
	if !fetch(t, s).Unchanged {
		t.Error("read again")
	}
	known = units.New(nil, []index.Unit{{Code: "H26.1", Name: "Mẫu A"}}, time.Now())
	expect(t, s, "known", "Mẫu A X-1")
}

// What an answer of which nobody waited for said is said again.
func TestAnAnswerThatCameTooLate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	writeFile(t, path, headings+line("X-1", "Sở A"), time.Hour)
	s := newFiles(t, path)
	expect(t, s, "in time", "Sở A X-1")
	s.delivered = false
	if fetch(t, s).Unchanged {
		t.Error("it was not said again")
	}
	if !fetch(t, s).Unchanged {
		t.Error("it was said three times")
	}
}

func TestAReadingThatIsGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	writeFile(t, path, headings+line("X-1", "Sở A"), time.Hour)
	s := newFiles(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if answer, err := s.Fetch(ctx, nil); err == nil {
		t.Errorf("%+v", answer)
	}
	expect(t, s, "afterwards", "Sở A X-1")
}

func TestRejected(t *testing.T) {
	dir := t.TempDir()
	text := headings + line("X-1", "Sở A") + "X-2,Sở A,4,31/02/2024,2024-07-05,Nguyễn Văn B\n" + line("X-3", "Sở A")
	for _, name := range []string{"a.csv", "b.csv"} {
		writeFile(t, filepath.Join(dir, name), text, time.Hour)
	}
	parts := expect(t, newFiles(t, dir), "few are refused", "Sở A X-1 X-3").Parts
	for i, used := range []int{0, 2} { // of the same code, the newer file counts
		part := parts[i]
		if part.RowsUsed != used || part.RowsRejected != 1 || len(part.Rejected) != 1 || part.Rejected[0].Where != part.Name || part.Rejected[0].Line != 3 {
			t.Errorf("%+v", part)
		}
	}
	if strings.Contains(fmt.Sprint(parts), "Nguyễn") {
		t.Error("a name of a person is in the answer")
	}
}

// What is listed of the rows that were refused is bounded, over all files.
func TestRejectionsAreBounded(t *testing.T) {
	dir := t.TempDir()
	var text strings.Builder
	text.WriteString(headings)
	for i := range load.MaxRejections {
		text.WriteString(line(fmt.Sprint("X-", i), "Sở A") + []string{"X,Sở A,,2024-07-01,,\n", "X,Sở A,4,2024-02-31,,\n"}[i%2])
	}
	for _, name := range []string{"a.csv", "b.csv"} {
		writeFile(t, filepath.Join(dir, name), text.String(), time.Hour)
	}
	s := newFiles(t, dir)
	s.Limit = 0.9
	rejected, listed := 0, 0
	for _, part := range fetch(t, s).Parts {
		rejected += part.RowsRejected
		listed += len(part.Rejected)
	}
	if rejected != 2*load.MaxRejections || listed != load.MaxRejections {
		t.Errorf("%d refused, %d listed", rejected, listed)
	}
}

func TestManyUnitNames(t *testing.T) {
	dir := t.TempDir()
	var text strings.Builder
	text.WriteString(headings)
	for i := range ledger.MaxUnits + 10 {
		text.WriteString(line(fmt.Sprint("X-", i), fmt.Sprint("Sở ", i)))
	}
	writeFile(t, filepath.Join(dir, "a.csv"), text.String(), time.Hour)
	part := fetch(t, newFiles(t, dir)).Parts[0]
	if part.RowsUsed != ledger.MaxUnits || part.RowsRejected != 10 {
		t.Errorf("%d used, %d rejected", part.RowsUsed, part.RowsRejected)
	}
}

func TestXLSX(t *testing.T) {
	book := excelize.NewFile()
	for at, row := range map[string][]any{
		"A1": {"DANH SÁCH HỒ SƠ"},
		"A3": {"Mã hồ sơ", "Đơn vị xử lý", "Trạng thái", "Ngày nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý"},
		"A4": {"X-1", "Sở A", "Đang xử lý", nil, 45474.5, 45478.75},
		"A5": {"X-2", "Sở A", "Đã xử lý xong", nil, 45474.5, 45478.75, 45478.75},
		"A6": {"X-3", "Sở A", "Mới đăng ký", "01/07/2024"}, // empty cells at the end are missing
	} {
		if err := book.SetSheetRow("Sheet1", at, &row); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet("Ghi chú"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	part := fetch(t, newFiles(t, path)).Parts[0]
	want := map[string]int{
		"Sở A open": 1, "Sở A due 2024-07-05T18:00:00+07:00": 1, "Sở A waiting 2024-07-01T00:00:00+07:00": 1,
		"Sở A 2024-07 dossiers_received  ": 3, "Sở A 2024-07 dossiers_finished  on_time": 1,
		"Sở A 2024-07 numerator DOSSIER_ON_TIME ": 1, "Sở A 2024-07 denominator DOSSIER_ON_TIME ": 1,
	}
	if diff := cmp.Diff(want, flat([]index.Part{part})); diff != "" {
		t.Error(diff, part.Rejected, part.Failure)
	}
}

func TestDocuments(t *testing.T) {
	path := filepath.Join(t.TempDir(), "van-ban.csv")
	writeFile(t, path, "Số ký hiệu;Đơn vị chủ trì;Ngày đến;Hạn xử lý;Ngày hoàn thành;Xử lý trực tuyến;Người ký\n"+
		"12/UBND-VP;Sở A;01/07/2024;05/07/2024;05/07/2024;Có;Nguyễn Văn A\n"+
		"13/UBND-VP;Sở A;01/07/2024;05/07/2024;06/07/2024;Không;Nguyễn Văn A\n"+
		"14/UBND-VP;Sở A;01/07/2024;;06/07/2024;Có;Nguyễn Văn A\n"+
		"12/UBND-VP;Sở A;01/08/2024;05/08/2024;;;Nguyễn Văn A\n"+ // another year's number 12, so to say
		"12/UBND-VP;Sở B;01/07/2024;05/07/2024;;;Nguyễn Văn A\n", time.Hour)
	s, err := NewFiles(Options{Kind: heading.Documents, Zone: index.Vietnam, Log: slog.New(slog.DiscardHandler)}, []string{path})
	if err != nil {
		t.Fatal(err)
	}
	part := fetch(t, s).Parts[0]
	want := map[string]int{
		"Sở A 2024-07 documents_received  ": 3, "Sở A 2024-08 documents_received  ": 1, "Sở B 2024-07 documents_received  ": 1,
		"Sở A 2024-07 documents_online  ":         2,
		"Sở A 2024-07 numerator DOCUMENT_ONLINE ": 2, "Sở A 2024-07 denominator DOCUMENT_ONLINE ": 3,
		"Sở A 2024-07 documents_finished  on_time": 1, "Sở A 2024-07 documents_finished  late": 1,
		"Sở A 2024-07 numerator DOCUMENT_ON_TIME ": 1, "Sở A 2024-07 denominator DOCUMENT_ON_TIME ": 2,
		"Sở A open": 1, "Sở A due 2024-08-05T23:59:59+07:00": 1, "Sở B open": 1, "Sở B due 2024-07-05T23:59:59+07:00": 1,
	}
	if diff := cmp.Diff(want, flat([]index.Part{part})); diff != "" || len(part.Rejected) > 0 {
		t.Error(diff, part.Rejected)
	}
}

func TestSeveralLocations(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"a/ho-so", "b/ho-so", "c"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(dir, "a/ho-so/x.csv"), headings+line("X-1", "Sở A"), 2*time.Hour)
	writeFile(t, filepath.Join(dir, "b/ho-so/x.csv"), headings+line("X-1", "Sở A")+line("X-2", "Sở A"), time.Hour)
	writeFile(t, filepath.Join(dir, "c/.hidden.csv"), "x", time.Hour)
	writeFile(t, filepath.Join(dir, "c/~$x.xlsx"), "x", time.Hour)
	writeFile(t, filepath.Join(dir, "c/notes.doc"), "x", time.Hour)
	answer := expectFailure(t, newFiles(t, filepath.Join(dir, "a/ho-so"), filepath.Join(dir, "*/ho-so/*.csv"), filepath.Join(dir, "c"), filepath.Join(dir, "b/ho-so")), "all", "Sở A X-1 X-2", "no such file")
	var got []string
	for _, part := range answer.Parts {
		got = append(got, part.Location+" "+strings.TrimPrefix(part.Name, dir)+" "+opened([]index.Part{part}))
	}
	// A dossier in two locations counts once, for the newest file; a file in two
	// locations belongs to the first.
	want := []string{dir + "/a/ho-so /a/ho-so/x.csv ", "*.csv /b/ho-so/x.csv Sở A X-1 X-2", "c c "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTheHeadingsChange reads a file again when a word that it has becomes known.
func TestTheHeadingsChange(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.csv"), "MaHoSo,DonViXuLy,TrangThaiHoSo,NgayTiepNhan,NgayHenTra\nH26.1,Sở A,Đang kiểm định,2024-07-01,2024-07-15\n", time.Hour)
	mapping := &entry.Mapping{}
	s, err := NewFiles(Options{Kind: heading.Dossiers, Zone: index.Vietnam, Mapping: func() *entry.Mapping { return mapping }, Log: slog.New(slog.DiscardHandler)}, []string{dir})
	if err != nil {
		t.Fatal(err)
	}
	s.clock = func() time.Time { return time.Now().Add(time.Minute) }
	if part := fetch(t, s).Parts[0]; part.Failure == nil {
		t.Error("an unknown word is used")
	}
	mapping = &entry.Mapping{States: map[string]uint8{"Đang kiểm định": 4}}
	s.next = time.Time{}
	if part := fetch(t, s).Parts[0]; part.Failure != nil || part.RowsUsed != 1 {
		t.Errorf("%d rows, %v", part.RowsUsed, part.Failure)
	}
}
