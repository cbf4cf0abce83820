package records

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/date"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/format"
	"dvc_exporter/exporter/records/ledger"
	"dvc_exporter/exporter/records/load"
	"dvc_exporter/exporter/records/table"
)

// reading is one reading of all files.
type reading struct {
	*Files
	ctx    context.Context
	admits func(text []byte) bool
	now    time.Time
	ledger *ledger.Ledger
	listed int // rejections
	rows   int
}

// What ends the reading of one file beside what its rows say.
var (
	errMoving = errors.New("it was written while it was read")
	errCut    = errors.New("it does not end with a whole line")
)

// all reads all files and returns the parts. What is wrong with a file shows only
// at its end, when rows of it have taken the place of others; then everything is
// read again without it, and with all that was found wrong at once.
func (r *reading) all() ([]index.Part, error) {
	files := slices.SortedFunc(maps.Values(r.files), func(x, y *file) int { return cmp.Compare(x.name, y.name) })
	oldestFirst := slices.DeleteFunc(slices.Clone(files), func(f *file) bool { return f.err != nil })
	slices.SortFunc(oldestFirst, (*file).before)
	for _, f := range files {
		switch {
		case f.undecided: // the file that proved it may be gone
			f.outcome = outcome{}
		case f.err != nil:
			f.outcome = outcome{tried: true, failure: index.Failf(index.Unreadable, "%s: %v", f.name, f.err)}
		}
	}
	for again := true; again; {
		r.ledger = ledger.New(r.Kind, r.Unique, r.admits)
		again, r.listed = false, 0
		for _, f := range oldestFirst {
			f.id = 0
			if !f.ready(r.now) {
				continue
			}
			f.id = r.ledger.Open()
			err := r.read(f)
			if r.ctx.Err() != nil {
				return nil, r.ctx.Err()
			}
			if !r.conclude(f, err) {
				again = again || r.ledger.Used(f.id) > 0 || f.monthFirst
				f.id = 0
			}
		}
		again = r.refuseUndecided(oldestFirst) || again
	}
	parts := r.parts(files)
	r.ledger = nil
	if r.rows > 100_000 {
		debug.FreeOSMemory() // what reading took is not needed again for long
	}
	return parts, nil
}

// conclude draws the conclusion from the reading of a file, and says whether its
// rows count.
func (r *reading) conclude(f *file, err error) bool {
	refused, isRefused := errors.AsType[*load.Refused](err)
	_, isPath := errors.AsType[*fs.PathError](err)
	before := f.outcome
	f.outcome = outcome{tried: true, monthFirst: before.monthFirst}
	switch {
	case err == nil:
		f.since = time.Time{}
		if !before.tried {
			r.Log.Info("file read", "file", f.name, "rows", f.found.RowsUsed, "rejected", f.found.RowsRejected)
		}
		return true
	case errors.Is(err, load.ErrMonthFirst):
		f.outcome = outcome{monthFirst: true}
	case errors.Is(err, errMoving):
		f.until = r.now.Add(settle)
	case isCut(err) && f.young(r.now):
		f.until = f.info.ModTime().Add(cutFor)
	case isRefused:
		f.failure = index.Failf(index.Malformed, "%s: %s", f.name, refused.Text)
	default:
		f.failure = index.Failf(index.Unreadable, "%s: %v", f.name, err)
		if isPath {
			f.until = r.now.Add(retryAfter)
		}
	}
	return false
}

// isCut says whether a file may only look wrong because its end is not there yet.
func isCut(err error) bool {
	return errors.Is(err, errCut) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat)
}

// refuseUndecided refuses files whose dates prove neither that day nor month
// stands first, if those of a file with the same headings prove the month. It says
// whether there was one.
func (r *reading) refuseUndecided(files []*file) (found bool) {
	monthFirst := map[string]string{}
	for _, f := range files {
		if f.id > 0 && f.proof == date.MonthFirst {
			monthFirst[f.headings] = f.name
		}
	}
	for _, f := range files {
		if f.id == 0 || f.proof != date.Undecided {
			continue
		}
		if other, ok := monthFirst[f.headings]; ok {
			f.outcome = outcome{tried: true, undecided: true, failure: index.Failf(index.Malformed, "%s: %s", f.name, load.Undecided(other).Text)}
			f.id, found = 0, true
		}
	}
	return found
}

