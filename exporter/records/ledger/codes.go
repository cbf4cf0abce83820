package ledger

import (
	"maps"
	"slices"
)

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
	template []byte            // 0 stands for a digit that is in the number
	words    map[uint64]uint64 // by number
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
		c.shapes = append(c.shapes, shape{template, map[uint64]uint64{}})
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

// word returns the word of a packed code, 0 if it has none.
func (c *codes) word(id uint16, number uint64) uint64 {
	if id == 0 {
		return c.oddWords[number]
	}
	return c.shapes[id].words[number]
}

// set gives a packed code its word, which is not 0.
func (c *codes) set(id uint16, number, word uint64) {
	if id == 0 {
		c.oddWords[number] = word
		return
	}
	c.shapes[id].words[number] = word
}

// keep forgets the codes whose word does not stand the test.
func (c *codes) keep(test func(word uint64) bool) {
	for i, word := range c.oddWords {
		if word != 0 && !test(word) {
			c.oddWords[i] = 0
		}
	}
	for _, s := range c.shapes {
		maps.DeleteFunc(s.words, func(_, word uint64) bool { return !test(word) })
	}
}
