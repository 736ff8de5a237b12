package aim

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
)

// LastRecord returns the newest time of any row of traces, in unix seconds, and
// nil if there is none. It reads the times only.
func (r *Repo) LastRecord(ctx context.Context, hash string, traces []Trace) (*float64, error) {
	if err := checkHash(hash); err != nil {
		return nil, err
	}
	if len(traces) == 0 {
		return nil, nil
	}
	plan := timePlan(hash, traces)
	err := r.view(ctx, r.seqsDir(hash), func(v *rocks.View) error {
		buffers := r.borrowBuffers()
		defer r.buffers.Put(buffers)
		reader := seriesReader{ctx: ctx, plan: plan, view: v, seriesBuffers: buffers}
		return reader.readTimes()
	})
	if err != nil {
		return nil, fmt.Errorf("read times of run %s: %w", hash, err)
	}
	if !plan.hasTime {
		return nil, nil
	}
	return &plan.newest, nil
}

// timePlan lists the columns of times of all traces by their paths.
func timePlan(hash string, traces []Trace) *seriesPlan {
	p := &seriesPlan{v1: seriesPrefix(versionSteps, hash), v2: seriesPrefix(versionHashes, hash)}
	for i := range traces {
		t := &traces[i]
		base := p.v1
		if t.Kind == KindMetric && t.Version == versionHashes {
			base = p.v2
		}
		path := codec.AppendStringKey(appendTracePath(bytes.Clone(base), t), columnTime)
		p.steps = append(p.steps, plannedTrace{path: path, i: i})
	}
	slices.SortFunc(p.steps, func(a, b plannedTrace) int { return bytes.Compare(a.path, b.path) })
	return p
}

func (r *seriesReader) readTimes() error {
	all := codec.AppendStringKey(nil, seqsName)
	it := r.view.NewIter(rocks.IterOptions{Lower: all, Upper: tree.End(all)})
	rows := r.rowSet()
	defer r.giveBack(rows)
	for _, t := range r.plan.steps {
		rows.reset()
		if err := r.column(it, t.path, colTime, rows); err != nil {
			_ = it.Close() // repeats an error of the iterator
			return err
		}
		rows.newest(r.plan.time)
	}
	return it.Close()
}
