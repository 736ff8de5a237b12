package manifest

import (
	"bytes"

	"aimdesk/backend/rocks/internal/base"
)

// Wire format: tags of version edits.
const (
	tagComparator        = 1
	tagLogNumber         = 2
	tagNextFileNumber    = 3
	tagLastSequence      = 4
	tagCompactCursor     = 5
	tagDeletedFile       = 6
	tagNewFile           = 7
	tagPrevLogNumber     = 9
	tagMinLogToKeep      = 10
	tagNewFile2          = 100
	tagNewFile3          = 102
	tagNewFile4          = 103
	tagColumnFamily      = 200
	tagColumnFamilyAdd   = 201
	tagColumnFamilyDrop  = 202
	tagMaxColumnFamily   = 203
	tagInAtomicGroup     = 300
	tagBlobFileAddition  = 400
	tagBlobFileGarbage   = 401
	tagSafeIgnoreMask    = 1 << 13
	tagDBID              = tagSafeIgnoreMask + 1
	tagOldBlobAddition   = tagSafeIgnoreMask + 2
	tagOldBlobGarbage    = tagSafeIgnoreMask + 3
	tagWALAddition       = tagSafeIgnoreMask + 4
	tagWALDeletion       = tagSafeIgnoreMask + 5
	tagFullHistoryTSLow  = tagSafeIgnoreMask + 6
	tagWALAddition2      = tagSafeIgnoreMask + 7
	tagWALDeletion2      = tagSafeIgnoreMask + 8
	tagPersistTimestamps = tagSafeIgnoreMask + 9
)

// Wire format: tags of the custom fields of a new-file-4 record. Unknown ones
// may be passed over unless they carry customMustKnowMask.
const (
	customTerminate      = 1
	customNeedCompaction = 2
	customMinLogToKeep   = 3
	customOldestBlob     = 4
	customUDTPersisted   = 16
	customMustKnowMask   = 1 << 6
	customPathID         = customMustKnowMask + 1
)

// Wire format: custom fields of blob-file records and WAL records.
const (
	blobEnd          = 0
	blobMustKnowMask = 1 << 6
	walTerminate     = 1
	walSyncedSize    = 2
)

// maxLevel bounds the level of a file; RocksDB has far fewer.
const maxLevel = 64

// File describes one live table.
type File struct {
	// Number is the table's file number: NNNNNN.sst.
	Number uint64
	// Level is 0 for tables that may overlap each other.
	Level int
	// Size is the file's length in bytes.
	Size uint64
	// Smallest and Largest bound the user keys, range deletions included.
	Smallest, Largest               []byte
	SmallestTrailer, LargestTrailer base.Trailer
	// SmallestSeq and LargestSeq bound the sequence numbers.
	SmallestSeq, LargestSeq uint64
	// PathID is the index of the database path the file lies in; 0 is the directory.
	PathID uint32
}

// Edit is one decoded version edit. The pointers are nil for what it does not
// mention. Byte slices alias the record.
type Edit struct {
	Comparator     *string
	LogNumber      *uint64
	PrevLogNumber  *uint64
	NextFileNumber *uint64
	LastSequence   *uint64
	MinLogToKeep   *uint64
	MaxCF          *uint32
	DBID           string
	ColumnFamily   uint32
	AddCF          *string
	DropCF         bool
	// InGroup says the edit belongs to an atomic group, of which GroupLeft
	// edits are still to come.
	InGroup   bool
	GroupLeft uint32
	Deleted   []Deleted
	Added     []File
	BlobFiles int
	// Ignored lists unknown tags that may be passed over.
	Ignored []uint32
}

// Deleted names a table that leaves a level.
type Deleted struct {
	Level  int
	Number uint64
}

// position is where a record lies, for errors.
type position struct {
	file   string
	offset int64
}

func (p position) corrupt(format string, args ...any) error {
	return base.Corrupt(p.file, p.offset, "version edit: "+format, args...)
}

func (p position) unsupported(format string, args ...any) error {
	return base.Unsupported(p.file, p.offset, format, args...)
}

// DecodeEdit decodes one record of a MANIFEST. file and offset name it in errors.
func DecodeEdit(rec []byte, file string, offset int64) (*Edit, error) {
	pos := position{file, offset}
	e := new(Edit)
	c := base.NewCursor(rec)
	for c.Len() > 0 {
		tag := c.Uvarint32()
		if c.Bad() {
			return nil, pos.corrupt("malformed tag")
		}
		if err := e.field(tag, &c, pos); err != nil {
			return nil, err
		}
		if c.Bad() {
			return nil, pos.corrupt("field of tag %d is cut short", tag)
		}
	}
	return e, nil
}

func u64(c *base.Cursor) *uint64 { v := c.Uvarint64(); return &v }

func str(c *base.Cursor) *string { v := string(c.Slice()); return &v }

