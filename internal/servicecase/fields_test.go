package servicecase_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store/storetest"
)

// TestCasesAreLimitedAndOrderedByFieldsOfTheCompany: those that are in reach, page by page.
func TestCasesAreLimitedAndOrderedByFieldsOfTheCompany(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx, book := d.t.Context(), customfield.NewService(d.db.CustomFieldStore(), nil, storetest.Clock())
		_, err := book.Save(ctx, d.ops, customfield.Entry{Object: customfield.ObjectCase, Key: "serial", NameZh: "设备编号", Kind: customfield.KindText})
		d.must(err)
		for title, serial := range map[string]string{"a": "SN-2", "b": "sn-1", "c": "", "d": "TX-1"} {
			in := d.entry()
			in.Title = title
			if serial != "" {
				in.Fields = customfield.Inputs{"serial": {Typed: []string{serial}}}
			}
			_, err := d.Open(ctx, d.s, in)
			d.must(err)
		}
		list := func(who access.Actor, f servicecase.Filter) (titles string) {
			d.t.Helper()
			f.Opened = fact.AnyDay()
			for {
				page, err := d.List(ctx, who, f)
				d.must(err)
				for _, c := range page.Rows {
					titles += c.Title
				}
				if f.Paging.Cursor = page.Next; page.Next == "" {
					if int(page.Total.Count) != len(titles) {
						d.t.Errorf("%s: the total says %d", titles, page.Total.Count)
					}
					return titles
				}
			}
		}
		begins := customfield.Asked{Conditions: []customfield.Condition{{Key: "serial", Comparison: customfield.Is, Value: "Sn"}}}
		for _, c := range []struct {
			filter servicecase.Filter
			want   string
		}{
			{servicecase.Filter{Paging: fact.Paging{Sort: "field.serial", Limit: 1}}, "bad"},
			{servicecase.Filter{Paging: fact.Paging{Sort: "field.serial", Descending: true, Limit: 2}}, "dab"},
			{servicecase.Filter{Own: begins, Paging: fact.Paging{Sort: "field.serial", Limit: 1}}, "ba"},
		} {
			for _, who := range []access.Actor{d.s, d.ops} {
				if got := list(who, c.filter); got != c.want {
					d.t.Errorf("%s %+v: %s, want %s", who.Name, c.filter, got, c.want)
				}
			}
		}
		if got := list(d.b, servicecase.Filter{Own: begins}); got != "" {
			d.t.Errorf("somebody else sees %s", got)
		}
		lanes, err := d.Board(ctx, d.s, servicecase.Filter{Opened: fact.AnyDay(), Own: begins})
		d.must(err)
		cards := 0
		for _, lane := range lanes {
			cards += len(lane.Cards)
		}
		if cards != 2 {
			d.t.Errorf("%d cards on the board", cards)
		}
		_, err = d.List(ctx, d.s, servicecase.Filter{Opened: fact.AnyDay(), Paging: fact.Paging{Sort: "field.nothing"}})
		d.refused("an unknown order", err, errs.KindInvalid)
	})
}
