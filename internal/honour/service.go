package honour

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/org"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
)

// Reader reads rounds, awards and what they rest on in one snapshot.
type Reader interface {
	planbook.Reader
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	LoadFacts(ctx context.Context, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error)
	// MonthTotals returns what the current statements of the months come to, by person.
	MonthTotals(ctx context.Context, from, to calendar.Month) ([]MonthTotal, error)
	// OpenDisputes returns how many disputes about the months' statements wait for an answer, by person.
	OpenDisputes(ctx context.Context, from, to calendar.Month) ([]MonthCount, error)
	access.Reacher
	// PersonsInReach returns the ids of the recorded persons in reach of the scope today, in order.
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	// HonourRounds returns the rounds of a kind, newest first, without their evidence.
	HonourRounds(ctx context.Context, kind Kind) ([]Round, error)
	// HonourRound returns a round with its evidence. Errors: not found.
	HonourRound(ctx context.Context, id string) (Round, error)
	// Awards returns awards with their revocations, newest term first.
	Awards(ctx context.Context, filter AwardFilter) ([]Award, error)
	// Award returns an award. Errors: not found.
	Award(ctx context.Context, id string) (Award, error)
	// Proposals returns proposals of promotion, newest first.
	Proposals(ctx context.Context, filter ProposalFilter) ([]Proposal, error)
	// Proposal returns a proposal. Errors: not found.
	Proposal(ctx context.Context, id string) (Proposal, error)
	// Announcements returns what waits to be told, oldest first.
	Announcements(ctx context.Context) ([]Announcement, error)
	PointsStore
}

// Tx is one write transaction.
type Tx interface {
	Reader
	org.Tx
	notice.Tx
	Now() time.Time
	InsertHonourRound(ctx context.Context, r Round) error
	// UpdateHonourRound keeps the state of a round; evidence stays. Errors: conflict when it is not in the state any more.
	UpdateHonourRound(ctx context.Context, r Round, was State) error
	InsertAward(ctx context.Context, a Award) error
	InsertRevocation(ctx context.Context, r Revocation) error
	InsertProposal(ctx context.Context, p Proposal) error
	// UpdateProposal keeps a decision. Errors: conflict when it was decided before.
	UpdateProposal(ctx context.Context, p Proposal) error
	InsertGrant(ctx context.Context, g reward.Grant) error
	AppendLedger(ctx context.Context, entries []reward.Entry) (reward.Entry, error)
	PointsTx
}

// Store is where all of it is kept. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Mover changes the level of people in a transaction of ours.
type Mover interface {
	MoveIn(ctx context.Context, tx org.Tx, actor access.Actor, in org.Move) (fact.Receipt, error)
}

// Service computes, decides and shows honours, promotions, leaderboards and points.
type Service struct {
	store    Store
	people   Mover
	newID    func() string
	now      func() time.Time // in the company's zone
	currency func() money.Currency
	boards   boards
	aheads   aheads
}

// NewService returns a Service.
func NewService(store Store, people Mover, newID func() string, now func() time.Time, currency func() money.Currency) *Service {
	return &Service{store: store, people: people, newID: newID, now: now, currency: currency}
}

// Today is the date in the company's zone.
func (s *Service) Today() calendar.Date { return calendar.DateOf(s.now()) }

// Rule is a document in force with its version.
type Rule struct {
	Version  planbook.Version
	Document *plan.Document
}

// Rules returns the rules of a kind that hold today. Everybody signed in may read them. Errors: unauthenticated.
func (s *Service) Rules(ctx context.Context, actor access.Actor, kind planbook.Kind) (rules []Rule, err error) {
	defer errs.Wrap(&err, "honour.Rules(%s)", kind)
	if err := signedIn(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		documents, versions, err := planbook.RulesOn(ctx, r, kind, s.Today())
		rules = rules[:0]
		for i := range documents {
			rules = append(rules, Rule{versions[i], documents[i]})
		}
		return err
	})
	return rules, err
}

func signedIn(actor access.Actor) error {
	if actor.UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	return nil
}

// Compute asks to find the winners of an honour for a term. Empty texts are faults.
type Compute struct {
	DocumentID string
	Term       string
}

