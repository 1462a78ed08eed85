package lead_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a company of two teams: L leads A and C in T1, B is alone in T2. C1 bought from A, C3 from B.
type house struct {
	*lead.Service
	parts lead.Parts
	t     *testing.T
	db    *store.DB
}

var today = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		now := storetest.Clock()
		deals := deal.NewService(db.Deals(), now)
		h := house{t: t, db: db, parts: lead.Parts{Customers: customer.NewService(db.Customers(), now), Contacts: contact.NewService(db.ContactStore(), now),
			Opportunities: opportunity.NewService(db.Opportunities(), deals, now), FollowUps: followup.NewService(db.FollowUpStore(), now)}}
		h.Service = lead.NewService(db.Leads(), h.parts, now)
		h.must(db.InTx(t.Context(), h.facts))
		test(h)
	})
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
	for _, key := range []string{"T1", "T2"} {
		put(w.PutTeam(ctx, fact.TeamRecord{Key: key, Name: key, Region: "E"}))
	}
	for _, p := range [][2]string{{"L", "T1"}, {"A", "T1"}, {"C", "T1"}, {"B", "T2"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "苏州恒越精密有限公司"}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C3", Name: "杭州远山仪器有限公司"}))
	for _, d := range [][3]string{{"D1", "C1", "A"}, {"D3", "C3", "B"}} {
		put(w.PutDeal(ctx, fact.DealRecord{Key: d[0], Customer: d[1], SignedOn: today - 30, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: d[2], BasisPoints: 10_000}}}))
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) refused(what string, err error, kind errs.Kind) {
	h.t.Helper()
	if !errs.Is(err, kind) {
		h.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func (h house) actor(key string, role access.Role, scope access.ScopeKind) access.Actor {
	h.t.Helper()
	a := access.Actor{UserID: "u-" + key + string(role), Name: "销售" + key, Grants: []access.Grant{{Role: role, Scope: scope}}}
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) {
		if key != "" {
			a.PersonID, err = tx.OrgPersonID(h.t.Context(), key)
		}
		return err
	}))
	return a
}

func (h house) seller(key string) access.Actor {
	return h.actor(key, access.RoleSeller, access.ScopeOwn)
}
func (h house) head() access.Actor {
	return h.actor("L", access.RoleLead, access.ScopeTeamAndBelow)
}

func (h house) add(actor access.Actor, in lead.Entry) lead.Lead {
	h.t.Helper()
	l, err := h.Save(h.t.Context(), actor, in)
	h.must(err)
	return l
}

var asked = lead.Entry{Company: "无锡新川机械有限公司", Name: "顾南星", Phone: "138 0000-5678", Source: "exhibition", Campaign: "工博会"}

func TestWhoSeesALeadAndItsNumber(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		own, free := h.add(h.seller("A"), asked), h.add(h.head(), lead.Entry{Name: "没说公司的人", Phone: "13900001111"})
		if own.OwnerID == 0 || own.Phone != "13800005678" || free.OwnerID != 0 {
			h.t.Fatalf("%+v %+v", own, free)
		}
		for name, c := range map[string]struct {
			actor      access.Actor
			owns, free bool
			whole      bool
		}{
			"its owner": {h.seller("A"), true, false, true}, "a colleague": {h.seller("C"), false, false, false}, "the team's lead": {h.head(), true, true, true},
			"another team's seller": {h.seller("B"), false, false, false}, "an auditor": {h.actor("", access.RoleAuditor, access.ScopeAll), true, false, false},
			"operations": {h.actor("", access.RoleOperations, access.ScopeAll), true, true, true},
		} {
			d, err := h.Get(ctx, c.actor, own.ID)
			if (err == nil) != c.owns || err != nil && !errs.Is(err, errs.KindNotFound) {
				h.t.Errorf("%s: %v", name, err)
			}
			if err == nil && (d.Phone == "13800005678") != c.whole {
				h.t.Errorf("%s reads the number %s", name, d.Phone)
			}
			_, err = h.Get(ctx, c.actor, free.ID)
			if all := c.actor.ScopeOf(access.PermSalesRead).All; (err == nil) != (c.free || all) {
				h.t.Errorf("%s and the lead that is nobody's: %v", name, err)
			}
		}
		_, err := h.List(ctx, h.actor("", access.RoleHR, access.ScopeAll), lead.Filter{Created: fact.AnyDay()})
		h.refused("HR", err, errs.KindForbidden)
	})
}

