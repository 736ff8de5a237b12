package series

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"strconv"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// goldenLines has every mode, layer, status and flag, odd numbers of bins, and
// values that JSON cannot hold.
func goldenLines() []Line {
	nan, inf := math.NaN(), math.Inf(1)
	points := NewLine(StatusOK)
	points.Total, points.InRange, points.NaN, points.PosInf, points.NegInf = 5, 5, 1, 1, 1
	points.XMin, points.XMax, points.YMin, points.YMax = 0, 4, -0.5, 1e300
	points.X = []float64{0, 1, 2, 3, 4}
	points.Y = []float64{-0.5, nan, inf, -inf, 1e300}

	bins := NewLine(StatusOK)
	bins.Index, bins.Mode, bins.Layer = 1, ModeBins, LayerSmooth
	bins.Total, bins.InRange, bins.NaN = 1e7, 123456, 7
	bins.XMin, bins.XMax, bins.YMin, bins.YMax = -1.5, 1.7e9, 0.1, 0.9
	bins.X = []float64{0, 10, 20}
	bins.XLast = []float64{9, 19, 29.25}
	bins.First = []float64{0.1, nan, 0.3}
	bins.Min = []float64{0.1, nan, 0.2}
	bins.Max = []float64{0.9, nan, 0.4}
	bins.Last = []float64{0.5, nan, 0.25}
	bins.Flags = []uint8{0, FlagNaN | FlagGap, FlagPosInf | FlagNegInf | FlagGap}

	unknown, unreadable, noAxis := NewLine(StatusUnknownTrace), NewLine(StatusUnreadable), NewLine(StatusNoAxis)
	unknown.Index, unreadable.Index, noAxis.Index = 2, 3, math.MaxUint32
	noAxis.Total, noAxis.Mode = 12, ModeBins

	eight := NewLine(StatusOK)
	eight.Index, eight.Mode = 5, ModeBins
	for i := range 8 {
		v := float64(i)
		eight.X, eight.XLast = append(eight.X, v), append(eight.XLast, v+0.5)
		eight.First, eight.Min = append(eight.First, v), append(eight.Min, -v)
		eight.Max, eight.Last = append(eight.Max, v*v), append(eight.Last, 1/(v+1))
		eight.Flags = append(eight.Flags, uint8(i))
	}
	eight.Total, eight.InRange = 16, 16
	eight.XMin, eight.XMax, eight.YMin, eight.YMax = 0, 7.5, -7, 49
	return []Line{points, bins, unknown, unreadable, noAxis, eight}
}

// text is a number as the golden JSON has it: a string, "NaN", "Infinity" and
// "-Infinity" being what JavaScript calls them.
func text(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func texts(v []float64) []string {
	out := make([]string, len(v))
	for i := range v {
		out[i] = text(v[i])
	}
	return out
}

func goldenJSON(lines []Line) ([]byte, error) {
	type line struct {
		Index   uint32   `json:"index"`
		Mode    Mode     `json:"mode"`
		Layer   Layer    `json:"layer"`
		Status  Status   `json:"status"`
		N       int      `json:"n"`
		Total   string   `json:"total"`
		InRange string   `json:"inRange"`
		NaN     string   `json:"nan"`
		PosInf  string   `json:"posInf"`
		NegInf  string   `json:"negInf"`
		XMin    string   `json:"xMin"`
		XMax    string   `json:"xMax"`
		YMin    string   `json:"yMin"`
		YMax    string   `json:"yMax"`
		X       []string `json:"x"`
		Y       []string `json:"y,omitempty"`
		XLast   []string `json:"xLast,omitempty"`
		YFirst  []string `json:"yFirst,omitempty"`
		BinMin  []string `json:"yMinOfBin,omitempty"`
		BinMax  []string `json:"yMaxOfBin,omitempty"`
		YLast   []string `json:"yLast,omitempty"`
		Flags   []int    `json:"flags,omitempty"`
	}
	var all []line
	for i := range lines {
		l := &lines[i]
		var flags []int
		for _, f := range l.Flags {
			flags = append(flags, int(f))
		}
		all = append(all, line{
			l.Index, l.Mode, l.Layer, l.Status, l.Len(), text(l.Total), text(l.InRange),
			text(l.NaN), text(l.PosInf), text(l.NegInf), text(l.XMin), text(l.XMax), text(l.YMin), text(l.YMax),
			texts(l.X), texts(l.Y), texts(l.XLast), texts(l.First), texts(l.Min), texts(l.Max), texts(l.Last), flags,
		})
	}
	out, err := json.MarshalIndent(all, "", " ")
	return append(out, '\n'), err
}

func TestWireGolden(t *testing.T) {
	message, err := AppendWire(nil, goldenLines())
	if err != nil {
		t.Fatal(err)
	}
	if len(message) != WireSize(goldenLines()) || len(message)%8 != 0 {
		t.Errorf("%d bytes, WireSize says %d", len(message), WireSize(goldenLines()))
	}
	lines, err := DecodeWire(message)
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := goldenJSON(lines)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"testdata/wire-golden.bin": message, "testdata/wire-golden.json": asJSON} {
		if *rewrite {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; the format changed, or run the test with -rewrite", name)
		}
	}
}

func TestWireLayout(t *testing.T) {
	l := NewLine(StatusNoAxis)
	l.Index, l.Layer, l.X, l.Y = 0x01020304, LayerSmooth, []float64{1}, []float64{2}
	message, err := AppendWire(nil, []Line{l})
	if err != nil {
		t.Fatal(err)
	}
	head := []byte{'A', 'I', 'M', 'S', 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 0, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0}
	if !bytes.HasPrefix(message, head) {
		t.Errorf("message starts with % x", message[:len(head)])
	}
	if len(message) != 16+88+16 {
		t.Errorf("message of %d bytes", len(message))
	}
}

func TestWireRefusesUnequalColumns(t *testing.T) {
	for i, l := range []Line{
		{X: []float64{1}},
		{Mode: ModeBins, X: []float64{1}},
		{Mode: ModeBins, Flags: []uint8{1}},
		{Mode: 2},
	} {
		if _, err := AppendWire(nil, []Line{l}); err == nil {
			t.Errorf("line %d was taken", i)
		}
	}
}

func FuzzDecodeWire(f *testing.F) {
	message, err := AppendWire(nil, goldenLines())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(message)
	f.Add(message[:40])
	f.Add([]byte("AIMS\x01\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, message []byte) {
		lines, err := DecodeWire(message)
		if err != nil {
			return
		}
		again, err := AppendWire(nil, lines)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again, message) {
			t.Fatalf("decoding and encoding changed %d bytes into %d", len(message), len(again))
		}
	})
}
