package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/hextest"
)

// writer frames records as RocksDB does.
type writer struct {
	out    []byte
	number uint32 // of a recycled log, 0 for an ordinary one
}

func (w *writer) fragment(typ byte, payload []byte) {
	body := []byte{typ}
	if w.number != 0 {
		body[0] += typeRecyclableFull - typeFull
		body = binary.LittleEndian.AppendUint32(body, w.number)
	}
	body = append(body, payload...)
	w.raw(body, len(payload))
}

func (w *writer) raw(body []byte, length int) {
	w.out = binary.LittleEndian.AppendUint32(w.out, base.MaskCRC(base.CRC(0, body)))
	w.out = binary.LittleEndian.AppendUint16(w.out, uint16(length))
	w.out = append(w.out, body...)
}

func (w *writer) record(rec []byte) {
	header := headerLen
	if w.number != 0 {
		header = recyclableHeaderLen
	}
	for first := true; first || len(rec) > 0; first = false {
		left := BlockSize - len(w.out)%BlockSize
		if left < header {
			w.out = append(w.out, make([]byte, left)...)
			left = BlockSize
		}
		n := min(len(rec), left-header)
		typ := byte(typeMiddle)
		switch last := n == len(rec); {
		case first && last:
			typ = typeFull
		case first:
			typ = typeFirst
		case last:
			typ = typeLast
		}
		w.fragment(typ, rec[:n])
		rec = rec[n:]
	}
}

// dump reads a log to its end.
func dump(r *Reader) string {
	var b strings.Builder
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Fprintf(&b, "error: %v\n", err)
			break
		}
		if len(rec) > 24 {
			fmt.Fprintf(&b, "%d: %d bytes, CRC %08x\n", r.Offset(), len(rec), base.CRC(0, rec))
		} else {
			fmt.Fprintf(&b, "%d: %q\n", r.Offset(), rec)
		}
	}
	for _, d := range r.Damage() {
		fmt.Fprintf(&b, "damage: %v\n", d)
	}
	if at, torn := r.Torn(); torn {
		fmt.Fprintf(&b, "torn at %d\n", at)
	}
	if r.Recycled() {
		b.WriteString("ends at a recycled fragment\n")
	}
	return b.String()
}

// The scripts build a log line by line:
//
//	record TEXT*N      a record, TEXT repeated
//	fragment TYPE TEXT a fragment of that wire type, whatever the block says
//	raw TOKENS         bytes as hextest reads them
//	number N           recyclable fragments from here on
//	flip OFFSET        damages one byte
//	zero OFFSET N      clears bytes
//	cut N              drops bytes from the end
//	pad                zeros up to the next block
func build(t *testing.T, script string) []byte {
	var w writer
	for line := range strings.Lines(script) {
		cmd, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		var a, n int
		switch cmd {
		case "record":
			text, count, _ := strings.Cut(rest, "*")
			n = 1
			if count != "" {
				scan(t, count, &n)
			}
			w.record(bytes.Repeat([]byte(text), n))
		case "fragment":
			typ, text, _ := strings.Cut(rest, " ")
			scan(t, typ, &n)
			payload := hextest.Parse(t, text)
			body := []byte{byte(n)}
			if w.number != 0 {
				body = binary.LittleEndian.AppendUint32(body, w.number)
			}
			w.raw(append(body, payload...), len(payload))
		case "raw":
			w.out = append(w.out, hextest.Parse(t, rest)...)
		case "number":
			scan(t, rest, &n)
			w.number = uint32(n)
		case "flip":
			scan(t, rest, &a)
			w.out[a] ^= 0x55
		case "zero":
			scan(t, rest, &a, &n)
			clear(w.out[a : a+n])
		case "cut":
			scan(t, rest, &n)
			w.out = w.out[:len(w.out)-n]
		case "pad":
			w.out = append(w.out, make([]byte, BlockSize-len(w.out)%BlockSize)...)
		default:
			t.Fatalf("unknown line %s", line)
		}
	}
	return w.out
}

