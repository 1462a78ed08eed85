package review_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/review"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/targetplan"
)

// house is a company of two regions: in the east team T1 of L with A and N, in the west team T2 of M with B. A and N have targets of this month and of the last
// one, B of none.
type house struct {
	*review.Service
	t      *testing.T
	db     *store.DB
	actors map[string]access.Actor
	ids    map[string]int64
	teams  map[string]int64
	now    time.Time
	change []targetplan.ChangeEntry
}

var (
	start = calendar.DateOf(storetest.Start)
	work  = calendar.China()
)

// said is what the process standard is made to say.
type said struct{ h *house }

func (s said) Rates(_ context.Context, _ access.Actor, q standard.Question) (standard.Rates, error) {
	return standard.Rates{JudgedAll: true, Rows: []standard.Rate{{ID: s.h.ids["A"], Rules: standard.Counts{Satisfied: 3, Violated: 1}}}}, nil
}

func (s said) Broken(context.Context, access.Actor, calendar.Month) (map[int64][]standard.Broken, error) {
	return map[int64][]standard.Broken{}, nil
}

// ChangeIn notes what is asked for.
func (h *house) ChangeIn(_ context.Context, _ targetplan.Tx, _ access.Actor, in targetplan.ChangeEntry) (targetplan.Change, error) {
	h.change = append(h.change, in)
	return targetplan.Change{ID: 77}, nil
}

func onBoth(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := &house{t: t, db: db, actors: map[string]access.Actor{}, ids: map[string]int64{}, teams: map[string]int64{}, now: storetest.Start}
		h.Service = review.NewService(review.Config{Store: db.ReviewStore(), Standard: said{h}, Changes: h, Now: func() time.Time { return h.now }, Work: calendar.China, Currency: money.Constantly(money.CNY),
			Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, Chance: func(string) int64 { return 50 },
			Measures: func(context.Context, access.Actor) []review.Measure { return []review.Measure{{ID: "win_rate"}} }})
		h.must(db.InTx(t.Context(), h.facts))
		h.must(db.InTx(t.Context(), h.people))
		test(h)
	})
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refuses(err error, kind errs.Kind, key string) {
	h.t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		h.t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func (h *house) facts(tx *store.Tx) error {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) { err = errors.Join(err, problem) }
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "W", Name: "西南"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "W"}))
	for _, p := range [][3]string{{"L", "T1", "manager"}, {"M", "T2", "manager"}, {"A", "T1", "core"}, {"N", "T1", "newcomer"}, {"B", "T2", "regular"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: p[2], Hired: start - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T2", Person: "M", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "K", Name: "客户"}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "P", Name: "产品"}))
	put(w.PutDeal(ctx, fact.DealRecord{Key: "D", Customer: "K", Product: "P", SignedOn: start - 800, AmountMinor: 100_000_000_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 7_000}, {Person: "N", BasisPoints: 3_000}}}))
	for m := start.Month() - 4; m <= start.Month()+1; m++ {
		for _, key := range []string{"A", "N"} {
			put(w.PutQuota(ctx, fact.QuotaRecord{Person: key, Month: m, Of: "collected", AmountMinor: 100_000_00}))
		}
		if m < start.Month() {
			put(w.PutPayment(ctx, fact.PaymentRecord{Key: m.String(), Deal: "D", PaidOn: m.First() + 9, AmountMinor: 100_000_00, Currency: money.CNY}))
		}
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h *house) people(tx *store.Tx) (err error) {
	ctx := h.t.Context()
	lead, own := access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}, access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn}
	for key, grant := range map[string]access.Grant{"L": lead, "M": lead, "A": own, "N": own, "B": own, "O": {Role: access.RoleOperations, Scope: access.ScopeAll}, "F": {Role: access.RoleFinance, Scope: access.ScopeAll}} {
		a := access.Actor{UserID: "u-" + key, Name: "用户" + key, Grants: []access.Grant{grant}}
		if grant.Scope != access.ScopeAll {
			if a.PersonID, err = tx.OrgPersonID(ctx, key); err != nil {
				return err
			}
		}
		h.actors[key], h.ids[key] = a, a.PersonID
		if err := tx.InsertUser(ctx, access.Account{User: access.User{ID: a.UserID, Login: key, Name: a.Name, PersonID: a.PersonID, CreatedAt: storetest.Start}}); err != nil {
			return err
		}
		if err := tx.ReplaceGrants(ctx, a.UserID, a.Grants); err != nil {
			return err
		}
	}
	teams, err := tx.ReviewTeams(ctx, start)
	for _, t := range teams {
		h.teams[t.Name] = t.ID
	}
	return err
}

