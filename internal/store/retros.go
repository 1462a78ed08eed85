package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/retro"
)

// RetroStore returns the store of package retro.
func (db *DB) RetroStore() retro.Store { return retroStore{db} }

type retroStore struct{ db *DB }

func (s retroStore) InTx(ctx context.Context, fn func(retro.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s retroStore) Read(ctx context.Context, fn func(retro.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const retroColumns = `id, state, months, plans, base, paid_in, recorded, engine_version, started_by, started_at, finished_at, job_id, done, deltas,
	total_minor, posted_by, posted_at, withdrawn_by, withdrawn_at, failure`

func scanRetro(r rows, x *retro.Retro) error {
	var months, plans, base, paidIn, failure string
	if err := r.Scan(&x.ID, &x.State, &months, &plans, &base, &paidIn, &x.Recorded, &x.EngineVersion, &x.StartedBy, scanTime(&x.StartedAt), scanTime(&x.FinishedAt),
		&x.JobID, &x.Done, &x.Deltas, &x.TotalMinor, &x.PostedBy, scanTime(&x.PostedAt), &x.WithdrawnBy, scanTime(&x.WithdrawnAt), &failure); err != nil {
		return err
	}
	for to, text := range map[any]string{&x.Months: months, &x.Plans: plans, &x.Base: base, &x.Failure: failure} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), to); err != nil {
			return err
		}
	}
	if paidIn == "" {
		return nil
	}
	var err error
	x.PaidIn, err = calendar.ParseMonth(paidIn)
	return err
}

func retroValues(x retro.Retro) ([]any, error) {
	texts := make([]string, 4)
	for i, v := range []any{x.Months, x.Plans, x.Base, x.Failure} {
		text, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		texts[i] = string(text)
	}
	if x.Failure.Key == "" {
		texts[3] = ""
	}
	paidIn := ""
	if x.PaidIn != 0 {
		paidIn = x.PaidIn.String()
	}
	return []any{x.ID, string(x.State), texts[0], texts[1], texts[2], paidIn, int64(x.Recorded), x.EngineVersion, x.StartedBy, instant(x.StartedAt), instant(x.FinishedAt),
		x.JobID, int64(x.Done), x.Deltas, x.TotalMinor, x.PostedBy, instant(x.PostedAt), x.WithdrawnBy, instant(x.WithdrawnAt), texts[3]}, nil
}

// Retro implements retro.Reader.
func (tx *Tx) Retro(ctx context.Context, id string) (retro.Retro, error) {
	return one(ctx, tx, "retro.not_found", scanRetro, "SELECT "+retroColumns+" FROM retro WHERE id = $1", id)
}

// Retros implements retro.Reader.
func (tx *Tx) Retros(ctx context.Context, state retro.State) ([]retro.Retro, error) {
	return collect(ctx, tx, scanRetro, "SELECT "+retroColumns+" FROM retro WHERE $1 = '' OR state = $1 ORDER BY started_at DESC, id DESC", string(state))
}

