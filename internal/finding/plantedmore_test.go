package finding

import (
	"fmt"
	"time"

	"xiaoguan/internal/calendar"
)

func plantedInCustomers() []planted {
	customers := func(in func(c *Company, person int32) bool, of func(i int) bool, do func(c *Company, x *Customer)) func(c *Company) {
		return func(c *Company) {
			each(c.Customers, func(i int, x *Customer) {
				if in(c, x.Owner) && of(i) {
					do(c, x)
				}
			})
		}
	}
	third := func(i int) bool { return i%3 == 0 }
	return []planted{
		{"churn_rising", "region R2", customers(inRegion, third, func(c *Company, x *Customer) {
			if x.Lost == NoDay {
				x.Lost = c.AsOf - Day(len(x.Key)*7) - Day(x.Credit%150)
			}
		})},
		{"a_without_core", "region R2", func(c *Company) {
			each(c.Customers, func(_ int, x *Customer) {
				if x.Tier == 'A' && inRegion(c, x.Owner) {
					x.Owner += 3 // a regular seller of the team
				}
			})
		}},
		{"neglected", "team T21", customers(inTeam, third, func(c *Company, x *Customer) { x.Contacted, x.Registered = c.AsOf-200, At(c.AsOf-250, 0) })},
		{"hoarding", "person P211", func(c *Company) {
			for i := range 18 {
				x := &c.Customers[i*5]
				x.Owner, x.Lost = 28, NoDay
				c.Moves = append(c.Moves, Move{Customer: int32(i * 5), To: 28, On: c.AsOf - 200, Turn: TurnClaimed})
				x.Contacted = c.AsOf - 210
			}
		}},
		{"owners_gone", "team T21", func(c *Company) {
			each(c.People, func(_ int, p *Person) {
				if p.Key == "P213" || p.Key == "P214" {
					p.Left = c.AsOf - 500
				}
			})
		}},
		{"ledger_incomplete", "region R2", customers(inRegion, third, func(_ *Company, x *Customer) { x.Filled = 3 })},
		{"ledger_stale", "team T21", customers(inTeam, third, func(c *Company, x *Customer) {
			x.Checked, x.Registered, x.Met = c.AsOf-300, At(c.AsOf-400, 60), At(c.AsOf-400, 0)
		})},
		{"late_registration", "team T21", customers(inTeam, third, func(_ *Company, x *Customer) { x.Registered = x.Met + 50*60 })},
		{"duplicates", "region R2", customers(inRegion, func(i int) bool { return i%8 == 0 }, func(c *Company, x *Customer) { x.Name = c.Customers[0].Name })},
		{"customer_concentrated", "region R2", func(c *Company) {
			first := firstDealOf(c, 1, 0)
			for i := range 3 {
				d := c.Deals[first]
				d.Key, d.Signed, d.AmountMinor = fmt.Sprintf("DX%d", i), c.AsOf-Day(60*i)-30, 150_000_000
				c.Deals = append(c.Deals, d)
				c.Instalments = append(c.Instalments, Instalment{Deal: int32(len(c.Deals) - 1), Due: d.Signed, AmountMinor: d.AmountMinor})
				c.Payments = append(c.Payments, Payment{Deal: int32(len(c.Deals) - 1), Paid: d.Signed, AmountMinor: d.AmountMinor})
			}
			c.Pays = nil
		}},
		{"satisfaction_low", "team T21", func(c *Company) {
			each(c.Opinions, func(_ int, o *Opinion) {
				if inTeam(c, o.Person) {
					o.Score -= 0.9
				}
			})
		}},
		{"service_slow", "region R2", func(c *Company) {
			each(c.Cases, func(i int, s *ServiceCase) {
				if inRegion(c, c.Customers[s.Customer].Owner) && i%3 == 0 {
					s.Answered = s.Opened + 60*60
				}
			})
		}},
		{"complaints_high", "product G2", func(c *Company) {
			each(c.Cases, func(_ int, s *ServiceCase) { s.Complaint = s.Complaint || s.Product == 1 })
		}},
	}
}

