//go:build grafana

package stack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/tools/pinned"
)

// TestGrafana loads the provisioning into a real Grafana, the folder of which is
// GRAFANA_HOME, with the settings of docker-compose.yml, and asks it what it has.
func TestGrafana(t *testing.T) {
	home := os.Getenv("GRAFANA_HOME")
	if home == "" {
		t.Fatal("GRAFANA_HOME has to be the folder of an unpacked Grafana")
	}
	files, err := filepath.Glob(filepath.Join(pinned.Root(t), "dashboards", "vi", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	for _, profile := range []string{"default", "demo"} {
		t.Run(profile, func(t *testing.T) {
			open := profile == "demo"
			g := startGrafana(t, home, profile)

			var settings struct{ BuildInfo struct{ Version string } }
			g.get("/api/frontend/settings", &settings)
			t.Logf("Grafana %s", settings.BuildInfo.Version)
			if want := strings.TrimPrefix(load(t, profile).Services[strings.TrimSuffix("grafana-"+profile, "-default")].Image, "grafana/grafana:"); settings.BuildInfo.Version != want {
				t.Errorf("Grafana is %s, docker-compose.yml says %s", settings.BuildInfo.Version, want)
			}

			var sources []source
			g.get("/api/datasources", &sources)
			slices.SortFunc(sources, func(a, b source) int { return strings.Compare(a.UID, b.UID) })
			if diff := cmp.Diff("[{dvc-alertmanager alertmanager http://alertmanager:9093 false true} {dvc-prometheus prometheus http://prometheus:9090 true true}]", fmt.Sprint(sources)); diff != "" {
				t.Errorf("data sources (-want +got):\n%s", diff)
			}

			var found []struct{ UID, FolderTitle, FolderUID string }
			for end := time.Now().Add(time.Minute); len(found) < len(files) && time.Now().Before(end); time.Sleep(time.Second) {
				g.get("/api/search?type=dash-db", &found)
			}
			if len(found) != len(files) {
				t.Errorf("%d dashboards of %d files", len(found), len(files))
			}
			for _, d := range found {
				if d.FolderTitle != "Dịch vụ công" || d.FolderUID != "dvc" {
					t.Errorf("%s is in the folder %s (%s)", d.UID, d.FolderTitle, d.FolderUID)
				}
			}
			var overview struct {
				Dashboard map[string]any
				Meta      struct {
					Provisioned           bool
					ProvisionedExternalID string `json:"provisionedExternalId"`
				}
			}
			g.get("/api/dashboards/uid/dvc-tong-quan", &overview)
			if !overview.Meta.Provisioned || overview.Meta.ProvisionedExternalID != "dvc-tong-quan.json" {
				t.Errorf("the overview is not provisioned: %+v", overview.Meta)
			}
			if status, said := g.do("admin", http.MethodPost, "/api/dashboards/db", map[string]any{"dashboard": overview.Dashboard, "folderUid": "dvc", "overwrite": true}); status != http.StatusBadRequest || !strings.Contains(said, "provisioned") {
				t.Errorf("saving over a provisioned dashboard: %d %s", status, said)
			}
			var homePage struct{ Dashboard struct{ Title string } }
			g.get("/api/dashboards/home", &homePage)
			if homePage.Dashboard.Title != overview.Dashboard["title"] {
				t.Errorf("the home dashboard is %q, not %q", homePage.Dashboard.Title, overview.Dashboard["title"])
			}

			// Whoever is not signed in.
			for _, try := range []struct {
				method, path string
				body         any
				ifOpen       int
			}{
				{http.MethodGet, "/api/search?type=dash-db", nil, 200},
				{http.MethodGet, "/api/dashboards/uid/dvc-tong-quan", nil, 200},
				{http.MethodGet, "/apis/playlist.grafana.app/v1/namespaces/default/playlists", nil, 200},
				{http.MethodPost, "/api/dashboards/db", map[string]any{"dashboard": map[string]any{"title": "x"}}, 403},
				{http.MethodPost, "/api/datasources", map[string]any{"name": "x", "type": "prometheus", "access": "proxy"}, 403},
				{http.MethodPost, "/api/datasources/proxy/uid/dvc-alertmanager/api/v2/silences", map[string]any{}, 403},
				{http.MethodPost, "/apis/playlist.grafana.app/v1/namespaces/default/playlists", map[string]any{"apiVersion": "playlist.grafana.app/v1", "kind": "Playlist", "metadata": map[string]any{"name": "x"}, "spec": map[string]any{"title": "x", "interval": "1m", "items": []any{}}}, 403},
				{http.MethodGet, "/api/admin/settings", nil, 403},
				{http.MethodGet, "/api/org/users", nil, 403},
			} {
				want := http.StatusUnauthorized
				if open {
					want = try.ifOpen
				}
				if status, said := g.do("", try.method, try.path, try.body); status != want && (open || status != http.StatusForbidden) {
					t.Errorf("not signed in, %s %s: %d, want %d: %.200s", try.method, try.path, status, want, said)
				}
			}
			if _, said := g.do("", http.MethodGet, "/metrics", nil); strings.Contains(said, "grafana_build_info") {
				t.Error("Grafana's own metrics are open")
			}

			// The page that turns the walls, and who may show dashboards in a frame: it alone.
			for path, want := range map[string]string{"/public/wall/index.html": "", "/login": "frame-ancestors 'self'"} {
				status, policy := g.header(path, "Content-Security-Policy")
				if _, deny := g.header(path, "X-Frame-Options"); status != http.StatusOK || policy != want || deny != "" {
					t.Errorf("%s: %d, policy %q, frame options %q", path, status, policy, deny)
				}
			}

			// The playlist, twice.
			for _, want := range []string{"made", "as it should be"} {
				cmd := exec.CommandContext(t.Context(), "go", "run", "./dashboards/playlist", "-grafana", g.address, "-password-file", "dashboards/playlist/demo_password")
				cmd.Dir = pinned.Root(t)
				said, err := cmd.CombinedOutput()
				if err != nil || !strings.Contains(string(said), want) {
					t.Errorf("the playlist program says %s (%v), want %q", said, err, want)
				}
			}
			var lists []struct{ UID, Name, Interval string }
			g.get("/api/playlists", &lists)
			if diff := cmp.Diff("[{man-hinh Màn hình 30s}]", fmt.Sprint(lists)); diff != "" {
				t.Errorf("playlists (-want +got):\n%s", diff)
			}

			log, err := os.ReadFile(g.log)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d lines of log, %d warnings", bytes.Count(log, []byte("\n")), bytes.Count(log, []byte("level=warn")))
			for _, line := range regexp.MustCompile(`(?m)^.*level=(error|crit).*$`).FindAllString(string(log), -1) {
				// 12.4.0 says this of itself when a playlist is made; the playlist is right all the same.
				if !strings.Contains(line, "[SHOULD NOT HAPPEN] failed to update managedFields") {
					t.Errorf("Grafana's log: %.500s", line)
				}
			}
		})
	}
}

type source struct {
	UID, Type, URL      string
	IsDefault, ReadOnly bool
}

type grafana struct {
	t       *testing.T
	address string
	log     string
}

// startGrafana starts it as docker-compose.yml does, but for folders and addresses.
func startGrafana(t *testing.T, home, profile string) grafana {
	t.Helper()
	dir, address := t.TempDir(), pinned.FreeAddress(t)
	provisioning := filepath.Join(dir, "provisioning")
	if err := os.CopyFS(provisioning, os.DirFS(filepath.Join(pinned.Root(t), "dashboards", "provisioning"))); err != nil {
		t.Fatal(err)
	}
	for _, empty := range []string{"plugins", "alerting"} { // the image has them
		if err := os.Mkdir(filepath.Join(provisioning, empty), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dashboards := filepath.Join(pinned.Root(t), "dashboards", "vi")
	host, port, _ := strings.Cut(address, ":")
	settings := load(t, profile).Services[strings.TrimSuffix("grafana-"+profile, "-default")].Environment
	for variable, value := range settings {
		settings[variable] = strings.Replace(value, "/dashboards", dashboards, 1)
	}
	delete(settings, "GF_SECURITY_ADMIN_PASSWORD__FILE") // read by the image's start script
	settings["GF_SECURITY_ADMIN_PASSWORD"] = "demo"
	settings["GF_SERVER_HTTP_ADDR"], settings["GF_SERVER_HTTP_PORT"] = host, port
	settings["GF_SERVER_ROOT_URL"] = "http://" + address
	settings["GF_PATHS_PROVISIONING"], settings["GF_LOG_MODE"] = provisioning, "console"
	settings["GF_SERVER_STATIC_ROOT_PATH"] = public(t, home)
	for _, path := range []string{"DATA", "LOGS", "PLUGINS"} {
		settings["GF_PATHS_"+path] = filepath.Join(dir, "data")
	}
	var env []string
	for variable, value := range settings {
		env = append(env, variable+"="+value)
	}
	pinned.Start(t, dir, filepath.Join(home, "bin", "grafana"), []string{"server", "--homepath", home}, env...)
	g := grafana{t, "http://" + address, filepath.Join(dir, "grafana.log")}
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(time.Second) {
		answer, err := http.Get(g.address + "/api/health")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return g
			}
		}
		if time.Now().After(end) {
			t.Fatalf("Grafana does not start: %v", err)
		}
	}
}

// public returns Grafana's folder of that name with the walls' page in it.
func public(t *testing.T, home string) string {
	t.Helper()
	dir := t.TempDir()
	own, err := filepath.Glob(filepath.Join(home, "public", "*"))
	if err != nil || len(own) == 0 {
		t.Fatalf("GRAFANA_HOME has no files in public: %v", err)
	}
	if err := os.Symlink(filepath.Join(pinned.Root(t), "dashboards", "wall", "public"), filepath.Join(dir, "wall")); err != nil {
		t.Fatal(err)
	}
	for _, file := range own {
		if name := filepath.Base(file); name != "wall" {
			if err := os.Symlink(file, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// header asks, not signed in, and returns the status and a header of the answer.
func (g grafana) header(path, name string) (status int, value string) {
	g.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(g.address + path)
	if err != nil {
		g.t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode, answer.Header.Get(name)
}

// get asks as the administrator.
func (g grafana) get(path string, into any) {
	g.t.Helper()
	status, said := g.do("admin", http.MethodGet, path, nil)
	if err := json.Unmarshal([]byte(said), into); err != nil || status != http.StatusOK {
		g.t.Fatalf("%s: %d, %v: %.300s", path, status, err, said)
	}
}

func (g grafana) do(user, method, path string, body any) (status int, said string) {
	g.t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		g.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(g.t.Context(), method, g.address+path, bytes.NewReader(sent))
	if err != nil {
		g.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	if user != "" {
		request.SetBasicAuth(user, "demo")
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return answer.StatusCode, string(got)
}
