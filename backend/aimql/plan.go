package aimql

import (
	"context"
	"slices"
	"strings"
)

// FieldKind says where the value of a Field is found.
type FieldKind uint8

// The kinds of fields a catalogue can index.
const (
	FieldProperty FieldKind = iota // of a run: Property
	FieldParam                     // of a run: Path
	FieldMetric                    // of a run: the field Name of the trace Trace
	FieldName                      // the name of a sequence
	FieldContext                   // of a sequence: the value under Name in its context
	FieldTrace                     // of a sequence: the field Name of its trace
)

// Field is a value of a run or of a sequence that a query names.
type Field struct {
	Kind     FieldKind
	Property Property
	Path     *Path
	Trace    *TraceRef
	Name     string

	noneIfMissing bool // what is missing equals None; otherwise it equals nothing
}

// OfSequence tells whether the field belongs to a sequence rather than to a run.
func (f Field) OfSequence() bool { return f.Kind >= FieldName }

// Op is how a Predicate compares.
type Op uint8

// The operators of predicates: Field op Value.
const (
	OpEq     Op = iota
	OpNe        // holds also of what is missing and of other types
	OpLt        // numbers with numbers, strings with strings; false of other types
	OpLe        //
	OpGt        //
	OpGe        //
	OpIn        // equals one of Values
	OpHas       // the field is a list, dict or string that contains Value
	OpPrefix    // the field is a string that begins with Value
	OpTruthy    // without Value
	OpFalsy     // without Value; holds also of what is missing
)

// Predicate is a condition on one field.
type Predicate struct {
	Field  Field
	Op     Op
	Value  Value
	Values []Value // of OpIn
}

// Plan is a conjunction of conditions that every match fulfils: a catalogue may
// use any of them to narrow the candidates, and then asks MatchRun and
// MatchSequence. Both lists can be empty.
type Plan struct {
	Run      []Predicate // of runs that hold, or are, a match
	Sequence []Predicate // of sequences that match
}

// Plan derives the conditions from the query.
func (q *Query) Plan() Plan {
	p := planner{paths: len(q.paths)}
	for _, prog := range []*program{q.main, q.pre} {
		if prog == nil {
			continue
		}
		if prog.filter {
			p.add(Predicate{Field: Field{Kind: FieldProperty, Property: PropArchived}, Op: OpEq, Value: Bool(false)})
		}
		if prog.tree == nil || rebinds(prog.tree) {
			continue
		}
		c := newCompiler(q.kind.Variable())
		c.paths, c.byPath = slices.Clip(q.paths), map[string]*Path{}
		for _, path := range q.paths {
			c.byPath[path.id()] = path
		}
		c.refs = slices.Clip(q.refs)
		p.c = c
		p.conjunct(prog.tree)
	}
	return p.plan
}

// rebinds: the query assigns a name, after which run may be something else.
func rebinds(x expr) bool {
	found := false
	walk(x, func(y expr) bool {
		if _, ok := y.(*namedExpr); ok {
			found = true
		}
		return !found
	})
	return found
}

type planner struct {
	c     *compiler
	paths int // of the compiled query
	plan  Plan
	seen  map[string]bool
}

