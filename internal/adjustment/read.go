package adjustment

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// readers are the permissions that let somebody see adjustments, of the people whom they reach.
var readers = []access.Permission{access.PermAdjustmentWrite, access.PermAdjustmentApprove, access.PermPayAll}

// seen refuses what is for somebody out of the actor's reach, as if it were not there.
func seen(ctx context.Context, r access.Reacher, actor access.Actor, a Adjustment) error {
	within, err := actor.Reaches(ctx, r, a.PersonID, readers...)
	if err == nil && !within {
		err = unknown()
	}
	return err
}

func unknown() error { return errs.New(errs.KindNotFound, "adjustment.not_found", nil) }

// mayRead lets in who asks for adjustments, approves them or sees others' pay.
func mayRead(actor access.Actor) error {
	if actor.Can(access.PermAdjustmentWrite) || actor.Can(access.PermAdjustmentApprove) {
		return nil
	}
	return actor.Require(access.PermPayAll)
}

// Get returns an adjustment. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (a Named, err error) {
	defer errs.Wrap(&err, "adjustment.Get(%s)", id)
	if err := mayRead(actor); err != nil {
		return Named{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if a, err = r.Adjustment(ctx, id); err != nil {
			return err
		}
		return seen(ctx, r, actor, a.Adjustment)
	})
	if err != nil {
		return Named{}, err
	}
	return a, nil
}

// List returns a page of the adjustments in reach, newest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "adjustment.List")
	if err := mayRead(actor); err != nil {
		return Page{}, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	filter.Limit = min(filter.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		page, err = r.Adjustments(ctx, actor.ScopeOf(readers...), filter)
		return err
	})
	return page, err
}
