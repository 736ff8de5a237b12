//go:build unix

package instance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// endpoint is the lock and the socket of the running program.
type endpoint struct {
	listener net.Listener
	lock     *os.File
	socket   string
}

// folder returns where instances meet, made and checked.
func folder(cfg Config) (string, error) {
	dir := cfg.Dir
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "aimdesk-"+strconv.Itoa(os.Geteuid()))
		if runtime := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(runtime) && private(runtime) == nil {
			dir = filepath.Join(runtime, "aimdesk")
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make folder of the running program: %w", err)
	}
	if err := private(dir); err != nil {
		return "", err
	}
	return dir, nil
}

// private refuses a folder in which another user could put or take things: in
// a shared folder for temporary files somebody may have made it first.
func private(dir string) error {
	var st unix.Stat_t
	if err := unix.Lstat(dir, &st); err != nil {
		return fmt.Errorf("look at %s: %w", dir, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR || int(st.Uid) != os.Geteuid() || st.Mode&0o022 != 0 {
		return fmt.Errorf("%s is not a folder of this user alone", dir)
	}
	return nil
}

func listen(cfg Config) (*endpoint, error) {
	dir, err := folder(cfg)
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock of the running program: %w", err)
	}
	// The lock file stays where it is: removing it could give two programs a
	// lock each on two files of one name.
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		err = errors.Join(err, lock.Close())
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, ErrRunning
		}
		return nil, fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	socket := filepath.Join(dir, "socket")
	listener, err := listenSocket(socket)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for other starts: %w", err), lock.Close())
	}
	return &endpoint{listener, lock, socket}, nil
}

// listenSocket replaces the socket of a program that died: whoever holds the
// lock knows that nobody listens.
func listenSocket(socket string) (net.Listener, error) {
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

func (e *endpoint) close() error {
	// Closing removes the socket; then the lock may go.
	err := e.listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return errors.Join(err, e.lock.Close())
}

func connect(ctx context.Context, cfg Config) (net.Conn, error) {
	dir, err := folder(cfg)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", filepath.Join(dir, "socket"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ECONNREFUSED) {
		return nil, ErrNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("connect to the running program: %w", err)
	}
	if err := checkPeer(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
