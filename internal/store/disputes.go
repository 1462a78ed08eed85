package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
)

// Disputes returns the store of package dispute.
func (db *DB) Disputes() dispute.Store { return disputeStore{db} }

type disputeStore struct{ db *DB }

func (s disputeStore) InTx(ctx context.Context, fn func(dispute.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s disputeStore) Read(ctx context.Context, fn func(dispute.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const disputeColumns = `id, number, month, person_id, team_id, plan_id, version_id, run_id, digest, line, zero, shown_minor, expected_minor, cause, text,
	state, outcome, awarded_minor, unanimous, raised_by, raised_at, due_on, ended_at, deferred_to, correction_kind, correction_id, revision`

var disputeSelect = "SELECT d." + strings.ReplaceAll(strings.ReplaceAll(disputeColumns, "\n\t", " "), ", ", ", d.") +
	", COALESCE(p.key, ''), COALESCE(p.name, ''), COALESCE(t.name, '')"

const disputeFrom = ` FROM dispute d
	LEFT JOIN person p ON p.id = d.person_id AND p.superseded_in = ` + openBatch + `
	LEFT JOIN run r ON r.id = d.run_id
	LEFT JOIN team t ON t.id = d.team_id AND t.recorded_in <= r.recorded AND t.superseded_in > r.recorded `

func scanDispute(r rows, d *dispute.Dispute) error {
	var line, deferred string
	if err := r.Scan(&d.ID, &d.Number, scanMonth(&d.Month), &d.PersonID, &d.TeamID, &d.PlanID, &d.VersionID, &d.RunID, &d.Digest, &line, &d.Zero,
		&d.ShownMinor, &d.ExpectedMinor, &d.Cause, &d.Text, &d.State, &d.Outcome, &d.AwardedMinor, &d.Unanimous, &d.RaisedBy, scanTime(&d.RaisedAt),
		scanDate(&d.DueOn), scanTime(&d.EndedAt), &deferred, &d.Correction.Kind, &d.Correction.ID, &d.Revision, &d.PersonKey, &d.PersonName, &d.TeamName); err != nil {
		return err
	}
	d.Line, _ = dispute.ParseLine(line)
	if deferred != "" {
		return scanMonth(&d.DeferredTo).Scan(deferred)
	}
	return nil
}

// optional is an amount that may be unknown.
func optional(minor *int64) any {
	if minor == nil {
		return nil
	}
	return *minor
}

func optionalMonth(m calendar.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}

// NextDisputeNumber implements dispute.Tx.
func (tx *Tx) NextDisputeNumber(ctx context.Context) (int64, error) {
	return value[int64](ctx, tx, "UPDATE sequence SET next = next + 1 WHERE name = 'dispute' RETURNING next - 1")
}

// InsertDispute implements dispute.Tx.
func (tx *Tx) InsertDispute(ctx context.Context, d dispute.Dispute) error {
	_, err := tx.exec(ctx, "INSERT INTO dispute ("+disputeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
		$19, $20, $21, $22, $23, $24, $25, $26, $27)`, d.ID, d.Number, d.Month.String(), d.PersonID, d.TeamID, d.PlanID, d.VersionID, d.RunID, d.Digest,
		d.Line.Key(), d.Zero, d.ShownMinor, optional(d.ExpectedMinor), string(d.Cause), d.Text, string(d.State), string(d.Outcome), optional(d.AwardedMinor),
		d.Unanimous, d.RaisedBy, instant(d.RaisedAt), d.DueOn.String(), instant(d.EndedAt), optionalMonth(d.DeferredTo), d.Correction.Kind, d.Correction.ID, d.Revision)
	return err
}

// SaveDispute implements dispute.Tx: what was asked for stays as it was.
func (tx *Tx) SaveDispute(ctx context.Context, d dispute.Dispute) error {
	return mustChange(ctx, tx, "dispute.changed_meanwhile", `UPDATE dispute SET state = $2, outcome = $3, awarded_minor = $4, unanimous = $5, ended_at = $6,
		deferred_to = $7, correction_kind = $8, correction_id = $9, revision = $10 WHERE id = $1 AND revision = $10 - 1`, d.ID, string(d.State),
		string(d.Outcome), optional(d.AwardedMinor), d.Unanimous, instant(d.EndedAt), optionalMonth(d.DeferredTo), d.Correction.Kind, d.Correction.ID, d.Revision)
}

// Dispute implements dispute.Reader.
func (tx *Tx) Dispute(ctx context.Context, id string) (dispute.Dispute, error) {
	return one(ctx, tx, "dispute.unknown", scanDispute, disputeSelect+disputeFrom+"WHERE d.id = $1", id)
}

// openDispute is the condition that an answer is still owed.
const openDispute = "d.state IN ('raised', 'in_review')"

// disputesWhere writes the condition of a query.
func (tx *Tx) disputesWhere(q dispute.Query) (where string, args []any) {
	reach, args := personsInReach(q.Scope, tx.Today(), "d.person_id", 1)
	where = "WHERE " + reach
	add := func(format string, v any) {
		args = append(args, v)
		where += " AND " + strings.ReplaceAll(format, "?", "$"+strconv.Itoa(len(args)))
	}
	switch q.State {
	case "":
	case dispute.StateOpen:
		where += " AND " + openDispute
	default:
		add("d.state = ?", string(q.State))
	}
	if q.Overdue {
		where += " AND " + openDispute
		add("d.due_on < ?", q.Today.String())
	}
	if q.Cause != "" {
		add("d.cause = ?", string(q.Cause))
	}
	if q.Month != 0 {
		add("d.month = ?", q.Month.String())
	}
	if q.Gates != 0 {
		where += " AND " + openDispute
		month := q.Gates.String()
		add("(d.deferred_to = '' AND d.month = ? OR d.deferred_to <> '' AND d.deferred_to <= ?)", month)
	}
	if q.TeamID != 0 {
		add("d.team_id = ?", q.TeamID)
	}
	if q.PlanID != "" {
		add("d.plan_id = ?", q.PlanID)
	}
	if q.PersonID != 0 {
		add("d.person_id = ?", q.PersonID)
	}
	if q.Line != "" {
		add("d.line = ?", q.Line)
	}
	if q.Search != "" {
		c := &filters{args: args}
		c.named("p.search_text", q.Search)
		args, where = c.args, where+" AND "+c.texts[0]
	}
	return where, args
}

// Disputes implements dispute.Reader.
func (tx *Tx) Disputes(ctx context.Context, q dispute.Query) ([]dispute.Dispute, error) {
	where, args := tx.disputesWhere(q)
	if q.After != 0 {
		args = append(args, q.After)
		where += " AND d.number < $" + strconv.Itoa(len(args))
	}
	order := " ORDER BY d.number DESC"
	if q.Limit > 0 {
		args = append(args, int64(q.Limit))
		order += " LIMIT $" + strconv.Itoa(len(args))
	}
	return collect(ctx, tx, scanDispute, disputeSelect+disputeFrom+where+order, args...)
}

// CountDisputes implements dispute.Reader.
func (tx *Tx) CountDisputes(ctx context.Context, q dispute.Query) (int64, error) {
	where, args := tx.disputesWhere(q)
	return value[int64](ctx, tx, "SELECT COUNT(*)"+disputeFrom+where, args...)
}

// AppendDisputeEvent implements dispute.Tx.
func (tx *Tx) AppendDisputeEvent(ctx context.Context, disputeID string, e dispute.Event) error {
	seq, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(seq), 0) + 1 FROM dispute_event WHERE dispute_id = $1", disputeID)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO dispute_event (dispute_id, seq, at, kind, actor_id, actor_name, voice, outcome, amount_minor, text, reference, state_before,
		state_after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, disputeID, seq, instant(e.At), string(e.Kind), e.ActorID, e.ActorName,
		string(e.Voice), string(e.Outcome), optional(e.AmountMinor), e.Text, e.Reference, string(e.Before), string(e.After))
	return err
}

// DisputeEvents implements dispute.Reader.
func (tx *Tx) DisputeEvents(ctx context.Context, id string) ([]dispute.Event, error) {
	return collect(ctx, tx, func(r rows, e *dispute.Event) error {
		return r.Scan(&e.Seq, scanTime(&e.At), &e.Kind, &e.ActorID, &e.ActorName, &e.Voice, &e.Outcome, &e.AmountMinor, &e.Text, &e.Reference, &e.Before, &e.After)
	}, `SELECT seq, at, kind, actor_id, actor_name, voice, outcome, amount_minor, text, reference, state_before, state_after
		FROM dispute_event WHERE dispute_id = $1 ORDER BY seq`, id)
}

// InsertDisputeFile implements dispute.Tx.
func (tx *Tx) InsertDisputeFile(ctx context.Context, f dispute.File) error {
	_, err := tx.exec(ctx, `INSERT INTO dispute_file (id, dispute_id, name, media_type, bytes, digest, content, added_by, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, f.ID, f.DisputeID, f.Name, f.MediaType, f.Bytes, f.Digest, f.Content, f.AddedBy, instant(f.AddedAt))
	return err
}

// DisputeFiles implements dispute.Reader.
func (tx *Tx) DisputeFiles(ctx context.Context, id string) ([]dispute.File, error) {
	return collect(ctx, tx, func(r rows, f *dispute.File) error {
		return r.Scan(&f.ID, &f.DisputeID, &f.Name, &f.MediaType, &f.Bytes, &f.Digest, &f.AddedBy, scanTime(&f.AddedAt))
	}, "SELECT id, dispute_id, name, media_type, bytes, digest, added_by, added_at FROM dispute_file WHERE dispute_id = $1 ORDER BY added_at, id", id)
}

// DisputeFile implements dispute.Reader.
func (tx *Tx) DisputeFile(ctx context.Context, disputeID, fileID string) (dispute.File, error) {
	return one(ctx, tx, "dispute.no_file", func(r rows, f *dispute.File) error {
		return r.Scan(&f.ID, &f.DisputeID, &f.Name, &f.MediaType, &f.Bytes, &f.Digest, &f.AddedBy, scanTime(&f.AddedAt), &f.Content)
	}, `SELECT id, dispute_id, name, media_type, bytes, digest, added_by, added_at, content FROM dispute_file
		WHERE dispute_id = $1 AND id = $2`, disputeID, fileID)
}

// InsertDisputeReminders implements dispute.Tx.
func (tx *Tx) InsertDisputeReminders(ctx context.Context, disputeID string, reminders []dispute.Reminder) error {
	seq, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(seq), 0) FROM dispute_reminder WHERE dispute_id = $1", disputeID)
	for _, m := range reminders {
		if err != nil {
			return err
		}
		seq++
		_, err = tx.exec(ctx, "INSERT INTO dispute_reminder (dispute_id, seq, kind, addressee, at, void_at) VALUES ($1, $2, $3, $4, $5, $6)",
			disputeID, seq, string(m.Kind), m.To, instant(m.At), instant(m.VoidAt))
	}
	return err
}

// VoidDisputeReminders implements dispute.Tx.
func (tx *Tx) VoidDisputeReminders(ctx context.Context, disputeID string, at time.Time) error {
	_, err := tx.exec(ctx, "UPDATE dispute_reminder SET void_at = $2 WHERE dispute_id = $1 AND at > $2 AND void_at = ''", disputeID, instant(at))
	return err
}

// DisputeReminders implements dispute.Reader: those of one dispute in their order, or those that are due, newest first. The voices' own
// count while an answer is owed; a ruling stays to be read, and to be corrected until it is.
func (tx *Tx) DisputeReminders(ctx context.Context, q dispute.ReminderQuery) ([]dispute.Reminder, error) {
	const columns = "SELECT m.dispute_id, d.number, m.seq, m.kind, m.addressee, m.at, m.void_at FROM dispute_reminder m JOIN dispute d ON d.id = m.dispute_id "
	scan := func(r rows, m *dispute.Reminder) error {
		return r.Scan(&m.DisputeID, &m.Number, &m.Seq, &m.Kind, &m.To, scanTime(&m.At), scanTime(&m.VoidAt))
	}
	if q.DisputeID != "" {
		return collect(ctx, tx, scan, columns+"WHERE m.dispute_id = $1 ORDER BY m.at, m.seq", q.DisputeID)
	}
	reach, args := personsInReach(q.Scope, tx.Today(), "d.person_id", 1)
	mark := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	meant := "(m.addressee = 'payee' AND d.person_id = " + mark(q.PayeeID) + ")"
	for _, to := range q.To {
		meant += " OR (m.addressee = " + mark(to) + " AND d.person_id <> " + mark(q.PayeeID) + ")"
	}
	return collect(ctx, tx, scan, columns+"WHERE "+reach+" AND ("+meant+") AND m.void_at = '' AND m.at <= "+mark(instant(q.Due))+`
		AND (d.state IN ('raised', 'in_review') OR m.kind = 'ruled' OR (m.kind = 'correct' AND d.correction_id = ''))
		ORDER BY m.at DESC, d.number DESC, m.seq LIMIT `+mark(int64(q.Limit)), args...)
}

// DisputeRules implements dispute.Reader.
func (tx *Tx) DisputeRules(ctx context.Context) (rules dispute.Rules, err error) {
	err = each(ctx, tx, func(r rows) error {
		var appeal, answer int64
		err := r.Scan(&appeal, &answer, &rules.Approval, &rules.Revision)
		rules.AppealDays, rules.AnswerWorkDays = int(appeal), int(answer)
		return err
	}, "SELECT appeal_days, answer_work_days, approval, revision FROM dispute_rules WHERE id = 1")
	return rules, err
}

// SaveDisputeRules implements dispute.Tx.
func (tx *Tx) SaveDisputeRules(ctx context.Context, r dispute.Rules) error {
	values := []any{int64(r.AppealDays), int64(r.AnswerWorkDays), string(r.Approval), r.Revision}
	if r.Revision == 1 {
		_, err := tx.exec(ctx, "INSERT INTO dispute_rules (id, appeal_days, answer_work_days, approval, revision) VALUES (1, $1, $2, $3, $4)", values...)
		return err
	}
	return mustChange(ctx, tx, "dispute.changed_meanwhile", `UPDATE dispute_rules SET appeal_days = $1, answer_work_days = $2, approval = $3, revision = $4
		WHERE id = 1 AND revision = $4 - 1`, values...)
}

// BatchExists implements dispute.Reader.
func (tx *Tx) BatchExists(ctx context.Context, id int64) (bool, error) {
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM batch WHERE id = $1", id)
	return n > 0, err
}

// DisputeAdjustment implements dispute.Reader.
func (tx *Tx) DisputeAdjustment(ctx context.Context, id string) (a dispute.AdjustmentNamed, err error) {
	err = each(ctx, tx, func(r rows) error {
		var state string
		err := r.Scan(&a.PersonID, &state)
		a.Known, a.Stands = true, state == string(adjustment.StateProposed) || state == string(adjustment.StateApproved)
		return err
	}, "SELECT person_id, state FROM adjustment WHERE id = $1", id)
	return a, err
}

// CorrectedBy implements dispute.Reader.
func (tx *Tx) CorrectedBy(ctx context.Context, ref dispute.Reference) (number int64, err error) {
	return value[int64](ctx, tx, "SELECT COALESCE(MIN(number), 0) FROM dispute WHERE correction_kind = $1 AND correction_id = $2", ref.Kind, ref.ID)
}
