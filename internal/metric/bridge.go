package metric

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
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
		s.bridges.mu.Lock()
		defer s.bridges.mu.Unlock()
		rows, err := s.bridgeRows(ctx, r, month, at)
		if err != nil {
			return err
		}
		for _, row := range rows {
			b.Foreign += row.foreign
			b.add(row.BridgeRow)
		}
		return b.name(ctx, r)
	})
	return b, err
}

// heldRow is what a deal adds to a bridge.
type heldRow struct {
	BridgeRow
	foreign int64
}

// heldBridge is what deals add to the bridge of a month, as recorded at a batch. Deals that add nothing are not in it.
type heldBridge struct {
	at       fact.BatchID
	currency money.Currency
	rows     map[int64]heldRow
	used     int64
}

// bridges are those that were looked at lately. A later look counts the deals anew that batches touched since.
type bridges struct {
	mu    sync.Mutex
	held  map[calendar.Month]*heldBridge
	clock int64
}

const (
	bridgesMost   = 6
	touchedAtMost = 20_000 // with more, all deals of the month are counted anew
)

// bridgeRows are what deals add to the bridge of a month. The caller holds the lock.
func (s *Service) bridgeRows(ctx context.Context, r Reader, month calendar.Month, at fact.BatchID) (map[int64]heldRow, error) {
	k := &s.bridges
	k.clock++
	if held := k.held[month]; held != nil && held.at <= at && held.currency == s.Currency() {
		held.used = k.clock
		if held.at == at {
			return held.rows, nil
		}
		ids, err := r.DealsTouched(ctx, held.at, at, touchedAtMost+1)
		if err != nil {
			return nil, err
		}
		if len(ids) <= touchedAtMost {
			return held.rows, s.renew(ctx, r, held, month, at, ids)
		}
	}
	rows, err := s.countBridge(ctx, r, month, at)
	if err != nil {
		return nil, err
	}
	if k.held == nil {
		k.held = map[calendar.Month]*heldBridge{}
	}
	k.held[month] = &heldBridge{at, s.Currency(), rows, k.clock}
	if len(k.held) > bridgesMost {
		oldest := month
		for m, held := range k.held {
			if held.used < k.held[oldest].used {
				oldest = m
			}
		}
		delete(k.held, oldest)
	}
	return rows, nil
}

// renew counts touched deals anew. All are read before anything is changed.
func (s *Service) renew(ctx context.Context, r Reader, held *heldBridge, month calendar.Month, at fact.BatchID, ids []int64) error {
	now := map[int64]heldRow{}
	for some := range slices.Chunk(ids, bridgePortion) {
		found, err := r.DealFacts(ctx, some, at)
		if err != nil {
			return err
		}
		s.putRows(now, found, month)
	}
	for _, id := range ids {
		delete(held.rows, id)
	}
	maps.Copy(held.rows, now)
	held.at = at
	return nil
}

// countBridge counts all deals of which something happens in the month.
func (s *Service) countBridge(ctx context.Context, r Reader, month calendar.Month, at fact.BatchID) (map[int64]heldRow, error) {
	rows := map[int64]heldRow{}
	for after := int64(0); ; {
		found, err := r.DealFactsOn(ctx, month.First(), month.Last(), at, after, bridgePortion)
		if err != nil {
			return nil, err
		}
		s.putRows(rows, found, month)
		if len(found) < bridgePortion {
			return rows, nil
		}
		after = found[len(found)-1].ID
	}
}

func (s *Service) putRows(rows map[int64]heldRow, found []DealFacts, month calendar.Month) {
	for _, f := range found {
		var row heldRow
		row.BridgeRow = s.bridgeRow(f, month, &row.foreign)
		if row != (heldRow{BridgeRow: BridgeRow{DealID: f.ID}}) {
			rows[f.ID] = row
		}
	}
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
