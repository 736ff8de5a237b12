package aim

import (
	"context"
	"errors"
	"fmt"

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks"
)

// CheckReport is the outcome of Check.
type CheckReport struct {
	// Damage lists what does not check out.
	Damage []rocks.Damage
	// Bytes is the size of the files that were checked.
	Bytes int64
}

// Check reads every byte of a run's two databases and verifies all checksums
// and structures. Damage is in the report; an error means that the check could
// not be made. A database that is not there has no damage.
func (r *Repo) Check(ctx context.Context, hash string) (CheckReport, error) {
	var report CheckReport
	if err := checkHash(hash); err != nil {
		return report, err
	}
	opts := rocks.Options{FS: vfs.WithContext(ctx, r.cfg.FS), Files: r.files}
	for _, dir := range []string{r.metaDir(hash), r.seqsDir(hash)} {
		damage, err := r.verify(ctx, dir, opts)
		report.Damage = append(report.Damage, damage...)
		if err != nil {
			return report, fmt.Errorf("check run %s: %w", hash, err)
		}
		n, err := r.liveBytes(ctx, dir)
		if err != nil {
			return report, fmt.Errorf("check run %s: %w", hash, err)
		}
		report.Bytes += n
	}
	return report, nil
}

// verify checks one database, again if a writer removed files meanwhile.
func (r *Repo) verify(ctx context.Context, dir string, opts rocks.Options) ([]rocks.Damage, error) {
	for attempt := 1; ; attempt++ {
		damage, err := rocks.Verify(ctx, dir, opts)
		if errors.Is(err, rocks.ErrNotDatabase) {
			return nil, nil
		}
		if !errors.Is(err, rocks.ErrStale) || attempt == maxStale {
			return damage, err
		}
	}
}

// liveBytes is the size of the files of a database, as far as it can be opened.
func (r *Repo) liveBytes(ctx context.Context, dir string) (int64, error) {
	var n int64
	err := r.view(ctx, dir, func(v *rocks.View) error {
		n = bytesOf(v)
		return nil
	})
	if err != nil && ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return n, nil // what cannot be opened is in the damage already
}
