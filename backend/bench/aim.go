package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"aimdesk/backend/desk"
)

// The queries of testdata's aim_bench.py.
const (
	aimRuns    = `run.hparams.lr > 0.001 and run.hparams.model == "vit"`
	aimMetrics = `metric.name == "loss" and run.hparams.model == "vit"`
)

// aimAnswer is one operation of aim_bench.py.
type aimAnswer struct {
	Seconds float64 `json:"s"`
	N       int     `json:"n"`
}

func (s *suite) aim() error {
	python := os.Getenv("AIM_PYTHON")
	if python == "" {
		s.say("not measured", "AIM_PYTHON is not set")
		return nil
	}
	root, err := s.repository("middle", middle)
	if err != nil {
		return err
	}
	index, err := s.indexed("middle", root)
	if err != nil {
		return err
	}
	theirs, err := s.askAim(python)
	if err != nil {
		return err
	}
	o, err := s.openDesk(index, root)
	if err != nil {
		return err
	}
	if err := o.waitIdle(s.ctx); err != nil { // what opening leaves to do; Aim is warm too
		return errors.Join(err, o.close())
	}
	err = s.compareAim(o, theirs)
	return errors.Join(err, o.close())
}

// askAim has Aim index a repository of its own, which it may write to, and
// answer.
func (s *suite) askAim(python string) (map[string]aimAnswer, error) {
	root, err := s.repository("middle-aim", middle)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, ".aim", "meta", "index", "CURRENT")); err != nil {
		cmd := exec.CommandContext(s.ctx, filepath.Join(filepath.Dir(python), "aim"), "storage", "--repo", root, "reindex", "-y")
		u, err := s.child(cmd.Path, cmd.Args[1:]...)
		if err != nil {
			return nil, err
		}
		s.say("Aim reindexes its metadata of 1,000 runs", "%.1f s", u.wall.Seconds())
	}
	script := filepath.Join("backend", "testdata", "repos", "aim_bench.py")
	out, err := exec.CommandContext(s.ctx, python, script, root).Output()
	if err != nil {
		return nil, fmt.Errorf("aim_bench.py (run bench from the project's folder): %w", err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(out, &raw); err != nil {
		return nil, err
	}
	answers := map[string]aimAnswer{}
	for name, data := range raw {
		var a aimAnswer
		if json.Unmarshal(data, &a) == nil {
			answers[name] = a
		}
	}
	return answers, nil
}

func (s *suite) compareAim(o *opened, theirs map[string]aimAnswer) error {
	// All params, and what is known of every metric without its points: what
	// aim_bench.py collects of a run.
	columns, err := o.Columns(s.ctx, nil)
	if err != nil {
		return err
	}
	var everything []string
	for _, c := range columns {
		if c.Group == "param" || c.Group == "metric" && (c.Summary == "last" || c.Summary == "lastStep") {
			everything = append(everything, c.Key)
		}
	}
	var n int
	for _, op := range []struct {
		name  string
		least float64
		do    func() error
	}{
		{"query_runs", 200, func() error {
			v, err := o.Runs(s.ctx, desk.RunsRequest{Query: aimRuns})
			n = v.Matched
			return err
		}},
		{"query_metrics", 200, func() error {
			m, err := o.Metrics(s.ctx, desk.MetricsRequest{Query: aimMetrics})
			n = len(m)
			return err
		}},
		{"collect_runs_data", 100, func() error {
			v, err := o.Runs(s.ctx, desk.RunsRequest{})
			if err != nil {
				return err
			}
			rows, err := o.Rows(s.ctx, desk.RowsRequest{View: v.View, Count: v.Matched, Columns: everything})
			n = len(rows)
			return err
		}},
		{"collect_metrics_data", 500, func() error {
			refs, err := o.lines(s, aimMetrics, 1e6)
			if err != nil {
				return err
			}
			n, err = o.draw(s, desk.SeriesRequest{Lines: refs, Width: 1000})
			return err
		}},
	} {
		t, err := repeat(21, op.do)
		if err != nil {
			return err
		}
		their := theirs[op.name]
		if n != their.N {
			return fmt.Errorf("%s: Aim answers %d, Aimdesk %d", op.name, their.N, n)
		}
		s.say(op.name, "Aim %.3f s, Aimdesk %.3f ms", their.Seconds, t.median())
		s.atLeast(op.name+": how many times faster", 1000*their.Seconds/t.median(), op.least, "×")
	}
	return nil
}
