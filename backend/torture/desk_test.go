package torture

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aimdesk/backend/desk"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/internal/vfs/faultfs"
	"aimdesk/backend/settings"
)

// window is a desk with one repository open, as the window has it.
type window struct {
	*desk.Desk
	id    string
	close func()
}

func openWindow(t *testing.T, root, index string, fsys vfs.FS) *window {
	t.Helper()
	kept, err := settings.Open(filepath.Join(t.TempDir(), "settings.json"))
	check(t, err)
	d, err := desk.New(desk.Config{IndexDir: index, Settings: kept, FS: fsys, Scan: 50 * time.Millisecond, Poll: 20 * time.Millisecond})
	check(t, err)
	ctx, cancel := contextOf(t)
	d.Start(ctx, nil)
	w := &window{Desk: d}
	closed := false
	w.close = func() {
		if closed {
			return
		}
		closed = true
		cancel()
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	t.Cleanup(w.close)
	repo, err := d.OpenRepository(ctx, root)
	check(t, err)
	w.id = repo.ID
	return w
}

// look asks for all runs, their metrics and all points, as the page does.
func (w *window) look(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	view, err := w.Runs(t.Context(), desk.RunsRequest{All: true})
	check(t, err)
	rows, err := w.Rows(t.Context(), desk.RowsRequest{View: view.View, Count: 1000, Columns: []string{"name", "tags", "experiment", "params.hparams"}})
	check(t, err)
	for _, r := range rows {
		detail, err := w.Run(t.Context(), w.id, r.Hash)
		check(t, err)
		out[r.Hash] = fmt.Sprint(r.Name, r.Archived, r.Cells, detail.Params, detail.Problems)
		for _, m := range detail.Metrics {
			wire, err := w.Series(t.Context(), desk.SeriesRequest{Lines: []desk.SeriesRef{{Repository: w.id, Run: r.Hash, Name: m.Name, ContextID: m.ContextID}}, Width: 2000})
			check(t, err)
			out[r.Hash+" "+m.Name+m.Context] = string(wire)
		}
	}
	return out
}

func (w *window) status(t *testing.T) desk.IndexStatus {
	t.Helper()
	st, err := w.IndexStatus(w.id)
	check(t, err)
	return st
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func (w *window) idle(t *testing.T) {
	t.Helper()
	eventually(t, "an idle indexer", func() bool {
		st := w.status(t)
		return st.Phase == "idle" && st.Counts.Total > 0 && st.Counts.Stale == 0
	})
}

// Calls fail under an open window: it says so or answers exactly, and is exact
// again by itself once they do not.
func TestWindowOutlivesFailingCalls(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	fsys := faultfs.New(vfs.NewOS(0))
	first := openWindow(t, root, t.TempDir(), fsys)
	first.idle(t)
	want := first.look(t)
	first.close()

	rounds := scale(8, 120)
	for i := range rounds {
		fsys.Clear()
		w := openWindow(t, root, t.TempDir(), fsys)
		s := sweeps[i%3]
		fault := s.fault
		fault.Nth, fault.Times = 1+i*37%400, 1+i%40
		fsys.Inject(fault)
		time.Sleep(time.Duration(5*i%60) * time.Millisecond)
		got := w.look(t)
		for hash, line := range got {
			detail, err := w.Run(t.Context(), w.id, hash)
			if strings.Contains(hash, " ") || err != nil || !detail.Indexed || len(detail.Problems) > 0 || w.status(t).Note != "" {
				continue // a metric, or a run that is marked
			}
			if line != want[hash] && w.look(t)[hash] != want[hash] {
				t.Errorf("%s: run %s is\n%.200s\nwant\n%.200s", s.name, hash, line, want[hash])
			}
		}
		fsys.Clear()
		eventually(t, "exact answers after "+s.name, func() bool { return reflect.DeepEqual(w.look(t), want) })
		w.close()
	}
}

// The index is deleted, or overwritten, under an open window.
func TestIndexLostWhileOpen(t *testing.T) {
	for name, ruin := range map[string]func(t *testing.T, dir string){
		"deleted": func(t *testing.T, dir string) { check(t, os.RemoveAll(dir)) },
		"garbled": func(t *testing.T, dir string) {
			check(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return err
				}
				f, err := os.OpenFile(path, os.O_WRONLY, 0)
				if err != nil {
					return err
				}
				info, err := f.Stat()
				if err == nil {
					_, err = f.WriteAt(bytes.Repeat([]byte{0xa5}, int(min(info.Size(), 64<<10))), 0)
				}
				if cerr := f.Close(); err == nil {
					err = cerr
				}
				return err
			}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, index := testutil.Fixture(t, "basic"), t.TempDir()
			w := openWindow(t, root, index, nil)
			w.idle(t)
			want := w.look(t)
			ruin(t, w.status(t).IndexPath)
			if got := w.look(t); !reflect.DeepEqual(got, want) {
				t.Errorf("right after it, the answers are others")
			}
			eventually(t, "a note", func() bool { return strings.Contains(w.status(t).Note, "rebuilt") })
			eventually(t, "exact answers", func() bool { return reflect.DeepEqual(w.look(t), want) })
			w.idle(t)
			w.close()
			again := openWindow(t, root, index, nil)
			if st := again.status(t); st.Counts.Indexed != 6 || st.Note != "" {
				t.Errorf("at the next start: %+v", st)
			}
		})
	}
}

