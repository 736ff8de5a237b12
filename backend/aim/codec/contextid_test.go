package codec

import (
	"math"
	"testing"
)

func dict(pairs ...any) Value {
	var entries []Entry
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, Entry{StringKey(pairs[i].(string)), pairs[i+1].(Value)})
	}
	return DictValue(entries)
}

// The expected numbers were computed by Aim 3.29.1.
func TestContextIDIsAims(t *testing.T) {
	hex := func(u uint64) int64 { return int64(u) }
	for _, c := range []struct {
		v    Value
		want int64
	}{
		{Value{}, 1393794177995070132},
		{dict(), -4504863053055089774},
		{dict("subset", StringValue("train")), -8686149688933388395},
		{dict("subset", StringValue("val")), 5190394695475244853},
		{StringValue("a"), -7370611057014097113},
		{IntValue(0), 487590686800389010},
		{IntValue(1), hex(0x5e8ed1f522ee3952)},
		{IntValue(2), hex(0xf37bf1f5a96de7a5)},
		{IntValue(3), hex(0xbfaa2c06b27fd039)},
		{IntValue(4), hex(0x0d4fe50b554f976d)},
		{IntValue(-1), hex(0xe3ce88f9566d9b6d)},
		{ListValue([]Value{IntValue(1), IntValue(2)}), 3353234803786202970},
		{dict("a", IntValue(1), "b", IntValue(2)), 2278036228794035492},
		{dict("b", IntValue(2), "a", IntValue(1)), 2278036228794035492},
	} {
		if got := ContextID(c.v); got != c.want {
			t.Errorf("ContextID(%s) = %d, want %d", c.v.AppendJSON(nil), got, c.want)
		}
	}
}

func TestContextIDFollowsPythonEquality(t *testing.T) {
	one := ContextID(IntValue(1))
	if ContextID(FloatValue(1)) != one || ContextID(BoolValue(true)) != one || StepID(1) != one {
		t.Error("1, 1.0, True and step 1 differ")
	}
	if ContextID(IntValue(1<<53)) != ContextID(IntValue(1<<53+1)) {
		t.Error("2^53 and 2^53+1 differ")
	}
	if ContextID(FloatValue(0.5)) == ContextID(FloatValue(1.5)) {
		t.Error("0.5 and 1.5 are the same")
	}
	if ContextID(FloatValue(0)) != ContextID(FloatValue(math.Copysign(0, -1))) {
		t.Error("0.0 and -0.0 differ")
	}
}

// The expected numbers are hash(f) of CPython 3.11.
func TestHashFloat(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want int64
	}{
		{0, 0}, {1, 1}, {0.5, 1152921504606846976}, {1.5, 1152921504606846977},
		{-0.5, -1152921504606846976}, {0.1, 230584300921369408}, {1e300, 1224995262755759164},
		{5e-324, 16777216}, {math.Inf(1), 314159}, {math.Inf(-1), -314159}, {math.NaN(), 0},
		{1 << 61, 1}, {1<<53 + 2, 9007199254740994}, {-1, -1}, {math.Pi, 326490430436040707},
	} {
		if got := hashFloat(c.f); got != c.want {
			t.Errorf("hashFloat(%v) = %d, want %d", c.f, got, c.want)
		}
	}
}

func TestBlake2bSpansBlocks(t *testing.T) {
	// hashlib.blake2b(bytes(range(200)), digest_size=8, salt=(5).to_bytes(8,'little')) and shorter inputs.
	data := make([]byte, 256)
	for i := range data {
		data[i] = byte(i)
	}
	for n, want := range blakeVectors {
		if got := blake2b64(data[:n], 5); got != want {
			t.Errorf("%d bytes: got %d, want %d", n, got, want)
		}
	}
}
