package tier_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/tier"
)

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}

func number(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// parseCustomer reads: id key=value …; amounts in yuan.
func parseCustomer(t testing.TB, line string) tier.Customer {
	t.Helper()
	words := strings.Fields(line)
	c := tier.Customer{ID: words[0], FirstOrder: calendar.NoDate, LastOrder: calendar.NoDate, ContractEnd: calendar.NoDate}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "margin":
			c.Margin = 100 * int64(number(t, value))
		case "spend":
			c.Spend = 100 * int64(number(t, value))
		case "orders":
			c.Orders = number(t, value)
		case "first":
			c.FirstOrder = date(t, value)
		case "last":
			c.LastOrder = date(t, value)
		case "interval":
			c.Interval = number(t, value)
		case "ends":
			c.ContractEnd = date(t, value)
		case "tier":
			c.Standing.Tier = tier.Tier(value)
		case "pending":
			c.Standing.Pending = number(t, value)
		case "set":
			parts := strings.Split(value, ":")
			c.Override = &tier.Override{Tier: tier.Tier(parts[0]), From: date(t, parts[1]), Until: date(t, parts[2]), Reason: parts[3]}
		default:
			if c.Ratings == nil {
				c.Ratings = map[string]int{}
			}
			c.Ratings[key] = number(t, value)
		}
	}
	return c
}

func parseCustomers(t testing.TB, text string) (list []tier.Customer) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, parseCustomer(t, line))
		}
	}
	return list
}

func describe(r *tier.Result) string {
	text := fmt.Sprintf("%s %s due=%s/%s score=%s potential=%s %s", r.Customer, r.Tier, r.Due, r.Ground, r.Score, r.Potential, r.Axis)
	for _, w := range r.Warnings {
		text += "/" + string(w)
	}
	text += fmt.Sprintf(" standing=%s%+d", r.Standing.Tier, r.Standing.Pending)
	if p := r.Proposal; p != nil {
		text += fmt.Sprintf(" %s>%s", p.From, p.To)
		if p.Approval {
			text += " approval"
		}
		if p.Jump {
			text += " jump"
		}
	}
	return text
}

// TestCases reads testdata/judge: changes of the default policy, customers, and what is said of them on 2026-06-30.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/judge/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := string(tier.DefaultText())
			for line := range strings.Lines(string(archive.Files[0].Data)) {
				old, changed, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " → ")
				if !strings.Contains(text, old) {
					t.Fatalf("nothing to change: %s", line)
				}
				text = strings.Replace(text, old, changed, 1)
			}
			p, err := tier.Decode("", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			j, err := tier.Judge(p, parseCustomers(t, string(archive.Files[1].Data)), date(t, "2026-06-30"))
			if err != nil {
				t.Fatal(err)
			}
			var results, why strings.Builder
			for i := range j.Results {
				fmt.Fprintln(&results, describe(&j.Results[i]))
				e, _ := j.Explain(j.Results[i].Customer)
				for _, p := range printers(t) {
					fmt.Fprintf(&why, "%s: %s", j.Results[i].Customer, sentences(p.Message, e.Because))
					if len(e.Change) > 0 {
						fmt.Fprintf(&why, " ⇒ %s", sentences(p.Message, e.Change))
					}
					why.WriteByte('\n')
				}
			}
			if strings.Contains(why.String(), "⟦") {
				t.Errorf("a message or an argument is missing:\n%s", why.String())
			}
			if *update {
				archive.Files = append(archive.Files[:min(3, len(archive.Files))], txtar.File{Name: "why", Data: []byte(why.String())})
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[2].Data), results.String()); diff != "" { // worked out by hand, never written by -update
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(string(archive.Files[3].Data), why.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func sentences(message func(errs.Message) string, list []errs.Message) string {
	texts := make([]string, len(list))
	for i, m := range list {
		texts[i] = message(m)
	}
	return strings.Join(texts, " | ")
}

func TestFactsThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	sound := "x orders=2 first=2025-01-01 last=2026-01-01"
	tests := []struct{ name, line, path string }{
		{"money out of range", sound + " margin=10000000001", "x.value"},
		{"orders without days", "x orders=2", "x.orders"},
		{"days without orders", "x first=2025-01-01 last=2025-01-01", "x.orders"},
		{"the last before the first", "x orders=2 first=2026-01-01 last=2025-01-01", "x.orders"},
		{"a rating of 101", sound + " need=101", "x.ratings.need"},
		{"a tier D", sound + " tier=D", "x.tier"},
		{"one customer twice", sound + "\n" + sound, "x.id"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := tier.Judge(tier.Default(), parseCustomers(t, test.line), date(t, "2026-06-30"))
			var refused *errs.Error
			if !errors.As(err, &refused) || len(refused.Fields) != 1 || refused.Fields[0].Path != test.path {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := tier.Judge(tier.Default(), parseCustomers(t, sound+" need=1 colour=500"), date(t, "2026-06-30")); err != nil {
		t.Errorf("a rating that the policy doesn't know is none of its business: %v", err)
	}
}
