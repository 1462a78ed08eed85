package intake

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
)

// putServiceCases adds cases with the times of what was done. Of one that is there, the words are set, and what was done since the last file.
func (s *workSink) putServiceCases(ctx context.Context, b ingest.Batch) error {
	known, next, err := s.fresh(ctx, b.Kind, "service_case", keysOf(b.ServiceCases, func(c *ingest.ServiceCase) ingest.Key { return c.Key }))
	if err != nil {
		return err
	}
	there, err := s.tx.WorkServiceCases(ctx, idsOf(known))
	if err != nil {
		return err
	}
	rules, err := s.tx.ServiceRules(ctx)
	if err != nil {
		return err
	}
	if rules.Revision == 0 {
		rules = servicecase.Usual()
	}
	hours := servicecase.Hours{Days: s.work, Opens: rules.Opens, Closes: rules.Closes, Zone: s.tx.DayStart(s.tx.Today()).Location()}
	for i := range b.ServiceCases {
		in := &b.ServiceCases[i]
		if id, ok := known[in.Key.String()]; ok {
			err = s.changeServiceCase(ctx, b, in, there[id])
		} else {
			err = s.addServiceCase(ctx, in, next, rules, hours)
			next++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// at is when something happened: at the minute that the file says, or at noon; never after now.
func (s *workSink) at(m ingest.Moment) time.Time {
	switch {
	case m.Day == calendar.NoDate:
		return time.Time{}
	case m.Minute == ingest.NoMinute:
		return s.noon(m.Day)
	}
	at := s.tx.DayStart(m.Day).Add(time.Duration(m.Minute) * time.Minute).UTC()
	if now := s.tx.Now(); at.After(now) {
		return now
	}
	return at
}

func (s *workSink) addServiceCase(ctx context.Context, in *ingest.ServiceCase, id int64, rules servicecase.Rules, hours servicecase.Hours) (err error) {
	c := servicecase.Case{ID: id, Title: in.Title, Kind: servicecase.KindQuestion, Severity: servicecase.SeverityNormal, Text: in.Text, Solution: in.Solution, CreatedBy: s.author.UserID, Revision: 1}
	if in.Kind != "" {
		c.Kind = servicecase.Kind(in.Kind)
	}
	if in.Severity != "" {
		c.Severity = servicecase.Severity(in.Severity)
	}
	if err := s.relateCase(ctx, in, &c); err != nil {
		return err
	}
	if c.Fields, err = s.fill(ctx, fact.KindServiceCase, "", in.Own); err != nil {
		return err
	}
	c.Elsewhere(rules, hours, s.at(in.OpenedAt), s.at(in.AnsweredAt), s.at(in.SolvedAt), s.at(in.ClosedAt))
	c.Told = !c.Due().IsZero() && c.Due().Before(s.tx.Now()) // what was late before it came is nobody's news
	s.tellCase(servicecase.Case{}, c)
	s.rows.ServiceCases = append(s.rows.ServiceCases, c)
	return s.added(fact.KindServiceCase, in.Key.String(), id, c.Subject(), c)
}

// relateCase finds what a case is about, as opening one does: the deal with its opportunity, the product, who sold, who looks after it.
func (s *workSink) relateCase(ctx context.Context, in *ingest.ServiceCase, c *servicecase.Case) (err error) {
	product := int64(0)
	for _, r := range []struct {
		kind fact.Kind
		ref  ingest.Ref
		into *int64
	}{{fact.KindCustomer, in.Customer, &c.CustomerID}, {fact.KindPerson, in.Owner, &c.OwnerID}, {fact.KindProduct, in.Product, &product}} {
		if *r.into, err = s.id(ctx, r.kind, r.ref); err != nil {
			return err
		}
	}
	if c.OwnerID == 0 {
		kept, err := s.tx.ServiceOwner(ctx, c.CustomerID)
		if err != nil {
			return err
		}
		c.OwnerID = kept.ID
	}
	if c.OpportunityID, err = s.workID(ctx, fact.KindOpportunity, in.Opportunity); err != nil {
		return err
	}
	var sold servicecase.Sold
	switch c.DealKey = in.Deal.Key.String(); {
	case c.OpportunityID != 0:
		var key string
		if sold, key, err = s.tx.SoldOpportunity(ctx, c.OpportunityID); err == nil && c.DealKey == "" {
			c.DealKey = key
		}
	case c.DealKey != "":
		sold, err = s.tx.SoldDeal(ctx, c.DealKey)
	default:
		sold.SellerID, err = s.tx.LastSeller(ctx, c.CustomerID)
	}
	if c.OpportunityID == 0 {
		c.OpportunityID = sold.OpportunityID
	}
	c.SellerID, c.ProductID = sold.SellerID, sold.ProductID
	if product != 0 {
		c.ProductID = product
	}
	return err
}

// tellCase tells the process of what was done of a case since before.
func (s *workSink) tellCase(before, c servicecase.Case) {
	if c.OpportunityID == 0 {
		return
	}
	for _, step := range []struct {
		activity process.Activity
		was, is  time.Time
	}{{process.ActivityServiceOpened, before.OpenedAt, c.OpenedAt}, {process.ActivityServiceAnswered, before.AnsweredAt, c.AnsweredAt}, {process.ActivityServiceSolved, before.SolvedAt, c.SolvedAt}, {process.ActivityServiceClosed, before.ClosedAt, c.ClosedAt}} {
		if step.was.IsZero() && !step.is.IsZero() {
			s.rows.Events = append(s.rows.Events, s.event(c.OpportunityID, c.OwnerID, step.activity, step.is, c.Subject(), map[string]any{"kind": c.Kind, "severity": c.Severity, "service_case": c.ID}))
		}
	}
}

func (s *workSink) changeServiceCase(ctx context.Context, b ingest.Batch, in *ingest.ServiceCase, old servicecase.Case) (err error) {
	c := old
	says(b.Columns, true, "title", &c.Title, in.Title)
	says(b.Columns, true, "text", &c.Text, in.Text)
	says(b.Columns, true, "solution", &c.Solution, in.Solution)
	if c.Fields, err = s.fill(ctx, fact.KindServiceCase, old.Fields, in.Own); err != nil {
		return err
	}
	c.Further(s.at(in.AnsweredAt), s.at(in.SolvedAt), s.at(in.ClosedAt))
	if c == old {
		s.note(fact.KindServiceCase, fact.Unchanged)
		return nil
	}
	c.Revision++
	if err := s.tx.SaveServiceCase(ctx, c); err != nil {
		return err
	}
	if err := s.keep(ctx, fact.KindServiceCase, c.ID, old.Fields, c.Fields); err != nil {
		return err
	}
	s.tellCase(old, c)
	return s.changed(fact.KindServiceCase, c.ID, c.Revision, c.Subject(), caseBefore{old, old.AnsweredAt, old.SolvedAt, old.ClosedAt, old.WaitingSince, old.SolveDue, old.Waited, old.Told}, c)
}

// caseBefore is a case with the times that its history does not show, so that it can be put back.
type caseBefore struct {
	servicecase.Case
	AnsweredAt   time.Time `json:"answered_at"`
	SolvedAt     time.Time `json:"solved_at"`
	ClosedAt     time.Time `json:"closed_at"`
	WaitingSince time.Time `json:"waiting_since"`
	SolveDue     time.Time `json:"solve_due"`
	Waited       int64     `json:"waited"`
	Told         bool      `json:"told"`
}

func restoreServiceCase(ctx context.Context, tx Tx, m WorkMark, stale func(int64) error, record func(string, int64, any, any) error) error {
	found, err := tx.WorkServiceCases(ctx, []int64{m.ID})
	if err != nil {
		return err
	}
	now := found[m.ID]
	if err := stale(now.Revision); err != nil {
		return err
	}
	was := caseBefore{Case: now}
	if err := json.Unmarshal(m.Before, &was); err != nil {
		return err
	}
	back := was.Case
	back.AnsweredAt, back.SolvedAt, back.ClosedAt, back.WaitingSince, back.SolveDue, back.Waited, back.Told = was.AnsweredAt, was.SolvedAt, was.ClosedAt, was.WaitingSince, was.SolveDue, was.Waited, was.Told
	if err := restoreOwn(ctx, tx, m, &now.Fields, &back.Fields); err != nil {
		return err
	}
	back.Revision = now.Revision + 1
	if err := tx.SaveServiceCase(ctx, back); err != nil {
		return err
	}
	return record(back.Subject(), back.Revision, now, back)
}
