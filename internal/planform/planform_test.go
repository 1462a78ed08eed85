package planform_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planform"
)

// corpus are the plans of the bench, of the templates and of the cookbook.
func corpus(t *testing.T) (texts []string) {
	t.Helper()
	for _, pattern := range []string{"../../bench/w1/plans/*.yaml", "../planbook/templates/*.yaml", "../../docs/cookbook/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			parts := []string{"", string(b)}
			if strings.HasSuffix(name, ".md") {
				parts = strings.Split(string(b), "```yaml plan.yaml\n")
			}
			for _, part := range parts[1:] {
				text, _, _ := strings.Cut(part, "```\n")
				if strings.HasSuffix(name, ".yaml") {
					text = part
				}
				if d, _ := plan.Inspect("", []byte(text)); d != nil && d.Plan != nil {
					texts = append(texts, text)
				}
			}
		}
	}
	if len(texts) < 40 {
		t.Fatalf("only %d plans found", len(texts))
	}
	return texts
}

// asShown is what a browser sends back when nobody has touched the form: text fields as they are shown, boxes that are ticked.
func asShown(f *planform.Form) planform.Posted {
	posted := planform.Posted{}
	for _, field := range f.Fields() {
		posted[field.Path] = slices.Clone(field.Values)
	}
	return posted
}

func hashOf(t interface{ Fatalf(string, ...any) }, text string) string {
	d, findings := plan.Inspect("", []byte(text))
	if d == nil {
		findings = slices.DeleteFunc(findings, func(f plan.Finding) bool { return f.Severity != plan.SeverityError })
		t.Fatalf("%v in\n%s", findings, text)
	}
	return d.Plan.Hash()
}

// TestAFormThatNobodyTouchedChangesNothing: the same bytes, for every plan that there is.
func TestAFormThatNobodyTouchedChangesNothing(t *testing.T) {
	t.Parallel()
	for _, text := range corpus(t) {
		form, err := planform.New(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := planform.Fill(text, asShown(form)); err != nil || got != text {
			t.Errorf("%v; became\n%s", err, got)
		}
		if len(form.Fields()) < 15 {
			t.Errorf("only %d fields", len(form.Fields()))
		}
	}
}

// TestEveryPlaceHasAFieldOrIsListed: nothing of a document is out of sight.
func TestEveryPlaceHasAFieldOrIsListed(t *testing.T) {
	t.Parallel()
	for _, text := range corpus(t) {
		form, err := planform.New(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range form.Rest {
			if part.Path == "" || part.Line == 0 || part.Source == "" {
				t.Errorf("%+v", part)
			}
		}
		for _, key := range []string{"formula:", "grid:", "scorecard:", "ramp:", "prizes:", "pool:"} {
			if strings.Contains(text, key) && len(form.Rest) == 0 {
				t.Errorf("%s of the text is not listed", key)
			}
		}
	}
}

// TestAFilledFieldSaysWhatWasFilledIn: whatever is changed by form, what the form does not know keeps its words, and the form of the new text
// shows what was filled in.
func TestAFilledFieldSaysWhatWasFilledIn(t *testing.T) {
	t.Parallel()
	texts := corpus(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		form, err := planform.New(text)
		if err != nil {
			t.Fatal(err)
		}
		plain := slices.DeleteFunc(slices.Clone(form.Fields()), func(f planform.Field) bool {
			return strings.Contains(f.Path, "!") || f.Kind == planform.KindStatic || f.Kind == planform.KindChecks
		})
		f := rapid.SampledFrom(plain).Draw(t, "field")
		value := map[planform.Kind]string{planform.KindText: "改过的名字", planform.KindMoney: "1,234.50", planform.KindNumber: "7.5", planform.KindDate: "2027-01-01", planform.KindList: "甲、乙"}[f.Kind]
		if len(f.Options) > 0 {
			value = rapid.SampledFrom(f.Options).Draw(t, "option").Value
		}
		posted := asShown(form)
		posted[f.Path] = []string{value}
		got, err := planform.Fill(text, posted)
		if err != nil {
			t.Fatal(err)
		}
		again, err := planform.New(got)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Rest) < len(form.Rest) && f.Kind != planform.KindChoice {
			t.Fatalf("%d parts were kept as text, now %d", len(form.Rest), len(again.Rest))
		}
		for _, part := range form.Rest {
			if !strings.Contains(squeezed(got), squeezed(part.Source)) {
				t.Fatalf("%s: %q is gone from\n%s", part.Path, part.Source, got)
			}
		}
		at := slices.IndexFunc(again.Fields(), func(other planform.Field) bool { return other.Path == f.Path })
		if at < 0 {
			return // another choice asks for other fields
		}
		shown := again.Fields()[at].Value()
		want := strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(value, "1,234", "1234"), "、", ", "), "+")
		if shown != want && again.Fields()[at].Kind == f.Kind && value != "refuse" && !strings.HasSuffix(f.Path, "otherwise") {
			t.Fatalf("%s shows %q, filled in was %q", f.Path, shown, value)
		}
	})
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

