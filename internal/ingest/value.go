package ingest

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// dateParser reads dates. It remembers the month it saw last, because neighbours in a file mostly share it.
type dateParser struct {
	prefix   uint64 // "YYYY-MM-" as bytes
	first    calendar.Date
	days     int
	order    string // "", "dmy" or "mdy" for 1/2/2026
	date1904 bool
	months   calendar.Month // by which everything counts later
}

// parse reads a date, and moves it by the months that everything counts later; of a day that the month lacks the last one counts.
func (p *dateParser) parse(b []byte) (calendar.Date, bool) {
	date, ok := p.read(b)
	if ok && p.months != 0 {
		month := date.Month()
		date = min((month+p.months).First()+date-month.First(), (month + p.months).Last())
	}
	return date, ok
}

// read reads YYYY-MM-DD, YYYY/M/D, YYYY.M.D, YYYY年M月D日, YYYYMMDD, each with an optional time of day that is dropped, an Excel
// serial, and D/M/YYYY or M/D/YYYY when the mapping says which.
func (p *dateParser) read(b []byte) (calendar.Date, bool) {
	if len(b) == 10 {
		prefix := binary.LittleEndian.Uint64(b)
		day, ok := twoDigits(b[8], b[9])
		if ok && prefix == p.prefix && day >= 1 && day <= p.days {
			return p.first + calendar.Date(day-1), true
		}
		if date, err := calendar.ParseDate(string(b)); err == nil {
			month := date.Month()
			p.prefix, p.first, p.days = prefix, month.First(), int(month.Last()-month.First())+1
			return date, true
		}
	}
	return p.parseOther(string(b))
}

func twoDigits(a, b byte) (int, bool) {
	return int(a-'0')*10 + int(b-'0'), a-'0' <= 9 && b-'0' <= 9
}

