package cellscan

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"
)

// Wire format: tags of a write batch's ops, as far as Aim's writer uses them.
const (
	opDelete      = 0x00
	opPut         = 0x01
	opDeleteRange = 0x0F

	batchHeader = 12 // sequence number 8, count 4
)

// readLog replays a log and returns its size. Only the newest may end in the
// middle of a record.
func (s *scan) readLog(name string, newest bool) (int64, error) {
	path := filepath.Join(s.dir, name)
	f, err := s.fs.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if info.Size() == 0 {
		return 0, nil
	}
	s.records.Reset(f, path, 0)
	var b batchReader
	for {
		rec, err := s.records.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		if err := b.read(s, rec); err != nil {
			return 0, err
		}
	}
	if _, torn := s.records.Torn(); len(s.records.Damage()) > 0 || s.records.Recycled() || (torn && !newest) {
		return 0, irregular("the log is damaged")
	}
	return info.Size(), nil
}

// batchReader reads the batches of one log.
type batchReader struct {
	columns []column // in the order in which they were met, which repeats
	at      int      // the one that the last cell was in
	next    uint64   // sequence number that the next batch must begin with; 0 at first
}

// maxColumns bounds how many columns are remembered.
const maxColumns = 256

// find returns the column of a cell and its row; nil if it is not remembered.
func (b *batchReader) find(key []byte) (*column, uint64) {
	n := len(b.columns)
	for i := range n {
		at := (b.at + 1 + i) % n
		if row, ok := b.columns[at].holds(key); ok {
			b.at = at
			return &b.columns[at], row
		}
	}
	return nil, 0
}

// read takes one batch. A range deletion of a cell must be followed, in the
// batch, by the cell itself.
func (b *batchReader) read(s *scan, rec []byte) error {
	if len(rec) < batchHeader {
		return irregular("a batch without a header")
	}
	seq, count := binary.LittleEndian.Uint64(rec), binary.LittleEndian.Uint32(rec[8:])
	if b.next != 0 && seq != b.next {
		return irregular("a gap in sequence numbers")
	}
	b.next = seq + uint64(count)
	rest := rec[batchHeader:]
	var pending []byte // path whose range was deleted
	for ; count > 0; count-- {
		if len(rest) == 0 {
			return irregular("a batch that is cut short")
		}
		op := rest[0]
		key, after, ok := slice(rest[1:])
		if !ok {
			return irregular("a batch that is cut short")
		}
		var value []byte
		if op != opDelete {
			if value, after, ok = slice(after); !ok {
				return irregular("a batch that is cut short")
			}
		}
		rest = after
		inside := bytes.HasPrefix(key, s.keys.base)
		switch op {
		case opPut:
			if !inside {
				continue
			}
			cleared := pending != nil && bytes.Equal(key, pending)
			if cleared {
				pending = nil
			}
			if err := b.put(s, key, value, cleared); err != nil {
				return err
			}
		case opDelete:
			if inside {
				return irregular("a deleted cell")
			}
		case opDeleteRange:
			if !s.keys.overlapsRange(key, value) {
				continue
			}
			if pending != nil || !inside || !isPathRange(key, value) {
				return irregular("a range deletion")
			}
			pending = key
		default:
			return irregular("another op in a batch")
		}
	}
	if len(rest) > 0 || pending != nil {
		return irregular("a batch that does more than set cells")
	}
	return nil
}

// put takes one cell or marker; cleared says that its range was deleted before.
func (b *batchReader) put(s *scan, key, value []byte, cleared bool) error {
	c, row := b.find(key)
	if c == nil {
		var met column
		marker, err := met.enter(s.keys.base, key, s.sink)
		if err != nil {
			return err
		}
		if marker {
			if !isMarker(value) || cleared {
				return irregular("a column that is no array, or made anew")
			}
			return nil
		}
		row, _ = met.holds(key)
		if len(b.columns) == maxColumns {
			b.columns = b.columns[:0]
		}
		b.columns = append(b.columns, met)
		b.at = len(b.columns) - 1
		c = &b.columns[b.at]
	}
	return tellCell(s.sink, c.id, row, value)
}

// slice splits a length and that many bytes off b.
func slice(b []byte) (data, rest []byte, ok bool) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)-w) {
		return nil, nil, false
	}
	end := w + int(n)
	return b[w:end], b[end:], true
}

// overlapsRange reports whether the deletion of [start, end) touches the range.
func (k *keyspace) overlapsRange(start, end []byte) bool {
	return bytes.Compare(end, k.base) > 0 && bytes.Compare(start, k.end) < 0
}

// isPathRange reports whether [start, end) is the range of just one path.
func isPathRange(start, end []byte) bool {
	n := len(start)
	return n > 0 && len(end) == n+1 && end[n] == pastRow && bytes.Equal(end[:n], start)
}
