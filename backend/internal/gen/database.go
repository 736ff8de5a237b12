package gen

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Kinds of entries, as in logs and tables. These are wire format.
const (
	kindDelete      = 0
	kindPut         = 1
	kindRangeDelete = 15
)

// maxSequence is the sequence number of the exclusive end of a table that a
// range deletion sets.
const maxSequence = 1<<56 - 1

// flushBytes is how much log is written before a flush, about what Aim's write
// buffer of 1 MiB amounts to.
const flushBytes = 670 << 10

// blobs begins the parallel key space of large values. Every write of Aim's
// touches both.
const blobs = "BLOBS\xfe"

// database writes one database as Aim's writer does: batches into a log, and
// the log's content into a table of level 0 now and then.
type database struct {
	dir      string
	seq      uint64 // of the next operation
	next     uint64 // number of the next file
	log      uint64 // number of the log
	manifest logFile

	// What the log holds. A batch's operations on the blobs' key space are
	// not kept: they mirror the others with the next sequence number.
	arena   []byte
	puts    []put
	dels    []del
	batches []batch
	logSize int
}

type put struct {
	key, value []byte
	seq        uint64 // of the put; its twin's deletion has the next
}

type del struct {
	start []byte // the range ends at start and 0xff
	seq   uint64 // its twin's has the next
}

// batch ends a write: how many deletions and puts there are up to it.
type batch struct{ dels, puts int }

// newDatabase makes the folder of a database, with the log that a new one
// begins with.
func newDatabase(dir string) (*database, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	d := &database{dir: dir, seq: 1, next: 9, log: 8}
	first := edit{}
	first.text(tagComparator, "leveldb.BytewiseComparator")
	d.manifest.append(first.data)
	second := edit{}
	second.numbers(tagLogNumber, 0, tagPrevLog, 0, tagNextFile, 8, tagLastSequence, 0)
	d.manifest.append(second.data)
	return d, nil
}

// keep copies bytes into the arena.
func (d *database) keep(b []byte) []byte {
	if cap(d.arena)-len(d.arena) < len(b) {
		d.arena = make([]byte, 0, max(64<<10, len(b))) // the old one stays referenced
	}
	n := len(d.arena)
	d.arena = append(d.arena, b...)
	return d.arena[n:len(d.arena):len(d.arena)]
}

// mark puts a value without deleting what is below it first, as Aim does for
// the marker of an array.
func (d *database) mark(key, value []byte) {
	d.put(key, value)
	d.batches = append(d.batches, batch{len(d.dels), len(d.puts)})
}

// assign replaces what is at and below a path: leaves hold the keys and values
// in turn.
func (d *database) assign(path []byte, leaves ...[]byte) {
	start := d.keep(path)
	d.dels = append(d.dels, del{start, d.seq})
	d.seq += 2
	d.logSize += 4*len(path) + 2*len(blobs)*2 + 12
	for i := 0; i < len(leaves); i += 2 {
		d.put(leaves[i], leaves[i+1])
	}
	d.batches = append(d.batches, batch{len(d.dels), len(d.puts)})
}

func (d *database) put(key, value []byte) {
	d.puts = append(d.puts, put{d.keep(key), d.keep(value), d.seq})
	d.seq += 2
	d.logSize += 2*len(key) + len(value) + len(blobs) + 24
}

// full tells whether a flush is due.
func (d *database) full() bool { return d.logSize >= flushBytes }

