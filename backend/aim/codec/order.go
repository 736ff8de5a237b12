package codec

import (
	"slices"
	"strings"
)

// ContextText is the text by which contexts are ordered: JSON as AppendJSON
// has it, but with entries sorted by key, spaces after commas and colons, and
// everything beyond ASCII escaped. It is what Python's json.dumps with
// sort_keys writes.
func ContextText(v Value) string {
	return string(jsonEncoder{comma: ", ", colon: ": ", ascii: true, sorted: true}.append(nil, v))
}

// CompareContext orders contexts by their ContextText.
func CompareContext(a, b Value) int { return strings.Compare(ContextText(a), ContextText(b)) }

func sortEntries(entries []Entry) []Entry {
	byKey := func(a, b Entry) int { return strings.Compare(a.Key.Str, b.Key.Str) }
	if slices.IsSortedFunc(entries, byKey) {
		return entries
	}
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, byKey)
	return sorted
}
