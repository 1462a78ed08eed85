package notice

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
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
	formLevel  = "level"
	formMoment = "moment"
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

// Level is a level of people.
func Level(level string) Param { return Param{Form: formLevel, Text: level} }

// Moment is an instant, which is shown where the reader is.
func Moment(t time.Time) Param { return Param{Form: formMoment, Text: t.UTC().Format(time.RFC3339)} }

// value is what a text is given; what cannot be read any more stands as it was written.
func (p Param) value(printer *i18n.Printer) any {
	switch p.Form {
	case formName:
		if !printer.Zh() && p.En != "" || p.Text == "" {
			return p.En
		}
	case formLevel:
		return explain.Level(printer, p.Text)
	case formMoment:
		if t, err := time.Parse(time.RFC3339, p.Text); err == nil {
			local := printer.Local(t)
			return printer.Date(calendar.DateOf(local)) + local.Format(" 15:04")
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
		args[name] = param.value(p)
	}
	return p.Message(errs.Msg("notice.text."+string(k), args))
}
