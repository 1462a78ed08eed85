package finding

import (
	"time"

	"xiaoguan/internal/calendar"
)

func plantedInTargets() []planted {
	return []planted{
		{"target_not_split", "region R2", func(c *Company) {
			var kept []Quota
			each(c.Quotas, func(_ int, q *Quota) {
				if !inRegion(c, q.Person) {
					kept = append(kept, *q)
				}
			})
			c.Quotas = kept
		}},
		{"target_sum_gap", "team T21", func(c *Company) {
			each(c.Targets, func(_ int, t *Target) {
				if t.Level == LevelTeam && c.Teams[t.Unit].Key == "T21" {
					t.AmountMinor = t.AmountMinor * 11 / 10
				}
				if t.Level == LevelTeam && c.Teams[t.Unit].Key == "T22" { // the region's sum stays
					t.AmountMinor = t.AmountMinor * 96 / 100
				}
			})
		}},
		{"target_unrealistic", "company ", func(c *Company) {
			each(c.Quotas, func(_ int, q *Quota) { q.AmountMinor = q.AmountMinor * 3 / 2 })
			each(c.Targets, func(_ int, t *Target) { t.AmountMinor = t.AmountMinor * 3 / 2 })
		}},
		{"target_unfair", "team T21", func(c *Company) {
			each(c.Quotas, func(_ int, q *Quota) {
				if inTeam(c, q.Person) {
					q.AmountMinor *= 2
				}
			})
			each(c.Targets, func(_ int, t *Target) {
				if t.Level == LevelTeam && c.Teams[t.Unit].Key == "T21" {
					t.AmountMinor *= 2
				}
			})
		}},
		{"target_ratchet", "company ", func(c *Company) {
			v := newView(c)
			got := v.collected()
			quotas := newPanel(len(c.People), v.began, v.month)
			for i := range c.Quotas {
				q := &c.Quotas[i]
				quarter := v.began + (q.Month-v.began)/3*3
				if quarter > v.began {
					before, reached := int64(0), int64(0)
					for k := range calendar.Month(3) {
						before += quotas.of(q.Person, quarter-3+k)
						reached += got.of(q.Person, quarter-3+k)
					}
					if before > 0 {
						q.AmountMinor = before/3 + (reached-before)/6
					}
				}
				quotas.add(q.Person, q.Month, q.AmountMinor)
			}
			c.Targets = nil
		}},
	}
}

func plantedInProcess() []planted {
	owner := func(c *Company, e *Event) int32 { return c.Opportunities[e.Opportunity].Owner }
	without := func(activity Activity, in func(c *Company, person int32) bool) func(c *Company) {
		return func(c *Company) {
			var kept []Event
			each(c.Events, func(i int, e *Event) {
				if e.Activity != activity || !in(c, owner(c, e)) || !most(i) {
					kept = append(kept, *e)
				}
			})
			c.Events = kept
		}
	}
	everybody := func(*Company, int32) bool { return true }
	return []planted{
		{"late_entry", "team T21", func(c *Company) {
			each(c.Events, func(i int, e *Event) {
				if inTeam(c, owner(c, e)) && i%3 == 0 {
					e.Recorded = e.Happened + 30*60
				}
			})
		}},
		{"late_entry", "company ", func(c *Company) {
			each(c.Events, func(i int, e *Event) {
				if i%2 == 0 {
					e.Recorded = e.Happened + 30*60
				}
			})
		}},
		{"batch_entry", "region R2", func(c *Company) {
			each(c.Events, func(i int, e *Event) {
				if day := e.Happened.Day(); inRegion(c, owner(c, e)) && i%2 == 0 && day.Month().Last()-day >= 3 {
					e.Recorded = At(day.Month().Last(), 900)
				}
			})
		}},
		{"step_skipped", "region R2 need_recorded", without(ActivityNeed, inRegion)},
		{"step_skipped", "company  handover_done", without(ActivityHandover, everybody)},
		{"approval_missing", "team T21", func(c *Company) {
			var kept []Approval
			each(c.Approvals, func(i int, a *Approval) {
				if !inTeam(c, c.Opportunities[a.Opportunity].Owner) || i%3 != 0 {
					kept = append(kept, *a)
				}
			})
			c.Approvals = kept
		}},
		{"approval_late", "team T21", func(c *Company) {
			each(c.Approvals, func(i int, a *Approval) {
				if inTeam(c, c.Opportunities[a.Opportunity].Owner) && i%3 == 0 {
					a.Asked, a.Decided = a.Asked+4*24*60, a.Decided+4*24*60
				}
			})
		}},
		{"approval_slow", "region R2", func(c *Company) {
			each(c.Approvals, func(_ int, a *Approval) {
				if inRegion(c, c.Opportunities[a.Opportunity].Owner) {
					a.Asked -= 3 * (a.Decided - a.Asked)
				}
			})
		}},
		{"first_contact_slow", "team T21", func(c *Company) {
			each(c.Leads, func(i int, l *Lead) {
				if inTeam(c, l.Owner) && i%2 == 0 {
					l.FirstContact = l.Created + 4
				}
			})
		}},
		{"stage_slow", "region R2 needs", func(c *Company) {
			each(c.Opportunities, func(_ int, o *Opportunity) {
				if inRegion(c, o.Owner) {
					late := o.Proposal - o.Needs
					o.Needs -= late
					o.Created -= late
				}
			})
		}},
		{"back_steps", "team T21", func(c *Company) {
			for i := range c.Opportunities {
				if o := &c.Opportunities[i]; inTeam(c, o.Owner) && i%3 == 0 {
					c.Events = append(c.Events, Event{Opportunity: int32(i), Person: o.Owner, Activity: ActivityBack, Happened: At(o.Proposal, 700), Recorded: At(o.Proposal, 720)})
				}
			}
		}},
		{"conversion_low", "product G3", func(c *Company) {
			each(c.Opportunities, func(i int, o *Opportunity) {
				if o.Product == 2 && o.State == StateWon && i%5 < 5 && (i/5)%2 == 0 {
					o.State, o.AfterSales = StateLost, NoDay
				}
			})
		}},
		{"cycle_long", "team T21", func(c *Company) {
			each(c.Opportunities, func(_ int, o *Opportunity) {
				if inTeam(c, o.Owner) {
					n, p, k := o.Proposal-o.Needs, o.Contract-o.Proposal, o.Ended-o.Contract
					if o.Ended == NoDay {
						k = 0
					}
					o.Contract -= k
					o.Proposal -= k + p
					o.Needs -= k + p + n
					o.Created -= k + p + n + 5
				}
			})
		}},
		{"lead_quality_low", "source exhibition", func(c *Company) {
			each(c.Leads, func(i int, l *Lead) {
				if Sources[l.Source] == "exhibition" && i%2 == 0 {
					l.Status = JudgementRejected
				}
			})
		}},
		{"pipeline_stale", "region R2", func(c *Company) {
			each(c.Opportunities, func(i int, o *Opportunity) {
				if inRegion(c, o.Owner) && o.State == StateOpen && most(i) {
					o.Expected = c.AsOf - 50
				}
			})
		}},
		{"dates_contradict", "team T21", func(c *Company) {
			each(c.Opportunities, func(i int, o *Opportunity) {
				if inTeam(c, o.Owner) && i%4 == 0 {
					o.Created = o.Needs + 1
				}
			})
		}},
		{"records_gap", "region R2", func(c *Company) {
			var kept []FollowUp
			each(c.FollowUps, func(_ int, f *FollowUp) {
				if m := f.On.Month(); !inRegion(c, f.Person) || m != calendar.NewMonth(2025, time.July) && m != calendar.NewMonth(2025, time.August) {
					kept = append(kept, *f)
				}
			})
			c.FollowUps = kept
		}},
	}
}

