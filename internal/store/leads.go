package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/process"
)

// Leads returns the store of package lead.
func (db *DB) Leads() lead.Store { return leadStore{db} }

type leadStore struct{ db *DB }

// InTx implements lead.Store.
func (s leadStore) InTx(ctx context.Context, fn func(lead.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements lead.Store.
func (s leadStore) Read(ctx context.Context, fn func(lead.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var leadColumns = []string{"id", "company", "name", "title", "phone", "wechat", "email", "city", "industry", "source", "campaign", "note", "status", "owner_id", "assigned_at",
	"first_at", "followed_at", "next_on", "invalid_for", "invalid_why", "customer_id", "opportunity_id", "core", "search_text", "created_by", "created_at", "revision", "fields"}

func leadValues(l lead.Lead) []any {
	return []any{l.ID, l.Company, l.Name, l.Title, l.Phone, l.WeChat, l.Email, l.City, l.Industry, l.Source, l.Campaign, l.Note, string(l.Status), l.OwnerID, instant(l.AssignedAt),
		instant(l.FirstAt), instant(l.FollowedAt), optionalDay(l.NextOn), l.InvalidFor, l.InvalidWhy, l.CustomerID, l.OpportunityID, naming.Core(l.Company), leadText(l), l.CreatedBy, instant(l.CreatedAt), l.Revision, string(l.Fields)}
}

// leadText is what a lead is found by: its names with their pinyin, the telephone number, the campaign.
func leadText(l lead.Lead) string { return naming.Text(l.Company+" "+l.Name, l.Phone, l.Campaign) }

// leadNames are joined behind the rows of a page, as l.
const leadNames = ` l LEFT JOIN customer k ON k.id = l.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = l.owner_id AND p.superseded_in = ` + openBatch

var leadSelect = "SELECT l." + strings.Join(leadColumns, ", l.") + ", COALESCE(k.name, ''), COALESCE(p.key, ''), COALESCE(p.name, '') FROM "

func scanLead(r rows, l *lead.Lead) error {
	var core, text string // for looking up alone
	return r.Scan(&l.ID, &l.Company, &l.Name, &l.Title, &l.Phone, &l.WeChat, &l.Email, &l.City, &l.Industry, &l.Source, &l.Campaign, &l.Note, &l.Status, &l.OwnerID, scanTime(&l.AssignedAt),
		scanTime(&l.FirstAt), scanTime(&l.FollowedAt), scanDate(&l.NextOn), &l.InvalidFor, &l.InvalidWhy, &l.CustomerID, &l.OpportunityID, &core, &text, &l.CreatedBy, scanTime(&l.CreatedAt), &l.Revision, &l.Fields,
		&l.CustomerName, &l.OwnerKey, &l.OwnerName)
}

// leadOwners limits a selection to leads in reach.
func (tx *Tx) leadOwners(ctx context.Context, s *selection, reach lead.Reach) error {
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil || all {
		return err
	}
	if reach.Unassigned {
		persons = append(persons, 0)
	}
	return tx.ownedBy(ctx, s, "l.owner_id", persons)
}

const leadOpen = "l.status IN ('new', 'contacted', 'qualified')"

func (tx *Tx) leadSelection(ctx context.Context, reach lead.Reach, f lead.Filter) (*selection, error) {
	s := &selection{table: "lead l", of: "l.id", own: true, columns: "0 AS amount_minor, 'CNY' AS currency", most: dearMax}
	if f.Status != "" {
		s.index("l.status = ?", string(f.Status))
	}
	if f.Open {
		s.index(leadOpen)
	}
	if err := tx.leadOwners(ctx, s, reach); err != nil {
		return nil, err
	}
	if f.PersonID != 0 {
		s.owners("l.owner_id", []int64{f.PersonID})
	}
	if f.Unassigned {
		s.owners("l.owner_id", []int64{0})
	}
	if f.TeamID != 0 {
		members, err := tx.teamMembers(ctx, f.TeamID, reach.Today)
		if err != nil {
			return nil, err
		}
		if err := tx.ownedBy(ctx, s, "l.owner_id", members); err != nil {
			return nil, err
		}
	}
	if f.Campaign != "" {
		s.index("l.campaign = ?", f.Campaign)
	}
	if f.Source != "" {
		s.test("l.source = ?", f.Source)
	}
	if f.Response != "" { // as the partial index has it
		s.index("l.first_at = '' AND l.assigned_at <> '' AND l.status = 'new'")
	}
	if f.Response == lead.ResponseLate {
		s.index("l.assigned_at < ?", instant(f.LateBefore))
	}
	if f.Created.From != calendar.NoDate {
		s.test("l.created_at >= ?", instant(tx.DayStart(f.Created.From)))
	}
	if f.Created.To != calendar.NoDate {
		s.test("l.created_at < ?", instant(tx.DayStart(f.Created.To+1)))
	}
	if f.Search != "" {
		n := newNeedle(f.Search)
		s.parts = append(s.parts, part{
			patterns: n.patterns(), check: n.holds("l.search_text"), ids: "SELECT n.id FROM lead n WHERE " + n.holds("n.search_text"),
			memory: func(ctx context.Context) ([]int64, bool, error) {
				return tx.lookup(ctx, &tx.db.finders.leads, n.terms, namedFewMax+1)
			},
		})
	}
	s.parts = append(s.parts, customParts("l.id", f.Asked)...)
	return s, tx.narrow(ctx, s)
}

// DayStart is when a day begins where the clock is.
func (tx *Tx) DayStart(d calendar.Date) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, m, day, 0, 0, 0, 0, tx.db.now().Location())
}

var leadOrders = map[string]order{
	lead.SortNew: {column: "l.id", tie: "l.id", number: true, tieNumber: true}, lead.SortAssigned: {column: "l.assigned_at", tie: "l.id", tieNumber: true},
}

// Leads implements lead.Reader.
func (tx *Tx) Leads(ctx context.Context, reach lead.Reach, f lead.Filter) ([]lead.Lead, string, error) {
	s, err := tx.leadSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	c, by, rows := s.where(), leadOrders[f.Paging.Sort], "SELECT l.* FROM lead l"
	outer := by
	if f.Order.Given() {
		by, rows, outer = c.customOrder(f.Order, "l.id"), customRows(s), customPlaces(f.Order, "l")
	}
	tail, err := c.page(f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanLead, leadSelect+"("+rows+c.where()+tail+")"+leadNames+outer.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(l lead.Lead) (value, tie string) {
		if f.Order.Given() {
			return customPlace(f.Order, l.Fields, l.ID)
		}
		tie = strconv.FormatInt(l.ID, 10)
		if f.Paging.Sort == lead.SortAssigned {
			return instant(l.AssignedAt), tie
		}
		return tie, tie
	})
	return page, next, nil
}

// LeadTotal implements lead.Reader.
func (tx *Tx) LeadTotal(ctx context.Context, reach lead.Reach, f lead.Filter) (fact.Total, error) {
	s, err := tx.leadSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, f.ExactTotal)
}

// Lead implements lead.Reader.
func (tx *Tx) Lead(ctx context.Context, reach lead.Reach, id int64) (lead.Lead, error) {
	c := &filters{}
	c.add("l.id = ?", id)
	nobodys := "FALSE"
	if reach.Unassigned {
		nobodys = "l.owner_id = 0"
	}
	c.reach(reach.Scope, reach.Today, "l.owner_id", "("+nobodys+" OR %s)")
	return one(ctx, tx, "lead.missing", scanLead, leadSelect+"lead"+leadNames+c.where(), c.args...)
}

// LeadsDue implements lead.Reader.
func (tx *Tx) LeadsDue(ctx context.Context, personID int64, by calendar.Date, limit int) ([]lead.Lead, error) {
	return collect(ctx, tx, scanLead, leadSelect+"lead"+leadNames+" WHERE l.owner_id = $1 AND l.next_on <> '' AND l.next_on <= $2 AND "+leadOpen+" ORDER BY l.next_on, l.id LIMIT $3",
		personID, by.String(), int64(limit))
}

// LeadsLike implements lead.Reader.
func (tx *Tx) LeadsLike(ctx context.Context, phone, core string, limit int) (found []lead.Lead, err error) {
	for _, part := range []struct{ column, value string }{{"phone", phone}, {"core", core}} {
		if part.value == "" {
			continue
		}
		some, err := collect(ctx, tx, scanLead, leadSelect+"lead"+leadNames+" WHERE l."+part.column+" = $1 AND l."+part.column+" <> '' AND "+leadOpen+" ORDER BY l.id DESC LIMIT $2", part.value, int64(limit))
		if err != nil {
			return nil, err
		}
		for _, l := range some {
			if !holdsLead(found, l.ID) {
				found = append(found, l)
			}
		}
	}
	return found, nil
}

func holdsLead(leads []lead.Lead, id int64) bool {
	for _, l := range leads {
		if l.ID == id {
			return true
		}
	}
	return false
}

// CustomersWithPhone implements lead.Reader.
func (tx *Tx) CustomersWithPhone(ctx context.Context, phone string, limit int) ([]customer.Customer, error) {
	return collect(ctx, tx, func(r rows, c *customer.Customer) error { return r.Scan(&c.ID, &c.Key, &c.Name) }, `SELECT DISTINCT k.id, k.key, k.name FROM contact c
		JOIN customer k ON k.id = c.customer_id AND k.superseded_in = `+openBatch+` WHERE c.phone = $1 AND c.phone <> '' ORDER BY k.id LIMIT $2`, phone, int64(limit))
}

// LastGiven implements lead.Reader.
func (tx *Tx) LastGiven(ctx context.Context, persons []int64) (map[int64]time.Time, error) {
	last := map[int64]time.Time{}
	for _, id := range persons { // some tens at most, each the end of an index
		at, err := collect(ctx, tx, func(r rows, t *time.Time) error { return r.Scan(scanTime(t)) }, "SELECT assigned_at FROM lead WHERE owner_id = $1 ORDER BY assigned_at DESC LIMIT 1", id)
		if err != nil {
			return nil, err
		}
		if len(at) > 0 {
			last[id] = at[0]
		}
	}
	return last, nil
}

// InsertLead implements lead.Tx.
func (tx *Tx) InsertLead(ctx context.Context, l lead.Lead) error {
	return tx.insertRow(ctx, "lead", leadColumns, leadValues(l))
}

// SaveLead implements lead.Tx.
func (tx *Tx) SaveLead(ctx context.Context, l lead.Lead) error {
	if err := tx.renamed(ctx, &tx.db.finders.leads, l.ID, leadText(l)); err != nil {
		return err
	}
	return mustChange(ctx, tx, "lead.changed_meanwhile", `UPDATE lead SET company = $2, name = $3, title = $4, phone = $5, wechat = $6, email = $7, city = $8, industry = $9, source = $10,
		campaign = $11, note = $12, status = $13, owner_id = $14, assigned_at = $15, first_at = $16, followed_at = $17, next_on = $18, invalid_for = $19, invalid_why = $20, customer_id = $21,
		opportunity_id = $22, core = $23, search_text = $24, revision = $25, fields = $26 WHERE id = $1 AND revision = $25 - 1`, l.ID, l.Company, l.Name, l.Title, l.Phone, l.WeChat, l.Email, l.City, l.Industry,
		l.Source, l.Campaign, l.Note, string(l.Status), l.OwnerID, instant(l.AssignedAt), instant(l.FirstAt), instant(l.FollowedAt), optionalDay(l.NextOn), l.InvalidFor, l.InvalidWhy, l.CustomerID,
		l.OpportunityID, naming.Core(l.Company), leadText(l), l.Revision, string(l.Fields))
}

var leadEventColumns = []string{"id", "lead_id", "activity", "occurred_at", "recorded_at", "person_id", "actor_id", "source", "data"}

// AppendLeadEvents implements lead.Tx.
func (tx *Tx) AppendLeadEvents(ctx context.Context, leadID int64, events []process.Event) error {
	if len(events) == 0 {
		return nil
	}
	first, err := tx.nextNumbers(ctx, "lead_event", len(events))
	if err != nil {
		return err
	}
	b := tx.bulk("lead_event", leadEventColumns...)
	for i, e := range events {
		if err := b.add(ctx, first+int64(i), leadID, string(e.Activity), instant(e.OccurredAt), instant(e.RecordedAt), e.PersonID, e.ActorID, e.Source, string(e.Data)); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// LeadEvents implements lead.Reader.
func (tx *Tx) LeadEvents(ctx context.Context, leadID int64) ([]process.Event, error) {
	return collect(ctx, tx, func(r rows, e *process.Event) error {
		var data string
		err := r.Scan(&e.Activity, scanTime(&e.OccurredAt), scanTime(&e.RecordedAt), &e.PersonID, &e.ActorID, &e.Source, &data)
		e.Data = rawJSON(data)
		return err
	}, "SELECT activity, occurred_at, recorded_at, person_id, actor_id, source, data FROM lead_event WHERE lead_id = $1 ORDER BY id", leadID)
}

var leadFollowUpColumns = []string{"id", "lead_id", "person_id", "kind", "text", "occurred_at", "recorded_at", "next_on", "created_by"}

// leadFollowUpValues are those of a follow-up, of a lead instead of an opportunity: leads are no customers yet.
func leadFollowUpValues(leadID int64, f followup.FollowUp) []any {
	values := followUpValues(f)[:len(leadFollowUpColumns)]
	values[1] = leadID
	return values
}

// InsertLeadFollowUp implements lead.Tx.
func (tx *Tx) InsertLeadFollowUp(ctx context.Context, leadID int64, f followup.FollowUp) error {
	return tx.insertRow(ctx, "lead_follow_up", leadFollowUpColumns, leadFollowUpValues(leadID, f))
}

// LeadFollowUps implements lead.Reader.
func (tx *Tx) LeadFollowUps(ctx context.Context, leadID int64, limit int) ([]followup.FollowUp, error) {
	return collect(ctx, tx, func(r rows, f *followup.FollowUp) error {
		return r.Scan(&f.ID, &f.PersonID, &f.Kind, &f.Text, scanTime(&f.OccurredAt), scanTime(&f.RecordedAt), scanDate(&f.NextOn), &f.CreatedBy, &f.PersonName)
	}, `SELECT f.id, f.person_id, f.kind, f.text, f.occurred_at, f.recorded_at, f.next_on, f.created_by, COALESCE(p.name, '') FROM lead_follow_up f
		LEFT JOIN person p ON p.id = f.person_id AND p.superseded_in = `+openBatch+` WHERE f.lead_id = $1 ORDER BY f.id DESC LIMIT $2`, leadID, int64(limit))
}

// CopyFollowUps implements lead.Tx.
func (tx *Tx) CopyFollowUps(ctx context.Context, leadID, opportunityID int64) error {
	_, err := tx.exec(ctx, `INSERT INTO follow_up (id, opportunity_id, person_id, kind, text, occurred_at, recorded_at, next_on, created_by, customer_id)
		SELECT f.id, CAST($2 AS BIGINT), f.person_id, f.kind, f.text, f.occurred_at, f.recorded_at, f.next_on, f.created_by, 0 FROM lead_follow_up f WHERE f.lead_id = $1`, leadID, opportunityID)
	return err
}