func example(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../bench/w1/plans/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestActsLeaveAPlanThatDecodes: each act of each form, on the plans of the bench, gives a plan.
func TestActsLeaveAPlanThatDecodes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"newcomer", "regular", "core", "manager"} {
		text := example(t, name)
		form, err := planform.New(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range actsOf(form) {
			got, err := planform.Do(text, act)
			if err != nil {
				t.Errorf("%s: %s: %v", name, act, err)
				continue
			}
			if hash := hashOf(t, got); hash == hashOf(t, text) {
				t.Errorf("%s: %s changes nothing", name, act)
			}
			if strings.Count(got, "# ") < strings.Count(text, "# ") {
				t.Errorf("%s: %s loses a comment", name, act)
			}
		}
	}
	if _, err := planform.Do(example(t, "regular"), "turn components"); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("an act that is none: %v", err)
	}
	if _, err := planform.Do(example(t, "regular"), "remove components[9]"); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a component that is not there: %v", err)
	}
}

func actsOf(f *planform.Form) (names []string) {
	for _, s := range f.Sections {
		for _, a := range s.Acts {
			names = append(names, a.Name)
		}
		for _, g := range s.Groups {
			for _, a := range g.Acts {
				names = append(names, a.Name)
			}
			if g.Rows == nil {
				continue
			}
			for _, row := range g.Rows.Items {
				for _, a := range row.Acts {
					names = append(names, a.Name)
				}
			}
		}
	}
	return names
}

// TestAComponentComesBackWhereItWas: down and up again, copied and removed, are the same bytes.
func TestAComponentComesBackWhereItWas(t *testing.T) {
	t.Parallel()
	text := example(t, "core")
	for _, acts := range [][]string{{"down components[0]", "up components[1]"}, {"copy components[1]", "remove components[2]"}, {"add-hold settle.hold", "remove settle.hold"},
		{"add-cap components[1].cap", "remove components[1].cap"}, {"add-plan-cap cap", "remove cap"}} {
		got := text
		for _, act := range acts {
			var err error
			if got, err = planform.Do(got, act); err != nil {
				t.Fatal(err)
			}
		}
		if got != text {
			t.Errorf("%v:\n%s", acts, got)
		}
	}
}

// TestTablesChangeTheirStyle: from each style to each other one there is a plan, with the same multipliers.
func TestTablesChangeTheirStyle(t *testing.T) {
	t.Parallel()
	styles := []string{"whole_amount", "marginal", "above_point", "interpolated", ""}
	for _, from := range styles {
		for _, to := range styles {
			text := example(t, "regular")
			for _, style := range []string{from, to} {
				filled, err := planform.Fill(text, planform.Posted{"components[0].pays.table!style": {style}})
				if err != nil {
					t.Fatal(err)
				}
				text = filled
			}
			d, findings := plan.Inspect("", []byte(text))
			if d == nil {
				t.Errorf("%s to %s: %v\n%s", from, to, findings, text)
				continue
			}
			table := d.Plan.Components[0].Pays.Table
			if (table == nil) != (to == "") || table != nil && string(table.Style) != to {
				t.Errorf("%s to %s: %+v", from, to, table)
			}
		}
	}
}

// TestFormsMeanWhatPeopleFillIn: the usual changes, in words of the document.
func TestFormsMeanWhatPeopleFillIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		posted planform.Posted
		want   string
	}{
		"a rate in percent":            {planform.Posted{"components[0].pays.rate.table.A": {"４"}}, "A: 4%,"},
		"an amount with separators":    {planform.Posted{"components[1].pays.amount": {"12,000"}}, "amount: 12000.00}"},
		"a shared edge, once":          {planform.Posted{"components[0].pays.table.bands[1].to": {"95"}, "components[0].pays.table.bands[2].from": {"100"}}, "{from: 60%, to: 95%, times: 1}\n          - {from: 95%, to: 120%"},
		"no cap left out":              {planform.Posted{"components[1].floor.amount": {"100"}}, "floor: {amount: 100.00}"},
		"levels":                       {planform.Posted{"participants.level": {"core", "regular"}}, "participants: {level: [core, regular]}"},
		"nobody is left to be paid":    {planform.Posted{"participants.level": {}}, "participants: {level: [regular]}"},
		"a measure that is yet new":    {planform.Posted{"components[0].pays.of": {"+old_customer_credited"}}, "of: old_customer_credited"},
		"another comparison":           {planform.Posted{"components[1].when[0]!comparison": {"above"}, "components[1].when[0].at_least": {"110"}}, "when: [{measure: attainment, above: 110%}]"},
		"a further category":           {planform.Posted{"components[0].pays.rate.table!key": {"D.1"}, "components[0].pays.rate.table!rate": {"0.5"}}, "C: 1%, D.1: 0.5%}"},
		"an answer to a question":      {planform.Posted{"statements.negative_result": {"zero"}}, "negative_result: zero"},
		"teams as they are called":     {planform.Posted{"participants.team": {"华东一队，华东二队"}}, "team: [华东一队, 华东二队]"},
		"what nobody sees is nobody's": {planform.Posted{"components[0].secret": {"x"}}, "otherwise: refuse}"},
	} {
		text := example(t, "regular")
		got, err := planform.Fill(text, c.posted)
		if err != nil || !strings.Contains(got, c.want) {
			t.Errorf("%s: %v\n%s", name, err, got)
			continue
		}
		hashOf(t, got)
	}
}

func TestOnlyPlansHaveForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "- 1", "a: [", example(t, "crediting")} {
		if _, err := planform.New(text); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
