// Package aimjson compares what Aimdesk's command line prints with what real
// Aim said of the same repository, as backend/testdata/repos/oracle.py writes
// it. Tests of recorded repositories and of ones that were just written share
// it.
package aimjson

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// Decode reads one JSON value and keeps the text of numbers.
func Decode(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("decode %.200s: %w", data, err)
	}
	return nil
}

// Rows decodes objects that follow each other, one a line.
func Rows(out string) ([]map[string]any, error) {
	var rows []map[string]any
	dec := json.NewDecoder(strings.NewReader(out))
	dec.UseNumber()
	for {
		var row map[string]any
		if err := dec.Decode(&row); errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return nil, fmt.Errorf("decode row %d: %w", len(rows), err)
		}
		rows = append(rows, row)
	}
}

// Same compares JSON values: a float has a point or an exponent, an integer
// neither, and both must be equal in value and in kind.
func Same(a, b any) error {
	switch x := a.(type) {
	case json.Number:
		y, ok := b.(json.Number)
		if !ok {
			return fmt.Errorf("%v against %v", a, b)
		}
		return sameNumber(x, y)
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return fmt.Errorf("lists differ: %.200v against %.200v", a, b)
		}
		for i := range x {
			if err := Same(x[i], y[i]); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return fmt.Errorf("objects differ: %.300v against %.300v", a, b)
		}
		for k := range x {
			if err := Same(x[k], y[k]); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
		return nil
	}
	if !reflect.DeepEqual(a, b) {
		return fmt.Errorf("%v against %v", a, b)
	}
	return nil
}

func sameNumber(x, y json.Number) error {
	if isFloat(x) != isFloat(y) {
		return fmt.Errorf("%s against %s: one is a float, one an integer", x, y)
	}
	if isFloat(x) {
		f, err1 := x.Float64()
		g, err2 := y.Float64()
		if err1 != nil || err2 != nil || math.Float64bits(f) != math.Float64bits(g) {
			return fmt.Errorf("%s against %s", x, y)
		}
		return nil
	}
	i, ok1 := new(big.Int).SetString(x.String(), 10)
	j, ok2 := new(big.Int).SetString(y.String(), 10)
	if !ok1 || !ok2 || i.Cmp(j) != 0 {
		return fmt.Errorf("%s against %s", x, y)
	}
	return nil
}

func isFloat(n json.Number) bool { return strings.ContainsAny(n.String(), ".eE") }

// Digest is the checksum of a column as it is recorded: SHA-256 over
// little-endian float64, Python's NaN for every NaN.
func Digest(column any) (string, error) {
	list, ok := column.([]any)
	if !ok {
		return "", fmt.Errorf("%v is no column", column)
	}
	h := sha256.New()
	for _, v := range list {
		f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		if err != nil {
			return "", fmt.Errorf("read column: %w", err)
		}
		bits := math.Float64bits(f)
		if math.IsNaN(f) {
			bits = 0x7ff8000000000000
		}
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], bits)
		h.Write(b[:])
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// pythonJSON is a value as json.dumps(…, sort_keys=True, ensure_ascii=False)
// writes it.
func pythonJSON(data []byte) (string, error) {
	var v any
	if err := Decode(data, &v); err != nil {
		return "", err
	}
	text, err := appendPython(nil, v)
	return string(text), err
}

func appendPython(dst []byte, v any) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		dst = append(dst, '{')
		for i, k := range keys {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			if dst, err = appendPython(dst, k); err != nil {
				return dst, err
			}
			dst = append(dst, ": "...)
			if dst, err = appendPython(dst, v[k]); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case []any:
		dst = append(dst, '[')
		for i, x := range v {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			if dst, err = appendPython(dst, x); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return dst, fmt.Errorf("write context: %w", err)
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...), nil
}
