package programme_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/targetplan"
)

var (
	start    = storetest.Start
	month    = calendar.DateOf(start).Month()
	ops      = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	hr       = access.Actor{UserID: "u-H", Name: "人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}
	seller   = access.Actor{UserID: "u-S", Name: "销售", Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
	readOnly = access.Actor{UserID: "u-K", Name: "钥匙", ReadOnly: true, Grants: ops.Grants}
)

// numbers is a metric book of one share: by month 40 %, and by team what is planted in the pilot from a month on.
type numbers struct {
	pilot  map[int64]bool
	from   calendar.Month
	teams  []int64
	level  int64 // parts per million
	absent bool
	sold   map[int64]int64 // by person, of every month
}

func (n *numbers) at(team int64, m calendar.Month) int64 {
	value := n.level + 1000*((team*7+int64(m)*team*3)%11)
	if n.pilot[team] && m >= n.from {
		value += 150_000
	}
	return value
}

func (n *numbers) value(place metric.Place, m calendar.Month) metric.Value {
	v := metric.Value{Metric: "compliance_rules", Version: 2, Unit: metric.UnitPercent, Place: place, Period: metric.Period{Kind: metric.Month, First: m, Last: m, From: m.First(), To: m.Last()}, Numerator: n.at(place.ID, m), Denominator: metric.Whole, Scale: 1, Known: !n.absent}
	if n.absent {
		v.Why = metric.ReasonNoRows
	}
	return v
}

func (n *numbers) Read(_ context.Context, _ access.Actor, q metric.Query) (a metric.Answer, err error) {
	if q.Metrics[0] == "attainment_collected" && q.By == metric.ByPerson {
		series := metric.Series{Definition: metric.Definition{ID: q.Metrics[0]}}
		for person, minor := range n.sold {
			series.Parts = append(series.Parts, metric.Part{Value: metric.Value{Place: metric.Place{Kind: metric.PlacePerson, ID: person}, Numerator: minor, Denominator: 100_000_00, Known: true}})
		}
		a.Series = []metric.Series{series}
		return a, nil
	}
	if q.Metrics[0] == "attainment" { // nobody has a monthly target
		a.Series = []metric.Series{{Definition: metric.Definition{ID: q.Metrics[0]}}}
		return a, nil
	}
	if q.Metrics[0] != "compliance" && q.Metrics[0] != "compliance_rules" {
		return a, errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(q.Metrics[0])})
	}
	s := metric.Series{Definition: metric.Definition{ID: "compliance_rules", Family: "compliance", Version: 2, Name: ruledoc.Text{Zh: "合规率", En: "Compliance"}, Basis: ruledoc.Text{Zh: "按规则", En: "By rules"}, Unit: metric.UnitPercent, Good: metric.GoodUp}}
	last := q.Period.First
	if q.Period.Kind == metric.Span {
		last = q.Period.Last
	}
	s.Value = n.value(q.Place, last)
	switch q.By {
	case metric.ByMonth:
		for m := q.Period.First; m <= last; m++ {
			s.Parts = append(s.Parts, metric.Part{Value: n.value(q.Place, m)})
		}
	case metric.ByTeam:
		for _, id := range n.teams {
			s.Parts = append(s.Parts, metric.Part{Value: n.value(metric.Place{Kind: metric.PlaceTeam, ID: id}, last)})
		}
	}
	a.Series = []metric.Series{s}
	return a, nil
}

// world is a service over a company of ten teams.
type world struct {
	*programme.Service
	db      *store.DB
	numbers *numbers
	person  int64
	now     time.Time
}

