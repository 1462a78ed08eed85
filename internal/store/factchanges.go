package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/retro"
)

// factsChanged is one kind of fact to look for changes in: its table, what tells facts apart, what they are called by, when they happened
// (as a day) and whom they touch. Expressions name the row x.
type factsChanged struct {
	kind               fact.Kind
	table, id, key, on string
	deal, person, team string
}

const noDay = "''"

func present(table, column, id string) string {
	return "COALESCE((SELECT MAX(n." + column + ") FROM " + table + " n WHERE n.id = " + id + " AND n.superseded_in = " + openBatch + "), '')"
}

// changedKinds lists the kinds whose changes can move pay. A deal's shares are a part of the deal, a person's assignments one fact.
var changedKinds = []factsChanged{
	{kind: fact.KindPayment, table: "payment", id: "x.key", key: "x.key", on: "x.paid_on", deal: "x.deal_id"},
	{kind: fact.KindDeal, table: "deal", id: "CAST(x.id AS TEXT)", key: "x.key", on: "x.signed_on", deal: "x.id"},
	{kind: fact.KindDeal, table: "deal_share", id: "CAST(x.deal_id AS TEXT)", key: present("deal", "key", "x.deal_id"), on: present("deal", "signed_on", "x.deal_id"),
		deal: "x.deal_id", person: "x.person_id"},
	{kind: fact.KindPerson, table: "person", id: "CAST(x.id AS TEXT)", key: "x.key", on: "x.hired_on", person: "x.id"},
	{kind: payout.CauseMoved, table: "assignment", id: "CAST(x.person_id AS TEXT)", key: present("person", "key", "x.person_id"), on: "x.valid_from", person: "x.person_id", team: "x.team_id"},
	{kind: fact.KindLeader, table: "team_leader", id: "CAST(x.team_id AS TEXT)", key: present("team", "key", "x.team_id"), on: "x.valid_from", person: "x.person_id", team: "x.team_id"},
	{kind: fact.KindTeam, table: "team", id: "CAST(x.id AS TEXT)", key: "x.key", on: noDay, team: "x.id"},
	{kind: fact.KindQuota, table: "quota", id: "CAST(x.person_id AS TEXT) || '/' || x.month || '/' || x.quantity", key: present("person", "key", "x.person_id"),
		on: "x.month || '-01'", person: "x.person_id"},
	{kind: fact.KindExchangeRate, table: "exchange_rate", id: "x.base || '/' || x.quote || '/' || x.valid_on || '/' || x.kind", key: "x.base || '/' || x.quote || ' ' || x.kind", on: "x.valid_on"},
	{kind: fact.KindCustomer, table: "customer", id: "CAST(x.id AS TEXT)", key: "x.key", on: noDay},
	{kind: fact.KindProduct, table: "product", id: "CAST(x.id AS TEXT)", key: "x.key", on: noDay},
}

// factChangesMax is how many changes of a kind are read: enough to name causes by.
const factChangesMax = 20_000

// FactChanges implements retro.Reader.
func (tx *Tx) FactChanges(ctx context.Context, since, until fact.BatchID, last calendar.Date) (changes []retro.Change, err error) {
	deals := map[int64][]int{} // places in changes
	for _, kind := range changedKinds {
		if changes, err = tx.changesOf(ctx, kind, since, until, last, changes, deals); err != nil {
			return nil, err
		}
	}
	ids := make([]int64, 0, len(deals))
	for id := range deals {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	const portion = 500
	for len(ids) > 0 {
		some := ids[:min(portion, len(ids))]
		ids = ids[len(some):]
		if err := each(ctx, tx, func(r rows) error {
			var deal, person int64
			if err := r.Scan(&deal, &person); err != nil {
				return err
			}
			for _, i := range deals[deal] {
				if !slices.Contains(changes[i].Persons, person) {
					changes[i].Persons = append(changes[i].Persons, person)
				}
			}
			return nil
		}, `SELECT DISTINCT deal_id, person_id FROM deal_share WHERE deal_id IN (`+listed(some)+`) AND recorded_in <= $1 AND superseded_in > $2
			ORDER BY deal_id, person_id`, int64(until), int64(since)); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// changesOf appends the changes of one kind: a fact that has a row of the time between, or had one that ended in it.
func (tx *Tx) changesOf(ctx context.Context, kind factsChanged, since, until fact.BatchID, last calendar.Date, changes []retro.Change, deals map[int64][]int) ([]retro.Change, error) {
	column := func(expression string) string {
		if expression == "" {
			return "0"
		}
		return expression
	}
	place := map[string]int{}
	zone := tx.db.now().Location()
	scan := func(r rows) error {
		var id, key string
		var fresh, earlier, current bool
		var batch, deal, person, team int64
		var recorded time.Time
		on := calendar.NoDate
		if err := r.Scan(&id, &key, scanDate(&on), &fresh, &batch, scanTime(&recorded), &earlier, &current, &deal, &person, &team); err != nil {
			return err
		}
		i, known := place[id]
		if !known {
			i = len(changes)
			place[id] = i
			changes = append(changes, retro.Change{Kind: kind.kind, Key: key, On: calendar.NoDate, Was: calendar.NoDate, How: payout.CauseRecorded})
			if deal != 0 {
				deals[deal] = append(deals[deal], i)
			}
		}
		c := &changes[i]
		if fresh {
			c.On = on
		} else {
			c.Was = on
		}
		switch {
		case !fresh && !current:
			c.How = payout.CauseRemoved
		case earlier && c.How == payout.CauseRecorded:
			c.How = payout.CauseCorrected
		}
		if fact.BatchID(batch) >= c.Batch {
			c.Batch, c.RecordedOn = fact.BatchID(batch), calendar.DateOf(recorded.In(zone))
		}
		if person != 0 && !slices.Contains(c.Persons, person) {
			c.Persons = append(c.Persons, person)
		}
		if team != 0 && !slices.Contains(c.Teams, team) {
			c.Teams = append(c.Teams, team)
		}
		return nil
	}
	other := func(condition string) string {
		return "EXISTS (SELECT 1 FROM " + kind.table + " o WHERE " + strings.ReplaceAll(kind.id, "x.", "o.") + " = " + kind.id + " AND " + condition + ")"
	}
	day := kind.on + " <= $3" // what has no day is of every month
	columns := func(fresh, batch string) string {
		return "SELECT " + kind.id + ", " + kind.key + ", " + kind.on + ", " + fresh + ", b.id, b.recorded_at, " + other("o.recorded_in < x.recorded_in") + ", " +
			other("o.recorded_in <= $2 AND o.superseded_in > $2") + ", " + column(kind.deal) + ", " + column(kind.person) + ", " + column(kind.team) +
			" FROM " + kind.table + " x JOIN batch b ON b.id = " + batch
	}
	err := each(ctx, tx, scan, columns("TRUE", "x.recorded_in")+" WHERE x.recorded_in > $1 AND x.recorded_in <= $2 AND x.superseded_in > $2 AND "+day+
		" ORDER BY x.recorded_in LIMIT $4", int64(since), int64(until), last.String(), int64(factChangesMax))
	if err != nil {
		return nil, err
	}
	return changes, each(ctx, tx, scan, columns("FALSE", "x.superseded_in")+" WHERE x.recorded_in <= $1 AND x.superseded_in > $1 AND x.superseded_in <= $2 AND "+day+
		" ORDER BY x.superseded_in LIMIT $4", int64(since), int64(until), last.String(), int64(factChangesMax))
}
