package app_test

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/board"
	"xiaoguan/internal/metric"
)

// boardSteps are about boards and alerts; {board} and {board_alert} are the victim's own.
var boardSteps = []step{
	{fine, "GET /board", ""}, {notThere, "GET /board/{board}", ""}, {notThere, "GET /board/{board}/tiles", ""}, {notThere, "GET /board/{board}/events", ""}, {notThere, "GET /board/{board}/tv", ""},
	{notThere, "GET /board/{board}/board.xlsx", ""}, {notThere, "GET /board/{board}/board.pdf", ""}, {notThere, "GET /board/{board}/board.svg", ""}, {notThere, "GET /board/{board}/edit", ""},
	{notThere, "GET /board/{act:seller}?place=person:{person}", ""}, {notThere, "GET /board/{act:seller}?place=team:{team}", ""}, {notThere, "GET /board/{act:director}/board.xlsx?place=person:{person}", ""},
	{notThere, "POST /board/{board}", "name=x"}, {notThere, "POST /board/{board}/tiles", "kind=card&metric=collected"}, {notThere, "POST /board/{board}/arrange", "tile=0&move=out"}, {notThere, "POST /board/{board}/remove", ""},
	{fine, "GET /boards", ""}, {notThere, "POST /boards", "from={board}&name=x"}, {notThere, "POST /boards/begin", "board={board}"},
	{notThere, "GET /boards/rows?metric=collected&place=person:{person}", ""}, {fine, "GET /boards/alerts", ""}, {notThere, "POST /boards/alerts", "metric=collected&when=above&limit=1&place=person:{person}"}, {notThere, "GET /boards/alerts/{board_alert}", ""}, {notThere, "POST /boards/alerts/{board_alert}/remove", ""},

	{fine, "GET /api/v1/boards", ""}, {notThere, "GET /api/v1/boards/{board}", ""}, {notThere, "GET /api/v1/boards/{board}/numbers", ""}, {notThere, "GET /api/v1/boards/{act:team}/numbers?place=person:{person}", ""},
	{http.StatusUnprocessableEntity, "POST /api/v1/boards", `{"name":"x","tiles":[{"kind":"card","metrics":["nothing"]}]}`}, {notThere, "PUT /api/v1/boards/{board}", `{"name":"x","tiles":[]}`}, {notThere, "DELETE /api/v1/boards/{board}", ""},
	{notThere, "PUT /api/v1/board-home", `{"board":"{board}"}`}, {fine, "GET /api/v1/board-alerts", ""}, {notThere, "POST /api/v1/board-alerts", `{"metric":"collected","when":"above","place":"person:{person}","limit":1}`}, {notThere, "DELETE /api/v1/board-alerts/{board_alert}", ""},
}

// withBoard makes a board and an alert of the victim's own and adds their numbers.
func (c *company) withBoard(ids map[string]string) map[string]string {
	c.t.Helper()
	victim := c.actor("victim")
	b, err := c.app.Boards.Save(c.t.Context(), victim, board.Draft{Name: "陈思远的看板", Tiles: []board.Tile{{Kind: board.KindCard, Metrics: []metric.ID{"collected"}}}})
	if err != nil {
		c.t.Fatal(err)
	}
	a, err := c.app.Boards.AddAlert(c.t.Context(), victim, board.Watch{Metric: "collected", When: board.WhenAbove, Limit: 1})
	if err != nil {
		c.t.Fatal(err)
	}
	ids["board"], ids["board_alert"] = b.ID, strconv.FormatInt(a.ID, 10)
	return ids
}
