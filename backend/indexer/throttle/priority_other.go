//go:build !linux

package throttle

// LowerPriority does nothing: only Linux gives priorities to threads alone.
func LowerPriority() error { return nil }
