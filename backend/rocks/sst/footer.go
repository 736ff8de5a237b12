package sst

import (
	"encoding/binary"

	"aimdesk/backend/rocks/internal/base"
)

// Wire format: magic numbers of table files, at their very end.
const (
	magicBlockBased       = 0x88e241b785f4cff7
	magicLegacyBlockBased = 0xdb4775248b80fb57
	magicPlain            = 0x8242229663bf9564
	magicLegacyPlain      = 0x4f3418eb7a8f13b8
	magicCuckoo           = 0x926789d0c5f17873
)

// Wire format: the footer.
//
//	version 0:    handles padded to 40 | magic 8
//	version 1-5:  checksum type 1 | handles padded to 40 | version 4 | magic 8
//	version 6:    checksum type 1 | 3e 00 7a 00 | footer checksum 4 |
//	              context 4 | metaindex size 4 | zeros 24 | version 4 | magic 8
const (
	legacyFooterLen = 48
	footerLen       = 53
	maxVersion      = 6
	contextVersion  = 6 // from here on checksums depend on the block's offset
	extendedMagic   = 0x007a003e
	trailerLen      = 5

	plausibleVersion = 1000 // anything above is damage and no later version
)

// Handle locates a block; Size excludes the trailer.
type Handle struct{ Offset, Size uint64 }

func decodeHandle(c *base.Cursor) Handle {
	return Handle{Offset: c.Uvarint64(), Size: c.Uvarint64()}
}

// footer is a decoded footer. index is empty from version 6 on, where the
// metaindex names it.
type footer struct {
	version   uint32
	checksum  checksumType
	context   uint32
	metaindex Handle
	index     Handle
	offset    int64 // of the footer itself
}

// decodeFooter decodes the footer at the end of tail, the last bytes of a file
// of the given size.
func decodeFooter(tail []byte, size int64, file string) (footer, error) {
	if len(tail) < legacyFooterLen {
		return footer{}, base.Corrupt(file, 0, "table of %d bytes has no room for a footer", size)
	}
	at := size - 8
	switch magic := binary.LittleEndian.Uint64(tail[len(tail)-8:]); magic {
	case magicBlockBased:
	case magicLegacyBlockBased:
		f := footer{checksum: checksumCRC32C, offset: size - legacyFooterLen}
		return f, f.handles(tail[len(tail)-legacyFooterLen:], file)
	case magicPlain, magicLegacyPlain:
		return footer{}, base.Unsupported(file, at, "plain table")
	case magicCuckoo:
		return footer{}, base.Unsupported(file, at, "cuckoo table")
	default:
		return footer{}, base.Corrupt(file, at, "table magic number is %#016x", magic)
	}
	if len(tail) < footerLen {
		return footer{}, base.Corrupt(file, 0, "table of %d bytes has no room for a footer", size)
	}
	raw := tail[len(tail)-footerLen:]
	f := footer{
		checksum: checksumType(raw[0]),
		version:  binary.LittleEndian.Uint32(raw[41:]),
		offset:   size - footerLen,
	}
	if f.version > plausibleVersion {
		return footer{}, base.Corrupt(file, f.offset, "table format version is %d", f.version)
	}
	if f.version > maxVersion {
		return footer{}, base.Unsupported(file, f.offset, "table format version %d", f.version)
	}
	if f.checksum > checksumXXH3 {
		return footer{}, base.Unsupported(file, f.offset, "checksum type %d", f.checksum)
	}
	if f.version < contextVersion {
		return f, f.handles(raw[1:], file)
	}
	return f, f.extended(raw, file)
}

// handles decodes the two handles of versions 0 to 5.
func (f *footer) handles(raw []byte, file string) error {
	c := base.NewCursor(raw[:40])
	f.metaindex, f.index = decodeHandle(&c), decodeHandle(&c)
	if c.Bad() {
		return base.Corrupt(file, f.offset, "malformed block handle in footer")
	}
	return nil
}

// extended decodes a footer of version 6, which has a checksum of its own.
func (f *footer) extended(raw []byte, file string) error {
	if binary.LittleEndian.Uint32(raw[1:]) != extendedMagic {
		return base.Corrupt(file, f.offset, "footer lacks the extended magic number")
	}
	stored := binary.LittleEndian.Uint32(raw[5:])
	f.context = binary.LittleEndian.Uint32(raw[9:])
	size := uint64(binary.LittleEndian.Uint32(raw[13:]))
	plain := append([]byte(nil), raw...)
	clear(plain[5:9])
	if f.checksum != checksumNone {
		if want := f.checksum.sum(plain) + f.modifier(uint64(f.offset)); want != stored {
			return base.Corrupt(file, f.offset, "footer checksum is %#08x, want %#08x", stored, want)
		}
	}
	if size+trailerLen > uint64(f.offset) {
		return base.Corrupt(file, f.offset, "metaindex of %d bytes does not fit before the footer", size)
	}
	f.metaindex = Handle{Offset: uint64(f.offset) - trailerLen - size, Size: size}
	return nil
}

// modifier is what is added to the checksum of a block at this offset.
func (f *footer) modifier(offset uint64) uint32 {
	if f.context == 0 {
		return 0
	}
	return f.context ^ (uint32(offset) + uint32(offset>>32))
}
