package aimql

import (
	"strconv"
	"strings"
)

// dump writes a tree as canonical text: Kind[start:end](parts…), after Python's
// ast module, so that trees can be compared with CPython's. Inside f-strings
// ranges are left out, as CPython 3.11 has none worth comparing.
func dump(x expr) string {
	var b strings.Builder
	d := dumper{b: &b}
	d.expr(x)
	return b.String()
}

type dumper struct {
	b      *strings.Builder
	ranges int // > 0: leave ranges out
}

var dumpOps = map[string]string{
	"+": "Add", "-": "Sub", "*": "Mult", "/": "Div", "//": "FloorDiv", "%": "Mod", "**": "Pow", "<<": "LShift", ">>": "RShift",
	"|": "BitOr", "^": "BitXor", "&": "BitAnd", "@": "MatMult", "==": "Eq", "!=": "NotEq", "<": "Lt", "<=": "LtE", ">": "Gt", ">=": "GtE",
	"is": "Is", "is not": "IsNot", "in": "In", "not in": "NotIn", "and": "And", "or": "Or", "not": "Not",
}

func (d dumper) node(kind string, n node, parts ...any) {
	d.b.WriteString(kind)
	if d.ranges == 0 {
		d.b.WriteString("[" + strconv.Itoa(n.start) + ":" + strconv.Itoa(n.end) + "]")
	}
	d.b.WriteByte('(')
	for i, p := range parts {
		if i > 0 {
			d.b.WriteString(", ")
		}
		switch p := p.(type) {
		case string:
			d.b.WriteString(p)
		case []expr:
			d.b.WriteByte('[')
			for j, x := range p {
				if j > 0 {
					d.b.WriteString(", ")
				}
				d.expr(x)
			}
			d.b.WriteByte(']')
		case nil:
			d.b.WriteString("None")
		case expr:
			d.expr(p)
		}
	}
	d.b.WriteByte(')')
}

func (d dumper) expr(x expr) {
	if x == nil {
		d.b.WriteString("None")
		return
	}
	switch x := x.(type) {
	case *nameExpr:
		d.node("Name", x.node, x.id)
	case *constExpr:
		d.node("Constant", x.node, reprPlain(x.value))
	case *joinedStr:
		inner := d
		d.node("JoinedStr", x.node)
		inner.ranges++
		inner.node("", x.node, x.parts)
	case *formattedValue:
		var spec any
		if x.spec != nil {
			spec = expr(x.spec)
		}
		conv := "-1"
		if x.conv != 0 {
			conv = strconv.Itoa(int(x.conv))
		}
		d.node("FormattedValue", x.node, x.x, conv, spec)
	case *attribute:
		d.node("Attribute", x.node, x.x, x.name)
	case *subscript:
		d.node("Subscript", x.node, x.x, x.index)
	case *sliceExpr:
		d.node("Slice", x.node, x.lo, x.hi, x.step)
	case *call:
		d.node("Call", x.node, x.fn, x.args)
		for _, k := range x.keywords {
			name := k.name
			if name == "" {
				name = "None"
			}
			d.node("keyword", k.node, name, k.x)
		}
	case *starred:
		d.node("Starred", x.node, x.x)
	case *unary:
		op := map[string]string{"not": "Not", "-": "USub", "+": "UAdd", "~": "Invert"}[x.op]
		d.node("UnaryOp", x.node, op, x.x)
	case *binary:
		d.node("BinOp", x.node, x.l, dumpOps[x.op], x.r)
	case *boolOp:
		d.node("BoolOp", x.node, dumpOps[x.op], x.values)
	case *compare:
		ops := make([]string, len(x.ops))
		for i, o := range x.ops {
			ops[i] = dumpOps[o]
		}
		d.node("Compare", x.node, x.left, "["+strings.Join(ops, ", ")+"]", x.rights)
	case *ifExpr:
		d.node("IfExp", x.node, x.test, x.body, x.orelse)
	case *listExpr:
		d.node("List", x.node, x.elts)
	case *tupleExpr:
		d.node("Tuple", x.node, x.elts)
	case *setExpr:
		d.node("Set", x.node, x.elts)
	case *dictExpr:
		d.node("Dict", x.node, x.keys, x.values)
	case *namedExpr:
		d.node("NamedExpr", x.node, expr(x.name), x.x)
	case *compExpr:
		switch x.kind {
		case compList:
			d.node("ListComp", x.node, x.elt)
		case compSet:
			d.node("SetComp", x.node, x.elt)
		case compDict:
			d.node("DictComp", x.node, x.elt, x.value)
		default:
			d.node("GeneratorExp", x.node, x.elt)
		}
		for _, c := range x.clauses {
			d.b.WriteString("for(")
			d.expr(c.target)
			d.b.WriteString(" in ")
			d.expr(c.iter)
			d.b.WriteString(" if ")
			d.node("", x.node, c.ifs)
			d.b.WriteString(")")
		}
	case *lambda:
		d.node("Lambda", x.node, x.body)
		for _, p := range x.params {
			kind := map[paramKind]string{paramPosOnly: "posonly", paramPlain: "arg", paramStar: "vararg", paramKwOnly: "kwonly", paramDoubleStar: "kwarg"}[p.kind]
			d.node(kind, p.node, p.name, p.fallback)
		}
	}
}
