package intake

import (
	"cmp"
	"context"
	"io"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
)

// WriteRejected writes the rows that could not be taken as a workbook to mend and import again. Errors: forbidden; not found when no
// row was rejected.
func (s *Service) WriteRejected(ctx context.Context, actor access.Actor, id string, texts ingest.Texts, out io.Writer) (err error) {
	defer errs.Wrap(&err, "intake.WriteRejected(%s)", id)
	i, err := s.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if i.Result.Report == nil || len(i.Result.Report.Problems) == 0 {
		return errs.New(errs.KindNotFound, "ingest.nothing_rejected", nil)
	}
	mapping, err := ingest.DecodeMapping([]byte(i.Mapping))
	if err != nil {
		return err
	}
	return s.open(ctx, id, func(w *ingest.Workbook) error {
		report, err := s.wholeReport(ctx, w, mapping, i.Result.Report)
		if err != nil {
			return err
		}
		return ingest.WriteRejected(ctx, w, mapping, report, texts, out)
	})
}

// rejectedMax is how many problems a file of rejected rows tells of.
const rejectedMax = 250_000

// wholeReport lists what a report only counts, by reading the files again: a report is kept with its import and cannot list everything. What it lists
// stays; a row beyond that could be taken by now, because what it refers to is known, is no longer told of.
func (s *Service) wholeReport(ctx context.Context, w *ingest.Workbook, mapping *ingest.Mapping, kept *ingest.Report) (*ingest.Report, error) {
	if kept.ProblemCount <= int64(len(kept.Problems)) {
		return kept, nil
	}
	whole := *kept
	return &whole, s.store.Read(ctx, func(r Reader) error {
		known, failed := r.FactKnown(ctx)
		mentorships, err := r.FactMentorships(ctx)
		if err != nil {
			return err
		}
		forms, err := ownForms(ctx, r, mapping.Currency)
		if err != nil {
			return err
		}
		own := func(kind fact.Kind) customfield.Form { return forms[kind] }
		stages, err := s.stages.Stages(ctx)
		if err != nil {
			return err
		}
		again, err := ingest.Read(ctx, w, mapping, ingest.Options{Known: known, Mentorships: mentorships, Own: own, Stages: stages, MaxProblems: rejectedMax}, nowhere{})
		if err := cmp.Or(failed(), err); err != nil {
			return err
		}
		whole.Problems = slices.Concat(kept.Problems, again.Problems) // rows are told once, whoever lists them
		return nil
	})
}

// nowhere is a sink that keeps nothing.
type nowhere struct{}

// Put implements ingest.Sink.
func (nowhere) Put(context.Context, ingest.Batch) error { return nil }
