package finding

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// planted is a problem put into the company of the tests, and the place at which it must be named.
type planted struct {
	kind  Kind
	at    string // level and key, and what narrows it
	plant func(c *Company)
}

// inRegion and inTeam say whether a person is in the second region, or in its first team.
func inRegion(c *Company, person int32) bool {
	return person >= 0 && c.Teams[c.People[person].Team].Region == 1
}
func inTeam(c *Company, person int32) bool {
	return person >= 0 && c.Teams[c.People[person].Team].Key == "T21"
}

func each[T any](list []T, do func(i int, x *T)) {
	for i := range list {
		do(i, &list[i])
	}
}

// most is true of three in four.
func most(i int) bool { return i%4 != 0 }

func (p planted) name() string { return fmt.Sprintf("%s at %s", p.kind, p.at) }

func said(f Finding) string {
	text := string(f.Place.Level) + " " + f.Place.Key
	for _, level := range []Level{LevelStage, LevelRule} {
		if key := f.Place.Within[level]; key != "" {
			text += " " + key
		}
	}
	return text
}

func TestNothingIsFoundInACompanyWithNothingWrong(t *testing.T) {
	t.Parallel()
	report := Run(testCompany())
	for _, f := range report.Findings {
		t.Errorf("%s at %s: %.3f against %.3f, %d cases, q = %.2g", f.Kind, said(f), f.Value, f.Usual, f.Cases, f.Adjusted)
	}
	if len(report.Looked) != len(Analysers()) {
		t.Errorf("%d kinds of %d could be looked for; missing: %+v", len(report.Looked), len(Analysers()), report.Missing)
	}
	for _, m := range report.Missing {
		t.Errorf("%s: %s, %d of %d", m.Kind, m.Reason, m.Have, m.Need)
	}
}

func TestEveryKindIsFoundWhereItIs(t *testing.T) {
	t.Parallel()
	all := slices.Concat(plantedInTargets(), plantedInProcess(), plantedInMoney(), plantedInCustomers(), plantedInTeams(), plantedInIncentives())
	seen := map[Kind]bool{}
	for _, p := range all {
		seen[p.kind] = true
		t.Run(p.name(), func(t *testing.T) {
			t.Parallel()
			c := testCompany()
			p.plant(c)
			testKept(c)
			report := Run(c)
			found, others := false, 0
			for _, f := range report.Findings {
				if f.Kind == p.kind && said(f) == p.at {
					found = true
					continue
				}
				others++
				t.Logf("also %s at %s: %.3f against %.3f, %d cases, q = %.2g", f.Kind, said(f), f.Value, f.Usual, f.Cases, f.Adjusted)
			}
			if !found || others > 1 {
				t.Errorf("found: %v, others: %d", found, others)
			}
		})
	}
	for _, a := range Analysers() {
		if !seen[a.Kind] {
			t.Errorf("no case plants %s", a.Kind)
		}
	}
}

func TestEveryKindSaysWhatItNeedsAndHow(t *testing.T) {
	t.Parallel()
	kinds := map[Kind]bool{}
	for _, a := range Analysers() {
		if kinds[a.Kind] || a.Area == "" || len(a.Needs) == 0 || a.Method == "" || a.Least == "" || a.look == nil {
			t.Errorf("%+v", a)
		}
		kinds[a.Kind] = true
	}
	if len(kinds) < 57 {
		t.Errorf("%d kinds", len(kinds))
	}
}

func TestAnEmptyCompanyIsToldWhatIsMissing(t *testing.T) {
	t.Parallel()
	report := Run(&Company{AsOf: testCompany().AsOf})
	if len(report.Findings) != 0 || len(report.Missing) != len(Analysers()) {
		t.Errorf("%d findings, %d missing of %d", len(report.Findings), len(report.Missing), len(Analysers()))
	}
}

// TestEveryPartMayBeMissing leaves each part out in turn: nothing breaks, nothing is found, and who needs it says so.
func TestEveryPartMayBeMissing(t *testing.T) {
	t.Parallel()
	for _, part := range slices.Sorted(maps.Keys(testCompany().Kept)) {
		t.Run(string(part), func(t *testing.T) {
			t.Parallel()
			c := testCompany()
			c.Kept[part] = 0
			switch part {
			case Leads:
				c.Leads = nil
			case FollowUps:
				c.FollowUps = nil
			case Quotes:
				c.Quotes = nil
			case Payments:
				c.Payments = nil
			case Instalments:
				c.Instalments = nil
			case ProcessEvents:
				c.Events = nil
			case Pay:
				c.Pays = nil
			case Standards:
				c.Standards = nil
			}
			report := Run(c)
			for _, a := range Analysers() {
				if slices.Contains(a.Needs, part) && !slices.ContainsFunc(report.Missing, func(m Missing) bool { return m.Kind == a.Kind && slices.Contains(m.Parts, part) }) {
					t.Errorf("%s does not say that it needs %s", a.Kind, part)
				}
			}
		})
	}
}
