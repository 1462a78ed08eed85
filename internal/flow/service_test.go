package flow_test

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// log is a store in memory: cases and what happened to them.
type log struct {
	cases  []flow.Case
	events []process.Event
	owners []int64 // in reach; nil: all
	reads  int     // of the whole log

	collected []flow.Collected
}

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.ChinaTime)

func (l *log) Read(_ context.Context, fn func(flow.Reader) error) error { return fn(l) }

func (l *log) FlowCases(_ context.Context, after int64, limit int) (part []flow.Case, err error) {
	if after == 0 {
		l.reads++
	}
	for _, c := range l.cases {
		if c.ID > after && len(part) < limit {
			part = append(part, c)
		}
	}
	return part, nil
}

func (l *log) LatestEvent(context.Context) (int64, error) { return int64(len(l.events)), nil }

func (l *log) EventsAfter(_ context.Context, seq int64, limit int) ([]process.Event, error) {
	return l.events[seq:min(int(seq)+limit, len(l.events))], nil
}

func (l *log) FlowOwners(context.Context, deal.Reach, int64, int64, int64) ([]int64, bool, error) {
	return slices.Clone(l.owners), l.owners == nil, nil
}

func (l *log) OpportunitiesOf(_ context.Context, _ deal.Reach, ids []int64) (list []opportunity.Opportunity, err error) {
	for _, id := range ids {
		list = append(list, opportunity.Opportunity{ID: id})
	}
	return list, nil
}

// add puts a case into the log: what happened, each so many hours after the case began. Stages are entered by their names.
func (l *log) add(owner, amount int64, began time.Time, happened ...any) {
	id := int64(len(l.cases) + 1)
	c := flow.Case{ID: id, OwnerID: owner, AmountMinor: amount, State: opportunity.StateOpen, CreatedAt: began, FirstDealOn: calendar.NoDate}
	for i := 0; i < len(happened); i += 2 {
		name, at := happened[i].(string), began.Add(time.Duration(happened[i+1].(int))*time.Hour)
		e := process.Event{Seq: int64(len(l.events) + 1), CaseID: id, Activity: process.Activity(name), OccurredAt: at, RecordedAt: at, PersonID: owner}
		switch {
		case i == 0:
			e.Activity, e.Data = process.ActivityOpened, process.Data(map[string]any{"stage": name})
		case opportunity.ShippedStages().Valid(opportunity.Stage(name)):
			e.Activity, e.Data = process.ActivityStage, process.Data(map[string]any{"stage": name})
		case name == "signed":
			c.State = opportunity.StateWon
		case name == "lost":
			c.State = opportunity.StateLost
		case name == "late":
			e.Activity, e.RecordedAt = process.ActivityContacted, at.Add(30*time.Hour)
		}
		l.events = append(l.events, e)
	}
	l.cases = append(l.cases, c)
}

// usual is a log of four: one that went the whole way, one lost on the needs, one that skipped a stage and is open, one that went back.
func usual() *log {
	l := &log{}
	l.add(1, 100_000_00, start, "development", 0, "needs", 24, "proposal", 72, "contract", 96, "signed", 100, "after_sales", 200)
	l.add(1, 500_000_00, start.AddDate(0, 1, 0), "development", 0, "needs", 48, "lost", 60)
	l.add(2, 200_000_00, start.AddDate(0, 1, 1), "development", 0, "late", 3, "proposal", 24)
	l.add(2, 300_000_00, start.AddDate(0, 2, 0), "development", 0, "needs", 24, "proposal", 48, "needs", 72, "proposal", 96, "contract", 120, "signed", 130, "after_sales", 240)
	return l
}

var director = access.Actor{UserID: "u", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}

func service(l *log, now time.Time) *flow.Service {
	return flow.NewService(l, shipped{}, l, func() time.Time { return now })
}

