package ledger

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/index"
)

// Stage is where a dossier is late; the value of the label "stage".
type Stage string

// The stages.
const (
	Reception  Stage = "reception"  // submitted, and not received within the limit
	Processing Stage = "processing" // due, and not finished
)

// LateQuery says which late dossiers are wanted.
type LateQuery struct {
	Unit           func(index.Unit) bool // whose; nil = all. Units are as the source names them
	Stage          Stage                 // empty = both
	Now            time.Time             // the domain's clock
	ReceptionLimit time.Duration         // a dossier waiting longer is late to be received
	Offset, Limit  int                   // which of them; Limit 0 = all
}

// LatePage is a piece of the list of late dossiers, the latest first.
type LatePage struct {
	Total int // in the whole list
	Late  []Late
}

// Late is a dossier that is late. It carries nothing about people.
type Late struct {
	Unit      index.Unit // as the source names it
	Stage     Stage
	Code      string
	Procedure string        // its code, empty if not told
	Received  time.Time     // or submitted; zero if not told
	Due       time.Time     // when it should have been received or finished
	Late      time.Duration // since then
	State     int           // 1 to 10, see entry.StateNames
}

// Late lists late dossiers.
func (l *Ledger) Late(q LateQuery) LatePage {
	l.flush()
	wanted := make([]bool, len(l.units))
	for i, unit := range l.units {
		wanted[i] = q.Unit == nil || q.Unit(unit)
	}
	type hit struct {
		due int64
		*pending
	}
	var hits []hit
	now, limit := q.Now.Unix(), int64(q.ReceptionLimit/time.Second)
	for _, p := range l.allPending() {
		if p.at == 0 || !wanted[p.fact.unit()] {
			continue
		}
		due, stage := int64(p.at), Processing
		if p.fact&isWaiting != 0 {
			due, stage = due+limit, Reception
		}
		if due < now && (q.Stage == "" || q.Stage == stage) {
			hits = append(hits, hit{due, p})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.key, b.key))
	})
	page := LatePage{Total: len(hits)}
	hits = hits[min(max(q.Offset, 0), len(hits)):]
	if q.Limit > 0 {
		hits = hits[:min(q.Limit, len(hits))]
	}
	for _, h := range hits {
		code, _, _ := strings.Cut(l.codes.text(h.key), keySeparator)
		late := Late{
			Unit: l.units[h.fact.unit()], Stage: Processing, Code: code, Procedure: l.procedures[h.procedure],
			Due: time.Unix(h.due, 0), Late: time.Duration(now-h.due) * time.Second, State: int(h.state),
		}
		if h.fact&isWaiting != 0 {
			late.Stage = Reception
		}
		if h.received != 0 {
			late.Received = time.Unix(int64(h.received), 0)
		}
		page.Late = append(page.Late, late)
	}
	return page
}
