package aimql

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
