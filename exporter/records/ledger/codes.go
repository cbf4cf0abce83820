package ledger

import "slices"

// codes maps dossier codes to words of 64 bits, exactly: no hash stands for a
// code. Dossier codes are a few letters and signs in fixed places with digits
// between, "H26.13-261008-0975". So a code is kept as the number of its shape, here
// "H00.00-000000-0000", and its digits as one number. Codes of odd forms are kept
// as strings.
//
// Of three million codes a map of strings would hold 250 MB, this holds 80.
type codes struct {
	shapes []shape           // shapes[0] stands for all odd codes
	ids    map[string]uint16 // of a shape by its template
	last   uint16            // shape of the code before: the next one mostly has the same

	odd      []string          // an odd code's number is its place here
	oddIDs   map[string]uint32 //
	oddWords []uint64          //
}

type shape struct {
	template []byte // 0 stands for a digit that is in the number
	words    table  // by number
}

const (
	maxDigits = 19   // of a number that fits 64 bits
	maxShapes = 4096 // codes of more shapes than this are odd
)

func newCodes() codes {
	return codes{shapes: make([]shape, 1), ids: map[string]uint16{}, oddIDs: map[string]uint32{}}
}

// pack returns the shape and the number of a code. No other code has the same.
func (c *codes) pack(code []byte) (id uint16, number uint64) {
	if number, ok := fit(c.shapes[c.last].template, code); ok {
		return c.last, number
	}
	template := templateOf(code)
	id, ok := c.ids[string(template)]
	if !ok && len(c.shapes) < maxShapes {
		id = uint16(len(c.shapes))
		c.shapes = append(c.shapes, shape{template: template})
		c.ids[string(template)] = id
	}
	if id == 0 {
		n, ok := c.oddIDs[string(code)]
		if !ok {
			n = uint32(len(c.odd))
			c.odd = append(c.odd, string(code))
			c.oddWords = append(c.oddWords, 0)
			c.oddIDs[c.odd[n]] = n
		}
		return 0, uint64(n)
	}
	c.last = id
	number, _ = fit(template, code)
	return id, number
}

// templateOf returns the code with 0 for each of its last maxDigits digits.
func templateOf(code []byte) []byte {
	template := slices.Clone(code)
	for i, digits := len(code)-1, 0; i >= 0 && digits < maxDigits; i-- {
		if code[i]-'0' <= 9 {
			template[i] = 0
			digits++
		}
	}
	return template
}

// fit reads the number of a code of a template.
func fit(template, code []byte) (number uint64, ok bool) {
	if len(code) != len(template) {
		return 0, false
	}
	for i, b := range template {
		switch digit := code[i] - '0'; {
		case b != 0:
			if code[i] != b {
				return 0, false
			}
		case digit > 9:
			return 0, false
		default:
			number = number*10 + uint64(digit)
		}
	}
	return number, true
}

// text returns the code that was packed.
func (c *codes) text(id uint16, number uint64) string {
	if id == 0 {
		return c.odd[number]
	}
	code := slices.Clone(c.shapes[id].template)
	for i, b := range slices.Backward(code) {
		if b == 0 {
			code[i] = '0' + byte(number%10)
			number /= 10
		}
	}
	return string(code)
}

// word returns the word of a packed code, 0 if it had none. It may be changed
// until the next call, and must not be left 0.
func (c *codes) word(id uint16, number uint64) *uint64 {
	if id == 0 {
		return &c.oddWords[number]
	}
	return c.shapes[id].words.at(number)
}

// keep forgets the codes whose word does not stand the test.
func (c *codes) keep(test func(word uint64) bool) {
	for i, word := range c.oddWords {
		if word != 0 && !test(word) {
			c.oddWords[i] = 0
		}
	}
	for i := range c.shapes {
		c.shapes[i].words.keep(test)
	}
}

// table is an extendible hash table from numbers to words other than 0. It grows
// page by page: nothing is ever copied as a whole, so there is no moment at which
// it takes twice its size.
type table struct {
	pages []*page // by the first depth bits of the hash; 1<<depth of them
	depth uint8
}

// page is a small hash table for the numbers whose hash begins with the same
// depth bits. Collisions go to the next free slot. A page has 2 KiB.
type page struct {
	used  uint16
	depth uint8
	slots [slotsPerPage]slot
}

type slot struct{ number, word uint64 }

const (
	slotsPerPage = 127
	fullPage     = 112 // slots in use at which a page splits: above, searches get long
)

// hash is invertible (the finalizer of splitmix64), so different numbers have
// different hashes and a page can always be split.
func hash(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// at returns the word of a number, which is 0 if the number is new.
func (t *table) at(number uint64) *uint64 {
	if t.pages == nil {
		t.pages = []*page{new(page)}
	}
	h := hash(number)
	p := t.pages[h>>(64-t.depth)]
	word, found := p.find(h, number)
	for !found {
		if p.used < fullPage {
			p.used++
			return word
		}
		t.split(h >> (64 - t.depth))
		p = t.pages[h>>(64-t.depth)]
		word, found = p.find(h, number)
	}
	return word
}

// find returns the place of a number's word; the number is put there if it is new.
func (p *page) find(h, number uint64) (word *uint64, found bool) {
	i := h & (1<<32 - 1) * slotsPerPage >> 32 // the low half of the hash: the high half chose the page
	for {
		s := &p.slots[i]
		if s.word == 0 {
			s.number = number
			return &s.word, false
		}
		if s.number == number {
			return &s.word, true
		}
		if i++; i == slotsPerPage {
			i = 0
		}
	}
}

// split divides a page by one more bit of the hash.
func (t *table) split(at uint64) {
	old := t.pages[at]
	if old.depth == t.depth {
		twice := make([]*page, 0, 2*len(t.pages))
		for _, p := range t.pages {
			twice = append(twice, p, p)
		}
		t.pages, t.depth, at = twice, t.depth+1, at*2
	}
	halves := [2]*page{{depth: old.depth + 1}, {depth: old.depth + 1}}
	for _, s := range old.slots {
		if s.word != 0 {
			halves[hash(s.number)>>(63-old.depth)&1].put(s)
		}
	}
	n := uint64(1) << (t.depth - old.depth) // how many entries point to the old page
	at &^= n - 1
	for i := range n {
		t.pages[at+i] = halves[i*2/n]
	}
}

func (p *page) put(s slot) {
	word, _ := p.find(hash(s.number), s.number)
	*word = s.word
	p.used++
}

func (t *table) keep(test func(word uint64) bool) {
	for i, p := range t.pages {
		if i > 0 && t.pages[i-1] == p {
			continue
		}
		old := *p
		*p = page{depth: old.depth}
		for _, s := range old.slots {
			if s.word != 0 && test(s.word) {
				p.put(s)
			}
		}
	}
}
