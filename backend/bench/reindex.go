package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// tables lists the files of a repository that a reader of everything must
// read: all tables and logs that hold something.
func tables(root string) (paths []string, bytes int64, err error) {
	err = filepath.WalkDir(filepath.Join(root, ".aim"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".sst") && !strings.HasSuffix(path, ".log") {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > 0 {
			paths, bytes = append(paths, path), bytes+info.Size()
		}
		return err
	})
	return paths, bytes, err
}

// readAll opens, reads and closes files, some at a time, and answers how long
// that took.
func readAll(paths []string, workers int) (time.Duration, error) {
	start := time.Now()
	work := make(chan string, len(paths))
	for _, p := range paths {
		work <- p
	}
	close(work)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			var buf []byte
			for p := range work {
				if buf, errs[w] = readFile(p, buf); errs[w] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start), errors.Join(errs...)
}

func readFile(path string, buf []byte) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return buf, err
	}
	defer func() { _ = f.Close() }() // opened for reading
	info, err := f.Stat()
	if err != nil {
		return buf, err
	}
	if n := int(info.Size()); cap(buf) < n {
		buf = make([]byte, n)
	}
	_, err = io.ReadFull(f, buf[:info.Size()])
	return buf, err
}

func (s *suite) reindex() error {
	root, err := s.repository("deep", deep)
	if err != nil {
		return err
	}
	program, err := s.program()
	if err != nil {
		return err
	}
	paths, bytes, err := tables(root)
	if err != nil {
		return err
	}
	s.say("files to read", "%d, %d MB", len(paths), bytes/1e6)
	index := filepath.Join(s.dir, "index-deep")
	if _, err := readAll(paths, 1); err != nil { // warm the page cache
		return err
	}
	if err := s.reindexWarm(program, root, index, paths); err != nil {
		return err
	}
	if err := s.reindexCold(program, root, index, paths); err != nil {
		return err
	}
	name, args := fewFiles("128", program, "reindex", root, "--index-dir", index)
	if _, err := s.child(name, args...); err != nil {
		return err
	}
	s.say("with at most 128 open files", "works")
	return nil
}

// reindexWarm compares in pairs, with all files in the page cache.
func (s *suite) reindexWarm(program, root, index string, paths []string) error {
	var one, all, ours, cpu []float64
	var most int64
	for range s.pairs {
		if err := os.RemoveAll(index); err != nil {
			return err
		}
		single, err := readAll(paths, 1)
		if err != nil {
			return err
		}
		u, err := s.child(program, "reindex", root, "--index-dir", index)
		if err != nil {
			return err
		}
		parallel, err := readAll(paths, runtime.GOMAXPROCS(0))
		if err != nil {
			return err
		}
		most = max(most, u.bytes)
		ours, cpu = append(ours, u.wall.Seconds()), append(cpu, u.cpu.Seconds())
		one, all = append(one, u.wall.Seconds()/single.Seconds()), append(all, u.wall.Seconds()/parallel.Seconds())
	}
	s.say("whole process, from nothing to a complete index", "%.3f s (%.3f s of processors)", median(ours), median(cpu))
	s.atMost("against reading the bytes, one file at a time", median(one), 5, "×")
	s.say("against reading them on all cores", "%.2f×", median(all))
	s.atMost("peak memory", float64(most)/mib, 300, " MiB")
	return nil
}

// reindexCold compares with no file in the page cache, if that can be had.
func (s *suite) reindexCold(program, root, index string, paths []string) error {
	drop := func() error {
		for _, p := range paths {
			if err := forget(p); err != nil {
				return err
			}
		}
		return nil
	}
	var ratios, walls []float64
	for range min(3, s.pairs) {
		if err := errors.Join(drop(), os.RemoveAll(index)); err != nil {
			s.say("from disk", "not measured: %v", err)
			return nil
		}
		read, err := readAll(paths, 1)
		if err != nil {
			return err
		}
		if err := drop(); err != nil {
			return err
		}
		u, err := s.child(program, "reindex", root, "--index-dir", index)
		if err != nil {
			return err
		}
		walls, ratios = append(walls, u.wall.Seconds()), append(ratios, u.wall.Seconds()/read.Seconds())
	}
	s.say("from disk", "%.3f s, %.2f× of reading the bytes from disk", median(walls), median(ratios))
	return nil
}

func (s *suite) memory() error {
	root, err := s.repository("many", many)
	if err != nil {
		return err
	}
	program, err := s.program()
	if err != nil {
		return err
	}
	index := filepath.Join(s.dir, "index-memory")
	if err := os.RemoveAll(index); err != nil {
		return err
	}
	u, err := s.child(program, "reindex", root, "--index-dir", index)
	if err != nil {
		return err
	}
	s.say("reindex", "%.1f s", u.wall.Seconds())
	s.atMost("peak memory", float64(u.bytes)/mib, 500, " MiB")
	return os.RemoveAll(index)
}
