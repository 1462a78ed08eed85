package explain_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

// everyStep is the plan that uses every further step of a component, due in August, for people without a role.
func everyStep(t *testing.T) *plan.Plan {
	t.Helper()
	archive, err := txtar.ParseFile("../plan/testdata/findings/sound_components.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("pays_in: quarter_end", "pays_in: [8]", "pays_in: [6, 3]", "pays_in: [8, 9]", "cells: [1.2, 1], otherwise: refuse",
		"cells: [1.2, 1], otherwise: 1", "level: [regular]", "level: [regular, core]", "deduct: {measure: quota}", "deduct: {amount: 500.00}").
		Replace(string(archive.Files[0].Data))
	p, err := plan.DecodePlan("sample", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryFurtherStepIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	_, crediting := documents(t, nil)
	f, p := facts(t), everyStep(t)
	f.Teams[0].Region = "east"
	month := calendar.NewMonth(2026, 8)
	in := engine.Input{Period: month, Plans: []*plan.Plan{p}, Crediting: crediting, Facts: f, Earlier: []engine.EarlierPay{
		{Person: regular, Plan: "sample", Component: "above", Month: month - 1, AmountFen: 15000, CarriedFen: 12345},
		{Person: core, Plan: "sample", Month: month - 2, AmountFen: 19_950_000}, {Person: core, Plan: "sample", Component: "pot", Month: month - 2, AmountFen: 1},
	}}
	result, err := engine.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		printer := catalogue.Printer(lang)
		var b strings.Builder
		for _, person := range []int32{regular, core, idle} {
			s, err := result.Statement(person, 0)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(explain.Text(printer, s, p) + "\n")
		}
		got := b.String()
		if strings.Contains(got, "⟦") || strings.Contains(got, "engine.zero") {
			t.Error("a message or an argument is missing")
		}
		path := filepath.Join("testdata", "steps."+string(lang)+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || string(want) != got {
			t.Errorf("%v\n%s", err, got)
		}
	}
}
