//go:build !unix

package liveness

import "errors"

// LockHolder cannot answer here. On Windows a lock is a refusal to share the
// file: trying to open it would keep a writer off that starts at that moment.
func (p *Prober) LockHolder(string) (pid int, held bool, err error) {
	return 0, false, errors.ErrUnsupported
}
