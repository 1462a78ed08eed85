package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/finding"
)

func (l *companyLoad) loadQuotas(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var person int64
		var quantity string
		var q finding.Quota
		if err := r.Scan(&person, scanMonth(&q.Month), &quantity, &q.AmountMinor); err != nil {
			return err
		}
		if quantity == "signed" {
			q.Of = finding.MeasureSigned
		}
		if q.Person = at(l.persons, person); q.Person >= 0 {
			l.company.Quotas = append(l.company.Quotas, q)
		}
		return nil
	}, "SELECT person_id, month, quantity, amount_minor FROM quota WHERE superseded_in = "+openBatch+" AND quantity IN ('collected', 'signed') AND amount_minor > 0 ORDER BY person_id, month")
	return len(l.company.Quotas), err
}

// loadTargets reads the months of the plans of targets from which on they are in force.
func (l *companyLoad) loadTargets(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var unit, months, from string
		var first calendar.Month
		if err := r.Scan(&unit, scanMonth(&first), &from, &months); err != nil {
			return err
		}
		t := finding.Target{Level: finding.LevelCompany, Unit: finding.Nobody}
		id, _ := strconv.ParseInt(unit[1:], 10, 64) // of the company there is none
		switch unit[0] {
		case 'r':
			t.Level, t.Unit = finding.LevelRegion, at(l.regions, id)
		case 't':
			t.Level, t.Unit = finding.LevelTeam, at(l.teams, id)
		}
		if t.Level != finding.LevelCompany && t.Unit < 0 {
			return nil
		}
		var amounts []int64
		if err := json.Unmarshal([]byte(months), &amounts); err != nil {
			return err
		}
		for i, minor := range amounts {
			if t.Month, t.AmountMinor = first+calendar.Month(i), minor; t.Month.String() >= from {
				l.company.Targets = append(l.company.Targets, t)
			}
		}
		return nil
	}, "SELECT w.unit, p.first_month, p.from_month, w.months FROM target_plan p JOIN target_row w ON w.plan_id = p.id WHERE p.state = 'published' AND w.person_id = 0 ORDER BY p.id, w.place")
	return len(l.company.Targets), err
}

func (l *companyLoad) loadMoves(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var customer, to int64
		var way string
		var m finding.Move
		if err := r.Scan(&customer, scanDate(&m.On), &way, &to); err != nil {
			return err
		}
		if way == "claim" {
			m.Turn = finding.TurnClaimed
		}
		m.Customer, m.To = at(l.customers, customer), at(l.persons, to)
		if m.Customer >= 0 {
			l.company.Moves = append(l.company.Moves, m)
		}
		return nil
	}, "SELECT customer_id, on_day, way, to_owner FROM holding_step WHERE undone_in = 0 AND on_day <= $1 ORDER BY id", l.day)
	return len(l.company.Moves), err
}

func (l *companyLoad) loadCases(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var id, customer, product int64
		var kind, opened, answered string
		if err := r.Scan(&id, &customer, &product, &kind, &opened, &answered); err != nil {
			return err
		}
		s := finding.ServiceCase{Key: recordKey("case", id), Customer: at(l.customers, customer), Product: at(l.products, product), Complaint: kind == "complaint", Opened: l.moment(opened), Answered: finding.NoMoment}
		if answered != "" {
			s.Answered = l.moment(answered)
		}
		l.company.Cases = append(l.company.Cases, s)
		return nil
	}, "SELECT id, customer_id, product_id, kind, opened_at, answered_at FROM service_case WHERE opened_at >= $1 AND opened_at < $2 ORDER BY id", l.begin, l.end)
	return len(l.company.Cases), err
}

// loadOpinions reads the answers of surveys of satisfaction.
func (l *companyLoad) loadOpinions(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var customer, seller, score int64
		var o finding.Opinion
		if err := r.Scan(&customer, &seller, scanDate(&o.On), &score); err != nil {
			return err
		}
		o.Customer, o.Person, o.Score = at(l.customers, customer), at(l.persons, seller), float64(score)
		l.company.Opinions = append(l.company.Opinions, o)
		return nil
	}, "SELECT a.customer_id, a.seller_id, a.answered_on, a.score FROM survey_answer a JOIN survey s ON s.id = a.survey_id AND s.kind = 'csat' WHERE a.answered_on >= $1 AND a.answered_on <= $2 ORDER BY a.id", l.since, l.day)
	return len(l.company.Opinions), err
}

// loadPay reads what the months' calculations say of each person.
func (l *companyLoad) loadTrainings(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var person, tenths int64
		var t finding.TrainingHours
		if err := r.Scan(&person, scanDate(&t.On), &tenths); err != nil {
			return err
		}
		t.Person, t.Hours = at(l.persons, person), float64(tenths)/10
		if t.Person >= 0 {
			l.company.Trainings = append(l.company.Trainings, t)
		}
		return nil
	}, "SELECT person_id, held_on, tenths FROM training WHERE removed_at = '' AND held_on >= $1 AND held_on <= $2 ORDER BY id", l.since, l.day)
	return len(l.company.Trainings), err
}

