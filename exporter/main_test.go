package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
)

var update = flag.Bool("update", false, "write the expected outputs anew")

// clock is when the tests take place.
var clock = time.Date(2026, 11, 15, 9, 0, 0, 0, index.Vietnam)

// testConfig is the configuration of the environment's defaults, on a portal of
// the test's own.
func testConfig(t testing.TB, portal http.Handler) config {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, envPrefix+"_") {
			t.Fatalf("%s is set; the tests need an environment without DVC_ variables", name)
		}
	}
	c, err := readConfig()
	if err != nil {
		t.Fatal(err)
	}
	c.StateDir = t.TempDir()
	c.AsOf = asOf{clock}
	c.MaxBody = 4 << 20
	c.PortalURL = ""
	if portal != nil {
		server := httptest.NewServer(portal)
		t.Cleanup(server.Close)
		c.PortalURL = server.URL
	}
	return c
}

// frozen is the domain's clock of the tests.
func frozen() time.Time { return clock }

// wireTest wires an exporter that serves, and gives its state folder free at the
// end of the test or when closed.
func wireTest(t testing.TB, c config) *app {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	a, err := wire(c, log, c.serving(t.Context(), log))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.store.Close() })
	return a
}

// scrape returns what a scrape of the text format shows.
func (a *app) scrape(t testing.TB) string {
	t.Helper()
	a.publisher.Publish(time.Now())
	rec := httptest.NewRecorder()
	a.exposition.Serve(a.publisher.Current).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	body, err := io.ReadAll(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// round asks the portal once for what the windows show, and the past with it if
// the test wants.
func (a *app) round(t testing.TB, past bool) {
	t.Helper()
	for _, job := range a.refresher.Jobs {
		windows := job.Windows
		if !past {
			job.Windows = nil
		}
		a.refresher.Round(t.Context(), job)
		job.Windows = windows
	}
}

// moving are the samples that differ from run to run.
var moving = regexp.MustCompile(`(?m)^(dvc_(?:data|state_last_write|source_last_success|source_last_attempt|config_last_reload_success)_timestamp_seconds|dvc_source_collect_duration_seconds)(\{.*\})? .*$`)

// ownMetric is a line about a metric that is not of the domain.
var ownMetric = regexp.MustCompile(`^(# (HELP|TYPE) )?(go_|process_|dvc_exporter_build_info)`)

// TestGoldenExposition compares what the whole exporter shows of the demo's
// portal, for the province and some of its units, with what it showed before.
func TestGoldenExposition(t *testing.T) {
	a := wireTest(t, testConfig(t, demo.NewPortal(frozen)))
	a.round(t, true)
	var kept strings.Builder
	some := regexp.MustCompile(`unit="(H26|H20|H26\.02|H26\.13|H26\.153)"`)
	for line := range strings.Lines(a.scrape(t)) {
		if ownMetric.MatchString(line) {
			continue
		}
		if !strings.Contains(line, `{unit="`) || some.MatchString(line) {
			kept.WriteString(line)
		}
	}
	got := moving.ReplaceAllString(kept.String(), "$1$2 _")
	golden(t, "testdata/demo.metrics", got)
}

// golden compares with a file, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (write it anew with -update): %s", path, diff)
	}
}

// TestDemoOnAnyDate holds what the README promises, years from now too.
func TestDemoOnAnyDate(t *testing.T) {
	for _, now := range []time.Time{clock, time.Date(2027, 1, 1, 0, 5, 0, 0, index.Vietnam), time.Date(2031, 2, 28, 12, 0, 0, 0, index.Vietnam)} {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			c := testConfig(t, demo.NewPortal(func() time.Time { return now }))
			c.AsOf = asOf{now}
			a := wireTest(t, c)
			a.round(t, false)
			text := a.scrape(t)
			for _, w := range []string{"year", "quarter", "month"} {
				if n := len(regexp.MustCompile(`(?m)^dvc_score\{unit="[^"]*",window="`+w+`"\} `).FindAllString(text, -1)); n <= 170 {
					t.Errorf("%d scores in window %s, want more than 170", n, w)
				}
			}
			for _, want := range []string{
				`dvc_rank{unit="H26",window="year",among="provinces"} 33`,
				`dvc_ranked_units{window="year",among="provinces"} 34`,
				`dvc_score{unit="H26",window="year"} 52.96`,
				`dvc_source_up{source="portal"} 1`,
			} {
				if !strings.Contains(text, want+"\n") {
					t.Errorf("missing: %s", want)
				}
			}
		})
	}
}

