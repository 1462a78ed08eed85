package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
)

// PersonEntries implements reward.Reader.
func (tx *Tx) PersonEntries(ctx context.Context, personID int64, points bool) ([]reward.Entry, error) {
	text := "SELECT " + ledgerColumns + " FROM ledger_entry WHERE person_id = $1 AND currency <> $2 ORDER BY seq"
	if points {
		text = "SELECT " + ledgerColumns + " FROM ledger_entry WHERE person_id = $1 AND currency = $2 ORDER BY seq"
	}
	return collect(ctx, tx, scanLedger, text, personID, string(reward.Points))
}

// Closings implements reward.Reader. Each close posts to the ledger before it is sealed, or nothing at all.
func (tx *Tx) Closings(ctx context.Context) ([]reward.Closing, error) {
	return collect(ctx, tx, func(r rows, c *reward.Closing) error {
		return r.Scan(scanMonth(&c.Month), &c.LedgerSeq, &c.LedgerHash, scanTime(&c.ClosedAt), &c.Recorded)
	}, "SELECT s.month, s.ledger_seq, s.ledger_hash, s.closed_at, r.recorded FROM seal s JOIN run r ON r.id = s.run_id ORDER BY s.ledger_seq, s.closed_at, s.month")
}

// EachMoneyEntry implements reward.Reader.
func (tx *Tx) EachMoneyEntry(ctx context.Context, until calendar.Month, seq int64, fn func(reward.Entry) error) error {
	return each(ctx, tx, func(r rows) error {
		var e reward.Entry
		if err := scanLedger(r, &e); err != nil {
			return err
		}
		return fn(e)
	}, "SELECT "+ledgerColumns+" FROM ledger_entry WHERE month <= $1 AND currency <> $2 AND seq <= $3 ORDER BY seq", until.String(), string(reward.Points), seq)
}

// MonthsClosed implements reward.Reader.
func (tx *Tx) MonthsClosed(ctx context.Context) ([]calendar.Month, error) {
	return collect(ctx, tx, func(r rows, m *calendar.Month) error { return r.Scan(scanMonth(m)) }, "SELECT month FROM period WHERE state = 'closed' ORDER BY month DESC")
}

// PlanLayers implements reward.Reader.
func (tx *Tx) PlanLayers(ctx context.Context, at time.Time) (map[string]string, error) {
	layers := map[string]string{}
	err := each(ctx, tx, func(r rows) error {
		var id, layer string
		if err := r.Scan(&id, &layer); err != nil {
			return err
		}
		layers[id] = layer
		return nil
	}, "SELECT document_id, layer FROM plan_version WHERE kind = 'plan' AND approved_at <> '' AND approved_at <= $1 ORDER BY number", instant(at))
	return layers, err
}

// Labels implements reward.Reader.
func (tx *Tx) Labels(ctx context.Context, planIDs []string) (labels []reward.Label, err error) {
	seen := map[[2]string]bool{}
	add := func(id, component string, name plan.Text) {
		if key := [2]string{id, component}; !seen[key] {
			seen[key] = true
			labels = append(labels, reward.Label{PlanID: id, Component: component, Name: name})
		}
	}
	for _, id := range planIDs {
		document := id
		if id == reward.GrantPlan {
			document = ""
			add(id, "", reward.GrantName)
		}
		versions, err := tx.PlanVersions(ctx, document)
		if err != nil {
			return nil, err
		}
		for _, v := range versions { // newest first
			switch {
			case v.State != planbook.StateApproved: // nobody has been told yet
			case id == reward.GrantPlan && v.Kind == planbook.KindHonour:
				add(id, v.DocumentID, v.Name)
			case id != reward.GrantPlan && v.Kind == planbook.KindPlan:
				add(id, "", v.Name)
				if d, err := plan.Decode(v.DocumentID, []byte(v.Text)); err == nil && d.Plan != nil {
					for _, c := range d.Plan.Components {
						add(id, c.ID, c.Name)
					}
				}
			}
		}
	}
	return labels, nil
}

// RegionsOn implements reward.Reader.
func (tx *Tx) RegionsOn(ctx context.Context, on calendar.Date, recorded fact.BatchID) (map[int64]string, error) {
	regions := map[int64]string{}
	err := each(ctx, tx, func(r rows) error {
		var person int64
		var name string
		if err := r.Scan(&person, &name); err != nil {
			return err
		}
		regions[person] = name
		return nil
	}, `SELECT a.person_id, g.name FROM assignment a
		JOIN team t ON t.id = a.team_id AND t.recorded_in <= $2 AND t.superseded_in > $2 AND t.valid_from <= $1 AND $1 < t.valid_to
		JOIN region g ON g.id = t.region_id AND g.recorded_in <= $2 AND g.superseded_in > $2 AND g.valid_from <= $1 AND $1 < g.valid_to
		WHERE a.recorded_in <= $2 AND a.superseded_in > $2 AND a.valid_from <= $1 AND $1 < a.valid_to`, on.String(), int64(recorded))
	return regions, err
}

// PointsRules implements honour.Reader.
func (tx *Tx) PointsRules(ctx context.Context) (honour.PointsRules, error) {
	found, err := collect(ctx, tx, func(r rows, p *honour.PointsRules) error { return r.Scan(&p.LifeMonths, &p.Revision) },
		"SELECT life_months, revision FROM points_rules WHERE id = 1")
	if err != nil || len(found) == 0 {
		return honour.PointsRules{LifeMonths: honour.PointsLifeMonths}, err
	}
	return found[0], nil
}

// SavePointsRules implements honour.Tx.
func (tx *Tx) SavePointsRules(ctx context.Context, p honour.PointsRules) error {
	if p.Revision == 1 {
		_, err := tx.exec(ctx, "INSERT INTO points_rules (id, life_months, revision) VALUES (1, $1, 1)", p.LifeMonths)
		return err
	}
	return mustChange(ctx, tx, "honour.changed_meanwhile", "UPDATE points_rules SET life_months = $1, revision = $2 WHERE id = 1 AND revision = $2 - 1", p.LifeMonths, p.Revision)
}

// PointHolders implements honour.Reader.
func (tx *Tx) PointHolders(ctx context.Context) ([]int64, error) {
	return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) },
		"SELECT DISTINCT person_id FROM ledger_entry WHERE currency = $1 ORDER BY person_id", string(reward.Points))
}
