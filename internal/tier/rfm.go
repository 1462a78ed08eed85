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
	var scale RFMScale
	for i := range buyers {
		scale.Add(&buyers[i])
	}
	scale.Seal()
	scores := make([]RFM, len(buyers))
	for i := range buyers {
		scores[i] = scale.Score(&buyers[i])
	}
	slices.SortFunc(scores, func(a, b RFM) int { return cmp.Or(strings.Compare(a.Customer, b.Customer), a.Recency-b.Recency) })
	return scores
}

// RFMScale is ScoreRFM for who cannot hold all buyers at once: Add each, Seal, then Score each as it was added. The zero value is empty.
type RFMScale struct {
	sorted [3][]int64 // recency, frequency, money
	sums   [3]int     // of all scores
}

// values are what the three scores are of.
func (b *Buyer) values() [3]int64 { return [3]int64{int64(b.LastOrder), int64(b.Orders), b.Amount} }

// Add counts a buyer in.
func (s *RFMScale) Add(b *Buyer) {
	for k, v := range b.values() {
		s.sorted[k] = append(s.sorted[k], v)
	}
}

// Seal ends the adding.
func (s *RFMScale) Seal() {
	for k, sorted := range s.sorted {
		slices.Sort(sorted)
		worse := 0 // of the value at hand
		for i, v := range sorted {
			if i > 0 && v != sorted[i-1] {
				worse = i
			}
			s.sums[k] += 1 + 5*worse/len(sorted)
		}
	}
}

// Score scores one of the buyers.
func (s *RFMScale) Score(b *Buyer) RFM {
	n := len(s.sorted[0])
	r, place := RFM{Customer: b.Customer}, 0 // a bit for each score that isn't high
	for k, v := range b.values() {
		worse := sort.Search(n, func(j int) bool { return s.sorted[k][j] >= v })
		score := 1 + 5*worse/n
		*[3]*int{&r.Recency, &r.Frequency, &r.Money}[k] = score
		if score*n <= s.sums[k] {
			place |= 1 << k
		}
	}
	r.Group = []Group{GroupChampion, GroupKeep, GroupGrowing, GroupWinBack, GroupRegular, GroupLoyal, GroupFresh, GroupPassing}[place]
	return r
}
