package catalog

import (
	"bytes"
	"unsafe"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
)

// LookAt implements aimql.StoredParams. A row never changes, so that a text can
// be looked at where it is.
func (q *queryRun) LookAt(p *aimql.Path) (aimql.Value, bool) {
	if p.Index >= 0 && p.Index < len(q.res.columns) && q.res.columns[p.Index] >= 0 {
		if ref, ok := q.row.findParam(uint32(q.res.columns[p.Index])); ok {
			if stored := storedAt(q.row.Run.Params[ref.from:ref.to]); len(stored) > 0 {
				if stored[0] == codec.TagString {
					return aimql.Str(unsafe.String(unsafe.SliceData(stored[1:]), len(stored)-1)), true
				}
				if v, ok := scalarOf(stored); ok {
					return v, true
				}
			}
		}
	}
	return q.Param(p)
}

// storedAt is the tagged value of a leaf that is all of data and short; nil for
// any other.
func storedAt(data []byte) []byte {
	const long = 0x80 // begins a length of several bytes
	if len(data) == 0 || data[0] >= long {
		return nil
	}
	at := 1 + int(data[0])
	if at >= len(data) || data[at] >= long || at+1+int(data[at]) != len(data) {
		return nil
	}
	return data[at+1:]
}

// maxKeyLists bounds for how many dicts the keys are kept.
const maxKeyLists = 256

// Keys implements aimql.StoredParams.
func (q *queryRun) Keys(p *aimql.Path) ([]aimql.Value, bool) {
	var path []byte
	if p.Index >= 0 && p.Index < len(q.res.paths) {
		path = q.res.paths[p.Index]
	} else {
		path = encodeKeys(p.Keys)
	}
	known := q.keys[string(path)]
	keys, ok := q.row.keysAt(path, known)
	if ok && len(keys) > 0 && (len(known) != len(keys) || &known[0] != &keys[0]) && len(q.keys) < maxKeyLists {
		q.keys[string(path)] = keys
	}
	return keys, ok
}

// keysAt lists the keys of the dict of which dictAt makes a value, and is false
// where that is. Known are the keys another run has there: where they are the
// same they are the answer.
func (r *Row) keysAt(path []byte, known []aimql.Value) ([]aimql.Value, bool) {
	data := r.Run.Params
	own := false // keys are not a beginning of known
	keys, n := known, 0
	put := func(name []byte) {
		if !own {
			if n < len(known) {
				if s, _ := known[n].AsStr(); s == string(name) {
					n++
					return
				}
			}
			own, keys = true, append(make([]aimql.Value, 0, max(len(known), 16)), known[:n]...)
		}
		keys, n = append(keys, aimql.Str(string(name))), n+1
	}
	var child []byte // path of the last key, below which nothing is another one
	found := false
	for at := 0; at < len(data); {
		l, ok := nextLeaf(data, at)
		if !ok {
			return nil, false
		}
		at = l.to
		if !bytes.HasPrefix(l.path, path) {
			if found {
				break
			}
			continue
		}
		found = true
		if child != nil && bytes.HasPrefix(l.path, child) {
			continue
		}
		rest := l.path[len(path):]
		end := bytes.IndexByte(rest, codec.Sentinel)
		if end <= 0 || len(l.value) == 0 {
			return nil, false
		}
		child = l.path[:len(path)+end+1]
		if end == len(rest)-1 && l.value[0] < tagArray && !wellFormed(l.value) {
			return nil, false
		}
		put(rest[:end])
	}
	return keys[:n:n], found
}

// wellFormed tells whether scalarOf has an answer.
func wellFormed(stored []byte) bool {
	switch stored[0] {
	case codec.TagNone:
		return len(stored) == 1
	case codec.TagBool:
		return len(stored) == 2
	case codec.TagInt, codec.TagFloat:
		return len(stored) == 9
	}
	return stored[0] == codec.TagString
}
