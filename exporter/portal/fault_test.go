package portal

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
)

const wafPage = `<html><head><title>Request Rejected</title><style>body{}</style></head><body>The requested URL was rejected.
Please consult with your administrator.<br>Your Support ID is: 1234567890</body></html>`

func gzipOf(blocks int, block string) http.HandlerFunc {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	for range blocks {
		_, _ = io.WriteString(z, block)
	}
	_ = z.Close()
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(b.Bytes())
	}
}

// One service fails in each way: its part says why, the seven others are whole.
func TestOneFailingServiceHidesNoOther(t *testing.T) {
	s := newServer(t)
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	whole := string(s.file("reporting/transparency.json"))
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		reason index.Reason
		text   string // part of the failure's
	}{
		{"firewall page", says(200, wafPage), index.NotData, `"Request Rejected The requested URL was rejected. Please consult with your administrator. Your Support ID is: 1234567890"; the portal's firewall refused this: give Support ID 1234567890`},
		{"empty body", says(200, ""), index.NotData, "an empty answer"},
		{"a list", says(200, `[1]`), index.NotData, `"[1]"`},
		{"code is not OK", says(200, `{"code":"ERROR","data":null,"message":"Lỗi"}`), index.NotData, `code "ERROR", message "Lỗi"`},
		{"no envelope", says(200, `{"status":"UP"}`), index.NotData, "not the portal's envelope"},
		{"data is null", says(200, `{"code":"OK","data":null}`), index.NotData, "data null or absent"},
		{"data is a list", says(200, `{"code":"OK","data":[]}`), index.NotData, "field data is array where an object should be"},
		{"code is a number", says(200, `{"code":0,"data":{}}`), index.NotData, "field code is number where text should be"},
		{"no rows' list", says(200, `{"code":"OK","data":{"overview":null}}`), index.Malformed, "neither evaluation nor children"},
		{"rows are null", says(200, `{"code":"OK","data":{"evaluation":null}}`), index.Malformed, "neither evaluation nor children"},
		{"a group without code", s.replaced("transparency", `"monthlyChart":[]`, `"radar":[{"code":"","name":"x"}]`), index.Malformed, `a group whose code "" is empty`},
		{"rows are an object", says(200, `{"code":"OK","data":{"evaluation":{}}}`), index.Malformed, "no list where a list should be"},
		{"a row is a number", says(200, `{"code":"OK","data":{"evaluation":[7]}}`), index.Malformed, "row 1: field (all) is number where an object should be"},
		{"half a body", says(201, whole[:len(whole)/2]), index.Malformed, fmt.Sprintf("breaks off at byte %d", len(whole)/2)},
		{"broken JSON", says(201, strings.Replace(whole, `"monthlyChart":[]`, `"monthlyChart":[}`, 1)), index.Malformed, "is no JSON"},
		{"numbers as text", s.replaced("transparency", `"totalScore":7.5`, `"totalScore":"7,5"`), index.Malformed, `row 3, "Sở An toàn thực phẩm": field totalScore is text where a number should be`},
		{"numbers as text in the head", s.replaced("transparency", `"totalScore":11.37`, `"totalScore":"11.37"`), index.Malformed, "field data.overview.totalScore is text"},
		{"numbers as text in a metric", s.replaced("transparency", `"numerator":1205`, `"numerator":"1.205"`), index.Malformed, `row 1, "Sở Tư pháp - Thành phố Hà Nội": row 4, "DOSSIER_SYNC": field numerator is text`},
		{"a number beyond all bounds", s.replaced("transparency", `"totalScore":7.5`, `"totalScore":1e999`), index.Malformed, "field totalScore is number 1e999"},
		{"a unit that is nobody", s.replaced("transparency", `"departmentId":"11111111-0000-7000-8000-000000000004","departmentName":"Sở An toàn thực phẩm"`, `"departmentId":null,"departmentName":" "`), index.Malformed, "row 3: a unit without id, code and name"},
		{"an id that is no label", s.replaced("transparency", "11111111-0000-7000-8000-000000000004", strings.Repeat("1", 101)), index.Malformed, "too long"},
		{"a metric without code", s.replaced("transparency", `"code":"PUBLIC_CONTENT_FULL"`, `"code":""`), index.Malformed, `row 0, "Thành phố Hà Nội": a metric whose code "" is empty`},
		{"a metric twice", s.replaced("transparency", `"code":"PUBLIC_CONTENT_FULL"`, `"code":"PUBLISH_ON_TIME"`), index.Contradictory, "metric PUBLISH_ON_TIME twice"},
		{"too many rows", says(200, `{"code":"OK","data":{"evaluation":[`+strings.Repeat("{},", maxRows)+`{}]}}`), index.TooLarge, "more than 10000 entries"},
		{"500", says(500, "<html>error</html>"), index.ServerError, "500 Internal Server Error (3 tries)"},
		{"302", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, index.ServerError, `redirecting to "/login"`},
		{"hang", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		}, index.Timeout, "no whole answer within"},
		{"reset", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, index.Unreachable, "(3 tries)"},
		{"endless body", func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.WriteString(w, `{"code":"OK","data":{"evaluation":[`)
			for err == nil {
				_, err = io.WriteString(w, strings.Repeat(`{"departmentId":"x","totalScore":1},`, 1000))
			}
		}, index.TooLarge, "larger than 1048576 bytes"},
		{"gzip bomb", gzipOf(64, strings.Repeat(" ", 1<<20)), index.TooLarge, "larger than 1048576 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			s.change["transparency"] = tt.answer
			o := fetch.Options{MaxBody: 1 << 20}
			if tt.reason == index.Timeout {
				o.Timeout = 300 * time.Millisecond
			}
			r, err := s.portal(Reporting, nil, o).Fetch(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range r.Parts {
				switch {
				case p.Name != "transparency":
					if p.Failure != nil || len(p.Rows) == 0 {
						t.Errorf("%s: %v, %d rows", p.Name, p.Failure, len(p.Rows))
					}
				case p.Failure == nil || p.Failure.Reason != tt.reason || !strings.Contains(p.Failure.Text, tt.text):
					t.Errorf("failure %v\nwant %s: … %s", p.Failure, tt.reason, tt.text)
				case !strings.Contains(p.Failure.Text, s.URL+reportingPath+"transparency"):
					t.Errorf("%q does not say where", p.Failure.Text)
				default:
					p.Failure = nil
					want := index.Part{Name: p.Name, Window: index.Year, Period: year2026, URL: p.URL}
					if diff := cmp.Diff(want, p); diff != "" {
						t.Errorf("a failed part keeps figures: %s", diff)
					}
				}
			}
		})
	}
}

