package snapshot

import (
	"sync"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// Viewer makes the view of a store's picture and keeps it as long as it holds.
// It is safe for concurrent use.
type Viewer struct {
	Store   *Store
	Windows []index.Window
	Listed  func() []units.Listed         // DVC_UNITS_FILE as last read; a new slice when it was read anew
	Domain  func(now time.Time) time.Time // the domain's clock

	mu     sync.Mutex
	view   *View
	number uint64
	listed []units.Listed
}

// View returns the view at a time of the real clock.
func (v *Viewer) View(now time.Time) *View {
	v.mu.Lock()
	defer v.mu.Unlock()
	current := v.Store.current.Load()
	listed := v.Listed()
	if v.view == nil || v.number != current.number || !same(v.listed, listed) || !now.Before(v.view.ValidUntil) {
		v.view = current.View(Options{Listed: listed, Windows: v.Windows, Now: now, Domain: v.Domain(now)})
		v.number, v.listed = current.number, listed
	}
	return v.view
}

// same says whether two slices are one, without looking inside.
func same(x, y []units.Listed) bool {
	return len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
}