func report(t *testing.T, l *log, f flow.Filter) *flow.Report {
	t.Helper()
	rep, err := service(l, start.AddDate(0, 6, 0)).Report(t.Context(), director, f)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func everything() flow.Filter { return flow.Filter{Opened: fact.AnyDay()} }

func TestReportOfAFewCases(t *testing.T) {
	t.Parallel()
	rep := report(t, usual(), everything())
	if rep.Cases != 4 || rep.Won != 2 || rep.Lost != 1 || rep.Open != 1 || rep.VariantCount != 4 {
		t.Errorf("%d cases, %d won, %d lost, %d open, %d variants", rep.Cases, rep.Won, rep.Lost, rep.Open, rep.VariantCount)
	}
	// 12 + 7 + 4 + … by hand: the first fits, the second too; the third skipped the needs; the fourth went back to them and to the proposal.
	f := rep.Fitness
	if f.Cases != 4 || f.Fitting != 2 || f.Ended != 3 || f.Left != 0 {
		t.Errorf("fitness %+v", f)
	}
	want := []flow.Deviation{{Stage: "needs", Skipped: true, Cases: 1}, {Stage: "needs", Cases: 1}, {Stage: "proposal", Cases: 1}}
	got := slices.Clone(f.Deviations)
	slices.SortFunc(got, func(a, b flow.Deviation) int {
		if a.Skipped != b.Skipped {
			return map[bool]int{true: -1, false: 1}[a.Skipped]
		}
		return len(a.Stage) - len(b.Stage)
	})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("deviations %+v", got)
	}
	// Trace lengths 6, 3, 2, 8; the shortest way through the model has 2 (development, lost). Costs 0, 0, 1 (of 2, a prefix), 2 of 10.
	if f.AveragePPM != (1_000_000+1_000_000+500_000+800_000)/4 {
		t.Errorf("average fitness %d", f.AveragePPM)
	}
	if len(rep.Conversion) != 4 || rep.Conversion[1].Entered != 3 || rep.Conversion[1].On != 2 || rep.Conversion[1].Lost != 1 || rep.Conversion[3].On != 2 {
		t.Errorf("conversion %+v", rep.Conversion)
	}
	if c := rep.Conversion[0]; c.Entered != 4 || c.On != 4 || c.Open != 0 {
		t.Errorf("conversion of the first stage %+v", c)
	}
	if len(rep.Cohorts) != 3 || rep.Cohorts[1].Began != 2 || rep.Cohorts[1].Lost != 1 || !reflect.DeepEqual(rep.Cohorts[1].Reached, []int{2, 2, 1, 0, 0}) {
		t.Errorf("cohorts %+v", rep.Cohorts)
	}
	if r := rep.Recording; r.Late != 1 || r.Batched != 0 || r.Median != 0 {
		t.Errorf("recording %+v", r)
	}
}

// TestStagesCountWhoIsStillThere: two of three left the proposal after 24 hours; the third has been there for months.
func TestStagesCountWhoIsStillThere(t *testing.T) {
	t.Parallel()
	for _, st := range report(t, usual(), everything()).Times {
		if st.Stage != "proposal" {
			continue
		}
		if st.Visits != 4 || st.Ended != 3 || !st.P50.Known || st.P50.Seconds != 24*3600 || st.P90.Known {
			t.Errorf("%+v", st)
		}
		return
	}
	t.Error("no times of the proposal")
}

func TestFiltersOfTheReport(t *testing.T) {
	t.Parallel()
	least := int64(200_000_00)
	l := usual()
	l.cases[3].FirstDealOn = calendar.NewDate(2026, 3, 7)
	for name, c := range map[string]struct {
		filter flow.Filter
		cases  int
	}{
		"all":      {everything(), 4},
		"a month":  {flow.Filter{Opened: fact.Days{From: calendar.NewDate(2026, 4, 1), To: calendar.NewDate(2026, 4, 30)}}, 2},
		"large":    {flow.Filter{Opened: fact.AnyDay(), Amounts: fact.Amounts{Min: &least}}, 3},
		"small":    {flow.Filter{Opened: fact.AnyDay(), Amounts: fact.Amounts{Max: &least}}, 2},
		"new":      {flow.Filter{Opened: fact.AnyDay(), Kind: flow.KindNew}, 3},
		"existing": {flow.Filter{Opened: fact.AnyDay(), Kind: flow.KindExisting}, 1},
		"detailed": {flow.Filter{Opened: fact.AnyDay(), Detail: flow.Activities}, 4},
	} {
		if rep := report(t, l, c.filter); rep.Cases != c.cases {
			t.Errorf("%s: %d cases, want %d", name, rep.Cases, c.cases)
		}
	}
	l.owners = []int64{2}
	if rep := report(t, l, everything()); rep.Cases != 2 {
		t.Errorf("of one owner: %d cases", rep.Cases)
	}
	l.owners = []int64{}
	if rep := report(t, l, everything()); rep.Cases != 0 || len(rep.Variants) != 0 {
		t.Errorf("of nobody: %d cases", rep.Cases)
	}
}

