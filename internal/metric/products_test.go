package metric_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// sells moves deals to products of three lines, or to none, without changing an amount.
func sells(t *testing.T, db *store.DB, random *rand.Rand) {
	t.Helper()
	ctx := t.Context()
	write(t, db, func(put func(fact.Outcome, error), w fact.Writer) {
		for i, line := range []string{"", "整机", "整机", "配件"} {
			put(w.PutProduct(ctx, fact.ProductRecord{Key: fmt.Sprint("X", i), Name: fmt.Sprint("产品", i), Category: line}))
		}
	})
	write(t, db, func(put func(fact.Outcome, error), w fact.Writer) {
		for round := range 7 {
			for i := range 3 {
				shares := []fact.ShareRecord{{Person: fmt.Sprint("P", i), BasisPoints: 3333}, {Person: fmt.Sprint("P", i+1), BasisPoints: 6667}}
				put(w.PutDeal(ctx, fact.DealRecord{Key: fmt.Sprint("D", round, "-", i), Customer: "C", Product: fmt.Sprint("X", random.IntN(4)), SignedOn: today - 3, AmountMinor: 100_001 + int64(i), Currency: money.CNY, Shares: shares}))
			}
		}
	})
}

// TestProductsAddUpToTheNumber: of any place and over months, parts by product and by line come to the number itself, and each to its rows, also after deals were
// given to other products, which changes no number but theirs.
func TestProductsAddUpToTheNumber(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s, random := service(db), rand.New(rand.NewPCG(3, 9))
		company(t, db)
		for round := range 7 {
			happen(t, db, random, round)
		}
		for range 3 {
			sells(t, db, random)
			if err := s.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, place := range []metric.Place{metric.Company, {Kind: metric.PlaceTeam, ID: 1}, {Kind: metric.PlaceRegion, ID: 2}, {Kind: metric.PlacePerson, ID: 2}} {
				addUp(t, s, place)
			}
		}
	})
}

func addUp(t *testing.T, s *metric.Service, place metric.Place) {
	t.Helper()
	period := metric.Period{Kind: metric.Span, First: today.Month() - 5, Last: today.Month()}
	for _, by := range []metric.Breakdown{metric.ByProduct, metric.ByLine} {
		a, err := s.Read(t.Context(), whole, metric.Query{Metrics: []metric.ID{"signed", "invoiced", "collected", "attainment_collected", "receivable"}, Place: place, Period: period, By: by, Against: []metric.Against{metric.Before, metric.YearAgo}})
		if err != nil {
			t.Fatal(err)
		}
		for i, series := range a.Series {
			sum := int64(0)
			for _, part := range series.Parts {
				sum += part.Value.Numerator
				if i >= 3 && (part.Value.Known || part.Value.Why != metric.ReasonWhole) {
					t.Errorf("%s is known by product: %+v", series.Definition.ID, part.Value)
				}
				if i == 2 && part.Value.Known {
					rowsOf(t, s, place, part.Value)
				}
				if len(part.Compared) != 2 {
					t.Errorf("%s of %s is compared with %d", series.Definition.ID, part.Value.Place.Name, len(part.Compared))
				}
			}
			if i < 3 && (sum != series.Value.Numerator || len(series.Parts) < 2) {
				t.Errorf("%s of %v %s: %d parts come to %d, the number is %d", series.Definition.ID, place, by, len(series.Parts), sum, series.Value.Numerator)
			}
		}
	}
}

// rowsOf holds what was collected of a product, or of a line, against its rows.
func rowsOf(t *testing.T, s *metric.Service, place metric.Place, v metric.Value) {
	t.Helper()
	sum := int64(0)
	for measure, sign := range map[metric.MeasureID]int64{metric.Collected: 1, metric.Refunded: -1} {
		for month := v.Period.From.Month(); month <= v.Period.To.Month(); month++ { // rows are of whoever is in the place at a period's end
			q := metric.RowsQuery{Metric: "collected", Measure: measure, Place: place, Period: metric.Period{Kind: metric.Month, First: month}, Limit: metric.RowsMost}
			if v.Place.Kind == metric.PartProduct {
				q.Product = &v.Place.ID
			} else {
				q.Line = &v.Place.Name
			}
			page, err := s.Rows(t.Context(), whole, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Rows {
				sum += sign * row.Amount
			}
		}
	}
	if sum != v.Numerator {
		t.Errorf("rows of %s %q come to %d, the number is %d", v.Place.Kind, v.Place.Name, sum, v.Numerator)
	}
}

// TestRowsOfNoProductAreRefused: a product that is not there, and a number that is not known by product.
func TestRowsOfNoProductAreRefused(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t)
	company(t, db)
	s, none, line := service(db), int64(99), "没有这一类"
	for _, q := range []metric.RowsQuery{{Metric: "collected", Product: &none}, {Metric: "collected", Line: &line}} {
		q.Place, q.Period, q.Limit = metric.Company, metric.Period{Kind: metric.Month, First: today.Month()}, 10
		if _, err := s.Rows(t.Context(), whole, q); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	none = 0
	page, err := s.Rows(t.Context(), whole, metric.RowsQuery{Metric: "leads", Product: &none, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: today.Month()}, Limit: 10})
	if err != nil || page.Listed {
		t.Errorf("leads of no product: %+v, %v", page, err)
	}
}
