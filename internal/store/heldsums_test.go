package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/retention"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// keptModel is what sums ought to be: everything that was ever added, in maps.
type keptModel struct {
	cells      metric.Delta
	rules      map[standard.TallyPlace]map[string]standard.Counts
	recordings map[standard.TallyPlace]standard.Recordings
	looks      map[retention.TallyKey]retention.Sums // of the last look, which has all days
}

var (
	firstKept    = calendar.NewMonth(2025, 11)
	heldMeasures = []metric.MeasureID{metric.Collected, metric.Signed, metric.TargetCollected, metric.Pipeline}
	heldRules    = []string{"", "first_contact_in_time", "plan_in_time", "a_rule_of_old"}
	errUndone    = errors.New("undone")
)

const (
	keptMonths = 5
	keptPeople = 90
)

// change is something that writers do: sums of facts, judgements, recordings.
func (m *keptModel) change(t *testing.T, random *rand.Rand, tx *store.Tx) error {
	t.Helper()
	month := func() calendar.Month { return firstKept + calendar.Month(random.IntN(keptMonths)) }
	person := func() int64 { return 1 + random.Int64N(keptPeople) }
	d := metric.Delta{}
	for range 1 + random.IntN(40) {
		cell := metric.Cell{Measure: heldMeasures[random.IntN(len(heldMeasures))], PersonID: person(), Day: month().First()}
		switch cell.Measure {
		case metric.Pipeline:
			cell.Day = calendar.NoDate
		case metric.TargetCollected:
		default:
			cell.Day += calendar.Date(random.IntN(28))
		}
		sum := metric.Sum{Amount: random.Int64N(2000) - 1000, Facts: random.Int64N(3) - 1}
		for _, who := range []int64{cell.PersonID, metric.Everybody} {
			cell.PersonID = who
			d.Plus(metric.Delta{cell: sum}, 1)
		}
	}
	m.cells.Plus(d, 1)
	tallies, recordings := standard.Tallies{}, map[standard.RecordingKey]standard.Recordings{}
	for range random.IntN(20) {
		at := standard.TallyPlace{Month: month(), PersonID: person()}
		rule, c := heldRules[random.IntN(len(heldRules))], standard.Counts{Satisfied: random.Int64N(5), Violated: random.Int64N(4), Pending: random.Int64N(3)}
		tallies.Of(at).Rule(rule).Add(c)
		for _, who := range []int64{at.PersonID, metric.Everybody} {
			place := standard.TallyPlace{Month: at.Month, PersonID: who}
			if m.rules[place] == nil {
				m.rules[place] = map[string]standard.Counts{}
			}
			was := m.rules[place][rule]
			was.Add(c)
			m.rules[place][rule] = was
		}
		r := standard.Recordings{Events: 3, WithinHour: 1, WithinDay: 1, Later: 1}
		key := standard.RecordingKey{PersonID: at.PersonID, Hour: fmt.Sprintf("%s-%02dT%02d", at.Month, 1+random.IntN(28), random.IntN(24))}
		was := recordings[key]
		was.Add(r)
		recordings[key] = was
		sum := m.recordings[at]
		sum.Add(r)
		m.recordings[at] = sum
	}
	looked := error(nil)
	if random.IntN(3) == 0 {
		m.looks = map[retention.TallyKey]retention.Sums{}
		for range 1 + random.IntN(60) {
			key := retention.TallyKey{Day: month().Last(), OwnerID: person(), Tier: []string{"A", "B"}[random.IntN(2)]}
			m.looks[key] = retention.Sums{Base: random.Int64N(9), Kept: random.Int64N(5), BaseMinor: random.Int64N(900), Buyers: random.Int64N(4), Again: random.Int64N(2)}
		}
		looked = tx.FinishKeepings(t.Context(), 0, firstKept.Last(), m.looks, nil)
	}
	return errors.Join(looked, tx.AddMetricSums(t.Context(), d), tx.AddTallies(t.Context(), tallies), tx.AddRecordings(t.Context(), recordings))
}

func (m *keptModel) clone() *keptModel {
	c := &keptModel{cells: metric.Delta{}, rules: map[standard.TallyPlace]map[string]standard.Counts{}, recordings: map[standard.TallyPlace]standard.Recordings{}}
	c.cells.Plus(m.cells, 1)
	for at, rules := range m.rules {
		c.rules[at] = map[string]standard.Counts{}
		for rule, counts := range rules {
			c.rules[at][rule] = counts
		}
	}
	for at, r := range m.recordings {
		c.recordings[at] = r
	}
	c.looks = m.looks // replaced as a whole
	return c
}

