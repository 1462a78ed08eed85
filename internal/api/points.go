package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/reward"
)

// pointsAccount is a person's points.
type pointsAccount struct {
	PersonID int64         `json:"person_id"`
	Usable   int64         `json:"usable" doc:"What can be spent."`
	Expired  int64         `json:"expired" doc:"Due to expire, not posted yet."`
	Entries  []pointsEntry `json:"entries" nullable:"false"`
}

// pointsRules say how long points last.
type pointsRules struct {
	LifeMonths int64 `json:"life_months" minimum:"1" maximum:"120" doc:"So many months after they were earned; the oldest are used first."`
	Revision   int64 `json:"revision" doc:"Send the one that you have seen."`
}

// pointsExpired is what was posted as expired.
type pointsExpired struct {
	Points int64 `json:"points"`
}

type pointsRulesInput struct{ Body pointsRules }

// pointsEntry is one change of an account of points.
type pointsEntry struct {
	Key      string    `json:"key" doc:"Unique for ever."`
	Points   int64     `json:"points" doc:"Negative where they leave the account."`
	For      string    `json:"for"`
	PostedAt time.Time `json:"posted_at"`
	Hash     string    `json:"hash"`
}

// ShopItem is something that points buy.
type ShopItem struct {
	ID      string `json:"id"`
	NameZh  string `json:"name_zh"`
	NameEn  string `json:"name_en"`
	Cost    int64  `json:"cost" doc:"Points."`
	Stock   int64  `json:"stock"`
	Offered bool   `json:"offered"`
}

// RedemptionHead is one thing that somebody asked for.
type RedemptionHead struct {
	ID       string     `json:"id"`
	ItemID   string     `json:"item_id"`
	PersonID int64      `json:"person_id"`
	Cost     int64      `json:"cost"`
	State    string     `json:"state" enum:"asked,approved,delivered,refused"`
	AskedAt  *time.Time `json:"asked_at,omitempty"`
	Reason   string     `json:"reason,omitempty"`
}

type (
	pointsInput struct {
		PersonID int64 `path:"person_id"`
	}
	listShopInput        struct{ Paging }
	listRedemptionsInput struct{ Paging }
	shopItemBody         struct {
		NameZh  string `json:"name_zh" maxLength:"200"`
		NameEn  string `json:"name_en" maxLength:"200"`
		Cost    int64  `json:"cost"`
		Stock   int64  `json:"stock"`
		Offered bool   `json:"offered"`
	}
	offerItemInput  struct{ Body shopItemBody }
	changeItemInput struct {
		ByID
		Body shopItemBody
	}
	settleInput struct {
		ByID
		Body struct {
			State  string `json:"state" enum:"approved,delivered,refused"`
			Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Needed to refuse."`
		}
	}
)

