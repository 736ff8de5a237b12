//go:build unix

package instance_test

import (
	"bufio"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aimdesk/backend/shell/instance"
)

func TestModes(t *testing.T) {
	dir := filepath.Join(shortDir(t), "x")
	s := acquire(t, dir)
	for name, want := range map[string]os.FileMode{".": 0o700, "lock": 0o600, "socket": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "socket")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket stayed: %v", err)
	}
}

func TestFoldersOfOthersAreRefused(t *testing.T) {
	dir := shortDir(t)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Acquire(instance.Config{Dir: dir}); err == nil || errors.Is(err, instance.ErrRunning) {
		t.Errorf("a folder that everybody may write: %v", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(shortDir(t), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Acquire(instance.Config{Dir: link}); err == nil || errors.Is(err, instance.ErrRunning) {
		t.Errorf("a link: %v", err)
	}
}

func TestDefaultFolder(t *testing.T) {
	runtime, tmp := shortDir(t), shortDir(t)
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	t.Setenv("TMPDIR", tmp)
	s, err := instance.Acquire(instance.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(runtime, "aimdesk", "socket")); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "relative", filepath.Join(runtime, "missing")} {
		t.Setenv("XDG_RUNTIME_DIR", bad)
		other, err := instance.Acquire(instance.Config{})
		if err != nil {
			t.Fatalf("%q: %v", bad, err)
		}
		if found, err := filepath.Glob(filepath.Join(tmp, "aimdesk-*", "socket")); err != nil || len(found) != 1 {
			t.Errorf("%q: %v, %v", bad, found, err)
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestStaleSocketIsReplaced(t *testing.T) {
	dir := shortDir(t)
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "socket"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	if err := stale.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Dial(t.Context(), instance.Config{Dir: dir}); !errors.Is(err, instance.ErrNotRunning) {
		t.Errorf("a stale socket: %v", err)
	}
	s, handed, err := instance.Start(t.Context(), instance.Config{Dir: dir}, instance.Handover{})
	if err != nil || handed {
		t.Fatalf("%v, %v", handed, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Whatever is sent, the server answers the next caller.
func TestRawConnections(t *testing.T) {
	dir := shortDir(t)
	s := acquire(t, dir)
	opened := make(chan instance.Handover, 1)
	s.HandleOpen(func(h instance.Handover) { opened <- h })
	serve(t, s)
	for _, c := range []struct{ send, want string }{
		{"", ""},
		{"{\"name\":\n", `{"error":"read request:`},
		{"[]\n", `{"error":"read request:`},
		{"{}\n", `{"error":"unknown request`},
		{`{"name":"open","body":7}` + "\n", `{"error":"decode arguments:`},
		{`{"name":"open"`, ""},
		{strings.Repeat("x", 9<<20), `{"error":"read request: message exceeds`},
	} {
		conn, err := net.Dial("unix", filepath.Join(dir, "socket"))
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(c.send)) // the server may hang up within a long one
		if c.want != "" {
			line, err := bufio.NewReader(conn).ReadString('\n')
			if !strings.HasPrefix(line, c.want) && len(c.send) < 1<<20 {
				t.Errorf("%.40q: answered %q, %v", c.send, line, err)
			}
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := instance.HandOver(t.Context(), instance.Config{Dir: dir}, instance.Handover{Args: []string{"/x"}}); err != nil {
		t.Fatal(err)
	}
	if h := <-opened; len(h.Args) != 1 || h.Args[0] != "/x" {
		t.Errorf("handed over %+v", h)
	}
}
