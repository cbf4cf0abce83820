package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dvc_exporter/tools/pinned"
)

// panels are one without faults and one with each fault.
var panels = []struct{ name, content, want string }{
	{"none", `<p style="height: 30px; overflow: hidden" role="gridcell">58,8 %</p>
		<p role="gridcell"><span style="display: block; width: 50%; height: 5px; background: #3a87c8"></span></p>
		<p style="visibility: hidden; color: #181b1f">not seen</p>`, ``},
	{"cut on the right", `<p style="overflow: hidden; white-space: nowrap; text-overflow: ellipsis">Sở Nông nghiệp và Môi trường của Thành phố</p>`,
		`clipped: “Sở Nông nghiệp và Môi trường của Thành phố” by \d+(\.\d)? px at the right`},
	{"cut below", `<p style="overflow: hidden; height: 15px; line-height: 30px">58,8</p>`, `clipped: “58,8” by \d+(\.\d)? px at the bottom`},
	{"off the screen", `<p style="position: fixed; top: 1070px">58,8</p>`, `clipped: “58,8” by \d+(\.\d)? px at the bottom`},
	{"one upon the other", `<p>Điểm</p><p style="margin-top: -20px">Hạng</p>`, `overlap: “Điểm” and “Hạng”`},
	{"too faint", `<p style="color: #555">58,8</p>`, `contrast: “58,8” 2\.\d\d : 1, rgb\(85, 85, 85\)`},
	{"too faint on colour", `<p style="color: #fff; background: rgb(255 255 255 / 50%)">58,8</p>`, `contrast: “58,8” [23]\.\d\d : 1, .*`},
	{"empty cell", `<div role="row"><div role="gridcell">Sở Y tế</div><div role="gridcell"><span></span></div></div>`, `empty cell: Sở Y tế`},
	{"empty", `<div><span></span></div>`, `empty panel: `},
	{"failed", `58,8 <button data-testid="data-testid Panel status error" aria-label="bad_data: parse error"></button>`, `error: bad_data: parse error`},
	{"scroll bar inside", `<div style="height: 40px; overflow: auto"><p style="height: 90px">58,8</p></div>`, `scrolls: down by 50 px`},
	{"wider than the panel", `<div style="width: 280px; overflow-x: auto"><p style="width: 400px">58,8</p></div>`, `scrolls: to the right by 120 px`},
}

// TestFaults lets the program look at them through a page like the wall's.
func TestFaults(t *testing.T) {
	pinned.Chromium(t)
	dashboard := `<!doctype html><style>
		body { margin: 0; background: #111217; color: #ccccdc; font: 20px/1.5 sans-serif; }
		section { background: #181b1f; width: 300px; } p { margin: 0; }</style>`
	for _, panel := range panels {
		dashboard += fmt.Sprintf(`<section data-testid="data-testid Panel header %s"><div data-testid="data-testid panel content"><div>%s</div></div></section>`, panel.name, panel.content)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/public/wall/index.html" {
			_, _ = w.Write([]byte(`<style>body { margin: 0 } iframe { width: 1920px; height: 1080px; border: 0 }</style><iframe class="shown" scrolling="no" src="../../d/dvc-tong-quan"></iframe>`))
			return
		}
		_, _ = w.Write([]byte(dashboard))
	}))
	defer server.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "dvc-tong-quan.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	faults, err := run(t.Context(), []string{"-grafana", server.URL, "-dashboards", dir + "/*.json", "-pictures", dir}, &out)
	if err != nil {
		t.Fatal(err)
	}
	pictures, _ := filepath.Glob(filepath.Join(dir, "dvc-tong-quan-dvc-prometheus-*.png"))
	if len(pictures) != 10 || !strings.Contains(out.String(), "10 views") || faults != 10*(len(panels)-1) {
		t.Errorf("%d pictures, %d faults", len(pictures), faults)
	}
	found := regexp.MustCompile(`(?m)^dvc-tong-quan · .*$`).FindAllString(out.String(), -1)
	for _, panel := range panels {
		want := regexp.MustCompile("^dvc-tong-quan · " + panel.name + " · " + panel.want + "$")
		before := len(found)
		found = slices.DeleteFunc(found, want.MatchString)
		if panel.want != "" && len(found) != before-1 {
			t.Errorf("%s: found %d times", want, before-len(found))
		}
	}
	if len(found) > 0 {
		t.Errorf("also found %q", found)
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// TestReport holds the table to what was measured.
func TestReport(t *testing.T) {
	faint := fault{"contrast", "Điểm", "“58,8”"}
	seen := func(width int64, factor float64) view {
		return view{"dvc-tong-quan", "dvc-prometheus", "dark", [2]int64{width, 1080}, measured{Panels: 9, Texts: 80, Smallest: 14 * factor, Largest: 90 * factor, Faults: []fault{faint}}}
	}
	var out strings.Builder
	faults, err := report(&out, []view{seen(1920, 1), seen(960, 0.5)})
	want := `dashboard      data source     theme  screen     panels  texts  letters, px   faults
dvc-tong-quan  dvc-prometheus  dark   1920×1080  9       80     14.0 to 90.0  1 contrast
dvc-tong-quan  dvc-prometheus  dark   960×1080   9       80     7.0 to 45.0   1 contrast

dvc-tong-quan · Điểm · contrast: “58,8”
    dvc-prometheus dark 1920, 960
2 views, 2 faults
`
	if out.String() != want || faults != 2 || err != nil {
		t.Errorf("%d, %v:\n%s", faults, err, out.String())
	}
}

// TestNotSeen: a dashboard that cannot be had is a fault, and the others are looked at all the same.
func TestNotSeen(t *testing.T) {
	pinned.Chromium(t)
	var out strings.Builder
	faults, err := run(t.Context(), []string{"-grafana", "http://" + pinned.FreeAddress(t), "-dashboards", "../vi/dvc-*o*.json"}, &out)
	if seen := strings.Count(out.String(), "1 not seen"); err != nil || faults != seen || seen < 4 {
		t.Errorf("%d faults, %v:\n%s", faults, err, out.String())
	}
}

func TestArguments(t *testing.T) {
	t.Setenv("GRAFANA_URL", "")
	if _, err := run(context.Background(), []string{"-dashboards", "../vi/*.json"}, t.Output()); err == nil || !strings.Contains(err.Error(), "-grafana") {
		t.Errorf("without an address: %v", err)
	}
}
