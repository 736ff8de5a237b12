package badgerstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// Series implements store.Reader.
func (s *Store) Series(ctx context.Context, hash string, trace, from, to int) (*series.Columns, error) {
	c := &series.Columns{}
	err := s.read(ctx, seriesName("series", trace, hash), func(d *database) error {
		return d.db.View(func(txn *badger.Txn) error {
			b := newBatch(txn)
			defer b.close()
			return b.rows(ctx, c, store.SeriesRef{Hash: hash, Trace: trace, From: from, To: to})
		})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func seriesName(what string, trace int, hash string) string {
	return fmt.Sprintf("read %s %d of run %s", what, trace, hash)
}

// SeriesBatch implements store.Reader.
func (s *Store) SeriesBatch(ctx context.Context, reqs []store.SeriesRef, fn func(i int, c *series.Columns, err error) error) error {
	order := make([]int, len(reqs))
	for i := range order {
		order[i] = i
	}
	// This is nearly key order, and exactly so where the traces of a run were
	// put in their order.
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &reqs[a], &reqs[b]
		return cmp.Or(cmp.Compare(x.Hash, y.Hash), cmp.Compare(x.Trace, y.Trace), cmp.Compare(x.From, y.From))
	})
	return s.read(ctx, "read series", func(d *database) error {
		return d.db.View(func(txn *badger.Txn) error {
			b := newBatch(txn)
			defer b.close()
			c := &series.Columns{}
			for _, i := range order {
				c.Reset()
				err := b.rows(ctx, c, reqs[i])
				if ctxErr := ctx.Err(); ctxErr != nil {
					return ctxErr
				}
				got := c
				if err != nil {
					got, err = nil, fmt.Errorf("%s: %w", seriesName("series", reqs[i].Trace, reqs[i].Hash), err)
				}
				if err := callback(func() error { return fn(i, got, err) }); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Pyramid implements store.Reader.
func (s *Store) Pyramid(ctx context.Context, hash string, trace int) (*series.Pyramid, error) {
	var p *series.Pyramid
	err := s.read(ctx, seriesName("pyramid", trace, hash), func(d *database) error {
		return d.db.View(func(txn *badger.Txn) (err error) {
			p, err = readPyramid(txn, hash, trace)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func readPyramid(txn *badger.Txn, hash string, trace int) (*series.Pyramid, error) {
	b := newBatch(txn)
	defer b.close()
	if err := b.find(hash); err != nil {
		return nil, err
	}
	slot, count, ok := b.layout.Locate(trace)
	if !ok {
		return nil, store.ErrNotFound
	}
	if count <= series.PyramidMinRows {
		return nil, nil
	}
	packed, err := readParts(txn, store.AppendPyramidPrefix(b.prefix, slot), -1)
	if err != nil {
		return nil, err
	}
	p, err := series.UnpackPyramid(packed)
	if err == nil && p.Count() != count {
		err = fmt.Errorf("pyramid of %d points for a series of %d", p.Count(), count)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrDamagedRecord, err)
	}
	return p, nil
}

// batch reads series out of one transaction, moving one iterator forward.
type batch struct {
	txn *badger.Txn
	it  *badger.Iterator // made when it is first needed
	got int              // chunks asked for

	// The run that was asked for last.
	hash   string
	known  bool
	err    error
	layout store.Layout
	prefix []byte // of the keys of its series

	key []byte // scratch
}

func newBatch(txn *badger.Txn) *batch { return &batch{txn: txn} }

func (b *batch) close() {
	if b.it != nil {
		b.it.Close()
	}
}

// find makes hash the run that the batch is at.
func (b *batch) find(hash string) error {
	if b.known && b.hash == hash {
		return b.err
	}
	b.known, b.hash = true, hash
	b.err = func() error {
		st, err := readRecord(b.txn, hash)
		if err != nil {
			return err
		}
		if !st.found {
			return store.ErrNotFound
		}
		if b.layout, err = store.DecodeLayout(st.record); err != nil {
			return err
		}
		b.prefix = store.VersionPrefix(hash, b.layout.Version)
		return nil
	}()
	return b.err
}

// rows appends the rows asked for to c.
func (b *batch) rows(ctx context.Context, c *series.Columns, ref store.SeriesRef) error {
	if err := b.find(ref.Hash); err != nil {
		return err
	}
	slot, count, ok := b.layout.Locate(ref.Trace)
	if !ok {
		return store.ErrNotFound
	}
	at, to := store.Rows(ref.From, ref.To, count)
	c.Grow(min(to-at, 16*series.ChunkRows))
	for at < to {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk, row := at/series.ChunkRows, at%series.ChunkRows
		end := min(row+to-at, series.ChunkRows)
		before := c.Len()
		err := b.chunk(slot, chunk, func(packed []byte) error {
			return series.UnpackRows(c, packed, row, end)
		})
		if err == nil && c.Len()-before != end-row {
			err = fmt.Errorf("it has %d rows of %d", c.Len()-before, end-row)
		}
		if err != nil {
			return fmt.Errorf("%w: chunk %d: %w", store.ErrDamagedRecord, chunk, err)
		}
		at += end - row
	}
	return nil
}

// fewChunks is the number of chunks up to which getting one by one is quicker
// than making an iterator, which has to open every table.
const fewChunks = 2

var errMissing = errors.New("it is missing")

// chunk calls fn with a packed chunk, which is valid during the call only.
func (b *batch) chunk(slot, chunk int, fn func(packed []byte) error) error {
	b.key = store.AppendChunkKey(append(b.key[:0], b.prefix...), slot, chunk)
	if b.got++; b.it == nil && b.got <= fewChunks {
		item, err := b.txn.Get(b.key)
		if errors.Is(err, badger.ErrKeyNotFound) {
			return errMissing
		}
		if err != nil {
			return err
		}
		return item.Value(fn)
	}
	if b.it == nil {
		b.it = b.txn.NewIterator(badger.IteratorOptions{Prefix: store.AllSeriesPrefix()})
		b.it.Seek(b.key)
	} else if !b.step() {
		b.it.Seek(b.key)
	}
	if !b.it.Valid() || !bytes.Equal(b.it.Item().Key(), b.key) {
		return errMissing
	}
	return b.it.Item().Value(fn)
}

// step tries to get to the key with few steps from where the iterator is,
// which is quicker than seeking if the key is near.
func (b *batch) step() bool {
	for range 4 {
		if !b.it.Valid() {
			return false
		}
		switch bytes.Compare(b.it.Item().Key(), b.key) {
		case 0:
			return true
		case 1:
			return false
		}
		b.it.Next()
	}
	return false
}
