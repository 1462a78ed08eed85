package opportunity_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store/storetest"
)

func (h house) book() *customfield.Service {
	return customfield.NewService(h.db.CustomFieldStore(), func(context.Context) ([]string, error) {
		return []string{"development", "needs", "proposal", "contract", "after_sales"}, nil
	}, storetest.Clock())
}

func (h house) define(in customfield.Entry) customfield.Field {
	h.t.Helper()
	in.Object = customfield.ObjectOpportunity
	if in.NameZh == "" {
		in.NameZh = in.Key
	}
	f, err := h.book().Save(h.t.Context(), h.operations(), in)
	h.must(err)
	return f
}

func (h house) audited() []audit.Entry {
	h.t.Helper()
	page, err := audit.NewService(h.db.Audit()).List(h.t.Context(), access.SystemActor("test"), audit.Filter{})
	h.must(err)
	return page.Entries
}

func filled(pairs ...string) customfield.Inputs {
	in := customfield.Inputs{}
	for i := 0; i < len(pairs); i += 2 {
		in[pairs[i]] = customfield.Input{Typed: []string{pairs[i+1]}}
	}
	return in
}

// paths are where something is said to be wrong.
func paths(err error) (list []string) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for _, f := range e.Fields {
			list = append(list, f.Path)
		}
	}
	return list
}

func TestDefinitionsAreChangedByWhoMayAndNeverLost(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, book := h.t.Context(), h.book()
		_, err := book.Save(ctx, h.seller("A"), customfield.Entry{Object: customfield.ObjectOpportunity, Key: "x", NameZh: "x", Kind: customfield.KindText})
		h.refused("a seller defines", err, errs.KindForbidden)
		_, err = book.Save(ctx, h.operations(), customfield.Entry{Object: "deal", Key: "Stage", Kind: "float", Required: "never", Choices: []customfield.Choice{{NameZh: "a"}}, Personal: true})
		if got := paths(err); !slices.Equal(got, []string{"object", "key", "kind", "name_zh", "required", "personal", "choices"}) {
			h.t.Errorf("wrong at %v", got)
		}
		f := h.define(customfield.Entry{Key: "size", Kind: customfield.KindChoice, Choices: []customfield.Choice{{NameZh: "大"}, {NameZh: "小"}}})
		if f.Choices[0].Key != "c1" || f.Choices[1].Key != "c2" || f.Position != 1 {
			h.t.Errorf("%+v", f)
		}
		other := h.define(customfield.Entry{Key: "rival", Kind: customfield.KindText})
		_, err = book.Save(ctx, h.operations(), customfield.Entry{Object: customfield.ObjectOpportunity, Key: "size", NameZh: "x", Kind: customfield.KindText})
		h.refused("a key twice", err, errs.KindInvalid)
		h.must(book.Move(ctx, h.operations(), other.ID, true))
		fields, err := book.Of(ctx, h.seller("A"), customfield.ObjectOpportunity)
		if h.must(err); len(fields) != 2 || fields[0].Key != "rival" {
			h.t.Errorf("after the move: %+v", fields)
		}
		in := entry("C1")
		in.Fields = filled("size", "大")
		h.add(h.seller("A"), in)
		_, err = book.Save(ctx, h.operations(), customfield.Entry{ID: f.ID, NameZh: "规模", Choices: f.Choices[1:]})
		if got := paths(err); !slices.Contains(got, "choices") {
			h.t.Errorf("a used choice is taken away: %v", err)
		}
		h.refused("a used field is deleted", book.Delete(ctx, h.operations(), f.ID, 0), errs.KindConflict)
		h.must(book.Delete(ctx, h.operations(), other.ID, 0))
		_, err = book.Retire(ctx, h.operations(), f.ID, 1, true)
		h.refused("what was not seen is retired", err, errs.KindConflict)
		_, err = book.Retire(ctx, h.operations(), f.ID, 0, true)
		h.must(err)
		d, err := h.Get(ctx, h.seller("A"), 1)
		if h.must(err); d.Fields.Text("size") != "c1" {
			h.t.Errorf("the value of a retired field: %s", d.Fields)
		}
		var actions []string
		for _, e := range h.audited() {
			if strings.HasPrefix(e.Action, "custom_field.") {
				actions = append(actions, e.Action)
			}
		}
		slices.Sort(actions)
		if want := []string{"custom_field.add", "custom_field.add", "custom_field.delete", "custom_field.move", "custom_field.move", "custom_field.retire"}; !slices.Equal(actions, want) {
			h.t.Errorf("audited: %v", actions)
		}
	})
}

