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

// static compiles run.a.b["c"], metric.field and metric.context.key without
// proxies; nil if x is none of these.
func (c *compiler) static(x expr) code {
	var steps []expr // outermost first
	at := x
	for {
		switch y := at.(type) {
		case *attribute:
			steps = append(steps, y)
			at = y.x
			continue
		case *subscript:
			steps = append(steps, y)
			at = y.x
			continue
		}
		break
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	switch {
	case c.isRoot(at, "run"):
		return c.staticParam(steps)
	case c.seqName != "" && c.isRoot(at, c.seqName):
		return c.staticSeq(steps)
	}
	return nil
}

// constKeys are the keys of a constant subscript that is no negative number.
func constKeys(x expr) ([]Key, bool) {
	switch x := x.(type) {
	case *constExpr:
		k, err := toKey(x.value)
		return []Key{k}, err == nil
	case *tupleExpr:
		var keys []Key
		for _, y := range x.elts {
			k, ok := y.(*constExpr)
			if !ok {
				return nil, false
			}
			key, err := toKey(k.value)
			if err != nil {
				return nil, false
			}
			keys = append(keys, key)
		}
		return keys, len(keys) > 0
	}
	return nil, false
}

func (c *compiler) staticParam(steps []expr) code {
	var keys []Key
	attr := false
	for i, s := range steps {
		switch s := s.(type) {
		case *attribute:
			if i == 0 && isRunAttr(s.name) {
				return c.staticRunAttr(steps, s.name)
			}
			keys, attr = append(keys, Key{Str: s.name}), true
		case *subscript:
			k, ok := constKeys(s.index)
			if !ok {
				return nil
			}
			keys, attr = append(keys, k...), false
		}
	}
	if len(steps) == 0 {
		return nil
	}
	p := &proxy{root: rootParam, path: c.path(keys), first: len(steps) == 1, attr: attr}
	return newStaticCode(p)
}

// staticRunAttr compiles run.name and the like.
func (c *compiler) staticRunAttr(steps []expr, name string) code {
	if p, ok := runProperties[name]; ok && len(steps) == 1 {
		return &propertyCode{p}
	}
	return nil
}

func (c *compiler) staticSeq(steps []expr) code {
	if len(steps) == 0 {
		return nil
	}
	first, ok := steps[0].(*attribute)
	if !ok {
		return nil
	}
	switch first.name {
	case "name":
		if len(steps) == 1 {
			return seqNameCode{}
		}
		return nil
	case "run":
		return nil
	case "context":
		if len(steps) == 2 {
			var k []Key
			switch s := steps[1].(type) {
			case *attribute:
				if s.name == "get" || s.name == "view" || s.name == "context" {
					return nil
				}
				k = []Key{{Str: s.name}}
			case *subscript:
				if kc, ok := s.index.(*constExpr); ok && kc.value.kind == KindStr {
					k = []Key{{Str: kc.value.str}}
				}
			}
			if k != nil {
				return &contextCode{hkey{kind: hStr, s: k[0].Str}, &proxy{root: rootContext, keys: k}}
			}
		}
		return nil
	}
	if len(steps) == 1 {
		return newStaticCode(&proxy{root: rootSeq, first: true, attr: true, keys: []Key{{Str: first.name}}})
	}
	return nil
}

// metrics recognizes run.metrics["name"], run.metrics["name", {…}] with constants.
func (c *compiler) metrics(x *subscript) *TraceRef {
	a, ok := x.x.(*attribute)
	if !ok || a.name != "metrics" || !c.isRoot(a.x, "run") {
		return nil
	}
	ref := &TraceRef{Index: len(c.refs), Context: Dict()}
	name := x.index
	if t, ok := x.index.(*tupleExpr); ok {
		if len(t.elts) != 2 {
			return nil
		}
		name = t.elts[0]
		v, ok := constValue(t.elts[1])
		switch {
		case !ok:
			return nil
		case v.kind == KindDict:
			ref.Context = v
		case v.kind == KindInt && !v.isBig():
			ref.ByID, ref.ID = true, v.int()
		default:
			return nil
		}
	}
	n, ok := name.(*constExpr)
	if !ok || n.value.kind != KindStr {
		return nil
	}
	ref.Name = n.value.str
	c.refs = append(c.refs, ref)
	return ref
}

// constValue evaluates displays of constants.
func constValue(x expr) (Value, bool) {
	items := func(xs []expr) ([]Value, bool) {
		out := make([]Value, len(xs))
		for i, y := range xs {
			v, ok := constValue(y)
			if !ok {
				return nil, false
			}
			out[i] = v
		}
		return out, true
	}
	switch x := x.(type) {
	case *constExpr:
		return x.value, true
	case *unary:
		v, ok := constValue(x.x)
		if !ok || x.op == "not" || !v.isNumber() {
			return Value{}, false
		}
		r, err := (&machine{}).unary(x.op, v)
		return r, err == nil
	case *listExpr:
		v, ok := items(x.elts)
		return List(v...), ok
	case *tupleExpr:
		v, ok := items(x.elts)
		return Tuple(v...), ok
	case *dictExpr:
		for _, k := range x.keys {
			if k == nil {
				return Value{}, false
			}
		}
		keys, ok := items(x.keys)
		vals, ok2 := items(x.values)
		if !ok || !ok2 {
			return Value{}, false
		}
		var pairs []Pair
		for i := range keys {
			if _, err := hashKey(keys[i]); err != nil {
				return Value{}, false
			}
			pairs = append(pairs, Pair{keys[i], vals[i]})
		}
		return Dict(pairs...), true
	}
	return Value{}, false
}

func (c *compiler) compare(x *compare) code {
	left := c.expr(x.left)
	if len(x.ops) == 1 {
		return &compareCode{x.ops[0], left, c.expr(x.rights[0])}
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

// Literal reads a Python literal: a constant, or a list, tuple or dict of literals.
func Literal(text string) (Value, error) {
	x, err := parse(text)
	if err != nil {
		return Value{}, err
	}
	v, ok := constValue(x)
	if !ok {
		return Value{}, syntaxErr(0, len(text), "this is no literal").locate(text)
	}
	return v, nil
}
