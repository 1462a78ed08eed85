package lawguard

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/tabular"
)

// SheetTerm is a row of a file of terms: Person is the company's number of the person.
type SheetTerm struct {
	Row    int
	Person string
	Term   EnterTerm
}

// Columns of files: the key of each with what it may be called, the first as templates call it in Chinese.
var (
	termColumns = map[string][]string{
		"person": {"工号", "员工编号", "person", "person_key"}, "from": {"生效日期", "from"}, "work": {"用工形式", "work"}, "fixed": {"固定月薪", "基本工资", "fixed", "fixed_pay"},
		"city": {"工作城市", "城市", "city"}, "probation_until": {"试用期至", "probation_until"}, "regular": {"转正后固定月薪", "regular", "regular_pay"}, "note": {"备注", "note"},
	}
	wageColumns = map[string][]string{
		"city": {"城市", "city"}, "from": {"生效日期", "from"}, "monthly": {"月最低工资", "monthly"}, "hourly": {"小时最低工资", "hourly"}, "source": {"来源", "source"},
	}
	workWords = map[string]Work{"": WorkFullTime, "全日制": WorkFullTime, "非全日制": WorkPartTime, "兼职": WorkPartTime, "其他": WorkOther, "full_time": WorkFullTime, "part_time": WorkPartTime, "other": WorkOther}
)

// The columns of files that we write, in order.
var (
	termOrder = []string{"person", "from", "work", "fixed", "city", "probation_until", "regular", "note"}
	wageOrder = []string{"city", "from", "monthly", "hourly", "source"}
)

// TermHead and WageHead are the headings of files that ReadTerms and ReadWages read.
func TermHead(chinese bool) []string { return heads(termOrder, termColumns, chinese) }

// WageHead is TermHead for minimum wages.
func WageHead(chinese bool) []string { return heads(wageOrder, wageColumns, chinese) }

func heads(order []string, columns map[string][]string, chinese bool) []string {
	names := slices.Clone(order)
	for i, column := range order {
		if chinese {
			names[i] = columns[column][0]
		}
	}
	return names
}

// WorkWord writes a way of employment as files have it.
func WorkWord(work Work, chinese bool) string {
	if !chinese {
		return string(work)
	}
	return map[Work]string{WorkFullTime: "全日制", WorkPartTime: "非全日制", WorkOther: "其他"}[work]
}

// sheetRowsMost is how many rows one file may have.
const sheetRowsMost = 20_000

// ReadTerms reads terms from a workbook (.xlsx) or a text with separators, such as cells pasted from one. Errors: invalid, naming rows and
// columns; too large.
func ReadTerms(ctx context.Context, workbook bool, in io.Reader) (rows []SheetTerm, err error) {
	defer errs.Wrap(&err, "lawguard.ReadTerms")
	err = readSheet(ctx, workbook, in, termColumns, []string{"person", "from", "fixed"}, func(r *sheetRow) {
		if r.only("person") {
			return // as the list is exported for those of whom nothing is recorded
		}
		t := SheetTerm{Row: r.number, Person: r.need("person"), Term: EnterTerm{From: r.day("from", true), FixedMinor: r.money("fixed", true), City: r.cells["city"],
			ProbationUntil: r.day("probation_until", false), RegularMinor: r.money("regular", false), Note: r.cells["note"]}}
		work, known := workWords[strings.ToLower(r.cells["work"])]
		if !known {
			r.wrong("work", "form.error.choice")
		}
		t.Term.Work = work
		r.add(t.Term.Validate())
		rows = append(rows, t)
	})
	return rows, err
}

// ReadWages reads minimum wages as ReadTerms reads terms.
func ReadWages(ctx context.Context, workbook bool, in io.Reader) (wages []Wage, err error) {
	defer errs.Wrap(&err, "lawguard.ReadWages")
	err = readSheet(ctx, workbook, in, wageColumns, []string{"city", "from", "monthly", "source"}, func(r *sheetRow) {
		w := Wage{City: r.need("city"), From: r.day("from", true), MonthlyMinor: r.money("monthly", true), HourlyMinor: r.money("hourly", false), Source: r.need("source")}
		r.add(w.Validate())
		wages = append(wages, w)
	})
	return wages, err
}

