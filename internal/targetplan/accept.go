package targetplan

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/quota"
)

// Acceptance is a person's recorded consent to a target letter.
type Acceptance struct {
	PlanID   int64
	PersonID int64
	Hash     string // of the letter
	UserID   string
	UserName string
	At       time.Time
}

// Letter is what a person's target letter says.
type Letter struct {
	Plan         int64          `json:"plan"`
	Year         int            `json:"year"`
	PersonID     int64          `json:"person"`
	Name         string         `json:"name"`
	First        calendar.Month `json:"first"`
	From         calendar.Month `json:"from"` // from which month on the numbers hold
	YearMinor    int64          `json:"year_minor"`
	Months       quota.Year     `json:"months"`
	BaseMinor    int64          `json:"base_minor"`
	StretchMinor int64          `json:"stretch_minor"`
}

// Hash names exactly this letter.
func (l Letter) Hash() string {
	text, err := audit.Canonical(l)
	if err != nil { // numbers and texts always encode
		return ""
	}
	return hash(text)
}

func letterOf(p *Plan, row *Row) Letter {
	return Letter{Plan: p.ID, Year: p.FiscalYear, PersonID: row.PersonID, Name: row.Name, First: p.First, From: p.From, YearMinor: row.Minor, Months: row.Months, BaseMinor: row.Detail.Base, StretchMinor: row.Detail.Stretch}
}

// Accept records that the actor accepts the own target letter, as it was seen. Errors: forbidden; not found; conflict when the plan is not published or the
// letter is another one meanwhile.
func (s *Service) Accept(ctx context.Context, actor access.Actor, planID int64, seen string) (a Acceptance, err error) {
	defer errs.Wrap(&err, "targetplan.Accept(%d)", planID)
	if actor.ReadOnly || actor.APIKey != "" {
		return a, errs.New(errs.KindForbidden, "targetplan.accept_yourself", nil)
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		p, row, err := s.mine(ctx, tx, actor, planID, actor.PersonID)
		if err != nil {
			return err
		}
		letter := letterOf(&p, &row)
		switch {
		case p.State != StatePublished:
			return errs.New(errs.KindConflict, "targetplan.wrong_state", errs.Args{"State": p.State.Message()})
		case letter.Hash() != seen:
			return errs.New(errs.KindConflict, "targetplan.letter_changed", nil)
		}
		a = Acceptance{PlanID: planID, PersonID: actor.PersonID, Hash: seen, UserID: actor.UserID, UserName: actor.Name, At: tx.Now()}
		if err := tx.PutTargetAcceptance(ctx, a); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "targetplan.accept", p.Subject(), nil, map[string]any{"person": a.PersonID, "letter": seen}); err != nil {
			return err
		}
		return notice.Settle(ctx, tx, notice.End{Kinds: []notice.Kind{notice.KindTargetPublished, notice.KindTargetChanged}, Subject: p.Subject(), UserID: actor.UserID})
	})
	return a, err
}
