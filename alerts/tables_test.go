package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// testFile is a file in tests/, which promtool runs.
type testFile struct {
	name, about string
	interval    string // between two samples and two evaluations; empty: a minute
	tests       []ruleTest
}

// ruleTest is what rules say of series. Time begins on 2 August 2024, 10:00, and lasts for
// half an hour.
type ruleTest struct {
	name   string
	steps  int    // how many intervals a plain value lasts; 0: 30
	epoch  bool   // time begins in 1970
	links  bool   // Prometheus knows the addresses of links
	series string // a line each: the series and promtool's values, or one value for all the time
	alerts []alertCase
	query  []queryCase
}

// alertCase is which alerts of a name fire at a time: none where fires is empty.
type alertCase struct {
	at    string
	alert string // empty: the one that the test's name begins with
	fires []firing
}

// firing is an alert with all its texts. What follows from its unit and its rule is not
// repeated: the labels of the rule, the unit's name and the two links.
type firing struct {
	unit   string
	labels string // those that neither the rule nor the unit tells
	name   string // empty: the unit's
	email  string
	cost   string
	text
}

type queryCase struct {
	at, expr string
	want     []sample
}

type sample struct {
	labels string
	value  float64
}

var testFiles = []testFile{recordingTests, scoreTests, ratioTests, risingTests, dossiersTests, healthTests, stabilityTests, expiryTests, fairnessTests, silenceTests, lostTests}

// Series that many tests begin with.
const (
	city = `
		dvc_unit_info{unit="H26",name="UBND Thành phố Hà Nội",kind="province"} 1
		dvc_exporter_province_info{unit="H26"} 1`
	tuPhap = `
		dvc_unit_info{unit="H26.07",name="Sở Tư pháp",kind="department",parent="H26"} 1`
	tuPhapMail = `
		dvc_unit_contact_info{unit="H26.07",email="stp@example.com"} 1`
	xayDung = `
		dvc_unit_info{unit="H26.08",name="Sở Xây dựng",kind="department",parent="H26"} 1`
	baDinh = `
		dvc_unit_info{unit="H26.20",name="Phường Ba Đình",kind="commune",parent="H26"} 1`
	july = `
		dvc_period_start_timestamp_seconds{window="month"} 1719766800`
	portalAsOf = `
		dvc_data_timestamp_seconds{source="portal"} 1722567600`
	recordsAsOf = `
		dvc_data_timestamp_seconds{source="records"} 1722564000`
	documentsAsOf = `
		dvc_data_timestamp_seconds{source="documents"} 1722564000`
	portalUp = `
		dvc_source_up{source="portal"} 1`
	recordsUp = `
		dvc_source_up{source="records"} 1`
	documentsUp = `
		dvc_source_up{source="documents"} 1`
	paymentTarget = `
		dvc_target_ratio{indicator="ONLINE_PAYMENT"} 0.55`
	paymentName = `
		dvc_indicator_info{indicator="ONLINE_PAYMENT",group="TTTT",name="Thanh toán trực tuyến"} 1`
)

// below is departments of the city that are known by their codes alone.
func below(codes ...string) string {
	var b strings.Builder
	for _, code := range codes {
		fmt.Fprintf(&b, "\ndvc_unit_info{unit=%q,name=%q,kind=\"department\",parent=\"H26\"} 1", code, code)
	}
	return b.String()
}

// What links begin with where Prometheus is told.
const (
	grafanaAddress = "https://bang.example.com"
	runbookAddress = "https://tai-lieu.example.com/RUNBOOK.md"
)

// unitNames are those of the units that tests speak of.
var unitNames = map[string]string{"H26": "UBND Thành phố Hà Nội", "H26.07": "Sở Tư pháp", "H26.08": "Sở Xây dựng", "H26.20": "Phường Ba Đình"}

