package flow

import (
	"context"
	"maps"
	"slices"
	"time"
)

// table returns the log as known. A small one is read anew when something happened; a large one in the background, where there is one, and until then the
// one that is there will do.
func (s *Service) table(ctx context.Context) (*table, error) {
	known, due, err := s.state(ctx)
	if err != nil || known != nil && !due {
		return known, err
	}
	s.mu.Lock()
	background := s.waking != nil
	s.mu.Unlock()
	if known != nil && background && known.took > quickReading {
		s.wake()
		return known, nil
	}
	if background && known == nil {
		// The background began to read when the program started. A small log is there in a moment.
		if !s.lockSoon(ctx) {
			return nil, errPreparing()
		}
	} else {
		s.reading.Lock()
	}
	defer s.reading.Unlock()
	if known, due, err = s.state(ctx); err != nil || known != nil && !due {
		return known, err
	}
	return s.read(ctx)
}

// How long a look waits for the log to be read the first time.
const (
	firstWait = 2 * time.Second
	firstStep = 20 * time.Millisecond
)

func (s *Service) lockSoon(ctx context.Context) bool {
	ticker := time.NewTicker(firstStep)
	defer ticker.Stop()
	for range firstWait / firstStep {
		if s.reading.TryLock() {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
	return s.reading.TryLock()
}

// state returns the log as known, and whether it should be read anew.
func (s *Service) state(ctx context.Context) (known *table, due bool, err error) {
	s.mu.Lock()
	known = s.current
	s.mu.Unlock()
	if known == nil {
		return nil, true, nil
	}
	var latest int64
	err = s.store.Read(ctx, func(r Reader) error {
		latest, err = r.LatestEvent(ctx)
		return err
	})
	age := s.now().Sub(known.asOf)
	// What is changed without an event, such as an amount, and the waiting of open cases are caught up with after an hour.
	due = (latest != known.seq || age > time.Hour) && age >= readingShare*known.took
	return known, due, err
}

// read reads the log; the caller holds reading.
func (s *Service) read(ctx context.Context) (*table, error) {
	t, err := read(ctx, s.store, s.now)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = t
	return t, nil
}

func (s *Service) wake() {
	select {
	case s.waking <- struct{}{}:
	default: // it is awake
	}
}

func (s *Service) want(key string, w wanted) {
	s.mu.Lock()
	if len(s.wanted) < keptMax {
		s.wanted[key] = w
	}
	s.mu.Unlock()
	s.wake()
}

// roundEvery is how often the background looks whether something happened.
const roundEvery = time.Minute

// Run reads the log and makes large reports in the background until the context ends. failed is told what could not be read; the next round tries again.
func (s *Service) Run(ctx context.Context, failed func(error)) {
	s.reading.Lock() // before anybody looks: they wait a moment for what is read here
	s.mu.Lock()
	s.waking = make(chan struct{}, 1)
	s.mu.Unlock()
	_, err := s.read(ctx)
	s.reading.Unlock()
	ticker := time.NewTicker(roundEvery)
	defer ticker.Stop()
	for {
		if err == nil {
			err = s.round(ctx)
		}
		if err != nil && ctx.Err() == nil {
			failed(err)
		}
		err = nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.waking:
		}
	}
}

// round reads the log when it is due, and makes the reports that somebody waits for.
func (s *Service) round(ctx context.Context) error {
	known, due, err := s.state(ctx)
	if err != nil {
		return err
	}
	if due {
		s.reading.Lock()
		known, err = s.read(ctx)
		s.reading.Unlock()
		if err != nil {
			return err
		}
	}
	s.mu.Lock()
	list := maps.Clone(s.wanted)
	clear(s.wanted)
	s.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(list)) {
		if _, err := s.make(ctx, known, key, list[key]); err != nil {
			return err
		}
	}
	return nil
}
