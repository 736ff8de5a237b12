package series

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"testing"
)

// sameColumns reports the first difference between two series, bit for bit.
func sameColumns(a, b *Columns) error {
	if a.Len() != b.Len() {
		return fmt.Errorf("%d rows against %d", a.Len(), b.Len())
	}
	for name, pair := range map[string][2][]float64{
		"step": {a.Steps, b.Steps}, "value": {a.Values, b.Values},
		"epoch": {a.Epochs, b.Epochs}, "time": {a.Times, b.Times},
	} {
		if len(pair[0]) != len(pair[1]) {
			return fmt.Errorf("%d %ss against %d", len(pair[0]), name, len(pair[1]))
		}
		for i := range pair[0] {
			if x, y := math.Float64bits(pair[0][i]), math.Float64bits(pair[1][i]); x != y {
				return fmt.Errorf("row %d: %s %v (%#x) against %v (%#x)", i, name, pair[0][i], x, pair[1][i], y)
			}
		}
	}
	for i := range a.Steps {
		if x, y := a.FloatStep != nil && a.FloatStep[i], b.FloatStep != nil && b.FloatStep[i]; x != y {
			return fmt.Errorf("row %d: float step %t against %t", i, x, y)
		}
	}
	if len(a.BigSteps) != len(b.BigSteps) {
		return fmt.Errorf("%d exact steps against %d", len(a.BigSteps), len(b.BigSteps))
	}
	for row, step := range a.BigSteps {
		if other, ok := b.BigSteps[row]; !ok || other != step {
			return fmt.Errorf("row %d: exact step %d against %d", row, step, other)
		}
	}
	return nil
}

// lossCurve is what a training script usually logs: n steps one after the
// other, a noisy value, an epoch every 100 steps or none, wall-clock times.
func lossCurve(n int, seed uint64) *Columns {
	rng := rand.New(rand.NewPCG(seed, 1))
	c := &Columns{}
	c.Grow(n)
	now := 1.7e9 + float64(seed)
	for i := range n {
		now += 0.05 + 0.001*rng.Float64()
		epoch := float64(i / 100)
		if seed%3 == 0 {
			epoch = Absent()
		}
		c.Append(int64(i), math.Exp(-float64(i)/1000)+0.1*rng.Float64(), epoch, now)
	}
	return c
}

// awkward draws values that packings get wrong.
func awkward(rng *rand.Rand) float64 {
	switch rng.IntN(12) {
	case 0:
		return math.NaN()
	case 1:
		return math.Float64frombits(0x7ff8000000000000 + rng.Uint64N(1<<20))
	case 2:
		return math.Inf(1 - 2*rng.IntN(2))
	case 3:
		return math.Copysign(0, -1)
	case 4:
		return float64(rng.IntN(100) - 50)
	case 5:
		return float64(rng.Int64())
	case 6:
		return float64(float32(rng.NormFloat64()))
	case 7:
		return math.SmallestNonzeroFloat64 * float64(rng.IntN(100))
	case 8:
		return math.Float64frombits(rng.Uint64())
	case 9:
		return math.MaxFloat64
	case 10:
		return float64(rng.IntN(1<<20)) / (1 << 22)
	}
	return 0
}

func awkwardColumns(n int, rng *rand.Rand) *Columns {
	c := &Columns{}
	kind := rng.IntN(5)
	for i := range n {
		value, epoch, time := awkward(rng), awkward(rng), awkward(rng)
		if kind == 4 {
			value, epoch, time = float64(float32(rng.NormFloat64())), 3, float64(i)*0.25
		}
		switch {
		case kind == 0:
			c.Append(int64(i)*3, value, epoch, time)
		case kind == 1 && i%7 == 0, kind == 2:
			c.AppendFloat(awkward(rng), value, epoch, time)
		case kind == 3:
			c.Append(math.MaxInt64-rng.Int64N(1<<12), value, epoch, time)
		default:
			c.Append(rng.Int64(), value, epoch, time)
		}
	}
	return c
}

