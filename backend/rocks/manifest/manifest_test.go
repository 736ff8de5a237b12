package manifest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"aimdesk/backend/rocks/internal/base"
	"aimdesk/backend/rocks/internal/hextest"
	"aimdesk/backend/rocks/record"
)

// frame packs records as full fragments of a log; none may cross a block.
func frame(recs ...[]byte) []byte {
	var out []byte
	for _, rec := range recs {
		body := append([]byte{1}, rec...)
		out = binary.LittleEndian.AppendUint32(out, base.MaskCRC(base.CRC(0, body)))
		out = binary.LittleEndian.AppendUint16(out, uint16(len(rec)))
		out = append(out, body...)
	}
	return out
}

func read(log []byte) (*Version, error) {
	return Read(record.NewReader(bytes.NewReader(log), "MANIFEST-000001", 0), "MANIFEST-000001")
}

func TestScripts(t *testing.T) {
	datadriven.Walk(t, "testdata/scripts", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "edit":
				e, err := DecodeEdit(hextest.Parse(t, d.Input), "MANIFEST-000001", 0)
				if err != nil {
					return err.Error() + "\n"
				}
				return dumpEdit(e)
			case "version":
				// Records are separated by lines of dashes.
				var recs [][]byte
				for part := range strings.SplitSeq(d.Input, "--\n") {
					recs = append(recs, hextest.Parse(t, part))
				}
				log := frame(recs...)
				if d.HasArg("cut") {
					var n int
					d.ScanArgs(t, "cut", &n)
					log = log[:len(log)-n]
				}
				if d.HasArg("flip") {
					var n int
					d.ScanArgs(t, "flip", &n)
					log[n] ^= 1
				}
				v, err := read(log)
				if err != nil {
					return err.Error() + "\n"
				}
				return dumpVersion(v)
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
	})
}

func dumpEdit(e *Edit) string {
	var b strings.Builder
	num := func(name string, v *uint64) {
		if v != nil {
			fmt.Fprintf(&b, "%s %d\n", name, *v)
		}
	}
	if e.InGroup {
		fmt.Fprintf(&b, "atomic group, %d left\n", e.GroupLeft)
	}
	if e.Comparator != nil {
		fmt.Fprintf(&b, "comparator %s\n", *e.Comparator)
	}
	if e.DBID != "" {
		fmt.Fprintf(&b, "database id %s\n", e.DBID)
	}
	num("log number", e.LogNumber)
	num("previous log number", e.PrevLogNumber)
	num("minimum log to keep", e.MinLogToKeep)
	num("next file number", e.NextFileNumber)
	num("last sequence", e.LastSequence)
	if e.ColumnFamily != 0 {
		fmt.Fprintf(&b, "column family %d\n", e.ColumnFamily)
	}
	if e.AddCF != nil {
		fmt.Fprintf(&b, "add column family %s\n", *e.AddCF)
	}
	if e.DropCF {
		b.WriteString("drop column family\n")
	}
	if e.MaxCF != nil {
		fmt.Fprintf(&b, "largest column family %d\n", *e.MaxCF)
	}
	for _, d := range e.Deleted {
		fmt.Fprintf(&b, "delete table %d of level %d\n", d.Number, d.Level)
	}
	for i := range e.Added {
		b.WriteString("add " + dumpFile(&e.Added[i]))
	}
	if e.BlobFiles > 0 {
		fmt.Fprintf(&b, "blob files %d\n", e.BlobFiles)
	}
	for _, tag := range e.Ignored {
		fmt.Fprintf(&b, "ignored tag %d\n", tag)
	}
	return b.String()
}

func dumpFile(f *File) string {
	return fmt.Sprintf("table %d level %d size %d [%q#%d,%s .. %q#%d,%s] seq [%d, %d]\n", f.Number, f.Level, f.Size,
		f.Smallest, f.SmallestTrailer.Seq(), f.SmallestTrailer.Kind(), f.Largest, f.LargestTrailer.Seq(), f.LargestTrailer.Kind(),
		f.SmallestSeq, f.LargestSeq)
}

func dumpVersion(v *Version) string {
	var b strings.Builder
	fmt.Fprintf(&b, "edits %d log %d next %d last sequence %d\n", v.Edits, v.LogNumber, v.NextFileNumber, v.LastSequence)
	for f := range v.Files {
		b.WriteString(dumpFile(f))
	}
	return b.String()
}

func FuzzDecodeEdit(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x01\x1aleveldb.BytewiseComparator\x02\x04\x03\x07\x04\x00\x09\x00"))
	f.Add([]byte("\x67\x00\x09\xe7\x07\x09a\x01\x01\x00\x00\x00\x00\x00\x00\x09b\x01\x02\x00\x00\x00\x00\x00\x00\x01\x02\x05\x01\x07\x01\x41\x01\x00\x01"))
	f.Add([]byte("\x90\x03\x01\x02\x03\x00\x00\x00\xac\x02\x01"))
	f.Fuzz(func(t *testing.T, rec []byte) {
		e, err := DecodeEdit(rec, "M", 0)
		if (e == nil) == (err == nil) {
			t.Fatalf("edit %v with error %v", e, err)
		}
		// The same bytes as a whole MANIFEST.
		if len(rec) < 1000 {
			if _, err := read(frame(rec, rec)); err == nil && e.Comparator == nil {
				t.Fatal("version without comparator")
			}
		}
	})
}
