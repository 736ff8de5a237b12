//go:build !linux

package liveness

import "errors"

// Only Linux lists the locks of other processes.
func readFlocks() (flockTable, error) { return nil, errors.ErrUnsupported }

func lockIDs(string) ([]lockID, error) { return nil, errors.ErrUnsupported }
