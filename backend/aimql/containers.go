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

func entryIter(self Value, f func(e dictEntry) Value) (Value, error) {
	d := self.dict()
	items := make([]Value, 0, d.len())
	for _, e := range d.entries {
		items = append(items, f(e))
	}
	return listOf(items...), nil
}

// dictMethods: the views Python returns from keys, values and items are lists
// here, and sets of keys where they are combined.
func makeDictMethods() map[string]method {
	return map[string]method{
		"keys": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(0, 0); err != nil {
				return Value{}, err
			}
			if err := m.allocValues(2 * self.dict().len()); err != nil {
				return Value{}, err
			}
			s := newDict(self.dict().len())
			for _, e := range self.dict().entries {
				s.set(e.hash, e.key, Value{})
			}
			return setValue(s), nil
		},
		"values": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(0, 0); err != nil {
				return Value{}, err
			}
			if err := m.allocValues(self.dict().len()); err != nil {
				return Value{}, err
			}
			return entryIter(self, func(e dictEntry) Value { return e.val })
		},
		"items": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(0, 0); err != nil {
				return Value{}, err
			}
			if err := m.allocValues(4 * self.dict().len()); err != nil {
				return Value{}, err
			}
			return entryIter(self, func(e dictEntry) Value { return Tuple(e.key, e.val) })
		},
		"get": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(1, 2); err != nil {
				return Value{}, err
			}
			h, err := m.hashKey(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			if v, ok := self.dict().get(h); ok {
				return v, nil
			}
			if len(a.pos) == 2 {
				return a.pos[1], nil
			}
			return Value{}, nil
		},
		"copy": func(m *machine, self Value, a *args) (Value, error) {
			if err := m.allocValues(2 * self.dict().len()); err != nil {
				return Value{}, err
			}
			return Value{kind: KindDict, obj: self.dict().copy()}, a.done(0, 0)
		},
		"pop": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if err := a.done(1, 2); err != nil {
				return Value{}, err
			}
			h, err := m.hashKey(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			if v, ok := self.dict().remove(h); ok {
				return v, m.steps(self.dict().len())
			}
			if len(a.pos) == 2 {
				return a.pos[1], nil
			}
			return Value{}, errMissingKey
		},
		"setdefault": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if err := a.done(1, 2); err != nil {
				return Value{}, err
			}
			h, err := m.hashKey(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			if v, ok := self.dict().get(h); ok {
				return v, nil
			}
			v := Value{}
			if len(a.pos) == 2 {
				v = a.pos[1]
			}
			self.dict().set(h, a.pos[0], v)
			return v, m.allocValues(4)
		},
		"update": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			if len(a.pos) > 1 {
				return Value{}, errArgs
			}
			if len(a.pos) == 1 {
				o, err := m.force(a.pos[0])
				if err != nil {
					return Value{}, err
				}
				if o.kind != KindDict {
					return Value{}, errArgs
				}
				for _, e := range o.dict().entries {
					if err := m.allocValues(4); err != nil {
						return Value{}, err
					}
					self.dict().set(e.hash, e.key, e.val)
				}
			}
			for _, k := range a.kw {
				self.dict().set(hkey{kind: hStr, s: k.name}, Str(k.name), k.v)
			}
			return Value{}, nil
		},
		"clear": func(m *machine, self Value, a *args) (Value, error) {
			self = own(self)
			*self.dict() = dict{}
			return Value{}, a.done(0, 0)
		},
		"fromkeys": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(1, 2); err != nil {
				return Value{}, err
			}
			keys, err := m.collectIter(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			v := Value{}
			if len(a.pos) == 2 {
				v = a.pos[1]
			}
			d := newDict(len(keys))
			for _, k := range keys {
				h, err := m.hashKey(k)
				if err != nil {
					return Value{}, err
				}
				d.set(h, k, v)
			}
			return Value{kind: KindDict, obj: d}, nil
		},
	}
}

// makeSet collects the elements of v.
func (m *machine) makeSet(v Value, frozen bool) (Value, error) {
	items, err := m.collectIter(v)
	if err != nil {
		return Value{}, err
	}
	return m.setFrom(items, frozen)
}