func TestCasesBehindAFigure(t *testing.T) {
	t.Parallel()
	s := service(usual(), start.AddDate(0, 6, 0))
	for name, c := range map[string]struct {
		pick flow.Pick
		want []int64
	}{
		"all":       {flow.Pick{}, []int64{4, 3, 2, 1}},
		"a variant": {flow.Pick{Variant: "development.needs.lost"}, []int64{2}},
		"a step":    {flow.Pick{From: "development", To: "needs"}, []int64{4, 2, 1}},
		"back":      {flow.Pick{From: "proposal", To: "needs"}, []int64{4}},
		"nothing":   {flow.Pick{From: "proposal", To: "nonsense"}, nil},
	} {
		list, total, err := s.Cases(t.Context(), director, everything(), c.pick)
		var ids []int64
		for _, o := range list {
			ids = append(ids, o.ID)
		}
		if err != nil || !slices.Equal(ids, c.want) || total != len(c.want) {
			t.Errorf("%s: %v of %d, %v", name, ids, total, err)
		}
	}
}

func TestWhoMayAskAndWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	s := service(usual(), start)
	if _, err := s.Report(t.Context(), access.Actor{UserID: "u", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}, everything()); !errs.Is(err, errs.KindForbidden) {
		t.Errorf("without sight of sales: %v", err)
	}
	for _, f := range []flow.Filter{{Opened: fact.Days{From: 10, To: 5}}, {Opened: fact.AnyDay(), Kind: "odd"}, {Opened: fact.AnyDay(), Detail: "odd"}} {
		if _, err := s.Report(t.Context(), director, f); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

// TestTheLogIsReadWhenSomethingHappened: once, then again only after another event.
func TestTheLogIsReadWhenSomethingHappened(t *testing.T) {
	t.Parallel()
	l := usual()
	s := service(l, start.AddDate(0, 6, 0))
	for range 3 {
		if rep, err := s.Report(t.Context(), director, everything()); err != nil || rep.Cases != 4 {
			t.Fatal(rep, err)
		}
	}
	if l.reads != 1 {
		t.Errorf("read %d times", l.reads)
	}
	l.add(1, 1, start, "development", 0)
	if rep, err := s.Report(t.Context(), director, everything()); err != nil || rep.Cases != 5 || l.reads != 2 {
		t.Errorf("%d cases after %d readings: %v", rep.Cases, l.reads, err)
	}
}

// TestTheBackgroundReadsFirst: with a background, looks are answered from what it reads, until it ends.
func TestTheBackgroundReadsFirst(t *testing.T) {
	t.Parallel()
	l := usual()
	s := service(l, start.AddDate(0, 6, 0))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		s.Run(ctx, func(err error) { t.Error(err) })
		close(done)
	}()
	defer func() { stop(); <-done }()
	rep, err := s.Report(t.Context(), director, everything())
	if err != nil || rep.Cases != 4 {
		t.Errorf("%+v %v", rep, err)
	}
}

// TestBatchesAreSeen: five entries of one evening, all of days before.
func TestBatchesAreSeen(t *testing.T) {
	t.Parallel()
	l := &log{}
	evening := start.AddDate(0, 0, 10)
	for i := range 5 {
		l.add(7, 1, start.AddDate(0, 0, i), "development", 0, "late", 1)
		l.events[len(l.events)-1].RecordedAt = evening
	}
	l.add(7, 1, start, "development", 0, "late", 1)
	r := report(t, l, everything()).Recording
	if r.Late != 6 || r.Batched != 5 || len(r.Owners) != 1 || r.Owners[0].Batched != 5 || r.Owners[0].Events != 12 {
		t.Errorf("%+v", r)
	}
}

// TestAnswersAgainstTheirLimit: leads answered after 10 and 30 hours, one never; the standard gives 24.
func TestAnswersAgainstTheirLimit(t *testing.T) {
	t.Parallel()
	l := &log{}
	for _, hours := range []int{10, 30} {
		l.add(1, 1, start, "development", 0, "lead_assigned", 1, "first_contact", 1+hours)
	}
	l.add(1, 1, start, "development", 0, "lead_assigned", 1)
	for _, a := range report(t, l, everything()).Answers {
		if a.Rule.ID == "first_contact_in_time" {
			if a.Asked != 3 || a.InTime != 1 || a.Late != 2 || !a.P50.Known || a.P50.Seconds != 30*3600 || a.P90.Known {
				t.Errorf("%+v", a)
			}
			return
		}
	}
	t.Error("the rule is not there")
}

