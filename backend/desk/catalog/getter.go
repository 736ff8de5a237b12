package catalog

import (
	"strings"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/store"
)

// Getter answers the value of one column for rows of any catalog. It resolves
// names once a catalog. A Getter is for one goroutine.
type Getter struct {
	get func(r *Row) (Value, bool)
}

// Value is a cell: a param's value, or text, or a number.
type Value struct {
	codec.Value
}

// Get answers a row's value, false where it has none.
func (g *Getter) Get(r *Row) (Value, bool) { return g.get(r) }

// NewGetter returns a Getter for a column key; false for one that no run can have.
// now is the time, in seconds since the epoch, for durations of live runs;
// repository names repositories.
func NewGetter(key string, now float64, repository func(id string) string) (*Getter, bool) {
	if get := propertyGetter(key, now, repository); get != nil {
		return &Getter{get}, true
	}
	if path, ok := ParamPath(key); ok {
		return &Getter{paramGetter(path)}, true
	}
	if rest, ok := strings.CutPrefix(key, "metrics."); ok {
		dot := strings.LastIndexByte(rest, '.')
		if dot < 0 {
			return nil, false
		}
		name, summary := rest[:dot], rest[dot+1:]
		if !isSummary(summary) {
			return nil, false
		}
		return &Getter{metricGetter(name, summary)}, true
	}
	return nil, false
}

func isSummary(s string) bool {
	for _, known := range summaries {
		if s == known {
			return true
		}
	}
	return s == "last_step"
}

func propertyGetter(key string, now float64, repository func(string) string) func(*Row) (Value, bool) {
	text := func(f func(*Row) *string) func(*Row) (Value, bool) {
		return func(r *Row) (Value, bool) {
			if s := f(r); s != nil {
				return Value{codec.StringValue(*s)}, true
			}
			return Value{}, false
		}
	}
	number := func(f func(*Row) *float64) func(*Row) (Value, bool) {
		return func(r *Row) (Value, bool) {
			if n := f(r); n != nil {
				return Value{codec.FloatValue(*n)}, true
			}
			return Value{}, false
		}
	}
	switch key {
	case "name":
		return func(r *Row) (Value, bool) { return Value{codec.StringValue(r.Name())}, true }
	case "hash":
		return func(r *Row) (Value, bool) { return Value{codec.StringValue(r.Run.Hash)}, true }
	case "repository":
		return func(r *Row) (Value, bool) { return Value{codec.StringValue(repository(r.Repository))}, true }
	case "state":
		return func(r *Row) (Value, bool) { return Value{codec.StringValue(string(r.State.Name))}, true }
	case "experiment":
		return text(func(r *Row) *string { return r.Run.Props.Experiment })
	case "description":
		return text(func(r *Row) *string { return r.Run.Props.Description })
	case "archived":
		return func(r *Row) (Value, bool) { return Value{codec.BoolValue(r.Archived())}, true }
	case "tags":
		return func(r *Row) (Value, bool) {
			items := make([]codec.Value, len(r.Run.Props.Tags))
			for i, t := range r.Run.Props.Tags {
				items[i] = codec.StringValue(t)
			}
			return Value{codec.ListValue(items)}, len(items) > 0
		}
	case "created", "creation_time":
		return number(func(r *Row) *float64 { return r.Run.Props.CreationTime })
	case "ended":
		return number((*Row).Ended)
	case "end_time":
		return number(func(r *Row) *float64 { return r.Run.EndTime })
	case "lastRecord", "last_record":
		return number(func(r *Row) *float64 { return r.Run.LastRecord })
	case "duration":
		return number(func(r *Row) *float64 { return r.Duration(now) })
	}
	return nil
}

// Duration is how long a run took, or has taken so far; nil when unknown.
func (r *Row) Duration(now float64) *float64 {
	start := r.Run.Props.CreationTime
	if start == nil {
		return nil
	}
	end := now
	if e := r.Ended(); e != nil {
		end = *e
	} else if r.State.Name != "live" {
		return nil
	}
	d := end - *start
	return &d
}

