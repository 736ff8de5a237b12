//go:build !unix

package settings

// syncDir does nothing: only Unix syncs folders.
func syncDir(string) {}
