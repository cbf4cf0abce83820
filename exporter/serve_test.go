package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
)

// pipes is a listener whose connections are made in memory, so that their time is
// the test's.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if conn, ok := <-p; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) dial() net.Conn {
	client, server := net.Pipe()
	p <- server
	return client
}

func TestClientsThatHoldConnectionsAreGoneWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		large := bytes.Repeat([]byte("x"), 1<<20)
		server := bounded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = w.Write(large)
		}))
		listener := make(pipes)
		go func() { _ = server.Serve(listener) }()
		const clients = 200
		var ended atomic.Int64
		hold := func(request string, read bool) {
			conn := listener.dial()
			go func() {
				defer ended.Add(1)
				if request == "" || !read {
					_, _ = io.WriteString(conn, request)
				} else {
					go func() { _, _ = io.WriteString(conn, request) }()
					_, _ = io.Copy(io.Discard, conn) // until the server hangs up
					return
				}
				if request == "" {
					_, _ = io.Copy(io.Discard, conn)
					return
				}
				time.Sleep(59 * time.Second) // it does not read…
				for {
					if _, err := conn.Write([]byte("x")); err != nil { // …and finds itself hung up
						return
					}
				}
			}()
		}
		for range clients {
			hold("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow", true)
			hold("", true)                                   // never asks
			hold("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true)  // idle after its answer
			hold("GET / HTTP/1.1\r\nHost: x\r\n\r\n", false) // does not read its answer
		}
		for range 11 {
			time.Sleep(5 * time.Second)
			conn := listener.dial()
			go func() { _, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") }()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("a scrape beside them: %v", err)
			}
			if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != int64(len(large)) {
				t.Fatalf("a scrape beside them: %d bytes, %v", n, err)
			}
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := ended.Load(); got != 4*clients {
			t.Errorf("%d of %d clients are gone after a minute", got, 4*clients)
		}
		close(listener)
		_ = server.Close()
	})
}

