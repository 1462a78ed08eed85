package store

import (
	"context"
	"strings"

	"xiaoguan/internal/task"
)

// Tasks returns the store of package task.
func (db *DB) Tasks() task.Store { return taskStore{db} }

type taskStore struct{ db *DB }

func (s taskStore) Read(ctx context.Context, fn func(task.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// taskCounts count what waits, but for what $1 made.
var taskCounts = map[task.Kind]string{
	task.ApproveFlows:       "SELECT COUNT(*) FROM approval_flow_draft WHERE proposed_by <> $1",
	task.CorrectDisputes:    "SELECT COUNT(*) FROM dispute WHERE state = 'ruled' AND outcome <> 'rejected' AND correction_id = '' AND $1 <> ''",
	task.ApproveMonths:      "SELECT COUNT(*) FROM period WHERE state = 'published' AND run_by <> $1 AND published_by <> $1",
	task.CloseMonths:        "SELECT COUNT(*) FROM period WHERE state = 'approved' AND $1 <> ''", // whoever approved it may
	task.PostRetros:         "SELECT COUNT(*) FROM retro WHERE state = 'computed' AND deltas > 0 AND $1 <> ''",
	task.ApprovePlans:       "SELECT COUNT(*) FROM plan_version WHERE state = 'draft' AND author_id <> $1",
	task.ApproveStandards:   "SELECT COUNT(*) FROM standard_version WHERE state = 'submitted' AND author_id <> $1",
	task.ApproveTierPolicy:  "SELECT COUNT(*) FROM tier_policy WHERE state = 'draft' AND author_id <> $1",
	task.ApprovePoolRules:   "SELECT COUNT(*) FROM pool_policy WHERE state = 'draft' AND author_id <> $1",
	task.ApproveHonours:     "SELECT COUNT(*) FROM honour_round WHERE kind = 'honour' AND state = 'proposed' AND computed_by <> $1",
	task.AnnounceHonours:    "SELECT COUNT(*) FROM honour_round WHERE kind = 'honour' AND state = 'approved' AND $1 <> ''",
	task.HandlePoints:       "SELECT COUNT(*) FROM shop_redemption WHERE state = 'asked' AND asked_by <> $1",
	task.ConfirmCollections: "SELECT COUNT(*) FROM collection_report WHERE state = 'reported' AND reported_by <> $1",
}

// CountTasks implements task.Reader.
func (tx *Tx) CountTasks(ctx context.Context, kind task.Kind, asked task.Asked) (int64, error) {
	switch kind {
	case task.CheckStatements:
		return value[int64](ctx, tx, `SELECT COUNT(DISTINCT p.month) FROM period p JOIN statement s ON s.run_id = p.current_run
			WHERE p.state = 'published' AND p.object_until > $1 AND s.person_id = $2`, instant(asked.Now), asked.PersonID)
	case task.AnswerDisputes:
		return tx.countVoices(ctx, asked)
	case task.ApproveAdjustments:
		return value[int64](ctx, tx, "SELECT COUNT(*) FROM adjustment WHERE state = 'proposed' AND made_by <> $1 AND person_id <> $2", asked.UserID, asked.PersonID)
	case task.DecidePromotions:
		reach, args := personsInReach(asked.Scope, tx.Today(), "p.person_id", 3)
		return value[int64](ctx, tx, "SELECT COUNT(*) FROM promotion_proposal p WHERE p.state = 'proposed' AND p.proposed_by <> $1 AND p.person_id <> $2 AND "+reach, append([]any{asked.UserID, asked.PersonID}, args...)...)
	}
	return value[int64](ctx, tx, taskCounts[kind], asked.UserID)
}

// countVoices counts the open disputes in which a voice of the asked has said nothing; nobody is asked about their own.
func (tx *Tx) countVoices(ctx context.Context, asked task.Asked) (int64, error) {
	silent := func(voice string) string {
		return "NOT EXISTS (SELECT 1 FROM dispute_event e WHERE e.dispute_id = d.id AND e.kind = 'voice' AND e.voice = '" + voice + "')"
	}
	var voices []string
	if asked.Voices.Finance {
		voices = append(voices, silent("finance"))
	}
	if asked.Voices.HR {
		voices = append(voices, silent("hr"))
	}
	args := []any{asked.UserID, asked.PersonID}
	if asked.Voices.Sales {
		reach, more := personsInReach(asked.Voices.SalesScope, tx.Today(), "d.person_id", len(args)+1)
		args = append(args, more...)
		voices = append(voices, reach+" AND "+silent("sales"))
	}
	if len(voices) == 0 {
		return 0, nil
	}
	// One person speaks with one voice, so who has spoken is asked no more; nor is who made the result.
	return value[int64](ctx, tx, `SELECT COUNT(*) FROM dispute d WHERE d.state IN ('raised', 'in_review') AND d.raised_by <> $1 AND d.person_id <> $2
		AND NOT EXISTS (SELECT 1 FROM dispute_event m WHERE m.dispute_id = d.id AND m.kind = 'voice' AND m.actor_id = $1)
		AND NOT EXISTS (SELECT 1 FROM run r WHERE r.started_by = $1 AND (r.id = d.run_id OR r.id IN (SELECT q.current_run FROM period q WHERE q.month = d.month)))
		AND (`+strings.Join(voices, " OR ")+")", args...)
}
