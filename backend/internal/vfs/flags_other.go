//go:build !unix

package vfs

// openFlags adds nothing where open cannot block.
const openFlags = 0
