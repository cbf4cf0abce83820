package table

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
)

// MaxRow bounds a row, in bytes. A longer one is no row: it is reported, and
// reading goes on at the next line.
const MaxRow = 1 << 20

// chunk is how much is read at once; more than this no longer fits the cache.
const chunk = 256 << 10

// CSV reads rows from UTF-8 text: fields separated by Comma, in double quotes
// where they hold a comma, a quote (doubled) or a line break; lines end with LF or
// CRLF. Lines without any character are left out.
type CSV struct {
	Comma byte // 0: found by the first lines
	Line  int  // lines before the first one to be read

	r       io.Reader
	sink    Sink
	cells   [][]byte
	scratch []byte // unescaped fields of the current row
	skip    bool   // within a line that is too long
}

// Read hands all rows to sink, until the end of r or until sink returns an error.
func (c *CSV) Read(r io.Reader, sink Sink) error {
	c.r, c.sink = r, sink
	buf := make([]byte, MaxRow)
	start, end := 0, 0 // what is read and not yet used
	for eof := false; !eof; {
		if start > 0 {
			end = copy(buf, buf[start:end])
			start = 0
		}
		n, err := r.Read(buf[end:min(end+chunk, len(buf))])
		end += n
		switch {
		case errors.Is(err, io.EOF):
			eof = true
		case err != nil:
			return err
		}
		if c.Comma == 0 {
			if !eof && end < chunk/4 {
				continue
			}
			c.Comma = sniffComma(buf[:end])
		}
		for start < end {
			n, err := c.row(buf[start:end], eof)
			if err != nil {
				return err
			}
			if n == 0 && end-start == len(buf) {
				n = c.tooLong(buf)
			}
			if n == 0 {
				break
			}
			start += n
		}
	}
	return nil
}

// row reads the row at the beginning of b and returns how long it is; 0 means that
// b ends before the row does. last says that nothing comes after b.
func (c *CSV) row(b []byte, last bool) (int, error) {
	line, n := b, len(b)
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		line, n = b[:i], i+1
	} else if !last {
		return 0, nil
	}
	if c.skip {
		c.skip = false
		c.Line++
		return n, nil
	}
	if bytes.IndexByte(line, '"') >= 0 {
		return c.quoted(b, n, last)
	}
	c.Line++
	if len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	if len(line) == 0 {
		return n, nil
	}
	c.cells = split(line, c.Comma, c.cells[:0])
	return n, c.sink.Row(c.Line, c.cells)
}

// tooLong gives up the row at the beginning of a full buffer. It returns how much
// of it is used up.
func (c *CSV) tooLong(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		c.Line++
		c.sink.Bad(c.Line, "dấu ngoặc kép không đóng")
		return i + 1
	}
	if !c.skip {
		c.sink.Bad(c.Line+1, "dòng dài hơn 1 MiB")
	}
	c.skip = true
	return len(b)
}

// split cuts a line without quotes at every comma, eight bytes at a time.
func split(line []byte, comma byte, cells [][]byte) [][]byte {
	const ones, low7 = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	commas := uint64(comma) * ones
	start, i := 0, 0
	for ; i+8 <= len(line); i += 8 {
		x := binary.LittleEndian.Uint64(line[i:]) ^ commas
		for zero := ^((x&low7 + low7) | x | low7); zero != 0; zero &= zero - 1 { // the top bit of each byte that is a comma
			at := i + bits.TrailingZeros64(zero)>>3
			cells = append(cells, line[start:at])
			start = at + 1
		}
	}
	for ; i < len(line); i++ {
		if line[i] == comma {
			cells = append(cells, line[start:i])
			start = i + 1
		}
	}
	return append(cells, line[start:])
}

// quoted reads a row that has a quote in its first line, which is first bytes
// long. Only a quote at the beginning of a field opens a quoted one; anything but
// a comma or a line end after the closing quote makes the line a bad one, and
// reading goes on at the next.
func (c *CSV) quoted(b []byte, first int, last bool) (int, error) {
	c.cells, c.scratch = c.cells[:0], c.scratch[:0]
	for i := 0; ; {
		if i < len(b) && b[i] == '"' {
			field, n, closed := c.unquote(b[i+1:], last)
			if !closed {
				if !last {
					return 0, nil
				}
				return c.bad(first, "dấu ngoặc kép không đóng")
			}
			c.cells = append(c.cells, field)
			i += 1 + n
			if bytes.HasPrefix(b[i:], []byte("\r\n")) {
				i++
			}
			switch {
			case i == len(b) || b[i] == '\n':
				return c.end(b, i)
			case b[i] != c.Comma:
				return c.bad(first, "dấu ngoặc kép đặt sai chỗ")
			}
			i++
			continue
		}
		n := 0
		for i+n < len(b) && b[i+n] != c.Comma && b[i+n] != '\n' {
			n++
		}
		if i+n == len(b) && !last {
			return 0, nil
		}
		field := b[i : i+n]
		i += n
		if i == len(b) || b[i] == '\n' {
			c.cells = append(c.cells, bytes.TrimSuffix(field, []byte("\r")))
			return c.end(b, i)
		}
		c.cells = append(c.cells, field)
		i++
	}
}

// unquote returns the field whose opening quote stands before b, and how long it
// is with its closing quote.
func (c *CSV) unquote(b []byte, last bool) (field []byte, n int, closed bool) {
	from := len(c.scratch)
	doubled := false
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '"')
		if i < 0 || at+i+1 == len(b) && !last {
			return nil, 0, false
		}
		end := at + i
		if end+1 < len(b) && b[end+1] == '"' {
			c.scratch = append(c.scratch, b[at:end+1]...)
			at, doubled = end+2, true
			continue
		}
		if !doubled {
			return b[:end], end + 1, true
		}
		c.scratch = append(c.scratch, b[at:end]...)
		return c.scratch[from:], end + 1, true
	}
}

func (c *CSV) end(b []byte, i int) (int, error) {
	line := c.Line + 1
	c.Line += 1 + bytes.Count(b[:i], []byte("\n"))
	return min(i+1, len(b)), c.sink.Row(line, c.cells)
}

func (c *CSV) bad(n int, reason string) (int, error) {
	c.Line++
	c.sink.Bad(c.Line, reason)
	return n, nil
}

// sniffComma returns the separator that stands most often in one of the first
// lines: the heading line has at least as many as any title above it.
func sniffComma(head []byte) byte {
	best, most := byte(','), 0
	for range HeadingRows {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		for _, comma := range []byte(",;\t") {
			if n := bytes.Count(line, []byte{comma}); n > most {
				best, most = comma, n
			}
		}
		head = rest
	}
	return best
}
