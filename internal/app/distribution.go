package app

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/render"
	"xiaoguan/internal/report"
	"xiaoguan/internal/web/reports"
)

// assembleDistribution wires when and to whom monthly reports go.
func (a *App) assembleDistribution(newID func() string) {
	a.Distribution = distribution.NewService(distribution.Config{Store: a.DB.Distribution(), Reports: sentReports{a}, Mails: a.Mail, ActorOf: a.Users.ActorOf, NewID: newID, Now: a.now, Work: a.Company.Work, Printers: a.printers,
		Company: a.companyName, Public: a.publicAddress, Log: a.options.Log})
	a.Worker.Register(distribution.KindRun, a.informed(a.Distribution.Compute))
}

// reportFiles writes reports as files.
func (a *App) reportFiles() render.Reports { return render.Reports{Company: a.companyName} }

// reportPages are the pages of the monthly report.
func (a *App) reportPages() area {
	return reports.New(reports.Services{Reports: a.MonthReports, Distribution: a.Distribution, Jobs: a.Jobs, Reviews: a.Reviews, Currency: a.Company.Currency, Now: a.now})
}

// sentReports are the reports as they are sent.
type sentReports struct{ a *App }

func (s sentReports) find(ctx context.Context, month calendar.Month, place metric.Place) (report.Listed, bool, error) {
	l, err := s.a.MonthReports.List(ctx, access.SystemActor("distribution"))
	if err != nil {
		return report.Listed{}, false, err
	}
	at := slices.IndexFunc(l.Reports, func(one report.Listed) bool {
		return one.Month == month && one.Place.Kind == place.Kind && one.Place.ID == place.ID
	})
	if at < 0 {
		return report.Listed{}, false, nil
	}
	return l.Reports[at], true, nil
}

// Make implements distribution.Reports: what was published stays, a draft is computed anew; one with notes awaits whoever wrote them.
func (s sentReports) Make(ctx context.Context, actor access.Actor, month calendar.Month, place metric.Place, publish bool) error {
	there, found, err := s.find(ctx, month, place)
	if err != nil || found && there.Published != nil {
		return err
	}
	made, err := s.a.MonthReports.ComputeNow(ctx, actor, report.Ask{Month: month, Place: place})
	if err != nil || !publish {
		return err
	}
	shown, err := s.a.MonthReports.Get(ctx, actor, made.ReportID, made.Version)
	if err != nil || len(shown.Notes) > 0 {
		return err
	}
	_, err = s.a.MonthReports.Publish(ctx, actor, made.ReportID, shown.Version.Revision)
	return err
}

// Published implements distribution.Reports.
func (s sentReports) Published(ctx context.Context, month calendar.Month) (list []distribution.Issue, err error) {
	l, err := s.a.MonthReports.List(ctx, access.SystemActor("distribution"))
	if err != nil {
		return nil, err
	}
	var places []distribution.Place
	if err := s.a.DB.Distribution().Read(ctx, func(r distribution.Reads) error {
		places, err = r.DistributionPlaces(ctx, month.Last())
		return err
	}); err != nil {
		return nil, err
	}
	for _, one := range l.Reports {
		if one.Month != month || one.Published == nil {
			continue
		}
		place := distribution.Place{Place: one.Place}
		if at := slices.IndexFunc(places, func(p distribution.Place) bool { return p.Kind == one.Place.Kind && p.ID == one.Place.ID }); at >= 0 {
			place.RegionID = places[at].RegionID
		}
		list = append(list, distribution.Issue{ReportID: one.ID, Version: int64(one.Published.Number), Month: month, Place: place})
	}
	return list, nil
}

// MayRead implements distribution.Reports.
func (s sentReports) MayRead(ctx context.Context, actor access.Actor, i distribution.Issue) error {
	_, err := s.a.MonthReports.Get(ctx, actor, i.ReportID, int(i.Version))
	return err
}

// Print implements distribution.Reports.
func (s sentReports) Print(ctx context.Context, actor access.Actor, i distribution.Issue, p *i18n.Printer) (name string, content []byte, err error) {
	shown, err := s.a.MonthReports.Get(ctx, actor, i.ReportID, int(i.Version))
	if err != nil {
		return "", nil, err
	}
	return p.T("reports.title_of", "Month", p.Month(i.Month)) + ".pdf", s.a.reportFiles().PDF(&shown, p), nil
}

// distributeEvery is how often it is looked whether reports are to be computed, told of or sent.
const distributeEvery = time.Minute

// distributeForEver computes reports at their moment, tells their readers and sends letters, until the context ends. What fails is logged and tried again.
func (a *App) distributeForEver(ctx context.Context) {
	ticker := time.NewTicker(distributeEvery)
	defer ticker.Stop()
	for {
		a.Company.Current(ctx)
		if started, err := a.Distribution.Start(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "the monthly reports could not be started", slog.Any("error", err))
		} else if started {
			a.options.Log.InfoContext(ctx, "the monthly reports are being computed")
		}
		if _, err := a.Distribution.Tell(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "readers could not be told of reports", slog.Any("error", err))
		}
		if _, err := a.Distribution.Dispatch(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "reports could not be sent", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
