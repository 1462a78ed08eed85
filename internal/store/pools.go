package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/pool"
)

// pooledWindow is how many customers of a pool a filter without an index looks at in one request.
const pooledWindow = 5000

// tierNow is the tier of the customer c: where the reviews put it, or what is recorded with it while there was none.
const tierNow = `COALESCE((SELECT ts.tier FROM tier_standing ts WHERE ts.customer_id = c.id), c.tier)`

var pooledSelect = `SELECT ` + holdingSelect + `, c.name, c.city, c.industry, ` + tierNow + `, c.credit_code, COALESCE(f.name, ''),
	COALESCE((SELECT s.way FROM holding_step s WHERE s.customer_id = h.customer_id ORDER BY s.id DESC LIMIT 1), ''),
	COALESCE((SELECT s.cause FROM holding_step s WHERE s.customer_id = h.customer_id ORDER BY s.id DESC LIMIT 1), ''),
	(SELECT COUNT(*) FROM deal d WHERE ` + boughtBy("d.customer_id", "h.customer_id") + ` AND d.superseded_in = ` + openBatch + `) FROM `

const pooledJoins = ` h JOIN customer c ON c.id = h.customer_id AND c.superseded_in = ` + openBatch + `
	LEFT JOIN person f ON f.id = h.former_id AND f.superseded_in = ` + openBatch

func scanPooled(r rows, row *pool.Row) error {
	return r.Scan(append(holdingDestinations(&row.Holding), &row.Name, &row.City, &row.Industry, &row.Tier, &row.CreditCode, &row.FormerName, &row.Way, &row.Cause, &row.Deals)...)
}

// Pooled implements pool.Reader.
func (tx *Tx) Pooled(ctx context.Context, f pool.Filter) ([]pool.Row, string, error) {
	w, c := &filters{}, &filters{} // of the window, and of the rows in it
	w.add("x.pool = ?", f.Pool)
	w.add("x.pool <> ''") // the index's own condition
	if f.Search != "" {
		n := newNeedle(f.Search)
		ids, known, err := tx.lookupCustomers(ctx, n.terms, namedFewMax+1)
		if err != nil {
			return nil, "", err
		}
		if known && len(ids) <= namedFewMax {
			if len(ids) == 0 {
				return nil, "", nil
			}
			w.add("x.customer_id IN (" + listed(ids) + ")")
		} else {
			c.add("c.search_text LIKE ? ESCAPE '\\'", likePattern(naming.Fold(strings.TrimSpace(f.Search)))+naming.SoundsFrom+"%")
		}
	}
	if since, id, ok := strings.Cut(f.Cursor, "_"); ok {
		number, err := strconv.ParseInt(id, 10, 64)
		if day, dayErr := calendar.ParseDate(since); err == nil && dayErr == nil {
			w.add("(x.since < ? OR x.since = ? AND x.customer_id < ?)", day.String(), day.String(), number)
		}
	}
	window := "(SELECT x.* FROM holding x" + w.where() + " ORDER BY x.since DESC, x.customer_id DESC LIMIT " + strconv.Itoa(pooledWindow) + ")"
	c.args = append(append([]any{}, w.args...), c.args...)
	c.texts = renumbered(c.texts, len(w.args))
	if f.Tier != "" {
		c.add(tierNow+" = ?", f.Tier)
	}
	if f.City != "" {
		c.add("c.city = ?", f.City)
	}
	found, err := collect(ctx, tx, scanPooled, pooledSelect+window+pooledJoins+c.where()+" ORDER BY h.since DESC, h.customer_id DESC LIMIT "+c.parameter(int64(f.Limit+1)), c.args...)
	if err != nil {
		return nil, "", err
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		return found, pooledCursor(found[f.Limit-1].Holding), nil
	}
	last, err := collect(ctx, tx, func(r rows, h *pool.Holding) error { return r.Scan(holdingDestinations(h)...) },
		"SELECT "+holdingSelect+" FROM holding h"+strings.ReplaceAll(w.where(), "x.", "h.")+" ORDER BY h.since DESC, h.customer_id DESC LIMIT 1 OFFSET "+strconv.Itoa(pooledWindow-1), w.args...)
	if err != nil || len(last) == 0 {
		return found, "", err
	}
	return found, pooledCursor(last[0]), nil
}

// renumbered shifts the parameters of conditions that were numbered from 1.
func renumbered(texts []string, by int) []string {
	if by == 0 {
		return texts
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		for n := 9; n >= 1; n-- {
			text = strings.ReplaceAll(text, "$"+strconv.Itoa(n), "$"+strconv.Itoa(n+by))
		}
		out[i] = text
	}
	return out
}

func pooledCursor(h pool.Holding) string {
	return h.Since.String() + "_" + strconv.FormatInt(h.CustomerID, 10)
}

