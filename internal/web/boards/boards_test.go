package boards_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/boards"
	"xiaoguan/internal/web/ui"
)

var today = calendar.DateOf(storetest.Start.In(calendar.ChinaTime))

// book is a metric book with one number of each kind.
type book struct {
	unknown bool
	old     bool
}

func (b *book) definitions() []metric.Definition {
	kept := func(ms ...metric.MeasureID) (list []metric.Term) {
		for _, m := range ms {
			list = append(list, metric.Term{Measure: m, When: metric.During})
		}
		return list
	}
	return []metric.Definition{
		{ID: "attainment_collected", Family: "attainment", Default: true, Version: 3, Name: ruledoc.Text{Zh: "业绩达成率", En: "Attainment"}, Basis: ruledoc.Text{Zh: "回款口径<b>", En: "collected<b>"}, Unit: metric.UnitPercent, Good: metric.GoodUp, FreshHours: 24, Sources: []metric.Source{metric.SourcePayments}, Formula: metric.Formula{Kind: metric.FormulaRatio, Of: kept(metric.Collected), Over: kept(metric.TargetCollected)}},
		{ID: "collected", Family: "collected", Default: true, Version: 1, Name: ruledoc.Text{Zh: "回款额", En: "Collected"}, Unit: metric.UnitMoney, Good: metric.GoodUp, FreshHours: 24, Sources: []metric.Source{metric.SourcePayments}, Formula: metric.Formula{Kind: metric.FormulaSum, Of: kept(metric.Collected)}},
		{ID: "win_rate", Family: "win_rate", Default: true, Version: 1, Name: ruledoc.Text{Zh: "赢率", En: "Win rate"}, Unit: metric.UnitPercent, Good: metric.GoodUp, FreshHours: 24, Sources: []metric.Source{metric.SourceOpportunities}, Formula: metric.Formula{Kind: metric.FormulaRatio, Of: kept(metric.Won), Over: kept(metric.Won, metric.Lost)}},
	}
}

func (b *book) Definitions(context.Context, access.Actor) ([]metric.Definition, error) {
	return b.definitions(), nil
}

func (b *book) value(d metric.Definition, place metric.Place, p metric.Period, n int64) metric.Value {
	v := metric.Value{Metric: d.ID, Version: d.Version, Unit: d.Unit, Place: place, Period: p, Numerator: n, Scale: 1, Known: true, Newest: storetest.Start.Add(-18 * time.Minute)}
	if d.Unit == metric.UnitPercent {
		v.Denominator = 100_000_00
	}
	if b.old {
		v.Newest = storetest.Start.Add(-31 * time.Hour)
	}
	if b.unknown {
		v.Known, v.Why = false, metric.ReasonNoRows
	}
	return v
}

func (b *book) Read(_ context.Context, _ access.Actor, q metric.Query) (metric.Answer, error) {
	a := metric.Answer{Place: q.Place, Period: q.Period, By: q.By, Elapsed: 11, WorkDays: 22}
	a.Period.From, a.Period.To, a.Period.ToDate = q.Period.First.First(), today, true
	for _, id := range q.Metrics {
		var d metric.Definition
		for _, known := range b.definitions() {
			if known.ID == id || known.Family == id {
				d = known
			}
		}
		if d.ID == "" {
			return a, errs.New(errs.KindNotFound, "board.no_metric", errs.Args{"Metric": string(id)})
		}
		s := metric.Series{Definition: d, Value: b.value(d, q.Place, a.Period, 48_123_45)}
		for _, against := range q.Against {
			s.Compared = append(s.Compared, metric.Compared{Against: against, Value: s.Value, Change: -21_000, Points: d.Unit == metric.UnitPercent, Known: !b.unknown})
		}
		switch q.By {
		case metric.ByMonth:
			for m := q.Period.First; m <= q.Period.Last; m++ {
				s.Parts = append(s.Parts, metric.Part{Value: b.value(d, q.Place, metric.Period{Kind: metric.Month, First: m, Last: m, From: m.First(), To: m.Last(), ToDate: m == q.Period.Last}, 40_000_00+int64(m%7)*1_000_00)})
			}
		case metric.ByNothing:
		default:
			kind := map[metric.Breakdown]metric.PlaceKind{metric.ByRegion: metric.PlaceRegion, metric.ByTeam: metric.PlaceTeam, metric.ByPerson: metric.PlacePerson, metric.ByProduct: metric.PartProduct, metric.ByLine: metric.PartLine}[q.By]
			word := "单位<i>"
			if kind == metric.PlacePerson {
				word = "销售<i>"
			}
			for i := range int64(9) {
				part := metric.Part{Value: b.value(d, metric.Place{Kind: kind, ID: i + 1, Name: word + strconv.FormatInt(i+1, 10)}, a.Period, 90_000_00-i*7_000_00)}
				for _, against := range q.Against {
					part.Compared = append(part.Compared, metric.Compared{Against: against, Value: part.Value, Change: 50_000, Known: against == metric.YearAgo, Why: metric.ReasonZero})
				}
				s.Parts = append(s.Parts, part)
			}
		}
		a.Series = append(a.Series, s)
	}
	return a, nil
}

