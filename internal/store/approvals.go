package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/naming"
)

// ApprovalStore returns the store of package approval.
func (db *DB) ApprovalStore() approval.Store { return approvalStore{db} }

type approvalStore struct{ db *DB }

func (s approvalStore) InTx(ctx context.Context, fn func(approval.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s approvalStore) Read(ctx context.Context, fn func(approval.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var approvalColumns = []string{"id", "kind", "subject_id", "title", "search_text", "state", "stuck", "round", "at_turn", "turns", "submitter_id", "submitter_name", "person_id", "excluded",
	"flow_version", "route", "currency", "data", "facts", "document", "hash", "created_at", "submitted_at", "decided_at", "due_at", "revision"}

var approvalSelect = "SELECT r." + strings.Join(approvalColumns, ", r.") + " FROM approval_request r"

func approvalValues(r approval.Request) ([]any, error) {
	turns, err := json.Marshal(r.Turns)
	if err != nil {
		return nil, err
	}
	data, facts, err := submitted(r.Data, r.Facts)
	if err != nil {
		return nil, err
	}
	excluded := ""
	if len(r.Excluded) > 0 {
		excluded = " " + strings.Join(r.Excluded, " ") + " "
	}
	return []any{r.ID, r.Kind, r.SubjectID, r.Title, naming.Text(r.Title, r.SubmitterName), string(r.State), r.Stuck, r.Round, int64(r.At), string(turns), r.SubmitterID, r.SubmitterName, r.PersonID,
		excluded, r.FlowVersion, r.Route, string(r.Currency), data, facts, string(r.Document), r.Hash, instant(r.CreatedAt), instant(r.SubmittedAt), instant(r.DecidedAt), instant(r.DueAt()), r.Revision}, nil
}

// submitted writes what was submitted as JSON.
func submitted(data approval.Data, facts []approval.Fact) (dataText, factsText string, err error) {
	d, err := json.Marshal(data)
	if err != nil {
		return "", "", err
	}
	f, err := json.Marshal(facts)
	return string(d), string(f), err
}

func scanApproval(r rows, a *approval.Request) error {
	var turns, excluded, data, facts, document, search, due string
	var at int64
	if err := r.Scan(&a.ID, &a.Kind, &a.SubjectID, &a.Title, &search, &a.State, &a.Stuck, &a.Round, &at, &turns, &a.SubmitterID, &a.SubmitterName, &a.PersonID, &excluded, &a.FlowVersion, &a.Route,
		&a.Currency, &data, &facts, &document, &a.Hash, scanTime(&a.CreatedAt), scanTime(&a.SubmittedAt), scanTime(&a.DecidedAt), &due, &a.Revision); err != nil {
		return err
	}
	a.At, a.Excluded = int(at), strings.Fields(excluded)
	if err := json.Unmarshal([]byte(turns), &a.Turns); err != nil {
		return err
	}
	return readSubmitted(data, facts, document, &a.Data, &a.Facts, &a.Document)
}

func readSubmitted(data, facts, document string, d *approval.Data, f *[]approval.Fact, raw *json.RawMessage) error {
	if err := json.Unmarshal([]byte(data), d); err != nil {
		return err
	}
	if document != "" {
		*raw = json.RawMessage(document)
	}
	return json.Unmarshal([]byte(facts), f)
}

// Approval implements approval.Reader.
func (tx *Tx) Approval(ctx context.Context, id string) (approval.Request, error) {
	return one(ctx, tx, "approval.not_found", scanApproval, approvalSelect+" WHERE r.id = $1", id)
}

// OpenApproval implements approval.Reader.
func (tx *Tx) OpenApproval(ctx context.Context, kind, subjectID string) (approval.Request, error) {
	return one(ctx, tx, "approval.not_found", scanApproval, approvalSelect+" WHERE r.kind = $1 AND r.subject_id = $2 AND r.state IN ('pending', 'returned')", kind, subjectID)
}

// Approvals implements approval.Reader. Ids grow with time, so that they are the cursor.
func (tx *Tx) Approvals(ctx context.Context, q approval.Query) ([]approval.Request, error) {
	c := &filters{}
	reader := q.UserIDs[0]
	partOf := func(part approval.Part, users []string) {
		c.add("r.id IN (SELECT p.request_id FROM approval_part p WHERE p.part = ? AND p.user_id IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(users)), ", ")+"))",
			append([]any{string(part)}, valuesOf(users)...)...)
	}
	switch q.Box {
	case approval.BoxWaiting:
		partOf(approval.PartOpen, q.UserIDs)
		c.add("r.state = 'pending' AND r.submitter_id <> ? AND r.excluded NOT LIKE ?", reader, "% "+reader+" %")
	case approval.BoxMine:
		c.add("r.submitter_id = ?", reader)
	case approval.BoxCopied:
		partOf(approval.PartCopied, q.UserIDs[:1])
	case approval.BoxDone:
		partOf(approval.PartDecided, q.UserIDs[:1])
	case approval.BoxAll:
		c.reach(q.Scope, tx.Today(), "r.person_id", "%s")
	}
	if q.Kind != "" {
		c.add("r.kind = ?", q.Kind)
	}
	if q.State != "" {
		c.add("r.state = ?", string(q.State))
	}
	if q.Stuck {
		c.add("r.stuck = TRUE")
	}
	if q.Search != "" {
		c.named("r.search_text", q.Search)
	}
	after, order := "r.id < ?", " ORDER BY r.id DESC LIMIT "
	if q.Box == approval.BoxWaiting { // who has waited longest comes first
		after, order = "r.id > ?", " ORDER BY r.id LIMIT "
	}
	if q.After != "" {
		c.add(after, q.After)
	}
	limit := c.parameter(int64(q.Limit + 1))
	return collect(ctx, tx, scanApproval, approvalSelect+c.where()+order+limit, c.args...)
}

// ApprovalsOpen implements approval.Reader.
func (tx *Tx) ApprovalsOpen(ctx context.Context, userIDs []string) (int64, error) {
	args := append([]any{userIDs[0], "% " + userIDs[0] + " %"}, valuesOf(userIDs)...)
	return value[int64](ctx, tx, `SELECT COUNT(*) FROM approval_request r WHERE r.state = 'pending' AND r.submitter_id <> $1 AND r.excluded NOT LIKE $2
		AND r.id IN (SELECT p.request_id FROM approval_part p WHERE p.part = 'open' AND p.user_id IN (`+numberedFrom(3, len(userIDs))+"))", args...)
}

// ApprovalEvents implements approval.Reader.
func (tx *Tx) ApprovalEvents(ctx context.Context, id string) ([]approval.Event, error) {
	return collect(ctx, tx, func(r rows, e *approval.Event) error {
		var to string
		err := r.Scan(&e.RequestID, &e.Seq, &e.Round, &e.Turn, &e.Act, &e.ActorID, &e.ActorName, &e.For, &to, &e.Note, scanTime(&e.At))
		e.To = strings.Fields(to)
		return err
	}, "SELECT request_id, seq, round, turn, act, actor_id, actor_name, for_id, to_ids, note, at FROM approval_event WHERE request_id = $1 ORDER BY seq", id)
}

// ApprovalRounds implements approval.Reader.
func (tx *Tx) ApprovalRounds(ctx context.Context, id string) ([]approval.Round, error) {
	return collect(ctx, tx, func(r rows, round *approval.Round) error {
		var data, facts, document string
		if err := r.Scan(&round.RequestID, &round.Round, &data, &facts, &document, &round.Hash, scanTime(&round.SubmittedAt)); err != nil {
			return err
		}
		return readSubmitted(data, facts, document, &round.Data, &round.Facts, &round.Document)
	}, "SELECT request_id, round, data, facts, document, hash, submitted_at FROM approval_round WHERE request_id = $1 ORDER BY round", id)
}

// ApprovalParts implements approval.Reader.
func (tx *Tx) ApprovalParts(ctx context.Context, id string) (map[string][]approval.Part, error) {
	parts := map[string][]approval.Part{}
	return parts, each(ctx, tx, func(r rows) error {
		var user string
		var part approval.Part
		err := r.Scan(&user, &part)
		parts[user] = append(parts[user], part)
		return err
	}, "SELECT user_id, part FROM approval_part WHERE request_id = $1 ORDER BY user_id, part", id)
}

// ApprovalsDue implements approval.Reader.
func (tx *Tx) ApprovalsDue(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return collect(ctx, tx, func(r rows, id *string) error { return r.Scan(id) },
		"SELECT id FROM approval_request WHERE due_at <> '' AND due_at <= $1 ORDER BY due_at, id LIMIT $2", instant(now), int64(limit))
}

// ApprovalsOrphaned implements approval.Reader.
func (tx *Tx) ApprovalsOrphaned(ctx context.Context, limit int) ([]string, error) {
	return collect(ctx, tx, func(r rows, id *string) error { return r.Scan(id) }, `SELECT DISTINCT p.request_id FROM app_user u JOIN approval_part p ON p.user_id = u.id AND p.part = 'open'
		WHERE u.disabled = TRUE ORDER BY p.request_id LIMIT $1`, int64(limit))
}

// InsertApproval implements approval.Tx.
func (tx *Tx) InsertApproval(ctx context.Context, r approval.Request) error {
	values, err := approvalValues(r)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO approval_request ("+strings.Join(approvalColumns, ", ")+") VALUES ("+numbered(len(approvalColumns))+")", values...)
	return err
}

// UpdateApproval implements approval.Tx.
func (tx *Tx) UpdateApproval(ctx context.Context, r approval.Request) error {
	values, err := approvalValues(r)
	if err != nil {
		return err
	}
	var set []string
	for i, column := range approvalColumns[1:] {
		set = append(set, column+" = $"+strconv.Itoa(i+2))
	}
	return mustChange(ctx, tx, "approval.changed_meanwhile", "UPDATE approval_request SET "+strings.Join(set, ", ")+" WHERE id = $1 AND revision = $"+strconv.Itoa(len(values))+" - 1", values...)
}

// InsertApprovalRound implements approval.Tx.
func (tx *Tx) InsertApprovalRound(ctx context.Context, round approval.Round) error {
	data, facts, err := submitted(round.Data, round.Facts)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO approval_round (request_id, round, data, facts, document, hash, submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		round.RequestID, round.Round, data, facts, string(round.Document), round.Hash, instant(round.SubmittedAt))
	return err
}

// AppendApprovalEvent implements approval.Tx.
func (tx *Tx) AppendApprovalEvent(ctx context.Context, e approval.Event) error {
	_, err := tx.exec(ctx, `INSERT INTO approval_event (request_id, seq, round, turn, act, actor_id, actor_name, for_id, to_ids, note, at)
		VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM approval_event WHERE request_id = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.RequestID, e.Round, e.Turn, string(e.Act), e.ActorID, e.ActorName, e.For, strings.Join(e.To, " "), e.Note, instant(e.At))
	return err
}

// SetApprovalParts implements approval.Tx.
func (tx *Tx) SetApprovalParts(ctx context.Context, id string, open []string, parts map[approval.Part][]string) error {
	if _, err := tx.exec(ctx, "DELETE FROM approval_part WHERE request_id = $1 AND part = 'open'", id); err != nil {
		return err
	}
	all := map[approval.Part][]string{approval.PartOpen: open}
	for part, users := range parts {
		all[part] = users
	}
	for _, part := range []approval.Part{approval.PartOpen, approval.PartAsked, approval.PartDecided, approval.PartCopied} {
		for _, user := range all[part] {
			if _, err := tx.exec(ctx, "INSERT INTO approval_part (request_id, user_id, part) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", id, user, string(part)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ApprovalFlows implements approval.Reader.
func (tx *Tx) ApprovalFlows(ctx context.Context, kind string) ([]approval.FlowVersion, error) {
	return collect(ctx, tx, func(r rows, v *approval.FlowVersion) error {
		var flow string
		if err := r.Scan(&v.Kind, &v.Version, &flow, &v.Reason, &v.ProposedBy, &v.PublishedBy, scanTime(&v.PublishedAt)); err != nil {
			return err
		}
		return json.Unmarshal([]byte(flow), &v.Flow)
	}, "SELECT kind, version, flow, reason, proposed_by, published_by, published_at FROM approval_flow WHERE $1 = '' OR kind = $1 ORDER BY kind, version DESC", kind)
}

// InsertApprovalFlow implements approval.Tx.
func (tx *Tx) InsertApprovalFlow(ctx context.Context, v approval.FlowVersion) error {
	flow, err := json.Marshal(v.Flow)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO approval_flow (kind, version, flow, reason, proposed_by, published_by, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		v.Kind, v.Version, string(flow), v.Reason, v.ProposedBy, v.PublishedBy, instant(v.PublishedAt))
	return err
}

// ApprovalFlowDrafts implements approval.Reader.
func (tx *Tx) ApprovalFlowDrafts(ctx context.Context) ([]approval.FlowDraft, error) {
	return collect(ctx, tx, func(r rows, d *approval.FlowDraft) error {
		var flow string
		if err := r.Scan(&d.Kind, &d.BasedOn, &flow, &d.Hash, &d.Reason, &d.ProposedBy, &d.ProposedName, scanTime(&d.ProposedAt)); err != nil {
			return err
		}
		return json.Unmarshal([]byte(flow), &d.Flow)
	}, "SELECT kind, based_on, flow, hash, reason, proposed_by, proposed_name, proposed_at FROM approval_flow_draft ORDER BY kind")
}

// PutApprovalFlowDraft implements approval.Tx.
func (tx *Tx) PutApprovalFlowDraft(ctx context.Context, d approval.FlowDraft) error {
	flow, err := json.Marshal(d.Flow)
	if err != nil {
		return err
	}
	if err := tx.DeleteApprovalFlowDraft(ctx, d.Kind); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO approval_flow_draft (kind, based_on, flow, hash, reason, proposed_by, proposed_name, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		d.Kind, d.BasedOn, string(flow), d.Hash, d.Reason, d.ProposedBy, d.ProposedName, instant(d.ProposedAt))
	return err
}

// DeleteApprovalFlowDraft implements approval.Tx.
func (tx *Tx) DeleteApprovalFlowDraft(ctx context.Context, kind string) error {
	_, err := tx.exec(ctx, "DELETE FROM approval_flow_draft WHERE kind = $1", kind)
	return err
}

const delegationSelect = "SELECT id, user_id, deputy_id, from_on, until_on, made_by, made_at, ended_at FROM approval_delegation"

func scanDelegation(r rows, d *approval.Delegation) error {
	return r.Scan(&d.ID, &d.UserID, &d.DeputyID, scanDate(&d.From), scanDate(&d.Until), &d.MadeBy, scanTime(&d.MadeAt), scanTime(&d.EndedAt))
}

// Delegations implements approval.Reader.
func (tx *Tx) Delegations(ctx context.Context, userID string) ([]approval.Delegation, error) {
	own, err := collect(ctx, tx, scanDelegation, delegationSelect+" WHERE user_id = $1", userID)
	if err != nil {
		return nil, err
	}
	others, err := collect(ctx, tx, scanDelegation, delegationSelect+" WHERE deputy_id = $1", userID)
	all := append(own, others...)
	slices.SortFunc(all, func(a, b approval.Delegation) int { return strings.Compare(b.ID, a.ID) })
	return all, err
}

// Delegation implements approval.Tx.
func (tx *Tx) Delegation(ctx context.Context, id string) (approval.Delegation, error) {
	return one(ctx, tx, "approval.delegation_missing", scanDelegation, delegationSelect+" WHERE id = $1", id)
}

// InsertDelegation implements approval.Tx.
func (tx *Tx) InsertDelegation(ctx context.Context, d approval.Delegation) error {
	_, err := tx.exec(ctx, "INSERT INTO approval_delegation (id, user_id, deputy_id, from_on, until_on, made_by, made_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '')",
		d.ID, d.UserID, d.DeputyID, d.From.String(), d.Until.String(), d.MadeBy, instant(d.MadeAt))
	return err
}

// EndDelegation implements approval.Tx.
func (tx *Tx) EndDelegation(ctx context.Context, id string, at time.Time) error {
	return mustChange(ctx, tx, "approval.delegation_over", "UPDATE approval_delegation SET ended_at = $2 WHERE id = $1 AND ended_at = ''", id, instant(at))
}
