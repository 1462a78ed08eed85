package agenda

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/review"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/task"
	"xiaoguan/internal/tierbook"
)

// linesMost is how many lines a source hands over.
const linesMost = 30

// Func is a source by itself.
type Func func(ctx context.Context, actor access.Actor, c Clock) ([]Line, []Rest, error)

// Lines implements Source.
func (f Func) Lines(ctx context.Context, actor access.Actor, c Clock) ([]Line, []Rest, error) {
	return f(ctx, actor, c)
}

// person reports whether the actor is somebody who works on customers.
func person(actor access.Actor, p access.Permission) bool { return actor.PersonID != 0 && actor.Can(p) }

// Named is a name that is the same in both languages.
func Named(s string) ruledoc.Text { return ruledoc.Text{Zh: s, En: s} }

func pathOf(page string, id int64) string { return page + "/" + strconv.FormatInt(id, 10) }

// moment puts an instant that counts into a line.
func (l Line) at(due time.Time, zone *time.Location) Line {
	l.DueOn = calendar.NoDate
	if !due.IsZero() {
		l.DueAt, l.DueOn = due, calendar.DateOf(due.In(zone))
	}
	return l
}

// OfTasks are one's own tasks and the next contacts of opportunities.
func OfTasks(service *followup.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermWorkWrite) {
			return nil, nil, nil
		}
		day, err := service.Mine(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		add := func(tasks []followup.Task, all int64) {
			for _, t := range tasks[:min(len(tasks), linesMost)] {
				l := Line{Kind: Task, Number: t.ID, ID: strconv.FormatInt(t.ID, 10), Name: Named(t.Title), About: t.OpportunityName, Why: errs.Msg("agenda.why.task", nil), DueOn: t.DueOn, Path: "/today", Task: &t}
				if t.Kind == followup.TaskContact {
					l.Kind, l.Name, l.Why = Contact, Named(t.CustomerName), errs.Msg("agenda.why.contact", nil)
				}
				if t.CustomerID != 0 {
					l.Path = pathOf("/customers", t.CustomerID)
				}
				if t.OpportunityID != 0 {
					l.Path, l.AmountMinor, l.Currency = pathOf("/opportunities", t.OpportunityID), t.AmountMinor, t.Currency
				}
				lines = append(lines, l)
			}
			if more := max(all, int64(len(tasks))) - linesMost; more > 0 {
				rest = append(rest, Rest{Task, more, "/opportunities?state=open"})
			}
		}
		add(day.Overdue, day.OverdueCount)
		add(day.Due, day.DueCount)
		add(day.Ahead, 0)
		return lines, rest, nil
	})
}

// OfLeads are first contacts whose clock runs, and next contacts that are due.
func OfLeads(service *lead.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, c Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermWorkWrite) {
			return nil, nil, nil
		}
		day, err := service.Mine(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		for _, l := range day.Waiting[:min(len(day.Waiting), linesMost)] {
			line := Line{Kind: AnswerLead, Number: l.ID, ID: strconv.FormatInt(l.ID, 10), Name: Named(l.Label()), About: l.Campaign, Why: errs.Msg("agenda.why.answer_lead", nil), Path: pathOf("/leads", l.ID)}
			lines = append(lines, line.at(l.AnswerBy(), c.Now.Location()))
		}
		for _, l := range day.Due[:min(len(day.Due), linesMost)] {
			lines = append(lines, Line{Kind: ContactLead, Number: l.ID, ID: strconv.FormatInt(l.ID, 10), Name: Named(l.Label()), About: l.Campaign, Why: errs.Msg("agenda.why.contact", nil), DueOn: l.NextOn, Path: pathOf("/leads", l.ID)})
		}
		if len(day.Waiting) > linesMost || len(day.Due) > linesMost {
			rest = append(rest, Rest{AnswerLead, -1, "/leads?status=open"})
		}
		return lines, rest, nil
	})
}

// OfVisits are return visits that are due.
func OfVisits(service *revisit.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermSalesRead) {
			return nil, nil, nil
		}
		page, err := service.Mine(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		for _, v := range page.Rows {
			why := errs.Msg("agenda.why.visit", nil)
			if v.RuleName != "" {
				why = errs.Msg("agenda.why.visit_rule", errs.Args{"Rule": v.RuleName})
			}
			lines = append(lines, Line{Kind: Visit, Number: v.ID, ID: strconv.FormatInt(v.ID, 10), Name: Named(v.CustomerName), About: v.DealKey, Why: why, DueOn: v.DueOn, Path: pathOf("/visits", v.ID)})
		}
		if more := page.Total.Count - int64(len(page.Rows)); more > 0 {
			rest = append(rest, Rest{Visit, more, "/visits"})
		}
		return lines, rest, nil
	})
}

