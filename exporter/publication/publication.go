// Package publication decides what may be shown: it makes of the book, the files
// of units and targets, and the clock one immutable Publication, in which units are
// resolved, what has expired is left out, one value stands where several sources
// speak, places are counted and open dossiers are compared with the clock.
// Everything that people or Prometheus see comes from it.
package publication

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/targets"
	"dvc_exporter/exporter/units"
)

// Precedence is the order in which sources are believed where two say the same
// of one unit and window.
var Precedence = []index.SourceName{index.Portal, index.Records, index.SQL, index.Documents, index.Pages}

// Settings are what the configuration says of showing.
type Settings struct {
	Windows        []index.Window // in order
	Own            []string       // codes of the own provinces
	ReceptionLimit time.Duration  // a dossier not received for longer is late to receive
	DueSoon        time.Duration  // how far ahead a dossier is due soon
}

// Inputs is all that a Publication depends on.
type Inputs struct {
	Settings
	Book   book.Book
	Files  *reload.Files
	Now    time.Time // the real clock: what has expired
	Domain time.Time // the domain's clock: which period a window shows, what is overdue
	// Shown are the periods that the windows show, whatever the clock says; nil: the
	// newest that are known.
	Shown map[index.Window]index.Period
}

// Publication is what may be shown from one minute to the next.
type Publication struct {
	Inputs
	*Figures
	Ratios    map[string]float64       // targets in force, by indicator
	Points    map[index.Window]float64 // targets in force
	Grades    targets.Grades
	Dossiers  map[string]Workload // by label
	Documents map[string]Workload
}

// Figures is the part of a Publication that does not change with each minute.
// Units go by their label: code, else portal id, else slug of the name.
type Figures struct {
	Units      map[string]index.Unit // every unit that is meant by something shown or is listed, by label
	Contacts   map[string]string     // e-mail by label
	Groups     []index.Group
	Indicators []index.Indicator
	Periods    map[index.Window]index.Period
	Values     map[index.Measure][]Value
	Tables     []Table
	Counts     map[index.SourceName]Count
	Unmatched  []Unmatched
	ValidUntil time.Time // by the real clock: when something expires or a window moves on

	Registry  *units.Registry
	known     []index.Unit          // of which the registry was made, beside those listed
	labels    map[index.Unit]string // of the units as sources name them
	dossiers  map[string]*load      // what is open, by label
	documents map[string]*load
}

// Value is one figure of one unit as it is shown.
type Value struct {
	*Spot
	*index.Figure
	Source index.SourceName
}

// Spot is where figures stand. PeriodsAgo is 0 for the period that the window
// shows and counts closed periods back from there.
type Spot struct {
	Window     index.Window
	PeriodsAgo int
	Unit       string
}

// Table is one published ranking.
type Table struct {
	Source     index.SourceName
	Entry      *book.Entry // where it stands
	Window     index.Window
	PeriodsAgo int
	Among      index.Kind
	Places     []Place // best first
}

// Place is where a unit stands in a table, 1 = best. Equal scores share a place:
// 1, 1, 3.
type Place struct {
	Unit   string
	Score  float64
	Place  int
	ToNext float64 // points that it lacks to the next better score; 0 for the first
}

// Count says what became of the rows of a source.
type Count struct {
	Used, Rejected, Unmatched int
	Superseded                int // rows of which another source's figures are shown instead
}

// Unmatched is a name in a source that nobody knows.
type Unmatched struct {
	Source  index.SourceName
	Name    string
	Label   string // the unit label it got, empty if it was refused
	Rows    int
	Nearest []string // names that are known and look like it
}

// Label returns the label that a unit named so in a source has.
func (f *Figures) Label(u index.Unit) string {
	if label, ok := f.labels[u]; ok {
		return label
	}
	if known, ok := f.Registry.Find(u); ok {
		return labelOf(known)
	}
	return labelOf(u)
}

func labelOf(u index.Unit) string {
	if label := cmp.Or(u.Code, u.ID); label != "" {
		return label
	}
	return units.Slug(u.Name)
}

// Name returns how people call the unit of a label.
func (f *Figures) Name(label string) string { return cmp.Or(f.Units[label].Name, label) }

// Table returns a published ranking, nil if there is none.
func (f *Figures) Table(w index.Window, ago int, among index.Kind) *Table {
	for i := range f.Tables {
		if t := &f.Tables[i]; t.Window == w && t.PeriodsAgo == ago && t.Among == among {
			return t
		}
	}
	return nil
}

// Make makes the publication of its inputs. Of the one before, which may be nil,
// it takes over what has not changed.
func Make(in Inputs, before *Publication) *Publication {
	p := &Publication{Inputs: in}
	if before != nil && before.current(in) {
		p.Figures = before.Figures
	} else {
		p.Figures = makeFigures(in, before)
	}
	if in.Files.Plan != nil {
		p.Ratios, p.Points, p.Grades = in.Files.Plan.Ratios(in.Domain), in.Files.Plan.Points(in.Domain), in.Files.Plan.Grades
	}
	p.Dossiers, p.Documents = p.count(p.dossiers), p.count(p.documents)
	return p
}

// current says whether the figures still hold under other inputs.
func (p *Publication) current(in Inputs) bool {
	if !in.Now.Before(p.ValidUntil) || !same(in.Files.Listed, p.Files.Listed) || len(in.Book) != len(p.Book) || !maps.Equal(in.Shown, p.Shown) {
		return false
	}
	for name, source := range in.Book {
		if before := p.Book[name]; before == nil || !same(source.Entries, before.Entries) {
			return false
		}
	}
	return true
}

// same says whether two slices are one, without looking inside.
func same[T any](x, y []T) bool {
	return len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
}

// registry returns the registry of the inputs, the one before if it is the same:
// readers of records take a new one for a reason to read everything again.
func (p *Publication) registry(in Inputs, known []index.Unit) *units.Registry {
	if p != nil && same(in.Files.Listed, p.Files.Listed) && slices.Equal(known, p.known) && !validityChanges(in.Files.Listed, p.Domain, in.Domain) {
		return p.Registry
	}
	return units.New(in.Files.Listed, known, in.Domain)
}

// validityChanges says whether a unit begins or ceases to be valid between two
// times.
func validityChanges(listed []units.Listed, from, to time.Time) bool {
	return slices.ContainsFunc(listed, func(l units.Listed) bool { return l.Valid(from) != l.Valid(to) })
}
