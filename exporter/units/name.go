package units

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"dvc_exporter/exporter/index"
)

// stroke is the mark that makes a d a đ; Unicode takes đ for a letter of its own.
const stroke = '\u0335'

// exact returns a text in the form in which names are compared: lower case,
// punctuation and line breaks as single spaces, the marks of each word's letters
// at the end of the word. So both ways of placing a tone mark are one, "Hòa" and
// "Hoà"; no two Vietnamese words differ in that alone.
func exact(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	var marks []rune
	endWord := func() {
		slices.Sort(marks)
		b.WriteString(string(marks))
		marks = marks[:0]
	}
	space := false
	for _, r := range norm.NFD.String(strings.ToValidUTF8(s, "\ufffd")) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				endWord()
				b.WriteByte(' ')
			}
			space = false
			if r = unicode.ToLower(r); r == 'đ' || r == 'ð' { // ð: Đ typed as the Icelandic Ð
				r, marks = 'd', append(marks, stroke)
			}
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
			marks = append(marks, r)
		case !unicode.Is(unicode.Cf, r): // soft hyphens, zero-width spaces, a BOM
			space = true
		}
	}
	endWord()
	return b.String()
}

// Fold returns a text in the form in which headings are compared: lower case,
// without accents (đ is d), punctuation and line breaks as single spaces.
func Fold(s string) string { return bare(exact(s)) }

// bare drops the marks of a text that is exact.
func bare(exact string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, exact)
}

// Clean returns a name as it may be shown: composed (NFC), white space collapsed,
// without <, > and control characters.
func Clean(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsSpace(r) && (r == '<' || r == '>' || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "\ufffd")) // over which normalisation stumbles
	return norm.NFC.String(strings.Join(strings.Fields(name), " "))
}

// maxSlug is the most bytes that a slug has.
const maxSlug = 80

var noSlug = regexp.MustCompile(`[^a-z0-9]+`)

// Slug returns a name as an ASCII word of at most 80 bytes, fit to be a label
// value: "Sở Tư pháp" is "so-tu-phap". It is empty for a name without a Latin
// letter or a digit. Two names can have one slug.
func Slug(name string) string {
	slug := strings.Trim(noSlug.ReplaceAllString(Fold(name), "-"), "-")
	return strings.TrimSuffix(slug[:min(len(slug), maxSlug)], "-")
}

// kindWords are the words before a name that say what kind of unit it is.
var kindWords = []struct {
	word  string
	means []index.Kind
}{
	{"phường", []index.Kind{index.Commune}},
	{"xã", []index.Kind{index.Commune}},
	{"thị trấn", []index.Kind{index.Commune}},
	{"đặc khu", []index.Kind{index.Commune}},
	{"quận", []index.Kind{index.District}},
	{"huyện", []index.Kind{index.District}},
	{"thị xã", []index.Kind{index.District}},
	{"thành phố", []index.Kind{index.Province, index.District}},
	{"tỉnh", []index.Kind{index.Province}},
}

// noKind is the number of a kind word that is not there.
const noKind = -1

// grammar takes names apart that are in one form, with marks or without any.
type grammar struct {
	form      func(string) string
	kinds     []string          // kindWords
	tails     []string          // words before a province's name, or alone for it
	ubnd      string            // what "UBND" stands for
	provinces map[string]string // core of its name → code
}

func newGrammar(form func(string) string) *grammar {
	g := &grammar{
		form: form, ubnd: form("ủy ban nhân dân"), provinces: map[string]string{},
		tails: []string{form("tỉnh"), form("thành phố")},
	}
	for _, k := range kindWords {
		g.kinds = append(g.kinds, form(k.word))
	}
	return g
}

// addProvince lets names end with a province, of whose codes the first counts.
func (g *grammar) addProvince(u index.Unit) {
	_, core := g.cutKind(g.text(u.Name))
	g.provinces[core] = cmp.Or(g.provinces[core], canonicalCode(u.Code))
}

// text brings a name to its form, with UBND and TP each written in one way, and
// without a leading UBND.
func (g *grammar) text(name string) string {
	padded := " " + g.form(name) + " " // so that whole words only are replaced
	padded = strings.ReplaceAll(padded, " "+g.ubnd+" ", " ubnd ")
	padded = strings.ReplaceAll(padded, " tp ", " "+g.tails[1]+" ")
	text := strings.TrimSpace(padded)
	return strings.TrimPrefix(text, "ubnd ")
}

// maxWords is the most words that a province's name has: Bà Rịa - Vũng Tàu has 4.
const maxWords = 4

// cutProvince cuts a province off the end of a text. said says that a word for it
// stood there too, as in "… - tỉnh An Giang"; without one it can be part of the
// name. code is empty if there is none.
func (g *grammar) cutProvince(text string) (head, code string, said bool) {
	at := len(text)
	for range maxWords {
		if at = strings.LastIndexByte(text[:at], ' '); at < 0 {
			break
		}
		if code, ok := g.provinces[text[at+1:]]; ok && g.canName(text[:at]) {
			head := g.cutTail(text[:at])
			return head, code, head != text[:at]
		}
	}
	return text, "", false
}

// cutTail cuts the word for the own province off the end: "thanh tra tỉnh".
func (g *grammar) cutTail(text string) string {
	for _, tail := range g.tails {
		if head, ok := strings.CutSuffix(text, " "+tail); ok && g.canName(head) {
			return head
		}
	}
	return text
}

// canName says whether a text can name a unit: not if it is only a word for a
// kind of unit.
func (g *grammar) canName(text string) bool {
	return text != "ubnd" && !slices.Contains(g.kinds, text)
}

// cutKind cuts the word for a kind off.
func (g *grammar) cutKind(text string) (kind int, core string) {
	for i, word := range g.kinds {
		if core, ok := strings.CutPrefix(text, word+" "); ok {
			return i, core
		}
	}
	return noKind, text
}

// core returns what is left of a name without UBND, kind and province.
func (g *grammar) core(name string) string {
	text := g.text(name)
	if head, _, said := g.cutProvince(text); said {
		text = head
	}
	_, core := g.cutKind(g.cutTail(text))
	return core
}
