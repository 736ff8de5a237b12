package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// DescriptionFile is the file in the folder of an index that says whose index
// it is. It is for people; nothing reads it.
const DescriptionFile = "repository.json"

// Dir returns the folder below base for the index of the repository at
// repoRoot. The name is a hash of the real path, so that a repository reached
// through a link has one index. A path that cannot be resolved counts as it is.
func Dir(base, repoRoot string) string {
	sum := sha256.Sum256([]byte(realPath(repoRoot)))
	return filepath.Join(base, hex.EncodeToString(sum[:16]))
}

func realPath(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	return filepath.Clean(path)
}

// Describe writes the description of an index into its folder.
func Describe(dir, repoRoot string) error {
	text, err := json.MarshalIndent(struct {
		About      string `json:"about"`
		Repository string `json:"repository"`
	}{
		About:      "Index of an Aim repository, made by Aimdesk. It can be deleted while Aimdesk is not running and is then built anew.",
		Repository: repoRoot,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("describe index: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, DescriptionFile), append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("describe index: %w", err)
	}
	return nil
}
