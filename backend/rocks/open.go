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
	"aimdesk/backend/rocks/memtable"
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
	opts = opts.withDefaults()
	pause := restartPause
	var last *changedError
	for attempt := 0; ; attempt++ {
		v, err := openOnce(ctx, dir, opts)
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
func openOnce(ctx context.Context, dir string, opts Options) (*View, error) {
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
	if err := v.addTables(ctx, version, changed); err != nil {
		return nil, err
	}
	if err := v.replay(ctx, wals, changed); err != nil {
		return nil, err
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
func (v *View) addTables(ctx context.Context, version *manifest.Version, changed *changedError) error {
	for n, level := range version.Levels {
		tables := make([]*table, 0, len(level))
		for _, f := range level {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("open database %s: %w", v.dir, err)
			}
			t, err := v.addTable(f)
			if errors.Is(err, fs.ErrNotExist) {
				changed.missing = filepath.Join(v.dir, fmt.Sprintf("%06d%s", f.Number, tableSuffix))
				return changed
			}
			if err != nil {
				return err
			}
			tables = append(tables, t)
		}
		if n == 0 {
			v.l0 = tables
		} else if len(tables) > 0 {
			v.levels = append(v.levels, tables)
		}
	}
	return nil
}

func (v *View) addTable(f *manifest.File) (*table, error) {
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
	t := newTable(f, tableFile{cache: v.opts.Files, fsys: v.opts.FS, path: h.path, size: h.size, mod: h.mod})
	if err := v.opts.Files.release(h); err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	return t, nil
}

// replay reads the logs into the memtable.
func (v *View) replay(ctx context.Context, wals []wal, changed *changedError) error {
	p := player{view: v, nextSeq: base.MaxSeq}
	for i, w := range wals {
		err := p.log(ctx, w, i == len(wals)-1)
		if errors.Is(err, fs.ErrNotExist) {
			changed.missing = filepath.Join(v.dir, w.name)
			return changed
		}
		if err != nil {
			return err
		}
	}
	v.mem = p.mem.Build()
	return nil
}

// player replays logs one after the other.
type player struct {
	view    *View
	mem     memtable.Builder
	nextSeq uint64
	stopped bool // a recycled log ended early; only a batch that follows on resumes
}

func (p *player) log(ctx context.Context, w wal, newest bool) error {
	v := p.view
	path := filepath.Join(v.dir, w.name)
	f, err := v.opts.FS.Open(path)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("stat log %s: %w", path, err)
	}
	v.files = append(v.files, LiveFile{Name: w.name, Kind: KindWAL, Size: info.Size(), Number: w.number})
	if info.Size() == 0 {
		return nil
	}
	p.mem.Grow(int(min(info.Size(), memtable.MaxBytes)))
	r := readers.Get().(*record.Reader)
	defer readers.Put(r)
	// What the writer appends from here on belongs to a later view.
	r.Reset(io.NewSectionReader(f, 0, info.Size()), path, w.number)
	for n := 0; ; n++ {
		if n%256 == 0 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("replay %s: %w", path, err)
			}
		}
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := p.batch(rec, path, r.Offset()); err != nil {
			return err
		}
	}
	v.damage = append(v.damage, r.Damage()...)
	if at, torn := r.Torn(); torn && !newest {
		v.damage = append(v.damage, Damage{File: path, Offset: at, Bytes: info.Size() - at, Reason: "log ends inside a record, though a newer log follows"})
	}
	p.stopped = p.stopped || r.Recycled()
	return nil
}

// batch applies one write batch.
func (p *player) batch(rec []byte, path string, offset int64) error {
	if p.stopped {
		if seq, ok := memtable.BatchSeq(rec); !ok || seq != p.nextSeq {
			return nil
		}
		p.stopped = false
	}
	next, err := p.mem.Apply(rec, path, offset)
	if err == nil {
		p.nextSeq = next
		return nil
	}
	var bad *CorruptError
	if errors.As(err, &bad) {
		p.view.damage = append(p.view.damage, Damage{File: path, Offset: offset, Bytes: int64(len(rec)), Reason: bad.Reason})
		return nil
	}
	return err
}
