package store

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/money"
)

// diagnosisMonths is how far back the steps, contacts and opportunities of a diagnosis go: no kind of problem looks further.
const diagnosisMonths = 30

// companyLoad gathers a company for a diagnosis, one part after the other.
type companyLoad struct {
	tx       *Tx
	company  *finding.Company
	day      string // the last that counts
	since    string // of steps and contacts
	end      string // the instant behind the last day
	begin    string // the instant at which since begins
	currency money.Currency
	zone     *time.Location

	regions, teams, persons, products, customers, deals, opportunities map[int64]int32
	dealKeys                                                           map[string]int32
}

// DiagnosisCompany implements diagnosis.Reader.
func (tx *Tx) DiagnosisCompany(ctx context.Context, asOf calendar.Date, currency money.Currency, report func(finding.Part)) (_ *finding.Company, err error) {
	defer errs.Wrap(&err, "store.DiagnosisCompany(%s)", asOf)
	from := (asOf.Month() - diagnosisMonths + 1).First()
	l := &companyLoad{tx: tx, day: asOf.String(), since: from.String(), begin: instant(tx.begins(from)), end: instant(tx.begins(asOf + 1)), currency: currency, zone: tx.db.now().Location(),
		company: &finding.Company{AsOf: asOf, Standards: map[string]string{}, Kept: map[finding.Part]int{}}}
	for _, step := range []struct {
		part finding.Part
		load func(context.Context) (int, error)
	}{{finding.Regions, l.loadRegions}, {finding.Teams, l.loadTeams}, {finding.Persons, l.loadPersons}, {finding.Products, l.loadProducts}, {finding.Customers, l.loadCustomers}, {finding.CustomerRecords, l.loadLedger}, {finding.Deals, l.loadDeals}, {finding.Payments, l.loadPayments},
		{finding.Leads, l.loadLeads}, {finding.Opportunities, l.loadOpportunities}, {finding.ProcessEvents, l.loadEvents}, {finding.FollowUps, l.loadFollowUps}, {finding.Approvals, l.loadApprovals}, {finding.Quotes, l.loadQuotes}, {finding.Instalments, l.loadInstalments},
		{finding.Quotas, l.loadQuotas}, {finding.Targets, l.loadTargets}, {finding.CustomerMoves, l.loadMoves}, {finding.ServiceCases, l.loadCases}, {finding.Satisfaction, l.loadOpinions}, {finding.Training, l.loadTrainings}, {finding.Pay, l.loadPay}, {finding.Budgets, l.loadBudgets}, {finding.Standards, l.loadStandards}} {
		report(step.part)
		n, err := step.load(ctx)
		if err != nil {
			return nil, err
		}
		l.company.Kept[step.part] = n
	}
	return l.company, nil
}

func (l *companyLoad) each(ctx context.Context, fn func(rows) error, text string, args ...any) error {
	return each(ctx, l.tx, fn, text, args...)
}

// at is the index of an id, or Nobody.
func at(index map[int64]int32, id int64) int32 {
	if i, known := index[id]; known {
		return i
	}
	return finding.Nobody
}

// dayIn is the day of a text that may be empty, an instant or a day; NoDay for none, and for what is behind the last that counts.
func (l *companyLoad) dayIn(text string) finding.Day {
	if len(text) == len(timeLayout) {
		if text >= l.end {
			return finding.NoDay
		}
		return l.moment(text).Day()
	}
	day, err := calendar.ParseDate(text)
	if err != nil || text > l.day {
		return finding.NoDay
	}
	return day
}

// moment is an instant where the company is.
func (l *companyLoad) moment(text string) finding.Moment {
	t, err := time.Parse(timeLayout, text)
	if err != nil || text >= l.end {
		return finding.NoMoment
	}
	t = t.In(l.zone)
	return finding.At(calendar.DateOf(t), t.Hour()*60+t.Minute())
}

// recordKey names a record of the installation so that its page can be found again.
func recordKey(kind string, id int64) string { return kind + ":" + strconv.FormatInt(id, 10) }

func (l *companyLoad) loadRegions(ctx context.Context) (int, error) {
	l.regions = map[int64]int32{}
	err := l.each(ctx, func(r rows) error {
		var id int64
		var x finding.Region
		err := r.Scan(&id, &x.Key, &x.Name)
		l.regions[id] = int32(len(l.company.Regions))
		l.company.Regions = append(l.company.Regions, x)
		return err
	}, "SELECT id, key, name FROM region WHERE superseded_in = "+openBatch+" AND valid_from <= $1 AND $1 < valid_to ORDER BY id", l.day)
	return len(l.company.Regions), err
}

