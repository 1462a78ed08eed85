package targetplan

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/quota"
)

// ChangeKind is why a published target changes.
type ChangeKind string

// The kinds, a fixed list (methods T10).
const (
	ChangeTransfer  ChangeKind = "transfer"
	ChangeLeave     ChangeKind = "leave"
	ChangeCustomers ChangeKind = "customers" // customers went to somebody else
	ChangeProduct   ChangeKind = "product"
	ChangeForce     ChangeKind = "force"
	ChangeQuarter   ChangeKind = "quarter" // the quarterly adjustment
)

// ChangeKinds lists them.
var ChangeKinds = []ChangeKind{ChangeQuarter, ChangeTransfer, ChangeLeave, ChangeCustomers, ChangeProduct, ChangeForce}

// Message names the kind for people.
func (k ChangeKind) Message() errs.Message { return errs.Msg("targetplan.change."+string(k), nil) }

// ChangeState is what became of a change.
type ChangeState string

// The states.
const (
	ChangeAsked   ChangeState = "asked"
	ChangeDone    ChangeState = "done"
	ChangeRefused ChangeState = "refused"
)

// Message names the state for people.
func (s ChangeState) Message() errs.Message {
	return errs.Msg("targetplan.change_state."+string(s), nil)
}

// Change moves a person's target from a month of the year on, and may hand the difference on to somebody else.
type Change struct {
	ID          int64
	PlanID      int64
	PersonID    int64
	OtherID     int64 // who takes the difference; 0: nobody, and the sum of the team changes
	From        calendar.Month
	Kind        ChangeKind
	Reason      string
	BeforeMinor int64 // from that month to the end of the year
	AfterMinor  int64
	Months      quota.Year // of the person, as asked for
	OtherMonths quota.Year
	State       ChangeState
	RequestID   string
	ByID        string
	ByName      string
	At          time.Time
	Revision    int64
	PersonName  string // as now
	OtherName   string
}

// Subject is how the audit log names a change.
func (c *Change) Subject() string { return "target_change:" + strconv.FormatInt(c.ID, 10) }

// ChangeEntry asks for a change.
type ChangeEntry struct {
	PlanID, PersonID, OtherID int64
	From                      calendar.Month
	RestMinor                 int64 // what is asked of the person from that month to the end of the year
	Kind                      ChangeKind
	Reason                    string
}

// moved gives months from one on another sum, in their own proportion; evenly where they have none.
func moved(months quota.Year, from int, rest int64) quota.Year {
	weights := slices.Clone(months[from:])
	parts := money.Allocate(rest, weights)
	if parts == nil {
		for i := range weights {
			weights[i] = 1
		}
		parts = money.Allocate(rest, weights)
	}
	copy(months[from:], parts)
	return months
}

// Change asks for another number from an open month on. Errors: forbidden; not found; invalid; conflict when the plan is not published, a month from there on
// is closed, or another change of one of the two waits.
func (s *Service) Change(ctx context.Context, actor access.Actor, in ChangeEntry) (c Change, err error) {
	defer errs.Wrap(&err, "targetplan.Change(%d, %d)", in.PlanID, in.PersonID)
	err = s.Store.InTx(ctx, func(tx Tx) error {
		c, err = s.ChangeIn(ctx, tx, actor, in)
		return err
	})
	return c, err
}

