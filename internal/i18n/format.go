package i18n

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// Marks of figures: minus is the mathematical sign, which is as wide as a digit and never breaks from it.
const (
	Minus   = "−" // U+2212
	Unknown = "–" // an en dash: not known, as opposed to zero and to not applicable
)

var symbols = map[money.Currency]string{"CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"}

// Symbol returns the sign of the currency, or its code and a space when it has none that everybody knows.
func Symbol(c money.Currency) string {
	if s, ok := symbols[c]; ok {
		return s
	}
	return string(c) + "\u00a0"
}

// Money writes minor units in full, as pay and tables need it: "¥4,677.34", "−¥517.80".
func (p *Printer) Money(minor int64, c money.Currency) string {
	sign, digits := p.signAndDigits(minor, c)
	return sign + Symbol(c) + digits
}

// MoneySigned is Money with a plus sign before a gain: "+¥336.00". Zero has no sign.
func (p *Printer) MoneySigned(minor int64, c money.Currency) string {
	if minor > 0 {
		return "+" + p.Money(minor, c)
	}
	return p.Money(minor, c)
}

// Amount is Money without the currency sign, for columns whose head names the unit: "4,677.34".
func (p *Printer) Amount(minor int64, c money.Currency) string {
	sign, digits := p.signAndDigits(minor, c)
	return sign + digits
}

// AmountWhole writes whole units, rounded half away from zero, for lists: "341,800".
func (p *Printer) AmountWhole(minor int64, c money.Currency) string {
	unit := pow10(c.MinorDigits())
	return p.decimalText(new(big.Rat).SetFrac64(minor, unit), 0)
}

func (p *Printer) signAndDigits(minor int64, c money.Currency) (sign, digits string) {
	plain, negative := strings.CutPrefix(money.Format(minor, c), "-")
	if negative {
		sign = Minus
	}
	return sign, group(plain)
}

// Board writes money for boards, short: "661.4万" and "1.28亿" in Chinese, "¥6.61M" in English. The full value belongs into a hover
// text or the table beside it.
func (p *Printer) Board(minor int64, c money.Currency) string {
	value := new(big.Rat).SetFrac64(minor, pow10(c.MinorDigits()))
	steps := []boardStep{{1e9, "B", 2}, {1e6, "M", 2}, {1e4, "K", 1}}
	if p.Zh() {
		steps = []boardStep{{1e8, "亿", 2}, {1e7, "万", 0}, {1e4, "万", 1}}
	}
	short, unit := p.shorten(value, steps)
	switch {
	case !p.Zh():
		number, negative := strings.CutPrefix(short, Minus)
		if negative {
			return Minus + Symbol(c) + number + unit
		}
		return Symbol(c) + number + unit
	case unit == "" && c == money.CNY:
		return short + "元"
	case c == money.CNY:
		return short + unit
	default:
		return short + unit + " " + string(c)
	}
}

// boardStep is one scale of Board: from this absolute value on, divide (万 by 1e4) and write so many decimals.
type boardStep struct {
	from   int64
	unit   string
	digits int
}

func (p *Printer) shorten(value *big.Rat, steps []boardStep) (number, unit string) {
	for i, step := range steps {
		divisor := step.from
		switch step.unit {
		case "万":
			divisor = 1e4
		case "K":
			divisor = 1e3
		}
		scaled := new(big.Rat).Quo(value, new(big.Rat).SetInt64(divisor))
		rounded, _ := new(big.Rat).SetString(scaled.FloatString(step.digits))
		least := new(big.Rat).SetFrac64(step.from, divisor)
		if new(big.Rat).Abs(rounded).Cmp(least) < 0 {
			continue
		}
		if i == 0 && new(big.Rat).Abs(scaled).Cmp(least) < 0 { // 9,999.96万 reads 1.00亿
			scaled = rounded
		}
		return p.decimalText(scaled, step.digits), step.unit
	}
	return p.decimalText(value, 0), ""
}

