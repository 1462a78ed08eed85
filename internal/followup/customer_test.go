package followup_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestACustomerIsContactedAboutNothing: a contact about no opportunity is settled by the next, arranged for oneself, no event of any case, and
// stands among those about opportunities.
func TestACustomerIsContactedAboutNothing(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx, c := d.t.Context(), d.case1.CustomerID
		d.record(d.a, followup.Entry{Kind: followup.KindCall, Text: "谈商机", NextOn: today + 2})
		greeted := followup.Entry{CustomerID: c, Kind: followup.KindWeChat, Text: "节日问候", NextOn: today}
		f, err := d.Record(ctx, d.a, greeted)
		d.must(err)
		if f.OpportunityID != 0 || f.CustomerID != c {
			d.t.Errorf("recorded %+v", f)
		}
		day, err := d.Mine(ctx, d.a)
		d.must(err)
		if len(day.Due) != 1 || day.Due[0].CustomerID != c || day.Due[0].CustomerName != "恒越精密" || day.Due[0].OpportunityID != 0 || len(day.Ahead) != 1 {
			d.t.Errorf("the day: %+v", day)
		}
		greeted.Text, greeted.NextOn = "又聊了聊", calendar.NoDate
		_, err = d.Record(ctx, d.a, greeted)
		d.must(err)
		if day, err = d.Mine(ctx, d.a); err != nil || len(day.Due) != 0 || len(day.Ahead) != 1 {
			d.t.Errorf("settled: %+v %v", day, err)
		}
		with, err := d.With(ctx, d.a, c, 10)
		d.must(err)
		var said []string
		for _, f := range with.FollowUps {
			said = append(said, f.Text+"/"+f.Opportunity)
		}
		if got := strings.Join(said, " "); got != "又聊了聊/ 节日问候/ 谈商机/产线改造" || !with.MayWrite || len(with.Tasks) != 0 {
			d.t.Errorf("with the customer: %s, %+v", got, with)
		}
		events, err := d.opportunities.Events(ctx, d.a, d.case1.ID)
		d.must(err)
		if len(events) != 3 { // opened, first contact, next contact
			d.t.Errorf("events of the opportunity: %+v", events)
		}
		if told := monthtest.QueryTexts(d.t, d.db, "SELECT after_state FROM audit_entry WHERE action = 'follow_up.record' AND after_state LIKE '%节日问候%'"); len(told) != 1 || !strings.Contains(told[0], `"customer_id":`) {
			d.t.Errorf("audited: %v", told)
		}
		got, err := d.Get(ctx, d.a, f.ID)
		if err != nil || got.CustomerID != c || got.Text != "节日问候" {
			d.t.Errorf("read again: %+v %v", got, err)
		}
	})
}

func TestWhoContactsWhichCustomer(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx, c := d.t.Context(), d.case1.CustomerID
		good := followup.Entry{CustomerID: c, Kind: followup.KindCall, Text: "x", NextOn: calendar.NoDate}
		f, err := d.Record(ctx, d.a, good)
		d.must(err)
		for name, id := range map[string]int64{"one out of reach": c, "none": 0, "one that is not there": c + 900} {
			in := good
			in.CustomerID = id
			_, err := d.Record(ctx, d.b, in)
			d.refused("recording with "+name, err, errs.KindNotFound)
			_, err = d.With(ctx, d.b, id, 10)
			d.refused("reading of "+name, err, errs.KindNotFound)
		}
		_, err = d.Get(ctx, d.b, f.ID)
		d.refused("another's", err, errs.KindNotFound)
		auditor := access.Actor{UserID: "x", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
		_, err = d.Record(ctx, auditor, good)
		d.refused("who only reads", err, errs.KindForbidden)
		if with, err := d.With(ctx, auditor, c, 10); err != nil || with.MayWrite || len(with.FollowUps) != 1 {
			d.t.Errorf("an auditor: %+v %v", with, err)
		}
		office := access.Actor{UserID: "o", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
		in := good
		in.NextOn = today + 1
		_, err = d.Record(ctx, office, in)
		d.refused("a next contact for nobody", err, errs.KindInvalid)
		_, err = d.Record(ctx, office, good)
		d.must(err)
	})
}

// TestLastContactKnowsBoth: lists say when there was contact last, about an opportunity or none.
func TestLastContactKnowsBoth(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx, c := d.t.Context(), d.case1.CustomerID
		contacts := contact.NewService(d.db.ContactStore(), storetest.Clock())
		_, err := contacts.Save(ctx, d.a, contact.Entry{CustomerID: c, Name: "王厂长"})
		d.must(err)
		last := func() bool {
			list, err := contacts.List(ctx, d.a, contact.Filter{})
			d.must(err)
			return !list.Rows[0].LastContact.IsZero()
		}
		if last() {
			d.t.Error("contact before anything was said")
		}
		_, err = d.Record(ctx, d.a, followup.Entry{CustomerID: c, Kind: followup.KindVisit, Text: "x", NextOn: calendar.NoDate})
		d.must(err)
		if !last() {
			d.t.Error("a visit about no opportunity is no contact")
		}
	})
}

// TestWhatIsArrangedWithACustomerGoesWithIt to whoever gets the customer, and keeps the customer from being taken back with its import.
func TestWhatIsArrangedWithACustomerGoesWithIt(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		var brought fact.Batch
		var c int64
		d.must(d.db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchImport, ActorID: "u"})
			d.must(err)
			_, err = w.PutCustomer(ctx, fact.CustomerRecord{Key: "C9", Name: "云帆"})
			d.must(err)
			if brought, err = w.Finish(ctx); err == nil {
				c, err = tx.CustomerID(ctx, "C9")
			}
			return err
		}))
		everybody := d.a
		everybody.Grants = []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}
		_, err := d.Record(ctx, everybody, followup.Entry{CustomerID: c, Kind: followup.KindCall, Text: "x", NextOn: today + 1})
		d.must(err)
		work := func() (loose, with int) {
			d.must(d.db.Read(ctx, func(tx *store.Tx) error {
				_, alone, err := tx.LooseWork(ctx, d.a.PersonID)
				d.must(err)
				_, of, err := tx.OpenWork(ctx, c, d.a.PersonID)
				loose, with = len(alone), len(of)
				return err
			}))
			return loose, with
		}
		if loose, with := work(); loose != 1 || with != 1 {
			d.t.Errorf("of a customer that nobody has: %d alone, %d with it", loose, with)
		}
		d.must(d.db.InTx(ctx, func(tx *store.Tx) error {
			return tx.PutHolding(ctx, pool.Holding{CustomerID: c, OwnerID: d.a.PersonID, Since: today, Revision: 1})
		}))
		if loose, with := work(); loose != 0 || with != 1 {
			d.t.Errorf("of one's own customer: %d alone, %d with it", loose, with)
		}
		err = d.db.InTx(ctx, func(tx *store.Tx) error {
			_, err := tx.UndoBatch(ctx, brought.ID, fact.BatchRequest{Kind: fact.BatchUndo, ActorID: "u"})
			return err
		})
		d.refused("taking the customer back", err, errs.KindConflict)
	})
}
