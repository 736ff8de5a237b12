//go:build interop

package interop

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aimdesk/backend/cli"
)

// prepared is a folder that scripts/interop.sh filled.
func prepared(t *testing.T, name string) string {
	t.Helper()
	base := os.Getenv("INTEROP_DIR")
	if base == "" {
		t.Fatal("INTEROP_DIR is not set: run scripts/interop.sh")
	}
	dir := filepath.Join(base, name)
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// python is the interpreter that has Aim.
func python(t *testing.T) string {
	t.Helper()
	p := os.Getenv("INTEROP_PYTHON")
	if p == "" {
		t.Fatal("INTEROP_PYTHON is not set: run scripts/interop.sh")
	}
	return p
}

// run runs a verb and returns what it printed and its exit status.
func run(args ...string) (out, errs string, status int) {
	var stdout, stderr bytes.Buffer
	status = cli.Run(context.Background(), args, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, nil)
	return stdout.String(), stderr.String(), status
}

// printed runs a verb that must succeed without a word of complaint.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, status := run(args...)
	if status != cli.ExitOK || errs != "" {
		t.Fatalf("%q: status %d, %s", args, status, errs)
	}
	return out
}
