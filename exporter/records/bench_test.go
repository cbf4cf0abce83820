package records

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/heading"
)

// benchRows is how many dossiers a benchmark reads. The comparison with a peer, on
// a file of any size, is in the folder peer.
const benchRows = 300_000

var benchHeadings = []string{"MaHoSo", "MaTTHC", "ChuHoSo", "KenhThucHien", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "TrangThaiHoSo", "DonViXuLy", "HoSoCoThanhPhanSoHoa", "KetQuaDienTu", "CoNghiaVuTaiChinh", "DuocThanhToanTrucTuyen"}

// benchTable writes rows of codes in codes; one in ten is open.
func benchTable(w io.Writer, from, rows, codes int) {
	r := rand.New(rand.NewPCG(1, uint64(from)))
	start := time.Date(2024, 1, 1, 7, 0, 0, 0, index.Vietnam)
	for i := from; i < from+rows; i++ {
		n := i % codes
		at := func(hours int) string {
			return start.Add(time.Duration(n%4000+hours)*time.Hour + time.Duration(n%3600)*time.Second).Format("2006-01-02T15:04:05")
		}
		state, finished := "10", at(r.IntN(400)+5)
		if n%10 == 0 {
			state, finished = "4", ""
		}
		fmt.Fprintf(w, "H26.%02d-%06d-%07d,1.%06d,Nguyễn Văn %d,%d,%s,%s,%s,%s,%s,%s,UBND huyện số %d,%d,%d,1,0\r\n",
			n%97, n%200, n, n%2000, n%1000, n%3+1, at(0), at(3), at(240), finished, finished, state, n%44, n%2, n%3/2)
	}
}

func benchFile(b *testing.B, rows, codes int) (path string, size int64) {
	b.Helper()
	var text bytes.Buffer
	for i, heading := range benchHeadings {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(heading)
	}
	text.WriteString("\r\n")
	benchTable(&text, 0, rows, codes)
	path = filepath.Join(b.TempDir(), "dossiers.csv")
	writeFile(b, path, text.String(), time.Hour)
	return path, int64(text.Len())
}

func benchSource(b *testing.B, path string, unique bool) *Files {
	b.Helper()
	s, err := NewFiles(Options{Kind: heading.Dossiers, Zone: index.Vietnam, Unique: unique, Log: slog.New(slog.DiscardHandler)}, []string{path})
	if err != nil {
		b.Fatal(err)
	}
	s.clock = func() time.Time { return time.Now().Add(time.Minute) }
	return s
}

func mustUse(b *testing.B, s *Files, rows int) {
	b.Helper()
	if part := fetch(b, s).Parts[0]; part.Failure != nil || part.RowsUsed != rows || part.RowsRejected != 0 {
		b.Fatalf("%d rows used, %d rejected: %v", part.RowsUsed, part.RowsRejected, part.Failure)
	}
}

// BenchmarkCSV reads a file for the first time: every code once, every code three
// times, and every code once as the operator has promised.
func BenchmarkCSV(b *testing.B) {
	for name, bench := range map[string]struct {
		codes  int
		unique bool
	}{"distinct": {benchRows, false}, "repeated": {benchRows / 3, false}, "unique": {benchRows, true}} {
		b.Run(name, func(b *testing.B) {
			path, size := benchFile(b, benchRows, bench.codes)
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				mustUse(b, benchSource(b, path, bench.unique), bench.codes)
			}
		})
	}
}

// BenchmarkUnchanged looks at a file that is as it was.
func BenchmarkUnchanged(b *testing.B) {
	path, _ := benchFile(b, benchRows, benchRows)
	s := benchSource(b, path, false)
	mustUse(b, s, benchRows)
	for b.Loop() {
		if !fetch(b, s).Unchanged {
			b.Fatal("read again")
		}
	}
}

// BenchmarkXLSX reads a workbook.
func BenchmarkXLSX(b *testing.B) {
	const rows = 20_000
	book := excelize.NewFile()
	w, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	set := func(line int, cells []any) {
		if err := w.SetRow(fmt.Sprint("A", line), cells); err != nil {
			b.Fatal(err)
		}
	}
	set(1, []any{"Mã hồ sơ", "Đơn vị xử lý", "Trạng thái", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý"})
	for i := range rows {
		set(i+2, []any{fmt.Sprintf("H26.01-240101-%07d", i), fmt.Sprint("Sở ", i%44), "Đã trả kết quả", 45300.5, 45310.5, 45305.25})
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "x.xlsx")
	if err := book.SaveAs(path); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		mustUse(b, benchSource(b, path, false), rows)
	}
}
