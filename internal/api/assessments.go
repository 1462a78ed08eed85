package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/maturity"
)

// MaturityAssessment is how mature the company is, or was when it was kept.
type MaturityAssessment struct {
	ID           int64               `json:"id,omitempty" doc:"Absent of what is not kept."`
	On           string              `json:"on" example:"2026-11-30"`
	Note         string              `json:"note,omitempty"`
	ByName       string              `json:"by_name,omitempty"`
	CreatedAt    *time.Time          `json:"created_at,omitempty"`
	ModelVersion int                 `json:"model_version"`
	Known        bool                `json:"known" doc:"Whether the dimensions that can be judged have half of all weight."`
	Overall      int64               `json:"overall_hundredths" doc:"Weighted mean of the scores, in hundredths of a level; 0 unless known."`
	Judged       int64               `json:"weight_judged"`
	Weights      int64               `json:"weight_all"`
	Weakest      string              `json:"weakest,omitempty"`
	Dimensions   []maturityDimension `json:"dimensions" nullable:"false"`
}

type (
	maturityDimension struct {
		Dimension string          `json:"dimension"`
		Weight    int64           `json:"weight"`
		Level     int             `json:"level" minimum:"0" maximum:"5" doc:"0: it cannot be judged."`
		Open      bool            `json:"open,omitempty" doc:"At least this level: nothing of the next one is known to lack, but something cannot be judged."`
		Held      int64           `json:"held" doc:"Criteria of the next level that hold."`
		Wanted    int64           `json:"wanted" doc:"Of so many."`
		Score     int64           `json:"score_hundredths"`
		Checks    []maturityCheck `json:"checks" nullable:"false"`
	}
	maturityCheck struct {
		Criterion string             `json:"criterion"`
		Level     int                `json:"level"`
		Verdict   string             `json:"verdict" enum:"holds,lacks,unknown"`
		Bound     int64              `json:"bound,omitempty" doc:"Parts per million, or tenths of an hour."`
		Measure   *maturityMeasure   `json:"measure,omitempty"`
		Statement *maturityStatement `json:"statement,omitempty"`
		Stale     bool               `json:"stale,omitempty" doc:"The statement is too old to count."`
	}
	maturityMeasure struct {
		Gauge       string `json:"gauge"`
		Known       bool   `json:"known"`
		Value       int64  `json:"value"`
		Numerator   int64  `json:"numerator"`
		Denominator int64  `json:"denominator"`
		Scale       int64  `json:"scale,omitempty"`
		Why         string `json:"why,omitempty"`
		From        string `json:"from"`
		To          string `json:"to"`
		Metric      string `json:"metric,omitempty" doc:"Of the metric book."`
		Version     int    `json:"version,omitempty"`
	}
	maturityStatement struct {
		Criterion string `json:"criterion"`
		Holds     bool   `json:"holds"`
		Evidence  string `json:"evidence"`
		On        string `json:"on"`
		ByName    string `json:"by_name"`
	}
	maturityModel struct {
		Version    int            `json:"version"`
		ValidDays  int            `json:"valid_days" doc:"For how many days a statement counts."`
		Dimensions []maturitySide `json:"dimensions" nullable:"false"`
	}
	maturitySide struct {
		Dimension string              `json:"dimension"`
		Weight    int64               `json:"weight"`
		Criteria  []maturityCriterion `json:"criteria" nullable:"false"`
	}
	maturityCriterion struct {
		ID     string  `json:"id"`
		Gauge  string  `json:"gauge,omitempty" doc:"Absent: an assessor is asked."`
		Unit   string  `json:"unit,omitempty"`
		Down   bool    `json:"down,omitempty" doc:"Less is better."`
		From   int     `json:"from" doc:"The first level that has it."`
		Bounds []int64 `json:"bounds" nullable:"false" doc:"For each level from that one on."`
	}
	keepMaturityInput struct {
		Body struct {
			Note string `json:"note,omitempty" maxLength:"8000"`
		}
	}
	sayMaturityInput struct {
		Body struct {
			Criterion string `json:"criterion" maxLength:"100"`
			Holds     bool   `json:"holds"`
			Evidence  string `json:"evidence" maxLength:"8000"`
			On        string `json:"on"`
		}
	}
	maturityInput struct {
		RegionID int64 `query:"region_id" minimum:"1" doc:"A region within your reach, by its measured criteria alone; absent for the company."`
	}
	setMaturityModelInput struct {
		Body struct {
			Version int                `json:"version" doc:"That was seen."`
			Weights map[string]int64   `json:"weights,omitempty"`
			Bounds  map[string][]int64 `json:"bounds,omitempty"`
		}
	}
)

