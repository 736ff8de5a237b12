// Package cellscan reads the numeric cells of a run's series straight out of
// the tables and logs of its database, without merging them. It takes a third of
// the time that the merging view of package rocks takes, or less.
//
// That works because of what Aim's writer does. Every cell is written by one
// batch: delete the range of the cell's own path, then put the cell. So
//
//   - reading the files from the oldest to the newest and letting later cells
//     take the place of earlier ones gives the newest state, and
//   - a range deletion has no effect if it covers just one cell that the same
//     file, or batch, holds with a greater sequence number.
//
// Nothing of this is taken on trust. Each checksum is verified, and everything
// that is not as described (another deletion, a value that is no number, files
// whose sequence numbers overlap, features that Aim's RocksDB does not use,
// damage, a file that vanished) makes Scan return an error that wraps
// ErrIrregular. The caller then asks package rocks, which knows all of it.
//
//	key      base | CTX | NAME fe | COLUMN fe | fe row fe
//	         `----------- column ------------´
//	deletes  from a key up to, not including, the same key + ff
package cellscan

import (
	"errors"
	"fmt"
)

// ErrIrregular says that a database holds something that this package does not
// deal with; it says nothing about damage.
var ErrIrregular = errors.New("not in the form that can be scanned")

func irregular(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrIrregular, fmt.Sprintf(format, args...))
}

// NoColumn is what Sink.Column returns for a column of no interest.
const NoColumn = -1

// Sink is told the cells. Calls come file by file, oldest first, and column by
// column within a table: the last call for a row of a column counts.
type Sink interface {
	// Column gives a column a number, by its path below base, or NoColumn. It
	// is asked again for every file.
	Column(path []byte) int
	// Cell is one cell: the tag of its value (None, int or float of package
	// codec) and its bits. An error ends the scan.
	Cell(column int, row uint64, tag byte, bits uint64) error
}

// Stats says what a scan read.
type Stats struct {
	// Bytes is the size of the live files.
	Bytes int64
	// Files is the number of tables and logs that were read.
	Files int
}
