// Package reload keeps the targets, the list of units and the headings of records as
// their files say, and reads a file again when it has changed. A bad file changes nothing and says so.
package reload

import (
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/targets"
	"dvc_exporter/exporter/units"
)

// Files is what the files say. It does not change once given out.
type Files struct {
	Plan    *targets.Plan
	Listed  []units.Listed
	Mapping *entry.Mapping
	Read    time.Time // when all files were last read without fault
	Err     error     // why the newest content is not used, nil if it is
}

// Watcher reads the files. What it gives out may be asked from many goroutines.
type Watcher struct {
	paths   Paths
	log     *slog.Logger
	seen    string // stamps of the newest content that was tried
	current atomic.Pointer[Files]
}

// Paths are where the files are; each may be empty for none.
type Paths struct{ Targets, Units, Headings string }

// New reads the files. At the start, a bad file is an error.
func New(paths Paths, log *slog.Logger) (*Watcher, error) {
	w := &Watcher{paths: paths, log: log}
	w.seen = w.stamps()
	files, err := w.read()
	w.current.Store(&files)
	return w, err
}

// Files returns what holds now.
func (w *Watcher) Files() *Files { return w.current.Load() }

// Look reads the files again if one has changed since they were last read.
func (w *Watcher) Look() {
	if w.stamps() != w.seen {
		w.Read()
	}
}

// Read reads the files again.
func (w *Watcher) Read() {
	w.seen = w.stamps()
	files, err := w.read()
	if err != nil {
		files = *w.Files()
		files.Err = err
		w.log.Error("changed configuration file not used; what it said before still holds", "err", err)
	} else {
		w.log.Info("configuration files read again", "units", len(files.Listed), "targets", len(files.Plan.Targets))
	}
	w.current.Store(&files)
}

// stamps tells one content of the files from the next.
func (w *Watcher) stamps() (all string) {
	for _, path := range []string{w.paths.Targets, w.paths.Units, w.paths.Headings} {
		if info, err := os.Stat(path); err == nil {
			all += fmt.Sprintln(path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return all
}

func (w *Watcher) read() (files Files, err error) {
	files = Files{Plan: targets.BuiltIn(), Mapping: &entry.Mapping{}, Read: time.Now()}
	if w.paths.Targets != "" {
		if files.Plan, err = targets.ReadFile(w.paths.Targets); err != nil {
			return files, fmt.Errorf("targets (DVC_TARGETS_FILE): %w", err)
		}
	}
	if w.paths.Units != "" {
		if files.Listed, err = units.ReadFile(w.paths.Units); err != nil {
			return files, fmt.Errorf("units (DVC_UNITS_FILE): %w", err)
		}
	}
	if w.paths.Headings != "" {
		if files.Mapping, err = entry.ReadMapping(w.paths.Headings); err != nil {
			return files, fmt.Errorf("headings (DVC_HEADINGS_FILE): %w", err)
		}
	}
	return files, nil
}
