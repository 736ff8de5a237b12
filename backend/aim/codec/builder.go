package codec

import (
	"bytes"
)

// Holes are elements of a list that were never written. A list with more of
// them than this allows for is kept as a dict with integer keys, so that a
// stray index cannot make it huge.
const (
	holesPerElement = 4
	freeHoles       = 64
)

// Builder makes a value of the leaves of a tree, given in byte order of their
// paths. The zero Builder is ready to use.
type Builder struct {
	root  node
	stack []*node // from the root to the last leaf's node
	ends  []int   // where the components of path end, by depth
	path  []byte  // of the last leaf

	conflicts int
}

// node is one path with what was found there.
type node struct {
	key      Key
	marker   Value // empty list, dict or object; None without a marker
	scalar   Value
	hasValue bool // a scalar was found
	children []*node
}

// Conflicts counts the paths that hold both a scalar and something below it.
func (b *Builder) Conflicts() int { return b.conflicts }

// Add adds a leaf: its path relative to the root, and its stored value. It
// reports whether it could: not if the path or the value is malformed or the
// value is a blob.
func (b *Builder) Add(path, value []byte) bool {
	v, err := DecodeValue(value)
	if err != nil {
		return false
	}
	return b.AddValue(path, v)
}

// AddValue adds a decoded leaf; see Add.
func (b *Builder) AddValue(path []byte, v Value) bool {
	n, ok := b.find(path)
	if !ok {
		return false
	}
	switch v.kind {
	case KindList, KindDict, KindObject:
		n.marker = v
	default:
		n.scalar, n.hasValue = v, true
	}
	return true
}

// find returns the node at path, making what is missing. Nodes of the path
// before are found without a search.
func (b *Builder) find(path []byte) (*node, bool) {
	depth := 0
	for depth < len(b.ends) && b.ends[depth] <= len(path) && bytes.Equal(path[:b.ends[depth]], b.path[:b.ends[depth]]) {
		depth++
	}
	// A prefix in bytes is not always one in components: an empty string looks
	// like the start of an integer. Comparing how path itself splits tells.
	rest, at := path, 0
	var ends [16]int
	split := ends[:0]
	for len(rest) > 0 {
		_, next, ok := Next(rest)
		if !ok || len(split) == MaxDepth {
			return nil, false
		}
		at += len(rest) - len(next)
		split = append(split, at)
		rest = next
	}
	same := 0
	for same < depth && same < len(split) && split[same] == b.ends[same] {
		same++
	}
	if len(b.stack) == 0 {
		b.stack = append(b.stack, &b.root)
	}
	b.stack = b.stack[:same+1]
	n := b.stack[same]
	from := 0
	if same > 0 {
		from = split[same-1]
	}
	for _, end := range split[same:] {
		c, _, _ := Next(path[from:])
		child := &node{key: c.Key()}
		n.children = append(n.children, child)
		n = child
		b.stack = append(b.stack, n)
		from = end
	}
	b.path = append(b.path[:0], path...)
	b.ends = append(b.ends[:0], split...)
	return n, true
}

// Value returns the tree. A root without any leaf is an empty dict.
func (b *Builder) Value() Value {
	if !b.root.hasValue && b.root.marker.IsNone() && len(b.root.children) == 0 {
		return DictValue(nil)
	}
	b.conflicts = 0
	return b.value(&b.root)
}

func (b *Builder) value(n *node) Value {
	if len(n.children) == 0 {
		if n.hasValue {
			return n.scalar
		}
		return n.marker
	}
	if n.hasValue {
		b.conflicts++
	} else if n.marker.kind == KindList {
		if l, ok := b.list(n); ok {
			return l
		}
	}
	entries := make([]Entry, 0, len(n.children)+1)
	if n.hasValue {
		entries = append(entries, Entry{Key: StringKey(""), Value: n.scalar})
	}
	for _, c := range n.children {
		entries = append(entries, Entry{Key: c.key, Value: b.value(c)})
	}
	if n.marker.kind == KindObject {
		return ObjectValue(n.marker.text, entries)
	}
	return DictValue(entries)
}

// list makes a list of the children; false if they are not a list's.
func (b *Builder) list(n *node) (Value, bool) {
	length := int64(0)
	for _, c := range n.children {
		if !c.key.IsInt || c.key.Int < 0 {
			return Value{}, false
		}
		length = max(length, c.key.Int+1)
	}
	if length <= 0 || length > int64(len(n.children))*(1+holesPerElement)+freeHoles {
		return Value{}, false
	}
	l := make([]Value, length)
	for _, c := range n.children {
		l[c.key.Int] = b.value(c)
	}
	return ListValue(l), true
}
