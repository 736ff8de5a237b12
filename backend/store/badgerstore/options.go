package badgerstore

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

const (
	defaultMemTable = 8 << 20
	minMemTable     = 4 << 20
	maxMemTable     = 64 << 20
	// A value log is never written, as all values are below the threshold,
	// but Badger maps a file of twice this size.
	valueLogFile   = 1 << 20
	valueThreshold = 512 << 10
)

// Options say how an index is opened. The zero value is usable.
type Options struct {
	// Repository is the root of the repository that the index belongs to. An
	// index that belongs to another one is a DamagedError. Empty: not checked.
	Repository string
	// ReadOnly opens an existing index without changing it. Other processes
	// may open it read-only as well, but not for writing.
	ReadOnly bool
	// ReserveBytes is the free space of the disk below which nothing is
	// written. It has an effect only together with FreeBytes. It should be
	// well above ten times MemTableSize: logs are made in advance, tables are
	// merged in the background, and while everything is indexed anew there are
	// two databases.
	ReserveBytes uint64
	// FreeBytes returns the free space of the disk that holds dir. Nil: the
	// disk is taken to have space.
	FreeBytes func(dir string) (uint64, error)
	// MemTableSize is the size, in bytes, of the table in memory that writes
	// go to first; up to two exist. 0 means 8 MiB. It is kept small since
	// Badger maps the log of the table: running out of disk ends the process.
	MemTableSize int64
	// Logger receives what Badger has to say, at debug level but for warnings
	// and errors. Nil: nothing is logged.
	Logger *slog.Logger
}

func (o Options) badger(dir string, readOnly bool) badger.Options {
	size := o.MemTableSize
	if size == 0 {
		size = defaultMemTable
	}
	size = min(max(size, minMemTable), maxMemTable)
	b := badger.DefaultOptions(dir).
		WithReadOnly(readOnly).
		WithMemTableSize(size).
		WithNumMemtables(2).
		WithNumCompactors(2).
		WithNumLevelZeroTables(4).
		WithNumLevelZeroTablesStall(8).
		WithBaseTableSize(size).
		WithValueLogFileSize(valueLogFile).
		WithValueThreshold(valueThreshold).
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithIndexCacheSize(0).
		WithDetectConflicts(false).
		WithMetricsEnabled(false).
		WithChecksumVerificationMode(options.OnBlockRead).
		WithLogger(quiet{o.Logger})
	return b
}

// quiet hands Badger's log lines to slog.
type quiet struct{ log *slog.Logger }

func (q quiet) Errorf(f string, a ...any)   { q.say(slog.LevelError, f, a) }
func (q quiet) Warningf(f string, a ...any) { q.say(slog.LevelWarn, f, a) }
func (q quiet) Infof(f string, a ...any)    { q.say(slog.LevelDebug, f, a) }
func (q quiet) Debugf(f string, a ...any)   { q.say(slog.LevelDebug, f, a) }

func (q quiet) say(level slog.Level, format string, args []any) {
	ctx := context.Background() // Badger's lines belong to no request
	if q.log != nil && q.log.Enabled(ctx, level) {
		q.log.Log(ctx, level, "index database", "message", strings.TrimSpace(fmt.Sprintf(format, args...)))
	}
}
