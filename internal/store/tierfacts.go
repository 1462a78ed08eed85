package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/tierbook"
)

// KnownCustomer implements tierbook.Reader.
func (tx *Tx) KnownCustomer(ctx context.Context, id int64, on calendar.Date) (tierbook.Known, error) {
	found, err := tx.KnownCustomers(ctx, id-1, 1, on)
	if err == nil && (len(found) == 0 || found[0].ID != id) {
		err = errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	if err != nil {
		return tierbook.Known{}, err
	}
	return found[0], nil
}

// CustomersExist implements tierbook.Reader.
func (tx *Tx) CustomersExist(ctx context.Context) (bool, error) {
	id, err := value[int64](ctx, tx, "SELECT id FROM customer WHERE superseded_in = "+openBatch+" LIMIT 1")
	return id != 0, err
}

// KnownCustomers implements tierbook.Reader: the customers, and then what belongs to them in one statement for each kind, by ranges of ids.
func (tx *Tx) KnownCustomers(ctx context.Context, after int64, limit int, on calendar.Date) ([]tierbook.Known, error) {
	found, err := collect(ctx, tx, func(r rows, k *tierbook.Known) error {
		var recorded time.Time
		if err := r.Scan(&k.ID, &k.Key, &k.Name, &k.Industry, &k.City, &k.Region, &k.CreditCode, scanTime(&recorded)); err != nil {
			return err
		}
		k.Recorded, k.Profile = tx.dayOf(recorded), profile.Empty(k.ID)
		return nil
	}, `SELECT c.id, c.key, c.name, c.industry, c.city, c.region, c.credit_code, b.recorded_at FROM customer c JOIN batch b ON b.id = c.recorded_in
		WHERE c.id > $1 AND c.superseded_in = `+openBatch+` AND `+noAlias("c.id")+` ORDER BY c.id LIMIT $2`, after, int64(limit))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	l := knownLoader{tx: tx, found: found, from: found[0].ID, to: found[len(found)-1].ID, on: on}
	for _, step := range []func(context.Context) error{l.orders, l.work, l.contacts, l.asked, l.profiles, l.holdings, l.standings} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// knownLoader adds to customers what belongs to them.
type knownLoader struct {
	tx       *Tx
	found    []tierbook.Known // by id
	from, to int64
	on       calendar.Date
}

// at is the customer with an id; nil for one that is not meant.
func (l *knownLoader) at(id int64) *tierbook.Known {
	i, ok := slices.BinarySearchFunc(l.found, id, func(k tierbook.Known, id int64) int { return int(k.ID - id) })
	if !ok {
		return nil
	}
	return &l.found[i]
}

func (l *knownLoader) orders(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var o tierbook.Order
		if err := r.Scan(&id, scanDate(&o.SignedOn), &o.AmountMinor, &o.CostMinor, &o.Currency, &o.SellerID); err != nil {
			return err
		}
		if k := l.at(id); k != nil {
			k.Orders = append(k.Orders, o)
		}
		return nil
	}, `SELECT b.id, d.signed_on, d.amount_minor, COALESCE(x.cost_minor, -1), d.currency, COALESCE(s.person_id, 0) FROM (
			SELECT c.id, c.id AS bought FROM customer c WHERE c.id BETWEEN $1 AND $2 AND c.superseded_in = `+openBatch+`
			UNION ALL SELECT y.survivor_id, y.customer_id FROM customer_alias y WHERE y.survivor_id BETWEEN $1 AND $2) b JOIN deal d ON d.customer_id = b.bought
		LEFT JOIN deal_detail x ON x.deal_id = d.id AND x.superseded_in = `+openBatch+`
		LEFT JOIN deal_share s ON s.deal_id = d.id AND s.position = 0 AND s.superseded_in = `+openBatch+`
		WHERE d.superseded_in = `+openBatch+` AND d.signed_on <= $3 AND (x.cancelled_on IS NULL OR x.cancelled_on > $3)
		ORDER BY b.id, d.signed_on, d.id`, l.from, l.to, l.on.String())
}

func (l *knownLoader) work(ctx context.Context) error {
	err := each(ctx, l.tx, func(r rows) error {
		var id int64
		var state string
		var followed time.Time
		var w tierbook.Work
		if err := r.Scan(&id, &w.OwnerID, &w.Stage, &state, scanTime(&followed)); err != nil {
			return err
		}
		w.Open, w.FollowedOn = state == "open", l.tx.dayOf(followed)
		if k := l.at(id); k != nil {
			k.Work = append(k.Work, w)
		}
		return nil
	}, "SELECT customer_id, owner_id, stage, state, followed_at FROM opportunity WHERE customer_id BETWEEN $1 AND $2 ORDER BY customer_id, id", l.from, l.to)
	if err != nil {
		return err
	}
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var followed time.Time
		if err := r.Scan(&id, scanTime(&followed)); err != nil {
			return err
		}
		if k := l.at(id); k != nil {
			day := l.tx.dayOf(followed)
			k.FollowedOn = &day
		}
		return nil
	}, "SELECT customer_id, MAX(occurred_at) FROM follow_up WHERE customer_id BETWEEN $1 AND $2 AND customer_id <> 0 GROUP BY customer_id", l.from, l.to)
}

