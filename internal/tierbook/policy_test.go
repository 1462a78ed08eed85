package tierbook_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/store"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// stricter has limits at 50 and 90 %.
var stricter = strings.NewReplacer("a: 80%", "a: 50%", "b: 95%", "b: 90%").Replace(string(tier.DefaultText()))

func TestAPolicyIsTriedApprovedBySomebodyElseAndThenHolds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tick(true)
	ctx := t.Context()
	draft, err := h.SavePolicy(ctx, h.operations(), tierbook.Draft{Text: stricter, From: september + 1, Note: "收紧"})
	h.must(err)
	if draft.Number != 1 || draft.State != tierbook.PolicyDraft {
		t.Errorf("draft %+v", draft)
	}
	_, err = h.StartTrial(ctx, h.operations(), draft.ID)
	h.must(err)
	h.work()
	d, err := h.Policy(ctx, h.director(), draft.ID)
	h.must(err)
	// C2 begins at 60 % and C3 at 85 %: beyond 50 % C2 is in B, and C3 stays there.
	s := d.Version.Trial.Simulation
	if want := (tier.Moves{{1, 1, 0}, {0, 1, 0}, {0, 0, 3}}); s.Due != want || d.Version.Trial.Customers != 6 || len(s.Moves) != 1 || s.Before.Count != [3]int{2, 1, 2} || s.After.Count != [3]int{1, 2, 2} {
		t.Errorf("trial %+v", d.Version.Trial)
	}
	_, err = h.ApprovePolicy(ctx, access.Actor{UserID: draft.AuthorID, Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}, draft.ID, 0)
	h.refused("one's own draft", err, errs.KindForbidden)
	_, err = h.ApprovePolicy(ctx, h.actor("L", access.RoleLead, access.ScopeTeamAndBelow), draft.ID, 0)
	h.refused("who decides for a team alone", err, errs.KindForbidden)
	_, err = h.ApprovePolicy(ctx, h.director(), draft.ID, draft.Revision)
	h.refused("another text than was seen", err, errs.KindConflict) // the trial came in between
	_, err = h.ApprovePolicy(ctx, h.director(), draft.ID, d.Version.Revision)
	h.must(err)
	_, err = h.SavePolicy(ctx, h.operations(), tierbook.Draft{ID: draft.ID, Text: stricter, From: september})
	h.refused("an approved text", err, errs.KindConflict)
	book, err := h.Policies(ctx, h.operations())
	h.must(err)
	if book.Current.Number != 0 {
		t.Error("it holds before its day")
	}
	h.to(september + 1)
	if book, err = h.Policies(ctx, h.operations()); err != nil || book.Current.ID != draft.ID {
		t.Errorf("on its day %d holds, %v", book.Current.Number, err)
	}
	_, err = h.StartReview(ctx, h.operations())
	h.must(err)
	h.work()
	if got := h.tiers(); got != "ABBCCC" {
		t.Errorf("by the new policy: %s", got)
	}
	h.refused("no reason", h.WithdrawPolicy(ctx, h.director(), draft.ID, " "), errs.KindInvalid)
	h.must(h.WithdrawPolicy(ctx, h.director(), draft.ID, "过严"))
	if book, err = h.Policies(ctx, h.operations()); err != nil || book.Current.Number != 0 {
		t.Errorf("after it was withdrawn %d holds, %v", book.Current.Number, err)
	}
}

