package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// shows wants texts on a page.
func (s *site) shows(path string, texts ...string) string {
	s.t.Helper()
	page := s.get(path)
	for _, want := range texts {
		if !strings.Contains(page, want) {
			s.t.Errorf("%s lacks %q", path, want)
		}
	}
	if found := duplicateIDs(page); len(found) > 0 {
		s.t.Errorf("%s: ids twice: %v", path, found)
	}
	return page
}

func TestWhatMoreIsKnownOfADealIsEnteredCancelledAndRestored(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.do(http.MethodPost, "/new-deal", newDeal("units", "5", "cost", "8,000.50", "referrer", "P2"), http.StatusSeeOther)
	s.shows("/deals/N%2F1", "¥8,000.50", "推荐人 销售P2", "撤销成交单")
	form := s.get("/correct-deal/N%2F1")
	for name, want := range map[string]string{"units": "5", "cost": "8000.50", "referrer": "P2"} {
		if got := field(form, name); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	for name, value := range map[string]string{"units": "1.5", "cost": "-1", "referrer": "P9"} {
		page, _ := s.do(http.MethodPost, "/correct-deal/N%2F1", newDeal("units", "5", "cost", "1", "referrer", "P2", name, value), http.StatusUnprocessableEntity)
		if wrong := wrongFields(page); len(wrong) != 1 || wrong[0] != name {
			t.Errorf("%s: wrong is %v", name, wrong)
		}
	}
	seen := field(form, "seen")
	cancel := func(on, reason string, want int) string {
		page, _ := s.do(http.MethodPost, "/deals/N%2F1/cancel", url.Values{"cancelled_on": {on}, "reason": {reason}, "seen": {seen}}, want)
		return page
	}
	for _, wrong := range [][3]string{{"2026-09-21", "", "reason"}, {"2026-09-19", "退单", "cancelled_on"}, {"2026-10-01", "退单", "cancelled_on"}, {"x", "退单", "cancelled_on"}} {
		if found := wrongFields(cancel(wrong[0], wrong[1], http.StatusUnprocessableEntity)); len(found) != 1 || found[0] != wrong[2] {
			t.Errorf("%v: wrong is %v", wrong, found)
		}
	}
	cancel("2026-09-21", "客户停产", http.StatusSeeOther)
	cancel("2026-09-22", "晚了一步", http.StatusConflict)
	s.shows("/deals/N%2F1", "2026-09-21 撤销：客户停产", "恢复成交单")
	// What is corrected besides leaves the cancellation alone.
	s.do(http.MethodPost, "/correct-deal/N%2F1", newDeal("units", "6", "cost", "", "referrer", ""), http.StatusSeeOther)
	page := s.shows("/deals/N%2F1", "2026-09-21 撤销：客户停产", "数量 6")
	s.do(http.MethodPost, "/deals/N%2F1/cancel", url.Values{"back": {"1"}, "seen": {field(page, "seen")}}, http.StatusSeeOther)
	if page := s.shows("/deals/N%2F1", "数量 6"); strings.Contains(page, "恢复成交单") {
		t.Error("the deal is still cancelled")
	}
	s.do(http.MethodPost, "/deals/N%2F1/cancel", url.Values{"back": {"1"}}, http.StatusConflict)
}

func TestInvoicesAreRecordedAndCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	send := func(key, on, amount string, want int) string {
		page, _ := s.do(http.MethodPost, "/deals/D%2F00/invoices", url.Values{"key": {key}, "invoiced_on": {on}, "amount": {amount}}, want)
		return page
	}
	send("F/1", "2026-09-03", "900.00", http.StatusSeeOther)
	send("F/2", "2026-09-04", "-100", http.StatusSeeOther)
	for _, wrong := range [][4]string{{"F/1", "2026-09-03", "1", "key"}, {"F/3", "2026-12-03", "1", "invoiced_on"}, {"F/3", "2026-09-03", "0", "amount"}, {"F/3", "2026-09-03", "x", "amount"}} {
		if found := wrongFields(send(wrong[0], wrong[1], wrong[2], http.StatusUnprocessableEntity)); len(found) != 1 || found[0] != wrong[3] {
			t.Errorf("%v: wrong is %v", wrong, found)
		}
	}
	s.shows("/deals/D%2F00", "F/1", "900")
	s.shows("/invoices", "F/1", "F/2", "¥800.00")
	s.shows("/invoices?q=F/2", "F/2")
	page := s.shows("/invoices/F%2F2", "红字发票")
	correction := url.Values{"invoiced_on": {"2026-09-05"}, "amount": {"-120.00"}, "seen": {field(page, "seen")}}
	s.do(http.MethodPost, "/invoices/F%2F2", correction, http.StatusSeeOther)
	s.do(http.MethodPost, "/invoices/F%2F2", correction, http.StatusConflict)
	s.shows("/invoices/F%2F2", "已被更正", "2026-09-05")
	if file, _ := s.do(http.MethodGet, "/invoices/export/csv", nil, http.StatusOK); strings.Count(file, "\n") != 3 {
		t.Errorf("export %q", file)
	}
	s.actor = seller(2)
	s.do(http.MethodGet, "/invoices/F%2F1", nil, http.StatusNotFound)
	if page := s.get("/invoices"); strings.Contains(page, "F/1") {
		t.Error("another's invoice is listed")
	}
}

