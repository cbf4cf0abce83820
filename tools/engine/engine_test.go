//go:build engine

// Package engine_test runs what people run: docker-compose.yml on a Docker engine and the
// packages in a Debian that has booted. It needs root, dockerd, debootstrap and iproute2 and
// starts an engine of its own:
//
//	PINNED_TOOLS=1 go test -tags engine -v -timeout 40m ./tools/engine
//
// No image is pulled. Those of which a stack is made are built here under the names and tags
// that docker-compose.yml and exporter/Dockerfile have, with the users, the owners of folders
// and the entry points of the official ones.
package engine_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"dvc_exporter/tools/pinned"
)

var (
	host       = flag.String("engine", "", "engine that runs already (unix://…); its images and containers of these names are replaced")
	debianRoot = flag.String("debian", "", "folder that holds what debootstrap has made")
	serve      = flag.String("serve", "", "only answer requests at this address")
	work       string                      // removed at the end
	grafanaDir = os.Getenv("GRAFANA_HOME") // a real Grafana in place of the stand-in
)

const (
	debianImage = "dvc-test/debian"
	// The engine's machine and a machine outside, which reaches it and that it reaches.
	ownAddress, outsideAddress = "10.213.7.1", "10.213.7.2"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *serve != "" {
		log.Fatal(http.ListenAndServe(*serve, http.NotFoundHandler()))
	}
	var err error
	if work, err = os.MkdirTemp("", "dvc-engine-"); err != nil {
		log.Fatal(err)
	}
	end := func() {}
	if *host == "" {
		*host, end = startEngine(work)
	}
	code := m.Run()
	end()
	_ = os.RemoveAll(work)
	os.Exit(code)
}

// startEngine starts dockerd with folders of its own. Where it does not start, nothing here
// is tried, and that is a failure.
func startEngine(dir string) (address string, end func()) {
	address = "unix://" + dir + "/docker.sock"
	said, err := os.Create(filepath.Join(dir, "dockerd.log"))
	if err != nil {
		log.Fatal(err)
	}
	engine := exec.Command("dockerd", "--data-root", dir+"/data", "--exec-root", dir+"/exec", "--pidfile", dir+"/pid", "-H", address)
	engine.Stdout, engine.Stderr = said, said
	if err := engine.Start(); err != nil {
		log.Fatalf("dockerd cannot be started: %v. As root: apt-get install docker.io", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- engine.Wait() }()
	for range 120 {
		select {
		case err := <-ended:
			text, _ := os.ReadFile(said.Name())
			log.Fatalf("dockerd has ended: %v\n%s", err, text)
		case <-time.After(time.Second):
		}
		if exec.Command("docker", "-H", address, "version").Run() == nil {
			return address, func() {
				_ = engine.Process.Signal(os.Interrupt)
				if err := <-ended; err != nil {
					log.Printf("dockerd: %v", err)
				}
			}
		}
	}
	_ = engine.Process.Kill()
	log.Fatal("dockerd does not answer within two minutes")
	return "", nil
}

// run runs a program in dir with the engine's address and returns what it prints, errors too.
func run(t testing.TB, dir string, args ...string) string {
	t.Helper()
	said, err := try(t.Context(), dir, args...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return said
}

func try(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "DOCKER_HOST="+*host, "DOCKER_BUILDKIT=0", "COMPOSE_ANSI=never", "COMPOSE_PROGRESS=plain")
	said, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(said)), err
}

func docker(t testing.TB, args ...string) string {
	t.Helper()
	return run(t, "", append([]string{"docker"}, args...)...)
}

func shell(t testing.TB, dir, script string) string {
	t.Helper()
	return run(t, dir, "bash", "-euo", "pipefail", "-c", script)
}

// eventually waits until is returns nil.
func eventually(t testing.TB, what string, is func() error) {
	t.Helper()
	started := time.Now()
	for {
		err := is()
		if err == nil {
			t.Logf("%s: after %v", what, time.Since(started).Round(time.Second))
			return
		}
		if time.Since(started) > 5*time.Minute {
			t.Fatalf("%s: not within five minutes: %v", what, err)
		}
		time.Sleep(time.Second)
	}
}

