package catalog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sort"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/store"
)

// paramRef places one param of a run: its column, and the bytes in Run.Params
// that hold it. A list or an object is one param, however much is below it.
type paramRef struct {
	column   uint32
	from, to uint32
}

// traceRef places one sequence of a run in Run.Traces.
type traceRef struct {
	column uint32
	trace  uint32
}

// leaf is one entry of codec.Leaves: a path and a tagged value.
type leaf struct {
	path, value []byte
	from, to    int
}

// nextLeaf reads the entry at position at; false at the end or on damage.
func nextLeaf(data []byte, at int) (leaf, bool) {
	path, next, ok := chunk(data, at)
	if !ok {
		return leaf{}, false
	}
	value, end, ok := chunk(data, next)
	return leaf{path, value, at, end}, ok
}

func chunk(data []byte, at int) ([]byte, int, bool) {
	n, w := binary.Uvarint(data[at:])
	if w <= 0 || n > uint64(len(data)-at-w) {
		return nil, 0, false
	}
	from := at + w
	return data[from : from+int(n)], from + int(n), true
}

// Tags of codec's values that begin a param with something below it.
const (
	tagArray  = 0x06
	tagObject = 0x0f
)

func internParams(in *interner, data []byte) []paramRef {
	in.begin()
	refs := make([]paramRef, 0, len(in.names))
	var whole []byte // path of the list or object that the last ref is
	for at := 0; at < len(data); {
		l, ok := nextLeaf(data, at)
		if !ok {
			break
		}
		at = l.to
		if whole != nil && bytes.HasPrefix(l.path, whole) {
			refs[len(refs)-1].to = uint32(l.to)
			continue
		}
		whole = nil
		if len(l.path) == 0 {
			continue // the marker of the root
		}
		refs = append(refs, paramRef{in.id(l.path), uint32(l.from), uint32(l.to)})
		if len(l.value) > 0 && (l.value[0] == tagArray || l.value[0] == tagObject) {
			whole = l.path
		}
	}
	if !slices.IsSortedFunc(refs, paramRef.compare) {
		slices.SortFunc(refs, paramRef.compare)
	}
	if cap(refs) > len(refs)+len(refs)/4 {
		refs = slices.Clip(slices.Clone(refs))
	}
	return refs
}

func (p paramRef) compare(q paramRef) int { return cmp.Compare(p.column, q.column) }

// traceKey is the column name of a sequence: kind, context id and name.
func traceKey(dst []byte, t *store.Trace) []byte {
	dst = append(dst, t.Kind...)
	dst = append(dst, 0)
	dst = binary.BigEndian.AppendUint64(dst, uint64(t.ContextID))
	return append(dst, t.Name...)
}

func internTraces(in *interner, traces []store.Trace) []traceRef {
	in.begin()
	refs := make([]traceRef, len(traces))
	var key []byte
	for i := range traces {
		key = traceKey(key[:0], &traces[i])
		refs[i] = traceRef{in.id(key), uint32(i)}
	}
	sort.Slice(refs, func(i, j int) bool { return refs[i].column < refs[j].column })
	return refs
}

func (r *Row) findParam(column uint32) (paramRef, bool) {
	// Where all runs have the same params, column and place are the same.
	if i := int(column); i < len(r.params) && r.params[i].column == column {
		return r.params[i], true
	}
	i := sort.Search(len(r.params), func(i int) bool { return r.params[i].column >= column })
	if i < len(r.params) && r.params[i].column == column {
		return r.params[i], true
	}
	return paramRef{}, false
}

func (r *Row) findTrace(column uint32) (*store.Trace, bool) {
	if i := int(column); i < len(r.traces) && r.traces[i].column == column {
		return &r.Run.Traces[r.traces[i].trace], true
	}
	i := sort.Search(len(r.traces), func(i int) bool { return r.traces[i].column >= column })
	if i < len(r.traces) && r.traces[i].column == column {
		return &r.Run.Traces[r.traces[i].trace], true
	}
	return nil, false
}

// paramValue decodes a param that findParam placed.
func (r *Row) paramValue(ref paramRef) (codec.Value, bool) {
	data := r.Run.Params[ref.from:ref.to]
	l, ok := nextLeaf(data, 0)
	if !ok {
		return codec.Value{}, false
	}
	if l.to == len(data) {
		v, err := codec.DecodeValue(l.value)
		return v, err == nil
	}
	if v, ok := plainList(data, l); ok {
		return v, true
	}
	return subtree(data, l.path)
}

// plainList decodes a list of scalars, whose marker is first and the beginning
// of data, without the general tree; false for anything else.
func plainList(data []byte, first leaf) (codec.Value, bool) {
	if len(first.value) != 1 || first.value[0] != tagArray {
		return codec.Value{}, false
	}
	items := make([]codec.Value, 0, 4)
	var buf [32]byte
	for at := first.to; at < len(data); {
		l, ok := nextLeaf(data, at)
		if !ok || len(l.value) == 0 || l.value[0] >= tagArray || !bytes.HasPrefix(l.path, first.path) {
			return codec.Value{}, false
		}
		key := [1]codec.Key{codec.IntKey(int64(len(items)))}
		if !bytes.Equal(l.path[len(first.path):], codec.Path(key[:]).Append(buf[:0])) {
			return codec.Value{}, false
		}
		v, err := codec.DecodeValue(l.value)
		if err != nil {
			return codec.Value{}, false
		}
		items, at = append(items, v), l.to
	}
	return codec.ListValue(items), true
}

// ParamAt decodes whatever is at an encoded path: a scalar, or the list or dict
// of all that is below it. False: there is nothing.
func (r *Row) ParamAt(path []byte) (codec.Value, bool) {
	data := r.Run.Params
	if len(path) == 0 {
		return codec.DecodeTree(data), true
	}
	from, to := -1, 0
	for at := 0; at < len(data); {
		l, ok := nextLeaf(data, at)
		if !ok {
			break
		}
		if bytes.HasPrefix(l.path, path) {
			if from < 0 {
				from = at
			}
			to = l.to
		} else if from >= 0 {
			break
		}
		at = l.to
	}
	if from < 0 {
		return codec.Value{}, false
	}
	return subtree(data[from:to], path)
}

// subtree decodes consecutive entries with their paths cut by the prefix path.
func subtree(data, path []byte) (codec.Value, bool) {
	out := make(codec.Leaves, 0, len(data))
	for at := 0; at < len(data); {
		l, ok := nextLeaf(data, at)
		if !ok || !bytes.HasPrefix(l.path, path) {
			return codec.Value{}, false
		}
		rest := l.path[len(path):]
		out = binary.AppendUvarint(out, uint64(len(rest)))
		out = append(out, rest...)
		out = binary.AppendUvarint(out, uint64(len(l.value)))
		out = append(out, l.value...)
		at = l.to
	}
	return codec.DecodeTree(out), true
}
