package catalog

import (
	"encoding/binary"
	"encoding/json"
	"hash/maphash"
	"sort"
	"strings"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/store"
)

// Groups of columns.
const (
	GroupProperty = "property"
	GroupParam    = "param"
	GroupMetric   = "metric"
	GroupSystem   = "system"
)

// Column is one value that runs can have.
type Column struct {
	// Key names the column: a property, params.PATH or metrics.NAME….SUMMARY.
	Key     string
	Group   string
	Path    []string
	Context string
	Summary string
	Type    string
	// Present counts the runs that have a value, Distinct the different
	// values, at most distinctCap.
	Present, Distinct int
}

// distinctCap bounds the memory for counting different values.
const distinctCap = 1000

// Properties are the columns that every repository has.
var Properties = []Column{
	{Key: "name", Type: "text"}, {Key: "state", Type: "state"}, {Key: "experiment", Type: "text"},
	{Key: "tags", Type: "tags"}, {Key: "created", Type: "time"}, {Key: "duration", Type: "duration"},
	{Key: "ended", Type: "time"}, {Key: "lastRecord", Type: "time"}, {Key: "description", Type: "text"},
	{Key: "archived", Type: "bool"}, {Key: "hash", Type: "text"}, {Key: "repository", Type: "text"},
}

// summaries are what a metric has one column each of.
var summaries = []string{"last", "first", "min", "max", "mean", "count", "lastStep"}

// metricKind is the kind of sequence that has numbers.
const metricKind = "metric"

// systemParams is the param under which Aim keeps what it found out itself.
const systemParams = "__system_params"

// systemMetrics begins the names of metrics that Aim records itself.
const systemMetrics = "__system__"

// Columns lists all columns, properties first, then params and metrics by path.
func (c *Catalog) Columns() []Column {
	c.mu.RLock()
	got := c.columns
	c.mu.RUnlock()
	if got != nil {
		return got
	}
	c.mu.RLock()
	shape := c.shape
	c.mu.RUnlock()
	rows := c.Rows() // of shape, or newer
	c.mu.RLock()
	params, traces := c.params.names, c.traces.names
	c.mu.RUnlock()

	out := make([]Column, 0, len(Properties)+len(params)+len(traces)*len(summaries))
	for _, p := range Properties {
		p.Group, p.Path, p.Present = GroupProperty, []string{p.Key}, len(rows)
		out = append(out, p)
	}
	out = append(out, paramColumns(rows, params)...)
	out = append(out, metricColumns(rows, traces)...)

	c.mu.Lock()
	if c.shape == shape {
		c.columns = out
	}
	c.mu.Unlock()
	return out
}

// paramColumn gathers what is said of one column over all runs.
type paramColumn struct {
	present int
	kinds   uint32              // bit set of codec kinds
	values  map[uint64]struct{} // hashes
}

