package aimql

import "context"

// The compiler turns the syntax tree into a tree of eval nodes. Names are
// resolved here: to a variable's slot, to a root (run, metric, …), or to a
// builtin. As in Python 3.11 under eval, the roots and the variables bound at
// the top are not visible inside lambdas and comprehensions, apart from the
// first iterable of a comprehension, which is evaluated outside.

// code is one compiled expression.
type code interface {
	eval(m *machine) (Value, error)
}

type scope struct {
	parent *scope
	slots  map[string]int
	comp   bool // a comprehension: := binds outside of it
}

func (s *scope) slot(name string) int {
	i, ok := s.slots[name]
	if !ok {
		i = len(s.slots)
		s.slots[name] = i
	}
	return i
}

type compiler struct {
	seqName string // the sequence variable, or ""
	top     *scope
	cur     *scope
	globals map[string]bool // bound by := in a comprehension at the top
	paths   []*Path
	byPath  map[string]*Path
	refs    []*TraceRef
	texts   map[string]string
}

// intern makes equal string constants one object, as CPython does.
func (c *compiler) intern(v Value) Value {
	if v.kind != KindStr {
		return v
	}
	if c.texts == nil {
		c.texts = map[string]string{}
	}
	if s, ok := c.texts[v.str]; ok {
		v.str = s
	} else {
		c.texts[v.str] = v.str
	}
	return v
}

func newCompiler(seqName string) *compiler {
	top := &scope{slots: map[string]int{}}
	return &compiler{seqName: seqName, top: top, cur: top, globals: map[string]bool{}, byPath: map[string]*Path{}}
}

func (c *compiler) isRoot(x expr, name string) bool {
	n, ok := x.(*nameExpr)
	if !ok || n.id != name || c.cur != c.top {
		return false
	}
	_, shadowed := c.top.slots[name]
	return !shadowed
}

// path interns a param path.
func (c *compiler) path(keys []Key) *Path {
	id := (&Path{Keys: keys}).id()
	if p, ok := c.byPath[id]; ok {
		return p
	}
	p := &Path{Index: len(c.paths), Keys: keys}
	c.paths = append(c.paths, p)
	c.byPath[id] = p
	return p
}

func (p *Path) id() string {
	id := ""
	for _, k := range p.Keys {
		if k.IsInt {
			id += "\x00i" + Int(k.Int).big().String()
		} else {
			id += "\x00s" + k.Str
		}
	}
	return id
}

func (c *compiler) expr(x expr) code {
	switch x := x.(type) {
	case *constExpr:
		return constCode{c.intern(x.value)}
	case *nameExpr:
		return c.name(x)
	case *attribute:
		if p := c.static(x); p != nil {
			return p
		}
		return &attrCode{c.expr(x.x), x.name}
	case *subscript:
		if p := c.static(x); p != nil {
			return p
		}
		if r := c.metrics(x); r != nil {
			return &traceCode{ref: r}
		}
		return &itemCode{c.expr(x.x), c.expr(x.index)}
	case *sliceExpr:
		return &sliceCode{c.optional(x.lo), c.optional(x.hi), c.optional(x.step)}
	case *call:
		return c.call(x)
	case *unary:
		if x.op == "not" {
			return &notCode{c.expr(x.x)}
		}
		if k, ok := x.x.(*constExpr); ok && k.value.isNumber() {
			m := &machine{}
			if v, err := m.unary(x.op, k.value); err == nil {
				return constCode{v}
			}
		}
		return &unaryCode{x.op, c.expr(x.x)}
	case *binary:
		return &binaryCode{x.op, c.expr(x.l), c.expr(x.r)}
	case *boolOp:
		b := &boolCode{and: x.op == "and"}
		for _, v := range x.values {
			b.values = append(b.values, c.expr(v))
		}
		return b
	case *compare:
		return c.compare(x)
	case *ifExpr:
		test := c.expr(x.test)
		return &ifCode{test, c.expr(x.body), c.expr(x.orelse)}
	case *listExpr:
		return &displayCode{kind: KindList, elts: c.exprs(x.elts)}
	case *tupleExpr:
		return &displayCode{kind: KindTuple, elts: c.exprs(x.elts)}
	case *setExpr:
		return &displayCode{kind: KindSet, elts: c.exprs(x.elts)}
	case *dictExpr:
		d := &dictCode{}
		for i, k := range x.keys {
			d.keys = append(d.keys, c.optional(k))
			d.values = append(d.values, c.expr(x.values[i]))
		}
		return d
	case *starred:
		return &starCode{c.expr(x.x)}
	case *joinedStr:
		j := &joinCode{}
		for _, p := range x.parts {
			j.parts = append(j.parts, c.expr(p))
		}
		return j
	case *formattedValue:
		f := &formatCode{x: c.expr(x.x), conv: x.conv}
		if x.spec != nil {
			f.spec = c.expr(x.spec)
		}
		return f
	case *lambda:
		return c.lambda(x)
	case *compExpr:
		return c.comprehension(x)
	case *namedExpr:
		v := c.expr(x.x)
		return &bindCode{v, c.store(x.name.id, true)}
	}
	return &failCode{raise("SystemError", "unknown expression")}
}

