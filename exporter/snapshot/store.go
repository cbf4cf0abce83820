package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"dvc_exporter/exporter/index"
)

// Store holds the current picture and keeps it on disk. It is safe for
// concurrent use.
type Store struct {
	dir, scope string
	log        *slog.Logger

	mu      sync.Mutex // serialises Update
	current atomic.Pointer[Picture]
}

// Open returns a store with what an earlier run left in dir for the given
// sources. The directory is made where it does not exist. A state file that is
// damaged, or about another scope, is set aside and said so in the log.
func Open(dir, scope string, sources []index.SourceName, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("state directory (DVC_STATE_DIR): %w", err)
	}
	picture := Picture{}
	for _, name := range sources {
		file := statePath(dir, name)
		source, err := readState(file, scope)
		switch {
		case err == nil:
			log.Info("state read", "source", name, "file", file, "parts", len(source.Parts), "past", len(source.Past), "written", source.Saved)
		case !errors.Is(err, fs.ErrNotExist):
			aside := file + ".set-aside-" + time.Now().UTC().Format("20060102T150405")
			if renameErr := os.Rename(file, aside); renameErr != nil {
				return nil, fmt.Errorf("state file %s cannot be used (%w) nor set aside: %w", file, err, renameErr)
			}
			log.Warn("state file set aside; starting without what it knew", "source", name, "file", aside, "err", err)
		}
		picture[name] = source
	}
	s := &Store{dir: dir, scope: scope, log: log}
	s.current.Store(&picture)
	return s, nil
}

// Picture returns the current picture. It must not be changed.
func (s *Store) Picture() Picture { return *s.current.Load() }

// Update replaces what is known of one source. With persist, it is written to
// disk before anybody is shown it. A failed write is logged and the picture is
// served all the same: the age of the state file tells.
func (s *Store) Update(name index.SourceName, persist bool, change func(Source) Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := maps.Clone(s.Picture())
	old := next[name]
	source := change(*old)
	next[name] = &source
	if persist {
		source.Saved = time.Now()
		err := writeState(statePath(s.dir, name), s.scope, &source)
		if rejected := source.Rejected(); len(rejected) > 0 || len(old.Rejected()) > 0 {
			err = errors.Join(err, writeRejected(s.dir, name, rejected))
		}
		if err != nil {
			source.Saved = old.Saved
			s.log.Error("state not written; a restart would show older figures. Check space and permissions of DVC_STATE_DIR", "source", name, "dir", s.dir, "err", err)
		}
	}
	s.current.Store(&next)
}
