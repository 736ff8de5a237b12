package liveness

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

func readFlocks() (flockTable, error) {
	f, err := os.Open("/proc/locks")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading
	return parseFlocks(f)
}

// lockIDs returns the names under which /proc/locks may list a file; none when
// there is no file. The table names the device of the whole file system, while
// stat on Btrfs and some overlays names one of the subvolume: the mount tells
// the former.
func lockIDs(path string) ([]lockID, error) {
	// O_PATH opens a name, not what is behind it: no effect on any file.
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { _ = unix.Close(fd) }() // holds nothing
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, fmt.Errorf("stat %s: %w", path, err)
	}
	ids := []lockID{{unix.Major(uint64(st.Dev)), unix.Minor(uint64(st.Dev)), st.Ino}}
	if major, minor, ok := mountDevice(fd); ok {
		if id := (lockID{major, minor, st.Ino}); id != ids[0] {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// mountDevice is the device of the mount through which a file was opened.
func mountDevice(fd int) (major, minor uint32, ok bool) {
	info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", fd))
	if err != nil {
		return 0, 0, false
	}
	for line := range strings.Lines(string(info)) {
		id, found := strings.CutPrefix(line, "mnt_id:")
		if !found {
			continue
		}
		f, err := os.Open("/proc/self/mountinfo")
		if err != nil {
			return 0, 0, false
		}
		defer func() { _ = f.Close() }() // opened for reading
		return parseMountDevice(f, strings.TrimSpace(id))
	}
	return 0, 0, false
}