func TestRefusalEndsTheRound(t *testing.T) {
	for _, status := range []int{401, 403, 429} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := newServer(t)
			s.change["service-results-units"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, wafPage)
			}
			// One at a time, so that it is certain what comes after the refusal.
			p := s.portal(Reporting, func(o *Options) { o.Windows = []index.Window{index.Year, index.Month} }, fetch.Options{Parallel: 1})
			r, err := p.Fetch(t.Context(), nil)
			if err != nil || len(r.Parts) != 16 {
				t.Fatalf("%d parts, %v", len(r.Parts), err)
			}
			if len(s.asked) != 2 {
				t.Errorf("%d requests were sent, want the first and the refused one", len(s.asked))
			}
			for i, part := range r.Parts {
				f := part.Failure
				switch {
				case i == 0:
					if f != nil || len(part.Rows) == 0 {
						t.Errorf("what came before the refusal is lost: %v", f)
					}
				case f == nil || f.Reason != index.Refused:
					t.Errorf("%s %s: %v", part.Name, part.Window, f)
				case i == 1:
					if f.RetryAfter != 7*time.Second || !strings.Contains(f.Text, "Support ID 1234567890") {
						t.Errorf("%v, retry after %s", f, f.RetryAfter)
					}
				case f.RetryAfter != 0 || !strings.HasPrefix(f.Text, "not asked: "):
					t.Errorf("%s %s: %v, retry after %s", part.Name, part.Window, f, f.RetryAfter)
				}
			}
			if parts := period(t, p, index.Year, year2026); parts[0].Failure != nil {
				t.Errorf("the next round does not start anew: %v", parts[0].Failure)
			}
		})
	}
}

