//go:build interop && linux

package interop

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"aimdesk/backend/cli"
	"aimdesk/backend/internal/testutil"
	"aimdesk/backend/internal/testutil/aimjson"
)

// asProgram makes the test binary run one command line instead of tests.
const asProgram = "AIMDESK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Main(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, nil))
	}
	os.Exit(m.Run())
}

// mountAndRun mounts its first argument read-only where it is, proves that
// nothing can be written there, and runs the rest.
const mountAndRun = `set -eu
mount --bind "$1" "$1"
mount -o remount,ro,bind "$1"
if touch "$1/.aim/proof" 2>/dev/null; then echo "still writable" >&2; exit 99; fi
shift
exec "$@"`

// A repository on a read-only mount is read whole, also as root and with the
// logs of killed writers, and indexed elsewhere.
func TestReadOnlyMount(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	unshare := []string{"--mount"}
	if os.Getuid() != 0 {
		unshare = append(unshare, "--map-root-user")
	}
	for _, fixture := range []string{"crashed", "edge", "media"} {
		t.Run(fixture, func(t *testing.T) {
			root, index := testutil.Fixture(t, fixture), t.TempDir()
			want, err := aimjson.Read(testutil.Testdata("repos", "aim-3.29.1", fixture+".json"))
			if err != nil {
				t.Fatal(err)
			}
			before := testutil.TreeDigest(t, root)
			mounted := func(args ...string) string {
				t.Helper()
				var stdout, stderr bytes.Buffer
				cmd := exec.Command("unshare", append(append(unshare[:len(unshare):len(unshare)], "sh", "-c", mountAndRun, "sh", root, program), args...)...)
				cmd.Env = append(os.Environ(), asProgram+"=1")
				cmd.Stdout, cmd.Stderr = &stdout, &stderr
				if err := cmd.Run(); err != nil {
					t.Fatalf("%q: %v, %s", args, err, stderr.String())
				}
				return stdout.String()
			}
			for _, flags := range [][]string{{"--no-index"}, {"--index-dir", index}} {
				all := append([]string{root, "--all", "--json"}, flags...)
				aimjson.CompareRuns(t, mounted(append([]string{"runs"}, all...)...), want)
				aimjson.CompareMetrics(t, mounted(append([]string{"metrics", "--values"}, all...)...), want)
				aimjson.CompareSequences(t, mounted(append([]string{"sequences", "--values"}, all...)...), want)
				mounted(append([]string{"check", root}, flags...)...)
				if flags[0] == "--no-index" {
					mounted("reindex", root, "--index-dir", index)
				}
			}
			if status := mounted("status", root, "--json", "--index-dir", index); !strings.Contains(status, `"index_used": true`) {
				t.Errorf("the index is not used: %s", status)
			}
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Errorf("the repository %s was changed", filepath.Base(root))
			}
		})
	}
}