func plantedInTeams() []planted {
	return []planted{
		{"productivity_low", "region R2", func(c *Company) {
			// half of the opportunities and deals never were
			keep := func(i int) bool { return i%2 == 0 }
			gone := map[int32]bool{}
			each(c.Opportunities, func(i int, o *Opportunity) {
				if inRegion(c, o.Owner) && !keep(i) {
					o.Owner, o.Created = Nobody, NoDay
					if o.Deal >= 0 {
						gone[o.Deal] = true
					}
					o.State, o.Ended = StateOpen, NoDay
				}
			})
			for deal := range gone {
				c.Deals[deal].Seller = Nobody
			}
			c.Quotas, c.Targets, c.Pays = nil, nil, nil
		}},
		{"productivity_gap", "company ", func(c *Company) {
			each(c.Deals, func(_ int, d *Deal) {
				if p := c.People[d.Seller]; p.Layer == LayerRegular {
					switch p.Key[3] {
					case '3':
						d.AmountMinor *= 3
					case '4':
						d.AmountMinor /= 4
					}
				}
			})
			c.Instalments, c.Payments, c.Pays = nil, nil, nil
		}},
		{"ramp_slow", "company ", func(c *Company) {
			each(c.Deals, func(_ int, d *Deal) {
				if p := c.People[d.Seller]; p.Hired.Month() >= calendar.NewMonth(2025, time.January) {
					d.AmountMinor = d.AmountMinor * 3 / 10
				}
			})
			c.Instalments, c.Payments, c.Pays = nil, nil, nil
		}},
		{"turnover_high", "team T21", func(c *Company) {
			each(c.People, func(i int, p *Person) {
				if inTeam(c, int32(i)) && p.Layer == LayerRegular {
					p.Left = c.AsOf - 100
				}
			})
			each(c.Customers, func(_ int, x *Customer) {
				if inTeam(c, x.Owner) && c.People[x.Owner].Left != NoDay {
					x.Owner = c.Teams[c.People[x.Owner].Team].Leader
				}
			})
		}},
		{"key_person", "person P211", func(c *Company) {
			each(c.Deals, func(_ int, d *Deal) {
				if c.People[d.Seller].Key == "P211" {
					d.AmountMinor *= 9
				}
			})
			c.Instalments, c.Payments, c.Pays = nil, nil, nil
		}},
		{"activity_falling", "region R2", func(c *Company) {
			var kept []FollowUp
			each(c.FollowUps, func(i int, f *FollowUp) {
				if !inRegion(c, f.Person) || f.On < c.AsOf-180 || i%2 == 0 {
					kept = append(kept, *f)
				}
			})
			c.FollowUps = kept
		}},
		{"survey_disengaged", "region R2", func(c *Company) {
			each(c.Answers, func(_ int, a *Answer) {
				if a.Question == QuestionEngagement && c.Teams[a.Team].Region == 1 {
					a.Value--
				}
			})
		}},
		{"plan_not_understood", "company ", func(c *Company) {
			each(c.Answers, func(_ int, a *Answer) {
				if a.Question == QuestionPlan {
					a.Value -= 1.5
				}
			})
		}},
		{"training_rare", "team T21", func(c *Company) {
			each(c.Trainings, func(_ int, x *TrainingHours) {
				if inTeam(c, x.Person) {
					x.Hours = 0.5
				}
			})
		}},
	}
}

func plantedInIncentives() []planted {
	last := func(day Day) Day { return day.Month().Last() }
	return []planted{
		{"plan_coverage", "region R2", func(c *Company) {
			each(c.Pays, func(_ int, p *PaySlip) {
				if inRegion(c, p.Person) && p.Person%2 == 0 {
					p.Planned = false
				}
			})
		}},
		{"pay_not_following", "region R2", func(c *Company) {
			each(c.Pays, func(i int, p *PaySlip) {
				if inRegion(c, p.Person) {
					p.IncentiveMinor = 20_000 + int64(chanceOf(i, 21)*200_000)
				}
			})
			c.Budgets = nil
		}},
		{"plan_not_target", "rule PLAN", func(c *Company) { c.Lines[0].Weight, c.Lines[1].Weight = 0.4, 0.6 }},
		{"gaming_threshold", "company ", func(c *Company) {
			v := newView(c)
			got := v.collected()
			each(c.Quotas, func(i int, q *Quota) {
				if x := got.of(q.Person, q.Month); x > 0 && i%4 == 0 {
					q.AmountMinor = x * 98 / 100
				}
			})
			c.Targets = nil
		}},
		{"gaming_cancel", "region R2", func(c *Company) {
			each(c.Deals, func(_ int, d *Deal) {
				if inRegion(c, d.Seller) && last(d.Signed)-d.Signed < 3 {
					d.Cancelled = d.Signed + 20
				}
			})
		}},
		{"end_loading", "team T21", func(c *Company) {
			each(c.Deals, func(i int, d *Deal) {
				if inTeam(c, d.Seller) && i%3 == 0 {
					d.Signed = last(d.Signed)
				}
			})
		}},
		{"incentive_over_budget", "region R2", func(c *Company) {
			each(c.Budgets, func(_ int, b *Budget) {
				if b.Region == 1 {
					b.AmountMinor = b.AmountMinor * 8 / 10
				}
			})
		}},
	}
}
