package units

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/index"
)

// Registry is every unit that is known at a time, and finds the one that is
// meant. It does not change once made and may be used from many goroutines.
type Registry struct {
	units        []index.Unit
	byCode, byID map[string]int
	names        map[string][]name // by their core without accents
	exact, bare  *grammar
}

// name is one spelling of a known unit. Its text is exact, its kind the number of
// a kind word.
type name struct {
	unit  int
	core  string // without UBND, kind and province
	kind  int
	alias bool
}

// New makes a registry.
//
// known are the units that the portal's answers name; listed are those of
// DVC_UNITS_FILE, of which the ones valid at a time count; the built-in Provinces
// are always there. One unit may be in all three: it is recognised by its
// code, then by its id; a known unit without a code takes the code of the listed
// one with the same name. The portal's spelling is shown, id, kind and parent are
// from whoever knows them.
func New(listed []Listed, known []index.Unit, at time.Time) *Registry {
	r := &Registry{
		byCode: map[string]int{}, byID: map[string]int{}, names: map[string][]name{},
		exact: newGrammar(exact), bare: newGrammar(Fold),
	}
	listed = slices.DeleteFunc(slices.Clone(listed), func(l Listed) bool { return !l.Valid(at) })
	all := slices.Concat(known, Provinces)
	for _, l := range listed {
		all = append(all, l.Unit)
	}
	for _, u := range all {
		if u.Kind == index.Province {
			r.exact.addProvince(u)
			r.bare.addProvince(u)
		}
	}

	numbers := make([]int, len(known))
	for i, u := range known {
		numbers[i] = r.add(u)
	}
	for i, u := range known {
		r.addName(numbers[i], u.Name, false)
	}
	for _, l := range listed {
		if n := r.find(l.Unit); n >= 0 && r.units[n].Code == "" {
			l.ID = r.units[n].ID
		}
		n := r.add(l.Unit)
		r.addName(n, l.Name, false)
		for _, alias := range l.Aliases {
			r.addName(n, alias, true)
		}
	}
	for _, p := range Provinces {
		r.addName(r.add(p), p.Name, false)
	}
	return r
}

// add adds a unit or completes the one that it is, and returns its number: -1 for
// only a name, which another answer could give to another unit.
func (r *Registry) add(u index.Unit) int {
	u.Code, u.Parent = canonicalCode(u.Code), canonicalCode(u.Parent)
	if u.Code == "" && u.ID == "" {
		return -1
	}
	n, ok := r.byCode[u.Code]
	if !ok {
		n, ok = r.byID[u.ID]
	}
	if !ok {
		n = len(r.units)
		r.units = append(r.units, index.Unit{Name: Clean(u.Name)})
	}
	if above, _, below := strings.Cut(u.Code, "."); below { // H26.01 is below H26
		u.Parent = cmp.Or(u.Parent, above)
	}
	unit := &r.units[n]
	unit.Code, unit.ID = cmp.Or(unit.Code, u.Code), cmp.Or(unit.ID, u.ID)
	unit.Kind, unit.Parent = cmp.Or(unit.Kind, u.Kind), cmp.Or(unit.Parent, u.Parent)
	if u.Code != "" {
		r.byCode[u.Code] = n
	}
	if u.ID != "" {
		r.byID[u.ID] = n
	}
	return n
}

func (r *Registry) addName(n int, spelling string, alias bool) {
	text := r.exact.text(Clean(spelling)) // as it is shown
	if n < 0 || text == "" {
		return
	}
	if head, code, said := r.exact.cutProvince(text); said && code == r.units[n].Parent {
		text = head
	}
	kind, core := r.exact.cutKind(r.exact.cutTail(text))
	known, key := name{n, core, kind, alias}, bare(core)
	if !slices.Contains(r.names[key], known) {
		r.names[key] = append(r.names[key], known)
	}
}

