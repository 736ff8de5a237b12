package aimql

import (
	"context"
	"strings"
	"sync"
	"time"
)

// Kind is what a query searches.
type Kind uint8

// The kinds of search. All but Runs search sequences.
const (
	Runs Kind = iota
	Metrics
	Images
	Texts
	Audios
	Distributions
	Figures
)

var kindVariables = [...]string{Runs: "", Metrics: "metric", Images: "images", Texts: "texts", Audios: "audios",
	Distributions: "distributions", Figures: "figures"}

// Variable is the name of the sequence variable of a kind, "" of Runs.
func (k Kind) Variable() string {
	if int(k) >= len(kindVariables) {
		return ""
	}
	return kindVariables[k]
}

// SequenceKinds are the kinds that search sequences.
func SequenceKinds() []Kind { return []Kind{Metrics, Images, Texts, Audios, Distributions, Figures} }

// Options of a query. The zero value searches as Aim does.
type Options struct {
	All      bool             // search archived runs too, whatever the text says: no default filter
	Now      func() time.Time // time.Now if nil
	TZOffset time.Duration    // subtracted from created_at and finalized_at: UTC minus local time
	MaxSteps int              // bound of one evaluation; DefaultMaxSteps if 0
	MaxBytes int64            // bound of the memory of one evaluation; DefaultMaxBytes if 0
}

// Query is a compiled query. It is immutable and safe for concurrent use.
type Query struct {
	text   string
	kind   Kind
	opts   Options
	tree   expr // nil if the text is empty
	offset int  // of the expression in the text, after SELECT … IF
	source string
	filter bool // the default filter is put before
	main   *program
	pre    *program // of a sequence search: the run-only condition, or nil
	paths  []*Path
	refs   []*TraceRef
	pool   sync.Pool
}

// program is an expression ready to run.
type program struct {
	tree   expr
	filter bool
	code   code
	n      int // variables at the top
}

// Compile reads a query. An empty text is a query too. The error is a *SyntaxError.
func Compile(text string, kind Kind, opts Options) (*Query, error) {
	q := &Query{text: text, kind: kind, opts: opts}
	if q.opts.Now == nil {
		q.opts.Now = time.Now
	}
	if q.opts.MaxSteps <= 0 {
		q.opts.MaxSteps = DefaultMaxSteps
	}
	if q.opts.MaxBytes <= 0 {
		q.opts.MaxBytes = DefaultMaxBytes
	}
	src, offset, err := selectClause(text, kind)
	if err != nil {
		return nil, err.locate(text)
	}
	q.source, q.offset = src, offset
	q.filter = !opts.All && !strings.Contains(src, "run.archived")
	if strings.TrimSpace(src) != "" {
		tree, err := parse(src)
		if err == nil {
			err = restrict(tree)
		}
		if err != nil {
			err.Start, err.End = err.Start+offset, err.End+offset
			return nil, err.locate(text)
		}
		q.tree = tree
	}
	c := newCompiler(kind.Variable())
	q.main = c.program(q.tree, q.filter)
	if kind != Runs && q.tree != nil {
		if run := withoutVariable(q.tree, kind.Variable()); run != nil {
			// The default filter is decided by the text of the derived condition.
			q.pre = c.program(run, !opts.All && !mentionsArchived(run))
		}
	}
	q.paths, q.refs = c.paths, c.refs
	q.pool.New = func() any { return &machine{} }
	return q, nil
}

func (c *compiler) program(tree expr, filter bool) *program {
	p := &program{tree: tree, filter: filter}
	c.top = &scope{slots: map[string]int{}}
	c.cur = c.top
	c.globals = map[string]bool{}
	if tree == nil {
		p.code = constCode{Bool(true)}
		return p
	}
	c.bindAll(tree)
	p.code = c.expr(tree)
	p.n = len(c.top.slots)
	return p
}

