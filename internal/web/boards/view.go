package boards

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// tools are the choices of period: the length, the neighbouring months, any month, and facts as they were recorded by a day.
func (d drawing) tools() tools {
	ask := d.shown.Ask
	today := calendar.DateOf(d.now).Month()
	v := tools{Action: Path + "/" + d.shown.Board.ID, Month: ask.Month.String(), Labels: toolLabels{Spans: d.p.T("board.spans"), Months: d.p.T("board.months"), Month: d.p.T("common.month"), AsOf: d.p.T("board.as_of"), Show: d.p.T("board.show"), Hint: d.p.T("board.as_of_hint")}}
	for _, span := range board.Spans {
		text := string(span)
		if span == metric.Month {
			text = ""
		}
		v.Spans = append(v.Spans, ui.Tab{Label: d.p.T("board.span." + string(span)), URL: d.address("span", text), Current: ask.Span == span})
	}
	for _, m := range []calendar.Month{ask.Month - 1, ask.Month, ask.Month + 1} {
		if m > today {
			continue
		}
		text := m.String()
		if m == today {
			text = ""
		}
		v.Months = append(v.Months, ui.Tab{Label: d.p.MonthShort(m), URL: d.address("month", text), Current: m == ask.Month})
	}
	if !ask.Recorded.IsZero() {
		v.AsOf = calendar.DateOf(d.p.Local(ask.Recorded)).String()
	}
	for _, key := range []string{"place", "span"} {
		if value := d.query().Get(key); value != "" {
			v.Keep = append(v.Keep, [2]string{key, value})
		}
	}
	return v
}

// legendOf names the groups of an ageing by their colours.
func legendOf(d drawing, a *board.Ageing) templ.Component {
	var list []ui.Legend
	for i, g := range a.Groups {
		class := ""
		if i%6 > 0 {
			class = "c" + strconv.Itoa(i%6+1)
		}
		name := d.place(g)
		if g.ID == board.Others {
			name = d.p.T("board.others")
		}
		list = append(list, ui.Legend{Class: class, Label: name})
	}
	return legends(list)
}

// turnUsual is how many seconds a wall shows each of several boards; turnLeast and turnMost bound what is asked for.
const (
	turnUsual, turnLeast, turnMost = 30, 5, 3600
)

// wall shows a board on the whole screen, and turns through several.
func (h *Handler) wall(w http.ResponseWriter, r *http.Request) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	d.wall = true
	at := d.shown.Board.ID
	follow := live{Events: Path + "/" + at + "/events", Tiles: addressOf(Path+"/"+at+"/tiles", d.query(), "wall", "1")}
	if h.Beacon == nil {
		follow.Events = ""
	}
	if turn := r.FormValue("turn"); turn != "" {
		ids := strings.Split(turn, ",")
		next := ids[0]
		for i, id := range ids {
			if id == at {
				next = ids[(i+1)%len(ids)]
			}
		}
		seconds, err := strconv.Atoi(r.FormValue("every"))
		if err != nil {
			seconds = turnUsual
		}
		seconds = min(max(seconds, turnLeast), turnMost)
		follow.Seconds = strconv.Itoa(seconds)
		follow.Next = addressOf(Path+"/"+next+"/tv", d.query(), "turn", turn, "every", follow.Seconds)
	}
	view := ui.PageView{Title: d.title(d.shown.Board), Bare: true, Wide: true, Scripts: []string{"board.js"}}
	return ui.Write(w, r, http.StatusOK, ui.Surround(view, board_(follow, ui.Region(wallInside(d.wallView())))))
}

func (d drawing) wallView() wallView {
	v := wallView{Title: d.title(d.shown.Board) + " · " + d.place(d.shown.Ask.Place), Sub: d.subtitle() + " · " + d.p.T("board.read_at", "At", d.p.Local(d.now).Format("15:04")), Exit: d.p.T("board.tv_exit"), Full: d.p.T("board.tv_full"), ExitURL: d.address()}
	for i, t := range d.shown.Tiles {
		if t.Kind == board.KindCard {
			v.Cards = append(v.Cards, d.tile(i, t))
		} else if len(v.Rest) < wallRest {
			v.Rest = append(v.Rest, d.tile(i, t))
		}
	}
	return v
}

