package aimql

import "strings"

type constCode struct{ v Value }

func (c constCode) eval(*machine) (Value, error) { return c.v, nil }

type failCode struct{ err error }

func (c *failCode) eval(*machine) (Value, error) { return Value{}, c.err }

// varCode reads a variable up scopes out.
type varCode struct {
	up, slot int
	name     string
	fallback code // of a variable at the top: what the name means before it is bound
}

func (c *varCode) eval(m *machine) (Value, error) {
	e := m.env
	for i := 0; i < c.up; i++ {
		e = e.parent
	}
	if e.bound[c.slot] {
		return e.vars[c.slot], nil
	}
	if c.fallback != nil {
		return c.fallback.eval(m)
	}
	return Value{}, raise("NameError", "name '%s' is not defined", c.name)
}

type globalCode struct {
	name    string
	builtin Value
	has     bool
	err     error
}

func (c *globalCode) eval(m *machine) (Value, error) {
	if v, ok := m.global[c.name]; ok {
		return v, nil
	}
	if c.has {
		return c.builtin, nil
	}
	return Value{}, c.err
}

// bindCode is name := value.
type bindCode struct {
	x code
	t target
}

func (c *bindCode) eval(m *machine) (Value, error) {
	v, err := c.x.eval(m)
	if err == nil {
		c.t.bind(m, v)
	}
	return v, err
}

func (t target) bind(m *machine, v Value) {
	if t.global != "" {
		if m.global == nil {
			m.global = map[string]Value{}
		}
		m.global[t.global] = v
		return
	}
	e := m.env
	for i := 0; i < t.up; i++ {
		e = e.parent
	}
	e.vars[t.slot], e.bound[t.slot] = v, true
}

// staticCode is a param or trace field known when compiling: its proxy is made once.
type staticCode struct{ v Value }

func newStaticCode(p *proxy) *staticCode { return &staticCode{p.value()} }

func (c *staticCode) eval(*machine) (Value, error) { return c.v, nil }

type propertyCode struct{ p Property }

func (c *propertyCode) eval(m *machine) (Value, error) { return m.property(c.p) }

type seqNameCode struct{}

func (seqNameCode) eval(m *machine) (Value, error) { return Str(m.seq.Name()), nil }

// contextCode is metric.context.key: an error when the key is missing.
type contextCode struct {
	key hkey
	p   *proxy
}

func (c *contextCode) eval(m *machine) (Value, error) {
	ctx := m.seq.Context()
	if ctx.kind == KindDict {
		if _, ok := ctx.dict().get(c.key); ok {
			return c.p.value(), nil
		}
	}
	return Value{}, errMissingKey
}

type traceCode struct{ ref *TraceRef }

func (c *traceCode) eval(m *machine) (Value, error) {
	return m.traceProxy(c.ref), m.step()
}

type attrCode struct {
	x    code
	name string
}

func (c *attrCode) eval(m *machine) (Value, error) {
	x, err := c.x.eval(m)
	if err != nil {
		return Value{}, err
	}
	return m.getattr(x, c.name)
}

type itemCode struct{ x, index code }

func (c *itemCode) eval(m *machine) (Value, error) {
	x, err := c.x.eval(m)
	if err != nil {
		return Value{}, err
	}
	i, err := c.index.eval(m)
	if err != nil {
		return Value{}, err
	}
	return m.getitem(x, i)
}

type sliceCode struct{ lo, hi, step code }

func (c *sliceCode) eval(m *machine) (Value, error) {
	s := &sliceObj{}
	for _, p := range []struct {
		c code
		v *Value
	}{{c.lo, &s.lo}, {c.hi, &s.hi}, {c.step, &s.step}} {
		if p.c != nil {
			v, err := p.c.eval(m)
			if err != nil {
				return Value{}, err
			}
			*p.v = v
		}
	}
	return Value{kind: KindSlice, obj: s}, nil
}

type notCode struct{ x code }

func (c *notCode) eval(m *machine) (Value, error) {
	v, err := c.x.eval(m)
	if err != nil {
		return Value{}, err
	}
	t, err := m.truth(v)
	return Bool(!t), err
}

type unaryCode struct {
	op string
	x  code
}

func (c *unaryCode) eval(m *machine) (Value, error) {
	v, err := c.x.eval(m)
	if err != nil {
		return Value{}, err
	}
	return m.unary(c.op, v)
}

type binaryCode struct {
	op   string
	l, r code
}

func (c *binaryCode) eval(m *machine) (Value, error) {
	l, err := c.l.eval(m)
	if err != nil {
		return Value{}, err
	}
	r, err := c.r.eval(m)
	if err != nil {
		return Value{}, err
	}
	if err := m.step(); err != nil {
		return Value{}, err
	}
	return m.arith(c.op, l, r)
}

type boolCode struct {
	and    bool
	values []code
}

func (c *boolCode) eval(m *machine) (Value, error) {
	last := len(c.values) - 1
	for i, x := range c.values {
		v, err := x.eval(m)
		if err != nil || i == last {
			return v, err
		}
		t, err := m.truth(v)
		if err != nil || t != c.and {
			return v, err
		}
	}
	return Value{}, nil
}

type ifCode struct{ test, body, orelse code }

func (c *ifCode) eval(m *machine) (Value, error) {
	v, err := c.test.eval(m)
	if err != nil {
		return Value{}, err
	}
	t, err := m.truth(v)
	if err != nil {
		return Value{}, err
	}
	if t {
		return c.body.eval(m)
	}
	return c.orelse.eval(m)
}

type compareCode struct {
	op   string
	rel  relation
	l, r code
}

