package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestTheListFindsContactsWithinReach has A with an opportunity at 恒越精密 and B with one at 北辰阀门.
func TestTheListFindsContactsWithinReach(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ids := map[string]int64{}
		must(db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			must(err)
			put := func(_ fact.Outcome, err error) { must(err) }
			put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
			put(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一部", Region: "E"}))
			for i, key := range []string{"A", "B"} {
				put(w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "销售" + key, Team: "T", Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
				put(w.PutCustomer(ctx, fact.CustomerRecord{Key: fmt.Sprint("C", i+1), Name: []string{"恒越精密", "北辰阀门"}[i]}))
			}
			_, err = w.Finish(ctx)
			return err
		}))
		must(db.Read(ctx, func(tx *store.Tx) (err error) {
			for _, key := range []string{"A", "B"} {
				if ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
					return err
				}
			}
			for _, key := range []string{"C1", "C2"} {
				if ids[key], err = tx.CustomerID(ctx, key); err != nil {
					return err
				}
			}
			return nil
		}))
		actor := func(key string, role access.Role, scope access.ScopeKind) access.Actor {
			return access.Actor{UserID: "u-" + key + string(role), Name: key, PersonID: ids[key], Grants: []access.Grant{{Role: role, Scope: scope}}}
		}
		clerk, a, b, auditor := actor("", access.RoleOperations, access.ScopeAll), actor("A", access.RoleSeller, access.ScopeOwn), actor("B", access.RoleSeller, access.ScopeOwn), actor("", access.RoleAuditor, access.ScopeAll)
		clock := storetest.Clock()
		contacts, opportunities := contact.NewService(db.ContactStore(), clock), opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), clock), clock)
		for i, owner := range []string{"A", "B"} {
			o, err := opportunities.Save(ctx, clerk, opportunity.Entry{Name: "商机", Customer: fmt.Sprint("C", i+1), Owner: owner, Currency: money.CNY, ExpectedOn: today + 60, Source: "referral"})
			must(err)
			if owner == "A" {
				_, err = followup.NewService(db.FollowUpStore(), clock).Record(ctx, clerk, followup.Entry{OpportunityID: o.ID, Kind: followup.KindCall, Text: "聊了产线", NextOn: today + 20})
				must(err)
			}
		}
		saved := map[string]contact.Contact{}
		for _, e := range []contact.Entry{{CustomerID: ids["C1"], Name: "王厂长", Part: "decides", Phone: "13812345678"}, {CustomerID: ids["C1"], Name: "李采购", Gone: true}, {CustomerID: ids["C2"], Name: "王先生", Phone: "13812345678"}} {
			c, err := contacts.Save(ctx, clerk, e)
			must(err)
			saved[e.Name] = c
		}
		names := func(who access.Actor, f contact.Filter) string {
			t.Helper()
			list, err := contacts.List(ctx, who, f)
			must(err)
			var found []string
			for _, c := range list.Rows {
				found = append(found, c.Name)
			}
			if int64(len(found)) != list.Total.Count {
				t.Errorf("%d of %d", len(found), list.Total.Count)
			}
			return strings.Join(found, " ")
		}
		left, there := true, false
		newest := fact.Paging{Sort: contact.SortNew, Descending: true}
		for _, c := range []struct {
			who    access.Actor
			filter contact.Filter
			want   string
		}{
			{clerk, contact.Filter{Paging: newest}, "王先生 李采购 王厂长"}, {a, contact.Filter{Paging: newest}, "李采购 王厂长"}, {b, contact.Filter{}, "王先生"},
			{clerk, contact.Filter{Search: "wcz"}, "王厂长"}, {clerk, contact.Filter{Search: "恒越", Paging: newest}, "李采购 王厂长"}, {clerk, contact.Filter{Search: "bcfm"}, "王先生"}, {a, contact.Filter{Search: "王"}, "王厂长"},
			{clerk, contact.Filter{Gone: &left}, "李采购"}, {a, contact.Filter{Gone: &there}, "王厂长"}, {clerk, contact.Filter{Part: "decides"}, "王厂长"}, {clerk, contact.Filter{Part: contact.PartUnknown, Gone: &there}, "王先生"}, {clerk, contact.Filter{CustomerID: ids["C2"]}, "王先生"},
		} {
			if got := names(c.who, c.filter); got != c.want {
				t.Errorf("%s, %+v: %s, want %s", c.who.Name, c.filter, got, c.want)
			}
		}
		page, err := contacts.List(ctx, clerk, contact.Filter{Paging: fact.Paging{Limit: 2}})
		must(err)
		rest, err := contacts.List(ctx, clerk, contact.Filter{Paging: fact.Paging{Limit: 2, Cursor: page.Next}})
		must(err)
		if len(page.Rows) != 2 || len(rest.Rows) != 1 || rest.Next != "" || page.Rows[0].LastContact.IsZero() && page.Rows[1].LastContact.IsZero() {
			t.Errorf("pages %d and %d", len(page.Rows), len(rest.Rows))
		}
		// A new name is found by it, by what is in memory, too.
		c := saved["王厂长"]
		_, err = contacts.Save(ctx, clerk, contact.Entry{ID: c.ID, Name: "赵厂长", Part: "decides", Phone: c.Phone})
		must(err)
		if got := names(clerk, contact.Filter{Search: "zcz"}); got != "赵厂长" {
			t.Errorf("by the new name: %s", got)
		}
		if got := names(clerk, contact.Filter{Search: "wcz"}); got != "" {
			t.Errorf("by the old name: %s", got)
		}
		seen, err := contacts.List(ctx, auditor, contact.Filter{Search: "赵"})
		must(err)
		if seen.Rows[0].Phone != "138******78" {
			t.Errorf("an auditor sees %s", seen.Rows[0].Phone)
		}
		d, err := contacts.Show(ctx, a, c.ID)
		must(err)
		if len(d.Changes) != 2 || d.Customer.Name != "恒越精密" || !d.MayWrite || d.Phone != "13812345678" {
			t.Errorf("detail: %+v", d)
		}
		// What the company itself keeps as personal is hidden like numbers: in the list, on the page and in its history.
		_, err = customfield.NewService(db.CustomFieldStore(), nil, clock).Save(ctx, clerk, customfield.Entry{Object: customfield.ObjectContact, Key: "wish", NameZh: "爱好", NameEn: "Hobby", Kind: customfield.KindText, Required: customfield.RequiredNever, Personal: true})
		must(err)
		_, err = contacts.Save(ctx, clerk, contact.Entry{ID: c.ID, Name: "赵厂长", Phone: c.Phone, Fields: customfield.Inputs{"wish": {Typed: []string{"钓鱼"}}}})
		must(err)
		for who, whole := range map[*access.Actor]bool{&a: true, &auditor: false} {
			list, err := contacts.List(ctx, *who, contact.Filter{Search: "赵"})
			must(err)
			d, err := contacts.Show(ctx, *who, c.ID)
			must(err)
			for _, text := range []string{string(list.Rows[0].Fields), string(d.Fields), string(d.Changes[0].After)} {
				if strings.Contains(text, "钓鱼") != whole {
					t.Errorf("%s reads %s", who.UserID, text)
				}
			}
		}
		if _, err := contacts.Show(ctx, b, c.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("B opens a contact out of reach: %v", err)
		}
		if _, err := contacts.List(ctx, clerk, contact.Filter{Part: "x"}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("an unknown part: %v", err)
		}
		twins, err := contacts.Twins(ctx, b, contact.Likeness{Phone: "138-1234-5678"})
		must(err)
		if len(twins) != 2 || twins[0].ID != 0 || twins[0].Name != "" || twins[0].CustomerName != "" || twins[1].Name != "王先生" {
			t.Errorf("B is told of %+v", twins)
		}
	})
}
