package aimql

// treeView is a node of Aim's storage as its methods see it: run.hparams.get,
// run.hparams.items and so on.
type treeView struct {
	at *proxy // what it is a view of; the root of all params has an empty path
}

// viewMethods come before params of the same name.
var viewMethods = map[string]bool{
	"array": true, "collect": true, "container": true, "finalize": true, "first_key": true, "get": true, "items": true,
	"items_eager": true, "iterlevel": true, "keys": true, "keys_eager": true, "last_key": true, "make_array": true,
	"preload": true, "set": true, "subtree": true, "update": true, "view": true,
}

func (p *proxy) parentTree() *treeView {
	q := &proxy{root: p.root, trace: p.trace}
	if p.root == rootParam {
		q.path = &Path{Index: -1, Keys: p.path.Keys[:len(p.path.Keys)-1]}
	} else {
		q.keys = p.keys[:len(p.keys)-1]
	}
	return &treeView{q}
}

func treeMethod(t *treeView, name string) Value {
	if name == "container" {
		return Value{kind: KindOpaque, str: name}
	}
	return funcValue(name, func(m *machine, a *args) (Value, error) { return t.call(m, name, a) })
}

func (t *treeView) below(m *machine, path Value) (*treeView, error) {
	if path.kind == KindEllipsis {
		return t, nil
	}
	keys, err := m.pathKeys(path)
	if err != nil {
		return nil, err
	}
	return &treeView{t.at.below(false, keys...)}, nil
}

// stored is everything at the node.
func (t *treeView) stored(m *machine) (Value, bool, error) {
	if (t.at.root == rootTrace || t.at.root == rootSeq) && len(t.at.keys) == 0 {
		tr := t.at.trace
		if t.at.root == rootSeq {
			tr = m.seq
		}
		if tr == nil {
			return Value{}, false, nil
		}
		var pairs []Pair
		for _, name := range traceFields {
			if v, ok := tr.Field(name); ok {
				pairs = append(pairs, Pair{Str(name), v})
			}
		}
		return dictOf(pairs...), true, nil
	}
	return t.at.lookup(m)
}

func (t *treeView) call(m *machine, name string, a *args) (Value, error) {
	emptyPath := Tuple()
	switch name {
	case "preload":
		return Value{}, a.done(0, 0)
	case "get":
		v, err := a.bind(m, 0, opt("path", emptyPath), opt("default", Value{}))
		if err != nil {
			return Value{}, err
		}
		b, err := t.below(m, v[0])
		if err != nil {
			return Value{}, err
		}
		got, ok, err := b.stored(m)
		if !ok || err != nil {
			return v[1], err
		}
		return got, nil
	case "collect":
		v, err := a.bind(m, 0, opt("path", emptyPath), opt("strict", Bool(true)), opt("resolve_objects", Bool(false)))
		if err != nil {
			return Value{}, err
		}
		b, err := t.below(m, v[0])
		if err != nil {
			return Value{}, err
		}
		return b.collect(m)
	case "subtree", "view":
		v, err := a.bind(m, 1, opt("path", Value{}), opt("resolve", Bool(false)))
		if err != nil {
			return Value{}, err
		}
		b, err := t.below(m, v[0])
		return Value{kind: KindTree, obj: b}, err
	case "keys", "keys_eager", "items", "items_eager", "first_key", "last_key", "array", "iterlevel":
		v, err := a.bind(m, 0, opt("path", emptyPath), opt("level", Value{}))
		if err != nil {
			return Value{}, err
		}
		if v[1].kind != KindNone {
			return Value{}, raise("NotImplementedError", "levels are not supported")
		}
		b, err := t.below(m, v[0])
		if err != nil {
			return Value{}, err
		}
		return b.list(m, name)
	}
	return Value{}, raise("NotImplementedError", "the repository is read only")
}

func (t *treeView) collect(m *machine) (Value, error) {
	v, ok, err := t.stored(m)
	if err == nil && !ok {
		err = errMissingKey
	}
	return v, err
}

// list serves the methods that enumerate what is directly below the node.
func (t *treeView) list(m *machine, name string) (Value, error) {
	v, ok, err := t.stored(m)
	if err != nil {
		return Value{}, err
	}
	if marked := ok && (v.kind != KindDict || v.dict().len() == 0 || t.at.root == rootParam && len(t.at.path.Keys) == 0); marked {
		// Aim's key walk stumbles over an entry at the node itself.
		switch name {
		case "keys":
			return generatorValue(failIter{}), nil
		case "keys_eager":
			return Value{}, errNoIndex
		}
	}
	var pairs []Pair
	if ok {
		switch v.kind {
		case KindDict, KindObject:
			pairs, _ = v.Pairs()
		case KindList:
			for i, x := range v.items() {
				pairs = append(pairs, Pair{Int(int64(i)), x})
			}
		}
	}
	if err := m.allocValues(2 * len(pairs)); err != nil {
		return Value{}, err
	}
	keys := make([]Value, len(pairs))
	items := make([]Value, len(pairs))
	for i, p := range pairs {
		keys[i] = p.Key
		items[i] = Tuple(p.Key, p.Value)
		if name == "iterlevel" {
			items[i] = Tuple(Tuple(p.Key), p.Value)
		}
	}
	switch name {
	case "keys":
		return generatorValue(&sliceIter{items: keys}), nil
	case "keys_eager":
		return listOf(keys...), nil
	case "items", "iterlevel":
		return generatorValue(&sliceIter{items: items}), nil
	case "items_eager":
		return listOf(items...), nil
	case "array":
		if v.kind == KindList && ok {
			return v, nil
		}
		return Value{}, errMissingKey
	}
	if len(keys) == 0 {
		return Value{}, errMissingKey
	}
	if name == "first_key" {
		return keys[0], nil
	}
	return keys[len(keys)-1], nil
}

// failIter raises when it is asked for its first value.
type failIter struct{}

func (failIter) next(*machine) (Value, bool, error) { return Value{}, false, errNoIndex }