func TestServeEndsThoughASourceHangs(t *testing.T) {
	asked := make(chan struct{}, 100)
	gate := make(chan struct{})
	portal := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-gate
	}))
	defer portal.Close()
	defer close(gate)
	c := testConfig(t, nil)
	c.PortalURL, c.ListenAddress = portal.URL, "127.0.0.1:0"
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- serve(ctx, c, "", slog.New(slog.DiscardHandler)) }()
	<-asked
	cancel()
	if err := <-done; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestHangupReadsTheFilesAgain(t *testing.T) {
	safe := make(chan os.Signal, 1)
	signal.Notify(safe, syscall.SIGHUP) // so that the test lives whoever listens
	defer signal.Stop(safe)
	c := testConfig(t, demo.NewPortal(frozen))
	c.UnitsFile = filepath.Join(t.TempDir(), "units.csv")
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(c.UnitsFile, []byte("code,name,kind,parent\nH26.99,"+name+",department,H26\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Sở Cũ")
	a := wireTest(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go a.watch(ctx)
	write("Sở Mới") // of the same size, and perhaps of the same time
	deadline := time.Now().Add(lookInterval * 2 / 3)
	for a.watcher.Files().Listed[0].Name != "Sở Mới" {
		if time.Now().After(deadline) {
			t.Fatal("not read again")
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if !strings.Contains(a.scrape(t), `dvc_unit_info{unit="H26.99",name="Sở Mới",kind="department",parent="H26"} 1`) {
		t.Error("the new name is not served, with a frozen clock")
	}
}

func TestWhatWouldNeverAskIsRefused(t *testing.T) {
	now := time.Date(2026, 11, 15, 9, 0, 0, 0, index.Vietnam)
	for name, test := range map[string]struct {
		change func(*config)
		refuse bool
	}{
		"the defaults":                  {func(*config) {}, false},
		"the old generation":            {func(c *config) { c.PortalAPI = "rest" }, true},
		"half years of the new one":     {func(c *config) { c.Windows = []index.Window{index.HalfYear} }, true},
		"half years among others":       {func(c *config) { c.Windows = []index.Window{index.HalfYear, index.Month} }, false},
		"the old generation, frozen":    {func(c *config) { c.PortalAPI, c.AsOf = "rest", asOf{clock} }, false},
		"the old generation, not asked": {func(c *config) { c.PortalAPI, c.PortalURL = "rest", "" }, false},
	} {
		c := testConfig(t, nil)
		c.PortalURL, c.AsOf = "https://dichvucong.gov.vn", asOf{}
		test.change(&c)
		err := c.checkWindows(now)
		if (err != nil) != test.refuse || err != nil && !strings.Contains(err.Error(), "DVC_WINDOWS") {
			t.Errorf("%s: %v", name, err)
		}
		if test.refuse {
			for _, command := range []func() error{
				func() error { return serve(t.Context(), c, "", slog.New(slog.DiscardHandler)) },
				func() error { return check(t.Context(), c, io.Discard, slog.New(slog.DiscardHandler)) },
			} {
				if got := command(); got == nil || got.Error() != err.Error() {
					t.Errorf("%s: started, and ended with %v", name, got)
				}
			}
		}
	}
}

// dossiers writes a file of records with an open dossier in each row that is good.
func dossiers(t *testing.T, path string, age time.Duration, rows ...string) {
	t.Helper()
	text := "MaHoSo,DonViXuLy,TrangThaiHoSo,NgayTiepNhan,NgayHenTra\n" + strings.Join(rows, "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
		t.Fatal(err)
	}
}

func good(code int) string {
	return fmt.Sprintf("H26.01-240701-%04d,Sở Tư pháp,4,01/07/2024,15/07/2024", code)
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	c := testConfig(t, nil)
	c.Records = paths{dir}
	run := func() (string, error) {
		var out strings.Builder
		err := check(t.Context(), c, &out, slog.New(slog.DiscardHandler))
		return out.String(), err
	}
	dossiers(t, filepath.Join(dir, "b.csv"), time.Hour, good(1), good(2), "X-1,Sở Tư pháp,4,nay,15/07/2024", good(3), "X-2,Sở Tư pháp,4,01/07/2024,mai", good(4))
	dossiers(t, filepath.Join(dir, "a.csv"), 2*time.Hour, good(5), "X-3,Sở Tư pháp,4,nay,15/07/2024")
	out, err := run()
	if err != nil {
		t.Errorf("it fails: %v\n%s", err, out)
	}
	for line := range strings.Lines(out) {
		if fields := strings.Fields(line); fields[0] == "ok" && fields[3] != "5" {
			t.Errorf("rows are not the 5 dossiers: %s", line)
		}
	}
	places := []string{"a.csv, line 3", "b.csv, line 4", "b.csv, line 6"}
	at := -1
	for _, place := range places {
		next := strings.Index(out, place)
		if next <= at {
			t.Errorf("%s does not stand in its order:\n%s", place, out)
		}
		at = next
	}

	dossiers(t, filepath.Join(dir, "a.csv"), time.Hour, "X-3,Sở Tư pháp,4,nay,15/07/2024")
	if out, err := run(); err == nil || !strings.Contains(out, "malformed") {
		t.Errorf("all rows of a file were refused, and it ends with %v:\n%s", err, out)
	}

	if err := os.Remove(filepath.Join(dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	dossiers(t, filepath.Join(dir, "b.csv"), 0, good(1)) // too young to be read at once
	if out, err := run(); err != nil || !strings.Contains(out, " 1 ") {
		t.Errorf("a young file: %v\n%s", err, out)
	}
}

func TestOtherCommandsOnlyReadTheState(t *testing.T) {
	c := testConfig(t, demo.NewPortal(frozen))
	c.Windows = []index.Window{index.Month}
	a := wireTest(t, c)
	a.round(t, false)
	listing := func() (all string) {
		err := filepath.WalkDir(c.StateDir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				var raw []byte
				raw, err = os.ReadFile(path)
				all += fmt.Sprintln(path, len(raw), fmt.Sprintf("%x", raw[:min(len(raw), 64)]))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := listing()
	for _, province := range []string{"H26", "H20"} {
		c.Province = province
		if err := check(t.Context(), c, io.Discard, slog.New(slog.DiscardHandler)); err != nil && province == "H26" { // the demo has no other
			t.Errorf("check of %s: %v", province, err)
		}
		out := filepath.Join(t.TempDir(), "history.om")
		if err := runBackfill(t.Context(), c, []string{"-from", "2026-10", "-out", out}, slog.New(slog.DiscardHandler)); err != nil {
			t.Errorf("backfill of %s: %v", province, err)
		}
		out = filepath.Join(t.TempDir(), "bao-cao.md")
		if err := runReport(t.Context(), c, []string{"-period", "2026-10", "-out", out}, "", io.Discard, slog.New(slog.DiscardHandler)); err != nil {
			t.Errorf("report of %s: %v", province, err)
		}
	}
	if after := listing(); after != before {
		t.Errorf("the state folder has changed:\n%s\n%s", before, after)
	}
}

func TestASecondExporterOnAFolderIsRefused(t *testing.T) {
	c := testConfig(t, demo.NewPortal(frozen))
	wireTest(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // it would wait 30 s
	err := serve(ctx, c, "", slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) || errors.Is(err, http.ErrServerClosed) {
		t.Errorf("got %v, want who holds the folder", err)
	}
}
