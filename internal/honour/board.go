package honour

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// BoardBy is what a leaderboard ranks by.
type BoardBy string

// Attainment of one's own quota and improvement on one's own term before do not depend on how large a territory is; the amount does.
const (
	ByAttainment  BoardBy = "attainment"
	ByImprovement BoardBy = "improvement"
	ByAmount      BoardBy = "amount"
)

// BoardAsk asks for a leaderboard. Zero fields take the present quarter, attainment and the whole company.
type BoardAsk struct {
	Term   string
	By     BoardBy
	Region string // key
	Team   string // key
}

// BoardLine is somebody on a leaderboard. Amounts are nil for those whose sales the reader may not see; quotients are nil where there is none.
type BoardLine struct {
	PersonID    int64
	Name        string
	Team        string
	Level       string
	Place       int // 0: not ranked
	Own         bool
	AmountMinor *int64
	QuotaMinor  *int64
	Attainment  *big.Rat
	Improvement *big.Rat
}

// Board is a leaderboard. Hidden is how many stand on it whom the reader may not see: people out of reach are shown only while they are
// among the first, so that nobody is put to shame.
type Board struct {
	Term     Term
	By       BoardBy
	Currency money.Currency
	Lines    []BoardLine
	Own      *BoardLine // the reader, also when not among Lines
	Of       int        // how many are ranked
	Hidden   int
	Regions  []string
	Teams    []engine.Team
}

// boardShown is how many of those out of reach are shown at most; never more than half of all.
const boardShown = 10

// boardRule is the rule by which boards are measured.
const boardRule = `xiaoguan: honour/1
id: leaderboard
title: {zh: 排行榜, en: Leaderboard}
currency: %[1]s
span: %[2]s
effective: {from: 2000-01-01}
participants: {level: [newcomer, regular, core, manager]}
each: company
measures:
  amount: {name: {zh: 回款额, en: collected amount}, credits: collected, sum: amount, window: %[3]s}
  quota: {name: {zh: 任务额, en: quota}, quota: collected, window: %[3]s}
  attainment: {name: {zh: 达成率, en: attainment}, ratio: [amount, quota]}
  before: {name: {zh: 上期同一进度的回款额, en: collected by the same point of the term before}, credits: collected, sum: amount, window: {window: %[3]s, back: %[4]d}}
  improvement: {name: {zh: 与上期之比, en: against the term before}, ratio: [amount, before]}
rank: {by: amount, tie_break: [quota, attainment, improvement], ties: all}
winners: 1
`

// boards remembers the newest measurements: a board is opened more often than facts change.
type boards struct {
	lock  sync.Mutex
	known map[boardKey]ranking
	order []boardKey
}

type boardKey struct {
	term      Term
	month     calendar.Month
	recorded  fact.BatchID
	crediting string
}

const boardsMax = 16

// ranking is everybody's measured term in the order of each board: what has no value comes last.
type ranking map[BoardBy][]standing

// boardsBy are the boards that there are.
var boardsBy = []BoardBy{ByAttainment, ByImprovement, ByAmount}

// rank puts everybody into the orders. Sorting thousands of exact fractions takes longer than all the rest of a page.
func rank(all []standing) ranking {
	ranked := ranking{}
	for _, by := range boardsBy {
		list := slices.Clone(all)
		slices.SortStableFunc(list, func(x, y standing) int {
			p, q := x.value(by), y.value(by)
			if (p == nil) != (q == nil) {
				return order(q != nil) - order(p != nil)
			}
			if p == nil {
				return engine.CompareKeys(x.key, y.key)
			}
			return cmp.Or(q.Cmp(p), engine.CompareKeys(x.key, y.key))
		})
		ranked[by] = list
	}
	return ranked
}

// standing is somebody's measured term.
type standing struct {
	line                BoardLine
	key, region, team   string
	amount, quota       int64
	attained, comparing *big.Rat
}

func (b *boards) get(k boardKey) (ranking, bool) {
	b.lock.Lock()
	defer b.lock.Unlock()
	found, ok := b.known[k]
	return found, ok
}

func (b *boards) put(k boardKey, list ranking) {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.known == nil {
		b.known = map[boardKey]ranking{}
	}
	if _, known := b.known[k]; !known {
		b.order = append(b.order, k)
	}
	b.known[k] = list
	for len(b.order) > boardsMax {
		delete(b.known, b.order[0])
		b.order = b.order[1:]
	}
}

