package reward

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/settle"
)

// AccrualKey is what a row of an accrual is about. People stand with the region of the month's end, with all that is owed to them, so that a row's balances
// belong together also after somebody moved.
type AccrualKey struct {
	PlanID    string
	Component string
	Layer     string
	Region    string // name; empty: none
}

// AccrualRow is how what the company owes changed in a month. Every entry that the table has is in exactly one row:
// Opening + Earned + TakenBack − Lapsed + Forgiven − Paid = Closing, by their totals.
type AccrualRow struct {
	AccrualKey
	Opening   Balance
	Earned    int64 // expense of the month: earned, guaranteed, differences, adjustments, honours
	TakenBack int64 // clawed back or revoked: zero or negative
	PutOff    int64 // of it: held, deferred, in instalments
	Released  int64 // put off before, and paid or set off now
	Lapsed    int64 // put off before, and forfeited or expired
	Forgiven  int64 // owed by people, and given up
	Paid      int64 // as payroll answered
	Closing   Balance
}

// Accrual is a month's table of what is owed, with its sums. It never changes: it has what the ledger had when the month was closed, with layers and regions as
// they were known then. What is posted later, of whatever month, is in the table of the month that is closed next.
type Accrual struct {
	Month calendar.Month
	Rows  []AccrualRow
	Sum   AccrualRow
	// After and Until are the numbers of the last entry of the ledger that the table before has, and of the last that this one has. Entries of months that had not
	// come to their close by then are left out and come later.
	After, Until int64
	LedgerHash   string // of entry Until: with it the chain vouches for all before
	Digest       string // SHA-256 of all that the table says, in hex
}

// Closing is the close of a month, as its seal says.
type Closing struct {
	Month      calendar.Month
	LedgerSeq  int64 // the last entry of the ledger by then
	LedgerHash string
	ClosedAt   time.Time
	Recorded   fact.BatchID // the facts that the month was calculated from
}

// reach is which entries of the ledger a table has, from the first on.
type reach struct {
	until calendar.Month // the latest month that was closed by then
	seq   int64
}

func (r reach) has(e Entry) bool { return e.Month <= r.until && e.Seq <= r.seq }

// cut is the close of a month with what its table has, and what the one before has.
type cut struct {
	Closing
	before, now reach
}

// cutAt finds the close of a month among all, in the order in which they were. It is false when the month is not closed.
func cutAt(closings []Closing, month calendar.Month) (c cut, found bool) {
	for _, c.Closing = range closings {
		c.before, c.now = c.now, reach{max(c.now.until, c.Month), c.LedgerSeq}
		if c.Month == month {
			return c, true
		}
	}
	return cut{}, false
}

// Accrual returns the accrual of a closed month: the same whenever it is asked for. Employer's contributions are not in it. Errors: forbidden; conflict while the
// month is not closed.
func (s *Service) Accrual(ctx context.Context, actor access.Actor, month calendar.Month) (a Accrual, err error) {
	defer errs.Wrap(&err, "reward.Accrual(%s)", month)
	rows := map[AccrualKey]*AccrualRow{}
	c, err := s.eachAccrued(ctx, actor, month, func(key AccrualKey, e Entry, earlier bool) {
		if rows[key] == nil {
			rows[key] = &AccrualRow{AccrualKey: key}
		}
		rows[key].add(e, earlier)
	}, nil)
	if err != nil {
		return Accrual{}, err
	}
	a = accrualOf(month, rows)
	a.After, a.Until, a.LedgerHash = c.before.seq, c.now.seq, c.LedgerHash
	a.Digest, err = a.digest()
	return a, err
}

// eachAccrued calls fn for every entry of money that the table of a closed month has, with the row that it belongs to and whether the table before has it; and then, in
// the same snapshot, after.
func (s *Service) eachAccrued(ctx context.Context, actor access.Actor, month calendar.Month, fn func(AccrualKey, Entry, bool), after func(Reader) error) (c cut, err error) {
	if err := actor.RequireAll(access.PermLedgerRead); err != nil {
		return c, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		closings, err := r.Closings(ctx)
		if err != nil {
			return err
		}
		closed := false
		if c, closed = cutAt(closings, month); !closed {
			return errs.New(errs.KindConflict, "payroll.not_closed", errs.Args{"Month": month.String()})
		}
		layers, err := r.PlanLayers(ctx, c.ClosedAt)
		if err != nil {
			return err
		}
		regions, err := r.RegionsOn(ctx, month.Last(), c.Recorded)
		if err != nil {
			return err
		}
		if err := r.EachMoneyEntry(ctx, c.now.until, c.now.seq, func(e Entry) error {
			fn(AccrualKey{e.PlanID, e.Component, layers[e.PlanID], regions[e.PersonID]}, e, c.before.has(e))
			return nil
		}); err != nil || after == nil {
			return err
		}
		return after(r)
	})
	return c, err
}

// digest is over the table without itself.
func (a Accrual) digest() (string, error) {
	a.Digest = ""
	text, err := json.Marshal(a)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// add takes an entry into the row; earlier says that the table before has it.
func (r *AccrualRow) add(e Entry, earlier bool) {
	change := e.Change()
	if r.Closing = r.Closing.Plus(change); earlier {
		r.Opening = r.Opening.Plus(change)
		return
	}
	switch event := e.Event(); {
	case e.Credit == PaidAccount:
		r.Paid += e.AmountMinor
	case event == string(settle.PostingForgiven):
		r.Forgiven += change.Total()
	case event == string(settle.PostingClawedBack), event == EventGrant && e.AmountMinor < 0:
		r.TakenBack += change.Total()
	case change.HeldMinor < 0 && change.Total() != 0:
		r.Lapsed -= change.Total()
	case change.Total() != 0:
		r.Earned += change.Total()
	}
	switch {
	case change.HeldMinor > 0:
		r.PutOff += change.HeldMinor
	case change.HeldMinor < 0 && change.Total() == 0:
		r.Released -= change.HeldMinor
	}
}

// plus adds the amounts of another row.
func (r *AccrualRow) plus(o AccrualRow) {
	r.Opening, r.Closing = r.Opening.Plus(o.Opening), r.Closing.Plus(o.Closing)
	r.Earned, r.TakenBack, r.PutOff, r.Released = r.Earned+o.Earned, r.TakenBack+o.TakenBack, r.PutOff+o.PutOff, r.Released+o.Released
	r.Lapsed, r.Forgiven, r.Paid = r.Lapsed+o.Lapsed, r.Forgiven+o.Forgiven, r.Paid+o.Paid
}

// accrualOf orders rows and sums them; rows in which nothing was or is are left out.
func accrualOf(month calendar.Month, rows map[AccrualKey]*AccrualRow) Accrual {
	a := Accrual{Month: month, Rows: []AccrualRow{}}
	for _, row := range rows {
		if empty := (AccrualRow{AccrualKey: row.AccrualKey}); *row == empty {
			continue
		}
		a.Sum.plus(*row)
		a.Rows = append(a.Rows, *row)
	}
	slices.SortFunc(a.Rows, func(x, y AccrualRow) int {
		return cmp.Or(cmp.Compare(x.Layer, y.Layer), cmp.Compare(x.PlanID, y.PlanID), cmp.Compare(x.Component, y.Component), cmp.Compare(x.Region, y.Region))
	})
	return a
}
