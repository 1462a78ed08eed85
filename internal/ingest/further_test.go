package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
)

// furtherFiles is a company whose rows are not in the order of keys, with facts that only some plans read.
func furtherFiles() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"persons.csv":      "key,level,hired_on\n2,core,2020-01-01\n1,regular,2020-01-01\n3,newcomer,2026-09-01\n",
		"customers.csv":    "key,name,tier,region\nC1,One,A,EAST\nC2,Two,,\n",
		"deals.csv":        "key,customer,signed_on,amount,seller_1,units,cost,referrer,cancelled_on\n30,C1,2026-08-01,100,1,,,,\n20,C2,2026-08-01,100,2,12,80.50,3,2026-09-30\n10,C1,2026-08-01,100,1,,,,\n",
		"invoices.csv":     "key,deal,invoiced_on,amount\nI2,20,2026-09-02,-5.00\nI1,10,2026-09-01,60.00\n",
		"given_values.csv": "person,month,measure,value\n2,2026-09,sop,95%\n1,2026-09,spend,1200.00元\n1,2026-09,visits,4.5\n",
		"mentorships.csv":  "mentor,trainee,from,to\n2,3,2026-09-01,2026-11-30\n1,3,2026-12-01,\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func readFurther(t *testing.T, files fstest.MapFS) (*engine.Facts, *Report) {
	t.Helper()
	w := openFS(t, files)
	proposal := Propose(w)
	if err := proposal.Check(); err != nil {
		t.Fatal(err)
	}
	sink := NewFacts("CNY")
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return sink.Facts(), report
}

func TestFurtherFactsReachTheEngine(t *testing.T) {
	t.Parallel()
	facts, report := readFurther(t, furtherFiles())
	if report.ProblemCount > 0 {
		t.Fatal(report.Problems)
	}
	day := calendar.NewDate
	want := engine.FurtherFacts{
		DealsMore: []engine.DealMore{
			nothingMore,
			{Units: 12, CostFen: 8050, Referrer: 2, CancelledOn: day(2026, 9, 30)},
			nothingMore,
		},
		Invoices: engine.Payments{Deal: []int32{1, 0}, On: []calendar.Date{day(2026, 9, 2), day(2026, 9, 1)}, AmountFen: []int64{-500, 6000},
			Order: []int64{1, 0}, Keys: []string{"I2", "I1"}},
		Given: []engine.Given{
			{Person: 1, Month: calendar.NewMonth(2026, 9), Measure: "sop", Value: decimal.MustParse("0.95")},
			{Person: 0, Month: calendar.NewMonth(2026, 9), Measure: "spend", Value: decimal.MustParse("120000")},
			{Person: 0, Month: calendar.NewMonth(2026, 9), Measure: "visits", Value: decimal.MustParse("4.5")},
		},
		Mentors: []engine.Mentorship{
			{Mentor: 1, Trainee: 2, Days: calendar.Interval{From: day(2026, 9, 1), To: day(2026, 12, 1)}},
			{Mentor: 0, Trainee: 2, Days: calendar.Interval{From: day(2026, 12, 1), To: calendar.Forever}},
		},
	}
	if diff := cmp.Diff(want, facts.FurtherFacts); diff != "" {
		t.Error(diff)
	}
	if c := facts.Customers[0]; c.Tier != "A" || c.Region != "EAST" {
		t.Error(c)
	}
}

func TestFactsWithoutFurtherColumnsHaveNone(t *testing.T) {
	t.Parallel()
	files := furtherFiles()
	delete(files, "invoices.csv")
	delete(files, "given_values.csv")
	delete(files, "mentorships.csv")
	files["deals.csv"].Data = []byte("key,customer,signed_on,amount,seller_1,units,cost\n30,C1,2026-08-01,100,1,,\n")
	facts, _ := readFurther(t, files)
	if diff := cmp.Diff(engine.FurtherFacts{}, facts.FurtherFacts); diff != "" {
		t.Error(diff)
	}
}

