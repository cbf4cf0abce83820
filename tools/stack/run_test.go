package stack_test

import (
	"debug/elf"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dvc_exporter/tools/pinned"
)

// buildImage does what the Dockerfile's first stage does, as plain commands: it copies what
// is copied, runs what is run. It returns the folder /out.
func buildImage(t *testing.T) string {
	t.Helper()
	src, out := t.TempDir(), t.TempDir()
	ignored := strings.Split(strings.TrimSpace(read(t, ".dockerignore")), "\n")
	stage, _, _ := strings.Cut(read(t, "exporter/Dockerfile"), "\nFROM gcr.io/")
	for line := range strings.Lines(stage) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch instruction {
		case "COPY":
			paths := strings.Fields(rest)
			for _, path := range paths[:len(paths)-1] {
				if !slices.Contains(ignored, "!"+path) {
					t.Errorf(".dockerignore keeps %s out", path)
				}
				copyInto(t, filepath.Join(pinned.Root(t), path), filepath.Join(src, path))
			}
		case "RUN":
			cmd := exec.CommandContext(t.Context(), "sh", "-ec", strings.ReplaceAll(rest, "/out/", out+"/"))
			cmd.Dir, cmd.Env = src, append(os.Environ(), "VERSION=1.2.3", "GOFLAGS=-mod=readonly")
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("RUN %s: %v\n%s", rest, err, said)
			}
		}
	}
	return out
}

// copyInto copies a file or folder, but for what the last lines of .dockerignore name.
func copyInto(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, inside)), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, inside), content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDemo runs the profile demo without containers: the image's build steps, then each
// service's own command and health check. Only addresses and folders differ.
func TestDemo(t *testing.T) {
	prometheus, promtool := pinned.Tool(t, "prometheus"), pinned.Tool(t, "promtool")
	alertmanager, amtool := pinned.Tool(t, "alertmanager"), pinned.Tool(t, "amtool")
	p, dir, out := load(t, "demo"), t.TempDir(), buildImage(t)

	exporter := filepath.Join(out, "dvc_exporter")
	if said, err := exec.CommandContext(t.Context(), exporter, "-version").CombinedOutput(); err != nil || !strings.Contains(string(said), "version 1.2.3") {
		t.Errorf("dvc_exporter -version: %v, %s", err, said)
	}
	for _, name := range []string{"dvc_exporter", "playlist"} {
		if binary, err := elf.Open(filepath.Join(out, name)); err != nil || slices.ContainsFunc(binary.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
			t.Errorf("%s is not static (%v); the image has no libraries", name, err)
		}
	}

	at := map[string]string{"exporter:9766": pinned.FreeAddress(t), "alertmanager:9093": pinned.FreeAddress(t), "prometheus:9090": pinned.FreeAddress(t)}
	if err := os.CopyFS(filepath.Join(dir, "alerts"), os.DirFS(filepath.Join(pinned.Root(t), "alerts"))); err != nil {
		t.Fatal(err)
	}
	for file, address := range map[string]string{"exporter": "exporter:9766", "alertmanager": "alertmanager:9093"} {
		path := filepath.Join("alerts", "targets", file+".yml")
		moved := strings.Replace(read(t, path), address, at[address], 1)
		if err := os.WriteFile(filepath.Join(dir, path), []byte(moved), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// command is the service's own, with the folders of this test.
	command := func(name string) []string {
		var args []string
		for _, arg := range p.Services[name].Command {
			if arg == "/prometheus" {
				arg = dir + arg
			}
			args = append(args, strings.NewReplacer("/history/", dir+"/history/", "=/alerts/", "="+dir+"/alerts/", "=/prometheus", "="+dir+"/prometheus", "=/alertmanager", "="+dir+"/alertmanager").Replace(arg))
		}
		return args
	}
	environment := func(name string) (list []string) {
		for variable, value := range p.Services[name].Environment {
			list = append(list, variable+"="+value)
		}
		return list
	}
	if err := os.Mkdir(filepath.Join(dir, "history"), 0o750); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ service, program string }{{"history-demo", exporter}, {"blocks-demo", promtool}} {
		cmd := exec.CommandContext(t.Context(), step.program, command(step.service)...)
		cmd.Env = append(os.Environ(), "TMPDIR="+dir)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", step.service, err, said)
		}
	}
	started := time.Now()
	pinned.Start(t, dir, exporter, command("exporter-demo"), append(environment("exporter-demo"), "DVC_LISTEN_ADDRESS="+at["exporter:9766"], "TMPDIR="+dir)...)
	pinned.Start(t, dir, alertmanager, append(command("alertmanager-demo"), "--web.listen-address="+at["alertmanager:9093"]))
	pinned.Start(t, dir, prometheus, append(command("prometheus-demo"), "--web.listen-address="+at["prometheus:9090"]), environment("prometheus-demo")...)

	eventually := func(what string, is func() error) {
		t.Helper()
		for {
			err := is()
			if err == nil {
				t.Logf("%s after %v", what, time.Since(started).Round(100*time.Millisecond))
				return
			}
			if time.Since(started) > 2*time.Minute {
				t.Fatalf("two minutes have not brought %s: %v", what, err)
			}
			time.Sleep(500 * time.Millisecond)
		}
	}
	for name, program := range map[string]struct {
		path, own string
		args      []string
	}{
		"exporter-demo":     {exporter, "/usr/local/bin/dvc_exporter", nil},
		"prometheus-demo":   {promtool, "promtool", []string{"--url=http://" + at["prometheus:9090"]}},
		"alertmanager-demo": {amtool, "amtool", nil},
	} {
		test := p.Services[name].Healthcheck.Test
		if test[1] != program.own {
			t.Errorf("the health check of %s is %v", name, test)
			continue
		}
		args := append(slices.Clone(test[2:]), program.args...)
		for i := range args {
			args[i] = strings.Replace(args[i], "localhost:9093", at["alertmanager:9093"], 1)
		}
		eventually("the health check of "+name, func() error {
			cmd := exec.CommandContext(t.Context(), program.path, args...)
			cmd.Env = append(os.Environ(), "DVC_LISTEN_ADDRESS="+at["exporter:9766"])
			if said, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%w: %s", err, said)
			}
			return nil
		})
	}
	for _, expression := range []string{`count(dvc_score{window="year"})`, `count(dvc_dossiers_overdue)`, `count(unit:dvc_unit_info:own)`, `count_over_time(dvc_score{unit="H26",window="month"}[1y]) > 100`} {
		eventually(expression, func() error {
			answer, err := http.Get("http://" + at["prometheus:9090"] + "/api/v1/query?query=" + url.QueryEscape(expression))
			if err != nil {
				return err
			}
			defer func() { _ = answer.Body.Close() }()
			var found struct{ Data struct{ Result []any } }
			if err := json.NewDecoder(answer.Body).Decode(&found); err != nil {
				return err
			}
			if len(found.Data.Result) == 0 {
				return fmt.Errorf("%s finds nothing", expression)
			}
			return nil
		})
	}
}
