package desk

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aimql"
	"aimdesk/backend/desk/catalog"
)

// Columns lists the columns that the runs of some repositories can have. Of
// several repositories, a column's counts are added.
func (d *Desk) Columns(_ context.Context, repositories []string) ([]ColumnInfo, error) {
	sessions, err := d.sessionsOf(repositories)
	if err != nil {
		return nil, err
	}
	out := []ColumnInfo{}
	at := map[string]int{}
	for _, s := range sessions {
		for _, c := range s.cat.Columns() {
			if i, have := at[c.Key]; have {
				out[i].Present += c.Present
				out[i].Distinct = min(out[i].Distinct+c.Distinct, 1000)
				if out[i].Type != c.Type {
					out[i].Type = "mixed"
				}
				continue
			}
			at[c.Key] = len(out)
			out = append(out, ColumnInfo{
				Key: c.Key, Group: c.Group, Path: c.Path, Context: c.Context, Summary: c.Summary,
				Type: c.Type, Present: c.Present, Distinct: c.Distinct,
			})
		}
	}
	return out, nil
}

// Runs answers a query with an ordered view, kept until newer ones replace it.
// Without a sort, newest runs come first.
func (d *Desk) Runs(ctx context.Context, req RunsRequest) (RunsView, error) {
	defer d.Foreground()()
	start := time.Now()
	sessions, err := d.sessionsOf(req.Repositories)
	if err != nil {
		return RunsView{}, err
	}
	q, err := aimql.Compile(req.Query, aimql.Runs, aimql.Options{All: req.All})
	if err != nil {
		return RunsView{}, err
	}
	var all []*catalog.Row
	var revision uint64
	for _, s := range sessions {
		all = append(all, s.cat.Rows()...)
		revision += s.cat.Revision()
	}
	rows, err := Filter(ctx, all, q, catalog.Words(req.Text))
	if err != nil {
		return RunsView{}, err
	}
	if err := d.sortRows(rows, req.Sort, sessions); err != nil {
		return RunsView{}, err
	}
	refs := make([]RunRef, len(rows))
	for i, r := range rows {
		refs[i] = RunRef{r.Repository, r.Run.Hash}
	}
	return RunsView{
		View: d.views.add(refs), Total: len(all), Matched: len(rows),
		Milliseconds: Num(float64(time.Since(start).Microseconds()) / 1000), Revision: revision,
	}, nil
}

