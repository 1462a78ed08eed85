package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
)

// coverage says who is paid by which plan in a month.
type coverage struct {
	Month    string          `json:"month"`
	People   int             `json:"people" doc:"People in your reach who sell in the month."`
	Covered  int             `json:"covered" doc:"Of these, those whom a plan pays."`
	Accepted int             `json:"accepted" doc:"Of these, those who have accepted every plan that pays them."`
	Layers   []coverageLayer `json:"layers" nullable:"false"`
	Count    int             `json:"count" doc:"People of the filter."`
	Items    []coveredPerson `json:"items" nullable:"false"`
	Next     string          `json:"next,omitempty" doc:"Send it as cursor for the part that follows. Absent at the end."`
}

type coverageLayer struct {
	Level    string `json:"level"`
	People   int    `json:"people"`
	Covered  int    `json:"covered"`
	Accepted int    `json:"accepted"`
}

type coveredPerson struct {
	PersonID int64      `json:"person_id"`
	Key      string     `json:"key"`
	Name     string     `json:"name"`
	Team     string     `json:"team,omitempty"`
	Level    string     `json:"level,omitempty"`
	Plans    []heldPlan `json:"plans" nullable:"false"`
}

type heldPlan struct {
	VersionID  string     `json:"version_id"`
	NameZh     string     `json:"name_zh"`
	NameEn     string     `json:"name_en"`
	Number     int        `json:"number"`
	Hash       string     `json:"hash"`
	Paper      bool       `json:"paper,omitempty" doc:"Signed on paper."`
	AcceptedAt *time.Time `json:"accepted_at,omitempty" doc:"Absent: not yet."`
}

// announcement is how a version was made known to those it pays.
type announcement struct {
	Number      int       `json:"number" doc:"1, 2, 3 … per version."`
	Hash        string    `json:"hash" doc:"Of the version."`
	AnnouncedOn string    `json:"announced_on" format:"date"`
	NoticeDays  int       `json:"notice_days" doc:"Days before the version takes effect; negative when after."`
	Text        string    `json:"text"`
	ByID        string    `json:"by_id"`
	RecordedAt  time.Time `json:"recorded_at"`
}

// ownPlan is a version that pays the caller, or will.
type ownPlan struct {
	PlanHead
	Coming      bool       `json:"coming" doc:"It takes effect after this month."`
	AnnouncedOn string     `json:"announced_on,omitempty" format:"date"`
	AcceptedAt  *time.Time `json:"accepted_at,omitempty" doc:"Absent: not yet."`
}

type (
	coverageInput struct {
		Paging
		Month string `query:"month" required:"true" example:"2026-09"`
		Show  string `query:"show" enum:"uncovered,unaccepted" doc:"Only people without a plan, or who have not accepted."`
	}
	announceInput struct {
		ByID
		Body struct {
			AnnouncedOn string `json:"announced_on" format:"date"`
			Text        string `json:"text" maxLength:"4000" doc:"Where it was shown, who was heard, what they said, what became of it."`
		}
	}
	acceptInput struct {
		ByID
		Body struct {
			Hash string `json:"hash" doc:"Hash of the version that was read."`
		}
	}
	paperInput struct {
		ByID
		PersonID int64 `path:"person_id"`
		Body     struct {
			Hash string `json:"hash" doc:"Hash on the sheet that was signed."`
		}
	}
	acceptance struct {
		Hash       string    `json:"hash"`
		Paper      bool      `json:"paper" doc:"Signed on paper."`
		AcceptedAt time.Time `json:"accepted_at"`
	}
)

func (a *API) consentOperations() {
	register(a, operation{id: "plan_coverage", method: http.MethodGet, path: "/plan-coverage", tag: "plans"}, a.coverage)
	register(a, operation{id: "list_plan_announcements", method: http.MethodGet, path: "/plans/{id}/announcements", tag: "plans"}, a.announcements)
	register(a, operation{id: "announce_plan", method: http.MethodPost, path: "/plans/{id}/announcements", tag: "plans", status: http.StatusCreated}, a.announce)
	register(a, operation{id: "my_plans", method: http.MethodGet, path: "/plans/mine", tag: "plans"}, a.ownPlans)
	register(a, operation{id: "accept_plan", method: http.MethodPost, path: "/plans/{id}/acceptance", tag: "plans"}, a.accept)
	register(a, operation{id: "record_paper_acceptance", method: http.MethodPost, path: "/plans/{id}/acceptances/{person_id}", tag: "plans"}, a.recordPaper)
}

