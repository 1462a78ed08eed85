package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

var standingColumns = []string{"customer_id", "tier", "due", "ground", "score", "judged", "potential", "relation", "warnings", "standing", "pending", "before_tier", "before_pending", "review_id",
	"decided_in", "proposal", "as_of", "policy_hash", "margin_minor", "spend_minor", "orders", "first_order", "last_order", "interval_days", "contract_end", "lift_minor", "recency", "frequency",
	"monetary", "rfm", "alive", "expected", "expected_minor", "complete", "owner_id", "owner_level", "last_contact", "contact_due", "override_tier", "override_from", "override_until",
	"override_for", "override_by", "revision"}

func standingValues(s tierbook.Standing) []any {
	r, f := &s.Result, &s.Facts
	lift := tierbook.Unknown
	if s.Lift.Known {
		lift = s.Lift.Minor
	}
	override := tier.Override{From: calendar.NoDate, Until: calendar.NoDate}
	if f.Override != nil {
		override = *f.Override
	}
	return []any{s.CustomerID, string(r.Tier), string(r.Due), string(r.Ground), int64(r.Score), r.Judged, int64(r.Potential), string(r.Axis), joinWarnings(r.Warnings),
		string(r.Standing.Tier), int64(r.Standing.Pending), string(s.Before.Tier), int64(s.Before.Pending), s.ReviewID, s.DecidedIn, proposalText(r.Proposal), s.AsOf.String(), s.PolicyHash,
		f.Margin, f.Spend, int64(f.Orders), optionalDay(f.FirstOrder), optionalDay(f.LastOrder), int64(f.Interval), optionalDay(f.ContractEnd), lift, int64(s.RFM.Recency),
		int64(s.RFM.Frequency), int64(s.RFM.Money), string(s.RFM.Group), s.AliveMillion, s.Expected, s.ExpectedMinor, int64(s.Complete), s.OwnerID, s.OwnerLevel, optionalDay(s.LastContact),
		optionalDay(s.ContactDue), string(override.Tier), optionalDay(override.From), optionalDay(override.Until), override.Reason, s.OverrideBy, s.Revision}
}

func scanStanding(r rows, s *tierbook.Standing) error { return r.Scan(standingDestinations(s)...) }

// standingDestinations are where the columns go; what is made of several of them is for finish.
func standingDestinations(s *tierbook.Standing) []any {
	r, f := &s.Result, &s.Facts
	f.Override = &tier.Override{}
	return []any{&s.CustomerID, &r.Tier, &r.Due, &r.Ground, &r.Score, &r.Judged, &r.Potential, &r.Axis, standingWarnings{&r.Warnings}, &r.Standing.Tier, &r.Standing.Pending, &s.Before.Tier,
		&s.Before.Pending, &s.ReviewID, &s.DecidedIn, standingProposal{&r.Proposal}, scanDate(&s.AsOf), &s.PolicyHash, &f.Margin, &f.Spend, &f.Orders, scanDate(&f.FirstOrder), scanDate(&f.LastOrder),
		&f.Interval, scanDate(&f.ContractEnd), &s.Lift.Minor, &s.RFM.Recency, &s.RFM.Frequency, &s.RFM.Money, &s.RFM.Group, &s.AliveMillion, &s.Expected, &s.ExpectedMinor, &s.Complete, &s.OwnerID,
		&s.OwnerLevel, scanDate(&s.LastContact), scanDate(&s.ContactDue), &f.Override.Tier, scanDate(&f.Override.From), scanDate(&f.Override.Until), &f.Override.Reason, &s.OverrideBy, &s.Revision}
}

// finishStanding makes a standing whole once it is read.
func finishStanding(s *tierbook.Standing) {
	id := strconv.FormatInt(s.CustomerID, 10)
	s.Facts.ID, s.Result.Customer, s.RFM.Customer = id, id, id
	if s.Facts.Override.Tier == "" {
		s.Facts.Override = nil
	}
	s.Result.Overridden, s.Result.NegativeMargin = s.Facts.Override != nil, s.Facts.Margin < 0
	if s.Lift.Known = s.Lift.Minor != tierbook.Unknown; !s.Lift.Known {
		s.Lift.Minor = 0
	}
}

