package report_test

import (
	"context"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
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
		s := report.NewService(report.Config{Store: db.ReportStore(), Numbers: n, Now: func() time.Time { return noon }, WorkDays: calendar.China, Currency: money.Constantly(money.CNY), NewID: func() string { return store.NewID(noon) },
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
		old, err := s.Get(ctx, finance, made.ReportID, 1)
		must(err)
		if old.Version.Hash != first.Hash {
			t.Fatal("what is frozen changed")
		}
	})
}