func (l *companyLoad) loadTeams(ctx context.Context) (int, error) {
	l.teams = map[int64]int32{}
	err := l.each(ctx, func(r rows) error {
		var id, region int64
		t := finding.Team{Leader: finding.Nobody}
		err := r.Scan(&id, &t.Key, &t.Name, &region)
		t.ID, t.Region = id, at(l.regions, region)
		l.teams[id] = int32(len(l.company.Teams))
		l.company.Teams = append(l.company.Teams, t)
		return err
	}, "SELECT id, key, name, region_id FROM team WHERE superseded_in = "+openBatch+" AND valid_from <= $1 AND $1 < valid_to ORDER BY id", l.day)
	return len(l.company.Teams), err
}

var diagnosisLayers = map[string]finding.Layer{"newcomer": finding.LayerNewcomer, "regular": finding.LayerRegular, "core": finding.LayerCore, "manager": finding.LayerManager}

func (l *companyLoad) loadPersons(ctx context.Context) (int, error) {
	l.persons = map[int64]int32{}
	err := l.each(ctx, func(r rows) error {
		var id, team int64
		var level string
		var left calendar.Date
		var p finding.Person
		if err := r.Scan(&id, &p.Key, &p.Name, scanDate(&p.Hired), scanDate(&left), &team, &level); err != nil {
			return err
		}
		if p.Left = finding.NoDay; left.String() <= l.day {
			p.Left = left - 1
		}
		p.Team, p.Layer = at(l.teams, team), diagnosisLayers[level]
		if i, known := l.persons[id]; known { // the row of a later day
			l.company.People[i] = p
			return nil
		}
		l.persons[id] = int32(len(l.company.People))
		l.company.People = append(l.company.People, p)
		return nil
	}, "SELECT p.id, p.key, p.name, p.hired_on, p.left_on, COALESCE(a.team_id, 0), COALESCE(a.level, '') FROM person p LEFT JOIN assignment a ON a.person_id = p.id AND a.superseded_in = "+openBatch+
		" AND a.valid_from <= $1 WHERE p.superseded_in = "+openBatch+" AND p.hired_on <= $1 ORDER BY p.id, a.valid_from", l.day)
	if err != nil {
		return 0, err
	}
	return len(l.company.People), l.each(ctx, func(r rows) error {
		var team, person int64
		err := r.Scan(&team, &person)
		if i, known := l.teams[team]; known {
			l.company.Teams[i].Leader = at(l.persons, person)
		}
		return err
	}, "SELECT team_id, person_id FROM team_leader WHERE superseded_in = "+openBatch+" AND valid_from <= $1 AND $1 < valid_to ORDER BY team_id", l.day)
}

func (l *companyLoad) loadProducts(ctx context.Context) (int, error) {
	l.products = map[int64]int32{}
	err := l.each(ctx, func(r rows) error {
		var id int64
		var p finding.Product
		err := r.Scan(&id, &p.Key, &p.Name)
		l.products[id] = int32(len(l.company.Products))
		l.company.Products = append(l.company.Products, p)
		return err
	}, "SELECT id, key, name FROM product WHERE superseded_in = "+openBatch+" AND valid_from <= $1 AND $1 < valid_to ORDER BY id", l.day)
	return len(l.company.Products), err
}

func (l *companyLoad) loadCustomers(ctx context.Context) (int, error) {
	l.customers = map[int64]int32{}
	err := l.each(ctx, func(r rows) error {
		var id, budget int64
		var name, credit, tier, confirmed string
		var filled [5]string
		if err := r.Scan(&id, &name, &credit, &tier, &filled[0], &filled[1], &filled[2], &budget, &filled[3], &filled[4], &confirmed); err != nil {
			return err
		}
		c := finding.Customer{Key: recordKey("customer", id), Name: diagnosis.NameMark(name), Credit: diagnosis.CodeMark(credit), Owner: finding.Nobody, Since: finding.NoDay, Met: finding.NoMoment, Registered: finding.NoMoment, Checked: l.lastDay(confirmed), Contacted: finding.NoDay, Lost: finding.NoDay}
		if tier != "" {
			c.Tier = tier[0]
		}
		if budget >= 0 {
			c.Filled++
		}
		for _, text := range filled {
			if text != "" {
				c.Filled++
			}
		}
		l.customers[id] = int32(len(l.company.Customers))
		l.company.Customers = append(l.company.Customers, c)
		return nil
	}, "SELECT c.id, c.name, c.credit_code, "+tierNow+", c.industry, c.city, COALESCE(p.need, ''), COALESCE(p.budget_minor, -1), COALESCE(p.decision_maker, ''), COALESCE(p.address, ''), COALESCE(p.confirmed, '') FROM customer c LEFT JOIN customer_profile p ON p.customer_id = c.id"+
		" WHERE c.superseded_in = "+openBatch+" AND c.valid_from <= $1 AND $1 < c.valid_to ORDER BY c.id", l.day)
	return len(l.company.Customers), err
}

