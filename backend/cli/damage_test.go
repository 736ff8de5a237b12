//go:build unix

package cli_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite"

	"aimdesk/backend/cli"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/testutil/aimjson"
)

// wounds are the ways in which a file is damaged. All keep the file's name.
var wounds = []struct {
	name  string
	apply func(data []byte) []byte // nil: the file is removed
}{
	{"cut", func(d []byte) []byte { return d[:len(d)*2/3] }},
	{"flipped", func(d []byte) []byte { d[len(d)/2] ^= 0x55; return d }},
	{"zeroed", func(d []byte) []byte { clear(d[len(d)/3 : len(d)/3+min(len(d)/3, 512)]); return d }},
	{"garbage", func(d []byte) []byte {
		for i := range d {
			d[i] = byte(i*i*31 + i*7 + 11)
		}
		return d
	}},
	{"removed", func([]byte) []byte { return nil }},
}

// largest is the largest file of a chunk that a pattern matches, "" if all are
// empty.
func largest(t *testing.T, chunk, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(chunk, pattern))
	if err != nil {
		t.Fatal(err)
	}
	best, size := "", int64(0)
	for _, f := range files {
		if info, err := os.Stat(f); err != nil {
			t.Fatal(err)
		} else if info.Size() > size {
			best, size = f, info.Size()
		}
	}
	return best
}

func wound(t *testing.T, file string, apply func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if data = apply(data); data == nil {
		err = os.Remove(file)
	} else {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func chunk(root, kind, hash string) string {
	return filepath.Join(root, ".aim", kind, "chunks", hash)
}

// without drops the lines that speak of some runs.
func without(out string, hashes map[string]bool) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		keep := true
		for h := range hashes {
			keep = keep && !strings.Contains(line, h)
		}
		if keep {
			b.WriteString(line)
		}
	}
	return b.String()
}

// examine reads a repository in every way and returns what was said on stderr,
// by way. Runs that are not in hurt must be exactly as recorded.
func examine(t *testing.T, root string, want aimjson.Recorded, hurt map[string]bool) (said map[string]string, status map[string]int) {
	t.Helper()
	index := t.TempDir()
	var hashes []string
	for h := range hurt {
		hashes = append(hashes, h)
	}
	sound := want.Without(hashes...)
	said, status = map[string]string{}, map[string]int{}
	ask := func(way, verb string, args ...string) string {
		out, errs, code := run(t, append([]string{verb, root}, args...)...)
		key := way + " " + verb
		said[key], status[key] = errs, code
		if code != cli.ExitOK && code != cli.ExitDamaged {
			t.Fatalf("%s: status %d, %s", key, code, errs)
		}
		return without(out, hurt)
	}
	verbs := func(way string, flags ...string) {
		all := append([]string{"--all", "--json"}, flags...)
		aimjson.CompareRuns(t, ask(way, "runs", all...), sound)
		aimjson.CompareMetrics(t, ask(way, "metrics", append([]string{"--values"}, all...)...), sound)
		aimjson.CompareSequences(t, ask(way, "sequences", append([]string{"--values"}, all...)...), sound)
	}
	verbs("direct", "--no-index")
	ask("", "check", "--no-index")
	ask("", "reindex", "--index-dir", index)
	verbs("indexed", "--index-dir", index)
	return said, status
}

// names tells whether a run and the file at fault are named.
func names(errs, hash, kind string) bool {
	for line := range strings.Lines(errs) {
		if strings.HasPrefix(line, "aimdesk: run "+hash+": ") && strings.Contains(line, ".aim/"+kind+"/chunks/"+hash) {
			return true
		}
	}
	return false
}

// Each file of a database, damaged in each way, one run a way: the runs are
// named with the file, and all others are exact.
func TestDamagedFilesAreNamed(t *testing.T) {
	for _, fixture := range []string{"basic", "crashed"} {
		for _, kind := range []string{"meta", "seqs"} {
			for _, pattern := range []string{"CURRENT", "MANIFEST-*", "*.sst", "*.log"} {
				if fixture == "crashed" && pattern == "CURRENT" {
					continue // the same in both; this one has 20,000 steps to read
				}
				t.Run(fmt.Sprintf("%s/%s/%s", fixture, kind, pattern), func(t *testing.T) {
					t.Parallel()
					root := testutil.Fixture(t, fixture)
					want := readRecorded(t, "aim-3.29.1/"+fixture)
					var hit []string
					way := map[string]string{}
					for _, r := range want.Runs {
						file := largest(t, chunk(root, kind, r.Hash), pattern)
						if file == "" || len(hit) == len(wounds) || len(r.Metrics) == 0 {
							continue
						}
						w := wounds[len(hit)]
						wound(t, file, w.apply)
						hit = append(hit, r.Hash)
						way[r.Hash] = w.name
					}
					hurt := map[string]bool{}
					for _, h := range hit {
						hurt[h] = true
					}
					said, status := examine(t, root, want, hurt)
					for key, errs := range said {
						for h, w := range way {
							if pattern == "MANIFEST-*" && w == "cut" {
								continue // its torn end is taken for an append under way, as RocksDB does
							}
							expected := mustName(key, kind, pattern, w)
							if got := names(errs, h, kind); got != expected {
								t.Errorf("%s: %s %s of run %s: named %t, want %t (status %d):\n%.2000s", key, pattern, w, h, got, expected, status[key], errs)
							}
							if expected && status[key] != cli.ExitDamaged {
								t.Errorf("%s: status %d", key, status[key])
							}
						}
					}
				})
			}
		}
	}
}

