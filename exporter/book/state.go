package book

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"dvc_exporter/exporter/index"
)

// stateVersion changes when the form of the state files does. Version 2 is read
// too, see version2.go.
const stateVersion = 3

// maxState bounds the JSON of one state file, in bytes. A province with all its
// periods takes 2 MiB, 100,000 open dossiers take 8 MiB.
const maxState = 64 << 20

// state is the content of a state file: JSON in gzip, whose checksum tells a
// damaged file.
type state struct {
	Version int             `json:"dvc_exporter_state"`
	Scope   string          `json:"scope"` // what the figures are about; another scope is another state
	Source  json.RawMessage `json:"source"`
}

func statePath(dir string, name index.SourceName) string {
	return filepath.Join(dir, string(name)+".state")
}

// writeState stores what is known of a source.
func writeState(path, scope string, s *Source) error {
	source, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	if len(source) > maxState-len(scope)-1024 {
		return fmt.Errorf("%s: %d bytes, more than the %d that would be read back", path, len(source), maxState)
	}
	var body bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if err := errors.Join(json.NewEncoder(zip).Encode(state{stateVersion, scope, source}), zip.Close()); err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	return replaceFile(path, body.Bytes())
}

// readState returns what was stored of a source, or an empty one and why. An error
// that is not fs.ErrNotExist means that the file is of no use.
func readState(path, scope string) (*Source, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return &Source{}, err
	}
	source, err := decodeState(raw, scope)
	if err != nil {
		return &Source{}, fmt.Errorf("%s: %w", path, err)
	}
	return source, nil
}

func decodeState(raw []byte, scope string) (*Source, error) {
	zip, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(zip, maxState+1)) // to the end, where the checksum is
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxState:
		return nil, fmt.Errorf("it is decompressed to more than %d bytes", maxState)
	}
	var s state
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, err
	}
	var source *Source
	switch {
	case s.Scope != scope:
		return nil, fmt.Errorf("it is about %q, another province, portal or date than %q", s.Scope, scope)
	case s.Version == stateVersion:
		err = json.Unmarshal(s.Source, &source)
	case s.Version == 2:
		source, err = readVersion2(s.Source)
	default:
		return nil, fmt.Errorf("it is of version %d; this program reads 2 and %d", s.Version, stateVersion)
	}
	switch {
	case err != nil:
		return nil, err
	case source == nil:
		return nil, errors.New("it holds no source")
	}
	return source, source.check()
}

// check finds what no exporter writes: a file may pass its checksum and hold
// nonsense all the same.
func (s *Source) check() error {
	for _, e := range s.Entries {
		switch {
		case e.Name == "":
			return errors.New("it holds an entry without a name")
		case e.Window != "" && !slices.Contains(index.Windows, e.Window):
			return fmt.Errorf("entry %q is of a window %q that does not exist", e.Name, e.Window)
		case (e.Window != "" || e.Period != index.Period{}) && !e.Period.Valid():
			return fmt.Errorf("entry %q is of the impossible period %+v", e.Name, e.Period)
		case e.Accepted.IsZero():
			return fmt.Errorf("entry %q was never accepted", e.Name)
		}
		for _, row := range e.Rows {
			if (row.Month != index.Period{}) && !row.Month.Valid() {
				return fmt.Errorf("entry %q has a row of the impossible month %+v", e.Name, row.Month)
			}
		}
	}
	return nil
}

// replaceFile writes a file so that either the old one or the new one is there
// whole, whatever happens meanwhile. A folder that was removed is made anew.
func replaceFile(path string, content []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, filepath.Base(path)+".*.new")
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
	return syncFolder(dir)
}

// syncFolder makes a renaming last over a power failure.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
