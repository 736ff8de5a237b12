package main

import (
	"fmt"
	"strings"

	"aimdesk/backend/desk"
	"aimdesk/backend/internal/gen"
)

func (s *suite) queries() error {
	root, err := s.repository("many", many)
	if err != nil {
		return err
	}
	index, err := s.indexed("many", root)
	if err != nil {
		return err
	}
	o, err := s.openDesk(index, root)
	if err != nil {
		return err
	}
	if err := o.waitIdle(s.ctx); err != nil {
		return err
	}
	for _, q := range []struct {
		what  string
		req   desk.RunsRequest
		limit float64
	}{
		{"list all", desk.RunsRequest{}, 20},
		{"one param: run.hparams.lr > 0.001", desk.RunsRequest{Query: "run.hparams.lr > 0.001"}, 20},
		{"two params and a tag", desk.RunsRequest{Query: `run.hparams.model == "vit" and run.hparams.lr < 0.01 and "tag-03" in run.tags`}, 20},
		{"a metric: run.metrics[…].last", desk.RunsRequest{Query: `run.metrics["loss", {"subset": "train"}].last < 1`}, 20},
		{"141 params of every run, by name", desk.RunsRequest{Query: everyParam(many)}, 100},
		{"all keys of every run: any(… for k in run.hparams)", desk.RunsRequest{Query: `any(k == "nope" for k in run.hparams)`}, 100},
		{"text search, words that no run has", desk.RunsRequest{Text: "no such words"}, 100},
	} {
		if _, err := o.table(s.ctx, q.req); err != nil {
			return fmt.Errorf("%s: %w", q.what, err)
		}
		t, err := repeat(21, func() error { _, err := o.table(s.ctx, q.req); return err })
		if err != nil {
			return err
		}
		s.atMost(q.what, t.median(), q.limit, " ms")
	}
	if err := s.sorts(o); err != nil {
		return err
	}
	return o.close()
}

// sorts orders all runs by each column and prints the slowest.
func (s *suite) sorts(o *opened) error {
	columns, err := o.Columns(s.ctx, nil)
	if err != nil {
		return err
	}
	var all timings
	slowest, worst := "", 0.0
	for _, c := range columns {
		req := desk.RunsRequest{Sort: []desk.SortKey{{Column: c.Key}}}
		t, err := repeat(3, func() error { _, err := o.table(s.ctx, req); return err })
		if err != nil {
			return fmt.Errorf("sort by %s: %w", c.Key, err)
		}
		all = append(all, t...)
		if m := t.median(); m > worst {
			slowest, worst = c.Key, m
		}
	}
	s.say(fmt.Sprintf("sort by one of %d columns", len(columns)), "%.1f ms", all.median())
	s.atMost("slowest: "+slowest, worst, 100, " ms")
	t, err := repeat(5, func() error { _, err := o.Columns(s.ctx, nil); return err })
	if err != nil {
		return err
	}
	s.say("list of columns, nothing changed", "%.2f ms", t.median())
	return nil
}

// everyParam is a condition that looks at all numbered params of a run, and
// holds.
func everyParam(c gen.Config) string {
	var parts []string
	for i := gen.MinParams; i < c.Params; i++ {
		parts = append(parts, fmt.Sprintf("run.hparams.param_%03d != None", i))
	}
	return strings.Join(parts, " and ")
}
