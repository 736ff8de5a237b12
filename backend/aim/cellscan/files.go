package cellscan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks/manifest"
	"aimdesk/backend/rocks/record"
)

// Names of a database's files.
const (
	currentName    = "CURRENT"
	manifestPrefix = "MANIFEST-"
	logSuffix      = ".log"
)

// maxCurrent bounds the size of CURRENT, which holds one name.
const maxCurrent = 4096

// Scanner reads databases one after the other and keeps its buffers between
// them. It is for one goroutine.
type Scanner struct {
	records record.Reader
	table   tableReader
}

// scan is one database being read.
type scan struct {
	*Scanner
	fs   vfs.FS
	dir  string
	keys keyspace
	sink Sink
}

// Scan tells sink all cells below base in the database in dir: a consistent
// prefix of what was written. The error wraps ErrIrregular if the database has
// to be read in another way; sink may have been told cells by then.
func (s *Scanner) Scan(ctx context.Context, fsys vfs.FS, dir string, base []byte, sink Sink) (Stats, error) {
	sc := &scan{Scanner: s, fs: fsys, dir: dir, keys: newKeyspace(base), sink: sink}
	var stats Stats
	tables, logs, err := sc.files(&stats)
	if err != nil {
		return stats, sc.explain(ctx, err)
	}
	for _, f := range tables {
		if err := ctx.Err(); err != nil {
			return stats, err
		}
		if err := sc.readTable(f); err != nil {
			return stats, sc.explain(ctx, err)
		}
		stats.Files++
	}
	for i, name := range logs {
		if err := ctx.Err(); err != nil {
			return stats, err
		}
		n, err := sc.readLog(name, i == len(logs)-1)
		if err != nil {
			return stats, sc.explain(ctx, err)
		}
		stats.Bytes += n
		stats.Files++
	}
	return stats, nil
}

// explain makes every error but that of the context one that asks for another
// way: damage and vanished files are better dealt with there.
func (s *scan) explain(ctx context.Context, err error) error {
	var own *sinkError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &own):
		return own.err
	case errors.Is(err, ErrIrregular):
		return err
	}
	return irregular("%v", err)
}

// sinkError is an error of the sink.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }

// files lists the live tables that may hold cells, oldest first, and the live
// logs.
func (s *scan) files(stats *Stats) (tables []*manifest.File, logs []string, err error) {
	current, err := s.current()
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(s.dir, current)
	version, size, err := s.readManifest(path)
	if err != nil {
		return nil, nil, err
	}
	stats.Bytes += size
	if logs, err = s.logs(version); err != nil {
		return nil, nil, err
	}
	// The listing belongs to the MANIFEST only if no edit came in between.
	if again, err := s.current(); err != nil || again != current {
		return nil, nil, irregular("the MANIFEST changed")
	}
	if info, err := s.fs.Stat(path); err != nil || info.Size() != size {
		return nil, nil, irregular("the MANIFEST changed")
	}
	for level := len(version.Levels) - 1; level >= 0; level-- {
		files := version.Levels[level]
		if level == 0 {
			files = slices.Clone(files)
			slices.Reverse(files) // they come newest first
		}
		for i, f := range files {
			if f.PathID != 0 {
				return nil, nil, irregular("a table lies elsewhere")
			}
			if level == 0 && i > 0 && f.SmallestSeq <= files[i-1].LargestSeq {
				return nil, nil, irregular("tables overlap in sequence numbers")
			}
			stats.Bytes += int64(f.Size)
			if s.keys.overlaps(f.Smallest, f.Largest) {
				tables = append(tables, f)
			}
		}
	}
	return tables, logs, nil
}

// current returns the name of the MANIFEST.
func (s *scan) current() (string, error) {
	data, err := vfs.ReadFile(s.fs, filepath.Join(s.dir, currentName), maxCurrent)
	if err != nil {
		return "", err
	}
	name, ok := strings.CutSuffix(string(data), "\n")
	if _, numbered := strings.CutPrefix(name, manifestPrefix); !ok || !numbered || strings.ContainsAny(name, "/\\") {
		return "", irregular("CURRENT names no MANIFEST")
	}
	return name, nil
}

func (s *scan) readManifest(path string) (*manifest.Version, int64, error) {
	f, err := s.fs.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	s.records.Reset(io.NewSectionReader(f, 0, info.Size()), path, 0)
	v, err := manifest.Read(&s.records, path)
	return v, info.Size(), err
}

// logs lists the live logs, oldest first.
func (s *scan) logs(v *manifest.Version) ([]string, error) {
	entries, err := s.fs.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), logSuffix)
		if !ok {
			continue
		}
		if n, err := strconv.ParseUint(digits, 10, 64); err == nil && v.WALNeeded(n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	names := make([]string, len(numbers))
	for i, n := range numbers {
		names[i] = fmt.Sprintf("%06d%s", n, logSuffix)
	}
	return names, nil
}
