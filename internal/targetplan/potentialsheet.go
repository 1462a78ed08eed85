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

// potentialRowsMost bounds a sheet of potentials: more than there are regions anywhere.
const potentialRowsMost = 2000

// potentialColumns are the columns of a sheet with the names that people give them, lower case.
var potentialColumns = map[string][]string{
	"region": {"大区", "区域", "region"},
	"amount": {"市场潜力", "潜力", "金额", "market potential", "potential", "amount"},
	"source": {"来源", "数据来源", "source"},
}

// ImportPotentials reads what the markets of regions could give in a year from a sheet, CSV or workbook, with a row for each region: region, amount in whole units,
// source. All rows count, or none; regions without a row stay as they are. It answers how many were set. Errors: forbidden; invalid with every wrong row; too large.
func (s *Service) ImportPotentials(ctx context.Context, actor access.Actor, fiscalYear int, workbook bool, in io.Reader) (count int, err error) {
	defer errs.Wrap(&err, "targetplan.ImportPotentials(%d)", fiscalYear)
	if err := s.mayWrite(actor); err != nil {
		return 0, err
	}
	regions, err := s.Potentials(ctx, actor, fiscalYear)
	if err != nil {
		return 0, err
	}
	header, lines, err := tabular.ReadAll(ctx, workbook, in, potentialRowsMost)
	if err != nil {
		return 0, err
	}
	list, err := potentialsOf(header, lines, regions, s.Currency())
	if err != nil {
		return 0, err
	}
	return len(list), s.SetPotentials(ctx, actor, fiscalYear, list)
}

// potentialsOf reads the rows of a sheet.
func potentialsOf(header []string, lines []tabular.Line, regions []Potential, currency money.Currency) (list []Potential, err error) {
	place := map[string]int{}
	for column, names := range potentialColumns {
		place[column] = slices.IndexFunc(header, func(head string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(head))) })
	}
	var wrong []errs.Field
	for _, column := range []string{"region", "amount"} {
		if place[column] < 0 {
			wrong = append(wrong, errs.Field{Row: 1, Path: column, Message: errs.Msg("targetplan.no_column", errs.Args{"Column": potentialColumns[column][0]})})
		}
	}
	if len(lines) == 0 {
		wrong = append(wrong, errs.Field{Path: "rows", Message: errs.Msg("targetplan.no_rows", nil)})
	}
	if len(wrong) > 0 {
		return nil, errs.Invalid("error.invalid", wrong)
	}
	for _, line := range lines {
		cell := func(column string) string {
			if at := place[column]; at >= 0 && at < len(line.Texts) {
				return strings.TrimSpace(line.Texts[at])
			}
			return ""
		}
		refuse := func(column, key string) {
			wrong = append(wrong, errs.Field{Row: line.Number, Path: column, Value: cell(column), Message: errs.Msg(key, nil)})
		}
		p := Potential{Source: cell("source")}
		at := slices.IndexFunc(regions, func(r Potential) bool { return r.RegionName == cell("region") })
		switch {
		case at < 0:
			refuse("region", "targetplan.no_such_region")
		case slices.ContainsFunc(list, func(other Potential) bool { return other.RegionID == regions[at].RegionID }):
			refuse("region", "targetplan.region_twice")
		default:
			p.RegionID, p.RegionName = regions[at].RegionID, regions[at].RegionName
		}
		var known bool
		if p.Minor, known = minorOf(cell("amount"), currency); !known {
			refuse("amount", "form.error.number")
		} else if p.Minor < 0 || p.Minor > yearMost {
			refuse("amount", "quota.amount_range")
		}
		list = append(list, p)
	}
	return list, errs.Invalid("error.invalid", wrong)
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
