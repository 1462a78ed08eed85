package api

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
)

type (
	teamValue struct {
		From           string           `json:"from"`
		To             string           `json:"to"`
		Layers         map[string]int64 `json:"layers" doc:"People today by layer."`
		Sellers        int64            `json:"sellers"`
		Core           int64            `json:"core"`
		SpreadPeople   int64            `json:"spread_people" doc:"Sellers who were there all year: the figures below are of theirs."`
		CollectedMinor int64            `json:"collected_minor"`
		TopPeople      int64            `json:"top_people" doc:"A fifth of them, rounded up."`
		TopMinor       int64            `json:"top_collected_minor"`
		P90Minor       int64            `json:"p90_minor"`
		P10Minor       int64            `json:"p10_minor"`
		TrainedTenths  int64            `json:"training_tenths" doc:"Tenths of hours."`
		People         int64            `json:"people"`
		Gaps           []skillGap       `json:"gaps" nullable:"false"`
		Ramp           teamRamp         `json:"ramp" doc:"How new people come up to full sellers."`
	}
	teamRamp struct {
		From    string       `json:"from" doc:"The first month that results are of."`
		To      string       `json:"to"`
		Full    int          `json:"full_sellers" doc:"Regular and core sellers with a year in the job, in the last month."`
		Cohorts []rampCohort `json:"cohorts" nullable:"false" doc:"By half-year of joining."`
		All     rampCohort   `json:"all"`
	}
	rampCohort struct {
		From   string     `json:"from" doc:"The first month of joining."`
		To     string     `json:"to"`
		Joined int        `json:"joined" doc:"Of whom at least one step is known."`
		Steps  []rampStep `json:"steps" nullable:"false"`
	}
	rampStep struct {
		From   int    `json:"from_month" doc:"Of the months in the job; 1 is the first whole one."`
		To     int    `json:"to_month"`
		People int    `json:"people"`
		Share  *int64 `json:"share,omitempty" doc:"Of a full seller's results in the same months, in parts per million; absent for fewer than five people."`
		Low    *int64 `json:"low,omitempty" doc:"With 95 % confidence."`
		High   *int64 `json:"high,omitempty"`
	}
	skillGap struct {
		SkillID  int64  `json:"skill_id"`
		Layer    string `json:"layer"`
		Required int64  `json:"required"`
		People   int64  `json:"people"`
		Marked   int64  `json:"assessed"`
		Below    int64  `json:"below"`
	}
	skill struct {
		ID       int64            `json:"id"`
		NameZh   string           `json:"name_zh"`
		NameEn   string           `json:"name_en"`
		Required map[string]int64 `json:"required" doc:"Level by layer."`
		Active   bool             `json:"active"`
		Revision int64            `json:"revision"`
	}
	skillPerson struct {
		ID    int64       `json:"id"`
		Name  string      `json:"name"`
		Team  string      `json:"team,omitempty"`
		Layer string      `json:"layer"`
		Marks []skillMark `json:"marks" nullable:"false"`
	}
	skillMark struct {
		SkillID int64  `json:"skill_id"`
		Level   int64  `json:"level"`
		On      string `json:"on"`
		Words   string `json:"words,omitempty"`
		ByName  string `json:"by_name"`
	}
	skillMatrix struct {
		Skills []skill       `json:"skills" nullable:"false"`
		People []skillPerson `json:"people" nullable:"false" doc:"Those whom the actor leads, and the actor."`
	}
	// SkillEntry is a skill as it is written down.
	SkillEntry struct {
		NameZh   string           `json:"name_zh" maxLength:"160"`
		NameEn   string           `json:"name_en" maxLength:"160"`
		Required map[string]int64 `json:"required,omitempty"`
		Active   bool             `json:"active"`
	}
	addSkillInput    struct{ Body SkillEntry }
	changeSkillInput struct {
		ByNumber
		Body struct {
			SkillEntry
			Revision int64 `json:"revision,omitempty"`
		}
	}
	markSkillsInput struct {
		Body struct {
			PersonID int64            `json:"person_id"`
			Levels   map[string]int64 `json:"levels" doc:"1 to 5 by number of the skill."`
			On       string           `json:"on"`
			Words    string           `json:"words,omitempty" maxLength:"2000"`
		}
	}
	training struct {
		ID         int64  `json:"id"`
		PersonID   int64  `json:"person_id"`
		PersonName string `json:"person_name"`
		On         string `json:"on"`
		Tenths     int64  `json:"tenths" doc:"Of hours."`
		Topic      string `json:"topic"`
		ByName     string `json:"by_name"`
	}
	addTrainingInput struct {
		Body struct {
			PersonIDs []int64 `json:"person_ids" maxItems:"500"`
			On        string  `json:"on"`
			Tenths    int64   `json:"tenths" doc:"Of hours."`
			Topic     string  `json:"topic" maxLength:"400"`
		}
	}
)

