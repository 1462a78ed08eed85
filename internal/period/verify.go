package period

import (
	"context"
	"encoding/base64"
	"fmt"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
)

// Broken names the first record that is not what it was.
type Broken struct {
	Record string // kind:id
	Why    errs.Message
}

// Verification is the outcome of Verify.
type Verification struct {
	Seals      int
	Statements int64
	Entries    int64
	Broken     *Broken // nil: all is as it was
}

// Verify recomputes everything that closed months rest on: the chain and signatures of seals, the digests of statements and their sums,
// the pay files, the chain of the ledger and its sums per month. It stops at the first broken record. Errors: forbidden.
func (s *Service) Verify(ctx context.Context, actor access.Actor) (v Verification, err error) {
	defer errs.Wrap(&err, "period.Verify")
	if err := actor.Require(access.PermAuditRead); err != nil {
		return Verification{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		ledger, err := verifyLedger(ctx, r, &v)
		if err != nil || v.Broken != nil {
			return err
		}
		return s.verifySeals(ctx, r, ledger, &v)
	})
	return v, err
}

// ledgerState is what the ledger's chain amounted to: the hash at each number, and each posted amount by key.
type ledgerState struct {
	hashes  []string // by Seq − 1
	amounts map[string]int64
}

// verifyLedger walks the ledger's chain.
func verifyLedger(ctx context.Context, r Reader, v *Verification) (*ledgerState, error) {
	state := &ledgerState{amounts: map[string]int64{}}
	prev := ""
	err := r.EachLedgerEntry(ctx, func(e reward.Entry) error {
		if v.Broken != nil {
			return nil
		}
		v.Entries++
		switch {
		case e.Seq != v.Entries:
			v.Broken = &Broken{fmt.Sprintf("ledger_entry:%d", v.Entries), errs.Msg("verify.missing", nil)}
		case e.PrevHash != prev:
			v.Broken = &Broken{fmt.Sprintf("ledger_entry:%d", e.Seq), errs.Msg("verify.chain", nil)}
		case e.ComputeHash() != e.Hash:
			v.Broken = &Broken{fmt.Sprintf("ledger_entry:%d", e.Seq), errs.Msg("verify.changed", nil)}
		}
		prev = e.Hash
		state.hashes = append(state.hashes, e.Hash)
		state.amounts[e.Key] = e.AmountMinor
		return nil
	})
	return state, err
}

func (s *Service) verifySeals(ctx context.Context, r Reader, ledger *ledgerState, v *Verification) error {
	seals, err := r.Seals(ctx)
	if err != nil {
		return err
	}
	prev := ""
	posted := 0
	for _, seal := range seals {
		id := "seal:" + seal.Month.String()
		signature, decodeErr := base64.StdEncoding.DecodeString(seal.Signature)
		switch {
		case seal.PrevHash != prev:
			v.Broken = &Broken{id, errs.Msg("verify.chain", nil)}
		case seal.ComputeHash() != seal.Hash:
			v.Broken = &Broken{id, errs.Msg("verify.changed", nil)}
		case decodeErr != nil || !s.signer.Verify([]byte(seal.Hash), signature):
			v.Broken = &Broken{id, errs.Msg("verify.signature", nil)}
		case seal.LedgerSeq > int64(len(ledger.hashes)) || (seal.LedgerSeq > 0 && ledger.hashes[seal.LedgerSeq-1] != seal.LedgerHash):
			v.Broken = &Broken{id, errs.Msg("verify.ledger_differs", nil)}
		}
		if v.Broken == nil {
			err = s.verifyMonth(ctx, r, seal, ledger, v, &posted)
		}
		if err != nil || v.Broken != nil {
			return err
		}
		prev = seal.Hash
		v.Seals++
	}
	if posted != len(ledger.amounts) {
		v.Broken = &Broken{"ledger", errs.Msg("verify.unsealed_entries", nil)}
	}
	return nil
}

// verifyMonth recomputes one closed month: its period row, statements, lines, ledger postings and pay files.
func (s *Service) verifyMonth(ctx context.Context, r Reader, seal Seal, ledger *ledgerState, v *Verification, posted *int) error {
	p, err := r.Period(ctx, seal.Month)
	if err != nil {
		return err
	}
	if p.State != StateClosed || p.CurrentRun != seal.RunID || p.SealHash != seal.Hash {
		v.Broken = &Broken{"period:" + seal.Month.String(), errs.Msg("verify.changed", nil)}
		return nil
	}
	sums, err := verifyStatements(ctx, r, seal, v)
	if err != nil || v.Broken != nil {
		return err
	}
	lines, err := r.PayoutLines(ctx, seal.RunID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		sums[payeePlan{l.PersonID, l.PlanID}] -= l.AmountMinor
		key := reward.CloseKey(seal.Month, l.PlanID, l.Component, l.PersonID)
		if ledger.amounts[key] != l.AmountMinor {
			v.Broken = &Broken{"ledger_entry:" + key, errs.Msg("verify.ledger_differs", nil)}
			return nil
		}
		if l.AmountMinor != 0 {
			*posted++
		}
	}
	for k, rest := range sums {
		if rest != 0 {
			v.Broken = &Broken{fmt.Sprintf("statement:%s/%d/%s", seal.Month, k.person, k.plan), errs.Msg("verify.sum", nil)}
			return nil
		}
	}
	return s.verifyPayFiles(ctx, r, seal, v)
}

// verifyStatements recomputes the digests of a month's statements and returns each one's total.
func verifyStatements(ctx context.Context, r Reader, seal Seal, v *Verification) (map[payeePlan]int64, error) {
	sums := map[payeePlan]int64{}
	digest := payout.NewDigest()
	err := r.EachStatement(ctx, seal.RunID, func(row payout.StatementRow) error {
		if v.Broken != nil {
			return nil
		}
		v.Statements++
		statement, _, err := payout.Open(row)
		if err != nil || statement.TotalFen != row.TotalMinor {
			v.Broken = &Broken{fmt.Sprintf("statement:%s/%d/%s", seal.Month, row.PersonID, row.PlanID), errs.Msg("verify.changed", nil)}
			return nil
		}
		digest.Add(row)
		sums[payeePlan{row.PersonID, row.PlanID}] = row.TotalMinor
		return nil
	})
	if err == nil && v.Broken == nil && digest.Sum() != seal.RunDigest {
		v.Broken = &Broken{"run:" + seal.RunID, errs.Msg("verify.statements_differ", nil)}
	}
	return sums, err
}

func (s *Service) verifyPayFiles(ctx context.Context, r Reader, seal Seal, v *Verification) error {
	for _, format := range []string{FormatCSV, FormatXLSX} {
		f, err := r.PayFile(ctx, seal.Month, format)
		if err != nil {
			return err
		}
		signature, err := base64.StdEncoding.DecodeString(f.Signature)
		if err != nil || digestOf(f.Content) != f.Digest || !s.signer.Verify([]byte(f.Digest), signature) ||
			(format == FormatCSV && f.Digest != seal.PayFileDigest) {
			v.Broken = &Broken{"pay_file:" + seal.Month.String() + "." + format, errs.Msg("verify.changed", nil)}
			return nil
		}
	}
	return nil
}
