package demo_test

import (
	"database/sql"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

// Second opinions: each side of each metric as one statement over the tables of facts, which knows nothing of kept sums. $first and $last are the days of
// the month, $before the day before it; OPEN is what nothing has superseded.
var secondOpinions = map[metric.ID][2]string{
	"signed":               {signedSQL, ""},
	"deals":                {"SELECT COUNT(*) FROM deal WHERE superseded_in = OPEN AND signed_on BETWEEN $first AND $last", ""},
	"invoiced":             {"SELECT SUM(amount_minor) FROM invoice WHERE superseded_in = OPEN AND invoiced_on BETWEEN $first AND $last", ""},
	"collected":            {collectedSQL, ""},
	"refunded":             {"SELECT -SUM(amount_minor) FROM payment WHERE superseded_in = OPEN AND amount_minor < 0 AND paid_on BETWEEN $first AND $last", ""},
	"target":               {targetSQL, ""},
	"attainment_collected": {collectedSQL, targetSQL},
	"collection_due":       {"SELECT SUM(MIN(MAX(PAID - until_minor + amount_minor, 0), amount_minor)) FROM PLAN WHERE due_on BETWEEN $first AND $last", "SELECT SUM(amount_minor) FROM PLAN WHERE due_on BETWEEN $first AND $last"},
	"collection_sales":     {collectedSQL, signedSQL},
	"collection_opening":   {collectedSQL, "SELECT (" + strings.ReplaceAll(receivableSQL, "$end", "$before") + ") + (" + signedSQL + ")"},
	"collection_contract":  {"SELECT SUM(MIN(MAX(PAID - until_minor + amount_minor, 0), amount_minor)) FROM PLAN WHERE signed <= $last", "SELECT SUM(amount_minor) FROM PLAN WHERE signed <= $last"},
	"overdue":              {overdueSQL, ""},
	"overdue_rate":         {overdueSQL, "SELECT SUM(amount_minor - MIN(MAX(PAID - until_minor + amount_minor, 0), amount_minor)) FROM PLAN WHERE signed <= $last"},
	"collected_late": {"SELECT SUM(MIN(MAX(PAID - until_minor + amount_minor, 0), amount_minor) - MIN(MAX(" + strings.ReplaceAll(paidSQL, "$end", "$before") +
		" - until_minor + amount_minor, 0), amount_minor)) FROM PLAN WHERE due_on < $first AND due_on <> ''", ""},
	"receivable":          {strings.ReplaceAll(receivableSQL, "$end", "$last"), ""},
	"dso":                 {strings.ReplaceAll(receivableSQL, "$end", "$last"), signedSQL},
	"leads":               {"SELECT COUNT(*) FROM lead WHERE date(substr(created_at, 1, 19), '+8 hours') BETWEEN $first AND $last", ""},
	"customers_signed":    {"SELECT COUNT(*) FROM (SELECT COALESCE(y.survivor_id, d.customer_id) AS customer, MIN(d.signed_on) AS first_on FROM deal d LEFT JOIN customer_alias y ON y.customer_id = d.customer_id WHERE d.superseded_in = OPEN GROUP BY customer) WHERE first_on BETWEEN $first AND $last", ""},
	"customers_entered":   {"SELECT COUNT(*) FROM (SELECT c.id, MIN(b.recorded_at) AS at, MAX(c.superseded_in) AS until FROM customer c JOIN batch b ON b.id = c.recorded_in GROUP BY c.id) WHERE until = OPEN AND date(substr(at, 1, 19), '+8 hours') BETWEEN $first AND $last AND id NOT IN (SELECT customer_id FROM customer_alias)", ""},
	"follow_ups":          {"SELECT COUNT(*) FROM (SELECT id, occurred_at FROM follow_up UNION SELECT id, occurred_at FROM lead_follow_up) WHERE date(substr(occurred_at, 1, 19), '+8 hours') BETWEEN $first AND $last", ""},
	"visits":              {"SELECT COUNT(*) FROM (SELECT id, occurred_at, kind FROM follow_up UNION SELECT id, occurred_at, kind FROM lead_follow_up) WHERE kind = 'visit' AND date(substr(occurred_at, 1, 19), '+8 hours') BETWEEN $first AND $last", ""},
	"win_rate":            {"SELECT COUNT(*) FROM opportunity WHERE state = 'won' AND ended_on BETWEEN $first AND $last", "SELECT COUNT(*) FROM opportunity WHERE state IN ('won', 'lost') AND ended_on BETWEEN $first AND $last"},
	"won_money":           {"SELECT SUM(amount_minor) FROM opportunity WHERE state = 'won' AND ended_on BETWEEN $first AND $last AND currency = 'CNY'", ""},
	"per_head":            {collectedSQL, "SELECT (" + strings.ReplaceAll(sellersSQL, "$end", "$before") + ") + (" + strings.ReplaceAll(sellersSQL, "$end", "$last") + ")"},
	"people":              {"SELECT COUNT(*) FROM person WHERE superseded_in = OPEN AND hired_on <= $last AND $last < left_on", ""},
	"turnover":            {"SELECT COUNT(*) FROM person WHERE superseded_in = OPEN AND left_on BETWEEN $first AND $last", "SELECT SUM((hired_on <= $before AND $before < left_on) + (hired_on <= $last AND $last < left_on)) FROM person WHERE superseded_in = OPEN"},
	"plan_coverage":       {"SELECT COUNT(DISTINCT person_id) FROM statement WHERE run_id = (SELECT current_run FROM period WHERE month = substr($first, 1, 7))", "SELECT COUNT(*) FROM person WHERE superseded_in = OPEN AND hired_on <= $last AND $last < left_on"},
	"conversion":          {"SELECT COUNT(*) FROM lead l JOIN opportunity o ON o.id = l.opportunity_id WHERE l.status = 'converted' AND date(substr(l.created_at, 1, 19), '+8 hours') BETWEEN $first AND $last AND julianday(date(substr(o.created_at, 1, 19), '+8 hours')) - julianday(date(substr(l.created_at, 1, 19), '+8 hours')) <= 90", "SELECT COUNT(*) FROM lead WHERE date(substr(created_at, 1, 19), '+8 hours') BETWEEN $first AND $last"},
	"recording":           {"SELECT SUM(within_hour + within_day) FROM recording_tally WHERE month = substr($first, 1, 7)", "SELECT SUM(events) FROM recording_tally WHERE month = substr($first, 1, 7)"},
	"compliance_rules":    {"SELECT COUNT(*) FROM MARKS WHERE status = 's' AND month = $m36", "SELECT COUNT(*) FROM MARKS WHERE status IN ('s', 'v') AND month = $m36"},
	"compliance_cases":    {"SELECT SUM(kept > 0 AND broken = 0) FROM " + casesSQL, "SELECT COUNT(*) FROM " + casesSQL + " WHERE kept + broken > 0"},
	"data_driven":         {"SELECT COUNT(*) FROM decision WHERE evidence <> 'null' AND evidence <> '[]' AND decided_on BETWEEN $first AND $last", "SELECT COUNT(*) FROM decision WHERE decided_on BETWEEN $first AND $last"},
	"retention_revenue":   {"SELECT SUM(MIN(earlier, later)) FROM " + yearsSQL, "SELECT SUM(earlier) FROM " + yearsSQL},
	"retention_net":       {"SELECT SUM(later) FROM " + yearsSQL + " WHERE earlier > 0", "SELECT SUM(earlier) FROM " + yearsSQL},
	"repurchase":          {"SELECT SUM(orders > 1) FROM " + buyersSQL, "SELECT COUNT(*) FROM " + buyersSQL},
	"retention_customers": {"SELECT COUNT(*) FROM (" + baseSQL + ") b WHERE EXISTS (SELECT 1 FROM STANDING d WHERE d.customer_id = b.customer_id AND d.signed_on > date($last, '-12 months') AND d.signed_on <= $last)", "SELECT COUNT(*) FROM (" + baseSQL + ")"},
}

const (
	signedSQL = `SELECT COALESCE((SELECT SUM(amount_minor) FROM deal WHERE superseded_in = OPEN AND signed_on BETWEEN $first AND $last), 0)
		- COALESCE((SELECT SUM(d.amount_minor) FROM deal d JOIN deal_detail x ON x.deal_id = d.id AND x.superseded_in = OPEN WHERE d.superseded_in = OPEN AND x.cancelled_on BETWEEN $first AND $last), 0)`
	collectedSQL  = "SELECT SUM(amount_minor) FROM payment WHERE superseded_in = OPEN AND paid_on BETWEEN $first AND $last"
	targetSQL     = "SELECT SUM(amount_minor) FROM quota WHERE superseded_in = OPEN AND quantity = 'collected' AND month = substr($first, 1, 7)"
	receivableSQL = `SELECT COALESCE((SELECT SUM(amount_minor) FROM deal WHERE superseded_in = OPEN AND signed_on <= $end), 0)
		- COALESCE((SELECT SUM(d.amount_minor) FROM deal d JOIN deal_detail x ON x.deal_id = d.id AND x.superseded_in = OPEN WHERE d.superseded_in = OPEN AND x.cancelled_on <= $end), 0)
		- COALESCE((SELECT SUM(amount_minor) FROM payment WHERE superseded_in = OPEN AND paid_on <= $end), 0)`
	overdueSQL = "SELECT SUM(amount_minor - MIN(MAX(PAID - until_minor + amount_minor, 0), amount_minor)) FROM PLAN WHERE due_on <= $last AND due_on <> ''"
	paidSQL    = "COALESCE((SELECT SUM(y.amount_minor) FROM deal d JOIN payment y ON y.deal_id = d.id AND y.superseded_in = OPEN WHERE d.key = number AND d.superseded_in = OPEN AND y.paid_on <= $end), 0)"
	sellersSQL = `SELECT COUNT(*) FROM person p JOIN assignment a ON a.person_id = p.id AND a.superseded_in = OPEN AND a.valid_from <= $end AND $end < a.valid_to
		WHERE p.superseded_in = OPEN AND p.hired_on <= $end AND $end < p.left_on AND a.level IN ('newcomer', 'regular', 'core')`
	baseSQL = "SELECT DISTINCT customer_id FROM STANDING WHERE signed_on > date($last, '-24 months') AND signed_on <= date($last, '-12 months')"
	// yearsSQL is what each customer ordered in the year before and in the last one, buyersSQL how often in the last one.
	yearsSQL  = "(SELECT customer_id, SUM(CASE WHEN signed_on <= date($last, '-12 months') THEN amount_minor ELSE 0 END) AS earlier, SUM(CASE WHEN signed_on > date($last, '-12 months') THEN amount_minor ELSE 0 END) AS later FROM STANDING WHERE signed_on > date($last, '-24 months') AND signed_on <= $last GROUP BY customer_id)"
	buyersSQL = "(SELECT customer_id, COUNT(*) AS orders FROM STANDING WHERE signed_on > date($last, '-12 months') AND signed_on <= $last GROUP BY customer_id)"
	// marksSQL parts the judgements as they are kept, a line a rule: rule, status, person, month, and more.
	marksSQL = `(WITH RECURSIVE line(case_id, text, rest) AS (SELECT case_id, '', marks FROM case_judgement UNION ALL SELECT case_id, substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1) FROM line WHERE rest <> ''),
		word(case_id, status, rest) AS (SELECT case_id, substr(text, instr(text, ' ') + 1, 1), substr(text, instr(text, ' ') + 3) FROM line WHERE text <> ''),
		who(case_id, status, person, rest) AS (SELECT case_id, status, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM word)
		SELECT case_id, status, person, substr(rest, 1, instr(rest, ' ') - 1) AS month FROM who)`
	casesSQL = "(SELECT case_id, person, SUM(status = 's') AS kept, SUM(status = 'v') AS broken FROM MARKS WHERE month = $m36 GROUP BY case_id, person)"
	planSQL  = "(SELECT i.due_on, i.amount_minor, i.until_minor, c.number, c.signed_on AS signed FROM instalment i JOIN contract c ON c.id = i.contract_id WHERE c.state IN ('signed', 'expired') AND c.plan_revision > 0)"
	// standingSQL are deals that stand at the end of the month, under the customer that lives.
	standingSQL = "(SELECT COALESCE(y.survivor_id, d.customer_id) AS customer_id, d.signed_on, d.amount_minor FROM deal d LEFT JOIN customer_alias y ON y.customer_id = d.customer_id LEFT JOIN deal_detail x ON x.deal_id = d.id AND x.superseded_in = OPEN WHERE d.superseded_in = OPEN AND COALESCE(x.cancelled_on, '9999-12-31') > $today)"
)

// noOpinion are metrics that have none by month: rivals whose sides others have, and what checkPresent looks at.
var noOpinion = []metric.ID{"attainment_signed", "attainment_invoiced", "compliance_weighted", "freshness", "pipeline", "pipeline_number", "completeness", "resource_match"}

// checkPresent holds what is of this moment against second opinions: open opportunities as a statement, weights as the process standard counts them, and
// customers' files as their overview has them.
func checkPresent(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	read := func(id metric.ID, month calendar.Month) metric.Value {
		t.Helper()
		a, err := f.Metrics.Read(ctx, actor, metric.Query{Metrics: []metric.ID{id}, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: month}})
		if err != nil {
			t.Fatal(err)
		}
		return a.Series[0].Value
	}
	for id, text := range map[metric.ID]string{"pipeline": "SELECT SUM(amount_minor) FROM opportunity WHERE state = 'open' AND currency = 'CNY'", "pipeline_number": "SELECT COUNT(*) FROM opportunity WHERE state = 'open'"} {
		now := calendar.DateOf(time.Now().In(calendar.ChinaTime)).Month() // the clock of the installation goes on after it was filled
		if v, want := read(id, now), opinion(t, f, text, now); v.Numerator != want || want == 0 {
			t.Errorf("%s is %d, by a second opinion %d", id, v.Numerator, want)
		}
	}
	for month := today.Month() - 3; month < today.Month(); month++ {
		rates, err := f.Standards.Rates(ctx, actor, standard.Question{From: month, To: month, By: standard.ByRule})
		if err != nil {
			t.Fatal(err)
		}
		if v := read("compliance_weighted", month); v.Numerator != rates.Total.HitWeight || v.Denominator != rates.Total.FullWeight || v.Denominator == 0 {
			t.Errorf("weighted compliance of %s is %d of %d, by the standard %d of %d", month, v.Numerator, v.Denominator, rates.Total.HitWeight, rates.Total.FullWeight)
		}
	}
	overview, err := f.Tiers.Overview(ctx, actor)
	if err != nil {
		t.Fatal(err)
	}
	followed := overview.Followed()
	if v := read("resource_match", today.Month()); v.Numerator != int64(followed.Both) || v.Denominator != int64(followed.Tiers.Sum()) || v.Denominator == 0 {
		t.Errorf("%d of %d customers suit, by their overview %d of %d", v.Numerator, v.Denominator, followed.Both, followed.Tiers.Sum())
	}
	if v, total := read("completeness", today.Month()), overview.Total; v.Denominator != total.Weight*100 || v.Denominator == 0 || total.Complete/10_000-v.Numerator > int64(len(overview.Sellers)) || total.Complete/10_000 < v.Numerator {
		t.Errorf("files have %d of %d points, by their overview %d parts per million of %d", v.Numerator, v.Denominator, total.Complete, total.Weight)
	}
}

