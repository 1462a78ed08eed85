// Package lead is interest before there is an opportunity: who asked, where that came from, whose it is, how soon somebody answered, and
// what became of it.
//
// A lead is a working record like an opportunity: one current row with the history of its changes. It belongs to a person, or to nobody
// until it is given out. Its events are kept beside it, because a case of the process is an opportunity: when the lead becomes one, they
// become the first events of that case, with the times at which they happened and were recorded, and its follow-ups go along. A lead that
// was converted is not changed any more; one that was found invalid can be taken up again. There is no scoring and no capture by web form.
package lead

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
)

// Status is where a lead stands.
type Status string

// The statuses. New becomes contacted by the first follow-up.
const (
	StatusNew       Status = "new"
	StatusContacted Status = "contacted"
	StatusQualified Status = "qualified"
	StatusConverted Status = "converted"
	StatusInvalid   Status = "invalid"
)

// Statuses are all statuses in the order in which they are shown.
var Statuses = []Status{StatusNew, StatusContacted, StatusQualified, StatusConverted, StatusInvalid}

// Message names the status for people.
func (s Status) Message() errs.Message { return errs.Msg("lead.status."+string(s), nil) }

// Open reports whether there is still something to do.
func (s Status) Open() bool {
	return slices.Contains([]Status{StatusNew, StatusContacted, StatusQualified}, s)
}

// Reasons are why a lead is invalid.
var Reasons = []string{"wrong_number", "no_answer", "no_need", "no_fit", "duplicate", "competitor", "other"}

// ResponseTime is how long the owner of a new lead has for the first contact, as in the process standard that ships with the product.
const ResponseTime = 24 * time.Hour

// Lead is somebody's interest. It is also what its history shows: the fields that people change are those with names.
type Lead struct {
	ID            int64           `json:"-"`
	Company       string          `json:"company"`
	Name          string          `json:"name"` // of the person
	Title         string          `json:"title"`
	Phone         string          `json:"phone"`
	WeChat        string          `json:"wechat"`
	Email         string          `json:"email"`
	City          string          `json:"city"`
	Industry      string          `json:"industry"`
	Source        string          `json:"source"`   // one of opportunity.Sources, or empty
	Campaign      string          `json:"campaign"` // what it came by: an exhibition, an advertisement
	Note          string          `json:"note"`
	Status        Status          `json:"status"`
	OwnerID       int64           `json:"owner_id"` // 0: nobody's yet
	OwnerKey      string          `json:"-"`
	OwnerName     string          `json:"-"`
	AssignedAt    time.Time       `json:"-"` // to the present owner; zero while it is nobody's
	FirstAt       time.Time       `json:"-"` // the first contact; zero before
	FollowedAt    time.Time       `json:"-"` // the last follow-up
	NextOn        calendar.Date   `json:"-"` // the next contact; NoDate without one
	InvalidFor    string          `json:"invalid_for"`
	InvalidWhy    string          `json:"invalid_why"`
	CustomerID    int64           `json:"customer_id"` // that it became
	CustomerName  string          `json:"-"`
	OpportunityID int64           `json:"opportunity_id"`   // that it became
	Fields        customfield.Set `json:"fields,omitempty"` // of the company's own
	CreatedBy     string          `json:"-"`
	CreatedAt     time.Time       `json:"-"`
	Revision      int64           `json:"-"`
}

// Label is what the lead is called: its company, or the person where nobody said for whom they work.
func (l Lead) Label() string {
	if l.Company != "" {
		return l.Company
	}
	return l.Name
}

// AnswerBy is until when its owner should have made the first contact; zero where no clock runs: it is nobody's, it is answered, or it is over.
func (l Lead) AnswerBy() time.Time {
	if l.AssignedAt.IsZero() || !l.FirstAt.IsZero() || l.Status != StatusNew {
		return time.Time{}
	}
	return l.AssignedAt.Add(ResponseTime)
}

// Subject is how histories and the audit log name the lead.
func (l Lead) Subject() string { return Subject(l.ID) }

// Subject is how histories and the audit log name a lead.
func Subject(id int64) string { return "lead:" + strconv.FormatInt(id, 10) }
