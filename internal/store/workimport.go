package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/servicecase"
)

// FactID implements intake.WorkTx.
func (tx *Tx) FactID(ctx context.Context, w fact.Writer, kind fact.Kind, key string) (int64, error) {
	writer, ok := w.(*factWriter)
	if !ok {
		return 0, errors.New("store: the writer is not of this store")
	}
	id, err := writer.resolve(ctx, kind, key)
	if err != nil || kind != fact.KindCustomer {
		return id, err
	}
	return tx.LivesAs(ctx, id)
}

// keysAsked is how many keys one statement asks for.
const keysAsked = 500

// WorkIDs implements intake.WorkTx.
func (tx *Tx) WorkIDs(ctx context.Context, kind fact.Kind, keys []string) (map[string]int64, error) {
	found := make(map[string]int64, len(keys))
	for len(keys) > 0 {
		some := keys[:min(keysAsked, len(keys))]
		keys = keys[len(some):]
		args := []any{string(kind)}
		for _, key := range some {
			args = append(args, key)
		}
		places := strings.TrimPrefix(numbered(len(args)), "$1, ")
		err := each(ctx, tx, func(r rows) error {
			var key string
			var id int64
			err := r.Scan(&key, &id)
			found[key] = id
			return err
		}, "SELECT key, record_id FROM work_key WHERE kind = $1 AND key IN ("+places+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// byID reads rows by their ids.
func byID[T any](ctx context.Context, tx *Tx, selection string, ids []int64, scan func(rows, *T) error, id func(*T) int64) (map[int64]T, error) {
	found := make(map[int64]T, len(ids))
	for len(ids) > 0 {
		some := ids[:min(keysAsked, len(ids))]
		ids = ids[len(some):]
		list, err := collect(ctx, tx, scan, selection+" IN ("+listed(some)+")")
		if err != nil {
			return nil, err
		}
		for i := range list {
			found[id(&list[i])] = list[i]
		}
	}
	return found, nil
}

// WorkLeads implements intake.WorkTx.
func (tx *Tx) WorkLeads(ctx context.Context, ids []int64) (map[int64]lead.Lead, error) {
	return byID(ctx, tx, leadSelect+"lead"+leadNames+" WHERE l.id", ids, scanLead, func(l *lead.Lead) int64 { return l.ID })
}

// WorkContacts implements intake.WorkTx.
func (tx *Tx) WorkContacts(ctx context.Context, ids []int64) (map[int64]contact.Contact, error) {
	return byID(ctx, tx, contactSelect+"id", ids, scanContact, func(c *contact.Contact) int64 { return c.ID })
}

// WorkProfiles implements intake.WorkTx.
func (tx *Tx) WorkProfiles(ctx context.Context, customerIDs []int64) (map[int64]profile.Profile, error) {
	return byID(ctx, tx, "SELECT "+profileColumns+" FROM customer_profile WHERE customer_id", customerIDs, scanProfile, func(p *profile.Profile) int64 { return p.CustomerID })
}

// WorkContracts implements intake.WorkTx.
func (tx *Tx) WorkContracts(ctx context.Context, ids []int64) (map[int64]contract.Contract, error) {
	return byID(ctx, tx, contractSelect+"contract"+contractNames+" WHERE c.id", ids, scanContract, func(c *contract.Contract) int64 { return c.ID })
}

// WorkServiceCases implements intake.WorkTx.
func (tx *Tx) WorkServiceCases(ctx context.Context, ids []int64) (map[int64]servicecase.Case, error) {
	return byID(ctx, tx, serviceCaseSelect+"service_case"+serviceCaseNames+" WHERE c.id", ids, scanServiceCase, func(c *servicecase.Case) int64 { return c.ID })
}

// WorkParties implements intake.WorkTx.
func (tx *Tx) WorkParties(ctx context.Context, customerID int64) (ours, theirs string, err error) {
	if ours, err = value[string](ctx, tx, "SELECT name FROM company WHERE id = 1"); err != nil {
		return "", "", err
	}
	theirs, err = value[string](ctx, tx, "SELECT name FROM customer WHERE id = $1 AND superseded_in = "+openBatch, customerID)
	return ours, theirs, err
}

// contractsTaken reads the numbers of contracts that no import brought.
func (tx *Tx) contractsTaken(ctx context.Context, set map[string]struct{}) error {
	return each(ctx, tx, func(r rows) error {
		var number string
		err := r.Scan(&number)
		set[number] = struct{}{}
		return err
	}, "SELECT number FROM contract WHERE id NOT IN (SELECT record_id FROM work_key WHERE kind = '"+string(fact.KindContract)+"')")
}

// WorkOpportunities implements intake.WorkTx.
func (tx *Tx) WorkOpportunities(ctx context.Context, ids []int64) (map[int64]opportunity.Opportunity, error) {
	return byID(ctx, tx, opportunitySelect+"opportunity"+opportunityNames+" WHERE o.id", ids, scanOpportunity, func(o *opportunity.Opportunity) int64 { return o.ID })
}

// PutImported implements intake.WorkTx.
func (tx *Tx) PutImported(ctx context.Context, importID string, w intake.WorkRows) error {
	if err := tx.PutWorkRows(ctx, WorkRows{Leads: w.Leads, Contacts: w.Contacts, Opportunities: w.Opportunities, FollowUps: w.FollowUps, Contracts: w.Contracts, Instalments: w.Instalments, ServiceCases: w.ServiceCases, Changes: w.Changes, Profiles: w.Profiles}); err != nil {
		return err
	}
	if err := tx.AppendEvents(ctx, w.Events); err != nil {
		return err
	}
	if err := tx.putLeadEvents(ctx, w); err != nil {
		return err
	}
	err := putRows(ctx, tx, "work_key", []string{"kind", "key", "record_id"}, w.Keys, func(k intake.WorkKey) []any { return []any{string(k.Kind), k.Key, k.ID} })
	if err != nil {
		return err
	}
	return putRows(ctx, tx, "work_import", []string{"import_id", "kind", "record_id", "revision", "before"}, w.Marks, func(m intake.WorkMark) []any {
		return []any{importID, string(m.Kind), m.ID, m.Revision, string(m.Before)}
	})
}

// putLeadEvents writes the events of many leads with one run of numbers.
func (tx *Tx) putLeadEvents(ctx context.Context, w intake.WorkRows) error {
	count := 0
	for _, events := range w.LeadEvents {
		count += len(events)
	}
	if count == 0 {
		return nil
	}
	next, err := tx.nextNumbers(ctx, "lead_event", count)
	if err != nil {
		return err
	}
	b := tx.bulk("lead_event", leadEventColumns...)
	for leadID, events := range w.LeadEvents {
		for _, e := range events {
			if err := b.add(ctx, next, leadID, string(e.Activity), instant(e.OccurredAt), instant(e.RecordedAt), e.PersonID, e.ActorID, e.Source, string(e.Data)); err != nil {
				return err
			}
			next++
		}
	}
	return b.flush(ctx)
}

// WorkMarks implements intake.WorkTx.
func (tx *Tx) WorkMarks(ctx context.Context, importID string) ([]intake.WorkMark, error) {
	return collect(ctx, tx, func(r rows, m *intake.WorkMark) error {
		var before string
		err := r.Scan(&m.Kind, &m.ID, &m.Revision, &before)
		m.Before = json.RawMessage(before)
		return err
	}, "SELECT kind, record_id, revision, before FROM work_import WHERE import_id = $1 AND before <> '' ORDER BY kind, record_id", importID)
}

// workTables are the tables of the kinds, with the columns by which others rest on their rows. Of work that follows an opportunity, what the
// same import brought goes with it.
var workTables = []struct {
	kind    fact.Kind
	table   string
	changes bool // has revisions
	rests   []string
}{
	{fact.KindFollowUp, "follow_up", false, nil},
	{fact.KindServiceCase, "service_case", true, []string{"SELECT COUNT(*) FROM service_comment x WHERE x.case_id IN ({added})", "SELECT COUNT(*) FROM service_member x WHERE x.case_id IN ({added})"}},
	{fact.KindContract, "contract", true, []string{"SELECT COUNT(*) FROM collection_report x WHERE x.contract_id IN ({added})", "SELECT COUNT(*) FROM contract_amendment x WHERE x.contract_id IN ({added})"}},
	{fact.KindOpportunity, "opportunity", true, []string{"SELECT COUNT(*) FROM task x WHERE x.opportunity_id IN ({added})",
		"SELECT COUNT(*) FROM follow_up x WHERE x.opportunity_id IN ({added})", "SELECT COUNT(*) FROM rule_exemption x WHERE x.case_id IN ({added})",
		"SELECT COUNT(*) FROM service_case x WHERE x.opportunity_id IN ({added})"}},
	{fact.KindContact, "contact", true, nil},
	{fact.KindLead, "lead", true, []string{"SELECT COUNT(*) FROM lead_follow_up x WHERE x.lead_id IN ({added})"}},
}

// UndoWork implements intake.WorkTx. Events of what goes are taken out, too: their numbers are not used again.
func (tx *Tx) UndoWork(ctx context.Context, importID string) error {
	conflict := func(n int64, err error) error {
		if err == nil && n > 0 {
			err = errs.New(errs.KindConflict, "intake.work_changed", nil)
		}
		return err
	}
	for _, t := range workTables {
		added := "SELECT w.record_id FROM work_import w WHERE w.import_id = $1 AND w.kind = '" + string(t.kind) + "' AND w.before = ''"
		if t.changes {
			if err := conflict(value[int64](ctx, tx, "SELECT COUNT(*) FROM "+t.table+" x JOIN work_import w ON w.record_id = x.id WHERE w.import_id = $1 AND w.kind = '"+string(t.kind)+"' AND w.before = '' AND x.revision <> w.revision", importID)); err != nil {
				return err
			}
		}
		for _, rest := range t.rests {
			if err := conflict(value[int64](ctx, tx, strings.ReplaceAll(rest, "{added}", added), importID)); err != nil {
				return err
			}
		}
		if t.kind == fact.KindOpportunity {
			if err := tx.judgeAnew(ctx, added, importID); err != nil {
				return err
			}
		}
		if t.kind == fact.KindContract || t.kind == fact.KindServiceCase { // their events go
			if err := tx.judgeAnew(ctx, "SELECT x.opportunity_id FROM "+t.table+" x WHERE x.id IN ("+added+")", importID); err != nil {
				return err
			}
		}
		for _, statement := range undoStatements(t.kind, t.table) {
			if _, err := tx.exec(ctx, strings.ReplaceAll(statement, "{added}", added), importID); err != nil {
				return err
			}
		}
	}
	_, err := tx.exec(ctx, "DELETE FROM work_import WHERE import_id = $1", importID)
	return err
}

// judgeAnew makes judging begin anew when cases go that were judged: what they came to is in sums, from which nobody could take them out.
func (tx *Tx) judgeAnew(ctx context.Context, added, importID string) error {
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM case_judgement x WHERE x.case_id IN ("+added+")", importID)
	if err != nil || n == 0 {
		return err
	}
	return tx.ForgetJudgements(ctx)
}

func undoStatements(kind fact.Kind, table string) (statements []string) {
	switch kind {
	case fact.KindFollowUp: // the opportunity may go on without it: when it was followed is what is left
		statements = append(statements, "DELETE FROM process_event WHERE source IN (SELECT 'follow_up:' || x.id FROM follow_up x WHERE x.id IN ({added})) AND case_id IN (SELECT x.opportunity_id FROM follow_up x WHERE x.id IN ({added}))",
			"UPDATE opportunity SET followed_at = COALESCE((SELECT MAX(f.occurred_at) FROM follow_up f WHERE f.opportunity_id = opportunity.id AND f.id NOT IN ({added})), '') WHERE id IN (SELECT x.opportunity_id FROM follow_up x WHERE x.id IN ({added}))")
	case fact.KindServiceCase, fact.KindContract:
		statements = append(statements, "DELETE FROM process_event WHERE source IN (SELECT '"+string(kind)+":' || a.record_id FROM ({added}) a)")
		if kind == fact.KindContract {
			statements = append(statements, "DELETE FROM instalment WHERE contract_id IN ({added})")
		}
	case fact.KindOpportunity:
		statements = append(statements, "DELETE FROM process_event WHERE case_id IN ({added})")
	case fact.KindLead:
		statements = append(statements, "DELETE FROM lead_event WHERE lead_id IN ({added})")
	}
	if kind != fact.KindFollowUp {
		statements = append(statements, "DELETE FROM custom_value WHERE field_id IN (SELECT f.id FROM custom_field f WHERE f.object = '"+string(kind)+"') AND record_id IN ({added})")
		statements = append(statements, "DELETE FROM work_change WHERE subject IN (SELECT '"+string(kind)+":' || a.record_id FROM ({added}) a)")
	}
	return append(statements, "DELETE FROM "+table+" WHERE id IN ({added})", "DELETE FROM work_key WHERE kind = '"+string(kind)+"' AND record_id IN ({added})")
}

// workResting counts working records of entities that a batch introduced: undoing it would leave them without.
func (tx *Tx) workResting(ctx context.Context, batch int64) error {
	for _, rest := range []struct{ table, column, target string }{{"opportunity", "customer_id", "customer"}, {"opportunity", "owner_id", "person"}, {"contact", "customer_id", "customer"}, {"follow_up", "customer_id", "customer"}, {"task", "customer_id", "customer"}, {"lead", "customer_id", "customer"}, {"lead", "owner_id", "person"}, {"contract", "customer_id", "customer"}, {"contract", "owner_id", "person"}, {"service_case", "customer_id", "customer"}, {"service_case", "owner_id", "person"}} {
		n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM "+rest.table+" r WHERE r."+rest.column+" <> 0 AND r."+rest.column+" IN (SELECT t.id FROM "+rest.target+" t WHERE t.recorded_in = $1 AND t.superseded_in = $2 AND NOT EXISTS (SELECT 1 FROM "+rest.target+" o WHERE o.id = t.id AND o.recorded_in < $1))",
			batch, int64(fact.Open))
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.New(errs.KindConflict, "fact.undo_needed", errs.Args{"Table": rest.table, "Count": n})
		}
	}
	return nil
}

// workKnown reads the keys of a kind of working record.
func (tx *Tx) workKnown(ctx context.Context, kind fact.Kind, set map[string]struct{}) error {
	return each(ctx, tx, func(r rows) error {
		var key string
		err := r.Scan(&key)
		set[key] = struct{}{}
		return err
	}, "SELECT key FROM work_key WHERE kind = $1", string(kind))
}
