package honour

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// Ahead is what lies between somebody and the next level, by the rules of promotion on the last month that is over: the measures and
// conditions that a proposal for that month would rest on.
type Ahead struct {
	Term     Term
	From, To string
	Line     Line // Won: all conditions are met
	Version  planbook.Version
	Currency money.Currency
}

// aheads remembers the newest computation: the page is opened by everybody, and what it rests on changes seldom.
type aheads struct {
	lock   sync.Mutex
	key    aheadKey
	lines  map[int64]Ahead
	filled bool
}

// aheadKey is everything that Rise depends on.
type aheadKey struct {
	month     calendar.Month
	recorded  fact.BatchID
	crediting string
	version   string
	derived   string // digest of what is derived from other records
}

// OwnAhead returns what the actor still lacks for the next level. known is false for who has no way up: nobody's person, no rule of
// promotion, the highest level, or not employed in that month. Errors: unauthenticated.
func (s *Service) OwnAhead(ctx context.Context, actor access.Actor) (ahead Ahead, known bool, err error) {
	defer errs.Wrap(&err, "honour.OwnAhead")
	if err := signedIn(actor); err != nil || actor.PersonID == 0 {
		return Ahead{}, false, err
	}
	term := Term{Span: plan.SpanMonth, Last: s.Today().Month() - 1}
	err = s.store.Read(ctx, func(r Reader) error {
		ahead, known, err = s.aheadOf(ctx, r, actor.PersonID, term)
		return err
	})
	return ahead, known, err
}

func (s *Service) aheadOf(ctx context.Context, r Reader, person int64, term Term) (ahead Ahead, known bool, err error) {
	documents, versions, err := planbook.RulesOn(ctx, r, planbook.KindPromotion, term.Last.Last())
	if err != nil || len(documents) == 0 {
		return Ahead{}, false, err
	}
	key, err := s.aheadKey(ctx, r, term.Last, versions[0].ID)
	if errs.Is(err, errs.KindConflict) { // nothing can be counted yet
		return Ahead{}, false, nil
	}
	if err != nil {
		return Ahead{}, false, err
	}
	s.aheads.lock.Lock()
	defer s.aheads.lock.Unlock()
	if !s.aheads.filled || s.aheads.key != key {
		basis, err := s.basis(ctx, r, term.Last, versions[0].ID)
		if err != nil {
			return Ahead{}, false, err
		}
		awards, err := r.Awards(ctx, AwardFilter{})
		if err != nil {
			return Ahead{}, false, err
		}
		evidence, err := Rise(documents[0].Promotion, term, basis, preferredOn(awards, term.Last.Last()))
		if err != nil {
			return Ahead{}, false, err
		}
		lines := map[int64]Ahead{}
		for _, g := range evidence.Groups {
			for _, l := range g.Lines {
				lines[l.PersonID] = Ahead{Term: term, From: g.Key, To: g.To, Line: l, Version: versions[0], Currency: s.currency()}
			}
		}
		s.aheads.key, s.aheads.lines, s.aheads.filled = key, lines, true
	}
	ahead, known = s.aheads.lines[person]
	return ahead, known, nil
}

func (s *Service) aheadKey(ctx context.Context, r Reader, month calendar.Month, version string) (key aheadKey, err error) {
	key = aheadKey{month: month, version: version}
	if key.recorded, err = r.LatestBatch(ctx); err != nil {
		return key, err
	}
	_, crediting, err := planbook.CreditingOn(ctx, r, month.Last())
	if err != nil {
		return key, err
	}
	key.crediting = crediting.ID
	totals, err := r.MonthTotals(ctx, month-monthsOfTotals, month)
	if err != nil {
		return key, err
	}
	awards, err := r.Awards(ctx, AwardFilter{})
	if err != nil {
		return key, err
	}
	disputes, err := r.OpenDisputes(ctx, month-monthsOfTotals, month)
	if err != nil {
		return key, err
	}
	sum := sha256.New()
	fmt.Fprint(sum, totals, disputes, s.currency())
	for _, a := range awards {
		fmt.Fprint(sum, a.ID, a.Revocation != nil)
	}
	key.derived = hex.EncodeToString(sum.Sum(nil))
	return key, nil
}
