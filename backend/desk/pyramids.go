package desk

import (
	"context"
	"slices"
	"sync"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// pyramidsKept is how many pyramids of long lines are kept decoded: zooming asks
// for the same ones again and again. One of ten million points takes a few
// megabytes.
const pyramidsKept = 8

// pyramidCache keeps the pyramids that were used last. A pyramid belongs to one
// record of a run: when the run is indexed again, its record is another one.
type pyramidCache struct {
	mu   sync.Mutex
	kept []keptPyramid // the one used last comes last
}

type keptPyramid struct {
	run     *store.Run
	trace   int
	pyramid *series.Pyramid
}

// get answers the pyramid of a line, nil if it has none.
func (c *pyramidCache) get(ctx context.Context, st store.Store, l chartLine) (*series.Pyramid, error) {
	run := l.row.Run
	c.mu.Lock()
	i := slices.IndexFunc(c.kept, func(k keptPyramid) bool { return k.run == run && k.trace == l.trace })
	if i >= 0 {
		k := c.kept[i]
		c.kept = append(slices.Delete(c.kept, i, i+1), k)
		c.mu.Unlock()
		return k.pyramid, nil
	}
	c.mu.Unlock()
	p, err := st.Pyramid(ctx, run.Hash, l.trace)
	if err != nil || p == nil {
		return p, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= pyramidsKept {
		c.kept = slices.Delete(c.kept, 0, 1)
	}
	c.kept = append(c.kept, keptPyramid{run, l.trace, p})
	return p, nil
}
