package plan

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// Lang is a language of the prose.
type Lang string

// The languages in which a plan is signed.
const (
	LangZh Lang = "zh"
	LangEn Lang = "en"
)

// Section is one article of the prose. Path is the place in the document that it states.
type Section struct {
	Heading    string      `json:"heading"`
	Path       string      `json:"path"`
	Paragraphs []Paragraph `json:"paragraphs"`
}

// Paragraph is one statement of the rule at Path: a text, a table or both, the text first.
type Paragraph struct {
	Path  string      `json:"path"`
	Text  string      `json:"text,omitempty"`
	Table *ProseTable `json:"table,omitempty"`
}

// ProseTable is a table of rates or bands, as words. Paths are the places of its rows.
type ProseTable struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
	Paths   []string   `json:"paths"`
}

// Prose writes the plan as the text that is signed. It is a function of the canonical bytes alone: the same hash has the same prose.
// The sentences stand in the code in both languages side by side, not in the message catalogue, because they are the meaning of the
// rule and change only when the language of plans does.
func (p *Plan) Prose(lang Lang) []Section {
	w := &proseWriter{lang: lang, plan: p}
	w.scope()
	w.definitions()
	for i := range p.Components {
		w.component(i)
	}
	w.settlement()
	w.common()
	w.others()
	return w.sections
}

// proseWriter writes sections one after the other.
type proseWriter struct {
	lang     Lang
	plan     *Plan
	sections []Section
}

// pick chooses between the languages.
func (w *proseWriter) pick(zh, en string) string {
	if w.lang == LangEn {
		return en
	}
	return zh
}

// pickf chooses a format; both refer to the arguments by number where their order differs.
func (w *proseWriter) pickf(zh, en string, args ...any) string {
	return fmt.Sprintf(w.pick(zh, en), args...)
}

func (w *proseWriter) section(path, zh, en string) {
	number := len(w.sections) + 1
	heading := w.pickf("第%[1]s条　%[2]s", "Article %[3]d. %[4]s", chineseNumber(number), zh, number, en)
	w.sections = append(w.sections, Section{Heading: heading, Path: path})
}

func (w *proseWriter) add(p Paragraph) {
	last := &w.sections[len(w.sections)-1]
	last.Paragraphs = append(last.Paragraphs, p)
}

func (w *proseWriter) say(path, text string) { w.add(Paragraph{Path: path, Text: text}) }

func (w *proseWriter) name(t Text) string { return w.pick(t.Zh, t.En) }

// quoted is a measure's name as a defined term.
func (w *proseWriter) quoted(id string) string {
	if m := w.plan.Measure(id); m != nil {
		return "“" + w.name(m.Name) + "”"
	}
	return "“" + id + "”"
}

// glue joins two pieces; in Chinese with a blank between a Latin character and a Han character.
func (w *proseWriter) glue(a, b string) string {
	last, _ := utf8.DecodeLastRuneInString(a)
	next, _ := utf8.DecodeRuneInString(b)
	if w.lang == LangZh && last < 128 && last != ' ' && unicode.Is(unicode.Han, next) {
		return a + " " + b
	}
	return a + b
}

// list joins items as the language does.
func (w *proseWriter) list(items []string) string { return strings.Join(items, w.pick("、", ", ")) }

// money writes minor units: yuan in Chinese for CNY, otherwise the code and the amount.
func (w *proseWriter) money(minor int64) string {
	amount := groupDigits(money.Format(minor, w.plan.Currency))
	if w.lang == LangZh && w.plan.Currency == money.CNY {
		return amount + " 元"
	}
	return string(w.plan.Currency) + " " + amount
}

// minorUnit names the smallest unit of the currency.
func (w *proseWriter) minorUnit() string {
	if w.plan.Currency == money.CNY {
		return w.pick("分", "fen")
	}
	return w.pick("最小货币单位", "minor unit of the currency")
}

// value writes a constant that is compared with a measure of the kind.
func (w *proseWriter) value(d decimal.Decimal, kind ValueKind) string {
	switch kind {
	case KindMoney:
		return w.money(d.Rat().Num().Int64())
	case KindRatio:
		return d.Percent()
	}
	return d.String()
}

var chineseDigits = []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}

// chineseNumber writes 1 to 999 as an article's number.
func chineseNumber(n int) string {
	switch {
	case n >= 100:
		rest := n % 100
		text := chineseDigits[n/100] + "百"
		switch {
		case rest == 0:
			return text
		case rest < 10:
			return text + "零" + chineseDigits[rest]
		case rest < 20:
			return text + "一" + chineseNumber(rest)
		}
		return text + chineseNumber(rest)
	case n >= 10:
		text := "十"
		if n >= 20 {
			text = chineseDigits[n/10] + "十"
		}
		if n%10 > 0 {
			text += chineseDigits[n%10]
		}
		return text
	}
	return chineseDigits[n]
}