func TestWhatIsNoPolicyIsRefusedByLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for what, text := range map[string]string{"a limit of no meaning": strings.Replace(stricter, "a: 50%", "a: 99%", 1), "a field that nobody keeps": strings.Replace(stricter, "{id: industry,", "{id: shoe_size,", 1),
		"nothing": ""} {
		_, err := h.SavePolicy(t.Context(), h.operations(), tierbook.Draft{Text: text, From: september})
		h.refused(what, err, errs.KindInvalid)
	}
	_, err := h.SavePolicy(t.Context(), h.operations(), tierbook.Draft{Text: stricter, From: calendar.NoDate})
	h.refused("no day", err, errs.KindInvalid)
	_, err = h.SavePolicy(t.Context(), h.director(), tierbook.Draft{Text: stricter, From: september})
	h.refused("who writes no policies", err, errs.KindForbidden)
	seller := h.actor("A", access.RoleSeller, access.ScopeOwn)
	draft, err := h.SavePolicy(t.Context(), h.operations(), tierbook.Draft{Text: stricter, From: september})
	h.must(err)
	_, err = h.Policy(t.Context(), seller, draft.ID)
	h.refused("a draft, for a seller", err, errs.KindForbidden)
	if book, err := h.Policies(t.Context(), seller); err != nil || len(book.Versions) != 0 {
		t.Errorf("a seller sees drafts: %d, %v", len(book.Versions), err)
	}
}

// TestAFileIsAsCompleteAsWhatIsKnown: after-sales asks for name 3, code 2, industry 1, region 1, contact 3, phone 2, invoice title 2 and end of contract 2, 16 in all.
// Name and industry are there: 4/16.
func TestAFileIsAsCompleteAsWhatIsKnown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tick(true)
	ctx, id, seller := t.Context(), h.customer("C1"), h.actor("A", access.RoleSeller, access.ScopeOwn)
	complete := func() string {
		d, err := h.Customer(ctx, seller, id)
		h.must(err)
		text := d.Complete.Share.String()
		for _, m := range d.Complete.Missing {
			text += " " + m.Field + ":" + string(m.Lack)
		}
		return text
	}
	if got := complete(); got != "25% contact:empty credit_code:empty phone:empty invoice_title:empty contract_end:empty region:empty" {
		t.Errorf("at first %s", got)
	}
	p, err := h.profiles.Save(ctx, seller, profile.Entry{CustomerID: id, BudgetMinor: fact.Unknown, RegionCode: "310115", InvoiceTitle: "客户1有限公司", ContractEnd: september + 30, Ratings: map[string]int{"need": 100, "budget": 100}})
	h.must(err)
	_, err = h.contacts.Save(ctx, seller, contact.Entry{CustomerID: id, Name: "王工", Phone: "13800000000", Part: "decides"})
	h.must(err)
	if got := complete(); got != "87.5% credit_code:empty" {
		t.Errorf("filled in: %s", got)
	}
	// Half a year later who the contact is must be confirmed.
	h.to(september + 181)
	if got := complete(); got != "68.75% contact:stale credit_code:empty" {
		t.Errorf("half a year later: %s", got)
	}
	in := profile.Entry{CustomerID: id, BudgetMinor: p.BudgetMinor, RegionCode: p.RegionCode, InvoiceTitle: p.InvoiceTitle, ContractEnd: p.ContractEnd, Ratings: p.Ratings, Seen: p.Revision}
	again, err := h.profiles.Save(ctx, seller, in)
	h.must(err)
	if again.Revision != p.Revision {
		t.Error("saving the same is a change")
	}
	in.Confirm = true
	_, err = h.profiles.Save(ctx, seller, in)
	h.must(err)
	if got := complete(); got != "87.5% credit_code:empty" {
		t.Errorf("confirmed: %s", got)
	}
	_, err = h.profiles.Save(ctx, seller, in)
	h.refused("a change that does not know of another", err, errs.KindConflict)
	_, err = h.profiles.Save(ctx, h.actor("B", access.RoleSeller, access.ScopeOwn), profile.Entry{CustomerID: id, BudgetMinor: fact.Unknown, ContractEnd: calendar.NoDate})
	h.refused("another team's customer", err, errs.KindNotFound)
	for what, wrong := range map[string]profile.Entry{"no such province": {RegionCode: "990000"}, "letters": {RegionCode: "31011x"}, "less than nothing": {BudgetMinor: -5}, "more than all": {Ratings: map[string]int{"need": 101}},
		"no id": {Ratings: map[string]int{"Need!": 1}}, "a control character": {Address: "a\x07"}} {
		wrong.CustomerID = id
		_, err = h.profiles.Save(ctx, seller, wrong)
		h.refused(what, err, errs.KindInvalid)
	}
}

