package quote

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// Reader reads quotes on one snapshot. A quote is in reach when the owner of its opportunity is.
type Reader interface {
	Quotes(ctx context.Context, reach deal.Reach, filter Filter) ([]Quote, string, error)
	QuoteTotal(ctx context.Context, reach deal.Reach, filter Filter) (fact.Total, error)
	Quote(ctx context.Context, reach deal.Reach, id int64) (Quote, error) // NotFound, also out of reach
	QuoteVersions(ctx context.Context, rootID int64) ([]Quote, error)     // newest first
	Products
	Opportunity(ctx context.Context, reach deal.Reach, id int64) (opportunity.Opportunity, error)
	process.Reader
}

// Tx is one write transaction.
type Tx interface {
	Reader
	approval.Tx
	process.Tx
	opportunity.ActReader
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertQuote(ctx context.Context, q Quote) error
	SaveQuote(ctx context.Context, q Quote) error // Conflict when it was changed meanwhile
	SaveQuoteRules(ctx context.Context, rules Rules) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows quotes and takes what people do with them.
type Service struct {
	store     Store
	approvals *approval.Service
	now       func() time.Time
	gate      Gate // nil lets everything pass
}

// Gate is asked before something happens to the case that a quote belongs to; the service of opportunities is one.
type Gate interface {
	Allow(ctx context.Context, r opportunity.ActReader, actor access.Actor, a opportunity.Act) ([]process.Event, error)
}

// WithGate lets the service ask a gate before a quote is submitted, approved, sent or answered.
func (s *Service) WithGate(g Gate) *Service {
	s.gate = g
	return s
}

// allow asks the gate about what is done with a quote, and returns what is to be recorded. An excuse that is typed as something else than an
// excuse names its field.
func (s *Service) allow(ctx context.Context, tx Tx, actor access.Actor, q Quote, excuse, field string, events ...process.Event) ([]process.Event, error) {
	if s.gate == nil {
		return events, nil
	}
	return s.gate.Allow(ctx, tx, actor, opportunity.Act{OpportunityID: q.OpportunityID, Events: events, Excuse: excuse, ExcuseField: field})
}

// NewService returns a Service; approvals knows its kind of subject, see ApprovalKind.
func NewService(store Store, approvals *approval.Service, now func() time.Time) *Service {
	return &Service{store: store, approvals: approvals, now: now}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor, p access.Permission) deal.Reach {
	return deal.Reach{Scope: actor.ScopeOf(p), Today: s.today()}
}

// read is a read by somebody who may see sales data.
func (s *Service) read(ctx context.Context, actor access.Actor, fn func(r Reader, reach deal.Reach) error) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error { return fn(r, s.reach(actor, access.PermSalesRead)) })
}

// Page is a part of the list; Total is of the whole filter.
type Page struct {
	Rows  []Quote
	Next  string
	Total fact.Total
}

// List returns quotes within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "quote.List")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		if filter, err = filter.checked(); err != nil {
			return err
		}
		if page.Total, err = r.QuoteTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Quotes(ctx, reach, filter)
		return err
	})
	return page, err
}

// Each calls fn on every quote of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Quote) error) (more bool, err error) {
	defer errs.Wrap(&err, "quote.Each")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = filter.checked(); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Quote, string, error) {
			filter.Paging = p
			return r.Quotes(ctx, reach, filter)
		}, fn)
		return err
	})
	return more, err
}

// Detail is a quote with its versions, the newest first, and its history (at most HistoryShown changes).
type Detail struct {
	Quote
	Versions []Quote
	Changes  []process.Change
	Beyonds  []Excess // what its lines give away beyond the limit of who submitted it, or of the reader while it is a draft
	MayWrite bool
	// Today is the day on which StateOn was asked.
	Today calendar.Date
}

// HistoryShown is how many changes a page shows.
const HistoryShown = 100

// Get returns a quote within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "quote.Get(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		d.Today = s.today()
		if d.Quote, err = r.Quote(ctx, reach, id); err != nil {
			return err
		}
		if err := NameLines(ctx, r, d.Lines); err != nil {
			return err
		}
		if d.Versions, err = r.QuoteVersions(ctx, d.RootID); err != nil {
			return err
		}
		rules, err := r.QuoteRules(ctx)
		if err != nil {
			return err
		}
		limit := d.LimitPPM
		if d.State == StateDraft {
			limit = rules.LimitOf(actor)
		}
		d.Beyonds = rules.Beyond(d.Lines, d.Currency, limit)
		if actor.Can(access.PermWorkWrite) {
			_, err := r.Quote(ctx, s.reach(actor, access.PermWorkWrite), id)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
			d.MayWrite = err == nil
		}
		d.Changes, err = r.WorkChanges(ctx, Subject(id), HistoryShown)
		return err
	})
	return d, err
}

// Rules returns the price list and the limits. Errors: forbidden.
func (s *Service) Rules(ctx context.Context, actor access.Actor) (rules Rules, err error) {
	defer errs.Wrap(&err, "quote.Rules")
	err = s.read(ctx, actor, func(r Reader, _ deal.Reach) error {
		if rules, err = r.QuoteRules(ctx); err != nil {
			return err
		}
		for i := range rules.Prices {
			p, err := r.Product(ctx, rules.Prices[i].ProductID)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
			rules.Prices[i].ProductKey = p.Key
		}
		return nil
	})
	return rules, err
}

// MayKeepRules returns nil when the actor keeps the price list and the limits.
func (s *Service) MayKeepRules(actor access.Actor) error {
	return actor.RequireAll(access.PermPricesWrite)
}

// SaveRules replaces the price list and the limits; quotes that exist stay what they are. Products are named by ProductKey. Errors: forbidden;
// invalid; conflict when they were changed after seen.
func (s *Service) SaveRules(ctx context.Context, actor access.Actor, rules Rules, seen int64) (err error) {
	defer errs.Wrap(&err, "quote.SaveRules")
	if err := s.MayKeepRules(actor); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.QuoteRules(ctx)
		if err != nil {
			return err
		}
		if old.Revision != seen {
			return errs.New(errs.KindConflict, "quote.rules_changed", nil)
		}
		next := rules
		next.Prices = nil
		for _, p := range rules.Prices {
			if p.ProductID, err = tx.ProductID(ctx, p.ProductKey); err != nil {
				return err
			}
			next.Prices = append(next.Prices, p)
		}
		var c fact.Checker
		next.check(&c)
		if err := c.Err(); err != nil {
			return err
		}
		next.Revision = old.Revision + 1
		if err := tx.SaveQuoteRules(ctx, next); err != nil {
			return err
		}
		return process.Record(ctx, tx, actor, process.Write{Action: "quote.rules", Subject: "quote_rules:1", Revision: next.Revision, Before: old, After: next})
	})
}
