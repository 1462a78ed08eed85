package planform

import (
	"strings"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/planedit"
)

// preset is a measure that can be added by choosing it. EVENT in its text is the event on which the plan earns.
type preset struct {
	id    string
	name  plan.Text
	kind  plan.ValueKind
	needs []string // measures that it refers to
	text  string
}

// presets are the measures that plans of sellers and their leaders usually read.
var presets = []preset{
	{"credited", plan.Text{Zh: "当月回款业绩", En: "credited collections of the month"}, plan.KindMoney, nil, "credits: EVENT\nsum: amount\nwindow: period"},
	{"quota", plan.Text{Zh: "当月任务额", En: "quota of the month"}, plan.KindMoney, nil, "quota: EVENT\nwindow: period"},
	{"attainment", plan.Text{Zh: "当月达成率", En: "attainment of the month"}, plan.KindRatio, []string{"credited", "quota"}, "ratio: [credited, quota]"},
	{"quarter_credited", plan.Text{Zh: "本季累计回款业绩", En: "credited collections of the quarter to date"}, plan.KindMoney, nil, "credits: EVENT\nsum: amount\nwindow: quarter_to_date"},
	{"quarter_quota", plan.Text{Zh: "本季累计任务额", En: "quota of the quarter to date"}, plan.KindMoney, nil, "quota: EVENT\nwindow: quarter_to_date"},
	{"quarter_attainment", plan.Text{Zh: "本季累计达成率", En: "attainment of the quarter to date"}, plan.KindRatio, []string{"quarter_credited", "quarter_quota"}, "ratio: [quarter_credited, quarter_quota]"},
	{"year_credited", plan.Text{Zh: "本年累计回款业绩", En: "credited collections of the year to date"}, plan.KindMoney, nil, "credits: EVENT\nsum: amount\nwindow: year_to_date"},
	{"old_customer_credited", plan.Text{Zh: "当月老客户回款业绩", En: "credited collections of the month from old customers"}, plan.KindMoney, nil,
		"credits: EVENT\nwhere: [{field: customer.months_since_first_payment, at_least: 12}]\nsum: amount\nwindow: period"},
	{"new_customers", plan.Text{Zh: "当月新客户数", En: "new customers of the month"}, plan.KindCount, nil,
		"credits: EVENT\nwhere: [{field: customer.first_payment, in: window}]\ncount: customers\nwindow: period"},
	{"paying_customers", plan.Text{Zh: "当月回款客户数", En: "paying customers of the month"}, plan.KindCount, nil, "credits: EVENT\ncount: customers\nwindow: period"},
	{"first_order_on", plan.Text{Zh: "首笔回款日", En: "date of the first collection"}, plan.KindDate, nil, "credits: EVENT\nwhere: [{field: amount, above: 0}]\nfirst: date"},
	{"months_since_hire", plan.Text{Zh: "入职后的月数", En: "months since the month of hire"}, plan.KindCount, nil, "tenure: calendar_months"},
	{"service_years", plan.Text{Zh: "司龄（整年）", En: "full years of service"}, plan.KindCount, nil, "tenure: full_years"},
	{"sop_compliance", plan.Text{Zh: "流程合规率", En: "process compliance"}, plan.KindRatio, nil, "given: sop_compliance\nkind: ratio\nwindow: period\nmissing: zero"},
	{"team_credited", plan.Text{Zh: "当月团队回款业绩", En: "credited collections of the team"}, plan.KindMoney, []string{"credited"}, "team: {sum: credited}"},
	{"team_quota", plan.Text{Zh: "当月团队任务额", En: "quota of the team"}, plan.KindMoney, []string{"quota"}, "team: {sum: quota}"},
	{"team_attainment", plan.Text{Zh: "当月团队达成率", En: "attainment of the team"}, plan.KindRatio, []string{"team_credited", "team_quota"}, "ratio: [team_credited, team_quota]"},
	{"able_newcomers", plan.Text{Zh: "达成八成的新人数", En: "newcomers at 80% or more"}, plan.KindCount, []string{"attainment"},
		"team:\n  count: people\n  where:\n    - {level: [newcomer]}\n    - {measure: attainment, at_least: 80%}"},
}

// addMeasure writes a preset and what it needs, in this order, unless it is there.
func (b *builder) addMeasure(id string) (edits []planedit.Edit) {
	event := b.Value("statements.earned_on")
	if event == "" {
		event = "collected"
	}
	for _, p := range presets {
		if p.id != id || b.Has(planedit.Key("measures", id)) {
			continue
		}
		for _, need := range p.needs {
			edits = append(edits, b.addMeasure(need)...)
		}
		name := "name: {zh: " + planedit.Quote(p.name.Zh) + ", en: " + planedit.Quote(p.name.En) + "}\n"
		return append(edits, set(planedit.Key("measures", id), name+strings.ReplaceAll(p.text, "EVENT", planedit.Quote(event)))...)
	}
	return edits
}