// nonzero puts what is not nothing in one order.
func nonzero(sums map[metric.PersonSum]metric.Sum) (list []string) {
	for key, sum := range sums {
		if sum != (metric.Sum{}) {
			list = append(list, fmt.Sprint(key.Measure, " ", key.PersonID, " ", sum))
		}
	}
	slices.Sort(list)
	return list
}

func listedSums(rows []metric.PersonSum) map[metric.PersonSum]metric.Sum {
	sums := map[metric.PersonSum]metric.Sum{}
	for _, row := range rows {
		key := metric.PersonSum{Measure: row.Measure, PersonID: row.PersonID}
		was := sums[key]
		sums[key] = metric.Sum{Amount: was.Amount + row.Amount, Facts: was.Facts + row.Facts}
	}
	return sums
}

func wantedOf(persons []int64, person int64) bool {
	if persons == nil {
		return person != metric.Everybody
	}
	return slices.Contains(persons, person)
}

// sums is what a query of kept sums ought to find.
func (m *keptModel) sums(q metric.SumsQuery) map[metric.PersonSum]metric.Sum {
	var rows []metric.PersonSum
	for cell, sum := range m.cells {
		inside := cell.Day >= q.From && cell.Day <= q.To
		if cell.Measure == metric.TargetCollected {
			inside = (q.From == calendar.NoDate || cell.Day.Month() >= q.From.Month()) && cell.Day.Month() <= q.To.Month()
		}
		if q.From == calendar.NoDate && q.To == calendar.NoDate || cell.Day == calendar.NoDate {
			inside = cell.Day == q.From && cell.Day == q.To
		}
		if inside && wantedOf(q.Persons, cell.PersonID) {
			rows = append(rows, metric.PersonSum{Measure: cell.Measure, PersonID: cell.PersonID, Sum: sum})
		}
	}
	return listedSums(rows)
}

// process is what a month of what others keep ought to be.
func (m *keptModel) process(weights map[string]int64, month calendar.Month, persons []int64) map[metric.PersonSum]metric.Sum {
	var rows []metric.PersonSum
	put := func(measure metric.MeasureID, person, n int64) {
		rows = append(rows, metric.PersonSum{Measure: measure, PersonID: person, Sum: metric.Sum{Amount: n, Facts: n}})
	}
	for at, rules := range m.rules {
		if at.Month != month || !wantedOf(persons, at.PersonID) {
			continue
		}
		for rule, c := range rules {
			if rule == "" {
				put(metric.CasesKept, at.PersonID, c.Satisfied)
				put(metric.CasesBroken, at.PersonID, c.Violated)
				continue
			}
			weight := max(1, weights[rule])
			put(metric.RulesKept, at.PersonID, c.Satisfied)
			put(metric.RulesBroken, at.PersonID, c.Violated)
			put(metric.WeightsKept, at.PersonID, weight*c.Satisfied)
			put(metric.WeightsBroken, at.PersonID, weight*c.Violated)
		}
	}
	for at, r := range m.recordings {
		for _, who := range []int64{at.PersonID, metric.Everybody} {
			if at.Month == month && wantedOf(persons, who) {
				put(metric.Records, who, r.Events)
				put(metric.RecordsDay, who, r.WithinHour+r.WithinDay)
			}
		}
	}
	return listedSums(rows)
}

// check asks in all ways in which boards ask.
func (m *keptModel) check(t *testing.T, random *rand.Rand, tx *store.Tx) error {
	t.Helper()
	crowd := make([]int64, 0, keptPeople)
	for id := int64(-1); id <= keptPeople+5; id++ {
		if id > 0 && random.IntN(6) > 0 {
			crowd = append(crowd, id)
		}
	}
	from := firstKept.First() + calendar.Date(random.IntN(100))
	month := firstKept + calendar.Month(random.IntN(keptMonths))
	for _, persons := range [][]int64{nil, crowd, crowd[:3], {metric.Everybody}} {
		for _, days := range [][2]calendar.Date{{month.First(), month.Last()}, {from, from + calendar.Date(random.IntN(60))}, {calendar.NoDate, from}, {calendar.NoDate, month.Last()},
			{calendar.NoDate, calendar.NoDate}, {firstKept.First(), (firstKept + keptMonths).Last()}} {
			q := metric.SumsQuery{Measures: heldMeasures, From: days[0], To: days[1], Persons: persons}
			rows, err := tx.MetricSums(t.Context(), q)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(nonzero(m.sums(q)), nonzero(listedSums(rows))); diff != "" {
				t.Fatalf("sums from %v to %v of %d people, - added, + kept:\n%s", q.From, q.To, len(persons), diff)
			}
			q.Together = true
			if rows, err = tx.MetricSums(t.Context(), q); err != nil {
				return err
			}
			if diff := cmp.Diff(nonzero(together(m.sums(q))), nonzero(listedSums(rows))); diff != "" {
				t.Fatalf("one sum from %v to %v of %d people, - added, + kept:\n%s", q.From, q.To, len(persons), diff)
			}
		}
		if err := errors.Join(m.checkProcess(t, tx, month, persons), m.checkLook(t, tx, month.Last(), persons)); err != nil {
			return err
		}
	}
	return nil
}

