// Package poolrule is the rules of public pools: when a customer that nobody works on goes back to a pool, who is warned before, what
// is exempt, who may claim or look, how many one may hold, and who gets what is given out; and what a draft would have done in the past.
//
// A Policy is a document of rules (package ruledoc) and the rest a pure function of policy, facts and a day. Days are whole days of the
// company's calendar: a deadline of 30 days after a contact on the 1st has its last day on the 31st, and from the next day on the
// customer is recycled. The package moves no customer and sends no message; who calls it does, and keeps locks, claims and views.
package poolrule

import "xiaoguan/internal/ruledoc"

// Header opens a document of this kind.
const Header = "pool/1"

// Policy is one complete, checked policy. The tags are the keys of the document, and their order is that of the canonical bytes.
type Policy struct {
	Header    string       `json:"xiaoguan"`
	ID        string       `json:"id"`
	Name      ruledoc.Text `json:"name"`
	Pools     []Pool       `json:"pools"`
	Recycle   []Trigger    `json:"recycle"`
	Exempt    Exempt       `json:"exempt"`
	WarnDays  int          `json:"warn_days"`
	Claim     Claim        `json:"claim"`
	Hold      Hold         `json:"hold"`
	Assign    Assign       `json:"assign"`
	canonical []byte
	hash      string
}

// Pool is one pool. Members are departments; without any it is everybody's.
type Pool struct {
	ID         string       `json:"id"`
	Name       ruledoc.Text `json:"name"`
	Admins     []string     `json:"admins"` // roles that look after it
	Members    []string     `json:"members,omitempty"`
	AdminsOnly bool         `json:"admins_only"`      // members neither see nor claim; admins give out
	Hidden     []string     `json:"hidden,omitempty"` // fields that are not shown before a claim
	MaskPhones Mask         `json:"mask_phones"`
	TellAdmins bool         `json:"tell_admins"` // of each claim
}

// Mask says when telephone numbers are shown in part only.
type Mask string

// The masks.
const (
	MaskNever       Mask = "never"
	MaskBeforeClaim Mask = "before_claim"
	MaskAlways      Mask = "always"
)

// Trigger sends a customer back when all its conditions hold; any trigger will do. Without tiers it is for all.
type Trigger struct {
	ID    string       `json:"id"`
	Name  ruledoc.Text `json:"name"`
	Tiers []string     `json:"tiers,omitempty"`
	All   []Condition  `json:"all"`
}

// Condition holds when there was nothing of a kind for so many days.
type Condition struct {
	No   Kind `json:"no"`
	Days int  `json:"days"`
	From From `json:"from"`
}

// Kind is what there was none of.
type Kind string

// The kinds. Contract counts from the end of the last contract; without one the condition doesn't hold.
const (
	Contact     Kind = "contact"
	Opportunity Kind = "opportunity" // opened
	Deal        Kind = "deal"
	Contract    Kind = "contract"
)

// From is the day that a condition counts from.
type From string

// Last counts from the last one, and from when the owner got the customer if that is later: each new one starts the days anew. Owned
// counts from when the owner got it alone: the first one within ends the condition for good.
const (
	Last  From = "last"
	Owned From = "owned"
)

// Exempt keeps customers from being recycled.
type Exempt struct {
	Won             bool `json:"won"`                        // that ever had a deal
	OpenOpportunity bool `json:"open_opportunity"`           // that have one now
	Locked          bool `json:"locked"`                     // that their owner locked
	LocksMost       int  `json:"locks_most"`                 // of one owner; 0 where locks are not exempt
	RunningContract bool `json:"running_contract,omitempty"` // until the last day of the contract that ends last
}

// Claim limits who may take a customer from the pool, and look at those in it. 0 is no limit.
type Claim struct {
	PerDay          int `json:"per_day"`
	PeriodDays      int `json:"period_days"`
	PerPeriod       int `json:"per_period"`
	AtOnce          int `json:"at_once"`           // customers in one claim
	FormerOwnerDays int `json:"former_owner_days"` // for which who had it last may not take it back
	NewRecordDays   int `json:"new_record_days"`   // for which a customer that came into the pool is not claimed
	ViewsPerDay     int `json:"views_per_day"`
}

// Hold limits how many customers one person holds, by level; Others is for levels that are not listed. 0 is no limit.
type Hold struct {
	Others int     `json:"others"`
	Levels []Level `json:"levels,omitempty"`
	Won    bool    `json:"count_won"`    // whether customers with a deal count
	Locked bool    `json:"count_locked"` // whether locked ones do
}

// Level is the most that people of a level hold.
type Level struct {
	Level string `json:"level"`
	Most  int    `json:"most"`
}

// Most is how many customers a person of the level may hold; 0 is no limit.
func (h *Hold) Most(level string) int {
	for _, l := range h.Levels {
		if l.Level == level {
			return l.Most
		}
	}
	return h.Others
}

// Way is how customers in the pool find an owner besides claims.
type Way string

// The ways: nobody is given any, in turn to who holds the fewest, or all to one person.
const (
	WayClaim  Way = "claim"
	WayRotate Way = "rotate"
	WayPerson Way = "person"
)

// Assign is how customers are given out.
type Assign struct {
	Way    Way    `json:"way"`
	Person string `json:"person,omitempty"`
	PerDay int    `json:"per_day"` // to one person; 0 is no limit
}

// pool finds a pool by id; nil when there is none.
func (p *Policy) pool(id string) *Pool {
	for i := range p.Pools {
		if p.Pools[i].ID == id {
			return &p.Pools[i]
		}
	}
	return nil
}
