package aimql

import "time"

// method is a method of a builtin type; self is never a proxy.
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
	return funcValue(name, func(m *machine, a *args) (Value, error) { return f(m, self, a) })
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
			if err := m.step(); err != nil {
				return Value{}, err
			}
			return f(m, v, a)
		}
	case KindStr, KindList, KindDict, KindSet, KindTuple, KindDateTime, KindBytes:
		if f, ok := methodsOf(x.kind)[name]; ok && !(x.kind == KindStr && name == "format") {
			if err := m.step(); err != nil {
				return Value{}, err
			}
			return f(m, x, a)
		}
	}
	fn, err := m.getattr(x, name)
	if err != nil {
		return Value{}, err
	}
	return m.call(fn, a)
}

// properties of a run that attributes reach before params.
var runProperties = map[string]Property{
	"hash": PropHash, "name": PropName, "description": PropDescription, "archived": PropArchived, "experiment": PropExperiment,
	"tags": PropTags, "notes": PropNotes, "creation_time": PropCreationTime, "updated_at": PropUpdatedAt, "end_time": PropEndTime,
}

// runInternals are attributes of Aim's run view that are neither; all are truthy.
var runInternals = map[string]bool{
	"db": true, "run": true, "structured_run_cls": true, "meta_run_tree": true, "info": true,
}

// isRunAttr: the names for which run.name is no param.
func isRunAttr(name string) bool {
	if _, ok := runProperties[name]; ok || runInternals[name] {
		return true
	}
	switch name {
	case "created_at", "finalized_at", "active", "duration", "metrics", "get", "meta_run_attrs_tree", "proxy_cache":
		return true
	}
	return false
}

func (m *machine) property(p Property) (Value, error) {
	v, ok := m.run.Property(p)
	switch {
	case p == PropUpdatedAt:
		if !ok || v.kind != KindFloat {
			return Value{}, nil
		}
		return datetimeOf(fromUnix(v.float()))
	case ok:
		return v, nil
	case p == PropEndTime:
		return Value{}, errMissingKey
	case p == PropExperiment:
		return safeNone, nil
	case p == PropTags || p == PropNotes:
		return listOf(), nil
	}
	return Value{}, nil
}

func (m *machine) runAttr(name string) (Value, error) {
	if p, ok := runProperties[name]; ok {
		return m.property(p)
	}
	switch name {
	case "created_at":
		v, _ := m.run.Property(PropCreationTime)
		if v.kind != KindFloat {
			return Value{}, errOperands // None - timedelta
		}
		return datetimeOf(fromUnix(v.float()).Add(-m.tz))
	case "finalized_at":
		end, err := m.property(PropEndTime)
		if err != nil {
			return Value{}, err
		}
		if t, err := m.truth(end); err != nil || !t {
			return Value{}, err
		}
		f, err := toFloat(end)
		if err != nil {
			return Value{}, err
		}
		return datetimeOf(fromUnix(f).Add(-m.tz))
	case "active":
		end, ok := m.run.Property(PropEndTime)
		if !ok {
			return Bool(true), nil
		}
		t, err := m.truth(end)
		return Bool(!t), err
	case "duration":
		return m.duration()
	case "metrics":
		return Value{kind: KindMetrics}, nil
	case "get":
		return funcValue("get", runGet), nil
	case "meta_run_attrs_tree":
		return Value{kind: KindTree, obj: &treeView{&proxy{root: rootParam, path: &Path{Index: -1}}}}, nil
	case "proxy_cache":
		return Value{}, nil
	}
	if runInternals[name] {
		return Value{kind: KindOpaque, str: name}, nil
	}
	return (&proxy{root: rootParam, first: true, attr: true, path: &Path{Index: -1, Keys: []Key{{Str: name}}}}).value(), nil
}

func (m *machine) duration() (Value, error) {
	created, _ := m.run.Property(PropCreationTime)
	end, ok := m.run.Property(PropEndTime)
	if t, err := m.truth(end); err != nil {
		return Value{}, err
	} else if !ok || !t {
		now := m.now()
		end = Float(float64(now.Unix()) + float64(now.Nanosecond())/1e9)
	}
	return m.arith("-", end, created)
}

// runGet is run.get(key, default): a proxy, or the default where there is none
// (Aim ignores the default).
func runGet(m *machine, a *args) (Value, error) {
	v, err := a.bind(m, 1, opt("key", Value{}), opt("default", Value{kind: KindEllipsis}))
	if err != nil {
		return Value{}, err
	}
	x, err := m.runItem(v[0])
	if err != nil || v[1].kind == KindEllipsis {
		return x, err
	}
	if _, ok, err := x.obj.(*proxy).lookup(m); err != nil || !ok {
		return v[1], err
	}
	return x, nil
}

