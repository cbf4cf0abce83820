package metrics

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/targets"
	"dvc_exporter/exporter/units"
)

var at = time.Date(2026, 11, 15, 9, 0, 0, 0, index.Vietnam)

// settings are those of the tests.
var settings = publication.Settings{
	Windows: []index.Window{index.Year, index.Quarter, index.Month}, Own: []string{"H26"}, ReceptionLimit: 24 * time.Hour, DueSoon: 24 * time.Hour,
}

// publish makes the publication of one source at a time.
func publish(source *book.Source, now time.Time) *publication.Publication {
	return publication.Make(publication.Inputs{
		Settings: settings, Book: book.Book{index.Portal: source},
		Files: &reload.Files{Plan: targets.BuiltIn(), Listed: listed, Read: at}, Now: now, Domain: now,
	}, nil)
}

// exporter is an exposition and what it shows.
type exporter struct {
	Exposition
	http.Handler
	shown *publication.Publication
}

func newExporter(p *publication.Publication) *exporter {
	e := &exporter{Exposition: Exposition{Own: prometheus.NewRegistry()}, shown: p}
	e.Handler = e.Serve(func() *publication.Publication { return e.shown })
	return e
}

// show makes another publication the one that is shown.
func (e *exporter) show(p *publication.Publication) {
	e.shown = p
	e.Render(p)
}

// listed has a name that no format must stumble over.
var listed = []units.Listed{{Unit: index.Unit{Code: "H26.99", Name: "Sở \"Lạ\" \\ lùng", Kind: index.Department, Parent: "H26"}, Email: "la@hanoi.example"}}

// sample is a source with n units in three windows and two periods, 20 figures
// each.
func sample(n int) *book.Source {
	s := &book.Source{}
	for _, w := range settings.Windows {
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
			s.Entries = append(s.Entries, book.Entry{Part: part, Accepted: at})
		}
	}
	s.Health = book.Health{
		Up: true, LastAttempt: at, LastSuccess: at.Add(1234 * time.Millisecond), Duration: 1500 * time.Millisecond, Interval: 6 * time.Hour, Revisions: 2,
		Failures: map[index.Reason]int{index.NotData: 3},
		Rounds:   []book.Round{{Start: at, Outcomes: []book.Outcome{{Name: "service-results", Window: index.Year}, {Name: "transparency", Window: index.Year, Reason: index.NotData, Text: "HTML"}}}},
	}
	return s
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
type collector struct{ *publication.Publication }

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range families {
		ch <- f.desc()
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	for _, f := range families {
		desc, kind := f.desc(), prometheus.GaugeValue
		if strings.HasSuffix(f.Name, "_total") {
			kind = prometheus.CounterValue
		}
		f.collect(c.Publication, func(value float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
		})
	}
}

func (f Family) desc() *prometheus.Desc { return prometheus.NewDesc(f.Name, f.Help, f.Labels, nil) }

func TestReadyBytesAreWhatTheStockHandlerServes(t *testing.T) {
	e := newExporter(publish(sample(20), at))
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(collector{e.shown})
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
	e := newExporter(publish(sample(3), at))
	e.Own = own(t)
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
		om, ends := strings.HasPrefix(test.wantType, "application/openmetrics"), 0
		if om {
			ends = 1
		}
		if bytes.HasSuffix(body, []byte("\n# EOF\n")) != om || bytes.Count(body, []byte("# EOF")) != ends {
			t.Errorf("Accept %q: the end is %q", test.accept, body[len(body)-30:])
		}
		if counter := []byte("# TYPE dvc_source_failures counter\n"); bytes.Contains(body, counter) != om {
			t.Errorf("Accept %q: a counter's family has the name of the other format", test.accept)
		}
	}
}

func TestEscaping(t *testing.T) {
	_, body := scrape(t, newExporter(publish(sample(1), at)), "text/plain", "")
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
	e := newExporter(publish(sample(2), at))
	problems, err := testutil.CollectAndLint(collector{e.shown})
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

// own is a registry with Go's metrics and some counters.
func own(t testing.TB, counters ...prometheus.Counter) *prometheus.Registry {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector())
	for _, c := range counters {
		registry.MustRegister(c)
	}
	return registry
}

