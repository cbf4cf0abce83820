package reload

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestABadFileChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "targets.yaml")
	at := time.Now()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Second)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write("targets: [{indicator: A, ratio: 55, from: 2024-01-01}]")
	if _, err := New(Paths{Targets: path}, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a bad file at the start is no error")
	}
	write("targets: [{indicator: A, ratio: 0.5, from: 2024-01-01}]")
	w, err := New(Paths{Targets: path}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ratio := func(want float64, faulty bool) {
		t.Helper()
		w.Look()
		files := w.Files()
		if got := files.Plan.Ratios(at)["A"]; got != want || (files.Err != nil) != faulty || files.Read.IsZero() {
			t.Errorf("target %v, error %v; want %v, an error: %v", got, files.Err, want, faulty)
		}
	}
	ratio(0.5, false)
	write("targets: [{indicator: A, ratio: 55, from: 2024-01-01}]")
	ratio(0.5, true)
	ratio(0.5, true) // it is not tried again…
	write("targets: [{indicator: A, ratio: 0.9, from: 2024-01-01}]")
	ratio(0.9, false) // …before it has changed
}

func TestHeadingsAreReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "headings.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("states: {Đang kiểm định: 4}")
	w, err := New(Paths{Headings: path}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	first := w.Files().Mapping
	for text, faulty := range map[string]bool{"states: {Đang kiểm định: 12}": true, "dossiers: {Chủ hồ sơ: unit}": true, "documents: {Mốc: channel}": true, "states: {Đang kiểm định: 5}": false} {
		write(text)
		w.Read()
		files := w.Files()
		if (files.Err != nil) != faulty || faulty && files.Mapping.States["Đang kiểm định"] == 12 || !faulty && files.Mapping == first {
			t.Errorf("%s: %v, %+v", text, files.Err, files.Mapping)
		}
	}
}
