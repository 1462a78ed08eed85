package lawguard_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var hr = access.Actor{UserID: "u-hr", Name: "温言", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

func guard(db *store.DB) *lawguard.Service {
	return lawguard.NewService(db.LawGuard(), func() time.Time { return day("2026-10-08").Time() })
}

// about lists findings of one person.
func about(found []lawguard.Finding, key string) (own []lawguard.Finding) {
	for _, f := range found {
		if f.PersonKey == key {
			own = append(own, f)
		}
	}
	return own
}

func find(t *testing.T, s *lawguard.Service, m calendar.Month) []lawguard.Finding {
	t.Helper()
	report, err := s.Find(t.Context(), hr, lawguard.Filter{Month: m, Limit: lawguard.LimitMax})
	if err != nil {
		t.Fatal(err)
	}
	return report.Findings
}

// TestASettledMonthIsJudgedByWhatWasTakenAndPaid: monthtest.Settling in September. A is released 1,200 and earns 1,800, of which 1,000 goes to the
// draw: paid 2,000. Of fixed pay of 1,999.90 and 3,000 before the deduction, a fifth is 999.98, of 2,000 it is 1,000. From D 300 is to be taken
// back, and all of it carried: nothing deducted, paid 0.
func TestASettledMonthIsJudgedByWhatWasTakenAndPaid(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		h.MustClose(t, month-1)
		h.MustCalculate(t, month)
		s := guard(db)
		if diff := cmp.Diff([]string{"deduction_limit unknown unknown_deduction", "minimum_wage unknown unknown_city"}, said(about(find(t, s, month), "A"))); diff != "" {
			t.Error(diff)
		}
		v, err := s.SetCities(t.Context(), hr, 0, lawguard.Cities{City: "上海"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = s.PutWages(t.Context(), hr, v.Number, []lawguard.Wage{{City: "上海", From: day("2026-07-01"), MonthlyMinor: 2_500_00, Source: "测试用数字"}}); err != nil {
			t.Fatal(err)
		}
		enter := func(key string, fixed int64) {
			t.Helper()
			if n, err := s.EnterTerms(t.Context(), hr, lawguard.EnterTerm{PersonID: h.Person(t, key), From: day("2026-08-03"), Work: lawguard.WorkFullTime, FixedMinor: fixed, ProbationUntil: calendar.NoDate}); err != nil || n != 1 {
				t.Fatal(n, err)
			}
		}
		enter("A", 1_999_90)
		enter("D", 2_000_00)
		found := find(t, s, month)
		a, d := about(found, "A"), about(found, "D")
		if len(a) != 1 || a[0].Rule != lawguard.RuleDeductionLimit || *a[0].AmountMinor != 1_000_00 || *a[0].LimitMinor != 999_98 || a[0].Verdict != lawguard.VerdictBroken {
			t.Errorf("A: %+v", a)
		}
		if len(d) != 1 || d[0].Rule != lawguard.RuleMinimumWage || *d[0].AmountMinor != 2_000_00 || d[0].Reason.Args["Short"] != int64(500_00) {
			t.Errorf("D: %+v", d)
		}
		enter("A", 2_000_00)
		if a = about(find(t, s, month), "A"); len(a) != 0 {
			t.Errorf("A with enough: %+v", a)
		}
		before := monthtest.QueryInts(t, db, "SELECT paid_minor FROM settlement ORDER BY run_id, position")
		h.MustCalculate(t, month)
		if got := monthtest.QueryInts(t, db, "SELECT SUM(paid_minor) FROM settlement WHERE run_id = (SELECT current_run FROM period WHERE month = '2026-09')"); got[0] != 2_000_00 || len(before) != 4 {
			t.Errorf("pay was changed: %v, before %v", got, before)
		}
	})
}

func TestAWarningIsNotedWithAReasonAndComesBackWhenItsFactsChange(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustCalculate(t, month)
		s := guard(db)
		v, err := s.PutWages(t.Context(), monthtest.Admin, 0, []lawguard.Wage{{City: "上海", From: day("2026-07-01"), MonthlyMinor: 2_500_00, Source: "x"}})
		if err == nil {
			_, err = s.SetCities(t.Context(), hr, v.Number, lawguard.Cities{City: "上海"})
		}
		if err != nil {
			t.Fatal(err)
		}
		e := about(find(t, s, month), "E") // paid −15.00 of a refund, fixed pay unknown
		if diff := cmp.Diff([]string{"deduction_limit unknown unknown_deduction", "minimum_wage unknown unknown_fixed"}, said(e)); diff != "" {
			t.Fatal(diff)
		}
		wage := e[0]
		if wage.Rule != lawguard.RuleMinimumWage {
			wage = e[1]
		}
		note := lawguard.Acknowledge{FindingID: wage.ID, Fingerprint: wage.Fingerprint, Reason: " 工资表另外核对过 "}
		for name, c := range map[string]struct {
			by   access.Actor
			in   lawguard.Acknowledge
			kind errs.Kind
		}{
			"the auditor":     {monthtest.Auditor, note, errs.KindForbidden},
			"a seller":        {monthtest.Seller(1), note, errs.KindForbidden},
			"without reason":  {hr, lawguard.Acknowledge{FindingID: wage.ID, Fingerprint: wage.Fingerprint, Reason: "  "}, errs.KindInvalid},
			"no such finding": {hr, lawguard.Acknowledge{FindingID: "minimum_wage:2026-09:0", Fingerprint: "x", Reason: "x"}, errs.KindNotFound},
			"of other facts":  {hr, lawguard.Acknowledge{FindingID: wage.ID, Fingerprint: "x", Reason: "x"}, errs.KindConflict},
		} {
			_, err := s.Acknowledge(t.Context(), c.by, c.in)
			wantKind(t, name, err, c.kind)
		}
		for range 2 {
			if f, err := s.Acknowledge(t.Context(), monthtest.Maker, note); err != nil || f.Acknowledged == nil || f.Acknowledged.Reason != "工资表另外核对过" {
				t.Fatalf("%+v, %v", f, err)
			}
		}
		open, err := s.Find(t.Context(), hr, lawguard.Filter{Month: month, State: lawguard.StateUnknown, Rule: lawguard.RuleMinimumWage, Search: "任平"})
		if err != nil || open.Count != 0 || open.Acknowledged != 1 {
			t.Errorf("%+v, %v", open, err)
		}
		if _, err := s.EnterTerms(t.Context(), hr, lawguard.EnterTerm{PersonID: h.Person(t, "E"), From: day("2026-01-01"), Work: lawguard.WorkFullTime, FixedMinor: 100_00, ProbationUntil: calendar.NoDate}); err != nil {
			t.Fatal(err)
		}
		back, err := s.Find(t.Context(), hr, lawguard.Filter{Month: month, State: lawguard.StateOpen, Rule: lawguard.RuleMinimumWage, Search: "E"})
		if err != nil || back.Count != 1 || back.Findings[0].Acknowledged != nil || back.Findings[0].Earlier == nil || back.Findings[0].Earlier.UserID != monthtest.Maker.UserID {
			t.Errorf("%+v, %v", back, err)
		}
		actions := monthtest.QueryTexts(t, db, "SELECT action || ' ' || actor_id FROM audit_entry WHERE action LIKE 'law.%' OR action LIKE 'employment%' ORDER BY seq")
		if diff := cmp.Diff([]string{"law.wages u-admin", "law.cities u-hr", "law.acknowledge u-maker", "employment_term.enter u-hr"}, actions); diff != "" {
			t.Error(diff)
		}
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM audit_entry WHERE action LIKE 'employment%' AND after_state LIKE '%10000%'"); n[0] != 0 {
			t.Error("fixed pay stands in the audit log")
		}
	})
}

