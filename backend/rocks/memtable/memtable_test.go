package memtable

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/hextest"
)

func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata/scripts", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var b Builder
			var out strings.Builder
			for part := range strings.SplitSeq(d.Input, "--\n") {
				next, err := b.Apply(hextest.Parse(t, part), "000007.log", 0)
				if err != nil {
					fmt.Fprintf(&out, "%v\n", err)
				} else {
					fmt.Fprintf(&out, "next sequence %d\n", next)
				}
			}
			dump(&out, b.Build())
			return out.String()
		})
	})
}

func dump(out *strings.Builder, m *Table) {
	it := m.NewIter()
	for ok := it.First(); ok; ok = it.Next() {
		fmt.Fprintf(out, "%q#%d,%s", it.User(), it.Trailer().Seq(), it.Trailer().Kind())
		if !it.Trailer().Kind().Hides() {
			fmt.Fprintf(out, " = %q", it.Value())
		}
		out.WriteByte('\n')
	}
	for i := range m.RangeDels().Len() {
		fmt.Fprintf(out, "range delete [%q, %q)#%d\n", m.RangeDels().Start(i), m.RangeDels().End(i), m.RangeDels().Seq(i))
	}
}

// Random batches agree with a map from key to newest entry.
func TestNewestEntryWins(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var b Builder
	type version struct {
		trailer base.Trailer
		value   string
	}
	want := map[string]version{}
	seq := uint64(1)
	for range 300 {
		n := rnd.IntN(8)
		batch := binary.LittleEndian.AppendUint64(nil, seq)
		batch = binary.LittleEndian.AppendUint32(batch, uint32(n))
		for range n {
			key, value := fmt.Sprintf("k%d", rnd.IntN(200)), fmt.Sprintf("v%d", seq)
			kind := base.KindSet
			if rnd.IntN(4) == 0 {
				kind, value = base.KindDelete, ""
			}
			batch = append(batch, byte(kind), byte(len(key)))
			batch = append(batch, key...)
			if kind == base.KindSet {
				batch = append(append(batch, byte(len(value))), value...)
			}
			want[key] = version{base.MakeTrailer(seq, kind), value}
			seq++
		}
		if next, err := b.Apply(batch, "log", 0); err != nil || next != seq {
			t.Fatalf("Apply = %d, %v, want %d", next, err, seq)
		}
	}
	m := b.Build()
	if m.Len() != len(want) || m.LastSeq() != seq-1 {
		t.Fatalf("%d keys up to %d, want %d up to %d", m.Len(), m.LastSeq(), len(want), seq-1)
	}
	it := m.NewIter()
	var prev []byte
	for ok := it.First(); ok; ok = it.Next() {
		w := want[string(it.User())]
		if it.Trailer() != w.trailer || string(it.Value()) != w.value || prev != nil && bytes.Compare(prev, it.User()) >= 0 {
			t.Fatalf("%q#%d = %q after %q, want %+v", it.User(), it.Trailer(), it.Value(), prev, w)
		}
		prev = slices.Clone(it.User())
	}
}

func FuzzApply(f *testing.F) {
	head := "\x05\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00"
	for _, ops := range []string{"", "\x01\x01a\x01b", "\x00\x01a", "\x0f\x01a\x01b", "\x05\x00\x01a\x01b", "\x05\x03\x01a\x01b", "\x03\x04blob", "\x0d", "\x09", "\x02\x01a\x01b"} {
		f.Add([]byte(head + ops))
	}
	f.Fuzz(func(t *testing.T, rec []byte) {
		var b Builder
		_, err := b.Apply(rec, "log", 3)
		var bad *base.CorruptError
		var refused *base.UnsupportedError
		if err != nil && !errors.As(err, &bad) && !errors.As(err, &refused) {
			t.Fatalf("error of no family: %v", err)
		}
		m := b.Build()
		it := m.NewIter()
		n := 0
		for ok := it.First(); ok; ok = it.Next() {
			n++
		}
		if n != m.Len() || n > len(rec) {
			t.Fatalf("%d of %d keys from %d bytes", n, m.Len(), len(rec))
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	batch := binary.LittleEndian.AppendUint64(nil, 1)
	batch = binary.LittleEndian.AppendUint32(batch, 10000)
	for range 10000 {
		key := fmt.Sprintf("seqs/chunks/0123456789abcdef01234567/a/long/common/prefix/%016x", rnd.Uint64())
		batch = append(append(append(batch, 1, byte(len(key))), key...), 1, 'v')
	}
	b.SetBytes(int64(len(batch)))
	for b.Loop() {
		var m Builder
		if _, err := m.Apply(batch, "log", 0); err != nil {
			b.Fatal(err)
		}
		if m.Build().Len() != 10000 {
			b.Fatal("lost keys")
		}
	}
}