func TestEndedContext(t *testing.T) {
	s := newServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := s.portal(Reporting, nil, fetch.Options{}).Fetch(ctx, nil)
	if err == nil || len(r.Parts) != len(services) || len(s.asked) != 0 {
		t.Errorf("%d parts, %d requests, error %v", len(r.Parts), len(s.asked), err)
	}
}

// What is no failure here: the judge or nobody has to say something to it.
func TestAnswersThatAreRead(t *testing.T) {
	one := func(t *testing.T, part string, answer http.HandlerFunc) index.Part {
		s := newServer(t)
		s.change[part] = answer
		for _, p := range period(t, s.portal(Reporting, nil, fetch.Options{}), index.Year, year2026) {
			if p.Name == part {
				if p.Failure != nil {
					t.Fatal(p.Failure)
				}
				return p
			}
		}
		t.Fatal("no such part")
		return index.Part{}
	}
	s := newServer(t)
	t.Run("no rows", func(t *testing.T) {
		p := one(t, "transparency", says(201, `{"code":"OK","data":{"overview":{"totalScore":null},"evaluation":[]},"message":"OK"}`))
		want := []index.Row{{Unit: index.Unit{Code: "H26", ID: hanoi, Kind: index.Province}}}
		if diff := cmp.Diff(want, p.Rows); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("no head", func(t *testing.T) {
		if p := one(t, "dvc-progress-tree", says(201, `{"code":"OK","data":{"parent":null,"children":[]},"message":"OK"}`)); len(p.Rows) != 0 {
			t.Errorf("%d rows", len(p.Rows))
		}
	})
	t.Run("null scores", func(t *testing.T) {
		p := one(t, "service-results", s.replaced("service-results", `"totalScore":52.96,"ratio":52.96`, `"totalScore":null,"ratio":null`, `"CLGQ":7.62,"TTTT":4.04`, `"CLGQ":null`))
		hn := p.Rows[3]
		for _, f := range hn.Figures {
			if f.Measure == index.Score || f.Measure == index.ScoreMax || f.Measure == index.ScorePercent || f.Group == "CLGQ" || f.Group == "TTTT" {
				t.Errorf("null became %+v", f)
			}
		}
		if len(hn.Figures) != 8 {
			t.Errorf("%d figures are left, want four groups with their maxima", len(hn.Figures))
		}
	})
	t.Run("renamed groups", func(t *testing.T) {
		p := one(t, "service-results", s.replaced("service-results",
			`"CKMB":11.37`, `"NHOM_CKMB":11.37`, `"code":"TDGQ"`, `"code":"NEW"`, `"TDGQ":15.23`, `"NEW":15.23`))
		var got []index.Figure
		for _, f := range p.Rows[3].Figures {
			if f.Group == "NHOM_CKMB" || f.Group == "NEW" {
				got = append(got, f)
			}
		}
		want := []index.Figure{ // a group whose maximum nobody knows has none
			{Measure: index.GroupScore, Group: "NEW", Value: 15.23}, {Measure: index.GroupScoreMax, Group: "NEW", Value: 20},
			{Measure: index.GroupScore, Group: "NHOM_CKMB", Value: 11.37},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("maxima come from the answer", func(t *testing.T) {
		p := one(t, "service-results", s.replaced("service-results", `"totalMaxScore":100`, `"totalMaxScore":110`, `"maxScore":18,"ratio":48.83`, `"maxScore":19,"ratio":48.83`))
		if v, _ := p.Rows[0].Figure(index.ScoreMax); v != 110 {
			t.Errorf("maximum %v", v)
		}
		if f := p.Rows[0].Figures[4]; f != (index.Figure{Measure: index.GroupScoreMax, Group: "CKMB", Value: 19}) || p.Groups[0].Max != 19 {
			t.Errorf("%+v, %+v", f, p.Groups[0])
		}
	})
	t.Run("an indicator that is not scored has no maximum", func(t *testing.T) {
		p := one(t, "handling-satisfaction", s.replaced("handling-satisfaction", `"score":null,"maxScore":0`, `"score":0,"maxScore":0`))
		for _, f := range p.Rows[0].Figures {
			if f.Measure == index.IndicatorScoreMax && f.Value == 0 {
				t.Errorf("%+v", f)
			}
		}
	})
	t.Run("another envelope field, a byte order mark, status 200", func(t *testing.T) {
		body := "\ufeff" + strings.Replace(string(s.file("reporting/transparency.json")), `{"code"`, `{"traceId":"x","code"`, 1)
		if p := one(t, "transparency", says(200, body)); len(p.Rows) != 4 {
			t.Errorf("%d rows", len(p.Rows))
		}
	})
	t.Run("the same unit twice is for the judge", func(t *testing.T) {
		if p := one(t, "transparency", s.replaced("transparency", "000000000004", "000000000001")); len(p.Rows) != 4 {
			t.Errorf("%d rows", len(p.Rows))
		}
	})
}

// page is one page of transparency with the units from first to last.
func page(first, last, total, pages int) string {
	var rows []string
	for i := first; i <= last; i++ {
		rows = append(rows, fmt.Sprintf(`{"departmentId":"id-%d","departmentName":"Đơn vị %d","totalScore":1,"totalMaxScore":18}`, i, i))
	}
	return fmt.Sprintf(`{"code":"OK","data":{"overview":null,"evaluation":[%s],"pagination":{"total":%d,"totalPages":%d}}}`, strings.Join(rows, ","), total, pages)
}

func TestPaging(t *testing.T) {
	for _, tt := range []struct {
		name     string
		pages    []string // beyond them: the last
		requests int
		rows     int
		failure  string
	}{
		{"three pages", []string{page(1, 200, 450, 3), page(201, 400, 450, 3), page(401, 450, 450, 3)}, 3, 450, ""},
		{"all on the first page", []string{page(1, 450, 450, 3)}, 1, 450, ""},
		{"no pagination", []string{page(1, 5, 0, 0)}, 1, 5, ""},
		{"pages without a total", []string{page(1, 2, 0, 3), page(3, 4, 0, 3), page(5, 5, 0, 3)}, 3, 5, ""},
		{"an empty page without a total", []string{page(1, 2, 0, 3), page(1, 0, 0, 3)}, 2, 2, ""},
		{"no units, though some are promised", []string{page(1, 0, 142, 1)}, 1, 0, ""},
		{"the total moves a little", []string{page(1, 200, 300, 2), page(201, 301, 301, 2)}, 2, 301, ""},
		{"the total moves", []string{page(1, 200, 300, 2), page(201, 400, 700, 4)}, 2, 0, "page 2 speaks of 700 units, page 1 of 300"},
		{"the page repeats", []string{page(1, 200, 300, 2)}, 2, 0, "page 2 repeats page 1"},
		{"a page is empty", []string{page(1, 200, 300, 2), page(1, 0, 300, 2)}, 2, 0, "page 2 is empty after 200 of 300 units"},
		{"more pages than can be", []string{page(1, 200, 20000, 100)}, 1, 0, "more than 50 pages"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			requests := 0
			s.change["transparency"] = func(w http.ResponseWriter, r *http.Request) {
				var q query
				if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q.CurrentPage != requests+1 {
					t.Errorf("request %d asks for page %d, %v", requests+1, q.CurrentPage, err)
				}
				_, _ = io.WriteString(w, tt.pages[min(requests, len(tt.pages)-1)])
				requests++
			}
			part := period(t, s.portal(Reporting, nil, fetch.Options{}), index.Year, year2026)[2]
			if requests != tt.requests || len(part.Rows) != tt.rows {
				t.Errorf("%d requests, %d rows, want %d and %d", requests, len(part.Rows), tt.requests, tt.rows)
			}
			for i, r := range part.Rows {
				if r.Line != i+1 || r.Unit.ID != fmt.Sprintf("id-%d", i+1) {
					t.Fatalf("row %d is line %d, %s", i+1, r.Line, r.Unit.ID)
				}
			}
			switch f := part.Failure; {
			case (f == nil) != (tt.failure == ""):
				t.Errorf("failure %v", f)
			case f != nil && (f.Reason != index.Malformed || !strings.Contains(f.Text, tt.failure)):
				t.Errorf("failure %v, want %s", f, tt.failure)
			}
		})
	}
}

func TestUnknownProvince(t *testing.T) {
	for name, units := range map[string][]index.Unit{
		"nothing known":           nil,
		"only the old API's id":   {{Code: "H26", ID: "389181"}},
		"a province without id":   {{Code: "H26"}},
		"only another province's": {{Code: "H20", ID: hanoi}},
	} {
		s := newServer(t)
		p := s.portal(Reporting, func(o *Options) { o.KnownUnits = func() []index.Unit { return units } }, fetch.Options{})
		for i, part := range period(t, p, index.Year, year2026) {
			if f := part.Failure; (f != nil) != (i > 0) || f != nil && !strings.HasPrefix(f.Text, "not asked: the portal's id of the province H26") {
				t.Errorf("%s: %s: %v", name, part.Name, f)
			}
		}
		if len(s.asked) != 1 {
			t.Errorf("%s: %d requests", name, len(s.asked))
		}
	}
}

func TestRestFaults(t *testing.T) {
	row := func(field, value string) http.HandlerFunc {
		r := map[string]any{"ID": "1", "TEN": "UBND tỉnh A", "MA_COQUAN": "H01", "LOAI_COQUAN": "1", "TONG_SCORE": "50"}
		r[field] = json.RawMessage(value)
		b, _ := json.Marshal([]any{r})
		return says(200, string(b))
	}
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc // to the question for the provinces
		known  []index.Unit
		reason index.Reason // "" = read
		rows   int
		text   string
		asked  int          // requests in all
		units  index.Reason // of the other part; "" = read
	}{
		{"no data", says(200, "[]"), nil, "", 0, "", 1, ""},
		{"no data, but the id is known", says(200, "[]"), []index.Unit{{Code: "H26", ID: hanoi}, {Code: "H26", ID: "389181"}}, "", 0, "", 2, ""},
		{"another province", row("ID", `"1"`), nil, "", 1, "", 1, index.NotData},
		{"numbers instead of texts", row("TONG_SCORE", "58.86"), nil, "", 1, "", 1, index.NotData},
		{"null", row("TONG_SCORE", "null"), nil, "", 1, "", 1, index.NotData},
		{"firewall page", says(200, wafPage), nil, index.NotData, 0, "Support ID 1234567890", 1, index.NotData},
		{"an object", says(200, `{"error":"x"}`), nil, index.NotData, 0, "not the portal's data", 1, index.NotData},
		{"half a body", says(200, `[{"ID":"389181","TEN":"UBND`), nil, index.Malformed, 0, "breaks off at byte 27", 1, index.Malformed},
		{"500, but the id is known", says(500, ""), []index.Unit{{Code: "H26", ID: "389181"}}, index.ServerError, 0, "500", 4, ""},
		{"refused, though the id is known", says(403, ""), []index.Unit{{Code: "H26", ID: "389181"}}, index.Refused, 0, "403", 1, index.Refused},
		{"a comma", row("TONG_SCORE", `"58,86"`), nil, index.Malformed, 0, `row 1, "UBND tỉnh A": field TONG_SCORE is "58,86", which is no number`, 1, index.Malformed},
		{"not a number", row("CKMB", `"NaN"`), nil, index.Malformed, 0, `field CKMB is "NaN"`, 1, index.Malformed},
		{"a truth", row("CKMB", `true`), nil, index.Malformed, 0, `row 1, "UBND tỉnh A"`, 1, index.Malformed},
		{"nobody", says(200, `[{"TONG_SCORE":"5"}]`), nil, index.Malformed, 0, "row 1: a unit without id", 1, index.Malformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			s.change[restService] = tt.answer
			p := s.portal(Rest, func(o *Options) { o.KnownUnits = func() []index.Unit { return tt.known } }, fetch.Options{})
			parts := period(t, p, index.Year, year2025)
			got := parts[0]
			switch {
			case got.Failure == nil:
				if tt.reason != "" || len(got.Rows) != tt.rows || got.AsOf.IsZero() {
					t.Errorf("%d rows as of %s, want %d, %s", len(got.Rows), got.AsOf, tt.rows, tt.reason)
				}
			case got.Failure.Reason != tt.reason || !strings.Contains(got.Failure.Text, tt.text):
				t.Errorf("%v, want %s: … %s", got.Failure, tt.reason, tt.text)
			}
			switch f := parts[1].Failure; {
			case f == nil:
				if tt.units != "" || parts[1].AsOf.IsZero() {
					t.Errorf("units: no failure, want %s", tt.units)
				}
			case f.Reason != tt.units || !strings.HasPrefix(f.Text, "not asked: "):
				t.Errorf("units: %v, want %s", f, tt.units)
			}
			if len(s.asked) != tt.asked {
				t.Errorf("%d requests, want %d", len(s.asked), tt.asked)
			}
		})
	}
}

// An answer that is full may be cut; one question has room for every province.
func TestRestFullAnswer(t *testing.T) {
	for n, full := range map[int]bool{999: false, 1000: true} {
		rows := make([]string, n)
		for i := range rows {
			rows[i] = fmt.Sprintf(`{"ID":"%d","LOAI_COQUAN":"3","TONG_SCORE":"50","CKMB":"9","TDGQ":"9","CLGQ":"9","TTTT":"9","MDHL":"9","MDSH":"5"}`, i)
		}
		s := newServer(t)
		s.change[restService+"-units"] = says(200, "["+strings.Join(rows, ",")+"]")
		part := period(t, s.portal(Rest, nil, fetch.Options{}), index.Year, year2025)[1]
		if full != (part.Failure != nil) || full && !strings.Contains(part.Failure.Text, "1000 units, as many as one answer holds") || !full && len(part.Rows) != n {
			t.Errorf("%d units: %d rows, %v", n, len(part.Rows), part.Failure)
		}
	}
}

// A field that is renamed must not end a group's points in silence.
func TestRestGroupRenamed(t *testing.T) {
	s := newServer(t)
	s.change[restService+"-units"] = says(200, strings.ReplaceAll(string(s.file("rest/units.json")), `"MDSH"`, `"SHHS"`))
	f := period(t, s.portal(Rest, nil, fetch.Options{}), index.Year, year2025)[1].Failure
	if f == nil || f.Reason != index.Contradictory || !strings.Contains(f.Text, "no unit has points of group MDSH (Số hóa hồ sơ)") {
		t.Errorf("failure %v", f)
	}
}

func TestRestKind(t *testing.T) {
	before, after := index.Period{Months: 3, Year: 2025, Number: 2}, index.Period{Months: 3, Year: 2025, Number: 3}
	for _, tt := range []struct {
		kind, name string
		national   bool
		period     index.Period
		want       index.Kind
	}{
		{"1", "UBND tỉnh Lào Cai", true, before, index.Province},
		{"", "UBND tỉnh Lào Cai", true, before, index.Province},
		{"", "Sở Y tế", false, before, ""},
		{"2", "Sở Y tế", false, before, index.Department},
		{"3", "UBND Quận Ba Đình", false, before, index.District},
		{"3", "UBND  huyện Sóc Sơn", false, before, index.District},
		{"3", "UBND thị xã Sơn Tây", false, before, index.District},
		{"3", "UBND Thành phố Thủ Đức", false, before, index.District},
		{"3", "UBND thành phố Thủ Đức", false, after, index.Commune},
		{"3", "UBND phường Quận Thượng", false, before, index.Commune},
	} {
		if got := restKind(restRow{Kind: text(tt.kind), Name: text(tt.name)}, tt.national, tt.period); got != tt.want {
			t.Errorf("%s %q in %s is %q, want %q", tt.kind, tt.name, tt.period, got, tt.want)
		}
	}
}

// Whatever the portal answers, it is read or it is a failure with a reason.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{wafPage, page(1, 2, 5, 3), `{"code":"OK","data":{"children":[{"score":1}]}}`, `[{"ID":1,"TONG_SCORE":"1e9"}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, s := range services {
			part := index.Part{Period: year2026}
			d, err := parseResults(body)
			if err == nil {
				err = s.fill(&part, d, append(d.Evaluation, d.Children...), "H26", hanoi)
			}
			readable(t, part, err)
		}
		part := index.Part{Period: year2025}
		var rows list[restRow]
		err := decode(body, "[", &rows)
		for i := 0; i < len(rows) && err == nil; i++ {
			err = addRestRow(&part, rows[i], false, "H26")
		}
		readable(t, part, err)
	})
}

