//go:build unix

package cli_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
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

// nobody is the user and group that verbs run as when the test is root's.
const nobody = 65534

// unprivileged runs a verb in a process that file permissions bind.
func unprivileged(t *testing.T, home string, args ...string) (out, errs string, status int) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Env = []string{asProgram + "=1", "HOME=" + home, "XDG_CACHE_HOME=" + home, "TMPDIR=" + home}
	cmd.Dir, cmd.Stdout, cmd.Stderr = home, &stdout, &stderr
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		reachable := filepath.Join(home, "program")
		if _, err := os.Stat(reachable); err != nil {
			data, err := os.ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(reachable, data, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		cmd.Path = reachable
	}
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// setModes takes write permission from everything below root, or gives it back.
func setModes(t *testing.T, root string, dirs, files fs.FileMode) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, dirs)
		}
		return os.Chmod(path, files)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A whole session on a repository in which nothing may be written, by a user
// who could not: everything works, and nothing is touched.
func TestRepositoryWithoutWritePermission(t *testing.T) {
	for _, fixture := range []string{"crashed", "edge"} {
		t.Run(fixture, func(t *testing.T) {
			t.Parallel()
			root := testutil.Fixture(t, fixture)
			want := readRecorded(t, "aim-3.29.1/"+fixture)
			home := t.TempDir()
			var index string
			for dir := root; ; dir = filepath.Dir(dir) {
				// Temporary folders are their owner's alone: let others in.
				if info, err := os.Stat(dir); err != nil {
					t.Fatal(err)
				} else if info.Mode().Perm()&0o005 != 0o005 {
					if err := os.Chmod(dir, info.Mode().Perm()|0o055); err != nil {
						t.Fatal(err)
					}
				}
				if dir == os.TempDir() || dir == filepath.Dir(dir) {
					break
				}
			}
			if err := os.Chmod(home, 0o777); err != nil {
				t.Fatal(err)
			}
			index = filepath.Join(home, "index")
			setModes(t, root, 0o555, 0o444)
			t.Cleanup(func() { setModes(t, root, 0o755, 0o644) })
			before := testutil.TreeDigest(t, root)

			must := func(args ...string) string {
				out, errs, status := unprivileged(t, home, args...)
				if status != cli.ExitOK {
					t.Fatalf("%q: status %d, %s", args, status, errs)
				}
				return out
			}
			for _, flags := range [][]string{{"--no-index"}, {"--index-dir", index}} {
				aimjson.CompareRuns(t, must(append([]string{"runs", root, "--all", "--json"}, flags...)...), want)
				aimjson.CompareMetrics(t, must(append([]string{"metrics", root, "--all", "--values", "--json"}, flags...)...), want)
				aimjson.CompareSequences(t, must(append([]string{"sequences", root, "--all", "--values", "--json"}, flags...)...), want)
				must(append([]string{"show", root, want.Runs[0].Hash}, flags...)...)
				must(append([]string{"status", root}, flags...)...)
				must(append([]string{"check", root}, flags...)...)
				if flags[0] == "--no-index" {
					must("reindex", root, "--index-dir", index)
					must("reindex", root, want.Runs[0].Hash, "--index-dir", index)
				}
			}
			if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
				t.Error("the repository was changed")
			}
			// The proof that permissions bound the program: it cannot write there.
			if _, _, status := unprivileged(t, home, "reindex", root, "--index-dir", filepath.Join(root, "index")); status != cli.ExitFailed {
				t.Errorf("an index in a folder without write permission: status %d", status)
			}
		})
	}
}

func TestIndexInsideOfAimIsRefused(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	aim := filepath.Join(root, ".aim")
	other := t.TempDir()
	if err := os.Symlink(aim, filepath.Join(other, "link")); err != nil {
		t.Fatal(err)
	}
	before := testutil.TreeDigest(t, root)
	for _, dir := range []string{aim, filepath.Join(aim, "meta"), filepath.Join(aim, "new", "folder"), filepath.Join(other, "link", "deep"), filepath.Join(root, ".aim", "..", ".aim", "x")} {
		for _, verb := range [][]string{{"reindex", root}, {"runs", root}, {"status", root}} {
			out, errs, status := run(t, append(verb, "--index-dir", dir)...)
			if status != cli.ExitUsage || out != "" || !strings.Contains(errs, "inside of .aim") {
				t.Errorf("%q in %s: status %d, %s", verb, dir, status, errs)
			}
		}
		if _, errs, status := run(t, "sequences", root, "--no-index", "--out", dir); status != cli.ExitUsage || !strings.Contains(errs, "inside of .aim") {
			t.Errorf("--out %s: status %d, %s", dir, status, errs)
		}
	}
	if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
		t.Error("the repository was changed")
	}
}

