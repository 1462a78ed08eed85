package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

type (
	// BoardTile is one part of a board.
	BoardTile struct {
		Kind    string   `json:"kind" enum:"card,trend,compare,ranking,products,funnel,ageing,exceptions"`
		Metrics []string `json:"metrics" nullable:"false" maxItems:"6" doc:"Ids of the metric book, or of its families."`
		By      string   `json:"by,omitempty" enum:"region,team,person,product,product_line" doc:"Level of a comparison; absent: the one below the place. Of products: each, or their lines."`
		Months  int      `json:"months,omitempty" minimum:"3" maximum:"36" doc:"Of a trend; 12 when absent."`
		Goal    *int64   `json:"goal,omitempty" doc:"In the unit of amount: minor units, things, parts per million, tenths of a day, minutes."`
		Width   int      `json:"width,omitempty" minimum:"3" maximum:"12"`
	}
	// Board is a page of tiles without its numbers.
	Board struct {
		ID        string      `json:"id" doc:"The key of a shipped board, or a number."`
		Shipped   bool        `json:"shipped"`
		Name      string      `json:"name"`
		OwnerName string      `json:"owner_name,omitempty"`
		Shared    bool        `json:"shared"`
		Home      bool        `json:"home" doc:"The one that the caller begins with."`
		Revision  int64       `json:"revision,omitempty"`
		Tiles     []BoardTile `json:"tiles" nullable:"false"`
	}
	// BoardNumber is a value of the metric book.
	BoardNumber struct {
		Metric      string     `json:"metric"`
		Version     int        `json:"version"`
		Unit        string     `json:"unit"`
		PlaceKind   string     `json:"place_kind"`
		PlaceID     int64      `json:"place_id,omitempty"`
		PlaceName   string     `json:"place_name,omitempty"`
		From        string     `json:"from,omitempty" format:"date"`
		To          string     `json:"to,omitempty" format:"date"`
		Numerator   int64      `json:"numerator"`
		Denominator int64      `json:"denominator,omitempty"`
		Amount      *int64     `json:"amount,omitempty" doc:"Minor units, things, parts per million, tenths of a day, minutes. Absent when not known."`
		Why         string     `json:"why,omitempty" doc:"Why there is no number."`
		Newest      *time.Time `json:"newest,omitempty" doc:"When the newest fact of it was recorded."`
		YearAgo     *int64     `json:"year_ago,omitempty" doc:"Change on the same days of the year before, in parts per million; of percentages the difference."`
		Before      *int64     `json:"before,omitempty" doc:"The same on the period before."`
	}
	boardSeries struct {
		Number BoardNumber   `json:"number"`
		Parts  []BoardNumber `json:"parts" nullable:"false" doc:"By month of a trend, by place of a comparison or ranking, by product."`
	}
	boardException struct {
		Kind  string `json:"kind" enum:"rule,money,churn,pool"`
		Tone  string `json:"tone" enum:"bad,warn"`
		Text  string `json:"text"`
		Count int64  `json:"count"`
		Path  string `json:"path" doc:"Where it is dealt with."`
	}
	boardStage struct {
		Name    string `json:"name"`
		Reached int    `json:"reached"`
		P50     *int64 `json:"p50_seconds,omitempty"`
		P90     *int64 `json:"p90_seconds,omitempty"`
	}
	boardOverdue struct {
		Days   string `json:"days" enum:"not_due,1-30,31-60,61-90,91-180,181-"`
		Minor  int64  `json:"minor"`
		Number int64  `json:"number"`
	}
	shownTile struct {
		Tile       BoardTile        `json:"tile"`
		Series     []boardSeries    `json:"series" nullable:"false"`
		Funnel     []boardStage     `json:"funnel,omitempty"`
		Overdue    []boardOverdue   `json:"overdue,omitempty"`
		Exceptions []boardException `json:"exceptions,omitempty"`
		Failure    string           `json:"failure,omitempty" doc:"Why the tile shows nothing."`
	}
	shownBoard struct {
		Board     Board       `json:"board"`
		Place     string      `json:"place" doc:"As the parameter has it."`
		PlaceName string      `json:"place_name,omitempty"`
		From      string      `json:"from,omitempty" format:"date"`
		To        string      `json:"to,omitempty" format:"date"`
		Elapsed   int         `json:"elapsed_work_days"`
		WorkDays  int         `json:"work_days"`
		Narrowed  bool        `json:"narrowed" doc:"The caller sees a part of the place."`
		Behind    bool        `json:"behind" doc:"Facts are recorded that are not counted yet."`
		Tiles     []shownTile `json:"tiles" nullable:"false"`
	}
	// BoardID is the board of an address.
	BoardID struct {
		ID string `path:"id" maxLength:"20"`
	}
	showBoardInput struct {
		BoardID
		Place string `query:"place" maxLength:"40" doc:"company, region:3, team:4 or person:5; absent: where the caller is at home."`
		Month string `query:"month" maxLength:"7" doc:"2026-09; absent: the running one."`
		Span  string `query:"span" enum:"month,quarter,year" default:"month"`
		AsOf  string `query:"as_of" maxLength:"40" doc:"An instant of RFC 3339: numbers as they were recorded then."`
	}
	boardBody struct {
		Name     string      `json:"name" minLength:"1" maxLength:"200"`
		Shared   bool        `json:"shared,omitempty"`
		Tiles    []BoardTile `json:"tiles" nullable:"false" maxItems:"24"`
		Revision int64       `json:"revision,omitempty" doc:"That the change rests on; absent skips the check."`
	}
	createBoardInput struct{ Body boardBody }
	updateBoardInput struct {
		BoardID
		Body boardBody
	}
	deleteBoardInput struct {
		BoardID
		Revision int64 `query:"revision"`
	}
	homeBoardInput struct {
		Body struct {
			Board string `json:"board" maxLength:"20" doc:"Empty goes back to that of the role."`
		}
	}
	// BoardAlert is a number that somebody has watched.
	BoardAlert struct {
		ID      int64      `json:"id"`
		Metric  string     `json:"metric"`
		Place   string     `json:"place"`
		When    string     `json:"when" enum:"below,above,signal"`
		Limit   int64      `json:"limit,omitempty" doc:"In the unit of amount."`
		Crossed bool       `json:"crossed"`
		Amount  *int64     `json:"amount,omitempty" doc:"What the last look found."`
		Why     string     `json:"why,omitempty" doc:"Why nothing can be told."`
		Checked *time.Time `json:"checked_at,omitempty"`
		Told    *time.Time `json:"told_at,omitempty"`
	}
	createAlertInput struct {
		Body struct {
			Metric string `json:"metric" maxLength:"60"`
			Place  string `json:"place,omitempty" maxLength:"40"`
			When   string `json:"when" enum:"below,above,signal"`
			Limit  int64  `json:"limit,omitempty" doc:"In the unit of amount; none for a signal."`
		}
	}
)