// Filter keeps the rows that a query selects and that hold all words, in their
// order, on all cores.
func Filter(ctx context.Context, rows []*catalog.Row, q *aimql.Query, words []string) ([]*catalog.Row, error) {
	keep := make([]bool, len(rows))
	inStretches(len(rows), func() func(int) {
		m := catalog.NewMatcher(q)
		return func(i int) {
			keep[i] = ctx.Err() == nil && rows[i].Contains(words) && m.MatchRun(ctx, rows[i])
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]*catalog.Row, 0, len(rows))
	for i, r := range rows {
		if keep[i] {
			out = append(out, r)
		}
	}
	return out, nil
}

// inStretches does something for each of n rows, on all cores where there are
// many. Every worker makes what it needs with begin, and is done some rows at
// a time.
func inStretches(n int, begin func() func(i int)) {
	const stretch = 64
	workers := min(runtime.GOMAXPROCS(0), n/(2*stretch)+1)
	if workers == 1 {
		do := begin()
		for i := range n {
			do(i)
		}
		return
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	for range workers {
		wg.Go(func() {
			do := begin()
			for {
				to := int(next.Add(stretch))
				if to-stretch >= n {
					return
				}
				for i := to - stretch; i < min(to, n); i++ {
					do(i)
				}
			}
		})
	}
	wg.Wait()
}

func (d *Desk) sortRows(rows []*catalog.Row, keys []SortKey, sessions []*session) error {
	names := func(id string) string {
		for _, s := range sessions {
			if s.id == id {
				return s.name
			}
		}
		return id
	}
	sorted := make([]catalog.Key, 0, len(keys)+1)
	for _, k := range keys {
		get, ok := catalog.NewGetter(k.Column, unixSeconds(d.cfg.Now()), names)
		if !ok {
			return &Error{Kind: KindInvalid, Message: fmt.Sprintf("There is no column %q", k.Column), Hint: "Choose one of the columns."}
		}
		sorted = append(sorted, catalog.Key{Get: get, Descending: k.Descending})
	}
	if len(sorted) == 0 && len(sessions) > 1 {
		get, _ := catalog.NewGetter("created", 0, names)
		sorted = append(sorted, catalog.Key{Get: get, Descending: true})
	}
	catalog.Sort(rows, sorted)
	return nil
}

// maxRows is how many rows one request answers at most.
const maxRows = 2000

// Rows answers some rows of a view, with their newest values. A run that was
// deleted meanwhile is answered with its hash alone.
func (d *Desk) Rows(_ context.Context, req RowsRequest) ([]RunRow, error) {
	refs, ok := d.views.get(req.View)
	if !ok {
		return nil, &Error{Kind: KindNotFound, Message: "This list is too old", Hint: "It is asked for again by itself."}
	}
	from := min(max(req.From, 0), len(refs))
	to := min(from+min(max(req.Count, 0), maxRows), len(refs))
	sessions, err := d.sessionsOf(nil)
	if err != nil {
		return nil, err
	}
	byID := map[string]*session{}
	for _, s := range sessions {
		byID[s.id] = s
	}
	now := unixSeconds(d.cfg.Now())
	out := make([]RunRow, to-from)
	inStretches(len(out), func() func(int) {
		getters := make([]*catalog.Getter, len(req.Columns))
		for i, key := range req.Columns {
			g, ok := catalog.NewGetter(key, now, func(id string) string {
				if s := byID[id]; s != nil {
					return s.name
				}
				return id
			})
			if ok {
				getters[i] = g
			}
		}
		return func(i int) {
			ref := refs[from+i]
			row := RunRow{Repository: ref.Repository, Hash: ref.Hash, Name: ref.Hash, State: "unreadable", Evidence: "not in the repository any more", Cells: make([]any, len(getters))}
			if s := byID[ref.Repository]; s != nil {
				if r, ok := s.cat.Row(ref.Hash); ok {
					fillRow(&row, r, getters)
				}
			}
			out[i] = row
		}
	})
	return out, nil
}

func fillRow(row *RunRow, r *catalog.Row, getters []*catalog.Getter) {
	row.Name, row.State, row.Evidence, row.Archived = r.Name(), string(r.State.Name), evidence(r.State), r.Archived()
	for i, g := range getters {
		if g == nil {
			continue
		}
		if v, ok := g.Get(r); ok {
			row.Cells[i] = cell(v)
		}
	}
}

// Bounds of a cell: what is shown, and what is handed over for copying.
const (
	cellShown = 200
	cellFull  = 16 << 10
	exactInt  = 1 << 53
)

func cell(v catalog.Value) any {
	switch v.Kind() {
	case codec.KindNone:
		return shorten("None")
	case codec.KindBool:
		return v.Bool()
	case codec.KindInt:
		if i := v.Int(); i > exactInt || i < -exactInt {
			return strconv.FormatInt(i, 10)
		}
		return Num(v.Int())
	case codec.KindFloat:
		return Num(v.Float())
	case codec.KindString:
		return shorten(v.Str())
	case codec.KindList:
		if texts, ok := allText(v.List()); ok {
			return texts
		}
	}
	return shorten(string(v.AppendJSON(nil)))
}

func allText(items []codec.Value) ([]string, bool) {
	out := make([]string, len(items))
	for i, x := range items {
		if x.Kind() != codec.KindString {
			return nil, false
		}
		out[i] = x.Str()
	}
	return out, len(items) <= 64
}

func shorten(s string) any {
	if len(s) <= cellShown {
		return s
	}
	full := s
	if len(full) > cellFull {
		full = clip(full, cellFull) + "…"
	}
	return CellText{Text: clip(s, cellShown) + "…", Full: full}
}

// clip cuts a text to at most n bytes, between characters.
func clip(s string, n int) string {
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// ViewHashes lists the runs of a view in its order.
func (d *Desk) ViewHashes(view string) ([]RunRef, error) {
	refs, ok := d.views.get(view)
	if !ok {
		return nil, &Error{Kind: KindNotFound, Message: "This list is too old", Hint: "It is asked for again by itself."}
	}
	return refs, nil
}

// viewsKept is how many answers are kept; the oldest goes first.
const viewsKept = 24

type viewCache struct {
	mu    sync.Mutex
	next  int
	order []string
	views map[string][]RunRef
}

func newViewCache() *viewCache { return &viewCache{views: map[string][]RunRef{}} }

func (c *viewCache) add(refs []RunRef) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	id := strconv.Itoa(c.next)
	c.views[id] = refs
	c.order = append(c.order, id)
	if len(c.order) > viewsKept {
		delete(c.views, c.order[0])
		c.order = c.order[1:]
	}
	return id
}

func (c *viewCache) get(id string) ([]RunRef, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	refs, ok := c.views[id]
	return refs, ok
}
