package merges_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/store"
)

// TestACustomerIsMergedAndParted enters C1 of the Small company a second time, with a telephone number that C1's contact has.
func TestACustomerIsMergedAndParted(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	monthtest.Open(t, site.App.DB, monthtest.Small())
	operations, seller := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleSeller))
	ids := map[string]int64{}
	err := site.App.DB.InTx(t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		if _, err := w.PutCustomer(t.Context(), fact.CustomerRecord{Key: "E1", Name: "恒越<b>", City: "昆山"}); err != nil {
			return err
		}
		_, err = w.Finish(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	actor := access.SystemActor("test")
	for _, key := range []string{"C1", "E1"} {
		if err := site.App.DB.InTx(t.Context(), func(tx *store.Tx) (err error) {
			if ids[key], err = tx.CustomerID(t.Context(), key); err != nil {
				return err
			}
			_, err = site.App.Contacts.SaveIn(t.Context(), tx, actor, contact.Entry{CustomerID: ids[key], Name: "前台" + key, Phone: "13812345678"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	one, two := number(ids["C1"]), number(ids["E1"])
	seller.Get("/duplicates", http.StatusForbidden).Lacks("table")
	operations.Get("/duplicates", http.StatusOK).Has("main: 还没查找过", "main: 没有可能重复的客户", "form[action=/duplicates/look]", "nav.xg-rail a[href=/duplicates]")
	if _, err := site.App.Merges.Find(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := operations.Get("/duplicates", http.StatusOK)
	page.Has("main table a: 恒越<b>", "main table: 联系人电话相同", "main a[href=/duplicates/compare?merged="+two+"&survivor="+one+"]")
	operations.Get("/duplicates?ground=code", http.StatusOK).Has("main: 没有可能重复的客户")
	operations.Get("/duplicates/compare?first=C1&second=nobody", http.StatusUnprocessableEntity).Has("input#f-second.is-invalid")
	operations.Get("/duplicates/compare?first=C1&second=C1", http.StatusUnprocessableEntity).Has("input#f-second.is-invalid")
	page = operations.Get("/duplicates/compare?survivor="+one+"&merged="+two, http.StatusOK)
	page.Has("main table td: 恒越<b>", "main: 1 个联系人", "main: 提成不变", "form#merge input[name=take.name]", "form[action=/duplicates/apart]")
	digest := page.Attribute("form#merge input[name=digest]", "value")
	form := url.Values{"survivor": {one}, "merged": {two}, "digest": {digest}, "take.city": {"merged"}, "reason": {"同一家"}}
	operations.Post("/duplicates/merges", url.Values{"survivor": {one}, "merged": {two}, "digest": {"x"}}, http.StatusConflict).Has("#failed: 刚被别人改过")
	operations.Post("/duplicates/merges", url.Values{"survivor": {one}, "merged": {two}, "reason": {strings.Repeat("长", 301)}}, http.StatusUnprocessableEntity).Has("input#f-reason.is-invalid")
	seller.Post("/duplicates/merges", form, http.StatusForbidden)
	page = operations.Post("/duplicates/merges", form, http.StatusOK)
	page.Has("#done: 已合并", "main: 恒越<b> 并入", "main: 1 个联系人", "main table td: 昆山", "form#undo")
	operations.Get("/customers/"+two, http.StatusOK).Has("#merged: 你打开的客户已并入这一个", "main: 前台E1", "main: 前台C1")
	operations.Get("/customers?q=恒越", http.StatusOK).Lacks("main table a[href=/customers/" + two + "]")
	operations.Get("/duplicates", http.StatusOK).Has("main: 没有可能重复的客户", "main a[href=/duplicates/merges/1]")
	page = operations.Post("/duplicates/merges/1/undo", nil, http.StatusOK)
	page.Has("#done: 已撤销合并", "main: 搬走的都搬回来了")
	page.Lacks("form#undo")
	operations.Post("/duplicates/merges/1/undo", nil, http.StatusConflict).Has("#failed: 已经撤销过了")
	operations.Get("/customers/"+two, http.StatusOK).Lacks("#merged")
	operations.Lang = "en"
	operations.Get("/duplicates/merges/1", http.StatusOK).Has("main: Everything that was moved went back")
	operations.Get("/duplicates/compare?survivor="+one+"&merged="+two, http.StatusOK).Has("main: Pay does not change")
	operations.Get("/duplicates/merges/99", http.StatusNotFound)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
