package aimql

// node is what every part of the syntax tree has: the byte range of its text.
type node struct{ start, end int }

func (n node) span() (int, int) { return n.start, n.end }

// expr is a Python expression. The names follow Python's ast module.
type expr interface{ span() (start, end int) }

type (
	nameExpr struct {
		node
		id string
	}
	constExpr struct {
		node
		value         Value
		unicodePrefix bool // u"…", which Python's tree keeps
	}
	joinedStr struct {
		node
		parts []expr // constExpr strings and formattedValue
	}
	formattedValue struct {
		node
		x    expr
		conv byte // 'r', 's', 'a' or 0
		spec *joinedStr
	}
	attribute struct {
		node
		x         expr
		name      string
		nameStart int
	}
	subscript struct {
		node
		x, index expr
	}
	sliceExpr struct {
		node
		lo, hi, step expr
	}
	call struct {
		node
		fn       expr
		args     []expr
		keywords []keyword
	}
	keyword struct {
		node
		name string // "" for **x
		x    expr
	}
	starred struct {
		node
		x expr
	}
	unary struct {
		node
		op string // "not" "-" "+" "~"
		x  expr
	}
	binary struct {
		node
		op   string
		l, r expr
	}
	boolOp struct {
		node
		op     string // "and" "or"
		values []expr
	}
	compare struct {
		node
		left   expr
		ops    []string // "==" … "is not" "not in"
		rights []expr
	}
	ifExpr struct {
		node
		test, body, orelse expr
	}
	lambda struct {
		node
		params []param
		body   expr
	}
	param struct {
		node
		name     string
		kind     paramKind
		fallback expr // default, or nil
	}
	listExpr struct {
		node
		elts []expr
	}
	tupleExpr struct {
		node
		elts []expr
	}
	setExpr struct {
		node
		elts []expr
	}
	dictExpr struct {
		node
		keys   []expr // nil for **x
		values []expr
	}
	compExpr struct {
		node
		kind    compKind
		elt     expr
		value   expr // of a dict comprehension
		clauses []compClause
	}
	compClause struct {
		target expr
		iter   expr
		ifs    []expr
	}
	namedExpr struct {
		node
		name *nameExpr
		x    expr
	}
)

type paramKind uint8

const (
	paramPosOnly paramKind = iota
	paramPlain
	paramStar
	paramKwOnly
	paramDoubleStar
)

type compKind uint8

const (
	compList compKind = iota
	compSet
	compDict
	compGen
)
