package targets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, index.Vietnam) }

func TestBuiltInPlan(t *testing.T) {
	want := map[string]float64{"ONLINE_PAYMENT": 0.55, "ONLINE_DOSSIER": 0.6, "DIGITIZED_DOSSIER": 1, "ELECTRONIC_RESULT": 1}
	if diff := cmp.Diff(want, BuiltIn().Ratios(day(2026, 11, 15))); diff != "" {
		t.Error(diff)
	}
	if got := BuiltIn().Ratios(day(2024, 1, 1).Add(-time.Second)); len(got) != 0 {
		t.Errorf("before 2024: %v", got)
	}
}

func TestTheNewestTargetInForceCounts(t *testing.T) {
	p, err := parse([]byte(`
targets:
  - {indicator: ONLINE_PAYMENT, ratio: 0.7, from: 2026-01-01}
  - {indicator: ONLINE_PAYMENT, ratio: 0.55, from: 2024-01-01}
  - {indicator: ONLINE_DOSSIER, ratio: 0.8, from: 2026-01-01, until: 2026-06-30}
scores:
  - {window: year, points: 80, from: 2026-01-01}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at   time.Time
		want map[string]float64
	}{
		{day(2025, 12, 31), map[string]float64{"ONLINE_PAYMENT": 0.55}},
		{day(2026, 6, 30).Add(23 * time.Hour), map[string]float64{"ONLINE_PAYMENT": 0.7, "ONLINE_DOSSIER": 0.8}},
		{day(2026, 7, 1), map[string]float64{"ONLINE_PAYMENT": 0.7}},
	} {
		if diff := cmp.Diff(test.want, p.Ratios(test.at)); diff != "" {
			t.Errorf("%v: %s", test.at, diff)
		}
	}
	if got := p.Points(day(2026, 2, 1)); got[index.Year] != 80 || len(got) != 1 {
		t.Errorf("points %v", got)
	}
}

func TestBadPlans(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"per cent":         {"targets: [{indicator: X, ratio: 55, from: 2024-01-01}]", "55 % is 0.55"},
		"nothing":          {"targets: [{indicator: X, ratio: 0, from: 2024-01-01}]", "not above 0"},
		"no indicator":     {"targets: [{ratio: 0.5, from: 2024-01-01}]", "target 1"},
		"no day":           {"targets: [{indicator: X, ratio: 0.5}]", "from"},
		"not a day":        {"targets: [{indicator: X, ratio: 0.5, from: 01/01/2024}]", `"01/01/2024"`},
		"turned around":    {"targets: [{indicator: X, ratio: 0.5, from: 2024-02-01, until: 2024-01-01}]", "until lies before"},
		"unknown key":      {"targets: [{indicator: X, ration: 0.5, from: 2024-01-01}]", "ration"},
		"no such window":   {"scores: [{window: week, points: 50, from: 2024-01-01}]", "no such window"},
		"too many points":  {"scores: [{window: year, points: 101, from: 2024-01-01}]", "at most 100"},
		"not a plan":       {"55 %", "line 1"},
		"no grade from 0":  {"grades:\n  - {code: good, name: Tốt, min: 80}\n  - {code: fair, name: Khá, min: 70}", "line 3: grade 2 (fair): min of the last grade is 70, not 0"},
		"out of order":     {"grades:\n  - {code: fair, name: Khá, min: 70}\n  - {code: good, name: Tốt, min: 80}\n  - {code: weak, name: Yếu, min: 0}", "line 3: grade 2 (good): min 80 is not below the 70"},
		"overlapping":      {"grades:\n  - {code: good, name: Tốt, min: 80}\n  - {code: fair, name: Khá, min: 80}\n  - {code: weak, name: Yếu, min: 0}", "line 3: grade 2 (fair)"},
		"a grade twice":    {"grades:\n  - {code: good, name: Tốt, min: 80}\n  - {code: good, name: Khá, min: 0}", "line 3: grade 2 (good): the code appears twice"},
		"no bound":         {"grades: [{code: good, name: Tốt}]", "grade 1 (good): no lower bound"},
		"no bound at all":  {"grades: [{code: good, name: Tốt, min: }]", "grade 1 (good): no lower bound"},
		"above 100":        {"grades: [{code: good, name: Tốt, min: 101}, {code: weak, name: Yếu, min: 0}]", "not from 0 to 100"},
		"no number":        {"grades: [{code: good, name: Tốt, min: .nan}]", "not from 0 to 100"},
		"a bound in words": {"grades:\n  - {code: good, name: Tốt, min: most}", "line 2"},
		"no code":          {"grades: [{name: Tốt, min: 0}]", `code ""`},
		"no name":          {"grades: [{code: good, min: 0}]", "no name"},
		"a ratio in words": {"targets: [{indicator: X, ratio: half, from: 2024-01-01}]", "half"},
	} {
		path := filepath.Join(t.TempDir(), "targets.yaml")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v, want the file and %q", name, err, test.want)
		}
	}
	if _, err := parse(nil); err != nil {
		t.Errorf("an empty file is a plan without targets: %v", err)
	}
}

func TestGrades(t *testing.T) {
	for points, want := range map[float64]string{100: "excellent", 90: "excellent", 89.99: "good", 80: "good", 79.99: "fair", 58.86: "average", 49.99: "weak", 0: "weak"} {
		if got := BuiltIn().Grades.Of(points); got == nil || got.Code != want {
			t.Errorf("%v is %v, want %s", points, got, want)
		}
	}
	read := func(text string) Grades {
		path := filepath.Join(t.TempDir(), "targets.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return p.Grades
	}
	if got := read("targets: []").Of(58.86); got == nil || got.Name != "Trung bình" {
		t.Errorf("a file without grades has %v, not the built-in ones", got)
	}
	if got := read("grades: []").Of(58.86); got != nil {
		t.Errorf("an empty list of grades has %v", got)
	}
	if got := read("grades: [{code: pass, name: Đạt, min: 58.86}, {code: fail, name: Không đạt, min: 0}]").Of(58.86); got.Name != "Đạt" {
		t.Errorf("a score on the bound is %v", got)
	}
}
