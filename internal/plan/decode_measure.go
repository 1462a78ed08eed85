package plan

import (
	"slices"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// measures reads every measure in two passes: forms first, then what needs the kinds of other measures, such as constants.
func (p *planReader) measures(v value) {
	list, ok := p.Entries(v)
	if !ok {
		return
	}
	if len(list) > MeasuresMax {
		p.Report(v, ruledoc.CodeTooMany, errs.Args{"Count": len(list), "Most": MeasuresMax})
		return
	}
	for _, e := range list {
		if !ruledoc.ValidID(e.Key) {
			p.Report(e.At, ruledoc.CodeID, nil)
			continue
		}
		p.plan.Measures = append(p.plan.Measures, p.measure(e))
	}
	for _, m := range p.plan.Measures {
		p.kinds[m.ID] = p.kindOf(m)
	}
	for _, read := range p.later {
		read()
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
	if m.Credits == nil && m.Quota == nil && m.Ratio == nil && m.Tenure == nil && (m.Team == nil || m.Team.Sum != "") && !m.further() {
		return ""
	}
	return m.Kind(nil)
}

// measureForms are the keys that say what a measure is; each has keys of its own beside it.
var measureForms = []string{
	"credits", "quota", "ratio", "tenure", "team", "given", "retained", "scorecard", "formula", "component", "rank",
}

// measureKeys are the keys beside a form, by form.
var measureKeys = map[string][]string{
	"credits": {"by", "where", "sum", "count", "first", "last", "window"}, "quota": {"window", "ramp"}, "given": {"kind", "window", "missing"},
	"retained": {"by", "before", "now"}, "formula": {"kind"}, "rank": {"among", "order", "ties"},
}

// measure reads one measure.
func (p *planReader) measure(e entry) (m Measure) {
	m.ID = e.Key
	p.Remember(e.At)
	f := p.Mapping(e.Value, append([]string{"name", "by", "where", "sum", "count", "first", "last", "window", "ramp", "kind", "missing", "before",
		"now", "among", "order", "ties"}, measureForms...)...)
	if v, ok := f.Optional("name"); ok {
		m.Name = p.Name(v)
	} else if f.OK {
		p.Add(SeverityWarning, CodeNameMissing, p.Places.Of(e.Value.Path), e.Value.Child("name"), "", errs.Args{"ID": e.Key})
	}
	m.Name = m.Name.Or(e.Key)
	form, v, ok := f.ExactlyOne(measureForms...)
	if !ok {
		return m
	}
	for key := range f.ByKey {
		if key != "name" && key != form && !slices.Contains(measureForms, key) && !slices.Contains(measureKeys[form], key) {
			f.Meaningless(key)
		}
	}
	switch form {
	case "credits":
		m.Credits = p.credits(f, v)
	case "quota":
		m.Quota = p.quota(f, v)
	case "ratio":
		m.Ratio = p.ratio(v)
	case "tenure":
		m.Tenure = &TenureMeasure{Unit: ruledoc.Choice(p.Reader, v, TenureFullYears, TenureCalendarMonths, TenureDays)}
	case "team":
		m.Team = p.team(v)
	default:
		m.FurtherForms = p.furtherForm(form, f, v)
	}
	return m
}

func (p *planReader) credits(f fields, event value) *CreditsMeasure {
	m := &CreditsMeasure{Event: p.ID(event), By: p.creditedBy(f)}
	if v, ok := f.Optional("where"); ok {
		for _, item := range p.List(v, RowsMax) {
			if filter, valid := p.filter(item); valid {
				m.Where = append(m.Where, filter)
			}
		}
	}
	form, v, ok := f.ExactlyOne("sum", "count", "first", "last")
	if !ok {
		return m
	}
	switch form {
	case "sum":
		m.Value = creditsSums[ruledoc.Choice(p.Reader, v, "amount", "margin", "units")]
	case "count":
		m.Value = creditsCounts[ruledoc.Choice(p.Reader, v, "credits", "deals", "customers", "products")]
	default:
		ruledoc.Choice(p.Reader, v, "date")
		m.Value, m.Window = CreditsFirstDate, WindowEver
		if form == "last" {
			m.Value = CreditsLastDate
		}
		if window, given := f.Optional("window"); given {
			ruledoc.Choice(p.Reader, window, WindowEver)
		}
		return m
	}
	m.Window, m.Span = p.window(f)
	return m
}

// The words of sums and counts of credits.
var (
	creditsSums   = map[string]CreditsValue{"amount": CreditsSumAmount, "margin": CreditsSumMargin, "units": CreditsSumUnits}
	creditsCounts = map[string]CreditsValue{
		"credits": CreditsCount, "deals": CreditsDeals, "customers": CreditsCustomers, "products": CreditsProducts,
	}
)

func (p *planReader) ratio(v value) *RatioMeasure {
	items := p.List(v, 2)
	if len(items) != 2 {
		if len(items) == 1 {
			p.Report(v, ruledoc.CodeTooMany, errs.Args{"Count": 1, "Most": 2})
		}
		return nil
	}
	return &RatioMeasure{Of: p.ID(items[0]), To: p.ID(items[1])}
}

// teamFolds are the keys that say what is made of the members' values.
var teamFolds = map[string]GroupFold{"sum": "", "average": FoldAverage, "highest": FoldHighest, "lowest": FoldLowest}

// team reads {sum: measure, of: group, where: […]} or {count: people, of: group, where: […]}.
func (p *planReader) team(v value) *TeamMeasure {
	f := p.Mapping(v, "sum", "average", "highest", "lowest", "count", "of", "where")
	form, what, ok := f.ExactlyOne("sum", "average", "highest", "lowest", "count")
	if !ok {
		return nil
	}
	m := &TeamMeasure{}
	if form == "count" {
		ruledoc.Choice(p.Reader, what, "people")
	} else {
		m.Sum, m.Fold = p.ID(what), teamFolds[form]
	}
	if group, has := f.Optional("of"); has {
		if m.Group = p.group(group); m.Group == GroupLedTeams {
			m.Group = ""
		}
	}
	if where, has := f.Optional("where"); has {
		p.later = append(p.later, func() { m.Where = p.memberConditions(where) })
	}
	return m
}

// memberConditions reads a list of {level: […]} and {measure: …, at_least: …}.
func (p *planReader) memberConditions(v value) []MemberCondition {
	var list []MemberCondition
	for _, item := range p.List(v, RowsMax) {
		f := p.Mapping(item, append([]string{"level", "measure"}, comparisonKeys...)...)
		form, _, ok := f.ExactlyOne("level", "measure")
		if !ok {
			continue
		}
		if form == "level" {
			f.Meaningless(comparisonKeys...)
			v, _ := f.Optional("level")
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
	return p.comparison(p.Mapping(v, append([]string{"measure"}, comparisonKeys...)...))
}

// comparison reads the measure and the one comparison of a mapping.
func (p *planReader) comparison(f fields) (c Condition, ok bool) {
	of, hasMeasure := f.Required("measure")
	if hasMeasure {
		c.Measure = p.measureID(of)
	}
	key, v, hasKey := f.ExactlyOne(comparisonKeys...)
	if !hasMeasure || !hasKey || c.Measure == "" {
		return c, false
	}
	kind := p.kinds[c.Measure]
	if key == "in" {
		ruledoc.Choice(p.Reader, v, "period")
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
	id := p.ID(v)
	if id != "" && p.plan.Measure(id) == nil {
		p.Report(v, CodeUnknownMeasure, errs.Args{"ID": id})
		return ""
	}
	return id
}

func (p *planReader) wrongKind(v value, found ValueKind, wanted ...ValueKind) {
	p.Report(v, CodeKindWrong, kindArgs(found, wanted...))
}

// listedFields are compared with a list of texts.
var listedFields = []Field{FieldProductCategory, FieldProduct, FieldCustomer, FieldCustomerTier, FieldCustomerRegion}

// pathFields may hold paths, such as A/B/C.
var pathFields = []Field{FieldProductCategory, FieldCustomerRegion}

// filterKeys are the keys of which a filter has one.
func filterKeys() []string { return append(slices.Clone(comparisonKeys), "within") }

// listed reads the list of a filter by texts: in, or within for paths.
func (r *reader) listed(key string, what value, filter *Filter) bool {
	if filter.Within = key == "within"; filter.Within && !slices.Contains(pathFields, filter.Field) {
		r.Report(what, CodeFieldForm, errs.Args{"Field": string(filter.Field), "Key": key})
		return false
	}
	filter.In = r.texts(what)
	return len(filter.In) > 0
}

// filter reads {field: …, in: […]}, {field: …, within: […]}, {field: …, at_least: …} or {field: customer.first_payment, in: window}.
func (p *planReader) filter(v value) (filter Filter, ok bool) {
	f := p.Mapping(v, append([]string{"field"}, filterKeys()...)...)
	if field, has := f.Required("field"); has {
		filter.Field = ruledoc.Choice(p.Reader, field, append(slices.Clone(listedFields), FieldAmount, FieldCustomerMonthsActive, FieldCustomerFirstPayment,
			FieldDealMonthsSigned)...)
	}
	key, what, has := f.ExactlyOne(filterKeys()...)
	if !has || filter.Field == "" {
		return filter, false
	}
	inWindow := filter.Field == FieldCustomerFirstPayment
	listed := slices.Contains(listedFields, filter.Field)
	switch {
	case (listed || inWindow) != (key == "in") && !(listed && key == "within"):
		p.Report(what, CodeFieldForm, errs.Args{"Field": string(filter.Field), "Key": key})
		return filter, false
	case inWindow:
		filter.Comparison = InPeriod
		return filter, ruledoc.Choice(p.Reader, what, "window") != ""
	case listed:
		return filter, p.listed(key, what, &filter)
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
