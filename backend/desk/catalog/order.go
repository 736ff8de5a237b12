package catalog

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"aimdesk/backend/aim/codec"
)

// sortCell is a value made ready to be compared. Numbers come before text;
// values that are missing, and NaN, come last in either direction.
type sortCell struct {
	class  uint8
	number float64
	text   string
}

const (
	classNumber = iota
	classText
	classNaN
	classMissing
)

func cellOf(v Value, ok bool) sortCell {
	if !ok {
		return sortCell{class: classMissing}
	}
	switch v.Kind() {
	case codec.KindNone:
		return sortCell{class: classMissing}
	case codec.KindBool:
		if v.Bool() {
			return sortCell{number: 1}
		}
		return sortCell{}
	case codec.KindInt:
		return sortCell{number: float64(v.Int())}
	case codec.KindFloat:
		if f := v.Float(); !math.IsNaN(f) {
			return sortCell{number: f}
		}
		return sortCell{class: classNaN}
	case codec.KindString:
		return sortCell{class: classText, text: v.Str()}
	}
	return sortCell{class: classText, text: string(v.AppendJSON(nil))}
}

func compareCells(a, b sortCell, descending bool) int {
	if a.class >= classNaN || b.class >= classNaN {
		return cmp.Compare(a.class, b.class)
	}
	c := cmp.Compare(a.class, b.class)
	if c == 0 {
		c = cmp.Compare(a.number, b.number)
	}
	if c == 0 {
		c = strings.Compare(a.text, b.text)
	}
	if descending {
		return -c
	}
	return c
}

// Key is one key of an ordering.
type Key struct {
	Get        *Getter
	Descending bool
}

// Sort orders rows by several keys, the first one first. Rows that are equal
// in all keys keep their order.
func Sort(rows []*Row, keys []Key) {
	if len(keys) == 0 {
		return
	}
	type entry struct {
		row   *Row
		cells []sortCell
	}
	entries := make([]entry, len(rows))
	cells := make([]sortCell, len(rows)*len(keys))
	for i, r := range rows {
		entries[i] = entry{r, cells[i*len(keys) : (i+1)*len(keys)]}
		for k, key := range keys {
			entries[i].cells[k] = cellOf(key.Get.Get(r))
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		for k, key := range keys {
			if c := compareCells(a.cells[k], b.cells[k], key.Descending); c != 0 {
				return c
			}
		}
		return 0
	})
	for i, e := range entries {
		rows[i] = e.row
	}
}
