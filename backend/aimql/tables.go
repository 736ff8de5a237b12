package aimql

import "time"

// The tables of builtins are filled by one init function, because they refer to
// functions that use them. They are not changed afterwards.
var (
	listMethods      map[string]method
	tupleMethods     map[string]method
	dictMethods      map[string]method
	setMethods       map[string]method
	sliceMethods     map[string]method
	dateMethods      map[string]method
	timeMethods      map[string]method
	datetimeMethods  map[string]method
	timedeltaMethods map[string]method
	datetimeStatics  map[string]builtinFunc
	mathModule       *module
	stringModule     *module
	randomModule     *module
	strMethods       map[string]method
	bytesMethods     map[string]method
	intMethods       map[string]method
	floatMethods     map[string]method
	floatStatics     map[string]builtinFunc
	complexMethods   map[string]method

	objectType, intType, boolType, floatType, complexType, strType *typeObj
	setType, frozensetType, sliceType, datetimeType, timedeltaType *typeObj

	// builtins are the names every query sees, besides its variables.
	builtins map[string]Value
)

func init() {
	listMethods = makeListMethods()
	tupleMethods = makeTupleMethods()
	dictMethods = makeDictMethods()
	setMethods = makeSetMethods()
	sliceMethods = makeSliceMethods()
	dateMethods = makeDateMethods()
	timeMethods = makeTimeMethods()
	datetimeMethods = makeDatetimeMethods()
	timedeltaMethods = makeTimedeltaMethods()
	datetimeStatics = makeDatetimeStatics()
	mathModule = makeMathModule()
	stringModule = makeStringModule()
	randomModule = makeRandomModule()
	strMethods = makeStrMethods()
	bytesMethods = makeBytesMethods()
	intMethods = makeIntMethods()
	floatMethods = makeFloatMethods()
	floatStatics = makeFloatStatics()
	complexMethods = makeComplexMethods()
	for name, f := range dateMethods {
		if _, ok := datetimeMethods[name]; !ok {
			datetimeMethods[name] = f
		}
	}

	objectType = &typeObj{name: "object"}
	intType = &typeObj{name: "int", kind: KindInt, methods: intMethods, construct: newInt}
	boolType = &typeObj{name: "bool", kind: KindBool, methods: intMethods, construct: newBool, base: intType}
	floatType = &typeObj{name: "float", kind: KindFloat, methods: floatMethods, construct: newFloat, statics: floatStatics}
	complexType = &typeObj{name: "complex", kind: KindComplex, methods: complexMethods, construct: newComplex}
	strType = &typeObj{name: "str", kind: KindStr, methods: strMethods, construct: newStr}
	setType = &typeObj{name: "set", kind: KindSet, methods: setMethods, construct: newSet(false)}
	frozensetType = &typeObj{name: "frozenset", kind: KindSet, methods: setMethods, construct: newSet(true)}
	sliceType = &typeObj{name: "slice", kind: KindSlice, construct: newSlice}
	datetimeType = &typeObj{name: "datetime", kind: KindDateTime, methods: datetimeMethods, construct: newDatetime, statics: datetimeStatics}
	timedeltaType = &typeObj{name: "timedelta", kind: KindTimeDelta, methods: timedeltaMethods, construct: newTimedelta}
	micro := Value{kind: KindTimeDelta, obj: &timedelta{0, 0, 1}}
	datetimeType.consts = map[string]Value{
		"min":        {kind: KindDateTime, obj: &datetime{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"max":        {kind: KindDateTime, obj: &datetime{time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)}},
		"resolution": micro,
	}
	timedeltaType.consts = map[string]Value{
		"min":        {kind: KindTimeDelta, obj: &timedelta{-maxDays, 0, 0}},
		"max":        {kind: KindTimeDelta, obj: &timedelta{maxDays, 86399, 999_999}},
		"resolution": micro,
	}

	builtins = map[string]Value{
		"Ellipsis": {kind: KindEllipsis},
		"math":     {kind: KindModule, obj: mathModule}, "string": {kind: KindModule, obj: stringModule},
		"random": {kind: KindModule, obj: randomModule}, "whrandom": {kind: KindModule, obj: randomModule},
	}
	for name, f := range makeBuiltinFuncs() {
		builtins[name] = funcValue(name, f)
	}
	for _, t := range []*typeObj{intType, boolType, floatType, complexType, strType, setType, frozensetType, sliceType, datetimeType, timedeltaType} {
		builtins[t.name] = Value{kind: KindType, obj: t}
	}
	for name, t := range exceptionTypes() {
		builtins[name] = Value{kind: KindType, obj: t}
	}
}
