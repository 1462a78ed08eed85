package api

import (
	"context"
	"math/big"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/survey"
)

// SurveyEntry is a survey as it is entered. Kind and anonymity of one that exists stay.
type SurveyEntry struct {
	Name      string `json:"name" maxLength:"300"`
	Kind      string `json:"kind" enum:"csat,nps"`
	Anonymous bool   `json:"anonymous,omitempty"`
	ValidDays int64  `json:"valid_days" minimum:"1" maximum:"180" doc:"For how many days a link is open."`
	LowUntil  int64  `json:"low_until" minimum:"0" maximum:"9" doc:"Scores up to this one are low."`
	OpensCase bool   `json:"opens_case,omitempty" doc:"A low score opens a service case; never of an anonymous survey."`
	Active    bool   `json:"active,omitempty" doc:"Links can be made."`

	Sending *surveySending `json:"sending,omitempty" doc:"When it is sent by itself. Absent with a change: as before."`

	Revision int64 `json:"revision,omitempty" doc:"With a change, the one you have seen; 0 skips the check."`
}

// surveySending says when a survey is sent by itself.
type surveySending struct {
	After      string `json:"after,omitempty" enum:"case_closed,visit_done,contract_signed,deal_signed,handover_done," doc:"Empty: not by itself."`
	AfterDays  int64  `json:"after_days" minimum:"0" maximum:"365"`
	QuietDays  int64  `json:"quiet_days" minimum:"0" maximum:"365" doc:"A contact is asked once within so many days, by all surveys together."`
	RemindDays int64  `json:"remind_days" minimum:"0" maximum:"365" doc:"One reminder so many days after the letter; 0: none."`
	Since      string `json:"since,omitempty" readOnly:"true" doc:"What happened before this day is not asked about."`
}

// surveyRow is a survey.
type surveyRow struct {
	ID int64 `json:"id"`
	SurveyEntry
}

// SurveyMeasure is what answers come to.
type SurveyMeasure struct {
	Count    int64    `json:"count"`
	Hidden   bool     `json:"hidden,omitempty" doc:"Fewer than 5 answers of an anonymous survey, or a group by which they could be reckoned."`
	Tally    []int64  `json:"tally,omitempty" nullable:"false" doc:"Answers by score, from 0 to 10."`
	Value    string   `json:"value,omitempty" example:"0.8333" doc:"CSAT: share of 4 and 5. NPS: promoters less detractors, from -1 to 1. A decimal of four digits; absent without answers."`
	Interval []string `json:"interval,omitempty" nullable:"false" doc:"Both ends of the 95 % interval: Wilson's of CSAT, an adjusted Wald one of NPS."`
}

// surveyGroup is the answers about one team, seller, service person or product, or of one month.
type surveyGroup struct {
	ID   int64  `json:"id,omitempty"`
	Name string `json:"name,omitempty" doc:"A month is YYYY-MM."`
	SurveyMeasure
}

// surveyResults are what the answers of a survey come to.
type surveyResults struct {
	Survey   surveyRow     `json:"survey"`
	Sent     int64         `json:"sent" doc:"Links made in the days."`
	Answered int64         `json:"answered" doc:"Of these, how many were answered."`
	Total    SurveyMeasure `json:"total"`
	Months   []surveyGroup `json:"months" nullable:"false"`
	Teams    []surveyGroup `json:"teams" nullable:"false"`
	Sellers  []surveyGroup `json:"sellers" nullable:"false"`
	Owners   []surveyGroup `json:"owners" nullable:"false"`
	Products []surveyGroup `json:"products" nullable:"false"`
}

// surveyAnswer is what a customer said.
type surveyAnswer struct {
	ID         string `json:"id"`
	AnsweredOn string `json:"answered_on" doc:"The day; of an anonymous survey the month."`
	Score      int64  `json:"score"`
	Comment    string `json:"comment,omitempty"`
	CustomerID int64  `json:"customer_id,omitempty"`
	CaseID     int64  `json:"case_id,omitempty" doc:"The service case that it is about."`
	DealKey    string `json:"deal_key,omitempty"`
	ProductID  int64  `json:"product_id,omitempty"`
	SellerID   int64  `json:"seller_id,omitempty"`
	OwnerID    int64  `json:"owner_id,omitempty" doc:"Who looks after the case or the customer."`
	TeamID     int64  `json:"team_id,omitempty"`
	RaisedID   int64  `json:"raised_id,omitempty" doc:"The service case that it opened."`
}

// surveyLink is a link that was made.
type surveyLink struct {
	Path      string     `json:"path" doc:"From the root of the installation. Shown once: only its hash is kept."`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
}

type (
	surveyFilterInput struct {
		ByNumber
		DayRange
		TeamID int64 `query:"team_id"`
	}
	listSurveyAnswersInput struct {
		ByNumber
		DayRange
		Paging
		TeamID int64 `query:"team_id"`
		Low    bool  `query:"low" doc:"Low scores alone."`
	}
	changeSurveyInput struct {
		ByNumber
		Body SurveyEntry
	}
	makeSurveyLinkInput struct {
		ByNumber
		Body struct {
			CaseID    int64  `json:"case_id,omitempty" doc:"A service case, or one of the next two."`
			DealKey   string `json:"deal_key,omitempty" maxLength:"100"`
			Customer  string `json:"customer,omitempty" maxLength:"100" doc:"The company's own number."`
			ContactID int64  `json:"contact_id,omitempty"`
		}
	}
)

