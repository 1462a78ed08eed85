package store

import (
	"context"
	"sync"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
)

// heldOrganisation is the organisation as it was read last, up to which batch that is known to hold, and the last batches that changed it.
type heldOrganisation struct {
	mu    sync.Mutex
	org   *metric.Organisation
	batch fact.BatchID
	last  [8]int64
}

// Organisation implements metric.Reader. It is read again when a batch changed it, and otherwise the one in memory.
func (tx *Tx) Organisation(ctx context.Context) (*metric.Organisation, error) {
	if !tx.snapshot {
		return tx.readOrganisation(ctx)
	}
	batch, err := tx.LatestBatch(ctx)
	if err != nil {
		return nil, err
	}
	held := &tx.db.organisation
	held.mu.Lock()
	defer held.mu.Unlock()
	if held.org != nil && held.batch == batch {
		return held.org, nil
	}
	last, err := tx.organisationBatches(ctx)
	if err != nil {
		return nil, err
	}
	if held.org != nil && held.last == last {
		held.batch = batch
		return held.org, nil
	}
	org, err := tx.readOrganisation(ctx)
	if err != nil {
		return nil, err
	}
	held.org, held.batch, held.last = org, batch, last
	return org, nil
}

// organisationBatches are the last batches that wrote rows of the organisation or superseded some. Batches follow one another, so that these say whether anything
// changed.
func (tx *Tx) organisationBatches(ctx context.Context) (last [8]int64, err error) {
	for i, table := range []string{"person", "assignment", "team", "region"} {
		if err := each(ctx, tx, func(r rows) error { return r.Scan(&last[2*i], &last[2*i+1]) },
			"SELECT COALESCE(MAX(recorded_in), 0), COALESCE(MAX(CASE WHEN superseded_in < "+openBatch+" THEN superseded_in END), 0) FROM "+table); err != nil {
			return last, err
		}
	}
	return last, nil
}

func (tx *Tx) readOrganisation(ctx context.Context) (o *metric.Organisation, err error) {
	o = &metric.Organisation{}
	if o.People, err = collect(ctx, tx, func(r rows, e *metric.Employment) error {
		return r.Scan(&e.PersonID, &e.Name, scanDate(&e.HiredOn), scanDate(&e.LeftOn))
	}, "SELECT id, name, hired_on, left_on FROM person WHERE superseded_in = "+openBatch+" ORDER BY id"); err != nil {
		return o, err
	}
	at := 0
	if err = each(ctx, tx, func(r rows) error {
		var id int64
		var p metric.Position
		if err := r.Scan(&id, &p.TeamID, &p.Level, scanDate(&p.Days.From), scanDate(&p.Days.To)); err != nil {
			return err
		}
		for at < len(o.People) && o.People[at].PersonID < id {
			at++
		}
		if at < len(o.People) && o.People[at].PersonID == id {
			o.People[at].Positions = append(o.People[at].Positions, p)
		}
		return nil
	}, "SELECT person_id, team_id, level, valid_from, valid_to FROM assignment WHERE superseded_in = "+openBatch+" ORDER BY person_id, valid_from"); err != nil {
		return o, err
	}
	scanUnit := func(r rows, u *metric.OrgUnit) error {
		return r.Scan(&u.ID, &u.Name, &u.RegionID, scanDate(&u.Days.From), scanDate(&u.Days.To))
	}
	if o.Teams, err = collect(ctx, tx, scanUnit, "SELECT id, name, region_id, valid_from, valid_to FROM team WHERE superseded_in = "+openBatch+" ORDER BY id, valid_from"); err != nil {
		return o, err
	}
	o.Regions, err = collect(ctx, tx, scanUnit, "SELECT id, name, id, valid_from, valid_to FROM region WHERE superseded_in = "+openBatch+" ORDER BY id, valid_from")
	return o, err
}

// rowSource is where rows behind a measure are: key, id, name, day and whole amount, by whom they are owned or which deal they belong to.
type rowSource struct {
	kind     string
	columns  string // of key, id, name, day, amount, deal, owner
	day      string
	tie      string // a number where it is an id
	byID     bool
	owner    string // empty: shared as the deal in deal
	deal     string
	where    string
	instants bool // day is an instant
	now      bool // of no days
	currency string
	subject  bool // the key says what it is of
}

