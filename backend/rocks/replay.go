package rocks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/memtable"
	"aimdesk/backend/rocks/record"
)

// walState is how far a log has been read.
type walState struct {
	number uint64
	size   int64
	pos    record.Position
}

// replay reads the logs into the memtable, going on where prev stopped if its
// logs are the first of them.
func (v *View) replay(ctx context.Context, wals []wal, prev *View, changed *changedError) error {
	p := player{view: v, mem: new(memtable.Builder), nextSeq: base.MaxSeq}
	var read []walState
	if prev != nil && prev.extendsTo(wals) {
		p.mem, p.nextSeq, read = prev.mem.Extend(), prev.nextSeq, prev.wals
	}
	for i, w := range wals {
		var from walState
		if i < len(read) {
			from = read[i]
		}
		err := p.log(ctx, w, from, i == len(wals)-1)
		if errors.Is(err, fs.ErrNotExist) {
			changed.missing = filepath.Join(v.dir, w.name)
			return changed
		}
		if errors.Is(err, errShrunk) {
			return v.replay(ctx, wals, nil, changed)
		}
		if err != nil {
			return err
		}
	}
	if !p.applied && len(read) > 0 {
		v.mem = prev.mem
	} else {
		v.mem = p.mem.Build()
	}
	v.nextSeq, v.stopped = p.nextSeq, p.stopped
	return nil
}

// extendsTo reports whether the view's logs are the first of wals and hold
// nothing that a second reading could judge differently.
func (v *View) extendsTo(wals []wal) bool {
	if len(v.wals) == 0 || len(v.wals) > len(wals) || len(v.damage) > 0 || v.stopped {
		return false
	}
	for i, w := range v.wals {
		if w.number != wals[i].number {
			return false
		}
	}
	return true
}

// maxGrow bounds the memory that is made ready on the word of a log's size,
// which may be mostly holes. Aim's writer flushes logs of a tenth of it.
const maxGrow = 8 << 20

// errShrunk reports a log that is shorter than what was read of it.
var errShrunk = errors.New("log has shrunk")

// player replays logs one after the other.
type player struct {
	view    *View
	mem     *memtable.Builder
	nextSeq uint64
	stopped bool // a recycled log ended early; only a batch that follows on resumes
	applied bool // mem holds more than it started with
}

// log replays one log from where it was read to.
func (p *player) log(ctx context.Context, w wal, from walState, newest bool) error {
	v := p.view
	path := filepath.Join(v.dir, w.name)
	f, err := v.opts.FS.Open(path)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("stat log %s: %w", path, err)
	}
	size := info.Size()
	if size < from.size {
		v.forgetLogs()
		return errShrunk
	}
	v.files = append(v.files, LiveFile{Name: w.name, Kind: KindWAL, Size: size, Number: w.number})
	state := walState{number: w.number, size: size, pos: from.pos}
	first := len(v.damage)
	if size > from.size || !newest {
		r := readers.Get().(*record.Reader)
		defer readers.Put(r)
		// What the writer appends from here on belongs to a later view.
		r.ResetAt(io.NewSectionReader(f, 0, size), path, w.number, from.pos)
		p.mem.Grow(int(min(size-from.size, maxGrow)))
		if err := p.records(ctx, r, path); err != nil {
			return err
		}
		state.pos = r.Position()
		v.damage = append(v.damage, r.Damage()...)
		if at, torn := r.Torn(); torn && !newest {
			v.damage = append(v.damage, Damage{File: path, Offset: at, Bytes: size - at, Reason: "log ends inside a record, though a newer log follows"})
		}
		p.stopped = p.stopped || r.Recycled()
	}
	slices.SortStableFunc(v.damage[first:], func(a, b Damage) int { return cmp.Compare(a.Offset, b.Offset) })
	v.wals = append(v.wals, state)
	return nil
}

// forgetLogs undoes what replay noted, so that it can start again.
func (v *View) forgetLogs() {
	v.wals, v.damage = nil, nil
	for len(v.files) > 0 && v.files[len(v.files)-1].Kind == KindWAL {
		v.files = v.files[:len(v.files)-1]
	}
}

// records applies what is left of a log.
func (p *player) records(ctx context.Context, r *record.Reader, path string) error {
	for n := 0; ; n++ {
		if n%256 == 0 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("replay %s: %w", path, err)
			}
		}
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.batch(rec, path, r.Offset()); err != nil {
			return err
		}
	}
}

// batch applies one write batch.
func (p *player) batch(rec []byte, path string, offset int64) error {
	if p.stopped {
		if seq, ok := memtable.BatchSeq(rec); !ok || seq != p.nextSeq {
			return nil
		}
		p.stopped = false
	}
	p.applied = true
	next, err := p.mem.Apply(rec, path, offset)
	if err == nil {
		p.nextSeq = next
		return nil
	}
	var bad *CorruptError
	if errors.As(err, &bad) {
		p.view.damage = append(p.view.damage, Damage{File: path, Offset: offset, Bytes: int64(len(rec)), Reason: bad.Reason})
		return nil
	}
	return err
}
