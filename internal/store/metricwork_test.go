package store_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const (
	briefPeople    = 4
	briefCustomers = 8
)

var (
	briefToday    = calendar.DateOf(storetest.Start)
	briefMeasures = []metric.MeasureID{metric.FollowUps, metric.Visits, metric.CustomersFirst, metric.CustomersEntered}
	briefMetrics  = map[metric.MeasureID]metric.ID{metric.FollowUps: "follow_ups", metric.Visits: "visits", metric.CustomersFirst: "customers_signed", metric.CustomersEntered: "customers_entered"}
)

// briefModel is what was recorded, in maps: numbers are counted from it by looking at all of it.
type briefModel struct {
	entered map[int64]calendar.Date // by customer
	alias   map[int64]int64
	owner   map[int64]int64
	deals   map[int64]briefDeal
	spoken  map[int64]briefSpoken
	next    int64
}

type briefDeal struct {
	customer int64
	on       calendar.Date
	persons  []int64
}

type briefSpoken struct {
	on     calendar.Date
	person int64
	visit  bool
}

// naive counts everything from the beginning.
func (m *briefModel) naive() map[metric.Cell]int64 {
	cells := map[metric.Cell]int64{}
	put := func(id metric.MeasureID, on calendar.Date, persons ...int64) {
		for _, person := range append([]int64{metric.Everybody}, persons...) {
			cells[metric.Cell{Measure: id, Day: on.Month().First(), PersonID: person}]++
		}
	}
	for _, s := range m.spoken {
		put(metric.FollowUps, s.on, s.person)
		if s.visit {
			put(metric.Visits, s.on, s.person)
		}
	}
	for id, on := range m.entered {
		if m.alias[id] != 0 {
			continue
		}
		put(metric.CustomersEntered, on, m.owner[id])
		first := int64(0)
		for _, deal := range slices.Sorted(maps.Keys(m.deals)) {
			d := m.deals[deal]
			if (d.customer == id || m.alias[d.customer] == id) && (first == 0 || d.on < m.deals[first].on) {
				first = deal
			}
		}
		if first != 0 {
			put(metric.CustomersFirst, m.deals[first].on, m.deals[first].persons...)
		}
	}
	return cells
}

// happens changes something at random, in the database and in the model.
func (m *briefModel) happens(t *testing.T, db *store.DB, random *rand.Rand, round int) {
	t.Helper()
	ago := func() calendar.Date { return briefToday - calendar.Date(random.IntN(150)) }
	person := func() int64 { return 1 + random.Int64N(briefPeople) }
	customer := func() int64 { return 1 + random.Int64N(min(int64(len(m.entered)), briefCustomers)) }
	if n := len(m.entered); n < briefCustomers && (n < 3 || random.IntN(2) == 0) {
		on := ago()
		writeBrief(t, db, func(w fact.Writer) error {
			_, err := w.PutCustomer(t.Context(), fact.CustomerRecord{Key: fmt.Sprint("K", n+1), Name: fmt.Sprint("客户", n+1)})
			return err
		})
		execRaw(t, db, "UPDATE batch SET recorded_at = '"+on.String()+"T04:00:00.000000Z' WHERE id = (SELECT MAX(id) FROM batch)")
		m.entered[int64(n+1)] = on
	}
	switch random.IntN(6) {
	case 0, 1: // a deal, or an earlier one corrected
		key, of, on, a, b := 1+random.Int64N(12), customer(), ago(), person(), person()
		shares := []fact.ShareRecord{{Person: fmt.Sprint("P", a), BasisPoints: 10_000}}
		d := briefDeal{of, on, []int64{a}}
		if a != b {
			shares, d.persons = []fact.ShareRecord{{Person: fmt.Sprint("P", a), BasisPoints: 4000}, {Person: fmt.Sprint("P", b), BasisPoints: 6000}}, []int64{a, b}
		}
		writeBrief(t, db, func(w fact.Writer) error {
			_, err := w.PutDeal(t.Context(), fact.DealRecord{Key: fmt.Sprint("D", key), Customer: fmt.Sprint("K", of), Product: "X", SignedOn: on, AmountMinor: 1 + random.Int64N(1000), Currency: []money.Currency{money.CNY, "USD"}[random.IntN(2)], Shares: shares})
			return err
		})
		m.deals[m.dealID(t, db, fmt.Sprint("D", key))] = d
	case 2: // somebody else has a customer
		of, who := customer(), random.Int64N(briefPeople+1)
		if _, known := m.owner[of]; known {
			execRaw(t, db, fmt.Sprintf("UPDATE holding SET owner_id = %d WHERE customer_id = %d", who, of))
		} else {
			execRaw(t, db, fmt.Sprintf("INSERT INTO holding (customer_id, owner_id, pool, since, former_id, locked, revision) VALUES (%d, %d, '', '2026-01-01', 0, FALSE, 1)", of, who))
		}
		m.owner[of] = who
	case 3: // customers are merged, or parted again
		from, to := customer(), customer()
		switch {
		case m.alias[from] != 0:
			execRaw(t, db, fmt.Sprintf("DELETE FROM customer_alias WHERE customer_id = %d", from))
			delete(m.alias, from)
		case from != to && m.alias[to] == 0 && !slices.Contains(slices.Collect(maps.Values(m.alias)), from):
			execRaw(t, db, fmt.Sprintf("INSERT INTO customer_alias (customer_id, survivor_id, merge_id) VALUES (%d, %d, %d)", from, to, round))
			m.alias[from] = to
		}
	default:
		m.speaks(t, db, random, ago(), person())
	}
}

