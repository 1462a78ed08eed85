package settle_test

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// planHead is the plan of every case up to its settlement.
const planHead = `xiaoguan: plan/1
id: case
name: {zh: 例, en: Case}
layer: regular
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {level: [regular]}
statements:
  earned_on: collected
  payable_on: period_close
  refund: %s
  negative_result: stands
  level_at: period_end
  joiner: full_period
  leaver: full_period
  leaver_later_collections: paid
measures:
  credited: {name: {zh: 回款业绩, en: collections}, credits: collected, sum: amount, window: period}
components:
  - id: commission
    name: {zh: 提成, en: Commission}
    pays: {rate: 3%%, of: credited}
    round: {mode: half_away_from_zero, at: component}
  - id: bonus
    name: {zh: 奖金, en: Bonus}
    pays: {amount: 2000.00}
`

// caseFile is a case worked out by hand: the comment has the arithmetic. Amounts are in yuan.
type caseFile struct {
	t       *testing.T
	archive *txtar.Archive
}

func (f caseFile) text(name string) string {
	i := slices.IndexFunc(f.archive.Files, func(file txtar.File) bool { return file.Name == name })
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(string(f.archive.Files[i].Data))
}

func (f caseFile) rows(name string) [][]string {
	all, err := csv.NewReader(strings.NewReader(f.text(name))).ReadAll()
	if err != nil {
		f.t.Fatal(name, err)
	}
	if len(all) == 0 {
		return nil
	}
	return all[1:]
}

// exact reads yuan as exact fen.
func (f caseFile) exact(yuan string) *big.Rat {
	r, ok := new(big.Rat).SetString(yuan)
	if !ok {
		f.t.Fatal("not an amount:", yuan)
	}
	return r.Mul(r, big.NewRat(100, 1))
}

func (f caseFile) fen(yuan string) int64 {
	if yuan == "" {
		return 0
	}
	r := f.exact(yuan)
	if !r.IsInt() {
		f.t.Fatal("not whole fen:", yuan)
	}
	return r.Num().Int64()
}

func (f caseFile) date(text string) calendar.Date {
	if text == "" {
		return calendar.Forever
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

func (f caseFile) month(text string) calendar.Month {
	m, err := calendar.ParseMonth(text)
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

func (f caseFile) plan() *plan.Plan {
	refund := "negative_credit_when_refunded"
	if strings.Contains(f.text("settle.yaml"), "clawback:") {
		refund = "kept_until_clawback"
	}
	indented := "settle:\n  " + strings.ReplaceAll(f.text("settle.yaml"), "\n", "\n  ") + "\n"
	p, err := plan.DecodePlan("case", []byte(fmt.Sprintf(planHead, refund)+indented))
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// cases reads the months: month,flags with the flags absent (takes no part) and met (the hold's conditions hold).
func (f caseFile) cases() (list []settle.Case) {
	who := f.rows("payee.csv")[0]
	deals := map[string]settle.Deal{}
	for _, row := range f.rows("months.csv") {
		c := settle.Case{Payee: "7", Hired: f.date(who[0]), Left: f.date(who[1]), Period: f.month(row[0]), TakesPart: !strings.Contains(row[1], "absent"),
			ConditionsMet: strings.Contains(row[1], "met")}
		for _, d := range f.rows("deals.csv") {
			if d[0] != row[0] {
				continue
			}
			refunds := slices.Clone(deals[d[1]].Refunds)
			if refunded := f.fen(d[4]); refunded > 0 {
				refunds = append(refunds, settle.Refund{Month: c.Period, RefundedFen: refunded, CollectedFen: f.fen(d[3])})
			}
			deals[d[1]] = settle.Deal{Key: d[1], AmountFen: f.fen(d[2]), CollectedFen: f.fen(d[3]), Refunds: refunds, CancelledOn: f.date(d[5])}
		}
		for _, d := range deals {
			c.Deals = append(c.Deals, d)
		}
		for _, e := range f.rows("earned.csv") {
			if e[0] != row[0] {
				continue
			}
			earned := settle.Earned{Component: e[1], AmountFen: f.fen(e[2])}
			for _, part := range strings.Fields(e[3]) {
				deal, amount, _ := strings.Cut(part, ":")
				earned.Parts = append(earned.Parts, settle.Part{Deal: deal, Exact: f.exact(amount)})
			}
			c.Earned = append(c.Earned, earned)
		}
		list = append(list, c)
	}
	return list
}

func yuan(fen int64) string { return new(big.Rat).SetFrac64(fen, 100).FloatString(2) }

func TestCasesWorkedOutByHand(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f := caseFile{t, archive}
			by := f.plan()
			var open []settle.Item
			var postings, closings []string
			for _, c := range f.cases() {
				c.Opening = open
				r, err := settle.Run(by, c)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range r.Postings {
					postings = append(postings, fmt.Sprintf("%s,%s,%s,%s,%s,%s", r.Period, p.Kind, p.Component, p.Deal, p.Origin, yuan(p.AmountFen)))
				}
				for _, i := range r.Closing {
					due := ""
					if i.Due != 0 {
						due = i.Due.String()
					}
					closings = append(closings, fmt.Sprintf("%s,%s,%s,%s,%s,%s,%s,%s,%s", r.Period, i.Kind, i.Component, i.Deal, i.Origin, due, yuan(i.AmountFen),
						yuan(i.BasisFen), yuan(i.PaidFen)))
				}
				open = r.Closing
			}
			if diff := cmp.Diff(f.lines("postings.csv"), postings); diff != "" {
				t.Errorf("postings −by hand +settle\n%s", diff)
			}
			if diff := cmp.Diff(f.lines("closing.csv"), closings); diff != "" {
				t.Errorf("closing items −by hand +settle\n%s", diff)
			}
		})
	}
}

func (f caseFile) lines(name string) (lines []string) {
	for _, row := range f.rows(name) {
		lines = append(lines, strings.Join(row, ","))
	}
	return lines
}
