package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
)

// Payouts returns the store of package payout.
func (db *DB) Payouts() payout.Store { return payoutStore{db} }

type payoutStore struct{ db *DB }

func (s payoutStore) Read(ctx context.Context, fn func(payout.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

func standing(p period.Period) payout.Standing {
	return payout.Standing{
		Month: p.Month, RunID: p.CurrentRun, State: string(p.State), PublishedAt: p.PublishedAt, ObjectUntil: p.ObjectUntil, ApprovedAt: p.ApprovedAt,
		ClosedAt: p.ClosedAt, SealHash: p.SealHash,
		Published: p.State == period.StatePublished || p.State == period.StateApproved || p.State == period.StateClosed,
	}
}

// Standing implements payout.Reader.
func (tx *Tx) Standing(ctx context.Context, month calendar.Month) (payout.Standing, error) {
	p, err := tx.Period(ctx, month)
	return standing(p), err
}

// InScope implements payout.Reader.
func (tx *Tx) InScope(ctx context.Context, scope access.Scope, personID int64) (bool, error) {
	return tx.PersonInReach(ctx, scope, tx.Today(), personID)
}

const headSelect = `SELECT r.month, s.person_id, p.key, p.name, COALESCE(t.name, ''), s.plan_id, s.version_id, s.level, s.total_minor,
	COALESCE(a.added, 0), COALESCE(e.paid_minor, s.total_minor + COALESCE(a.added, 0)), s.digest
	FROM statement s JOIN run r ON r.id = s.run_id
	JOIN person p ON p.id = s.person_id AND p.recorded_in <= r.recorded AND p.superseded_in > r.recorded
	LEFT JOIN team t ON t.id = s.team_id AND t.recorded_in <= r.recorded AND t.superseded_in > r.recorded
	LEFT JOIN settlement e ON e.run_id = s.run_id AND e.person_id = s.person_id AND e.plan_id = s.plan_id
	LEFT JOIN (SELECT run_id, person_id, plan_id, CAST(SUM(amount_minor) AS BIGINT) AS added FROM run_addition GROUP BY run_id, person_id, plan_id) a
		ON a.run_id = s.run_id AND a.person_id = s.person_id AND a.plan_id = s.plan_id `

func scanHead(r rows, h *payout.Head) error {
	return r.Scan(scanMonth(&h.Month), &h.PersonID, &h.PersonKey, &h.Name, &h.TeamName, &h.PlanID, &h.VersionID, &h.Level, &h.TotalMinor, &h.AddedMinor, &h.PaidMinor, &h.Digest)
}

// StatementHeads implements payout.Reader, by team and person.
func (tx *Tx) StatementHeads(ctx context.Context, scope access.Scope, filter payout.Filter) (payout.Page, error) {
	p, err := tx.Period(ctx, filter.Month)
	if err != nil || p.CurrentRun == "" {
		return payout.Page{}, err
	}
	args := []any{p.CurrentRun}
	reach, reachArgs := personsInReach(scope, tx.Today(), "s.person_id", len(args)+1)
	args = append(args, reachArgs...)
	where := "WHERE s.run_id = $1 AND " + reach
	add := func(format string, v any) {
		args = append(args, v)
		where += " AND " + strings.ReplaceAll(format, "?", "$"+strconv.Itoa(len(args)))
	}
	if filter.Search != "" {
		c := &filters{args: args}
		c.named("p.search_text", filter.Search)
		args, where = c.args, where+" AND "+c.texts[0]
	}
	if filter.TeamID != 0 {
		add("s.team_id = ?", filter.TeamID)
	}
	if filter.PlanID != "" {
		add("s.plan_id = ?", filter.PlanID)
	}
	if filter.Except != 0 {
		add("s.person_id <> ?", filter.Except)
	}
	var page payout.Page
	err = each(ctx, tx, func(r rows) error { return r.Scan(&page.Count, &page.TotalMinor) },
		strings.Replace(headSelect, headSelect[:strings.Index(headSelect, "FROM")], "SELECT COUNT(*), CAST(COALESCE(SUM(s.total_minor), 0) AS BIGINT) ", 1)+where, args...)
	if err != nil {
		return payout.Page{}, err
	}
	if filter.After != "" {
		position, err := strconv.ParseInt(filter.After, 10, 64)
		if err != nil {
			return payout.Page{}, errs.New(errs.KindInvalid, "error.cursor", nil)
		}
		add("s.position > ?", position)
	}
	args = append(args, int64(filter.Limit+1))
	var last int64
	err = each(ctx, tx, func(r rows) error {
		var h payout.Head
		var position int64
		if err := r.Scan(scanMonth(&h.Month), &h.PersonID, &h.PersonKey, &h.Name, &h.TeamName, &h.PlanID, &h.VersionID, &h.Level, &h.TotalMinor, &h.AddedMinor, &h.PaidMinor, &h.Digest, &position); err != nil {
			return err
		}
		if len(page.Heads) == filter.Limit {
			page.Next = strconv.FormatInt(last, 10)
			return nil
		}
		last, h.Standing = position, standing(p)
		page.Heads = append(page.Heads, h)
		return nil
	}, strings.Replace(headSelect, "s.digest\n", "s.digest, s.position\n", 1)+where+fmt.Sprintf(" ORDER BY s.position LIMIT $%d", len(args)), args...)
	return page, err
}

// StatementsOf implements payout.Reader.
func (tx *Tx) StatementsOf(ctx context.Context, personID int64, publishedOnly bool) ([]payout.Head, error) {
	heads, err := collect(ctx, tx, scanHead, headSelect+`JOIN period q ON q.current_run = s.run_id
		WHERE s.person_id = $1 ORDER BY r.month DESC, s.plan_id`, personID)
	if err != nil {
		return nil, err
	}
	kept := heads[:0]
	for _, h := range heads {
		if h.Standing, err = tx.Standing(ctx, h.Month); err != nil {
			return nil, err
		}
		if h.Standing.Published || !publishedOnly {
			kept = append(kept, h)
		}
	}
	return kept, nil
}

// Rewards returns the store of package reward.
func (db *DB) Rewards() reward.Store { return rewardStore{db} }

type rewardStore struct{ db *DB }

func (s rewardStore) Read(ctx context.Context, fn func(reward.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const ledgerColumns = `seq, key, month, person_id, plan_id, component, debit, credit, amount_minor, currency, source, posted_at, prev_hash, hash`

func scanLedger(r rows, e *reward.Entry) error {
	return r.Scan(&e.Seq, &e.Key, scanKeptMonth(&e.Month), &e.PersonID, &e.PlanID, &e.Component, &e.Debit, &e.Credit, &e.AmountMinor, &e.Currency,
		&e.Source, scanKeptTime(&e.PostedAt), &e.PrevHash, &e.Hash)
}

// AppendLedger implements period.Tx.
func (tx *Tx) AppendLedger(ctx context.Context, entries []reward.Entry) (reward.Entry, error) {
	next, err := value[int64](ctx, tx, `UPDATE sequence SET next = next + $1 WHERE name = 'ledger' RETURNING next - $1`, int64(len(entries)))
	if err != nil {
		return reward.Entry{}, err
	}
	var last reward.Entry
	found, err := collect(ctx, tx, scanLedger, "SELECT "+ledgerColumns+" FROM ledger_entry WHERE seq = $1", next-1)
	if err != nil {
		return reward.Entry{}, err
	}
	if len(found) > 0 {
		last = found[0]
	}
	b := tx.bulk("ledger_entry", strings.Split(strings.ReplaceAll(ledgerColumns, " ", ""), ",")...)
	for i, e := range entries {
		e.Seq, e.PostedAt, e.PrevHash = next+int64(i), tx.Now(), last.Hash
		e.Hash = e.ComputeHash()
		if err := b.add(ctx, e.Seq, e.Key, e.Month.String(), e.PersonID, e.PlanID, e.Component, string(e.Debit), string(e.Credit), e.AmountMinor,
			string(e.Currency), e.Source, instant(e.PostedAt), e.PrevHash, e.Hash); err != nil {
			return reward.Entry{}, err
		}
		last = e
	}
	return last, b.flush(ctx)
}

// EachLedgerEntry implements period.Reader.
func (tx *Tx) EachLedgerEntry(ctx context.Context, fn func(reward.Entry) error) error {
	return each(ctx, tx, func(r rows) error {
		var e reward.Entry
		if err := scanLedger(r, &e); err != nil {
			return err
		}
		return fn(e)
	}, "SELECT "+ledgerColumns+" FROM ledger_entry ORDER BY seq")
}

// EachMonthEntry implements period.Reader.
func (tx *Tx) EachMonthEntry(ctx context.Context, month calendar.Month, fn func(reward.Entry) error) error {
	return each(ctx, tx, func(r rows) error {
		var e reward.Entry
		if err := scanLedger(r, &e); err != nil {
			return err
		}
		return fn(e)
	}, "SELECT "+ledgerColumns+" FROM ledger_entry WHERE month = $1 AND currency <> $2 ORDER BY seq", month.String(), string(reward.Points))
}

// LedgerPage implements reward.Reader.
func (tx *Tx) LedgerPage(ctx context.Context, filter reward.Filter) (page reward.Page, err error) {
	var args []any
	where := "WHERE 1 = 1"
	add := func(format string, v any) {
		args = append(args, v)
		where += fmt.Sprintf(" AND "+format, len(args))
	}
	if filter.Month != 0 {
		add("month = $%d", filter.Month.String())
	}
	if filter.PersonID != 0 {
		add("person_id = $%d", filter.PersonID)
	}
	if filter.PlanID != "" {
		add("plan_id = $%d", filter.PlanID)
	}
	if filter.Component != "" {
		add("component = $%d", filter.Component)
	}
	err = each(ctx, tx, func(r rows) error { return r.Scan(&page.Count, &page.TotalMinor) },
		"SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN credit LIKE 'payable:%' THEN amount_minor ELSE 0 END), 0) AS BIGINT) FROM ledger_entry "+where, args...)
	if err != nil {
		return page, err
	}
	if filter.After != 0 {
		add("seq < $%d", filter.After)
	}
	args = append(args, int64(filter.Limit+1))
	page.Entries, err = collect(ctx, tx, scanLedger, "SELECT "+ledgerColumns+" FROM ledger_entry "+where+fmt.Sprintf(" ORDER BY seq DESC LIMIT $%d", len(args)), args...)
	if err != nil {
		return page, err
	}
	if len(page.Entries) > filter.Limit {
		page.Entries = page.Entries[:filter.Limit]
		page.Next = page.Entries[filter.Limit-1].Seq
	}
	page.Names = map[int64]string{}
	for _, e := range page.Entries {
		if _, ok := page.Names[e.PersonID]; !ok {
			if page.Names[e.PersonID], err = value[string](ctx, tx, "SELECT name FROM person WHERE id = $1 AND superseded_in = $2", e.PersonID, int64(fact.Open)); err != nil {
				return page, err
			}
		}
	}
	return page, nil
}