func TestTheListFindsByNamePinyinPhoneAndClock(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, boss := h.t.Context(), h.head()
		first := h.add(h.seller("A"), asked)
		h.add(boss, lead.Entry{Name: "林一", Campaign: "官网表单"})
		for name, c := range map[string]struct {
			filter lead.Filter
			want   int
		}{
			"all": {lead.Filter{}, 2}, "part of a name": {lead.Filter{Search: "新川"}, 1}, "initials": {lead.Filter{Search: "xcjx"}, 1}, "a number": {lead.Filter{Search: "5678"}, 1}, "a campaign": {lead.Filter{Campaign: "工博会"}, 1},
			"not given out": {lead.Filter{Unassigned: true}, 1}, "its owner": {lead.Filter{PersonID: first.OwnerID}, 1}, "waiting": {lead.Filter{Response: lead.ResponseWaiting}, 1}, "late": {lead.Filter{Response: lead.ResponseLate}, 0},
			"of a source": {lead.Filter{Source: "exhibition"}, 1}, "converted": {lead.Filter{Status: lead.StatusConverted}, 0}, "open": {lead.Filter{Open: true}, 2}, "made today": {lead.Filter{Created: fact.Days{From: today, To: today}}, 2},
			"made before": {lead.Filter{Created: fact.Days{From: calendar.NoDate, To: today - 1}}, 0},
		} {
			f := c.filter
			if f.Created == (fact.Days{}) {
				f.Created = fact.AnyDay()
			}
			page, err := h.List(ctx, boss, f)
			h.must(err)
			if len(page.Rows) != c.want || page.Total.Count != int64(c.want) {
				h.t.Errorf("%s: %d rows, %d counted, want %d", name, len(page.Rows), page.Total.Count, c.want)
			}
		}
		for _, sort := range []string{lead.SortNew, lead.SortAssigned} {
			f := lead.Filter{Created: fact.AnyDay(), Paging: fact.Paging{Limit: 1, Sort: sort}}
			one, err := h.List(ctx, boss, f)
			h.must(err)
			f.Paging.Cursor = one.Next
			two, err := h.List(ctx, boss, f)
			h.must(err)
			if len(one.Rows)+len(two.Rows) != 2 || one.Rows[0].ID == two.Rows[0].ID || two.Next != "" {
				h.t.Errorf("by %s: %+v %+v", sort, one.Rows, two.Rows)
			}
		}
		_, err := h.List(ctx, boss, lead.Filter{Created: fact.AnyDay(), Status: "x"})
		h.refused("an unknown status", err, errs.KindInvalid)
	})
}

