package aimql

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
