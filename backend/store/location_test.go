package store

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestDirFollowsLinks(t *testing.T) {
	root := t.TempDir()
	repo, link := filepath.Join(root, "repo"), filepath.Join(root, "link")
	if err := os.Mkdir(repo, 0o700); err != nil {
		t.Fatal(err)
	}
	want := Dir("/base", repo)
	if filepath.Dir(want) != filepath.FromSlash("/base") || len(filepath.Base(want)) != 32 {
		t.Errorf("folder is %s", want)
	}
	if err := os.Symlink(repo, link); err == nil { // not everybody may on Windows
		if got := Dir("/base", link); got != want {
			t.Errorf("through a link %s, want %s", got, want)
		}
	}
	for _, same := range []string{repo + string(filepath.Separator), filepath.Join(repo, "..", "repo")} {
		if got := Dir("/base", same); got != want {
			t.Errorf("%s: %s, want %s", same, got, want)
		}
	}
	if other := Dir("/base", filepath.Join(root, "gone")); other == want {
		t.Error("two repositories have one folder")
	}
}

func TestDescribe(t *testing.T) {
	dir := t.TempDir()
	if err := Describe(dir, `/data/"odd" repo`); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, DescriptionFile))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(text, &got); err != nil || got["repository"] != `/data/"odd" repo` || got["about"] == "" {
		t.Errorf("%s, %v", text, err)
	}
	if err := Describe(filepath.Join(dir, "none"), "/data"); err == nil {
		t.Error("no error in a folder that is not there")
	}
}
