package aimql

type method func(m *machine, self Value, a *args) (Value, error)

// methodsOf are the methods of values of a kind.
func methodsOf(k ValueKind) map[string]method {
	switch k {
	case KindStr:
		return strMethods
	case KindBytes:
		return bytesMethods
	case KindInt, KindBool:
		return intMethods
	case KindFloat:
		return floatMethods
	case KindComplex:
		return complexMethods
	case KindList:
		return listMethods
	case KindTuple, KindRange:
		return tupleMethods
	case KindDict:
		return dictMethods
	case KindSet:
		return setMethods
	case KindDateTime:
		return datetimeMethods
	case KindDate:
		return dateMethods
	case KindTime:
		return timeMethods
	case KindTimeDelta:
		return timedeltaMethods
	case KindSlice:
		return sliceMethods
	}
	return nil
}

// getattr is x.name as Aim guards it: what a plain value lacks is None.
func (m *machine) getattr(v Value, name string) (Value, error) {
	switch v.kind {
	case KindProxy:
		return v.obj.(*proxy).attribute(m, name)
	case KindRun:
		return m.runAttr(name)
	case KindSeq:
		return m.seqAttr(name)
	case KindMetrics:
		return Value{}, raise("NotImplementedError", "run.metrics needs a subscript")
	case KindSafeNone:
		return safeNone, nil
	case KindTree:
		if viewMethods[name] {
			return treeMethod(v.obj.(*treeView), name), nil
		}
		return Value{}, nil
	case KindModule:
		return v.obj.(*module).attr(m, name)
	case KindType:
		return v.obj.(*typeObj).attr(name)
	case KindOpaque:
		if v.str == "run" {
			return m.runAttr(name)
		}
		return Value{}, nil
	case KindStr:
		if name == "format" {
			return Value{}, raise("NotImplementedError", "Using format() on a str is not safe.")
		}
	}
	if f, ok := attributesOf(v, name); ok {
		return f, nil
	}
	if f, ok := methodsOf(v.kind)[name]; ok {
		return bound(name, f, v), nil
	}
	return Value{}, nil
}

func bound(name string, f method, self Value) Value {
	return funcValue(name, func(m *machine, a *args) (Value, error) { return m.invoke(f, self, a) })
}

// invoke calls a method; reading a long string costs steps.
func (m *machine) invoke(f method, self Value, a *args) (Value, error) {
	if err := m.steps(1 + len(self.str)/64); err != nil {
		return Value{}, err
	}
	return f(m, self, a)
}

// attributesOf are the attributes of values that are not methods.
func attributesOf(v Value, name string) (Value, bool) {
	switch v.kind {
	case KindInt, KindBool:
		switch name {
		case "real", "numerator":
			return BigInt(v.big()), true
		case "imag":
			return Int(0), true
		case "denominator":
			return Int(1), true
		}
	case KindFloat:
		switch name {
		case "real":
			return v, true
		case "imag":
			return Float(0), true
		}
	case KindComplex:
		switch name {
		case "real":
			return Float(real(v.complex())), true
		case "imag":
			return Float(imag(v.complex())), true
		}
	case KindDateTime, KindDate, KindTime, KindTimeDelta:
		return timeAttribute(v, name)
	case KindRange:
		r := v.obj.(*rangeObj)
		switch name {
		case "start":
			return Int(r.start), true
		case "stop":
			return Int(r.stop), true
		case "step":
			return Int(r.step), true
		}
	case KindSlice:
		s := v.obj.(*sliceObj)
		switch name {
		case "start":
			return s.lo, true
		case "stop":
			return s.hi, true
		case "step":
			return s.step, true
		}
	case KindObject:
		return v.dict().get(hkey{kind: hStr, s: name})
	case KindFunc:
	}
	return Value{}, false
}

// callMethod is x.name(args…). On the value of a param the methods of its type
// are reachable, which they are not in Aim.
func (m *machine) callMethod(x Value, name string, a *args) (Value, error) {
	switch x.kind {
	case KindProxy:
		p := x.obj.(*proxy)
		if p.root != rootParam || viewMethods[name] {
			break
		}
		v, err := p.collect(m)
		if err != nil {
			return Value{}, err
		}
		if v.kind == KindStr && name == "format" {
			return Value{}, raise("NotImplementedError", "Using format() on a str is not safe.")
		}
		if f, ok := methodsOf(v.kind)[name]; ok {
			return m.invoke(f, v, a)
		}
	case KindStr, KindList, KindDict, KindSet, KindTuple, KindDateTime, KindBytes:
		if f, ok := methodsOf(x.kind)[name]; ok && !(x.kind == KindStr && name == "format") {
			return m.invoke(f, x, a)
		}
	}
	fn, err := m.getattr(x, name)
	if err != nil {
		return Value{}, err
	}
	return m.call(fn, a)
}
