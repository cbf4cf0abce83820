//go:build engine

package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/tools/pinned"
)

// before is the commit whose image and state an office has when it upgrades.
const before = "c754270"

// stack is one profile of docker-compose.yml in a folder.
type stack struct {
	*testing.T
	compose string // the program
	dir     string
	profile string
}

// servers are those that stay; the playlist's program ends.
func (s stack) servers() (names []string) {
	for _, name := range []string{"exporter", "prometheus", "alertmanager", "grafana"} {
		names = append(names, s.name(name))
	}
	return names
}

func (s stack) name(service string) string {
	if s.profile == "demo" {
		service += "-demo"
	}
	return service
}

func (s stack) run(args ...string) string {
	s.Helper()
	return run(s, s.dir, append([]string{s.compose, "--profile", s.profile}, args...)...)
}

func (s stack) try(args ...string) (string, error) {
	return try(s.Context(), s.dir, append([]string{s.compose, "--profile", s.profile}, args...)...)
}

// container is what `docker inspect` says of one.
type container struct {
	ID    string
	State struct {
		Status   string
		ExitCode int
		Health   struct{ Status string }
	}
	HostConfig      struct{ ReadonlyRootfs bool }
	NetworkSettings struct {
		Networks map[string]struct{ IPAddress string }
	}
}

func (s stack) inspect(service string) (container, error) {
	var found []container
	id, err := s.try("ps", "-aq", s.name(service))
	if err != nil {
		return container{}, fmt.Errorf("%w: %s", err, id)
	}
	said, err := try(s.Context(), "", "docker", "inspect", id)
	if err != nil {
		return container{}, fmt.Errorf("%w: %s", err, said)
	}
	if err := json.Unmarshal([]byte(said), &found); err != nil {
		return container{}, err
	}
	return found[0], nil
}

// address is where this machine, and no other, reaches a service.
func (s stack) address(service string) string {
	s.Helper()
	c, err := s.inspect(service)
	if err != nil {
		s.Fatal(err)
	}
	for name, network := range c.NetworkSettings.Networks {
		if !strings.HasSuffix(name, "-front") {
			return network.IPAddress
		}
	}
	s.Fatalf("%s has no address", service)
	return ""
}

// healthy waits until all health checks are content and the playlist is made.
func (s stack) healthy() {
	s.Helper()
	eventually(s, "every health check says healthy, the playlist is made", func() error {
		for _, service := range []string{"exporter", "prometheus", "alertmanager", "grafana", "playlist"} {
			c, err := s.inspect(service)
			switch {
			case err != nil:
				return err
			case service == "playlist" && (c.State.Status != "exited" || c.State.ExitCode != 0),
				service != "playlist" && c.State.Health.Status != "healthy":
				logs, _ := s.try("logs", "--tail", "5", s.name(service))
				return fmt.Errorf("%s is %+v: %s", service, c.State, logs)
			}
		}
		return nil
	})
}

// scraped waits until figures and rules' results are in Prometheus.
func (s stack) scraped() {
	s.Helper()
	for _, expression := range []string{`count(dvc_score{window="year"}) > 30`, `count(unit:dvc_unit_info:own)`, `ALERTS{alertname="Watchdog"}`} {
		eventually(s, expression, func() error {
			_, err := query(s.address("prometheus"), expression, time.Now())
			return err
		})
	}
	eventually(s, "every rule has been evaluated without fault", func() error {
		said := s.get("prometheus", ":9090/api/v1/rules")
		rules := regexp.MustCompile(`"health":"(\w+)"`).FindAllStringSubmatch(said, -1)
		if len(rules) < 30 {
			return fmt.Errorf("there are %d rules", len(rules))
		}
		for _, rule := range rules {
			if rule[1] != "ok" {
				return fmt.Errorf("one is %s", rule[1])
			}
		}
		return nil
	})
	eventually(s, "Alertmanager has the sign of life", func() error {
		if !strings.Contains(s.get("alertmanager", ":9093/api/v2/alerts"), "Watchdog") {
			return errors.New("it has not")
		}
		return nil
	})
}

// get asks a service from this machine.
func (s stack) get(service, path string) string {
	s.Helper()
	answer, err := http.Get("http://" + s.address(service) + path)
	if err != nil {
		s.Log(err)
		return ""
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Log(err)
	}
	return string(text)
}

