package pages

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"dvc_exporter/exporter/index"
)

// load brings a page: its bytes, what the server says they are, and when its
// figures hold: of a file when it was written, else now.
func (s *Source) load(ctx context.Context, spec Spec, once bool) (body []byte, contentType string, asOf time.Time, failure *index.Failure) {
	asOf = time.Now() // ages are by the real clock
	if spec.URL != "" {
		body, contentType, failure = s.Get(ctx, spec.URL, once)
	} else {
		body, asOf, failure = s.readFile(spec.Path)
	}
	if failure == nil && int64(len(body)) > s.MaxBody {
		failure = s.tooLarge(spec.where())
	}
	return body, contentType, asOf, failure
}

func (s *Source) readFile(path string) (body []byte, written time.Time, failure *index.Failure) {
	info, err := os.Stat(path) // before it is opened: a pipe would not answer
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%s is no file", path)
	case info.Size() > s.MaxBody:
		return nil, written, s.tooLarge(path)
	default:
		written = info.ModTime()
		body, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, written, index.Failf(index.Unreadable, "the page cannot be read: %v", err)
	}
	return body, written, nil
}

func (s *Source) tooLarge(page string) *index.Failure {
	return index.Failf(index.TooLarge, "%s has more than %d bytes, which no table of units has", page, s.MaxBody)
}

// decode returns a page in UTF-8. What is UTF-8 is taken as that whatever it
// declares: no text of another charset with Vietnamese letters happens to be.
// Else the declaration counts, else it is Windows-1258, Vietnam's.
func decode(body []byte, contentType string) ([]byte, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if utf8.Valid(body) {
		return body, nil
	}
	e, name, certain := charset.DetermineEncoding(body, contentType)
	if !certain && name == "windows-1252" {
		e = charmap.Windows1258
	}
	text, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return nil, fmt.Errorf("the text cannot be decoded from %s: %w", name, err)
	}
	return bytes.ToValidUTF8(text, []byte("\ufffd")), nil
}
