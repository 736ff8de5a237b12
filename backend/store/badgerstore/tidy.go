package badgerstore

import (
	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/store"
)

// forget ends a write: it deletes the versions that were in use before and are
// not any more, and the note that a write has begun.
func (d *database) forget(hash string, b before, series, parts uint64) error {
	for _, version := range []uint64{b.series, b.parts} {
		if version == 0 || version == series || version == parts {
			continue
		}
		if err := d.deletePrefix(store.VersionPrefix(hash, version), nil); err != nil {
			return err
		}
	}
	return d.finish(hash)
}

// tidy deletes all versions of a run but those in use, and the note.
func (d *database) tidy(hash string, series, parts uint64) error {
	prefix := store.SeriesPrefix(hash)
	err := d.deletePrefix(prefix, func(key []byte) bool {
		version, ok := store.VersionOfKey(key, len(prefix))
		return ok && version != 0 && (version == series || version == parts)
	})
	if err != nil {
		return err
	}
	return d.finish(hash)
}

func (d *database) finish(hash string) error {
	return d.db.Update(func(txn *badger.Txn) error { return txn.Delete(store.WritingKey(hash)) })
}

// deletePrefix deletes all keys that start with prefix but those to keep.
func (d *database) deletePrefix(prefix []byte, keep func(key []byte) bool) error {
	wb := d.db.NewWriteBatch()
	defer wb.Cancel()
	err := d.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if keep != nil && keep(it.Item().Key()) {
				continue
			}
			if err := wb.Delete(it.Item().KeyCopy(nil)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wb.Flush()
}

// tidyInterrupted finishes the writes that were under way when the process
// that had the index open died.
func (d *database) tidyInterrupted() error {
	var hashes []string
	err := d.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: store.WritingPrefix()})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			hashes = append(hashes, store.HashOfKey(it.Item().Key()))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		mu := d.runs.lock(hash)
		_, err := d.prepare(hash)
		mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}
