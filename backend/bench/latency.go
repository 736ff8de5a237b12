package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aimdesk/backend/desk"
)

// request is something that a person asks for.
type request struct {
	name string
	do   func() error
}

// requests are what is asked while the desk works.
func (o *opened) requests(s *suite, refs []desk.SeriesRef) []request {
	return []request{
		{"list", func() error { _, err := o.table(s.ctx, desk.RunsRequest{}); return err }},
		{"query", func() error {
			_, err := o.table(s.ctx, desk.RunsRequest{Query: `run.hparams.lr > 0.001 and run.hparams.model == "vit"`})
			return err
		}},
		{"chart", func() error { _, err := o.draw(s, desk.SeriesRequest{Lines: refs, Width: 1000}); return err }},
	}
}

// pause between two requests: a person is not a loop.
const pause = 20 * time.Millisecond

// sample makes the requests in turn until done, and at least a few times.
func sample(ctx context.Context, requests []request, done func() bool) (map[string]timings, error) {
	out := map[string]timings{}
	for n := 0; n < 10 || !done(); n++ {
		for _, r := range requests {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			start := time.Now()
			if err := r.do(); err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
			out[r.name] = append(out[r.name], time.Since(start))
			time.Sleep(pause)
		}
	}
	return out, nil
}

func (s *suite) latency() error {
	root, err := s.repository("middle", middle)
	if err != nil {
		return err
	}
	index := filepath.Join(s.dir, "index-latency")
	if err := os.RemoveAll(index); err != nil {
		return err
	}
	o, err := s.openDesk(index, root)
	if err != nil {
		return err
	}
	err = s.latencies(o)
	return errors.Join(err, o.close(), os.RemoveAll(index))
}

func (s *suite) latencies(o *opened) error {
	// The newest runs are indexed first: their lines are drawn from the index
	// in all three states.
	var refs []desk.SeriesRef
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		metrics, err := o.Metrics(s.ctx, desk.MetricsRequest{Query: `metric.name == "loss"`})
		if err != nil {
			return err
		}
		ready := len(metrics) >= 50
		for _, m := range metrics[:min(50, len(metrics))] {
			ready = ready && !m.Pending
		}
		if ready {
			if refs, err = o.lines(s, `metric.name == "loss"`, 50); err != nil {
				return err
			}
			break
		}
		if time.Now().After(end) {
			return errors.New("indexing does not begin")
		}
	}
	requests := o.requests(s, refs)
	idle := func() bool {
		st, err := o.IndexStatus(o.repo.ID)
		return err != nil || st.Phase == "idle"
	}
	// Long enough for a 99th percentile, while there is work.
	until := func(least time.Duration, over func() bool) func() bool {
		start := time.Now()
		return func() bool { return over() || time.Since(start) > least }
	}
	indexing, err := sample(s.ctx, requests, until(20*time.Second, idle))
	if err != nil {
		return err
	}
	if err := o.waitIdle(s.ctx); err != nil {
		return err
	}
	resting, err := sample(s.ctx, requests, until(20*time.Second, func() bool { return false }))
	if err != nil {
		return err
	}
	var reindexing = map[string]timings{}
	for start := time.Now(); time.Since(start) < 20*time.Second; {
		if _, err := o.ReindexAll(o.repo.ID); err != nil {
			return err
		}
		time.Sleep(pause)
		some, err := sample(s.ctx, requests, idle)
		if err != nil {
			return err
		}
		for name, t := range some {
			reindexing[name] = append(reindexing[name], t...)
		}
	}
	for _, r := range requests {
		rest, work, all := resting[r.name], indexing[r.name], reindexing[r.name]
		s.say(r.name+": at rest, indexing, Reindex All; median", "%.2f, %.2f, %.2f ms", rest.median(), work.median(), all.median())
		s.say(r.name+": 99th percentile", "%.2f, %.2f, %.2f ms", rest.quantile(0.99), work.quantile(0.99), all.quantile(0.99))
		s.atMost(r.name+": indexing against rest, median", work.median()/rest.median(), 2, "×")
		s.atMost(r.name+": Reindex All against rest, median", all.median()/rest.median(), 4, "×")
	}
	return nil
}
