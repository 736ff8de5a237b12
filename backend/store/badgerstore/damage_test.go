package badgerstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
	"aimdesk/backend/store/storetest"
)

// examinerChild opens each index named, reads and writes all of it, and says in
// one word a line how that went. It must survive all of them.
func examinerChild(args []string) int {
	for _, dir := range args {
		fmt.Println(examineAll(dir))
	}
	return 0
}

func examineAll(dir string) string {
	ctx := context.Background()
	s, err := Open(dir, Options{MemTableSize: minMemTable})
	var damaged *store.DamagedError
	if errors.As(err, &damaged) {
		return "damaged"
	}
	var schema *store.SchemaError
	if errors.As(err, &schema) {
		return "schema"
	}
	if err != nil {
		return fmt.Sprintf("opening: %v", err)
	}
	found := 0
	err = s.Check(ctx, func(store.Damage) error {
		found++
		return nil
	})
	if err != nil {
		return fmt.Sprintf("checking: %v", err)
	}
	wrong, err := readAll(ctx, s)
	if err != nil {
		return fmt.Sprintf("reading: %v", err)
	}
	err = errors.Join(
		storetest.PutSample(ctx, s, storetest.SampleRun("run-0", 2), 5000, 1),
		storetest.PutSample(ctx, s, storetest.SampleRun("run-new", 2), 5000, 1),
		s.Delete(ctx, "run-1"))
	if err != nil && !errors.As(err, &damaged) && !errors.Is(err, store.ErrDamagedRecord) {
		return fmt.Sprintf("writing: %v", err)
	}
	if err := s.Close(); err != nil {
		return fmt.Sprintf("closing: %v", err)
	}
	switch {
	case wrong:
		return "lies"
	case found > 0 || err != nil:
		return "found"
	}
	return "intact"
}

// readAll reads what damagedIndex wrote. It reports whether something else was
// read without an error.
func readAll(ctx context.Context, s *Store) (wrong bool, err error) {
	for i := range damagedRuns {
		hash := fmt.Sprintf("run-%d", i)
		if _, err := s.Run(ctx, hash); err != nil {
			continue
		}
		for trace := range 2 {
			c, err := s.Series(ctx, hash, trace, 0, -1)
			if err != nil {
				continue
			}
			want := storetest.Points(5000, i+trace)
			for k := range want.Values {
				wrong = wrong || c.Values[k] != want.Values[k]
			}
			_, err = s.Pyramid(ctx, hash, trace)
			wrong = wrong || errors.Is(err, series.ErrDamaged) && !errors.Is(err, store.ErrDamagedRecord)
		}
	}
	err = s.Runs(ctx, func(*store.Run) error { return nil })
	var damaged *store.DamagedError
	if errors.As(err, &damaged) {
		err = nil
	}
	return wrong, err
}

const damagedRuns = 4

// damagedIndex makes an index, closed or as a killed process leaves it.
func damagedIndex(t *testing.T, closed bool) string {
	t.Helper()
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{MemTableSize: minMemTable})
	for i := range damagedRuns {
		must(t, storetest.PutSample(t.Context(), s, storetest.SampleRun(fmt.Sprintf("run-%d", i), 2), 5000, i))
	}
	if closed {
		must(t, s.Close())
		return dir
	}
	copied := t.TempDir()
	copyFolder(t, copied, dir)
	return copied
}

// copyFolder copies an index and leaves out the zeros that the logs of Badger
// end with.
func copyFolder(t *testing.T, to, from string) {
	t.Helper()
	must(t, filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || e.IsDir() {
			return errors.Join(err, os.MkdirAll(filepath.Join(to, name), 0o700))
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return writeSparse(filepath.Join(to, name), b)
	}))
}

func writeSparse(name string, b []byte) error {
	err := os.WriteFile(name, bytes.TrimRight(b, "\x00"), 0o600)
	if err == nil {
		err = os.Truncate(name, int64(len(b)))
	}
	return err
}

// unused reports whether nothing of interest is in a file.
func unused(name string) bool {
	switch name {
	case lockFile, "LOCK", "DISCARD", store.DescriptionFile:
		return true
	}
	return filepath.Ext(name) == ".vlog"
}

// TestDamagedFolder damages every file of an index in several ways. Whatever
// happens, the process must live, nothing wrong may be read without an error,
// and damage to the database must be noticed unless it is where nothing is.
func TestDamagedFolder(t *testing.T) {
	damages := map[string]func(b []byte) []byte{
		"empty":      func(b []byte) []byte { return b[:0] },
		"cut in two": func(b []byte) []byte { return b[:len(b)/2] },
		"cut by one": func(b []byte) []byte { return b[:max(len(b)-1, 0)] },
		"zeros":      func(b []byte) []byte { clear(b[len(b)/3 : (len(b)*2+2)/3]); return b },
		"end zeroed": func(b []byte) []byte { clear(b[len(b)*2/3:]); return b },
		"noise": func(b []byte) []byte {
			rng := rand.New(rand.NewPCG(1, uint64(len(b))))
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
			return b
		},
		"flips": func(b []byte) []byte {
			for i := 5; i < len(b); i += max(len(b)/40, 1) {
				b[i] ^= 0x10
			}
			return b
		},
		"longer": func(b []byte) []byte { return append(b, "more than there should be"...) },
	}
	for _, closed := range []bool{true, false} {
		original := damagedIndex(t, closed)
		var dirs, names []string
		var mustNotice []bool
		must(t, filepath.WalkDir(original, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			name, err := filepath.Rel(original, path)
			if err != nil {
				return err
			}
			add := func(damage string, change func(name string) error) error {
				dir := t.TempDir()
				copyFolder(t, dir, original)
				dirs, names = append(dirs, dir), append(names, fmt.Sprintf("closed %t, %s, %s", closed, name, damage))
				matters := closed && (e.Name() == manifestFile || filepath.Ext(name) == ".sst")
				before, err := os.ReadFile(filepath.Join(dir, name))
				err = errors.Join(err, change(filepath.Join(dir, name)))
				after, readErr := os.ReadFile(filepath.Join(dir, name))
				mustNotice = append(mustNotice, matters && (readErr != nil || !bytes.Equal(before, after)))
				return err
			}
			if !closed && e.Name() != manifestFile && filepath.Ext(name) != ".mem" {
				return nil // as in the other case
			}
			if err := add("removed", os.Remove); err != nil {
				return err
			}
			for damage, change := range damages {
				if few := unused(e.Name()); few && damage != "noise" && damage != "empty" {
					continue
				}
				err := add(damage, func(name string) error {
					b, err := os.ReadFile(name)
					if err != nil {
						return err
					}
					return writeSparse(name, change(b))
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		out, err := child(t, "examiner", dirs...).CombinedOutput()
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		for i, name := range names {
			if i >= len(lines) {
				t.Fatalf("%s: the process died: %v\n%s", name, err, out)
			}
			t.Logf("%s: %s", name, lines[i])
			switch lines[i] {
			case "damaged", "schema", "found":
			case "intact":
				if mustNotice[i] {
					t.Errorf("%s: nothing was noticed", name)
				}
			default:
				t.Errorf("%s: %s", name, lines[i])
			}
		}
		must(t, err)
	}
}
