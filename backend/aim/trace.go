package aim

import (
	"strings"

	"aimdesk/backend/aim/codec"
)

// Kind is what a sequence consists of.
type Kind uint8

// The kinds of sequences.
const (
	// KindMetric has numbers.
	KindMetric Kind = iota
	KindImages
	KindTexts
	KindAudios
	KindDistributions
	KindFigures
	// KindLogs has the lines that a run wrote to its terminal.
	KindLogs
	// KindLogRecords has messages with a level and a time.
	KindLogRecords
	// KindOther has anything else, such as lists of numbers.
	KindOther
)

var kindNames = [...]string{"metric", "images", "texts", "audios", "distributions", "figures", "logs", "log_records", "other"}

// String is the kind's name, as AimQL and the command line have it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Names of the types of objects, as they are stored.
const (
	TypeImage        = "aim.image"
	TypeText         = "aim.text"
	TypeAudio        = "aim.audio"
	TypeDistribution = "aim.distribution"
	TypeFigure       = "aim.figure"
	TypeLogLine      = "aim.log_line"
	TypeLogRecord    = "aim.log_record"
	TypeArtifact     = "aim.artifact"
)

// KindOf is the kind of a sequence with a dtype. Runs written before Aim 3.26
// say it nowhere else; later ones agree with it.
func KindOf(dtype string) Kind {
	switch dtype {
	case "float", "int", "number", "float64":
		return KindMetric
	}
	if inner, ok := strings.CutPrefix(dtype, "list("); ok {
		dtype = strings.TrimSuffix(inner, ")")
	}
	switch dtype {
	case TypeImage:
		return KindImages
	case TypeText:
		return KindTexts
	case TypeAudio:
		return KindAudios
	case TypeDistribution:
		return KindDistributions
	case TypeFigure:
		return KindFigures
	case TypeLogLine:
		return KindLogs
	case TypeLogRecord:
		return KindLogRecords
	}
	return KindOther
}

// What a trace without these fields has.
const (
	defaultDType   = "float"
	defaultVersion = versionSteps
)

// Layouts of a series; see docs/format/aim-series.md.
const (
	versionSteps  = 1 // rows are keyed by their step
	versionHashes = 2 // rows are keyed by the hash of their step
)

// Field is one field of a trace's entry as it is stored.
type Field struct {
	Name  string
	Value codec.Value
}

// Trace is one sequence of a run.
type Trace struct {
	Name string
	// ContextID is the integer that stands for the context in keys.
	ContextID int64
	// Context is the dict that the sequence was tracked under.
	Context codec.Value
	Kind    Kind
	// DType is the type of the values as stored: "float", "int", "number",
	// "aim.image", "list(aim.image)", …
	DType string
	// Version is the layout of the series: 1 or 2.
	Version int
	// Stored holds the entry's fields in byte order of their names: first,
	// first_step, last, last_step, min, max, record_max_length, dtype,
	// version. The blobs of objects are left out.
	Stored []Field
}

// Field returns a field of the stored entry.
func (t *Trace) Field(name string) (codec.Value, bool) {
	for _, f := range t.Stored {
		if f.Name == name {
			return f.Value, true
		}
	}
	return codec.Value{}, false
}

// LastStep is the highest step as the metadata records it: an int or float.
// After a kill it may be ahead of the series. It is absent if all steps were
// negative; then the highest step of the series is the answer.
func (t *Trace) LastStep() (codec.Value, bool) {
	v, ok := t.Field("last_step")
	if !ok || (v.Kind() != codec.KindInt && v.Kind() != codec.KindFloat) {
		return codec.Value{}, false
	}
	return v, true
}

// newTrace makes a trace of its stored entry.
func newTrace(name string, contextID int64, entry codec.Value) Trace {
	t := Trace{Name: name, ContextID: contextID, DType: defaultDType, Version: defaultVersion}
	for _, e := range entry.Entries() {
		if e.Key.IsInt {
			continue
		}
		t.Stored = append(t.Stored, Field{Name: e.Key.Str, Value: e.Value})
		switch {
		case e.Key.Str == "dtype" && e.Value.Kind() == codec.KindString:
			t.DType = e.Value.Str()
		case e.Key.Str == "version" && e.Value.Kind() == codec.KindInt:
			t.Version = int(e.Value.Int())
		}
	}
	t.Kind = KindOf(t.DType)
	return t
}
