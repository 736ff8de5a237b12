package aimql

// In Aim a param is read through a proxy: an object that stands for a path and
// looks the value up when an operator needs it. Attributes and subscripts make
// longer paths. The same holds of the fields of a trace and of a context.

type proxyRoot uint8

const (
	rootParam   proxyRoot = iota // path
	rootTrace                    // run.metrics[…]: trace, keys
	rootSeq                      // metric.field: m.seq, keys
	rootContext                  // metric.context: m.seq, keys
)

type proxy struct {
	root  proxyRoot
	first bool // one step from the run or the sequence: what is missing is SafeNone
	attr  bool // the last step was an attribute: methods of Aim's views come first
	path  *Path
	trace Trace
	keys  []Key
}

func (p *proxy) value() Value { return Value{kind: KindProxy, obj: p} }

var (
	safeNone  = Value{kind: KindSafeNone}
	undefined = Value{kind: KindUndefined}
)

func (p *proxy) missing() Value {
	if p.first {
		return safeNone
	}
	return undefined
}

// lastName is the name of the last step if it was an attribute.
func (p *proxy) lastName() string {
	if !p.attr {
		return ""
	}
	keys := p.keys
	if p.root == rootParam {
		keys = p.path.Keys
	}
	if len(keys) == 0 {
		return ""
	}
	return keys[len(keys)-1].Str
}

func (p *proxy) collect(m *machine) (Value, error) {
	if p.attr && !p.first {
		if name := p.lastName(); viewMethods[name] && p.root != rootContext {
			return treeMethod(p.parentTree(), name), nil
		} else if p.root == rootContext && (name == "get" || name == "view" || name == "context") {
			return Value{kind: KindOpaque, str: name}, nil
		}
	}
	v, ok, err := p.lookup(m)
	if err != nil {
		return Value{}, err
	}
	if !ok {
		return p.missing(), nil
	}
	return v, nil
}

// lookup answers the stored value, methods left aside.
func (p *proxy) lookup(m *machine) (Value, bool, error) {
	if err := m.step(); err != nil {
		return Value{}, false, err
	}
	switch p.root {
	case rootParam:
		v, ok := m.run.Param(p.path)
		return v, ok, nil
	case rootTrace:
		if p.trace == nil {
			return Value{}, false, nil
		}
		if len(p.keys) == 0 {
			return Value{kind: KindOpaque, str: "metric"}, true, nil
		}
		v, ok := fieldAt(p.trace, p.keys)
		return v, ok, nil
	case rootSeq:
		v, ok := fieldAt(m.seq, p.keys)
		return v, ok, nil
	}
	v, ok := m.seq.Context(), true
	for _, k := range p.keys {
		if v, ok = child(v, k); !ok {
			break
		}
	}
	return v, ok, nil
}

func fieldAt(t Trace, keys []Key) (Value, bool) {
	if len(keys) == 0 || keys[0].IsInt {
		return Value{}, false
	}
	v, ok := t.Field(keys[0].Str)
	for _, k := range keys[1:] {
		if !ok {
			break
		}
		v, ok = child(v, k)
	}
	return v, ok
}

// child is what is stored below a value under a key: an entry of a dict or
// object, an element of a list.
func child(v Value, k Key) (Value, bool) {
	switch v.kind {
	case KindDict, KindObject:
		h := hkey{kind: hStr, s: k.Str}
		if k.IsInt {
			h = hkey{kind: hInt, n: uint64(k.Int)}
		}
		return v.dict().get(h)
	case KindList, KindTuple:
		if items := v.items(); k.IsInt && 0 <= k.Int && k.Int < int64(len(items)) {
			return items[k.Int], true
		}
	}
	return Value{}, false
}

// below is the proxy one or more steps further down.
func (p *proxy) below(attr bool, keys ...Key) *proxy {
	q := &proxy{root: p.root, attr: attr, trace: p.trace}
	if p.root == rootParam {
		q.path = &Path{Index: -1, Keys: joinKeys(p.path.Keys, keys)}
	} else {
		q.keys = joinKeys(p.keys, keys)
	}
	return q
}

func joinKeys(a, b []Key) []Key {
	return append(append(make([]Key, 0, len(a)+len(b)), a...), b...)
}

// attribute is p.name.
func (p *proxy) attribute(m *machine, name string) (Value, error) {
	q := p.below(true, Key{Str: name})
	if p.root == rootContext {
		if _, ok, err := q.lookup(m); err != nil || !ok {
			return Value{}, errMissingKey
		}
	}
	return q.value(), nil
}

// item is p[key]. On a list a negative index counts from the end, and slices of
// lists and strings work, where Aim has neither.
func (p *proxy) item(m *machine, key Value) (Value, error) {
	key, err := m.force(key)
	if err != nil {
		return Value{}, err
	}
	if p.root == rootContext {
		return p.contextItem(m, key)
	}
	if p.root == rootParam && (key.kind == KindSlice || key.kind == KindInt && (key.isBig() || key.int() < 0)) {
		v, err := p.collect(m)
		if err != nil {
			return Value{}, err
		}
		switch v.kind {
		case KindStr, KindBytes, KindList:
			if key.kind == KindSlice || v.kind != KindList {
				return m.getitem(v, key)
			}
			if i := key.int() + int64(len(v.items())); !key.isBig() && i >= 0 {
				return p.below(false, Key{Int: i, IsInt: true}).value(), nil
			}
			return undefined, nil
		}
	}
	keys, err := m.pathKeys(key)
	if err != nil {
		return Value{}, err
	}
	return p.below(false, keys...).value(), nil
}

func (p *proxy) contextItem(m *machine, key Value) (Value, error) {
	parent, _, err := p.lookup(m)
	if err != nil {
		return Value{}, err
	}
	switch {
	case key.kind == KindTuple && len(key.items()) > 0:
		if _, err := m.getitem(parent, key.items()[0]); err != nil {
			return Value{}, err
		}
		return undefined, nil
	case key.kind != KindStr && !key.isInt():
		return Value{}, typeErr("this is no key of a context")
	}
	if parent.kind != KindDict {
		return m.getitem(parent, key)
	}
	k, err := toKey(key)
	if err != nil {
		return Value{}, err
	}
	q := p.below(false, k)
	if _, ok, err := q.lookup(m); err != nil || !ok {
		return Value{}, errMissingKey
	}
	return q.value(), nil
}

// pathKeys reads a subscript as Aim's storage does: a key, or a tuple or list of keys.
func (m *machine) pathKeys(v Value) ([]Key, error) {
	v, err := m.force(v)
	if err != nil {
		return nil, err
	}
	if v.kind == KindTuple || v.kind == KindList {
		keys := make([]Key, 0, len(v.items()))
		for _, x := range v.items() {
			x, err := m.force(x)
			if err != nil {
				return nil, err
			}
			k, err := toKey(x)
			if err != nil {
				return nil, err
			}
			keys = append(keys, k)
		}
		return keys, nil
	}
	k, err := toKey(v)
	return []Key{k}, err
}

func toKey(v Value) (Key, error) {
	switch {
	case v.kind == KindStr:
		return Key{Str: v.str}, nil
	case v.isInt() && !v.isBig():
		return Key{Int: v.int(), IsInt: true}, nil
	}
	return Key{}, typeErr("a key must be a string or an integer")
}
