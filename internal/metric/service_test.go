package metric_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"golang.org/x/sync/errgroup"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	today = calendar.DateOf(storetest.Start)
	whole = access.Actor{UserID: "d", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
	ops   = access.Actor{UserID: "o", Name: "陈晓", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
)

func service(db *store.DB) *metric.Service {
	return metric.NewService(metric.Config{Store: db.Metrics(), Now: func() time.Time { return storetest.Start }, Currency: money.Constantly(money.CNY),
		Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China})
}

// write records one batch.
func write(t *testing.T, db *store.DB, fn func(put func(fact.Outcome, error), w fact.Writer)) {
	t.Helper()
	if err := db.InTx(t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchImport, ActorID: "u"})
		if err != nil {
			return err
		}
		fn(func(_ fact.Outcome, problem error) {
			if err == nil {
				err = problem
			}
		}, w)
		if err == nil {
			_, err = w.Finish(t.Context())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

const peopleNumber = 4

// company writes two teams of two in one region each.
func company(t *testing.T, db *store.DB) {
	t.Helper()
	ctx := t.Context()
	write(t, db, func(put func(fact.Outcome, error), w fact.Writer) {
		for i := range 2 {
			put(w.PutRegion(ctx, fact.RegionRecord{Key: fmt.Sprint("R", i), Name: fmt.Sprint("大区", i)}))
			put(w.PutTeam(ctx, fact.TeamRecord{Key: fmt.Sprint("T", i), Name: fmt.Sprint("团队", i), Region: fmt.Sprint("R", i)}))
		}
		for i := range peopleNumber {
			put(w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i), Name: fmt.Sprint("销售", i), Team: fmt.Sprint("T", i%2), Level: "regular", Hired: today - 2000, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "产品"}))
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "客户"}))
	})
}

// happen records something at random: new deals, corrections, payments, refunds, invoices, targets.
func happen(t *testing.T, db *store.DB, random *rand.Rand, round int) {
	t.Helper()
	ctx := t.Context()
	ago := func() calendar.Date { return today - calendar.Date(random.IntN(500)) }
	write(t, db, func(put func(fact.Outcome, error), w fact.Writer) {
		for i := range 3 {
			key := fmt.Sprint("D", round%7, "-", i) // the same again in later rounds: corrected
			first := 1000 + 1000*random.Int64N(9)
			shares := []fact.ShareRecord{{Person: fmt.Sprint("P", i), BasisPoints: int32(first)}}
			if first < 10_000 {
				shares = append(shares, fact.ShareRecord{Person: fmt.Sprint("P", i+1), BasisPoints: int32(10_000 - first)})
			}
			put(w.PutDeal(ctx, fact.DealRecord{Key: key, Customer: "C", Product: "X", SignedOn: ago(), AmountMinor: 1 + random.Int64N(1_000_000), Currency: money.CNY, Shares: shares}))
			put(w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprint("Y", round%11, "-", i), Deal: key, PaidOn: ago(), AmountMinor: 1 + random.Int64N(500_000), Currency: money.CNY}))
			put(w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprint("Z", round, "-", i), Deal: key, PaidOn: ago(), AmountMinor: -1 - random.Int64N(50_000), Currency: money.CNY}))
			put(w.PutInvoice(ctx, fact.InvoiceRecord{Key: fmt.Sprint("I", round%5, "-", i), Deal: key, InvoicedOn: ago(), AmountMinor: 1 + random.Int64N(500_000), Currency: money.CNY}))
			put(w.PutQuota(ctx, fact.QuotaRecord{Person: fmt.Sprint("P", i), Month: ago().Month(), Of: "collected", AmountMinor: 1 + random.Int64N(900_000)}))
		}
	})
}

