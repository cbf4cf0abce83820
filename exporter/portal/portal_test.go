package portal

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
)

var update = flag.Bool("update", false, "write the golden files anew")

const hanoi = "019d2be3-6a86-70a8-a0af-76e986804225"

var (
	year2026 = index.Period{Months: 12, Year: 2026, Number: 1}
	year2025 = index.Period{Months: 12, Year: 2025, Number: 1}
)

// asked is one request that a test server got: for the old API, body is the field
// params.
type asked struct{ part, body string }

// server is a portal whose answers a test can replace part by part.
type server struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	asked  []asked
	change map[string]http.HandlerFunc
}

func newServer(t *testing.T) *server {
	s := &server{t: t, change: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP answers from testdata, as the portal does: with 201 in the new
// generation, in gzip when asked.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	part, file, status := "", "", http.StatusCreated
	if service, ok := strings.CutPrefix(r.URL.Path, reportingPath); ok {
		part = service
		if service == "service-results" && bytes.Contains(body, []byte("rootDepartmentId")) {
			part += "-units"
		}
		file = "reporting/" + part
	} else if r.URL.Path == restPath {
		status = http.StatusOK
		part, file = restService, "rest/provinces"
		body = []byte(r.FormValue("params"))
		if !bytes.Contains(body, []byte(`"p_tinh_id":"0"`)) {
			part, file = restService+"-units", "rest/units"
		}
	}
	s.mu.Lock()
	s.asked = append(s.asked, asked{part, string(body)})
	change := s.change[part]
	if change == nil {
		change = s.change["*"]
	}
	s.mu.Unlock()
	if change != nil {
		change(w, r)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(s.file(file + ".json"))
}

func (s *server) file(name string) []byte {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		s.t.Error(err)
	}
	return b
}

// replaced is the recorded answer of a part with some text replaced.
func (s *server) replaced(part string, oldnew ...string) http.HandlerFunc {
	body := string(s.file("reporting/" + part + ".json"))
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(body, oldnew[i]) {
			s.t.Fatalf("%s has no %q", part, oldnew[i])
		}
	}
	return says(http.StatusOK, strings.NewReplacer(oldnew...).Replace(body))
}

