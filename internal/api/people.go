package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
)

// PersonHead is a person with where they work on the day.
type PersonHead struct {
	ID         int64    `json:"id"`
	Key        string   `json:"key" doc:"Employee number."`
	Name       string   `json:"name"`
	HiredOn    string   `json:"hired_on" format:"date"`
	LeftOn     string   `json:"left_on,omitempty" format:"date" doc:"First day no longer employed."`
	TeamID     int64    `json:"team_id,omitempty"`
	TeamName   string   `json:"team_name,omitempty"`
	RegionID   int64    `json:"region_id,omitempty"`
	RegionName string   `json:"region_name,omitempty"`
	Level      string   `json:"level,omitempty" enum:"newcomer,regular,core,manager,other"`
	Roles      []string `json:"roles" nullable:"false" doc:"Further roles."`
	Leads      []int64  `json:"leads_team_ids" nullable:"false" doc:"Teams led that day."`
}

// peoplePage is a part of the list of persons at a point. Send the point with the cursor when facts may come in meanwhile.
type peoplePage struct {
	countedList[PersonHead]
	On            string `json:"on" format:"date"`
	RecordedBatch int64  `json:"recorded_batch"`
}

// person is a person with everything ever recorded.
type person struct {
	PersonHead
	Known         bool         `json:"known" doc:"Known at the point; otherwise the members are those recorded now."`
	On            string       `json:"on" format:"date"`
	RecordedBatch int64        `json:"recorded_batch" doc:"What was looked at."`
	Assignments   []assignment `json:"assignments" nullable:"false" doc:"Where and as what the person works."`
	Employment    []employment `json:"employment" nullable:"false" doc:"Who the person is, and from when to when employed."`
	Leaderships   []leadership `json:"leaderships" nullable:"false" doc:"Teams led."`
	Mentorships   []mentorship `json:"mentorships" nullable:"false" doc:"As mentor or as trainee."`
}

// Days is a run of days.
type Days struct {
	From string `json:"from,omitempty" format:"date" doc:"Absent for ever before."`
	To   string `json:"to,omitempty" format:"date" doc:"First day on which it holds no more; absent when there is none."`
}

// assignment is one fact of where a person works.
type assignment struct {
	Days
	TeamID   int64    `json:"team_id,omitempty"`
	TeamName string   `json:"team_name,omitempty"`
	Level    string   `json:"level"`
	Roles    []string `json:"roles" nullable:"false"`
	Recorded factMark `json:"recorded"`
}

// employment is one fact of who a person is.
type employment struct {
	Key      string   `json:"key"`
	Name     string   `json:"name"`
	HiredOn  string   `json:"hired_on" format:"date"`
	LeftOn   string   `json:"left_on,omitempty" format:"date"`
	Recorded factMark `json:"recorded"`
}

// leadership is one fact of a team that a person leads.
type leadership struct {
	Days
	TeamID   int64    `json:"team_id"`
	TeamName string   `json:"team_name"`
	Recorded factMark `json:"recorded"`
}

// personOutput is a person with their tag.
type personOutput struct {
	ETag string `header:"ETag"`
	Body person
}

// Place is where and as what a person works.
type Place struct {
	TeamID int64    `json:"team_id,omitempty" doc:"No team when it is left out."`
	Level  string   `json:"level" enum:"newcomer,regular,core,manager,other"`
	Roles  []string `json:"roles,omitempty" nullable:"false" maxItems:"20" doc:"Further roles."`
	On     string   `json:"on" format:"date" doc:"First day."`
}

type (
	listPeopleInput struct {
		Paging
		AsOf
		Search     string `query:"search" maxLength:"100" doc:"Part of a name or employee number; pinyin or its initials for a Chinese name."`
		RegionID   int64  `query:"region_id"`
		TeamID     int64  `query:"team_id"`
		Level      string `query:"level" enum:"newcomer,regular,core,manager,other"`
		Employment string `query:"employment" enum:"employed,left" doc:"On the day."`
		Sort       string `query:"sort" enum:"key,name,hired,-key,-name,-hired" doc:"By key when it is left out; a minus turns the order round."`
	}
	getPersonInput struct {
		ByNumber
		AsOf
	}
	hireInput struct {
		Body struct {
			Key  string `json:"key" maxLength:"100" doc:"Employee number."`
			Name string `json:"name" maxLength:"300"`
			Place
		}
	}
	moveInput struct {
		ByNumber
		Precondition
		Body Place
	}
	leaveInput struct {
		ByNumber
		Precondition
		Body struct {
			On string `json:"on" format:"date" doc:"First day no longer employed."`
		}
	}
	stayInput struct {
		ByNumber
		Precondition
	}
)

