package finding

import (
	"math"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/stats"
)

// panel is amounts by person and month, over the months of the data.
type panel struct {
	first  calendar.Month
	months int
	values []int64
}

func newPanel(people int, first, last calendar.Month) *panel {
	months := max(int(last-first)+1, 1)
	return &panel{first: first, months: months, values: make([]int64, people*months)}
}

func (p *panel) add(person int32, m calendar.Month, amount int64) {
	at := int(m - p.first)
	if person < 0 || at < 0 || at >= p.months {
		return
	}
	p.values[int(person)*p.months+at] += amount
}

func (p *panel) of(person int32, m calendar.Month) int64 {
	at := int(m - p.first)
	if person < 0 || at < 0 || at >= p.months {
		return 0
	}
	return p.values[int(person)*p.months+at]
}

// giant reports whether a customer is a tenth of the company's signed money or more. Whoever has it is no measure of other people: it is left out
// where people are compared.
func (v *view) giant(customer int32) bool {
	if v.giants == nil {
		v.giants = map[int32]bool{Nobody: false}
		sums, all := make([]int64, len(v.Customers)), int64(0)
		for i := range v.Deals {
			if d := &v.Deals[i]; d.stands() && d.Customer >= 0 {
				sums[d.Customer] += d.AmountMinor
				all += d.AmountMinor
			}
		}
		for customer, sum := range sums {
			if sum > 0 && 10*sum >= all {
				v.giants[int32(customer)] = true
			}
		}
	}
	return v.giants[customer]
}

// signed is what people signed, by month; what was taken back later does not count, nor does what giants sign.
func (v *view) signed() *panel {
	if v.signedPanel == nil {
		v.signedPanel = newPanel(len(v.People), v.began, v.month)
		for i := range v.Deals {
			if d := &v.Deals[i]; d.stands() && !v.giant(d.Customer) {
				v.signedPanel.add(d.Seller, d.Signed.Month(), d.AmountMinor)
			}
		}
	}
	return v.signedPanel
}

// collected is what people's deals brought in, by month.
func (v *view) collected() *panel {
	if v.collectedPanel == nil {
		v.collectedPanel = newPanel(len(v.People), v.began, v.month)
		for _, p := range v.Payments {
			v.collectedPanel.add(v.Deals[p.Deal].Seller, p.Paid.Month(), p.AmountMinor)
		}
	}
	return v.collectedPanel
}

// quotas are what people were asked to collect, by month; of signing where nobody was asked to collect.
func (v *view) quotas() (*panel, Measure) {
	if v.quotaPanel == nil {
		v.quotaOf = MeasureSigned
		for _, q := range v.Quotas {
			if q.Of == MeasureCollected {
				v.quotaOf = MeasureCollected
				break
			}
		}
		v.quotaPanel = newPanel(len(v.People), v.began, v.month)
		for _, q := range v.Quotas {
			if q.Of == v.quotaOf {
				v.quotaPanel.add(q.Person, q.Month, q.AmountMinor)
			}
		}
	}
	return v.quotaPanel, v.quotaOf
}

// reached is what counts towards quotas.
func (v *view) reached() *panel {
	if _, of := v.quotas(); of == MeasureSigned {
		return v.signed()
	}
	return v.collected()
}

// service is how many whole months somebody has been there at the end of a month.
func (v *view) service(person int32, m calendar.Month) int {
	return int(m-v.People[person].Hired.Month()) + 1
}

// expected is what a seller of the same layer and length of service signs in the same month, by everybody's signed money.
func (v *view) expected() *panel {
	if v.expectedPanel != nil {
		return v.expectedPanel
	}
	signed := v.signed()
	byCell := map[[2]int][2]float64{}
	byMonth := make([][2]float64, signed.months)
	cell := func(person int32, m calendar.Month) [2]int {
		return [2]int{int(v.People[person].Layer), min(v.service(person, m)/3, 5)}
	}
	each := func(do func(person int32, m calendar.Month)) {
		for i := range v.People {
			for m := v.began; v.sells[i] && m <= v.month; m++ {
				if v.works(int32(i), m) {
					do(int32(i), m)
				}
			}
		}
	}
	each(func(i int32, m calendar.Month) {
		value := float64(signed.of(i, m))
		c := byCell[cell(i, m)]
		byCell[cell(i, m)] = [2]float64{c[0] + 1, c[1] + value}
		b := &byMonth[m-v.began]
		b[0], b[1] = b[0]+1, b[1]+value
	})
	v.expectedPanel = newPanel(len(v.People), v.began, v.month)
	scale := make([]float64, signed.months)
	base := make([]float64, signed.months)
	each(func(i int32, m calendar.Month) {
		c := byCell[cell(i, m)]
		base[m-v.began] += c[1] / c[0]
	})
	for m := range scale {
		if base[m] > 0 {
			scale[m] = byMonth[m][1] / base[m]
		}
	}
	each(func(i int32, m calendar.Month) {
		c := byCell[cell(i, m)]
		v.expectedPanel.add(i, m, int64(math.Round(c[1]/c[0]*scale[m-v.began])))
	})
	return v.expectedPanel
}

// monthOf is a month as a distance from another.
func monthOf(at int) calendar.Month { return calendar.Month(at) }

// binomialTail is the chance of at least so many hits among cases.
func binomialTail(hits, cases int, chance float64) float64 {
	p, err := stats.AtLeastOf(hits, cases, chance)
	if err != nil { // it refuses what callers here cannot ask
		return 1
	}
	return p
}