func TestTheFindingsOfAMonthArePagedAndReachAsFarAsPay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, month)
		s := guard(db)
		all := find(t, s, month)
		var paged []lawguard.Finding
		filter := lawguard.Filter{Month: month, Limit: 3}
		for {
			report, err := s.Find(t.Context(), hr, filter)
			if err != nil || report.Count != len(all) || report.Open+report.Unknown != len(all) || !report.HasResult {
				t.Fatalf("%+v, %v", report, err)
			}
			paged = append(paged, report.Findings...)
			if filter.After = report.Next; report.Next == "" {
				break
			}
		}
		if diff := cmp.Diff(said(all), said(paged)); diff != "" || len(all) < 10 {
			t.Error(len(all), diff)
		}
		own := hr
		own.Grants = []access.Grant{{Role: access.RoleHR, Scope: access.ScopeTeamAndBelow}}
		own.PersonID = h.Person(t, "M2")
		report, err := s.Find(t.Context(), own, lawguard.Filter{Month: month, Limit: lawguard.LimitMax})
		if err != nil || len(about(report.Findings, "A")) != 0 || len(about(report.Findings, "D")) == 0 {
			t.Errorf("%v, %v", said(report.Findings), err)
		}
		rules := said(all)
		for _, want := range []string{"not_announced broken found_not_announced", "not_accepted broken found_not_accepted"} {
			if !strings.Contains(strings.Join(rules, "\n"), want) {
				t.Errorf("no %s in %q", want, rules)
			}
		}
		_, err = s.Find(t.Context(), monthtest.Lead(h.Person(t, "M1")), filter)
		wantKind(t, "a lead", err, errs.KindForbidden)
		_, err = s.Find(t.Context(), hr, lawguard.Filter{Month: month, Rule: "x", State: "y"})
		wantKind(t, "no such rule", err, errs.KindInvalid)
		plans, err := s.OfPlan(t.Context(), monthtest.Maker, monthtest.QueryTexts(t, db, "SELECT id FROM plan_version WHERE document_id = 'regular'")[0])
		if err != nil || len(plans) == 0 {
			t.Errorf("%v, %v", said(plans), err)
		}
		for _, f := range plans {
			if f.Rule == lawguard.RuleNotAnnounced {
				if _, err := s.Acknowledge(t.Context(), hr, lawguard.Acknowledge{FindingID: f.ID, Fingerprint: f.Fingerprint, Reason: "纸质公示在档案室"}); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

func TestSettingsAreKeptVersionByVersionWithReasons(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s := guard(db)
		off := lawguard.RuleSetting{Off: true, Why: "只有人民币"}
		_, err := s.SetRule(t.Context(), monthtest.Maker, 0, lawguard.RuleLegalTender, off)
		wantKind(t, "operations", err, errs.KindForbidden)
		_, err = s.SetRule(t.Context(), hr, 0, lawguard.RuleLegalTender, lawguard.RuleSetting{Off: true, Number: 3})
		wantKind(t, "off without a reason, a number where there is none", err, errs.KindInvalid)
		_, err = s.SetRule(t.Context(), hr, 0, lawguard.RuleDeductionLimit, lawguard.RuleSetting{Number: 101})
		wantKind(t, "a number out of range", err, errs.KindInvalid)
		_, err = s.SetRule(t.Context(), hr, 0, "x", off)
		wantKind(t, "no rule", err, errs.KindNotFound)
		v, err := s.SetRule(t.Context(), hr, 0, lawguard.RuleLegalTender, off)
		if err != nil || v.Number != 1 || v.Settings.Rules[lawguard.RuleLegalTender] != off {
			t.Fatalf("%+v, %v", v, err)
		}
		_, err = s.SetRule(t.Context(), monthtest.Admin, 0, lawguard.RuleShortNotice, lawguard.RuleSetting{Number: 14})
		wantKind(t, "not having seen the first", err, errs.KindConflict)
		if v, err = s.SetRule(t.Context(), monthtest.Admin, 1, lawguard.RuleLegalTender, lawguard.RuleSetting{}); err != nil || len(v.Settings.Rules) != 0 {
			t.Errorf("%+v, %v", v, err)
		}
		_, err = s.PutWages(t.Context(), hr, 2, []lawguard.Wage{{City: "上海", From: day("2026-07-01"), MonthlyMinor: 1}, {}})
		wantKind(t, "figures without sources", err, errs.KindInvalid)
		wage := lawguard.Wage{City: "上海", From: day("2026-07-01"), MonthlyMinor: 2_500_00, HourlyMinor: 23_00, Source: "x"}
		if v, err = s.PutWages(t.Context(), hr, 2, []lawguard.Wage{wage, wage}); err != nil || len(v.Settings.Wages) != 1 {
			t.Errorf("%+v, %v", v, err)
		}
		_, err = s.RemoveWage(t.Context(), hr, 3, "上海", day("2026-07-02"))
		wantKind(t, "no such wage", err, errs.KindNotFound)
		if v, err = s.RemoveWage(t.Context(), hr, 3, "上海", wage.From); err != nil || len(v.Settings.Wages) != 0 || v.Number != 4 {
			t.Errorf("%+v, %v", v, err)
		}
		if kept, err := s.Settings(t.Context(), monthtest.Admin); err != nil || kept.Number != 4 {
			t.Errorf("%+v, %v", kept, err)
		}
		_, err = s.Settings(t.Context(), monthtest.Seller(1))
		wantKind(t, "a seller", err, errs.KindForbidden)
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM law_settings"); n[0] != 4 {
			t.Errorf("%d versions", n[0])
		}
	})
}

