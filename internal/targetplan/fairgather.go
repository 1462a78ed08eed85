package targetplan

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fairness"
	"xiaoguan/internal/job"
)

// fairAfter is on which day after the end of a quarter it is looked at by itself: what came in on its last days is recorded by then.
const fairAfter = 10

// TickFairness starts the report of the last quarter that is over, where there is none, and reports whether it did.
func (s *Service) TickFairness(ctx context.Context) (started bool, err error) {
	defer errs.Wrap(&err, "targetplan.TickFairness")
	until := quarterUntil(s.Fiscal(), s.today())
	if s.today() < until.Last()+fairAfter {
		return false, nil
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		started = false
		known, err := tx.FairReport(ctx, until)
		if err == nil && (!known.At.IsZero() || known.Pending) {
			return nil
		}
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		started = true
		return s.startFair(ctx, tx, access.SystemActor("targets"), until)
	})
	return started, err
}

// StartFairness gathers the report of a quarter anew. Errors: forbidden; invalid for a quarter that is not over; conflict while it is gathered.
func (s *Service) StartFairness(ctx context.Context, actor access.Actor, until calendar.Month) (err error) {
	defer errs.Wrap(&err, "targetplan.StartFairness(%s)", until)
	if err := s.mayWrite(actor); err != nil {
		return err
	}
	if until == 0 {
		until = quarterUntil(s.Fiscal(), s.today())
	}
	if err := checkQuarter(s.Fiscal(), s.today(), until); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		known, err := tx.FairReport(ctx, until)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		if err == nil && known.Pending {
			return errs.New(errs.KindConflict, "fairness.gathering", nil)
		}
		return s.startFair(ctx, tx, actor, until)
	})
}

func (s *Service) startFair(ctx context.Context, tx Tx, actor access.Actor, until calendar.Month) error {
	report := FairReport{Until: until, JobID: s.NewID(), ByName: actor.Name}
	if err := tx.StartFairReport(ctx, report); err != nil {
		return err
	}
	if err := audit.Append(ctx, tx, actor, "targetplan.fairness", report.Subject(), nil, map[string]any{"until": until}); err != nil {
		return err
	}
	args, err := json.Marshal(FairArgs{until})
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{ID: report.JobID, Kind: KindFair, Args: args, Unique: report.Subject(), Subject: report.Subject(), CreatedBy: actor.UserID})
}

// RunFair does the job. It may be started again: only the last step writes.
func (s *Service) RunFair(ctx context.Context, running job.Running) (err error) {
	var args FairArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "targetplan.RunFair(%s)", args.Until)
	input, err := s.gatherFair(ctx, args.Until, running.Report)
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
			return err
		}
		return tx.FillFairReport(ctx, args.Until, input, tx.Now())
	})
}

// FairNow gathers the report of the last quarter that is over at once, for tools that make up a company.
func (s *Service) FairNow(ctx context.Context, actor access.Actor) (err error) {
	defer errs.Wrap(&err, "targetplan.FairNow")
	if err := s.mayWrite(actor); err != nil {
		return err
	}
	until := quarterUntil(s.Fiscal(), s.today())
	input, err := s.gatherFair(ctx, until, func(job.Progress) {})
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		report := FairReport{Until: until, ByName: actor.Name}
		return errors.Join(tx.StartFairReport(ctx, report), tx.FillFairReport(ctx, until, input, tx.Now()), audit.Append(ctx, tx, actor, "targetplan.fairness", report.Subject(), nil, map[string]any{"until": until}))
	})
}

// days places dates on the working days of a month: others count for the working day before, or the first.
type days struct {
	first calendar.Date
	place []int // by day of the month
	count int
}

func daysOf(work calendar.WorkCalendar, month calendar.Month) days {
	d := days{first: month.First()}
	for on := month.First(); on <= month.Last(); on++ {
		if work.IsWorking(on) {
			d.count++
		}
		d.place = append(d.place, max(d.count-1, 0))
	}
	d.count = max(d.count, 1)
	return d
}