// Leaderboard ranks people over a term, which may be in progress. A seller sees the own place with amounts and others by attainment alone;
// who may see sales sees the amounts of those in reach. Errors: unauthenticated; invalid.
func (s *Service) Leaderboard(ctx context.Context, actor access.Actor, in BoardAsk) (board Board, err error) {
	defer errs.Wrap(&err, "honour.Leaderboard(%s, %s)", in.Term, in.By)
	if err := signedIn(actor); err != nil {
		return Board{}, err
	}
	present := s.Today().Month()
	board = Board{Term: TermOf(plan.SpanQuarter, present), By: cmp.Or(in.By, ByAttainment), Currency: s.currency(), Lines: []BoardLine{}}
	if in.Term != "" {
		if board.Term, err = ParseTerm(in.Term); err != nil {
			return Board{}, err
		}
	}
	if !slices.Contains(boardsBy, board.By) {
		return Board{}, errs.Invalid("error.invalid", []errs.Field{{Path: "by", Value: string(in.By), Message: errs.Msg("form.error.choice", nil)}})
	}
	if board.Term.First() > present {
		return Board{}, errs.New(errs.KindConflict, "honour.term_future", errs.Args{"Term": board.Term.String()})
	}
	err = s.store.Read(ctx, func(r Reader) error {
		ranked, err := s.measure(ctx, r, board.Term, min(board.Term.Last, present))
		if err != nil {
			return err
		}
		reach, err := r.PersonsInReach(ctx, actor.ScopeOf(access.PermSalesRead), s.Today())
		if err != nil {
			return err
		}
		seen := map[int64]bool{actor.PersonID: actor.PersonID != 0}
		for _, id := range reach {
			seen[id] = true
		}
		board.fill(ranked[board.By], in, actor.PersonID, seen)
		return nil
	})
	return board, err
}

// measure computes everybody's term as of a month.
func (s *Service) measure(ctx context.Context, r Reader, term Term, month calendar.Month) (ranking, error) {
	recorded, err := r.LatestBatch(ctx)
	if err != nil {
		return nil, err
	}
	crediting, version, err := planbook.CreditingOn(ctx, r, month.Last())
	if err != nil {
		return nil, err
	}
	key := boardKey{term, month, recorded, version.ID}
	if known, ok := s.boards.get(key); ok {
		return known, nil
	}
	text := fmt.Sprintf(boardRule, s.currency(), term.Span, term.Span.Window(), term.Span.Months())
	d, err := plan.Decode("leaderboard", []byte(text))
	if err != nil {
		return nil, err
	}
	loaded, err := r.LoadFacts(ctx, month, recorded, s.currency())
	if err != nil {
		return nil, err
	}
	a, err := ask(d.Honour.Rule, month, Basis{Loaded: loaded, Crediting: crediting, Recorded: recorded})
	if err != nil {
		return nil, err
	}
	var all []standing
	for _, st := range a.statements {
		all = append(all, a.standing(st))
	}
	ranked := rank(all)
	s.boards.put(key, ranked)
	return ranked, nil
}

func (a *asked) standing(s *engine.Statement) standing {
	l := a.line(s, plan.ComponentRequire)
	st := standing{line: BoardLine{PersonID: l.PersonID, Name: l.Name, Team: l.Team, Level: l.Level}, key: l.Key, team: s.Team}
	if i, ok := a.teams[s.Team]; ok {
		st.region = a.facts.Teams[i].Region
	}
	for _, m := range l.Measures {
		r, ok := m.Rat()
		if !ok {
			continue
		}
		switch m.ID {
		case "amount":
			st.amount = r.Num().Int64()
		case "quota":
			st.quota = r.Num().Int64()
		case "attainment":
			st.attained = r
		case "improvement":
			st.comparing = r.Sub(r, big.NewRat(1, 1))
		}
	}
	return st
}

// value is what the board ranks by; nil is not ranked.
func (st standing) value(by BoardBy) *big.Rat {
	switch by {
	case ByAttainment:
		return st.attained
	case ByImprovement:
		return st.comparing
	}
	return new(big.Rat).SetInt64(st.amount)
}

// fill chooses of everybody in the board's order, gives places and hides.
func (b *Board) fill(all []standing, in BoardAsk, own int64, seen map[int64]bool) {
	var list []standing
	regions, teams := map[string]bool{"": true}, map[string]bool{"": true}
	for _, st := range all {
		if !regions[st.region] {
			regions[st.region] = true
			b.Regions = append(b.Regions, st.region)
		}
		if !teams[st.team] {
			teams[st.team] = true
			b.Teams = append(b.Teams, engine.Team{Key: st.team, Name: st.line.Team, Region: st.region})
		}
		if (in.Region == "" || st.region == in.Region) && (in.Team == "" || st.team == in.Team) {
			list = append(list, st)
		}
	}
	slices.Sort(b.Regions)
	slices.SortFunc(b.Teams, func(x, y engine.Team) int { return strings.Compare(x.Key, y.Key) })
	for _, st := range list {
		b.Of += order(st.value(b.By) != nil)
	}
	first, place := min(boardShown, b.Of/2), 0
	for i, st := range list {
		l := st.line
		l.Own, l.Attainment = l.PersonID == own && own != 0, st.attained
		if v := st.value(b.By); v != nil {
			if i == 0 || list[i-1].value(b.By).Cmp(v) != 0 {
				place = i + 1 // the same value has the same place
			}
			l.Place = place
		}
		if seen[l.PersonID] {
			l.AmountMinor, l.QuotaMinor, l.Improvement = &list[i].amount, &list[i].quota, st.comparing
		} else if l.Place == 0 || l.Place > first {
			b.Hidden++
			continue
		}
		b.Lines = append(b.Lines, l)
		if l.Own {
			b.Own = &b.Lines[len(b.Lines)-1]
		}
	}
	if b.Own != nil {
		own := *b.Own // the slice may have grown since
		b.Own = &own
	}
}
