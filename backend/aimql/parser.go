package aimql

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

const (
	maxQueryBytes = 64 << 10
	maxNesting    = 200  // as many parentheses as CPython's tokenizer allows
	maxTreeDepth  = 2000 // also of what nests without brackets, as a long sum
)

// parser is a recursive descent parser; the first error ends it. Every method
// returns a usable node also after an error, so that none has to check.
type parser struct {
	src   string
	toks  []token
	i     int
	depth int
	err   *SyntaxError
	infs  int // > 0: inside an f-string field
}

// parse reads src as what stands between two parentheses: an expression, an
// assignment expression, a generator expression or a tuple.
func parse(src string) (expr, *SyntaxError) {
	if len(src) > maxQueryBytes {
		return nil, syntaxErr(maxQueryBytes, len(src), "the query is longer than 64 KiB").locate(src)
	}
	p := newParser(src, 0, len(src))
	x := p.group(0, len(src))
	p.expectEOF()
	if p.err != nil {
		return nil, p.err.locate(src)
	}
	if depthOf(x) > maxTreeDepth {
		return nil, syntaxErr(0, len(src), "the expression is nested too deeply").locate(src)
	}
	return x, nil
}

func newParser(src string, from, to int) *parser {
	p := &parser{src: src}
	p.lex(from, to)
	return p
}

// lex tokenizes src[from:to] without comments. The error of a bad token is
// raised when the parser reaches it, and brackets are checked first, because a
// missing one is best named where it was opened.
func (p *parser) lex(from, to int) {
	l := lexer{src: p.src, pos: from, limit: to}
	var open []token
	for {
		t := l.next()
		if t.kind == tokComment {
			if t.end >= to && p.err == nil {
				p.fail(syntaxErr(t.start, t.end, "a comment at the end of a query hides its closing parenthesis").hint("remove the comment"))
			}
			continue
		}
		p.toks = append(p.toks, t)
		switch {
		case t.kind == tokEOF:
			if len(open) > 0 && p.err == nil {
				o := open[len(open)-1]
				p.fail(syntaxErr(o.start, o.end, "\""+o.text+"\" was never closed").hint("add \"" + closing(o.text) + "\""))
			}
			return
		case t.kind == tokOp && strings.Contains("([{", t.text):
			open = append(open, t)
			if len(open) > maxNesting {
				p.fail(syntaxErr(t.start, t.end, "too many nested brackets"))
			}
		case t.kind == tokOp && strings.Contains(")]}", t.text):
			switch {
			case len(open) == 0:
				p.fail(syntaxErr(t.start, t.end, "unmatched \""+t.text+"\"").hint("remove it"))
			case closing(open[len(open)-1].text) != t.text:
				o := open[len(open)-1]
				p.fail(syntaxErr(t.start, t.end, "\""+t.text+"\" does not close \""+o.text+"\"").hint("did you mean \"" + closing(o.text) + "\"?"))
			default:
				open = open[:len(open)-1]
			}
		case t.kind == tokBad:
			p.fail(t.err)
		}
	}
}

func closing(open string) string {
	return map[string]string{"(": ")", "[": "]", "{": "}"}[open]
}

func (p *parser) fail(e *SyntaxError) {
	if p.err == nil {
		p.err = e
	}
	if n := len(p.toks); n > 0 && p.toks[n-1].kind == tokEOF {
		p.i = n - 1 // nothing more to read
	}
}

func (p *parser) tok() token  { return p.toks[p.i] }
func (p *parser) peek() token { return p.toks[min(p.i+1, len(p.toks)-1)] }

func (p *parser) advance() token {
	t := p.toks[p.i]
	if p.i < len(p.toks)-1 {
		p.i++
	}
	return t
}

// lastEnd is the end of the token before the current one.
func (p *parser) lastEnd() int {
	if p.i == 0 {
		return p.toks[0].start
	}
	return p.toks[p.i-1].end
}

func (p *parser) isOp(s string) bool { t := p.tok(); return t.kind == tokOp && t.text == s }
func (p *parser) isKw(s string) bool { t := p.tok(); return t.kind == tokName && t.text == s }

