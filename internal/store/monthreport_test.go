package store_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// reported is what a company recorded, as plain lists: the reference counts them one by one.
type reported struct {
	deals     []*reportedDeal // in the order in which they were first recorded
	payments  map[string][]reportedPayment
	standing  map[string]string // tiers by customer
	survivors map[string]string
	sources   map[string]string // by deal
	merges    []time.Time       // of those that stand
	actions   []review.Action
	ids       map[string]int64 // of persons and products
}

type reportedDeal struct {
	key, customer, product string
	on                     calendar.Date
	shares                 []fact.ShareRecord
}

// reportedPayment is a version of a payment; the last one stands.
type reportedPayment struct {
	deal     string
	on       calendar.Date
	minor    int64
	currency money.Currency
	at       time.Time // recorded
}

var reportToday = calendar.DateOf(storetest.Start)

const reportPeople, reportCustomers, reportDeals = 5, 6, 30

// recordReported records a company at random, with corrections, other currencies, shared deals, deals of nobody, merged customers and leads.
func recordReported(t *testing.T, db *store.DB, random *rand.Rand) *reported {
	t.Helper()
	c := &reported{payments: map[string][]reportedPayment{}, standing: map[string]string{}, survivors: map[string]string{}, sources: map[string]string{}, ids: map[string]int64{}}
	ago := func() calendar.Date { return reportToday - calendar.Date(random.IntN(70)) }
	for round := range 4 {
		do(t, db, func(tx *store.Tx) error {
			ctx := t.Context()
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchImport, ActorID: "u"})
			if err != nil {
				return err
			}
			put := func(_ fact.Outcome, problem error) { err = cmp.Or(err, problem) }
			if round == 0 {
				setReported(ctx, w, put)
			}
			c.dealsOf(ctx, w, put, random, ago)
			c.paymentsOf(ctx, w, put, random, ago, storetest.Start.AddDate(0, 0, -15*round))
			if err != nil {
				return err
			}
			_, err = w.Finish(ctx)
			return err
		})
		// what was recorded in this round was recorded some days ago: behind some periods, within others
		execRaw(t, db, fmt.Sprintf("UPDATE batch SET recorded_at = '%s' WHERE id = (SELECT MAX(id) FROM batch)", storetest.Start.AddDate(0, 0, -15*round).UTC().Format("2006-01-02T15:04:05.000000Z")))
	}
	do(t, db, func(tx *store.Tx) error { return c.rest(t.Context(), tx, random) })
	return c
}

func setReported(ctx context.Context, w fact.Writer, put func(fact.Outcome, error)) {
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "R", Name: "大区"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "团队", Region: "R"}))
	for i := range reportPeople {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i), Name: fmt.Sprint("销售", i), Team: "T", Level: "regular", Hired: reportToday - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	for i := range reportCustomers {
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: fmt.Sprint("C", i), Name: fmt.Sprint("客户", i)}))
	}
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X1", Name: "产品一"}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X2", Name: "产品二"}))
}

func (c *reported) dealsOf(ctx context.Context, w fact.Writer, put func(fact.Outcome, error), random *rand.Rand, ago func() calendar.Date) {
	for range reportDeals / 2 {
		d := &reportedDeal{key: fmt.Sprint("D", random.IntN(reportDeals)), customer: fmt.Sprint("C", random.IntN(reportCustomers)), product: []string{"X1", "X2", ""}[random.IntN(3)], on: ago()}
		if left := int32(10_000); random.IntN(5) > 0 { // one in five is of nobody
			for _, person := range random.Perm(reportPeople)[:1+random.IntN(3)] {
				part := 1 + random.Int32N(left/2)
				d.shares, left = append(d.shares, fact.ShareRecord{Person: fmt.Sprint("P", person), BasisPoints: part}), left-part
			}
			d.shares[0].BasisPoints += left
		}
		at := slices.IndexFunc(c.deals, func(one *reportedDeal) bool { return one.key == d.key })
		if at < 0 {
			c.deals = append(c.deals, d)
		} else {
			c.deals[at] = d
		}
		put(w.PutDeal(ctx, fact.DealRecord{Key: d.key, Customer: d.customer, Product: d.product, SignedOn: d.on, AmountMinor: 100_000, Currency: money.CNY, Shares: d.shares}))
	}
}