// Compute finds the winners and proposes them. A round that is only proposed is computed anew. Errors: forbidden; invalid; conflict when the
// term is not over, when no rule holds, or when the round has been approved or announced.
func (s *Service) Compute(ctx context.Context, actor access.Actor, in Compute) (round Round, err error) {
	defer errs.Wrap(&err, "honour.Compute(%s, %s)", in.DocumentID, in.Term)
	if err := actor.RequireAll(access.PermHonourRun); err != nil { // a ranking is of everybody
		return Round{}, err
	}
	term, err := ParseTerm(in.Term)
	if err != nil {
		return Round{}, err
	}
	if s.Today() <= term.Last.Last() {
		return Round{}, errs.New(errs.KindConflict, "honour.term_open", errs.Args{"Term": term.String()})
	}
	err = s.store.Read(ctx, func(r Reader) error {
		round, err = s.computeHonour(ctx, r, in.DocumentID, term)
		return err
	})
	if err != nil {
		return Round{}, err
	}
	return round, s.propose(ctx, actor, &round, func(tx Tx) error { return tellReviewers(ctx, tx, actor, round) })
}

func (s *Service) computeHonour(ctx context.Context, r Reader, documentID string, term Term) (Round, error) {
	documents, versions, err := planbook.RulesOn(ctx, r, planbook.KindHonour, term.Last.Last())
	if err != nil {
		return Round{}, err
	}
	for i, d := range documents {
		if d.Honour.ID != documentID {
			continue
		}
		if d.Honour.Span != term.Span {
			return Round{}, errs.Invalid("error.invalid", []errs.Field{{Path: "term", Value: term.String(), Message: errs.Msg("honour.other_span", nil)}})
		}
		basis, err := s.basis(ctx, r, term.Last, versions[i].ID)
		if err != nil {
			return Round{}, err
		}
		evidence, err := Rank(d.Honour, term, basis)
		if err != nil {
			return Round{}, err
		}
		round := Round{Kind: KindHonour, DocumentID: documentID, VersionID: versions[i].ID, Name: d.Honour.Title, Term: term}
		round.Evidence, round.Digest, err = evidence.encode()
		return round, err
	}
	return Round{}, errs.New(errs.KindConflict, "honour.no_rule", errs.Args{"Document": documentID, "Term": term.String()})
}

// NoteRecomputed is the note of a round, and the reason of a proposal, that was computed anew.
const NoteRecomputed = "recomputed"

// basis reads the facts as recorded now.
func (s *Service) basis(ctx context.Context, r Reader, month calendar.Month, versionID string) (b Basis, err error) {
	b.VersionID = versionID
	if b.Recorded, err = r.LatestBatch(ctx); err != nil {
		return b, err
	}
	if b.Crediting, _, err = planbook.CreditingOn(ctx, r, month.Last()); err != nil {
		return b, err
	}
	if b.Loaded, err = r.LoadFacts(ctx, month, b.Recorded, s.currency()); err != nil {
		return b, err
	}
	totals, err := r.MonthTotals(ctx, month-monthsOfTotals, month)
	if err != nil {
		return b, err
	}
	awards, err := r.Awards(ctx, AwardFilter{})
	if err != nil {
		return b, err
	}
	disputes, err := r.OpenDisputes(ctx, month-monthsOfTotals, month)
	if err != nil {
		return b, err
	}
	derive(b.Loaded, totals, awards, disputes)
	return b, nil
}

// monthsOfTotals is how far back statements below zero and open disputes are looked for.
const monthsOfTotals = 36

// propose keeps a new round in place of one that was only proposed.
func (s *Service) propose(ctx context.Context, actor access.Actor, round *Round, more func(Tx) error) error {
	round.ID, round.State, round.ComputedBy = s.newID(), StateProposed, actor.UserID
	return s.store.InTx(ctx, func(tx Tx) error {
		round.ComputedAt = tx.Now()
		rounds, err := tx.HonourRounds(ctx, round.Kind)
		if err != nil {
			return err
		}
		for _, old := range rounds {
			if old.DocumentID != round.DocumentID || old.Term != round.Term || old.State == StateDiscarded {
				continue
			}
			if old.State != StateProposed {
				return errs.New(errs.KindConflict, "honour.already_decided", errs.Args{"Term": round.Term.String()})
			}
			if err := discard(ctx, tx, actor, old, NoteRecomputed); err != nil {
				return err
			}
		}
		if err := tx.InsertHonourRound(ctx, *round); err != nil {
			return err
		}
		if err := more(tx); err != nil {
			return err
		}
		return note(ctx, tx, actor, "honour.compute", nil, round)
	})
}

