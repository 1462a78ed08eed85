package demo

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store"
)

// service is what came after the deals of the last year: who looks after whom, what customers asked for and what became of it. It has dice
// of its own, so that the rest of the story stays what it is.
type service struct {
	*pipeline
	dice  dice
	hours servicecase.Hours
	rules servicecase.Rules
	of    map[string]int // place of the opportunity by the deal that came of it
	looks map[int64]*person
	rows  store.ServiceRows
}

// matter is what a customer calls about.
type matter struct {
	kind                        servicecase.Kind
	title, text, said, solution string
}

// matters are what customers call about.
var matters = []matter{
	{servicecase.KindRepair, "控制器开机报错", "开机报E07，断电重启没用", "先按手册复位，明天工程师上门", "更换电源板，试机正常"},
	{servicecase.KindRepair, "传感器数据跳变", "夜班数据忽高忽低，白天正常", "远程看了曲线，判断是接地问题", "重新接地并加屏蔽线"},
	{servicecase.KindQuestion, "怎么导出上月数据", "想把上月数据导成表格给财务", "发了操作视频", "教会客户自己导出"},
	{servicecase.KindQuestion, "需要补一份检测报告", "年检要用，原件找不到", "已找质量部调档", "电子版和原件都已寄出"},
	{servicecase.KindComplaint, "交付比约定晚", "晚了一周，产线等料", "致歉，并确认新的到货日", "补发到货，赠送一次巡检"},
	{servicecase.KindComplaint, "上门工程师态度差", "说好上午到，下午才来，也没解释", "主管回电致歉", "换了工程师，客户认可"},
	{servicecase.KindReturn, "型号发错要换货", "订的是二型，收到的是一型", "已安排换货，运费我们出", "换货完成，旧货已收回"},
}

// serve tells the year after the deals.
func (p *pipeline) serve(seed uint64) *service {
	s := &service{pipeline: p, dice: newDice(seed, 34), rules: servicecase.Usual(), of: map[string]int{}, looks: map[int64]*person{}}
	s.hours = servicecase.Hours{Days: calendar.China(), Opens: s.rules.Opens, Closes: s.rules.Closes, Zone: calendar.ChinaTime}
	for i, o := range p.rows.Opportunities {
		if o.DealKey != "" {
			s.of[o.DealKey] = i
		}
	}
	for _, k := range p.deals {
		if k.signed < p.today-365 || len(s.desk) == 0 {
			continue
		}
		s.lookAfter(k)
		if s.dice.chance(110) {
			s.call(k)
		}
	}
	return s
}

// lookAfter gives every customer with a deal of the last year somebody of service.
func (s *service) lookAfter(k *contract) {
	id := s.customers[k.customer.Key]
	if s.looks[id] == nil {
		s.looks[id] = s.desk[int(id)%len(s.desk)]
		s.rows.Owners = append(s.rows.Owners, store.ServiceOwnerRow{CustomerID: id, PersonID: s.persons[s.looks[id].key], Since: s.pipeline.hour(k.signed), SetBy: "system:demo"})
	}
}

// call is a customer's call some time after the signature.
func (s *service) call(k *contract) {
	day := k.signed + calendar.Date(s.dice.between(5, 200))
	if day > s.today {
		day = s.today - calendar.Date(s.dice.between(0, 6))
	}
	at := s.hours.Add(instant(day, int(s.dice.between(8, 16)), int(s.dice.between(0, 59))), 1)
	if !at.After(s.end) {
		s.open(k, at, one(s.dice, matters), one(s.dice, servicecase.Severities), "")
	}
}

// open is one case of a deal: answered and solved mostly in time, as far as the story goes.
func (s *service) open(k *contract, at time.Time, m matter, severity servicecase.Severity, source string) int64 {
	id := s.customers[k.customer.Key]
	owner := s.looks[id]
	c := servicecase.Case{ID: int64(len(s.rows.Cases) + 1), Title: m.title, Kind: m.kind, Severity: severity, State: servicecase.StateNew, Text: m.text, CustomerID: id, DealKey: k.key, ProductID: s.products[k.product.key],
		OwnerID: s.persons[owner.key], SellerID: s.persons[k.sellers[0].person.key], OpportunityID: s.pipeline.rows.Opportunities[s.of[k.key]].ID, Source: source, OpenedAt: at, SolveFrom: at, CreatedBy: "system:demo"}
	limit := s.rules.Limits[severity]
	c.AnswerDue, c.SolveDue = s.hours.Add(at, limit.AnswerMinutes), s.hours.Add(at, limit.SolveMinutes)
	s.note(&c, owner, at, "add", nil, map[string]any{"title": c.Title, "kind": c.Kind, "severity": c.Severity, "state": c.State}, process.ActivityServiceOpened)
	s.goOn(&c, owner, limit, m.said, m.solution)
	c.Told = c.Overdue(s.end)
	s.rows.Cases = append(s.rows.Cases, c)
	return c.ID
}