func onBoth(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		c := monthtest.Small()
		for k := 3; k <= 10; k++ {
			team := fmt.Sprintf("T%d", k)
			c.Teams = append(c.Teams, fact.TeamRecord{Key: team, Name: team + "部", Region: "E"})
			c.Persons = append(c.Persons, fact.PersonRecord{Key: "P" + team, Name: "人" + team, Team: team, Level: "regular", Hired: monthtest.Day("2020-01-01"), Left: calendar.Forever})
		}
		h := monthtest.NewHouse(db, func() time.Time { return start })
		h.MustRecord(t, c.Write)
		w := &world{db: db, numbers: &numbers{pilot: map[int64]bool{}, level: 400_000}, person: h.Person(t, "A"), now: start}
		w.Service = programme.NewService(programme.Config{Store: db.ProgrammeStore(), Numbers: w.numbers, Now: func() time.Time { return w.now }, NewID: func() string { return "id" }, EffectText: func(f *programme.Found) string { return string(f.Result.Verdict) },
			Word: func(m errs.Message) ruledoc.Text { return ruledoc.Text{Zh: m.Key, En: m.Key} }})
		_, teams, err := w.Choices(t.Context(), ops)
		must(t, err)
		for _, team := range teams {
			w.numbers.teams = append(w.numbers.teams, team.ID)
		}
		test(t, w)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func TestAGoalIsFrozenAskedAndActivated(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.AddGoal(ctx, hr, programme.Measure{Metric: "compliance", Window: 1, Horizon: 6})
		refuses(t, err, errs.KindForbidden, "")
		_, err = w.AddGoal(ctx, readOnly, programme.Measure{Metric: "compliance", Window: 1, Horizon: 6})
		refuses(t, err, errs.KindForbidden, "access.read_only")
		_, err = w.AddGoal(ctx, ops, programme.Measure{Metric: "nothing", Window: 1, Horizon: 6})
		refuses(t, err, errs.KindNotFound, "metric.missing")
		_, err = w.AddGoal(ctx, ops, programme.Measure{Window: 2, Horizon: 5, From: month + 1})
		refuses(t, err, errs.KindInvalid, "")
		g, err := w.AddGoal(ctx, ops, programme.Measure{Metric: "compliance", Window: 1, Horizon: 6, From: month - 4, OwnerID: w.person})
		must(t, err)
		_, err = w.Activate(ctx, ops, g.ID, 0)
		refuses(t, err, errs.KindConflict, "programme.not_ready")
		_, err = w.Ask(ctx, ops, programme.Asking{ID: g.ID, Kind: programme.AskRelative, Change: 400_000})
		refuses(t, err, errs.KindConflict, "programme.freeze_first")
		w.numbers.absent = true
		_, err = w.Freeze(ctx, ops, g.ID, 0)
		refuses(t, err, errs.KindConflict, "programme.no_baseline")
		w.numbers.absent = false
		g, err = w.Freeze(ctx, ops, g.ID, 0)
		must(t, err)
		if g.Baseline.Value.Metric != "compliance_rules" || g.Baseline.Value.Version != 2 || g.Baseline.Name.Zh != "合规率" {
			t.Fatalf("%+v", g.Baseline)
		}
		_, err = w.Ask(ctx, ops, programme.Asking{ID: g.ID, Kind: programme.AskPoints, Change: 900_000})
		refuses(t, err, errs.KindInvalid, "")
		_, err = w.Ask(ctx, ops, programme.Asking{ID: g.ID, Kind: programme.AskRelative, Change: -400_000})
		refuses(t, err, errs.KindInvalid, "")
		g, err = w.Ask(ctx, ops, programme.Asking{ID: g.ID, Kind: programme.AskRelative, Change: 400_000, Path: []int64{420_000}})
		must(t, err)
		baseline, _ := g.BaselineAmount()
		if want, _ := programme.Reach(baseline, 400_000); g.Target != want {
			t.Errorf("%d, want %d", g.Target, want)
		}
		_, err = w.Activate(ctx, ops, g.ID, 1)
		refuses(t, err, errs.KindConflict, "programme.changed_meanwhile")
		_, err = w.Activate(ctx, ops, g.ID, g.Revision)
		must(t, err)
		_, err = w.Ask(ctx, ops, programme.Asking{ID: g.ID, Kind: programme.AskAbsolute, Amount: 500_000})
		refuses(t, err, errs.KindConflict, "programme.goal_fixed")
		_, err = w.Freeze(ctx, ops, g.ID, 0)
		refuses(t, err, errs.KindConflict, "programme.goal_fixed")

		b, err := w.Goals(ctx, hr)
		must(t, err)
		if len(b.Goals) != 1 || b.MayWrite || b.Counts[programme.StandingBehind] != 1 || b.Goals[0].Last == nil || b.Goals[0].Last.Month != month-1 || len(b.Goals[0].Readings) != 24+1+4 || !b.Goals[0].Outlook.Band {
			t.Errorf("%+v", b)
		}
		w.numbers.level = 800_000
		must(t, w.ReadGoals(ctx))
		s, err := w.Goal(ctx, ops, g.ID)
		must(t, err)
		if s.Standing != programme.StandingReached || s.Owner != "陈思远" {
			t.Errorf("%s %s", s.Standing, s.Owner)
		}
		if kept, _ := s.BaselineAmount(); kept != baseline {
			t.Errorf("the baseline moved from %d to %d", baseline, kept)
		}
		_, err = w.Goal(ctx, seller, g.ID)
		refuses(t, err, errs.KindForbidden, "")
		_, err = w.EndGoal(ctx, ops, g.ID, 0, " ")
		refuses(t, err, errs.KindInvalid, "")
		_, err = w.EndGoal(ctx, ops, g.ID, 0, "达到了")
		must(t, err)
	})
}

