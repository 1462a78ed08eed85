package store

import (
	"context"

	"xiaoguan/internal/origin"
	"xiaoguan/internal/programme"
)

// OriginStore returns the store of package origin.
func (db *DB) OriginStore() origin.Store { return originStore{db} }

type originStore struct{ db *DB }

// Read implements origin.Store.
func (s originStore) Read(ctx context.Context, fn func(origin.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var originColumns = []string{"kind", "rule_id", "decision_id", "by_id", "by_name", "at"}

func scanOrigin(r rows, o *origin.Origin) error {
	return r.Scan(&o.Kind, &o.RuleID, &o.DecisionID, &o.ByID, &o.ByName, scanTime(&o.At))
}

// RuleSource implements origin.Reader.
func (tx *Tx) RuleSource(ctx context.Context, decisionID int64) (s origin.Source, err error) {
	d, err := tx.Decision(ctx, decisionID)
	if err != nil {
		return s, err
	}
	s = origin.Source{DecisionID: d.ID, Title: d.Title, ByID: d.ByID, PersonID: d.PersonID}
	closed, err := collect(ctx, tx, scanContent[programme.Initiative], "SELECT content FROM initiative WHERE outcome <> '' ORDER BY id")
	for i := range closed {
		if closed[i].DecisionID == decisionID {
			s.InitiativeID, s.Initiative, s.Asked = closed[i].ID, closed[i].Title, closed[i].Asked()
		}
	}
	return s, err
}

const originSelect = "SELECT kind, rule_id, decision_id, by_id, by_name, at FROM rule_origin"

// RuleOrigin implements origin.Reader.
func (tx *Tx) RuleOrigin(ctx context.Context, kind origin.Kind, ruleID string) (origin.Origin, error) {
	return one(ctx, tx, "origin.none", scanOrigin, originSelect+" WHERE kind = $1 AND rule_id = $2", string(kind), ruleID)
}

// RuleOrigins implements origin.Reader.
func (tx *Tx) RuleOrigins(ctx context.Context, decisionID int64) ([]origin.Origin, error) {
	return collect(ctx, tx, scanOrigin, originSelect+" WHERE decision_id = $1 ORDER BY at, kind, rule_id", decisionID)
}

// InsertRuleOrigin implements origin.Tx.
func (tx *Tx) InsertRuleOrigin(ctx context.Context, o origin.Origin) error {
	return tx.insertRow(ctx, "rule_origin", originColumns, []any{string(o.Kind), o.RuleID, o.DecisionID, o.ByID, o.ByName, instant(o.At)})
}