func (m *machine) runItem(key Value) (Value, error) {
	keys, err := m.pathKeys(key)
	if err != nil {
		return Value{}, err
	}
	return (&proxy{root: rootParam, first: true, path: &Path{Index: -1, Keys: keys}}).value(), nil
}

// runHas is key in run, which never ends in Aim.
func (m *machine) runHas(key Value) (bool, error) {
	keys, err := m.pathKeys(key)
	if err != nil {
		return false, err
	}
	_, ok := m.run.Param(&Path{Index: -1, Keys: keys})
	return ok, m.step()
}

func (m *machine) seqAttr(name string) (Value, error) {
	switch name {
	case "name":
		return Str(m.seq.Name()), nil
	case "run":
		return Value{kind: KindRun}, nil
	case "context":
		return (&proxy{root: rootContext, first: true}).value(), nil
	}
	return (&proxy{root: rootSeq, first: true, attr: true, keys: []Key{{Str: name}}}).value(), nil
}

// metricsItem is run.metrics[key]. What is no name or name and context is a
// missing value, not an error.
func (m *machine) metricsItem(key Value) (Value, error) {
	ref := TraceRef{Index: -1, Context: dictOf()}
	if key.kind == KindProxy { // isinstance looks through a proxy; as a name it then fails in the storage
		k, err := m.force(key)
		if err != nil {
			return Value{}, err
		}
		if k.kind == KindStr || k.kind == KindTuple {
			return Value{}, typeErr("a metric's name must be a plain string")
		}
		return safeNone, nil
	}
	switch key.kind {
	case KindStr:
		ref.Name = key.str
	case KindTuple:
		t := key.items()
		if len(t) > 2 {
			return safeNone, nil
		}
		if len(t) < 2 {
			return Value{}, valueErr("not enough values to unpack")
		}
		if t[0].kind == KindProxy || t[1].kind == KindProxy {
			return m.metricsProxied(t[0], t[1])
		}
		if t[0].kind != KindStr {
			return safeNone, nil
		}
		ref.Name = t[0].str
		switch {
		case t[1].isInt() && !t[1].isBig():
			ref.ByID, ref.ID = true, t[1].int()
		case t[1].kind == KindDict:
			ref.Context = t[1]
		default:
			return safeNone, nil
		}
	default:
		return safeNone, nil
	}
	if err := m.step(); err != nil {
		return Value{}, err
	}
	return m.traceProxy(&ref), nil
}

func (m *machine) traceProxy(ref *TraceRef) Value {
	t, ok := m.run.Trace(ref)
	if !ok {
		t = nil
	}
	return (&proxy{root: rootTrace, first: true, trace: t}).value()
}

// metricsProxied: a stored value as a name or context passes Aim's type checks
// only to fail in its storage.
func (m *machine) metricsProxied(name, ctx Value) (Value, error) {
	n, c, err := m.force2(name, ctx)
	if err != nil {
		return Value{}, err
	}
	if n.kind != KindStr || !c.isInt() && c.kind != KindDict {
		return safeNone, nil
	}
	return Value{}, typeErr("a metric's name and context must be plain values")
}

// getitem is x[key].
func (m *machine) getitem(x, key Value) (Value, error) {
	switch x.kind {
	case KindProxy:
		return x.obj.(*proxy).item(m, key)
	case KindRun:
		return m.runItem(key)
	case KindMetrics:
		return m.metricsItem(key)
	case KindSafeNone:
		return safeNone, nil
	case KindTree:
		t, err := x.obj.(*treeView).below(m, key)
		if err != nil {
			return Value{}, err
		}
		return t.collect(m)
	case KindDict:
		h, err := m.hashKey(key)
		if err != nil {
			return Value{}, err
		}
		v, ok := x.dict().get(h)
		if !ok {
			return Value{}, errMissingKey
		}
		return v, nil
	case KindList, KindTuple, KindStr, KindBytes, KindRange:
		if key.kind == KindSlice {
			return m.sliceOf(x, key.obj.(*sliceObj))
		}
		i, err := m.index(key)
		if err != nil {
			return Value{}, err
		}
		return m.elementAt(x, i)
	}
	return Value{}, typeErr("the value is not subscriptable")
}

