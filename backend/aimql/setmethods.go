package aimql

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
