package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/metrics"
)

// TestCommitted holds the files that Grafana loads to what the generator writes.
func TestCommitted(t *testing.T) {
	dir := t.TempDir()
	if err := generate(dir); err != nil {
		t.Fatal(err)
	}
	for _, e := range editions() {
		want, got := files(t, filepath.Join(dir, e.folder)), files(t, e.folder)
		for name, content := range want {
			if got[name] != content {
				t.Errorf("%s/%s is not what the generator writes; run go generate ./dashboards", e.folder, name)
			}
		}
		for name := range got {
			if _, ok := want[name]; !ok {
				t.Errorf("nothing writes %s/%s", e.folder, name)
			}
		}
	}
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for _, entry := range entries {
		b, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		list[entry.Name()] = string(b)
	}
	return list
}

// TestTranslations finds translations that nothing uses; those that are missing fail the
// generator.
func TestTranslations(t *testing.T) {
	e := editions()[1]
	used := map[string]string{}
	for text := range e.words {
		used[text] = text
	}
	e.words = map[string]string{} // so that every text that is asked for is missing
	for _, board := range boards {
		board(e)
	}
	for text := range used {
		if !e.missing[text] {
			t.Errorf("no dashboard says %q", text)
		}
	}
}

// allPanels are the panels of a dashboard, those in closed rows too.
func allPanels(d *dashboard) []*panel {
	var list []*panel
	for _, p := range d.Panels {
		if p.Type == "row" {
			list = append(list, p.Panels...)
		} else {
			list = append(list, p)
		}
	}
	return list
}

// wall are the dashboards that hang on a wall, 27 rows of the grid high.
var wall = []string{"dvc-tong-quan", "dvc-xep-hang", "dvc-chi-tieu", "dvc-tinh-thanh", "dvc-van-ban"}

// TestLint holds the dashboards to the rules of Grafana's dashboard linter that apply.
// Left out: template-job-rule, template-instance-rule and target-job-rule, since the
// figures are of a province and no job; the recording rules drop job and instance.
func TestLint(t *testing.T) {
	for _, e := range editions() {
		uids := map[string]bool{}
		for _, board := range boards {
			d := board(e)
			t.Run(e.folder+"/"+d.UID, func(t *testing.T) {
				if uids[d.UID] || len(d.UID) > 40 || !strings.HasPrefix(d.UID, "dvc-") {
					t.Errorf("uid %q is not short, of the product and unique", d.UID)
				}
				uids[d.UID] = true
				if d.Editable || d.Title == "" || d.Description == "" || d.Timezone != "Asia/Ho_Chi_Minh" {
					t.Errorf("editable %v, title %q, description %q, timezone %q", d.Editable, d.Title, d.Description, d.Timezone)
				}
				lintVariables(t, d)
				lintPanels(t, d)
				lintPlaces(t, d)
				encoded, err := encode(d)
				if err != nil {
					t.Fatal(err)
				}
				var raw map[string]any
				if err := json.Unmarshal(encoded, &raw); err != nil {
					t.Fatal(err)
				}
				for _, key := range []string{"id", "version", "iteration", "__inputs", "__requires"} {
					if _, ok := raw[key]; ok {
						t.Errorf("it has %s, which belongs to one server", key)
					}
				}
			})
		}
	}
}

