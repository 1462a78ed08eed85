package diagnosis

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
)

// work reads leads, opportunities and follow-ups.
func (b *builder) work(ctx context.Context) error {
	c := b.company
	err := readTable(ctx, b, finding.Leads, "key owner source status created_on first_contact_on", func(r *row) finding.Lead {
		return finding.Lead{Key: r.key(0), Owner: r.ref(1, b.keys.persons), Source: source(r.text(2)), Status: judgement(r.text(3)), Created: r.day(4), FirstContact: r.day(5)}
	}, func(l finding.Lead) { c.Leads = append(c.Leads, l) })
	if err != nil {
		return err
	}
	b.keys.opportunities = map[string]int32{}
	const fields = "key customer owner state amount expected_on created_on source product ended_on deal needs_on proposal_on contract_on after_sales_on"
	err = readTable(ctx, b, finding.Opportunities, fields, func(r *row) finding.Opportunity {
		amount, _ := r.amount(4)
		return finding.Opportunity{Key: r.key(0), Customer: r.ref(1, b.keys.customers), Owner: r.ref(2, b.keys.persons), State: state(r.text(3)), AmountMinor: amount, Expected: r.day(5), Created: r.day(6),
			Source: source(r.text(7)), Product: r.ref(8, b.keys.products), Ended: r.day(9), Deal: r.ref(10, b.keys.deals), Needs: r.day(11), Proposal: r.day(12), Contract: r.day(13), AfterSales: r.day(14)}
	}, func(o finding.Opportunity) {
		c.Opportunities = add(b, finding.Opportunities, b.keys.opportunities, o.Key, c.Opportunities, o)
	})
	if err != nil {
		return err
	}
	return readTable(ctx, b, finding.FollowUps, "opportunity person on", func(r *row) finding.FollowUp {
		return finding.FollowUp{Opportunity: r.ref(0, b.keys.opportunities), Person: r.mustRef(1, b.keys.persons), On: r.mustDay(2)}
	}, func(f finding.FollowUp) { c.FollowUps = append(c.FollowUps, f) })
}

func source(text string) uint8 {
	word := ingest.WordOf("source", text)
	return uint8(max(slices.Index(finding.Sources[:], word), 0))
}

func state(text string) finding.State {
	switch ingest.WordOf("state", text) {
	case "won":
		return finding.StateWon
	case "lost":
		return finding.StateLost
	}
	return finding.StateOpen
}

func judgement(text string) finding.Judgement {
	switch word := ingest.WordOf("status", text); {
	case word == "qualified" || strings.EqualFold(text, "converted") || text == "已转化":
		return finding.JudgementQualified
	case word == "invalid":
		return finding.JudgementRejected
	}
	return finding.JudgementOpen
}

// process reads steps, approvals and quotes.
func (b *builder) process(ctx context.Context) error {
	c := b.company
	err := readTable(ctx, b, finding.ProcessEvents, "opportunity activity happened_at recorded_at person", func(r *row) finding.Event {
		return finding.Event{Opportunity: r.mustRef(0, b.keys.opportunities), Activity: activity(r.cell(1)), Happened: r.mustMoment(2), Recorded: r.moment(3), Person: r.ref(4, b.keys.persons)}
	}, func(e finding.Event) { c.Events = append(c.Events, e) })
	if err != nil {
		return err
	}
	err = readTable(ctx, b, finding.Approvals, "key kind opportunity asked_by asked_at decided_at decision", func(r *row) finding.Approval {
		return finding.Approval{Key: r.key(0), Proposal: strings.EqualFold(r.text(1), "proposal"), Opportunity: r.mustRef(2, b.keys.opportunities), Asker: r.ref(3, b.keys.persons), Asked: r.mustMoment(4),
			Decided: r.moment(5), Approved: strings.EqualFold(r.text(6), "approved")}
	}, func(a finding.Approval) { c.Approvals = append(c.Approvals, a) })
	if err != nil {
		return err
	}
	return readTable(ctx, b, finding.Quotes, "key opportunity person product sent_at list_amount amount", func(r *row) finding.Quote {
		return finding.Quote{Key: r.key(0), Opportunity: r.ref(1, b.keys.opportunities), Person: r.ref(2, b.keys.persons), Product: r.ref(3, b.keys.products), Sent: r.mustMoment(4), ListMinor: r.mustAmount(5), AmountMinor: r.mustAmount(6)}
	}, func(q finding.Quote) { c.Quotes = append(c.Quotes, q) })
}

