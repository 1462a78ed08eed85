package lawguard_test

import (
	"errors"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// notAccepted is the finding that payees of a plan have not accepted it.
func notAccepted(t *testing.T, s *lawguard.Service, actor access.Actor, m calendar.Month, plan string) lawguard.Finding {
	t.Helper()
	report, err := s.Find(t.Context(), actor, lawguard.Filter{Month: m, Rule: lawguard.RuleNotAccepted, Limit: lawguard.LimitMax})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Plan.ID == plan {
			return f
		}
	}
	t.Fatalf("%s: no finding about %s", m, plan)
	return lawguard.Finding{}
}

// TestAPlansFindingIsNotedAsItWasInItsMonth: H joins A, D and E in October, so that September's finding about their plan is another one than today's. It
// rests on the same facts for who sees one team.
func TestAPlansFindingIsNotedAsItWasInItsMonth(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		company := monthtest.Small()
		company.Persons = append(company.Persons, fact.PersonRecord{Key: "H", Name: "何川", Team: "T1", Level: "regular", Hired: day("2026-10-01"), Left: calendar.Forever})
		h := monthtest.Open(t, db, company)
		s := guard(db)
		september, october := notAccepted(t, s, hr, month, "regular"), notAccepted(t, s, hr, month+1, "regular")
		if september.ID != october.ID || september.Fingerprint == october.Fingerprint {
			t.Fatalf("%+v, %+v", september, october)
		}
		team := access.Actor{UserID: "u-team", PersonID: h.Person(t, "M2"), Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeTeamAndBelow}}}
		if f := notAccepted(t, s, team, month, "regular"); f.Fingerprint != september.Fingerprint {
			t.Errorf("to a team: %+v, to all: %+v", f.Reason, september.Reason)
		}
		ask := lawguard.Acknowledge{FindingID: september.ID, Fingerprint: september.Fingerprint, Reason: "已线下签署\r\n扫描件在档"}
		_, err := s.Acknowledge(t.Context(), team, ask)
		wantKind(t, "as of today", err, errs.KindConflict)
		ask.Month = calendar.NewMonth(2101, 1)
		_, err = s.Acknowledge(t.Context(), team, ask)
		wantKind(t, "of a month that cannot be asked for", err, errs.KindNotFound)
		ask.Month = month
		for range 2 {
			if f, err := s.Acknowledge(t.Context(), team, ask); err != nil || f.Acknowledged == nil || f.Acknowledged.Reason != "已线下签署\n扫描件在档" {
				t.Fatalf("%+v, %v", f, err)
			}
		}
		if f := notAccepted(t, s, hr, month, "regular"); f.Acknowledged == nil || f.Acknowledged.UserID != "u-team" {
			t.Errorf("%+v", f)
		}
		if f := notAccepted(t, s, hr, month+1, "regular"); f.Acknowledged != nil || f.Earlier == nil {
			t.Errorf("%+v", f)
		}
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM audit_entry WHERE action = 'law.acknowledge'"); n[0] != 1 {
			t.Errorf("%d entries", n[0])
		}
	})
}

// TestTextsThatOneDatabaseRefusesAreRefusedByBoth: control characters and what is no UTF-8, in every text that is kept.
func TestTextsThatOneDatabaseRefusesAreRefusedByBoth(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		s := guard(db)
		f := notAccepted(t, s, hr, month, "regular")
		for _, text := range []string{"a\x00b", "a\xffb", "a\tb"} {
			_, err := s.Acknowledge(t.Context(), hr, lawguard.Acknowledge{FindingID: f.ID, Fingerprint: f.Fingerprint, Month: month, Reason: text})
			wantKind(t, "reason", err, errs.KindInvalid)
			_, err = s.SetRule(t.Context(), hr, 0, lawguard.RuleLegalTender, lawguard.RuleSetting{Off: true, Why: text})
			wantKind(t, "why", err, errs.KindInvalid)
			_, err = s.SetCities(t.Context(), hr, 0, lawguard.Cities{TeamCities: map[string]string{text: "上海"}})
			wantKind(t, "team", err, errs.KindInvalid)
			for _, taken := range []bool{false, true} {
				_, err = s.EnterTerms(t.Context(), hr, lawguard.EnterTerm{PersonID: h.Person(t, "A"), From: day("2026-01-01"), Taken: taken, Work: lawguard.WorkFullTime, ProbationUntil: calendar.NoDate, Note: text})
				wantKind(t, "note", err, errs.KindInvalid)
			}
		}
	})
}

// TestMinimumWagesAreForThoseWhoKeepThem: nobody else learns what is wrong with them, and too many are not looked at one by one.
func TestMinimumWagesAreForThoseWhoKeepThem(t *testing.T) {
	t.Parallel()
	s := guard(storetest.SQLite(t))
	_, err := s.PutWages(t.Context(), monthtest.Maker, 0, []lawguard.Wage{{}})
	wantKind(t, "operations", err, errs.KindForbidden)
	_, err = s.SetCities(t.Context(), monthtest.Maker, 0, lawguard.Cities{City: strings.Repeat("x", 1000)})
	wantKind(t, "operations' cities", err, errs.KindForbidden)
	_, err = s.PutWages(t.Context(), hr, 0, make([]lawguard.Wage, 2001))
	if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 1 || e.Fields[0].Path != "wages" {
		t.Errorf("too many: %v", err)
	}
}
