package aim_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/internal/gen/livewriter"
	"aimdesk/backend/series"
)

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
		r := livewriter.New(t, t.TempDir())
		repo := openRepo(t, r.Root)
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
				r.Track(name, ctx, value, at, epoch, now)
				step++
			}
			switch rnd.IntN(10) {
			case 0:
				r.Seqs.NextLog()
			case 1:
				r.Meta.NextLog()
			case 2:
				r.Meta.Assign(key("meta", "chunks", testHash, "attrs", "p"), codec.IntValue(step))
			case 3: // an object and its time
				base := []any{"seqs", "chunks", testHash, codec.ContextID(noContext), "img"}
				if rnd.IntN(2) == 0 {
					entry := []any{"meta", "chunks", testHash, "traces", codec.ContextID(noContext), "img"}
					r.Meta.Assign(key(append(entry, "dtype")...), codec.StringValue("aim.image"))
					r.Meta.Assign(key("meta", "chunks", testHash, "contexts", codec.ContextID(noContext)), noContext)
				}
				r.Seqs.Assign(key(append(base, "val", step)...), codec.ObjectValue("aim.image", nil))
				r.Seqs.Assign(key(append(base, "time", step)...), codec.FloatValue(now))
			}
			r.Sync(rnd.IntN(2) * rnd.IntN(300))
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
	r := livewriter.New(t, t.TempDir())
	for step := range int64(5) {
		r.Track("loss", noContext, codec.FloatValue(1), codec.IntValue(step), codec.Value{}, 1e9)
	}
	r.Sync(0)
	repo := openRepo(t, r.Root)
	f, err := repo.Follow(context.Background(), testHash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r.Seqs.Remove(key("seqs", "v2", "chunks", testHash, codec.ContextID(noContext), "loss"))
	r.Meta.Assign(key("meta", "chunks", testHash, "end_time"), codec.FloatValue(2e9))
	r.Sync(0)
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
	r := livewriter.New(t, t.TempDir())
	repo := openRepo(t, r.Root)
	f, err := repo.Follow(context.Background(), testHash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Keep(true)
	var cost []int64
	for round := range int64(100) {
		for i := range int64(50) {
			r.Track("loss", noContext, codec.FloatValue(1), codec.IntValue(round*50+i), codec.Value{}, 1e9)
		}
		if round%20 == 19 {
			r.Seqs.NextLog()
			r.Meta.NextLog()
		}
		r.Sync(0)
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
