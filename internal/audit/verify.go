package audit

import (
	"context"
	"errors"

	"xiaoguan/internal/errs"
)

// Report is what Verify found. Write LastSeq and LastHash down outside the database, and a later check can also prove that the log
// was not replaced as a whole: no check from inside can.
type Report struct {
	Entries     int64        // sound entries, up to the first broken one
	FirstBroken int64        // number of the first broken or missing entry; meaningless when Sound
	Reason      errs.Message // empty when Sound
	LastSeq     int64        // of the last sound entry
	LastHash    string
}

// Sound reports whether nothing is broken.
func (r Report) Sound() bool { return r.Reason.Key == "" }

// The reasons, as message keys.
const (
	ReasonChanged  = "audit.broken.changed"  // the content does not match the entry's hash
	ReasonMissing  = "audit.broken.missing"  // no entry has this number
	ReasonUnlinked = "audit.broken.unlinked" // sound in itself, but does not continue the one before: one of the two was replaced
	ReasonInserted = "audit.broken.inserted" // a number that was never given out
)

var errBroken = errors.New("chain is broken") // stops the scan; the Report says the rest

// Verify reads the whole log in order and checks every link. A broken chain is no error: it is in the Report.
func (s *Service) Verify(ctx context.Context) (report Report, err error) {
	defer errs.Wrap(&err, "audit.Verify")
	next, err := s.store.ScanAudit(ctx, func(e Entry) error { return report.add(e) })
	if errors.Is(err, errBroken) {
		return report, nil
	}
	if err != nil {
		return Report{}, err
	}
	switch last := report.LastSeq; {
	case last+1 < next:
		_ = report.broken(last+1, ReasonMissing)
	case last >= next:
		_ = report.broken(next, ReasonInserted)
	}
	return report, nil
}

// add checks the entry that follows those already added.
func (r *Report) add(e Entry) error {
	switch want := r.LastSeq + 1; {
	case e.Seq < want:
		return r.broken(e.Seq, ReasonInserted)
	case e.Seq > want:
		return r.broken(want, ReasonMissing)
	case e.Hash != e.ComputeHash():
		return r.broken(e.Seq, ReasonChanged)
	case e.PrevHash != r.LastHash:
		return r.broken(e.Seq, ReasonUnlinked)
	}
	r.Entries++
	r.LastSeq, r.LastHash = e.Seq, e.Hash
	return nil
}

func (r *Report) broken(seq int64, reason string) error {
	r.FirstBroken = seq
	r.Reason = errs.Msg(reason, errs.Args{"Seq": seq})
	return errBroken
}
