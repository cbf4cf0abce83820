package snapshot

import (
	"sync"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// MaxAgo is how many closed periods before the shown one a window has.
const MaxAgo = 12

// View is a picture as it may be shown at a time: units resolved, what has
// expired left out, one value where several sources speak, places counted. Units
// go by their label: code, else portal id, else slug of the name.
type View struct {
	Picture    Picture
	Units      map[string]index.Unit // every unit that is meant by something shown or is listed, by label
	Contacts   map[string]string     // e-mail by label
	Groups     []index.Group
	Indicators []index.Indicator
	Periods    map[index.Window]index.Period
	Values     map[index.Measure][]Value
	Tables     []Table
	Dossiers   map[string]index.Pending // not finished according to local records, by label
	Documents  map[string]index.Pending // the same of documents and work files
	Counts     map[index.SourceName]Count
	Unmatched  []Unmatched
	ValidUntil time.Time // by the real clock: when something expires or a window moves on

	registry *units.Registry
	labels   map[index.Unit]string // of the units as sources name them
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
	Held       Held // where it stands
	Window     index.Window
	PeriodsAgo int
	Among      index.Kind
	Places     []Place // best first
}

// Place is where a unit stands in a table, 1 = best. Equal scores share a place:
// 1, 1, 3.
type Place struct {
	Unit  string
	Score float64
	Place int
}

// Count says what became of the rows of a source.
type Count struct {
	Used, Rejected, Unmatched int
	Superseded                int // rows of which another source's figures are shown instead
}

// Unmatched is a name that stands in a source and that nobody knows.
type Unmatched struct {
	Source  index.SourceName
	Name    string
	Label   string // the unit label it got, empty if it was refused
	Rows    int
	Nearest []string // names that are known and look like it
}

// Label returns the label that a unit named so in a source has in this view.
func (v *View) Label(u index.Unit) string {
	if label, ok := v.labels[u]; ok {
		return label
	}
	if known, ok := v.registry.Find(u); ok {
		return labelOf(known)
	}
	return labelOf(u)
}

func labelOf(u index.Unit) string {
	switch {
	case u.Code != "":
		return u.Code
	case u.ID != "":
		return u.ID
	}
	return units.Slug(u.Name)
}

// Name returns how people call the unit of a label.
func (v *View) Name(label string) string {
	if name := v.Units[label].Name; name != "" {
		return name
	}
	return label
}

// Table returns a published ranking, nil if there is none.
func (v *View) Table(w index.Window, ago int, among index.Kind) *Table {
	for i := range v.Tables {
		if t := &v.Tables[i]; t.Window == w && t.PeriodsAgo == ago && t.Among == among {
			return t
		}
	}
	return nil
}

// Viewer makes the view of a store's picture and keeps it as long as it holds.
// It is safe for concurrent use.
type Viewer struct {
	Store   *Store
	Windows []index.Window
	Listed  func() []units.Listed         // DVC_UNITS_FILE as last read; a new slice when it was read anew
	Domain  func(now time.Time) time.Time // the domain's clock

	mu      sync.Mutex
	view    *View
	picture *Picture
	listed  []units.Listed
}

// View returns the view at a time of the real clock.
func (v *Viewer) View(now time.Time) *View {
	v.mu.Lock()
	defer v.mu.Unlock()
	picture, listed := v.Store.current.Load(), v.Listed()
	if v.view == nil || v.picture != picture || !same(v.listed, listed) || !now.Before(v.view.ValidUntil) {
		v.view = picture.View(Options{Listed: listed, Windows: v.Windows, Now: now, Domain: v.Domain(now)})
		v.picture, v.listed = picture, listed
	}
	return v.view
}

// same says whether two slices are one, without looking inside.
func same(x, y []units.Listed) bool {
	return len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
}
