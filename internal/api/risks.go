package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
)

type (
	// Risk is something that may go wrong, with the sign by which it shows early.
	Risk struct {
		ID          int64        `json:"id"`
		Key         string       `json:"key,omitempty" doc:"Of a risk that the product brings along."`
		Title       string       `json:"title,omitempty"`
		Probability int          `json:"probability"`
		Impact      int          `json:"impact"`
		Score       int          `json:"score"`
		Sign        *riskSign    `json:"sign,omitempty"`
		Value       *MetricValue `json:"value,omitempty" doc:"What the last look at the sign found."`
		Showing     bool         `json:"showing"`
		Since       *time.Time   `json:"since,omitempty"`
		Measure     string       `json:"measure,omitempty"`
		PlanB       string       `json:"plan_b,omitempty"`
		OwnerID     int64        `json:"owner_id,omitempty"`
		OwnerName   string       `json:"owner_name,omitempty"`
		State       string       `json:"state" enum:"open,happened,closed"`
		Revision    int64        `json:"revision"`
	}
	riskSign struct {
		Metric    string `json:"metric" maxLength:"100"`
		PlaceKind string `json:"place_kind,omitempty" enum:"company,region,team,person"`
		PlaceID   int64  `json:"place_id,omitempty"`
		Side      string `json:"side" enum:"below,above"`
		Limit     int64  `json:"limit" doc:"In the unit of amounts."`
	}
	riskBody struct {
		Title       string    `json:"title,omitempty" maxLength:"400"`
		Probability int       `json:"probability" minimum:"1" maximum:"5"`
		Impact      int       `json:"impact" minimum:"1" maximum:"5"`
		Sign        *riskSign `json:"sign,omitempty"`
		Measure     string    `json:"measure,omitempty" maxLength:"8000"`
		PlanB       string    `json:"plan_b,omitempty" maxLength:"8000"`
		OwnerID     int64     `json:"owner_id,omitempty"`
		State       string    `json:"state,omitempty" enum:"open,happened,closed"`
		Revision    int64     `json:"revision,omitempty"`
	}
	addRiskInput    struct{ Body riskBody }
	changeRiskInput struct {
		ByNumber
		Body riskBody
	}
	riskList struct {
		Items []Risk `json:"items" nullable:"false"`
	}

	// Lesson is what was learnt of something that was tried.
	Lesson struct {
		ID           int64             `json:"id"`
		InitiativeID int64             `json:"initiative_id,omitempty"`
		Title        string            `json:"title"`
		Tried        string            `json:"tried"`
		Where        string            `json:"where,omitempty"`
		Learnt       string            `json:"learnt"`
		Outcome      string            `json:"outcome,omitempty"`
		Effect       *initiativeEffect `json:"effect,omitempty"`
		ByName       string            `json:"by_name"`
		At           time.Time         `json:"at"`
		Revision     int64             `json:"revision"`
	}
	listLessonsInput struct {
		Search string `query:"search" maxLength:"400"`
	}
	lessonList struct {
		Items []Lesson `json:"items" nullable:"false"`
	}
	lessonBody struct {
		InitiativeID int64  `json:"initiative_id,omitempty"`
		Title        string `json:"title" maxLength:"400"`
		Tried        string `json:"tried" maxLength:"8000"`
		Where        string `json:"where,omitempty" maxLength:"800"`
		Learnt       string `json:"learnt" maxLength:"8000"`
		Revision     int64  `json:"revision,omitempty"`
	}
	addLessonInput    struct{ Body lessonBody }
	changeLessonInput struct {
		ByNumber
		Body lessonBody
	}
)