func (p *dateParser) parseOther(s string) (calendar.Date, bool) {
	if whole, fraction, _ := strings.Cut(s, "."); len(whole) == 5 && digitsOnly(whole) && digitsOnly("0"+fraction) {
		return p.serial(number(whole)), true
	}
	if day, clock, found := strings.Cut(s, "T"); found || strings.Contains(s, " ") {
		if !found {
			day, clock, _ = strings.Cut(s, " ")
		}
		if strings.Count(clock, ":") == 0 {
			return calendar.NoDate, false
		}
		s = day
	}
	if len(s) == 8 && digitsOnly(s) {
		return civil(number(s[:4]), number(s[4:6]), number(s[6:]))
	}
	if rest, found := strings.CutSuffix(s, "日"); found {
		s = strings.NewReplacer("年", "-", "月", "-").Replace(rest)
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 || len(strings.Join(parts, "-")) != len(s) {
		return calendar.NoDate, false
	}
	switch p.order {
	case "dmy":
		parts[0], parts[2] = parts[2], parts[0]
	case "mdy":
		parts[0], parts[1], parts[2] = parts[2], parts[0], parts[1]
	}
	for i, part := range parts {
		if !digitsOnly(part) || i == 0 && len(part) != 4 || len(part) > 4 {
			return calendar.NoDate, false
		}
	}
	return civil(number(parts[0]), number(parts[1]), number(parts[2]))
}

// serial turns Excel's day number into a date. Excel believes that 1900 had a 29 February; from 1 March 1900 on, day n is n days
// after 30 December 1899.
func (p *dateParser) serial(n int) calendar.Date {
	if p.date1904 {
		return calendar.NewDate(1904, time.January, 1) + calendar.Date(n)
	}
	return calendar.NewDate(1899, time.December, 30) + calendar.Date(n)
}

func civil(year, month, day int) (calendar.Date, bool) {
	if year < 1 || month < 1 || month > 12 || day < 1 || day > calendar.DaysInMonth(year, time.Month(month)) {
		return calendar.NoDate, false
	}
	return calendar.NewDate(year, time.Month(month), day), true
}

func digitsOnly(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// number reads a short run of digits.
func number(s string) (n int) {
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// parseMonth reads YYYY-MM, YYYY/M, YYYY.M, YYYYMM, YYYY年M月, or the month of a date.
func (p *dateParser) parseMonth(b []byte) (calendar.Month, bool) {
	s := string(b)
	if month, err := calendar.ParseMonth(s); err == nil {
		return month + p.months, true
	}
	if len(s) == 6 && digitsOnly(s) {
		s = s[:4] + "-" + s[4:]
	}
	if rest, found := strings.CutSuffix(s, "月"); found {
		s = strings.Replace(rest, "年", "-", 1)
	}
	year, month, found := strings.Cut(strings.NewReplacer("/", "-", ".", "-").Replace(s), "-")
	if found && len(year) == 4 && digitsOnly(year) && digitsOnly(month) && len(month) <= 2 && number(month) >= 1 && number(month) <= 12 {
		return calendar.NewMonth(number(year), time.Month(number(month))) + p.months, true
	}
	if date, ok := p.parse(b); ok {
		return date.Month(), true
	}
	return 0, false
}

// The units of amounts and shares that a mapping can name.
const (
	UnitMajor       = "major"        // 1234.50 (元)
	UnitMinor       = "minor"        // 123450 (分)
	UnitTenThousand = "ten_thousand" // 0.12345 (万元)
	UnitPercent     = "percent"      // 70 or 70%
	UnitFraction    = "fraction"     // 0.7
	UnitBasisPoints = "basis_points" // 7000
)

// parseMoney reads an amount into minor units, exactly: digits, thousands separators, a point, a minus or brackets for negative, a
// currency sign before it or 元 after it. It is false for anything else, for more decimals than the currency has and for amounts
// beyond ±9·10^18.
func parseMoney(b []byte, unit string, currency money.Currency) (int64, bool) {
	if unit == UnitMinor {
		if n, ok := plainInt(b); ok {
			return n, true
		}
	}
	text, negative, ok := bareNumber(b)
	if !ok {
		return 0, false
	}
	shift := 0
	switch unit {
	case UnitMinor:
	case UnitTenThousand:
		shift = 4 + currency.MinorDigits()
	default:
		shift = currency.MinorDigits()
	}
	n, ok := scaled(text, shift)
	if negative {
		n = -n
	}
	return n, ok
}

// roundMoney is parseMoney for amounts with more decimals than the currency has: from half a minor unit on, the magnitude goes up.
func roundMoney(b []byte, unit string, currency money.Currency) (int64, bool) {
	text, negative, ok := bareNumber(b)
	if !ok {
		return 0, false
	}
	shift := currency.MinorDigits()
	switch unit {
	case UnitMinor:
		shift = 0
	case UnitTenThousand:
		shift += 4
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) <= shift {
		return 0, false // not what parseMoney refused it for
	}
	n, ok := scaled(whole+"."+fraction[:shift], shift)
	if fraction[shift] >= '5' {
		n++
	}
	if negative {
		n = -n
	}
	return n, ok
}

// plainInt is the fast way for whole numbers of up to 18 digits.
func plainInt(b []byte) (n int64, ok bool) {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	for _, c := range digits {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	if len(digits) < len(b) {
		n = -n
	}
	return n, true
}

// bareNumber takes signs, currency marks, brackets and thousands separators off a number and checks that they are well placed.
func bareNumber(b []byte) (text string, negative, ok bool) {
	s := string(b)
	if strings.ContainsAny(s, "，（）－．￥") {
		s = strings.NewReplacer("，", ",", "（", "(", "）", ")", "－", "-", "．", ".", "￥", "¥").Replace(s)
	}
	if inner, found := strings.CutPrefix(s, "("); found {
		if s, found = strings.CutSuffix(inner, ")"); !found {
			return "", false, false
		}
		negative = true
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "元"))
	signed := false
	for _, mark := range []string{"-", "¥", "$", "€", "-"} {
		if rest, found := strings.CutPrefix(s, mark); found {
			if mark == "-" {
				if signed || negative {
					return "", false, false
				}
				signed, negative = true, true
			}
			s = strings.TrimLeft(rest, " ")
		}
	}
	whole, fraction, point := strings.Cut(s, ".")
	if strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		for i, group := range groups {
			if len(group) > 3 || len(group) == 0 || i > 0 && len(group) != 3 {
				return "", false, false
			}
		}
		whole = strings.Join(groups, "")
	}
	if !digitsOnly(whole) || point && !digitsOnly(fraction) {
		return "", false, false
	}
	if point {
		return whole + "." + fraction, negative, true
	}
	return whole, negative, true
}

// scaled returns text·10^shift as a whole number.
func scaled(text string, shift int) (n int64, ok bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > shift {
		return 0, false
	}
	digits := strings.TrimLeft(whole+fraction+strings.Repeat("0", shift-len(fraction)), "0")
	if len(digits) > 18 {
		return 0, false
	}
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	return n, true
}

// parseShare reads a share of a deal into basis points, exactly.
func parseShare(b []byte, unit string) (int32, bool) {
	s := string(b)
	shift := 2
	if rest, found := strings.CutSuffix(s, "%"); found {
		s = strings.TrimRight(rest, " ")
	} else if unit == UnitFraction {
		shift = 4
	} else if unit == UnitBasisPoints {
		shift = 0
	}
	whole, fraction, point := strings.Cut(s, ".")
	if !digitsOnly(whole) || point && !digitsOnly(fraction) {
		return 0, false
	}
	n, ok := scaled(s, shift)
	return int32(min(n, 1_000_000)), ok
}

// parseRate reads an exchange rate: a positive plain decimal.
func parseRate(b []byte) (decimal.Decimal, bool) {
	rate, err := decimal.Parse(string(b))
	return rate, err == nil && rate.Sign() > 0
}

// plainFromSpreadsheet undoes how a spreadsheet stores numbers: 1.2E+3 becomes 1200, and 1234.5599999999999, the binary neighbour of
// 1234.56, is rounded to the 15 digits that Excel shows. Anything that isn't such a number is returned as it is.
func plainFromSpreadsheet(b []byte) []byte {
	mantissa, exponent, hasExponent := bytes.Cut(bytes.ToUpper(b), []byte("E"))
	if !hasExponent && len(b) <= 16 {
		return b
	}
	negative := bytes.HasPrefix(mantissa, []byte("-"))
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(string(mantissa), "-"), ".")
	power := 0
	if hasExponent {
		digits := strings.TrimLeft(string(exponent), "+-")
		if !digitsOnly(digits) || len(digits) > 2 {
			return b
		}
		if power = number(digits); exponent[0] == '-' {
			power = -power
		}
	}
	if !digitsOnly(whole) || fraction != "" && !digitsOnly(fraction) {
		return b
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	point := len(digits) - len(fraction) + power // digits before the decimal point
	if fraction == "" && !hasExponent {
		return b // a long whole number is an id or exact
	}
	digits, point = roundDigits(digits, point, 15)
	return placePoint(digits, point, negative)
}

// roundDigits rounds a run of digits to the first n, half up, and moves the point when a digit is carried out.
func roundDigits(digits string, point, n int) (string, int) {
	if len(digits) <= n {
		return digits, point
	}
	up := digits[n] >= '5'
	kept := []byte(digits[:n])
	for i := n - 1; up && i >= 0; i-- {
		if up = kept[i] == '9'; up {
			kept[i] = '0'
		} else {
			kept[i]++
		}
	}
	if up {
		kept, point = append([]byte{'1'}, kept...), point+1
	}
	return string(kept), point
}

func placePoint(digits string, point int, negative bool) []byte {
	switch {
	case point <= 0:
		digits = "0." + strings.Repeat("0", -point) + digits
	case point >= len(digits):
		digits += strings.Repeat("0", point-len(digits))
	default:
		digits = digits[:point] + "." + digits[point:]
	}
	if strings.Contains(digits, ".") {
		digits = strings.TrimSuffix(strings.TrimRight(digits, "0"), ".")
	}
	if negative {
		digits = "-" + digits
	}
	return []byte(digits)
}
