package rocks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/manifest"
)

// restartPause is the first pause before Open starts over; it doubles up to
// maxRestartPause. A flush or compaction takes longer than a few of them.
const (
	restartPause    = 500 * time.Microsecond
	maxRestartPause = 50 * time.Millisecond
)

// changedError says that the set of files changed while it was read. missing
// is the file that vanished, empty if only the MANIFEST grew.
type changedError struct {
	missing  string
	manifest string
	size     int64
}

func (e *changedError) Error() string { return "files changed while they were read" }

// Open opens the database in dir as it is now. A writer that changes the set
// of files meanwhile makes Open start over, at most opts.MaxRestarts times.
func Open(ctx context.Context, dir string, opts Options) (*View, error) {
	return openFrom(ctx, dir, opts.withDefaults(), nil)
}

// openFrom is Open; what prev has read and still holds is not read again.
func openFrom(ctx context.Context, dir string, opts Options, prev *View) (*View, error) {
	pause := restartPause
	var last *changedError
	for attempt := 0; ; attempt++ {
		v, err := openOnce(ctx, dir, opts, prev)
		var changed *changedError
		if !errors.As(err, &changed) {
			return v, err
		}
		// A file that is missing twice under one MANIFEST stays missing.
		settled := last != nil && *last == *changed && changed.missing != ""
		if settled || attempt == opts.MaxRestarts {
			if changed.missing == "" {
				return nil, fmt.Errorf("open database %s: files changed on each of %d attempts: %w", dir, attempt+1, ErrStale)
			}
			return nil, base.Corrupt(changed.missing, 0, "file is missing, though %s refers to it", changed.manifest)
		}
		last = changed
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("open database %s: %w", dir, ctx.Err())
		case <-time.After(pause):
		}
		pause = min(2*pause, maxRestartPause)
	}
}

// openOnce makes one attempt; *changedError asks for another.
func openOnce(ctx context.Context, dir string, opts Options, prev *View) (*View, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open database %s: %w", dir, err)
	}
	v := &View{dir: dir, opts: opts}
	name, err := readCurrent(opts.FS, dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	version, err := v.readManifest(path, prev)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &changedError{missing: path, manifest: filepath.Join(dir, currentName)}
	}
	if err != nil {
		return nil, err
	}
	size := v.manifest.size
	number, _ := fileNumber(name, manifestPrefix, "")
	v.files = append(v.files, LiveFile{Name: name, Kind: KindManifest, Size: size, Number: number})
	wals, err := listWALs(opts.FS, dir, version)
	if err != nil {
		return nil, err
	}
	// The listing belongs to the MANIFEST only if no edit came in between: an
	// edit that retires a log precedes the log's removal.
	changed := &changedError{manifest: path, size: size}
	if again, err := readCurrent(opts.FS, dir); err != nil || again != name {
		return nil, changed
	}
	if h, err := openHandle(opts.FS, path); err != nil {
		return nil, changed
	} else if err := h.file.Close(); err != nil || h.size != size {
		return nil, changed
	}
	v.version = version
	if prev != nil && prev.version.DBID != version.DBID {
		prev = nil
	}
	if prev != nil && prev.version == version {
		v.shareTables(prev)
	} else if err := v.addTables(ctx, version, prev, changed); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	if err := v.replay(ctx, wals, prev, changed); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// shareTables takes over all tables of prev, which has the same version.
func (v *View) shareTables(prev *View) {
	v.l0, v.levels, v.refs = prev.l0, prev.levels, prev.refs
	for _, t := range v.refs {
		t.views.Add(1)
	}
	for _, f := range prev.files {
		if f.Kind == KindTable {
			v.files = append(v.files, f)
		}
	}
}

// addTables registers the live tables. Each is opened once, so that a missing
// one is noticed now; the content is read when it is needed.
func (v *View) addTables(ctx context.Context, version *manifest.Version, prev *View, changed *changedError) error {
	known := make(map[uint64]*table)
	if prev != nil {
		for t := range prev.tables {
			known[t.meta.Number] = t
		}
	}
	for n, level := range version.Levels {
		tables := make([]*table, 0, len(level))
		for _, f := range level {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("open database %s: %w", v.dir, err)
			}
			t, err := v.addTable(f, known[f.Number])
			if errors.Is(err, fs.ErrNotExist) {
				changed.missing = filepath.Join(v.dir, fmt.Sprintf("%06d%s", f.Number, tableSuffix))
				return changed
			}
			if err != nil {
				return err
			}
			tables = append(tables, t)
			v.refs = append(v.refs, t)
		}
		if n == 0 {
			v.l0 = tables
		} else if len(tables) > 0 {
			v.levels = append(v.levels, tables)
		}
	}
	return nil
}

// addTable registers one table; known, if not nil, is the table of this number
// in an earlier view.
func (v *View) addTable(f *manifest.File, known *table) (*table, error) {
	name := fmt.Sprintf("%06d%s", f.Number, tableSuffix)
	h, err := v.opts.Files.reopen(v.opts.FS, filepath.Join(v.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		name = fmt.Sprintf("%06d%s", f.Number, oldTableSuffix)
		h, err = v.opts.Files.reopen(v.opts.FS, filepath.Join(v.dir, name))
	}
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	v.files = append(v.files, LiveFile{Name: name, Kind: KindTable, Size: h.size, Number: f.Number, Level: f.Level})
	src := tableFile{cache: v.opts.Files, fsys: v.opts.FS, path: h.path, size: h.size, mod: h.mod}
	if err := v.opts.Files.release(h); err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	if known != nil && known.same(f, &src) {
		known.views.Add(1)
		return known, nil
	}
	return newTable(f, src), nil
}
