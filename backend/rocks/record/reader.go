package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"aimdesk/backend/rocks/internal/base"
)

// Wire format.
const (
	// BlockSize is the size of a log's blocks in bytes.
	BlockSize = 32768

	headerLen           = 7
	recyclableHeaderLen = 11

	typeZero             = 0
	typeFull             = 1
	typeFirst            = 2
	typeMiddle           = 3
	typeLast             = 4
	typeRecyclableFull   = 5
	typeRecyclableLast   = 8
	typeCompression      = 9
	typeTimestampSize    = 10
	typeRecyclableTSSize = 11
	typePredecessor      = 130
	typeRecyclablePred   = 131
	safeIgnoreBit        = 0x80 // unknown types with this bit may be passed over
)

// readSize is how much is read at once: whole blocks, so that a small log
// costs one system call.
const readSize = 8 * BlockSize

// Reader yields the records of one log. It passes over damage the way RocksDB
// does outside its strictest modes: the rest of the damaged block is dropped
// and reading goes on with the next one. It is not safe for concurrent use.
type Reader struct {
	src    io.ReaderAt
	file   string
	number uint64

	buf   []byte // bytes read from src
	start int64  // offset in src of buf[0]
	block []byte // unread rest of the current block, in buf
	next  int    // index in buf of the block after it
	eof   bool   // src ended inside buf

	frags  []byte // fragments of the current record
	offset int64  // where the current record starts
	first  bool   // a record has been read
	recyc  bool   // the log consists of recyclable fragments

	damage []base.Damage
	torn   int64
	old    bool
	hole   int64 // where zeros started that may be padding; -1 if nowhere
	end    int64 // of the last record returned
	skip   int   // bytes of the first block that were read before
}

// NewReader reads src from the start. file names it in errors and damage;
// number is the log's file number, against which recyclable fragments are
// checked.
func NewReader(src io.ReaderAt, file string, number uint64) *Reader {
	r := new(Reader)
	r.Reset(src, file, number)
	return r
}

// Reset makes r read src from the start and keeps its buffers.
func (r *Reader) Reset(src io.ReaderAt, file string, number uint64) {
	*r = Reader{src: src, file: file, number: number, buf: r.buf[:0], frags: r.frags[:0], torn: -1, hole: -1}
}

// Position is a place between two records of a log from which reading can go
// on later. The zero value is the start.
type Position struct {
	offset   int64
	recycled bool
}

// Position is the place after the last record returned.
func (r *Reader) Position() Position { return Position{r.end, r.recyc} }

// ResetAt is Reset for a log of which everything before p has been read.
func (r *Reader) ResetAt(src io.ReaderAt, file string, number uint64, p Position) {
	r.Reset(src, file, number)
	r.end, r.recyc, r.first = p.offset, p.recycled, p.offset > 0
	r.skip = int(p.offset % BlockSize)
	r.start = p.offset - int64(r.skip)
}

// Offset is where in the log the last record returned by Next starts.
func (r *Reader) Offset() int64 { return r.offset }

// Damage lists what was passed over so far, in the order of the log.
func (r *Reader) Damage() []base.Damage { return r.damage }

// Torn returns the offset of an incomplete record at the end of the log, as a
// live or killed writer leaves it; ok is false if the log ends cleanly. It
// means something only after Next returned io.EOF.
func (r *Reader) Torn() (offset int64, ok bool) { return r.torn, r.torn >= 0 }

// Recycled reports whether the log ended at a fragment of the file's former life.
func (r *Reader) Recycled() bool { return r.old }

// Next returns the next record, valid until the next call. It returns io.EOF
// at the end of the log, torn or not, and other errors for what cannot be read
// at all: I/O errors and unsupported features.
func (r *Reader) Next() ([]byte, error) {
	inRecord := false
	r.frags = r.frags[:0]
	// abandon reports the fragments of a record that turned out incomplete.
	abandon := func(reason string) {
		if inRecord {
			r.drop(r.offset, int64(len(r.frags)), reason)
			inRecord, r.frags = false, r.frags[:0]
		}
	}
	for {
		f, err := r.fragment()
		switch {
		case errors.Is(err, io.EOF):
			if inRecord && r.torn < 0 {
				r.torn = r.offset
			} else if inRecord {
				r.torn = min(r.torn, r.offset)
			}
			return nil, io.EOF
		case errors.Is(err, errDropped):
			abandon("record interrupted by damage")
			continue
		case err != nil:
			return nil, err
		}
		typ := f.typ
		if typ >= typeRecyclableFull && typ <= typeRecyclableLast {
			typ -= typeRecyclableFull - typeFull
		}
		switch typ {
		case typeFull:
			abandon("partial record without end")
			r.offset, r.end = f.offset, r.blockOffset()
			return f.payload, nil
		case typeFirst:
			abandon("partial record without end")
			r.offset, inRecord = f.offset, true
			r.frags = append(r.frags, f.payload...)
		case typeMiddle, typeLast:
			if !inRecord {
				r.drop(f.offset, int64(len(f.payload)), "missing start of fragmented record")
				continue
			}
			r.frags = append(r.frags, f.payload...)
			if typ == typeLast {
				r.end = r.blockOffset()
				return r.frags, nil
			}
		default:
			if err := r.special(f); err != nil {
				return nil, err
			}
			if typ == typeZero || (typ > typeRecyclableTSSize && typ&safeIgnoreBit == 0) {
				r.drop(f.offset, int64(len(f.payload)), fmt.Sprintf("unknown fragment type %d", f.typ))
				abandon("record interrupted by damage")
			}
		}
	}
}