func activity(cell []byte) finding.Activity {
	for i, word := range finding.Activities {
		if i > 0 && string(cell) == word {
			return finding.Activity(i)
		}
	}
	return finding.ActivityOther
}

// plans reads incentive plans, pay and budgets.
func (b *builder) plans(ctx context.Context) error {
	c := b.company
	err := readTable(ctx, b, finding.PlanLines, "plan name measure weight", func(r *row) finding.PlanLine {
		return finding.PlanLine{Plan: r.key(0), Name: r.text(1), Measure: strings.ToLower(r.key(2)), Weight: r.mustNumber(3)}
	}, func(l finding.PlanLine) { c.Lines = append(c.Lines, l) })
	if err != nil {
		return err
	}
	err = readTable(ctx, b, finding.Pay, "person month plan incentive", func(r *row) finding.PaySlip {
		incentive, _ := r.amount(3)
		return finding.PaySlip{Person: r.mustRef(0, b.keys.persons), Month: r.month(1), Planned: len(r.cell(2)) > 0, IncentiveMinor: incentive}
	}, func(p finding.PaySlip) { c.Pays = append(c.Pays, p) })
	if err != nil {
		return err
	}
	return readTable(ctx, b, finding.Budgets, "month region amount", func(r *row) finding.Budget {
		return finding.Budget{Month: r.month(0), Region: r.ref(1, b.keys.regions), AmountMinor: r.mustAmount(2)}
	}, func(x finding.Budget) { c.Budgets = append(c.Budgets, x) })
}

// care reads how customers change hands, service and satisfaction.
func (b *builder) care(ctx context.Context) error {
	c := b.company
	err := readTable(ctx, b, finding.CustomerMoves, "customer on kind to", func(r *row) finding.Move {
		m := finding.Move{Customer: r.mustRef(0, b.keys.customers), On: r.mustDay(1), To: r.ref(3, b.keys.persons)}
		if strings.EqualFold(r.text(2), "claimed") {
			m.Turn = finding.TurnClaimed
		}
		return m
	}, func(m finding.Move) { c.Moves = append(c.Moves, m) })
	if err != nil {
		return err
	}
	err = readTable(ctx, b, finding.ServiceCases, "key customer product kind opened_at answered_at", func(r *row) finding.ServiceCase {
		return finding.ServiceCase{Key: r.key(0), Customer: r.mustRef(1, b.keys.customers), Product: r.ref(2, b.keys.products), Complaint: strings.EqualFold(r.text(3), "complaint"), Opened: r.mustMoment(4), Answered: r.moment(5)}
	}, func(s finding.ServiceCase) { c.Cases = append(c.Cases, s) })
	if err != nil {
		return err
	}
	type opinion struct {
		finding.Opinion
		csat bool
	}
	return readTable(ctx, b, finding.Satisfaction, "customer on kind score person", func(r *row) opinion {
		return opinion{finding.Opinion{Customer: r.mustRef(0, b.keys.customers), On: r.mustDay(1), Score: r.mustNumber(3), Person: r.ref(4, b.keys.persons)}, strings.EqualFold(r.text(2), "csat")}
	}, func(o opinion) {
		if o.csat {
			c.Opinions = append(c.Opinions, o.Opinion)
		}
	})
}

// people reads what employees say and learn.
func (b *builder) people(ctx context.Context) error {
	c := b.company
	err := readTable(ctx, b, finding.SurveyAnswers, "respondent team question value", func(r *row) finding.Answer {
		return finding.Answer{Respondent: hash(r.text(0)), Team: r.mustRef(1, b.keys.teams), Question: question(r.text(2)), Value: r.mustNumber(3)}
	}, func(a finding.Answer) { c.Answers = append(c.Answers, a) })
	if err != nil {
		return err
	}
	return readTable(ctx, b, finding.Training, "person on hours", func(r *row) finding.TrainingHours {
		return finding.TrainingHours{Person: r.mustRef(0, b.keys.persons), On: r.mustDay(1), Hours: r.mustNumber(2)}
	}, func(t finding.TrainingHours) { c.Trainings = append(c.Trainings, t) })
}

func question(word string) finding.Question {
	switch {
	case strings.HasPrefix(word, "engagement"):
		return finding.QuestionEngagement
	case word == "plan_understood":
		return finding.QuestionPlan
	}
	return finding.QuestionOther
}
