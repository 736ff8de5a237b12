package store

import (
	"encoding/binary"
	"fmt"
	"math"

	"aimdesk/backend/series"
)

// Versions of the records: wire format. They change together with
// SchemaVersion.
const (
	runRecordVersion        = 1
	propertiesRecordVersion = 1
)

// Bits of the flags of a run and of a trace: wire format.
const (
	runSeriesDone   = 1
	runEndTimeKnown = 2
	runUnreadable   = 4
)

// Layout tells where the series of a run are, without the rest of its record.
type Layout struct {
	// Version is Run.SeriesVersion.
	Version uint64
	// Slots and Counts have an entry for every trace: the slot of its series
	// and the number of points. The slot is -1 for a trace without a series.
	Slots, Counts []int
}

// AppendRun appends the record of r, without its properties, to dst.
//
//	version u8 | layout | rest | CRC-32C of all that, u32
//	layout  = series version uvarint | traces uvarint | for each: slot + 1, or 0 for no series, uvarint | points uvarint
//
// Numbers are uvarints or zigzag varints, floats 8 bytes, little-endian,
// strings and lists start with their length, optional things with 0 or 1.
func AppendRun(dst []byte, r *Run) []byte {
	start := len(dst)
	dst = append(dst, runRecordVersion)
	dst = binary.AppendUvarint(dst, r.SeriesVersion)
	dst = binary.AppendUvarint(dst, uint64(len(r.Traces)))
	for i := range r.Traces {
		t := &r.Traces[i]
		if !t.HasSeries {
			dst = append(dst, 0)
			continue
		}
		dst = binary.AppendUvarint(dst, uint64(t.Slot)+1)
		dst = binary.AppendUvarint(dst, uint64(t.Summary.Count))
	}
	dst = appendString(dst, r.Hash)
	dst = appendString(dst, r.MetaPrint)
	dst = appendString(dst, r.SeqsPrint)
	flags := byte(0)
	if r.SeriesDone {
		flags |= runSeriesDone
	}
	if r.EndTimeKnown {
		flags |= runEndTimeKnown
	}
	if r.Unreadable != nil {
		flags |= runUnreadable
	}
	dst = append(dst, flags)
	dst = appendOptionalFloat(dst, r.EndTime)
	dst = appendOptionalFloat(dst, r.LastRecord)
	dst = appendFloat(dst, r.IndexedAt)
	dst = binary.AppendUvarint(dst, uint64(max(r.SeriesBytes, 0)))
	if r.Unreadable != nil {
		dst = appendDamage(dst, r.Unreadable)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Damage)))
	for i := range r.Damage {
		dst = appendDamage(dst, &r.Damage[i])
	}
	dst = appendString(dst, r.Params)
	for i := range r.Traces {
		dst = appendTrace(dst, &r.Traces[i])
	}
	return seal(dst, start)
}

func appendDamage(dst []byte, d *Damage) []byte {
	dst = appendString(dst, d.File)
	dst = appendVarint(dst, d.Offset)
	return appendString(dst, d.Message)
}

func appendTrace(dst []byte, t *Trace) []byte {
	dst = appendString(dst, t.Kind)
	dst = appendString(dst, t.Name)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(t.ContextID))
	dst = appendString(dst, t.Context)
	dst = appendString(dst, t.DType)
	dst = appendVarint(dst, int64(t.Version))
	dst = appendString(dst, t.Stored)
	if t.HasSeries {
		dst = appendSummary(dst, &t.Summary)
	}
	return dst
}

func appendSummary(dst []byte, s *series.Summary) []byte {
	for _, p := range []series.Point{s.First, s.Last, s.Min, s.Max} {
		dst = appendFloat(dst, p.Value)
		dst = appendFloat(dst, p.Step)
		dst = appendVarint(dst, int64(p.Row))
	}
	dst = appendFloat(dst, s.Mean)
	dst = appendFloat(dst, s.LastTime)
	for _, n := range []int{s.NaN, s.PosInf, s.NegInf} {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	return dst
}

// DecodeRun reads a record made by AppendRun after verifying its checksum. The
// byte slices of the run share the memory of record. names, if not nil, keeps
// one copy of strings that many records have in common.
func DecodeRun(record []byte, names map[string]string) (*Run, error) {
	d, layout, err := openRun(record)
	if err != nil {
		return nil, fmt.Errorf("decode run: %w", err)
	}
	d.names = names
	r := &Run{SeriesVersion: layout.Version}
	r.Hash = d.string()
	r.MetaPrint, r.SeqsPrint = Fingerprint(d.string()), Fingerprint(d.string())
	flags := d.byte()
	if flags >= runUnreadable<<1 {
		d.fail("flags of a run are unknown")
	}
	r.SeriesDone, r.EndTimeKnown = flags&runSeriesDone != 0, flags&runEndTimeKnown != 0
	r.EndTime, r.LastRecord, r.IndexedAt = d.optionalFloat(), d.optionalFloat(), d.float()
	r.SeriesBytes = int64(d.number())
	if flags&runUnreadable != 0 {
		damage := d.damage()
		r.Unreadable = &damage
	}
	if n := d.count(3); n > 0 {
		r.Damage = make([]Damage, n)
		for i := range r.Damage {
			r.Damage[i] = d.damage()
		}
	}
	r.Params = d.bytes()
	if n := len(layout.Slots); n > 0 {
		if n > (len(d.b)-d.pos)/minTrace {
			d.fail("more traces than bytes left")
			return nil, fmt.Errorf("decode run: %w", d.err)
		}
		r.Traces = make([]Trace, n)
		for i := range r.Traces {
			d.trace(&r.Traces[i], layout.Slots[i], layout.Counts[i])
		}
	}
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("decode run: %w", err)
	}
	return r, nil
}

