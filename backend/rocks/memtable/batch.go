package memtable

import (
	"fmt"

	"aimdesk/backend/rocks/internal/base"
)

// Wire format: op tags of a write batch beyond those that are entry kinds.
const (
	tagLogData          = 0x03
	tagCFDelete         = 0x04
	tagCFSet            = 0x05
	tagCFMerge          = 0x06
	tagCFSingleDelete   = 0x08
	tagBeginPrepare     = 0x09
	tagEndPrepare       = 0x0a
	tagCommit           = 0x0b
	tagRollback         = 0x0c
	tagNoop             = 0x0d
	tagCFRangeDelete    = 0x0e
	tagCFBlobIndex      = 0x10
	tagBeginPersisted   = 0x12
	tagBeginUnprepare   = 0x13
	tagCommitTimestamp  = 0x15
	tagCFWideColumns    = 0x17
	tagCFTimedPut       = 0x19
	batchHeaderLen      = 12
	defaultColumnFamily = 0
)

// featureError names an op that is refused.
type featureError struct{ feature string }

func (e featureError) Error() string { return e.feature }

// batchError says that a batch contradicts the format.
type batchError struct{ reason string }

func (e batchError) Error() string { return e.reason }

// ops is told the ops of a batch on the default column family.
type ops interface {
	point(kind base.Kind, seq uint64, key, value []byte) error
	rangeDelete(seq uint64, start, end []byte) error
}

// opShape is how an op is laid out after its tag.
type opShape struct {
	known  bool
	kind   base.Kind
	cf     bool // a column family comes first
	value  bool // a value or an end key follows the key
	refuse bool // not under the default column family
}

// opShapes is indexed by tag.
var opShapes = [256]opShape{
	base.KindDelete:       {known: true, kind: base.KindDelete},
	base.KindSet:          {known: true, kind: base.KindSet, value: true},
	base.KindMerge:        {known: true, kind: base.KindMerge, value: true, refuse: true},
	base.KindSingleDelete: {known: true, kind: base.KindSingleDelete},
	base.KindRangeDelete:  {known: true, kind: base.KindRangeDelete, value: true},
	base.KindBlobIndex:    {known: true, kind: base.KindBlobIndex, value: true, refuse: true},
	base.KindWideColumns:  {known: true, kind: base.KindWideColumns, value: true, refuse: true},
	base.KindTimedPut:     {known: true, kind: base.KindTimedPut, value: true, refuse: true},
	tagCFDelete:           {known: true, kind: base.KindDelete, cf: true},
	tagCFSet:              {known: true, kind: base.KindSet, cf: true, value: true},
	tagCFMerge:            {known: true, kind: base.KindMerge, cf: true, value: true, refuse: true},
	tagCFSingleDelete:     {known: true, kind: base.KindSingleDelete, cf: true},
	tagCFRangeDelete:      {known: true, kind: base.KindRangeDelete, cf: true, value: true},
	tagCFBlobIndex:        {known: true, kind: base.KindBlobIndex, cf: true, value: true, refuse: true},
	tagCFWideColumns:      {known: true, kind: base.KindWideColumns, cf: true, value: true, refuse: true},
	tagCFTimedPut:         {known: true, kind: base.KindTimedPut, cf: true, value: true, refuse: true},
}

// BatchSeq returns the first sequence number of a batch; ok is false if it is
// shorter than a header.
func BatchSeq(rec []byte) (seq uint64, ok bool) {
	c := base.NewCursor(rec)
	seq = c.Fixed64()
	return seq, len(rec) >= batchHeaderLen
}

// decodeBatch walks over a batch. Ops before the first malformed one are told
// to w, as RocksDB applies them before it meets the damage. It returns how
// many sequence numbers the batch takes.
func decodeBatch(rec []byte, w ops) (seq, used uint64, err error) {
	c := base.NewCursor(rec)
	seq, count := c.Fixed64(), c.Fixed32()
	if c.Bad() {
		return 0, 0, batchError{fmt.Sprintf("write batch of %d bytes is shorter than its header", len(rec))}
	}
	if seq > base.MaxSeq {
		return 0, 0, batchError{fmt.Sprintf("write batch starts at sequence number %d", seq)}
	}
	for c.Len() > 0 {
		at := c.Offset()
		tag := c.Byte()
		shape := &opShapes[tag]
		if !shape.known {
			if err := decodeMark(tag, &c); err != nil {
				return seq, used, err
			}
			if c.Bad() {
				return seq, used, batchError{fmt.Sprintf("write batch op at byte %d is cut short", at)}
			}
			continue
		}
		cf := uint32(defaultColumnFamily)
		if shape.cf {
			cf = c.Uvarint32()
		}
		key := c.Slice()
		var value []byte
		if shape.value {
			value = c.Slice()
		}
		if c.Bad() {
			return seq, used, batchError{fmt.Sprintf("write batch op at byte %d is cut short", at)}
		}
		if cf == defaultColumnFamily {
			switch {
			case shape.refuse:
				return seq, used, featureError{shape.kind.String()}
			case shape.kind == base.KindRangeDelete:
				err = w.rangeDelete(seq+used, key, value)
			default:
				err = w.point(shape.kind, seq+used, key, value)
			}
			if err != nil {
				return seq, used, err
			}
		}
		used++
	}
	if used != uint64(count) {
		return seq, used, batchError{fmt.Sprintf("write batch has %d ops, its header says %d", used, count)}
	}
	return seq, used, nil
}

// decodeMark handles ops that address no key.
func decodeMark(tag byte, c *base.Cursor) error {
	switch tag {
	case tagNoop:
		return nil
	case tagLogData:
		c.Slice()
		return nil
	case tagBeginPrepare, tagEndPrepare, tagCommit, tagRollback, tagBeginPersisted, tagBeginUnprepare, tagCommitTimestamp:
		return featureError{fmt.Sprintf("two-phase commit (write batch tag %#02x)", tag)}
	case byte(base.KindDeleteWithTS):
		return featureError{base.KindDeleteWithTS.String()}
	}
	return featureError{fmt.Sprintf("write batch tag %#02x", tag)}
}
