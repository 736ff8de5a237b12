package main

import (
	"errors"
	"fmt"
	"time"

	"aimdesk/backend/desk"
	"aimdesk/backend/series"
)

func (s *suite) charts() error {
	return errors.Join(s.manyLines(), s.longLine())
}

// lines names the lines of a chart of the metrics that a query selects.
func (o *opened) lines(s *suite, query string, most int) ([]desk.SeriesRef, error) {
	metrics, err := o.Metrics(s.ctx, desk.MetricsRequest{Query: query})
	if err != nil {
		return nil, err
	}
	var refs []desk.SeriesRef
	for _, m := range metrics[:min(most, len(metrics))] {
		refs = append(refs, desk.SeriesRef{Repository: m.Repository, Run: m.Run, Name: m.Name, ContextID: m.ContextID})
	}
	return refs, nil
}

// draw asks for a chart and checks that every line came.
func (o *opened) draw(s *suite, req desk.SeriesRequest) (points int, err error) {
	message, err := o.Series(s.ctx, req)
	if err != nil {
		return 0, err
	}
	lines, err := series.DecodeWire(message)
	if err != nil {
		return 0, err
	}
	for _, l := range lines {
		if l.Status != series.StatusOK {
			return 0, fmt.Errorf("line %d has status %d", l.Index, l.Status)
		}
		points += len(l.X)
	}
	return points, nil
}

func (s *suite) manyLines() error {
	root, err := s.repository("middle", middle)
	if err != nil {
		return err
	}
	index, err := s.indexed("middle", root)
	if err != nil {
		return err
	}
	o, err := s.openDesk(index, root)
	if err != nil {
		return err
	}
	refs, err := o.lines(s, `metric.name == "loss"`, 1000)
	if err != nil {
		return err
	}
	req := desk.SeriesRequest{Lines: refs, Width: 1000}
	points, err := o.draw(s, req)
	if err != nil {
		return err
	}
	t, err := repeat(11, func() error { _, err := o.Series(s.ctx, req); return err })
	if err != nil {
		return err
	}
	s.say(fmt.Sprintf("%d lines, %d points", len(refs), points), "%.1f ms", t.median())
	req.Smoothing = desk.Smoothing{Kind: "ema", Amount: 0.9}
	if t, err = repeat(11, func() error { _, err := o.Series(s.ctx, req); return err }); err != nil {
		return err
	}
	s.say("the same, smoothed", "%.1f ms", t.median())
	return o.close()
}

func (s *suite) longLine() error {
	root, err := s.repository("long", long)
	if err != nil {
		return err
	}
	index, err := s.indexed("long", root)
	if err != nil {
		return err
	}
	var first timings
	for range s.pairs {
		o, err := s.openDesk(index, root)
		if err != nil {
			return err
		}
		refs, err := o.lines(s, `metric.name == "long"`, 1)
		if err != nil || len(refs) != 1 {
			return fmt.Errorf("%d lines: %w", len(refs), err)
		}
		start := time.Now()
		if _, err = o.draw(s, desk.SeriesRequest{Lines: refs, Width: 1200}); err != nil {
			return err
		}
		first = append(first, time.Since(start))
		if err := o.close(); err != nil {
			return err
		}
	}
	s.atMost("a line of 10 million points, first drawn", first.median(), 300, " ms")
	o, err := s.openDesk(index, root)
	if err != nil {
		return err
	}
	refs, err := o.lines(s, `metric.name == "long"`, 1)
	if err != nil {
		return err
	}
	if _, err := o.draw(s, desk.SeriesRequest{Lines: refs, Width: 1200}); err != nil {
		return err
	}
	var steps timings
	center, width := 6.1e6, 1e7
	for range 24 { // from ten million points to about ten
		width *= 0.55
		req := desk.SeriesRequest{Lines: refs, Width: 1200, Range: &[2]float64{center - width/2, center + width/2}}
		start := time.Now()
		if _, err := o.draw(s, req); err != nil {
			return err
		}
		steps = append(steps, time.Since(start))
	}
	s.atMost("a step of zooming into it, median", steps.median(), 50, " ms")
	s.atMost("a step of zooming into it, slowest", steps.quantile(1), 50, " ms")
	return o.close()
}
