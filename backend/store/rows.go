package store

import (
	"context"

	"aimdesk/backend/series"
)

// RowsOf returns a reader of the rows of one series, for the pyramid to read
// what it cannot stand for. It keeps the rows read last, and is for one
// goroutine.
//
// Every range is read out of a snapshot of its own: if the run is written
// meanwhile, rows of the new series may come, or fewer than asked for. The
// pyramid notices when that makes a difference, and the caller starts again.
func RowsOf(ctx context.Context, r Reader, hash string, trace int) series.RowReader {
	return &rows{ctx: ctx, from: r, hash: hash, trace: trace}
}

// rowsAhead is the number of rows read at once at least: those of a block of a
// packed chunk, which is unpacked as a whole anyway.
const rowsAhead = 512

type rows struct {
	ctx   context.Context //nolint:containedctx // an adapter that lives as long as one request
	from  Reader
	hash  string
	trace int

	first int // row of have[0]
	have  *series.Columns
}

// Rows implements series.RowReader.
func (r *rows) Rows(from, to int) (*series.Columns, error) {
	if r.have == nil || from < r.first || to > r.first+r.have.Len() {
		first := from / rowsAhead * rowsAhead
		last := (to + rowsAhead - 1) / rowsAhead * rowsAhead
		c, err := r.from.Series(r.ctx, r.hash, r.trace, first, last)
		if err != nil {
			return nil, err
		}
		r.first, r.have = first, c
	}
	return r.have.Slice(from-r.first, to-r.first), nil
}
