package problem

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/notice"
)

// Found is one finding of a diagnosis with its place in the company.
type Found struct {
	finding.Finding
	At   Place
	Rows []Row
}

// Detection is what a diagnosis found.
type Detection struct {
	RunID     int64
	Looked    []finding.Kind // that could be looked for
	Found     []Found
	YearMinor int64 // collected in twelve months
	// Earlier are the runs over the same kind of data: only what one of them found can be gone.
	Earlier []int64
}

// Change is what a diagnosis changed in the list.
type Change struct {
	New, Again, Back, Gone int // Back: had been solved
}

// Detect brings the list up to a diagnosis, in the transaction that keeps it: what is found at a place where it was found before is the same problem; what was
// looked for and not found is told as such, and stays.
func (s *Service) Detect(ctx context.Context, tx Tx, actor access.Actor, d Detection) (change Change, err error) {
	defer errs.Wrap(&err, "problem.Detect(%d)", d.RunID)
	known, err := tx.Problems(ctx, Filter{Reach: Reach{All: true}})
	if err != nil {
		return change, err
	}
	by := map[string]int{}
	for i := range known {
		if identity := known[i].Identity(); identity != "" {
			by[identity] = i
		}
	}
	seen := map[int64]bool{}
	for i := range d.Found {
		f := &d.Found[i]
		at, is := by[IdentityOf(f.Kind, f.At)]
		if !is {
			change.New++
			if err := s.detectNew(ctx, tx, actor, d, f); err != nil {
				return change, err
			}
			continue
		}
		p := known[at]
		if seen[p.ID] { // one kind at one place is one problem
			continue
		}
		seen[p.ID] = true
		change.Again++
		if p.Status == StatusSolved {
			change.Back++
		}
		if err := s.detectAgain(ctx, tx, actor, d, f, p); err != nil {
			return change, err
		}
	}
	for _, p := range known {
		if seen[p.ID] || !slices.Contains(d.Earlier, p.LastRunID) || !slices.Contains(d.Looked, p.Kind) {
			continue
		}
		change.Gone++
		if err := s.detectGone(ctx, tx, actor, d, p); err != nil {
			return change, err
		}
	}
	return change, audit.Append(ctx, tx, actor, "problem.detect", "diagnosis:"+fmtID(d.RunID), nil, map[string]any{"new": change.New, "again": change.Again, "back": change.Back, "gone": change.Gone})
}

// measure takes over what a diagnosis measured.
func (p *Problem) measure(d Detection, f *Found, now time.Time) {
	signs := Signs{Kind: f.Kind, Area: p.Area, Level: f.At.Level, Size: f.Size(), MoneyMinor: f.MoneyMinor, Worth: f.Worth, YearMinor: d.YearMinor}
	if p.Figure != nil {
		signs.Before = p.Figure.Size
	}
	p.Proposed, p.Why = Propose(signs)
	p.Fixed = FixedBy(f.Kind, f.Value)
	figure := f.Measured()
	p.Figure = &figure
	p.Place, p.Rows, p.MoneyMinor, p.Worth = f.At, f.Rows, f.MoneyMinor, f.Worth
	p.Sources = withSource(p.Sources, SourceDetected)
	p.LastRunID, p.UnseenRun, p.SeenAt = d.RunID, 0, now
	if p.FirstRunID == 0 {
		p.FirstRunID = d.RunID
	}
}

func (s *Service) detectNew(ctx context.Context, tx Tx, actor access.Actor, d Detection, f *Found) (err error) {
	a, _ := f.Kind.Is()
	p := Problem{Kind: f.Kind, Area: a.Area, Status: StatusOpen, ByID: actor.UserID, ByName: actor.Name, CreatedAt: tx.Now(), Revision: 1}
	p.measure(d, f, tx.Now())
	if p.ID, err = tx.NextNumber(ctx, "problem"); err != nil {
		return err
	}
	if err := tx.InsertProblem(ctx, p); err != nil {
		return err
	}
	return tx.AppendProblemEvent(ctx, Event{ProblemID: p.ID, Kind: EntryDetected, At: tx.Now(), ByID: actor.UserID, ByName: actor.Name, Source: SourceDetected, RunID: d.RunID, Figure: p.Figure})
}

func (s *Service) detectAgain(ctx context.Context, tx Tx, actor access.Actor, d Detection, f *Found, p Problem) error {
	e := Event{ProblemID: p.ID, Kind: EntryDetected, At: tx.Now(), ByID: actor.UserID, ByName: actor.Name, Source: SourceDetected, RunID: d.RunID}
	back := p.Status == StatusSolved
	if back {
		e.Before, e.Status = p.Status, StatusOpen
		p.Status, p.Verdict = StatusOpen, VerdictNone
	}
	p.measure(d, f, tx.Now())
	p.Revision++
	if err := tx.SaveProblem(ctx, p); err != nil {
		return err
	}
	if p.MergedInto != 0 {
		if err := s.passOn(ctx, tx, p); err != nil {
			return err
		}
	}
	e.Figure = p.Figure
	if err := tx.AppendProblemEvent(ctx, e); err != nil || !back || p.OwnerID == 0 {
		return err
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindProblemAgain, To: notice.To{PersonIDs: []int64{p.OwnerID}}, Subject: p.Subject(), Once: fmtID(d.RunID), By: actor.UserID, Params: notice.Params{"Title": p.title()}})
}

// detectGone notes once that a problem is not found any more.
func (s *Service) detectGone(ctx context.Context, tx Tx, actor access.Actor, d Detection, p Problem) error {
	first := p.UnseenRun == 0
	p.UnseenRun, p.Revision = d.RunID, p.Revision+1
	if err := tx.SaveProblem(ctx, p); err != nil || !first {
		return err
	}
	return tx.AppendProblemEvent(ctx, Event{ProblemID: p.ID, Kind: EntryUnseen, At: tx.Now(), ByID: actor.UserID, ByName: actor.Name, RunID: d.RunID})
}

// Measured is what an analyser measured.
func (f *Found) Measured() Figure {
	confidence := 1.0
	if !f.Certain {
		confidence = 1 - f.Adjusted
	}
	return Figure{Value: f.Value, Usual: f.Usual, Unit: f.Unit, Cases: f.Cases, Hits: f.Hits, Confidence: confidence, Size: f.Size()}
}

// WithoutPay leaves out rows that say what single people earn.
func WithoutPay(rows []Row) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Part == finding.Pay })
}
