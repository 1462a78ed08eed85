package deal

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Rate is an exchange rate of a day: one Base is Value of Quote.
type Rate struct {
	Base     money.Currency
	Quote    money.Currency
	On       calendar.Date
	Kind     string // such as middle
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

// RatePage is a part of the list of exchange rates.
type RatePage struct {
	Rates []Rate
	Next  string
}

// Rates returns exchange rates, the newest day first. They are the same for everybody who reads sales data. Errors: forbidden, invalid.
func (s *Service) Rates(ctx context.Context, actor access.Actor, filter RateFilter) (page RatePage, err error) {
	defer errs.Wrap(&err, "deal.Rates")
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		if filter, err = filter.checked(); err != nil {
			return err
		}
		page.Rates, page.Next, err = r.Rates(ctx, filter)
		return err
	})
	return page, err
}
