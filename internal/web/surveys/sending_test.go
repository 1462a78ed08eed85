package surveys_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/survey"
)

// noMails is a connection that is off.
type noMails struct{}

func (noMails) Ready(context.Context) (bool, error) { return false, nil }

func (noMails) Send(context.Context, mail.Letter) error { return &mail.Failure{Class: mail.ClassOff} }

// toHand puts a survey for a contact of C1 into the state.
func toHand(t *testing.T, site *pagetest.Site, state survey.State, reason, evil string) {
	t.Helper()
	ctx := t.Context()
	m := survey.Mailing{SurveyID: 1, Cause: "case:7", State: state, Reason: reason}
	read := func(fn func(tx *store.Tx) error) {
		if err := site.App.DB.InTx(ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	read(func(tx *store.Tx) (err error) {
		m.CustomerID, err = tx.CustomerID(ctx, "C1")
		return err
	})
	c, err := site.App.Contacts.Save(ctx, access.SystemActor("test"), contact.Entry{CustomerID: m.CustomerID, Name: evil, WeChat: "lin-gong"})
	if err != nil {
		t.Fatal(err)
	}
	m.ContactID = c.ID
	read(func(tx *store.Tx) (err error) {
		if m.ID, err = tx.NextNumber(ctx, "survey_mailing"); err != nil {
			return err
		}
		return tx.InsertSurveyMailing(ctx, m)
	})
}

// openToTheWorld gives the installation a public address and secrets that the test knows.
func openToTheWorld(t *testing.T, site *pagetest.Site, public string) (secret string) {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	secret = strings.Repeat("s", 43)
	site.App.Surveys.WithSending(survey.Sending{Mails: noMails{}, Silence: site.App.Contacts.Silence, Printers: catalogue.Printer, Company: func() string { return "青禾智控" }, Public: func() string { return public }, Secret: func(string, int64) string { return secret }})
	return secret
}

func TestALinkIsHandedOverAndItsContactEndsMessages(t *testing.T) {
	t.Parallel()
	site, operations, handler := withSurvey(t, satisfaction())
	const evil = `<b>林工`
	toHand(t, site, survey.StateByHand, "no_email", evil)
	operations.Get("/surveys/1/mailings", http.StatusOK).Has("#lack: 还没设对外网址", "td: 恒越精密", "td: "+evil, "td: 没有能用的邮箱", "td .chip: 等人转发", "a[href=/survey-mailings/1]: 处理")
	operations.Get("/survey-mailings/1", http.StatusOK).Lacks("textarea")
	operations.Post("/survey-mailings/1/hand", nil, http.StatusConflict).Has("#failure: 还没设对外网址")
	secret := openToTheWorld(t, site, "https://sales.example.cn")
	page := operations.Post("/survey-mailings/1/hand", nil, http.StatusOK)
	page.Has("textarea#f-wording: https://sales.example.cn/feedback?t="+secret, "button[data-copy=f-wording]: 复制", "img[width=280]")
	page.Lacks("b: 林工")
	operations.Get("/surveys/1/mailings?state=handed", http.StatusOK).Has("#lack: 还没连上发信邮箱", "td .chip: 已转发", "a[href=/survey-mailings/1]: 看链接")
	operations.Get("/surveys/1/mailings?state=x", http.StatusUnprocessableEntity)
	operations.Post("/survey-mailings/1/again", nil, http.StatusConflict)
	operations.Post("/survey-mailings/1/other", nil, http.StatusNotFound)
	operations.Get("/survey-mailings/9", http.StatusNotFound)
	wants(t, customer(t, handler, http.MethodGet, "/feedback?t="+secret, nil), http.StatusOK, []string{"你对我们这次的服务满意吗"}, []string{"林工"})
	operations.Get("/surveys/1/mailings", http.StatusOK).Has("td: 打开过")

	stop := survey.StopPath + "?t=1." + secret
	wants(t, customer(t, handler, http.MethodGet, survey.StopPath+"?t=1.guess", nil), http.StatusNotFound, []string{"链接不对"}, []string{"林工"})
	wants(t, customer(t, handler, http.MethodGet, stop, nil), http.StatusOK, []string{"不再接收", "青禾智控"}, []string{"林工", "恒越精密"})
	wants(t, customer(t, handler, http.MethodGet, stop+"&lang=en", nil), http.StatusOK, []string{"No more messages"}, nil)
	operations.Get("/contacts/1", http.StatusOK).Lacks(".chip: 不接收消息")
	// A mail program does it by itself (RFC 8058): a POST without cookies, origin or a page before it.
	wants(t, customer(t, handler, http.MethodPost, stop, url.Values{"List-Unsubscribe": {"One-Click"}}), http.StatusOK, []string{"不再给你发了"}, []string{"林工"})
	wants(t, customer(t, handler, http.MethodGet, stop, nil), http.StatusOK, []string{"不再给你发了"}, nil)
	operations.Get("/contacts/1", http.StatusOK).Has(".chip: 不接收消息", "dd: 本人退订")
}

func TestWhatFailedIsTriedAgainOrLeftOut(t *testing.T) {
	t.Parallel()
	site, operations, _ := withSurvey(t, satisfaction())
	openToTheWorld(t, site, "https://sales.example.cn")
	toHand(t, site, survey.StateFailed, "recipient", "林工")
	operations.Get("/survey-mailings/1", http.StatusOK).Has("dd: 对方邮箱不存在或拒收", "form[action=/survey-mailings/1/again]", "form[action=/survey-mailings/1/drop]")
	operations.Post("/survey-mailings/1/again", nil, http.StatusOK).Has("dd: 待发")
	operations.Post("/survey-mailings/1/drop", nil, http.StatusOK).Has("dd: 有人决定不发")
	operations.Lang = "en"
	operations.Get("/surveys/1/mailings", http.StatusOK).Has("td: Left out", "td: Somebody decided not to")
	seller := site.As(t, 1, pagetest.Grant(access.RoleSeller))
	seller.Get("/surveys/1/mailings", http.StatusOK).Lacks("td: 林工")
	seller.Get("/survey-mailings/1", http.StatusNotFound)
}

func TestTheRuleOfSendingIsAsked(t *testing.T) {
	t.Parallel()
	form := satisfaction()
	form.Set("sent_after", "case_closed")
	form.Set("after_days", "2")
	form.Set("quiet_days", "60")
	form.Set("remind_days", "5")
	_, operations, _ := withSurvey(t, form)
	operations.Get("/survey-form?id=1", http.StatusOK).Has("select[name=sent_after] option[value=case_closed][selected]", "input[name=quiet_days][value=60]", "details[open]")
	operations.Get("/surveys/1/mailings", http.StatusOK).Has("div.sub: 工单关闭后第2天发", "main: 还没有发过")
	form.Set("remind_days", "30")
	operations.Post("/surveys", form, http.StatusUnprocessableEntity).Has("form#survey: 要比链接有效期短")
}
