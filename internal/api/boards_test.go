package api_test

import (
	"context"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
)

// boards makes the service of boards over the metric book.
func (b *bundle) boards(clock func() time.Time) *board.Service {
	return board.NewService(board.Config{Store: b.db.Boards(), Numbers: b.services.Metrics, NewID: func() string { return store.NewID(clock()) }, Now: clock, Work: calendar.China, Currency: money.Constantly(money.CNY), ActorOf: b.services.Users.ActorOf,
		Sources: board.Sources{Funnel: func(context.Context, access.Actor, board.Where) (*board.Funnel, error) { return &board.Funnel{}, nil }}})
}

// pay records what came in for the deal of P3, for whom nothing is planned.
func (b *bundle) pay(key string, minor int64) {
	b.t.Helper()
	b.must(b.db.InTx(b.t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(b.t.Context(), fact.BatchRequest{Kind: fact.BatchManual, ActorID: "u"})
		if err != nil {
			return err
		}
		if _, err := w.PutPayment(b.t.Context(), fact.PaymentRecord{Key: key, Deal: "D2", PaidOn: date("2026-09-10"), AmountMinor: minor, Currency: money.CNY}); err != nil {
			return err
		}
		_, err = w.Finish(b.t.Context())
		return err
	}))
	b.must(b.services.Metrics.CatchUp(b.t.Context()))
}

const (
	weekly  = `{"name":"周会","shared":false,"tiles":[{"kind":"card","metrics":["collected"]},{"kind":"compare","metrics":["collected"],"by":"person"}]}`
	shared  = `{"name":"周会","shared":true,"revision":1,"tiles":[{"kind":"card","metrics":["collected"],"goal":16000000}]}`
	watched = `{"metric":"collected","when":"above","limit":16000000}`
)

// TestBoardsThroughTheInterface: 150,000.00 was collected in September, of which 100,000.00 by team T1, shared seven to three by P1 and P2.
func TestBoardsThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.must(b.services.Metrics.CatchUp(t.Context()))
	const numbers = "/numbers?month=2026-09"
	for _, c := range []scenario{
		{name: "those of the role", as: "ops", send: "GET /api/v1/boards", status: 200, contains: []string{`"id":"director"`, `"shipped":true`, `"home":true`}, lacks: []string{`"id":"hr"`}},
		{name: "of who looks after the installation none", as: "root", send: "GET /api/v1/boards", status: 200, contains: []string{`"items":[]`}},
		{name: "the company", as: "ops", send: "GET /api/v1/boards/director" + numbers, status: 200, contains: []string{`"place":"company"`, `"numerator":15000000`, `"denominator":14000000`, `"unit":"percent"`, `"behind":false`, `"narrowed":false`, `"kind":"compare"`}},
		{name: "down to the region", as: "ops", send: "GET /api/v1/boards/director" + numbers + "&place=region:1", status: 200, contains: []string{`"place":"region:1"`, `"numerator":15000000`, `"place_name":"一部"`, `"numerator":10000000`, `"numerator":5000000`}},
		{name: "down to the team", as: "ops", send: "GET /api/v1/boards/director" + numbers + "&place=team:1", status: 200, contains: []string{`"place":"team:1"`, `"place_name":"周宁"`, `"numerator":7000000`, `"numerator":3000000`}, lacks: []string{`"place_name":"郑远"`}},
		{name: "down to the person", as: "ops", send: "GET /api/v1/boards/director" + numbers + "&place=person:2", status: 200, contains: []string{`"place":"person:2"`, `"numerator":7000000`, `"denominator":7000000`}},
		{name: "down to the rows", as: "ops", send: "GET /api/v1/metrics/collected/rows?month=2026-09&place=person&place_id=2", status: 200, contains: []string{`"amount":7000000`}, lacks: []string{`"郑远"`}},
		{name: "a manager's part", as: "lead", send: "GET /api/v1/boards/team" + numbers, status: 200, contains: []string{`"numerator":10000000`, `"numerator":7000000`}, lacks: []string{`"numerator":15000000`, `"郑远"`}},
		{name: "a manager beyond the team", as: "lead", send: "GET /api/v1/boards/team" + numbers + "&place=team:2", status: 404},
		{name: "the company as a manager reaches it", as: "lead", send: "GET /api/v1/boards/team" + numbers + "&place=company", status: 200, contains: []string{`"narrowed":true`, `"numerator":10000000`}, lacks: []string{`"numerator":15000000`}},
		{name: "a seller's own", as: "p1", send: "GET /api/v1/boards/seller" + numbers, status: 200, contains: []string{`"place":"person:2"`, `"numerator":7000000`}, lacks: []string{`"numerator":3000000`, `"numerator":15000000`, `"吴桐"`}},
		{name: "a seller's colleague", as: "p1", send: "GET /api/v1/boards/seller" + numbers + "&place=person:3", status: 404},
		{name: "products", as: "ops", send: "GET /api/v1/boards/product" + numbers, status: 200, contains: []string{`"kind":"products"`, `"place_kind":"product"`, `"place_kind":"product_line"`, `"numerator":15000000`}},
		{name: "products of a manager's team", as: "lead", send: "GET /api/v1/boards/product" + numbers, status: 200, contains: []string{`"place_kind":"product"`, `"numerator":10000000`}, lacks: []string{`"numerator":15000000`}},
		{name: "the quarter", as: "ops", send: "GET /api/v1/boards/director" + numbers + "&span=quarter", status: 200, contains: []string{`"from":"2026-07-01"`}},
		{name: "before anything was recorded", as: "ops", send: "GET /api/v1/boards/director" + numbers + "&as_of=2026-09-01T00:00:00Z", status: 200, contains: []string{`"why":"no_target"`}, lacks: []string{`"numerator":15000000`}},
		{name: "a month to come", as: "ops", send: "GET /api/v1/boards/director/numbers?month=2027-09", status: 422, contains: []string{`"month"`}},
		{name: "a month that is none", as: "ops", send: "GET /api/v1/boards/director/numbers?month=2026-13", status: 422},
		{name: "a place that is none", as: "ops", send: "GET /api/v1/boards/director/numbers?place=moon", status: 422},
		{name: "an instant that is none", as: "ops", send: "GET /api/v1/boards/director/numbers?as_of=yesterday", status: 422},
		{name: "no such board", as: "ops", send: "GET /api/v1/boards/77" + numbers, status: 404},
	} {
		b.call(c)
	}
}