// Of complaints so many of a thousand are answered days later; a working day has nine hours.
const (
	lateAnswers = 130
	dayMinutes  = 9 * 60
)

// goOn takes a case as far as there is time.
func (s *service) goOn(c *servicecase.Case, owner *person, limit servicecase.Limit, said, solution string) {
	took := max(limit.AnswerMinutes*s.dice.between(10, 115)/100, 2)
	if c.Kind == servicecase.KindComplaint && s.dice.chance(lateAnswers) {
		took += dayMinutes * s.dice.between(9, 22) / 10
	}
	at := s.hours.Add(c.OpenedAt, took)
	if at.After(s.end) {
		return
	}
	c.AnsweredAt = at
	s.say(c, owner, at, said, true)
	s.note(c, owner, at, "first_answer", map[string]any{}, map[string]any{}, process.ActivityServiceAnswered)
	s.to(c, owner, servicecase.StateWorking, at)
	solved := s.hours.Add(c.OpenedAt, max(limit.SolveMinutes*s.dice.between(15, 112)/100, limit.AnswerMinutes*13/10, took+30))
	if solved.After(s.end) {
		if s.dice.chance(300) {
			s.to(c, owner, servicecase.StateWaiting, at)
			c.WaitingSince, c.SolveDue = at, time.Time{}
		}
		return
	}
	s.say(c, owner, solved, "已和客户确认", false)
	c.Solution, c.SolvedAt = solution, solved
	s.to(c, owner, servicecase.StateSolved, solved, process.ActivityServiceSolved)
	if closed := s.hours.Add(solved, 3*9*60); !closed.After(s.end) {
		c.ClosedAt = closed
		s.to(c, owner, servicecase.StateClosed, closed, process.ActivityServiceClosed)
	}
}

func (s *service) to(c *servicecase.Case, owner *person, state servicecase.State, at time.Time, activities ...process.Activity) {
	s.note(c, owner, at, "move", map[string]any{"state": c.State}, map[string]any{"state": state}, activities...)
	c.State = state
}

func (s *service) note(c *servicecase.Case, owner *person, at time.Time, verb string, before, after map[string]any, activities ...process.Activity) {
	c.Revision++
	change := process.Change{Subject: c.Subject(), Revision: c.Revision, At: at, ActorID: "system:demo", ActorName: owner.name, Action: "service_case." + verb, After: process.Data(after)}
	if before != nil {
		change.Before = process.Data(before)
	}
	s.rows.Changes = append(s.rows.Changes, change)
	for _, a := range activities {
		s.events = append(s.events, process.Event{CaseID: c.OpportunityID, Activity: a, OccurredAt: at, RecordedAt: at, PersonID: s.persons[owner.key], ActorID: "system:demo", Source: c.Subject(),
			Data: process.Data(map[string]any{"kind": c.Kind, "severity": c.Severity, "service_case": c.ID})})
	}
}

func (s *service) say(c *servicecase.Case, owner *person, at time.Time, text string, public bool) {
	s.rows.Comments = append(s.rows.Comments, servicecase.Comment{ID: int64(len(s.rows.Comments) + 1), CaseID: c.ID, PersonID: s.persons[owner.key], UserID: "system:demo", UserName: owner.name, Public: public, Text: text, At: at})
}

// record writes what was told; the sequences of an empty database begin at 1.
func (s *service) record(ctx context.Context, tx *store.Tx) error {
	for _, q := range []struct {
		name  string
		count int
	}{{"service_case", len(s.rows.Cases)}, {"service_comment", len(s.rows.Comments)}} {
		if _, err := tx.NextNumbers(ctx, q.name, q.count); err != nil {
			return err
		}
	}
	slices.SortFunc(s.rows.Owners, func(a, b store.ServiceOwnerRow) int { return int(a.CustomerID - b.CustomerID) })
	return tx.PutServiceRows(ctx, s.rows)
}
