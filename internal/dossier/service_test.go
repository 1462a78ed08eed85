package dossier_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// forged is a store in which somebody changed a text afterwards.
type forged struct{ dossier.Store }

type forgedReader struct{ dossier.Reader }

func (f forged) Read(ctx context.Context, fn func(dossier.Reader) error) error {
	return f.Store.Read(ctx, func(r dossier.Reader) error { return fn(forgedReader{r}) })
}

func (f forgedReader) DocumentCopy(ctx context.Context, id int64) (dossier.Copy, error) {
	c, err := f.Reader.DocumentCopy(ctx, id)
	c.Zh = strings.Replace(c.Zh, "先审后发", "先发后审", 1)
	return c, err
}

func grant(role access.Role) []access.Grant {
	return []access.Grant{{Role: role, Scope: access.ScopeAll}}
}

var (
	ops      = access.Actor{UserID: "u-O", Name: "运营", Grants: grant(access.RoleOperations)}
	hr       = access.Actor{UserID: "u-H", Name: "人力", Grants: grant(access.RoleHR)}
	auditor  = access.Actor{UserID: "u-A", Name: "审计", Grants: grant(access.RoleAuditor)}
	readOnly = access.Actor{UserID: "u-K", Name: "钥匙", ReadOnly: true, Grants: grant(access.RoleOperations)}
	seller   = access.Actor{UserID: "u-S", Name: "销售", Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
)

// world is the service over a company without people, meetings and runs.
type world struct {
	*dossier.Service
	programme *programme.Service
	db        *store.DB
	p         *i18n.Printer
	now       time.Time
}

func onBoth(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		w := &world{db: db, p: catalogue.Printer(i18n.ZhCN), now: storetest.Start.In(calendar.ChinaTime)}
		clock, newID := func() time.Time { return w.now }, func() string { return store.NewID(w.now) }
		problems := problem.NewService(db.ProblemStore(), clock)
		w.programme = programme.NewService(programme.Config{Store: db.ProgrammeStore(), Now: clock, NewID: newID})
		w.Service = dossier.NewService(dossier.Config{Store: db.DossierStore(), Programme: w.programme, Problems: problems, Diagnoses: diagnosis.NewService(db.DiagnosisStore(), problems, newID, clock, func() money.Currency { return money.CNY }),
			Definitions: func(context.Context) ([]metric.Definition, error) { return nil, nil }, Fiscal: func() calendar.Fiscal { return calendar.Fiscal{Start: time.April} }, Currency: func() money.Currency { return money.CNY }, Company: func() string { return "青禾智控" }, Now: clock})
		test(t, w)
	})
}

func refused(t *testing.T, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("want %v, got %v", kind, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// copies keeps a plan twice: before and after an initiative came.
func (w *world) copies(t *testing.T) (first, second dossier.Copy) {
	t.Helper()
	_, err := w.programme.Start(t.Context(), ops, programme.Seed{Title: "先审后发"})
	must(t, err)
	first, err = w.Keep(t.Context(), ops, w.p, dossier.Keeping{Ask: dossier.Ask{Kind: dossier.KindPlan}, Note: " 启动会 "})
	must(t, err)
	_, err = w.programme.Start(t.Context(), ops, programme.Seed{Title: "到期前续约"})
	must(t, err)
	second, err = w.Keep(t.Context(), ops, w.p, dossier.Keeping{Ask: dossier.Ask{Kind: dossier.KindFinal}})
	must(t, err)
	return first, second
}

func text(d *dossier.Made) string {
	var b strings.Builder
	for _, block := range d.Paper.Blocks {
		b.WriteString(block.Text)
		for _, row := range block.Rows {
			b.WriteString(strings.Join(row, "|"))
		}
	}
	return b.String()
}

func TestACopyStaysAsItWasHandedOut(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first, second := w.copies(t)
		if first.ID != 1 || second.ID != 2 || first.Note != "启动会" || len(first.Hash) != 64 || first.Hash == second.Hash {
			t.Errorf("%+v %+v", first, second)
		}
		w.now = w.now.AddDate(0, 2, 0)
		c, m, err := w.Copy(ctx, auditor, w.p, first.ID)
		must(t, err)
		if c.Hash != first.Hash || c.ByName != "运营" || !strings.Contains(text(&m), "先审后发") || strings.Contains(text(&m), "到期前续约") || !strings.Contains(m.Paper.Foot, first.Hash[:16]) || !m.Paper.Chinese {
			t.Errorf("%+v\n%s", c, text(&m))
		}
		_, en, err := w.Copy(ctx, auditor, w.p.As(i18n.En), first.ID)
		if err != nil || en.Paper.Chinese || en.Paper.Title != "Programme plan" || len(en.Paper.Blocks) != len(m.Paper.Blocks) {
			t.Errorf("%v %+v", err, en.Paper.Title)
		}
		one, err := w.CopyFile(ctx, auditor, w.p, first.ID, dossier.FormatWord)
		must(t, err)
		again, err := w.CopyFile(ctx, auditor, w.p, first.ID, dossier.FormatWord)
		if err != nil || !bytes.Equal(one.Content, again.Content) || !strings.HasSuffix(one.Name, ".docx") {
			t.Errorf("%v %s", err, one.Name)
		}
		l, err := w.List(ctx, ops)
		must(t, err)
		if len(l.Copies) != 2 || l.Copies[0].ID != 2 || l.Copies[0].Zh != "" || l.Copies[1].Note != "启动会" || !l.Copies[1].At.Equal(first.At) {
			t.Errorf("%+v", l.Copies)
		}
		_, _, err = w.Copy(ctx, ops, w.p, 3)
		refused(t, err, errs.KindNotFound)
		w.Store = forged{w.Store}
		_, _, err = w.Copy(ctx, ops, w.p, first.ID)
		refused(t, err, errs.KindInternal)
	})
}

