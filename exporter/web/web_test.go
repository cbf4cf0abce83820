package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/targets"
)

// now is shortly after the letter of July 2024 was drawn up.
var now = time.Date(2024, 8, 2, 10, 30, 0, 0, index.Vietnam)

var month = index.Period{Months: 1, Year: 2024, Number: 7}

const evil = `Sở <script>alert("1")</script> & "Cò"`

// part is an answer of the portal with one score for each unit.
func part(name string, w index.Window, p index.Period, rows ...index.Row) book.Entry {
	for i := range rows {
		rows[i].Line = i + 1
	}
	at := now.Add(-30 * time.Minute)
	return book.Entry{Part: index.Part{Name: name, Window: w, Period: p, AsOf: at, Parent: "H26", Rows: rows}, Accepted: at}
}

func row(code, name string, kind index.Kind, points float64) index.Row {
	u := index.Unit{Code: code, Name: name, Kind: kind}
	if kind != index.Province {
		u.Parent = "H26"
	}
	return index.Row{Unit: u, Figures: []index.Figure{{Measure: index.Score, Value: points}}}
}

// portal is what is known of a portal that answered half an hour ago: H26 had
// 57.25 points in June and has 58.86 in July.
func portal() *book.Source {
	round := book.Round{Start: now.Add(-30 * time.Minute), Duration: 12300 * time.Millisecond, Outcomes: []book.Outcome{
		{Name: "provinces", Window: index.Month, Period: month, Rows: 3},
		{Name: "units", Window: index.Month, Period: month, Rows: 3},
	}}
	return &book.Source{
		Entries: []book.Entry{
			part("provinces", index.Month, month,
				row("H20", "Tỉnh Đồng Tháp", index.Province, 68.32),
				row("H26", "Thành phố Hà Nội", index.Province, 58.86),
				row("H01", "Tỉnh An Giang", index.Province, 50)),
			part("units", index.Month, month,
				row("H26.01", "Sở Tư pháp", index.Department, 61.5),
				row("H26.02", evil, index.Department, 40.25),
				row("H26.33", "Phường Hoàn Kiếm", index.Commune, 77)),
			part("provinces", index.Month, month.Ago(1),
				row("H20", "Tỉnh Đồng Tháp", index.Province, 69),
				row("H26", "Thành phố Hà Nội", index.Province, 57.25)),
		},
		Health: book.Health{
			Up: true, LastAttempt: round.Start, LastSuccess: round.Start.Add(round.Duration), Duration: round.Duration,
			Interval: 6 * time.Hour, Expire: 240 * time.Hour, Rounds: []book.Round{round},
		},
	}
}

// exporter is a handler over a book, and what tests may change of it.
type exporter struct {
	Options
	book book.Book
}

// newExporter shows a book in which every source is configured.
func newExporter(b book.Book) *exporter {
	for _, name := range publication.Precedence {
		if b[name] == nil {
			b[name] = &book.Source{}
		}
	}
	e := &exporter{book: b}
	e.Options = Options{
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "dvc_score 1\n") }),
		Current: func() *publication.Publication {
			return publication.Make(publication.Inputs{
				Settings: publication.Settings{
					Windows: []index.Window{index.Year, index.Quarter, index.Month}, Own: []string{"H26"}, ReceptionLimit: 24 * time.Hour, DueSoon: 72 * time.Hour,
				},
				Book: e.book, Files: &reload.Files{Plan: targets.BuiltIn()}, Now: e.Now(), Domain: e.Now(),
			}, nil)
		},
		Version: "1.2.3", Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	}
	return e
}