// checkout copies the project's files to a new folder: those of a commit, or, without one, those
// that are worked on.
func checkout(t testing.TB, commit string) string {
	t.Helper()
	dir := t.TempDir()
	list := "git ls-files -co --exclude-standard -z | tar -c --null -T -"
	if commit != "" {
		if said, err := try(t.Context(), pinned.Root(t), "git", "cat-file", "-e", commit+"^{commit}"); err != nil {
			t.Fatalf("The history here is too short: it lacks %s, from which an upgrade is tried. Get all of it: git fetch --unshallow\n%s", commit, said)
		}
		list = "git archive " + commit
	}
	shell(t, pinned.Root(t), list+" | tar -x -C "+dir)
	return dir
}

// debian makes the image debianImage, from which the others are made and in which the packages
// are tried.
func debian(t testing.TB) {
	t.Helper()
	if *debianRoot == "" {
		*debianRoot = filepath.Join(work, "debian")
		run(t, "", "debootstrap", "--variant=minbase", "--include=ca-certificates,curl,systemd,systemd-sysv,dbus", "bookworm", *debianRoot)
	}
	shell(t, "", "tar -c -C "+*debianRoot+" . | docker import - "+debianImage)
}

// images makes what a registry would give, for the exporter at the given checkouts.
func images(t testing.TB, checkouts ...string) {
	t.Helper()
	dir, dockerfile := t.TempDir(), read(t, "exporter/Dockerfile")
	golang, distroless := match(t, dockerfile, `FROM (golang:\S+)`), match(t, dockerfile, `FROM (gcr\.io/\S+)`)
	if own := strings.TrimPrefix(runtime.Version(), "go"); golang != "golang:"+own {
		t.Fatalf("exporter/Dockerfile builds with %s; here is Go %s", golang, own)
	}
	// The modules that are here already, as a proxy in a folder.
	for _, checkout := range checkouts {
		shell(t, checkout, "GOFLAGS=-modcacherw GOMODCACHE="+dir+"/mod GOSUMDB=off GOPROXY=file://$(go env GOMODCACHE)/cache/download,$(go env GOPROXY) go mod download")
	}
	goroot := strings.TrimSpace(shell(t, dir, "go env GOROOT"))
	shell(t, dir, "mkdir modules && mv mod/cache/download modules/ && tar -c -C "+*debianRoot+" . -C / "+strings.TrimPrefix(goroot, "/")+" -C "+dir+" modules | docker import "+
		"-c 'ENV GOPATH=/go GOTOOLCHAIN=local GOPROXY=file:///modules/download PATH="+goroot+"/bin:/usr/bin:/bin' -c 'WORKDIR /go' - "+golang)
	shell(t, dir, `mkdir -p static/etc/ssl/certs static/usr/share static/home/nonroot && mkdir -m 1777 static/tmp
		cp -r `+*debianRoot+`/usr/share/zoneinfo static/usr/share && cp `+*debianRoot+`/etc/ssl/certs/ca-certificates.crt static/etc/ssl/certs
		echo 'root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' > static/etc/passwd && chown -R 65532:65532 static/home/nonroot
		tar -c -C static . | docker import -c 'USER 65532' -c 'WORKDIR /home/nonroot' -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' `+
		`-c 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' - `+distroless)

	compose := read(t, "docker-compose.yml")
	for _, server := range [][2]string{{"prometheus", "promtool"}, {"alertmanager", "amtool"}} {
		name := server[0]
		image := match(t, compose, `image: (prom/`+name+`:\S+)`)
		shell(t, dir, fmt.Sprintf(`mkdir %[1]s && cp %[2]s %[3]s %[1]s
			echo 'FROM %[4]s
			COPY %[5]s %[6]s /usr/bin/
			RUN mkdir -m 775 /%[1]s && chown nobody:nogroup /%[1]s
			USER nobody
			VOLUME /%[1]s
			WORKDIR /%[1]s
			ENTRYPOINT ["/bin/%[1]s"]' > %[1]s/Dockerfile && docker build -q -t %[7]s %[1]s`,
			name, pinned.Tool(t, server[0]), pinned.Tool(t, server[1]), debianImage, server[0], server[1], image))
	}
	shell(t, dir, `mkdir grafana`)
	start := "exec /usr/share/grafana/bin/grafana"
	if grafanaDir == "" {
		t.Log("Grafana is a stand-in that answers its health check and the playlist's program. GRAFANA_HOME=<the folder of a Grafana> puts a real one in its place")
		run(t, pinned.Root(t), "env", "CGO_ENABLED=0", "go", "build", "-o", dir+"/grafana/home/bin/grafana", "./tools/engine/grafana")
	} else {
		shell(t, dir, "cp -rL "+grafanaDir+" grafana/home")
		// What the official start script does with what the compose file sets.
		start = `export GF_SECURITY_ADMIN_PASSWORD="$(cat $GF_SECURITY_ADMIN_PASSWORD__FILE)"
unset GF_SECURITY_ADMIN_PASSWORD__FILE
exec /usr/share/grafana/bin/grafana server --homepath=/usr/share/grafana cfg:default.log.mode=console cfg:default.paths.data=/var/lib/grafana cfg:default.paths.logs=/var/log/grafana cfg:default.paths.plugins=/var/lib/grafana/plugins cfg:default.paths.provisioning=/etc/grafana/provisioning`
	}
	write(t, dir+"/grafana/run.sh", "#!/bin/sh\n"+start+"\n")
	write(t, dir+"/grafana/Dockerfile", `FROM `+debianImage+`
COPY home /usr/share/grafana
COPY run.sh /run.sh
RUN chmod 755 /run.sh && mkdir -p /usr/share/grafana/public /var/lib/grafana/plugins /var/log/grafana /etc/grafana/provisioning/datasources /etc/grafana/provisioning/dashboards /etc/grafana/provisioning/plugins /etc/grafana/provisioning/alerting && \
    chown -R 472:0 /usr/share/grafana /var/lib/grafana /var/log/grafana /etc/grafana && chmod -R 777 /var/lib/grafana /var/log/grafana /etc/grafana/provisioning
USER 472
EXPOSE 3000
WORKDIR /usr/share/grafana
ENTRYPOINT ["/run.sh"]
`)
	docker(t, "build", "-q", "-t", match(t, compose, `image: (grafana/grafana:\S+)`), dir+"/grafana")
}

