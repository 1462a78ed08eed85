package notice

import (
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

// Params are what a text is filled in with, by the names of its gaps.
type Params map[string]Param

// Param is one of them. There is none for amounts.
type Param struct {
	Form string `json:"form"`
	Text string `json:"text"`
	En   string `json:"en,omitempty"` // of a name in both languages; Text is the Chinese one
}

const (
	formWord   = "word"
	formName   = "name"
	formNumber = "number"
	formDay    = "day"
	formMonth  = "month"
	formPhrase = "phrase"
)

// Word is a text as it is: somebody's name, a device.
func Word(text string) Param { return Param{Form: formWord, Text: text} }

// Name is a name in both languages.
func Name(text plan.Text) Param { return Param{Form: formName, Text: text.Zh, En: text.En} }

// Number is a count, or a number that names something.
func Number(n int64) Param { return Param{Form: formNumber, Text: strconv.FormatInt(n, 10)} }

// Day is a date.
func Day(d calendar.Date) Param { return Param{Form: formDay, Text: d.String()} }

// Month is a month.
func Month(m calendar.Month) Param { return Param{Form: formMonth, Text: m.String()} }

// Phrase is a message of the catalogue that needs no arguments.
func Phrase(key string) Param { return Param{Form: formPhrase, Text: key} }

// value is what a text is given; what cannot be read any more stands as it was written.
func (p Param) value(lang i18n.Lang) any {
	switch p.Form {
	case formName:
		if lang == i18n.En && p.En != "" || p.Text == "" {
			return p.En
		}
	case formNumber:
		if n, err := strconv.ParseInt(p.Text, 10, 64); err == nil {
			return n
		}
	case formDay:
		if d, err := calendar.ParseDate(p.Text); err == nil {
			return d
		}
	case formMonth:
		if m, err := calendar.ParseMonth(p.Text); err == nil {
			return m
		}
	case formPhrase:
		return errs.Msg(p.Text, nil)
	}
	return p.Text
}

// Text writes a message for a reader.
func Text(p *i18n.Printer, k Kind, params Params) string {
	args := errs.Args{}
	for name, param := range params {
		args[name] = param.value(p.Lang())
	}
	return p.Message(errs.Msg("notice.text."+string(k), args))
}