func joinWarnings(warnings []tier.Warning) string {
	texts := make([]string, len(warnings))
	for i, w := range warnings {
		texts[i] = string(w)
	}
	return strings.Join(texts, " ")
}

// standingWarnings reads warnings that are parted by blanks.
type standingWarnings struct{ to *[]tier.Warning }

// Scan implements sql.Scanner.
func (s standingWarnings) Scan(value any) error {
	text, _ := value.(string)
	*s.to = nil
	for word := range strings.FieldsSeq(text) {
		*s.to = append(*s.to, tier.Warning(word))
	}
	return nil
}

func proposalText(p *tier.Proposal) string {
	if p == nil {
		return ""
	}
	text := string(p.From) + " " + string(p.To)
	if p.Approval {
		text += " approval"
	}
	if p.Jump {
		text += " jump"
	}
	return text
}

// standingProposal reads what proposalText wrote.
type standingProposal struct{ to **tier.Proposal }

// Scan implements sql.Scanner.
func (s standingProposal) Scan(value any) error {
	text, _ := value.(string)
	words := strings.Fields(text)
	if *s.to = nil; len(words) < 2 {
		return nil
	}
	*s.to = &tier.Proposal{From: tier.Tier(words[0]), To: tier.Tier(words[1])}
	for _, word := range words[2:] {
		(*s.to).Approval = (*s.to).Approval || word == "approval"
		(*s.to).Jump = (*s.to).Jump || word == "jump"
	}
	return nil
}

var standingSelect = "SELECT t." + strings.Join(standingColumns, ", t.") + ", COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE(p.name, '') FROM "

// standingNames are joined behind the rows of a page, as t.
const standingNames = ` t LEFT JOIN customer k ON k.id = t.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = t.owner_id AND p.superseded_in = ` + openBatch

func scanNamedStanding(r rows, s *tierbook.Standing) error {
	err := r.Scan(append(standingDestinations(s), &s.CustomerKey, &s.CustomerName, &s.OwnerName)...)
	finishStanding(s)
	return err
}

// CustomerStanding implements tierbook.Reader.
func (tx *Tx) CustomerStanding(ctx context.Context, customerID int64) (tierbook.Standing, error) {
	return one(ctx, tx, "tierbook.not_judged", scanNamedStanding, standingSelect+"tier_standing"+standingNames+" WHERE t.customer_id = $1", customerID)
}

// PutStandings implements tierbook.Tx: rows that are there are replaced as a whole, in the transaction that read them.
func (tx *Tx) PutStandings(ctx context.Context, standings []tierbook.Standing) error {
	if len(standings) == 0 {
		return nil
	}
	ids := make([]int64, len(standings))
	for i, s := range standings {
		ids[i] = s.CustomerID
		standings[i].Revision++
	}
	if _, err := tx.exec(ctx, "DELETE FROM tier_standing WHERE customer_id IN ("+listed(ids)+")"); err != nil {
		return err
	}
	return putRows(ctx, tx, "tier_standing", standingColumns, standings, standingValues)
}

func (tx *Tx) standingSelection(ctx context.Context, owned tierbook.Owned, f tierbook.Filter) (*selection, error) {
	s := &selection{table: "tier_standing t", of: "t.customer_id", own: true, columns: "0 AS amount_minor, '' AS currency"}
	persons, all, err := tx.personsOf(ctx, owned.Scope, owned.Today)
	if err != nil {
		return nil, err
	}
	if !all {
		s.owners("t.owner_id", persons)
	}
	if f.PersonID != 0 {
		s.owners("t.owner_id", []int64{f.PersonID})
	}
	if f.TeamID != 0 {
		members, err := tx.teamMembers(ctx, f.TeamID, owned.Today)
		if err != nil {
			return nil, err
		}
		s.owners("t.owner_id", members)
	}
	if f.RegionID != 0 {
		members, err := tx.regionMembers(ctx, f.RegionID, owned.Today)
		if err != nil {
			return nil, err
		}
		s.owners("t.owner_id", members)
	}
	for _, wanted := range []struct{ column, value string }{{"t.tier", string(f.Tier)}, {"t.relation", string(f.Relation)}, {"t.rfm", string(f.Group)}} {
		if wanted.value != "" {
			s.index(wanted.column+" = ?", wanted.value)
		}
	}
	if f.Overdue {
		s.index("t.contact_due <> '' AND t.contact_due < ?", owned.Today.String())
	}
	if f.Incomplete {
		s.test("t.complete < ?", int64(f.Goal))
	}
	if f.Overridden {
		s.test("t.override_tier <> ''")
	}
	if f.Search != "" {
		s.parts = append(s.parts, tx.customersNamed(f.Search, "t.customer_id"))
	}
	return s, tx.narrow(ctx, s)
}

