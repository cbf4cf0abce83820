package table

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
)

// MaxRow bounds a row, in bytes. A longer one is no row: it is reported, and
// reading goes on at the next line.
const MaxRow = 1 << 20

// chunk is how much is read at once; more than this no longer fits the cache.
const chunk = 256 << 10

// TooLong is why a row longer than MaxRow is none.
const TooLong = "dòng dài hơn 1 MiB"

const (
	unclosed = "dấu ngoặc kép không đóng"
	misplace = "dấu ngoặc kép đặt sai chỗ"
)

// CSV reads rows from UTF-8 text: fields separated by Comma, in double quotes
// where they hold a comma, a quote (doubled) or a line break; lines end with LF or
// CRLF. Lines without any character are left out. What encoding/csv takes it takes
// in the same way; beyond that it keeps going after a broken line, and it makes no
// string of a cell.
type CSV struct {
	Comma byte // 0: found by the first lines
	Line  int  // lines before the first one to be read

	sink      Sink
	plain     Row  // its text is a line of the buffer
	unescaped Row  // its text is its own
	tidied    Row  // its text is its own
	odd       bool // what is read has something that Tidy takes away
	quotes    bool // and quotes
	skip      bool // within a line that is too long
}

// Read hands all rows to sink, until the end of r or until sink returns an error.
func (c *CSV) Read(r io.Reader, sink Sink) error {
	c.sink = sink
	buf := make([]byte, chunk/4) // enough for most files; there may be many thousands
	end := 0                     // of what is read and not yet used
	for eof := false; !eof; {
		n, err := r.Read(buf[end:min(end+chunk, len(buf))])
		end += n
		eof = errors.Is(err, io.EOF)
		if err != nil && !eof {
			return err
		}
		if c.Comma == 0 {
			if !eof && end < chunk/4 {
				continue
			}
			if isMac(buf[:end]) {
				r = macLines{r}
				macLineEnds(buf[:end])
			}
			c.Comma = sniffComma(buf[:end])
		}
		if !eof && len(buf) < MaxRow {
			buf = slices.Grow(buf, MaxRow-len(buf))[:MaxRow]
		}
		c.odd, c.quotes = odd(buf[:end]), bytes.IndexByte(buf[:end], '"') >= 0
		start := 0
		for start < end {
			n, err := c.row(buf[start:end], eof || start == 0 && end == len(buf))
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			start += n
		}
		end = copy(buf, buf[start:end])
	}
	return nil
}

// row reads the row at the beginning of b and returns how long it is; 0 means that
// b ends before the row does. last says that b will not become longer: the text
// ends here, or the row is too long.
func (c *CSV) row(b []byte, last bool) (int, error) {
	line, n := b, len(b)
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		line, n = b[:i], i+1
	} else if !last {
		return 0, nil
	}
	switch {
	case n == MaxRow && len(line) == MaxRow:
		if !c.skip {
			c.sink.Bad(c.Line+1, TooLong)
		}
		c.skip = true
		return n, nil
	case c.skip || c.Line == 0 && sepLine.Match(line):
		c.skip = false
		c.Line++
		return n, nil
	case c.quotes && bytes.IndexByte(line, '"') >= 0:
		return c.quoted(b, n, last)
	}
	c.Line++
	if line = bytes.TrimSuffix(line, []byte("\r")); len(line) == 0 {
		return n, nil
	}
	c.plain.split(line, c.Comma)
	return n, c.put(c.Line, &c.plain)
}

// quoted reads a row that has a quote in its first line, which is first bytes
// long. Only a quote at the beginning of a field opens a quoted one; anything but
// a comma or a line end after the closing quote makes the line a bad one, and
// reading goes on at the next.
func (c *CSV) quoted(b []byte, first int, last bool) (int, error) {
	bad := func(reason string) (int, error) {
		c.Line++
		c.sink.Bad(c.Line, reason)
		return first, nil
	}
	c.unescaped.Reset()
	for rest := b; ; {
		if bytes.HasPrefix(rest, []byte(`="`)) { // a guard, which may hold a comma
			rest = rest[1:]
		} else if len(rest) == 1 && rest[0] == '=' && !last {
			return 0, nil
		}
		if len(rest) > 0 && rest[0] == '"' {
			var closed bool
			if rest, closed = c.unescaped.unquote(rest[1:], last); !closed && last {
				return bad(unclosed)
			} else if !closed {
				return 0, nil
			}
			if bytes.HasPrefix(rest, []byte("\r\n")) {
				rest = rest[1:]
			}
			if len(rest) > 0 && rest[0] != c.Comma && rest[0] != '\n' {
				return bad(misplace)
			}
		} else {
			n := 0
			for n < len(rest) && rest[n] != c.Comma && rest[n] != '\n' {
				n++
			}
			if n == len(rest) && !last {
				return 0, nil
			}
			field := rest[:n]
			if rest = rest[n:]; len(rest) == 0 || rest[0] == '\n' {
				field = bytes.TrimSuffix(field, []byte("\r"))
			}
			c.unescaped.Add(field)
		}
		if len(rest) > 0 && rest[0] == c.Comma {
			rest = rest[1:]
			continue
		}
		line, n := c.Line+1, len(b)-len(rest)
		c.Line += 1 + bytes.Count(b[:n], []byte("\n"))
		return min(n+1, len(b)), c.put(line, &c.unescaped)
	}
}

func (c *CSV) put(line int, row *Row) error {
	if c.odd && odd(row.text) {
		c.tidied.tidy(row)
		row = &c.tidied
	}
	return c.sink.Row(line, row)
}

// sniffComma returns the separator: the one that a line "sep=;" names, else the one
// that stands most often in the same number in the first lines. Commas in titles and
// addresses come in any number.
func sniffComma(head []byte) byte {
	if m := sepLine.FindSubmatch(head); m != nil {
		return m[1][0]
	}
	best, most := byte(','), 0
	for _, comma := range []byte(",;\t|") {
		lines := map[int]int{} // by how many separators they have
		rest := head
		for range HeadingRows {
			var line []byte
			line, rest, _ = bytes.Cut(rest, []byte("\n"))
			n := bytes.Count(line, []byte{comma})
			if lines[n]++; n*lines[n] > most {
				best, most = comma, n*lines[n]
			}
		}
	}
	return best
}

// sepLine tells Excel the separator.
var sepLine = regexp.MustCompile(`^(?i:"?sep=([,;\t|])"?)\r?(?:\n|$)`)

// isMac says whether lines end in CR alone.
func isMac(head []byte) bool {
	return bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0
}

// macLines reads lines that end in CR alone as lines that end in LF.
type macLines struct{ io.Reader }

func (m macLines) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	macLineEnds(p[:n])
	return n, err
}

func macLineEnds(text []byte) {
	for i, b := range text {
		if b == '\r' {
			text[i] = '\n'
		}
	}
}
