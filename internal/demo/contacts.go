package demo

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// contact records a follow-up; some are written down days later, as people do.
func (p *pipeline) contact(o *opportunity.Opportunity, at time.Time) {
	recorded := minTime(p.writtenDown(o, at), p.end)
	if at.After(recorded) {
		at = recorded
	}
	kind := one(p.dice, usualKinds)
	f := followup.FollowUp{ID: int64(len(p.rows.FollowUps) + 1), OpportunityID: o.ID, PersonID: o.OwnerID, Kind: kind, Text: one(p.dice, said[kind]), OccurredAt: at, RecordedAt: recorded, NextOn: calendar.NoDate, CreatedBy: "system:demo"}
	activity := process.ActivityContacted
	if o.FollowedAt.IsZero() {
		activity = process.ActivityFirst
	}
	if at.After(o.FollowedAt) {
		o.FollowedAt = at
	}
	p.event(o, activity, at, recorded, map[string]any{"kind": kind, "stage": o.Stage}, "follow_up:"+strconv.FormatInt(f.ID, 10))
	p.rows.FollowUps = append(p.rows.FollowUps, f)
}
