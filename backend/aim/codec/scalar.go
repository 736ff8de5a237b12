package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Tags of stored values: the wire format.
const (
	TagNone   = 0x00
	TagBool   = 0x01
	TagInt    = 0x02
	TagFloat  = 0x03
	TagString = 0x04
	TagBytes  = 0x05
	TagList   = 0x06
	TagDict   = 0x07
	TagObject = 0x0F
)

// ErrBlob says that a value is kept elsewhere: under the same key in the key
// space of blobs.
var ErrBlob = errors.New("value is a blob, kept under another key")

// errShort says that a value ends before its payload does.
var errShort = errors.New("value is cut short")

// DecodeValue decodes one stored value. The markers of lists, dicts and objects
// become empty ones. An unknown tag is None, as in Aim. The error is ErrBlob for
// a value of no bytes, or says that the payload is too short.
func DecodeValue(b []byte) (Value, error) {
	if len(b) == 0 {
		return Value{}, ErrBlob
	}
	tag, payload := b[0], b[1:]
	switch tag {
	case TagBool:
		if len(payload) < 1 {
			return Value{}, fmt.Errorf("decode bool: %w", errShort)
		}
		return BoolValue(payload[0] != 0), nil
	case TagInt:
		if len(payload) < 8 {
			return Value{}, fmt.Errorf("decode int: %w", errShort)
		}
		return IntValue(int64(binary.LittleEndian.Uint64(payload))), nil
	case TagFloat:
		if len(payload) < 8 {
			return Value{}, fmt.Errorf("decode float: %w", errShort)
		}
		return FloatValue(math.Float64frombits(binary.LittleEndian.Uint64(payload))), nil
	case TagString:
		return StringValue(string(payload)), nil
	case TagBytes:
		return BytesValue(payload), nil
	case TagList:
		return ListValue(nil), nil
	case TagDict:
		return DictValue(nil), nil
	case TagObject:
		return ObjectValue(string(payload), nil), nil
	}
	return Value{}, nil
}

// AppendValue appends the stored form of a scalar, and the marker of a list,
// dict or object without what is in it.
func AppendValue(dst []byte, v Value) []byte {
	switch v.kind {
	case KindBool:
		return append(dst, TagBool, byte(v.bits))
	case KindInt:
		return binary.LittleEndian.AppendUint64(append(dst, TagInt), v.bits)
	case KindFloat:
		return binary.LittleEndian.AppendUint64(append(dst, TagFloat), v.bits)
	case KindString:
		return append(append(dst, TagString), v.text...)
	case KindBytes:
		return append(append(dst, TagBytes), v.text...)
	case KindList:
		return append(dst, TagList)
	case KindDict:
		return append(dst, TagDict)
	case KindObject:
		return append(append(dst, TagObject), v.text...)
	}
	return append(dst, TagNone)
}
