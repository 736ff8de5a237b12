package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"aimdesk/backend/desk"
	"aimdesk/backend/indexer/liveness"
	"aimdesk/backend/settings"
)

// opened is a desk with one repository, as the window has it.
type opened struct {
	*desk.Desk
	repo   desk.Repository
	cancel context.CancelFunc
}

// openDesk opens a repository as the window does.
func (s *suite) openDesk(index, root string) (*opened, error) {
	kept, err := settings.Open(filepath.Join(s.dir, "settings.json"))
	if err != nil {
		return nil, err
	}
	if err := kept.Update(func(c *settings.Settings) { c.ReopenLast = false }); err != nil {
		return nil, err
	}
	d, err := desk.New(desk.Config{
		Version: "bench", Platform: runtime.GOOS, IndexDir: index, Settings: kept, Prober: liveness.New(liveness.Config{}),
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(s.ctx)
	d.Start(ctx, nil)
	o := &opened{Desk: d, cancel: cancel}
	if o.repo, err = d.OpenRepository(ctx, root); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

func (o *opened) close() error {
	o.cancel()
	return o.Close()
}

// waitIdle waits until everything is indexed.
func (o *opened) waitIdle(ctx context.Context) error {
	for {
		st, err := o.IndexStatus(o.repo.ID)
		if err != nil {
			return err
		}
		if st.Phase == "idle" && st.Counts.Stale == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// table answers a query and the first hundred rows of it, as the page does.
func (o *opened) table(ctx context.Context, req desk.RunsRequest) (desk.RunsView, error) {
	v, err := o.Runs(ctx, req)
	if err != nil {
		return v, err
	}
	rows, err := o.Rows(ctx, desk.RowsRequest{View: v.View, Count: 100, Columns: tableColumns})
	if err == nil && len(rows) != min(100, v.Matched) {
		err = fmt.Errorf("%d rows, not %d", len(rows), min(100, v.Matched))
	}
	return v, err
}

// tableColumns are those of a table that someone set up.
var tableColumns = []string{
	"name", "state", "experiment", "tags", "created", "duration", "params.hparams.lr", "params.hparams.batch_size",
	"params.hparams.model", "params.hparams.optim.name", "metrics.loss.last", "metrics.loss.min", "metrics.acc.last",
}

// indexed answers an index folder in which the repository is indexed.
func (s *suite) indexed(name, root string) (string, error) {
	index := filepath.Join(s.dir, "index-"+name)
	if _, err := os.Stat(index); err == nil {
		return index, nil
	}
	_, err := desk.Reindex(s.ctx, root, desk.ReindexConfig{IndexDir: index})
	return index, err
}