func (m *keptModel) checkProcess(t *testing.T, tx *store.Tx, month calendar.Month, persons []int64) error {
	t.Helper()
	weights, err := standard.Weights(nil, tx.Today())
	if err != nil {
		return err
	}
	for _, one := range []bool{false, true} {
		found, err := tx.ProcessSums(t.Context(), []metric.MeasureID{metric.CasesKept, metric.WeightsKept, metric.Records}, month, persons, one)
		if err != nil {
			return err
		}
		want := m.process(weights, month, persons)
		if one {
			want = together(want)
		}
		if diff := cmp.Diff(nonzero(want), nonzero(listedSums(found.Sums))); diff != "" {
			t.Fatalf("what others keep of %v, of %d people, - added, + kept:\n%s", month, len(persons), diff)
		}
	}
	return nil
}

// checkLook asks for what a look at all customers found. Nobody is asked for it as everybody.
func (m *keptModel) checkLook(t *testing.T, tx *store.Tx, day calendar.Date, persons []int64) error {
	t.Helper()
	if slices.Contains(persons, metric.Everybody) {
		return nil
	}
	var rows []metric.PersonSum
	for key, s := range m.looks {
		if key.Day == day && (persons == nil || slices.Contains(persons, key.OwnerID)) {
			for measure, sum := range map[metric.MeasureID]metric.Sum{metric.Customers: {Amount: s.Base, Facts: s.Base}, metric.CustomersKept: {Amount: s.Kept, Facts: s.Base},
				metric.Revenue: {Amount: s.BaseMinor, Facts: s.Base}, metric.RevenueHeld: {Facts: s.Base}, metric.RevenueNow: {Facts: s.Base}, metric.Buyers: {Amount: s.Buyers, Facts: s.Buyers},
				metric.BuyersAgain: {Amount: s.Again, Facts: s.Buyers}} {
				rows = append(rows, metric.PersonSum{Measure: measure, PersonID: key.OwnerID, Sum: sum})
			}
		}
	}
	_, found, err := tx.LookSums(t.Context(), day, persons, false)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(nonzero(listedSums(rows)), nonzero(listedSums(found))); diff != "" {
		t.Fatalf("a look of %v, of %d people, - found, + kept:\n%s", day, len(persons), diff)
	}
	return nil
}

// together is one sum of each measure.
func together(sums map[metric.PersonSum]metric.Sum) map[metric.PersonSum]metric.Sum {
	var rows []metric.PersonSum
	for key, sum := range sums {
		rows = append(rows, metric.PersonSum{Measure: key.Measure, PersonID: metric.Everybody, Sum: sum})
	}
	return listedSums(rows)
}

// TestHeldSumsAreWhatWasAdded is the law of sums in memory: whatever is written, taken back or dropped, a reading finds what was committed and nothing else, and
// a transaction what it wrote itself.
func TestHeldSumsAreWhatWasAdded(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		random := rand.New(rand.NewPCG(5, 25))
		now := (&keptModel{}).clone()
		for round := range 40 {
			next := now.clone()
			undone := random.IntN(4) == 0
			err := db.InTx(t.Context(), func(tx *store.Tx) error {
				next = now.clone()
				if err := next.change(t, random, tx); err != nil {
					return err
				}
				switch {
				case round%13 == 7:
					next.cells = metric.Delta{}
					if err := tx.DropMetricSums(t.Context()); err != nil {
						return err
					}
				case round%13 == 11:
					next.rules = map[standard.TallyPlace]map[string]standard.Counts{}
					if err := tx.ForgetJudgements(t.Context()); err != nil {
						return err
					}
				}
				if err := next.check(t, random, tx); err != nil {
					return err
				}
				if undone {
					return errUndone
				}
				return nil
			})
			if err != nil && !errors.Is(err, errUndone) {
				t.Fatal(err)
			}
			if !undone {
				now = next
			}
			for range 3 {
				if err := db.Read(t.Context(), func(tx *store.Tx) error { return now.check(t, random, tx) }); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
