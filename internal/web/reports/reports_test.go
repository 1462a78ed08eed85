package reports_test

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/reports"
	"xiaoguan/internal/web/ui"
)

var october = calendar.DateOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)).Month()

// site is the pages over reports that a test lays out.
type site struct {
	t        *testing.T
	pages    http.Handler
	actor    access.Actor
	lang     string
	shown    report.Shown
	listing  report.Listing
	noted    []report.NoteEntry
	refuse   error
	differs  []report.Difference
	job      job.Job
	settings distribution.Settings
	agreed   []review.Agreement
	meetings bool
}

func (s *site) List(context.Context, access.Actor) (report.Listing, error) { return s.listing, nil }

func (s *site) Get(_ context.Context, _ access.Actor, id int64, version int) (report.Shown, error) {
	if id != s.shown.Report.ID || version > s.shown.Report.Newest {
		return report.Shown{}, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return s.shown, nil
}

func (s *site) Compute(context.Context, access.Actor, report.Ask) (string, error) {
	return "j1", s.refuse
}

func (s *site) Note(_ context.Context, _ access.Actor, in report.NoteEntry) (report.Note, error) {
	s.noted = append(s.noted, in)
	return report.Note{}, s.refuse
}

func (s *site) Compare(_ context.Context, _ access.Actor, _ int64, from, to int) ([]report.Difference, error) {
	if from != 1 || to != 2 {
		s.t.Errorf("compared %d with %d", from, to)
	}
	return s.differs, nil
}

func (s *site) Publish(context.Context, access.Actor, int64, int64) (report.Version, error) {
	return report.Version{}, s.refuse
}

func (s *site) File(_ context.Context, _ access.Actor, p *i18n.Printer, id int64, version int, format report.Format) (report.File, error) {
	return report.File{MediaType: "x/" + string(format), Name: string(p.Lang()) + "-" + strconv.FormatInt(id, 10) + "-" + strconv.Itoa(version) + "." + string(format), Content: []byte("content")}, s.refuse
}

type jobs struct{ *site }

func (j jobs) Get(context.Context, access.Actor, string) (job.Job, error) { return j.job, nil }

type sending struct{ *site }

func (d sending) Get(_ context.Context, actor access.Actor) (distribution.Shown, error) {
	if !distribution.MaySet(actor) {
		return distribution.Shown{}, errs.New(errs.KindForbidden, "access.forbidden", nil)
	}
	return distribution.Shown{Settings: d.settings, Readers: []distribution.Reader{{UserID: "u1", Login: "gm", Name: "宋总"}, {UserID: "u2", Login: "lead", Name: "林经理"}}, NextMonth: october, Next: storetest.Start}, nil
}

func (d sending) Set(_ context.Context, _ access.Actor, in distribution.Settings) (distribution.Settings, error) {
	if d.refuse == nil {
		d.settings = in
	}
	return in, d.refuse
}

type meetings struct{ *site }

func (m meetings) List(context.Context, access.Actor, review.Kind, review.State) (l review.Listing, err error) {
	if m.meetings {
		l.Reviews = []review.Review{{ID: 7, Kind: review.Weekly}}
	}
	return l, nil
}

func (m meetings) Get(context.Context, access.Actor, int64) (review.Shown, error) {
	return review.Shown{Review: review.Review{ID: 7, Kind: review.Weekly, Unit: review.Unit{Name: "一部"}}, MayRun: true, Owners: []review.Owner{{ID: 3, Name: "陈思远"}}}, nil
}

func (m meetings) Agree(_ context.Context, _ access.Actor, in review.Agreement) (review.Action, error) {
	m.agreed = append(m.agreed, in)
	return review.Action{}, m.refuse
}

// document is a report with a block of each kind: a sentence with numbers, one that says why there is none, a table, a trend with a forecast, bars, and steps.
func document(t *testing.T) (d report.Document) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "report", "testdata", "document.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func open(t *testing.T) *site {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, lang: "zh-CN", actor: access.Actor{UserID: "u", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}, meetings: true, settings: distribution.Usual()}
	version := report.Version{ReportID: 5, Number: 2, State: report.StateDraft, Hash: strings.Repeat("0a1b", 16), ComputedAt: storetest.Start, ComputedBy: "system:distribution", ComputedName: "distribution", Revision: 4}
	s.differs = []report.Difference{{Block: "where.region", At: "华东 collected", Before: report.Arg{Figure: &report.Figure{Unit: metric.UnitMoney, Amount: 600_0000_00, Known: true}}, After: report.Arg{Figure: &report.Figure{Unit: metric.UnitMoney, Amount: 661_4450_00, Known: true}}}}
	first := report.Version{ReportID: 5, Number: 1, State: report.StatePublished, Hash: strings.Repeat("ffee", 16), ComputedAt: storetest.Start, PublishedAt: storetest.Start, ComputedBy: "u2", ComputedName: "林经理", PublishedBy: "u2", PublishedName: "林经理"}
	kept := report.Report{ID: 5, Month: october, Place: metric.Company, Newest: 2, Published: 1}
	s.shown = report.Shown{Report: kept, Version: version, Document: document(t), Versions: []report.Version{version, first}, MayNote: true, MayPublish: true, MayCompute: true, Notes: []report.Note{{Section: report.SectionWhere, Text: "大单<b>推迟\n到十一月", ByID: "u2", ByName: "林经理", At: storetest.Start, Revision: 3}}}
	s.listing = report.Listing{MayCompute: true, MayPublish: true, Today: calendar.DateOf(storetest.Start), Places: []metric.Place{metric.Company, {Kind: metric.PlaceRegion, ID: 1, Name: "华东"}}, Reports: []report.Listed{{Report: kept, Version: version, Published: &first}}}
	mux := http.NewServeMux()
	handler := httpx.Errors{Page: ui.RenderError, SignIn: "/sign-in"}
	reports.New(reports.Services{Reports: s, Distribution: sending{s}, Jobs: jobs{s}, Reviews: meetings{s}, Currency: money.Constantly(money.CNY), Now: func() time.Time { return storetest.Start }}).
		Routes(func(pattern string, h httpx.HandlerFunc) { mux.Handle(pattern, handler.Handle(h)) })
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	return s
}

