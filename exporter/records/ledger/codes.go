package ledger

import "hash/maphash"

// codes maps dossier codes to words of 64 bits. A code stands there by its hash of 64
// bits: of five million codes, any two have the same in fewer than one of a million
// readings, and the codes themselves would take three times the memory. A Go map of
// hashes holds as much and takes three times as long, for it is asked twice and
// misses the cache more often.
type codes struct {
	seed  maphash.Seed // of this ledger, so that nobody can make codes that fall on one place
	pages [256]page    // by the first bits of a key; they grow one by one, so never two copies of all are held
}

// key returns the hash of a code; it is never 0.
func (c *codes) key(code []byte) uint64 { return max(1, maphash.Bytes(c.seed, code)) }

// page is a table of keys, each at the place that its last bits say or at the next
// free one. At least one place in eight is free, so that every search ends.
type page struct {
	slots []slot // as many as a power of 2
	used  int
}

type slot struct {
	key  uint64 // 0: free
	word uint64
}

// word returns the word of a key, 0 if it has none yet, to be read and set before
// the next call.
func (c *codes) word(key uint64) *uint64 {
	p := &c.pages[key>>56]
	if 8*(p.used+1) > 7*len(p.slots) {
		p.grow()
	}
	s := p.slot(key)
	if s.key == 0 {
		s.key = key
		p.used++
	}
	return &s.word
}

// touch reads the place of a key, so that word finds it in the cache.
func (c *codes) touch(key uint64) uint64 {
	slots := c.pages[key>>56].slots
	if len(slots) == 0 {
		return 0
	}
	return slots[key&uint64(len(slots)-1)].key
}

// slot returns where a key is or may be put.
func (p *page) slot(key uint64) *slot {
	last := uint64(len(p.slots) - 1)
	for i := key & last; ; i = (i + 1) & last {
		if s := &p.slots[i]; s.key == key || s.key == 0 {
			return s
		}
	}
}

// grow makes room for another key.
func (p *page) grow() {
	old := p.slots
	p.slots = make([]slot, max(16, 2*len(old)))
	for _, s := range old {
		if s.key != 0 {
			*p.slot(s.key) = s
		}
	}
}
