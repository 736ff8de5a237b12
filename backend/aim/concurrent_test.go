package aim_test

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/series"
)

func TestConcurrentUse(t *testing.T) {
	ctx := context.Background()
	root := testutil.Fixture(t, "crashed")
	r := openRepo(t, root)
	entries, err := r.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	readRun := func(hash string) (string, error) {
		m, err := r.ReadMeta(ctx, hash)
		if err != nil {
			return "", err
		}
		out := string(m.Params.AppendJSON(nil)) + string(r.State(ctx, hash, m).Name)
		_, err = r.ReadSeries(ctx, hash, m.Traces, func(i int, c *series.Columns) error {
			out += fmt.Sprintf(" %s %d %s", m.Traces[i].Name, c.Len(), digest(c.Values))
			return nil
		})
		if err != nil {
			return "", err
		}
		if _, err = r.Properties(ctx); err != nil {
			return "", err
		}
		last, _, err := r.LastRecord(ctx, hash, m.Traces)
		if last != nil {
			out += fmt.Sprint(*last)
		}
		return out, err
	}
	all := func() []string {
		var out []string
		for _, e := range entries {
			s, err := readRun(e.Hash)
			if err != nil {
				t.Errorf("run %s: %v", e.Hash, err)
			}
			out = append(out, s)
		}
		return out
	}
	want := all()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := all(); !reflect.DeepEqual(got, want) {
				t.Errorf("got %.300v, want %.300v", got, want)
			}
		})
	}
	wg.Wait()
}
