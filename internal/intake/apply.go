package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/job"
)

// errRejected ends the transaction of an import whose files have rows that cannot be taken.
var errRejected = errors.New("intake: rows were rejected")

// errSettled ends the transaction of a start that is not the one to decide about the import any more.
var errSettled = errors.New("intake: the import was settled elsewhere")

// RunApply reads an import's files into the facts; it is the function of jobs of KindApply. Reading and writing are one transaction:
// an interruption leaves nothing behind, and the job begins anew. When two nodes carry the job out at once, because one was believed
// dead, the import's row lets one of them decide.
func (s *Service) RunApply(ctx context.Context, running job.Running) (err error) {
	var args ApplyArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "intake.RunApply(%s)", args.ImportID)
	var i Import
	if err := s.store.Read(ctx, func(r Reader) error {
		i, err = r.Import(ctx, args.ImportID)
		return err
	}); err != nil {
		return err
	}
	if !decides(running.Job(), i) {
		return nil // done before an interruption kept the queue from learning it
	}
	mapping, err := ingest.DecodeMapping([]byte(i.Mapping))
	if err == nil {
		err = s.open(ctx, i.ID, func(w *ingest.Workbook) error { return s.apply(ctx, running, w, mapping, &i, args) })
	}
	switch {
	case err == nil:
		running.SetResult(i.Result.Counts)
		return nil
	case errors.Is(err, errSettled):
		return nil
	case errors.Is(err, errRejected):
		i.State = StateRejected
		return s.end(ctx, running.Job(), i)
	case job.Interrupted(ctx, err):
		return err
	}
	i.State, i.Result = StateFailed, Result{Failure: failureOf(ctx, err), Report: placeOf(err)}
	return errors.Join(err, s.end(context.WithoutCancel(ctx), running.Job(), i))
}

// decides reports whether a job is the one that an import waits for.
func decides(j job.Job, i Import) bool { return i.State == StateApplying && i.JobID == j.ID }

// placeOf keeps where in the files an error lies, as a report of nothing but that.
func placeOf(err error) *ingest.Report {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) == 0 {
		return nil
	}
	return &ingest.Report{Problems: e.Fields, ProblemCount: int64(len(e.Fields))}
}

// failureOf says why an import failed, in the most telling words that the error has.
func failureOf(ctx context.Context, err error) errs.Message {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case errors.Is(context.Cause(ctx), job.ErrCancelled):
		return errs.Msg("intake.cancelled", nil)
	case ok && len(e.Fields) > 0:
		return e.Fields[0].Message
	case ok:
		return e.Message
	}
	return errs.Msg("error.internal", nil)
}

// end stores how an import ended without facts, unless it was settled elsewhere meanwhile.
func (s *Service) end(ctx context.Context, j job.Job, i Import) error {
	return s.store.InTx(ctx, func(tx Tx) error {
		if current, err := tx.Import(ctx, i.ID); err != nil || !decides(j, current) {
			return err
		}
		if err := tx.UpdateImport(ctx, i); err != nil {
			return err
		}
		return note(ctx, tx, access.SystemActor("import"), "reject", i)
	})
}

