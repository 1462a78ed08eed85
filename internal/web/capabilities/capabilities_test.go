package capabilities_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

func TestSkillsAndTrainings(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	l, err := site.App.Reviews.List(t.Context(), monthtest.Maker, "", "")
	if err != nil {
		t.Fatal(err)
	}
	today := l.Today.String()
	person := house.Person(t, "A")
	hr, seller, auditor := site.As(t, 0, pagetest.Grant(access.RoleHR)), site.As(t, person, access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn}), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	other := house.Person(t, "B")
	id := func(n int64) string { return strconv.FormatInt(n, 10) }

	hr.Get("/skills", http.StatusOK).Has("h1: 技能表", "main table a[href=/skills/"+id(person)+"]")
	auditor.Get("/skills", http.StatusForbidden)
	hr.Get("/skills/"+id(person), http.StatusOK).Has("form#mark")
	hr.Post("/skills/"+id(person), url.Values{"on": {"bald"}, "skill.1": {"1"}}, http.StatusUnprocessableEntity).Has("input[name=on].is-invalid")
	hr.Post("/skills/"+id(person), url.Values{"on": {today}}, http.StatusUnprocessableEntity).Has("main: 没有改动")
	hr.Post("/skills/"+id(person), url.Values{"on": {today}, "skill.1": {"1"}, "skill.2": {"5"}, "words": {"陪访<b>两次</b>"}}, http.StatusOK).Has("#done", "main: ▼")
	page := seller.Get("/skills", http.StatusOK)
	page.Has("main table a[href=/skills/" + id(person) + "]")
	page.Lacks("main table a[href=/skills/" + id(other) + "]")
	seller.Get("/skills/"+id(person), http.StatusOK).Has("main: 陪访<b>两次</b>")
	seller.Get("/skills/"+id(person), http.StatusOK).Lacks("form#mark")
	seller.Get("/skills/"+id(other), http.StatusNotFound)
	seller.Post("/skills/"+id(person), url.Values{"on": {today}, "skill.1": {"5"}}, http.StatusForbidden)

	hr.Get("/skill-list?skill=1", http.StatusOK).Has("form#skill input[name=name_zh]")
	hr.Post("/skill-list", url.Values{"id": {"0"}, "name_zh": {""}, "name_en": {"Quotes"}, "active": {"yes"}}, http.StatusUnprocessableEntity).Has("input[name=name_zh].is-invalid")
	hr.Post("/skill-list", url.Values{"id": {"0"}, "name_zh": {"报价"}, "name_en": {"Quotes"}, "active": {"yes"}, "required.core": {"4"}}, http.StatusOK).Has("main table a: 报价")
	seller.Get("/skill-list", http.StatusForbidden)

	hr.Get("/training", http.StatusOK).Has("main: 还没有培训记录", "form#train")
	hr.Post("/training", url.Values{"topic": {"新产品"}, "on": {today}, "hours": {"30"}, "people": {id(person)}}, http.StatusUnprocessableEntity).Has("input[name=hours].is-invalid")
	hr.Post("/training", url.Values{"topic": {"新产品"}, "on": {today}, "hours": {"2.5"}, "people": {id(person), id(other)}}, http.StatusOK).Has("#done", "main: 5.0 小时", "main table: 新产品")
	seller.Get("/training", http.StatusOK).Has("main: 2.5 小时")
	seller.Post("/training/1/remove", nil, http.StatusForbidden)
	hr.Post("/training/1/remove", nil, http.StatusOK).Has("main: 2.5 小时")
	hr.Post("/training/1/remove", nil, http.StatusConflict)
	hr.Post("/training/9/remove", nil, http.StatusNotFound)

	auditor.Get("/team-value", http.StatusOK).Has("h1: 团队价值和资源", "#worth", "#ramp: 新人成长", "#resources", "#gaps", "#deviations", "main: 客户开发与拜访")
	seller.Get("/team-value", http.StatusForbidden)
	hr.Lang = "en"
	hr.Get("/team-value", http.StatusOK).Has("main: Capability gaps", "main: Prospecting and visits")
}