// TestWhoReachesBaseIsCountedAgainstBase: of published targets, as much of the year's base as the month has of the target.
func TestWhoReachesBaseIsCountedAgainstBase(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		g, err := w.AddGoal(ctx, ops, programme.Measure{Source: programme.SourceAttained, Window: 1, Horizon: 6, From: month - 2, OwnerID: w.person})
		must(t, err)
		_, err = w.Freeze(ctx, ops, g.ID, 0)
		refuses(t, err, errs.KindConflict, "programme.no_baseline")
		year, _ := month.Civil()
		p := targetplan.Plan{ID: 1, FiscalYear: year, First: calendar.NewMonth(year, 1), Number: 1, Name: "年度目标", State: targetplan.StatePublished, From: month - 2, CreatedAt: start, PublishedAt: start, Revision: 1}
		row := func(person int64, minor, base int64) targetplan.Row {
			r := targetplan.Row{PlanID: 1, Unit: targetplan.PersonUnit(person), Parent: "t1", PersonID: person, People: 1, Place: person, Minor: minor, Detail: targetplan.Detail{Base: base}}
			for m := range r.Months {
				r.Months[m] = minor / 12
			}
			return r
		}
		must(t, w.db.InTx(ctx, func(tx *store.Tx) error {
			if err := tx.InsertTargetPlan(ctx, p); err != nil {
				return err
			}
			return tx.ReplaceTargetRows(ctx, 1, []targetplan.Row{row(1, 1_200_000_00, 960_000_00), row(2, 1_200_000_00, 960_000_00), row(3, 1_200_000_00, 600_000_00), row(4, 0, 0)})
		}))
		// A hundred thousand a month are asked of each; base is eighty of the first two and fifty of the third. The fourth has no target, the fifth is in no plan.
		w.numbers.sold = map[int64]int64{1: 80_000_00, 2: 79_999_99, 3: 50_000_00, 4: 900_000_00, 5: 900_000_00}
		g, err = w.Freeze(ctx, ops, g.ID, 0)
		must(t, err)
		if v := g.Baseline.Value; v.Numerator != 2 || v.Denominator != 3 || !v.Known {
			t.Errorf("two of three reach base: %+v", v)
		}
		must(t, w.ReadGoals(ctx))
		s, err := w.Goal(ctx, ops, g.ID)
		must(t, err)
		for _, r := range s.Readings {
			if known := r.Month >= p.From; r.Value.Known != known || !known && r.Value.Why != metric.ReasonNoTarget {
				t.Errorf("%s: %+v", r.Month, r.Value)
			}
		}
	})
}

