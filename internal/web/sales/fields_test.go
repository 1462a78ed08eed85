package sales_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/customfield"
)

// define adds a field of opportunities.
func (s *site) define(in customfield.Entry) {
	s.t.Helper()
	if _, err := s.fields.Save(s.t.Context(), clerk(), in); err != nil {
		s.t.Fatal(err)
	}
}

func TestOwnFieldsStandInFormsListsAndHistory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.define(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "budget", NameZh: "行业预算", NameEn: "Industry budget", Kind: customfield.KindMoney})
	s.define(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "rivals", NameZh: "竞争对手", Kind: customfield.KindChoices, Choices: []customfield.Choice{{NameZh: "华星"}, {NameZh: "凌云<b>"}}})
	s.define(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "visit", NameZh: "看过厂", Kind: customfield.KindYesNo})
	s.define(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "presales", NameZh: "售前", Kind: customfield.KindPerson})
	s.actor = seller(1)
	s.wants(s.get("/new-opportunity"), "行业预算", "竞争对手", `name="field.budget"`, "凌云&lt;b&gt;")
	form := opening("产线改造")
	for key, values := range map[string][]string{"field.budget": {"十万"}, "field.rivals": {"c1", "c2", ""}, "field.visit": {"yes"}, "field.presales": {"P9"}} {
		form[key] = values
	}
	s.wants(s.post("/opportunities", form, http.StatusUnprocessableEntity), "填金额，比如 1200.50", "P9", `value="十万"`)
	form.Set("field.budget", "100,000")
	form.Set("field.presales", "P2")
	s.post("/opportunities", form, http.StatusSeeOther)
	s.wants(s.get("/opportunities/1"), "行业预算", "¥100,000.00", "华星", "销售P2")
	s.wants(s.get("/opportunities?column=field.budget&column=field.rivals&field.budget.from=90000&sort=-field.budget"), "¥100,000.00", "产线改造", "从：90000")
	s.lacks(s.get("/opportunities?field.budget.from=100001"), "产线改造")
	s.lacks(s.get("/pipeline?field.rivals=c2&field.visit=no"), "产线改造")
	s.wants(s.get("/opportunities/export/csv"), "field.budget", "100000.00", "c1,c2", "P2")
	form = opening("产线改造")
	form.Del("stage")
	form["field.rivals"], form["seen"] = []string{""}, []string{"1"}
	s.post("/opportunities/1", form, http.StatusSeeOther)
	page := s.get("/opportunities/1")
	s.wants(page, "凌云&lt;b&gt; → –")
	s.lang = "en"
	s.wants(s.get("/edit-opportunity/1"), "Industry budget", "100000.00")
}

func TestAMoveAsksForWhatItsStageNeeds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.define(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "decider", NameZh: "决策人", Kind: customfield.KindText, Required: "proposal"})
	s.define(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "rival", NameZh: "竞争对手", Kind: customfield.KindText})
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	page := s.post("/opportunities/1/stage", url.Values{"stage": {"proposal"}, "seen": {"1"}}, http.StatusUnprocessableEntity)
	s.wants(page, "填好，移过去", "先填「决策人」", `id="f-field-decider-1"`)
	s.lacks(page, `name="field.rival"`)
	s.post("/opportunities/1/stage", url.Values{"stage": {"proposal"}, "seen": {"1"}, "field.decider": {"厂长"}, "back": {"q=产线"}}, http.StatusSeeOther)
	s.wants(s.get("/opportunities/1"), "厂长")
}

