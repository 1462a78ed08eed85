package intake

import (
	"context"
	"time"

	"xiaoguan/internal/errs"
)

// FilesQuiet is how long nothing must have been written to files that belong to no import before SweepFiles removes them: other
// processes may be taking them in right now.
const FilesQuiet = time.Hour

// SweepFiles removes the files of imports that never came to be, because the program was killed or the database was lost while it took
// them in, and returns of how many. Files of imports that are there stay, whatever their state.
func (s *Service) SweepFiles(ctx context.Context, now time.Time) (removed int, err error) {
	defer errs.Wrap(&err, "intake.SweepFiles")
	kept, err := s.files.Kept()
	if err != nil {
		return 0, err
	}
	for id, written := range kept {
		if now.Sub(written) < FilesQuiet {
			continue
		}
		err := s.store.Read(ctx, func(r Reader) error {
			_, err := r.Import(ctx, id)
			return err
		})
		if err == nil {
			continue
		}
		if !errs.Is(err, errs.KindNotFound) {
			return removed, err
		}
		if err := s.files.Remove(id); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
