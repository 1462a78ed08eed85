package honour

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/reward"
)

// Item is something that points buy.
type Item struct {
	ID       string
	Name     plan.Text
	Cost     int64 // points
	Stock    int64
	Offered  bool
	Revision int64
}

// RedemptionState is where a redemption stands.
type RedemptionState string

// Points leave the account when something is asked for, and come back when it is refused.
const (
	RedemptionAsked     RedemptionState = "asked"
	RedemptionApproved  RedemptionState = "approved"
	RedemptionDelivered RedemptionState = "delivered"
	RedemptionRefused   RedemptionState = "refused"
)

// Redemption is one thing that somebody asked for.
type Redemption struct {
	ID          string
	ItemID      string
	Name        plan.Text
	PersonID    int64
	Cost        int64
	State       RedemptionState
	AskedBy     string
	AskedAt     time.Time
	DecidedBy   string
	DecidedAt   time.Time
	DeliveredBy string
	DeliveredAt time.Time
	Reason      string
}

// PointsStore is what points need to read.
type PointsStore interface {
	// PointEntries returns the ledger's entries of points of a person, oldest first.
	PointEntries(ctx context.Context, personID int64) ([]reward.Entry, error)
	Items(ctx context.Context) ([]Item, error)
	// Item returns an item. Errors: not found.
	Item(ctx context.Context, id string) (Item, error)
	// Redemptions returns what a person asked for, or everybody for 0, newest first.
	Redemptions(ctx context.Context, personID int64) ([]Redemption, error)
	// Redemption returns a redemption. Errors: not found.
	Redemption(ctx context.Context, id string) (Redemption, error)
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
	PointsRules(ctx context.Context) (PointsRules, error)
	// PointHolders returns the ids of those who ever had points.
	PointHolders(ctx context.Context) ([]int64, error)
}

// PointsTx is what points need to write.
type PointsTx interface {
	// SavePointsRules keeps the rules one revision on. Errors: conflict when somebody was faster.
	SavePointsRules(ctx context.Context, p PointsRules) error
	InsertItem(ctx context.Context, i Item) error
	// UpdateItem keeps an item one revision on. Errors: conflict when somebody was faster.
	UpdateItem(ctx context.Context, i Item) error
	InsertRedemption(ctx context.Context, r Redemption) error
	// UpdateRedemption keeps a step. Errors: conflict when it is not in the state any more.
	UpdateRedemption(ctx context.Context, r Redemption, was RedemptionState) error
}

// PointsLifeMonths is after how many months points that were not used expire, unless PointsRules say otherwise.
const PointsLifeMonths = 24

// Account is a person's points: what there is, of which so many are due to expire by now, and what happened.
type Account struct {
	PersonID int64
	Balance  int64
	Expired  int64 // of Balance: older than PointsLifeMonths, to be posted as expired
	Entries  []reward.Entry
}

// Usable is what can be spent.
func (a Account) Usable() int64 { return a.Balance - a.Expired }

// Points returns a person's account: one's own, or that of whoever is in reach for who keeps the shop or reads the ledger. Errors: forbidden; not found out
// of reach.
func (s *Service) Points(ctx context.Context, actor access.Actor, personID int64) (a Account, err error) {
	defer errs.Wrap(&err, "honour.Points(%d)", personID)
	if err := signedIn(actor); err != nil {
		return Account{}, err
	}
	own := personID == actor.PersonID && personID != 0
	if !own && !actor.Can(access.PermLedgerRead) {
		if err := actor.Require(access.PermHonourRun); err != nil {
			return Account{}, err
		}
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if !own {
			if err := mustReach(ctx, r, actor, personID, access.PermHonourRun, access.PermLedgerRead); err != nil {
				return err
			}
		}
		rules, err := r.PointsRules(ctx)
		if err != nil {
			return err
		}
		entries, err := r.PointEntries(ctx, personID)
		a = accountOf(personID, entries, s.now(), rules.LifeMonths)
		return err
	})
	return a, err
}

// Shop returns what is offered, and everything for who keeps the shop. Errors: unauthenticated.
func (s *Service) Shop(ctx context.Context, actor access.Actor) (items []Item, err error) {
	defer errs.Wrap(&err, "honour.Shop")
	if err := signedIn(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		items, err = r.Items(ctx)
		return err
	})
	if !actor.CanAll(access.PermHonourRun) {
		items = slices.DeleteFunc(items, func(i Item) bool { return !i.Offered })
	}
	return items, err
}

// KeepItem asks to offer something, or to change it when ID is set.
type KeepItem struct {
	ID      string
	Name    plan.Text
	Cost    int64
	Stock   int64
	Offered bool
}

// itemMax bounds cost and stock.
const itemMax = 1_000_000

