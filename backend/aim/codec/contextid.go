package codec

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// noneID is the identity of None.
const noneID = 1393794177995070132

// Salts that keep the identities of different types apart.
const (
	saltNumber = -7494597716789683807
	saltBytes  = -6836296829636613855
	saltString = 7540324813251503183
	saltList   = 2965039128708897743
	saltDict   = -2435585119574290752
)

// ContextID is the integer by which a repository names a context, and the row
// key of a step. Values that are equal in Python have the same one: 1, 1.0 and
// True, and integers beyond 2^53 that round to the same float.
func ContextID(v Value) int64 {
	switch v.kind {
	case KindBool, KindInt, KindFloat:
		f, _ := v.Number()
		return blake2b64(appendID(nil, hashFloat(f)), saltNumber)
	case KindString:
		return blake2b64([]byte(v.text), saltString)
	case KindBytes:
		return blake2b64([]byte(v.text), saltBytes)
	case KindList:
		var data []byte
		for _, x := range v.List() {
			data = appendID(data, ContextID(x))
		}
		return blake2b64(data, saltList)
	case KindDict, KindObject:
		return dictID(v.Entries())
	}
	return noneID
}

// StepID is the row key of an integer step.
func StepID(step int64) int64 { return ContextID(IntValue(step)) }

func dictID(entries []Entry) int64 {
	type pair struct{ key, both int64 }
	pairs := make([]pair, len(entries))
	for i, e := range entries {
		key := blake2b64([]byte(e.Key.Str), saltString)
		if e.Key.IsInt {
			key = ContextID(IntValue(e.Key.Int))
		}
		both := appendID(appendID(nil, key), ContextID(e.Value))
		pairs[i] = pair{key, blake2b64(both, saltList)}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	var data []byte
	for _, p := range pairs {
		data = appendID(data, p.both)
	}
	return blake2b64(data, saltDict)
}

func appendID(dst []byte, id int64) []byte { return binary.LittleEndian.AppendUint64(dst, uint64(id)) }

// Python hashes numbers modulo the Mersenne prime 2^61 - 1.
const (
	hashBits    = 61
	hashModulus = 1<<hashBits - 1
	hashInf     = 314159
)

// hashFloat is Python's hash of a float: its value modulo the prime, with its
// sign. Unlike Python's own function it does not replace -1.
func hashFloat(f float64) int64 {
	switch {
	case math.IsNaN(f):
		return 0
	case math.IsInf(f, 1):
		return hashInf
	case math.IsInf(f, -1):
		return -hashInf
	}
	frac, exp := math.Frexp(math.Abs(f))
	mantissa := uint64(math.Ldexp(frac, 53)) // exact: a float has 53 bits
	// Multiplying by 2^n modulo the prime rotates by n modulo 61.
	turn := ((exp-53)%hashBits + hashBits) % hashBits
	hi, lo := bits.Mul64(mantissa, 1<<turn)
	x := (lo & hashModulus) + (hi<<(64-hashBits) | lo>>hashBits)
	x = (x & hashModulus) + x>>hashBits
	if x == hashModulus {
		x = 0
	}
	if math.Signbit(f) {
		return -int64(x)
	}
	return int64(x)
}
