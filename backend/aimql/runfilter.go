package aimql

import "strings"

// withoutVariable derives from a condition over a sequence the part that only
// concerns its run, as Aim does: operands of "and" that name the variable are
// left out, and any other expression that contains it as a whole. nil: nothing
// is left. (Under "not" this can be stricter than the condition; so it is in
// Aim.)
func withoutVariable(x expr, id string) expr {
	if id == "" || !names(x, id) {
		return x
	}
	switch x := x.(type) {
	case *boolOp:
		var kept []expr
		for _, v := range x.values {
			if k := withoutVariable(v, id); k != nil {
				kept = append(kept, k)
			}
		}
		switch {
		case x.op == "or" && len(kept) < len(x.values), len(kept) == 0:
			return nil
		case x.op == "and" && len(kept) == 1:
			return kept[0]
		}
		return &boolOp{x.node, x.op, kept}
	case *unary:
		if k := withoutVariable(x.x, id); k != nil {
			return &unary{x.node, x.op, k}
		}
	case *binary:
		l, r := withoutVariable(x.l, id), withoutVariable(x.r, id)
		if l != nil && r != nil {
			return &binary{x.node, x.op, l, r}
		}
	case *compare:
		y := &compare{node: x.node, ops: x.ops, left: withoutVariable(x.left, id)}
		for _, r := range x.rights {
			k := withoutVariable(r, id)
			if k == nil {
				return nil
			}
			y.rights = append(y.rights, k)
		}
		if y.left != nil {
			return y
		}
	case *ifExpr:
		t, b, o := withoutVariable(x.test, id), withoutVariable(x.body, id), withoutVariable(x.orelse, id)
		if t != nil && b != nil && o != nil {
			return &ifExpr{x.node, t, b, o}
		}
	case *attribute:
		if k := withoutVariable(x.x, id); k != nil {
			return &attribute{x.node, k, x.name, x.nameStart}
		}
	case *subscript:
		k, i := withoutVariable(x.x, id), withoutVariable(x.index, id)
		if k != nil && i != nil {
			return &subscript{x.node, k, i}
		}
	case *call:
		y := &call{node: x.node, fn: withoutVariable(x.fn, id)}
		for _, a := range x.args {
			k := withoutVariable(a, id)
			if k == nil {
				return nil
			}
			y.args = append(y.args, k)
		}
		for _, a := range x.keywords {
			k := withoutVariable(a.x, id)
			if k == nil {
				return nil
			}
			y.keywords = append(y.keywords, keyword{a.node, a.name, k})
		}
		if y.fn != nil {
			return y
		}
	case *listExpr:
		if elts := allWithout(x.elts, id); elts != nil {
			return &listExpr{x.node, elts}
		}
	case *tupleExpr:
		if elts := allWithout(x.elts, id); elts != nil {
			return &tupleExpr{x.node, elts}
		}
	}
	return nil
}

func allWithout(xs []expr, id string) []expr {
	var out []expr
	for _, x := range xs {
		k := withoutVariable(x, id)
		if k == nil {
			return nil
		}
		out = append(out, k)
	}
	return out
}

// mentionsArchived tells whether the text of a derived condition, as Python
// would print it, contains "run.archived": as an expression, or inside a string.
func mentionsArchived(x expr) bool {
	found := false
	walk(x, func(y expr) bool {
		switch y := y.(type) {
		case *attribute:
			if strings.HasPrefix(y.name, "archived") {
				switch r := y.x.(type) {
				case *nameExpr:
					found = found || strings.HasSuffix(r.id, "run")
				case *attribute:
					found = found || strings.HasSuffix(r.name, "run")
				}
			}
		case *constExpr:
			found = found || y.value.kind == KindStr && strings.Contains(y.value.str, "run.archived")
		}
		return !found
	})
	return found
}
