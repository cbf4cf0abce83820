package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"dvc_exporter/exporter/backfill"
	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
)

// historyOf returns the options of a backfill of a test's portal.
func historyOf(t *testing.T, portal http.Handler, windows ...index.Window) backfill.Options {
	t.Helper()
	c := testConfig(t, portal)
	c.Windows = windows
	a := wireTest(t, c)
	o := a.backfillOptions(a.refresher.Jobs[0], backfill.Options{
		From: index.Period{Months: 1, Year: 2026, Number: 1}, To: clock,
		Out: filepath.Join(t.TempDir(), "history.om"), Job: "dvc", Instance: "exporter:9766", Notes: os.Stderr,
	})
	o.Scope = "test"
	return o
}

func TestBackfill(t *testing.T) {
	o := historyOf(t, demo.NewPortal(frozen), index.Month)
	o.From.Number = 10
	var progress strings.Builder
	o.Progress = &progress
	if err := backfill.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	if !strings.HasSuffix(text, "\n# EOF\n") {
		t.Error("the file does not end with # EOF")
	}
	if !strings.HasSuffix(progress.String(), "done    \n") {
		t.Errorf("the progress bar ends with %q", progress.String()[max(0, progress.Len()-30):])
	}

	// October shows September, November October; the last day is the clock's.
	o.Only = regexp.MustCompile("^dvc_(rank|score)$")
	if err := backfill.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	part, err := os.ReadFile(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(text) {
		if regexp.MustCompile(`^(# \w+ )?dvc_(rank|score)[ {]|^# EOF`).MatchString(line) {
			want = append(want, line)
		}
	}
	if string(part) != strings.Join(want, "") {
		t.Errorf("of the metrics dvc_rank and dvc_score there are %d bytes, want %d", len(part), len(strings.Join(want, "")))
	}

	own := regexp.MustCompile(`(?m)^dvc_score\{job="dvc",instance="exporter:9766",unit="H26",window="month"\} (\S+) (\d+)$`).FindAllStringSubmatch(text, -1)
	if len(own) != 31+15 {
		t.Fatalf("%d daily samples, want 46", len(own))
	}
	if own[0][1] != own[30][1] || own[30][1] == own[31][1] || own[31][1] != own[45][1] {
		t.Errorf("the steps are not at the months' ends: %v", own)
	}

	// Names and labels are those of a scrape.
	a := wireTest(t, testConfig(t, demo.NewPortal(frozen)))
	a.round(t, false)
	scraped := a.scrape(t)
	for _, m := range regexp.MustCompile(`(?m)^(dvc_[a-z_]+\{)job="dvc",instance="exporter:9766",?(.*\}) \S+ `+own[len(own)-1][2]+`$`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(scraped, "\n"+m[1]+m[2]+" ") {
			t.Fatalf("no scrape shows %s%s", m[1], m[2])
		}
	}
	if _, err := os.Stat(o.Out + ".progress"); !os.IsNotExist(err) {
		t.Errorf("the progress file is left: %v", err)
	}
}

func TestBackfillContinuesWhereItStopped(t *testing.T) {
	var asked atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	good := demo.NewPortal(frozen)
	o := historyOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 12 { // in the second period
			cancel()
		}
		good.ServeHTTP(w, r)
	}), index.Quarter)
	if err := backfill.Run(ctx, o); err == nil || !strings.Contains(err.Error(), "continues here") {
		t.Fatalf("stopped with %v", err)
	}
	if _, err := os.Stat(o.Out); err == nil {
		t.Error("half a history was written")
	}
	file, err := os.OpenFile(o.Out+".progress", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"window":"quar`); err != nil { // cut while it was written
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	asked.Store(100)
	if err := backfill.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if n := asked.Load() - 100; n != 16 { // two of three quarters, eight services each
		t.Errorf("%d requests after the restart, want 16", n)
	}

	other := o
	other.Scope = "another province"
	if err := os.WriteFile(o.Out+".progress", []byte(`{"scope":"test"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := backfill.Run(t.Context(), other); err == nil || !strings.Contains(err.Error(), "another backfill") {
		t.Errorf("progress of another scope: %v", err)
	}
}

func TestBackfillStopsAtARefusal(t *testing.T) {
	o := historyOf(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }), index.Month)
	if err := backfill.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("got %v", err)
	}
}
