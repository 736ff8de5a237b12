package liveness

import (
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const tail = " 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 12345 1 2"
	for _, c := range []struct {
		in    string
		state byte
		want  time.Duration
		ok    bool
	}{
		{"42 (python3) S" + tail, 'S', 123450 * time.Millisecond, true},
		{"42 (a) Z 1 (b)) Z" + tail, 'Z', 123450 * time.Millisecond, true},
		{"42 (python3) S 1 2", 0, 0, false},
		{"", 0, 0, false},
		{"42 (x) SS" + tail, 0, 0, false},
		{"42 (x) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 99999999999999999999", 0, 0, false},
		{"42 (x) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 9999999999999999", 0, 0, false},
	} {
		state, got, err := parseStat([]byte(c.in))
		if (err == nil) != c.ok || state != c.state || got != c.want {
			t.Errorf("%q: %q, %v, %v", c.in, state, got, err)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("42 (python3) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 12345 1 2"))
	f.Fuzz(func(t *testing.T, stat []byte) {
		if _, d, err := parseStat(stat); err == nil && d < 0 {
			t.Errorf("%q began %v before the machine", stat, d)
		}
	})
}