func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func toAPITile(t board.Tile) BoardTile {
	out := BoardTile{Kind: string(t.Kind), Metrics: []string{}, By: string(t.By), Months: t.Months, Goal: t.Goal, Width: t.Width}
	for _, id := range t.Metrics {
		out.Metrics = append(out.Metrics, string(id))
	}
	return out
}

func (t BoardTile) tile() board.Tile {
	out := board.Tile{Kind: board.Kind(t.Kind), By: metric.Breakdown(t.By), Months: t.Months, Goal: t.Goal, Width: t.Width}
	for _, id := range t.Metrics {
		out.Metrics = append(out.Metrics, metric.ID(id))
	}
	return out
}

func (in boardBody) draft(id string) board.Draft {
	d := board.Draft{ID: id, Seen: in.Revision, Name: in.Name, Shared: in.Shared}
	for _, t := range in.Tiles {
		d.Tiles = append(d.Tiles, t.tile())
	}
	return d
}

func (a *API) toAPIBoard(b board.Board, home string) Board {
	out := Board{ID: b.ID, Shipped: b.Shipped, Name: b.Title(a.english.Message), OwnerName: b.OwnerName, Shared: b.Shared, Home: b.ID == home, Revision: b.Revision, Tiles: []BoardTile{}}
	for _, t := range b.Tiles {
		out.Tiles = append(out.Tiles, toAPITile(t))
	}
	return out
}

