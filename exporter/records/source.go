// Package records reads local records, dossiers and documents, from files and
// from a database, into counts by unit and month and the due times of what is not
// finished. Nobody's name is read, kept or shown.
//
// A file becomes figures in four steps, each a room of its own below this one:
// table reads rows of cells from bytes, entry reads a row's meaning, ledger counts
// each dossier once, and this package decides which files to read and when.
package records

import (
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
	Kind     entry.Kind
	Headings map[string]string // more headings, by the name of their column: see entry.ReadMapping
	Zone     *time.Location    // of times that do not name one
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
	// A file with a cut last line is being written; after this time it is broken.
	cutFor = time.Minute
)

var (
	errAgain  = errors.New("other files must be read again, too")
	errMoving = errors.New("it is still being written; it is read when it has not changed for 2 s and its last line is whole")
)

// NewFiles returns the source of the records in files, folders and globs.
func NewFiles(o Options, paths []string) (*Files, error) {
	catalogue, err := entry.NewCatalogue(o.Kind, o.Headings)
	if err != nil {
		return nil, err
	}
	return &Files{
		Options: o, catalogue: catalogue, parser: entry.NewParser(o.Kind, o.Zone), clock: time.Now,
		locations: locations(paths), files: map[string]*file{}, ledger: ledger.New(o.Kind, o.Unique),
	}, nil
}

// Late lists late dossiers, as of the last Fetch.
func (s *Files) Late(q ledger.LateQuery) ledger.LatePage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledger.Late(q)
}

// Fetch looks at all files and reads those that have changed. Each location is a
// part; what cannot be read of it is a second part with the failure, while the
// first has the rest and the last values of files that became unreadable.
func (s *Files) Fetch(ctx context.Context) (index.Reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.look()
	for _, f := range s.due() {
		if err := s.load(ctx, f); errors.Is(err, errAgain) {
			s.again = true
		}
		changed = true
	}
	if s.again && s.readAll(ctx) {
		changed = true
	}
	if err := ctx.Err(); err != nil {
		return index.Reading{}, err
	}
	if changed || s.parts == nil {
		s.parts = s.goodParts()
	}
	return index.Reading{Parts: s.withFailures(), Unchanged: !changed}, nil
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
		s.forget(f)
	}
	return changed
}

// forget takes out what is held of a file.
func (s *Files) forget(f *file) {
	s.rejected.Drop(f.path)
	if f.id >= 0 {
		s.again = s.again || s.ledger.Displaces(f.id) || s.ledger.Full()
		s.ledger.Remove(f.id)
	}
	f.id, f.held, f.rejected, f.resume = -1, nil, 0, nil
}

// due returns the files that are whole and not held as they are, the oldest first.
func (s *Files) due() []*file {
	var list []*file
	now := s.clock()
	for _, f := range s.files {
		switch {
		case f.location.err != nil:
			continue
		case f.err != nil:
			f.failure = index.Failf(index.Unreadable, "%s: %v", f.path, f.err)
			continue
		}
		stamp := stampOf(f.info)
		settled := f.sight.settled(stamp, now)
		switch {
		case f.held != nil && stamp == stampOf(f.held) && os.SameFile(f.held, f.info):
			f.failure = nil
		case stamp == f.refused && now.Before(f.retry):
		case !settled:
			if f.id < 0 {
				f.failure = index.Failf(index.Unreadable, "%s: %v", f.path, errMoving)
			}
		default:
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *file) int {
		return cmp.Or(a.info.ModTime().Compare(b.info.ModTime()), cmp.Compare(a.path, b.path))
	})
	return list
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
		if err == nil && !f.sight.settled(stampOf(f.info), now) {
			err = errMoving
		}
		if err == nil {
			var opened *os.File
			if opened, err = f.open(); err == nil {
				_ = opened.Close()
			}
		}
		if err != nil {
			f.failure = index.Failf(index.Unreadable, "%s: %v; until then the figures of all files stay as they are", f.path, err)
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
		_ = s.load(ctx, f) // its failure stands in f
	}
	return true
}

