// Package pinned gives tests the programs that Prometheus and Alertmanager ship, in the
// versions that the project pins in tools/, and runs them.
package pinned

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// modules says in which folder of tools/ a program is pinned.
var modules = map[string]string{
	"prometheus":   "prometheus",
	"promtool":     "prometheus",
	"alertmanager": "alertmanager",
	"amtool":       "alertmanager",
}

// Wanted reports whether the pinned programs are to be built and used.
func Wanted() bool { return os.Getenv("PINNED_TOOLS") == "1" }

// Tool returns the path of prometheus, promtool, alertmanager or amtool. With
// PINNED_TOOLS=1 it is the version that the project pins, built on first use (some
// minutes, and modules have to be downloaded). Else it is whichever promtool or amtool is
// installed, or the test is skipped: servers of any other version prove nothing.
func Tool(t testing.TB, name string) string {
	t.Helper()
	module, known := modules[name]
	if !known {
		t.Fatalf("tools/ pins no %s", name)
	}
	if Wanted() {
		modfile := "-modfile=" + filepath.Join(Root(t), "tools", module, "go.mod")
		if out, err := exec.CommandContext(t.Context(), "go", "tool", modfile, name, "--version").CombinedOutput(); err != nil {
			t.Fatalf("building %s: %v\n%s", name, err, out)
		}
		path, err := exec.CommandContext(t.Context(), "go", "tool", modfile, "-n", name).Output()
		if err != nil {
			t.Fatalf("finding %s: %v", name, err)
		}
		return strings.TrimSpace(string(path))
	}
	if strings.HasSuffix(name, "tool") {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("SKIPPED: it needs %s. PINNED_TOOLS=1 go test ./... builds and uses the pinned one", name)
	return ""
}

// Root returns the folder of the whole project.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "tools", "prometheus", "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no folder above this one has tools/prometheus/go.mod")
		}
		dir = parent
	}
}

// FreeAddress returns an address on loopback that nobody listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Start runs a program in dir until the test ends, with env (NAME=value) on top of the
// test's own environment. Its log is dir/<name>.log, the end of which is shown if the test
// failed.
func Start(t testing.TB, dir, program string, args []string, env ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	log, err := os.Create(filepath.Join(dir, filepath.Base(program)+".log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			if info, err := log.Stat(); err == nil {
				_, _ = log.Seek(max(0, info.Size()-4000), io.SeekStart)
			}
			tail, _ := io.ReadAll(log)
			t.Logf("%s:\n%s", filepath.Base(program), tail)
		}
		_ = log.Close()
	})
}

// Exporter builds the exporter into a folder and returns its path.
func Exporter(t testing.TB, dir string) string {
	t.Helper()
	binary := filepath.Join(dir, "dvc_exporter")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./exporter")
	cmd.Dir = Root(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the exporter: %v\n%s", err, out)
	}
	return binary
}

// Chromium returns the path of the installed browser. Without one the test is skipped, with
// PINNED_TOOLS=1 it fails.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "it needs Chromium (Debian: apt-get install chromium)"
	if Wanted() {
		t.Fatal(missing)
	}
	t.Skip("SKIPPED: " + missing)
	return ""
}