// TestTables holds the files that promtool reads to the tables; -update writes them.
func TestTables(t *testing.T) {
	for _, f := range testFiles {
		golden(t, filepath.Join("tests", f.name+".yml"), f.yaml(t))
	}
	if paths := glob(t, "tests/*.yml"); len(paths) != len(testFiles) {
		t.Errorf("tests/ has %v, the tables have %d files", paths, len(testFiles))
	}
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (f testFile) yaml(t *testing.T) string {
	names := []string{"dvc_thresholds"}
	for _, g := range groups {
		names = append(names, g.name)
	}
	for _, c := range chapters {
		names = append(names, c.name)
	}
	interval := cmp.Or(f.interval, "1m")
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by \"go test ./alerts -update\" from the tables there; change those.\n#\n# %s\nrule_files: [../rules/*.yml]\nevaluation_interval: %s\ngroup_eval_order: [%s]\n\ntests:\n",
		f.about, interval, strings.Join(names, ", "))
	for _, test := range f.tests {
		fmt.Fprintf(&b, "  - name: %s\n", quoted(test.name))
		if !test.epoch {
			b.WriteString("    start_timestamp: 2024-08-02T10:00:00+07:00\n")
		}
		if test.links {
			fmt.Fprintf(&b, "    external_labels: {grafana_url: '%s', runbook_url: '%s'}\n", grafanaAddress, runbookAddress)
		}
		fmt.Fprintf(&b, "    interval: %s\n    input_series:\n", interval)
		for line := range strings.SplitSeq(test.series, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				b.WriteString(seriesLine(line, cmp.Or(test.steps, 30)))
			}
		}
		if test.alerts != nil {
			b.WriteString("    alert_rule_test:\n")
		}
		for _, c := range test.alerts {
			prefix, _, _ := strings.Cut(test.name, ": ")
			name := cmp.Or(c.alert, prefix)
			fmt.Fprintf(&b, "      - eval_time: %s\n        alertname: %s\n", c.at, name)
			if c.fires != nil {
				b.WriteString("        exp_alerts:\n")
			}
			for _, alert := range c.fires {
				b.WriteString(alert.yaml(t, name, test.links))
			}
		}
		if test.query != nil {
			b.WriteString("    promql_expr_test:\n")
		}
		for _, q := range test.query {
			fmt.Fprintf(&b, "      - expr: %s\n        eval_time: %s\n        exp_samples:\n", quoted(q.expr), q.at)
			for _, s := range q.want {
				fmt.Fprintf(&b, "          - {labels: %s, value: %v}\n", quoted(s.labels), s.value)
			}
		}
	}
	return b.String()
}

var plainValue = regexp.MustCompile(`^-?[0-9.]+$`)

// seriesLine writes a series, or a comment among them.
func seriesLine(line string, steps int) string {
	if strings.HasPrefix(line, "#") {
		return "      " + line + "\n"
	}
	end := strings.LastIndex(line, "} ") + 1
	if end == 0 {
		end = strings.Index(line, " ")
	}
	series, values := line[:end], strings.TrimSpace(line[end:])
	if plainValue.MatchString(values) {
		values = fmt.Sprintf("%sx%d", values, steps)
	}
	return fmt.Sprintf("      - {series: %s, values: %s}\n", quoted(series), values)
}

// yaml writes an alert that is to fire, with everything that promtool compares.
func (f firing) yaml(t *testing.T, name string, links bool) string {
	t.Helper()
	grafana, runbook := "http://localhost:3000", "RUNBOOK.md"
	if links {
		grafana, runbook = grafanaAddress, runbookAddress
	}
	for _, c := range chapters {
		i := slices.IndexFunc(c.alerts, func(a alert) bool { return a.name == name })
		if i < 0 {
			continue
		}
		a := c.alerts[i]
		labels := []string{"category: " + c.category}
		if levels := a.levels(); len(levels) == 1 {
			labels = append(labels, "severity: "+levels[0])
		}
		if a.source != "" {
			labels = append(labels, "source: "+a.source)
		}
		if f.unit != "" {
			labels = append(labels, "unit: "+f.unit)
		}
		if f.labels != "" {
			labels = append(labels, f.labels)
		}
		expected := a
		expected.text = f.text
		var b strings.Builder
		fmt.Fprintf(&b, "          - exp_labels: {%s}\n            exp_annotations:\n", strings.Join(labels, ", "))
		for _, field := range c.annotations(expected) {
			value := strings.NewReplacer(
				cmp.Or(a.cost, "\n"), f.cost,
				unitName, cmp.Or(f.name, unitNames[f.unit]),
				"{{ $labels.email }}", f.email,
				"{{ $labels.unit }}", f.unit,
				`{{ or $externalLabels.grafana_url "http://localhost:3000" }}`, grafana,
				`{{ or $externalLabels.runbook_url "RUNBOOK.md" }}`, runbook,
			).Replace(field[1])
			fmt.Fprintf(&b, "              %s: %s\n", field[0], quoted(value))
		}
		return b.String()
	}
	t.Fatalf("a test expects %s, but there is no such alert", name)
	return ""
}
