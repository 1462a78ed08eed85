package handover_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assign"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/handover"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a team: L leads A, who leaves, and B and C; N is in another region. A has C1 (A), C2 to C4; B has C5, with which A has an opportunity.
type house struct {
	*handover.Service
	t             *testing.T
	db            *store.DB
	pools         *pool.Service
	opportunities *opportunity.Service
	followUps     *followup.Service
}

var start = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		clock := func() time.Time { return storetest.Start }
		jobs := 0
		h := house{t: t, db: db, Service: handover.NewService(db.HandOvers(), clock), followUps: followup.NewService(db.FollowUpStore(), clock),
			pools: pool.NewService(db.Pools(), func() string { jobs++; return store.NewID(storetest.Start.Add(time.Duration(jobs) * time.Second)) }, clock)}
		h.opportunities = opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), clock), clock)
		h.must(db.InTx(t.Context(), h.facts))
		for _, of := range []string{"C1", "C2", "C3", "C4"} {
			h.open("A", of)
		}
		h.open("A", "C5")
		h.open("B", "C5") // the newest: so C5 is B's
		_, err := h.followUps.AddTask(t.Context(), h.as("A", access.RoleSeller, access.ScopeOwn), followup.TaskEntry{Title: "交资料", DueOn: start + 3})
		h.must(err)
		v, err := h.pools.Save(t.Context(), h.clerk(), pool.Draft{Text: strings.Replace(string(poolrule.DefaultText()), "others: 200", "others: 4", 1)})
		h.must(err)
		_, err = h.pools.Approve(t.Context(), h.as("director", access.RoleDirector, access.ScopeAll), v.Number, 0, start)
		h.must(err)
		h.must(h.pools.Apply(t.Context()))
		test(h)
	})
}

func (h house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) facts(tx *store.Tx) error {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) {
		if err == nil {
			err = problem
		}
	}
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "N", Name: "华北"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "N"}))
	for _, p := range [][3]string{{"L", "T1", "manager"}, {"A", "T1", "core"}, {"B", "T1", "core"}, {"C", "T1", "newcomer"}, {"N", "T2", "core"}} {
		left := calendar.Forever
		if p[0] == "A" {
			left = start + 10
		}
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: p[2], Hired: start - 900, Left: left, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	for _, key := range []string{"C1", "C2", "C3", "C4", "C5"} {
		tier, region := "C", "华东"
		if key == "C1" {
			tier = "A"
		}
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: key, Name: "客户" + key, Tier: &tier, Region: &region}))
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h house) person(key string) (id int64) {
	h.t.Helper()
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) { id, err = tx.OrgPersonID(h.t.Context(), key); return err }))
	return id
}

func (h house) as(key string, role access.Role, scope access.ScopeKind) access.Actor {
	a := access.Actor{UserID: "user " + key, Name: key, Grants: []access.Grant{{Role: role, Scope: scope}}}
	if len(key) == 1 {
		a.PersonID = h.person(key)
	}
	return a
}

func (h house) clerk() access.Actor {
	return h.as("operations", access.RoleOperations, access.ScopeAll)
}

func (h house) lead() access.Actor { return h.as("L", access.RoleLead, access.ScopeTeamAndBelow) }

func (h house) open(owner, of string) {
	h.t.Helper()
	_, err := h.opportunities.Save(h.t.Context(), h.clerk(), opportunity.Entry{Name: "商机" + of, Customer: of, Owner: owner, Currency: money.CNY, ExpectedOn: start + 60, Source: "referral"})
	h.must(err)
}