// kept reads all kept sums of the measures that rest on facts, of days and of months.
func kept(t *testing.T, db *store.DB) (text []string) {
	t.Helper()
	if err := db.Metrics().Read(t.Context(), func(r metric.Reader) error {
		for m := today.Month() - 20; m <= today.Month(); m++ {
			for _, days := range [][2]calendar.Date{{m.First(), m.Last()}, {m.First() + 4, m.Last() - 3}} {
				for _, persons := range [][]int64{nil, {metric.Everybody}} {
					rows, err := r.MetricSums(t.Context(), metric.SumsQuery{Measures: factMeasures, From: days[0], To: days[1], Persons: persons})
					if err != nil {
						return err
					}
					for _, row := range rows {
						if row.Sum != (metric.Sum{}) {
							text = append(text, fmt.Sprint(days, row))
						}
					}
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return text
}

var factMeasures = []metric.MeasureID{metric.Signed, metric.Cancelled, metric.Deals, metric.Invoiced, metric.Collected, metric.Refunded, metric.TargetCollected}

// TestKeptSumsAreThoseOfARecount is the law of the kept sums: after any sequence of facts and corrections they are what counting all facts from the
// beginning gives, and what a reading as of now counts without them.
func TestKeptSumsAreThoseOfARecount(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s, random := service(db), rand.New(rand.NewPCG(7, 11))
		company(t, db)
		for round := range 12 {
			happen(t, db, random, round)
			sameBridges(t, s, service(db))
			if round%3 == 0 { // several batches at once, too
				continue
			}
			if err := s.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		followed := kept(t, db)
		q := metric.Query{Place: metric.Company, Period: metric.Period{Kind: metric.Span, First: today.Month() - 15, Last: today.Month()},
			Metrics: []metric.ID{"collected", "signed", "invoiced", "attainment_collected", "receivable", "collection_opening"}, By: metric.ByPerson}
		now, err := s.Read(t.Context(), whole, q)
		if err != nil {
			t.Fatal(err)
		}
		q.Recorded = storetest.Start.Add(24 * time.Hour)
		then, err := s.Read(t.Context(), whole, q)
		if err != nil {
			t.Fatal(err)
		}
		for i := range now.Series {
			same(t, now.Series[i].Value, then.Series[i].Value)
			if len(now.Series[i].Parts) < peopleNumber {
				t.Fatalf("%s has %d parts", now.Series[i].Definition.ID, len(now.Series[i].Parts))
			}
			sum := int64(0)
			for j := range now.Series[i].Parts {
				same(t, now.Series[i].Parts[j].Value, then.Series[i].Parts[j].Value)
				sum += now.Series[i].Parts[j].Value.Numerator
			}
			if sum != now.Series[i].Value.Numerator {
				t.Errorf("%s: people add up to %d, the company has %d", now.Series[i].Definition.ID, sum, now.Series[i].Value.Numerator)
			}
		}
		if err := s.Rebuild(t.Context(), ops); err != nil {
			t.Fatal(err)
		}
		if err := s.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again := kept(t, db); len(again) == 0 || !slices.Equal(followed, again) {
			t.Errorf("followed: %d sums, counted anew: %d; they differ", len(followed), len(again))
		}
	})
}

// TestNodesThatCountSideBySideCountOnce has more deals than a transaction counts, so that two who count them get hold of the same portions.
func TestNodesThatCountSideBySideCountOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		company(t, db)
		for round := range 2 { // recorded, then corrected
			write(t, db, func(put func(fact.Outcome, error), w fact.Writer) {
				for i := range 1000 {
					key := fmt.Sprint("D", i)
					put(w.PutDeal(ctx, fact.DealRecord{Key: key, Customer: "C", Product: "X", SignedOn: today - calendar.Date(i%400), AmountMinor: int64(1000 + i + round), Currency: money.CNY,
						Shares: []fact.ShareRecord{{Person: fmt.Sprint("P", i%peopleNumber), BasisPoints: 10_000}}}))
					put(w.PutPayment(ctx, fact.PaymentRecord{Key: key, Deal: key, PaidOn: today - calendar.Date(i%300), AmountMinor: int64(100 + i*round), Currency: money.CNY}))
				}
			})
			nodes := errgroup.Group{}
			for range 2 {
				node := service(db)
				node.CountAhead(20)
				nodes.Go(func() error { return node.CatchUp(ctx) })
			}
			if err := nodes.Wait(); err != nil {
				t.Fatal(err)
			}
		}
		together := kept(t, db)
		s := service(db)
		if err := s.Rebuild(ctx, ops); err != nil {
			t.Fatal(err)
		}
		if err := s.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		if alone := kept(t, db); len(alone) == 0 || !slices.Equal(together, alone) {
			t.Errorf("two nodes: %d sums, one: %d; they differ", len(together), len(alone))
		}
	})
}

// sameBridges compares bridges of one who remembers those of before with bridges counted from nothing.
func sameBridges(t *testing.T, remembers, anew *metric.Service) {
	t.Helper()
	for m := today.Month() - 8; m <= today.Month(); m += 2 {
		a, err := remembers.Bridge(t.Context(), whole, m)
		if err != nil {
			t.Fatal(err)
		}
		b, err := anew.Bridge(t.Context(), whole, m)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, a); diff != "" {
			t.Fatalf("the bridge of %s, - counted anew, + remembered:\n%s", m, diff)
		}
		if a.Signed-a.Gaps[0].Amount+a.Gaps[1].Amount != a.Invoiced || a.Invoiced-a.Gaps[2].Amount+a.Gaps[3].Amount != a.Collected {
			t.Fatalf("the bridge of %s does not lead from one number to the other: %+v", m, a)
		}
	}
}

