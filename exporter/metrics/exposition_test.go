package metrics

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/snapshot"
	"dvc_exporter/exporter/targets"
	"dvc_exporter/exporter/units"
)

var at = time.Date(2026, 11, 15, 9, 0, 0, 0, index.Vietnam)

// exposition shows a picture at the tests' time.
func exposition(t testing.TB, fill func(snapshot.Source) snapshot.Source) *Exposition {
	t.Helper()
	names := []index.SourceName{index.Portal}
	store, err := snapshot.Open(t.TempDir(), "test", names, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	store.Update(index.Portal, true, fill)
	domain := func(time.Time) time.Time { return at }
	return &Exposition{
		Files: func() reload.Files { return reload.Files{Plan: targets.BuiltIn(), Read: at} },
		Own:   prometheus.NewRegistry(),
		Viewer: &snapshot.Viewer{
			Store: store, Windows: []index.Window{index.Year, index.Quarter, index.Month}, Domain: domain,
			Listed: func() []units.Listed { return listed },
		},
	}
}

// listed has a name that no format must stumble over.
var listed = []units.Listed{{Unit: index.Unit{Code: "H26.99", Name: "Sở \"Lạ\" \\ lùng", Kind: index.Department, Parent: "H26"}, Email: "la@hanoi.example"}}

// sample fills a source with n units in three windows, 20 figures each.
func sample(n int) func(snapshot.Source) snapshot.Source {
	return func(s snapshot.Source) snapshot.Source {
		for _, w := range []index.Window{index.Year, index.Quarter, index.Month} {
			for ago := range 2 {
				part := index.Part{Name: "service-results", Window: w, Period: w.At(at).Ago(ago), AsOf: at, Parent: "H26"}
				for i := range n {
					row := index.Row{Line: i + 1, Unit: index.Unit{Code: fmt.Sprintf("H26.%d", i), ID: fmt.Sprint(i), Name: fmt.Sprint("Xã số ", i), Kind: index.Commune, Parent: "H26"}}
					row.Figures = []index.Figure{{Measure: index.Score, Value: float64(i%1000) / 10}, {Measure: index.ScoreMax, Value: 100}, {Measure: index.ReceivedDossiers, Value: 1065150}, {Measure: index.OnTimeDossiers, Value: 0}}
					for _, g := range index.BuiltInGroups {
						row.Figures = append(row.Figures, index.Figure{Measure: index.GroupScore, Group: g.Code, Value: 7.62}, index.Figure{Measure: index.GroupScoreMax, Group: g.Code, Value: g.Max})
					}
					row.Figures = append(row.Figures,
						index.Figure{Measure: index.IndicatorScore, Group: "CKMB", Indicator: "DOSSIER_SYNC", Value: 5.53}, index.Figure{Measure: index.IndicatorScoreMax, Group: "CKMB", Indicator: "DOSSIER_SYNC", Value: 6},
						index.Figure{Measure: index.Numerator, Indicator: "DOSSIER_SYNC", Value: 2094}, index.Figure{Measure: index.Denominator, Indicator: "DOSSIER_SYNC", Value: 2272})
					part.Rows = append(part.Rows, row)
				}
				held := snapshot.Held{Part: part, Accepted: time.Now()}
				if ago == 0 {
					s.Parts = append(s.Parts, held)
				} else {
					s.Past = append(s.Past, snapshot.Past{Period: part.Period, Parts: []snapshot.Held{held}})
				}
			}
		}
		s.Health = snapshot.Health{
			Up: true, LastAttempt: at, LastSuccess: at.Add(1234 * time.Millisecond), Duration: 1500 * time.Millisecond, Interval: 6 * time.Hour, Revisions: 2,
			Failures: map[index.Reason]int{index.NotData: 3},
			Rounds:   []snapshot.Round{{Start: at, Outcomes: []snapshot.Outcome{{Name: "service-results", Window: index.Year}, {Name: "transparency", Window: index.Year, Reason: index.NotData, Text: "HTML"}}}},
		}
		return s
	}
}

// scrape asks a handler and returns its answer unpacked.
func scrape(t testing.TB, h http.Handler, accept, encoding string) (http.Header, []byte) {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	req.Header.Set("Accept", accept)
	req.Header.Set("Accept-Encoding", encoding)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	var body io.Reader = rec.Body
	if rec.Header().Get("Content-Encoding") == "gzip" {
		zip, err := gzip.NewReader(rec.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = zip
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return rec.Header(), raw
}

func parse(t testing.TB, text []byte) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// flat lists every sample by its name and sorted labels, and every family's type
// and help.
func flat(t testing.TB, text []byte) map[string]string {
	t.Helper()
	list := map[string]string{}
	for name, family := range parse(t, text) {
		list[name] = family.GetType().String() + " " + family.GetHelp()
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			slices.Sort(labels)
			list[fmt.Sprint(name, labels)] = fmt.Sprint(m.GetGauge().GetValue(), m.GetCounter().GetValue())
		}
	}
	return list
}

// collector is the families as const metrics.
type collector struct{ *Exposition }

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range families {
		ch <- f.desc()
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	s := &scene{View: c.Viewer.View(time.Now()), Settings: c.Settings, now: c.Viewer.Domain(time.Now()), files: c.Files()}
	for _, f := range families {
		desc, kind := f.desc(), prometheus.GaugeValue
		if strings.HasSuffix(f.Name, "_total") {
			kind = prometheus.CounterValue
		}
		f.collect(s, func(value float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
		})
	}
}

func (f Family) desc() *prometheus.Desc { return prometheus.NewDesc(f.Name, f.Help, f.Labels, nil) }

func TestReadyBytesAreWhatTheStockHandlerServes(t *testing.T) {
	e := exposition(t, sample(20))
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(collector{e})
	_, stock := scrape(t, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), "text/plain", "")
	_, ours := scrape(t, e, "text/plain", "")
	if diff := cmp.Diff(flat(t, stock), flat(t, ours)); diff != "" {
		t.Error(diff)
	}
	if len(parse(t, ours)) < 30 {
		t.Errorf("only %d families were compared", len(parse(t, ours)))
	}
}

func TestForms(t *testing.T) {
	e := exposition(t, sample(3))
	const openMetrics = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5"
	for _, test := range []struct{ accept, encoding, wantType, wantCoding string }{
		{"", "", "text/plain; version=0.0.4", ""},
		{"text/html", "gzip, br", "text/plain; version=0.0.4", "gzip"},
		{openMetrics, "gzip", "application/openmetrics-text; version=1.0.0", "gzip"},
		{openMetrics, "br", "application/openmetrics-text; version=1.0.0", ""},
		{openMetrics, "gzip;q=0", "application/openmetrics-text; version=1.0.0", ""},
		{"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;q=0.1", "gzip;q=1.0", "text/plain; version=0.0.4", "gzip"},
	} {
		header, body := scrape(t, e, test.accept, test.encoding)
		if !strings.HasPrefix(header.Get("Content-Type"), test.wantType) || header.Get("Content-Encoding") != test.wantCoding {
			t.Errorf("Accept %q, Accept-Encoding %q: got %q, %q", test.accept, test.encoding, header.Get("Content-Type"), header.Get("Content-Encoding"))
		}
		om := strings.HasPrefix(test.wantType, "application/openmetrics")
		if bytes.HasSuffix(body, []byte("# EOF\n")) != om {
			t.Errorf("Accept %q: the end is %q", test.accept, body[len(body)-30:])
		}
		if counter := []byte("# TYPE dvc_source_failures counter\n"); bytes.Contains(body, counter) != om {
			t.Errorf("Accept %q: a counter's family has the name of the other format", test.accept)
		}
	}
}

func TestEscaping(t *testing.T) {
	_, body := scrape(t, exposition(t, sample(1)), "text/plain", "")
	name := `Sở "Lạ" \ lùng`
	found := false
	for _, m := range parse(t, body)["dvc_unit_info"].GetMetric() {
		for _, l := range m.GetLabel() {
			found = found || l.GetValue() == name
		}
	}
	if !found {
		t.Errorf("no dvc_unit_info has the name %s", name)
	}
}

func TestPromlintIsSilent(t *testing.T) {
	e := exposition(t, sample(2))
	problems, err := testutil.CollectAndLint(collector{e})
	if err != nil {
		t.Fatal(err)
	}
	_, body := scrape(t, e, "text/plain", "")
	served, err := promlint.New(bytes.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(problems, served...) {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestPictureAndMinuteMakeNewBytes(t *testing.T) {
	e := exposition(t, sample(2))
	now := at
	e.Viewer.Domain = func(time.Time) time.Time { return now }
	show := func() *byte { return &e.ready(time.Now(), 0)[0] }
	first := show()
	now = at.Add(59 * time.Second)
	if show() != first {
		t.Error("the same minute was rendered again")
	}
	now = at.Add(time.Minute)
	e.Prepare(time.Now())
	second := &e.packed[0][0]
	if second == first || show() != second {
		t.Error("a full minute was not rendered anew, or was twice")
	}
	e.Viewer.Store.Update(index.Portal, false, func(s snapshot.Source) snapshot.Source { s.Parts = nil; return s })
	if show() == second {
		t.Error("a new picture was not rendered")
	}
	if e.packed[1] != nil {
		t.Error("a format was rendered that nobody has asked for")
	}
}

func TestPendingMovesWithTheClock(t *testing.T) {
	e := exposition(t, func(s snapshot.Source) snapshot.Source {
		due := func(d time.Duration) int64 { return at.Add(d).Unix() }
		s.Parts = []snapshot.Held{{Accepted: time.Now(), Part: index.Part{Name: "ho-so", Rows: []index.Row{{
			Unit:    index.Unit{Code: "H26.01"},
			Pending: &index.Pending{Open: 4, Due: []int64{due(-48 * time.Hour), due(time.Hour), due(72 * time.Hour)}, Waiting: []int64{due(-25 * time.Hour), due(-23 * time.Hour)}},
		}}}}}
		return s
	})
	e.Settings = Settings{ReceptionLimit: 24 * time.Hour, DueSoon: 24 * time.Hour}
	for after, want := range map[time.Duration][]string{
		0:                       {`overdue{unit="H26.01",stage="reception"} 1`, `overdue{unit="H26.01",stage="processing"} 1`, `open{unit="H26.01"} 4`, `due_soon{unit="H26.01"} 1`},
		time.Hour + time.Second: {`overdue{unit="H26.01",stage="reception"} 2`, `overdue{unit="H26.01",stage="processing"} 2`, `open{unit="H26.01"} 4`, `due_soon{unit="H26.01"} 0`},
	} {
		e.Viewer.Domain = func(time.Time) time.Time { return at.Add(after) }
		_, body := scrape(t, e, "text/plain", "")
		for _, line := range append(want, fmt.Sprintf(`oldest_overdue_timestamp_seconds{unit="H26.01"} %d`, at.Add(-48*time.Hour).Unix())) {
			if !strings.Contains(string(body), "\ndvc_dossiers_"+line+"\n") {
				t.Errorf("after %v: no dvc_dossiers_%s", after, line)
			}
		}
	}
}

// BenchmarkScrape compares what a gzip scrape costs at 100,000 series: 20 scrapes
// between two changes of the picture, the change included, against the stock
// handler over the same families.
func BenchmarkScrape(b *testing.B) {
	const scrapes = 20
	e := exposition(b, sample(100_000/78))
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{e})
	_, body := scrape(b, e, "text/plain", "")
	series := bytes.Count(body, []byte("\n")) - 2*bytes.Count(body, []byte("# TYPE"))
	ask := func(h http.Handler) {
		req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		req.Header.Set("Accept-Encoding", "gzip")
		h.ServeHTTP(&discard{header: http.Header{}}, req)
	}
	b.Run("stock", func(b *testing.B) {
		h := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
		for b.Loop() {
			ask(h)
		}
		b.ReportMetric(float64(series), "series")
	})
	b.Run("ready", func(b *testing.B) {
		for b.Loop() {
			ask(e)
		}
	})
	b.Run("ready-with-change", func(b *testing.B) {
		for b.Loop() {
			e.Viewer.Store.Update(index.Portal, false, func(s snapshot.Source) snapshot.Source { return s })
			for range scrapes {
				ask(e)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/scrapes, "ns/scrape")
	})
}

// discard is a client that throws away what it is sent.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}