// TestStreamIsOneGzipMember, whose checksum and length are right.
func TestStreamIsOneGzipMember(t *testing.T) {
	e := newExporter(publish(sample(50), at))
	e.Own = own(t, prometheus.NewCounter(prometheus.CounterOpts{Name: "last_total", Help: "x"}))
	for _, accept := range []string{"text/plain", "application/openmetrics-text;version=1.0.0"} {
		rec := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		req.Header.Set("Accept", accept)
		req.Header.Set("Accept-Encoding", "gzip")
		e.ServeHTTP(rec, req)
		if got := rec.Header().Get("Content-Length"); got != fmt.Sprint(rec.Body.Len()) {
			t.Errorf("Content-Length %s of %d bytes", got, rec.Body.Len())
		}
		sent := bytes.NewReader(rec.Body.Bytes())
		zip, err := gzip.NewReader(sent)
		if err != nil {
			t.Fatal(err)
		}
		zip.Multistream(false)
		text, err := io.ReadAll(zip) // fails on a wrong checksum or length
		if err != nil {
			t.Fatal(err)
		}
		if sent.Len() > 0 {
			t.Errorf("%d bytes stand behind the stream", sent.Len())
		}
		for _, line := range []string{"# TYPE dvc_score gauge\n", "\nlast_total 0", "\ngo_goroutines "} {
			if !bytes.Contains(text, []byte(line)) {
				t.Errorf("%s: %q is not there", accept, line)
			}
		}
	}
}

// TestOwnMetricsAreOfTheMoment, also with a clock that stands still.
func TestOwnMetricsAreOfTheMoment(t *testing.T) {
	scrapes := prometheus.NewCounter(prometheus.CounterOpts{Name: "scrapes_total", Help: "x"})
	e := newExporter(publish(sample(1), at))
	e.Own = own(t, scrapes)
	for n := range 3 {
		if _, body := scrape(t, e, "text/plain", "gzip"); !strings.Contains(string(body), fmt.Sprintf("\nscrapes_total %d\n", n)) {
			t.Errorf("scrape %d of one publication does not count the ones before", n)
		}
		scrapes.Inc()
	}
}

// TestAScrapeNeverWaitsForARendering: it gets the last bytes.
func TestAScrapeNeverWaitsForARendering(t *testing.T) {
	rendering, rendered := make(chan bool), make(chan bool)
	gate, all := false, families
	t.Cleanup(func() { families = all })
	families = append(slices.Clone(all), Family{Name: "gate", Help: "x", collect: func(_ *pub, add add) {
		if gate {
			rendering <- true
			<-rendered
		}
		add(1)
	}})
	score := func(n float64) *publication.Publication {
		return publish(&book.Source{Entries: []book.Entry{{Accepted: at, Part: index.Part{Name: "a", Window: index.Month, Period: index.Month.At(at), Rows: []index.Row{
			{Unit: index.Unit{Code: "H26"}, Line: 1, Figures: []index.Figure{{Measure: index.Score, Value: n}}},
		}}}}}, at)
	}
	e := newExporter(score(58))
	has := func(when string, line string) {
		t.Helper()
		if _, body := scrape(t, e, "text/plain", "gzip"); !strings.Contains(string(body), line) {
			t.Errorf("%s: no %s", when, line)
		}
	}
	has("at first", `dvc_score{unit="H26",window="month"} 58`)
	gate = true
	done := make(chan bool)
	go func() { e.show(score(59)); close(done) }()
	<-rendering
	has("during a rendering", `dvc_score{unit="H26",window="month"} 58`)
	close(rendered)
	<-done
	has("after it", `dvc_score{unit="H26",window="month"} 59`)
}

