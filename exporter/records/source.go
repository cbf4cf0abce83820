// Package records reads local records, dossiers and documents, from files and
// from a database, into counts by unit and month and what is not finished.
// Nobody's name is read, kept or shown.
//
// A file becomes figures in four steps, each a room of its own below this one:
// format reads rows of cells from bytes, entry reads a row's meaning, load judges the
// rows of a file, ledger counts each dossier once. This package decides which files
// to read and when.
package records

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/ledger"
	"dvc_exporter/exporter/units"
)

// Options is what a source of records needs to know.
type Options struct {
	Kind heading.Kind
	// Mapping returns more headings and states: the same as long as they are the same;
	// nil: there are none.
	Mapping func() *entry.Mapping
	Zone    *time.Location // of times that do not name one
	// Unique says that no code stands in two rows, in one file or in several. Then
	// no code is remembered, which saves memory and time.
	Unique bool
	Limit  float64 // share of refused rows above which a file or answer is refused, 0 to 1; 0: load.DefaultLimit
	// Units returns the units that are known now: the same registry as long as they
	// are the same. A text that neither it knows nor begins like an office makes no
	// unit. nil: every text makes one.
	Units func() *units.Registry
	Log   *slog.Logger
}

// Registry returns the units that are known now, nil if nothing is known of them,
// and what says whether a text can name a unit.
func (o *Options) Registry() (r *units.Registry, admits func(text []byte) bool) {
	if o.Units == nil {
		return nil, nil
	}
	r = o.Units()
	return r, func(text []byte) bool { return r.Admits(units.Named(string(text))) }
}

// Words are the headings and states that rows are read by.
type Words struct {
	Catalogue *heading.Catalogue
	Parser    *entry.Parser
	of        *entry.Mapping
}

var noMapping = &entry.Mapping{}

// Renew takes the words that hold now, and says whether they are others than before.
func (w *Words) Renew(o *Options) (changed bool, err error) {
	mapping := noMapping
	if o.Mapping != nil {
		mapping = o.Mapping()
	}
	if mapping == w.of {
		return false, nil
	}
	catalogue, err := mapping.Catalogue(o.Kind)
	if err != nil {
		return false, err
	}
	*w = Words{catalogue, entry.NewParser(o.Kind, o.Zone, *mapping), mapping}
	return true, nil
}

// Files is a source of the records in files. Each file is a part. Whenever
// something has changed, all files are read into a new ledger, the oldest first,
// and the parts are exchanged when that is whole.
type Files struct {
	Options
	words Words
	clock func() time.Time // how old a file is; nothing else depends on it

	locations []*location
	absent    map[*location]*index.Failure // those without files, and why
	files     map[string]*file             // of the others, by path
	doubles   map[string]bool              // names of files that are read under another name

	parts     []index.Part // of the last answer; before the first reading, what an earlier run knew
	read      bool         // they were read by this run
	delivered bool         // whoever asked waited for them
	changed   bool         // since they were read
	registry  *units.Registry
	next      time.Time // no reading begins before
}

// pacing is how many times the duration of a reading passes before the next begins.
const pacing = 10

// NewFiles returns the source of the records in files, folders and globs.
func NewFiles(o Options, paths []string) (*Files, error) {
	list, err := locations(paths)
	if err != nil {
		return nil, err
	}
	s := &Files{Options: o, clock: time.Now, locations: list, doubles: map[string]bool{}}
	_, err = s.words.Renew(&s.Options)
	return s, err
}

// Fetch looks at all files and reads them if something has changed. A file that
// is refused or cannot be read has what it last gave, from known if this run never
// read it, and the failure. A location without files has a part with the failure,
// and all that its files last gave. Fetch may hang as long as a file system does,
// and must not be called again before it has ended.
func (s *Files) Fetch(ctx context.Context, known []index.Part) (index.Answer, error) {
	if !s.read {
		s.parts = known
	}
	s.look()
	registry, admits := s.Registry()
	other, err := s.words.Renew(&s.Options)
	if err != nil {
		return index.Answer{}, err
	}
	if other || registry != s.registry {
		for _, f := range s.files { // how many rows are refused depends on what names a unit, a column or a state
			f.outcome = outcome{}
		}
		s.registry, s.changed = registry, true
	}
	if s.read && (!s.changed || s.clock().Before(s.next)) {
		unchanged := s.delivered
		s.delivered = ctx.Err() == nil
		return index.Answer{Parts: s.parts, Unchanged: unchanged}, nil
	}
	start := time.Now()
	r := &reading{Files: s, ctx: ctx, admits: admits, now: s.clock()}
	parts, err := r.all()
	took := time.Since(start)
	s.next = s.clock().Add(pacing * took)
	if err != nil {
		return index.Answer{}, err
	}
	s.Log.Info("all files were read", "files", len(s.files), "rows", r.rows, "took", took.Round(time.Millisecond))
	s.parts, s.read, s.changed, s.delivered = parts, true, false, ctx.Err() == nil
	return index.Answer{Parts: parts}, nil
}

// look lists the files that are there now, and notes whether reading them would
// tell something new.
func (s *Files) look() {
	now := s.clock()
	files := map[string]*file{}
	absent := map[*location]*index.Failure{}
	byInode := map[inode]*file{}
	for _, l := range s.locations {
		list, err := l.list()
		switch {
		case errors.Is(err, errTooMany) || len(files)+len(list) > ledger.MaxFiles:
			absent[l] = index.Failf(index.TooLarge, "%s: with it there are more than %d files; join them or delete old ones", l.name, ledger.MaxFiles)
			continue
		case err != nil:
			absent[l] = index.Failf(index.Unreadable, "%s: %v; check the path, the mount and the permissions", text(l.path), err)
		}
		for _, f := range list {
			f.location = l
			if !s.double(f, files, byInode) {
				f.follow(s.files[f.path], now)
				files[f.path] = f
				s.changed = s.changed || f.due(now)
			}
		}
	}
	for path := range s.files {
		s.changed = s.changed || files[path] == nil
	}
	s.changed = s.changed || !maps.EqualFunc(absent, s.absent, func(x, y *index.Failure) bool { return x.Text == y.Text })
	s.files, s.absent = files, absent
}

// double says whether the file is among the others already, by this name or by
// another: through two entries of the configuration, or by a link.
func (s *Files) double(f *file, files map[string]*file, byInode map[inode]*file) bool {
	first := files[f.path]
	if at, ok := inodeOf(f.info); first == nil && ok {
		if first = byInode[at]; first == nil {
			byInode[at] = f
		}
	}
	if first != nil && !s.doubles[f.name] {
		s.doubles[f.name] = true
		s.Log.Warn("the same file is found twice; it is read once", "file", first.name, "also", f.name, "in", f.location.name)
	}
	return first != nil
}
