package throttle

import (
	"fmt"

	"github.com/shirou/gopsutil/v3/disk"
)

// FreeBytes is the space that is left, for a person without special rights, on
// the disk that holds dir.
func FreeBytes(dir string) (uint64, error) {
	usage, err := disk.Usage(dir)
	if err != nil {
		return 0, fmt.Errorf("ask for free space of %s: %w", dir, err)
	}
	return usage.Free, nil
}