func paramGetter(path codec.Path) func(*Row) (Value, bool) {
	encoded := path.Append(nil)
	resolved := map[*Catalog]int64{} // column, or -1
	var last *Catalog                // the catalog of column
	column := int64(-1)
	return func(r *Row) (Value, bool) {
		if last != r.cat || column < 0 {
			known, ok := resolved[r.cat]
			if !ok || known < 0 {
				known = r.cat.paramColumn(encoded)
				resolved[r.cat] = known
			}
			last, column = r.cat, known
		}
		if column < 0 {
			return valueAt(r, encoded)
		}
		ref, ok := r.findParam(uint32(column))
		if !ok {
			return valueAt(r, encoded)
		}
		if stored := storedAt(r.Run.Params[ref.from:ref.to]); len(stored) > 0 {
			v, err := codec.DecodeValue(stored)
			return Value{v}, err == nil
		}
		v, ok := r.paramValue(ref)
		return Value{v}, ok
	}
}

// valueAt answers a param that is not a column of its own in this run: a dict,
// or something inside of a list.
func valueAt(r *Row, encoded []byte) (Value, bool) {
	v, ok := r.ParamAt(encoded)
	return Value{v}, ok
}

func (c *Catalog) paramColumn(encoded []byte) int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if id, ok := c.params.lookup(encoded); ok {
		return int64(id)
	}
	return -1
}

// metricGetter answers a summary of the metric that nameAndContext names:
// NAME.CONTEXT, or NAME alone, which is the metric in the empty context or else
// in the first that the run has.
func metricGetter(nameAndContext, summary string) func(*Row) (Value, bool) {
	type columns struct {
		revision uint64
		ids      []uint32
	}
	resolved := map[*Catalog]columns{}
	return func(r *Row) (Value, bool) {
		cols, ok := resolved[r.cat]
		if rev := r.cat.Revision(); !ok || cols.revision != rev {
			cols = columns{rev, r.cat.resolveMetric(nameAndContext)}
			resolved[r.cat] = cols
		}
		for _, id := range cols.ids {
			if t, ok := r.findTrace(id); ok {
				return SummaryOf(t, summary)
			}
		}
		return Value{}, false
	}
}

// resolveMetric finds the columns that NAME or NAME.CONTEXT can mean.
func (c *Catalog) resolveMetric(nameAndContext string) []uint32 {
	if ids := c.metricColumnsNamed(nameAndContext); len(ids) > 0 {
		return ids
	}
	for at := strings.Index(nameAndContext, ".{"); at >= 0; {
		name, context := nameAndContext[:at], nameAndContext[at+1:]
		for _, id := range c.metricColumnsNamed(name) {
			if c.contextText(id) == context {
				return []uint32{id}
			}
		}
		next := strings.Index(nameAndContext[at+1:], ".{")
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return nil
}

func (c *Catalog) contextText(column uint32) string {
	for _, r := range c.Rows() {
		if t, ok := r.findTrace(column); ok {
			return ContextText(t.Context)
		}
	}
	return ""
}

// SummaryOf answers one summary of a metric: computed from its series, or,
// until that is read, what Aim stored.
func SummaryOf(t *store.Trace, summary string) (Value, bool) {
	if t.HasSeries {
		s := t.Summary
		pick := func(f float64, row int) (Value, bool) { return Value{codec.FloatValue(f)}, row >= 0 }
		switch summary {
		case "last":
			return pick(s.Last.Value, s.Last.Row)
		case "first":
			return pick(s.First.Value, s.First.Row)
		case "min":
			return pick(s.Min.Value, s.Min.Row)
		case "max":
			return pick(s.Max.Value, s.Max.Row)
		case "lastStep", "last_step":
			return pick(s.Last.Step, s.Last.Row)
		case "mean":
			return pick(s.Mean, s.Count-1)
		case "count":
			return Value{codec.IntValue(int64(s.Count))}, true
		}
		return Value{}, false
	}
	if summary == "lastStep" {
		summary = "last_step"
	}
	v, ok := StoredField(t, summary)
	return Value{v}, ok
}

// StoredField answers a field of Aim's own entry of a sequence.
func StoredField(t *store.Trace, name string) (codec.Value, bool) {
	for at := 0; at < len(t.Stored); {
		l, ok := nextLeaf(t.Stored, at)
		if !ok {
			break
		}
		// The path of one text key: the key and what ends it.
		if end := len(l.path) - 1; end == len(name) && l.path[end] == codec.Sentinel && string(l.path[:end]) == name {
			v, err := codec.DecodeValue(l.value)
			return v, err == nil
		}
		at = l.to
	}
	return codec.Value{}, false
}
