package app

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/tierbook"
)

// assembleApprovals makes the service of approvals and registers every kind of subject, with who is told of the outcome.
func (a *App) assembleApprovals(newID func() string) error {
	a.Approvals = approval.NewService(a.DB.ApprovalStore(), newID, a.Company.Zone, a.Company.Work)
	for _, kind := range a.approvalKinds() {
		if err := a.Approvals.Register(kind); err != nil {
			return err
		}
	}
	return nil
}

// approvalKinds are the kinds of subjects that wait for approval, beside general requests. Their services are reached when an outcome is told, so that the order
// in which services are made does not matter.
func (a *App) approvalKinds() []approval.Kind {
	return append([]approval.Kind{
		quote.ApprovalKind(func() *quote.Service { return a.Quotes }),
		reassign.ApprovalKind(func() *reassign.Service { return a.Reassign }),
	}, slices.Concat(
		contract.ApprovalKinds(func() *contract.Service { return a.Contracts }),
		tierbook.ApprovalKinds(func() *tierbook.Service { return a.Tiers }),
		targetplan.ApprovalKinds(func() *targetplan.Service { return a.TargetPlans }),
	)...)
}

// tickEvery is how often it is looked whether the time for an approval has run out.
const tickEvery = time.Minute

// tickApprovals lets the next managers sign where time has run out, until the context ends. What fails is logged and tried again.
func (a *App) tickApprovals(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		if _, err := a.Approvals.Tick(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "approvals could not be looked after", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
