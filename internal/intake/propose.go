package intake

import (
	"context"
	"errors"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ingest"
)

// propose fills in a mapping when none was given, and checks the one that was.
func (s *Service) propose(ctx context.Context, i *Import) error {
	if i.Mapping != "" {
		mapping, err := ingest.DecodeMapping([]byte(i.Mapping))
		if err != nil {
			return err
		}
		return s.open(ctx, i.ID, func(w *ingest.Workbook) error { return ingest.Empty(ctx, w, mapping) })
	}
	return s.open(ctx, i.ID, func(w *ingest.Workbook) error {
		if err := unreadable(w); err != nil {
			return err
		}
		proposal := ingest.Propose(w)
		text, err := proposal.Mapping.Encode()
		if err != nil {
			return err
		}
		i.Mapping = string(text)
		return ingest.Empty(ctx, w, &proposal.Mapping)
	})
}

// unreadable names the files whose beginning cannot be read. A mapping would leave them out, and what was handed in is what is to be
// taken in.
func unreadable(w *ingest.Workbook) error {
	var fields []errs.Field
	for _, sheet := range w.Sheets {
		if e, ok := errors.AsType[*errs.Error](sheet.Broken); ok {
			fields = append(fields, e.Fields...)
		}
	}
	return errs.Invalid("error.invalid", fields)
}