// scope says what the plan is called, when it holds and whom it pays.
func (w *proseWriter) scope() {
	p := w.plan
	w.section("participants", "适用范围", "Scope")
	w.say("name", w.pickf("本方案名称为《%[1]s》，编号 %[2]s。", "This plan is called “%[1]s” and has the id %[2]s.", w.name(p.Name), p.ID))
	w.say("layer", w.pickf("在激励覆盖的统计里，本方案归入“%[1]s”一层。", "In the overview of who is covered it counts under “%[1]s”.", w.layer()))
	w.say("participants", w.participants())
	w.say("effective", w.effective(w.pick("本方案", "This plan holds"), w.plan.Effective))
	w.say("period", w.pick("激励按自然月计算。当月最后一天在有效期内的，整个月按本方案计算。",
		"Pay is computed by calendar month: a month whose last day lies in this time is computed by this plan as a whole."))
	if p.Currency == money.CNY {
		w.say("currency", w.pick("金额以人民币计，单位为元，精确到分。", "Amounts are in Chinese yuan (CNY), exact to the fen."))
	} else {
		w.say("currency", w.pickf("金额以 %[1]s 计，精确到该币种的最小单位。", "Amounts are in %[1]s, exact to its minor unit.", p.Currency))
	}
	w.conversion()
}

// effective says on which days something holds.
func (w *proseWriter) effective(what string, days calendar.Interval) string {
	if days.To == calendar.Forever {
		return w.pickf("%[1]s自 %[2]s起生效。", "%[1]s from %[2]s.", what, w.date(days.From))
	}
	return w.pickf("%[1]s自 %[2]s起生效，至 %[3]s（含当日）止。", "%[1]s from %[2]s until %[3]s, that day included.",
		what, w.date(days.From), w.date(days.To-1))
}

func (w *proseWriter) date(d calendar.Date) string {
	year, month, day := d.Civil()
	return w.pickf("%[1]d 年 %[2]d 月 %[3]d 日", "%[3]d %[4]s %[1]d", year, int(month), day, month.String())
}

func (w *proseWriter) layer() string {
	switch w.plan.Layer {
	case LayerNewcomer:
		return w.pick("新人", "newcomers")
	case LayerRegular:
		return w.pick("普通销售", "regular sellers")
	case LayerCore:
		return w.pick("核心销售", "core sellers")
	case LayerManager:
		return w.pick("销售经理", "sales managers")
	}
	return w.pick("其他", "others")
}

func (w *proseWriter) participants() string {
	who := w.plan.Participants
	var parts []string
	if len(who.Levels) > 0 {
		parts = append(parts, w.pick("层级为", "whose level is ")+w.levels(who.Levels))
	}
	for _, condition := range []struct {
		zh, en string
		values []string
	}{
		{"角色包括", "who hold one of the roles ", who.Roles}, {"所在团队为", "whose team is one of ", who.Teams},
		{"所在大区为", "whose region is one of ", who.Regions}, {"工号为", "whose staff number is one of ", who.Persons},
	} {
		if len(condition.values) > 0 {
			parts = append(parts, w.pick(condition.zh+" ", condition.en)+w.list(condition.values))
		}
	}
	var text string
	if len(parts) == 0 {
		text = w.pick("适用于考核日在职的全体人员", "It applies to everybody employed on the reference day")
	} else {
		text = w.pick("适用于考核日", "It applies to those ") + strings.Join(parts, w.pick("且", " and ")) +
			w.pick("的在职人员", " on the reference day")
	}
	if len(who.Except) > 0 {
		text += w.pick("，但不包括工号 ", ", except those with the staff numbers ") + w.list(who.Except)
	}
	return text + w.pick("。考核日是当月最后一天；当月离职的，是其在职的最后一天。",
		". The reference day is the last day of the month; for somebody who leaves within the month, the last day of employment.")
}

// levels writes level words; alternatives are joined by "or".
func (w *proseWriter) levels(ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = w.level(id)
	}
	return strings.Join(words, w.pick("或", " or "))
}

func (w *proseWriter) level(id string) string {
	switch id {
	case "newcomer":
		return w.pick("新人", "newcomer")
	case "regular":
		return w.pick("普通销售", "regular seller")
	case "core":
		return w.pick("核心销售", "core seller")
	case "manager":
		return w.pick("销售经理", "sales manager")
	}
	return id
}
