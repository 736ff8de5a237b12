package series

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

const (
	// ChunkRows is the number of rows in every packed chunk of a series but
	// the last.
	ChunkRows = 4096
	// blockRows is the number of rows in every block of a chunk but the last.
	// Blocks are packed one by one, so that some rows of a chunk can be read
	// without unpacking all of it.
	blockRows = 512

	chunkVersion = 1
)

// How the kinds of the steps of a block are kept: wire format.
const (
	stepsInt   = 0 // all were stored as integers
	stepsFloat = 1 // all were stored as floats
	stepsMixed = 2 // a bit a row follows, set for a float, lowest bit first
	stepsBig   = 4 // added to the above: exact steps follow
)

// castagnoli is never written after it is made.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Pack appends the packed rows of c, at most ChunkRows, to dst.
//
//	chunk = version u8 | rows uvarint | length of each block but the last, uvarint | block … | CRC-32C of all that, u32
//	block = step kinds u8 | bits | exact steps | steps | values | epochs | times
//
// Everything is kept bit for bit. Rows need not be sorted.
func Pack(dst []byte, c *Columns) ([]byte, error) {
	if err := c.Validate(); err != nil {
		return dst, fmt.Errorf("pack series: %w", err)
	}
	n := c.Len()
	if n == 0 || n > ChunkRows {
		return dst, fmt.Errorf("pack series: %d rows in a chunk", n)
	}
	start := len(dst)
	dst = append(dst, chunkVersion)
	dst = binary.AppendUvarint(dst, uint64(n))
	if n <= blockRows {
		dst = packBlock(dst, c, 0, n)
	} else {
		dst = packBlocks(dst, c, n)
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli)), nil
}

func packBlocks(dst []byte, c *Columns, n int) []byte {
	var blocks []byte
	for at := 0; at < n; at += blockRows {
		before := len(blocks)
		blocks = packBlock(blocks, c, at, min(at+blockRows, n))
		if at+blockRows < n {
			dst = binary.AppendUvarint(dst, uint64(len(blocks)-before))
		}
	}
	return append(dst, blocks...)
}

func packBlock(dst []byte, c *Columns, from, to int) []byte {
	dst = packStepKinds(dst, c, from, to)
	dst = packColumn(dst, c.Steps[from:to])
	dst = packColumn(dst, c.Values[from:to])
	dst = packColumn(dst, c.Epochs[from:to])
	return packColumn(dst, c.Times[from:to])
}

func packStepKinds(dst []byte, c *Columns, from, to int) []byte {
	at := len(dst)
	dst = append(dst, stepsInt)
	if c.FloatStep != nil {
		kinds := c.FloatStep[from:to]
		switch {
		case !slices.Contains(kinds, true):
		case !slices.Contains(kinds, false):
			dst[at] = stepsFloat
		default:
			dst[at] = stepsMixed
			bitsAt := len(dst)
			dst = append(dst, make([]byte, (len(kinds)+7)/8)...)
			for i, isFloat := range kinds {
				if isFloat {
					dst[bitsAt+i/8] |= 1 << (i % 8)
				}
			}
		}
	}
	if len(c.BigSteps) > 0 {
		dst = packBigSteps(dst, at, c, from, to)
	}
	return dst
}

// packBigSteps appends the number of exact steps of the block and, for each,
// the distance to its row from the row after the last one and the difference
// to the exact step before it, as uvarint and zigzag varint.
func packBigSteps(dst []byte, kindAt int, c *Columns, from, to int) []byte {
	count := 0
	for row := from; row < to; row++ {
		if _, ok := c.BigSteps[row]; ok {
			count++
		}
	}
	if count == 0 {
		return dst
	}
	dst[kindAt] |= stepsBig
	dst = binary.AppendUvarint(dst, uint64(count))
	next, prev := from, int64(0)
	for row := from; row < to; row++ {
		if step, ok := c.BigSteps[row]; ok {
			dst = binary.AppendUvarint(dst, uint64(row-next))
			dst = binary.AppendUvarint(dst, zigzag(step-prev))
			next, prev = row+1, step
		}
	}
	return dst
}

// PackedRows returns the number of rows in a packed chunk after verifying its
// checksum.
func PackedRows(chunk []byte) (int, error) {
	_, n, err := openChunk(chunk)
	return n, err
}

func openChunk(chunk []byte) (cursor, int, error) {
	if len(chunk) < 4 {
		return cursor{}, 0, damaged("chunk of %d bytes", len(chunk))
	}
	body := chunk[:len(chunk)-4]
	if sum := binary.LittleEndian.Uint32(chunk[len(body):]); sum != crc32.Checksum(body, castagnoli) {
		return cursor{}, 0, damaged("checksum of a chunk of %d bytes does not match", len(chunk))
	}
	cur := cursor{b: body}
	if version := cur.byte(); cur.err == nil && version != chunkVersion {
		return cursor{}, 0, damaged("chunk version %d", version)
	}
	n := cur.uvarint()
	if cur.err != nil {
		return cursor{}, 0, cur.err
	}
	if n == 0 || n > ChunkRows {
		return cursor{}, 0, damaged("chunk of %d rows", n)
	}
	return cur, int(n), nil
}

// Unpack appends all rows of a packed chunk to c. On error c is as before.
func Unpack(c *Columns, chunk []byte) error { return UnpackRows(c, chunk, 0, ChunkRows) }

