package tiers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

var today = calendar.DateOf(pagetest.Morning)

// desk is the Small company, in which C1 and C2 bought for 100 and 150 millions in July, and A sold a little to C1 before and after. So C1, an existing customer, begins at 60 % of
// all value, and C2, a new one, at 0 %.
type desk struct {
	*pagetest.Site
	house *monthtest.House
	t     *testing.T
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Site: pagetest.New(t, "青禾智控"), t: t}
	d.house = monthtest.Open(t, d.App.DB, monthtest.Small())
	d.sell("C1", today-300, 100_000_00)
	d.sell("C1", today-20, 100_000_00)
	return d
}

func (d *desk) sell(to string, day calendar.Date, minor int64) {
	d.t.Helper()
	if err := d.App.DB.InTx(d.t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(d.t.Context(), fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		if _, err := w.PutDeal(d.t.Context(), fact.DealRecord{Key: "S" + to + day.String(), Customer: to, Product: "PA", SignedOn: day, AmountMinor: minor, Currency: money.CNY,
			Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}}); err != nil {
			return err
		}
		_, err = w.Finish(d.t.Context())
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
}

// work carries out the jobs that wait.
func (d *desk) work() {
	d.t.Helper()
	ids, err := d.house.Queued(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, id := range ids {
		r, err := d.house.Start(d.t.Context(), id)
		if err != nil {
			d.t.Fatal(err)
		}
		run := d.App.Tiers.RunReview
		if r.Job().Kind == tierbook.JobTrial {
			run = d.App.Tiers.RunTrial
		}
		if err := run(d.t.Context(), r); err != nil {
			d.t.Fatal(err)
		}
		if err := d.house.Finish(d.t.Context(), r, job.StateSucceeded, false); err != nil {
			d.t.Fatal(err)
		}
	}
}

func TestAReviewIsStartedAndShown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	operations, director := d.As(t, 0, pagetest.Grant(access.RoleOperations)), d.As(t, 0, pagetest.Grant(access.RoleDirector))
	operations.Get("/tiers", http.StatusOK).Has("main: 还没有评级结果", "form[action=/tiers/review]", "nav.xg-rail a[href=/tiers]")
	for _, path := range []string{"/tiers/customers", "/tiers/files", "/tiers/workload"} {
		operations.Get(path, http.StatusOK).Has("main: 还没有评级结果")
	}
	page := operations.Post("/tiers/review", nil, http.StatusOK)
	page.Has("#saved: 评级已开始", "main: 正在评级")
	page.Lacks("form[action=/tiers/review]")
	operations.Post("/tiers/review", nil, http.StatusConflict).Has("#failed: 评级正在进行")
	d.work()
	page = director.Get("/tiers", http.StatusOK)
	page.Has("main table td: 核心销售专人负责", "main: 资源匹配度", "main: RFM 分组", "main: 笔签约没录成本", "main a[href=/tiers/customers?tier=A]")
	page.Lacks("form[action=/tiers/review]") // who approves does not start
	page = operations.Get("/tiers/customers?tier=A", http.StatusOK)
	page.Has("main table a: 恒越精密", "main table td: 40.0%")
	page.Lacks("main table a: 澜川电子")
	operations.Get("/tiers/customers?tier=A&only=by_hand", http.StatusOK).Has("main: 没有符合条件")
	operations.Get("/tiers/customers?person=x", http.StatusUnprocessableEntity).Has("main .note: 选")
	operations.Get("/tiers/customers/export/csv?tier=A", http.StatusOK)
	operations.Get("/tiers/files", http.StatusOK).Has("main: 缺得最多的", "main table td: 未达标")
	operations.Get("/tiers/workload", http.StatusOK).Has("main table th: 30 天联系次数", "main table a: 陈思远")
	operations.Lang = "en"
	for _, path := range []string{"/tiers", "/tiers/customers", "/tiers/files", "/tiers/workload", "/tiers/policies"} {
		operations.Get(path, http.StatusOK).Has("main")
	}
	d.As(t, 0, pagetest.Grant(access.RoleHR)).Get("/tiers", http.StatusForbidden).Lacks("table")
}

func TestACustomersPageSaysWhereItStandsAndTakesWhatIsKnown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	operations, director := d.As(t, 0, pagetest.Grant(access.RoleOperations)), d.As(t, 0, pagetest.Grant(access.RoleDirector))
	seller := d.As(t, d.house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	seller.Get("/customers/1", http.StatusOK).Has("main: 还没评级", "main #f-need", "main: 客户档案")
	operations.Post("/tiers/review", nil, http.StatusOK)
	d.work()
	page := seller.Get("/customers/1", http.StatusOK)
	page.Has("main .xg-tier: A", "main: 老客户", "main: 得分 40.04", "main: 统一社会信用代码", "main a[href=#f-contract_end]")
	page.Lacks("form#set-tier")
	seller.Get("/today", http.StatusOK).Has("main: A 级客户到了该联系的日子", "main: 联系恒越精密", "main: 超期13天")
	seller.Post("/customers/1/profile", url.Values{"need": {"换产线"}, "region_code": {"99"}, "rating.need": {"101"}}, http.StatusUnprocessableEntity).
		Has("input#f-region_code.is-invalid", "input#f-rating-need.is-invalid", "main textarea#f-need: 换产线")
	page = seller.Post("/customers/1/profile", url.Values{"need": {"换产线<script>"}, "region_code": {"310115"}, "budget": {"120,000"}, "contract_end": {"2026-12-31"}, "rating.need": {"90"}, "seen": {"0"}}, http.StatusOK)
	page.Has("#saved", "main input[value=120000.00]", "main textarea: 换产线<script>", "main: 确认过")
	page.Lacks("main a[href=#f-contract_end]")
	seller.Post("/customers/1/tier", url.Values{"tier": {"C"}, "until": {"2026-12-01"}, "reason": {"x"}}, http.StatusForbidden)
	director.Post("/customers/1/tier", url.Values{"tier": {"C"}, "until": {"2020-12-01"}, "reason": {"x"}}, http.StatusUnprocessableEntity).Has("input#f-until.is-invalid")
	director.Post("/customers/1/tier", url.Values{"tier": {"C"}, "until": {"2026-12-01"}, "reason": {"内部往来"}}, http.StatusConflict).Has("main: 从 A 调到 C 要走审批")
	page = director.Post("/customers/1/tier", url.Values{"tier": {"B"}, "until": {"2026-12-01"}, "reason": {"内部往来"}}, http.StatusOK)
	page.Has("main .xg-tier: B", "main: 手工定为 B 级，到 2026-12-01 止：内部往来", "main table td: A → B", "form[action=/customers/1/tier/end]")
	director.Post("/customers/1/tier/end", url.Values{"seen": {"1"}}, http.StatusConflict).Has("main: 刚变过")
	director.Post("/customers/1/tier/end", nil, http.StatusOK).Has("main .xg-tier: A")
}

func TestASellerAsksForATierAndTheManagerApproves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	operations, director := d.As(t, 0, pagetest.Grant(access.RoleOperations)), d.As(t, 0, pagetest.Grant(access.RoleDirector))
	seller, lead := d.As(t, d.house.Person(t, "A"), pagetest.Grant(access.RoleSeller)), d.As(t, d.house.Person(t, "M1"), pagetest.Grant(access.RoleLead))
	operations.Post("/tiers/review", nil, http.StatusOK)
	d.work()
	seller.Get("/customers/1", http.StatusOK).Has("form#ask-tier select#f-ask-tier", "form#ask-tier textarea#f-ask-evidence")
	seller.Post("/customers/1/tier/ask", url.Values{"tier": {"C"}, "until": {"2026-12-01"}, "reason": {"只买样品"}}, http.StatusUnprocessableEntity).Has("textarea#f-ask-evidence.is-invalid", "form#ask-tier input[value=只买样品]")
	page := seller.Post("/customers/1/tier/ask", url.Values{"tier": {"C"}, "until": {"2026-12-01"}, "reason": {"只买样品"}, "evidence": {"采购部来函"}}, http.StatusOK)
	page.Has("#tier-asked: 有人申请从 A 调到 C", "main .xg-tier: A")
	page.Lacks("form#ask-tier")
	lead.Get("/approvals", http.StatusOK).Has("#approvals a: 恒越精密 A → C", "#approvals: 申请调级")
	request := lead.Get("/customers/1", http.StatusOK).Attribute("#tier-asked a", "href")
	page = lead.Post(request+"/decide", url.Values{"act": {"approve"}, "note": {"同意"}}, http.StatusOK)
	page.Has("main: 采购部来函", "main: 同意")
	director.Post(request+"/decide", url.Values{"act": {"approve"}}, http.StatusOK).Has("main: 已通过")
	seller.Get("/customers/1", http.StatusOK).Has("main .xg-tier: C", "main: 手工定为 C 级，到 2026-12-01 止：只买样品", "main table td: 申请调级获批")
}