// speaks records a follow-up with a customer or with a lead, hands one over to what a lead became, or takes one back.
func (m *briefModel) speaks(t *testing.T, db *store.DB, random *rand.Rand, on calendar.Date, person int64) {
	t.Helper()
	kind := []string{"call", "visit", "wechat"}[random.IntN(3)]
	const columns = " (id, %s person_id, kind, text, occurred_at, recorded_at, next_on, created_by) VALUES (%d, %s %d, '%s', 'x', '%sT04:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '', 'u')"
	m.next++
	switch known := slices.Sorted(maps.Keys(m.spoken)); {
	case len(known) > 3 && random.IntN(4) == 0:
		gone := known[random.IntN(len(known))]
		execRaw(t, db, fmt.Sprintf("DELETE FROM follow_up WHERE id = %d", gone), fmt.Sprintf("DELETE FROM lead_follow_up WHERE id = %d", gone))
		delete(m.spoken, gone)
		return
	case random.IntN(2) == 0:
		execRaw(t, db, fmt.Sprintf("INSERT INTO follow_up"+columns, "opportunity_id, customer_id,", m.next, "0, 1,", person, kind, on))
	default:
		execRaw(t, db, fmt.Sprintf("INSERT INTO lead_follow_up"+columns, "lead_id,", m.next, "1,", person, kind, on))
		if random.IntN(2) == 0 { // the lead became an opportunity
			execRaw(t, db, fmt.Sprintf("INSERT INTO follow_up"+columns, "opportunity_id, customer_id,", m.next, "1, 0,", person, kind, on))
		}
	}
	m.spoken[m.next] = briefSpoken{on, person, kind == "visit"}
}

