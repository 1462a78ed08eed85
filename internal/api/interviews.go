package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/fact"
	findings "xiaoguan/internal/finding"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/problem"
)

// Interview is one talk.
type Interview struct {
	ID         int64              `json:"id"`
	Role       string             `json:"role" enum:"newcomer,core,lead,director,service,finance,hr"`
	PersonID   int64              `json:"person_id,omitempty" doc:"Where they agreed to be named."`
	PersonName string             `json:"person_name,omitempty"`
	HeldOn     string             `json:"held_on"`
	Notes      string             `json:"notes,omitempty"`
	ByName     string             `json:"by_name"`
	Passages   []interviewPassage `json:"passages" nullable:"false"`
	Revision   int64              `json:"revision"`
}

// ChecklistReview is one review of the management by a list.
type ChecklistReview struct {
	ID        int64               `json:"id"`
	List      string              `json:"list" enum:"targets,process,customers,incentives,team"`
	HeldOn    string              `json:"held_on"`
	State     string              `json:"state" enum:"open,done"`
	ByName    string              `json:"by_name"`
	Questions []checklistQuestion `json:"questions" nullable:"false"`
	Revision  int64               `json:"revision"`
}

type (
	interviewPassage struct {
		ID        int64    `json:"id"`
		Quoted    string   `json:"quoted"`
		Themes    []string `json:"themes" nullable:"false"`
		ProblemID int64    `json:"problem_id,omitempty"`
	}
	saveInterviewInput struct {
		Body struct {
			ID       int64  `json:"id,omitempty" doc:"With a change."`
			Role     string `json:"role" enum:"newcomer,core,lead,director,service,finance,hr"`
			PersonID int64  `json:"person_id,omitempty" doc:"With consent."`
			Consent  bool   `json:"consent,omitempty" doc:"They agreed to be named."`
			HeldOn   string `json:"held_on"`
			Notes    string `json:"notes" maxLength:"80000"`
			Revision int64  `json:"revision,omitempty" doc:"With a change, the one you have seen."`
		}
	}
	codePassageInput struct {
		ByNumber
		Body struct {
			Quoted string   `json:"quoted" maxLength:"8000" doc:"A part of the notes, word for word."`
			Themes []string `json:"themes" minItems:"1" maxItems:"40"`
		}
	}
	voiceProblem struct {
		Title   string `json:"title" maxLength:"400"`
		Detail  string `json:"detail,omitempty" maxLength:"8000"`
		Area    string `json:"area" doc:"As of the list of problems: target, process, customer …"`
		Level   string `json:"level" enum:"company,region,team"`
		PlaceID int64  `json:"place_id,omitempty" doc:"Of a region or team."`
	}
	passageProblemInput struct {
		ByNumber
		Passage int64 `path:"passage" minimum:"1"`
		Body    voiceProblem
	}
	checklistProblemInput struct {
		ByNumber
		Question string `path:"question" maxLength:"40"`
		Body     voiceProblem
	}
	madeProblem struct {
		ProblemID int64 `json:"problem_id"`
	}
	checklistQuestion struct {
		ID        string    `json:"id"`
		Text      bothTexts `json:"text"`
		Metric    string    `json:"metric,omitempty" doc:"The company's number that answers it."`
		Number    string    `json:"number,omitempty" doc:"As it was when the review was finished."`
		Verdict   string    `json:"verdict,omitempty" enum:"yes,partly,no,na"`
		Evidence  string    `json:"evidence,omitempty"`
		Note      string    `json:"note,omitempty"`
		ProblemID int64     `json:"problem_id,omitempty"`
	}
	beginChecklistInput struct {
		Body struct {
			List string `json:"list" enum:"targets,process,customers,incentives,team"`
		}
	}
	saveChecklistInput struct {
		ByNumber
		Body struct {
			Answers  []checklistAnswer `json:"answers" maxItems:"50"`
			Finish   bool              `json:"finish,omitempty"`
			Revision int64             `json:"revision,omitempty"`
		}
	}
	checklistAnswer struct {
		ID       string `json:"id" maxLength:"40"`
		Verdict  string `json:"verdict,omitempty" enum:"yes,partly,no,na"`
		Evidence string `json:"evidence,omitempty" maxLength:"8000"`
		Note     string `json:"note,omitempty" maxLength:"8000"`
	}
)

