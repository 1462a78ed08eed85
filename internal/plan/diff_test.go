package plan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/plan"
)

const regularFile = "../../bench/w1/plans/regular.yaml"

func decodeFile(t *testing.T, replace ...string) *plan.Plan {
	t.Helper()
	text, err := os.ReadFile(regularFile)
	if err != nil {
		t.Fatal(err)
	}
	out := string(text)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(out, replace[i]) {
			t.Fatalf("the plan has no %q", replace[i])
		}
		out = strings.Replace(out, replace[i], replace[i+1], 1)
	}
	p, err := plan.DecodePlan("", []byte(out))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDiffSpeaksOfTheTrade(t *testing.T) {
	t.Parallel()
	before := decodeFile(t)
	if changes := plan.Diff(before, decodeFile(t), plan.LangEn); len(changes) != 0 {
		t.Errorf("nothing changed: %v", changes)
	}
	texts := func(lang plan.Lang, replace ...string) (out []string) {
		for _, c := range plan.Diff(before, decodeFile(t, replace...), lang) {
			out = append(out, c.Text)
		}
		return out
	}
	for name, test := range map[string]struct {
		replace []string
		en, zh  string
	}{
		"a multiplier": {[]string{"times: 1.2", "times: 1.3"}, "Commission, table, band 3, multiplier: 1.2 → 1.3", "提成·表格·第 3 档·系数：1.2 → 1.3"},
		"a rate":       {[]string{"A: 3%", "A: 4%"}, "Commission, rate, table, A: 3% → 4%", "提成·比例·表格·A：3% → 4%"},
		"a start":      {[]string{"from: 2020-01-01", "from: 2021-01-01"}, "in force, from: 2020-01-01 → 2021-01-01", "有效期·起：2020-01-01 → 2021-01-01"},
	} {
		if diff := cmp.Diff([]string{test.en}, texts(plan.LangEn, test.replace...)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if diff := cmp.Diff([]string{test.zh}, texts(plan.LangZh, test.replace...)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// TestDiffAndProseAreComplete changes each value of each plan of the cookbook in turn: whatever still is a plan and has another hash has a change, and
// every change says something; and
// the text that is signed reads otherwise, apart from names, which each language has of its own.
func TestDiffAndProseAreComplete(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/cookbook/*.md")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, block, _ := strings.Cut(string(text), "```yaml plan.yaml\n")
		block, _, _ = strings.Cut(block, "\n```")
		before, err := plan.DecodePlan("", []byte(block))
		if err != nil {
			continue // a page that shows a refusal, or has its plan by another name
		}
		for _, changed := range mutations(t, before.Canonical()) {
			after, err := plan.DecodePlan("", changed)
			if err != nil || after.Hash() == before.Hash() {
				continue
			}
			tried++
			if lang := silent(before, after); lang != "" && !unsaid(after, plan.Diff(before, after, lang)) {
				t.Errorf("%s: the prose (%s) does not say: %v", page, lang, plan.Diff(before, after, lang))
			}
			for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
				changes := plan.Diff(before, after, lang)
				if len(changes) == 0 {
					t.Errorf("%s: nothing is said of the change to\n%s", page, changed)
				}
				for _, c := range changes {
					if c.Path == "" || c.What == "" || c.Text == "" || c.Before == c.After {
						t.Errorf("%s: %+v", page, c)
					}
				}
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d changes were tried", tried)
	}
}

// unsaid reports whether all changes are of what the prose need not say: ids of components, and the rounding of what has nothing to round.
func unsaid(p *plan.Plan, changes []plan.Change) bool {
	for _, c := range changes {
		var i int
		if _, err := fmt.Sscanf(c.Path, "components[%d]", &i); err != nil {
			return false
		}
		renamed := c.Path == fmt.Sprintf("components[%d]", i)
		whole := strings.Contains(c.Path, ".round.") && p.Components[i].Pays.Rate == nil
		if !renamed && !whole {
			return false
		}
	}
	return true
}

// silent is a language in which two plans read the same, empty when there is none.
func silent(a, b *plan.Plan) plan.Lang {
	for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
		x, errX := json.Marshal(a.Prose(lang))
		y, errY := json.Marshal(b.Prose(lang))
		if errX != nil || errY != nil || bytes.Equal(withoutPaths(x), withoutPaths(y)) {
			return lang
		}
	}
	return ""
}

var proseKeys = regexp.MustCompile(`"(path|paths)":("[^"]*"|\[[^\]]*\])`)

func withoutPaths(prose []byte) []byte { return proseKeys.ReplaceAll(prose, nil) }

// mutations are copies of a document, each with one text changed.
func mutations(t *testing.T, canonical []byte) (out [][]byte) {
	t.Helper()
	var tree any
	if err := json.Unmarshal(canonical, &tree); err != nil {
		t.Fatal(err)
	}
	swap := map[string]string{"dropped": "carried", "upper_band": "lower_band", "half_away_from_zero": "half_even", "period": "quarter_to_date", "stands": "zero", "full_period": "by_day",
		"unpaid": "paid", "attainment_zero": "not_applicable", "regular": "core", "forfeited": "continues", "all": "same_component", "earned": "paid", "full": "pro_rata"}
	var walk func(v any, set func(any))
	walk = func(v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				if key == "zh" || key == "en" {
					continue // the other language does not read it
				}
				walk(inner, func(n any) { v[key] = n })
			}
		case []any:
			for i, inner := range v {
				walk(inner, func(n any) { v[i] = n })
			}
		case string:
			for _, other := range []string{swap[v], v + "1", "0.5"} {
				if other == "" {
					continue
				}
				set(other)
				if text, err := json.Marshal(tree); err == nil {
					out = append(out, bytes.Clone(text))
				}
			}
			set(v)
		}
	}
	walk(tree, func(any) {})
	return out
}
