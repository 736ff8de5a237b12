package aimqltest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"aimdesk/backend/aimql"
)

// Decode reads a value in the encoding of the fixture files: JSON with
// {"$float": "nan"}, {"$int": "…"}, {"$bytes": base64} and {"$dict": [[k, v]]}.
// Dicts keep the order of the text.
func Decode(raw []byte) (aimql.Value, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return decodeNext(d)
}

func decodeNext(d *json.Decoder) (aimql.Value, error) {
	t, err := d.Token()
	if err != nil {
		return aimql.Value{}, fmt.Errorf("read value: %w", err)
	}
	switch t := t.(type) {
	case nil:
		return aimql.None(), nil
	case bool:
		return aimql.Bool(t), nil
	case string:
		return aimql.Str(t), nil
	case json.Number:
		if strings.ContainsAny(t.String(), ".eE") {
			f, err := t.Float64()
			return aimql.Float(f), err
		}
		b, ok := new(big.Int).SetString(t.String(), 10)
		if !ok {
			return aimql.Value{}, fmt.Errorf("read value: bad number %q", t)
		}
		return aimql.BigInt(b), nil
	case json.Delim:
		if t == '[' {
			var items []aimql.Value
			for d.More() {
				v, err := decodeNext(d)
				if err != nil {
					return aimql.Value{}, err
				}
				items = append(items, v)
			}
			_, err := d.Token()
			return aimql.List(items...), err
		}
		var pairs []aimql.Pair
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return aimql.Value{}, fmt.Errorf("read key: %w", err)
			}
			v, err := decodeNext(d)
			if err != nil {
				return aimql.Value{}, err
			}
			pairs = append(pairs, aimql.Pair{Key: aimql.Str(k.(string)), Value: v})
		}
		if _, err := d.Token(); err != nil {
			return aimql.Value{}, fmt.Errorf("read value: %w", err)
		}
		if len(pairs) == 1 {
			k, _ := pairs[0].Key.AsStr()
			if v, ok, err := special(k, pairs[0].Value); ok || err != nil {
				return v, err
			}
		}
		return aimql.Dict(pairs...), nil
	}
	return aimql.Value{}, fmt.Errorf("read value: unexpected %v", t)
}

func special(key string, v aimql.Value) (aimql.Value, bool, error) {
	s, isStr := v.AsStr()
	switch key {
	case "$float":
		f, err := strconv.ParseFloat(s, 64)
		return aimql.Float(f), true, err
	case "$int":
		b, ok := new(big.Int).SetString(s, 10)
		if !ok || !isStr {
			return aimql.Value{}, true, fmt.Errorf("read value: bad integer %q", s)
		}
		return aimql.BigInt(b), true, nil
	case "$bytes":
		b, err := base64.StdEncoding.DecodeString(s)
		return aimql.Bytes(string(b)), true, err
	case "$dict":
		items, _ := v.Items()
		var pairs []aimql.Pair
		for _, it := range items {
			kv, ok := it.Items()
			if !ok || len(kv) != 2 {
				return aimql.Value{}, true, fmt.Errorf("read value: bad $dict")
			}
			pairs = append(pairs, aimql.Pair{Key: kv[0], Value: kv[1]})
		}
		return aimql.Dict(pairs...), true, nil
	case "$object":
		items, _ := v.Items()
		if len(items) != 2 {
			return aimql.Value{}, true, fmt.Errorf("read value: bad $object")
		}
		name, _ := items[0].AsStr()
		fields, _ := items[1].Pairs()
		return aimql.Object(name, fields...), true, nil
	}
	return aimql.Value{}, false, nil
}
