package records

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/date"

	"dvc_exporter/exporter/records/ledger"
)

// location is one item of DVC_RECORDS: a folder, a file or a glob.
type location struct {
	name string // under which its health is reported
	path string
}

// kinds of files that are read from a folder. A glob or a file may have any name.
var extensions = []string{".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".xls"}

var (
	errNoFiles    = errors.New("there is no such file, or no CSV or Excel file in the folder")
	errTooMany    = errors.New("too many files")
	errNotRegular = errors.New("it is a pipe, a device or a folder, not a file")
)

// locations gives every path a short name, its last element; those that would have
// the same name are called by their whole path.
func locations(paths []string) ([]*location, error) {
	var list []*location
	count := map[string]int{}
	for _, p := range paths {
		p, err := filepath.Abs(p)
		if err != nil {
			return nil, err
		}
		list = append(list, &location{name: text(filepath.Base(p)), path: p})
		count[text(filepath.Base(p))]++
	}
	for _, l := range list {
		if count[l.name] > 1 {
			l.name = text(l.path)
		}
	}
	return list, nil
}

// text returns a path with bytes that are no UTF-8 as \xff: labels and JSON cannot
// hold them.
func text(path string) string {
	var b strings.Builder
	for i, r := range path {
		if r == utf8.RuneError && !strings.HasPrefix(path[i:], "\uFFFD") {
			fmt.Fprintf(&b, `\x%02x`, path[i])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// list returns the files of a location. An error says why there is none. Files of
// a folder or glob are opened beneath the folder, so that no symbolic link leads
// out of it. Folders in a folder are not entered.
func (l *location) list() ([]*file, error) {
	dir, pattern := filepath.Split(l.path)
	switch info, err := os.Stat(l.path); {
	case err == nil && info.IsDir():
		dir, pattern = l.path, "*"
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return []*file{{path: l.path, name: text(l.path), info: info, err: err, openAt: func(flag int) (*os.File, error) { return os.OpenFile(l.path, flag, 0) }}}, nil
	case !isGlob(l.path):
		return nil, err
	default: // brackets in the name of a folder that is there are only brackets
		for isGlob(dir) && !isFolder(dir) {
			dir, pattern = filepath.Dir(filepath.Clean(dir)), path.Join(filepath.Base(dir), pattern)
		}
	}
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	if _, err := fs.ReadDir(folder.FS(), "."); err != nil { // fs.Glob would call it empty
		return nil, err
	}
	names, err := fs.Glob(folder.FS(), pattern)
	if err != nil {
		return nil, fmt.Errorf("glob %s: %w", l.path, err)
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		base := path.Base(name)
		return strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") || // hidden, or Excel's lock
			pattern == "*" && !slices.ContainsFunc(extensions, func(x string) bool { return strings.HasSuffix(strings.ToLower(base), x) })
	})
	if len(names) > ledger.MaxFiles {
		return nil, errTooMany
	}
	var files []*file
	for _, name := range names {
		info, err := folder.Stat(name)
		if err == nil && info.IsDir() || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		p := filepath.Join(dir, filepath.FromSlash(name))
		files = append(files, &file{path: p, name: text(p), info: info, err: err, openAt: func(flag int) (*os.File, error) {
			folder, err := os.OpenRoot(dir)
			if err != nil {
				return nil, err
			}
			defer func() { _ = folder.Close() }()
			return folder.OpenFile(name, flag, 0)
		}})
	}
	if len(files) == 0 {
		return nil, errNoFiles
	}
	return files, nil
}

func isGlob(path string) bool { return strings.ContainsAny(path, "*?[") }

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// file is a file that a location has.
type file struct {
	path     string
	name     string // of its part
	location *location
	info     fs.FileInfo
	err      error // why it cannot be looked at or opened
	openAt   func(flag int) (*os.File, error)

	seen  time.Time // when it was first seen as it is now
	since time.Time // when it first changed after it was read
	outcome

	// of the reading that is going on
	id       int         // in the ledger
	found    *index.Part // beside its rows
	proof    date.Order
	headings string
}

// outcome is what became of the file as it is now.
type outcome struct {
	tried      bool
	failure    *index.Failure // why its rows do not count
	until      time.Time      // when it is tried again; zero: when it changes
	monthFirst bool           // its dates prove it
	undecided  bool           // its dates prove nothing, but those of a file like it do
}

const (
	// A file must not have changed for so long to be whole.
	settle = 2 * time.Second
	// A file that is empty or broken off is being written; after this time it is broken.
	cutFor = time.Minute
	// A file that never stops growing is read after this time, to its last whole line.
	growFor = 5 * time.Minute
	// A file with an error of input or output is tried again after this time.
	retryAfter = 5 * time.Minute
)

// stamp tells one content of a file from another without reading it.
type stamp struct {
	size     int64
	modified time.Time
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime()} }

// inode tells one file of this machine from another, whatever its name is.
type inode struct{ device, number uint64 }

func inodeOf(info fs.FileInfo) (inode, bool) {
	if info == nil {
		return inode{}, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return inode{}, false
	}
	return inode{uint64(stat.Dev), stat.Ino}, true //nolint:unconvert // it is an int32 elsewhere
}

// same says whether two infos are of one file with one content.
func same(x, y fs.FileInfo) bool {
	return x != nil && y != nil && stampOf(x) == stampOf(y) && os.SameFile(x, y)
}

// follow takes over what was known of the file when it was looked at before, nil
// for never.
func (f *file) follow(old *file, now time.Time) {
	f.seen, f.since = now, now
	if f.err == nil && !f.info.Mode().IsRegular() {
		f.err = errNotRegular
	}
	if old == nil {
		return
	}
	if f.err == nil && old.err != nil { // has whatever kept it from being opened ended?
		var opened *os.File
		if opened, _, f.err = f.open(); f.err == nil {
			_ = opened.Close()
		}
	}
	switch {
	case f.err != nil && old.err != nil && f.err.Error() == old.err.Error():
		f.outcome = old.outcome
	case f.err != nil || old.err != nil:
	case same(f.info, old.info):
		f.seen, f.since, f.outcome = old.seen, old.since, old.outcome
	case !old.tried || !old.until.IsZero(): // it has been changing since
		f.since = old.since
	}
}

// ready says whether the file is to be read: it seems to be whole, and nothing is
// known against it.
func (f *file) ready(now time.Time) bool {
	switch {
	case f.err != nil:
		return false
	case !f.until.IsZero():
		return !now.Before(f.until)
	case f.tried:
		return f.failure == nil
	}
	// The clock of a file server may differ from ours, so its times alone do not tell.
	return now.Sub(f.seen) >= settle || now.Sub(f.info.ModTime()) >= settle || f.grows(now)
}

// grows says whether the file has not been whole for too long to wait for it.
func (f *file) grows(now time.Time) bool {
	return now.Sub(f.since) >= growFor && f.young(now) && (!f.tried || !f.until.IsZero())
}

func (f *file) young(now time.Time) bool { return now.Sub(f.info.ModTime()) < cutFor }

// due says whether reading the file would tell something new.
func (f *file) due(now time.Time) bool {
	if f.err != nil {
		return !f.tried
	}
	return f.ready(now) && (!f.tried || !f.until.IsZero())
}

// before says which of two files is older: rows of the newer one count.
func (f *file) before(other *file) int {
	return cmp.Or(f.info.ModTime().Compare(other.info.ModTime()), cmp.Compare(f.path, other.path))
}

// open opens the file. Opening a pipe must not wait for somebody to write to it.
func (f *file) open() (*os.File, fs.FileInfo, error) {
	opened, err := f.openAt(os.O_RDONLY | syscall.O_NONBLOCK)
	if err != nil {
		return nil, nil, err
	}
	info, err := opened.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		_ = opened.Close()
		return nil, nil, err
	}
	return opened, info, nil
}