func (c *reported) paymentsOf(ctx context.Context, w fact.Writer, put func(fact.Outcome, error), random *rand.Rand, ago func() calendar.Date, at time.Time) {
	for range 40 {
		p := reportedPayment{deal: c.deals[random.IntN(len(c.deals))].key, on: ago(), minor: random.Int64N(1_000_000) - 200_000, currency: money.CNY, at: at}
		if random.IntN(10) == 0 {
			p.currency = "USD"
		}
		if p.minor == 0 {
			continue
		}
		key := fmt.Sprint("Y", random.IntN(90))
		if list := c.payments[key]; len(list) > 0 && list[len(list)-1].at.Equal(at) { // once a batch
			continue
		}
		c.payments[key] = append(c.payments[key], p)
		put(w.PutPayment(ctx, fact.PaymentRecord{Key: key, Deal: p.deal, PaidOn: p.on, AmountMinor: p.minor, Currency: p.currency}))
	}
}

// rest writes tiers, merged customers, opportunities with leads, and actions of meetings.
func (c *reported) rest(ctx context.Context, tx *store.Tx, random *rand.Rand) (err error) {
	customers := map[string]int64{}
	for i := range reportCustomers {
		key := fmt.Sprint("C", i)
		if customers[key], err = tx.CustomerID(ctx, key); err != nil {
			return err
		}
	}
	for i := range reportPeople {
		key := fmt.Sprint("P", i)
		if c.ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
			return err
		}
	}
	for i, at := range []time.Time{storetest.Start.AddDate(0, 0, -40), storetest.Start.AddDate(0, 0, -5), storetest.Start.AddDate(0, 0, -4)} {
		m := merge.Merge{ID: int64(i + 1), SurvivorID: customers["C0"], MergedID: customers[fmt.Sprint("C", 3+i)], At: at, Until: reportToday, Reason: "同一家", ActorID: "u"}
		if i == 2 {
			m.UndoneAt, m.UndoneBy = storetest.Start, "u"
		} else {
			c.survivors[fmt.Sprint("C", 3+i)] = "C0"
			c.merges = append(c.merges, at)
			if err := tx.InsertAlias(ctx, m.MergedID, m.SurvivorID, m.ID); err != nil {
				return err
			}
		}
		if err := tx.InsertMerge(ctx, m); err != nil {
			return err
		}
	}
	var standings []tierbook.Standing
	for _, key := range []string{"C0", "C1", "C5"} {
		c.standing[key] = []string{"A", "B"}[random.IntN(2)]
		standings = append(standings, tierbook.Standing{CustomerID: customers[key], Result: tier.Result{Tier: tier.Tier(c.standing[key])}, Facts: tier.Customer{FirstOrder: calendar.NoDate, LastOrder: calendar.NoDate, ContractEnd: calendar.NoDate}, AsOf: reportToday, PolicyHash: "h"})
	}
	if err := tx.PutStandings(ctx, standings); err != nil {
		return err
	}
	if err := c.origins(ctx, tx, customers["C1"], random); err != nil {
		return err
	}
	return c.agreed(ctx, tx, random)
}

