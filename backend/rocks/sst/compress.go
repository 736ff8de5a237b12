package sst

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// Wire format: compression types in block trailers.
const (
	codecNone    = 0
	codecSnappy  = 1
	codecZlib    = 2
	codecBZip2   = 3
	codecLZ4     = 4
	codecLZ4HC   = 5
	codecXpress  = 6
	codecZSTD    = 7
	codecZSTDOld = 0x40
)

// maxBlock bounds a decompressed block. RocksDB cuts blocks at a few KiB; one
// only grows beyond that by a single long value.
const maxBlock = 1 << 30

// zstdDictMagic starts a trained dictionary; anything else is raw content.
const zstdDictMagic = 0xec30a437

// decompressor undoes the compression of one table's blocks. It is safe for
// concurrent use.
type decompressor struct {
	version uint32 // of the table
	dict    []byte // for data blocks

	once    sync.Once
	dictDec *zstd.Decoder
	dictErr error
}

// errCodec reports a compression type that is not read.
type errCodec struct{ typ byte }

func (e errCodec) Error() string {
	if e.typ == codecXpress {
		return "XPRESS compression"
	}
	return fmt.Sprintf("compression type %#02x", e.typ)
}

// decompress returns the content of a block, in dst if it fits. For codecNone
// it returns src itself.
func (d *decompressor) decompress(dst, src []byte, typ byte, useDict bool) ([]byte, error) {
	var dict []byte
	if useDict {
		dict = d.dict
	}
	switch typ {
	case codecNone:
		return src, nil
	case codecSnappy:
		n, err := snappy.DecodedLen(src)
		if err != nil {
			return nil, fmt.Errorf("snappy: %w", err)
		}
		// A copy element of 3 bytes yields at most 64.
		if dst, err = grow(dst, uint64(n), uint64(len(src))*22+64); err != nil {
			return nil, err
		}
		out, err := snappy.Decode(dst, src)
		if err != nil {
			return nil, fmt.Errorf("snappy: %w", err)
		}
		return out, nil
	case codecLZ4, codecLZ4HC:
		return d.lz4(dst, src, dict)
	case codecZSTD, codecZSTDOld:
		return d.zstd(dst, src, dict)
	case codecZlib:
		n, src, err := d.size(src)
		if err != nil {
			return nil, err
		}
		return readSized(dst, flate.NewReaderDict(bytes.NewReader(src), dict), n)
	case codecBZip2:
		n, src, err := d.size(src)
		if err != nil {
			return nil, err
		}
		return readSized(dst, bzip2.NewReader(bytes.NewReader(src)), n)
	}
	return nil, errCodec{typ}
}

// size strips the decompressed size that versions from 2 on store in front;
// n is -1 if there is none.
func (d *decompressor) size(src []byte) (n int64, rest []byte, err error) {
	if d.version < 2 {
		return -1, src, nil
	}
	v, k := binary.Uvarint(src)
	if k <= 0 || v > maxBlock {
		return 0, nil, fmt.Errorf("decompressed size is malformed or over %d bytes", maxBlock)
	}
	return int64(v), src[k:], nil
}

// grow returns a slice of n bytes, n being a claim of the file that is refused
// if it exceeds limit, the most the compressed bytes can yield.
func grow(dst []byte, n, limit uint64) ([]byte, error) {
	if n > limit || n > maxBlock {
		return nil, fmt.Errorf("decompressed size %d is more than the block can yield", n)
	}
	if uint64(cap(dst)) < n {
		return make([]byte, n), nil
	}
	return dst[:n], nil
}

func (d *decompressor) lz4(dst, src, dict []byte) ([]byte, error) {
	var n uint64
	if d.version < 2 {
		if len(src) < 8 {
			return nil, fmt.Errorf("lz4: block of %d bytes lacks its size", len(src))
		}
		// Written as the writer's size_t; only 4 bytes were ever read back.
		n, src = uint64(binary.LittleEndian.Uint32(src)), src[8:]
	} else {
		v, rest, err := d.size(src)
		if err != nil {
			return nil, fmt.Errorf("lz4: %w", err)
		}
		n, src = uint64(v), rest
	}
	dst, err := grow(dst, n, uint64(len(src))*255+64)
	if err != nil {
		return nil, fmt.Errorf("lz4: %w", err)
	}
	if n == 0 {
		return nil, fmt.Errorf("lz4: block yields nothing") // no writer compresses that
	}
	m, err := lz4.UncompressBlockWithDict(src, dst, dict)
	if err != nil {
		return nil, fmt.Errorf("lz4: %w", err)
	}
	if uint64(m) != n {
		return nil, fmt.Errorf("lz4: block yields %d bytes, want %d", m, n)
	}
	return dst, nil
}

// zstdDecoders holds decoders without a dictionary; they are costly to make.
var zstdDecoders = sync.Pool{New: func() any {
	dec, err := newZSTD(nil)
	if err != nil {
		return err
	}
	return dec
}}

func newZSTD(dict []byte) (*zstd.Decoder, error) {
	opts := []zstd.DOption{
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxBlock), zstd.WithDecodeAllCapLimit(true),
	}
	switch {
	case len(dict) >= 4 && binary.LittleEndian.Uint32(dict) == zstdDictMagic:
		opts = append(opts, zstd.WithDecoderDicts(dict))
	case len(dict) > 0:
		opts = append(opts, zstd.WithDecoderDictRaw(0, dict))
	}
	return zstd.NewReader(nil, opts...)
}

// zstdDirect is the size up to which a block's claim is believed.
const zstdDirect = 1 << 20

func (d *decompressor) zstd(dst, src, dict []byte) ([]byte, error) {
	v, k := binary.Uvarint(src)
	if k <= 0 || v > maxBlock {
		return nil, fmt.Errorf("zstd: decompressed size is malformed or over %d bytes", maxBlock)
	}
	src = src[k:]
	if v > max(zstdDirect, 32*uint64(len(src))) {
		dec, err := newZSTD(dict)
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		defer dec.Close()
		if err := dec.Reset(bytes.NewReader(src)); err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return readSized(dst, dec, int64(v))
	}
	dec, err := d.zstdDecoder(dict)
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	if len(dict) == 0 {
		defer zstdDecoders.Put(dec)
	}
	if uint64(cap(dst)) < v {
		dst = make([]byte, 0, v)
	}
	out, err := dec.DecodeAll(src, dst[:0:v])
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	if uint64(len(out)) != v {
		return nil, fmt.Errorf("zstd: block yields %d bytes, want %d", len(out), v)
	}
	return out, nil
}

// zstdDecoder returns the table's decoder for dict, or a pooled one.
func (d *decompressor) zstdDecoder(dict []byte) (*zstd.Decoder, error) {
	if len(dict) > 0 {
		d.once.Do(func() { d.dictDec, d.dictErr = newZSTD(dict) })
		return d.dictDec, d.dictErr
	}
	switch x := zstdDecoders.Get().(type) {
	case *zstd.Decoder:
		return x, nil
	case error:
		return nil, x
	}
	return nil, fmt.Errorf("no decoder")
}

// readSized reads r to its end; n is the expected number of bytes unless
// negative. The buffer grows with what r yields and not with what n claims.
func readSized(dst []byte, r io.Reader, n int64) ([]byte, error) {
	limit := int64(maxBlock)
	if n >= 0 {
		limit = n
	}
	buf := bytes.NewBuffer(dst[:0])
	m, err := io.Copy(buf, io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	if m > limit || (n >= 0 && m != n) {
		return nil, fmt.Errorf("decompress: block yields %d bytes or more, want %d", m, limit)
	}
	return buf.Bytes(), nil
}
