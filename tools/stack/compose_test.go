// Package stack_test holds docker-compose.yml, the image, Grafana's provisioning and the
// versions that tools/ pins to one another. It needs no Docker.
package stack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"dvc_exporter/tools/pinned"
)

// project is the compose file as it is for one profile.
type project struct {
	Services map[string]service
	Networks map[string]struct{ Internal bool }
	Volumes  map[string]struct {
		DriverOpts map[string]string `json:"driver_opts"`
	}
	Secrets map[string]struct{ File string }
}

type service struct {
	Image       string
	Build       *struct{ Dockerfile string }
	PullPolicy  string `json:"pull_policy"`
	Profiles    []string
	Command     []string
	Environment map[string]string
	ReadOnly    bool     `json:"read_only"`
	CapDrop     []string `json:"cap_drop"`
	SecurityOpt []string `json:"security_opt"`
	Privileged  bool
	Ports       []struct {
		HostIP    string `json:"host_ip"`
		Published string
	}
	Volumes []struct {
		Type, Source, Target string
		ReadOnly             bool `json:"read_only"`
	}
	Tmpfs       []string
	Networks    map[string]struct{ Aliases []string }
	Healthcheck struct{ Test []string }
	Secrets     []struct{ Source, Target string }
}

// load reads docker-compose.yml with .env.example as .env. Sources of mounts and secrets
// are relative to the project's folder.
func load(t *testing.T, profile string) project {
	t.Helper()
	dir := t.TempDir()
	for from, to := range map[string]string{"docker-compose.yml": "docker-compose.yml", ".env.example": ".env", "dashboards/grafana.env": "dashboards/grafana.env"} {
		to = filepath.Join(dir, to)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(read(t, from)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", "-C", filepath.Join(pinned.Root(t), "tools", "compose"), ".", "-dir", dir, "-profile", profile)
	var failure strings.Builder
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("docker-compose.yml, profile %q: %v\n%s", profile, err, failure.String())
	}
	var p project
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(out), dir+"/", "")), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// byUser is what people make themselves, as the README tells them.
var byUser = []string{".env", "files", "secrets/grafana_admin_password", "secrets/smtp_password"}

// ends are the services that do something and end.
var ends = regexp.MustCompile(`^(playlist|history|blocks)`)

func TestProfiles(t *testing.T) {
	for profile, want := range map[string][]string{
		"":        {"alertmanager", "exporter", "grafana", "playlist", "prometheus"}, // as .env.example says
		"default": {"alertmanager", "exporter", "grafana", "playlist", "prometheus"},
		"demo":    {"alertmanager-demo", "blocks-demo", "exporter-demo", "grafana-demo", "history-demo", "playlist-demo", "prometheus-demo"},
	} {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(load(t, profile).Services))); diff != "" {
			t.Errorf("profile %q (-want +got):\n%s", profile, diff)
		}
	}
}

func TestServices(t *testing.T) {
	for _, profile := range []string{"default", "demo"} {
		for name, s := range load(t, profile).Services {
			name := fmt.Sprintf("%s (%s)", name, profile)
			if !s.ReadOnly || s.Privileged || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
				t.Errorf("%s may more than it needs", name)
			}
			if !regexp.MustCompile(`^[a-z_/]+:(v?\d+\.\d+\.\d+|dev)$`).MatchString(s.Image) {
				t.Errorf("%s: the image %s is not pinned", name, s.Image)
			}
			if oneShot := ends.MatchString(name); (len(s.Healthcheck.Test) == 0) != oneShot {
				t.Errorf("%s: health check %v", name, s.Healthcheck.Test)
			}
			if len(s.Healthcheck.Test) > 0 && s.Healthcheck.Test[0] != "CMD" {
				t.Errorf("%s: its health check needs a shell", name)
			}
			if (len(s.Ports) > 0) != strings.HasPrefix(name, "grafana") {
				t.Errorf("%s publishes %v; Grafana does, and nothing else", name, s.Ports)
			}
			for _, port := range s.Ports {
				if port.HostIP != "127.0.0.1" {
					t.Errorf("%s is published on %q", name, port.HostIP)
				}
			}
			for _, folder := range s.Tmpfs {
				// Without an owner the folder is root's, and none of the programs is root.
				if folder != "/tmp" && !strings.Contains(folder, ":uid=") {
					t.Errorf("%s: %s in memory is nobody's", name, folder)
				}
			}
			for _, v := range s.Volumes {
				if v.Type != "bind" {
					continue
				}
				if !v.ReadOnly {
					t.Errorf("%s may write to %s", name, v.Source)
				}
				exists(t, name, v.Source)
			}
		}
	}
}

