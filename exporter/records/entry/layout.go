// Package entry reads one row of local records: which column is which, what its
// cells mean, and why a row cannot be used.
package entry

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// Kind says what a row is about.
type Kind string

// The kinds of records.
const (
	Dossiers  Kind = "dossiers"  // hồ sơ thủ tục hành chính
	Documents Kind = "documents" // văn bản, hồ sơ công việc
)

// Column is what a column of a table holds. The zero value is no column.
type Column uint8

// The columns. A document has code, unit, received, due, finished and online.
const (
	Code       Column = iota + 1 // the dossier's, or the number of a document
	Procedure                    // code of the procedure
	Unit                         // who handles it
	State                        //
	Channel                      //
	Submitted                    //
	Received                     //
	Due                          //
	Finished                     //
	Returned                     // stands in for finished
	Refused                      // stands in for finished
	Digitised                    //
	Electronic                   // the result is electronic
	Fee                          // there is a financial obligation
	Paid                         // it was paid online
	Apology                      // a written apology was sent
	Online                       // handled online end to end
	ignored                      // known and not read
	person                       // names of people: not read whatever happens
	columns
)

// columnNames are the names of the columns in headings.yaml and in mapping files.
var columnNames = [columns]string{
	Code: "code", Procedure: "procedure", Unit: "unit", State: "state", Channel: "channel",
	Submitted: "submitted", Received: "received", Due: "due", Finished: "finished", Returned: "returned", Refused: "refused",
	Digitised: "digitised", Electronic: "electronic", Fee: "fee", Paid: "paid", Apology: "apology", Online: "online",
	ignored: "ignored", person: "person",
}

func (c Column) String() string { return columnNames[c] }

// needed are the columns without which a table says nothing.
var needed = map[Kind][]Column{
	Dossiers:  {Code, Unit, State, Due},
	Documents: {Code, Unit, Received, Finished},
}

//go:embed headings.yaml
var headings []byte

// Catalogue knows the headings of a kind of records.
type Catalogue struct {
	kind    Kind
	columns map[string]Column // by folded heading
}

// NewCatalogue returns the built-in catalogue with more headings added, given by
// the names of their columns. A heading that holds names of people cannot be given
// another meaning.
func NewCatalogue(kind Kind, more Mapping) (*Catalogue, error) {
	var builtIn map[Kind]map[string][]string
	if err := yaml.Unmarshal(headings, &builtIn); err != nil {
		return nil, fmt.Errorf("built-in headings: %w", err)
	}
	c := &Catalogue{kind, map[string]Column{}}
	for name, list := range builtIn[kind] {
		column := slices.Index(columnNames[:], name)
		if column < 0 {
			return nil, fmt.Errorf("built-in headings: no column %q", name)
		}
		for _, heading := range list {
			c.columns[foldHeading(heading)] = Column(column)
		}
	}
	for heading, name := range more.Headings[kind] {
		column := Column(max(slices.Index(columnNames[:], name), 0))
		if _, ok := builtIn[kind][name]; !ok || column == 0 || column == person {
			return nil, fmt.Errorf("heading %q: %s have no column %q", heading, kind, name)
		}
		folded := foldHeading(heading)
		if c.columns[folded] == person {
			return nil, fmt.Errorf("heading %q holds names of people and is never read", heading)
		}
		c.columns[folded] = column
	}
	return c, nil
}

// foldHeading brings "Ngày hẹn trả" and "NgayHenTra" to one form.
func foldHeading(heading string) string {
	return strings.ReplaceAll(units.Fold(heading), " ", "")
}

// Layout is where the columns of a table stand.
type Layout struct {
	Width    int // cells of a full row
	headings [columns]string
	at       [columns]int
}

// nowhere is the place of a column that a table does not have, beyond all cells.
const nowhere = 1 << 30

// Layout reads a row as a heading row. It is nil if the row is none: fewer than
// three of its cells are known headings. Unknown and repeated headings are listed
// as they stand; a heading row without a needed column is an error.
func (c *Catalogue) Layout(cells *table.Row) (l *Layout, unknown []string, err error) {
	l = &Layout{}
	for i := range l.at {
		l.at[i] = nowhere
	}
	known := 0
	for i := range cells.Len() {
		heading := units.Clean(string(cells.Cell(i)))
		if heading == "" {
			continue
		}
		l.Width = i + 1
		column := c.columns[foldHeading(heading)]
		switch {
		case column == ignored || column == person:
			known++
		case column != 0 && l.at[column] == nowhere:
			known++
			l.at[column] = i
			l.headings[column] = heading
		default:
			unknown = append(unknown, heading)
		}
	}
	if known < 3 {
		return nil, nil, nil
	}
	var missing []string
	for _, column := range needed[c.kind] {
		if l.at[column] == nowhere {
			missing = append(missing, column.String())
		}
	}
	if missing != nil {
		return nil, nil, fmt.Errorf("the heading row has no column for: %s; name it in the mapping file (DVC_HEADINGS_FILE) if it has another heading", strings.Join(missing, ", "))
	}
	return l, unknown, nil
}

// Heading returns the heading of a column as it stands in the table.
func (l *Layout) Heading(c Column) string { return l.headings[c] }

// Mapping is what a file of DVC_HEADINGS_FILE adds to what is known.
type Mapping struct {
	Headings map[Kind]map[string]string // names of columns by heading
	States   map[string]uint8           // numbers of states by word
	Assume   uint8                      // state of rows in a table without a column of states, 0: none
}

// ReadMapping reads a file of more headings: YAML, one "heading: column" a line,
// under "dossiers" or "documents"; one "word: number" a line under "states"; and
// "state: number" under "assume".
func ReadMapping(content []byte) (Mapping, error) {
	var m struct {
		Dossiers, Documents map[string]string
		States              map[string]uint8
		Assume              struct{ State uint8 }
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return Mapping{}, err
	}
	for word, state := range m.States {
		if state < Registered || state > ResultReturned {
			return Mapping{}, fmt.Errorf("states: %q has the number %d; the states are 1 to 10", word, state)
		}
	}
	if m.Assume.State > ResultReturned {
		return Mapping{}, fmt.Errorf("assume: state %d; the states are 1 to 10", m.Assume.State)
	}
	return Mapping{map[Kind]map[string]string{Dossiers: m.Dossiers, Documents: m.Documents}, m.States, m.Assume.State}, nil
}
