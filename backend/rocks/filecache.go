package rocks

import (
	"container/list"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks/internal/base"
)

// FileCache keeps a bounded number of tables open between reads. A handle is
// only in use during one read, and a reader never waits for a handle while it
// has one; so as long as the cache keeps fewer files than the file system's
// limit, sharing it cannot deadlock. It is safe for concurrent use.
type FileCache struct {
	maxIdle int

	mu   sync.Mutex
	idle map[string]*list.Element // by path
	lru  *list.List               // of *handle, least recently used first
}

// NewFileCache returns a cache that keeps at most maxIdle tables open that are
// not being read. maxIdle must be below the limit of the file systems used.
func NewFileCache(maxIdle int) *FileCache {
	return &FileCache{maxIdle: maxIdle, idle: make(map[string]*list.Element), lru: list.New()}
}

// handle is an open file with the identity it had when it was opened.
type handle struct {
	path string
	file vfs.File
	size int64
	mod  time.Time
}

// acquire takes an idle handle of path, or opens it.
func (c *FileCache) acquire(fsys vfs.FS, path string) (*handle, error) {
	c.mu.Lock()
	if e, ok := c.idle[path]; ok {
		c.lru.Remove(e)
		delete(c.idle, path)
		c.mu.Unlock()
		return e.Value.(*handle), nil
	}
	c.mu.Unlock()
	return openHandle(fsys, path)
}

// reopen opens path even if a handle is idle: a database that was made anew may
// have put another file in its place.
func (c *FileCache) reopen(fsys vfs.FS, path string) (*handle, error) {
	if err := c.forget(path); err != nil {
		return nil, err
	}
	return openHandle(fsys, path)
}

func openHandle(fsys vfs.FS, path string) (*handle, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &handle{path: path, file: f, size: info.Size(), mod: info.ModTime()}, nil
}

// release gives h back, and closes what exceeds the limit.
func (c *FileCache) release(h *handle) error {
	c.mu.Lock()
	var victim *handle
	if _, twice := c.idle[h.path]; twice || c.maxIdle <= 0 {
		victim = h
	} else {
		c.idle[h.path] = c.lru.PushBack(h)
		if c.lru.Len() > c.maxIdle {
			victim = c.lru.Remove(c.lru.Front()).(*handle)
			delete(c.idle, victim.path)
		}
	}
	c.mu.Unlock()
	if victim != nil {
		return victim.file.Close()
	}
	return nil
}

// forget closes the idle handle of path.
func (c *FileCache) forget(path string) error {
	c.mu.Lock()
	e, ok := c.idle[path]
	if ok {
		c.lru.Remove(e)
		delete(c.idle, path)
	}
	c.mu.Unlock()
	if ok {
		return e.Value.(*handle).file.Close()
	}
	return nil
}

// Close closes every idle handle. Views that use the cache keep working.
func (c *FileCache) Close() error {
	c.mu.Lock()
	var open []*handle
	for e := c.lru.Front(); e != nil; e = e.Next() {
		open = append(open, e.Value.(*handle))
	}
	c.lru.Init()
	clear(c.idle)
	c.mu.Unlock()
	var err error
	for _, h := range open {
		err = errors.Join(err, h.file.Close())
	}
	return err
}

// tableFile reads one table through the cache.
type tableFile struct {
	cache *FileCache
	fsys  vfs.FS
	path  string
	size  int64
	mod   time.Time
}

// ReadAt implements io.ReaderAt. It returns ErrStale if the table is gone or
// another file has taken its name.
func (t *tableFile) ReadAt(p []byte, off int64) (int, error) {
	h, err := t.cache.acquire(t.fsys, t.path)
	if err == nil && (h.size != t.size || !h.mod.Equal(t.mod)) {
		// Idle handles may belong to an earlier file of this name.
		if err = h.file.Close(); err == nil {
			h, err = openHandle(t.fsys, t.path)
		}
		if err == nil && (h.size != t.size || !h.mod.Equal(t.mod)) {
			return 0, errors.Join(fmt.Errorf("table %s was replaced: %w", t.path, base.ErrStale), h.file.Close())
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("table %s: %w", t.path, base.ErrStale)
	}
	if err != nil {
		return 0, err
	}
	n, err := h.file.ReadAt(p, off)
	if cerr := t.cache.release(h); err == nil {
		err = cerr
	}
	return n, err
}
