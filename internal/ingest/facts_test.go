package ingest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
)

// company writes files of which every table is in random order.
func company(random *rand.Rand, prefix string) fstest.MapFS {
	tables := map[string][]string{
		"regions.csv": {"key"}, "teams.csv": {"key,region,leader"}, "persons.csv": {"key,team,level,hired_on"}, "customers.csv": {"key,name"},
		"products.csv": {"key,category"}, "deals.csv": {"key,customer,product,signed_on,amount,seller_1,share_1,seller_2,share_2"},
		"payments.csv": {"key,deal,paid_on,amount"}, "quotas.csv": {"person,month,amount"},
	}
	add := func(table, format string, args ...any) {
		tables[table+".csv"] = append(tables[table+".csv"], fmt.Sprintf(strings.ReplaceAll(format, "#", prefix), args...))
	}
	for i := range 3 {
		add("regions", "#%d", i+1)
		add("teams", "#%d,#%d,#%d", i+9, i+1, i*5+1)
		add("products", "#%d,%c", i+1, 'A'+i)
	}
	for i := range 15 {
		add("persons", "#%d,#%d,core,2020-01-01", i+1, i/5+9)
		add("quotas", "#%d,2026-09,%d", i+1, 1000+i)
	}
	for i := range 30 {
		add("customers", "#%d,C%d", i+1, i)
		add("deals", "#%d,#%d,#%d,2026-08-01,100,#%d,60%%,#%d,40%%", i+90, i+1, i%3+1, i%15+1, (i+1)%15+1)
	}
	for i := range 300 {
		add("payments", "#%d,#%d,2026-09-%02d,%d.00", i+990, i%30+90, i%30+1, i+1)
	}
	files := fstest.MapFS{}
	for name, lines := range tables {
		random.Shuffle(len(lines)-1, func(i, j int) { lines[i+1], lines[j+1] = lines[j+1], lines[i+1] })
		files[name] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
	}
	return files
}

func factsOf(t *testing.T, files fstest.MapFS) *engine.Facts {
	t.Helper()
	w := openFS(t, files)
	proposal := Propose(w)
	sink := NewFacts("CNY")
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{}, sink)
	if err != nil || report.ProblemCount > 0 {
		t.Fatal(err, report.Problems)
	}
	return sink.Facts()
}

// normalised writes facts with payments and quotas, which stand in any order, in one.
func normalised(f *engine.Facts) string {
	byOrder := map[int64]string{}
	p := f.Payments
	for i := range p.Deal {
		key := ""
		if p.Keys != nil {
			key = p.Keys[i]
		}
		deal := f.Deals[p.Deal[i]]
		shares := f.Shares[deal.ShareFrom:deal.ShareTo]
		byOrder[p.Order[i]] = fmt.Sprint(p.Deal[i], p.On[i], p.AmountFen[i], key, deal.Key, deal.Customer, deal.Product, shares)
	}
	quotas := map[int32]string{}
	for _, q := range f.Quotas {
		quotas[q.Person] = fmt.Sprint(q)
	}
	return fmt.Sprint(f.Persons, f.Teams, f.Customers, f.Products, len(f.Deals), byOrder, quotas)
}

func TestFactsDontDependOnTheOrderOfRows(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "K"} {
		random := rand.New(rand.NewPCG(1, 2))
		first := factsOf(t, company(random, prefix))
		if prefix == "" && (first.Payments.Keys != nil || first.Persons[9].Key != "10") {
			t.Error("numeric keys are not held or ordered as numbers")
		}
		if prefix != "" && (first.Payments.Keys == nil || first.Persons[1].Key != "K10") {
			t.Error("text keys are not held or ordered as texts")
		}
		for range 5 {
			if diff := cmp.Diff(normalised(first), normalised(factsOf(t, company(random, prefix)))); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

func TestFactsRefuseAnotherCurrency(t *testing.T) {
	t.Parallel()
	w := openFS(t, fstest.MapFS{"quotas.csv": {Data: []byte("person,month,amount,currency\nknown,2026-09,5,USD\n")}, "persons.csv": {Data: []byte("key,level,hired_on\nknown,core,2020-01-01\n")}})
	proposal := Propose(w)
	_, err := Read(t.Context(), w, &proposal.Mapping, Options{}, NewFacts("CNY"))
	if !errs.Is(err, errs.KindInvalid) {
		t.Fatal(err)
	}
}