// field decodes the field of one tag. Short fields are left to the caller,
// which checks the cursor.
func (e *Edit) field(tag uint32, c *base.Cursor, pos position) error {
	switch tag {
	case tagComparator:
		e.Comparator = str(c)
	case tagLogNumber:
		e.LogNumber = u64(c)
	case tagPrevLogNumber:
		e.PrevLogNumber = u64(c)
	case tagNextFileNumber:
		e.NextFileNumber = u64(c)
	case tagLastSequence:
		e.LastSequence = u64(c)
	case tagMinLogToKeep:
		e.MinLogToKeep = u64(c)
	case tagMaxColumnFamily:
		v := c.Uvarint32()
		e.MaxCF = &v
	case tagCompactCursor:
		c.Uvarint32()
		c.Slice()
	case tagDeletedFile:
		level, number := c.Uvarint32(), c.Uvarint64()
		if level > maxLevel {
			return pos.corrupt("level %d", level)
		}
		if !c.Bad() {
			e.Deleted = append(e.Deleted, Deleted{int(level), number})
		}
	case tagNewFile, tagNewFile2, tagNewFile3, tagNewFile4:
		return e.newFile(tag, c, pos)
	case tagColumnFamily:
		e.ColumnFamily = c.Uvarint32()
	case tagColumnFamilyAdd:
		e.AddCF = str(c)
	case tagColumnFamilyDrop:
		e.DropCF = true
	case tagInAtomicGroup:
		e.InGroup, e.GroupLeft = true, c.Uvarint32()
	case tagBlobFileAddition, tagBlobFileGarbage:
		return e.blobFile(tag, c, pos)
	case tagDBID:
		e.DBID = string(c.Slice())
	case tagWALAddition:
		return e.walAddition(c, pos)
	case tagWALDeletion:
		c.Uvarint64()
	case tagWALAddition2, tagWALDeletion2, tagFullHistoryTSLow, tagOldBlobAddition, tagOldBlobGarbage:
		c.Slice()
	case tagPersistTimestamps:
		c.Slice()
	default:
		if tag&tagSafeIgnoreMask == 0 {
			return pos.unsupported("MANIFEST tag %d", tag)
		}
		c.Slice()
		e.Ignored = append(e.Ignored, tag)
	}
	return nil
}

// newFile decodes the four generations of new-file records.
func (e *Edit) newFile(tag uint32, c *base.Cursor, pos position) error {
	level := c.Uvarint32()
	f := File{Number: c.Uvarint64(), LargestSeq: base.MaxSeq}
	if tag == tagNewFile3 {
		f.PathID = c.Uvarint32()
	}
	f.Size = c.Uvarint64()
	small, large := c.Slice(), c.Slice()
	if tag != tagNewFile {
		f.SmallestSeq, f.LargestSeq = c.Uvarint64(), c.Uvarint64()
	}
	if c.Bad() {
		return nil
	}
	if level > maxLevel {
		return pos.corrupt("table %d: level %d", f.Number, level)
	}
	f.Level = int(level)
	var ok1, ok2 bool
	f.Smallest, f.SmallestTrailer, ok1 = base.SplitKey(small)
	f.Largest, f.LargestTrailer, ok2 = base.SplitKey(large)
	if !ok1 || !ok2 {
		return pos.corrupt("table %d: bound shorter than an internal key", f.Number)
	}
	if bytes.Compare(f.Smallest, f.Largest) > 0 {
		return pos.corrupt("table %d: smallest key beyond the largest", f.Number)
	}
	if tag == tagNewFile4 {
		if err := e.customFields(&f, c, pos); err != nil {
			return err
		}
	}
	if f.PathID != 0 {
		return pos.unsupported("table %d in database path %d", f.Number, f.PathID)
	}
	e.Added = append(e.Added, f)
	return nil
}

func (e *Edit) customFields(f *File, c *base.Cursor, pos position) error {
	for {
		tag := c.Uvarint32()
		if c.Bad() || tag == customTerminate {
			return nil
		}
		field := c.Slice()
		if c.Bad() {
			return nil
		}
		fc := base.NewCursor(field)
		switch tag {
		case customPathID:
			if len(field) != 1 {
				return pos.corrupt("table %d: path id of %d bytes", f.Number, len(field))
			}
			f.PathID = uint32(field[0])
		case customNeedCompaction:
			if len(field) != 1 {
				return pos.corrupt("table %d: compaction mark of %d bytes", f.Number, len(field))
			}
		case customMinLogToKeep:
			v := fc.Fixed64()
			if fc.Bad() {
				return pos.corrupt("table %d: log number of %d bytes", f.Number, len(field))
			}
			e.MinLogToKeep = &v
		case customOldestBlob:
			fc.Uvarint64()
			if fc.Bad() {
				return pos.corrupt("table %d: malformed blob file number", f.Number)
			}
		case customUDTPersisted:
			if len(field) != 1 {
				return pos.corrupt("table %d: timestamp mark of %d bytes", f.Number, len(field))
			}
		default:
			// Times, checksums, temperature, unique id, epoch and sizes tell
			// nothing about keys.
			if tag&customMustKnowMask != 0 {
				return pos.unsupported("MANIFEST new-file field %d", tag)
			}
		}
	}
}

func (e *Edit) blobFile(tag uint32, c *base.Cursor, pos position) error {
	for range 3 { // number, count, bytes
		c.Uvarint64()
	}
	if tag == tagBlobFileAddition {
		c.Slice() // checksum method
		c.Slice() // checksum
		e.BlobFiles++
	}
	for {
		field := c.Uvarint32()
		if c.Bad() || field == blobEnd {
			return nil
		}
		if field&blobMustKnowMask != 0 {
			return pos.unsupported("MANIFEST blob-file field %d", field)
		}
		c.Slice()
	}
}

func (*Edit) walAddition(c *base.Cursor, pos position) error {
	c.Uvarint64()
	for {
		switch tag := c.Uvarint32(); {
		case c.Bad() || tag == walTerminate:
			return nil
		case tag == walSyncedSize:
			c.Uvarint64()
		default:
			return pos.corrupt("WAL field %d", tag)
		}
	}
}
