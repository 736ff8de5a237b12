package rocks

import (
	"cmp"
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

// readers holds log readers for their buffers.
var readers = sync.Pool{New: func() any { return new(record.Reader) }}

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

// manifestState identifies a MANIFEST as it was read.
type manifestState struct {
	path string
	size int64
	mod  time.Time
}

// readManifest returns the version that the MANIFEST at path describes: that
// of prev itself if the file has not changed since.
func (v *View) readManifest(path string, prev *View) (*manifest.Version, error) {
	h, err := openHandle(v.opts.FS, path)
	if err != nil {
		return nil, fmt.Errorf("open MANIFEST: %w", err)
	}
	defer func() { _ = h.file.Close() }() // opened for reading: closing loses nothing
	v.manifest = manifestState{path, h.size, h.mod}
	if prev != nil && prev.manifest.path == path && prev.manifest.size == h.size && prev.manifest.mod.Equal(h.mod) {
		return prev.version, nil
	}
	r := readers.Get().(*record.Reader)
	defer readers.Put(r)
	r.Reset(io.NewSectionReader(h.file, 0, h.size), path, 0)
	return manifest.Read(r, path)
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