func (c *compareCode) eval(m *machine) (Value, error) {
	l, err := c.l.eval(m)
	if err != nil {
		return Value{}, err
	}
	r, err := c.r.eval(m)
	if err != nil {
		return Value{}, err
	}
	if c.rel != relOther {
		eq, err := m.equal(l, r)
		return Bool(eq == (c.rel == relEqual)), err
	}
	b, err := m.relate(c.op, l, r)
	return Bool(b), err
}

// chainCode is a < b < c: each operand once, ending at the first that is false.
type chainCode struct {
	left   code
	ops    []string
	rights []code
}

func (c *chainCode) eval(m *machine) (Value, error) {
	l, err := c.left.eval(m)
	if err != nil {
		return Value{}, err
	}
	for i, op := range c.ops {
		r, err := c.rights[i].eval(m)
		if err != nil {
			return Value{}, err
		}
		b, err := m.relate(op, l, r)
		if err != nil || !b {
			return Bool(false), err
		}
		l = r
	}
	return Bool(true), nil
}

// relate is any comparison operator.
func (m *machine) relate(op string, l, r Value) (bool, error) {
	switch op {
	case "in":
		return m.contains(r, l)
	case "not in":
		b, err := m.contains(r, l)
		return !b, err
	case "is":
		return m.is(l, r)
	case "is not":
		b, err := m.is(l, r)
		return !b, err
	}
	return m.compare(op, l, r)
}

// is compares identities; a stored value is None, True or False where it equals
// it, which in Aim it never is.
func (m *machine) is(l, r Value) (bool, error) {
	for range 2 {
		if l.kind == KindProxy && (r.kind == KindNone || r.kind == KindBool) {
			if root := l.obj.(*proxy).root; root == rootParam || root == rootContext {
				return m.compare("==", l, r)
			}
		}
		l, r = r, l
	}
	return identical(l, r), nil
}

type displayCode struct {
	kind ValueKind
	elts []code
}

func (c *displayCode) eval(m *machine) (Value, error) {
	items := make([]Value, 0, len(c.elts))
	for _, x := range c.elts {
		v, err := x.eval(m)
		if err != nil {
			return Value{}, err
		}
		if _, ok := x.(*starCode); ok {
			more, err := m.collectIter(v)
			if err != nil {
				return Value{}, err
			}
			items = append(items, more...)
			continue
		}
		items = append(items, v)
	}
	if err := m.allocValues(len(items)); err != nil {
		return Value{}, err
	}
	if c.kind == KindSet {
		return m.setFrom(items, false)
	}
	return Value{kind: c.kind, obj: &list{items: items}}, nil
}

type starCode struct{ x code }

func (c *starCode) eval(m *machine) (Value, error) { return c.x.eval(m) }

type dictCode struct{ keys, values []code }

func (c *dictCode) eval(m *machine) (Value, error) {
	d := newDict(len(c.keys))
	for i, k := range c.keys {
		if k == nil {
			v, err := c.values[i].eval(m)
			if err != nil {
				return Value{}, err
			}
			if v, err = m.force(v); err != nil {
				return Value{}, err
			}
			if v.kind != KindDict {
				return Value{}, typeErr("'%s' object is not a mapping", typeName(v))
			}
			for _, e := range v.dict().entries {
				d.set(e.hash, e.key, e.val)
			}
			if err := m.allocValues(4 * v.dict().len()); err != nil {
				return Value{}, err
			}
			continue
		}
		key, err := k.eval(m)
		if err != nil {
			return Value{}, err
		}
		v, err := c.values[i].eval(m)
		if err != nil {
			return Value{}, err
		}
		h, err := m.hashKey(key)
		if err != nil {
			return Value{}, err
		}
		d.set(h, key, v)
	}
	return Value{kind: KindDict, obj: d}, m.allocValues(4 * len(c.keys))
}

type joinCode struct{ parts []code }

func (c *joinCode) eval(m *machine) (Value, error) {
	var b strings.Builder
	for _, p := range c.parts {
		v, err := p.eval(m)
		if err != nil {
			return Value{}, err
		}
		if err := m.alloc(len(v.str)); err != nil {
			return Value{}, err
		}
		b.WriteString(v.str)
	}
	return Str(b.String()), nil
}

type formatCode struct {
	x    code
	conv byte
	spec code
}

func (c *formatCode) eval(m *machine) (Value, error) {
	v, err := c.x.eval(m)
	if err != nil {
		return Value{}, err
	}
	if c.conv != 0 {
		if v, err = m.convert(v, c.conv); err != nil {
			return Value{}, err
		}
	}
	spec := ""
	if c.spec != nil {
		s, err := c.spec.eval(m)
		if err != nil {
			return Value{}, err
		}
		spec = s.str
	}
	s, err := m.format(v, spec)
	return Str(s), err
}

type callCode struct {
	fn      code
	recv    code // of a method call
	method  string
	args    []code
	kwNames []string
	kw      []code
	spread  bool // * or **: Aim's guard has no function for these
}

func (c *callCode) eval(m *machine) (Value, error) {
	if c.spread {
		return Value{}, raise("NameError", "name '_apply_' is not defined")
	}
	var fn, recv Value
	var err error
	if c.recv != nil {
		recv, err = c.recv.eval(m)
	} else {
		fn, err = c.fn.eval(m)
	}
	if err != nil {
		return Value{}, err
	}
	a := &args{}
	if len(c.args) > 0 {
		a.pos = make([]Value, len(c.args))
	}
	for i, x := range c.args {
		if a.pos[i], err = x.eval(m); err != nil {
			return Value{}, err
		}
	}
	for i, x := range c.kw {
		v, err := x.eval(m)
		if err != nil {
			return Value{}, err
		}
		a.kw = append(a.kw, kwarg{c.kwNames[i], v})
	}
	if c.recv != nil {
		return m.callMethod(recv, c.method, a)
	}
	return m.call(fn, a)
}
