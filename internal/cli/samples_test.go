//go:build samples

package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/cli"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/tierbook"
)

// imported runs the command of docs/cookbook/samples twice, and opens what came of it. The data are not ours to ship; they are
// moved so that they end so many months before this one.
func imported(t *testing.T, folder, mapping string, months int, wants []string) *app.App {
	t.Helper()
	source := os.Getenv("XIAOGUAN_TEST_DATA")
	if source == "" {
		t.Fatal("XIAOGUAN_TEST_DATA does not name the folder of test data")
	}
	data := filepath.Join(t.TempDir(), "data")
	y, m, _ := time.Now().Date()
	later := fmt.Sprint((y-2017)*12 + int(m) - 12 - months)
	for _, again := range []bool{false, true} {
		var out bytes.Buffer
		code := cli.Run(t.Context(), []string{"--lang", "en", "import", "--data", data, "--mapping", filepath.Join("../../docs", mapping), "--company", folder, "--later", later, filepath.Join(source, folder)}, cli.Streams{Stdout: &out, Stderr: &out}, "test")
		if code != cli.ExitOK {
			t.Fatalf("exit %d: %s", code, out.String())
		}
		for _, want := range wants {
			if again {
				count, _, _ := strings.Cut(want[strings.Index(want, "+")+1:], " ")
				want = want[:strings.Index(want, "+")] + "+0 ~0 =" + count
			}
			if !strings.Contains(out.String(), want) {
				t.Errorf("again %v: no %q in:\n%s", again, want, out.String())
			}
		}
	}
	a, err := app.New(t.Context(), app.Options{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// sorted lets the background work run until customers are in tiers and cases are judged, and gives back how many are in A, B and C.
func sorted(t *testing.T, a *app.App) (tiers tierbook.Counts) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	if err := a.Worker.Start(ctx); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Worker.Stop(context.WithoutCancel(ctx)) }()
	if _, _, err := a.Tiers.Tick(ctx, access.SystemActor("tiers")); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		reviews, err := a.Tiers.Reviews(ctx, actor, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reviews {
			if r.State == tierbook.ReviewComplete {
				if err := a.Standards.CatchUp(ctx); err != nil {
					t.Fatal(err)
				}
				return r.Summary.First
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("customers were not sorted within a minute")
	return tiers
}

func TestASampleCompanyHasAPipelineAndTiers(t *testing.T) {
	t.Parallel()
	a := imported(t, "maven-crm", "mapping-maven-crm.yaml", 1, []string{"Opportunities: +8800 ", "Deals: +4238 ", "Payments: +4238 ", "People: +41 "})
	ctx, actor := t.Context(), access.SystemActor("test")
	if c := a.Company.Currency(); c != money.Currency("USD") {
		t.Errorf("the company counts in %s", c)
	}
	if tiers := sorted(t, a); tiers[0] < 10 || tiers[1] < 5 || tiers[0]+tiers[1]+tiers[2] < 85 {
		t.Errorf("A, B, C: %v", tiers)
	}
	states := map[opportunity.State]int{}
	if _, err := a.Opportunities.Each(ctx, actor, opportunity.Filter{Expected: fact.AnyDay()}, func(o opportunity.Opportunity) error {
		states[o.State]++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if states[opportunity.StateOpen] != 2089 || states[opportunity.StateWon] != 4238 || states[opportunity.StateLost] != 2473 {
		t.Errorf("opportunities: %v", states)
	}
}

func TestASampleShopHasTiers(t *testing.T) {
	t.Parallel()
	a := imported(t, "superstore-cn", "mapping-superstore.yaml", 2, []string{"Customers: +790 ", "Deals: +10000 ", "Payments: +10000 "})
	if tiers := sorted(t, a); tiers[0] < 100 || tiers[1] < 50 || tiers[0]+tiers[1]+tiers[2] != 790 {
		t.Errorf("A, B, C: %v", tiers)
	}
	page, err := a.Deals.List(t.Context(), access.SystemActor("test"), deal.Filter{Signed: fact.AnyDay()})
	if err != nil || page.Total.Count != 10_000 {
		t.Errorf("%d deals, %v", page.Total.Count, err)
	}
}
