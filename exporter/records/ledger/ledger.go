// Package ledger counts the rows of one reading of all files of a source, each
// dossier once: the row that was put last counts. It keeps no row, only counts by
// file, unit and month, a word per code while it reads, and a few fields of what
// is not finished.
package ledger

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"unicode/utf8"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/date"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/units"
)

// Bounds: whoever goes past them has broken data.
const (
	MaxUnits = 20000 // spellings of unit names in a source
	MaxFiles = 50000 // files of a source at one time
)

// Why an entry was not taken.
var (
	ErrUnits = errors.New("quá 20.000 tên đơn vị khác nhau")
	ErrText  = errors.New("tên đơn vị không phải là chữ UTF-8")
)

// Ledger is not safe for concurrent use.
type Ledger struct {
	kind   heading.Kind
	unique bool                   // no code stands twice: none is remembered
	admits func(text []byte) bool // see Admits

	codes      codes
	key        []byte // of a document
	texts      []byte // codes of what is or was open or waiting, one after the other
	batchTexts []byte // the same of what waits for flush
	batch      []pending
	touched    uint64 // what flush read ahead; it must not be optimised away
	units      []index.Unit
	unitIDs    *numbers // of cells
	unitNames  map[index.Unit]uint16
	procedures []string
	procIDs    *numbers
	files      []*file // the first is nobody's, so that no fact is 0
	pending    [][]pending
	places     uint32         // of pending that were ever used
	free       []uint32       // those of them that are free again
	refused    [1 << 8]uint64 // hashes of texts that name no unit: they may name anybody
	recent     [1 << 10]struct {
		of     *file
		where  cell
		counts *counts
	}
}

// file is what one file contributes.
type file struct {
	counts map[cell]*counts
	rows   int // that count
}

// New returns an empty ledger. With unique, the caller knows that no code stands
// in two rows; then nothing is kept per code. admits says whether a text can name a
// unit; nil: all can.
func New(kind heading.Kind, unique bool, admits func(text []byte) bool) *Ledger {
	return &Ledger{
		kind: kind, unique: unique, admits: admits, codes: codes{seed: maphash.MakeSeed()}, batch: make([]pending, 0, 256),
		unitIDs: newNumbers(), unitNames: map[index.Unit]uint16{},
		procedures: []string{""}, procIDs: newNumbers(), files: make([]*file, 1),
	}
}

// fact is what a row contributes, in one word: whose it is and where it is counted.
// From the lowest bit: unit 15, file 16, month of reception 10, month of finish 10,
// then two bits each. It is never 0.
type fact uint64

const (
	shiftFile            = 15
	shiftReceived        = 31
	shiftFinished        = 41
	shiftChannel         = 51
	shiftDigitised       = 53 // of a ratio: the denominator's bit, then the numerator's
	shiftPaid            = 55
	shiftElectronic      = 57
	shiftApology         = 59
	shiftTimeliness      = 61 // on time, late
	isPending       fact = 1 << 63

	tenBits = 1<<10 - 1
)

func (f fact) unit() uint16  { return uint16(f & (1<<15 - 1)) }
func (f fact) file() int     { return int(f >> shiftFile & (1<<16 - 1)) }
func (f fact) received() int { return int(f >> shiftReceived & tenBits) }
func (f fact) finished() int { return int(f >> shiftFinished & tenBits) }

// pending is what is kept of a dossier that is open or waiting.
type pending struct {
	fact      fact   // 0: a free place
	key       uint64 // of its code, unless all are unique
	text      uint64 // where its code stands among the texts, and in the lowest byte how long it is
	at        uint32 // due time of an open one, 0 without; submission of a waiting one. Unix seconds
	received  uint32
	procedure uint16
	state     uint8
}

// Open makes room for the rows of a file, at most MaxFiles. It returns the number
// under which the ledger knows the file.
func (l *Ledger) Open() (id int) {
	l.files = append(l.files, &file{counts: map[cell]*counts{}})
	return len(l.files) - 1
}

// Used is how many rows of a file count.
func (l *Ledger) Used(id int) int {
	l.flush()
	return l.files[id].rows
}

// keyOf returns what a row is known by. Numbers of documents begin anew in each
// unit and year, so unit and arrival belong to it.
func (l *Ledger) keyOf(code []byte, unit uint16, received int64) uint64 {
	if l.kind == heading.Documents {
		l.key = fmt.Appendf(l.key[:0], "%s %d %d", code, unit, received)
		code = l.key
	}
	return l.codes.key(code)
}

// Admits says whether a text can name a unit.
func (l *Ledger) Admits(text []byte) bool {
	if l.admits == nil || l.unitIDs.find(text) != &none {
		return true
	}
	hash := l.codes.key(text)
	refused := &l.refused[hash>>56]
	if *refused == hash {
		return false
	}
	admitted := l.admits(text)
	if !admitted {
		*refused = hash
	}
	return admitted
}

// Put counts a row of a file. Its unit must be one that Admits takes.
func (l *Ledger) Put(id int, e *entry.Entry) error {
	unit, err := l.unit(e.Unit)
	if err != nil {
		return err
	}
	p := pending{fact: factOf(e) | fact(unit) | fact(id)<<shiftFile}
	if p.fact&isPending != 0 {
		p.at, p.state, p.procedure = uint32(e.Due), e.State, l.procedure(e.Procedure)
		p.received = uint32(cmp.Or(e.Received, e.Submitted))
		if e.Waiting() {
			p.at = uint32(cmp.Or(e.Submitted, e.Received))
		}
		p.text = uint64(len(l.batchTexts))<<8 | uint64(len(e.Code))
		l.batchTexts = append(l.batchTexts, e.Code...)
	}
	if l.unique {
		l.put(&p)
		l.batchTexts = l.batchTexts[:0]
		return nil
	}
	p.key = l.keyOf(e.Code, unit, e.Received)
	if l.batch = append(l.batch, p); len(l.batch) == cap(l.batch) {
		l.flush()
	}
	return nil
}

