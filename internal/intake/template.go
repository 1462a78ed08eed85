package intake

import (
	"context"
	"io"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
)

// WriteTemplate writes the forms to fill in, with a column for each field that the company added: a workbook with a sheet for each kind or, of a kind,
// CSV. lang is zh-CN or en. Errors: forbidden; not found for a kind that there is not.
func (s *Service) WriteTemplate(ctx context.Context, actor access.Actor, kind fact.Kind, lang string, texts ingest.Texts, out io.Writer) (err error) {
	defer errs.Wrap(&err, "intake.WriteTemplate(%s)", kind)
	if err := actor.RequireAll(access.PermImport); err != nil {
		return err
	}
	stages, err := s.stages.Stages(ctx)
	if err != nil {
		return err
	}
	forms := ingest.Forms{Own: map[fact.Kind][]customfield.Field{}, Stages: stages}
	err = s.store.Read(ctx, func(r Reader) error {
		for kind, object := range ownObjects {
			fields, err := r.CustomFields(ctx, object)
			if err != nil {
				return err
			}
			forms.Own[kind] = customfield.Active(fields)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case kind != "":
		return ingest.WriteTemplateCSV(out, kind, lang, texts, forms)
	}
	return ingest.WriteTemplate(out, lang, texts, forms)
}
