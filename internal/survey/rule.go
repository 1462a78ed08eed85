package survey

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Trigger is what a survey is sent after.
type Trigger string

// The triggers; ByHand is none.
const (
	ByHand        Trigger = ""
	AfterCase     Trigger = "case_closed"
	AfterVisit    Trigger = "visit_done" // a return visit that reached somebody
	AfterContract Trigger = "contract_signed"
	AfterDeal     Trigger = "deal_signed"
	AfterHandover Trigger = "handover_done" // somebody of service looks after the customer from now on, as the process standard calls it
)

// Triggers are all of them in the order in which they are offered.
var Triggers = []Trigger{ByHand, AfterCase, AfterVisit, AfterContract, AfterDeal, AfterHandover}

// Message names the trigger for people.
func (t Trigger) Message() errs.Message {
	if t == ByHand {
		return errs.Msg("survey.after.by_hand", nil)
	}
	return errs.Msg("survey.after."+string(t), nil)
}

// Rule says when a survey is sent by itself.
type Rule struct {
	After      Trigger       `json:"after"`
	AfterDays  int64         `json:"after_days"`  // how many days later
	QuietDays  int64         `json:"quiet_days"`  // a contact that was asked within them is left in peace; 0: they may be asked again at once
	RemindDays int64         `json:"remind_days"` // a reminder so many days after the letter; 0: none
	Since      calendar.Date `json:"since"`       // what happened before this day is not asked about
}

// QuietDefault is for how many days a contact is left in peace until somebody says otherwise.
const QuietDefault = 90

// DefaultRule is that of a survey until somebody says otherwise: links are made by hand.
var DefaultRule = Rule{QuietDays: QuietDefault, Since: calendar.NoDate}

// ruleDaysMax is the greatest number of days in a rule.
const ruleDaysMax = 365

func (r Rule) check(c *fact.Checker, validDays int64) {
	if !slices.Contains(Triggers, r.After) {
		c.Add("sent_after", string(r.After), "form.error.choice", nil)
	}
	for _, f := range []struct {
		path string
		days int64
	}{{"after_days", r.AfterDays}, {"quiet_days", r.QuietDays}, {"remind_days", r.RemindDays}} {
		if f.days < 0 || f.days > ruleDaysMax {
			c.Add(f.path, "", "survey.rule_days_wrong", errs.Args{"Max": ruleDaysMax})
		}
	}
	if r.RemindDays > 0 && r.RemindDays >= validDays && !c.Has("remind_days") {
		c.Add("remind_days", "", "survey.remind_late", nil)
	}
}

// from is the rule as it is kept after another: it counts from today when it begins to be sent, or is sent after something else.
func (r Rule) from(old Rule, today calendar.Date) Rule {
	switch {
	case r.After == ByHand:
		r.Since = calendar.NoDate
	case r.After != old.After:
		r.Since = today
	default:
		r.Since = old.Since
	}
	return r
}