func (p *parser) takeOp(s string) bool {
	if p.isOp(s) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) takeKw(s string) bool {
	if p.isKw(s) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(s string) {
	if !p.takeOp(s) {
		p.unexpected("expected \"" + s + "\"")
	}
}

func (p *parser) expectEOF() {
	if p.err == nil && p.tok().kind != tokEOF {
		p.unexpected("")
	}
}

// unexpected reports the current token, with a hint for what people write who
// know another language.
func (p *parser) unexpected(msg string) {
	t := p.tok()
	if t.kind == tokEOF {
		if msg == "" {
			msg = "an expression is expected"
		}
		p.fail(syntaxErr(t.start, t.end, "the query ends here, but "+msg))
		return
	}
	if msg == "" {
		msg = "invalid syntax"
	}
	e := syntaxErr(t.start, t.end, msg)
	switch t.text {
	case "=":
		e.Msg, e.Hint = "a query cannot assign", "did you mean ==?"
	case "&&":
		e.Msg, e.Hint = "\"&&\" is not an operator", "did you mean and?"
	case "||":
		e.Msg, e.Hint = "\"||\" is not an operator", "did you mean or?"
	case "!":
		e.Msg, e.Hint = "\"!\" is not an operator", "did you mean not?"
	case "<>":
		e.Msg, e.Hint = "\"<>\" is not an operator", "did you mean !=?"
	case ";":
		e.Msg, e.Hint = "a query is one expression", "remove \";\""
	case "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=", "**=", "//=", ">>=", "<<=":
		e.Msg = "a query cannot assign"
	default:
		if t.kind == tokName && keywords[t.text] {
			e.Msg = "\"" + t.text + "\" is not expected here"
			if statementKeyword(t.text) {
				e.Msg = "\"" + t.text + "\" starts a statement; a query is one expression"
			}
		} else if t.kind == tokName || t.kind == tokNumber || t.kind == tokString {
			e.Hint = "is an operator (and, or, ==, …) missing before it?"
			switch strings.ToLower(t.text) {
			case "and", "or", "not", "in", "is":
				e.Hint = "did you mean " + strings.ToLower(t.text) + "?"
			case "like", "contains":
				e.Hint = "did you mean in?"
			}
		}
	}
	p.fail(e)
}

func statementKeyword(s string) bool {
	switch s {
	case "assert", "async", "break", "class", "continue", "def", "del", "except", "finally", "from", "global",
		"import", "nonlocal", "pass", "raise", "return", "try", "while", "with":
		return true
	}
	return false
}

// enter bounds the recursion; leave undoes it.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > 8*maxNesting {
		t := p.tok()
		p.fail(syntaxErr(t.start, t.end, "the expression is nested too deeply"))
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

func (p *parser) nothing() expr {
	t := p.tok()
	return &constExpr{node: node{t.start, t.start}}
}

// group reads the inside of parentheses up to (not including) the closing one;
// start and end are the offsets of the parentheses.
func (p *parser) group(start, end int) expr {
	if p.err != nil {
		return p.nothing()
	}
	if p.isKw("yield") {
		t := p.tok()
		p.fail(syntaxErr(t.start, t.end, "\"yield\" is not allowed in a query"))
		return p.nothing()
	}
	first := p.starOrNamed()
	if p.isKw("for") || p.isKw("async") {
		return p.comprehension(compGen, first, nil, start, end)
	}
	if !p.isOp(",") {
		if s, ok := first.(*starred); ok {
			p.fail(syntaxErr(s.start, s.end, "cannot use a starred expression here"))
		}
		return first
	}
	elts := []expr{first}
	for p.takeOp(",") {
		if t := p.tok(); t.kind == tokEOF || t.kind == tokOp && strings.Contains(")]}", t.text) {
			break
		}
		elts = append(elts, p.starOrNamed())
	}
	return &tupleExpr{node{start, end}, elts}
}

func (p *parser) starOrNamed() expr {
	if t := p.tok(); p.takeOp("*") {
		x := p.bitOr()
		return &starred{node{t.start, p.lastEnd()}, x}
	}
	return p.named()
}

// named reads NAME ":=" expression, or an expression.
func (p *parser) named() expr {
	t := p.tok()
	if n := p.peek(); t.kind == tokName && !keywords[t.text] && n.kind == tokOp && n.text == ":=" {
		p.advance()
		p.advance()
		x := p.expression()
		return &namedExpr{node{t.start, p.lastEnd()}, &nameExpr{node{t.start, t.end}, ident(t.text)}, x}
	}
	return p.expression()
}

// ident is a name as Python compares it.
func ident(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return norm.NFKC.String(s)
		}
	}
	return s
}

