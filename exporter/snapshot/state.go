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

// writeState stores what is known of a source so that either the old file or the
// new one is there whole, whatever happens meanwhile.
func writeState(dir, scope string, name index.SourceName, s *Source) (err error) {
	var body bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if err := json.NewEncoder(zip).Encode(s); err != nil {
		return fmt.Errorf("encoding the state of %s: %w", name, err)
	}
	if err := zip.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(body.Bytes())
	head, err := json.Marshal(stateHeader{stateFormat, stateVersion, scope, hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, string(name)+".*.new")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if _, err = file.Write(append(head, '\n')); err != nil {
		return err
	}
	if _, err = file.Write(body.Bytes()); err != nil {
		return err
	}
	if err = file.Sync(); err != nil {
		return err
	}
	if err = file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), statePath(dir, name))
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
