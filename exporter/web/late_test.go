package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// lateRecords are those of two offices, read an hour after they were written: n
// dossiers of one are late, the second of them has no day of reception, and one of
// the other waits to be received.
func lateRecords(n int) *book.Source {
	late := &index.Backlog{}
	for i := range n {
		late.Open = append(late.Open, index.Dossier{
			Code: fmt.Sprintf("H26.01-240701-%05d", i), Procedure: "2.000815", State: 4, Received: now.AddDate(0, 0, -20).Unix(), Due: now.AddDate(0, 0, -10).Unix(),
		})
	}
	if n > 1 {
		late.Open[1].Received = 0
	}
	waiting := &index.Backlog{Waiting: []index.Dossier{{Code: "=HYPERLINK(1)", State: 1, Received: now.Add(-25 * time.Hour).Unix()}}}
	return records(now.Add(-time.Hour), index.Row{Unit: index.Unit{Name: "SỞ TƯ PHÁP"}, Backlog: late}, index.Row{Unit: index.Unit{Name: "UBND <b>phường Lạ</b>"}, Backlog: waiting})
}

// records is a source of one file.
func records(asOf time.Time, rows ...index.Row) *book.Source {
	return &book.Source{
		Entries: []book.Entry{{Part: index.Part{Name: "a.csv", Location: "files", AsOf: asOf, Rows: rows}, Accepted: now}},
		Health:  book.Health{Up: true, Tried: true, LastAttempt: now, StaleAfter: 96 * time.Hour, Rounds: []book.Round{{Start: now, Outcomes: []book.Outcome{{Name: "files"}}}}},
	}
}

func newLate(source *book.Source) *exporter {
	e := newExporter(book.Book{index.Portal: portal(), index.Records: source})
	e.Late = true
	return e
}

func TestLatePage(t *testing.T) {
	e := newLate(lateRecords(120))
	e.book[index.Records].Health.Up = false
	doc := e.page(t, "/late?page=3&stage=")
	if n := doc.Find("tbody tr").Length(); n != 21 {
		t.Errorf("%d rows on the last page, want 21", n)
	}
	want(t, "last row", text(doc.Find("tbody tr").Last()), "=HYPERLINK(1)", "UBND <b>phường Lạ</b>", "chậm tiếp nhận", "Mới đăng ký", "01/08/2024 09:30", "02/08/2024 09:30", "dưới 1")
	want(t, "first row", text(doc.Find("tbody tr").First()), "H26.01-240701-00100", "2.000815", "Sở Tư pháp H26.01", "chậm xử lý", "Đang xử lý", "23/07/2024 10:30", "10")
	want(t, "page", text(doc.Find("main")), "121 hồ sơ chậm", "Hồ sơ tính đến 02/08/2024 09:30", "Trang 3/3")
	if got := text(doc.Find(".old")); got != "✗ Số cũ: Hồ sơ thủ tục hành chính (tệp) đang lỗi, số liệu tính đến 02/08/2024 09:30"+
		"✗ Chưa có số liệu: chưa đọc được Cơ sở dữ liệu hồ sơ, danh sách chưa đủ" {
		t.Errorf("old data are marked as %q", got)
	}
	if previous, _ := doc.Find("nav a").Attr("href"); previous != "late?page=2&per_page=50" || doc.Find("nav a").Length() != 1 {
		t.Errorf("link to the page before: %q of %d", previous, doc.Find("nav a").Length())
	}
	headings := doc.Find("thead th").Map(func(_ int, th *goquery.Selection) string { return text(th) })
	if diff := cmp.Diff([]string{"Mã hồ sơ", "Mã thủ tục", "Đơn vị", "Khâu", "Trạng thái", "Ngày nhận", "Hạn", "Số ngày chậm"}, headings); diff != "" {
		t.Errorf("columns (-want +got): no other may be added without a thought to personal data\n%s", diff)
	}

	want(t, "without a day of reception", text(e.page(t, "/late").Find("tbody tr").Eq(1)), "H26.01-240701-00001", "Đang xử lýchưa có23/07/2024 10:30")

	doc = e.page(t, "/late?unit=H26.01&stage=processing&per_page=100")
	if next, _ := doc.Find("nav a").Attr("href"); next != "late?page=2&per_page=100&stage=processing&unit=H26.01" {
		t.Errorf("link to the next page: %q", next)
	}
	if csv, _ := doc.Find("main a").First().Attr("href"); csv != "late.csv?stage=processing&unit=H26.01" {
		t.Errorf("link to the CSV: %q", csv)
	}
	if unit, _ := doc.Find("select[name=unit] option[selected]").Attr("value"); unit != "H26.01" {
		t.Errorf("chosen unit: %q", unit)
	}
	want(t, "empty list", text(e.page(t, "/late?unit=H26.33").Find("main")), "0 hồ sơ chậm", "Không có hồ sơ nào chậm trong số liệu đã đọc.")
	want(t, "page beyond the end", text(e.page(t, "/late?page=9").Find("main")), "Không có trang này.")
}

func TestLateQueries(t *testing.T) {
	e := newLate(lateRecords(1))
	for query, status := range map[string]int{
		"unit=H26.01":       200,
		"unit=H99.99":       404, // a typing error is not "nothing late"
		"stage=reception":   200,
		"stage=all":         400,
		"page=0":            400,
		"page=-1":           400,
		"page=two":          400,
		"page=9999999":      400,
		"per_page=500":      200,
		"per_page=501":      400,
		"per_page=1&page=2": 200,
	} {
		for _, path := range []string{"/late", "/late.csv", "/late.json"} {
			if w := e.get("GET", path+"?"+query); w.Code != status {
				t.Errorf("%s?%s: %d %q, want %d", path, query, w.Code, w.Body, status)
			}
		}
	}
}

