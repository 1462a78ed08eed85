package honour

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/reward"
)

// AwardFilter chooses awards. Zero fields choose all.
type AwardFilter struct {
	PersonID   int64
	DocumentID string
	RoundID    string
	Term       string
}

// Announce makes the awards of an approved round public and brings what comes with them: cash is granted and paid with the month that is
// approved next, points are posted, preference in promotion begins. From now on none of it changes. Errors: forbidden; not found; conflict.
func (s *Service) Announce(ctx context.Context, actor access.Actor, id string) (r Round, err error) {
	defer errs.Wrap(&err, "honour.Announce(%s)", id)
	return s.step(ctx, actor, id, StateApproved, "honour.announce", func(tx Tx, r *Round, at time.Time) error {
		r.State, r.AnnouncedBy, r.AnnouncedAt = StateAnnounced, actor.UserID, at
		version, err := tx.PlanVersion(ctx, r.VersionID)
		if err != nil {
			return err
		}
		document, err := plan.Decode(version.DocumentID, []byte(version.Text))
		if err != nil {
			return err
		}
		evidence, err := r.Open()
		if err != nil {
			return err
		}
		if document.Honour == nil || document.Honour.Hash() != evidence.RuleHash {
			return errs.New(errs.KindInternal, "honour.evidence_broken", errs.Args{"Round": r.ID})
		}
		return s.give(ctx, tx, actor, *r, document.Honour, evidence)
	})
}

// give writes the awards of a round.
func (s *Service) give(ctx context.Context, tx Tx, actor access.Actor, r Round, rule *plan.Honour, e Evidence) error {
	winners, groups := e.Winners()
	if len(winners) == 0 {
		return errs.New(errs.KindConflict, "honour.nobody", nil)
	}
	before, err := tx.Awards(ctx, AwardFilter{Term: r.Term.String()})
	if err != nil {
		return err
	}
	var told []map[string]any
	for i, l := range winners {
		a := Award{ID: s.newID(), RoundID: r.ID, Number: certificateNumber(r.Term, len(before)+i+1), DocumentID: r.DocumentID, VersionID: r.VersionID, Name: r.Name,
			Term: r.Term, GroupName: groups[i], PersonID: l.PersonID, PersonName: l.Name, TeamName: l.Team, Level: l.Level, Place: int64(l.Place),
			Measure: l.Values[0].Name, Kind: l.Values[0].Kind, Value: l.Values[0].Exact, CashMinor: rule.Brings.CashMinor, Currency: e.Currency, Points: rule.Brings.Points,
			PriorityUntil: calendar.NoDate, EvidenceDigest: r.Digest, AnnouncedAt: r.AnnouncedAt}
		if months := rule.Brings.PriorityMonths; months > 0 {
			a.PriorityUntil = (r.Term.Last + 1 + calendar.Month(months)).First()
		}
		a.Digest = a.ComputeDigest()
		if err := tx.InsertAward(ctx, a); err != nil {
			return err
		}
		if err := s.bring(ctx, tx, a, 1); err != nil {
			return err
		}
		granted := notice.Message{Kind: notice.KindHonourGranted, To: notice.To{PersonIDs: []int64{a.PersonID}}, Subject: "honour_award:" + a.ID, By: actor.UserID, Once: "granted",
			Params: notice.Params{"Honour": notice.Name(a.Name), "Term": notice.Word(a.Term.String())}}
		if err := notice.Post(ctx, tx, granted); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "honour.award", "honour_award:"+a.ID, nil, stateOf(a)); err != nil {
			return err
		}
		told = append(told, map[string]any{"award": a.ID, "person_id": a.PersonID, "name": a.PersonName, "team": a.TeamName})
	}
	return notice.Broadcast(ctx, tx, "honour.announced", "honour_round:"+r.ID, map[string]any{"title_zh": r.Name.Zh, "title_en": r.Name.En, "term": r.Term.String(), "awards": told})
}

// certificateNumber is what is printed on a certificate and said on the telephone: the term and a number that goes on through all honours
// of it, such as XG-2026Q3-0007. Awards are never removed and transactions are serializable, so no number is given twice.
func certificateNumber(t Term, sequence int) string {
	return fmt.Sprintf("XG-%s-%04d", strings.ReplaceAll(t.String(), "-", ""), sequence)
}

func stateOf(a Award) any {
	return map[string]any{"number": a.Number, "person": a.PersonID, "document": a.DocumentID, "term": a.Term.String(), "cash_minor": a.CashMinor, "points": a.Points, "digest": a.Digest}
}