// apply writes the facts and the import's end in one transaction.
func (s *Service) apply(ctx context.Context, running job.Running, w *ingest.Workbook, mapping *ingest.Mapping, i *Import, args ApplyArgs) error {
	partial := args.Partial
	return s.store.InTx(ctx, func(tx Tx) error {
		if current, err := tx.Import(ctx, i.ID); err != nil || !decides(running.Job(), current) {
			return cmp.Or(err, errSettled)
		}
		known, failed := tx.FactKnown(ctx)
		writer, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchImport, ActorID: i.CreatedBy, Document: i.ID})
		if err != nil {
			return err
		}
		sink := &factSink{work: &workSink{tx: tx, facts: writer, importID: i.ID, author: access.Actor{UserID: i.CreatedBy, Name: i.Name}, work: s.work()}, writer: writer, counts: map[fact.Kind]*fact.Counts{}, leaders: map[string]string{}}
		mentorships, err := tx.FactMentorships(ctx)
		if err != nil {
			return err
		}
		if sink.work.own, err = ownForms(ctx, tx, mapping.Currency); err != nil {
			return err
		}
		if sink.work.stages, err = s.stages.Stages(ctx); err != nil {
			return err
		}
		own := func(kind fact.Kind) customfield.Form { return sink.work.own[kind] }
		sink.work.note = func(kind fact.Kind, outcome fact.Outcome) { _ = sink.note(kind, outcome, nil) } // with no error it has none
		report, err := ingest.Read(ctx, w, mapping, ingest.Options{Known: known, Mentorships: mentorships, Own: own, Stages: sink.work.stages, Today: tx.Today(), Progress: func(kind fact.Kind, rows int64) {
			running.Report(job.Progress{Stage: "intake.stage_" + string(kind), Done: rows})
		}}, sink)
		if err := cmp.Or(failed(), err); err != nil {
			return err
		}
		if err := sink.putLeaders(ctx); err != nil {
			return err
		}
		i.Result = Result{Report: report, Counts: sink.counts, Partial: partial && report.ProblemCount > 0}
		if report.ProblemCount > 0 && !partial {
			return errRejected
		}
		batch, err := writer.Finish(ctx)
		if err != nil {
			return err
		}
		if batch.EarliestMonth != 0 {
			if i.Result.Late, err = tx.ClosedMonths(ctx, batch.EarliestMonth); err != nil {
				return err
			}
		}
		if args.Pool != "" && s.pools != nil {
			pooled, err := s.pools.Take(ctx, tx, args.Pool, batch.ID, args.Turn)
			if err != nil {
				return err
			}
			i.Result.Pooled = &pooled
		}
		done := *i
		done.State, done.Batch, done.AppliedAt = StateApplied, batch.ID, tx.Now()
		if err := tx.UpdateImport(ctx, done); err != nil {
			return err
		}
		return note(ctx, tx, access.SystemActor("import"), "applied", done)
	})
}

// factSink hands records on to the facts. Team leaders are settled after the persons, to whom they refer.
type factSink struct {
	writer  fact.Writer
	work    *workSink
	counts  map[fact.Kind]*fact.Counts
	leaders map[string]string // team → person
	order   []string
}

func (s *factSink) note(kind fact.Kind, outcome fact.Outcome, err error) error {
	c := s.counts[kind]
	if c == nil {
		c = &fact.Counts{}
		s.counts[kind] = c
	}
	if err == nil {
		c.Note(outcome)
	}
	return err
}

// Put implements ingest.Sink.
func (s *factSink) Put(ctx context.Context, b ingest.Batch) error {
	switch b.Kind {
	case fact.KindRegion:
		return each(s, b.Kind, b.Regions, func(r ingest.Region) (fact.Outcome, error) {
			return s.writer.PutRegion(ctx, fact.RegionRecord{Key: r.Key.String(), Name: r.Name})
		})
	case fact.KindTeam:
		return each(s, b.Kind, b.Teams, func(t ingest.Team) (fact.Outcome, error) {
			if !t.Leader.Key.Empty() {
				s.leaders[t.Key.String()] = t.Leader.Key.String()
				s.order = append(s.order, t.Key.String())
			}
			return s.writer.PutTeam(ctx, fact.TeamRecord{Key: t.Key.String(), Name: t.Name, Region: t.Region.Key.String()})
		})
	case fact.KindPerson:
		return s.putPersons(ctx, b.Persons)
	case fact.KindCustomer:
		err := each(s, b.Kind, b.Customers, func(c ingest.Customer) (fact.Outcome, error) {
			return s.writer.PutCustomer(ctx, customerRecord(&c))
		})
		if err != nil {
			return err
		}
		return s.work.putFiles(ctx, b.Customers)
	case fact.KindProduct:
		return each(s, b.Kind, b.Products, func(p ingest.Product) (fact.Outcome, error) {
			return s.writer.PutProduct(ctx, fact.ProductRecord{Key: p.Key.String(), Name: p.Name, Category: p.Category})
		})
	}
	if slices.Contains([]fact.Kind{fact.KindLead, fact.KindContact, fact.KindOpportunity, fact.KindFollowUp, fact.KindContract, fact.KindServiceCase}, b.Kind) {
		if err := s.putLeaders(ctx); err != nil {
			return err
		}
		return s.work.put(ctx, b)
	}
	return s.putDated(ctx, b)
}

