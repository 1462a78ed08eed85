package deal

import (
	"context"
	"fmt"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// ProductVersion is one fact about a product with its recorded time.
type ProductVersion struct {
	Product Product
	Mark    fact.Mark
}

// ProductDetail is a product with everything ever recorded about it, newest first.
type ProductDetail struct {
	Product
	Versions []ProductVersion
	MayWrite bool
}

// ProductEntry is a product as it is entered by hand.
type ProductEntry struct {
	ID       int64  // 0: a new one
	Key      string // of a new one; a product keeps its key
	Name     string
	Category string
	Seen     fact.BatchID // Product.Recorded of what is corrected; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in ProductEntry) Validate() error {
	var c fact.Checker
	if in.ID == 0 {
		c.Key("key", in.Key)
	}
	c.Text("name", in.Name, true)
	c.Text("category", in.Category, true)
	return c.Err()
}

// MayWriteShared returns nil when the actor may add and correct products and exchange rates, and otherwise why not: it needs a reach
// without limits, because everybody's deals rest on them. Errors: unauthenticated, forbidden.
func (s *Service) MayWriteShared(actor access.Actor) error {
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return err
	}
	if !actor.ScopeOf(access.PermSalesWrite).All {
		return errs.New(errs.KindForbidden, "deal.shared_by_all", nil)
	}
	return nil
}

// Products lists the products in the order of their keys. Errors: forbidden.
func (s *Service) Products(ctx context.Context, actor access.Actor) (products []Product, err error) {
	defer errs.Wrap(&err, "deal.Products")
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		products, err = r.Products(ctx)
		return err
	})
	return products, err
}

// Product returns a product with its history. Errors: forbidden, not found.
func (s *Service) Product(ctx context.Context, actor access.Actor, id int64) (d ProductDetail, err error) {
	defer errs.Wrap(&err, "deal.Product(%d)", id)
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		if d.Product, err = r.Product(ctx, id); err != nil {
			return err
		}
		d.MayWrite = s.MayWriteShared(actor) == nil
		d.Versions, err = r.ProductVersions(ctx, id)
		return err
	})
	return d, err
}

// SaveProduct adds a product or corrects one. A corrected category changes the pay of every month that looks it up, so it is late as
// soon as any month is closed. Errors: forbidden, also for a limited reach; invalid, also for a key that is taken; not found; conflict
// when the product was changed after in.Seen.
func (s *Service) SaveProduct(ctx context.Context, actor access.Actor, in ProductEntry) (id int64, receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.SaveProduct(%d %s)", in.ID, in.Key)
	if err := s.MayWriteShared(actor); err != nil {
		return 0, receipt, err
	}
	if err := in.Validate(); err != nil {
		return 0, receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		var before *fact.ProductRecord
		record, action := fact.ProductRecord{Key: in.Key, Name: in.Name, Category: in.Category}, "product.add"
		if in.ID != 0 {
			old, err := tx.Product(ctx, in.ID)
			if err != nil {
				return err
			}
			if in.Seen != 0 && old.Recorded != in.Seen {
				return errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
			}
			before = &fact.ProductRecord{Key: old.Key, Name: old.Name, Category: old.Category}
			record.Key, action = old.Key, "product.correct"
		} else if taken, err := tx.ProductID(ctx, in.Key); err != nil || taken != 0 {
			var c fact.Checker
			c.Add("key", in.Key, "deal.product_taken", errs.Args{"Key": in.Key})
			return firstOf(err, c.Err())
		}
		receipt, err = fact.Record(ctx, tx, actor.UserID, "product:"+record.Key, func(w fact.Writer) (fact.Outcome, error) { return w.PutProduct(ctx, record) })
		if err != nil {
			return err
		}
		if id, err = tx.ProductID(ctx, record.Key); err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, action, fmt.Sprintf("product:%d", id), before, record)
	})
	return id, receipt, err
}

func firstOf(failures ...error) error {
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}
