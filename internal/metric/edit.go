package metric

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

func subject(id ID) string { return "metric:" + string(id) }

// Choose makes a definition the one of its family that the company goes by, from now on. Errors: forbidden; not found.
func (s *Service) Choose(ctx context.Context, actor access.Actor, id ID) (d Definition, err error) {
	defer errs.Wrap(&err, "metric.Choose(%s)", id)
	if err := s.mayWrite(actor); err != nil {
		return d, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		book, err := s.book(ctx, tx, calendar.DateOf(s.Now()))
		if err != nil {
			return err
		}
		before := ID("")
		found := false
		for _, o := range book {
			if o.ID == id {
				d, found = o, true
			}
		}
		if !found {
			return errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(id)})
		}
		for _, o := range book {
			if o.Family == d.Family && o.Default {
				before = o.ID
			}
		}
		if before == id {
			return nil
		}
		d.Default = true
		if err := tx.SaveMetricChoice(ctx, Choice{Family: d.Family, Metric: id, ByName: actor.Name, At: tx.Now()}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "metric.choose", subject(d.Family), before, id)
	})
	return d, err
}

// Draft is a definition that somebody writes for the company: a document with exactly one metric.
type Draft struct {
	Text string
	From calendar.Date // it holds from this day on
}

// Propose keeps a draft of a company's own version; approving it is somebody else's. Errors: forbidden; invalid, with every fault of the document.
func (s *Service) Propose(ctx context.Context, actor access.Actor, in Draft) (v Version, err error) {
	defer errs.Wrap(&err, "metric.Propose")
	if err := s.mayWrite(actor); err != nil {
		return v, err
	}
	list, err := Decode("metric.yaml", []byte(in.Text))
	if err != nil {
		return v, err
	}
	var fields []errs.Field
	if len(list) != 1 {
		fields = append(fields, errs.Field{Path: "text", Message: errs.Msg("metric.one_only", nil)})
	}
	if in.From < calendar.DateOf(s.Now()) {
		fields = append(fields, errs.Field{Path: "from", Value: in.From.String(), Message: errs.Msg("metric.from_past", nil)})
	}
	if err := errs.Invalid("error.invalid", fields); err != nil {
		return v, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		known, err := tx.MetricVersions(ctx)
		if err != nil {
			return err
		}
		v = Version{Definition: list[0], State: VersionDraft, Text: in.Text, From: in.From, AuthorID: actor.UserID, AuthorName: actor.Name, CreatedAt: tx.Now(), Revision: 1}
		v.Version, v.Own = 2, true // the shipped one is the first
		for _, o := range known {
			if o.ID == v.ID {
				v.Version = max(v.Version, o.Version+1)
			}
		}
		if err := tx.InsertMetricVersion(ctx, v); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "metric.propose", subject(v.ID), nil, map[string]any{"version": v.Version, "from": v.From.String(), "text": v.Text})
	})
	return v, err
}

// Decide approves a draft or drops it. Whoever wrote it may drop it, and does not approve it. An approved version is never changed. Errors: forbidden; not
// found; conflict when it is no draft any more, or when its day has passed.
func (s *Service) Decide(ctx context.Context, actor access.Actor, id ID, version int, to VersionState) (v Version, err error) {
	defer errs.Wrap(&err, "metric.Decide(%s, %d)", id, version)
	if actor.ReadOnly {
		return v, errs.New(errs.KindForbidden, "error.forbidden", nil)
	}
	if err := actor.RequireAll(access.PermPeriodApprove, access.PermTargetWrite); err != nil {
		return v, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if v, err = oneVersion(ctx, tx, id, version); err != nil {
			return err
		}
		switch {
		case v.State != VersionDraft:
			return errs.New(errs.KindConflict, "metric.decided", errs.Args{"State": v.State.Message()})
		case to == VersionApproved && v.AuthorID == actor.UserID:
			return errs.New(errs.KindForbidden, "metric.own_draft", nil)
		case to == VersionApproved && v.From < calendar.DateOf(s.Now()):
			return errs.New(errs.KindConflict, "metric.from_past", nil)
		case to != VersionApproved && to != VersionDropped:
			return errs.Invalid("error.invalid", []errs.Field{{Path: "to", Value: string(to), Message: errs.Msg("form.error.choice", nil)}})
		}
		before := v.State
		v.State, v.ApproverID, v.ApproverName, v.ApprovedAt, v.Revision = to, actor.UserID, actor.Name, tx.Now(), v.Revision+1
		if err := tx.SaveMetricVersion(ctx, v); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "metric.decide", subject(id), before, map[string]any{"version": v.Version, "state": string(to)})
	})
	return v, err
}

func oneVersion(ctx context.Context, r Reader, id ID, version int) (Version, error) {
	known, err := r.MetricVersions(ctx)
	for _, v := range known {
		if v.ID == id && v.Version == version {
			return v, err
		}
	}
	if err == nil {
		err = errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(id)})
	}
	return Version{}, err
}

// Versions are the versions of a metric that the company wrote, the newest first, also drafts and those that were dropped. Errors: forbidden.
func (s *Service) Versions(ctx context.Context, actor access.Actor, id ID) (list []Version, err error) {
	defer errs.Wrap(&err, "metric.Versions(%s)", id)
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		known, err := r.MetricVersions(ctx)
		list = nil
		for i := len(known) - 1; i >= 0; i-- {
			if known[i].ID == id {
				list = append(list, known[i])
			}
		}
		return err
	})
	return list, err
}

// MayWrite reports whether the actor may choose and write definitions.
func (s *Service) MayWrite(actor access.Actor) bool { return s.mayWrite(actor) == nil }
