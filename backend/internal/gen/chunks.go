package gen

import (
	"bytes"
	"cmp"
	"slices"

	"aimdesk/backend/aim/codec"
)

// path encodes components: strings, and int64 as integers.
func path(components ...any) []byte {
	var b []byte
	for _, c := range components {
		switch c := c.(type) {
		case string:
			b = codec.AppendStringKey(b, c)
		case int64:
			b = codec.AppendIntKey(b, c)
		}
	}
	return b
}

// assignTree assigns a whole tree at a path.
func (d *database) assignTree(base []byte, v codec.Value) {
	var leaves [][]byte
	for p, value := range codec.EncodeLeaves(v).All() {
		leaves = append(leaves, append(bytes.Clone(base), p...), value)
	}
	d.assign(base, leaves...)
}

// writeMeta writes the database of a run's metadata: the run's own keys and the
// global ones that it contributes.
func (r *Run) writeMeta(dir string) error {
	d, err := newDatabase(dir)
	if err != nil {
		return err
	}
	run := []any{"meta", "chunks", r.Hash}
	at := func(more ...any) []byte { return path(append(slices.Clone(run), more...)...) }
	d.assignTree(at("attrs"), codec.DictValue(nil))
	d.assignTree(at("end_time"), codec.Value{})
	for _, e := range r.Params.Entries() {
		d.assignTree(at("attrs", e.Key.Str), e.Value)
		d.assignTree(path("meta", "attrs", e.Key.Str), e.Value)
	}
	for i := range r.Metrics {
		m := &r.Metrics[i]
		id := codec.ContextID(m.Context)
		d.assignTree(at("contexts", id), m.Context)
		d.assignTree(path("meta", "contexts", id), m.Context)
		d.assignTree(path("meta", "traces_types", "float", id, m.Name), codec.IntValue(1))
		d.assignTree(at("typed_traces", "metric", id, m.Name), codec.IntValue(1))
		d.assignTree(at("traces", id, m.Name), m.trace())
	}
	if r.End != 0 {
		d.assignTree(at("end_time"), codec.FloatValue(r.End))
	}
	return d.close(r.State != StateClosed)
}

// trace is the entry of a metric in the metadata.
func (m *Metric) trace() codec.Value {
	if m.Points == 0 {
		return dict("dtype", codec.StringValue("float"), "version", codec.IntValue(2))
	}
	first, _, _ := m.At(0)
	last, _, _ := m.At(m.Points - 1)
	low, high := first, first
	for s := range m.Points {
		v, _, _ := m.At(s)
		low, high = min(low, v), max(high, v)
	}
	return dict("dtype", codec.StringValue("float"), "version", codec.IntValue(2),
		"first", codec.FloatValue(first), "first_step", codec.IntValue(0),
		"last", codec.FloatValue(last), "last_step", codec.IntValue(int64(m.Points-1)),
		"min", codec.FloatValue(low), "max", codec.FloatValue(high))
}

// columns of a metric, in the order in which a point's cells are written, and
// in that of their keys.
var (
	columns       = [...]string{"val", "epoch", "time", "step"}
	sortedColumns = [...]string{"epoch", "step", "time", "val"}
)

// base is the path above a metric's columns.
func (m *Metric) base(hash string) []byte {
	return path("seqs", "v2", "chunks", hash, codec.ContextID(m.Context), m.Name)
}

// cell is a point's value in a column.
func (m *Metric) cell(column string, step int) codec.Value {
	v, t, epoch := m.At(step)
	switch column {
	case "val":
		return codec.FloatValue(v)
	case "epoch":
		return codec.IntValue(epoch)
	case "time":
		return codec.FloatValue(t)
	}
	return codec.IntValue(int64(step))
}

// longFrom is the number of points from which a metric's series is taken to be
// compacted.
const longFrom = 200_000

// writeSeries writes the database of a run's series.
func (r *Run) writeSeries(dir string) error {
	d, err := newDatabase(dir)
	if err != nil {
		return err
	}
	for i := range r.Metrics {
		m := &r.Metrics[i]
		if m.Points >= longFrom {
			err = m.writeCompacted(d, r.Hash)
		} else {
			err = m.writePoints(d, r.Hash)
		}
		if err != nil {
			return err
		}
	}
	return d.close(r.State != StateClosed)
}

// writePoints writes a metric as it is tracked: four batches a point.
func (m *Metric) writePoints(d *database, hash string) error {
	var bases [len(columns)][]byte
	marker := []byte{codec.TagList}
	for c, column := range columns {
		bases[c] = codec.AppendStringKey(m.base(hash), column)
		if m.Points > 0 {
			d.mark(bases[c], marker)
		}
	}
	var key, value []byte
	for step := range m.Points {
		row := codec.StepID(int64(step))
		for c, column := range columns {
			key = codec.AppendIntKey(append(key[:0], bases[c]...), row)
			value = codec.AppendValue(value[:0], m.cell(column, step))
			d.assign(key, key, value)
		}
		if d.full() {
			if err := d.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// tableTarget is the size of the tables that a compaction writes.
const tableTarget = 64 << 20

// writeCompacted writes a metric as tables of level 1: no deletions, and all
// sequence numbers 0.
func (m *Metric) writeCompacted(d *database, hash string) error {
	type row struct {
		id   uint64 // unsigned: the order of the keys
		step int32
	}
	rows := make([]row, m.Points)
	for s := range rows {
		rows[s] = row{uint64(codec.StepID(int64(s))), int32(s)}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.id, b.id) })
	d.seq += uint64(16 * m.Points)
	var t *table
	var err error
	put := func(key, value []byte) {
		if err != nil {
			return
		}
		if t != nil && t.size >= tableTarget {
			err = d.finishTable(t)
			t = nil
		}
		if t == nil && err == nil {
			t, err = d.newTable(1)
		}
		if err == nil {
			t.add(key, value, 0, kindPut)
		}
	}
	var key, value []byte
	for _, column := range sortedColumns {
		base := codec.AppendStringKey(m.base(hash), column)
		put(base, []byte{codec.TagList})
		for _, r := range rows {
			key = codec.AppendIntKey(append(key[:0], base...), int64(r.id))
			value = codec.AppendValue(value[:0], m.cell(column, int(r.step)))
			put(key, value)
		}
	}
	if err == nil && t != nil {
		err = d.finishTable(t)
	}
	return err
}