func TestTermsAreFactsOfAPersonReadFromFiles(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		s := guard(db)
		rows, err := lawguard.ReadTerms(t.Context(), false, strings.NewReader("工号\t生效日期\t用工形式\t固定月薪\t工作城市\t试用期至\t转正后固定月薪\nA\t2026/1/1\t\t6,000.50\t上海\t\t\n\nC\t\t\t\t\t\t\nB\t46023\t非全日制\t0\t\t2026年3月1日\t100\n"))
		if err != nil || len(rows) != 2 || rows[0].Person != "A" || rows[0].Term.FixedMinor != 6_000_50 || rows[1].Row != 5 || rows[1].Term.Work != lawguard.WorkPartTime ||
			rows[1].Term.From != day("2026-01-01") || rows[1].Term.ProbationUntil != day("2026-03-01") {
			t.Fatalf("%+v, %v", rows, err)
		}
		_, err = lawguard.ReadTerms(t.Context(), false, strings.NewReader("person,from,fixed\n,x,-1\nA,2026-01-01,1.001\n"))
		wantKind(t, "wrong cells", err, errs.KindInvalid)
		_, err = lawguard.ReadTerms(t.Context(), false, strings.NewReader("person,from\nA,2026-01-01\n"))
		wantKind(t, "a column too few", err, errs.KindInvalid)
		if _, err = s.ImportTerms(t.Context(), hr, []lawguard.SheetTerm{{Row: 7, Person: "nobody", Term: rows[0].Term}}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("nobody's: %v", err)
		}
		_, err = s.ImportTerms(t.Context(), monthtest.Maker, rows)
		wantKind(t, "operations", err, errs.KindForbidden)
		for _, want := range []int{2, 0} {
			if n, err := s.ImportTerms(t.Context(), hr, rows); err != nil || n != want {
				t.Fatal(n, err)
			}
		}
		a := h.Person(t, "A")
		seen := 0
		_, err = s.EnterTerms(t.Context(), hr, lawguard.EnterTerm{PersonID: a, From: day("2026-01-01"), Work: lawguard.WorkFullTime, FixedMinor: 7_000_00, ProbationUntil: calendar.NoDate, Seen: &seen})
		wantKind(t, "having seen none", err, errs.KindConflict)
		herself := hr
		herself.PersonID = a
		_, err = s.EnterTerms(t.Context(), herself, lawguard.EnterTerm{PersonID: a, From: day("2026-01-01"), Work: lawguard.WorkFullTime, FixedMinor: 9, ProbationUntil: calendar.NoDate})
		wantKind(t, "her own", err, errs.KindForbidden)
		if n, err := s.EnterTerms(t.Context(), hr, lawguard.EnterTerm{PersonID: a, From: day("2026-01-01"), Taken: true, Note: "填错人"}); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		row, err := s.PersonTerms(t.Context(), monthtest.Auditor, a)
		if err != nil || row.HasTerm || len(row.Record) != 2 || len(row.Standing) != 0 {
			t.Errorf("%+v, %v", row, err)
		}
		_, err = s.PersonTerms(t.Context(), monthtest.Seller(a), a)
		wantKind(t, "the seller", err, errs.KindForbidden)
		if all, err := s.Terms(t.Context(), hr, day("2026-09-30")); err != nil || len(all) != 9 || all[1].Key != "B" || !all[1].HasTerm {
			t.Errorf("%+v, %v", all, err)
		}
		wages, err := lawguard.ReadWages(t.Context(), false, strings.NewReader("城市,生效日期,月最低工资,小时最低工资,来源\n上海,2026-07-01,\"2,500\",23,某号文\n"))
		if err != nil || len(wages) != 1 || wages[0].MonthlyMinor != 2_500_00 || wages[0].HourlyMinor != 23_00 {
			t.Errorf("%+v, %v", wages, err)
		}
	})
}
