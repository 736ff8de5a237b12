//go:build interop

package aimql

import (
	"os/exec"
	"strings"
	"testing"
)

// The same comparison with the python3 of this machine.
func TestTreesAsCPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	out, err := exec.Command(python, "-W", "ignore", "testdata/interop/dump.py", "testdata/interop/corpus.txt", "testdata/interop/values.txt",
		"../testdata/queries.txt").Output()
	if err != nil {
		t.Fatal(err)
	}
	checkDumps(t, strings.Split(string(out), "\n"))
}
