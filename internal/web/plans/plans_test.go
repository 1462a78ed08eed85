package plans_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/plancase"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/plans"
	"xiaoguan/internal/web/ui"
)

type names struct{}

func (names) UserNames(context.Context, access.Actor, []string) (map[string]string, error) {
	return map[string]string{"u-ops": "余安", "u-dir": "秦岚"}, nil
}

type site struct {
	t       *testing.T
	book    *planbook.Service
	handler http.Handler
	text    *i18n.Catalogue
	lang    i18n.Lang
}

func newSite(t *testing.T) *site {
	t.Helper()
	db := storetest.SQLite(t)
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	ids := 0
	s := &site{t: t, text: catalogue, lang: i18n.ZhCN, book: planbook.NewService(db.Plans(), func() string { ids++; return fmt.Sprintf("v-%d", ids) }).WithExaminer(plancase.Examiner{Printer: catalogue.Printer(i18n.ZhCN)})}
	mux := http.NewServeMux()
	answer := httpx.Errors{Log: slog.New(slog.DiscardHandler), Page: ui.RenderError}
	plans.New(s.book, names{}).Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answer.Handle(handler)) })
	s.handler = mux
	t.Cleanup(func() {
		if missing := catalogue.Missing(); len(missing) > 0 {
			t.Errorf("texts missing: %v", missing)
		}
	})
	return s
}

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../../bench/w1/plans/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func actor(id string, role access.Role) access.Actor {
	return access.Actor{UserID: id, Name: id, Grants: []access.Grant{{Role: role, Scope: access.ScopeAll}}}
}

var (
	operations = actor("u-ops", access.RoleOperations)
	director   = actor("u-dir", access.RoleDirector)
	seller     = actor("u-sel", access.RoleSeller)
)

// saved keeps a draft and returns its address.
func (s *site) saved(by access.Actor, text string) string {
	s.t.Helper()
	v, err := s.book.Save(s.t.Context(), by, planbook.Draft{Text: text, Note: "第一版"})
	if err != nil {
		s.t.Fatal(err)
	}
	return "/plans/" + v.ID
}

// inForce keeps the crediting rules and a plan, both approved, and returns the plan's address.
func (s *site) inForce(name string) string {
	s.t.Helper()
	path := ""
	for _, document := range []string{"crediting", name} {
		path = s.saved(operations, text(s.t, document))
		if _, err := s.book.Approve(s.t.Context(), director, strings.TrimPrefix(path, "/plans/")); err != nil {
			s.t.Fatal(err)
		}
	}
	return path
}

func (s *site) do(by access.Actor, method, path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	ctx := httpx.WithPreferences(access.WithActor(r.Context(), by), httpx.Preferences{Lang: s.lang, Theme: httpx.ThemeLight, UpDown: httpx.UpDownNeutral}, s.text.Printer(s.lang))
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(ctx))
	return w
}

func (s *site) wants(w *httptest.ResponseRecorder, status int, present, absent []string) {
	s.t.Helper()
	body := w.Body.String()
	if w.Code != status {
		s.t.Errorf("status %d, want %d", w.Code, status)
	}
	for _, text := range present {
		if !strings.Contains(body, text) {
			s.t.Errorf("page lacks %q", text)
		}
	}
	for _, text := range append(absent, "⟦") {
		if strings.Contains(body, text) {
			s.t.Errorf("page shows %q", text)
		}
	}
}

func (s *site) get(by access.Actor, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(by, http.MethodGet, path, nil)
}

func TestAPlanShowsTextRuleCurveAndFindings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.inForce("regular")
	s.wants(s.get(director, path), http.StatusOK, []string{
		"第三条　提成", "- id: commission", "兑现曲线", `data-chart="curve"`, "检查结果", "余安起草", "秦岚批准", "普通销售·业绩激励", "已批准", "查表1%–3%", `id="measures"`,
	}, []string{"Article 3"})
	s.wants(s.get(director, path+"?prose=en"), http.StatusOK, []string{"Article 3. Commission", `lang="en"`}, nil)
	s.wants(s.get(director, path+"?quota=100000.00&rate=3%25"), http.StatusOK, []string{"¥3,600.00"}, nil)
	s.wants(s.get(director, path+"?quota=lots"), http.StatusUnprocessableEntity, nil, nil)
	s.wants(s.get(director, path+"/source"), http.StatusOK, []string{"earned_on: collected"}, nil)
	s.lang = i18n.En
	s.wants(s.get(director, path), http.StatusOK, []string{"Payout curve", "Drafted by 余安"}, nil)
	s.wants(s.get(director, "/plans"), http.StatusOK, []string{"Crediting rules", "Regular sellers: performance", "Approved"}, nil)
	s.wants(s.get(director, "/plans/v-1"), http.StatusOK, []string{"Crediting rules"}, []string{`data-chart="curve"`})
}

func TestSellersReadWhatIsInForceAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	approved := s.inForce("regular")
	draft := s.saved(operations, strings.Replace(text(t, "regular"), "amount: 2000.00", "amount: 7777.00", 1))
	s.wants(s.get(seller, approved), http.StatusOK, []string{"第三条　提成"}, []string{"7777", "撤回方案", "起草新版本"})
	for _, path := range []string{draft, draft + "/source", draft + "/diff", draft + "/edit", "/plans", "/plans/new", approved + "/diff?with=" + strings.TrimPrefix(draft, "/plans/")} {
		w := s.get(seller, path)
		if w.Code != http.StatusForbidden && w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
		s.wants(w, w.Code, nil, []string{"7777", "7,777"})
	}
	s.wants(s.do(seller, http.MethodPost, draft+"/approve", nil), http.StatusForbidden, nil, []string{"7777"})
	s.wants(s.get(access.Actor{}, approved), http.StatusUnauthorized, nil, []string{"提成"})
}

func TestTheAuthorCannotApprove(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.saved(operations, text(t, "crediting"))
	author := access.Actor{UserID: "u-ops", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}, {Role: access.RoleFinance, Scope: access.ScopeAll}}}
	s.wants(s.get(author, path), http.StatusOK, []string{"等别人批准："}, []string{path + "/approve"})
	s.wants(s.do(author, http.MethodPost, path+"/approve", nil), http.StatusForbidden, []string{"自己起草的方案要由别人批准"}, nil)
	seen := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(s.get(director, path).Body.String())
	if seen == nil {
		t.Fatal("the form does not say which text it approves")
	}
	s.wants(s.do(director, http.MethodPost, path+"/approve", url.Values{"seen": {"00" + seen[1][2:]}}), http.StatusConflict, []string{"没有执行："}, []string{"秦岚批准"})
	if w := s.do(director, http.MethodPost, path+"/approve", url.Values{"seen": {seen[1]}}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != path {
		t.Errorf("status %d to %s", w.Code, w.Header().Get("Location"))
	}
	s.wants(s.get(director, path), http.StatusOK, []string{"已批准", "秦岚批准"}, nil)
}

func TestAPlanThatDoesNotFitIsNotApproved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.saved(operations, text(t, "regular"))
	s.wants(s.do(director, http.MethodPost, path+"/approve", nil), http.StatusConflict, []string{"没有执行："}, []string{"秦岚批准"})
}

func TestAPlanIsTriedAndItsChangesAreSaid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.inForce("regular")
	s.wants(s.get(director, first), http.StatusOK, []string{`id="costs"`, "花多少钱", "57,600.00", "120%", "多 1 分钱业绩就多发 ¥2,000.00", "超额累进（style: marginal）"}, nil)
	s.wants(s.get(seller, first), http.StatusOK, []string{"检查结果"}, []string{`id="costs"`, "多 1 分钱业绩"})
	second := s.saved(operations, strings.Replace(text(t, "regular"), "A: 3%", "A: 4%", 1))
	s.wants(s.get(director, second+"/diff"), http.StatusOK, []string{`id="changes"`, "改了什么", "提成·比例·表格·A", "3% → 4%"}, nil)
	same := s.saved(operations, text(t, "regular")+"\n# a remark\n")
	s.wants(s.get(director, same+"/diff?with="+strings.TrimPrefix(first, "/plans/")), http.StatusOK, []string{"规则没有变，只是写法不同"}, nil)
	s.wants(s.do(operations, http.MethodPost, "/plans/new", url.Values{"act": {"check"}, "text": {text(t, "manager")}}), http.StatusOK, []string{`id="costs"`, "样板经理带 5 人"}, nil)
	s.lang = i18n.En
	s.wants(s.get(director, second+"/diff"), http.StatusOK, []string{"What changed", "Commission, rate, table, A"}, nil)
	s.wants(s.get(director, first), http.StatusOK, []string{"What it costs", "moving a deal by a day"}, nil)
}

func TestExamplesOfAPlanAreShownAndHoldUpApproval(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	rules := s.saved(operations, text(t, "crediting"))
	if _, err := s.book.Approve(t.Context(), director, strings.TrimPrefix(rules, "/plans/")); err != nil {
		t.Fatal(err)
	}
	examples := strings.ReplaceAll(`
examples: |
  period: 2026-09
  ~~~csv people.csv
  key,name,level,hired_on
  1,Wang,regular,2024-03-01
  ~~~
  ## 没有回款
  ~~~csv want.csv
  payee,component,amount
  ~~~
  ## 多写了一百
  ~~~csv want.csv
  payee,component,amount
  1,commission,100.00
  ~~~
`, "~~~", "```")
	path := s.saved(operations, text(t, "regular")+examples)
	s.wants(s.get(director, path), http.StatusOK, []string{`id="examples"`, "没有回款", "通过", "多写了一百", "应为 100.00，算出 0.00"}, nil)
	s.wants(s.do(director, http.MethodPost, path+"/approve", nil), http.StatusConflict, []string{"没有执行：", "多写了一百"}, []string{"秦岚批准"})
}

