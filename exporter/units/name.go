package units

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"dvc_exporter/exporter/index"
)

// Fold returns a text in the form in which headings are compared: lower case,
// without accents (đ is d), punctuation and line breaks as single spaces.
func Fold(s string) string { return fold(s, false) }

// fold folds a text. With accents kept, tone marks move to the end of their word,
// so that both ways of placing them are one: "Hòa" and "Hoà". No two Vietnamese
// words differ in that alone.
func fold(s string, accents bool) string {
	var b strings.Builder
	b.Grow(len(s))
	var tones []rune
	space := false
	for _, r := range norm.NFD.String(valid(s)) {
		r = unicode.ToLower(r)
		switch {
		case r == 'đ' || r == 'ð': // ð: Đ typed as the Icelandic Ð
			if r = 'đ'; !accents {
				r = 'd'
			}
		case r == '\u0300' || r == '\u0301' || r == '\u0303' || r == '\u0309' || r == '\u0323':
			if accents {
				tones = append(tones, r)
			}
			continue
		case unicode.Is(unicode.Mn, r):
			if !accents {
				continue
			}
		case unicode.Is(unicode.Cf, r): // soft hyphens, zero-width spaces, a BOM
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteString(string(tones))
			tones = tones[:0]
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	b.WriteString(string(tones))
	return b.String()
}

// valid replaces bytes that are no UTF-8, over which normalisation stumbles.
func valid(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// Clean returns a name as it may be shown: composed (NFC), white space collapsed,
// without <, > and control characters.
func Clean(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '<' || r == '>' || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, valid(name))
	return norm.NFC.String(strings.Join(strings.Fields(name), " "))
}

// maxSlug is the most bytes that a slug has.
const maxSlug = 80

// Slug returns a name as an ASCII word of at most 80 bytes, fit to be a label
// value: "Sở Tư pháp" is "so-tu-phap". It is empty for a name without a Latin
// letter or a digit. Two names can have one slug.
func Slug(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, Fold(name))
	slug := strings.Join(strings.Fields(ascii), "-")
	return strings.TrimSuffix(slug[:min(len(slug), maxSlug)], "-")
}

// spelling is one way to write a unit's name, taken apart. All texts are folded.
type spelling struct {
	whole string // as written, "ủy ban nhân dân" and "TP" brought to one form
	rest  string // without a leading UBND, without the province at the end
	kind  string // the leading word for a kind ("phường"), empty if there is none
	core  string // rest without kind
	place string // code of the province that was at the end
	// A department may have its province at the end without a word for it, "Sở Tư
	// pháp Hà Nội": then short is the rest without, and shortPlace its code.
	short, shortPlace string
}

// grammar takes names apart, either with accents or without any.
type grammar struct {
	accents   bool
	forms     [][2]string // pairs of what is written and what it is brought to
	kinds     []kindWord
	tails     []string          // words before a province's name, or alone for it
	provinces map[string]string // core of its name → code
}

type kindWord struct {
	word  string
	means []index.Kind
}

func newGrammar(accents bool) *grammar {
	f := func(s string) string { return fold(s, accents) }
	g := &grammar{
		accents:   accents,
		forms:     [][2]string{{f("ủy ban nhân dân"), "ubnd"}, {"tp", f("thành phố")}},
		tails:     []string{f("tỉnh"), f("thành phố")},
		provinces: map[string]string{},
	}
	for _, k := range []kindWord{
		{"phường", []index.Kind{index.Commune}},
		{"xã", []index.Kind{index.Commune}},
		{"thị trấn", []index.Kind{index.Commune}},
		{"đặc khu", []index.Kind{index.Commune}},
		{"quận", []index.Kind{index.District}},
		{"huyện", []index.Kind{index.District}},
		{"thị xã", []index.Kind{index.District}},
		{"thành phố", []index.Kind{index.Province, index.District}},
		{"tỉnh", []index.Kind{index.Province}},
	} {
		g.kinds = append(g.kinds, kindWord{f(k.word), k.means})
	}
	return g
}

// agrees says whether a unit of a kind can be called by a kind word.
func (g *grammar) agrees(word string, kind index.Kind) bool {
	if word == "" || kind == "" {
		return true
	}
	for _, k := range g.kinds {
		if k.word == word {
			return slices.Contains(k.means, kind)
		}
	}
	return false
}

// parse takes a name apart.
func (g *grammar) parse(name string) spelling {
	padded := " " + fold(name, g.accents) + " " // so that forms are found as whole words only
	for _, form := range g.forms {
		padded = strings.ReplaceAll(padded, " "+form[0]+" ", " "+form[1]+" ")
	}
	s := spelling{whole: strings.TrimSpace(padded)}
	s.rest = s.whole
	if rest, ok := strings.CutPrefix(s.rest, "ubnd "); ok {
		s.rest = rest
	}
	if head, code := g.cutProvince(s.rest); code != "" {
		for _, tail := range g.tails {
			if rest, ok := strings.CutSuffix(head, " "+tail); ok && g.standsAlone(rest) {
				s.rest, s.place = rest, code
			}
		}
		if s.place == "" && g.standsAlone(head) {
			s.short, s.shortPlace = head, code
		}
	}
	s.rest = g.cutTail(s.rest)
	s.kind, s.core = g.cutKind(s.rest)
	if s.kind != "" {
		s.short, s.shortPlace = "", "" // a commune may well be named like that
	}
	return s
}

// maxWords is the most words that a province's name has: Bà Rịa - Vũng Tàu has 4.
const maxWords = 5

// cutProvince cuts a province's name off the end, the longest that is there.
func (g *grammar) cutProvince(s string) (head, code string) {
	head = s
	for i, words := len(s)-1, 0; i > 0 && words < maxWords; i-- {
		if s[i] == ' ' {
			words++
			if c, ok := g.provinces[s[i+1:]]; ok {
				head, code = s[:i], c
			}
		}
	}
	return head, code
}

// cutTail cuts the word for the own province off the end: "thanh tra tỉnh".
func (g *grammar) cutTail(s string) string {
	for _, tail := range g.tails {
		if rest, ok := strings.CutSuffix(s, " "+tail); ok && g.standsAlone(rest) {
			return rest
		}
	}
	return s
}

// standsAlone says whether a text can name a unit: not if it is only a word for
// a kind of unit.
func (g *grammar) standsAlone(s string) bool {
	if s == "" || s == "ubnd" {
		return false
	}
	for _, k := range g.kinds {
		if s == k.word {
			return false
		}
	}
	return true
}

func (g *grammar) cutKind(s string) (kind, core string) {
	for _, k := range g.kinds {
		if core, ok := strings.CutPrefix(s, k.word+" "); ok {
			return k.word, core
		}
	}
	return "", s
}
