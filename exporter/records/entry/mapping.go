package entry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/records/heading"
)

// Mapping is what a file of DVC_HEADINGS_FILE adds to what is known.
type Mapping struct {
	Headings map[heading.Kind]map[string]string // names of columns by heading
	States   map[string]uint8                   // numbers of states by word
	Assume   uint8                              // state of rows in a table without a column of states, 0: none
}

type mappingFile struct {
	Dossiers, Documents map[string]string
	States              map[string]uint8
	Assume              struct{ State uint8 }
}

// ReadMapping reads a file of more headings: YAML, one "heading: column" a line,
// under "dossiers" or "documents"; one "word: number" a line under "states"; and
// "state: number" under "assume".
func ReadMapping(path string) (*Mapping, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := parseMapping(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, kind := range []heading.Kind{heading.Dossiers, heading.Documents} {
		if _, err := m.Catalogue(kind); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return &m, nil
}

func parseMapping(content []byte) (Mapping, error) {
	var m mappingFile
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return Mapping{}, fmt.Errorf("%w; it may hold dossiers, documents, states and assume", err)
	}
	for word, state := range m.States {
		if state < Registered || state > ResultReturned {
			return Mapping{}, fmt.Errorf("states: %q has the number %d; the states are 1 to 10", word, state)
		}
	}
	if m.Assume.State > ResultReturned {
		return Mapping{}, fmt.Errorf("assume: state %d; the states are 1 to 10", m.Assume.State)
	}
	return Mapping{map[heading.Kind]map[string]string{heading.Dossiers: m.Dossiers, heading.Documents: m.Documents}, m.States, m.Assume.State}, nil
}

// Catalogue returns the headings of a kind of records with those of the file.
func (m *Mapping) Catalogue(kind heading.Kind) (*heading.Catalogue, error) {
	if m.Assume != 0 {
		return heading.NewCatalogue(kind, m.Headings[kind], heading.State)
	}
	return heading.NewCatalogue(kind, m.Headings[kind])
}
