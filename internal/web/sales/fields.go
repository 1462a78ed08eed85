package sales

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// ownFields are the fields that the company added to a kind of record, with what it takes to show them.
type ownFields struct {
	h      *Handler
	p      *i18n.Printer
	fields []customfield.Field
	names  map[string]string     // of persons by employee number
	stages *opportunity.StageSet // of opportunities
}

// stage is the name of a stage of opportunities.
func (own ownFields) stage(s opportunity.Stage) string {
	if own.stages == nil { // of another object
		return string(s)
	}
	return own.stages.Label(s, own.p.Zh())
}

// ownFields reads the fields of an object.
func (h *Handler) ownFields(r *http.Request, object customfield.Object) (ownFields, error) {
	return h.ownFieldsOf(r, object, nil)
}

// ownFieldsOf also reads the names of the persons in sets of values.
func (h *Handler) ownFieldsOf(r *http.Request, object customfield.Object, sets []customfield.Set) (own ownFields, err error) {
	own = ownFields{h: h, p: httpx.PrinterFrom(r.Context())}
	if object == customfield.ObjectOpportunity {
		if own.stages, err = h.Opportunities.Stages(r.Context()); err != nil {
			return own, err
		}
	}
	if h.Fields == nil {
		return own, nil
	}
	actor := access.ActorFrom(r.Context())
	if own.fields, err = h.Fields.Of(r.Context(), actor, object); err != nil || len(own.fields) == 0 {
		return own, err
	}
	own.names, err = h.Fields.Names(r.Context(), actor, own.fields, sets...)
	return own, err
}

// setsOf are the values of records.
func setsOf[T any](records []T, of func(T) customfield.Set) (sets []customfield.Set) {
	for _, one := range records {
		sets = append(sets, of(one))
	}
	return sets
}

// text writes a value as people read it; empty for none.
func (own ownFields) text(f customfield.Field, s customfield.Set) string {
	if !s.Filled(f.Key) {
		return ""
	}
	p := own.p
	switch f.Kind {
	case customfield.KindNumber, customfield.KindMoney, customfield.KindPercent:
		n, whole := s.Number(f)
		switch {
		case !whole:
			return s.Text(f.Key)
		case f.Kind == customfield.KindMoney:
			return p.Money(n, own.h.Currency())
		case f.Kind == customfield.KindPercent:
			return customfield.TypedText(f, s, own.h.Currency()) + "%"
		}
		return p.Int(n)
	case customfield.KindYesNo:
		return p.T("customfield.answer." + customfield.TypedText(f, s, own.h.Currency()))
	case customfield.KindChoice, customfield.KindChoices:
		var names []string
		for _, key := range s.Texts(f.Key) {
			names = append(names, choiceName(p, f, key))
		}
		return p.Join(names)
	case customfield.KindPerson:
		if name := own.names[s.Text(f.Key)]; name != "" {
			return name
		}
	}
	return s.Text(f.Key)
}

func choiceName(p *i18n.Printer, f customfield.Field, key string) string {
	for _, c := range f.Choices {
		if c.Key == key {
			return ui.TextIn(p, c.NameZh, c.NameEn, key)
		}
	}
	return key
}

func fieldName(p *i18n.Printer, f customfield.Field) string {
	return ui.TextIn(p, f.NameZh, f.NameEn, f.Key)
}

// facts are the values of a record: fields that are in use, and retired ones that still say something.
func (own ownFields) facts(s customfield.Set) (facts []ui.Fact) {
	for _, f := range own.fields {
		if f.Retired && !s.Filled(f.Key) {
			continue
		}
		facts = append(facts, ui.Fact{Term: fieldName(own.p, f), Text: text(own.text(f, s))})
	}
	return facts
}

// inputs ask for values; what was typed wins over what is recorded. Only names some of them by key.
func (own ownFields) inputs(r *http.Request, s customfield.Set, only ...string) (fields []ui.Field) {
	for _, f := range own.fields {
		if f.Retired || len(only) > 0 && !slices.Contains(only, f.Key) {
			continue
		}
		fields = append(fields, own.input(r, f, s)...)
	}
	return fields
}

