package aimql

import (
	"math/big"
	"strconv"
	"strings"
)

// primary reads an atom and the attributes, calls and subscripts after it.
func (p *parser) primary() expr {
	start := p.tok().start
	x := p.atom()
	for p.err == nil {
		switch {
		case p.takeOp("."):
			t := p.tok()
			if t.kind != tokName {
				p.unexpected("expected a name after \".\"")
				return x
			}
			if keywords[t.text] {
				p.fail(syntaxErr(t.start, t.end, "\""+t.text+"\" is a reserved word and cannot be an attribute").
					hint("write [\"" + t.text + "\"]"))
				return x
			}
			p.advance()
			x = &attribute{node{start, t.end}, x, ident(t.text), t.start}
		case p.isOp("("):
			x = p.call(start, x)
		case p.takeOp("["):
			i := p.subscripts()
			p.expect("]")
			x = &subscript{node{start, p.lastEnd()}, x, i}
		default:
			return x
		}
	}
	return x
}

func (p *parser) atom() expr {
	t := p.tok()
	n := node{t.start, t.end}
	switch t.kind {
	case tokNumber:
		p.advance()
		return p.numberLit(t)
	case tokString:
		return p.strings()
	case tokName:
		switch t.text {
		case "None":
			p.advance()
			return &constExpr{node: n}
		case "True", "False":
			p.advance()
			return &constExpr{node: n, value: Bool(t.text == "True")}
		}
		if keywords[t.text] {
			if t.text == "not" {
				p.fail(syntaxErr(t.start, t.end, "\"not\" needs parentheses here").hint("write (not …)"))
			} else {
				p.unexpected("")
			}
			return p.nothing()
		}
		p.advance()
		return &nameExpr{n, ident(t.text)}
	case tokOp:
		switch t.text {
		case "(":
			return p.paren()
		case "[":
			return p.list()
		case "{":
			return p.braces()
		case "...":
			p.advance()
			return &constExpr{node: n, value: Value{kind: KindEllipsis}}
		}
	}
	p.unexpected("")
	return p.nothing()
}

// paren reads "(…)". Parentheses are no part of the node inside, except of
// tuples and generators, as in CPython.
func (p *parser) paren() expr {
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	start := p.advance().start
	if p.takeOp(")") {
		return &tupleExpr{node: node{start, p.lastEnd()}}
	}
	x := p.group(start, start)
	p.expect(")")
	switch y := x.(type) {
	case *tupleExpr:
		if y.start == start && y.end == start {
			y.end = p.lastEnd()
		}
	case *compExpr:
		if y.start == start && y.end == start {
			y.end = p.lastEnd()
		}
	}
	return x
}

func (p *parser) list() expr {
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	start := p.advance().start
	if p.takeOp("]") {
		return &listExpr{node: node{start, p.lastEnd()}}
	}
	first := p.starOrNamed()
	if p.isKw("for") || p.isKw("async") {
		x := p.comprehension(compList, first, nil, start, start)
		p.expect("]")
		x.end = p.lastEnd()
		return x
	}
	elts := []expr{first}
	for p.takeOp(",") && !p.isOp("]") && p.err == nil {
		elts = append(elts, p.starOrNamed())
	}
	p.expect("]")
	return &listExpr{node{start, p.lastEnd()}, elts}
}

func (p *parser) braces() expr {
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	start := p.advance().start
	if p.takeOp("}") {
		return &dictExpr{node: node{start, p.lastEnd()}}
	}
	if p.isOp("**") {
		return p.dict(start, nil)
	}
	first := p.starOrNamed()
	if p.isOp(":") {
		return p.dict(start, first)
	}
	if p.isKw("for") || p.isKw("async") {
		x := p.comprehension(compSet, first, nil, start, start)
		p.expect("}")
		x.end = p.lastEnd()
		return x
	}
	elts := []expr{first}
	for p.takeOp(",") && !p.isOp("}") && p.err == nil {
		elts = append(elts, p.starOrNamed())
	}
	p.expect("}")
	return &setExpr{node{start, p.lastEnd()}, elts}
}

// dict goes on after "{" or after the first key.
func (p *parser) dict(start int, key expr) expr {
	d := &dictExpr{}
	for first := true; p.err == nil; first = false {
		if key == nil && p.takeOp("**") {
			d.keys = append(d.keys, nil)
			d.values = append(d.values, p.bitOr())
		} else {
			if key == nil {
				key = p.expression()
			}
			switch key.(type) {
			case *starred, *namedExpr:
				p.unexpected("")
			}
			p.expect(":")
			v := p.expression()
			if first && (p.isKw("for") || p.isKw("async")) {
				x := p.comprehension(compDict, key, v, start, start)
				p.expect("}")
				x.end = p.lastEnd()
				return x
			}
			d.keys = append(d.keys, key)
			d.values = append(d.values, v)
		}
		key = nil
		if !p.takeOp(",") || p.isOp("}") {
			break
		}
	}
	p.expect("}")
	d.node = node{start, p.lastEnd()}
	return d
}

