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

	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/manifest"
	"aimdesk/backend/rocks/memtable"
	"aimdesk/backend/rocks/record"
)

// OpKind says what an Op does.
type OpKind uint8

// The kinds of ops.
const (
	// OpPut sets Key to Value.
	OpPut OpKind = iota
	// OpDelete removes Key.
	OpDelete
	// OpRangeDelete removes all keys from Key up to, not including, Value.
	OpRangeDelete
)

// Op is one change of a database. Its bytes are valid during the call that
// hands it over.
type Op struct {
	Kind       OpKind
	Key, Value []byte
}

// ErrTailLost reports that what a writer did since the last call cannot be told
// any more: the database has to be read again through a View.
var ErrTailLost = errors.New("the log's continuation is lost")

// Tail follows what a writer appends to its logs, at a cost that grows with
// what was appended.
//
//	      read before           read now
//	─────────────────────────┬──────────────────────────────────────
//	000012.log ······ 4711 ──┼─ 4712 … 5800      kept open, may be removed
//	000015.log               │  5801 … 6900      removed unseen: out of
//	 └─> 000016.sst          │                   the table it became
//	000017.log               │  6901 … 7002
//
// Every write batch has a sequence number, so a gap is noticed. It is filled
// from the tables of level 0 that were written since; if these were compacted
// already, the tail is lost. Ops out of a table are those that were still of
// effect: what a later one undid may be left out.
//
// A Tail is not safe for concurrent use.
type Tail struct {
	dir  string
	opts Options

	number  uint64 // of the log that was read last, 0 before the first
	pos     record.Position
	size    int64  // of that log when it was read
	nextSeq uint64 // of the next batch
	dbid    string
	since   uint64          // the log up to which nothing is missing
	known   map[uint64]bool // tables that hold nothing new

	kept     vfs.File // the log that was read last; nil unless Keep
	keep     bool
	lost     bool
	switches int
	bytes    int64
}

// NewTail returns a tail that goes on where v has been read to. Its files are
// read through opts, which must name the same ones. The error is ErrTailLost if
// the logs are damaged, so that nobody can say where they go on.
func NewTail(v *View, opts Options) (*Tail, error) {
	t := &Tail{dir: v.dir, opts: opts.withDefaults(), dbid: v.version.DBID}
	if len(v.damage) > 0 || v.stopped {
		return nil, fmt.Errorf("follow %s: %w", v.dir, ErrTailLost)
	}
	t.nextSeq = v.version.LastSequence + 1
	if v.nextSeq != base.MaxSeq {
		t.nextSeq = max(t.nextSeq, v.nextSeq)
	}
	if n := len(v.wals); n > 0 {
		last := v.wals[n-1]
		t.number, t.pos, t.size = last.number, last.pos, last.size
		t.since = last.number
	}
	t.know(v.version)
	return t, nil
}

// know notes the tables of a version as read.
func (t *Tail) know(v *manifest.Version) {
	t.known = make(map[uint64]bool)
	for f := range v.Files {
		t.known[f.Number] = true
	}
}

// Keep says whether the newest log is kept open between calls, so that its end
// can be read after the writer removed it. It takes one open file.
func (t *Tail) Keep(on bool) {
	if t.keep = on; !on {
		t.letGo()
	}
}

// Bytes is how much was read of the files since the tail was made.
func (t *Tail) Bytes() int64 { return t.bytes }

// Switches counts how often another log was begun.
func (t *Tail) Switches() int { return t.switches }

// Close lets go of the file that is kept open.
func (t *Tail) Close() {
	t.letGo()
	t.lost = true
}

func (t *Tail) letGo() {
	if t.kept != nil {
		_ = t.kept.Close() // opened for reading: closing loses nothing
		t.kept = nil
	}
}

// Next calls fn for what was written since the last call, in its order. After
// an error some of it may have been handed over: everything has to be read
// again, and further calls return ErrTailLost.
func (t *Tail) Next(ctx context.Context, fn func(Op) error) error {
	if t.lost {
		return fmt.Errorf("follow %s: %w", t.dir, ErrTailLost)
	}
	p := tailPass{Tail: t, ctx: ctx, fsys: vfs.WithContext(ctx, t.opts.FS), fn: fn}
	if err := p.run(); err != nil {
		t.letGo()
		t.lost = true
		return fmt.Errorf("follow %s: %w", t.dir, err)
	}
	return nil
}

// tailPass is one call of Next.
type tailPass struct {
	*Tail
	ctx  context.Context
	fsys vfs.FS
	fn   func(Op) error

	unproven bool // a log may have been missed
	filled   bool // all that the tables hold has been applied
}

