package period

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/reward"
)

// monthVerifier is the part of the verification that is about one closed month.
type monthVerifier struct {
	*verifier
	seal  Seal
	run   payout.Run
	plans map[string]ruleHash // by version id
	// lines are the amounts that the statements give; what payout_line has is taken out.
	lines      map[lineKey]int64
	statements map[payeePlan]bool // false for those without components
	settled    []payout.SettlementRow
	additions  []payout.Addition
	total      int64
}

type lineKey struct {
	payeePlan
	component string
}

// ruleHash is the document behind a plan version.
type ruleHash struct{ document, hash string }

func (c *verifier) month(ctx context.Context, seal Seal) error {
	m := &monthVerifier{verifier: c, seal: seal, plans: map[string]ruleHash{}, lines: map[lineKey]int64{}, statements: map[payeePlan]bool{}}
	for _, step := range []func(context.Context) error{m.period, m.rules, m.settlements, m.additionsKept, m.eachStatement, m.eachLine, m.settledEntries, m.additionsPosted, m.grants, m.totals, m.payFiles} {
		if err := step(ctx); err != nil || c.Broken != nil {
			return err
		}
	}
	return nil
}

// period compares the month and its run with the seal.
func (m *monthVerifier) period(ctx context.Context) error {
	p, err := m.reader.Period(ctx, m.seal.Month)
	if err != nil {
		return err
	}
	if p.State != StateClosed || p.CurrentRun != m.seal.RunID || p.RunningRun != "" || p.SealHash != m.seal.Hash ||
		p.ClosedBy != m.seal.ClosedBy || p.ApprovedBy != m.seal.ApprovedBy || !p.ClosedAt.Equal(m.seal.ClosedAt) {
		return m.broken("period:"+m.seal.Month.String(), "verify.changed")
	}
	if m.run, err = m.reader.Run(ctx, m.seal.RunID); errs.Is(err, errs.KindNotFound) {
		return m.broken("run:"+m.seal.RunID, "verify.missing")
	}
	if err == nil && (m.run.State != payout.RunComplete || m.run.Month != m.seal.Month || m.run.Digest != m.seal.RunDigest) {
		return m.broken("run:"+m.seal.RunID, "verify.changed")
	}
	return err
}

// rules checks that the versions of the run are still the documents they were.
func (m *monthVerifier) rules(ctx context.Context) error {
	for _, id := range m.run.Plans {
		v, err := m.reader.PlanVersion(ctx, id)
		if errs.Is(err, errs.KindNotFound) {
			return m.broken("plan_version:"+id, "verify.missing")
		}
		if err != nil {
			return err
		}
		document, err := plan.Decode(v.DocumentID, []byte(v.Text))
		if err != nil {
			return m.broken("plan_version:"+id, "verify.changed")
		}
		rule := ruleHash{}
		if document.Plan != nil {
			rule = ruleHash{document.Plan.ID, document.Plan.Hash()}
		} else {
			rule = ruleHash{document.Crediting.ID, document.Crediting.Hash()}
		}
		if rule != (ruleHash{v.DocumentID, v.Hash}) {
			return m.broken("plan_version:"+id, "verify.changed")
		}
		m.plans[id] = rule
	}
	return nil
}

// eachStatement opens the month's statements and compares what stands beside them with what they say.
func (m *monthVerifier) eachStatement(ctx context.Context) error {
	digest := payout.NewDigest(m.run.Salt)
	crediting := m.plans[m.run.Plans[0]]
	count := int64(0)
	err := m.reader.EachStatement(ctx, m.run.ID, func(row payout.StatementRow) error {
		if m.Broken != nil {
			return nil
		}
		payee := payeePlan{row.PersonID, row.PlanID}
		statement, _, err := payout.Open(row)
		if err != nil || statement.TotalFen != row.TotalMinor || statement.Level != row.Level || statement.Plan != row.PlanID ||
			statement.Period != m.seal.Month || (ruleHash{statement.Plan, statement.PlanHash}) != m.plans[row.VersionID] ||
			statement.Crediting != crediting.hash {
			return m.broken(m.record("statement", payee), "verify.changed")
		}
		count++
		digest.Add(row)
		m.statements[payee] = len(statement.Components) > 0
		m.total += row.TotalMinor
		sum := int64(0)
		for _, c := range statement.Components {
			m.lines[lineKey{payee, c.ID}] = c.AmountFen
			sum += c.AmountFen
		}
		if sum != row.TotalMinor {
			return m.broken(m.record("statement", payee), "verify.sum")
		}
		return nil
	})
	m.Statements += count
	for _, row := range m.settled {
		digest.AddSettlement(row)
	}
	for _, a := range m.additions {
		if err == nil {
			err = digest.AddAddition(a)
		}
	}
	if err == nil && m.Broken == nil && digest.Sum() != m.seal.RunDigest {
		return m.oddStatement(ctx)
	}
	return err
}