func TestWhoReadsAndKeepsDocuments(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first, _ := w.copies(t)
		for _, kind := range dossier.Kinds {
			_, err := w.Make(ctx, seller, w.p, dossier.Ask{Kind: kind})
			refused(t, err, errs.KindForbidden)
			_, err = w.File(ctx, seller, w.p, dossier.Ask{Kind: kind}, dossier.FormatPDF)
			refused(t, err, errs.KindForbidden)
		}
		for _, actor := range []access.Actor{seller, hr, auditor, readOnly} {
			_, err := w.Keep(ctx, actor, w.p, dossier.Keeping{Ask: dossier.Ask{Kind: dossier.KindPlan}})
			refused(t, err, errs.KindForbidden)
		}
		for _, actor := range []access.Actor{seller, hr} { // of its meetings and decisions nothing is for who sees no sales
			_, _, err := w.Copy(ctx, actor, w.p, first.ID)
			refused(t, err, errs.KindForbidden)
			_, err = w.CopyFile(ctx, actor, w.p, first.ID, dossier.FormatPDF)
			refused(t, err, errs.KindForbidden)
		}
		_, err := w.List(ctx, seller)
		refused(t, err, errs.KindForbidden)
		l, err := w.List(ctx, hr)
		if err != nil || l.SeesCopies || len(l.Copies) != 0 || l.MayKeep {
			t.Errorf("%v %+v", err, l)
		}
		m, err := w.Make(ctx, hr, w.p, dossier.Ask{Kind: dossier.KindReview})
		if err != nil || !m.Part || m.MayKeep || !strings.Contains(text(&m), "不在你的范围") {
			t.Errorf("%v %v %s", err, m.Part, text(&m))
		}
		_, err = w.Make(ctx, ops, w.p, dossier.Ask{Kind: "letter"})
		refused(t, err, errs.KindNotFound)
		_, err = w.Make(ctx, ops, w.p, dossier.Ask{Kind: dossier.KindDiagnosis})
		refused(t, err, errs.KindConflict)
		_, err = w.Make(ctx, ops, w.p, dossier.Ask{Kind: dossier.KindDiagnosis, RunID: 5})
		refused(t, err, errs.KindNotFound)
		_, err = w.Make(ctx, hr, w.p, dossier.Ask{Kind: dossier.KindReview, Quarter: dossier.Quarter{Year: 2150, Quarter: 1}})
		refused(t, err, errs.KindInvalid)
		_, err = w.Keep(ctx, ops, w.p, dossier.Keeping{Ask: dossier.Ask{Kind: dossier.KindDiagnosis}})
		refused(t, err, errs.KindConflict)
		_, err = w.Keep(ctx, ops, w.p, dossier.Keeping{Ask: dossier.Ask{Kind: dossier.KindPlan}, Note: strings.Repeat("长", 201)})
		refused(t, err, errs.KindInvalid)
	})
}

func TestDownloadsAreAudited(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first, _ := w.copies(t)
		_, err := w.File(ctx, auditor, w.p, dossier.Ask{Kind: dossier.KindPlan}, dossier.FormatPDF)
		must(t, err)
		_, err = w.CopyFile(ctx, auditor, w.p.As(i18n.En), first.ID, dossier.FormatWord)
		must(t, err)
		_, err = w.File(ctx, auditor, w.p, dossier.Ask{Kind: dossier.KindPlan}, "odt")
		refused(t, err, errs.KindNotFound)
		entries, err := w.db.Audit().ListAudit(ctx, audit.Query{Limit: 10})
		must(t, err)
		var got []string
		for _, e := range entries {
			if strings.HasPrefix(e.Action, "document.") {
				got = append(got, e.Action+" "+e.Subject)
			}
		}
		if want := "document.download document:1,document.download document:plan,document.keep document:2,document.keep document:1"; strings.Join(got, ",") != want {
			t.Errorf("%s", strings.Join(got, ","))
		}
	})
}

func TestQuartersFollowTheFiscalYear(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.now = time.Date(2026, time.May, 4, 10, 0, 0, 0, calendar.ChinaTime) // the first quarter of a year that begins in April
		l, err := w.List(t.Context(), ops)
		must(t, err)
		if l.Quarters[0].Quarter != 1 || l.Usual != l.Quarters[1] || l.Usual.Quarter != 4 || l.Usual.Year != l.Quarters[0].Year-1 || len(l.Quarters) != 8 {
			t.Errorf("%v %v", l.Quarters, l.Usual)
		}
	})
}
