package store

import (
	"context"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
)

// boardSelection is the part of a column of the board that is open, or that was won lately; a lost one never comes up. Each has an index that
// holds all that is summed up.
func (tx *Tx) boardSelection(ctx context.Context, reach deal.Reach, f opportunity.Filter, column opportunity.Column, state opportunity.State) (*selection, error) {
	f.Stage = column.Stage
	expected := f.Expected
	if state == opportunity.StateWon {
		f.Expected = fact.AnyDay()
	}
	s, err := tx.opportunitySelection(ctx, reach, f)
	if err != nil {
		return nil, err
	}
	s.most = boardMost
	if err := tx.spread(ctx, s, column.Stage, state); err != nil {
		return nil, err
	}
	if state == opportunity.StateOpen {
		s.index("o.state = 'open'")
		return s, nil
	}
	s.index("o.state = 'won'")
	s.index("o.ended_on >= ?", column.WonSince.String())
	for _, t := range dayConditions(tx.db.dialect.unindexed("o.expected_on"), expected) {
		s.test(t.text, t.values...)
	}
	return s, nil
}

// spreadFrom is from how many found opportunities on they are told apart once for the whole board, so that not every half of a column is given all.
const spreadFrom = 100

// spread leaves those of the found opportunities that are of a stage and state.
func (tx *Tx) spread(ctx context.Context, s *selection, stage opportunity.Stage, state opportunity.State) error {
	if !s.narrowed || len(s.ids) < spreadFrom || !tx.snapshot {
		return nil
	}
	all := listed(s.ids)
	half := func(stage, state string) string { return "half " + stage + " " + state + " of " + all }
	if _, known := tx.found["halves of "+all]; !known {
		tx.remember("halves of "+all, nil)
		var id int64
		var stage, state string
		if err := each(ctx, tx, func(r rows) error {
			if err := r.Scan(&id, &stage, &state); err != nil {
				return err
			}
			key := half(stage, state)
			tx.found[key] = append(tx.found[key], id)
			return nil
		}, "SELECT o.id, o.stage, o.state FROM opportunity o WHERE o.id IN ("+all+")"); err != nil {
			return err
		}
	}
	s.ids = tx.found[half(string(stage), string(state))]
	return nil
}

// boardMost is how many rows of half a column are looked at to sum up those of a filter that no index sums up.
const boardMost = 2_000

// boardStates are what stands on the board, in this order.
var boardStates = []opportunity.State{opportunity.StateOpen, opportunity.StateWon}

// BoardCards implements opportunity.Reader: open ones first, those that are expected next on top; then what was won, the latest first.
func (tx *Tx) BoardCards(ctx context.Context, reach deal.Reach, f opportunity.Filter, column opportunity.Column, limit int) (cards []opportunity.Opportunity, err error) {
	for _, state := range boardStates {
		if len(cards) == limit {
			break
		}
		s, err := tx.boardSelection(ctx, reach, f, column, state)
		if err != nil {
			return nil, err
		}
		by := " ORDER BY " + tx.walked(s, "o.expected_on") + ", o.id"
		if state == opportunity.StateWon {
			by = " ORDER BY " + tx.walked(s, "o.ended_on") + " DESC, o.id DESC"
		}
		if s.sieve != nil {
			if s.ids, err = tx.sift(ctx, s, s.where(), by, limit-len(cards)); err != nil {
				return nil, err
			}
			s.narrowed = true
		}
		c := s.where()
		tail := by + " LIMIT " + c.parameter(int64(limit-len(cards)))
		some, err := collect(ctx, tx, scanOpportunity, opportunitySelect+"(SELECT o.* FROM opportunity o"+c.where()+tail+")"+opportunityNames+by, c.args...)
		if err != nil {
			return nil, err
		}
		cards = append(cards, some...)
	}
	return cards, nil
}

// BoardSums implements opportunity.Reader.
func (tx *Tx) BoardSums(ctx context.Context, reach deal.Reach, f opportunity.Filter, column opportunity.Column) (total fact.Total, err error) {
	for _, state := range boardStates {
		s, err := tx.boardSelection(ctx, reach, f, column, state)
		if err != nil {
			return fact.Total{}, err
		}
		part, err := tx.freshTotal(ctx, s, f.Search == "" && f.Source == "" && f.Expected == fact.AnyDay())
		if err != nil {
			return fact.Total{}, err
		}
		total = total.Plus(part)
	}
	return total, nil
}
