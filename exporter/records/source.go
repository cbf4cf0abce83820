// Package records reads local records, dossiers and documents, from files and
// from a database, into counts by unit and month and the due times of what is not
// finished. Nobody's name is read, kept or shown.
//
// A file becomes figures in four steps, each a room of its own below this one:
// table reads rows of cells from bytes, entry reads a row's meaning, ledger counts
// each dossier once, and this package decides which files to read and when.
package records

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/ledger"
	"dvc_exporter/exporter/records/load"
	"dvc_exporter/exporter/records/table"
)

// Options is what a source of records needs to know.
type Options struct {
	Kind    entry.Kind
	Mapping entry.Mapping  // more headings and states
	Zone    *time.Location // of times that do not name one
	// Unique says that no code stands in two rows, in one file or in several. Then
	// no code is remembered, which saves memory and time.
	Unique bool
	Log    *slog.Logger
}

// Files is a source of the records in files. Its methods may be called at the same
// time; Late waits for a Fetch to end.
type Files struct {
	Options
	catalogue *entry.Catalogue
	parser    *entry.Parser
	clock     func() time.Time // how old a file is; nothing else depends on it

	mu        sync.Mutex
	locations []*location
	files     map[string]*file // by path
	ledger    *ledger.Ledger
	rejected  load.Rejections
	again     bool // everything is to be read again
	parts     []index.Part
}

// file is a file that is or was there.
type file struct {
	found
	location *location
	sight    sight

	id       int         // in the ledger, -1: nothing of it is there
	held     fs.FileInfo // as it was when its rows were read
	rejected int         // rows
	resume   *resume     // nil: it can only be read whole

	joins   bool           // what it holds now is good, but others must be read again with it
	failure *index.Failure // why what is held is not what the file holds now
	refused stamp          // content that was of no use…
	retry   time.Time      // …and is not tried before
}

// resume is where reading goes on when a file has only grown.
type resume struct {
	layout *entry.Layout
	comma  byte
	line   int
	print  uint64    // fingerprint of what was read
	whole  time.Time // when it was last read from the beginning
}

const (
	retryAfter = 5 * time.Minute
	// A file that grows is read whole again after this time: its fingerprint is made
	// of samples, and a change in place could slip between them.
	wholeAfter = 24 * time.Hour
	// A file that is empty or cut is being written; after this time it is broken.
	cutFor = time.Minute
)

var (
	errAgain = errors.New("other files must be read again, too")
	// A file that is being written is no fault: what it held stays until it is whole.
	errMoving = errors.New("it is still being written; it is read when it has not changed for 2 s and its last line is whole")
)

// cut is what is wrong with a text that has no end.
type cut struct{ error }

func (c cut) Unwrap() error { return c.error }

// isCut says whether a file may only look wrong because its end is not there yet.
func isCut(err error) bool {
	_, text := errors.AsType[cut](err)
	return text || errors.Is(err, errMoving) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat)
}

// NewFiles returns the source of the records in files, folders and globs.
func NewFiles(o Options, paths []string) (*Files, error) {
	catalogue, err := entry.NewCatalogue(o.Kind, o.Mapping)
	if err != nil {
		return nil, err
	}
	return &Files{
		Options: o, catalogue: catalogue, parser: entry.NewParser(o.Kind, o.Zone, o.Mapping), clock: time.Now,
		locations: locations(paths), files: map[string]*file{}, ledger: ledger.New(o.Kind, o.Unique),
	}, nil
}

// Late lists late dossiers, as of the last Fetch.
func (s *Files) Late(q index.LateQuery) index.LatePage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledger.Late(q)
}

// Fetch looks at all files and reads those that have changed. Each location is a
// part; what cannot be read of it is a second part with the failure, while the
// first has the rest and the last values of files that became unreadable.
func (s *Files) Fetch(ctx context.Context, _ []index.Part) (index.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.look()
	for _, f := range s.due() {
		s.load(ctx, f)
		changed = true
	}
	if s.again && s.readAll(ctx) {
		changed = true
	}
	if err := ctx.Err(); err != nil {
		return index.Answer{}, err
	}
	if changed || s.parts == nil {
		s.parts = s.goodParts()
	}
	return index.Answer{Parts: s.withFailures(), Unchanged: !changed}, nil
}

// look lists the files that are there now and forgets those that are gone.
func (s *Files) look() (changed bool) {
	here := map[string]bool{}
	for _, l := range s.locations {
		var list []found
		list, l.err = l.list()
		for _, found := range list {
			f := s.files[found.path]
			if f == nil {
				f = &file{location: l, id: -1}
				s.files[found.path] = f
			}
			f.found = found
			here[found.path] = true
		}
	}
	for path, f := range s.files {
		if here[path] || f.location.err != nil {
			continue
		}
		delete(s.files, path)
		changed = true
		s.again = s.again || f.id >= 0 && s.ledger.Overlaps()
		s.forget(f)
	}
	return changed
}

