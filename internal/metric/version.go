package metric

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// VersionState is where a version that the company wrote stands.
type VersionState string

// The states. An approved version holds from its day on, until the next one of the same metric.
const (
	VersionDraft    VersionState = "draft"
	VersionApproved VersionState = "approved"
	VersionDropped  VersionState = "dropped"
)

// Message names the state for people.
func (s VersionState) Message() errs.Message { return errs.Msg("metric.state."+string(s), nil) }

// Version is a definition that the company wrote, in the place of a shipped one or beside it.
type Version struct {
	Definition
	State        VersionState
	Text         string // the document
	From         calendar.Date
	AuthorID     string
	AuthorName   string
	CreatedAt    time.Time
	ApproverID   string
	ApproverName string
	ApprovedAt   time.Time
	Revision     int64
}