// special handles the fragments that describe the log itself.
func (r *Reader) special(f fragment) error {
	switch f.typ {
	case typeCompression:
		if len(f.payload) != 4 || binary.LittleEndian.Uint32(f.payload) != 0 {
			return base.Unsupported(r.file, f.offset, "compressed log")
		}
	case typeTimestampSize, typeRecyclableTSSize:
		c := base.NewCursor(f.payload)
		for c.Len() > 0 && !c.Bad() {
			cf, size := c.Fixed32(), c.Bytes(2)
			if cf == 0 && size != nil && binary.LittleEndian.Uint16(size) != 0 {
				return base.Unsupported(r.file, f.offset, "user-defined timestamps")
			}
		}
	}
	return nil
}

// errDropped says that a fragment was dropped and reading can go on.
var errDropped = errors.New("fragment dropped")

type fragment struct {
	typ     byte
	offset  int64
	payload []byte
}

// fragment returns the next intact fragment.
func (r *Reader) fragment() (fragment, error) {
	for {
		if len(r.block) < headerLen {
			if err := r.readBlock(); err != nil {
				return fragment{}, err
			}
			continue
		}
		h := r.block
		at := r.blockOffset()
		length := int(binary.LittleEndian.Uint16(h[4:]))
		typ := h[6]
		hlen := headerLen
		recyclable := typ >= typeRecyclableFull && typ <= typeRecyclableLast ||
			typ == typeRecyclableTSSize || typ == typeRecyclablePred
		if recyclable {
			hlen = recyclableHeaderLen
			if r.first && !r.recyc {
				// Only a log that starts with recyclable fragments has them.
				r.dropBlock(at, "recyclable fragment in an ordinary log")
				return fragment{}, errDropped
			}
			r.recyc = true
			if len(h) < hlen {
				if r.lastBlock() {
					return fragment{}, r.tear(at)
				}
				r.block = nil
				continue
			}
			if binary.LittleEndian.Uint32(h[7:]) != uint32(r.number) {
				r.block, r.eof, r.next, r.old = nil, true, len(r.buf), true
				return fragment{}, io.EOF
			}
		}
		r.first = true
		if hlen+length > len(h) {
			if r.lastBlock() {
				return fragment{}, r.tear(at)
			}
			r.dropBlock(at, "fragment longer than its block")
			return fragment{}, errDropped
		}
		if typ == typeZero && length == 0 {
			r.skipZeros(at)
			return fragment{}, errDropped
		}
		if base.MaskCRC(base.CRC(0, h[6:hlen+length])) != binary.LittleEndian.Uint32(h) {
			// The length cannot be trusted either, so the block's rest goes.
			r.dropBlock(at, "checksum mismatch")
			return fragment{}, errDropped
		}
		r.block = h[hlen+length:]
		r.closeHole(at)
		return fragment{typ: typ, offset: at, payload: h[hlen : hlen+length : hlen+length]}, nil
	}
}

// skipZeros passes over the rest of a block that starts with zeros: padding or
// preallocated space if nothing follows, else a hole in the log.
func (r *Reader) skipZeros(at int64) {
	if r.hole < 0 {
		r.hole = at
	}
	for _, b := range r.block {
		if b != 0 {
			r.closeHole(at + int64(len(r.block)))
			break
		}
	}
	r.block = nil
}

// closeHole reports the zeros before end, as the log goes on there.
func (r *Reader) closeHole(end int64) {
	if r.hole >= 0 {
		r.drop(r.hole, end-r.hole, "zero-filled hole")
		r.hole = -1
	}
}

// tear ends the log at an incomplete fragment.
func (r *Reader) tear(at int64) error {
	r.torn, r.block = at, nil
	return io.EOF
}

func (r *Reader) blockOffset() int64 { return r.start + int64(r.next-len(r.block)) }

func (r *Reader) lastBlock() bool { return r.eof && r.next == len(r.buf) }

func (r *Reader) drop(at, n int64, reason string) {
	r.damage = append(r.damage, base.Damage{File: r.file, Offset: at, Bytes: n, Reason: reason})
}

func (r *Reader) dropBlock(at int64, reason string) {
	r.closeHole(at)
	r.drop(at, int64(len(r.block)), reason)
	r.block = nil
}

// readBlock moves on to the next block; less than a header left in the current
// one is padding, or a torn header at the very end.
func (r *Reader) readBlock() error {
	if r.next == len(r.buf) {
		if r.eof {
			if len(r.block) > 0 {
				return r.tear(r.blockOffset())
			}
			return io.EOF
		}
		r.start += int64(len(r.buf))
		r.next, r.block = 0, nil
		if cap(r.buf) < readSize {
			r.buf = make([]byte, readSize)
		}
		n, err := readFull(r.src, r.buf[:readSize], r.start)
		if err != nil {
			r.buf = r.buf[:0]
			return fmt.Errorf("read log %s at offset %d: %w", r.file, r.start, err)
		}
		r.buf = r.buf[:n]
		r.eof = n < readSize
		if n == 0 {
			return io.EOF
		}
	}
	end := min(r.next+BlockSize, len(r.buf))
	r.block, r.next = r.buf[min(r.next+r.skip, end):end], end
	r.skip = 0
	return nil
}

// readFull fills p from off until the file ends.
func readFull(src io.ReaderAt, p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		m, err := src.ReadAt(p[n:], off+int64(n))
		n += m
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, err
		}
		if m == 0 {
			return n, io.ErrNoProgress
		}
	}
	return n, nil
}
