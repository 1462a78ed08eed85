package demo

import (
	"context"
	"time"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/store"
)

// proposeMoves lets the lead and operations ask who should have which customer; the lead has accepted a few of hers.
func (f *filler) proposeMoves(ctx context.Context) error {
	made := 0
	newID := func() string { made++; return store.NewID(f.end.Add(time.Duration(made) * time.Microsecond)) }
	approvals := approval.NewService(f.DB.ApprovalStore(), newID, func() *time.Location { return calendar.ChinaTime }, calendar.China)
	var service *reassign.Service
	if err := approvals.Register(reassign.ApprovalKind(func() *reassign.Service { return service })); err != nil {
		return err
	}
	service = reassign.NewService(f.DB.Reassignments(), approvals, newID, func() time.Time { return f.end.In(calendar.ChinaTime) })
	ask := reassign.UsualAsk()
	ask.Reasons = reassign.Reasons[:2:2]
	ask.Reasons = append(ask.Reasons, reassign.ReasonCadence, reassign.ReasonRegion, reassign.ReasonOverload)
	if _, err := service.ProposeNow(ctx, f.actor(loginOperations), ask); err != nil {
		return err
	}
	lead := f.actor(loginLead)
	run, err := service.ProposeNow(ctx, lead, ask)
	if err != nil {
		return err
	}
	rows, _, err := service.Rows(ctx, lead, reassign.RowFilter{RunID: run.ID, State: reassign.MoveProposed, Limit: movesAccepted})
	if err != nil || len(rows) == 0 {
		return err
	}
	in := reassign.Acceptance{RunID: run.ID, WithWork: true, Reason: "联系逾期，换人跟进"}
	for _, row := range rows {
		in.Customers = append(in.Customers, row.CustomerID)
	}
	_, err = service.Accept(ctx, lead, in)
	return err
}

// movesAccepted is how many moves the lead has accepted.
const movesAccepted = 2