const (
	ofDeal     = " JOIN deal d ON d.id = x.deal_id AND d.superseded_in = " + openBatch + " LEFT JOIN customer k ON k.id = d.customer_id AND k.superseded_in = " + openBatch
	rowsHeld   = "x.superseded_in = " + openBatch
	dealOfRow  = "SELECT x.key, d.id, COALESCE(k.name, ''), "
	leadNamed  = "CASE WHEN x.company <> '' THEN x.company ELSE x.name END"
	chanceRows = "SELECT '', x.id, x.name, "
)

func opportunityRows(day, amount, where string) rowSource {
	return rowSource{kind: "opportunity", columns: chanceRows + day + ", " + amount + ", 0, x.owner_id FROM opportunity x", day: day, tie: "x.id", byID: true, owner: "x.owner_id", where: where}
}

func targetRows(quantity string) rowSource {
	return rowSource{kind: "quota", columns: "SELECT '', x.person_id, COALESCE(p.name, ''), x.month || '-01', x.amount_minor, 0, x.person_id FROM quota x LEFT JOIN person p ON p.id = x.person_id AND p.superseded_in = " + openBatch,
		day: "x.month || '-01'", tie: "x.person_id", byID: true, owner: "x.person_id", where: rowsHeld + " AND x.quantity = '" + quantity + "' AND x.amount_minor <> 0"}
}

func paymentRows(amount, where string) rowSource {
	return rowSource{kind: "payment", columns: dealOfRow + "x.paid_on, " + amount + ", x.deal_id, 0 FROM payment x" + ofDeal, day: "x.paid_on", tie: "x.key", deal: "x.deal_id", where: rowsHeld + " AND " + where, currency: "x.currency"}
}

func signedRows(day, amount, more string) rowSource {
	return rowSource{kind: "deal", columns: "SELECT d.key, d.id, COALESCE(k.name, ''), " + day + ", " + amount + ", d.id, 0 FROM deal d LEFT JOIN customer k ON k.id = d.customer_id AND k.superseded_in = " + openBatch + more,
		day: day, tie: "d.id", byID: true, deal: "d.id", where: "d.superseded_in = " + openBatch, currency: "d.currency"}
}

func leadRows(more, where string) rowSource {
	return rowSource{kind: "lead", columns: "SELECT '', x.id, " + leadNamed + ", x.created_at, 1, 0, x.owner_id FROM lead x" + more, day: "x.created_at", tie: "x.id", byID: true, owner: "x.owner_id", where: where, instants: true}
}

// names is what the first column is: the key of the record, or what it is of.
func (s rowSource) names(f *metric.FactRow) *string {
	if s.subject {
		return &f.Subject
	}
	return &f.Key
}

var rowSources = map[metric.MeasureID]rowSource{
	metric.Signed:    signedRows("d.signed_on", "d.amount_minor", ""),
	metric.Deals:     signedRows("d.signed_on", "1", ""),
	metric.Cancelled: signedRows("x.cancelled_on", "d.amount_minor", " JOIN deal_detail x ON x.deal_id = d.id AND x.superseded_in = "+openBatch),
	metric.Invoiced: {kind: "invoice", columns: dealOfRow + "x.invoiced_on, x.amount_minor, x.deal_id, 0 FROM invoice x" + ofDeal, day: "x.invoiced_on", tie: "x.key", deal: "x.deal_id", where: rowsHeld,
		currency: "x.currency"},
	metric.Collected:       paymentRows("x.amount_minor", "x.amount_minor >= 0"),
	metric.Refunded:        paymentRows("-x.amount_minor", "x.amount_minor < 0"),
	metric.TargetCollected: targetRows("collected"),
	metric.TargetSigned:    targetRows("signed"),
	metric.TargetInvoiced:  targetRows("invoiced"),
	metric.Due: {kind: "instalment", columns: "SELECT c.number, c.id, COALESCE(k.name, ''), x.due_on, x.amount_minor, 0, c.owner_id FROM instalment x JOIN contract c ON c.id = x.contract_id AND c.state IN ('signed', 'expired') LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = " + openBatch,
		day: "x.due_on", tie: "x.id", byID: true, owner: "c.owner_id", where: "x.due_on <> ''", currency: "x.currency"},
	metric.Leads:          leadRows("", "1 = 1"),
	metric.Won:            opportunityRows("x.ended_on", "1", "x.state = 'won'"),
	metric.Lost:           opportunityRows("x.ended_on", "1", "x.state = 'lost'"),
	metric.WonMoney:       opportunityRows("x.ended_on", "x.amount_minor", "x.state = 'won'"),
	metric.Pipeline:       presentRows("x.amount_minor"),
	metric.PipelineNumber: presentRows("1"),

	metric.FollowUps:        followUpRows(""),
	metric.Visits:           followUpRows(" AND f.kind = 'visit'"),
	metric.CustomersFirst:   firstDealRows(),
	metric.CustomersEntered: enteredRows(),

	metric.Decisions:         decisionRows("1 = 1"),
	metric.DecisionsEvidence: decisionRows("x.evidence_count > 0"),
}