func (a *API) coverage(ctx context.Context, actor access.Actor, in *coverageInput) (*output[coverage], error) {
	month, err := fromAPIMonth(in.Month)
	if err != nil {
		return nil, err
	}
	b, err := a.services.Consents.Board(ctx, actor, consent.BoardFilter{Month: month, Show: consent.Show(in.Show), After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := coverage{Month: b.Month.String(), People: b.Total.People, Covered: b.Total.Covered, Accepted: b.Total.Accepted, Count: b.Count, Next: b.Next,
		Layers: []coverageLayer{}, Items: []coveredPerson{}}
	for _, l := range b.Layers {
		out.Layers = append(out.Layers, coverageLayer(l))
	}
	for _, r := range b.Rows {
		person := coveredPerson{PersonID: r.PersonID, Key: r.Key, Name: r.Name, Team: r.Team, Level: r.Level, Plans: []heldPlan{}}
		for _, h := range r.Held {
			person.Plans = append(person.Plans, heldPlan{VersionID: h.VersionID, NameZh: h.Name.Zh, NameEn: h.Name.En, Number: h.Number, Hash: h.Hash, Paper: h.Paper, AcceptedAt: toAPIInstant(h.AcceptedAt)})
		}
		out.Items = append(out.Items, person)
	}
	return &output[coverage]{out}, nil
}

func (a *API) announcements(ctx context.Context, actor access.Actor, in *struct{ ByID }) (*listOutput[announcement], error) {
	version, _, err := a.services.Plans.Get(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := a.services.Consents.Announcements(ctx, actor, in.ID)
	return newList(all, "", func(n consent.Announcement) announcement { return toAPIAnnouncement(n, version.Effective) }), err
}

func toAPIAnnouncement(a consent.Announcement, effective calendar.Interval) announcement {
	return announcement{Number: a.Number, Hash: a.Hash, AnnouncedOn: a.AnnouncedOn.String(), NoticeDays: a.NoticeDays(effective), Text: a.Text, ByID: a.ByID, RecordedAt: a.RecordedAt}
}

func (a *API) announce(ctx context.Context, actor access.Actor, in *announceInput) (*output[announcement], error) {
	on, err := calendar.ParseDate(in.Body.AnnouncedOn)
	if err != nil {
		on = calendar.NoDate
	}
	recorded, err := a.services.Consents.Announce(ctx, actor, consent.Announce{VersionID: in.ID, AnnouncedOn: on, Text: in.Body.Text})
	if err != nil {
		return nil, err
	}
	version, _, err := a.services.Plans.Get(ctx, actor, in.ID)
	return &output[announcement]{toAPIAnnouncement(recorded, version.Effective)}, err
}

func (a *API) ownPlans(ctx context.Context, actor access.Actor, _ *none) (*listOutput[ownPlan], error) {
	own, err := a.services.Consents.Mine(ctx, actor)
	return newList(own, "", func(o consent.Own) ownPlan {
		out := ownPlan{PlanHead: toAPIPlanHead(o.Version), Coming: o.Coming}
		if o.Announcement != nil {
			out.AnnouncedOn = o.Announcement.AnnouncedOn.String()
		}
		if o.Accepted != nil {
			out.AcceptedAt = toAPIInstant(o.Accepted.AcceptedAt)
		}
		return out
	}), err
}

func (a *API) accept(ctx context.Context, actor access.Actor, in *acceptInput) (*output[acceptance], error) {
	word, err := a.services.Consents.Accept(ctx, actor, in.ID, in.Body.Hash)
	if err != nil {
		return nil, err
	}
	return &output[acceptance]{acceptance{Hash: word.Hash, Paper: word.Paper, AcceptedAt: word.AcceptedAt}}, nil
}

func (a *API) recordPaper(ctx context.Context, actor access.Actor, in *paperInput) (*output[acceptance], error) {
	word, err := a.services.Consents.RecordPaper(ctx, actor, in.ID, in.PersonID, in.Body.Hash)
	if err != nil {
		return nil, err
	}
	return &output[acceptance]{acceptance{Hash: word.Hash, Paper: word.Paper, AcceptedAt: word.AcceptedAt}}, nil
}
