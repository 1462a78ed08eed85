package simtest_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// livesOf is how many companies are lived through; the seeds are 1, 2, 3 and so on.
const (
	livesOf    = "XIAOGUAN_LIVES"
	livesUsual = 2
	livedFor   = 4 // months
)

// life is a company of whom much is known late: payments come after the close of their month, amounts and quotas are recorded wrong and
// corrected later.
type life struct {
	*monthtest.House
	t       *testing.T
	company *monthtest.Company // as the facts are in the end
	first   calendar.Month
	when    map[calendar.Month]monthtest.Company // what is recorded while the month is open
	seals   map[string]string                    // of closed months, by what they seal
}

// TestMonthsOfLateFactsComeOutRight lives through months, recomputes all closed ones before each close, and posts the differences. After every
// close all verifies and nothing that was closed before has changed; in the end everybody was paid what the facts, as they are then, come
// to in all months together; and both databases paid the same bytes.
func TestMonthsOfLateFactsComeOutRight(t *testing.T) {
	t.Parallel()
	lives, err := strconv.Atoi(cmp.Or(os.Getenv(livesOf), strconv.Itoa(livesUsual)))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(lives) {
		t.Run(fmt.Sprint("seed ", seed+1), func(t *testing.T) {
			t.Parallel()
			files := map[string]map[calendar.Month]string{}
			for engine, open := range map[string]func(*testing.T) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
				t.Run(engine, func(t *testing.T) { files[engine] = live(t, open(t), seed+1) })
			}
			if diff := gocmp.Diff(files["sqlite"], files["postgres"]); diff != "" && len(files) == 2 {
				t.Error(diff)
			}
		})
	}
}

// live returns the pay files.
func live(t *testing.T, db *store.DB, seed uint64) map[calendar.Month]string {
	last := monthtest.SmallMonth - 1
	c := monthtest.GenerateMonths(seed, last, livedFor, 12, 300)
	l := &life{House: monthtest.NewHouse(db, time.Now), t: t, company: c, first: last - livedFor + 1, seals: map[string]string{}}
	if err := l.InstallPlans(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.plan(rand.New(rand.NewPCG(seed, 3)))
	known := *c
	known.Payments, known.Quotas = nil, nil
	l.MustRecord(t, known.Write)
	files := map[calendar.Month]string{}
	for m := l.first; m <= last; m++ {
		now := l.when[m]
		l.MustRecord(t, now.Write)
		l.catchUp(m)
		l.MustClose(t, m)
		l.check(m)
		file, err := l.Periods.PayFile(t.Context(), monthtest.Closer, m, period.FormatCSV)
		if err != nil {
			t.Fatal(err)
		}
		files[m] = string(file.Content)
	}
	if diff := gocmp.Diff(l.due(), l.paid()); diff != "" {
		t.Errorf("as the facts are now (-), paid in all months (+):\n%s", diff)
	}
	return files
}

// plan spreads payments and quotas over the months: most are recorded in time and right.
func (l *life) plan(random *rand.Rand) {
	l.when = map[calendar.Month]monthtest.Company{}
	last := l.company.Month
	later := func(m calendar.Month) calendar.Month { return m + calendar.Month(random.IntN(int(last-m)+1)) }
	pay := func(m calendar.Month, p fact.PaymentRecord) {
		c := l.when[m]
		c.Payments = append(c.Payments, p)
		l.when[m] = c
	}
	quota := func(m calendar.Month, q fact.QuotaRecord) {
		c := l.when[m]
		c.Quotas = append(c.Quotas, q)
		l.when[m] = c
	}
	for _, p := range l.company.Payments {
		m := p.PaidOn.Month()
		switch random.IntN(8) {
		case 0:
			pay(later(m), p)
		case 1:
			wrong := p
			wrong.AmountMinor += random.Int64N(500_00) - 200_00
			if wrong.AmountMinor == 0 || m == last {
				wrong.AmountMinor = p.AmountMinor
			}
			pay(m, wrong)
			if m < last {
				pay(later(m+1), p)
			}
		default:
			pay(m, p)
		}
	}
	for _, q := range l.company.Quotas {
		if random.IntN(6) == 0 && q.Month < last {
			wrong := q
			wrong.AmountMinor /= 2
			quota(q.Month, wrong)
			quota(later(q.Month+1), q)
			continue
		}
		quota(q.Month, q)
	}
}

// catchUp recomputes all closed months and posts what differs, and then once more, when nothing does.
func (l *life) catchUp(open calendar.Month) {
	l.t.Helper()
	var closed []calendar.Month
	for m := l.first; m < open; m++ {
		closed = append(closed, m)
	}
	if len(closed) == 0 {
		return
	}
	r := l.MustRetro(l.t, closed...)
	if r.Deltas > 0 {
		if _, err := l.Retros.Post(l.t.Context(), monthtest.Maker, r.ID); err != nil {
			l.t.Fatal(err)
		}
	}
	if again := l.MustRetro(l.t, closed...); again.Deltas != 0 {
		l.t.Errorf("%s: %d differences of nothing new", open, again.Deltas)
	}
}

// check wants everything to verify, and what was sealed before to be as it was.
func (l *life) check(m calendar.Month) {
	l.t.Helper()
	v, err := l.Periods.Verify(l.t.Context(), monthtest.Auditor)
	if err != nil || v.Broken != nil {
		l.t.Errorf("%s: %+v, %v", m, v.Broken, err)
	}
	for _, row := range monthtest.QueryTexts(l.t, l.DB, `SELECT p.month || ' ' || CAST(s.person_id AS TEXT) || ' ' || s.plan_id || ' ' || s.digest || ' ' || p.seal_hash
		FROM period p JOIN statement s ON s.run_id = p.current_run WHERE p.state = 'closed'`) {
		var month, person, plan, digest, seal string
		if _, err := fmt.Sscan(row, &month, &person, &plan, &digest, &seal); err != nil {
			l.t.Fatal(err)
		}
		key := month + " " + person + " " + plan
		if before, known := l.seals[key]; known && before != digest+seal || !known && month != m.String() {
			l.t.Errorf("after the close of %s %s changed", m, key)
		}
		l.seals[key] = digest + seal
	}
}

// due is what the facts, as they are in the end, come to by payee, over all months.
func (l *life) due() map[string]int64 {
	l.t.Helper()
	texts, err := monthtest.PlanTexts()
	if err != nil {
		l.t.Fatal(err)
	}
	in := engine.Input{Facts: l.company.Facts()}
	for _, text := range texts {
		d, err := plan.Decode("", []byte(text))
		if err != nil {
			l.t.Fatal(err)
		}
		if in.Crediting = cmp.Or(in.Crediting, d.Crediting); d.Plan != nil {
			in.Plans = append(in.Plans, d.Plan)
		}
	}
	sums := map[string]int64{}
	for in.Period = l.first; in.Period <= l.company.Month; in.Period++ {
		result, err := engine.Run(in)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, p := range result.Payouts {
			sums[in.Facts.Persons[p.Person].Key] += p.AmountFen
		}
	}
	return sums
}

// paid is what was paid to each payee in all months.
func (l *life) paid() map[string]int64 {
	l.t.Helper()
	sums := map[string]int64{}
	for m := l.first; m <= l.company.Month; m++ {
		page, err := l.Payouts.List(l.t.Context(), monthtest.Auditor, payout.Filter{Month: m, Limit: payout.LimitMax})
		if err != nil {
			l.t.Fatal(err)
		}
		for _, head := range page.Heads {
			sums[head.PersonKey] += head.PaidMinor
		}
	}
	return sums
}