// asked reads the service cases opened lately, with their first answers.
func (l *knownLoader) asked(ctx context.Context) error {
	year, month, day := tierbook.AskedSince(l.on).Civil()
	zone := l.tx.db.now().Location()
	from := time.Date(year, month, day, 0, 0, 0, 0, zone)
	year, month, day = (l.on + 1).Civil()
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var a tierbook.Question
		if err := r.Scan(&id, scanTime(&a.At), scanTime(&a.Answered)); err != nil {
			return err
		}
		if k := l.at(id); k != nil {
			k.Asked = append(k.Asked, a)
		}
		return nil
	}, "SELECT customer_id, opened_at, answered_at FROM service_case WHERE customer_id BETWEEN $1 AND $2 AND opened_at >= $3 AND opened_at < $4 ORDER BY customer_id, id",
		l.from, l.to, instant(from), instant(time.Date(year, month, day, 0, 0, 0, 0, zone)))
}

func (l *knownLoader) contacts(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var part, phone string
		var since time.Time
		if err := r.Scan(&id, &part, &phone, scanTime(&since)); err != nil {
			return err
		}
		if k := l.at(id); k != nil {
			k.Contacts = append(k.Contacts, tierbook.Contact{Decides: part == "decides", Phone: phone != "", Since: l.tx.dayOf(since)})
		}
		return nil
	}, `SELECT c.customer_id, c.part, c.phone, COALESCE(w.at, c.created_at) FROM contact c LEFT JOIN work_change w ON w.subject = 'contact:' || CAST(c.id AS TEXT) AND w.revision = c.revision
		WHERE c.customer_id BETWEEN $1 AND $2 AND NOT c.gone ORDER BY c.customer_id, c.id`, l.from, l.to)
}

func (l *knownLoader) profiles(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var p profile.Profile
		if err := scanProfile(r, &p); err != nil {
			return err
		}
		if k := l.at(p.CustomerID); k != nil {
			k.Profile = p
		}
		return nil
	}, "SELECT "+profileColumns+" FROM customer_profile WHERE customer_id BETWEEN $1 AND $2", l.from, l.to)
}

func (l *knownLoader) holdings(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var id int64
		var h tierbook.Holding
		if err := r.Scan(&id, &h.OwnerID, scanDate(&h.Since)); err != nil {
			return err
		}
		if k := l.at(id); k != nil {
			k.Holding = &h
		}
		return nil
	}, "SELECT customer_id, owner_id, since FROM holding WHERE customer_id BETWEEN $1 AND $2", l.from, l.to)
}

func (l *knownLoader) standings(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var s tierbook.Standing
		if err := scanStanding(r, &s); err != nil {
			return err
		}
		finishStanding(&s)
		if k := l.at(s.CustomerID); k != nil {
			k.Standing = &s
		}
		return nil
	}, "SELECT "+strings.Join(standingColumns, ", ")+" FROM tier_standing WHERE customer_id BETWEEN $1 AND $2", l.from, l.to)
}

// RatesInto implements tierbook.Reader.
func (tx *Tx) RatesInto(ctx context.Context, quote money.Currency) ([]tierbook.Rate, error) {
	return collect(ctx, tx, func(r rows, rate *tierbook.Rate) error { return r.Scan(&rate.Base, scanDate(&rate.On), &rate.Value) },
		"SELECT base, valid_on, rate FROM exchange_rate WHERE quote = $1 AND kind = 'middle' AND superseded_in = $2 ORDER BY base, valid_on", string(quote), int64(fact.Open))
}

// LevelsOn implements tierbook.Reader.
func (tx *Tx) LevelsOn(ctx context.Context, on calendar.Date) (map[int64]string, error) {
	levels := map[int64]string{}
	err := each(ctx, tx, func(r rows) error {
		var id int64
		var level string
		if err := r.Scan(&id, &level); err != nil {
			return err
		}
		levels[id] = level
		return nil
	}, "SELECT person_id, level FROM assignment WHERE superseded_in = "+openBatch+" AND valid_from <= $1 AND $1 < valid_to", on.String())
	return levels, err
}

// OwnerNames implements tierbook.Reader.
func (tx *Tx) OwnerNames(ctx context.Context, on calendar.Date) (map[int64]tierbook.Owner, error) {
	owners := map[int64]tierbook.Owner{}
	err := each(ctx, tx, func(r rows) error {
		var id int64
		var o tierbook.Owner
		if err := r.Scan(&id, &o.Name, &o.TeamID, &o.TeamName); err != nil {
			return err
		}
		owners[id] = o
		return nil
	}, `SELECT p.id, p.name, COALESCE(a.team_id, 0), COALESCE(t.name, '') FROM person p
		LEFT JOIN assignment a ON a.person_id = p.id AND a.superseded_in = `+openBatch+` AND a.valid_from <= $1 AND $1 < a.valid_to
		LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = `+openBatch+` AND t.valid_from <= $1 AND $1 < t.valid_to
		WHERE p.superseded_in = `+openBatch, on.String())
	return owners, err
}
