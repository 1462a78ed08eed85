package voices_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/store"
)

// settle records a team of six and a team of five; the first is returned by id.
func settle(t *testing.T, site *pagetest.Site) []int64 {
	t.Helper()
	ctx, today := t.Context(), calendar.DateOf(pagetest.Morning)
	err := site.App.DB.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		put := func(_ fact.Outcome, problem error) { err = errors.Join(err, problem) }
		put(w.PutRegion(ctx, fact.RegionRecord{Key: "R", Name: "华东"}))
		for team, size := range []int{6, 5} {
			key := "T" + strconv.Itoa(team)
			put(w.PutTeam(ctx, fact.TeamRecord{Key: key, Name: "队" + strconv.Itoa(team), Region: "R"}))
			for i := range size {
				put(w.PutPerson(ctx, fact.PersonRecord{Key: key + strconv.Itoa(i), Name: "员工" + key + strconv.Itoa(i), Team: key, Level: "regular", Hired: today - 400, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
			}
		}
		if err == nil {
			_, err = w.Finish(ctx)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return monthtest.QueryInts(t, site.App.DB, "SELECT id FROM person ORDER BY key")
}

// filled answers every question of the shipped questionnaire.
func filled(score int) url.Values {
	form := url.Values{}
	d := questionnaire.Shipped()
	for _, q := range d.Questions {
		switch q.Kind {
		case questionnaire.KindText:
			form.Set(q.ID, "审批太慢")
		case questionnaire.KindMultiple:
			form[q.ID] = []string{"clear", "faster"}
		default:
			form.Set(q.ID, strconv.Itoa(score))
		}
	}
	return form
}

func TestAQuestionnaireIsWrittenAnsweredAndRead(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	people := settle(t, site)
	hr, seller := site.As(t, 0, pagetest.Grant(access.RoleHR)), site.As(t, people[0], pagetest.Grant(access.RoleSeller))
	hr.Get("/questionnaires", http.StatusOK).Has("h1: 访谈与问卷", "main: 还没有问卷")
	seller.Post("/questionnaires", url.Values{"from": {"shipped"}}, http.StatusForbidden)
	hr.Post("/questionnaires", url.Values{"from": {"shipped"}}, http.StatusOK).Has("#done", "#questions", "form#open", "form#settings")
	hr.Get("/questionnaires/1/questions/q1", http.StatusOK).Has("form#question", "input[name=text_zh]")
	hr.Post("/questionnaires/1/questions/new", url.Values{"kind": {"single"}, "text_zh": {"选一个"}, "options": {"甲"}}, http.StatusUnprocessableEntity).Has("textarea[name=options].is-invalid")
	hr.Post("/questionnaires/1/questions/new", url.Values{"kind": {"single"}, "text_zh": {"选<b>一个"}, "options": {"甲 | One\n乙"}}, http.StatusOK).Has("main: 选<b>一个")
	hr.Post("/questionnaires/1/questions/q24", url.Values{"to": {"remove"}}, http.StatusOK).Lacks("main: 选<b>一个")
	hr.Post("/questionnaires/1/step", url.Values{"to": {"open"}, "closes_on": {"2020-01-01"}}, http.StatusUnprocessableEntity).Has("form#open input.is-invalid")
	end := (calendar.DateOf(pagetest.Morning) + 7).String()
	hr.Post("/questionnaires/1/step", url.Values{"to": {"open"}, "closes_on": {end}}, http.StatusOK).Has("#done", "#turnout", "#without-login", "main: 10")
	seller.Get("/today", http.StatusOK).Has("main: 填问卷")
	page := seller.Get("/questionnaires/1", http.StatusOK)
	page.Has("#asked")
	page.Lacks("#turnout")
	page = seller.Post("/questionnaires/1/answer", url.Values{"q1": {"3"}}, http.StatusUnprocessableEntity)
	page.Has("[role=alert]", ".xg-scale .invalid-feedback", "input[name=q1][checked]")
	seller.Post("/questionnaires/1/answer", filled(4), http.StatusOK).Has("main: 已收到")
	seller.Post("/questionnaires/1/answer", filled(4), http.StatusConflict)
	links := hr.Post("/questionnaires/1/links", nil, http.StatusOK).Attributes("input[readonly]", "value")
	if len(links) != 10 {
		t.Fatalf("%d links", len(links))
	}
	for i, link := range links {
		_, token, _ := strings.Cut(link, "?t=")
		guest := site.Stranger(t)
		page = guest.Get("/staff-answer?t="+token, http.StatusOK)
		page.Has("form#answers", "h1: 销售团队满意度")
		page.Lacks("nav a")
		form := filled(1 + i%5)
		form.Set("t", token)
		guest.Post("/staff-answer", form, http.StatusOK).Has("main: 已收到")
		guest.Post("/staff-answer", form, http.StatusConflict)
	}
	site.Stranger(t).Get("/staff-answer?t=guess", http.StatusNotFound).Lacks("form#answers")
	readResults(t, hr, seller)
}

func readResults(t *testing.T, hr, seller *pagetest.Visitor) {
	t.Helper()
	hr.Post("/questionnaires/1/step", url.Values{"to": {"close"}}, http.StatusOK).Has("#themes", "#drivers", "#groups", "#layers", "main: 审批太慢", "main: 11/11", "main: 规则更简单")
	page := hr.Get("/questionnaires/1?group=c1", http.StatusOK)
	page.Has("#themes")
	page.Lacks("#layers")
	hr.Get("/questionnaires/1?group=zz", http.StatusNotFound)
	page = seller.Get("/questionnaires/1", http.StatusOK)
	page.Has("#over")
	page.Lacks("#themes", "main: 审批太慢")
	hr.Lang = "en"
	hr.Get("/questionnaires/1", http.StatusOK).Has("main: Turnout", "main: Incentives")
	hr.Post("/questionnaires/1/step", url.Values{"to": {"again"}}, http.StatusOK).Has("#done", "#questions")
}

func TestInterviewsAndReviewsBecomeProblems(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	people := settle(t, site)
	hr, ops := site.As(t, 0, pagetest.Grant(access.RoleHR)), site.As(t, 0, pagetest.Grant(access.RoleOperations))
	seller := site.As(t, people[0], pagetest.Grant(access.RoleSeller))
	seller.Get("/interviews", http.StatusForbidden)
	hr.Get("/interviews", http.StatusOK).Has("h1: 访谈", "main: 还没有访谈", "main: 访谈提纲")
	hr.Get("/interview-guides/lead", http.StatusOK).Has("form#guide-form", "main: 陪访")
	hr.Get("/interview-guides/king", http.StatusNotFound)
	hr.Post("/interview-guides/lead", url.Values{"questions": {"团队谁最可能走？ | Who may leave?"}, "seen": {"0"}}, http.StatusOK).Has("#done", "main: 谁最可能走")
	hr.Get("/interviews/new", http.StatusOK).Has("form#interview", "textarea[name=notes]")
	today := calendar.DateOf(pagetest.Morning).String()
	hr.Post("/interviews", url.Values{"role": {"core"}, "held_on": {today}, "notes": {""}}, http.StatusUnprocessableEntity).Has("textarea[name=notes].is-invalid")
	hr.Post("/interviews", url.Values{"role": {"core"}, "held_on": {today}, "notes": {"审批<b>太慢\n客户跑了"}}, http.StatusOK).Has("#done", "main: 审批<b>太慢", "form#code")
	hr.Post("/interviews/1/passages", url.Values{"quoted": {"不在里面"}, "themes": {"process"}}, http.StatusUnprocessableEntity).Has("textarea[name=quoted].is-invalid")
	hr.Post("/interviews/1/passages", url.Values{"quoted": {"客户跑了"}, "themes": {"process", "customers"}}, http.StatusOK).Has("main: 流程与审批", "main: 列为问题")
	hr.Post("/interviews/1/passages/1/problem", url.Values{"title": {""}, "area": {"process"}, "place": {"company"}}, http.StatusUnprocessableEntity).Has("input[name=title].is-invalid")
	hr.Post("/interviews/1/passages/1/problem", url.Values{"title": {"审批慢"}, "area": {"process"}, "place": {"company"}}, http.StatusOK).Has("#done", "a[href=/problems/1]")
	hr.Get("/interviews", http.StatusOK).Has("main: 1/1", "#themes")
	hr.Post("/interviews/codes", url.Values{"codes": {"目标 | Targets"}, "seen": {"0"}}, http.StatusUnprocessableEntity).Has("textarea[name=codes].is-invalid")

	ops.Get("/checklists", http.StatusOK).Has("main: 还没有复盘", "#lists")
	ops.Post("/checklists", url.Values{"list": {"customers"}}, http.StatusOK).Has("form#answers", "main: 系统数")
	ops.Post("/checklists/1", url.Values{"customers1": {"yes"}, "finish": {"1"}}, http.StatusUnprocessableEntity).Has("select[name=customers2].is-invalid")
	answers := url.Values{"finish": {"1"}}
	for i := range 6 {
		answers.Set("customers"+strconv.Itoa(i+1), "yes")
	}
	answers.Set("customers4", "no")
	answers.Set("customers4.evidence", "上月撞单三起没人裁")
	files := "/files/checklist_answer/1-customers4"
	ops.Get("/checklists/1", http.StatusOK).Has("main a[href=" + files + "]: 添加附件")
	ops.Upload(files, "撞单.txt", "三起", http.StatusOK).Has("table a: 撞单.txt")
	ops.Get("/checklists/1-customers4", http.StatusOK).Has("main a[href=" + files + "]: 1个附件")
	ops.Get("/files/checklist_answer/1-nothing", http.StatusNotFound)
	ops.Post("/checklists/1", answers, http.StatusOK).Has("main: 上月撞单三起", "main: 列为问题")
	ops.Upload(files, "补一份.txt", "又一起", http.StatusForbidden)
	ops.Post("/checklists/1/questions/customers4/problem", url.Values{"title": {"撞单没人裁"}, "area": {"customer"}, "place": {"company"}}, http.StatusOK).Has("a[href=/problems/2]")
	ops.Lang = "en"
	ops.Get("/checklists", http.StatusOK).Has("main: Customers", "main: Finished")
	seller.Get("/checklists/1", http.StatusForbidden)
}
