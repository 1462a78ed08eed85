package cli

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/tabular"
)

// settlements are the settled accounts of a month, in the order of payees, then plans.
type settlements struct {
	results []*settle.Result
	plans   []*plan.Plan // of each result
	kept    []keptItem   // of plans that are not in force: they stay as they are
}

type keptItem struct {
	payee, plan string
	item        settle.Item
}

// settleAll settles everybody whom a plan that settles pays, and everybody with opening items.
func settleAll(in engine.Input, result *engine.Result, openings map[payAccount][]settle.Item) (*settlements, error) {
	accounts := map[payAccount]bool{}
	for _, p := range result.Payouts {
		if by := in.Plans[p.Plan]; by.Settle != nil {
			accounts[payAccount{p.Person, by.ID}] = true
		}
	}
	for key := range openings {
		if in.Only == nil || slices.Contains(in.Only, key.person) {
			accounts[key] = true
		}
	}
	ordered := slices.SortedFunc(maps.Keys(accounts), func(a, b payAccount) int {
		return cmp.Or(engine.CompareKeys(in.Facts.Persons[a.person].Key, in.Facts.Persons[b.person].Key), cmp.Compare(a.plan, b.plan))
	})
	out := &settlements{}
	for _, key := range ordered {
		index := slices.IndexFunc(in.Plans, func(p *plan.Plan) bool { return p.ID == key.plan })
		if index < 0 {
			for _, item := range openings[key] {
				out.kept = append(out.kept, keptItem{in.Facts.Persons[key.person].Key, key.plan, item})
			}
			continue
		}
		c, err := result.SettlementCase(key.person, int32(index), openings[key], nil)
		if err != nil {
			return nil, err
		}
		settled, err := settle.Run(in.Plans[index], c)
		if err != nil {
			return nil, err
		}
		out.results, out.plans = append(out.results, settled), append(out.plans, in.Plans[index])
	}
	return out, nil
}

// settles reports whether there is anything to write.
func (s *settlements) settles() bool { return len(s.results)+len(s.kept) > 0 }

// write puts settlement.csv and closings.csv beside the payouts file.
func (s *settlements) write(env *environment, payouts string) error {
	folder := filepath.Dir(payouts)
	if err := writeFile(filepath.Join(folder, "settlement.csv"), func(w io.Writer) error { return s.writePostings(env, w) }); err != nil {
		return err
	}
	return writeFile(filepath.Join(folder, "closings.csv"), s.writeClosings)
}

func texts(values ...string) (cells []tabular.Cell) {
	for _, v := range values {
		cells = append(cells, tabular.Text(v))
	}
	return cells
}

func fenCell(fen int64) tabular.Cell { return tabular.Number(strconv.FormatInt(fen, 10)) }

func (s *settlements) writePostings(env *environment, w io.Writer) error {
	out := tabular.NewPlainCSV(w)
	if err := out.Write(texts("payee", "plan", "kind", "component", "deal", "origin", "amount_fen", "reason")...); err != nil {
		return err
	}
	for i, r := range s.results {
		said := explain.ExplainSettlement(env.print, r, s.plans[i], s.plans[i].Currency)
		for k, p := range r.Postings {
			row := append(texts(r.Payee, r.Plan, string(p.Kind), p.Component, p.Deal, p.Origin.String()), fenCell(p.AmountFen), tabular.Text(said.Steps[k].Why))
			if err := out.Write(row...); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

func (s *settlements) writeClosings(w io.Writer) error {
	out := tabular.NewPlainCSV(w)
	if err := out.Write(texts(itemColumns...)...); err != nil {
		return err
	}
	for _, line := range s.closings() {
		i, due := line.item, ""
		if i.Due != 0 {
			due = i.Due.String()
		}
		row := append(texts(line.payee, line.plan, string(i.Kind), i.Component, i.Deal, i.Origin.String(), due), fenCell(i.AmountFen), fenCell(i.BasisFen), fenCell(i.PaidFen))
		more, err := earningCells(i)
		if err != nil {
			return err
		}
		row = append(row, more...)
		if err := out.Write(row...); err != nil {
			return err
		}
	}
	return out.Close()
}

// earningCells are the columns of earnings alone; the answers are JSON, as results have them.
func earningCells(i settle.Item) (cells []tabular.Cell, err error) {
	if i.Kind != settle.ItemEarning {
		return texts("", "", "", ""), nil
	}
	since, answers := "", []byte(nil)
	if i.Since != 0 {
		since = i.Since.String()
	}
	if len(i.Answers) > 0 {
		answers, err = json.Marshal(i.Answers)
	}
	return append([]tabular.Cell{fenCell(i.EarnedFen), fenCell(i.TakenFen)}, texts(since, string(answers))...), err
}

// closings are the items of the month's end, by payee, then plan.
func (s *settlements) closings() (lines []keptItem) {
	for _, r := range s.results {
		for _, i := range r.Closing {
			lines = append(lines, keptItem{r.Payee, r.Plan, i})
		}
	}
	lines = append(lines, s.kept...)
	slices.SortStableFunc(lines, func(a, b keptItem) int {
		return cmp.Or(engine.CompareKeys(a.payee, b.payee), cmp.Compare(a.plan, b.plan))
	})
	return lines
}

// of returns how one payee's month was settled under a plan, nil when it was not.
func (s *settlements) of(payee, plan string) *settle.Result {
	for _, r := range s.results {
		if r.Payee == payee && r.Plan == plan {
			return r
		}
	}
	return nil
}
