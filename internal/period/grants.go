package period

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
)

// Granted is what a month pays outside plans: what was approved for it, and what is taken back of what was revoked.
type Granted struct {
	Grants []reward.Grant
	Debts  []reward.Debt // what earlier months put off
	Steps  []reward.GrantStep
}

// of finds the grant that a step is of.
func (g Granted) of(key string) (found reward.Grant) {
	for _, grant := range g.Grants {
		if grant.Key == key {
			return grant
		}
	}
	for _, d := range g.Debts {
		if d.Key == key {
			return d.Grant
		}
	}
	return found
}

// PaidMinor is the effect on what the month pays.
func (g Granted) PaidMinor() (sum int64) {
	for _, l := range g.lines() {
		sum += l.AmountMinor
	}
	return sum
}

// Put is what the month puts off of a grant; negative where it takes what was put off.
func (g Granted) Put(key string) int64 {
	for _, s := range g.Steps {
		if s.Key == key {
			return s.AmountMinor
		}
	}
	return 0
}

// lines are the lines by which a pay sheet shows it.
func (g Granted) lines() (lines []payout.Line) {
	add := func(grant reward.Grant, amount int64) {
		lines = append(lines, payout.Line{PersonID: grant.PersonID, PlanID: reward.GrantPlan, Component: grant.Component, AmountMinor: amount})
	}
	for _, grant := range g.Grants {
		add(grant, grant.AmountMinor)
	}
	for _, s := range g.Steps {
		add(g.of(s.Key), s.AmountMinor)
	}
	return lines
}

// entries are the ledger's.
func (g Granted) entries(month calendar.Month) (entries []reward.Entry) {
	for _, grant := range g.Grants {
		entries = append(entries, reward.GrantEntry(grant, month))
	}
	for _, s := range g.Steps {
		entries = append(entries, reward.StepEntry(g.of(s.Key), s))
	}
	return entries
}

// columns adds a column for each thing that was granted.
func (g Granted) columns(columns []PayColumn) []PayColumn {
	seen := map[string]bool{}
	add := func(grant reward.Grant) {
		if !seen[grant.Component] {
			seen[grant.Component] = true
			columns = append(columns, PayColumn{PlanID: reward.GrantPlan, Component: grant.Component, Plan: reward.GrantName, Name: grant.Name})
		}
	}
	for _, grant := range g.Grants {
		add(grant)
	}
	for _, s := range g.Steps {
		add(g.of(s.Key))
	}
	return columns
}

// waitingFor says what a month pays outside plans when it closes. What came after the month was approved waits for the next one: nothing is added
// to what somebody has approved. paid are the lines of what the month pays otherwise.
func waitingFor(ctx context.Context, r Reader, month calendar.Month, approved time.Time, paid []payout.Line) (g Granted, err error) {
	if g.Grants, err = r.WaitingGrants(ctx, approved); err != nil {
		return g, err
	}
	if g.Debts, err = r.OpenDebts(ctx, 0); err != nil || len(g.Grants)+len(g.Debts) == 0 {
		return g, err
	}
	pay := map[int64]int64{}
	for _, l := range paid {
		pay[l.PersonID] += l.AmountMinor
	}
	g.Steps = reward.TakeBack(month, pay, g.Grants, g.Debts)
	return g, nil
}

// payGrants posts that, and returns it.
func payGrants(ctx context.Context, tx Tx, month calendar.Month, approved time.Time, paid []payout.Line) (g Granted, err error) {
	if g, err = waitingFor(ctx, tx, month, approved, paid); err != nil {
		return g, err
	}
	if entries := g.entries(month); len(entries) > 0 {
		if _, err := tx.AppendLedger(ctx, entries); err != nil {
			return g, err
		}
	}
	if err := tx.InsertGrantSteps(ctx, g.Steps); err != nil {
		return g, err
	}
	return g, tx.PayGrants(ctx, month, approved)
}

// grantedIn reads what a closed month paid outside plans.
func grantedIn(ctx context.Context, r Reader, month calendar.Month) (g Granted, err error) {
	if g.Grants, err = r.GrantsOf(ctx, month); err != nil {
		return g, err
	}
	if g.Debts, err = r.StepsOf(ctx, month); err != nil {
		return g, err
	}
	for _, d := range g.Debts {
		g.Steps = append(g.Steps, reward.GrantStep{Key: d.Key, Month: month, AmountMinor: d.OpenMinor})
	}
	return g, nil
}