func decisionRows(where string) rowSource {
	return rowSource{kind: "decision", columns: "SELECT '', x.id, x.title, x.decided_on, 1, 0, x.person_id FROM decision x", day: "x.decided_on", tie: "x.id", byID: true, owner: "x.person_id", where: where}
}

// followUpRows are follow-ups with customers and with leads; what was said to a lead that became an opportunity is told once, of the opportunity.
func followUpRows(and string) rowSource {
	const of = "(CASE WHEN f.opportunity_id <> 0 THEN f.opportunity_id ELSE f.customer_id END)"
	return rowSource{kind: "follow_up", columns: `SELECT x.subject, x.id, x.name, x.occurred_at, 1, 0, x.person_id FROM (
		SELECT CASE WHEN f.opportunity_id <> 0 THEN 'opportunity:' ELSE 'customer:' END || CAST(` + of + ` AS TEXT) AS subject, f.id, COALESCE(o.name, k.name, '') AS name, f.occurred_at, f.person_id
		FROM follow_up f LEFT JOIN opportunity o ON o.id = f.opportunity_id LEFT JOIN customer k ON k.id = f.customer_id AND k.superseded_in = ` + openBatch + ` WHERE 1 = 1` + and + `
		UNION ALL SELECT 'lead:' || CAST(f.lead_id AS TEXT), f.id, CASE WHEN l.company <> '' THEN l.company ELSE l.name END, f.occurred_at, f.person_id
		FROM lead_follow_up f JOIN lead l ON l.id = f.lead_id WHERE NOT EXISTS (SELECT 1 FROM follow_up c WHERE c.id = f.id)` + and + `) x`,
		day: "x.occurred_at", tie: "x.id", byID: true, owner: "x.person_id", where: "1 = 1", instants: true, subject: true}
}

// firstDealRows are the deals with which customers were new, in any currency.
func firstDealRows() rowSource {
	s := signedRows("d.signed_on", "1", "")
	s.currency = ""
	s.where += " AND NOT EXISTS (SELECT 1 FROM deal e WHERE " + boughtBy("e.customer_id", livesAs("d.customer_id")) + " AND e.superseded_in = " + openBatch + " AND (e.signed_on < d.signed_on OR e.signed_on = d.signed_on AND e.id < d.id))"
	return s
}

// enteredRows are customers by the day on which they were recorded for the first time.
func enteredRows() rowSource {
	return rowSource{kind: "customer", columns: `SELECT x.key, x.id, x.name, b.recorded_at, 1, 0, COALESCE(h.owner_id, 0) FROM batch b CROSS JOIN customer f
		JOIN customer x ON x.id = f.id AND x.superseded_in = ` + openBatch + ` LEFT JOIN holding h ON h.customer_id = x.id`,
		day: "b.recorded_at", tie: "x.id", byID: true, owner: "COALESCE(h.owner_id, 0)", instants: true,
		where: "f.recorded_in = b.id AND " + noAlias("x.id") + " AND NOT EXISTS (SELECT 1 FROM customer e WHERE e.id = f.id AND e.recorded_in < f.recorded_in)"}
}