// panicky is a file system whose calls on some names panic: a stand-in for a
// mistake in the program.
type panicky struct {
	vfs.FS
	part atomic.Value // string
}

func (p *panicky) panicOn(part string) { p.part.Store(part) }

func (p *panicky) Open(name string) (vfs.File, error) {
	if part, _ := p.part.Load().(string); part != "" && strings.Contains(name, part) {
		panic("made up")
	}
	return p.FS.Open(name)
}

// A mistake in the program costs one run, or one scan, and is shown; the program
// goes on.
func TestPanicsBecomeNotices(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	fsys := &panicky{FS: vfs.NewOS(0)}
	first := openWindow(t, root, t.TempDir(), fsys)
	first.idle(t)
	want := first.look(t)
	first.close()
	victim := filepath.Base(glob(t, filepath.Join(root, ".aim", "meta", "chunks"), "*"))
	for _, part := range []string{filepath.Join("meta", "chunks", victim), filepath.Join("seqs", "chunks", victim)} {
		fsys.panicOn(part)
		w := openWindow(t, root, t.TempDir(), fsys)
		eventually(t, "the mistake to be shown", func() bool {
			detail, err := w.Run(t.Context(), w.id, victim)
			return err == nil && len(detail.Problems) > 0 && strings.Contains(detail.Problems[0].Message, "mistake in Aimdesk")
		})
		for key, value := range want {
			if !strings.HasPrefix(key, victim) && w.look(t)[key] != value {
				t.Errorf("%s: %s is not as it was", part, key)
				break
			}
		}
		fsys.panicOn("")
		eventually(t, "exact answers", func() bool { return reflect.DeepEqual(w.look(t), want) })
		w.close()
	}
	fsys.panicOn("run_metadata.sqlite")
	w := openWindow(t, root, t.TempDir(), fsys)
	eventually(t, "a note of the scan", func() bool { return strings.Contains(w.status(t).Note, "mistake in Aimdesk") })
	fsys.panicOn("")
	eventually(t, "exact answers", func() bool { return reflect.DeepEqual(w.look(t), want) })
}

// Opening and closing leaves no descriptor behind, and no port is ever open.
func TestNothingIsLeftOpen(t *testing.T) {
	fds := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0 // not Linux: goleak still looks after goroutines
		}
		return len(entries)
	}
	root, index := testutil.Fixture(t, "basic"), t.TempDir()
	before := 0
	for i := range scale(10, 50) {
		w := openWindow(t, root, index, nil)
		w.idle(t)
		if ports := listening(t); len(ports) > 0 {
			t.Fatalf("listens on %q", ports)
		}
		w.close()
		if i == 2 {
			before = fds()
		}
	}
	if after := fds(); after > before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
}

// listening lists the TCP sockets on which this process listens.
func listening(t *testing.T) []string {
	t.Helper()
	own := map[string]bool{}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil // not Linux
	}
	for _, e := range entries {
		if target, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name())); err == nil {
			own[strings.TrimSuffix(strings.TrimPrefix(target, "socket:["), "]")] = true
		}
	}
	var out []string
	for _, name := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		data, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		check(t, err)
		for line := range strings.Lines(string(data)) {
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" && own[f[9]] {
				out = append(out, f[1])
			}
		}
	}
	return out
}

// runBackground indexes a repository as the window does, again and again, until
// it is killed.
func runBackground(root, index string) error {
	kept, err := settings.Open(filepath.Join(index, "settings.json"))
	if err != nil {
		return err
	}
	d, err := desk.New(desk.Config{IndexDir: index, Settings: kept, Scan: 5 * time.Millisecond, Poll: 5 * time.Millisecond})
	if err != nil {
		return err
	}
	d.Start(context.Background(), nil)
	for {
		if _, err := d.ReindexPath(context.Background(), root, nil); err != nil {
			return err
		}
		// A run is touched, so that background indexing has work too.
		chunks, err := filepath.Glob(filepath.Join(root, ".aim", "*", "chunks", "*", "CURRENT"))
		if err != nil || len(chunks) == 0 {
			return fmt.Errorf("no chunks: %w", err)
		}
		for _, name := range chunks {
			if err := os.Chtimes(name, time.Time{}, time.Now()); err != nil {
				return err
			}
			time.Sleep(time.Millisecond)
		}
	}
}
