package records

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/ledger"
)

const headings = "MaHoSo,DonViXuLy,TrangThaiHoSo,NgayTiepNhan,NgayHenTra,ChuHoSo\n"

// line is one open dossier of a unit.
func line(code, unit string) string {
	return code + "," + unit + ",4,2024-07-01,2024-07-05,Nguyễn Văn A\n"
}

// opened says how many dossiers of each unit are open, "Sở A 2, Sở B 1".
func opened(part index.Part) string {
	var list []string
	for _, row := range part.Rows {
		if row.Pending != nil {
			list = append(list, fmt.Sprint(row.Unit.Name, " ", row.Pending.Open))
		}
	}
	return strings.Join(list, ", ")
}

func expect(t *testing.T, s *Files, what, want string) index.Answer {
	t.Helper()
	reading := fetch(t, s)
	if got := opened(reading.Parts[0]); got != want {
		t.Errorf("%s: %q, want %q (%v)", what, got, want, reading.Parts)
	}
	return reading
}

func failed(t *testing.T, reading index.Answer, what, text string) {
	t.Helper()
	last := reading.Parts[len(reading.Parts)-1]
	if last.Failure == nil || !strings.Contains(last.Failure.Text, text) {
		t.Errorf("%s: failure %v, want one with %q", what, last.Failure, text)
	}
}

func TestAFileThatIsBeingWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	s := newFiles(t, path)
	now := time.Now()
	s.clock = func() time.Time { return now }
	writeFile(t, path, headings+line("X-1", "Sở A"), 0)
	now = time.Now().Add(time.Second)
	if parts := fetch(t, s).Parts; len(parts) != 1 || !parts[0].NotYet || parts[0].Failure != nil {
		t.Errorf("just written: %+v", parts)
	}
	now = now.Add(settle)
	expect(t, s, "unmoved for 2 s", "Sở A 1")
	writeFile(t, path, headings+line("X-1", "Sở A")+line("X-2", "Sở A"), -time.Hour) // the server's clock is ahead
	reading := expect(t, s, "moving", "Sở A 1")
	if len(reading.Parts) != 1 || !reading.Unchanged {
		t.Errorf("moving is no failure: %+v", reading)
	}
	now = now.Add(settle)
	expect(t, s, "unmoved again", "Sở A 2")
	whole := headings + line("X-1", "Sở A") + line("X-2", "Sở A")
	writeFile(t, path, whole+"X-3,Sở", 0)
	now = now.Add(settle)
	fetch(t, s)
	now = now.Add(settle)
	expect(t, s, "last line cut", "Sở A 2")
	now = now.Add(cutFor + time.Hour)
	failed(t, expect(t, s, "cut for long", "Sở A 2"), "cut for long", "last line")
	writeFile(t, path, whole+strings.TrimSpace(line("X-3", "Sở B")), time.Minute) // no line end, but whole
	expect(t, s, "whole", "Sở A 2, Sở B 1")
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
		now := time.Now()
		s.clock = func() time.Time { return now }
		writeFile(t, path, whole, time.Hour)
		expect(t, s, what+": before", "Sở A 1")
		writeFile(t, path, text, 2*settle)
		if reading := expect(t, s, what, "Sở A 1"); len(reading.Parts) != 1 {
			t.Errorf("%s: being written is no failure: %+v", what, reading)
		}
		now = now.Add(cutFor)
		failed(t, expect(t, s, what+" for long", "Sở A 1"), what+" for long", path)
	}
}

func TestAppending(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	var text strings.Builder
	text.WriteString(headings)
	for i := range 1000 {
		text.WriteString(line(fmt.Sprintf("X-%04d", i), "Sở A"))
	}
	writeFile(t, path, text.String(), time.Hour)
	s := newFiles(t, dir)
	expect(t, s, "first", "Sở A 1000")
	whole := s.files[path].resume.whole
	text.WriteString(line("X-0001", "Sở B") + "X-9999,,4,,,\n") // one moves, one is bad
	writeFile(t, path, text.String(), time.Minute)
	reading := expect(t, s, "appended", "Sở A 999, Sở B 1")
	if s.files[path].resume == nil || s.files[path].resume.whole != whole {
		t.Error("the file was read whole again")
	}
	part := reading.Parts[0]
	want := []index.Rejection{{Where: path, Line: 1003, Column: "DonViXuLy", Reason: "thiếu đơn vị", Count: 1}}
	if diff := cmp.Diff(want, part.Rejected); diff != "" || part.RowsUsed != 1000 || part.RowsRejected != 1 {
		t.Error(diff, part.RowsUsed, part.RowsRejected)
	}
	changed := strings.Replace(text.String(), "X-0000", "X-7777", 1) + line("X-0002", "Sở B") // grown, but not only
	writeFile(t, path, changed, time.Second*30)
	expect(t, s, "changed at its beginning and grown", "Sở A 998, Sở B 2")
	if s.files[path].resume.whole.Equal(whole) {
		t.Error("the file was not read whole")
	}
}