func presentRows(amount string) rowSource {
	s := opportunityRows("''", amount, "x.state = 'open'")
	s.now = true
	return s
}

// MetricRows implements metric.Reader: the newest first.
func (tx *Tx) MetricRows(ctx context.Context, q metric.FactQuery) ([]metric.FactRow, error) {
	s, known := rowSources[q.Measure]
	if !known || q.Persons != nil && len(q.Persons) == 0 {
		return nil, nil
	}
	c := &filters{}
	c.add(s.where)
	from, to := q.From.String(), q.To.String()
	if s.instants {
		from, to = instant(tx.begins(q.From)), instant(tx.begins(q.To+1).Add(-time.Microsecond))
	}
	if !s.now {
		c.add(s.day+" >= ?", from)
		c.add(s.day+" <= ?", to)
	}
	if s.currency != "" {
		c.add(s.currency+" = ?", string(q.Currency))
	}
	if !c.rowsOf(s, q) {
		return nil, nil
	}
	tx.afterRow(c, s, q.After)
	turn := s.day + " DESC, "
	if s.now || s.instants {
		turn = ""
	}
	list, deals := []metric.FactRow{}, []int64{}
	err := each(ctx, tx, func(r rows) error {
		f := metric.FactRow{Row: metric.Row{Kind: s.kind}}
		var day string
		var deal, owner int64
		if err := r.Scan(s.names(&f), &f.ID, &f.Name, &day, &f.Of, &deal, &owner); err != nil {
			return err
		}
		var err error
		if f.On, err = tx.rowDay(day, s.instants); err != nil {
			return err
		}
		if deal == 0 {
			f.Shares = []metric.Share{{PersonID: owner, BasisPoints: 10_000}}
		}
		list, deals = append(list, f), append(deals, deal)
		return nil
	}, s.columns+c.where()+" ORDER BY "+turn+s.tie+" DESC LIMIT "+c.parameter(int64(q.Limit)), c.args...)
	if err != nil {
		return nil, err
	}
	shares := map[int64][]metric.Share{}
	if err := each(ctx, tx, func(r rows) error {
		var deal int64
		var share metric.Share
		err := r.Scan(&deal, &share.PersonID, &share.BasisPoints)
		shares[deal] = append(shares[deal], share)
		return err
	}, "SELECT deal_id, person_id, basis_points FROM deal_share WHERE superseded_in = "+openBatch+" AND deal_id IN ("+listed(deals)+") ORDER BY deal_id, position"); err != nil {
		return nil, err
	}
	for i := range list {
		if deals[i] != 0 {
			list[i].Shares = shares[deals[i]]
		}
	}
	return list, nil
}

// rowsOf limits rows to those of products and persons. False where there can be none.
func (c *filters) rowsOf(s rowSource, q metric.FactQuery) bool {
	if q.Products != nil {
		if s.deal == "" {
			return false
		}
		c.add("d.product_id IN (" + listed(q.Products) + ")")
	}
	if q.Persons != nil {
		if s.owner != "" {
			c.add(s.owner + " IN (" + listed(q.Persons) + ")")
		} else {
			c.add("EXISTS (SELECT 1 FROM deal_share h WHERE h.deal_id = " + s.deal + " AND h.superseded_in = " + openBatch + " AND h.person_id IN (" + listed(q.Persons) + "))")
		}
	}
	return true
}

// afterRow limits rows to those behind the last of the page before.
func (tx *Tx) afterRow(c *filters, s rowSource, after metric.RowPlace) {
	switch {
	case after.On == calendar.NoDate && after.ID == 0 && after.Key == "":
	case s.now || s.instants:
		c.add(s.tie+" < ?", after.ID)
	case s.byID:
		c.add("("+s.day+" < ? OR "+s.day+" = ? AND "+s.tie+" < ?)", after.On.String(), after.On.String(), after.ID)
	default:
		c.add("("+s.day+" < ? OR "+s.day+" = ? AND "+s.tie+" < ?)", after.On.String(), after.On.String(), after.Key)
	}
}

func (tx *Tx) rowDay(text string, instants bool) (calendar.Date, error) {
	switch {
	case text == "":
		return tx.Today(), nil
	case instants:
		t, err := time.Parse(timeLayout, text)
		return tx.dayOf(t), err
	}
	return calendar.ParseDate(text)
}

