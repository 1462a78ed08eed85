package flow

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/stats"
)

// Verdicts tells what the rules of the standard came to in cases.
type Verdicts interface {
	// Verdicts calls each for every rule that asked something of a case and is decided: not for what is pending, or exempt.
	Verdicts(ctx context.Context, caseIDs []int64, each func(caseID int64, ruleID string, satisfied bool)) error
}

// Collected is what was paid on a deal that came of a case, and when.
type Collected struct {
	CaseID      int64
	SignedOn    calendar.Date
	AmountMinor int64 // of the deal
	PaidOn      calendar.Date
	PaidMinor   int64 // a refund is negative
}

// Impact says what keeping a rule goes with. It is no proof of a cause.
type Impact string

// The impacts: the interval lies on one side of no difference, or around it; with Unclear, data do not tell.
const (
	ImpactHelps   Impact = "helps"
	ImpactNeutral Impact = "neutral"
	ImpactHarms   Impact = "harms"
	ImpactUnclear Impact = "unclear"
)

// Effect is one rule: cases that kept it against cases that did not, within bands of amount.
type Effect struct {
	Rule         *sop.Rule
	Kept, Broken int // cases that have ended
	Win          Contrast
	Cycle        Contrast // days from the beginning to the signature, as a ratio less one: −0.2 is a fifth shorter
	Collection   Contrast // share of deals paid in full within CollectionDays of the signature
	Useless      bool     // neither wins nor time differ by more than a little, and that is certain
}

// Contrast is a difference of those that kept the rule from those that did not. Known is false where the data do not allow one.
type Contrast struct {
	Known bool
	stats.Contrast
	Impact Impact
}

// Effects are the rules of a filter.
type Effects struct {
	AsOf     time.Time
	Standard *sop.Standard
	Cases    int // that have ended, of which the rules are told
	Left     int // older ones that are not looked at
	Rules    []Effect
}

// What effects look at.
const (
	effectCases    = 20_000 // the newest that have ended
	effectsAtOnce  = 500
	CollectionDays = 90
	amountBands    = 4
	uselessBelow   = 0.05 // of wins, either way
)