// forget takes out what is held of a file.
func (s *Files) forget(f *file) {
	s.rejected.Drop(f.path)
	if f.id >= 0 {
		s.ledger.Remove(f.id)
	}
	f.id, f.held, f.rejected, f.resume = -1, nil, 0, nil
}

// due returns the files that are whole and not held as they are, the oldest first.
func (s *Files) due() []*file {
	var list []*file
	now := s.clock()
	for _, f := range s.files {
		if f.location.err != nil {
			continue
		}
		if f.err != nil {
			f.fail(index.Unreadable, f.err)
			continue
		}
		stamp := stampOf(f.info)
		settled := f.sight.settled(stamp, now)
		switch {
		case f.unchanged():
			f.failure = nil
		case settled && (stamp != f.refused || !now.Before(f.retry)):
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *file) int { return a.order(a.info, b, b.info) })
	return list
}

// unchanged says whether the file is as it was when its rows were read.
func (f *file) unchanged() bool {
	return f.held != nil && stampOf(f.info) == stampOf(f.held) && os.SameFile(f.held, f.info)
}

// order says which of two files is older: rows of the newer one count.
func (f *file) order(info fs.FileInfo, other *file, otherInfo fs.FileInfo) int {
	return cmp.Or(info.ModTime().Compare(otherInfo.ModTime()), cmp.Compare(f.path, other.path))
}

// newest says whether a file, as info has it, is newer than all others that are held.
func (s *Files) newest(f *file, info fs.FileInfo) bool {
	for _, other := range s.files {
		if other != f && other.id >= 0 && f.order(info, other, other.held) < 0 {
			return false
		}
	}
	return true
}

// readAll reads everything again, because rows that had given way must come back.
// It waits until every file that is held can be read, so that none is lost by it.
func (s *Files) readAll(ctx context.Context) bool {
	now := s.clock()
	for _, f := range s.files {
		if f.id < 0 {
			continue
		}
		err := cmp.Or(f.location.err, f.err)
		if err == nil && (!f.sight.settled(stampOf(f.info), now) || !f.unchanged() && !f.joins) {
			return false // not whole yet, or of no use, and then its failure says so
		}
		if err == nil {
			var opened *os.File
			if opened, err = f.open(); err == nil {
				_ = opened.Close()
			}
		}
		if err != nil {
			f.fail(index.Unreadable, fmt.Errorf("%w; until then the figures of all files stay as they are", err))
			return false
		}
	}
	s.again = false
	s.ledger, s.rejected = ledger.New(s.Kind, s.Unique), load.Rejections{}
	for _, f := range s.files {
		f.id, f.held, f.rejected, f.resume = -1, nil, 0, nil
	}
	runtime.GC() // so that the old ledger is not held beside the new one
	for _, f := range s.due() {
		s.load(ctx, f)
	}
	return true
}

// load reads what is new in a file, or all of it. What goes wrong is kept in the
// file.
func (s *Files) load(ctx context.Context, f *file) {
	start := time.Now()
	err := s.read(ctx, f)
	f.joins = errors.Is(err, errAgain)
	switch {
	case err == nil:
		f.failure, f.refused = nil, stamp{}
		f.location.read = true
		s.Log.Info("file read", "file", f.path, "rows", s.ledger.Used(f.id), "rejected", f.rejected, "took", time.Since(start).Round(time.Millisecond))
		return
	case ctx.Err() != nil:
		return
	case f.joins:
		s.again = true
		return
	case isCut(err) && s.clock().Sub(f.info.ModTime()) < cutFor:
		f.failure = nil
		return
	}
	reason := index.Unreadable
	if _, ok := errors.AsType[*load.Refused](err); ok {
		reason = index.Malformed
	}
	f.fail(reason, err)
	if _, ok := errors.AsType[*fs.PathError](err); !ok { // opening is tried each time
		f.refused, f.retry = stampOf(f.info), s.clock().Add(retryAfter)
	}
}

func (f *file) fail(reason index.Reason, err error) {
	f.failure = index.Failf(reason, "%s: %v", f.path, err)
}

