package aim

import (
	"bytes"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
)

// newMetaReader returns a reader of the metadata of a run.
func newMetaReader(hash string, blobs tree.Getter) *metaReader {
	return &metaReader{meta: &Meta{Hash: hash}, blobs: blobs, contexts: map[int64]*codec.Builder{}}
}

// followedMeta is metadata that is followed. Tracking changes fields of the
// entries of traces, one assignment after the other; these are carried out.
// After anything else the metadata is read again: it is small.
type followedMeta struct {
	*Meta
	prefix []byte         // of the run
	traces map[string]int // by the path behind the section
	stale  bool           // to be read again

	assigned map[string]*assignment // by path
	open     *assignment            // the one that ops go on with
	changed  []int                  // traces with changes that were not told yet
}

// assignment is a value on its way to a field of a trace: a deletion of what
// was there, and its leaves one by one.
type assignment struct {
	path  []byte // whole
	trace int
	field string
	value codec.Builder
	any   bool
}

func newFollowedMeta(m *Meta) *followedMeta {
	f := &followedMeta{
		Meta:   m,
		prefix: codec.Path{codec.StringKey(metaName), codec.StringKey(chunksName), codec.StringKey(m.Hash)}.Append(nil),
		traces: make(map[string]int, len(m.Traces)), assigned: map[string]*assignment{},
	}
	for i := range m.Traces {
		f.traces[string(appendTracePath(nil, &m.Traces[i]))] = i
	}
	return f
}

// op takes one op of the writer.
func (f *followedMeta) op(op rocks.Op) error {
	if f.stale {
		return nil
	}
	key, ok := bytes.CutPrefix(op.Key, f.prefix)
	if op.Kind == rocks.OpRangeDelete && !ok {
		// One that begins before the run may reach into it.
		f.stale = bytes.Compare(op.Key, f.prefix) < 0 && bytes.Compare(op.Value, f.prefix) > 0
		return nil
	}
	if !ok {
		return nil // the union of all runs, and blobs
	}
	section, rest, ok := codec.Next(key)
	if !ok || section.IsInt {
		f.stale = op.Kind != rocks.OpPut
		return nil
	}
	switch string(section.Str) {
	case sectionTraces:
		if !f.field(op, rest) {
			f.stale = true
		}
	case sectionAttrs, sectionContexts, sectionEndTime, sectionArtifacts, sectionArtifactsURI:
		f.stale = true
	default:
		f.stale = op.Kind == rocks.OpRangeDelete && !oneSubtree(op)
	}
	return nil
}

// oneSubtree reports whether a range deletion is of a path and what is below.
func oneSubtree(op rocks.Op) bool {
	n := len(op.Key)
	return len(op.Value) == n+1 && op.Value[n] == 0xFF && bytes.Equal(op.Value[:n], op.Key)
}

// field takes an op on a field of a trace; false if it is another op.
func (f *followedMeta) field(op rocks.Op, rest []byte) bool {
	if f.open != nil && op.Kind == rocks.OpPut && bytes.HasPrefix(op.Key, f.open.path) {
		return f.open.put(op)
	}
	n, ok := pathLength(rest, 2)
	if !ok {
		return false
	}
	trace, known := f.traces[string(rest[:n])]
	name, below, ok := codec.Next(rest[n:])
	if !known || !ok || name.IsInt {
		return false
	}
	field := string(name.Str)
	if field == "dtype" || field == "version" {
		return false // what the trace is
	}
	path := op.Key[:len(op.Key)-len(below)]
	switch {
	case op.Kind == rocks.OpRangeDelete:
		if len(below) > 0 || !oneSubtree(op) {
			return false
		}
		f.open = &assignment{path: bytes.Clone(path), trace: trace, field: field}
		f.assigned[string(path)] = f.open
		return true
	case op.Kind == rocks.OpPut:
		if f.open = f.assigned[string(path)]; f.open == nil {
			return false
		}
		return f.open.put(op)
	}
	return false
}

// put takes a leaf. Blobs are left out, as they are when an entry is read.
func (a *assignment) put(op rocks.Op) bool {
	if a.any = true; len(op.Value) == 0 {
		return true
	}
	return a.value.Add(op.Key[len(a.path):], op.Value)
}

// take carries out the assignments and answers the traces that they changed.
func (f *followedMeta) take() []int {
	for _, a := range f.assigned {
		t := &f.Traces[a.trace]
		at, found := slices.BinarySearchFunc(t.Stored, a.field, func(s Field, name string) int { return compareKeys(s.Name, name) })
		stored := slices.Clone(t.Stored) // the old ones were given out
		switch value := (Field{Name: a.field, Value: a.value.Value()}); {
		case found && a.any:
			stored[at] = value
		case found:
			stored = slices.Delete(stored, at, at+1)
		case a.any:
			stored = slices.Insert(stored, at, value)
		}
		t.Stored = stored
		f.changed = append(f.changed, a.trace)
	}
	clear(f.assigned)
	f.open = nil
	slices.Sort(f.changed)
	out := slices.Clone(slices.Compact(f.changed))
	f.changed = f.changed[:0]
	return out
}

// compareKeys orders names as their keys are: first_step comes before first.
func compareKeys(a, b string) int {
	return bytes.Compare(codec.AppendStringKey(nil, a), codec.AppendStringKey(nil, b))
}
