package aim

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Entry is a run that the repository has.
type Entry struct {
	Hash string
	// HasMeta and HasSeqs tell whether the run's databases are there: their
	// folders, with a CURRENT file.
	HasMeta, HasSeqs bool
	// HasRow tells whether SQLite knows the run.
	HasRow bool
}

// List lists all runs by hash: those that have a folder for metadata or series
// and those that SQLite knows. A folder without a CURRENT file counts only if
// SQLite knows the run; it belongs to a run that is just being created. When
// SQLite cannot be read the folders are listed alone; Properties says why.
func (r *Repo) List(ctx context.Context) ([]Entry, error) {
	found := map[string]*Entry{}
	entry := func(hash string) *Entry {
		e := found[hash]
		if e == nil {
			e = &Entry{Hash: hash}
			found[hash] = e
		}
		return e
	}
	for _, kind := range []string{metaName, seqsName} {
		hashes, err := r.chunks(ctx, kind)
		if err != nil {
			return nil, err
		}
		for _, h := range hashes {
			if e := entry(h); kind == metaName {
				e.HasMeta = true
			} else {
				e.HasSeqs = true
			}
		}
	}
	props, err := r.Properties(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	for h := range props {
		if validHash(h) {
			entry(h).HasRow = true
		}
	}
	out := make([]Entry, 0, len(found))
	for _, h := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[h])
	}
	return out, nil
}

// listCache keeps which runs have a database, by kind, as long as the folder of
// all of them is the same.
type listCache struct {
	mu    sync.Mutex
	lists map[string]cachedList
}

type cachedList struct {
	hashes  []string
	changed time.Time // of the folder
	read    time.Time
}

// maxListAge is how long a list is believed: a database can lose its CURRENT
// file without the folder of all of them changing.
const maxListAge = 10 * time.Minute

func (c *listCache) get(kind string, changed, now time.Time) ([]string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.lists[kind]
	return l.hashes, ok && l.changed.Equal(changed) && now.Sub(l.read) < maxListAge
}

func (c *listCache) put(kind string, l cachedList) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lists == nil {
		c.lists = map[string]cachedList{}
	}
	c.lists[kind] = l
}

// chunks lists the runs that have a database of a kind. The result is shared.
func (r *Repo) chunks(ctx context.Context, kind string) ([]string, error) {
	dir, now := filepath.Join(r.AimDir(), kind, chunksName), r.cfg.Now()
	info, err := r.cfg.FS.Stat(dir)
	old := err == nil && info.IsDir() && now.Sub(info.ModTime()) >= clockTick
	if old {
		if hashes, ok := r.lists.get(kind, info.ModTime(), now); ok {
			return hashes, nil
		}
	}
	hashes, complete, err := r.listChunks(ctx, dir)
	if err == nil && complete && old {
		r.lists.put(kind, cachedList{hashes, info.ModTime(), now})
	}
	return hashes, err
}

// listChunks lists the folders in dir that hold a database, and whether all do.
func (r *Repo) listChunks(ctx context.Context, dir string) (hashes []string, complete bool, err error) {
	entries, err := r.cfg.FS.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		// Before the first run; or the whole repository is gone.
		if _, err := r.cfg.FS.Stat(filepath.Join(r.AimDir(), metaName)); err != nil {
			return nil, false, fmt.Errorf("list runs: %w", err)
		}
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("list runs: %w", err)
	}
	complete = true
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, false, fmt.Errorf("list runs: %w", err)
		}
		folder := e.IsDir() || e.Type()&fs.ModeSymlink != 0
		if !folder || !validHash(e.Name()) {
			continue
		}
		_, err := r.cfg.FS.Stat(filepath.Join(dir, e.Name(), currentName))
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			complete = false // a run that is just being created
		case err != nil:
			complete = false
			fallthrough // what cannot be looked at is there; reading it says what is wrong
		default:
			hashes = append(hashes, e.Name())
		}
	}
	return hashes, complete, nil
}

// Fingerprint identifies the state of a chunk's files: any change of their
// content changes it. It is only good for comparing; "" means that there is no
// folder.
type Fingerprint string

// Fingerprint takes the fingerprints of a run's two databases, from the names,
// sizes and times of their files. Nothing is opened.
func (r *Repo) Fingerprint(ctx context.Context, hash string) (meta, seqs Fingerprint, err error) {
	if err := checkHash(hash); err != nil {
		return "", "", err
	}
	if meta, err = r.fingerprint(ctx, r.metaDir(hash)); err != nil {
		return "", "", err
	}
	seqs, err = r.fingerprint(ctx, r.seqsDir(hash))
	return meta, seqs, err
}

// FolderTimes says when files were last created, removed or renamed in the
// folders of a run's two databases, in nanoseconds since the Unix epoch. A
// writer that opens a database, flushes or compacts it changes them; one that
// appends to the log that it has open does not.
type FolderTimes struct{ Meta, Seqs int64 }

// FolderTimes looks at the folders of a run's two databases, which is much
// cheaper than their fingerprints. It answers false where that says nothing: a
// folder that is missing or a link, or that changed within the last seconds and
// so may change again without its time telling.
func (r *Repo) FolderTimes(hash string) (FolderTimes, bool) {
	var t FolderTimes
	if checkHash(hash) != nil {
		return t, false
	}
	now := r.cfg.Now()
	for i, dir := range []string{r.metaDir(hash), r.seqsDir(hash)} {
		info, err := r.cfg.FS.Stat(dir)
		if err != nil || !info.IsDir() || now.Sub(info.ModTime()) < clockTick {
			return FolderTimes{}, false
		}
		if at := info.ModTime().UnixNano(); i == 0 {
			t.Meta = at
		} else {
			t.Seqs = at
		}
	}
	return t, true
}

func (r *Repo) fingerprint(ctx context.Context, dir string) (Fingerprint, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("look at chunk %s: %w", dir, err)
	}
	entries, err := r.cfg.FS.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look at chunk: %w", err)
	}
	var state []byte
	for _, e := range entries {
		if e.Name() == lockFile || strings.HasPrefix(e.Name(), logPrefix) {
			continue // touched by readers
		}
		if state, err = appendFile(state, e); err != nil {
			return "", fmt.Errorf("look at chunk %s: %w", dir, err)
		}
	}
	sum := sha256.Sum256(state)
	return Fingerprint(hex.EncodeToString(sum[:16])), nil
}

// Files of a database that say nothing about its content.
const (
	lockFile  = "LOCK"
	logPrefix = "LOG"
)

// appendFile appends what identifies the state of a file.
func appendFile(dst []byte, e fs.DirEntry) ([]byte, error) {
	info, err := e.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return dst, nil // removed since it was listed: its absence counts
	}
	if err != nil {
		return dst, err
	}
	dst = append(append(dst, e.Name()...), 0)
	dst = append(strconv.AppendInt(dst, info.Size(), 10), 0)
	return append(strconv.AppendInt(dst, info.ModTime().UnixNano(), 10), 0), nil
}
