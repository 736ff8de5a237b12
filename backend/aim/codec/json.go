package codec

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"
)

// maxExactInt is the largest magnitude of an integer that every reader of JSON
// takes exactly.
const maxExactInt = 1 << 53

// AppendJSON appends v as JSON. What JSON cannot say is wrapped:
//
//	{"$float": "nan"}         a float that is not finite: nan, inf, -inf
//	{"$int": "…"}             an integer beyond ±2^53
//	{"$bytes": "…"}           bytes, in base64
//	{"$dict": [[key, value]]} a dict with a key that is no string
//
// A float always has a point or an exponent, an integer neither. Objects are
// dicts of their fields. Entries keep their order.
func (v Value) AppendJSON(dst []byte) []byte {
	return jsonEncoder{comma: ",", colon: ":"}.append(dst, v)
}

// jsonEncoder has the differences between the forms of JSON.
type jsonEncoder struct {
	comma, colon string
	ascii        bool // escape everything beyond ASCII
	sorted       bool // order entries by key
}

func (e jsonEncoder) append(dst []byte, v Value) []byte {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(dst, v.bits != 0)
	case KindInt:
		return e.int(dst, int64(v.bits))
	case KindFloat:
		f := math.Float64frombits(v.bits)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			dst = e.open(dst, "$float")
			return append(AppendFloat(dst, f), '}')
		}
		return AppendFloat(dst, f)
	case KindString:
		return e.string(dst, v.text)
	case KindBytes:
		dst = append(e.open(dst, "$bytes"), '"')
		dst = base64.StdEncoding.AppendEncode(dst, []byte(v.text))
		return append(dst, '"', '}')
	case KindList:
		dst = append(dst, '[')
		for i, x := range v.List() {
			if i > 0 {
				dst = append(dst, e.comma...)
			}
			dst = e.append(dst, x)
		}
		return append(dst, ']')
	case KindDict, KindObject:
		return e.dict(dst, v.Entries())
	}
	return append(dst, "null"...)
}

func (e jsonEncoder) open(dst []byte, key string) []byte {
	dst = append(dst, '{')
	return append(e.string(dst, key), e.colon...)
}

func (e jsonEncoder) int(dst []byte, i int64) []byte {
	if i <= maxExactInt && i >= -maxExactInt {
		return strconv.AppendInt(dst, i, 10)
	}
	dst = append(e.open(dst, "$int"), '"')
	return append(strconv.AppendInt(dst, i, 10), '"', '}')
}

func (e jsonEncoder) dict(dst []byte, entries []Entry) []byte {
	for _, x := range entries {
		if x.Key.IsInt {
			return e.pairs(dst, entries)
		}
	}
	if e.sorted {
		entries = sortEntries(entries)
	}
	dst = append(dst, '{')
	for i, x := range entries {
		if i > 0 {
			dst = append(dst, e.comma...)
		}
		dst = append(e.string(dst, x.Key.Str), e.colon...)
		dst = e.append(dst, x.Value)
	}
	return append(dst, '}')
}

func (e jsonEncoder) pairs(dst []byte, entries []Entry) []byte {
	dst = append(e.open(dst, "$dict"), '[')
	for i, x := range entries {
		if i > 0 {
			dst = append(dst, e.comma...)
		}
		dst = append(dst, '[')
		if x.Key.IsInt {
			dst = e.int(dst, x.Key.Int)
		} else {
			dst = e.string(dst, x.Key.Str)
		}
		dst = append(dst, e.comma...)
		dst = append(e.append(dst, x.Value), ']')
	}
	return append(dst, ']', '}')
}

// AppendFloat appends f as Python's repr writes it: the shortest digits that
// give f back, with a point or an exponent (1.0, -0.0, 1e-05). Values that are
// not finite are "nan", "inf" and "-inf", with the quotes.
func AppendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"nan"`...)
	case math.IsInf(f, 1):
		return append(dst, `"inf"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-inf"`...)
	}
	// repr switches to an exponent below 1e-4 and from 1e16 on.
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	for _, c := range dst[start:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, '.', '0')
}

// AppendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD; nothing else beyond ASCII is escaped.
func AppendString(dst []byte, s string) []byte { return jsonEncoder{}.string(dst, s) }

const hexDigits = "0123456789abcdef"

func (e jsonEncoder) string(dst []byte, s string) []byte {
	dst = append(dst, '"')
	plain := 0 // s[plain:i] needs no escape
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && (c != 0x7f || !e.ascii) {
				i++
				continue
			}
			dst = append(dst, s[plain:i]...)
			dst = appendEscape(dst, c)
			i++
			plain = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !e.ascii && (r != utf8.RuneError || size > 1) {
			i += size
			continue
		}
		dst = append(dst, s[plain:i]...)
		switch {
		case !e.ascii:
			dst = append(dst, "\ufffd"...)
		case r > 0xffff:
			r -= 0x10000
			dst = appendUnicode(dst, 0xd800+(r>>10))
			dst = appendUnicode(dst, 0xdc00+(r&0x3ff))
		default:
			dst = appendUnicode(dst, r)
		}
		i += size
		plain = i
	}
	return append(append(dst, s[plain:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	}
	return appendUnicode(dst, rune(c))
}

func appendUnicode(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