func TestAReviewWhoseJobWasCancelledStopsNoOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, started, err := h.Tick(t.Context(), access.SystemActor("tiers"))
	h.must(err)
	if !started {
		t.Fatal("nothing was started")
	}
	waiting, err := h.jobs.Queued(t.Context())
	h.must(err)
	h.must(h.db.InTx(t.Context(), func(tx *store.Tx) error { return tx.AskJobCancel(t.Context(), waiting[0]) }))
	o, err := h.Overview(t.Context(), h.operations())
	h.must(err)
	if o.Running != nil {
		t.Error("a cancelled review is shown as running")
	}
	_, err = h.StartReview(t.Context(), h.operations())
	h.must(err)
	h.work()
	if got := h.tiers(); got != "AABCCC" {
		t.Errorf("after it was started again: %s", got)
	}
}

// TestCompletenessAsksForFieldsOfTheCompany: those that there are; a value counts while it is fresh. Name and industry are 4 of 21, with the field, which
// weighs 5, they are 9.
func TestCompletenessAsksForFieldsOfTheCompany(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, id, seller := t.Context(), h.customer("C1"), h.actor("A", access.RoleSeller, access.ScopeOwn)
	asking := strings.TrimSpace(string(tier.DefaultText())) + "\n    - {id: field.lines, name: {zh: 产线数, en: lines}, weight: 5, fresh_days: 30}\n"
	_, err := h.SavePolicy(ctx, h.operations(), tierbook.Draft{Text: asking, From: september})
	h.refused("a field that the company has not", err, errs.KindInvalid)
	_, err = customfield.NewService(h.db.CustomFieldStore(), nil, func() time.Time { return h.now }).Save(ctx, h.operations(), customfield.Entry{Object: customfield.ObjectCustomer, Key: "lines", NameZh: "产线数", Kind: customfield.KindNumber})
	h.must(err)
	draft, err := h.SavePolicy(ctx, h.operations(), tierbook.Draft{Text: asking, From: september})
	h.must(err)
	_, err = h.ApprovePolicy(ctx, h.director(), draft.ID, 0)
	h.must(err)
	h.tick(true)
	complete := func() string {
		d, err := h.Customer(ctx, seller, id)
		h.must(err)
		for _, m := range d.Complete.Missing {
			if m.Field == "field.lines" {
				return d.Complete.Share.String() + " " + string(m.Lack)
			}
		}
		return d.Complete.Share.String()
	}
	file := profile.Entry{CustomerID: id, BudgetMinor: fact.Unknown, ContractEnd: calendar.NoDate}
	if got := complete(); got != "19.0476% empty" {
		t.Errorf("nothing noted: %s", got)
	}
	file.Fields = customfield.Inputs{"lines": {Typed: []string{"4"}}}
	_, err = h.profiles.Save(ctx, seller, file)
	h.must(err)
	if got := complete(); got != "42.8571%" {
		t.Errorf("noted: %s", got)
	}
	h.to(september + 31)
	if got := complete(); got != "19.0476% stale" {
		t.Errorf("a month later: %s", got)
	}
	_, err = h.profiles.Save(ctx, seller, file)
	h.must(err)
	if got := complete(); got != "19.0476% stale" {
		t.Errorf("the same, which nobody looked at: %s", got)
	}
	file.Confirm = true
	_, err = h.profiles.Save(ctx, seller, file)
	h.must(err)
	if got := complete(); got != "42.8571%" {
		t.Errorf("confirmed: %s", got)
	}
}
