//go:build unix

package liveness

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// LockHolder tells who holds the lock by which RocksDB keeps others off a
// database: a write lock of fcntl(2) on its file LOCK. It asks only (F_GETLK)
// and through a descriptor opened for reading, so it never takes the lock nor
// keeps anybody waiting. Nobody holds the lock of a file that does not exist.
//
// pid is 0 when the holder is known to exist, but not by number: in another
// container, on another host, or by an open-file-description lock. On a network
// file system it may be the number of a process of another host.
//
// Closing a file drops all fcntl locks this process has on it: it has none.
func (p *Prober) LockHolder(path string) (pid int, held bool, err error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look at lock: %w", err)
	}
	if !info.Mode().IsRegular() {
		return 0, false, fmt.Errorf("look at lock: %s is not a regular file", path)
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil // gone since
	}
	if err != nil {
		return 0, false, fmt.Errorf("open lock %s: %w", path, err)
	}
	defer func() { _ = unix.Close(fd) }() // opened for reading
	// The whole file, as RocksDB locks it. Asking about a write lock finds
	// readers' locks as well, and needs no descriptor open for writing.
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	for {
		err = unix.FcntlFlock(uintptr(fd), unix.F_GETLK, &lock)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if errors.Is(err, unix.ENOLCK) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return 0, false, fmt.Errorf("ask for lock %s: %w: %w", path, err, errors.ErrUnsupported)
	}
	if err != nil {
		return 0, false, fmt.Errorf("ask for lock %s: %w", path, err)
	}
	if lock.Type == unix.F_UNLCK {
		return 0, false, nil
	}
	return int(max(lock.Pid, 0)), true, nil
}
