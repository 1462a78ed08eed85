package api_test

import (
	"bytes"
	"io"
	"io/fs"
	"mime/multipart"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ingest"
)

// folders keeps the files of imports in memory.
type folders map[string]fstest.MapFS

// fileBytesMax is the greatest file of an import here.
const fileBytesMax = 2 << 20

func (f folders) Save(importID, name string, from io.Reader, limit int64) (int64, error) {
	content, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = errs.New(errs.KindTooLarge, "tabular.file_too_large", errs.Args{"Bytes": limit})
	}
	if f[importID] == nil {
		f[importID] = fstest.MapFS{}
	}
	f[importID][name] = &fstest.MapFile{Data: content}
	return int64(len(content)), err
}

func (f folders) Open(importID string) ([]ingest.File, error) {
	if f[importID] == nil {
		return nil, fs.ErrNotExist
	}
	return ingest.FolderFiles(f[importID])
}

func (f folders) Kept() (map[string]time.Time, error) { return nil, nil }

func (f folders) Remove(importID string) error {
	delete(f, importID)
	return nil
}

// part is one part of a form; without a file it is a value.
type part struct{ name, file, content string }

// form writes a form with a boundary of its own, and the header that goes with it.
func form(t *testing.T, parts ...part) (body string, headers []string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		create := func() (io.Writer, error) { return w.CreateFormField(p.name) }
		if p.file != "" {
			create = func() (io.Writer, error) { return w.CreateFormFile(p.name, p.file) }
		}
		field, err := create()
		if err == nil {
			_, err = io.WriteString(field, p.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), []string{"Content-Type", w.FormDataContentType()}
}

const (
	sendImport = "POST /api/v1/imports"
	deals3     = "合同编号,客户编号,产品编号,签约日期,合同金额,销售1工号\nD3,C2,X,2026-08-20,30000.00,P2\n"
	customers2 = "客户编号,客户名称,城市\nC2,青岚机械,无锡\nC3,北斗阀门,常州\n"
	payments3  = "回款编号,合同编号,回款日期,回款金额\nR1,D3,2026-09-11,10000.00\nR2,D3,2026-09-12,%s\nR3,%s,2026-09-13,500.00\n"
)

func payments(amount, deal string) string {
	return strings.Replace(strings.Replace(payments3, "%s", amount, 1), "%s", deal, 1)
}

// applied runs the job of an import that is being applied.
func (b *bundle) applied(id, body string) {
	b.t.Helper()
	started := b.call(scenario{as: "ops", send: "POST /api/v1/imports/" + id + "/apply", body: body, status: 202, contains: []string{`"state":"applying"`}})
	b.work(started.text("job_id"), b.services.Imports.RunApply)
}

func TestAFolderIsImportedMendedAppliedAndUndone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	// given a folder with two payments that cannot be taken
	body, headers := form(t, part{"name", "", "九月回款"}, part{"files", "customers.csv", customers2}, part{"files", "deals.csv", deals3},
		part{"files", "payments.csv", payments("twenty", "D9")})
	received := b.call(scenario{as: "ops", send: sendImport, body: body, headers: headers, status: 201,
		contains: []string{`"state":"received"`, `"name":"九月回款"`, `"files":["customers.csv","deals.csv","payments.csv"]`, "xiaoguan: mapping/1"}})
	path := "/api/v1/imports/" + received.text("id")
	// when it is looked at, then the rows stand there as they are understood, and nothing is in the facts
	b.call(scenario{as: "ops", send: "GET " + path + "/preview", status: 200,
		contains: []string{`"source":"payments.csv"`, `"values":["R1","D3","2026-09-11","10000.00"]`, `"value":"twenty"`}})
	b.call(scenario{as: "ops", send: "GET /api/v1/deals/D3", status: 404})
	// when it is applied, then it is rejected as a whole and says why by row
	b.applied(received.text("id"), "")
	b.call(scenario{as: "ops", send: "GET " + path, status: 200, contains: []string{`"state":"rejected"`, `"problem_count":2`, `{"kind":"payment","source":"payments.csv","rows":3,"accepted":1,"rejected":2`}})
	b.call(scenario{as: "ops", send: "GET " + path + "/problems", status: 200,
		contains: []string{`"source":"payments.csv","row":3,"field":"回款金额","value":"twenty"`, `"row":4,"field":"合同编号","value":"D9"`, `"remedy":"`}, lacks: []string{"⟦", `"row":2`}})
	if found := b.walk("ops", path+"/problems?", "row"); len(found) != 2 {
		t.Errorf("problems %v", found)
	}
	b.call(scenario{as: "ops", send: "GET /api/v1/deals/D3", status: 404})
	if file := b.call(scenario{as: "ops", send: "GET " + path + "/rejected", status: 200, contains: []string{"PK"}}); !strings.Contains(file.header.Get("Content-Disposition"), "rejected.xlsx") {
		t.Errorf("headers %v", file.header)
	}
	b.call(scenario{name: "not applied yet", as: "ops", send: "POST " + path + "/undo", status: 409})

	// when the files are mended and sent again, then they are applied
	body, headers = form(t, part{"files", "customers.csv", customers2}, part{"files", "deals.csv", deals3}, part{"files", "payments.csv", payments("20000.00", "D3")},
		part{"mapping", "", received.text("mapping")})
	mended := b.call(scenario{as: "ops", send: sendImport, body: body, headers: headers, status: 201, contains: []string{`"name":"customers.csv, deals.csv, payments.csv"`}})
	path = "/api/v1/imports/" + mended.text("id")
	b.call(scenario{name: "a mapping that is none", as: "ops", send: "PUT " + path + "/mapping", body: object("mapping", "xiaoguan: mapping/1\nnam: x\n"), status: 422, contains: []string{`"row":2`}})
	b.call(scenario{as: "ops", send: "PUT " + path + "/mapping", body: object("mapping", received.text("mapping"), "save_as", "月度"), status: 200, contains: []string{`"state":"received"`}})
	b.call(scenario{as: "ops", send: "GET /api/v1/import-mappings", status: 200, contains: []string{`"name":"月度"`, "mapping/1"}})
	b.applied(mended.text("id"), `{"partial":false}`)
	b.call(scenario{as: "ops", send: "GET " + path, status: 200, contains: []string{`"state":"applied"`, `"problem_count":0`, `"recorded_batch":`, `{"kind":"payment","added":3,"corrected":0,"unchanged":0}`}})
	b.call(scenario{as: "ops", send: "GET /api/v1/deals/D3", status: 200, contains: []string{`"paid_minor":3050000`, "青岚机械", `"key":"R3"`}})
	b.call(scenario{as: "ops", send: "POST " + path + "/apply", status: 409})
	b.call(scenario{as: "ops", send: "GET " + path + "/rejected", status: 404})

	// when it is undone, then its facts hold no more
	b.call(scenario{as: "ops", send: "POST " + path + "/undo", headers: []string{"Idempotency-Key", "undo"}, status: 200, contains: []string{`"state":"undone"`, `"undo_batch":`}})
	again := b.call(scenario{as: "ops", send: "POST " + path + "/undo", headers: []string{"Idempotency-Key", "undo"}, status: 200})
	if again.header.Get("Idempotent-Replayed") != "true" {
		t.Error("the import was undone twice")
	}
	b.call(scenario{as: "ops", send: "GET /api/v1/deals/D3", status: 404})
	b.call(scenario{as: "ops", send: "GET /api/v1/payments/R1", status: 404})
	if found := b.walk("ops", "/api/v1/imports?", "id"); len(found) != 2 || found[0] != `"`+mended.text("id")+`"` {
		t.Errorf("imports %v", found)
	}
}

