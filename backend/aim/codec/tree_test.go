package codec

import (
	"bytes"
	"encoding/hex"
	"math"
	"reflect"
	"testing"
)

func TestPathEncoding(t *testing.T) {
	for _, c := range []struct {
		path Path
		hex  string
	}{
		{Path{StringKey("meta")}, "6d657461fe"},
		{Path{StringKey("a"), IntKey(0), StringKey("b")}, "61fefe0000000000000000fe62fe"},
		{Path{IntKey(254)}, "fe00000000000000fefe"},
		{Path{IntKey(-1)}, "fefffffffffffffffffe"},
		{Path{IntKey(math.MinInt64)}, "fe8000000000000000fe"},
		{Path{StringKey("þ")}, "c3befe"},
		{Path{StringKey("a.b"), StringKey("c/d")}, "612e62fe632f64fe"},
		{Path{StringKey("e"), StringKey("")}, "65fefe"},
		{Path{StringKey("e"), StringKey(""), StringKey("a")}, "65fefe61fe"},
	} {
		enc := c.path.Append(nil)
		if hex.EncodeToString(enc) != c.hex {
			t.Errorf("%v: encoded %x, want %s", c.path, enc, c.hex)
		}
		got, err := DecodePath(enc)
		if err != nil || !reflect.DeepEqual(got, c.path) {
			t.Errorf("%s: decoded %v, %v; want %v", c.hex, got, err, c.path)
		}
	}
}

func TestDecodePathRefuses(t *testing.T) {
	if _, err := DecodePath([]byte("open")); err == nil {
		t.Error("an open component was decoded")
	}
	if _, err := DecodePath(bytes.Repeat([]byte("a\xfe"), MaxDepth+1)); err == nil {
		t.Error("a path beyond the depth limit was decoded")
	}
}

func TestDecodeValue(t *testing.T) {
	for _, c := range []struct {
		hex  string
		want Value
	}{
		{"00", Value{}}, {"0101", BoolValue(true)}, {"0100", BoolValue(false)},
		{"02ffffffffffffffff", IntValue(-1)}, {"03000000000000f83f", FloatValue(1.5)},
		{"04", StringValue("")}, {"0500fe", BytesValue([]byte{0, 0xfe})},
		{"06", ListValue(nil)}, {"07", DictValue(nil)}, {"0f61696d2e74657874", ObjectValue("aim.text", nil)},
		{"99aa", Value{}},
	} {
		b, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeValue(b)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, %v; want %v", c.hex, got, err, c.want)
		}
		if b[0] < 0x20 {
			if enc := AppendValue(nil, got); !bytes.Equal(enc, b) {
				t.Errorf("%s: encoded again as %x", c.hex, enc)
			}
		}
	}
	for _, short := range []string{"", "\x01", "\x02abc", "\x03\x00"} {
		if v, err := DecodeValue([]byte(short)); err == nil {
			t.Errorf("%q was decoded as %v", short, v)
		}
	}
}

var sample = dict(
	"h", dict("d", dict(), "e", ListValue(nil), "lr", FloatValue(0.001),
		"l", ListValue([]Value{IntValue(1), dict("a", BoolValue(true)), {}, ListValue([]Value{ListValue(nil)})})),
	"", StringValue("empty key"),
	"img", ObjectValue("aim.image", []Entry{{StringKey("data"), BytesValue([]byte("png"))}}),
	"n", DictValue([]Entry{{IntKey(1), StringValue("one")}, {IntKey(-7), Value{}}}),
)

func TestLeavesRoundTrip(t *testing.T) {
	for _, v := range []Value{sample, {}, IntValue(7), StringValue("x"), dict(), ListValue(nil), ListValue([]Value{{}, IntValue(1)}), ObjectValue("t", nil)} {
		got := DecodeTree(EncodeLeaves(v))
		if string(got.AppendJSON(nil)) != string(v.AppendJSON(nil)) || got.Kind() != v.Kind() {
			t.Errorf("got %s, want %s", got.AppendJSON(nil), v.AppendJSON(nil))
		}
	}
}

