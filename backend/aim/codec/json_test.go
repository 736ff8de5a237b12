package codec

import (
	"encoding/json"
	"math"
	"testing"
)

func TestAppendFloatIsPythonsRepr(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {1, "1.0"}, {1e15, "1000000000000000.0"}, {1e16, "1e+16"},
		{9999999999999998, "9999999999999998.0"}, {123456789012345678, "1.2345678901234568e+17"},
		{1e-4, "0.0001"}, {1e-5, "1e-05"}, {0.00012345, "0.00012345"}, {5e-324, "5e-324"},
		{math.MaxFloat64, "1.7976931348623157e+308"}, {1e22, "1e+22"}, {1.0 / 3, "0.3333333333333333"},
		{math.NaN(), `"nan"`}, {math.Inf(1), `"inf"`}, {math.Inf(-1), `"-inf"`},
	} {
		if got := string(AppendFloat(nil, c.f)); got != c.want {
			t.Errorf("AppendFloat(%v) = %s, want %s", c.f, got, c.want)
		}
	}
}

func TestAppendJSON(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Value{}, `null`},
		{BoolValue(true), `true`},
		{IntValue(1 << 53), `9007199254740992`},
		{IntValue(1<<53 + 1), `{"$int":"9007199254740993"}`},
		{IntValue(math.MinInt64), `{"$int":"-9223372036854775808"}`},
		{FloatValue(math.Inf(-1)), `{"$float":"-inf"}`},
		{BytesValue([]byte{0, 0xfe}), `{"$bytes":"AP4="}`},
		{StringValue("a\"\\\n\x00ж\u2028\U0001f600\xff"), `"a\"\\\n\u0000ж` + "\u2028\U0001f600\ufffd" + `"`},
		{ListValue(nil), `[]`},
		{dict(), `{}`},
		{dict("b", FloatValue(1), "a", ListValue([]Value{IntValue(1), {}})), `{"b":1.0,"a":[1,null]}`},
		{DictValue([]Entry{{IntKey(1), StringValue("one")}, {StringKey("x"), IntValue(2)}}), `{"$dict":[[1,"one"],["x",2]]}`},
		{ObjectValue("aim.text", []Entry{{StringKey("data"), StringValue("t")}}), `{"data":"t"}`},
	} {
		got := string(c.v.AppendJSON(nil))
		if got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s is not JSON", got)
		}
	}
}

func TestContextTextIsPythonsSortedDump(t *testing.T) {
	v := dict("ж", StringValue("ü\x7f\U0001f600"), "a", ListValue([]Value{IntValue(1), FloatValue(1.5)}), "c", dict("d", Value{}), "B", BoolValue(false))
	want := `{"B": false, "a": [1, 1.5], "c": {"d": null}, "\u0436": "\u00fc\u007f\ud83d\ude00"}`
	if got := ContextText(v); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if CompareContext(dict("rank", IntValue(10)), dict("rank", IntValue(9))) >= 0 {
		t.Error("contexts are not ordered as text")
	}
}