func TestFilesComeAndGo(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	s := newFiles(t, dir)
	failed(t, fetch(t, s), "empty folder", "no such file")
	writeFile(t, a, headings+line("X-1", "Sở A")+line("X-2", "Sở A"), 2*time.Hour)
	writeFile(t, b, headings+line("X-1", "Sở B"), time.Hour)
	expect(t, s, "both", "Sở A 1, Sở B 1")
	at := time.Now().Add(-30 * time.Minute)
	if err := os.Chtimes(a, at, at); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "the older has become the newer", "Sở A 2")
	if err := os.Remove(a); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "what it displaced comes back", "Sở B 1")
	if err := os.Remove(b); err != nil {
		t.Fatal(err)
	}
	failed(t, expect(t, s, "all gone", ""), "all gone", "no such file")
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	failed(t, expect(t, s, "the folder is gone", ""), "the folder is gone", "cannot be looked at")
}

// Rows that had given way come back when everything is read again; a file that
// cannot be read just then must not lose its own by it.
func TestReadingAllAgainWaitsForAFileThatIsNotWhole(t *testing.T) {
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv"), filepath.Join(dir, "c.csv")
	s := newFiles(t, dir)
	now := time.Now()
	s.clock = func() time.Time { return now }
	rowsOfA := headings + line("X-1", "Sở A") + line("X-2", "Sở A")
	writeFile(t, a, rowsOfA, 3*time.Hour)
	writeFile(t, b, headings+line("X-1", "Sở B"), 2*time.Hour)
	writeFile(t, c, headings+line("X-3", "Sở C"), time.Hour)
	expect(t, s, "all", "Sở A 1, Sở B 1, Sở C 1")
	if err := os.Remove(b); err != nil {
		t.Fatal(err)
	}
	writeFile(t, c, headings+line("X-3", "Sở C")+"X-4,Sở", 2*settle)
	if reading := expect(t, s, "one is deleted, another being written", "Sở A 1, Sở C 1"); len(reading.Parts) != 1 {
		t.Errorf("being written is no failure: %+v", reading)
	}
	now = now.Add(cutFor)
	failed(t, expect(t, s, "cut for long", "Sở A 1, Sở C 1"), "cut for long", "last line")
	writeFile(t, c, "what is this?\n", 30*time.Minute)
	failed(t, expect(t, s, "no table any more", "Sở A 1, Sở C 1"), "no table any more", "heading")
	writeFile(t, c, headings+line("X-3", "Sở C")+line("X-4", "Sở C"), 20*time.Minute)
	expect(t, s, "whole", "Sở A 2, Sở C 2")
}

func TestTheFolderIsAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "share")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "a.csv"), headings+line("X-1", "Sở A"), time.Hour)
	s := newFiles(t, filepath.Join(dir, "*.csv"))
	expect(t, s, "there", "Sở A 1")
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	failed(t, expect(t, s, "away", "Sở A 1"), "away", "cannot be looked at")
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if reading := expect(t, s, "back", "Sở A 1"); len(reading.Parts) != 1 || !reading.Unchanged {
		t.Errorf("%+v", reading)
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
		"no heading row":        {"x.csv", "a,b\n1,2\n", "no heading row", index.Malformed},
		"a needed column lacks": {"x.csv", "MaHoSo,DonViXuLy,TrangThaiHoSo\nX-9,Sở Z,4\n", "no column for: due", index.Malformed},
		"empty":                 {"x.csv", "", "no heading row", index.Malformed},
		"gzip cut short":        {"x.csv.gz", broken.String()[:broken.Len()/2], "unexpected EOF", index.Unreadable},
		"an old Excel file":     {"x.xls", "\xd0\xcf\x11\xe0", ".xls", index.Unreadable},
		"no workbook":           {"x.xlsx", "PK\x03\x04 nothing more", "opening the workbook", index.Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "good.csv"), headings+line("X-1", "Sở A"), time.Hour)
			bad := filepath.Join(dir, test.file)
			writeFile(t, bad, test.text, time.Hour)
			s := newFiles(t, dir)
			for round := range 2 {
				reading := expect(t, s, "beside", "Sở A 1")
				failed(t, reading, fmt.Sprint("round ", round), test.err)
				if got := reading.Parts[1]; got.Name != filepath.Base(dir)+"/unreadable" || got.Failure.Reason != test.reason || !strings.Contains(got.Failure.Text, bad) {
					t.Errorf("%+v", got.Failure)
				}
			}
			writeFile(t, bad, headings+line("X-2", "Sở B"), time.Minute)
			expect(t, s, "mended", "Sở A 1, Sở B 1")
			writeFile(t, bad, test.text, time.Second*30)
			if test.file != "x.csv" && test.file != "x.csv.gz" {
				failed(t, expect(t, s, "broken again", "Sở A 1, Sở B 1"), "broken again", test.err)
			}
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
	failed(t, expect(t, newFiles(t, dir), "folder", "Sở A 1"), "folder", "escapes")
	failed(t, expect(t, newFiles(t, filepath.Join(dir, "*.csv")), "glob", "Sở A 1"), "glob", "escapes")
}

// TestUnreadableFile takes away what opening needs, in a way that also stops root:
// the file gives an error when it is opened.
func TestUnreadableFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	writeFile(t, path, headings+line("X-1", "Sở A"), time.Hour)
	s := newFiles(t, path)
	expect(t, s, "readable", "Sở A 1")
	writeFile(t, path, headings+line("X-1", "Sở B"), time.Minute)
	s.look()
	f := s.files[path]
	f.open = func() (*os.File, error) { return nil, &os.PathError{Op: "open", Path: path, Err: os.ErrPermission} }
	if s.load(t.Context(), f); f.failure == nil || f.id < 0 {
		t.Errorf("%v", f.failure)
	}
	expect(t, s, "readable again", "Sở B 1")
}

func TestAFileThatVanishesWhileBeingRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	writeFile(t, filepath.Join(dir, "a.csv"), headings+line("X-2", "Sở A"), time.Hour)
	writeFile(t, path, headings+strings.Repeat(line("X-1", "Sở B"), 100_000), time.Hour)
	s := newFiles(t, dir)
	s.look()
	f := s.files[path]
	open := f.open
	f.open = func() (*os.File, error) {
		file, err := open()
		if err == nil {
			err = os.Truncate(path, 1<<20) // after it was looked at
			_ = os.Chtimes(path, f.info.ModTime(), f.info.ModTime())
		}
		return file, err
	}
	s.load(t.Context(), f)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "vanished", "Sở A 1")
}