func paramColumns(rows []*Row, names []string) []Column {
	stats := make([]paramColumn, len(names))
	seed := maphash.MakeSeed()
	for _, r := range rows {
		for _, ref := range r.params {
			if int(ref.column) >= len(stats) {
				continue // put after the names were taken
			}
			s := &stats[ref.column]
			s.present++
			l, ok := nextLeaf(r.Run.Params, int(ref.from))
			if !ok || len(l.value) == 0 {
				continue
			}
			s.kinds |= 1 << (l.value[0] & 31)
			if len(s.values) < distinctCap {
				if s.values == nil {
					s.values = map[uint64]struct{}{}
				}
				s.values[maphash.Bytes(seed, r.Run.Params[int(ref.from):int(ref.to)])] = struct{}{}
			}
		}
	}
	var out []Column
	for id, name := range names {
		if stats[id].present == 0 {
			continue
		}
		path, err := codec.DecodePath([]byte(name))
		if err != nil || len(path) == 0 {
			continue
		}
		col := Column{Group: GroupParam, Key: ParamKey(path), Type: paramType(stats[id].kinds), Present: stats[id].present, Distinct: len(stats[id].values)}
		for _, k := range path {
			col.Path = append(col.Path, k.String())
		}
		if col.Path[0] == systemParams {
			col.Group = GroupSystem
		}
		out = append(out, col)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	return out
}

// paramType names what the values of a column have in common; kinds is the set
// of the tags that codec gives values.
func paramType(kinds uint32) string {
	const none, boolean, integer, float, text, array = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << tagArray
	switch kinds &^ none {
	case 0, text:
		return "text"
	case boolean:
		return "bool"
	case integer, float, integer | float:
		return "number"
	case array:
		return "list"
	}
	return "mixed"
}

// ParamKey is the key of the column of a param: its path with dots, or as JSON
// where dots would be ambiguous.
func ParamKey(path codec.Path) string {
	parts := make([]any, len(path))
	plain := true
	texts := make([]string, len(path))
	for i, k := range path {
		if k.IsInt {
			parts[i], plain = k.Int, false
			continue
		}
		parts[i], texts[i] = k.Str, k.Str
		if k.Str == "" || strings.ContainsAny(k.Str, ".[\"") {
			plain = false
		}
	}
	if plain {
		return "params." + strings.Join(texts, ".")
	}
	text, err := json.Marshal(parts)
	if err != nil {
		return "params." + strings.Join(texts, ".") // strings and integers always marshal
	}
	return "params." + string(text)
}

// ParamPath is the path that a key of ParamKey names.
func ParamPath(key string) (codec.Path, bool) {
	rest, ok := strings.CutPrefix(key, "params.")
	if !ok || rest == "" {
		return nil, false
	}
	var path codec.Path
	if strings.HasPrefix(rest, "[") {
		dec := json.NewDecoder(strings.NewReader(rest))
		dec.UseNumber()
		var parts []any
		if err := dec.Decode(&parts); err == nil {
			for _, p := range parts {
				switch p := p.(type) {
				case string:
					path = append(path, codec.StringKey(p))
				case json.Number:
					i, err := p.Int64()
					if err != nil {
						return nil, false
					}
					path = append(path, codec.IntKey(i))
				default:
					return nil, false
				}
			}
			return path, len(path) > 0
		}
	}
	for part := range strings.SplitSeq(rest, ".") {
		path = append(path, codec.StringKey(part))
	}
	return path, true
}

func metricColumns(rows []*Row, names []string) []Column {
	present := make([]int, len(names))
	example := make([]*store.Trace, len(names))
	for _, r := range rows {
		for _, ref := range r.traces {
			if int(ref.column) < len(names) {
				present[ref.column]++
				example[ref.column] = &r.Run.Traces[ref.trace]
			}
		}
	}
	var out []Column
	for id := range names {
		t := example[id]
		if t == nil || t.Kind != metricKind {
			continue
		}
		context := ContextText(t.Context)
		group := GroupMetric
		if strings.HasPrefix(t.Name, systemMetrics) {
			group = GroupSystem
		}
		for _, s := range summaries {
			out = append(out, Column{
				Key: MetricKey(t.Name, context, s), Group: group, Path: []string{t.Name},
				Context: contextLabel(codec.DecodeTree(t.Context)), Summary: s, Type: "number", Present: present[id], Distinct: present[id],
			})
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Path[0] != out[j].Path[0] {
			return out[i].Path[0] < out[j].Path[0]
		}
		return out[i].Context < out[j].Context
	})
	return out
}

// MetricKey is the key of one summary of a metric: the context is left out
// when it is empty.
func MetricKey(name, context, summary string) string {
	if context == "{}" {
		return "metrics." + name + "." + summary
	}
	return "metrics." + name + "." + context + "." + summary
}

// ContextText is a context as canonical JSON, the text by which contexts are
// told apart and ordered.
func ContextText(leaves []byte) string {
	return string(codec.DecodeTree(leaves).AppendJSON(nil))
}

// contextLabel is a context for display, subset=train: "" for the empty one.
func contextLabel(context codec.Value) string {
	parts := make([]string, 0, context.Len())
	for _, e := range context.Entries() {
		text := string(e.Value.AppendJSON(nil))
		if e.Value.Kind() == codec.KindString {
			text = e.Value.Str()
		}
		parts = append(parts, e.Key.String()+"="+text)
	}
	return strings.Join(parts, ", ")
}

// traceColumns finds the columns of sequences with a name among the first n
// traces interned, the empty context first.
func (c *Catalog) metricColumnsNamed(name string) []uint32 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	prefix := metricKind + "\x00"
	var out []uint32
	for id, key := range c.traces.names {
		rest, ok := strings.CutPrefix(key, prefix)
		if ok && len(rest) >= 8 && rest[8:] == name {
			out = append(out, uint32(id))
		}
	}
	empty := codec.ContextID(codec.DictValue(nil))
	sort.SliceStable(out, func(i, j int) bool {
		return contextOf(c.traces.names[out[i]], prefix) == empty && contextOf(c.traces.names[out[j]], prefix) != empty
	})
	return out
}

func contextOf(key, prefix string) int64 {
	return int64(binary.BigEndian.Uint64([]byte(key[len(prefix) : len(prefix)+8])))
}

// ContextOrder is the text by which contexts of one metric are ordered.
func ContextOrder(leaves []byte) string { return ContextOrderOf(codec.DecodeTree(leaves)) }

// ContextOrderOf is ContextOrder of a decoded context: Python's json.dumps with
// sorted keys.
func ContextOrderOf(context codec.Value) string { return codec.ContextText(context) }
