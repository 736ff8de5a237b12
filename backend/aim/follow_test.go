package aim_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/series"
)

// logWriter appends to a database as a live writer does, in logs alone.
type logWriter struct {
	t      testing.TB
	dir    string
	seq    uint64
	number int
	log    []byte
	synced int // bytes of log that are written
}

func newLogWriter(t testing.TB, dir string) *logWriter {
	chunk{}.write(t, dir)
	return &logWriter{t: t, dir: dir, seq: 1, number: 5}
}

// assign writes a value as Aim assigns one: what was at the path goes first.
func (w *logWriter) assign(path string, v codec.Value) {
	n := uint32(2)
	b := []byte{15}
	b = appendText(appendText(b, path), path+"\xff")
	b = append(b, 15)
	b = appendText(appendText(b, "BLOBS\xfe"+path), "BLOBS\xfe"+path+"\xff")
	for rest, value := range codec.EncodeLeaves(v).All() {
		leaf := path + string(rest)
		b = appendText(appendText(append(b, 1), leaf), string(value))
		b = appendText(append(b, 0), "BLOBS\xfe"+leaf)
		n += 2
	}
	w.batch(n, b)
}

// mark writes an entry of its own, as the marker of an array.
func (w *logWriter) mark(path string, value ...byte) {
	w.batch(1, appendText(appendText([]byte{1}, path), string(value)))
}

// deleteRange removes a path and all below it.
func (w *logWriter) deleteRange(path string) {
	w.batch(1, appendText(appendText([]byte{15}, path), path+"\xff"))
}