func TestValuesGoWithTheOpportunityAndItsHistory(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, seller := h.t.Context(), h.seller("A")
		h.define(customfield.Entry{Key: "budget", Kind: customfield.KindMoney})
		h.define(customfield.Entry{Key: "decider", Kind: customfield.KindText, Personal: true})
		in := entry("C1")
		in.Fields = filled("budget", "x", "who", "y")
		_, err := h.Save(ctx, seller, in)
		if got := paths(err); !slices.Equal(got, []string{"field.budget", "field.who"}) {
			h.t.Errorf("wrong at %v", got)
		}
		in.Fields = filled("budget", "1200", "decider", "张三丰")
		o := h.add(seller, in)
		in.ID, in.Fields, in.Seen = o.ID, filled("budget", "1300"), 1
		o, err = h.Save(ctx, seller, in)
		if h.must(err); o.Revision != 2 || o.Fields != `{"budget":130000,"decider":"张三丰"}` {
			h.t.Errorf("revision %d: %s", o.Revision, o.Fields)
		}
		_, err = h.Save(ctx, seller, in)
		h.refused("what was not seen is changed", err, errs.KindConflict)
		d, err := h.Get(ctx, seller, o.ID)
		if h.must(err); string(d.Changes[0].Before) != `{"field.budget":120000}` || string(d.Changes[0].After) != `{"field.budget":130000}` {
			h.t.Errorf("the history tells %s → %s", d.Changes[0].Before, d.Changes[0].After)
		}
		auditor := h.actor("", access.RoleAuditor, access.ScopeAll)
		d, err = h.Get(ctx, auditor, o.ID)
		if h.must(err); d.Fields.Text("decider") != "张***" || strings.Contains(string(d.Changes[1].After), "张三丰") {
			h.t.Errorf("the auditor sees %s, %s", d.Fields, d.Changes[1].After)
		}
		page, err := h.List(ctx, auditor, opportunity.Filter{Expected: fact.AnyDay()})
		if h.must(err); len(page.Rows) != 1 || page.Rows[0].Fields.Text("decider") != "张***" {
			h.t.Errorf("the auditor's list: %+v", page.Rows)
		}
		for _, e := range h.audited() {
			if strings.Contains(string(e.After), "张三丰") {
				h.t.Errorf("the audit log has a name: %s", e.After)
			}
		}
	})
}

func TestAStageAsksForItsFields(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, seller := h.t.Context(), h.seller("A")
		h.define(customfield.Entry{Key: "budget", Kind: customfield.KindMoney, Required: "needs"})
		h.define(customfield.Entry{Key: "rival", Kind: customfield.KindText, Required: "proposal"})
		o := h.add(seller, entry("C1"))
		_, err := h.MoveFor(ctx, seller, opportunity.Moving{ID: o.ID, Stage: opportunity.StageProposal})
		if got := paths(err); !errs.Is(err, errs.KindInvalid) || !slices.Equal(got, []string{"field.budget", "field.rival"}) {
			h.t.Errorf("the move asks for %v: %v", got, err)
		}
		o, err = h.MoveFor(ctx, seller, opportunity.Moving{ID: o.ID, Stage: opportunity.StageNeeds, Fields: filled("budget", "88")})
		if h.must(err); o.Stage != opportunity.StageNeeds || o.Revision != 2 {
			h.t.Errorf("%+v", o)
		}
		in := entry("C1")
		in.ID, in.Fields = o.ID, filled("budget", "")
		if _, err = h.Save(ctx, seller, in); !slices.Equal(paths(err), []string{"field.budget"}) {
			h.t.Errorf("what the stage asks for is emptied: %v", err)
		}
		in.Fields, in.Note = nil, "改一句"
		_, err = h.Save(ctx, seller, in)
		h.must(err)
		if _, err = h.Lose(ctx, seller, opportunity.Lose{ID: o.ID, For: "price"}); err != nil {
			h.t.Errorf("losing asks: %v", err)
		}
	})
}

