package boards

import (
	"context"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// editing is the editor of a board with what was wrong in the last entry.
type editing struct {
	words
	board board.Board
	book  []metric.Definition
	saved error // of name and sharing
	added error // of a further tile
	entry typed
}

// typed are the values of a form that came back.
type typed map[string]string

func (h *Handler) editing(ctx context.Context, r *http.Request) (e editing, err error) {
	actor := access.ActorFrom(ctx)
	e.words = h.words(r)
	if e.board, err = h.Boards.Get(ctx, actor, r.PathValue("id")); err != nil {
		return e, err
	}
	if e.board.Shipped || e.board.OwnerID != actor.UserID {
		return e, errs.New(errs.KindForbidden, "board.not_yours", errs.Args{"Owner": e.board.OwnerName})
	}
	e.book, err = h.Boards.Numbers.Definitions(ctx, actor)
	return e, err
}

func (h *Handler) edit(w http.ResponseWriter, r *http.Request) error {
	e, err := h.editing(r.Context(), r)
	if err != nil {
		return err
	}
	return e.write(w, r, http.StatusOK)
}

func (e editing) write(w http.ResponseWriter, r *http.Request, status int) error {
	b := e.board
	view := ui.PageView{Title: e.p.T("board.edit_of", "Name", b.Name), Current: "board", Scripts: []string{"board.js"},
		Crumbs:  []ui.Crumb{{Label: e.p.T("board.all_boards"), URL: listPath}, {Label: b.Name, URL: Path + "/" + b.ID}, {Label: e.p.T("board.edit")}},
		Actions: []ui.Action{{Label: e.p.T("board.look"), Icon: "eye", Kind: ui.ActionPrimary, URL: Path + "/" + b.ID}}}
	parts := []templ.Component{
		ui.Filled(ui.CardView{ID: "tiles", Title: e.p.T("board.tiles"), Sub: e.p.T("board.tiles_text"), Span: 7, Flush: true}, e.tiles()),
		ui.Stack(5, ui.Filled(ui.CardView{ID: "add", Title: e.p.T("board.add_tile"), Span: -1}, ui.Form(e.addForm())), ui.Filled(ui.CardView{ID: "name", Title: e.p.T("board.name_head"), Span: -1}, ui.Form(e.nameForm()), ui.Beside(ui.Button(ui.Action{Label: e.p.T("board.remove"), Icon: "trash", Popover: "remove-board", Small: true}))), ui.ConfirmOf(e.removal())),
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (e editing) removal() ui.Confirm {
	return ui.Confirm{ID: "remove-board", Title: e.p.T("board.remove"), Strong: e.p.T("board.remove_strong", "Name", e.board.Name), Text: e.p.T("board.remove_text"), Action: Path + "/" + e.board.ID + "/remove", Submit: e.p.T("board.remove"), Icon: "trash",
		Hidden: []ui.Field{{Name: "seen", Kind: ui.FieldHidden, Value: strconv.FormatInt(e.board.Revision, 10)}}}
}

// tiles is the list of tiles, each with its buttons.
func (e editing) tiles() templ.Component {
	if len(e.board.Tiles) == 0 {
		return ui.StateOf(ui.State{Icon: "dashboard", Title: e.p.T("board.empty"), Text: e.p.T("board.empty_text")})
	}
	v := tileList{Board: e.board.ID, Seen: strconv.FormatInt(e.board.Revision, 10), Up: e.p.T("board.up"), Down: e.p.T("board.down"), Out: e.p.T("board.out"), Grip: e.p.T("board.grip")}
	for i, t := range e.board.Tiles {
		v.Tiles = append(v.Tiles, tileRow{At: strconv.Itoa(i), Name: e.metricNames(t), Kind: e.p.Message(t.Kind.Message()), Width: e.p.T("board.width_of", "Columns", t.Columns()), First: i == 0, Last: i == len(e.board.Tiles)-1})
	}
	return tileEditor(v)
}

// metricNames names the metrics of a tile, or its kind.
func (e editing) metricNames(t board.Tile) string {
	var names []string
	for _, id := range t.Metrics {
		name := string(id)
		if at := slices.IndexFunc(e.book, func(d metric.Definition) bool { return d.ID == id || d.Family == id && d.Default }); at >= 0 {
			name = e.name(e.book[at])
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return e.p.Message(t.Kind.Message())
	}
	return e.p.Join(names)
}

// Options of metrics, for a choice.
func options(w words, book []metric.Definition, chosen string) (list []ui.Option) {
	for _, d := range book {
		list = append(list, ui.Option{Value: string(d.ID), Label: w.name(d), Selected: string(d.ID) == chosen})
	}
	return list
}

func (e editing) addForm() ui.FormView {
	kind := ui.Field{Name: "kind", Kind: ui.FieldSelect, Label: e.p.T("board.kind_head"), Value: e.entry["kind"], Hint: e.p.T("board.kind_hint")}
	for _, k := range board.Kinds {
		kind.Options = append(kind.Options, ui.Option{Value: string(k), Label: e.p.Message(k.Message()), Selected: string(k) == e.entry["kind"]})
	}
	none := ui.Option{Value: "", Label: i18n.Unknown}
	fields := []ui.Field{kind, {Name: "metric", Kind: ui.FieldSelect, Label: e.p.T("board.metric"), Optional: true, Options: append([]ui.Option{none}, options(e.words, e.book, e.entry["metric"])...)}}
	further := ui.Field{Name: "more", Kind: ui.FieldChecks, Label: e.p.T("board.more_metrics"), Hint: e.p.T("board.more_metrics_hint"), Optional: true, Fold: e.p.T("board.further"), Options: options(e.words, e.book, "")}
	by := ui.Field{Name: "by", Kind: ui.FieldSelect, Label: e.p.T("board.by"), Optional: true, Fold: e.p.T("board.further"), Value: e.entry["by"], Options: []ui.Option{{Value: "", Label: e.p.T("board.by_usual")}, {Value: string(metric.ByRegion), Label: e.p.T("board.level.region")}, {Value: string(metric.ByTeam), Label: e.p.T("board.level.team")}, {Value: string(metric.ByPerson), Label: e.p.T("board.level.person")}, {Value: string(metric.ByProduct), Label: e.p.T("board.level.product")}, {Value: string(metric.ByLine), Label: e.p.T("board.level.product_line")}}}
	width := ui.Field{Name: "width", Kind: ui.FieldSelect, Label: e.p.T("board.width"), Optional: true, Fold: e.p.T("board.further"), Value: e.entry["width"], Options: []ui.Option{{Value: "", Label: e.p.T("board.width_usual")}}}
	for _, n := range []int{3, 4, 5, 6, 7, 8, 12} {
		width.Options = append(width.Options, ui.Option{Value: strconv.Itoa(n), Label: e.p.T("board.width_of", "Columns", n)})
	}
	aim := ui.Field{Name: "goal", Kind: ui.FieldDecimal, Label: e.p.T("board.goal_head"), Hint: e.p.T("board.goal_hint"), Optional: true, Fold: e.p.T("board.further"), Value: e.entry["goal"]}
	months := ui.Field{Name: "months", Kind: ui.FieldNumber, Label: e.p.T("board.months_back"), Optional: true, Fold: e.p.T("board.further"), Value: e.entry["months"], Min: "3", Max: "36"}
	fields = append(fields, aim, months, by, width, further, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: strconv.FormatInt(e.board.Revision, 10)})
	v := ui.FormView{ID: "add-tile", Action: Path + "/" + e.board.ID + "/tiles", Submit: ui.Action{Label: e.p.T("board.add_tile"), Icon: "plus"}}
	v.Fields, v.Problem = ui.WithErrors(fields, e.added, e.p)
	return v
}

func (e editing) nameForm() ui.FormView {
	name, shared := e.board.Name, e.board.Shared
	if e.saved != nil {
		name, shared = e.entry["name"], e.entry["shared"] != ""
	}
	fields := []ui.Field{{Name: "name", Label: e.p.T("common.name"), Value: name}, {Name: "shared", Kind: ui.FieldCheck, Label: e.p.T("board.share"), Hint: e.p.T("board.share_hint"), Value: "1", Checked: shared, Optional: true},
		{Name: "seen", Kind: ui.FieldHidden, Value: strconv.FormatInt(e.board.Revision, 10)}}
	v := ui.FormView{ID: "board-name", Action: Path + "/" + e.board.ID, Submit: ui.Action{Label: e.p.T("common.save")}}
	v.Fields, v.Problem = ui.WithErrors(fields, e.saved, e.p)
	return v
}

func seenOf(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.FormValue("seen"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// refused says that an entry can be mended in the form it came from.
func refused(err error) bool { return errs.Is(err, errs.KindInvalid) }

func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	e, err := h.editing(r.Context(), r)
	if err != nil {
		return err
	}
	_, err = h.Boards.Save(r.Context(), access.ActorFrom(r.Context()), board.Draft{ID: e.board.ID, Seen: seenOf(r), Name: r.FormValue("name"), Shared: r.FormValue("shared") != "", Tiles: e.board.Tiles})
	if refused(err) {
		e.saved, e.entry = err, typed{"name": r.FormValue("name"), "shared": r.FormValue("shared")}
		return e.write(w, r, http.StatusUnprocessableEntity)
	}
	return h.back(w, r, err)
}

// back leads to the editor, when nothing went wrong.
func (h *Handler) back(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, Path+"/"+r.PathValue("id")+"/edit", http.StatusSeeOther)
	return nil
}

func (h *Handler) add(w http.ResponseWriter, r *http.Request) error {
	e, err := h.editing(r.Context(), r)
	if err != nil {
		return err
	}
	tile, err := e.tileOf(r, h.Currency().MinorDigits())
	if err == nil {
		_, err = h.Boards.Save(r.Context(), access.ActorFrom(r.Context()), board.Draft{ID: e.board.ID, Seen: seenOf(r), Name: e.board.Name, Shared: e.board.Shared, Tiles: append(slices.Clone(e.board.Tiles), tile)})
	}
	if refused(err) {
		e.added, e.entry = atForm(err, len(e.board.Tiles)), typed{}
		for _, name := range []string{"kind", "metric", "goal", "months", "by", "width"} {
			e.entry[name] = r.FormValue(name)
		}
		return e.write(w, r, http.StatusUnprocessableEntity)
	}
	return h.back(w, r, err)
}

// atForm names the fields of the last tile as the form does.
func atForm(err error, tile int) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	fields := slices.Clone(known.Fields)
	for i := range fields {
		path := strings.TrimPrefix(fields[i].Path, "tiles["+strconv.Itoa(tile)+"].")
		if path == "metrics" {
			path = "metric"
		}
		fields[i].Path = path
	}
	return errs.Invalid(known.Message.Key, fields)
}

// tileOf reads a tile from the form.
func (e editing) tileOf(r *http.Request, digits int) (t board.Tile, err error) {
	t = board.Tile{Kind: board.Kind(r.FormValue("kind")), By: metric.Breakdown(r.FormValue("by"))}
	var wrong []errs.Field
	whole := func(name string) int {
		text := strings.TrimSpace(r.FormValue(name))
		if text == "" {
			return 0
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			wrong = append(wrong, errs.Field{Path: name, Value: text, Message: errs.Msg("board.no_number_typed", nil)})
		}
		return n
	}
	t.Months, t.Width = whole("months"), whole("width")
	for _, id := range append([]string{r.FormValue("metric")}, r.Form["more"]...) {
		if id != "" && !slices.Contains(t.Metrics, metric.ID(id)) {
			t.Metrics = append(t.Metrics, metric.ID(id))
		}
	}
	switch t.Kind {
	case board.KindCard, board.KindTrend:
		t.Metrics = t.Metrics[:min(len(t.Metrics), 1)]
	case board.KindProducts:
		t.Metrics = t.Metrics[:min(len(t.Metrics), board.ProductColumns)]
	case board.KindFunnel, board.KindAgeing, board.KindExceptions:
		t.Metrics = nil
	}
	if text := strings.TrimSpace(r.FormValue("goal")); text != "" && len(t.Metrics) > 0 {
		amount, ok := amountOf(e.book, t.Metrics[0], text, digits)
		if !ok {
			wrong = append(wrong, errs.Field{Path: "goal", Value: text, Message: errs.Msg("board.no_number_typed", nil)})
		}
		t.Goal = &amount
	}
	return t, errs.Invalid("error.invalid", wrong)
}

// amountOf reads a number in the unit of a metric as people type it: money in whole units, percentages as such.
func amountOf(book []metric.Definition, id metric.ID, text string, digits int) (int64, bool) {
	at := slices.IndexFunc(book, func(d metric.Definition) bool { return d.ID == id || d.Family == id && d.Default })
	if at < 0 {
		return 0, false
	}
	text = strings.NewReplacer(",", "", "，", "", " ", "", "%", "", "％", "").Replace(text)
	d, err := decimal.Parse(text)
	if err != nil {
		return 0, false
	}
	factor := int64(1)
	switch book[at].Unit {
	case metric.UnitPercent:
		factor = metric.Whole / 100
	case metric.UnitDays:
		factor = 10
	case metric.UnitHours:
		factor = 60
	case metric.UnitMoney, metric.UnitEach:
		for range digits {
			factor *= 10
		}
	}
	scaled := new(big.Rat).Mul(d.Rat(), big.NewRat(factor, 1))
	if !scaled.IsInt() || !scaled.Num().IsInt64() {
		return 0, false
	}
	return scaled.Num().Int64(), true
}

func (h *Handler) arrange(w http.ResponseWriter, r *http.Request) error {
	tile, err := strconv.Atoi(r.FormValue("tile"))
	if err != nil {
		tile = -1
	}
	_, err = h.Boards.Arrange(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"), seenOf(r), tile, r.FormValue("move"))
	return h.back(w, r, err)
}

func (h *Handler) remove(w http.ResponseWriter, r *http.Request) error {
	if err := h.Boards.Remove(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"), seenOf(r)); err != nil {
		return err
	}
	http.Redirect(w, r, listPath, http.StatusSeeOther)
	return nil
}
