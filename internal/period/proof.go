package period

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/proof"
)

// ProofOf names the statement to be proved. PlanID may be empty when the person has one plan in the month.
type ProofOf struct {
	Month    calendar.Month
	PersonID int64
	PlanID   string
}

// Proof is a packed bundle (package proof) with the payee's key, for the file's name.
type Proof struct {
	Payee, PlanID string
	Packed        []byte
}

// Prove makes the bundle of a statement of a closed month, for whoever may see the statement, and audits that it was handed out. The facts
// of a payee whose plan compares people hold what others sold; such a bundle is for those who see everybody's pay. Errors: forbidden; not
// found; conflict when the month is not closed; internal with key proof.not_the_same when the facts of the month's run give another
// statement today.
func (s *Service) Prove(ctx context.Context, actor access.Actor, in ProofOf) (p Proof, err error) {
	defer errs.Wrap(&err, "period.Prove(%s, %d)", in.Month, in.PersonID)
	if actor.UserID == "" {
		return Proof{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	var row payout.StatementRow
	if err := s.store.Read(ctx, func(r Reader) error {
		others, err := payout.MaySee(ctx, r, actor, in.PersonID)
		if err != nil {
			return err
		}
		var bundle *proof.Bundle
		if bundle, row, err = s.bundle(ctx, r, in); err != nil {
			return err
		}
		if bundle.Compares() && !(others && actor.Can(access.PermPayAll)) {
			return errs.New(errs.KindForbidden, "period.proof_compares", nil)
		}
		p.Payee, p.PlanID = bundle.Payee(), row.PlanID
		p.Packed, err = bundle.Pack()
		return err
	}); err != nil {
		return Proof{}, err
	}
	return p, s.store.InTx(ctx, func(tx Tx) error {
		return audit.Append(ctx, tx, actor, "period.proof", "period:"+in.Month.String(), nil,
			map[string]any{"person": in.PersonID, "plan": row.PlanID, "digest": row.Digest})
	})
}

// bundle puts the bundle of a closed month's statement together.
func (s *Service) bundle(ctx context.Context, r Reader, in ProofOf) (*proof.Bundle, payout.StatementRow, error) {
	var row payout.StatementRow
	p, err := r.Period(ctx, in.Month)
	if err != nil {
		return nil, row, err
	}
	if p.State != StateClosed {
		return nil, row, errs.New(errs.KindConflict, "period.proof_not_closed", errs.Args{"Month": in.Month.String()})
	}
	run, err := r.Run(ctx, p.CurrentRun)
	if err != nil {
		return nil, row, err
	}
	row, way, err := place(ctx, r, run, in)
	if err != nil {
		return nil, row, err
	}
	_, text, err := payout.Open(row)
	if err != nil {
		return nil, row, err
	}
	seals, err := r.Seals(ctx)
	if err != nil {
		return nil, row, err
	}
	parts := proof.Parts{Statement: text, Sealing: proof.Sealing{Row: row.Sealed(), Way: way}, PublicKey: s.signer.Public(), Sign: s.signer.Sign}
	for _, seal := range seals {
		parts.Sealing.Seals = append(parts.Sealing.Seals, seal.shown())
		if seal.Month == in.Month {
			break
		}
	}
	rules, err := planbook.ForVersions(ctx, r, in.Month, run.Plans)
	if err != nil {
		return nil, row, err
	}
	parts.Input = engine.Input{Period: in.Month, Plans: rules.Plans, Crediting: rules.Crediting}
	parts.Plan = int32(slices.IndexFunc(rules.PlanVersions, func(v planbook.Version) bool { return v.ID == row.VersionID }))
	earlier, err := payout.EarlierLinesFor(ctx, r, rules, run.Month, in.PersonID)
	if err != nil {
		return nil, row, err
	}
	earlier = slices.DeleteFunc(earlier, func(l payout.EarlierLine) bool { // a month that was closed since
		return !slices.ContainsFunc(parts.Sealing.Seals, func(seal proof.Seal) bool { return seal.Month == l.Month.String() })
	})
	bundle, err := s.fromFacts(ctx, r, run, in.PersonID, parts, func(loaded *payout.Loaded) []engine.EarlierPay { return payout.EarlierPay(earlier, loaded, rules) })
	return bundle, row, err
}

// place finds the statement among those of the run and its way to the run's digest.
func place(ctx context.Context, r Reader, run payout.Run, in ProofOf) (row payout.StatementRow, way proof.Way, err error) {
	digest, at, count := payout.NewDigest(), -1, 0
	err = r.EachStatement(ctx, run.ID, func(s payout.StatementRow) error {
		if at < 0 && s.PersonID == in.PersonID && (in.PlanID == "" || in.PlanID == s.PlanID) {
			row, at = s, count
		}
		digest.Add(s)
		count++
		return nil
	})
	if err != nil {
		return row, way, err
	}
	if at < 0 {
		return row, way, errs.New(errs.KindNotFound, "payout.no_statement", errs.Args{"Month": in.Month.String()})
	}
	settled, err := r.Settlements(ctx, run.ID)
	for _, s := range settled {
		digest.AddSettlement(s)
	}
	return row, digest.Way(at), err
}

// fromFacts makes the bundle from the facts that the payee's pay mostly depends on; where that is not all, as with plans that compare
// people, from everybody's.
func (s *Service) fromFacts(ctx context.Context, r Reader, run payout.Run, personID int64, parts proof.Parts,
	earlier func(*payout.Loaded) []engine.EarlierPay) (bundle *proof.Bundle, err error) {
	for _, load := range []func() (*payout.Loaded, error){
		func() (*payout.Loaded, error) {
			return r.LoadFactsOf(ctx, personID, run.Month, run.Recorded, s.currency())
		},
		func() (*payout.Loaded, error) { return r.LoadFacts(ctx, run.Month, run.Recorded, s.currency()) },
	} {
		loaded, failed := load()
		if failed != nil {
			return nil, failed
		}
		parts.Input.Earlier = earlier(loaded)
		parts.Input.Facts, parts.Person = loaded.Facts, int32(slices.Index(loaded.PersonIDs, personID))
		if parts.Person == engine.None {
			continue
		}
		if bundle, err = proof.Make(parts); err == nil {
			return bundle, nil
		}
	}
	return bundle, err
}
