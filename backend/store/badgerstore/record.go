package badgerstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"aimdesk/backend/store"
)

// A value larger than partSize is kept in parts, since Badger puts large values
// elsewhere and limits transactions to 15 % of a memory table.
const partSize = 256 << 10

// The value of a run's key starts with one of these: wire format.
const (
	inlineRecord = 0 // the record follows
	partedRecord = 1 // version u64 and number of parts u32, little-endian, follow
)

// stored is what the value of a run's key says.
type stored struct {
	found bool
	// record is the run record, a copy.
	record []byte
	// version is that of the parts of the record, 0 if it is inline.
	version uint64
}

// readRecord returns the record of a run. Errors wrap store.ErrDamagedRecord
// if the record is damaged.
func readRecord(txn *badger.Txn, hash string) (stored, error) {
	item, err := txn.Get(store.RunKey(hash))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return stored{}, nil
	}
	if err != nil {
		return stored{}, err
	}
	return recordOf(txn, item, hash)
}

func recordOf(txn *badger.Txn, item *badger.Item, hash string) (stored, error) {
	st := stored{found: true}
	value, err := item.ValueCopy(nil)
	if err != nil {
		return st, err
	}
	switch {
	case len(value) > 0 && value[0] == inlineRecord:
		st.record = value[1:]
		return st, nil
	case len(value) == 13 && value[0] == partedRecord:
		st.version = binary.LittleEndian.Uint64(value[1:])
		st.record, err = readParts(txn, store.AppendRecordPrefix(store.VersionPrefix(hash, st.version)),
			int(binary.LittleEndian.Uint32(value[9:])))
		return st, err
	}
	return st, fmt.Errorf("%w: value of %d bytes", store.ErrDamagedRecord, len(value))
}

// readParts joins the parts below prefix. want is their number, -1 to take
// what is there.
func readParts(txn *badger.Txn, prefix []byte, want int) ([]byte, error) {
	opt := badger.IteratorOptions{Prefix: prefix}
	it := txn.NewIterator(opt)
	defer it.Close()
	var whole []byte
	n := 0
	for it.Rewind(); it.Valid(); it.Next() {
		if !slices.Equal(it.Item().Key(), store.AppendPart(slices.Clone(prefix), n)) {
			return nil, fmt.Errorf("%w: part %d is missing", store.ErrDamagedRecord, n)
		}
		err := it.Item().Value(func(part []byte) error {
			whole = append(whole, part...)
			return nil
		})
		if err != nil {
			return nil, err
		}
		n++
	}
	if n != want && want >= 0 {
		return nil, fmt.Errorf("%w: %d of %d parts", store.ErrDamagedRecord, n, want)
	}
	return whole, nil
}

// parts cuts a value into parts.
func parts(value []byte, each func(part int, b []byte) error) (int, error) {
	n := 0
	for b := range slices.Chunk(value, partSize) {
		if err := each(n, b); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func partedValue(version uint64, n int) []byte {
	value := binary.LittleEndian.AppendUint64([]byte{partedRecord}, version)
	return binary.LittleEndian.AppendUint32(value, uint32(n))
}

// readRun returns a run with its properties.
func readRun(txn *badger.Txn, hash string) (*store.Run, error) {
	st, err := readRecord(txn, hash)
	if err != nil {
		return nil, err
	}
	if !st.found {
		return nil, store.ErrNotFound
	}
	r, err := store.DecodeRun(st.record, nil)
	if err != nil {
		return nil, err
	}
	if r.Hash != hash {
		return nil, fmt.Errorf("%w: it is that of run %q", store.ErrDamagedRecord, r.Hash)
	}
	r.Props = store.Properties{Hash: hash}
	item, err := txn.Get(store.PropertiesKey(hash))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	return r, setProperties(r, item)
}

func setProperties(r *store.Run, item *badger.Item) error {
	return item.Value(func(value []byte) error {
		p, err := store.DecodeProperties(value)
		if err == nil {
			r.HasRow, r.Props = true, *p
		}
		return err
	})
}
