package liveness

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// lockID is a file as /proc/locks names it.
type lockID struct {
	major, minor uint32
	inode        uint64
}

// flockTable holds the files that somebody has locked by flock(2).
type flockTable map[lockID]bool

// maxLocks bounds how many locks are kept; a machine has some hundreds.
const maxLocks = 1 << 20

// parseFlocks reads the format of Linux's /proc/locks (man 5 proc_locks):
//
//	1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
//	1: -> FLOCK  ADVISORY  WRITE 1235 08:01:5678 0 EOF
//
// Device numbers are hexadecimal, the inode is decimal. An arrow marks a
// process that waits and holds nothing. Lines of other forms are passed over.
func parseFlocks(r io.Reader) (flockTable, error) {
	table := flockTable{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[1] != "FLOCK" {
			continue
		}
		id, ok := parseLockID(f[5])
		if ok && len(table) < maxLocks {
			table[id] = true
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read locks: %w", err)
	}
	return table, nil
}

func parseLockID(s string) (id lockID, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return lockID{}, false
	}
	major, err1 := strconv.ParseUint(parts[0], 16, 32)
	minor, err2 := strconv.ParseUint(parts[1], 16, 32)
	inode, err3 := strconv.ParseUint(parts[2], 10, 64)
	return lockID{uint32(major), uint32(minor), inode}, err1 == nil && err2 == nil && err3 == nil
}

// parseMountDevice finds the device of a mount by its id in the format of
// /proc/self/mountinfo: "36 35 98:0 /mnt1 …", decimal.
func parseMountDevice(r io.Reader, mount string) (major, minor uint32, ok bool) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20) // paths and options of overlays are long
	for lines.Scan() {
		f := strings.SplitN(lines.Text(), " ", 4)
		if len(f) < 4 || f[0] != mount {
			continue
		}
		a, b, found := strings.Cut(f[2], ":")
		x, err1 := strconv.ParseUint(a, 10, 32)
		y, err2 := strconv.ParseUint(b, 10, 32)
		return uint32(x), uint32(y), found && err1 == nil && err2 == nil
	}
	return 0, 0, false
}