func TestWithdrawalWantsAReason(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.inForce("regular")
	s.wants(s.do(director, http.MethodPost, path+"/withdraw", url.Values{"reason": {" "}}), http.StatusUnprocessableEntity, []string{"写明撤回的原因"}, nil)
	if w := s.do(director, http.MethodPost, path+"/withdraw", url.Values{"reason": {"指标要重定"}}); w.Code != http.StatusSeeOther {
		t.Errorf("status %d", w.Code)
	}
	s.wants(s.get(director, path), http.StatusOK, []string{"已撤回：指标要重定"}, []string{path + "/withdraw"})
}

func TestTheEditorShowsEveryFindingByLine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	broken := strings.NewReplacer("layer: regular", "layer: nobody", "currency: CNY", "currency: yuan").Replace(text(t, "regular"))
	s.wants(s.do(operations, http.MethodPost, "/plans/new", url.Values{"text": {broken}, "act": {"save"}}), http.StatusUnprocessableEntity,
		[]string{"没有保存：先改掉错误。", "第5行", "第6行", "layer: nobody", "2 错误"}, []string{"正文预览"})
	s.wants(s.do(operations, http.MethodPost, "/plans/new", url.Values{"text": {text(t, "regular")}, "act": {"check"}}), http.StatusOK,
		[]string{"正文预览", "第三条　提成"}, []string{"没有保存"})
	if all, err := s.book.List(t.Context(), operations); err != nil || len(all) != 0 {
		t.Errorf("%d versions kept, %v", len(all), err)
	}
	w := s.do(operations, http.MethodPost, "/plans/new", url.Values{"text": {strings.ReplaceAll(text(t, "regular"), "\n", "\r\n")}, "note": {"新"}, "act": {"save"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/plans/v-1" {
		t.Fatalf("status %d to %s", w.Code, w.Header().Get("Location"))
	}
	v, _, err := s.book.Get(t.Context(), operations, "v-1")
	if err != nil || v.Text != text(t, "regular") || v.Note != "新" {
		t.Errorf("kept %q, %v", v.Note, err)
	}
}

func TestOnlyTheAuthorEditsADraft(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.saved(operations, text(t, "regular"))
	other := actor("u-two", access.RoleOperations)
	s.wants(s.get(operations, path+"/edit"), http.StatusOK, []string{"正文预览", "第一版"}, nil)
	s.wants(s.get(other, path+"/edit"), http.StatusConflict, nil, nil)
	s.wants(s.do(other, http.MethodPost, path+"/edit", url.Values{"text": {text(t, "regular")}, "act": {"save"}}), http.StatusConflict, []string{"这是别人的草案"}, nil)
	s.wants(s.get(other, "/plans/new?from="+strings.TrimPrefix(path, "/plans/")), http.StatusOK, []string{"xiaoguan: plan/1"}, nil)
	s.wants(s.get(other, "/plans/new"), http.StatusOK, []string{"从已有版本开始", "普通销售·业绩激励 v1"}, nil)
	changed := strings.Replace(text(t, "regular"), "2000.00", "2500.00", 1)
	if w := s.do(operations, http.MethodPost, path+"/edit", url.Values{"text": {changed}, "act": {"save"}}); w.Code != http.StatusSeeOther {
		t.Errorf("status %d", w.Code)
	}
	s.wants(s.get(operations, path+"/source"), http.StatusOK, []string{"2500.00"}, []string{"2000.00"})
}

func TestTheDifferenceOfTwoVersions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.inForce("regular")
	second := s.saved(operations, strings.Replace(text(t, "regular"), "amount: 2000.00", "amount: 2500.00", 1))
	for _, path := range []string{second + "/diff", first + "/diff?with=" + strings.TrimPrefix(second, "/plans/")} {
		s.wants(s.get(director, path), http.StatusOK, []string{"v1 → v2的差异", "<del>-     pays: {amount: 2000.00}</del>", "<ins>+     pays: {amount: 2500.00}</ins>", "相同"}, []string{"zero_quota"})
	}
	s.wants(s.get(director, first+"/diff"), http.StatusOK, []string{"没有可比的版本"}, nil)
	s.wants(s.get(director, first+"/diff?with=v-1"), http.StatusNotFound, nil, nil)
}