// TestOneBuild: services that are built at the same time must not make the same image.
func TestOneBuild(t *testing.T) {
	for _, profile := range []string{"default", "demo"} {
		built := map[string]string{}
		p := load(t, profile)
		for name, s := range p.Services {
			if s.Build != nil {
				if other := built[s.Image]; other != "" {
					t.Errorf("%s and %s both build %s", name, other, s.Image)
				}
				built[s.Image] = name
			}
		}
		for name, s := range p.Services {
			if own := strings.HasPrefix(s.Image, "dvc_exporter:"); own && (built[s.Image] == "" || s.Build == nil && s.PullPolicy != "never") {
				t.Errorf("%s: nobody builds its image %s, or it is looked for elsewhere", name, s.Image)
			}
		}
	}
}

func exists(t *testing.T, name, path string) {
	t.Helper()
	if slices.Contains(byUser, path) {
		if err := exec.CommandContext(t.Context(), "git", "-C", pinned.Root(t), "check-ignore", "-q", path+"/x").Run(); err != nil {
			t.Errorf("%s: git does not ignore %s", name, path)
		}
	} else if _, err := os.Stat(filepath.Join(pinned.Root(t), path)); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestDemoStaysApart: sample data never meets the real history, and no mail about it goes out.
func TestDemoStaysApart(t *testing.T) {
	p := load(t, "demo")
	if !p.Networks["demo"].Internal {
		t.Error("the demo's network has a way out")
	}
	for name, s := range p.Services {
		for _, v := range s.Volumes {
			if v.Type == "volume" && p.Volumes[v.Source].DriverOpts["type"] != "tmpfs" {
				t.Errorf("%s keeps sample data in the volume %s", name, v.Source)
			}
		}
		networks := slices.Sorted(maps.Keys(s.Networks))
		if want := []string{"demo"}; !slices.Equal(networks, want) && name != "grafana-demo" {
			t.Errorf("%s is in the networks %v, not %v", name, networks, want)
		}
		if alias := strings.TrimSuffix(name, "-demo"); !ends.MatchString(alias) && !slices.Equal(s.Networks["demo"].Aliases, []string{alias}) {
			t.Errorf("%s is called %v, not %s, as the configuration files have it", name, s.Networks["demo"].Aliases, alias)
		}
		for _, secret := range s.Secrets {
			exists(t, name, p.Secrets[secret.Source].File)
			if slices.Contains(byUser, p.Secrets[secret.Source].File) {
				t.Errorf("%s needs a file that has to be prepared", name)
			}
		}
	}
}

// TestSecrets: passwords come from files, at the places where the programs look.
func TestSecrets(t *testing.T) {
	p := load(t, "default")
	for name, s := range p.Services {
		for _, secret := range s.Secrets {
			exists(t, name, p.Secrets[secret.Source].File)
		}
		for variable, value := range s.Environment {
			if regexp.MustCompile(`PASSWORD|TOKEN|SECRET`).MatchString(variable) && !strings.HasSuffix(variable, "__FILE") {
				t.Errorf("%s: the secret %s=%s stands in the environment", name, variable, value)
			}
		}
	}
	// Those that alertmanager.yml has after its mark, docker-compose.yml has after the same.
	mounted := map[string]bool{}
	for path := range matches(read(t, "docker-compose.yml"), `target: (/etc/alertmanager/secrets/\w+)`) {
		mounted[path] = true
	}
	for path := range matches(read(t, "alerts/alertmanager.yml"), `_file: (\S+)`) {
		if !mounted[path] {
			t.Errorf("alertmanager.yml reads %s, which docker-compose.yml does not mount", path)
		}
	}
	if len(mounted) < 5 {
		t.Errorf("only %v are mounted", mounted)
	}
}

func TestUnmarkedSecretsAreValid(t *testing.T) {
	marked := strings.Count(read(t, "docker-compose.yml"), "#+ ")
	var all struct {
		Services map[string]struct{ Secrets []any }
		Secrets  map[string]any
	}
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(read(t, "docker-compose.yml"), "#+ ", "")), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Services["alertmanager"].Secrets) != 5 || len(all.Secrets) != 7 || marked == 0 {
		t.Errorf("with the marks taken away there are %d secrets of Alertmanager, %d in all", len(all.Services["alertmanager"].Secrets), len(all.Secrets))
	}
}

