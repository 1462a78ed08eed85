package engine_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
)

var update = flag.Bool("update", false, "rewrite the golden statements")

// table reads a CSV section of a case.
func table(t *testing.T, archive *txtar.Archive, name string) [][]string {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		t.Fatal("no section", name)
	}
	all, err := csv.NewReader(strings.NewReader(string(archive.Files[i].Data))).ReadAll()
	if err != nil {
		t.Fatal(name, err)
	}
	return all[1:]
}

// readCase turns a case into facts. Teams are led by the manager in them.
func readCase(t *testing.T, archive *txtar.Archive) (*engine.Facts, calendar.Month) {
	t.Helper()
	month, err := calendar.ParseMonth(strings.TrimSpace(string(archive.Files[0].Data)))
	if err != nil {
		t.Fatal(err)
	}
	f := &engine.Facts{Currency: "CNY"}
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	teams, persons, customers, products, deals := places{}, places{}, places{}, places{}, places{}
	for _, r := range table(t, archive, "people.csv") {
		person := persons.of(r[0])
		if int(teams.of(r[1])) == len(f.Teams) {
			f.Teams = append(f.Teams, engine.Team{Key: r[1]})
		}
		if r[2] == "manager" {
			team := &f.Teams[teams[r[1]]]
			team.Leaders = append(team.Leaders, engine.Leader{Days: always, Person: person})
		}
		f.Persons = append(f.Persons, engine.Person{
			Key: r[0], Name: "员工" + r[0], Hired: date(t, r[3]), Left: calendar.Forever, Spans: []engine.Span{{Days: always, Team: teams[r[1]], Level: r[2]}},
		})
		if r[4] != "" {
			f.Quotas = append(f.Quotas, engine.Quota{Person: person, Month: month, Of: "collected", AmountFen: number(t, r[4])})
		}
	}
	for _, r := range table(t, archive, "deals.csv") {
		deals.of(r[0])
		d := engine.Deal{Key: r[0], Customer: customers.of(r[1]), Product: products.of(r[2]), ShareFrom: int32(len(f.Shares))}
		points := int32(number(t, r[5])) * 100
		f.Shares = append(f.Shares, engine.Share{Person: persons[r[3]], BasisPoints: points})
		if r[4] != "" {
			f.Shares = append(f.Shares, engine.Share{Person: persons[r[4]], BasisPoints: 10_000 - points})
		}
		d.ShareTo = int32(len(f.Shares))
		f.Deals = append(f.Deals, d)
	}
	for _, key := range customers.keys() {
		f.Customers = append(f.Customers, engine.Customer{Key: key, Name: "客户" + key})
	}
	for _, key := range products.keys() {
		f.Products = append(f.Products, engine.Product{Key: "P" + key, Category: key})
	}
	for _, r := range table(t, archive, "payments.csv") {
		p := &f.Payments
		p.Order, p.Deal = append(p.Order, number(t, r[0])), append(p.Deal, deals[r[1]])
		p.On, p.AmountFen = append(p.On, date(t, r[2])), append(p.AmountFen, number(t, r[3]))
	}
	return f, month
}

// places numbers keys in the order of their first mention.
type places map[string]int32

func (p places) of(key string) int32 {
	if _, seen := p[key]; !seen {
		p[key] = int32(len(p))
	}
	return p[key]
}

func (p places) keys() []string {
	keys := make([]string, len(p))
	for key, i := range p {
		keys[i] = key
	}
	return keys
}

func openCase(t *testing.T, name string) (engine.Input, *engine.Result, *txtar.Archive) {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "cases", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	facts, month := readCase(t, archive)
	plans, crediting := w1Plans(t)
	in := engine.Input{Period: month, Plans: plans, Crediting: crediting, Facts: facts}
	result, err := engine.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	return in, result, archive
}

func TestCasesWorkedOutByHand(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, result, archive := openCase(t, name)
			want, got := map[string]int64{}, map[string]int64{}
			for _, r := range table(t, archive, "want.csv") {
				want[r[0]+" "+r[1]] = number(t, r[2])
			}
			for _, p := range result.Payouts {
				payee := in.Facts.Persons[p.Person].Key
				if p.AmountFen != 0 {
					got[fmt.Sprint(payee, " ", in.Plans[p.Plan].Components[p.Component].ID)] = p.AmountFen
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestStatementsStayAsTheyWereSealed holds the bytes of one statement per layer.
func TestStatementsStayAsTheyWereSealed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, of, payee string }{
		{"newcomer", "newcomer", "13"}, {"regular", "regular_rounding", "16"}, {"core", "core_bands", "15"}, {"manager", "manager", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in, result, _ := openCase(t, c.of)
			i := slices.IndexFunc(result.Payouts, func(p engine.Payout) bool { return in.Facts.Persons[p.Person].Key == c.payee })
			s, err := result.Statement(result.Payouts[i].Person, result.Payouts[i].Plan)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(string(s.AppendJSON(nil)), "},{", "},\n{") + "\n"
			path := filepath.Join("testdata", "statements", c.name+".json")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