func (a *API) riskOperations() {
	service := a.services.Programme
	shown := func(ctx context.Context, actor access.Actor, id int64, err error) (*output[Risk], error) {
		if err != nil {
			return nil, err
		}
		k, _, err := service.Risk(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		return &output[Risk]{toAPIRisk(&k)}, nil
	}
	register(a, operation{id: "list_risks", method: http.MethodGet, path: "/risks", tag: "process"}, func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[riskList], error) {
		b, err := service.Risks(ctx, actor)
		out := riskList{Items: []Risk{}}
		for i := range b.Risks {
			out.Items = append(out.Items, toAPIRisk(&b.Risks[i]))
		}
		return &output[riskList]{out}, err
	})
	register(a, operation{id: "add_shipped_risks", method: http.MethodPost, path: "/risks/shipped", tag: "process"}, func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[addedOutput], error) {
		n, err := service.AddShippedRisks(ctx, actor)
		return &output[addedOutput]{addedOutput{n}}, err
	})
	register(a, operation{id: "add_risk", method: http.MethodPost, path: "/risks", tag: "process", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addRiskInput) (*output[Risk], error) {
		r, err := service.WriteRisk(ctx, actor, 0, 0, fromAPIRisk(in.Body))
		return shown(ctx, actor, r.ID, err)
	})
	register(a, operation{id: "get_risk", method: http.MethodGet, path: "/risks/{id}", tag: "process"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[Risk], error) {
		return shown(ctx, actor, in.ID, nil)
	})
	register(a, operation{id: "change_risk", method: http.MethodPut, path: "/risks/{id}", tag: "process"}, func(ctx context.Context, actor access.Actor, in *changeRiskInput) (*output[Risk], error) {
		_, err := service.WriteRisk(ctx, actor, in.ID, in.Body.Revision, fromAPIRisk(in.Body))
		return shown(ctx, actor, in.ID, err)
	})
	register(a, operation{id: "list_lessons", method: http.MethodGet, path: "/lessons", tag: "process"}, func(ctx context.Context, actor access.Actor, in *listLessonsInput) (*output[lessonList], error) {
		list, _, err := service.Lessons(ctx, actor, in.Search)
		return &output[lessonList]{lessonList{Items: newList(list, "", toAPILesson).Body.Items}}, err
	})
	register(a, operation{id: "add_lesson", method: http.MethodPost, path: "/lessons", tag: "process", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addLessonInput) (*output[Lesson], error) {
		l, err := service.WriteLesson(ctx, actor, 0, 0, fromAPILesson(in.Body))
		return &output[Lesson]{toAPILesson(l)}, err
	})
	register(a, operation{id: "change_lesson", method: http.MethodPut, path: "/lessons/{id}", tag: "process"}, func(ctx context.Context, actor access.Actor, in *changeLessonInput) (*output[Lesson], error) {
		l, err := service.WriteLesson(ctx, actor, in.ID, in.Body.Revision, fromAPILesson(in.Body))
		return &output[Lesson]{toAPILesson(l)}, err
	})
}

func fromAPIRisk(b riskBody) programme.RiskEntry {
	in := programme.RiskEntry{Title: b.Title, Probability: b.Probability, Impact: b.Impact, Measure: b.Measure, PlanB: b.PlanB, OwnerID: b.OwnerID, State: programme.RiskState(b.State)}
	if b.Sign != nil {
		in.Sign = programme.Sign{Metric: metric.ID(b.Sign.Metric), Place: metric.Place{Kind: metric.PlaceKind(b.Sign.PlaceKind), ID: b.Sign.PlaceID}, Side: programme.Side(b.Sign.Side), Limit: b.Sign.Limit}
	}
	return in
}

func toAPIRisk(k *programme.ShownRisk) Risk {
	out := Risk{ID: k.ID, Key: k.Key, Title: k.Title, Probability: k.Probability, Impact: k.Impact, Score: k.Score(), Showing: k.Look.Showing, Since: toAPIInstant(k.Look.Since), Measure: k.Measure, PlanB: k.PlanB, OwnerID: k.OwnerID, OwnerName: k.Owner, State: string(k.State), Revision: k.Revision}
	if s := k.Sign; s.Metric != "" {
		out.Sign = &riskSign{string(s.Metric), string(s.Place.Kind), s.Place.ID, string(s.Side), s.Limit}
	}
	if !k.Look.At.IsZero() && k.Sign.Metric != "" {
		v := toAPIValue(k.Look.Value)
		out.Value = &v
	}
	return out
}

func fromAPILesson(b lessonBody) programme.LessonEntry {
	return programme.LessonEntry{InitiativeID: b.InitiativeID, Title: b.Title, Tried: b.Tried, Where: b.Where, Learnt: b.Learnt}
}

func toAPILesson(l programme.Lesson) Lesson {
	out := Lesson{ID: l.ID, InitiativeID: l.InitiativeID, Title: l.Title, Tried: l.Tried, Where: l.Where, Learnt: l.Learnt, Outcome: string(l.Outcome), ByName: l.By.ByName, At: l.By.At, Revision: l.Revision}
	if l.Effect != nil {
		out.Effect = toAPIFound(l.Effect)
	}
	return out
}
