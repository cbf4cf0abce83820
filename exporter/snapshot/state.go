package snapshot

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dvc_exporter/exporter/index"
)

// stateVersion changes when the form of the state files does. A file of another
// version is set aside like a damaged one: everything in it can be asked again.
const stateVersion = 2

// state is the content of a state file: JSON in gzip, whose checksum tells a
// damaged file.
type state struct {
	Version int     `json:"dvc_exporter_state"`
	Scope   string  `json:"scope"` // what the figures are about; another scope is another state
	Source  *Source `json:"source"`
}

func statePath(dir string, name index.SourceName) string {
	return filepath.Join(dir, string(name)+".state")
}

// writeState stores what is known of a source.
func writeState(path, scope string, s *Source) error {
	var body bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if err := errors.Join(json.NewEncoder(zip).Encode(state{stateVersion, scope, s}), zip.Close()); err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	return replaceFile(path, body.Bytes())
}

// readState returns what was stored of a source, or nothing and why. An error
// that is not fs.ErrNotExist means that the file is of no use.
func readState(path, scope string) (*Source, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return &Source{}, err
	}
	var body []byte
	zip, err := gzip.NewReader(bytes.NewReader(raw))
	if err == nil {
		body, err = io.ReadAll(zip) // to the end, where the checksum is
	}
	s := state{Source: &Source{}}
	if err == nil {
		err = json.Unmarshal(body, &s)
	}
	if err == nil && (s.Version != stateVersion || s.Scope != scope || s.Source == nil) {
		err = fmt.Errorf("it is about another province, portal or date, or of another version: %d, %q; this is %d, %q", s.Version, s.Scope, stateVersion, scope)
	}
	if err != nil {
		return &Source{}, err
	}
	return s.Source, nil
}

// replaceFile writes a file so that either the old one or the new one is there
// whole, whatever happens meanwhile.
func replaceFile(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