// call makes a meeting of the first team today.
func (h *house) call(kind review.Kind) review.Review {
	h.t.Helper()
	r, err := h.Call(h.t.Context(), h.actors["L"], kind, review.Unit{Kind: review.UnitTeam, ID: h.teams["一部"]}, calendar.DateOf(h.now))
	h.must(err)
	return r
}

func (h *house) get(as string, id int64) review.Shown {
	h.t.Helper()
	v, err := h.Get(h.t.Context(), h.actors[as], id)
	h.must(err)
	return v
}

// todo counts what awaits somebody among the messages.
func (h *house) todo(as string) (count int64) {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), func(tx *store.Tx) error {
		counts, err := tx.NoticeCounts(h.t.Context(), "u-"+as, notice.KindDigest)
		count = counts.Todo
		return err
	}))
	return count
}

func TestMeetingsArePreparedOnceInAdvance(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		settings := review.UsualSettings()
		settings.Monthly, settings.Quarterly = false, false
		h.must(h.Set(ctx, h.actors["O"], settings))
		for d := start; ; d++ { // a Friday before a Monday on which one works
			if d.Weekday() == time.Friday && work.IsWorking(d) && work.AddWorkDays(d, 1) == d+3 {
				h.now = h.now.AddDate(0, 0, int(d-start))
				break
			}
		}
		made, err := h.Prepare(ctx)
		h.must(err)
		again, err := h.Prepare(ctx)
		h.must(err)
		if made != 2 || again != 0 {
			t.Fatalf("made %d, then %d", made, again)
		}
		l, err := h.List(ctx, h.actors["L"], "", "")
		h.must(err)
		if len(l.Reviews) != 1 || l.Reviews[0].On != calendar.DateOf(h.now)+3 || l.Reviews[0].Unit.Name != "一部" || len(l.Callable) != 1 {
			t.Fatalf("%+v", l)
		}
		if got := h.todo("L"); got != 1 {
			t.Errorf("%d messages to L", got)
		}
		waiting, err := h.Waiting(ctx, h.actors["L"], calendar.DateOf(h.now)+3)
		h.must(err)
		if len(waiting) != 1 {
			t.Errorf("waiting %+v", waiting)
		}
	})
}

func TestNumbersAreThoseOfTheMonth(t *testing.T) {
	onBoth(t, func(h *house) {
		r := h.call(review.Monthly)
		v := h.get("L", r.ID)
		if len(v.Rows) != 2 || !v.Whole || !v.MayRun {
			t.Fatalf("%+v", v)
		}
		a, n := v.Rows[0], v.Rows[1]
		if a.Name != "销售A" {
			a, n = n, a
		}
		for _, c := range []struct {
			row    review.Row
			actual int64
			ppm    int64
			band   string
		}{{a, 70_000_00, 700_000, "待改进"}, {n, 30_000_00, 300_000, "不达标"}} {
			index, _ := c.row.Numbers.Index()
			if c.row.Numbers.ActualMinor != c.actual || c.row.Numbers.TargetMinor != 100_000_00 || index != c.ppm || c.row.Band != c.band || c.row.Numbers.Forecast != nil {
				t.Errorf("%+v", c.row)
			}
		}
		if a.Numbers.Kept != 3 || a.Numbers.Judged != 4 || n.Numbers.Judged != 0 {
			t.Errorf("%+v %+v", a.Numbers, n.Numbers)
		}
		if v.Total.TargetMinor != 200_000_00 || v.Total.ActualMinor != 100_000_00 {
			t.Errorf("%+v", v.Total)
		}
		weekly := h.get("L", h.call(review.Weekly).ID)
		if weekly.Total.Forecast == nil || weekly.Total.Clock.WholeDays == 0 || weekly.Ground.LagSeen == 0 {
			t.Errorf("%+v %+v", weekly.Total, weekly.Ground)
		}
	})
}

