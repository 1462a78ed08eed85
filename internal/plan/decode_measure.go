package plan

import (
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

// measures reads every measure in two passes: forms first, then the member conditions, whose constants need the other kinds.
func (p *planReader) measures(v value) {
	list, ok := p.entries(v)
	if !ok {
		return
	}
	if len(list) > MeasuresMax {
		p.report(v, CodeTooMany, errs.Args{"Count": len(list), "Most": MeasuresMax})
		return
	}
	pending := map[int]value{}
	for _, e := range list {
		if !validID(e.key) {
			p.report(e.at, CodeID, nil)
			continue
		}
		m, where := p.measure(e)
		p.plan.Measures = append(p.plan.Measures, m)
		if where.node != nil {
			pending[len(p.plan.Measures)-1] = where
		}
	}
	for _, m := range p.plan.Measures {
		p.kinds[m.ID] = p.kindOf(m)
	}
	for i := range p.plan.Measures {
		if where, has := pending[i]; has {
			p.plan.Measures[i].Team.Where = p.memberConditions(where)
		}
	}
}

// kindOf is Measure.Kind that knows nothing of measures whose form could not be read.
func (p *planReader) kindOf(m Measure) ValueKind {
	for range len(p.plan.Measures) + 1 {
		if m.Team == nil || m.Team.Sum == "" {
			break
		}
		next := p.plan.Measure(m.Team.Sum)
		if next == nil {
			return ""
		}
		m = *next
	}
	if m.Credits == nil && m.Quota == nil && m.Ratio == nil && m.Tenure == nil && (m.Team == nil || m.Team.Sum != "") {
		return ""
	}
	return m.Kind(nil)
}

// measure reads one measure; where is the unread list of member conditions, if there is one.
func (p *planReader) measure(e entry) (m Measure, where value) {
	m.ID = e.key
	p.remember(e.at)
	f := p.mapping(e.value, "name", "credits", "where", "sum", "count", "first", "window", "quota", "ratio", "tenure", "team")
	if v, ok := f.optional("name"); ok {
		m.Name = p.name(v)
	} else if f.ok {
		p.add(SeverityWarning, CodeNameMissing, p.position(e.value.path), e.value.child("name"), "", errs.Args{"ID": e.key})
	}
	m.Name = fill(m.Name, e.key)
	form, v, ok := f.exactlyOne("credits", "quota", "ratio", "tenure", "team")
	if !ok {
		return m, where
	}
	if form != "credits" {
		f.meaningless("where", "sum", "count", "first")
	}
	if form != "credits" && form != "quota" {
		f.meaningless("window")
	}
	switch form {
	case "credits":
		m.Credits = p.credits(f, v)
	case "quota":
		m.Quota = &QuotaMeasure{Of: p.id(v), Window: p.window(f)}
	case "ratio":
		m.Ratio = p.ratio(v)
	case "tenure":
		m.Tenure = &TenureMeasure{Unit: choice(p.reader, v, TenureFullYears, TenureCalendarMonths)}
	case "team":
		m.Team, where = p.team(v)
	}
	return m, where
}

func (p *planReader) window(f fields) Window {
	if v, ok := f.required("window"); ok {
		return choice(p.reader, v, WindowPeriod, WindowQuarterToDate, WindowYearToDate, WindowEver)
	}
	return ""
}

func (p *planReader) credits(f fields, event value) *CreditsMeasure {
	m := &CreditsMeasure{Event: p.id(event)}
	if v, ok := f.optional("where"); ok {
		for _, item := range p.list(v, RowsMax) {
			if filter, valid := p.filter(item); valid {
				m.Where = append(m.Where, filter)
			}
		}
	}
	form, v, ok := f.exactlyOne("sum", "count", "first")
	if !ok {
		return m
	}
	switch form {
	case "sum":
		choice(p.reader, v, "amount")
		m.Value = CreditsSumAmount
	case "count":
		choice(p.reader, v, "credits")
		m.Value = CreditsCount
	case "first":
		choice(p.reader, v, "date")
		m.Value, m.Window = CreditsFirstDate, WindowEver
		if window, given := f.optional("window"); given {
			choice(p.reader, window, WindowEver)
		}
		return m
	}
	m.Window = p.window(f)
	return m
}

func (p *planReader) ratio(v value) *RatioMeasure {
	items := p.list(v, 2)
	if len(items) != 2 {
		if len(items) == 1 {
			p.report(v, CodeTooMany, errs.Args{"Count": 1, "Most": 2})
		}
		return nil
	}
	return &RatioMeasure{Of: p.id(items[0]), To: p.id(items[1])}
}

// team reads {sum: measure} or {count: people, where: […]}.
func (p *planReader) team(v value) (m *TeamMeasure, where value) {
	f := p.mapping(v, "sum", "count", "where")
	form, what, ok := f.exactlyOne("sum", "count")
	if !ok {
		return nil, where
	}
	if form == "sum" {
		f.meaningless("where")
		return &TeamMeasure{Sum: p.id(what)}, where
	}
	choice(p.reader, what, "people")
	where, _ = f.optional("where")
	return &TeamMeasure{}, where
}

// memberConditions reads a list of {level: […]} and {measure: …, at_least: …}.
func (p *planReader) memberConditions(v value) []MemberCondition {
	var list []MemberCondition
	for _, item := range p.list(v, RowsMax) {
		f := p.mapping(item, append([]string{"level", "measure"}, comparisonKeys...)...)
		form, _, ok := f.exactlyOne("level", "measure")
		if !ok {
			continue
		}
		if form == "level" {
			f.meaningless(comparisonKeys...)
			v, _ := f.optional("level")
			p.knownLevels(v)
			list = append(list, MemberCondition{Levels: p.texts(v)})
			continue
		}
		if c, valid := p.comparison(f); valid {
			list = append(list, MemberCondition{Condition: &c})
		}
	}
	return list
}

var comparisonKeys = []string{"at_least", "above", "at_most", "below", "equals", "in"}

// condition reads {measure: id, at_least: value} and its kin.
func (p *planReader) condition(v value) (Condition, bool) {
	return p.comparison(p.mapping(v, append([]string{"measure"}, comparisonKeys...)...))
}

// comparison reads the measure and the one comparison of a mapping.
func (p *planReader) comparison(f fields) (c Condition, ok bool) {
	of, hasMeasure := f.required("measure")
	if hasMeasure {
		c.Measure = p.measureID(of)
	}
	key, v, hasKey := f.exactlyOne(comparisonKeys...)
	if !hasMeasure || !hasKey || c.Measure == "" {
		return c, false
	}
	kind := p.kinds[c.Measure]
	if key == "in" {
		choice(p.reader, v, "period")
		c.Comparison = InPeriod
		if kind != KindDate && kind != "" {
			p.wrongKind(of, kind, KindDate)
			return c, false
		}
		return c, true
	}
	c.Comparison = Comparison(key)
	if kind == KindDate {
		p.wrongKind(of, kind, KindMoney, KindRatio, KindCount)
		return c, false
	}
	c.Value, ok = p.constant(v, kind)
	return c, ok
}

// measureID reads a reference to a measure of this plan.
func (p *planReader) measureID(v value) string {
	id := p.id(v)
	if id != "" && p.plan.Measure(id) == nil {
		p.report(v, CodeUnknownMeasure, errs.Args{"ID": id})
		return ""
	}
	return id
}

func (p *planReader) wrongKind(v value, found ValueKind, wanted ...ValueKind) {
	p.report(v, CodeKindWrong, kindArgs(found, wanted...))
}

// filter reads {field: …, in: […]} or {field: …, at_least: …}.
func (p *planReader) filter(v value) (filter Filter, ok bool) {
	f := p.mapping(v, append([]string{"field"}, comparisonKeys...)...)
	if field, has := f.required("field"); has {
		filter.Field = choice(p.reader, field, FieldProductCategory, FieldProduct, FieldAmount, FieldCustomerMonthsActive)
	}
	key, what, has := f.exactlyOne(comparisonKeys...)
	if !has || filter.Field == "" {
		return filter, false
	}
	listed := filter.Field == FieldProductCategory || filter.Field == FieldProduct
	switch {
	case listed != (key == "in"):
		p.report(what, CodeFieldForm, errs.Args{"Field": string(filter.Field), "Key": key})
		return filter, false
	case listed:
		filter.In = p.texts(what)
		return filter, len(filter.In) > 0
	}
	filter.Comparison = Comparison(key)
	kind := KindCount
	if filter.Field == FieldAmount {
		kind = KindMoney
	}
	var value decimal.Decimal
	value, ok = p.constant(what, kind)
	filter.Value = value
	return filter, ok
}
