package aim

import (
	"bytes"
	"context"
	"fmt"
	"sort"

	"aimdesk/backend/aim/codec"
	"aimdesk/backend/aim/tree"
	"aimdesk/backend/rocks"
)

// Meta is the metadata of a run.
type Meta struct {
	Hash string
	// Params are the run's parameters: a dict. Reserved is the key
	// __system_params.
	Params codec.Value
	// Leaves are the same as they are kept in an index.
	Leaves codec.Leaves
	// EndTimeKnown reports whether an end time is stored, be it None. EndTime
	// is in unix seconds, nil for None or a missing one.
	EndTimeKnown bool
	EndTime      *float64
	// Traces are the sequences, in the order of their keys.
	Traces []Trace
	// Artifacts are the files that the run stored elsewhere.
	Artifacts []Artifact
	// ArtifactsURI is the place of the artifacts, "" if there is none.
	ArtifactsURI string
	// Damage lists what was passed over in the logs of the database.
	Damage []rocks.Damage
	// Notes say, for people, what is odd in the stored tree but lost nothing.
	Notes []string
	// Bytes is the size of the files that were read.
	Bytes int64
}

// Active is Aim's notion of a run that is under way: it has no end time.
func (m *Meta) Active() bool { return m.EndTime == nil || *m.EndTime == 0 }

// Artifact is a file that a run stored outside of the repository.
type Artifact struct {
	Name, Path, URI string
}

// Components of the keys of metadata: meta/chunks/HASH/SECTION/….
const (
	sectionAttrs        = "attrs"
	sectionContexts     = "contexts"
	sectionEndTime      = "end_time"
	sectionTraces       = "traces"
	sectionArtifacts    = "artifacts"
	sectionArtifactsURI = "artifacts_uri"
)

