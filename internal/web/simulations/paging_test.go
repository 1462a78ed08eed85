package simulations

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/simulate"
	"xiaoguan/internal/simulation"
)

// Of 120 people the list has 50 to a page, those with the greatest change first, and every page leads to its neighbours.
func TestPeopleAreListedInPages(t *testing.T) {
	result := &simulation.Result{Summary: simulate.Summary{Variants: make([]simulate.VariantSum, 2)}}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.Printer(i18n.En)
	ctx := httpx.WithPreferences(t.Context(), httpx.Preferences{Lang: i18n.En}, p)
	for i := range 120 {
		result.Persons = append(result.Persons, simulation.Person{Key: "E" + strconv.Itoa(i), Name: "N" + strconv.Itoa(i), Earned: []int64{0, int64(i) * 100}})
	}
	for _, c := range []struct {
		from        int
		first, last string
		back, on    string
	}{{0, "E119", "E70", "", "cursor=50"}, {50, "E69", "E20", "cursor=0", "cursor=100"}, {100, "E19", "E0", "cursor=50", ""}, {5000, "", "", "cursor=70", ""}} {
		var out bytes.Buffer
		if err := personsCard(p, shown{result: result, from: c.from, currency: money.CNY}).Render(ctx, &out); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		for _, key := range []string{c.first, c.last} {
			if key != "" && !strings.Contains(text, ">"+key+"<") {
				t.Errorf("from %d: %s is not listed", c.from, key)
			}
		}
		for _, link := range []string{c.back, c.on} {
			if link != "" && !strings.Contains(text, link+`"`) {
				t.Errorf("from %d: no link %s", c.from, link)
			}
		}
	}
}