func (p *parser) comprehension(kind compKind, elt, value expr, start, end int) *compExpr {
	if s, ok := elt.(*starred); ok {
		p.fail(syntaxErr(s.start, s.end, "a comprehension cannot unpack"))
	}
	x := &compExpr{node: node{start, end}, kind: kind, elt: elt, value: value}
	for p.err == nil {
		if t := p.tok(); t.kind == tokName && t.text == "async" {
			p.fail(syntaxErr(t.start, t.end, "\"async\" is not allowed in a query"))
			break
		}
		if !p.takeKw("for") {
			break
		}
		c := compClause{target: p.targets()}
		if !p.takeKw("in") {
			p.unexpected("expected \"in\"")
			break
		}
		c.iter = p.or()
		for p.takeKw("if") {
			c.ifs = append(c.ifs, p.or())
		}
		x.clauses = append(x.clauses, c)
	}
	if len(x.clauses) == 0 && p.err == nil {
		p.unexpected("")
	}
	if p.err != nil && len(x.clauses) == 0 {
		x.clauses = []compClause{{target: p.nothing(), iter: p.nothing()}}
	}
	return x
}

// targets reads the variables of a comprehension: names, tuples and lists of
// them. (Python would also assign to attributes and items; RestrictedPython
// lets it and Aim's guard then refuses, so they are refused here.)
func (p *parser) targets() expr {
	start := p.tok().start
	first := p.target()
	if !p.isOp(",") {
		if s, ok := first.(*starred); ok {
			p.fail(syntaxErr(s.start, s.end, "a starred target must be in a list or tuple"))
		}
		return first
	}
	elts := []expr{first}
	for p.takeOp(",") && !p.isKw("in") && p.err == nil {
		elts = append(elts, p.target())
	}
	return &tupleExpr{node{start, p.lastEnd()}, elts}
}

func (p *parser) target() expr {
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	t := p.tok()
	switch {
	case p.takeOp("*"):
		x := p.target()
		return &starred{node{t.start, p.lastEnd()}, x}
	case p.isOp("("), p.isOp("["):
		p.advance()
		end := closing(t.text)
		var elts []expr
		comma := false
		for !p.isOp(end) && p.err == nil {
			elts = append(elts, p.target())
			if !p.takeOp(",") {
				break
			}
			comma = true
		}
		p.expect(end)
		if end == "]" {
			return &listExpr{node{t.start, p.lastEnd()}, elts}
		}
		if len(elts) == 1 && !comma {
			return elts[0]
		}
		return &tupleExpr{node{t.start, p.lastEnd()}, elts}
	case t.kind == tokName && !keywords[t.text]:
		p.advance()
		return &nameExpr{node{t.start, t.end}, ident(t.text)}
	}
	p.unexpected("expected a variable after \"for\"")
	return p.nothing()
}

func (p *parser) call(start int, fn expr) expr {
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	open := p.advance().start
	c := &call{fn: fn}
	seen := map[string]bool{}
	double := false
	for !p.isOp(")") && p.err == nil {
		t := p.tok()
		switch {
		case p.takeOp("**"):
			x := p.expression()
			c.keywords = append(c.keywords, keyword{node{t.start, p.lastEnd()}, "", x})
			double = true
		case p.takeOp("*"):
			x := p.expression()
			if double {
				p.fail(syntaxErr(t.start, p.lastEnd(), "\"*\" follows \"**\" in this call"))
			}
			c.args = append(c.args, &starred{node{t.start, p.lastEnd()}, x})
		case t.kind == tokName && !keywords[t.text] && p.peek().kind == tokOp && p.peek().text == "=":
			p.advance()
			p.advance()
			x := p.expression()
			name := ident(t.text)
			if seen[name] {
				p.fail(syntaxErr(t.start, t.end, "keyword argument repeated: "+name))
			}
			seen[name] = true
			c.keywords = append(c.keywords, keyword{node{t.start, p.lastEnd()}, name, x})
		default:
			x := p.named()
			if p.isKw("for") || p.isKw("async") {
				g := p.comprehension(compGen, x, nil, open, open)
				if len(c.args)+len(c.keywords) > 0 || !p.isOp(")") && p.err == nil {
					p.fail(syntaxErr(t.start, p.lastEnd(), "a generator expression needs parentheses here"))
				}
				g.end = p.tok().end
				c.args = append(c.args, g)
				break
			}
			if len(c.keywords) > 0 {
				msg := "a positional argument follows keyword arguments"
				p.fail(syntaxErr(t.start, p.lastEnd(), msg))
			}
			c.args = append(c.args, x)
		}
		if !p.takeOp(",") {
			break
		}
	}
	p.expect(")")
	c.node = node{start, p.lastEnd()}
	return c
}

