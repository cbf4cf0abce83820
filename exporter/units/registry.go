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
	units  []index.Unit
	emails map[string]string
	byCode map[string]int
	byID   map[string]int

	grammar, plain *grammar // with accents, without
	// Names are found step by step, the strictest way of comparing first.
	wholes, rests, cores, aliases, plains nameIndex
	near                                  []nearName
}

// nameIndex finds units by a form of their name within a scope.
type nameIndex map[scoped][]named

type scoped struct{ scope, text string }

type named struct {
	unit int
	kind string // the kind word of this spelling
}

// The scopes beside the codes of provinces, below which their units are found.
const (
	everything = "*"
	provinces  = "**"
)

// New makes a registry.
//
// known are the units that the portal's answers name, the preferred spelling of
// each first; listed are those of DVC_UNITS_FILE, of which the ones valid at a
// time count; the built-in Provinces are always there. One unit may stand in all
// three: it is recognised by its code, then by its id; a known unit without a
// code takes the code of the listed one with the same name. The portal's spelling
// is shown, id, kind and parent are from whoever knows them.
func New(listed []Listed, known []index.Unit, at time.Time) *Registry {
	r := &Registry{
		emails: map[string]string{},
		byCode: map[string]int{},
		byID:   map[string]int{},
		wholes: nameIndex{}, rests: nameIndex{}, cores: nameIndex{}, aliases: nameIndex{}, plains: nameIndex{},
	}
	listed = slices.DeleteFunc(slices.Clone(listed), func(l Listed) bool { return !l.Valid(at) })
	r.learnProvinces(listed, known)

	var spellings []index.Unit // as somebody spelt it, beside its number in r.units
	var numbers []int
	codeless := map[scoped][]int{}
	add := func(u index.Unit) int {
		u.Code, u.Parent, u.Name = canonicalCode(u.Code), canonicalCode(u.Parent), Clean(u.Name)
		n, ok := r.byCode[u.Code]
		if !ok {
			n, ok = r.byID[u.ID]
		}
		if !ok && u.Code != "" && u.ID == "" {
			if same := codeless[scoped{u.Parent, r.grammar.parse(u.Name).rest}]; len(same) == 1 {
				n, ok = same[0], true
			}
		}
		if !ok {
			n = len(r.units)
			r.units = append(r.units, u)
		}
		unit := &r.units[n]
		unit.Code, unit.ID, unit.Name = cmp.Or(unit.Code, u.Code), cmp.Or(unit.ID, u.ID), cmp.Or(unit.Name, u.Name)
		unit.Kind, unit.Parent = cmp.Or(unit.Kind, u.Kind), cmp.Or(unit.Parent, u.Parent)
		if u.Code != "" {
			r.byCode[u.Code] = n
		}
		if u.ID != "" {
			r.byID[u.ID] = n
		}
		spellings, numbers = append(spellings, u), append(numbers, n)
		return n
	}
	for _, u := range known {
		if u.Code == "" && u.ID == "" {
			continue // only a name: nothing that another answer could mean too
		}
		n := add(u)
		if r.units[n].Code == "" {
			key := scoped{r.units[n].Parent, r.grammar.parse(u.Name).rest}
			if !slices.Contains(codeless[key], n) {
				codeless[key] = append(codeless[key], n)
			}
		}
	}
	listedAs := make([]int, len(listed))
	for i, l := range listed {
		n := add(l.Unit)
		listedAs[i] = n
		if l.Email != "" {
			r.emails[r.units[n].Code] = l.Email
		}
	}
	for _, p := range Provinces {
		add(p)
	}

	for n := range r.units {
		r.completeParent(&r.units[n])
	}
	for i, u := range spellings {
		r.addName(numbers[i], u.Name)
	}
	for i, l := range listed {
		for _, alias := range l.Aliases {
			r.addAlias(listedAs[i], alias)
		}
	}
	return r
}

