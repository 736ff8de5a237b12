// Package rangedel turns range deletions, which may overlap in any way, into
// disjoint fragments that each know the newest deletion over them. A view
// reads at one sequence number only, so nothing older matters.
//
// Building takes n log n steps and at most 2n fragments; a fragment is 24
// bytes that refer to the buffer holding the keys.
package rangedel

import (
	"bytes"
	"cmp"
	"slices"
)

// Span is a byte string inside the buffer of its list.
type Span struct{ Off, Len uint32 }

// MaxData is the largest buffer spans can refer to, in bytes.
const MaxData = 1<<32 - 1

// Item deletes all versions older than Seq of the user keys from Start up to,
// not including, End. It also serves as a fragment.
type Item struct {
	Start, End Span
	Seq        uint64
}

// List is a set of disjoint fragments in key order. Once built it is immutable
// and safe for concurrent use.
type List struct {
	data  []byte
	frags []Item
	lo    []byte // replaces the first fragment's start unless nil
	hi    []byte // replaces the last fragment's end unless nil
}

// Len is the number of fragments.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return len(l.frags)
}

func (l *List) at(s Span) []byte { return l.data[s.Off : s.Off+s.Len : s.Off+s.Len] }

// Start is the first user key of fragment i; it aliases the list.
func (l *List) Start(i int) []byte {
	if i == 0 && l.lo != nil {
		return l.lo
	}
	return l.at(l.frags[i].Start)
}

// End is the first user key after fragment i; it aliases the list.
func (l *List) End(i int) []byte {
	if i == len(l.frags)-1 && l.hi != nil {
		return l.hi
	}
	return l.at(l.frags[i].End)
}

// Seq is the newest deletion over fragment i.
func (l *List) Seq(i int) uint64 { return l.frags[i].Seq }

// Seek returns the first fragment at or after from whose end lies beyond key.
func (l *List) Seek(from int, key []byte) int {
	n := l.Len()
	// Gallop: seeks are mostly short and forward.
	step := 1
	lo, hi := from, from
	for hi < n && bytes.Compare(l.End(hi), key) <= 0 {
		lo = hi + 1
		hi += step
		step *= 2
	}
	hi = min(hi, n)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if bytes.Compare(l.End(mid), key) <= 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Covering returns the newest deletion over key, 0 if there is none.
func (l *List) Covering(key []byte) uint64 {
	i := l.Seek(0, key)
	if i < l.Len() && bytes.Compare(l.Start(i), key) <= 0 {
		return l.frags[i].Seq
	}
	return 0
}

// Build fragments items, whose spans refer to data. It keeps data, and it
// reorders items if they are not sorted by start.
func Build(data []byte, items []Item) *List {
	b := fragmenter{List: List{data: data}}
	byStart := func(x, y Item) int {
		return cmp.Or(bytes.Compare(b.at(x.Start), b.at(y.Start)), cmp.Compare(y.Seq, x.Seq))
	}
	if !slices.IsSortedFunc(items, byStart) {
		slices.SortFunc(items, byStart)
	}
	b.run(items)
	return &b.List
}

// BuildSorted is Build for items known to be sorted by start.
func BuildSorted(data []byte, items []Item) *List {
	b := fragmenter{List: List{data: data}}
	b.run(items)
	return &b.List
}

// fragmenter sweeps over the start keys; active holds the deletions that reach
// beyond the sweep's position, newest on top.
type fragmenter struct {
	List
	active []Item
}

func (b *fragmenter) run(items []Item) {
	b.frags = make([]Item, 0, len(items))
	i := 0
	for i < len(items) {
		first := items[i]
		i++
		if bytes.Compare(b.at(first.Start), b.at(first.End)) >= 0 {
			continue // deletes nothing
		}
		// The common case: nothing overlaps this one.
		if i == len(items) || bytes.Compare(b.at(items[i].Start), b.at(first.End)) >= 0 {
			b.frags = append(b.frags, first)
			continue
		}
		b.push(first)
		i = b.overlapping(items, i, first.Start)
	}
	if len(b.frags) < cap(b.frags)/2 {
		b.frags = slices.Clone(b.frags)
	}
	b.active = nil
}

// overlapping emits fragments until no deletion is active; pos is the sweep's
// position. It returns the next unread item.
func (b *fragmenter) overlapping(items []Item, i int, pos Span) int {
	for len(b.active) > 0 {
		top := b.active[0]
		newer := false
		for i < len(items) && bytes.Compare(b.at(items[i].Start), b.at(top.End)) < 0 {
			it := items[i]
			i++
			if bytes.Compare(b.at(it.Start), b.at(it.End)) >= 0 {
				continue
			}
			if it.Seq > top.Seq {
				b.emit(pos, it.Start, top.Seq)
				pos = it.Start
				b.push(it)
				newer = true
				break
			}
			if bytes.Compare(b.at(it.End), b.at(top.End)) > 0 {
				b.push(it) // it shows once top has ended
			}
		}
		if newer {
			continue
		}
		b.emit(pos, top.End, top.Seq)
		pos = top.End
		for len(b.active) > 0 && bytes.Compare(b.at(b.active[0].End), b.at(pos)) <= 0 {
			b.pop()
		}
	}
	return i
}

func (b *fragmenter) emit(start, end Span, seq uint64) {
	if bytes.Compare(b.at(start), b.at(end)) < 0 {
		b.frags = append(b.frags, Item{start, end, seq})
	}
}

func (b *fragmenter) push(it Item) {
	b.active = append(b.active, it)
	for i := len(b.active) - 1; i > 0; {
		up := (i - 1) / 2
		if b.active[up].Seq >= b.active[i].Seq {
			break
		}
		b.active[up], b.active[i] = b.active[i], b.active[up]
		i = up
	}
}

func (b *fragmenter) pop() {
	n := len(b.active) - 1
	b.active[0] = b.active[n]
	b.active = b.active[:n]
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			return
		}
		if c+1 < n && b.active[c+1].Seq > b.active[c].Seq {
			c++
		}
		if b.active[i].Seq >= b.active[c].Seq {
			return
		}
		b.active[i], b.active[c] = b.active[c], b.active[i]
		i = c
	}
}

// Clip restricts the list to user keys from lo up to, not including, hi, as a
// table's deletions only hold within the table's bounds. nil means unbounded.
// The caller must not have shared the list yet.
func (l *List) Clip(lo, hi []byte) {
	if lo != nil && hi != nil && bytes.Compare(lo, hi) >= 0 {
		l.frags = nil
		return
	}
	if lo != nil {
		l.frags = l.frags[l.Seek(0, lo):]
		if len(l.frags) > 0 && bytes.Compare(l.at(l.frags[0].Start), lo) < 0 {
			l.lo = lo
		}
	}
	if hi != nil {
		n, _ := slices.BinarySearchFunc(l.frags, hi, func(it Item, hi []byte) int {
			return bytes.Compare(l.at(it.Start), hi)
		})
		l.frags = l.frags[:n]
		if n > 0 && bytes.Compare(l.at(l.frags[n-1].End), hi) > 0 {
			l.hi = hi
		}
	}
}
