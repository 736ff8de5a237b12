package indexer

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watchDelay gathers a burst of changes into one hint.
const watchDelay = 300 * time.Millisecond

// watched are the small folders of a repository that change when a run begins,
// is resumed, sends a heartbeat or ends, and where new runs appear.
var watched = []string{".", "locks", "check_ins", "meta/progress", "meta/chunks", "seqs/chunks", "meta", "seqs"}

// Watch calls hint after something in the small folders below aimDir changed,
// until ctx is done. Where the system cannot watch (limits, network file
// systems) it ends, and the timed scan alone finds changes.
func Watch(ctx context.Context, aimDir string, hint func(), log *slog.Logger) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		log.Warn("watch repository", "error", err)
		return
	}
	defer func() {
		if err := w.Close(); err != nil {
			log.Warn("end watch", "error", err)
		}
	}()
	add := func() {
		for _, name := range watched {
			// Adding a folder that is watched already changes nothing.
			if err := w.Add(filepath.Join(aimDir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				log.Warn("watch folder", "folder", name, "error", err)
			}
		}
	}
	add()
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.Events:
			if !ok {
				return
			}
			if e.Op.Has(fsnotify.Chmod) && e.Op == fsnotify.Chmod {
				continue // reading changes access times on some systems
			}
			timer.Reset(watchDelay)
		case err, ok := <-w.Errors:
			if !ok {
				return
			}
			log.Warn("watch repository", "error", err)
			timer.Reset(watchDelay) // events may have been lost
		case <-timer.C:
			add()
			hint()
		}
	}
}
