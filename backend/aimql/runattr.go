package aimql

import "time"

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

func fromUnix(f float64) time.Time {
	sec := int64(f)
	micros := int64(roundHalfEven((f - float64(sec)) * 1e6))
	return time.Unix(sec, 0).UTC().Add(time.Duration(micros) * time.Microsecond)
}
