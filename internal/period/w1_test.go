package period_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/refmodel"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// w1Folders names folders of workload W1, each with its reference beside it as FOLDER.ref; see bench/w1.
const w1Folders = "XIAOGUAN_W1"

// ledgerLines returns what the ledger holds of the month as payee, component and amount, in W1's order.
func ledgerLines(t *testing.T, h *monthtest.House, p period.Period) string {
	t.Helper()
	type line struct {
		payee, component string
		fen              int64
	}
	var lines []line
	err := h.DB.Read(t.Context(), func(tx *store.Tx) error {
		return monthtest.Query(t.Context(), tx, func(scan func(...any) error) error {
			var l line
			err := scan(&l.payee, &l.component, &l.fen)
			lines = append(lines, l)
			return err
		}, `SELECT p.key, l.component, CAST(SUM(l.amount_minor) AS BIGINT) FROM ledger_entry l JOIN person p ON p.id = l.person_id
			AND p.superseded_in = 9223372036854775807 WHERE l.month = $1 GROUP BY p.key, l.component`, p.Month.String())
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(byNumber(a.payee, b.payee), cmp.Compare(a.component, b.component))
	})
	var b strings.Builder
	b.WriteString("payee,component,amount_fen\n")
	for _, l := range lines {
		fmt.Fprintf(&b, "%s,%s,%d\n", l.payee, l.component, l.fen)
	}
	return b.String()
}

// byNumber orders W1's keys, which are numbers.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

func TestW1ThroughTheProductEqualsItsReferences(t *testing.T) {
	t.Parallel()
	references := map[string]string{"../cli/testdata/w1": "../cli/testdata/w1-payouts.golden"}
	for _, dir := range strings.Fields(os.Getenv(w1Folders)) {
		references[dir] = dir + ".ref"
	}
	for dir, reference := range references {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(reference)
			if err != nil {
				t.Fatal(err)
			}
			company, err := monthtest.ReadW1(dir)
			if err != nil {
				t.Fatal(err)
			}
			storetest.Run(t, func(t *testing.T, db *store.DB) {
				h := monthtest.Open(t, db, company)
				p := h.MustClose(t, company.Month)
				checkPosted(t, h, p, string(want))
			})
		})
	}
}

func checkPosted(t *testing.T, h *monthtest.House, p period.Period, want string) {
	t.Helper()
	if d := diff.Diff(want, ledgerLines(t, h, p)); d != "" {
		t.Error(d)
	}
	if v, err := h.Periods.Verify(t.Context(), monthtest.Auditor); err != nil || v.Broken != nil {
		t.Errorf("%+v, %v", v.Broken, err)
	}
}

func TestGeneratedMonthsThroughTheProductEqualTheReferenceModel(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		for seed := range uint64(2) {
			company := monthtest.Generate(seed, month, 25, 300)
			t.Logf("seed %d: %s", seed, company)
			if seed > 0 {
				db = map[string]func(*testing.T) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[db.Engine()](t)
			}
			h := monthtest.Open(t, db, company)
			checkPosted(t, h, h.MustClose(t, month), referenceLines(t, company))
		}
	})
}

// referenceLines computes the month by the reference model, from the facts as they were made.
func referenceLines(t *testing.T, c *monthtest.Company) string {
	t.Helper()
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	in := engine.Input{Period: c.Month, Facts: c.Facts()}
	for _, text := range texts {
		d, err := plan.Decode("", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if in.Crediting = cmp.Or(in.Crediting, d.Crediting); d.Plan != nil {
			in.Plans = append(in.Plans, d.Plan)
		}
	}
	pay, err := refmodel.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	var lines []refmodel.Line
	for l := range refmodel.NonZero(pay) {
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b refmodel.Line) int {
		return cmp.Or(byNumber(a.Payee, b.Payee), cmp.Compare(a.Component, b.Component))
	})
	var b strings.Builder
	b.WriteString("payee,component,amount_fen\n")
	for _, l := range lines {
		fmt.Fprintf(&b, "%s,%s,%d\n", l.Payee, l.Component, pay[l])
	}
	return b.String()
}
