package records

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// location is one item of DVC_RECORDS: a folder, a file or a glob.
type location struct {
	name   string // of the part
	path   string // as configured
	read   bool   // a file of it was read since start
	folder bool   // it was seen to be one
	err    error  // why its files are not known
}

// kinds of files that are read from a folder. A glob or a file may have any name.
var extensions = []string{".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".xls"}

// found is a file that a location has, now.
type found struct {
	path string
	info fs.FileInfo
	err  error // why it cannot be looked at
	open func() (*os.File, error)
}

// list returns the files of a location. An error means that they are not known,
// not that there are none. Files of a folder or glob are opened beneath the folder,
// so that no symbolic link leads out of it. Folders in a folder are not entered.
func (l *location) list() ([]found, error) {
	dir, pattern := filepath.Dir(l.path), filepath.Base(l.path)
	switch info, err := os.Stat(l.path); {
	case strings.ContainsAny(l.path, "*?["):
		for strings.ContainsAny(dir, "*?[") {
			dir, pattern = filepath.Dir(dir), path.Join(filepath.Base(dir), pattern)
		}
	case err == nil && info.IsDir():
		l.folder = true
		dir, pattern = l.path, "*"
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return []found{{path: l.path, info: info, err: err, open: func() (*os.File, error) { return os.Open(l.path) }}}, nil
	case l.folder: // a share that is not mounted, not files that were deleted
		return nil, err
	default: // gone, unless its folder is, too
		if _, err := os.Stat(dir); err != nil {
			return nil, err
		}
		return nil, nil
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
	var files []found
	for _, name := range names {
		base := path.Base(name)
		if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") { // hidden, or Excel's lock
			continue
		}
		if pattern == "*" && !slices.ContainsFunc(extensions, func(x string) bool { return strings.HasSuffix(strings.ToLower(base), x) }) {
			continue
		}
		info, err := folder.Stat(name)
		if err == nil && info.IsDir() || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		files = append(files, found{
			path: filepath.Join(dir, filepath.FromSlash(name)), info: info, err: err,
			open: func() (*os.File, error) {
				folder, err := os.OpenRoot(dir)
				if err != nil {
					return nil, err
				}
				defer func() { _ = folder.Close() }()
				return folder.Open(name)
			},
		})
	}
	return files, nil
}

// locations gives every path a short name, its last element; those that would have
// the same name are called by their whole path.
func locations(paths []string) []*location {
	var list []*location
	count := map[string]int{}
	for _, p := range paths {
		p = filepath.Clean(p)
		list = append(list, &location{name: filepath.Base(p), path: p})
		count[filepath.Base(p)]++
	}
	for _, l := range list {
		if count[l.name] > 1 {
			l.name = l.path
		}
	}
	return list
}

// stamp tells one content of a file from another without reading it.
type stamp struct {
	size     int64
	modified time.Time
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime()} }

// settle is how long a file must not have changed to be whole.
const settle = 2 * time.Second

// sight remembers when a file was first seen with a stamp: the clock of a file
// server may differ from ours, so its times alone do not tell how old a change is.
type sight struct {
	stamp
	at time.Time
}

// settled says whether the file has not changed for long enough.
func (s *sight) settled(now stamp, at time.Time) bool {
	if s.stamp != now {
		*s = sight{now, at}
	}
	age := at.Sub(now.modified)
	return at.Sub(s.at) >= settle || age >= settle
}

var seed = maphash.MakeSeed()

// fingerprint is a hash of the first size bytes of a file by samples: its
// beginning, its end, and places spread evenly between.
func fingerprint(f io.ReaderAt, size int64) (uint64, error) {
	const samples, sample = 64, 4 << 10
	var h maphash.Hash
	h.SetSeed(seed)
	buf := make([]byte, sample)
	for i := range int64(samples) {
		at := max(size-sample, 0) * i / (samples - 1)
		n, err := f.ReadAt(buf[:min(sample, size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		_, _ = h.Write(buf[:n])
	}
	return h.Sum64(), nil
}
