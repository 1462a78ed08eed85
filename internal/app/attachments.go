package app

import (
	"context"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/objects"
)

// attachmentPages lead from a kind of record that may have files to its page.
var attachmentPages = map[string]string{
	"approval":     "/approvals/{id}",
	"opportunity":  "/opportunities/{id}",
	"customer":     "/customers/{id}",
	"contract":     "/contracts/{id}",
	"service_case": "/cases/{id}",
	"follow_up":    "/follow-ups/{id}",

	"checklist_answer": "/checklists/{id}",
}

// assembleAttachments makes the service of files: who may see and change a record is asked of its own service. Whoever may work with a customer,
// its opportunities and contracts may add files to them.
func (a *App) assembleAttachments(newID func() string) (err error) {
	defer errs.Wrap(&err, "app.assembleAttachments")
	works := func(actor access.Actor, err error) (attachment.Rights, error) {
		return attachment.Rights{Read: err == nil, Write: err == nil && actor.Can(access.PermWorkWrite)}, err
	}
	a.Attachments = attachment.NewService(a.DB.AttachmentStore(), newID,
		attachment.Subject{Kind: "approval", May: func(ctx context.Context, actor access.Actor, id string) (attachment.Rights, error) {
			d, err := a.Approvals.Get(ctx, actor, id)
			return attachment.Rights{Read: err == nil, Write: d.MayTake || d.MayAct}, err
		}},
		numbered("opportunity", func(ctx context.Context, actor access.Actor, id int64) (attachment.Rights, error) {
			_, err := a.Opportunities.Get(ctx, actor, id)
			return works(actor, err)
		}),
		numbered("follow_up", func(ctx context.Context, actor access.Actor, id int64) (attachment.Rights, error) {
			f, err := a.FollowUps.Get(ctx, actor, id)
			return attachment.Rights{Read: err == nil, Write: err == nil && f.CreatedBy == actor.UserID && actor.Can(access.PermWorkWrite)}, err
		}),
		numbered("customer", func(ctx context.Context, actor access.Actor, id int64) (attachment.Rights, error) {
			_, err := a.Customers.Get(ctx, actor, id)
			return works(actor, err)
		}),
		numbered("contract", func(ctx context.Context, actor access.Actor, id int64) (attachment.Rights, error) {
			d, err := a.Contracts.Get(ctx, actor, id)
			return attachment.Rights{Read: err == nil, Write: d.MayWrite}, err
		}),
		numbered("service_case", func(ctx context.Context, actor access.Actor, id int64) (attachment.Rights, error) {
			_, err := a.Cases.Get(ctx, actor, id)
			return works(actor, err)
		}),
		attachment.Subject{Kind: "checklist_answer", May: a.mayAnswerFile},
	)
	if a.options.Storage == "" {
		return nil
	}
	place, err := objects.Parse(a.options.Storage, a.options.StorageKey, a.options.StorageSecret)
	if err != nil {
		return err
	}
	a.Attachments.WithObjects(objects.New(place, nil, time.Now))
	return nil
}

// mayAnswerFile is what somebody may do with the files of an answer in a review of the management, named "review-question": who holds reviews adds evidence
// until the review is finished; then it stays as it is.
func (a *App) mayAnswerFile(ctx context.Context, actor access.Actor, id string) (attachment.Rights, error) {
	text, question, _ := strings.Cut(id, "-")
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return attachment.Rights{}, errs.New(errs.KindNotFound, "attachment.subject_missing", nil).Because(err)
	}
	v, err := a.Checklists.Get(ctx, actor, number)
	if err == nil && v.List.Question(question) == nil {
		err = errs.New(errs.KindNotFound, "attachment.subject_missing", nil)
	}
	return attachment.Rights{Read: err == nil, Write: err == nil && v.MayRun && v.State == checklist.StateOpen}, err
}

// numbered is a kind of record whose ids are numbers.
func numbered(kind string, may func(ctx context.Context, actor access.Actor, id int64) (attachment.Rights, error)) attachment.Subject {
	return attachment.Subject{Kind: kind, May: func(ctx context.Context, actor access.Actor, id string) (attachment.Rights, error) {
		number, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return attachment.Rights{}, errs.New(errs.KindNotFound, "attachment.subject_missing", nil).Because(err)
		}
		return may(ctx, actor, number)
	}}
}