// TestAMonthReadBeforeItEndedIsReadAgain: however long ago it ended.
func TestAMonthReadBeforeItEndedIsReadAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		g, err := w.AddGoal(ctx, ops, programme.Measure{Metric: "compliance", Window: 1, Horizon: 12, From: month - 4, OwnerID: w.person})
		must(t, err)
		g, err = w.Freeze(ctx, ops, g.ID, 0)
		must(t, err)
		early := month - 7
		put := func(m calendar.Month, toDate bool) {
			v := w.numbers.value(metric.Place{}, m)
			v.Numerator, v.Period.ToDate = 1, toDate
			must(t, w.db.InTx(ctx, func(tx *store.Tx) error {
				return tx.PutGoalReading(ctx, programme.Reading{GoalID: g.ID, Month: m, Value: v, At: start})
			}))
		}
		put(early, true)
		put(early-1, false)
		must(t, w.ReadGoals(ctx))
		s, err := w.Goal(ctx, ops, g.ID)
		must(t, err)
		for _, r := range s.Readings {
			switch whole := w.numbers.value(metric.Place{}, r.Month).Numerator; {
			case r.Month == early && (r.Value.Numerator != whole || r.Value.Period.ToDate):
				t.Errorf("%s is kept as it was read in mid-month: %+v", r.Month, r.Value)
			case r.Month == early-1 && r.Value.Numerator != 1:
				t.Errorf("%s had ended when it was read, long ago, and is read again: %+v", r.Month, r.Value)
			}
		}
	})
}

func TestTheShippedGoalsAreDraftsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		n, err := w.AddShipped(t.Context(), ops)
		must(t, err)
		again, err := w.AddShipped(t.Context(), ops)
		must(t, err)
		b, err := w.Goals(t.Context(), ops)
		must(t, err)
		if n != 15 || again != 0 || b.Drafts != 15 || !b.Shipped {
			t.Errorf("%d %d %+v", n, again, b.Drafts)
		}
		for i := range b.Goals {
			g := &b.Goals[i]
			if g.Source == programme.SourceIdentification {
				_, err := w.Freeze(t.Context(), ops, g.ID, 0)
				refuses(t, err, errs.KindConflict, "programme.no_baseline")
			}
			if g.Key == "compliance" && (g.Kind != "" || g.Asked != 400_000) {
				t.Errorf("+40 %% is read already: %+v", g.Goal)
			}
		}
	})
}

