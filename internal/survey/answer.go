package survey

import (
	"context"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
)

// tokenBytesMax is the longest token that is looked at.
const tokenBytesMax = 64

// Asked is what the page of a link shows: nothing about who is asked.
type Asked struct {
	Kind      Kind
	Anonymous bool
}

// Ask returns what a link asks, and remembers that it was looked at, unless the survey is anonymous. Whoever has it is the customer. Errors: not found, for a link that never was or has expired; conflict, when it
// was answered.
func (s *Service) Ask(ctx context.Context, token string) (asked Asked, err error) {
	defer errs.Wrap(&err, "survey.Ask")
	var i Invitation
	err = s.store.Read(ctx, func(r Reader) error {
		var of Survey
		i, of, err = s.invited(ctx, r, token)
		asked = Asked{of.Kind, of.Anonymous}
		return err
	})
	if err == nil && !asked.Anonymous && i.OpenedAt.IsZero() {
		err = s.store.InTx(ctx, func(tx Tx) error { return tx.OpenSurveyInvitation(ctx, i.ID, tx.Now()) })
	}
	return asked, err
}

func (s *Service) invited(ctx context.Context, r Reader, token string) (i Invitation, of Survey, err error) {
	if token == "" || len(token) > tokenBytesMax {
		return i, of, errs.New(errs.KindNotFound, "survey.no_such_link", nil)
	}
	if i, err = r.SurveyInvitation(ctx, hashOf(token)); err != nil {
		return i, of, err
	}
	switch {
	case i.Answered:
		return i, of, errs.New(errs.KindConflict, "survey.answered", nil)
	case !s.now().Before(i.ExpiresAt):
		return i, of, errs.New(errs.KindNotFound, "survey.expired", nil)
	}
	of, err = r.Survey(ctx, i.SurveyID)
	return i, of, err
}

// Answer takes the one answer of a link. A low score opens a service case when the survey says so. Errors: as Ask; invalid.
func (s *Service) Answer(ctx context.Context, token string, in Reply) (err error) {
	defer errs.Wrap(&err, "survey.Answer")
	in.Comment = strings.TrimSpace(fact.TidyLines(in.Comment))
	return s.store.InTx(ctx, func(tx Tx) error {
		i, of, err := s.invited(ctx, tx, token)
		if err != nil {
			return err
		}
		if err := in.check(of.Kind); err != nil {
			return err
		}
		if err := tx.TakeSurveyInvitation(ctx, i.ID); err != nil {
			return err
		}
		a := Answer{ID: s.newID(), SurveyID: of.ID, AnsweredOn: calendar.DateOf(s.now()), Score: in.Score, Comment: in.Comment, Lang: in.Lang, About: i.About}
		actor := access.SystemActor("survey")
		if of.Anonymous {
			a.About = About{TeamID: i.TeamID, ProductID: i.ProductID}
		} else {
			actor.Client = in.Client
		}
		if of.OpensCase && !of.Anonymous && in.Score <= of.LowUntil {
			if a.RaisedID, err = s.raise(ctx, tx, actor, of, a); err != nil {
				return err
			}
		}
		if err := tx.InsertSurveyAnswer(ctx, a); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, of, a)
	})
}

// raise opens the service case that a low score asks for. What the customer wrote is the case's text; its title is in the language of the
// company's records.
func (s *Service) raise(ctx context.Context, tx Tx, actor access.Actor, of Survey, a Answer) (int64, error) {
	_, most := of.Kind.Scores()
	c, err := s.cases.Raise(ctx, tx, actor, servicecase.Raised{Title: lowTitle(of, a.Score, most), Text: a.Comment, Kind: servicecase.KindComplaint, Severity: servicecase.SeverityHigh,
		CustomerID: a.About.CustomerID, ContactID: a.About.ContactID, DealKey: a.About.DealKey, Source: of.Subject()})
	return c.ID, err
}

func lowTitle(of Survey, score int64, most int) string {
	return of.Name + "：" + number(score) + "/" + number(int64(most))
}

// tell writes an answer into the audit log and, when it belongs to a case of the process, there.
func (s *Service) tell(ctx context.Context, tx Tx, actor access.Actor, of Survey, a Answer) error {
	after := map[string]any{"score": a.Score, "comment": a.Comment, "customer_id": a.About.CustomerID, "deal_key": a.About.DealKey, "service_case": a.RaisedID}
	if err := audit.Append(ctx, tx, actor, "survey.answer", of.Subject(), nil, after); err != nil {
		return err
	}
	if a.About.OpportunityID == 0 {
		return nil
	}
	now := tx.Now()
	return tx.AppendEvents(ctx, []process.Event{{CaseID: a.About.OpportunityID, Activity: process.ActivitySurveyAnswered, OccurredAt: now, RecordedAt: now, ActorID: actor.UserID, Source: of.Subject(),
		Data: process.Data(map[string]any{"kind": of.Kind, "score": a.Score})}})
}
