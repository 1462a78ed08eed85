package dossier

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// The limits of lists.
const (
	copiesMost = 100
	runsMost   = 12
)

// Listing is which documents there are for a reader.
type Listing struct {
	Kinds    []Kind
	Runs     []diagnosis.Run // that are ready, the newest first
	Quarters []Quarter       // the running one first
	Usual    Quarter         // that a review is of when none is asked for
	Copies   []Copy          // without their texts
	// SeesCopies is for who reads what was handed out.
	SeesCopies bool
	MayKeep    bool
}

// List returns what documents the actor reads, and what was handed out. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (l Listing, err error) {
	defer errs.Wrap(&err, "dossier.List")
	if !Reads(actor) {
		return l, actor.Require(access.PermProgrammeRead)
	}
	l = Listing{Quarters: s.Quarters(), Usual: s.lastQuarter(), SeesCopies: readsCopies(actor), MayKeep: mayKeep(actor) == nil}
	for _, kind := range Kinds {
		if ReadsKind(actor, kind) {
			l.Kinds = append(l.Kinds, kind)
		}
	}
	if diagnosis.Reads(actor) {
		runs, err := s.Diagnoses.List(ctx, actor, 0)
		if err != nil {
			return l, err
		}
		for _, run := range runs.Runs {
			if run.State == diagnosis.StateReady && len(l.Runs) < runsMost {
				l.Runs = append(l.Runs, run)
			}
		}
	}
	if l.SeesCopies {
		err = s.Store.Read(ctx, func(r Reader) error { l.Copies, err = r.DocumentCopies(ctx, copiesMost); return err })
	}
	return l, err
}

// copy reads one that was handed out, and holds its texts against its digest.
func (s *Service) copy(ctx context.Context, actor access.Actor, id int64) (c Copy, err error) {
	if !readsCopies(actor) {
		if err := actor.RequireAll(access.PermProgrammeRead); err != nil {
			return c, err
		}
		return c, actor.RequireAll(access.PermSalesRead)
	}
	if err = s.Store.Read(ctx, func(r Reader) error { c, err = r.DocumentCopy(ctx, id); return err }); err != nil {
		return c, err
	}
	if c.digest() != c.Hash {
		return c, errs.New(errs.KindInternal, "dossier.copy_broken", nil)
	}
	return c, nil
}

// Copy returns a document as it was handed out, in the language of p. Errors: forbidden; not found.
func (s *Service) Copy(ctx context.Context, actor access.Actor, p *i18n.Printer, id int64) (c Copy, m Made, err error) {
	defer errs.Wrap(&err, "dossier.Copy(%d)", id)
	if c, err = s.copy(ctx, actor, id); err != nil {
		return c, m, err
	}
	m = Made{Ask: Ask{Kind: c.Kind, Quarter: c.Quarter}}
	if m.Paper, err = c.read(p); err != nil {
		return c, m, err
	}
	m.Name = fileName(p, &m.Ask, m.Paper.Title, c.At.In(p.Zone()).Format("2006-01-02"))
	return c, m, nil
}

// CopyFile writes a document that was handed out as a file, which is noted in the audit log. Errors: those of Copy; not found for an unknown format.
func (s *Service) CopyFile(ctx context.Context, actor access.Actor, p *i18n.Printer, id int64, format Format) (file File, err error) {
	defer errs.Wrap(&err, "dossier.CopyFile(%d, %s)", id, format)
	c, m, err := s.Copy(ctx, actor, p, id)
	if err != nil {
		return file, err
	}
	if file, err = write(&m.Paper, m.Name, format); err != nil {
		return file, err
	}
	return file, s.Store.InTx(ctx, func(tx Tx) error {
		return audit.Append(ctx, tx, actor, "document.download", c.Subject(), nil, map[string]any{"kind": c.Kind, "quarter": c.Quarter.String(), "format": format, "lang": p.Lang(), "hash": c.Hash})
	})
}