// checkMetrics holds every number of the book against a second opinion, for months that have passed.
func checkMetrics(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	if _, err := f.Retention.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	if err := f.Metrics.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	for _, d := range metric.Shipped() {
		_, has := secondOpinions[d.ID]
		none := false
		for _, id := range noOpinion {
			none = none || id == d.ID
		}
		if has == none {
			t.Errorf("%s: a second opinion is %v, and it is said to have none: %v", d.ID, has, none)
		}
	}
	checkPresent(t, f)
	known := 0
	for month := today.Month() - 5; month < today.Month(); month++ {
		for id, sides := range secondOpinions {
			a, err := f.Metrics.Read(ctx, actor, metric.Query{Metrics: []metric.ID{id}, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: month}})
			if err != nil {
				t.Fatal(err)
			}
			v := a.Series[0].Value
			if v.Why == metric.ReasonImmature || v.Why == metric.ReasonNotRecorded {
				continue
			}
			if v.Known {
				known++
			}
			if want := opinion(t, f, sides[0], month); v.Numerator != want {
				t.Errorf("%s of %s: %d, by a second opinion %d (%s)", id, month, v.Numerator, want, v.Why)
			}
			if sides[1] == "" || v.Why == metric.ReasonNoRows && v.Numerator == 0 {
				continue
			}
			if want := opinion(t, f, sides[1], month); v.Denominator != want {
				t.Errorf("%s of %s is over %d, by a second opinion %d (%s)", id, month, v.Denominator, want, v.Why)
			}
		}
	}
	if known < 80 {
		t.Errorf("only %d numbers are known", known)
	}
}

// opinion runs a statement on SQLite.
func opinion(t *testing.T, f filled, text string, month calendar.Month) (n int64) {
	t.Helper()
	text = strings.NewReplacer("MARKS", marksSQL, "PAID", strings.ReplaceAll(paidSQL, "$end", "$last"), "PLAN", planSQL, "STANDING", standingSQL).Replace(text)
	text = strings.NewReplacer("OPEN", "9223372036854775807", "$today", "'"+today.String()+"'", "$m36", "'"+strconv.FormatInt(int64(month), 36)+"'", "$first", "'"+month.First().String()+"'", "$last", "'"+month.Last().String()+"'", "$before", "'"+(month.First()-1).String()+"'").Replace(text)
	if err := f.DB.InTx(t.Context(), func(tx *store.Tx) error {
		var found sql.NullInt64
		err := tx.Raw().(*sql.Tx).QueryRowContext(t.Context(), text).Scan(&found)
		n = found.Int64
		return err
	}); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return n
}
