package aim

import (
	"context"
	"errors"
	"io/fs"
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
	print, err := r.propertiesPrint(path)
	if err != nil {
		return nil, &structured.Error{Path: path, Err: err}
	}
	if c.runs != nil && print == c.print && !c.young {
		return maps.Clone(c.runs), nil
	}
	runs, err := structured.Read(ctx, path, structured.Config{FS: r.cfg.FS, TempDir: r.cfg.TempDir})
	if err != nil {
		return nil, err
	}
	c.runs, c.print, c.young = runs, print, print.youngAt(time.Now())
	return maps.Clone(runs), nil
}

// propertyCache keeps the last answer as long as the file is the same.
type propertyCache struct {
	mu    sync.Mutex
	runs  map[string]Properties
	print propertyPrint
	young bool // the file may have changed again without its time changing
}

// propertyPrint identifies a state of the file and of those beside it.
type propertyPrint [3]struct {
	size    int64
	modTime time.Time
}

// clockTick is more than the resolution of any file system's times.
const clockTick = 3 * time.Second

func (p *propertyPrint) youngAt(now time.Time) bool {
	for _, f := range p {
		if now.Sub(f.modTime) < clockTick {
			return true
		}
	}
	return false
}

func (r *Repo) propertiesPrint(path string) (propertyPrint, error) {
	var p propertyPrint
	for i, suffix := range []string{"", "-wal", "-journal"} {
		info, err := r.cfg.FS.Stat(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return p, err
		}
		p[i].size, p[i].modTime = info.Size(), info.ModTime()
	}
	return p, nil
}
