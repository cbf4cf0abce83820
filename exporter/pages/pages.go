// Package pages reads published HTML tables of units: the portal's old ranking
// pages, the statistics page of a provincial portal, either of them saved from a
// browser. Tables are found by their headings (catalogue.go); what has no known
// heading is passed over.
package pages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/htmltable"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// Options is what a Source needs.
type Options struct {
	Specs    []Spec
	Province string // code; units of pages without a parent of their own are below it
	// Get fetches a page that is no file; once says that it is not tried twice.
	Get     func(ctx context.Context, url string, once bool) (body []byte, contentType string, failure *index.Failure)
	MaxBody int64 // bytes of a page
	// Limit is the share of refused rows above which a page is refused, see
	// index.RejectedWhole; 0: a tenth.
	Limit float64
	// Admits says whether what a page names may be shown as a unit; nil: all may.
	Admits func(index.Unit) bool
	Now    func() time.Time // the domain's clock: which period a window shows
	Log    *slog.Logger
}

// Source reads pages. Its rounds must not overlap.
type Source struct {
	Options
	names []string            // of the parts
	seen  map[string][]column // by part: the columns of the last good answer
}

// New makes a source.
func New(o Options) *Source {
	s := &Source{Options: o, seen: map[string][]column{}}
	for _, spec := range o.Specs {
		base := cmp.Or(units.Clean(spec.name()), "page")
		name := base
		for n := 2; slices.Contains(s.names, name); n++ {
			name = fmt.Sprintf("%s (%d)", base, n)
		}
		s.names = append(s.names, name)
	}
	return s
}

// Fetch reads every page once, one after the other. A page that cannot be used is
// a part with a Failure; only the end of ctx is an error.
//
// Lines count the rows of a table from 1, its heading included. Rows that add
// others up are passed over.
func (s *Source) Fetch(ctx context.Context, _ []index.Part) (index.Answer, error) {
	var reading index.Answer
	for i, spec := range s.Specs {
		reading.Parts = append(reading.Parts, s.part(ctx, spec, s.names[i], false))
		if err := ctx.Err(); err != nil {
			return index.Answer{}, err
		}
	}
	return reading, nil
}

// Ask reads the pages that the keys name. With probe, the first is not tried twice,
// and the others are read only if it could be.
func (s *Source) Ask(ctx context.Context, keys []index.Key, probe bool) (parts []index.Part) {
	for i, spec := range s.Specs {
		if !slices.ContainsFunc(keys, func(key index.Key) bool { return key.Name == s.names[i] }) {
			continue
		}
		once := probe && len(parts) == 0
		part := s.part(ctx, spec, s.names[i], once)
		if parts = append(parts, part); once && part.Failure != nil {
			break
		}
	}
	return parts
}

func (s *Source) part(ctx context.Context, spec Spec, name string, once bool) index.Part {
	part := index.Part{Name: name, Window: spec.Window, Period: spec.Window.At(s.Now()), URL: spec.where(), Parent: s.Province}
	if spec.Parent != nil {
		part.Parent = *spec.Parent
	}
	body, contentType, asOf, failure := s.load(ctx, spec, once)
	if spec.Path != "" && failure == nil && asOf.Before(s.Now()) { // it is about its window when it was saved
		part.Period = spec.Window.At(asOf)
	}
	empty := part
	if part.AsOf = asOf; failure == nil {
		failure = s.read(body, contentType, &part)
	}
	if failure != nil {
		part = empty
		part.Failure = failure
	}
	return part
}