// loadLedger says who has which customer, since when, and when it was talked to last.
func (l *companyLoad) loadLedger(ctx context.Context) (kept int, err error) {
	if err := l.each(ctx, func(r rows) error {
		var id, owner int64
		var since string
		if err := r.Scan(&id, &owner, &since); err != nil {
			return err
		}
		if i := at(l.customers, id); i >= 0 {
			c := &l.company.Customers[i]
			c.InLedger, c.Owner, c.Since = true, at(l.persons, owner), l.dayIn(since)
			kept++
		}
		return nil
	}, "SELECT customer_id, owner_id, since FROM holding ORDER BY customer_id"); err != nil {
		return 0, err
	}
	contact := func(r rows) error {
		var id int64
		var last string
		err := r.Scan(&id, &last)
		if i := at(l.customers, id); i >= 0 {
			c := &l.company.Customers[i]
			c.Contacted = max(c.Contacted, l.dayIn(last))
		}
		return err
	}
	if err := l.each(ctx, contact, "SELECT o.customer_id, MAX(f.occurred_at) FROM follow_up f JOIN opportunity o ON o.id = f.opportunity_id WHERE f.occurred_at < $1 GROUP BY o.customer_id", l.end); err != nil {
		return 0, err
	}
	if err := l.each(ctx, contact, "SELECT customer_id, MAX(occurred_at) FROM follow_up WHERE customer_id <> 0 AND occurred_at < $1 GROUP BY customer_id", l.end); err != nil {
		return 0, err
	}
	return kept, l.each(ctx, func(r rows) error {
		var id int64
		var met, typed string
		err := r.Scan(&id, &met, &typed)
		if i := at(l.customers, id); i >= 0 {
			l.company.Customers[i].Met, l.company.Customers[i].Registered = l.moment(met), l.moment(typed)
		}
		return err
	}, "SELECT o.customer_id, MIN(e.occurred_at), MIN(e.recorded_at) FROM process_event e JOIN opportunity o ON o.id = e.case_id WHERE e.activity = 'customer_registered' AND e.recorded_at < $1 GROUP BY o.customer_id", l.end)
}

func (l *companyLoad) loadDeals(ctx context.Context) (int, error) {
	l.deals, l.dealKeys = map[int64]int32{}, map[string]int32{}
	err := l.each(ctx, func(r rows) error {
		var id, customer, product, seller int64
		var key, signed, cancelled string
		var d finding.Deal
		if err := r.Scan(&id, &key, &customer, &product, &signed, &d.AmountMinor, &seller, &cancelled); err != nil {
			return err
		}
		d.Key, d.Customer, d.Product, d.Seller, d.Signed, d.Cancelled = "deal:"+key, at(l.customers, customer), at(l.products, product), at(l.persons, seller), l.dayIn(signed), l.dayIn(cancelled)
		l.deals[id], l.dealKeys[key] = int32(len(l.company.Deals)), int32(len(l.company.Deals))
		l.company.Deals = append(l.company.Deals, d)
		return nil
	}, "SELECT d.id, d.key, d.customer_id, d.product_id, d.signed_on, d.amount_minor, COALESCE(s.person_id, 0), COALESCE(x.cancelled_on, '') FROM deal d LEFT JOIN deal_share s ON s.deal_id = d.id AND s.position = (SELECT MIN(m.position) FROM deal_share m WHERE m.deal_id = d.id AND m.superseded_in = "+openBatch+
		") AND s.superseded_in = "+openBatch+" LEFT JOIN deal_detail x ON x.deal_id = d.id AND x.superseded_in = "+openBatch+" WHERE d.superseded_in = "+openBatch+" AND d.signed_on <= $1 AND d.currency = $2 ORDER BY d.id", l.day, string(l.currency))
	if err == nil {
		l.loadBuying()
	}
	return len(l.company.Deals), err
}

// loadBuying says from orders when customers who bought stayed away.
func (l *companyLoad) loadBuying() {
	orders := map[int32][]finding.Day{}
	for i := range l.company.Deals {
		if d := &l.company.Deals[i]; d.Customer >= 0 && d.Cancelled == finding.NoDay {
			orders[d.Customer] = append(orders[d.Customer], d.Signed)
		}
	}
	for i := range l.company.Customers {
		l.company.Customers[i].Buying = finding.BuyingOf(orders[int32(i)], l.company.AsOf)
	}
}

func (l *companyLoad) loadPayments(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var deal int64
		var p finding.Payment
		if err := r.Scan(&deal, scanDate(&p.Paid), &p.AmountMinor); err != nil {
			return err
		}
		if p.Deal = at(l.deals, deal); p.Deal >= 0 {
			l.company.Payments = append(l.company.Payments, p)
		}
		return nil
	}, "SELECT deal_id, paid_on, amount_minor FROM payment WHERE superseded_in = "+openBatch+" AND paid_on <= $1 AND currency = $2 ORDER BY deal_id, paid_on", l.day, string(l.currency))
	return len(l.company.Payments), err
}
