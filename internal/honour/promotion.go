package honour

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/org"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// ProposalState is where a proposal of promotion stands.
type ProposalState string

// A proposal is decided once. A withdrawn one was computed anew.
const (
	ProposalOpen      ProposalState = "proposed"
	ProposalApproved  ProposalState = "approved"
	ProposalRejected  ProposalState = "rejected"
	ProposalWithdrawn ProposalState = "withdrawn"
)

// Proposal is somebody who meets the rules of promotion. Evidence is the JSON of their Line, Digest its SHA-256.
type Proposal struct {
	ID          string
	RoundID     string
	VersionID   string
	Term        Term // a month
	PersonID    int64
	PersonName  string
	TeamName    string
	From, To    string
	Preferred   bool
	Evidence    []byte
	Digest      string
	State       ProposalState
	ProposedBy  string
	ProposedAt  time.Time
	DecidedBy   string
	DecidedAt   time.Time
	EffectiveOn calendar.Date // first day of the new level; NoDate until approved
	Reason      string
}

// ProposalFilter chooses proposals. Zero fields choose all.
type ProposalFilter struct {
	PersonID int64
	RoundID  string
	State    ProposalState
}

// Rise finds who meets the rules of promotion as of a month, with everybody on the levels from which a way leads up. preferred are those who
// have preference by an honour. It is pure.
func Rise(rules *plan.Promotion, term Term, basis Basis, preferred map[int64]bool) (e Evidence, err error) {
	defer errs.Wrap(&err, "honour.Rise(%s, %s)", rules.ID, term)
	a, err := ask(rules.Rule, term.Last, basis)
	if err != nil {
		return Evidence{}, err
	}
	e = a.evidence(rules.ID, term, basis)
	for _, step := range rules.Steps {
		g := Group{Key: step.From, Name: step.From, To: step.To, Lines: []Line{}}
		for _, s := range a.statements {
			if s.Level == step.From {
				g.Lines = append(g.Lines, a.riser(s, step, preferred))
			}
		}
		slices.SortStableFunc(g.Lines, func(x, y Line) int {
			return cmp.Or(order(y.Won)-order(x.Won), order(y.Preferred)-order(x.Preferred), engine.CompareKeys(x.Key, y.Key))
		})
		e.Groups = append(e.Groups, g)
	}
	return e, nil
}

func order(first bool) int {
	if first {
		return 1
	}
	return 0
}

// riser judges one person. Who is preferred and does not meet the ordinary conditions is judged by those for the preferred, where there are any.
func (a *asked) riser(s *engine.Statement, step plan.PromotionStep, preferred map[int64]bool) Line {
	l := a.line(s, plan.StepComponent(step.From))
	l.Preferred = preferred[l.PersonID]
	if l.Preferred && l.Reason.Key == "honour.reason.unmet" && len(step.Priority) > 0 {
		if other := a.line(s, plan.PriorityComponent(step.From)); other.Reason.Key == "" {
			other.Preferred = true
			l = other
		}
	}
	l.Won = l.Reason.Key == ""
	return l
}

// Propose finds who meets the rules of promotion as of a month that is over, and proposes them. A computation whose proposals are open is
// replaced; those that were decided stay. Errors: forbidden; invalid; conflict when the month is not over or no rule holds.
func (s *Service) Propose(ctx context.Context, actor access.Actor, month string) (round Round, err error) {
	defer errs.Wrap(&err, "honour.Propose(%s)", month)
	if err := actor.RequireAll(access.PermHonourRun); err != nil {
		return Round{}, err
	}
	term, err := ParseTerm(month)
	if err != nil || term.Span != plan.SpanMonth {
		return Round{}, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: month, Message: errs.Msg("honour.bad_month", nil)}})
	}
	if s.Today() <= term.Last.Last() {
		return Round{}, errs.New(errs.KindConflict, "honour.term_open", errs.Args{"Term": term.String()})
	}
	var evidence Evidence
	err = s.store.Read(ctx, func(r Reader) error {
		round, evidence, err = s.computePromotion(ctx, r, term)
		return err
	})
	if err != nil {
		return Round{}, err
	}
	return round, s.propose(ctx, actor, &round, func(tx Tx) error { return s.open(ctx, tx, actor, round, evidence) })
}

func (s *Service) computePromotion(ctx context.Context, r Reader, term Term) (round Round, e Evidence, err error) {
	documents, versions, err := planbook.RulesOn(ctx, r, planbook.KindPromotion, term.Last.Last())
	if err != nil {
		return round, e, err
	}
	if len(documents) == 0 {
		return round, e, errs.New(errs.KindConflict, "honour.no_promotion_rule", errs.Args{"Term": term.String()})
	}
	rules := documents[0].Promotion
	basis, err := s.basis(ctx, r, term.Last, versions[0].ID)
	if err != nil {
		return round, e, err
	}
	awards, err := r.Awards(ctx, AwardFilter{})
	if err != nil {
		return round, e, err
	}
	if e, err = Rise(rules, term, basis, preferredOn(awards, term.Last.Last())); err != nil {
		return round, e, err
	}
	round = Round{Kind: KindPromotion, DocumentID: rules.ID, VersionID: versions[0].ID, Name: rules.Name, Term: term}
	round.Evidence, round.Digest, err = e.encode()
	return round, e, err
}