func TestWhoSeesAMeeting(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		r := h.call(review.Weekly)
		h.must(h.Write(ctx, h.actors["L"], r.ID, "先催客户", 0))
		if _, err := h.Call(ctx, h.actors["A"], review.Weekly, r.Unit, start); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a seller calls one: %v", err)
		}
		_, err := h.Call(ctx, h.actors["M"], review.Quarterly, r.Unit, start)
		h.refuses(err, errs.KindInvalid, "")
		_, err = h.Get(ctx, h.actors["M"], r.ID)
		h.refuses(err, errs.KindNotFound, "")
		_, err = h.Get(ctx, h.actors["B"], r.ID)
		h.refuses(err, errs.KindNotFound, "")
		h.refuses(h.Write(ctx, h.actors["M"], r.ID, "x", 0), errs.KindNotFound, "")
		h.refuses(h.Write(ctx, h.actors["F"], r.ID, "x", 0), errs.KindForbidden, "")
		if v := h.get("F", r.ID); !v.Whole || v.MayRun {
			t.Errorf("finance: %+v", v)
		}
		if v := h.get("O", r.ID); !v.MayRun {
			t.Error("operations may not run it")
		}
		v := h.get("A", r.ID)
		if v.Whole || len(v.Rows) != 0 || v.Mine == nil || v.Mine.PersonID != h.ids["A"] || v.Minutes != "" || v.Total.TargetMinor != 0 {
			t.Errorf("A sees %+v", v)
		}
		only := h.actors["L"]
		only.ReadOnly = true
		h.refuses(h.Write(ctx, only, r.ID, "x", 0), errs.KindForbidden, "")
	})
}

