package voices

import (
	"math/big"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/web/ui"
)

// roundsCard is how many answered, round by round: a turnout that falls says that people are asked too much, or see nothing come of it.
func roundsCard(p *i18n.Printer, rounds []questionnaire.Round) templ.Component {
	table := ui.TableView{Label: p.T("questionnaire.rounds"), Columns: []ui.Column{{Label: p.T("questionnaire.round"), Phone: true}, {Label: p.T("questionnaire.ended"), Kind: ui.ColumnNarrow}, {Label: p.T("questionnaire.turnout"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("questionnaire.than_before"), Kind: ui.ColumnNumber, Phone: true}}}
	for i := range rounds {
		r := &rounds[i]
		change := ui.Cell{Text: i18n.Unknown, Muted: true}
		if i > 0 {
			b := &rounds[i-1]
			points := new(big.Rat).Sub(big.NewRat(int64(r.Answered), int64(r.Invited)), big.NewRat(int64(b.Answered), int64(b.Invited)))
			change = ui.Text(p.T("questionnaire.points", "Points", p.Decimal(new(big.Rat).Mul(points, big.NewRat(100, 1)), 0)))
			if points.Cmp(big.NewRat(-1, 20)) < 0 {
				change.Tone = ui.ToneBad
			}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: words(p, r.Title), URL: pageURL(r.ID), Phone: p.Date(r.EndedOn)}, ui.Text(p.Date(r.EndedOn)),
			{Text: shareText(p, r.Answered, r.Invited), Sub: p.Int(int64(r.Answered)) + "/" + p.Int(int64(r.Invited))}, change}})
	}
	return ui.Filled(ui.CardView{ID: "rounds", Title: p.T("questionnaire.rounds"), Sub: p.T("questionnaire.rounds_text"), Flush: true}, ui.Table(table))
}

// oftenCard says how often somebody is asked, and lets who runs questionnaires change it.
func oftenCard(p *i18n.Printer, r *http.Request, often questionnaire.Settings, failure error) templ.Component {
	form := ui.FormView{ID: "often", Action: listURL + "/settings", Submit: ui.Action{Label: p.T("common.save")}, Consequence: p.T("questionnaire.often_consequence")}
	form.Fields = []ui.Field{{Name: "most", Kind: ui.FieldNumber, Label: p.T("questionnaire.often", "Days", questionnaire.RestDays), Value: typedOr(r, failure, "most", strconv.FormatInt(often.Most, 10)), Min: "1", Max: "20", Unit: p.T("questionnaire.times"), Span: 6},
		{Name: "revision", Kind: ui.FieldHidden, Value: number(often.Revision)}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	card := ui.CardView{ID: "how-often", Title: p.T("questionnaire.how_often"), Sub: p.T("questionnaire.how_often_text")}
	return ui.Filled(card, ui.Form(form))
}

func (h *Handler) setHowOften(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	in := questionnaire.Settings{}
	in.Revision, _ = strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // of no number is none
	text := strings.TrimSpace(r.PostFormValue("most"))
	most, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "most", Value: text, Message: errs.Msg("form.error.number", nil)}})
	} else {
		in.Most = most
		_, err = h.Questionnaires.SetHowOften(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, listURL+"?done=often", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawList(w, r, httpx.StatusOf(err), err)
	}
	return err
}
