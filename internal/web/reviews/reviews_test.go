package reviews_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/review"
)

// place is a site where the first team has a meeting of a kind today.
type place struct {
	*pagetest.Site
	t     *testing.T
	house *monthtest.House
	id    int64
	url   string
	today string
}

func open(t *testing.T, kind review.Kind) *place {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	h := &place{Site: site, t: t, house: monthtest.Open(t, site.App.DB, monthtest.Small())}
	l, err := site.App.Reviews.List(t.Context(), monthtest.Maker, "", "")
	if err != nil {
		t.Fatal(err)
	}
	h.today = l.Today.String()
	for _, unit := range l.Callable {
		if unit.Name != "一部" {
			continue
		}
		made, err := site.App.Reviews.Call(t.Context(), monthtest.Maker, kind, unit, l.Today)
		if err != nil {
			t.Fatal(err)
		}
		h.id, h.url = made.ID, "/reviews/"+strconv.FormatInt(made.ID, 10)
	}
	return h
}

func (h *place) person(key string) string {
	return strconv.FormatInt(h.house.Person(h.t, key), 10)
}

func (h *place) lead() *pagetest.Visitor {
	return h.As(h.t, h.house.Person(h.t, "M1"), access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow})
}

func (h *place) seller(key string) *pagetest.Visitor {
	return h.As(h.t, h.house.Person(h.t, key), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn})
}

func TestAWeeklyReviewIsHeldAndLocked(t *testing.T) {
	t.Parallel()
	h := open(t, review.Weekly)
	lead, seller := h.lead(), h.seller("A")
	other := h.As(t, h.house.Person(t, "D"), access.Grant{Role: access.RoleService, Scope: access.ScopeOwn})
	lead.Get("/reviews", http.StatusOK).Has("h1: 会议", "main table a", "form#call select[name=kind]")
	lead.Get(h.url, http.StatusOK).Has("h1: 一部 · 周例会", "#people td: 陈思远", "form#write textarea[name=minutes]", "form#agree", "form#finish", "main: 时间进度")
	seller.Get(h.url, http.StatusOK).Has("#mine", "main: 还没有纪要")
	seller.Get(h.url, http.StatusOK).Lacks("#people", "form#write", "main: 顾南星")
	other.Get(h.url, http.StatusNotFound)
	lead.Post(h.url+"/step", url.Values{"to": {"finish"}}, http.StatusConflict).Has("#problem: 先写纪要")
	lead.Post(h.url+"/minutes", url.Values{"minutes": {"先催<b>客户</b>\n再补商机"}}, http.StatusOK).Has("#done")
	lead.Post(h.url+"/actions", url.Values{"text": {""}, "person": {h.person("A")}, "due_on": {h.today}}, http.StatusUnprocessableEntity).Has("form#agree input[name=text].is-invalid")
	lead.Post(h.url+"/actions", url.Values{"text": {"拜访客户"}, "person": {h.person("A")}, "due_on": {h.today}}, http.StatusOK).Has("#done", "main: 拜访客户")
	seller.Get("/today", http.StatusOK).Has("main: 拜访客户")
	seller.Post("/minutes", url.Values{}, http.StatusNotFound)
	seller.Post(h.url+"/minutes", url.Values{"minutes": {"x"}}, http.StatusForbidden)
	page := lead.Post(h.url+"/step", url.Values{"to": {"finish"}}, http.StatusOK)
	page.Has("#done", "main: 已结束", "main p: 再补商机")
	page.Lacks("form#write", "form#finish", "main p b")
	lead.Post(h.url+"/minutes", url.Values{"minutes": {"改"}}, http.StatusConflict).Has("#problem")
	seller.Get(h.url, http.StatusOK).Has("main p: 再补商机", "main: 拜访客户")
	if pdf := lead.Get(h.url+"/minutes/pdf", http.StatusOK); !strings.HasPrefix(pdf.Text, "%PDF") {
		t.Errorf("%.20q", pdf.Text)
	}
	if word := seller.Get(h.url+"/minutes/docx", http.StatusOK); !strings.HasPrefix(word.Text, "PK") {
		t.Errorf("%.20q", word.Text)
	}
	lead.Get(h.url+"/minutes/exe", http.StatusNotFound)
	lead.Lang = "en"
	lead.Get(h.url, http.StatusOK).Has("main: Pipeline needed", "main: Finished")
	lead.Get("/reviews/x", http.StatusNotFound)
}

func TestAnAssessmentIsSeenByWhomItIsAbout(t *testing.T) {
	t.Parallel()
	h := open(t, review.Monthly)
	lead, seller := h.lead(), h.seller("A")
	lead.Get(h.url, http.StatusOK).Has("form#say textarea[name=words-" + h.person("A") + "]")
	typed := url.Values{"people": {"1"}}
	for _, key := range []string{"M1", "A", "B", "C"} {
		typed.Set("words-"+h.person(key), "下月每周补两个商机")
	}
	lead.Post(h.url+"/minutes", url.Values{"minutes": {"逐人过"}}, http.StatusOK)
	long := url.Values{"people": {"1"}, "words-" + h.person("A"): {strings.Repeat("长", 1001)}}
	lead.Post(h.url+"/people", long, http.StatusUnprocessableEntity).Has("form#say textarea.is-invalid")
	typed.Del("words-" + h.person("M1"))
	lead.Post(h.url+"/people", typed, http.StatusOK).Has("#done")
	seller.Get(h.url, http.StatusOK).Lacks("main: 下月每周补两个商机")
	lead.Post(h.url+"/step", url.Values{"to": {"finish"}}, http.StatusOK).Has("#done")
	seller.Get(h.url, http.StatusOK).Has("#mine", "main: 下月每周补两个商机", "form#see")
	seller.Post(h.url+"/step", url.Values{"to": {"see"}}, http.StatusOK).Has("#seen")
}

func TestSettingsAreKeptByOperations(t *testing.T) {
	t.Parallel()
	h := open(t, review.Weekly)
	ops := h.As(t, 0, pagetest.Grant(access.RoleOperations))
	ops.Get("/reviews/settings", http.StatusOK).Has("form#settings select[name=weekday]", "form#settings textarea[name=bands]")
	typed := url.Values{"weekly": {"1"}, "weekday": {"2"}, "month_day": {"3"}, "quarter_day": {"5"}, "bands": {"100 达标\n0 没达标"}, "adjust_from": {"10"}, "adjust_most": {"viel"}}
	ops.Post("/reviews/settings", typed, http.StatusUnprocessableEntity).Has("input[name=adjust_most].is-invalid")
	typed.Set("adjust_most", "20")
	ops.Post("/reviews/settings", typed, http.StatusOK).Has("#done", "textarea: 没达标")
	h.lead().Post("/reviews/settings", typed, http.StatusForbidden)
}