func (a *API) interviewOperations() {
	service := a.services.Interviews
	op := func(id, method, path string, status int) operation {
		return operation{id: id, method: method, path: "/interviews" + path, tag: "organisation", status: status}
	}
	register(a, op("list_interviews", http.MethodGet, "", 0), func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[Interview], error) {
		l, err := service.List(ctx, actor)
		return newList(l.Interviews, "", func(i interview.Interview) Interview { return toAPIInterview(i, nil) }), err
	})
	register(a, op("save_interview", http.MethodPost, "", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *saveInterviewInput) (*output[Interview], error) {
		var c fact.Checker
		entry := interview.Entry{ID: in.Body.ID, Role: interview.Role(in.Body.Role), PersonID: in.Body.PersonID, Consent: in.Body.Consent, HeldOn: fromAPIDate(&c, "held_on", in.Body.HeldOn), Notes: in.Body.Notes, Seen: in.Body.Revision}
		if err := c.Err(); err != nil {
			return nil, err
		}
		i, err := service.Save(ctx, actor, entry)
		return &output[Interview]{toAPIInterview(i, nil)}, err
	})
	register(a, op("get_interview", http.MethodGet, "/{id}", 0), func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[Interview], error) {
		v, err := service.Get(ctx, actor, in.ID)
		return &output[Interview]{toAPIInterview(v.Interview, v.Passages)}, err
	})
	register(a, op("code_passage", http.MethodPost, "/{id}/passages", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *codePassageInput) (*output[interviewPassage], error) {
		p, err := service.Code(ctx, actor, interview.Coding{InterviewID: in.ID, Quoted: in.Body.Quoted, Themes: in.Body.Themes})
		return &output[interviewPassage]{toAPIPassage(p)}, err
	})
	register(a, op("make_passage_problem", http.MethodPost, "/{id}/passages/{passage}/problem", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *passageProblemInput) (*output[madeProblem], error) {
		made, err := service.MakeProblem(ctx, actor, in.ID, in.Passage, in.Body.entry())
		return &output[madeProblem]{madeProblem{made.ID}}, err
	})
}

func (p voiceProblem) entry() problem.Entry {
	return problem.Entry{Title: p.Title, Detail: p.Detail, Area: findings.Area(p.Area), Where: problem.Where{Level: findings.Level(p.Level), ID: p.PlaceID}}
}

func toAPIPassage(p interview.Passage) interviewPassage {
	return interviewPassage{p.ID, p.Quoted, append([]string{}, p.Themes...), p.ProblemID}
}

func toAPIInterview(i interview.Interview, passages []interview.Passage) Interview {
	if i.ID == 0 {
		return Interview{}
	}
	out := Interview{i.ID, string(i.Role), i.PersonID, i.PersonName, toAPIDate(i.HeldOn), i.Notes, i.InterviewerName, []interviewPassage{}, i.Revision}
	for _, p := range passages {
		out.Passages = append(out.Passages, toAPIPassage(p))
	}
	return out
}

func (a *API) checklistOperations() {
	service := a.services.Checklists
	op := func(id, method, path string, status int) operation {
		return operation{id: id, method: method, path: "/checklists" + path, tag: "organisation", status: status}
	}
	register(a, op("list_checklists", http.MethodGet, "", 0), func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[ChecklistReview], error) {
		l, err := service.List(ctx, actor)
		return newList(l.Reviews, "", toAPIChecklist), err
	})
	register(a, op("begin_checklist", http.MethodPost, "", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *beginChecklistInput) (*output[ChecklistReview], error) {
		r, err := service.Begin(ctx, actor, in.Body.List)
		return &output[ChecklistReview]{toAPIChecklist(r)}, err
	})
	register(a, op("get_checklist", http.MethodGet, "/{id}", 0), func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[ChecklistReview], error) {
		v, err := service.Get(ctx, actor, in.ID)
		return &output[ChecklistReview]{toAPIChecklist(v.Review)}, err
	})
	register(a, op("save_checklist", http.MethodPut, "/{id}", 0), func(ctx context.Context, actor access.Actor, in *saveChecklistInput) (*output[ChecklistReview], error) {
		change := checklist.Change{ID: in.ID, Answers: map[string]checklist.Answer{}, Finish: in.Body.Finish, Seen: in.Body.Revision}
		for _, one := range in.Body.Answers {
			change.Answers[one.ID] = checklist.Answer{Verdict: checklist.Verdict(one.Verdict), Evidence: one.Evidence, Note: one.Note}
		}
		r, err := service.Save(ctx, actor, change)
		return &output[ChecklistReview]{toAPIChecklist(r)}, err
	})
	register(a, op("make_checklist_problem", http.MethodPost, "/{id}/questions/{question}/problem", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *checklistProblemInput) (*output[madeProblem], error) {
		made, err := service.MakeProblem(ctx, actor, in.ID, in.Question, in.Body.entry())
		return &output[madeProblem]{madeProblem{made.ID}}, err
	})
}

func toAPIChecklist(r checklist.Review) ChecklistReview {
	if r.ID == 0 {
		return ChecklistReview{}
	}
	out := ChecklistReview{r.ID, r.List.Key, toAPIDate(r.HeldOn), string(r.State), r.CreatedBy, []checklistQuestion{}, r.Revision}
	for _, q := range r.List.Questions {
		answer := r.Answers[q.ID]
		out.Questions = append(out.Questions, checklistQuestion{q.ID, toBoth(q.Text), string(q.Metric), answer.Number, string(answer.Verdict), answer.Evidence, answer.Note, answer.ProblemID})
	}
	return out
}
