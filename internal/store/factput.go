package store

import (
	"context"
	"fmt"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/naming"
)

var (
	regionColumns     = []string{"id", "key", "name", "valid_from", "valid_to"}
	teamColumns       = []string{"id", "key", "name", "region_id", "valid_from", "valid_to"}
	leaderColumns     = []string{"team_id", "person_id", "valid_from", "valid_to"}
	personColumns     = []string{"id", "key", "name", "hired_on", "left_on", "search_text"}
	assignmentColumns = []string{"person_id", "team_id", "level", "roles", "valid_from", "valid_to"}
	customerColumns   = []string{"id", "key", "name", "industry", "city", "credit_code", "tier", "region", "valid_from", "valid_to", "search_text"}
	productColumns    = []string{"id", "key", "name", "category", "valid_from", "valid_to"}
	dealColumns       = []string{"id", "key", "customer_id", "product_id", "signed_on", "amount_minor", "currency"}
	shareColumns      = []string{"deal_id", "position", "person_id", "basis_points"}
	quotaColumns      = []string{"person_id", "month", "quantity", "amount_minor"}
	rateColumns       = []string{"base", "quote", "valid_on", "kind", "rate"}
)

var forever = calendar.Forever.String()

// put writes the row of an entity whose whole content is one row: superseding the current one first when it is a correction.
func (w *factWriter) put(ctx context.Context, kind fact.Kind, columns []string, key, content string, rest ...any) (int64, fact.Outcome, error) {
	id, outcome, err := w.settle(ctx, kind, key, content)
	if err != nil || outcome == fact.Unchanged {
		return id, outcome, err
	}
	if outcome == fact.Corrected {
		if err := w.supersede(ctx, string(kind), "id = $1", id); err != nil {
			return 0, outcome, err
		}
	}
	return id, outcome, w.insert(ctx, string(kind), columns, append([]any{id, key}, rest...)...)
}

// PutRegion implements fact.Writer.
func (w *factWriter) PutRegion(ctx context.Context, r fact.RegionRecord) (fact.Outcome, error) {
	_, outcome, err := w.put(ctx, fact.KindRegion, regionColumns, r.Key, r.Name, r.Name, dawn, forever)
	return outcome, err
}

// PutCustomer implements fact.Writer. A customer's tier and region are read by every month, as a product's category is: a correction of
// them touches pay from the beginning.
func (w *factWriter) PutCustomer(ctx context.Context, r fact.CustomerRecord) (fact.Outcome, error) {
	before, known, err := w.find(ctx, fact.KindCustomer, r.Key)
	if err != nil {
		return fact.Unchanged, err
	}
	was := customerClass{}
	if known {
		if was, err = w.classOf(ctx, before.id); err != nil {
			return fact.Unchanged, err
		}
	}
	class := was
	if r.Tier != nil {
		class.tier = *r.Tier
	}
	if r.Region != nil {
		class.region = *r.Region
	}
	content := strings.Join([]string{r.Name, r.Industry, r.City, r.CreditCode, class.tier, class.region}, "|")
	id, outcome, err := w.put(ctx, fact.KindCustomer, customerColumns, r.Key, content, r.Name, r.Industry, r.City, r.CreditCode, class.tier, class.region, dawn, forever,
		naming.Text(r.Name, r.Key, r.CreditCode))
	if err == nil && class != was {
		w.setClass(id, class)
		if known {
			w.batch.EarliestMonth = calendar.NewMonth(1, 1)
		}
	}
	return outcome, err
}

// PutProduct implements fact.Writer. A product's category is read by every month, so a correction of it touches pay from the beginning;
// a new name alone touches none.
func (w *factWriter) PutProduct(ctx context.Context, r fact.ProductRecord) (fact.Outcome, error) {
	before, _, err := w.find(ctx, fact.KindProduct, r.Key)
	if err != nil {
		return fact.Unchanged, err
	}
	_, outcome, err := w.put(ctx, fact.KindProduct, productColumns, r.Key, r.Name+"|"+r.Category, r.Name, r.Category, dawn, forever)
	renamed := strings.Count(before.content, "|") == 1 && strings.HasSuffix(before.content, "|"+r.Category)
	if outcome == fact.Corrected && !renamed {
		w.batch.EarliestMonth = calendar.NewMonth(1, 1)
	}
	return outcome, err
}