func lintVariables(t *testing.T, d *dashboard) {
	t.Helper()
	for i, v := range d.Templating.List {
		switch {
		case i == 0 && (v.Name != "datasource" || v.Type != "datasource" || v.Query != "prometheus"):
			t.Errorf("the first variable is no data source of Prometheus named datasource: %+v", v)
		case v.Type == "query" && (v.Refresh != 2 || (*v.Datasource)["uid"] != "${datasource}"):
			t.Errorf("variable %s is not asked anew with the time range, from the chosen data source", v.Name)
		case slices.Contains(wall, d.UID) && v.Hide != 2:
			t.Errorf("variable %s takes a strip of the wall", v.Name)
		}
		if !strings.Contains(v.Name+string(must(json.Marshal(d.Panels)))+string(must(json.Marshal(d.Templating))), "$"+v.Name) && !strings.Contains(string(must(json.Marshal(d.Panels))), "${"+v.Name) {
			t.Errorf("nothing uses variable %s", v.Name)
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

var (
	counters = regexp.MustCompile(`\w+_total\b`)
	ranged   = regexp.MustCompile(`(?:rate|increase)\(\w+_total`)
)

func lintPanels(t *testing.T, d *dashboard) {
	t.Helper()
	ids := map[int]string{}
	for _, p := range append(allPanels(d), d.Panels...) {
		if other := ids[p.ID]; p.ID == 0 || other != "" && other != p.Title {
			t.Errorf("panels %q and %q both have the id %d", p.Title, other, p.ID)
		}
		ids[p.ID] = p.Title
	}
	for _, p := range allPanels(d) {
		if p.Title == "" || p.Description == "" {
			t.Errorf("panel %d %q: title or description is missing", p.ID, p.Title)
		}
		if p.Type == "alertlist" {
			continue // it asks the data source itself
		}
		if (*p.Datasource)["uid"] != "${datasource}" || len(p.Targets) == 0 {
			t.Errorf("panel %q does not ask the chosen data source", p.Title)
		}
		if p.FieldConfig.Defaults["noValue"] == nil {
			t.Errorf("panel %q does not say what it shows where there is nothing", p.Title)
		}
		refs := map[string]bool{}
		for _, q := range p.Targets {
			if refs[q.RefID] || (*q.Datasource)["uid"] != "${datasource}" || q.Instant == q.Range {
				t.Errorf("panel %q, query %s: unique %v, data source %v, instant %v, range %v", p.Title, q.RefID, !refs[q.RefID], q.Datasource, q.Instant, q.Range)
			}
			refs[q.RefID] = true
			if n := len(counters.FindAllString(q.Expr, -1)); n != len(ranged.FindAllString(q.Expr, -1)) {
				t.Errorf("panel %q, query %s: a counter without rate or increase: %s", p.Title, q.RefID, q.Expr)
			}
			if strings.Contains(q.Expr, "rate(") && !strings.Contains(q.Expr, "$__rate_interval") {
				t.Errorf("panel %q, query %s: rate over another time than $__rate_interval", p.Title, q.RefID)
			}
		}
	}
}

// lintPlaces finds panels that overlap, leave the grid or do not fit a wall.
func lintPlaces(t *testing.T, d *dashboard) {
	t.Helper()
	taken := map[[2]int]string{}
	for _, p := range d.Panels {
		if p.GridPos.X+p.GridPos.W > 24 || slices.Contains(wall, d.UID) && p.GridPos.Y+p.GridPos.H > 27 {
			t.Errorf("panel %q does not fit: %+v", p.Title, p.GridPos)
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, ok := taken[[2]int{x, y}]; ok {
					t.Fatalf("panels %q and %q overlap", other, p.Title)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}

// TestAlertsFindTheirPanels holds the panels to the table that alerts link by.
func TestAlertsFindTheirPanels(t *testing.T) {
	var table struct{ Dashboards map[string]map[int]string }
	b, err := os.ReadFile("../alerts/panels.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	linked := map[string][]int{}
	for _, board := range boards {
		d := board(editions()[0])
		for _, p := range allPanels(d) {
			if p.ID < 100 {
				linked[d.UID] = append(linked[d.UID], p.ID)
			}
		}
		slices.Sort(linked[d.UID])
	}
	want := map[string][]int{}
	for uid, panels := range table.Dashboards {
		for id := range panels {
			want[uid] = append(want[uid], id)
		}
		slices.Sort(want[uid])
	}
	for uid, ids := range linked {
		if diff := cmp.Diff(want[uid], ids); diff != "" {
			t.Errorf("%s: panels of alerts/panels.yml (-want) and of the dashboard (+got):\n%s", uid, diff)
		}
	}
}

// recorded are the metrics that the recording rules make.
func recorded(t *testing.T) map[string]bool {
	t.Helper()
	paths, err := filepath.Glob("../alerts/rules/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	names := map[string]bool{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Groups []struct{ Rules []struct{ Record string } }
		}
		if err := yaml.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				names[r.Record] = true
			}
		}
	}
	return names
}

// TestMetricsExist finds names that neither the exporter nor a recording rule serves,
// without a Prometheus; TestPanels looks at labels and values too.
func TestMetricsExist(t *testing.T) {
	known := recorded(t)
	for _, f := range metrics.Reference() {
		known[f.Name] = true
	}
	metric := regexp.MustCompile(`(?:\b[a-z_]+:)?\bdvc_[a-z_]+(?::[a-z0-9_]+)?`)
	for _, board := range boards {
		d := board(editions()[0])
		for _, p := range allPanels(d) {
			for _, q := range p.Targets {
				for _, name := range metric.FindAllString(q.Expr, -1) {
					if !known[name] {
						t.Errorf("%s, panel %q, query %s: nothing serves %s", d.UID, p.Title, q.RefID, name)
					}
				}
			}
		}
	}
}