func TestGivingOutGoesInTurn(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, boss := h.t.Context(), h.head()
		var ids []int64
		for range 4 {
			ids = append(ids, h.add(boss, lead.Entry{Company: "线索"}).ID)
		}
		done, err := h.Assign(ctx, boss, lead.Assignment{Leads: ids[:1], To: []string{"A"}})
		h.must(err)
		if len(done.Given) != 1 || done.Given[0].AssignedAt.IsZero() {
			h.t.Fatalf("%+v", done)
		}
		// C never got one and comes first; then A, then C again.
		done, err = h.Assign(ctx, boss, lead.Assignment{Leads: ids[1:], To: []string{"A", "C"}})
		h.must(err)
		a, c := h.seller("A").PersonID, h.seller("C").PersonID
		got := []int64{done.Given[0].OwnerID, done.Given[1].OwnerID, done.Given[2].OwnerID}
		if !slices.Equal(got, []int64{c, a, c}) {
			h.t.Errorf("given to %v, want %v %v %v", got, c, a, c)
		}
		done, err = h.Assign(ctx, boss, lead.Assignment{Leads: ids[:1], To: []string{"A"}})
		h.must(err)
		if done.Left != 1 || len(done.Given) != 0 {
			h.t.Errorf("given to its own owner: %+v", done)
		}
		_, err = h.Assign(ctx, boss, lead.Assignment{Leads: ids, To: []string{"B"}})
		h.refused("to somebody out of reach", err, errs.KindInvalid)
		_, err = h.Assign(ctx, h.seller("A"), lead.Assignment{Leads: ids[:1], To: []string{"A"}})
		h.refused("by a seller", err, errs.KindForbidden)
		_, err = h.Assign(ctx, boss, lead.Assignment{Leads: []int64{ids[0], ids[0]}, To: []string{"A"}})
		h.refused("one twice", err, errs.KindInvalid)
		_, err = h.Assign(ctx, boss, lead.Assignment{Leads: ids[:1], To: []string{"C"}, Seen: map[int64]int64{ids[0]: 1}})
		h.refused("one that was changed meanwhile", err, errs.KindConflict)
		_, err = h.Drop(ctx, boss, lead.Invalid{ID: ids[3], For: "no_need"})
		h.must(err)
		_, err = h.Assign(ctx, boss, lead.Assignment{Leads: []int64{ids[0], ids[3]}, To: []string{"C"}})
		h.refused("an invalid one", err, errs.KindConflict)
		d, err := h.Get(ctx, boss, ids[0])
		h.must(err)
		if d.OwnerID != a { // all or none
			h.t.Errorf("the first of a refused assignment went to %d", d.OwnerID)
		}
	})
}

// convert is a conversion that registers a new customer.
func convert(l lead.Lead) lead.Conversion {
	return lead.Conversion{ID: l.ID, Name: l.Label(), Opportunity: "产线改造", AmountMinor: 300_000_00, Currency: money.CNY, ExpectedOn: today + 30, Seen: 0}
}

