package standard

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/process"
)

// RecordingKey is what recordings are counted by: the hour in which a person wrote something down.
type RecordingKey struct {
	PersonID int64
	Hour     string // YYYY-MM-DDTHH in China
}

// Recordings count events by how long after they happened they were written down.
type Recordings struct {
	Events, WithinHour, WithinDay, WithinThreeDays, Later int64
}

// Late is how many were written down more than a day later.
func (c Recordings) Late() int64 { return c.WithinThreeDays + c.Later }

// Add adds others.
func (c *Recordings) Add(o Recordings) {
	c.Events += o.Events
	c.WithinHour += o.WithinHour
	c.WithinDay += o.WithinDay
	c.WithinThreeDays += o.WithinThreeDays
	c.Later += o.Later
}

// RecordingTally is the recordings of a person. Batched is how many of the late ones were written down in one go: at least three in one hour.
type RecordingTally struct {
	PersonID   int64
	PersonName string
	Recordings
	Batched int64
}

// BatchLeast is how many late events of one hour make a batch.
const BatchLeast = 3

// recordingsOf counts the events that people wrote down here.
func recordingsOf(events []process.Event) map[RecordingKey]Recordings {
	by := map[RecordingKey]Recordings{}
	for i := range events {
		e := &events[i]
		if e.PersonID == 0 || imported(e) { // when others wrote it down before, nobody knows
			continue
		}
		key := RecordingKey{e.PersonID, e.RecordedAt.In(calendar.ChinaTime).Format("2006-01-02T15")}
		c := by[key]
		c.Events++
		switch delay := e.RecordedAt.Sub(e.OccurredAt); {
		case delay <= time.Hour:
			c.WithinHour++
		case delay <= 24*time.Hour:
			c.WithinDay++
		case delay <= 72*time.Hour:
			c.WithinThreeDays++
		default:
			c.Later++
		}
		by[key] = c
	}
	return by
}
