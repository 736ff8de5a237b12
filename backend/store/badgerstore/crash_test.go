package badgerstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"aimdesk/backend/series"
	"aimdesk/backend/store"
	"aimdesk/backend/store/storetest"
)

const crashTraces = 6

// writerChild replaces one run again and again, in the index in use and in new
// generations, and says the number of each round when it begins. It never ends.
func writerChild(args []string) int {
	ctx := context.Background()
	first, err := strconv.Atoi(args[1])
	if err == nil {
		var s *Store
		if s, err = Open(args[0], Options{MemTableSize: minMemTable}); err == nil {
			for round := first; err == nil; round++ {
				fmt.Println(round)
				err = writeRound(ctx, s, round)
			}
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func writeRound(ctx context.Context, s *Store, round int) error {
	r := storetest.SampleRun("a", crashTraces)
	r.IndexedAt = float64(round)
	if round%2 == 0 {
		r.Params = make([]byte, 2*partSize)
	}
	if round%5 != 0 {
		return storetest.PutSample(ctx, s, r, crashPoints(round), round)
	}
	g, err := s.NewGeneration(ctx)
	if err != nil {
		return err
	}
	if err := storetest.PutSample(ctx, g, r, crashPoints(round), round); err != nil {
		return err
	}
	return g.Publish(ctx)
}

func crashPoints(round int) int { return 5000 + round%100 }

// TestKilledWhileWriting kills a writer at random moments. What is opened
// afterwards must be the run of one round, whole: the last that began or the
// one before.
func TestKilledWhileWriting(t *testing.T) {
	dir := t.TempDir()
	round := 1
	for range 12 {
		begun := runAndKill(t, dir, round)
		s := mustOpen(t, dir, Options{})
		have := wholeRound(t, s)
		if have < begun-1 || have > begun {
			t.Fatalf("round %d is there, %d had begun", have, begun)
		}
		if got := folders(t, dir); len(got) != 1 {
			t.Errorf("folders %q", got)
		}
		if n := count(t, s, store.WritingPrefix()); n != 0 {
			t.Errorf("%d notes are left", n)
		}
		must(t, s.Check(t.Context(), func(d store.Damage) error {
			t.Errorf("damage %+v", d)
			return nil
		}))
		must(t, s.Close())
		round = have + 1
	}
}

// runAndKill returns the round that the writer was in when it was killed.
func runAndKill(t *testing.T, dir string, round int) int {
	t.Helper()
	cmd := child(t, "writer", dir, strconv.Itoa(round))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	begun := round - 1
	stop := 2 + rand.IntN(5)
	for i := 0; i < stop && lines.Scan(); i++ {
		begun, err = strconv.Atoi(lines.Text())
		must(t, err)
	}
	time.Sleep(time.Duration(rand.IntN(12_000)) * time.Microsecond)
	must(t, cmd.Process.Kill())
	for lines.Scan() {
		begun, err = strconv.Atoi(lines.Text())
		must(t, err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the writer ended by itself")
	}
	return begun
}

// wholeRound returns the round that the run is of, after comparing all of it.
func wholeRound(t *testing.T, s *Store) int {
	t.Helper()
	r, err := s.Run(t.Context(), "a")
	if errors.Is(err, store.ErrNotFound) {
		return 0
	}
	must(t, err)
	round := int(r.IndexedAt)
	if len(r.Traces) != crashTraces || (len(r.Params) > partSize) != (round%2 == 0) {
		t.Fatalf("round %d has %d traces and %d bytes of params", round, len(r.Traces), len(r.Params))
	}
	for i := range r.Traces {
		want := storetest.Points(crashPoints(round), round+i)
		if r.Traces[i].Summary != series.Summarize(want) {
			t.Fatalf("round %d, trace %d: summary %+v", round, i, r.Traces[i].Summary)
		}
		c, err := s.Series(t.Context(), "a", i, 0, -1)
		must(t, err)
		storetest.SameColumns(t, c, want)
	}
	return round
}

// TestReadOnlyAfterKill opens an index read-only that was not closed.
func TestReadOnlyAfterKill(t *testing.T) {
	dir := t.TempDir()
	begun := runAndKill(t, dir, 1)
	s := mustOpen(t, dir, Options{ReadOnly: true})
	if have := wholeRound(t, s); have < begun-1 || have > begun {
		t.Errorf("round %d is there, %d had begun", have, begun)
	}
	copied := s.current.dir
	must(t, s.Close())
	if _, err := os.Stat(copied); s.temporary && !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the private copy is still there: %v", err)
	}
	mustOpen(t, dir, Options{})
}