// TestExporterEnvironment: the exporter refuses a DVC_ variable that it does not know.
func TestExporterEnvironment(t *testing.T) {
	_, table, _ := strings.Cut(read(t, "README.md"), "<!-- configuration -->")
	table, _, _ = strings.Cut(table, "<!-- /configuration -->")
	known := maps.Collect(matches(table, "`(DVC_[A-Z_]+)`"))
	got := maps.Collect(matches(read(t, ".env.example"), `(?m)^#?(DVC_[A-Z_]+)=`))
	for name, s := range load(t, "default").Services {
		for variable := range s.Environment {
			if strings.HasPrefix(variable, "DVC_") {
				got[variable] = 0
				if name != "exporter" {
					t.Errorf("%s is given %s", name, variable)
				}
			}
		}
	}
	for variable := range got {
		if _, ok := known[variable]; !ok {
			t.Errorf("the exporter knows no variable %s", variable)
		}
	}
	if _, ok := got["DVC_PROVINCE"]; !ok || len(known) < 20 {
		t.Errorf("%d variables given, %d known", len(got), len(known))
	}
}

// TestPins: what runs in containers is what the tests run.
func TestPins(t *testing.T) {
	p := load(t, "default")
	version := func(module, pattern string) string {
		for v := range matches(read(t, "tools/"+module+"/go.mod"), pattern) {
			return v
		}
		t.Fatalf("tools/%s/go.mod pins no %s", module, module)
		return ""
	}
	// Prometheus 3.16.0 is the Go module v0.316.0.
	prometheus := regexp.MustCompile(`^0\.(\d)(\d\d)\.`).ReplaceAllString(version("prometheus", `prometheus/prometheus v(\S+)`), "$1.$2.")
	for name, want := range map[string]string{
		"prometheus":   "prom/prometheus:v" + prometheus,
		"alertmanager": "prom/alertmanager:v" + version("alertmanager", `prometheus/alertmanager v(\S+)`),
	} {
		if got := p.Services[name].Image; got != want {
			t.Errorf("docker-compose.yml runs %s, tools/ pins %s", got, want)
		}
	}
	if !strings.Contains(read(t, "dashboards/provisioning/datasources/dvc.yml"), "prometheusVersion: "+prometheus+"\n") {
		t.Errorf("the data source is not told that Prometheus is %s", prometheus)
	}
	for _, path := range []string{"README.md", "Makefile"} {
		minor := regexp.MustCompile(`\d+\.\d+`).FindString(p.Services["grafana"].Image)
		if !strings.Contains(read(t, path), "Grafana "+minor) {
			t.Errorf("%s does not say Grafana %s", path, minor)
		}
	}
}

