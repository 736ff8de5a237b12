// Package series holds what is known about the points of one metric: the
// columns they are kept in, how those columns are packed for the index, the
// pyramid that answers a chart without reading every point, smoothing,
// alignment, and the binary message that carries lines to the page.
//
// The package is pure: it opens no file, starts no goroutine, logs nothing and
// imports no other package of the program. Values are not safe for concurrent
// mutation; reading the same value from several goroutines is fine.
package series