func TestOnlyWhatIsAskedForIsRendered(t *testing.T) {
	e := newExporter(publish(sample(2), at))
	e.Render(e.shown)
	if e.formats[0].ready.Load() != nil || e.formats[1].ready.Load() != nil {
		t.Error("a format was rendered that nobody has asked for")
	}
	scrape(t, e, "text/plain", "")
	first := e.formats[1].ready.Load()
	scrape(t, e, "text/plain", "")
	if first == nil || e.formats[1].ready.Load() != first {
		t.Error("one publication was rendered twice")
	}
	e.show(publish(sample(3), at))
	if e.formats[1].ready.Load() == first {
		t.Error("a new publication was not rendered")
	}
	if e.formats[0].ready.Load() != nil {
		t.Error("a format was rendered that nobody has asked for")
	}
}

// lines fails for each line that an exposition lacks.
func lines(t *testing.T, p *publication.Publication, want ...string) {
	t.Helper()
	_, body := scrape(t, newExporter(p), "text/plain", "")
	for _, line := range want {
		if !strings.Contains(string(body), "\n"+line+"\n") {
			t.Errorf("no %s", line)
		}
	}
}

// backlog is a source of one file with what a unit has not finished, one that is
// being handled without due time among it.
func backlog(unit string, asOf time.Time, due, waiting []time.Duration) *book.Source {
	b := &index.Backlog{Open: []index.Dossier{{}}}
	for _, d := range due {
		b.Open = append(b.Open, index.Dossier{Due: at.Add(d).Unix()})
	}
	for _, d := range waiting {
		b.Waiting = append(b.Waiting, index.Dossier{Received: at.Add(d).Unix()})
	}
	return &book.Source{Entries: []book.Entry{{Accepted: asOf, Part: index.Part{Name: "ho-so", AsOf: asOf, Rows: []index.Row{{Unit: index.Unit{Code: unit}, Backlog: b}}}}}}
}

func TestPendingMovesWithTheClock(t *testing.T) {
	source := backlog("H26.01", at.Add(-90*time.Minute), []time.Duration{-48 * time.Hour, time.Hour, 72 * time.Hour}, []time.Duration{-25 * time.Hour, -23 * time.Hour})
	for after, want := range map[time.Duration][]string{
		0:                       {`overdue{unit="H26.01",stage="reception"} 1`, `overdue{unit="H26.01",stage="processing"} 1`, `open{unit="H26.01"} 4`, `due_soon{unit="H26.01"} 1`},
		time.Hour + time.Second: {`overdue{unit="H26.01",stage="reception"} 2`, `overdue{unit="H26.01",stage="processing"} 2`, `open{unit="H26.01"} 4`, `due_soon{unit="H26.01"} 0`},
	} {
		want = append(want,
			fmt.Sprintf(`oldest_overdue_timestamp_seconds{unit="H26.01"} %d`, at.Add(-48*time.Hour).Unix()),
			fmt.Sprintf(`data_timestamp_seconds{unit="H26.01"} %d`, at.Add(-90*time.Minute).Unix()))
		for i := range want {
			want[i] = "dvc_dossiers_" + want[i]
		}
		lines(t, publish(source, at.Add(after)), want...)
	}
}

// TestWhatNobodyGivesHasNoSample: missing is not 0.
func TestWhatNobodyGivesHasNoSample(t *testing.T) {
	p := publish(&book.Source{Entries: []book.Entry{{Accepted: at, Part: index.Part{Name: "ho-so", AsOf: at, Rows: []index.Row{
		{Unit: index.Unit{Code: "H26.01"}, Figures: []index.Figure{{Measure: index.OverdueNow, Value: 3}}},
	}}}}}, at)
	lines(t, p, `dvc_dossiers_overdue{unit="H26.01",stage="processing"} 3`, fmt.Sprintf(`dvc_dossiers_data_timestamp_seconds{unit="H26.01"} %d`, at.Unix()))
	_, body := scrape(t, newExporter(p), "text/plain", "")
	for _, name := range []string{`dvc_dossiers_overdue{unit="H26.01",stage="reception"}`, "dvc_dossiers_open", "dvc_dossiers_due_soon", "dvc_dossiers_oldest_overdue_timestamp_seconds"} {
		if strings.Contains(string(body), name) {
			t.Errorf("%s is there, and nobody has given it", name)
		}
	}
}

