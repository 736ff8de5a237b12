package aimql

// StoredParams is what a Run may offer besides: the same answers as Param, for
// less. Evaluation does not depend on it.
type StoredParams interface {
	// LookAt is Param for a value that is compared and then forgotten: a text
	// may share memory with what is stored.
	LookAt(p *Path) (Value, bool)
	// Keys answers the keys, all text, of the dict at a path in their order,
	// which are not modified. False: Param is to be asked.
	Keys(p *Path) ([]Value, bool)
}

// relation is a comparison operator made ready.
type relation uint8

const (
	relOther relation = iota
	relEqual
	relUnequal
)

func relationOf(op string) relation {
	switch op {
	case "==":
		return relEqual
	case "!=":
		return relUnequal
	}
	return relOther
}

// storedCompareCode is param op constant, the most frequent condition. It
// answers what general does, without a proxy between.
type storedCompareCode struct {
	general code
	p       *proxy
	op      string
	rel     relation // relOther: op orders
	k       Value
}

// storedCompare recognizes param op constant in a comparison; nil: it is
// another one.
func storedCompare(c *compareCode) code {
	l, ok := c.l.(*staticCode)
	if !ok {
		return nil
	}
	r, ok := c.r.(constCode)
	if !ok || r.v.kind > KindStr {
		return nil
	}
	p := l.v.obj.(*proxy)
	if p.root != rootParam || p.path.Index < 0 || !p.first && viewMethods[p.lastName()] {
		return nil
	}
	s := &storedCompareCode{general: c, p: p, op: c.op, rel: c.rel, k: r.v}
	switch c.op {
	case "==", "!=", "<", "<=", ">", ">=":
		return s
	case "is", "is not":
		if r.v.kind != KindNone && r.v.kind != KindBool {
			return nil
		}
		if s.rel = relEqual; c.op == "is not" {
			s.rel = relUnequal
		}
		return s
	}
	return nil
}

func (c *storedCompareCode) eval(m *machine) (Value, error) {
	if m.stored == nil {
		return c.general.eval(m)
	}
	if err := m.step(); err != nil {
		return Value{}, err
	}
	v, ok := m.stored.LookAt(c.p.path)
	if !ok {
		v = c.p.missing()
	}
	if c.rel == relOther {
		b, err := m.order(c.op, v, c.k, 0)
		if err != nil && isTypeError(err) {
			return Bool(false), nil
		}
		return Bool(b), err
	}
	eq, err := m.equalDepth(v, c.k, 0)
	return Bool(eq == (c.rel == relEqual)), err
}

// storedKeys answers the keys of the dict that v stands for, if the run tells
// them without making the dict.
func (m *machine) storedKeys(v Value) ([]Value, bool) {
	if m.stored == nil || v.kind != KindProxy {
		return nil, false
	}
	p := v.obj.(*proxy)
	if p.root != rootParam || !p.first && viewMethods[p.lastName()] {
		return nil, false
	}
	return m.stored.Keys(p.path)
}
