package faults

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// digests are those of all files of a company, by name.
func digests(t *testing.T, o Options) (map[string][32]byte, Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := Generate(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][32]byte{}
	for _, about := range sheetFiles {
		text, err := os.ReadFile(filepath.Join(dir, about.name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		if rows := bytes.Count(text, []byte("\n")) - 1; rows != truth.Rows[about.name] {
			t.Errorf("%s: %d rows, said to be %d", about.name, rows, truth.Rows[about.name])
		}
		all[about.name] = sha256.Sum256(text)
	}
	return all, truth
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Seed: 3, Sellers: 20}, {Seed: 4, Sellers: 150, Faults: 12}} {
		one, truth := digests(t, o)
		two, again := digests(t, o)
		for name := range one {
			if one[name] != two[name] {
				t.Errorf("%s differs", name)
			}
		}
		if !slices.Equal(truth.Faults, again.Faults) {
			t.Error("the truth differs")
		}
		if other, _ := digests(t, Options{Seed: o.Seed + 1, Sellers: o.Sellers, Faults: o.Faults}); other["deals"] == one["deals"] {
			t.Error("another seed makes the same deals")
		}
	}
}

// TestAProblemLeavesOtherFilesAlone: what a problem does not concern is the same to the byte as without it.
func TestAProblemLeavesOtherFilesAlone(t *testing.T) {
	t.Parallel()
	without, _ := digests(t, Options{Seed: 11, Sellers: 60})
	for kind, changes := range map[string][]string{
		"late_entry":         {"process_events"},
		"step_skipped":       {"process_events"},
		"approval_missing":   {"approvals"},
		"approval_slow":      {"approvals"},
		"first_contact_slow": {"leads"},
		"back_steps":         {"process_events"},
		"ledger_incomplete":  {"customers"},
		"ledger_stale":       {"customer_records"},
		"late_registration":  {"customer_records"},
		"neglected":          {"customer_records"},
		"satisfaction_low":   {"satisfaction"},
		"service_slow":       {"service_cases"},
		"survey_disengaged":  {"survey_answers"},
		"training_rare":      {"training"},
		"target_sum_gap":     {"targets"},
		"target_not_split":   {"quotas"},
		"activity_falling":   {"follow_ups"},
		"plan_not_target":    {"plan_lines"},
		"a_without_core":     {"customer_moves", "customer_records"},
		"dates_contradict":   {"opportunities"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			with, truth := digests(t, Options{Seed: 11, Sellers: 60, Faults: 1, Kinds: []string{kind}})
			if len(truth.Faults) != 1 {
				t.Fatal("nothing planted")
			}
			for name := range with {
				if changed := with[name] != without[name]; changed != slices.Contains(changes, name) {
					t.Errorf("%s: changed is %v", name, changed)
				}
			}
		})
	}
}

// fenOf reads an amount in fen without rounding.
func fenOf(t *testing.T, text string) int64 {
	t.Helper()
	sum, digits := int64(0), strings.Replace(text, ".", "", 1)
	if at := strings.IndexByte(text, '.'); at != len(text)-3 {
		t.Fatalf("%q has not two decimals", text)
	}
	for _, c := range digits {
		sum = sum*10 + int64(c-'0')
	}
	return sum
}