// ChangeIn is Change in the transaction of what the change comes from. Errors: as Change.
func (s *Service) ChangeIn(ctx context.Context, tx Tx, actor access.Actor, in ChangeEntry) (c Change, err error) {
	if err := s.mayWrite(actor); err != nil {
		return c, err
	}
	if in.Reason, err = tidyReason("reason", in.Reason); err != nil {
		return c, err
	}
	if !slices.Contains(ChangeKinds, in.Kind) {
		return c, errs.Invalid("error.invalid", []errs.Field{{Path: "kind", Value: string(in.Kind), Message: errs.Msg("form.error.choice", nil)}})
	}
	p, err := tx.TargetPlan(ctx, in.PlanID)
	if err != nil {
		return c, err
	}
	if c, err = s.draftChange(ctx, tx, actor, &p, in); err != nil {
		return c, err
	}
	if c.ID, err = tx.NextNumber(ctx, "target_change"); err != nil {
		return c, err
	}
	if err := tx.InsertTargetChange(ctx, c); err != nil {
		return c, err
	}
	if err := audit.Append(ctx, tx, actor, "targetplan.change", c.Subject(), nil, auditOf(&c)); err != nil {
		return c, err
	}
	request, err := s.Approvals.SubmitIn(ctx, tx, actor, s.submissionOf(&c))
	if err != nil {
		return c, err
	}
	if c, err = tx.TargetChange(ctx, c.ID); err != nil { // where nobody has to sign it has been carried out
		return c, err
	}
	c.RequestID, c.Revision = request.ID, c.Revision+1
	return c, tx.SaveTargetChange(ctx, c)
}

// submissionOf is what is signed of a change.
func (s *Service) submissionOf(c *Change) approval.Submission {
	apart := max(c.AfterMinor-c.BeforeMinor, c.BeforeMinor-c.AfterMinor)
	facts := []approval.Fact{{Label: "common.person", Form: approval.FormText, Text: c.PersonName}, {Label: "targetplan.from_month", Form: approval.FormText, Text: c.From.String()}, {Label: "targetplan.rest_before", Form: approval.FormMoney, Minor: c.BeforeMinor},
		{Label: "targetplan.rest_after", Form: approval.FormMoney, Minor: c.AfterMinor}, {Label: "targetplan.change_kind", Form: approval.FormPhrase, Text: c.Kind.Message().Key}}
	if c.OtherID != 0 {
		facts = append(facts, approval.Fact{Label: "targetplan.takes_over", Form: approval.FormText, Text: c.OtherName})
	}
	return approval.Submission{Kind: approvalChange, SubjectID: strconv.FormatInt(c.ID, 10), Title: c.Reason, Currency: s.Currency(), PersonID: c.PersonID,
		Data: approval.Data{Numbers: map[string]int64{"amount": apart}}, Facts: facts, Document: auditOf(c)}
}

func auditOf(c *Change) any {
	return map[string]any{"plan": c.PlanID, "person": c.PersonID, "other": c.OtherID, "from": c.From, "kind": c.Kind, "reason": c.Reason, "before_minor": c.BeforeMinor, "after_minor": c.AfterMinor, "months": c.Months, "other_months": c.OtherMonths}
}