func (l *companyLoad) loadPay(ctx context.Context) (int, error) {
	err := l.each(ctx, func(r rows) error {
		var person int64
		p := finding.PaySlip{Planned: true}
		if err := r.Scan(&person, scanMonth(&p.Month), &p.IncentiveMinor); err != nil {
			return err
		}
		if p.Person = at(l.persons, person); p.Person >= 0 {
			l.company.Pays = append(l.company.Pays, p)
		}
		return nil
	}, "SELECT s.person_id, p.month, CAST(SUM(s.total_minor) AS BIGINT) FROM period p JOIN statement s ON s.run_id = p.current_run WHERE p.month >= $1 AND p.month <= $2 GROUP BY s.person_id, p.month ORDER BY s.person_id, p.month", l.since[:7], l.day[:7])
	return len(l.company.Pays), err
}

// loadBudgets adds the lines of the latest budgets up by month: they are of plans and layers, not of regions.
func (l *companyLoad) loadBudgets(ctx context.Context) (int, error) {
	sums := map[calendar.Month]int64{}
	err := l.each(ctx, func(r rows) error {
		var text string
		if err := r.Scan(&text); err != nil {
			return err
		}
		var lines []struct {
			Month       calendar.Month `json:"month"`
			AmountMinor int64          `json:"amount_minor"`
		}
		err := json.Unmarshal([]byte(text), &lines)
		for _, line := range lines {
			sums[line.Month] += line.AmountMinor
		}
		return err
	}, "SELECT b.lines FROM budget b WHERE b.number = (SELECT MAX(x.number) FROM budget x WHERE x.fiscal_year = b.fiscal_year) ORDER BY b.fiscal_year")
	for month, minor := range sums {
		l.company.Budgets = append(l.company.Budgets, finding.Budget{Region: finding.Nobody, Month: month, AmountMinor: minor})
	}
	slices.SortFunc(l.company.Budgets, func(a, b finding.Budget) int { return int(a.Month - b.Month) })
	return len(sums), err
}

// loadStandards takes the company's own rules from where they are kept; what is not kept anywhere stays at what the kinds of problems take for usual.
func (l *companyLoad) loadStandards(ctx context.Context) (int, error) {
	l.company.Standards["as_of"] = l.day
	rules, err := l.tx.QuoteRules(ctx)
	if err != nil {
		return 0, err
	}
	if limit := rules.Limits[access.RoleSeller]; limit > 0 {
		const million = 1_000_000
		l.company.Standards["discount_limit"] = strconv.FormatFloat(float64(limit)/million, 'f', -1, 64)
	}
	// A step that nobody has ever written down is none of the company's.
	seen := [len(finding.Activities)]bool{}
	for _, e := range l.company.Events {
		seen[e.Activity] = true
	}
	for _, a := range []finding.Activity{finding.ActivityNeed, finding.ActivityDecision, finding.ActivityApproved, finding.ActivityHandover} {
		l.company.Standards["step."+finding.Activities[a]] = map[bool]string{true: "required", false: "free"}[seen[a]]
	}
	return len(l.company.Standards), nil
}

// DiagnosisLabels implements diagnosis.Reader: what the records behind evidence are called, by their keys.
func (tx *Tx) DiagnosisLabels(ctx context.Context, keys []string) (map[string]string, error) {
	byKind := map[string][]int64{}
	labels := map[string]string{}
	for _, key := range keys {
		kind, rest, _ := strings.Cut(key, ":")
		if id, err := strconv.ParseInt(rest, 10, 64); err == nil && kind != "deal" {
			byKind[kind] = append(byKind[kind], id)
		}
	}
	for kind, text := range map[string]string{
		"customer": "SELECT id, name FROM customer WHERE superseded_in = " + openBatch + " AND id IN (", "opportunity": "SELECT id, name FROM opportunity WHERE id IN (", "quote": "SELECT id, title FROM quote WHERE id IN (",
		"case": "SELECT id, title FROM service_case WHERE id IN (", "lead": "SELECT id, CASE WHEN company <> '' THEN company ELSE name END FROM lead WHERE id IN (",
	} {
		for ids := range slices.Chunk(byKind[kind], 500) {
			if err := each(ctx, tx, func(r rows) error {
				var id int64
				var name string
				err := r.Scan(&id, &name)
				labels[recordKey(kind, id)] = name
				return err
			}, text+listed(ids)+")"); err != nil {
				return nil, err
			}
		}
	}
	return labels, nil
}
