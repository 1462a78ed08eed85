package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/standard"
)

// handbookQuestion asks about a rule.
type handbookQuestion struct {
	RuleID  string   `json:"rule_id"`
	NameZh  string   `json:"name_zh"`
	NameEn  string   `json:"name_en"`
	Options []string `json:"options" nullable:"false" doc:"Deadlines as the document writes them, or levels."`
}

// handbookReading is that somebody confirmed to have read a version; of several the best.
type handbookReading struct {
	At    *time.Time `json:"at,omitempty"`
	Right int64      `json:"right"`
	Asked int64      `json:"asked"`
}

// handbook is the standard in force as it is read; its text is that of the version.
type handbook struct {
	StandardID string             `json:"standard_id"`
	Quiz       []handbookQuestion `json:"quiz" nullable:"false"`
	Reading    *handbookReading   `json:"reading,omitempty" doc:"Your own."`
}

// handbookMastery is how somebody knows it.
type handbookMastery struct {
	UserID   string           `json:"user_id"`
	Name     string           `json:"name"`
	PersonID int64            `json:"person_id"`
	TeamName string           `json:"team_name,omitempty"`
	Reading  *handbookReading `json:"reading,omitempty"`
}

type confirmHandbookInput struct {
	Body struct {
		StandardID string            `json:"standard_id" maxLength:"100"`
		Answers    map[string]string `json:"answers" doc:"By rule, one of its options."`
	}
}

func (a *API) handbookOperations() {
	standards := a.services.Standards
	register(a, operation{id: "get_handbook", method: http.MethodGet, path: "/handbook", tag: "process"},
		func(ctx context.Context, actor access.Actor, _ *none) (*output[handbook], error) {
			b, err := standards.ReadHandbook(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := handbook{StandardID: b.Version.ID, Quiz: []handbookQuestion{}, Reading: toAPIReading(b.Reading)}
			for _, q := range standard.QuizOf(b.Document) {
				one := handbookQuestion{RuleID: q.Rule.ID, NameZh: q.Rule.Name.Zh, NameEn: q.Rule.Name.En, Options: []string{}}
				for _, d := range q.Options {
					one.Options = append(one.Options, d.String())
				}
				for _, l := range q.Levels {
					one.Options = append(one.Options, string(l))
				}
				out.Quiz = append(out.Quiz, one)
			}
			return &output[handbook]{out}, nil
		})
	register(a, operation{id: "confirm_handbook", method: http.MethodPost, path: "/handbook/readings", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *confirmHandbookInput) (*output[handbookReading], error) {
			r, err := standards.Confirm(ctx, actor, in.Body.StandardID, in.Body.Answers)
			if err != nil {
				return nil, err
			}
			return &output[handbookReading]{*toAPIReading(&r)}, nil
		})
	register(a, operation{id: "list_masteries", method: http.MethodGet, path: "/handbook/readings", tag: "process"},
		func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[handbookMastery], error) {
			list, _, err := standards.Masteries(ctx, actor)
			return newList(list, "", func(m standard.Mastery) handbookMastery {
				return handbookMastery{m.UserID, m.Name, m.PersonID, m.Place.TeamName, toAPIReading(m.Reading)}
			}), err
		})
}

func toAPIReading(r *standard.Reading) *handbookReading {
	if r == nil {
		return nil
	}
	return &handbookReading{toAPIInstant(r.At), r.Right, r.Asked}
}
