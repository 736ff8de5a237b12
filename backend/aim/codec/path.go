package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Sentinel ends every component of an encoded path.
const Sentinel = 0xFE

// Bounds of an encoded integer component.
const (
	intBytes     = 8
	intComponent = 1 + intBytes + 1 // sentinel, integer, sentinel
)

// MaxDepth is the largest number of components that a path may have. Python's
// recursion limit keeps writers below it.
const MaxDepth = 1000

// Errors of paths.
var (
	errPathOpen = errors.New("path ends inside of a component")
	errPathDeep = fmt.Errorf("path has more than %d components", MaxDepth)
)

// Path is a sequence of keys.
type Path []Key

// AppendKey appends the encoding of one component.
func AppendKey(dst []byte, k Key) []byte {
	if k.IsInt {
		return AppendIntKey(dst, k.Int)
	}
	return append(append(dst, k.Str...), Sentinel)
}

// AppendIntKey appends the encoding of an integer component.
func AppendIntKey(dst []byte, i int64) []byte {
	dst = append(dst, Sentinel)
	dst = binary.BigEndian.AppendUint64(dst, uint64(i))
	return append(dst, Sentinel)
}

// AppendStringKey appends the encoding of a string component.
func AppendStringKey(dst []byte, s string) []byte {
	return append(append(dst, s...), Sentinel)
}

// Append appends the encoding of p.
func (p Path) Append(dst []byte) []byte {
	for _, k := range p {
		dst = AppendKey(dst, k)
	}
	return dst
}

// String shows a path for people: components with dots between them.
func (p Path) String() string {
	var b strings.Builder
	for i, k := range p {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(k.String())
	}
	return b.String()
}

// String is the key's text, an integer in decimal.
func (k Key) String() string {
	if k.IsInt {
		return strconv.FormatInt(k.Int, 10)
	}
	return k.Str
}

// Component is one component of an encoded path, still in its bytes.
type Component struct {
	// Str is the text of a string component; it shares memory with the path.
	Str []byte
	// Int is the value of an integer component.
	Int int64
	// IsInt tells the two apart.
	IsInt bool
}

// Key is the component as a key of its own.
func (c Component) Key() Key {
	if c.IsInt {
		return IntKey(c.Int)
	}
	return StringKey(string(c.Str))
}

// Is reports whether the component is the string s.
func (c Component) Is(s string) bool { return !c.IsInt && string(c.Str) == s }

// Next splits the first component off an encoded path; false if there is no
// complete one.
//
// A component that begins with the sentinel is an integer if eight bytes and
// another sentinel follow; otherwise it is the empty string, which Aim's writer
// lets through although its own reader mistakes it for an integer.
func Next(path []byte) (c Component, rest []byte, ok bool) {
	if len(path) == 0 {
		return Component{}, nil, false
	}
	if path[0] == Sentinel {
		if len(path) >= intComponent && path[intComponent-1] == Sentinel {
			i := int64(binary.BigEndian.Uint64(path[1:]))
			return Component{Int: i, IsInt: true}, path[intComponent:], true
		}
		return Component{Str: path[:0]}, path[1:], true
	}
	end := bytes.IndexByte(path, Sentinel)
	if end < 0 {
		return Component{}, nil, false
	}
	return Component{Str: path[:end]}, path[end+1:], true
}

// DecodePath decodes a whole path. The path of no bytes is the root.
func DecodePath(b []byte) (Path, error) {
	var p Path
	for len(b) > 0 {
		if len(p) == MaxDepth {
			return nil, fmt.Errorf("decode path: %w", errPathDeep)
		}
		c, rest, ok := Next(b)
		if !ok {
			return nil, fmt.Errorf("decode path: %w", errPathOpen)
		}
		p = append(p, c.Key())
		b = rest
	}
	return p, nil
}