// bring grants the cash and posts the points of an award, or takes both back when sign is −1. The keys make each of it happen once.
func (s *Service) bring(ctx context.Context, tx Tx, a Award, sign int64) error {
	key := reward.AwardKey(a.ID)
	if sign < 0 {
		key = reward.RevokedKey(a.ID)
	}
	if a.CashMinor != 0 {
		err := tx.InsertGrant(ctx, reward.Grant{Key: key, PersonID: a.PersonID, Component: a.DocumentID, Name: a.Name, AmountMinor: sign * a.CashMinor, Currency: a.Currency,
			Source: a.Digest, GrantedAt: tx.Now()})
		if err != nil {
			return err
		}
	}
	if a.Points == 0 {
		return nil
	}
	_, err := tx.AppendLedger(ctx, []reward.Entry{reward.PointsEarned("points/"+key, s.Today().Month(), a.PersonID, a.DocumentID, sign*a.Points, a.Digest)})
	return err
}

// Revoke takes an announced award back, with a reason, by a record of its own: cash and points are taken back by entries of their own.
// Errors: forbidden; invalid without a reason; not found; conflict when it is revoked already.
func (s *Service) Revoke(ctx context.Context, actor access.Actor, id, reason string) (a Award, err error) {
	defer errs.Wrap(&err, "honour.Revoke(%s)", id)
	if err := actor.RequireAll(access.PermHonourApprove); err != nil {
		return Award{}, err
	}
	if reason, err = mustSay(reason); err != nil {
		return Award{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if a, err = tx.Award(ctx, id); err != nil {
			return err
		}
		return s.revoke(ctx, tx, actor, &a, reason)
	})
	return a, err
}

// RevokeRound takes back every award of a round that still stands, with one reason: what was given to several is taken from all of them. Errors:
// forbidden; invalid without a reason; not found; conflict when none stands.
func (s *Service) RevokeRound(ctx context.Context, actor access.Actor, roundID, reason string) (awards []Award, err error) {
	defer errs.Wrap(&err, "honour.RevokeRound(%s)", roundID)
	if err := actor.RequireAll(access.PermHonourApprove); err != nil {
		return nil, err
	}
	if reason, err = mustSay(reason); err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if _, err := tx.HonourRound(ctx, roundID); err != nil {
			return err
		}
		if awards, err = tx.Awards(ctx, AwardFilter{RoundID: roundID}); err != nil {
			return err
		}
		awards = slices.DeleteFunc(awards, func(a Award) bool { return a.Revocation != nil })
		if len(awards) == 0 {
			return errs.New(errs.KindConflict, "honour.already_revoked", nil)
		}
		for i := range awards {
			if err := s.revoke(ctx, tx, actor, &awards[i], reason); err != nil {
				return err
			}
		}
		return nil
	})
	return awards, err
}

// revoke takes one award back.
func (s *Service) revoke(ctx context.Context, tx Tx, actor access.Actor, a *Award, reason string) error {
	if a.Revocation != nil {
		return errs.New(errs.KindConflict, "honour.already_revoked", nil)
	}
	a.Revocation = &Revocation{AwardID: a.ID, Reason: reason, RevokedBy: actor.UserID, RevokedAt: tx.Now()}
	if err := tx.InsertRevocation(ctx, *a.Revocation); err != nil {
		return err
	}
	if err := s.bring(ctx, tx, *a, -1); err != nil {
		return err
	}
	if err := audit.Append(ctx, tx, actor, "honour.revoke", "honour_award:"+a.ID, stateOf(*a), map[string]any{"reason": reason}); err != nil {
		return err
	}
	return notice.Broadcast(ctx, tx, "honour.revoked", "honour_award:"+a.ID, map[string]any{"title_zh": a.Name.Zh, "title_en": a.Name.En, "term": a.Term.String(), "person_id": a.PersonID, "name": a.PersonName})
}

// Wall returns the awards that stand, newest term first. Everybody signed in may see it: names and titles, no pay. What an award rests on
// in money, and what it brings, is left out. Errors: unauthenticated.
func (s *Service) Wall(ctx context.Context, actor access.Actor, filter AwardFilter) (awards []Award, err error) {
	defer errs.Wrap(&err, "honour.Wall")
	if err := signedIn(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		sees, err := s.sightOf(ctx, r, actor, reviewers...)
		if err != nil {
			return err
		}
		all, err := r.Awards(ctx, filter)
		awards = awards[:0]
		for _, a := range all {
			if a.Revocation == nil {
				awards = append(awards, sees.public(a))
			}
		}
		return err
	})
	return awards, err
}

// public leaves out what is not for everybody: amounts, of others as of oneself the pay that came with it is in one's statement of account.
func (s sight) public(a Award) Award {
	if s.person(a.PersonID) {
		return a
	}
	actor := s.actor
	if a.Revocation != nil {
		a.Revocation = &Revocation{AwardID: a.ID, RevokedAt: a.Revocation.RevokedAt}
	}
	if a.Kind == string(plan.KindMoney) && a.PersonID != actor.PersonID {
		a.Value = ""
	}
	if a.PersonID != actor.PersonID || actor.PersonID == 0 {
		a.CashMinor, a.Points = 0, 0
	}
	return a
}

