package problem_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	ops      = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	lead     = access.Actor{UserID: "u-L", Name: "主管", PersonID: 7, Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
	auditor  = access.Actor{UserID: "u-A", Name: "审计", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
	seller   = access.Actor{UserID: "u-S", Name: "销售", PersonID: 9, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
	stranger = access.Actor{UserID: "u-X", Name: "别人", Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
)

type bench struct {
	*problem.Service
	store problem.Store
}

func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		test(t, &bench{problem.NewService(db.ProblemStore(), func() time.Time { return storetest.Start }), db.ProblemStore()})
	})
}

func entry() problem.Entry {
	return problem.Entry{Title: "新人没人带", Area: finding.AreaTeam, Where: problem.Where{Level: finding.LevelCompany}, Evidence: "三个新人都这么说", Source: problem.SourceInterview}
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func (b *bench) raise(t *testing.T, in problem.Entry) problem.Problem {
	t.Helper()
	p, err := b.Raise(t.Context(), ops, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// detect brings the list up to a run that found step_skipped of so many shares at places.
func (b *bench) detect(t *testing.T, run int64, earlier []int64, found ...problem.Found) (change problem.Change) {
	t.Helper()
	if err := b.store.InTx(t.Context(), func(tx problem.Tx) (err error) {
		change, err = b.Detect(t.Context(), tx, ops, problem.Detection{RunID: run, Looked: []finding.Kind{"late_entry", "neglected"}, Found: found, YearMinor: 1_000_000, Earlier: earlier})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return change
}

// replays holds what histories say to what the list says: the same now, and nothing before anything was known.
func (b *bench) replays(t *testing.T) {
	t.Helper()
	now, err := b.Measure(t.Context(), ops)
	if err != nil {
		t.Fatal(err)
	}
	then, err := b.MeasureAt(t.Context(), ops, storetest.Start.AddDate(0, 0, 1))
	if diff := gocmp.Diff(now, then); err != nil || diff != "" {
		t.Errorf("the list (-), its histories (+): %v\n%s", err, diff)
	}
	if before, err := b.MeasureAt(t.Context(), ops, storetest.Start.AddDate(0, 0, -1)); err != nil || before.Detected+before.Heard+before.Confirmed+before.Refuted != 0 {
		t.Errorf("%+v %v", before, err)
	}
}

func late(key string, share float64) problem.Found {
	return problem.Found{Finding: finding.Finding{Kind: "late_entry", Value: share, Usual: 0.1, Unit: finding.UnitShare, Cases: 100, Hits: int64(100 * share), Times: share / 0.15},
		At: problem.Place{Level: finding.LevelTeam, Key: key, Name: "一部", TeamID: 3}, Rows: []problem.Row{{Part: finding.ProcessEvents, Record: "A", Value: 2}}}
}

func TestAProblemIsWrittenDownOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		own := b.raise(t, entry())
		if again := b.raise(t, entry()); again.ID == own.ID {
			t.Error("two in own words are one")
		}
		kind := entry()
		kind.Kind, kind.Title = "late_entry", ""
		first := b.raise(t, kind)
		kind.Source = problem.SourceReview
		second := b.raise(t, kind)
		if second.ID != first.ID || !slices.Equal(second.Sources, []problem.Source{problem.SourceInterview, problem.SourceReview}) {
			t.Errorf("%+v", second)
		}
		v, err := b.Get(ctx, ops, first.ID)
		if err != nil || len(v.Events) != 2 || v.Events[1].Kind != problem.EntryHeard || v.Rating().Score() != 27 || v.Severity() != problem.SeverityMedium || !v.MayWrite {
			t.Fatalf("%+v %v", v, err)
		}
		l, err := b.List(ctx, auditor, problem.Filter{Source: problem.SourceReview})
		if err != nil || len(l.Problems) != 1 || l.Total != 1 || l.MayWrite {
			t.Errorf("%+v %v", l, err)
		}
		l, err = b.List(ctx, auditor, problem.Filter{Severity: problem.SeverityHigh})
		if err != nil || len(l.Problems) != 0 || l.Total != 0 || len(l.Counts) != 1 || l.Counts[0].Count != 3 {
			t.Errorf("%+v %v", l, err)
		}
	})
}

func TestWhoSeesAndWritesWhat(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		p := b.raise(t, entry())
		for name, actor := range map[string]access.Actor{"lead": lead, "seller": seller} {
			if l, err := b.List(ctx, actor, problem.Filter{}); err != nil || len(l.Problems) != 0 {
				t.Errorf("%s sees %+v %v", name, l, err)
			}
			_, err := b.Get(ctx, actor, p.ID)
			refuses(t, err, errs.KindNotFound, "problem.missing")
		}
		_, err := b.List(ctx, stranger, problem.Filter{})
		refuses(t, err, errs.KindForbidden, "")
		_, err = b.Raise(ctx, seller, entry())
		refuses(t, err, errs.KindForbidden, "")
		_, err = b.Raise(ctx, auditor, entry())
		refuses(t, err, errs.KindForbidden, "")
		_, err = b.Raise(ctx, lead, entry())
		refuses(t, err, errs.KindForbidden, "problem.whole_company")
		team := entry()
		team.Where = problem.Where{Level: finding.LevelTeam, ID: 99}
		_, err = b.Raise(ctx, lead, team)
		refuses(t, err, errs.KindNotFound, "problem.place_missing")
		only := ops
		only.ReadOnly = true
		_, err = b.Raise(ctx, only, entry())
		refuses(t, err, errs.KindForbidden, "")
		_, err = b.Measure(ctx, lead)
		refuses(t, err, errs.KindForbidden, "")
	})
}