func (b *book) Rows(_ context.Context, _ access.Actor, q metric.RowsQuery) (metric.RowsPage, error) {
	m, _ := metric.MeasureByID(metric.Collected)
	return metric.RowsPage{Definition: b.definitions()[1], Measure: m.ID, Measures: []metric.Measure{m}, Listed: true, Next: "next", Rows: []metric.Row{{Kind: "payment", Key: "P-1", Name: "恒越<i>", Person: "销售1", On: today, Amount: 100_00, Of: 200_00}}}, nil
}

// site is the pages over that book. Persons 1 to 9 are there; person 1 sells.
type site struct {
	t      *testing.T
	db     *store.DB
	book   *book
	beacon *boards.Beacon
	pages  http.Handler
	actor  access.Actor
	lang   string
	where  board.Where
}

func as(role access.Role, scope access.ScopeKind, person int64) access.Actor {
	return access.Actor{UserID: "u-" + string(role), Name: string(role), Session: "s", PersonID: person, Grants: []access.Grant{{Role: role, Scope: scope}}}
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: storetest.SQLite(t), book: &book{}, lang: "zh-CN", actor: as(access.RoleDirector, access.ScopeAll, 0)}
	if err := s.db.InTx(t.Context(), func(tx *store.Tx) error { return people(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return storetest.Start.In(calendar.ChinaTime) }
	p50, p90 := 3*24*time.Hour, 32*24*time.Hour
	funnel := func(_ context.Context, _ access.Actor, w board.Where) (*board.Funnel, error) {
		s.where = w
		f := &board.Funnel{From: today - 90, To: today, Cases: 20, Stages: []board.FunnelStage{{Name: ruledoc.Text{Zh: "客户开发", En: "Development"}, Reached: 20, P50: &p50, P90: &p50}, {Name: ruledoc.Text{Zh: "方案制定", En: "Proposal"}, Reached: 8, P50: &p50, P90: &p90}, {Name: ruledoc.Text{Zh: "签约", En: "Contract"}, Reached: 3}}}
		f.MarkSlowest()
		return f, nil
	}
	rules := func(context.Context, access.Actor, board.Where) ([]board.Exception, error) {
		return []board.Exception{{Kind: "pool", Tone: board.ToneWarn, Count: 3, Path: "/pool", Title: errs.Msg("board.said.pool", errs.Args{"Count": 3, "On": today + 2})}, {Kind: "rule", Tone: board.ToneBad, Count: 11, Path: "/compliance", Name: ruledoc.Text{Zh: "方案先审批", En: "Approve first"}, Title: errs.Msg("board.said.rule", errs.Args{"Count": 11})}}, nil
	}
	service := board.NewService(board.Config{Store: s.db.Boards(), Numbers: s.book, NewID: func() string { return "j" }, Now: now, Work: calendar.China, Currency: money.Constantly(money.CNY), Sources: board.Sources{Funnel: funnel, Exceptions: []func(context.Context, access.Actor, board.Where) ([]board.Exception, error){rules}}})
	s.beacon = boards.NewBeacon(service.Stamp, slog.New(slog.DiscardHandler))
	t.Cleanup(s.beacon.Close)
	mux, answers := http.NewServeMux(), httpx.Errors{Page: ui.RenderError}
	boards.New(boards.Services{Boards: service, Beacon: s.beacon, Company: func() string { return "青禾智控" }, Currency: money.Constantly(money.CNY), Now: now}).Routes(func(pattern string, handler httpx.HandlerFunc) {
		mux.Handle(pattern, answers.Handle(handler))
	})
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	return s
}

func people(ctx context.Context, tx *store.Tx) error {
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	_, err = w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"})
	if err == nil {
		_, err = w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一部", Region: "E"})
	}
	for i := range 9 {
		if err == nil {
			_, err = w.PutPerson(ctx, fact.PersonRecord{Key: strconv.Itoa(i + 1), Name: "销售" + strconv.Itoa(i+1), Team: "T", Level: "regular", Hired: today - 500, Left: calendar.Forever, ValidFrom: calendar.NoDate})
		}
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

// ask asks for an address and wants its status.
func (s *site) ask(method, path string, form url.Values, status int) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode())).WithContext(s.t.Context())
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", s.lang)
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%.600s", method, path, w.Code, status, w.Body)
	}
	return w
}

