package aimql

import "sort"

func makeTupleMethods() map[string]method {
	return map[string]method{"count": seqCount, "index": seqIndex}
}

func makeListMethods() map[string]method {
	return map[string]method{
		"count": seqCount, "index": seqIndex,
		"copy": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(0, 0); err != nil {
				return Value{}, err
			}
			if err := m.allocValues(len(self.items())); err != nil {
				return Value{}, err
			}
			return listOf(append([]Value(nil), self.items()...)...), nil
		},
		"append": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			l := self.obj.(*list)
			l.items = append(l.items, a.pos[0])
			return Value{}, m.allocValues(1)
		},
		"extend": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			more, err := m.collectIter(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			l := self.obj.(*list)
			l.items = append(l.items, more...)
			return Value{}, nil
		},
		"insert": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if err := a.done(2, 2); err != nil {
				return Value{}, err
			}
			i, err := m.index(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			l := self.obj.(*list)
			n := int64(len(l.items))
			if i < 0 {
				i += n
			}
			i = min(max(i, 0), n)
			if err := m.steps(len(l.items)); err != nil {
				return Value{}, err
			}
			l.items = append(l.items[:i], append([]Value{a.pos[1]}, l.items[i:]...)...)
			return Value{}, m.allocValues(1)
		},
		"pop": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if err := a.done(0, 1); err != nil {
				return Value{}, err
			}
			l := self.obj.(*list)
			i := int64(-1)
			if len(a.pos) == 1 {
				var err error
				if i, err = m.index(a.pos[0]); err != nil {
					return Value{}, err
				}
			}
			n := int64(len(l.items))
			if i < 0 {
				i += n
			}
			if i < 0 || i >= n {
				return Value{}, errNoIndex
			}
			v := l.items[i]
			l.items = append(l.items[:i], l.items[i+1:]...)
			return v, nil
		},
		"remove": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			i, err := seqIndex(m, self, a)
			if err != nil {
				return Value{}, err
			}
			l := self.obj.(*list)
			l.items = append(l.items[:i.int()], l.items[i.int()+1:]...)
			return Value{}, nil
		},
		"clear": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			self.obj.(*list).items = nil
			return Value{}, a.done(0, 0)
		},
		"reverse": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			x := self.items()
			for i, j := 0, len(x)-1; i < j; i, j = i+1, j-1 {
				x[i], x[j] = x[j], x[i]
			}
			return Value{}, a.done(0, 0)
		},
		"sort": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if len(a.pos) > 0 {
				return Value{}, errArgs
			}
			out, err := sortValues(m, self.items(), a)
			if err == nil {
				self.obj.(*list).items = out
			}
			return Value{}, err
		},
	}
}

func seqCount(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(1, 1); err != nil {
		return Value{}, err
	}
	n := int64(0)
	it, err := m.iterate(self)
	if err != nil {
		return Value{}, err
	}
	for {
		x, ok, err := it.next(m)
		if err != nil || !ok {
			return Int(n), err
		}
		if err := m.step(); err != nil {
			return Value{}, err
		}
		eq, err := m.same(x, a.pos[0], 0)
		if err != nil {
			return Value{}, err
		}
		if eq {
			n++
		}
	}
}

func seqIndex(m *machine, self Value, a *args) (Value, error) {
	if err := a.done(1, 3); err != nil {
		return Value{}, err
	}
	n := int64(m.lengthOf(self))
	lo, hi := int64(0), n
	for i, p := range []*int64{&lo, &hi} {
		if len(a.pos) > i+1 {
			x, err := m.index(a.pos[i+1])
			if err != nil {
				return Value{}, err
			}
			if x < 0 {
				x += n
			}
			*p = min(max(x, 0), n)
		}
	}
	for i := lo; i < hi; i++ {
		if err := m.step(); err != nil {
			return Value{}, err
		}
		x, err := m.elementAt(self, i)
		if err != nil {
			return Value{}, err
		}
		eq, err := m.same(x, a.pos[0], 0)
		if err != nil {
			return Value{}, err
		}
		if eq {
			return Int(i), nil
		}
	}
	return Value{}, valueErr("the value is not in the sequence")
}

// sortValues is sorted(): stable, by key if given.
func sortValues(m *machine, items []Value, a *args) ([]Value, error) {
	key, reverse := Value{}, false
	for _, k := range a.kw {
		switch k.name {
		case "key":
			key = k.v
		case "reverse":
			n, err := m.index(k.v)
			if err != nil {
				return nil, err
			}
			reverse = n != 0
		default:
			return nil, errArgs
		}
	}
	type keyed struct{ k, v Value }
	if err := m.allocValues(2 * len(items)); err != nil {
		return nil, err
	}
	work := make([]keyed, len(items))
	for i, v := range items {
		work[i] = keyed{v, v}
		if key.kind != KindNone {
			k, err := m.call(key, &args{pos: []Value{v}})
			if err != nil {
				return nil, err
			}
			work[i].k = k
		}
	}
	var failed error
	sort.SliceStable(work, func(i, j int) bool {
		if failed != nil {
			return false
		}
		if failed = m.step(); failed != nil {
			return false
		}
		x, y := work[i].k, work[j].k
		if reverse {
			x, y = y, x
		}
		less, err := m.compare("<", x, y)
		if err != nil {
			failed = err
		}
		return less
	})
	if failed != nil {
		return nil, failed
	}
	out := make([]Value, len(work))
	for i := range work {
		out[i] = work[i].v
	}
	return out, nil
}

func makeSliceMethods() map[string]method {
	return map[string]method{
		"indices": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			n, err := m.index(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			if n < 0 {
				return Value{}, valueErr("length should not be negative")
			}
			lo, hi, step, err := m.sliceBounds(self.obj.(*sliceObj), n)
			return Tuple(Int(lo), Int(hi), Int(step)), err
		},
	}
}

// own is v, or a copy of it if a repository shares it with other evaluations.
func own(v Value) Value {
	switch x := v.obj.(type) {
	case *list:
		if x.shared {
			return listOf(append([]Value(nil), x.items...)...)
		}
	case *dict:
		if x.shared {
			return Value{kind: v.kind, obj: x.copy()}
		}
	}
	return v
}