func TestRejected(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	writeFile(t, path, "Mã hồ sơ;Đơn vị xử lý;Trạng thái;Ngày tiếp nhận;Ngày hẹn trả;Chủ hồ sơ;Ghi riêng\n"+
		"X-1;Sở A;Đang xử lý;01/07/2024;05/07/2024;Nguyễn Văn A;\n"+
		"X-2;Sở A;11;01/07/2024;05/07/2024;Nguyễn Văn B;\n"+
		"X-3;Sở A;11;01/07/2024;05/07/2024;Nguyễn Văn C;\n"+
		"X-4;Sở A;4;31/02/2024;05/07/2024;Nguyễn Văn D;\n"+
		"X-5;Sở A;4;01/07/2024;05/06/2024;Nguyễn Văn Đ;\n"+
		";Sở A;4;01/07/2024;05/07/2024;Nguyễn Văn E;\n"+
		"X-7;;4;01/07/2024;05/07/2024;Nguyễn Văn F;\n"+
		"X-8;Sở A;4;01/07/2024;05/07/2024;Nguyễn; Văn G;x\n"+
		"\"X-9;Sở A;4;01/07/2024;05/07/2024;Nguyễn Văn H;\n"+
		"X-10;Sở A;4;01/07/2024;;Nguyễn Văn I;\n"+
		"X-11;Sở A;"+strings.Repeat("đ", 50)+";01/07/2024;05/07/2024;Nguyễn Văn K;\n"+
		";;;;;;\n", time.Hour)
	s := newFiles(t, dir)
	part := fetch(t, s).Parts[0]
	want := []index.Rejection{
		{Line: 1, Column: "Ghi riêng", Reason: "không biết cột này, hoặc cột lặp lại: bỏ qua cột", Count: 1},
		{Line: 3, Column: "Trạng thái", Value: "11", Reason: "trạng thái không rõ", Count: 2},
		{Line: 5, Column: "Ngày tiếp nhận", Value: "31/02/2024", Reason: "ngày không có trong lịch", Count: 1},
		{Line: 6, Column: "Ngày hẹn trả", Value: "05/06/2024", Reason: "ngày hẹn trả trước ngày tiếp nhận", Count: 1},
		{Line: 7, Column: "Mã hồ sơ", Reason: "thiếu mã", Count: 1},
		{Line: 8, Column: "Đơn vị xử lý", Reason: "thiếu đơn vị", Count: 1},
		{Line: 9, Reason: "dòng có nhiều ô hơn dòng tiêu đề", Count: 1},
		{Line: 10, Reason: "dấu ngoặc kép không đóng", Count: 1},
		{Line: 11, Column: "Ngày hẹn trả", Reason: "thiếu ngày hẹn trả: không tính được đúng hạn hay trễ hạn", Count: 1},
		{Line: 12, Column: "Trạng thái", Value: strings.Repeat("đ", 39) + "…", Reason: "trạng thái không rõ", Count: 1},
	}
	for i := range want {
		want[i].Where = path
	}
	if diff := cmp.Diff(want, part.Rejected); diff != "" {
		t.Error(diff)
	}
	if part.RowsUsed != 2 || part.RowsRejected != 9 {
		t.Errorf("%d used, %d rejected", part.RowsUsed, part.RowsRejected)
	}
	if strings.Contains(fmt.Sprint(part, s.Late(index.LateQuery{Now: time.Now()})), "Nguyễn") {
		t.Error("a name of a person is in the reading")
	}
}

func TestManyUnitNamesAndRejections(t *testing.T) {
	dir := t.TempDir()
	var text strings.Builder
	text.WriteString(headings)
	for i := range 60_000 {
		text.WriteString(line(fmt.Sprint("X-", i), fmt.Sprint("Đơn vị ", i)))
	}
	writeFile(t, filepath.Join(dir, "a.csv"), text.String(), time.Hour)
	part := fetch(t, newFiles(t, dir)).Parts[0]
	if part.RowsUsed != ledger.MaxUnits || part.RowsRejected != 60_000-ledger.MaxUnits || len(part.Rejected) != 10_000 {
		t.Errorf("%d used, %d rejected, %d listed", part.RowsUsed, part.RowsRejected, len(part.Rejected))
	}
	if last := part.Rejected[len(part.Rejected)-1]; last.Line != 60_001 {
		t.Errorf("the newest is not kept: %+v", last)
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
	if diff := cmp.Diff(want, flat(part)); diff != "" {
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
	s, err := NewFiles(Options{Kind: entry.Documents, Zone: index.Vietnam, Log: slog.New(slog.DiscardHandler)}, []string{path})
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
	if diff := cmp.Diff(want, flat(part)); diff != "" || len(part.Rejected) > 0 {
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
	parts := fetch(t, newFiles(t, filepath.Join(dir, "a/ho-so"), filepath.Join(dir, "*/ho-so/*.csv"), filepath.Join(dir, "c"), filepath.Join(dir, "b/ho-so"))).Parts
	var got []string
	for _, part := range parts {
		got = append(got, strings.ReplaceAll(part.Name, dir, "")+": "+opened(part))
	}
	// A dossier in two locations counts once, for the newest file; a file in two
	// locations belongs to the first.
	want := []string{"/a/ho-so: ", "*.csv: Sở A 2", "c: ", "/b/ho-so: "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if parts[2].Failure == nil {
		t.Error("a folder without a table is no failure")
	}
}
