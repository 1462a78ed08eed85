package planbook_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// bundle is an empty planbook with the texts of W1's documents: crediting, newcomer, regular, core, manager.
type bundle struct {
	*monthtest.House
	crediting, regular string
	texts              []string
}

func setup(t *testing.T, db *store.DB) *bundle {
	t.Helper()
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	return &bundle{monthtest.NewHouse(db, time.Now), texts[0], texts[2], texts}
}

func (b *bundle) save(t *testing.T, by access.Actor, text string) planbook.Version {
	t.Helper()
	v, err := b.Plans.Save(t.Context(), by, planbook.Draft{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (b *bundle) approve(t *testing.T, v planbook.Version) planbook.Version {
	t.Helper()
	v, err := b.Plans.Approve(t.Context(), monthtest.Approver, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: got %v, want %v", what, err, kind)
	}
}

// from lets a document begin on another day.
func from(text, day string) string {
	return strings.Replace(text, "effective: {from: 2020-01-01}", "effective: {from: "+day+"}", 1)
}

func TestAVersionIsWrittenByOneAndApprovedByAnother(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db)
		v := b.save(t, monthtest.Maker, b.crediting)
		if v.DocumentID != "w1" || v.Kind != planbook.KindCrediting || v.Number != 1 || v.State != planbook.StateDraft || len(v.Hash) != 64 || v.AuthorID != monthtest.Maker.UserID {
			t.Errorf("%+v", v)
		}
		_, err := b.Plans.Approve(t.Context(), monthtest.Maker, v.ID)
		wantKind(t, "operations approves", err, errs.KindForbidden)
		both := monthtest.Maker
		both.Grants = slices.Concat(monthtest.Maker.Grants, monthtest.Approver.Grants)
		_, err = b.Plans.Approve(t.Context(), both, v.ID)
		wantKind(t, "the author approves", err, errs.KindForbidden)
		_, err = b.Plans.Save(t.Context(), monthtest.Approver, planbook.Draft{Text: b.crediting})
		wantKind(t, "finance writes", err, errs.KindForbidden)
		approved := b.approve(t, v)
		if approved.State != planbook.StateApproved || approved.ApproverID != monthtest.Approver.UserID || approved.ApprovedAt.IsZero() {
			t.Errorf("%+v", approved)
		}
		stored, document, err := b.Plans.Get(t.Context(), monthtest.Seller(1), v.ID)
		if err != nil || document.Crediting == nil || !cmp.Equal(stored, approved) {
			t.Errorf("stored %+v, approved %+v, %v", stored, approved, err)
		}
		_, err = b.Plans.Approve(t.Context(), monthtest.Approver, v.ID)
		wantKind(t, "approving once more", err, errs.KindConflict)
		_, err = b.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{VersionID: v.ID, Text: b.crediting})
		wantKind(t, "changing what is approved", err, errs.KindConflict)
		_, err = b.Plans.Approve(t.Context(), monthtest.Approver, "nothing")
		wantKind(t, "approving nothing", err, errs.KindNotFound)
		if got := monthtest.QueryTexts(t, db, "SELECT action || ' ' || actor_id FROM audit_entry ORDER BY seq"); !cmp.Equal(got, []string{"planbook.draft u-maker", "planbook.approve u-approver"}) {
			t.Errorf("audit log %v", got)
		}
	})
}

func TestADraftIsItsAuthorsToChange(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db)
		v := b.save(t, monthtest.Maker, b.regular)
		_, err := b.Plans.Save(t.Context(), monthtest.Publisher, planbook.Draft{VersionID: v.ID, Text: b.regular})
		wantKind(t, "somebody else's draft", err, errs.KindConflict)
		_, err = b.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{VersionID: v.ID, Text: b.texts[3]})
		wantKind(t, "another document in its place", err, errs.KindConflict)
		changed, err := b.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{VersionID: v.ID, Text: strings.Replace(b.regular, "2000.00", "2500.00", 1), Note: " 提高 "})
		if err != nil || changed.ID != v.ID || changed.Number != 1 || changed.Hash == v.Hash || changed.Note != "提高" {
			t.Errorf("%+v, %v", changed, err)
		}
		_, err = b.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: "xiaoguan: plan/1\nid: regular\n"})
		if e := errs.KindOf(err); e != errs.KindInvalid {
			t.Errorf("half a plan: %v", err)
		}
		asCrediting := strings.Replace(b.crediting, "id: w1", "id: regular", 1)
		_, err = b.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: asCrediting})
		wantKind(t, "a crediting document under a plan's id", err, errs.KindConflict)
		_, err = b.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{VersionID: v.ID, Text: asCrediting})
		wantKind(t, "a crediting document in a plan's draft", err, errs.KindConflict)
		_, _, err = b.Plans.Get(t.Context(), monthtest.Seller(1), v.ID)
		wantKind(t, "a seller reads a draft", err, errs.KindForbidden)
		_, err = b.Plans.List(t.Context(), monthtest.Seller(1))
		wantKind(t, "a seller lists", err, errs.KindForbidden)
		if all, err := b.Plans.List(t.Context(), monthtest.Maker); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

