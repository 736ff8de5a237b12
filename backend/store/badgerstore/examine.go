package badgerstore

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/fb"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"
	"google.golang.org/protobuf/proto"
)

// Badger reads its tables in goroutines of its own, and some kinds of damage
// make these panic, which ends the process. So what they will read is looked
// at before, in the goroutine of the caller and without mapping files.

const (
	manifestFile = "MANIFEST"
	// closedFile is in the folder of a database that was closed properly and
	// has not been opened for writing since.
	closedFile = "closed.json"
)

// closing is the content of closedFile.
type closing struct {
	ManifestBytes int64  `json:"manifestBytes"`
	ManifestSum   uint32 `json:"manifestSum"` // CRC-32C
}

// examine returns an error if the database in folder is damaged, and whether
// it was closed properly. If it was, then of each table only the index and the
// outermost blocks are read, which is what opening reads; otherwise everything.
func examine(folder string) (closed bool, err error) {
	name := filepath.Join(folder, manifestFile)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, errors.New("its database is missing")
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	manifest, length, err := badger.ReplayManifestFile(f, 0, badger.DefaultOptions(folder))
	if err != nil {
		return false, fmt.Errorf("manifest: %w", err)
	}
	if closed, err = examineClosing(folder); err != nil {
		return false, err
	}
	if info, err := f.Stat(); err != nil || (closed && info.Size() != length) {
		return false, errors.Join(errors.New("manifest is cut short"), err)
	}
	for id := range manifest.Tables {
		if err := examineTable(table.NewFilename(id, folder), !closed); err != nil {
			return false, fmt.Errorf("table %d: %w", id, err)
		}
	}
	return closed, nil
}

// examineClosing compares the manifest with what it was when the database was
// closed, since a manifest whose end is missing looks like an older one.
func examineClosing(folder string) (bool, error) {
	text, err := os.ReadFile(filepath.Join(folder, closedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var was closing
	if json.Unmarshal(text, &was) != nil { // power was lost before it was on disk
		return false, nil //nolint:nilerr // not closed cleanly is an answer, not an error
	}
	now, err := closingOf(folder)
	if err == nil && now != was {
		err = errors.New("manifest is not the one that was closed")
	}
	return err == nil, err
}

func closingOf(folder string) (closing, error) {
	f, err := os.Open(filepath.Join(folder, manifestFile))
	if err != nil {
		return closing{}, err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	sum := crc32.New(y.CastagnoliCrcTable)
	n, err := io.Copy(sum, f)
	return closing{ManifestBytes: n, ManifestSum: sum.Sum32()}, err
}

// markClosed says that a database was closed properly. Nothing waits for the
// disk: without the file the database is only examined more closely.
func markClosed(folder string) error {
	c, err := closingOf(folder)
	if err != nil {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, closedFile), text, 0o600)
}

// markOpen says that a database is about to change. If power is lost before
// this is on disk but after the manifest is, then the index counts as damaged.
func markOpen(folder string) error {
	err := os.Remove(filepath.Join(folder, closedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// A table of Badger:
//
//	block … | index (a flatbuffer) | its length u32 | checksum (a pb.Checksum) | its length u32
//
// and a block:
//
//	entries | offset of each entry u32 | number of entries u32 | checksum | its length u32
//
// all of them big-endian. The checksum covers what is before it, in a block,
// and the index.
func examineTable(name string, all bool) (err error) {
	defer recovered(&err) // the flatbuffer is read by code that trusts it
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // opened for reading: closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sumEnd := info.Size()
	sum, sumStart, err := readBefore(f, sumEnd, "checksum")
	if err != nil {
		return err
	}
	index, indexStart, err := readBefore(f, sumStart, "index")
	if err != nil {
		return err
	}
	if len(index) == 0 { // of which the checksum is 0, as it is in a file of zeros
		return errors.New("it has no index")
	}
	if err := verify(index, sum); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	blocks := fb.GetRootAsTableIndex(index, 0)
	n := blocks.OffsetsLength()
	if n == 0 {
		return errors.New("it has no blocks")
	}
	var buf []byte
	for i := range n {
		if !all && i > 0 && i < n-1 {
			continue
		}
		var at fb.BlockOffset
		if !blocks.Offsets(&at, i) || int64(at.Offset())+int64(at.Len()) > indexStart {
			return fmt.Errorf("block %d is beyond the blocks", i)
		}
		buf = slices.Grow(buf[:0], int(at.Len()))[:at.Len()]
		if _, err := f.ReadAt(buf, int64(at.Offset())); err != nil {
			return err
		}
		if err := examineBlock(buf); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

// readBefore reads what is before a length that ends at end.
func readBefore(f io.ReaderAt, end int64, what string) ([]byte, int64, error) {
	if end < 4 {
		return nil, 0, fmt.Errorf("%s is missing", what)
	}
	var length [4]byte
	if _, err := f.ReadAt(length[:], end-4); err != nil {
		return nil, 0, err
	}
	start := end - 4 - int64(binary.BigEndian.Uint32(length[:]))
	if start < 0 {
		return nil, 0, fmt.Errorf("%s is longer than the file", what)
	}
	b := make([]byte, end-4-start)
	_, err := f.ReadAt(b, start)
	return b, start, err
}

func examineBlock(b []byte) error {
	at := len(b) - 4
	if at < 4 {
		return fmt.Errorf("%d bytes", len(b))
	}
	length := int64(binary.BigEndian.Uint32(b[at:]))
	if length > int64(at-4) {
		return errors.New("checksum is longer than the block")
	}
	sum := at - int(length)
	if err := verify(b[:sum], b[sum:at]); err != nil {
		return err
	}
	if entries := int64(binary.BigEndian.Uint32(b[sum-4:])); entries*4 > int64(sum-4) {
		return fmt.Errorf("%d entries", entries)
	}
	return nil
}

func verify(b, sum []byte) error {
	var want pb.Checksum
	if err := proto.Unmarshal(sum, &want); err != nil {
		return fmt.Errorf("checksum: %w", err)
	}
	if want.Algo != pb.Checksum_CRC32C {
		return fmt.Errorf("checksum of kind %d", want.Algo)
	}
	return y.VerifyChecksum(b, &want)
}
