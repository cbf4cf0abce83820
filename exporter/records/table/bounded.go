package table

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// MaxUnzipped bounds what the sheets of a workbook are decompressed to, in bytes: half
// a million rows with a dozen columns, which take a quarter of a minute.
const MaxUnzipped = 384 << 20

// Bounded is a reader with errors at its limits and at the end of a context.
type Bounded struct {
	ctx   context.Context
	r     io.Reader
	limit int64
	left  int64 // bytes until it is too much in all
	Piece int64 // bytes until the piece that is being read is too long
}

// NewBounded returns a reader of at most limit bytes of r, until the context ends.
func NewBounded(ctx context.Context, r io.Reader, limit int64) *Bounded {
	return &Bounded{ctx: ctx, r: r, limit: limit, left: limit, Piece: limit}
}

// ErrPiece says that one tag or text is longer than a Bounded passes on.
var ErrPiece = errors.New("một ô dài hơn 1 MiB")

func (b *Bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.Piece < 0 {
		return 0, ErrPiece
	}
	n, err := b.r.Read(p)
	b.Piece -= int64(n)
	if b.left -= int64(n); b.left < 0 {
		return 0, TooLarge(b.limit)
	}
	return n, err
}

// TooLarge says that a file becomes more than limit bytes when it is decompressed.
func TooLarge(limit int64) error {
	return fmt.Errorf("dài hơn %d MiB sau khi giải nén: hãy chia nhỏ hoặc lưu lại thành CSV", limit>>20)
}
