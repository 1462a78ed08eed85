package fact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// The longest texts of a record, in bytes.
const (
	keyBytesMax  = 100
	textBytesMax = 300
)

// Checker gathers what is wrong with an input, so that all of it is said at once. The zero value is ready.
type Checker struct{ fields []errs.Field }

// Add notes a wrong field.
func (c *Checker) Add(path, value, key string, args errs.Args) {
	c.fields = append(c.fields, errs.Field{Path: path, Value: value, Message: errs.Msg(key, args)})
}

// Has reports whether something is wrong with the field.
func (c *Checker) Has(path string) bool {
	return slices.ContainsFunc(c.fields, func(f errs.Field) bool { return f.Path == path })
}

// Fields are what is wrong.
func (c *Checker) Fields() []errs.Field { return c.fields }

// Err returns an error of kind Invalid that names all wrong fields, or nil.
func (c *Checker) Err() error { return errs.Invalid("fact.invalid", c.fields) }

// Key wants an identifier of the company: not empty, short, printable, without blanks at its ends.
func (c *Checker) Key(path, value string) {
	c.text(path, value, keyBytesMax, true)
}

// Text wants a short line of text.
func (c *Checker) Text(path, value string, required bool) {
	c.text(path, value, textBytesMax, required)
}

func (c *Checker) text(path, value string, bytesMax int, required bool) {
	switch {
	case value == "" && required:
		c.Add(path, "", "form.error.required", nil)
	case len(value) > bytesMax:
		c.Add(path, "", "fact.too_long", errs.Args{"Max": bytesMax})
	case !utf8.ValidString(value) || strings.TrimSpace(value) != value || strings.ContainsFunc(value, unicode.IsControl):
		c.Add(path, value, "fact.bad_text", nil)
	}
}

// Lines wants text of several lines, or none.
func (c *Checker) Lines(path, value string) {
	if !Readable(value) {
		c.Add(path, "", "fact.unreadable", nil)
	}
}

// Prose tidies a text of several lines and wants it readable and of at most so many characters; needed wants one at all.
func (c *Checker) Prose(path string, text *string, most int, needed bool) {
	*text = TidyLines(*text)
	c.Lines(path, *text)
	switch {
	case needed && *text == "":
		c.Add(path, "", "form.error.required", nil)
	case utf8.RuneCountInString(*text) > most:
		c.Add(path, "", "form.error.long", errs.Args{"Max": most})
	}
}

// Readable reports whether a text is UTF-8 without control characters but line breaks. One of the databases refuses others, the other keeps them.
func Readable(value string) bool {
	return utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool { return r != '\n' && unicode.IsControl(r) })
}

// TidyLines takes blanks off the ends of a text and writes its line breaks as one character: forms send two.
func TidyLines(value string) string {
	return strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
}

// Search wants a short text to look for, or none.
func (c *Checker) Search(value string) { c.text("search", value, keyBytesMax, false) }

// Day wants a day of business: given, and between 1950 and 2100.
func (c *Checker) Day(path string, day calendar.Date) {
	switch {
	case day == calendar.NoDate:
		c.Add(path, "", "form.error.required", nil)
	case day < calendar.NewDate(1950, 1, 1) || day >= calendar.NewDate(2101, 1, 1):
		c.Add(path, day.String(), "fact.day_out_of_range", nil)
	}
}

// amountMax is the greatest sum that may be entered by hand, in minor units: enough for any contract, and sums of many fit.
const amountMax = 1_000_000_000_000_000

// Positive wants an amount above zero.
func (c *Checker) Positive(path string, minor int64) {
	if minor <= 0 || minor > amountMax {
		c.Add(path, "", "fact.amount_positive", nil)
	}
}

// NotZero wants an amount above or below zero.
func (c *Checker) NotZero(path string, minor int64) {
	if minor == 0 || minor > amountMax || minor < -amountMax {
		c.Add(path, "", "fact.amount_not_zero", nil)
	}
}

// Days limits a list to a run of days, both ends in it; NoDate leaves an end open.
type Days struct{ From, To calendar.Date }

// AnyDay is the run without ends.
func AnyDay() Days { return Days{From: calendar.NoDate, To: calendar.NoDate} }

// Amounts limits a list to amounts in minor units, both ends in it; nil leaves an end open.
type Amounts struct{ Min, Max *int64 }

// Ranges wants ends in their order.
func (c *Checker) Ranges(days Days, amounts Amounts) {
	if days.From != calendar.NoDate && days.To != calendar.NoDate && days.To < days.From {
		c.Add("to", days.To.String(), "fact.range_reversed", nil)
	}
	if amounts.Min != nil && amounts.Max != nil && *amounts.Max < *amounts.Min {
		c.Add("max", "", "fact.range_reversed", nil)
	}
}