// origins are opportunities that deals came of, some of them of leads; two of one deal: the first counts.
func (c *reported) origins(ctx context.Context, tx *store.Tx, customer int64, random *rand.Rand) error {
	for i := range 20 {
		d := c.deals[random.IntN(len(c.deals))]
		o := opportunity.Opportunity{ID: int64(i + 1), Name: "商机", CustomerID: customer, OwnerID: 1, Stage: "need", State: opportunity.StateWon, Currency: money.CNY, ExpectedOn: reportToday, EndedOn: reportToday, DealKey: d.key, Source: []string{"referral", "web", ""}[random.IntN(3)], StageSince: storetest.Start, CreatedAt: storetest.Start, Revision: 1}
		source := o.Source
		if random.IntN(2) == 0 {
			l := lead.Lead{ID: int64(i + 1), Name: "张总", Source: []string{"exhibition", ""}[random.IntN(2)], Status: lead.StatusConverted, OpportunityID: o.ID, CreatedAt: storetest.Start, Revision: 1}
			if err := tx.InsertLead(ctx, l); err != nil {
				return err
			}
			o.LeadID, source = l.ID, cmp.Or(l.Source, o.Source)
		}
		if err := tx.InsertOpportunity(ctx, o); err != nil {
			return err
		}
		if _, there := c.sources[d.key]; !there {
			c.sources[d.key] = source
		}
	}
	return nil
}

