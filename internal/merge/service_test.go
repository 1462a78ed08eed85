package merge_test

import (
	"fmt"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var start = calendar.DateOf(storetest.Start)

// house is a company in which C1 and C2 are one: A has an opportunity and a deal with C1, B an opportunity, a contact and a deal with C2, whose file is fuller. C3 is
// another one, with the telephone number of C2's contact. L leads both.
type house struct {
	*merge.Service
	t             *testing.T
	db            *store.DB
	now           *time.Time
	opportunities *opportunity.Service
	contacts      *contact.Service
	customers     *customer.Service
	profiles      *profile.Service
	deals         *deal.Service
}

func onBoth(t *testing.T, test func(h house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		now, n := storetest.Start, 0
		clock := func() time.Time { return now }
		newID := func() string { n++; return store.NewID(now.Add(time.Duration(n) * time.Millisecond)) }
		h := house{t: t, db: db, now: &now, Service: merge.NewService(db.Merges(), newID, clock), contacts: contact.NewService(db.ContactStore(), clock), customers: customer.NewService(db.Customers(), clock),
			profiles: profile.NewService(db.Profiles(), clock), deals: deal.NewService(db.Deals(), clock)}
		h.opportunities = opportunity.NewService(db.Opportunities(), h.deals, clock)
		h.must(db.InTx(t.Context(), h.facts))
		h.work()
		test(h)
	})
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

func (h house) facts(tx *store.Tx) error {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	h.must(err)
	put := func(_ fact.Outcome, err error) { h.must(err) }
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一部", Region: "E"}))
	for _, key := range []string{"L", "A", "B"} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "销售" + key, Team: "T", Level: "regular", Hired: start - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T", Person: "L", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "苏州恒越精密有限公司"}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C2", Name: "恒越精密", City: "苏州", Industry: "机械"}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C3", Name: "北辰阀门"}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器"}))
	for i, of := range []string{"A", "B"} {
		put(w.PutDeal(ctx, fact.DealRecord{Key: fmt.Sprint("D", i+1), Customer: fmt.Sprint("C", i+1), Product: "X", SignedOn: start - 40, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: of, BasisPoints: 10_000}}}))
	}
	_, err = w.Finish(ctx)
	return err
}

func (h house) work() {
	ctx := h.t.Context()
	followUps := followup.NewService(h.db.FollowUpStore(), func() time.Time { return *h.now })
	for _, one := range [][2]string{{"A", "C1"}, {"B", "C2"}, {"A", "C3"}} {
		o, err := h.opportunities.Save(ctx, h.clerk(), opportunity.Entry{Name: "商机" + one[1], Customer: one[1], Owner: one[0], Currency: money.CNY, AmountMinor: 500_00, ExpectedOn: start + 60, Source: "referral"})
		h.must(err)
		_, err = followUps.Record(ctx, h.clerk(), followup.Entry{OpportunityID: o.ID, Kind: followup.KindCall, Text: "聊了", NextOn: start + 20})
		h.must(err)
	}
	_, err := h.contacts.Save(ctx, h.clerk(), contact.Entry{CustomerID: h.id("C2"), Name: "王厂长", Phone: "13812345678"})
	h.must(err)
	_, err = h.contacts.Save(ctx, h.clerk(), contact.Entry{CustomerID: h.id("C3"), Name: "王先生", Phone: "138 1234 5678"})
	h.must(err)
	_, err = h.profiles.Save(ctx, h.clerk(), profile.Entry{CustomerID: h.id("C2"), Need: "两条线", BudgetMinor: 9_00, ContractEnd: calendar.NoDate, Address: "园区路 1 号"})
	h.must(err)
	h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.InsertAttachment(ctx, attachment.File{ID: "f", Subject: fmt.Sprint("customer:", h.id("C2")), Name: "名片.txt", MediaType: "text/plain", Bytes: 1, Digest: "d", AddedBy: "u", AddedAt: tx.Now()}, attachment.Content{Digest: "d", Bytes: []byte("x")}); err != nil {
			return err
		}
		for key, of := range map[string]string{"A": "C1", "B": "C2"} {
			person, err := tx.OrgPersonID(ctx, key)
			h.must(err)
			id, err := tx.CustomerID(ctx, of)
			h.must(err)
			h.must(tx.PutHolding(ctx, pool.Holding{CustomerID: id, OwnerID: person, Since: start, Revision: 1}))
		}
		return nil
	}))
}

func (h house) id(key string) (id int64) {
	h.t.Helper()
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) { id, err = tx.CustomerID(h.t.Context(), key); return err }))
	return id
}

