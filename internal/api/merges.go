package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/merge"
)

// mergeHead is a customer of a pair or a merge.
type mergeHead struct {
	ID    int64  `json:"id"`
	Key   string `json:"key"`
	Name  string `json:"name"`
	City  string `json:"city,omitempty"`
	Owner string `json:"owner,omitempty" doc:"Who has it."`
	Deals int64  `json:"deals"`
}

// customerPair is two customers that may be the same.
type customerPair struct {
	Low     mergeHead `json:"low"`
	High    mergeHead `json:"high"`
	Grounds []string  `json:"grounds" nullable:"false" doc:"code, phone or name; the strongest first."`
}

// mergeComparison is two customers side by side.
type mergeComparison struct {
	Survivor  mergeSide `json:"survivor"`
	Merged    mergeSide `json:"merged"`
	Grounds   []string  `json:"grounds" nullable:"false"`
	Apart     bool      `json:"apart" doc:"Somebody said that they are two."`
	Different []string  `json:"different" nullable:"false" doc:"Fields of which the values differ."`
	Usual     []string  `json:"usual" nullable:"false" doc:"Fields that would be taken from the merged customer, when nobody says."`
	Digest    string    `json:"digest" doc:"Send it with the merge: it says that exactly this was seen."`
}

// mergeSide is one of them.
type mergeSide struct {
	Customer CustomerHead     `json:"customer"`
	Owner    string           `json:"owner,omitempty"`
	Deals    int64            `json:"deals"`
	Records  map[string]int64 `json:"records" doc:"What would move with it, by kind."`
}

// customerMerge is a merge.
type customerMerge struct {
	ID        int64                    `json:"id"`
	Survivor  mergeHead                `json:"survivor"`
	Merged    mergeHead                `json:"merged"`
	At        *time.Time               `json:"at"`
	By        string                   `json:"by"`
	Reason    string                   `json:"reason,omitempty"`
	UndoUntil string                   `json:"undo_until" format:"date"`
	Moved     map[string]int64         `json:"moved" doc:"Records by kind."`
	Facts     map[string]merge.Changed `json:"facts" doc:"Fields of the survivor's record that changed."`
	Profile   []string                 `json:"profile" nullable:"false" doc:"Fields of the profile that came from the merged customer."`
	UndoneAt  *time.Time               `json:"undone_at,omitempty"`
	UndoneBy  string                   `json:"undone_by,omitempty"`
	Stayed    *merge.Stayed            `json:"stayed,omitempty" doc:"What undoing could not put back."`
}

type (
	listPairsInput struct {
		Ground string `query:"ground" enum:"code,phone,name" doc:"The strongest ground; any when it is left out."`
		Cursor string `query:"cursor" maxLength:"100"`
		Limit  int    `query:"limit" minimum:"0" maximum:"200"`
	}
	compareInput struct {
		Survivor int64 `query:"survivor" required:"true"`
		Merged   int64 `query:"merged" required:"true"`
	}
	apartInput struct {
		Body struct {
			First  int64 `json:"first"`
			Second int64 `json:"second"`
		}
	}
	mergeInput struct {
		Body struct {
			Survivor int64     `json:"survivor" doc:"The customer that stays."`
			Merged   int64     `json:"merged" doc:"The one that is merged into it."`
			Take     *[]string `json:"take,omitempty" maxItems:"20" doc:"Fields of which the merged customer's value is kept; the usual ones when it is left out, see compare_customers."`
			Reason   string    `json:"reason,omitempty" maxLength:"300"`
			Digest   string    `json:"digest,omitempty" maxLength:"100"`
		}
	}
	listMergesInput struct {
		Before int64 `query:"before" doc:"Merges below this id; the newest when it is left out."`
	}
	customerLook struct {
		ID    int64  `json:"id"`
		JobID string `json:"job_id"`
	}
)

