//go:build linux || windows

package tray

import "embed"

// mustRead reads a file that is part of the program.
func mustRead(files embed.FS, name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the folder is embedded by name, the names are constants
	}
	return data
}