func TestTheGoodRowsAreTakenWhenAskedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body, headers := form(t, part{"files", "customers.csv", customers2}, part{"files", "deals.csv", deals3}, part{"files", "payments.csv", payments("0", "D9")})
	received := b.call(scenario{as: "fin", send: sendImport, body: body, headers: headers, status: 201})
	b.applied(received.text("id"), `{"partial":true}`)
	b.call(scenario{as: "fin", send: "GET /api/v1/imports/" + received.text("id"), status: 200, contains: []string{`"state":"applied"`, `"partial":true`, `"problem_count":2`}})
	b.call(scenario{as: "fin", send: "GET /api/v1/payments?customer_id=2", status: 200, contains: []string{`"key":"R1"`, `"count":1`}, lacks: []string{"R2", "R3"}})
}

func TestTheJobOfAnImportIsFollowedAndCancelled(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body, headers := form(t, part{"files", "customers.csv", customers2})
	received := b.call(scenario{as: "ops", send: sendImport, body: body, headers: headers, status: 201})
	started := b.call(scenario{as: "ops", send: "POST /api/v1/imports/" + received.text("id") + "/apply", status: 202})
	path := "/api/v1/jobs/" + started.text("job_id")
	for _, s := range []scenario{
		{name: "the one who started it", as: "ops", send: "GET " + path, status: 200, contains: []string{`"kind":"import.apply"`, `"state":"queued"`, `"subject":"import:` + received.text("id")}},
		{name: "a seller", as: "p1", send: "GET " + path, status: 404},
		{name: "a seller cancels", as: "p1", send: "POST " + path + "/cancel", status: 404},
		{name: "somebody else cancels", as: "fin", send: "POST " + path + "/cancel", status: 403},
		{name: "the one who started it cancels", as: "ops", send: "POST " + path + "/cancel", status: 200, contains: []string{`"state":"cancelled"`}},
		{name: "nothing was taken", as: "ops", send: "GET /api/v1/customers?search=C2", status: 200, contains: []string{`"count":0`}},
	} {
		b.call(s)
	}
}

