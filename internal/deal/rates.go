package deal

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// RateKey is the identity of an exchange rate: there is one for two currencies, a day and a kind.
type RateKey struct {
	Base  money.Currency
	Quote money.Currency
	On    calendar.Date
	Kind  string // such as middle
}

// RateMiddle is the usual kind of rate: the middle rate that the central bank publishes.
const RateMiddle = "middle"

// Rate is an exchange rate of a day: one Base is Value of Quote.
type Rate struct {
	RateKey
	Value    string // canonical decimal, above zero
	Recorded fact.BatchID
}

// SortOn is the order of the list of exchange rates: by day, then by currencies and kind.
const SortOn = "on"

// RateFilter chooses exchange rates as recorded now.
type RateFilter struct {
	Base   money.Currency
	Quote  money.Currency
	Kind   string
	Days   fact.Days
	Paging fact.Paging
}

func (f RateFilter) checked() (RateFilter, error) {
	var c fact.Checker
	c.Text("base", string(f.Base), false)
	c.Text("quote", string(f.Quote), false)
	c.Text("kind", f.Kind, false)
	c.Ranges(f.Days, fact.Amounts{})
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, SortOn)
	return f, err
}

// RatePage is a part of the list of exchange rates; Count is of the whole filter.
type RatePage struct {
	Rates []Rate
	Next  string
	Count int64
}

// Rates returns exchange rates, the newest day first. They are the same for everybody who reads sales data. Errors: forbidden, invalid.
func (s *Service) Rates(ctx context.Context, actor access.Actor, filter RateFilter) (page RatePage, err error) {
	defer errs.Wrap(&err, "deal.Rates")
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		if filter, err = filter.checked(); err != nil {
			return err
		}
		if page.Count, err = r.RateCount(ctx, filter); err != nil {
			return err
		}
		page.Rates, page.Next, err = r.Rates(ctx, filter)
		return err
	})
	return page, err
}

// EachRate calls fn on every exchange rate of the filter, at most fact.ExportMax; more says that there are others. Errors: those of
// Rates and fn.
func (s *Service) EachRate(ctx context.Context, actor access.Actor, filter RateFilter, fn func(Rate) error) (more bool, err error) {
	defer errs.Wrap(&err, "deal.EachRate")
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = filter.checked(); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Rate, string, error) {
			filter.Paging = p
			return r.Rates(ctx, filter)
		}, fn)
		return err
	})
	return more, err
}