// minTrace is the least number of bytes of a trace.
const minTrace = 14

// DecodeLayout reads only the layout out of a record made by AppendRun, after
// verifying the checksum of all of it.
func DecodeLayout(record []byte) (Layout, error) {
	_, layout, err := openRun(record)
	if err != nil {
		return Layout{}, fmt.Errorf("decode layout of run: %w", err)
	}
	return layout, nil
}

func openRun(record []byte) (*decoder, Layout, error) {
	body, err := unseal(record)
	if err != nil {
		return nil, Layout{}, err
	}
	d := &decoder{b: body}
	if version := d.byte(); d.err == nil && version != runRecordVersion {
		return nil, Layout{}, fmt.Errorf("%w: run record version %d", ErrDamagedRecord, version)
	}
	layout := Layout{Version: d.uvarint()}
	n := d.count(1)
	both := make([]int, 2*n)
	layout.Slots, layout.Counts = both[:n:n], both[n:]
	for i := range n {
		slot := d.uvarint()
		if slot > math.MaxUint32 {
			d.fail("a slot is out of range")
		}
		if layout.Slots[i] = int(slot) - 1; slot > 0 {
			layout.Counts[i] = d.number()
		}
	}
	return d, layout, d.err
}

func (d *decoder) damage() Damage {
	return Damage{File: d.string(), Offset: d.varint(), Message: d.string()}
}

func (d *decoder) trace(t *Trace, slot, count int) {
	t.Kind, t.Name = d.name(), d.name()
	if b := d.take(8); b != nil {
		t.ContextID = int64(binary.LittleEndian.Uint64(b))
	}
	t.Context, t.DType, t.Version, t.Stored = d.bytes(), d.name(), int(d.varint()), d.bytes()
	if slot < 0 {
		return
	}
	t.HasSeries, t.Slot = true, slot
	t.Summary.Count = count
	s := &t.Summary
	for _, p := range []*series.Point{&s.First, &s.Last, &s.Min, &s.Max} {
		p.Value, p.Step, p.Row = d.float(), d.float(), int(d.varint())
	}
	s.Mean, s.LastTime = d.float(), d.float()
	s.NaN, s.PosInf, s.NegInf = d.number(), d.number(), d.number()
}

// AppendProperties appends the record of p to dst.
func AppendProperties(dst []byte, p *Properties) []byte {
	start := len(dst)
	dst = append(dst, propertiesRecordVersion)
	dst = appendString(dst, p.Hash)
	for _, s := range []*string{p.Name, p.Description, p.Experiment} {
		dst = appendOptionalString(dst, s)
	}
	dst = binary.AppendUvarint(dst, uint64(len(p.Tags)))
	for _, tag := range p.Tags {
		dst = appendString(dst, tag)
	}
	dst = binary.AppendUvarint(dst, uint64(len(p.Notes)))
	for i := range p.Notes {
		n := &p.Notes[i]
		dst = appendVarint(dst, n.ID)
		dst = appendString(dst, n.Content)
		dst = appendOptionalFloat(dst, n.Created)
		dst = appendOptionalFloat(dst, n.Updated)
	}
	dst = appendBool(dst, p.Archived != nil)
	if p.Archived != nil {
		dst = appendBool(dst, *p.Archived)
	}
	dst = appendOptionalFloat(dst, p.CreationTime)
	dst = appendOptionalFloat(dst, p.UpdatedAt)
	return seal(dst, start)
}

// DecodeProperties reads a record made by AppendProperties after verifying its
// checksum.
func DecodeProperties(record []byte) (*Properties, error) {
	body, err := unseal(record)
	if err != nil {
		return nil, fmt.Errorf("decode properties: %w", err)
	}
	d := &decoder{b: body}
	if version := d.byte(); d.err == nil && version != propertiesRecordVersion {
		return nil, fmt.Errorf("decode properties: %w: version %d", ErrDamagedRecord, version)
	}
	p := &Properties{Hash: d.string()}
	p.Name, p.Description, p.Experiment = d.optionalString(), d.optionalString(), d.optionalString()
	if n := d.count(1); n > 0 {
		p.Tags = make([]string, n)
		for i := range p.Tags {
			p.Tags[i] = d.string()
		}
	}
	if n := d.count(4); n > 0 {
		p.Notes = make([]Note, n)
		for i := range p.Notes {
			p.Notes[i] = Note{ID: d.varint(), Content: d.string(), Created: d.optionalFloat(), Updated: d.optionalFloat()}
		}
	}
	if d.bool() {
		archived := d.bool()
		p.Archived = &archived
	}
	p.CreationTime, p.UpdatedAt = d.optionalFloat(), d.optionalFloat()
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("decode properties: %w", err)
	}
	return p, nil
}