// sheetRow is one row by column, with what is wrong with it.
type sheetRow struct {
	number int
	cells  map[string]string
	fields []errs.Field
}

func (r *sheetRow) wrong(column, key string) {
	r.fields = append(r.fields, errs.Field{Row: r.number, Path: column, Value: r.cells[column], Message: errs.Msg(key, nil)})
}

// add takes what a check found, but for columns that are named already.
func (r *sheetRow) add(err error) {
	for _, f := range fieldsOf(err) {
		if !slices.ContainsFunc(r.fields, func(o errs.Field) bool { return o.Path == f.Path }) {
			f.Row = r.number
			r.fields = append(r.fields, f)
		}
	}
}

// only reports whether nothing but the column is filled in.
func (r *sheetRow) only(column string) bool {
	for name, text := range r.cells {
		if name != column && text != "" {
			return false
		}
	}
	return r.cells[column] != ""
}

func (r *sheetRow) need(column string) string {
	if r.cells[column] == "" {
		r.wrong(column, "form.error.required")
	}
	return r.cells[column]
}

// money reads an amount of yuan.
func (r *sheetRow) money(column string, required bool) int64 {
	text := strings.NewReplacer(",", "", "，", "", "¥", "", "￥", "").Replace(r.cells[column])
	if text == "" {
		if required {
			r.wrong(column, "form.error.required")
		}
		return 0
	}
	d, err := decimal.Parse(text)
	scaled := d.Mul(decimal.FromInt(100, 0)).Rat()
	if err != nil || strings.HasSuffix(text, "%") || !scaled.IsInt() || !scaled.Num().IsInt64() {
		r.wrong(column, "form.error.number")
		return 0
	}
	return scaled.Num().Int64()
}

// Workbooks keep days as numbers since this one.
var workbookDayZero = calendar.NewDate(1899, 12, 30)

// day reads a day as people and workbooks write it.
func (r *sheetRow) day(column string, required bool) calendar.Date {
	text := strings.TrimSpace(strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-").Replace(r.cells[column]))
	if text == "" {
		if required {
			r.wrong(column, "form.error.required")
		}
		return calendar.NoDate
	}
	if n, err := strconv.Atoi(text); err == nil && n > 20_000 && n < 80_000 {
		return workbookDayZero + calendar.Date(n)
	}
	parts := strings.Split(text, "-")
	for i := 1; i < len(parts); i++ {
		if len(parts[i]) == 1 {
			parts[i] = "0" + parts[i]
		}
	}
	day, err := calendar.ParseDate(strings.Join(parts, "-"))
	if err != nil {
		r.wrong(column, "form.error.date")
		return calendar.NoDate
	}
	return day
}

// readSheet finds the columns and calls take on every row.
func readSheet(ctx context.Context, workbook bool, in io.Reader, columns map[string][]string, needed []string, take func(*sheetRow)) error {
	header, rows, err := tabular.ReadAll(ctx, workbook, in, sheetRowsMost)
	if err != nil {
		return err
	}
	place := map[string]int{}
	for column, names := range columns {
		for i, head := range header {
			if slices.Contains(names, strings.ToLower(strings.TrimSpace(head))) {
				place[column] = i
			}
		}
	}
	var wrong []errs.Field
	for _, column := range needed {
		if _, ok := place[column]; !ok {
			wrong = append(wrong, errs.Field{Row: 1, Path: column, Message: errs.Msg("lawguard.no_column", errs.Args{"Column": columns[column][0]})})
		}
	}
	if len(wrong) > 0 {
		return errs.Invalid("error.invalid", wrong)
	}
	for _, line := range rows {
		r := &sheetRow{number: line.Number, cells: map[string]string{}}
		for column, i := range place {
			if i < len(line.Texts) {
				r.cells[column] = strings.TrimSpace(line.Texts[i])
			}
		}
		take(r)
		wrong = append(wrong, r.fields...)
	}
	if len(rows) == 0 {
		wrong = append(wrong, errs.Field{Path: "rows", Message: errs.Msg("lawguard.no_rows", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}