// OfSurveys are surveys that one is to hand over because no letter can go. A link can be handed over on any day.
func OfSurveys(service *survey.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermWorkWrite) {
			return nil, nil, nil
		}
		rows, total, err := service.ToHand(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range rows {
			lines = append(lines, Line{Kind: HandSurvey, Number: m.ID, ID: strconv.FormatInt(m.ID, 10), Name: Named(m.CustomerName), About: m.ContactName, Why: errs.Msg("agenda.why.hand_survey", errs.Args{"Survey": m.SurveyName}),
				DueOn: calendar.NoDate, Path: pathOf("/survey-mailings", m.ID)})
		}
		if more := total - int64(len(rows)); more > 0 {
			rest = append(rest, Rest{HandSurvey, more, "/surveys"})
		}
		return lines, rest, nil
	})
}

// OfCustomers are one's own customers that are to be contacted by the rhythm of their tier.
func OfCustomers(service *tierbook.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermSalesRead) {
			return nil, nil, nil
		}
		page, err := service.Overdue(ctx, actor, customersMost)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range page.Rows {
			lines = append(lines, Line{Kind: Keep, Number: s.CustomerID, ID: s.CustomerKey, Name: Named(s.CustomerName), Why: errs.Msg("agenda.why.keep", errs.Args{"Tier": string(s.Result.Tier)}), DueOn: s.ContactDue,
				Path: pathOf("/customers", s.CustomerID), Tier: s.Result.Tier})
		}
		if more := page.Count - int64(len(page.Rows)); more > 0 {
			rest = append(rest, Rest{Keep, more, "/tiers/customers?only=overdue&sort=due&person=" + strconv.FormatInt(actor.PersonID, 10)})
		}
		return lines, rest, nil
	})
}

// customersMost is how many customers are listed by their rhythm: they are many, and late for long.
const customersMost = 10

// OfStandard is what the process standard asks of somebody.
func OfStandard(service *standard.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, c Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermSalesRead) {
			return nil, nil, nil
		}
		due, document, err := service.Mine(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range due {
			l := Line{Kind: MeetRule, Number: f.CaseID, ID: f.RuleID, Name: Named(f.RuleID), About: f.CustomerName, Why: errs.Msg("agenda.why.meet_rule", errs.Args{"About": f.CaseName}), Path: pathOf("/opportunities", f.CaseID)}
			if rule := document.Rule(f.RuleID); rule != nil {
				l.Name = ruledoc.Text{Zh: rule.Name.Zh, En: rule.Name.En}
			}
			lines = append(lines, l.at(f.Due, c.Now.Location()))
		}
		return lines, nil, nil
	})
}

// OfMoney are one's own instalments that are late, or due within a week.
func OfMoney(service *contract.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermSalesRead) {
			return nil, nil, nil
		}
		rows, err := service.Mine(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range rows {
			lines = append(lines, Line{Kind: Collect, Number: d.ContractID*1000 + d.Number, ID: d.ContractNumber, Name: Named(d.CustomerName), About: d.ContractNumber, Why: errs.Msg("agenda.why.collect", errs.Args{"Number": d.Number}),
				DueOn: d.DueOn, Path: pathOf("/contracts", d.ContractID), AmountMinor: d.LeftMinor(), Currency: d.Currency})
		}
		return lines, nil, nil
	})
}

// OfSignatures are contracts that were signed and have no deal yet, for who may record it: pay and figures begin with the deal. No day is set for it.
func OfSignatures(service *contract.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		if !actor.Can(access.PermSalesWrite) {
			return nil, nil, nil
		}
		page, err := service.Unrecorded(ctx, actor, linesMost)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range page.Rows {
			lines = append(lines, Line{Kind: RecordDeal, Number: c.ID, ID: c.Number, Name: Named(c.CustomerName), About: c.Number, Why: errs.Msg("agenda.why.record_deal", errs.Args{"Day": c.SignedOn}), DueOn: calendar.NoDate,
				Path: pathOf("/contracts", c.ID) + "#record", AmountMinor: c.AmountMinor, Currency: c.Currency})
		}
		if more := page.Total.Count - int64(len(page.Rows)); more > 0 {
			rest = append(rest, Rest{RecordDeal, more, "/contracts?without_deal=1"})
		}
		return lines, rest, nil
	})
}

