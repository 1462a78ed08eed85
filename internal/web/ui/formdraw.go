package ui

import (
	"context"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

func (v FormView) method() string {
	if v.Method == "" {
		return "post"
	}
	return v.Method
}

func submitOf(ctx context.Context, v FormView) Action {
	submit := v.Submit
	if submit.Label == "" {
		submit.Label, submit.Kind = t(ctx, "common.save"), ActionPrimary
	}
	return submit
}

func (f Field) hintID() string  { return f.FieldID() + "-hint" }
func (f Field) errorID() string { return f.FieldID() + "-error" }

// describedBy names hint and error to screen readers.
func (f Field) describedBy() templ.OrderedAttributes {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.errorID())
	}
	if f.Hint != "" {
		ids = append(ids, f.hintID())
	}
	var attributes templ.OrderedAttributes
	if len(ids) > 0 {
		attributes = append(attributes, templ.KeyValue[string, any]{Key: "aria-describedby", Value: strings.Join(ids, " ")})
	}
	if f.Error != "" {
		attributes = append(attributes, templ.KeyValue[string, any]{Key: "aria-invalid", Value: "true"})
	}
	return attributes
}

// attributes are what only some inputs have.
func (f Field) attributes() templ.OrderedAttributes {
	attributes := f.describedBy()
	add := func(name, value string) {
		if value != "" {
			attributes = append(attributes, templ.KeyValue[string, any]{Key: name, Value: value})
		}
	}
	if f.Kind == FieldCheck {
		add("id", f.FieldID())
	}
	switch f.Kind {
	case FieldMoney:
		add("inputmode", "decimal")
		add("data-money", "1")
	case FieldDecimal:
		add("inputmode", "decimal")
	case FieldNumber:
		add("inputmode", "numeric")
	}
	add("min", f.Min)
	add("max", f.Max)
	add("autocomplete", f.Autocomplete)
	add("list", f.Suggest)
	if f.Autofocus {
		attributes = append(attributes, templ.KeyValue[string, any]{Key: "autofocus", Value: true})
	}
	return attributes
}

// inputType leaves figures as text fields: number fields change on a wheel and refuse pasted separators.
func (f Field) inputType() string {
	switch f.Kind {
	case FieldMoney, FieldDecimal, FieldNumber, "":
		return "text"
	}
	return string(f.Kind)
}

func (f Field) tickKind() string {
	if f.Kind == FieldRadio {
		return "radio"
	}
	return "checkbox"
}

func (f Field) tickValue() string {
	if f.Value == "" {
		return "1"
	}
	return f.Value
}

func (f Field) picked(o Option) bool { return o.Selected || (f.Value != "" && o.Value == f.Value) }

func (f Field) rows() int {
	switch {
	case f.Rows > 0:
		return f.Rows
	case f.Kind == FieldCode:
		return 16
	}
	return 3
}

func (f Field) spellcheck() string {
	if f.Kind == FieldCode {
		return "false"
	}
	return "true"
}

type optionGroup struct {
	name    string
	options []Option
}

func (f Field) groups() []optionGroup {
	var groups []optionGroup
	for _, option := range f.Options {
		if last := len(groups) - 1; last >= 0 && groups[last].name == option.Group {
			groups[last].options = append(groups[last].options, option)
			continue
		}
		groups = append(groups, optionGroup{name: option.Group, options: []Option{option}})
	}
	return groups
}

func (c Confirm) tone() string {
	if c.Plain {
		return string(ToneBrand)
	}
	return string(ToneWarn)
}

// typed is the field in which the expected word must be repeated. The browser compares it before sending; the server must again.
func (c Confirm) typed(ctx context.Context) Field {
	name := c.Field
	if name == "" {
		name = "confirm"
	}
	field := Field{Name: name, ID: c.ID + "-typed", Label: t(ctx, "confirm.type", "Expect", c.Expect), Placeholder: c.Expect, Error: c.Error, Autocomplete: "off"}
	field.Body = typedInput(field, regexp.QuoteMeta(c.Expect), c.Expect)
	return field
}

func (c Confirm) button() Action {
	kind := ActionDanger
	if c.Plain {
		kind = ActionPrimary
	}
	return Action{Label: c.Submit, Icon: c.Icon, Kind: kind}
}
