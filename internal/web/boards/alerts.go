package boards

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// alerting is the page of alerts with what was wrong in the last entry.
type alerting struct {
	words
	list  []board.Alert
	book  []metric.Definition
	place metric.Place
	wrong error
	entry typed
}

func (h *Handler) alerting(r *http.Request) (a alerting, err error) {
	ctx := r.Context()
	actor := access.ActorFrom(ctx)
	a.words = h.words(r)
	if a.list, err = h.Boards.Alerts(ctx, actor); err != nil {
		return a, err
	}
	if a.book, err = h.Boards.Numbers.Definitions(ctx, actor); err != nil {
		return a, err
	}
	if a.place, err = board.ParsePlace(r.FormValue("place")); err != nil {
		return a, err
	}
	if a.place.Kind == metric.PlaceReach {
		a.place = board.HomeOf(actor)
	}
	a.entry = typed{"metric": r.FormValue("metric"), "when": r.FormValue("when"), "limit": r.FormValue("limit")}
	return a, nil
}

func (h *Handler) alerts(w http.ResponseWriter, r *http.Request) error {
	a, err := h.alerting(r)
	if err != nil {
		return err
	}
	return a.write(w, r, http.StatusOK)
}

func (a alerting) write(w http.ResponseWriter, r *http.Request, status int) error {
	view := ui.PageView{Title: a.p.T("board.alerts"), Subtitle: a.p.T("board.alerts_text"), Current: "board", Crumbs: []ui.Crumb{{Label: a.p.T("board.all_boards"), URL: listPath}, {Label: a.p.T("board.alerts")}}}
	parts := []templ.Component{ui.Filled(ui.CardView{ID: "alerts", Title: a.p.T("board.alerts_own"), Span: 7, Flush: true}, a.table()), ui.Filled(ui.CardView{ID: "new-alert", Title: a.p.T("board.alert_new"), Span: 5}, ui.Form(a.form()))}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// definition is the metric of the book, as far as it is still there.
func (a alerting) definition(id metric.ID) (metric.Definition, bool) {
	at := slices.IndexFunc(a.book, func(d metric.Definition) bool { return d.ID == id || d.Family == id && d.Default })
	if at < 0 {
		return metric.Definition{}, false
	}
	return a.book[at], true
}

func (a alerting) table() templ.Component {
	if len(a.list) == 0 {
		return ui.StateOf(ui.State{Icon: "bell", Title: a.p.T("board.no_alerts"), Text: a.p.T("board.no_alerts_text")})
	}
	table := ui.TableView{Label: a.p.T("board.alerts_own"), Columns: []ui.Column{{Label: a.p.T("board.metric"), Phone: true}, {Label: a.p.T("board.why.place")}, {Label: a.p.T("board.when_head"), Phone: true}, {Label: a.p.T("board.now"), Kind: ui.ColumnNumber, Phone: true}, {Label: a.p.T("common.status")}, {Label: ""}}}
	for _, alert := range a.list {
		d, known := a.definition(alert.Metric)
		name := string(alert.Metric)
		if known {
			name = a.name(d)
		}
		when := a.p.Message(alert.When.Message())
		if alert.When != board.WhenSignal {
			when += " " + a.amount(d.Unit, alert.Limit)
		}
		value, chip := i18n.Unknown, ui.Chip{Label: a.p.T("board.alert_waits")}
		switch {
		case alert.Known && alert.Crossed:
			value, chip = a.amount(d.Unit, alert.Value), ui.Chip{Label: a.p.T("board.alert_crossed"), Icon: "alert-triangle", Tone: ui.ToneWarn}
		case alert.Known:
			value, chip = a.amount(d.Unit, alert.Value), ui.Chip{Label: a.p.T("board.alert_calm"), Icon: "check", Tone: ui.ToneGood}
		case alert.Why.Key != "":
			chip = ui.Chip{Label: a.p.Message(alert.Why), Tone: ui.ToneLine}
		}
		end := ui.Button(ui.Action{Label: a.p.T("board.alert_end"), Small: true, Post: true, URL: alertsPath + "/" + strconv.FormatInt(alert.ID, 10) + "/remove"})
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: name, URL: alertsPath + "/" + strconv.FormatInt(alert.ID, 10), Phone: a.words.place(alert.Place)}, ui.Text(a.words.place(alert.Place)), ui.Text(when), ui.Text(value), {Chip: &chip}, ui.Draw(end)}})
	}
	return ui.Table(table)
}

