package liveness

import (
	"maps"
	"net"
	"strings"
	"testing"
)

const locksTable = `1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
1: -> FLOCK  ADVISORY  WRITE 1235 08:01:9999 0 EOF
2: POSIX  ADVISORY  WRITE 77 08:01:4444 0 EOF
3: FLOCK  ADVISORY  READ  -1 103:0a:18446744073709551615 0 EOF
4: OFDLCK ADVISORY  WRITE -1 08:01:3333 0 EOF
5: FLOCK  ADVISORY  READ  9 zz:01:1 0 EOF
6: FLOCK  ADVISORY  READ  9 08:01 0 EOF
7: FLOCK
8: LEASE  ACTIVE    READ  9 08:01:2222 0 EOF
`

func TestParseFlocks(t *testing.T) {
	got, err := parseFlocks(strings.NewReader(locksTable))
	if err != nil {
		t.Fatal(err)
	}
	want := flockTable{{0x8, 1, 5678}: true, {0x103, 0xa, 1<<64 - 1}: true}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParseFlocksRefusesEndlessLine(t *testing.T) {
	if _, err := parseFlocks(strings.NewReader(strings.Repeat("x", 1<<20))); err == nil {
		t.Error("a line of a megabyte is no lock table")
	}
}

func TestParseMountDevice(t *testing.T) {
	const mounts = "22 1 0:21 / /proc rw - proc proc rw\n36 35 98:300 /root /mnt rw,noatime - btrfs /dev/sdb rw\n37 35 x:y / /z rw\n"
	if major, minor, ok := parseMountDevice(strings.NewReader(mounts), "36"); !ok || major != 98 || minor != 300 {
		t.Errorf("got %d:%d, %v", major, minor, ok)
	}
	for _, id := range []string{"3", "99", "", "37"} {
		if _, _, ok := parseMountDevice(strings.NewReader(mounts), id); ok {
			t.Errorf("found a device for mount %q", id)
		}
	}
}

func TestMachineID(t *testing.T) {
	for addr, want := range map[string]uint64{
		"02:fc:00:00:00:01":       3281355014145, // as Python's uuid.getnode writes it
		"ff:ff:ff:ff:ff:ff":       1<<48 - 1,
		"00:00:00:00:00:00":       0,
		"02:fc:00:00:00:01:02:03": 3281355014145,
	} {
		hw, err := net.ParseMAC(addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := machineID(hw); got != want {
			t.Errorf("%s: got %d, want %d", addr, got, want)
		}
	}
	if got := machineID(nil); got != 0 {
		t.Errorf("no address: got %d", got)
	}
}

func FuzzParseFlocks(f *testing.F) {
	f.Add(locksTable)
	f.Fuzz(func(t *testing.T, s string) {
		table, err := parseFlocks(strings.NewReader(s))
		if err == nil && len(table) > strings.Count(s, "FLOCK") {
			t.Errorf("%d locks in %q", len(table), s)
		}
		parseMountDevice(strings.NewReader(s), "1")
	})
}