func (p *parser) subscripts() expr {
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	start := p.tok().start
	first := p.subscriptItem()
	if !p.isOp(",") {
		if s, ok := first.(*starred); ok {
			return &tupleExpr{node{s.start, s.end}, []expr{s}}
		}
		return first
	}
	elts := []expr{first}
	for p.takeOp(",") && !p.isOp("]") && p.err == nil {
		elts = append(elts, p.subscriptItem())
	}
	return &tupleExpr{node{start, p.lastEnd()}, elts}
}

func (p *parser) subscriptItem() expr {
	start := p.tok().start
	if p.isOp("*") {
		return p.starOrNamed()
	}
	var lo expr
	if !p.isOp(":") {
		lo = p.named()
		if !p.isOp(":") {
			return lo
		}
	}
	p.expect(":")
	s := &sliceExpr{lo: lo}
	ends := func() bool { return p.isOp("]") || p.isOp(",") || p.isOp(":") }
	if !ends() {
		s.hi = p.expression()
	}
	if p.takeOp(":") && !ends() {
		s.step = p.expression()
	}
	s.node = node{start, p.lastEnd()}
	return s
}

func (p *parser) lambda() expr {
	start := p.advance().start
	l := &lambda{}
	seen := map[string]bool{}
	kind, fallback, star := paramPlain, false, false
	for !p.isOp(":") && p.err == nil {
		t := p.tok()
		switch {
		case p.takeOp("/"):
			if len(l.params) == 0 || kind != paramPlain || l.params[0].kind == paramPosOnly {
				p.fail(syntaxErr(t.start, t.end, "\"/\" is not expected here"))
			}
			for i := range l.params {
				l.params[i].kind = paramPosOnly
			}
		case p.isOp("*") && !star && kind != paramDoubleStar:
			p.advance()
			star = true
			if p.isOp(",") {
				if n := p.peek(); n.text == ":" || n.text == "**" || n.text == "," {
					p.fail(syntaxErr(t.start, t.end, "named arguments must follow a bare \"*\""))
				}
			} else {
				l.params = append(l.params, p.param(paramStar, seen))
			}
			kind = paramKwOnly
		case kind != paramDoubleStar && p.takeOp("**"):
			l.params = append(l.params, p.param(paramDoubleStar, seen))
			kind = paramDoubleStar
		case kind == paramDoubleStar:
			p.unexpected("nothing can follow \"**\" arguments")
		default:
			a := p.param(kind, seen)
			if p.takeOp("=") {
				a.fallback = p.expression()
				fallback = true
			} else if kind == paramPlain && fallback {
				p.fail(syntaxErr(a.start, a.end, "an argument without a default follows one with a default"))
			}
			l.params = append(l.params, a)
		}
		if !p.takeOp(",") {
			break
		}
	}
	p.expect(":")
	l.body = p.expression()
	l.node = node{start, p.lastEnd()}
	return l
}

func (p *parser) param(kind paramKind, seen map[string]bool) param {
	t := p.tok()
	if t.kind != tokName || keywords[t.text] {
		p.unexpected("expected an argument name")
		return param{kind: kind}
	}
	p.advance()
	name := ident(t.text)
	if seen[name] {
		p.fail(syntaxErr(t.start, t.end, "duplicate argument \""+name+"\""))
	}
	seen[name] = true
	return param{node: node{t.start, t.end}, name: name, kind: kind}
}

func (p *parser) numberLit(t token) expr {
	c := &constExpr{node: node{t.start, t.end}}
	s := strings.ReplaceAll(t.text, "_", "")
	if last := s[len(s)-1] | 32; last == 'j' && !strings.HasPrefix(strings.ToLower(s), "0x") {
		f, _ := strconv.ParseFloat(s[:len(s)-1], 64)
		c.value = Complex(complex(0, f))
		return c
	}
	hex := len(s) > 1 && s[0] == '0' && strings.IndexByte("xXoObB", s[1]) >= 0
	if !hex && strings.ContainsAny(s, ".eE") {
		f, _ := strconv.ParseFloat(s, 64) // out of range: ±Inf, as in Python
		c.value = Float(f)
		return c
	}
	if !hex && len(s) > maxIntDigits {
		p.fail(syntaxErr(t.start, t.end, "this number has more than 4300 digits"))
		return c
	}
	base := 0
	if !hex {
		base = 10
	}
	b, ok := new(big.Int).SetString(s, base)
	if !ok {
		p.fail(syntaxErr(t.start, t.end, "invalid number"))
		return c
	}
	c.value = BigInt(b)
	return c
}