func TestAnInitiativeGoesThroughSignedGates(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.Start(ctx, hr, programme.Seed{Title: "x"})
		refuses(t, err, errs.KindForbidden, "")
		_, err = w.Start(ctx, ops, programme.Seed{Title: " ", Problems: []int64{-1}, BudgetFen: -1})
		refuses(t, err, errs.KindInvalid, "")
		i, err := w.Start(ctx, ops, programme.Seed{Title: "方案先审后发", Problems: []int64{3, 1, 3}, BudgetFen: 100_00, EffortDays: 5})
		must(t, err)
		if len(i.Problems) != 2 || i.Horizon != programme.HorizonMid || len(i.Gates) != 4 {
			t.Fatalf("%+v", i)
		}
		_, err = w.Advance(ctx, ops, i.ID, 0)
		refuses(t, err, errs.KindConflict, "programme.gate_unsigned")
		_, err = w.SignGate(ctx, ops, i.ID, 0, "")
		refuses(t, err, errs.KindConflict, "programme.gate_open")
		i, err = w.AddItem(ctx, ops, i.ID, i.Revision, "董事会已知")
		must(t, err)
		for k := range i.Gates[0].Items {
			_, err = w.Tick(ctx, ops, i.ID, 0, k, true)
			must(t, err)
		}
		_, err = w.SignGate(ctx, ops, i.ID, 0, "可以试点")
		must(t, err)
		_, err = w.Tick(ctx, ops, i.ID, 0, 0, false)
		refuses(t, err, errs.KindConflict, "programme.gate_signed")
		i, err = w.Advance(ctx, ops, i.ID, 0)
		must(t, err)
		if i.Phase != programme.PhasePilot || i.Gates[0].Signed.ByName != "运营" {
			t.Errorf("%+v", i)
		}
		outline := programme.Outline{Title: "方案先审后发", Horizon: programme.HorizonShort, OwnerID: w.person, BudgetFen: 100_00, Milestones: []programme.Milestone{{Title: "培训", DueOn: calendar.DateOf(start) - 1}},
			Duties: []programme.Duty{{Said: programme.Said{Text: "培训"}, Parts: map[programme.Party]string{programme.PartyHR: "A", programme.PartySales: "A"}}}}
		_, err = w.Write(ctx, ops, i.ID, 0, outline)
		refuses(t, err, errs.KindInvalid, "")
		outline.Duties[0].Parts[programme.PartySales] = "R"
		_, err = w.Write(ctx, ops, i.ID, 0, outline)
		must(t, err)
		owner := access.Actor{UserID: "u-A", Name: "陈思远", PersonID: w.person, Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
		_, err = w.Write(ctx, owner, i.ID, 0, outline)
		refuses(t, err, errs.KindForbidden, "")
		_, err = w.Spend(ctx, owner, i.ID, 0, calendar.DateOf(start), 60_00, "讲师费")
		must(t, err)
		_, err = w.Spend(ctx, owner, i.ID, 0, calendar.DateOf(start), -70_00, "退回")
		refuses(t, err, errs.KindInvalid, "")
		shown, err := w.Initiative(ctx, owner, i.ID)
		must(t, err)
		if shown.Late != 1 || shown.MayWrite || !shown.MayReport || shown.SpentFen() != 60_00 {
			t.Errorf("%+v", shown)
		}
		_, err = w.Reach(ctx, owner, i.ID, 0, 0, programme.MilestoneDone)
		must(t, err)
		stranger := owner
		stranger.PersonID = 0
		_, err = w.Initiative(ctx, stranger, i.ID)
		refuses(t, err, errs.KindNotFound, "programme.initiative_missing")
	})
}

func TestAnEffectIsFoundDecidedAndRemembered(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		i, err := w.Start(ctx, ops, programme.Seed{Title: "方案先审后发"})
		must(t, err)
		_, err = w.Measure(ctx, ops, i.ID)
		refuses(t, err, errs.KindConflict, "programme.no_trial")
		teams := w.numbers.teams
		_, err = w.Try(ctx, ops, i.ID, 0, programme.Trial{Metric: "compliance", Pilot: teams[:2], Comparison: teams[1:5], From: month - 4})
		refuses(t, err, errs.KindInvalid, "")
		_, err = w.Try(ctx, ops, i.ID, 0, programme.Trial{Metric: "compliance", Pilot: teams[:4], Comparison: teams[4:], From: month - 4})
		must(t, err)
		for _, id := range teams[:4] {
			w.numbers.pilot[id] = true
		}
		w.numbers.from = month - 4
		f, err := w.Measure(ctx, ops, i.ID)
		must(t, err)
		if f.Result.Method != effect.MethodPermutation || f.Result.Verdict != effect.Better || f.Result.Before != 12 || f.Result.After != 4 || !f.Result.Effect.Interval.Contains(150_000) {
			t.Errorf("%+v", f.Result)
		}
		w.numbers.from = month + 12
		f, err = w.Measure(ctx, ops, i.ID)
		must(t, err)
		if f.Result.Verdict != effect.CantTell || f.Result.Reason != effect.ReasonNoise {
			t.Errorf("nothing planted: %+v", f.Result)
		}
		end := programme.Ending{ID: i.ID, Outcome: programme.OutcomeKeep, Reason: "有效", Expected: "合规率90%", Learnt: "主管先带头", DueOn: calendar.DateOf(start) + 90, Rule: programme.RuleStandard}
		wrong := end
		wrong.Learnt = ""
		_, err = w.Decide(ctx, ops, wrong)
		refuses(t, err, errs.KindInvalid, "")
		i, err = w.Decide(ctx, ops, end)
		must(t, err)
		_, err = w.Decide(ctx, ops, end)
		refuses(t, err, errs.KindConflict, "programme.closed_already")
		shown, err := w.Initiative(ctx, ops, i.ID)
		must(t, err)
		if len(shown.Effects) != 2 || shown.Effects[0].ID < shown.Effects[1].ID || shown.DecisionID == 0 || !strings.HasPrefix(shown.Changed[0].Link, "/standards/new?decision=") {
			t.Errorf("%+v", shown)
		}
		if n := monthtest.QueryInts(t, w.db, "SELECT evidence_count FROM decision"); len(n) != 1 || n[0] != 1 {
			t.Errorf("evidence %v", n)
		}
		for search, want := range map[string]int{"": 1, "带头": 1, "没有的": 0} {
			list, _, err := w.Lessons(ctx, hr, search)
			must(t, err)
			if len(list) != want {
				t.Errorf("%q: %d lessons", search, len(list))
			}
		}
		list, _, err := w.Lessons(ctx, hr, "")
		must(t, err)
		if list[0].Effect == nil || list[0].Outcome != programme.OutcomeKeep {
			t.Errorf("%+v", list[0])
		}
		l, err := w.WriteLesson(ctx, ops, list[0].ID, 0, programme.LessonEntry{Title: "先审后发", Tried: "主管先审", Learnt: "要带头"})
		must(t, err)
		if l.Effect == nil || l.Revision != 2 {
			t.Errorf("%+v", l)
		}
		_, _, err = w.Lessons(ctx, seller, "")
		refuses(t, err, errs.KindForbidden, "")
	})
}

