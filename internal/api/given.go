package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/given"
)

// givenMeasure is a measure of a month.
type givenMeasure struct {
	Measure string `json:"measure" example:"sop"`
	Unit    string `json:"unit" enum:"number,percent,money" doc:"How its newest value is written."`
}

// GivenFact is a value that was measured elsewhere.
type GivenFact struct {
	Value string `json:"value" maxLength:"30" example:"0.95" doc:"A decimal: 95 % is 0.95, money is in minor units. Empty: taken back."`
	Unit  string `json:"unit" enum:"number,percent,money" doc:"How people write it; the value is the same."`
}

// givenRow is what was measured of a person in a month.
type givenRow struct {
	PersonID   int64        `json:"person_id"`
	PersonKey  string       `json:"person_key" doc:"Employee number."`
	PersonName string       `json:"person_name"`
	TeamName   string       `json:"team_name,omitempty" doc:"Of the month's last day."`
	Values     []givenValue `json:"values" nullable:"false"`
}

// givenValue is one value with the batch that recorded it.
type givenValue struct {
	Measure string `json:"measure" example:"sop"`
	GivenFact
	RecordedBatch int64 `json:"recorded_batch"`
}

// givenPage is a part of the people of a month.
type givenPage struct {
	countedList[givenRow]
	Month    string         `json:"month" example:"2026-09"`
	Measures []givenMeasure `json:"measures" nullable:"false" doc:"With a value in the month or in the one before."`
}

// givenDetail is everything ever recorded about a value, the newest first.
type givenDetail struct {
	Month    string         `json:"month" example:"2026-09"`
	PersonID int64          `json:"person_id"`
	Measure  string         `json:"measure" example:"sop"`
	Versions []givenVersion `json:"versions" nullable:"false"`
}

// givenVersion is one fact about a value.
type givenVersion struct {
	GivenFact
	Recorded factMark `json:"recorded"`
}

// givenOutput is a value with its tag.
type givenOutput struct {
	ETag string `header:"ETag"`
	Body givenDetail
}

type (
	listGivenInput struct {
		Paging
		Month  string `query:"month" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
		Search string `query:"search" maxLength:"100" doc:"Part of a name or employee number; pinyin or its initials for a Chinese name."`
		TeamID int64  `query:"team_id" doc:"On the month's last day."`
	}
	getGivenInput struct {
		PersonPath
		Measure string `path:"measure" maxLength:"100" example:"sop"`
	}
	setGivenInput struct {
		PersonPath
		Measure string `path:"measure" maxLength:"100" example:"sop"`
		Precondition
		Body GivenFact
	}
)

func (a *API) givenOperations() {
	register(a, operation{id: "list_given_values", method: http.MethodGet, path: "/given-values", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *listGivenInput) (*output[givenPage], error) {
			wanted, err := fromAPIMonth(in.Month)
			if err != nil {
				return nil, err
			}
			g, err := a.services.Given.Grid(ctx, actor, given.Filter{Month: wanted, Search: in.Search, TeamID: in.TeamID, Paging: in.facts("")})
			return &output[givenPage]{toAPIGivenPage(g)}, err
		})
	register(a, operation{id: "get_given_value", method: http.MethodGet, path: "/given-values/{month}/{person_id}/{measure}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *getGivenInput) (*givenOutput, error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			versions, err := a.services.Given.History(ctx, actor, in.PersonID, wanted, in.Measure)
			if err == nil && len(versions) == 0 {
				err = errNotFound()
			}
			return &givenOutput{factTag(heldGiven(versions)), givenDetail{wanted.String(), in.PersonID, in.Measure,
				newList(versions, "", func(v given.Version) givenVersion { return givenVersion{toAPIGiven(v.Value), toAPIMark(v.Mark)} }).Body.Items}}, err
		})
	register(a, operation{id: "set_given_value", method: http.MethodPut, path: "/given-values/{month}/{person_id}/{measure}", tag: "sales"}, a.setGiven)
}

func (a *API) setGiven(ctx context.Context, actor access.Actor, in *setGivenInput) (*receiptOutput, error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	entry := given.Entry{PersonID: in.PersonID, Month: wanted, Measure: in.Measure, Unit: fact.Unit(in.Body.Unit)}
	if in.Body.Value != "" {
		value, err := decimal.Parse(in.Body.Value)
		if err != nil {
			return nil, errs.Invalid("fact.invalid", []errs.Field{{Path: "value", Value: in.Body.Value, Message: errs.Msg("form.error.number", nil)}})
		}
		entry.Value = &value
	}
	seen, err := seenBatch(in.Precondition, func() (fact.BatchID, error) {
		versions, err := a.services.Given.History(ctx, actor, in.PersonID, wanted, in.Measure)
		return heldGiven(versions), err
	})
	if err != nil {
		return nil, err
	}
	if seen != 0 {
		entry.Seen = &seen
	}
	receipt, err := a.services.Given.Set(ctx, actor, entry)
	return newReceipt(receipt), staleFact(err)
}

// heldGiven is the batch of the value that holds; 0 when none does.
func heldGiven(versions []given.Version) fact.BatchID {
	if len(versions) == 0 || !versions[0].Mark.Current() || versions[0].Value.Taken {
		return 0
	}
	return versions[0].Mark.Recorded
}

func toAPIGiven(v given.Value) GivenFact {
	if v.Taken {
		return GivenFact{Unit: string(v.Unit)}
	}
	return GivenFact{v.Value.String(), string(v.Unit)}
}

func toAPIGivenPage(g given.Grid) givenPage {
	return givenPage{
		Month: g.Month.String(), Measures: newList(g.Measures, "", func(m given.Measure) givenMeasure { return givenMeasure{m.Name, string(m.Unit)} }).Body.Items,
		countedList: newCounted(g.Rows, g.Next, g.Count, func(r given.Row) givenRow {
			row := givenRow{PersonID: r.PersonID, PersonKey: r.Key, PersonName: r.Name, TeamName: r.TeamName, Values: []givenValue{}}
			for _, m := range g.Measures {
				if v, ok := r.Values[m.Name]; ok {
					row.Values = append(row.Values, givenValue{m.Name, toAPIGiven(v), int64(v.Recorded)})
				}
			}
			return row
		}).Body,
	}
}