// InsertRetro implements retro.Tx.
func (tx *Tx) InsertRetro(ctx context.Context, x retro.Retro) error {
	values, err := retroValues(x)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO retro ("+retroColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`, values...)
	return err
}

// UpdateRetro implements retro.Tx. What a retro rests on never changes.
func (tx *Tx) UpdateRetro(ctx context.Context, x retro.Retro, before retro.State) error {
	failure := ""
	if x.Failure.Key != "" {
		text, err := json.Marshal(x.Failure)
		if err != nil {
			return err
		}
		failure = string(text)
	}
	paidIn := ""
	if x.PaidIn != 0 {
		paidIn = x.PaidIn.String()
	}
	return mustChange(ctx, tx, "retro.changed_meanwhile", `UPDATE retro SET state = $2, paid_in = $3, finished_at = $4, done = $5, deltas = $6, total_minor = $7,
		posted_by = $8, posted_at = $9, withdrawn_by = $10, withdrawn_at = $11, failure = $12 WHERE id = $1 AND state = $13`,
		x.ID, string(x.State), paidIn, instant(x.FinishedAt), int64(x.Done), x.Deltas, x.TotalMinor, x.PostedBy, instant(x.PostedAt), x.WithdrawnBy,
		instant(x.WithdrawnAt), failure, string(before))
}

// InsertRetroDeltas implements retro.Tx.
func (tx *Tx) InsertRetroDeltas(ctx context.Context, retroID string, deltas []retro.Delta) error {
	b := tx.bulk("retro_delta", "retro_id", "month", "person_id", "plan_id", "component", "version_id", "was_minor", "now_minor", "was_carried", "now_carried", "causes", "parts")
	for _, d := range deltas {
		causes, err := json.Marshal(d.Causes)
		if err != nil {
			return err
		}
		parts, err := json.Marshal(d.Parts)
		if err != nil {
			return err
		}
		if err := b.add(ctx, retroID, d.Month.String(), d.PersonID, d.PlanID, d.Component, d.VersionID, d.WasMinor, d.NowMinor, d.WasCarried, d.NowCarried, string(causes), string(parts)); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// RetroDeltas implements retro.Reader. The cursor is the place in the order, written as in the key.
func (tx *Tx) RetroDeltas(ctx context.Context, filter retro.Filter) (page retro.Page, err error) {
	c := &filters{}
	c.add("d.retro_id = ?", filter.RetroID)
	if filter.Month != 0 {
		c.add("d.month = ?", filter.Month.String())
	}
	if filter.PlanID != "" {
		c.add("d.plan_id = ?", filter.PlanID)
	}
	if filter.Search != "" {
		c.named("p.search_text", filter.Search)
	}
	const from = ` FROM retro_delta d JOIN person p ON p.id = d.person_id AND p.superseded_in = ` + openBatch
	if err := each(ctx, tx, func(r rows) error { return r.Scan(&page.Count, &page.TotalMinor) },
		"SELECT COUNT(*), CAST(COALESCE(SUM(d.now_minor - d.was_minor), 0) AS BIGINT)"+from+c.where(), c.args...); err != nil {
		return page, err
	}
	if filter.After != "" {
		place := strings.SplitN(filter.After, "/", 4)
		if len(place) < 4 {
			return page, errs.New(errs.KindInvalid, "error.cursor", nil)
		}
		person, err := strconv.ParseInt(place[1], 10, 64)
		if err != nil {
			return page, errs.New(errs.KindInvalid, "error.cursor", nil)
		}
		c.add("(d.month, d.person_id, d.plan_id, d.component) > (?, ?, ?, ?)", place[0], person, place[2], place[3])
	}
	limit := c.parameter(int64(filter.Limit + 1))
	page.Deltas, err = collect(ctx, tx, func(r rows, d *retro.Named) error {
		var causes, parts string
		if err := r.Scan(scanMonth(&d.Month), &d.PersonID, &d.PlanID, &d.Component, &d.VersionID, &d.WasMinor, &d.NowMinor, &d.WasCarried, &d.NowCarried, &causes, &parts,
			&d.PersonKey, &d.Name); err != nil {
			return err
		}
		if err := scanParts(parts, &d.Parts); err != nil {
			return err
		}
		return json.Unmarshal([]byte(causes), &d.Causes)
	}, `SELECT d.month, d.person_id, d.plan_id, d.component, d.version_id, d.was_minor, d.now_minor, d.was_carried, d.now_carried, d.causes, d.parts, p.key, p.name`+
		from+c.where()+" ORDER BY d.month, d.person_id, d.plan_id, d.component LIMIT "+limit, c.args...)
	if len(page.Deltas) > filter.Limit {
		page.Deltas = page.Deltas[:filter.Limit]
		last := page.Deltas[filter.Limit-1]
		page.Next = last.Month.String() + "/" + strconv.FormatInt(last.PersonID, 10) + "/" + last.PlanID + "/" + last.Component
	}
	return page, err
}

// PaidLines implements retro.Reader.
func (tx *Tx) PaidLines(ctx context.Context, month calendar.Month, base []string) ([]payout.Line, error) {
	p, err := tx.Period(ctx, month)
	if err != nil {
		return nil, err
	}
	lines, err := tx.PayoutLines(ctx, p.CurrentRun)
	if err != nil {
		return nil, err
	}
	for _, id := range base {
		deltas, err := tx.postedDeltas(ctx, "r.id = $1 AND d.month = $2", id, month.String())
		if err != nil {
			return nil, err
		}
		var own []payout.EarlierLine
		for _, l := range lines {
			own = append(own, payout.EarlierLine{Line: l, Month: month})
		}
		lines = lines[:0]
		for _, l := range withDeltas(own, deltas) {
			lines = append(lines, l.Line)
		}
	}
	return lines, nil
}

// PaidShares implements retro.Reader: what the month's settlements split by deal, and the parts of the differences. Of a line that got
// differences before these had parts, nobody knows.
func (tx *Tx) PaidShares(ctx context.Context, month calendar.Month, base []string) (retro.Shares, error) {
	p, err := tx.Period(ctx, month)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Settlements(ctx, p.CurrentRun)
	if err != nil {
		return nil, err
	}
	shares := retro.Shares{}
	for _, row := range rows {
		settled, err := payout.OpenSettlement(row)
		if err != nil {
			return nil, err
		}
		for component, byDeal := range settled.EarnedByDeal() {
			if len(byDeal) > 1 || len(byDeal) == 1 && byDeal[""] == 0 {
				shares[retro.Line{PersonID: row.PersonID, PlanID: row.PlanID, Component: component}] = byDeal
			}
		}
	}
	for _, id := range base {
		if err := tx.addParts(ctx, shares, id, month); err != nil {
			return nil, err
		}
	}
	return shares, nil
}

// addParts adds the differences that a retro found for a month to what was paid by deal.
func (tx *Tx) addParts(ctx context.Context, shares retro.Shares, retroID string, month calendar.Month) error {
	return each(ctx, tx, func(r rows) error {
		var line retro.Line
		var was, now int64
		var text string
		if err := r.Scan(&line.PersonID, &line.PlanID, &line.Component, &was, &now, &text); err != nil {
			return err
		}
		var parts []payout.DealPart
		if err := scanParts(text, &parts); err != nil {
			return err
		}
		byDeal, kept := shares[line]
		switch {
		case text == "" || kept && byDeal == nil:
			shares[line] = nil
			return nil
		case !kept && len(parts) == 0:
			return nil
		case !kept:
			byDeal = map[string]int64{"": was}
			shares[line] = byDeal
		}
		if len(parts) == 0 {
			parts = []payout.DealPart{{AmountMinor: now - was}}
		}
		for _, part := range parts {
			byDeal[part.Deal] += part.AmountMinor
		}
		return nil
	}, `SELECT person_id, plan_id, component, was_minor, now_minor, parts FROM retro_delta WHERE retro_id = $1 AND month = $2`, retroID, month.String())
}

// postedDeltas returns the differences that were posted, in the order in which they were.
func (tx *Tx) postedDeltas(ctx context.Context, condition string, args ...any) ([]payout.EarlierLine, error) {
	return collect(ctx, tx, func(r rows, l *payout.EarlierLine) error {
		return r.Scan(scanMonth(&l.Month), &l.PersonID, &l.PlanID, &l.Component, &l.AmountMinor, &l.CarriedMinor)
	}, `SELECT d.month, d.person_id, d.plan_id, d.component, d.now_minor - d.was_minor, d.now_carried FROM retro r JOIN retro_delta d ON d.retro_id = r.id
		WHERE r.state = 'posted' AND `+condition+` ORDER BY r.posted_at, r.id, d.month, d.person_id, d.plan_id, d.component`, args...)
}

// withDeltas adds differences to lines; what is carried is what the last of them says.
func withDeltas(lines, deltas []payout.EarlierLine) []payout.EarlierLine {
	if len(deltas) == 0 {
		return lines
	}
	type key struct {
		month           calendar.Month
		person          int64
		plan, component string
	}
	place := make(map[key]int, len(lines))
	for i, l := range lines {
		place[key{l.Month, l.PersonID, l.PlanID, l.Component}] = i
	}
	for _, d := range deltas {
		k := key{d.Month, d.PersonID, d.PlanID, d.Component}
		i, known := place[k]
		if !known {
			i = len(lines)
			place[k] = i
			lines = append(lines, payout.EarlierLine{Month: d.Month, Line: payout.Line{PersonID: d.PersonID, PlanID: d.PlanID, Component: d.Component}})
		}
		lines[i].AmountMinor += d.AmountMinor
		lines[i].CarriedMinor = d.CarriedMinor
	}
	return lines
}
