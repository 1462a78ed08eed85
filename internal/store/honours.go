package store

import (
	"context"
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
)

// Honours returns the store of package honour.
func (db *DB) Honours() honour.Store { return honourStore{db} }

type honourStore struct{ db *DB }

// InTx implements honour.Store.
func (s honourStore) InTx(ctx context.Context, fn func(honour.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements honour.Store.
func (s honourStore) Read(ctx context.Context, fn func(honour.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// scanTerm reads a term column into *t.
func scanTerm(t *honour.Term) *termColumn { return (*termColumn)(t) }

type termColumn honour.Term

// Scan implements sql.Scanner.
func (c *termColumn) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("term column holds %T", value)
	}
	t, err := honour.ParseTerm(text)
	*c = termColumn(t)
	return err
}

// MonthTotals implements honour.Reader.
func (tx *Tx) MonthTotals(ctx context.Context, from, to calendar.Month) ([]honour.MonthTotal, error) {
	return collect(ctx, tx, func(r rows, t *honour.MonthTotal) error {
		return r.Scan(scanMonth(&t.Month), &t.PersonID, &t.TotalMinor)
	},
		`SELECT p.month, s.person_id, CAST(SUM(s.total_minor) AS BIGINT) FROM period p JOIN statement s ON s.run_id = p.current_run
		WHERE p.month >= $1 AND p.month <= $2 GROUP BY p.month, s.person_id ORDER BY p.month, s.person_id`, from.String(), to.String())
}

// OpenDisputes implements honour.Reader.
func (tx *Tx) OpenDisputes(ctx context.Context, from, to calendar.Month) ([]honour.MonthCount, error) {
	return collect(ctx, tx, func(r rows, c *honour.MonthCount) error { return r.Scan(scanMonth(&c.Month), &c.PersonID, &c.Count) },
		"SELECT d.month, d.person_id, COUNT(*) FROM dispute d WHERE "+openDispute+` AND d.month >= $1 AND d.month <= $2
		GROUP BY d.month, d.person_id ORDER BY d.month, d.person_id`, from.String(), to.String())
}

const roundColumns = `id, kind, document_id, version_id, name_zh, name_en, term, state, evidence, digest, computed_by, computed_at, approved_by, approved_at,
	announced_by, announced_at, note`

func scanRound(r rows, h *honour.Round) error {
	return r.Scan(&h.ID, &h.Kind, &h.DocumentID, &h.VersionID, &h.Name.Zh, &h.Name.En, scanTerm(&h.Term), &h.State, &h.Evidence, &h.Digest, &h.ComputedBy, scanTime(&h.ComputedAt),
		&h.ApprovedBy, scanTime(&h.ApprovedAt), &h.AnnouncedBy, scanTime(&h.AnnouncedAt), &h.Note)
}

// HonourRounds implements honour.Reader.
func (tx *Tx) HonourRounds(ctx context.Context, kind honour.Kind) ([]honour.Round, error) {
	return collect(ctx, tx, scanRound, `SELECT id, kind, document_id, version_id, name_zh, name_en, term, state, '', digest, computed_by, computed_at, approved_by, approved_at,
		announced_by, announced_at, note FROM honour_round WHERE kind = $1 ORDER BY computed_at DESC, id DESC`, string(kind))
}

// HonourRound implements honour.Reader.
func (tx *Tx) HonourRound(ctx context.Context, id string) (honour.Round, error) {
	return one(ctx, tx, "honour.round_missing", scanRound, "SELECT "+roundColumns+" FROM honour_round WHERE id = $1", id)
}

// InsertHonourRound implements honour.Tx.
func (tx *Tx) InsertHonourRound(ctx context.Context, h honour.Round) error {
	_, err := tx.exec(ctx, "INSERT INTO honour_round ("+roundColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`, h.ID, string(h.Kind), h.DocumentID, h.VersionID, h.Name.Zh, h.Name.En, h.Term.String(),
		string(h.State), string(h.Evidence), h.Digest, h.ComputedBy, instant(h.ComputedAt), h.ApprovedBy, instant(h.ApprovedAt), h.AnnouncedBy, instant(h.AnnouncedAt), h.Note)
	return err
}

// UpdateHonourRound implements honour.Tx. An announced or discarded round does not change.
func (tx *Tx) UpdateHonourRound(ctx context.Context, h honour.Round, was honour.State) error {
	return mustChange(ctx, tx, "honour.not_in_state", `UPDATE honour_round SET state = $2, approved_by = $3, approved_at = $4, announced_by = $5, announced_at = $6, note = $7
		WHERE id = $1 AND state = $8 AND state IN ('proposed', 'approved')`, h.ID, string(h.State), h.ApprovedBy, instant(h.ApprovedAt), h.AnnouncedBy, instant(h.AnnouncedAt), h.Note, string(was))
}

const awardColumns = `id, round_id, number, document_id, version_id, name_zh, name_en, term, group_name, person_id, person_name, team_name, level, place, measure_zh, measure_en,
	kind, value, cash_minor, currency, points, priority_until, evidence_digest, digest, announced_at`

func scanAward(r rows, a *honour.Award) error {
	v := honour.Revocation{}
	err := r.Scan(&a.ID, &a.RoundID, &a.Number, &a.DocumentID, &a.VersionID, &a.Name.Zh, &a.Name.En, scanTerm(&a.Term), &a.GroupName, &a.PersonID, &a.PersonName, &a.TeamName, &a.Level,
		&a.Place, &a.Measure.Zh, &a.Measure.En, &a.Kind, &a.Value, &a.CashMinor, &a.Currency, &a.Points, scanDate(&a.PriorityUntil), &a.EvidenceDigest, &a.Digest,
		scanTime(&a.AnnouncedAt), &v.Reason, &v.RevokedBy, scanTime(&v.RevokedAt))
	if v.RevokedBy != "" {
		v.AwardID = a.ID
		a.Revocation = &v
	}
	return err
}

const awardSelect = "SELECT " + awardColumns + `, COALESCE(v.reason, ''), COALESCE(v.revoked_by, ''), COALESCE(v.revoked_at, '')
	FROM honour_award a LEFT JOIN honour_revocation v ON v.award_id = a.id `

// Awards implements honour.Reader.
func (tx *Tx) Awards(ctx context.Context, f honour.AwardFilter) ([]honour.Award, error) {
	return collect(ctx, tx, scanAward, awardSelect+`WHERE ($1 = 0 OR person_id = $1) AND ($2 = '' OR document_id = $2) AND ($3 = '' OR round_id = $3) AND ($4 = '' OR term = $4)
		ORDER BY announced_at DESC, number`, f.PersonID, f.DocumentID, f.RoundID, f.Term)
}

// Award implements honour.Reader.
func (tx *Tx) Award(ctx context.Context, id string) (honour.Award, error) {
	return one(ctx, tx, "honour.award_missing", scanAward, awardSelect+"WHERE id = $1", id)
}

// day writes a date column that may be empty.
func dayOrNone(d calendar.Date) string {
	if d == calendar.NoDate {
		return ""
	}
	return d.String()
}

// InsertAward implements honour.Tx.
func (tx *Tx) InsertAward(ctx context.Context, a honour.Award) error {
	_, err := tx.exec(ctx, "INSERT INTO honour_award ("+awardColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
		a.ID, a.RoundID, a.Number, a.DocumentID, a.VersionID, a.Name.Zh, a.Name.En, a.Term.String(), a.GroupName, a.PersonID, a.PersonName, a.TeamName, a.Level, a.Place, a.Measure.Zh,
		a.Measure.En, a.Kind, a.Value, a.CashMinor, string(a.Currency), a.Points, dayOrNone(a.PriorityUntil), a.EvidenceDigest, a.Digest, instant(a.AnnouncedAt))
	return err
}

// InsertRevocation implements honour.Tx.
func (tx *Tx) InsertRevocation(ctx context.Context, v honour.Revocation) error {
	_, err := tx.exec(ctx, "INSERT INTO honour_revocation (award_id, reason, revoked_by, revoked_at) VALUES ($1, $2, $3, $4)", v.AwardID, v.Reason, v.RevokedBy, instant(v.RevokedAt))
	return err
}

// Announcements implements honour.Reader.
func (tx *Tx) Announcements(ctx context.Context) ([]honour.Announcement, error) {
	return collect(ctx, tx, func(r rows, a *honour.Announcement) error {
		var payload string
		err := r.Scan(&a.ID, &a.Kind, &a.Subject, &payload, scanTime(&a.CreatedAt))
		a.Payload = []byte(payload)
		return err
	}, "SELECT id, kind, subject, payload, created_at FROM delivery WHERE channel = 'bots' AND state = 'queued' ORDER BY created_at, id")
}

const proposalColumns = `id, round_id, version_id, term, person_id, person_name, team_name, from_level, to_level, preferred, evidence, digest, state, proposed_by, proposed_at,
	decided_by, decided_at, effective_on, reason`

func scanProposal(r rows, p *honour.Proposal) error {
	var preferred int64
	err := r.Scan(&p.ID, &p.RoundID, &p.VersionID, scanTerm(&p.Term), &p.PersonID, &p.PersonName, &p.TeamName, &p.From, &p.To, &preferred, &p.Evidence, &p.Digest, &p.State,
		&p.ProposedBy, scanTime(&p.ProposedAt), &p.DecidedBy, scanTime(&p.DecidedAt), scanDate(&p.EffectiveOn), &p.Reason)
	p.Preferred = preferred == 1
	return err
}

// Proposals implements honour.Reader: those who are preferred first.
func (tx *Tx) Proposals(ctx context.Context, f honour.ProposalFilter) ([]honour.Proposal, error) {
	return collect(ctx, tx, scanProposal, "SELECT "+proposalColumns+` FROM promotion_proposal
		WHERE ($1 = 0 OR person_id = $1) AND ($2 = '' OR round_id = $2) AND ($3 = '' OR state = $3) ORDER BY term DESC, preferred DESC, person_id, id`, f.PersonID, f.RoundID, string(f.State))
}

// Proposal implements honour.Reader.
func (tx *Tx) Proposal(ctx context.Context, id string) (honour.Proposal, error) {
	return one(ctx, tx, "honour.proposal_missing", scanProposal, "SELECT "+proposalColumns+" FROM promotion_proposal WHERE id = $1", id)
}

// InsertProposal implements honour.Tx.
func (tx *Tx) InsertProposal(ctx context.Context, p honour.Proposal) error {
	preferred := int64(0)
	if p.Preferred {
		preferred = 1
	}
	_, err := tx.exec(ctx, "INSERT INTO promotion_proposal ("+proposalColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '', '', '')`, p.ID, p.RoundID, p.VersionID, p.Term.String(), p.PersonID, p.PersonName, p.TeamName, p.From, p.To,
		preferred, string(p.Evidence), p.Digest, string(p.State), p.ProposedBy, instant(p.ProposedAt))
	return err
}

// UpdateProposal implements honour.Tx. A proposal is decided once.
func (tx *Tx) UpdateProposal(ctx context.Context, p honour.Proposal) error {
	return mustChange(ctx, tx, "honour.proposal_decided", `UPDATE promotion_proposal SET state = $2, decided_by = $3, decided_at = $4, effective_on = $5, reason = $6
		WHERE id = $1 AND state = 'proposed'`, p.ID, string(p.State), p.DecidedBy, instant(p.DecidedAt), dayOrNone(p.EffectiveOn), p.Reason)
}