// expression: a conditional expression or a lambda.
func (p *parser) expression() expr {
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	if p.isKw("lambda") {
		return p.lambda()
	}
	start := p.tok().start
	x := p.or()
	if !p.isKw("if") {
		return x
	}
	p.advance()
	test := p.or()
	if !p.takeKw("else") {
		p.unexpected("expected \"else\" after \"if\"")
		return x
	}
	orelse := p.expression()
	return &ifExpr{node{start, p.lastEnd()}, test, x, orelse}
}

func (p *parser) or() expr  { return p.boolean("or", p.and) }
func (p *parser) and() expr { return p.boolean("and", p.not) }

func (p *parser) boolean(op string, operand func() expr) expr {
	start := p.tok().start
	x := operand()
	if !p.isKw(op) {
		return x
	}
	values := []expr{x}
	for p.takeKw(op) {
		values = append(values, operand())
	}
	return &boolOp{node{start, p.lastEnd()}, op, values}
}

func (p *parser) not() expr {
	if !p.isKw("not") {
		return p.comparison()
	}
	if !p.enter() {
		p.leave()
		return p.nothing()
	}
	defer p.leave()
	start := p.advance().start
	x := p.not()
	return &unary{node{start, p.lastEnd()}, "not", x}
}

func (p *parser) comparison() expr {
	start := p.tok().start
	x := p.bitOr()
	var ops []string
	var rights []expr
	for p.err == nil {
		op := p.compareOp()
		if op == "" {
			break
		}
		ops = append(ops, op)
		rights = append(rights, p.bitOr())
	}
	if ops == nil {
		return x
	}
	return &compare{node{start, p.lastEnd()}, x, ops, rights}
}

func (p *parser) compareOp() string {
	t := p.tok()
	if t.kind == tokOp {
		switch t.text {
		case "==", "!=", "<", "<=", ">", ">=":
			p.advance()
			return t.text
		}
		return ""
	}
	switch {
	case p.takeKw("in"):
		return "in"
	case p.isKw("not") && p.peek().text == "in" && p.peek().kind == tokName:
		p.advance()
		p.advance()
		return "not in"
	case p.takeKw("is"):
		if p.takeKw("not") {
			return "is not"
		}
		return "is"
	}
	return ""
}

// binaryLevels: the left associative operators, loosest first.
var binaryLevels = [][]string{{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "//", "%", "@"}}

func (p *parser) bitOr() expr { return p.binary(0) }

func (p *parser) binary(level int) expr {
	if level == len(binaryLevels) {
		return p.factor()
	}
	start := p.tok().start
	x := p.binary(level + 1)
outer:
	for p.err == nil && p.tok().kind == tokOp {
		for _, op := range binaryLevels[level] {
			if p.takeOp(op) {
				r := p.binary(level + 1)
				x = &binary{node{start, p.lastEnd()}, op, x, r}
				continue outer
			}
		}
		break
	}
	return x
}

func (p *parser) factor() expr {
	t := p.tok()
	if t.kind == tokOp && (t.text == "-" || t.text == "+" || t.text == "~") {
		if !p.enter() {
			p.leave()
			return p.nothing()
		}
		defer p.leave()
		p.advance()
		x := p.factor()
		return &unary{node{t.start, p.lastEnd()}, t.text, x}
	}
	if t.kind == tokName && t.text == "await" {
		p.fail(syntaxErr(t.start, t.end, "\"await\" is not allowed in a query"))
		return p.nothing()
	}
	x := p.primary()
	if p.isOp("**") {
		if !p.enter() {
			p.leave()
			return p.nothing()
		}
		defer p.leave()
		p.advance()
		r := p.factor()
		return &binary{node{t.start, p.lastEnd()}, "**", x, r}
	}
	return x
}