// flush counts the rows that wait for it. Those that are put together have their
// places among the codes fetched from memory side by side, not one after the other.
func (l *Ledger) flush() {
	for i := range l.batch {
		l.touched ^= l.codes.touch(l.batch[i].key)
	}
	for i := range l.batch {
		l.put(&l.batch[i])
	}
	l.batch, l.batchTexts = l.batch[:0], l.batchTexts[:0]
}

// put counts a row, and no longer the row that its code had before.
func (l *Ledger) put(p *pending) {
	var unremembered uint64
	word := &unremembered
	if !l.unique {
		word = l.codes.word(p.key)
	}
	code := l.batchTexts[p.text>>8:][:p.text&0xff]
	p.text = uint64(len(l.texts))<<8 | uint64(len(code))
	if old := fact(*word); old&isPending != 0 {
		place := l.place(uint32(old))
		p.text, code = place.text, nil // it is the same
		l.count(place.fact, -1)
		*place = pending{}
		l.free = append(l.free, uint32(old))
	} else if old != 0 {
		l.count(old, -1)
	}
	l.count(p.fact, 1)
	*word = uint64(p.fact)
	if p.fact&isPending != 0 {
		l.texts = append(l.texts, code...)
		*word = uint64(isPending) | uint64(l.keep(p))
	}
}

// factOf says where a row is counted, leaving out whose it is.
func factOf(e *entry.Entry) fact {
	f := fact(date.Month(cmp.Or(e.Received, e.Submitted)))<<shiftReceived | fact(e.Channel)<<shiftChannel
	f |= pair(e.Digitised) << shiftDigitised
	if e.Fee == entry.Yes {
		f |= pair(e.Paid) << shiftPaid
	}
	switch {
	case e.Waiting() || e.Open():
		return f | isPending
	case e.Finished == 0:
		return f
	}
	f |= fact(date.Month(e.Finished)) << shiftFinished
	if e.State == entry.Processed || e.State == entry.ResultReturned {
		f |= pair(max(e.Electronic, e.Online)) << shiftElectronic
	}
	switch {
	case e.Due == 0:
	case e.Finished <= e.Due:
		f |= 1 << shiftTimeliness
	default:
		f |= 1<<(shiftTimeliness+1) | pair(e.Apology)<<shiftApology
	}
	return f
}

// pair is 1 if the flag counts in the denominator and 3 if also in the numerator.
func pair(flag entry.Flag) fact {
	return 1<<flag - 1
}

// numbers gives numbers to texts. Those that come again and again are found without
// the map.
type numbers struct {
	all    map[string]*number
	recent [1 << 12]*number // by the end of the text
}

type number struct {
	text string
	id   uint16
}

func newNumbers() *numbers {
	n := &numbers{all: map[string]*number{}}
	for i := range n.recent {
		n.recent[i] = &none
	}
	return n
}

var none number // of a text that has none

// find returns the number of a text, &none if it has none.
func (n *numbers) find(text []byte) *number {
	var end uint64
	if len(text) >= 8 {
		end = binary.LittleEndian.Uint64(text[len(text)-8:])
	}
	recent := &n.recent[end*0x9e3779b97f4a7c15>>52]
	if (*recent).text == string(text) {
		return *recent
	}
	found := n.all[string(text)]
	if found == nil {
		return &none
	}
	*recent = found
	return found
}

func (n *numbers) set(text []byte, id uint16) {
	of := &number{string(text), id}
	n.all[of.text] = of
}

// unit returns the number of the unit that a cell names.
func (l *Ledger) unit(cell []byte) (uint16, error) {
	if known := l.unitIDs.find(cell); known != &none {
		return known.id, nil
	}
	if !utf8.Valid(cell) {
		return 0, ErrText
	}
	if len(l.unitIDs.all) == MaxUnits {
		return 0, ErrUnits
	}
	unit := units.Named(string(cell))
	id, ok := l.unitNames[unit]
	if !ok {
		id = uint16(len(l.units))
		l.units = append(l.units, unit)
		l.unitNames[unit] = id
	}
	l.unitIDs.set(cell, id)
	return id, nil
}

// procedure returns the number of a procedure code, 0 for none and for those that
// go beyond 65,535.
func (l *Ledger) procedure(code []byte) uint16 {
	if known := l.procIDs.find(code); known != &none || len(code) == 0 || len(code) > 100 || len(l.procedures) == 1<<16 {
		return known.id
	}
	id := uint16(len(l.procedures))
	l.procedures = append(l.procedures, string(code))
	l.procIDs.set(code, id)
	return id
}

// Pending dossiers stand in blocks, so that their number can grow without copying.
const blockSize = 1 << 12

func (l *Ledger) place(i uint32) *pending { return &l.pending[i/blockSize][i%blockSize] }

func (l *Ledger) keep(p *pending) uint32 {
	i := l.places
	if n := len(l.free); n > 0 {
		i, l.free = l.free[n-1], l.free[:n-1]
	} else if l.places++; i%blockSize == 0 {
		l.pending = append(l.pending, make([]pending, blockSize))
	}
	*l.place(i) = *p
	return i
}
