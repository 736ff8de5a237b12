//go:build unix

package badgerstore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// tryLock locks an open file without waiting. It returns errHeld if another
// process has it. The lock ends with the file or the process.
func tryLock(f *os.File, shared bool) error {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	return err
}

// syncDir makes renames inside of a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// occupied returns the bytes that a file takes on the disk, which is less than
// its size for the logs that are made in advance.
func occupied(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Blocks * 512
	}
	return info.Size()
}