// flush writes what the log holds into a table of level 0.
func (d *database) flush() error {
	if len(d.puts) == 0 {
		return nil
	}
	slices.SortFunc(d.puts, func(a, b put) int { return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(b.seq, a.seq)) })
	d.puts = slices.CompactFunc(d.puts, func(a, b put) bool { return bytes.Equal(a.key, b.key) }) // keeps the newest
	slices.SortFunc(d.dels, func(a, b del) int { return cmp.Or(bytes.Compare(a.start, b.start), cmp.Compare(b.seq, a.seq)) })

	t, err := d.newTable(0)
	if err != nil {
		return err
	}
	twin := []byte(blobs)
	for _, p := range d.puts {
		t.add(append(twin[:len(blobs)], p.key...), nil, p.seq+1, kindDelete)
	}
	for _, p := range d.puts {
		t.add(p.key, p.value, p.seq, kindPut)
	}
	for _, x := range d.dels {
		t.deleteRange(append(twin[:len(blobs)], x.start...), x.seq+1)
	}
	for _, x := range d.dels {
		t.deleteRange(x.start, x.seq)
	}
	if err := d.finishTable(t); err != nil {
		return err
	}
	d.puts, d.dels, d.batches, d.arena, d.logSize = d.puts[:0], d.dels[:0], d.batches[:0], d.arena[:0:0], 0
	return nil
}

// newTable begins the next table.
func (d *database) newTable(level int) (*table, error) {
	number := d.next
	d.next++
	return createTable(filepath.Join(d.dir, fmt.Sprintf("%06d.sst", number)), number, level)
}

// finishTable ends a table and writes the edit that adds it. The log that it
// came from is obsolete.
func (d *database) finishTable(t *table) error {
	if err := t.finish(); err != nil {
		return err
	}
	d.log = d.next
	d.next++
	var e edit
	e.numbers(tagLogNumber, d.log, tagPrevLog, 0, tagNextFile, d.next, tagLastSequence, d.seq-1, tagMinLog, d.log)
	e.addTable(t)
	d.manifest.append(e.data)
	return nil
}

// close writes the files that are left. A database that was closed has an
// empty log, a killed one has what was not flushed in it.
func (d *database) close(killed bool) error {
	var log logFile
	if killed {
		d.replay(&log)
	} else if err := d.flush(); err != nil {
		return err
	}
	const manifest = "MANIFEST-000004"
	for name, data := range map[string][]byte{
		fmt.Sprintf("%06d.log", d.log): log.data, manifest: d.manifest.data, "CURRENT": []byte(manifest + "\n"),
		"LOCK": nil, "IDENTITY": []byte("00000000-0000-4000-8000-000000000000"), "LOG": []byte("generated\n"), "OPTIONS-000007": []byte(optionsFile),
	} {
		if err := os.WriteFile(filepath.Join(d.dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// replay writes the batches that were not flushed to a log.
func (d *database) replay(log *logFile) {
	var record []byte
	twin := []byte(blobs)
	var at batch
	for _, b := range d.batches {
		dels, puts := d.dels[at.dels:b.dels], d.puts[at.puts:b.puts]
		at = b
		first := puts[0].seq
		if len(dels) > 0 {
			first = dels[0].seq
		}
		record = binary.LittleEndian.AppendUint64(record[:0], first)
		record = binary.LittleEndian.AppendUint32(record, uint32(2*(len(dels)+len(puts))))
		for _, x := range dels {
			for _, start := range [][]byte{x.start, append(twin[:len(blobs)], x.start...)} {
				record = appendBytes(append(record, kindRangeDelete), start)
				record = append(binary.AppendUvarint(record, uint64(len(start)+1)), start...)
				record = append(record, 0xff)
			}
		}
		for _, p := range puts {
			record = appendBytes(appendBytes(append(record, kindPut), p.key), p.value)
			record = appendBytes(append(record, kindDelete), append(twin[:len(blobs)], p.key...))
		}
		log.append(record)
	}
}

// appendBytes appends bytes after their length.
func appendBytes(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

// optionsFile is what tools that open a database want to find in OPTIONS.
const optionsFile = `[Version]
  rocksdb_version=6.29.5
  options_file_version=1.1

[DBOptions]

[CFOptions "default"]
  comparator=leveldb.BytewiseComparator

[TableOptions/BlockBasedTable "default"]
`
