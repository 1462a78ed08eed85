package board_test

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// book is a metric book of two metrics whose numbers the test sets. It counts how often it is asked.
type book struct {
	amounts map[metric.ID]int64
	history func(month calendar.Month) int64
	unknown bool
	asked   int
	hidden  metric.ID // not for whoever asks
}

func (b *book) definition(id metric.ID) metric.Definition {
	d := metric.Definition{ID: id, Family: id, Version: 1, Name: ruledoc.Text{Zh: "回款额", En: "Collected"}, Unit: metric.UnitMoney, Good: metric.GoodUp, FreshHours: 24, Default: true, Formula: metric.Formula{Kind: metric.FormulaSum, Of: []metric.Term{{Measure: metric.Collected, When: metric.During}}}}
	if id == "rate" {
		d.Name, d.Unit = ruledoc.Text{Zh: "赢率", En: "Win rate"}, metric.UnitPercent
		d.Formula = metric.Formula{Kind: metric.FormulaRatio, Of: []metric.Term{{Measure: metric.Won}}, Over: []metric.Term{{Measure: metric.Won}, {Measure: metric.Lost}}}
	}
	return d
}

func (b *book) Definitions(context.Context, access.Actor) ([]metric.Definition, error) {
	return []metric.Definition{b.definition("collected"), b.definition("rate")}, nil
}

func (b *book) value(id metric.ID, amount int64, p metric.Period) metric.Value {
	v := metric.Value{Metric: id, Version: 1, Unit: b.definition(id).Unit, Period: p, Numerator: amount, Scale: 1, Known: !b.unknown, Newest: storetest.Start}
	if b.unknown {
		v.Why = metric.ReasonNoRows
	}
	if v.Unit == metric.UnitPercent {
		v.Denominator = metric.Whole
	}
	return v
}

func (b *book) Read(_ context.Context, actor access.Actor, q metric.Query) (metric.Answer, error) {
	b.asked++
	a := metric.Answer{Place: q.Place, Period: q.Period, By: q.By, Elapsed: 11, WorkDays: 22, Newest: map[metric.Source]time.Time{}}
	a.Period.From, a.Period.To = q.Period.First.First(), q.Period.First.Last()
	for _, id := range q.Metrics {
		if id == b.hidden {
			return a, errs.New(errs.KindForbidden, "error.forbidden", nil)
		}
		if id != "collected" && id != "rate" && id != "people" {
			return a, errs.New(errs.KindNotFound, "metric.missing", nil)
		}
		s := metric.Series{Definition: b.definition(id), Value: b.value(id, b.amounts[id], a.Period)}
		if q.By == metric.ByMonth {
			for m := q.Period.First; m <= q.Period.Last; m++ {
				amount := b.amounts[id]
				if m < q.Period.Last && b.history != nil {
					amount = b.history(m)
				}
				s.Parts = append(s.Parts, metric.Part{Value: b.value(id, amount, metric.Period{Kind: metric.Month, First: m})})
			}
		}
		a.Series = append(a.Series, s)
	}
	return a, nil
}

func (b *book) Rows(context.Context, access.Actor, metric.RowsQuery) (metric.RowsPage, error) {
	return metric.RowsPage{}, nil
}

// desk is boards over a book that the test sets, in a company of one region with the team T of person A.
type desk struct {
	*board.Service
	t     *testing.T
	db    *store.DB
	book  *book
	a, b  access.Actor
	known map[string]access.Actor
}

func onBoth(t *testing.T, test func(d *desk)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		d := &desk{t: t, db: db, book: &book{amounts: map[metric.ID]int64{"collected": 100, "rate": 500_000}}, known: map[string]access.Actor{}}
		clock := storetest.Clock()
		ids := 0
		d.Service = board.NewService(board.Config{Store: db.Boards(), Numbers: d.book, Now: func() time.Time { return clock().In(calendar.ChinaTime) }, Work: calendar.China, Currency: money.Constantly(money.CNY),
			NewID: func() string { ids++; return "job-" + strconv.Itoa(ids) },
			ActorOf: func(_ context.Context, id string) (access.Actor, error) {
				a, ok := d.known[id]
				if !ok {
					return a, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
				}
				return a, nil
			},
			Sources: board.Sources{Funnel: func(context.Context, access.Actor, board.Where) (*board.Funnel, error) { return &board.Funnel{}, nil }}})
		d.a, d.b = d.person("A"), d.person("B")
		test(d)
	})
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) refused(kind errs.Kind, err error) {
	d.t.Helper()
	if !errs.Is(err, kind) {
		d.t.Errorf("%v, want %v", err, kind)
	}
}

