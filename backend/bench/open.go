package main

import (
	"runtime"
	"time"

	"aimdesk/backend/desk"
)

func (s *suite) open() error {
	root, err := s.repository("many", many)
	if err != nil {
		return err
	}
	index, err := s.indexed("many", root)
	if err != nil {
		return err
	}
	var opening timings
	for range s.pairs {
		start := time.Now()
		o, err := s.openDesk(index, root)
		if err != nil {
			return err
		}
		_, err = o.table(s.ctx, desk.RunsRequest{})
		opening = append(opening, time.Since(start))
		if cerr := o.close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
	}
	s.atMost("10,000 runs that did not change: folder to full table", opening.median(), 1000, " ms")
	return s.atRest(index, root)
}

// atRest watches an open desk that has nothing to do.
func (s *suite) atRest(index, root string) error {
	o, err := s.openDesk(index, root)
	if err != nil {
		return err
	}
	if err := o.waitIdle(s.ctx); err != nil {
		return err
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.say("heap of the open desk", "%d MiB", m.HeapAlloc/mib)
	select { // what opening left behind
	case <-time.After(3 * time.Second):
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	before, start := cpuTime(), time.Now()
	select {
	case <-time.After(time.Duration(s.idle) * time.Second):
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	share := 100 * (cpuTime() - before).Seconds() / time.Since(start).Seconds()
	s.atMost("open and at rest: share of one core", share, 0.5, " %")
	return o.close()
}
