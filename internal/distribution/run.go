package distribution

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/notice"
)

// KindRun is the job that computes the reports of a month.
const KindRun job.Kind = "distribution.run"

// runArgs say which month is run.
type runArgs struct {
	Month calendar.Month `json:"month"`
}

// Start begins the run of the month whose moment has come, once, whichever node is first. It reports whether it has begun one.
func (s *Service) Start(ctx context.Context) (started bool, err error) {
	defer errs.Wrap(&err, "distribution.Start")
	due := false
	month := calendar.DateOf(s.Now()).Month() - 1
	err = s.Store.Read(ctx, func(r Reads) error { // most rounds find nothing, and then nobody is kept from writing
		due, err = s.due(ctx, r, month)
		return err
	})
	if err != nil || !due {
		return false, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if due, err = s.due(ctx, tx, month); err != nil || !due {
			return err
		}
		run := Run{Month: month, JobID: s.NewID(), State: RunWorking, StartedAt: s.Now(), Revision: 1}
		args, err := json.Marshal(runArgs{month})
		if err != nil {
			return err
		}
		if err := tx.InsertDistributionRun(ctx, run); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, job.Spec{ID: run.JobID, Kind: KindRun, Args: args, Unique: run.Subject(), Subject: run.Subject()}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, access.SystemActor("distribution"), "distribution.run", run.Subject(), nil, map[string]any{"month": month})
	})
	if errs.Is(err, errs.KindConflict) { // another node was first
		return false, nil
	}
	return due, err
}

func (s *Service) due(ctx context.Context, r Reads, month calendar.Month) (bool, error) {
	settings, err := settingsOf(ctx, r)
	if err != nil || !settings.Active {
		return false, err
	}
	now := s.Now()
	at := settings.Moment(month, s.Work(), now.Location())
	if now.Before(at) || at.Before(settings.SetAt) {
		return false, nil
	}
	_, err = r.DistributionRun(ctx, month)
	if errs.Is(err, errs.KindNotFound) {
		return true, nil
	}
	return false, err
}

// Compute does the job: the report of each place, one after the other. It may be started again, and goes on where it was. A place whose report cannot be
// computed is counted and does not keep the others.
func (s *Service) Compute(ctx context.Context, running job.Running) (err error) {
	defer errs.Wrap(&err, "distribution.Compute")
	var args runArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	var run Run
	var settings Settings
	var places []metric.Place
	err = s.Store.Read(ctx, func(r Reads) error {
		if run, err = r.DistributionRun(ctx, args.Month); err != nil {
			return err
		}
		if settings, err = settingsOf(ctx, r); err != nil {
			return err
		}
		all, err := r.DistributionPlaces(ctx, args.Month.Last())
		places = settings.places(all)
		return err
	})
	if err != nil || run.State == RunDone {
		return err
	}
	actor := access.SystemActor("distribution")
	for i, place := range places {
		running.Report(job.Progress{Stage: "distribution.stage", Done: int64(i), Total: int64(len(places))})
		if slices.Contains(run.Computed, placeKey(place)) {
			continue
		}
		if err := s.Reports.Make(ctx, actor, args.Month, place, settings.Publish); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			run.Failed++
			s.Log.WarnContext(ctx, "a monthly report could not be computed", slog.String("place", placeKey(place)), slog.Any("error", err))
		}
		run.Computed = append(run.Computed, placeKey(place))
		if err := s.save(ctx, &run, func(Tx) error { return nil }); err != nil {
			return err
		}
	}
	run.State = RunDone
	if run.Failed > 0 && run.Failed == int64(len(places)) {
		run.State = RunFailed
	}
	running.SetResult(map[string]any{"reports": int64(len(places)) - run.Failed, "failed": run.Failed})
	return s.save(ctx, &run, func(tx Tx) error {
		run.EndedAt = s.Now()
		if err := audit.Append(ctx, tx, actor, "distribution.end", run.Subject(), nil, map[string]any{"places": len(places), "failed": run.Failed}); err != nil || settings.Publish && run.Failed == 0 {
			return err
		}
		return notice.Post(ctx, tx, notice.Message{Kind: notice.KindReportDrafted, To: notice.To{Permission: access.PermPeriodRun, Whole: true}, Subject: run.Subject(), Once: "computed",
			Params: notice.Params{"Month": notice.Month(run.Month), "Count": notice.Number(int64(len(places)) - run.Failed)}})
	})
}

// save keeps a run with whatever else belongs to the transaction.
func (s *Service) save(ctx context.Context, run *Run, also func(Tx) error) error {
	before := run.Revision
	return s.Store.InTx(ctx, func(tx Tx) error {
		if err := also(tx); err != nil {
			return err
		}
		run.Revision = before + 1
		return tx.SaveDistributionRun(ctx, *run)
	})
}

// places are those that the settings name, the company first.
func (s *Settings) places(all []Place) (list []metric.Place) {
	if s.Company {
		list = append(list, metric.Company)
	}
	for _, kind := range []metric.PlaceKind{metric.PlaceRegion, metric.PlaceTeam} {
		wanted := kind == metric.PlaceRegion && s.Regions || kind == metric.PlaceTeam && s.Teams
		for _, p := range all {
			if wanted && p.Kind == kind {
				list = append(list, p.Place)
			}
		}
	}
	return list
}
