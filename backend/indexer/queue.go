package indexer

// queue holds the runs whose series wait to be read: raised ones first, in the
// order in which they were raised last, then the others as they came.
type queue struct {
	raised []string
	normal []string
	in     map[string]bool
}

func (q *queue) len() int { return len(q.in) }

func (q *queue) push(hash string) {
	if q.in == nil {
		q.in = map[string]bool{}
	}
	if !q.in[hash] {
		q.in[hash] = true
		q.normal = append(q.normal, hash)
	}
}

// raise moves a queued run to the front; others are left alone.
func (q *queue) raise(hash string) {
	if q.in[hash] {
		q.raised = append(q.raised, hash)
	}
}

func (q *queue) remove(hash string) { delete(q.in, hash) }

func (q *queue) clear() { *q = queue{} }

// pop takes the first run out. An entry that was removed, or that was raised
// and taken before, is passed over.
func (q *queue) pop() (string, bool) {
	for len(q.raised) > 0 {
		hash := q.raised[len(q.raised)-1]
		q.raised = q.raised[:len(q.raised)-1]
		if q.in[hash] {
			delete(q.in, hash)
			return hash, true
		}
	}
	for len(q.normal) > 0 {
		hash := q.normal[0]
		q.normal = q.normal[1:]
		if q.in[hash] {
			delete(q.in, hash)
			return hash, true
		}
	}
	return "", false
}