func (m *briefModel) dealID(t *testing.T, db *store.DB, key string) int64 {
	t.Helper()
	id, err := strconv.ParseInt(texts(t, db, "SELECT CAST(id AS TEXT) FROM deal WHERE key = '"+key+"' AND superseded_in = 9223372036854775807")[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func writeBrief(t *testing.T, db *store.DB, fn func(w fact.Writer) error) {
	t.Helper()
	if err := db.InTx(t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchImport, ActorID: "u"})
		if err == nil {
			err = fn(w)
		}
		if err == nil {
			_, err = w.Finish(t.Context())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestTheSalesBriefIsWhatIsRecorded is the law of the sums of follow-ups and customers: whatever is recorded, corrected, merged, parted or handed over, they
// are what looking at everything finds, and so are the rows behind them; having all of it counted anew changes nothing.
func TestTheSalesBriefIsWhatIsRecorded(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s := metric.NewService(metric.Config{Store: db.Metrics(), Now: func() time.Time { return storetest.Start }, Currency: money.Constantly(money.CNY), Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China})
		ctx, random := t.Context(), rand.New(rand.NewPCG(5, 8))
		m := &briefModel{entered: map[int64]calendar.Date{}, alias: map[int64]int64{}, owner: map[int64]int64{}, deals: map[int64]briefDeal{}, spoken: map[int64]briefSpoken{}}
		writeBrief(t, db, func(w fact.Writer) (err error) {
			put := func(_ fact.Outcome, problem error) { err = cmp.Or(err, problem) }
			put(w.PutRegion(ctx, fact.RegionRecord{Key: "R", Name: "华东"}))
			put(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一队", Region: "R"}))
			for i := range briefPeople {
				put(w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i+1), Name: "销售", Team: "T", Level: "regular", Hired: briefToday - 2000, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
			}
			put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "产品"}))
			return err
		})
		if err := db.InTx(ctx, func(tx *store.Tx) error {
			return tx.InsertLead(ctx, lead.Lead{ID: 1, Name: "张总", Status: lead.StatusNew, CreatedAt: storetest.Start, NextOn: calendar.NoDate, Revision: 1})
		}); err != nil {
			t.Fatal(err)
		}
		for round := range 90 {
			m.happens(t, db, random, round)
			if round%4 == 0 {
				if err := s.CatchUp(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		whole := access.Actor{UserID: "d", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
		ops := access.Actor{UserID: "o", Name: "陈晓", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
		for _, when := range []string{"followed", "counted anew"} {
			if err := s.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(m.naive(), keptBrief(t, db, s, whole)); diff != "" {
				t.Errorf("%s, - by looking at everything, + kept:\n%s", when, diff)
			}
			if err := s.Rebuild(ctx, ops); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// keptBrief are the kept sums by month and person, which the rows behind them are held against.
func keptBrief(t *testing.T, db *store.DB, s *metric.Service, actor access.Actor) map[metric.Cell]int64 {
	t.Helper()
	cells := map[metric.Cell]int64{}
	for month := briefToday.Month() - 6; month <= briefToday.Month(); month++ {
		persons := []int64{metric.Everybody, metric.Nobody}
		for person := range int64(briefPeople) {
			persons = append(persons, person+1)
		}
		slices.Sort(persons)
		if err := db.Metrics().Read(t.Context(), func(r metric.Reader) error {
			rows, err := r.MetricSums(t.Context(), metric.SumsQuery{Measures: briefMeasures, From: month.First(), To: month.Last(), Persons: persons})
			for _, row := range rows {
				if row.Amount != row.Facts {
					t.Errorf("%v: %d of %d facts", row.Measure, row.Amount, row.Facts)
				}
				if row.Amount != 0 {
					cells[metric.Cell{Measure: row.Measure, Day: month.First(), PersonID: row.PersonID}] = row.Amount
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, id := range briefMeasures {
			for _, person := range append([]int64{0}, persons[2:]...) {
				place, at := metric.Company, metric.Everybody
				if person != 0 {
					place, at = metric.Place{Kind: metric.PlacePerson, ID: person}, person
				}
				page, err := s.Rows(t.Context(), actor, metric.RowsQuery{Metric: briefMetrics[id], Measure: id, Place: place, Period: metric.Period{Kind: metric.Month, First: month}, Limit: metric.RowsMost})
				if err != nil {
					t.Fatal(err)
				}
				if want := cells[metric.Cell{Measure: id, Day: month.First(), PersonID: at}]; int64(len(page.Rows)) != want {
					t.Errorf("%s of %d in %s: %d counted, %d listed", id, person, month, want, len(page.Rows))
				}
			}
		}
	}
	return cells
}
