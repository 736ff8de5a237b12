package aimql

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
	if err := m.steps(len(x.str) / 64); err != nil {
		return Value{}, err
	}
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
	if err := m.steps(len(x.str) / 64); err != nil {
		return Value{}, err
	}
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