func (a *API) pointsOperations() {
	service := a.services.Honours
	register(a, operation{id: "get_points", method: http.MethodGet, path: "/points/{person_id}", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *pointsInput) (*output[pointsAccount], error) {
			account, err := service.Points(ctx, actor, in.PersonID)
			return &output[pointsAccount]{toAPIPoints(account)}, err
		})
	register(a, operation{id: "expire_points", method: http.MethodPost, path: "/points/{person_id}/expire", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *pointsInput) (*output[pointsAccount], error) {
			if _, err := service.Expire(ctx, actor, in.PersonID); err != nil {
				return nil, err
			}
			account, err := service.Points(ctx, actor, in.PersonID)
			return &output[pointsAccount]{toAPIPoints(account)}, err
		})
	register(a, operation{id: "get_points_rules", method: http.MethodGet, path: "/points-rules", tag: "honours"},
		func(ctx context.Context, actor access.Actor, _ *none) (*output[pointsRules], error) {
			rules, err := service.PointsRules(ctx, actor)
			return &output[pointsRules]{pointsRules(rules)}, err
		})
	register(a, operation{id: "set_points_rules", method: http.MethodPut, path: "/points-rules", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *pointsRulesInput) (*output[pointsRules], error) {
			rules, err := service.SetPointsRules(ctx, actor, honour.PointsRules(in.Body))
			return &output[pointsRules]{pointsRules(rules)}, err
		})
	register(a, operation{id: "expire_all_points", method: http.MethodPost, path: "/points-expiry", tag: "honours"},
		func(ctx context.Context, actor access.Actor, _ *none) (*output[pointsExpired], error) {
			points, err := service.ExpireAll(ctx, actor)
			return &output[pointsExpired]{pointsExpired{points}}, err
		})
	register(a, operation{id: "list_shop_items", method: http.MethodGet, path: "/shop-items", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *listShopInput) (*listOutput[ShopItem], error) {
			all, err := service.Shop(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(i honour.Item) string { return i.ID })
			return newList(part, next, toAPIItem), err
		})
	keep := func(ctx context.Context, actor access.Actor, id string, b shopItemBody) (*output[ShopItem], error) {
		item, err := service.KeepItem(ctx, actor, honour.KeepItem{ID: id, Name: plan.Text{Zh: b.NameZh, En: b.NameEn}, Cost: b.Cost, Stock: b.Stock, Offered: b.Offered})
		return &output[ShopItem]{toAPIItem(item)}, err
	}
	register(a, operation{id: "offer_shop_item", method: http.MethodPost, path: "/shop-items", tag: "honours", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *offerItemInput) (*output[ShopItem], error) {
			return keep(ctx, actor, "", in.Body)
		})
	register(a, operation{id: "change_shop_item", method: http.MethodPut, path: "/shop-items/{id}", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *changeItemInput) (*output[ShopItem], error) {
			return keep(ctx, actor, in.ID, in.Body)
		})
	a.redemptionOperations()
}

func (a *API) redemptionOperations() {
	service := a.services.Honours
	register(a, operation{id: "redeem", method: http.MethodPost, path: "/shop-items/{id}/redeem", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[RedemptionHead], error) {
			r, err := service.Redeem(ctx, actor, in.ID)
			return &output[RedemptionHead]{toAPIRedemption(r)}, err
		})
	register(a, operation{id: "list_redemptions", method: http.MethodGet, path: "/redemptions", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *listRedemptionsInput) (*listOutput[RedemptionHead], error) {
			all, _, err := service.Redemptions(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(r honour.Redemption) string { return r.ID })
			return newList(part, next, toAPIRedemption), err
		})
	register(a, operation{id: "settle_redemption", method: http.MethodPost, path: "/redemptions/{id}/settle", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *settleInput) (*output[RedemptionHead], error) {
			r, err := service.SettleRedemption(ctx, actor, in.ID, honour.RedemptionState(in.Body.State), in.Body.Reason)
			return &output[RedemptionHead]{toAPIRedemption(r)}, err
		})
}

func toAPIPoints(a honour.Account) pointsAccount {
	out := pointsAccount{PersonID: a.PersonID, Usable: a.Usable(), Expired: a.Expired, Entries: []pointsEntry{}}
	for _, e := range a.Entries {
		entry := pointsEntry{Key: e.Key, Points: e.AmountMinor, For: e.Component, PostedAt: e.PostedAt, Hash: e.Hash}
		if e.Debit == reward.PointsAccount(a.PersonID) {
			entry.Points = -entry.Points
		}
		out.Entries = append(out.Entries, entry)
	}
	return out
}

func toAPIItem(i honour.Item) ShopItem {
	return ShopItem{ID: i.ID, NameZh: i.Name.Zh, NameEn: i.Name.En, Cost: i.Cost, Stock: i.Stock, Offered: i.Offered}
}

func toAPIRedemption(r honour.Redemption) RedemptionHead {
	return RedemptionHead{ID: r.ID, ItemID: r.ItemID, PersonID: r.PersonID, Cost: r.Cost, State: string(r.State), AskedAt: toAPIInstant(r.AskedAt), Reason: r.Reason}
}