// figures are the published figures that the exporter serves, in order.
func (s stack) figures() []string {
	s.Helper()
	lines := regexp.MustCompile(`(?m)^dvc_(score|rank|group_score|score_past)\{.*$`).FindAllString(s.get("exporter", ":9766/metrics"), -1)
	slices.Sort(lines)
	return lines
}

// TestCompose: each part goes on from the one before it.
func TestCompose(t *testing.T) {
	compose := strings.TrimSpace(shell(t, pinned.Root(t), "go tool -modfile=tools/docker/go.mod cmd version >&2; go tool -modfile=tools/docker/go.mod -n cmd | tail -1"))
	compose = compose[strings.LastIndex(compose, "\n")+1:]
	now, then := checkout(t, ""), checkout(t, before)
	debian(t)
	images(t, now, then)
	get := outside(t)
	if !t.Run("demo", func(t *testing.T) { testDemo(stack{t, compose, now, "demo"}) }) {
		return
	}
	t.Run("default", func(t *testing.T) {
		testDefault(stack{t, compose, then, "default"}, now, get)
	})
}

func testDemo(s stack) {
	s.Cleanup(func() { _, _ = s.try("down", "-v", "--timeout", "1") })
	s.run("up", "-d", "--build")
	s.healthy()
	s.scraped()
	if size := docker(s, "image", "inspect", "-f", "{{.Size}}", "dvc_exporter:dev"); len(size) > 8 || len(size) == 8 && size > "40000000" {
		s.Errorf("the exporter's image has %s bytes, more than 40 MB", size)
	} else {
		s.Logf("the exporter's image has %s bytes", size)
	}
	for _, service := range []string{"exporter", "prometheus", "alertmanager", "grafana"} {
		c, err := s.inspect(service)
		if err != nil {
			s.Fatal(err)
		}
		if !c.HostConfig.ReadonlyRootfs {
			s.Errorf("%s may write to its root", service)
		}
		if service == "exporter" { // it has no shell
			continue
		}
		if said, err := s.try("exec", "-T", s.name(service), "touch", "/x"); err == nil || !strings.Contains(said, "Read-only file system") {
			s.Errorf("%s can write to /x: %s", service, said)
		}
	}

	// The demo's network has no way out; another one has, so that the attempt means something.
	ask := func(network string) (string, error) {
		return try(s.Context(), "", "docker", "run", "--rm", "--network", network, debianImage, "curl", "-sS", "-m", "3", "http://"+outsideAddress)
	}
	if said, err := ask("dvc_demo-front"); err != nil {
		s.Fatalf("the machine outside cannot be reached at all: %s", said)
	}
	if said, err := ask("dvc_demo"); err == nil {
		s.Errorf("a container in the demo's network reaches a machine outside: %s", said)
	}

	s.run("down", "--timeout", "5")
	for _, kind := range []string{"container", "volume", "network"} {
		if left := docker(s, kind, "ls", "-q", "--filter", "label=com.docker.compose.project=dvc"); left != "" {
			s.Errorf("after `down` the demo leaves a %s: %s", kind, left)
		}
	}
}

