package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/tools/pinned"
)

var update = flag.Bool("update", false, "write the rule tests and the mails anew")

func run(t *testing.T, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	// prometheus.yml takes the addresses of links from the environment.
	cmd.Env = append(os.Environ(), "GRAFANA_URL=http://localhost:3000", "RUNBOOK_URL=RUNBOOK.md")
	var out, errors strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errors
	err = cmd.Run()
	return out.String(), errors.String(), err
}

func TestRules(t *testing.T) {
	t.Parallel()
	promtool := pinned.Tool(t, "promtool")
	if _, stderr, err := run(t, promtool, append([]string{"check", "rules", "--lint=all", "--lint-fatal"}, glob(t, "rules/*.yml")...)...); err != nil || stderr != "" {
		t.Errorf("promtool check rules --lint=all: %v\n%s", err, stderr)
	}
	if _, stderr, err := run(t, promtool, "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml"); err != nil || stderr != "" {
		t.Errorf("promtool check config: %v\n%s", err, stderr)
	}
	for _, path := range glob(t, "tests/*.yml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if stdout, stderr, err := run(t, promtool, "test", "rules", path); err != nil {
				t.Errorf("%v\n%s%s", err, stdout, stderr)
			}
		})
	}
}

func TestAlertmanagerConfig(t *testing.T) {
	t.Parallel()
	amtool := pinned.Tool(t, "amtool")
	for name, config := range map[string]string{
		"as it is":            readFile(t, "alertmanager.yml"),
		"all of it filled in": strings.ReplaceAll(readFile(t, "alertmanager.yml"), "#+ ", ""),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(filepath.Join(dir, "templates"), os.DirFS("templates")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "alertmanager.yml")
			if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
			if stdout, stderr, err := run(t, amtool, "check-config", path); err != nil || stderr != "" {
				t.Errorf("%v\n%s%s", err, stdout, stderr)
			}
		})
	}
}

// TestRoutes sends every alert that the rule tests expect through the route tree.
func TestRoutes(t *testing.T) {
	t.Parallel()
	amtool := pinned.Tool(t, "amtool")
	receiver := func(labels map[string]string) string {
		switch category := labels["category"]; {
		case labels["alertname"] == "Watchdog":
			return "watchdog"
		case category == "praise":
			return "praise"
		case category == "domain" && labels["unit"] != "":
			return "unit"
		case category == "domain":
			return "office"
		}
		return "it"
	}
	labels := map[string]map[string]string{"{} of no branch": {"alertname": "Unheard", "severity": "critical"}}
	for _, a := range expectedAlerts(t) {
		labels[fmt.Sprint(a.Labels)] = a.Labels
	}
	seen := map[string]int{}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		want := receiver(labels[key])
		seen[want]++
		args := []string{"config", "routes", "test", "--config.file=alertmanager.yml", "--verify.receivers=" + want}
		for name, value := range labels[key] {
			args = append(args, name+"="+value)
		}
		if stdout, stderr, err := run(t, amtool, args...); err != nil {
			t.Errorf("%s does not go to %s: %v\n%s%s", key, want, err, stdout, stderr)
		}
	}
	if len(seen) != 5 {
		t.Errorf("alerts reach %v, not all five receivers", seen)
	}
}

// mail is what Alertmanager hands to a template.
type mail struct {
	Receiver     string            `json:"receiver"`
	Status       string            `json:"status"`
	Alerts       []mailAlert       `json:"alerts"`
	GroupLabels  map[string]string `json:"groupLabels"`
	CommonLabels map[string]string `json:"commonLabels"`
}

type mailAlert struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    string            `json:"startsAt"`
	EndsAt      string            `json:"endsAt"`
	Fingerprint string            `json:"fingerprint"`
}

