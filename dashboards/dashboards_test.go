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
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
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
func allPanels(d *dashboard.Dashboard) []*panel {
	var list []*panel
	for _, p := range d.Panels {
		if p.Panel != nil {
			list = append(list, p.Panel)
			continue
		}
		for i := range p.RowPanel.Panels {
			list = append(list, &p.RowPanel.Panels[i])
		}
	}
	return list
}

// queriesOf are the queries of a panel.
func queriesOf(p *panel) []prometheus.Dataquery {
	list := make([]prometheus.Dataquery, len(p.Targets))
	for i, target := range p.Targets {
		list[i], _ = target.(prometheus.Dataquery)
	}
	return list
}

// wall are the dashboards that hang on a wall, 27 rows of the grid high.
var wall = []string{"dvc-tong-quan", "dvc-xep-hang", "dvc-chi-tieu", "dvc-tinh-thanh", "dvc-diem-mat", "dvc-van-ban"}

// TestLint holds the dashboards to the rules of Grafana's dashboard linter that apply.
// Left out: template-job-rule, template-instance-rule and target-job-rule, since the
// figures are of a province and no job; the recording rules drop job and instance.
func TestLint(t *testing.T) {
	for _, e := range editions() {
		uids := map[string]bool{}
		for _, board := range boards {
			d := board(e)
			t.Run(e.folder+"/"+*d.Uid, func(t *testing.T) {
				if uids[*d.Uid] || len(*d.Uid) > 40 || !strings.HasPrefix(*d.Uid, "dvc-") {
					t.Errorf("uid %q is not short, of the product and unique", *d.Uid)
				}
				uids[*d.Uid] = true
				if *d.Editable || *d.Title == "" || *d.Description == "" || *d.Timezone != "Asia/Ho_Chi_Minh" {
					t.Errorf("editable %v, title %q, description %q, timezone %q", *d.Editable, *d.Title, *d.Description, *d.Timezone)
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

func lintVariables(t *testing.T, d *dashboard.Dashboard) {
	t.Helper()
	for i, v := range d.Templating.List {
		switch {
		case i == 0 && (v.Name != "datasource" || v.Type != dashboard.VariableTypeDatasource || *v.Query.String != "prometheus"):
			t.Errorf("the first variable is no data source of Prometheus named datasource: %+v", v)
		case v.Type == dashboard.VariableTypeQuery && (*v.Refresh != dashboard.VariableRefreshOnTimeRangeChanged || v.Datasource != prometheusSource):
			t.Errorf("variable %s is not asked anew with the time range, from the chosen data source", v.Name)
		case slices.Contains(wall, *d.Uid) && *v.Hide != dashboard.VariableHideHideVariable:
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

func lintPanels(t *testing.T, d *dashboard.Dashboard) {
	t.Helper()
	ids := map[uint32]string{}
	used := func(id uint32, title string) {
		if other := ids[id]; id == 0 || other != "" {
			t.Errorf("panels %q and %q both have the id %d", title, other, id)
		}
		ids[id] = title
	}
	for _, p := range d.Panels {
		if p.RowPanel != nil {
			used(p.RowPanel.Id, *p.RowPanel.Title)
		}
	}
	for _, p := range allPanels(d) {
		used(*p.Id, *p.Title)
		if *p.Title == "" || *p.Description == "" {
			t.Errorf("panel %d %q: title or description is missing", *p.Id, *p.Title)
		}
		if p.Datasource != prometheusSource || len(p.Targets) == 0 {
			t.Errorf("panel %q does not ask the chosen data source", *p.Title)
		}
		if p.FieldConfig.Defaults.NoValue == nil {
			t.Errorf("panel %q does not say what it shows where there is nothing", *p.Title)
		}
		refs := map[string]bool{}
		for _, q := range queriesOf(p) {
			if refs[*q.RefId] || q.Datasource != prometheusSource || *q.Instant == *q.Range {
				t.Errorf("panel %q, query %s: unique %v, data source %v, instant %v, range %v", *p.Title, *q.RefId, !refs[*q.RefId], q.Datasource, *q.Instant, *q.Range)
			}
			refs[*q.RefId] = true
			if n := len(counters.FindAllString(q.Expr, -1)); n != len(ranged.FindAllString(q.Expr, -1)) {
				t.Errorf("panel %q, query %s: a counter without rate or increase: %s", *p.Title, *q.RefId, q.Expr)
			}
			if strings.Contains(q.Expr, "rate(") && !strings.Contains(q.Expr, "$__rate_interval") {
				t.Errorf("panel %q, query %s: rate over another time than $__rate_interval", *p.Title, *q.RefId)
			}
		}
	}
}

// lintPlaces finds panels that overlap, leave the grid or do not fit a wall.
func lintPlaces(t *testing.T, d *dashboard.Dashboard) {
	t.Helper()
	taken := map[[2]uint32]string{}
	for _, p := range d.Panels {
		title, place := "", dashboard.GridPos{}
		if p.RowPanel != nil {
			title, place = *p.RowPanel.Title, *p.RowPanel.GridPos
		} else {
			title, place = *p.Panel.Title, *p.Panel.GridPos
		}
		if place.X+place.W > 24 || slices.Contains(wall, *d.Uid) && place.Y+place.H > 27 {
			t.Errorf("panel %q does not fit: %+v", title, place)
		}
		for x := place.X; x < place.X+place.W; x++ {
			for y := place.Y; y < place.Y+place.H; y++ {
				if other, ok := taken[[2]uint32{x, y}]; ok {
					t.Fatalf("panels %q and %q overlap", other, title)
				}
				taken[[2]uint32{x, y}] = title
			}
		}
	}
}

// TestAlertsFindTheirPanels holds the panels to the table that alerts link by.
func TestAlertsFindTheirPanels(t *testing.T) {
	var table struct{ Dashboards map[string]map[uint32]string }
	b, err := os.ReadFile("../alerts/panels.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	linked := map[string][]uint32{}
	for _, board := range boards {
		d := board(editions()[0])
		for _, p := range allPanels(d) {
			if *p.Id < 100 {
				linked[*d.Uid] = append(linked[*d.Uid], *p.Id)
			}
		}
		slices.Sort(linked[*d.Uid])
	}
	want := map[string][]uint32{}
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
			for _, q := range queriesOf(p) {
				for _, name := range metric.FindAllString(q.Expr, -1) {
					if !known[name] {
						t.Errorf("%s, panel %q, query %s: nothing serves %s", *d.Uid, *p.Title, *q.RefId, name)
					}
				}
			}
		}
	}
}
