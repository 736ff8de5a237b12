package aimql

import (
	"context"
	"math"
	"math/big"
	"time"
)

// ValueKind is the type of a Value.
type ValueKind uint8

// The kinds a Run, Trace or Sequence may answer with are those up to
// KindObject; the others exist only while a query is evaluated.
const (
	KindNone ValueKind = iota
	KindBool
	KindInt
	KindFloat
	KindStr
	KindBytes
	KindList
	KindDict
	KindTuple
	KindObject // an Aim object stored among the params: fields under a type name
	KindComplex
	KindSet
	KindRange
	KindSlice
	KindEllipsis
	KindDateTime
	KindDate
	KindTime
	KindTimeDelta
	KindSafeNone
	KindUndefined
	KindProxy
	KindFunc
	KindIter
	KindType
	KindModule
	KindRun
	KindSeq
	KindTree
	KindMetrics
	KindOpaque
)

// Value is one Python value, small enough to pass around by value: scalars are
// held in place, so reading them from a catalogue allocates nothing. The zero
// Value is None. Strings are UTF-8 (a lone surrogate as its three bytes).
type Value struct {
	kind ValueKind
	num  uint64 // bool, int64 or float64 bits
	str  string // str and bytes
	obj  any    // pointers only
}

// Kind answers the type of v.
func (v Value) Kind() ValueKind { return v.kind }

// None is Python's None.
func None() Value { return Value{} }

// Bool makes a bool.
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, num: 1}
	}
	return Value{kind: KindBool}
}

// Int makes an integer.
func Int(i int64) Value { return Value{kind: KindInt, num: uint64(i)} }

// Float makes a float.
func Float(f float64) Value { return Value{kind: KindFloat, num: math.Float64bits(f)} }

// Str makes a string from UTF-8 text.
func Str(s string) Value { return Value{kind: KindStr, str: s} }

// Bytes makes a bytes value.
func Bytes(s string) Value { return Value{kind: KindBytes, str: s} }

// BigInt makes an integer of any size. b must not be changed afterwards.
func BigInt(b *big.Int) Value {
	if b.IsInt64() {
		return Int(b.Int64())
	}
	return Value{kind: KindInt, obj: b}
}

// Complex makes a complex number.
func Complex(c complex128) Value { return Value{kind: KindComplex, obj: &c} }

// List makes a list that owns items.
func List(items ...Value) Value { return Value{kind: KindList, obj: &list{items: items, shared: true}} }

// listOf is a list that a query may change: one it made itself.
func listOf(items ...Value) Value { return Value{kind: KindList, obj: &list{items: items}} }

// Tuple makes a tuple that owns items.
func Tuple(items ...Value) Value { return Value{kind: KindTuple, obj: &list{items: items}} }

// DateTime makes a naive datetime from what t's clock shows, to the microsecond;
// years outside 1 to 9999 make None.
func DateTime(t time.Time) Value {
	v, err := datetimeOf(civil(t))
	if err != nil {
		return None()
	}
	return v
}

// Pair is one entry of a dict.
type Pair struct{ Key, Value Value }

// Dict makes a dict with the entries in their order; of equal keys the last
// value wins. Keys that Python cannot hash are left out.
func Dict(pairs ...Pair) Value {
	v := dictOf(pairs...)
	v.dict().shared = true
	return v
}

func dictOf(pairs ...Pair) Value {
	d := newDict(len(pairs))
	for _, p := range pairs {
		if h, err := hashKey(p.Key); err == nil {
			d.set(h, p.Key, p.Value)
		}
	}
	return Value{kind: KindDict, obj: d}
}

// Object makes an Aim object (an image, a text, …) stored among the params. Its
// fields are reached as params below it.
func Object(typeName string, fields ...Pair) Value {
	d := Dict(fields...)
	return Value{kind: KindObject, str: typeName, obj: d.obj}
}

// AsBool answers the Go value of a bool.
func (v Value) AsBool() (b, ok bool) { return v.num != 0, v.kind == KindBool }

// AsInt answers an int that fits in 64 bits.
func (v Value) AsInt() (i int64, ok bool) { return int64(v.num), v.kind == KindInt && v.obj == nil }

// AsBigInt answers any int.
func (v Value) AsBigInt() (*big.Int, bool) {
	if v.kind != KindInt {
		return nil, false
	}
	return new(big.Int).Set(v.big()), true
}

// AsFloat answers a float.
func (v Value) AsFloat() (f float64, ok bool) { return v.float(), v.kind == KindFloat }