// customersNamed is the part of rows whose customer, in the column, has a text in its name, key or credit code.
func (tx *Tx) customersNamed(text, column string) part {
	n := newNeedle(text)
	return part{
		patterns: n.patterns(), check: "(EXISTS (SELECT 1 FROM customer n WHERE n.id = " + column + " AND n.superseded_in = " + openBatch + " AND " + n.holds("n.search_text") + ") OR " + n.formerly(column) + ")", dear: true,
		ids: n.customerIDs(),
		memory: func(ctx context.Context) ([]int64, bool, error) {
			return tx.lookupCustomers(ctx, n.terms, namedFewMax+1)
		},
	}
}

var standingOrders = map[string]order{
	tierbook.SortScore: {column: "t.score", tie: "t.customer_id", number: true, tieNumber: true},
	tierbook.SortDue:   {column: "t.contact_due", tie: "t.customer_id", tieNumber: true},
}

// Standings implements tierbook.Reader.
func (tx *Tx) Standings(ctx context.Context, owned tierbook.Owned, f tierbook.Filter) ([]tierbook.Standing, string, error) {
	s, err := tx.standingSelection(ctx, owned, f)
	if err != nil {
		return nil, "", err
	}
	c, by := s.where(), standingOrders[f.Paging.Sort]
	tail, err := c.page(f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanNamedStanding, standingSelect+"(SELECT t.* FROM tier_standing t"+c.where()+tail+")"+standingNames+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(s tierbook.Standing) (value, tie string) {
		tie = strconv.FormatInt(s.CustomerID, 10)
		if f.Paging.Sort == tierbook.SortDue {
			return optionalDay(s.ContactDue), tie
		}
		return strconv.FormatInt(int64(s.Result.Score), 10), tie
	})
	return page, next, nil
}

// StandingCount implements tierbook.Reader.
func (tx *Tx) StandingCount(ctx context.Context, owned tierbook.Owned, f tierbook.Filter) (count int64, more bool, err error) {
	s, err := tx.standingSelection(ctx, owned, f)
	if err != nil {
		return 0, false, err
	}
	total, err := tx.freshTotal(ctx, s, f.ExactTotal)
	return total.Count, total.More, err
}

// inTier limits a selection of customers to those of a tier. Totals are remembered until a batch of facts, and tiers change without one: the number of changes
// and of reviews so far tells statements apart.
func (tx *Tx) inTier(ctx context.Context, s *selection, wanted string) error {
	last, err := value[int64](ctx, tx, "SELECT COALESCE((SELECT MAX(seq) FROM tier_change), 0) + COALESCE((SELECT MAX(id) FROM tier_review), 0)")
	if err != nil {
		return err
	}
	s.test("CAST(? AS BIGINT) >= 0", last)
	s.parts = append(s.parts, part{patterns: []string{wanted}, drives: true,
		ids:   "SELECT t.customer_id AS id FROM tier_standing t WHERE t.tier = {p0}",
		check: "EXISTS (SELECT 1 FROM tier_standing t WHERE t.customer_id = c.id AND t.tier = {p0})"})
	return nil
}

// addTiersOfCustomers fills in the tier of each customer of a page.
func (tx *Tx) addTiersOfCustomers(ctx context.Context, page []customer.Row) error {
	index := make(map[int64]int, len(page))
	ids := make([]int64, len(page))
	for i, row := range page {
		index[row.ID], ids[i] = i, row.ID
	}
	return each(ctx, tx, func(r rows) error {
		var id int64
		var counts string
		if err := r.Scan(&id, &counts); err != nil {
			return err
		}
		page[index[id]].Standing = counts
		return nil
	}, "SELECT customer_id, tier FROM tier_standing WHERE customer_id IN ("+listed(ids)+")")
}
