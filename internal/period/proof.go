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
	"xiaoguan/internal/plan"
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

// Prove makes the bundle of a statement of a closed month, for whoever may see the statement, and audits that it was handed out. Where the
// statement rests on what others sold, as that of a leader or under a plan that compares people, it is for those who may see the statements
// of all of them. Errors: forbidden; not found; conflict when the month is not closed, was calculated before there were proofs, before facts had currencies or by another
// engine; internal with key proof.not_the_same when the facts of the month's run give another statement today.
func (s *Service) Prove(ctx context.Context, actor access.Actor, in ProofOf) (p Proof, err error) {
	defer errs.Wrap(&err, "period.Prove(%s, %d)", in.Month, in.PersonID)
	if actor.UserID == "" {
		return Proof{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	var proved *proved
	if err := s.store.Read(ctx, func(r Reader) error {
		if _, err := payout.MaySee(ctx, r, actor, in.PersonID); err != nil {
			return err
		}
		if proved, err = s.sealed(ctx, r, in); err != nil {
			return err
		}
		if proved.rules.ReachesBeyondTeams() && !actor.Can(access.PermPayAll) && !actor.Can(access.PermPayTeam) {
			return ofOthers() // before everybody's facts are read for it
		}
		if err := s.fromFacts(ctx, r, proved); err != nil {
			return err
		}
		return proved.maySeeOthers(ctx, r, actor)
	}); err != nil {
		return Proof{}, err
	}
	p = Proof{Payee: proved.bundle.Payee(), PlanID: proved.row.PlanID}
	if p.Packed, err = proved.bundle.Pack(); err != nil {
		return Proof{}, err
	}
	return p, s.store.InTx(ctx, func(tx Tx) error {
		return audit.Append(ctx, tx, actor, "period.proof", "period:"+in.Month.String(), nil,
			map[string]any{"person": in.PersonID, "plan": proved.row.PlanID, "digest": proved.row.Digest, "others": len(proved.others)})
	})
}

func ofOthers() error { return errs.New(errs.KindForbidden, "period.proof_of_others", nil) }

// proved is a statement on its way to a bundle.
type proved struct {
	run    payout.Run
	row    payout.StatementRow
	rules  *plan.Plan
	parts  proof.Parts
	paid   func(*payout.Loaded) []engine.EarlierPay
	bundle *proof.Bundle
	others []int64 // persons of whom the bundle tells what they sold
	// foreign says that the statement shows facts in other currencies as such. Those of before there were currencies took them for the company's own.
	foreign bool
}

// maySeeOthers refuses to tell somebody what people sold whose statements they may not see.
func (p *proved) maySeeOthers(ctx context.Context, r Reader, actor access.Actor) error {
	for _, person := range p.others {
		if _, err := payout.MaySee(ctx, r, actor, person); errs.Is(err, errs.KindForbidden) {
			return ofOthers()
		} else if err != nil {
			return err
		}
	}
	return nil
}

// sealed reads the statement of a closed month, its place under the seal, and the rules and earlier pay that it was computed with.
func (s *Service) sealed(ctx context.Context, r Reader, in ProofOf) (*proved, error) {
	month := errs.Args{"Month": in.Month.String()}
	period, err := r.Period(ctx, in.Month)
	if err != nil {
		return nil, err
	}
	if period.State != StateClosed {
		return nil, errs.New(errs.KindConflict, "period.proof_not_closed", month)
	}
	p := &proved{}
	if p.run, err = r.Run(ctx, period.CurrentRun); err != nil {
		return nil, err
	}
	switch {
	case p.run.Salt == "":
		return nil, errs.New(errs.KindConflict, "period.proof_older", month)
	case p.run.EngineVersion != engineVersion:
		return nil, errs.New(errs.KindConflict, "period.proof_engine", month)
	}
	if err := p.place(ctx, r, in); err != nil {
		return nil, err
	}
	statement, text, err := payout.Open(p.row)
	if err != nil {
		return nil, err
	}
	if len(statement.Components) == 0 { // it shows additions alone: nothing was computed that could be computed again
		return nil, errs.New(errs.KindConflict, "period.proof_blank", month)
	}
	p.parts.Statement = text
	p.foreign = slices.ContainsFunc(statement.Credits, func(l engine.CreditLine) bool { return l.Foreign != nil })
	seals, err := r.Seals(ctx)
	if err != nil {
		return nil, err
	}
	for _, seal := range seals {
		p.parts.Sealing.Seals = append(p.parts.Sealing.Seals, seal.shown())
		if seal.Month == in.Month {
			break
		}
	}
	p.parts.PublicKey, p.parts.Sign = s.signer.Public(), s.signer.Sign
	return p, p.readRules(ctx, r)
}

// readRules reads plans, crediting document and what the months closed before this one paid.
func (p *proved) readRules(ctx context.Context, r Reader) error {
	rules, err := planbook.ForVersions(ctx, r, p.run.Month, p.run.Plans)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(rules.PlanVersions, func(v planbook.Version) bool { return v.ID == p.row.VersionID })
	if at < 0 {
		return errs.New(errs.KindInternal, "proof.not_the_same", nil)
	}
	p.rules = rules.Plans[at]
	p.parts.Plan, p.parts.Input = int32(at), engine.Input{Period: p.run.Month, Plans: rules.Plans, Crediting: rules.Crediting}
	earlier, err := payout.EarlierLinesFor(ctx, r, rules, p.run.Month, p.row.PersonID)
	earlier = slices.DeleteFunc(earlier, func(l payout.EarlierLine) bool { // a month that was closed since
		return !slices.ContainsFunc(p.parts.Sealing.Seals, func(seal proof.Seal) bool { return seal.Month == l.Month.String() })
	})
	p.paid = func(loaded *payout.Loaded) []engine.EarlierPay { return payout.EarlierPay(earlier, loaded, rules) }
	return err
}

// before says of a statement that its facts do not give any more that it is of before facts had currencies, where that is why: it rests on facts in other
// currencies and shows none. Nothing is wrong with it; it counted them as the company's, as was usual then.
func (p *proved) before(why error) error {
	if p.foreign || len(p.parts.Input.Facts.Currencies) == 0 {
		return why
	}
	subset, err := proof.Subset(p.parts.Input, p.parts.Person, p.parts.Plan)
	if err == nil && len(subset.Facts.Currencies) == 0 {
		return why
	}
	return errs.New(errs.KindConflict, "period.proof_currency", errs.Args{"Month": p.run.Month.String()}).Because(why)
}

// place finds the statement among those of the run and its way to the run's digest.
func (p *proved) place(ctx context.Context, r Reader, in ProofOf) error {
	digest, at, count := payout.NewDigest(p.run.Salt), -1, 0
	err := r.EachStatement(ctx, p.run.ID, func(row payout.StatementRow) error {
		if at < 0 && row.PersonID == in.PersonID && (in.PlanID == "" || in.PlanID == row.PlanID) {
			p.row, at = row, count
		}
		digest.Add(row)
		count++
		return nil
	})
	if err != nil {
		return err
	}
	if at < 0 {
		return errs.New(errs.KindNotFound, "payout.no_statement", errs.Args{"Month": in.Month.String()})
	}
	settled, err := r.Settlements(ctx, p.run.ID)
	if err != nil {
		return err
	}
	for _, s := range settled {
		digest.AddSettlement(s)
	}
	additions, err := r.RunAdditions(ctx, p.run.ID)
	if err != nil {
		return err
	}
	for _, a := range additions {
		if err := digest.AddAddition(a); err != nil {
			return err
		}
	}
	if digest.Sum() != p.run.Digest {
		return errs.New(errs.KindInternal, "proof.not_the_same", nil)
	}
	p.parts.Sealing = proof.Sealing{Row: digest.Sealed(p.row), Way: digest.Way(at)}
	return nil
}

// fromFacts makes the bundle from the facts that the payee's pay depends on: everybody's, where the plan compares people or rules credit
// beyond sellers. Fewer might give the same statement by chance, and would prove nothing.
func (s *Service) fromFacts(ctx context.Context, r Reader, p *proved) (err error) {
	var loaded *payout.Loaded
	if p.parts.Input.Crediting.ReachesBeyondSellers() || p.rules.ReachesBeyondTeams() {
		loaded, err = r.LoadFacts(ctx, p.run.Month, p.run.Recorded, s.currency())
	} else {
		loaded, err = r.LoadFactsOf(ctx, p.row.PersonID, p.run.Month, p.run.Recorded, s.currency())
	}
	if err != nil {
		return err
	}
	p.parts.Input.Facts, p.parts.Input.Earlier = loaded.Facts, p.paid(loaded)
	if p.parts.Person = int32(slices.Index(loaded.PersonIDs, p.row.PersonID)); p.parts.Person == engine.None {
		return errs.New(errs.KindInternal, "proof.not_the_same", nil)
	}
	if p.bundle, err = proof.Make(p.parts); err != nil {
		return p.before(err)
	}
	for _, other := range p.bundle.Others() {
		p.others = append(p.others, loaded.PersonIDs[other])
	}
	return nil
}
