package rocks

import (
	"context"
	"errors"
	"fmt"

	"aimdesk/backend/rocks/sst"
)

// Verify reads every byte of every live file of the database in dir and checks
// all checksums and structures: CURRENT, MANIFEST, logs and tables. What does
// not check out is returned as damage, in the order in which it was found; an
// error means that the check could not be made.
func Verify(ctx context.Context, dir string, opts Options) ([]Damage, error) {
	v, err := Open(ctx, dir, opts)
	if d, ok := asDamage(err); ok {
		return d, nil
	}
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	damage := v.Damage()
	for t := range v.tables {
		d, err := t.verify(ctx)
		damage = append(damage, d...)
		if err != nil {
			return damage, errors.Join(fmt.Errorf("verify: %w", err), v.Close())
		}
	}
	return damage, v.Close()
}

// asDamage describes a CorruptError as damage.
func asDamage(err error) ([]Damage, bool) {
	var bad *CorruptError
	if !errors.As(err, &bad) {
		return nil, false
	}
	return []Damage{{File: bad.File, Offset: bad.Offset, Reason: bad.Reason}}, true
}

func (t *table) verify(ctx context.Context) ([]Damage, error) {
	s, err := t.open()
	if d, ok := asDamage(err); ok {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	return s.Verify(ctx, sst.Expect{
		Smallest: t.meta.Smallest, Largest: t.meta.Largest,
		SmallestSeq: t.meta.SmallestSeq, LargestSeq: t.meta.LargestSeq,
	})
}