func (m *machine) elementAt(x Value, i int64) (Value, error) {
	n := int64(m.lengthOf(x))
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return Value{}, errNoIndex
	}
	switch x.kind {
	case KindStr:
		if isASCII(x.str) {
			return Str(x.str[i : i+1]), nil
		}
		if err := m.steps(len(x.str) / 64); err != nil {
			return Value{}, err
		}
		rest := x.str
		for ; i > 0; i-- {
			rest = rest[runeLen(rest):]
		}
		return Str(rest[:runeLen(rest)]), nil
	case KindBytes:
		return Int(int64(x.str[i])), nil
	case KindRange:
		return x.obj.(*rangeObj).at(i), nil
	}
	return x.items()[i], nil
}

// sliceOf is x[lo:hi:step] of a sequence.
func (m *machine) sliceOf(x Value, s *sliceObj) (Value, error) {
	n := int64(m.lengthOf(x))
	lo, hi, step, err := m.sliceBounds(s, n)
	if err != nil {
		return Value{}, err
	}
	count := int64(0)
	switch {
	case step > 0 && lo < hi:
		count = (hi-lo-1)/step + 1
	case step < 0 && lo > hi:
		count = (lo-hi-1)/(-step) + 1
	}
	switch x.kind {
	case KindRange:
		r := x.obj.(*rangeObj)
		return Value{kind: KindRange, obj: &rangeObj{r.start + lo*r.step, r.start + hi*r.step, r.step * step, count}}, nil
	case KindBytes, KindStr:
		if x.kind == KindBytes || isASCII(x.str) {
			if step == 1 {
				return Value{kind: x.kind, str: x.str[lo : lo+count]}, nil
			}
			if err := m.alloc64(count); err != nil {
				return Value{}, err
			}
			b := make([]byte, 0, count)
			for i := int64(0); i < count; i++ {
				b = append(b, x.str[lo+i*step])
			}
			return Value{kind: x.kind, str: string(b)}, nil
		}
		if err := m.allocValues(int(n) / 4); err != nil {
			return Value{}, err
		}
		chars := splitChars(x.str)
		b := make([]byte, 0, count)
		for i := int64(0); i < count; i++ {
			b = append(b, chars[lo+i*step]...)
		}
		return Str(string(b)), nil
	}
	if err := m.allocValues(int(count)); err != nil {
		return Value{}, err
	}
	items := x.items()
	out := make([]Value, 0, count)
	for i := int64(0); i < count; i++ {
		out = append(out, items[lo+i*step])
	}
	return Value{kind: x.kind, obj: &list{items: out}}, nil
}

func (m *machine) sliceBounds(s *sliceObj, n int64) (lo, hi, step int64, err error) {
	at := func(v Value, fallback int64) int64 {
		if err != nil {
			return 0
		}
		f, e := m.force(v)
		if e == nil && f.kind == KindNone {
			return fallback
		}
		if e == nil && f.isBig() {
			if f.big().Sign() < 0 {
				return -1 << 62
			}
			return 1 << 62
		}
		i, e := m.index(f)
		if e != nil {
			err = e
		}
		return min(max(i, -1<<62), 1<<62)
	}
	step = at(s.step, 1)
	if err == nil && step == 0 {
		err = valueErr("slice step cannot be zero")
	}
	clip := func(i, low, high int64) int64 {
		if i < 0 {
			i += n
		}
		return min(max(i, low), high)
	}
	const unset = 1<<63 - 1
	lo, hi = at(s.lo, unset), at(s.hi, unset)
	if step > 0 {
		if lo == unset {
			lo = 0
		} else {
			lo = clip(lo, 0, n)
		}
		if hi == unset {
			hi = n
		} else {
			hi = clip(hi, 0, n)
		}
	} else {
		if lo == unset {
			lo = n - 1
		} else {
			lo = clip(lo, -1, n-1)
		}
		if hi == unset {
			hi = -1
		} else {
			hi = clip(hi, -1, n-1)
		}
	}
	return lo, hi, step, err
}

// lengthOf is the length of a sequence or container that has one.
func (m *machine) lengthOf(v Value) int {
	switch v.kind {
	case KindStr:
		return strLen(v.str)
	case KindBytes:
		return len(v.str)
	case KindList, KindTuple:
		return len(v.items())
	case KindDict, KindSet:
		return v.dict().len()
	case KindRange:
		return int(v.obj.(*rangeObj).n)
	}
	return -1
}

func fromUnix(f float64) time.Time {
	sec := int64(f)
	micros := int64(roundHalfEven((f - float64(sec)) * 1e6))
	return time.Unix(sec, 0).UTC().Add(time.Duration(micros) * time.Microsecond)
}