func (a *API) mergeOperations() {
	merges := a.services.Merges
	register(a, operation{id: "list_duplicates", method: http.MethodGet, path: "/customer-duplicates", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listPairsInput) (*listOutput[customerPair], error) {
		page, err := merges.Pairs(ctx, actor, merge.Filter{Ground: merge.Ground(in.Ground), After: in.Cursor, Limit: in.Limit})
		return newList(page.Pairs, page.Next, toAPIPair), err
	})
	register(a, operation{id: "find_duplicates", method: http.MethodPost, path: "/customer-duplicates/find", tag: "sales", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, _ *none) (*output[customerLook], error) {
		l, err := merges.Look(ctx, actor)
		return &output[customerLook]{customerLook{l.ID, l.JobID}}, err
	})
	register(a, operation{id: "keep_apart", method: http.MethodPost, path: "/customer-duplicates/apart", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *apartInput) (*none, error) {
		return nil, merges.Apart(ctx, actor, in.Body.First, in.Body.Second)
	})
	register(a, operation{id: "compare_customers", method: http.MethodGet, path: "/customer-duplicates/compare", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *compareInput) (*output[mergeComparison], error) {
		c, err := merges.Compare(ctx, actor, in.Survivor, in.Merged)
		return &output[mergeComparison]{toAPIComparison(c)}, err
	})
	register(a, operation{id: "merge_customers", method: http.MethodPost, path: "/customer-merges", tag: "sales", status: http.StatusCreated}, a.mergeCustomers)
	register(a, operation{id: "list_customer_merges", method: http.MethodGet, path: "/customer-merges", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listMergesInput) (*listOutput[customerMerge], error) {
		list, err := merges.Merges(ctx, actor, in.Before, 0)
		return newList(list, "", toAPIMerge), err
	})
	register(a, operation{id: "get_customer_merge", method: http.MethodGet, path: "/customer-merges/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[customerMerge], error) {
		m, err := merges.Get(ctx, actor, in.ID)
		return &output[customerMerge]{toAPIMerge(m)}, err
	})
	register(a, operation{id: "undo_customer_merge", method: http.MethodPost, path: "/customer-merges/{id}/undo", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[customerMerge], error) {
		m, err := merges.Undo(ctx, actor, in.ID)
		return &output[customerMerge]{toAPIMerge(m)}, err
	})
}

// mergeCustomers takes the usual fields over when the caller names none.
func (a *API) mergeCustomers(ctx context.Context, actor access.Actor, in *mergeInput) (*output[customerMerge], error) {
	merges, b := a.services.Merges, in.Body
	ask := merge.Ask{SurvivorID: b.Survivor, MergedID: b.Merged, Take: merge.Choices{}, Reason: b.Reason, Digest: b.Digest}
	if b.Take == nil {
		c, err := merges.Compare(ctx, actor, b.Survivor, b.Merged)
		if err != nil {
			return nil, err
		}
		ask.Take = c.Usual
	} else {
		for _, f := range *b.Take {
			ask.Take[merge.Field(f)] = true
		}
	}
	m, err := merges.Merge(ctx, actor, ask)
	if err != nil {
		return nil, err
	}
	m, err = merges.Get(ctx, actor, m.ID)
	return &output[customerMerge]{toAPIMerge(m)}, err
}

func toAPIGrounds(grounds []merge.Ground) []string {
	texts := []string{}
	for _, g := range grounds {
		texts = append(texts, string(g))
	}
	return texts
}

func toAPIMergeHead(h merge.Head) mergeHead {
	return mergeHead{h.ID, h.Key, h.Name, h.City, h.Owner, h.Deals}
}

func toAPIPair(l merge.Listed) customerPair {
	return customerPair{toAPIMergeHead(l.Low), toAPIMergeHead(l.High), toAPIGrounds(l.Grounds)}
}

func toAPIMoved(counts merge.Counts) map[string]int64 {
	out := map[string]int64{}
	for kind, n := range counts {
		out[string(kind)] = n
	}
	return out
}

func toAPIComparison(c merge.Comparison) mergeComparison {
	side := func(s merge.Side) mergeSide {
		return mergeSide{toAPICustomerHead(s.Customer), s.Owner, s.Deals, toAPIMoved(s.Counts)}
	}
	out := mergeComparison{Survivor: side(c.Survivor), Merged: side(c.Merged), Grounds: toAPIGrounds(c.Grounds), Apart: c.Apart, Different: []string{}, Usual: []string{}, Digest: c.Digest}
	for _, f := range merge.Fields() {
		if c.Differs(f) {
			out.Different = append(out.Different, string(f))
		}
		if c.Usual[f] {
			out.Usual = append(out.Usual, string(f))
		}
	}
	return out
}

func toAPIMerge(m merge.Merge) customerMerge {
	out := customerMerge{ID: m.ID, Survivor: toAPIMergeHead(m.Survivor), Merged: toAPIMergeHead(m.Merged), At: toAPIInstant(m.At), By: m.ActorName, Reason: m.Reason, UndoUntil: toAPIDate(m.Until), Moved: toAPIMoved(m.Moved),
		Facts: m.Change.Facts, Profile: []string{}, UndoneAt: toAPIInstant(m.UndoneAt), UndoneBy: m.UndoneBy}
	if out.Facts == nil {
		out.Facts = merge.Facts{}
	}
	for _, f := range m.Change.Took {
		out.Profile = append(out.Profile, string(f))
	}
	slices.Sort(out.Profile)
	if m.Undone() && m.Stayed.Any() {
		out.Stayed = &m.Stayed
	}
	return out
}