func readable(t *testing.T, part index.Part, err error) {
	if err != nil {
		if f := asFailure(err, "where"); f.Reason == "" || f.Text == "" || len(f.Text) > 3000 {
			t.Errorf("failure %q: %q", f.Reason, f.Text)
		}
		return
	}
	for _, r := range part.Rows {
		if r.Unit.ID+r.Unit.Code+r.Unit.Name == "" || strings.ContainsAny(r.Unit.Name, "<>\n\x00") {
			t.Errorf("unit %+v", r.Unit)
		}
	}
}

// TestAPanicFailsItsPartAlone breaks a decoder among the parallel requests of a
// round, where nobody else could catch it.
func TestAPanicFailsItsPartAlone(t *testing.T) {
	p := newServer(t).portal(Reporting, nil, fetch.Options{})
	broken := func(ask) []index.Part {
		return []index.Part{p.answer("broken", "/", index.Year, year2026, func(part *index.Part) error {
			part.Rows = make([]index.Row, 1)
			panic("index out of range")
		})}
	}
	good := p.questions(p.Keys(index.Year, year2026))
	parts := p.run(t.Context(), append([]question{broken}, good...), false)
	if f := parts[0].Failure; f == nil || f.Reason != index.Internal || parts[0].Rows != nil || !strings.Contains(string(f.Stack), "fault_test.go") {
		t.Errorf("the broken part: %+v", parts[0])
	}
	for _, part := range parts[1:] {
		if part.Failure != nil {
			t.Errorf("%s: %v", part.Name, part.Failure)
		}
	}
	if len(parts) != 1+len(services) {
		t.Errorf("%d parts", len(parts))
	}
}

func TestMembersOfARowAreBounded(t *testing.T) {
	for what, row := range map[string]func(n int) string{
		"groups":  func(n int) string { return `{"groupScores":{` + members(n, `"G%d":1`) + `}}` },
		"metrics": func(n int) string { return `{"metrics":[` + members(n, `{"code":"M%d"}`) + `]}` },
	} {
		for n, refused := range map[int]bool{maxMembers: false, maxMembers + 1: true} {
			_, err := parseResults([]byte(`{"code":"OK","message":"OK","data":{"evaluation":[` + row(n) + `]}}`))
			if f := (*index.Failure)(nil); errors.As(err, &f) != refused || refused && f.Reason != index.TooLarge {
				t.Errorf("%d %s: %v", n, what, err)
			}
		}
	}
}

// members joins n texts that differ in their number.
func members(n int, form string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(form, i)
	}
	return strings.Join(list, ",")
}
