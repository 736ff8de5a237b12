package sst

import (
	"bytes"

	"aimdesk/backend/rocks/internal/base"
)

// bytewise is the only comparator this reader orders keys by.
const bytewise = "leveldb.BytewiseComparator"

// Wire format: names of properties.
const (
	propComparator      = "rocksdb.comparator"
	propIndexType       = "rocksdb.block.based.table.index.type"
	propIndexUserKey    = "rocksdb.index.key.is.user.key"
	propIndexDelta      = "rocksdb.index.value.is.delta.encoded"
	propNumEntries      = "rocksdb.num.entries"
	propNumDeletions    = "rocksdb.deleted.keys"
	propNumRangeDels    = "rocksdb.num.range-deletions"
	propNumMerges       = "rocksdb.merge.operands"
	propNumDataBlocks   = "rocksdb.num.data.blocks"
	propRawKeySize      = "rocksdb.raw.key.size"
	propRawValueSize    = "rocksdb.raw.value.size"
	propCompression     = "rocksdb.compression"
	propExternalVersion = "rocksdb.external_sst_file.version"
	propGlobalSeq       = "rocksdb.external_sst_file.global_seqno"
)

// Properties are what a table says about itself, as far as it is used here.
type Properties struct {
	// Comparator and Compression are names; empty if not recorded.
	Comparator, Compression string
	// IndexType is the wire value of the kind of index.
	IndexType uint32
	// IndexKeyIsUserKey and IndexValueIsDelta describe index entries.
	IndexKeyIsUserKey, IndexValueIsDelta bool
	// Counters of the writer; HasCounts says whether they were recorded.
	// NumEntries includes deletions, merges and range deletions.
	NumEntries, NumDeletions, NumRangeDels, NumMerges, NumDataBlocks uint64
	RawKeySize, RawValueSize                                         uint64
	HasCounts                                                        bool
	// ExternalVersion is not 0 for tables made outside a database; GlobalSeq,
	// if not 0, replaces the sequence number of every entry.
	ExternalVersion uint32
	GlobalSeq       uint64
}

func decodeProperties(data []byte) (Properties, error) {
	var p Properties
	b, err := parseBlock(data)
	if err != nil {
		return p, err
	}
	var it blockIter
	for it.reset(b); it.next(); {
		c := base.NewCursor(it.value)
		switch string(it.key) {
		case propComparator:
			p.Comparator = string(it.value)
			continue
		case propCompression:
			p.Compression = string(it.value)
			continue
		case propIndexType:
			p.IndexType = c.Fixed32()
		case propIndexUserKey:
			p.IndexKeyIsUserKey = c.Uvarint64() != 0
		case propIndexDelta:
			p.IndexValueIsDelta = c.Uvarint64() != 0
		case propNumEntries:
			p.NumEntries, p.HasCounts = c.Uvarint64(), true
		case propNumDeletions:
			p.NumDeletions = c.Uvarint64()
		case propNumRangeDels:
			p.NumRangeDels = c.Uvarint64()
		case propNumMerges:
			p.NumMerges = c.Uvarint64()
		case propNumDataBlocks:
			p.NumDataBlocks = c.Uvarint64()
		case propRawKeySize:
			p.RawKeySize = c.Uvarint64()
		case propRawValueSize:
			p.RawValueSize = c.Uvarint64()
		case propExternalVersion:
			p.ExternalVersion = c.Fixed32()
		case propGlobalSeq:
			p.GlobalSeq = c.Fixed64()
		}
		if c.Bad() {
			return p, errBlockEntry
		}
	}
	return p, it.err
}

// clearGlobalSeq returns a copy of an uncompressed properties block with the
// global sequence number set to 0; nil if there is none.
func clearGlobalSeq(data []byte) []byte {
	b, err := parseBlock(data)
	if err != nil {
		return nil
	}
	var it blockIter
	for it.reset(b); it.next(); {
		if string(it.key) == propGlobalSeq && len(it.value) == 8 {
			fixed := bytes.Clone(data)
			clear(fixed[it.pos-8 : it.pos])
			return fixed
		}
	}
	return nil
}
