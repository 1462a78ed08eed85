package interview_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	today  = calendar.DateOf(storetest.Start)
	hr     = access.Actor{UserID: "u-H", Name: "人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}
	lead   = access.Actor{UserID: "u-L", Name: "主管", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
	audits = access.Actor{UserID: "u-A", Name: "审计", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
)

// problems keeps what was raised.
type problems struct{ raised []problem.Entry }

func (p *problems) Raise(_ context.Context, _ access.Actor, in problem.Entry) (problem.Problem, error) {
	p.raised = append(p.raised, in)
	return problem.Problem{ID: int64(len(p.raised))}, nil
}

func onBoth(t *testing.T, test func(t *testing.T, s *interview.Service, list *problems)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		list := &problems{}
		test(t, interview.NewService(db.InterviewStore(), list, func() time.Time { return storetest.Start }), list)
	})
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key && (len(known.Fields) == 0 || known.Fields[0].Message.Key != key) {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

const notes = "报价审批要等四天。\n客户都凉了。\n提成看不懂。"

func talk() interview.Entry {
	return interview.Entry{Role: interview.RoleCore, HeldOn: today, Notes: notes}
}

func TestAnInterviewIsCodedAndBecomesAProblem(t *testing.T) {
	onBoth(t, func(t *testing.T, s *interview.Service, list *problems) {
		ctx := t.Context()
		i, err := s.Save(ctx, hr, talk())
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Code(ctx, hr, interview.Coding{InterviewID: i.ID, Quoted: "审批要等五天", Themes: []string{"process"}})
		refuses(t, err, errs.KindInvalid, "interview.not_in_notes")
		_, err = s.Code(ctx, hr, interview.Coding{InterviewID: i.ID, Quoted: "提成看不懂", Themes: []string{"weather"}})
		refuses(t, err, errs.KindInvalid, "form.error.choice")
		p, err := s.Code(ctx, hr, interview.Coding{InterviewID: i.ID, Quoted: "报价审批要等四天。\n客户都凉了", Themes: []string{"process", "customers"}})
		if err != nil {
			t.Fatal(err)
		}
		made, err := s.MakeProblem(ctx, hr, i.ID, p.ID, problem.Entry{Title: "报价审批慢", Area: finding.AreaProcess, Where: problem.Where{Level: finding.LevelCompany}})
		if err != nil || made.ID != 1 || list.raised[0].Source != problem.SourceInterview || list.raised[0].Evidence != p.Quoted || list.raised[0].Link != "/interviews/1" {
			t.Fatalf("%+v %v", list.raised, err)
		}
		_, err = s.MakeProblem(ctx, hr, i.ID, p.ID, problem.Entry{})
		refuses(t, err, errs.KindConflict, "interview.is_problem")
		refuses(t, s.Uncode(ctx, hr, i.ID, p.ID), errs.KindConflict, "interview.is_problem")
		changed := talk()
		changed.ID, changed.Notes = i.ID, "提成看不懂。"
		_, err = s.Save(ctx, hr, changed)
		refuses(t, err, errs.KindInvalid, "interview.passage_gone")
		changed.Notes, changed.Seen = notes+"\n还有一点。", i.Revision
		if _, err = s.Save(ctx, hr, changed); err != nil {
			t.Fatal(err)
		}
		_, err = s.Save(ctx, hr, changed)
		refuses(t, err, errs.KindConflict, "interview.changed_meanwhile")
		v, err := s.Get(ctx, audits, i.ID)
		if err != nil || len(v.Passages) != 1 || v.Passages[0].ProblemID != 1 || v.MayRun || len(v.Guide.Questions) == 0 {
			t.Errorf("%+v %v", v, err)
		}
	})
}

func TestThemesAreCountedByInterviews(t *testing.T) {
	onBoth(t, func(t *testing.T, s *interview.Service, _ *problems) {
		ctx := t.Context()
		for _, role := range []interview.Role{interview.RoleCore, interview.RoleLead} {
			in := talk()
			in.Role = role
			i, err := s.Save(ctx, hr, in)
			if err != nil {
				t.Fatal(err)
			}
			for _, quoted := range []string{"报价审批要等四天", "客户都凉了"} {
				if _, err := s.Code(ctx, hr, interview.Coding{InterviewID: i.ID, Quoted: quoted, Themes: []string{"process"}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		l, err := s.List(ctx, hr)
		if err != nil || len(l.Themes) != 1 || l.Themes[0].All != 2 || l.Themes[0].Passages != 4 || l.Themes[0].ByRole[interview.RoleLead] != 1 {
			t.Fatalf("%+v %v", l.Themes, err)
		}
		_, err = s.List(ctx, lead)
		refuses(t, err, errs.KindForbidden, "")
	})
}

func TestWhatIsKeptOfNamesGuidesAndThemes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *interview.Service, _ *problems) {
		ctx := t.Context()
		named := talk()
		named.PersonID = 7
		_, err := s.Save(ctx, hr, named)
		refuses(t, err, errs.KindInvalid, "interview.consent_needed")
		ahead := talk()
		ahead.HeldOn = today + 1
		_, err = s.Save(ctx, hr, ahead)
		refuses(t, err, errs.KindInvalid, "interview.day_ahead")
		_, err = s.Save(ctx, audits, talk())
		refuses(t, err, errs.KindForbidden, "")
		own := interview.Guide{Role: interview.RoleHR, Questions: []ruledoc.Text{{Zh: "为什么走？"}}}
		if err := s.SaveGuide(ctx, hr, own); err != nil {
			t.Fatal(err)
		}
		refuses(t, s.SaveGuide(ctx, hr, own), errs.KindConflict, "interview.changed_meanwhile")
		own.Revision = 1
		if err := s.SaveGuide(ctx, hr, own); err != nil {
			t.Fatal(err)
		}
		guides, book, err := s.Guides(ctx, hr)
		if err != nil || len(guides) != len(interview.Roles) || !guides[6].Own || guides[6].Revision != 2 || guides[0].Own {
			t.Fatalf("%+v %v", guides, err)
		}
		i, err := s.Save(ctx, hr, talk())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Code(ctx, hr, interview.Coding{InterviewID: i.ID, Quoted: "提成看不懂", Themes: []string{book.Codes[0].ID}}); err != nil {
			t.Fatal(err)
		}
		refuses(t, s.SaveCodeBook(ctx, hr, interview.CodeBook{Codes: book.Codes[1:]}), errs.KindInvalid, "interview.code_used")
		book.Codes = append(book.Codes, interview.Code{Name: ruledoc.Text{Zh: "差旅"}})
		if err := s.SaveCodeBook(ctx, hr, book); err != nil {
			t.Fatal(err)
		}
		if _, after, err := s.Guides(ctx, hr); err != nil || after.Codes[len(after.Codes)-1].ID == "" || after.Revision != 1 {
			t.Errorf("%+v %v", after, err)
		}
	})
}
