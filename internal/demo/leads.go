package demo

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/org"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
)

// leadDice tells of leads with dice of its own, so that what comes before stays what it is. Events are by lead.
type leadDice struct {
	dice   dice
	events map[int64][]process.Event
}

// leadsEach is how many leads a seller has, from to; leadsFree is how many wait to be given out.
var leadsEach = [2]int64{2, 5}

const leadsFree = 9

var (
	campaigns   = []string{"秋季工业展", "官网留言", "行业公众号投放", "老客户转介绍月", "智能制造论坛"}
	leadPlaces  = []string{"无锡", "常州", "宁波", "嘉兴", "芜湖", "台州", "温州", "南通"}
	leadNames   = []string{"新川", "北岭", "恒泰源", "立诺", "明远达", "中科锐", "华辰", "启帆", "盛和", "汇川达", "德瑞", "安拓"}
	leadTrades  = []string{"机械", "电气", "精工", "自动化", "仪表", "材料"}
	leadWants   = []string{"想了解产线改造方案", "要报价", "问能不能上门演示", "替换现有设备，年底前要上", "先要资料看看"}
	leadSources = map[string]string{"秋季工业展": "exhibition", "官网留言": "website", "行业公众号投放": "website", "老客户转介绍月": "referral", "智能制造论坛": "exhibition"}
)

// ask makes up who asked in the last weeks: most were answered within the day, some too late, some not yet.
func (p *pipeline) ask() {
	d := p.leads.dice
	p.rows.LeadFollowUps = map[int64][]followup.FollowUp{}
	for _, seller := range p.people {
		at, there := seller.on(p.today)
		if !there || seller.role != "" || at.level == org.LevelManager {
			continue
		}
		for range d.between(leadsEach[0], leadsEach[1]) {
			p.asked(p.persons[seller.key], seller.name)
		}
	}
	for range leadsFree {
		p.asked(0, "")
	}
}

// subjectLostLeads are the dice of leads that came to nothing.
const subjectLostLeads = 41

// leadsLost are how many leads a seller had in a month that came to nothing, from to; in so many months before the last.
var (
	leadsLost       = [2]int64{0, 2}
	leadsLostMonths = calendar.Month(12)
)

// askBefore makes up who asked in the months before and did not become a customer; those who did are of their opportunities.
func (p *pipeline) askBefore() {
	d := newDice(p.seed, subjectLostLeads)
	for month := p.today.Month() - leadsLostMonths; month < p.today.Month(); month++ {
		for _, seller := range p.people {
			at, there := seller.on(month.First())
			if !there || seller.role != "" || at.level == org.LevelManager || seller.left <= month.Last() {
				continue
			}
			for range d.between(leadsLost[0], leadsLost[1]) {
				p.askedInVain(d, p.persons[seller.key], seller.name, month.First()+calendar.Date(d.between(0, 22)))
			}
		}
	}
}

// askedInVain makes up a lead of a day that was called and came to nothing.
func (p *pipeline) askedInVain(d dice, owner int64, name string, day calendar.Date) {
	at := instant(day, int(d.between(9, 16)), int(d.between(0, 59)))
	campaign := one(d, campaigns)
	l := lead.Lead{ID: int64(len(p.rows.Leads) + 1), Company: one(d, leadPlaces) + one(d, leadNames) + one(d, leadTrades) + "有限公司", Name: one(d, surnames) + one(d, givenNames), Title: one(d, titles[d.between(0, 1)]),
		Phone: "1000002" + strconv.FormatInt(d.between(1000, 9999), 10), Source: leadSources[campaign], Campaign: campaign, Note: one(d, leadWants), Status: lead.StatusNew, OwnerID: owner,
		NextOn: calendar.NoDate, CreatedBy: "system:demo", CreatedAt: at, AssignedAt: at.Add(time.Duration(d.between(5, 50)) * time.Minute), Revision: 1}
	p.tellLead(&l, name, at, "add", process.ActivityLead, map[string]any{"source": l.Source, "campaign": l.Campaign})
	l.Revision++
	p.tellLead(&l, name, l.AssignedAt, "assign", process.ActivityAssigned, map[string]any{"from": 0, "to": owner})
	first := l.AssignedAt.Add(time.Duration(d.between(10, 90)) * time.Minute)
	p.rows.LeadFollowUps[l.ID] = append(p.rows.LeadFollowUps[l.ID], followup.FollowUp{ID: int64(len(p.rows.FollowUps)+p.leadFollowUps()) + 1, PersonID: owner, Kind: followup.KindCall, Text: one(d, said[followup.KindCall]),
		OccurredAt: first, RecordedAt: first, NextOn: calendar.NoDate, CreatedBy: "system:demo"})
	l.Status, l.FirstAt, l.FollowedAt = lead.StatusContacted, first, first
	l.Revision++
	p.tellLead(&l, name, first, "follow", process.ActivityFirst, map[string]any{"kind": followup.KindCall})
	l.Status, l.InvalidFor = lead.StatusInvalid, one(d, lead.Reasons[:5])
	l.Revision++
	p.tellLead(&l, name, first.Add(time.Duration(d.between(1, 70))*time.Hour), "drop", process.ActivityInvalid, map[string]any{"reason": l.InvalidFor})
	p.rows.Leads = append(p.rows.Leads, l)
}

