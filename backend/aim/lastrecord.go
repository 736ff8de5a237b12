package aim

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
)

// LastRecord returns the newest time of any row of traces, in unix seconds, and
// nil if there is none. It reads the times only. What was passed over in the
// logs of the database is listed as damage.
func (r *Repo) LastRecord(ctx context.Context, hash string, traces []Trace) (*float64, []rocks.Damage, error) {
	if err := checkHash(hash); err != nil {
		return nil, nil, err
	}
	if len(traces) == 0 {
		return nil, nil, nil
	}
	var damage []rocks.Damage
	dir := r.seqsDir(hash)
	plan := newSeriesPlan(hash, traces)
	buffers := r.borrowBuffers()
	defer r.buffers.Put(buffers)
	scanned := len(plan.metrics) == 0
	if !scanned && !r.mergeOnly {
		var err error
		if scanned, err = r.scanTimes(ctx, dir, plan, buffers); err != nil {
			return nil, nil, fmt.Errorf("read times of run %s: %w", hash, err)
		}
	}
	if paths := timePaths(plan, scanned); len(paths) > 0 {
		err := r.view(ctx, dir, func(v *rocks.View) error {
			damage = v.Damage()
			reader := seriesReader{ctx: ctx, plan: plan, view: v, seriesBuffers: buffers}
			return reader.readTimes(paths)
		})
		if err != nil {
			return nil, nil, fmt.Errorf("read times of run %s: %w", hash, err)
		}
	}
	if !plan.hasTime {
		return nil, damage, nil
	}
	return &plan.newest, damage, nil
}

// timePaths lists the columns of times by their paths: those of metrics in
// layout 2 only if they were not scanned.
func timePaths(plan *seriesPlan, scanned bool) [][]byte {
	var paths [][]byte
	for _, t := range plan.steps {
		paths = append(paths, codec.AppendStringKey(bytes.Clone(t.path), columnTime))
	}
	if !scanned {
		for _, trace := range slices.Sorted(maps.Keys(plan.metrics)) {
			path := append(bytes.Clone(plan.v2), trace...)
			paths = append(paths, codec.AppendStringKey(path, columnTime))
		}
	}
	return paths
}

func (r *seriesReader) readTimes(paths [][]byte) error {
	all := codec.AppendStringKey(nil, seqsName)
	it := r.view.NewIter(rocks.IterOptions{Lower: all, Upper: tree.End(all)})
	rows := r.rowSet()
	defer r.giveBack(rows)
	for _, path := range paths {
		rows.reset()
		if err := r.column(it, path, colTime, rows); err != nil {
			_ = it.Close() // repeats an error of the iterator
			return err
		}
		rows.newest(r.plan.time)
	}
	return it.Close()
}