func discard(ctx context.Context, tx Tx, actor access.Actor, old Round, why string) error {
	before := old
	old.State, old.Note = StateDiscarded, why
	if err := tx.UpdateHonourRound(ctx, old, before.State); err != nil {
		return err
	}
	if old.Kind == KindPromotion {
		if err := withdrawProposals(ctx, tx, actor, old.ID, why); err != nil {
			return err
		}
	}
	if err := reviewed(ctx, tx, old); err != nil {
		return err
	}
	return note(ctx, tx, actor, "honour.discard", &before, &old)
}

// note audits a change of a round; evidence enters by its digest.
func note(ctx context.Context, tx Tx, actor access.Actor, action string, before, after *Round) error {
	state := func(r *Round) any {
		if r == nil {
			return nil
		}
		return map[string]any{"kind": r.Kind, "document": r.DocumentID, "version": r.VersionID, "term": r.Term.String(), "state": r.State, "evidence": r.Digest, "note": r.Note}
	}
	return audit.Append(ctx, tx, actor, action, "honour_round:"+after.ID, state(before), state(after))
}

// Approve is a second person's word that the winners are right. Errors: forbidden, also for who computed it and for who won; not found; conflict.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id string) (r Round, err error) {
	defer errs.Wrap(&err, "honour.Approve(%s)", id)
	return s.step(ctx, actor, id, StateProposed, "honour.approve", func(tx Tx, r *Round, at time.Time) error {
		if r.ComputedBy == actor.UserID {
			return errs.New(errs.KindForbidden, "honour.own_round", nil)
		}
		evidence, err := r.Open()
		if err != nil {
			return err
		}
		winners, _ := evidence.Winners()
		if actor.PersonID != 0 && slices.ContainsFunc(winners, func(l Line) bool { return l.PersonID == actor.PersonID }) {
			return errs.New(errs.KindForbidden, "honour.about_oneself", nil)
		}
		r.State, r.ApprovedBy, r.ApprovedAt = StateApproved, actor.UserID, at
		return reviewed(ctx, tx, *r)
	})
}

// Discard gives up a round that is not announced, with a reason. Errors: forbidden; invalid without a reason; not found; conflict.
func (s *Service) Discard(ctx context.Context, actor access.Actor, id, reason string) (err error) {
	defer errs.Wrap(&err, "honour.Discard(%s)", id)
	if err := actor.RequireAll(access.PermHonourApprove); err != nil {
		return err
	}
	reason, err = mustSay(reason)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		r, err := tx.HonourRound(ctx, id)
		if err != nil {
			return err
		}
		if r.Kind != KindHonour || r.State == StateAnnounced || r.State == StateDiscarded {
			return errs.New(errs.KindConflict, "honour.not_in_state", nil)
		}
		return discard(ctx, tx, actor, r, reason)
	})
}

// reasonBytesMax bounds reasons.
const reasonBytesMax = 2000

func mustSay(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > reasonBytesMax {
		return "", errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("honour.reason_missing", nil)}})
	}
	return reason, nil
}

// step takes a round of honours on.
func (s *Service) step(ctx context.Context, actor access.Actor, id string, from State, action string, do func(Tx, *Round, time.Time) error) (r Round, err error) {
	if err := actor.RequireAll(access.PermHonourApprove); err != nil {
		return Round{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if r, err = tx.HonourRound(ctx, id); err != nil {
			return err
		}
		if r.Kind != KindHonour || r.State != from {
			return errs.New(errs.KindConflict, "honour.not_in_state", nil)
		}
		before := r
		if err := do(tx, &r, tx.Now()); err != nil {
			return err
		}
		if err := tx.UpdateHonourRound(ctx, r, from); err != nil {
			return err
		}
		return note(ctx, tx, actor, action, &before, &r)
	})
	return r, err
}

// tellReviewers asks those who may approve for their word on a round of honours.
func tellReviewers(ctx context.Context, tx Tx, actor access.Actor, r Round) error {
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindHonourApproval, To: notice.To{Permission: access.PermHonourApprove, Whole: true}, Subject: "honour_round:" + r.ID, By: actor.UserID,
		Params: notice.Params{"Honour": notice.Name(r.Name), "Term": notice.Word(r.Term.String()), "Who": notice.Word(actor.Name)}})
}

// reviewed ends what tellReviewers asked for.
func reviewed(ctx context.Context, tx Tx, r Round) error {
	return notice.Settle(ctx, tx, notice.End{Subject: "honour_round:" + r.ID, Kinds: []notice.Kind{notice.KindHonourApproval}})
}