func (w *logWriter) batch(n uint32, ops []byte) {
	rec := binary.LittleEndian.AppendUint64(nil, w.seq)
	rec = binary.LittleEndian.AppendUint32(rec, n)
	w.log = appendRecord(w.log, append(rec, ops...))
	w.seq += uint64(n)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// sync writes the log out, but for the last cut bytes.
func (w *logWriter) sync(cut int) {
	w.t.Helper()
	name := filepath.Join(w.dir, fmt.Sprintf("%06d.log", w.number))
	w.synced = max(len(w.log)-cut, w.synced)
	if err := os.WriteFile(name, w.log[:w.synced], 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// next begins another log.
func (w *logWriter) next() {
	w.sync(0)
	w.number += 3
	w.log, w.synced = nil, 0
	w.sync(0)
}

// liveRun is a run that is being written.
type liveRun struct {
	meta, seqs *logWriter
	root       string
	lastStep   map[string]int64
}

func newLiveRun(t testing.TB) *liveRun {
	root := t.TempDir()
	r := &liveRun{
		root: root, lastStep: map[string]int64{},
		meta: newLogWriter(t, filepath.Join(root, ".aim", "meta", "chunks", testHash)),
		seqs: newLogWriter(t, filepath.Join(root, ".aim", "seqs", "chunks", testHash)),
	}
	r.meta.mark(key("meta", "chunks", testHash, "attrs"), codec.TagDict)
	r.meta.assign(key("meta", "chunks", testHash, "end_time"), codec.Value{})
	r.sync(0)
	return r
}

func (r *liveRun) sync(cut int) { r.meta.sync(0); r.seqs.sync(cut) }

// track does what Run.track does with a number.
func (r *liveRun) track(name string, ctx, value, step, epoch codec.Value, time float64) {
	id := codec.ContextID(ctx)
	entry := []any{"meta", "chunks", testHash, "traces", id, name}
	field := func(f string, v codec.Value) { r.meta.assign(key(append(entry[:6:6], f)...), v) }
	row := func(col string) string {
		return key("seqs", "v2", "chunks", testHash, id, name, col, codec.ContextID(step))
	}
	last, seen := r.lastStep[name]
	if !seen {
		r.meta.assign(key("meta", "chunks", testHash, "contexts", id), ctx)
		field("dtype", codec.StringValue("float"))
		field("version", codec.IntValue(2))
		field("first", value)
		field("first_step", step)
		for _, col := range []string{"val", "epoch", "time", "step"} {
			r.seqs.mark(key("seqs", "v2", "chunks", testHash, id, name, col), codec.TagList)
		}
	}
	if s, ok := step.Number(); ok && (!seen || int64(s) > last) {
		field("last", value)
		field("last_step", step)
		r.lastStep[name] = int64(s)
	}
	r.seqs.assign(row("val"), value)
	r.seqs.assign(row("epoch"), epoch)
	r.seqs.assign(row("time"), codec.FloatValue(time))
	r.seqs.assign(row("step"), step)
}

// compareFollower checks that a follower answers what reading the run does.
func compareFollower(t *testing.T, repo *aim.Repo, f *aim.Follower) {
	t.Helper()
	m, err := repo.ReadMeta(context.Background(), testHash)
	if err != nil {
		t.Fatal(err)
	}
	got := f.Meta()
	if !reflect.DeepEqual(got.Traces, m.Traces) || !reflect.DeepEqual(got.Leaves, m.Leaves) || !reflect.DeepEqual(got.EndTime, m.EndTime) {
		t.Errorf("metadata differs:\n%+v\nwant\n%+v", got.Traces, m.Traces)
	}
	rows := 0
	seen := map[int]bool{}
	report, err := repo.ReadSeries(context.Background(), testHash, m.Traces, func(i int, want *series.Columns) error {
		seen[i] = true
		rows += want.Len()
		c := f.Columns(m.Traces[i].Name, m.Traces[i].ContextID)
		if c == nil {
			t.Errorf("%s: no rows, want %d", m.Traces[i].Name, want.Len())
			return nil
		}
		if g, w := fmt.Sprintf("%v", *c), fmt.Sprintf("%v", *want); g != w {
			t.Errorf("%s:\n%s\nwant\n%s", m.Traces[i].Name, g, w)
		}
		summary, ok := f.Summary(i)
		if g, w := fmt.Sprintf("%+v", summary), fmt.Sprintf("%+v", series.Summarize(want)); !ok || g != w {
			t.Errorf("%s: %s\nwant %s", m.Traces[i].Name, g, w)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Traces {
		if _, ok := f.Summary(i); ok != seen[i] {
			t.Errorf("%s: has rows: %v", m.Traces[i].Name, ok)
		}
	}
	if f.Rows() != rows {
		t.Errorf("%d rows, want %d", f.Rows(), rows)
	}
	if !reflect.DeepEqual(f.LastRecord(), report.LastRecord) {
		t.Errorf("last record %v, want %v", f.LastRecord(), report.LastRecord)
	}
}

// Whatever is appended, a follower ends where reading everything does, and what
// it gave out before stays as it was.
func TestFollowerAgreesWithReading(t *testing.T) {
	train := codec.DictValue([]codec.Entry{{Key: codec.StringKey("subset"), Value: codec.StringValue("train")}})
	for seed := range uint64(25) {
		rnd := rand.New(rand.NewPCG(seed, 5))
		r := newLiveRun(t)
		repo := openRepo(t, r.root)
		f, err := repo.Follow(context.Background(), testHash)
		if err != nil {
			t.Fatal(err)
		}
		f.Keep(seed%2 == 0)
		step, now := int64(0), 1.7e9
		type given struct {
			c    *series.Columns
			text string
		}
		var out []given
		rereads := 0
		for round := range 40 {
			for range rnd.IntN(12) {
				now += rnd.Float64()
				at := codec.IntValue(step)
				switch x := rnd.IntN(40); {
				case x == 0: // tracked again
					at = codec.IntValue(rnd.Int64N(step + 1))
				case x == 1:
					at = codec.IntValue(-step)
				case x == 2:
					at = codec.FloatValue(float64(step) + 0.5)
				case x == 3:
					step += 1 << 54
					at = codec.IntValue(step)
				}
				epoch := codec.Value{}
				if rnd.IntN(2) == 0 {
					epoch = codec.IntValue(step / 10)
				}
				value := codec.FloatValue(rnd.NormFloat64())
				if rnd.IntN(5) == 0 {
					value = codec.IntValue(rnd.Int64N(100))
				}
				name := []string{"loss", "acc", "lr"}[min(rnd.IntN(3), round/10)]
				ctx := noContext
				if name == "acc" {
					ctx = train
				}
				r.track(name, ctx, value, at, epoch, now)
				step++
			}
			switch rnd.IntN(10) {
			case 0:
				r.seqs.next()
			case 1:
				r.meta.next()
			case 2:
				r.meta.assign(key("meta", "chunks", testHash, "attrs", "p"), codec.IntValue(step))
			case 3: // an object and its time
				base := []any{"seqs", "chunks", testHash, codec.ContextID(noContext), "img"}
				if rnd.IntN(2) == 0 {
					entry := []any{"meta", "chunks", testHash, "traces", codec.ContextID(noContext), "img"}
					r.meta.assign(key(append(entry, "dtype")...), codec.StringValue("aim.image"))
					r.meta.assign(key("meta", "chunks", testHash, "contexts", codec.ContextID(noContext)), noContext)
				}
				r.seqs.assign(key(append(base, "val", step)...), codec.ObjectValue("aim.image", nil))
				r.seqs.assign(key(append(base, "time", step)...), codec.FloatValue(now))
			}
			r.sync(rnd.IntN(2) * rnd.IntN(300))
			change, err := f.Poll(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if change.Series {
				rereads++
			}
			if _, ok := f.Meta().Params.Get(codec.StringKey("p")); !ok || rnd.IntN(4) == 0 {
				compareFollower(t, repo, f)
			}
			if c := f.Columns("loss", codec.ContextID(noContext)); c != nil && rnd.IntN(3) == 0 {
				out = append(out, given{c, fmt.Sprint(*c)})
			}
			if t.Failed() {
				t.Fatalf("seed %d round %d", seed, round)
			}
		}
		for _, g := range out {
			if fmt.Sprint(*g.c) != g.text {
				t.Fatalf("seed %d: rows that were given out changed", seed)
			}
		}
		if rereads > 0 {
			t.Errorf("seed %d: read anew %d times", seed, rereads)
		}
		f.Close()
	}
}

func TestFollowerReadsAnewWhatItCannotFollow(t *testing.T) {
	r := newLiveRun(t)
	for step := range int64(5) {
		r.track("loss", noContext, codec.FloatValue(1), codec.IntValue(step), codec.Value{}, 1e9)
	}
	r.sync(0)
	repo := openRepo(t, r.root)
	f, err := repo.Follow(context.Background(), testHash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r.seqs.deleteRange(key("seqs", "v2", "chunks", testHash, codec.ContextID(noContext), "loss"))
	r.meta.assign(key("meta", "chunks", testHash, "end_time"), codec.FloatValue(2e9))
	r.sync(0)
	change, err := f.Poll(context.Background())
	if err != nil || !change.Series || !change.Meta {
		t.Errorf("Poll = %+v, %v", change, err)
	}
	compareFollower(t, repo, f)
	if m := f.Meta(); m.EndTime == nil || *m.EndTime != 2e9 {
		t.Errorf("end time %v", m.EndTime)
	}
}

func TestRunsThatAreNotFollowed(t *testing.T) {
	r := newRun()
	r.trace(noContext, "loss", "float", 1)
	repo, _ := r.write(t)
	if _, err := repo.Follow(context.Background(), testHash); !errors.Is(err, aim.ErrNotFollowed) {
		t.Errorf("a metric in layout 1: %v", err)
	}
	if _, err := repo.Follow(context.Background(), "ffffffffffffffffffffffff"); err == nil {
		t.Error("a run that is not there is followed")
	}
	if _, err := repo.Follow(context.Background(), "../x"); err == nil {
		t.Error("a name that no run has is followed")
	}
}

// The cost of a poll follows what was appended.
func TestFollowerReadsWhatIsNew(t *testing.T) {
	r := newLiveRun(t)
	repo := openRepo(t, r.root)
	f, err := repo.Follow(context.Background(), testHash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Keep(true)
	var cost []int64
	for round := range int64(100) {
		for i := range int64(50) {
			r.track("loss", noContext, codec.FloatValue(1), codec.IntValue(round*50+i), codec.Value{}, 1e9)
		}
		if round%20 == 19 {
			r.seqs.next()
			r.meta.next()
		}
		r.sync(0)
		before := f.Bytes()
		if _, err := f.Poll(context.Background()); err != nil {
			t.Fatal(err)
		}
		cost = append(cost, f.Bytes()-before)
	}
	if f.Rows() != 5000 {
		t.Errorf("%d rows", f.Rows())
	}
	if first, last := slices.Max(cost[1:50]), slices.Max(cost[50:]); last > first+first/10 {
		t.Errorf("a poll read up to %d bytes at first, %d later", first, last)
	}
}