// Validate returns an error of kind Invalid that names every wrong field.
func (in KeepItem) Validate() error {
	var wrong []errs.Field
	for path, text := range map[string]string{"name_zh": in.Name.Zh, "name_en": in.Name.En} {
		if strings.TrimSpace(text) == "" || len(text) > 200 {
			wrong = append(wrong, errs.Field{Path: path, Value: text, Message: errs.Msg("honour.name_missing", nil)})
		}
	}
	for path, n := range map[string]int64{"cost": in.Cost - 1, "stock": in.Stock} {
		if n < 0 || n >= itemMax {
			wrong = append(wrong, errs.Field{Path: path, Message: errs.Msg("honour.bad_number", errs.Args{"Most": itemMax})})
		}
	}
	slices.SortFunc(wrong, func(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) })
	return errs.Invalid("error.invalid", wrong)
}

// KeepItem offers or changes an item. Errors: forbidden, invalid, not found, conflict.
func (s *Service) KeepItem(ctx context.Context, actor access.Actor, in KeepItem) (item Item, err error) {
	defer errs.Wrap(&err, "honour.KeepItem(%s)", in.ID)
	if err := actor.RequireAll(access.PermHonourRun); err != nil {
		return Item{}, err
	}
	if err := in.Validate(); err != nil {
		return Item{}, err
	}
	id := s.newID()
	err = s.store.InTx(ctx, func(tx Tx) error {
		item = Item{ID: id, Name: in.Name, Cost: in.Cost, Stock: in.Stock, Offered: in.Offered, Revision: 1}
		if in.ID == "" {
			if err := tx.InsertItem(ctx, item); err != nil {
				return err
			}
			return audit.Append(ctx, tx, actor, "shop.offer", "shop_item:"+item.ID, nil, item)
		}
		before, err := tx.Item(ctx, in.ID)
		if err != nil {
			return err
		}
		item.ID, item.Revision = before.ID, before.Revision
		if err := tx.UpdateItem(ctx, item); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "shop.change", "shop_item:"+item.ID, before, item)
	})
	return item, err
}

// Redeem asks for an item: the points leave the account and the item the stock in the same transaction. Errors: not found without a person or
// for what is not offered; conflict when points or stock do not suffice.
func (s *Service) Redeem(ctx context.Context, actor access.Actor, itemID string) (r Redemption, err error) {
	defer errs.Wrap(&err, "honour.Redeem(%s)", itemID)
	if err := signedIn(actor); err != nil {
		return Redemption{}, err
	}
	if actor.ReadOnly {
		return Redemption{}, errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	if actor.PersonID == 0 {
		return Redemption{}, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	id := s.newID()
	err = s.store.InTx(ctx, func(tx Tx) error {
		item, err := tx.Item(ctx, itemID)
		if err != nil {
			return err
		}
		entries, err := tx.PointEntries(ctx, actor.PersonID)
		if err != nil {
			return err
		}
		rules, err := tx.PointsRules(ctx)
		if err != nil {
			return err
		}
		switch account := accountOf(actor.PersonID, entries, s.now(), rules.LifeMonths); {
		case !item.Offered:
			return errs.New(errs.KindNotFound, "honour.item_missing", nil)
		case item.Stock == 0:
			return errs.New(errs.KindConflict, "honour.sold_out", nil)
		case account.Usable() < item.Cost:
			return errs.New(errs.KindConflict, "honour.points_short", errs.Args{"Missing": item.Cost - account.Usable()})
		}
		item.Stock--
		if err := tx.UpdateItem(ctx, item); err != nil {
			return err
		}
		r = Redemption{ID: id, ItemID: item.ID, Name: item.Name, PersonID: actor.PersonID, Cost: item.Cost, State: RedemptionAsked, AskedBy: actor.UserID, AskedAt: tx.Now()}
		if err := tx.InsertRedemption(ctx, r); err != nil {
			return err
		}
		entry := reward.PointsGone("points/redeem/"+r.ID, s.Today().Month(), r.PersonID, reward.PointsSpent, "shop", r.Cost, r.ID)
		if _, err := tx.AppendLedger(ctx, []reward.Entry{entry}); err != nil {
			return err
		}
		asked := notice.Message{Kind: notice.KindPointsAsked, To: notice.To{Permission: access.PermHonourRun, Reach: r.PersonID}, Subject: "shop_redemption:" + r.ID, By: actor.UserID, Once: "asked",
			Params: notice.Params{"Item": notice.Name(r.Name), "Who": notice.Word(actor.Name)}}
		if err := notice.Post(ctx, tx, asked); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "shop.redeem", "shop_redemption:"+r.ID, nil, redemptionState(r))
	})
	return r, err
}

func redemptionState(r Redemption) any {
	return map[string]any{"item": r.ItemID, "person": r.PersonID, "cost": r.Cost, "state": r.State, "reason": r.Reason}
}

// redemptionSteps says from which state each state is reached.
var redemptionSteps = map[RedemptionState][]RedemptionState{
	RedemptionApproved: {RedemptionAsked}, RedemptionDelivered: {RedemptionApproved}, RedemptionRefused: {RedemptionAsked, RedemptionApproved},
}

func errNoRedemption() error { return errs.New(errs.KindNotFound, "honour.redemption_missing", nil) }

// SettleRedemption approves, delivers or refuses what somebody else asked for. A refusal needs a reason and gives points and stock back. Errors:
// forbidden, also for one's own; invalid; not found, also out of reach; conflict.
func (s *Service) SettleRedemption(ctx context.Context, actor access.Actor, id string, to RedemptionState, reason string) (r Redemption, err error) {
	defer errs.Wrap(&err, "honour.SettleRedemption(%s, %s)", id, to)
	if err := actor.Require(access.PermHonourRun); err != nil {
		return Redemption{}, err
	}
	if to == RedemptionRefused {
		if reason, err = mustSay(reason); err != nil {
			return Redemption{}, err
		}
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if r, err = tx.Redemption(ctx, id); err != nil {
			return err
		}
		if within, err := actor.Reaches(ctx, tx, r.PersonID, access.PermHonourRun); err != nil || !within {
			return cmp.Or(err, errNoRedemption())
		}
		before := r
		switch {
		case r.AskedBy == actor.UserID || r.PersonID == actor.PersonID:
			return errs.New(errs.KindForbidden, "honour.own_redemption", nil)
		case !slices.Contains(redemptionSteps[to], r.State):
			return errs.New(errs.KindConflict, "honour.not_in_state", nil)
		}
		r.State = to
		if to == RedemptionDelivered {
			r.DeliveredBy, r.DeliveredAt = actor.UserID, tx.Now()
		} else {
			r.DecidedBy, r.DecidedAt, r.Reason = actor.UserID, tx.Now(), reason
		}
		if to == RedemptionRefused {
			if err := s.giveBack(ctx, tx, r); err != nil {
				return err
			}
		}
		if err := tx.UpdateRedemption(ctx, r, before.State); err != nil {
			return err
		}
		if err := tellRedeemed(ctx, tx, actor, r); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "shop."+string(to), "shop_redemption:"+r.ID, redemptionState(before), redemptionState(r))
	})
	return r, err
}