// Verdicts judges the one rule that the tests compare: a first contact within 24 hours.
func (l *log) Verdicts(_ context.Context, ids []int64, each func(int64, string, bool)) error {
	for _, id := range ids {
		asked := time.Time{}
		for _, e := range l.events {
			switch {
			case e.CaseID != id:
			case e.Activity == process.ActivityAssigned:
				asked = e.OccurredAt
			case e.Activity == process.ActivityFirst && !asked.IsZero():
				each(id, "first_contact_in_time", e.OccurredAt.Sub(asked) <= 24*time.Hour)
			}
		}
	}
	return nil
}

// shipped is the standard that ships.
type shipped struct{}

func (shipped) InForce(context.Context, calendar.Date) (*sop.Standard, error) {
	return sop.Default(), nil
}

func (shipped) Stages(context.Context) (*opportunity.StageSet, error) {
	return opportunity.ShippedStages(), nil
}

func (l *log) FlowCollected(_ context.Context, ids []int64) (list []flow.Collected, err error) {
	for _, c := range l.collected {
		if slices.Contains(ids, c.CaseID) {
			list = append(list, c)
		}
	}
	return list, nil
}

// TestWhatARuleGoesWith: leads answered in time are won four times in five and late ones once, in every band of amount; who answers in time signs sooner
// and is paid sooner.
func TestWhatARuleGoesWith(t *testing.T) {
	t.Parallel()
	l := &log{}
	for i := range 200 {
		answer, signed, won := 10, 200+i%7, i/2%5 != 0
		if i%2 == 1 {
			answer, signed, won = 60, 500+i%7, i/2%5 == 0
		}
		happened := []any{"development", 0, "lead_assigned", 1, "first_contact", 1 + answer, "needs", 100}
		if won {
			happened = append(happened, "signed", signed)
		} else {
			happened = append(happened, "lost", 150)
		}
		l.add(1, int64(i), start, happened...)
		if won {
			paidOn := calendar.DateOf(start) + 60
			if i%2 == 1 {
				paidOn += 200
			}
			l.collected = append(l.collected, flow.Collected{CaseID: int64(i + 1), SignedOn: calendar.DateOf(start) + 10, AmountMinor: 100, PaidOn: paidOn, PaidMinor: 100})
		}
	}
	e, err := service(l, start.AddDate(1, 0, 0)).Effects(t.Context(), director, everything())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range e.Rules {
		if r.Rule.ID != "first_contact_in_time" {
			continue
		}
		if r.Kept != 100 || r.Broken != 100 || r.Win.Impact != flow.ImpactHelps || r.Win.Difference < 0.55 || r.Win.Difference > 0.65 {
			t.Errorf("wins: %d kept, %d broken, %+v", r.Kept, r.Broken, r.Win)
		}
		if r.Cycle.Impact != flow.ImpactHelps || r.Cycle.Difference > -0.5 || r.Collection.Impact != flow.ImpactHelps || r.Collection.Difference != 1 || r.Useless {
			t.Errorf("cycle %+v, collection %+v, useless %v", r.Cycle, r.Collection, r.Useless)
		}
		return
	}
	t.Errorf("the rule is not there: %+v", e.Rules)
}

// TestEffectsThatDataDoNotTell: a rule that nobody breaks, and one of whose activity nothing is recorded.
func TestEffectsThatDataDoNotTell(t *testing.T) {
	t.Parallel()
	l := &log{}
	for i := range 50 {
		l.add(1, int64(i), start, "development", 0, "lead_assigned", 1, "first_contact", 5, "lost", 100)
	}
	e, err := service(l, start.AddDate(1, 0, 0)).Effects(t.Context(), director, everything())
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Rules) != 1 || e.Rules[0].Kept != 50 || e.Rules[0].Win.Known || e.Rules[0].Cycle.Known || e.Rules[0].Useless || e.Cases != 50 {
		t.Errorf("%+v", e)
	}
}
