package prioritybook

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/priority"
)

// Settle keeps the table as it is. Errors: forbidden; invalid; conflict for an empty one.
func (s *Service) Settle(ctx context.Context, actor access.Actor, note string) (kept Settled, err error) {
	defer errs.Wrap(&err, "prioritybook.Settle")
	if err := mayWrite(actor); err != nil {
		return kept, err
	}
	var c fact.Checker
	c.Prose("note", &note, textMost, false)
	if err := c.Err(); err != nil {
		return kept, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		frame, _, err := frameOf(ctx, tx)
		if err != nil {
			return err
		}
		items, err := tx.PriorityItems(ctx)
		if err != nil {
			return err
		}
		kept = Settled{On: s.today(), Note: note, Table: weigh(items, frame, s.today()), ByID: actor.UserID, ByName: actor.Name, CreatedAt: tx.Now()}
		if len(kept.Table.Rows) == 0 {
			return errs.New(errs.KindConflict, "prioritybook.empty", nil)
		}
		if kept.ID, err = tx.NextNumber(ctx, "priority_table"); err != nil {
			return err
		}
		if err := tx.InsertPriorityTable(ctx, kept); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "priority.settle", kept.subject(), nil, map[string]any{"note": note, "chosen": kept.Table.Choice.Chosen, "cost_minor": kept.Table.Choice.CostMinor, "effort": kept.Table.Choice.Effort})
	})
	return kept, err
}

func (t *Settled) subject() string { return "priority_table:" + strconv.FormatInt(t.ID, 10) }

// tablesMost is how many settled tables are listed.
const tablesMost = 100

// Tables returns what was settled, the latest first. Errors: forbidden.
func (s *Service) Tables(ctx context.Context, actor access.Actor) (list []Settled, err error) {
	defer errs.Wrap(&err, "prioritybook.Tables")
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.PriorityTables(ctx, tablesMost)
		return err
	})
	return list, err
}

// Settled returns a table as it was settled. Errors: forbidden; not found.
func (s *Service) Settled(ctx context.Context, actor access.Actor, id int64) (kept Settled, err error) {
	defer errs.Wrap(&err, "prioritybook.Settled(%d)", id)
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return kept, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		kept, err = r.PriorityTable(ctx, id)
		return err
	})
	return kept, err
}

// Start makes an initiative of an item. The item is taken first, so that two who press at once begin one initiative; it goes back when none could begin.
// Errors: forbidden; not found; conflict when it is one already, or was changed meanwhile; unavailable where there are no initiatives; those of the Starter.
func (s *Service) Start(ctx context.Context, actor access.Actor, id, seen int64) (item Item, err error) {
	defer errs.Wrap(&err, "prioritybook.Start(%d)", id)
	if err := mayWrite(actor); err != nil {
		return item, err
	}
	if err := actor.RequireAll(access.PermProgrammeWrite); err != nil { // before anything is taken
		return item, err
	}
	if s.starter == nil {
		return item, errs.New(errs.KindUnavailable, "prioritybook.no_initiatives", nil)
	}
	seed, err := s.take(ctx, actor, id, seen)
	if err != nil {
		return item, err
	}
	begun, failure := s.starter.StartInitiative(ctx, actor, seed)
	err = s.store.InTx(ctx, func(tx Tx) error {
		if item, err = tx.PriorityItem(ctx, id); err != nil {
			return err
		}
		item.Revision++
		if item.InitiativeID = begun; failure != nil {
			item.State, item.InitiativeID = StateCandidate, 0
		}
		if err := tx.SavePriorityItem(ctx, item); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "priority.start", item.Subject(), nil, map[string]any{"initiative": item.InitiativeID, "state": item.State})
	})
	if failure != nil {
		return item, failure
	}
	return item, err
}

func (s *Service) take(ctx context.Context, actor access.Actor, id, seen int64) (seed Seed, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		item, err := tx.PriorityItem(ctx, id)
		if err != nil {
			return err
		}
		if err := changeable(&item, seen); err != nil {
			return err
		}
		items, err := tx.PriorityItems(ctx)
		if err != nil {
			return err
		}
		frame, _, err := frameOf(ctx, tx)
		if err != nil {
			return err
		}
		seed = Seed{Title: item.Title, ProblemIDs: item.ProblemIDs, BudgetFen: item.CostMinor, EffortDays: int((item.Effort + 9) / 10), Horizon: priority.Mid}
		t := weigh(items, frame, s.today())
		for i := range t.Rows {
			if t.Rows[i].ID == id {
				seed.Horizon = t.Rows[i].Horizon
			}
		}
		item.State, item.Revision = StateStarted, item.Revision+1
		if err := tx.SavePriorityItem(ctx, item); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "priority.take", item.Subject(), nil, map[string]any{"state": item.State})
	})
	return seed, err
}