func TestActionsComeBackUntilTheyAreDone(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		first := h.call(review.Weekly)
		agree := func(who string, days calendar.Date, text string) review.Action {
			a, err := h.Agree(ctx, h.actors["L"], review.Agreement{ReviewID: first.ID, PersonID: h.ids[who], Text: text, DueOn: start + days})
			h.must(err)
			return a
		}
		kept, late, open := agree("A", 3, "拜访客户"), agree("N", 1, "交方案"), agree("L", 20, "约总监")
		_, err := h.Agree(ctx, h.actors["L"], review.Agreement{ReviewID: first.ID, PersonID: h.ids["B"], Text: "x", DueOn: start})
		h.refuses(err, errs.KindInvalid, "")
		_, err = h.Agree(ctx, h.actors["L"], review.Agreement{ReviewID: first.ID, PersonID: h.ids["A"], Text: "", DueOn: start - 1})
		h.refuses(err, errs.KindInvalid, "")
		_, err = h.Agree(ctx, h.actors["L"], review.Agreement{ReviewID: first.ID, PersonID: h.ids["A"], Text: "x", DueOn: start, Metric: "no_such"})
		h.refuses(err, errs.KindInvalid, "")
		bound, err := h.Agree(ctx, h.actors["L"], review.Agreement{ReviewID: first.ID, PersonID: h.ids["L"], Text: "过商机", DueOn: start + 9, Metric: "win_rate"})
		h.must(err)
		whole := h.get("L", first.ID)
		if at := slices.IndexFunc(whole.Actions, func(a review.Action) bool { return a.ID == bound.ID }); at < 0 || whole.Actions[at].Metric != "win_rate" {
			t.Errorf("what the action is to move is not kept: %+v", whole.Actions)
		}
		if m, known := whole.Measure("win_rate"); !known || m.ID != "win_rate" {
			t.Errorf("%+v", whole.Measures)
		}
		mine, err := h.Open(ctx, h.actors["A"], 10)
		h.must(err)
		if len(mine) != 1 || mine[0].ID != kept.ID {
			t.Fatalf("A is to do %+v", mine)
		}
		h.refuses(h.Finish(ctx, h.actors["L"], first.ID, 0), errs.KindConflict, "review.no_minutes")
		h.must(h.Write(ctx, h.actors["L"], first.ID, "先催客户", 0))
		h.refuses(h.Write(ctx, h.actors["L"], first.ID, "旧的", 1), errs.KindConflict, "review.changed_meanwhile")
		h.must(h.Finish(ctx, h.actors["L"], first.ID, 0))
		h.refuses(h.Write(ctx, h.actors["L"], first.ID, "再改", 0), errs.KindConflict, "review.locked")
		h.refuses(h.Refresh(ctx, h.actors["L"], first.ID), errs.KindConflict, "review.locked")
		if v := h.get("A", first.ID); v.Minutes != "先催客户" || len(v.Actions) != 1 {
			t.Errorf("A sees %+v", v)
		}
		_, err = h.Settle(ctx, h.actors["N"], kept.ID, review.ActionDone, "", 0)
		h.refuses(err, errs.KindNotFound, "")
		_, err = h.Settle(ctx, h.actors["A"], kept.ID, review.ActionDropped, "不做了", 0)
		h.refuses(err, errs.KindForbidden, "")
		_, err = h.Settle(ctx, h.actors["A"], kept.ID, review.ActionDone, "见到了", 1)
		h.must(err)
		h.now = h.now.AddDate(0, 0, 7)
		v := h.get("L", h.call(review.Weekly).ID)
		scores := map[int64]review.Score{}
		for _, c := range v.Former {
			scores[c.ID] = c.Score
		}
		if len(scores) != 4 || scores[kept.ID] != review.ScoreKept || scores[late.ID] != review.ScoreLate || scores[open.ID] != review.ScoreOpen || scores[bound.ID] != review.ScoreOpen {
			t.Errorf("%v", scores)
		}
		h.must(h.Write(ctx, h.actors["L"], v.ID, "纪要", 0))
		h.must(h.Finish(ctx, h.actors["L"], v.ID, 0))
		_, err = h.Settle(ctx, h.actors["L"], late.ID, review.ActionDropped, "客户停产", 0)
		h.must(err)
		for _, c := range h.get("L", v.ID).Former {
			if c.ID == late.ID && c.Score != review.ScoreLate {
				t.Errorf("the locked meeting says %s", c.Score)
			}
		}
	})
}

func TestAnAssessmentNeedsWordsAndIsSeen(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		r := h.call(review.Monthly)
		h.must(h.Write(ctx, h.actors["L"], r.ID, "逐人过", 0))
		h.must(h.Say(ctx, h.actors["L"], r.ID, h.ids["A"], "商机太少，下月每周新增两个"))
		h.refuses(h.Finish(ctx, h.actors["L"], r.ID, 0), errs.KindConflict, "review.no_words")
		if v := h.get("A", r.ID); v.Mine.Words != "" {
			t.Errorf("before it is said: %q", v.Mine.Words)
		}
		h.refuses(h.See(ctx, h.actors["A"], r.ID), errs.KindConflict, "review.not_finished")
		h.must(h.Say(ctx, h.actors["L"], r.ID, h.ids["N"], "先补产品知识"))
		h.must(h.Refresh(ctx, h.actors["L"], r.ID))
		h.must(h.Finish(ctx, h.actors["L"], r.ID, 0))
		h.must(h.See(ctx, h.actors["A"], r.ID))
		h.must(h.See(ctx, h.actors["A"], r.ID))
		if v := h.get("A", r.ID); v.Mine.Words == "" || v.Mine.SeenAt.IsZero() || v.Mine.Band != "待改进" {
			t.Errorf("%+v", v.Mine)
		}
		h.refuses(h.Say(ctx, h.actors["L"], r.ID, h.ids["A"], "改"), errs.KindConflict, "review.locked")
		h.refuses(h.Propose(ctx, h.actors["L"], r.ID, h.ids["A"], 1, "x"), errs.KindConflict, "review.locked")
	})
}

