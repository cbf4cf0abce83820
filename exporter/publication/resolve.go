package publication

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// maxUnlisted bounds how many unknown names of one source become units.
const maxUnlisted = 2000

// name is an unknown name in a source.
type name struct {
	source index.SourceName
	name   string
}

// knownUnits lists the units that portal answers name, the best spelling first: the
// services come in their own order, and service-results is the first of them.
func knownUnits(b book.Book) []index.Unit {
	source := b[index.Portal]
	if source == nil {
		return nil
	}
	var list []index.Unit
	at := map[string]int{} // by id, else code
	for _, e := range source.Entries {
		for _, row := range e.Rows {
			u := row.Unit
			i, seen := at[cmp.Or(u.ID, u.Code)]
			if !seen {
				at[cmp.Or(u.ID, u.Code)] = len(list)
				list = append(list, u)
				continue
			}
			list[i].Code = cmp.Or(list[i].Code, u.Code)
			list[i].Kind = cmp.Or(list[i].Kind, u.Kind)
			list[i].Parent = cmp.Or(list[i].Parent, u.Parent)
		}
	}
	return list
}

// resolve returns the label of the unit that a row is about, empty if the row is
// to be refused because its source has too many unknown names.
func (b *builder) resolve(source index.SourceName, row index.Row, count *Count) string {
	label, seen := b.labels[row.Unit]
	if !seen {
		unit, known := b.Registry.Find(row.Unit)
		if !known {
			unit = row.Unit
			if unit.Code == "" && unit.ID == "" {
				unit = b.unlist(source, unit)
			}
		}
		label = labelOf(unit)
		b.labels[row.Unit] = label
		if _, ok := b.Units[label]; !ok && label != "" {
			unit.Name = shorten(unit.Name)
			b.Units[label] = unit
		}
	}
	if label != "" && b.Units[label].Kind != index.Unlisted {
		return label
	}
	n := 1
	if row.Month != (index.Period{}) || row.Backlog != nil { // one row stands for many of the records
		n = 0
		for _, f := range row.Figures {
			if f.Measure == index.DossiersReceived || f.Measure == index.DocumentsReceived {
				n += int(f.Value)
			}
		}
	}
	count.Unmatched += n
	key := name{source, row.Unit.Name}
	if b.unmatched[key] == nil {
		b.unmatched[key] = &Unmatched{Source: source, Name: row.Unit.Name, Label: label}
	}
	b.unmatched[key].Rows += n
	return label
}

// maxName bounds the name of a unit in a label, in bytes.
const maxName = 300

func shorten(name string) string {
	if len(name) <= maxName {
		return name
	}
	return strings.ToValidUTF8(name[:maxName-len("…")], "") + "…"
}

// unlist makes a unit of a name that nobody knows: the slug of its name is its
// code. Beyond maxUnlisted it has none. Units of two provinces may share a name.
func (b *builder) unlist(source index.SourceName, u index.Unit) index.Unit {
	u.Kind, u.Code = index.Unlisted, units.Slug(u.Name)
	if other, ok := b.Units[u.Code]; ok && other.Parent != u.Parent && other.Parent != "" && u.Parent != "" {
		u.Code += "-" + units.Slug(u.Parent)
	}
	if _, ok := b.Units[u.Code]; ok {
		return u
	}
	if b.unlisted[source]++; b.unlisted[source] > maxUnlisted {
		return index.Unit{}
	}
	return u
}

// addListed takes over the units of DVC_UNITS_FILE.
func (b *builder) addListed() {
	for _, l := range b.Files.Listed {
		label := labelOf(l.Unit)
		for _, day := range []time.Time{l.From, l.To} {
			if day.After(b.Domain) {
				b.until(b.Now.Add(day.Sub(b.Domain)))
			}
		}
		if !l.Valid(b.Domain) {
			continue
		}
		if _, ok := b.Units[label]; !ok {
			l.Name = shorten(l.Name)
			b.Units[label] = l.Unit
		}
		if l.Email != "" {
			b.Contacts[label] = l.Email
		}
	}
}

// listUnmatched lists the unknown names of each source, the most frequent first.
func (b *builder) listUnmatched() {
	for _, u := range b.unmatched {
		for _, near := range b.Registry.Nearest(u.Name, 3) {
			u.Nearest = append(u.Nearest, near.Name)
		}
		b.Unmatched = append(b.Unmatched, *u)
	}
	slices.SortFunc(b.Unmatched, func(x, y Unmatched) int {
		return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(y.Rows, x.Rows), cmp.Compare(x.Name, y.Name))
	})
}
