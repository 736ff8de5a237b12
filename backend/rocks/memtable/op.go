package memtable

import "aimdesk/backend/rocks/internal/base"

// Op is one op of a write batch. Value is the end of the range of a range
// deletion; both slices alias the batch.
type Op struct {
	Kind       base.Kind
	Seq        uint64
	Key, Value []byte
}

// VisitBatch calls fn for the ops of one write batch, in their order. next is
// the sequence number that follows the batch. Errors are those of
// Builder.Apply, and what fn returned.
func VisitBatch(rec []byte, file string, offset int64, fn func(Op) error) (next uint64, err error) {
	v := visitor{fn: fn}
	seq, used, err := decodeBatch(rec, &v)
	if err != nil && v.err == nil {
		err = placed(err, file, offset)
	}
	return seq + used, err
}

type visitor struct {
	fn  func(Op) error
	err error // of fn
}

func (v *visitor) point(kind base.Kind, seq uint64, key, value []byte) error {
	v.err = v.fn(Op{Kind: kind, Seq: seq, Key: key, Value: value})
	return v.err
}

func (v *visitor) rangeDelete(seq uint64, start, end []byte) error {
	v.err = v.fn(Op{Kind: base.KindRangeDelete, Seq: seq, Key: start, Value: end})
	return v.err
}
