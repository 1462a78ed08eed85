package store

import (
	"context"
	"encoding/json"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/tierbook"
)

// Tiers returns the store of package tierbook.
func (db *DB) Tiers() tierbook.Store { return tierStore{db} }

type tierStore struct{ db *DB }

// InTx implements tierbook.Store.
func (s tierStore) InTx(ctx context.Context, fn func(tierbook.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements tierbook.Store.
func (s tierStore) Read(ctx context.Context, fn func(tierbook.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var tierPolicyColumns = []string{"id", "number", "state", "text", "hash", "name_zh", "name_en", "effective_from", "author_id", "created_at", "approver_id", "approved_at", "note", "trial_job", "trial", "revision"}

func tierPolicyValues(v tierbook.PolicyVersion) ([]any, error) {
	trial := ""
	if v.Trial != nil {
		text, err := json.Marshal(v.Trial)
		if err != nil {
			return nil, err
		}
		trial = string(text)
	}
	return []any{v.ID, v.Number, string(v.State), v.Text, v.Hash, v.Name.Zh, v.Name.En, optionalDay(v.From), v.AuthorID, instant(v.CreatedAt), v.ApproverID, instant(v.ApprovedAt), v.Note,
		v.TrialJob, trial, v.Revision}, nil
}

func scanTierPolicy(r rows, v *tierbook.PolicyVersion) error {
	var trial string
	if err := r.Scan(&v.ID, &v.Number, &v.State, &v.Text, &v.Hash, &v.Name.Zh, &v.Name.En, scanDate(&v.From), &v.AuthorID, scanTime(&v.CreatedAt), &v.ApproverID, scanTime(&v.ApprovedAt), &v.Note,
		&v.TrialJob, &trial, &v.Revision); err != nil || trial == "" {
		return err
	}
	return json.Unmarshal([]byte(trial), &v.Trial)
}

// TierPolicies implements tierbook.Reader.
func (tx *Tx) TierPolicies(ctx context.Context) ([]tierbook.PolicyVersion, error) {
	columns := strings.Replace(strings.Join(tierPolicyColumns, ", "), ", trial,", ", '',", 1)
	return collect(ctx, tx, scanTierPolicy, "SELECT "+columns+" FROM tier_policy ORDER BY number DESC")
}

// TierPolicy implements tierbook.Reader.
func (tx *Tx) TierPolicy(ctx context.Context, id string) (tierbook.PolicyVersion, error) {
	return one(ctx, tx, "tierbook.policy_missing", scanTierPolicy, "SELECT "+strings.Join(tierPolicyColumns, ", ")+" FROM tier_policy WHERE id = $1", id)
}

// InsertTierPolicy implements tierbook.Tx.
func (tx *Tx) InsertTierPolicy(ctx context.Context, v tierbook.PolicyVersion) error {
	values, err := tierPolicyValues(v)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "tier_policy", tierPolicyColumns, values)
}

// SaveTierPolicy implements tierbook.Tx.
func (tx *Tx) SaveTierPolicy(ctx context.Context, v tierbook.PolicyVersion) error {
	values, err := tierPolicyValues(v)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "tierbook.policy_changed", `UPDATE tier_policy SET number = $2, state = $3, text = $4, hash = $5, name_zh = $6, name_en = $7, effective_from = $8,
		author_id = $9, created_at = $10, approver_id = $11, approved_at = $12, note = $13, trial_job = $14, trial = $15, revision = $16 WHERE id = $1 AND revision = $16 - 1`, values...)
}

const tierReviewColumns = "id, kind, month, as_of, policy_id, policy_hash, state, job_id, created_by, created_at, finished_at, failure, summary"

func scanTierReview(r rows, v *tierbook.Review) error {
	var failure, summary string
	if err := r.Scan(&v.ID, &v.Kind, scanMonth(&v.Month), scanDate(&v.AsOf), &v.PolicyID, &v.PolicyHash, &v.State, &v.JobID, &v.CreatedBy, scanTime(&v.CreatedAt), scanTime(&v.FinishedAt),
		&failure, &summary); err != nil {
		return err
	}
	if failure != "" {
		if err := json.Unmarshal([]byte(failure), &v.Failure); err != nil {
			return err
		}
	}
	if summary == "" {
		return nil
	}
	return json.Unmarshal([]byte(summary), &v.Summary)
}

func tierReviewValues(r tierbook.Review) ([]any, error) {
	failure := ""
	if r.Failure.Key != "" {
		text, err := json.Marshal(r.Failure)
		if err != nil {
			return nil, err
		}
		failure = string(text)
	}
	summary, err := json.Marshal(r.Summary)
	return []any{r.ID, string(r.Kind), r.Month.String(), r.AsOf.String(), r.PolicyID, r.PolicyHash, string(r.State), r.JobID, r.CreatedBy, instant(r.CreatedAt), instant(r.FinishedAt), failure,
		string(summary)}, err
}

// TierReviews implements tierbook.Reader.
func (tx *Tx) TierReviews(ctx context.Context, kind tierbook.ReviewKind, limit int) ([]tierbook.Review, error) {
	return collect(ctx, tx, scanTierReview, "SELECT "+strings.TrimSuffix(tierReviewColumns, "summary")+"'' FROM tier_review WHERE $1 = '' OR kind = $1 ORDER BY id DESC LIMIT $2", string(kind), int64(limit))
}

// TierReview implements tierbook.Reader.
func (tx *Tx) TierReview(ctx context.Context, id int64) (tierbook.Review, error) {
	return one(ctx, tx, "tierbook.review_missing", scanTierReview, "SELECT "+tierReviewColumns+" FROM tier_review WHERE id = $1", id)
}

// TierReviewOf implements tierbook.Reader.
func (tx *Tx) TierReviewOf(ctx context.Context, month calendar.Month) (tierbook.Review, error) {
	return one(ctx, tx, "tierbook.review_missing", scanTierReview, "SELECT "+tierReviewColumns+" FROM tier_review WHERE kind = 'review' AND month = $1", month.String())
}

// InsertTierReview implements tierbook.Tx.
func (tx *Tx) InsertTierReview(ctx context.Context, r tierbook.Review) error {
	values, err := tierReviewValues(r)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "tier_review", strings.Split(tierReviewColumns, ", "), values)
}

// SaveTierReview implements tierbook.Tx.
func (tx *Tx) SaveTierReview(ctx context.Context, r tierbook.Review) error {
	values, err := tierReviewValues(r)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "tierbook.review_missing", `UPDATE tier_review SET kind = $2, month = $3, as_of = $4, policy_id = $5, policy_hash = $6, state = $7, job_id = $8, created_by = $9,
		created_at = $10, finished_at = $11, failure = $12, summary = $13 WHERE id = $1`, values...)
}

