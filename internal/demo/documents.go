package demo

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/i18n"
)

// handOut keeps the pack of the last quarter as it went to the meeting.
func (f *filler) handOut(ctx context.Context) error {
	if f.Documents == nil || f.Programme == nil || f.Metrics == nil {
		return nil
	}
	catalogue, err := i18n.New()
	if err != nil {
		return err
	}
	_, err = f.Documents.Keep(ctx, f.actor(loginOperations), catalogue.Printer(i18n.ZhCN).In(calendar.ChinaTime), dossier.Keeping{Ask: dossier.Ask{Kind: dossier.KindReview}, Note: "季度复盘会，发各大区总监"})
	return err
}
