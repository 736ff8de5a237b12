package catalog_test

import (
	"context"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/store"
)

// Dicts of params are the same to a query whatever is in them.
func TestQueriesSeeWholeDicts(t *testing.T) {
	entry := func(key string, v codec.Value) codec.Entry { return codec.Entry{Key: codec.StringKey(key), Value: v} }
	list := codec.ListValue([]codec.Value{codec.IntValue(1), codec.StringValue("x")})
	plain := codec.DictValue([]codec.Entry{
		entry("int", codec.IntValue(-3)), entry("float", codec.FloatValue(0.5)), entry("text", codec.StringValue("þ")),
		entry("yes", codec.BoolValue(true)), entry("none", codec.Value{}), entry("list", list), entry("empty", codec.ListValue(nil)),
		entry("nothing", codec.DictValue(nil)), entry("deep", codec.DictValue([]codec.Entry{entry("a", codec.IntValue(1)), entry("b", list)})),
		entry("bytes", codec.BytesValue([]byte("b"))),
	})
	numbered := codec.DictValue([]codec.Entry{{Key: codec.IntKey(7), Value: codec.IntValue(1)}, entry("", codec.IntValue(2))})
	r := &store.Run{Hash: "h", Params: codec.EncodeLeaves(codec.DictValue([]codec.Entry{
		entry("before", codec.IntValue(0)), entry("p", plain), entry("q", numbered), entry("z", codec.IntValue(9)),
	}))}
	// A scalar with something below it, which Aim can be made to write.
	leaf := func(v codec.Value, keys ...string) {
		var path codec.Path
		for _, k := range keys {
			path = append(path, codec.StringKey(k))
		}
		r.Params = codec.Leaves(r.Params).Append(path.Append(nil), codec.AppendValue(nil, v))
	}
	leaf(codec.IntValue(1), "zz", "both")
	leaf(codec.IntValue(2), "zz", "both", "below")
	c := catalog.New("r")
	c.Put(r, aim.State{Name: aim.StateFinished})
	row, _ := c.Row("h")
	for text, want := range map[string]bool{
		`len(run.p) == 10`: true,
		`run.p == {"int": -3, "float": 0.5, "text": "þ", "yes": True, "none": None, "list": [1, "x"], "empty": [], "nothing": {}, "deep": {"a": 1, "b": [1, "x"]}, "bytes": run.p.bytes}`: true,
		`list(run.p)[:4] == ["int", "float", "text", "yes"]`:                  true,
		`any(k == "deep" for k in run.p)`:                                     true,
		`any(k == "before" for k in run.p)`:                                   false,
		`run.p.deep == {"a": 1, "b": [1, "x"]}`:                               true,
		`run.p.int == -3 and run.p.float == 0.5 and run.p.text == "þ"`:        true,
		`run.p.yes == True and run.p.none == None and run.p.list == [1, "x"]`: true,
		`run.z == 9 and run.before == 0`:                                      true,
		`len(run.q) == 2`:                                                     true,
		`len(run.zz) == 1 and run.zz.both.below == 2`:                         true,
	} {
		q, err := aimql.Compile(text, aimql.Runs, aimql.Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := catalog.NewMatcher(q).MatchRun(context.Background(), row); got != want {
			t.Errorf("%s is %t, want %t", text, got, want)
		}
	}
}