var tierChangeColumns = []string{"seq", "customer_id", "at", "kind", "from_tier", "to_tier", "review_id", "actor_id", "actor_name", "note"}

// AppendTierChanges implements tierbook.Tx.
func (tx *Tx) AppendTierChanges(ctx context.Context, changes []tierbook.Change) error {
	return putRows(ctx, tx, "tier_change", tierChangeColumns, changes, func(c tierbook.Change) []any {
		return []any{c.Seq, c.CustomerID, instant(c.At), string(c.Kind), string(c.From), string(c.To), c.ReviewID, c.ActorID, c.ActorName, c.Note}
	})
}

// TierChanges implements tierbook.Reader.
func (tx *Tx) TierChanges(ctx context.Context, customerID int64, limit int) ([]tierbook.Change, error) {
	return collect(ctx, tx, func(r rows, c *tierbook.Change) error {
		return r.Scan(&c.Seq, &c.CustomerID, scanTime(&c.At), &c.Kind, &c.From, &c.To, &c.ReviewID, &c.ActorID, &c.ActorName, &c.Note)
	}, "SELECT "+strings.Join(tierChangeColumns, ", ")+" FROM tier_change WHERE customer_id = $1 ORDER BY seq DESC LIMIT $2", customerID, int64(limit))
}

var tierProposalColumns = []string{"id", "customer_id", "review_id", "from_tier", "to_tier", "owner_id", "score", "state", "decided_by", "decided_at", "note", "request_id"}

var tierProposalSelect = "SELECT q." + strings.Join(tierProposalColumns, ", q.") + `, COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE(p.name, '') FROM tier_proposal q
	LEFT JOIN customer k ON k.id = q.customer_id AND k.superseded_in = ` + openBatch + ` LEFT JOIN person p ON p.id = q.owner_id AND p.superseded_in = ` + openBatch

