package reassign

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/tier"
)

const approvalKind = "reassignment"

// From how many customers, or customers of A, on who accepts needs a director's signature, by the flow that ships.
const (
	manyCustomers = 100
	manyOfA       = 10
)

// ApprovalKind is accepted moves as a subject of approvals: who gives customers out accepts alone, and for many of them a director signs. The service is
// asked for when an outcome is told.
func ApprovalKind(service func() *Service) approval.Kind {
	director := []approval.Step{{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByRole, Role: access.RoleDirector}}, LimitDays: 2}}
	return approval.Kind{
		Name: approvalKind, Label: "reassign.approval_kind", Page: "/reassign-decisions/{id}",
		Fields: []approval.Field{{Name: "customers", Label: "reassign.customers", Form: approval.FormNumber}, {Name: "tier_a", Label: "reassign.of_a", Form: approval.FormNumber}},
		Default: approval.Flow{Routes: []approval.Route{
			{When: []approval.Condition{{Field: "customers", Operator: approval.OpAtLeast, Number: manyCustomers}}, Steps: director},
			{When: []approval.Condition{{Field: "tier_a", Operator: approval.OpAtLeast, Number: manyOfA}}, Steps: director},
			{Steps: []approval.Step{}},
		}},
		Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
			return service().decided(ctx, tx, actor, r)
		}),
	}
}

// Acceptance is what somebody accepts of a run.
type Acceptance struct {
	RunID     int64
	Customers []int64 // none with All
	All       bool    // everything that is still proposed
	WithWork  bool    // open opportunities and tasks go along
	Reason    string
}

// Accept takes up moves of a run: they are carried out at once, or when those who must have signed. Errors: forbidden; not found; invalid without
// customers or reason; conflict when one of them was taken up already, or the run is too old.
func (s *Service) Accept(ctx context.Context, actor access.Actor, in Acceptance) (d Decision, err error) {
	defer errs.Wrap(&err, "reassign.Accept(%d)", in.RunID)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return d, err
	}
	if actor.ReadOnly {
		return d, errs.New(errs.KindForbidden, "error.forbidden", nil)
	}
	if in.Reason, err = pool.TidyReason("reason", in.Reason); err != nil {
		return d, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		run, err := s.find(ctx, tx, actor, in.RunID)
		switch {
		case err != nil:
			return err
		case run.State != StateReady:
			return errs.New(errs.KindConflict, "reassign.not_ready", nil)
		case s.today() > run.Until():
			return errs.New(errs.KindConflict, "reassign.too_old", errs.Args{"Days": acceptDays})
		}
		rows, err := s.chosen(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		d = Decision{RunID: run.ID, State: DecisionAsked, WithWork: in.WithWork, Reason: in.Reason, Customers: int64(len(rows)), CreatedBy: actor.UserID, CreatedName: actor.Name, CreatedAt: tx.Now(), Revision: 1}
		if d.ID, err = tx.NextNumber(ctx, "reassign_decision"); err != nil {
			return err
		}
		if err := tx.InsertReassignDecision(ctx, d); err != nil {
			return err
		}
		if err := tx.MarkReassignRows(ctx, run.ID, customersOf(rows), MoveProposed, MoveAsked, d.ID); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "reassign.accept", d.Subject(), nil, map[string]any{"run": run.ID, "customers": customersOf(rows), "with_work": in.WithWork, "reason": in.Reason}); err != nil {
			return err
		}
		return s.submit(ctx, tx, actor, &d, rows)
	})
	return d, err
}

func customersOf(rows []Row) []int64 {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].CustomerID
	}
	return ids
}

// chosen reads the moves that are accepted. Who gets one must be within reach.
func (s *Service) chosen(ctx context.Context, tx Tx, actor access.Actor, in Acceptance) (rows []Row, err error) {
	all, err := tx.ReassignRows(ctx, RowFilter{RunID: in.RunID, State: MoveProposed, Limit: movedMost})
	if err != nil {
		return nil, err
	}
	rows = all
	if !in.All {
		rows = slices.DeleteFunc(slices.Clone(all), func(r Row) bool { return !slices.Contains(in.Customers, r.CustomerID) })
		slices.Sort(in.Customers)
		if len(rows) != len(slices.Compact(in.Customers)) {
			return nil, errs.New(errs.KindConflict, "reassign.taken_up", nil)
		}
	}
	if len(rows) == 0 {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "customers", Message: errs.Msg("reassign.choose_some", nil)}})
	}
	scope := actor.ScopeOf(access.PermCustomerAssign)
	reached := map[int64]bool{}
	for _, r := range rows {
		if reached[r.ToID] {
			continue
		}
		in, err := tx.PersonInReach(ctx, scope, s.today(), r.ToID)
		if err != nil {
			return nil, err
		}
		if !in {
			return nil, errs.New(errs.KindConflict, "reassign.out_of_reach", errs.Args{"Name": r.ToName})
		}
		reached[r.ToID] = true
	}
	return rows, nil
}

// signed is what is signed: exactly these customers to exactly these people.
type signed struct {
	Run      int64        `json:"run"`
	WithWork bool         `json:"with_work"`
	Reason   string       `json:"reason"`
	Moves    []signedMove `json:"moves"`
}

type signedMove struct {
	CustomerID int64  `json:"customer_id"`
	Customer   string `json:"customer"`
	From       string `json:"from"`
	To         string `json:"to"`
}