// load reads what is new in a file, or all of it. What goes wrong is kept in the
// file; errAgain means that it cannot be read without reading everything.
func (s *Files) load(ctx context.Context, f *file) error {
	start := time.Now()
	err := s.read(ctx, f)
	switch {
	case err == nil:
		f.failure, f.refused = nil, stamp{}
		f.location.read = true
		s.Log.Info("file read", "file", f.path, "rows", s.ledger.Used(f.id), "rejected", f.rejected, "took", time.Since(start).Round(time.Millisecond))
		return nil
	case errors.Is(err, errAgain) || ctx.Err() != nil:
		return err
	case errors.Is(err, errMoving) && s.clock().Sub(f.info.ModTime()) < cutFor:
		f.failure = nil
		if f.id < 0 {
			f.failure = index.Failf(index.Unreadable, "%s: %v", f.path, err)
		}
		return err
	}
	reason := index.Unreadable
	if _, ok := errors.AsType[*load.StructureError](err); ok {
		reason = index.Malformed
	}
	f.failure = index.Failf(reason, "%s: %v", f.path, err)
	if _, ok := errors.AsType[*fs.PathError](err); !ok { // opening is tried each time
		f.refused, f.retry = stampOf(f.info), s.clock().Add(retryAfter)
	}
	return err
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
	grown, err := f.grown(opened, info, format, s.clock())
	if err != nil {
		return err
	}
	if f.id >= 0 && (grown && s.ledger.Outdated(f.id) || !grown && s.ledger.Displaces(f.id)) {
		return errAgain
	}
	next := resume{whole: s.clock()}
	if format.Plain() {
		if next.print, err = fingerprint(opened, size); err != nil {
			return err
		}
	}
	csv := table.CSV{}
	l := &load.Loader{
		Catalogue: s.catalogue, Parser: s.parser, Ragged: format.XLSX,
		Put:    func(e *entry.Entry) error { return s.ledger.Put(f.id, e) },
		Reject: func(r index.Rejection) { r.Where = f.path; s.rejected.Add(r) },
	}
	l.Begin = func(layout *entry.Layout) error {
		next.layout = layout
		if err := checkEnd(opened, size, format, layout.Width, csv.Comma); err != nil {
			return err
		}
		s.forget(f)
		id, ok := s.ledger.Open(f.path, info.ModTime())
		if !ok {
			return fmt.Errorf("there are more than %d files; join or delete old ones", ledger.MaxFiles)
		}
		f.id = id
		return nil
	}
	switch {
	case grown:
		next = *f.resume
		if next.print, err = fingerprint(opened, size); err != nil {
			return err
		}
		if err := checkEnd(opened, size, format, next.layout.Width, next.comma); err != nil {
			return err
		}
		s.ledger.Grown(f.id, info.ModTime())
		l.Layout, l.Begun, csv.Comma, csv.Line = next.layout, true, next.comma, next.line
		err = csv.Read(table.From(ctx, opened, f.held.Size(), size), l)
	case format.XLSX:
		err = table.ReadXLSX(ctx, io.NewSectionReader(opened, 0, size), size, l)
	default:
		if format.Gzip && f.id >= 0 { // damage shows only at the end: do not give up what is held for it
			if err := drain(ctx, opened, size, format); err != nil {
				return err
			}
		}
		var text io.Reader
		if text, err = format.Text(ctx, opened, size); err == nil {
			err = csv.Read(text, l)
		}
	}
	err = cmp.Or(err, l.Finish())
	if err != nil && l.Begun {
		s.forget(f)
	}
	if err != nil {
		return err
	}
	f.held = info
	f.rejected += l.Refused
	next.comma, next.line = csv.Comma, csv.Line
	if format.Plain() && endsLine(opened, size) {
		f.resume = &next
	}
	return nil
}

// grown says whether the file is the one that is held with something added.
func (f *file) grown(opened *os.File, info fs.FileInfo, format table.Format, now time.Time) (bool, error) {
	if f.resume == nil || !format.Plain() || !os.SameFile(f.held, info) || info.Size() <= f.held.Size() || now.Sub(f.resume.whole) > wholeAfter {
		return false, nil
	}
	print, err := fingerprint(opened, f.held.Size())
	return err == nil && print == f.resume.print, err
}

// checkEnd says whether the last line of a text that can be read anywhere is cut.
func checkEnd(f io.ReaderAt, size int64, format table.Format, width int, comma byte) error {
	if !format.Plain() {
		return nil
	}
	last, err := table.LastLine(f, size)
	if err != nil {
		return err
	}
	if len(last) > 0 && table.Cells(last, comma) < width {
		return errMoving
	}
	return nil
}

func endsLine(f io.ReaderAt, size int64) bool {
	last, err := table.LastLine(f, size)
	return err == nil && len(last) == 0
}

func drain(ctx context.Context, f io.ReaderAt, size int64, format table.Format) error {
	text, err := format.Text(ctx, f, size)
	if err == nil {
		_, err = io.Copy(io.Discard, text)
	}
	return err
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

// withFailures adds what is wrong now. A location of which nothing was ever read
// has failed as a whole, so that what an earlier run knew of it is kept.
func (s *Files) withFailures() []index.Part {
	var parts []index.Part
	for i, l := range s.locations {
		failure := s.failure(l)
		switch {
		case failure != nil && !l.read:
			parts = append(parts, index.Part{Name: l.name, URL: l.path, Failure: failure})
			continue
		case failure != nil:
			parts = append(parts, s.parts[i], index.Part{Name: l.name + "/unreadable", URL: l.path, Failure: failure})
		default:
			parts = append(parts, s.parts[i])
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
