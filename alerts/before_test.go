package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWritten holds what is committed to what the tables say.
func TestWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "rules"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "RUNBOOK.md"), []byte(readFile(t, "RUNBOOK.md")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := generate(dir); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"rules/recording.yml", "rules/domain.yml", "rules/health.yml", "panels.yml", "RUNBOOK.md"} {
		if diff := cmp.Diff(readFile(t, path), readFile(t, filepath.Join(dir, path))); diff != "" {
			t.Errorf("%s (-committed +tables); run go generate ./alerts:\n%s", path, diff)
		}
	}
}

// since says why a rule is not what it was when the rules were written by hand (commit
// c754270): of which words of an issue. The key is a rule's name, or one of its fields.
var since = map[string]string{}

// TestRulesAreWhatTheyWere compares every rule with the rules that were written by hand.
func TestRulesAreWhatTheyWere(t *testing.T) {
	var old []rule
	if err := json.Unmarshal([]byte(readFile(t, "testdata/rules-c754270.json")), &old); err != nil {
		t.Fatal(err)
	}
	before, now := byName(old), byName(readRules(t))
	differs := map[string]bool{} // names, and fields of names
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if before[name] == nil {
			differs[name] = true
			if since[name] == "" {
				t.Errorf("%s is new, and nothing says why", name)
			}
			continue
		}
		for _, field := range slices.Sorted(maps.Keys(now[name])) {
			if now[name][field] == before[name][field] {
				continue
			}
			differs[name], differs[name+" "+field] = true, true
			if since[name] == "" && since[name+" "+field] == "" {
				t.Errorf("%s: %s differs, and nothing says why (-before +now):\n%s", name, field, cmp.Diff(before[name][field], now[name][field]))
			}
		}
	}
	for name := range before {
		if now[name] == nil {
			differs[name] = true
			if since[name] == "" {
				t.Errorf("%s is gone, and nothing says why", name)
			}
		}
	}
	for name := range since {
		if !differs[name] {
			t.Errorf("%s is explained but does not differ", name)
		}
	}
}

// byName lists the fields of each rule, with spaces as one, by its name and the label that
// tells it from others of that name.
func byName(rules []rule) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, r := range rules {
		name := r.Record + r.Alert
		for _, label := range []string{"severity", "among", "group", "kind"} {
			if r.Labels[label] != "" && (r.Record != "" || r.Alert == "DvcScoreDropped" || r.Alert == "DvcOverdueShareHigh") {
				name += " " + r.Labels[label]
			}
		}
		fields := map[string]string{"expr": r.Expr, "for": r.For, "keep_firing_for": r.KeepFiringFor}
		for label, value := range r.Labels {
			fields["label "+label] = value
		}
		for annotation, text := range r.Annotations {
			fields[annotation] = text
		}
		for field, value := range fields {
			fields[field] = strings.Join(strings.Fields(value), " ")
		}
		all[name] = fields
	}
	return all
}
