package aim

import (
	"encoding/binary"
	"testing"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/rocks"
)

// FuzzFollowedOps carries out any ops: whatever a log holds, a follower ends
// with columns in order and a summary of all of them.
func FuzzFollowedOps(f *testing.F) {
	const hash = "0123456789abcdef01234567"
	meta := string(codec.Path{codec.StringKey(metaName), codec.StringKey(chunksName), codec.StringKey(hash)}.Append(nil))
	seqs := string(seriesPrefix(versionHashes, hash))
	trace := string(appendTracePath(nil, &Trace{Name: "loss"}))
	cell := func(column string, row int64) string {
		return seqs + trace + string(codec.AppendIntKey(codec.AppendStringKey(nil, column), row))
	}
	op := func(kind rocks.OpKind, key, value string) string {
		return string([]byte{byte(kind), byte(len(key)), byte(len(value))}) + key + value
	}
	number := func(v int64) string {
		return string(binary.LittleEndian.AppendUint64([]byte{codec.TagInt}, uint64(v)))
	}
	var rows string
	for _, step := range []int64{0, 1, 5, 3, 1} {
		for _, column := range []string{columnValue, columnTime, columnStep} {
			k := cell(column, step)
			rows += op(rocks.OpRangeDelete, k, k+"\xff") + op(rocks.OpPut, k, number(step))
		}
	}
	last := meta + "traces\xfe" + trace + "last\xfe"
	f.Add([]byte(rows))
	f.Add([]byte(rows + op(rocks.OpDelete, cell(columnStep, 5), "") + op(rocks.OpPut, cell(columnStep, 3), number(9))))
	f.Add([]byte(rows + op(rocks.OpRangeDelete, seqs+trace, seqs+trace+"\xff")))
	f.Add([]byte(op(rocks.OpRangeDelete, last, last+"\xff") + op(rocks.OpPut, last, number(3)) + op(rocks.OpPut, last+"x\xfe", number(3))))
	f.Add([]byte(op(rocks.OpPut, meta+"attrs\xfea\xfe", number(1)) + op(rocks.OpRangeDelete, "a", "z")))
	f.Add([]byte(op(rocks.OpPut, string(seriesPrefix(versionSteps, hash))+trace+"time\xfe"+cell("", 1), number(7))))

	f.Fuzz(func(t *testing.T, data []byte) {
		m := newFollowedMeta(&Meta{Hash: hash, Traces: []Trace{{Name: "loss"}}})
		s := newFollowedSeries(hash)
		for n := 0; len(data) >= 3; n++ {
			kind, k, v := rocks.OpKind(data[0]%3), int(data[1]), int(data[2])
			data = data[3:]
			k = min(k, len(data))
			v = min(v, len(data)-k)
			op := rocks.Op{Kind: kind, Key: data[:k:k], Value: data[k : k+v : k+v]}
			data = data[k+v:]
			if err := m.op(op); err != nil {
				t.Fatal(err)
			}
			if s.op(op) != nil {
				break // the series are read anew
			}
			if n%5 == 4 {
				for _, l := range s.all {
					l.settle()
				}
			}
		}
		m.take()
		for _, l := range s.all {
			l.settle()
			complete := 0
			for i := range l.rows.rows {
				if l.rows.rows[i].complete() {
					complete++
				}
			}
			if err := l.cols.Validate(); err != nil || !l.cols.Sorted() || l.cols.Len() != complete || l.running.Summary().Count != complete {
				t.Errorf("%d of %d complete rows in columns, sorted %v: %v", l.cols.Len(), complete, l.cols.Sorted(), err)
			}
		}
	})
}
