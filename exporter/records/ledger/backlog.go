package ledger

import (
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
)

// backlogs returns what is not finished, by file and unit: see whose. Memory that
// was never used before costs more than what is done with it here, so the lists are
// made as long as they get, and what one unit needed is used again for the next.
func (l *Ledger) backlogs() map[uint32]*index.Backlog {
	// Due or submission time above, place below: a number sorts faster than a struct.
	type lists struct {
		open, waiting   []uint64
		nOpen, nWaiting int
	}
	byUnit := map[uint32]*lists{}
	of := func(p *pending) *lists {
		key := whose(p.fact.file(), p.fact.unit())
		list := byUnit[key]
		if list == nil {
			list = &lists{}
			byUnit[key] = list
		}
		return list
	}
	for _, p := range l.allPending() {
		if list := of(p); p.state == entry.Registered {
			list.nWaiting++
		} else {
			list.nOpen++
		}
	}
	for place, p := range l.allPending() {
		item := uint64(p.at)<<32 | uint64(place)
		if list := of(p); p.state == entry.Registered {
			list.waiting = append(slices.Grow(list.waiting, list.nWaiting-len(list.waiting)), item)
		} else {
			list.open = append(slices.Grow(list.open, list.nOpen-len(list.open)), item)
		}
	}
	backlogs := make(map[uint32]*index.Backlog, len(byUnit))
	var scratch scratch
	for key, list := range byUnit {
		backlogs[key] = &index.Backlog{Open: l.dossiers(list.open, &scratch), Waiting: l.dossiers(list.waiting, &scratch)}
		*list = lists{}
	}
	return backlogs
}

// whose is a file and a unit.
func whose(file int, unit uint16) uint32 { return uint32(file)<<16 | uint32(unit) }

// allPending ranges over what is open or waiting.
func (l *Ledger) allPending() func(yield func(uint32, *pending) bool) {
	return func(yield func(uint32, *pending) bool) {
		for i := range l.places {
			if p := l.place(i); p.fact != 0 && !yield(i, p) {
				return
			}
		}
	}
}

// scratch is memory that dossiers uses again.
type scratch struct {
	codes []byte
	ends  []int
}

// dossiers returns the dossiers of some places, in order. Their codes share one
// string: a string of its own would cost each of them up to 15 bytes more.
func (l *Ledger) dossiers(items []uint64, s *scratch) []index.Dossier {
	if len(items) == 0 {
		return nil
	}
	slices.Sort(items)
	list := make([]index.Dossier, len(items))
	s.codes, s.ends = s.codes[:0], s.ends[:0]
	for i, item := range items {
		p := l.place(uint32(item))
		s.codes = append(s.codes, l.texts[p.text>>8:][:p.text&0xff]...)
		s.ends = append(s.ends, len(s.codes))
		d := &list[i]
		d.Procedure, d.State, d.Received = l.procedures[p.procedure], p.state, int64(p.received)
		if p.state != entry.Registered {
			d.Due = int64(p.at)
		} else {
			d.Received = int64(p.at)
		}
	}
	codes, from := string(s.codes), 0
	for i, end := range s.ends {
		list[i].Code, _, _ = strings.Cut(codes[from:end], entry.KeySeparator)
		from = end
	}
	return list
}

// Holds says whether a row of a file has the code of a dossier. Where no code is
// remembered, it holds none.
func (l *Ledger) Holds(unit index.Unit, d index.Dossier) bool {
	l.flush()
	id, ok := l.unitNames[unit]
	if !ok && l.kind == heading.Documents {
		return false
	}
	return *l.codes.word(l.keyOf([]byte(d.Code), id, d.Received)) != 0
}
