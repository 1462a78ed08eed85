package metric

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// BridgeRow is a deal that takes part in a difference.
type BridgeRow struct {
	DealID    int64
	Key       string
	Customer  string
	Signed    int64 // in the month, less what was called off
	Invoiced  int64
	Collected int64
	Amount    int64 // what it adds to the difference
}

// Gap is a part of the difference between two steps of the bridge: deals of which one is ahead of the other.
type Gap struct {
	Key    string // signed_ahead, invoiced_ahead, billed_ahead, paid_ahead
	Amount int64
	Deals  int64
	Rows   []BridgeRow // the largest of them
}

// Bridge leads from what sales signed in a month to what finance collected. Signed less the first gap and plus the second is invoiced; that less the
// third and plus the fourth is collected. Recognised revenue is not recorded here, and stays without a number.
type Bridge struct {
	Month                       calendar.Month
	Signed, Invoiced, Collected int64
	Gaps                        []Gap
	Foreign                     int64 // facts in other currencies, left out
}

const (
	bridgeRows    = 50
	bridgePortion = 2000
)

// Bridge returns the bridge of a month of the whole company. Errors: forbidden.
func (s *Service) Bridge(ctx context.Context, actor access.Actor, month calendar.Month) (b Bridge, err error) {
	defer errs.Wrap(&err, "metric.Bridge(%s)", month)
	if err := actor.RequireAll(access.PermSalesRead); err != nil {
		return b, err
	}
	if month == 0 {
		month = calendar.DateOf(s.Now()).Month()
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		b = Bridge{Month: month, Gaps: []Gap{{Key: "signed_ahead"}, {Key: "invoiced_ahead"}, {Key: "billed_ahead"}, {Key: "paid_ahead"}}}
		at, err := r.LatestBatch(ctx)
		if err != nil {
			return err
		}
		for after := int64(0); ; {
			found, err := r.DealFactsOn(ctx, month.First(), month.Last(), at, after, bridgePortion)
			if err != nil {
				return err
			}
			for _, f := range found {
				b.add(s.bridgeRow(f, month, &b.Foreign))
				after = f.ID
			}
			if len(found) < bridgePortion {
				break
			}
		}
		return b.name(ctx, r)
	})
	return b, err
}

func (s *Service) bridgeRow(f DealFacts, month calendar.Month, foreign *int64) BridgeRow {
	row := BridgeRow{DealID: f.ID}
	for cell, sum := range OfDeal(f, s.Currency()) {
		if cell.PersonID != Everybody || cell.Day.Month() != month {
			continue
		}
		switch cell.Measure {
		case Signed:
			row.Signed += sum.Amount
		case Cancelled:
			row.Signed -= sum.Amount
		case Invoiced:
			row.Invoiced += sum.Amount
		case Collected:
			row.Collected += sum.Amount
		case Refunded:
			row.Collected -= sum.Amount
		case Foreign:
			*foreign += sum.Facts
		}
	}
	return row
}

func (b *Bridge) add(row BridgeRow) {
	b.Signed, b.Invoiced, b.Collected = b.Signed+row.Signed, b.Invoiced+row.Invoiced, b.Collected+row.Collected
	for i, amount := range []int64{row.Signed - row.Invoiced, row.Invoiced - row.Signed, row.Invoiced - row.Collected, row.Collected - row.Invoiced} {
		if amount <= 0 {
			continue
		}
		g := &b.Gaps[i]
		g.Amount, g.Deals = g.Amount+amount, g.Deals+1
		row.Amount = amount
		g.Rows = append(g.Rows, row)
		if len(g.Rows) > 2*bridgeRows {
			g.cut()
		}
	}
}

// cut keeps the largest rows.
func (g *Gap) cut() {
	slices.SortFunc(g.Rows, func(a, b BridgeRow) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.DealID, b.DealID))
	})
	g.Rows = g.Rows[:min(len(g.Rows), bridgeRows)]
}

func (b *Bridge) name(ctx context.Context, r Reader) error {
	var ids []int64
	for i := range b.Gaps {
		b.Gaps[i].cut()
		for _, row := range b.Gaps[i].Rows {
			ids = append(ids, row.DealID)
		}
	}
	names, err := r.DealNames(ctx, ids)
	for i := range b.Gaps {
		for j := range b.Gaps[i].Rows {
			row := &b.Gaps[i].Rows[j]
			row.Key, row.Customer = names[row.DealID][0], names[row.DealID][1]
		}
	}
	return err
}