func toAPINumber(v metric.Value, compared []metric.Compared) BoardNumber {
	out := BoardNumber{Metric: string(v.Metric), Version: v.Version, Unit: string(v.Unit), PlaceKind: string(v.Place.Kind), PlaceID: v.Place.ID, PlaceName: v.Place.Name, From: optionalDate(v.Period.From), To: optionalDate(v.Period.To), Numerator: v.Numerator, Denominator: v.Denominator, Why: string(v.Why), Newest: optionalTime(v.Newest)}
	if amount, known := v.Amount(); known {
		out.Amount = &amount
	}
	for _, c := range compared {
		if !c.Known {
			continue
		}
		change := c.Change
		if c.Against == metric.YearAgo {
			out.YearAgo = &change
		} else {
			out.Before = &change
		}
	}
	return out
}

func optionalDate(d calendar.Date) string {
	if d == 0 || d == calendar.NoDate {
		return ""
	}
	return d.String()
}

// overdueDays name the bands of an ageing.
var overdueDays = map[board.Band]string{board.NotDue: "not_due", board.Days30: "1-30", board.Days60: "31-60", board.Days90: "61-90", board.Days180: "91-180", board.Longer: "181-"}

// shownParts are the parts of a series that the caller may see: of a ranking, the best, their own and, for superiors, everybody.
func shownParts(out board.Shown, t board.ShownTile, s metric.Series, self int64) []metric.Part {
	if t.Kind != board.KindRanking || out.Superior || len(t.Series) == 0 {
		return s.Parts
	}
	ranks, _ := board.Ranks(t.Series[0])
	seen, _ := board.Seen(ranks, t.Series[0], self, false, false)
	var parts []metric.Part
	for _, r := range seen {
		if r.At < len(s.Parts) {
			parts = append(parts, s.Parts[r.At])
		}
	}
	return parts
}

func (a *API) toAPIShownTile(out board.Shown, t board.ShownTile, self int64) shownTile {
	tile := shownTile{Tile: toAPITile(t.Tile), Series: []boardSeries{}}
	for _, s := range t.Series {
		series := boardSeries{Number: toAPINumber(s.Value, s.Compared), Parts: []BoardNumber{}}
		for _, p := range shownParts(out, t, s, self) {
			series.Parts = append(series.Parts, toAPINumber(p.Value, p.Compared))
		}
		tile.Series = append(tile.Series, series)
	}
	if t.Funnel != nil {
		for _, s := range t.Funnel.Stages {
			stage := boardStage{Name: cmp.Or(s.Name.En, s.Name.Zh), Reached: s.Reached}
			for to, length := range map[**int64]*time.Duration{&stage.P50: s.P50, &stage.P90: s.P90} {
				if length != nil {
					seconds := int64(*length / time.Second)
					*to = &seconds
				}
			}
			tile.Funnel = append(tile.Funnel, stage)
		}
	}
	if t.Ageing != nil {
		for _, band := range append([]board.Band{board.NotDue}, board.Bands...) {
			tile.Overdue = append(tile.Overdue, boardOverdue{overdueDays[band], t.Ageing.Sums[band], t.Ageing.Count[band]})
		}
	}
	for _, e := range t.Exceptions {
		tile.Exceptions = append(tile.Exceptions, boardException{e.Kind, string(e.Tone), a.english.Message(e.Said(false)), e.Count, e.Path})
	}
	if t.Failed != nil {
		tile.Failure = a.english.Message(t.Failed.Message)
	}
	return tile
}

func (in *showBoardInput) ask() (ask board.Ask, err error) {
	ask = board.Ask{Board: in.ID, Span: metric.PeriodKind(in.Span)}
	if ask.Place, err = board.ParsePlace(in.Place); err != nil {
		return ask, err
	}
	var wrong []errs.Field
	if in.Month != "" {
		if ask.Month, err = calendar.ParseMonth(in.Month); err != nil {
			wrong = append(wrong, errs.Field{Path: "month", Value: in.Month, Message: errs.Msg("board.bad_month", nil)})
		}
	}
	if in.AsOf != "" {
		if ask.Recorded, err = time.Parse(time.RFC3339, in.AsOf); err != nil {
			wrong = append(wrong, errs.Field{Path: "as_of", Value: in.AsOf, Message: errs.Msg("board.bad_as_of", nil)})
		}
	}
	return ask, errs.Invalid("error.invalid", wrong)
}

