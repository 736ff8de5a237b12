package aimql

import "unicode/utf8"

// iterator yields values until ok is false.
type iterator interface {
	next(m *machine) (v Value, ok bool, err error)
}

// iterObj is an iterator as a value (a generator, what map-like methods return).
type iterObj struct {
	name string
	it   iterator
}

func generatorValue(it iterator) Value {
	return Value{kind: KindIter, obj: &iterObj{"generator", it}}
}

type sliceIter struct {
	items []Value
	i     int
}

func (s *sliceIter) next(*machine) (Value, bool, error) {
	if s.i >= len(s.items) {
		return Value{}, false, nil
	}
	s.i++
	return s.items[s.i-1], true, nil
}

type listIter struct {
	l *list
	i int
}

func (s *listIter) next(*machine) (Value, bool, error) {
	if s.i >= len(s.l.items) {
		return Value{}, false, nil
	}
	s.i++
	return s.l.items[s.i-1], true, nil
}

type strIter struct{ rest string }

func (s *strIter) next(*machine) (Value, bool, error) {
	if s.rest == "" {
		return Value{}, false, nil
	}
	n := runeLen(s.rest)
	v := Str(s.rest[:n])
	s.rest = s.rest[n:]
	return v, true, nil
}

// runeLen is the length of the first character; a surrogate written as three
// bytes counts as one.
func runeLen(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 && len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF {
		return 3
	}
	return n
}

type bytesIter struct{ rest string }

func (s *bytesIter) next(*machine) (Value, bool, error) {
	if s.rest == "" {
		return Value{}, false, nil
	}
	c := s.rest[0]
	s.rest = s.rest[1:]
	return Int(int64(c)), true, nil
}

type rangeIter struct {
	r *rangeObj
	i int64
}

func (s *rangeIter) next(*machine) (Value, bool, error) {
	if s.i >= s.r.n {
		return Value{}, false, nil
	}
	s.i++
	return s.r.at(s.i - 1), true, nil
}

type dictIter struct {
	d    *dict
	i, n int
}

func (s *dictIter) next(*machine) (Value, bool, error) {
	if len(s.d.entries) != s.n {
		return Value{}, false, raise("RuntimeError", "the container changed size during iteration")
	}
	if s.i >= len(s.d.entries) {
		return Value{}, false, nil
	}
	s.i++
	return s.d.entries[s.i-1].key, true, nil
}

// iterate is Python's iter(v).
func (m *machine) iterate(v Value) (iterator, error) {
	if keys, ok := m.storedKeys(v); ok {
		return &sliceIter{items: keys}, m.step()
	}
	v, err := m.force(v)
	if err != nil {
		return nil, err
	}
	switch v.kind {
	case KindStr:
		return &strIter{v.str}, nil
	case KindBytes:
		return &bytesIter{v.str}, nil
	case KindList, KindTuple:
		return &listIter{l: v.obj.(*list)}, nil
	case KindDict, KindSet:
		return &dictIter{d: v.dict(), n: v.dict().len()}, nil
	case KindRange:
		return &rangeIter{r: v.obj.(*rangeObj)}, nil
	case KindIter:
		return v.obj.(*iterObj).it, nil
	case KindSafeNone:
		return &sliceIter{}, nil
	}
	return nil, errNotIterable
}

// collectIter is list(v), within bounds.
func (m *machine) collectIter(v Value) ([]Value, error) {
	it, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	return m.drain(it)
}

func (m *machine) drain(it iterator) ([]Value, error) {
	out := []Value{}
	for {
		v, ok, err := it.next(m)
		if err != nil {
			return nil, err
		}
		if !ok {
			return out, nil
		}
		if err := m.step(); err != nil {
			return nil, err
		}
		if err := m.allocValues(1); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}
