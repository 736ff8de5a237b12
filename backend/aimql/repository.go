package aimql

import (
	"strconv"
	"strings"
)

// Property is a value of a run that is not a param.
type Property uint8

// The properties of a run, with the kinds of value a Run answers for each; in
// brackets what it means when it answers false.
const (
	PropHash         Property = iota // str
	PropName                         // str [None]
	PropDescription                  // str [None]
	PropArchived                     // bool [None: neither]
	PropExperiment                   // str [a None that is == None and has every attribute]
	PropTags                         // list of str, those of archived tags left out [an empty list]
	PropNotes                        // list of dicts id, content, created_at, updated_at [an empty list]
	PropCreationTime                 // float, seconds since 1970 UTC [None]
	PropUpdatedAt                    // float, seconds since 1970 UTC [None]
	PropEndTime                      // float or None as Aim stored it [key missing: using it is an error]
	propCount
)

// Run is what a query sees of a run. Calls are made while a query is evaluated,
// from its goroutine; values must stay valid until the evaluation returns.
type Run interface {
	Property(p Property) (Value, bool)
	// Param answers the value stored at a path of params: a scalar, or a list or
	// dict (in stored order) of all that is below. An empty path is the tree of
	// all params. False: there is nothing at the path.
	Param(p *Path) (Value, bool)
	// Trace answers the sequence that run.metrics[…] names, whatever its kind.
	Trace(t *TraceRef) (Trace, bool)
}

// Trace is what is stored about one sequence. Fields are those of Aim's trace
// entry (last, last_step, first, first_step, min, max, dtype, version,
// record_max_length), plus mean and count; false: not known. An implementation
// answers min, max, first and last from the series where Aim stored none.
type Trace interface {
	Field(name string) (Value, bool)
}

// Sequence is a Trace together with what names it.
type Sequence interface {
	Trace
	Name() string
	// Context is a dict.
	Context() Value
}

// traceFields are the fields shown when a whole trace is listed, in stored order.
var traceFields = []string{"dtype", "first_step", "first", "last_step", "last", "max", "min", "record_max_length", "version"}

// Key is one step of a path: a string, or an integer (of a list or of a dict
// with such keys).
type Key struct {
	Str   string
	Int   int64
	IsInt bool
}

// Value is the key as a value.
func (k Key) Value() Value {
	if k.IsInt {
		return Int(k.Int)
	}
	return Str(k.Str)
}

// Path names a param. Index is its position in Query.ParamPaths, so that a
// catalogue can resolve each once a search, or -1 when it was computed while
// the query ran. Paths are read only.
type Path struct {
	Index int
	Keys  []Key
}

// String renders the path for messages: hparams.layers[0].
func (p *Path) String() string {
	var b strings.Builder
	for i, k := range p.Keys {
		switch {
		case k.IsInt:
			b.WriteString("[" + strconv.FormatInt(k.Int, 10) + "]")
		case i > 0:
			b.WriteString("." + k.Str)
		default:
			b.WriteString(k.Str)
		}
	}
	return b.String()
}

// TraceRef is the subscript of run.metrics: a name and a context. Index is its
// position in Query.TraceRefs, or -1.
type TraceRef struct {
	Index   int
	Name    string
	Context Value // a dict; unused when ByID
	ID      int64 // the number under which Aim stores the context
	ByID    bool
}
