package pool_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/store"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// sign records a contract of A with a customer.
func (h house) sign(id int64, customer string, state contract.State, starts, ends, ended calendar.Date) {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), func(tx *store.Tx) error {
		return tx.InsertContract(h.t.Context(), contract.Contract{ID: id, Number: "HT" + string(rune('0'+id)), CustomerID: h.customer(customer), OwnerID: h.person("A"), Title: "合同", State: state, Currency: money.CNY, AmountMinor: 100_00,
			StartsOn: starts, EndsOn: ends, SignedOn: starts, EndedOn: ended, CreatedAt: tx.Now(), Revision: 1})
	}))
}

// A contract keeps a customer until its last day, whatever happens; then the days that were waiting have long passed. One without a last day says nothing,
// one that was ended sooner ends then, and what is noted in the file counts as well.
func TestARunningContractKeepsACustomer(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.sign(1, "C1", contract.StateSigned, start-300, start+50, calendar.NoDate)
		h.sign(2, "C2", contract.StateSigned, start-300, calendar.NoDate, calendar.NoDate)
		h.sign(3, "C3", contract.StateEnded, start-300, start+300, start+10)
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			return tx.SaveProfile(ctx, profile.Profile{CustomerID: h.customer("C4"), BudgetMinor: fact.Unknown, ContractEnd: start + 60, Revision: 1})
		}))
		v, err := h.Save(ctx, h.clerk(), pool.Draft{Text: strings.Replace(rules, "locks_most: 1}", "locks_most: 1, running_contract: true}", 1)})
		h.must(err)
		_, err = h.Approve(ctx, h.as("director", access.RoleDirector, access.ScopeAll), v.Number, 0, h.today())
		h.must(err)
		h.must(h.Apply(ctx))
		h.wants("A A A N company")
		h.after(31)
		h.wants("A company company N company")
		of, err := h.OfCustomer(ctx, h.clerk(), h.customer("C1"))
		h.must(err)
		if d := of.Rules.Decision; d.Outcome != poolrule.Spared || d.Reason != poolrule.ReasonContract || d.LastDay != start+50 || of.Rules.ContractEnd != start+50 {
			t.Errorf("a contract for 19 days more: %+v", d)
		}
		h.after(20)
		h.wants("company company company N company")
		h.after(10)
		h.wants("company company company north company")
	})
}

// Tried on the past, the contract of C1 keeps it until February has ended.
func TestATrialKnowsContracts(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.rule()
		h.sign(1, "C1", contract.StateSigned, start-300, (start.Month() + 1).Last(), calendar.NoDate)
		v, err := h.Save(ctx, h.clerk(), pool.Draft{Text: strings.Replace(rules, "locks_most: 1}", "locks_most: 1, running_contract: true}", 1)})
		h.must(err)
		*h.now = h.now.AddDate(0, 4, 0)
		trial, err := h.TryNow(ctx, pool.TrialArgs{Number: v.Number, First: start.Month(), Last: start.Month() + 3})
		h.must(err)
		if trial.Total != 4 || trial.Months[2].Recycled != 1 {
			t.Errorf("%+v", trial)
		}
	})
}

// An import's new customers come into the pool, or are given out in turn as the rules say; taking it back forgets them, but for what was claimed since.
func TestNewCustomersOfAnImportComeIntoAPool(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.rule()
		bring := func(turn bool, keys ...string) (taken pool.Taken) {
			t.Helper()
			h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
				w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchImport, ActorID: "u"})
				if err != nil {
					return err
				}
				for _, key := range append([]string{"C1"}, keys...) {
					if _, err := w.PutCustomer(ctx, fact.CustomerRecord{Key: key, Name: "客户" + key, City: "苏州"}); err != nil {
						return err
					}
				}
				batch, err := w.Finish(ctx)
				if err != nil {
					return err
				}
				taken, err = h.Take(ctx, tx, "company", batch.ID, turn)
				return err
			}))
			return taken
		}
		first := bring(false, "X1", "X2")
		if first.Count != 2 || first.Given != 0 {
			t.Errorf("%+v", first)
		}
		if again := bring(false, "X1", "X2"); again.Count != 0 {
			t.Errorf("known ones came in again: %+v", again)
		}
		h.wants("A A A N company") // the known customer stays with A
		turns := bring(true, "Y1", "Y2", "Y3")
		if turns.Count != 3 || turns.Given == 0 {
			t.Errorf("in turn: %+v", turns)
		}
		_, err := h.Claim(ctx, h.seller("B"), []int64{h.customer("X1")})
		h.must(err)
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error { return h.Untake(ctx, tx, h.clerk(), first.ActID) }))
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			for key, known := range map[string]bool{"X1": true, "X2": false} {
				held, err := tx.Holding(ctx, h.customer(key))
				if err != nil {
					return err
				}
				if held.Known() != known {
					t.Errorf("%s: %+v", key, held)
				}
			}
			return nil
		}))
		if err := h.db.Read(ctx, func(tx *store.Tx) error { return h.MayTake(ctx, tx, h.seller("A"), "company") }); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a seller: %v", err)
		}
	})
}

// Rules by tier look at where the reviews put a customer, and at what is recorded with it only while there was none.
func TestRulesLookAtTheTierOfTheReviews(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.rule()
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			return tx.PutStandings(ctx, []tierbook.Standing{{CustomerID: h.customer("C5"), Result: tier.Result{Tier: tier.B}, Facts: tier.Customer{FirstOrder: calendar.NoDate, LastOrder: calendar.NoDate, ContractEnd: calendar.NoDate},
				AsOf: start, LastContact: calendar.NoDate, ContactDue: calendar.NoDate}})
		}))
		page, err := h.List(ctx, h.seller("A"), pool.Filter{Pool: "company", Tier: "B"})
		h.must(err)
		if len(page.Rows) != 1 || page.Rows[0].Name != "客户C5" || page.Rows[0].Tier != "B" {
			t.Errorf("%+v", page.Rows)
		}
	})
}
