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

	mu        sync.Mutex // serialises Update
	current   atomic.Pointer[numbered]
	lastWrite atomic.Int64 // Unix seconds, 0 = never
}

// Open returns a store with what an earlier run left in dir for the given
// sources. The directory is made where it does not exist. A state file that is
// damaged, or about another scope, is set aside and said so in the log.
func Open(dir, scope string, sources []index.SourceName, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("state directory (DVC_STATE_DIR): %w", err)
	}
	s := &Store{dir: dir, scope: scope, log: log}
	picture := Picture{}
	for _, name := range sources {
		picture[name] = &Source{}
		known, written, err := readState(dir, scope, name)
		switch {
		case err == nil:
			picture[name] = known
			s.lastWrite.Store(max(s.lastWrite.Load(), written.Unix()))
			log.Info("state read", "source", name, "file", statePath(dir, name), "parts", len(known.Parts), "past", len(known.Past), "written", written)
		case errors.Is(err, fs.ErrNotExist):
		default:
			aside, asideErr := setAside(dir, name, time.Now())
			if asideErr != nil {
				return nil, fmt.Errorf("state file %s cannot be used (%w) nor set aside: %w", statePath(dir, name), err, asideErr)
			}
			log.Warn("state file set aside; starting without what it knew", "source", name, "file", aside, "err", err)
		}
	}
	s.current.Store(&numbered{picture, 1})
	return s, nil
}

// numbered tells one picture from the next.
type numbered struct {
	Picture
	number uint64
}

// Picture returns the current picture. It must not be changed.
func (s *Store) Picture() Picture { return s.current.Load().Picture }

// LastWrite returns when state was last written, the zero time if never.
func (s *Store) LastWrite() time.Time {
	if t := s.lastWrite.Load(); t != 0 {
		return time.Unix(t, 0)
	}
	return time.Time{}
}

// Update replaces what is known of one source. With persist, it is written to
// disk before anybody is shown it. A failed write is logged and the picture is
// served all the same: the age of the state file tells.
func (s *Store) Update(name index.SourceName, persist bool, change func(Source) Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.current.Load()
	next := maps.Clone(old.Picture)
	source := change(*old.Picture[name])
	next[name] = &source
	if persist {
		err := writeState(s.dir, s.scope, name, &source)
		if rejected := source.Rejected(); len(rejected) > 0 || len(old.Picture[name].Rejected()) > 0 {
			err = errors.Join(err, writeRejected(s.dir, name, rejected))
		}
		if err != nil {
			s.log.Error("state not written; a restart would show older figures. Check space and permissions of DVC_STATE_DIR", "source", name, "dir", s.dir, "err", err)
		} else {
			s.lastWrite.Store(time.Now().Unix())
		}
	}
	s.current.Store(&numbered{next, old.number + 1})
}
