package origin_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	start  = calendar.DateOf(storetest.Start)
	ops    = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	boss   = access.Actor{UserID: "u-D", Name: "总监", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
	lead   = access.Actor{UserID: "u-L", Name: "主管", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
	away   = access.Actor{UserID: "u-R", Name: "华东运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeRegion, RegionID: 1}}}
	seller = access.Actor{UserID: "u-A", Name: "销售", PersonID: 9, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
)

type house struct {
	db      *store.DB
	origins *origin.Service
	plans   *planbook.Service
}

func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		made := 0
		h := &house{db: db, plans: planbook.NewService(db.Plans(), func() string { made++; return store.NewID(storetest.Start.Add(time.Duration(made) * time.Second)) })}
		hidden := func(context.Context, access.Actor, string) (origin.Version, error) {
			return origin.Version{}, errs.New(errs.KindForbidden, "access.forbidden", nil)
		}
		h.origins = origin.NewService(db.OriginStore(), map[origin.Kind]origin.Look{origin.KindTier: hidden, origin.KindPlan: func(ctx context.Context, actor access.Actor, id string) (origin.Version, error) {
			v, _, err := h.plans.Get(ctx, actor, id)
			return origin.Version{Name: v.Name.Zh, State: errs.Msg(string(v.State), nil), Ended: v.State == planbook.StateWithdrawn}, err
		}})
		test(t, h)
	})
}

// decided logs a decision, and closes an initiative by it that asks for next versions.
func (h *house) decided(t *testing.T, actor access.Actor, asks ...origin.Kind) (id int64) {
	t.Helper()
	must(t, h.db.InTx(t.Context(), func(tx *store.Tx) error {
		d, err := decision.LogIn(t.Context(), tx, actor, decision.Entry{Title: "按回款发", On: start, Expected: "回款快", DueOn: start + 30})
		if err != nil {
			return err
		}
		if id = d.ID; len(asks) == 0 {
			return nil
		}
		i := programme.Initiative{ID: 70 + id, Title: "改激励", Outcome: programme.OutcomeKeep, DecisionID: id, Changed: []programme.Changed{{Kind: origin.KindStandard, Label: "第3版"}}}
		for _, k := range asks {
			i.Changed = append(i.Changed, programme.Changed{Kind: k, Link: k.EditorFor(id)})
		}
		return tx.InsertInitiative(t.Context(), i)
	}))
	return id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func template(t *testing.T) string {
	t.Helper()
	text, err := planbook.Template(planbook.Templates[0])
	must(t, err)
	if _, err := plan.Decode("", []byte(text)); err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAPlanKnowsItsDecisionAndTheDecisionItsPlan(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		id := h.decided(t, boss, origin.KindPlan, origin.KindTier)
		n, err := h.origins.Next(ctx, ops, id)
		must(t, err)
		if n.InitiativeID != 70+id || n.Initiative != "改激励" || !slices.Equal(n.Open, []origin.Kind{origin.KindPlan, origin.KindTier}) || len(n.Followed) != 0 {
			t.Fatalf("%+v", n)
		}
		_, err = h.plans.Save(ctx, boss, planbook.Draft{Text: template(t), DecisionID: id})
		refuses(t, err, errs.KindForbidden, "access.forbidden") // who decides need not write
		_, err = h.plans.Save(ctx, ops, planbook.Draft{Text: template(t), DecisionID: id + 99})
		refuses(t, err, errs.KindInvalid, "")
		_, err = h.plans.Save(ctx, away, planbook.Draft{Text: template(t), DecisionID: id})
		refuses(t, err, errs.KindInvalid, "") // out of reach
		if all, err := h.plans.List(ctx, ops); err != nil || len(all) != 0 {
			t.Errorf("kept without its decision: %d, %v", len(all), err)
		}
		v, err := h.plans.Save(ctx, ops, planbook.Draft{Text: template(t), DecisionID: id})
		must(t, err)
		n, err = h.origins.Next(ctx, boss, id)
		must(t, err)
		if len(n.Followed) != 1 || n.Followed[0].RuleID != v.ID || n.Followed[0].Kind != origin.KindPlan || n.Followed[0].ByName != "运营" || n.Followed[0].State.Key != "draft" || n.Followed[0].Hidden || !slices.Equal(n.Open, []origin.Kind{origin.KindTier}) {
			t.Errorf("%+v", n)
		}
		s, err := h.origins.Behind(ctx, ops, origin.KindPlan, v.ID)
		must(t, err)
		if s == nil || s.DecisionID != id || s.Title != "按回款发" || s.InitiativeID != 70+id {
			t.Errorf("%+v", s)
		}
		for _, actor := range []access.Actor{lead, seller, {}} {
			if s, err := h.origins.Behind(ctx, actor, origin.KindPlan, v.ID); s != nil || err != nil {
				t.Errorf("%s sees %+v, %v", actor.Name, s, err)
			}
		}
		_, err = h.origins.Next(ctx, lead, id)
		refuses(t, err, errs.KindNotFound, "decision.missing")
		again, err := h.plans.Save(ctx, ops, planbook.Draft{VersionID: v.ID, Text: template(t), Note: "改一处", DecisionID: 999})
		must(t, err) // who replaces a draft keeps its origin
		if s, err := h.origins.Behind(ctx, ops, origin.KindPlan, again.ID); err != nil || s == nil || s.DecisionID != id {
			t.Errorf("%+v %v", s, err)
		}
		must(t, h.plans.Withdraw(ctx, ops, v.ID, "作废"))
		if n, err = h.origins.Next(ctx, ops, id); err != nil || len(n.Followed) != 1 || !n.Followed[0].Ended || !slices.Equal(n.Open, []origin.Kind{origin.KindPlan, origin.KindTier}) {
			t.Errorf("what is taken back is asked for again: %+v %v", n, err)
		}
	})
}

func TestWhoMayNotSeeAVersionLearnsThatThereIsOne(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		id := h.decided(t, lead)
		must(t, h.db.InTx(ctx, func(tx *store.Tx) error {
			if err := origin.KeepIn(ctx, tx, ops, origin.KindTier, "x", 0); err != nil { // follows from nothing
				return err
			}
			return origin.KeepIn(ctx, tx, ops, origin.KindTier, "t1", id)
		}))
		n, err := h.origins.Next(ctx, lead, id) // the lead's own decision
		must(t, err)
		if len(n.Followed) != 1 || !n.Followed[0].Hidden || n.Followed[0].Name != "" || n.InitiativeID != 0 || len(n.Open) != 0 {
			t.Errorf("%+v", n)
		}
		if s, err := h.origins.Behind(ctx, ops, origin.KindTier, "x"); s != nil || err != nil {
			t.Errorf("%+v %v", s, err)
		}
		err = h.db.InTx(ctx, func(tx *store.Tx) error { return origin.KeepIn(ctx, tx, ops, origin.KindTier, "t1", id) })
		if err == nil {
			t.Error("a version has two origins")
		}
	})
}

func TestWritersOfRules(t *testing.T) {
	t.Parallel()
	for _, k := range origin.Kinds {
		if !k.Drafts(ops) || k.Drafts(boss) || k.Drafts(seller) {
			t.Errorf("%s: operations %v, director %v, seller %v", k, k.Drafts(ops), k.Drafts(boss), k.Drafts(seller))
		}
		if away := k.Drafts(away); away != (k == origin.KindPlan || k == origin.KindStandard) {
			t.Errorf("%s of a region: %v", k, away)
		}
	}
	if origin.Kind("x").Drafts(ops) {
		t.Error("a kind that there is not")
	}
}
