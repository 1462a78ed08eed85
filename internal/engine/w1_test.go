package engine_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// w1Folders names folders of workload W1, each with its reference beside it as FOLDER.ref; see bench/w1/README.md.
const w1Folders = "XIAOGUAN_W1"

func TestW1EqualsItsReferences(t *testing.T) {
	t.Parallel()
	for _, dir := range strings.Fields(os.Getenv(w1Folders)) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			facts, month := loadW1(t, dir)
			plans, crediting := w1Plans(t)
			result, err := engine.Run(engine.Input{Period: month, Plans: plans, Crediting: crediting, Facts: facts})
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(dir + ".ref")
			if err != nil {
				t.Fatal(err)
			}
			compareLines(t, payoutsCSV(result, facts, plans), string(want))
			for i := 0; i < len(result.Payouts); i += 97 {
				p := result.Payouts[i]
				s, err := result.Statement(p.Person, p.Plan)
				if err != nil {
					t.Fatal(err)
				}
				if s.Components[p.Component].AmountFen != p.AmountFen {
					t.Fatalf("%s %s: statement %d, payout %d", s.Payee, s.Components[p.Component].ID, s.Components[p.Component].AmountFen, p.AmountFen)
				}
				var back engine.Statement
				if text := s.AppendJSON(nil); json.Unmarshal(text, &back) != nil || string(back.AppendJSON(nil)) != string(text) {
					t.Fatalf("JSON does not survive: %.400s", text)
				}
			}
		})
	}
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "", ""
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Fatalf("line %d: got %q, want %q", i+1, a, b)
		}
	}
}

func payoutsCSV(r *engine.Result, f *engine.Facts, plans []*plan.Plan) string {
	var b strings.Builder
	b.WriteString("payee,component,amount_fen\n")
	byPerson := map[int32]map[string]int64{}
	var order []int32
	for _, p := range r.Payouts {
		if byPerson[p.Person] == nil {
			byPerson[p.Person] = map[string]int64{}
			order = append(order, p.Person)
		}
		byPerson[p.Person][plans[p.Plan].Components[p.Component].ID] += p.AmountFen
	}
	for _, person := range order {
		for _, id := range []string{"commission", "first_order", "long_service", "over_target", "override", "retention", "talent", "team_bonus", "training"} {
			if a := byPerson[person][id]; a != 0 {
				fmt.Fprintf(&b, "%s,%s,%d\n", f.Persons[person].Key, id, a)
			}
		}
	}
	return b.String()
}

func w1Plans(t testing.TB) (plans []*plan.Plan, crediting *plan.Crediting) {
	t.Helper()
	files, err := filepath.Glob("../../bench/w1/plans/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no plans", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := plan.Decode(file, text)
		if err != nil {
			t.Fatal(err)
		}
		if d.Crediting != nil {
			crediting = d.Crediting
			continue
		}
		plans = append(plans, d.Plan)
	}
	return plans, crediting
}