// putDated takes the kinds that follow the people.
func (s *factSink) putDated(ctx context.Context, b ingest.Batch) error {
	if err := s.putLeaders(ctx); err != nil {
		return err
	}
	switch b.Kind {
	case fact.KindDeal:
		return each(s, b.Kind, b.Deals, func(d ingest.Deal) (fact.Outcome, error) { return s.writer.PutDeal(ctx, dealRecord(&d)) })
	case fact.KindPayment:
		return each(s, b.Kind, b.Payments, func(p ingest.Payment) (fact.Outcome, error) {
			return s.writer.PutPayment(ctx, fact.PaymentRecord{Key: p.Key.String(), Deal: p.Deal.Key.String(), PaidOn: p.PaidOn, AmountMinor: p.AmountMinor, Currency: p.Currency})
		})
	case fact.KindQuota:
		return each(s, b.Kind, b.Quotas, func(q ingest.Quota) (fact.Outcome, error) {
			return s.writer.PutQuota(ctx, fact.QuotaRecord{Person: q.Person.Key.String(), Month: q.Month, Of: q.Of, AmountMinor: q.AmountMinor})
		})
	case fact.KindExchangeRate:
		return each(s, b.Kind, b.ExchangeRates, func(r ingest.ExchangeRate) (fact.Outcome, error) {
			return s.writer.PutRate(ctx, fact.RateRecord{Base: r.Base, Quote: r.Quote, On: r.On, Kind: r.Kind, Rate: r.Rate.String()})
		})
	}
	return s.putFurther(ctx, b)
}

func each[T any](s *factSink, kind fact.Kind, items []T, put func(T) (fact.Outcome, error)) error {
	for _, item := range items {
		outcome, err := put(item)
		if err := s.note(kind, outcome, err); err != nil {
			return err
		}
	}
	return nil
}

// putPersons writes every assignment of a person: the first states where the person is, further ones are changes on their days.
func (s *factSink) putPersons(ctx context.Context, persons []ingest.Person) error {
	return each(s, fact.KindPerson, persons, func(p ingest.Person) (fact.Outcome, error) {
		record := fact.PersonRecord{Key: p.Key.String(), Name: p.Name, Hired: p.Hired, Left: p.Left, ValidFrom: calendar.NoDate, Level: "other"}
		total := fact.Unchanged
		for n, a := range p.Assignments {
			record.Team, record.Level, record.Roles = a.Team.Key.String(), string(a.Level), a.Roles
			if len(p.Assignments) > 1 || n > 0 {
				record.ValidFrom = a.Days.From
			}
			outcome, err := s.writer.PutPerson(ctx, record)
			if err != nil {
				return outcome, err
			}
			if outcome == fact.Added || total == fact.Unchanged {
				total = outcome
			}
		}
		if len(p.Assignments) == 0 {
			return s.writer.PutPerson(ctx, record)
		}
		return total, nil
	})
}

// putLeaders settles who leads, once, after the persons.
func (s *factSink) putLeaders(ctx context.Context) error {
	order := s.order
	s.order = nil
	for _, team := range order {
		outcome, err := s.writer.PutLeader(ctx, fact.LeaderRecord{Team: team, Person: s.leaders[team], From: calendar.NoDate})
		if err := s.note(fact.KindLeader, outcome, err); err != nil {
			return err
		}
	}
	return nil
}
