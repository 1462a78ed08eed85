package period

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/proof"
	"xiaoguan/internal/reward"
)

// PaySheet is the content of a pay file: one row a payee, one column a component.
type PaySheet struct {
	Company  string // as the company is called when the file is written; empty when nobody said
	Month    calendar.Month
	Currency money.Currency
	Columns  []PayColumn
	Rows     []PayRow
	Totals   []int64 // per column
	Total    int64
}

// PayColumn is one component of one plan.
type PayColumn struct {
	PlanID    string
	Component string
	Plan      plan.Text
	Name      plan.Text
}

// PayRow is one payee.
type PayRow struct {
	PayName
	PersonID int64
	Amounts  []int64 // per column
	Total    int64
}

// PayName is how a payee is named in the file: as of the month's end.
type PayName struct{ Key, Name, Team string }

// PayFile is a pay file as it was written when the month closed. Digest is the SHA-256 of the content in hex, Signature the
// installation's Ed25519 signature of SignedText, base64.
type PayFile struct {
	Month     calendar.Month
	Format    string // csv or xlsx
	Digest    string
	Signature string
	Content   []byte
	CreatedAt time.Time
}

// SignedText is what the signature vouches for: month, format, digest and time, so that one month's file cannot stand for another's.
func (f PayFile) SignedText() []byte {
	return []byte("pay file " + f.Month.String() + " " + f.Format + " " + f.Digest + " " + f.CreatedAt.UTC().Format(sealTime))
}

// The formats of the pay file.
const (
	FormatCSV  = "csv"
	FormatXLSX = "xlsx"
)

// Close posts an approved month to the reward ledger, writes its pay file, seals and closes it, all in one transaction: whatever
// happens, either all of it is there or nothing. Of two who close at once, one wins and the other is told. Errors: forbidden; period
// closed; conflict.
func (s *Service) Close(ctx context.Context, actor access.Actor, in Change) (p Period, err error) {
	defer errs.Wrap(&err, "period.Close(%s)", in.Month)
	return s.step(ctx, actor, access.PermPeriodApprove, ActionClose, in, func(tx Tx, p *Period) error {
		lines, err := tx.PayoutLines(ctx, p.CurrentRun)
		if err != nil {
			return err
		}
		run, err := tx.Run(ctx, p.CurrentRun)
		if err != nil {
			return err
		}
		rows := map[payeePlan]string{}
		if err := tx.EachStatement(ctx, run.ID, func(row payout.StatementRow) error {
			rows[payeePlan{row.PersonID, row.PlanID}] = row.Digest
			return nil
		}); err != nil {
			return err
		}
		if err := earlierStands(ctx, tx, run); err != nil {
			return err
		}
		settled, err := settled(ctx, tx, run)
		if err != nil {
			return err
		}
		if err := inOrder(ctx, tx, p.Month, settled); err != nil {
			return err
		}
		entries, err := s.settlementEntries(p.Month, settled)
		if err != nil {
			return err
		}
		additions, err := taken(ctx, tx, run)
		if err != nil {
			return err
		}
		paid := slices.Concat(lines, additionLines(additions), settlementLines(settled))
		granted, err := payGrants(ctx, tx, p.Month, p.ApprovedAt, paid)
		if err != nil {
			return err
		}
		added, err := s.additionEntries(p.Month, additions)
		if err != nil {
			return err
		}
		last, err := tx.AppendLedger(ctx, slices.Concat(s.entries(p.Month, lines, rows), added, entries))
		if err != nil {
			return err
		}
		csv, err := s.writePayFiles(ctx, tx, run, paid, granted)
		if err != nil {
			return err
		}
		p.ClosedBy, p.ClosedAt = actor.UserID, tx.Now()
		seal := Seal{Month: p.Month, RunID: run.ID, RunDigest: run.Digest, LedgerSeq: last.Seq, LedgerHash: last.Hash, PayFileDigest: csv,
			ClosedBy: actor.UserID, ApprovedBy: p.ApprovedBy, ClosedAt: p.ClosedAt}
		if err := s.seal(ctx, tx, &seal); err != nil {
			return err
		}
		p.SealHash = seal.Hash
		return nil
	})
}

type payeePlan struct {
	person int64
	plan   string
}

// entries makes the ledger entries of a month: one for each line that is not zero.
func (s *Service) entries(month calendar.Month, lines []payout.Line, digests map[payeePlan]string) []reward.Entry {
	var entries []reward.Entry
	for _, l := range lines {
		if l.AmountMinor == 0 {
			continue
		}
		entries = append(entries, reward.Entry{
			Key: reward.CloseKey(month, l.PlanID, l.Component, l.PersonID), Month: month, PersonID: l.PersonID, PlanID: l.PlanID,
			Component: l.Component, Debit: reward.ExpenseAccount(l.PlanID, l.Component), Credit: reward.PayableAccount(l.PersonID),
			AmountMinor: l.AmountMinor, Currency: s.currency(), Source: digests[payeePlan{l.PersonID, l.PlanID}],
		})
	}
	return entries
}

