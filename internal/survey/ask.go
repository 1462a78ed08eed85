package survey

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/servicecase"
)

// Invite asks for a link: about a service case, a deal, or a customer alone.
type Invite struct {
	SurveyID  int64
	CaseID    int64  // of the actor's reach
	DealKey   string // of a customer of the actor's reach
	Customer  string // key
	ContactID int64
}

// Link is a link that was made. The token is shown once: only its hash is kept.
type Link struct {
	Token string
	Invitation
	CustomerKey string
	DealKey     string
}

// Invite makes a link. Errors: forbidden; invalid, also for a customer out of reach; not found; conflict when the survey is off.
func (s *Service) Invite(ctx context.Context, actor access.Actor, in Invite) (link Link, err error) {
	defer errs.Wrap(&err, "survey.Invite(%d)", in.SurveyID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return link, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		asked, err := s.open(ctx, tx, in.SurveyID)
		if err != nil {
			return err
		}
		about, err := s.about(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		link, err = s.invite(ctx, tx, actor, asked, about)
		return err
	})
	return link, err
}

// open is a survey of which links can be made.
func (s *Service) open(ctx context.Context, r Reader, id int64) (Survey, error) {
	asked, err := r.Survey(ctx, id)
	if err == nil && !asked.Active {
		err = errs.New(errs.KindConflict, "survey.is_off", nil)
	}
	return asked, err
}

func invalid(path, value, key string) error {
	return errs.Invalid("fact.invalid", []errs.Field{{Path: path, Value: value, Message: errs.Msg(key, nil)}})
}

// about finds out whom and what an invitation is about.
func (s *Service) about(ctx context.Context, tx Tx, actor access.Actor, in Invite) (a About, err error) {
	if in.CaseID != 0 {
		scope := actor.ScopeOf(access.PermWorkWrite)
		c, err := tx.ServiceCase(ctx, servicecase.Reach{Scope: scope, Today: s.reach(actor, access.PermWorkWrite).Today, Now: s.now(), PersonID: actor.PersonID, Queue: actor.Has(access.RoleService)}, in.CaseID)
		if err != nil {
			return a, err
		}
		a = About{c.CustomerID, c.ContactID, c.ID, c.OpportunityID, c.DealKey, c.ProductID, c.SellerID, c.OwnerID, 0}
		return a, s.team(ctx, tx, &a)
	}
	if in.DealKey != "" {
		if a, err = s.dealt(ctx, tx, in.DealKey); err != nil {
			return a, err
		}
	} else if a.CustomerID, err = tx.CustomerID(ctx, in.Customer); err != nil {
		return a, err
	}
	reach := s.reach(actor, access.PermWorkWrite)
	known := false
	if a.CustomerID != 0 {
		if known, err = tx.CustomerInReach(ctx, customer.Reach{Scope: reach.Scope, Today: reach.Today}, a.CustomerID); err != nil {
			return a, err
		}
	}
	switch {
	case !known && in.DealKey != "":
		return a, invalid("deal", in.DealKey, "service.no_such_deal")
	case !known:
		return a, invalid("customer", in.Customer, "service.no_such_customer")
	case in.ContactID != 0:
		of, err := tx.ContactOf(ctx, in.ContactID)
		if err == nil && of != a.CustomerID {
			err = invalid("contact", "", "service.no_such_contact")
		}
		if err != nil {
			return a, err
		}
		a.ContactID = in.ContactID
	}
	if a.SellerID == 0 {
		if a.SellerID, err = tx.LastSeller(ctx, a.CustomerID); err != nil {
			return a, err
		}
	}
	return a, s.team(ctx, tx, &a)
}

// dealt is what is known of a deal.
func (s *Service) dealt(ctx context.Context, tx Tx, key string) (About, error) {
	sold, err := tx.SoldDeal(ctx, key)
	return About{CustomerID: sold.CustomerID, OpportunityID: sold.OpportunityID, DealKey: key, ProductID: sold.ProductID, SellerID: sold.SellerID}, err
}

// team fills in who looks after the customer, and the team of who sold, or else of who looks after it.
func (s *Service) team(ctx context.Context, tx Tx, a *About) (err error) {
	if a.OwnerID == 0 {
		owner, err := tx.ServiceOwner(ctx, a.CustomerID)
		if err != nil {
			return err
		}
		a.OwnerID = owner.ID
	}
	person := a.SellerID
	if person == 0 {
		person = a.OwnerID
	}
	if person != 0 {
		a.TeamID, err = tx.TeamOfPerson(ctx, person, s.reach(access.Actor{}, access.PermSalesRead).Today)
	}
	return err
}

func (s *Service) invite(ctx context.Context, tx Tx, actor access.Actor, asked Survey, about About) (link Link, err error) {
	token, hash := newToken()
	return s.inviteBy(ctx, tx, actor, asked, about, token, hash)
}

// inviteBy makes the invitation of a token.
func (s *Service) inviteBy(ctx context.Context, tx Tx, actor access.Actor, asked Survey, about About, token, hash string) (link Link, err error) {
	now := tx.Now()
	link = Link{Token: token, Invitation: Invitation{SurveyID: asked.ID, About: about, Hash: hash, CreatedBy: actor.UserID, CreatedAt: now, ExpiresAt: now.Add(time.Duration(asked.ValidDays) * 24 * time.Hour)}, DealKey: about.DealKey}
	if link.ID, err = tx.NextNumber(ctx, "survey_invitation"); err != nil {
		return link, err
	}
	if err := tx.InsertSurveyInvitation(ctx, link.Invitation); err != nil {
		return link, err
	}
	return link, audit.Append(ctx, tx, actor, "survey.invite", asked.Subject(), nil, map[string]any{"invitation": link.ID, "customer_id": about.CustomerID, "expires_at": link.ExpiresAt})
}

// WaveMost is how many links one call makes.
const WaveMost = 500

// InviteMany makes a link for each deal signed in the days, within reach, about which the survey has not asked yet; at most WaveMost: the
// next call makes those that follow. Errors: as Invite.
func (s *Service) InviteMany(ctx context.Context, actor access.Actor, surveyID int64, signed fact.Days) (links []Link, err error) {
	defer errs.Wrap(&err, "survey.InviteMany(%d)", surveyID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return nil, err
	}
	var c fact.Checker
	c.Day("from", signed.From)
	c.Day("to", signed.To)
	c.Ranges(signed, fact.Amounts{})
	if err := c.Err(); err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		links = nil
		asked, err := s.open(ctx, tx, surveyID)
		if err != nil {
			return err
		}
		keys, err := tx.DealsToAsk(ctx, s.reach(actor, access.PermWorkWrite), surveyID, signed, WaveMost)
		if err != nil {
			return err
		}
		for _, key := range keys {
			about, err := s.dealt(ctx, tx, key)
			if err == nil {
				err = s.team(ctx, tx, &about)
			}
			if err != nil {
				return err
			}
			link, err := s.invite(ctx, tx, actor, asked, about)
			if err != nil {
				return err
			}
			links = append(links, link)
		}
		return nil
	})
	return links, err
}