func (a *API) capabilityOperations() {
	service := a.services.Capability
	register(a, operation{id: "get_team_value", method: http.MethodGet, path: "/team-value", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[teamValue], error) {
		v, err := service.Worth(ctx, actor)
		return &output[teamValue]{toAPIWorth(&v)}, err
	})
	register(a, operation{id: "list_skills", method: http.MethodGet, path: "/skills", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[skillMatrix], error) {
		m, err := service.Matrix(ctx, actor)
		return &output[skillMatrix]{skillMatrix{newList(m.Skills, "", toAPISkill).Body.Items, newList(m.People, "", toAPISkilled).Body.Items}}, err
	})
	register(a, operation{id: "mark_skills", method: http.MethodPost, path: "/skills/marks", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *markSkillsInput) (*none, error) {
		var c fact.Checker
		entry := capability.MarkEntry{PersonID: in.Body.PersonID, Levels: map[int64]int64{}, On: fromAPIDate(&c, "on", in.Body.On), Words: in.Body.Words}
		for text, level := range in.Body.Levels {
			id, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				c.Add("levels", text, "capability.no_skill", nil)
			}
			entry.Levels[id] = level
		}
		if err := c.Err(); err != nil {
			return nil, err
		}
		return nil, service.Mark(ctx, actor, entry)
	})
	register(a, operation{id: "add_skill", method: http.MethodPost, path: "/skills", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addSkillInput) (*output[skill], error) {
		s, err := service.SaveSkill(ctx, actor, in.Body.entry(0, 0))
		return &output[skill]{toAPISkill(s)}, err
	})
	register(a, operation{id: "change_skill", method: http.MethodPut, path: "/skills/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *changeSkillInput) (*output[skill], error) {
		s, err := service.SaveSkill(ctx, actor, in.Body.entry(in.ID, in.Body.Revision))
		return &output[skill]{toAPISkill(s)}, err
	})
	register(a, operation{id: "list_trainings", method: http.MethodGet, path: "/trainings", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[training], error) {
		t, err := service.Trainings(ctx, actor)
		return newList(t.Trainings, "", func(t capability.Training) training {
			return training{t.ID, t.PersonID, t.PersonName, toAPIDate(t.On), t.Tenths, t.Topic, t.ByName}
		}), err
	})
	register(a, operation{id: "add_training", method: http.MethodPost, path: "/trainings", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *addTrainingInput) (*none, error) {
		var c fact.Checker
		entry := capability.TrainingEntry{PersonIDs: in.Body.PersonIDs, On: fromAPIDate(&c, "on", in.Body.On), Tenths: in.Body.Tenths, Topic: in.Body.Topic}
		if err := c.Err(); err != nil {
			return nil, err
		}
		return nil, service.Train(ctx, actor, entry)
	})
	register(a, operation{id: "remove_training", method: http.MethodPost, path: "/trainings/{id}/remove", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*none, error) {
		return nil, service.Untrain(ctx, actor, in.ID)
	})
}

func (e *SkillEntry) entry(id, seen int64) capability.SkillEntry {
	in := capability.SkillEntry{ID: id, NameZh: e.NameZh, NameEn: e.NameEn, Active: e.Active, Seen: seen, Required: map[org.Level]int64{}}
	for layer, level := range e.Required {
		in.Required[org.Level(layer)] = level
	}
	return in
}

func toAPISkill(s capability.Skill) skill {
	out := skill{s.ID, s.NameZh, s.NameEn, map[string]int64{}, s.Active, s.Revision}
	for layer, level := range s.Required {
		out.Required[string(layer)] = level
	}
	return out
}

func toAPISkilled(p capability.Person) skillPerson {
	out := skillPerson{p.ID, p.Name, p.TeamName, string(p.Layer), []skillMark{}}
	for _, m := range p.Marks {
		out.Marks = append(out.Marks, skillMark{m.SkillID, m.Level, toAPIDate(m.On), m.Words, m.ByName})
	}
	sortMarks(out.Marks)
	return out
}

func toAPIWorth(v *capability.Value) teamValue {
	s := &v.Spread
	out := teamValue{From: toAPIDate(v.From), To: toAPIDate(v.To), Layers: map[string]int64{}, Sellers: v.Sellers, Core: v.Core, SpreadPeople: s.People, CollectedMinor: s.Sum, TopPeople: s.TopCount, TopMinor: s.TopSum, P90Minor: s.P90, P10Minor: s.P10, TrainedTenths: v.Trained, People: v.People, Gaps: []skillGap{}}
	for layer, n := range v.Layers {
		out.Layers[string(layer)] = n
	}
	for _, l := range v.Lacks {
		out.Gaps = append(out.Gaps, skillGap{l.SkillID, string(l.Layer), l.Required, l.People, l.Marked, l.Below})
	}
	out.Ramp = teamRamp{From: v.Ramp.First.String(), To: v.Ramp.Last.String(), Full: v.Ramp.Full, Cohorts: []rampCohort{}, All: toAPICohort(v.Ramp.All)}
	for _, c := range v.Ramp.Cohorts {
		out.Ramp.Cohorts = append(out.Ramp.Cohorts, toAPICohort(c))
	}
	return out
}

func toAPICohort(c capability.Cohort) rampCohort {
	out := rampCohort{From: c.First.String(), To: c.Last.String(), Joined: c.Joined, Steps: []rampStep{}}
	parts := func(x float64) *int64 { n := int64(math.Round(x * 1e6)); return &n }
	for _, s := range c.Steps {
		one := rampStep{From: s.From, To: s.To, People: s.People}
		if s.Known {
			one.Share, one.Low, one.High = parts(s.Share), parts(s.Interval.Low), parts(s.Interval.High)
		}
		out.Steps = append(out.Steps, one)
	}
	return out
}

func sortMarks(marks []skillMark) {
	slices.SortFunc(marks, func(a, b skillMark) int { return cmp.Compare(a.SkillID, b.SkillID) })
}