func (p *planner) add(x Predicate) {
	key := x.String()
	if p.seen[key] {
		return
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[key] = true
	if x.Field.OfSequence() {
		p.plan.Sequence = append(p.plan.Sequence, x)
	} else {
		p.plan.Run = append(p.plan.Run, x)
	}
}

// conjunct reads an expression that has to be true.
func (p *planner) conjunct(x expr) {
	switch x := x.(type) {
	case *boolOp:
		if x.op == "and" {
			for _, v := range x.values {
				p.conjunct(v)
			}
			return
		}
		p.alternatives(x)
	case *compare:
		left := x.left
		for i, op := range x.ops {
			if pr, ok := p.comparison(left, op, x.rights[i]); ok {
				p.add(pr)
			}
			left = x.rights[i]
		}
	case *unary:
		if x.op != "not" {
			return
		}
		if f, ok := p.field(x.x); ok {
			p.add(Predicate{Field: f, Op: OpFalsy})
			return
		}
		if c, ok := x.x.(*compare); ok && len(c.ops) == 1 {
			if pr, ok := p.comparison(c.left, c.ops[0], c.rights[0]); ok && (pr.Op == OpEq || pr.Op == OpNe) {
				if pr.Field.Kind != FieldContext { // a missing key is an error, not false
					pr.Op = OpEq + OpNe - pr.Op
					p.add(pr)
				}
			}
		}
	case *call:
		a, ok := x.fn.(*attribute)
		if !ok || a.name != "startswith" || len(x.args) != 1 || len(x.keywords) > 0 {
			return
		}
		f, ok := p.field(a.x)
		k, ok2 := x.args[0].(*constExpr)
		if ok && ok2 && k.value.kind == KindStr && (f.Kind == FieldProperty || f.Kind == FieldParam || f.Kind == FieldName) {
			p.add(Predicate{Field: f, Op: OpPrefix, Value: k.value})
		}
	default:
		if f, ok := p.field(x); ok {
			p.add(Predicate{Field: f, Op: OpTruthy})
		}
	}
}

// alternatives turns f == a or f == b into f in (a, b).
func (p *planner) alternatives(x *boolOp) {
	var out Predicate
	for i, v := range x.values {
		c, ok := v.(*compare)
		if !ok || len(c.ops) != 1 {
			return
		}
		pr, ok := p.comparison(c.left, c.ops[0], c.rights[0])
		if !ok || pr.Op != OpEq && pr.Op != OpIn || i > 0 && pr.Field.key() != out.Field.key() {
			return
		}
		if pr.Op == OpEq {
			pr.Values = []Value{pr.Value}
		}
		out.Field, out.Op = pr.Field, OpIn
		out.Values = append(out.Values, pr.Values...)
	}
	p.add(out)
}

var orderOps = map[string]Op{"==": OpEq, "!=": OpNe, "<": OpLt, "<=": OpLe, ">": OpGt, ">=": OpGe}
var flippedOps = map[Op]Op{OpEq: OpEq, OpNe: OpNe, OpLt: OpGt, OpLe: OpGe, OpGt: OpLt, OpGe: OpLe}

func (p *planner) comparison(l expr, op string, r expr) (Predicate, bool) {
	lf, lok := p.field(l)
	rf, rok := p.field(r)
	switch op {
	case "in":
		if vs, ok := scalars(r); lok && ok {
			return Predicate{Field: lf, Op: OpIn, Values: vs}, true
		}
		if v, ok := scalar(l); rok && ok {
			return Predicate{Field: rf, Op: OpHas, Value: v}, true
		}
	case "is", "is not":
		v, ok := scalar(r)
		if lok && ok && (lf.Kind == FieldParam || lf.Kind == FieldContext) && (v.kind == KindNone || v.kind == KindBool) {
			if op == "is" {
				return Predicate{Field: lf, Op: OpEq, Value: v}, true
			}
			return Predicate{Field: lf, Op: OpNe, Value: v}, true
		}
	default:
		o, known := orderOps[op]
		if !known { // not in
			return Predicate{}, false
		}
		if v, ok := scalar(r); lok && ok {
			return Predicate{Field: lf, Op: o, Value: v}, true
		}
		if v, ok := scalar(l); rok && ok {
			return Predicate{Field: rf, Op: flippedOps[o], Value: v}, true
		}
	}
	return Predicate{}, false
}

func scalar(x expr) (Value, bool) {
	v, ok := constValue(x)
	return v, ok && v.kind <= KindStr
}

func scalars(x expr) ([]Value, bool) {
	var elts []expr
	switch x := x.(type) {
	case *listExpr:
		elts = x.elts
	case *tupleExpr:
		elts = x.elts
	case *setExpr:
		elts = x.elts
	default:
		return nil, false
	}
	out := make([]Value, 0, len(elts))
	for _, e := range elts {
		v, ok := scalar(e)
		if !ok {
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}

// field recognizes an expression that reads one field.
func (p *planner) field(x expr) (Field, bool) {
	switch x.(type) {
	case *attribute, *subscript:
	default:
		return Field{}, false
	}
	if a, ok := x.(*attribute); ok {
		if s, ok := a.x.(*subscript); ok && !viewMethods[a.name] {
			if ref := p.metric(s); ref != nil {
				return Field{Kind: FieldMetric, Trace: ref, Name: a.name}, true
			}
		}
	}
	switch c := p.c.static(x).(type) {
	case *propertyCode:
		if c.p == PropUpdatedAt || c.p == PropNotes {
			return Field{}, false
		}
		return Field{Kind: FieldProperty, Property: c.p, noneIfMissing: c.p == PropExperiment}, true
	case seqNameCode:
		return Field{Kind: FieldName}, true
	case *contextCode:
		return Field{Kind: FieldContext, Name: c.key.s}, true
	case *staticCode:
		px := c.v.obj.(*proxy)
		switch {
		case px.root == rootSeq:
			return Field{Kind: FieldTrace, Name: px.keys[0].Str, noneIfMissing: true}, true
		case px.root == rootParam && (px.first || !viewMethods[px.lastName()]):
			if px.path.Index >= p.paths { // not of the compiled query
				return Field{}, false
			}
			return Field{Kind: FieldParam, Path: px.path, noneIfMissing: px.first}, true
		}
	}
	return Field{}, false
}

// metric finds the reference the compiled query uses for run.metrics[…].
func (p *planner) metric(s *subscript) *TraceRef {
	before := p.c.refs
	ref := p.c.metrics(s)
	p.c.refs = before
	if ref == nil {
		return nil
	}
	for _, r := range before {
		if r.Name == ref.Name && r.ByID == ref.ByID && r.ID == ref.ID && r.Context.String() == ref.Context.String() {
			return r
		}
	}
	return nil
}

func (f Field) key() string {
	switch f.Kind {
	case FieldProperty:
		return "property " + Int(int64(f.Property)).String()
	case FieldParam:
		k := "param " + f.Path.String()
		if f.noneIfMissing {
			k += "?"
		}
		return k
	case FieldMetric:
		return "metric " + Int(int64(f.Trace.Index)).String() + " " + f.Name
	case FieldName:
		return "name"
	case FieldContext:
		return "context " + f.Name
	}
	return "trace " + f.Name
}

// String renders a predicate for messages and tests.
func (p Predicate) String() string {
	ops := [...]string{OpEq: "==", OpNe: "!=", OpLt: "<", OpLe: "<=", OpGt: ">", OpGe: ">=", OpIn: "in", OpHas: "has", OpPrefix: "begins with",
		OpTruthy: "is true", OpFalsy: "is false"}
	s := p.Field.key() + " " + ops[p.Op]
	switch p.Op {
	case OpTruthy, OpFalsy:
		return s
	case OpIn:
		parts := make([]string, len(p.Values))
		for i, v := range p.Values {
			parts[i] = v.String()
		}
		return s + " (" + strings.Join(parts, ", ") + ")"
	}
	return s + " " + p.Value.String()
}

// Holds decides the predicate for a value of its field; ok is false where there
// is none. It answers as the query does.
func (p Predicate) Holds(v Value, ok bool) bool {
	if !ok {
		switch {
		case p.Field.Kind == FieldContext, p.Field.Kind == FieldProperty && p.Field.Property == PropEndTime:
			return false
		case p.Field.noneIfMissing:
			v = safeNone
		case p.Field.Kind == FieldProperty && p.Field.Property == PropTags:
			v = listOf()
		case p.Field.Kind == FieldProperty:
			v = Value{}
		default:
			v = undefined
		}
	}
	m := &machine{ctx: context.Background(), rest: DefaultMaxSteps, room: DefaultMaxBytes}
	var holds bool
	var err error
	switch p.Op {
	case OpTruthy:
		holds, err = m.truth(v)
	case OpFalsy:
		holds, err = m.truth(v)
		holds = !holds
	case OpIn:
		for _, x := range p.Values {
			if eq, e := m.equal(v, x); eq && e == nil {
				return true
			}
		}
	case OpHas:
		holds, err = m.contains(v, p.Value)
	case OpPrefix:
		holds = v.kind == KindStr && strings.HasPrefix(v.str, p.Value.str)
	default:
		holds, err = m.compare([...]string{"==", "!=", "<", "<=", ">", ">="}[p.Op], v, p.Value)
	}
	return holds && err == nil
}

// HoldsRun decides a predicate on a run.
func (p Predicate) HoldsRun(run Run) bool {
	switch p.Field.Kind {
	case FieldProperty:
		return p.Holds(run.Property(p.Field.Property))
	case FieldParam:
		return p.Holds(run.Param(p.Field.Path))
	case FieldMetric:
		t, ok := run.Trace(p.Field.Trace)
		if !ok {
			return p.Holds(Value{}, false)
		}
		return p.Holds(t.Field(p.Field.Name))
	}
	return true
}

// HoldsSequence decides a predicate on a sequence.
func (p Predicate) HoldsSequence(seq Sequence) bool {
	switch p.Field.Kind {
	case FieldName:
		return p.Holds(Str(seq.Name()), true)
	case FieldContext:
		return p.Holds(child(seq.Context(), Key{Str: p.Field.Name}))
	case FieldTrace:
		return p.Holds(seq.Field(p.Field.Name))
	}
	return true
}