func TestABoardOfOnesOwnIsSavedAndSharedThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.must(b.services.Metrics.CatchUp(t.Context()))
	for _, c := range []scenario{
		{name: "without a name", as: "ops", send: "POST /api/v1/boards", body: `{"name":" ","tiles":[{"kind":"card","metrics":["collected"]}]}`, status: 422, contains: []string{`"name"`}},
		{name: "a number that is none", as: "ops", send: "POST /api/v1/boards", body: `{"name":"x","tiles":[{"kind":"card","metrics":["nonsense"]}]}`, status: 422},
		{name: "a card without a number", as: "ops", send: "POST /api/v1/boards", body: `{"name":"x","tiles":[{"kind":"card","metrics":[]}]}`, status: 422},
		{name: "by a key that only reads", as: "ops/ro", send: "POST /api/v1/boards", body: weekly, status: 403},
		{name: "saved", as: "ops", send: "POST /api/v1/boards", body: weekly, status: 201, contains: []string{`"id":"1"`, `"revision":1`, `"owner_name":"陈晓"`}},
		{name: "its numbers", as: "ops", send: "GET /api/v1/boards/1/numbers?month=2026-09", status: 200, contains: []string{`"amount":15000000`, `"amount":7000000`, `"amount":5000000`}},
		{name: "others do not see it", as: "lead", send: "GET /api/v1/boards/1", status: 404},
		{name: "shared", as: "ops", send: "PUT /api/v1/boards/1", body: shared, status: 200, contains: []string{`"revision":2`, `"shared":true`}},
		{name: "changed on an older state", as: "ops", send: "PUT /api/v1/boards/1", body: shared, status: 409},
		{name: "others see it with their part", as: "lead", send: "GET /api/v1/boards/1/numbers?month=2026-09", status: 200, contains: []string{`"amount":10000000`, `"goal":16000000`}, lacks: []string{`"amount":15000000`}},
		{name: "others do not change it", as: "lead", send: "PUT /api/v1/boards/1", body: shared, status: 403},
		{name: "shipped ones stay", as: "ops", send: "PUT /api/v1/boards/director", body: shared, status: 404},
		{name: "begun with", as: "lead", send: "PUT /api/v1/board-home", body: `{"board":"1"}`, status: 204},
		{name: "it is the first", as: "lead", send: "GET /api/v1/boards", status: 200, contains: []string{`"owner_name":"陈晓"`}},
		{name: "begun with one that is not there", as: "lead", send: "PUT /api/v1/board-home", body: `{"board":"9"}`, status: 404},
		{name: "removed by another", as: "lead", send: "DELETE /api/v1/boards/1?revision=2", status: 403},
		{name: "removed", as: "ops", send: "DELETE /api/v1/boards/1?revision=2", status: 204},
		{name: "gone", as: "lead", send: "GET /api/v1/boards/1", status: 404},
	} {
		b.call(c)
	}
}

// TestAlertsThroughTheInterface: who watches the company is told once when more than 160,000.00 has come in, who has another's alert is not let near it.
func TestAlertsThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.must(b.services.Metrics.CatchUp(t.Context()))
	look := func() {
		t.Helper()
		b.must(b.services.Boards.RunAlerts(t.Context(), running{}))
	}
	for _, c := range []scenario{
		{name: "none", as: "ops", send: "GET /api/v1/board-alerts", status: 200, contains: []string{`"items":[]`}},
		{name: "of a number that is none", as: "ops", send: "POST /api/v1/board-alerts", body: `{"metric":"nonsense","when":"above","limit":1}`, status: 422},
		{name: "of a place out of reach", as: "p1", send: "POST /api/v1/board-alerts", body: `{"metric":"collected","place":"person:3","when":"above","limit":1}`, status: 404},
		{name: "watched", as: "ops", send: "POST /api/v1/board-alerts", body: watched, status: 201, contains: []string{`"crossed":false`, `"limit":16000000`}},
	} {
		b.call(c)
	}
	look()
	b.call(scenario{name: "not above", as: "ops", send: "GET /api/v1/board-alerts", status: 200, contains: []string{`"amount":15000000`, `"crossed":false`}, lacks: []string{`"told_at"`}})
	b.pay("3", 20_000_00)
	look()
	for _, c := range []scenario{
		{name: "above", as: "ops", send: "GET /api/v1/board-alerts", status: 200, contains: []string{`"amount":17000000`, `"crossed":true`, `"told_at"`}},
		{name: "another's", as: "lead", send: "DELETE /api/v1/board-alerts/1", status: 404},
		{name: "ended", as: "ops", send: "DELETE /api/v1/board-alerts/1", status: 204},
		{name: "none any more", as: "ops", send: "GET /api/v1/board-alerts", status: 200, contains: []string{`"items":[]`}},
	} {
		b.call(c)
	}
}
