package pages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"dvc_exporter/exporter/index"
)

// loaded is the text of a page.
type loaded struct {
	body        []byte
	contentType string    // as the server says, empty for a file
	asOf        time.Time // when its figures hold
}

// load brings a page.
func (s *Source) load(ctx context.Context, spec Spec) (loaded, *index.Failure) {
	if spec.URL == "" {
		return s.loadFile(spec)
	}
	body, contentType, err := s.Client.Get(ctx, spec.URL)
	var failure *index.Failure
	switch {
	case errors.As(err, &failure):
		return loaded{}, failure
	case errors.Is(err, context.DeadlineExceeded):
		return loaded{}, index.Failf(index.Timeout, "%s: no whole answer in time", spec.where())
	case err != nil:
		return loaded{}, index.Failf(index.Unreachable, "%s: %v", spec.where(), err)
	case int64(len(body)) > s.MaxBody:
		return loaded{}, s.tooLarge(spec)
	}
	return loaded{body, contentType, time.Now()}, nil // ages are by the real clock
}

func (s *Source) loadFile(spec Spec) (loaded, *index.Failure) {
	unreadable := func(err error) (loaded, *index.Failure) {
		return loaded{}, index.Failf(index.Unreadable, "the page cannot be read: %v", err)
	}
	info, err := os.Stat(spec.Path) // before it is opened: a pipe would not answer
	switch {
	case err != nil:
		return unreadable(err)
	case !info.Mode().IsRegular():
		return unreadable(fmt.Errorf("%s is no file", spec.Path))
	}
	f, err := os.Open(spec.Path)
	if err != nil {
		return unreadable(err)
	}
	defer func() { _ = f.Close() }() // only read
	if info.Size() > s.MaxBody {
		return loaded{}, s.tooLarge(spec)
	}
	body, err := io.ReadAll(io.LimitReader(f, s.MaxBody+1))
	switch {
	case err != nil:
		return unreadable(err)
	case int64(len(body)) > s.MaxBody: // it has grown since
		return loaded{}, s.tooLarge(spec)
	}
	return loaded{body: body, asOf: info.ModTime()}, nil
}

func (s *Source) tooLarge(spec Spec) *index.Failure {
	return index.Failf(index.TooLarge, "%s has more than %d bytes, which no table of units has", spec.where(), s.MaxBody)
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

// formatting are the elements that HTML opens again in each new block when they
// were not closed: a page of 1 MB could so become a tree of 4 GB.
var formatting = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true,
	"s": true, "small": true, "strike": true, "strong": true, "tt": true, "u": true,
}

// slim returns a page without the tags of formatting elements, which say nothing
// here, and counts the elements that are left.
func slim(page []byte) (slimmed []byte, elements int) {
	var b bytes.Buffer
	b.Grow(len(page))
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		token := z.Next()
		switch token {
		case html.ErrorToken: // the end: the reader has no other error
			return b.Bytes(), elements
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw := z.Raw() // before TagName, which takes the token apart
			if name, _ := z.TagName(); formatting[string(name)] {
				continue
			}
			b.Write(raw)
			if token != html.EndTagToken {
				elements++
			}
		default:
			b.Write(z.Raw())
		}
	}
}