// Int writes a whole number with separators: "12,480".
func (p *Printer) Int(n int64) string { return p.decimalText(new(big.Rat).SetInt64(n), 0) }

// Decimal writes an exact value with so many decimals, rounded half away from zero. Nil is Unknown.
func (p *Printer) Decimal(value *big.Rat, digits int) string {
	if value == nil {
		return Unknown
	}
	return p.decimalText(value, digits)
}

func (p *Printer) decimalText(value *big.Rat, digits int) string {
	plain, negative := strings.CutPrefix(value.FloatString(digits), "-")
	if negative && strings.Trim(plain, "0.") != "" {
		return Minus + group(plain)
	}
	return group(plain)
}

// Percent writes a share with one decimal: 0.832 is "83.2%". Nil (a share of nothing) is Unknown.
func (p *Printer) Percent(share *big.Rat) string { return p.PercentDigits(share, 1) }

// PercentDigits is Percent with so many decimals.
func (p *Printer) PercentDigits(share *big.Rat, digits int) string {
	if share == nil {
		return Unknown
	}
	return p.decimalText(new(big.Rat).Mul(share, big.NewRat(100, 1)), digits) + "%"
}

// Share returns part/whole as an exact share, nil when whole is zero: for use with Percent.
func Share(part, whole int64) *big.Rat {
	if whole == 0 {
		return nil
	}
	return big.NewRat(part, whole)
}

// Points writes a difference of two shares in percentage points: 0.034 is "3.4点" or "3.4 pts".
func (p *Printer) Points(difference *big.Rat) string {
	if difference == nil {
		return Unknown
	}
	number := p.decimalText(new(big.Rat).Mul(difference, big.NewRat(100, 1)), 1)
	return number + p.choose("点", " pts")
}

// FileSize writes a number of bytes: "1.2 MB".
func (p *Printer) FileSize(bytes int64) string {
	const step = 1024
	units := []string{"B", "KB", "MB", "GB", "TB"}
	value, index := new(big.Rat).SetInt64(bytes), 0
	for value.Cmp(big.NewRat(step, 1)) >= 0 && index < len(units)-1 {
		value.Quo(value, big.NewRat(step, 1))
		index++
	}
	digits := 1
	if index == 0 || value.Cmp(big.NewRat(100, 1)) >= 0 {
		digits = 0
	}
	return p.decimalText(value, digits) + " " + units[index]
}

// Date writes a date as tables do: "2026-09-24"; Unknown for calendar.NoDate.
func (p *Printer) Date(d calendar.Date) string {
	if d == calendar.NoDate {
		return Unknown
	}
	return d.String()
}

// Day writes a date as sentences do, without the year: "9月24日 周四", "Thu 24 Sep".
func (p *Printer) Day(d calendar.Date) string {
	if d == calendar.NoDate {
		return Unknown
	}
	t := d.Time()
	if p.Zh() {
		return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), p.Weekday(d))
	}
	return t.Format("Mon 2 Jan")
}

// Weekday writes the day of the week: "周四", "Thu".
func (p *Printer) Weekday(d calendar.Date) string {
	if p.Zh() {
		return "周" + weekdays[d.Weekday()]
	}
	return d.Weekday().String()[:3]
}

var weekdays = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// Month writes a month: "2026年8月", "Aug 2026".
func (p *Printer) Month(m calendar.Month) string {
	year, month := m.Civil()
	if p.Zh() {
		return fmt.Sprintf("%d年%d月", year, month)
	}
	return fmt.Sprintf("%s %d", month.String()[:3], year)
}

// MonthShort writes a month without its year: "8月", "Aug".
func (p *Printer) MonthShort(m calendar.Month) string {
	_, month := m.Civil()
	return p.choose(strconv.Itoa(int(month))+"月", month.String()[:3])
}