func (s *site) ask(method, path string, form url.Values, status int) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode())).WithContext(s.t.Context())
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", s.lang)
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d\n%.600s", method, path, w.Code, status, w.Body)
	}
	return w
}

// part is what script gets of an address.
func (s *site) part(path string) string {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("HX-Request", "true")
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		s.t.Errorf("%s: %d %.200s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

func (s *site) get(path string) string {
	s.t.Helper()
	return s.ask(http.MethodGet, path, nil, http.StatusOK).Body.String()
}

func (s *site) wants(page string, all ...string) {
	s.t.Helper()
	for _, text := range all {
		if !strings.Contains(page, text) {
			s.t.Errorf("no %q", text)
		}
	}
}

func (s *site) lacks(page string, all ...string) {
	s.t.Helper()
	for _, text := range all {
		if strings.Contains(page, text) {
			s.t.Errorf("there is %q", text)
		}
	}
}

func TestAReportReadsInBothLanguagesAndItsNumbersAnswer(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.get("/reports/5")
	s.wants(page, "2026年10月销售数据分析报告", "第 2 版", `id="s-overall"`, `id="s-where"`, `<a class="xg-num" href="/reports/5/why?at=2~outlook.target~`, `<a class="xg-num" href="/reports/5/why?at=2~where.region~0~1" data-why>`, `id="xg-answer" popover role="dialog"`,
		"华东&lt;i&gt;", "大单&lt;b&gt;推迟", "林经理", `action="/reports/5/notes"`, `action="/reports/5/publish"`, "/reports/5/files/docx?version=2", "/reports/5/acts?at=2~outlook.target", "¥6,000,000.00")
	s.lacks(page, "大单<b>", "华东<i>", "report.say.", "report.column.", "report.series.", "report.section.", "reports.")
	if to := s.ask(http.MethodGet, "/reports/2026-10:company:0", nil, http.StatusSeeOther).Header().Get("Location"); to != "/reports/5" {
		t.Errorf("a message leads to %s", to)
	}
	s.ask(http.MethodGet, "/reports/2026-09:company:0", nil, http.StatusNotFound)
	s.lang = "en"
	english := s.get("/reports/5?version=2")
	s.wants(english, "Sales analysis report", "East&lt;i&gt;", "Write a note", "Act on this sentence")
	s.lacks(english, "report.say.", "reports.", "当月到账")
}

func TestNumbersAnswerWithAndWithoutScript(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := "/reports/5/why?at=2~where.region~0~1"
	s.wants(s.get(address), "<h1", "¥6,614,450.00", "当月到账", "/boards/rows?metric=collected")
	if part := s.part(address); strings.Contains(part, "<html") || !strings.Contains(part, "<dl>") {
		t.Errorf("%.200s", part)
	}
	for _, bad := range []string{"2~where.region~9~1", "2~where.region~0~9", "2~where.region~-1~0", "2~where.region~0~0", "2~where.region~x~1", "2~where.region~0", "2~where.region", "2~none~0~0", "", "where.region~0~1", "~where.region~0~1", "x~where.region~0~1", "2~outlook.target~99", "2~outlook.target~0~0"} {
		s.ask(http.MethodGet, "/reports/5/why?at="+bad, nil, http.StatusNotFound)
	}
	links := regexp.MustCompile(`href="(/reports/5/why[?]at=2~outlook[.]target~[^"]*)"`).FindAllStringSubmatch(s.get("/reports/5"), -1)
	if len(links) == 0 {
		t.Fatal("no number of a sentence can be asked for")
	}
	answer := ""
	for _, link := range links {
		answer += s.part(html.UnescapeString(link[1]))
	}
	s.wants(answer, "¥6,614,450.00 ÷ ¥7,952,000.00", "回款口径&lt;b&gt;", "/boards/rows?metric=attainment_collected&amp;month=2026-10&amp;place=company", "/metrics/attainment_collected")
}

func TestWhatMayBeDoneAboutASentence(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := "/reports/5/acts?at=2~outlook.target"
	s.wants(s.get(address), "<h1", "/reports/5/decide?block=outlook.target&amp;version=2", "/reports/5/action?block=outlook.target&amp;version=2")
	if part := s.part(address); strings.Contains(part, "<html") || !strings.Contains(part, "/reports/5/decide?block=outlook.target") {
		t.Errorf("%.200s", part)
	}
	s.ask(http.MethodGet, "/reports/5/acts?at=2~where.region", nil, http.StatusNotFound)
}

func TestWhoMayOnlyReadFindsNothingToWrite(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.shown.MayNote, s.shown.MayPublish, s.shown.MayCompute, s.listing.MayCompute = false, false, false, false
	s.actor.Grants = []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}
	page := s.get("/reports/5")
	s.lacks(page, "/notes\"", "/publish\"", "/decide?", `name="text"`)
	s.wants(page, "大单")
	list := s.get("/reports")
	s.lacks(list, `id="compute-form"`, "/reports/settings")
	s.wants(list, `href="/reports/5"`, "林经理")
	s.listing.Reports = nil
	s.wants(s.get("/reports"), "还没有报告", "运营发布")
	s.ask(http.MethodGet, "/reports/settings", nil, http.StatusForbidden)
}

func TestPublishedVersionsAreNotWrittenOn(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.shown.Version.State = report.StatePublished
	s.lacks(s.get("/reports/5"), "/reports/5/notes", "/reports/5/publish")
	s.shown.Version.State, s.shown.Version.Number = report.StateDraft, 1 // an older one
	page := s.get("/reports/5?version=1")
	s.lacks(page, "/reports/5/notes")
	s.wants(page, "这不是最新的一版")
	for _, bad := range []string{"/reports/6", "/reports/x", "/reports/5?version=9", "/reports/5?version=-1", "/reports/5/files/exe"} {
		s.ask(http.MethodGet, bad, nil, http.StatusNotFound)
	}
}

func TestANoteIsKeptOrGivenBackWithTheReason(t *testing.T) {
	t.Parallel()
	s := open(t)
	form := url.Values{"section": {"where"}, "text": {"新的点评"}, "seen": {"3"}}
	w := s.ask(http.MethodPost, "/reports/5/notes", form, http.StatusSeeOther)
	if to := w.Header().Get("Location"); to != "/reports/5?done=noted#s-where" {
		t.Errorf("led to %s", to)
	}
	if in := s.noted[0]; in != (report.NoteEntry{ReportID: 5, Section: report.SectionWhere, Text: "新的点评", Seen: 3}) {
		t.Errorf("noted %+v", in)
	}
	s.refuse = errs.New(errs.KindConflict, "board.changed_meanwhile", nil)
	page := s.ask(http.MethodPost, "/reports/5/notes", form, http.StatusConflict).Body.String()
	s.wants(page, "新的点评", "<details class=\"no-print\" open")
	s.ask(http.MethodPost, "/reports/5/publish", url.Values{"seen": {"4"}}, http.StatusConflict)
	s.refuse = errors.New("the disk is full")
	s.ask(http.MethodPost, "/reports/5/publish", url.Values{"seen": {"4"}}, http.StatusInternalServerError)
}

func TestFilesAreNamedAfterWhatTheyAre(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, format := range report.Formats {
		w := s.ask(http.MethodGet, "/reports/5/files/"+string(format)+"?version=2", nil, http.StatusOK)
		if got := w.Header().Get("Content-Type"); got != "x/"+string(format) || w.Body.String() != "content" {
			t.Errorf("%s is %s", format, got)
		}
		if got := w.Header().Get("Content-Disposition"); !strings.Contains(got, "zh-CN-5-2."+string(format)) || !strings.HasPrefix(got, "attachment") {
			t.Errorf("%s: %s", format, got)
		}
	}
	s.ask(http.MethodGet, "/reports/5/files/exe", nil, http.StatusNotFound)
	s.ask(http.MethodGet, "/reports/5/files/pdf?version=x", nil, http.StatusNotFound)
}

func TestASentenceBecomesADecisionWithItsEvidence(t *testing.T) {
	t.Parallel()
	s := open(t)
	to, err := url.Parse(s.ask(http.MethodGet, "/reports/5/decide?version=2&block=outlook.target", nil, http.StatusSeeOther).Header().Get("Location"))
	if err != nil || to.Path != "/decisions/new" {
		t.Fatal(to, err)
	}
	q := to.Query()
	s.wants(q.Get("evidence"), `"metric":"attainment_collected"`, `"numerator":66144500`, `"denominator":79520000`, `"value":"83.2%"`, "/reports/5?version=2#b-outlook-target")
	s.wants(q.Get("detail"), "2026年10月销售数据分析报告")
	s.ask(http.MethodGet, "/reports/5/decide?block=where.region", nil, http.StatusNotFound)
}

func TestASentenceBecomesAnActionOfAMeeting(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := "/reports/5/action?block=outlook.target&version=2"
	s.wants(s.get(address), "陈思远", `value="7 3"`, "83.2%")
	s.ask(http.MethodPost, address, url.Values{"text": {"逐单催款"}, "owner": {"7 3"}, "due_on": {"下周"}}, http.StatusUnprocessableEntity)
	w := s.ask(http.MethodPost, address, url.Values{"text": {"逐单催款"}, "owner": {"7 3"}, "due_on": {"2026-10-15"}}, http.StatusSeeOther)
	if w.Header().Get("Location") != "/reviews/7?done=agreed" || len(s.agreed) != 1 || s.agreed[0].PersonID != 3 || s.agreed[0].Text != "逐单催款" {
		t.Errorf("%s %+v", w.Header().Get("Location"), s.agreed)
	}
	s.meetings = false
	s.wants(s.get(address), "没有可以加行动项的会议", "/reviews")
}

func TestAReportIsComputedAndFollowed(t *testing.T) {
	t.Parallel()
	s := open(t)
	w := s.ask(http.MethodPost, "/reports", url.Values{"month": {"2026-10"}, "place": {"region:1"}}, http.StatusSeeOther)
	if to := w.Header().Get("Location"); to != "/reports?job=j1" {
		t.Errorf("led to %s", to)
	}
	s.job = job.Job{Spec: job.Spec{ID: "j1"}, State: job.StateRunning, Progress: job.Progress{Done: 2, Total: 8}}
	s.wants(s.get("/reports?job=j1"), "正在生成报告", "/report-jobs/j1", "/jobs/j1/cancel")
	s.job.State = job.StateSucceeded
	s.wants(s.get("/reports?job=j1"), "报告已生成")
	if w := s.ask(http.MethodGet, "/report-jobs/j1", nil, http.StatusOK); w.Header().Get("HX-Refresh") != "true" {
		t.Error("the page is not asked to load anew")
	}
	s.job.State, s.job.Failure = job.StateFailed, errs.Msg("error.not_found", nil)
	s.wants(s.get("/reports?job=j1"), "没有生成成功")
	s.ask(http.MethodPost, "/reports", url.Values{"month": {"上月"}, "place": {"company"}}, http.StatusUnprocessableEntity)
	s.refuse = errs.New(errs.KindConflict, "job.already_under_way", errs.Args{"Job": "x"})
	s.ask(http.MethodPost, "/reports", url.Values{"month": {"2026-10"}, "place": {"company"}}, http.StatusConflict)
}

func TestWhenAndToWhomReportsGoIsSet(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.wants(s.get("/reports/settings"), "还没有打开自动生成", `name="roles"`, "宋总（gm）")
	s.ask(http.MethodPost, "/reports/settings", url.Values{"active": {"1"}, "day": {"3"}, "kind": {"work"}, "hour": {"9"}, "regions": {"1"}, "roles": {"director", "lead"}, "revision": {"0"}}, http.StatusSeeOther)
	if g := s.settings; !g.Active || g.Day != 3 || g.Hour != 9 || !g.WorkDays || g.Company || !g.Regions || len(g.Roles) != 2 || g.Attach {
		t.Errorf("kept %+v", g)
	}
	s.wants(s.get("/reports/settings"), "下一次：")
	s.ask(http.MethodPost, "/reports/settings/people", url.Values{"user": {"u1"}, "address": {"gm@qinghe.cn"}}, http.StatusSeeOther)
	if len(s.settings.People) != 1 || s.settings.People[0].Address != "gm@qinghe.cn" {
		t.Errorf("people %+v", s.settings.People)
	}
	s.wants(s.get("/reports/settings"), "gm@qinghe.cn")
	s.ask(http.MethodPost, "/reports/settings/people/remove", url.Values{"user": {"u1"}}, http.StatusSeeOther)
	if len(s.settings.People) != 0 {
		t.Errorf("people %+v", s.settings.People)
	}
	s.refuse = errs.Invalid("error.invalid", []errs.Field{{Path: "hour", Value: "25", Message: errs.Msg("distribution.hour_wrong", nil)}})
	s.wants(s.ask(http.MethodPost, "/reports/settings", url.Values{"active": {"1"}, "day": {"3"}, "hour": {"25"}}, http.StatusUnprocessableEntity).Body.String(), "填 0 到 23 点", `value="25"`)
	s.actor.Grants = []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}
	s.refuse = nil
	s.wants(s.get("/reports/settings"), "时间和范围")
}
