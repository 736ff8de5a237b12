package aim

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// checkInsName is the folder of check-ins within .aim.
const checkInsName = "check_ins"

// CheckIn is a sign of life that a writer left: an empty file whose name is
//
//	HASH-INDEX-FLAG-TIME-EXPECT     index %016d, time %011.2f, expect %05d
//
// in the folder check_ins. A new one takes the place of those of the same run
// and flag.
type CheckIn struct {
	Hash string
	// Index counts the check-ins of a run, whatever their flag, and goes on
	// when the run is resumed.
	Index uint64
	// Flag is starting, progress, check_in, finished or new_logs.
	Flag string
	// Time is the writer's clock in unix seconds.
	Time float64
	// Expect is the number of seconds after which the next check-in is due; 0
	// means that none is.
	Expect float64
}

// Due is when the next check-in is due, in unix seconds; false if none is.
func (c CheckIn) Due() (float64, bool) { return c.Time + c.Expect, c.Expect > 0 }

// ParseCheckIn parses the name of a check-in.
func ParseCheckIn(name string) (CheckIn, bool) {
	parts := make([]string, 4) // from the end: expect, time, flag, index
	rest := name
	for i := range parts {
		cut := strings.LastIndexByte(rest, '-')
		if cut < 0 {
			return CheckIn{}, false
		}
		parts[i], rest = rest[cut+1:], rest[:cut]
	}
	index, err1 := strconv.ParseUint(parts[3], 10, 64)
	at, ok1 := parseSeconds(parts[1])
	expect, ok2 := parseSeconds(parts[0])
	if rest == "" || parts[2] == "" || err1 != nil || !ok1 || !ok2 {
		return CheckIn{}, false
	}
	return CheckIn{Hash: rest, Index: index, Flag: parts[2], Time: at, Expect: expect}, true
}

// maxSeconds is the largest number of seconds that is taken for a time; it is
// far beyond the year 9999.
const maxSeconds = 1e12

// parseSeconds parses a plain decimal number of seconds.
func parseSeconds(s string) (float64, bool) {
	if strings.ContainsAny(s, "xXpP_+") { // what Go takes and Python does not write
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f >= 0 && f <= maxSeconds && !math.IsNaN(f)
}

// beatCache keeps, by run, the newest check-in that expects another one. The
// folder is shared by all runs, so it is listed once for many questions.
type beatCache struct {
	mu      sync.Mutex
	beats   map[string]CheckIn
	err     error
	read    time.Time // by the machine's clock
	modTime time.Time // of the folder when it was listed
	valid   bool
}

// Ages of a listing: below the first it is used as it is, below the second if
// the time of the folder is the same. Some file systems are slow to show the
// latter.
const (
	freshBeats = 200 * time.Millisecond
	staleBeats = 5 * time.Second
)

// beat returns the newest check-in of a run that expects another one.
func (r *Repo) beat(hash string) (CheckIn, bool, error) {
	c := &r.beats
	c.mu.Lock()
	defer c.mu.Unlock()
	dir := filepath.Join(r.AimDir(), checkInsName)
	now := time.Now()
	if age := now.Sub(c.read); !c.valid || age < 0 || age > freshBeats {
		info, err := r.cfg.FS.Stat(dir)
		same := err == nil && c.valid && c.err == nil && age >= 0 && age < staleBeats &&
			info.ModTime().Equal(c.modTime) && c.read.Sub(c.modTime) > clockTick
		if !same {
			c.beats, c.err = r.listBeats(dir)
			c.read, c.valid = now, true
			c.modTime = time.Time{}
			if err == nil {
				c.modTime = info.ModTime()
			}
		}
	}
	b, ok := c.beats[hash]
	return b, ok, c.err
}

// listBeats lists the folder of check-ins. Without one there are none: old
// versions of Aim (3.10 for one) wrote none.
func (r *Repo) listBeats(dir string) (map[string]CheckIn, error) {
	entries, err := r.cfg.FS.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list check-ins: %w", err)
	}
	beats := map[string]CheckIn{}
	for _, e := range entries {
		c, ok := ParseCheckIn(e.Name())
		if _, expects := c.Due(); !ok || !expects {
			continue
		}
		if old, have := beats[c.Hash]; !have || c.Index >= old.Index {
			beats[c.Hash] = c
		}
	}
	return beats, nil
}
