//go:build linux

package torture

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"aimdesk/backend/internal/gen"
	"aimdesk/backend/internal/testutil"
)

// A program that is killed while it indexes leaves an index from which the next
// one answers exactly, without a rebuild.
func TestKilledWhileIndexing(t *testing.T) {
	root, index := testutil.Fixture(t, "basic"), t.TempDir()
	before := testutil.TreeDigest(t, root)
	self, err := os.Executable()
	check(t, err)
	if o := child(t, "reindex", root, "--index-dir", index); o.status != 0 {
		t.Fatalf("reindex: %s", o.stderr)
	}
	want := child(t, "metrics", root, "--all", "--values", "--json", "--no-index")
	runs := child(t, "runs", root, "--all", "--json", "--no-index")
	id := indexID(t, index)
	for round := range scale(12, 200) {
		args, mode := []string{"reindex", root, "--index-dir", index}, "cli"
		if round%2 == 1 {
			args, mode = []string{root, index}, "background"
		}
		cmd := exec.CommandContext(t.Context(), self, args...)
		cmd.Env = append(os.Environ(), childEnv+"="+mode)
		cmd.Stderr = os.Stderr
		check(t, cmd.Start())
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		check(t, cmd.Process.Kill())
		if err := cmd.Wait(); err == nil && mode == "background" {
			t.Fatal("the writer ended by itself")
		}
		got := child(t, "metrics", root, "--all", "--values", "--json", "--index-dir", index)
		if got.stdout != want.stdout || got.stderr != "" || got.status != 0 {
			t.Fatalf("round %d (%s): metrics: status %d, %q", round, mode, got.status, got.stderr)
		}
		if got := child(t, "runs", root, "--all", "--json", "--index-dir", index); got.stdout != runs.stdout || got.stderr != "" {
			t.Fatalf("round %d (%s): runs: status %d, %q", round, mode, got.status, got.stderr)
		}
		if now := indexID(t, index); now != id {
			t.Fatalf("round %d (%s): the index was rebuilt", round, mode)
		}
	}
	for name := range testutil.TreeDigest(t, root) {
		if _, ok := before[name]; !ok {
			t.Errorf("%s was made in the repository", name)
		}
	}
}

func indexID(t *testing.T, index string) string {
	t.Helper()
	data, err := os.ReadFile(glob(t, index, "*/index.json"))
	check(t, err)
	var pointer struct{ ID string }
	check(t, json.Unmarshal(data, &pointer))
	if pointer.ID == "" {
		t.Fatal("the index has no id")
	}
	return pointer.ID
}

// 128 descriptors are enough for any number of runs.
func TestFewDescriptors(t *testing.T) {
	root, index := t.TempDir(), t.TempDir()
	check(t, gen.Write(t.Context(), root, gen.Config{Seed: 1, Runs: 300, Metrics: 2, Points: 20, Killed: 0.2}))
	self, err := os.Executable()
	check(t, err)
	for _, verb := range []string{"runs", "reindex", "metrics"} {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", `ulimit -n 128; exec "$@"`, "sh", self, verb, root, "--index-dir", index)
		cmd.Env = append(os.Environ(), childEnv+"=cli")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %.400s", verb, err, out)
		}
	}
	if info, err := os.Stat(filepath.Join(root, ".aim")); err != nil || !info.IsDir() {
		t.Error(err)
	}
}
