package aimql

// comprehension and lambda: code with a scope of its own.

type clauseCode struct {
	target assign
	iter   code
	ifs    []code
}

// assign is the target of a clause: a variable, or a sequence of targets.
type assign struct {
	slot int
	seq  []assign
	star int // index of the starred target in seq, or -1
	one  bool
}

type compCode struct {
	kind       compKind
	first      code // the first iterable, evaluated outside
	clauses    []clauseCode
	elt, value code
	n          int // variables
	cost       int // steps of one round
}

func (c *compiler) comprehension(x *compExpr) code {
	k := &compCode{kind: x.kind, first: c.expr(x.clauses[0].iter)}
	s := &scope{parent: c.cur, slots: map[string]int{}, comp: true}
	c.cur = s
	for _, cl := range x.clauses { // all targets are local to the whole comprehension
		walk(cl.target, func(t expr) bool {
			if n, ok := t.(*nameExpr); ok {
				s.slot(n.id)
			}
			return true
		})
	}
	for i, cl := range x.clauses {
		cc := clauseCode{target: c.assign(cl.target)}
		if i > 0 {
			cc.iter = c.expr(cl.iter)
		}
		cc.ifs = c.exprs(cl.ifs)
		k.clauses = append(k.clauses, cc)
	}
	k.elt = c.expr(x.elt)
	if x.value != nil {
		k.value = c.expr(x.value)
	}
	k.n = len(s.slots)
	k.cost = 1 + sizeOf(x)/8
	c.cur = s.parent
	return k
}

func (c *compiler) assign(x expr) assign {
	switch x := x.(type) {
	case *nameExpr:
		return assign{slot: c.cur.slot(x.id), one: true, star: -1}
	case *tupleExpr:
		return c.assignAll(x.elts)
	case *listExpr:
		return c.assignAll(x.elts)
	}
	return assign{star: -1}
}

func (c *compiler) assignAll(xs []expr) assign {
	a := assign{star: -1}
	for i, x := range xs {
		if s, ok := x.(*starred); ok {
			a.star = i
			x = s.x
		}
		a.seq = append(a.seq, c.assign(x))
	}
	return a
}

func (a *assign) bind(m *machine, e *env, v Value) error {
	if a.one {
		e.vars[a.slot], e.bound[a.slot] = v, true
		return nil
	}
	items, err := m.collectIter(v)
	if err != nil {
		return err
	}
	n := len(a.seq)
	if a.star < 0 && len(items) != n || a.star >= 0 && len(items) < n-1 {
		return valueErr("wrong number of values to unpack")
	}
	for i := range a.seq {
		var x Value
		switch {
		case a.star < 0 || i < a.star:
			x = items[i]
		case i == a.star:
			x = listOf(append([]Value(nil), items[i:len(items)-(n-1-i)]...)...)
		default:
			x = items[len(items)-(n-i)]
		}
		if err := a.seq[i].bind(m, e, x); err != nil {
			return err
		}
	}
	return nil
}

// generator runs a comprehension one element at a time.
type generator struct {
	c     *compCode
	env   *env
	its   []iterator // of the clauses entered
	done  bool
	busy  bool
	value Value // of the current element of a dict comprehension
}

func (c *compCode) eval(m *machine) (Value, error) {
	first, err := c.first.eval(m)
	if err != nil {
		return Value{}, err
	}
	it, err := m.iterate(first)
	if err != nil {
		return Value{}, err
	}
	if err := m.allocValues(c.n + 2); err != nil {
		return Value{}, err
	}
	g := &generator{c: c, env: newEnv(c.n, m.env), its: append(make([]iterator, 0, len(c.clauses)), it)}
	switch c.kind {
	case compGen:
		return generatorValue(g), nil
	case compDict:
		d := newDict(0)
		for {
			k, ok, err := g.next(m)
			if err != nil {
				return Value{}, err
			}
			if !ok {
				return Value{kind: KindDict, obj: d}, nil
			}
			h, err := m.hashKey(k)
			if err != nil {
				return Value{}, err
			}
			if err := m.allocValues(4); err != nil {
				return Value{}, err
			}
			d.set(h, k, g.value)
		}
	}
	items, err := m.drain(g)
	if err != nil {
		return Value{}, err
	}
	if c.kind == compSet {
		return m.setFrom(items, false)
	}
	return listOf(items...), nil
}

func (g *generator) next(m *machine) (Value, bool, error) {
	if g.done {
		return Value{}, false, nil
	}
	if g.busy {
		return Value{}, false, valueErr("generator already executing")
	}
	if m.depth >= maxCallDepth {
		return Value{}, false, errRecursion
	}
	saved := m.env
	m.env, g.busy = g.env, true
	m.depth++
	v, ok, err := g.advance(m)
	m.depth--
	m.env, g.busy = saved, false
	if err != nil || !ok {
		g.done = true
	}
	return v, ok, err
}