// whose says who has the customers and who owns the opportunities, as names.
func (h house) whose() string {
	h.t.Helper()
	var list []string
	ctx := h.t.Context()
	h.must(h.db.Read(ctx, func(tx *store.Tx) error {
		for _, key := range []string{"C1", "C2", "C3", "C4", "C5"} {
			id, err := tx.CustomerID(ctx, key)
			if err != nil {
				return err
			}
			held, err := tx.Holding(ctx, id)
			if err != nil {
				return err
			}
			names, err := tx.PersonNames(ctx, []int64{held.OwnerID})
			if err != nil {
				return err
			}
			list = append(list, strings.TrimPrefix(names[held.OwnerID], "销售"))
		}
		return nil
	}))
	page, err := h.opportunities.List(ctx, h.clerk(), opportunity.Filter{Expected: fact.Days{From: calendar.NoDate, To: calendar.NoDate}})
	h.must(err)
	slices.SortFunc(page.Rows, func(a, b opportunity.Opportunity) int { return int(a.ID - b.ID) })
	for _, o := range page.Rows {
		list = append(list, strings.ToLower(strings.TrimPrefix(o.OwnerName, "销售")))
	}
	return strings.Join(list, " ")
}

func (h house) wants(want string) {
	h.t.Helper()
	if got := h.whose(); got != want {
		h.t.Errorf("whose: %s, want %s", got, want)
	}
}

func names(moves []handover.Move) (list []string) {
	for _, m := range moves {
		list = append(list, m.Customer.Name+strings.TrimPrefix(m.To.Name, "销售"))
	}
	return list
}

func TestWhoLeavesIsListedWithWhatIsTheirs(t *testing.T) {
	onBoth(t, func(h house) {
		list, err := h.Leavers(h.t.Context(), h.lead())
		h.must(err)
		if len(list) != 1 || list[0].Name != "销售A" || list[0].Customers != 4 || list[0].Opportunities != 5 || list[0].Tasks != 1 || list[0].Left != start+10 {
			t.Errorf("%+v", list)
		}
		if _, err := h.Leavers(h.t.Context(), h.as("B", access.RoleSeller, access.ScopeOwn)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a seller: %v", err)
		}
	})
}

// A newcomer may not keep the customer of tier A; of the others B, who has one already, gets fewer.
func TestAProposalKeepsToLevelsAndWork(t *testing.T) {
	onBoth(t, func(h house) {
		p, err := h.Preview(h.t.Context(), h.lead(), handover.Ask{PersonID: h.person("A"), Way: handover.WayProposal})
		h.must(err)
		if len(p.Moves) != 4 || names(p.Moves)[0] != "客户C1B" || len(p.Left) != 0 || len(p.Loads) != 2 || p.Loads[0].Holds != 1 || p.Loads[1].Gets < 2 {
			t.Errorf("%v %+v %+v", names(p.Moves), p.Loads, p.Left)
		}
		if len(p.Opportunities) != 1 || len(p.LooseTasks) != 1 {
			t.Errorf("%+v %v", p.Opportunities, p.LooseTasks)
		}
		low, err := h.Preview(h.t.Context(), h.lead(), handover.Ask{PersonID: h.person("A"), Way: handover.WayProposal, Receivers: []string{"C"}})
		h.must(err)
		if len(low.Left) != 1 || low.Left[0].Why.Key != assign.ConstraintLevel.MessageKey() {
			t.Errorf("%+v", low.Left)
		}
	})
}

func TestAHandOverIsDoneAtOnceAndTakenBack(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.wants("A A A A B a a a a a b")
		ask := handover.Ask{PersonID: h.person("A"), Way: handover.WayOne, Receivers: []string{"C"}}
		p, err := h.Preview(ctx, h.lead(), ask)
		h.must(err)
		if _, err := h.Do(ctx, h.lead(), ask, p.Digest, " "); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := h.Do(ctx, h.lead(), ask, "x", "离职"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("what was not looked at: %v", err)
		}
		act, err := h.Do(ctx, h.lead(), ask, p.Digest, "离职")
		h.must(err)
		if act.Customers != 4 || act.Opportunities != 5 || act.Tasks != 1 || act.Way != pool.WayHandOver {
			t.Errorf("%+v", act)
		}
		h.wants("C C C C B c c c c b b") // what is with B's customer goes to B
		if list, err := h.Leavers(ctx, h.lead()); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := h.Do(ctx, h.lead(), ask, p.Digest, "离职"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("twice: %v", err)
		}
		undone, err := h.pools.Undo(ctx, h.lead(), act.ID)
		h.must(err)
		if undone.Left != 0 || undone.Act.Opportunities != 5 || undone.Act.Tasks != 1 {
			t.Errorf("%+v", undone)
		}
		h.wants("A A A A B a a a a a b")
	})
}