// read takes the tables of a page into a part.
func (s *Source) read(body []byte, contentType string, part *index.Part) *index.Failure {
	text, err := decode(body, contentType)
	if err != nil {
		return index.Failf(index.NotData, "%s: %v", part.URL, err)
	}
	title, tables, err := readTables(text)
	if errors.Is(err, htmltable.ErrTooLarge) {
		return index.Failf(index.TooLarge, "%s: %v", part.URL, err)
	}
	if err != nil {
		return index.Failf(index.NotData, "%s is no page that can be read: %v", part.URL, err)
	}

	var rows []found
	var columns []column // of all tables that are read
	var near heading     // of the table that is none of units, but comes nearest to one
	nearAt := 0
	for i, t := range tables {
		if t == nil {
			part.Rejected = append(part.Rejected, index.Rejection{Where: whereOf(part, i+1), Reason: "bảng quá lớn", Count: 1})
			continue
		}
		h := readHeading(t)
		column, problem := h.locate()
		readings := h.readings()
		if h.nameAt < 0 || len(readings) == 0 {
			if nearAt == 0 || h.known() > near.known() {
				near, nearAt = h, t.number
			}
			continue
		}
		if problem != "" {
			part.Rejected = append(part.Rejected, index.Rejection{Where: whereOf(part, t.number), Line: 1, Column: column, Reason: problem, Count: max(1, len(t.grid)-h.body)})
			continue
		}
		note := func(text string, list []string) {
			if list != nil {
				part.Notes = append(part.Notes, fmt.Sprintf("bảng %d: %s %s", t.number, text, strings.Join(list, ", ")))
			}
		}
		r := rowReader{table: t, heading: h, readings: readings, where: whereOf(part, t.number), parent: part.Parent, admits: s.Admits}
		r.read()
		note("không đọc các cột", h.unread(readings))
		note("không đọc các dòng cộng dồn", r.sums)
		rows = append(rows, r.rows...)
		part.Rejected = append(part.Rejected, r.rejected...)
		part.Furniture += r.furniture
		part.RowsUnmatched += r.unmatched
		columns = append(columns, h.columns...)
	}
	merge(part, rows)
	for _, r := range part.Rejected {
		if !r.Unmatched {
			part.RowsRejected += r.Count
		}
	}
	s.Log.Debug("page read", "page", part.Name, "tables", len(tables), "rows", len(part.Rows), "rejected", part.RowsRejected, "unmatched", part.RowsUnmatched, "furniture", part.Furniture)

	switch {
	case len(tables) == 0:
		return index.Failf(index.NotData, "%s has no table; it is titled %q", part.URL, units.Clean(title))
	case index.RejectedWhole(len(part.Rows)+part.RowsUnmatched, part.RowsRejected, cmp.Or(s.Limit, 0.1)):
		return index.Failf(index.Malformed, "%s: %s", part.URL, index.RejectionSummary(len(part.Rows)+part.RowsUnmatched, part.RowsRejected, part.Rejected))
	case len(columns) == 0:
		return index.Failf(index.NotData, "%s: %s", part.URL, unknownLayout(near, nearAt, len(tables)))
	case len(part.Rows) == 0 && part.RowsUnmatched == 0:
		return index.Failf(index.NotData, "%s: its tables have headings but no row with a value; does a script fill them? Save the page from a browser then", part.URL)
	}
	if missing, ok := lost(s.seen[part.Name], columns); ok {
		return index.Failf(index.NotData, "%s: the layout changed, the heading %q is missing%s; if the page is right as it is now, restart the exporter",
			part.URL, missing.title, nearest(missing.title, columns))
	}
	s.seen[part.Name] = columns
	return nil
}

func whereOf(part *index.Part, table int) string {
	return fmt.Sprintf("%s, bảng %d", part.Name, table)
}

// merge joins rows of one unit that stand in several tables of a page. None is used
// of a unit that stands twice in one table, or of which two tables say different
// things: nobody can tell which is which.
func merge(part *index.Part, rows []found) {
	at := map[unitKey]int{}
	bad := map[unitKey]bool{}
	var merged []found
	for _, row := range rows {
		key := keyOf(row.Unit)
		i, again := at[key]
		if !again {
			at[key] = len(merged)
			merged = append(merged, row)
			continue
		}
		first := &merged[i]
		reason := ""
		if row.table == first.table {
			reason = fmt.Sprintf("hai đơn vị cùng một tên, ở các hàng %d, %d", first.Line, row.Line)
		}
		for _, f := range row.Figures {
			same := slices.IndexFunc(first.Figures, func(g index.Figure) bool {
				g.Value = f.Value
				return g == f
			})
			switch {
			case same < 0:
				first.Figures = append(first.Figures, f)
			case first.Figures[same] != f && reason == "":
				reason = fmt.Sprintf("số liệu khác với bảng %d, hàng %d", first.table, first.Line)
			}
		}
		if reason != "" {
			rejection := index.Rejection{Where: whereOf(part, row.table), Line: row.Line, Column: row.column, Reason: reason, Count: 1}
			if !bad[key] {
				rejection.Count = 2 // the first one too
			}
			bad[key] = true
			part.Rejected = append(part.Rejected, rejection)
		}
	}
	for _, row := range merged {
		if bad[keyOf(row.Unit)] {
			continue
		}
		part.Rows = append(part.Rows, row.Row)
		if part.Groups == nil && slices.ContainsFunc(row.Figures, func(f index.Figure) bool { return f.Group == index.OnlineService }) {
			part.Groups = []index.Group{{Code: index.OnlineService, Name: spelling(index.OnlineService), Max: index.GroupMax(index.OnlineService)}}
		}
	}
}