// TestLateOfSums: a source that counts late dossiers and lists none has no list of
// length 0.
func TestLateOfSums(t *testing.T) {
	e := newLate(records(now, index.Row{Unit: index.Unit{Code: "H26.01"}, Figures: []index.Figure{{Measure: index.OverdueNow, Value: 3}}}))
	for _, path := range []string{"/late", "/late.csv", "/late.json"} {
		if w := e.get("GET", path); w.Code != 404 || !strings.Contains(w.Body.String(), "chỉ cho số tổng") {
			t.Errorf("%s: %d %q", path, w.Code, w.Body)
		}
	}
}

func TestLateJSON(t *testing.T) {
	w := newLate(lateRecords(3)).get("GET", "/late.json?page=2&per_page=3")
	var got any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	expected := map[string]any{
		"as_of": "2024-08-02T09:30:00+07:00", "total": 4.0, "page": 2.0, "per_page": 3.0,
		"rows": []any{map[string]any{
			"dossier": "=HYPERLINK(1)", "procedure": "", "unit": "ubnd-b-phuong-la-b", "unit_name": "UBND <b>phường Lạ</b>", "stage": "reception",
			"state": "Mới đăng ký", "received": "2024-08-01T09:30:00+07:00", "due": "2024-08-02T09:30:00+07:00", "days_late": 0.0,
		}},
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if w := newLate(records(now)).get("GET", "/late.json"); !strings.Contains(w.Body.String(), `"rows":[]`) {
		t.Errorf("without rows: %s", w.Body)
	}
}

func TestLateCSV(t *testing.T) {
	e := newLate(lateRecords(20_000))
	w := e.get("GET", "/late.csv?page=7&per_page=1")
	body, found := strings.CutPrefix(w.Body.String(), "\ufeff")
	if !found {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+20_000+1 {
		t.Fatalf("%d lines, want all rows and a heading", len(rows))
	}
	if diff := cmp.Diff([]string{"Mã hồ sơ", "Mã thủ tục", "Mã đơn vị", "Đơn vị", "Khâu", "Trạng thái", "Ngày nhận", "Hạn", "Số ngày chậm"}, rows[0]); diff != "" {
		t.Errorf("columns (-want +got): no other may be added without a thought to personal data\n%s", diff)
	}
	if diff := cmp.Diff([]string{"H26.01-240701-00000", "2.000815", "H26.01", "Sở Tư pháp", "chậm xử lý", "Đang xử lý", "13/07/2024 10:30", "23/07/2024 10:30", "10"}, rows[1]); diff != "" {
		t.Errorf("first row (-want +got):\n%s", diff)
	}
	if last := rows[len(rows)-1]; last[0] != "'=HYPERLINK(1)" || last[6] != "01/08/2024 09:30" || rows[2][6] != "" {
		t.Errorf("last row: %q", last)
	}
}

func TestLateBeforeTheFirstReading(t *testing.T) {
	e := newLate(lateRecords(3))
	e.book[index.Records].Health.Tried = false
	if w := e.get("GET", "/late.json"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"total":4`) {
		t.Errorf("what the run before has read: %d %q", w.Code, w.Body)
	}
	e.book[index.Records].Entries = nil
	for _, path := range []string{"/late", "/late.csv", "/late.json"} {
		if w := e.get("GET", path); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "chưa được đọc") {
			t.Errorf("%s: %d %q", path, w.Code, w.Body)
		}
	}
}

// TestLateByUnitAndStage: a unit goes by its label, however a file spells it.
func TestLateByUnitAndStage(t *testing.T) {
	e := newLate(lateRecords(3))
	for query, total := range map[string]int{
		"":                             4,
		"?unit=H26.01":                 3,
		"?unit=ubnd-b-phuong-la-b":     1,
		"?unit=H26.02":                 0,
		"?stage=processing":            3,
		"?stage=reception":             1,
		"?stage=reception&unit=H26.01": 0,
		"?stage=reception&unit=ubnd-b-phuong-la-b":  1,
		"?stage=processing&unit=ubnd-b-phuong-la-b": 0,
	} {
		var got struct{ Total int }
		if err := json.Unmarshal(e.get("GET", "/late.json"+query).Body.Bytes(), &got); err != nil || got.Total != total {
			t.Errorf("%q: %d, %v; want %d", query, got.Total, err, total)
		}
	}
}

// TestLateOfAStaleFile: the list says of when it is and that its source fails, and
// has what was late when the file became stale.
func TestLateOfAStaleFile(t *testing.T) {
	written := now.Add(-120 * time.Hour)
	due := func(d time.Duration) index.Dossier {
		return index.Dossier{Code: "due " + d.String(), State: 4, Due: written.Add(d).Unix()}
	}
	source := records(written, index.Row{Unit: index.Unit{Code: "H26.01"}, Backlog: &index.Backlog{Open: []index.Dossier{due(95 * time.Hour), due(97 * time.Hour)}}})
	source.Health.Up = false
	source.Health.Rounds[0].Outcomes[0].Reason = index.Stale
	e := newLate(source)
	main := text(e.page(t, "/late").Find("main"))
	want(t, "stale list", main, "1 hồ sơ chậm", "due 95h0m0s", "Số cũ: Hồ sơ thủ tục hành chính (tệp) đang lỗi, số liệu tính đến 28/07/2024 10:30")
	if strings.Contains(main, "due 97h") {
		t.Error("a dossier has turned overdue by a list that nobody renews")
	}
}
