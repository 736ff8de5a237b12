package aim

import (
	"context"
	"maps"
	"path/filepath"
	"sync"
	"time"

	"aimdesk/backend/aim/structured"
)

// Properties are what SQLite says of a run; see structured.Properties.
type Properties = structured.Properties

// Note is a note attached to a run.
type Note = structured.Note

// Properties returns what SQLite says of all runs, by hash, out of one
// consistent state of the file. A missing file says nothing. The map belongs to
// the caller, what is in it is shared. The error names the file.
func (r *Repo) Properties(ctx context.Context) (map[string]Properties, error) {
	path := filepath.Join(r.AimDir(), structured.FileName)
	c := &r.props
	c.mu.Lock()
	defer c.mu.Unlock()
	state, err := structured.Look(r.cfg.FS, path)
	if err != nil {
		return nil, &structured.Error{Path: path, Err: err}
	}
	if c.runs != nil && state == c.state && c.certain {
		return maps.Clone(c.runs), nil
	}
	runs, err := structured.Read(ctx, path, structured.Config{FS: r.cfg.FS, TempDir: r.cfg.TempDir})
	if err != nil {
		return nil, err
	}
	// A file that says nothing may have been passed over while it was replaced.
	c.runs, c.state, c.certain = runs, state, state.Certain(time.Now()) && len(runs) > 0
	return maps.Clone(runs), nil
}

// clockTick is more than the resolution of any file system's times.
const clockTick = 3 * time.Second

// propertyCache keeps the last answer as long as the file is the same.
type propertyCache struct {
	mu      sync.Mutex
	runs    map[string]Properties
	state   structured.State // before the file was read
	certain bool             // an equal state means the same content
}
