package demo

import (
	"context"
	"fmt"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	buyers "xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/store"
)

// twinsMade is how many customers somebody entered a second time, by another name.
const twinsMade = 3

// fillTwins lets a colleague of the same team enter some customers again, as happens when two lists are put together, and looks for them.
func (f *filler) fillTwins(ctx context.Context) error {
	core, regular := f.actor(loginCore), f.actor(loginRegular)
	var known []buyers.Row
	var phones []string
	err := f.DB.Read(ctx, func(tx *store.Tx) error {
		found, _, err := tx.Customers(ctx, buyers.Reach{Scope: f.actor(loginOperations).ScopeOf(access.PermCustomerMerge), Today: f.Today}, buyers.Filter{PersonID: core.PersonID, Paging: fact.Paging{Sort: buyers.SortKey, Limit: 60}})
		if err != nil {
			return err
		}
		for _, c := range found {
			contacts, err := tx.Contacts(ctx, c.ID, 1)
			if err != nil {
				return err
			}
			if len(contacts) == 1 && contacts[0].Phone != "" && naming.WithoutForm(c.Name) != c.Name && len(known) < twinsMade {
				known, phones = append(known, c), append(phones, contacts[0].Phone)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var records []fact.CustomerRecord
	for i, c := range known {
		record := fact.CustomerRecord{Key: fmt.Sprintf("E%04d", 9001+i), Name: naming.WithoutForm(c.Name), City: c.City}
		if i == 0 {
			record.CreditCode = c.CreditCode
		}
		records = append(records, record)
	}
	if err := f.batch(ctx, fact.BatchManual, "", func(w fact.Writer) error { return put(ctx, records, w.PutCustomer) }); err != nil {
		return err
	}
	clock := func() time.Time { return f.end.In(calendar.ChinaTime) }
	contacts := contact.NewService(f.DB.ContactStore(), clock)
	for i, record := range records {
		err := f.DB.InTx(ctx, func(tx *store.Tx) error {
			id, err := tx.CustomerID(ctx, record.Key)
			if err != nil {
				return err
			}
			if err := tx.PutHolding(ctx, pool.Holding{CustomerID: id, OwnerID: regular.PersonID, Since: f.Today - newHeldDays, Revision: 1}); err != nil {
				return err
			}
			entry := contact.Entry{CustomerID: id, Name: "前台", Phone: phones[i]}
			if i == 1 {
				entry.Name, entry.Phone = "采购", "" // alike in name alone
			}
			_, err = contacts.SaveIn(ctx, tx, f.actor(loginOperations), entry)
			return err
		})
		if err != nil {
			return err
		}
	}
	f.market.made += len(records)
	_, err = merge.NewService(f.DB.Merges(), func() string { return "" }, clock).Find(ctx)
	return err
}