func (g *generator) advance(m *machine) (Value, bool, error) {
	for len(g.its) > 0 {
		if err := m.steps(g.c.cost); err != nil {
			return Value{}, false, err
		}
		level := len(g.its) - 1
		cl := &g.c.clauses[level]
		x, ok, err := g.its[level].next(m)
		if err != nil {
			return Value{}, false, err
		}
		if !ok {
			g.its = g.its[:level]
			continue
		}
		if err := cl.target.bind(m, g.env, x); err != nil {
			return Value{}, false, err
		}
		pass := true
		for _, i := range cl.ifs {
			v, err := i.eval(m)
			if err != nil {
				return Value{}, false, err
			}
			if pass, err = m.truth(v); err != nil {
				return Value{}, false, err
			}
			if !pass {
				break
			}
		}
		if !pass {
			continue
		}
		if level+1 < len(g.c.clauses) {
			v, err := g.c.clauses[level+1].iter.eval(m)
			if err != nil {
				return Value{}, false, err
			}
			it, err := m.iterate(v)
			if err != nil {
				return Value{}, false, err
			}
			g.its = append(g.its, it)
			continue
		}
		v, err := g.c.elt.eval(m)
		if err != nil {
			return Value{}, false, err
		}
		if g.c.value != nil {
			if g.value, err = g.c.value.eval(m); err != nil {
				return Value{}, false, err
			}
		}
		return v, true, nil
	}
	return Value{}, false, nil
}

type lambdaCode struct {
	params    []param
	slots     []int
	fallbacks []code
	body      code
	n         int
	cost      int // steps of one call
}

func (c *compiler) lambda(x *lambda) code {
	l := &lambdaCode{params: x.params}
	for _, p := range x.params {
		l.fallbacks = append(l.fallbacks, c.optional(p.fallback))
	}
	s := &scope{parent: c.cur, slots: map[string]int{}}
	c.cur = s
	for _, p := range x.params {
		l.slots = append(l.slots, s.slot(p.name))
	}
	c.bindAll(x.body)
	l.body = c.expr(x.body)
	l.n = len(s.slots)
	l.cost = 1 + sizeOf(x.body)/8
	c.cur = s.parent
	return l
}

func (l *lambdaCode) eval(m *machine) (Value, error) {
	defaults := make([]Value, len(l.params))
	for i, f := range l.fallbacks {
		if f != nil {
			v, err := f.eval(m)
			if err != nil {
				return Value{}, err
			}
			defaults[i] = v
		}
	}
	outer := m.env
	return funcValue("<lambda>", func(m *machine, a *args) (Value, error) {
		if m.depth >= maxCallDepth {
			return Value{}, errRecursion
		}
		if err := m.steps(l.cost); err != nil {
			return Value{}, err
		}
		if err := m.allocValues(l.n + 2); err != nil {
			return Value{}, err
		}
		e := newEnv(l.n, outer)
		if err := l.bind(e, a, defaults); err != nil {
			return Value{}, err
		}
		saved := m.env
		m.env = e
		m.depth++
		v, err := l.body.eval(m)
		m.depth--
		m.env = saved
		return v, err
	}), nil
}

func (l *lambdaCode) bind(e *env, a *args, defaults []Value) error {
	set := func(i int, v Value) { e.vars[l.slots[i]], e.bound[l.slots[i]] = v, true }
	used := 0
	var star, double = -1, -1
	for i, p := range l.params {
		switch p.kind {
		case paramPosOnly, paramPlain:
			if used < len(a.pos) {
				set(i, a.pos[used])
				used++
			}
		case paramStar:
			star = i
		case paramDoubleStar:
			double = i
		}
	}
	if star >= 0 {
		set(star, Tuple(append([]Value(nil), a.pos[used:]...)...))
	} else if used < len(a.pos) {
		return errArgs
	}
	extra := newDict(0)
outer:
	for _, k := range a.kw {
		for i, p := range l.params {
			if p.name == k.name && (p.kind == paramPlain || p.kind == paramKwOnly) {
				if e.bound[l.slots[i]] {
					return errArgs
				}
				set(i, k.v)
				continue outer
			}
		}
		if double < 0 {
			return errArgs
		}
		extra.set(hkey{kind: hStr, s: k.name}, Str(k.name), k.v)
	}
	if double >= 0 {
		set(double, Value{kind: KindDict, obj: extra})
	}
	for i, p := range l.params {
		if !e.bound[l.slots[i]] {
			if p.fallback == nil {
				return errArgs
			}
			set(i, defaults[i])
		}
	}
	return nil
}