func TestSettingsAreChecked(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		good := review.UsualSettings()
		h.refuses(h.Set(ctx, h.actors["L"], good), errs.KindForbidden, "")
		h.must(h.Set(ctx, h.actors["O"], good))
		for name, change := range map[string]func(*review.Settings){
			"a Sunday": func(s *review.Settings) { s.Weekday = 7 }, "no grade": func(s *review.Settings) { s.Bands = nil }, "rising grades": func(s *review.Settings) { s.Bands = []review.Band{{0, "a"}, {50, "b"}} },
			"no last grade": func(s *review.Settings) { s.Bands = []review.Band{{50, "b"}} }, "too late": func(s *review.Settings) { s.MonthDay = 99 },
		} {
			in := good
			change(&in)
			if err := h.Set(ctx, h.actors["O"], in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		stale := good
		stale.Revision = 9
		h.refuses(h.Set(ctx, h.actors["O"], stale), errs.KindConflict, "review.changed_meanwhile")
	})
}

func TestMorningTellsWhoLeads(t *testing.T) {
	onBoth(t, func(h *house) {
		h.now = h.now.AddDate(0, 0, 20)
		day := calendar.DateOf(h.now)
		due, err := h.Remind(t.Context(), notice.Morning{Day: day, Now: h.now, Work: work})
		h.must(err)
		found := 0
		for _, m := range due.Messages {
			if m.Kind == notice.KindDailyBrief {
				found++
				if m.Once != day.String() {
					t.Errorf("%+v", m)
				}
			}
		}
		if found != 1 {
			t.Errorf("%d briefs of %d messages", found, len(due.Messages))
		}
		off := review.UsualSettings()
		off.Brief = false
		h.must(h.Set(t.Context(), h.actors["O"], off))
		if due, err = h.Remind(t.Context(), notice.Morning{Day: day, Now: h.now, Work: work}); err != nil || len(due.Messages) != 0 {
			t.Errorf("%v %v", due, err)
		}
	})
}

func TestActionsOfATimeAreThoseOfMeetingsThatOneSees(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		first := h.call(review.Weekly)
		for days, text := range map[calendar.Date]string{1: "早", 3: "中", 20: "晚"} {
			_, err := h.Agree(ctx, h.actors["L"], review.Agreement{ReviewID: first.ID, PersonID: h.ids["A"], Text: text, DueOn: start + days})
			h.must(err)
		}
		told := func(who string, from, to calendar.Date) (texts string) {
			list, err := h.Agreed(ctx, h.actors[who], start+from, start+to)
			h.must(err)
			for _, a := range list {
				texts += a.Text
			}
			return texts
		}
		for _, c := range []struct {
			who      string
			from, to calendar.Date
			want     string
		}{{"L", 0, 30, "早中晚"}, {"L", 1, 3, "早中"}, {"L", 3, 19, "中"}, {"L", 4, 19, ""}, {"A", 0, 30, ""}} {
			if got := told(c.who, c.from, c.to); got != c.want {
				t.Errorf("%s from %d to %d: %q, want %q", c.who, c.from, c.to, got, c.want)
			}
		}
		_, err := h.Agreed(ctx, access.Actor{UserID: "x"}, start, start)
		h.refuses(err, errs.KindForbidden, "")
	})
}