func TestASignIsToldWhenItBeginsToShow(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		n, err := w.AddShippedRisks(ctx, ops)
		must(t, err)
		if n != 10 {
			t.Errorf("%d risks", n)
		}
		_, err = w.WriteRisk(ctx, hr, 0, 0, programme.RiskEntry{Title: "x", Probability: 1, Impact: 1})
		refuses(t, err, errs.KindForbidden, "")
		_, err = w.WriteRisk(ctx, ops, 0, 0, programme.RiskEntry{Title: "", Probability: 9, Impact: 1})
		refuses(t, err, errs.KindInvalid, "")
		r, err := w.WriteRisk(ctx, ops, 0, 0, programme.RiskEntry{Title: "推不动", Probability: 4, Impact: 5, OwnerID: w.person, Sign: programme.Sign{Metric: "compliance", Side: programme.SideBelow, Limit: 350_000}})
		must(t, err)
		if r.Look.Showing || !r.Look.Value.Known {
			t.Errorf("%+v", r.Look)
		}
		for _, step := range []struct {
			level   int64
			showing bool
		}{{300_000, true}, {300_000, true}, {400_000, false}, {200_000, true}} {
			w.numbers.level = step.level
			must(t, w.LookAtRisks(ctx))
			k, _, err := w.Risk(ctx, ops, r.ID)
			must(t, err)
			if k.Look.Showing != step.showing {
				t.Errorf("at %d: %+v", step.level, k.Look)
			}
			w.now = w.now.Add(time.Hour)
		}
		b, err := w.Risks(ctx, hr)
		must(t, err)
		if len(b.Risks) != 11 || b.Risks[0].Title != "推不动" || b.MayWrite {
			t.Errorf("%+v", b.Risks[0])
		}
	})
}

func TestReadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ baseline, change, relative, points int64 }{
		{642_857, 400_000, 900_000, 1_042_857}, {500_000, 400_000, 700_000, 900_000}, {150_000, -200_000, 120_000, -50_000},
	} {
		if relative, points := programme.Reach(c.baseline, c.change); relative != c.relative || points != c.points {
			t.Errorf("%+v: %d %d", c, relative, points)
		}
	}
}
