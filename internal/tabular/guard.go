package tabular

import "strings"

// Guard makes a text safe to open in a spreadsheet: a text that a spreadsheet could take for a formula gets an apostrophe in front.
// Plain numbers, negative ones too, stay as they are. Unguard takes the apostrophe off again.
func Guard(text string) string {
	if startsFormula(text) && !plainNumber(text) || strings.HasPrefix(text, "'") && startsFormula(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

// typed is a text as a cell of a workbook holds it: the cell says that it is a text, so that nothing is evaluated and nothing has to be put in
// front. Only a text that Unguard would take an apostrophe off gets one more.
func typed(text string) string {
	if strings.HasPrefix(text, "'") {
		return Guard(text)
	}
	return text
}

// Unguard is the inverse of Guard: Unguard(Guard(s)) is s. It also reads workbooks, into which earlier versions and other programs wrote what
// Guard makes of a text: Unguard(typed(s)) is s, too.
func Unguard(text string) string {
	if rest, found := strings.CutPrefix(text, "'"); found && Guard(rest) == text {
		return rest
	}
	return text
}

// startsFormula knows what spreadsheets evaluate: =, +, −, @ in half and full width, and control characters that hide one.
func startsFormula(text string) bool {
	if text == "" {
		return false
	}
	switch text[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	}
	for _, wide := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, wide) {
			return true
		}
	}
	return false
}

// plainNumber reports whether text is an optional minus, digits, and optionally a point and digits.
func plainNumber(text string) bool {
	text = strings.TrimPrefix(text, "-")
	whole, fraction, point := strings.Cut(text, ".")
	return allDigits(whole) && (!point || allDigits(fraction))
}

func allDigits(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
