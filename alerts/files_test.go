// The tests hold the rules, their tests, the routes, the mails and the
// runbook to one another.
package main

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/metrics"
)

// rule is a recording or an alerting rule as Prometheus reads it.
type rule struct {
	Record        string
	Alert         string
	Expr          string
	For           string
	KeepFiringFor string `yaml:"keep_firing_for" json:"keep_firing_for"`
	Labels        map[string]string
	Annotations   map[string]string
	file          string
}

// expectation is an alert that a rule test expects, with exact labels and annotations.
type expectation struct {
	Labels      map[string]string `yaml:"exp_labels"`
	Annotations map[string]string `yaml:"exp_annotations"`
}

// parsedTest is one named test of a rule test file.
type parsedTest struct {
	Name  string
	Cases []struct {
		EvalTime  string `yaml:"eval_time"`
		Alertname string
		Expected  []expectation `yaml:"exp_alerts"`
	} `yaml:"alert_rule_test"`
	file string
}

func readRules(t *testing.T) []rule {
	t.Helper()
	var all []rule
	for _, path := range glob(t, "rules/*.yml") {
		var file struct {
			Groups []struct {
				Name  string
				Rules []rule
			}
		}
		readYAML(t, path, &file)
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				r.file = path
				all = append(all, r)
			}
		}
	}
	return all
}

func readAlerts(t *testing.T) []rule {
	t.Helper()
	var alerts []rule
	for _, r := range readRules(t) {
		if r.Alert != "" {
			alerts = append(alerts, r)
		}
	}
	return alerts
}

func readTests(t *testing.T) []parsedTest {
	t.Helper()
	var all []parsedTest
	for _, path := range glob(t, "tests/*.yml") {
		var file struct{ Tests []parsedTest }
		readYAML(t, path, &file)
		for _, test := range file.Tests {
			test.file = path
			all = append(all, test)
		}
	}
	return all
}

// notification is an alert as Alertmanager would get it.
type notification struct{ Labels, Annotations map[string]string }

// expectedAlerts lists every alert that a rule test expects; promtool proves that
// the rules produce exactly these.
func expectedAlerts(t *testing.T) []notification {
	t.Helper()
	var all []notification
	for _, test := range readTests(t) {
		for _, c := range test.Cases {
			for _, f := range c.Expected {
				labels := map[string]string{"alertname": c.Alertname}
				maps.Copy(labels, f.Labels)
				all = append(all, notification{labels, f.Annotations})
			}
		}
	}
	return all
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	return paths
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(readFile(t, path))))
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("%s: %v", path, err)
	}
}

// readMetrics returns the labels of every metric that the exporter serves.
func readMetrics() map[string][]string {
	served := map[string][]string{}
	for _, f := range metrics.Reference() {
		served[f.Name] = f.Labels
	}
	return served
}