func (s *site) get(path string) string {
	s.t.Helper()
	return s.ask("GET", path, nil, 200).Body.String()
}

func (s *site) has(text string, wanted ...string) {
	s.t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			s.t.Errorf("there is no %q", w)
		}
	}
}

func (s *site) lacks(text string, unwanted ...string) {
	s.t.Helper()
	for _, w := range unwanted {
		if strings.Contains(text, w) {
			s.t.Errorf("there is %q", w)
		}
	}
}

func TestABoardSaysItsNumbersAgainstTargetTimeAndThePast(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	// Attainment 48.1 % with half of the working days passed: behind by 1.9 points, pace 0.96.
	page := s.get("/board")
	s.has(page, "总监看板", "业绩达成率", "48.1%", "目标 10.0万", "落后时间进度 1.9点", "时间进度 50.0% · 节奏 0.96", "同比", "环比", "18分钟前", "¥48,123.45 ÷ ¥100,000.00 = 48.1%", "口径 v3", "data-live=\"/board/director/events\"")
	s.has(page, "方案先审批", "客户开发", "▲ 32.0 天", "40.0%", "没有逾期的应收", "href=\"/compliance\"")
	s.lacks(page, "单位<i>", "回款口径<b>")
	if s.where.Below != metric.ByRegion || s.where.Place.Kind != metric.PlaceCompany {
		t.Errorf("%+v", s.where)
	}
	s.lang = "en"
	s.has(s.get("/board/team"), "Team&#39;s board", "behind time", "on last year", "18 minutes ago")
}

// TestProductsHaveAmountShareAndChanges: the greatest first, each down to its rows; what is not known says why.
func TestProductsHaveAmountShareAndChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.get("/board/product?place=region:1")
	s.has(page, "产品：回款额", "产品线：回款额", "单位&lt;i&gt;1", "9.0万", "187.0%", "+5.0%", "没有单独的目标", "product=1", "line=", "place=region%3A1", "全部看板")
	s.lacks(page, "单位<i>")
	s.lang = "en"
	s.has(s.get("/board/product"), "Products: Collected", "Lines of products", "Share")
	s.ask("GET", "/boards/rows?metric=collected&product=moon", nil, 404)
	s.get("/boards/rows?metric=collected&product=1")
	s.get("/boards/rows?metric=collected&line=%E6%95%B4%E6%9C%BA")
	s.get("/board/product/board.xlsx")
	s.has(s.get("/board/product/board.svg"), "Products: Collected")
	s.lang, s.book.unknown = "zh-CN", true
	s.has(s.get("/board/product"), "没有可计")
}

func TestDrillingKeepsThePeriod(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	month := today.Month() - 1
	page := s.get("/board/director?month=" + month.String() + "&span=quarter")
	s.has(page, "place=region%3A1", "month="+month.String(), "span=quarter")
	below := s.get("/board/director?place=region:1&month=" + month.String())
	s.has(below, "华东", "团队对比", "place=team%3A1")
	s.ask("GET", "/board/director?place=region:99", nil, 404)
	s.ask("GET", "/board/director?place=moon", nil, 422)
	s.ask("GET", "/board/director?month=2099-01", nil, 422)
	s.ask("GET", "/board/director?as-of=2099-01-01", nil, 422)
	s.ask("GET", "/board/nobody", nil, 404)
	past := s.get("/board/director?as-of=" + (today - 3).String())
	s.has(past, "的记录")
	s.lacks(past, "data-live=") // the past does not follow
}

func TestRowsBehindANumber(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.has(s.get("/board"), "/boards/rows?metric=collected")
	s.has(s.get("/boards/rows?metric=collected&place=region:1&month="+today.Month().String()), "恒越&lt;i&gt;", "/payments/P-1", "after=next", "place=region%3A1")
}

