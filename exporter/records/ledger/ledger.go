// Package ledger keeps what is known of all dossiers of a source, each once: the
// row that was put last counts. It keeps no row, only counts by unit and month, a
// word per code, and a few fields of what is not finished.
package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
)

// Bounds: whoever goes past them has broken data.
const (
	MaxUnits = 20000 // spellings of unit names in a source
	MaxFiles = 4000  // files of a source at one time
)

// Why an entry was not taken.
var (
	ErrUnits = errors.New("quá 20.000 tên đơn vị khác nhau")
	ErrText  = errors.New("tên đơn vị không phải là chữ UTF-8")
)

// Ledger is not safe for concurrent use.
type Ledger struct {
	kind   entry.Kind
	unique bool // no code stands twice: none is remembered
	key    []byte

	codes      codes
	overlaps   bool
	batch      []pending
	touched    uint64 // what flush read ahead; it must not be optimised away
	units      []index.Unit
	unitIDs    map[string]uint16 // by cell
	unitNames  map[index.Unit]uint16
	procedures []string
	procIDs    map[string]uint16
	files      []*file // nil: free
	pending    [][]pending
	free       []uint32 // places in pending
}

// file is what one file contributes.
type file struct {
	counts map[cell]*counts
	rows   int // that count
}

// New returns an empty ledger. With unique, the caller knows that no code stands
// in two rows; then nothing is kept per code.
func New(kind entry.Kind, unique bool) *Ledger {
	return &Ledger{
		kind: kind, unique: unique, codes: newCodes(), batch: make([]pending, 0, 256),
		unitIDs: map[string]uint16{}, unitNames: map[index.Unit]uint16{},
		procedures: []string{""}, procIDs: map[string]uint16{},
	}
}

// fact is what a row contributes, in one word: whose it is and where it is counted.
// From the lowest bit: unit 15, file 12, month of reception 10, month of finish 10,
// then two bits each.
type fact uint64

const (
	shiftFile            = 15
	shiftReceived        = 27
	shiftFinished        = 37
	shiftChannel         = 47
	shiftDigitised       = 49 // of a ratio: the denominator's bit, then the numerator's
	shiftPaid            = 51
	shiftElectronic      = 53
	shiftApology         = 55
	shiftTimeliness      = 57 // on time, late
	isWaiting       fact = 1 << 59
	isPending       fact = 1 << 62 // stands in pending: open or waiting
	isTaken         fact = 1 << 63 // never 0

	tenBits = 1<<10 - 1
)

func (f fact) unit() uint16  { return uint16(f & (1<<15 - 1)) }
func (f fact) file() int     { return int(f >> shiftFile & (1<<12 - 1)) }
func (f fact) received() int { return int(f >> shiftReceived & tenBits) }
func (f fact) finished() int { return int(f >> shiftFinished & tenBits) }

// pending is what is kept of a dossier that is open or waiting.
type pending struct {
	fact      fact // 0: a free place
	key       uint64
	at        uint32 // due time of an open one, 0 without; submission of a waiting one. Unix seconds
	received  uint32
	procedure uint16
	state     uint8
}

// Open makes room for the rows of a file. It returns the number under which the
// ledger knows the file.
func (l *Ledger) Open() (id int, ok bool) {
	id = slices.Index(l.files, nil)
	if id < 0 {
		if id = len(l.files); id == MaxFiles {
			return 0, false
		}
		l.files = append(l.files, nil)
	}
	l.files[id] = &file{counts: map[cell]*counts{}}
	return id, true
}

// Overlaps says whether a row of one file took the place of another file's. Then
// the order of files matters: removing one loses what it displaced, and only the
// newest may grow, unless everything is read again.
func (l *Ledger) Overlaps() bool {
	l.flush()
	return l.overlaps
}

// Remove takes the rows of a file out.
func (l *Ledger) Remove(id int) {
	l.flush()
	l.codes.keep(func(word uint64) bool { return l.fact(word).file() != id })
	for place, p := range l.allPending() {
		if p.fact.file() == id {
			l.release(place)
		}
	}
	l.files[id] = nil
}

// Used is how many rows of a file count.
func (l *Ledger) Used(id int) int {
	l.flush()
	return l.files[id].rows
}

// keySeparator stands after the number of a document where it is a code: numbers
// begin anew in each unit and year, so unit and arrival belong to it.
const keySeparator = "\x1f"

