package honours

import (
	"cmp"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/web/ui"
)

func text(p *i18n.Printer, t plan.Text) string {
	if p.Zh() {
		return cmp.Or(t.Zh, t.En)
	}
	return cmp.Or(t.En, t.Zh)
}

// termText writes a term as people say it.
func termText(p *i18n.Printer, t honour.Term) string {
	switch t.Span {
	case plan.SpanQuarter:
		return p.T("honour.term_quarter", "Year", t.Year(), "Number", t.Number())
	case plan.SpanHalfYear:
		return p.T("honour.term_half", "Year", t.Year(), "Number", t.Number())
	case plan.SpanYear:
		return p.T("honour.term_year", "Year", t.Year())
	}
	return p.Month(t.Last)
}

// valueText writes an exact value for reading.
func valueText(p *i18n.Printer, kind, exact string, currency money.Currency) string {
	if exact == "" {
		return i18n.Unknown
	}
	r, ok := new(big.Rat).SetString(exact)
	if !ok {
		return exact // a date
	}
	switch plan.ValueKind(kind) {
	case plan.KindMoney:
		if r.IsInt() && r.Num().IsInt64() {
			return p.Money(r.Num().Int64(), currency)
		}
	case plan.KindRatio:
		return p.PercentDigits(r, 2)
	}
	if r.IsInt() {
		return p.Decimal(r, 0)
	}
	return p.Decimal(r, 2)
}

// comparisonText says what a condition wants.
func comparisonText(p *i18n.Printer, c honour.Condition, currency money.Currency) string {
	return text(p, c.Name) + " " + p.T("honour.compare_"+c.Comparison, "Value", valueText(p, c.Kind, c.Wanted, currency))
}

// reasonText says why somebody did not win; measures are called by their names.
func reasonText(p *i18n.Printer, l honour.Line) string {
	if l.Reason.Key == "" {
		return ""
	}
	m := l.Reason
	if id, ok := m.Args["Measure"].(string); ok {
		for _, c := range l.Conditions {
			if c.Measure == id {
				id = text(p, c.Name)
				break
			}
		}
		for _, v := range l.Values {
			if v.ID == id {
				id = text(p, v.Name)
				break
			}
		}
		args := map[string]any{}
		for k, v := range m.Args {
			args[k] = v
		}
		args["Measure"] = id
		m.Args = args
	}
	return p.Message(m)
}

func levelText(p *i18n.Printer, level string) string {
	if level == "" {
		return i18n.Unknown
	}
	return p.T("people.level_" + level)
}

// noteText is a note as somebody wrote it, or the one that the system made.
func noteText(p *i18n.Printer, note string) string {
	if note == honour.NoteRecomputed {
		return p.T("honour.recomputed")
	}
	return note
}

// joined puts what is there side by side.
func joined(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" && part != i18n.Unknown {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, " · ")
}

func day(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	return p.Date(calendar.DateOf(p.Local(t)))
}

// emptyKey is the text of an empty list: what to do for who may do it, what will be there for everybody else.
func emptyKey(actor access.Actor, key string) string {
	if actor.CanAll(access.PermHonourRun) {
		return key + "_text"
	}
	return key + "_theirs"
}

func awardURL(a honour.Award) string { return "/honours/awards/" + url.PathEscape(a.ID) }

func roundURL(id, below string) string { return "/honours/rounds/" + url.PathEscape(id) + below }

// lastTwo are the last characters of a name, for an avatar.
func lastTwo(name string) string {
	runes := []rune(name)
	if len(runes) > 0 && runes[0] < 0x2e80 {
		return string(runes[:1])
	}
	return string(runes[max(0, len(runes)-2):])
}

// refusal tells what was refused and fits no field: what was typed wrong is said at its field.
func refusal(p *i18n.Printer, err error) []templ.Component {
	if err == nil || errs.Is(err, errs.KindInvalid) {
		return nil
	}
	_, problem := ui.WithErrors(nil, err, p)
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("honour.refused"), Text: problem}))}
}

// tabs are the parts of the area that everybody has.
func tabs(p *i18n.Printer, current string) (list []ui.Tab) {
	for _, t := range [][2]string{{"/honours", "honour.tab_wall"}, {"/honours/board", "honour.tab_board"}, {"/promotions", "honour.tab_promotions"}, {"/points", "honour.tab_points"}} {
		list = append(list, ui.Tab{Label: p.T(t[1]), URL: t[0], Current: t[0] == current})
	}
	return list
}
