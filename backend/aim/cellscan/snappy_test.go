package cellscan

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
)

// decode decodes as openBlock does, with some room behind the content.
func decode(src []byte, room int) ([]byte, bool) {
	n, elements, ok := snappyLen(src)
	if !ok {
		return nil, false
	}
	dst := make([]byte, n+room)
	return dst[:n], snappyDecode(dst, elements, n)
}

func TestSnappyRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	texts := [][]byte{nil, []byte("a"), bytes.Repeat([]byte("ab"), 5000), []byte(strings.Repeat("seqs\xfev2\xfechunks\xfe", 300))}
	for range 200 {
		text := make([]byte, r.IntN(6000))
		for i := range text {
			text[i] = byte(r.IntN(4))
			if back := r.IntN(100); back > 0 && i > back && r.IntN(3) > 0 {
				text[i] = text[i-back]
			}
		}
		texts = append(texts, text)
	}
	for i, text := range texts {
		for _, room := range []int{0, 7, wordSlack} {
			got, ok := decode(snappy.Encode(nil, text), room)
			if !ok || !bytes.Equal(got, text) {
				t.Fatalf("text %d of %d bytes, room %d: decoded %v to %d bytes", i, len(text), room, ok, len(got))
			}
		}
	}
}

func FuzzSnappy(f *testing.F) {
	f.Add(snappy.Encode(nil, []byte(strings.Repeat("row row ", 20))))
	f.Add([]byte{5, 0x10, 'a', 'b', 'c', 'd', 'e'})
	f.Add([]byte{20, 0xf0, 3, 'a', 'b', 'c', 'd', 0x01, 0x02, 0x3e, 4, 0, 0xff, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, src []byte) {
		if n, err := snappy.DecodedLen(src); err == nil && n > 1<<20 {
			return
		}
		want, err := snappy.Decode(nil, src)
		for _, room := range []int{0, wordSlack} {
			got, ok := decode(src, room)
			// The library also takes an extension of the format, so what is
			// refused here may be right there.
			if ok && (err != nil || !bytes.Equal(got, want)) {
				t.Errorf("room %d: got %x; want %x, %v", room, got, want, err)
			}
		}
	})
}
