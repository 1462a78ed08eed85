package targetplan

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/quota"
)

// The kinds of subject that wait for approval.
const (
	approvalPlan   = "target_plan"
	approvalChange = "target_change"
)

// quotaOf is the quantity of the quotas that plans of pay read: collected money.
const quotaOf = "collected"

// The messages of a plan.
const (
	noticeDiscussed = notice.KindTargetDiscussed
	noticePublished = notice.KindTargetPublished
)

// ApprovalKinds are plans and changes of targets as subjects of approvals. As shipped, a plan is signed by a director of the whole company or by finance, since directors
// of regions do not reach it, and a change by a director who reaches the person. The service is asked for when an outcome is told.
func ApprovalKinds(service func() *Service) []approval.Kind {
	signedBy := func(roles ...access.Role) approval.Flow {
		step := approval.Step{Mode: approval.ModeAny, LimitDays: 3}
		for _, role := range roles {
			step.Who = append(step.Who, approval.Approver{Kind: approval.ByRole, Role: role})
		}
		return approval.Flow{Routes: []approval.Route{{Steps: []approval.Step{step}}}}
	}
	return []approval.Kind{{
		Name: approvalPlan, Label: "targetplan.approval_kind", Page: "/targets/{id}", Default: signedBy(access.RoleDirector, access.RoleFinance),
		Fields: []approval.Field{{Name: "people", Label: "targetplan.people", Form: approval.FormNumber}, {Name: "year", Label: "targetplan.company_target", Form: approval.FormMoney}},
		Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
			return service().planDecided(ctx, tx, r)
		}),
	}, {
		Name: approvalChange, Label: "targetplan.change_kind", Page: "/target-changes/{id}", Default: signedBy(access.RoleDirector),
		Fields: []approval.Field{{Name: "amount", Label: "targetplan.change_amount", Form: approval.FormMoney}},
		Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
			return service().changeDecided(ctx, tx, actor, r)
		}),
	}}
}

// signed is what is signed of a plan: its rules, the hash of every number, and the numbers of regions.
type signed struct {
	Year    int        `json:"year"`
	Number  int64      `json:"number"`
	Rules   Rules      `json:"rules"`
	Input   string     `json:"input"`
	Result  string     `json:"result"`
	Regions []signedAt `json:"regions"`
}

type signedAt struct {
	Name  string `json:"name"`
	Minor int64  `json:"minor"`
}

// Submit asks for the approval of a plan. Errors: forbidden; not found; conflict when it is not open, when what was asked cannot be met, or while
// objections are open.
func (s *Service) Submit(ctx context.Context, actor access.Actor, id int64, note string) (p Plan, err error) {
	defer errs.Wrap(&err, "targetplan.Submit(%d)", id)
	if err := s.mayWrite(actor); err != nil {
		return p, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if p, err = tx.TargetPlan(ctx, id); err != nil {
			return err
		}
		objections, err := tx.TargetObjections(ctx, id, 0)
		if err != nil {
			return err
		}
		open := 0
		for _, o := range objections {
			if o.State == ObjectionOpen {
				open++
			}
		}
		switch {
		case !p.State.open():
			return errs.New(errs.KindConflict, "targetplan.not_open", nil)
		case open > 0:
			return errs.New(errs.KindConflict, "targetplan.objections_wait", errs.Args{"Count": open})
		}
		regions, err := tx.TargetRows(ctx, id, UnitCompany, nil)
		if err != nil {
			return err
		}
		p.State, p.Revision = StateWaiting, p.Revision+1
		if err := tx.SaveTargetPlan(ctx, p); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "targetplan.submit", p.Subject(), nil, map[string]any{"result": p.ResultHash, "note": note}); err != nil {
			return err
		}
		doc := signed{Year: p.FiscalYear, Number: p.Number, Rules: p.Rules, Input: p.InputHash, Result: p.ResultHash}
		for _, r := range regions {
			doc.Regions = append(doc.Regions, signedAt{r.Name, r.Minor})
		}
		sum := &p.Summary
		request, err := s.Approvals.SubmitIn(ctx, tx, actor, approval.Submission{Kind: approvalPlan, SubjectID: strconv.FormatInt(id, 10), Title: p.Name, Currency: s.Currency(), Note: note, Document: doc,
			Data: approval.Data{Numbers: map[string]int64{"people": sum.People, "year": sum.TargetMinor}},
			Facts: []approval.Fact{{Label: "targetplan.company_target", Form: approval.FormMoney, Minor: sum.TargetMinor}, {Label: "targetplan.people_sum", Form: approval.FormMoney, Minor: sum.PeopleMinor},
				{Label: "targetplan.people", Form: approval.FormNumber, Minor: sum.People}, {Label: "targetplan.base_enough", Form: approval.FormPPM, Minor: sum.BaseEnough}}})
		if err != nil {
			return err
		}
		if p, err = tx.TargetPlan(ctx, id); err != nil { // where nobody has to sign it is approved already
			return err
		}
		p.RequestID, p.Revision = request.ID, p.Revision+1
		return tx.SaveTargetPlan(ctx, p)
	})
	return p, err
}

