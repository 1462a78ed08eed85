package consent

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
)

// Accept records that the actor has accepted a version that pays them or will; hash is that of the text they were shown. Accepting again
// changes nothing. Errors: forbidden with a key that may only read; not found when no such version pays the actor; conflict when the text is
// another one.
func (s *Service) Accept(ctx context.Context, actor access.Actor, versionID, hash string) (a Acceptance, err error) {
	defer errs.Wrap(&err, "consent.Accept(%s)", versionID)
	if actor.UserID == "" || actor.PersonID == 0 {
		return a, errs.New(errs.KindNotFound, "consent.no_person", nil)
	}
	if actor.ReadOnly {
		return a, errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		a, err = s.accept(ctx, tx, actor, Acceptance{VersionID: versionID, PersonID: actor.PersonID, Hash: hash, UserID: actor.UserID})
		return err
	})
	return a, err
}

// RecordPaper records that a payee has signed a version on paper; hash is printed on the sheet and the page. Who keeps the organisation may,
// within their reach and not for themselves. Errors: forbidden; not found when no such version pays the person; conflict when the text is
// another one.
func (s *Service) RecordPaper(ctx context.Context, actor access.Actor, versionID string, personID int64, hash string) (a Acceptance, err error) {
	defer errs.Wrap(&err, "consent.RecordPaper(%s, %d)", versionID, personID)
	if err := actor.Require(access.PermOrgWrite); err != nil {
		return a, err
	}
	if personID == actor.PersonID {
		return a, errs.New(errs.KindForbidden, "consent.own_paper", nil)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		within, err := tx.PersonInReach(ctx, actor.ScopeOf(access.PermOrgWrite), s.today(), personID)
		if err == nil && !within {
			err = errs.New(errs.KindNotFound, "consent.no_such_person", nil)
		}
		if err != nil {
			return err
		}
		a, err = s.accept(ctx, tx, actor, Acceptance{VersionID: versionID, PersonID: personID, Hash: hash, UserID: actor.UserID, Paper: true})
		return err
	})
	return a, err
}

// accept records a word about a version that pays its person, once.
func (s *Service) accept(ctx context.Context, tx Tx, actor access.Actor, word Acceptance) (Acceptance, error) {
	own, err := s.of(ctx, tx, word.PersonID)
	if err != nil {
		return Acceptance{}, err
	}
	at := slices.IndexFunc(own, func(o Own) bool { return o.Version.ID == word.VersionID })
	switch {
	case at < 0:
		return Acceptance{}, errs.New(errs.KindNotFound, "planbook.not_found", nil)
	case own[at].Version.Hash != word.Hash:
		return Acceptance{}, errs.New(errs.KindConflict, "consent.other_text", nil)
	case own[at].Accepted != nil:
		return *own[at].Accepted, nil
	}
	word.AcceptedAt = tx.Now()
	if err := tx.InsertAcceptance(ctx, word); err != nil {
		return Acceptance{}, err
	}
	done := notice.End{Subject: own[at].Version.Subject(), Kinds: []notice.Kind{notice.KindPlanAcceptance, notice.KindPlanReminder}, PersonID: word.PersonID}
	if err := notice.Settle(ctx, tx, done); err != nil {
		return Acceptance{}, err
	}
	return word, audit.Append(ctx, tx, actor, "consent.accept", "plan_version:"+word.VersionID, nil,
		map[string]any{"person": word.PersonID, "hash": word.Hash, "paper": word.Paper})
}
