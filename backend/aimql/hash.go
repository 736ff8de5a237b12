package aimql

import (
	le "encoding/binary"
	"hash/fnv"
	"math"
	"math/big"
	"sort"
	"strings"
)

// hkey is equal for two values exactly when Python finds them equal (and they
// are hashable): 1, 1.0 and True share one.
type hkey struct {
	kind byte
	n    uint64
	s    string
	p    any // identity of what compares by identity
}

const (
	hNone = iota
	hInt
	hFloat
	hBig
	hComplex
	hStr
	hBytes
	hTuple
	hSet
	hTime
	hIdentity
	hUnique
)

// maxKeyBytes bounds the key of a tuple or frozenset, which can share parts and
// so be far larger written out than in memory.
const maxKeyBytes = 1 << 16

func hashKey(v Value) (hkey, error) {
	switch v.kind {
	case KindNone, KindEllipsis:
		return hkey{kind: hNone, n: uint64(v.kind)}, nil
	case KindBool:
		return hkey{kind: hInt, n: v.num}, nil
	case KindInt:
		if v.obj != nil {
			return hkey{kind: hBig, s: v.big().String()}, nil
		}
		return hkey{kind: hInt, n: v.num}, nil
	case KindFloat:
		if v.obj != nil { // math.nan, equal to itself as an object
			return hkey{kind: hUnique, p: v.obj}, nil
		}
		return floatKey(v.float()), nil
	case KindComplex:
		c := v.complex()
		if imag(c) == 0 {
			return floatKey(real(c)), nil
		}
		var b [16]byte
		le.LittleEndian.PutUint64(b[:8], math.Float64bits(real(c)+0))
		le.LittleEndian.PutUint64(b[8:], math.Float64bits(imag(c)))
		return hkey{kind: hComplex, s: string(b[:])}, nil
	case KindStr:
		return hkey{kind: hStr, s: v.str}, nil
	case KindBytes:
		return hkey{kind: hBytes, s: v.str}, nil
	case KindTuple:
		var b strings.Builder
		for _, x := range v.items() {
			h, err := hashKey(x)
			if err != nil {
				return hkey{}, err
			}
			if h.p != nil {
				return hkey{kind: hIdentity, p: v.obj}, nil
			}
			h.write(&b)
			if b.Len() > maxKeyBytes {
				return hkey{}, errMemory
			}
		}
		return hkey{kind: hTuple, s: b.String()}, nil
	case KindSet:
		d := v.dict()
		if !d.frozen {
			return hkey{}, errUnhashable
		}
		parts, size := make([]string, 0, d.len()), 0
		for _, e := range d.entries {
			var b strings.Builder
			e.hash.write(&b)
			parts = append(parts, b.String())
			if size += b.Len(); size > maxKeyBytes {
				return hkey{}, errMemory
			}
		}
		sort.Strings(parts)
		return hkey{kind: hSet, s: strings.Join(parts, "")}, nil
	case KindDateTime:
		t := v.obj.(*datetime)
		return hkey{kind: hTime, n: uint64(v.kind), s: t.isoKey()}, nil
	case KindDate, KindTime, KindTimeDelta:
		return hkey{kind: hTime, n: uint64(v.kind), s: reprPlain(v)}, nil
	case KindRange:
		return hkey{kind: hTime, n: uint64(v.kind), s: reprPlain(v)}, nil
	case KindList, KindDict, KindSlice, KindSafeNone:
		return hkey{}, errUnhashable
	case KindUndefined:
		return hkey{kind: hIdentity, p: new(byte)}, nil
	}
	return hkey{kind: hIdentity, n: uint64(v.kind), s: v.str, p: v.obj}, nil
}

// hashKey is hashKey of what a proxy stands for.
func (m *machine) hashKey(v Value) (hkey, error) {
	if v.kind == KindProxy {
		f, err := m.force(v)
		if err != nil {
			return hkey{}, err
		}
		v = f
	}
	if err := m.steps(len(v.str) / 256); err != nil {
		return hkey{}, err
	}
	return hashKey(v)
}

func floatKey(f float64) hkey {
	if f != f {
		return hkey{kind: hUnique, p: new(byte)}
	}
	if f == math.Trunc(f) {
		if math.Abs(f) < 1<<63 {
			return hkey{kind: hInt, n: uint64(int64(f))}
		}
		if !math.IsInf(f, 0) {
			b, _ := big.NewFloat(f).Int(nil)
			if b.IsInt64() {
				return hkey{kind: hInt, n: uint64(b.Int64())}
			}
			return hkey{kind: hBig, s: b.String()}
		}
	}
	return hkey{kind: hFloat, n: math.Float64bits(f)}
}

func (h hkey) write(b *strings.Builder) {
	var buf [17]byte
	buf[0] = h.kind
	le.LittleEndian.PutUint64(buf[1:], h.n)
	le.LittleEndian.PutUint64(buf[9:], uint64(len(h.s)))
	b.Write(buf[:])
	b.WriteString(h.s)
}

const hashModulus = 1<<61 - 1

// hashNumber is hash() of a number. Of strings hash() is different in every
// Python process, so any value will do there.
func hashNumber(v Value) int64 {
	switch v.kind {
	case KindBool:
		return int64(v.num)
	case KindInt:
		m := new(big.Int).Abs(v.big())
		r := int64(m.Mod(m, big.NewInt(hashModulus)).Uint64())
		if v.big().Sign() < 0 {
			r = -r
		}
		if r == -1 {
			r = -2
		}
		return r
	}
	f := v.float()
	switch {
	case math.IsInf(f, 1):
		return 314159
	case math.IsInf(f, -1):
		return -314159
	case f != f:
		return 0
	}
	mant, exp := math.Frexp(math.Abs(f))
	m := uint64(mant * (1 << 53))
	exp -= 53
	e := ((exp % 61) + 61) % 61
	r := new(big.Int).Lsh(new(big.Int).SetUint64(m), uint(e))
	h := int64(r.Mod(r, big.NewInt(hashModulus)).Uint64())
	if f < 0 {
		h = -h
	}
	if h == -1 {
		h = -2
	}
	return h
}

func hashOther(h hkey) int64 {
	var b strings.Builder
	h.write(&b)
	f := fnv.New64a()
	f.Write([]byte(b.String()))
	return int64(f.Sum64() &^ (1 << 63))
}