func TestReceiversArePeopleWithinReachWhoStay(t *testing.T) {
	onBoth(t, func(h house) {
		for name, c := range map[string]struct {
			ask handover.Ask
			key string
		}{
			"of another team": {handover.Ask{Way: handover.WayOne, Receivers: []string{"N"}}, "fact.unknown_person"},
			"unknown":         {handover.Ask{Way: handover.WayTurn, Receivers: []string{"X"}}, "fact.unknown_person"},
			"the leaver":      {handover.Ask{Way: handover.WayOne, Receivers: []string{"A"}}, "handover.to_themselves"},
			"none":            {handover.Ask{Way: handover.WayOne}, "form.error.required"},
			"two":             {handover.Ask{Way: handover.WayOne, Receivers: []string{"B", "C"}}, "handover.only_one"},
			"no such way":     {handover.Ask{Way: "x"}, "form.error.choice"},
		} {
			c.ask.PersonID = h.person("A")
			_, err := h.Preview(h.t.Context(), h.lead(), c.ask)
			if failure, ok := errors.AsType[*errs.Error](err); !ok || len(failure.Fields) != 1 || failure.Fields[0].Message.Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.Preview(h.t.Context(), h.lead(), handover.Ask{PersonID: h.person("N"), Way: handover.WayTurn}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("somebody out of reach: %v", err)
		}
		full, err := h.Preview(h.t.Context(), h.lead(), handover.Ask{PersonID: h.person("A"), Way: handover.WayOne, Receivers: []string{"B"}})
		h.must(err)
		if len(full.Moves) != 3 || len(full.Left) != 1 || full.Loads[0].Most != 4 { // B holds one, and four at most
			t.Errorf("%+v %+v", full.Loads, full.Left)
		}
	})
}

const crediting = `xiaoguan: crediting/1
id: crediting
effective: {from: 2020-01-01}
events:
  collected:
    name: {zh: 回款, en: money collected}
    fact: payment
    date: paid_on
    amount: amount
rules:
  - id: sellers_of_the_deal
    event: collected
    to: deal.sellers
    share: by_split
    remainder: largest     # 分不尽的一分钱归余数最大的人
    tie: first             # 余数相同归第一位,也就是成交单负责人
`

// Contracts go with their customers, one whose customer is B's to B, and with them who collects; and back. What has ended stays.
func TestContractsGoWithTheirCustomers(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			for i, of := range []string{"C2", "C5", "C3"} {
				id, err := tx.CustomerID(ctx, of)
				if err != nil {
					return err
				}
				c := contract.Contract{ID: int64(i + 1), Number: "HT" + of, CustomerID: id, OwnerID: h.person("A"), Title: "合同", State: contract.StateSigned, Currency: money.CNY, AmountMinor: 300_00, StartsOn: calendar.NoDate, EndsOn: calendar.NoDate, SignedOn: start - 9, EndedOn: calendar.NoDate, CreatedAt: tx.Now(), Revision: 1}
				if of == "C3" {
					c.State, c.EndedOn = contract.StateEnded, start-1
				}
				if err := tx.InsertContract(ctx, c); err != nil {
					return err
				}
				plan := []contract.Instalment{{ContractID: c.ID, Number: 1, OwnerID: c.OwnerID, Name: "首款", DueOn: start + 5, AmountMinor: 100_00, Currency: money.CNY}, {ContractID: c.ID, Number: 2, OwnerID: c.OwnerID, Name: "尾款", DueOn: start + 40, AmountMinor: 200_00, Currency: money.CNY}}
				if err := tx.PutInstalments(ctx, c, plan); err != nil {
					return err
				}
			}
			return nil
		}))
		list, err := h.Leavers(ctx, h.lead())
		h.must(err)
		if list[0].Instalments != 4 {
			t.Errorf("%+v", list)
		}
		ask := handover.Ask{PersonID: h.person("A"), Way: handover.WayOne, Receivers: []string{"C"}}
		p, err := h.Preview(ctx, h.lead(), ask)
		h.must(err)
		if len(p.Contracts) != 2 || p.Contracts[0].To.Name != "销售C" || p.Contracts[1].To.Name != "销售B" || len(p.Contracts[0].Instalments) != 2 || p.Contracts[0].Instalments[1].LeftMinor != 200_00 || p.Contracts[0].Customer != "客户C2" {
			t.Fatalf("%+v", p.Contracts)
		}
		if p.Consequences[len(p.Consequences)-1].Message.Key != "handover.collects" {
			t.Errorf("%+v", p.Consequences)
		}
		act, err := h.Do(ctx, h.lead(), ask, p.Digest, "离职")
		h.must(err)
		collects := func(want string) {
			t.Helper()
			got := ""
			for _, key := range []string{"A", "B", "C"} {
				rows, err := contractsOf(ctx, h, key)
				h.must(err)
				got += fmt.Sprint(key, rows, " ")
			}
			if got != want {
				t.Errorf("who collects: %s, want %s", got, want)
			}
		}
		collects("A[] B[HTC5] C[HTC2] ")
		_, steps, err := h.pools.ActOf(ctx, h.lead(), act.ID)
		h.must(err)
		alone := ""
		for _, s := range steps {
			if s.Passed.WorkOnly {
				alone += fmt.Sprint(s.FromName, ">", s.ToName, len(s.Passed.Contracts), " ")
			}
		}
		if alone != "销售A>销售B0 销售A>销售C0 销售A>销售B1 销售A>销售C1 " { // opportunities of customers that stay, then contracts
			t.Errorf("what went without its customer: %q", alone)
		}
		_, err = h.pools.Undo(ctx, h.lead(), act.ID)
		h.must(err)
		collects("A[HTC2 HTC5] B[] C[] ")
	})
}

