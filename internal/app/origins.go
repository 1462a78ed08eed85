package app

import (
	"cmp"
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/tierbook"
)

// assembleOrigins lets decisions know what became of the rules that followed from them.
func (a *App) assembleOrigins() {
	a.Origins = origin.NewService(a.DB.OriginStore(), map[origin.Kind]origin.Look{
		origin.KindStandard: a.standardFollowed, origin.KindTarget: a.targetFollowed, origin.KindPlan: a.planFollowed, origin.KindTier: a.tierFollowed})
}

// versionName is a version's name in the language of who asks.
func versionName(ctx context.Context, name ruledoc.Text, number int64) string {
	text := cmp.Or(name.En, name.Zh)
	if httpx.PrinterFrom(ctx).Zh() {
		text = cmp.Or(name.Zh, name.En)
	}
	return text + " v" + strconv.FormatInt(number, 10)
}

func (a *App) planFollowed(ctx context.Context, actor access.Actor, id string) (origin.Version, error) {
	v, _, err := a.Plans.Get(ctx, actor, id)
	if err != nil {
		return origin.Version{}, err
	}
	return origin.Version{Name: versionName(ctx, v.Name, int64(v.Number)), State: errs.Msg("plans.state_"+string(v.State), nil), Holds: v.State == planbook.StateApproved, Ended: v.State == planbook.StateWithdrawn, Link: "/plans/" + v.ID}, nil
}

func (a *App) tierFollowed(ctx context.Context, actor access.Actor, id string) (origin.Version, error) {
	d, err := a.Tiers.Policy(ctx, actor, id)
	if err != nil {
		return origin.Version{}, err
	}
	v := d.Version
	return origin.Version{Name: versionName(ctx, v.Name, v.Number), State: errs.Msg("tiers.state_"+string(v.State), nil), Holds: v.State == tierbook.PolicyApproved, Ended: v.State == tierbook.PolicyWithdrawn, Link: "/tiers/policies/" + v.ID}, nil
}

func (a *App) standardFollowed(ctx context.Context, actor access.Actor, id string) (origin.Version, error) {
	v, _, err := a.Standards.Get(ctx, actor, id)
	if err != nil {
		return origin.Version{}, err
	}
	return origin.Version{Name: versionName(ctx, v.Name, int64(v.Number)), State: v.State.Message(), Holds: v.State == standard.StateApproved, Ended: v.State == standard.StateRetired, Link: "/standards/" + v.ID}, nil
}

func (a *App) targetFollowed(ctx context.Context, actor access.Actor, id string) (origin.Version, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return origin.Version{}, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	v, err := a.TargetPlans.Get(ctx, actor, number, "")
	if err != nil {
		return origin.Version{}, err
	}
	return origin.Version{Name: v.Name + " v" + strconv.FormatInt(v.Number, 10), State: v.State.Message(), Holds: v.State == targetplan.StatePublished, Ended: v.State == targetplan.StateFailed || v.State == targetplan.StateReplaced || v.State == targetplan.StateDropped, Link: "/targets/" + id}, nil
}