// Award returns an award for its certificate. Errors: unauthenticated; not found.
func (s *Service) Award(ctx context.Context, actor access.Actor, id string) (a Award, err error) {
	defer errs.Wrap(&err, "honour.Award(%s)", id)
	if err := signedIn(actor); err != nil {
		return Award{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		sees, err := s.sightOf(ctx, r, actor, reviewers...)
		if err != nil {
			return err
		}
		if a, err = r.Award(ctx, id); err != nil {
			return err
		}
		if a.ComputeDigest() != a.Digest {
			return errs.New(errs.KindInternal, "honour.award_broken", errs.Args{"Number": a.Number})
		}
		a = sees.public(a)
		return nil
	})
	if err != nil {
		return Award{}, err
	}
	return a, nil
}

// Rounds returns the rounds of a kind, newest first, without evidence: those announced alone for who reviews honours of a part of the company. Errors:
// forbidden.
func (s *Service) Rounds(ctx context.Context, actor access.Actor, kind Kind) (rounds []Round, err error) {
	defer errs.Wrap(&err, "honour.Rounds(%s)", kind)
	if err := requireReview(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rounds, err = r.HonourRounds(ctx, kind)
		if !slices.ContainsFunc(reviewers, actor.CanAll) {
			rounds = slices.DeleteFunc(rounds, func(r Round) bool { return r.State != StateAnnounced })
		}
		return err
	})
	return rounds, err
}

func requireReview(actor access.Actor) error {
	if slices.ContainsFunc(reviewers, actor.Can) {
		return nil
	}
	return actor.Require(access.PermHonourRun)
}

// View is a round opened for reading.
type View struct {
	Round
	Evidence Evidence
	Awards   []Award
}

// Round returns a round with its evidence. Who takes part in an announced round may open it, and sees the winners and the own line; who reviews honours of
// a part of the company sees the lines of that part. Errors: forbidden; not found.
func (s *Service) Round(ctx context.Context, actor access.Actor, id string) (v View, err error) {
	defer errs.Wrap(&err, "honour.Round(%s)", id)
	if err := signedIn(actor); err != nil {
		return View{}, err
	}
	if actor.PersonID == 0 {
		if err := requireReview(actor); err != nil {
			return View{}, err
		}
	}
	var sees sight
	err = s.store.Read(ctx, func(r Reader) error {
		if sees, err = s.sightOf(ctx, r, actor, reviewers...); err != nil {
			return err
		}
		if v.Round, err = r.HonourRound(ctx, id); err != nil {
			return err
		}
		if v.Evidence, err = v.Open(); err != nil {
			return err
		}
		v.Awards, err = r.Awards(ctx, AwardFilter{RoundID: id})
		return err
	})
	if err != nil || sees.all {
		return v, err
	}
	if v.State != StateAnnounced {
		return View{}, errs.New(errs.KindNotFound, "honour.round_missing", nil)
	}
	v.Evidence.Groups = sees.lines(v.Evidence.Groups)
	for i := range v.Awards {
		v.Awards[i] = sees.public(v.Awards[i])
	}
	return v, nil
}

// lines keeps of rankings what somebody may see: the own line and those in reach whole, the winners' by name and place.
func (s sight) lines(groups []Group) (kept []Group) {
	for _, g := range groups {
		own := Group{Key: g.Key, Name: g.Name, Lines: []Line{}}
		for _, l := range g.Lines {
			switch {
			case l.PersonID == s.actor.PersonID || s.person(l.PersonID):
				own.Lines = append(own.Lines, l)
			case l.Won:
				own.Lines = append(own.Lines, Line{PersonID: l.PersonID, Name: l.Name, Team: l.Team, Level: l.Level, Place: l.Place, Won: true, Values: hideMoney(l.Values)})
			}
		}
		kept = append(kept, own)
	}
	return kept
}

// hideMoney empties amounts.
func hideMoney(values []Value) (kept []Value) {
	for _, v := range values {
		if v.Kind == string(plan.KindMoney) {
			v.Exact = ""
		}
		kept = append(kept, v)
	}
	return kept
}

// Announcements returns what waits to be told by other channels, oldest first. Errors: forbidden.
func (s *Service) Announcements(ctx context.Context, actor access.Actor) (list []Announcement, err error) {
	defer errs.Wrap(&err, "honour.Announcements")
	if err := actor.RequireAll(access.PermHonourRun, reviewers...); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.Announcements(ctx)
		return err
	})
	return list, err
}
