package catalog

import (
	"strconv"
	"strings"

	"aimdesk/backend/aim/codec"
)

// Words splits a text search into the words that must all occur.
func Words(text string) []string { return strings.Fields(strings.ToLower(text)) }

// Contains tells whether every word occurs in the run's name, hash,
// experiment, tags, description or params. Words are lower case.
func (r *Row) Contains(words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := r.text.Load()
	if text == nil {
		made := r.searchText()
		r.text.Store(&made)
		text = &made
	}
	for _, w := range words {
		if !strings.Contains(*text, w) {
			return false
		}
	}
	return true
}

// maxSearchValue bounds how much of one long string is searched.
const maxSearchValue = 4 << 10

func (r *Row) searchText() string {
	var b strings.Builder
	add := func(s string) {
		if len(s) > maxSearchValue {
			s = s[:maxSearchValue]
		}
		b.WriteString(strings.ToLower(s))
		b.WriteByte('\n')
	}
	add(r.Name())
	add(r.Run.Hash)
	add(string(r.State.Name))
	for _, s := range []*string{r.Run.Props.Experiment, r.Run.Props.Description} {
		if s != nil {
			add(*s)
		}
	}
	for _, t := range r.Run.Props.Tags {
		add(t)
	}
	for at := 0; at < len(r.Run.Params); {
		l, ok := nextLeaf(r.Run.Params, at)
		if !ok {
			break
		}
		at = l.to
		path, err := codec.DecodePath(l.path)
		if err != nil {
			continue // a key no one can name
		}
		names := make([]string, len(path))
		for i, k := range path {
			names[i] = k.String()
		}
		if v, err := codec.DecodeValue(l.value); err == nil {
			add(strings.Join(names, ".") + "=" + scalarText(v))
		}
	}
	return b.String()
}

func scalarText(v codec.Value) string {
	switch v.Kind() {
	case codec.KindString:
		return v.Str()
	case codec.KindInt:
		return strconv.FormatInt(v.Int(), 10)
	case codec.KindList, codec.KindDict, codec.KindObject, codec.KindBytes:
		return ""
	}
	return string(v.AppendJSON(nil))
}
