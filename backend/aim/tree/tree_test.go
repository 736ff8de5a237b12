package tree_test

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"testing"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
)

// store is a database in memory.
type store struct {
	keys   []string
	values map[string]string
	at     int
	err    error
}

func newStore(pairs map[string]string) *store {
	s := &store{values: pairs}
	for k := range pairs {
		s.keys = append(s.keys, k)
	}
	sort.Strings(s.keys)
	return s
}

func (s *store) SeekGE(key []byte) bool {
	s.at = sort.SearchStrings(s.keys, string(key))
	return s.Valid()
}
func (s *store) Next() bool    { s.at++; return s.Valid() }
func (s *store) Valid() bool   { return s.at < len(s.keys) && s.err == nil }
func (s *store) Key() []byte   { return []byte(s.keys[s.at]) }
func (s *store) Value() []byte { return []byte(s.values[s.keys[s.at]]) }
func (s *store) Err() error    { return s.err }
func (s *store) Get(key []byte) ([]byte, bool, error) {
	v, ok := s.values[string(key)]
	return []byte(v), ok, s.err
}

func path(components ...any) string {
	var b []byte
	for _, c := range components {
		switch c := c.(type) {
		case string:
			b = codec.AppendStringKey(b, c)
		case int:
			b = codec.AppendIntKey(b, int64(c))
		}
	}
	return string(b)
}

func sampleStore() *store {
	return newStore(map[string]string{
		path("a"):                          "\x06",
		path("a", 0):                       "\x04zero",
		path("a", 1):                       "\x0ft",
		path("a", 1, "data"):               "",
		path("a", 300):                     "\x06",
		path("a", 300, 254, "x"):           "\x00",
		path("a", -1):                      "\x01\x01",
		path("a", "no row"):                "\x00",
		path("b"):                          "\x00",
		"BLOBS\xfe" + path("a", 1, "data"): "\x05blob",
	})
}

func TestRows(t *testing.T) {
	s := sampleStore()
	prefix := []byte(path("a"))
	s.SeekGE(prefix)
	var got []string
	err := tree.Rows(s, prefix, func(row int64, p []byte) error {
		n := 0
		if row != 300 { // Rows itself passes over the rest of this one
			if err := tree.Subtree(s, p, func(_, _, _ []byte) error { n++; return nil }); err != nil {
				return err
			}
		}
		got = append(got, fmt.Sprintf("%d:%d", row, n))
		return nil
	})
	if want := "0:1 1:2 300:0 -1:1"; err != nil || strings.Join(got, " ") != want {
		t.Errorf("got %v, %v; want %s", got, err, want)
	}
	if string(s.Key()) != path("b") {
		t.Errorf("the iterator stands on %q", s.Key())
	}
}

func TestSubtree(t *testing.T) {
	s := sampleStore()
	prefix := []byte(path("a", 1))
	s.SeekGE(prefix)
	got := map[string]string{}
	err := tree.Subtree(s, prefix, func(p, v, key []byte) error {
		if len(v) == 0 {
			blob, ok, err := tree.Blob(s, key)
			if err != nil || !ok {
				t.Errorf("blob of %q: %v, %v", key, ok, err)
			}
			v = blob
		}
		got[string(p)] = string(v)
		return nil
	})
	if want := map[string]string{"": "\x0ft", "data\xfe": "\x05blob"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestErrorsEndTheWalk(t *testing.T) {
	broken := errors.New("broken")
	s := sampleStore()
	s.SeekGE([]byte(path("a")))
	if err := tree.Rows(s, []byte(path("a")), func(int64, []byte) error { s.err = broken; return nil }); !errors.Is(err, broken) {
		t.Errorf("Rows: got %v", err)
	}
	if err := tree.Subtree(s, []byte(path("a")), nil); !errors.Is(err, broken) {
		t.Errorf("Subtree: got %v", err)
	}
	if _, _, err := tree.Blob(s, []byte("k")); !errors.Is(err, broken) {
		t.Errorf("Blob: got %v", err)
	}
	s = sampleStore()
	s.SeekGE([]byte(path("a")))
	if err := tree.Subtree(s, []byte(path("a")), func(_, _, _ []byte) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error of the callback: got %v", err)
	}
}

func TestBlobWithoutTwin(t *testing.T) {
	if _, ok, err := tree.Blob(sampleStore(), []byte("nothing")); ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
	if got := string(tree.End([]byte("a\xfe"))); got != "a\xfe\xff" {
		t.Errorf("End: %q", got)
	}
}
