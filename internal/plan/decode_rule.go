package plan

import (
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// date is the word for the date of a fact.
func (k FactKind) date() string {
	switch k {
	case FactDeal:
		return "signed_on"
	case FactInvoice:
		return "invoiced_on"
	}
	return "paid_on"
}

func (r *reader) tax(v value) *Tax {
	f := r.Mapping(v, "rate", "form")
	t := &Tax{}
	if rate, ok := f.Required("rate"); ok {
		if d, valid := r.part(rate); valid {
			t.Rate = d
		}
	}
	if form, ok := f.Required("form"); ok {
		t.Form = ruledoc.Choice(r.Reader, form, TaxDivided, TaxShareOfGross)
	}
	return t
}

// part reads a number from 0 to 1.
func (r *reader) part(v value) (decimal.Decimal, bool) {
	d, _, ok := r.Number(v)
	if ok && (d.Sign() < 0 || d.Cmp(decimal.FromInt(1, 0)) > 0) {
		r.Report(v, CodePart, nil)
		return d, false
	}
	return d, ok
}

func (r *reader) creditRule(v value, events []Event) CreditRule {
	f := r.Mapping(v, "id", "event", "where", "group", "to", "share", "remainder", "tie", "deducts", "levels", "base")
	var rule CreditRule
	if id, ok := f.Required("id"); ok {
		rule.ID = r.ID(id)
	}
	if event, ok := f.Required("event"); ok {
		rule.Events = r.ruleEvents(event, events)
	}
	if where, ok := f.Optional("where"); ok {
		for _, item := range r.List(where, CreditFiltersMax) {
			if filter, valid := r.factFilter(item); valid {
				rule.Where = append(rule.Where, filter)
			}
		}
	}
	if group, ok := f.Optional("group"); ok {
		rule.Group = r.ID(group)
	}
	if to, ok := f.Required("to"); ok {
		r.target(to, &rule)
	}
	if rule.To == ToManagerChain {
		f.Meaningless("share", "remainder", "tie", "deducts")
		r.chain(f, &rule)
		return rule
	}
	f.Meaningless("levels", "base")
	r.share(f, &rule)
	return rule
}

// target reads a word, {role: r, within: where} or {person: key}.
func (r *reader) target(v value, rule *CreditRule) {
	if len(v.Node.Content) == 0 {
		rule.To = ruledoc.Choice(r.Reader, v, ToSellers, ToReferrer, ToHouse, ToManagerChain)
		return
	}
	f := r.Mapping(v, "role", "within", "person")
	form, what, ok := f.ExactlyOne("role", "person")
	if !ok {
		return
	}
	text, _ := r.Text(what)
	if form == "person" {
		f.Meaningless("within")
		rule.To, rule.Person = ToPerson, text
		return
	}
	rule.To, rule.Role = ToRole, text
	if within, has := f.Required("within"); has {
		rule.Within = ruledoc.Choice(r.Reader, within, WithinCompany, WithinRegion, WithinTeam)
	}
}

// chain reads the percents of the levels and what they are taken of.
func (r *reader) chain(f fields, rule *CreditRule) {
	if levels, ok := f.Required("levels"); ok {
		for _, item := range r.List(levels, CreditLevelsMax) {
			if d, valid := r.part(item); valid {
				rule.Levels = append(rule.Levels, d)
			}
		}
	}
	if base, ok := f.Required("base"); ok {
		rule.Base = ruledoc.Choice(r.Reader, base, ShareOfFull, ShareAfterLevel)
	}
}

// share reads by_split, full_each or {percent: p, of: full | rest}. House and referrer take a percent, a role takes all.
func (r *reader) share(f fields, rule *CreditRule) {
	v, ok := f.Required("share")
	if !ok || rule.To == "" {
		return
	}
	if len(v.Node.Content) > 0 {
		f.Meaningless("remainder", "tie")
		r.percentShare(f, v, rule)
		return
	}
	f.Meaningless("deducts")
	switch rule.To {
	case ToHouse:
		r.Report(v, CodeShareForm, errs.Args{"To": string(rule.To)})
	case ToSellers:
		rule.Share = ruledoc.Choice(r.Reader, v, ShareBySplit, ShareFullEach)
	default:
		rule.Share = ruledoc.Choice(r.Reader, v, ShareFullEach)
	}
	if rule.Share != ShareBySplit {
		f.Meaningless("remainder", "tie")
		return
	}
	if remainder, ok := f.Required("remainder"); ok {
		ruledoc.Choice(r.Reader, remainder, "largest")
	}
	if tie, ok := f.Required("tie"); ok {
		ruledoc.Choice(r.Reader, tie, "first")
	}
}

func (r *reader) percentShare(f fields, v value, rule *CreditRule) {
	if rule.To == ToSellers || rule.To == ToRole {
		r.Report(v, CodeShareForm, errs.Args{"To": string(rule.To)})
		return
	}
	inner := r.Mapping(v, "percent", "of")
	if percent, ok := inner.Required("percent"); ok {
		if d, valid := r.part(percent); valid {
			rule.Percent = &d
		}
	}
	if of, ok := inner.Required("of"); ok {
		rule.Of = ruledoc.Choice(r.Reader, of, ShareOfFull, ShareOfRest)
	}
	if deducts, ok := f.Required("deducts"); ok {
		rule.Deducts = r.yes(deducts)
	}
}

// yes reads true or false.
func (r *reader) yes(v value) bool {
	r.Remember(v)
	switch v.Node.Value {
	case "true":
		return true
	case "false":
	default:
		r.Report(v, ruledoc.CodeChoice, errs.Args{"Known": "true, false"})
	}
	return false
}

// factFields are what crediting rules may ask of a fact; but for the amount they are compared with a list.
var factFields = []Field{
	FieldProductCategory, FieldProduct, FieldCustomer, FieldCustomerTier, FieldCustomerRegion, FieldSellerTeam, FieldSellerRegion, FieldAmount,
}

// factFilter reads {field: …, in: […]} or {field: amount, at_least: …}.
func (r *reader) factFilter(v value) (filter Filter, ok bool) {
	f := r.Mapping(v, append([]string{"field"}, filterKeys()...)...)
	if field, has := f.Required("field"); has {
		filter.Field = ruledoc.Choice(r.Reader, field, factFields...)
	}
	key, what, has := f.ExactlyOne(filterKeys()...)
	if !has || filter.Field == "" {
		return filter, false
	}
	if (filter.Field == FieldAmount) == (key == "in" || key == "within") {
		r.Report(what, CodeFieldForm, errs.Args{"Field": string(filter.Field), "Key": key})
		return filter, false
	}
	if key == "in" || key == "within" {
		return filter, r.listed(key, what, &filter)
	}
	minor, ok := r.Amount(what, creditingCurrency)
	filter.Comparison, filter.Value = Comparison(key), decimal.FromInt(minor, 0)
	return filter, ok
}