// ReadMeta reads the metadata of a run in one pass over its database. The error
// is a *MissingChunkError, *rocks.CorruptError or *rocks.UnsupportedError if it
// lies in the run's files.
func (r *Repo) ReadMeta(ctx context.Context, hash string) (*Meta, error) {
	if err := checkHash(hash); err != nil {
		return nil, err
	}
	var m *Meta
	err := r.view(ctx, r.metaDir(hash), func(v *rocks.View) error {
		reader := metaReader{meta: &Meta{Hash: hash}, blobs: v, contexts: map[int64]*codec.Builder{}}
		if err := reader.read(v); err != nil {
			return err
		}
		m = reader.finish()
		m.Damage, m.Bytes = v.Damage(), bytesOf(v)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read metadata of run %s: %w", hash, err)
	}
	return m, nil
}

// bytesOf is the size of the files that a view was made from.
func bytesOf(v *rocks.View) int64 {
	var n int64
	for _, f := range v.Files() {
		n += f.Size
	}
	return n
}

// metaReader sorts the keys of a run's metadata into sections.
type metaReader struct {
	meta  *Meta
	blobs tree.Getter

	params    codec.Builder
	contexts  map[int64]*codec.Builder
	artifacts codec.Builder
	malformed int // leaves that could not be taken
	lostBlobs int

	// The entry of the trace that is being read: all its keys begin with
	// tracePath.
	tracePath []byte
	traceName string
	traceCtx  int64
	trace     *codec.Builder
}

func (r *metaReader) read(v *rocks.View) error {
	prefix := codec.Path{codec.StringKey(metaName), codec.StringKey(chunksName), codec.StringKey(r.meta.Hash)}.Append(nil)
	it := v.NewIter(rocks.IterOptions{Lower: prefix, Upper: tree.End(prefix)})
	for ok := it.First(); ok; ok = it.Next() {
		if err := r.leaf(it.Key(), it.Key()[len(prefix):], it.Value()); err != nil {
			_ = it.Close() // repeats an error of the iterator, which this one is not
			return err
		}
	}
	return it.Close()
}

// leaf takes one entry: its whole key, the part behind the run's hash, and its
// value.
func (r *metaReader) leaf(key, rest, value []byte) error {
	section, rest, ok := codec.Next(rest)
	if !ok || section.IsInt {
		return nil // the marker of the run itself, or nothing of Aim's
	}
	switch string(section.Str) {
	case sectionAttrs:
		return r.param(key, rest, value)
	case sectionContexts:
		if ctx, path, ok := codec.Next(rest); ok && ctx.IsInt {
			b := r.contexts[ctx.Int]
			if b == nil {
				b = &codec.Builder{}
				r.contexts[ctx.Int] = b
			}
			b.Add(path, value)
		}
	case sectionEndTime:
		if len(rest) == 0 {
			r.endTime(value)
		}
	case sectionTraces:
		r.traceLeaf(rest, value)
	case sectionArtifacts:
		r.artifacts.Add(rest, value)
	case sectionArtifactsURI:
		if v, err := codec.DecodeValue(value); err == nil && len(rest) == 0 {
			r.meta.ArtifactsURI = v.Str()
		}
	}
	return nil
}

func (r *metaReader) param(key, path, value []byte) error {
	if len(value) == 0 {
		blob, ok, err := tree.Blob(r.blobs, key)
		if err != nil {
			return err
		}
		if !ok {
			r.lostBlobs++
			blob = []byte{codec.TagNone}
		}
		value = blob
	}
	if !r.params.Add(path, value) {
		r.malformed++
		return nil
	}
	r.meta.Leaves = r.meta.Leaves.Append(path, value)
	return nil
}

func (r *metaReader) endTime(value []byte) {
	v, err := codec.DecodeValue(value)
	if err != nil {
		return
	}
	r.meta.EndTimeKnown = true
	if f, ok := v.Number(); ok {
		r.meta.EndTime = &f
	}
}

func (r *metaReader) traceLeaf(rest, value []byte) {
	path, ok := bytes.CutPrefix(rest, r.tracePath)
	if r.trace == nil || !ok {
		r.endTrace()
		ctx, afterCtx, ok := codec.Next(rest)
		if !ok || !ctx.IsInt {
			return
		}
		name, afterName, ok := codec.Next(afterCtx)
		if !ok || name.IsInt {
			return
		}
		r.tracePath = append(r.tracePath[:0], rest[:len(rest)-len(afterName)]...)
		r.traceName, r.traceCtx, r.trace = string(name.Str), ctx.Int, &codec.Builder{}
		path = afterName
	}
	if len(value) > 0 {
		r.trace.Add(path, value)
	}
}

func (r *metaReader) endTrace() {
	if r.trace == nil {
		return
	}
	r.meta.Traces = append(r.meta.Traces, newTrace(r.traceName, r.traceCtx, r.trace.Value()))
	r.trace = nil
}

// finish puts together what the keys told.
func (r *metaReader) finish() *Meta {
	r.endTrace()
	m := r.meta
	m.Params = r.params.Value()
	if m.Params.Kind() != codec.KindDict {
		m.Params = codec.DictValue(nil)
	}
	contexts := make(map[int64]codec.Value, len(r.contexts))
	for id, b := range r.contexts {
		contexts[id] = b.Value()
	}
	for i := range m.Traces {
		t := &m.Traces[i]
		c, ok := contexts[t.ContextID]
		if !ok {
			c = codec.DictValue(nil)
			if t.ContextID != codec.ContextID(c) {
				m.Notes = append(m.Notes, fmt.Sprintf("the context %d of %q is not stored; it is shown as empty", t.ContextID, t.Name))
			}
		}
		t.Context = c
	}
	for _, e := range r.artifacts.Value().Entries() {
		m.Artifacts = append(m.Artifacts, Artifact{
			Name: e.Key.Str, Path: e.Value.Field("path").Str(), URI: e.Value.Field("uri").Str(),
		})
	}
	sort.SliceStable(m.Artifacts, func(i, j int) bool { return m.Artifacts[i].Name < m.Artifacts[j].Name })
	if n := r.params.Conflicts(); n > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("%d params hold both a value and params below them; the value is shown under the empty name", n))
	}
	if r.malformed > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("%d params are malformed and left out", r.malformed))
	}
	if r.lostBlobs > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("%d params lack their data and are shown as None", r.lostBlobs))
	}
	return m
}
