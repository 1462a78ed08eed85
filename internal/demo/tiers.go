package demo

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/store"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// reviewedMonths is in how many of the last months customers were reviewed: enough for some to have moved.
const reviewedMonths = 3

// recordTiers notes what sellers know of customers, and has them judged as of the end of the story.
func (f *filler) recordTiers(ctx context.Context) error {
	if err := f.noteProfiles(ctx); err != nil {
		return err
	}
	if f.Tiers == nil {
		return nil
	}
	// The month was reviewed at its beginning, before what people noted and did since was there.
	review, err := f.Tiers.StartReview(ctx, f.actor(loginOperations))
	if err != nil {
		return err
	}
	if err := f.work(ctx, review.JobID, f.Tiers.RunReview); err != nil {
		return err
	}
	return f.decideTiers(ctx)
}

// reviewCustomers has all customers judged, in the months before the end of the story.
func (f *filler) reviewCustomers(ctx context.Context, month int) error {
	if month <= f.last-reviewedMonths {
		return nil
	}
	if err := f.judgeCustomers(ctx); err != nil {
		return err
	}
	return f.decideTiers(ctx)
}

// tiersLeft is how many changes wait for each who signs, the latest ones, tierKept of how many changes one is not agreed to.
const (
	tiersLeft = 2
	tierKept  = 5
)

// decideTiers lets managers sign changes of tiers that a review asks for, all but the latest.
func (f *filler) decideTiers(ctx context.Context) error {
	if f.Tiers == nil || f.Approvals == nil {
		return nil
	}
	for _, login := range []string{loginLead, loginDirector, loginManager} {
		actor := f.actor(login)
		page, err := f.Approvals.List(ctx, actor, approval.Filter{Box: approval.BoxWaiting, Kind: tierbook.ApprovalReview, Limit: approval.LimitMax})
		if err != nil {
			return err
		}
		for i, r := range page.Requests[:max(0, len(page.Requests)-tiersLeft)] {
			if i%tierKept == tierKept-1 {
				_, err = f.Approvals.Reject(ctx, actor, approval.Decision{ID: r.ID, Note: "一次性大单，下季度再看"})
			} else {
				_, err = f.Approvals.Approve(ctx, actor, approval.Decision{ID: r.ID})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// judgeCustomers starts what is due, a review or a look, and carries it out.
func (f *filler) judgeCustomers(ctx context.Context) error {
	if f.Tiers == nil {
		return nil
	}
	review, started, err := f.Tiers.Tick(ctx, access.SystemActor("tiers"))
	if err != nil || !started {
		return err
	}
	return f.work(ctx, review.JobID, f.Tiers.RunReview)
}

// askForTier lets a seller ask for a better tier of a customer of theirs.
func (f *filler) askForTier(ctx context.Context) error {
	if f.Tiers == nil {
		return nil
	}
	seller := f.actor(loginCore)
	page, err := f.Tiers.Customers(ctx, seller, tierbook.Filter{Tier: tier.B, PersonID: seller.PersonID, Paging: fact.Paging{Limit: 1}})
	if err != nil || len(page.Rows) == 0 {
		return err
	}
	_, err = f.Tiers.AskChange(ctx, seller, tierbook.Ask{CustomerID: page.Rows[0].CustomerID, Tier: tier.A, Until: page.Today + 180, Reason: "二期产线明年上半年招标，先按 A 级跟", Evidence: "客户设备部的技改计划，附件里有；预算已过内部评审"})
	return err
}

// What sellers note of customers.
var (
	needs       = []string{"老产线换控制器，年底前要完成", "新厂房二期，先做样板线", "能耗太高，想上监测", "设备老停机，要远程诊断", "总部要求数据上云", "等预算批下来再谈"}
	deciders    = []string{"张厂长", "李总", "王工", "赵经理", "设备部陈主任", "采购部刘经理"}
	streets     = []string{"工业园区兴业路", "高新区创新大道", "开发区环城东路", "经开区锦绣路"}
	noted       = int64(620) // permille of customers of whom something is noted
	notedAgo    = [2]int64{5, 240}
	contractFor = [2]int64{20, 500}
)

// noteProfiles makes up what people noted of customers: of some nothing, of some long ago.
func (f *filler) noteProfiles(ctx context.Context) error {
	if f.Tiers == nil {
		return nil
	}
	d, codes := newDice(f.Seed, 9), map[string]string{}
	for _, region := range cities {
		for _, at := range region {
			codes[at.name] = at.code
		}
	}
	return f.DB.InTx(ctx, func(tx *store.Tx) error {
		seen := map[string]bool{}
		for _, k := range f.deals {
			key := k.customer.Key
			if seen[key] || !d.chance(noted) {
				continue
			}
			seen[key] = true
			id, err := tx.CustomerID(ctx, key)
			if err != nil {
				return err
			}
			p := profile.Empty(id)
			day := f.today - calendar.Date(d.between(notedAgo[0], notedAgo[1]))
			p.Need, p.DecisionMaker, p.RegionCode, p.InvoiceTitle = one(d, needs), one(d, deciders), codes[k.customer.City], k.customer.Name
			p.Confirmed = map[profile.Field]calendar.Date{profile.FieldNeed: day, profile.FieldDecisionMaker: day, profile.FieldRegionCode: day, profile.FieldInvoiceTitle: day}
			if d.chance(700) {
				p.Address, p.Confirmed[profile.FieldAddress] = k.customer.City+one(d, streets), day
			}
			if d.chance(600) {
				p.BudgetMinor, p.Confirmed[profile.FieldBudget] = d.between(5, 120)*10_000*fen, day
			}
			if d.chance(500) {
				p.ContractEnd, p.Confirmed[profile.FieldContractEnd] = f.today+calendar.Date(d.between(contractFor[0], contractFor[1])), day
			}
			p.Ratings = map[string]int{"need": int(d.between(20, 100)), "budget": int(d.between(20, 100)), "decision_chain": int(d.between(10, 100)), "growth": int(d.between(10, 100))}
			p.Revision = 1
			if err := tx.SaveProfile(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}