func (m *machine) setFrom(items []Value, frozen bool) (Value, error) {
	if err := m.allocValues(3 * len(items)); err != nil {
		return Value{}, err
	}
	d := newDict(len(items))
	d.frozen = frozen
	for _, x := range items {
		h, err := m.hashKey(x)
		if err != nil {
			return Value{}, err
		}
		if d.find(h) < 0 {
			d.set(h, x, Value{})
		}
	}
	return setValue(d), nil
}

// setArith is - | & ^ of sets, and | of dicts.
func (m *machine) setArith(op string, a, b Value) (Value, bool, error) {
	if a.kind == KindDict && b.kind == KindDict && op == "|" {
		if err := m.allocValues(4 * (a.dict().len() + b.dict().len())); err != nil {
			return Value{}, true, err
		}
		d := a.dict().copy()
		for _, e := range b.dict().entries {
			d.set(e.hash, e.key, e.val)
		}
		return Value{kind: KindDict, obj: d}, true, nil
	}
	if a.kind != KindSet || b.kind != KindSet {
		return Value{}, false, nil
	}
	v, err := m.combineSets(op, a.dict(), b.dict())
	return v, true, err
}

func (m *machine) combineSets(op string, x, y *dict) (Value, error) {
	if err := m.allocValues(4 * (x.len() + y.len())); err != nil {
		return Value{}, err
	}
	d := newDict(x.len())
	d.frozen = x.frozen
	for _, e := range x.entries {
		in := y.find(e.hash) >= 0
		if op == "|" || op == "&" && in || (op == "-" || op == "^") && !in {
			d.set(e.hash, e.key, Value{})
		}
	}
	if op == "|" || op == "^" {
		for _, e := range y.entries {
			if x.find(e.hash) < 0 {
				d.set(e.hash, e.key, Value{})
			}
		}
	}
	return setValue(d), nil
}

func setOperation(op string) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if len(a.kw) > 0 || op == "^" && len(a.pos) != 1 {
			return Value{}, errArgs
		}
		acc := self
		if len(a.pos) == 0 {
			return setValue(self.dict().copy()), m.allocValues(self.dict().len())
		}
		for _, x := range a.pos {
			o, err := m.makeSet(x, false)
			if err != nil {
				return Value{}, err
			}
			if acc, err = m.combineSets(op, acc.dict(), o.dict()); err != nil {
				return Value{}, err
			}
		}
		return acc, nil
	}
}

func setTest(f func(x, y *dict) bool) method {
	return func(m *machine, self Value, a *args) (Value, error) {
		if err := a.done(1, 1); err != nil {
			return Value{}, err
		}
		o, err := m.makeSet(a.pos[0], false)
		if err != nil {
			return Value{}, err
		}
		return Bool(f(self.dict(), o.dict())), m.steps(self.dict().len())
	}
}

func makeSetMethods() map[string]method {
	return map[string]method{
		"union": setOperation("|"), "intersection": setOperation("&"), "difference": setOperation("-"), "symmetric_difference": setOperation("^"),
		"issubset":   setTest(subset),
		"issuperset": setTest(func(x, y *dict) bool { return subset(y, x) }),
		"isdisjoint": setTest(func(x, y *dict) bool {
			for _, e := range x.entries {
				if y.find(e.hash) >= 0 {
					return false
				}
			}
			return true
		}),
		"copy": func(m *machine, self Value, a *args) (Value, error) {
			if err := m.allocValues(2 * self.dict().len()); err != nil {
				return Value{}, err
			}
			return setValue(self.dict().copy()), a.done(0, 0)
		},
		"add": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			if self.dict().frozen {
				return Value{}, errNotCallable
			}
			h, err := m.hashKey(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			if self.dict().find(h) < 0 {
				self.dict().set(h, a.pos[0], Value{})
			}
			return Value{}, m.allocValues(3)
		},
		"discard": func(m *machine, self Value, a *args) (Value, error) {
			if err := a.done(1, 1); err != nil {
				return Value{}, err
			}
			if self.dict().frozen {
				return Value{}, errNotCallable
			}
			h, err := m.hashKey(a.pos[0])
			if err != nil {
				return Value{}, err
			}
			self.dict().remove(h)
			return Value{}, m.steps(self.dict().len())
		},
	}
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
