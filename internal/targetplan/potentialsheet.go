package targetplan

import (
	"context"
	"io"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// potentialRowsMost bounds a sheet of potentials: more than there are regions, teams and sellers anywhere.
const potentialRowsMost = 20_000

// potentialColumns are the columns of a sheet with the names that people give them, lower case.
var potentialColumns = map[string][]string{
	"region": {"大区", "区域", "region"},
	"team":   {"团队", "部门", "team"},
	"person": {"个人", "姓名", "销售姓名", "人员", "person", "seller", "name"},
	"key":    {"工号", "人员编号", "key", "person key"},
	"amount": {"市场潜力", "潜力", "金额", "market potential", "potential", "amount"},
	"source": {"来源", "数据来源", "source"},
}

// ImportPotentials reads what markets could give in a year from a sheet, CSV or workbook, with a row for each unit: region, team, person, amount in whole units,
// source. A row is about the smallest unit that it names; the greater ones, or the key of a person, tell namesakes apart. All rows count, or none; units without a
// row stay as they are. It answers how many were set. Errors: forbidden; invalid with every wrong row; too large.
func (s *Service) ImportPotentials(ctx context.Context, actor access.Actor, fiscalYear int, workbook bool, in io.Reader) (count int, err error) {
	defer errs.Wrap(&err, "targetplan.ImportPotentials(%d)", fiscalYear)
	if err := s.mayWrite(actor); err != nil {
		return 0, err
	}
	units, err := s.Potentials(ctx, actor, fiscalYear)
	if err != nil {
		return 0, err
	}
	header, lines, err := tabular.ReadAll(ctx, workbook, in, potentialRowsMost)
	if err != nil {
		return 0, err
	}
	list, err := potentialsOf(header, lines, units, s.Currency())
	if err != nil {
		return 0, err
	}
	return len(list), s.SetPotentials(ctx, actor, fiscalYear, list)
}

// potentialSheet is a sheet of potentials while it is read.
type potentialSheet struct {
	place map[string]int
	units []Potential
	named map[string][]int  // units by key and by name
	above map[string]string // the parent of each unit
	wrong []errs.Field
}

// potentialsOf reads the rows of a sheet.
func potentialsOf(header []string, lines []tabular.Line, units []Potential, currency money.Currency) (list []Potential, err error) {
	s := potentialSheet{place: map[string]int{}, units: units, named: map[string][]int{}, above: map[string]string{}}
	for column, names := range potentialColumns {
		s.place[column] = slices.IndexFunc(header, func(head string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(head))) })
	}
	if s.place["region"] < 0 && s.place["team"] < 0 && s.place["person"] < 0 && s.place["key"] < 0 {
		s.lacks("region")
	}
	if s.place["amount"] < 0 {
		s.lacks("amount")
	}
	if len(lines) == 0 {
		s.wrong = append(s.wrong, errs.Field{Path: "rows", Message: errs.Msg("targetplan.no_rows", nil)})
	}
	if len(s.wrong) > 0 {
		return nil, errs.Invalid("error.invalid", s.wrong)
	}
	for i, u := range units {
		s.above[u.Unit] = u.Parent
		s.named[u.Name] = append(s.named[u.Name], i)
		if u.Key != u.Name {
			s.named[u.Key] = append(s.named[u.Key], i)
		}
	}
	twice := map[string]bool{}
	for _, line := range lines {
		p := Potential{Source: s.cell(line, "source")}
		if at := s.unit(line, twice); at >= 0 {
			p.Unit, p.Parent, p.Key, p.Name = units[at].Unit, units[at].Parent, units[at].Key, units[at].Name
		}
		var known bool
		if p.Minor, known = minorOf(s.cell(line, "amount"), currency); !known {
			s.refuse(line, "amount", "form.error.number")
		} else if p.Minor < 0 || p.Minor > yearMost {
			s.refuse(line, "amount", "quota.amount_range")
		}
		list = append(list, p)
	}
	return list, errs.Invalid("error.invalid", s.wrong)
}

func (s *potentialSheet) lacks(column string) {
	s.wrong = append(s.wrong, errs.Field{Row: 1, Path: column, Message: errs.Msg("targetplan.no_column", errs.Args{"Column": potentialColumns[column][0]})})
}

func (s *potentialSheet) cell(line tabular.Line, column string) string {
	if at := s.place[column]; at >= 0 && at < len(line.Texts) {
		return strings.TrimSpace(line.Texts[at])
	}
	return ""
}

func (s *potentialSheet) refuse(line tabular.Line, column, key string) {
	s.wrong = append(s.wrong, errs.Field{Row: line.Number, Path: column, Value: s.cell(line, column), Message: errs.Msg(key, nil)})
}

// unit finds the unit that a row is about; -1 where that is not one alone, or had a row before.
func (s *potentialSheet) unit(line tabular.Line, twice map[string]bool) int {
	column, key, found := "", "", -1
	parents := map[string]bool{} // units that the row names above; nil: any
	for _, kind := range UnitKinds {
		text := s.cell(line, string(kind))
		if key := s.cell(line, "key"); kind == KindPerson && key != "" {
			text = key
		}
		if text == "" {
			continue
		}
		column, found = string(kind), -1
		key = "targetplan.no_such_" + column
		within := map[string]bool{}
		for _, i := range s.named[text] {
			u := &s.units[i]
			if u.Kind() != kind || len(parents) > 0 && !s.below(u, parents) {
				continue
			}
			if len(within) > 0 {
				key, found = "targetplan.namesakes", -1
			} else {
				found = i
			}
			within[u.Unit] = true
		}
		if len(within) == 0 {
			s.refuse(line, column, key)
			return -1
		}
		parents = within
	}
	switch {
	case column == "":
		s.refuse(line, "region", "targetplan.no_unit")
	case found < 0:
		s.refuse(line, column, key)
	case twice[s.units[found].Unit]:
		s.refuse(line, column, "targetplan.unit_twice")
	default:
		twice[s.units[found].Unit] = true
		return found
	}
	return -1
}

// below reports whether a unit is below one of some: its team's, or its team's region's.
func (s *potentialSheet) below(u *Potential, some map[string]bool) bool {
	return some[u.Parent] || u.Kind() == KindPerson && some[s.above[u.Parent]]
}

// minorOf reads an amount as people and spreadsheets write it.
func minorOf(text string, currency money.Currency) (int64, bool) {
	d, err := decimal.Parse(strings.NewReplacer(",", "", "，", "", " ", "", "¥", "", "￥", "").Replace(text))
	if err != nil || strings.HasSuffix(text, "%") {
		return 0, false
	}
	scaled := d.Mul(decimal.FromInt(1, -currency.MinorDigits())).Rat()
	if !scaled.IsInt() || !scaled.Num().IsInt64() {
		return 0, false
	}
	return scaled.Num().Int64(), true
}
