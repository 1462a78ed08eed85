package diagnosis_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	ops     = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	auditor = access.Actor{UserID: "u-A", Name: "审计", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
	region  = access.Actor{UserID: "u-R", Name: "大区", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: 1}}}
)

type bench struct {
	*diagnosis.Service
	problems *problem.Service
	db       *store.DB
}

func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		now := func() time.Time { return storetest.Start.In(calendar.ChinaTime) }
		ids := 0
		newID := func() string { ids++; return store.NewID(storetest.Start.Add(time.Duration(ids) * time.Second)) }
		problems := problem.NewService(db.ProblemStore(), now)
		test(t, &bench{diagnosis.NewService(db.DiagnosisStore(), problems, newID, now, func() money.Currency { return money.CNY }), problems, db})
	})
}

// started begins the job that waits.
func (b *bench) started(t *testing.T) job.Running {
	t.Helper()
	jobs := &monthtest.House{DB: b.db}
	waiting, err := jobs.Queued(t.Context())
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%+v %v", waiting, err)
	}
	running, err := jobs.Start(t.Context(), waiting[0])
	if err != nil {
		t.Fatal(err)
	}
	return running
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

// sheets are a company of two teams, one of which types in late.
func sheets() []ingest.File {
	var events, opportunities strings.Builder
	persons := "key,name,team,level,hired_on,left_on\n"
	for i := range 24 {
		team := "T1"
		if i%2 == 1 {
			team = "T2"
		}
		key := string(rune('A' + i))
		persons += key + ",人" + key + "," + team + ",regular,2020-01-01,\n"
		for k := range 40 {
			o := key + calendar.NewDate(2026, 1, 1).String() + string(rune('a'+k%26)) + string(rune('a'+k/26))
			opportunities.WriteString(o + ",," + key + ",open,1000,2027-01-01,2026-05-01\n")
			recorded := "2026-05-02 10:00"
			if team == "T2" && k%4 != 0 {
				recorded = "2026-05-20 10:00"
			}
			events.WriteString(o + ",need_recorded,2026-05-02 09:00," + recorded + "," + key + "\n")
		}
	}
	file := func(name, content string) ingest.File {
		return ingest.File{Name: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(content))), nil }}
	}
	return []ingest.File{file("regions.csv", "key,name\nR,东\n"), file("teams.csv", "key,name,region,leader\nT1,一部,R,\nT2,二部,R,\n"), file("persons.csv", persons), file("standards.csv", "key,value\nas_of,2026-06-30\nrecord_hours,24\n"),
		file("opportunities.csv", "key,customer,owner,state,amount,expected_on,created_on\n"+opportunities.String()), file("process_events.csv", "opportunity,activity,happened_at,recorded_at,person\n"+events.String())}
}

