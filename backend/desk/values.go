package desk

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/desk/catalog"
)

// ValueCount is a value that a column has, and in how many runs.
type ValueCount struct {
	// Literal is the value as a query writes it.
	Literal string `json:"literal"`
	// Text is the value as it is shown.
	Text string `json:"text"`
	// Runs that have it.
	Runs int `json:"runs"`
}

// Bounds of an answer of Values.
const (
	valuesShown   = 500
	valuesCounted = 50000
)

// Values lists the values that a column has in the runs of some repositories,
// the most frequent first: what completion and filters offer. Values that a
// query cannot write (lists, dicts, bytes) are left out; each tag counts.
func (d *Desk) Values(ctx context.Context, repositories []string, column string) ([]ValueCount, error) {
	defer d.Foreground()()
	sessions, err := d.sessionsOf(repositories)
	if err != nil {
		return nil, err
	}
	get, ok := catalog.NewGetter(column, unixSeconds(d.cfg.Now()), func(id string) string {
		if s, err := d.session(id); err == nil {
			return s.name
		}
		return id
	})
	if !ok {
		return nil, &Error{Kind: KindInvalid, Message: fmt.Sprintf("There is no column %q", column), Hint: "Choose one of the columns."}
	}
	counts := map[string]*ValueCount{}
	add := func(v codec.Value) {
		literal, text, ok := literalOf(v)
		if !ok {
			return
		}
		if c := counts[literal]; c != nil {
			c.Runs++
		} else if len(counts) < valuesCounted {
			counts[literal] = &ValueCount{Literal: literal, Text: text, Runs: 1}
		}
	}
	for _, s := range sessions {
		for _, r := range s.cat.Rows() {
			v, ok := get.Get(r)
			switch {
			case !ok:
			case column == "tags":
				for _, tag := range v.List() {
					add(tag)
				}
			default:
				add(v.Value)
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	out := make([]ValueCount, 0, len(counts))
	for _, c := range counts {
		out = append(out, *c)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Runs != out[j].Runs {
			return out[i].Runs > out[j].Runs
		}
		return out[i].Literal < out[j].Literal
	})
	return out[:min(len(out), valuesShown)], nil
}

// literalOf writes a scalar as AimQL does; false for what it cannot write.
func literalOf(v codec.Value) (literal, text string, ok bool) {
	switch v.Kind() {
	case codec.KindNone:
		return "None", "None", true
	case codec.KindBool:
		if v.Bool() {
			return "True", "True", true
		}
		return "False", "False", true
	case codec.KindInt, codec.KindFloat:
		text = strings.Trim(string(v.AppendJSON(nil)), `"`)
		if strings.HasPrefix(text, "{") {
			return "", "", false // no literal has this value
		}
		return text, text, true
	case codec.KindString:
		if len(v.Str()) > cellShown {
			return "", "", false
		}
		// The escapes of JSON mean the same in a query.
		return string(codec.AppendString(nil, v.Str())), v.Str(), true
	}
	return "", "", false
}