// TestProvisioning: what Grafana is told fits what is beside it.
func TestProvisioning(t *testing.T) {
	var sources struct {
		Datasources []struct {
			UID       string
			URL       string
			Type      string
			IsDefault bool `yaml:"isDefault"`
			JSONData  struct {
				TimeInterval string `yaml:"timeInterval"`
			} `yaml:"jsonData"`
		}
	}
	parse(t, "dashboards/provisioning/datasources/dvc.yml", &sources)
	var prometheus struct {
		Global struct {
			ScrapeInterval string `yaml:"scrape_interval"`
		}
	}
	parse(t, "alerts/prometheus.yml", &prometheus)
	if d := sources.Datasources; len(d) != 2 || d[0].UID != "dvc-prometheus" || !d[0].IsDefault || d[1].UID != "dvc-alertmanager" || d[1].IsDefault ||
		d[0].JSONData.TimeInterval != prometheus.Global.ScrapeInterval {
		t.Errorf("data sources %+v; the scrape interval is %s", d, prometheus.Global.ScrapeInterval)
	}
	var providers struct {
		Providers []struct {
			AllowUIUpdates  *bool `yaml:"allowUiUpdates"`
			DisableDeletion bool  `yaml:"disableDeletion"`
			Options         struct{ Path string }
		}
	}
	parse(t, "dashboards/provisioning/dashboards/dvc.yml", &providers)
	if p := providers.Providers; len(p) != 1 || p[0].AllowUIUpdates == nil || *p[0].AllowUIUpdates || !p[0].DisableDeletion {
		t.Errorf("providers %+v", p)
	}

	for _, profile := range []string{"default", "demo"} {
		for name, s := range load(t, profile).Services {
			if !strings.HasPrefix(name, "grafana") {
				continue
			}
			for _, variable := range []string{sources.Datasources[0].URL, sources.Datasources[1].URL, providers.Providers[0].Options.Path} {
				if s.Environment[strings.TrimPrefix(variable, "$")] == "" {
					t.Errorf("%s is given no %s", name, variable)
				}
			}
			if s.Environment["GF_AUTH_ANONYMOUS_ORG_ROLE"] != "Viewer" || s.Environment["GF_AUTH_ANONYMOUS_ENABLED"] != fmt.Sprint(profile == "demo") {
				t.Errorf("%s: anonymous viewing %v as %v", name, s.Environment["GF_AUTH_ANONYMOUS_ENABLED"], s.Environment["GF_AUTH_ANONYMOUS_ORG_ROLE"])
			}
			home := s.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
			for _, v := range s.Volumes {
				if inside, ok := strings.CutPrefix(home, v.Target+"/"); ok {
					exists(t, "home dashboard", filepath.Join(v.Source, inside))
					home = ""
				}
			}
			if home != "" {
				t.Errorf("%s: the home dashboard %s is not mounted", name, home)
			}
			// The image serves /public/ from this folder.
			if !strings.Contains(fmt.Sprint(s.Volumes), " dashboards/wall/public /usr/share/grafana/public/wall ") {
				t.Errorf("%s: the page that turns the walls is not mounted", name)
			}
			if s.Environment["GF_SECURITY_ALLOW_EMBEDDING"] != "true" || s.Environment["GF_SECURITY_CONTENT_SECURITY_POLICY"] != "true" || s.Environment["GF_SECURITY_CONTENT_SECURITY_POLICY_TEMPLATE"] != "frame-ancestors 'self'" {
				t.Errorf("%s: Grafana's own pages, and no others, have to be allowed to show it in a frame", name)
			}
		}
	}
	for _, item := range matchList(read(t, "dashboards/playlist/main.go"), `"dashboard_by_uid", "([a-z-]+)"`) {
		exists(t, "the playlist", "dashboards/vi/"+item+".json")
		exists(t, "the playlist", "dashboards/en/"+item+".json")
	}
}

// matches yields the first group of each match of pattern.
func matches(text, pattern string) func(yield func(string, int) bool) {
	return func(yield func(string, int) bool) {
		for i, m := range matchList(text, pattern) {
			if !yield(m, i) {
				return
			}
		}
	}
}

func matchList(text, pattern string) (found []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

// read returns a file of the project.
func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(pinned.Root(t), path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func parse(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
