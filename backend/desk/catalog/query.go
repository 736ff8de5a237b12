package catalog

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
	"aimdesk/backend/store"
)

// Matcher evaluates one compiled query over rows. It is for one goroutine:
// make one for each.
type Matcher struct {
	query    *aimql.Query
	resolved map[*Catalog]*resolution
	contexts map[string]aimql.Value   // by their leaves: runs share a few
	keys     map[string][]aimql.Value // of dicts, by path: runs share most
	onName   []aimql.Predicate        // that the name of every match fulfils
	names    map[string]bool          // decided
	run      queryRun
}

// resolution is what the names of a query mean in one catalog.
type resolution struct {
	revision uint64
	paths    [][]byte // encoded, by Path.Index
	columns  []int64  // by Path.Index; -1: not a column
	traces   []int64  // by TraceRef.Index; -1: no run has it
}

// NewMatcher returns a Matcher for a query.
func NewMatcher(q *aimql.Query) *Matcher {
	m := &Matcher{
		query: q, resolved: map[*Catalog]*resolution{}, contexts: map[string]aimql.Value{}, keys: map[string][]aimql.Value{},
		names: map[string]bool{},
	}
	if q.Kind() == aimql.Runs {
		return m
	}
	for _, p := range q.Plan().Sequence {
		if p.Field.Kind == aimql.FieldName {
			m.onName = append(m.onName, p)
		}
	}
	return m
}

// MatchRun tells whether the query selects the run.
func (m *Matcher) MatchRun(ctx context.Context, r *Row) bool {
	return m.query.MatchRun(ctx, m.bind(r))
}

// MayMatch tells whether some sequence of the run can be selected: the part of
// the query that concerns the run alone.
func (m *Matcher) MayMatch(ctx context.Context, r *Row) bool { return m.MatchRun(ctx, r) }

// MatchTrace tells whether the query selects a sequence of the run.
func (m *Matcher) MatchTrace(ctx context.Context, r *Row, t *store.Trace) bool {
	return m.mayBeNamed(t.Name) && m.query.MatchSequence(ctx, m.bind(r), &querySequence{queryTrace{t}, m.context(t.Context)})
}

// mayBeNamed tells whether a sequence of that name can be selected. The
// conditions on the name alone are decided once for each name.
func (m *Matcher) mayBeNamed(name string) bool {
	if len(m.onName) == 0 {
		return true
	}
	may, known := m.names[name]
	if !known {
		may = true
		for _, p := range m.onName {
			may = may && p.Holds(aimql.Str(name), true)
		}
		if len(m.names) < maxContexts {
			m.names[name] = may
		}
	}
	return may
}

func (m *Matcher) context(leaves []byte) aimql.Value {
	v, ok := m.contexts[string(leaves)]
	if !ok {
		v = valueOf(codec.DecodeTree(leaves))
		if len(m.contexts) < maxContexts {
			m.contexts[string(leaves)] = v
		}
	}
	return v
}

// maxContexts bounds how many different contexts are kept decoded.
const maxContexts = 4096

func (m *Matcher) bind(r *Row) *queryRun {
	rev := r.cat.Revision()
	if last := m.run; last.row != nil && last.row.cat == r.cat && last.res.revision == rev {
		m.run.row = r
		return &m.run
	}
	res := m.resolved[r.cat]
	if res == nil || res.revision != rev {
		res = m.resolve(r.cat, rev)
		m.resolved[r.cat] = res
	}
	m.run = queryRun{row: r, res: res, keys: m.keys}
	return &m.run
}

func (m *Matcher) resolve(c *Catalog, revision uint64) *resolution {
	paths, traces := m.query.ParamPaths(), m.query.TraceRefs()
	res := &resolution{revision: revision, paths: make([][]byte, len(paths)), columns: make([]int64, len(paths)), traces: make([]int64, len(traces))}
	for i, p := range paths {
		res.paths[i] = encodeKeys(p.Keys)
		res.columns[i] = c.paramColumn(res.paths[i])
	}
	for i, t := range traces {
		res.traces[i] = c.metricColumn(t)
	}
	return res
}