// Quarter writes the quarter 1–4 of a year: "2026年第三季度", "Q3 2026".
func (p *Printer) Quarter(year, quarter int) string {
	if p.Zh() && quarter >= 1 && quarter <= 4 {
		return fmt.Sprintf("%d年第%s季度", year, [...]string{"一", "二", "三", "四"}[quarter-1])
	}
	return fmt.Sprintf("Q%d %d", quarter, year)
}

// Workday writes how far a period has run: "第19/22个工作日", "workday 19 of 22".
func (p *Printer) Workday(day, of int) string {
	return p.choose(fmt.Sprintf("第%d/%d个工作日", day, of), fmt.Sprintf("workday %d of %d", day, of))
}

// Moment writes an instant as it looks from now, both in the location of now: "今天 15:40", "9月24日 15:40", with the year when it is
// another one.
func (p *Printer) Moment(t, now time.Time) string {
	t = t.In(now.Location())
	clock := t.Format("15:04")
	days := int(calendar.DateOf(t) - calendar.DateOf(now))
	if word, ok := map[int]string{0: p.choose("今天", "today"), -1: p.choose("昨天", "yesterday"), 1: p.choose("明天", "tomorrow")}[days]; ok {
		return word + " " + clock
	}
	if t.Year() != now.Year() {
		return t.Format("2006-01-02 15:04")
	}
	return p.choose(fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), clock), t.Format("2 Jan 15:04"))
}

// Ago writes how long ago an instant was: "18分钟前", "41天前"; a moment less than a minute away is "刚刚".
func (p *Printer) Ago(t, now time.Time) string {
	span := now.Sub(t)
	if span < time.Minute {
		return p.choose("刚刚", "just now")
	}
	return p.Span(span) + p.choose("前", " ago")
}

// Span writes a length of time in its largest unit, rounded down: "5小时", "41天".
func (p *Printer) Span(d time.Duration) string {
	const day = 24 * time.Hour
	d = d.Abs()
	switch {
	case d >= day:
		return p.count(int64(d/day), "天", "day")
	case d >= time.Hour:
		return p.count(int64(d/time.Hour), "小时", "hour")
	case d >= time.Minute:
		return p.count(int64(d/time.Minute), "分钟", "minute")
	case d >= time.Second || d == 0:
		return p.count(int64(d/time.Second), "秒", "second")
	default:
		return p.count(d.Milliseconds(), "毫秒", "millisecond")
	}
}

// Deadline writes what is left until a deadline, or by how much it has passed: "剩5小时", "超时2小时"; further away than 48 hours
// it is the day itself.
func (p *Printer) Deadline(deadline, now time.Time) string {
	left := deadline.Sub(now)
	switch {
	case left > 48*time.Hour:
		return p.Day(calendar.DateOf(deadline.In(now.Location())))
	case left >= 0:
		return p.choose("剩"+p.Span(left), p.Span(left)+" left")
	default:
		return p.choose("超时"+p.Span(left), p.Span(left)+" over")
	}
}

// Join writes a list of names: "、" between them in Chinese, ", " in English.
func (p *Printer) Join(items []string) string { return strings.Join(items, p.choose("、", ", ")) }

func (p *Printer) choose(zh, en string) string {
	if p.Zh() {
		return zh
	}
	return en
}

func (p *Printer) count(n int64, zh, en string) string {
	if p.Zh() {
		return strconv.FormatInt(n, 10) + zh
	}
	if n != 1 {
		en += "s"
	}
	return strconv.FormatInt(n, 10) + " " + en
}

// group puts a comma between each three digits of the whole part of a plain unsigned decimal.
func group(plain string) string {
	wholePart, fraction, found := strings.Cut(plain, ".")
	var b strings.Builder
	for i, digit := range wholePart {
		if i > 0 && (len(wholePart)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if found {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}

func pow10(digits int) int64 {
	n := int64(1)
	for range digits {
		n *= 10
	}
	return n
}
