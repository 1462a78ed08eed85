package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
)

// handbookQuestion asks about a rule.
type handbookQuestion struct {
	RuleID  string   `json:"rule_id"`
	NameZh  string   `json:"name_zh"`
	NameEn  string   `json:"name_en"`
	Kind    string   `json:"kind" enum:"time,role,first,next,form,person,effect" doc:"What is asked: within which time, who does it, what comes first or follows, what must be filled in, whether it may be the same person, what happens to who breaks the rule."`
	Options []string `json:"options" nullable:"false" doc:"Deadlines as the document writes them, ids of roles, activities or fields, words, or levels."`
}

// handbookResult says what an answer was worth.
type handbookResult struct {
	RuleID string `json:"rule_id"`
	Right  bool   `json:"right"`
	Answer string `json:"answer" doc:"The right one."`
	TextZh string `json:"text_zh" doc:"What the handbook says."`
	TextEn string `json:"text_en"`
}

// handbookConfirmation is a confirmation with what each answer was worth.
type handbookConfirmation struct {
	HandbookReading
	Results []handbookResult `json:"results" nullable:"false"`
}

// HandbookReading is that somebody confirmed to have read a version; of several the best.
type HandbookReading struct {
	At    *time.Time `json:"at,omitempty"`
	Right int64      `json:"right"`
	Asked int64      `json:"asked"`
}

// handbook is the standard in force as it is read; its text is that of the version.
type handbook struct {
	StandardID string             `json:"standard_id"`
	Quiz       []handbookQuestion `json:"quiz" nullable:"false"`
	Reading    *HandbookReading   `json:"reading,omitempty" doc:"Your own."`
}

// handbookMastery is how somebody knows it.
type handbookMastery struct {
	UserID   string           `json:"user_id"`
	Name     string           `json:"name"`
	PersonID int64            `json:"person_id"`
	TeamName string           `json:"team_name,omitempty"`
	Reading  *HandbookReading `json:"reading,omitempty"`
}

// workedCase is a case of the company in the handbook, copied without names.
type workedCase struct {
	ID            string       `json:"id"`
	OpportunityID int64        `json:"opportunity_id,omitempty" doc:"For who may choose cases."`
	Good          bool         `json:"good" doc:"As it should be done; otherwise as it should not."`
	Title         string       `json:"title"`
	Lesson        string       `json:"lesson"`
	Steps         []workedStep `json:"steps" nullable:"false"`
	Rules         []workedRule `json:"rules" nullable:"false"`
	ChosenAt      *time.Time   `json:"chosen_at,omitempty"`
}

// workedStep is something that was done in a case.
type workedStep struct {
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
	Day    int    `json:"day" doc:"Of the case; its first is 1."`
	Hour   int    `json:"hour"`
	RoleZh string `json:"role_zh,omitempty"`
	RoleEn string `json:"role_en,omitempty"`
}

// workedRule is what a rule came to in it.
type workedRule struct {
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
	Kept   bool   `json:"kept"`
	Reason string `json:"reason"`
}

func toAPIWorkedCase(c standard.WorkedCase) workedCase {
	out := workedCase{c.ID, c.CaseID, c.Good, c.Title, c.Lesson, []workedStep{}, []workedRule{}, toAPIInstant(c.ChosenAt)}
	for _, s := range c.Steps {
		out.Steps = append(out.Steps, workedStep{s.Activity.Zh, s.Activity.En, s.Day, s.Hour, s.Role.Zh, s.Role.En})
	}
	for _, r := range c.Rules {
		out.Rules = append(out.Rules, workedRule{r.Name.Zh, r.Name.En, r.Kept, r.Reason})
	}
	return out
}

type handbookFileInput struct {
	Format string `query:"format" enum:"docx,pdf" default:"pdf"`
	Lang   string `query:"lang" enum:"zh-CN,en" doc:"Without it, the language of the request."`
}

type chooseWorkedCaseInput struct {
	Body struct {
		OpportunityID int64  `json:"opportunity_id"`
		Good          bool   `json:"good"`
		Title         string `json:"title" maxLength:"200"`
		Lesson        string `json:"lesson" maxLength:"4000" doc:"Texts that name the customer or somebody who worked on it are refused."`
	}
}

type workedCaseInput struct {
	ID string `path:"id" maxLength:"100"`
}