// person is a director with an account who is told things.
func (d *desk) person(name string) access.Actor {
	d.t.Helper()
	a := access.Actor{UserID: "user-" + name, Name: "人" + name, Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
	d.known[a.UserID] = a
	return a
}

var tiles = []board.Tile{{Kind: board.KindCard, Metrics: []metric.ID{"collected"}}, {Kind: board.KindTrend, Metrics: []metric.ID{"rate"}}, {Kind: board.KindExceptions}}

func TestABoardIsKeptAndChangedByItsOwnerAlone(t *testing.T) {
	onBoth(t, func(d *desk) {
		ctx := d.t.Context()
		made, err := d.Save(ctx, d.a, board.Draft{Name: "周会", Tiles: tiles})
		d.must(err)
		got, err := d.Get(ctx, d.a, made.ID)
		d.must(err)
		if text, want := asJSON(d.t, got.Tiles), asJSON(d.t, tiles); got.Name != "周会" || got.Revision != 1 || text != want {
			d.t.Errorf("kept %+v", got)
		}
		_, err = d.Get(ctx, d.b, made.ID)
		d.refused(errs.KindNotFound, err)
		_, err = d.Save(ctx, d.b, board.Draft{ID: made.ID, Name: "抢"})
		d.refused(errs.KindNotFound, err)

		shared, err := d.Save(ctx, d.a, board.Draft{ID: made.ID, Seen: 1, Name: "周会", Shared: true, Tiles: tiles})
		d.must(err)
		_, err = d.Get(ctx, d.b, made.ID)
		d.must(err)
		_, err = d.Save(ctx, d.b, board.Draft{ID: made.ID, Name: "抢"})
		d.refused(errs.KindForbidden, err)
		_, err = d.Save(ctx, d.a, board.Draft{ID: made.ID, Seen: 1, Name: "晚了", Tiles: tiles})
		d.refused(errs.KindConflict, err)
		if shared.Revision != 2 {
			d.t.Errorf("revision %d", shared.Revision)
		}

		moved, err := d.Arrange(ctx, d.a, made.ID, 2, 2, "0")
		d.must(err)
		moved, err = d.Arrange(ctx, d.a, made.ID, moved.Revision, 0, board.MoveDown)
		d.must(err)
		moved, err = d.Arrange(ctx, d.a, made.ID, moved.Revision, 2, board.MoveOut)
		d.must(err)
		if len(moved.Tiles) != 2 || moved.Tiles[0].Kind != board.KindCard || moved.Tiles[1].Kind != board.KindExceptions {
			d.t.Errorf("tiles %+v", moved.Tiles)
		}
		_, err = d.Arrange(ctx, d.a, made.ID, 0, 9, board.MoveUp)
		d.refused(errs.KindInvalid, err)

		copied, err := d.Copy(ctx, d.b, made.ID, "我的")
		d.must(err)
		d.must(d.Begin(ctx, d.b, made.ID))
		l, err := d.List(ctx, d.b)
		d.must(err)
		if l.Home != made.ID || len(l.Own) != 1 || l.Own[0].ID != copied.ID || len(l.Shared) != 1 || len(l.Shipped) == 0 {
			d.t.Errorf("%+v", l)
		}
		d.must(d.Remove(ctx, d.a, made.ID, moved.Revision))
		if l, err = d.List(ctx, d.b); err != nil || l.Home != board.ForDirector || len(l.Shared) != 0 {
			d.t.Errorf("after the board went: %+v, %v", l, err)
		}
		reading := d.a
		reading.ReadOnly = true
		_, err = d.Save(ctx, reading, board.Draft{Name: "读"})
		d.refused(errs.KindForbidden, err)
		_, err = d.Save(ctx, access.Actor{}, board.Draft{Name: "无"})
		d.refused(errs.KindUnauthenticated, err)
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestABoardIsReadInFewQuestions, and a number that is not for the reader leaves the others alone.
func TestABoardIsReadInFewQuestions(t *testing.T) {
	onBoth(t, func(d *desk) {
		ctx := d.t.Context()
		made, err := d.Save(ctx, d.a, board.Draft{Name: "多", Tiles: append(slices.Clone(tiles), tiles[0], board.Tile{Kind: board.KindCard, Metrics: []metric.ID{"rate"}})})
		d.must(err)
		shown, err := d.Show(ctx, d.a, board.Ask{Board: made.ID})
		d.must(err)
		if d.book.asked != 2 { // cards; the trend, with their small lines
			d.t.Errorf("asked %d times", d.book.asked)
		}
		if card := shown.Tiles[0]; len(card.Series) != 1 || card.Series[0].Value.Numerator != 100 || card.Spark == nil || len(card.Spark.Parts) != 12 {
			d.t.Errorf("%+v", card)
		}
		if got := len(shown.Tiles[1].Months()); got != 12 || shown.WorkDays != 22 || PlaceOf(shown) != "company" {
			d.t.Errorf("%d months, %d days, %s", got, shown.WorkDays, PlaceOf(shown))
		}
		d.book.hidden = "rate"
		if shown, err = d.Show(ctx, d.a, board.Ask{Board: made.ID}); err != nil || shown.Tiles[0].Failed != nil || shown.Tiles[4].Failed == nil || shown.Tiles[1].Failed == nil {
			d.t.Errorf("%v: %+v", err, shown.Tiles)
		}
		alone, err := d.Save(ctx, d.a, board.Draft{Name: "独", Tiles: []board.Tile{{Kind: board.KindCard, Metrics: []metric.ID{"rate"}}}})
		d.must(err)
		_, err = d.Show(ctx, d.a, board.Ask{Board: alone.ID}) // nothing of it is for them
		d.refused(errs.KindForbidden, err)
		_, err = d.Show(ctx, d.a, board.Ask{Board: made.ID, Month: calendar.DateOf(storetest.Start).Month() + 1})
		d.refused(errs.KindInvalid, err)
		_, err = d.Show(ctx, d.a, board.Ask{Board: "nobody's"})
		d.refused(errs.KindNotFound, err)
		_, err = d.Show(ctx, access.Actor{}, board.Ask{})
		d.refused(errs.KindUnauthenticated, err)
	})
}

// PlaceOf is the place that a board shows.
func PlaceOf(s board.Shown) string { return board.PlaceText(s.Ask.Place) }

type running struct{ result any }

func (r *running) Job() job.Job        { return job.Job{} }
func (r *running) Report(job.Progress) {}
func (r *running) SetResult(v any)     { r.result = v }

// look runs the job of alerts and returns what the owner of them was told.
func (d *desk) look(user string) (texts []notice.Notice) {
	d.t.Helper()
	d.must(d.RunAlerts(d.t.Context(), &running{}))
	d.must(d.db.Read(d.t.Context(), func(tx *store.Tx) (err error) {
		texts, err = tx.Notices(d.t.Context(), user, notice.Filter{Limit: 50})
		return err
	}))
	return texts
}

// account makes somebody a user who can be told something.
func (d *desk) account(name string) access.Actor {
	d.t.Helper()
	users, err := access.New(access.Config{Store: d.db.Access(), Key: []byte(strings.Repeat("k", 32)), Now: storetest.Clock()})
	d.must(err)
	made, err := users.CreateUser(d.t.Context(), access.SystemActor("test"), access.CreateUser{Login: name, Name: name, Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}})
	d.must(err)
	a := access.Actor{UserID: made.User.ID, Name: name, Grants: made.User.Grants}
	d.known[a.UserID] = a
	return a
}

func TestAnAlertTellsOnceForEachCrossing(t *testing.T) {
	onBoth(t, func(d *desk) {
		ctx := d.t.Context()
		owner := d.account("owner")
		made, err := d.AddAlert(ctx, owner, board.Watch{Metric: "rate", When: board.WhenBelow, Limit: 400_000})
		d.must(err)
		again, err := d.AddAlert(ctx, owner, board.Watch{Metric: "rate", When: board.WhenBelow, Limit: 400_000})
		d.must(err)
		if again.ID != made.ID {
			d.t.Error("the same alert twice")
		}
		for _, step := range []struct {
			rate    int64
			unknown bool
			told    int
		}{{500_000, false, 0}, {390_000, false, 1}, {380_000, false, 1}, {380_000, true, 1}, {370_000, false, 1}, {450_000, false, 1}, {399_999, false, 2}} {
			d.book.amounts["rate"], d.book.unknown = step.rate, step.unknown
			if told := d.look(owner.UserID); len(told) != step.told {
				d.t.Fatalf("at %d (unknown %t) there are %d messages, want %d", step.rate, step.unknown, len(told), step.told)
			}
		}
		if told := d.look(owner.UserID); told[0].Kind != notice.KindBoardAlert || notice.Path(told[0].Kind, told[0].Subject) != "/boards/alerts/"+strconv.FormatInt(made.ID, 10) {
			d.t.Errorf("%+v", told[0])
		}
		d.refused(errs.KindNotFound, d.RemoveAlert(ctx, d.b, made.ID))
		d.must(d.RemoveAlert(ctx, owner, made.ID))
		if list, err := d.Alerts(ctx, owner); err != nil || len(list) != 0 {
			d.t.Errorf("%v, %v", list, err)
		}
		_, err = d.AddAlert(ctx, owner, board.Watch{Metric: "unknown", When: "sometimes"})
		d.refused(errs.KindInvalid, err)
	})
}

// TestASumIsHeldAgainstThePartOfItsLimitThatTheDaysHaveHad: half of the working days have passed.
func TestASumIsHeldAgainstThePartOfItsLimitThatTheDaysHaveHad(t *testing.T) {
	onBoth(t, func(d *desk) {
		owner := d.account("owner")
		_, err := d.AddAlert(d.t.Context(), owner, board.Watch{Metric: "collected", When: board.WhenBelow, Limit: 200})
		d.must(err)
		d.book.amounts["collected"] = 100
		if told := d.look(owner.UserID); len(told) != 0 {
			d.t.Errorf("half of the limit after half of the days is told: %+v", told)
		}
		d.book.amounts["collected"] = 99
		if told := d.look(owner.UserID); len(told) != 1 {
			d.t.Errorf("%d messages", len(told))
		}
	})
}

func TestAnAlertOnTheUsualRange(t *testing.T) {
	onBoth(t, func(d *desk) {
		owner := d.account("owner")
		_, err := d.AddAlert(d.t.Context(), owner, board.Watch{Metric: "rate", When: board.WhenSignal, Limit: 7})
		d.must(err)
		d.book.history = func(m calendar.Month) int64 { return 500_000 + int64(m)%5*1_000 }
		d.book.amounts["rate"] = 502_000
		if told := d.look(owner.UserID); len(told) != 0 {
			d.t.Errorf("noise is told: %+v", told)
		}
		d.book.amounts["rate"] = 300_000
		if told := d.look(owner.UserID); len(told) != 1 {
			d.t.Errorf("%d messages", len(told))
		}
		delete(d.known, owner.UserID) // may not sign in any more
		d.book.amounts["rate"] = 900_000
		if told := d.look(owner.UserID); len(told) != 1 {
			d.t.Errorf("somebody who may not sign in is told: %d", len(told))
		}
	})
}

// TestAlertsAreLookedAtWhenFactsWereRecorded, and not otherwise.
func TestAlertsAreLookedAtWhenFactsWereRecorded(t *testing.T) {
	onBoth(t, func(d *desk) {
		ctx := d.t.Context()
		_, err := d.AddAlert(ctx, d.a, board.Watch{Metric: "rate", When: board.WhenAbove, Limit: 1})
		d.must(err)
		jobs := func() (n int) {
			d.must(d.db.Read(ctx, func(tx *store.Tx) error {
				list, err := tx.BoardAlerts(ctx, "")
				n = len(list)
				return err
			}))
			return n
		}
		if jobs() != 1 {
			d.t.Fatal("no alert")
		}
		d.record()
		first, err := d.LookAgain(ctx, board.Stamp{})
		d.must(err)
		if first.Batch == 0 {
			d.t.Fatalf("%+v", first)
		}
		same, err := d.LookAgain(ctx, first)
		d.must(err)
		if same != first {
			d.t.Errorf("nothing was recorded, and the stamp moved from %+v to %+v", first, same)
		}
		d.record()
		if waiting, err := d.LookAgain(ctx, first); err != nil || waiting != first {
			d.t.Errorf("a look waits already: %+v, %v", waiting, err)
		}
	})
}

// record records a region.
func (d *desk) record() {
	d.t.Helper()
	d.must(d.db.InTx(d.t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(d.t.Context(), fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		if _, err = w.PutRegion(d.t.Context(), fact.RegionRecord{Key: "E" + strconv.FormatInt(time.Now().UnixNano(), 36), Name: "华东"}); err != nil {
			return err
		}
		_, err = w.Finish(d.t.Context())
		return err
	}))
}
