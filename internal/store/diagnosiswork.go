package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/finding"
)

// lastDay is the latest day of a JSON object whose values are days.
func (l *companyLoad) lastDay(text string) finding.Day {
	last := finding.NoDay
	if text == "" {
		return last
	}
	days := map[string]string{}
	if json.Unmarshal([]byte(text), &days) != nil {
		return last
	}
	for _, day := range days {
		last = max(last, l.dayIn(day))
	}
	return last
}

func diagnosisSource(word string) uint8 {
	return uint8(max(slices.Index(finding.Sources[:], word), 0))
}

func (l *companyLoad) loadLeads(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var id, owner int64
		var source, status, created, first string
		if err := r.Scan(&id, &owner, &source, &status, &created, &first); err != nil {
			return err
		}
		lead := finding.Lead{Key: recordKey("lead", id), Owner: at(l.persons, owner), Source: diagnosisSource(source), Created: l.dayIn(created), FirstContact: l.dayIn(first)}
		switch status {
		case "qualified", "converted":
			lead.Status = finding.JudgementQualified
		case "invalid":
			lead.Status = finding.JudgementRejected
		}
		l.company.Leads = append(l.company.Leads, lead)
		return nil
	}, "SELECT id, owner_id, source, status, created_at, first_at FROM lead WHERE created_at >= $1 AND created_at < $2 ORDER BY id", l.begin, l.end)
	return len(l.company.Leads), err
}

func (l *companyLoad) loadOpportunities(ctx context.Context) (int, error) {
	l.opportunities = map[int64]int32{}
	err := l.each(ctx, func(r rows) error {
		var id, customer, owner int64
		var state, products, source, dealKey, created, ended, expected string
		o := finding.Opportunity{Deal: finding.Nobody, Product: finding.Nobody, Needs: finding.NoDay, Proposal: finding.NoDay, Contract: finding.NoDay, AfterSales: finding.NoDay}
		if err := r.Scan(&id, &customer, &owner, &state, &o.AmountMinor, &products, &source, &dealKey, &created, &ended, &expected); err != nil {
			return err
		}
		o.Key, o.Customer, o.Owner, o.Source = recordKey("opportunity", id), at(l.customers, customer), at(l.persons, owner), diagnosisSource(source)
		o.Created, o.Ended = l.dayIn(created), l.dayIn(ended)
		o.Expected = finding.NoDay
		if day, err := calendar.ParseDate(expected); err == nil {
			o.Expected = day
		}
		if first, _, _ := strings.Cut(strings.TrimSpace(products), " "); first != "" {
			if product, err := strconv.ParseInt(first, 10, 64); err == nil {
				o.Product = at(l.products, product)
			}
		}
		if deal, known := l.dealKeys[dealKey]; known {
			o.Deal = deal
		}
		if o.Ended != finding.NoDay {
			o.State = map[string]finding.State{"won": finding.StateWon, "lost": finding.StateLost}[state]
		}
		l.opportunities[id] = int32(len(l.company.Opportunities))
		l.company.Opportunities = append(l.company.Opportunities, o)
		return nil
	}, "SELECT id, customer_id, owner_id, state, amount_minor, product_ids, source, deal_key, created_at, ended_on, expected_on FROM opportunity WHERE created_at < $1 AND (created_at >= $2 OR ended_on >= $3 OR state = 'open') AND currency = $4 ORDER BY id", l.end, l.begin, l.since, string(l.currency))
	return len(l.company.Opportunities), err
}

// diagnosisStages are the stages in their order.
var diagnosisStages = []string{"development", "needs", "proposal", "contract", "after_sales"}

// loadEvents reads the steps that people write down, and from those of the stages when opportunities came into them, and fell back.
func (l *companyLoad) loadEvents(ctx context.Context) (int, error) {
	marks := "'stage_entered', 'contacted'"
	for _, word := range finding.Activities[1:] {
		marks += ", '" + word + "'"
	}
	err := l.each(ctx, func(r rows) error {
		var id, person int64
		var activity, occurred, recorded, data string
		if err := r.Scan(&id, &activity, &occurred, &recorded, &person, &data); err != nil {
			return err
		}
		index := at(l.opportunities, id)
		if index < 0 {
			return nil
		}
		e := finding.Event{Opportunity: index, Person: at(l.persons, person), Happened: l.moment(occurred), Recorded: l.moment(recorded)}
		if activity == "stage_entered" {
			if !l.entered(&l.company.Opportunities[index], data, e.Happened.Day()) {
				return nil
			}
			activity = finding.Activities[finding.ActivityBack]
		}
		e.Activity = finding.Activity(max(slices.Index(finding.Activities[:], activity), 0))
		l.company.Events = append(l.company.Events, e)
		return nil
	}, "SELECT case_id, activity, occurred_at, recorded_at, person_id, CASE WHEN activity = 'stage_entered' THEN data ELSE '' END FROM process_event WHERE activity IN ("+marks+") AND occurred_at >= $1 AND occurred_at < $2 ORDER BY seq", l.begin, l.end)
	return len(l.company.Events), err
}

// entered notes the day on which an opportunity came into a stage for the first time, and reports whether it fell back.
func (l *companyLoad) entered(o *finding.Opportunity, data string, on finding.Day) bool {
	var said struct {
		From  string `json:"from"`
		Stage string `json:"stage"`
		By    string `json:"by"`
	}
	if json.Unmarshal([]byte(data), &said) != nil || said.By != "" {
		return false
	}
	from, to := slices.Index(diagnosisStages, said.From), slices.Index(diagnosisStages, said.Stage)
	if days := []*finding.Day{nil, &o.Needs, &o.Proposal, &o.Contract, &o.AfterSales}; to > 0 && *days[to] == finding.NoDay {
		*days[to] = on
	}
	return to >= 0 && to < from
}

