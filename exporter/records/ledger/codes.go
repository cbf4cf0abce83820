package ledger

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// codes maps dossier codes to words of 64 bits, exactly: no hash stands for a
// code. Dossier codes are a few letters and signs in fixed places with digits
// between, "H26.13-261008-0975". So a code is packed into one key: the number of
// its template, here "H00.00-000000-0000", and its digits as one number. Codes of
// odd forms are kept as strings, and their key is their place among them.
//
// Of three million codes a map of strings would hold 250 MB, this holds 64. A Go
// map of keys holds as much and takes three times as long, for it is asked twice
// and misses the cache more often.
type codes struct {
	templates [][]byte          // by number; the first is nobody's, the second all odd codes'
	numbers   map[string]uint64 // of templates
	last      uint64            // template of the code before: the next one mostly has the same
	odd       []string
	oddIDs    map[string]uint64
	pages     [256]page // by the first bits of a key's hash; they grow one by one, so never two copies of all are held
}

// A key has the number of a template above the number of at most 15 digits, which
// is less than 1<<50. It is never 0.
const (
	maxDigits    = 15
	digitBits    = 50
	maxTemplates = 4096 // codes of more templates than this are odd
	oddTemplate  = 1
)

func newCodes() codes {
	return codes{templates: make([][]byte, oddTemplate+1), numbers: map[string]uint64{}, oddIDs: map[string]uint64{}}
}

// pack returns the key of a code. No other code has the same.
func (c *codes) pack(code []byte) uint64 {
	if number, ok := digits(c.templates[c.last], code); ok {
		return c.last<<digitBits | number
	}
	template := templateOf(code)
	t, ok := c.numbers[string(template)]
	switch {
	case ok:
	case len(c.templates) < maxTemplates:
		t = uint64(len(c.templates))
		c.templates = append(c.templates, template)
		c.numbers[string(template)] = t
	default:
		id, ok := c.oddIDs[string(code)]
		if !ok {
			id = uint64(len(c.odd))
			c.odd = append(c.odd, string(code))
			c.oddIDs[c.odd[id]] = id
		}
		return oddTemplate<<digitBits | id
	}
	c.last = t
	number, _ := digits(template, code)
	return t<<digitBits | number
}

// templateOf returns the code with 0 for each of its last maxDigits digits.
func templateOf(code []byte) []byte {
	template := slices.Clone(code)
	for i, n := len(code)-1, 0; i >= 0 && n < maxDigits; i-- {
		if code[i]-'0' <= 9 {
			template[i] = 0
			n++
		}
	}
	return template
}

// digits reads the number of a code that has the template.
func digits(template, code []byte) (number uint64, ok bool) {
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

// text appends the code that was packed into a key.
func (c *codes) text(to []byte, key uint64) []byte {
	t, number := key>>digitBits, key&(1<<digitBits-1)
	if t == oddTemplate {
		return append(to, c.odd[number]...)
	}
	from := len(to)
	to = append(to, c.templates[t]...)
	for i, b := range slices.Backward(to[from:]) {
		if b == 0 {
			to[from+i] = '0' + byte(number%10)
			number /= 10
		}
	}
	return to
}

// page is a table of keys, each at the place that its hash says or at the next
// free one. At least one place in eight is free, so that every search ends.
type page struct {
	slots []slot // as many as a power of 2
	used  int
}

type slot struct {
	key  uint64 // 0: free
	word uint64
}

// seed keeps anyone from making codes that fall on one place.
var seed = rand.Uint64()

func hash(key uint64) uint64 {
	hi, lo := bits.Mul64(key^seed, 0x9e3779b97f4a7c15)
	return hi ^ lo
}

// word returns the word of a key, 0 if it has none yet, to be read and set before
// the next call.
func (c *codes) word(key uint64) *uint64 {
	h := hash(key)
	p := &c.pages[h>>56]
	if 8*(p.used+1) > 7*len(p.slots) {
		p.grow()
	}
	s := p.slot(h, key)
	if s.key == 0 {
		s.key = key
		p.used++
	}
	return &s.word
}

// touch reads the place of a key, so that word finds it in the cache.
func (c *codes) touch(key uint64) uint64 {
	h := hash(key)
	slots := c.pages[h>>56].slots
	if len(slots) == 0 {
		return 0
	}
	return slots[h&uint64(len(slots)-1)].key
}

// slot returns where a key is or may be put.
func (p *page) slot(hash, key uint64) *slot {
	last := uint64(len(p.slots) - 1)
	for i := hash & last; ; i = (i + 1) & last {
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
			*p.slot(hash(s.key), s.key) = s
		}
	}
}