func TestFurtherFactsAreJudged(t *testing.T) {
	t.Parallel()
	for want, wrong := range map[string][2]string{
		"ingest.bad_count":               {"deals.csv", "key,customer,signed_on,amount,seller_1,units\n1,C1,2026-08-01,1,1,1.5\n"},
		"ingest.below_zero":              {"deals.csv", "key,customer,signed_on,amount,seller_1,cost\n1,C1,2026-08-01,1,1,-1\n"},
		"ingest.cancelled_before_signed": {"deals.csv", "key,customer,signed_on,amount,seller_1,cancelled_on\n1,C1,2026-08-01,1,1,2026-07-31\n"},
		"ingest.unknown_person":          {"deals.csv", "key,customer,signed_on,amount,seller_1,referrer\n1,C1,2026-08-01,1,1,9\n"},
		"ingest.unknown_deal":            {"invoices.csv", "key,deal,invoiced_on,amount\nI1,99,2026-09-01,1\n"},
		"ingest.key_twice":               {"invoices.csv", "key,deal,invoiced_on,amount\nI1,10,2026-09-01,1\nI1,10,2026-09-01,1\n"},
		"ingest.invoice_zero":            {"invoices.csv", "key,deal,invoiced_on,amount\nI1,10,2026-09-01,0\n"},
		"ingest.bad_number":              {"given_values.csv", "person,month,measure,value\n1,2026-09,sop,good\n"},
		"ingest.given_twice":             {"given_values.csv", "person,month,measure,value\n1,2026-09,sop,1\n1,2026-09,sop,2\n"},
		"ingest.own_mentor":              {"mentorships.csv", "mentor,trainee,from\n1,1,2026-09-01\n"},
		"ingest.to_before_from":          {"mentorships.csv", "mentor,trainee,from,to\n1,2,2026-09-02,2026-09-01\n"},
		"ingest.mentorship_meets":        {"mentorships.csv", "mentor,trainee,from,to\n1,2,2026-09-01,\n3,2,2026-10-01,\n"},
		"ingest.bad_unit":                {"given_values.csv", "person,month,measure,value,unit\n1,2026-09,sop,1,斤\n"},
	} {
		files := furtherFiles()
		files[wrong[0]].Data = []byte(wrong[1])
		_, report := readFurther(t, files)
		texts := printer(t, i18n.ZhCN)
		found := false
		for _, p := range report.Problems {
			found = found || p.Source == wrong[0] && p.Message.Key == want
			if !texts.Has(p.Message.Key) || !texts.Has(p.Remedy.Key) {
				t.Errorf("%s has no text", p.Message.Key)
			}
		}
		if !found {
			t.Errorf("%s: %v", want, report.Problems)
		}
	}
}

// TestTheUnitOfAGivenValueIsSaidOnce: by the cell, by a column, by the header, or by the mapping.
func TestTheUnitOfAGivenValueIsSaidOnce(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"person,month,measure,value\n1,2026-09,a,95%\n2,2026-09,a,¥1200\n":          "0.95 percent, 120000 money",
		"person,month,measure,value,unit\n1,2026-09,a,95,%\n2,2026-09,a,1200.5,元\n": "0.95 percent, 120050 money",
		"person,month,measure,value,unit\n1,2026-09,a,95%,%\n2,2026-09,a,4.5,数\n":   "0.95 percent, 4.5 number",
		"person,month,measure,value(元)\n1,2026-09,a,95\n2,2026-09,a,\"1,200.00\"\n": "9500 money, 120000 money",
		"工号,月份,指标,数值（万元）\n1,2026-09,a,1.5\n2,2026-09,a,2\n":                         "1500000 money, 2000000 money",
		"工号,月份,指标,数值（%）\n1,2026-09,a,95\n2,2026-09,a,101.5\n":                       "0.95 percent, 1.015 percent",
		"工号,月份,指标,数值（分）\n1,2026-09,a,95\n2,2026-09,a,4.5\n":                         "95 number, 4.5 number",
	} {
		files := furtherFiles()
		files["given_values.csv"].Data = []byte(text)
		w := openFS(t, files)
		proposal := Propose(w)
		sink := &givenRecorder{}
		report, err := Read(t.Context(), w, &proposal.Mapping, Options{}, sink)
		if err != nil || report.ProblemCount > 0 || strings.Join(sink.lines, ", ") != want {
			t.Errorf("%q: %v %v %v", text, sink.lines, report.Problems, err)
		}
	}
}

type givenRecorder struct{ lines []string }

func (r *givenRecorder) Put(_ context.Context, b Batch) error {
	for _, g := range b.GivenValues {
		r.lines = append(r.lines, g.Value.String()+" "+string(g.Unit))
	}
	return nil
}

// TestMentorshipsMayNotMeetThoseThatAreKnown: a row that begins with a known one corrects it, whatever the order of the rows.
func TestMentorshipsMayNotMeetThoseThatAreKnown(t *testing.T) {
	t.Parallel()
	day := calendar.NewDate
	known := []fact.MentorshipRecord{{Mentor: "1", Trainee: "3", Days: calendar.Interval{From: day(2026, 1, 1), To: calendar.Forever}}}
	for text, want := range map[string]string{
		"mentor,trainee,from,to\n2,3,2026-07-01,\n1,3,2026-01-01,2026-06-30\n": "",
		"mentor,trainee,from,to\n2,3,2026-07-01,\n":                            "2 2026-07-01 1",
		"mentor,trainee,from,to\n2,3,2025-07-01,2026-01-01\n":                  "2 2025-07-01 1",
		"mentor,trainee,from,to\n2,3,2025-07-01,2025-12-31\n":                  "",
	} {
		files := furtherFiles()
		files["mentorships.csv"].Data = []byte(text)
		w := openFS(t, files)
		proposal := Propose(w)
		report, err := Read(t.Context(), w, &proposal.Mapping, Options{Mentorships: known}, NewFacts("CNY"))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range report.Problems {
			got = fmt.Sprint(p.Row, " ", p.Value, " ", p.Message.Args["Mentor"])
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
