package store

import (
	"context"
	"time"

	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
)

// ServiceRows are after-sales records as they come from elsewhere, many at once, with their numbers given. Nothing is checked, and nothing
// audited but the act of bringing them in, which is for who does it.
type ServiceRows struct {
	Cases    []servicecase.Case
	Comments []servicecase.Comment
	Owners   []ServiceOwnerRow
	Changes  []process.Change
}

// ServiceOwnerRow says who looks after a customer.
type ServiceOwnerRow struct {
	CustomerID, PersonID int64
	Since                time.Time
	SetBy                string
}

// PutServiceRows writes after-sales records in bulk.
func (tx *Tx) PutServiceRows(ctx context.Context, s ServiceRows) error {
	if err := putRows(ctx, tx, "service_case", serviceCaseColumns, s.Cases, serviceCaseValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "service_comment", serviceCommentColumns, s.Comments, serviceCommentValues); err != nil {
		return err
	}
	owner := func(o ServiceOwnerRow) []any { return []any{o.CustomerID, o.PersonID, instant(o.Since), o.SetBy} }
	if err := putRows(ctx, tx, "service_owner", []string{"customer_id", "person_id", "since", "set_by"}, s.Owners, owner); err != nil {
		return err
	}
	return putRows(ctx, tx, "work_change", changeColumns, s.Changes, changeValues)
}
