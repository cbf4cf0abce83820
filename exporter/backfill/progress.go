package backfill

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"dvc_exporter/exporter/index"
)

// progress keeps what has been read in a file of JSON values: first what it is
// about, then one record for each period.
type progress struct {
	file  *os.File
	parts map[wanted][]index.Part
}

type progressHead struct {
	Scope string `json:"scope"`
}

type progressRecord struct {
	Window index.Window `json:"window"`
	Period index.Period `json:"period"`
	Parts  []index.Part `json:"parts"`
}

// openProgress continues a file or starts it.
func openProgress(path, scope string) (*progress, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	p := &progress{file, map[wanted][]index.Part{}}
	if err := p.load(scope); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return p, nil
}

// load reads the whole records. What the program was writing when it was stopped
// is cut off.
func (p *progress) load(scope string) error {
	in := json.NewDecoder(p.file)
	var end int64 // of the whole records
	next := func(v any) (more bool, err error) {
		err = in.Decode(v)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		end = in.InputOffset()
		return err == nil, err
	}
	var head progressHead
	more, err := next(&head)
	if err != nil || more && head.Scope != scope {
		return fmt.Errorf("this is the progress of another backfill (%q, not %q); remove it to start anew", head.Scope, scope)
	}
	for more {
		var r progressRecord
		if more, err = next(&r); err != nil {
			return fmt.Errorf("a damaged record (%w); remove the file to start anew", err)
		} else if more {
			p.parts[wanted{r.Window, r.Period}] = r.Parts
		}
	}
	if err := p.file.Truncate(end); err != nil {
		return err
	}
	if _, err := p.file.Seek(end, io.SeekStart); err != nil || end > 0 {
		return err
	}
	return json.NewEncoder(p.file).Encode(progressHead{scope})
}

func (p *progress) add(w wanted, parts []index.Part) error {
	p.parts[w] = parts
	return json.NewEncoder(p.file).Encode(progressRecord{w.window, w.period, parts})
}
