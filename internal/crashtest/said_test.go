package crashtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// said is everything that nodes have reported as done.
type said struct {
	mu      sync.Mutex
	batches map[int64]string   // document by number
	months  map[string]monthAt // the highest revision of each month
	last    []string           // the latest lines, for the reader of a failure
}

// monthAt is a month at one revision.
type monthAt struct {
	revision    int64
	state, runs string
}

func newSaid() *said { return &said{batches: map[int64]string{}, months: map[string]monthAt{}} }

// read takes a node's lines until it ends. It closes ready at the first, and returns an error when the node reports one.
func (s *said) read(out *bufio.Reader, name string, ready chan<- struct{}) error {
	for {
		line, err := out.ReadString('\n')
		if errors.Is(err, io.EOF) || err != nil && strings.Contains(err.Error(), "closed") {
			return nil // what has no end of line was not said
		}
		if err != nil {
			return err
		}
		switch line = strings.TrimSuffix(line, "\n"); {
		case line == "ready":
			close(ready)
		case strings.HasPrefix(line, "error "):
			return fmt.Errorf("%s says: %s", name, line)
		default:
			if err := s.note(line); err != nil {
				return fmt.Errorf("%s says %q: %w", name, line, err)
			}
		}
	}
}

func (s *said) note(line string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last = append(s.last, line); len(s.last) > 40 {
		s.last = s.last[1:]
	}
	var number int64
	var month string
	var at monthAt
	if rest, ok := strings.CutPrefix(line, "batch "); ok {
		if _, err := fmt.Sscanf(rest, "%d ", &number); err != nil {
			return err
		}
		_, document, _ := strings.Cut(rest, " ")
		if other, twice := s.batches[number]; twice {
			return fmt.Errorf("batch %d was %s before", number, other)
		}
		s.batches[number] = document
		return nil
	}
	if _, err := fmt.Sscanf(line, "month %s %d %s %s", &month, &at.revision, &at.state, &at.runs); err != nil {
		return err
	}
	switch before := s.months[month]; {
	case before.revision < at.revision:
		s.months[month] = at
	case before.revision == at.revision && before != at:
		return fmt.Errorf("%s is both %+v and %+v", month, before, at)
	}
	return nil
}