func TestWhatBecomesOfAProblemIsSaidWithItsReason(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		p := b.raise(t, entry())
		_, err := b.SetStatus(ctx, ops, problem.Move{ID: p.ID, Status: problem.StatusConfirmed})
		refuses(t, err, errs.KindInvalid, "")
		_, err = b.SetStatus(ctx, ops, problem.Move{ID: p.ID, Status: problem.StatusSolved, Note: "x"})
		refuses(t, err, errs.KindConflict, "problem.does_not_follow")
		_, err = b.SetStatus(ctx, ops, problem.Move{ID: p.ID, Status: problem.StatusConfirmed, Note: "看了考勤", Seen: 9})
		refuses(t, err, errs.KindConflict, "problem.changed_meanwhile")
		for _, move := range []problem.Move{{ID: p.ID, Status: problem.StatusConfirmed, Note: "看了带教记录"}, {ID: p.ID, Status: problem.StatusInAction}, {ID: p.ID, Status: problem.StatusSolved, Note: "每人配了师傅"}} {
			if p, err = b.SetStatus(ctx, ops, move); err != nil {
				t.Fatal(err)
			}
		}
		if p.Verdict != problem.VerdictConfirmed {
			t.Errorf("%+v", p)
		}
		_, err = b.SetStatus(ctx, seller, problem.Move{ID: p.ID, Status: problem.StatusOpen, Note: "x"})
		refuses(t, err, errs.KindNotFound, "")
		_, err = b.Rate(ctx, ops, problem.Grade{ID: p.ID, Rating: problem.Rating{Gravity: 6, Urgency: 1, Tendency: 1}})
		refuses(t, err, errs.KindInvalid, "")
		if p, err = b.Rate(ctx, ops, problem.Grade{ID: p.ID, Rating: problem.Rating{Gravity: 5, Urgency: 4, Tendency: 3}}); err != nil || p.Severity() != problem.SeverityHigh {
			t.Errorf("%+v %v", p, err)
		}
		_, err = b.Assign(ctx, ops, p.ID, 12345, 0)
		refuses(t, err, errs.KindInvalid, "")
		m, err := b.Measure(ctx, ops)
		if err != nil || m.Confirmed != 1 || m.Located == nil || m.Captured != nil || m.NoCapture.Key != "problem.measure.no_detected" {
			t.Errorf("%+v %v", m, err)
		}
		b.replays(t)
	})
}

