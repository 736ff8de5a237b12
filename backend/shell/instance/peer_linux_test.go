package instance

import (
	"bufio"
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		peer, own int
		ok        bool
	}{{1000, 1000, true}, {0, 1000, true}, {1001, 1000, false}, {1000, 0, false}} {
		if err := allowed(c.peer, c.own); (err == nil) != c.ok {
			t.Errorf("user %d at a program of %d: %v", c.peer, c.own, err)
		}
	}
}

func TestCheckPeer(t *testing.T) {
	dir, err := os.MkdirTemp("", "ad")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	conn, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := checkPeer(conn); err != nil {
		t.Errorf("this process: %v", err)
	}
	a, b := net.Pipe()
	defer func() { _, _ = a.Close(), b.Close() }()
	if err := checkPeer(a); err == nil {
		t.Error("what is no socket has no user")
	}
}

func FuzzReadLine(f *testing.F) {
	f.Add([]byte(`{"name":"open","body":{"args":["L3Rt"],"dir":""}}` + "\n"))
	f.Add([]byte("{\n}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var req request
		if err := readLine(bufio.NewReader(bytes.NewReader(data)), &req); err == nil && !bytes.Contains(data, []byte("\n")) {
			t.Errorf("%q has no end", data)
		}
	})
}