// Find returns the known unit that is meant: by its code, else by its id, else
// by its name, else by an alias.
//
// With u.Parent, names are looked up below that province only. Without, a
// province at the end of the name says where ("Sở Y tế - tỉnh An Giang"); if none
// is there, provinces come first and then everything. A kind word counts:
// "quận Ba Đình" is never "phường Ba Đình", but "Ba Đình" is, if nothing else
// is called so. A name without any accent may stand for one with. What fits two
// units is not found.
func (r *Registry) Find(u index.Unit) (index.Unit, bool) {
	n := r.find(u)
	if n < 0 {
		return index.Unit{}, false
	}
	return r.units[n], true
}

// What find and search return beside the number of a unit.
const (
	none    = -1
	several = -2 // no looser way of comparing can decide it
)

func (r *Registry) find(u index.Unit) int {
	if n, ok := r.byCode[canonicalCode(u.Code)]; ok {
		return n
	}
	if n, ok := r.byID[u.ID]; ok {
		return n
	}
	u.Parent = canonicalCode(u.Parent)
	n := r.findName(r.exact, u)
	if n == none && exact(u.Name) == Fold(u.Name) {
		n = r.findName(r.bare, u)
	}
	return n
}

func (r *Registry) findName(g *grammar, u index.Unit) int {
	text := g.text(u.Name)
	if text == "" {
		return none
	}
	head, place, said := g.cutProvince(text)
	switch {
	case u.Parent == "" && !said:
		if n := r.search(g, text, u.Kind, func(k name) bool { return r.units[k.unit].Kind == index.Province }); n != none {
			return n
		}
		if n := r.search(g, text, u.Kind, func(name) bool { return true }); n != none {
			return n
		}
	case said && (u.Parent == "" || u.Parent == place):
		return r.below(g, head, place, u.Kind)
	default:
		if n := r.below(g, text, u.Parent, u.Kind); n != none {
			return n
		}
	}
	// "Sở Tư pháp Hà Nội"; but a commune may well be named like that.
	if kind, _ := g.cutKind(head); kind == noKind && place != "" && !said && (u.Parent == "" || u.Parent == place) {
		return r.below(g, head, place, u.Kind)
	}
	return none
}

// below looks for a text below a province; an alias may say that the province
// itself is meant.
func (r *Registry) below(g *grammar, text, parent string, kind index.Kind) int {
	return r.search(g, text, kind, func(k name) bool {
		u := r.units[k.unit]
		return u.Parent == parent || k.alias && u.Code == parent
	})
}

// search looks for a text within a scope. Names go before aliases, and both
// before those of which one side leaves the kind out. Without accents nothing fits better than
// another, and a word at either end may be another one: "phuong liet" is Phường
// Liệt or Phương Liệt, "ha tinh" may end with its province or in Hà Tĩnh.
func (r *Registry) search(g *grammar, text string, unitKind index.Kind, scope func(name) bool) int {
	found, least := none, 3
	look := func(kind int, core string) {
		for _, k := range r.names[bare(core)] {
			has, looseness := r.units[k.unit].Kind, 0
			sameKind := k.kind == kind
			switch {
			case !scope(k) || unitKind != "" && unitKind != index.Unlisted && has != "" && has != unitKind:
				continue
			case !sameKind && (k.kind != noKind && kind != noKind || !agrees(kind, has)):
				continue
			case g == r.bare:
			case k.core != core:
				continue
			case !sameKind:
				looseness = 2
			case k.alias:
				looseness = 1
			}
			switch {
			case looseness < least:
				found, least = k.unit, looseness
			case looseness == least && found != k.unit:
				found = several
			}
		}
	}
	own := g.cutTail(text)
	look(g.cutKind(own))
	if g == r.bare {
		look(noKind, own)
		look(g.cutKind(text))
	}
	return found
}

// agrees says whether a unit of a kind can be called by a kind word.
func agrees(word int, kind index.Kind) bool {
	return word == noKind || kind == "" || slices.Contains(kindWords[word].means, kind)
}
