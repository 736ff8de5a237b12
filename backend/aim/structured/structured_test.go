package structured_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"aimdesk/backend/aim/structured"
	"aimdesk/backend/internal/testutil"
)

func read(t testing.TB, path string) (map[string]structured.Properties, error) {
	t.Helper()
	return structured.Read(context.Background(), path, structured.Config{TempDir: t.TempDir()})
}

// exec runs statements on a database as a writer would.
func exec(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func open(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close %s: %v", path, err)
		}
	})
	return db
}

// create makes a database of statements.
func create(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), structured.FileName)
	exec(t, open(t, path), statements...)
	return path
}

const runTable = `CREATE TABLE run (id INTEGER NOT NULL PRIMARY KEY, hash TEXT NOT NULL, name TEXT, description TEXT,
	is_archived BOOLEAN, created_at DATETIME, updated_at DATETIME, experiment_id INTEGER, finalized_at DATETIME)`

func names(runs map[string]structured.Properties) map[string]string {
	out := map[string]string{}
	for hash, p := range runs {
		out[hash] = "NULL"
		if p.Name != nil {
			out[hash] = *p.Name
		}
	}
	return out
}

func TestReadFixture(t *testing.T) {
	for _, name := range testutil.Fixtures {
		t.Run(name, func(t *testing.T) {
			root := testutil.Fixture(t, name)
			before := testutil.TreeDigest(t, root)
			runs, err := read(t, filepath.Join(root, ".aim", structured.FileName))
			if err != nil || len(runs) == 0 {
				t.Fatalf("got %d runs, %v", len(runs), err)
			}
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Error("reading changed the repository")
			}
		})
	}
}

func TestReadEverything(t *testing.T) {
	path := create(t, runTable,
		`CREATE TABLE experiment (id INTEGER PRIMARY KEY, name TEXT, is_archived BOOLEAN)`,
		`CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT, is_archived BOOLEAN)`,
		`CREATE TABLE run_tag (run_id INTEGER, tag_id INTEGER)`,
		`CREATE TABLE note (id INTEGER PRIMARY KEY, content TEXT, run_id INTEGER, created_at DATETIME, updated_at DATETIME, experiment_id INTEGER)`,
		`INSERT INTO experiment VALUES (5, 'exp', 1)`,
		`INSERT INTO tag VALUES (1, 'first', 0), (2, 'hidden', 1), (3, 'third', NULL)`,
		`INSERT INTO run VALUES (7, 'aa', 'name', 'text', 1, '2026-11-22 14:20:14.885306', '2026-11-22 14:20:15', 5, NULL)`,
		`INSERT INTO run VALUES (8, 'bb', NULL, NULL, NULL, NULL, 'never', 99, '2026-11-22 14:20:15.5')`,
		`INSERT INTO run_tag VALUES (7, 3), (7, 2), (7, 1), (8, 77), (1000, 1)`,
		`INSERT INTO note VALUES (1, 'look', 7, '2026-11-22 14:20:14.000001', NULL, NULL), (2, 'of an experiment', NULL, NULL, NULL, 5)`)
	runs, err := read(t, path)
	if err != nil {
		t.Fatal(err)
	}
	str := func(s string) *string { return &s }
	num := func(f float64) *float64 { return &f }
	yes := true
	want := map[string]structured.Properties{
		"aa": {Hash: "aa", Name: str("name"), Description: str("text"), Experiment: str("exp"), Tags: []string{"first", "third"},
			Notes:    []structured.Note{{ID: 1, Content: "look", Created: num(1795357214.000001)}},
			Archived: &yes, CreationTime: num(1795357214.885306), UpdatedAt: num(1795357215)},
		"bb": {Hash: "bb", FinalizedAt: num(1795357215.5)},
	}
	if !reflect.DeepEqual(runs, want) {
		t.Errorf("got %+v, want %+v", runs, want)
	}
}

func TestReadOlderSchema(t *testing.T) {
	path := create(t, `CREATE TABLE run (id INTEGER PRIMARY KEY, hash TEXT, name TEXT)`, `INSERT INTO run VALUES (1, 'aa', 'old')`)
	runs, err := read(t, path)
	if want := map[string]string{"aa": "old"}; err != nil || !reflect.DeepEqual(names(runs), want) {
		t.Errorf("got %v, %v; want %v", names(runs), err, want)
	}
}

func TestReadNothing(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.sqlite")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "missing.sqlite"), empty, create(t, `CREATE TABLE other (x)`)} {
		if runs, err := read(t, path); err != nil || runs == nil || len(runs) != 0 {
			t.Errorf("%s: got %v, %v; want an empty map", path, runs, err)
		}
	}
}

