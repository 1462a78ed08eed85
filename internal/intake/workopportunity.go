package intake

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// refs are the ids of what an opportunity refers to.
type refs struct{ customer, owner, product int64 }

func (s *workSink) refsOf(ctx context.Context, in *ingest.Opportunity) (r refs, err error) {
	if r.customer, err = s.id(ctx, fact.KindCustomer, in.Customer); err != nil {
		return r, err
	}
	if r.owner, err = s.id(ctx, fact.KindPerson, in.Owner); err != nil {
		return r, err
	}
	r.product, err = s.id(ctx, fact.KindProduct, in.Product)
	return r, err
}

func (s *workSink) putOpportunities(ctx context.Context, b ingest.Batch) error {
	known, next, err := s.fresh(ctx, b.Kind, "opportunity", keysOf(b.Opportunities, func(o *ingest.Opportunity) ingest.Key { return o.Key }))
	if err != nil {
		return err
	}
	there, err := s.tx.WorkOpportunities(ctx, idsOf(known))
	if err != nil {
		return err
	}
	for i := range b.Opportunities {
		in := &b.Opportunities[i]
		r, err := s.refsOf(ctx, in)
		if err != nil {
			return err
		}
		id, ok := known[in.Key.String()]
		if ok {
			err = s.changeOpportunity(ctx, b, in, there[id], r)
		} else {
			err = s.addOpportunity(ctx, in, next, r)
			next++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// openDays is when an open opportunity is expected of which nobody said it.
const openDays = 30

func (s *workSink) addOpportunity(ctx context.Context, in *ingest.Opportunity, id int64, r refs) (err error) {
	now := s.tx.Now()
	today := s.tx.Today()
	o := opportunity.Opportunity{ID: id, Name: in.Name, CustomerID: r.customer, OwnerID: r.owner, Stage: s.stages.First(), State: opportunity.StateOpen, AmountMinor: in.AmountMinor, Currency: in.Currency, ExpectedOn: in.ExpectedOn,
		Source: in.Source, Note: in.Note, EndedOn: calendar.NoDate, NextOn: calendar.NoDate, CreatedBy: s.author.UserID, CreatedAt: now, Revision: 1}
	if in.State != "" {
		o.State = opportunity.State(in.State)
	}
	switch {
	case in.Stage != "":
		o.Stage = in.Stage
	case o.State == opportunity.StateWon:
		o.Stage = s.stages.Signing()
	}
	if r.product != 0 {
		o.ProductIDs = []int64{r.product}
	}
	if o.State != opportunity.StateOpen {
		if o.EndedOn = in.EndedOn; o.EndedOn == calendar.NoDate {
			o.EndedOn = today
		}
	}
	if o.State == opportunity.StateLost {
		if o.LostFor = in.LostFor; o.LostFor == "" {
			o.LostFor = "other"
		}
	}
	if o.State == opportunity.StateWon {
		o.DealKey = in.Deal.Key.String()
	}
	switch {
	case o.ExpectedOn != calendar.NoDate:
	case o.EndedOn != calendar.NoDate:
		o.ExpectedOn = o.EndedOn
	default:
		o.ExpectedOn = today + openDays
	}
	if o.Fields, err = s.fill(ctx, fact.KindOpportunity, "", in.Own); err != nil {
		return err
	}
	s.tellOpportunity(in, &o)
	s.rows.Opportunities = append(s.rows.Opportunities, o)
	return s.added(fact.KindOpportunity, in.Key.String(), id, o.Subject(), o)
}

// tellOpportunity makes the events of an opportunity from the days that the file says: when it was opened, when it came to each stage, how it ended.
func (s *workSink) tellOpportunity(in *ingest.Opportunity, o *opportunity.Opportunity) {
	first := in.CreatedOn
	for _, day := range in.StageOn {
		if first == calendar.NoDate || day.On < first {
			first = day.On
		}
	}
	if first == calendar.NoDate && o.EndedOn != calendar.NoDate {
		first = o.EndedOn
	}
	if first != calendar.NoDate {
		o.CreatedAt = s.noon(first)
	}
	o.StageSince = o.CreatedAt
	stage := s.stages.First()
	tell := func(activity process.Activity, at time.Time, data map[string]any) {
		s.rows.Events = append(s.rows.Events, s.event(o.ID, o.OwnerID, activity, at, o.Subject(), data))
	}
	tell(process.ActivityOpened, o.CreatedAt, map[string]any{"stage": stage, "amount": o.AmountMinor, "source": o.Source})
	enter := func(to opportunity.Stage, at time.Time) {
		tell(process.ActivityStage, at, map[string]any{"from": stage, "stage": to, "amount": o.AmountMinor})
		stage, o.StageSince = to, at
	}
	for _, day := range in.StageOn {
		if day.Stage != stage {
			enter(day.Stage, s.noon(day.On))
		}
	}
	ended := o.StageSince
	if o.EndedOn != calendar.NoDate {
		ended = s.noon(o.EndedOn)
	}
	if stage != o.Stage { // the file says where it stands, and not since when
		at := o.StageSince
		if o.State == opportunity.StateWon {
			at = ended
		}
		enter(o.Stage, at)
	}
	switch o.State {
	case opportunity.StateWon:
		tell(process.ActivitySigned, ended, map[string]any{"contract_amount": o.AmountMinor, "deal": o.DealKey})
	case opportunity.StateLost:
		tell(process.ActivityLost, ended, map[string]any{"reason": o.LostFor, "stage": o.Stage})
	}
}

func (s *workSink) changeOpportunity(ctx context.Context, b ingest.Batch, in *ingest.Opportunity, old opportunity.Opportunity, r refs) (err error) {
	o := old
	if o.Fields, err = s.fill(ctx, fact.KindOpportunity, old.Fields, in.Own); err != nil {
		return err
	}
	says(b.Columns, true, "name", &o.Name, in.Name)
	says(b.Columns, true, "source", &o.Source, in.Source)
	says(b.Columns, true, "note", &o.Note, in.Note)
	o.CustomerID, o.OwnerID = r.customer, r.owner
	if b.Columns["amount"] {
		o.AmountMinor, o.Currency = in.AmountMinor, in.Currency
	}
	if in.ExpectedOn != calendar.NoDate {
		o.ExpectedOn = in.ExpectedOn
	}
	if in.State != "" {
		o.State = opportunity.State(in.State)
	}
	if in.Stage != "" {
		o.Stage = in.Stage
	}
	now := s.tx.Now()
	s.endAgain(in, &o)
	if r.product != 0 && (len(o.ProductIDs) != 1 || o.ProductIDs[0] != r.product) {
		o.ProductIDs = []int64{r.product}
	}
	if o.Same(old) {
		s.note(fact.KindOpportunity, fact.Unchanged)
		return nil
	}
	tell := func(activity process.Activity, at time.Time, data map[string]any) {
		s.rows.Events = append(s.rows.Events, s.event(o.ID, o.OwnerID, activity, at, o.Subject(), data))
	}
	if o.OwnerID != old.OwnerID {
		tell(process.ActivityOwner, now, map[string]any{"from": old.OwnerID, "to": o.OwnerID})
	}
	if o.AmountMinor != old.AmountMinor {
		tell(process.ActivityAmount, now, map[string]any{"from": old.AmountMinor, "to": o.AmountMinor})
	}
	if o.CustomerID != old.CustomerID {
		tell(process.ActivityCustomer, now, map[string]any{"from": old.CustomerID, "to": o.CustomerID})
	}
	if o.Stage != old.Stage {
		o.StageSince = now
		tell(process.ActivityStage, now, map[string]any{"from": old.Stage, "stage": o.Stage, "amount": o.AmountMinor})
	}
	if o.State != old.State {
		switch o.State {
		case opportunity.StateWon:
			tell(process.ActivitySigned, s.noon(o.EndedOn), map[string]any{"contract_amount": o.AmountMinor, "deal": o.DealKey})
		case opportunity.StateLost:
			tell(process.ActivityLost, s.noon(o.EndedOn), map[string]any{"reason": o.LostFor, "stage": o.Stage})
		default:
			tell(process.ActivityReopened, now, map[string]any{"stage": o.Stage})
		}
	}
	o.Revision++
	if err := s.tx.SaveOpportunity(ctx, o); err != nil {
		return err
	}
	if err := s.keep(ctx, fact.KindOpportunity, o.ID, old.Fields, o.Fields); err != nil {
		return err
	}
	return s.changed(fact.KindOpportunity, o.ID, o.Revision, o.Subject(), old, o)
}

// endAgain makes stage, end and reason agree with the state.
func (s *workSink) endAgain(in *ingest.Opportunity, o *opportunity.Opportunity) {
	switch o.State {
	case opportunity.StateOpen:
		o.EndedOn, o.LostFor, o.EndedFor, o.DealKey = calendar.NoDate, "", "", ""
		o.Stage = s.stages.Landing(o.Stage, o.State)
		return
	case opportunity.StateWon:
		if o.LostFor = ""; !in.Deal.Key.Empty() {
			o.DealKey = in.Deal.Key.String()
		}
		o.Stage = s.stages.Landing(o.Stage, o.State)
	case opportunity.StateLost:
		if in.LostFor != "" {
			o.LostFor = in.LostFor
		}
		if o.LostFor == "" {
			o.LostFor = "other"
		}
	}
	if in.EndedOn != calendar.NoDate {
		o.EndedOn = in.EndedOn
	}
	if o.EndedOn == calendar.NoDate {
		o.EndedOn = s.tx.Today()
	}
}
