package files_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

// TestAFileIsAddedAndDownloaded by those who have to do with the record, and by nobody else.
func TestAFileIsAddedAndDownloaded(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	other := site.As(t, house.Person(t, "D"), pagetest.Grant(access.RoleService))
	page := seller.Post("/approvals", url.Values{"title": {"展会摊位"}, "text": {"杭州展会"}}, http.StatusOK)
	id := strings.TrimPrefix(page.Path, "/approvals/")
	address := "/files/approval/" + id
	page.Has("main a[href=" + address + "]")
	seller.Get(address, http.StatusOK).Has("main: 还没有附件", "form#add-file input[name=files]", "a[href=/approvals/"+id+"]")
	seller.Post(address, url.Values{"files": {"x"}}, http.StatusUnprocessableEntity)
	seller.Upload(address, "页面.pdf", "<html><script>alert(1)</script>", http.StatusUnprocessableEntity).Has("form#add-file .invalid-feedback: 内容和文件类型不一致")
	seller.Upload(address, "报价.txt", "三千元", http.StatusOK).Has("table a: 报价.txt")
	other.Get(address, http.StatusNotFound)
	other.Upload(address, "混入.txt", "x", http.StatusNotFound)
	other.Get("/files/unknown/1", http.StatusNotFound)
}
