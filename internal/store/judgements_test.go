package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	status "xiaoguan/internal/conform"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// keep writes what cases come to, as judging does.
func keep(t *testing.T, db *store.DB, kept ...standard.Kept) {
	t.Helper()
	do(t, db, func(tx *store.Tx) error {
		var changes []standard.Change
		for _, k := range kept {
			before, err := tx.Judgements(t.Context(), []int64{k.CaseID})
			if err != nil {
				return err
			}
			if len(before) == 0 {
				before = []standard.Kept{{}}
			}
			changes = append(changes, k.ChangeFrom(before[0]))
		}
		return tx.PutJudgements(t.Context(), changes)
	})
}

// read reads on a snapshot.
func read[T any](t *testing.T, db *store.DB, fn func(*store.Tx) (T, error)) (out T) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		out, err = fn(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// line writes a kept mark: rule, status, person and month in base 36, reason, and the rest.
func line(rule string, status byte, person, month int64, rest string) string {
	return fmt.Sprintf("%s %c %s %s %s\n", rule, status, base36(person), base36(month), rest)
}

func base36(n int64) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	var text []byte
	for ; n > 0 || text == nil; n /= 36 {
		text = append(text, digits[n%36])
	}
	slices.Reverse(text)
	return string(text)
}

// TestFindingsAreListedInPages shows everything once, whatever a page holds and whoever had a case, by rule and by person.
func TestFindingsAreListedInPages(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		august := calendar.NewMonth(2026, 8)
		var cases []standard.Kept
		for id := int64(1); id <= 150; id++ {
			marks := line("contact_in_time", 'v', id%3+1, int64(august), "2 @") + line("approved_first", 's', id%3+1, int64(august), "1") + line("a_rule", 'v', 7-id%2, int64(august), "3 @follow_up:"+fmt.Sprint(id)) +
				line("z_rule", 'v', 9, int64(august)-1, "3 @")
			cases = append(cases, standard.Kept{CaseID: id, VersionID: "v", Marks: marks})
		}
		keep(t, db, cases...)
		q := standard.FindingQuery{TallyQuery: standard.TallyQuery{From: august - 3, To: august, All: true}, Status: status.Violated, Limit: 10_000}
		whole := read(t, db, func(tx *store.Tx) ([]standard.Finding, error) { return tx.Findings(t.Context(), q) })
		if len(whole) != 450 || whole[0].CaseID != 150 || whole[0].RuleID != "a_rule" || whole[0].Source != "follow_up:150" || whole[0].Reason != status.ReasonLate || whole[1].RuleID != "contact_in_time" ||
			whole[1].Source != "opportunity:150" || whole[449].RuleID != "z_rule" || whole[449].CaseID != 1 || whole[449].PersonID != 9 || whole[449].Month != august-1 {
			t.Fatalf("%d findings, the first are %+v", len(whole), whole[:2])
		}
		for _, limit := range []int{1, 2, 7, 64, 299, 300, 301} {
			var paged []standard.Finding
			for page := q; ; {
				page.Limit = limit
				some := read(t, db, func(tx *store.Tx) ([]standard.Finding, error) { return tx.Findings(t.Context(), page) })
				paged = append(paged, some...)
				if len(some) < limit {
					break
				}
				last := some[len(some)-1]
				page.After = standard.FindingPlace{Month: last.Month, CaseID: last.CaseID, RuleID: last.RuleID}
			}
			if diff := cmp.Diff(whole, paged); diff != "" {
				t.Errorf("in pages of %d: - whole, + paged\n%s", limit, diff)
			}
		}
		q.Rules = []string{"a_rule", "no_such"}
		q.All, q.Persons = false, []int64{6, 3}
		if found := read(t, db, func(tx *store.Tx) ([]standard.Finding, error) { return tx.Findings(t.Context(), q) }); len(found) != 75 || found[0].CaseID != 149 {
			t.Errorf("one rule of two people: %d findings", len(found))
		}
	})
}