// selectClause cuts "SELECT … IF" off; in Aim only searches over runs have it.
func selectClause(text string, kind Kind) (src string, offset int, err *SyntaxError) {
	lower := asciiLowered(text)
	if !strings.HasPrefix(lower, "select") {
		return text, 0, nil
	}
	if kind != Runs {
		return "", 0, syntaxErr(0, len("select"), "SELECT … IF works in searches over runs only").hint("write the condition alone")
	}
	i := strings.Index(lower, "if")
	if i < 0 {
		return "", len(text), nil
	}
	return text[i+2:], i + 2, nil
}

// asciiLowered keeps byte offsets.
func asciiLowered(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

// Text is what the query was compiled from.
func (q *Query) Text() string { return q.text }

// Kind is what the query searches.
func (q *Query) Kind() Kind { return q.kind }

// ParamPaths are the paths of params that the text names, by Path.Index.
func (q *Query) ParamPaths() []*Path { return q.paths }

// TraceRefs are the subscripts of run.metrics that the text names, by TraceRef.Index.
func (q *Query) TraceRefs() []*TraceRef { return q.refs }

// UsesSequence tells whether the text names the variable of its kind.
func (q *Query) UsesSequence() bool {
	return q.kind != Runs && names(q.tree, q.kind.Variable())
}

// UsesRunOnly tells whether the text names no sequence variable at all.
func (q *Query) UsesRunOnly() bool {
	for _, k := range SequenceKinds() {
		if names(q.tree, k.Variable()) {
			return false
		}
	}
	return true
}

// Applies tells whether a search over all kinds of sequences should run this
// query: it names its kind's variable, or none.
func (q *Query) Applies() bool { return q.UsesSequence() || q.UsesRunOnly() }

func names(x expr, id string) bool {
	found := false
	if x != nil {
		walk(x, func(y expr) bool {
			if n, ok := y.(*nameExpr); ok && n.id == id {
				found = true
			}
			return !found
		})
	}
	return found
}

// MatchRun tells whether a run is selected. In a sequence search it answers for
// the part of the query that concerns runs only: where it is false no sequence
// of the run is to be asked for.
func (q *Query) MatchRun(ctx context.Context, run Run) bool {
	ok, err := q.EvalRun(ctx, run)
	return ok && err == nil
}

// MatchSequence tells whether a sequence of a run for which MatchRun holds is
// selected.
func (q *Query) MatchSequence(ctx context.Context, run Run, seq Sequence) bool {
	ok, err := q.EvalSequence(ctx, run, seq)
	return ok && err == nil
}

// EvalRun is MatchRun that also says why a run did not match: an *EvalError, or
// the error of ctx.
func (q *Query) EvalRun(ctx context.Context, run Run) (bool, error) {
	if q.kind == Runs {
		return q.eval(ctx, q.main, run, nil)
	}
	if q.pre == nil {
		return true, ctx.Err()
	}
	return q.eval(ctx, q.pre, run, nil)
}

// EvalSequence is MatchSequence that also says why a sequence did not match.
func (q *Query) EvalSequence(ctx context.Context, run Run, seq Sequence) (bool, error) {
	return q.eval(ctx, q.main, run, seq)
}

func (q *Query) eval(ctx context.Context, p *program, run Run, seq Sequence) (bool, error) {
	if p.filter {
		archived, ok := run.Property(PropArchived)
		if !ok || archived.kind != KindBool || archived.num != 0 {
			return false, ctx.Err()
		}
		if p.tree == nil {
			return true, ctx.Err()
		}
	}
	m := q.pool.Get().(*machine)
	*m = machine{ctx: ctx, run: run, seq: seq, rest: q.opts.MaxSteps, room: q.opts.MaxBytes, poll: 1024, now: q.opts.Now, tz: q.opts.TZOffset}
	m.stored, _ = run.(StoredParams)
	if p.n > 0 {
		m.env = newEnv(p.n, nil)
	}
	ok, err := false, ctx.Err()
	if err == nil {
		var v Value
		if v, err = p.code.eval(m); err == nil {
			ok, err = m.truth(v)
		}
	}
	*m = machine{}
	q.pool.Put(m)
	return ok, err
}
