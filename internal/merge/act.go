package merge

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/process"
	"xiaoguan/internal/profile"
)

// Ask is a merge as it is asked for.
type Ask struct {
	SurvivorID int64
	MergedID   int64
	Take       Choices // fields of which the merged customer's value is kept
	Reason     string
	Digest     string // of the Comparison that was looked at; empty skips the check
}

func (in *Ask) check() error {
	var c fact.Checker
	in.Reason = tidyReason(&c, in.Reason)
	for f, take := range in.Take {
		if take && !slices.Contains(Fields(), f) {
			c.Add("take", string(f), "form.error.choice", nil)
		}
	}
	return c.Err()
}

// Merge makes one customer of two. Errors: forbidden, also for fields of the record without the right to correct it; not found, also out of
// reach; invalid; conflict when one of them changed since it was looked at.
func (s *Service) Merge(ctx context.Context, actor access.Actor, in Ask) (m Merge, err error) {
	defer errs.Wrap(&err, "merge.Merge(%d, %d)", in.SurvivorID, in.MergedID)
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return m, err
	}
	if err := in.check(); err != nil {
		return m, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		c, err := s.compare(ctx, tx, actor, in.SurvivorID, in.MergedID)
		if err != nil {
			return err
		}
		if in.Digest != "" && in.Digest != c.Digest {
			return errs.New(errs.KindConflict, "merge.changed_meanwhile", nil)
		}
		m = Merge{SurvivorID: in.SurvivorID, MergedID: in.MergedID, At: tx.Now(), Until: deadline(s.today()), Reason: in.Reason, ActorID: actor.UserID, ActorName: actor.Name}
		if m.ID, err = tx.NextNumber(ctx, "customer_merge"); err != nil {
			return err
		}
		told, err := affected(ctx, tx, m)
		if err != nil {
			return err
		}
		w := work{tx: tx, actor: actor, now: c, m: &m, take: in.Take, today: s.today()}
		for _, step := range []func(context.Context) error{w.record, w.file, w.owner, w.service, w.rest} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return tell(ctx, tx, actor, notice.KindCustomersMerged, m, c.Survivor.Customer, c.Merged.Customer, told)
	})
	return m, err
}

// affected are who has either customer or works on an opportunity of it.
func affected(ctx context.Context, tx Tx, m Merge) (people []int64, err error) {
	for _, id := range []int64{m.SurvivorID, m.MergedID} {
		owners, err := tx.OwnersOfWork(ctx, id)
		if err != nil {
			return nil, err
		}
		people = append(people, owners...)
	}
	slices.Sort(people)
	return slices.Compact(people), nil
}

func tell(ctx context.Context, tx Tx, actor access.Actor, kind notice.Kind, m Merge, survivor, merged customer.Customer, people []int64) error {
	people = slices.DeleteFunc(people, func(id int64) bool { return id == 0 || id == actor.PersonID })
	if len(people) == 0 {
		return nil
	}
	return notice.Post(ctx, tx, notice.Message{Kind: kind, To: notice.To{PersonIDs: people}, Subject: "customer:" + strconv.FormatInt(m.SurvivorID, 10), Once: string(kind) + strconv.FormatInt(m.ID, 10), By: actor.UserID,
		Params: notice.Params{"Who": notice.Word(actor.Name), "Survivor": notice.Word(survivor.Name), "Merged": notice.Word(merged.Name), "Key": notice.Word(merged.Key)}})
}

// work is a merge under way.
type work struct {
	tx    Tx
	actor access.Actor
	now   Comparison
	m     *Merge
	take  Choices
	today calendar.Date
}

// record takes fields of the record over: a further fact about the survivor.
func (w *work) record(ctx context.Context) error {
	after, changed := chosen(w.now.Survivor, w.now.Merged, w.take)
	w.m.Change.Facts = changed
	if len(changed) == 0 {
		return nil
	}
	if !w.now.MayCorrect {
		return errs.New(errs.KindForbidden, "merge.may_not_correct", nil)
	}
	return correct(ctx, w.tx, w.actor, w.now.Survivor.Customer, after)
}

// correct records a customer anew, with its audit entry.
func correct(ctx context.Context, tx Tx, actor access.Actor, before, after customer.Customer) error {
	receipt, err := fact.Record(ctx, tx, actor.UserID, "customer:"+after.Key, func(fw fact.Writer) (fact.Outcome, error) { return fw.PutCustomer(ctx, record(after)) })
	if err != nil || receipt.Batch == 0 {
		return err
	}
	return audit.Append(ctx, tx, actor, "customer.correct", "customer:"+strconv.FormatInt(after.ID, 10), record(before), record(after))
}