// learnProvinces makes the grammars, which know provinces by name.
func (r *Registry) learnProvinces(listed []Listed, known []index.Unit) {
	r.grammar, r.plain = newGrammar(true), newGrammar(false)
	all := slices.Concat(Provinces, known)
	for _, l := range listed {
		all = append(all, l.Unit)
	}
	for _, g := range []*grammar{r.grammar, r.plain} {
		cores := map[string]string{}
		for _, u := range all {
			if u.Kind == index.Province {
				if core := g.parse(u.Name).core; core != "" {
					cores[core] = cmp.Or(cores[core], canonicalCode(u.Code))
				}
			}
		}
		g.provinces = cores
	}
}

// completeParent reads a missing parent out of the code: H26.01 is below H26.
func (r *Registry) completeParent(u *index.Unit) {
	if above, _, below := strings.Cut(u.Code, "."); below && u.Parent == "" {
		if _, ok := r.byCode[above]; ok {
			u.Parent = above
		}
	}
}

func (r *Registry) addName(n int, name string) {
	u := r.units[n]
	s := r.ownSpelling(r.grammar, u, name)
	if s.whole == "" {
		return
	}
	plain := r.ownSpelling(r.plain, u, Fold(name))
	for _, scope := range r.scopesOf(u) {
		r.wholes.add(scope, s.whole, named{n, s.kind})
		r.rests.add(scope, s.rest, named{n, s.kind})
		r.cores.add(scope, s.core, named{n, s.kind})
		r.plains.add(scope, plain.rest, named{n, s.kind})
		// The core comes from the accents: "phuong liet" alone does not tell
		// whether it is Phường Liệt or (Phường) Phương Liệt.
		r.plains.add(scope, Fold(s.core), named{n, s.kind})
	}
	r.near = append(r.near, nearName{n, []rune(Fold(s.core))})
}

func (r *Registry) addAlias(n int, name string) {
	u := r.units[n]
	s := r.ownSpelling(r.grammar, u, name)
	if s.whole == "" {
		return
	}
	scopes := r.scopesOf(u)
	if u.Kind == index.Province {
		scopes = append(scopes, u.Code) // an alias may say that the province itself is meant
	}
	for _, scope := range scopes {
		r.aliases.add(scope, s.whole, named{n, s.kind})
		r.aliases.add(scope, s.rest, named{n, s.kind})
		r.plains.add(scope, Fold(s.rest), named{n, s.kind})
	}
}

// ownSpelling takes the name of a known unit apart; a province at the end is cut
// off only if it is the unit's own.
func (r *Registry) ownSpelling(g *grammar, u index.Unit, name string) spelling {
	s := g.parse(name)
	if s.place != "" && s.place != u.Parent {
		s.rest, s.kind, s.core = s.whole, "", s.whole
	}
	return s
}

func (r *Registry) scopesOf(u index.Unit) []string {
	scopes := []string{everything}
	if u.Kind == index.Province {
		scopes = append(scopes, provinces)
	}
	if u.Parent != "" {
		scopes = append(scopes, u.Parent)
	}
	return scopes
}