// begins is when a day begins where the company is.
func (tx *Tx) begins(day calendar.Date) time.Time {
	year, month, of := day.Civil()
	return time.Date(year, month, of, 0, 0, 0, 0, tx.db.now().Location())
}

// DealNames implements metric.Reader.
func (tx *Tx) DealNames(ctx context.Context, ids []int64) (map[int64][2]string, error) {
	names := map[int64][2]string{}
	return names, each(ctx, tx, func(r rows) error {
		var id int64
		var of [2]string
		err := r.Scan(&id, &of[0], &of[1])
		names[id] = of
		return err
	}, "SELECT d.id, d.key, COALESCE(k.name, '') FROM deal d LEFT JOIN customer k ON k.id = d.customer_id AND k.superseded_in = "+openBatch+" WHERE d.superseded_in = "+openBatch+" AND d.id IN ("+listed(ids)+")")
}

// MetricChoices implements metric.Reader.
func (tx *Tx) MetricChoices(ctx context.Context) ([]metric.Choice, error) {
	return collect(ctx, tx, func(r rows, c *metric.Choice) error { return r.Scan(&c.Family, &c.Metric, &c.ByName, scanTime(&c.At)) }, "SELECT family, metric, by_name, at FROM metric_choice ORDER BY family")
}

// SaveMetricChoice implements metric.Tx.
func (tx *Tx) SaveMetricChoice(ctx context.Context, c metric.Choice) error {
	if _, err := tx.exec(ctx, "DELETE FROM metric_choice WHERE family = $1", string(c.Family)); err != nil {
		return err
	}
	return tx.insertRow(ctx, "metric_choice", []string{"family", "metric", "by_name", "at"}, []any{string(c.Family), string(c.Metric), c.ByName, instant(c.At)})
}

var metricVersionColumns = []string{"metric", "version", "state", "document", "from_day", "author_id", "author_name", "created_at", "approver_id", "approver_name", "approved_at", "revision"}

func metricVersionValues(v metric.Version) []any {
	return []any{string(v.ID), int64(v.Version), string(v.State), v.Text, optionalDay(v.From), v.AuthorID, v.AuthorName, instant(v.CreatedAt), v.ApproverID, v.ApproverName, instant(v.ApprovedAt), v.Revision}
}

// MetricVersions implements metric.Reader.
func (tx *Tx) MetricVersions(ctx context.Context) ([]metric.Version, error) {
	return collect(ctx, tx, func(r rows, v *metric.Version) error {
		var id metric.ID
		var number int
		var state metric.VersionState
		if err := r.Scan(&id, &number, &state, &v.Text, scanDate(&v.From), &v.AuthorID, &v.AuthorName, scanTime(&v.CreatedAt), &v.ApproverID, &v.ApproverName, scanTime(&v.ApprovedAt), &v.Revision); err != nil {
			return err
		}
		list, err := metric.Decode(string(id), []byte(v.Text))
		if err != nil {
			return err
		}
		v.Definition, v.State = list[0], state
		v.ID, v.Version = id, number
		return nil
	}, "SELECT metric, version, state, document, from_day, author_id, author_name, created_at, approver_id, approver_name, approved_at, revision FROM metric_version ORDER BY metric, version")
}

// InsertMetricVersion implements metric.Tx.
func (tx *Tx) InsertMetricVersion(ctx context.Context, v metric.Version) error {
	return tx.insertRow(ctx, "metric_version", metricVersionColumns, metricVersionValues(v))
}

// SaveMetricVersion implements metric.Tx.
func (tx *Tx) SaveMetricVersion(ctx context.Context, v metric.Version) error {
	return mustChange(ctx, tx, "metric.changed_meanwhile", "UPDATE metric_version SET state = $3, document = $4, from_day = $5, approver_id = $6, approver_name = $7, approved_at = $8, revision = $9 WHERE metric = $1 AND version = $2 AND revision = $9 - 1",
		string(v.ID), int64(v.Version), string(v.State), v.Text, optionalDay(v.From), v.ApproverID, v.ApproverName, instant(v.ApprovedAt), v.Revision)
}
