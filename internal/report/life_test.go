package report_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/render"
	"xiaoguan/internal/report"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestTheLifeOfAReport on both databases: draft, note, published, frozen, computed anew with what differs.
func TestTheLifeOfAReport(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		amount := int64(100_00)
		n := &numbers{draw: func(metric.ID, metric.Place, metric.Period) (int64, int64, metric.Reason) {
			return amount, 400_00, metric.ReasonNone
		}}
		s := report.NewService(report.Config{Store: db.ReportStore(), Numbers: n, Now: func() time.Time { return noon }, WorkDays: calendar.China, Currency: money.Constantly(money.CNY), Files: render.Reports{Company: func() string { return "青禾" }}, NewID: func() string { return store.NewID(noon) },
			Funnel: func(context.Context, access.Actor, board.Where) (*board.Funnel, error) {
				return nil, errs.New(errs.KindUnavailable, "flow.preparing", nil)
			},
			Broken: func(context.Context, access.Actor, board.Where) ([]board.Exception, error) { return nil, nil }})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		finance := access.Actor{UserID: "f", Name: "财务", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
		made, err := s.ComputeNow(ctx, operations, report.Ask{Place: metric.Company})
		must(err)
		_, err = s.Get(ctx, finance, made.ReportID, 0)
		if !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("a draft is for those who work on it: %v", err)
		}
		note, err := s.Note(ctx, operations, report.NoteEntry{ReportID: made.ReportID, Section: report.SectionWhere, Text: " 大单在月底 "})
		must(err)
		if _, err = s.Note(ctx, operations, report.NoteEntry{ReportID: made.ReportID, Section: report.SectionWhere, Text: "别的", Seen: note.Revision + 1}); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("a note that was changed meanwhile: %v", err)
		}
		for section, actor := range map[report.SectionID]access.Actor{report.SectionWhere: finance} {
			if _, err = s.Note(ctx, actor, report.NoteEntry{ReportID: made.ReportID, Section: section, Text: "x"}); !errs.Is(err, errs.KindForbidden) {
				t.Fatalf("%v", err)
			}
		}
		if _, err = s.Note(ctx, operations, report.NoteEntry{ReportID: made.ReportID, Section: "nowhere", Text: "x"}); !errs.Is(err, errs.KindInvalid) {
			t.Fatalf("%v", err)
		}
		if _, err = s.Publish(ctx, finance, made.ReportID, 0); !errs.Is(err, errs.KindForbidden) {
			t.Fatalf("%v", err)
		}
		first, err := s.Publish(ctx, operations, made.ReportID, 0)
		must(err)
		if _, err = s.Publish(ctx, operations, made.ReportID, 0); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("published twice: %v", err)
		}
		if _, err = s.Note(ctx, operations, report.NoteEntry{ReportID: made.ReportID, Section: report.SectionWhere, Text: "x"}); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("a note on what is frozen: %v", err)
		}

		amount = 300_00
		again, err := s.ComputeNow(ctx, operations, report.Ask{Place: metric.Company})
		must(err)
		if again.ReportID != made.ReportID || again.Version != 2 {
			t.Fatalf("%+v after %+v", again, made)
		}
		frozen, err := s.Get(ctx, finance, made.ReportID, 0)
		must(err)
		if frozen.Version.Number != 1 || frozen.Version.Hash != first.Hash || len(frozen.Notes) != 1 || frozen.Notes[0].Text != "大单在月底" || frozen.MayNote || frozen.MayPublish {
			t.Fatalf("%+v", frozen.Version)
		}
		draft, err := s.Get(ctx, operations, made.ReportID, 0)
		must(err)
		if draft.Version.Number != 2 || len(draft.Notes) != 1 || !draft.MayNote || !draft.MayPublish || len(draft.Versions) != 2 {
			t.Fatalf("%+v", draft.Version)
		}
		second, err := s.Publish(ctx, operations, made.ReportID, draft.Version.Revision)
		must(err)
		found := false
		for _, d := range second.Differs {
			if d.Block == "overall.collected" && d.At == "Value" {
				found = d.Before.Figure.Amount == 100_00 && d.After.Figure.Amount == 300_00
			}
		}
		if !found {
			t.Fatalf("what differs: %+v", second.Differs)
		}
		l, err := s.List(ctx, finance)
		must(err)
		if len(l.Reports) != 1 || l.Reports[0].Version.Number != 2 || l.MayCompute || l.MayPublish {
			t.Fatalf("%+v", l)
		}
		differs, err := s.Compare(ctx, finance, made.ReportID, 1, 2)
		must(err)
		if len(differs) != len(second.Differs) {
			t.Fatalf("%d and %d", len(differs), len(second.Differs))
		}
		takes(t, s, db, made.ReportID)
		old, err := s.Get(ctx, finance, made.ReportID, 1)
		must(err)
		if old.Version.Hash != first.Hash {
			t.Fatal("what is frozen changed")
		}
	})
}

// takes has a reader take files of versions along: each says which it is, and the log who took it; who may not read the report gets none.
func takes(t *testing.T, s *report.Service, db *store.DB, id int64) {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	ctx, p := t.Context(), catalogue.Printer(i18n.ZhCN)
	finance := access.Actor{UserID: "f", Name: "财务", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
	for i, format := range report.Formats {
		f, err := s.File(ctx, finance, p, id, 1+i%2, format)
		if err != nil {
			t.Fatal(err)
		}
		if want := "report-2026-10-company-v" + strconv.Itoa(1+i%2) + "." + string(format); f.Name != want || len(f.Content) < 1000 || f.MediaType == "" {
			t.Errorf("%s, %s: %d bytes, want %s", f.Name, f.MediaType, len(f.Content), want)
		}
	}
	for kind, err := range map[errs.Kind]error{errs.KindInvalid: fileOf(s.File(ctx, finance, p, id, 1, "exe")), errs.KindNotFound: fileOf(s.File(ctx, finance, p, id, 9, report.FormatPDF)), errs.KindForbidden: fileOf(s.File(ctx, access.Actor{UserID: "x"}, p, id, 1, report.FormatPDF))} {
		if !errs.Is(err, kind) {
			t.Errorf("%v is not %s", err, kind)
		}
	}
	page, err := audit.NewService(db.Audit()).List(ctx, access.SystemActor("test"), audit.Filter{ActionPrefix: "report.file"})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Entries) != len(report.Formats) || page.Entries[0].ActorName != "财务" {
		t.Errorf("the log has %+v", page)
	}
}

func fileOf(_ report.File, err error) error { return err }
