//go:build unix

package settings

import "os"

// syncDir makes a rename last through a loss of power. The new file is already
// in place and whole, so an error here (many file systems cannot sync a
// folder) is no reason to tell a person that nothing was saved.
func syncDir(dir string) {
	f, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = f.Sync()
	_ = f.Close()
}
