package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/servicecase"
)

// ServiceCaseStore returns the store of package servicecase.
func (db *DB) ServiceCaseStore() servicecase.Store { return serviceCaseStore{db} }

type serviceCaseStore struct{ db *DB }

// InTx implements servicecase.Store.
func (s serviceCaseStore) InTx(ctx context.Context, fn func(servicecase.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements servicecase.Store.
func (s serviceCaseStore) Read(ctx context.Context, fn func(servicecase.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var serviceCaseColumns = []string{"id", "title", "kind", "severity", "state", "text", "solution", "customer_id", "contact_id", "opportunity_id", "deal_key", "product_id", "owner_id", "seller_id", "source",
	"opened_at", "answer_due", "answered_at", "solve_from", "solve_due", "waiting_since", "waited", "solved_at", "closed_at", "reopened", "told", "due_at", "created_by", "fields", "revision"}

func serviceCaseValues(c servicecase.Case) []any {
	return []any{c.ID, c.Title, string(c.Kind), string(c.Severity), string(c.State), c.Text, c.Solution, c.CustomerID, c.ContactID, c.OpportunityID, c.DealKey, c.ProductID, c.OwnerID, c.SellerID, c.Source,
		instant(c.OpenedAt), instant(c.AnswerDue), instant(c.AnsweredAt), instant(c.SolveFrom), instant(c.SolveDue), instant(c.WaitingSince), c.Waited, instant(c.SolvedAt), instant(c.ClosedAt), c.Reopened,
		c.Told, dueText(c.Due()), c.CreatedBy, string(c.Fields), c.Revision}
}

// noDue sorts behind every instant.
const noDue = "~"

func dueText(t time.Time) string {
	if t.IsZero() {
		return noDue
	}
	return instant(t)
}

var serviceCaseSelect = "SELECT c." + strings.Join(serviceCaseColumns, ", c.") + ", COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE(a.name, ''), COALESCE(p.name, ''), COALESCE(o.name, ''), COALESCE(s.name, '') FROM "

// serviceCaseNames are joined behind the rows of a page, as c.
const serviceCaseNames = ` c LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN contact a ON a.id = c.contact_id LEFT JOIN product p ON p.id = c.product_id AND p.superseded_in = ` + openBatch + `
	LEFT JOIN person o ON o.id = c.owner_id AND o.superseded_in = ` + openBatch + ` LEFT JOIN person s ON s.id = c.seller_id AND s.superseded_in = ` + openBatch

func scanServiceCase(r rows, c *servicecase.Case) error {
	var due string
	return r.Scan(&c.ID, &c.Title, &c.Kind, &c.Severity, &c.State, &c.Text, &c.Solution, &c.CustomerID, &c.ContactID, &c.OpportunityID, &c.DealKey, &c.ProductID, &c.OwnerID, &c.SellerID, &c.Source,
		scanTime(&c.OpenedAt), scanTime(&c.AnswerDue), scanTime(&c.AnsweredAt), scanTime(&c.SolveFrom), scanTime(&c.SolveDue), scanTime(&c.WaitingSince), &c.Waited, scanTime(&c.SolvedAt), scanTime(&c.ClosedAt),
		&c.Reopened, &c.Told, &due, &c.CreatedBy, &c.Fields, &c.Revision, &c.CustomerKey, &c.CustomerName, &c.ContactName, &c.ProductName, &c.OwnerName, &c.SellerName)
}

// casesWithin wants cases in reach: by who looks after them, by who sold, by who was mentioned, and those that wait to be taken.
func (tx *Tx) casesWithin(ctx context.Context, reach servicecase.Reach) (text string, values []any, err error) {
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil || all {
		return "", nil, err
	}
	parts := []string{"c.owner_id IN (" + listed(persons) + ")", "c.seller_id IN (" + listed(persons) + ")"}
	if reach.PersonID != 0 {
		parts = append(parts, "c.id IN (SELECT m.case_id FROM service_member m WHERE m.person_id = ?)")
		values = append(values, reach.PersonID)
	}
	if reach.Queue {
		parts = append(parts, "c.owner_id = 0")
	}
	return "(" + strings.Join(parts, " OR ") + ")", values, nil
}

func (tx *Tx) serviceCaseSelection(ctx context.Context, reach servicecase.Reach, f servicecase.Filter) (*selection, error) {
	s := &selection{table: "service_case c", of: "c.id", own: true, columns: "0 AS amount_minor, '' AS currency"}
	text, values, err := tx.casesWithin(ctx, reach)
	if err != nil {
		return nil, err
	}
	if text != "" {
		s.index(text, values...)
	}
	for _, is := range []struct{ column, value string }{{"c.state", string(f.State)}, {"c.kind", string(f.Kind)}, {"c.severity", string(f.Severity)}} {
		if is.value != "" {
			s.index(is.column+" = ?", is.value)
		}
	}
	if f.Open {
		s.index("c.state IN ('new', 'working', 'waiting', 'reopened')")
	}
	if f.CustomerID != 0 {
		s.linked("c.customer_id", f.CustomerID)
	}
	if f.PersonID != 0 {
		s.owners("c.owner_id", []int64{f.PersonID})
	}
	if f.Untaken {
		s.index("c.owner_id = 0")
	}
	if f.Overdue {
		s.index("c.due_at < ?", instant(reach.Now))
	}
	if f.Opened.From != calendar.NoDate {
		s.index("c.opened_at >= ?", instant(midnight(f.Opened.From, reach.Now)))
	}
	if f.Opened.To != calendar.NoDate {
		s.index("c.opened_at < ?", instant(midnight(f.Opened.To+1, reach.Now)))
	}
	if f.Search != "" {
		p := tx.namedPart(newNeedle(f.Search), &tx.db.finders.cases, "c")
		p.sieve = nil // figures are reckoned by one statement, which must say all that is wanted
		s.parts = append(s.parts, p)
	}
	s.parts = append(s.parts, customParts("c.id", f.Own.Where)...)
	return s, tx.narrow(ctx, s)
}

// midnight is when a day begins where the other instant is.
func midnight(d calendar.Date, where time.Time) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, m, day, 0, 0, 0, 0, where.Location())
}

var serviceCaseOrders = map[string]order{
	servicecase.SortNew: {column: "c.id", tie: "c.id", number: true, tieNumber: true},
	servicecase.SortDue: {column: "c.due_at", tie: "c.id", tieNumber: true},
}

// ServiceCases implements servicecase.Reader.
func (tx *Tx) ServiceCases(ctx context.Context, reach servicecase.Reach, f servicecase.Filter) ([]servicecase.Case, string, error) {
	s, err := tx.serviceCaseSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	c, rows, tail, outer, err := tx.pagedBy(ctx, s, f.Paging, serviceCaseOrders[f.Paging.Sort], "SELECT c.* FROM service_case c", f.Own.Order)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanServiceCase, serviceCaseSelect+"("+rows+c.where()+tail+")"+serviceCaseNames+outer.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(c servicecase.Case) (value, tie string) {
		if f.Own.Order.Given() {
			return customPlace(f.Own.Order, c.Fields, c.ID)
		}
		tie = strconv.FormatInt(c.ID, 10)
		if f.Paging.Sort == servicecase.SortDue {
			return dueText(c.Due()), tie
		}
		return tie, tie
	})
	return page, next, nil
}

// ServiceCaseTotal implements servicecase.Reader.
func (tx *Tx) ServiceCaseTotal(ctx context.Context, reach servicecase.Reach, f servicecase.Filter) (fact.Total, error) {
	s, err := tx.serviceCaseSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, f.ExactTotal)
}

