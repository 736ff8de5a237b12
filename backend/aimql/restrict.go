package aimql

import "strings"

// inspectAttributes are refused by RestrictedPython because they lead to frames and code.
var inspectAttributes = map[string]bool{
	"tb_frame": true, "tb_next": true, "f_back": true, "f_builtins": true, "f_code": true, "f_generator": true, "f_globals": true,
	"f_locals": true, "f_trace": true, "co_code": true, "gi_frame": true, "gi_code": true, "gi_yieldfrom": true,
	"cr_await": true, "cr_frame": true, "cr_code": true, "cr_origin": true, "ag_await": true, "ag_frame": true, "ag_code": true,
}

// restrict refuses what is Python but not allowed in a query.
func restrict(x expr) *SyntaxError {
	var err *SyntaxError
	fail := func(start, end int, msg, hint string) {
		if err == nil {
			err = syntaxErr(start, end, msg).hint(hint)
		}
	}
	name := func(n node, id string) {
		switch {
		case strings.HasPrefix(id, "_") && id != "_":
			fail(n.start, n.end, "\""+id+"\" is not allowed: it begins with \"_\"", "")
		case strings.HasSuffix(id, "__roles__"):
			fail(n.start, n.end, "\""+id+"\" is not allowed: it ends with \"__roles__\"", "")
		case id == "builtins" || id == "breakpoint":
			fail(n.start, n.end, "\""+id+"\" is a reserved name", "")
		}
	}
	walk(x, func(x expr) bool {
		switch x := x.(type) {
		case *nameExpr:
			name(x.node, x.id)
		case *attribute:
			n := node{x.nameStart, x.end}
			switch {
			case strings.HasPrefix(x.name, "_") && x.name != "_":
				fail(n.start, n.end, "\""+x.name+"\" is not allowed: it begins with \"_\"", "write [\""+x.name+"\"]")
			case strings.HasSuffix(x.name, "__roles__"):
				fail(n.start, n.end, "\""+x.name+"\" is not allowed: it ends with \"__roles__\"", "")
			case inspectAttributes[x.name]:
				fail(n.start, n.end, "\""+x.name+"\" is a restricted name", "")
			}
		case *call:
			if f, ok := x.fn.(*nameExpr); ok && (f.id == "exec" || f.id == "eval") {
				fail(f.start, f.end, f.id+" is not allowed", "")
			}
		case *lambda:
			for _, p := range x.params {
				name(p.node, p.name)
			}
		case *compExpr:
			if e := checkWalrus(x); e != nil {
				fail(e.start, e.end, "a comprehension cannot assign to its own variable, nor where it iterates", "")
			}
		}
		return err == nil
	})
	return err
}

// walk visits x and everything below it, until visit answers false for a branch.
func walk(x expr, visit func(expr) bool) {
	if x == nil || !visit(x) {
		return
	}
	all := func(xs []expr) {
		for _, y := range xs {
			if y != nil {
				walk(y, visit)
			}
		}
	}
	switch x := x.(type) {
	case *joinedStr:
		all(x.parts)
	case *formattedValue:
		walk(x.x, visit)
		if x.spec != nil {
			walk(x.spec, visit)
		}
	case *attribute:
		walk(x.x, visit)
	case *subscript:
		walk(x.x, visit)
		walk(x.index, visit)
	case *sliceExpr:
		all([]expr{x.lo, x.hi, x.step})
	case *call:
		walk(x.fn, visit)
		all(x.args)
		for _, k := range x.keywords {
			walk(k.x, visit)
		}
	case *starred:
		walk(x.x, visit)
	case *unary:
		walk(x.x, visit)
	case *binary:
		walk(x.l, visit)
		walk(x.r, visit)
	case *boolOp:
		all(x.values)
	case *compare:
		walk(x.left, visit)
		all(x.rights)
	case *ifExpr:
		all([]expr{x.test, x.body, x.orelse})
	case *lambda:
		for _, p := range x.params {
			if p.fallback != nil {
				walk(p.fallback, visit)
			}
		}
		walk(x.body, visit)
	case *listExpr:
		all(x.elts)
	case *tupleExpr:
		all(x.elts)
	case *setExpr:
		all(x.elts)
	case *dictExpr:
		all(x.keys)
		all(x.values)
	case *compExpr:
		for _, c := range x.clauses {
			walk(c.target, visit)
			walk(c.iter, visit)
			all(c.ifs)
		}
		walk(x.elt, visit)
		if x.value != nil {
			walk(x.value, visit)
		}
	case *namedExpr:
		walk(x.name, visit)
		walk(x.x, visit)
	}
}

// checkWalrus finds a := that Python refuses: of the comprehension's own
// variable, or inside one of its iterables.
func checkWalrus(x *compExpr) (bad *namedExpr) {
	own := map[string]bool{}
	scan := func(y expr, all bool) {
		walk(y, func(z expr) bool {
			if n, ok := z.(*namedExpr); ok && (all || own[n.name.id]) && bad == nil {
				bad = n
			}
			_, isLambda := z.(*lambda)
			return !isLambda || all
		})
	}
	for _, c := range x.clauses {
		walk(c.target, func(y expr) bool {
			if n, ok := y.(*nameExpr); ok {
				own[n.id] = true
			}
			return true
		})
		scan(c.iter, true)
	}
	for _, c := range x.clauses {
		for _, i := range c.ifs {
			scan(i, false)
		}
	}
	scan(x.elt, false)
	if x.value != nil {
		scan(x.value, false)
	}
	return bad
}

// depthOf is the height of a tree.
func depthOf(x expr) int {
	deepest := 0
	walk(x, func(y expr) bool {
		if y != x {
			deepest = max(deepest, depthOf(y))
			return false
		}
		return true
	})
	return deepest + 1
}

// sizeOf is the number of nodes of a tree.
func sizeOf(x expr) int {
	n := 0
	walk(x, func(expr) bool { n++; return true })
	return n
}