// PooledCount implements pool.Reader.
func (tx *Tx) PooledCount(ctx context.Context, name string, most int64) (int64, error) {
	return value[int64](ctx, tx, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM holding x WHERE x.pool = $1 AND x.pool <> '' LIMIT $2) z", name, most)
}

// PooledRow implements pool.Reader.
func (tx *Tx) PooledRow(ctx context.Context, customerID int64) (pool.Row, error) {
	return one(ctx, tx, "customer.missing", scanPooled, pooledSelect+"holding"+pooledJoins+" WHERE h.customer_id = $1 AND h.pool <> ''", customerID)
}

// OwnedAfter implements pool.Reader.
func (tx *Tx) OwnedAfter(ctx context.Context, personID, after int64, limit int) ([]pool.Facts, error) {
	c := &filters{}
	c.add("h.customer_id > ?", after)
	if personID != 0 {
		c.add("h.owner_id = ?", personID)
	} else {
		c.add("h.owner_id <> 0")
	}
	list, err := collect(ctx, tx, func(r rows, f *pool.Facts) error {
		f.Contact, f.Opportunity, f.Deal, f.ContractEnd = calendar.NoDate, calendar.NoDate, calendar.NoDate, calendar.NoDate
		return r.Scan(append(holdingDestinations(&f.Holding), &f.Name, &f.Tier)...)
	}, "SELECT "+holdingSelect+", c.name, "+tierNow+" FROM holding h JOIN customer c ON c.id = h.customer_id AND c.superseded_in = "+openBatch+c.where()+
		" ORDER BY h.customer_id LIMIT "+c.parameter(int64(limit)), c.args...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	return list, tx.addFacts(ctx, list)
}

// addFacts fills in what happened with customers.
func (tx *Tx) addFacts(ctx context.Context, list []pool.Facts) error {
	at, ids := make(map[int64]*pool.Facts, len(list)), make([]int64, len(list))
	for i := range list {
		at[list[i].CustomerID], ids[i] = &list[i], list[i].CustomerID
	}
	err := each(ctx, tx, func(r rows) error {
		var id, open int64
		var followed, opened time.Time
		if err := r.Scan(&id, scanTime(&followed), scanTime(&opened), &open); err != nil {
			return err
		}
		f := at[id]
		f.Contact, f.Opportunity, f.OpenOpportunity = tx.dayOf(followed), tx.dayOf(opened), open > 0
		return nil
	}, `SELECT customer_id, MAX(followed_at), MAX(created_at), SUM(CASE WHEN state = 'open' THEN 1 ELSE 0 END) FROM opportunity WHERE customer_id IN (`+listed(ids)+`) GROUP BY customer_id`)
	if err != nil {
		return err
	}
	err = tx.eachSpoken(ctx, listed(ids), "MAX(occurred_at)", " GROUP BY customer_id", func(id int64, on calendar.Date) { at[id].Contact = max(at[id].Contact, on) })
	if err != nil {
		return err
	}
	if err := tx.addContractEnds(ctx, at, ids); err != nil {
		return err
	}
	return each(ctx, tx, func(r rows) error {
		var id int64
		var last calendar.Date
		if err := r.Scan(&id, scanDate(&last)); err != nil {
			return err
		}
		at[id].Deal = last
		return nil
	}, `SELECT `+livesAs("d.customer_id")+`, MAX(d.signed_on) FROM deal d WHERE `+boughtByAny("d.customer_id", listed(ids))+` AND d.superseded_in = `+openBatch+`
		AND NOT EXISTS (SELECT 1 FROM deal_detail x WHERE x.deal_id = d.id AND x.superseded_in = `+openBatch+` AND x.cancelled_on < '9999-12-31') GROUP BY `+livesAs("d.customer_id"))
}

// contractSpans reads when the contracts of customers begin and end: signed ones with a last day, up to the day on which they were ended sooner, and
// what is noted in a customer's file, which has no beginning.
func (tx *Tx) contractSpans(ctx context.Context, ids []int64, take func(customerID int64, from, end calendar.Date)) error {
	return each(ctx, tx, func(r rows) error {
		var id int64
		var from, end calendar.Date
		if err := r.Scan(&id, scanDate(&from), scanDate(&end)); err != nil {
			return err
		}
		take(id, from, end)
		return nil
	}, `SELECT customer_id, CASE WHEN starts_on > '' THEN starts_on ELSE signed_on END, CASE WHEN state = 'ended' AND ended_on > '' AND ended_on < ends_on THEN ended_on ELSE ends_on END
		FROM contract WHERE customer_id IN (`+listed(ids)+`) AND state IN ('signed', 'ended') AND ends_on > ''
		UNION ALL SELECT customer_id, '', contract_end FROM customer_profile WHERE customer_id IN (`+listed(ids)+`) AND contract_end > ''`)
}

// addContractEnds fills in when the contract ends that ends last. One that has not begun counts, too: it is signed.
func (tx *Tx) addContractEnds(ctx context.Context, at map[int64]*pool.Facts, ids []int64) error {
	return tx.contractSpans(ctx, ids, func(id int64, _, end calendar.Date) { at[id].ContractEnd = max(at[id].ContractEnd, end) })
}

// dayOf is the day of an instant where the company is; NoDate for none.
func (tx *Tx) dayOf(t time.Time) calendar.Date {
	if t.IsZero() {
		return calendar.NoDate
	}
	return calendar.DateOf(t.In(tx.db.now().Location()))
}

// Unheld implements pool.Reader. Who sold last counts where there is no opportunity; of several shares of a deal the greatest does.
func (tx *Tx) Unheld(ctx context.Context, after int64, limit int) ([]pool.Found, error) {
	return collect(ctx, tx, func(r rows, f *pool.Found) error { return r.Scan(&f.CustomerID, &f.PersonID) }, `SELECT c.id, COALESCE(
		(SELECT o.owner_id FROM opportunity o WHERE o.customer_id = c.id AND o.owner_id <> 0 ORDER BY CASE WHEN o.state = 'open' THEN 0 ELSE 1 END, o.id DESC LIMIT 1),
		(SELECT s.person_id FROM deal d JOIN deal_share s ON s.deal_id = d.id AND s.superseded_in = `+openBatch+` WHERE `+boughtBy("d.customer_id", "c.id")+` AND d.superseded_in = `+openBatch+`
			ORDER BY d.signed_on DESC, d.id DESC, s.basis_points DESC, s.position LIMIT 1), 0)
		FROM customer c WHERE c.superseded_in = `+openBatch+` AND c.id > $1 AND `+noAlias("c.id")+` AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.customer_id = c.id) ORDER BY c.id LIMIT $2`, after, int64(limit))
}

// HoldingCounts implements pool.Reader.
func (tx *Tx) HoldingCounts(ctx context.Context, personID int64, today, since calendar.Date) (counts pool.Counts, err error) {
	won := `EXISTS (SELECT 1 FROM deal d WHERE ` + boughtBy("d.customer_id", "h.customer_id") + ` AND d.superseded_in = ` + openBatch + `)`
	counts, err = one(ctx, tx, "pool.changed_meanwhile", func(r rows, c *pool.Counts) error { return r.Scan(&c.Holds, &c.Won, &c.Locked, &c.Both) },
		`SELECT COUNT(*), COALESCE(SUM(CASE WHEN `+won+` THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN h.locked THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN h.locked AND `+won+` THEN 1 ELSE 0 END), 0) FROM holding h WHERE h.owner_id = $1`, personID)
	if err != nil {
		return counts, err
	}
	err = each(ctx, tx, func(r rows) error {
		var way string
		var day calendar.Date
		var n int
		if err := r.Scan(&way, scanDate(&day), &n); err != nil {
			return err
		}
		switch {
		case way == string(pool.WayClaim):
			counts.ClaimedPeriod += n
			if day == today {
				counts.ClaimedToday += n
			}
		case day == today:
			counts.GivenToday += n
		}
		return nil
	}, `SELECT way, on_day, COUNT(*) FROM holding_step WHERE to_owner = $1 AND way IN ('claim', 'give') AND on_day >= $2 AND undone_in = 0 GROUP BY way, on_day`, personID, since.String())
	if err != nil {
		return counts, err
	}
	looked, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM pool_look WHERE person_id = $1 AND on_day = $2", personID, today.String())
	counts.ViewedToday = int(looked)
	return counts, err
}

// holdingPersons reads persons as of the day $1.
const holdingPersons = `SELECT p.id, p.key, p.name, COALESCE(a.level, ''), COALESCE(a.team_id, 0), COALESCE(t.key, ''), COALESCE(t.name, ''), COALESCE(t.region_id, 0), COALESCE(g.name, ''), p.hired_on <= $1 AND $1 < p.left_on
	FROM person p LEFT JOIN assignment a ON a.person_id = p.id AND a.superseded_in = ` + openBatch + ` AND a.valid_from <= $1 AND $1 < a.valid_to
	LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = ` + openBatch + ` AND t.valid_from <= $1 AND $1 < t.valid_to
	LEFT JOIN region g ON g.id = t.region_id AND g.superseded_in = ` + openBatch + ` AND g.valid_from <= $1 AND $1 < g.valid_to
	WHERE p.superseded_in = ` + openBatch

func scanHoldingPerson(r rows, p *pool.Person) error {
	return r.Scan(&p.ID, &p.Key, &p.Name, &p.Level, &p.TeamID, &p.Team, &p.TeamName, &p.RegionID, &p.Region, &p.Employed)
}

// HoldingPerson implements pool.Reader.
func (tx *Tx) HoldingPerson(ctx context.Context, personID int64, on calendar.Date) (pool.Person, error) {
	return one(ctx, tx, "org.person_missing", scanHoldingPerson, holdingPersons+" AND p.id = $2", on.String(), personID)
}

// SellersOn implements pool.Reader.
func (tx *Tx) SellersOn(ctx context.Context, scope access.Scope, on calendar.Date) ([]pool.Person, error) {
	condition, args := personsInReach(scope, on, "p.id", 2)
	return collect(ctx, tx, scanHoldingPerson, holdingPersons+" AND a.level IN ('newcomer', 'regular', 'core') AND p.hired_on <= $1 AND $1 < p.left_on AND "+condition+" ORDER BY p.id",
		append([]any{on.String()}, args...)...)
}

// AddLook implements pool.Tx.
func (tx *Tx) AddLook(ctx context.Context, personID int64, on calendar.Date, customerID int64) error {
	_, err := tx.exec(ctx, "INSERT INTO pool_look (person_id, on_day, customer_id) VALUES ($1, $2, $3) ON CONFLICT (person_id, on_day, customer_id) DO NOTHING", personID, on.String(), customerID)
	return err
}

var policyColumns = []string{"number", "text", "hash", "state", "effective_from", "author_id", "author_name", "created_at", "approver_id", "approver_name", "approved_at", "note", "trial", "revision"}

var policySelect = "SELECT " + strings.Join(policyColumns, ", ") + " FROM pool_policy "

func policyValues(v pool.Version) []any {
	return []any{v.Number, v.Text, v.Hash, string(v.State), optionalDay(v.EffectiveFrom), v.AuthorID, v.AuthorName, instant(v.CreatedAt), v.ApproverID, v.ApproverName, instant(v.ApprovedAt), v.Note, string(v.Trial), v.Revision}
}

func scanPolicy(r rows, v *pool.Version) error {
	var trial string
	err := r.Scan(&v.Number, &v.Text, &v.Hash, &v.State, scanDate(&v.EffectiveFrom), &v.AuthorID, &v.AuthorName, scanTime(&v.CreatedAt), &v.ApproverID, &v.ApproverName, scanTime(&v.ApprovedAt), &v.Note, &trial, &v.Revision)
	if trial != "" {
		v.Trial = json.RawMessage(trial)
	}
	return err
}

// PoolPolicies implements pool.Reader.
func (tx *Tx) PoolPolicies(ctx context.Context) ([]pool.Version, error) {
	return collect(ctx, tx, scanPolicy, policySelect+"ORDER BY number DESC LIMIT 500")
}

// PoolPolicy implements pool.Reader.
func (tx *Tx) PoolPolicy(ctx context.Context, number int64) (pool.Version, error) {
	return one(ctx, tx, "pool.no_such_version", scanPolicy, policySelect+"WHERE number = $1", number)
}

// PoolPolicyOn implements pool.Reader.
func (tx *Tx) PoolPolicyOn(ctx context.Context, on calendar.Date) (pool.Version, error) {
	return one(ctx, tx, "pool.no_policy", scanPolicy, policySelect+"WHERE state = 'approved' AND effective_from <= $1 ORDER BY effective_from DESC, number DESC LIMIT 1", on.String())
}

// InsertPoolPolicy implements pool.Tx.
func (tx *Tx) InsertPoolPolicy(ctx context.Context, v pool.Version) error {
	return tx.insertRow(ctx, "pool_policy", policyColumns, policyValues(v))
}

// SavePoolPolicy implements pool.Tx.
func (tx *Tx) SavePoolPolicy(ctx context.Context, v pool.Version) error {
	return mustChange(ctx, tx, "pool.changed_meanwhile", `UPDATE pool_policy SET text = $2, hash = $3, state = $4, effective_from = $5, author_id = $6, author_name = $7, created_at = $8,
		approver_id = $9, approver_name = $10, approved_at = $11, note = $12, trial = $13, revision = $14 WHERE number = $1 AND revision = $14 - 1`, policyValues(v)...)
}

// PoolDay implements pool.Reader.
func (tx *Tx) PoolDay(ctx context.Context, on calendar.Date) (string, error) {
	return value[string](ctx, tx, "SELECT job_id FROM pool_day WHERE on_day = $1", on.String())
}

// SavePoolDay implements pool.Tx.
func (tx *Tx) SavePoolDay(ctx context.Context, on calendar.Date, jobID string) error {
	_, err := tx.exec(ctx, "INSERT INTO pool_day (on_day, job_id) VALUES ($1, $2) ON CONFLICT (on_day) DO UPDATE SET job_id = excluded.job_id", on.String(), jobID)
	return err
}
