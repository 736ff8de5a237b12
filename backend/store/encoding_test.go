package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"reflect"
	"testing"

	"aimdesk/backend/series"
)

func of[T any](v T) *T { return &v }

// fullRun has every field set.
func fullRun() *Run {
	c := &series.Columns{}
	c.Append(-1, 2.5, 3, 1.7e9)
	c.Append(7, -2.5, 3, 1.7e9+1)
	return &Run{
		Hash: "0123456789abcdef", MetaPrint: "m\x00", SeqsPrint: "s", SeriesDone: true, EndTimeKnown: true,
		EndTime: of(-1.5), Params: []byte{0, 1, 2}, LastRecord: of(1.7e9), IndexedAt: 1.8e9,
		Unreadable: &Damage{File: "f", Offset: -1, Message: "gone"},
		Damage:     []Damage{{File: "g", Offset: math.MaxInt64, Message: "ü"}, {}},
		Traces: []Trace{
			{
				Kind: "metric", Name: "loss", ContextID: math.MinInt64, Context: []byte("c"), DType: "float",
				Version: 2, Stored: []byte("stored"), HasSeries: true, Summary: series.Summarize(c), Slot: 12,
			},
			{Kind: "images", Version: -1},
		},
		SeriesBytes: 1 << 40, SeriesVersion: 77,
	}
}

func fullProperties() *Properties {
	return &Properties{
		Hash: "h", Name: of("n"), Description: of(""), Experiment: of("e"), Tags: []string{"", "t"},
		Notes:    []Note{{ID: -5, Content: "c", Created: of(1.0), Updated: of(math.Inf(1))}, {}},
		Archived: of(true), CreationTime: of(2.0), UpdatedAt: of(-3.0),
	}
}

func TestRunRecord(t *testing.T) {
	for _, r := range []*Run{fullRun(), {Hash: "h"}, {}} {
		record := AppendRun([]byte("before"), r)[len("before"):]
		for _, names := range []map[string]string{nil, {}} {
			got, err := DecodeRun(record, names)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, r) {
				t.Errorf("got %+v\nwant %+v", got, r)
			}
		}
	}
	layout, err := DecodeLayout(AppendRun(nil, fullRun()))
	if err != nil {
		t.Fatal(err)
	}
	if slot, count, ok := layout.Locate(0); !ok || slot != 12 || count != 2 || layout.Version != 77 {
		t.Errorf("layout %+v", layout)
	}
	for _, trace := range []int{-1, 1, 2} {
		if _, _, ok := layout.Locate(trace); ok {
			t.Errorf("trace %d has a series", trace)
		}
	}
}

func TestPropertiesRecord(t *testing.T) {
	for _, p := range []*Properties{fullProperties(), {Hash: "h"}, {Archived: of(false)}} {
		got, err := DecodeProperties(AppendProperties(nil, p))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, p) {
			t.Errorf("got %+v\nwant %+v", got, p)
		}
	}
}

func TestRecordsFindEveryFlippedBit(t *testing.T) {
	for name, record := range map[string][]byte{
		"run": AppendRun(nil, fullRun()), "properties": AppendProperties(nil, fullProperties()), "value": SealValue([]byte("v")),
	} {
		decode := func(b []byte) error {
			var err error
			switch name {
			case "run":
				_, err = DecodeRun(b, nil)
			case "properties":
				_, err = DecodeProperties(b)
			default:
				_, err = OpenValue(b)
			}
			return err
		}
		if err := decode(record); err != nil {
			t.Fatal(err)
		}
		for bit := range len(record) * 8 {
			bad := append([]byte(nil), record...)
			bad[bit/8] ^= 1 << (bit % 8)
			if err := decode(bad); !errors.Is(err, ErrDamagedRecord) {
				t.Fatalf("%s, bit %d: %v", name, bit, err)
			}
		}
		for n := range record {
			if err := decode(record[:n]); !errors.Is(err, ErrDamagedRecord) {
				t.Fatalf("%s cut to %d bytes: %v", name, n, err)
			}
		}
	}
}

func sealed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(append([]byte(nil), body...), crc32.Checksum(body, castagnoli))
}

func FuzzDecodeRun(f *testing.F) {
	for _, r := range []*Run{fullRun(), {}} {
		record := AppendRun(nil, r)
		f.Add(record[:len(record)-4])
	}
	f.Add([]byte{runRecordVersion, 0, 0xff, 0xff, 0x03})
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := DecodeRun(sealed(body), map[string]string{})
		if err != nil {
			return
		}
		if _, err := DecodeLayout(sealed(body)); err != nil {
			t.Fatal(err)
		}
		record := AppendRun(nil, r)
		again, err := DecodeRun(record, nil)
		if err != nil {
			t.Fatal(err)
		}
		if string(AppendRun(nil, again)) != string(record) {
			t.Fatal("a run changes as it is written again")
		}
	})
}

func FuzzDecodeProperties(f *testing.F) {
	for _, p := range []*Properties{fullProperties(), {}} {
		record := AppendProperties(nil, p)
		f.Add(record[:len(record)-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := DecodeProperties(sealed(body))
		if err != nil {
			return
		}
		record := AppendProperties(nil, p)
		again, err := DecodeProperties(record)
		if err != nil {
			t.Fatal(err)
		}
		if string(AppendProperties(nil, again)) != string(record) {
			t.Fatal("properties change as they are written again")
		}
	})
}