func (h house) as(key string, role access.Role, scope access.ScopeKind) access.Actor {
	a := access.Actor{UserID: "user " + key, Name: key, Grants: []access.Grant{{Role: role, Scope: scope}}}
	if len(key) == 1 {
		h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) { a.PersonID, err = tx.OrgPersonID(h.t.Context(), key); return err }))
	}
	return a
}

func (h house) clerk() access.Actor {
	return h.as("operations", access.RoleOperations, access.ScopeAll)
}

// seen is what both customers look like, without the numbers that count changes.
func (h house) seen(a, b int64) string {
	h.t.Helper()
	c, err := h.Compare(h.t.Context(), h.clerk(), a, b)
	h.must(err)
	text := ""
	for _, s := range []merge.Side{c.Survivor, c.Merged} {
		s.Customer.Recorded, s.Profile.Revision, s.Holding.Revision = 0, 0, 0
		text += fmt.Sprintf("%+v\n", s)
	}
	return text
}

func (h house) merged(survivor, merged int64) merge.Merge {
	h.t.Helper()
	c, err := h.Compare(h.t.Context(), h.clerk(), survivor, merged)
	h.must(err)
	m, err := h.Merge(h.t.Context(), h.clerk(), merge.Ask{SurvivorID: survivor, MergedID: merged, Take: c.Usual, Digest: c.Digest, Reason: "同一家"})
	h.must(err)
	return m
}

func TestTwoCustomersBecomeOne(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		one, two := h.id("C1"), h.id("C2")
		m := h.merged(one, two)
		if m.Moved[merge.KindContact] != 1 || m.Moved[merge.KindOpportunity] != 1 || m.Moved[merge.KindFile] != 1 {
			t.Errorf("moved %v", m.Moved)
		}
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			files, err := tx.Attachments(ctx, fmt.Sprint("customer:", one))
			if len(files) != 1 {
				t.Errorf("the survivor has %d files", len(files))
			}
			return err
		}))
		d, err := h.customers.Get(ctx, h.clerk(), two)
		h.must(err)
		if d.ID != one || d.City != "苏州" || len(d.Sellers) != 2 {
			t.Errorf("C2 reads as %d with city %q and %d sellers", d.ID, d.City, len(d.Sellers))
		}
		if h.id("C2") != one {
			t.Error("the number of C2 does not lead to the survivor")
		}
		page, err := h.customers.List(ctx, h.clerk(), customer.Filter{})
		h.must(err)
		if page.Count != 2 || len(page.Rows) != 2 || page.Rows[0].Deals != 2 {
			t.Errorf("the list has %d rows, counts %d", len(page.Rows), page.Count)
		}
		deals, err := h.deals.List(ctx, h.clerk(), deal.Filter{CustomerID: one, Signed: fact.AnyDay()})
		h.must(err)
		if len(deals.Rows) != 2 || deals.Rows[0].CustomerName != "苏州恒越精密有限公司" || deals.Rows[1].CustomerName != deals.Rows[0].CustomerName {
			t.Errorf("deals of the survivor: %+v", deals.Rows)
		}
		contacts, err := h.contacts.OfCustomer(ctx, h.clerk(), one)
		h.must(err)
		if len(contacts.Contacts) != 1 {
			t.Errorf("%d contacts", len(contacts.Contacts))
		}
		_, err = h.contacts.Save(ctx, h.clerk(), contact.Entry{CustomerID: two, Name: "新人"})
		h.refused("a contact of the merged customer", err, errs.KindNotFound)
		o, err := h.opportunities.Save(ctx, h.clerk(), opportunity.Entry{Name: "新商机", Customer: "C2", Owner: "B", Currency: money.CNY, ExpectedOn: start + 60, Source: "referral"})
		h.must(err)
		if o.CustomerID != one {
			t.Error("a new opportunity by the old number is not the survivor's")
		}
		// B sold to C2 alone: who sold to what was merged reaches the survivor.
		if _, err := h.customers.Get(ctx, h.as("B", access.RoleSeller, access.ScopeOwn), one); err != nil {
			t.Errorf("B does not reach the survivor: %v", err)
		}
		// Facts are what they were.
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			record, err := tx.DealRecord(ctx, deals.Rows[0].ID)
			h.must(err)
			other, err := tx.DealRecord(ctx, deals.Rows[1].ID)
			h.must(err)
			if record.Customer == other.Customer {
				t.Error("a deal has another customer than it was recorded with")
			}
			return nil
		}))
	})
}

