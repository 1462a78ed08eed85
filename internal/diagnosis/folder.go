// Package diagnosis finds what is wrong in a sales organisation and keeps what was found.
//
// Read turns a folder of exports (docs/import-format.md) into a finding.Company; what cannot be read is counted and told, never
// guessed, because a diagnosis begins where the files of a company are not yet in order. The analysers are those of finding.
//
// Limits: amounts are taken to be in one currency; a person belongs to the team of the assignment that began last.
package diagnosis

import (
	"context"
	"errors"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/tabular"
)

// Source is what was read: the company, and what could not be read of it.
type Source struct {
	Company *finding.Company
	Unread  []Unread
	Skipped []string // files that are no part of a diagnosis
}

// parts are the parts in the order in which they are read.
var parts = []finding.Part{
	finding.Standards, finding.Regions, finding.Teams, finding.Persons, finding.Products, finding.Customers, finding.CustomerRecords, finding.Leads,
	finding.Deals, finding.Opportunities, finding.ProcessEvents, finding.FollowUps, finding.Approvals, finding.Quotes, finding.Payments,
	finding.Instalments, finding.Quotas, finding.Targets, finding.CustomerMoves, finding.ServiceCases, finding.Satisfaction,
	finding.SurveyAnswers, finding.Training, finding.PlanLines, finding.Pay, finding.Budgets,
}

// furtherNames are the Chinese names of the sheets that are read for a diagnosis alone.
var furtherNames = map[finding.Part]string{
	finding.Targets: "目标分解", finding.CustomerRecords: "客户台账", finding.CustomerMoves: "客户流转", finding.ProcessEvents: "流程事件", finding.Approvals: "审批",
	finding.Quotes: "报价", finding.Instalments: "回款计划", finding.ServiceCases: "服务单", finding.Satisfaction: "客户满意度", finding.SurveyAnswers: "员工问卷",
	finding.Training: "培训", finding.PlanLines: "激励方案", finding.Pay: "薪酬", finding.Budgets: "激励预算", finding.Standards: "管理标准",
}

// builder gathers the company.
type builder struct {
	company *finding.Company
	tables  map[finding.Part][]table
	keys    keys
	leaders []string // keys of the teams' leaders, who are read later
	unread  map[finding.Part][]Unread

	contradictions map[finding.Part][]Unread
}

// keys are the indices of records by their keys.
type keys struct {
	regions, teams, persons, products, customers, deals, opportunities map[string]int32
}

// Read reads the files of a company; today is the day of the data when nothing in them says which it is, as of a list of customers alone. Errors: errs.KindInvalid when none of the files is a part of a diagnosis, or one is no file of its
// kind; errs.KindTooLarge for files above the limits.
func Read(ctx context.Context, files []ingest.File, today finding.Day) (source *Source, err error) {
	defer errs.Wrap(&err, "diagnosis.Read(%d files)", len(files))
	workbook, err := ingest.Open(ctx, files, tabular.Limits{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, workbook.Close()) }()
	b := &builder{
		company: &finding.Company{AsOf: finding.NoDay, Standards: map[string]string{}, Kept: map[finding.Part]int{}},
		tables:  map[finding.Part][]table{}, unread: map[finding.Part][]Unread{}, contradictions: map[finding.Part][]Unread{},
	}
	source = &Source{Company: b.company, Skipped: workbook.Skipped}
	for _, sheet := range workbook.Sheets {
		part := partOf(sheet.File, sheet.Name)
		at := slices.IndexFunc(files, func(f ingest.File) bool { return f.Name == sheet.File })
		switch {
		case part == "" || at < 0:
			source.Skipped = append(source.Skipped, sheet.Source())
		case sheet.Broken != nil:
			return nil, sheet.Broken
		default:
			b.tables[part] = append(b.tables[part], table{part: part, file: files[at], sheet: sheet.Name, header: sheet.Header})
		}
	}
	if len(b.tables) == 0 {
		return nil, errs.New(errs.KindInvalid, "diagnosis.no_files", nil)
	}
	for _, step := range []func(context.Context) error{b.organisation, b.customers, b.deals, b.work, b.process, b.money, b.plans, b.care, b.people} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if b.company.AsOf, err = asOf(b.company, today); err != nil {
		return nil, err
	}
	source.Unread = b.told()
	return source, nil
}

// note adds what could not be read of a block of rows.
func (b *builder) note(part finding.Part, names []string, unread []Unread) {
	if b.unread[part] == nil {
		b.unread[part] = make([]Unread, len(names))
	}
	for i, u := range unread {
		if u.Rows == 0 {
			continue
		}
		sum := &b.unread[part][i]
		if sum.Rows == 0 {
			*sum = u
			sum.Part, sum.Field = part, names[i]
		} else {
			sum.Rows += u.Rows
		}
	}
}

// told lists what could not be read and what contradicts itself, in the order of the parts.
func (b *builder) told() (all []Unread) {
	for _, part := range parts {
		for _, u := range b.unread[part] {
			if u.Rows > 0 {
				all = append(all, u)
			}
		}
		all = append(all, b.contradictions[part]...)
	}
	return all
}

// asOf is the day of the export: as the standards say, or else the last day on which anything happened, or else today.
func asOf(c *finding.Company, today finding.Day) (finding.Day, error) {
	if text := strings.TrimSpace(c.Standards["as_of"]); text != "" {
		day, ok := ingest.ParseDay(text)
		if !ok {
			return finding.NoDay, errs.New(errs.KindInvalid, "diagnosis.as_of", errs.Args{"Value": text})
		}
		return day, nil
	}
	last := finding.NoDay
	for _, d := range c.Deals {
		last = max(last, d.Signed)
	}
	for _, p := range c.Payments {
		last = max(last, p.Paid)
	}
	for _, f := range c.FollowUps {
		last = max(last, f.On)
	}
	for _, o := range c.Opportunities {
		last = max(last, o.Created, o.Ended)
	}
	for _, l := range c.Leads {
		last = max(last, l.Created, l.FirstContact)
	}
	for _, e := range c.Events {
		last = max(last, e.Happened.Day())
	}
	for _, p := range c.Customers {
		last = max(last, p.Checked, p.Contacted, p.Registered.Day())
	}
	for _, p := range c.People {
		last = max(last, p.Hired)
	}
	if last == finding.NoDay {
		return today, nil
	}
	return last, nil
}

// ownName is the name of a sheet's file. Targets of units are not called targets, which people say for quotas.
func ownName(part finding.Part) string {
	if part == finding.Targets {
		return "target_split"
	}
	return string(part)
}

// PartName is what a sheet is called in Chinese; in English by the name of its file.
func PartName(part finding.Part, zh bool) string {
	if !zh {
		return ownName(part)
	}
	if name := furtherNames[part]; name != "" {
		return name
	}
	for _, kind := range ingest.Kinds() {
		if kind.Name == string(part) {
			return kind.Zh
		}
	}
	return string(part)
}

// Namer says what sheets are called.
func Namer(zh bool) func(finding.Part) string {
	return func(part finding.Part) string { return PartName(part, zh) }
}
