package indexer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
	"aimdesk/backend/internal/vfs"
	"aimdesk/backend/rocks"
	"aimdesk/backend/store"
)

// Record makes the index record of a run from its metadata. Series are not in
// it yet.
func Record(root string, m *aim.Meta, meta, seqs store.Fingerprint, now float64) *store.Run {
	r := &store.Run{
		Hash: m.Hash, MetaPrint: meta, SeqsPrint: seqs, IndexedAt: now,
		EndTimeKnown: m.EndTimeKnown, EndTime: m.EndTime,
		Params: m.Leaves, Traces: make([]store.Trace, len(m.Traces)),
	}
	for i, t := range m.Traces {
		r.Traces[i] = TraceRecord(&t)
	}
	for _, d := range m.Damage {
		r.Damage = append(r.Damage, DamageAt(root, d))
	}
	return r
}

// TraceRecord is the index's form of a sequence, without a series.
func TraceRecord(t *aim.Trace) store.Trace {
	return store.Trace{
		Kind: t.Kind.String(), Name: t.Name, ContextID: t.ContextID,
		Context: codec.EncodeLeaves(t.Context), DType: t.DType, Version: t.Version,
		Stored: codec.EncodeLeaves(storedFields(t.Stored)),
	}
}

// UnreadableRecord makes the record of a run whose metadata cannot be read.
// Where the cause does not lie in the files themselves, it has no fingerprints:
// the run looks changed, and is tried again.
func UnreadableRecord(root, hash string, meta, seqs store.Fingerprint, now float64, cause error) *store.Run {
	if !IsData(cause) || passing(cause, meta) {
		meta, seqs = "", ""
	}
	return &store.Run{
		Hash: hash, MetaPrint: meta, SeqsPrint: seqs, IndexedAt: now, SeriesDone: true,
		Unreadable: DamageOf(root, cause), Traces: []store.Trace{},
	}
}

// passing tells whether a database that is missing may be there at the next
// look: its folder is.
func passing(cause error, print store.Fingerprint) bool {
	var missing *aim.MissingChunkError
	return errors.As(cause, &missing) && print != ""
}

// DamageAt is a place that reading passed over, as the index keeps it.
func DamageAt(root string, d rocks.Damage) store.Damage {
	return store.Damage{File: Relative(root, d.File), Offset: d.Offset, Message: d.Reason}
}

// DamageOf says where an error of reading lies: file relative to the
// repository, byte offset (-1 when unknown), and words.
func DamageOf(root string, err error) *store.Damage {
	var corrupt *rocks.CorruptError
	if errors.As(err, &corrupt) {
		return &store.Damage{File: Relative(root, corrupt.File), Offset: corrupt.Offset, Message: corrupt.Reason}
	}
	var unsupported *rocks.UnsupportedError
	if errors.As(err, &unsupported) {
		return &store.Damage{File: Relative(root, unsupported.File), Offset: -1, Message: fmt.Sprintf("uses %s, which Aimdesk cannot read", unsupported.Feature)}
	}
	var missing *aim.MissingChunkError
	if errors.As(err, &missing) {
		return &store.Damage{File: Relative(root, missing.Path), Offset: -1, Message: missing.Reason}
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return &store.Damage{File: Relative(root, path.Path), Offset: -1, Message: fmt.Sprintf("%s: %v", path.Op, path.Err)}
	}
	return &store.Damage{Offset: -1, Message: err.Error()}
}

// IsData tells an error that lies in the run's files from one that lies
// elsewhere (a cancelled context, a full disk).
func IsData(err error) bool {
	var corrupt *rocks.CorruptError
	var unsupported *rocks.UnsupportedError
	var missing *aim.MissingChunkError
	return errors.As(err, &corrupt) || errors.As(err, &unsupported) || errors.As(err, &missing) || errors.Is(err, rocks.ErrNotDatabase) ||
		errors.Is(err, aim.ErrNoData) || errors.Is(err, vfs.ErrNotRegular)
}

// Relative is a file of a repository as it is shown: below the repository.
func Relative(root, file string) string {
	if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return file
}