func (i nameIndex) add(scope, text string, n named) {
	key := scoped{scope, text}
	if !slices.Contains(i[key], n) {
		i[key] = append(i[key], n)
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
// units is not found; Candidates tells which.
func (r *Registry) Find(u index.Unit) (index.Unit, bool) {
	n, _ := r.find(u)
	if n < 0 {
		return index.Unit{}, false
	}
	return r.units[n], true
}

// Candidates returns the units between which Find does not choose; nil if it
// finds one or knows none.
func (r *Registry) Candidates(u index.Unit) []index.Unit {
	_, several := r.find(u)
	var list []index.Unit
	for _, n := range several {
		list = append(list, r.units[n])
	}
	return list
}

// find returns the number of a unit, or -1 and the numbers that it could be.
func (r *Registry) find(u index.Unit) (n int, several []int) {
	if n, ok := r.byCode[canonicalCode(u.Code)]; ok && u.Code != "" {
		return n, nil
	}
	if n, ok := r.byID[u.ID]; ok && u.ID != "" {
		return n, nil
	}
	s := r.grammar.parse(u.Name)
	if s.whole == "" {
		return -1, nil
	}
	parent := canonicalCode(u.Parent)
	scopes := []string{provinces, everything}
	switch {
	case parent != "":
		scopes = []string{parent}
	case s.place != "":
		scopes = []string{s.place}
	}
	for _, scope := range scopes {
		if n, several := r.search(scope, s, u); n >= 0 || several != nil {
			return n, several
		}
	}
	if s.short != "" && (parent == "" || parent == s.shortPlace) {
		kind, core := r.grammar.cutKind(s.short)
		return r.search(s.shortPlace, spelling{whole: s.short, rest: s.short, kind: kind, core: core}, u)
	}
	return -1, nil
}

// search looks for a name within one scope.
func (r *Registry) search(scope string, s spelling, u index.Unit) (n int, several []int) {
	elsewhere := s.place != "" && s.place != scope // the name itself says another province
	any := func(named) bool { return true }
	bare := func(c named) bool { // one side alone has a kind word, which fits the other
		return (s.kind == "" || c.kind == "") && r.grammar.agrees(s.kind, r.units[c.unit].Kind)
	}
	steps := []func() []int{
		func() []int { return r.pick(r.wholes, scope, s.whole, u.Kind, any) },
		func() []int { return r.pick(r.rests, scope, s.rest, u.Kind, any) },
		func() []int { return r.pick(r.cores, scope, s.core, u.Kind, bare) },
	}
	switch {
	case elsewhere:
		steps = steps[:1]
	case scope == everything: // that one province leaves its name out does not make the name its own
		steps = steps[1:]
	}
	for _, step := range steps {
		found := step()
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			several = found
			break // what is looser cannot decide it
		}
	}
	for _, text := range []string{s.whole, s.rest} {
		found := r.pick(r.aliases, scope, text, u.Kind, any)
		if len(found) == 1 {
			return found[0], nil
		}
		if several == nil && len(found) > 1 {
			several = found
		}
		if elsewhere {
			break
		}
	}
	if several != nil || elsewhere || fold(u.Name, true) != Fold(u.Name) {
		return -1, several
	}
	p := r.plain.parse(u.Name)
	found := r.pick(r.plains, scope, p.rest, u.Kind, any)
	for _, n := range r.pick(r.plains, scope, p.core, u.Kind, func(c named) bool {
		return c.kind == "" && r.plain.agrees(p.kind, r.units[c.unit].Kind)
	}) {
		if !slices.Contains(found, n) {
			found = append(found, n)
		}
	}
	switch len(found) {
	case 0:
		return -1, nil
	case 1:
		return found[0], nil
	}
	return -1, found
}

// pick returns the units of a kind that have a text in a scope, each once.
func (r *Registry) pick(names nameIndex, scope, text string, kind index.Kind, ok func(named) bool) []int {
	var found []int
	for _, c := range names[scoped{scope, text}] {
		has := r.units[c.unit].Kind
		if kind != "" && kind != index.Unlisted && has != "" && has != kind {
			continue
		}
		if ok(c) && !slices.Contains(found, c.unit) {
			found = append(found, c.unit)
		}
	}
	return found
}

// All returns every known unit, by code; those without one come last, by id.
func (r *Registry) All() []index.Unit {
	return slices.SortedFunc(slices.Values(r.units), func(a, b index.Unit) int {
		if (a.Code == "") != (b.Code == "") {
			return cmp.Compare(len(b.Code), len(a.Code))
		}
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
}

// Contact returns the address of the unit with a code, empty if none is listed.
func (r *Registry) Contact(code string) (email string) { return r.emails[canonicalCode(code)] }