// asked makes up one lead and what was done with it.
func (p *pipeline) asked(owner int64, name string) {
	d := p.leads.dice
	day := p.today - calendar.Date(d.between(0, 25))
	at := minTime(instant(day, int(d.between(9, 17)), int(d.between(0, 59))), p.end)
	campaign := one(d, campaigns)
	l := lead.Lead{ID: int64(len(p.rows.Leads) + 1), Company: one(d, leadPlaces) + one(d, leadNames) + one(d, leadTrades) + "有限公司", Name: one(d, surnames) + one(d, givenNames), Title: one(d, titles[d.between(0, 1)]),
		Phone: "1000001" + strconv.FormatInt(d.between(1000, 9999), 10), City: "", Source: leadSources[campaign], Campaign: campaign, Note: one(d, leadWants), Status: lead.StatusNew, OwnerID: owner,
		NextOn: calendar.NoDate, CreatedBy: "system:demo", CreatedAt: at, Revision: 1}
	p.tellLead(&l, name, at, "add", process.ActivityLead, map[string]any{"source": l.Source, "campaign": l.Campaign})
	if owner != 0 {
		l.AssignedAt = minTime(at.Add(time.Duration(d.between(5, 240))*time.Minute), p.end)
		l.Revision++
		p.tellLead(&l, name, l.AssignedAt, "assign", process.ActivityAssigned, map[string]any{"from": 0, "to": owner})
		p.answered(&l, name)
	}
	p.rows.Leads = append(p.rows.Leads, l)
}

// answered makes up the first contact, and how it ended for some.
func (p *pipeline) answered(l *lead.Lead, name string) {
	d := p.leads.dice
	took := time.Duration(d.between(20, 1200)) * time.Minute
	if d.chance(200) { // too late
		took += 20 * time.Hour
	}
	first := l.AssignedAt.Add(took)
	if first.After(p.end) || d.chance(80) {
		return
	}
	f := followup.FollowUp{ID: int64(len(p.rows.FollowUps)+p.leadFollowUps()) + 1, PersonID: l.OwnerID, Kind: followup.KindCall, Text: one(d, said[followup.KindCall]), OccurredAt: first, RecordedAt: first, NextOn: calendar.NoDate, CreatedBy: "system:demo"}
	l.Status, l.FirstAt, l.FollowedAt = lead.StatusContacted, first, first
	l.Revision++
	if d.chance(600) {
		l.NextOn = p.today + calendar.Date(d.between(-1, 6))
		f.NextOn = l.NextOn
	}
	p.rows.LeadFollowUps[l.ID] = append(p.rows.LeadFollowUps[l.ID], f)
	p.tellLead(l, name, first, "follow", process.ActivityFirst, map[string]any{"kind": f.Kind})
	after := minTime(first.Add(2*time.Hour), p.end)
	switch {
	case d.chance(300):
		l.Status = lead.StatusQualified
		l.Revision++
		p.tellLead(l, name, after, "qualify", process.ActivityQualified, nil)
	case d.chance(250):
		l.Status, l.InvalidFor, l.NextOn = lead.StatusInvalid, one(d, lead.Reasons[:5]), calendar.NoDate
		l.Revision++
		p.tellLead(l, name, after, "drop", process.ActivityInvalid, map[string]any{"reason": l.InvalidFor})
	}
}

// leadFollowUps counts the follow-ups of leads: their numbers are of the sequence of those of opportunities.
func (p *pipeline) leadFollowUps() (n int) {
	for _, list := range p.rows.LeadFollowUps {
		n += len(list)
	}
	return n
}

// tellLead notes a change of a lead and its event.
func (p *pipeline) tellLead(l *lead.Lead, name string, at time.Time, action string, activity process.Activity, data map[string]any) {
	after := map[string]any{"company": l.Company, "status": l.Status}
	c := process.Change{Subject: l.Subject(), Revision: l.Revision, At: at, ActorID: "system:demo", ActorName: name, Action: "lead." + action, After: process.Data(after)}
	if action != "add" {
		c.Before = process.Data(map[string]any{})
	}
	p.rows.Changes = append(p.rows.Changes, c)
	p.leads.events[l.ID] = append(p.leads.events[l.ID], process.Event{Activity: activity, OccurredAt: at, RecordedAt: at, PersonID: l.OwnerID, ActorID: "system:demo", Source: l.Subject(), Data: process.Data(data)})
}

// recordLeadEvents records what happened to leads.
func (p *pipeline) recordLeadEvents(ctx context.Context, tx *store.Tx) error {
	for _, l := range p.rows.Leads {
		if err := tx.AppendLeadEvents(ctx, l.ID, p.leads.events[l.ID]); err != nil {
			return err
		}
	}
	return nil
}
