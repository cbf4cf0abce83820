package backfill

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"dvc_exporter/exporter/index"
)

// progress keeps what has been read in a file of JSON lines: a head that says
// what it is about, then one line for each period.
type progress struct {
	file  *os.File
	parts map[wanted][]index.Part
}

type progressHead struct {
	Scope string `json:"scope"`
}

type progressLine struct {
	Window index.Window `json:"window"`
	Period index.Period `json:"period"`
	Parts  []index.Part `json:"parts"`
}

// openProgress continues a file or starts it. A last line that was cut when the
// program was stopped is cut off.
func openProgress(path, scope string) (*progress, error) {
	p := &progress{parts: map[wanted][]index.Part{}}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	p.file = file
	end, err := p.load(scope)
	if err == nil {
		err = file.Truncate(end)
	}
	if err == nil {
		_, err = file.Seek(end, io.SeekStart)
	}
	if err == nil && end == 0 {
		err = p.write(progressHead{scope})
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// load reads the whole lines and returns where they end.
func (p *progress) load(scope string) (end int64, err error) {
	in := bufio.NewReaderSize(p.file, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF):
			return end, nil // what stands after the last line end is not whole
		case err != nil:
			return 0, err
		}
		if end == 0 {
			var head progressHead
			if err := json.Unmarshal(line, &head); err != nil || head.Scope != scope {
				return 0, fmt.Errorf("this is the progress of another backfill (%q, not %q); remove it to start anew", head.Scope, scope)
			}
		} else {
			var l progressLine
			if err := json.Unmarshal(line, &l); err != nil {
				return 0, fmt.Errorf("a damaged line (%w); remove the file to start anew", err)
			}
			p.parts[wanted{l.Window, l.Period}] = l.Parts
		}
		end += int64(len(line))
	}
}

func (p *progress) has(w wanted) bool { _, ok := p.parts[w]; return ok }

func (p *progress) add(w wanted, parts []index.Part) error {
	p.parts[w] = parts
	return p.write(progressLine{w.window, w.period, parts})
}

func (p *progress) write(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if _, err := p.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return p.file.Sync()
}

func (p *progress) close() { _ = p.file.Close() }

func (p *progress) remove() error {
	err := os.Remove(p.file.Name())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
