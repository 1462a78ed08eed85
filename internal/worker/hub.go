package worker

import (
	"context"
	"encoding/json"
	"sync"

	"xiaoguan/internal/job"
)

// hub knows the jobs that run on this node and those who watch jobs. It implements job.Live.
type hub struct {
	mu       sync.Mutex
	starts   map[string]*start // by job id
	watchers map[string]map[chan struct{}]string
}

// start is one start of a job, seen by its function as job.Running.
type start struct {
	hub       *hub
	job       job.Job
	interrupt context.CancelCauseFunc

	mu       sync.Mutex
	progress job.Progress
	saved    job.Progress // as the database knows it
	result   any
}

func newHub() *hub {
	return &hub{starts: map[string]*start{}, watchers: map[string]map[chan struct{}]string{}}
}

// Job implements job.Running.
func (s *start) Job() job.Job { return s.job }

// Report implements job.Running.
func (s *start) Report(p job.Progress) {
	s.mu.Lock()
	same := s.progress == p
	s.progress = p
	s.mu.Unlock()
	if !same {
		s.hub.signal(s.job.ID)
	}
}

// SetResult implements job.Running.
func (s *start) SetResult(result any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.result = result
}

// outcome returns what is to be kept with the job.
func (s *start) outcome() (job.Progress, json.RawMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.result == nil {
		return s.progress, nil, nil
	}
	text, err := json.Marshal(s.result)
	return s.progress, text, err
}

// unsaved returns the progress if the database does not know it.
func (s *start) unsaved() (job.Progress, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.progress, s.progress != s.saved
}

func (s *start) markSaved(p job.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saved = p
}

// add makes a start known, with a context that Interrupt ends.
func (h *hub) add(ctx context.Context, j job.Job) (context.Context, *start) {
	ctx, interrupt := context.WithCancelCause(ctx)
	s := &start{hub: h, job: j, interrupt: interrupt, progress: j.Progress, saved: j.Progress}
	h.mu.Lock()
	h.starts[j.ID] = s
	h.mu.Unlock()
	h.signal(j.ID)
	return ctx, s
}

func (h *hub) remove(s *start) {
	s.interrupt(nil)
	h.mu.Lock()
	if h.starts[s.job.ID] == s {
		delete(h.starts, s.job.ID)
	}
	h.mu.Unlock()
	h.signal(s.job.ID)
}

func (h *hub) running() []*start {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*start, 0, len(h.starts))
	for _, s := range h.starts {
		all = append(all, s)
	}
	return all
}

func (h *hub) get(id string) (*start, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.starts[id]
	return s, ok
}

func (h *hub) interruptAll(cause error) {
	for _, s := range h.running() {
		s.interrupt(cause)
	}
}

// Progress implements job.Live.
func (h *hub) Progress(id string) (job.Progress, bool) {
	s, ok := h.get(id)
	if !ok {
		return job.Progress{}, false
	}
	p, _ := s.unsaved()
	return p, true
}

// Interrupt implements job.Live.
func (h *hub) Interrupt(id string) bool {
	s, ok := h.get(id)
	if ok {
		s.interrupt(job.ErrCancelled)
	}
	return ok
}

// Watch implements job.Live.
func (h *hub) Watch(id string) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers[id] == nil {
		h.watchers[id] = map[chan struct{}]string{}
	}
	h.watchers[id][c] = ""
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.watchers[id], c)
		if len(h.watchers[id]) == 0 {
			delete(h.watchers, id)
		}
	}
}

// signal wakes those who watch the job, and those who watch all.
func (h *hub) signal(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, watched := range [...]string{id, ""} {
		for c := range h.watchers[watched] {
			select {
			case c <- struct{}{}:
			default: // a signal is waiting already
			}
		}
	}
}

// watchedElsewhere returns the jobs that are watched here and do not run here.
func (h *hub) watchedElsewhere() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var ids []string
	for id := range h.watchers {
		if _, here := h.starts[id]; !here && id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// sawElsewhere wakes those watchers of the job who have last seen it otherwise.
func (h *hub) sawElsewhere(id, seen string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c, before := range h.watchers[id] {
		if before == seen {
			continue
		}
		h.watchers[id][c] = seen
		select {
		case c <- struct{}{}:
		default: // a signal is waiting already
		}
	}
}
