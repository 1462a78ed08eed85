package contact_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var today = calendar.DateOf(storetest.Start)

func TestMaskedNumbersShowWhoseTheyMayBeAndNoMore(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string]string{"": "", "12345": "*****", "13812345678": "138******78", "+8613812345678": "+86*********78"} {
		if got := contact.Mask(phone); got != want {
			t.Errorf("%s is shown as %s, want %s", phone, got, want)
		}
	}
}

// TestContactsOfACustomer lets A, who has an opportunity with the customer, keep its contacts; B has nothing to do with it.
func TestContactsOfACustomer(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		refused := func(what string, err error, kind errs.Kind) {
			t.Helper()
			if !errs.Is(err, kind) {
				t.Errorf("%s: %v, want %v", what, err, kind)
			}
		}
		ids := map[string]int64{}
		must(db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			must(err)
			put := func(_ fact.Outcome, err error) { must(err) }
			put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
			put(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一部", Region: "E"}))
			for _, key := range []string{"A", "B"} {
				put(w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "销售" + key, Team: "T", Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
			}
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "恒越精密"}))
			_, err = w.Finish(ctx)
			return err
		}))
		must(db.Read(ctx, func(tx *store.Tx) (err error) {
			for _, key := range []string{"A", "B"} {
				if ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
					return err
				}
			}
			ids["C"], err = tx.CustomerID(ctx, "C")
			return err
		}))
		actor := func(key string, role access.Role, scope access.ScopeKind) access.Actor {
			return access.Actor{UserID: "u-" + key + string(role), Name: key, PersonID: ids[key], Grants: []access.Grant{{Role: role, Scope: scope}}}
		}
		a, b := actor("A", access.RoleSeller, access.ScopeOwn), actor("B", access.RoleSeller, access.ScopeOwn)
		auditor := actor("", access.RoleAuditor, access.ScopeAll)
		contacts, customers := contact.NewService(db.ContactStore(), storetest.Clock()), customer.NewService(db.Customers(), storetest.Clock())
		entry := contact.Entry{CustomerID: ids["C"], Name: "王厂长", Part: "decides", Phone: "138 1234-5678", WeChat: "wang"}
		_, err := contacts.Save(ctx, a, entry)
		refused("before anything to do with the customer", err, errs.KindNotFound)
		listed := func(who access.Actor) int64 {
			t.Helper()
			page, err := customers.List(ctx, who, customer.Filter{})
			must(err)
			return page.Count
		}
		if listed(a) != 0 {
			t.Error("a customer that nobody works with is in a seller's list")
		}
		_, err = opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), storetest.Clock()), storetest.Clock()).
			Save(ctx, a, opportunity.Entry{Name: "产线改造", Customer: "C", Currency: money.CNY, ExpectedOn: today + 20})
		must(err)
		if listed(a) != 1 || listed(b) != 0 || listed(auditor) != 1 {
			t.Errorf("with an opportunity the customer is in the lists of %d, %d, %d", listed(a), listed(b), listed(auditor))
		}
		kept, err := contacts.Save(ctx, a, entry)
		must(err)
		if kept.Phone != "13812345678" || kept.Revision != 1 {
			t.Errorf("kept %+v", kept)
		}
		for what, change := range map[string]func(*contact.Entry){
			"no name": func(in *contact.Entry) { in.Name = "" }, "words for a number": func(in *contact.Entry) { in.Phone = "问前台" }, "no address": func(in *contact.Entry) { in.Email = "wang" }, "a made-up part": func(in *contact.Entry) { in.Part = "sleeps" },
		} {
			in := entry
			change(&in)
			_, err := contacts.Save(ctx, a, in)
			refused(what, err, errs.KindInvalid)
		}
		_, err = contacts.OfCustomer(ctx, b, ids["C"])
		refused("another seller's list", err, errs.KindNotFound)
		_, err = contacts.Get(ctx, b, kept.ID)
		refused("another seller", err, errs.KindNotFound)
		_, err = contacts.Save(ctx, auditor, entry)
		refused("who only reads", err, errs.KindForbidden)
		for name, c := range map[string]struct {
			who   access.Actor
			phone string
			write bool
		}{"the seller": {a, "13812345678", true}, "the auditor": {auditor, "138******78", false}} {
			page, err := contacts.OfCustomer(ctx, c.who, ids["C"])
			if err != nil || len(page.Contacts) != 1 || page.Contacts[0].Phone != c.phone || page.MayWrite != c.write {
				t.Errorf("%s: %+v %v", name, page, err)
			}
		}
		change := entry
		change.ID, change.Seen, change.Phone, change.Gone = kept.ID, 1, "138******78", true
		changed, err := contacts.Save(ctx, a, change)
		must(err)
		if changed.Phone != "13812345678" || !changed.Gone || changed.Revision != 2 {
			t.Errorf("a masked number came back: %+v", changed)
		}
		_, err = contacts.Save(ctx, a, change)
		refused("as seen before", err, errs.KindConflict)
		log, err := audit.NewService(db.Audit()).List(ctx, access.SystemActor("test"), audit.Filter{Subject: kept.Subject()})
		must(err)
		if len(log.Entries) != 2 {
			t.Errorf("%d audited", len(log.Entries))
		}
		for _, e := range log.Entries {
			if text := string(e.Before) + string(e.After); strings.Contains(text, "13812345678") || strings.Contains(text, "wang") {
				t.Errorf("the log tells %s", text)
			}
		}
	})
}