func TestUndoingGivesEverythingBack(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		one, two := h.id("C1"), h.id("C2")
		before := h.seen(one, two)
		m := h.merged(one, two)
		_, err := h.Compare(ctx, h.clerk(), one, two)
		h.refused("comparing with what is no customer any more", err, errs.KindNotFound)
		undone, err := h.Undo(ctx, h.clerk(), m.ID)
		h.must(err)
		if undone.Stayed.Any() {
			t.Errorf("stayed: %+v", undone.Stayed)
		}
		if after := h.seen(one, two); after != before {
			t.Errorf("after undoing:\n%s\nbefore:\n%s", after, before)
		}
		if h.id("C2") != two {
			t.Error("the number leads elsewhere")
		}
		_, err = h.Undo(ctx, h.clerk(), m.ID)
		h.refused("undoing twice", err, errs.KindConflict)
		// Once more, the other way round, and too late.
		m = h.merged(two, one)
		*h.now = h.now.AddDate(0, 0, merge.UndoDays+1)
		_, err = h.Undo(ctx, h.clerk(), m.ID)
		h.refused("undoing too late", err, errs.KindConflict)
	})
}

func TestWhatWasSignedOrChangedSinceStaysWithTheSurvivor(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		one, two := h.id("C1"), h.id("C2")
		m := h.merged(one, two)
		page, err := h.opportunities.List(ctx, h.clerk(), opportunity.Filter{CustomerID: one, Expected: fact.AnyDay()})
		h.must(err)
		for _, o := range page.Rows {
			if o.Name == "商机C2" {
				_, err = h.opportunities.Win(ctx, h.clerk(), opportunity.Win{ID: o.ID, SignedOn: start, DealKey: "D2"})
				h.must(err)
			}
		}
		noted, err := h.profiles.Get(ctx, h.clerk(), one)
		h.must(err)
		_, err = h.profiles.Save(ctx, h.clerk(), profile.Entry{CustomerID: one, Need: "三条线", BudgetMinor: noted.BudgetMinor, ContractEnd: calendar.NoDate, Address: noted.Address})
		h.must(err)
		undone, err := h.Undo(ctx, h.as("L", access.RoleLead, access.ScopeTeam), m.ID)
		h.must(err)
		if len(undone.Stayed.Opportunities) != 1 || len(undone.Stayed.Fields) != 1 || undone.Stayed.Fields[0] != "need" {
			t.Errorf("stayed: %+v", undone.Stayed)
		}
		again, err := h.Get(ctx, h.clerk(), m.ID)
		h.must(err)
		if len(again.Stayed.Opportunities) != 1 || !again.Undone() {
			t.Errorf("kept as %+v", again.Stayed)
		}
	})
}

func TestAMergeOfAMergedCustomerIsUndoneLastFirst(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		one, two, three := h.id("C1"), h.id("C2"), h.id("C3")
		first := h.merged(one, two)
		second := h.merged(three, one)
		if h.id("C2") != three || second.Moved[merge.KindAlias] != 1 {
			t.Errorf("C2 leads to %d, moved %v", h.id("C2"), second.Moved)
		}
		_, err := h.Undo(ctx, h.clerk(), first.ID)
		h.refused("undoing the first", err, errs.KindConflict)
		_, err = h.Undo(ctx, h.clerk(), second.ID)
		h.must(err)
		if h.id("C2") != one {
			t.Error("C2 does not lead to C1 again")
		}
		_, err = h.Undo(ctx, h.clerk(), first.ID)
		h.must(err)
	})
}

func TestWhoMayMergeWhat(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		one, two := h.id("C1"), h.id("C2")
		seller, lead, auditor := h.as("A", access.RoleSeller, access.ScopeOwn), h.as("L", access.RoleLead, access.ScopeTeam), h.as("auditor", access.RoleAuditor, access.ScopeAll)
		for _, a := range []access.Actor{seller, auditor} {
			_, err := h.Pairs(ctx, a, merge.Filter{})
			h.refused(a.Name+" lists", err, errs.KindForbidden)
			_, err = h.Merge(ctx, a, merge.Ask{SurvivorID: one, MergedID: two})
			h.refused(a.Name+" merges", err, errs.KindForbidden)
		}
		_, err := h.Merge(ctx, lead, merge.Ask{SurvivorID: one, MergedID: two, Take: merge.Choices{merge.FieldCity: true}})
		h.refused("a lead takes over a field of the record", err, errs.KindForbidden)
		_, err = h.Merge(ctx, lead, merge.Ask{SurvivorID: one, MergedID: one})
		h.refused("with itself", err, errs.KindInvalid)
		_, err = h.Merge(ctx, lead, merge.Ask{SurvivorID: one, MergedID: two, Digest: "old"})
		h.refused("what has changed", err, errs.KindConflict)
		_, err = h.Merge(ctx, lead, merge.Ask{SurvivorID: one, MergedID: two, Take: merge.Choices{"x": true}})
		h.refused("an unknown field", err, errs.KindInvalid)
		m, err := h.Merge(ctx, lead, merge.Ask{SurvivorID: one, MergedID: two})
		h.must(err)
		list, err := h.Merges(ctx, lead, 0, 0)
		h.must(err)
		if len(list) != 1 || list[0].ID != m.ID || list[0].Survivor.Deals != 2 {
			t.Errorf("merges: %+v", list)
		}
	})
}

