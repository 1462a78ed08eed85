package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
)

type (
	// Goal is a number that is to get somewhere. Amounts are in the unit: minor units, things, parts per million, tenths of a day, minutes.
	Goal struct {
		ID           int64         `json:"id"`
		Key          string        `json:"key,omitempty" doc:"Of a goal that the product brings along."`
		Title        string        `json:"title,omitempty"`
		Source       string        `json:"source,omitempty" doc:"Absent for the metric book."`
		Metric       string        `json:"metric,omitempty"`
		PlaceKind    string        `json:"place_kind"`
		PlaceID      int64         `json:"place_id,omitempty"`
		Unit         string        `json:"unit"`
		Good         string        `json:"good" enum:"up,down,neither"`
		WindowMonths int           `json:"window_months" enum:"1,3,12"`
		Horizon      int           `json:"horizon_months" enum:"3,6,12"`
		From         string        `json:"from" doc:"Month of the baseline."`
		Due          string        `json:"due" doc:"Month at whose end the target is to be reached."`
		Baseline     *MetricValue  `json:"baseline,omitempty" doc:"As it was frozen."`
		FrozenAt     *time.Time    `json:"frozen_at,omitempty"`
		Kind         string        `json:"kind,omitempty" enum:"relative,points,absolute" doc:"How the target was asked for; absent while that is open."`
		Asked        int64         `json:"asked,omitempty" doc:"Parts per million for relative and points."`
		Target       *int64        `json:"target,omitempty"`
		Path         []goalPoint   `json:"path" nullable:"false"`
		OwnerID      int64         `json:"owner_id,omitempty"`
		OwnerName    string        `json:"owner_name,omitempty"`
		Note         string        `json:"note,omitempty"`
		State        string        `json:"state" enum:"draft,active,ended"`
		Standing     string        `json:"standing,omitempty" enum:"reached,on_track,behind,no_data"`
		Readings     []goalReading `json:"readings" nullable:"false"`
		Outlook      *goalOutlook  `json:"outlook,omitempty" doc:"When the goal is due, if nothing else happens."`
		Revision     int64         `json:"revision"`
	}
	goalPoint struct {
		Month  string `json:"month"`
		Amount int64  `json:"amount"`
	}
	goalReading struct {
		Month string      `json:"month"`
		Value MetricValue `json:"value"`
		At    time.Time   `json:"at"`
	}
	goalOutlook struct {
		Amount int64  `json:"amount"`
		Low    *int64 `json:"low,omitempty" doc:"Eight of ten such forecasts held the value. Absent where too few could be tested."`
		High   *int64 `json:"high,omitempty"`
		Tested int    `json:"tested"`
	}
	goalBody struct {
		Title    string `json:"title,omitempty" maxLength:"400"`
		Source   string `json:"source,omitempty" enum:"identification,accuracy,attained,planned,core_ratio"`
		Metric   string `json:"metric,omitempty" maxLength:"100"`
		Place    string `json:"place,omitempty" enum:"company,region,team,person"`
		PlaceID  int64  `json:"place_id,omitempty"`
		Window   int    `json:"window_months,omitempty" enum:"1,3,12" default:"1"`
		Horizon  int    `json:"horizon_months" enum:"3,6,12"`
		From     string `json:"from,omitempty" doc:"Month; last month when absent."`
		OwnerID  int64  `json:"owner_id,omitempty"`
		Note     string `json:"note,omitempty" maxLength:"8000"`
		Revision int64  `json:"revision,omitempty"`
	}
	addGoalInput    struct{ Body goalBody }
	changeGoalInput struct {
		ByNumber
		Body goalBody
	}
	revisionInput struct {
		ByNumber
		Body struct {
			Revision int64 `json:"revision,omitempty"`
		}
	}
	askGoalInput struct {
		ByNumber
		Body struct {
			Kind     string  `json:"kind" enum:"relative,points,absolute"`
			Change   int64   `json:"change,omitempty" doc:"Parts per million: 400000 is +40 %, or +40 points."`
			Amount   int64   `json:"amount,omitempty" doc:"Of an absolute target."`
			Path     []int64 `json:"path,omitempty" maxItems:"2" doc:"Amounts after 3 and 6 months, as far as they lie before the end."`
			Revision int64   `json:"revision,omitempty"`
		}
	}
	notedInput struct {
		ByNumber
		Body struct {
			Note     string `json:"note,omitempty" maxLength:"8000"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
	addedOutput struct {
		Added int `json:"added"`
	}
	goalList struct {
		Items []Goal `json:"items" nullable:"false"`
	}
)

func (a *API) programmeOperations() {
	a.goalOperations()
	a.initiativeOperations()
	a.riskOperations()
}

func (a *API) goalOperations() {
	service := a.services.Programme
	shown := func(ctx context.Context, actor access.Actor, id int64, err error) (*output[Goal], error) {
		if err != nil {
			return nil, err
		}
		g, err := service.Goal(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		return &output[Goal]{toAPIGoal(&g.Stand)}, nil
	}
	register(a, operation{id: "list_goals", method: http.MethodGet, path: "/goals", tag: "process"}, func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[goalList], error) {
		b, err := service.Goals(ctx, actor)
		out := goalList{Items: []Goal{}}
		for i := range b.Goals {
			out.Items = append(out.Items, toAPIGoal(&b.Goals[i]))
		}
		return &output[goalList]{out}, err
	})
	register(a, operation{id: "add_shipped_goals", method: http.MethodPost, path: "/goals/shipped", tag: "process"}, func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[addedOutput], error) {
		n, err := service.AddShipped(ctx, actor)
		return &output[addedOutput]{addedOutput{n}}, err
	})
	register(a, operation{id: "add_goal", method: http.MethodPost, path: "/goals", tag: "process", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addGoalInput) (*output[Goal], error) {
		m, err := fromAPIGoal(in.Body)
		if err != nil {
			return nil, err
		}
		g, err := service.AddGoal(ctx, actor, m)
		return shown(ctx, actor, g.ID, err)
	})
	register(a, operation{id: "get_goal", method: http.MethodGet, path: "/goals/{id}", tag: "process"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[Goal], error) {
		return shown(ctx, actor, in.ID, nil)
	})
	register(a, operation{id: "change_goal", method: http.MethodPut, path: "/goals/{id}", tag: "process"}, func(ctx context.Context, actor access.Actor, in *changeGoalInput) (*output[Goal], error) {
		m, err := fromAPIGoal(in.Body)
		if err == nil {
			_, err = service.ChangeGoal(ctx, actor, in.ID, in.Body.Revision, m)
		}
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "freeze_goal", method: http.MethodPost, path: "/goals/{id}/baseline", tag: "process"}, func(ctx context.Context, actor access.Actor, in *revisionInput) (*output[Goal], error) {
		_, err := service.Freeze(ctx, actor, in.ID, in.Body.Revision)
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "ask_goal", method: http.MethodPost, path: "/goals/{id}/target", tag: "process"}, func(ctx context.Context, actor access.Actor, in *askGoalInput) (*output[Goal], error) {
		_, err := service.Ask(ctx, actor, programme.Asking{ID: in.ID, Kind: programme.AskKind(in.Body.Kind), Change: in.Body.Change, Amount: in.Body.Amount, Path: in.Body.Path, Seen: in.Body.Revision})
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "activate_goal", method: http.MethodPost, path: "/goals/{id}/activation", tag: "process"}, func(ctx context.Context, actor access.Actor, in *revisionInput) (*output[Goal], error) {
		_, err := service.Activate(ctx, actor, in.ID, in.Body.Revision)
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "end_goal", method: http.MethodPost, path: "/goals/{id}/end", tag: "process"}, func(ctx context.Context, actor access.Actor, in *notedInput) (*output[Goal], error) {
		_, err := service.EndGoal(ctx, actor, in.ID, in.Body.Revision, in.Body.Note)
		return shown(ctx, actor, in.ID, err)
	})
}

func fromAPIGoal(b goalBody) (programme.Measure, error) {
	m := programme.Measure{Title: b.Title, Source: programme.Source(b.Source), Metric: metric.ID(b.Metric), Place: metric.Place{Kind: metric.PlaceKind(b.Place), ID: b.PlaceID}, Window: max(b.Window, 1), Horizon: b.Horizon, OwnerID: b.OwnerID, Note: b.Note}
	var err error
	if b.From != "" {
		m.From, err = monthIn("from", b.From)
	}
	return m, err
}

// monthIn reads a month of a body.
func monthIn(path, text string) (calendar.Month, error) {
	m, err := calendar.ParseMonth(text)
	if err != nil {
		return 0, errs.Invalid("error.invalid", []errs.Field{{Path: path, Value: text, Message: errs.Msg("form.error.month", nil)}})
	}
	return m, nil
}

func toAPIGoal(s *programme.Stand) Goal {
	out := Goal{ID: s.ID, Key: s.Key, Title: s.Title, Source: string(s.Source), Metric: string(s.Metric), PlaceKind: string(s.Goal.Place.Kind), PlaceID: s.Goal.Place.ID, Unit: string(s.Unit), Good: string(s.Good), WindowMonths: s.Window, Horizon: s.Horizon, From: s.From.String(), Due: s.Due().String(),
		Kind: string(s.Kind), Asked: s.Asked, Path: []goalPoint{}, OwnerID: s.OwnerID, OwnerName: s.Owner, Note: s.Note, State: string(s.State), Readings: []goalReading{}, Revision: s.Revision}
	if s.Baseline != nil {
		v := toAPIValue(s.Baseline.Value)
		out.Baseline, out.FrozenAt = &v, toAPIInstant(s.Baseline.At)
	}
	if s.Kind != "" {
		out.Target = &s.Target
	}
	for m := s.From; m <= s.Due(); m++ {
		if amount, known := s.PathAt(m); known {
			out.Path = append(out.Path, goalPoint{m.String(), amount})
		}
	}
	for _, r := range s.Readings {
		out.Readings = append(out.Readings, goalReading{r.Month.String(), toAPIValue(r.Value), r.At})
	}
	if s.State == programme.GoalActive {
		out.Standing = string(s.Standing)
	}
	if o := s.Outlook; o.Known {
		out.Outlook = &goalOutlook{Amount: o.Amount, Tested: o.Tested}
		if o.Band {
			out.Outlook.Low, out.Outlook.High = &o.Low, &o.High
		}
	}
	return out
}