func (own ownFields) input(r *http.Request, f customfield.Field, s customfield.Set) []ui.Field {
	p := own.p
	field := ui.Field{Name: f.Path(), Kind: ui.FieldText, Label: fieldName(p, f), Hint: ui.TextIn(p, f.HelpZh, f.HelpEn, ""), Value: customfield.TypedText(f, s, own.h.Currency()),
		Optional: f.Required != customfield.RequiredAlways, Span: 6, Autocomplete: "off"}
	chosen := s.Texts(f.Key)
	if typed, sent := r.PostForm[f.Path()]; sent {
		field.Value, chosen = strings.Join(typed, ""), typed
	}
	switch f.Kind {
	case customfield.KindLongText:
		field.Kind, field.Rows, field.Span = ui.FieldArea, 3, 12
	case customfield.KindNumber:
		field.Kind = ui.FieldNumber
	case customfield.KindMoney:
		field.Kind, field.Unit = ui.FieldMoney, ui.UnitOf(p, own.h.Currency())
	case customfield.KindPercent:
		field.Kind, field.Unit = ui.FieldDecimal, "%"
	case customfield.KindDay:
		field.Kind = ui.FieldDate
	case customfield.KindYesNo:
		field.Kind, field.Placeholder = ui.FieldSelect, p.T("sales.choose")
		field.Options = answers(p)
	case customfield.KindChoice, customfield.KindChoices:
		for _, c := range f.Choices {
			if on := slices.Contains(chosen, c.Key); on || !c.Retired {
				field.Options = append(field.Options, ui.Option{Value: c.Key, Label: choiceName(p, f, c.Key), Selected: on})
			}
		}
		field.Kind, field.Placeholder = ui.FieldSelect, p.T("sales.choose")
		if f.Kind == customfield.KindChoices {
			field.Kind, field.Span = ui.FieldChecks, 12
			// A form sends nothing for boxes of which none is ticked.
			return []ui.Field{field, {Name: f.Path(), ID: field.FieldID() + "-none", Kind: ui.FieldHidden}}
		}
	case customfield.KindPerson:
		field.Suggest = "some-people"
		if field.Hint == "" {
			field.Hint = p.T("customfield.person_hint")
		}
	}
	return []ui.Field{field}
}

func answers(p *i18n.Printer) []ui.Option {
	return []ui.Option{{Value: "yes", Label: p.T("customfield.answer.yes")}, {Value: "no", Label: p.T("customfield.answer.no")}}
}

// columns are further columns of a list. Those that a list does not show unless asked for come hidden.
func (own ownFields) columns(query url.Values) (columns []ui.Column) {
	_, asked := query["column"]
	for _, f := range customfield.Active(own.fields) {
		column := ui.Column{Key: f.Path(), Label: fieldName(own.p, f), Sortable: f.Sortable(), Hidden: !asked}
		switch {
		case f.Kind == customfield.KindDay:
			column.Kind = ui.ColumnNarrow
		case f.Kind.Ranged():
			column.Kind = ui.ColumnNumber
		}
		columns = append(columns, column)
	}
	return columns
}

// cells are the values of a record under the columns.
func (own ownFields) cells(s customfield.Set) (cells []ui.Cell) {
	for _, f := range customfield.Active(own.fields) {
		cells = append(cells, ui.Text(text(own.text(f, s))))
	}
	return cells
}

// The ends of the names that a range is asked by.
const (
	rangeFrom = ".from"
	rangeTo   = ".to"
)

// conditions reads what a list is limited to by fields of the company's own.
func (own ownFields) conditions(l *listing) (list []customfield.Condition) {
	for _, f := range customfield.Active(own.fields) {
		for suffix, comparison := range map[string]customfield.Comparison{"": customfield.Is, rangeFrom: customfield.From, rangeTo: customfield.To} {
			if v := l.get(f.Path() + suffix); v != "" && f.Filterable() && (suffix == "") != f.Kind.Ranged() {
				list = append(list, customfield.Condition{Key: f.Key, Comparison: comparison, Value: v})
			}
		}
	}
	return list
}