// PutTeam implements fact.Writer.
func (w *factWriter) PutTeam(ctx context.Context, r fact.TeamRecord) (fact.Outcome, error) {
	region, err := w.resolve(ctx, fact.KindRegion, r.Region)
	if err != nil {
		return fact.Unchanged, err
	}
	_, outcome, err := w.put(ctx, fact.KindTeam, teamColumns, r.Key, fmt.Sprintf("%s|%d", r.Name, region), r.Name, region, dawn, forever)
	return outcome, err
}

// PutLeader implements fact.Writer.
func (w *factWriter) PutLeader(ctx context.Context, r fact.LeaderRecord) (fact.Outcome, error) {
	team, err := w.resolve(ctx, fact.KindTeam, r.Team)
	if err != nil {
		return fact.Unchanged, err
	}
	person, err := w.resolve(ctx, fact.KindPerson, r.Person)
	if err != nil {
		return fact.Unchanged, err
	}
	spans, err := w.currentSpans(ctx, "team_leader", "team_id", team, "person_id, '', ''")
	if err != nil || (len(spans) == 0 && person == 0) {
		return fact.Unchanged, err
	}
	outcome := fact.Unchanged
	next := span{from: dateFrom(r.From), to: calendar.Forever, id: person}
	err = replaceSpans(spans, next, r.From == calendar.NoDate, func(s span, add bool) error {
		if outcome = fact.Corrected; len(spans) == 0 {
			outcome = fact.Added
		}
		if !add {
			return w.supersede(ctx, "team_leader", "team_id = $1 AND valid_from = $2", team, dayText(s.from))
		}
		w.touch(max(s.from, next.from)) // days before the change stay what they were
		return w.insert(ctx, "team_leader", leaderColumns, team, s.id, dayText(s.from), s.to.String())
	})
	return outcome, err
}

// touchSigned notes the month in which a deal was signed as it was known before.
func (w *factWriter) touchSigned(before string) {
	if parts := strings.SplitN(before, "|", 4); len(parts) == 4 {
		if day, err := calendar.ParseDate(parts[2]); err == nil {
			w.touch(day)
		}
	}
}

// touchPaid notes the month of the first payment or invoice on a deal, which may be before the signature. An import, which may correct a
// million deals, takes the signature for the beginning.
func (w *factWriter) touchPaid(ctx context.Context, deal int64) error {
	if !w.single {
		return nil
	}
	text, err := value[string](ctx, w.tx, `SELECT COALESCE(MIN(f.day), '') FROM (
		SELECT MIN(paid_on) AS day FROM payment WHERE superseded_in = `+openBatch+` AND deal_id = $1
		UNION ALL SELECT MIN(invoiced_on) FROM invoice WHERE superseded_in = `+openBatch+` AND deal_id = $1) f`, deal)
	if err != nil || text == "" {
		return err
	}
	day, err := calendar.ParseDate(text)
	if err == nil {
		w.touch(day)
	}
	return err
}

// PutDeal implements fact.Writer.
func (w *factWriter) PutDeal(ctx context.Context, r fact.DealRecord) (fact.Outcome, error) {
	customer, err := w.resolve(ctx, fact.KindCustomer, r.Customer)
	if err != nil {
		return fact.Unchanged, err
	}
	product, err := w.resolve(ctx, fact.KindProduct, r.Product)
	if err != nil {
		return fact.Unchanged, err
	}
	content := fmt.Sprintf("%d|%d|%s|%d|%s", customer, product, r.SignedOn, r.AmountMinor, r.Currency)
	persons := make([]int64, len(r.Shares))
	for i, s := range r.Shares {
		if persons[i], err = w.resolve(ctx, fact.KindPerson, s.Person); err != nil {
			return fact.Unchanged, err
		}
		content += shareContent(persons[i], int64(s.BasisPoints))
	}
	before, _, err := w.find(ctx, fact.KindDeal, r.Key)
	if err != nil {
		return fact.Unchanged, err
	}
	id, outcome, err := w.put(ctx, fact.KindDeal, dealColumns, r.Key, content, customer, product, r.SignedOn.String(), r.AmountMinor, string(r.Currency))
	if err != nil || outcome == fact.Unchanged {
		return w.andDetail(ctx, id, r, outcome, err)
	}
	w.touch(r.SignedOn)
	if outcome == fact.Added {
		w.signed = append(w.signed, r.Key)
	}
	if outcome == fact.Corrected {
		w.touchSigned(before.content)
		if err := w.touchPaid(ctx, id); err != nil {
			return outcome, err
		}
		if err := w.supersede(ctx, "deal_share", "deal_id = $1", id); err != nil {
			return outcome, err
		}
	}
	for i, s := range r.Shares {
		if err := w.insert(ctx, "deal_share", shareColumns, id, int64(i), persons[i], int64(s.BasisPoints)); err != nil {
			return outcome, err
		}
	}
	return w.andDetail(ctx, id, r, outcome, nil)
}