// metricColumn finds the column of what run.metrics[…] names, whatever its kind.
func (c *Catalog) metricColumn(t *aimql.TraceRef) int64 {
	id := t.ID
	if !t.ByID {
		id = codec.ContextID(codecValue(t.Context))
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, kind := range traceKinds {
		key := traceKey(nil, &store.Trace{Kind: kind, ContextID: id, Name: t.Name})
		if col, ok := c.traces.lookup(key); ok {
			return int64(col)
		}
	}
	return -1
}

// traceKinds are the kinds of sequence that run.metrics can name.
var traceKinds = []string{metricKind, "images", "texts", "audios", "distributions", "figures", "logs", "log_records", "other"}

func encodeKeys(keys []aimql.Key) []byte {
	path := make(codec.Path, len(keys))
	for i, k := range keys {
		if k.IsInt {
			path[i] = codec.IntKey(k.Int)
		} else {
			path[i] = codec.StringKey(k.Str)
		}
	}
	return path.Append(nil)
}

// queryRun is a Row as a query sees it.
type queryRun struct {
	row  *Row
	res  *resolution
	keys map[string][]aimql.Value // of the Matcher
}

func (q *queryRun) Property(p aimql.Property) (aimql.Value, bool) {
	run, props := q.row.Run, &q.row.Run.Props
	text := func(s *string) (aimql.Value, bool) {
		if s == nil {
			return aimql.Value{}, false
		}
		return aimql.Str(*s), true
	}
	number := func(f *float64) (aimql.Value, bool) {
		if f == nil {
			return aimql.Value{}, false
		}
		return aimql.Float(*f), true
	}
	switch p {
	case aimql.PropHash:
		return aimql.Str(run.Hash), true
	case aimql.PropName:
		return aimql.Str(q.row.Name()), true
	case aimql.PropDescription:
		return text(props.Description)
	case aimql.PropExperiment:
		return text(props.Experiment)
	case aimql.PropArchived:
		if props.Archived != nil {
			return aimql.Bool(*props.Archived), true
		}
		// A run that SQLite does not know is not archived; one that it knows
		// without saying so is neither.
		return aimql.Bool(false), !run.HasRow
	case aimql.PropTags:
		items := make([]aimql.Value, len(props.Tags))
		for i, t := range props.Tags {
			items[i] = aimql.Str(t)
		}
		return aimql.List(items...), true
	case aimql.PropNotes:
		return notesValue(props.Notes), len(props.Notes) > 0
	case aimql.PropCreationTime:
		return number(props.CreationTime)
	case aimql.PropUpdatedAt:
		return number(props.UpdatedAt)
	case aimql.PropEndTime:
		if !run.EndTimeKnown {
			return aimql.Value{}, false
		}
		if run.EndTime == nil {
			return aimql.None(), true
		}
		return aimql.Float(*run.EndTime), true
	}
	return aimql.Value{}, false
}

func notesValue(notes []store.Note) aimql.Value {
	items := make([]aimql.Value, len(notes))
	for i, n := range notes {
		pairs := []aimql.Pair{{Key: aimql.Str("id"), Value: aimql.Int(n.ID)}, {Key: aimql.Str("content"), Value: aimql.Str(n.Content)}}
		if n.Created != nil {
			pairs = append(pairs, aimql.Pair{Key: aimql.Str("created_at"), Value: aimql.Float(*n.Created)})
		}
		if n.Updated != nil {
			pairs = append(pairs, aimql.Pair{Key: aimql.Str("updated_at"), Value: aimql.Float(*n.Updated)})
		}
		items[i] = aimql.Dict(pairs...)
	}
	return aimql.List(items...)
}

func (q *queryRun) Param(p *aimql.Path) (aimql.Value, bool) {
	var encoded []byte
	column := int64(-1)
	if p.Index >= 0 && p.Index < len(q.res.paths) {
		encoded, column = q.res.paths[p.Index], q.res.columns[p.Index]
	} else {
		encoded = encodeKeys(p.Keys)
	}
	if column >= 0 {
		if ref, ok := q.row.findParam(uint32(column)); ok {
			if v, ok := q.row.scalar(ref); ok {
				return v, true
			}
			v, ok := q.row.paramValue(ref)
			return valueOf(v), ok
		}
	}
	if v, ok := q.row.dictAt(encoded); ok {
		return v, true
	}
	v, ok := q.row.ParamAt(encoded)
	return valueOf(v), ok
}

// dictAt decodes the dict at a path straight from the stored leaves, without
// the tree between; what is nested in it is decoded the general way. False: it
// is no dict with text keys, or nothing.
func (r *Row) dictAt(path []byte) (aimql.Value, bool) {
	data := r.Run.Params
	var pairs []aimql.Pair
	found := false
	for at := 0; at < len(data); {
		l, ok := nextLeaf(data, at)
		if !ok {
			return aimql.Value{}, false
		}
		at = l.to
		if !bytes.HasPrefix(l.path, path) {
			if found {
				break
			}
			continue
		}
		if !found {
			found, pairs = true, make([]aimql.Pair, 0, len(r.params))
		}
		rest := l.path[len(path):]
		end := bytes.IndexByte(rest, codec.Sentinel)
		if end <= 0 || len(l.value) == 0 {
			return aimql.Value{}, false // a value or a marker at the path itself, or a number as key
		}
		key, child := aimql.Str(string(rest[:end])), l.path[:len(path)+end+1]
		from := at
		for at < len(data) {
			next, ok := nextLeaf(data, at)
			if !ok || !bytes.HasPrefix(next.path, child) {
				break
			}
			at = next.to
		}
		if at == from && end == len(rest)-1 && len(l.value) > 0 && l.value[0] < tagArray {
			v, ok := scalarOf(l.value)
			if !ok {
				return aimql.Value{}, false
			}
			pairs = append(pairs, aimql.Pair{Key: key, Value: v})
			continue
		}
		v, ok := subtree(data[l.from:at], child)
		if !ok {
			return aimql.Value{}, false
		}
		pairs = append(pairs, aimql.Pair{Key: key, Value: valueOf(v)})
	}
	return aimql.Dict(pairs...), found
}

// scalar decodes a param that is a number, text, a boolean or None, false for
// any other: by far the most frequent case, without the steps between.
func (r *Row) scalar(ref paramRef) (aimql.Value, bool) {
	data := r.Run.Params[ref.from:ref.to]
	l, ok := nextLeaf(data, 0)
	if !ok || l.to != len(data) || len(l.value) == 0 {
		return aimql.Value{}, false
	}
	return scalarOf(l.value)
}

// scalarOf decodes a tagged value; an empty one stands for a blob, which is none.
func scalarOf(stored []byte) (aimql.Value, bool) {
	if len(stored) == 0 {
		return aimql.Value{}, false
	}
	payload := stored[1:]
	switch {
	case stored[0] == codec.TagNone && len(payload) == 0:
		return aimql.None(), true
	case stored[0] == codec.TagBool && len(payload) == 1:
		return aimql.Bool(payload[0] != 0), true
	case stored[0] == codec.TagString:
		return aimql.Str(string(payload)), true
	case stored[0] == codec.TagInt && len(payload) == 8:
		return aimql.Int(int64(binary.LittleEndian.Uint64(payload))), true
	case stored[0] == codec.TagFloat && len(payload) == 8:
		return aimql.Float(math.Float64frombits(binary.LittleEndian.Uint64(payload))), true
	}
	return aimql.Value{}, false
}

func (q *queryRun) Trace(ref *aimql.TraceRef) (aimql.Trace, bool) {
	var column int64
	if ref.Index >= 0 && ref.Index < len(q.res.traces) {
		column = q.res.traces[ref.Index]
	} else {
		column = q.row.cat.metricColumn(ref)
	}
	if column < 0 {
		return nil, false
	}
	t, ok := q.row.findTrace(uint32(column))
	if !ok {
		return nil, false
	}
	return queryTrace{t}, true
}

// queryTrace is a sequence's entry as a query sees it: what Aim stored, and
// what Aim did not store computed from the series.
type queryTrace struct{ t *store.Trace }

func (q queryTrace) Field(name string) (aimql.Value, bool) {
	if v, ok := StoredField(q.t, name); ok {
		return valueOf(v), true
	}
	if !q.t.HasSeries || !slices.Contains(computedFields, name) {
		return aimql.Value{}, false
	}
	v, ok := SummaryOf(q.t, name)
	if f, isNumber := v.Number(); isNumber && math.IsNaN(f) {
		return aimql.Value{}, false
	}
	return valueOf(v.Value), ok
}

// computedFields are what is computed from the series where Aim stored nothing.
var computedFields = []string{"last", "first", "min", "max", "mean", "count"}

// querySequence is the sequence variable of a query.
type querySequence struct {
	queryTrace
	context aimql.Value
}

func (q *querySequence) Name() string         { return q.t.Name }
func (q *querySequence) Context() aimql.Value { return q.context }

// valueOf is a stored value as a query sees it.
func valueOf(v codec.Value) aimql.Value {
	switch v.Kind() {
	case codec.KindBool:
		return aimql.Bool(v.Bool())
	case codec.KindInt:
		return aimql.Int(v.Int())
	case codec.KindFloat:
		return aimql.Float(v.Float())
	case codec.KindString:
		return aimql.Str(v.Str())
	case codec.KindBytes:
		return aimql.Bytes(string(v.Bytes()))
	case codec.KindList:
		items := make([]aimql.Value, len(v.List()))
		for i, x := range v.List() {
			items[i] = valueOf(x)
		}
		return aimql.List(items...)
	case codec.KindDict, codec.KindObject:
		pairs := make([]aimql.Pair, len(v.Entries()))
		for i, e := range v.Entries() {
			key := aimql.Str(e.Key.Str)
			if e.Key.IsInt {
				key = aimql.Int(e.Key.Int)
			}
			pairs[i] = aimql.Pair{Key: key, Value: valueOf(e.Value)}
		}
		if v.Kind() == codec.KindObject {
			return aimql.Object(v.Type(), pairs...)
		}
		return aimql.Dict(pairs...)
	}
	return aimql.None()
}

// codecValue is a value of a query in the form that contexts are stored in.
func codecValue(v aimql.Value) codec.Value {
	switch v.Kind() {
	case aimql.KindBool:
		b, _ := v.AsBool()
		return codec.BoolValue(b)
	case aimql.KindInt:
		if i, ok := v.AsInt(); ok {
			return codec.IntValue(i)
		}
	case aimql.KindFloat:
		f, _ := v.AsFloat()
		return codec.FloatValue(f)
	case aimql.KindStr:
		s, _ := v.AsStr()
		return codec.StringValue(s)
	case aimql.KindBytes:
		s, _ := v.AsBytes()
		return codec.BytesValue([]byte(s))
	case aimql.KindList, aimql.KindTuple:
		items, _ := v.Items()
		out := make([]codec.Value, len(items))
		for i, x := range items {
			out[i] = codecValue(x)
		}
		return codec.ListValue(out)
	case aimql.KindDict:
		pairs, _ := v.Pairs()
		out := make([]codec.Entry, 0, len(pairs))
		for _, p := range pairs {
			key := codec.StringKey("")
			if i, ok := p.Key.AsInt(); ok {
				key = codec.IntKey(i)
			} else if s, ok := p.Key.AsStr(); ok {
				key = codec.StringKey(s)
			}
			out = append(out, codec.Entry{Key: key, Value: codecValue(p.Value)})
		}
		return codec.DictValue(out)
	}
	return codec.Value{}
}
