package badgerstore

import (
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"
)

// childEnv names the program that the test binary is to be instead of running
// tests: what may kill a process has to be tried in one of its own.
const childEnv = "BADGERSTORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		os.Exit(children[name](os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

var children = map[string]func(args []string) int{
	"writer":   writerChild,
	"examiner": examinerChild,
}

func child(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), childEnv+"="+name)
	return cmd
}
