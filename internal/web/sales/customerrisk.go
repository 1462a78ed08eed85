package sales

import (
	"math/big"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// aliveLow is the chance to buy again, in parts per million, below which a customer is looked at as one that may leave.
const aliveLow = 500_000

// atRisk reports whether there is something to say about why a customer may leave.
func atRisk(s *tierbook.Standing) bool {
	return s != nil && (s.Result.Axis == tier.ChurnWarned || s.AliveMillion != tierbook.Unknown && s.AliveMillion < aliveLow)
}

// riskCard says why a customer may leave: its silence against its own usual interval, the chance that it buys again, its contract, its contact, and
// what it is worth to keep it.
func (h *Handler) riskCard(p *i18n.Printer, d tierbook.Detail) templ.Component {
	s := d.Standing
	items := silenceItems(p, d)
	if s.AliveMillion != tierbook.Unknown {
		items = append(items, ui.Item{Icon: "chart-line", Tone: toneIf(s.AliveMillion < aliveLow), Title: p.T("risk.alive", "Share", p.PercentDigits(big.NewRat(s.AliveMillion, 1_000_000), 0)), Top: true,
			Detail: p.T("risk.alive_why", "Orders", s.Facts.Orders, "Last", text(dayText(s.Facts.LastOrder)))})
	}
	if end := s.Facts.ContractEnd; end != calendar.NoDate && end != calendar.Forever && int(end-d.Today) <= d.Policy.Relation.ContractEndDays {
		key := "risk.contract"
		if end < d.Today {
			key = "risk.contract_over"
		}
		items = append(items, ui.Item{Icon: "file-text", Tone: ui.ToneWarn, Title: p.T(key, "Day", p.Day(end)), Detail: p.T("risk.contract_why")})
	}
	if late := s.OverdueDays(d.Today); late > 0 {
		items = append(items, ui.Item{Icon: "phone", Tone: ui.ToneWarn, Title: p.T("risk.late", "Days", late), Detail: p.T("risk.late_why", "Tier", string(s.Result.Tier), "Every", d.Policy.ServiceOf(s.Result.Tier).ContactDays)})
	}
	if s.Expected != tierbook.Unknown {
		worth := ui.Item{Icon: "cash", Title: p.T("risk.worth", "Count", p.Decimal(big.NewRat(s.Expected, 1_000_000), 1))}
		if s.ExpectedMinor != tierbook.Unknown {
			worth.Detail = p.T("risk.worth_money", "Money", p.Money(s.ExpectedMinor, h.Currency()))
		}
		items = append(items, worth)
	}
	return ui.Filled(ui.CardView{ID: "risk", Title: p.T("risk.title"), Sub: p.T("risk.sub"), Flush: true}, ui.List(items))
}

func toneIf(warn bool) ui.Tone {
	if warn {
		return ui.ToneWarn
	}
	return ui.ToneNone
}

// silenceItems compares how long a customer has not ordered with how long it usually does not.
func silenceItems(p *i18n.Printer, d tierbook.Detail) []ui.Item {
	s := d.Standing
	if s.Facts.Orders == 0 {
		return nil
	}
	silent, usual := s.Result.SilentDays, s.Facts.Interval
	item := ui.Item{Icon: "clock", Title: p.T("risk.within", "Silent", silent)}
	switch {
	case usual > 0 && silent > usual:
		item.Tone, item.Title = ui.ToneWarn, p.T("risk.silent", "Silent", silent)
		item.Detail = p.T("risk.silent_own", "Usual", usual, "Times", p.Decimal(big.NewRat(int64(silent), int64(usual)), 1))
	case usual == 0:
		item.Detail = p.T("risk.silent_policy", "Days", d.Policy.Relation.SilenceDays)
		if silent >= d.Policy.Relation.SilenceDays {
			item.Tone, item.Title = ui.ToneWarn, p.T("risk.silent", "Silent", silent)
		}
	}
	return []ui.Item{item}
}