func TestALeadBecomesCustomerContactAndOpportunity(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a := h.t.Context(), h.seller("A")
		l := h.add(a, asked)
		_, err := h.Record(ctx, a, lead.Contacted{LeadID: l.ID, Kind: followup.KindCall, Text: "问了需求", OccurredAt: storetest.Start.Add(-time.Hour), NextOn: today + 2})
		h.must(err)
		o, err := h.Convert(ctx, a, convert(l))
		h.must(err)
		d, err := h.Get(ctx, a, l.ID)
		h.must(err)
		if d.Status != lead.StatusConverted || d.OpportunityID != o.ID || d.CustomerID != o.CustomerID || d.MayWrite {
			h.t.Errorf("%+v", d.Lead)
		}
		kept, err := h.parts.Opportunities.Get(ctx, a, o.ID)
		h.must(err)
		if kept.CustomerKey != "K000001" || kept.CustomerName != asked.Company || kept.LeadID != l.ID || kept.Source != "exhibition" || kept.NextOn != today+2 || kept.FollowedAt.IsZero() || kept.OwnerID != a.PersonID {
			h.t.Errorf("%+v", kept.Opportunity)
		}
		people, err := h.parts.Contacts.OfCustomer(ctx, a, o.CustomerID)
		h.must(err)
		if len(people.Contacts) != 1 || people.Contacts[0].Phone != "13800005678" {
			h.t.Errorf("%+v", people.Contacts)
		}
		said, err := h.parts.FollowUps.History(ctx, a, o.ID, 0, 10)
		h.must(err)
		tasks, err := h.parts.FollowUps.OfOpportunity(ctx, a, o.ID)
		h.must(err)
		if len(said) != 1 || said[0].Text != "问了需求" || len(tasks) != 1 || tasks[0].DueOn != today+2 {
			h.t.Errorf("%+v %+v", said, tasks)
		}
		h.wantCase(a, o.ID)
		for what, err := range map[string]error{"again": second(h.Convert(ctx, a, convert(l))), "a follow-up": second(h.Record(ctx, a, lead.Contacted{LeadID: l.ID, Kind: "call", Text: "x", NextOn: calendar.NoDate})), "a change": second(h.Save(ctx, a, lead.Entry{ID: l.ID, Company: "x"}))} {
			h.refused(what, err, errs.KindConflict)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// wantCase holds that the events of the lead are those of the case, with their own times.
func (h house) wantCase(a access.Actor, id int64) {
	h.t.Helper()
	events, err := h.parts.Opportunities.Events(h.t.Context(), a, id)
	h.must(err)
	var names []string
	for _, e := range events {
		names = append(names, string(e.Activity))
		if e.Activity == process.ActivityFirst && !e.OccurredAt.Equal(storetest.Start.Add(-time.Hour)) {
			h.t.Errorf("the first contact was at %v", e.OccurredAt)
		}
		if e.CaseID != id || e.RecordedAt.IsZero() || e.ActorID != a.UserID {
			h.t.Errorf("%+v", e)
		}
	}
	want := "opportunity_opened lead_created lead_assigned first_contact next_contact_set duplicate_checked customer_registered lead_converted"
	if strings.Join(names, " ") != want {
		h.t.Errorf("events %v, want %s", names, want)
	}
}

func TestALeadIsTakenToACustomerThatIsThere(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a := h.t.Context(), h.seller("A")
		l := h.add(a, lead.Entry{Company: "恒越精密", Name: "顾南星", Phone: "13800005678"})
		in := convert(l)
		h.refused("a customer of the same name", second(h.Convert(ctx, a, in)), errs.KindConflict)
		in.Customer = "C3"
		h.refused("a customer of another", second(h.Convert(ctx, a, in)), errs.KindInvalid)
		in.Customer = "C1"
		_, err := h.Convert(ctx, a, in)
		h.must(err)
		again := h.add(a, lead.Entry{Company: "恒越精密", Name: "顾南星", Phone: "13800005678"})
		in = convert(again)
		in.Customer = "C1"
		o, err := h.Convert(ctx, a, in)
		h.must(err)
		people, err := h.parts.Contacts.OfCustomer(ctx, a, o.CustomerID)
		h.must(err)
		if len(people.Contacts) != 1 { // the person is there already
			h.t.Errorf("%+v", people.Contacts)
		}
		third := h.add(a, lead.Entry{Company: "恒越精密"})
		in = convert(third)
		in.Despite, in.CreditCode = true, "91350100M000100Y43"
		_, err = h.Convert(ctx, a, in)
		h.must(err)
		fourth := h.add(a, lead.Entry{Company: "别的公司"})
		in = convert(fourth)
		in.CreditCode = "91350100M000100Y43"
		h.refused("a credit code that another has", second(h.Convert(ctx, a, in)), errs.KindInvalid)
		d, err := h.Get(ctx, a, fourth.ID)
		h.must(err)
		if d.Status != lead.StatusNew || d.CustomerID != 0 { // nothing of a refused conversion stays
			h.t.Errorf("%+v", d.Lead)
		}
	})
}

func TestTwinsAreToldWithoutBeingShown(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a, b := h.t.Context(), h.seller("A"), h.seller("B")
		l := h.add(a, asked)
		twins, err := h.Twins(ctx, b, lead.Likeness{Company: "新川机械", Phone: "138-0000-5678"})
		h.must(err)
		if len(twins) != 1 || twins[0].ID != 0 || twins[0].Name != "" || !twins[0].SamePhone || !twins[0].SameName || !slices.Equal(twins[0].Owners, []string{"销售A"}) {
			h.t.Errorf("%+v", twins)
		}
		twins, err = h.Twins(ctx, a, lead.Likeness{ID: l.ID, Company: "苏州恒越精密科技有限公司"})
		h.must(err)
		if len(twins) != 1 || twins[0].Kind != lead.TwinCustomer || twins[0].Key != "C1" {
			h.t.Errorf("%+v", twins)
		}
		_, err = h.Convert(ctx, a, convert(l))
		h.must(err)
		twins, err = h.Twins(ctx, b, lead.Likeness{Phone: "13800005678"})
		h.must(err)
		if len(twins) != 1 || twins[0].Kind != lead.TwinCustomer || twins[0].Name != "" || twins[0].Key != "" { // the number is now a contact's
			h.t.Errorf("%+v", twins)
		}
		_, err = h.Twins(ctx, h.actor("", access.RoleAuditor, access.ScopeAll), lead.Likeness{Company: "x"})
		h.refused("an auditor", err, errs.KindForbidden)
	})
}