func (a *API) peopleOperations() {
	register(a, operation{id: "list_people", method: http.MethodGet, path: "/people", tag: "organisation"}, a.listPeople)
	register(a, operation{id: "get_person", method: http.MethodGet, path: "/people/{id}", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *getPersonInput) (*personOutput, error) {
			when, err := in.when()
			if err != nil {
				return nil, err
			}
			d, err := a.services.People.Person(ctx, actor, in.ID, when)
			return &personOutput{factTag(changedIn(d)), toAPIPerson(d)}, err
		})
	register(a, operation{id: "hire", method: http.MethodPost, path: "/people", tag: "organisation", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *hireInput) (*createdOutput, error) {
			on, err := fromAPIDay("on", in.Body.On)
			if err != nil {
				return nil, err
			}
			id, receipt, err := a.services.People.Hire(ctx, actor, org.Hire{
				Key: in.Body.Key, Name: in.Body.Name, TeamID: in.Body.TeamID, Level: org.Level(in.Body.Level), Roles: in.Body.Roles, On: on,
			})
			return newCreated(id, receipt), err
		})
	register(a, operation{id: "move", method: http.MethodPost, path: "/people/{id}/move", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *moveInput) (*receiptOutput, error) {
			on, err := fromAPIDay("on", in.Body.On)
			if err != nil {
				return nil, err
			}
			return a.changePerson(ctx, actor, in.ID, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
				return a.services.People.Move(ctx, actor, org.Move{
					PersonID: in.ID, TeamID: in.Body.TeamID, Level: org.Level(in.Body.Level), Roles: in.Body.Roles, On: on, Seen: seen,
				})
			})
		})
	register(a, operation{id: "leave", method: http.MethodPost, path: "/people/{id}/leave", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *leaveInput) (*receiptOutput, error) {
			on, err := fromAPIDay("on", in.Body.On)
			if err == nil && on == calendar.Forever { // the service would take a departure back
				err = errs.Invalid("fact.invalid", []errs.Field{{Path: "on", Value: in.Body.On, Message: errs.Msg("fact.day_out_of_range", nil)}})
			}
			if err != nil {
				return nil, err
			}
			return a.changePerson(ctx, actor, in.ID, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
				return a.services.People.Leave(ctx, actor, org.Leave{PersonID: in.ID, On: on, Seen: seen})
			})
		})
	register(a, operation{id: "take_back_leave", method: http.MethodDelete, path: "/people/{id}/leave", tag: "organisation", status: http.StatusOK},
		func(ctx context.Context, actor access.Actor, in *stayInput) (*receiptOutput, error) {
			return a.changePerson(ctx, actor, in.ID, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
				return a.services.People.Leave(ctx, actor, org.Leave{PersonID: in.ID, On: calendar.Forever, Seen: seen})
			})
		})
}

func (a *API) listPeople(ctx context.Context, actor access.Actor, in *listPeopleInput) (*output[peoplePage], error) {
	when, err := in.when()
	if err != nil {
		return nil, err
	}
	page, err := a.services.People.List(ctx, actor, org.Filter{
		When: when, Search: in.Search, RegionID: in.RegionID, TeamID: in.TeamID, Level: org.Level(in.Level), Employment: org.Employment(in.Employment),
		Paging: in.facts(in.Sort),
	})
	return &output[peoplePage]{toAPIPeoplePage(page)}, err
}

// changePerson makes one change of the person that the client has seen. The service looks again, within its transaction.
func (a *API) changePerson(ctx context.Context, actor access.Actor, id int64, in Precondition,
	change func(seen fact.BatchID) (fact.Receipt, error)) (*receiptOutput, error) {
	seen, err := seenBatch(in, func() (fact.BatchID, error) {
		d, err := a.services.People.Person(ctx, actor, id, org.Now())
		return changedIn(d), err
	})
	if err != nil {
		return nil, err
	}
	receipt, err := change(seen)
	return newReceipt(receipt), staleFact(err)
}

// changedIn returns the newest batch that changed anything about a person.
func changedIn(d org.Detail) (newest fact.BatchID) {
	note := func(m fact.Mark) {
		newest = max(newest, m.Recorded)
		if !m.Current() {
			newest = max(newest, m.Superseded)
		}
	}
	for _, c := range d.Assignments {
		note(c.Mark)
	}
	for _, c := range d.Persons {
		note(c.Mark)
	}
	for _, c := range d.Leads {
		note(c.Mark)
	}
	for _, c := range d.Mentors {
		note(c.Mark)
	}
	return newest
}