// writePayFiles stores the pay file in its formats and returns the digest of the CSV.
func (s *Service) writePayFiles(ctx context.Context, tx Tx, run payout.Run, lines []payout.Line, granted Granted) (string, error) {
	sheet, err := s.sheet(ctx, tx, run, lines, granted)
	if err != nil {
		return "", err
	}
	var csvDigest string
	for _, format := range []string{FormatCSV, FormatXLSX} {
		write := s.files.CSV
		if format == FormatXLSX {
			write = s.files.XLSX
		}
		content, err := write(sheet)
		if err != nil {
			return "", err
		}
		f := PayFile{Month: run.Month, Format: format, Digest: digestOf(content), Content: content, CreatedAt: tx.Now()}
		f.Signature = base64.StdEncoding.EncodeToString(s.signer.Sign(f.SignedText()))
		if format == FormatCSV {
			csvDigest = f.Digest
		}
		if err := tx.InsertPayFile(ctx, f); err != nil {
			return "", err
		}
	}
	return csvDigest, nil
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// payColumns lists the components of the plans in their order.
func payColumns(rules planbook.InForce) (columns []PayColumn) {
	for _, p := range rules.Plans {
		for _, c := range p.Components {
			columns = append(columns, PayColumn{PlanID: p.ID, Component: c.ID, Plan: p.Name, Name: c.Name})
		}
	}
	return columns
}

// sheet lays the lines of a run out as a table.
func (s *Service) sheet(ctx context.Context, r Reader, run payout.Run, lines []payout.Line, granted Granted) (PaySheet, error) {
	rules, err := planbook.ForVersions(ctx, r, run.Month, run.Plans)
	if err != nil {
		return PaySheet{}, err
	}
	names, err := r.PaySheetNames(ctx, run.ID)
	if err != nil {
		return PaySheet{}, err
	}
	company, err := r.CompanyName(ctx)
	if err != nil {
		return PaySheet{}, err
	}
	sheet := PaySheet{Company: company, Month: run.Month, Currency: s.currency()}
	sheet.Columns = granted.columns(settlementColumns(additionColumns(payColumns(rules), rules, lines), rules, lines))
	lines = append(slices.Clone(lines), granted.lines()...)
	column := map[[2]string]int{}
	for i, c := range sheet.Columns {
		column[[2]string{c.PlanID, c.Component}] = i
	}
	sheet.Totals = make([]int64, len(sheet.Columns))
	place := map[int64]int{}
	for _, l := range lines {
		i, ok := place[l.PersonID]
		if !ok {
			i = len(sheet.Rows)
			place[l.PersonID] = i
			sheet.Rows = append(sheet.Rows, PayRow{PayName: names[l.PersonID], PersonID: l.PersonID, Amounts: make([]int64, len(sheet.Columns))})
		}
		c := column[[2]string{l.PlanID, l.Component}]
		sheet.Rows[i].Amounts[c] += l.AmountMinor
		sheet.Rows[i].Total += l.AmountMinor
		sheet.Totals[c] += l.AmountMinor
		sheet.Total += l.AmountMinor
	}
	slices.SortStableFunc(sheet.Rows, func(a, b PayRow) int {
		return cmp.Or(cmp.Compare(len(a.Key), len(b.Key)), cmp.Compare(a.Key, b.Key))
	})
	return sheet, nil
}

// seal chains, hashes, signs and stores a seal.
func (s *Service) seal(ctx context.Context, tx Tx, seal *Seal) error {
	seals, err := tx.Seals(ctx)
	if err != nil {
		return err
	}
	if len(seals) > 0 {
		seal.PrevHash = seals[len(seals)-1].Hash
	}
	seal.Hash = seal.ComputeHash()
	seal.Signature = base64.StdEncoding.EncodeToString(s.signer.Sign([]byte(seal.Hash)))
	return tx.InsertSeal(ctx, *seal)
}

// sealTime is how instants are written where they are signed or hashed.
const sealTime = "2006-01-02T15:04:05.000000Z"

// ComputeHash returns the seal's hash, as package proof defines it.
func (s Seal) ComputeHash() string { return s.shown().ComputeHash() }

// shown is the seal as bundles carry it.
func (s Seal) shown() proof.Seal {
	return proof.Seal{Month: s.Month.String(), RunID: s.RunID, RunDigest: s.RunDigest, LedgerSeq: s.LedgerSeq, LedgerHash: s.LedgerHash,
		PayFileDigest: s.PayFileDigest, ClosedBy: s.ClosedBy, ApprovedBy: s.ApprovedBy, ClosedAt: s.ClosedAt.UTC().Format(sealTime), PrevHash: s.PrevHash,
		Hash: s.Hash, Signature: s.Signature}
}

// PayFile returns a closed month's pay file. Errors: forbidden, not found.
func (s *Service) PayFile(ctx context.Context, actor access.Actor, month calendar.Month, format string) (f PayFile, err error) {
	defer errs.Wrap(&err, "period.PayFile(%s, %s)", month, format)
	if err := actor.RequireAll(access.PermLedgerRead); err != nil {
		return PayFile{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		f, err = r.PayFile(ctx, month, format)
		return err
	})
	return f, err
}