func TestPackKeepsEveryBit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		n := 1 + rng.IntN(40)
		if round%20 == 0 {
			n = 1 + rng.IntN(ChunkRows)
		}
		c := awkwardColumns(n, rng)
		packed, err := Pack(nil, c)
		if err != nil {
			t.Fatal(err)
		}
		got := &Columns{}
		if err := Unpack(got, packed); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if err := sameColumns(c, got); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		from := rng.IntN(n)
		to := from + rng.IntN(n-from+1)
		part := lossCurve(3, 1)
		want := part.Clone()
		want.AppendColumns(c.Slice(from, to))
		if err := UnpackRows(part, packed, from, to); err != nil {
			t.Fatal(err)
		}
		if err := sameColumns(want, part); err != nil {
			t.Fatalf("round %d, rows %d to %d of %d: %v", round, from, to, n, err)
		}
	}
}

func TestPackSizes(t *testing.T) {
	flat := &Columns{}
	for i := range ChunkRows {
		flat.Append(int64(i), 0.3, Absent(), 1.7e9)
	}
	tests := []struct {
		name string
		c    *Columns
		most int
	}{
		{"flat line", flat, 8 * 32},
		{"one point", lossCurve(1, 1), 60},
		{"loss curve", lossCurve(ChunkRows, 1), 11 * ChunkRows},
	}
	for _, tt := range tests {
		packed, err := Pack(nil, tt.c)
		if err != nil {
			t.Fatal(err)
		}
		if len(packed) > tt.most {
			t.Errorf("%s: %d bytes, want at most %d", tt.name, len(packed), tt.most)
		}
	}
}

func TestPackRefusesWhatIsNoChunk(t *testing.T) {
	for name, c := range map[string]*Columns{
		"empty":    {},
		"too long": lossCurve(ChunkRows+1, 1),
		"unequal":  {Steps: []float64{1}},
	} {
		if _, err := Pack(nil, c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestUnpackFindsEveryFlippedBit(t *testing.T) {
	packed, err := Pack(nil, lossCurve(30, 1))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(packed) * 8 {
		bad := append([]byte(nil), packed...)
		bad[bit/8] ^= 1 << (bit % 8)
		c := &Columns{}
		if err := Unpack(c, bad); err == nil || c.Len() != 0 {
			t.Fatalf("bit %d: error %v, %d rows", bit, err, c.Len())
		}
	}
	for n := range len(packed) {
		if err := Unpack(&Columns{}, packed[:n]); err == nil {
			t.Fatalf("cut to %d bytes: no error", n)
		}
	}
}

// sealed puts a right checksum behind body, so that damage gets past it.
func sealed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(append([]byte(nil), body...), crc32.Checksum(body, castagnoli))
}

func FuzzUnpack(f *testing.F) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{1, 20, blockRows + 1, 2 * blockRows} {
		for range 3 {
			packed, err := Pack(nil, awkwardColumns(n, rng))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(packed[:len(packed)-4])
		}
	}
	f.Add([]byte{chunkVersion, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{chunkVersion, 0x80, 0x20, 0xff, 0xff, 0x0f})
	f.Add([]byte{chunkVersion, 9, stepsBig, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &Columns{}
		if err := Unpack(c, sealed(body)); err != nil {
			if c.Len() != 0 {
				t.Fatalf("%d rows beside an error", c.Len())
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		packed, err := Pack(nil, c)
		if err != nil {
			t.Fatal(err)
		}
		again := &Columns{}
		if err := Unpack(again, packed); err != nil {
			t.Fatal(err)
		}
		if err := sameColumns(c, again); err != nil {
			t.Fatal(err)
		}
	})
}

// benchmarkSeries are 1,250 metrics of 200 points.
func benchmarkSeries() []*Columns {
	all := make([]*Columns, 1250)
	for i := range all {
		all[i] = lossCurve(200, uint64(i))
	}
	return all
}

func BenchmarkPack250kPoints(b *testing.B) {
	all := benchmarkSeries()
	var buf []byte
	size := 0
	for b.Loop() {
		size = 0
		for _, c := range all {
			buf, _ = Pack(buf[:0], c)
			size += len(buf)
		}
	}
	b.ReportMetric(float64(size)/250e3, "B/point")
}

func BenchmarkUnpack250kPoints(b *testing.B) {
	var packed [][]byte
	for _, c := range benchmarkSeries() {
		p, err := Pack(nil, c)
		if err != nil {
			b.Fatal(err)
		}
		packed = append(packed, p)
	}
	c := &Columns{}
	for b.Loop() {
		for _, p := range packed {
			c.Reset()
			if err := Unpack(c, p); err != nil {
				b.Fatal(err)
			}
		}
	}
}