// contractsOf names the contracts of a person with instalments of theirs.
func contractsOf(ctx context.Context, h house, key string) (numbers []string, err error) {
	err = h.db.Read(ctx, func(tx *store.Tx) error {
		numbers = []string{}
		list, err := tx.ContractsOf(ctx, h.person(key), start, 10)
		if err != nil {
			return err
		}
		for _, c := range list {
			due, err := tx.Instalments(ctx, c.ID)
			if err != nil {
				return err
			}
			if len(due) == 2 && due[0].OwnerID == h.person(key) {
				numbers = append(numbers, c.Number)
			}
		}
		return nil
	})
	return numbers, err
}

// What a hand-over means for pay is read from what is in force.
func TestConsequencesAreReadFromThePlans(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		book := planbook.NewService(h.db.Plans(), func() string { return store.NewID(storetest.Start) })
		v, err := book.Save(ctx, h.clerk(), planbook.Draft{Text: crediting})
		h.must(err)
		_, err = book.Approve(ctx, h.as("director", access.RoleDirector, access.ScopeAll), v.ID)
		h.must(err)
		p, err := h.Preview(ctx, h.lead(), handover.Ask{PersonID: h.person("A"), Way: handover.WayTurn})
		h.must(err)
		if len(p.Consequences) != 2 || p.Consequences[0].Message.Key != "handover.credit.deal_sellers" || p.Consequences[1].Message.Key != "handover.new_deals" {
			t.Errorf("%+v", p.Consequences)
		}
	})
}
