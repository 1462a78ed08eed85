package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/interview"
)

type (
	// InterviewGuide is what people of a role are asked in a talk.
	InterviewGuide struct {
		Role      string      `json:"role" enum:"newcomer,core,lead,director,service,finance,hr"`
		Questions []bothTexts `json:"questions" nullable:"false"`
		Own       bool        `json:"own" doc:"The company has its own; otherwise it is as shipped."`
		Revision  int64       `json:"revision"`
	}
	// InterviewCodeBook is the themes that passages are put under.
	InterviewCodeBook struct {
		Codes    []interviewCode `json:"codes" nullable:"false"`
		Revision int64           `json:"revision" doc:"0: as shipped."`
	}
	interviewCode struct {
		ID   string    `json:"id,omitempty" maxLength:"40" doc:"Absent for a new one."`
		Name bothTexts `json:"name"`
	}
	writeGuideInput struct {
		Role string `path:"role" enum:"newcomer,core,lead,director,service,finance,hr"`
		Body struct {
			Questions []bothTexts `json:"questions" minItems:"1" maxItems:"60"`
			Revision  int64       `json:"revision,omitempty" doc:"The one you have seen; 0: as shipped."`
		}
	}
	writeCodeBookInput struct {
		Body struct {
			Codes    []interviewCode `json:"codes" minItems:"1" maxItems:"60" doc:"All of them, in their order; a theme that passages are under must stay."`
			Revision int64           `json:"revision,omitempty" doc:"The one you have seen; 0: as shipped."`
		}
	}
)

func (a *API) interviewGuideOperations() {
	service := a.services.Interviews
	guideOf := func(ctx context.Context, actor access.Actor, role string) (*output[InterviewGuide], error) {
		guides, _, err := service.Guides(ctx, actor)
		for _, g := range guides {
			if string(g.Role) == role {
				return &output[InterviewGuide]{toAPIGuide(g)}, err
			}
		}
		return nil, err
	}
	bookOf := func(ctx context.Context, actor access.Actor) (*output[InterviewCodeBook], error) {
		_, book, err := service.Guides(ctx, actor)
		out := InterviewCodeBook{Codes: []interviewCode{}, Revision: book.Revision}
		for _, c := range book.Codes {
			out.Codes = append(out.Codes, interviewCode{c.ID, toBoth(c.Name)})
		}
		return &output[InterviewCodeBook]{out}, err
	}
	register(a, operation{id: "list_interview_guides", method: http.MethodGet, path: "/interview-guides", tag: "organisation"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[InterviewGuide], error) {
		guides, _, err := service.Guides(ctx, actor)
		return newList(guides, "", toAPIGuide), err
	})
	register(a, operation{id: "write_interview_guide", method: http.MethodPut, path: "/interview-guides/{role}", tag: "organisation"}, func(ctx context.Context, actor access.Actor, in *writeGuideInput) (*output[InterviewGuide], error) {
		g := interview.Guide{Role: interview.Role(in.Role), Revision: in.Body.Revision}
		for _, q := range in.Body.Questions {
			g.Questions = append(g.Questions, fromBoth(q))
		}
		if err := service.SaveGuide(ctx, actor, g); err != nil {
			return nil, err
		}
		return guideOf(ctx, actor, in.Role)
	})
	register(a, operation{id: "get_interview_codes", method: http.MethodGet, path: "/interview-codes", tag: "organisation"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[InterviewCodeBook], error) {
		return bookOf(ctx, actor)
	})
	register(a, operation{id: "write_interview_codes", method: http.MethodPut, path: "/interview-codes", tag: "organisation"}, func(ctx context.Context, actor access.Actor, in *writeCodeBookInput) (*output[InterviewCodeBook], error) {
		book := interview.CodeBook{Revision: in.Body.Revision}
		for _, c := range in.Body.Codes {
			book.Codes = append(book.Codes, interview.Code{ID: c.ID, Name: fromBoth(c.Name)})
		}
		if err := service.SaveCodeBook(ctx, actor, book); err != nil {
			return nil, err
		}
		return bookOf(ctx, actor)
	})
}

func toAPIGuide(g interview.Guide) InterviewGuide {
	out := InterviewGuide{Role: string(g.Role), Questions: []bothTexts{}, Own: g.Own, Revision: g.Revision}
	for _, q := range g.Questions {
		out.Questions = append(out.Questions, toBoth(q))
	}
	return out
}
