package rangedel

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// del is a range deletion as a test writes it.
type del struct {
	start, end string
	seq        uint64
}

func build(dels []del) *List {
	var data []byte
	span := func(s string) Span {
		off := len(data)
		data = append(data, s...)
		return Span{uint32(off), uint32(len(s))}
	}
	var items []Item
	for _, d := range dels {
		start, end := span(d.start), span(d.end)
		items = append(items, Item{Start: start, End: end, Seq: d.seq})
	}
	return Build(data, items)
}

// covering is the answer by definition.
func covering(dels []del, key string) uint64 {
	var newest uint64
	for _, d := range dels {
		if d.start <= key && key < d.end {
			newest = max(newest, d.seq)
		}
	}
	return newest
}

func randomDels(rnd *rand.Rand, n, keys int) []del {
	var dels []del
	for i := range n {
		a, b := rnd.IntN(keys), rnd.IntN(keys)
		if i%3 == 0 {
			b = a + 1
		}
		dels = append(dels, del{fmt.Sprintf("%03d", a), fmt.Sprintf("%03d", b), uint64(rnd.IntN(50) + 1)})
	}
	return dels
}

func check(t *testing.T, l *List, dels []del, keys int, inside func(string) bool) {
	t.Helper()
	for i := range l.Len() {
		if bytes.Compare(l.Start(i), l.End(i)) >= 0 || i > 0 && bytes.Compare(l.End(i-1), l.Start(i)) > 0 {
			t.Fatalf("fragment %d is [%s, %s)", i, l.Start(i), l.End(i))
		}
	}
	if l.Len() > 2*len(dels) {
		t.Fatalf("%d fragments of %d deletions", l.Len(), len(dels))
	}
	for k := range keys {
		key := fmt.Sprintf("%03d", k)
		want := covering(dels, key)
		if !inside(key) {
			want = 0
		}
		if got := l.Covering([]byte(key)); got != want {
			t.Fatalf("%s is covered by %d, want %d; deletions %v", key, got, want, dels)
		}
		// Seeking from anywhere before gives the same fragment.
		i := l.Seek(0, []byte(key))
		for from := range i + 1 {
			if j := l.Seek(from, []byte(key)); j != i {
				t.Fatalf("seek to %s from %d gives %d, from 0 %d", key, from, j, i)
			}
		}
	}
}

func TestFragmentsAgreeWithDefinition(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 400 {
		dels := randomDels(rnd, rnd.IntN(14), 30)
		check(t, build(dels), dels, 32, func(string) bool { return true })
	}
}

func TestClip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		dels := randomDels(rnd, rnd.IntN(10), 30)
		a := rnd.IntN(30)
		lo, hi := fmt.Sprintf("%03d", a), fmt.Sprintf("%03d", a+rnd.IntN(10))
		l := build(dels)
		l.Clip([]byte(lo), []byte(hi))
		check(t, l, dels, 32, func(k string) bool { return k >= lo && k < hi })
	}
	l := build([]del{{"a", "z", 1}})
	l.Clip(nil, nil)
	if l.Len() != 1 || string(l.Start(0)) != "a" || string(l.End(0)) != "z" {
		t.Errorf("clipping to nothing changed the list")
	}
	var none *List
	if none.Len() != 0 || none.Covering([]byte("k")) != 0 {
		t.Error("a nil list covers something")
	}
}

// Shapes that a quadratic algorithm would take minutes for.
func TestManyDeletionsStayLinearithmic(t *testing.T) {
	const n = 60_000
	shapes := map[string]func(i int) del{
		"disjoint":           func(i int) del { return del{fmt.Sprintf("%07d", i), fmt.Sprintf("%07d", i+1), uint64(i)} },
		"nested, newer out":  func(i int) del { return del{fmt.Sprintf("%07d", i), fmt.Sprintf("%07d", 2*n-i), uint64(n - i)} },
		"nested, newer in":   func(i int) del { return del{fmt.Sprintf("%07d", i), fmt.Sprintf("%07d", 2*n-i), uint64(i)} },
		"to the end, rising": func(i int) del { return del{fmt.Sprintf("%07d", i), "9", uint64(i)} },
		"staircase":          func(i int) del { return del{fmt.Sprintf("%07d", i), fmt.Sprintf("%07d", i+1000), uint64(n - i)} },
		"one key over again": func(i int) del { return del{"k", "k\xff", uint64(i)} },
	}
	for name, shape := range shapes {
		dels := make([]del, n)
		for i := range dels {
			dels[i] = shape(i + 1)
		}
		start := time.Now()
		l := build(dels)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %v for %d deletions", name, took, n)
		}
		if l.Len() == 0 || l.Len() > 2*n {
			t.Errorf("%s: %d fragments", name, l.Len())
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	var data []byte
	var items []Item
	for i := range 3000 {
		s := fmt.Sprintf("seqs/v2/chunks/0123456789abcdef01234567/77/loss/val/%016x/", i)
		start := Span{uint32(len(data)), uint32(len(s))}
		data = append(data, s...)
		end := Span{uint32(len(data)), uint32(len(s) + 1)}
		data = append(append(data, s...), 0xff)
		items = append(items, Item{start, end, uint64(i)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if BuildSorted(data, items).Len() != len(items) {
			b.Fatal("lost fragments")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(items)), "ns/deletion")
}
