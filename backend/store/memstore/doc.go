// Package memstore keeps the index of a repository in memory: for tests, and
// for looking at a repository without leaving anything behind.
package memstore