func same(t *testing.T, a, b metric.Value) {
	t.Helper()
	if a.Numerator != b.Numerator || a.Denominator != b.Denominator || a.Known != b.Known || a.Why != b.Why {
		t.Errorf("%s of %v: kept %d/%d %q, counted %d/%d %q", a.Metric, a.Place, a.Numerator, a.Denominator, a.Why, b.Numerator, b.Denominator, b.Why)
	}
}

// TestWhoSeesWhat: the company for who sees it, and for others their part, which is said; what is out of reach is not there.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s, ctx := service(db), t.Context()
		company(t, db)
		write(t, db, func(put func(fact.Outcome, error), w fact.Writer) {
			put(w.PutDeal(ctx, fact.DealRecord{Key: "D", Customer: "C", Product: "X", SignedOn: today - 1, AmountMinor: 1001, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "P0", BasisPoints: 5000}, {Person: "P1", BasisPoints: 5000}}}))
			put(w.PutPayment(ctx, fact.PaymentRecord{Key: "Y", Deal: "D", PaidOn: today - 1, AmountMinor: 301, Currency: money.CNY}))
			put(w.PutPayment(ctx, fact.PaymentRecord{Key: "U", Deal: "D", PaidOn: today - 1, AmountMinor: 7, Currency: "USD"}))
			put(w.PutQuota(ctx, fact.QuotaRecord{Person: "P0", Month: (today - 1).Month(), Of: "collected", AmountMinor: 604}))
		})
		if err := s.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		var person int64
		if err := db.InTx(ctx, func(tx *store.Tx) (err error) { person, err = tx.OrgPersonID(ctx, "P0"); return err }); err != nil {
			t.Fatal(err)
		}
		seller := access.Actor{UserID: "s", PersonID: person, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
		month := metric.Period{Kind: metric.Month, First: (today - 1).Month()}
		read := func(actor access.Actor, q metric.Query) metric.Answer {
			t.Helper()
			q.Period = month
			a, err := s.Read(ctx, actor, q)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		a := read(whole, metric.Query{Metrics: []metric.ID{"collected", "attainment", "win_rate", "conversion", "collection_rate", "attainment_signed", "per_head"}, Place: metric.Company, By: metric.ByTeam, Against: []metric.Against{metric.Before, metric.YearAgo}})
		for i, want := range []struct {
			of, over int64
			known    bool
			why      metric.Reason
		}{{301, 0, true, ""}, {301, 604, true, ""}, {0, 0, false, metric.ReasonNoRows}, {0, 0, false, metric.ReasonImmature}, {0, 0, false, metric.ReasonNoRows}, {1001, 0, false, metric.ReasonNoTarget}, {301, 2 * peopleNumber, true, ""}} {
			if v := a.Series[i].Value; v.Numerator != want.of || v.Denominator != want.over || v.Known != want.known || v.Why != want.why {
				t.Errorf("%s: %+v", v.Metric, v)
			}
		}
		if c := a.Series[6].Compared; len(c) != 2 || c[0].Value.Known || c[0].Value.Why != metric.ReasonNoRows {
			t.Errorf("money of each, where none was recorded: %+v", c)
		}
		if v := a.Series[0].Value; v.LeftOut != 1 || v.Newest.IsZero() {
			t.Errorf("left out %d, newest %v", v.LeftOut, v.Newest)
		}
		if parts := a.Series[0].Parts; len(parts) != 2 || parts[0].Value.Numerator+parts[1].Value.Numerator != 301 || parts[0].Value.Place.Name != "团队0" {
			t.Errorf("teams: %+v", parts)
		}
		if c := a.Series[0].Compared; len(c) != 2 || c[0].Known || c[0].Why != metric.ReasonNoRows {
			t.Errorf("compared with nothing: %+v", c)
		}
		if a := read(seller, metric.Query{Metrics: []metric.ID{"collected"}, Place: metric.Company}); !a.Narrowed || a.Place.Kind != metric.PlaceReach || a.Series[0].Value.Numerator != 151 {
			t.Errorf("a seller reads %+v", a.Series[0].Value)
		}
		if _, err := s.Read(ctx, seller, metric.Query{Metrics: []metric.ID{"collected"}, Place: metric.Place{Kind: metric.PlacePerson, ID: person + 1}, Period: month}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another person: %v", err)
		}
		if _, err := s.Read(ctx, whole, metric.Query{Metrics: []metric.ID{"no_such"}, Period: month}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("an unknown metric: %v", err)
		}
		page, err := s.Rows(ctx, seller, metric.RowsQuery{Metric: "collected", Period: month, Limit: 10})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Amount != 151 || page.Rows[0].Of != 301 || page.Rows[0].Key != "Y" {
			t.Errorf("rows: %+v, %v", page, err)
		}
		for _, d := range metric.Shipped() { // every measure's rows can be asked for
			for _, m := range d.Formula.Measures() {
				if _, err := s.Rows(ctx, whole, metric.RowsQuery{Metric: d.ID, Period: month, Measure: m, After: (today - 1).String() + "~1~Y", Limit: 1}); err != nil {
					t.Errorf("rows of %s, %s: %v", d.ID, m, err)
				}
			}
		}
	})
}

