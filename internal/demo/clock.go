package demo

import (
	"sync"
	"time"
)

// tick is how far a set Clock moves on each time it is read, so that what happens one after the other has times in that order.
const tick = time.Millisecond

// Clock is a clock that Fill can set, so that what it records carries the times of two years: give Now to everything that is built
// (database, services) and Set to Target. It is safe for concurrent use.
type Clock struct {
	mu   sync.Mutex
	real func() time.Time
	next time.Time // zero: the real time
}

// NewClock returns a clock that shows the real time until it is set.
func NewClock(now func() time.Time) *Clock { return &Clock{real: now} }

// Now returns the time that was set, a little later each time, or the real time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next.IsZero() {
		return c.real()
	}
	c.next = c.next.Add(tick)
	return c.next
}

// Set makes the clock show a time; the zero time makes it show the real time again.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next = t
}