func TestFilesAreTakenOnceAndOnlyFromWhoMay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	files := []part{{"files", "customers.csv", customers2}}
	// A program makes up a new boundary each time; it is the same request all the same.
	body, headers := form(t, files...)
	first := b.call(scenario{as: "ops", send: sendImport, body: body, headers: append(headers, "Idempotency-Key", "k"), status: 201})
	body, headers = form(t, files...)
	again := b.call(scenario{as: "ops", send: sendImport, body: body, headers: append(headers, "Idempotency-Key", "k"), status: 201})
	if again.header.Get("Idempotent-Replayed") != "true" || again.body != first.body {
		t.Error("the files were received twice")
	}
	other, otherHeaders := form(t, part{"files", "customers.csv", customers2 + "C4,新客户,苏州\n"})
	renamed, renamedHeaders := form(t, part{"files", "clients.csv", customers2})
	stray, strayHeaders := form(t, append(files, part{"mappin", "", "x"}, part{"file", "a.csv", "x"})...)
	large, largeHeaders := form(t, part{"files", "customers.csv", customers2 + strings.Repeat("C,很长的名字,城市\n", fileBytesMax/20)})
	none, noneHeaders := form(t, part{"name", "", "x"})
	unread, unreadHeaders := form(t, part{"files", "customers.csv", customers2}, part{"mapping", "", "tables: 1"})
	for _, s := range []scenario{
		{name: "other content with the key", as: "ops", body: other, headers: append(otherHeaders, "Idempotency-Key", "k"), status: 409},
		{name: "another name with the key", as: "ops", body: renamed, headers: append(renamedHeaders, "Idempotency-Key", "k"), status: 409},
		{name: "a key that may read", as: "ops/ro", body: body, headers: headers, status: 403, contains: []string{"may read but not change"}},
		{name: "a seller", as: "p1", body: body, headers: headers, status: 403, contains: []string{`"code":"forbidden"`}},
		{name: "nobody", body: body, headers: headers, status: 401},
		{name: "parts that are none", as: "ops", body: stray, headers: strayHeaders, status: 422, contains: []string{`"path":"mappin"`, `"path":"file"`, `"code":"api.field.unknown"`}},
		{name: "no files", as: "ops", body: none, headers: noneHeaders, status: 422, contains: []string{`"path":"files"`, `"code":"api.field.missing"`}},
		{name: "a file that is too large", as: "ops", body: large, headers: largeHeaders, status: 413, contains: []string{`"code":"too_large"`}},
		{name: "a mapping that is none", as: "ops", body: unread, headers: unreadHeaders, status: 422},
		{name: "no form", as: "ops", body: `{"files":[]}`, status: 415, contains: []string{"multipart/form-data"}},
		{name: "a form that breaks off", as: "ops", body: body[:len(body)-20], headers: headers, status: 400, contains: []string{`"code":"invalid"`}},
	} {
		s.send = sendImport
		b.call(s)
	}
	path := "/api/v1/imports/" + first.text("id")
	for _, s := range []scenario{
		{name: "a seller lists", as: "p1", send: "GET /api/v1/imports", status: 403, lacks: []string{"customers.csv"}},
		{name: "a seller opens", as: "p1", send: "GET " + path, status: 403, lacks: []string{"customers.csv"}},
		{name: "a seller looks at the rows", as: "p1", send: "GET " + path + "/preview", status: 403, lacks: []string{"青岚"}},
		{name: "a seller reads the mappings", as: "p1", send: "GET /api/v1/import-mappings", status: 403},
		{name: "a seller applies", as: "p1", send: "POST " + path + "/apply", status: 403},
		{name: "a seller takes a template", as: "p1", send: "GET /api/v1/import-template", status: 403},
		{name: "a key that may read applies", as: "ops/ro", send: "POST " + path + "/apply", status: 403},
		{name: "a key that may read maps", as: "ops/ro", send: "PUT " + path + "/mapping", body: object("mapping", "x"), status: 403},
		{name: "the auditor", as: "audit", send: "GET " + path, status: 403},
		{name: "an import that isn't", as: "ops", send: "GET /api/v1/imports/none", status: 404},
		{name: "the preview of one", as: "ops", send: "GET /api/v1/imports/none/preview", status: 404},
		{name: "a cursor of nowhere", as: "ops", send: "GET /api/v1/imports?cursor=none", status: 422, contains: []string{`"path":"cursor"`}},
		{name: "only one was received", as: "ops", send: "GET /api/v1/imports", status: 200, contains: []string{first.text("id")}, lacks: []string{`"next"`, "clients.csv"}},
		{name: "a template", as: "ops", send: "GET /api/v1/import-template?kind=payment", status: 200, contains: []string{"Payment ID", "Paid on"}},
		{name: "in Chinese", as: "ops", send: "GET /api/v1/import-template?kind=payment", headers: []string{"Accept-Language", "zh-CN"}, status: 200, contains: []string{"回款编号"}},
		{name: "a workbook", as: "ops", send: "GET /api/v1/import-template", status: 200, contains: []string{"PK"}},
		{name: "a kind that isn't", as: "ops", send: "GET /api/v1/import-template?kind=orders", status: 422, contains: []string{`"path":"kind"`}},
	} {
		b.call(s)
	}
}

