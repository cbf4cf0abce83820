package ledger

import (
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
)

// backlogs returns what is not finished, by file and unit: see whose.
func (l *Ledger) backlogs() map[uint32]*index.Backlog {
	// Due or submission time above, place below: a number sorts faster than a struct.
	type lists struct{ open, waiting []uint64 }
	byUnit := map[uint32]*lists{}
	for b, block := range l.pending {
		for i := range block {
			p := &block[i]
			if p.fact == 0 {
				continue
			}
			of := byUnit[whose(p.fact.file(), p.fact.unit())]
			if of == nil {
				of = &lists{}
				byUnit[whose(p.fact.file(), p.fact.unit())] = of
			}
			item := uint64(p.at)<<32 | uint64(b*blockSize+i)
			if p.state == entry.Registered {
				of.waiting = append(of.waiting, item)
			} else {
				of.open = append(of.open, item)
			}
		}
	}
	backlogs := make(map[uint32]*index.Backlog, len(byUnit))
	for key, of := range byUnit {
		backlogs[key] = &index.Backlog{Open: l.dossiers(of.open), Waiting: l.dossiers(of.waiting)}
	}
	return backlogs
}

// whose is a file and a unit.
func whose(file int, unit uint16) uint32 { return uint32(file)<<16 | uint32(unit) }

// dossiers returns the dossiers of some places, in order. Their codes share one
// string: a string of its own would cost each of them up to 15 bytes more.
func (l *Ledger) dossiers(items []uint64) []index.Dossier {
	if len(items) == 0 {
		return nil
	}
	slices.Sort(items)
	list := make([]index.Dossier, len(items))
	var text []byte
	ends := make([]int, len(items))
	for i, item := range items {
		p := l.place(uint32(item))
		text = l.codes.text(text, p.key)
		ends[i] = len(text)
		list[i] = index.Dossier{Procedure: l.procedures[p.procedure], State: p.state, Received: int64(p.received)}
		if p.state != entry.Registered {
			list[i].Due = int64(p.at)
		} else {
			list[i].Received = int64(p.at)
		}
	}
	codes, from := string(text), 0
	for i, end := range ends {
		list[i].Code, _, _ = strings.Cut(codes[from:end], keySeparator)
		from = end
	}
	return list
}

// Holds says whether a row of a file has the code of a dossier. Where no code is
// remembered, it holds none.
func (l *Ledger) Holds(unit index.Unit, d index.Dossier) bool {
	l.flush()
	id, ok := l.unitNames[unit]
	if !ok && l.kind == entry.Documents {
		return false
	}
	return *l.codes.word(l.codes.pack(l.keyOf([]byte(d.Code), id, d.Received))) != 0
}