// preferredOn are those who have preference by an honour that stands on the day.
func preferredOn(awards []Award, day calendar.Date) map[int64]bool {
	preferred := map[int64]bool{}
	for _, a := range awards {
		if a.Revocation == nil && a.PriorityUntil != calendar.NoDate && a.Term.Last.Last() <= day && day < a.PriorityUntil {
			preferred[a.PersonID] = true
		}
	}
	return preferred
}

// open writes the proposals of a round, but for people about whom one is open, or was decided for the same month.
func (s *Service) open(ctx context.Context, tx Tx, actor access.Actor, round Round, e Evidence) error {
	known, err := tx.Proposals(ctx, ProposalFilter{})
	if err != nil {
		return err
	}
	for _, g := range e.Groups {
		for _, l := range g.Lines {
			decided := func(p Proposal) bool {
				return p.PersonID == l.PersonID && p.State != ProposalWithdrawn && (p.State == ProposalOpen || p.Term == round.Term)
			}
			if !l.Won || slices.ContainsFunc(known, decided) {
				continue
			}
			p := Proposal{ID: s.newID(), RoundID: round.ID, VersionID: round.VersionID, Term: round.Term, PersonID: l.PersonID, PersonName: l.Name, TeamName: l.Team, From: g.Key, To: g.To,
				Preferred: l.Preferred, State: ProposalOpen, ProposedBy: actor.UserID, ProposedAt: tx.Now(), EffectiveOn: calendar.NoDate}
			if p.Evidence, err = json.Marshal(l); err != nil {
				return err
			}
			p.Digest = digestOf(p.Evidence)
			if err := tx.InsertProposal(ctx, p); err != nil {
				return err
			}
			asked := proposalNotice(notice.KindPromotionProposed, p, actor)
			asked.To = notice.To{Permission: access.PermOrgWrite, Reach: p.PersonID}
			if err := notice.Post(ctx, tx, asked); err != nil {
				return err
			}
		}
	}
	return nil
}

