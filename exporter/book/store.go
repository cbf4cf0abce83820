package book

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"dvc_exporter/exporter/index"
)

// Store holds the current book and keeps it on disk. It is safe for concurrent
// use.
type Store struct {
	dir, scope string // dir is empty: nothing is written
	log        *slog.Logger
	lock       *os.File
	changed    chan struct{}

	mu      sync.Mutex // serialises Update
	current atomic.Pointer[Book]
}

const (
	lockName = "lock"
	lockWait = 30 * time.Second
	// keptAside is how many state files that were set aside stay, the newest.
	keptAside = 3
)

// Open returns a store with what an earlier run left in dir for the given sources,
// and holds the folder until the process ends: of two exporters on one folder the
// second waits 30 s and gives up. The folder is made where it does not exist. A
// state file that is of no use is set aside and said so in the log.
func Open(ctx context.Context, dir, scope string, sources []index.SourceName, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("state folder (DVC_STATE_DIR): %w", err)
	}
	lock, err := hold(ctx, filepath.Join(dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("state folder (DVC_STATE_DIR): %w", err)
	}
	removeLeftovers(dir)
	s := &Store{dir: dir, scope: scope, log: log, lock: lock, changed: make(chan struct{}, 1)}
	book := Book{}
	for _, name := range sources {
		file := statePath(dir, name)
		book[name], err = readState(file, scope)
		switch {
		case err == nil:
			log.Info("state read", "source", name, "file", file, "entries", len(book[name].Entries), "written", book[name].Saved)
		case !errors.Is(err, fs.ErrNotExist):
			aside := file + ".set-aside-" + time.Now().UTC().Format("20060102T150405.000")
			if renameErr := os.Rename(file, aside); renameErr != nil {
				return nil, errors.Join(fmt.Errorf("state file %s cannot be used (%w) nor set aside: %w", file, err, renameErr), lock.Close())
			}
			log.Warn("state file set aside; starting without what it knew", "source", name, "file", aside, "err", err)
		}
	}
	s.current.Store(&book)
	return s, nil
}

// Read returns a store that begins with what a running exporter has left in dir
// and keeps whatever it learns to itself: it never writes, renames or locks.
func Read(dir, scope string, sources []index.SourceName, log *slog.Logger) *Store {
	s := &Store{log: log, changed: make(chan struct{}, 1)}
	book := Book{}
	for _, name := range sources {
		var err error
		if book[name], err = readState(statePath(dir, name), scope); err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("state file not used", "source", name, "err", err)
		}
	}
	s.current.Store(&book)
	return s
}

// Close releases the folder.
func (s *Store) Close() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.Close()
}

// hold locks a file for as long as the process lives and writes into it who holds
// it. The kernel frees the lock, however the process ends.
func hold(ctx context.Context, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		select {
		case <-wait.Done():
			holder, _ := os.ReadFile(path)
			return nil, errors.Join(fmt.Errorf("%s is held by another dvc_exporter (%s): end that one, or give each a folder of its own", path, holder), file.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
	host, _ := os.Hostname()
	holder := fmt.Sprintf("process %d on %s since %s", os.Getpid(), host, time.Now().Format(time.RFC3339))
	if err := errors.Join(file.Truncate(0), write(file, holder)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func write(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

// removeLeftovers clears what a killed process left half written, and old state
// files that were set aside.
func removeLeftovers(dir string) {
	entries, _ := os.ReadDir(dir)
	var aside []fs.FileInfo
	for _, entry := range entries {
		switch info, err := entry.Info(); {
		case err != nil: // it has gone meanwhile
		case strings.HasSuffix(info.Name(), ".new"):
			_ = os.Remove(filepath.Join(dir, info.Name()))
		case strings.Contains(info.Name(), ".set-aside-"):
			aside = append(aside, info)
		}
	}
	slices.SortFunc(aside, func(x, y fs.FileInfo) int { return y.ModTime().Compare(x.ModTime()) })
	for _, info := range aside[min(keptAside, len(aside)):] {
		_ = os.Remove(filepath.Join(dir, info.Name()))
	}
}

// Book returns the current book. It must not be changed.
func (s *Store) Book() Book { return *s.current.Load() }

// Changed has something to receive when the book has changed since the last time.
func (s *Store) Changed() <-chan struct{} { return s.changed }

// Update replaces what is known of one source. With persist, it is written to
// disk before anybody is shown it. A failed write is logged and the book is served
// all the same: the age of the state file tells.
func (s *Store) Update(name index.SourceName, persist bool, change func(Source) Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := maps.Clone(s.Book())
	old := next[name]
	source := change(*old)
	next[name] = &source
	if persist && s.dir != "" {
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
	select {
	case s.changed <- struct{}{}:
	default: // it is known already that there is something new
	}
}