// mustName tells whether a verb, run in a way, has to name a wound.
func mustName(key, kind, pattern, wound string) bool {
	if pattern == "*.log" && wound == "cut" {
		return false // as a writer that was killed leaves it
	}
	if kind == "seqs" {
		switch key {
		case "direct sequences":
			return false // no run has any: its series are not read
		case "indexed sequences":
			// A lost chunk may come back: its run is read again, not remembered.
			return pattern != "CURRENT" || wound != "removed"
		}
	}
	return true
}

// others are states of single runs, of SQLite and of what lies around, with
// what is said of them: nothing means status 0.
var others = []struct {
	name  string
	apply func(t *testing.T, root, hash string)
	// lost is the kind of chunk that is named as lost; "" if nothing is lost.
	lost string
	// exact tells that all runs must be as recorded, this one too.
	exact bool
}{
	{name: "meta chunk missing", lost: "meta", apply: func(t *testing.T, root, hash string) { removeAll(t, chunk(root, "meta", hash)) }},
	{name: "meta chunk empty", lost: "meta", apply: func(t *testing.T, root, hash string) {
		removeAll(t, chunk(root, "meta", hash))
		makeDir(t, chunk(root, "meta", hash))
	}},
	{name: "meta chunk a file", lost: "meta", apply: func(t *testing.T, root, hash string) {
		removeAll(t, chunk(root, "meta", hash))
		write(t, chunk(root, "meta", hash), "not a folder")
	}},
	{name: "seqs chunk missing", lost: "seqs", apply: func(t *testing.T, root, hash string) { removeAll(t, chunk(root, "seqs", hash)) }},
	{name: "seqs chunk empty", lost: "seqs", apply: func(t *testing.T, root, hash string) {
		removeAll(t, chunk(root, "seqs", hash))
		makeDir(t, chunk(root, "seqs", hash))
	}},
	{name: "seqs chunk a link to itself", lost: "seqs", apply: func(t *testing.T, root, hash string) {
		removeAll(t, chunk(root, "seqs", hash))
		link(t, hash, chunk(root, "seqs", hash))
	}},
	{name: "table a FIFO", lost: "seqs", apply: func(t *testing.T, root, hash string) {
		file := largest(t, chunk(root, "seqs", hash), "*.sst")
		removeAll(t, file)
		fifo(t, file)
	}},
	{name: "table a folder", lost: "meta", apply: func(t *testing.T, root, hash string) {
		file := largest(t, chunk(root, "meta", hash), "*.sst")
		removeAll(t, file)
		makeDir(t, file)
	}},
	{name: "table a dangling link", lost: "seqs", apply: func(t *testing.T, root, hash string) {
		file := largest(t, chunk(root, "seqs", hash), "*.sst")
		removeAll(t, file)
		link(t, "nowhere", file)
	}},
	{name: "a new run's empty chunk", exact: true, apply: func(t *testing.T, root, _ string) {
		makeDir(t, chunk(root, "meta", "0123456789abcdef01234567"))
		makeDir(t, chunk(root, "seqs", "0123456789abcdef01234567"))
	}},
	{name: "an empty and an unreferenced table", exact: true, apply: func(t *testing.T, root, hash string) {
		for _, kind := range []string{"meta", "seqs"} {
			write(t, filepath.Join(chunk(root, kind, hash), "999998.sst"), "")
			write(t, filepath.Join(chunk(root, kind, hash), "999999.sst"), "left over")
		}
	}},
	{name: "files without which RocksDB reads too", exact: true, apply: func(t *testing.T, root, hash string) {
		for _, pattern := range []string{"LOCK", "IDENTITY", "OPTIONS-*", "LOG*"} {
			files, err := filepath.Glob(filepath.Join(chunk(root, "meta", hash), pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				removeAll(t, f)
			}
		}
	}},
	{name: "strays", exact: true, apply: func(t *testing.T, root, hash string) {
		for _, kind := range []string{"meta", "seqs"} {
			dir := filepath.Join(root, ".aim", kind, "chunks")
			write(t, filepath.Join(dir, "notes.txt"), "hello")
			link(t, "nowhere", filepath.Join(dir, "dangling"))
			link(t, ".", filepath.Join(dir, "here"))
			fifo(t, filepath.Join(dir, "pipe"))
			fifo(t, filepath.Join(chunk(root, kind, hash), "pipe"))
			write(t, filepath.Join(chunk(root, kind, hash), "000000.tmp"), "x")
			makeDir(t, filepath.Join(chunk(root, kind, hash), "lost+found"))
		}
		write(t, filepath.Join(root, ".aim", "check_ins", "no check-in"), "")
		fifo(t, filepath.Join(root, ".aim", "locks", hash+".softlock"))
	}},
	{name: "Aim's index damaged", exact: true, apply: func(t *testing.T, root, _ string) {
		removeAll(t, filepath.Join(root, ".aim", "meta", "index"))
		write(t, filepath.Join(root, ".aim", "meta", "index"), "garbage")
	}},
}

func TestStatesOfRuns(t *testing.T) {
	for _, test := range others {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := testutil.Fixture(t, "basic")
			want := readRecorded(t, "aim-3.29.1/basic")
			hash := want.Runs[1].Hash
			test.apply(t, root, hash)
			hurt := map[string]bool{hash: true}
			if test.exact {
				hurt = nil
			}
			said, status := examine(t, root, want, hurt)
			for key, errs := range said {
				named := test.lost != "" && (test.lost == "meta" || (key != "direct sequences" && key != "direct runs"))
				if test.lost == "seqs" && (!named || strings.HasSuffix(key, " sequences")) {
					continue // whether its times or objects are needed depends on what is lost
				}
				if names(errs, hash, test.lost) != named || (status[key] == cli.ExitDamaged) != named {
					t.Errorf("%s: status %d, want the run named: %t\n%s", key, status[key], named, errs)
				}
			}
		})
	}
}