func (d *days) at(on calendar.Date) (int, bool) {
	i := int(on - d.first)
	if i < 0 || i >= len(d.place) {
		return 0, false
	}
	return d.place[i], true
}

// gatherFair reads what a report rests on: a month after the other.
func (s *Service) gatherFair(ctx context.Context, until calendar.Month, report func(job.Progress)) (text []byte, err error) {
	in := FairInput{Until: until, Potentials: map[string]int64{}}
	err = s.Store.Read(ctx, func(r Reader) error {
		since := until - fairMonths + 1
		members, err := r.TargetMembers(ctx, s.today(), (until - quarterMonths + 1).First(), until.Last())
		if err != nil {
			return err
		}
		for _, m := range members {
			in.People = append(in.People, FairPerson{ID: m.ID, Name: m.Name, Level: m.Level, Team: unitOfID(unitTeam, m.TeamID), TeamName: m.TeamName, Region: unitOfID(unitRegion, m.RegionID), RegionName: m.RegionName})
		}
		potentials, err := r.TargetPotentials(ctx, s.Fiscal().YearOf(until))
		if err != nil {
			return err
		}
		for _, p := range potentials {
			if p.Kind() == KindRegion {
				in.Potentials[p.Unit] = p.Minor
			}
		}
		quotas, err := r.QuotasIn(ctx, since, until)
		if err != nil {
			return err
		}
		asked := map[QuotaOf]int64{}
		for _, q := range quotas {
			asked[QuotaOf{PersonID: q.PersonID, Month: q.Month}] = q.Minor
		}
		for m := since; m <= until; m++ {
			report(job.Progress{Stage: "targetplan.stage_gathering", Done: int64(m - since), Total: fairMonths})
			if err := s.fairMonth(ctx, r, &in, m, asked); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return audit.Canonical(in)
}

// fairMonth adds a month to everybody.
func (s *Service) fairMonth(ctx context.Context, r Reader, in *FairInput, month calendar.Month, asked map[QuotaOf]int64) error {
	sold, err := r.CollectedByDay(ctx, month, s.Currency())
	if err != nil {
		return err
	}
	zone := s.Now().Location()
	begin := func(m calendar.Month) time.Time {
		year, number := m.Civil()
		return time.Date(year, number, 1, 0, 0, 0, 0, zone)
	}
	worked, err := r.WorkedIn(ctx, begin(month), begin(month+1))
	if err != nil {
		return err
	}
	place := daysOf(s.Work(), month)
	all := make([]fairness.Days, len(in.People))
	at := map[int64]int{}
	for i := range in.People {
		id := in.People[i].ID
		at[id] = i
		all[i] = fairness.Days{Month: int(month - in.Until), TargetMinor: asked[QuotaOf{PersonID: id, Month: month}], Sold: make([]int64, place.count), Acts: make([]int64, place.count)}
	}
	parts := map[int64]map[int]*big.Int{}
	for _, one := range sold {
		i, known := at[one.PersonID]
		day, within := place.at(one.On)
		if !known || !within {
			continue
		}
		if parts[int64(i)] == nil {
			parts[int64(i)] = map[int]*big.Int{}
		}
		if parts[int64(i)][day] == nil {
			parts[int64(i)][day] = new(big.Int)
		}
		parts[int64(i)][day].Add(parts[int64(i)][day], new(big.Int).Mul(big.NewInt(one.Minor), big.NewInt(one.BasisPoints)))
	}
	for i, byDay := range parts {
		for day, sum := range byDay {
			all[i].Sold[day] = new(big.Int).Quo(sum, big.NewInt(basisPoints)).Int64()
		}
	}
	for _, w := range worked {
		i, known := at[w.PersonID]
		if day, within := place.at(calendar.DateOf(w.At.In(zone))); known && within {
			all[i].Acts[day] += w.Count
		}
	}
	for i := range all {
		in.People[i].Months = append(in.People[i].Months, fairness.MonthOf(&all[i]))
	}
	return nil
}
