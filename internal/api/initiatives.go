package api

import (
	"context"
	"math"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
)

type (
	// Initiative is something that is done to get better.
	Initiative struct {
		ID         int64             `json:"id"`
		Title      string            `json:"title"`
		Aim        string            `json:"aim,omitempty"`
		Problems   []int64           `json:"problems" nullable:"false" doc:"Ids of the problem list."`
		Goals      []int64           `json:"goals" nullable:"false"`
		Horizon    string            `json:"horizon" enum:"short,mid,long"`
		OwnerID    int64             `json:"owner_id,omitempty"`
		OwnerName  string            `json:"owner_name,omitempty"`
		BudgetFen  int64             `json:"budget_fen"`
		SpentFen   int64             `json:"spent_fen"`
		EffortDays int               `json:"effort_days"`
		Phase      string            `json:"phase" enum:"diagnose,design_pilot,roll_out,optimise"`
		Gates      []initiativeGate  `json:"gates" nullable:"false"`
		Milestones []milestone       `json:"milestones" nullable:"false"`
		Duties     []duty            `json:"duties" nullable:"false"`
		Changed    []changedRule     `json:"changed" nullable:"false" doc:"Versions of rules that followed."`
		Trial      *initiativeTrial  `json:"trial,omitempty"`
		Effect     *initiativeEffect `json:"effect,omitempty" doc:"As it was found last; in the answers about one initiative."`
		Outcome    string            `json:"outcome,omitempty" enum:"keep,change,stop" doc:"Absent while it is under way."`
		DecisionID int64             `json:"decision_id,omitempty"`
		Revision   int64             `json:"revision"`
	}
	initiativeGate struct {
		Phase      string     `json:"phase"`
		Items      []gateItem `json:"items" nullable:"false"`
		Note       string     `json:"note,omitempty"`
		SignedAt   *time.Time `json:"signed_at,omitempty"`
		SignedName string     `json:"signed_by_name,omitempty"`
	}
	gateItem struct {
		Key      string     `json:"key,omitempty"`
		Text     string     `json:"text,omitempty"`
		DoneAt   *time.Time `json:"done_at,omitempty"`
		DoneName string     `json:"done_by_name,omitempty"`
	}
	milestone struct {
		Title  string `json:"title" maxLength:"800"`
		DueOn  string `json:"due_on"`
		State  string `json:"state,omitempty" enum:"planned,done,dropped"`
		DoneOn string `json:"done_on,omitempty"`
	}
	duty struct {
		Key        string `json:"key,omitempty"`
		Text       string `json:"text,omitempty" maxLength:"800"`
		Sales      string `json:"sales,omitempty" enum:"R,A,C,I"`
		HR         string `json:"hr,omitempty" enum:"R,A,C,I"`
		Finance    string `json:"finance,omitempty" enum:"R,A,C,I"`
		Operations string `json:"operations,omitempty" enum:"R,A,C,I"`
	}
	changedRule struct {
		Kind  string `json:"kind" enum:"standard,target,plan,tier"`
		Label string `json:"label" maxLength:"800"`
		Link  string `json:"link,omitempty" maxLength:"800"`
	}
	initiativeTrial struct {
		Metric     string  `json:"metric"`
		Pilot      []int64 `json:"pilot" nullable:"false" doc:"Teams."`
		Comparison []int64 `json:"comparison" nullable:"false" doc:"Teams."`
		From       string  `json:"from" doc:"The first month of it."`
		Before     int     `json:"before_months,omitempty" minimum:"6" maximum:"36" doc:"12 when absent."`
	}
	initiativeEffect struct {
		ID      int64         `json:"id"`
		At      time.Time     `json:"at"`
		Metric  string        `json:"metric"`
		Version int           `json:"version"`
		Unit    string        `json:"unit"`
		Method  string        `json:"method" enum:"none,permutation,student,series"`
		Verdict string        `json:"verdict" enum:"better,worse,different,cant_tell"`
		Reason  string        `json:"reason,omitempty" doc:"Why nothing can be told."`
		Value   *int64        `json:"value,omitempty" doc:"In the unit of amounts; parts per million of shares."`
		Low     *int64        `json:"low,omitempty" doc:"With 95 % confidence; absent where it is open."`
		High    *int64        `json:"high,omitempty"`
		Chance  *int64        `json:"chance,omitempty" doc:"Of so large an effect by chance alone, in parts per million."`
		Trend   *int64        `json:"trend_before,omitempty" doc:"By how much more the pilot teams rose each month before."`
		Before  int           `json:"before_months"`
		After   int           `json:"after_months"`
		Pilot   int           `json:"pilot_teams"`
		Others  int           `json:"comparison_teams"`
		Months  []effectMonth `json:"months" nullable:"false"`
	}
	effectMonth struct {
		Month      string `json:"month"`
		Pilot      int64  `json:"pilot"`
		Comparison int64  `json:"comparison"`
		After      bool   `json:"after"`
	}
	initiativeList struct {
		Items []Initiative `json:"items" nullable:"false"`
	}
	startInitiativeInput struct {
		Body struct {
			Title      string  `json:"title" maxLength:"400"`
			Problems   []int64 `json:"problems,omitempty" maxItems:"50"`
			BudgetFen  int64   `json:"budget_fen,omitempty" minimum:"0"`
			EffortDays int     `json:"effort_days,omitempty" minimum:"0"`
			Horizon    string  `json:"horizon,omitempty" enum:"short,mid,long"`
		}
	}
	writeInitiativeInput struct {
		ByNumber
		Body struct {
			Title      string        `json:"title" maxLength:"400"`
			Aim        string        `json:"aim,omitempty" maxLength:"8000"`
			Problems   []int64       `json:"problems,omitempty" maxItems:"50"`
			Goals      []int64       `json:"goals,omitempty" maxItems:"50"`
			Horizon    string        `json:"horizon" enum:"short,mid,long"`
			OwnerID    int64         `json:"owner_id,omitempty"`
			BudgetFen  int64         `json:"budget_fen,omitempty" minimum:"0"`
			EffortDays int           `json:"effort_days,omitempty" minimum:"0"`
			Milestones []milestone   `json:"milestones,omitempty" maxItems:"50"`
			Duties     []duty        `json:"duties,omitempty" maxItems:"50"`
			Changed    []changedRule `json:"changed,omitempty" maxItems:"50"`
			Revision   int64         `json:"revision,omitempty"`
		}
	}
	tickInput struct {
		ByNumber
		Body struct {
			Item     int   `json:"item" minimum:"0"`
			Done     bool  `json:"done"`
			Revision int64 `json:"revision,omitempty"`
		}
	}
	gateTextInput struct {
		ByNumber
		Body struct {
			Text     string `json:"text" maxLength:"800"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
	milestoneInput struct {
		ByNumber
		Body struct {
			Milestone int    `json:"milestone" minimum:"0"`
			State     string `json:"state" enum:"planned,done,dropped"`
			Revision  int64  `json:"revision,omitempty"`
		}
	}
	spendInput struct {
		ByNumber
		Body struct {
			On        string `json:"on"`
			AmountFen int64  `json:"amount_fen" doc:"Negative takes one back."`
			Note      string `json:"note" maxLength:"800"`
			Revision  int64  `json:"revision,omitempty"`
		}
	}
	trialInput struct {
		ByNumber
		Body struct {
			Metric     string  `json:"metric" maxLength:"100"`
			Pilot      []int64 `json:"pilot" nullable:"false" maxItems:"50" doc:"Teams."`
			Comparison []int64 `json:"comparison,omitempty" maxItems:"50" doc:"Teams."`
			From       string  `json:"from" doc:"The first month of it."`
			Before     int     `json:"before_months,omitempty" minimum:"6" maximum:"36" doc:"12 when absent."`
			Revision   int64   `json:"revision,omitempty"`
		}
	}
	decideInitiativeInput struct {
		ByNumber
		Body struct {
			Outcome  string `json:"outcome" enum:"keep,change,stop"`
			Reason   string `json:"reason" maxLength:"8000"`
			Expected string `json:"expected" maxLength:"8000"`
			DueOn    string `json:"due_on"`
			Rule     string `json:"rule,omitempty" enum:"standard,target,plan,tier" doc:"Which rule gets a next version."`
			Learnt   string `json:"learnt" maxLength:"8000"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
)

func (a *API) initiativeOperations() {
	service := a.services.Programme
	shown := func(ctx context.Context, actor access.Actor, id int64, err error) (*output[Initiative], error) {
		if err != nil {
			return nil, err
		}
		w, err := service.Initiative(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		out := toAPIInitiative(&w.Brief)
		if len(w.Effects) > 0 {
			out.Effect = toAPIInitiativeEffect(&w.Effects[0])
		}
		return &output[Initiative]{out}, nil
	}
	register(a, operation{id: "list_initiatives", method: http.MethodGet, path: "/initiatives", tag: "process"}, func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[initiativeList], error) {
		l, err := service.Initiatives(ctx, actor)
		out := initiativeList{Items: []Initiative{}}
		for i := range l.Items {
			out.Items = append(out.Items, toAPIInitiative(&l.Items[i]))
		}
		return &output[initiativeList]{out}, err
	})
	register(a, operation{id: "start_initiative", method: http.MethodPost, path: "/initiatives", tag: "process", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *startInitiativeInput) (*output[Initiative], error) {
		i, err := service.Start(ctx, actor, programme.Seed{Title: in.Body.Title, Problems: in.Body.Problems, BudgetFen: in.Body.BudgetFen, EffortDays: in.Body.EffortDays, Horizon: programme.Horizon(in.Body.Horizon)})
		return shown(ctx, actor, i.ID, err)
	})
	register(a, operation{id: "get_initiative", method: http.MethodGet, path: "/initiatives/{id}", tag: "process"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[Initiative], error) {
		return shown(ctx, actor, in.ID, nil)
	})
	register(a, operation{id: "write_initiative", method: http.MethodPut, path: "/initiatives/{id}", tag: "process"}, func(ctx context.Context, actor access.Actor, in *writeInitiativeInput) (*output[Initiative], error) {
		outline, err := fromAPIOutline(in)
		if err == nil {
			_, err = service.Write(ctx, actor, in.ID, in.Body.Revision, outline)
		}
		return shown(ctx, actor, in.ID, err)
	})
	a.gateOperations(shown)
	a.trialOperations(shown)
}

type shownInitiative func(ctx context.Context, actor access.Actor, id int64, err error) (*output[Initiative], error)

func (a *API) gateOperations(shown shownInitiative) {
	service := a.services.Programme
	register(a, operation{id: "tick_gate_item", method: http.MethodPost, path: "/initiatives/{id}/gate/ticks", tag: "process"}, func(ctx context.Context, actor access.Actor, in *tickInput) (*output[Initiative], error) {
		_, err := service.Tick(ctx, actor, in.ID, in.Body.Revision, in.Body.Item, in.Body.Done)
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "add_gate_item", method: http.MethodPost, path: "/initiatives/{id}/gate/items", tag: "process"}, func(ctx context.Context, actor access.Actor, in *gateTextInput) (*output[Initiative], error) {
		_, err := service.AddItem(ctx, actor, in.ID, in.Body.Revision, in.Body.Text)
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "sign_gate", method: http.MethodPost, path: "/initiatives/{id}/gate/signature", tag: "process"}, func(ctx context.Context, actor access.Actor, in *notedInput) (*output[Initiative], error) {
		_, err := service.SignGate(ctx, actor, in.ID, in.Body.Revision, in.Body.Note)
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "advance_initiative", method: http.MethodPost, path: "/initiatives/{id}/phase", tag: "process"}, func(ctx context.Context, actor access.Actor, in *revisionInput) (*output[Initiative], error) {
		_, err := service.Advance(ctx, actor, in.ID, in.Body.Revision)
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "reach_milestone", method: http.MethodPost, path: "/initiatives/{id}/milestones", tag: "process"}, func(ctx context.Context, actor access.Actor, in *milestoneInput) (*output[Initiative], error) {
		_, err := service.Reach(ctx, actor, in.ID, in.Body.Revision, in.Body.Milestone, programme.MilestoneState(in.Body.State))
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "spend_on_initiative", method: http.MethodPost, path: "/initiatives/{id}/spending", tag: "process"}, func(ctx context.Context, actor access.Actor, in *spendInput) (*output[Initiative], error) {
		var c fact.Checker
		on := fromAPIDate(&c, "on", in.Body.On)
		err := c.Err()
		if err == nil {
			_, err = service.Spend(ctx, actor, in.ID, in.Body.Revision, on, in.Body.AmountFen, in.Body.Note)
		}
		return shown(ctx, actor, in.ID, err)
	})
}

func (a *API) trialOperations(shown shownInitiative) {
	service := a.services.Programme
	register(a, operation{id: "set_trial", method: http.MethodPut, path: "/initiatives/{id}/trial", tag: "process"}, func(ctx context.Context, actor access.Actor, in *trialInput) (*output[Initiative], error) {
		t := programme.Trial{Metric: metric.ID(in.Body.Metric), Pilot: in.Body.Pilot, Comparison: in.Body.Comparison, Before: in.Body.Before}
		var err error
		if t.From, err = monthIn("from", in.Body.From); err == nil {
			_, err = service.Try(ctx, actor, in.ID, in.Body.Revision, t)
		}
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "measure_effect", method: http.MethodPost, path: "/initiatives/{id}/effects", tag: "process"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[Initiative], error) {
		_, err := service.Measure(ctx, actor, in.ID)
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "decide_initiative", method: http.MethodPost, path: "/initiatives/{id}/decision", tag: "process"}, func(ctx context.Context, actor access.Actor, in *decideInitiativeInput) (*output[Initiative], error) {
		var c fact.Checker
		due := fromAPIDate(&c, "due_on", in.Body.DueOn)
		err := c.Err()
		if err == nil {
			_, err = service.Decide(ctx, actor, programme.Ending{ID: in.ID, Outcome: programme.Outcome(in.Body.Outcome), Reason: in.Body.Reason, Expected: in.Body.Expected, DueOn: due, Rule: programme.RuleKind(in.Body.Rule), Learnt: in.Body.Learnt, Seen: in.Body.Revision})
		}
		return shown(ctx, actor, in.ID, err)
	})
}

func fromAPIOutline(in *writeInitiativeInput) (programme.Outline, error) {
	b := &in.Body
	out := programme.Outline{Title: b.Title, Aim: b.Aim, Problems: b.Problems, Goals: b.Goals, Horizon: programme.Horizon(b.Horizon), OwnerID: b.OwnerID, BudgetFen: b.BudgetFen, EffortDays: b.EffortDays}
	var c fact.Checker
	for _, m := range b.Milestones {
		out.Milestones = append(out.Milestones, programme.Milestone{Title: m.Title, DueOn: fromAPIDate(&c, "milestones", m.DueOn), State: programme.MilestoneState(m.State), DoneOn: fromAPIDate(&c, "milestones", m.DoneOn)})
	}
	for _, d := range b.Duties {
		out.Duties = append(out.Duties, programme.Duty{Said: programme.Said{Key: d.Key, Text: d.Text}, Parts: map[programme.Party]string{programme.PartySales: d.Sales, programme.PartyHR: d.HR, programme.PartyFinance: d.Finance, programme.PartyOperations: d.Operations}})
	}
	for _, r := range b.Changed {
		out.Changed = append(out.Changed, programme.Changed{Kind: programme.RuleKind(r.Kind), Label: r.Label, Link: r.Link})
	}
	return out, c.Err()
}

func toAPIInitiative(b *programme.Brief) Initiative {
	out := Initiative{ID: b.ID, Title: b.Title, Aim: b.Aim, Problems: append([]int64{}, b.Problems...), Goals: append([]int64{}, b.Goals...), Horizon: string(b.Horizon), OwnerID: b.OwnerID, OwnerName: b.Owner, BudgetFen: b.BudgetFen, SpentFen: b.SpentFen(), EffortDays: b.EffortDays, Phase: string(b.Phase),
		Gates: []initiativeGate{}, Milestones: []milestone{}, Duties: []duty{}, Changed: []changedRule{}, Outcome: string(b.Outcome), DecisionID: b.DecisionID, Revision: b.Revision}
	for _, g := range b.Gates {
		gate := initiativeGate{Phase: string(g.Phase), Items: []gateItem{}, Note: g.Note, SignedAt: toAPIInstant(g.Signed.At), SignedName: g.Signed.ByName}
		for _, item := range g.Items {
			gate.Items = append(gate.Items, gateItem{item.Key, item.Text, toAPIInstant(item.Done.At), item.Done.ByName})
		}
		out.Gates = append(out.Gates, gate)
	}
	for _, m := range b.Milestones {
		out.Milestones = append(out.Milestones, milestone{m.Title, toAPIDate(m.DueOn), string(m.State), toAPIDate(m.DoneOn)})
	}
	for _, d := range b.Duties {
		out.Duties = append(out.Duties, duty{d.Key, d.Text, d.Parts[programme.PartySales], d.Parts[programme.PartyHR], d.Parts[programme.PartyFinance], d.Parts[programme.PartyOperations]})
	}
	for _, r := range b.Changed {
		out.Changed = append(out.Changed, changedRule{string(r.Kind), r.Label, r.Link})
	}
	if t := b.Trial; t.Metric != "" {
		out.Trial = &initiativeTrial{string(t.Metric), append([]int64{}, t.Pilot...), append([]int64{}, t.Comparison...), t.From.String(), t.Before}
	}
	return out
}

func toAPIInitiativeEffect(f *programme.Found) *initiativeEffect {
	r := &f.Result
	out := &initiativeEffect{ID: f.ID, At: f.At, Metric: string(f.Trial.Metric), Version: f.Version, Unit: string(f.Unit), Method: string(r.Method), Verdict: string(r.Verdict), Reason: string(r.Reason), Before: r.Before, After: r.After, Pilot: r.Pilot, Others: r.Comparison, Months: []effectMonth{}}
	if r.Method != effect.MethodNone {
		out.Value, out.Chance = rounded(r.Effect.Value), rounded(r.Effect.P*metric.Whole)
		if !r.Effect.Interval.LowOpen {
			out.Low = rounded(r.Effect.Interval.Low)
		}
		if !r.Effect.Interval.HighOpen {
			out.High = rounded(r.Effect.Interval.High)
		}
	}
	if r.HasTrend {
		out.Trend = rounded(r.Trend.Value)
	}
	for i, m := range r.Months {
		month := f.First
		for range i {
			month++
		}
		out.Months = append(out.Months, effectMonth{month.String(), *rounded(m.Pilot), *rounded(m.Comparison), m.After})
	}
	return out
}

// rounded is a statistic as a whole number of its unit.
func rounded(value float64) *int64 {
	n := int64(math.Round(value))
	return &n
}
