//go:build unix

package vfs

import "syscall"

// openFlags keeps open(2) from waiting on a FIFO and from becoming the
// controlling terminal's reader.
const openFlags = syscall.O_NONBLOCK | syscall.O_CLOEXEC | syscall.O_NOCTTY