// withGranted adds to a review what the month pays outside plans: what it paid when it is closed, what it would pay now until then.
func withGranted(ctx context.Context, r Reader, review *Review, lines []payout.Line) (err error) {
	if review.Period.State == StateClosed {
		review.Granted, err = grantedIn(ctx, r, review.Period.Month)
		return err
	}
	rows, err := r.Settlements(ctx, review.Run.ID)
	if err != nil {
		return err
	}
	until := review.Period.ApprovedAt
	if until.IsZero() {
		until = r.Now()
	}
	paid := append(append(append([]payout.Line{}, lines...), additionLines(review.Additions)...), settlementLines(rows)...)
	review.Granted, err = waitingFor(ctx, r, review.Period.Month, until, paid)
	return err
}

// grants compares the ledger with what was granted and paid with the month.
func (m *monthVerifier) grants(ctx context.Context) error {
	g, err := grantedIn(ctx, m.reader, m.seal.Month)
	if err != nil {
		return err
	}
	return m.claim(g.entries(m.seal.Month))
}

// awards compares what awards bring with what was granted and posted for them, and walks their digests.
func (c *verifier) awards(ctx context.Context, _ []Seal) error {
	bases, err := c.reader.AwardBases(ctx)
	if err != nil {
		return err
	}
	grants := map[string]reward.Grant{}
	if err := c.reader.EachGrant(ctx, func(g reward.Grant) error {
		grants[g.Key] = g
		return nil
	}); err != nil {
		return err
	}
	for _, b := range bases {
		if b.Stored != b.Computed {
			return c.broken("honour_award:"+b.Number, "verify.changed")
		}
		if c.brought(grants, b, reward.AwardKey(b.AwardID), 1); c.Broken != nil {
			return nil
		}
		if b.Revoked {
			c.brought(grants, b, reward.RevokedKey(b.AwardID), -1)
		}
		if c.Broken != nil {
			return nil
		}
	}
	for key := range grants {
		return c.broken("reward_grant:"+key, "verify.inserted")
	}
	return nil
}

// brought takes what an award must have brought, or taken back, out of the grants, and looks for its points.
func (c *verifier) brought(grants map[string]reward.Grant, b reward.Basis, key string, sign int64) {
	if b.CashMinor != 0 {
		g, ok := grants[key]
		switch {
		case !ok:
			_ = c.broken("reward_grant:"+key, "verify.missing")
		case g.PersonID != b.PersonID || g.Component != b.Component || g.AmountMinor != sign*b.CashMinor || g.Source != b.Stored:
			_ = c.broken("reward_grant:"+key, "verify.changed")
		}
		delete(grants, key)
	}
	if b.Points == 0 || c.Broken != nil {
		return
	}
	switch e, ok := c.points["points/"+key]; {
	case !ok:
		_ = c.broken("ledger_entry:points/"+key, "verify.missing")
	case e.PersonID != b.PersonID || e.Component != b.Component || e.AmountMinor != sign*b.Points || e.Source != b.Stored || e.Credit != reward.PointsAccount(b.PersonID):
		_ = c.broken(ledgerRecord(e.Seq), "verify.ledger_differs")
	}
}

// receipts reads payroll's answers: those that the ledger must have.
func (c *verifier) receipts(ctx context.Context, _ []Seal) error {
	type attempt struct {
		month           calendar.Month
		person, attempt int64
	}
	paid := map[attempt]bool{}
	return c.reader.EachReceipt(ctx, func(r payout.Receipt) error {
		key := attempt{r.Month, r.PersonID, r.Attempt}
		if r.Outcome == payout.OutcomePaid {
			paid[key] = true
		}
		if paid[key] {
			month := r.PaidOn.Month()
			c.answers[month] = append(c.answers[month], payout.Receipt{Month: r.Month, PersonID: r.PersonID, Attempt: r.Attempt, Outcome: r.Outcome, AmountMinor: r.AmountMinor,
				Currency: r.Currency, PaidOn: r.PaidOn})
		}
		return nil
	})
}
