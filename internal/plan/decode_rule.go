package plan

import (
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
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
	f := r.mapping(v, "rate", "form")
	t := &Tax{}
	if rate, ok := f.required("rate"); ok {
		if d, valid := r.part(rate); valid {
			t.Rate = d
		}
	}
	if form, ok := f.required("form"); ok {
		t.Form = choice(r, form, TaxDivided, TaxShareOfGross)
	}
	return t
}

// part reads a number from 0 to 1.
func (r *reader) part(v value) (decimal.Decimal, bool) {
	d, _, ok := r.number(v)
	if ok && (d.Sign() < 0 || d.Cmp(decimal.FromInt(1, 0)) > 0) {
		r.report(v, CodePart, nil)
		return d, false
	}
	return d, ok
}

func (r *reader) creditRule(v value, events []Event) CreditRule {
	f := r.mapping(v, "id", "event", "where", "group", "to", "share", "remainder", "tie", "deducts", "levels", "base")
	var rule CreditRule
	if id, ok := f.required("id"); ok {
		rule.ID = r.id(id)
	}
	if event, ok := f.required("event"); ok {
		rule.Events = r.ruleEvents(event, events)
	}
	if where, ok := f.optional("where"); ok {
		for _, item := range r.list(where, CreditFiltersMax) {
			if filter, valid := r.factFilter(item); valid {
				rule.Where = append(rule.Where, filter)
			}
		}
	}
	if group, ok := f.optional("group"); ok {
		rule.Group = r.id(group)
	}
	if to, ok := f.required("to"); ok {
		r.target(to, &rule)
	}
	if rule.To == ToManagerChain {
		f.meaningless("share", "remainder", "tie", "deducts")
		r.chain(f, &rule)
		return rule
	}
	f.meaningless("levels", "base")
	r.share(f, &rule)
	return rule
}

// target reads a word, {role: r, within: where} or {person: key}.
func (r *reader) target(v value, rule *CreditRule) {
	if len(v.node.Content) == 0 {
		rule.To = choice(r, v, ToSellers, ToReferrer, ToHouse, ToManagerChain)
		return
	}
	f := r.mapping(v, "role", "within", "person")
	form, what, ok := f.exactlyOne("role", "person")
	if !ok {
		return
	}
	text, _ := r.text(what)
	if form == "person" {
		f.meaningless("within")
		rule.To, rule.Person = ToPerson, text
		return
	}
	rule.To, rule.Role = ToRole, text
	if within, has := f.required("within"); has {
		rule.Within = choice(r, within, WithinCompany, WithinRegion, WithinTeam)
	}
}

// chain reads the percents of the levels and what they are taken of.
func (r *reader) chain(f fields, rule *CreditRule) {
	if levels, ok := f.required("levels"); ok {
		for _, item := range r.list(levels, CreditLevelsMax) {
			if d, valid := r.part(item); valid {
				rule.Levels = append(rule.Levels, d)
			}
		}
	}
	if base, ok := f.required("base"); ok {
		rule.Base = choice(r, base, ShareOfFull, ShareAfterLevel)
	}
}

// share reads by_split, full_each or {percent: p, of: full | rest}. House and referrer take a percent, a role takes all.
func (r *reader) share(f fields, rule *CreditRule) {
	v, ok := f.required("share")
	if !ok || rule.To == "" {
		return
	}
	if len(v.node.Content) > 0 {
		f.meaningless("remainder", "tie")
		r.percentShare(f, v, rule)
		return
	}
	f.meaningless("deducts")
	switch rule.To {
	case ToHouse:
		r.report(v, CodeShareForm, errs.Args{"To": string(rule.To)})
	case ToSellers:
		rule.Share = choice(r, v, ShareBySplit, ShareFullEach)
	default:
		rule.Share = choice(r, v, ShareFullEach)
	}
	if rule.Share != ShareBySplit {
		f.meaningless("remainder", "tie")
		return
	}
	if remainder, ok := f.required("remainder"); ok {
		choice(r, remainder, "largest")
	}
	if tie, ok := f.required("tie"); ok {
		choice(r, tie, "first")
	}
}

func (r *reader) percentShare(f fields, v value, rule *CreditRule) {
	if rule.To == ToSellers || rule.To == ToRole {
		r.report(v, CodeShareForm, errs.Args{"To": string(rule.To)})
		return
	}
	inner := r.mapping(v, "percent", "of")
	if percent, ok := inner.required("percent"); ok {
		if d, valid := r.part(percent); valid {
			rule.Percent = &d
		}
	}
	if of, ok := inner.required("of"); ok {
		rule.Of = choice(r, of, ShareOfFull, ShareOfRest)
	}
	if deducts, ok := f.required("deducts"); ok {
		rule.Deducts = r.yes(deducts)
	}
}

// yes reads true or false.
func (r *reader) yes(v value) bool {
	r.remember(v)
	switch v.node.Value {
	case "true":
		return true
	case "false":
	default:
		r.report(v, CodeChoice, errs.Args{"Known": "true, false"})
	}
	return false
}

// factFields are what crediting rules may ask of a fact; but for the amount they are compared with a list.
var factFields = []Field{
	FieldProductCategory, FieldProduct, FieldCustomer, FieldCustomerTier, FieldCustomerRegion, FieldSellerTeam, FieldSellerRegion, FieldAmount,
}

// factFilter reads {field: …, in: […]} or {field: amount, at_least: …}.
func (r *reader) factFilter(v value) (filter Filter, ok bool) {
	f := r.mapping(v, append([]string{"field"}, filterKeys()...)...)
	if field, has := f.required("field"); has {
		filter.Field = choice(r, field, factFields...)
	}
	key, what, has := f.exactlyOne(filterKeys()...)
	if !has || filter.Field == "" {
		return filter, false
	}
	if (filter.Field == FieldAmount) == (key == "in" || key == "within") {
		r.report(what, CodeFieldForm, errs.Args{"Field": string(filter.Field), "Key": key})
		return filter, false
	}
	if key == "in" || key == "within" {
		return filter, r.listed(key, what, &filter)
	}
	minor, ok := r.amount(what, creditingCurrency)
	filter.Comparison, filter.Value = Comparison(key), decimal.FromInt(minor, 0)
	return filter, ok
}