// says answers with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func (s *server) portal(api string, change func(*Options), o fetch.Options) *Portal {
	opts := Options{
		URL: s.URL + "/", API: api, Province: "H26", Windows: []index.Window{index.Year},
		Now:        func() time.Time { return time.Date(2026, 10, 10, 8, 0, 0, 0, index.Vietnam) },
		KnownUnits: func() []index.Unit { return []index.Unit{{Code: "H20", ID: "x"}, {Code: "H26", ID: hanoi}} },
	}
	if change != nil {
		change(&opts)
	}
	o.Pause = time.Microsecond
	if o.Backoff == 0 {
		o.Backoff = time.Microsecond
	}
	p, err := New(opts, fetch.New(o))
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// golden compares parts with a file, a line for each part and for each row.
func golden(t *testing.T, s *server, file string, parts []index.Part) {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, p := range parts {
		if p.Failure != nil {
			t.Errorf("%s: %v", p.Name, p.Failure)
		}
		if age := time.Since(p.AsOf); age < 0 || age > time.Hour {
			t.Errorf("%s: as of %s, want the time of the answer", p.Name, p.AsOf)
		}
		rows := p.Rows
		p.Rows, p.AsOf = nil, time.Time{}
		p.URL = strings.Replace(p.URL, s.URL, "http://portal", 1)
		_ = enc.Encode(p)
		for _, r := range rows {
			b.WriteString("  ")
			_ = enc.Encode(r)
		}
	}
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestReportingReading(t *testing.T) {
	s := newServer(t)
	r, err := s.portal(Reporting, nil, fetch.Options{}).Fetch(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, s, "reporting.golden", r.Parts)
}

func TestRestReading(t *testing.T) {
	s := newServer(t)
	p := s.portal(Rest, nil, fetch.Options{})
	golden(t, s, "rest.golden", period(t, p, index.Year, year2025))
}

// The bodies are those that the portal has been seen to answer.
func TestRequests(t *testing.T) {
	const reporting, rest = Reporting, Rest
	r := `"rootDepartmentId":"` + hanoi + `"`
	for _, tt := range []struct {
		api    string
		window index.Window
		period index.Period
		want   []asked
	}{
		{reporting, index.Year, year2026, []asked{
			{"service-results", `{"timeType":"year","year":2026,"departmentType":"ADMINISTRATIVE_UNIT"}`},
			{"service-results-units", `{"timeType":"year","year":2026,` + r + `}`},
			{"transparency", `{"timeType":"year","year":2026,` + r + `,"currentPage":1,"pageSize":200}`},
			{"dvc-progress-tree", `{"timeType":"year","year":2026,` + r + `,"currentPage":1,"pageSize":100}`},
			{"provide-online-tree", `{"timeType":"year","year":2026,` + r + `,"currentPage":1,"pageSize":100}`},
			{"formality-online-payment-tree", `{"timeType":"year","year":2026,` + r + `,"currentPage":1,"pageSize":100}`},
			{"handling-satisfaction", `{` + r + `,"fromDate":"2026-01-01","toDate":"2026-12-31","currentPage":1,"pageSize":200}`},
			{"dossier-digitized", `{"timeType":"year","year":2026,` + r + `,"currentPage":1,"pageSize":200}`},
		}},
		{reporting, index.Quarter, index.Period{Months: 3, Year: 2026, Number: 3}, []asked{
			{"service-results", `{"timeType":"quarter","year":2026,"quarter":3,"departmentType":"ADMINISTRATIVE_UNIT"}`},
			{"handling-satisfaction", `{` + r + `,"fromDate":"2026-07-01","toDate":"2026-09-30","currentPage":1,"pageSize":200}`},
		}},
		{reporting, index.Month, index.Period{Months: 1, Year: 2028, Number: 2}, []asked{
			{"transparency", `{"timeType":"month","year":2028,"month":2,` + r + `,"currentPage":1,"pageSize":200}`},
			{"handling-satisfaction", `{` + r + `,"fromDate":"2028-02-01","toDate":"2028-02-29","currentPage":1,"pageSize":200}`},
		}},
		{rest, index.HalfYear, index.Period{Months: 6, Year: 2024, Number: 2}, []asked{
			{restService, `{"type":"ref","service":"report_tinh_766_service","p_nam":"2024","p_6thang":2,"p_quy":0,"p_thang":0,"p_tinh_id":"0","p_huyen_id":"","p_xa_id":"","p_loaidonvi":1,"loaichitieu":0,"pageIndex":1,"pageSize":1000,"p_default":0}`},
			{restService + "-units", `{"type":"ref","service":"report_tinh_766_service","p_nam":"2024","p_6thang":2,"p_quy":0,"p_thang":0,"p_tinh_id":"389181","p_huyen_id":"","p_xa_id":"","p_loaidonvi":1,"loaichitieu":0,"pageIndex":1,"pageSize":1000,"p_default":0}`},
		}},
		{rest, index.Quarter, index.Period{Months: 3, Year: 2024, Number: 4}, []asked{
			{restService, `{"type":"ref","service":"report_tinh_766_service","p_nam":"2024","p_6thang":0,"p_quy":4,"p_thang":0,"p_tinh_id":"0","p_huyen_id":"","p_xa_id":"","p_loaidonvi":1,"loaichitieu":0,"pageIndex":1,"pageSize":1000,"p_default":0}`},
		}},
		{rest, index.Month, index.Period{Months: 1, Year: 2024, Number: 7}, []asked{
			{restService, `{"type":"ref","service":"report_tinh_766_service","p_nam":"2024","p_6thang":0,"p_quy":0,"p_thang":7,"p_tinh_id":"0","p_huyen_id":"","p_xa_id":"","p_loaidonvi":1,"loaichitieu":0,"pageIndex":1,"pageSize":1000,"p_default":0}`},
		}},
		// Periods of the other generation are not asked for at all.
		{reporting, index.Month, index.Period{Months: 1, Year: 2025, Number: 12}, nil},
		{reporting, index.HalfYear, index.Period{Months: 6, Year: 2026, Number: 1}, nil},
		{rest, index.Month, index.Period{Months: 1, Year: 2026, Number: 1}, nil},
	} {
		t.Run(tt.api+" "+tt.period.String(), func(t *testing.T) {
			s := newServer(t)
			parts := period(t, s.portal(tt.api, nil, fetch.Options{}), tt.window, tt.period)
			for _, want := range tt.want {
				if !slices.Contains(s.asked, want) {
					t.Errorf("not asked: %+v\n     asked: %+v", want, s.asked)
				}
			}
			if len(parts) != len(s.asked) || tt.want == nil && parts != nil {
				t.Errorf("%d parts, %d requests", len(parts), len(s.asked))
			}
		})
	}
}

func TestFetchReadsTheWindowsOfTheClock(t *testing.T) {
	s := newServer(t)
	p := s.portal(Reporting, func(o *Options) {
		o.Windows = []index.Window{index.Year, index.HalfYear, index.Quarter, index.Month, index.MonthToDate}
		// Frozen in February 2026: the latest quarter belongs to the old generation.
		o.Now = func() time.Time { return time.Date(2026, 2, 3, 0, 0, 0, 0, index.Vietnam) }
	}, fetch.Options{})
	r, err := p.Fetch(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, part := range r.Parts {
		if want := services[i%len(services)].part; part.Name != want || part.Failure != nil {
			t.Errorf("part %d is %s, want %s: %v", i, part.Name, want, part.Failure)
		}
		if part.Name == "transparency" {
			got = append(got, string(part.Window)+" "+part.Period.String())
		}
	}
	if diff := cmp.Diff([]string{"year 2026", "month 2026-01", "month_to_date 2026-02"}, got); diff != "" {
		t.Error(diff)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The first window's total comes first, so that it is there if the rest is refused.
func TestOrderOfRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var got []string
		p, err := New(Options{
			URL: "https://portal.example", API: Reporting, Province: "H26", Windows: []index.Window{index.Year, index.Month},
			KnownUnits: func() []index.Unit { return []index.Unit{{Code: "H26", ID: hanoi}} },
			Now:        func() time.Time { return time.Date(2026, 10, 10, 8, 0, 0, 0, index.Vietnam) },
		}, fetch.New(fetch.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			got = append(got, r.URL.Path)
			mu.Unlock()
			time.Sleep(3 * time.Second)
			body := io.NopCloser(strings.NewReader(`{"code":"OK","data":{"evaluation":[]}}`))
			return &http.Response{StatusCode: http.StatusCreated, Header: http.Header{}, Body: body}, nil
		})}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Fetch(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		var want []string
		for range 2 {
			for _, s := range services {
				want = append(want, reportingPath+s.path)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNewRefusesAWrongAddress(t *testing.T) {
	good := Options{URL: "https://dichvucong.gov.vn", API: Reporting, Province: "H26", Windows: []index.Window{index.Year}}
	if _, err := New(good, nil); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Options){
		"want http":      func(o *Options) { o.URL = "dichvucong.gov.vn" },
		"portal address": func(o *Options) { o.URL = "http://a b" },
	} {
		o := good
		change(&o)
		if _, err := New(o, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// period asks for all parts of one period.
func period(t *testing.T, p *Portal, w index.Window, of index.Period) []index.Part {
	t.Helper()
	return p.Ask(t.Context(), p.Keys(w, of), false)
}