// Effects compares, for each rule of the standard, cases of the filter that kept it with cases that did not. Only cases that have ended count:
// of an open one nobody knows. Errors: as Report.
func (s *Service) Effects(ctx context.Context, actor access.Actor, filter Filter) (e *Effects, err error) {
	defer errs.Wrap(&err, "flow.Effects")
	filter.Detail = Stages
	owners, all, t, err := s.begin(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	key := "effects|" + keyOf(owners, all, filter)
	made, err := s.answer(ctx, t, key, wanted{owners, all, filter, true}, effectsInline)
	if err != nil {
		return nil, err
	}
	return made.effects, nil
}

// effectsInline is how many cases are judged while somebody waits.
const effectsInline = 1_000

func (s *Service) effects(ctx context.Context, t *table, standard *sop.Standard, stages *opportunity.StageSet, w wanted) (*Effects, error) {
	e := &Effects{AsOf: t.asOf, Standard: standard}
	var ended []*row
	for _, r := range t.choose(w.owners, w.all, w.filter) {
		if r.state != stateOpen {
			ended = append(ended, r)
		}
	}
	if len(ended) > effectCases {
		slices.SortFunc(ended, func(a, b *row) int { return cmp.Or(cmp.Compare(b.opened, a.opened), cmp.Compare(b.id, a.id)) })
		e.Left = len(ended) - effectCases
		ended = ended[:effectCases]
		slices.SortFunc(ended, func(a, b *row) int { return cmp.Compare(a.id, b.id) })
	}
	e.Cases = len(ended)
	rules, err := s.verdictsOf(ctx, ended)
	if err != nil {
		return nil, err
	}
	collected, err := s.collected(ctx, ended)
	if err != nil {
		return nil, err
	}
	l := newLook(t, s.work(), standard, stages, ended)
	bands := bandsOf(ended)
	for i := range standard.Rules {
		rule := &standard.Rules[i]
		if sides := rules[rule.ID]; len(sides[true])+len(sides[false]) > 0 && t.records(rule) {
			e.Rules = append(e.Rules, l.effect(rule, sides, bands, collected))
		}
	}
	return e, nil
}

// records reports whether what a rule speaks of is recorded at all, in any case: what nobody records cannot be judged.
func (t *table) records(rule *sop.Rule) bool {
	_, of := t.number[rule.Of]
	_, with := t.number[rule.With]
	return of && (with || rule.With == "")
}

// verdictsOf sorts the cases by rule into those that kept it and those that did not.
func (s *Service) verdictsOf(ctx context.Context, ended []*row) (map[string]map[bool][]*row, error) {
	rules := map[string]map[bool][]*row{}
	for part := range slices.Chunk(ended, effectsAtOnce) {
		ids, byID := make([]int64, len(part)), map[int64]*row{}
		for i, r := range part {
			ids[i], byID[r.id] = r.id, r
		}
		err := s.verdicts.Verdicts(ctx, ids, func(caseID int64, ruleID string, satisfied bool) {
			if rules[ruleID] == nil {
				rules[ruleID] = map[bool][]*row{}
			}
			rules[ruleID][satisfied] = append(rules[ruleID][satisfied], byID[caseID])
		})
		if err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// collected says for each won case whose deal is old enough whether it was paid in full in time.
func (s *Service) collected(ctx context.Context, ended []*row) (map[int64]bool, error) {
	in := map[int64]bool{}
	old := calendar.DateOf(s.now()) - CollectionDays
	for part := range slices.Chunk(ended, effectsAtOnce) {
		var ids []int64
		for _, r := range part {
			if r.state == stateWon {
				ids = append(ids, r.id)
			}
		}
		if len(ids) == 0 {
			continue
		}
		var rows []Collected
		err := s.store.Read(ctx, func(r Reader) (err error) {
			rows, err = r.FlowCollected(ctx, ids)
			return err
		})
		if err != nil {
			return nil, err
		}
		paid := map[int64]int64{}
		for _, c := range rows {
			if c.SignedOn > old {
				continue
			}
			if c.PaidOn != calendar.NoDate && c.PaidOn <= c.SignedOn+CollectionDays {
				paid[c.CaseID] += c.PaidMinor
			}
			in[c.CaseID] = paid[c.CaseID] >= c.AmountMinor
		}
	}
	return in, nil
}

// bandsOf puts cases into bands of about the same size by amount, so that large ones are compared with large ones.
func bandsOf(rows []*row) map[int64]int {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(a, b *row) int { return cmp.Or(cmp.Compare(a.amount, b.amount), cmp.Compare(a.id, b.id)) })
	bands := map[int64]int{}
	for i, r := range sorted {
		bands[r.id] = i * amountBands / len(sorted)
	}
	return bands
}

func (l *look) effect(rule *sop.Rule, sides map[bool][]*row, bands map[int64]int, collected map[int64]bool) Effect {
	e := Effect{Rule: rule, Kept: len(sides[true]), Broken: len(sides[false])}
	wins, money, days := make([]stats.Stratum, amountBands), make([]stats.Stratum, amountBands), make([]stats.Lengths, amountBands)
	lost := 0
	for kept, rows := range sides {
		for _, r := range rows {
			band := bands[r.id]
			won := r.state == stateWon
			if !won {
				lost++
			}
			wins[band] = counted(wins[band], kept, won)
			if paid, known := collected[r.id]; known {
				money[band] = counted(money[band], kept, paid)
			}
			if length, known := l.cycle(r); known && won {
				if kept {
					days[band].Values = append(days[band].Values, length)
				} else {
					days[band].Others = append(days[band].Others, length)
				}
			}
		}
	}
	if lost > 0 { // a rule about what only follows a signature says nothing of winning
		c, err := stats.RateDifference(wins, confidence)
		e.Win = contrast(c, err, 1)
	}
	c, err := stats.LengthRatio(days, confidence)
	e.Cycle = contrast(c, err, -1)
	c, err = stats.RateDifference(money, confidence)
	e.Collection = contrast(c, err, 1)
	e.Useless = e.Win.Known && e.Win.Interval.Low > -uselessBelow && e.Win.Interval.High < uselessBelow && e.Cycle.Impact != ImpactHelps && e.Collection.Impact != ImpactHelps
	return e
}

func counted(s stats.Stratum, kept, hit bool) stats.Stratum {
	hits := 0
	if hit {
		hits = 1
	}
	if kept {
		s.Cases++
		s.Hits += hits
	} else {
		s.OtherCases++
		s.OtherHits += hits
	}
	return s
}

// contrast names what an interval says; good is 1 where more is better, and −1 where less is.
func contrast(c stats.Contrast, err error, good float64) Contrast {
	if err != nil {
		return Contrast{Impact: ImpactUnclear}
	}
	impact := ImpactNeutral
	switch {
	case !c.Significant():
	case c.Difference*good > 0:
		impact = ImpactHelps
	default:
		impact = ImpactHarms
	}
	return Contrast{Known: true, Contrast: c, Impact: impact}
}

// cycle is how long it took from the first event to the signature, in days.
func (l *look) cycle(r *row) (days float64, known bool) {
	steps := l.of(r)
	for _, s := range steps {
		if int(s.label) == l.signed {
			const day = 24 * 3600
			return float64(max(int64(s.at)-int64(steps[0].at), 0)) / day, true
		}
	}
	return 0, false
}