// read puts the rows of a file into the ledger. Its error says why they do not
// count.
func (r *reading) read(f *file) (err error) {
	opened, info, err := f.open()
	if err != nil {
		f.err = err
		return err
	}
	defer func() { _ = opened.Close() }()
	grows := f.grows(r.now)
	if !same(info, f.info) && !grows {
		return errMoving
	}
	f.info = info
	size, ended, err := end(opened, info.Size(), grows)
	if err != nil {
		return err
	}
	l := &load.Loader{
		Catalogue: r.words.Catalogue, Parser: r.words.Parser, MonthFirst: f.monthFirst, Limit: r.Limit, Admits: r.ledger.Admits,
		Put: func(e *entry.Entry) error { return r.ledger.Put(f.id, e) },
	}
	last := &lastRow{Loader: l}
	var sink table.Sink = l
	if !ended {
		sink = last
	}
	notes, err := format.Read(r.ctx, opened, size, sink)
	if err == nil {
		err = l.Finish()
		if !ended && (err != nil || last.faulty || last.short && f.young(r.now)) {
			err = errors.Join(errCut, err)
		}
	}
	l.Notes = append(l.Notes, notes...)
	f.found, f.proof, f.headings = &index.Part{Name: f.name, RowsUsed: l.Used}, l.Proof, l.Headings
	l.Describe(f.found)
	f.found.Rejected = newest(f.found.Rejected, load.MaxRejections-r.listed)
	r.listed += len(f.found.Rejected)
	return err
}

// end returns how much of a file is to be read, and whether it ends with a whole
// line. Of a file that grows the last line is left out if it is not whole. What is
// not plain text tells by itself whether it is whole.
func end(file *os.File, size int64, grows bool) (until int64, ended bool, err error) {
	last, err := format.LastLine(file, size)
	if err != nil || size > 0 && len(last) == 0 {
		return size, true, err
	}
	format, err := format.Sniff(file, size)
	switch {
	case err != nil || !format.Plain():
		return size, true, err
	case grows:
		return size - int64(len(last)), true, nil
	}
	return size, false, nil
}

// lastRow looks whether the last row of a file is whole.
type lastRow struct {
	*load.Loader
	cells         int
	short, faulty bool // fewer cells than the row before; something is wrong with it
}

// Row implements table.Sink.
func (l *lastRow) Row(line int, row *table.Row) error {
	faults := func() int {
		if n := len(l.Rejections); n > 0 {
			return n + l.Rejections[n-1].Count
		}
		return 0
	}
	before := faults()
	err := l.Loader.Row(line, row)
	l.faulty, l.short, l.cells = faults() != before, row.Len() < l.cells, row.Len()
	return err
}

// Bad implements table.Sink.
func (l *lastRow) Bad(line int, reason string) {
	l.Loader.Bad(line, reason)
	l.faulty = true
}

// parts returns what the files say now, or said last.
func (r *reading) parts(files []*file) []index.Part {
	last := map[string]index.Part{}
	for _, part := range r.Files.parts {
		last[part.Name] = part
	}
	parts := make([]index.Part, 0, len(files))
	var used []*file
	for _, l := range r.locations {
		for _, f := range files {
			if f.location != l {
				continue
			}
			part := r.kept(last[f.name])
			switch {
			case f.id > 0:
				part = *f.found
				part.AsOf, part.RowsUsed = f.info.ModTime(), r.ledger.Used(f.id)
				r.rows += part.RowsUsed
			case f.failure != nil && f.found != nil: // why, beside what it gave before
				used, asOf, rows := part.RowsUsed, part.AsOf, part.Rows
				part = *f.found
				part.RowsUsed, part.AsOf, part.Rows = used, asOf, rows
				part.Failure = f.failure
			default:
				part.Failure, part.NotYet = f.failure, f.failure == nil && part.Rows == nil
			}
			part.Name, part.Location = f.name, l.name
			f.found = nil
			parts, used = append(parts, part), append(used, f)
		}
		failure := r.absent[l]
		if failure == nil {
			continue
		}
		for _, part := range r.Files.parts {
			if part.Rows != nil && (part.Location == l.name || part.Location == "" && part.Name == l.name) {
				parts, used = append(parts, r.kept(part)), append(used, nil)
			}
		}
		parts, used = append(parts, index.Part{Name: l.name, Location: l.name, Failure: failure}), append(used, nil)
	}
	rows := r.ledger.Rows()
	for i, f := range used {
		if f != nil && f.id > 0 {
			parts[i].Rows = rows[f.id]
		}
	}
	limitRejected(parts)
	return parts
}

// kept returns a part without the open dossiers that other files hold now.
func (r *reading) kept(part index.Part) index.Part {
	part.Failure, part.NotYet = nil, false
	part.Rows = slices.Clone(part.Rows)
	for i, row := range part.Rows {
		if row.Backlog == nil {
			continue
		}
		held := func(d index.Dossier) bool { return r.ledger.Holds(row.Unit, d) }
		part.Rows[i].Backlog = &index.Backlog{
			Open:    slices.DeleteFunc(slices.Clone(row.Backlog.Open), held),
			Waiting: slices.DeleteFunc(slices.Clone(row.Backlog.Waiting), held),
		}
	}
	return part
}

// limitRejected bounds what is listed of the rows that were refused in all files.
func limitRejected(parts []index.Part) {
	listed := 0
	for i := range parts {
		parts[i].Rejected = newest(parts[i].Rejected, load.MaxRejections-listed)
		listed += len(parts[i].Rejected)
	}
}

// newest returns the last rejections of a list, at most n.
func newest(list []index.Rejection, n int) []index.Rejection {
	return slices.Clone(list[max(len(list)-n, 0):])
}
