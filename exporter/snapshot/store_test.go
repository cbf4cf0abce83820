package snapshot

import (
	"bytes"
	"compress/gzip"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
)

var portalOnly = []index.SourceName{index.Portal}

func open(t *testing.T, dir, scope string) (*Store, string) {
	t.Helper()
	var log strings.Builder
	s, err := Open(dir, scope, portalOnly, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s, log.String()
}

func fill(s *Store) {
	s.Update(index.Portal, true, func(old Source) Source {
		old.Parts = held(part("service-results", province(1, "H26", 52.96)))
		old.Past = []Past{{Period: month.Ago(1), First: at, Last: at, Parts: held(part("service-results", province(1, "H26", 50)))}}
		return old
	})
}

// saved returns when the portal's state was last written.
func saved(s *Store) time.Time { return s.Picture()[index.Portal].Saved }

func TestStateSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	first, _ := open(t, dir, "here")
	if !saved(first).IsZero() {
		t.Error("an empty folder claims a last write")
	}
	fill(first)
	second, _ := open(t, dir, "here")
	if diff := cmp.Diff(first.Picture(), second.Picture()); diff != "" {
		t.Error(diff)
	}
	if saved(second).IsZero() {
		t.Error("the last write is not known after a restart")
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.new"))
	if len(left) > 0 {
		t.Errorf("unfinished files are left: %v", left)
	}
}

func zipped(text string) []byte {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, _ = zip.Write([]byte(text))
	_ = zip.Close()
	return b.Bytes()
}

func TestUnusableStateIsSetAside(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"flipped byte":   func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
		"cut":            func(b []byte) []byte { return b[:len(b)/2] },
		"checksum cut":   func(b []byte) []byte { return b[:len(b)-4] },
		"empty":          func([]byte) []byte { return nil },
		"other format":   func([]byte) []byte { return zipped(`{"some":"thing"}`) },
		"other version":  func([]byte) []byte { return zipped(`{"dvc_exporter_state":9,"scope":"here","source":{}}`) },
		"no source":      func([]byte) []byte { return zipped(`{"dvc_exporter_state":2,"scope":"here","source":null}`) },
		"version 1":      func(b []byte) []byte { return append([]byte(`{"format":"dvc_exporter state","version":1}`+"\n"), b...) },
		"nothing packed": func([]byte) []byte { return []byte(strings.Repeat("x", 1<<16)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, _ := open(t, dir, "here")
			fill(s)
			file := statePath(dir, index.Portal)
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, damage(raw), 0o600); err != nil {
				t.Fatal(err)
			}
			again, log := open(t, dir, "here")
			if n := len(again.Picture()[index.Portal].Parts); n != 0 {
				t.Errorf("%d parts came out of a damaged file", n)
			}
			aside, _ := filepath.Glob(file + ".set-aside-*")
			if len(aside) != 1 || !strings.Contains(log, "set aside") {
				t.Errorf("set aside: %v; log: %s", aside, log)
			}
			fill(again)
		})
	}
}

func TestStateOfAnotherScopeIsNotShown(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, "province=H26")
	fill(s)
	other, log := open(t, dir, "province=H79")
	if len(other.Picture()[index.Portal].Parts) != 0 || !strings.Contains(log, "another province") {
		t.Errorf("figures of another province are shown; log: %s", log)
	}
}

func TestPictureIsServedThoughTheStateCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	s, _ := open(t, dir, "here")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	fill(s)
	if len(s.Picture()[index.Portal].Parts) != 1 {
		t.Error("the picture is not served")
	}
	if !saved(s).IsZero() {
		t.Error("the failed write counts as one")
	}
}

func TestRejectedRowsAreReported(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir, "here")
	update := func(list ...index.Rejection) string {
		s.Update(index.Portal, true, func(old Source) Source {
			p := part("ho-so")
			p.Rejected = list
			old.Parts = held(p)
			return old
		})
		raw, err := os.ReadFile(filepath.Join(dir, "portal.rejected.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	got := update(index.Rejection{Where: "a.csv", Line: 7, Column: "Ngày hẹn trả", Value: "=31/02", Reason: "không có ngày này", Count: 1})
	if want := "a.csv,7,Ngày hẹn trả,'=31/02,không có ngày này,1"; !strings.Contains(got, want) {
		t.Errorf("%q is not in %s", want, got)
	}
	many := make([]index.Rejection, maxRejected+5)
	for i := range many {
		many[i] = index.Rejection{Where: "b.csv", Line: i + 1, Count: 1}
	}
	if got := update(many...); strings.Count(got, "\n") != maxRejected+1 || strings.Contains(got, "b.csv,5,") || !strings.Contains(got, "b.csv,6,") {
		t.Errorf("%d lines, not the newest %d and a heading", strings.Count(got, "\n"), maxRejected)
	}
	if got := update(); strings.Count(got, "\n") != 1 {
		t.Errorf("mended rows are still reported: %s", got)
	}
}

func TestDefused(t *testing.T) {
	for cell, safe := range map[string]string{
		"": "", "H26": "H26", "a=b": "a=b", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "Đ": "Đ",
	} {
		if got := Defused(cell); got != safe {
			t.Errorf("%q: %q, want %q", cell, got, safe)
		}
	}
}
