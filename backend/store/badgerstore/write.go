package badgerstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/store"
)

// writable is where writes go: the database in use, or that of a generation.
type writable struct {
	store      *Store
	generation *generation // nil for the database in use
}

// write runs fn with the database that is written to, if it may be written.
func (w writable) write(ctx context.Context, what string, fn func(*database) error) error {
	if err := w.try(ctx, fn); err != nil {
		var theirs *callbackError
		if errors.As(err, &theirs) {
			return fmt.Errorf("%s: %w", what, theirs.err)
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (w writable) try(ctx context.Context, fn func(*database) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.store.opt.ReadOnly {
		return store.ErrReadOnly
	}
	var d *database
	var err error
	if w.generation != nil {
		w.generation.writes.RLock()
		defer w.generation.writes.RUnlock()
		d, err = w.generation.acquire()
	} else {
		w.store.writes.RLock()
		defer w.store.writes.RUnlock()
		d, err = w.store.acquire()
	}
	if err != nil {
		return err
	}
	defer d.release()
	if err := w.store.checkSpace(); err != nil {
		return err
	}
	return w.store.guard(func() error { return fn(d) })
}

// PutMeta implements store.Writer.
func (w writable) PutMeta(ctx context.Context, r *store.Run) error {
	if err := store.CheckRun(r); err != nil {
		return fmt.Errorf("put metadata: %w", err)
	}
	return w.write(ctx, "put metadata of run "+r.Hash, func(d *database) error { return d.putMeta(r) })
}

// PutRun implements store.Writer.
func (w writable) PutRun(ctx context.Context, r *store.Run, each func(put store.PutSeries) error) error {
	if err := store.CheckRun(r); err != nil {
		return fmt.Errorf("put run: %w", err)
	}
	return w.write(ctx, "put run "+r.Hash, func(d *database) error {
		return d.putRun(ctx, r, each, w.store.checkSpace)
	})
}

// PutProperties implements store.Writer.
func (w writable) PutProperties(ctx context.Context, props []store.Properties) error {
	for i := range props {
		if err := store.CheckHash(props[i].Hash); err != nil {
			return fmt.Errorf("put properties: %w", err)
		}
	}
	return w.write(ctx, "put properties", func(d *database) error {
		wb := d.db.NewWriteBatch()
		defer wb.Cancel()
		for i := range props {
			record := store.AppendProperties(nil, &props[i])
			if len(record) > partSize {
				return fmt.Errorf("properties of run %s: %d bytes are more than %d", props[i].Hash, len(record), partSize)
			}
			if err := wb.Set(store.PropertiesKey(props[i].Hash), record); err != nil {
				return err
			}
		}
		return wb.Flush()
	})
}

// DeleteProperties implements store.Writer.
func (w writable) DeleteProperties(ctx context.Context, hashes ...string) error {
	return w.write(ctx, "delete properties", func(d *database) error {
		wb := d.db.NewWriteBatch()
		defer wb.Cancel()
		for _, hash := range hashes {
			if err := wb.Delete(store.PropertiesKey(hash)); err != nil {
				return err
			}
		}
		return wb.Flush()
	})
}

// Delete implements store.Writer.
func (w writable) Delete(ctx context.Context, hashes ...string) error {
	return w.write(ctx, "delete runs", func(d *database) error {
		for _, hash := range hashes {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := d.delete(hash); err != nil {
				return fmt.Errorf("run %s: %w", hash, err)
			}
		}
		return nil
	})
}

// keyed is a set of locks of which one belongs to every run.
type keyed struct {
	seed  maphash.Seed
	locks [64]sync.Mutex
}

func (k *keyed) lock(hash string) *sync.Mutex {
	mu := &k.locks[maphash.String(k.seed, hash)%uint64(len(k.locks))]
	mu.Lock()
	return mu
}

// before is what is stored of a run when it is written.
type before struct {
	found  bool
	record []byte
	// series and parts are the versions in use, 0 for none.
	series, parts uint64
}

func (b before) next() uint64 { return max(b.series, b.parts) + 1 }

// prepare returns what is stored of a run. It removes what a write that did
// not end, or damage, has left. The lock of the run is held.
func (d *database) prepare(hash string) (before, error) {
	var b before
	interrupted := false
	err := d.db.View(func(txn *badger.Txn) error {
		if _, err := txn.Get(store.WritingKey(hash)); err == nil {
			interrupted = true
		} else if !errors.Is(err, badger.ErrKeyNotFound) {
			return err
		}
		st, err := readRecord(txn, hash)
		b.found = st.found
		if err == nil && st.found {
			var layout store.Layout
			layout, err = store.DecodeLayout(st.record)
			b.record, b.series, b.parts = st.record, layout.Version, st.version
		}
		if errors.Is(err, store.ErrDamagedRecord) {
			// The run is about to be replaced. What it had cannot be found
			// but by its hash.
			interrupted = true
			b.record, b.series, b.parts = nil, 0, 0
			return nil
		}
		return err
	})
	if err == nil && interrupted {
		err = d.tidy(hash, b.series, b.parts)
	}
	return b, err
}

func (d *database) putMeta(r *store.Run) error {
	defer d.runs.lock(r.Hash).Unlock()
	b, err := d.prepare(r.Hash)
	if err != nil {
		return err
	}
	var old *store.Run
	if b.record != nil {
		if old, err = store.DecodeRun(b.record, nil); err != nil && !errors.Is(err, store.ErrDamagedRecord) {
			return err
		}
	}
	store.CarrySeries(r, old)
	parts, err := d.commit(r, b, nil)
	if err != nil {
		return err
	}
	return d.forget(r.Hash, b, r.SeriesVersion, parts)
}

func (d *database) putRun(ctx context.Context, r *store.Run, each func(put store.PutSeries) error, space func() error) error {
	defer d.runs.lock(r.Hash).Unlock()
	b, err := d.prepare(r.Hash)
	if err != nil {
		return err
	}
	version := b.next()
	out := &packer{ctx: ctx, space: space, wb: d.db.NewWriteBatch(), prefix: store.VersionPrefix(r.Hash, version)}
	defer out.wb.Cancel()
	err = out.wb.Set(store.WritingKey(r.Hash), nil)
	if err == nil {
		var stream func(put store.PutSeries) error
		if each != nil {
			stream = func(put store.PutSeries) error { return callback(func() error { return each(put) }) }
		}
		err = store.PackSeries(r, stream, out)
	}
	if err == nil {
		err = ctx.Err()
	}
	var parts uint64
	if err == nil {
		r.SeriesVersion = version
		parts, err = d.commit(r, b, out.wb)
	}
	if err != nil {
		out.wb.Cancel()
		return errors.Join(err, d.tidy(r.Hash, b.series, b.parts))
	}
	return d.forget(r.Hash, b, version, parts)
}

// commit writes what is in wb, and then the record of r in one transaction,
// the moment from which readers see the new run. It returns the version of the
// parts of the record.
func (d *database) commit(r *store.Run, b before, wb *badger.WriteBatch) (version uint64, err error) {
	record := store.AppendRun(nil, r)
	value := append([]byte{inlineRecord}, record...)
	if len(record) > partSize {
		if wb == nil {
			wb = d.db.NewWriteBatch()
			defer wb.Cancel()
			if err := wb.Set(store.WritingKey(r.Hash), nil); err != nil {
				return 0, err
			}
		}
		version = b.next()
		prefix := store.AppendRecordPrefix(store.VersionPrefix(r.Hash, version))
		n, err := parts(record, func(part int, p []byte) error {
			return wb.Set(store.AppendPart(append([]byte(nil), prefix...), part), p)
		})
		if err != nil {
			return 0, err
		}
		value = partedValue(version, n)
	}
	if wb != nil {
		if err := wb.Flush(); err != nil {
			return 0, err
		}
	}
	return version, d.updateRun(r.Hash, value, !b.found)
}

// updateRun sets the value of a run's key, or deletes it if value is nil, and
// keeps the number of runs in step.
func (d *database) updateRun(hash string, value []byte, counts bool) error {
	d.counting.Lock()
	defer d.counting.Unlock()
	return d.db.Update(func(txn *badger.Txn) error {
		if counts {
			n, err := readCount(txn)
			if err != nil {
				return err
			}
			if value != nil {
				n++
			} else {
				n--
			}
			if err := txn.Set(store.CountKey(), binary.LittleEndian.AppendUint64(nil, n)); err != nil {
				return err
			}
		}
		if value != nil {
			return txn.Set(store.RunKey(hash), value)
		}
		if err := txn.Set(store.WritingKey(hash), nil); err != nil {
			return err
		}
		if err := txn.Delete(store.PropertiesKey(hash)); err != nil {
			return err
		}
		return txn.Delete(store.RunKey(hash))
	})
}

func (d *database) delete(hash string) error {
	if store.CheckHash(hash) != nil {
		return nil // it cannot be there
	}
	defer d.runs.lock(hash).Unlock()
	b, err := d.prepare(hash)
	if err != nil {
		return err
	}
	if err := d.updateRun(hash, nil, b.found); err != nil {
		return err
	}
	return d.forget(hash, b, 0, 0)
}

// packer takes the packed series of a run into a write batch.
type packer struct {
	ctx     context.Context
	space   func() error
	wb      *badger.WriteBatch
	prefix  []byte
	pending int // bytes since the disk was last asked for space
}

// spaceEvery is how many bytes are written between two looks at the disk.
const spaceEvery = 2 << 20

func (p *packer) key() []byte { return append(make([]byte, 0, len(p.prefix)+9), p.prefix...) }

func (p *packer) set(key, value []byte) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if p.pending += len(value); p.pending > spaceEvery {
		p.pending = 0
		if err := p.space(); err != nil {
			return err
		}
	}
	return p.wb.Set(key, append([]byte(nil), value...))
}

// Chunk implements store.PackedSeries.
func (p *packer) Chunk(slot, chunk int, packed []byte) error {
	return p.set(store.AppendChunkKey(p.key(), slot, chunk), packed)
}

// Pyramid implements store.PackedSeries.
func (p *packer) Pyramid(slot int, packed []byte) error {
	_, err := parts(packed, func(part int, b []byte) error {
		return p.set(store.AppendPart(store.AppendPyramidPrefix(p.key(), slot), part), b)
	})
	return err
}