// tellRedeemed tells who asked for something what became of it. What is delivered or refused asks nothing of anybody any more.
func tellRedeemed(ctx context.Context, tx Tx, actor access.Actor, r Redemption) error {
	subject := "shop_redemption:" + r.ID
	if r.State == RedemptionDelivered || r.State == RedemptionRefused {
		if err := notice.Settle(ctx, tx, notice.End{Subject: subject, Kinds: []notice.Kind{notice.KindPointsAsked}}); err != nil {
			return err
		}
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindPointsDecided, To: notice.To{UserIDs: []string{r.AskedBy}}, Subject: subject, By: actor.UserID, Once: string(r.State),
		Params: notice.Params{"Item": notice.Name(r.Name), "State": notice.Phrase("notice.points." + string(r.State))}})
}

// giveBack returns points and stock of what was refused.
func (s *Service) giveBack(ctx context.Context, tx Tx, r Redemption) error {
	item, err := tx.Item(ctx, r.ItemID)
	if err != nil {
		return err
	}
	item.Stock++
	if err := tx.UpdateItem(ctx, item); err != nil {
		return err
	}
	entry := reward.PointsGone("points/refused/"+r.ID, s.Today().Month(), r.PersonID, reward.PointsSpent, "shop", -r.Cost, r.ID)
	_, err = tx.AppendLedger(ctx, []reward.Entry{entry})
	return err
}

// Redemptions returns what was asked for: by everybody in reach for who keeps the shop, one's own otherwise, with the names. Errors: unauthenticated.
func (s *Service) Redemptions(ctx context.Context, actor access.Actor) (list []Redemption, names map[int64]string, err error) {
	defer errs.Wrap(&err, "honour.Redemptions")
	if err := signedIn(actor); err != nil {
		return nil, nil, err
	}
	personID := actor.PersonID
	if actor.Can(access.PermHonourRun) {
		personID = 0
	} else if personID == 0 {
		return nil, nil, nil
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if list, err = r.Redemptions(ctx, personID); err != nil {
			return err
		}
		if personID == 0 {
			sees, err := s.sightOf(ctx, r, actor, access.PermHonourRun)
			if err != nil {
				return err
			}
			list = slices.DeleteFunc(list, func(one Redemption) bool { return !sees.person(one.PersonID) })
		}
		var ids []int64
		for _, one := range list {
			ids = append(ids, one.PersonID)
		}
		names, err = r.PersonNames(ctx, ids)
		return err
	})
	return list, names, err
}
