// Package hextest reads the annotated bytes of golden test scripts.
package hextest

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
)

// Parse turns a script into bytes. A line's tokens are separated by spaces and
// end at '#'; a token is
//
//	0a1b      bytes in hex
//	"text"    bytes of a Go string without spaces
//	v:300     a varint
//	z:-3      a zigzag varint
//	u16:5 u32:5 u64:5   little-endian integers
//	s:"text"  a varint length and the text
//	i:"key"@7,1  a length-prefixed internal key: user key, sequence, kind
//	rep:65*20 20 times the byte 0x65
func Parse(tb testing.TB, script string) []byte {
	tb.Helper()
	var out []byte
	for line := range strings.Lines(script) {
		line, _, _ = strings.Cut(line, "#")
		for tok := range strings.FieldsSeq(line) {
			out = token(tb, out, tok)
		}
	}
	return out
}

func token(tb testing.TB, out []byte, tok string) []byte {
	tb.Helper()
	kind, arg, tagged := strings.Cut(tok, ":")
	if !tagged || tok[0] == '"' {
		if tok[0] == '"' {
			return append(out, unquote(tb, tok)...)
		}
		b, err := hex.DecodeString(tok)
		if err != nil {
			tb.Fatalf("token %s: %v", tok, err)
		}
		return append(out, b...)
	}
	switch kind {
	case "v":
		return binary.AppendUvarint(out, number(tb, arg))
	case "z":
		n, err := strconv.ParseInt(arg, 0, 64)
		if err != nil {
			tb.Fatalf("token %s: %v", tok, err)
		}
		return binary.AppendVarint(out, n)
	case "u16":
		return binary.LittleEndian.AppendUint16(out, uint16(number(tb, arg)))
	case "u32":
		return binary.LittleEndian.AppendUint32(out, uint32(number(tb, arg)))
	case "u64":
		return binary.LittleEndian.AppendUint64(out, number(tb, arg))
	case "s":
		s := unquote(tb, arg)
		return append(binary.AppendUvarint(out, uint64(len(s))), s...)
	case "i":
		key, rest, _ := strings.Cut(arg, "@")
		seq, kind, _ := strings.Cut(rest, ",")
		s := unquote(tb, key)
		out = append(binary.AppendUvarint(out, uint64(len(s)+8)), s...)
		return binary.LittleEndian.AppendUint64(out, number(tb, seq)<<8|number(tb, kind))
	case "rep":
		b, count, _ := strings.Cut(arg, "*")
		for range number(tb, count) {
			out = token(tb, out, b)
		}
		return out
	}
	tb.Fatalf("unknown token %s", tok)
	return nil
}

func unquote(tb testing.TB, s string) string {
	tb.Helper()
	v, err := strconv.Unquote(s)
	if err != nil {
		tb.Fatalf("token %s: %v", s, err)
	}
	return v
}

func number(tb testing.TB, s string) uint64 {
	tb.Helper()
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		tb.Fatalf("number %s: %v", s, err)
	}
	return n
}
