package throttle_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"aimdesk/backend/indexer/throttle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// work does a unit: in a bubble of synctest, time passes only in Sleep.
func work(t *testing.T, th *throttle.Throttle, cpu time.Duration, bytes int64) {
	t.Helper()
	time.Sleep(cpu)
	if err := th.Wait(t.Context(), cpu, bytes); err != nil {
		t.Fatal(err)
	}
}

// share runs units and returns the share of time that was work.
func share(t *testing.T, th *throttle.Throttle, unit time.Duration, n int) float64 {
	t.Helper()
	start := time.Now()
	for range n {
		work(t, th, unit, 0)
	}
	return (time.Duration(n) * unit).Seconds() / time.Since(start).Seconds()
}

func near(got, want float64) bool { return math.Abs(got-want) <= 0.02*want }

func TestShare(t *testing.T) {
	for _, limit := range []float64{0.05, 0.25, 0.5, 1} {
		for _, unit := range []time.Duration{50 * time.Microsecond, 20 * time.Millisecond, 30 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				th := throttle.New(throttle.Config{Share: limit})
				n := int(max(10, time.Second/unit))
				if got := share(t, th, unit, n); !near(got, limit) {
					t.Errorf("limit %v, units of %v: worked for %v of the time", limit, unit, got)
				}
				if r := th.Reason(); r != "" {
					t.Errorf("reason %q at the configured share", r)
				}
			})
		}
	}
}

func TestZeroConfigIsAQuarter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := share(t, throttle.New(throttle.Config{}), 100*time.Millisecond, 20); !near(got, 0.25) {
			t.Errorf("worked for %v of the time", got)
		}
	})
}

func TestBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := throttle.New(throttle.Config{Share: 1, BytesPerSecond: 1000})
		start := time.Now()
		for range 10 {
			work(t, th, time.Millisecond, 500)
		}
		if got := time.Since(start).Seconds(); !near(got, 5) {
			t.Errorf("5000 bytes took %v s at 1000 a second", got)
		}
		th.SetLimits(1, 0)
		start = time.Now()
		work(t, th, time.Second, 1<<40)
		if got := time.Since(start); got != time.Second {
			t.Errorf("without a bound, a second of work took %v", got)
		}
	})
}

// Over any stretch of time work stays below the share, whatever the units and
// however many callers there are.
func TestWindow(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			const limit = 0.3
			th := throttle.New(throttle.Config{Share: limit})
			type span struct{ from, to time.Time }
			var mu sync.Mutex
			var spans []span
			var wg sync.WaitGroup
			core := make(chan struct{}, 1) // the callers share one core
			begin := time.Now()
			for caller := range uint64(1 + seed%3) {
				rng := rand.New(rand.NewPCG(seed, caller))
				wg.Go(func() {
					for range 60 {
						unit := time.Duration(rng.IntN(int(400*time.Millisecond)) + 1)
						core <- struct{}{}
						from := time.Now()
						time.Sleep(unit)
						mu.Lock()
						spans = append(spans, span{from, time.Now()})
						mu.Unlock()
						<-core
						if err := th.Wait(t.Context(), unit, 0); err != nil {
							t.Error(err)
							return
						}
						if rng.IntN(10) == 0 {
							time.Sleep(time.Duration(rng.IntN(int(20 * time.Second)))) // nothing to do
						}
					}
				})
			}
			wg.Wait()
			const window = 10 * time.Second
			for from := begin; from.Before(time.Now()); from = from.Add(time.Second) {
				to := from.Add(window)
				var busy time.Duration
				for _, s := range spans {
					if s.from.Before(to) && s.to.After(from) {
						busy += min(s.to.Sub(from), s.to.Sub(s.from), to.Sub(s.from), window)
					}
				}
				// Each caller may have one unit under way that is not yet paid.
				if allowed := time.Duration(limit*float64(window)) + 400*time.Millisecond*time.Duration(1+seed%3) + 50*time.Millisecond; busy > allowed {
					t.Errorf("seed %d: worked %v of %v", seed, busy, window)
				}
			}
		})
	}
}

type conditions struct {
	mu    sync.Mutex
	o     throttle.Observation
	asked int
}

func (c *conditions) Observe() throttle.Observation {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	return c.o
}

func (c *conditions) set(o throttle.Observation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.o = o
}

func TestConditions(t *testing.T) {
	own := 0.4 / float64(runtime.NumCPU())
	for _, c := range []struct {
		o      throttle.Observation
		share  float64
		reason string
	}{
		{throttle.Observation{}, 0.4, ""},
		{throttle.Observation{OnBattery: true}, 0.2, "slowed: on battery"},
		{throttle.Observation{UserBusy: true}, 0.2, "slowed: the machine is in use"},
		{throttle.Observation{LoadPerCore: 1 + own}, 0.4, ""},
		{throttle.Observation{LoadPerCore: 4 + own}, 0.1, "slowed: the machine is busy"},
		{throttle.Observation{LoadPerCore: 1000}, throttle.Floor, "slowed: the machine is busy"},
		{throttle.Observation{IOPressure: 0.4}, 0.4, ""},
		{throttle.Observation{IOPressure: 0.9}, 0.2, "slowed: the disk is busy"},
		{throttle.Observation{MemoryPressure: 0.2}, throttle.Floor, "slowed: memory is short"},
		{throttle.Observation{MemoryPressure: 1, OnBattery: true}, throttle.Floor, "slowed: memory is short"},
		{throttle.Observation{OnBattery: true, UserBusy: true}, 0.1, "slowed: on battery, the machine is in use"},
	} {
		synctest.Test(t, func(t *testing.T) {
			th := throttle.New(throttle.Config{Share: 0.4, BytesPerSecond: 1 << 40, Conditions: &conditions{o: c.o}})
			if got := share(t, th, 100*time.Millisecond, 30); !near(got, c.share) {
				t.Errorf("%+v: worked for %v of the time, want %v", c.o, got, c.share)
			}
			s := th.State()
			if s.Reason != c.reason || !near(s.Share, c.share) || s.Limit != 0.4 {
				t.Errorf("%+v: %+v, want %q", c.o, s, c.reason)
			}
		})
	}
}

func TestConditionsSlowBytesToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := throttle.New(throttle.Config{Share: 0.5, BytesPerSecond: 1000, Conditions: &conditions{o: throttle.Observation{OnBattery: true}}})
		start := time.Now()
		for range 10 {
			work(t, th, time.Millisecond, 500)
		}
		if got := time.Since(start).Seconds(); !near(got, 10) {
			t.Errorf("5000 bytes took %v s at half of 1000 a second", got)
		}
	})
}

func TestConditionsChangeDuringARest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &conditions{o: throttle.Observation{MemoryPressure: 1}}
		th := throttle.New(throttle.Config{Share: 0.5, Conditions: c})
		start := time.Now()
		time.AfterFunc(10*time.Second, func() { c.set(throttle.Observation{}) })
		work(t, th, 5*time.Second, 0) // at the floor it would rest for 95 s
		if got := time.Since(start); got > 25*time.Second {
			t.Errorf("took %v after memory came back", got)
		}
		if c.asked > 10 {
			t.Errorf("asked %d times in %v", c.asked, time.Since(start))
		}
	})
}

func TestForeground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := throttle.New(throttle.Config{Share: 1})
		first, second := th.Foreground(), th.Foreground()
		if got := share(t, th, 10*time.Millisecond, 50); !near(got, throttle.Floor) {
			t.Errorf("worked for %v of the time beside a person's request", got)
		}
		if s := th.State(); s.Reason != "slowed: you are working" || !s.Foreground {
			t.Errorf("%+v", s)
		}
		first()
		first() // once is enough
		if got := share(t, th, 10*time.Millisecond, 50); !near(got, throttle.Floor) {
			t.Errorf("worked for %v of the time beside the second request", got)
		}
		// The end of a request wakes who waits; what is left to pay then is
		// paid at the full share.
		start := time.Now()
		time.AfterFunc(2*time.Second, second)
		work(t, th, time.Second, 0) // at the floor it would rest for 19 s
		if got := time.Since(start); got < 2*time.Second || got > 3*time.Second {
			t.Errorf("went on after %v", got)
		}
		if s := th.State(); s.Reason != "" || s.Foreground {
			t.Errorf("%+v", s)
		}
	})
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := throttle.New(throttle.Config{Share: 1})
		start := time.Now()
		th.Pause(time.Hour)
		if got := th.PausedUntil(); !got.Equal(start.Add(time.Hour)) {
			t.Errorf("paused until %v", got)
		}
		if s := th.State(); s.Reason != "paused" || s.Share != 0 {
			t.Errorf("%+v", s)
		}
		work(t, th, time.Second, 0)
		if got := time.Since(start); got != time.Hour {
			t.Errorf("went on after %v", got)
		}
		if !th.PausedUntil().IsZero() || th.Reason() != "" {
			t.Errorf("still %q", th.Reason())
		}
		th.Pause(0)
		if th.PausedUntil().Year() != 9999 {
			t.Errorf("paused until %v", th.PausedUntil())
		}
		start = time.Now()
		time.AfterFunc(100*time.Hour, th.Resume)
		work(t, th, time.Second, 0)
		if got := time.Since(start); got != 100*time.Hour {
			t.Errorf("went on after %v", got)
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := throttle.New(throttle.Config{})
		th.Pause(0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		if err := th.Wait(ctx, time.Second, 0); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		th.Resume()
		if err := th.Wait(ctx, 0, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a context that is done: %v", err)
		}
	})
}

func TestStrangeArguments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := throttle.New(throttle.Config{Share: math.NaN(), BytesPerSecond: -1})
		if got := th.State().Limit; got != throttle.Floor {
			t.Errorf("share NaN became %v", got)
		}
		th.SetLimits(math.Inf(1), math.MaxInt64)
		start := time.Now()
		for _, cpu := range []time.Duration{-1, math.MinInt64} {
			if err := th.Wait(t.Context(), cpu, math.MinInt64); err != nil {
				t.Fatal(err)
			}
		}
		if got := time.Since(start); got != 0 {
			t.Errorf("rested %v for nothing", got)
		}
		if err := th.Wait(t.Context(), math.MaxInt64, 0); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start); got > time.Hour {
			t.Errorf("rested %v for one unit", got)
		}
	})
}

func TestThisMachine(t *testing.T) {
	o := throttle.NewMachine().Observe()
	if o.LoadPerCore < 0 || o.MemoryPressure < 0 || o.MemoryPressure > 1 || o.IOPressure < 0 || o.IOPressure > 1 {
		t.Errorf("%+v", o)
	}
}

func BenchmarkWait(b *testing.B) {
	th := throttle.New(throttle.Config{Share: 1, Conditions: throttle.NewMachine()})
	for b.Loop() {
		if err := th.Wait(b.Context(), 0, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkObserve(b *testing.B) {
	m := throttle.NewMachine()
	for b.Loop() {
		m.Observe()
	}
}