func scanTierProposal(r rows, p *tierbook.Proposal) error {
	return r.Scan(&p.ID, &p.CustomerID, &p.ReviewID, &p.From, &p.To, &p.OwnerID, &p.Score, &p.State, &p.DecidedBy, scanTime(&p.DecidedAt), &p.Note, &p.RequestID, &p.CustomerKey, &p.CustomerName, &p.OwnerName)
}

func waitingTierProposals(owned tierbook.Owned) *filters {
	c := &filters{}
	c.add("q.state = 'waiting'")
	c.reach(owned.Scope, owned.Today, "q.owner_id", "%s")
	return c
}

// TierProposals implements tierbook.Reader.
func (tx *Tx) TierProposals(ctx context.Context, owned tierbook.Owned, after int64, limit int) ([]tierbook.Proposal, error) {
	c := waitingTierProposals(owned)
	c.add("q.id > ?", after)
	return collect(ctx, tx, scanTierProposal, tierProposalSelect+c.where()+" ORDER BY q.id LIMIT "+c.parameter(int64(limit)), c.args...)
}

// TierProposalCount implements tierbook.Reader.
func (tx *Tx) TierProposalCount(ctx context.Context, owned tierbook.Owned) (int64, error) {
	c := waitingTierProposals(owned)
	return value[int64](ctx, tx, "SELECT COUNT(*) FROM tier_proposal q"+c.where(), c.args...)
}

// TierProposal implements tierbook.Reader.
func (tx *Tx) TierProposal(ctx context.Context, id int64) (tierbook.Proposal, error) {
	return one(ctx, tx, "tierbook.proposal_missing", scanTierProposal, tierProposalSelect+" WHERE q.id = $1", id)
}

// WaitingProposal implements tierbook.Reader.
func (tx *Tx) WaitingProposal(ctx context.Context, customerID int64) (tierbook.Proposal, error) {
	return one(ctx, tx, "tierbook.proposal_missing", scanTierProposal, tierProposalSelect+" WHERE q.customer_id = $1 AND q.state = 'waiting'", customerID)
}

// WaitingProposals implements tierbook.Reader.
func (tx *Tx) WaitingProposals(ctx context.Context, from, to int64) ([]tierbook.Proposal, error) {
	return collect(ctx, tx, scanTierProposal, tierProposalSelect+" WHERE q.customer_id BETWEEN $1 AND $2 AND q.state = 'waiting'", from, to)
}

// InsertTierProposals implements tierbook.Tx.
func (tx *Tx) InsertTierProposals(ctx context.Context, proposals []tierbook.Proposal) error {
	return putRows(ctx, tx, "tier_proposal", tierProposalColumns, proposals, func(p tierbook.Proposal) []any {
		return []any{p.ID, p.CustomerID, p.ReviewID, string(p.From), string(p.To), p.OwnerID, int64(p.Score), string(p.State), p.DecidedBy, instant(p.DecidedAt), p.Note, p.RequestID}
	})
}

// UnaskedTierProposals implements tierbook.Reader.
func (tx *Tx) UnaskedTierProposals(ctx context.Context, after int64, limit int) ([]tierbook.Proposal, error) {
	return collect(ctx, tx, scanTierProposal, tierProposalSelect+" WHERE q.state = 'waiting' AND q.request_id = '' AND q.id > $1 ORDER BY q.id LIMIT $2", after, int64(limit))
}

// AskTierProposal implements tierbook.Tx.
func (tx *Tx) AskTierProposal(ctx context.Context, id int64, requestID string) error {
	return mustChange(ctx, tx, "tierbook.decided_meanwhile", "UPDATE tier_proposal SET request_id = $2 WHERE id = $1 AND state = 'waiting'", id, requestID)
}

// SaveTierProposal implements tierbook.Tx.
func (tx *Tx) SaveTierProposal(ctx context.Context, p tierbook.Proposal) error {
	return mustChange(ctx, tx, "tierbook.decided_meanwhile", "UPDATE tier_proposal SET state = $2, decided_by = $3, decided_at = $4, note = $5 WHERE id = $1 AND state = 'waiting'",
		p.ID, string(p.State), p.DecidedBy, instant(p.DecidedAt), p.Note)
}

// DropTierProposals implements tierbook.Tx.
func (tx *Tx) DropTierProposals(ctx context.Context, customerIDs []int64) error {
	if len(customerIDs) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, "UPDATE tier_proposal SET state = 'dropped', decided_at = $1 WHERE state = 'waiting' AND customer_id IN ("+listed(customerIDs)+")", instant(tx.Now()))
	return err
}
