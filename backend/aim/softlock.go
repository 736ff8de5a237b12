package aim

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"aimdesk/backend/internal/vfs"
)

// Names of the locks of runs within .aim.
const (
	locksName      = "locks"
	softLockSuffix = ".softlock"
)

// SoftLock is the content of locks/HASH.softlock, which exists while a run is
// open for writing and is left behind by a crash: one line
//
//	MACHINE-PID-TIME
type SoftLock struct {
	// Machine is the writer's network address as a number, or a random one
	// with the multicast bit set if Python found no address.
	Machine uint64
	PID     int
	// Time is when the lock was taken, in unix seconds.
	Time float64
}

// maxSoftLock bounds the size of a lock file.
const maxSoftLock = 1024

// ParseSoftLock parses the content of a lock file.
func ParseSoftLock(s string) (SoftLock, bool) {
	parts := strings.Split(strings.TrimSpace(s), "-")
	if len(parts) != 3 {
		return SoftLock{}, false
	}
	machine, err1 := strconv.ParseUint(parts[0], 10, 64)
	pid, err2 := strconv.ParseInt(parts[1], 10, 32)
	at, ok := parseSeconds(parts[2])
	if err1 != nil || err2 != nil || !ok || pid <= 0 {
		return SoftLock{}, false
	}
	return SoftLock{Machine: machine, PID: int(pid), Time: at}, true
}

// errForeignLock says that a lock file has another form.
var errForeignLock = errors.New("the run's lock has a form that tells nothing")

// softLock reads the soft lock of a run; false if there is none.
func (r *Repo) softLock(hash string) (SoftLock, bool, error) {
	path := filepath.Join(r.AimDir(), locksName, hash+softLockSuffix)
	data, err := vfs.ReadFile(r.cfg.FS, path, maxSoftLock)
	if errors.Is(err, fs.ErrNotExist) {
		return SoftLock{}, false, nil
	}
	if err != nil {
		return SoftLock{}, false, fmt.Errorf("read run lock: %w", err)
	}
	l, ok := ParseSoftLock(string(data))
	if !ok {
		return SoftLock{}, false, errForeignLock
	}
	return l, true, nil
}