// TestStory shows the announcement of July 2024 as it was.
func TestStory(t *testing.T) {
	c := testConfig(t, demo.NewStory())
	c.PortalAPI = "rest"
	c.AsOf = asOf{time.Date(2024, 8, 2, 10, 0, 0, 0, index.Vietnam)}
	a := wireTest(t, c)
	a.round(t, true)
	text := a.scrape(t)
	for _, want := range []string{
		`dvc_score{unit="H26",window="month"} 58.86`,
		`dvc_score_past{unit="H26",window="month",periods_ago="1"} 57.25`,
		`dvc_score_past{unit="H26",window="month",periods_ago="2"} 50.76`,
		`dvc_rank{unit="H26",window="month",among="provinces"} 58`,
		`dvc_ranked_units{window="month",among="provinces"} 63`,
		`dvc_source_up{source="portal"} 1`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
	lowest, share := "", 2.0
	for _, v := range a.publisher.Current().Values[index.GroupScore] {
		if v.Unit == "H26" && v.PeriodsAgo == 0 && v.Value/index.GroupMax(v.Group) < share {
			lowest, share = v.Group, v.Value/index.GroupMax(v.Group)
		}
	}
	if lowest != "CKMB" {
		t.Errorf("the lowest group is %s", lowest)
	}
}

// TestREADME holds the README's tables against the code.
func TestREADME(t *testing.T) {
	raw, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(raw)
	for name, rows := range map[string][]string{"configuration": configurationTable(), "metrics": metricsTable()} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, ok1 := strings.Cut(readme, begin)
		have, after, ok2 := strings.Cut(rest, end)
		if !ok1 || !ok2 {
			t.Fatalf("the README has no table between %s and %s", begin, end)
		}
		want := strings.Join(rows, "\n") + "\n"
		if *update {
			readme = before + begin + want + end + after
			continue
		}
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(have, "\n")); diff != "" {
			t.Errorf("the README's table of %s (write it anew with -update): %s", name, diff)
		}
	}
	if *update {
		if err := os.WriteFile("../README.md", []byte(readme), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestServedNamesStandInTheREADME looks from the other side: at what is served.
func TestServedNamesStandInTheREADME(t *testing.T) {
	a := wireTest(t, testConfig(t, demo.NewPortal(frozen)))
	a.round(t, true)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	served, err := parser.TextToMetricFamilies(strings.NewReader(a.scrape(t)))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, family := range served {
		if strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_") {
			continue
		}
		var labels []string
		for _, l := range family.GetMetric()[0].GetLabel() {
			labels = append(labels, "`"+l.GetName()+"`")
		}
		found := false
		for line := range bytes.Lines(readme) {
			cells := strings.Split(string(line), "|")
			if len(cells) < 4 || strings.TrimSpace(cells[1]) != "`"+name+"`" {
				continue
			}
			documented := strings.Split(strings.TrimSpace(cells[2]), " ")
			if len(labels) == 0 {
				documented = nil
			}
			slices.Sort(documented)
			slices.Sort(labels)
			found = slices.Equal(documented, labels)
		}
		if !found {
			t.Errorf("%s with labels %v does not stand so in the README", name, labels)
		}
	}
	if len(served) < 40 {
		t.Errorf("only %d families were served", len(served))
	}
}

func TestConfiguration(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want string // in the error
	}{
		"defaults":             {nil, ""},
		"a typing error":       {map[string]string{"DVC_PORTAL_INTERVALL": "6h"}, "did you mean DVC_PORTAL_INTERVAL?"},
		"too often":            {map[string]string{"DVC_PORTAL_INTERVAL": "14m"}, "under 15m0s is refused"},
		"too often, loopback":  {map[string]string{"DVC_PORTAL_INTERVAL": "1s", "DVC_PORTAL_URL": "http://127.0.0.1:1"}, ""},
		"a day is no time":     {map[string]string{"DVC_AS_OF": "2024-08-02"}, `DVC_AS_OF="2024-08-02" cannot be understood: want a time with its zone`},
		"no such window":       {map[string]string{"DVC_WINDOWS": "year,week"}, `no window "week"`},
		"no such API":          {map[string]string{"DVC_PORTAL_API": "soap"}, "not reporting or rest"},
		"not a duration":       {map[string]string{"DVC_PORTAL_TIMEOUT": "soon"}, `DVC_PORTAL_TIMEOUT="soon"`},
		"not a time":           {map[string]string{"DVC_AS_OF": "yesterday"}, `DVC_AS_OF="yesterday"`},
		"a frozen clock":       {map[string]string{"DVC_AS_OF": "2024-08-02T10:00:00+07:00"}, ""},
		"no province":          {map[string]string{"DVC_PROVINCE": ""}, "Hà Nội is H26"},
		"negative expiry":      {map[string]string{"DVC_EXPIRE_AFTER": "-1h"}, "above 0"},
		"a portal that is off": {map[string]string{"DVC_PORTAL_URL": ""}, ""},
		"more than all":        {map[string]string{"DVC_RECORDS_REJECTED_LIMIT": "10"}, "a share above 0"},
		"neither yes nor no":   {map[string]string{"DVC_LATE_LISTS": "maybe"}, "DVC_LATE_LISTS"},
		"half a quote":         {map[string]string{"DVC_RECORDS": `/a,"/b`}, "in double quotes"},
		"a window twice":       {map[string]string{"DVC_WINDOWS": "month,month"}, ""},

		"what Kubernetes injects": {map[string]string{
			"DVC_EXPORTER_SERVICE_HOST": "10.0.0.1", "DVC_EXPORTER_SERVICE_PORT": "9766", "DVC_EXPORTER_SERVICE_PORT_HTTP": "9766",
			"DVC_EXPORTER_PORT": "tcp://10.0.0.1:9766", "DVC_EXPORTER_PORT_9766_TCP": "tcp://10.0.0.1:9766", "DVC_EXPORTER_PORT_9766_TCP_ADDR": "10.0.0.1",
			"DVC_EXPORTER_PORT_9766_TCP_PORT": "9766", "DVC_EXPORTER_PORT_9766_TCP_PROTO": "tcp", "DVC_PORT": "tcp://10.0.0.1:9766", "DVC_SERVICE_HOST": "10.0.0.1",
		}, ""},
		"a port of nothing": {map[string]string{"DVC_PORT": "9766"}, "no variable DVC_PORT"},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range test.env {
				t.Setenv(k, v)
			}
			c, err := readConfig()
			switch {
			case test.env["DVC_WINDOWS"] == "month,month" && len(c.Windows) != 1:
				t.Errorf("windows %v, want one", c.Windows)
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestLateListsAreGuarded: without being asked, no list of dossiers is served to
// whoever reaches the port.
func TestLateListsAreGuarded(t *testing.T) {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "web.yml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	passwords, tls := file("basic_auth_users:\n  it: $2y$10$x\n"), file("tls_server_config:\n  cert_file: a\n  key_file: b\n")
	for _, test := range []struct {
		address, webConfig, asked string
		want                      bool
	}{
		{":9766", "", "", false},
		{"0.0.0.0:9766", "", "", false},
		{"127.0.0.1:9766", "", "", true},
		{"[::1]:9766", "", "", true},
		{"localhost:9766", "", "", true},
		{":9766", passwords, "", true},
		{":9766", tls, "", false},
		{":9766", "", "true", true},
		{"127.0.0.1:9766", passwords, "false", false},
	} {
		c := config{ListenAddress: test.address, WebConfigFile: test.webConfig, LateLists: test.asked, Records: paths{"/x"}}
		if got, err := c.lateLists(); got != test.want || err != nil {
			t.Errorf("%+v: %v, %v", test, got, err)
		}
	}
	for path, want := range map[string]string{"no such file": "DVC_WEB_CONFIG_FILE", file("a: b: c"): "DVC_WEB_CONFIG_FILE"} {
		if _, err := (config{WebConfigFile: path, Records: paths{"/x"}}).lateLists(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestPaths(t *testing.T) {
	t.Setenv("DVC_RECORDS", `/hồ sơ [2024], "/a, b.csv",/c`)
	c, err := readConfig()
	if diff := cmp.Diff(paths{"/hồ sơ [2024]", "/a, b.csv", "/c"}, c.Records); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestCommands(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"-version"}, &out); err != nil || !strings.HasPrefix(out.String(), "dvc_exporter") {
		t.Errorf("-version: %v, %q", err, out.String())
	}
	if err := run(t.Context(), []string{"serfe"}, io.Discard); err == nil || !strings.Contains(err.Error(), `"serfe"`) {
		t.Errorf("an unknown command: %v", err)
	}
	out.Reset()
	if err := run(t.Context(), []string{"-demo", "check"}, &out); err != nil {
		t.Errorf("check of the demo: %v", err)
	}
	if !strings.Contains(out.String(), "service-results") || strings.Contains(out.String(), "not_data") {
		t.Errorf("check prints %s", out.String())
	}

	down := httptest.NewServer(http.NotFoundHandler())
	defer down.Close()
	t.Setenv("DVC_PORTAL_URL", down.URL)
	out.Reset()
	err := run(context.Background(), []string{"check"}, &out)
	if err == nil || !strings.Contains(err.Error(), "1 of 1 sources failed") {
		t.Errorf("check of a portal that fails: %v", err)
	}
	if lines := strings.Split(out.String(), "\n"); !strings.HasPrefix(lines[1], "server_error") {
		t.Errorf("problems do not come first: %s", out.String())
	}
}