func TestExitStatuses(t *testing.T) {
	root, empty := testutil.Fixture(t, "basic"), t.TempDir()
	want := readRecorded(t, "aim-3.29.1/basic")
	aim2 := t.TempDir()
	makeDir(t, filepath.Join(aim2, ".aim"))
	for _, test := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"runs", filepath.Join(root, ".aim", "meta")}, cli.ExitOK, ""},
		{[]string{"runs", empty}, cli.ExitNoRepo, ".aim"},
		{[]string{"metrics", filepath.Join(empty, "nothing")}, cli.ExitNoRepo, "no such folder"},
		{[]string{"check", aim2}, cli.ExitNoRepo, "Aim 2"},
		{[]string{"reindex", empty}, cli.ExitNoRepo, ".aim"},
		{[]string{"runs", root, "--query", "run.hparams.lr >"}, cli.ExitUsage, "line 1, column"},
		{[]string{"metrics", root, "--query", "metric.name =="}, cli.ExitUsage, "column"},
		{[]string{"runs", root, "--sort", ""}, cli.ExitOK, ""},
		{[]string{"runs", root, "--nonsense"}, cli.ExitUsage, "nonsense"},
		{[]string{"runs", root, root}, cli.ExitUsage, "runs takes"},
		{[]string{"sequences", root, "--kind", "movies"}, cli.ExitUsage, "movies"},
		{[]string{"reindex", root, "--no-index"}, cli.ExitUsage, "--no-index"},
		{[]string{root}, cli.ExitUsage, "no window"},
		{[]string{"show", root, "zzzz", "--no-index"}, cli.ExitFailed, `no run begins with "zzzz"`},
		{[]string{"show", root, "", "--no-index"}, cli.ExitFailed, "no run begins"},
		{[]string{"show", root, want.Runs[2].Hash, "--no-index"}, cli.ExitOK, ""},
		{[]string{"show", root, want.Runs[2].Hash[:10], "--no-index"}, cli.ExitOK, ""},
	} {
		_, errs, status := run(t, append(test.args, "--index-dir", t.TempDir())...)
		if status != test.status || !strings.Contains(errs, test.says) || (test.status == cli.ExitOK && errs != "") {
			t.Errorf("%q: status %d, want %d and %q: %s", test.args, status, test.status, test.says, errs)
		}
	}
}

func TestShowRefusesAnAmbiguousBeginning(t *testing.T) {
	root := testutil.Fixture(t, "basic")
	want := readRecorded(t, "aim-3.29.1/basic")
	// Two runs whose hashes begin alike: a folder is all that a run needs.
	hash := want.Runs[0].Hash
	twin := hash[:20] + strings.Map(func(r rune) rune { return map[bool]rune{true: '0', false: 'f'}[r == 'f'] }, hash[20:])
	data, err := os.ReadFile(filepath.Join(chunk(root, "meta", hash), "CURRENT"))
	if err != nil {
		t.Fatal(err)
	}
	makeDir(t, chunk(root, "meta", twin))
	write(t, filepath.Join(chunk(root, "meta", twin), "CURRENT"), string(data))
	if _, errs, status := run(t, "show", root, hash[:20], "--no-index"); status != cli.ExitFailed || !strings.Contains(errs, "2 runs begin with") {
		t.Errorf("status %d, %s", status, errs)
	}
	if out, errs, status := run(t, "show", root, hash[:21], "--no-index", "--json"); status != cli.ExitOK || !strings.Contains(out, hash) {
		t.Errorf("status %d, %s", status, errs)
	}
	if _, errs, status := run(t, "reindex", root, hash[:20], "--index-dir", t.TempDir()); status != cli.ExitFailed || !strings.Contains(errs, "2 runs begin with") {
		t.Errorf("reindex: status %d, %s", status, errs)
	}
}

// orderOf lists what a sort key orders, run by run.
func orderOf(t *testing.T, root, key string, value func(map[string]any) any) []any {
	t.Helper()
	rows, err := aimjson.Rows(printed(t, "runs", root, "--all", "--json", "--no-index", "--sort", key))
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	for _, r := range rows {
		out = append(out, value(r))
	}
	return out
}

func param(path ...string) func(map[string]any) any {
	return func(r map[string]any) any {
		var v any = r["params"]
		for _, p := range path {
			m, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			v = m[p]
		}
		return v
	}
}

