package htmltable

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// maxBytes bounds the text of a page.
	maxBytes = 32 << 20
	// maxToken bounds a tag or a text without one, in bytes.
	maxToken = 1 << 20
	// maxParts bounds the tags, attributes and texts that are parsed, and so the nodes
	// of the tree, each of 112 bytes and its text. A cell has three or four parts.
	maxParts = 700_000
)

// ErrTooLarge is why a page is not parsed: it has more than 32 MiB, 700,000 tags,
// attributes and texts, or 1 MiB in one of them, or is nested more than 512 deep.
var ErrTooLarge = errors.New("the page is too large")

// bounded reads a page with only what counts for tables, and so far as its tree
// stays small.
type bounded struct {
	page  *html.Tokenizer
	bytes int // were read
	parts int // were kept
	kept  bytes.Buffer
}

func newBounded(r io.Reader) *bounded {
	b := &bounded{page: html.NewTokenizer(r)}
	b.page.SetMaxBuf(maxToken)
	return b
}

func (b *bounded) Read(p []byte) (int, error) {
	for b.kept.Len() == 0 {
		kind := b.page.Next()
		b.bytes += len(b.page.Raw())
		switch err := b.page.Err(); {
		case errors.Is(err, html.ErrBufferExceeded):
			return 0, fmt.Errorf("%w: a text or a tag has more than 1 MiB", ErrTooLarge)
		case kind == html.ErrorToken:
			return 0, err
		case kind != html.CommentToken:
			b.keep(b.page.Token())
		}
		switch {
		case b.bytes > maxBytes:
			return 0, fmt.Errorf("%w: it has more than %d MiB", ErrTooLarge, maxBytes>>20)
		case b.parts > maxParts:
			return 0, fmt.Errorf("%w: it has more than %d tags, attributes and texts", ErrTooLarge, maxParts)
		}
	}
	return b.kept.Read(p)
}

var (
	// formatting are the elements that HTML opens again in each new block when they
	// were not closed: a page of 1 MB could so become a tree of 4 GB.
	formatting = []atom.Atom{
		atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr,
		atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U,
	}
	// sections are the elements around which HTML adds what is missing: one that
	// follows a cell makes the next cell begin with a body and a row.
	sections = []atom.Atom{atom.Table, atom.Caption, atom.Colgroup, atom.Col, atom.Thead, atom.Tbody, atom.Tfoot}
	// blocks part words.
	blocks = []atom.Atom{atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6}

	hiding = regexp.MustCompile(`(?i)display\s*:\s*none|sr-only|visually-hidden`)
)

func (b *bounded) keep(t html.Token) {
	switch t.Type {
	case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
		if slices.Contains(formatting, t.DataAtom) {
			t.Data = "span"
		}
		if slices.Contains(sections, t.DataAtom) {
			b.parts += 3
		}
		if slices.Contains(blocks, t.DataAtom) {
			b.kept.WriteByte(' ')
			b.parts++
		}
		t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool {
			switch a.Key {
			case "hidden", "rowspan", "colspan":
				return false
			case "style", "class":
				return !hiding.MatchString(a.Val)
			}
			return true
		})
	}
	b.parts += 1 + len(t.Attr)
	b.kept.WriteString(t.String())
}