// TestSharedDealsAreSplitAsTheBoardDoes: each payment and deal to the fen, and not their sum; calls off, refunds, three who share and parts that are nobody's within.
func TestSharedDealsAreSplitAsTheBoardDoes(t *testing.T) {
	onBoth(t, func(h *house) {
		from, to := start-60, start-1
		want := map[targetplan.Basis]map[int64]int64{targetplan.BasisCollected: {}, targetplan.BasisSigned: {}}
		h.must(h.db.InTx(t.Context(), func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			h.must(err)
			put := func(_ fact.Outcome, err error) { h.must(err) }
			for i, shares := range [][]fact.ShareRecord{
				{{Person: "A", BasisPoints: 5_000}, {Person: "B", BasisPoints: 5_000}}, {{Person: "B", BasisPoints: 3_333}, {Person: "A", BasisPoints: 3_333}, {Person: "N", BasisPoints: 3_334}},
				{{Person: "N", BasisPoints: 10_000}}, {{Person: "A", BasisPoints: 6_667}, {Person: "N", BasisPoints: 3_333}},
			} {
				key := fmt.Sprint("S", i)
				d := fact.DealRecord{Key: key, Customer: "K", Product: "P", SignedOn: start - 30, AmountMinor: 1_000_001 + int64(i), Currency: money.CNY, Shares: shares}
				f := metric.DealFacts{ID: 1, SignedOn: d.SignedOn, AmountMinor: d.AmountMinor, Currency: money.CNY, CancelledOn: calendar.Forever}
				for _, s := range shares {
					f.Shares = append(f.Shares, metric.Share{PersonID: h.ids[s.Person], BasisPoints: int64(s.BasisPoints)})
				}
				put(w.PutDeal(t.Context(), d))
				for n, minor := range []int64{33_333_33, 1, -5, 7_77, 99_999_99} {
					on := start - 50 + calendar.Date(n*9)
					put(w.PutPayment(t.Context(), fact.PaymentRecord{Key: fmt.Sprint(key, n), Deal: key, PaidOn: on, AmountMinor: minor, Currency: money.CNY}))
					f.Payments = append(f.Payments, metric.Money{On: on, AmountMinor: minor, Currency: money.CNY})
				}
				for cell, sum := range metric.OfDeal(f, money.CNY) {
					switch {
					case cell.PersonID <= 0:
					case cell.Measure == metric.Collected:
						want[targetplan.BasisCollected][cell.PersonID] += sum.Amount
					case cell.Measure == metric.Refunded:
						want[targetplan.BasisCollected][cell.PersonID] -= sum.Amount
					case cell.Measure == metric.Signed:
						want[targetplan.BasisSigned][cell.PersonID] += sum.Amount
					}
				}
			}
			_, err = w.Finish(t.Context())
			return err
		}))
		for m := from.Month(); m < start.Month(); m++ { // what the company of these tests was paid before
			if on := m.First() + 9; on >= from && on <= to {
				want[targetplan.BasisCollected][h.ids["A"]] += 70_000_00
				want[targetplan.BasisCollected][h.ids["N"]] += 30_000_00
			}
		}
		for basis, persons := range want {
			got := map[int64]int64{}
			h.must(h.db.Read(t.Context(), func(tx *store.Tx) error {
				sold, err := tx.ReviewSold(t.Context(), basis, from, to, money.CNY)
				for _, s := range sold {
					got[s.PersonID] += s.Minor
					if s.Unworked != s.Minor {
						t.Errorf("no deal came of an opportunity: %+v", s)
					}
				}
				return err
			}))
			if !maps.Equal(got, persons) {
				t.Errorf("%s: the meeting has %v, the board %v", basis, got, persons)
			}
		}
	})
}
