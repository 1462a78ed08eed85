package demo

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/store"
)

// One customer in so many has been with its owner for long, so that the rules send some back; the others were divided anew lately.
const (
	longHeld     = 7
	longHeldDays = 200
	newHeldDays  = 12
)

// fillPools tells who has which customer, lets rules of public pools count, and applies them once.
func (f *filler) fillPools(ctx context.Context) error {
	made := 0
	newID := func() string { made++; return store.NewID(f.end.Add(time.Duration(made) * time.Millisecond)) }
	pools := pool.NewService(f.DB.Pools(), newID, func() time.Time { return f.end.In(calendar.ChinaTime) })
	if err := f.DB.InTx(ctx, func(tx *store.Tx) error { return f.hold(ctx, tx) }); err != nil {
		return err
	}
	// A visitor may claim at once what came into the pool today.
	text := strings.Replace(string(poolrule.DefaultText()), "new_record_days: 1", "new_record_days: 0", 1)
	v, err := pools.Save(ctx, f.actor(loginOperations), pool.Draft{Text: text, Note: "按自带规则试行"})
	if err != nil {
		return err
	}
	last := f.Today.Month() - 1
	if _, err := pools.TryNow(ctx, pool.TrialArgs{Number: v.Number, First: last - 11, Last: last}); err != nil {
		return err
	}
	if _, err := pools.Approve(ctx, f.actor(loginFinance), v.Number, 0, f.Today); err != nil {
		return err
	}
	return pools.Apply(ctx)
}

// hold records who has the customers that somebody worked on.
func (f *filler) hold(ctx context.Context, tx *store.Tx) error {
	found, err := tx.Unheld(ctx, 0, 100_000)
	if err != nil {
		return err
	}
	act := pool.Act{Way: pool.WayStart, At: tx.Now(), On: f.Today - longHeldDays, ActorID: "system:demo", ActorName: "pool"}
	if act.ID, err = tx.NextNumber(ctx, "holding_act"); err != nil {
		return err
	}
	var holdings []pool.Holding
	var steps []pool.Step
	for _, one := range found {
		if one.PersonID == 0 {
			continue
		}
		since := f.Today - newHeldDays
		if one.CustomerID%longHeld == 0 {
			since = f.Today - longHeldDays
		}
		holdings = append(holdings, pool.Holding{CustomerID: one.CustomerID, OwnerID: one.PersonID, Since: since, Revision: 1})
		steps = append(steps, pool.Step{ActID: act.ID, CustomerID: one.CustomerID, Revision: 1, At: tx.Now(), On: since, Way: pool.WayStart, From: pool.Holding{Since: calendar.NoDate}, ToOwner: one.PersonID, ActorName: "pool"})
	}
	act.Customers = int64(len(holdings))
	if err := tx.InsertAct(ctx, act); err != nil {
		return err
	}
	return tx.PutHoldings(ctx, holdings, steps)
}