func TestPairsAreListedWithinReachUntilSomebodySaysTheyAreTwo(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		look, err := h.Find(ctx)
		h.must(err)
		if look.Customers != 3 || look.Pairs != 2 {
			t.Errorf("the look found %+v", look)
		}
		lead := h.as("L", access.RoleLead, access.ScopeTeam)
		page, err := h.Pairs(ctx, lead, merge.Filter{Limit: 1})
		h.must(err)
		if len(page.Pairs) != 1 || page.Pairs[0].Grounds[0] != merge.GroundPhone || page.Next == "" {
			t.Fatalf("first page: %+v", page)
		}
		rest, err := h.Pairs(ctx, lead, merge.Filter{After: page.Next})
		h.must(err)
		if len(rest.Pairs) != 1 || rest.Pairs[0].Grounds[0] != merge.GroundName || rest.Next != "" {
			t.Fatalf("second page: %+v", rest)
		}
		h.must(h.Apart(ctx, lead, page.Pairs[0].LowID, page.Pairs[0].HighID))
		_, err = h.Find(ctx)
		h.must(err)
		page, err = h.Pairs(ctx, lead, merge.Filter{})
		h.must(err)
		if len(page.Pairs) != 1 {
			t.Errorf("after saying that two are two: %+v", page.Pairs)
		}
		h.merged(page.Pairs[0].LowID, page.Pairs[0].HighID)
		page, err = h.Pairs(ctx, lead, merge.Filter{})
		h.must(err)
		if len(page.Pairs) != 0 {
			t.Errorf("after the merge: %+v", page.Pairs)
		}
		started, err := h.Tick(ctx)
		h.must(err)
		if started {
			t.Error("a second look on the day was started")
		}
		*h.now = h.now.AddDate(0, 0, 1)
		if started, err = h.Tick(ctx); err != nil || !started {
			t.Errorf("the next day: %v %v", started, err)
		}
		_, err = h.Look(ctx, lead)
		h.refused("a look while one waits", err, errs.KindConflict)
	})
}

// TestAMergedCustomerIsFoundByItsFormerName: in lists of customers, of what was moved and of contacts, and not any more once the merge is undone.
func TestAMergedCustomerIsFoundByItsFormerName(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, one, two := h.t.Context(), h.id("C1"), h.id("C3") // 苏州恒越精密有限公司, 北辰阀门
		found := func(search string) (customers, opportunities, contacts string) {
			h.t.Helper()
			page, err := h.customers.List(ctx, h.clerk(), customer.Filter{Search: search})
			h.must(err)
			if int(page.Count) != len(page.Rows) {
				h.t.Errorf("%s: %d counted", search, page.Count)
			}
			for _, c := range page.Rows {
				customers += fmt.Sprint(c.Key, c.Formerly)
			}
			work, err := h.opportunities.List(ctx, h.clerk(), opportunity.Filter{Search: search, Expected: fact.AnyDay(), Paging: fact.Paging{Sort: opportunity.SortNew}})
			h.must(err)
			for _, o := range work.Rows {
				opportunities += o.Name + " "
			}
			people, err := h.contacts.List(ctx, h.clerk(), contact.Filter{Search: search})
			h.must(err)
			for _, c := range people.Rows {
				contacts += c.Name + " "
			}
			return customers, opportunities, contacts
		}
		if customers, work, _ := found("北辰"); customers != "C3[]" || work != "商机C3 " {
			h.t.Errorf("before: %s, %s", customers, work)
		}
		m := h.merged(one, two)
		for _, search := range []string{"北辰阀", "bcfm"} { // in characters, and by initials
			if customers, work, people := found(search); customers != "C1[北辰阀门]" || work != "商机C1 商机C3 " || people != "王先生 " {
				h.t.Errorf("%s: %s, %s, %s", search, customers, work, people)
			}
		}
		if page, err := h.customers.List(ctx, h.as("B", access.RoleSeller, access.ScopeOwn), customer.Filter{Search: "北辰"}); err != nil || len(page.Rows) != 0 {
			h.t.Errorf("out of reach: %+v %v", page.Rows, err)
		}
		_, err := h.Undo(ctx, h.clerk(), m.ID)
		h.must(err)
		if customers, work, _ := found("北辰"); customers != "C3[]" || work != "商机C3 " {
			h.t.Errorf("after undoing: %s, %s", customers, work)
		}
	})
}
