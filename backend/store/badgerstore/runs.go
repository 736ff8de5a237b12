package badgerstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/store"
)

// Runs implements store.Reader.
func (s *Store) Runs(ctx context.Context, fn func(*store.Run) error) error {
	return s.read(ctx, "read runs", func(d *database) error {
		return d.db.View(func(txn *badger.Txn) error {
			return s.eachRun(ctx, txn, func(r *store.Run, _ bool) error { return fn(r) })
		})
	})
}

// eachRun walks runs and properties side by side, both being in hash order. fn
// is also told whether the record is damaged, so that the run only stands for
// it.
func (s *Store) eachRun(ctx context.Context, txn *badger.Txn, fn func(r *store.Run, damaged bool) error) error {
	runs := txn.NewIterator(badger.IteratorOptions{Prefix: store.RunPrefix()})
	defer runs.Close()
	props := txn.NewIterator(badger.IteratorOptions{Prefix: store.PropertiesPrefix()})
	defer props.Close()
	props.Rewind()
	names := map[string]string{}
	var seen uint64
	for runs.Rewind(); runs.Valid(); runs.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		seen++
		hash := store.HashOfKey(runs.Item().Key())
		r, err := listedRun(txn, runs.Item(), hash, names)
		for props.Valid() && store.HashOfKey(props.Item().Key()) < hash {
			props.Next()
		}
		key := runs.Item().Key()
		if err == nil && props.Valid() && store.HashOfKey(props.Item().Key()) == hash {
			key = props.Item().Key()
			err = setProperties(r, props.Item())
		}
		if err != nil {
			r = damagedRun(hash, key, err)
		}
		damaged := err != nil
		if err := callback(func() error { return fn(r, damaged) }); err != nil {
			return err
		}
	}
	want, err := readCount(txn)
	if err == nil && seen != want {
		err = fmt.Errorf("%d runs of %d can be read", seen, want)
	}
	if err != nil {
		return &store.DamagedError{Dir: s.dir, Err: err}
	}
	return nil
}

func listedRun(txn *badger.Txn, item *badger.Item, hash string, names map[string]string) (*store.Run, error) {
	st, err := recordOf(txn, item, hash)
	if err != nil {
		return nil, err
	}
	r, err := store.DecodeRun(st.record, names)
	if err != nil {
		return nil, err
	}
	if r.Hash != hash {
		return nil, fmt.Errorf("%w: it is that of run %q", store.ErrDamagedRecord, r.Hash)
	}
	r.Props = store.Properties{Hash: hash}
	return r, nil
}

// damagedRun stands for a run whose record cannot be read.
func damagedRun(hash string, key []byte, err error) *store.Run {
	return &store.Run{
		Hash:       hash,
		Unreadable: &store.Damage{File: "index: " + store.DescribeKey(key), Offset: -1, Message: err.Error()},
		Props:      store.Properties{Hash: hash},
	}
}

// readCount returns the number of run records that there should be. It is kept
// because an iterator of Badger ends at a damaged block without saying so.
func readCount(txn *badger.Txn) (uint64, error) {
	item, err := txn.Get(store.CountKey())
	if errors.Is(err, badger.ErrKeyNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var n uint64
	err = item.Value(func(value []byte) error {
		if len(value) != 8 {
			return fmt.Errorf("%w: number of runs", store.ErrDamagedRecord)
		}
		n = binary.LittleEndian.Uint64(value)
		return nil
	})
	return n, err
}

// Run implements store.Reader.
func (s *Store) Run(ctx context.Context, hash string) (*store.Run, error) {
	var r *store.Run
	err := s.read(ctx, "read run "+hash, func(d *database) error {
		return d.db.View(func(txn *badger.Txn) (err error) {
			r, err = readRun(txn, hash)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// GetMeta implements store.Store.
func (s *Store) GetMeta(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := s.read(ctx, fmt.Sprintf("get value %q", name), func(d *database) error {
		return d.db.View(func(txn *badger.Txn) error {
			item, err := txn.Get(store.NameKey(name))
			if errors.Is(err, badger.ErrKeyNotFound) {
				return store.ErrNotFound
			}
			if err != nil {
				return err
			}
			var sealed []byte
			if sealed, err = item.ValueCopy(nil); err != nil {
				return err
			}
			value, err = store.OpenValue(sealed)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return value, nil
}

// SetMeta implements store.Store.
func (s *Store) SetMeta(ctx context.Context, name string, value []byte) error {
	return s.write(ctx, fmt.Sprintf("set value %q", name), func(d *database) error {
		if len(value) > partSize {
			return fmt.Errorf("%d bytes are more than %d", len(value), partSize)
		}
		return d.db.Update(func(txn *badger.Txn) error {
			return txn.Set(store.NameKey(name), store.SealValue(value))
		})
	})
}