func TestGivenValuesAreEnteredByPersonAndMonth(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	set := func(want int, values ...string) string {
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Set(values[i], values[i+1])
		}
		page, _ := s.do(http.MethodPost, "/given/2026-09/1", form, want)
		return page
	}
	set(http.StatusSeeOther, "new.measure", "sop", "new.value", "95.5", "new.unit", "percent")
	set(http.StatusSeeOther, "m0.measure", "sop", "m0.value", "95.5", "m0.unit", "percent", "m0.seen", field(s.get("/given/2026-09/1"), "m0.seen"), "new.measure", "培训", "new.value", "1,200", "new.unit", "money")
	page := s.shows("/given/2026-09/1", "95.5%", "¥1,200.00")
	if field(page, "m0.value") != "95.5" || field(page, "m1.value") != "1200.00" || field(page, "m1.measure") != "培训" {
		t.Errorf("the form holds %q and %q", field(page, "m0.value"), field(page, "m1.value"))
	}
	s.shows("/given?month=2026-09", "95.5%", "¥1,200.00", `href="/given/2026-09/1"`)
	s.shows("/given?month=2026-10", "sop") // what last month had is asked for again
	if file, _ := s.do(http.MethodGet, "/given/export/csv?month=2026-09", nil, http.StatusOK); !strings.Contains(file, "P1,2026-09,sop,95.5,%") || !strings.Contains(file, "P1,2026-09,培训,1200.00,元") {
		t.Errorf("export %q", file)
	}
	if wrong := wrongFields(set(http.StatusUnprocessableEntity, "m0.measure", "sop", "m0.value", "gut", "m0.unit", "percent", "m0.seen", field(page, "m0.seen"))); len(wrong) != 1 || wrong[0] != "m0.value" {
		t.Errorf("wrong is %v", wrong)
	}
	set(http.StatusSeeOther, "m0.measure", "sop", "m0.value", "", "m0.unit", "percent", "m0.seen", field(page, "m0.seen"))
	set(http.StatusConflict, "m0.measure", "sop", "m0.value", "90", "m0.unit", "percent", "m0.seen", field(page, "m0.seen"))
	if page := s.get("/given?month=2026-09"); strings.Contains(page, "95.5%") {
		t.Error("a value that was taken back stands")
	}
	s.actor = seller(2)
	s.do(http.MethodGet, "/given/2026-09/1", nil, http.StatusNotFound)
	s.do(http.MethodPost, "/given/2026-09/2", url.Values{"new.measure": {"sop"}, "new.value": {"1"}, "new.unit": {"number"}}, http.StatusForbidden)
}

func TestTierAndRegionOfACustomer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.get("/customers/1")
	s.do(http.MethodPost, "/customers/1", url.Values{"name": {"恒越精密"}, "city": {"苏州"}, "tier": {"A"}, "region": {"华东"}, "seen": {field(page, "seen")}}, http.StatusSeeOther)
	if page := s.shows("/customers/1", "A · 华东"); field(page, "tier") != "A" || field(page, "region") != "华东" {
		t.Error("the form forgets them")
	}
}
