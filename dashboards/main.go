// Command dashboards writes the dashboards that Grafana loads: eight in Vietnamese in the
// folder vi and the same in English in en. Run it by "go generate ./dashboards"; what it
// writes is committed.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

//go:generate go run .

// boards are the dashboards in the order in which a wall turns.
var boards = []func(*edition) *dashboard.Dashboard{overview, ranking, targets, provinces, lost, unit, documents, health}

// editions are the languages.
func editions() []*edition {
	return []*edition{
		{folder: "vi", comma: ",", thousand: "."},
		{folder: "en", comma: ".", thousand: ",", words: english, missing: map[string]bool{}},
	}
}

func main() {
	if err := generate("."); err != nil {
		fmt.Fprintln(os.Stderr, "dashboards:", err)
		os.Exit(1)
	}
}

// generate writes every dashboard of every edition below dir.
func generate(dir string) error {
	for _, e := range editions() {
		for _, board := range boards {
			d := board(e)
			encoded, err := encode(d)
			if err != nil {
				return err
			}
			path := filepath.Join(dir, e.folder, *d.Uid+".json")
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, encoded, 0o644); err != nil {
				return err
			}
		}
		if len(e.missing) > 0 {
			return fmt.Errorf("no translation in english.go of:\n%q", slices.Sorted(maps.Keys(e.missing)))
		}
	}
	return nil
}