func plantedInMoney() []planted {
	seller := func(c *Company, deal int32) int32 { return c.Deals[deal].Seller }
	discount := func(in func(c *Company, q *Quote) bool, less float64) func(c *Company) {
		return func(c *Company) {
			each(c.Quotes, func(_ int, q *Quote) {
				if in(c, q) {
					q.AmountMinor -= int64(less * float64(q.ListMinor))
				}
			})
		}
	}
	return []planted{
		{"collection_slow", "region R2", func(c *Company) {
			each(c.Payments, func(_ int, p *Payment) {
				if inRegion(c, seller(c, p.Deal)) {
					p.Paid += 20
				}
			})
		}},
		{"overdue_high", "team T21", func(c *Company) {
			var kept []Payment
			each(c.Payments, func(i int, p *Payment) {
				if !inTeam(c, seller(c, p.Deal)) || i%3 != 0 {
					kept = append(kept, *p)
				}
			})
			c.Payments = kept
		}},
		{"receivable_concentrated", "region R2", func(c *Company) {
			// a customer of the region who owes for a few deals
			for i := range 4 {
				c.Instalments = append(c.Instalments, Instalment{Deal: firstDealOf(c, 1, i), Due: c.AsOf + 20, AmountMinor: 12_000_000})
			}
		}},
		{"instalments_missing", "team T21", func(c *Company) {
			var kept []Instalment
			each(c.Instalments, func(i int, p *Instalment) {
				if !inTeam(c, seller(c, p.Deal)) || i%2 != 0 {
					kept = append(kept, *p)
				}
			})
			c.Instalments = kept
		}},
		{"payments_unplaced", "team T21", func(c *Company) {
			each(c.Payments, func(i int, p *Payment) {
				if inTeam(c, seller(c, p.Deal)) && i%5 == 0 {
					p.AmountMinor = p.AmountMinor * 13 / 10
				}
			})
		}},
		{"discount_period_end", "region R2", discount(func(c *Company, q *Quote) bool { return inRegion(c, q.Person) && q.atEnd() }, 0.09)},
		{"discount_period_end", "company ", discount(func(_ *Company, q *Quote) bool { return q.atEnd() }, 0.09)},
		{"discount_high", "team T21", discount(func(c *Company, q *Quote) bool { return inTeam(c, q.Person) }, 0.08)},
		{"discount_high", "product G2", discount(func(_ *Company, q *Quote) bool { return q.Product == 1 }, 0.08)},
		{"discount_under_limit", "region R2", func(c *Company) {
			each(c.Quotes, func(i int, q *Quote) {
				if inRegion(c, q.Person) && i%3 == 0 {
					q.AmountMinor = q.ListMinor * 805 / 1000
				}
			})
		}},
	}
}

// firstDealOf is one of the first deals of one customer of a region that has some.
func firstDealOf(c *Company, region int32, n int) int32 {
	customer := int32(-1)
	for i := range c.Deals {
		d := &c.Deals[i]
		if c.Teams[c.People[d.Seller].Team].Region != region || customer >= 0 && d.Customer != customer {
			continue
		}
		customer = d.Customer
		if n--; n < 0 {
			return int32(i)
		}
	}
	for i := range c.Deals {
		if c.Deals[i].Customer == customer {
			return int32(i)
		}
	}
	return 0
}
