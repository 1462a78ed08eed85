package deal

import (
	"context"
	"fmt"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// RateVersion is one fact about an exchange rate with its recorded time.
type RateVersion struct {
	Rate Rate
	Mark fact.Mark
}

// RateDetail is an exchange rate with everything ever recorded about it, newest first.
type RateDetail struct {
	Rate
	Versions []RateVersion
	MayWrite bool
}

// RateEntry is an exchange rate as it is entered or corrected by hand.
type RateEntry struct {
	RateKey
	Value decimal.Decimal
	Seen  fact.BatchID // Rate.Recorded of what is corrected; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in RateEntry) Validate() error {
	var c fact.Checker
	if !in.Base.Valid() {
		c.Add("base", string(in.Base), "deal.bad_currency", nil)
	}
	switch {
	case !in.Quote.Valid():
		c.Add("quote", string(in.Quote), "deal.bad_currency", nil)
	case in.Quote == in.Base:
		c.Add("quote", string(in.Quote), "deal.same_currency", nil)
	}
	c.Day("on", in.On)
	c.Key("kind", in.Kind)
	if in.Value.Sign() <= 0 {
		c.Add("rate", in.Value.String(), "deal.bad_rate", nil)
	}
	return c.Err()
}

// Rate returns an exchange rate with its history. Errors: forbidden, not found.
func (s *Service) Rate(ctx context.Context, actor access.Actor, key RateKey) (d RateDetail, err error) {
	defer errs.Wrap(&err, "deal.Rate(%s)", rateSubject(key))
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		if d.Rate, err = r.Rate(ctx, key); err != nil {
			return err
		}
		d.MayWrite = s.MayWriteShared(actor) == nil
		d.Versions, err = r.RateVersions(ctx, key)
		return err
	})
	return d, err
}

// RecordRate records a new exchange rate. Errors: forbidden, also for a limited reach; invalid, also for a day that has not come and a
// rate that is recorded already.
func (s *Service) RecordRate(ctx context.Context, actor access.Actor, in RateEntry) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.RecordRate(%s)", rateSubject(in.RateKey))
	return s.writeRate(ctx, actor, in, "exchange_rate.record", func(tx Tx) (*fact.RateRecord, error) {
		var c fact.Checker
		if in.On > s.today() {
			c.Add("on", in.On.String(), "deal.future_day", nil)
		}
		_, err := tx.Rate(ctx, in.RateKey)
		switch {
		case err == nil:
			c.Add("on", in.On.String(), "deal.rate_taken", nil)
		case !errs.Is(err, errs.KindNotFound):
			return nil, err
		}
		return nil, c.Err()
	})
}

// CorrectRate records what an exchange rate should have been; what was recorded before stays, superseded. Errors: forbidden, also for a
// limited reach; invalid; not found; conflict when the rate was changed after in.Seen.
func (s *Service) CorrectRate(ctx context.Context, actor access.Actor, in RateEntry) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.CorrectRate(%s)", rateSubject(in.RateKey))
	return s.writeRate(ctx, actor, in, "exchange_rate.correct", func(tx Tx) (*fact.RateRecord, error) {
		old, err := tx.Rate(ctx, in.RateKey)
		if err != nil {
			return nil, err
		}
		if in.Seen != 0 && old.Recorded != in.Seen {
			return nil, errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
		}
		before := rateRecord(old.RateKey, old.Value)
		return &before, nil
	})
}

// writeRate is what RecordRate and CorrectRate have in common: permission, one batch, one entry in the log. The function returns what
// was so before.
func (s *Service) writeRate(ctx context.Context, actor access.Actor, in RateEntry, action string, prepare func(Tx) (*fact.RateRecord, error)) (receipt fact.Receipt, err error) {
	if err := s.MayWriteShared(actor); err != nil {
		return receipt, err
	}
	if err := in.Validate(); err != nil {
		return receipt, err
	}
	subject := rateSubject(in.RateKey)
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := prepare(tx)
		if err != nil {
			return err
		}
		record := rateRecord(in.RateKey, in.Value.String())
		receipt, err = fact.Record(ctx, tx, actor.UserID, subject, func(w fact.Writer) (fact.Outcome, error) { return w.PutRate(ctx, record) })
		if err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, action, subject, before, record)
	})
	return receipt, err
}

func rateRecord(key RateKey, value string) fact.RateRecord {
	return fact.RateRecord{Base: key.Base, Quote: key.Quote, On: key.On, Kind: key.Kind, Rate: value}
}

func rateSubject(key RateKey) string {
	return fmt.Sprintf("exchange_rate:%s/%s:%s:%s", key.Base, key.Quote, key.On, key.Kind)
}