func (a alerting) form() ui.FormView {
	when := ui.Field{Name: "when", Kind: ui.FieldRadio, Label: a.p.T("board.when_head"), Value: a.entry["when"]}
	if when.Value == "" {
		when.Value = string(board.WhenBelow)
	}
	for _, w := range board.Whens {
		when.Options = append(when.Options, ui.Option{Value: string(w), Label: a.p.Message(w.Message()), Hint: a.p.T("board.when_hint." + string(w))})
	}
	fields := []ui.Field{{Name: "metric", Kind: ui.FieldSelect, Label: a.p.T("board.metric"), Value: a.entry["metric"], Options: options(a.words, a.book, a.entry["metric"])}, when,
		{Name: "limit", Kind: ui.FieldDecimal, Label: a.p.T("board.limit"), Hint: a.p.T("board.limit_hint"), Value: a.entry["limit"], Optional: true},
		{Name: "place", Kind: ui.FieldHidden, Value: board.PlaceText(a.place)}}
	v := ui.FormView{ID: "alert", Action: alertsPath, Submit: ui.Action{Label: a.p.T("board.alert_create"), Icon: "bell", Kind: ui.ActionPrimary}, Consequence: a.p.T("board.alert_consequence")}
	v.Fields, v.Problem = ui.WithErrors(fields, a.wrong, a.p)
	return v
}

func (h *Handler) addAlert(w http.ResponseWriter, r *http.Request) error {
	a, err := h.alerting(r)
	if err != nil {
		return err
	}
	in := board.Watch{Metric: metric.ID(r.FormValue("metric")), Place: a.place, When: board.When(r.FormValue("when"))}
	if in.When != board.WhenSignal {
		limit, ok := amountOf(a.book, in.Metric, r.FormValue("limit"), h.Currency().MinorDigits())
		if !ok {
			a.wrong = errs.Invalid("error.invalid", []errs.Field{{Path: "limit", Value: r.FormValue("limit"), Message: errs.Msg("board.no_number_typed", nil)}})
			return a.write(w, r, http.StatusUnprocessableEntity)
		}
		in.Limit = limit
	}
	if _, err = h.Boards.AddAlert(r.Context(), access.ActorFrom(r.Context()), in); refused(err) {
		a.wrong = err
		return a.write(w, r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, alertsPath, http.StatusSeeOther)
	return nil
}

// alert leads from a message to the board, at the place that is watched.
func (h *Handler) alert(w http.ResponseWriter, r *http.Request) error {
	list, err := h.Boards.Alerts(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(a board.Alert) bool { return strconv.FormatInt(a.ID, 10) == r.PathValue("id") })
	if at < 0 {
		return errs.New(errs.KindNotFound, "board.no_alert", nil)
	}
	q := queryOf(board.Ask{Place: list[at].Place, Month: calendar.DateOf(h.Now()).Month(), Span: metric.Month}, h.Now())
	http.Redirect(w, r, addressOf(Path, q), http.StatusSeeOther)
	return nil
}

func (h *Handler) removeAlert(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return errs.New(errs.KindNotFound, "board.no_alert", nil)
	}
	if err := h.Boards.RemoveAlert(r.Context(), access.ActorFrom(r.Context()), id); err != nil {
		return err
	}
	http.Redirect(w, r, alertsPath, http.StatusSeeOther)
	return nil
}
