// Package aimqltest holds repositories in memory for tests of queries: built
// from the JSON files that describe the fixture repositories, or from text.
package aimqltest

import (
	"context"
	"encoding/json"
	"sort"
	"strings"

	"aimdesk/backend/aimql"
)

// Repository is a list of runs, in any order.
type Repository struct{ Runs []*Run }

// Run is a run in memory; it implements aimql.Run.
type Run struct {
	ID         string
	Properties map[aimql.Property]aimql.Value // what is missing is absent
	Params     aimql.Value                    // a dict
	Sequences  []*Sequence
}

// Sequence is one sequence of a run; it implements aimql.Sequence.
type Sequence struct {
	Kind       aimql.Kind
	ID         string
	Ctx        aimql.Value
	ContextID  int64 // as stored by Aim, if known
	ContextKey string
	Fields     map[string]aimql.Value
}

// Property implements aimql.Run.
func (r *Run) Property(p aimql.Property) (aimql.Value, bool) {
	v, ok := r.Properties[p]
	return v, ok
}

// Param implements aimql.Run.
func (r *Run) Param(p *aimql.Path) (aimql.Value, bool) {
	v := r.Params
	for _, k := range p.Keys {
		next, ok := child(v, k)
		if !ok {
			return aimql.Value{}, false
		}
		v = next
	}
	return v, true
}

func child(v aimql.Value, k aimql.Key) (aimql.Value, bool) {
	if items, ok := v.Items(); ok {
		if k.IsInt && k.Int >= 0 && k.Int < int64(len(items)) {
			return items[k.Int], true
		}
		return aimql.Value{}, false
	}
	pairs, _ := v.Pairs()
	for _, p := range pairs {
		if s, ok := p.Key.AsStr(); ok && !k.IsInt && s == k.Str {
			return p.Value, true
		}
		if i, ok := p.Key.AsInt(); ok && k.IsInt && i == k.Int {
			return p.Value, true
		}
	}
	return aimql.Value{}, false
}

// Trace implements aimql.Run.
func (r *Run) Trace(t *aimql.TraceRef) (aimql.Trace, bool) {
	key := ""
	if !t.ByID {
		key = ContextKey(t.Context)
	}
	for _, s := range r.Sequences {
		if s.ID == t.Name && (t.ByID && s.ContextID == t.ID || !t.ByID && s.ContextKey == key) {
			return s, true
		}
	}
	return nil, false
}

// Field implements aimql.Trace.
func (s *Sequence) Field(name string) (aimql.Value, bool) {
	v, ok := s.Fields[name]
	return v, ok
}

// Name implements aimql.Sequence.
func (s *Sequence) Name() string { return s.ID }

// Context implements aimql.Sequence.
func (s *Sequence) Context() aimql.Value { return s.Ctx }

// ContextKey is equal for contexts that Aim stores under one number: numbers by
// value, lists and tuples alike, dicts without regard to order.
func ContextKey(v aimql.Value) string {
	if items, ok := v.Items(); ok {
		parts := make([]string, len(items))
		for i, x := range items {
			parts[i] = ContextKey(x)
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	if pairs, ok := v.Pairs(); ok {
		parts := make([]string, len(pairs))
		for i, p := range pairs {
			parts[i] = ContextKey(p.Key) + ":" + ContextKey(p.Value)
		}
		sort.Strings(parts)
		return "{" + strings.Join(parts, ",") + "}"
	}
	switch v.Kind() {
	case aimql.KindBool:
		if b, _ := v.AsBool(); b {
			return "1"
		}
		return "0"
	case aimql.KindFloat:
		f, _ := v.AsFloat()
		if f == float64(int64(f)) {
			return JSON(aimql.Int(int64(f)))
		}
	}
	return JSON(v)
}

// MatchRuns answers the hashes of the runs a query over runs selects, sorted.
func (r *Repository) MatchRuns(q *aimql.Query) []string {
	out := []string{}
	for _, run := range r.Runs {
		if q.MatchRun(context.Background(), run) {
			out = append(out, run.ID)
		}
	}
	sort.Strings(out)
	return out
}

// MatchSequences answers what a query over sequences selects, as run, name and
// context (JSON with sorted keys), sorted.
func (r *Repository) MatchSequences(q *aimql.Query) [][3]string {
	out := [][3]string{}
	for _, run := range r.Runs {
		if !q.MatchRun(context.Background(), run) {
			continue
		}
		for _, s := range run.Sequences {
			if s.Kind == q.Kind() && q.MatchSequence(context.Background(), run, s) {
				out = append(out, [3]string{run.ID, s.ID, JSON(s.Ctx)})
			}
		}
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		return a[0] < b[0] || a[0] == b[0] && (a[1] < b[1] || a[1] == b[1] && a[2] < b[2])
	})
	return out
}

// JSON writes a value as Python's json.dumps(…, sort_keys=True, ensure_ascii=False).
func JSON(v aimql.Value) string {
	if items, ok := v.Items(); ok {
		parts := make([]string, len(items))
		for i, x := range items {
			parts[i] = JSON(x)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if pairs, ok := v.Pairs(); ok {
		parts := make([]string, len(pairs))
		for i, p := range pairs {
			k, isStr := p.Key.AsStr()
			if !isStr {
				k = JSON(p.Key)
			}
			parts[i] = quote(k) + ": " + JSON(p.Value)
		}
		sort.Strings(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if s, ok := v.AsStr(); ok {
		return quote(s)
	}
	switch v.Kind() {
	case aimql.KindNone:
		return "null"
	case aimql.KindBool:
		if b, _ := v.AsBool(); b {
			return "true"
		}
		return "false"
	}
	return v.String()
}

func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return s
	}
	return strings.TrimSuffix(b.String(), "\n")
}