func rows(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func number(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// loadW1 reads a W1 folder the plain way; ids are dense, so maps by text will do.
func loadW1(t testing.TB, dir string) (*engine.Facts, calendar.Month) {
	t.Helper()
	var meta struct{ Month string }
	text, err := os.ReadFile(dir + "/meta.json")
	if err == nil {
		err = json.Unmarshal(text, &meta)
	}
	if err != nil {
		t.Fatal(err)
	}
	month, err := calendar.ParseMonth(meta.Month)
	if err != nil {
		t.Fatal(err)
	}
	f := &engine.Facts{Currency: "CNY"}
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	teams, persons, customers, products, deals := map[string]int32{}, map[string]int32{}, map[string]int32{}, map[string]int32{}, map[string]int32{}
	managers := map[string]string{}
	for _, r := range rows(t, dir+"/teams.csv") {
		teams[r[0]] = int32(len(f.Teams))
		managers[r[0]] = r[2]
		f.Teams = append(f.Teams, engine.Team{Key: r[0], Region: r[1]})
	}
	for _, r := range rows(t, dir+"/people.csv") {
		persons[r[0]] = int32(len(f.Persons))
		f.Persons = append(f.Persons, engine.Person{Key: r[0], Hired: date(t, r[3]), Left: calendar.Forever, Spans: []engine.Span{{Days: always, Team: teams[r[1]], Level: r[2]}}})
	}
	for key, i := range teams {
		f.Teams[i].Leaders = []engine.Leader{{Days: always, Person: persons[managers[key]]}}
	}
	for _, r := range rows(t, dir+"/customers.csv") {
		customers[r[0]] = int32(len(f.Customers))
		f.Customers = append(f.Customers, engine.Customer{Key: r[0]})
	}
	for _, r := range rows(t, dir+"/products.csv") {
		products[r[0]] = int32(len(f.Products))
		f.Products = append(f.Products, engine.Product{Key: r[0], Category: r[1]})
	}
	for _, r := range rows(t, dir+"/deals.csv") {
		deals[r[0]] = int32(len(f.Deals))
		d := engine.Deal{Key: r[0], Customer: customers[r[1]], Product: products[r[2]], SignedOn: date(t, r[6]), AmountFen: number(t, r[7]), ShareFrom: int32(len(f.Shares))}
		points := int32(number(t, r[5]) * 100)
		f.Shares = append(f.Shares, engine.Share{Person: persons[r[3]], BasisPoints: points})
		if r[4] != "" {
			f.Shares = append(f.Shares, engine.Share{Person: persons[r[4]], BasisPoints: 10_000 - points})
		}
		d.ShareTo = int32(len(f.Shares))
		f.Deals = append(f.Deals, d)
	}
	for _, r := range rows(t, dir+"/payments.csv") {
		f.Payments.Order = append(f.Payments.Order, number(t, r[0]))
		f.Payments.Deal = append(f.Payments.Deal, deals[r[1]])
		f.Payments.On = append(f.Payments.On, date(t, r[2]))
		f.Payments.AmountFen = append(f.Payments.AmountFen, number(t, r[3]))
	}
	for _, r := range rows(t, dir+"/quotas.csv") {
		m, err := calendar.ParseMonth(r[1])
		if err != nil {
			t.Fatal(err)
		}
		f.Quotas = append(f.Quotas, engine.Quota{Person: persons[r[0]], Month: m, Of: "collected", AmountFen: number(t, r[2])})
	}
	return f, month
}

func BenchmarkRunW1(b *testing.B) {
	dirs := strings.Fields(os.Getenv(w1Folders))
	if len(dirs) == 0 {
		b.Skip(w1Folders + " names no folder")
	}
	facts, month := loadW1(b, dirs[len(dirs)-1])
	plans, crediting := w1Plans(b)
	for b.Loop() {
		if _, err := engine.Run(engine.Input{Period: month, Plans: plans, Crediting: crediting, Facts: facts}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStatementsW1(b *testing.B) {
	dirs := strings.Fields(os.Getenv(w1Folders))
	if len(dirs) == 0 {
		b.Skip(w1Folders + " names no folder")
	}
	facts, month := loadW1(b, dirs[len(dirs)-1])
	plans, crediting := w1Plans(b)
	result, err := engine.Run(engine.Input{Period: month, Plans: plans, Crediting: crediting, Facts: facts})
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	for b.Loop() {
		for i, p := range result.Payouts {
			if i > 0 && result.Payouts[i-1].Person == p.Person && result.Payouts[i-1].Plan == p.Plan {
				continue
			}
			s, err := result.Statement(p.Person, p.Plan)
			if err != nil {
				b.Fatal(err)
			}
			text = s.AppendJSON(text[:0])
		}
	}
}

// BenchmarkRunMonth needs no folder: 120,000 payments of 220 people.
func BenchmarkRunMonth(b *testing.B) {
	plans, crediting := w1Plans(b)
	in := engine.Input{Period: calendar.NewMonth(2026, 9), Plans: plans, Crediting: crediting, Facts: someMonth(120_000)}
	for b.Loop() {
		if _, err := engine.Run(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRunOnePayee is what a seller's page asks for after a new payment, with the seller's own facts.
func BenchmarkRunOnePayee(b *testing.B) {
	plans, crediting := w1Plans(b)
	in := engine.Input{Period: calendar.NewMonth(2026, 9), Plans: plans, Crediting: crediting, Facts: someMonth(600), Only: []int32{1}}
	for b.Loop() {
		if _, err := engine.Run(in); err != nil {
			b.Fatal(err)
		}
	}
}
