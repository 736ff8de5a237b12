package desk

import (
	"context"
	"errors"
	"testing"

	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/series"
	"aimdesk/backend/store"
)

// pyramidStore counts how often a pyramid is read.
type pyramidStore struct {
	store.Store
	reads int
	err   error
}

func (s *pyramidStore) Pyramid(context.Context, string, int) (*series.Pyramid, error) {
	s.reads++
	return &series.Pyramid{}, s.err
}

func TestPyramidsAreKept(t *testing.T) {
	st := &pyramidStore{}
	var c pyramidCache
	get := func(run *store.Run, trace, reads int) {
		t.Helper()
		p, err := c.get(t.Context(), st, chartLine{row: &catalog.Row{Run: run}, trace: trace})
		if err != nil || p == nil || st.reads != reads {
			t.Errorf("%v, %v after %d reads, want %d", p, err, st.reads, reads)
		}
	}
	one := &store.Run{Hash: "a"}
	get(one, 0, 1)
	get(one, 0, 1)
	get(one, 1, 2)
	get(&store.Run{Hash: "a"}, 0, 3) // indexed again: another record
	for i := range pyramidsKept - 1 {
		get(one, 2+i, 4+i)
	}
	reads := st.reads
	get(one, 0, reads+1) // it had to go

	st.err = errors.New("unreadable")
	if _, err := c.get(t.Context(), st, chartLine{row: &catalog.Row{Run: one}, trace: 99}); err == nil {
		t.Error("an error was lost")
	}
	st.err = nil
	get(one, 99, st.reads+1)
}
