package cli

import (
	"strconv"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/desk"
	"aimdesk/backend/desk/catalog"
	"aimdesk/backend/series"
)

// object writes one JSON object with its keys in the order of the calls.
type object struct {
	buf   []byte
	empty bool
}

func newObject(buf []byte) *object { return &object{append(buf, '{'), true} }

func (o *object) key(name string) {
	if !o.empty {
		o.buf = append(o.buf, ',', ' ')
	}
	o.empty = false
	o.buf = codec.AppendString(o.buf, name)
	o.buf = append(o.buf, ':', ' ')
}

func (o *object) end() []byte { return append(o.buf, '}') }

func (o *object) string(name, s string) {
	o.key(name)
	o.buf = codec.AppendString(o.buf, s)
}

func (o *object) text(name string, s *string) {
	if s == nil {
		o.null(name)
		return
	}
	o.string(name, *s)
}

func (o *object) null(name string) {
	o.key(name)
	o.buf = append(o.buf, "null"...)
}

func (o *object) bool(name string, b bool) {
	o.key(name)
	o.buf = strconv.AppendBool(o.buf, b)
}

func (o *object) int(name string, i int64) {
	o.key(name)
	o.buf = strconv.AppendInt(o.buf, i, 10)
}

func (o *object) float(name string, f *float64) {
	if f == nil {
		o.null(name)
		return
	}
	o.key(name)
	o.buf = codec.AppendFloat(o.buf, *f)
}

func (o *object) raw(name string, data []byte) {
	o.key(name)
	o.buf = append(o.buf, data...)
}

func (o *object) value(name string, v codec.Value) {
	o.key(name)
	o.buf = v.AppendJSON(o.buf)
}

func (o *object) strings(name string, list []string) {
	o.key(name)
	o.buf = append(o.buf, '[')
	for i, s := range list {
		if i > 0 {
			o.buf = append(o.buf, ',', ' ')
		}
		o.buf = codec.AppendString(o.buf, s)
	}
	o.buf = append(o.buf, ']')
}

func (o *object) floats(name string, list []float64) {
	o.key(name)
	o.buf = append(o.buf, '[')
	for i, f := range list {
		if i > 0 {
			o.buf = append(o.buf, ',', ' ')
		}
		o.buf = codec.AppendFloat(o.buf, f)
	}
	o.buf = append(o.buf, ']')
}

func (o *object) steps(name string, c *series.Columns) {
	o.key(name)
	o.buf = append(o.buf, '[')
	for i := range c.Steps {
		if i > 0 {
			o.buf = append(o.buf, ',', ' ')
		}
		o.buf = appendStep(o.buf, c, i)
	}
	o.buf = append(o.buf, ']')
}

// appendStep writes a step as it was stored: an integer, or a float.
func appendStep(dst []byte, c *series.Columns, row int) []byte {
	if big, ok := c.BigSteps[row]; ok {
		return strconv.AppendInt(dst, big, 10)
	}
	if c.FloatStep != nil && c.FloatStep[row] {
		return codec.AppendFloat(dst, c.Steps[row])
	}
	return strconv.AppendInt(dst, int64(c.Steps[row]), 10)
}

func (o *object) problem(name string, d desk.RunProblem, withHash bool) {
	o.key(name)
	o.buf = appendProblem(o.buf, d, withHash)
}

func appendProblem(dst []byte, d desk.RunProblem, withHash bool) []byte {
	e := newObject(dst)
	if withHash {
		e.string("hash", d.Hash)
	}
	e.string("file", d.File)
	e.int("offset", d.Offset)
	e.string("message", d.Message)
	return e.end()
}

func (o *object) problems(name string, list []desk.RunProblem) {
	o.key(name)
	o.buf = append(o.buf, '[')
	for i, d := range list {
		if i > 0 {
			o.buf = append(o.buf, ',', ' ')
		}
		o.buf = appendProblem(o.buf, d, true)
	}
	o.buf = append(o.buf, ']')
}

// appendRun writes the JSON object of a run.
func appendRun(dst []byte, r *catalog.Row) []byte {
	o := newObject(dst)
	o.runFields(r)
	return o.end()
}

func (o *object) runFields(r *catalog.Row) {
	p := r.Run.Props
	tags := append([]string{}, p.Tags...)
	sortStrings(tags)
	o.string("hash", r.Run.Hash)
	o.string("name", r.Name())
	o.text("description", p.Description)
	o.text("experiment", p.Experiment)
	if p.Archived == nil && r.Run.HasRow {
		o.null("archived")
	} else {
		o.bool("archived", r.Archived())
	}
	o.strings("tags", tags)
	o.float("creation_time", p.CreationTime)
	if r.Run.Unreadable != nil {
		o.null("end_time")
		o.null("active")
	} else {
		o.float("end_time", r.Run.EndTime)
		o.bool("active", r.Run.EndTime == nil || *r.Run.EndTime == 0)
	}
	o.string("state", string(r.State.Name))
	o.float("last_record", r.Run.LastRecord)
	if r.Run.Unreadable != nil {
		o.null("params")
	} else {
		o.value("params", codec.DecodeTree(r.Run.Params))
	}
	if problems := desk.Problems(r.Run); len(problems) > 0 {
		o.problem("error", problems[0], false)
	}
}
