//go:build interop

package interop

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/rocks"
)

// Databases that RocksDB wrote just now hold the pairs that RocksDB reads.
func TestFreshDatabases(t *testing.T) {
	dir := filepath.Join(prepared(t, "golden"), "backend", "rocks", "testdata")
	archives, err := filepath.Glob(filepath.Join(dir, "db", "*.tar.gz"))
	if err != nil || len(archives) < 50 {
		t.Fatalf("%d databases: %v", len(archives), err)
	}
	for _, archive := range archives {
		name := strings.TrimSuffix(filepath.Base(archive), ".tar.gz")
		t.Run(name, func(t *testing.T) {
			root := testutil.Unpack(t, archive)
			db := filepath.Join(root, "db")
			got, err := readPairs(db)
			if strings.HasPrefix(name, "refused-") {
				var unsupported *rocks.UnsupportedError
				if !errors.As(err, &unsupported) {
					t.Fatalf("read without refusal: %d bytes, %v", len(got), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join(root, "pairs.txt"))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%d pairs, RocksDB reads %d, or others", bytes.Count(got, []byte{'\n'}), bytes.Count(want, []byte{'\n'}))
			}
			if damage, err := rocks.Verify(context.Background(), db, rocks.Options{}); err != nil || len(damage) > 0 {
				t.Errorf("verify: %v, %v", damage, err)
			}
		})
	}
	t.Run("recorded repositories", func(t *testing.T) {
		fresh, err1 := os.ReadFile(filepath.Join(dir, "aim.txt"))
		kept, err2 := os.ReadFile(filepath.Join("..", "rocks", "testdata", "aim.txt"))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(fresh, kept) {
			t.Error("RocksDB reads the recorded repositories otherwise than it did")
		}
	})
}

// readPairs reads a database in the form of pairs.txt.
func readPairs(dir string) (_ []byte, err error) {
	v, err := rocks.Open(context.Background(), dir, rocks.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	word := func(b []byte) string {
		if len(b) == 0 {
			return "-"
		}
		return hex.EncodeToString(b)
	}
	var out bytes.Buffer
	it := v.NewIter(rocks.IterOptions{})
	for ok := it.First(); ok; ok = it.Next() {
		out.WriteString(word(it.Key()) + " " + word(it.Value()) + "\n")
	}
	return out.Bytes(), it.Close()
}

// What was recorded of Aim's query language is what Aim answers today.
func TestRecordedQueriesAreCurrent(t *testing.T) {
	dir := prepared(t, "aimql")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			fresh := answersOf(t, file)
			kept := answersOf(t, filepath.Join("..", "aimql", "testdata", "interop", filepath.Base(file)))
			if len(fresh) != len(kept) || len(kept) == 0 {
				t.Fatalf("%d answers, recorded are %d", len(fresh), len(kept))
			}
			for i := range kept {
				if withoutAddresses(fresh[i]) != withoutAddresses(kept[i]) {
					t.Errorf("Aim answers %v, recorded is %v", fresh[i], kept[i])
				}
			}
		})
	}
}

var address = regexp.MustCompile(" at 0x[0-9a-f]+")

// withoutAddresses is an answer without the places of Python's objects.
func withoutAddresses(v any) string { return address.ReplaceAllString(fmt.Sprint(v), "") }

// answersOf are the answers of a recording that belong to its corpus.
func answersOf(t *testing.T, file string) []any {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct{ Queries, Values []any }
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	return append(recorded.Queries, recorded.Values...)
}