func TestLeavesLookup(t *testing.T) {
	l := EncodeLeaves(sample)
	for _, c := range []struct {
		path Path
		want string
	}{
		{Path{StringKey("h"), StringKey("lr")}, "0.001"},
		{Path{StringKey("h"), StringKey("l"), IntKey(1)}, `{"a":true}`},
		{Path{StringKey("h"), StringKey("l")}, `[1,{"a":true},null,[[]]]`},
		{Path{StringKey("img")}, `{"data":{"$bytes":"cG5n"}}`},
	} {
		v, ok := l.Lookup(c.path)
		if !ok || string(v.AppendJSON(nil)) != c.want {
			t.Errorf("%v: got %s, %v; want %s", c.path, v.AppendJSON(nil), ok, c.want)
		}
		if v, ok := sample.At(c.path); !ok || string(v.AppendJSON(nil)) != c.want {
			t.Errorf("At(%v): got %s, %v", c.path, v.AppendJSON(nil), ok)
		}
	}
	if v, ok := l.Lookup(Path{StringKey("nope")}); ok {
		t.Errorf("found %v under a path that is not there", v)
	}
}

// leaf is one entry of a tree for tests.
type leaf struct {
	path  Path
	value Value
}

func tree(leaves ...leaf) (Value, int) {
	var b Builder
	for _, l := range leaves {
		b.Add(l.path.Append(nil), AppendValue(nil, l.value))
	}
	return b.Value(), b.Conflicts()
}

func TestBuilder(t *testing.T) {
	x := StringKey("x")
	for _, c := range []struct {
		name      string
		leaves    []leaf
		want      string
		conflicts int
	}{
		{"nothing", nil, `{}`, 0},
		{"marker and children", []leaf{{nil, dict()}, {Path{x}, IntValue(1)}}, `{"x":1}`, 0},
		{"sparse list", []leaf{{Path{x}, ListValue(nil)}, {Path{x, IntKey(2)}, IntValue(9)}}, `{"x":[null,null,9]}`, 0},
		{"list with a stray index", []leaf{{Path{x}, ListValue(nil)}, {Path{x, IntKey(1 << 50)}, IntValue(9)}}, `{"x":{"$dict":[[1125899906842624,9]]}}`, 0},
		{"list with a string key", []leaf{{Path{x}, ListValue(nil)}, {Path{x, x}, IntValue(9)}}, `{"x":{"x":9}}`, 0},
		{"integers without a marker", []leaf{{Path{x, IntKey(0)}, IntValue(9)}}, `{"x":{"$dict":[[0,9]]}}`, 0},
		{"scalar and children", []leaf{{Path{x}, IntValue(1)}, {Path{x, x}, IntValue(2)}}, `{"x":{"":1,"x":2}}`, 1},
	} {
		v, conflicts := tree(c.leaves...)
		if got := string(v.AppendJSON(nil)); got != c.want || conflicts != c.conflicts {
			t.Errorf("%s: got %s with %d conflicts, want %s with %d", c.name, got, conflicts, c.want, c.conflicts)
		}
	}
}

func FuzzDecodePath(f *testing.F) {
	for _, s := range []string{"", "meta\xfe", "a\xfe\xfe\x00\x00\x00\x00\x00\x00\x00\x00\xfeb\xfe", "e\xfe\xfe", "\xfea\xfe", "open"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePath(b)
		if err == nil && !bytes.Equal(p.Append(nil), b) {
			t.Errorf("%x was decoded as %v, which encodes to %x", b, p, p.Append(nil))
		}
	})
}

func FuzzDecodeValue(f *testing.F) {
	for _, s := range []string{"", "\x00", "\x01\x01", "\x02\x01\x00\x00\x00\x00\x00\x00\x00", "\x04text", "\x0faim.image", "\x99"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := DecodeValue(b)
		if err != nil {
			return
		}
		again, err := DecodeValue(AppendValue(nil, v))
		if err != nil || string(again.AppendJSON(nil)) != string(v.AppendJSON(nil)) {
			t.Errorf("%x: decoded as %s, again as %s (%v)", b, v.AppendJSON(nil), again.AppendJSON(nil), err)
		}
	})
}

func FuzzDecodeTree(f *testing.F) {
	f.Add([]byte(EncodeLeaves(sample)))
	f.Add([]byte(EncodeLeaves(dict())))
	f.Add([]byte("\x02a\xfe\x02\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		v := DecodeTree(b)
		once := string(v.AppendJSON(nil))
		again := string(DecodeTree(EncodeLeaves(v)).AppendJSON(nil))
		if len(once) > 0 && len(again) == 0 {
			t.Errorf("%x: %s became nothing", b, once)
		}
		ContextID(v)
		_ = ContextText(v)
	})
}