func (l *companyLoad) loadFollowUps(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var opportunity, person int64
		var occurred string
		if err := r.Scan(&opportunity, &person, &occurred); err != nil {
			return err
		}
		f := finding.FollowUp{Opportunity: at(l.opportunities, opportunity), Person: at(l.persons, person), On: l.dayIn(occurred)}
		if f.Person >= 0 {
			l.company.FollowUps = append(l.company.FollowUps, f)
		}
		return nil
	}, "SELECT opportunity_id, person_id, occurred_at FROM follow_up WHERE occurred_at >= $1 AND occurred_at < $2 ORDER BY id", l.begin, l.end)
	return len(l.company.FollowUps), err
}

// loadApprovals reads the approvals of quotes, which are the proposals, and of opportunities without one those that people wrote down as steps.
func (l *companyLoad) loadApprovals(ctx context.Context) (int, error) {
	requested := map[int32]bool{}
	err := l.each(ctx, func(r rows) error {
		var id, asked, decided, state string
		var opportunity, owner int64
		if err := r.Scan(&id, &asked, &decided, &state, &opportunity, &owner); err != nil {
			return err
		}
		a := finding.Approval{Key: "approval:" + id, Opportunity: at(l.opportunities, opportunity), Asker: at(l.persons, owner), Proposal: true, Asked: l.moment(asked), Decided: finding.NoMoment, Approved: state == "approved"}
		if decided != "" {
			a.Decided = l.moment(decided)
		}
		if a.Opportunity >= 0 {
			l.company.Approvals = append(l.company.Approvals, a)
			requested[a.Opportunity] = true
		}
		return nil
	}, "SELECT a.id, a.submitted_at, a.decided_at, a.state, q.opportunity_id, q.owner_id FROM quote q JOIN approval_request a ON a.id = q.request_id WHERE a.submitted_at >= $1 AND a.submitted_at < $2 ORDER BY a.id", l.begin, l.end)
	if err == nil {
		err = l.loadApprovedSteps(ctx, requested)
	}
	return len(l.company.Approvals), err
}

// loadApprovedSteps reads approvals from the process log, but for opportunities whose quotes were asked for: a proposal is asked for when it is drafted.
func (l *companyLoad) loadApprovedSteps(ctx context.Context, asked map[int32]bool) error {
	type draft struct {
		person int32
		at     finding.Moment
	}
	drafts := map[int32]draft{}
	return l.each(ctx, func(r rows) error {
		var id, person int64
		var activity, occurred string
		if err := r.Scan(&id, &activity, &occurred, &person); err != nil {
			return err
		}
		o, happened := at(l.opportunities, id), l.moment(occurred)
		switch {
		case o < 0 || asked[o]:
		case activity == "proposal_drafted":
			drafts[o] = draft{at(l.persons, person), happened}
		default:
			a := finding.Approval{Key: recordKey("opportunity", id), Opportunity: o, Asker: finding.Nobody, Proposal: true, Asked: happened, Decided: happened, Approved: true}
			if d, drafted := drafts[o]; drafted && d.at <= happened {
				a.Asker, a.Asked = d.person, d.at
			}
			delete(drafts, o)
			l.company.Approvals = append(l.company.Approvals, a)
		}
		return nil
	}, "SELECT case_id, activity, occurred_at, person_id FROM process_event WHERE activity IN ('proposal_drafted', 'manager_approved') AND occurred_at >= $1 AND occurred_at < $2 ORDER BY seq", l.begin, l.end)
}

func (l *companyLoad) loadQuotes(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var id, opportunity, owner int64
		var lines string
		var sent calendar.Date
		q := finding.Quote{Product: finding.Nobody}
		if err := r.Scan(&id, &opportunity, &owner, &lines, scanDate(&sent), &q.ListMinor, &q.AmountMinor); err != nil {
			return err
		}
		q.Key, q.Opportunity, q.Person, q.Sent = recordKey("quote", id), at(l.opportunities, opportunity), at(l.persons, owner), finding.At(sent, 12*60)
		var kept []struct {
			ProductID int64 `json:"product_id"`
		}
		if json.Unmarshal([]byte(lines), &kept) == nil && len(kept) > 0 {
			q.Product = at(l.products, kept[0].ProductID)
		}
		l.company.Quotes = append(l.company.Quotes, q)
		return nil
	}, "SELECT id, opportunity_id, owner_id, lines, sent_on, list_minor, amount_minor FROM quote WHERE sent_on >= $1 AND sent_on <= $2 AND currency = $3 AND list_minor > 0 ORDER BY id", l.since, l.day, string(l.currency))
	return len(l.company.Quotes), err
}

// loadInstalments reads what is due by contracts whose deals are recorded.
func (l *companyLoad) loadInstalments(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var key string
		var p finding.Instalment
		if err := r.Scan(&key, scanDate(&p.Due), &p.AmountMinor); err != nil {
			return err
		}
		deal, known := l.dealKeys[key]
		if p.Deal = deal; known {
			l.company.Instalments = append(l.company.Instalments, p)
		}
		return nil
	}, "SELECT o.deal_key, i.due_on, i.amount_minor FROM instalment i JOIN contract c ON c.id = i.contract_id AND c.state IN ('signed', 'expired') JOIN opportunity o ON o.id = c.opportunity_id WHERE o.deal_key <> '' AND i.due_on <> '' AND i.currency = $1 ORDER BY i.id", string(l.currency))
	return len(l.company.Instalments), err
}
