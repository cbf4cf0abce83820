package ledger

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
)

// Late lists late dossiers.
func (l *Ledger) Late(q index.LateQuery) index.LatePage {
	l.flush()
	wanted := make([]bool, len(l.units))
	for i, unit := range l.units {
		wanted[i] = q.Unit == nil || q.Unit(unit)
	}
	type hit struct {
		due   int64
		stage string
		*pending
	}
	var hits []hit
	for _, p := range l.allPending() {
		if p.at == 0 || !wanted[p.fact.unit()] {
			continue
		}
		h := hit{int64(p.at), index.Processing, p}
		if p.fact&isWaiting != 0 {
			h.due, h.stage = h.due+int64(q.ReceptionLimit/time.Second), index.Reception
		}
		if h.due < q.Now.Unix() && (q.Stage == "" || q.Stage == h.stage) {
			hits = append(hits, h)
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.key, b.key)) })
	page := index.LatePage{Total: len(hits)}
	hits = hits[min(q.Offset, len(hits)):]
	if q.Limit > 0 {
		hits = hits[:min(q.Limit, len(hits))]
	}
	for _, h := range hits {
		code, _, _ := strings.Cut(l.codes.text(h.key), keySeparator)
		late := index.LateDossier{
			Code: code, Procedure: l.procedures[h.procedure], Unit: l.units[h.fact.unit()],
			Stage: h.stage, State: entry.StateNames[h.state], Due: time.Unix(h.due, 0),
		}
		if h.received != 0 {
			late.Received = time.Unix(int64(h.received), 0)
		}
		page.Rows = append(page.Rows, late)
	}
	return page
}