func TestListsAreLimitedAndOrderedByFields(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, seller := h.t.Context(), h.seller("A")
		h.define(customfield.Entry{Key: "budget", Kind: customfield.KindMoney})
		h.define(customfield.Entry{Key: "rival", Kind: customfield.KindText})
		h.define(customfield.Entry{Key: "tags", Kind: customfield.KindChoices, Choices: []customfield.Choice{{Key: "new", NameZh: "新"}, {Key: "big", NameZh: "大"}}})
		for i, values := range []customfield.Inputs{filled("budget", "30", "rival", "华星", "tags", "新、大"), filled("budget", "10", "rival", "Acme", "tags", "大"), nil, filled("budget", "20", "rival", "华星二厂"), filled("budget", "20")} {
			in := entry("C1")
			in.Name, in.Fields = string(rune('a'+i)), values
			h.add(seller, in)
		}
		list := func(who access.Actor, f opportunity.Filter) (names string) {
			h.t.Helper()
			f.Expected = fact.AnyDay()
			for {
				page, err := h.List(ctx, who, f)
				h.must(err)
				for _, o := range page.Rows {
					names += o.Name
				}
				if f.Paging.Cursor = page.Next; page.Next == "" {
					if int(page.Total.Count) != len(names) {
						h.t.Errorf("%s: the total says %d", names, page.Total.Count)
					}
					return names
				}
			}
		}
		is := func(key, value string, comparison customfield.Comparison) []customfield.Condition {
			return []customfield.Condition{{Key: key, Comparison: comparison, Value: value}}
		}
		for _, c := range []struct {
			filter opportunity.Filter
			want   string
		}{
			{opportunity.Filter{Fields: is("budget", "20", customfield.From)}, "eda"}, {opportunity.Filter{Fields: is("budget", "20", customfield.To)}, "edb"}, {opportunity.Filter{Fields: is("rival", "华星", customfield.Is)}, "da"},
			{opportunity.Filter{Fields: is("rival", "acme", customfield.Is)}, "b"}, {opportunity.Filter{Fields: is("tags", "big", customfield.Is)}, "ba"},
			{opportunity.Filter{Fields: append(is("tags", "big", customfield.Is), is("budget", "20", customfield.From)...)}, "a"},
			{opportunity.Filter{Paging: fact.Paging{Sort: "field.budget", Limit: 2}}, "bdea"}, {opportunity.Filter{Paging: fact.Paging{Sort: "field.budget", Descending: true, Limit: 1}}, "aedb"},
			{opportunity.Filter{Paging: fact.Paging{Sort: "field.rival", Limit: 1}}, "bad"}, {opportunity.Filter{Fields: is("tags", "big", customfield.Is), Paging: fact.Paging{Sort: "field.budget", Limit: 1}}, "ba"},
		} {
			for _, who := range []access.Actor{seller, h.operations()} { // few rows are put in order, of many the index is walked
				if got := list(who, c.filter); got != c.want {
					h.t.Errorf("%s %+v %+v: %s, want %s", who.Name, c.filter.Fields, c.filter.Paging, got, c.want)
				}
			}
		}
		_, err := h.List(ctx, seller, opportunity.Filter{Expected: fact.AnyDay(), Paging: fact.Paging{Sort: "field.tags"}})
		h.refused("an order of choices", err, errs.KindInvalid)
		_, err = h.List(ctx, seller, opportunity.Filter{Expected: fact.AnyDay(), Fields: is("nothing", "1", customfield.Is)})
		h.refused("an unknown field", err, errs.KindInvalid)
	})
}
