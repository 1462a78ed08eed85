package retro

import (
	"maps"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
)

// Change is one fact that holds another value than before, with whom it can move: persons whose own pay reads it, teams whose leaders' does.
type Change struct {
	Kind       fact.Kind
	How        string // payout.CauseRecorded and so on
	Key        string
	On         calendar.Date // when it happened; NoDate for what has no day
	Was        calendar.Date // when the value before it says that it happened; NoDate when there was none
	Batch      fact.BatchID  // the batch that changed it
	RecordedOn calendar.Date
	Persons    []int64
	Teams      []int64
}

// first is the earliest day that the change touches.
func (c Change) first() calendar.Date {
	if c.Was != calendar.NoDate && (c.On == calendar.NoDate || c.Was < c.On) {
		return c.Was
	}
	return c.On
}

// in reports whether the change lies in a month; facts without a day of business lie in every one.
func (c Change) in(month calendar.Month) bool {
	if c.Kind != fact.KindPayment && c.Kind != fact.KindQuota {
		return true
	}
	days := month.Interval()
	return days.Contains(c.On) || c.Was != calendar.NoDate && days.Contains(c.Was)
}

// causesMax is how many causes a delta names; the others are counted.
const causesMax = 6

// rulesOf are the versions by which a month is computed, by document.
type rulesOf struct {
	plans     map[string]string
	crediting string
}

// blame finds out for deltas of one month which changes they come from.
type blame struct {
	month   calendar.Month
	loaded  *payout.Loaded
	was     rulesOf
	now     rulesOf
	earlier bool // plans rest on what earlier months paid
	own     map[int64][]Change
	led     map[int64][]Change
	others  []Change
}

// newBlame files the changes since the month was closed, or since differences were last posted for it.
func newBlame(month calendar.Month, loaded *payout.Loaded, changes []Change, since fact.BatchID) *blame {
	b := &blame{month: month, loaded: loaded, own: map[int64][]Change{}, led: map[int64][]Change{}}
	persons, teams := map[int64]int32{}, map[int64]int32{}
	for i, id := range loaded.PersonIDs {
		persons[id] = int32(i)
	}
	for i, id := range loaded.TeamIDs {
		teams[id] = int32(i)
	}
	for _, c := range changes {
		if first := c.first(); c.Batch <= since || first != calendar.NoDate && first > month.Last() {
			continue
		}
		if c.Kind == fact.KindExchangeRate {
			c.Persons = b.sellersIn(c.Key)
		}
		b.others = append(b.others, c)
		leaders := map[int64]bool{}
		for _, id := range c.Persons {
			b.own[id] = append(b.own[id], c)
			if i, known := persons[id]; known {
				b.leadersAbove(i, leaders)
			}
		}
		for _, id := range c.Teams {
			if i, known := teams[id]; known {
				b.leadersOf(i, leaders)
			}
		}
		for id := range leaders {
			if !slices.Contains(c.Persons, id) {
				b.led[id] = append(b.led[id], c)
			}
		}
	}
	return b
}

// sellersIn lists the sellers of deals of which something is in the currency whose rate changed: the key of a rate begins with it.
func (b *blame) sellersIn(key string) (persons []int64) {
	facts := b.loaded.Facts
	currency := int16(slices.IndexFunc(facts.Currencies, func(c money.Currency) bool { return strings.HasPrefix(key, string(c)+"/") }))
	if currency <= 0 {
		return nil
	}
	deals := map[int32]bool{}
	for i := range facts.DealsMore {
		deals[int32(i)] = facts.DealsMore[i].Currency == currency
	}
	for _, list := range []*engine.Payments{&facts.Payments, &facts.Invoices} {
		for i, in := range list.Currency {
			if in == currency {
				deals[list.Deal[i]] = true
			}
		}
	}
	seen := map[int64]bool{}
	for deal, foreign := range deals {
		if !foreign {
			continue
		}
		for _, s := range facts.Shares[facts.Deals[deal].ShareFrom:facts.Deals[deal].ShareTo] {
			if s.Person != engine.None {
				seen[b.loaded.PersonIDs[s.Person]] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// leadersAbove adds everybody who leads the team that a person works in at the month's end, and theirs.
func (b *blame) leadersAbove(person int32, leaders map[int64]bool) {
	for _, s := range b.loaded.Persons[person].Spans {
		if s.Days.Overlaps(b.month.Interval()) && s.Team != engine.None {
			b.leadersOf(s.Team, leaders)
		}
	}
}

func (b *blame) leadersOf(team int32, leaders map[int64]bool) {
	for _, l := range b.loaded.Teams[team].Leaders {
		if id := b.loaded.PersonIDs[l.Person]; l.Days.Overlaps(b.month.Interval()) && !leaders[id] {
			leaders[id] = true
			b.leadersAbove(l.Person, leaders)
		}
	}
}

// of names the causes of a delta: other rules, then what happened in the month to the payee, then to those whom the payee leads, then
// what happened earlier. Where all that says nothing, it was a change of others whom the plan looks at, or of an earlier month's pay.
func (b *blame) of(d Delta) (causes []payout.Cause) {
	if was := b.was.plans[d.PlanID]; was != "" && was != b.now.plans[d.PlanID] {
		causes = append(causes, payout.Cause{Kind: payout.CausePlan, How: payout.CauseReplaced, Key: d.PlanID, On: calendar.NoDate, RecordedOn: calendar.NoDate})
	}
	if b.was.crediting != b.now.crediting {
		causes = append(causes, payout.Cause{Kind: payout.CauseCrediting, How: payout.CauseReplaced, On: calendar.NoDate, RecordedOn: calendar.NoDate})
	}
	for _, inMonth := range []bool{true, false} {
		for _, list := range [][]Change{b.own[d.PersonID], b.led[d.PersonID]} {
			for _, c := range list {
				if c.in(b.month) == inMonth {
					causes = appendCause(causes, c)
				}
			}
		}
		if len(causes) > 0 {
			break
		}
	}
	switch n := len(causes); {
	case n > causesMax:
		causes = append(causes[:causesMax:causesMax], payout.Cause{Kind: payout.CauseOthers, How: "more", On: calendar.NoDate, RecordedOn: calendar.NoDate, Count: n - causesMax})
	case n == 0 && b.earlier && len(b.others) == 0:
		causes = []payout.Cause{{Kind: payout.CauseEarlier, How: payout.CauseCorrected, On: calendar.NoDate, RecordedOn: calendar.NoDate}}
	case n == 0:
		causes = []payout.Cause{{Kind: payout.CauseOthers, How: payout.CauseCorrected, On: calendar.NoDate, RecordedOn: calendar.NoDate, Count: len(b.others)}}
	}
	return causes
}

// appendCause adds a change, unless it is named already: a deal with its shares is one change.
func appendCause(causes []payout.Cause, c Change) []payout.Cause {
	on := c.On
	if on == calendar.NoDate {
		on = c.Was
	}
	cause := payout.Cause{Kind: c.Kind, How: c.How, Key: c.Key, On: on, RecordedOn: c.RecordedOn}
	if slices.ContainsFunc(causes, func(known payout.Cause) bool { return known.Kind == cause.Kind && known.Key == cause.Key }) {
		return causes
	}
	return append(causes, cause)
}
