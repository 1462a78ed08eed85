package dispute

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Correct names what corrected what an accepted dispute was about: a batch of facts, which may correct several disputes, or an adjustment for
// the payee that stands and that no other dispute names. Errors: forbidden; not found; invalid; conflict.
func (s *Service) Correct(ctx context.Context, actor access.Actor, id string, ref Reference) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Correct(%s, %s)", id, ref.Kind)
	ref.ID = strings.TrimSpace(ref.ID)
	if ref.Kind != RefBatch && ref.Kind != RefAdjustment {
		return Full{}, wrongReference("kind", ref, "dispute.unknown_choice", nil)
	}
	if ref.ID == "" || len(ref.ID) > 64 || strings.ContainsAny(ref.ID, " /\x00") {
		return Full{}, wrongReference("reference", ref, "dispute.reference_bad", nil)
	}
	return s.act(ctx, actor, id, "dispute.correct", func(tx Tx, f *Full) ([]Event, []File, error) {
		if !f.May.Correct {
			return nil, nil, refused(f, f.State != StateRuled || f.Outcome == OutcomeRejected)
		}
		if err := checkReference(ctx, tx, f.Dispute, ref); err != nil {
			return nil, nil, err
		}
		f.Correction = ref
		return []Event{{Kind: EventCorrected, Reference: ref.Kind + " " + ref.ID, Before: f.State, After: f.State}}, nil, nil
	})
}

func wrongReference(path string, ref Reference, key string, args errs.Args) error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: path, Value: ref.ID, Message: errs.Msg(key, args)}})
}

// checkReference wants what is named to exist and to be able to correct this dispute.
func checkReference(ctx context.Context, r Reader, d Dispute, ref Reference) error {
	if ref.Kind == RefBatch {
		number, err := strconv.ParseInt(ref.ID, 10, 64)
		if err != nil {
			return wrongReference("reference", ref, "dispute.reference_bad", nil)
		}
		known, err := r.BatchExists(ctx, number)
		if err == nil && !known {
			err = wrongReference("reference", ref, "dispute.no_batch", nil)
		}
		return err
	}
	named, err := r.DisputeAdjustment(ctx, ref.ID)
	switch {
	case err != nil:
		return err
	case !named.Known:
		return wrongReference("reference", ref, "dispute.no_adjustment", nil)
	case named.PersonID != d.PersonID:
		return wrongReference("reference", ref, "dispute.adjustment_other", nil)
	case !named.Stands:
		return wrongReference("reference", ref, "dispute.adjustment_ended", nil)
	}
	number, err := r.CorrectedBy(ctx, ref)
	if err == nil && number != 0 && number != d.Number {
		err = wrongReference("reference", ref, "dispute.adjustment_used", errs.Args{"Number": number})
	}
	return err
}
