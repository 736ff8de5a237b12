package rocks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/manifest"
	"aimdesk/backend/rocks/record"
)

// Names of a database's files.
const (
	currentName    = "CURRENT"
	manifestPrefix = "MANIFEST-"
	walSuffix      = ".log"
	tableSuffix    = ".sst"
	oldTableSuffix = ".ldb"
)

// maxCurrent bounds the size of CURRENT, which holds one file name.
const maxCurrent = 4096

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

// readers holds log readers for their buffers.
var readers = sync.Pool{New: func() any { return new(record.Reader) }}

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
	version, size, err := readManifest(opts.FS, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &changedError{missing: path, manifest: filepath.Join(dir, currentName)}
	}
	if err != nil {
		return nil, err
	}
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
	v.dbid = version.DBID
	if prev != nil && (prev.dbid != v.dbid || prev.closed.Load()) {
		prev = nil
	}
	if err := v.addTables(ctx, version, prev, changed); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	if err := v.replay(ctx, wals, prev, changed); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// readCurrent returns the name of the MANIFEST.
func readCurrent(fsys vfs.FS, dir string) (string, error) {
	path := filepath.Join(dir, currentName)
	data, err := vfs.ReadFile(fsys, path, maxCurrent)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("open database %s: %w", dir, ErrNotDatabase)
	}
	if err != nil {
		return "", fmt.Errorf("open database %s: %w", dir, err)
	}
	name, ok := strings.CutSuffix(string(data), "\n")
	if !ok {
		return "", base.Corrupt(path, int64(len(data)), "CURRENT does not end with a line break")
	}
	if _, ok := fileNumber(name, manifestPrefix, ""); !ok {
		return "", base.Corrupt(path, 0, "CURRENT names %.40q, not a MANIFEST", name)
	}
	return name, nil
}

// fileNumber parses prefix + decimal digits + suffix.
func fileNumber(name, prefix, suffix string) (uint64, bool) {
	s, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return 0, false
	}
	if s, ok = strings.CutSuffix(s, suffix); !ok || s == "" {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}

// readManifest returns the version and the size of the MANIFEST when it was read.
func readManifest(fsys vfs.FS, path string) (*manifest.Version, int64, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return nil, 0, fmt.Errorf("stat %s: %w", path, err)
	}
	r := readers.Get().(*record.Reader)
	defer readers.Put(r)
	r.Reset(io.NewSectionReader(f, 0, info.Size()), path, 0)
	v, err := manifest.Read(r, path)
	return v, info.Size(), err
}

// wal is a live log.
type wal struct {
	name   string
	number uint64
}

// listWALs returns the logs that hold data beyond the tables, oldest first.
func listWALs(fsys vfs.FS, dir string, v *manifest.Version) ([]wal, error) {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list database %s: %w", dir, err)
	}
	var wals []wal
	for _, e := range entries {
		if n, ok := fileNumber(e.Name(), "", walSuffix); ok && v.WALNeeded(n) {
			wals = append(wals, wal{e.Name(), n})
		}
	}
	slices.SortFunc(wals, func(a, b wal) int { return cmp.Compare(a.number, b.number) })
	return wals, nil
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