func TestTheWayOfALead(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a := h.t.Context(), h.seller("A")
		l := h.add(a, asked)
		if !l.AnswerBy().Equal(l.AssignedAt.Add(24 * time.Hour)) {
			h.t.Errorf("answer by %v", l.AnswerBy())
		}
		day, err := h.Mine(ctx, a)
		h.must(err)
		if len(day.Waiting) != 1 || len(day.Due) != 0 {
			h.t.Errorf("%+v", day)
		}
		h.refused("an empty text", second(h.Record(ctx, a, lead.Contacted{LeadID: l.ID, Kind: "call", NextOn: calendar.NoDate})), errs.KindInvalid)
		_, err = h.Record(ctx, a, lead.Contacted{LeadID: l.ID, Kind: "call", Text: "约好今天再打", NextOn: today})
		h.must(err)
		day, err = h.Mine(ctx, a)
		h.must(err)
		if len(day.Waiting) != 0 || len(day.Due) != 1 {
			h.t.Errorf("%+v", day)
		}
		q, err := h.Qualify(ctx, a, l.ID, 2)
		h.must(err)
		h.refused("qualified twice", second(h.Qualify(ctx, a, l.ID, 0)), errs.KindConflict)
		h.refused("a reason that there is not", second(h.Drop(ctx, a, lead.Invalid{ID: l.ID, For: "x"})), errs.KindInvalid)
		_, err = h.Drop(ctx, a, lead.Invalid{ID: l.ID, For: "no_need", Seen: q.Revision})
		h.must(err)
		h.refused("a follow-up of an invalid one", second(h.Record(ctx, a, lead.Contacted{LeadID: l.ID, Kind: "call", Text: "x", NextOn: calendar.NoDate})), errs.KindConflict)
		back, err := h.Retake(ctx, a, l.ID, 0)
		h.must(err)
		if back.Status != lead.StatusContacted || back.InvalidFor != "" {
			h.t.Errorf("%+v", back)
		}
		// A number that comes back masked stays; the audit log never has it.
		_, err = h.Save(ctx, a, lead.Entry{ID: l.ID, Company: "新川机械", Name: "顾南星", Phone: contact.Mask("13800005678")})
		h.must(err)
		d, err := h.Get(ctx, a, l.ID)
		h.must(err)
		if d.Phone != "13800005678" || d.Company != "新川机械" || len(d.Changes) != 6 || len(d.FollowUps) != 1 {
			h.t.Errorf("%+v %d changes", d.Lead, len(d.Changes))
		}
		log, err := audit.NewService(h.db.Audit()).List(ctx, access.SystemActor("test"), audit.Filter{Limit: 200})
		h.must(err)
		for _, e := range log.Entries {
			if strings.Contains(string(e.After)+string(e.Before), "13800005678") {
				h.t.Errorf("the audit log has the number: %s", e.After)
			}
		}
	})
}

func TestOfTwoWhoChangeALeadAtOnceOneIsTold(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a := h.t.Context(), h.seller("A")
		l := h.add(a, asked)
		var group sync.WaitGroup
		outcomes := make([]error, 4)
		for i := range outcomes {
			group.Go(func() {
				in := asked
				in.ID, in.Seen, in.Note = l.ID, l.Revision, strings.Repeat("改", i+1)
				_, outcomes[i] = h.Save(ctx, a, in)
			})
		}
		group.Wait()
		saved := 0
		for _, err := range outcomes {
			if err == nil {
				saved++
			} else if !errs.Is(err, errs.KindConflict) {
				h.t.Error(err)
			}
		}
		if saved != 1 {
			h.t.Errorf("%d were saved", saved)
		}
	})
}