// Put counts a row of a file.
func (l *Ledger) Put(id int, e *entry.Entry) error {
	unit, err := l.unit(e.Unit)
	if err != nil {
		return err
	}
	p := pending{fact: factOf(e) | fact(unit) | fact(id)<<shiftFile}
	if l.unique && p.fact&isPending == 0 {
		l.count(p.fact, 1)
		return nil
	}
	key := e.Code
	if l.kind == entry.Documents {
		l.key = fmt.Appendf(l.key[:0], "%s%s%d.%d", e.Code, keySeparator, unit, e.Received)
		key = l.key
	}
	p.key = l.codes.pack(key)
	if p.fact&isPending != 0 {
		p.at, p.state, p.procedure = uint32(e.Due), e.State, l.procedure(e.Procedure)
		p.received = uint32(cmp.Or(e.Received, e.Submitted))
		if p.fact&isWaiting != 0 {
			p.at = uint32(cmp.Or(e.Submitted, e.Received))
		}
	}
	if l.unique {
		l.put(&p)
		return nil
	}
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
	l.batch = l.batch[:0]
}

// put counts a row, and no longer the row that its code had before.
func (l *Ledger) put(p *pending) {
	var unremembered uint64
	word := &unremembered
	if !l.unique {
		word = l.codes.word(p.key)
	}
	if *word != 0 {
		old := l.fact(*word)
		l.overlaps = l.overlaps || old.file() != p.fact.file()
		l.count(old, -1)
		if old&isPending != 0 {
			l.release(uint32(*word))
		}
	}
	l.count(p.fact, 1)
	*word = uint64(p.fact)
	if p.fact&isPending != 0 {
		*word = uint64(isTaken|isPending) | uint64(l.keep(*p))
	}
}

// fact returns what the word of a code stands for.
func (l *Ledger) fact(word uint64) fact {
	if f := fact(word); f&isPending == 0 {
		return f
	}
	return l.place(uint32(word)).fact
}

// factOf says where a row is counted, leaving out whose it is.
func factOf(e *entry.Entry) fact {
	f := isTaken | fact(entry.Month(cmp.Or(e.Received, e.Submitted)))<<shiftReceived | fact(e.Channel)<<shiftChannel
	f |= pair(e.Digitised) << shiftDigitised
	if e.Fee == entry.Yes {
		f |= pair(e.Paid) << shiftPaid
	}
	switch {
	case e.Waiting():
		return f | isPending | isWaiting
	case e.Open():
		return f | isPending
	case e.Finished == 0:
		return f
	}
	f |= fact(entry.Month(e.Finished)) << shiftFinished
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

// unit returns the number of the unit that a cell names.
func (l *Ledger) unit(cell []byte) (uint16, error) {
	if id, ok := l.unitIDs[string(cell)]; ok {
		return id, nil
	}
	if !utf8.Valid(cell) {
		return 0, ErrText
	}
	if len(l.unitIDs) == MaxUnits {
		return 0, ErrUnits
	}
	unit := UnitOf(string(cell))
	id, ok := l.unitNames[unit]
	if !ok {
		id = uint16(len(l.units))
		l.units = append(l.units, unit)
		l.unitNames[unit] = id
	}
	l.unitIDs[string(cell)] = id
	return id, nil
}

// procedure returns the number of a procedure code, 0 for none and for those that
// go beyond 65,535.
func (l *Ledger) procedure(code []byte) uint16 {
	id, ok := l.procIDs[string(code)]
	if !ok && len(code) > 0 && len(code) <= 100 && len(l.procedures) < 1<<16 {
		id = uint16(len(l.procedures))
		l.procedures = append(l.procedures, string(code))
		l.procIDs[string(code)] = id
	}
	return id
}

// Pending dossiers stand in blocks, so that their number can grow without copying.
const blockSize = 1 << 12

func (l *Ledger) place(i uint32) *pending { return &l.pending[i/blockSize][i%blockSize] }

func (l *Ledger) keep(p pending) uint32 {
	if len(l.free) == 0 {
		from := uint32(len(l.pending) * blockSize)
		l.pending = append(l.pending, make([]pending, blockSize))
		for i := range uint32(blockSize) {
			l.free = append(l.free, from+blockSize-1-i)
		}
	}
	i := l.free[len(l.free)-1]
	l.free = l.free[:len(l.free)-1]
	*l.place(i) = p
	return i
}

func (l *Ledger) release(i uint32) {
	*l.place(i) = pending{}
	l.free = append(l.free, i)
}

// allPending ranges over all that is open or waiting.
func (l *Ledger) allPending() func(yield func(uint32, *pending) bool) {
	return func(yield func(uint32, *pending) bool) {
		for b, block := range l.pending {
			for i := range block {
				if p := &block[i]; p.fact != 0 && !yield(uint32(b*blockSize+i), p) {
					return
				}
			}
		}
	}
}