func (a *API) assessmentOperations() {
	service := a.services.Assessments
	register(a, operation{id: "get_maturity", method: http.MethodGet, path: "/maturity", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *maturityInput) (*output[MaturityAssessment], error) {
		if in.RegionID != 0 {
			st, err := service.StandRegion(ctx, actor, in.RegionID)
			return &output[MaturityAssessment]{a.toAPIMaturity(&assessment.Assessment{On: st.Today, Model: st.Model, Result: st.Result})}, err
		}
		st, err := service.Stand(ctx, actor)
		return &output[MaturityAssessment]{a.toAPIMaturity(&assessment.Assessment{On: st.Today, Model: st.Model, Result: st.Result})}, err
	})
	register(a, operation{id: "list_maturity_assessments", method: http.MethodGet, path: "/maturity/assessments", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[MaturityAssessment], error) {
		list, err := service.List(ctx, actor)
		return newList(list, "", func(kept assessment.Assessment) MaturityAssessment { return a.toAPIMaturity(&kept) }), err
	})
	register(a, operation{id: "keep_maturity_assessment", method: http.MethodPost, path: "/maturity/assessments", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *keepMaturityInput) (*output[MaturityAssessment], error) {
		kept, err := service.Keep(ctx, actor, in.Body.Note)
		return &output[MaturityAssessment]{a.toAPIMaturity(&kept)}, err
	})
	register(a, operation{id: "get_maturity_assessment", method: http.MethodGet, path: "/maturity/assessments/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[MaturityAssessment], error) {
		kept, err := service.Get(ctx, actor, in.ID)
		return &output[MaturityAssessment]{a.toAPIMaturity(&kept)}, err
	})
	register(a, operation{id: "say_maturity", method: http.MethodPost, path: "/maturity/statements", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *sayMaturityInput) (*output[maturityStatement], error) {
		var c fact.Checker
		saying := assessment.Saying{Criterion: in.Body.Criterion, Holds: in.Body.Holds, Evidence: in.Body.Evidence, On: fromAPIDate(&c, "on", in.Body.On)}
		if err := c.Err(); err != nil {
			return nil, err
		}
		said, err := service.Say(ctx, actor, saying)
		return &output[maturityStatement]{toAPIStatement(said.Statement)}, err
	})
	register(a, operation{id: "get_maturity_model", method: http.MethodGet, path: "/maturity/model", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[maturityModel], error) {
		st, err := service.Stand(ctx, actor)
		return &output[maturityModel]{toAPIMaturityModel(&st.Model)}, err
	})
	register(a, operation{id: "set_maturity_model", method: http.MethodPut, path: "/maturity/model", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *setMaturityModelInput) (*output[maturityModel], error) {
		entry := assessment.ModelEntry{Seen: in.Body.Version, Bounds: in.Body.Bounds, Weights: map[maturity.Dimension]int64{}}
		for dimension, weight := range in.Body.Weights {
			entry.Weights[maturity.Dimension(dimension)] = weight
		}
		m, err := service.SetModel(ctx, actor, entry)
		return &output[maturityModel]{toAPIMaturityModel(&m)}, err
	})
}

func (a *API) toAPIMaturity(kept *assessment.Assessment) MaturityAssessment {
	r := &kept.Result
	out := MaturityAssessment{ID: kept.ID, On: toAPIDate(kept.On), Note: kept.Note, ByName: kept.ByName, CreatedAt: toAPIInstant(kept.CreatedAt), ModelVersion: kept.Model.Version, Known: r.Known, Overall: r.Overall, Judged: r.Judged, Weights: r.Weights, Weakest: string(r.Weakest), Dimensions: []maturityDimension{}}
	for i := range r.Dimensions {
		j := &r.Dimensions[i]
		d := maturityDimension{Dimension: string(j.Dimension), Weight: j.Weight, Level: int(j.Level), Open: j.Open, Held: j.Held, Wanted: j.Wanted, Score: j.Score, Checks: []maturityCheck{}}
		for k := range j.Checks {
			c := &j.Checks[k]
			check := maturityCheck{Criterion: c.Criterion, Level: int(c.Level), Verdict: string(c.Verdict), Bound: c.Bound, Stale: c.Stale}
			if m := c.Measure; m != nil {
				check.Measure = &maturityMeasure{string(m.Gauge), m.Known, m.Value, m.Numerator, m.Denominator, m.Scale, m.Why, toAPIDate(m.From), toAPIDate(m.To), m.Metric, m.Version}
			}
			if c.Statement != nil {
				said := toAPIStatement(*c.Statement)
				check.Statement = &said
			}
			d.Checks = append(d.Checks, check)
		}
		out.Dimensions = append(out.Dimensions, d)
	}
	return out
}

func toAPIStatement(s maturity.Statement) maturityStatement {
	return maturityStatement{s.Criterion, s.Holds, s.Evidence, toAPIDate(s.On), s.ByName}
}

func toAPIMaturityModel(m *maturity.Model) maturityModel {
	out := maturityModel{Version: m.Version, ValidDays: m.ValidDays, Dimensions: []maturitySide{}}
	for i := range m.Sides {
		side := maturitySide{Dimension: string(m.Sides[i].Dimension), Weight: m.Sides[i].Weight, Criteria: []maturityCriterion{}}
		for _, c := range m.Sides[i].Criteria {
			side.Criteria = append(side.Criteria, maturityCriterion{c.ID, string(c.Gauge), string(c.Unit), c.Down, int(c.From), append([]int64{}, c.Bounds...)})
		}
		out.Dimensions = append(out.Dimensions, side)
	}
	return out
}