func TestOwnRecordsAreLookedThrough(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		monthtest.Open(t, b.db, monthtest.Small())
		run, err := b.StartNow(ctx, ops, diagnosis.Ask{AsOf: b.LastMonthEnd()})
		if err != nil || run.State != diagnosis.StateReady || run.Digest == "" {
			t.Fatalf("%+v %v", run, err)
		}
		again, err := b.StartNow(ctx, ops, diagnosis.Ask{AsOf: b.LastMonthEnd()})
		if err != nil || again.Digest != run.Digest || again.Found != run.Found {
			t.Errorf("the same records gave %+v and %+v, %v", run, again, err)
		}
		v, err := b.Get(ctx, auditor, run.ID)
		if err != nil || v.MayRun || v.Tests != run.Tests {
			t.Fatalf("%+v %v", v, err)
		}
		rows := map[finding.Part]int64{}
		for _, s := range v.Outcome.Sheets {
			rows[s.Part] = s.Rows
		}
		if rows[finding.Persons] == 0 || rows[finding.Deals] == 0 || rows[finding.Payments] == 0 || rows[finding.Training] != 0 {
			t.Errorf("rows %v", rows)
		}
		if !slices.ContainsFunc(v.Outcome.Missing, func(m finding.Missing) bool {
			return m.Kind == "training_rare" && slices.Contains(m.Parts, finding.Training)
		}) {
			t.Errorf("training is not missing: %+v", v.Outcome.Missing)
		}
		c, err := b.Compare(ctx, ops, run.ID, again.ID)
		if err != nil || len(c.New) != 0 || len(c.Gone) != 0 || int64(len(c.Both)) != run.Found {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestSheetsAreDiagnosedWithoutImporting(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		run, err := b.Start(ctx, ops, diagnosis.Ask{Files: sheets(), Note: "导出"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.Start(ctx, ops, diagnosis.Ask{AsOf: b.LastMonthEnd()})
		refuses(t, err, errs.KindConflict, "diagnosis.at_work")
		working := b.started(t)
		if err := b.RunNow(ctx, working); err != nil {
			t.Fatal(err)
		}
		if err := b.RunNow(ctx, working); err != nil { // it is ready: nothing happens
			t.Fatal(err)
		}
		v, err := b.Get(ctx, ops, run.ID)
		if err != nil || v.State != diagnosis.StateReady || v.AsOf != calendar.NewDate(2026, 6, 30) || v.Origin != diagnosis.OriginSheets {
			t.Fatalf("%+v %v", v, err)
		}
		at := slices.IndexFunc(v.Outcome.Findings, func(f diagnosis.Found) bool { return f.Kind == "late_entry" && f.Place.Key == "T2" })
		if at < 0 || v.Problems[v.Outcome.Findings[at].Identity()] == 0 || v.Outcome.Findings[at].Figure.Size < 1 {
			t.Fatalf("%+v", v.Outcome.Findings)
		}
		l, err := b.problems.List(ctx, ops, problem.Filter{RunID: run.ID})
		if err != nil || len(l.Problems) != len(v.Outcome.Findings) || l.Problems[0].Place.Name == "" {
			t.Errorf("%+v %v", l, err)
		}
		if err := b.db.DiagnosisStore().Read(ctx, func(r diagnosis.Reader) error {
			files, err := r.DiagnosisFiles(ctx, run.ID)
			if len(files) != 0 {
				t.Errorf("%d files are still there", len(files))
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestArchivesAreUnpacked(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		var packed bytes.Buffer
		archive := zip.NewWriter(&packed)
		for _, f := range sheets() {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			out, err := archive.Create("导出/" + f.Name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(out, in); err != nil {
				t.Fatal(err)
			}
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
		file := func(content []byte) ingest.File {
			return ingest.File{Name: "a.ZIP", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
		}
		_, err := b.Start(t.Context(), ops, diagnosis.Ask{Files: []ingest.File{file([]byte("no archive"))}})
		refuses(t, err, errs.KindInvalid, "")
		run, err := b.StartNow(t.Context(), ops, diagnosis.Ask{Files: []ingest.File{file(packed.Bytes())}})
		if err != nil || run.Found == 0 {
			t.Errorf("%+v %v", run, err)
		}
	})
}

func TestFilesThatAreNoneFailWithTheReason(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		run, err := b.Start(ctx, ops, diagnosis.Ask{Files: []ingest.File{{Name: "x.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("a,b\n1,2\n")), nil }}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.RunNow(ctx, b.started(t)); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%v", err)
		}
		v, err := b.Get(ctx, ops, run.ID)
		if err != nil || v.State != diagnosis.StateFailed || v.Failure.Key != "diagnosis.no_files" {
			t.Errorf("%+v %v", v, err)
		}
		_, err = b.Compare(ctx, ops, run.ID, run.ID)
		refuses(t, err, errs.KindConflict, "diagnosis.not_ready")
	})
}

func TestWhoMayDiagnose(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		for name, actor := range map[string]access.Actor{"auditor": auditor, "a region's director": region, "nobody": {}} {
			if _, err := b.Start(ctx, actor, diagnosis.Ask{AsOf: b.LastMonthEnd()}); err == nil {
				t.Errorf("%s started a run", name)
			}
		}
		_, err := b.List(ctx, region, 0)
		refuses(t, err, errs.KindForbidden, "")
		_, err = b.Get(ctx, region, 1)
		refuses(t, err, errs.KindForbidden, "")
		_, err = b.Start(ctx, ops, diagnosis.Ask{AsOf: b.LastMonthEnd() + 400})
		refuses(t, err, errs.KindInvalid, "")
		if l, err := b.List(ctx, auditor, 0); err != nil || len(l.Runs) != 0 || l.MayRun {
			t.Errorf("%+v %v", l, err)
		}
	})
}