func (a *API) showBoard(ctx context.Context, actor access.Actor, in *showBoardInput) (*output[shownBoard], error) {
	ask, err := in.ask()
	if err != nil {
		return nil, err
	}
	v, err := a.services.Boards.Show(ctx, actor, ask)
	if err != nil {
		return nil, err
	}
	out := shownBoard{Board: a.toAPIBoard(v.Board, ""), Place: board.PlaceText(v.Ask.Place), PlaceName: v.Ask.Place.Name, From: optionalDate(v.Period.From), To: optionalDate(v.Period.To), Elapsed: v.Elapsed, WorkDays: v.WorkDays, Narrowed: v.Narrowed, Behind: v.Behind, Tiles: []shownTile{}}
	for _, t := range v.Tiles {
		out.Tiles = append(out.Tiles, a.toAPIShownTile(v, t, actor.PersonID))
	}
	return &output[shownBoard]{out}, nil
}

func toAPIAlert(a *API) func(board.Alert) BoardAlert {
	return func(al board.Alert) BoardAlert {
		out := BoardAlert{ID: al.ID, Metric: string(al.Metric), Place: board.PlaceText(al.Place), When: string(al.When), Limit: al.Limit, Crossed: al.Crossed, Checked: optionalTime(al.CheckedAt), Told: optionalTime(al.ToldAt)}
		if al.Known {
			out.Amount = &al.Value
		}
		if al.Why.Key != "" {
			out.Why = a.english.Message(al.Why)
		}
		return out
	}
}

func (a *API) boardOperations() {
	service := a.services.Boards
	register(a, operation{id: "list_boards", method: http.MethodGet, path: "/boards", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[Board], error) {
		l, err := service.List(ctx, actor)
		all := append(append(l.Shipped, l.Own...), l.Shared...)
		return newList(all, "", func(b board.Board) Board { return a.toAPIBoard(b, l.Home) }), err
	})
	register(a, operation{id: "get_board", method: http.MethodGet, path: "/boards/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *BoardID) (*output[Board], error) {
		b, err := service.Get(ctx, actor, in.ID)
		return &output[Board]{a.toAPIBoard(b, "")}, err
	})
	register(a, operation{id: "show_board", method: http.MethodGet, path: "/boards/{id}/numbers", tag: "sales"}, a.showBoard)
	register(a, operation{id: "create_board", method: http.MethodPost, path: "/boards", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *createBoardInput) (*output[Board], error) {
		b, err := service.Save(ctx, actor, in.Body.draft(""))
		return &output[Board]{a.toAPIBoard(b, "")}, err
	})
	register(a, operation{id: "update_board", method: http.MethodPut, path: "/boards/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *updateBoardInput) (*output[Board], error) {
		b, err := service.Save(ctx, actor, in.Body.draft(in.ID))
		return &output[Board]{a.toAPIBoard(b, "")}, err
	})
	register(a, operation{id: "delete_board", method: http.MethodDelete, path: "/boards/{id}", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *deleteBoardInput) (*none, error) {
		return nil, service.Remove(ctx, actor, in.ID, in.Revision)
	})
	register(a, operation{id: "choose_board", method: http.MethodPut, path: "/board-home", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *homeBoardInput) (*none, error) {
		return nil, service.Begin(ctx, actor, in.Body.Board)
	})
	register(a, operation{id: "list_board_alerts", method: http.MethodGet, path: "/board-alerts", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[BoardAlert], error) {
		list, err := service.Alerts(ctx, actor)
		return newList(list, "", toAPIAlert(a)), err
	})
	register(a, operation{id: "create_board_alert", method: http.MethodPost, path: "/board-alerts", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *createAlertInput) (*output[BoardAlert], error) {
		place, err := board.ParsePlace(in.Body.Place)
		if err != nil {
			return nil, err
		}
		al, err := service.AddAlert(ctx, actor, board.Watch{Metric: metric.ID(in.Body.Metric), Place: place, When: board.When(in.Body.When), Limit: in.Body.Limit})
		return &output[BoardAlert]{toAPIAlert(a)(al)}, err
	})
	register(a, operation{id: "delete_board_alert", method: http.MethodDelete, path: "/board-alerts/{id}", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*none, error) {
		return nil, service.RemoveAlert(ctx, actor, in.ID)
	})
}