func TestOwnFieldsOfLeadsContactsAndCustomers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.define(customfield.Entry{Object: customfield.ObjectLead, Key: "hall", NameZh: "展馆", Kind: customfield.KindText, Required: customfield.RequiredAlways})
	s.define(customfield.Entry{Object: customfield.ObjectContact, Key: "birthday", NameZh: "生日", Kind: customfield.KindDay})
	s.define(customfield.Entry{Object: customfield.ObjectCustomer, Key: "lines", NameZh: "产线数", Kind: customfield.KindNumber})
	s.define(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "rival", NameZh: "竞争对手", Kind: customfield.KindText})
	s.actor = seller(1)
	s.wants(s.post("/leads", url.Values{"company": {"凌云机电"}, "field.hall": {" "}}, http.StatusUnprocessableEntity), `name="field.hall"`, "f-field-hall-e")
	s.post("/leads", url.Values{"company": {"凌云机电"}, "name": {"周工"}, "field.hall": {"N3"}}, http.StatusSeeOther)
	s.wants(s.get("/leads/1"), "展馆", "N3")
	s.wants(s.get("/leads?field.hall=n&column=field.hall&sort=field.hall"), "凌云机电", "N3")
	s.lacks(s.get("/leads?field.hall=x"), "凌云机电")
	s.wants(s.get("/leads/export/csv"), "field.hall", "N3")
	s.post("/leads/1", url.Values{"company": {"凌云机电"}, "name": {"周工"}, "field.hall": {"N5"}, "seen": {"1"}}, http.StatusSeeOther)
	s.wants(s.get("/leads/1"), "展馆：N3 → N5")
	s.wants(s.get("/convert-lead/1"), "竞争对手")
	s.post("/convert-lead/1", url.Values{"customer": {"C1"}, "opportunity": {"新线"}, "currency": {"CNY"}, "expected_on": {"2026-10-24"}, "stage": {"needs"}, "field.rival": {"华星"}, "seen": {"2"}}, http.StatusSeeOther)
	s.wants(s.get("/opportunities/1"), "竞争对手", "华星")
	s.post("/contacts", url.Values{"customer": {"1"}, "name": {"王总"}, "field.birthday": {"1980-05-06"}}, http.StatusSeeOther)
	s.wants(s.get("/customers/1"), "生日 1980-05-06", `name="field.lines"`)
	s.wants(s.post("/customers/1/profile", url.Values{"seen": {"0"}, "field.lines": {"几条"}}, http.StatusUnprocessableEntity), "填整数，比如 12")
	s.post("/customers/1/profile", url.Values{"seen": {"0"}, "field.lines": {"4"}}, http.StatusSeeOther)
	s.wants(s.get("/customers?field.lines.from=4&column=field.lines&sort=-field.lines"), "恒越精密", "产线数")
	s.lacks(s.get("/customers?field.lines.to=3"), "恒越精密")
	s.post("/customers/1/profile", url.Values{"seen": {"1"}, "field.lines": {"2"}}, http.StatusSeeOther)
	s.wants(s.get("/customers?field.lines.to=3"), "恒越精密")
	s.wants(s.get("/customers/export/csv"), "field.lines")
}

func TestOwnFieldsOfContractsAndCases(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.define(customfield.Entry{Object: customfield.ObjectContract, Key: "warranty", NameZh: "质保月数", Kind: customfield.KindNumber})
	s.define(customfield.Entry{Object: customfield.ObjectCase, Key: "serial", NameZh: "设备编号", Kind: customfield.KindText, Required: customfield.RequiredAlways})
	s.actor = seller(1)
	form := agreeing()
	form.Set("field.warranty", "很久")
	s.wants(s.post("/contracts", form, http.StatusUnprocessableEntity), "填整数，比如 12")
	form.Set("field.warranty", "24")
	s.post("/contracts", form, http.StatusSeeOther)
	s.wants(s.get("/contracts/1"), "质保月数", "24")
	form.Set("field.warranty", "36")
	form.Set("seen", "1")
	s.post("/contracts/1", form, http.StatusSeeOther)
	s.wants(s.get("/contracts/1"), "质保月数：24 → 36")
	s.wants(s.get("/contracts?field.warranty.from=36&column=number&column=field.warranty&sort=-field.warranty"), "HT-1", "质保月数", "36")
	s.lacks(s.get("/contracts?field.warranty.to=35"), "HT-1")
	s.wants(s.get("/contracts/export/csv"), "field.warranty", ",36")
	s.wants(s.post("/cases", complaint("报警停机"), http.StatusUnprocessableEntity), "f-field-serial-e")
	opened := complaint("报警停机")
	opened.Set("field.serial", "SN-01")
	s.post("/cases", opened, http.StatusSeeOther)
	s.wants(s.get("/cases/1"), "设备编号", "SN-01")
	opened.Set("field.serial", "SN-02")
	opened.Set("seen", "1")
	s.post("/cases/1", opened, http.StatusSeeOther)
	s.wants(s.get("/cases/1"), "设备编号：SN-01 → SN-02")
	s.wants(s.get("/cases?field.serial=sn-02&column=title&column=field.serial&sort=field.serial"), "报警停机", "SN-02")
	s.lacks(s.get("/cases?field.serial=SN-01"), "报警停机")
	s.lacks(s.get("/case-board?field.serial=SN-01"), "报警停机")
	s.wants(s.get("/cases/export/csv"), "field.serial", "SN-02")
}