func (s *Service) submit(ctx context.Context, tx Tx, actor access.Actor, d *Decision, rows []Row) error {
	doc := signed{Run: d.RunID, WithWork: d.WithWork, Reason: d.Reason}
	ofA, to := int64(0), map[int64]bool{}
	for _, r := range rows {
		doc.Moves = append(doc.Moves, signedMove{r.CustomerID, r.CustomerName, r.FromName, r.ToName})
		to[r.ToID] = true
		if r.Tier == tier.A {
			ofA++
		}
	}
	work := "reassign.work_stays"
	if d.WithWork {
		work = "reassign.work_goes"
	}
	request, err := s.approvals.SubmitIn(ctx, tx, actor, approval.Submission{Kind: approvalKind, SubjectID: key(d.ID), Title: d.Reason,
		Data: approval.Data{Numbers: map[string]int64{"customers": d.Customers, "tier_a": ofA}},
		Facts: []approval.Fact{{Label: "reassign.customers", Form: approval.FormNumber, Minor: d.Customers}, {Label: "reassign.of_a", Form: approval.FormNumber, Minor: ofA}, {Label: "reassign.receivers", Form: approval.FormNumber, Minor: int64(len(to))},
			{Label: "reassign.work", Form: approval.FormPhrase, Text: work}},
		Document: doc})
	if err != nil {
		return err
	}
	if *d, err = tx.ReassignDecision(ctx, d.ID); err != nil { // where nobody has to sign it has been carried out
		return err
	}
	d.RequestID, d.Revision = request.ID, d.Revision+1
	return tx.SaveReassignDecision(ctx, *d)
}

// decided carries out what came of a request, in its transaction. What is refused, or sent back, may be accepted anew.
func (s *Service) decided(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) (err error) {
	defer errs.Wrap(&err, "reassign.decided(%s)", r.SubjectID)
	id, err := strconv.ParseInt(r.SubjectID, 10, 64)
	if err != nil {
		return err
	}
	d, err := tx.ReassignDecision(ctx, id)
	if err != nil || d.State != DecisionAsked {
		return err
	}
	rows, err := tx.ReassignRows(ctx, RowFilter{RunID: d.RunID, DecisionID: d.ID, State: MoveAsked, Limit: movedMost})
	if err != nil {
		return err
	}
	d.RequestID, d.Revision = r.ID, d.Revision+1
	if r.State == approval.StateApproved {
		if err := s.carryOut(ctx, tx, actor, &d, rows); err != nil {
			return err
		}
		return tx.SaveReassignDecision(ctx, d)
	}
	d.State = DecisionRefused
	if err := tx.MarkReassignRows(ctx, d.RunID, customersOf(rows), MoveAsked, MoveProposed, 0); err != nil {
		return err
	}
	return tx.SaveReassignDecision(ctx, d)
}

// carryOut moves customers as one act. What was changed since the proposal, or whose receiver has left, stays where it is.
func (s *Service) carryOut(ctx context.Context, tx Tx, actor access.Actor, d *Decision, rows []Row) error {
	act, err := pool.Begin(ctx, tx, actor, pool.WayReassign, s.today(), d.Reason)
	if err != nil {
		return err
	}
	employed, got, lost := map[int64]bool{}, map[int64]int64{}, map[int64]int64{}
	var done, gone []int64
	for _, r := range rows {
		h, err := tx.Holding(ctx, r.CustomerID)
		if err != nil {
			return err
		}
		stays, known := employed[r.ToID]
		if !known {
			p, err := tx.HoldingPerson(ctx, r.ToID, s.today())
			if err != nil {
				return err
			}
			stays = p.Employed
			employed[r.ToID] = stays
		}
		if h.Revision != r.Revision || !stays {
			gone = append(gone, r.CustomerID)
			continue
		}
		if err := pool.Move(ctx, tx, actor, &act, h, pool.Goal{OwnerID: r.ToID, LeaveWork: !d.WithWork}, d.Reason); err != nil {
			return err
		}
		done = append(done, r.CustomerID)
		got[r.ToID]++
		if r.FromID != 0 {
			lost[r.FromID]++
		}
	}
	if err := tx.MarkReassignRows(ctx, d.RunID, done, MoveAsked, MoveDone, d.ID); err != nil {
		return err
	}
	if err := tx.MarkReassignRows(ctx, d.RunID, gone, MoveAsked, MoveGone, d.ID); err != nil {
		return err
	}
	if err := pool.TellReceivers(ctx, tx, actor, act, got); err != nil {
		return err
	}
	for _, person := range slices.Sorted(maps.Keys(lost)) {
		if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindCustomersMoved, To: notice.To{PersonIDs: []int64{person}}, Subject: act.Subject(), By: actor.UserID,
			Params: notice.Params{"Who": notice.Word(actor.Name), "Count": notice.Number(lost[person])}}); err != nil {
			return err
		}
	}
	d.State, d.ActID, d.Customers = DecisionDone, act.ID, int64(len(done))
	return pool.Finish(ctx, tx, act)
}

// DecisionOf returns the run of an acceptance, for who sees it. Errors: forbidden; not found.
func (s *Service) DecisionOf(ctx context.Context, actor access.Actor, id int64) (d Decision, err error) {
	defer errs.Wrap(&err, "reassign.DecisionOf(%d)", id)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return d, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if d, err = r.ReassignDecision(ctx, id); err != nil {
			return err
		}
		_, err = s.find(ctx, r, actor, d.RunID)
		return err
	})
	return d, err
}
