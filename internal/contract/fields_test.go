package contract_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/store/storetest"
)

func typed(values ...string) customfield.Inputs {
	in := customfield.Inputs{}
	for i := 0; i < len(values); i += 2 {
		in[values[i]] = customfield.Input{Typed: []string{values[i+1]}}
	}
	return in
}

// TestContractsAreLimitedAndOrderedByFieldsOfTheCompany: page by page, for a seller, whose few rows are put in order, and for finance, for whom the
// index is walked.
func TestContractsAreLimitedAndOrderedByFieldsOfTheCompany(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, book := h.t.Context(), customfield.NewService(h.db.CustomFieldStore(), nil, storetest.Clock())
		operations := access.Actor{UserID: "o", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
		for _, f := range []customfield.Entry{{Key: "warranty", Kind: customfield.KindNumber}, {Key: "place", Kind: customfield.KindText}} {
			f.Object, f.NameZh = customfield.ObjectContract, f.Key
			_, err := book.Save(ctx, operations, f)
			h.must(err)
		}
		for number, values := range map[string]customfield.Inputs{"a": typed("warranty", "24", "place", "苏州"), "b": typed("warranty", "12", "place", "苏北"), "c": nil, "d": typed("warranty", "36")} {
			in := entry(number)
			in.Customer, in.Fields = "C1", values
			_, err := h.Save(ctx, h.actors["A"], in)
			h.must(err)
		}
		list := func(who access.Actor, f contract.Filter) (numbers string) {
			h.t.Helper()
			f.Ends = fact.AnyDay()
			for {
				page, err := h.List(ctx, who, f)
				h.must(err)
				for _, c := range page.Rows {
					numbers += c.Number
				}
				if f.Paging.Cursor = page.Next; page.Next == "" {
					if int(page.Total.Count) != len(numbers) {
						h.t.Errorf("%s: the total says %d", numbers, page.Total.Count)
					}
					return numbers
				}
			}
		}
		by := func(conditions ...customfield.Condition) customfield.Asked {
			return customfield.Asked{Conditions: conditions}
		}
		from := customfield.Condition{Key: "warranty", Comparison: customfield.From, Value: "24"}
		place := customfield.Condition{Key: "place", Comparison: customfield.Is, Value: "苏"}
		for _, c := range []struct {
			filter contract.Filter
			want   string
		}{
			{contract.Filter{Paging: fact.Paging{Sort: "field.warranty", Limit: 1}}, "bad"},
			{contract.Filter{Paging: fact.Paging{Sort: "field.warranty", Descending: true, Limit: 2}}, "dab"},
			{contract.Filter{Own: by(from), Paging: fact.Paging{Sort: contract.SortAmount}}, "ad"},
			{contract.Filter{Own: by(from, place)}, "a"},
			{contract.Filter{Own: by(place), Paging: fact.Paging{Sort: "field.place", Limit: 1}}, "ba"},
		} {
			for _, who := range []access.Actor{h.actors["A"], h.actors["F"]} {
				got := list(who, c.filter)
				if len(got) == 2 && c.filter.Paging.Sort == contract.SortAmount && got == "da" { // both cost the same: the order is that of their ids
					got = "ad"
				}
				if got != c.want {
					h.t.Errorf("%s %+v: %s, want %s", who.Name, c.filter, got, c.want)
				}
			}
		}
		if got := list(h.actors["B"], contract.Filter{Own: by(from)}); got != "" {
			h.t.Errorf("somebody else sees %s", got)
		}
		_, err := h.List(ctx, h.actors["A"], contract.Filter{Ends: fact.AnyDay(), Own: by(customfield.Condition{Key: "nothing", Comparison: customfield.Is, Value: "1"})})
		h.refused("an unknown field", err, errs.KindInvalid)
		_, err = h.List(ctx, h.actors["A"], contract.Filter{Ends: fact.AnyDay(), Paging: fact.Paging{Sort: "field.nothing"}})
		h.refused("an unknown order", err, errs.KindInvalid)
	})
}