func (c *compiler) optional(x expr) code {
	if x == nil {
		return nil
	}
	return c.expr(x)
}

func (c *compiler) exprs(xs []expr) []code {
	out := make([]code, len(xs))
	for i, x := range xs {
		out[i] = c.expr(x)
	}
	return out
}

// target says where an assignment goes.
type target struct {
	up, slot int
	global   string
}

func (c *compiler) store(name string, walrus bool) target {
	s, up := c.cur, 0
	for walrus && s.comp {
		s, up = s.parent, up+1
	}
	if walrus && s == c.top && up > 0 {
		c.globals[name] = true
		return target{global: name}
	}
	return target{up: up, slot: s.slot(name)}
}

func (c *compiler) name(x *nameExpr) code {
	up := 0
	for s := c.cur; s != nil; s, up = s.parent, up+1 {
		if s == c.top && s != c.cur {
			break // the variables of the top are no globals
		}
		if i, ok := s.slots[x.id]; ok {
			v := &varCode{up: up, slot: i, name: x.id}
			if s == c.top {
				v.fallback = c.global(x.id)
			}
			return v
		}
	}
	if c.cur == c.top {
		switch {
		case x.id == "run":
			return constCode{Value{kind: KindRun}}
		case x.id == c.seqName && x.id != "":
			return constCode{Value{kind: KindSeq}}
		}
	}
	return c.global(x.id)
}

func (c *compiler) global(name string) code {
	g := &globalCode{name: name, err: raise("NameError", "name '%s' is not defined", name)}
	if v, ok := builtins[name]; ok {
		g.builtin, g.has = v, true
	}
	if !c.globals[name] && g.has {
		return constCode{g.builtin}
	}
	return g
}

// bindAll reserves slots for every name a scope binds, so that a use before the
// binding finds the variable, as in Python.
func (c *compiler) bindAll(x expr) {
	walk(x, func(x expr) bool {
		switch x := x.(type) {
		case *lambda:
			for _, p := range x.params {
				if p.fallback != nil {
					c.bindAll(p.fallback)
				}
			}
			return false
		case *namedExpr:
			c.store(x.name.id, true)
		case *compExpr:
			c.cur = &scope{parent: c.cur, slots: map[string]int{}, comp: true}
			for _, cl := range x.clauses {
				c.bindAll(cl.iter)
				for _, i := range cl.ifs {
					c.bindAll(i)
				}
			}
			c.bindAll(x.elt)
			if x.value != nil {
				c.bindAll(x.value)
			}
			c.cur = c.cur.parent
			return false
		}
		return true
	})
}

func (c *compiler) compare(x *compare) code {
	left := c.expr(x.left)
	if len(x.ops) == 1 {
		k := &compareCode{x.ops[0], relationOf(x.ops[0]), left, c.expr(x.rights[0])}
		if s := storedCompare(k); s != nil {
			return s
		}
		return k
	}
	return &chainCode{left, x.ops, c.exprs(x.rights)}
}

func (c *compiler) call(x *call) code {
	k := &callCode{}
	for _, a := range x.args {
		if _, ok := a.(*starred); ok {
			k.spread = true
		}
		k.args = append(k.args, c.expr(a))
	}
	for _, a := range x.keywords {
		if a.name == "" {
			k.spread = true
		}
		k.kwNames = append(k.kwNames, a.name)
		k.kw = append(k.kw, c.expr(a.x))
	}
	if a, ok := x.fn.(*attribute); ok {
		k.recv, k.method = c.expr(a.x), a.name
	} else {
		k.fn = c.expr(x.fn)
	}
	return k.folded()
}

// folded evaluates datetime(…) and timedelta(…) of constants once.
func (c *callCode) folded() code {
	f, ok := c.fn.(constCode)
	if !ok || c.spread || f.v.kind != KindType || f.v.obj != datetimeType && f.v.obj != timedeltaType {
		return c
	}
	for _, list := range [][]code{c.args, c.kw} {
		for _, a := range list {
			if k, ok := a.(constCode); !ok || k.v.kind > KindStr {
				return c
			}
		}
	}
	m := &machine{ctx: context.Background(), rest: DefaultMaxSteps, room: DefaultMaxBytes}
	v, err := c.eval(m)
	if err != nil {
		return &failCode{err}
	}
	return constCode{v}
}
