package desk

import (
	"context"
	"errors"
	"time"

	"aimdesk/backend/internal/guard"
)

// background runs work that nobody waits for. What goes wrong becomes a notice,
// a panic too: the program goes on.
func (d *Desk) background(ctx context.Context, what string, f func() error) {
	err := guard.Do(f)
	if err == nil {
		return
	}
	var panicked *guard.PanicError
	if errors.As(err, &panicked) {
		d.cfg.Log.Error("background work panicked", "work", what, "value", panicked.Value, "stack", panicked.Stack)
	} else if ctx.Err() != nil {
		return // it was ended
	}
	d.Notice(AsError(err))
}

// later runs f after eventInterval.
func (d *Desk) later(f func()) {
	time.AfterFunc(eventInterval, func() {
		d.background(context.Background(), "tell", func() error { f(); return nil })
	})
}