// wallRest is how many tiles besides cards fit on a screen that nobody scrolls.
const wallRest = 4

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor := access.ActorFrom(ctx)
	l, err := h.Boards.List(ctx, actor)
	if err != nil {
		return err
	}
	d := h.words(r)
	view := ui.PageView{Title: d.p.T("board.all_boards"), Subtitle: d.p.T("board.all_boards_text"), Current: "board", Actions: []ui.Action{{Label: d.p.T("board.alerts"), Icon: "bell", URL: alertsPath}}}
	parts := []templ.Component{ui.Filled(ui.CardView{ID: "shipped", Title: d.p.T("board.shipped"), Sub: d.p.T("board.shipped_text"), Span: 6, Flush: true}, ui.List(d.items(l.Shipped, l.Home)))}
	own := ui.StateOf(ui.State{Icon: "dashboard", Title: d.p.T("board.none_own"), Text: d.p.T("board.none_own_text")})
	if len(l.Own) > 0 {
		own = ui.List(d.items(l.Own, l.Home))
	}
	parts = append(parts, ui.Filled(ui.CardView{ID: "own", Title: d.p.T("board.own"), Span: 6, Flush: len(l.Own) > 0}, own))
	if len(l.Shared) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{ID: "shared", Title: d.p.T("board.shared"), Span: 6, Flush: true}, ui.List(d.items(l.Shared, l.Home))))
	}
	if !actor.ReadOnly {
		parts = append(parts, ui.Filled(ui.CardView{ID: "new", Title: d.p.T("board.new"), Span: 6}, ui.Form(d.copyForm(l))))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func (d words) items(list []board.Board, home string) (items []ui.Item) {
	for _, b := range list {
		item := ui.Item{Icon: "chart-histogram", Title: d.title(b), URL: Path + "/" + b.ID, Detail: d.p.T("board.tile_count", "Count", len(b.Tiles))}
		if b.Shipped {
			item.Detail = d.p.T("board.shipped_text." + b.ID)
		}
		if b.OwnerName != "" && b.Shared {
			item.Detail += " · " + d.p.T("board.shared_by", "Name", b.OwnerName)
		}
		if b.ID == home {
			item.Chips = append(item.Chips, ui.Chip{Label: d.p.T("board.home"), Tone: ui.ToneBrand})
		} else {
			item.Actions = append(item.Actions, ui.Action{Label: d.p.T("board.make_home"), Post: true, URL: listPath + "/begin", Fields: map[string][]string{"board": {b.ID}}})
		}
		items = append(items, item)
	}
	return items
}

func (d words) copyForm(l board.Listing) ui.FormView {
	from := ui.Field{Name: "from", Kind: ui.FieldSelect, Label: d.p.T("board.copy_of"), Span: 6, Value: l.Home}
	for _, group := range [][]board.Board{l.Shipped, l.Own, l.Shared} {
		for _, b := range group {
			from.Options = append(from.Options, ui.Option{Value: b.ID, Label: d.title(b)})
		}
	}
	return ui.FormView{ID: "copy", Action: listPath, Submit: ui.Action{Label: d.p.T("board.create"), Icon: "plus", Kind: ui.ActionPrimary},
		Fields: []ui.Field{{Name: "name", Label: d.p.T("common.name"), Span: 6}, from}}
}

func (h *Handler) words(r *http.Request) words {
	return words{p: httpx.PrinterFrom(r.Context()), currency: h.Currency(), now: h.Now()}
}

func (h *Handler) copy(w http.ResponseWriter, r *http.Request) error {
	b, err := h.Boards.Copy(r.Context(), access.ActorFrom(r.Context()), r.FormValue("from"), r.FormValue("name"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, Path+"/"+b.ID+"/edit", http.StatusSeeOther)
	return nil
}

func (h *Handler) begin(w http.ResponseWriter, r *http.Request) error {
	if err := h.Boards.Begin(r.Context(), access.ActorFrom(r.Context()), r.FormValue("board")); err != nil {
		return err
	}
	http.Redirect(w, r, listPath, http.StatusSeeOther)
	return nil
}