func TestProblemsAreMergedAndParted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		in := entry()
		one := b.raise(t, in)
		in.Source = problem.SourceReview
		other := b.raise(t, in)
		_, err := b.Merge(ctx, ops, one.ID, one.ID)
		refuses(t, err, errs.KindConflict, "problem.merge_itself")
		if _, err = b.Merge(ctx, ops, other.ID, one.ID); err != nil {
			t.Fatal(err)
		}
		b.replays(t)
		v, err := b.Get(ctx, ops, one.ID)
		if err != nil || len(v.Merged) != 1 || len(v.Sources) != 2 {
			t.Fatalf("%+v %v", v, err)
		}
		_, err = b.Rate(ctx, ops, problem.Grade{ID: other.ID, Rating: problem.Rating{Gravity: 1, Urgency: 1, Tendency: 1}})
		refuses(t, err, errs.KindConflict, "problem.is_merged")
		third := b.raise(t, entry())
		_, err = b.Merge(ctx, ops, one.ID, third.ID)
		refuses(t, err, errs.KindConflict, "problem.has_parts")
		if _, err = b.Unmerge(ctx, ops, other.ID); err != nil {
			t.Fatal(err)
		}
		b.replays(t)
		_, err = b.Unmerge(ctx, ops, other.ID)
		refuses(t, err, errs.KindConflict, "problem.not_merged")
		v, err = b.Get(ctx, ops, one.ID)
		if err != nil || len(v.Merged) != 0 || !slices.Equal(v.Sources, []problem.Source{problem.SourceInterview}) {
			t.Errorf("%+v %v", v, err)
		}
		if v, err = b.Get(ctx, ops, other.ID); err != nil || v.Status != problem.StatusOpen || v.MergedInto != 0 {
			t.Errorf("%+v %v", v, err)
		}
	})
}

func TestARunSeesTheSameProblemAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		if change := b.detect(t, 1, nil, late("T1", 0.3), late("T2", 0.3)); change != (problem.Change{New: 2}) {
			t.Fatalf("%+v", change)
		}
		l, err := b.List(ctx, ops, problem.Filter{})
		if err != nil || len(l.Problems) != 2 || !l.Problems[0].From(problem.SourceDetected) || l.Problems[0].Rating().Tendency != 3 {
			t.Fatalf("%+v %v", l, err)
		}
		id := l.Problems[0].ID
		for _, move := range []problem.Move{{ID: id, Status: problem.StatusInAction}, {ID: id, Status: problem.StatusSolved, Note: "当天补齐"}} {
			if _, err := b.SetStatus(ctx, ops, move); err != nil {
				t.Fatal(err)
			}
		}
		b.replays(t)
		if change := b.detect(t, 2, []int64{1}, late("T1", 0.6)); change != (problem.Change{Again: 1, Back: 1, Gone: 1}) {
			t.Fatalf("%+v", change)
		}
		v, err := b.Get(ctx, ops, id)
		if err != nil || v.Status != problem.StatusOpen || v.Verdict != problem.VerdictNone || v.Rating().Tendency != 5 || v.FirstRunID != 1 || v.LastRunID != 2 {
			t.Fatalf("%+v %v", v, err)
		}
		gone, err := b.Get(ctx, ops, l.Problems[1].ID)
		if err != nil || gone.UnseenRun != 2 || gone.Status != problem.StatusOpen {
			t.Fatalf("%+v %v", gone, err)
		}
		b.replays(t)
		// A run over other data does not say that it is gone.
		if change := b.detect(t, 3, nil, late("T1", 0.6)); change.Gone != 0 {
			t.Errorf("%+v", change)
		}
		if change := b.detect(t, 4, []int64{1, 2}, late("T2", 0.3)); change != (problem.Change{Again: 1}) {
			t.Errorf("%+v", change)
		}
		if gone, err = b.Get(ctx, ops, gone.ID); err != nil || gone.UnseenRun != 0 {
			t.Errorf("%+v %v", gone, err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for name, change := range map[string]func(*problem.Entry){
			"no title": func(in *problem.Entry) { in.Title = " " }, "no evidence": func(in *problem.Entry) { in.Evidence = "" }, "no area": func(in *problem.Entry) { in.Area = "" },
			"found by hand": func(in *problem.Entry) { in.Source = problem.SourceDetected }, "an unknown kind": func(in *problem.Entry) { in.Kind = "x" }, "no place": func(in *problem.Entry) { in.Where = problem.Where{Level: finding.LevelTeam} },
			"a script for link": func(in *problem.Entry) { in.Link = "javascript:alert(1)" }, "half a rating": func(in *problem.Entry) { in.Rating = problem.Rating{Gravity: 3} },
		} {
			in := entry()
			change(&in)
			if _, err := b.Raise(t.Context(), ops, in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestRulesFixTheSeverity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  finding.Kind
		value float64
		want  problem.Severity
	}{{"target_not_split", 0.5, problem.SeverityHigh}, {"ledger_incomplete", 0.51, problem.SeverityMedium}, {"ledger_incomplete", 0.5, ""}, {"training_rare", 4, problem.SeverityLow}, {"late_entry", 1, ""}} {
		if got := problem.FixedBy(c.kind, c.value); got != c.want {
			t.Errorf("%s %v: %q", c.kind, c.value, got)
		}
	}
	for score, want := range map[int]problem.Severity{125: problem.SeverityHigh, 60: problem.SeverityHigh, 59: problem.SeverityMedium, 20: problem.SeverityMedium, 19: problem.SeverityLow, 0: problem.SeverityLow} {
		if got := problem.SeverityOf(score); got != want {
			t.Errorf("%d: %s", score, got)
		}
	}
}

// Laws of what is proposed: grades are 1 to 5; a greater size is never less grave, and what grew never has a lower tendency than what fell.
func TestProposedRatingsKeepTheirLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := problem.Signs{Kind: "late_entry", Area: rapid.SampledFrom(problem.Areas).Draw(t, "area"), Level: rapid.SampledFrom(problem.PlaceLevels).Draw(t, "level"), Size: rapid.Float64Range(1, 20).Draw(t, "size"), Before: rapid.Float64Range(0, 20).Draw(t, "before"), MoneyMinor: rapid.Int64Range(0, 1000).Draw(t, "money"), Worth: rapid.Bool().Draw(t, "worth"), YearMinor: rapid.Int64Range(0, 5000).Draw(t, "year")}
		r, why := problem.Propose(s)
		for _, grade := range []int{r.Gravity, r.Urgency, r.Tendency} {
			if grade < 1 || grade > 5 {
				t.Fatalf("%+v", r)
			}
		}
		if len(why) < 3 {
			t.Errorf("reasons %v", why)
		}
		more := s
		more.Size *= 1.5
		greater, _ := problem.Propose(more)
		if greater.Gravity < r.Gravity || s.Before > 0 && greater.Tendency < r.Tendency {
			t.Errorf("%+v of %+v, %+v of %+v", r, s, greater, more)
		}
	})
}

func TestIdentificationIsMeasured(t *testing.T) {
	t.Parallel()
	var list []problem.Problem
	add := func(n int, verdict problem.Verdict, sources ...problem.Source) {
		for range n {
			list = append(list, problem.Problem{Sources: sources, Verdict: verdict, Status: problem.StatusOpen})
		}
	}
	add(10, "", problem.SourceDetected)
	add(6, "", problem.SourceInterview, problem.SourceReported)
	add(18, problem.VerdictConfirmed, problem.SourceDetected, problem.SourceReview)
	add(2, "", problem.SourceDetected, problem.SourceQuestionnaire)
	add(2, problem.VerdictRefuted, problem.SourceDetected)
	add(3, "", problem.SourceReported)
	list = append(list, problem.Problem{Sources: []problem.Source{problem.SourceDetected}, Status: problem.StatusMerged})
	m := problem.Identify(list)
	if m.Detected != 30 || m.Heard != 26 || m.Both != 20 || m.Captured == nil || m.Captured.Found != 36 || m.Captured.All < 38.8 || m.Captured.All > 38.9 || m.Captured.Rate < 0.9264 || m.Captured.Rate > 0.927 {
		t.Errorf("%+v", m)
	}
	if m.Confirmed != 18 || m.Refuted != 2 || m.Located == nil || m.Located.Share != 0.9 {
		t.Errorf("%+v", m)
	}
}
