package faults

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// small is a house of three regions of two teams with a person each.
func small() house {
	h := house{map[string]string{}, map[string]string{}}
	for r := range 3 {
		for t := range 2 {
			team := "T" + string(rune('1'+r*2+t))
			h.regionOf[team] = "R" + string(rune('1'+r))
			h.teamOf["p"+team] = team
		}
	}
	return h
}

func TestAnswersAreScored(t *testing.T) {
	t.Parallel()
	at := func(kind string, p Place) Finding { return Finding{kind, p} }
	tests := []struct {
		name           string
		planted        []Fault
		findings       []Finding
		found, located int
		brought, false int
	}{
		{"the very place", []Fault{{Kind: "neglected", Place: Place{Team: "T1"}}}, []Finding{at("neglected", Place{Team: "T1"})}, 1, 1, 0, 0},
		{"with the region besides", []Fault{{Kind: "neglected", Place: Place{Team: "T1"}}}, []Finding{at("neglected", Place{Region: "R1", Team: "T1"})}, 1, 1, 0, 0},
		{"the region around it", []Fault{{Kind: "neglected", Place: Place{Team: "T1"}}}, []Finding{at("neglected", Place{Region: "R1"})}, 1, 0, 0, 0},
		{"both teams of the region", []Fault{{Kind: "neglected", Place: Place{Region: "R1"}}}, []Finding{at("neglected", Place{Team: "T1"}), at("neglected", Place{Team: "T2"})}, 1, 0, 1, 0},
		{"another team", []Fault{{Kind: "neglected", Place: Place{Team: "T1"}}}, []Finding{at("neglected", Place{Team: "T2"})}, 0, 0, 0, 1},
		{"another kind", []Fault{{Kind: "neglected", Place: Place{Team: "T1"}}}, []Finding{at("duplicates", Place{Team: "T1"})}, 0, 0, 0, 1},
		{"a kind that it is seen as", []Fault{{Kind: "batch_entry", Place: Place{Team: "T1"}}}, []Finding{at("late_entry", Place{Region: "R1"})}, 0, 0, 1, 0},
		{"the same elsewhere", []Fault{{Kind: "batch_entry", Place: Place{Team: "T1"}}}, []Finding{at("late_entry", Place{Team: "T2"})}, 0, 0, 0, 1},
		{"another step", []Fault{{Kind: "step_skipped", Place: Place{Team: "T1", Rule: "signed"}}}, []Finding{at("step_skipped", Place{Team: "T1", Rule: "need_recorded"})}, 0, 0, 0, 1},
		{"the step left unsaid", []Fault{{Kind: "step_skipped", Place: Place{Team: "T1", Rule: "signed"}}}, []Finding{at("step_skipped", Place{Team: "T1"})}, 1, 0, 0, 0},
		{"of the company", []Fault{{Kind: "target_ratchet"}}, []Finding{at("target_ratchet", Place{})}, 1, 1, 0, 0},
		{"a product for a team", []Fault{{Kind: "conversion_low", Place: Place{Team: "T1"}}}, []Finding{at("conversion_low", Place{Product: "P1"})}, 1, 0, 0, 0},
		{"a star by name alone", []Fault{{Kind: "key_person", Place: Place{Team: "T3", Person: "pT3"}}}, []Finding{at("key_person", Place{Person: "pT3"})}, 1, 1, 0, 0},
		{"the wrong star", []Fault{{Kind: "key_person", Place: Place{Team: "T3", Person: "pT3"}}}, []Finding{at("key_person", Place{Team: "T3", Person: "x"})}, 0, 0, 0, 1},
		{"unknown to the list", nil, []Finding{at("moon_phase", Place{})}, 0, 0, 0, 0},
		{"nothing said", []Fault{{Kind: "target_ratchet"}}, nil, 0, 0, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := small().judge(Truth{Faults: test.planted}, Answer{test.findings})
			found, located := 0, 0
			for _, o := range s.Faults {
				found, located = found+int(flag(o.Found)), located+int(flag(o.Located))
			}
			if found != test.found || located != test.located || s.Brought != test.brought || len(s.Alarms) != test.false {
				t.Errorf("found %d, located %d, brought %d, false %v; wanted %d, %d, %d, %d", found, located, s.Brought, s.Alarms, test.found, test.located, test.brought, test.false)
			}
		})
	}
}

