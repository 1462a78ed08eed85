package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
)

// factLoader reads facts as recorded up to a batch into the engine's columns.
type factLoader struct {
	tx       *Tx
	recorded int64
	month    calendar.Month
	facts    *engine.Facts
	persons  map[int64]int32
	teams    map[int64]int32
	customer map[int64]int32
	product  map[int64]int32
	deals    map[int64]int32
	ids      payout.Loaded
	limit    *payeeLimit      // nil: everything
	foreign  map[string]int16 // currencies of facts but the run's
	dealIn   map[int32]int16  // by deal, where it is in another
}

// LoadFacts reads everything that pay of the month may depend on, as recorded up to and including the batch.
func (tx *Tx) LoadFacts(ctx context.Context, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error) {
	return tx.loadFacts(ctx, month, recorded, currency, nil)
}

func (tx *Tx) loadFacts(ctx context.Context, month calendar.Month, recorded fact.BatchID, currency money.Currency, limit *payeeLimit) (*payout.Loaded, error) {
	l := &factLoader{
		tx: tx, recorded: int64(recorded), month: month, facts: &engine.Facts{Currency: currency}, limit: limit,
		persons: map[int64]int32{}, teams: map[int64]int32{}, customer: map[int64]int32{}, product: map[int64]int32{}, deals: map[int64]int32{},
		foreign: map[string]int16{}, dealIn: map[int32]int16{},
	}
	for _, step := range []func(context.Context) error{
		l.loadTeams, l.loadPersons, l.loadSpans, l.loadLeaders, l.loadCustomers, l.loadProducts, l.loadDeals, l.loadShares, l.loadPayments, l.loadQuotas,
		l.loadDetails, l.loadInvoices, l.loadGiven, l.loadMentors, l.loadRates,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	l.ids.Facts = l.facts
	return &l.ids, nil
}

// currentAt limits rows to those recorded as of the loader's batch, which is parameter $1.
const currentAt = ` recorded_in <= $1 AND superseded_in > $1 `

func (l *factLoader) loadTeams(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var t engine.Team
		if err := r.Scan(&id, &t.Key, &t.Name, &t.Region); err != nil {
			return err
		}
		l.teams[id] = int32(len(l.facts.Teams))
		l.facts.Teams = append(l.facts.Teams, t)
		l.ids.TeamIDs = append(l.ids.TeamIDs, id)
		return nil
	}, `SELECT t.id, t.key, t.name, COALESCE(g.key, '') FROM team t
		LEFT JOIN region g ON g.id = t.region_id AND g.recorded_in <= $1 AND g.superseded_in > $1
		WHERE t.recorded_in <= $1 AND t.superseded_in > $1 ORDER BY t.id`, l.recorded)
}

func (l *factLoader) loadPersons(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var p engine.Person
		if err := r.Scan(&id, &p.Key, &p.Name, scanDate(&p.Hired), scanDate(&p.Left)); err != nil {
			return err
		}
		l.persons[id] = int32(len(l.facts.Persons))
		l.facts.Persons = append(l.facts.Persons, p)
		l.ids.PersonIDs = append(l.ids.PersonIDs, id)
		return nil
	}, `SELECT id, key, name, hired_on, left_on FROM person WHERE`+currentAt+l.limit.and("person", "id")+` ORDER BY id`, l.recorded)
}

func (l *factLoader) loadSpans(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var person, team int64
		var roles string
		var s engine.Span
		if err := r.Scan(&person, &team, &s.Level, &roles, scanDate(&s.Days.From), scanDate(&s.Days.To)); err != nil {
			return err
		}
		index, ok := l.persons[person]
		if !ok {
			return nil
		}
		s.Team = indexOf(l.teams, team)
		if roles != "" {
			s.Roles = strings.Split(roles, ",")
		}
		p := &l.facts.Persons[index]
		p.Spans = append(p.Spans, s)
		return nil
	}, `SELECT person_id, team_id, level, roles, valid_from, valid_to FROM assignment
		WHERE`+currentAt+l.limit.and("person", "person_id")+` ORDER BY person_id, valid_from`, l.recorded)
}

func indexOf(m map[int64]int32, id int64) int32 {
	if i, ok := m[id]; ok {
		return i
	}
	return engine.None
}

func (l *factLoader) loadLeaders(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var team, person int64
		var leader engine.Leader
		if err := r.Scan(&team, &person, scanDate(&leader.Days.From), scanDate(&leader.Days.To)); err != nil {
			return err
		}
		t, known := l.teams[team]
		if leader.Person = indexOf(l.persons, person); known && leader.Person != engine.None {
			l.facts.Teams[t].Leaders = append(l.facts.Teams[t].Leaders, leader)
		}
		return nil
	}, `SELECT team_id, person_id, valid_from, valid_to FROM team_leader WHERE`+currentAt+`ORDER BY team_id, valid_from`, l.recorded)
}

func (l *factLoader) loadCustomers(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var c engine.Customer
		if err := r.Scan(&id, &c.Key, &c.Name, &c.Tier, &c.Region); err != nil {
			return err
		}
		l.customer[id] = int32(len(l.facts.Customers))
		l.facts.Customers = append(l.facts.Customers, c)
		return nil
	}, `SELECT id, key, name, tier, region FROM customer WHERE`+currentAt+l.limit.and("customer", "id")+` ORDER BY id`, l.recorded)
}

func (l *factLoader) loadProducts(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var p engine.Product
		if err := r.Scan(&id, &p.Key, &p.Name, &p.Category); err != nil {
			return err
		}
		l.product[id] = int32(len(l.facts.Products))
		l.facts.Products = append(l.facts.Products, p)
		return nil
	}, `SELECT id, key, name, category FROM product WHERE`+currentAt+`ORDER BY id`, l.recorded)
}

