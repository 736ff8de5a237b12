package badgerstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// Check implements store.Store. It reads every table, every record and every
// chunk.
func (s *Store) Check(ctx context.Context, fn func(store.Damage) error) error {
	report := func(file string, err error) error {
		return callback(func() error { return fn(store.Damage{File: file, Offset: -1, Message: err.Error()}) })
	}
	return s.read(ctx, "check index", func(d *database) error {
		for _, info := range d.db.Tables() {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := examineTable(table.NewFilename(info.ID, d.dir), true)
			if err == nil || errors.Is(err, fs.ErrNotExist) { // compacted away meanwhile
				continue
			}
			if err := report(fmt.Sprintf("index: table %d", info.ID), err); err != nil {
				return err
			}
		}
		return d.db.View(func(txn *badger.Txn) error {
			err := s.eachRun(ctx, txn, func(r *store.Run, damaged bool) error {
				if damaged {
					return report(r.Unreadable.File, errors.New(r.Unreadable.Message))
				}
				return checkSeries(ctx, txn, r, report)
			})
			var damage *store.DamagedError
			if errors.As(err, &damage) {
				return report("index", damage.Err)
			}
			var theirs *callbackError
			if errors.As(err, &theirs) {
				return theirs
			}
			return err
		})
	})
}

func checkSeries(ctx context.Context, txn *badger.Txn, r *store.Run, report func(string, error) error) error {
	b := newBatch(txn)
	defer b.close()
	c := &series.Columns{}
	for i := range r.Traces {
		if !r.Traces[i].HasSeries {
			continue
		}
		name := fmt.Sprintf("index: run %q, series %d", r.Hash, i)
		// Chunk by chunk, so that the memory used does not depend on the length.
		for at := 0; at < r.Traces[i].Summary.Count; at += series.ChunkRows {
			c.Reset()
			err := b.rows(ctx, c, store.SeriesRef{Hash: r.Hash, Trace: i, From: at, To: at + series.ChunkRows})
			if ctxErr := ctx.Err(); ctxErr != nil {
				return ctxErr
			}
			if err != nil {
				if err := report(name, err); err != nil {
					return err
				}
			}
		}
		if _, err := readPyramid(txn, r.Hash, i); err != nil {
			if err := report(name+", pyramid", err); err != nil {
				return err
			}
		}
	}
	return nil
}