// TestMails renders what people get and compares it with the files in
// testdata/mail. The alerts are those that the rule tests expect, so a text that
// changes in the rules changes here too.
func TestMails(t *testing.T) {
	amtool := pinned.Tool(t, "amtool")
	all := expectedAlerts(t)
	from := func(unit string, names ...string) []notification {
		var found []notification
		for _, name := range names {
			i := slices.IndexFunc(all, func(a notification) bool {
				return a.Labels["alertname"] == name && (unit == "" || a.Labels["unit"] == unit)
			})
			if i < 0 {
				t.Fatalf("no rule test in which %s of %s fires", name, unit)
			}
			found = append(found, all[i])
		}
		return found
	}
	with := func(a notification, annotations map[string]string) notification {
		a.Annotations = maps.Clone(a.Annotations)
		maps.Copy(a.Annotations, annotations)
		return a
	}
	story := from("H26.07", "DvcOverdueShareHigh", "DvcLateToReceive", "DvcIndicatorBelowTarget", "DvcScoreBelowTarget")
	critical := notification{maps.Clone(story[0].Labels), story[0].Annotations}
	critical.Labels["severity"] = "critical"
	// Of three units: one with much that stands and two new matters; the city, of which
	// costs are known; a commune with one matter that stands for a month.
	for _, c := range []struct {
		name, template, status string
		alerts                 []notification
	}{
		{"so-tu-phap", "dvc", "firing", append(story, from("H26.07", "DvcIndicatorWorse", "DvcOldestOverdue", "DvcListNotRenewed")...)},
		{"thanh-pho", "dvc", "firing", from("H26", "DvcScoreDropped", "DvcIndicatorBelowTarget", "DvcGroupLowest", "DvcSyncGapHigh")},
		{"so-xay-dung", "dvc", "firing", from("H26.08", "DvcLateToReceive")},
		{"so-tu-phap-khan", "dvc", "firing", []notification{critical}},
		{"no-address", "dvc", "firing", []notification{with(story[0], map[string]string{"email": ""})}},
		{"html-in-name", "dvc", "firing", []notification{with(story[0], map[string]string{
			"unit_name": `Sở <script>alert("x")</script> & cộng sự`, "indicator": "<b>Tỷ trọng</b>",
			"dashboard_url": `javascript:alert("x")`,
		})}},
		{"nothing-but-labels", "dvc", "firing", []notification{{Labels: map[string]string{"alertname": "DvcLateToReceive", "unit": "H26.07"}}}},
		{"of-no-unit", "dvc", "firing", from("", "DvcFigureRevised")},
		{"praise", "dvc.praise", "firing", from("H26.07", "DvcTenBest", "DvcAllTargetsReached", "DvcRankRose")},
		{"it", "dvc.it", "firing", from("", "DvcSourceDown")},
		{"it-over", "dvc.it", "resolved", from("", "DvcSourceDown", "DvcExporterDown")},
		{"it-nothing-but-labels", "dvc.it", "firing", []notification{{Labels: map[string]string{"severity": "critical"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := mail{Receiver: "test", Status: c.status, CommonLabels: maps.Clone(c.alerts[0].Labels)}
			for i, a := range c.alerts {
				data.Alerts = append(data.Alerts, mailAlert{c.status, a.Labels, a.Annotations, began(a), "2024-08-02T05:00:00Z", fmt.Sprint(i)})
				maps.DeleteFunc(data.CommonLabels, func(name, value string) bool { return a.Labels[name] != value })
			}
			encoded, err := json.Marshal(data)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "data.json")
			if err := os.WriteFile(path, encoded, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, part := range []struct{ template, kind, extension string }{
				{".subject", "text", ".subject.txt"}, {".text", "text", ".txt"}, {".html", "html", ".html"},
			} {
				stdout, stderr, err := run(t, amtool, "template", "render", "--template.glob=templates/*.tmpl", "--template.data="+path,
					"--template.type="+part.kind, fmt.Sprintf("--template.text={{ template %q . }}", c.template+part.template))
				if err != nil {
					t.Errorf("%s%s: %v\n%s", c.template, part.template, err, stderr)
					continue
				}
				golden(t, filepath.Join("testdata", "mail", c.name+part.extension), stdout)
			}
		})
	}
}

// began is when an alert began: a day ago if it is one of those that the mails are to show
// as new.
func began(a notification) string {
	if slices.Contains([]string{"DvcIndicatorWorse", "DvcListNotRenewed", "DvcScoreDropped"}, a.Labels["alertname"]) {
		return time.Now().Add(-24 * time.Hour).Format(time.RFC3339)
	}
	return "2024-08-02T03:00:00Z"
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(readFile(t, path), got); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", path, diff)
	}
}
