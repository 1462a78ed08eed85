package sales

import (
	"math/big"
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/web/ui"
)

const caseFiguresURL = "/case-figures"

// figureDays is for how long the figures look back when nobody says.
const figureDays = 90

// showCaseFigures is how cases kept their time limits, by who looks after them.
func (h *Handler) showCaseFigures(w http.ResponseWriter, r *http.Request) error {
	l, err := h.list(r, casesKey, nil, ui.Sort{})
	if err != nil {
		return err
	}
	l.path = caseFiguresURL
	p := l.p
	days := l.days()
	if days.From == calendar.NoDate {
		days.From = h.today() - figureDays
	}
	var owners []servicecase.Figure
	var all servicecase.Figure
	if err = l.wrong.Err(); err == nil {
		owners, all, err = h.Cases.Figures(l.ctx, l.actor, days)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("service.figures"), Subtitle: p.T("service.figures_sub"), Current: casesKey, Crumbs: []ui.Crumb{{Label: p.T("nav.cases"), URL: casesURL}, {Label: p.T("service.figures")}}}
	bar := l.bar("", []ui.Field{{Name: "from", Kind: ui.FieldDate, Label: p.T("service.opened_from"), Value: days.From.String(), Optional: true}, {Name: "to", Kind: ui.FieldDate, Label: p.T("service.opened_to"), Value: l.get("to"), Optional: true}}, failure)
	bar.Search, bar.SaveAs, bar.Views = nil, "", nil
	parts := []templ.Component{ui.Across(ui.Filter(bar))}
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		return ui.Write(w, r, httpx.StatusOf(failure), ui.Compose(view, append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("sales.bad_filter"), Text: problem})))...))
	}
	for _, m := range []struct {
		label          string
		inTime, judged int64
	}{{"service.answer_rate", all.AnswerInTime, all.AnswerJudged}, {"service.solve_rate", all.SolvedInTime, all.SolutionJudged}} {
		parts = append(parts, ui.MetricCard(ui.Metric{Label: p.T(m.label), Text: rateText(p, m.inTime, m.judged), Goal: p.T("service.in_time_of", "InTime", m.inTime, "Judged", m.judged), Span: 4}))
	}
	parts = append(parts, ui.MetricCard(ui.Metric{Label: p.T("service.opened_count"), Text: p.Int(all.Opened), Span: 4}), ui.Filled(ui.CardView{Title: p.T("service.by_owner"), Flush: true}, ui.Table(figuresTable(p, owners))))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// rateText is a share, and a dash where there is nothing to judge.
func rateText(p *i18n.Printer, inTime, judged int64) string {
	if judged == 0 {
		return i18n.Unknown
	}
	return p.Percent(big.NewRat(inTime, judged))
}

func figuresTable(p *i18n.Printer, owners []servicecase.Figure) ui.TableView {
	v := ui.TableView{Label: p.T("service.by_owner"), Columns: []ui.Column{{Key: "owner", Label: p.T("service.owner"), Phone: true}, {Key: "opened", Label: p.T("service.opened_count"), Kind: ui.ColumnNumber}, {Key: "answer", Label: p.T("service.answer_rate"), Kind: ui.ColumnNumber, Phone: true},
		{Key: "answers", Label: p.T("service.in_time"), Kind: ui.ColumnNumber}, {Key: "solve", Label: p.T("service.solve_rate"), Kind: ui.ColumnNumber, Phone: true}, {Key: "solutions", Label: p.T("service.in_time"), Kind: ui.ColumnNumber}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "headset", Title: p.T("state.empty.filter")}}
	count := func(inTime, judged int64) ui.Cell {
		return ui.Cell{Text: number(inTime) + " / " + number(judged), Muted: true}
	}
	for _, f := range owners {
		name := f.Name
		if f.PersonID == 0 {
			name = p.T("service.untaken")
		}
		v.Rows = append(v.Rows, ui.Row{Cells: []ui.Cell{ui.Text(text(name)), ui.Text(p.Int(f.Opened)), ui.Text(rateText(p, f.AnswerInTime, f.AnswerJudged)), count(f.AnswerInTime, f.AnswerJudged),
			ui.Text(rateText(p, f.SolvedInTime, f.SolutionJudged)), count(f.SolvedInTime, f.SolutionJudged)}})
	}
	return v
}