// draftChange works a change out.
func (s *Service) draftChange(ctx context.Context, tx Tx, actor access.Actor, p *Plan, in ChangeEntry) (c Change, err error) {
	switch {
	case p.State != StatePublished:
		return c, errs.New(errs.KindConflict, "targetplan.wrong_state", errs.Args{"State": p.State.Message()})
	case !p.Has(in.From) || in.From < p.From:
		return c, errs.Invalid("error.invalid", []errs.Field{{Path: "from", Value: in.From.String(), Message: errs.Msg("targetplan.month_of_year", nil)}})
	case in.OtherID == in.PersonID:
		return c, errs.Invalid("error.invalid", []errs.Field{{Path: "other", Message: errs.Msg("targetplan.other_person", nil)}})
	case in.RestMinor < 0 || in.RestMinor > yearMost:
		return c, errs.Invalid("error.invalid", []errs.Field{{Path: "rest", Message: errs.Msg("quota.amount_range", nil)}})
	}
	if err := mustBeOpen(ctx, tx, in.From); err != nil {
		return c, err
	}
	row, err := personRow(ctx, tx, p.ID, in.PersonID)
	if err != nil {
		return c, err
	}
	at := int(in.From - p.First)
	c = Change{PlanID: p.ID, PersonID: in.PersonID, OtherID: in.OtherID, From: in.From, Kind: in.Kind, Reason: in.Reason, BeforeMinor: row.From(at), AfterMinor: in.RestMinor, Months: moved(row.Months, at, in.RestMinor),
		State: ChangeAsked, ByID: actor.UserID, ByName: actor.Name, At: tx.Now(), Revision: 1, PersonName: row.Name}
	if c.AfterMinor == c.BeforeMinor {
		return c, errs.Invalid("error.invalid", []errs.Field{{Path: "rest", Message: errs.Msg("targetplan.no_change", nil)}})
	}
	if in.OtherID != 0 {
		other, err := personRow(ctx, tx, p.ID, in.OtherID)
		if err != nil {
			return c, err
		}
		rest := other.From(at) + c.BeforeMinor - c.AfterMinor
		if rest < 0 {
			return c, errs.Invalid("error.invalid", []errs.Field{{Path: "rest", Message: errs.Msg("targetplan.other_below", errs.Args{"Name": other.Name})}})
		}
		c.OtherMonths, c.OtherName = moved(other.Months, at, rest), other.Name
	}
	all, err := tx.TargetChanges(ctx, p.ID, 0)
	if err != nil {
		return c, err
	}
	for _, one := range all {
		if one.State == ChangeAsked && (one.PersonID == c.PersonID || one.OtherID == c.PersonID || c.OtherID != 0 && (one.PersonID == c.OtherID || one.OtherID == c.OtherID)) {
			return c, errs.New(errs.KindConflict, "targetplan.change_waits", nil)
		}
	}
	return c, nil
}

// changeDecided carries out what came of a request about a change, in its transaction. One whose month was closed meanwhile is refused.
func (s *Service) changeDecided(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) (err error) {
	defer errs.Wrap(&err, "targetplan.changeDecided(%s)", r.SubjectID)
	id, err := strconv.ParseInt(r.SubjectID, 10, 64)
	if err != nil {
		return err
	}
	c, err := tx.TargetChange(ctx, id)
	if err != nil || c.State != ChangeAsked {
		return err
	}
	p, err := tx.TargetPlan(ctx, c.PlanID)
	if err != nil {
		return err
	}
	closed, err := tx.FirstClosedMonth(ctx, c.From)
	if err != nil {
		return err
	}
	c.State, c.RequestID, c.Revision = ChangeRefused, r.ID, c.Revision+1
	if r.State == approval.StateApproved && closed == 0 && p.State == StatePublished {
		c.State = ChangeDone
		if err := s.carryOut(ctx, tx, actor, &p, &c); err != nil {
			return err
		}
	}
	return tx.SaveTargetChange(ctx, c)
}

func (s *Service) carryOut(ctx context.Context, tx Tx, actor access.Actor, p *Plan, c *Change) error {
	persons := []int64{c.PersonID}
	months := []quota.Year{c.Months}
	if c.OtherID != 0 {
		persons, months = append(persons, c.OtherID), append(months, c.OtherMonths)
	}
	var rows []Row
	for i, person := range persons {
		row, err := personRow(ctx, tx, p.ID, person)
		if err != nil {
			return err
		}
		before := row.Minor
		row.Months, row.Minor = months[i], months[i].Sum()
		if err := tx.SaveTargetRow(ctx, row); err != nil {
			return err
		}
		rows = append(rows, row)
		team, err := tx.TargetRows(ctx, p.ID, "", []string{row.Parent})
		if err != nil {
			return err
		}
		if len(team) > 0 { // the team's own number stays; what its people have together differs
			team[0].Detail.OverMinor += row.Minor - before
			if err := tx.SaveTargetRow(ctx, team[0]); err != nil {
				return err
			}
		}
	}
	if _, err := recordRows(ctx, tx, actor, p, rows, c.From); err != nil {
		return err
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindTargetChanged, To: notice.To{PersonIDs: persons}, Subject: p.Subject(), By: actor.UserID, Params: notice.Params{"Year": notice.Word(strconv.Itoa(p.FiscalYear))}})
}
