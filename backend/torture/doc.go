// Package torture tests what Aimdesk promises when everything goes wrong: disks
// that fail, indexes that vanish, programs that are killed and repositories made
// to do harm. docs/reliability.md lists the promises and the figures.
//
// The short form of every test runs by default. With TORTURE=1 in the
// environment the long forms run: every single call fails once, and programs
// are killed hundreds of times.
package torture
