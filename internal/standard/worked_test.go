package standard_test

import (
	"bytes"
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/standard"
)

// TestACaseIsToldWithoutNames: it is copied when it is chosen, refused where a text names somebody, and gone once it is taken out.
func TestACaseIsToldWithoutNames(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.publish(small)
		shown, err := h.opportunities.Get(ctx, h.operations(), h.open(h.seller("A")).ID) // with the names
		h.must(err)
		case1 := shown.Opportunity
		_, err = h.followUps.Record(ctx, h.seller("A"), followup.Entry{OpportunityID: case1.ID, Kind: followup.KindCall, Text: "问了预算", NextOn: calendar.NoDate})
		h.must(err)
		choosing := standard.Choosing{CaseID: case1.ID, Good: true, Title: "当天联系", Lesson: "先问预算，再约下次。"}
		_, err = h.Choose(ctx, h.seller("A"), choosing)
		h.refused("a seller", err, errs.KindForbidden)
		for _, named := range []string{"客户", "产线", "销售A"} {
			wrong := choosing
			wrong.Lesson = "问了" + named + "的预算"
			_, err = h.Choose(ctx, h.operations(), wrong)
			h.refused("naming "+named, err, errs.KindInvalid)
		}
		c, err := h.Choose(ctx, h.operations(), choosing)
		h.must(err)
		if len(c.Steps) == 0 || len(c.Rules) == 0 || c.Steps[0].Day != 1 {
			h.t.Errorf("copied: %+v", c)
		}
		_, err = h.Choose(ctx, h.operations(), choosing)
		h.refused("twice", err, errs.KindConflict)
		b, err := h.ReadHandbook(ctx, h.seller("A"))
		h.must(err)
		if len(b.Cases) != 1 || b.Cases[0].CaseID != 0 || b.Cases[0].Title != "当天联系" || len(b.Cases[0].Steps) != len(c.Steps) {
			h.t.Errorf("a seller reads %+v", b.Cases)
		}
		for _, lang := range []i18n.Lang{i18n.ZhCN, i18n.En} {
			h.files(lang, b, "销售A", "问了预算")
		}
		h.must(h.Drop(ctx, h.operations(), c.ID))
		h.refused("dropped twice", h.Drop(ctx, h.operations(), c.ID), errs.KindNotFound)
		if b, err = h.ReadHandbook(ctx, h.seller("A")); err != nil || len(b.Cases) != 0 {
			h.t.Errorf("after it was taken out: %+v, %v", b.Cases, err)
		}
	})
}

// files writes the handbook twice in both formats and looks for what must, and must not, be in it.
func (h house) files(lang i18n.Lang, b standard.Handbook, secret ...string) {
	h.t.Helper()
	catalogue, err := i18n.New()
	h.must(err)
	p := catalogue.Printer(lang)
	for _, format := range []standard.BookFormat{standard.FormatWord, standard.FormatPDF} {
		first, err := standard.BookFile(p, b, format)
		h.must(err)
		second, err := standard.BookFile(p, b, format)
		h.must(err)
		if !bytes.Equal(first.Content, second.Content) || !strings.HasSuffix(first.Name, "."+string(format)) {
			h.t.Errorf("%s: two files of one version differ, or the name is %s", format, first.Name)
		}
	}
	word, err := standard.BookFile(p, b, standard.FormatWord)
	h.must(err)
	text := string(word.Content)
	for _, want := range []string{"当天联系", "先问预算，再约下次。", b.Version.Hash, p.T("book.sheet.visit"), p.T("book.examples")} {
		if !strings.Contains(text, want) {
			h.t.Errorf("%s: the file has no %s", lang, want)
		}
	}
	for _, name := range secret {
		if strings.Contains(text, name) {
			h.t.Errorf("%s: the file names %s", lang, name)
		}
	}
	_, err = standard.BookFile(p, b, "exe")
	h.refused("another format", err, errs.KindNotFound)
}
