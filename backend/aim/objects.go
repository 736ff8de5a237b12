package aim

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
	"aimdesk/backend/series"
)

// ObjectOptions says which rows of a sequence are read. The zero value means
// all of them.
type ObjectOptions struct {
	// From and To bound the steps: From ≤ step < To. Nil means no bound.
	From, To *int64
	// Last keeps only that many rows at the end; 0 means all.
	Last int
	// Times asks for the time and epoch of every row.
	Times bool
}

// ReadObjects calls fn with every row of a sequence that is no metric, steps
// ascending, negative ones first. What the objects consist of is read when Data
// asks for it, within fn. An error of fn ends the reading and is returned.
func (r *Repo) ReadObjects(ctx context.Context, hash string, t Trace, opts ObjectOptions, fn func(row ObjectRow) error) error {
	if err := checkHash(hash); err != nil {
		return err
	}
	from, last := opts.From, opts.Last
	err := r.view(ctx, r.seqsDir(hash), func(v *rocks.View) error {
		blobs := &blobReader{view: v}
		reader := objectReader{
			ctx: ctx, view: v, kind: t.Kind, blobs: blobs, times: opts.Times, from: from, to: opts.To,
			path: appendTracePath(seriesPrefix(versionSteps, hash), &t),
		}
		err := reader.read(last, func(row ObjectRow) error {
			// Where to go on if the database changes under the reader.
			if next := row.Step.Int + 1; next > row.Step.Int {
				from, last = &next, 0
			}
			return fn(row)
		})
		if cerr := blobs.close(); err == nil {
			err = cerr
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read %s of run %s: %w", t.Kind, hash, err)
	}
	return nil
}

// objectReader reads the rows of one sequence.
type objectReader struct {
	ctx      context.Context
	view     *rocks.View
	kind     Kind
	blobs    *blobReader
	path     []byte // of the trace
	times    bool
	from, to *int64
}

// firstNegative is the first byte of the integer in the key of a negative row.
const firstNegative = 0x80

func (r *objectReader) read(last int, fn func(ObjectRow) error) error {
	value := codec.AppendStringKey(bytes.Clone(r.path), columnValue)
	if last > 0 {
		if done, err := r.skipTo(value, last); done || err != nil {
			return err
		}
	}
	return r.rows(value, func(it *rocks.Iterator, step int64, path []byte) error {
		row, err := r.row(it, path)
		if err != nil {
			return err
		}
		row.Step = Number{Int: step}
		if r.times {
			if row.Time, err = r.number(columnTime, step); err != nil {
				return err
			}
			if row.Epoch, err = r.number(columnEpoch, step); err != nil {
				return err
			}
		}
		return fn(row)
	})
}

// rows calls fn on the first key of every row within bounds: the negative ones,
// which are stored behind the others, come first.
func (r *objectReader) rows(value []byte, fn func(it *rocks.Iterator, step int64, path []byte) error) error {
	for _, negative := range []bool{true, false} {
		bounds, any := r.half(value, negative)
		if !any {
			continue
		}
		it := r.view.NewIter(bounds)
		it.First()
		err := tree.Rows(it, value, func(step int64, path []byte) error {
			if err := r.ctx.Err(); err != nil {
				return err
			}
			return fn(it, step, path)
		})
		if cerr := it.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// half bounds the keys of the negative rows or of the others; false if none of
// them is wanted.
func (r *objectReader) half(value []byte, negative bool) (rocks.IterOptions, bool) {
	border := append(bytes.Clone(value), codec.Sentinel, firstNegative)
	bounds := rocks.IterOptions{Lower: append(bytes.Clone(value), codec.Sentinel), Upper: border}
	if negative {
		bounds = rocks.IterOptions{Lower: border, Upper: tree.End(value)}
	}
	if r.from != nil {
		if negative && *r.from >= 0 {
			return bounds, false
		}
		if negative == (*r.from < 0) {
			bounds.Lower = codec.AppendIntKey(bytes.Clone(value), *r.from)
		}
	}
	if r.to != nil {
		if !negative && *r.to < 0 {
			return bounds, false
		}
		if negative == (*r.to < 0) {
			bounds.Upper = codec.AppendIntKey(bytes.Clone(value), *r.to)
		}
	}
	return bounds, true
}

// skipTo moves the lower bound so that only the last n rows are left; done says
// that there are none.
func (r *objectReader) skipTo(value []byte, n int) (done bool, err error) {
	var steps []int64
	err = r.rows(value, func(_ *rocks.Iterator, step int64, _ []byte) error {
		steps = append(steps, step)
		return nil
	})
	if err != nil || len(steps) == 0 {
		return true, err
	}
	slices.Sort(steps)
	r.from = &steps[max(0, len(steps)-n)]
	return false, nil
}

// row reads the row at path, without the data of its objects.
func (r *objectReader) row(it *rocks.Iterator, path []byte) (ObjectRow, error) {
	var b codec.Builder
	err := tree.Subtree(it, path, func(p, value, _ []byte) error {
		if len(value) > 0 {
			b.Add(p, value)
		}
		return nil
	})
	if err != nil {
		return ObjectRow{}, err
	}
	row := ObjectRow{Time: series.Absent(), Epoch: series.Absent()}
	v := b.Value()
	if v.Kind() != codec.KindList {
		row.Items = []Object{r.object(v, bytes.Clone(path))}
		return row, nil
	}
	row.IsList = true
	for i, item := range v.List() {
		row.Items = append(row.Items, r.object(item, codec.AppendIntKey(bytes.Clone(path), int64(i))))
	}
	return row, nil
}

func (r *objectReader) object(v codec.Value, path []byte) Object {
	o := Object{Kind: KindOther, value: v, path: path, blobs: r.blobs}
	if v.Kind() == codec.KindObject {
		o.Type = v.Type()
		o.Kind = KindOf(o.Type)
	}
	return o
}

// number reads one number of a row's column.
func (r *objectReader) number(column string, step int64) (float64, error) {
	key := codec.AppendIntKey(codec.AppendStringKey(bytes.Clone(r.path), column), step)
	stored, ok, err := r.view.Get(key)
	if err != nil || !ok {
		return series.Absent(), err
	}
	v, err := codec.DecodeValue(stored)
	if err != nil {
		return series.Absent(), nil //nolint:nilerr // a blob is no number
	}
	f, ok := v.Number()
	if !ok || series.IsAbsent(f) {
		return series.Absent(), nil
	}
	return f, nil
}

// blobReader looks blobs up, near each other mostly and in order, with one
// iterator that is made when the first is asked for.
type blobReader struct {
	view *rocks.View
	it   *rocks.Iterator
	key  []byte
}

// get returns the stored blob of a key, valid until the next call; nothing if
// there is none.
func (b *blobReader) get(key []byte) ([]byte, error) {
	if b.it == nil {
		b.it = b.view.NewIter(rocks.IterOptions{})
	}
	b.key = tree.AppendBlobKey(b.key[:0], key)
	if b.it.SeekGE(b.key) && bytes.Equal(b.it.Key(), b.key) {
		return b.it.Value(), nil
	}
	return nil, b.it.Err()
}

func (b *blobReader) close() error {
	if b.it == nil {
		return nil
	}
	return b.it.Close()
}