func (e *exporter) get(method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	New(e.Options).ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

// page returns the answer to a path as a document; it fails unless it is one.
func (e *exporter) page(t *testing.T, path string) *goquery.Document {
	t.Helper()
	w := e.get(http.MethodGet, path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%s: %d %s\n%s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// text returns the text of a selection with its spaces collapsed.
func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func want(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s lacks %q:\n%s", what, part, got)
		}
	}
}

func TestRoutes(t *testing.T) {
	e := newExporter(book.Book{index.Portal: portal()})
	for _, test := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/metrics", 200, "dvc_score 1"},
		{"GET", "/-/healthy", 200, "healthy"},
		{"GET", "/-/ready", 200, "ready"},
		{"HEAD", "/", 200, ""},
		{"GET", "/?window=month", 200, "Tháng 7/2024"},
		{"GET", "/?window=century", 404, "Không có kỳ này"},
		{"GET", "/?window=half_year", 404, "Không có kỳ này"}, // exists, not configured
		{"GET", "/nothing", 404, "not found"},
		{"GET", "/metrics/", 404, "not found"},
		{"GET", "/late", 404, "đang tắt"},
		{"GET", "/late.csv", 404, "đang tắt"},
		{"GET", "/late.json", 404, "đang tắt"},
		{"POST", "/", 405, ""},
		{"POST", "/metrics", 405, ""},
		{"DELETE", "/late", 405, ""},
	} {
		w := e.get(test.method, test.path)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.body) {
			t.Errorf("%s %s: %d %q, want %d with %q", test.method, test.path, w.Code, w.Body, test.status, test.body)
		}
		for header, part := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		} {
			want(t, test.path+" "+header, w.Header().Get(header), part)
		}
		if strings.Contains(w.Header().Get("Content-Security-Policy"), "script") {
			t.Errorf("%s allows scripts", test.path)
		}
	}
}

func TestReady(t *testing.T) {
	e := newExporter(book.Book{})
	if w := e.get("GET", "/-/ready"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "not ready: ") {
		t.Errorf("without figures and rounds: %d %q", w.Code, w.Body)
	}
	tried := func(tried bool) {
		for _, source := range e.book {
			source.Health.Tried = tried
		}
	}
	tried(true)
	if w := e.get("GET", "/-/ready"); w.Code != http.StatusOK {
		t.Errorf("every source tried: %d %q", w.Code, w.Body)
	}
	tried(false)
	e.book[index.Records].Entries = []book.Entry{part("files", "", index.Period{}, index.Row{Unit: index.Unit{Code: "H26"}, Backlog: &index.Backlog{Open: make([]index.Dossier, 1)}})}
	if w := e.get("GET", "/-/ready"); w.Code != http.StatusOK {
		t.Errorf("with what an earlier run knew: %d %q", w.Code, w.Body)
	}
}

func TestPageIsSelfContained(t *testing.T) {
	e := newExporter(book.Book{index.Portal: portal()})
	e.Late = true
	e.book[index.Records].Health.Tried = true
	e.Notice = "Đây là dữ liệu mẫu <b>"
	for _, path := range []string{"/", "/late"} {
		doc := e.page(t, path)
		if n := doc.Find("script, link, img, iframe, [style], [onclick]").Length(); n > 0 {
			t.Errorf("%s: %d elements that the policy forbids", path, n)
		}
		if got := doc.Find("style").Text(); got != style {
			t.Errorf("%s: the style differs from the one whose hash is allowed:\n%s", path, got)
		}
		if lang, _ := doc.Find("html").Attr("lang"); lang != "vi" {
			t.Errorf("%s: language %q", path, lang)
		}
		if doc.Find(`meta[name="viewport"]`).Length() != 1 {
			t.Errorf("%s: no viewport", path)
		}
		want(t, path, text(doc.Find("header")), "dvc_exporter 1.2.3", "02/08/2024 10:30", "Đây là dữ liệu mẫu <b>")
	}
}

func TestConcurrentPages(t *testing.T) {
	e := newExporter(book.Book{index.Portal: portal()})
	handler := New(e.Options)
	bodies := make(chan string)
	for range 8 {
		go func() {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			bodies <- w.Body.String()
		}()
	}
	var all []string
	for range 8 {
		all = append(all, <-bodies)
	}
	if len(slices.Compact(all)) != 1 {
		t.Error("pages of one book differ")
	}
}
