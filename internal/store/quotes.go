package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/quote"
)

// Quotes returns the store of package quote.
func (db *DB) Quotes() quote.Store { return quoteStore{db} }

type quoteStore struct{ db *DB }

// InTx implements quote.Store.
func (s quoteStore) InTx(ctx context.Context, fn func(quote.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements quote.Store.
func (s quoteStore) Read(ctx context.Context, fn func(quote.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var quoteColumns = []string{"id", "root_id", "version", "latest", "opportunity_id", "customer_id", "owner_id", "title", "state", "lines", "currency", "list_minor", "amount_minor", "tax_minor",
	"discount_ppm", "limit_ppm", "beyond", "valid_until", "terms", "note", "sent_on", "sent_to", "sent_by", "ended_on", "ended_for", "request_id", "created_by", "created_at", "revision"}

func quoteValues(q quote.Quote) []any {
	return []any{q.ID, q.RootID, q.Version, q.Latest, q.OpportunityID, q.CustomerID, q.OwnerID, q.Title, string(q.State), lineText(q.Lines), string(q.Currency), q.ListMinor, q.AmountMinor, q.TaxMinor,
		q.DiscountPPM, q.LimitPPM, q.Beyond, optionalDay(q.ValidUntil), q.Terms, q.Note, optionalDay(q.SentOn), q.SentTo, q.SentBy, optionalDay(q.EndedOn), q.EndedFor, q.RequestID,
		q.CreatedBy, instant(q.CreatedAt), q.Revision}
}

// lineText writes lines down; plain values always encode.
func lineText(lines []quote.Line) string {
	if len(lines) == 0 {
		return ""
	}
	plain, _ := json.Marshal(lines)
	return string(plain)
}

func scanLines(text string, lines *[]quote.Line) error {
	if text == "" {
		*lines = nil
		return nil
	}
	return json.Unmarshal([]byte(text), lines)
}

var quoteSelect = "SELECT q." + strings.Join(quoteColumns, ", q.") + ", COALESCE(o.name, ''), COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE(p.name, '') FROM "

// quoteNames are joined behind the rows of a page, as q.
const quoteNames = ` q LEFT JOIN opportunity o ON o.id = q.opportunity_id LEFT JOIN customer k ON k.id = q.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = q.owner_id AND p.superseded_in = ` + openBatch

func scanQuote(r rows, q *quote.Quote) error {
	var lines string
	if err := r.Scan(&q.ID, &q.RootID, &q.Version, &q.Latest, &q.OpportunityID, &q.CustomerID, &q.OwnerID, &q.Title, &q.State, &lines, &q.Currency, &q.ListMinor, &q.AmountMinor, &q.TaxMinor,
		&q.DiscountPPM, &q.LimitPPM, &q.Beyond, scanDate(&q.ValidUntil), &q.Terms, &q.Note, scanDate(&q.SentOn), &q.SentTo, &q.SentBy, scanDate(&q.EndedOn), &q.EndedFor, &q.RequestID,
		&q.CreatedBy, scanTime(&q.CreatedAt), &q.Revision, &q.OpportunityName, &q.CustomerKey, &q.CustomerName, &q.OwnerName); err != nil {
		return err
	}
	return scanLines(lines, &q.Lines)
}

// people limits a selection to what persons in reach, a person, or the members of a team own.
func (tx *Tx) people(ctx context.Context, s *selection, column string, reach deal.Reach, personID, teamID int64) error {
	if err := tx.ownedIn(ctx, s, column, reach); err != nil {
		return err
	}
	if personID != 0 {
		s.owners(column, []int64{personID})
	}
	if teamID != 0 {
		members, err := tx.teamMembers(ctx, teamID, reach.Today)
		if err != nil {
			return err
		}
		s.owners(column, members)
	}
	return nil
}

func (tx *Tx) quoteSelection(ctx context.Context, reach deal.Reach, f quote.Filter) (*selection, error) {
	s := &selection{table: "quote q", of: "q.id", own: true, columns: "q.amount_minor, q.currency"}
	// Of the few quotes of a record, or that a search finds, the columns that many share must not be what they are found by.
	many := "q"
	if f.OpportunityID != 0 || f.CustomerID != 0 || f.Search != "" {
		many = tx.db.dialect.unindexed("q")
	}
	if !f.AllVersions {
		s.index(many+".latest = ?", true)
	}
	state, valid, among := f.State, []fact.Days{f.Valid}, "w.latest = TRUE"
	switch f.State { // both are the sent ones
	case quote.StateExpired:
		state, valid, among = quote.StateSent, append(valid, fact.Days{From: calendar.NoDate, To: reach.Today - 1}), among+" AND w.state = 'sent'"
	case quote.StateSent:
		valid, among = append(valid, fact.Days{From: reach.Today, To: calendar.NoDate}), among+" AND w.state = 'sent'"
	}
	if state != "" {
		s.index(many+".state = ?", string(state))
	}
	if err := tx.people(ctx, s, "q.owner_id", reach, f.PersonID, f.TeamID); err != nil {
		return nil, err
	}
	if f.OpportunityID != 0 {
		s.linked("q.opportunity_id", f.OpportunityID)
	}
	if f.CustomerID != 0 {
		s.linked("q.customer_id", f.CustomerID)
	}
	for _, days := range valid {
		if many != "q" || f.AllVersions {
			for _, t := range dayConditions(tx.db.dialect.unindexed("q.valid_until"), days) {
				s.test(t.text, t.values...)
			}
		} else if err := tx.fewDays(ctx, s, "q.valid_until", among, days, f.Paging.Sort == quote.SortValid); err != nil {
			return nil, err
		}
	}
	if err := tx.amounts(ctx, s, "id", f.Amounts, false); err != nil {
		return nil, err
	}
	if f.Search != "" {
		if root, ok := quoteNumber(f.Search); ok {
			s.index("q.root_id = ?", root)
		} else {
			s.parts = append(s.parts, tx.namedPart(newNeedle(f.Search), &tx.db.finders.quotes, "q"))
		}
	}
	return s, tx.narrow(ctx, s)
}

// quoteNumber reads Q000012 and Q000012-2.
func quoteNumber(text string) (root int64, ok bool) {
	digits, found := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), "Q")
	digits, _, _ = strings.Cut(digits, "-")
	root, err := strconv.ParseInt(digits, 10, 64)
	return root, found && err == nil
}

var quoteOrders = map[string]order{
	quote.SortNew: {column: "q.id", tie: "q.id", number: true, tieNumber: true}, quote.SortValid: {column: "q.valid_until", tie: "q.id", tieNumber: true},
	quote.SortAmount: {column: "q.amount_minor", tie: "q.id", number: true, tieNumber: true},
}

// Quotes implements quote.Reader.
func (tx *Tx) Quotes(ctx context.Context, reach deal.Reach, f quote.Filter) ([]quote.Quote, string, error) {
	s, err := tx.quoteSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	by := quoteOrders[f.Paging.Sort]
	c, tail, err := tx.paged(ctx, s, f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanQuote, quoteSelect+"(SELECT q.* FROM quote q"+c.where()+tail+")"+quoteNames+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(q quote.Quote) (value, tie string) {
		tie = strconv.FormatInt(q.ID, 10)
		switch f.Paging.Sort {
		case quote.SortValid:
			return optionalDay(q.ValidUntil), tie
		case quote.SortAmount:
			return strconv.FormatInt(q.AmountMinor, 10), tie
		}
		return tie, tie
	})
	return page, next, nil
}

// QuoteTotal implements quote.Reader.
func (tx *Tx) QuoteTotal(ctx context.Context, reach deal.Reach, f quote.Filter) (fact.Total, error) {
	s, err := tx.quoteSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, f.ExactTotal)
}

// Quote implements quote.Reader.
func (tx *Tx) Quote(ctx context.Context, reach deal.Reach, id int64) (quote.Quote, error) {
	c := &filters{}
	c.add("q.id = ?", id)
	c.reach(reach.Scope, reach.Today, "q.owner_id", "%s")
	return one(ctx, tx, "quote.missing", scanQuote, quoteSelect+"quote"+quoteNames+c.where(), c.args...)
}

// QuoteVersions implements quote.Reader.
func (tx *Tx) QuoteVersions(ctx context.Context, rootID int64) ([]quote.Quote, error) {
	return collect(ctx, tx, scanQuote, quoteSelect+"quote"+quoteNames+" WHERE q.root_id = $1 ORDER BY q.version DESC", rootID)
}

// InsertQuote implements quote.Tx.
func (tx *Tx) InsertQuote(ctx context.Context, q quote.Quote) error {
	return tx.insertRow(ctx, "quote", quoteColumns, quoteValues(q))
}

// SaveQuote implements quote.Tx.
func (tx *Tx) SaveQuote(ctx context.Context, q quote.Quote) error {
	if err := tx.renamed(ctx, &tx.db.finders.quotes, q.ID, q.Title); err != nil {
		return err
	}
	return tx.saveRow(ctx, "quote", "quote.changed_meanwhile", quoteColumns, quoteValues(q))
}

// saveRow writes a changed row: its first column is the id, its last the revision, which must be the one after what is there.
func (tx *Tx) saveRow(ctx context.Context, table, conflict string, columns []string, values []any) error {
	sets := make([]string, 0, len(columns)-1)
	for i, column := range columns[1:] {
		sets = append(sets, column+" = $"+strconv.Itoa(i+2))
	}
	last := "$" + strconv.Itoa(len(columns))
	return mustChange(ctx, tx, conflict, "UPDATE "+table+" SET "+strings.Join(sets, ", ")+" WHERE id = $1 AND revision = "+last+" - 1", values...)
}

// passOffers keeps what is offered and agreed in the hands of who owns the opportunity.
func (tx *Tx) passOffers(ctx context.Context, opportunityID, ownerID int64) error {
	for _, table := range []string{"quote", "contract"} {
		if _, err := tx.exec(ctx, "UPDATE "+table+" SET owner_id = $2 WHERE opportunity_id = $1 AND owner_id <> $2", opportunityID, ownerID); err != nil {
			return err
		}
	}
	return tx.passContract(ctx, "opportunity_id = $1", opportunityID, ownerID)
}

// QuoteRules implements quote.Reader.
func (tx *Tx) QuoteRules(ctx context.Context) (rules quote.Rules, err error) {
	type kept struct {
		body     string
		revision int64
	}
	found, err := one(ctx, tx, "quote.no_rules", func(r rows, k *kept) error { return r.Scan(&k.body, &k.revision) }, "SELECT body, revision FROM quote_rules WHERE id = 1")
	if errs.Is(err, errs.KindNotFound) {
		return quote.ShippedRules(), nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(found.body), &rules)
	}
	rules.Revision = found.revision
	return rules, err
}

// SaveQuoteRules implements quote.Tx.
func (tx *Tx) SaveQuoteRules(ctx context.Context, rules quote.Rules) error {
	body, err := json.Marshal(rules)
	if err != nil {
		return err
	}
	if rules.Revision == 1 {
		return tx.insertRow(ctx, "quote_rules", []string{"id", "body", "revision"}, []any{int64(1), string(body), rules.Revision})
	}
	return mustChange(ctx, tx, "quote.rules_changed", "UPDATE quote_rules SET body = $1, revision = $2 WHERE id = 1 AND revision = $2 - 1", string(body), rules.Revision)
}
