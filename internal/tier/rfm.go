package tier

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"xiaoguan/internal/calendar"
)

// Buyer is what RFM looks at: the last order, how many, and for how much in a span that the caller chooses.
type Buyer struct {
	Customer  string
	LastOrder calendar.Date
	Orders    int
	Amount    int64 // minor units
}

// Group is one of the eight groups by recency, frequency and money, each above the mean score or not.
type Group string

// The groups, of much money first: recent and frequent, recent, frequent, neither; and the same of less money.
const (
	GroupChampion Group = "champion" // 重要价值
	GroupGrowing  Group = "growing"  // 重要发展
	GroupKeep     Group = "keep"     // 重要保持
	GroupWinBack  Group = "win_back" // 重要挽留
	GroupRegular  Group = "regular"  // 一般价值
	GroupFresh    Group = "fresh"    // 一般发展
	GroupLoyal    Group = "loyal"    // 一般保持
	GroupPassing  Group = "passing"  // 一般挽留
)

// Groups lists the groups.
func Groups() []Group {
	return []Group{GroupChampion, GroupGrowing, GroupKeep, GroupWinBack, GroupRegular, GroupFresh, GroupLoyal, GroupPassing}
}

// MessageKey is the key of the group's name.
func (g Group) MessageKey() string { return "tier.rfm." + string(g) }

// RFM is one buyer's scores from 1 to 5, and its group.
type RFM struct {
	Customer  string
	Recency   int
	Frequency int
	Money     int
	Group     Group
}

// ScoreRFM scores buyers by quintiles: the score is one and the fifths of all that are strictly worse, rounded down, so that equal
// buyers score equally. High is a score above the mean score of all. The result is ordered by customer.
func ScoreRFM(buyers []Buyer) []RFM {
	n := len(buyers)
	scores := make([]RFM, n)
	for i, b := range buyers {
		scores[i].Customer = b.Customer
	}
	sums := [3]int{}
	quintiles := func(k int, value func(*Buyer) int64, to func(*RFM) *int) {
		sorted := make([]int64, n)
		for i := range buyers {
			sorted[i] = value(&buyers[i])
		}
		slices.Sort(sorted)
		for i := range buyers {
			v := value(&buyers[i])
			worse := sort.Search(n, func(j int) bool { return sorted[j] >= v })
			*to(&scores[i]) = 1 + 5*worse/n
			sums[k] += *to(&scores[i])
		}
	}
	quintiles(0, func(b *Buyer) int64 { return int64(b.LastOrder) }, func(r *RFM) *int { return &r.Recency })
	quintiles(1, func(b *Buyer) int64 { return int64(b.Orders) }, func(r *RFM) *int { return &r.Frequency })
	quintiles(2, func(b *Buyer) int64 { return b.Amount }, func(r *RFM) *int { return &r.Money })
	for i := range scores {
		r := &scores[i]
		place := 0 // a bit for each score that isn't high
		for k, score := range [3]int{r.Recency, r.Frequency, r.Money} {
			if score*n <= sums[k] {
				place |= 1 << k
			}
		}
		r.Group = []Group{GroupChampion, GroupKeep, GroupGrowing, GroupWinBack, GroupRegular, GroupLoyal, GroupFresh, GroupPassing}[place]
	}
	slices.SortFunc(scores, func(a, b RFM) int { return cmp.Or(strings.Compare(a.Customer, b.Customer), a.Recency-b.Recency) })
	return scores
}
