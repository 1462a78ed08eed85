package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/survey"
)

// MailConnection is the server through which letters go.
type MailConnection struct {
	Host     string  `json:"host" maxLength:"253" example:"smtp.example.cn"`
	Port     int64   `json:"port" minimum:"1" maximum:"65535" example:"465"`
	Security string  `json:"security" enum:"tls,starttls,none" doc:"none only inside an allowed private network, and without a password."`
	Login    string  `json:"login,omitempty" maxLength:"200"`
	Password *string `json:"password,omitempty" maxLength:"200" doc:"Kept sealed and never shown. Absent keeps what is there, unless the server is another; empty removes it."`
	Address  string  `json:"address" maxLength:"254" doc:"Of the sender."`
	Name     string  `json:"name,omitempty" maxLength:"200" doc:"Of the sender; the company's name when it is left out."`
	Active   bool    `json:"active,omitempty"`
	Revision int64   `json:"revision,omitempty" doc:"With a change, the one you have seen."`
}

// mailConnectionRow is the connection as it is shown.
type mailConnectionRow struct {
	MailConnection
	HasPassword bool `json:"has_password"`
}

// surveyMailing is a survey that is sent, or left out, after something has happened.
type surveyMailing struct {
	ID         int64      `json:"id"`
	Cause      string     `json:"cause" example:"case:12" doc:"What it is sent after."`
	State      string     `json:"state" enum:"waiting,sending,sent,by_hand,handed,failed,skipped"`
	Reason     string     `json:"reason,omitempty" doc:"Why it was left out, failed, or goes by hand."`
	Code       int64      `json:"code,omitempty" doc:"What the mail server said."`
	CustomerID int64      `json:"customer_id,omitempty"`
	ContactID  int64      `json:"contact_id,omitempty"`
	PersonID   int64      `json:"person_id,omitempty" doc:"Who is to hand it over where no letter can go."`
	Attempts   int64      `json:"attempts,omitempty"`
	NextAt     *time.Time `json:"next_at,omitempty"`
	SentAt     *time.Time `json:"sent_at,omitempty"`
	OpenedAt   *time.Time `json:"opened_at,omitempty" doc:"When the link was first opened; never of an anonymous survey."`
	RemindedAt *time.Time `json:"reminded_at,omitempty"`
	Answered   bool       `json:"answered,omitempty" doc:"Never of an anonymous survey."`
}

// surveyHanding is what somebody needs to hand a survey over.
type surveyHanding struct {
	Mailing surveyMailing `json:"mailing"`
	Link    string        `json:"link,omitempty" doc:"Once it was taken."`
	Wording string        `json:"wording,omitempty" doc:"For a chat, with the link, in the contact's language."`
}

type (
	saveMailInput struct {
		Body MailConnection
	}
	tryMailInput struct {
		Body struct {
			To string `json:"to" maxLength:"254"`
		}
	}
	listMailingsInput struct {
		ByNumber
		Paging
		State string `query:"state" enum:"waiting,sending,sent,by_hand,handed,failed,skipped"`
	}
)

func (a *API) mailOperations() {
	mails := a.services.Mail
	register(a, operation{id: "get_mail_connection", method: http.MethodGet, path: "/mail-connection", tag: "company"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[mailConnectionRow], error) {
		c, err := mails.Get(ctx, actor)
		return &output[mailConnectionRow]{toAPIMail(c)}, err
	})
	save := operation{id: "save_mail_connection", method: http.MethodPut, path: "/mail-connection", tag: "company"}
	register(a, save, func(ctx context.Context, actor access.Actor, in *saveMailInput) (*output[mailConnectionRow], error) {
		b := in.Body
		c, err := mails.Save(ctx, actor, mail.Entry{Connection: mail.Connection{Host: b.Host, Port: b.Port, Security: mail.Security(b.Security), Login: b.Login, Address: b.Address, Name: b.Name, Active: b.Active, Revision: b.Revision}, Secret: b.Password})
		return &output[mailConnectionRow]{toAPIMail(c)}, err
	})
	register(a, operation{id: "try_mail_connection", method: http.MethodPost, path: "/mail-connection/try", tag: "company", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *tryMailInput) (*none, error) {
		p := httpx.PrinterFrom(ctx)
		return nil, mails.Try(ctx, actor, in.Body.To, p.T("mail.try_subject"), p.T("mail.try_text"))
	})
}

func (a *API) mailingOperations() {
	surveys := a.services.Surveys
	op := func(id, method, path string) operation {
		return operation{id: id, method: method, path: path, tag: "service"}
	}
	register(a, op("list_survey_mailings", http.MethodGet, "/surveys/{id}/mailings"), func(ctx context.Context, actor access.Actor, in *listMailingsInput) (*listOutput[surveyMailing], error) {
		page, err := surveys.Mailings(ctx, actor, survey.MailingFilter{SurveyID: in.ID, State: survey.State(in.State), Paging: fact.Paging{Cursor: in.Cursor, Limit: in.Limit}})
		return newList(page.Rows, page.Next, toAPIMailing), err
	})
	for _, one := range []struct {
		id, method, path string
		act              func(context.Context, access.Actor, int64) (survey.Handing, error)
	}{
		{"get_survey_mailing", http.MethodGet, "/survey-mailings/{id}", surveys.Handing},
		{"hand_survey", http.MethodPost, "/survey-mailings/{id}/hand", surveys.Hand},
		{"send_survey_again", http.MethodPost, "/survey-mailings/{id}/again", surveys.Again},
		{"drop_survey", http.MethodPost, "/survey-mailings/{id}/drop", surveys.Drop},
	} {
		o := op(one.id, one.method, one.path)
		if one.method != http.MethodGet {
			o.secret = []string{"link", "wording"}
		}
		register(a, o, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[surveyHanding], error) {
			h, err := one.act(ctx, actor, in.ID)
			m := h.Mailing
			if h.Survey.Anonymous {
				m.Answered, m.OpenedAt, m.RemindedAt = false, time.Time{}, time.Time{}
			}
			return &output[surveyHanding]{surveyHanding{toAPIMailing(m), h.Link, h.Wording}}, err
		})
	}
}

func toAPIMail(c mail.Connection) mailConnectionRow {
	return mailConnectionRow{MailConnection{Host: c.Host, Port: c.Port, Security: string(c.Security), Login: c.Login, Address: c.Address, Name: c.Name, Active: c.Active, Revision: c.Revision}, c.Password != ""}
}

func toAPIMailing(m survey.Mailing) surveyMailing {
	return surveyMailing{m.ID, m.Cause, string(m.State), m.Reason, m.Code, m.CustomerID, m.ContactID, m.PersonID, m.Attempts, toAPIInstant(m.NextAt), toAPIInstant(m.SentAt), toAPIInstant(m.OpenedAt), toAPIInstant(m.RemindedAt), m.Answered}
}
