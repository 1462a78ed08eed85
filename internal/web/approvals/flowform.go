package approvals

import (
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// How many empty places a form offers behind what is filled in, and how far it reads.
const (
	readMax     = 40
	blankSlots  = 2
	managersMax = 3
)

// flowForm is a flow as it stands in a form: what was read, and what could not be.
type flowForm struct {
	kind     approval.Kind
	currency money.Currency
	printer  *i18n.Printer
	users    map[string]string // login by id
	flow     approval.Flow
	raw      map[string]string // what was typed where it could not be read, by path
	wrong    []errs.Field
}

// choices are the approvers that a form offers by word; users are typed.
func choices(p *i18n.Printer) (options []ui.Option) {
	for level := int64(1); level <= managersMax; level++ {
		a := approval.Approver{Kind: approval.ByManager, Levels: level}
		options = append(options, ui.Option{Value: wordOf(a), Label: approverText(p, a, nil)})
	}
	options = append(options, ui.Option{Value: wordOf(approval.Approver{Kind: approval.ByDirector}), Label: approverText(p, approval.Approver{Kind: approval.ByDirector}, nil)})
	for _, role := range approval.ApproverRoles {
		a := approval.Approver{Kind: approval.ByRole, Role: role}
		options = append(options, ui.Option{Value: wordOf(a), Label: approverText(p, a, nil)})
	}
	return options
}

// wordOf writes an approver as a form sends it.
func wordOf(a approval.Approver) string {
	switch a.Kind {
	case approval.ByManager:
		return string(a.Kind) + ":" + strconv.FormatInt(a.Levels, 10)
	case approval.ByRole:
		return string(a.Kind) + ":" + string(a.Role)
	}
	return string(a.Kind)
}

// approverOf reads wordOf back.
func approverOf(word string) approval.Approver {
	kind, rest, _ := strings.Cut(word, ":")
	a := approval.Approver{Kind: approval.ApproverKind(kind)}
	switch a.Kind {
	case approval.ByManager:
		a.Levels, _ = strconv.ParseInt(rest, 10, 64)
	case approval.ByRole:
		a.Role = access.Role(rest)
	}
	return a
}

// read takes a flow out of a form. Empty routes and steps are left out; the route without conditions goes to the end.
func (f *flowForm) read(form url.Values) {
	var open []approval.Route
	for i := range readMax {
		at := fmt.Sprintf("routes.%d", i)
		if !form.Has(at + ".name") {
			continue
		}
		route := approval.Route{Name: strings.TrimSpace(form.Get(at + ".name")), When: f.readConditions(form, at+".when"), Copies: f.readWho(form, at+".copies")}
		for j := range readMax {
			here := fmt.Sprintf("%s.steps.%d", at, j)
			if who := f.readWho(form, here+".who"); len(who) > 0 {
				step := approval.Step{Name: strings.TrimSpace(form.Get(here + ".name")), Who: who, Mode: approval.Mode(form.Get(here + ".mode")), When: f.readConditions(form, here+".when")}
				step.Again = form.Get(here+".again") != ""
				if text := strings.TrimSpace(form.Get(here + ".limit_days")); text != "" {
					days, err := strconv.ParseInt(text, 10, 64)
					if err != nil {
						days = -1 // refused with the field's own words
					}
					step.LimitDays = days
				}
				route.Steps = append(route.Steps, step)
			}
		}
		switch {
		case route.Name == "" && len(route.When) == 0 && len(route.Steps) == 0:
		case len(route.When) == 0:
			open = append(open, route)
		default:
			f.flow.Routes = append(f.flow.Routes, route)
		}
	}
	f.flow.Routes = append(f.flow.Routes, open...)
}

func (f *flowForm) readWho(form url.Values, at string) (who []approval.Approver) {
	for k := range readMax {
		if word := form.Get(fmt.Sprintf("%s.%d", at, k)); word != "" {
			who = append(who, approverOf(word))
		}
	}
	for login := range strings.FieldsFuncSeq(form.Get(at+".users"), func(r rune) bool { return strings.ContainsRune(" ,，、;；", r) }) {
		id := login // one that nobody has is refused when it is published
		for user, known := range f.users {
			if known == login {
				id = user
			}
		}
		who = append(who, approval.Approver{Kind: approval.ByUser, UserID: id})
	}
	return who
}

func (f *flowForm) readConditions(form url.Values, at string) (conditions []approval.Condition) {
	for n := range readMax {
		here := fmt.Sprintf("%s.%d", at, n)
		name, text := form.Get(here+".field"), strings.TrimSpace(form.Get(here))
		if name == "" {
			continue
		}
		c := approval.Condition{Field: name, Operator: approval.Operator(form.Get(here + ".operator"))}
		if !f.readValue(&c, text) {
			f.wrong = append(f.wrong, errs.Field{Path: here, Value: text, Message: errs.Msg("form.error.number", nil)})
		}
		conditions = append(conditions, c)
	}
	return conditions
}

// readValue reads the value of a condition as its field is written.
func (f *flowForm) readValue(c *approval.Condition, text string) (ok bool) {
	at := slices.IndexFunc(f.kind.Fields, func(field approval.Field) bool { return field.Name == c.Field })
	if at < 0 {
		return true // refused as an unknown field
	}
	field := f.kind.Fields[at]
	if field.Form == approval.FormText {
		c.Word = text
		for _, o := range field.Choices {
			if f.printer.T(o.Label) == text {
				c.Word = o.Value
			}
		}
		return true
	}
	c.Number, ok = numberOf(field.Form, text, f.currency)
	return ok
}

// numberOf reads a number as people write it: an amount, a percentage, a whole number.
func numberOf(form approval.Form, text string, currency money.Currency) (int64, bool) {
	switch form {
	case approval.FormMoney:
		return ui.ParseAmount(text, currency)
	case approval.FormPPM:
		share, ok := new(big.Rat).SetString(strings.TrimSpace(strings.TrimRight(text, "%％")))
		if !ok {
			return 0, false
		}
		share.Mul(share, big.NewRat(10_000, 1))
		return share.Num().Int64(), share.IsInt() && share.Num().IsInt64()
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// writeValue is the other way round.
func (f *flowForm) writeValue(c approval.Condition) string {
	for _, field := range f.kind.Fields {
		if field.Name != c.Field {
			continue
		}
		switch field.Form {
		case approval.FormMoney:
			return f.printer.Amount(c.Number, f.currency)
		case approval.FormPPM:
			return strings.TrimSuffix(strings.TrimRight(big.NewRat(c.Number, 10_000).FloatString(4), "0"), ".")
		case approval.FormText:
			return c.Word
		}
	}
	return strconv.FormatInt(c.Number, 10)
}

// fields draws the whole flow, with empty places for more.
func (f *flowForm) fields() (fields []ui.Field) {
	p := f.printer
	routes := append(slices.Clone(f.flow.Routes), approval.Route{})
	for i, r := range routes {
		at := fmt.Sprintf("routes.%d", i)
		fold := p.T("approvals.route_number", "Number", i+1)
		if r.Name != "" {
			fold += " · " + r.Name
		}
		if i == len(f.flow.Routes) {
			fold = p.T("approvals.route_more")
		}
		add := func(field ui.Field) {
			field.Fold = fold
			fields = append(fields, field)
		}
		add(ui.Field{Name: at + ".name", Label: p.T("approvals.route_name"), Value: r.Name, Optional: true, Hint: p.T("approvals.route_hint")})
		f.addConditions(add, at+".when", r.When, blankSlots)
		for j, s := range append(slices.Clone(r.Steps), approval.Step{Mode: approval.ModeAny}) {
			f.addStep(add, fmt.Sprintf("%s.steps.%d", at, j), j+1, s)
		}
		f.addWho(add, at+".copies", p.T("approvals.copies"), r.Copies, 1)
	}
	return fields
}

func (f *flowForm) addStep(add func(ui.Field), at string, number int, s approval.Step) {
	p := f.printer
	add(ui.Field{Name: at + ".name", Label: p.T("approvals.step_name", "Number", number), Value: s.Name, Optional: true, Span: 6})
	limit := ""
	if s.LimitDays != 0 {
		limit = strconv.FormatInt(s.LimitDays, 10)
	}
	add(ui.Field{Name: at + ".limit_days", Kind: ui.FieldNumber, Label: p.T("approvals.limit"), Value: limit, Unit: p.T("approvals.work_days"), Optional: true, Span: 3})
	mode := ui.Field{Name: at + ".mode", Kind: ui.FieldSelect, Label: p.T("approvals.mode"), Span: 3}
	for _, m := range []approval.Mode{approval.ModeAny, approval.ModeAll} {
		mode.Options = append(mode.Options, ui.Option{Value: string(m), Label: p.T("approvals.mode_" + string(m)), Selected: m == s.Mode})
	}
	add(mode)
	add(ui.Field{Name: at + ".again", Kind: ui.FieldCheck, Label: p.T("approvals.again_may"), Hint: p.T("approvals.again_hint"), Value: "1", Checked: s.Again, Optional: true})
	f.addWho(add, at+".who", p.T("approvals.who"), s.Who, blankSlots)
	f.addConditions(add, at+".when", s.When, 1)
}

// addWho draws approvers: a choice for each, and users by their logins.
func (f *flowForm) addWho(add func(ui.Field), at, label string, who []approval.Approver, slots int) {
	p := f.printer
	var words, logins []string
	for _, a := range who {
		if a.Kind != approval.ByUser {
			words = append(words, wordOf(a))
		} else if login := f.users[a.UserID]; login != "" {
			logins = append(logins, login)
		} else {
			logins = append(logins, a.UserID)
		}
	}
	for k := range max(slots, len(words)) {
		field := ui.Field{Name: fmt.Sprintf("%s.%d", at, k), Kind: ui.FieldSelect, Label: fmt.Sprintf("%s %d", label, k+1), Optional: true, Span: 4, Options: append([]ui.Option{{Label: i18n.Unknown}}, choices(p)...)}
		if k < len(words) {
			field.Value = words[k]
			if !slices.ContainsFunc(field.Options, func(o ui.Option) bool { return o.Value == words[k] }) {
				field.Options = append(field.Options, ui.Option{Value: words[k], Label: approverText(p, approverOf(words[k]), nil)})
			}
			for o := range field.Options {
				field.Options[o].Selected = field.Options[o].Value == words[k]
			}
		}
		add(field)
	}
	add(ui.Field{Name: at + ".users", Label: label + p.T("common.colon") + p.T("approvals.logins"), Value: strings.Join(logins, " "), Optional: true, Span: 4, Autocomplete: "off"})
}

// addConditions draws conditions: field, comparison, value.
func (f *flowForm) addConditions(add func(ui.Field), at string, conditions []approval.Condition, slots int) {
	p := f.printer
	for n := range max(slots, len(conditions)) {
		here := fmt.Sprintf("%s.%d", at, n)
		var c approval.Condition
		value := f.raw[here]
		if n < len(conditions) {
			if c = conditions[n]; value == "" {
				value = f.writeValue(c)
			}
		}
		what := ui.Field{Name: here + ".field", Kind: ui.FieldSelect, Label: p.T("approvals.condition"), Value: c.Field, Optional: true, Span: 4, Options: []ui.Option{{Label: p.T("approvals.always")}}}
		hint := ""
		for _, field := range f.kind.Fields {
			what.Options = append(what.Options, ui.Option{Value: field.Name, Label: p.T(field.Label), Selected: field.Name == c.Field})
			for _, o := range field.Choices {
				hint = strings.TrimPrefix(hint+p.T("common.comma")+p.T(o.Label), p.T("common.comma"))
			}
		}
		add(what)
		operator := ui.Field{Name: here + ".operator", Kind: ui.FieldSelect, Label: p.T("approvals.operator"), Span: 4}
		for _, o := range append(slices.Clone(approval.NumberOperators), approval.WordOperators...) {
			operator.Options = append(operator.Options, ui.Option{Value: string(o), Label: p.T("approvals.operator_" + string(o)), Selected: o == c.Operator})
		}
		add(operator)
		add(ui.Field{Name: here, Label: p.T("approvals.value"), Value: value, Optional: true, Span: 4, Hint: hint})
	}
}