// oddStatement names the statement that was removed or added when the lines tell, and the run otherwise.
func (m *monthVerifier) oddStatement(ctx context.Context) error {
	lines, err := m.reader.PayoutLines(ctx, m.run.ID)
	if err != nil {
		return err
	}
	withLines := map[payeePlan]bool{}
	for _, l := range lines {
		payee := payeePlan{l.PersonID, l.PlanID}
		if _, kept := m.statements[payee]; !kept {
			return m.broken(m.record("statement", payee), "verify.missing")
		}
		withLines[payee] = true
	}
	for _, payee := range sortedPayees(m.statements) {
		if m.statements[payee] && !withLines[payee] {
			return m.broken(m.record("statement", payee), "verify.inserted")
		}
	}
	return m.broken("run:"+m.run.ID, "verify.statements_differ")
}

func sortedPayees(payees map[payeePlan]bool) []payeePlan {
	var sorted []payeePlan
	for p := range payees {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b payeePlan) int { return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.plan, b.plan)) })
	return sorted
}

func (m *monthVerifier) record(kind string, payee payeePlan) string {
	return fmt.Sprintf("%s:%s/%d/%s", kind, m.seal.Month, payee.person, payee.plan)
}

// eachLine compares the lines with the statements, and the ledger with the lines.
func (m *monthVerifier) eachLine(ctx context.Context) error {
	lines, err := m.reader.PayoutLines(ctx, m.run.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		key := lineKey{payeePlan{l.PersonID, l.PlanID}, l.Component}
		record := m.record("payout_line", key.payeePlan) + "/" + l.Component
		amount, ok := m.lines[key]
		if !ok {
			return m.broken(record, "verify.inserted")
		}
		if amount != l.AmountMinor {
			return m.broken(record, "verify.changed")
		}
		delete(m.lines, key)
		if amount == 0 {
			continue
		}
		ledgerKey := reward.CloseKey(m.seal.Month, l.PlanID, l.Component, l.PersonID)
		entry, ok := m.posted[ledgerKey]
		if !ok {
			return m.broken("ledger_entry:"+ledgerKey, "verify.missing")
		}
		if entry.AmountMinor != amount {
			return m.broken(ledgerRecord(entry.Seq), "verify.ledger_differs")
		}
		delete(m.posted, ledgerKey)
	}
	for key := range m.lines {
		return m.broken(m.record("payout_line", key.payeePlan)+"/"+key.component, "verify.missing")
	}
	return nil
}

// totals compares the run's own count and sum.
func (m *monthVerifier) totals(context.Context) error {
	if n := int64(len(m.statements)); m.run.Payees != n || m.run.Statements != n || m.run.TotalMinor != m.total {
		return m.broken("run:"+m.run.ID, "verify.sum")
	}
	return nil
}

func (m *monthVerifier) payFiles(ctx context.Context) error {
	for _, format := range []string{FormatCSV, FormatXLSX} {
		f, err := m.reader.PayFile(ctx, m.seal.Month, format)
		if errs.Is(err, errs.KindNotFound) {
			return m.broken(PayFile{Month: m.seal.Month, Format: format}.record(), "verify.missing")
		}
		if err != nil {
			return err
		}
		signature, err := base64.StdEncoding.DecodeString(f.Signature)
		if err != nil || digestOf(f.Content) != f.Digest || !m.service.signer.Verify(f.SignedText(), signature) ||
			format == FormatCSV && f.Digest != m.seal.PayFileDigest {
			return m.broken(f.record(), "verify.changed")
		}
	}
	return nil
}

func (f PayFile) record() string { return "pay_file:" + f.Month.String() + "." + f.Format }