func TestAPolicyGoesFromTextToForce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.sell("C2", today-300, 30_000_00)
	d.sell("C2", today-20, 30_000_00)
	operations, director := d.As(t, 0, pagetest.Grant(access.RoleOperations)), d.As(t, 0, pagetest.Grant(access.RoleDirector))
	operations.Post("/tiers/review", nil, http.StatusOK)
	d.work()
	operations.Get("/tiers/policies", http.StatusOK).Has("main: 系统自带", "main: 从头累计到总价值 80% 的为 A 级", "main: 还没有自己的版本", "main a[href=/tiers/policies/new]")
	director.Get("/tiers/policies/new", http.StatusForbidden)
	operations.Get("/tiers/policies/new", http.StatusOK).Has("textarea#f-text: cumulative_share", "form#policy")
	wrong := strings.Replace(string(tier.DefaultText()), "a: 80%", "a: 99%", 1)
	operations.Post("/tiers/policies", url.Values{"text": {wrong}, "from": {"2026-10-09"}}, http.StatusUnprocessableEntity).Has("main: 检查结果", "main: 顺序反了", "textarea#f-text: a: 99%")
	stricter := strings.Replace(string(tier.DefaultText()), "a: 80%", "a: 50%", 1)
	page := operations.Post("/tiers/policies", url.Values{"text": {stricter}, "from": {"2026-10-08"}, "note": {"收紧"}}, http.StatusOK)
	page.Has("#saved: 草稿已保存", "#changes", "#untried", "main: 由业务负责人批准", "main table td: 从头累计到总价值 50% 的为 A 级")
	policy, _, _ := strings.Cut(page.Path, "?")
	page.Lacks("form[action=" + policy + "/approve]")
	operations.Post(policy+"/try", nil, http.StatusOK).Has("main: 正在试算")
	d.work()
	page = director.Get(policy, http.StatusOK)
	page.Has("main: 等级怎么变", "main: 联系工作量", "main table td: 价值", "form[action="+policy+"/approve]")
	page.Lacks("#untried")
	director.Post(policy+"/approve", url.Values{"seen": {"1"}}, http.StatusConflict).Has("#failed: 刚被改过")
	director.Post(policy+"/withdraw", nil, http.StatusUnprocessableEntity).Has("#failed: 写明原因")
	page = director.Post(policy+"/approve", url.Values{"seen": {page.Attribute("form[action="+policy+"/approve] input[name=seen]", "value")}}, http.StatusOK)
	page.Has("#saved: 已批准", "main: 已批准")
	page.Lacks("form[action=" + policy + "/approve]")
	director.Get("/tiers/policies", http.StatusOK).Has("main: 现行标准 V1")
	operations.Post("/tiers/review", nil, http.StatusOK)
	d.work()
	director.Get("/tiers", http.StatusOK).Has("main: 上次评级的变动")
	director.Get("/tiers/proposals", http.StatusOK).Has("main: 没有待批的调级")
}