// planDecided notes what came of a request about a plan, in its transaction. What is refused, or sent back, is discussed on.
func (s *Service) planDecided(ctx context.Context, tx Tx, r approval.Request) (err error) {
	defer errs.Wrap(&err, "targetplan.planDecided(%s)", r.SubjectID)
	id, err := strconv.ParseInt(r.SubjectID, 10, 64)
	if err != nil {
		return err
	}
	p, err := tx.TargetPlan(ctx, id)
	if err != nil || p.State != StateWaiting {
		return err
	}
	p.State, p.RequestID, p.Revision = StateDiscussion, r.ID, p.Revision+1
	if r.State == approval.StateApproved {
		p.State = StateApproved
	}
	return tx.SaveTargetPlan(ctx, p)
}

// Publish makes the numbers of an approved plan the quotas of the persons, from a month on, and locks it. The plan of the year that held before is replaced:
// its months before that one stay. Errors: forbidden; not found; invalid for a month of another year; conflict when it is not approved, or a month from there
// on is closed.
func (s *Service) Publish(ctx context.Context, actor access.Actor, id int64, from calendar.Month) (p Plan, err error) {
	defer errs.Wrap(&err, "targetplan.Publish(%d, %s)", id, from)
	if err := s.mayWrite(actor); err != nil {
		return p, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if p, err = tx.TargetPlan(ctx, id); err != nil {
			return err
		}
		if p.State != StateApproved {
			return errs.New(errs.KindConflict, "targetplan.wrong_state", errs.Args{"State": p.State.Message()})
		}
		if !p.Has(from) {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "from", Value: from.String(), Message: errs.Msg("targetplan.month_of_year", nil)}})
		}
		if err := mustBeOpen(ctx, tx, from); err != nil {
			return err
		}
		if err := replace(ctx, tx, actor, &p); err != nil {
			return err
		}
		receipt, err := s.record(ctx, tx, actor, &p, from)
		if err != nil {
			return err
		}
		p.State, p.From, p.PublishedBy, p.PublishedAt, p.Revision = StatePublished, from, actor.Name, tx.Now(), p.Revision+1
		if err := tx.SaveTargetPlan(ctx, p); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "targetplan.publish", p.Subject(), nil, map[string]any{"from": from, "result": p.ResultHash, "batch": receipt.Batch}); err != nil {
			return err
		}
		return s.tellPeople(ctx, tx, actor, &p, noticePublished)
	})
	return p, err
}

// mustBeOpen refuses a month when it, or a later one, is closed.
func mustBeOpen(ctx context.Context, r Reader, from calendar.Month) error {
	closed, err := r.FirstClosedMonth(ctx, from)
	if err == nil && closed != 0 {
		err = errs.New(errs.KindConflict, "targetplan.month_closed", errs.Args{"Month": closed.String()})
	}
	return err
}

// replace ends the plan that held until now.
func replace(ctx context.Context, tx Tx, actor access.Actor, p *Plan) error {
	before, err := tx.PublishedTargetPlan(ctx, p.FiscalYear)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	before.State, before.Revision = StateReplaced, before.Revision+1
	if err := tx.SaveTargetPlan(ctx, before); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, "targetplan.replace", before.Subject(), StatePublished, map[string]any{"by": p.ID})
}

// record writes the quotas of all persons from a month on. Facts have no quota of nothing: such months are left out.
func (s *Service) record(ctx context.Context, tx Tx, actor access.Actor, p *Plan, from calendar.Month) (fact.Receipt, error) {
	bones, err := tx.TargetBones(ctx, p.ID)
	if err != nil {
		return fact.Receipt{}, err
	}
	var units []string
	for _, b := range bones {
		if b.PersonID != 0 {
			units = append(units, b.Unit)
		}
	}
	rows, err := tx.TargetRows(ctx, p.ID, "", units)
	if err != nil {
		return fact.Receipt{}, err
	}
	return recordRows(ctx, tx, actor, p, rows, from)
}

func recordRows(ctx context.Context, tx Tx, actor access.Actor, p *Plan, rows []Row, from calendar.Month) (fact.Receipt, error) {
	return fact.Record(ctx, tx, actor.UserID, p.Subject(), func(w fact.Writer) (outcome fact.Outcome, err error) {
		for i := range rows {
			key, _, err := tx.QuotaPerson(ctx, rows[i].PersonID)
			if err != nil {
				return outcome, err
			}
			for m := int(from - p.First); m < quota.Months; m++ {
				if rows[i].Months[m] <= 0 {
					continue
				}
				one, err := w.PutQuota(ctx, fact.QuotaRecord{Person: key, Month: p.First + calendar.Month(m), Of: quotaOf, AmountMinor: rows[i].Months[m]})
				if err != nil {
					return outcome, err
				}
				outcome = max(outcome, one)
			}
		}
		return outcome, nil
	})
}

// tellPeople tells everybody who has a number in a plan.
func (s *Service) tellPeople(ctx context.Context, tx Tx, actor access.Actor, p *Plan, kind notice.Kind) error {
	bones, err := tx.TargetBones(ctx, p.ID)
	if err != nil {
		return err
	}
	var persons []int64
	for _, b := range bones {
		if b.PersonID != 0 {
			persons = append(persons, b.PersonID)
		}
	}
	return notice.Post(ctx, tx, notice.Message{Kind: kind, To: notice.To{PersonIDs: persons}, Subject: p.Subject(), By: actor.UserID, Params: notice.Params{"Year": notice.Word(strconv.Itoa(p.FiscalYear))}})
}
