package app

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/errs"
)

// attachmentPages lead from a kind of record that may have files to its page.
var attachmentPages = map[string]string{"approval": "/approvals/{id}", "opportunity": "/opportunities/{id}"}

// assembleAttachments makes the service of files: who may see and change a record is asked of its own service.
func (a *App) assembleAttachments(newID func() string) {
	a.Attachments = attachment.NewService(a.DB.AttachmentStore(), newID,
		attachment.Subject{Kind: "approval", May: func(ctx context.Context, actor access.Actor, id string) (attachment.Rights, error) {
			d, err := a.Approvals.Get(ctx, actor, id)
			return attachment.Rights{Read: err == nil, Write: d.MayTake || d.MayAct}, err
		}},
		attachment.Subject{Kind: "opportunity", May: func(ctx context.Context, actor access.Actor, id string) (attachment.Rights, error) {
			number, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return attachment.Rights{}, errs.New(errs.KindNotFound, "opportunity.missing", nil).Because(err)
			}
			_, err = a.Opportunities.Get(ctx, actor, number)
			return attachment.Rights{Read: err == nil, Write: actor.Can(access.PermWorkWrite)}, err
		}},
	)
}