// filters ask for conditions.
func (own ownFields) filters(l *listing) (fields []ui.Field) {
	p := own.p
	for _, f := range customfield.Active(own.fields) {
		if !f.Filterable() {
			continue
		}
		field := ui.Field{Name: f.Path(), Label: fieldName(p, f), Value: l.get(f.Path()), Optional: true}
		switch {
		case f.Kind.Chosen():
			field.Kind, field.Placeholder = ui.FieldSelect, p.T("common.all")
			for _, c := range f.Choices {
				field.Options = append(field.Options, ui.Option{Value: c.Key, Label: choiceName(p, f, c.Key)})
			}
		case f.Kind == customfield.KindYesNo:
			field.Kind, field.Placeholder, field.Options = ui.FieldSelect, p.T("common.all"), answers(p)
		case f.Kind == customfield.KindText:
			field.Label = p.T("customfield.begins", "Field", field.Label)
		case f.Kind.Ranged():
			from, to := field, field
			from.Name, from.Label, from.Value = f.Path()+rangeFrom, p.T("customfield.from", "Field", field.Label), l.get(f.Path()+rangeFrom)
			to.Name, to.Label, to.Value = f.Path()+rangeTo, p.T("customfield.to", "Field", field.Label), l.get(f.Path()+rangeTo)
			if f.Kind == customfield.KindDay {
				from.Kind, to.Kind = ui.FieldDate, ui.FieldDate
			}
			fields = append(fields, from, to)
			continue
		}
		fields = append(fields, field)
	}
	return fields
}

// heads are the headers of further columns of an export, with the keys by which an import reads them back.
func (own ownFields) heads() (heads []string) {
	for _, f := range own.fields {
		heads = append(heads, f.Path())
	}
	return heads
}

// exported are the values of a record under the heads: as people would type them.
func (own ownFields) exported(s customfield.Set) (cells []tabular.Cell) {
	for _, f := range own.fields {
		typed := customfield.TypedText(f, s, own.h.Currency())
		if f.Kind == customfield.KindNumber || f.Kind == customfield.KindMoney || f.Kind == customfield.KindPercent {
			cells = append(cells, tabular.Number(typed))
			continue
		}
		cells = append(cells, tabular.Text(typed))
	}
	return cells
}

// changed tells what a change did to fields of the company's own.
func (own ownFields) changed(before, after json.RawMessage) (lines []string) {
	was, is := customfield.Told(before), customfield.Told(after)
	for _, f := range own.fields {
		if string(was[f.Path()]) != string(is[f.Path()]) {
			lines = append(lines, own.p.T("opportunity.changed", "Field", fieldName(own.p, f), "Before", text(own.told(f, was[f.Path()])), "After", text(own.told(f, is[f.Path()]))))
		}
	}
	return lines
}

// ownMoments adds to the moments of a record's changes, which stand in the same order, what they did to fields of the company's own.
func (h *Handler) ownMoments(own ownFields, moments []ui.Moment, changes []process.Change) []ui.Moment {
	for i := range min(len(moments), len(changes)) {
		if len(changes[i].Before) > 0 {
			moments[i].Detail = strings.Trim(moments[i].Detail+" · "+own.p.Join(own.changed(changes[i].Before, changes[i].After)), " ·")
		}
	}
	return moments
}

// told writes a value out of a history.
func (own ownFields) told(f customfield.Field, plain json.RawMessage) string {
	if len(plain) == 0 {
		return ""
	}
	var s customfield.Set
	if s.UnmarshalJSON([]byte(`{"`+f.Key+`":`+string(plain)+`}`)) != nil {
		return ""
	}
	return own.text(f, s)
}

// besides sets what there is beside what was typed, where they differ.
func (own ownFields) besides(now customfield.Set, typed customfield.Inputs) (both []besideField) {
	for _, f := range own.fields {
		in, sent := typed[f.Key]
		if !sent {
			continue
		}
		mine := strings.Join(slices.DeleteFunc(slices.Clone(in.Typed), func(s string) bool { return strings.TrimSpace(s) == "" }), ",")
		if theirs := customfield.TypedText(f, now, own.h.Currency()); plainAmount(theirs) != plainAmount(mine) {
			both = append(both, besideField{fieldName(own.p, f), theirs, mine})
		}
	}
	return both
}

// missingFields are the keys of the fields that stand in the way of something.
func missingFields(failure error) (keys []string) {
	e, ok := errors.AsType[*errs.Error](failure)
	if !ok {
		return nil
	}
	for _, f := range e.Fields {
		if key, ours := strings.CutPrefix(f.Path, customfield.PathOf("")); ours {
			keys = append(keys, key)
		}
	}
	return keys
}
