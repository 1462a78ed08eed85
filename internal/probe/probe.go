// Package probe tries a plan on a model person through the engine: what it costs at 80, 100 and 120 % of quota, where one more fen of sales
// changes pay by leaps (gaming points), and where pay rises faster than sales.
//
// The model person is the simplest one for whom the plan means something: see Model. Findings say what the rule does, not what people will
// do. Limits: pay is looked at as a function of one month's sales, up to 200 % of quota, with even months before; contests and pools are
// those of somebody alone; what is earned is looked at, not when it is paid.
package probe

import (
	"errors"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// QuotaFen is the monthly quota of a model person when nobody asks for another one, in minor units.
const QuotaFen = 300_000_00

// quotaMaxFen keeps a year of a team's sales within what an amount can hold.
const quotaMaxFen = 1_000_000_000_000_00

// Model says on whom a plan was tried. In every month the person sells to an old and a new customer, the same amount of each product that
// the plan names, on the 15th, paid and invoiced on that day. Who leads has a team of Members, who sell it all; values that are measured
// elsewhere are as good as the plan asks. The months before are all at quota.
type Model struct {
	Level    string         `json:"level"`
	Members  int            `json:"members"` // 0 for somebody who sells
	QuotaFen int64          `json:"quota_fen"`
	From     calendar.Month `json:"from"`
	To       calendar.Month `json:"to"` // the month in which gaming points are looked for
	Trainee  bool           `json:"trainee"`
}

// Report is what came out.
type Report struct {
	Model  Model         `json:"model"`
	Costs  []Cost        `json:"costs"`
	Gaming []GamingPoint `json:"gaming_points"`
	Steep  []Stretch     `json:"steep"`
	More   bool          `json:"more"` // there are more gaming points than are listed
}

// Cost is what the plan pays the model person from Model.From to Model.To with even months at an attainment.
type Cost struct {
	AttainmentPercent int   `json:"attainment_percent"`
	SalesFen          int64 `json:"sales_fen"`
	PayFen            int64 `json:"pay_fen"`
	PartsPerMillion   int64 `json:"parts_per_million"` // pay of sales, rounded
}

// Fix names what would take a leap away.
type Fix string

// The fixes.
const (
	FixMarginal    Fix = "marginal"     // slices instead of the whole amount
	FixDeduct      Fix = "deduct"       // a deductible instead of a gate
	FixInterpolate Fix = "interpolated" // a line between points
	FixSmaller     Fix = "smaller"      // more and smaller steps
)

// GamingPoint is an amount of a month's sales at which one more fen changes pay by a leap.
type GamingPoint struct {
	SalesFen      int64    `json:"sales_fen"` // from here on
	AttainmentPPM int64    `json:"attainment_ppm"`
	BeforeFen     int64    `json:"before_fen"` // pay for one fen less
	AfterFen      int64    `json:"after_fen"`
	Components    []string `json:"components"` // that leap, ids
	Fix           Fix      `json:"fix"`
}

// JumpFen is by how much pay changes.
func (g GamingPoint) JumpFen() int64 { return g.AfterFen - g.BeforeFen }

// Stretch is a part of the curve on which pay rises faster than sales, leaps left out.
type Stretch struct {
	FromFen         int64 `json:"from_fen"`
	ToFen           int64 `json:"to_fen"`
	PartsPerMillion int64 `json:"parts_per_million"` // the greatest slope found, rounded
}

// Run tries the plan. crediting is who is credited with what; nil credits payments, deals and invoices to their sellers. quotaFen is the
// monthly quota of who sells, 0 for QuotaFen. Errors: errs.KindInvalid when the plan cannot be tried on such a person, with the reasons.
func Run(p *plan.Plan, crediting *plan.Crediting, quotaFen int64) (r *Report, err error) {
	defer errs.Wrap(&err, "probe.Run(%s)", p.ID)
	if quotaFen == 0 {
		quotaFen = QuotaFen
	}
	if quotaFen < 100 || quotaFen > quotaMaxFen {
		return nil, errs.New(errs.KindInvalid, "probe.quota_range", nil)
	}
	if crediting == nil {
		if crediting, err = plan.DecodeCrediting("probe", []byte(everySeller)); err != nil {
			return nil, err
		}
	}
	t := newTrial(p, crediting, quotaFen)
	r = &Report{Model: t.model}
	for _, percent := range []int{80, 100, 120} {
		cost, err := t.cost(percent)
		if err != nil {
			return nil, err
		}
		r.Costs = append(r.Costs, cost)
	}
	if err := t.search(r); err != nil {
		return nil, err
	}
	return r, nil
}

// cost pays every month at the attainment.
func (t *trial) cost(percent int) (c Cost, err error) {
	c.AttainmentPercent = percent
	month := t.quotaFen() / 100 * int64(percent)
	var earlier []engine.EarlierPay
	for m := t.model.From; m <= t.model.To; m++ {
		paid, err := t.pay(m, func(of calendar.Month) int64 {
			if of < t.model.From {
				return t.quotaFen()
			}
			return month
		}, earlier)
		if err != nil {
			return c, err
		}
		c.PayFen, c.SalesFen = c.PayFen+paid.totalFen, c.SalesFen+month
		earlier = append(earlier, paid.earlier...)
	}
	c.PartsPerMillion = parts(c.PayFen, c.SalesFen)
	return c, nil
}

// Findings says what a report means for the document.
func (r *Report) Findings(d *plan.Document) (findings []plan.Finding) {
	for _, g := range r.Gaming {
		code, jump := plan.CodeGamingPoint, g.JumpFen()
		if jump < 0 {
			code, jump = plan.CodeGamingFalls, -jump
		}
		severity := plan.SeverityWarning
		if jump*100 < r.Model.QuotaFen/100 { // less than a ten-thousandth of a quota moves nobody
			severity = plan.SeverityNote
		}
		findings = append(findings, d.Remark(severity, code, r.pathOf(d.Plan, g), errs.Args{"At": amount(d.Plan, g.SalesFen), "Jump": amount(d.Plan, jump),
			"Attainment": percentText(g.AttainmentPPM), "Fix": errs.Msg("probe.fix."+string(g.Fix), nil)}))
	}
	if r.More {
		findings = append(findings, d.Remark(plan.SeverityNote, plan.CodeGamingPointsMore, "components", errs.Args{"Count": len(r.Gaming)}))
	}
	for _, s := range r.Steep {
		findings = append(findings, d.Remark(plan.SeverityWarning, plan.CodeSteep, "components", errs.Args{"From": amount(d.Plan, s.FromFen), "To": amount(d.Plan, s.ToFen),
			"Slope": percentText(s.PartsPerMillion)}))
	}
	return findings
}

// pathOf is the place of the component that leaps.
func (r *Report) pathOf(p *plan.Plan, g GamingPoint) string {
	for i, c := range p.Components {
		if len(g.Components) > 0 && c.ID == g.Components[0] {
			return plan.ComponentPath(i, "pays")
		}
	}
	return "components"
}

// Lint is Lint of package plan, with what a trial finds. What cannot be tried is said in a note. The report is nil then, and for crediting
// documents.
func Lint(d *plan.Document, crediting *plan.Crediting) ([]plan.Finding, *Report) {
	findings := plan.Lint(d)
	if d.Plan == nil {
		return findings, nil
	}
	r, err := Run(d.Plan, crediting, 0)
	if err != nil {
		return append(findings, d.Remark(plan.SeverityNote, plan.CodeNotProbed, "", errs.Args{"Why": reason(err)})), nil
	}
	return append(findings, r.Findings(d)...), r
}

// reason is the first thing that kept a plan from being tried.
func reason(err error) errs.Message {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok:
		return errs.Msg("probe.unknown", nil)
	case len(e.Fields) > 0:
		return e.Fields[0].Message
	}
	return e.Message
}

// sorted returns each text once, in order.
func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
