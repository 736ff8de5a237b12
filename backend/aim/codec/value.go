package codec

import "math"

// Kind is the kind of a value.
type Kind uint8

// The kinds of values. The zero Kind is None.
const (
	KindNone Kind = iota
	KindBool
	KindInt
	KindFloat
	KindString
	KindBytes
	KindList
	KindDict
	// KindObject is a dict with a type name, such as "aim.image".
	KindObject
)

var kindNames = [...]string{"none", "bool", "int", "float", "string", "bytes", "list", "dict", "object"}

// String is the kind's name in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Key is one component of a path and a key of a dict: a string, or an integer
// if IsInt.
type Key struct {
	Str   string
	Int   int64
	IsInt bool
}

// StringKey returns a key that is a string.
func StringKey(s string) Key { return Key{Str: s} }

// IntKey returns a key that is an integer.
func IntKey(i int64) Key { return Key{Int: i, IsInt: true} }

// Entry is one key of a dict or field of an object with its value.
type Entry struct {
	Key   Key
	Value Value
}

// Value is any value of a tree. The zero Value is None. It is small and meant
// to be copied; what it refers to must not be modified.
type Value struct {
	kind Kind
	bits uint64 // bool, int, and the IEEE 754 bits of a float
	text string // string, bytes, and the type name of an object
	many *items // elements of a list, entries of a dict or object
}

type items struct {
	list    []Value
	entries []Entry
}

// BoolValue returns a bool.
func BoolValue(b bool) Value {
	if b {
		return Value{kind: KindBool, bits: 1}
	}
	return Value{kind: KindBool}
}

// IntValue returns an integer.
func IntValue(i int64) Value { return Value{kind: KindInt, bits: uint64(i)} }

// FloatValue returns a float.
func FloatValue(f float64) Value { return Value{kind: KindFloat, bits: math.Float64bits(f)} }

// StringValue returns a string.
func StringValue(s string) Value { return Value{kind: KindString, text: s} }

// BytesValue returns bytes; b is copied.
func BytesValue(b []byte) Value { return Value{kind: KindBytes, text: string(b)} }

// ListValue returns a list; it keeps l.
func ListValue(l []Value) Value { return Value{kind: KindList, many: &items{list: l}} }

// DictValue returns a dict that keeps the order of entries; it keeps the slice.
func DictValue(entries []Entry) Value { return Value{kind: KindDict, many: &items{entries: entries}} }

// ObjectValue returns an object of a type with its fields; it keeps the slice.
func ObjectValue(typeName string, fields []Entry) Value {
	return Value{kind: KindObject, text: typeName, many: &items{entries: fields}}
}

// Kind is the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsNone reports whether v is None.
func (v Value) IsNone() bool { return v.kind == KindNone }

// Bool is the value of a bool, false for any other kind.
func (v Value) Bool() bool { return v.kind == KindBool && v.bits != 0 }

// Int is the value of an integer, 0 for any other kind.
func (v Value) Int() int64 {
	if v.kind != KindInt {
		return 0
	}
	return int64(v.bits)
}

// Float is the value of a float, 0 for any other kind.
func (v Value) Float() float64 {
	if v.kind != KindFloat {
		return 0
	}
	return math.Float64frombits(v.bits)
}

// Number is the value of a bool, integer or float as a float.
func (v Value) Number() (float64, bool) {
	switch v.kind {
	case KindBool, KindInt:
		return float64(int64(v.bits)), true
	case KindFloat:
		return math.Float64frombits(v.bits), true
	}
	return 0, false
}

// Str is the value of a string, "" for any other kind.
func (v Value) Str() string {
	if v.kind != KindString {
		return ""
	}
	return v.text
}

// Bytes is a copy of the value of bytes, nil for any other kind.
func (v Value) Bytes() []byte {
	if v.kind != KindBytes {
		return nil
	}
	return []byte(v.text)
}

// Type is the type name of an object, "" for any other kind.
func (v Value) Type() string {
	if v.kind != KindObject {
		return ""
	}
	return v.text
}

// List holds the elements of a list; nil for any other kind.
func (v Value) List() []Value {
	if v.many == nil {
		return nil
	}
	return v.many.list
}

// Entries holds the entries of a dict or the fields of an object, in order; nil
// for any other kind.
func (v Value) Entries() []Entry {
	if v.many == nil {
		return nil
	}
	return v.many.entries
}

// Len is the number of elements or entries.
func (v Value) Len() int { return len(v.List()) + len(v.Entries()) }

// Get returns the value under a key of a dict or object.
func (v Value) Get(k Key) (Value, bool) {
	for _, e := range v.Entries() {
		if e.Key == k {
			return e.Value, true
		}
	}
	return Value{}, false
}

// Field returns the value under a string key, None if there is none.
func (v Value) Field(name string) Value {
	got, _ := v.Get(StringKey(name))
	return got
}

// At returns what is at a path: list elements by index, entries by key.
func (v Value) At(p Path) (Value, bool) {
	for _, k := range p {
		if l := v.List(); v.kind == KindList {
			if !k.IsInt || k.Int < 0 || k.Int >= int64(len(l)) {
				return Value{}, false
			}
			v = l[k.Int]
			continue
		}
		next, ok := v.Get(k)
		if !ok {
			return Value{}, false
		}
		v = next
	}
	return v, true
}
