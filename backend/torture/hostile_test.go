//go:build linux

package torture

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode"

	_ "modernc.org/sqlite"

	"aimdesk/backend/cli"
	"aimdesk/backend/internal/testutil"
)

// Bounds of one verb on one hostile repository.
const (
	maxPeak = 256 << 10 // kB resident
	maxTime = 5 * time.Second
)

// hostile is a repository in which one run, the victim, or what all runs share
// was made to do harm.
type hostile struct {
	name string
	// make wounds the repository at root; meta and seqs are the folders of the
	// victim's databases.
	make func(t *testing.T, root, meta, seqs string)
	// shared tells that what all runs share was wounded: their names may go.
	shared bool
}

var hostiles = []hostile{
	{name: "batch claims 4 GB of entries", make: inLog(func(w *logWriter, hash string) {
		w.batch(1<<30, 1<<32-1, put(metaKey(hash, "x"), intValue(1)))
	})},
	{name: "value claims 2 GB", make: inLog(func(w *logWriter, hash string) {
		b := binary.AppendUvarint([]byte{1}, 3)
		b = append(b, "key"...)
		w.batch(1<<30, 1, binary.AppendUvarint(b, 1<<31-1))
	})},
	{name: "a million empty batches", make: inLog(func(w *logWriter, hash string) {
		for i := range uint64(scale(200_000, 2_000_000)) {
			w.batch(1<<30+i, 0, nil)
		}
	})},
	{name: "a path of a million parts", make: inLog(func(w *logWriter, hash string) {
		parts := bytes.Repeat([]byte("a\xfe"), scale(100_000, 1_000_000))
		w.batch(1<<30, 1, put(append(metaKey(hash, ""), parts...), intValue(1)))
	})},
	{name: "keys of 64 kB", make: inLog(func(w *logWriter, hash string) {
		for i := range uint64(200) {
			w.batch(1<<30+i, 1, put(metaKey(hash, strconv.FormatUint(i, 10)+strings.Repeat("k", 64<<10)), intValue(1)))
		}
	})},
	{name: "params with control characters", make: inLog(func(w *logWriter, hash string) {
		w.batch(1<<30, 1, put(metaKey(hash, evil), append([]byte{4}, evil...)))
	})},
	{name: "logs of zeros", make: func(t *testing.T, root, meta, seqs string) {
		sparseFile(t, filepath.Join(meta, "999998.log"), 128<<20)
		sparseFile(t, filepath.Join(seqs, "999998.log"), 128<<20)
	}},
	{name: "a CURRENT of 1 GB", make: func(t *testing.T, root, meta, seqs string) {
		sparseFile(t, filepath.Join(meta, "CURRENT"), 1<<30)
	}},
	{name: "a lock of 1 GB", make: func(t *testing.T, root, meta, seqs string) {
		sparseFile(t, filepath.Join(root, ".aim", "locks", filepath.Base(meta)+".softlock"), 1<<30)
	}},
	{name: "a VERSION of 1 GB", shared: true, make: func(t *testing.T, root, meta, seqs string) {
		sparseFile(t, filepath.Join(root, ".aim", "VERSION"), 1<<30)
	}},
	{name: "an endless MANIFEST", make: func(t *testing.T, root, meta, seqs string) {
		name := glob(t, meta, "MANIFEST-*")
		data, err := os.ReadFile(name)
		check(t, err)
		w := &logWriter{}
		w.buf.Write(data)
		edit := []byte{3, 100} // next file number
		for range scale(200_000, 2_000_000) {
			w.record(edit)
		}
		w.write(t, name)
	}},
	{name: "many check-ins", make: func(t *testing.T, root, meta, seqs string) {
		dir := filepath.Join(root, ".aim", "check_ins")
		check(t, os.MkdirAll(dir, 0o755))
		for i := range scale(5000, 100_000) {
			f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%016d-progress-%011.2f-%05d", filepath.Base(meta), i, 1.7e9, 30)))
			check(t, err)
			check(t, f.Close())
		}
	}},
	{name: "cyclic links", make: func(t *testing.T, root, meta, seqs string) {
		check(t, os.RemoveAll(meta))
		check(t, os.Symlink(meta, meta))
		check(t, os.RemoveAll(seqs))
		check(t, os.Symlink(filepath.Dir(seqs), seqs))
	}},
	{name: "a chunk that is a link out", make: func(t *testing.T, root, meta, seqs string) {
		away := filepath.Join(t.TempDir(), "away")
		check(t, os.Rename(meta, away))
		check(t, os.Symlink(away, meta))
	}},
	{name: "files that are links out", make: func(t *testing.T, root, meta, seqs string) {
		for _, name := range []string{filepath.Join(meta, "CURRENT"), glob(t, seqs, "MANIFEST-*"), filepath.Join(root, ".aim", "locks", filepath.Base(meta)+".softlock")} {
			check(t, os.RemoveAll(name))
			check(t, os.Symlink("/etc/passwd", name))
		}
	}},
	{name: "links to devices", make: replaceAll(func(name string) error { return os.Symlink("/dev/zero", name) })},
	{name: "pipes", make: replaceAll(func(name string) error { return syscall.Mkfifo(name, 0o644) })},
	{name: "folders", make: replaceAll(func(name string) error { return os.Mkdir(name, 0o755) })},
	{name: "sockets", make: replaceAll(func(name string) error {
		// The name of a socket has little room; it keeps its inode when moved.
		dir, err := os.MkdirTemp("", "s")
		if err != nil {
			return err
		}
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", filepath.Join(dir, "s"))
		if err != nil {
			return err
		}
		l.(*net.UnixListener).SetUnlinkOnClose(false)
		return errors.Join(os.Rename(filepath.Join(dir, "s"), name), l.Close(), os.RemoveAll(dir))
	})},
	{name: "pipes for what all share", shared: true, make: func(t *testing.T, root, meta, seqs string) {
		for _, name := range []string{"run_metadata.sqlite", "run_metadata.sqlite-wal", "VERSION", "check_ins", "locks"} {
			name = filepath.Join(root, ".aim", name)
			check(t, os.RemoveAll(name))
			check(t, syscall.Mkfifo(name, 0o644))
		}
	}},
	{name: "names that steer terminals", shared: true, make: inSQLite(`UPDATE run SET name = ?1, description = ?1; UPDATE experiment SET name = ?1 || id; UPDATE tag SET name = ?1 || id`)},
	{name: "values of odd types", shared: true, make: inSQLite(`UPDATE run SET name = x'ff00fe', is_archived = 'maybe', created_at = 1e308, experiment_id = x'00'; UPDATE run_tag SET tag_id = 'x' || run_id || tag_id`)},
	{name: "triggers and views", shared: true, make: inSQLite(`CREATE TRIGGER t AFTER UPDATE ON run BEGIN DELETE FROM run; END; ALTER TABLE tag RENAME TO tag2;
		CREATE VIEW tag AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c) SELECT i AS id, 'x' AS name, 0 AS is_archived FROM c`)},
	{name: "a million rows", shared: true, make: func(t *testing.T, root, meta, seqs string) {
		inSQLite(fmt.Sprintf(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < %d) INSERT INTO run_tag SELECT i+100, i+100 FROM c`, scale(100_000, 1_000_000)))(t, root, meta, seqs)
	}},
	{name: "a text of 40 MB", shared: true, make: inSQLite(`UPDATE run SET description = hex(zeroblob(20000000)) WHERE id = 1`)},
}

// evil is a text that would clear a terminal, set its title, ring, turn the
// direction of writing and close a tag.
const evil = "\x1b[2J\x1b]0;owned\x07\r\n\u202e\u2066\u009b31m</td><script>alert(1)</script>\x00"

func scale(short, whole int) int {
	if long() {
		return whole
	}
	return short
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func glob(t *testing.T, dir, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, dir, err)
	}
	return files[0]
}

func metaKey(hash, param string) []byte {
	key := []byte("meta\xfechunks\xfe" + hash + "\xfeattrs\xfe")
	if param != "" {
		key = append(key, param+"\xfe"...)
	}
	return key
}

// intValue is an integer as Aim encodes it.
func intValue(i int64) []byte { return binary.LittleEndian.AppendUint64([]byte{2}, uint64(i)) }

// inLog gives the victim one more log of metadata.
func inLog(fill func(w *logWriter, hash string)) func(*testing.T, string, string, string) {
	return func(t *testing.T, root, meta, seqs string) {
		w := &logWriter{}
		fill(w, filepath.Base(meta))
		w.write(t, filepath.Join(meta, "999999.log"))
	}
}

func sparseFile(t *testing.T, name string, size int64) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(name), 0o755))
	f, err := os.Create(name)
	check(t, err)
	check(t, f.Truncate(size))
	check(t, f.Close())
}

// replaceAll puts something else in the place of every file of the victim.
func replaceAll(with func(name string) error) func(*testing.T, string, string, string) {
	return func(t *testing.T, root, meta, seqs string) {
		for _, dir := range []string{meta, seqs} {
			files, err := os.ReadDir(dir)
			check(t, err)
			for _, f := range files {
				name := filepath.Join(dir, f.Name())
				check(t, os.Remove(name))
				check(t, with(name))
			}
		}
		lock := filepath.Join(root, ".aim", "locks", filepath.Base(meta)+".softlock")
		check(t, os.RemoveAll(lock))
		check(t, with(lock))
	}
}

func inSQLite(script string) func(*testing.T, string, string, string) {
	return func(t *testing.T, root, _, _ string) {
		db, err := sql.Open("sqlite", filepath.Join(root, ".aim", "run_metadata.sqlite"))
		check(t, err)
		for _, statement := range strings.SplitAfter(script, "; ") {
			if strings.Contains(script, "TRIGGER") {
				statement = script // it has semicolons of its own
			}
			var args []any
			if strings.Contains(statement, "?1") {
				args = []any{evil}
			}
			_, err := db.ExecContext(t.Context(), statement, args...)
			check(t, err)
			if statement == script {
				break
			}
		}
		check(t, db.Close())
	}
}

// child runs a verb in a process of its own.
type outcome struct {
	stdout, stderr string
	status         int
	peak           int           // kB
	took           time.Duration // of the processor, so that a busy machine does not matter
}

func child(t *testing.T, args ...string) outcome {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), childEnv+"=cli")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	check(t, cmd.Start())
	timer := time.AfterFunc(20*maxTime, func() { _ = cmd.Process.Kill() }) // it may just have ended
	defer timer.Stop()
	err = cmd.Wait()
	o := outcome{stdout: stdout.String(), stderr: stderr.String(), took: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		o.status = exit.ExitCode()
	} else {
		check(t, err)
	}
	if i := strings.LastIndex(o.stderr, peakPrefix); i >= 0 {
		o.peak, err = strconv.Atoi(strings.TrimSpace(o.stderr[i+len(peakPrefix):]))
		check(t, err)
		o.stderr = o.stderr[:i]
	}
	return o
}

// steers finds a character that a terminal would obey.
func steers(s string) (rune, bool) {
	for _, r := range s {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return r, true
		}
	}
	return 0, false
}

// linesWithout drops the lines that name a run.
func linesWithout(out, hash string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		if !strings.Contains(line, hash) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Repositories made to do harm cost little memory and time, harm no other run,
// and steer no terminal.
func TestHostileRepositories(t *testing.T) {
	clean := testutil.Fixture(t, "basic")
	verbs := [][]string{
		{"metrics", "--all", "--values", "--json"}, {"runs", "--all", "--json"}, {"runs", "--all"},
		{"metrics", "--all"}, {"status"}, {"check"}, {"show"}, {"reindex"},
	}
	if !long() {
		verbs = [][]string{verbs[0], verbs[2], {"show"}, {"reindex"}}
	}
	wantMetrics, wantRuns := child(t, "metrics", clean, "--all", "--values", "--json", "--no-index"), child(t, "runs", clean, "--all", "--json", "--no-index")
	if wantMetrics.status != 0 || wantMetrics.peak == 0 {
		t.Fatalf("sound repository: %+v", wantMetrics)
	}
	victim := filepath.Base(glob(t, filepath.Join(clean, ".aim", "meta", "chunks"), "*"))
	var mu sync.Mutex
	worst := outcome{}
	t.Cleanup(func() { t.Logf("the worst: %d MB resident, %v", worst.peak>>10, worst.took.Round(time.Millisecond)) })
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			root, index := testutil.Fixture(t, "basic"), t.TempDir()
			h.make(t, root, filepath.Join(root, ".aim", "meta", "chunks", victim), filepath.Join(root, ".aim", "seqs", "chunks", victim))
			for _, verb := range verbs {
				args := append([]string{verb[0], root, "--index-dir", index}, verb[1:]...)
				if verb[0] == "show" {
					args = []string{"show", root, victim, "--index-dir", index}
				}
				o := child(t, args...)
				what := strings.Join(verb, " ")
				mu.Lock()
				worst.peak, worst.took = max(worst.peak, o.peak), max(worst.took, o.took)
				mu.Unlock()
				if o.status != cli.ExitOK && o.status != cli.ExitDamaged {
					t.Errorf("%s: status %d: %.300s", what, o.status, o.stderr)
					continue
				}
				if o.peak > maxPeak || o.peak == 0 {
					t.Errorf("%s: %d kB resident", what, o.peak)
				}
				if o.took > maxTime {
					t.Errorf("%s: took %v", what, o.took)
				}
				json := verb[len(verb)-1] == "--json"
				if r, bad := steers(o.stdout); bad && !json {
					t.Errorf("%s: %U reaches the terminal", what, r)
				}
				if r, bad := steers(o.stderr); bad {
					t.Errorf("%s: %U reaches the terminal, of stderr", what, r)
				}
				if strings.Contains(o.stdout+o.stderr, "root:") {
					t.Errorf("%s: the content of a file outside is shown", what)
				}
				switch {
				case what == "metrics --all --values --json":
					if linesWithout(o.stdout, victim) != linesWithout(wantMetrics.stdout, victim) {
						t.Errorf("%s: other runs are not as they were", what)
					}
				case what == "runs --all --json" && !h.shared:
					if linesWithout(o.stdout, victim) != linesWithout(wantRuns.stdout, victim) {
						t.Errorf("%s: other runs are not as they were", what)
					}
				}
			}
		})
	}
}
