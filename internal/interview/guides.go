package interview

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Guides returns the guide of each role, and the code book. Errors: forbidden.
func (s *Service) Guides(ctx context.Context, actor access.Actor) (guides []Guide, book CodeBook, err error) {
	defer errs.Wrap(&err, "interview.Guides")
	if err := reads(actor); err != nil {
		return nil, book, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		guides = nil
		for _, role := range Roles {
			g, err := guide(ctx, r, role)
			if err != nil {
				return err
			}
			guides = append(guides, g)
		}
		book, err = codeBook(ctx, r)
		return err
	})
	return guides, book, err
}

// SaveGuide keeps the company's own guide of a role; Revision is the one that was seen. Errors: forbidden; invalid; conflict.
func (s *Service) SaveGuide(ctx context.Context, actor access.Actor, g Guide) (err error) {
	defer errs.Wrap(&err, "interview.SaveGuide(%s)", g.Role)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	if err := g.check(); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.KeepGuide(ctx, g, actor.Name); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "interview.guide", "interview_guide:"+string(g.Role), nil, map[string]any{"questions": len(g.Questions)})
	})
}

// SaveCodeBook keeps the company's own themes; those that passages are under must stay. Revision is the one that was seen. Errors: forbidden; invalid; conflict.
func (s *Service) SaveCodeBook(ctx context.Context, actor access.Actor, b CodeBook) (err error) {
	defer errs.Wrap(&err, "interview.SaveCodeBook")
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	if err := b.check(); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		before, err := codeBook(ctx, tx)
		if err != nil {
			return err
		}
		passages, err := tx.Passages(ctx, 0)
		if err != nil {
			return err
		}
		for _, p := range passages {
			for _, id := range p.Themes {
				if _, stays := b.Code(id); !stays {
					code, _ := before.Code(id)
					return errs.Invalid("fact.invalid", []errs.Field{{Path: "codes", Message: errs.Msg("interview.code_used", errs.Args{"Name": code.Name.Zh})}})
				}
			}
		}
		if err := tx.KeepCodeBook(ctx, b, actor.Name); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "interview.codebook", "interview_codebook:company", nil, map[string]any{"codes": len(b.Codes)})
	})
}