// TestLawsOfTheScore: the truth itself is a perfect answer; silence finds nothing; located is found; each finding is counted once; a further finding
// never takes anything away.
func TestLawsOfTheScore(t *testing.T) {
	t.Parallel()
	h, ids := small(), Kinds()
	place := rapid.Custom(func(t *rapid.T) Place {
		return []Place{{}, {Region: "R1"}, {Region: "R2"}, {Team: "T1"}, {Team: "T2"}, {Team: "T5"}, {Person: "pT1"}, {Product: "P1"}, {Source: "website"}}[rapid.IntRange(0, 8).Draw(t, "place")]
	})
	finding := rapid.Custom(func(t *rapid.T) Finding { return Finding{rapid.SampledFrom(ids).Draw(t, "kind"), place.Draw(t, "at")} })
	rapid.Check(t, func(t *rapid.T) {
		var truth Truth
		var perfect Answer
		for _, f := range rapid.SliceOfNDistinct(finding, 0, 6, func(f Finding) string { return f.Kind }).Draw(t, "planted") {
			truth.Faults = append(truth.Faults, Fault{Kind: f.Kind, Place: f.Place})
			perfect.Findings = append(perfect.Findings, f)
		}
		if s := h.judge(truth, perfect); len(s.Alarms)+s.Brought > 0 || located(s) != len(truth.Faults) {
			t.Fatalf("the truth is scored %+v", s)
		}
		if s := h.judge(truth, Answer{}); located(s)+found(s)+len(s.Alarms) > 0 {
			t.Fatalf("silence is scored %+v", s)
		}
		findings := rapid.SliceOfN(finding, 0, 8).Draw(t, "findings")
		s := h.judge(truth, Answer{findings})
		for i, o := range s.Faults {
			if o.Located && !o.Found {
				t.Fatalf("%v is located and not found", truth.Faults[i])
			}
		}
		if found(s)+s.Brought+len(s.Alarms) != len(findings) {
			t.Fatalf("%d findings, %d found, %d brought, %d false", len(findings), found(s), s.Brought, len(s.Alarms))
		}
		if more := h.judge(truth, Answer{append(findings, finding.Draw(t, "more"))}); found(more) < found(s) || located(more) < located(s) {
			t.Fatal("a further finding takes something away")
		}
	})
}

func found(s Score) (n int) {
	for _, o := range s.Faults {
		n += int(flag(o.Found))
	}
	return n
}

func located(s Score) (n int) {
	for _, o := range s.Faults {
		n += int(flag(o.Located))
	}
	return n
}

func TestTheTableSaysWhatWasCounted(t *testing.T) {
	t.Parallel()
	r := Results{Scores: []Score{
		{Truth: Truth{Sellers: 20, Faults: []Fault{{Kind: "neglected", Strength: Weak}, {Kind: "duplicates", Strength: Strong}}}, Faults: []Outcome{{true, true}, {true, false}}},
		{Truth: Truth{Sellers: 30}, Alarms: []Finding{{Kind: "neglected"}}},
		{Truth: Truth{Sellers: 40}},
	}}
	var b strings.Builder
	if err := r.Table(&b, "ask"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"3 companies with 90 sellers, the largest with 40; 2 problems planted in 1 of them, none in 2",
		"| **all** | 2 | 2 of 2, 100.0 % (34.2–100.0) | 1 of 2, 50.0 % (9.5–90.5) |",
		"**1 in 2, 0.50", "such companies without any: 1 of 2",
		"| `neglected` | 1 (1) of 1 | – | – | 1 (1) of 1 | 1 |", "| `duplicates` | – | – | 1 (0) of 1 | 1 (0) of 1 | 0 |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestABenchmarkAsksAboutEveryCompany(t *testing.T) {
	t.Parallel()
	asked := 0
	b := Benchmark{Companies: 5, Seed: 3, Dir: t.TempDir(), Sellers: 24}
	b.Diagnose = func(_ context.Context, dir string) ([]byte, error) {
		asked++
		return []byte(`{"findings": [{"kind": "plan_not_target", "place": {"rule": "none"}, "more": 1}], "missing": []}`), nil
	}
	r, err := b.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := r.sum()
	if asked != 5 || s.healthy != 1 || s.others != 4 || s.alarms != 1 {
		t.Errorf("asked %d times: %+v", asked, s)
	}
}
