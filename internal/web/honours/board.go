package honours

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/web/ui"
)

func boardView(p *i18n.Printer) ui.PageView {
	return ui.PageView{Title: p.T("honour.board"), Subtitle: p.T("honour.board_sub"), Current: "honours", Tabs: tabs(p, "/honours/board")}
}

// boardEmpty stands there while nothing can be counted.
func boardEmpty(ctx context.Context, err error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	_, problem := ui.WithErrors(nil, err, p)
	return ui.Compose(boardView(p), ui.Filled(ui.CardView{Label: p.T("honour.board")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "trophy", Title: p.T("honour.board_empty"), Text: problem})))
}

// rowsMax is how many people a board shows: who looks further chooses a region or a team.
const rowsMax = 200

func boardPage(ctx context.Context, b honour.Board, query url.Values, today calendar.Date) templ.Component {
	p := httpx.PrinterFrom(ctx)
	var by []ui.Tab
	for _, one := range []honour.BoardBy{honour.ByAttainment, honour.ByImprovement, honour.ByAmount} {
		by = append(by, ui.Tab{Label: p.T("honour.by_" + string(one)), URL: ui.URLWith("/honours/board", query, "by", string(one)), Current: b.By == one})
	}
	table := ui.TableView{Label: p.T("honour.board"), Columns: []ui.Column{{Label: p.T("honour.place"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("honour.person"), Phone: true},
		{Label: p.T("honour.by_attainment"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("honour.by_improvement"), Kind: ui.ColumnNumber}, {Label: p.T("honour.by_amount"), Kind: ui.ColumnNumber}, {Label: p.T("honour.quota"), Kind: ui.ColumnNumber}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "trophy", Title: p.T("honour.board_empty"), Text: p.T("honour.board_empty_text")}}
	for _, l := range b.Lines[:min(rowsMax, len(b.Lines))] {
		table.Rows = append(table.Rows, boardRow(p, b, l))
	}
	switch {
	case len(b.Lines) > rowsMax:
		table.Note = p.T("honour.board_more", "Max", rowsMax)
	case b.Hidden > 0:
		table.Note = p.T("honour.board_hidden", "Count", b.Hidden)
	}
	main := ui.Filled(ui.CardView{Title: termText(p, b.Term), Sub: p.T("honour.board_of", "Count", b.Of), Head: ui.Segment(by, p.T("honour.rank_by")), Flush: true, Span: -1}, ui.Table(table))
	side := []templ.Component{ui.Filled(ui.CardView{Title: p.T("honour.choose"), Span: -1}, ui.Form(boardForm(p, b, query, today)))}
	if b.Own != nil {
		place := p.T("honour.not_ranked")
		if b.Own.Place > 0 {
			place = p.T("honour.own_place", "Place", b.Own.Place, "Of", b.Of)
		}
		side = append([]templ.Component{ui.Filled(ui.CardView{Title: p.T("honour.own"), Span: -1}, ui.Facts([]ui.Fact{{Term: p.T("honour.place"), Text: place}, {Term: p.T("honour.by_attainment"), Text: p.PercentDigits(b.Own.Attainment, 1)},
			{Term: p.T("honour.by_improvement"), Text: p.PercentDigits(b.Own.Improvement, 1)}}))}, side...)
	}
	return ui.Compose(boardView(p), ui.Stack(8, main), ui.Stack(4, side...))
}

func boardRow(p *i18n.Printer, b honour.Board, l honour.BoardLine) ui.Row {
	place, amount, quota := i18n.Unknown, i18n.Unknown, i18n.Unknown
	if l.Place > 0 {
		place = p.Int(int64(l.Place))
	}
	if l.AmountMinor != nil {
		amount, quota = p.Money(*l.AmountMinor, b.Currency), p.Money(*l.QuotaMinor, b.Currency)
	}
	row := ui.Row{Cells: []ui.Cell{ui.Text(place), {Text: l.Name, Sub: joined(l.Team, levelText(p, l.Level)), Strong: l.Own}, ui.Text(p.PercentDigits(l.Attainment, 1)), ui.Text(p.PercentDigits(l.Improvement, 1)),
		ui.Text(amount), ui.Text(quota)}}
	if l.Own {
		row.Kind = ui.RowSelected
	}
	return row
}

// boardForm chooses term and group.
func boardForm(p *i18n.Printer, b honour.Board, query url.Values, today calendar.Date) ui.FormView {
	term := ui.Field{Name: "term", Kind: ui.FieldSelect, Label: p.T("honour.term")}
	for _, span := range plan.HonourSpans {
		t := honour.TermOf(span, today.Month())
		for range 4 {
			term.Options = append(term.Options, ui.Option{Value: t.String(), Label: termText(p, t), Group: p.T("honour.span_" + string(span)), Selected: t == b.Term})
			t = t.Before()
		}
	}
	region := ui.Field{Name: "region", Kind: ui.FieldSelect, Label: p.T("honour.region"), Optional: true, Placeholder: p.T("honour.all")}
	for _, key := range b.Regions {
		region.Options = append(region.Options, ui.Option{Value: key, Label: key, Selected: key == query.Get("region")})
	}
	team := ui.Field{Name: "team", Kind: ui.FieldSelect, Label: p.T("common.team"), Optional: true, Placeholder: p.T("honour.all")}
	for _, t := range b.Teams {
		team.Options = append(team.Options, ui.Option{Value: t.Key, Label: t.Name, Selected: t.Key == query.Get("team")})
	}
	return ui.FormView{ID: "choose", Method: "get", Action: "/honours/board", Fields: []ui.Field{{Name: "by", Kind: ui.FieldHidden, Value: string(b.By)}, term, region, team},
		Submit: ui.Action{Label: p.T("honour.show"), Kind: ui.ActionPrimary, Icon: "filter"}}
}
