package cellscan

import (
	"bytes"
	"encoding/binary"

	"aimdesk/backend/aim/codec"
)

// loadDels opens the range deletions of a table and moves to the first one that
// touches the keyspace. Those before must not reach into it.
func (t *tableReader) loadDels(keys *keyspace) error {
	t.dead.data, t.dead.bad, t.dead.key = nil, false, nil
	if !t.hasRangeDel {
		return nil
	}
	t.dels.buf, t.dels.off = t.dels.buf[:0], 0
	raw, err := t.block(&t.dels, t.rangeDel)
	if err != nil {
		return err
	}
	block, err := openBlock(raw, &t.delBuf)
	if err != nil {
		return err
	}
	if err := t.dead.reset(block, false); err != nil {
		return err
	}
	for t.dead.next() {
		key := t.dead.key
		if len(key) < internalLen {
			return irregular("a range deletion's key")
		}
		if bytes.Compare(key[:len(key)-internalLen], keys.base) >= 0 {
			return nil // the current entry is the first to be looked at
		}
		if bytes.Compare(t.dead.value, keys.base) > 0 {
			return irregular("a range deletion from before the series")
		}
	}
	t.dead.key = nil // there is none
	return t.dead.done()
}

// dies checks the range deletions that start at or before a live cell: all of
// them must cover just that cell and be older.
func (t *tableReader) dies(user []byte, seq uint64) error {
	for len(t.dead.key) > 0 {
		start := t.dead.key[:len(t.dead.key)-internalLen]
		trailer := binary.LittleEndian.Uint64(t.dead.key[len(start):])
		own := bytes.Equal(start, user)
		if !own && bytes.Compare(start, user) > 0 {
			return nil
		}
		if !own || trailer&0xff != kindRange || trailer>>8 >= seq || !isPathRange(start, t.dead.value) {
			return irregular("a range deletion that has an effect")
		}
		if err := t.nextDel(); err != nil {
			return err
		}
	}
	return nil
}

func (t *tableReader) nextDel() error {
	if !t.dead.next() {
		t.dead.key = nil
		return t.dead.done()
	}
	if len(t.dead.key) < internalLen {
		return irregular("a range deletion's key")
	}
	return nil
}

// noneLeft checks that the range deletions behind the last cell lie beyond the
// keyspace.
func (t *tableReader) noneLeft(keys *keyspace) error {
	if len(t.dead.key) > 0 && bytes.Compare(t.dead.key[:len(t.dead.key)-internalLen], keys.end) < 0 {
		return irregular("a range deletion without its cell")
	}
	return nil
}

// readCells tells all cells of the keyspace.
func (t *tableReader) readCells(s *scan) error {
	if err := t.ix.reset(t.index, true); err != nil {
		return err
	}
	t.data.buf = t.data.buf[:0]
	var h handle
	for {
		ok, err := t.nextData(&h)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		// The separator is at or after every key of the block.
		if bytes.Compare(t.ix.key, s.keys.base) < 0 {
			continue
		}
		block, err := t.dataBlock(h)
		if err != nil {
			return err
		}
		if err := t.cells.reset(block, false); err != nil {
			return err
		}
		beyond, err := t.readBlock(s)
		if err != nil {
			return err
		}
		if beyond {
			break
		}
	}
	return t.noneLeft(&s.keys)
}

// readBlock tells the cells of one data block; beyond says that the keyspace
// ended in it.
func (t *tableReader) readBlock(s *scan) (beyond bool, err error) {
	e := &t.cells
	prefix := -1 // length of the column's path if e.key is known to begin with it
	for e.next() {
		if len(e.key) < internalLen {
			return false, irregular("a key without a trailer")
		}
		user := e.key[:len(e.key)-internalLen]
		trailer := binary.LittleEndian.Uint64(e.key[len(user):])
		if prefix < 0 || e.shared < prefix || len(user) != prefix+rowLength {
			if bytes.Compare(user, s.keys.base) < 0 {
				prefix = -1
				continue
			}
			if !bytes.HasPrefix(user, s.keys.base) {
				return true, e.done()
			}
			prefix = -1
			if _, ok := t.col.holds(user); !ok {
				marker, err := t.marker(s, user, trailer)
				if err != nil {
					return false, err
				}
				if marker {
					continue
				}
			}
			prefix = len(t.col.path)
		}
		if trailer&0xff != kindPut || user[prefix] != codec.Sentinel || user[prefix+rowLength-1] != codec.Sentinel {
			return false, irregular("a deleted cell, or none")
		}
		row := binary.BigEndian.Uint64(user[prefix+1:])
		if !t.col.ascends(row) {
			return false, irregular("several versions of a cell")
		}
		if len(t.dead.key) > 0 {
			if err := t.dies(user, trailer>>8); err != nil {
				return false, err
			}
		}
		if err := tellCell(s.sink, t.col.id, row, e.value); err != nil {
			return false, err
		}
	}
	return false, e.done()
}

// marker enters the column of a key and deals with the key if it is the
// column's own.
func (t *tableReader) marker(s *scan, user []byte, trailer uint64) (bool, error) {
	marker, err := t.col.enter(s.keys.base, user, s.sink)
	if err != nil || !marker {
		return false, err
	}
	if trailer&0xff != kindPut || !isMarker(t.cells.value) {
		return false, irregular("a column that is no array")
	}
	if len(t.dead.key) > 0 && bytes.Compare(t.dead.key[:len(t.dead.key)-internalLen], user) <= 0 {
		return false, irregular("a range deletion of a column")
	}
	return true, nil
}
