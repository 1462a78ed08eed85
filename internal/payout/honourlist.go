package payout

import (
	"context"

	"xiaoguan/internal/calendar"
)

// honourListReader reads what titles bring to many people at once.
type honourListReader interface {
	// HonourCash returns what a closed month paid and took back of titles, by person.
	HonourCash(ctx context.Context, month calendar.Month) (map[int64]int64, error)
	// HonourWaiting returns those for whom cash of titles waits for a close, or to be taken back.
	HonourWaiting(ctx context.Context) (map[int64]bool, error)
}

// markHonours says beside the first statement of each person on the page what the month pays of titles: what it paid when it is closed, and until then what its
// close is to pay.
func markHonours(ctx context.Context, r Reader, standing Standing, heads []Head) error {
	if len(heads) == 0 {
		return nil
	}
	first := map[int64]int{}
	for i := len(heads) - 1; i >= 0; i-- {
		first[heads[i].PersonID] = i
	}
	if standing.State == "closed" {
		cash, err := r.HonourCash(ctx, standing.Month)
		for person, at := range first {
			heads[at].HonourMinor = cash[person]
		}
		return err
	}
	waiting, err := r.HonourWaiting(ctx)
	if err != nil {
		return err
	}
	for person, at := range first {
		if !waiting[person] {
			continue
		}
		own, err := r.StatementsOf(ctx, person, false)
		if err != nil {
			return err
		}
		rows, err := r.SettlementsOf(ctx, standing.RunID, person)
		if err != nil {
			return err
		}
		honours, err := honoursIn(ctx, r, standing, person, byPlans(standing.Month, own, rows))
		if err != nil {
			return err
		}
		heads[at].HonourMinor = HonourSum(honours)
	}
	return nil
}