func removeAll(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func makeDir(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func fifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
}

// sqliteStates are states of run_metadata.sqlite. The runs, their params and
// metrics must be exact in all of them.
var sqliteStates = []struct {
	name  string
	apply func(t *testing.T, file string)
	// warned: the file cannot be read, which is said; exact: what it holds is
	// as recorded.
	warned, exact bool
}{
	{name: "absent", apply: func(t *testing.T, file string) { removeAll(t, file) }},
	{name: "empty", apply: func(t *testing.T, file string) { write(t, file, "") }},
	{name: "garbage", warned: true, apply: func(t *testing.T, file string) { write(t, file, strings.Repeat("garbage ", 4096)) }},
	{name: "cut", warned: true, apply: func(t *testing.T, file string) {
		wound(t, file, func(d []byte) []byte { return d[:4096+100] })
	}},
	{name: "FIFO", warned: true, apply: func(t *testing.T, file string) { removeAll(t, file); fifo(t, file) }},
	{name: "folder", warned: true, apply: func(t *testing.T, file string) { removeAll(t, file); makeDir(t, file) }},
	{name: "journal of a transaction that ended", exact: true, apply: func(t *testing.T, file string) {
		write(t, file+"-journal", string(make([]byte, 512)))
	}},
	{name: "empty write-ahead log", exact: true, apply: func(t *testing.T, file string) { write(t, file+"-wal", "") }},
	{name: "locked", exact: true, apply: func(t *testing.T, file string) {
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		if _, err := db.Exec("BEGIN EXCLUSIVE"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_, err := db.Exec("ROLLBACK")
			if err = errors.Join(err, db.Close()); err != nil {
				t.Error(err)
			}
		})
	}},
	{name: "writer in write-ahead mode", exact: true, apply: func(t *testing.T, file string) {
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		for _, statement := range []string{"PRAGMA journal_mode = WAL", "UPDATE run SET name = 'x'", "UPDATE run SET name = 'run-' || (id - 1)"} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}},
}

func TestStatesOfSQLite(t *testing.T) {
	for _, test := range sqliteStates {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := testutil.Fixture(t, "basic")
			want := readRecorded(t, "aim-3.29.1/basic")
			test.apply(t, filepath.Join(root, ".aim", "run_metadata.sqlite"))
			before := testutil.TreeDigest(t, root)
			index := t.TempDir()
			if _, errs, status := run(t, "reindex", root, "--index-dir", index); status != cli.ExitOK {
				t.Errorf("reindex: status %d, %s", status, errs)
			}
			for _, way := range []string{"--no-index", "--index-dir=" + index} {
				out, errs, status := run(t, "metrics", root, "--all", "--values", "--json", way)
				if status != cli.ExitOK {
					t.Fatalf("status %d, %s", status, errs)
				}
				aimjson.CompareMetrics(t, out, want)
				out, errs, status = run(t, "runs", root, "--all", "--json", way)
				warned := strings.Contains(errs, "names, tags and experiments cannot be read")
				if status != cli.ExitOK || warned != test.warned || (errs != "") != test.warned {
					t.Errorf("%s: status %d, %s", way, status, errs)
				}
				if test.exact {
					aimjson.CompareRuns(t, out, want)
					continue
				}
				rows, err := aimjson.Rows(out)
				if err != nil || len(rows) != len(want.Runs) {
					t.Fatalf("%s: %d runs, %v", way, len(rows), err)
				}
				for i, r := range rows {
					if err := aimjson.Same(r["params"], want.Runs[i].Fields["params"]); err != nil {
						t.Errorf("%s: params of run %s: %v", way, r["hash"], err)
					}
					if r["name"] != "Run: "+want.Runs[i].Hash || r["experiment"] != nil || r["creation_time"] != nil {
						t.Errorf("%s: run %v is called %v", way, r["hash"], r["name"])
					}
				}
			}
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Error("the repository was changed")
			}
		})
	}
}
