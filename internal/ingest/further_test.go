package ingest

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
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
	proposal := ProposeFurther(w)
	if err := proposal.Check(); err != nil {
		t.Fatal(err)
	}
	sink := NewFacts("CNY")
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{Further: true}, sink)
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
		"ingest.mentorship_twice":        {"mentorships.csv", "mentor,trainee,from,to\n1,2,2026-09-01,\n1,2,2026-10-01,\n"},
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

// TestWhatIsNotStoredIsRefused: a mapping may name what only a computation reads, but no reading without Further takes it.
func TestWhatIsNotStoredIsRefused(t *testing.T) {
	t.Parallel()
	w := openFS(t, furtherFiles())
	proposal := ProposeFurther(w)
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{}, NewFacts("CNY"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range report.Problems {
		got = append(got, p.Source+" "+p.Path+" "+p.Message.Key)
	}
	slices.Sort(got)
	want := []string{
		"customers.csv region ingest.further_field", "customers.csv tier ingest.further_field", "deals.csv cancelled_on ingest.further_field",
		"deals.csv cost ingest.further_field", "deals.csv referrer ingest.further_field", "deals.csv units ingest.further_field",
		"given_values.csv  ingest.further_kind", "invoices.csv  ingest.further_kind", "mentorships.csv  ingest.further_kind",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// And what is proposed for the product leaves them alone.
	files := furtherFiles()
	delete(files, "invoices.csv")
	delete(files, "given_values.csv")
	delete(files, "mentorships.csv")
	w = openFS(t, files)
	proposal = Propose(w)
	if report, err = Read(t.Context(), w, &proposal.Mapping, Options{}, NewFacts("CNY")); err != nil || report.ProblemCount > 0 {
		t.Error(err, report.Problems)
	}
}