// TestANumberLeadsToADecision with its figures as they stand, for who logs decisions.
func TestANumberLeadsToADecision(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := html.UnescapeString(s.get("/board/director?place=region:1"))
	_, rest, found := strings.Cut(page, "/decisions/new?")
	if !found {
		t.Fatal("no number leads to a decision")
	}
	query, _, _ := strings.Cut(rest, "\"")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	var e decision.Evidence
	if err := json.Unmarshal([]byte(values.Get("evidence")), &e); err != nil {
		t.Fatal(err)
	}
	if e.Metric != "attainment_collected" || e.Version != "3" || e.Value != "48.1%" || e.Place != "华东" || e.Numerator == nil || *e.Numerator != 48_123_45 || e.Denominator == nil || *e.Denominator != 100_000_00 || !strings.HasPrefix(e.Link, "/board/director?") || !strings.Contains(e.Link, "place=region%3A1") || e.At.IsZero() {
		t.Errorf("%+v", e)
	}
	s.actor = as(access.RoleSeller, access.ScopeTeam, 7)
	s.lacks(s.get("/board/seller"), "/decisions/new")
	s.actor = as(access.RoleDirector, access.ScopeAll, 0)
	s.book.unknown = true
	s.lacks(s.get("/board"), "/decisions/new") // what is not known is no evidence
}

// TestOldDataAreRedAndSayWhy, and what is not known says why instead of 0.
func TestOldDataAreRedAndSayWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.book.old = true
	s.has(s.get("/board"), "class=\"late\"", "1天没有新数据")
	s.book.old, s.book.unknown = false, true
	page := s.get("/board")
	s.lacks(page, ">0.0%", "class=\"bar\" width=\"100%\" height=\"6\"")
	s.has(page, "还没有人可以排名")
}

func TestTheLastPlacesAreTheirOwnAndTheirSuperiorsBusiness(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	all := s.get("/board/director")
	s.has(all, "销售&lt;i&gt;8", "销售&lt;i&gt;9", "中间 2 人不展示名次", "all=1")
	s.lacks(s.get("/board/director?all=1"), "不展示名次")
	s.actor = as(access.RoleSeller, access.ScopeTeam, 7)
	own := s.get("/board/director?all=1")
	ranking := own[strings.Index(own, "排行"):]
	s.has(ranking, "销售&lt;i&gt;7", "销售&lt;i&gt;5")
	s.lacks(ranking, "销售&lt;i&gt;6", "销售&lt;i&gt;8", "销售&lt;i&gt;9")
}

func TestABoardOfOnesOwnFromCopyToDeletion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	made := s.ask("POST", "/boards", url.Values{"from": {"director"}, "name": {"周会<b>"}}, 303).Header().Get("Location")
	page := s.get(made)
	s.has(page, "周会&lt;b&gt;", "data-arrange", "上移")
	board := strings.TrimSuffix(made, "/edit")
	s.ask("POST", board+"/arrange", url.Values{"seen": {"1"}, "tile": {"1"}, "move": {"up"}}, 303)
	s.ask("POST", board+"/arrange", url.Values{"seen": {"1"}, "tile": {"1"}, "move": {"up"}}, 409)
	wrong := s.ask("POST", board+"/tiles", url.Values{"kind": {"card"}, "seen": {"2"}}, 422).Body.String()
	s.has(wrong, "要选 1 到 1 个数字")
	s.ask("POST", board+"/tiles", url.Values{"kind": {"card"}, "metric": {"win_rate"}, "goal": {"45.5"}, "seen": {"2"}}, 303)
	s.has(s.get(board), "目标 45.5%")
	s.ask("POST", board, url.Values{"name": {""}, "seen": {"3"}}, 422)
	s.ask("POST", board, url.Values{"name": {"周会"}, "shared": {"1"}, "seen": {"3"}}, 303)
	s.ask("POST", "/boards/begin", url.Values{"board": {strings.TrimPrefix(board, "/board/")}}, 303)
	s.has(s.get("/board"), "<h1>周会")
	s.actor = as(access.RoleFinance, access.ScopeAll, 0)
	s.has(s.get("/boards"), "周会", "director共享")
	s.ask("GET", board+"/edit", nil, 403)
	s.ask("POST", board+"/remove", url.Values{"seen": {"4"}}, 403)
	s.actor = as(access.RoleDirector, access.ScopeAll, 0)
	s.ask("POST", board+"/remove", url.Values{"seen": {"4"}}, 303)
	s.ask("GET", board, nil, 404)
	s.has(s.get("/board"), "总监看板")
}

func TestAlertsOfOnesOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.has(s.get("/boards/alerts?metric=win_rate"), "还没有提醒", "偏离正常波动")
	s.has(s.ask("POST", "/boards/alerts", url.Values{"metric": {"win_rate"}, "when": {"below"}, "limit": {"many"}}, 422).Body.String(), "写一个数")
	s.ask("POST", "/boards/alerts", url.Values{"metric": {"win_rate"}, "when": {"below"}, "limit": {"40"}}, 303)
	s.ask("POST", "/boards/alerts", url.Values{"metric": {"collected"}, "when": {"signal"}}, 303)
	s.has(s.get("/boards/alerts"), "低于 40.0%", "还没看过")
	if to := s.ask("GET", "/boards/alerts/1", nil, 303).Header().Get("Location"); to != "/board?place=company" {
		t.Errorf("a message leads to %s", to)
	}
	s.actor = as(access.RoleFinance, access.ScopeAll, 0)
	s.ask("POST", "/boards/alerts/1/remove", nil, 404)
	s.lacks(s.get("/boards/alerts"), "40.0%")
}

func TestTheWallTurnsThroughBoardsAndHasNothingToClick(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.get("/board/director/tv?turn=director,finance&every=20")
	s.has(page, "data-next=\"/board/finance/tv?every=20&amp;place=company&amp;turn=director%2Cfinance\"", "data-seconds=\"20\"", "48.1%", "退出大屏")
	s.lacks(page, "popovertarget", "class=\"xg-rail\"", "销售&lt;i&gt;9") // on a wall nobody is shown last
}

func TestWhatIsTakenAlong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	book := s.ask("GET", "/board/director/board.xlsx", nil, 200).Body.Bytes()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	charts, texts := 0, ""
	for _, f := range z.File {
		if f.Name == "xl/sharedStrings.xml" {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			texts = string(content)
		}
		if strings.HasPrefix(f.Name, "xl/charts/chart") {
			charts++
		}
	}
	if charts != 4 { // the trend, the regions, the funnel, the ranking
		t.Errorf("%d charts", charts)
	}
	s.has(texts, "客户开发", "方案制定", "Kaplan–Meier")
	if pdf := s.ask("GET", "/board/director/board.pdf", nil, 200).Body.Bytes(); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Error("no PDF")
	}
	picture := s.get("/board/director/board.svg")
	decoder := xml.NewDecoder(strings.NewReader(picture))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
	s.has(picture, "总监看板 · 全公司", "48.1%", "单位&lt;i&gt;1")
	s.lacks(picture, "销售&lt;i&gt;9")
}

// TestAnOpenBoardHearsOfNewFacts within two seconds of their recording, and its stream ends when the program stops.
func TestAnOpenBoardHearsOfNewFacts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	server := httptest.NewServer(s.pages)
	defer server.Close()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/board/director/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("%s", kind)
	}
	lines := bufio.NewScanner(answer.Body)
	recorded := make(chan error, 1)
	go func() {
		// The beacon has looked once before anything is new to it.
		for i := range 40 {
			err := s.db.InTx(ctx, func(tx *store.Tx) error {
				w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
				if err != nil {
					return err
				}
				if _, err = w.PutRegion(ctx, fact.RegionRecord{Key: fmt.Sprint("N", i), Name: "新"}); err != nil {
					return err
				}
				_, err = w.Finish(ctx)
				return err
			})
			if err != nil {
				recorded <- err
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(500 * time.Millisecond):
			}
		}
	}()
	heard := false
	for lines.Scan() {
		if heard = lines.Text() == "event: newer"; heard {
			break
		}
	}
	select {
	case err := <-recorded:
		t.Fatal(err)
	default:
	}
	if !heard {
		t.Fatalf("nothing was heard: %v", lines.Err())
	}
	s.beacon.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestAPagesOwnRequestsKeepNobodySignedIn(t *testing.T) {
	t.Parallel()
	for path, quiet := range map[string]bool{"/board/director/events": true, "/board/7/tiles": true, "/board/director": false, "/board/director/tv": false, "/boards": false, "/events": false} {
		if boards.Quiet(path) != quiet {
			t.Errorf("%s: %t", path, !quiet)
		}
	}
}
