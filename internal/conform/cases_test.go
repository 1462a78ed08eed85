package conform_test

import (
	"fmt"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/sop"
)

func at(t testing.TB, text string) int64 {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, calendar.ChinaTime)
	if err != nil {
		t.Fatal(err)
	}
	return moment.Unix()
}

func happened(t testing.TB, id, activity, when, person, role string, data sop.Values) conform.Event {
	moment := at(t, when)
	return conform.Event{ID: id, Activity: activity, OccurredAt: moment, RecordedAt: moment, Person: person, Roles: []string{role}, Data: data}
}

func result(t *testing.T, m *conform.Model, results []conform.Result, id string) conform.Result {
	t.Helper()
	for i := range m.Standard().Rules {
		if m.Standard().Rules[i].ID == id {
			return results[i]
		}
	}
	t.Fatalf("no rule %s", id)
	return conform.Result{}
}

// TestLeadOnTheDefaultStandard: a lead is assigned on Thursday 2026-03-05 at 17:30 and must be contacted and registered within 24
// hours, by Friday 17:30. It is contacted in time; it is registered in time but recorded on Saturday.
func TestLeadOnTheDefaultStandard(t *testing.T) {
	t.Parallel()
	m := conform.NewModel(sop.Default(), calendar.WorkCalendar{})
	s := m.NewState(sop.Values{"tier": sop.TextOf("A")})
	s.Add(happened(t, "1", "lead_assigned", "2026-03-05 17:30:00", "chen", "manager", nil))
	due := at(t, "2026-03-06 17:30:00")
	running := result(t, m, s.At(due, nil), "first_contact_in_time")
	if running.Status != conform.Pending || running.Due != due || running.Reason != conform.ReasonRunning {
		t.Errorf("at the last moment: %+v", running)
	}
	if missing := result(t, m, s.At(due+1, nil), "first_contact_in_time"); missing.Status != conform.Violated || missing.Reason != conform.ReasonMissing {
		t.Errorf("a second later: %+v", missing)
	}
	s.Add(happened(t, "2", "first_contact", "2026-03-06 10:00:00", "li", "seller", nil))
	registered := happened(t, "3", "customer_registered", "2026-03-06 11:00:00", "li", "seller", sop.Values{"company": sop.TextOf("甲公司")})
	registered.RecordedAt = at(t, "2026-03-07 09:00:00")
	s.Add(registered)
	results := s.At(at(t, "2026-03-07 10:00:00"), nil)
	for id, want := range map[string]string{
		"first_contact_in_time": "satisfied met",
		"registered_in_time":    "violated late",
		"registered_complete":   "violated incomplete", // no contact
		"duplicates_first":      "violated not_before",
		"owner_is_seller":       "satisfied met",
		"graded_in_time":        "pending running", // by the end of Monday the 9th
		"approved_before_sent":  "not_applicable none",
	} {
		if v := result(t, m, results, id); v.Status.String()+" "+v.Reason.String() != want {
			t.Errorf("%s is %s %s, want %s", id, v.Status, v.Reason, want)
		}
	}
	if v := result(t, m, results, "graded_in_time"); v.Due != at(t, "2026-03-09 23:59:59") {
		t.Errorf("graded by %s", time.Unix(v.Due, 0).In(calendar.ChinaTime))
	}
}

// TestGateBlocksProposalThatNobodyApproved and lets it pass when a manager did; a seller's approval does not count.
func TestGateBlocksProposalThatNobodyApproved(t *testing.T) {
	t.Parallel()
	m := conform.NewModel(sop.Default(), calendar.WorkCalendar{})
	s := m.NewState(nil)
	now := at(t, "2026-03-05 15:00:00")
	send := conform.Event{Activity: "proposal_sent", Person: "li", Roles: []string{"seller"}}
	opinion := s.Gate(send, now)
	if opinion.Level() != sop.LevelBlock || len(opinion.Objections) != 1 || opinion.Objections[0].Reason != conform.ReasonNotBefore {
		t.Errorf("without approval: %+v", opinion)
	}
	s.Add(happened(t, "1", "manager_approved", "2026-03-05 10:00:00", "li", "seller", nil))
	if opinion = s.Gate(send, now); len(opinion.Objections) != 1 || opinion.Objections[0].Reason != conform.ReasonWrongRole {
		t.Errorf("approved by a seller: %+v", opinion)
	}
	s.Add(happened(t, "2", "manager_approved", "2026-03-05 11:00:00", "chen", "manager", nil))
	if opinion = s.Gate(send, now); len(opinion.Objections) != 0 || opinion.Level() != sop.LevelLog {
		t.Errorf("approved by a manager: %+v", opinion)
	}
	send.Data = sop.Values{"discount": sop.NumberOf(200000), "discount_limit": sop.NumberOf(100000)}
	if opinion = s.Gate(send, now); len(opinion.Objections) != 1 || opinion.Objections[0].ID != "discount_signed" {
		t.Errorf("20 %% of 10 %% allowed: %+v", opinion)
	}
}

func TestExemptionsStandOverWhatWouldBe(t *testing.T) {
	t.Parallel()
	m := conform.NewModel(sop.Default(), calendar.WorkCalendar{})
	s := m.NewState(nil)
	s.Add(happened(t, "1", "proposal_sent", "2026-03-05 10:00:00", "li", "seller", nil))
	s.Exempt("approved_before_sent")
	v := result(t, m, s.At(at(t, "2026-03-05 11:00:00"), nil), "approved_before_sent")
	if v.Status != conform.Exempt || v.Underlying != conform.Violated {
		t.Errorf("got %+v", v)
	}
}

func TestEveryReasonHasAText(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, reason := range conform.Reasons() {
		if !catalogue.Has(reason.Key()) {
			t.Errorf("no text %s", reason.Key())
		}
	}
}

// BenchmarkCases judges cases of fifteen events by the 25 rules of the default standard, one state for all:
//
//	go test ./internal/conform -run '^$' -bench Cases -benchtime 1000000x -benchmem
func BenchmarkCases(b *testing.B) {
	m := conform.NewModel(sop.Default(), calendar.China())
	activities := []string{"lead_assigned", "first_contact", "duplicate_checked", "customer_registered", "graded", "contacted", "next_contact_set",
		"need_recorded", "proposal_drafted", "manager_approved", "proposal_sent", "contract_approved", "signed", "plan_created", "handover_done"}
	data := sop.Values{"company": sop.TextOf("甲"), "contact": sop.TextOf("乙"), "discount": sop.NumberOf(50000)}
	var events []conform.Event
	for i, activity := range activities {
		e := happened(b, fmt.Sprint(i), activity, "2026-03-05 10:00:00", "li", "seller", data)
		e.OccurredAt += int64(i) * 7200
		e.RecordedAt = e.OccurredAt + 600
		events = append(events, e)
	}
	whole := sop.Values{"tier": sop.TextOf("A")}
	s, now := m.NewState(whole), at(b, "2026-05-05 10:00:00")
	var results []conform.Result
	b.ReportAllocs()
	for b.Loop() {
		s.Reset(whole)
		for _, e := range events {
			s.Add(e)
		}
		results = s.At(now, results)
	}
	if len(results) != len(m.Standard().Rules) {
		b.Fatal("not every rule was judged")
	}
}