func (a *API) surveyOperations() {
	surveys := a.services.Surveys
	op := func(id, method, path string, status int) operation {
		return operation{id: id, method: method, path: path, tag: "service", status: status}
	}
	register(a, op("list_surveys", http.MethodGet, "/surveys", 0), func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[surveyRow], error) {
		all, err := surveys.List(ctx, actor)
		return newList(all, "", toAPISurvey), err
	})
	type addSurveyInput struct{ Body SurveyEntry }
	register(a, op("add_survey", http.MethodPost, "/surveys", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *addSurveyInput) (*output[surveyRow], error) {
		return a.saveSurvey(ctx, actor, 0, in.Body)
	})
	register(a, op("change_survey", http.MethodPut, "/surveys/{id}", 0), func(ctx context.Context, actor access.Actor, in *changeSurveyInput) (*output[surveyRow], error) {
		if in.ID <= 0 { // the service would take it for a new one
			return nil, errNotFound()
		}
		return a.saveSurvey(ctx, actor, in.ID, in.Body)
	})
	register(a, op("get_survey_results", http.MethodGet, "/surveys/{id}/results", 0), a.surveyResults)
	register(a, op("list_survey_answers", http.MethodGet, "/surveys/{id}/answers", 0), a.listSurveyAnswers)
	link := op("make_survey_link", http.MethodPost, "/surveys/{id}/links", http.StatusCreated)
	link.secret = []string{"path"}
	register(a, link, func(ctx context.Context, actor access.Actor, in *makeSurveyLinkInput) (*output[surveyLink], error) {
		made, err := surveys.Invite(ctx, actor, survey.Invite{SurveyID: in.ID, CaseID: in.Body.CaseID, DealKey: in.Body.DealKey, Customer: in.Body.Customer, ContactID: in.Body.ContactID})
		return &output[surveyLink]{surveyLink{"/feedback?t=" + made.Token, toAPIInstant(made.ExpiresAt)}}, err
	})
}

func (a *API) saveSurvey(ctx context.Context, actor access.Actor, id int64, e SurveyEntry) (*output[surveyRow], error) {
	var rule *survey.Rule
	if e.Sending != nil {
		rule = &survey.Rule{After: survey.Trigger(e.Sending.After), AfterDays: e.Sending.AfterDays, QuietDays: e.Sending.QuietDays, RemindDays: e.Sending.RemindDays}
	}
	kept, err := a.services.Surveys.Save(ctx, actor, survey.Entry{ID: id, Name: e.Name, Kind: survey.Kind(e.Kind), Anonymous: e.Anonymous, ValidDays: e.ValidDays, LowUntil: e.LowUntil, OpensCase: e.OpensCase, Active: e.Active, Rule: rule, Seen: e.Revision})
	return &output[surveyRow]{toAPISurvey(kept)}, err
}

func (a *API) surveyResults(ctx context.Context, actor access.Actor, in *surveyFilterInput) (*output[surveyResults], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	r, err := a.services.Surveys.Results(ctx, actor, survey.Filter{SurveyID: in.ID, Answered: days, TeamID: in.TeamID})
	return &output[surveyResults]{surveyResults{toAPISurvey(r.Survey), r.Sent, r.Answered, toAPIMeasure(r.Total), toAPIGroups(r.Months), toAPIGroups(r.Teams), toAPIGroups(r.Sellers), toAPIGroups(r.Owners), toAPIGroups(r.Products)}}, err
}

func (a *API) listSurveyAnswers(ctx context.Context, actor access.Actor, in *listSurveyAnswersInput) (*listOutput[surveyAnswer], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	page, err := a.services.Surveys.Answers(ctx, actor, survey.Filter{SurveyID: in.ID, Answered: days, TeamID: in.TeamID, LowOnly: in.Low, Paging: fact.Paging{Cursor: in.Cursor, Limit: in.Limit}})
	return newList(page.Rows, page.Next, func(one survey.Answer) surveyAnswer {
		out := surveyAnswer{one.ID, toAPIDate(one.AnsweredOn), one.Score, one.Comment, one.About.CustomerID, one.About.CaseID, one.About.DealKey, one.About.ProductID, one.About.SellerID, one.About.OwnerID, one.About.TeamID, one.RaisedID}
		if page.Survey.Anonymous {
			out.AnsweredOn = one.AnsweredOn.Month().String()
		}
		return out
	}), err
}

func toAPISurvey(s survey.Survey) surveyRow {
	sending := &surveySending{string(s.Rule.After), s.Rule.AfterDays, s.Rule.QuietDays, s.Rule.RemindDays, toAPIDate(s.Rule.Since)}
	return surveyRow{s.ID, SurveyEntry{s.Name, string(s.Kind), s.Anonymous, s.ValidDays, s.LowUntil, s.OpensCase, s.Active, sending, s.Revision}}
}

// shareText writes a share as a decimal of four digits.
func shareText(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return r.FloatString(4)
}

func toAPIMeasure(m survey.Measure) SurveyMeasure {
	out := SurveyMeasure{Count: m.Count, Hidden: m.Hidden, Value: shareText(m.Value)}
	if m.Count > 0 {
		out.Tally = m.Tally[:]
	}
	if m.Low != nil && m.High != nil {
		out.Interval = []string{shareText(m.Low), shareText(m.High)}
	}
	return out
}

func toAPIGroups(groups []survey.Group) []surveyGroup {
	out := make([]surveyGroup, len(groups))
	for i, g := range groups {
		out[i] = surveyGroup{g.ID, g.Name, toAPIMeasure(g.Measure)}
	}
	return out
}