func TestReferencesLeadToRowsAndSumsHold(t *testing.T) {
	t.Parallel()
	f, _ := made(t, Options{Seed: 21, Sellers: 60, Faults: 6, Kinds: []string{"hoarding", "duplicates", "customer_concentrated", "owners_gone", "churn_rising", "conversion_low"}})
	for _, link := range []struct{ from, column, to string }{
		{"teams", "region", "regions"}, {"teams", "leader", "persons"}, {"persons", "team", "teams"}, {"contacts", "customer", "customers"}, {"leads", "owner", "persons"},
		{"opportunities", "customer", "customers"}, {"opportunities", "owner", "persons"}, {"opportunities", "product", "products"}, {"opportunities", "deal", "deals"},
		{"follow_ups", "opportunity", "opportunities"}, {"follow_ups", "person", "persons"}, {"deals", "customer", "customers"}, {"deals", "product", "products"},
		{"deals", "seller_1", "persons"}, {"payments", "deal", "deals"}, {"quotas", "person", "persons"}, {"targets", "region", "regions"}, {"targets", "team", "teams"},
		{"customer_records", "customer", "customers"}, {"customer_records", "owner", "persons"}, {"customer_moves", "customer", "customers"}, {"customer_moves", "from", "persons"},
		{"customer_moves", "to", "persons"}, {"process_events", "opportunity", "opportunities"}, {"process_events", "person", "persons"}, {"approvals", "opportunity", "opportunities"},
		{"approvals", "asked_by", "persons"}, {"approvals", "decided_by", "persons"}, {"quotes", "opportunity", "opportunities"}, {"instalments", "deal", "deals"},
		{"service_cases", "customer", "customers"}, {"service_cases", "product", "products"}, {"satisfaction", "customer", "customers"}, {"survey_answers", "team", "teams"},
		{"training", "person", "persons"}, {"pay", "person", "persons"}, {"budgets", "region", "regions"},
	} {
		known := f.by(link.to, "key")
		for _, row := range f[link.from] {
			if key := row[link.column]; key != "" && known[key] == nil {
				t.Fatalf("%s.%s: no %s %s", link.from, link.column, link.to, key)
			}
		}
	}
	for _, sheet := range []string{"persons", "customers", "deals", "payments", "opportunities", "leads", "follow_ups", "quotes", "approvals", "instalments", "service_cases", "contacts"} {
		if len(f.by(sheet, "key")) != len(f[sheet]) {
			t.Errorf("%s: a key is there twice", sheet)
		}
	}
	deals, parts := f.by("deals", "key"), map[string]int64{}
	for _, i := range f["instalments"] {
		parts[i["deal"]] += fenOf(t, i["amount"])
	}
	for deal, sum := range parts {
		if sum != fenOf(t, deals[deal]["amount"]) {
			t.Errorf("deal %s: instalments of %d, amount %s", deal, sum, deals[deal]["amount"])
		}
	}
	targetsAddUp(t, f)
}

// targetsAddUp: people's quotas are their team's target, teams' their region's, regions' the company's, to the fen.
func targetsAddUp(t *testing.T, f files) {
	t.Helper()
	people, teams, sums := f.by("persons", "key"), f.by("teams", "key"), map[string]int64{}
	for _, q := range f["quotas"] {
		sums["team "+people[q["person"]]["team"]+q["month"]] += fenOf(t, q["amount"])
	}
	for _, row := range f["targets"] {
		switch row["level"] {
		case "team":
			sums["region "+teams[row["team"]]["region"]+row["month"]] += fenOf(t, row["amount"])
		case "region":
			sums["company "+row["month"]] += fenOf(t, row["amount"])
		}
	}
	for _, row := range f["targets"] {
		name := row["level"] + " " + row["region"] + row["team"] + row["month"]
		if sums[name] != fenOf(t, row["amount"]) {
			t.Errorf("%s: target %s, parts %d", name, row["amount"], sums[name])
		}
	}
}

// TestKindsAreThoseOfTheDocument: every kind that the document lists is planted somewhere, and none that it does not.
func TestKindsAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/diagnosis-kinds.md")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllSubmatch(text, -1) {
		ids = append(ids, string(m[1]))
	}
	slices.Sort(ids)
	if !slices.Equal(ids, Kinds()) {
		t.Errorf("the document has %v\nplanted are %v", ids, Kinds())
	}
	format, err := os.ReadFile("../../../docs/import-format.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, about := range sheetFiles {
		for _, column := range strings.Split(about.header, ",") {
			if !bytes.Contains(format, []byte(column)) || !bytes.Contains(format, []byte(about.name)) {
				t.Errorf("docs/import-format.md does not say %s.%s", about.name, column)
			}
		}
	}
	score, err := os.ReadFile("../../../docs/diagnosis-benchmark.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind, others := range Brings {
		if row := "| `" + kind + "` | `" + strings.Join(others, "`, `") + "` |"; !bytes.Contains(score, []byte(row)) {
			t.Errorf("docs/diagnosis-benchmark.md has no row %s", row)
		}
	}
}

// TestDemandsGrow: a stronger problem is moved further, never less than the least, and further where there is more noise.
func TestDemandsGrow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		least, noise, more := rapid.Float64Range(0.01, 20).Draw(t, "least"), rapid.Float64Range(0, 5).Draw(t, "noise"), rapid.Float64Range(0, 5).Draw(t, "more")
		before := least
		for _, s := range Strengths {
			by := s.demand(least, noise)
			if by <= before {
				t.Fatalf("%s: %v after %v", s, by, before)
			}
			if s.demand(least, noise+more) < by {
				t.Fatalf("%s: less with more noise", s)
			}
			before = by
		}
	})
}
