package decision_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	start    = calendar.DateOf(storetest.Start)
	lead     = access.Actor{UserID: "u-L", Name: "主管", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
	ops      = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	seller   = access.Actor{UserID: "u-A", Name: "销售", PersonID: 9, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
	stranger = access.Actor{UserID: "u-M", Name: "别人", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
)

// meetings hand over one number of meeting 7.
type meetings struct{}

func (meetings) Evidence(_ context.Context, _ access.Actor, review, _ int64) ([]decision.Evidence, error) {
	if review != 7 {
		return nil, errs.New(errs.KindNotFound, "review.missing", nil)
	}
	over := int64(100)
	return []decision.Evidence{{Label: "进度指数", Value: "80.0%", Metric: "pace_index", Version: "1", Numerator: &over, Denominator: &over, At: storetest.Start, Link: "/reviews/7"}}, nil
}

func onBoth(t *testing.T, test func(t *testing.T, s *decision.Service)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		test(t, decision.NewService(db.DecisionStore(), meetings{}, func() time.Time { return storetest.Start }))
	})
}

func entry() decision.Entry {
	return decision.Entry{Title: "老客户优先", On: start, Expected: "多签两单", DueOn: start + 30}
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func TestADecisionKeepsItsEvidence(t *testing.T) {
	onBoth(t, func(t *testing.T, s *decision.Service) {
		ctx := t.Context()
		in := entry()
		in.ReviewID, in.Evidence = 7, []decision.Evidence{{Label: "新增商机", Value: "3", Link: "/pipeline"}}
		d, err := s.Log(ctx, lead, in)
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Get(ctx, ops, d.ID)
		if err != nil || len(v.Evidence) != 2 || *v.Evidence[0].Denominator != 100 || v.Evidence[1].At.IsZero() || v.ReviewID != 7 || !v.MayClose {
			t.Fatalf("%+v %v", v, err)
		}
		in.ReviewID = 8
		_, err = s.Log(ctx, lead, in)
		refuses(t, err, errs.KindNotFound, "")
		_, err = s.Get(ctx, stranger, d.ID)
		refuses(t, err, errs.KindNotFound, "")
		_, err = s.Log(ctx, seller, entry())
		refuses(t, err, errs.KindForbidden, "")
		only := lead
		only.ReadOnly = true
		_, err = s.Log(ctx, only, entry())
		refuses(t, err, errs.KindForbidden, "")
	})
}

func TestAnOutcomeIsNotedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *decision.Service) {
		ctx := t.Context()
		d, err := s.Log(ctx, lead, entry())
		if err != nil {
			t.Fatal(err)
		}
		result := decision.Result{ID: d.ID, State: decision.StateChanged, Outcome: "签了一单", Then: []decision.Evidence{{Label: "新增商机", Value: "5"}}}
		_, err = s.Close(ctx, stranger, result)
		refuses(t, err, errs.KindNotFound, "")
		stale := result
		stale.Seen = 4
		_, err = s.Close(ctx, lead, stale)
		refuses(t, err, errs.KindConflict, "decision.changed_meanwhile")
		silent := result
		silent.Outcome, silent.State = "", decision.StateOpen
		_, err = s.Close(ctx, lead, silent)
		refuses(t, err, errs.KindInvalid, "")
		if _, err = s.Close(ctx, lead, result); err != nil {
			t.Fatal(err)
		}
		_, err = s.Close(ctx, lead, result)
		refuses(t, err, errs.KindConflict, "decision.closed_already")
		v, err := s.Get(ctx, lead, d.ID)
		if err != nil || v.State != decision.StateChanged || len(v.Then) != 1 || v.MayClose {
			t.Errorf("%+v %v", v, err)
		}
	})
}

func TestTheRateCountsDecisionsWithEvidence(t *testing.T) {
	onBoth(t, func(t *testing.T, s *decision.Service) {
		ctx := t.Context()
		known := entry()
		known.Evidence = []decision.Evidence{{Label: "新增商机", Value: "3"}}
		for _, in := range []decision.Entry{entry(), known, known} {
			if _, err := s.Log(ctx, lead, in); err != nil {
				t.Fatal(err)
			}
		}
		l, err := s.List(ctx, lead, "")
		if err != nil || len(l.Decisions) != 3 || len(l.Months) != 1 || l.Months[0] != (decision.Month{Month: start.Month(), Logged: 3, WithEvidence: 2}) {
			t.Fatalf("%+v %v", l, err)
		}
		if l, err = s.List(ctx, stranger, ""); err != nil || len(l.Decisions) != 0 || len(l.Months) != 0 {
			t.Errorf("a stranger sees %+v %v", l, err)
		}
		if l, err = s.List(ctx, ops, decision.StateKept); err != nil || len(l.Decisions) != 0 || len(l.Months) != 1 {
			t.Errorf("%+v %v", l, err)
		}
		due, err := s.Remind(ctx, notice.Morning{Day: start + 30, Work: calendar.China()})
		if err != nil || len(due.Messages) != 3 {
			t.Errorf("%+v %v", due, err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *decision.Service) {
		for name, change := range map[string]func(*decision.Entry){
			"no title": func(in *decision.Entry) { in.Title = " " }, "no expectation": func(in *decision.Entry) { in.Expected = "" }, "tomorrow": func(in *decision.Entry) { in.On, in.DueOn = start+1, start+2 },
			"due before":         func(in *decision.Entry) { in.DueOn = start - 1 },
			"nothing behind it":  func(in *decision.Entry) { in.Evidence = []decision.Evidence{{Label: "x"}} },
			"a script for link":  func(in *decision.Entry) { in.Evidence = []decision.Evidence{{Label: "x", Link: "javascript:alert(1)"}} },
			"another site's way": func(in *decision.Entry) { in.Evidence = []decision.Evidence{{Label: "x", Link: "//evil.example"}} },
		} {
			in := entry()
			change(&in)
			if _, err := s.Log(t.Context(), lead, in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