// outside makes a machine beside this one, at outsideAddress, with a web server on port 80.
// The returned function asks an address from there.
func outside(t testing.TB) (get func(address string) error) {
	t.Helper()
	const name = "dvc-outside"
	_, _ = try(t.Context(), "", "ip", "netns", "delete", name)
	shell(t, "", fmt.Sprintf(`ip netns add %[1]s && ip link add dvc-own type veth peer name dvc-out netns %[1]s
		ip address add %[2]s/24 dev dvc-own && ip link set dvc-own up
		ip netns exec %[1]s ip address add %[3]s/24 dev dvc-out && ip netns exec %[1]s ip link set dvc-out up
		ip netns exec %[1]s ip route add default via %[2]s`, name, ownAddress, outsideAddress))
	server := exec.Command("ip", "netns", "exec", name, os.Args[0], "-serve", outsideAddress+":80")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
		_ = exec.Command("ip", "netns", "delete", name).Run()
	})
	return func(address string) error {
		said, err := try(t.Context(), "", "ip", "netns", "exec", name, "curl", "-sS", "-o", "/dev/null", "-m", "3", "http://"+address)
		if err != nil {
			return fmt.Errorf("%s: %s", address, said)
		}
		return nil
	}
}

// query asks a Prometheus for the values of an expression.
func query(address, expression string, at time.Time) (values []string, err error) {
	answer, err := http.Get(fmt.Sprintf("http://%s:9090/api/v1/query?time=%d&query=%s", address, at.Unix(), url.QueryEscape(expression)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	var found struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	if err := json.NewDecoder(answer.Body).Decode(&found); err != nil {
		return nil, err
	}
	for _, r := range found.Data.Result {
		values = append(values, fmt.Sprint(r.Value[1]))
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%s has no value", expression)
	}
	return values, nil
}

func read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(pinned.Root(t), path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func match(t testing.TB, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("nothing matches %s", pattern)
	}
	return found[1]
}
