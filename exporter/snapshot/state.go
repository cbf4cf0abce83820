package snapshot

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
)

// stateVersion changes when the body of the state files does. A file of another
// version is set aside like a damaged one: everything in it can be asked again.
const stateVersion = 1

// stateHeader is the first line of a state file; the gzipped body follows.
type stateHeader struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Scope   string `json:"scope"`  // what the figures are about; another scope is another state
	SHA256  string `json:"sha256"` // of the body as stored
}

const stateFormat = "dvc_exporter state"

// errOtherScope says that a state file is sound but about something else.
var errOtherScope = errors.New("it is about another province, portal or date")

func statePath(dir string, name index.SourceName) string {
	return filepath.Join(dir, string(name)+".state")
}

// writeState stores what is known of a source.
func writeState(dir, scope string, name index.SourceName, s *Source) error {
	var body bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if err := errors.Join(json.NewEncoder(zip).Encode(s), zip.Close()); err != nil {
		return fmt.Errorf("encoding the state of %s: %w", name, err)
	}
	sum := sha256.Sum256(body.Bytes())
	head, err := json.Marshal(stateHeader{stateFormat, stateVersion, scope, hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	return replaceFile(statePath(dir, name), func(w io.Writer) error {
		_, err := w.Write(slices.Concat(head, []byte{'\n'}, body.Bytes()))
		return err
	})
}

// readState returns what was stored of a source and when. An error that is
// neither fs.ErrNotExist nor errOtherScope means that the file is damaged.
func readState(dir, scope string, name index.SourceName) (*Source, time.Time, error) {
	path := statePath(dir, name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	first, body, found := bytes.Cut(raw, []byte("\n"))
	var head stateHeader
	if !found || json.Unmarshal(first, &head) != nil || head.Format != stateFormat {
		return nil, time.Time{}, errors.New("its first line is not a state header")
	}
	if head.Version != stateVersion {
		return nil, time.Time{}, fmt.Errorf("it has version %d, this program writes %d", head.Version, stateVersion)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != head.SHA256 {
		return nil, time.Time{}, errors.New("its checksum does not fit its content")
	}
	if head.Scope != scope {
		return nil, time.Time{}, fmt.Errorf("%w: %q, not %q", errOtherScope, head.Scope, scope)
	}
	zip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, time.Time{}, err
	}
	var s Source
	if err := json.NewDecoder(zip).Decode(&s); err != nil {
		return nil, time.Time{}, fmt.Errorf("decoding: %w", err)
	}
	if _, err := io.Copy(io.Discard, zip); err != nil {
		return nil, time.Time{}, err
	}
	return &s, info.ModTime(), nil
}

// setAside renames a state file that cannot be used, so that it is neither lost
// nor read again, and returns its new name.
func setAside(dir string, name index.SourceName, now time.Time) (string, error) {
	from := statePath(dir, name)
	to := fmt.Sprintf("%s.set-aside-%s", from, now.UTC().Format("20060102T150405"))
	err := os.Rename(from, to)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return to, err
}
