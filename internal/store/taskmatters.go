package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/task"
)

// matterSelects read the kinds of matters alike: who made and who decided them, what they are called, and the state as requests for approval have it.
var matterSelects = map[task.MatterKind]struct{ columns, table, author, decider, made, decided, state string }{
	task.MatterPlan:       {"id, name_zh, name_en, CAST(number AS TEXT)", "plan_version", "author_id", "approver_id", "created_at", "approved_at", "state"},
	task.MatterStandard:   {"id, name_zh, name_en, CAST(number AS TEXT)", "standard_version", "author_id", "approver_id", "submitted_at", "approved_at", "state"},
	task.MatterTierPolicy: {"id, name_zh, name_en, CAST(number AS TEXT)", "tier_policy", "author_id", "approver_id", "created_at", "approved_at", "state"},
	task.MatterPoolRules:  {"CAST(number AS TEXT), '', '', CAST(number AS TEXT)", "pool_policy", "author_id", "approver_id", "created_at", "approved_at", "state"},
	task.MatterAdjustment: {"id, '', '', month", "adjustment", "made_by", "decided_by", "made_at", "decided_at", "state"},
	task.MatterHonours:    {"id, name_zh, name_en, term", "honour_round", "computed_by", "approved_by", "computed_at", "approved_at", "state"},
}

// matterStates turn the states of all kinds into those of requests.
const matterStates = "CASE state WHEN 'draft' THEN 'pending' WHEN 'submitted' THEN 'pending' WHEN 'proposed' THEN 'pending' WHEN 'approved' THEN 'approved' WHEN 'announced' THEN 'approved' WHEN 'rejected' THEN 'rejected' ELSE 'withdrawn' END"

// Matters implements task.Reader.
func (tx *Tx) Matters(ctx context.Context, q task.MatterQuery) ([]task.Matter, error) {
	var parts []string
	for _, kind := range q.Kinds {
		m := matterSelects[kind]
		which := map[task.MatterBox]string{task.MattersMine: m.author + " = $1", task.MattersDone: m.decider + " = $1 AND " + m.author + " <> $1", task.MattersWaiting: m.author + " <> $1 AND state IN " + waitingStates(kind)}[q.Box]
		if kind == task.MatterHonours {
			which += " AND kind = 'honour'"
		}
		if kind == task.MatterAdjustment && q.Box == task.MattersWaiting && q.PersonID != 0 { // nobody approves what is for oneself
			which += " AND person_id <> " + strconv.FormatInt(q.PersonID, 10)
		}
		order := m.made
		if q.Box == task.MattersDone {
			order = m.decided
		}
		parts = append(parts, "SELECT * FROM (SELECT '"+string(kind)+"', "+m.columns+", "+matterStates+", "+m.made+" AS made, "+m.decided+" AS decided, "+order+" AS sorted FROM "+m.table+" WHERE "+which+
			" ORDER BY "+order+" DESC LIMIT "+strconv.Itoa(task.MattersMost)+") p"+strconv.Itoa(len(parts)))
	}
	slices.Sort(parts)
	return collect(ctx, tx, func(r rows, m *task.Matter) error {
		var sorted string
		return r.Scan(&m.Kind, &m.ID, &m.Name.Zh, &m.Name.En, &m.Mark, &m.State, scanTime(&m.MadeAt), scanTime(&m.DecidedAt), &sorted)
	}, strings.Join(parts, " UNION ALL ")+" ORDER BY sorted DESC LIMIT "+strconv.Itoa(task.MattersMost), q.UserID)
}

// waitingStates are those in which a kind waits for somebody else.
func waitingStates(kind task.MatterKind) string {
	switch kind {
	case task.MatterStandard:
		return "('submitted')"
	case task.MatterAdjustment, task.MatterHonours:
		return "('proposed')"
	}
	return "('draft')"
}