func storedFields(fields []aim.Field) codec.Value {
	entries := make([]codec.Entry, len(fields))
	for i, f := range fields {
		entries[i] = codec.Entry{Key: codec.StringKey(f.Name), Value: f.Value}
	}
	return codec.DictValue(entries)
}

// StoreProperties is the index's form of what SQLite says of a run.
func StoreProperties(hash string, p aim.Properties) store.Properties {
	out := store.Properties{
		Hash: hash, Name: p.Name, Description: p.Description, Experiment: p.Experiment,
		Tags: p.Tags, Archived: p.Archived, CreationTime: p.CreationTime, UpdatedAt: p.UpdatedAt,
	}
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, store.Note{ID: n.ID, Content: n.Content, Created: n.Created, Updated: n.Updated})
	}
	fit(&out)
	return out
}

// Bounds of the texts of a run's properties, in bytes: the index keeps them in
// one record.
const (
	maxNames = 16 << 10  // each of name and experiment, and all tags
	maxTexts = 160 << 10 // description and notes
	maxNotes = 1000
)

// fit cuts what is too long for the index and says so in the text.
func fit(p *store.Properties) {
	for _, s := range []**string{&p.Name, &p.Experiment} {
		if *s != nil {
			short, _ := cut(**s, maxNames)
			*s = &short
		}
	}
	left := maxNames
	for i, tag := range p.Tags {
		if len(tag)+16 > left {
			p.Tags = append(slices.Clone(p.Tags[:i]), fmt.Sprintf("[%d more tags]", len(p.Tags)-i))
			break
		}
		left -= len(tag) + 16
	}
	left = maxTexts
	if p.Description != nil {
		var short string
		short, left = cut(*p.Description, left)
		p.Description = &short
	}
	if n := len(p.Notes); n > maxNotes {
		p.Notes = p.Notes[:maxNotes]
		p.Notes[maxNotes-1].Content = fmt.Sprintf("[%d more notes]", n-maxNotes+1)
	}
	for i := range p.Notes {
		p.Notes[i].Content, left = cut(p.Notes[i].Content, left)
	}
}

// cut shortens a text to about n bytes and answers how many are left of n.
func cut(s string, n int) (string, int) {
	if len(s) <= n {
		return s, n - len(s)
	}
	at := max(n, 0)
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return fmt.Sprintf("%s… [cut: %d bytes in all]", s[:at], len(s)), 0
}

// propsHash tells whether properties changed.
func propsHash(p store.Properties) uint64 {
	var state []byte
	text := func(s *string) {
		if s == nil {
			state = append(state, 0)
			return
		}
		state = append(binary.AppendUvarint(append(state, 1), uint64(len(*s))), *s...)
	}
	number := func(f *float64) {
		if f == nil {
			state = append(state, 0)
			return
		}
		state = binary.LittleEndian.AppendUint64(append(state, 1), math.Float64bits(*f))
	}
	text(p.Name)
	text(p.Description)
	text(p.Experiment)
	state = binary.AppendUvarint(state, uint64(len(p.Tags)))
	for i := range p.Tags {
		text(&p.Tags[i])
	}
	switch {
	case p.Archived == nil:
		state = append(state, 0)
	case *p.Archived:
		state = append(state, 1)
	default:
		state = append(state, 2)
	}
	number(p.CreationTime)
	number(p.UpdatedAt)
	for i := range p.Notes {
		state = binary.AppendVarint(state, p.Notes[i].ID)
		text(&p.Notes[i].Content)
		number(p.Notes[i].Updated)
	}
	h := fnv.New64a()
	_, _ = h.Write(state)    // a hash takes everything
	return max(h.Sum64(), 1) // 0 stands for a run that SQLite does not know
}

func knownOf(r *store.Run) known {
	k := known{
		meta: r.MetaPrint, seqs: r.SeqsPrint, seriesDone: r.SeriesDone,
		settled: r.Unreadable != nil || (r.EndTimeKnown && r.EndTime != nil), unreadable: r.Unreadable != nil,
		ended: r.Unreadable == nil && r.EndTimeKnown && r.EndTime != nil && *r.EndTime != 0,
	}
	if r.HasRow {
		k.props = propsHash(r.Props)
	}
	if r.Props.CreationTime != nil {
		k.created = *r.Props.CreationTime
	}
	return k
}
