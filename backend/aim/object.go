package aim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"aimdesk/backend/aim/codec"
)

// Number is a step: an integer, or a float if IsFloat.
type Number struct {
	Int     int64
	Float   float64
	IsFloat bool
}

// AppendJSON appends the number as a value of package codec does.
func (n Number) AppendJSON(dst []byte) []byte {
	if n.IsFloat {
		return codec.AppendFloat(dst, n.Float)
	}
	return codec.IntValue(n.Int).AppendJSON(dst)
}

// ErrNoData says that an object's data is not in the repository, though its
// entry is.
var ErrNoData = errors.New("the object's data is missing")

// ObjectRow is one step of a sequence of objects.
type ObjectRow struct {
	Step Number
	// IsList tells whether a list was tracked, rather than a single object.
	IsList bool
	// Items are the objects: one unless IsList.
	Items []Object
	// Time is when the row was tracked, in unix seconds, and Epoch what was
	// passed with it; the canonical NaN of package series if absent. They are
	// read only if ObjectOptions.Times asks for them.
	Time, Epoch float64
}

// Object is one object of a sequence. It is valid only during the call that it
// was passed to.
type Object struct {
	Kind Kind
	// Type is the stored name of its type, such as "aim.image"; "" for a plain
	// value.
	Type string

	value codec.Value
	path  []byte // of the object
	blobs *blobReader
}

// Value is the object without its data: a dict of fields for a custom object,
// or the plain value.
func (o Object) Value() codec.Value { return o.value }

// Field returns a field of the object, None if there is none:
//
//	image         format, width, height, caption, mode, source
//	audio         format, caption
//	distribution  dtype, bin_count, range
//	figure        source, format, version
//	log record    message, log_level, timestamp, __logger_info, extra_args
func (o Object) Field(name string) codec.Value { return o.value.Field(name) }

// dataField is the field that holds what an object consists of.
const dataField = "data"

// Data returns what the object consists of: the bytes of an image or audio
// file, the text of a text or log line, the weights of a distribution, the JSON
// of a figure. It is read when it is asked for and belongs to the caller. The
// error wraps ErrNoData if the repository has the entry but not the data.
func (o Object) Data() ([]byte, error) {
	if v, ok := o.value.Get(codec.StringKey(dataField)); ok {
		return textOrBytes(v)
	}
	if o.blobs == nil {
		return nil, ErrNoData
	}
	stored, err := o.blobs.get(codec.AppendStringKey(append([]byte(nil), o.path...), dataField))
	if err != nil {
		return nil, fmt.Errorf("read object: %w", err)
	}
	v, err := codec.DecodeValue(stored)
	if err != nil {
		return nil, fmt.Errorf("read object: %w", ErrNoData)
	}
	return textOrBytes(v)
}

func textOrBytes(v codec.Value) ([]byte, error) {
	switch v.Kind() {
	case codec.KindBytes:
		return v.Bytes(), nil
	case codec.KindString:
		return []byte(v.Str()), nil
	}
	return nil, ErrNoData
}

// weightTypes are the numbers that the weights of a distribution may be stored
// as: their width in bytes and how to read one.
var weightTypes = map[string]struct {
	width int
	read  func(b []byte) float64
}{
	"bool":    {1, func(b []byte) float64 { return float64(b[0] & 1) }},
	"int8":    {1, func(b []byte) float64 { return float64(int8(b[0])) }},
	"uint8":   {1, func(b []byte) float64 { return float64(b[0]) }},
	"int16":   {2, func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) }},
	"uint16":  {2, func(b []byte) float64 { return float64(binary.LittleEndian.Uint16(b)) }},
	"int32":   {4, func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) }},
	"uint32":  {4, func(b []byte) float64 { return float64(binary.LittleEndian.Uint32(b)) }},
	"int64":   {8, func(b []byte) float64 { return float64(int64(binary.LittleEndian.Uint64(b))) }},
	"uint64":  {8, func(b []byte) float64 { return float64(binary.LittleEndian.Uint64(b)) }},
	"float16": {2, func(b []byte) float64 { return halfFloat(binary.LittleEndian.Uint16(b)) }},
	"float32": {4, func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }},
	"float64": {8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }},
}

// Weights returns the weights of a distribution's bins.
func (o Object) Weights() ([]float64, error) {
	data, err := o.Data()
	if err != nil {
		return nil, err
	}
	return decodeWeights(data, o.Field("dtype").Str())
}

func decodeWeights(data []byte, dtype string) ([]float64, error) {
	t, ok := weightTypes[strings.TrimPrefix(dtype, "<")]
	if !ok {
		return nil, fmt.Errorf("read distribution: weights are stored as %.40q, which cannot be read", dtype)
	}
	if len(data)%t.width != 0 {
		return nil, fmt.Errorf("read distribution: %d bytes are no whole number of %s", len(data), dtype)
	}
	weights := make([]float64, len(data)/t.width)
	for i := range weights {
		weights[i] = t.read(data[i*t.width:])
	}
	return weights, nil
}

// halfFloat converts an IEEE 754 binary16.
func halfFloat(h uint16) float64 {
	sign, exp, frac := 1.0, int(h>>10&0x1f), float64(h&0x3ff)
	if h>>15 != 0 {
		sign = -1
	}
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 0x1f:
		if frac != 0 {
			return math.Float64frombits(pythonNaN)
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1+frac/1024, exp-15)
}