// OfCases are one's own service cases, by what their clocks ask next.
func OfCases(service *servicecase.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, c Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermSalesRead) {
			return nil, nil, nil
		}
		page, err := service.List(ctx, actor, servicecase.Filter{Open: true, PersonID: actor.PersonID, Opened: fact.AnyDay(), Paging: fact.Paging{Sort: servicecase.SortDue, Limit: linesMost}})
		if err != nil {
			return nil, nil, err
		}
		for _, one := range page.Rows {
			why := errs.Msg("agenda.why.case_solve", nil)
			if one.AnsweredAt.IsZero() {
				why = errs.Msg("agenda.why.case_answer", nil)
			}
			l := Line{Kind: SolveCase, Number: one.ID, ID: strconv.FormatInt(one.ID, 10), Name: Named(one.Title), About: one.CustomerName, Why: why, Path: pathOf("/cases", one.ID)}
			lines = append(lines, l.at(one.Due(), c.Now.Location()))
		}
		if page.Next != "" {
			rest = append(rest, Rest{SolveCase, -1, "/cases?person=" + strconv.FormatInt(actor.PersonID, 10)})
		}
		return lines, rest, nil
	})
}

// OfApprovals are the requests that await one's signature, or that of whom one stands in for, the oldest last to come first.
func OfApprovals(service *approval.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, c Clock) (lines []Line, rest []Rest, err error) {
		page, err := service.List(ctx, actor, approval.Filter{Limit: linesMost})
		if err != nil {
			return nil, nil, err
		}
		all, err := service.Waiting(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		for i, r := range page.Requests {
			why := errs.Msg("agenda.why.sign", errs.Args{"Who": r.SubmitterName, "Kind": kindOf(service, r.Kind)})
			if r.BySystem() {
				why = errs.Msg("agenda.why.sign_found", errs.Args{"Kind": kindOf(service, r.Kind)})
			}
			l := Line{Kind: Sign, Number: int64(len(page.Requests) - i), ID: r.ID, Name: Named(r.Title), Why: why, Path: "/approvals/" + r.ID}
			lines = append(lines, l.at(r.DueAt(), c.Now.Location()))
		}
		if more := all - int64(len(lines)); more > 0 {
			rest = append(rest, Rest{Sign, more, "/approvals"})
		}
		return lines, rest, nil
	})
}

func kindOf(service *approval.Service, name string) errs.Message {
	kind, _ := service.KindNamed(name)
	return errs.Msg(kind.Label, nil)
}

// OfReviews are meetings that one leads and has not held, and what was agreed with one.
func OfReviews(service *review.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, c Clock) (lines []Line, rest []Rest, err error) {
		if !person(actor, access.PermSalesRead) {
			return nil, nil, nil
		}
		waiting, err := service.Waiting(ctx, actor, c.Today+reviewAhead)
		if err != nil {
			return nil, nil, err
		}
		for i := range waiting {
			r := &waiting[i]
			lines = append(lines, Line{Kind: HoldReview, Number: r.ID, ID: strconv.FormatInt(r.ID, 10), Name: Named(r.Unit.Name), Why: r.Kind.Message(), DueOn: r.On, Path: pathOf("/reviews", r.ID)})
		}
		actions, err := service.Open(ctx, actor, linesMost+1)
		if err != nil {
			return nil, nil, err
		}
		for i := range actions[:min(len(actions), linesMost)] {
			a := &actions[i]
			lines = append(lines, Line{Kind: Act, Number: a.ID, ID: strconv.FormatInt(a.ID, 10), Name: Named(a.Text), About: a.Unit.Name, Why: errs.Msg("agenda.why.act", nil), DueOn: a.DueOn, Path: pathOf("/reviews", a.ReviewID)})
		}
		if len(actions) > linesMost {
			rest = append(rest, Rest{Act, -1, "/reviews"})
		}
		return lines, rest, nil
	})
}

// reviewAhead is how many days before it is held a meeting is listed.
const reviewAhead = 3

// OfPiles are whole piles that wait: months, plans, disputes, statements; signatures have lines of their own.
func OfPiles(service *task.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		mine, err := service.Mine(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		for i, t := range mine {
			if t.Kind == task.ApproveRequests {
				continue
			}
			lines = append(lines, Line{Kind: Pile, Number: int64(i), ID: string(t.Kind), Pile: string(t.Kind), Count: t.Count, Why: errs.Msg("task.hint."+string(t.Kind), nil), DueOn: calendar.NoDate, Path: t.Path})
		}
		return lines, nil, nil
	})
}

// OfQuestionnaires are those that one is asked by and has not answered.
func OfQuestionnaires(service *questionnaire.Service) Source {
	return Func(func(ctx context.Context, actor access.Actor, _ Clock) (lines []Line, rest []Rest, err error) {
		if actor.PersonID == 0 {
			return nil, nil, nil
		}
		open, err := service.Mine(ctx, actor)
		for _, q := range open {
			lines = append(lines, Line{Kind: Answer, Number: q.ID, ID: strconv.FormatInt(q.ID, 10), Name: q.Document.Title, Why: errs.Msg("agenda.why.answer_questionnaire", nil), DueOn: q.ClosesOn, Path: pathOf("/questionnaires", q.ID) + "/answer"})
		}
		return lines, nil, err
	})
}
