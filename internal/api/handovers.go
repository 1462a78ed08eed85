package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/handover"
)

// leaverRow is somebody who leaves, or has left, with what is still theirs.
type leaverRow struct {
	PersonID      int64  `json:"person_id"`
	Key           string `json:"key"`
	Name          string `json:"name"`
	TeamName      string `json:"team_name,omitempty"`
	Left          string `json:"left,omitempty" doc:"The first day no longer employed."`
	Customers     int64  `json:"customers"`
	Opportunities int64  `json:"opportunities" doc:"Open ones."`
	Tasks         int64  `json:"tasks" doc:"Open ones."`
	Instalments   int64  `json:"instalments" doc:"Of payment plans, that have not come in."`
}

// handOverMove is a customer and who would get it.
type handOverMove struct {
	CustomerID   int64  `json:"customer_id"`
	CustomerName string `json:"customer_name"`
	ToID         int64  `json:"to_id"`
	ToName       string `json:"to_name"`
	Away         bool   `json:"away" doc:"Out of its territory."`
}

// handOverLeft is a customer that nobody would get.
type handOverLeft struct {
	CustomerID   int64  `json:"customer_id"`
	CustomerName string `json:"customer_name"`
	Why          string `json:"why"`
}

// handOverLoad is what a receiver has and would get.
type handOverLoad struct {
	PersonID int64  `json:"person_id"`
	Name     string `json:"name"`
	Holds    int    `json:"holds"`
	Gets     int    `json:"gets"`
	Most     int    `json:"most,omitempty" doc:"By the rules of pools; absent for no limit."`
}

// handOverContract is a contract and who would get it.
type handOverContract struct {
	ID          int64         `json:"id"`
	Number      string        `json:"number"`
	CustomerID  int64         `json:"customer_id"`
	ToID        int64         `json:"to_id"`
	ToName      string        `json:"to_name"`
	Instalments []handOverDue `json:"instalments" nullable:"false" doc:"That have not come in."`
}

// handOverDue is an instalment that has not come in.
type handOverDue struct {
	Number    int64  `json:"number"`
	DueOn     string `json:"due_on,omitempty"`
	LeftMinor int64  `json:"left_minor"`
	Currency  string `json:"currency"`
}

// handOverPreview is what a hand-over would do.
type handOverPreview struct {
	Leaver        leaverRow          `json:"leaver"`
	Moves         []handOverMove     `json:"moves" nullable:"false"`
	Left          []handOverLeft     `json:"left" nullable:"false"`
	Loads         []handOverLoad     `json:"loads" nullable:"false"`
	Consequences  []string           `json:"consequences" nullable:"false" doc:"What it means for pay, in English."`
	Opportunities []int64            `json:"opportunities" nullable:"false" doc:"Open ones with customers of somebody else."`
	Tasks         []int64            `json:"tasks" nullable:"false"`
	Contracts     []handOverContract `json:"contracts" nullable:"false" doc:"That go with their customers: who gets one collects."`
	RestToID      int64              `json:"rest_to_id" doc:"Who gets these, where the customer's owner does not."`
	Digest        string             `json:"digest" doc:"Send it with the hand-over: it says that exactly this is meant."`
}

type (
	// HandOverAsk says how receivers are found.
	HandOverAsk struct {
		Way       string   `json:"way" enum:"proposal,turn,one"`
		Receivers []string `json:"receivers,omitempty" maxItems:"200" doc:"Employee numbers. Left out: who sells in the same team."`
	}
	previewHandOverInput struct {
		ByNumber
		Body HandOverAsk
	}
	handOverPersonInput struct {
		ByNumber
		Body struct {
			HandOverAsk
			Digest string `json:"digest" maxLength:"100"`
			Reason string `json:"reason" maxLength:"300"`
		}
	}
)

func (a *API) handOverOperations() {
	handOvers := a.services.HandOvers
	register(a, operation{id: "list_leavers", method: http.MethodGet, path: "/leavers", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[leaverRow], error) {
		list, err := handOvers.Leavers(ctx, actor)
		return newList(list, "", toAPILeaver), err
	})
	register(a, operation{id: "preview_hand_over", method: http.MethodPost, path: "/people/{id}/hand-over/preview", tag: "sales", reads: true}, func(ctx context.Context, actor access.Actor, in *previewHandOverInput) (*output[handOverPreview], error) {
		p, err := handOvers.Preview(ctx, actor, in.Body.ask(in.ID))
		return &output[handOverPreview]{a.toAPIPreview(p)}, err
	})
	register(a, operation{id: "hand_over", method: http.MethodPost, path: "/people/{id}/hand-over", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *handOverPersonInput) (*output[HoldingAct], error) {
		act, err := handOvers.Do(ctx, actor, in.Body.ask(in.ID), in.Body.Digest, in.Body.Reason)
		return &output[HoldingAct]{toAPIAct(act)}, err
	})
}

func (in HandOverAsk) ask(personID int64) handover.Ask {
	return handover.Ask{PersonID: personID, Way: handover.Way(in.Way), Receivers: in.Receivers}
}

func toAPILeaver(l handover.Leaver) leaverRow {
	return leaverRow{PersonID: l.ID, Key: l.Key, Name: l.Name, TeamName: l.TeamName, Left: toAPIDate(l.Left), Customers: l.Customers, Opportunities: l.Opportunities, Tasks: l.Tasks, Instalments: l.Instalments}
}

func (a *API) toAPIPreview(p handover.Preview) handOverPreview {
	out := handOverPreview{Leaver: toAPILeaver(p.Leaver), Moves: []handOverMove{}, Left: []handOverLeft{}, Loads: []handOverLoad{}, Consequences: []string{}, Opportunities: []int64{}, Contracts: []handOverContract{}, Tasks: append([]int64{}, p.LooseTasks...), RestToID: p.LooseTo.ID, Digest: p.Digest}
	for _, m := range p.Moves {
		out.Moves = append(out.Moves, handOverMove{m.Customer.CustomerID, m.Customer.Name, m.To.ID, m.To.Name, m.Away})
	}
	for _, l := range p.Left {
		out.Left = append(out.Left, handOverLeft{l.Customer.CustomerID, l.Customer.Name, a.english.Message(l.Why)})
	}
	for _, l := range p.Loads {
		out.Loads = append(out.Loads, handOverLoad{l.Person.ID, l.Person.Name, l.Holds, l.Gets, l.Most})
	}
	for _, c := range p.Consequences {
		out.Consequences = append(out.Consequences, a.english.Message(c.Message))
	}
	for _, c := range p.Contracts {
		one := handOverContract{ID: c.ID, Number: c.Number, CustomerID: c.CustomerID, ToID: c.To.ID, ToName: c.To.Name, Instalments: []handOverDue{}}
		for _, i := range c.Instalments {
			one.Instalments = append(one.Instalments, handOverDue{i.Number, toAPIDate(i.DueOn), i.LeftMinor, string(i.Currency)})
		}
		out.Contracts = append(out.Contracts, one)
	}
	for _, o := range p.Opportunities {
		out.Opportunities = append(out.Opportunities, o.ID)
	}
	return out
}
