//go:build !linux

package main

import (
	"errors"
	"os"
	"time"
)

// peakMemory is not known here.
func peakMemory(*os.ProcessState) int64 { return 0 }

// cpuTime is not known here.
func cpuTime() time.Duration { return 0 }

// forget cannot be asked for here.
func forget(string) error { return errors.ErrUnsupported }

// fewFiles runs the command as it is: the limit is tried on Linux.
func fewFiles(_ string, name string, args ...string) (string, []string) { return name, args }
