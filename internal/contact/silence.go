package contact

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
)

// Silence records that a contact wants no messages, as they have said themselves by a link that they alone have. Nobody is asked for leave; saying it
// again changes nothing. Errors: not found.
func (s *Service) Silence(ctx context.Context, id int64, client string) (err error) {
	defer errs.Wrap(&err, "contact.Silence(%d)", id)
	actor := access.SystemActor("unsubscribe")
	actor.Client = client
	return s.store.InTx(ctx, func(tx Tx) error {
		c, err := tx.Contact(ctx, id)
		if err != nil || c.Silent() {
			return err
		}
		before := c
		c.silence(true, SilentByThemselves, tx.Now())
		c.Revision++
		if err := tx.SaveContact(ctx, c); err != nil {
			return err
		}
		return process.Record(ctx, tx, actor, process.Write{Action: "contact.silence", Subject: c.Subject(), Revision: c.Revision, Before: before, After: c, Hide: []string{"phone", "wechat", "email"}})
	})
}