func TestSortPutsMissingLast(t *testing.T) {
	root := testutil.Fixture(t, "crashed")
	steps := param("hparams", "steps")
	number := func(v any) float64 {
		f, err := v.(json.Number).Float64()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	ascending := orderOf(t, root, "params.hparams.steps", steps)
	if !slices.IsSortedFunc(ascending, func(a, b any) int { return int(number(a) - number(b)) }) {
		t.Errorf("ascending: %v", ascending)
	}
	descending := orderOf(t, root, "-params.hparams.steps", steps)
	if !slices.IsSortedFunc(descending, func(a, b any) int { return int(number(b) - number(a)) }) {
		t.Errorf("descending: %v", descending)
	}
	// The killed runs have no end time: they come last both ways.
	for _, key := range []string{"end_time", "-end_time"} {
		ends := orderOf(t, root, key, func(r map[string]any) any { return r["end_time"] })
		first := slices.Index(ends, nil)
		if first != 2 || slices.ContainsFunc(ends[first:], func(v any) bool { return v != nil }) {
			t.Errorf("%s: %v", key, ends)
		}
	}
	// A tie is decided by the second key.
	rows := orderOf(t, root, "params.hparams.mode,-params.hparams.steps", func(r map[string]any) any {
		return []any{param("hparams", "mode")(r), steps(r)}
	})
	if !slices.IsSortedFunc(rows, func(a, b any) int {
		x, y := a.([]any), b.([]any)
		if c := strings.Compare(x[0].(string), y[0].(string)); c != 0 {
			return c
		}
		return int(number(y[1]) - number(x[1]))
	}) {
		t.Errorf("two keys: %v", rows)
	}
	// Every run but the one that was killed before its first metric has a loss.
	hashes := func(key string) []any { return orderOf(t, root, key, func(r map[string]any) any { return r["hash"] }) }
	up, down := hashes("metrics.loss.last"), hashes("-metrics.loss.last")
	if up[len(up)-1] != down[len(down)-1] || steps(rowOf(t, root, up[len(up)-1])) != json.Number("0") {
		t.Errorf("the run without a loss does not come last: %v, %v", up, down)
	}
	if up[0] != down[len(down)-2] || down[0] == up[0] {
		t.Errorf("ascending %v, descending %v", up, down)
	}
}

func rowOf(t *testing.T, root string, hash any) map[string]any {
	t.Helper()
	rows, err := aimjson.Rows(printed(t, "runs", root, "--all", "--json", "--no-index"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r["hash"] == hash {
			return r
		}
	}
	t.Fatalf("no run %v", hash)
	return nil
}

func TestCSVParses(t *testing.T) {
	root := testutil.Fixture(t, "oddities")
	want := readRecorded(t, "aim-3.29.1/oddities")
	table := func(args ...string) [][]string {
		r := csv.NewReader(strings.NewReader(printed(t, append(args, root, "--all", "--no-index", "--csv")...)))
		records, err := r.ReadAll() // which refuses lines of another length
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		return records
	}
	if runs := table("runs"); len(runs) != len(want.Runs)+1 || len(slices.Compact(slices.Sorted(slices.Values(runs[0])))) != len(runs[0]) {
		t.Errorf("%d lines, header %q", len(runs), runs[0])
	}
	metrics, points := 0, 0
	for _, r := range want.Runs {
		metrics += len(r.Metrics)
		for _, m := range r.Metrics {
			n, err := m["count"].(json.Number).Int64()
			if err != nil {
				t.Fatal(err)
			}
			points += int(n)
		}
	}
	if got := table("metrics"); len(got) != metrics+1 {
		t.Errorf("%d metrics, want %d", len(got)-1, metrics)
	}
	values := table("metrics", "--values")
	if len(values) != points+1 {
		t.Errorf("%d points, want %d", len(values)-1, points)
	}
	for _, record := range values[1:] {
		if _, err := strconv.ParseFloat(record[4], 64); err != nil {
			t.Fatalf("value %q: %v", record[4], err)
		}
	}
}

// The media that --out writes are those that Aim reads, under safe names.
func TestMediaAreWrittenOut(t *testing.T) {
	root := testutil.Fixture(t, "media")
	want := readRecorded(t, "aim-3.29.1/media")
	recorded := map[string]int{}
	var collect func(v any)
	collect = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				collect(x)
			}
		case map[string]any:
			for _, kind := range []string{"image", "audio"} {
				if sum, ok := v[kind].(string); ok {
					recorded[sum]++
				}
			}
			if text, ok := v["text"].(string); ok {
				sum := sha256.Sum256([]byte(text))
				recorded[hex.EncodeToString(sum[:])]++
			}
		}
	}
	for _, r := range want.Runs {
		for _, s := range r.Sequences {
			collect(s["values"])
		}
	}
	before := testutil.TreeDigest(t, root)
	out := filepath.Join(t.TempDir(), "media")
	printed(t, "sequences", root, "--all", "--no-index", "--json", "--out", out)
	written := map[string]int{}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(out, path)
		if err != nil {
			return err
		}
		parts := strings.Split(filepath.ToSlash(rel), "/")
		if len(parts) != 4 || strings.ContainsAny(rel, "\\:*?\"<>|\n") || filepath.Ext(rel) == ".bin" {
			t.Errorf("file %q", rel)
		}
		if kind := parts[1]; kind == "images" || kind == "audios" || kind == "texts" {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			written[hex.EncodeToString(sum[:])]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(recorded) < 20 || !reflect.DeepEqual(recorded, written) {
		t.Errorf("%d different media written, %d recorded, or others", len(written), len(recorded))
	}
	if after := testutil.TreeDigest(t, root); !reflect.DeepEqual(before, after) {
		t.Error("the repository was changed")
	}
}
