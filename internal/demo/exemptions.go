package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

// exemptEvery is which of the open opportunities, counted through, leaders freed from a rule.
const exemptEvery = 24

// freed is why leaders free a case from a rule.
type freed struct {
	rule, reason string
	days         calendar.Date // that it holds; 0 without an end
}

var freedFrom = []freed{
	{"next_contact_always", "客户总部年底冻结采购，明年一季度再谈", 45},
	{"cadence", "客户停产检修，复产前不打扰", 30},
	{"need_before_proposal", "老客户追加订单，需求和上次一样", 0},
	{"cadence", "客户要求每月只联系一次", 0},
	{"graded_in_time", "集团客户，等总部统一定级", 60},
}

// exempt keeps what leaders decided: a few cases are freed from a rule for a time.
func (p *pipeline) exempt(ctx context.Context, tx *store.Tx) error {
	seen, made := 0, 0
	for i := range p.rows.Opportunities {
		o := &p.rows.Opportunities[i]
		if o.State != opportunity.StateOpen {
			continue
		}
		if seen++; seen%exemptEvery != 0 {
			continue
		}
		f := freedFrom[made%len(freedFrom)]
		made++
		e := standard.Exemption{ID: store.NewID(p.end.Add(time.Duration(made) * time.Millisecond)), CaseID: o.ID, RuleID: f.rule, Reason: f.reason, UntilOn: calendar.Forever, GrantedBy: p.users.lead,
			GrantedAt: minTime(maxTime(o.CreatedAt, instant(p.today-calendar.Date(p.habits.dice.between(1, 9)), 10, 20)), p.end)}
		if f.rule == "cadence" {
			e.RuleID = map[calendar.Date]string{7: "cadence_a", 14: "cadence_b", 30: "cadence_c"}[p.rhythm(o)]
		}
		if f.days != 0 {
			e.UntilOn = p.today + f.days
		}
		if err := tx.InsertExemption(ctx, e); err != nil {
			return err
		}
	}
	return nil
}