func (l *factLoader) loadDeals(ctx context.Context) error {
	foreign, err := l.hasForeign(ctx, "deal")
	if err != nil {
		return err
	}
	return each(ctx, l.tx, func(r rows) error {
		var id, customer, product int64
		var d engine.Deal
		var currency string
		to := []any{&id, &d.Key, &customer, &product, scanDate(&d.SignedOn), &d.AmountFen}
		if err := r.Scan(foreign.with(to, &currency)...); err != nil {
			return err
		}
		if in := l.currency(currency); in != 0 {
			l.dealIn[int32(len(l.facts.Deals))] = in
		}
		d.Customer, d.Product = indexOf(l.customer, customer), indexOf(l.product, product)
		l.deals[id] = int32(len(l.facts.Deals))
		l.facts.Deals = append(l.facts.Deals, d)
		return nil
	}, `SELECT id, key, customer_id, product_id, signed_on, amount_minor`+foreign.column()+` FROM deal WHERE`+currentAt+l.limit.and("deal", "id")+` ORDER BY id`, l.recorded)
}

func (l *factLoader) loadShares(ctx context.Context) error {
	current := engine.None
	err := each(ctx, l.tx, func(r rows) error {
		var deal, person int64
		var s engine.Share
		if err := r.Scan(&deal, &person, &s.BasisPoints); err != nil {
			return err
		}
		index, ok := l.deals[deal]
		if !ok {
			return nil
		}
		s.Person = indexOf(l.persons, person)
		d := &l.facts.Deals[index]
		if index != current {
			current, d.ShareFrom = index, int32(len(l.facts.Shares))
		}
		l.facts.Shares = append(l.facts.Shares, s)
		d.ShareTo = int32(len(l.facts.Shares))
		return nil
	}, `SELECT deal_id, person_id, basis_points FROM deal_share WHERE`+currentAt+l.limit.and("deal", "deal_id")+` ORDER BY deal_id, position`, l.recorded)
	return err
}

// loadPayments reads payments up to the month's last day.
func (l *factLoader) loadPayments(ctx context.Context) error {
	return l.loadMoney(ctx, "payment", "paid_on", l.limit.payments(), &l.facts.Payments)
}

// loadMoney reads dated amounts of deals up to the month's last day, each row by one of the conditions. Their keys become the order of ties: by value when every key is a
// canonical whole number, by bytes otherwise.
func (l *factLoader) loadMoney(ctx context.Context, table, day string, conditions []string, p *engine.Payments) error {
	foreign, err := l.hasForeign(ctx, table)
	if err != nil {
		return err
	}
	numeric := true
	var keys []string
	for _, condition := range conditions {
		err := each(ctx, l.tx, func(r rows) error {
			var key, currency string
			var deal, amount int64
			var on calendar.Date
			if foreign {
				if err := r.Scan(&key, &deal, scanDate(&on), &amount, &currency); err != nil {
					return err
				}
			} else if err := r.Scan(&key, &deal, scanDate(&on), &amount); err != nil {
				return err
			}
			index, ok := l.deals[deal]
			if !ok {
				return nil
			}
			if n, ok := wholeNumber(key); ok && numeric {
				p.Order = append(p.Order, n)
			} else if numeric {
				numeric, keys = false, textKeys(p.Order)
			}
			if !numeric {
				keys = append(keys, key)
			}
			p.Deal = append(p.Deal, index)
			p.On = append(p.On, on)
			p.AmountFen = append(p.AmountFen, amount)
			if foreign {
				p.Currency = append(p.Currency, l.currency(currency))
			}
			return nil
		}, `SELECT key, deal_id, `+day+`, amount_minor`+foreign.column()+` FROM `+table+` WHERE`+currentAt+condition+` AND `+day+` <= $2`, l.recorded, l.month.Last().String())
		if err != nil {
			return err
		}
	}
	if !numeric {
		p.Keys, p.Order = keys, rankKeys(keys)
	}
	return nil
}

// wholeNumber reads a key that is the canonical decimal text of a number ≥ 0.
func wholeNumber(key string) (int64, bool) {
	if len(key) == 0 || len(key) > 18 || (key[0] == '0' && len(key) > 1) {
		return 0, false
	}
	var n int64
	for i := range len(key) {
		if key[i] < '0' || key[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(key[i]-'0')
	}
	return n, true
}

func textKeys(order []int64) []string {
	keys := make([]string, len(order))
	for i, n := range order {
		keys[i] = strconv.FormatInt(n, 10)
	}
	return keys
}

// rankKeys gives each key its place in the total order: whole numbers first, by value, then the others by bytes.
func rankKeys(keys []string) []int64 {
	sorted := make([]int, len(keys))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortFunc(sorted, func(a, b int) int { return engine.CompareKeys(keys[a], keys[b]) })
	order := make([]int64, len(keys))
	for rank, i := range sorted {
		order[i] = int64(rank)
	}
	return order
}

func (l *factLoader) loadQuotas(ctx context.Context) error {
	args := append([]any{l.recorded}, l.month.String())
	n := len(args)
	return each(ctx, l.tx, func(r rows) error {
		var person int64
		var q engine.Quota
		if err := r.Scan(&person, scanMonth(&q.Month), &q.Of, &q.AmountFen); err != nil {
			return err
		}
		if q.Person = indexOf(l.persons, person); q.Person != engine.None {
			l.facts.Quotas = append(l.facts.Quotas, q)
		}
		return nil
	}, `SELECT person_id, month, quantity, amount_minor FROM quota WHERE`+currentAt+l.limit.and("payee", "person_id")+
		` AND month <= $`+strconv.Itoa(n)+` ORDER BY person_id, month, quantity`, args...)
}