type confirmHandbookInput struct {
	Body struct {
		StandardID string            `json:"standard_id" maxLength:"100"`
		Answers    map[string]string `json:"answers" doc:"By rule, one of its options."`
	}
}

func (a *API) handbookOperations() {
	a.bookOperations()
	standards := a.services.Standards
	register(a, operation{id: "get_handbook", method: http.MethodGet, path: "/handbook", tag: "process"},
		func(ctx context.Context, actor access.Actor, _ *none) (*output[handbook], error) {
			b, err := standards.ReadHandbook(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := handbook{StandardID: b.Version.ID, Quiz: []handbookQuestion{}, Reading: toAPIReading(b.Reading)}
			for _, q := range standard.QuizOf(b.Document) {
				one := handbookQuestion{RuleID: q.Rule.ID, NameZh: q.Rule.Name.Zh, NameEn: q.Rule.Name.En, Kind: string(q.Kind), Options: []string{}}
				for _, o := range q.Options {
					one.Options = append(one.Options, o.Key)
				}
				out.Quiz = append(out.Quiz, one)
			}
			return &output[handbook]{out}, nil
		})
	register(a, operation{id: "confirm_handbook", method: http.MethodPost, path: "/handbook/readings", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *confirmHandbookInput) (*output[handbookConfirmation], error) {
			b, err := standards.ReadHandbook(ctx, actor)
			if err != nil {
				return nil, err
			}
			r, err := standards.Confirm(ctx, actor, in.Body.StandardID, in.Body.Answers)
			if err != nil {
				return nil, err
			}
			out := handbookConfirmation{*toAPIReading(&r), []handbookResult{}}
			for _, q := range standard.QuizOf(b.Document) {
				out.Results = append(out.Results, handbookResult{q.Rule.ID, in.Body.Answers[q.Rule.ID] == q.Right(), q.Right(), q.Paragraph(b.Document, sop.LangZh), q.Paragraph(b.Document, sop.LangEn)})
			}
			return &output[handbookConfirmation]{out}, nil
		})
	register(a, operation{id: "list_masteries", method: http.MethodGet, path: "/handbook/readings", tag: "process"},
		func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[handbookMastery], error) {
			list, _, err := standards.Masteries(ctx, actor)
			return newList(list, "", func(m standard.Mastery) handbookMastery {
				return handbookMastery{m.UserID, m.Name, m.PersonID, m.Place.TeamName, toAPIReading(m.Reading)}
			}), err
		})
}

// bookOperations are the handbook as a file, and the cases in it.
func (a *API) bookOperations() {
	standards := a.services.Standards
	register(a, operation{id: "get_handbook_file", method: http.MethodGet, path: "/handbook/file", tag: "process", files: []string{typeDOCX, typePDF}},
		func(ctx context.Context, actor access.Actor, in *handbookFileInput) (*download, error) {
			b, err := standards.ReadHandbook(ctx, actor)
			if err != nil {
				return nil, err
			}
			p := httpx.PrinterFrom(ctx)
			if in.Lang != "" {
				p = p.As(i18n.Lang(in.Lang))
			}
			file, err := standard.BookFile(p, b, standard.BookFormat(in.Format))
			return newDownload(file.MediaType, file.Name, file.Content), err
		})
	register(a, operation{id: "list_worked_cases", method: http.MethodGet, path: "/handbook/cases", tag: "process"},
		func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[workedCase], error) {
			b, err := standards.ReadHandbook(ctx, actor)
			return newList(b.Cases, "", toAPIWorkedCase), err
		})
	register(a, operation{id: "choose_worked_case", method: http.MethodPost, path: "/handbook/cases", tag: "process", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *chooseWorkedCaseInput) (*output[workedCase], error) {
			c, err := standards.Choose(ctx, actor, standard.Choosing{CaseID: in.Body.OpportunityID, Good: in.Body.Good, Title: in.Body.Title, Lesson: in.Body.Lesson})
			return &output[workedCase]{toAPIWorkedCase(c)}, err
		})
	register(a, operation{id: "drop_worked_case", method: http.MethodDelete, path: "/handbook/cases/{id}", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *workedCaseInput) (*struct{}, error) {
			return nil, standards.Drop(ctx, actor, in.ID)
		})
}

func toAPIReading(r *standard.Reading) *HandbookReading {
	if r == nil {
		return nil
	}
	return &HandbookReading{toAPIInstant(r.At), r.Right, r.Asked}
}