func (s *Files) read(ctx context.Context, f *file) (err error) {
	opened, err := f.open()
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	info, err := opened.Stat()
	if err != nil {
		return err
	}
	if stampOf(info) != stampOf(f.info) {
		f.info = info
		return errMoving
	}
	size := info.Size()
	format, err := table.Sniff(opened, size)
	if err != nil {
		return err
	}
	next := &resume{whole: s.clock()}
	grown := false
	if format.Plain() {
		if grown, err = f.grown(opened, info, s.clock()); err != nil {
			return err
		}
		if next.print, err = fingerprint(opened, size); err != nil {
			return err
		}
	}
	csv := table.CSV{}
	l := &load.Loader{
		Catalogue: s.catalogue, Parser: s.parser,
		Put: func(e *entry.Entry) error { return s.ledger.Put(f.id, e) },
	}
	begin := func(layout *entry.Layout) error { // whatever is wrong until here costs nothing that is held
		next.layout = layout
		if format.Plain() {
			last, err := table.LastLine(opened, size)
			if err != nil {
				return err
			}
			if len(last) > 0 && table.Cells(last, csv.Comma) < layout.Width {
				return errMoving
			}
		}
		onlyNew := grown && s.newest(f, f.held) || f.id < 0 || !s.ledger.Overlaps()
		if !onlyNew || !s.newest(f, info) {
			return errAgain
		}
		return nil
	}
	l.Begin = func(layout *entry.Layout) error {
		if err := begin(layout); err != nil {
			return err
		}
		s.forget(f)
		var ok bool
		if f.id, ok = s.ledger.Open(); !ok {
			f.id = -1
			return fmt.Errorf("there are more than %d files; join or delete old ones", ledger.MaxFiles)
		}
		return nil
	}
	switch {
	case grown:
		next.whole, csv.Comma, csv.Line = f.resume.whole, f.resume.comma, f.resume.line
		l.Layout, l.Begun = f.resume.layout, true
		if err := begin(f.resume.layout); err != nil {
			return err
		}
		err = csv.Read(table.From(ctx, opened, f.held.Size(), size), l)
	case format.XLSX:
		err = table.ReadXLSX(ctx, opened, size, l)
	default:
		var text io.Reader
		if text, err = format.Text(ctx, opened, size); err == nil && format.Gzip && f.id >= 0 {
			// Damage shows only at the end: do not give up what is held for it.
			if _, err = io.Copy(io.Discard, text); err == nil {
				text, err = format.Text(ctx, opened, size)
			}
		}
		if err == nil {
			err = csv.Read(text, l)
		}
	}
	err = cmp.Or(err, l.Finish())
	for _, r := range l.Rejections {
		r.Where = f.path
		s.rejected.Add(r)
	}
	last, lastErr := table.LastLine(opened, size)
	ended := format.Plain() && size > 0 && lastErr == nil && len(last) == 0
	switch {
	case err != nil && l.Begun:
		s.forget(f)
		return err
	case err != nil && format.Plain() && !ended:
		return cut{err}
	case err != nil:
		return err
	}
	f.held = info
	f.rejected += l.Refused
	next.comma, next.line = csv.Comma, csv.Line
	if ended {
		f.resume = next
	}
	return nil
}

// grown says whether a plain file is the one that is held with something added.
func (f *file) grown(opened *os.File, info fs.FileInfo, now time.Time) (bool, error) {
	if f.resume == nil || !os.SameFile(f.held, info) || info.Size() <= f.held.Size() || now.Sub(f.resume.whole) > wholeAfter {
		return false, nil
	}
	print, err := fingerprint(opened, f.held.Size())
	return print == f.resume.print, err
}

// goodParts makes the parts from what is held.
func (s *Files) goodParts() []index.Part {
	parts := []index.Part{}
	for _, l := range s.locations {
		part := index.Part{Name: l.name, URL: l.path, Rejected: s.rejected.Of(func(path string) bool { return s.files[path] != nil && s.files[path].location == l })}
		var ids []int
		for _, f := range s.files {
			if f.location != l || f.id < 0 {
				continue
			}
			ids = append(ids, f.id)
			part.RowsUsed += s.ledger.Used(f.id)
			part.RowsRejected += f.rejected
			if modified := f.held.ModTime(); modified.After(part.AsOf) {
				part.AsOf = modified
			}
		}
		part.Rows = s.ledger.Rows(ids)
		parts = append(parts, part)
	}
	return parts
}

// withFailures adds what is wrong now. Of a location of which nothing was ever
// read, what an earlier run knew is kept.
func (s *Files) withFailures() []index.Part {
	var parts []index.Part
	for i, l := range s.locations {
		failure := s.failure(l)
		if !l.read {
			parts = append(parts, index.Part{Name: l.name, URL: l.path, Failure: failure, NotYet: failure == nil})
			continue
		}
		parts = append(parts, s.parts[i])
		if failure != nil {
			parts = append(parts, index.Part{Name: l.name + "/unreadable", URL: l.path, Failure: failure})
		}
	}
	return parts
}

// failure sums up what is wrong with a location.
func (s *Files) failure(l *location) *index.Failure {
	if l.err != nil {
		return index.Failf(index.Unreadable, "%s cannot be looked at: %v; check the path, the mount and the permissions", l.path, l.err)
	}
	var failures []*index.Failure
	here := 0
	for _, f := range s.files {
		if f.location != l {
			continue
		}
		here++
		if f.failure != nil {
			failures = append(failures, f.failure)
		}
	}
	switch {
	case here == 0:
		return index.Failf(index.Unreadable, "%s: there is no such file, or no CSV or XLSX file in the folder", l.path)
	case len(failures) == 0:
		return nil
	}
	slices.SortFunc(failures, func(a, b *index.Failure) int { return cmp.Compare(a.Text, b.Text) })
	first := *failures[0]
	if n := len(failures); n > 1 {
		first.Text += fmt.Sprintf("; and %d more files", n-1)
	}
	return &first
}