// TestContractsAndServiceCasesComeIn: with plans that add up, and times; a plan that does not is told at its contract; taking the import back takes them out.
func TestContractsAndServiceCasesComeIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	files := func(last string) (string, []string) {
		return form(t, part{"files", "customers.csv", customers2}, part{"files", "合同.csv", "合同编号,合同名称,客户编号,负责人工号,合同金额,签约日期\nHT9,年度框架合同,C2,P2,30000.00,2026-08-20\n"},
			part{"files", "付款计划.csv", "合同编号,节点名称,应付日期,应付金额\nHT9,首款,2026-08-30,10000.00\nHT9,尾款,2026-10-30," + last + "\n"},
			part{"files", "工单.csv", "工单编号,标题,客户编号,类型,负责人工号,提交时间,关闭时间\nGD9,读数漂移,C2,报修,P2,2026-08-21 09:30,2026-08-22 16:00\n"})
	}
	body, headers := files("19999.99")
	off := b.call(scenario{as: "ops", send: sendImport, body: body, headers: headers, status: 201, contains: []string{"kind: contracts", "kind: instalments", "kind: service_cases"}})
	b.applied(off.text("id"), "")
	b.call(scenario{as: "ops", send: "GET /api/v1/imports/" + off.text("id") + "/problems", status: 200, contains: []string{`"source":"合同.csv","row":2,"field":"合同金额"`, "29999.99", `"source":"付款计划.csv","row":3`}, lacks: []string{"⟦"}})
	body, headers = files("20000.00")
	right := b.call(scenario{as: "ops", send: sendImport, body: body, headers: headers, status: 201})
	b.applied(right.text("id"), "")
	b.call(scenario{as: "ops", send: "GET /api/v1/imports/" + right.text("id"), status: 200, contains: []string{`"state":"applied"`, `{"kind":"contract","added":1`, `{"kind":"service_case","added":1`}})
	b.call(scenario{as: "ops", send: "GET /api/v1/contracts?search=HT9", status: 200, contains: []string{`"number":"HT9"`, `"state":"signed"`, `"amount_minor":3000000`, "青岚机械"}})
	b.call(scenario{as: "ops", send: "POST /api/v1/imports/" + right.text("id") + "/undo", status: 200, contains: []string{`"state":"undone"`}})
	b.call(scenario{as: "ops", send: "GET /api/v1/contracts?search=HT9", status: 200, lacks: []string{"HT9"}})
}