// testDefault starts the stack of the commit before, as the README says, on a portal that
// this machine plays, makes up some history, and upgrades it to this one.
func testDefault(s stack, now string, get func(string) error) {
	listener, err := net.Listen("tcp", ownAddress+":0")
	if err != nil {
		s.Fatal(err)
	}
	portal := &http.Server{Handler: demo.NewPortal(time.Now), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = portal.Serve(listener) }()
	s.Cleanup(func() {
		_ = portal.Close()
		_, _ = s.try("down", "-v", "--timeout", "1")
	})
	steps, _, _ := strings.Cut(match(s, strings.ReplaceAll(read(s, "README.md"), "\n", "\x00"), "```sh\x00(cp .env.example [^`]*)```"), "docker compose")
	shell(s, s.dir, strings.ReplaceAll(steps, "\x00", "\n")+"echo DVC_PORTAL_URL=http://"+listener.Addr().String()+" >> .env")
	s.run("up", "-d", "--build")
	s.healthy()
	s.scraped()

	const silence = "kept over restarts"
	s.run("exec", "-T", "alertmanager", "amtool", "--alertmanager.url=http://localhost:9093", "silence", "add", "-a", "test", "-c", silence, "-d", "10h", "unit=H26.01")
	longAgo := time.Now().AddDate(0, -3, 0).Truncate(time.Hour)
	write(s, s.dir+"/history.om", fmt.Sprintf("# TYPE dvc_score gauge\ndvc_score{unit=\"H26\",window=\"year\",job=\"dvc\",instance=\"dvc\"} 41.5 %d\n# EOF\n", longAgo.Unix()))
	s.run("cp", "history.om", "prometheus:/prometheus/")
	s.run("exec", "-T", "prometheus", "promtool", "tsdb", "create-blocks-from", "openmetrics", "/prometheus/history.om", "/prometheus")
	figures := s.figures()
	if len(figures) < 100 {
		s.Fatalf("the exporter serves %d figures", len(figures))
	}
	kept := func(after string) {
		s.Helper()
		s.healthy()
		eventually(s, "after "+after+", history, silence, figures and the playlist are still there", func() error {
			values, err := query(s.address("prometheus"), `dvc_score{unit="H26",window="year"}`, longAgo)
			playlist := s.run("logs", "--no-log-prefix", "--tail", "1", "playlist")
			switch {
			case err != nil:
				return err
			case !slices.Equal(values, []string{"41.5"}):
				return fmt.Errorf("the history says %v", values)
			case !strings.Contains(s.get("alertmanager", ":9093/api/v2/silences"), silence):
				return errors.New("there is no silence")
			case !slices.Equal(s.figures(), figures):
				return fmt.Errorf("%d figures are not the %d before", len(s.figures()), len(figures))
			case after != "the start" && strings.Contains(playlist, " made."):
				return errors.New("the playlist was gone")
			}
			return nil
		})
	}
	kept("the start")

	// git pull, and the portal is away: what is shown comes from the state.
	_ = portal.Close()
	shell(s, s.dir, "cp -r "+now+"/. .")
	s.run("up", "-d", "--build")
	kept("the upgrade from " + before)
	for _, service := range s.servers() {
		s.run("restart", service)
		kept("a restart of " + service)
	}
	s.run("down")
	s.run("up", "-d")
	kept("down and up")

	password, err := os.ReadFile(s.dir + "/secrets/grafana_admin_password")
	if err != nil {
		s.Fatal(err)
	}
	if everything := docker(s, append([]string{"inspect"}, strings.Fields(s.run("ps", "-aq"))...)...); strings.Contains(everything, strings.TrimSpace(string(password))) {
		s.Error("`docker inspect` shows Grafana's password")
	}

	closed := func(addresses ...string) {
		s.Helper()
		for _, address := range addresses {
			if get(address) == nil {
				s.Errorf("a machine outside reaches %s", address)
			}
		}
	}
	inside := []string{s.address("exporter") + ":9766", s.address("prometheus") + ":9090", s.address("alertmanager") + ":9093",
		ownAddress + ":9766", ownAddress + ":9090", ownAddress + ":9093"}
	closed(append(inside, ownAddress+":3000")...)
	shell(s, s.dir, "sed -i 's/^GRAFANA_BIND=.*/GRAFANA_BIND=0.0.0.0/' .env")
	s.run("up", "-d")
	s.healthy()
	if err := get(ownAddress + ":3000/api/health"); err != nil {
		s.Errorf("with GRAFANA_BIND=0.0.0.0 Grafana is not reached from outside: %v", err)
	}
	closed(inside...)

	// What is wrong in .env is said.
	shell(s, s.dir, "cp .env right && echo DVC_PROVINC=H01 >> .env")
	s.run("up", "-d", "exporter")
	eventually(s, "the log names the wrong variable", func() error {
		said := s.run("logs", "--tail", "20", "exporter")
		if !strings.Contains(said, "there is no variable DVC_PROVINC; did you mean DVC_PROVINCE?") {
			return errors.New(said)
		}
		return nil
	})
	shell(s, s.dir, "cp right .env && sed -i 's/^GRAFANA_PORT=.*/GRAFANA_PORT=three/' .env")
	if said, err := s.try("up", "-d"); err == nil || !strings.Contains(said, "three") {
		s.Errorf("GRAFANA_PORT=three: %v, %s", err, said)
	}
	shell(s, s.dir, "cp right .env && rm secrets/smtp_password")
	if said, err := s.try("up", "-d", "--force-recreate", "alertmanager"); err == nil || !strings.Contains(said, "secrets/smtp_password") {
		s.Errorf("without secrets/smtp_password: %v, %s", err, said)
	}
}
