package demo

import (
	"context"
	"embed"
	"io/fs"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/planbook"
)

//go:embed plans
var planFiles embed.FS

// Template is a plan document to begin with.
type Template struct {
	ID   string // the document's own id
	Text string
}

// templateIDs lists the documents: who is credited first, since plans are checked against it.
var templateIDs = []string{"crediting", "newcomer", "regular", "core", "manager"}

// Templates returns the crediting document and the four plans of the company as documents to begin with.
func Templates() (all []Template, err error) {
	defer errs.Wrap(&err, "demo.Templates")
	for _, id := range templateIDs {
		text, err := fs.ReadFile(planFiles, "plans/"+id+".yaml")
		if err != nil {
			return nil, err
		}
		all = append(all, Template{id, string(text)})
	}
	return all, nil
}

// planChangeAfter is the month from which the second version of the plan of regular sellers holds.
const planChangeAfter = 12

// changedPlan is the plan that has two versions; the first one lies in the folder earlier.
const changedPlan = "regular"

// effectiveFrom is how the documents say from when they hold; the company's own say its first month.
const effectiveFrom = "effective: {from: 2020-01-01}"

// holding makes a document hold from a day on.
func holding(text string, from calendar.Date) string {
	return strings.Replace(text, effectiveFrom, "effective: {from: "+from.String()+"}", 1)
}

// makePlans writes and approves the documents before the first month.
func (f *filler) makePlans(ctx context.Context, from calendar.Date) error {
	all, err := Templates()
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.ID == changedPlan {
			earlier, err := fs.ReadFile(planFiles, "plans/earlier/"+t.ID+".yaml")
			if err != nil {
				return err
			}
			t.Text = string(earlier)
		}
		f.at(from-7, 10, 0)
		if err := f.bringIn(ctx, holding(t.Text, from), "年度激励方案", from-5); err != nil {
			return err
		}
	}
	return nil
}

// changePlan brings in the second version of a plan during the month before it holds.
func (f *filler) changePlan(ctx context.Context, m calendar.Month) error {
	all, err := Templates()
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.ID == changedPlan {
			f.at(m.Last()-8, 11, 0)
			return f.bringIn(ctx, holding(t.Text, (m+1).First()), "超额奖提到 2,000 元,提成封顶提到 25,000 元", m.Last()-6)
		}
	}
	return nil
}

// bringIn saves a document as operations and approves it, some days later, as finance: it pays people everywhere, and the director has a region.
func (f *filler) bringIn(ctx context.Context, text, note string, approved calendar.Date) error {
	version, err := f.Plans.Save(ctx, f.actor(loginOperations), planbook.Draft{Text: text, Note: note})
	if err != nil {
		return err
	}
	f.at(approved, 14, 0)
	_, err = f.Plans.Approve(ctx, f.actor(loginFinance), version.ID)
	return err
}