func TestOwnProvinceAndItsWay(t *testing.T) {
	source := &book.Source{}
	for _, ago := range []int{0, 1, 2} {
		part := index.Part{Name: "service-results", Window: index.Month, Period: index.Month.At(at).Ago(ago)}
		for i, score := range []float64{70, 58.5, 58.5} {
			row := index.Row{Line: i + 1, Unit: index.Unit{Code: []string{"H01", "H26", "H05"}[i], Kind: index.Province}, Figures: []index.Figure{{Measure: index.Score, Value: score}}}
			row.Figures = append(row.Figures, index.Figure{Measure: index.Numerator, Indicator: index.OnlineDossier, Value: float64(5 + ago)}, index.Figure{Measure: index.Denominator, Indicator: index.OnlineDossier, Value: 20})
			part.Rows = append(part.Rows, row)
		}
		source.Entries = append(source.Entries, book.Entry{Part: part, Accepted: at})
	}
	p := publish(source, at)
	lines(t, p, `dvc_exporter_province_info{unit="H26"} 1`,
		`dvc_score_to_next_place{unit="H26",window="month",among="provinces"} 11.5`, `dvc_score_to_next_place{unit="H05",window="month",among="provinces"} 11.5`,
		`dvc_indicator_numerator{unit="H26",indicator="ONLINE_DOSSIER",window="month",source="portal"} 5`,
		`dvc_indicator_numerator_past{unit="H26",indicator="ONLINE_DOSSIER",window="month",periods_ago="1"} 6`,
		`dvc_indicator_denominator_past{unit="H26",indicator="ONLINE_DOSSIER",window="month",periods_ago="2"} 20`)
	_, body := scrape(t, newExporter(p), "text/plain", "")
	if strings.Contains(string(body), `to_next_place{unit="H01"`) || strings.Contains(string(body), `numerator_past{unit="H01"`) {
		t.Error("the first lacks points, or another province has a past")
	}
}

// BenchmarkScrape compares what a gzip scrape costs at 100,000 series with the
// stock handler over the same families: while nothing changes, and all in: 20
// scrapes between two changes of the book, the new publication included.
func BenchmarkScrape(b *testing.B) {
	const scrapes = 20
	source := sample(100_000 / 78)
	e := newExporter(publish(source, at))
	e.Own = own(b)
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{e.shown}, collectors.NewGoCollector())
	_, body := scrape(b, e, "text/plain", "")
	series := bytes.Count(body, []byte("\n")) - 2*bytes.Count(body, []byte("# TYPE"))
	ask := func(h http.Handler) {
		req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		req.Header.Set("Accept-Encoding", "gzip")
		h.ServeHTTP(&discard{header: http.Header{}}, req)
	}
	stock := 0.0 // CPU seconds of one scrape
	// run asks again and again, and says what one scrape cost of the processor: that
	// does not depend on what else the machine does.
	run := func(b *testing.B, scrapes int, ask func()) float64 {
		before := processor()
		for b.Loop() {
			ask()
		}
		one := (processor() - before).Seconds() / float64(b.N*scrapes)
		b.ReportMetric(one*1e9, "cpu-ns/scrape")
		if stock > 0 {
			b.ReportMetric(stock/one, "×stock")
		}
		return one
	}
	b.Run("stock", func(b *testing.B) {
		h := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
		stock = run(b, 1, func() { ask(h) })
		b.ReportMetric(float64(series), "series")
	})
	b.Run("unchanged", func(b *testing.B) { run(b, 1, func() { ask(e) }) })
	b.Run("all-in", func(b *testing.B) {
		run(b, scrapes, func() {
			changed := *source
			changed.Entries = slices.Clone(source.Entries)
			in := e.shown.Inputs
			in.Book = book.Book{index.Portal: &changed}
			e.show(publication.Make(in, e.shown))
			for range scrapes {
				ask(e)
			}
		})
	})
}

// processor is how long the process has had the processor.
func processor() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// discard is a client that throws away what it is sent.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}
