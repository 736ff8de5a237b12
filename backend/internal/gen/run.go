package gen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"aimdesk/backend/aim/codec"
)

// epoch0 is when the first run of a repository was created, in unix seconds.
const epoch0 = 1767225600

// Run is what a generated run holds.
type Run struct {
	Index      int
	Hash       string
	Name       string
	Experiment string
	Tags       []string
	Archived   bool
	State      string
	Created    float64
	// End is 0 for a run that was not closed.
	End     float64
	Params  codec.Value
	Metrics []Metric
}

// Metric is one metric of a generated run. Its steps are 0 to Points-1.
type Metric struct {
	Name    string
	Context codec.Value
	Points  int

	seed         uint64
	start        float64
	scale, decay float64
	stepsAnEpoch int
}

// names of metrics and what runs are called by, in turn.
var (
	metricNames = [...]string{"loss", "acc", "f1", "ppl", "grad_norm", "lr", "auc"}
	models      = [...]string{"resnet", "vit", "mlp"}
	optimizers  = [...]string{"adam", "sgd"}
	batchSizes  = [...]int64{16, 32, 64, 128}
)

// Run tells what the run of an index from 0 to Count()-1 holds.
func (c *Config) Run(index int) Run {
	rng := rand.New(rand.NewPCG(c.Seed, uint64(index)))
	r := Run{Index: index, Hash: fmt.Sprintf("%016x%08x", rng.Uint64(), uint32(index)), State: StateClosed}
	r.Name = "Run: " + r.Hash
	r.Experiment = "exp" + strconv.Itoa(index%7)
	r.Created = epoch0 + float64(index)*7 + math.Floor(rng.Float64()*1e6)/1e6
	r.Params = c.params(index, rng)
	for t := range c.Tags {
		r.Tags = append(r.Tags, tagName((index+t*2)%(2*c.Tags)))
	}
	share := float64(index%100) / 100
	r.Archived = float64((index*7)%100)/100 < c.Archived
	switch {
	case index >= c.Runs: // the long one
		r.Metrics = []Metric{newMetric("long", "train", c.LongPoints, r.Created, rng)}
		r.End = r.Created + 6
		return r
	case share < c.Killed:
		r.State = StateKilled
	case share < c.Killed+c.Live:
		r.State = StateLive
	default:
		r.End = r.Created + 6
	}
	for m := range c.Metrics {
		name := metricNames[m%len(metricNames)]
		if m >= len(metricNames) {
			name += strconv.Itoa(m / len(metricNames))
		}
		subset := "train"
		if m%2 == 1 {
			subset = "val"
		}
		r.Metrics = append(r.Metrics, newMetric(name, subset, c.Points, r.Created, rng))
	}
	return r
}

func newMetric(name, subset string, points int, created float64, rng *rand.Rand) Metric {
	return Metric{
		Name: name, Context: dict("subset", codec.StringValue(subset)), Points: points,
		seed: rng.Uint64(), start: created, scale: rng.Float64() * 5, decay: rng.Float64() + 0.1, stepsAnEpoch: 50,
	}
}

// At answers the point at a step: its value, when it was recorded in unix
// seconds, and its epoch.
func (m *Metric) At(step int) (value, time float64, epoch int64) {
	noise := float64(mix(m.seed+uint64(step))>>11)/(1<<53) - 0.5
	value = m.scale*math.Exp(-m.decay*float64(step)/(50+float64(m.Points)/4)) + noise*0.04
	return value, m.start + 0.5 + float64(step)*5/float64(m.Points+1), int64(step / m.stepsAnEpoch)
}

// mix turns a counter into a random number (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// MinParams is how many scalars the parameters of a run have at least; those
// beyond are hparams.param_NNN, numbered from here.
const MinParams = 9

func (c *Config) params(index int, rng *rand.Rand) codec.Value {
	hparams := []codec.Entry{
		entry("lr", codec.FloatValue(math.Pow(10, rng.Float64()*4-5))),
		entry("batch_size", codec.IntValue(batchSizes[rng.IntN(len(batchSizes))])),
		entry("model", codec.StringValue(models[rng.IntN(len(models))])),
		entry("seed", codec.IntValue(int64(index))),
		entry("optim", dict(
			"name", codec.StringValue(optimizers[rng.IntN(len(optimizers))]),
			"betas", codec.ListValue([]codec.Value{codec.FloatValue(0.9), codec.FloatValue(0.999)}),
			"wd", codec.FloatValue(rng.Float64()*0.1))),
	}
	for i := MinParams; i < c.Params; i++ {
		var v codec.Value
		switch i % 4 {
		case 0:
			v = codec.FloatValue(rng.Float64())
		case 1:
			v = codec.IntValue(rng.Int64N(1000))
		case 2:
			v = codec.StringValue(fmt.Sprintf("value-%03d-%d", i, rng.IntN(50)))
		case 3:
			v = codec.BoolValue(rng.IntN(2) == 1)
		}
		hparams = append(hparams, entry(fmt.Sprintf("param_%03d", i), v))
	}
	return dict("hparams", codec.DictValue(hparams),
		"dataset", dict("name", codec.StringValue("c4"), "size", codec.IntValue(1+rng.Int64N(1e9))))
}

func tagName(i int) string { return fmt.Sprintf("tag-%02d", i) }

func entry(key string, v codec.Value) codec.Entry {
	return codec.Entry{Key: codec.StringKey(key), Value: v}
}

// dict makes a dict of keys and values in turn.
func dict(pairs ...any) codec.Value {
	var entries []codec.Entry
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, entry(pairs[i].(string), pairs[i+1].(codec.Value)))
	}
	return codec.DictValue(entries)
}

// lastTime is when the newest point was recorded.
func (r *Run) lastTime() float64 {
	last := r.Created
	for i := range r.Metrics {
		if m := &r.Metrics[i]; m.Points > 0 {
			_, t, _ := m.At(m.Points - 1)
			last = max(last, t)
		}
	}
	return last
}
