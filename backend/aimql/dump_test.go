package aimql

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// checkDumps compares our trees with lines of "query TAB tree".
func checkDumps(t *testing.T, lines []string) {
	t.Helper()
	n := 0
	for _, line := range lines {
		q, want, ok := strings.Cut(line, "\t")
		if !ok || q == "" {
			continue
		}
		n++
		got := "SyntaxError"
		if x, err := parse(q); err == nil {
			got = dump(x)
		}
		if got == want {
			continue
		}
		if x, err := parse(q); want == "SyntaxError" && err == nil && restrict(x) != nil {
			continue // found after parsing, as in CPython
		}
		if got == "SyntaxError" && refused[q] {
			continue
		}
		t.Errorf("%s\n got %s\nwant %s", q, got, want)
	}
	if n < 1000 {
		t.Errorf("only %d trees compared", n)
	}
}

// refused is Python that a query cannot use, refused by the parser.
var refused = map[string]bool{
	"yield 1":        true,
	"True) or (True": true, // the brackets of a query have to match
}

func readLines(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	var out []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		out = append(out, s.Text())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// The trees of all queries and expressions of the corpus are those of CPython,
// ranges included. testdata/interop/dump.py recorded them.
func TestTreesAsRecorded(t *testing.T) {
	checkDumps(t, readLines(t, "testdata/interop/trees.txt"))
}
