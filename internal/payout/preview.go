package payout

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// Preview computes a person's statements of a month now, from the facts of this moment and the plans in force. Its owner may ask at
// any time: it answers "where do I stand". What is returned is shared and must not be changed. Errors: forbidden; conflict when no plan is
// in force.
func (s *Service) Preview(ctx context.Context, actor access.Actor, month calendar.Month, personID int64) (views []View, err error) {
	defer errs.Wrap(&err, "payout.Preview(%s, %d)", month, personID)
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := MaySee(ctx, r, actor, personID); err != nil {
			return err
		}
		rules, err := planbook.ForMonth(ctx, r, month)
		if err != nil {
			return err
		}
		batch, err := r.LatestBatch(ctx)
		if err != nil {
			return err
		}
		openings, err := r.Openings(ctx, month, personID)
		if err != nil {
			return err
		}
		earlier, err := EarlierLinesFor(ctx, r, rules, month, personID)
		if err != nil {
			return err
		}
		additions, err := additionsOf(ctx, r, month, personID)
		if err != nil {
			return err
		}
		pasts, err := PastsFor(ctx, r, month, rules.Plans, openings, additions, time.Time{})
		if err != nil {
			return err
		}
		views, err = s.remembered(ctx, r, basis{month, personID, batch, rules, openings, pasts, earlier, additions})
		return err
	})
	return views, err
}

// basis is everything that a preview, or a reading of a day, rests on.
type basis struct {
	month     calendar.Month
	person    int64
	batch     fact.BatchID
	rules     planbook.InForce
	openings  Openings
	pasts     Pasts
	earlier   []EarlierLine
	additions []Addition
}

// remembered computes the views of a basis, or returns those that were computed of the same before. They are shared and must not be changed.
func (s *Service) remembered(ctx context.Context, r Reader, b basis) ([]View, error) {
	key, err := previewKeyOf(b, s.currency())
	if err != nil {
		return nil, err
	}
	if known, ok := s.previews.get(key); ok {
		return known, nil
	}
	loaded, err := loadFor(ctx, r, b.rules, b.person, b.month, b.batch, s.currency())
	if err != nil {
		return nil, err
	}
	views, err := preview(loaded, b)
	if err == nil {
		s.previews.put(key, views)
	}
	return views, err
}

// loadFor reads the facts that one person's pay depends on: few, unless a rule looks at everybody.
func loadFor(ctx context.Context, r Reader, rules planbook.InForce, personID int64, month calendar.Month, batch fact.BatchID, currency money.Currency) (*Loaded, error) {
	if rules.Crediting.ReachesBeyondSellers() || slices.ContainsFunc(rules.Plans, (*plan.Plan).ReachesBeyondTeams) {
		return r.LoadFacts(ctx, month, batch, currency)
	}
	return r.LoadFactsOf(ctx, personID, month, batch, currency)
}

func preview(loaded *Loaded, b basis) ([]View, error) {
	rules := b.rules
	var only []int32
	for i, id := range loaded.PersonIDs {
		if id == b.person {
			only = append(only, int32(i))
		}
	}
	if len(only) == 0 {
		return nil, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	result, err := engine.Run(engine.Input{Period: b.month, Plans: rules.Plans, Crediting: rules.Crediting, Facts: loaded.Facts, Only: only, Earlier: EarlierPay(b.earlier, loaded, rules)})
	if err != nil {
		return nil, err
	}
	var views []View
	for _, g := range Groups(result.Payouts) {
		statement, err := result.Statement(g.Person, g.Plan)
		if err != nil {
			return nil, err
		}
		account := Account{b.person, rules.PlanVersions[g.Plan].DocumentID}
		own := slices.DeleteFunc(slices.Clone(b.additions), func(a Addition) bool { return a.PlanID != account.PlanID })
		added := sumOf(own, account)
		paid := statement.TotalFen + added
		settled, err := settledNow(result, rules, g, b.openings[account], b.pasts[account], AddedOf(own, account))
		if err != nil {
			return nil, err
		}
		if settled != nil {
			paid = settled.PaidFen
		}
		views = append(views, View{Preview: true, Statement: statement, Settled: settled, Additions: own, Head: Head{
			Month: b.month, PersonID: b.person, PersonKey: statement.Payee, Name: statement.PayeeName, PlanID: rules.PlanVersions[g.Plan].DocumentID,
			VersionID: rules.PlanVersions[g.Plan].ID, Level: statement.Level, TotalMinor: statement.TotalFen, AddedMinor: added, PaidMinor: paid,
		}})
	}
	return views, nil
}

// previewsMax is how many previews are remembered: enough for those who look again and again, and few enough to weigh little.
const previewsMax = 256

// previewKey is everything that a preview rests on. A batch of facts, a version of a plan or a closed month makes another key.
type previewKey struct {
	month    calendar.Month
	person   int64
	batch    fact.BatchID
	currency money.Currency
	rules    string
	openings string
}

func previewKeyOf(b basis, currency money.Currency) (previewKey, error) {
	paid, err := json.Marshal([]any{b.earlier, b.additions})
	if err != nil {
		return previewKey{}, err
	}
	versions := []string{b.rules.CreditingVersion.ID}
	digests := make([]string, len(b.rules.PlanVersions))
	for i, v := range b.rules.PlanVersions {
		versions = append(versions, v.ID)
		account := Account{b.person, v.DocumentID}
		text, err := json.Marshal([]any{b.openings[account], b.pasts[account]})
		if err != nil {
			return previewKey{}, err
		}
		digests[i] = string(text)
	}
	return previewKey{b.month, b.person, b.batch, currency, strings.Join(versions, " "), sha256Hex([]byte(strings.Join(append(digests, string(paid)), " ")))}, nil
}

// previews remembers the newest previews. A page of one's pay is opened more often than facts change.
type previews struct {
	lock  sync.Mutex
	known map[previewKey][]View
	order []previewKey // oldest first
}

func (p *previews) get(key previewKey) ([]View, bool) {
	p.lock.Lock()
	defer p.lock.Unlock()
	views, ok := p.known[key]
	return views, ok
}

func (p *previews) put(key previewKey, views []View) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.known == nil {
		p.known = map[previewKey][]View{}
	}
	if _, known := p.known[key]; !known {
		p.order = append(p.order, key)
	}
	p.known[key] = views
	for len(p.order) > previewsMax {
		delete(p.known, p.order[0])
		p.order = p.order[1:]
	}
}