// PutQuota implements fact.Writer.
func (w *factWriter) PutQuota(ctx context.Context, r fact.QuotaRecord) (fact.Outcome, error) {
	person, err := w.resolve(ctx, fact.KindPerson, r.Person)
	if err != nil {
		return fact.Unchanged, err
	}
	key := fmt.Sprintf("%d|%s|%s", person, r.Month, r.Of)
	quotas, err := w.loadQuotas(ctx, person, r)
	if err != nil {
		return fact.Unchanged, err
	}
	before, ok := quotas[key]
	if ok && before.id == r.AmountMinor {
		return fact.Unchanged, nil
	}
	outcome := fact.Added
	if ok {
		outcome = fact.Corrected
		if err := w.supersede(ctx, "quota", "person_id = $1 AND month = $2 AND quantity = $3", person, r.Month.String(), r.Of); err != nil {
			return outcome, err
		}
	}
	quotas[key] = known{id: r.AmountMinor}
	w.touch(r.Month.First())
	return outcome, w.insert(ctx, "quota", quotaColumns, person, r.Month.String(), r.Of, r.AmountMinor)
}

// loadQuotas reads the current quotas, with the amount in place of an id; for an entry by hand the one in question.
func (w *factWriter) loadQuotas(ctx context.Context, person int64, of fact.QuotaRecord) (map[string]known, error) {
	m, loaded := w.known[fact.KindQuota]
	if loaded && !w.single {
		return m, nil
	}
	if !loaded {
		m = map[string]known{}
		w.known[fact.KindQuota] = m
	}
	limit, args := "", []any{}
	if w.single {
		if _, seen := m[fmt.Sprintf("%d|%s|%s", person, of.Month, of.Of)]; seen {
			return m, nil
		}
		limit, args = " AND person_id = $1 AND month = $2 AND quantity = $3", []any{person, of.Month.String(), of.Of}
	}
	return m, each(ctx, w.tx, func(r rows) error {
		var person, amount int64
		var month, of string
		if err := r.Scan(&person, &month, &of, &amount); err != nil {
			return err
		}
		m[fmt.Sprintf("%d|%s|%s", person, month, of)] = known{id: amount}
		return nil
	}, `SELECT person_id, month, quantity, amount_minor FROM quota`+isOpen+limit, args...)
}

// PutRate implements fact.Writer.
func (w *factWriter) PutRate(ctx context.Context, r fact.RateRecord) (fact.Outcome, error) {
	key := []any{string(r.Base), string(r.Quote), r.On.String(), r.Kind}
	before, err := value[string](ctx, w.tx, `SELECT rate FROM exchange_rate
		WHERE base = $1 AND quote = $2 AND valid_on = $3 AND kind = $4 AND superseded_in = $5`, append(key, int64(fact.Open))...)
	if err != nil || before == r.Rate {
		return fact.Unchanged, err
	}
	outcome := fact.Added
	if before != "" {
		outcome = fact.Corrected
		if err := w.supersede(ctx, "exchange_rate", "base = $1 AND quote = $2 AND valid_on = $3 AND kind = $4", key...); err != nil {
			return outcome, err
		}
	}
	w.touch(r.On)
	return outcome, w.insert(ctx, "exchange_rate", rateColumns, append(key, r.Rate)...)
}