// AsStr answers a str.
func (v Value) AsStr() (s string, ok bool) { return v.str, v.kind == KindStr }

// AsBytes answers a bytes value.
func (v Value) AsBytes() (s string, ok bool) { return v.str, v.kind == KindBytes }

// Items answers the elements of a list or tuple, not to be changed.
func (v Value) Items() ([]Value, bool) {
	if v.kind != KindList && v.kind != KindTuple {
		return nil, false
	}
	return v.obj.(*list).items, true
}

// Pairs answers the entries of a dict or object, in order.
func (v Value) Pairs() ([]Pair, bool) {
	if v.kind != KindDict && v.kind != KindObject {
		return nil, false
	}
	d := v.obj.(*dict)
	out := make([]Pair, 0, d.len())
	for _, e := range d.entries {
		out = append(out, Pair{e.key, e.val})
	}
	return out, true
}

func (v Value) float() float64 { return math.Float64frombits(v.num) }
func (v Value) int() int64     { return int64(v.num) }
func (v Value) complex() complex128 {
	return *v.obj.(*complex128)
}

func (v Value) big() *big.Int {
	if b, ok := v.obj.(*big.Int); ok {
		return b
	}
	return big.NewInt(int64(v.num))
}

func (v Value) isInt() bool { return v.kind == KindInt || v.kind == KindBool }
func (v Value) isBig() bool { return v.kind == KindInt && v.obj != nil }
func (v Value) isNumber() bool {
	return v.kind == KindInt || v.kind == KindBool || v.kind == KindFloat
}

// list holds the items of a list or of a tuple. What a repository answered is
// shared: methods that would change it work on a copy.
type list struct {
	items  []Value
	shared bool
}

func (v Value) items() []Value { return v.obj.(*list).items }

type dictEntry struct {
	hash     hkey
	key, val Value
}

// dict keeps insertion order. Small ones are searched, larger ones indexed.
type dict struct {
	entries []dictEntry
	index   map[hkey]int
	frozen  bool // of a set: frozenset
	shared  bool // as of a list
}

const dictIndexFrom = 9

func newDict(n int) *dict { return &dict{entries: make([]dictEntry, 0, n)} }

func (d *dict) len() int { return len(d.entries) }

func (d *dict) find(h hkey) int {
	if len(d.entries) < dictIndexFrom {
		for i := range d.entries {
			if d.entries[i].hash == h {
				return i
			}
		}
		return -1
	}
	if i, ok := d.index[h]; ok {
		return i
	}
	return -1
}

func (d *dict) get(h hkey) (Value, bool) {
	if i := d.find(h); i >= 0 {
		return d.entries[i].val, true
	}
	return Value{}, false
}

func (d *dict) set(h hkey, k, v Value) {
	if i := d.find(h); i >= 0 {
		d.entries[i].val = v
		return
	}
	d.entries = append(d.entries, dictEntry{h, k, v})
	switch n := len(d.entries); {
	case n == dictIndexFrom:
		d.reindex()
	case n > dictIndexFrom:
		d.index[h] = n - 1
	}
}

func (d *dict) reindex() {
	d.index = nil
	if len(d.entries) >= dictIndexFrom {
		d.index = make(map[hkey]int, 2*len(d.entries))
		for i := range d.entries {
			d.index[d.entries[i].hash] = i
		}
	}
}

func (d *dict) remove(h hkey) (Value, bool) {
	i := d.find(h)
	if i < 0 {
		return Value{}, false
	}
	v := d.entries[i].val
	d.entries = append(d.entries[:i], d.entries[i+1:]...)
	d.reindex()
	return v, true
}

func (d *dict) copy() *dict {
	c := &dict{entries: append([]dictEntry(nil), d.entries...), frozen: d.frozen}
	c.reindex()
	return c
}

func (v Value) dict() *dict { return v.obj.(*dict) }

func setValue(d *dict) Value { return Value{kind: KindSet, obj: d} }

// sliceObj is slice(lo, hi, step).
type sliceObj struct{ lo, hi, step Value }

// rangeObj is range(start, stop, step); n is its length.
type rangeObj struct{ start, stop, step, n int64 }

func (r *rangeObj) at(i int64) Value { return Int(r.start + i*r.step) }

// String renders v as Python's repr does, for messages and tests.
func (v Value) String() string {
	m := &machine{ctx: context.Background(), rest: DefaultMaxSteps, room: DefaultMaxBytes}
	s, err := m.repr(v, 0)
	if err != nil {
		return "…"
	}
	return s
}