// UnpackRows appends rows [from, to) of a packed chunk to c, clamping the
// bounds, and unpacks no more blocks than it must. On error c is as before.
func UnpackRows(c *Columns, chunk []byte, from, to int) error {
	cur, n, err := openChunk(chunk)
	if err != nil {
		return err
	}
	from, to = max(from, 0), min(to, n)
	if from >= to {
		return nil
	}
	blocks := (n + blockRows - 1) / blockRows
	var ends [ChunkRows / blockRows]int
	for i := 0; i < blocks-1; i++ {
		length := cur.uvarint()
		if length > uint64(len(cur.b)) {
			return damaged("block of %d bytes", length)
		}
		ends[i] = int(length)
	}
	at := cur.pos
	for i := 0; i < blocks-1; i++ {
		at += ends[i]
		ends[i] = at
	}
	ends[blocks-1] = len(cur.b)
	if cur.err != nil || at > len(cur.b) {
		return damaged("blocks of a chunk are longer than the chunk")
	}
	before := *c
	c.Grow(to - from)
	start := cur.pos
	for i := range blocks {
		first := i * blockRows
		last := min(first+blockRows, n)
		if first < to && last > from {
			if err := unpackBlock(c, cur.b[start:ends[i]], last-first, max(from-first, 0), min(to, last)-first); err != nil {
				for row := range c.BigSteps {
					if row >= before.Len() {
						delete(c.BigSteps, row)
					}
				}
				*c = before
				return err
			}
		}
		start = ends[i]
	}
	return nil
}

// unpackBlock appends rows [from, to) of a block of n rows.
func unpackBlock(c *Columns, block []byte, n, from, to int) error {
	cur := cursor{b: block}
	kinds := cur.byte()
	if kinds&^(stepsMixed|stepsFloat|stepsBig) != 0 || kinds&3 == 3 {
		cur.fail("steps are of an unknown kind")
	}
	var floats []byte
	if kinds&stepsMixed != 0 {
		floats = cur.bytes((n + 7) / 8)
	}
	var rows []int
	var big []int64
	if kinds&stepsBig != 0 {
		rows, big = unpackBigSteps(&cur, n)
	}
	base := c.Len()
	var whole *Columns
	if from == 0 && to == n {
		c.extend(n)
		whole = c
	} else {
		whole = &Columns{}
		whole.extend(n)
	}
	off := whole.Len() - n
	unpackColumn(&cur, whole.Steps[off:])
	unpackColumn(&cur, whole.Values[off:])
	unpackColumn(&cur, whole.Epochs[off:])
	unpackColumn(&cur, whole.Times[off:])
	if cur.err == nil && cur.left() > 0 {
		cur.fail("bytes are left over after a block")
	}
	for i, row := range rows {
		if cur.err == nil && float64(big[i]) != whole.Steps[off+row] {
			cur.fail("an exact step is not that of its row")
		}
	}
	if cur.err != nil {
		return cur.err
	}
	if whole != c {
		c.Steps = append(c.Steps, whole.Steps[from:to]...)
		c.Values = append(c.Values, whole.Values[from:to]...)
		c.Epochs = append(c.Epochs, whole.Epochs[from:to]...)
		c.Times = append(c.Times, whole.Times[from:to]...)
	}
	c.setStepKinds(base, kinds, floats, from, to)
	for i, row := range rows {
		if row >= from && row < to {
			if c.BigSteps == nil {
				c.BigSteps = make(map[int]int64, len(rows))
			}
			c.BigSteps[base+row-from] = big[i]
		}
	}
	return nil
}

func unpackBigSteps(cur *cursor, n int) (rows []int, steps []int64) {
	count := cur.count(2)
	if count > n {
		cur.fail("more exact steps than rows")
		return nil, nil
	}
	rows, steps = make([]int, 0, count), make([]int64, 0, count)
	next, prev := 0, int64(0)
	for range count {
		gap := cur.uvarint()
		if cur.err != nil || gap >= uint64(n-next) {
			cur.fail("an exact step is beyond the rows")
			return nil, nil
		}
		prev += cur.varint()
		rows, steps = append(rows, next+int(gap)), append(steps, prev)
		next += int(gap) + 1
	}
	return rows, steps
}

// extend adds n rows of unspecified content.
func (c *Columns) extend(n int) {
	c.Grow(n)
	c.Steps = c.Steps[:len(c.Steps)+n]
	c.Values = c.Values[:len(c.Values)+n]
	c.Epochs = c.Epochs[:len(c.Epochs)+n]
	c.Times = c.Times[:len(c.Times)+n]
}

// setStepKinds sets the kinds of the steps of the rows from base on to those
// of rows [from, to) of a block.
func (c *Columns) setStepKinds(base int, kinds byte, floats []byte, from, to int) {
	if kinds&3 == stepsInt && c.FloatStep == nil {
		return
	}
	if c.FloatStep == nil {
		c.FloatStep = make([]bool, base, cap(c.Steps))
	}
	for i := from; i < to; i++ {
		isFloat := kinds&3 == stepsFloat
		if floats != nil {
			isFloat = floats[i/8]>>(i%8)&1 == 1
		}
		c.FloatStep = append(c.FloatStep, isFloat)
	}
}