func (c *reported) agreed(ctx context.Context, tx *store.Tx, random *rand.Rand) error {
	unit := review.Unit{Kind: review.UnitTeam, ID: 1, Name: "团队"}
	if err := tx.InsertReview(ctx, review.Review{ID: 1, Kind: review.Weekly, Unit: unit, On: reportToday - 60, State: review.StateFinished, Revision: 1}, nil); err != nil {
		return err
	}
	for i := range 25 {
		a := review.Action{ID: int64(i + 1), ReviewID: 1, Unit: unit, PersonID: c.ids["P0"], PersonName: "销售0", Text: "跟进", DueOn: reportToday - calendar.Date(random.IntN(70)), State: review.ActionOpen, CreatedAt: storetest.Start.AddDate(0, 0, -60), Revision: 1}
		if i%3 == 0 {
			a.State, a.DoneOn, a.Words = review.ActionDone, a.DueOn+calendar.Date(random.IntN(3))-1, "做了"
		}
		c.actions = append(c.actions, a)
		if err := tx.InsertReviewAction(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// TestReportsReadWhatCountingOneByOneGives on both databases: the money by each dimension, what the data are like, and the actions that were due.
func TestReportsReadWhatCountingOneByOneGives(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		c := recordReported(t, db, rand.New(rand.NewPCG(5, 17)))
		compared := 0
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			ctx := t.Context()
			for _, days := range [][2]calendar.Date{{reportToday - 70, reportToday}, {reportToday - 30, reportToday - 10}, {reportToday - 55, reportToday - 40}, {reportToday - 3, reportToday - 3}, {reportToday + 1, reportToday + 30}} {
				for _, names := range [][]string{nil, {"P0"}, {"P1", "P3"}, {}} {
					persons := c.persons(names)
					for _, dimension := range report.Dimensions {
						got, err := tx.ReportCollected(ctx, dimension, days[0], days[1], money.CNY, persons)
						if err != nil {
							return err
						}
						if diff := gocmp.Diff(c.collected(dimension, days, names), byKey(got)); diff != "" {
							t.Errorf("%s of %v from %s to %s, - counted one by one, + read:\n%s", dimension, names, days[0], days[1], diff)
						}
						compared += len(got)
					}
					got, err := tx.ReportCleaning(ctx, days[0], days[1], money.CNY, persons)
					if err != nil {
						return err
					}
					if diff := gocmp.Diff(c.cleaning(days, names), got); diff != "" {
						t.Errorf("what the data of %v are like from %s to %s, - counted one by one, + read:\n%s", names, days[0], days[1], diff)
					}
				}
				got, err := tx.ReportActions(ctx, days[0], days[1])
				if err != nil {
					return err
				}
				if diff := gocmp.Diff(c.due(days), got); diff != "" {
					t.Errorf("actions due from %s to %s:\n%s", days[0], days[1], diff)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if compared < 50 {
			t.Errorf("only %d segments were compared", compared)
		}
	})
}

func (c *reported) persons(names []string) []int64 {
	if names == nil {
		return nil
	}
	ids := []int64{}
	for _, name := range names {
		ids = append(ids, c.ids[name])
	}
	return ids
}

func byKey(list []report.Segment) map[string]int64 {
	sums := map[string]int64{}
	for _, s := range list {
		sums[cmp.Or(s.Name, s.Key)] += s.Minor
	}
	return sums
}

// lives is the customer as whom one reads.
func (c *reported) lives(customer string) string { return cmp.Or(c.survivors[customer], customer) }

// segment is what a deal counts under.
func (c *reported) segment(dimension report.DimensionID, at int) string {
	d := c.deals[at]
	switch dimension {
	case report.ByProduct:
		return map[string]string{"X1": "产品一", "X2": "产品二"}[d.product]
	case report.ByTier:
		return c.standing[c.lives(d.customer)]
	case report.ByChannel:
		return c.sources[d.key]
	}
	for i, other := range c.deals {
		if c.lives(other.customer) == c.lives(d.customer) && (other.on < d.on || other.on == d.on && i < at) {
			return "old"
		}
	}
	return "new"
}

// shareOf is how much of a deal persons have, in basis points; nobody in particular has all of it.
func shareOf(d *reportedDeal, names []string) (part int64, has bool) {
	if names == nil {
		return 10_000, true
	}
	for _, s := range d.shares {
		if slices.Contains(names, s.Person) {
			part, has = part+int64(s.BasisPoints), true
		}
	}
	return part, has
}

func (c *reported) collected(dimension report.DimensionID, days [2]calendar.Date, names []string) map[string]int64 {
	sums := map[string]int64{}
	for at, d := range c.deals {
		part, has := shareOf(d, names)
		total, paid := int64(0), false
		for _, versions := range c.payments {
			if p := versions[len(versions)-1]; p.deal == d.key && p.on >= days[0] && p.on <= days[1] && p.currency == money.CNY {
				total, paid = total+p.minor, true
			}
		}
		if has && paid {
			sums[c.segment(dimension, at)] += total * part / 10_000
		}
	}
	return sums
}

func (c *reported) cleaning(days [2]calendar.Date, names []string) (want report.Cleaning) {
	ends := time.Date(2026, 9, 24, 0, 0, 0, 0, calendar.ChinaTime).AddDate(0, 0, int(days[1]-reportToday)+1)
	begins := time.Date(2026, 9, 24, 0, 0, 0, 0, calendar.ChinaTime).AddDate(0, 0, int(days[0]-reportToday))
	for _, versions := range c.payments {
		for i, p := range versions {
			d := c.deals[slices.IndexFunc(c.deals, func(one *reportedDeal) bool { return one.key == p.deal })]
			if _, has := shareOf(d, names); !has || p.on < days[0] || p.on > days[1] || p.currency != money.CNY {
				continue
			}
			if i < len(versions)-1 {
				want.Corrected++
				continue
			}
			want.Payments++
			if !p.at.Before(ends) {
				want.Late, want.LateMinor = want.Late+1, want.LateMinor+p.minor
			}
			if d.product == "" {
				want.NoProduct++
			}
			if len(d.shares) == 0 {
				want.NoShareHolders++
			}
		}
	}
	if names == nil {
		want.MergedKnown = true
		for _, at := range c.merges {
			if !at.Before(begins) && at.Before(ends) {
				want.Merged++
			}
		}
	}
	return want
}

// due are the actions due within days, by day and number.
func (c *reported) due(days [2]calendar.Date) (list []review.Action) {
	for _, a := range c.actions {
		if a.DueOn >= days[0] && a.DueOn <= days[1] {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b review.Action) int { return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.ID, b.ID)) })
	return list
}