func scan(t *testing.T, s string, args ...any) {
	t.Helper()
	if _, err := fmt.Sscan(s, args...); err != nil {
		t.Fatalf("%s: %v", s, err)
	}
}

func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata/scripts", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			number := 7
			if d.HasArg("number") {
				d.ScanArgs(t, "number", &number)
			}
			log := build(t, d.Input)
			return dump(NewReader(bytes.NewReader(log), "000007.log", uint64(number)))
		})
	})
}

// Every prefix of a log yields a prefix of its records and no damage.
func TestEveryPrefixIsTorn(t *testing.T) {
	var w writer
	var ends []int
	for i := range 40 {
		w.record(bytes.Repeat([]byte{byte(i)}, i*i*7))
		ends = append(ends, len(w.out))
	}
	r := new(Reader)
	for n := 0; n <= len(w.out); n += 1 + n/500 {
		r.Reset(bytes.NewReader(w.out[:n]), "log", 0)
		got := 0
		for {
			rec, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || len(rec) != got*got*7 {
				t.Fatalf("cut at %d: record %d has %d bytes: %v", n, got, len(rec), err)
			}
			got++
		}
		want := 0
		for want < len(ends) && ends[want] <= n {
			want++
		}
		_, torn := r.Torn()
		clean := want > 0 && ends[want-1] == n || n == 0
		if got != want || len(r.Damage()) > 0 || (!torn && !clean && n%BlockSize != 0) {
			t.Fatalf("cut at %d: %d records, want %d; torn %v, damage %v", n, got, want, torn, r.Damage())
		}
	}
}

// Reading a growing log piece by piece gives the records of one reading.
func TestReadingGoesOnAtAPosition(t *testing.T) {
	for _, number := range []uint32{0, 7} {
		w := writer{number: number}
		for i := range 60 {
			w.record(bytes.Repeat([]byte{byte(i)}, i*i*5))
		}
		for _, step := range []int{1000, 7777, 32768, 50000} {
			var pos Position
			got := 0
			r := new(Reader)
			for n := 0; ; n = min(n+step, len(w.out)) {
				r.ResetAt(bytes.NewReader(w.out[:n]), "log", 7, pos)
				for {
					rec, err := r.Next()
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil || len(rec) != got*got*5 {
						t.Fatalf("step %d: record %d has %d bytes: %v", step, got, len(rec), err)
					}
					got++
				}
				if len(r.Damage()) > 0 {
					t.Fatalf("step %d: damage %v", step, r.Damage())
				}
				pos = r.Position()
				if n == len(w.out) {
					break
				}
			}
			if got != 60 {
				t.Fatalf("step %d: %d records, want 60", step, got)
			}
		}
	}
}

func TestReadErrorIsReported(t *testing.T) {
	boom := errors.New("boom")
	r := NewReader(failing{boom}, "log", 0)
	if _, err := r.Next(); !errors.Is(err, boom) {
		t.Fatalf("Next = %v, want the read error", err)
	}
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

func FuzzReader(f *testing.F) {
	var w writer
	w.record([]byte("hello"))
	w.record(bytes.Repeat([]byte("x"), 100))
	f.Add(w.out, uint64(0))
	rec := writer{number: 9}
	rec.record([]byte("hello"))
	f.Add(rec.out, uint64(9))
	f.Add(rec.out, uint64(8))
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00"), uint64(0))
	f.Fuzz(func(t *testing.T, log []byte, number uint64) {
		r := NewReader(bytes.NewReader(log), "log", number)
		total, last := 0, int64(-1)
		for {
			p, err := r.Next()
			if err != nil {
				break
			}
			if r.Offset() <= last {
				t.Fatalf("record at %d after %d", r.Offset(), last)
			}
			last = r.Offset()
			total += len(p)
		}
		if total > len(log) {
			t.Fatalf("%d bytes of records from a log of %d", total, len(log))
		}
		for _, d := range r.Damage() {
			if d.Offset < 0 || d.Bytes < 0 || d.Offset > int64(len(log)) {
				t.Fatalf("impossible damage %v", d)
			}
		}
	})
}