// TestAMonthIsThatOfTheCompanysTimeZone also where clocks are changed: a lead of the last half hour of October in New York, which is November in Shanghai, is
// October's; of the day that has 25 hours all are counted, once.
func TestAMonthIsThatOfTheCompanysTimeZone(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, newYork)
	storetest.RunFrom(t, start, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		s := metric.NewService(metric.Config{Store: db.Metrics(), Now: func() time.Time { return start }, Currency: money.Constantly(money.CNY),
			Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China})
		company(t, db)
		if err := db.InTx(ctx, func(tx *store.Tx) error {
			for i, at := range []time.Time{
				time.Date(2026, 9, 30, 23, 59, 59, 0, newYork), time.Date(2026, 10, 1, 0, 0, 0, 0, newYork), // September, October
				time.Date(2026, 10, 31, 23, 30, 0, 0, newYork), // October, 11:30 of 1 November in Shanghai
				time.Date(2026, 11, 1, 0, 0, 0, 0, newYork),
				time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC), time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC), // 1:30 before clocks go back, and after it
				time.Date(2026, 11, 1, 23, 59, 0, 0, newYork), time.Date(2026, 11, 2, 0, 0, 0, 0, newYork),
			} {
				if err := tx.InsertLead(ctx, lead.Lead{ID: int64(i + 1), Name: "张总", Status: lead.StatusNew, CreatedAt: at, NextOn: calendar.NoDate, Revision: 1}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Rebuild(ctx, ops); err != nil {
			t.Fatal(err)
		}
		if err := s.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		for month, want := range map[calendar.Month]int64{calendar.NewMonth(2026, 9): 1, calendar.NewMonth(2026, 10): 2, calendar.NewMonth(2026, 11): 5} {
			a, err := s.Read(ctx, whole, metric.Query{Metrics: []metric.ID{"leads"}, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: month}})
			if err != nil {
				t.Fatal(err)
			}
			page, err := s.Rows(ctx, whole, metric.RowsQuery{Metric: "leads", Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: month}, Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Series[0].Value.Numerator; got != want || int64(len(page.Rows)) != want {
				t.Errorf("leads of %s: %d counted, %d listed, want %d", month, got, len(page.Rows), want)
			}
			for _, row := range page.Rows {
				if row.On.Month() != month {
					t.Errorf("a row of %s is of %s", month, row.On)
				}
			}
		}
	})
}