func TestOnlyWhatFitsIsApproved(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db)
		plan := b.save(t, monthtest.Maker, b.regular)
		_, err := b.Plans.Approve(t.Context(), monthtest.Approver, plan.ID)
		wantKind(t, "a plan without crediting", err, errs.KindConflict)
		b.approve(t, b.save(t, monthtest.Maker, b.crediting))
		b.approve(t, plan)
		second := b.save(t, monthtest.Maker, strings.Replace(b.crediting, "id: w1", "id: other", 1))
		_, err = b.Plans.Approve(t.Context(), monthtest.Approver, second.ID)
		wantKind(t, "a second crediting document", err, errs.KindConflict)
		dollars := b.save(t, monthtest.Maker, strings.Replace(b.texts[3], "currency: CNY", "currency: USD", 1))
		_, err = b.Plans.Approve(t.Context(), monthtest.Approver, dollars.ID)
		wantKind(t, "another currency", err, errs.KindConflict)
	})
}

func TestWithdrawing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db)
		draft := b.save(t, monthtest.Maker, b.crediting)
		wantKind(t, "without a reason", b.Plans.Withdraw(t.Context(), monthtest.Maker, draft.ID, " "), errs.KindInvalid)
		wantKind(t, "somebody else's draft", b.Plans.Withdraw(t.Context(), monthtest.Publisher, draft.ID, "x"), errs.KindForbidden)
		if err := b.Plans.Withdraw(t.Context(), monthtest.Maker, draft.ID, "写错了"); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "twice", b.Plans.Withdraw(t.Context(), monthtest.Approver, draft.ID, "x"), errs.KindConflict)
		_, err := b.Plans.Approve(t.Context(), monthtest.Approver, draft.ID)
		wantKind(t, "approving what is withdrawn", err, errs.KindConflict)
		again := b.approve(t, b.save(t, monthtest.Maker, b.crediting))
		if again.Number != 2 {
			t.Errorf("number %d", again.Number)
		}
		wantKind(t, "the author withdraws what is approved", b.Plans.Withdraw(t.Context(), monthtest.Maker, again.ID, "x"), errs.KindForbidden)
		if err := b.Plans.Withdraw(t.Context(), monthtest.Approver, again.ID, "不再使用"); err != nil {
			t.Fatal(err)
		}
		if v, _, err := b.Plans.Get(t.Context(), monthtest.Maker, again.ID); err != nil || v.State != planbook.StateWithdrawn || v.Note != "不再使用" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestTheVersionInForceIsThatOfTheMonthsLastDay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db)
		inForce := func(month string) (numbers []int, err error) {
			err = db.Read(t.Context(), func(tx *store.Tx) error {
				f, err := planbook.ForMonth(t.Context(), tx, monthtest.Month(month))
				for _, v := range f.PlanVersions {
					numbers = append(numbers, v.Number)
				}
				if err == nil && (len(f.VersionIDs()) != len(f.Plans)+1 || f.VersionIDs()[0] != f.CreditingVersion.ID) {
					t.Errorf("%s: ids %v", month, f.VersionIDs())
				}
				return err
			})
			return numbers, err
		}
		_, err := inForce("2026-09")
		wantKind(t, "nothing at all", err, errs.KindConflict)
		b.approve(t, b.save(t, monthtest.Maker, b.crediting))
		_, err = inForce("2026-09")
		wantKind(t, "crediting alone", err, errs.KindConflict)
		first := b.approve(t, b.save(t, monthtest.Maker, from(b.regular, "2026-01-01")))
		second := b.approve(t, b.save(t, monthtest.Maker, from(b.regular, "2026-09-30")))
		b.save(t, monthtest.Maker, from(b.regular, "2026-01-01")) // a draft is never in force
		for month, want := range map[string][]int{"2026-01": {1}, "2026-08": {1}, "2026-09": {2}, "2027-01": {2}} {
			if got, err := inForce(month); err != nil || !cmp.Equal(got, want) {
				t.Errorf("%s: %v, %v; want %v", month, got, err, want)
			}
		}
		_, err = inForce("2025-12")
		wantKind(t, "before the first", err, errs.KindConflict)
		if err := b.Plans.Withdraw(t.Context(), monthtest.Approver, second.ID, "x"); err != nil {
			t.Fatal(err)
		}
		if got, err := inForce("2026-09"); err != nil || !cmp.Equal(got, []int{1}) {
			t.Errorf("after the second was withdrawn: %v, %v", got, err)
		}
		// a run that goes on after an interruption has its own versions, withdrawn or not
		err = db.Read(t.Context(), func(tx *store.Tx) error {
			f, err := planbook.ForVersions(t.Context(), tx, calendar.NewMonth(2026, 9), []string{b.crediting1(t), second.ID})
			if err == nil && (len(f.Plans) != 1 || f.PlanVersions[0].ID != second.ID || second.Hash == first.Hash) {
				t.Errorf("%+v", f.PlanVersions)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// crediting1 returns the id of the first version of the crediting document.
func (b *bundle) crediting1(t *testing.T) string {
	t.Helper()
	return monthtest.QueryTexts(t, b.DB, "SELECT id FROM plan_version WHERE kind = 'crediting' AND number = 1")[0]
}