func (p *tailPass) run() error {
	logs, err := p.newer()
	if err != nil {
		return err
	}
	gone := p.number > 0 && (len(logs) == 0 || logs[0].number != p.number)
	if !gone && len(logs) > 0 {
		logs = logs[1:]
	}
	if p.number > 0 {
		if err := p.current(gone); err != nil {
			return err
		}
	}
	// Others may have come and gone between a log that is gone and the next.
	p.unproven = p.unproven || gone || p.number == 0
	for _, w := range logs {
		if err := p.open(w); err != nil {
			return err
		}
	}
	if p.unproven && !p.filled {
		return p.fill()
	}
	return nil
}

// newer lists the logs from the current one on.
func (p *tailPass) newer() ([]wal, error) {
	entries, err := p.fsys.ReadDir(p.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrTailLost
	}
	if err != nil {
		return nil, fmt.Errorf("list database: %w", err)
	}
	var logs []wal
	for _, e := range entries {
		if n, ok := fileNumber(e.Name(), "", walSuffix); ok && n >= p.number {
			logs = append(logs, wal{e.Name(), n})
		}
	}
	slices.SortFunc(logs, func(a, b wal) int { return cmp.Compare(a.number, b.number) })
	return logs, nil
}

// current reads on in the log that was read last. One that is gone can only be
// read if it was kept open.
func (p *tailPass) current(gone bool) error {
	path := p.logPath(p.number)
	f := p.kept
	if f == nil {
		if gone {
			return nil
		}
		var err error
		f, err = p.fsys.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			p.unproven = true
			return nil
		}
		if err != nil {
			return fmt.Errorf("open log: %w", err)
		}
		if p.keep {
			p.kept = f
		} else {
			defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
		}
	}
	return p.read(f, path)
}

func (p *tailPass) logPath(number uint64) string {
	return filepath.Join(p.dir, fmt.Sprintf("%06d%s", number, walSuffix))
}

// open moves on to a newer log and reads it.
func (p *tailPass) open(w wal) error {
	path := filepath.Join(p.dir, w.name)
	f, err := p.fsys.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		p.unproven, p.filled = true, false
		return nil
	}
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	p.letGo()
	if p.keep {
		p.kept = f
	} else {
		defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	}
	p.number, p.pos, p.size = w.number, record.Position{}, 0
	p.switches++
	return p.read(f, path)
}

// read applies what the current log holds beyond what was read.
func (p *tailPass) read(f vfs.File, path string) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("stat log %s: %w", path, err)
	}
	size := info.Size()
	if size < p.size {
		return ErrTailLost // another file of this name
	}
	if size == p.size {
		return nil
	}
	r := readers.Get().(*record.Reader)
	defer readers.Put(r)
	src := countingReader{r: io.NewSectionReader(f, 0, size), n: &p.bytes}
	r.ResetAt(&src, path, p.number, p.pos)
	for {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := p.batch(rec, path, r.Offset()); err != nil {
			return err
		}
	}
	if len(r.Damage()) > 0 || r.Recycled() {
		return ErrTailLost
	}
	p.pos, p.size = r.Position(), size
	return nil
}

// batch applies one write batch, if it is the next one.
func (p *tailPass) batch(rec []byte, path string, offset int64) error {
	seq, ok := memtable.BatchSeq(rec)
	if !ok {
		return ErrTailLost
	}
	if seq > p.nextSeq {
		if !p.unproven {
			return ErrTailLost
		}
		if !p.filled {
			if err := p.fill(); err != nil {
				return err
			}
		}
	}
	if seq < p.nextSeq {
		if !p.filled {
			return ErrTailLost
		}
		// Its table has been read already, whole batches at a time.
		return nil
	}
	next, err := memtable.VisitBatch(rec, path, offset, p.op)
	var corrupt *CorruptError
	if errors.As(err, &corrupt) {
		return ErrTailLost // a view tells of the damage
	}
	if err != nil {
		return err
	}
	p.nextSeq, p.since, p.unproven = next, p.number, false
	return nil
}

func (p *tailPass) op(op memtable.Op) error {
	switch op.Kind {
	case base.KindSet:
		return p.fn(Op{OpPut, op.Key, op.Value})
	case base.KindDelete, base.KindSingleDelete:
		return p.fn(Op{OpDelete, op.Key, nil})
	case base.KindRangeDelete:
		return p.fn(Op{OpRangeDelete, op.Key, op.Value})
	}
	return ErrTailLost
}

// countingReader counts what is read of a file.
type countingReader struct {
	r io.ReaderAt
	n *int64
}

func (c *countingReader) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(b, off)
	*c.n += int64(n)
	return n, err
}