// withdrawProposals takes back what is open of a round that is computed anew.
func withdrawProposals(ctx context.Context, tx Tx, actor access.Actor, roundID, why string) error {
	open, err := tx.Proposals(ctx, ProposalFilter{RoundID: roundID, State: ProposalOpen})
	if err != nil {
		return err
	}
	for _, p := range open {
		p.State, p.Reason, p.DecidedBy, p.DecidedAt = ProposalWithdrawn, why, actor.UserID, tx.Now()
		if err := tx.UpdateProposal(ctx, p); err != nil {
			return err
		}
		if err := proposalEnds(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// proposalNotice is a message about a proposal, to nobody yet.
func proposalNotice(kind notice.Kind, p Proposal, actor access.Actor) notice.Message {
	return notice.Message{Kind: kind, Subject: "promotion:" + p.ID, By: actor.UserID, Once: string(p.State), Params: notice.Params{"Person": notice.Word(p.PersonName),
		"From": notice.Level(p.From), "To": notice.Level(p.To), "State": notice.Phrase("notice.promotion." + string(p.State))}}
}

func proposalEnds(ctx context.Context, tx Tx, p Proposal) error {
	return notice.Settle(ctx, tx, notice.End{Subject: "promotion:" + p.ID, Kinds: []notice.Kind{notice.KindPromotionProposed}})
}

// tellDecided tells who proposed what became of it, and of a rise whom it lifts.
func tellDecided(ctx context.Context, tx Tx, actor access.Actor, p Proposal) error {
	if err := proposalEnds(ctx, tx, p); err != nil {
		return err
	}
	decided := proposalNotice(notice.KindPromotionDecided, p, actor)
	decided.To = notice.To{UserIDs: []string{p.ProposedBy}}
	if err := notice.Post(ctx, tx, decided); err != nil || p.State != ProposalApproved {
		return err
	}
	rise := proposalNotice(notice.KindPromoted, p, actor)
	rise.To, rise.Params["On"] = notice.To{PersonIDs: []int64{p.PersonID}}, notice.Day(p.EffectiveOn)
	return notice.Post(ctx, tx, rise)
}

// Decide asks to decide a proposal. On is the first day of the new level, Reason is needed to reject.
type Decide struct {
	ID      string
	Approve bool
	On      calendar.Date
	Reason  string
}

// Decide approves or rejects a proposal. Approval writes the new level as a fact of the organisation from the day on, in the same
// transaction; what came before stays. Errors: forbidden, also for who proposed it; invalid; not found, also out of reach; conflict.
func (s *Service) Decide(ctx context.Context, actor access.Actor, in Decide) (p Proposal, err error) {
	defer errs.Wrap(&err, "honour.Decide(%s)", in.ID)
	if err := actor.Require(access.PermOrgWrite); err != nil {
		return Proposal{}, err
	}
	if !in.Approve {
		if in.Reason, err = mustSay(in.Reason); err != nil {
			return Proposal{}, err
		}
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		p, err = s.decideIn(ctx, tx, actor, in)
		return err
	})
	return p, err
}

func proposalState(p Proposal) any {
	return map[string]any{"person": p.PersonID, "from": p.From, "to": p.To, "state": p.State, "evidence": p.Digest, "on": p.EffectiveOn.String(), "reason": p.Reason}
}

// lift writes the new level. Who is on another level meanwhile is not moved.
func (s *Service) lift(ctx context.Context, tx Tx, actor access.Actor, p Proposal) error {
	latest, err := tx.LatestBatch(ctx)
	if err != nil {
		return err
	}
	m, err := tx.OrgMember(ctx, fact.AsOf{Valid: p.EffectiveOn, Recorded: latest}, p.PersonID)
	if err != nil {
		return err
	}
	if string(m.Assignment.Level) != p.From {
		return errs.New(errs.KindConflict, "honour.other_level", nil)
	}
	move := org.Move{PersonID: p.PersonID, TeamID: m.Assignment.TeamID, Level: org.Level(p.To), Roles: m.Assignment.Roles, On: p.EffectiveOn}
	if _, err := s.people.MoveIn(ctx, tx, actor, move); err != nil {
		return err
	}
	return notice.Broadcast(ctx, tx, "promotion.approved", "promotion:"+p.ID, map[string]any{"person_id": p.PersonID, "name": p.PersonName, "from": p.From, "to": p.To, "on": p.EffectiveOn.String()})
}

// Proposals returns proposals: of everybody in reach for who computes or decides them, one's own that were approved for others. Errors: unauthenticated.
func (s *Service) Proposals(ctx context.Context, actor access.Actor, filter ProposalFilter) (list []Proposal, err error) {
	defer errs.Wrap(&err, "honour.Proposals")
	if err := signedIn(actor); err != nil {
		return nil, err
	}
	reviews := slices.ContainsFunc(reviewers, actor.Can)
	if !reviews {
		if actor.PersonID == 0 {
			return nil, nil
		}
		filter.PersonID, filter.State = actor.PersonID, ProposalApproved
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if list, err = r.Proposals(ctx, filter); err != nil || !reviews {
			return err
		}
		sees, err := s.sightOf(ctx, r, actor, reviewers...)
		list = slices.DeleteFunc(list, func(p Proposal) bool { return !sees.person(p.PersonID) })
		return err
	})
	return list, err
}

// ProposalView is a proposal with its evidence and what changes with it.
type ProposalView struct {
	Proposal
	Line      Line
	PlansNow  []planbook.Version // that pay the present level
	PlansThen []planbook.Version // that pay the new level
	Currency  money.Currency
}

func errNoProposal() error { return errs.New(errs.KindNotFound, "honour.proposal_missing", nil) }

// Proposal returns a proposal for its review. Errors: forbidden; not found, also out of reach.
func (s *Service) Proposal(ctx context.Context, actor access.Actor, id string) (v ProposalView, err error) {
	defer errs.Wrap(&err, "honour.Proposal(%s)", id)
	if err := requireReview(actor); err != nil {
		return ProposalView{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if v.Proposal, err = r.Proposal(ctx, id); err != nil {
			return err
		}
		if within, err := actor.Reaches(ctx, r, v.PersonID, reviewers...); err != nil || !within {
			return cmp.Or(err, errNoProposal())
		}
		if digestOf(v.Evidence) != v.Digest {
			return errs.New(errs.KindInternal, "honour.evidence_broken", errs.Args{"Round": v.RoundID})
		}
		if err := json.Unmarshal(v.Evidence, &v.Line); err != nil {
			return err
		}
		documents, versions, err := planbook.RulesOn(ctx, r, planbook.KindPlan, s.Today())
		if err != nil {
			return err
		}
		v.Currency = s.currency()
		v.PlansNow, v.PlansThen = plansFor(documents, versions, v.From), plansFor(documents, versions, v.To)
		return nil
	})
	return v, err
}

// plansFor are the plans that name a level, or none.
func plansFor(documents []*plan.Document, versions []planbook.Version, level string) (found []planbook.Version) {
	for i, d := range documents {
		if names := d.Plan.Participants.Levels; len(names) == 0 || slices.Contains(names, level) {
			found = append(found, versions[i])
		}
	}
	return found
}