// listing names the files of a folder.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestReadWhileAnotherProcessWrites(t *testing.T) {
	for _, mode := range []string{"delete", "persist", "truncate", "wal"} {
		t.Run(mode, func(t *testing.T) {
			path := create(t)
			db := open(t, path)
			exec(t, db, "PRAGMA journal_mode="+mode, runTable, `INSERT INTO run (id, hash, name) VALUES (1, 'aa', 'committed')`,
				"PRAGMA cache_size=1", "PRAGMA cache_spill=1", "BEGIN EXCLUSIVE", `UPDATE run SET name = 'in flight'`)
			// Enough rows that uncommitted pages spill into the database file.
			exec(t, db, `INSERT INTO run (hash, name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 2000) SELECT 'x'||i, hex(randomblob(50)) FROM n`)
			before := listing(t, filepath.Dir(path))
			runs, err := read(t, path)
			want := map[string]string{"aa": "committed"}
			if err != nil || !reflect.DeepEqual(names(runs), want) {
				t.Errorf("during a transaction: got %d runs, %v; want %v", len(runs), err, want)
			}
			if after := listing(t, filepath.Dir(path)); !reflect.DeepEqual(before, after) {
				t.Errorf("files before %v, after %v", before, after)
			}
			exec(t, db, "COMMIT")
			runs, err = read(t, path)
			if err != nil || len(runs) != 2001 || *runs["aa"].Name != "in flight" {
				t.Errorf("after the commit: got %d runs, %v", len(runs), err)
			}
		})
	}
}

func TestReadWALFileWithoutItsLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), structured.FileName)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, "PRAGMA journal_mode=wal", runTable, `INSERT INTO run (id, hash, name) VALUES (1, 'aa', 'n')`)
	if err := db.Close(); err != nil { // removes the log
		t.Fatal(err)
	}
	runs, err := read(t, path)
	if err != nil || len(runs) != 1 {
		t.Errorf("got %v, %v", runs, err)
	}
	if got := listing(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("files afterwards: %v", got)
	}
}

func TestReadLeavesNoCopy(t *testing.T) {
	path := create(t)
	db := open(t, path)
	exec(t, db, "PRAGMA journal_mode=wal", runTable)
	temp := t.TempDir()
	if _, err := structured.Read(context.Background(), path, structured.Config{TempDir: temp}); err != nil {
		t.Fatal(err)
	}
	if left := listing(t, temp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestReadHostile(t *testing.T) {
	endless := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i AS id, 'h'||i AS hash FROM n`
	for _, c := range []struct {
		name       string
		statements []string
		runs       int
	}{
		{"endless view", []string{`CREATE VIEW run AS ` + endless}, 0},
		{"virtual table", []string{`CREATE VIRTUAL TABLE run USING fts5(hash, name)`, `INSERT INTO run VALUES ('a', 'b')`}, 0},
		{"odd types", []string{`CREATE TABLE run (id, hash, name, is_archived, created_at, experiment_id)`,
			`INSERT INTO run VALUES ('x', 7, x'00ff', 'maybe', 12.5, 'y'), (NULL, NULL, NULL, NULL, NULL, NULL), (1e300, 'b', -1, 9e99, x'ff', -9e99)`}, 2},
		{"columns named like SQL", []string{`CREATE TABLE run ("id" INTEGER, "hash" TEXT, "name"" FROM x" TEXT)`, `INSERT INTO run VALUES (1, 'a', 'b')`}, 1},
		{"triggers", []string{runTable, `CREATE TRIGGER boom BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'boom'); END`}, 0},
		{"generated column", []string{`CREATE TABLE run (id INTEGER, hash TEXT, name TEXT AS (hex(hash)) VIRTUAL)`, `INSERT INTO run (id, hash) VALUES (1, 'a')`}, 1},
		{"dangling links", []string{runTable, `INSERT INTO run (id, hash) VALUES (1, 'a')`, `CREATE TABLE run_tag (run_id, tag_id)`, `INSERT INTO run_tag VALUES (1, 1), ('a', 'b'), (NULL, NULL)`}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			runs, err := read(t, create(t, c.statements...))
			if err != nil || len(runs) != c.runs {
				t.Errorf("got %v, %v; want %d runs", runs, err, c.runs)
			}
		})
	}
}

func TestErrorNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), structured.FileName)
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := read(t, path)
	var e *structured.Error
	if !errors.As(err, &e) || e.Path != path || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := structured.Read(ctx, create(t, runTable), structured.Config{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	data, err := os.ReadFile(create(f, runTable, `CREATE TABLE tag (id, name)`, `CREATE TABLE run_tag (run_id, tag_id)`,
		`INSERT INTO run (id, hash, name) VALUES (1, 'aa', 'n')`, `INSERT INTO tag VALUES (1, 't')`, `INSERT INTO run_tag VALUES (1, 1)`))
	if err != nil {
		f.Fatal(err)
	}
	for _, at := range []int{18, 24, 28, 100, 105, 600, 4096, 4100, 8192} {
		f.Add(at, byte(0xff), byte(0x80), len(data))
		f.Add(at, byte(0), byte(1), at+50)
	}
	f.Fuzz(func(t *testing.T, at int, a, b byte, size int) {
		bad := append([]byte(nil), data...)
		if at < 0 || at+1 >= len(bad) || size < 0 || size > len(bad) {
			return
		}
		bad[at], bad[at+1] = a, b
		path := filepath.Join(t.TempDir(), structured.FileName)
		if err := os.WriteFile(path, bad[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		runs, err := read(t, path)
		if (runs == nil) == (err == nil) {
			t.Errorf("got %v and %v", runs, err)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("took %v", d)
		}
	})
}