// ServiceCase implements servicecase.Reader.
func (tx *Tx) ServiceCase(ctx context.Context, reach servicecase.Reach, id int64) (servicecase.Case, error) {
	text, values, err := tx.casesWithin(ctx, reach)
	if err != nil {
		return servicecase.Case{}, err
	}
	c := &filters{}
	c.add("c.id = ?", id)
	if text != "" {
		c.add(text, values...)
	}
	return one(ctx, tx, "service.missing", scanServiceCase, serviceCaseSelect+"service_case"+serviceCaseNames+c.where(), c.args...)
}

// InsertServiceCase implements servicecase.Tx.
func (tx *Tx) InsertServiceCase(ctx context.Context, c servicecase.Case) error {
	return tx.insertRow(ctx, "service_case", serviceCaseColumns, serviceCaseValues(c))
}

// SaveServiceCase implements servicecase.Tx.
func (tx *Tx) SaveServiceCase(ctx context.Context, c servicecase.Case) error {
	if err := tx.renamed(ctx, &tx.db.finders.cases, c.ID, c.Title); err != nil {
		return err
	}
	var sets []string
	for i, column := range serviceCaseColumns[1:] {
		sets = append(sets, column+" = $"+strconv.Itoa(i+2))
	}
	last := "$" + strconv.Itoa(len(serviceCaseColumns))
	return mustChange(ctx, tx, "service.changed_meanwhile", "UPDATE service_case SET "+strings.Join(sets, ", ")+" WHERE id = $1 AND revision = "+last+" - 1", serviceCaseValues(c)...)
}

// LateCases implements servicecase.Tx.
func (tx *Tx) LateCases(ctx context.Context, now time.Time, limit int) ([]servicecase.Case, error) {
	return collect(ctx, tx, scanServiceCase, serviceCaseSelect+"service_case"+serviceCaseNames+" WHERE c.told = FALSE AND c.due_at < '~' AND c.due_at < $1 ORDER BY c.due_at, c.id LIMIT $2", instant(now), int64(limit))
}

// ServiceFigures implements servicecase.Reader: by name.
func (tx *Tx) ServiceFigures(ctx context.Context, reach servicecase.Reach, f servicecase.Filter) ([]servicecase.Figure, error) {
	s, err := tx.serviceCaseSelection(ctx, reach, f)
	if err != nil {
		return nil, err
	}
	c := s.where()
	now := c.parameter(instant(reach.Now))
	count := func(condition string) string {
		return "COALESCE(SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0)"
	}
	return collect(ctx, tx, func(r rows, g *servicecase.Figure) error {
		return r.Scan(&g.PersonID, &g.Name, &g.Opened, &g.AnswerJudged, &g.AnswerInTime, &g.SolutionJudged, &g.SolvedInTime)
	}, "SELECT z.owner_id, COALESCE(p.name, ''), z.opened, z.answer_judged, z.answer_in_time, z.solution_judged, z.solved_in_time FROM (SELECT c.owner_id, COUNT(*) AS opened, "+
		count("c.answered_at <> '' OR c.answer_due < "+now)+" AS answer_judged, "+count("c.answered_at <> '' AND c.answered_at <= c.answer_due")+" AS answer_in_time, "+
		count("c.solved_at <> '' OR c.solve_due <> '' AND c.solve_due < "+now)+" AS solution_judged, "+count("c.solved_at <> '' AND c.solved_at <= c.solve_due")+" AS solved_in_time FROM service_case c"+c.where()+
		" GROUP BY c.owner_id) z LEFT JOIN person p ON p.id = z.owner_id AND p.superseded_in = "+openBatch+" ORDER BY 2, 1", c.args...)
}