// TestWhatIsJudgedOtherwiseIsListedOtherwise keeps no row of what a case came to before.
func TestWhatIsJudgedOtherwiseIsListedOtherwise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		august := calendar.NewMonth(2026, 8)
		due := time.Date(2026, 8, 20, 1, 2, 3, 0, time.UTC)
		running := "h " + base36(due.Unix()) + " @"
		listed := func(of status.Status) (rules []string) {
			q := standard.FindingQuery{TallyQuery: standard.TallyQuery{From: august - 1, To: august, All: true}, Status: of, Limit: 100}
			for _, f := range read(t, db, func(tx *store.Tx) ([]standard.Finding, error) { return tx.Findings(t.Context(), q) }) {
				rules = append(rules, fmt.Sprint(f.CaseID, " ", f.RuleID))
			}
			return rules
		}
		mine := func(person int64) (rules []string) {
			for _, f := range read(t, db, func(tx *store.Tx) ([]standard.Finding, error) { return tx.PersonDue(t.Context(), person, 10) }) {
				rules = append(rules, f.RuleID+" "+f.Due.Format(time.DateTime)+" "+f.Source)
			}
			return rules
		}
		keep(t, db, standard.Kept{CaseID: 1, VersionID: "v", Due: due, Marks: line("b", 'p', 5, int64(august), running) + line("c", 'v', 5, int64(august), "2") + line("d", 'v', 5, int64(august), "2")},
			standard.Kept{CaseID: 2, VersionID: "v", Marks: line("c", 'v', 5, int64(august), "2")})
		if diff := cmp.Diff([][]string{{"2 c", "1 c", "1 d"}, {"1 b"}, {"b 2026-08-20 01:02:03 opportunity:1"}}, [][]string{listed(status.Violated), listed(status.Pending), mine(5)}); diff != "" {
			t.Errorf("- want, + kept\n%s", diff)
		}
		first := read(t, db, func(tx *store.Tx) ([]standard.Finding, error) { return tx.DueFindings(t.Context(), []int64{1, 2}) })
		if len(first) != 1 || first[0].RuleID != "b" || !first[0].Due.Equal(due) {
			t.Errorf("due of the two cases: %+v", first)
		}
		keep(t, db, standard.Kept{CaseID: 1, VersionID: "w", Due: due.Add(time.Hour), Marks: line("b", 's', 5, int64(august), "1") + line("c", 'v', 5, int64(august), "2") + line("d", 'p', 6, int64(august)-1, "h "+base36(due.Add(time.Hour).Unix()))})
		if diff := cmp.Diff([][]string{{"2 c", "1 c"}, {"1 d"}, nil, {"d 2026-08-20 02:02:03 "}}, [][]string{listed(status.Violated), listed(status.Pending), mine(5), mine(6)}); diff != "" {
			t.Errorf("- want, + kept anew\n%s", diff)
		}
		keep(t, db, standard.Kept{CaseID: 1, VersionID: "w", Marks: line("c", 's', 5, int64(august), "1")}, standard.Kept{CaseID: 2, VersionID: "w"})
		if left := append(append(listed(status.Violated), listed(status.Pending)...), mine(6)...); len(left) > 0 {
			t.Errorf("nothing is left to find, but is listed: %v", left)
		}
	})
}

// TestAnUpgradeKeepsWhatWasFound brings a row for each rule to a row for each case, and has all cases judged anew.
func TestAnUpgradeKeepsWhatWasFound(t *testing.T) {
	t.Parallel()
	for engine, open := range empty(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			const insert = "INSERT INTO case_finding (case_id, rule_id, status, reason, person_id, month, due, source) VALUES "
			db := upgraded(t, open, engine, 44, insert+"(1, 'a', 'violated', 'late', 7, '2026-08', '', 'x:1'), (1, 'b', 'violated', 'late', 7, '2026-08', '', 'x:1'), (1, 'c', 'pending', 'running', 7, '2026-08', '2026-08-20T01:02:03.000000Z', '')",
				"INSERT INTO case_judgement (case_id, version_id, due, marks) VALUES (1, 'v', '2026-08-20T01:02:04.000000Z', '"+line("a", 'v', 7, int64(calendar.NewMonth(2026, 8)), "3 #1fh50n7")+line("b", 'v', 7, int64(calendar.NewMonth(2026, 8)), "3 #1fh50n7")+
					line("c", 'p', 7, int64(calendar.NewMonth(2026, 8)), "h "+base36(1787187723))+"')", "UPDATE judge_progress SET basis = 'x', swept = -1")
			month := calendar.NewMonth(2026, 8)
			found := read(t, db, func(tx *store.Tx) ([]standard.Finding, error) {
				return tx.Findings(t.Context(), standard.FindingQuery{TallyQuery: standard.TallyQuery{From: month, To: month, All: true}, Status: status.Violated, Limit: 9})
			})
			if len(found) != 2 || found[0].RuleID != "a" || found[1].RuleID != "b" || found[1].PersonID != 7 || found[1].Source != "" {
				t.Errorf("found %+v", found)
			}
			if mine := read(t, db, func(tx *store.Tx) ([]standard.Finding, error) { return tx.PersonDue(t.Context(), 7, 9) }); len(mine) != 1 || mine[0].RuleID != "c" {
				t.Errorf("due of the person: %+v", mine)
			}
			if p := read(t, db, func(tx *store.Tx) (standard.Progress, error) { return tx.JudgeProgress(t.Context()) }); p.Basis != "" || p.Swept != 0 {
				t.Errorf("judging does not begin anew: %+v", p)
			}
		})
	}
}