// file takes fields of the profile over.
func (w *work) file(ctx context.Context) error {
	before := w.now.Survivor.Profile
	after, took, ratings := joined(w.now.Survivor, w.now.Merged, w.take)
	w.m.Change.Profile, w.m.Change.Left, w.m.Change.Took, w.m.Change.Ratings = before, w.now.Merged.Profile, took, ratings
	if len(took)+len(ratings) == 0 && after.Fields == before.Fields {
		return nil
	}
	return saveProfile(ctx, w.tx, w.actor, before, after)
}

func saveProfile(ctx context.Context, tx Tx, actor access.Actor, before, after profile.Profile) error {
	after.Revision = before.Revision + 1
	if err := tx.SaveProfile(ctx, after); err != nil {
		return err
	}
	fields, err := tx.CustomFields(ctx, customfield.ObjectCustomer)
	if err != nil {
		return err
	}
	if err := customfield.Keep(ctx, tx, fields, after.CustomerID, before.Fields, after.Fields); err != nil {
		return err
	}
	write := process.Write{Action: "profile.change", Subject: after.Subject(), Revision: after.Revision, After: after, Hide: customfield.PersonalPaths(fields)}
	if before.Revision > 0 {
		write.Before = before
	}
	return process.Record(ctx, tx, actor, write)
}

// owner says whose the survivor is, and that the merged customer is nobody's any more. Opportunities stay with who owns them.
func (w *work) owner(ctx context.Context) error {
	mine, theirs := w.now.Survivor.Holding, w.now.Merged.Holding
	w.m.Change.Holding, w.m.Change.Gave = held(mine), held(theirs)
	if theirs.Known() {
		if err := w.tx.RemoveHolding(ctx, w.m.MergedID); err != nil {
			return err
		}
	}
	if !w.take[FieldOwner] && mine.Known() || !theirs.Known() || same(w.now.Survivor, w.now.Merged, FieldOwner) {
		return nil
	}
	after := pool.Holding{CustomerID: w.m.SurvivorID, OwnerID: theirs.OwnerID, Pool: theirs.Pool, Since: theirs.Since, FormerID: theirs.FormerID, Locked: theirs.Locked, Revision: mine.Revision + 1}
	if mine.OwnerID != 0 {
		after.FormerID = mine.OwnerID
	}
	w.m.Change.Owner = true
	return saveHolding(ctx, w.tx, w.actor, mine, after)
}

func saveHolding(ctx context.Context, tx Tx, actor access.Actor, before, after pool.Holding) error {
	if err := tx.SaveHolding(ctx, after); err != nil {
		return err
	}
	write := process.Write{Action: "holding.merge", Subject: after.Subject(), Revision: after.Revision, After: after}
	if before.Known() {
		write.Before = before
	}
	return process.Record(ctx, tx, actor, write)
}

// service keeps who of service looks after the survivor, or else after the merged customer.
func (w *work) service(ctx context.Context) error {
	mine, theirs := w.now.Survivor.Service, w.now.Merged.Service
	w.m.Change.Served, w.m.Change.Service = mine, theirs
	if theirs == 0 {
		return nil
	}
	if err := w.tx.SetServiceOwner(ctx, w.m.MergedID, 0, w.tx.Now(), w.actor.UserID); err != nil {
		return err
	}
	if mine != 0 {
		return nil
	}
	return w.tx.SetServiceOwner(ctx, w.m.SurvivorID, theirs, w.tx.Now(), w.actor.UserID)
}

// rest moves the records, makes the alias and keeps the merge.
func (w *work) rest(ctx context.Context) (err error) {
	if w.m.Change.Standing, err = w.tx.ParkStanding(ctx, w.m.MergedID); err != nil {
		return err
	}
	if err := w.tx.InsertMerge(ctx, *w.m); err != nil {
		return err
	}
	if w.m.Moved, err = w.tx.MoveRecords(ctx, w.m.ID, w.m.MergedID, w.m.SurvivorID); err != nil {
		return err
	}
	if err := w.tx.InsertAlias(ctx, w.m.MergedID, w.m.SurvivorID, w.m.ID); err != nil {
		return err
	}
	if err := w.tx.RemovePairsOf(ctx, w.m.MergedID); err != nil {
		return err
	}
	if err := w.tx.SaveMerge(ctx, *w.m); err != nil {
		return err
	}
	return audit.Append(ctx, w.tx, w.actor, "customer.merge", w.m.Subject(), nil, map[string]any{"survivor": w.m.SurvivorID, "merged": w.m.MergedID, "merged_key": w.now.Merged.Customer.Key, "reason": w.m.Reason,
		"moved": w.m.Moved, "facts": w.m.Change.Facts, "profile": w.m.Change.Took, "owner": w.m.Change.Owner})
}
