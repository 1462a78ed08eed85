package targetplan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"strconv"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/quota"
)

// pastMonths is how many months of results are looked at.
const pastMonths = 36

// basisPoints are those of a whole.
const basisPoints = 10_000

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// hashRows is the hash of the numbers of a plan.
func hashRows(rows []Row) string {
	type number struct {
		Unit   string     `json:"unit"`
		Months quota.Year `json:"months"`
	}
	numbers := make([]number, len(rows))
	for i := range rows {
		numbers[i] = number{rows[i].Unit, rows[i].Months}
	}
	text, err := audit.Canonical(numbers)
	if err != nil { // numbers and texts always encode
		return ""
	}
	return hash(text)
}

// RunGather does the job. It may be started again: only the last step writes.
func (s *Service) RunGather(ctx context.Context, running job.Running) (err error) {
	var args PlanArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "targetplan.RunGather(%d)", args.Plan)
	var p Plan
	if err := s.Store.Read(ctx, func(r Reader) (err error) { p, err = r.TargetPlan(ctx, args.Plan); return err }); err != nil || p.State != StateGathering {
		return err
	}
	input, err := s.gather(ctx, p, running.Report)
	if job.Interrupted(ctx, err) {
		return err
	}
	finish := func(fn func(Tx) error) error {
		return s.Store.InTx(context.WithoutCancel(ctx), func(tx Tx) error {
			if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
				return err
			}
			return fn(tx)
		})
	}
	if err == nil {
		err = finish(func(tx Tx) error { _, err := s.fill(ctx, tx, p, input); return err })
	}
	if err == nil {
		return nil
	}
	p.State, p.Failure = StateFailed, job.Failure(err)
	p.Revision++
	return errors.Join(err, finish(func(tx Tx) error { return tx.SaveTargetPlan(ctx, p) }))
}

// gather reads what a plan rests on.
func (s *Service) gather(ctx context.Context, p Plan, report func(job.Progress)) (text []byte, err error) {
	in := Input{On: s.today(), First: p.First}
	until := min(in.On.Month(), p.First) // complete months, and none of the year itself
	in.Since = until - pastMonths
	err = s.Store.Read(ctx, func(r Reader) error {
		members, err := r.TargetMembers(ctx, in.On, p.First.First(), p.Last().Last())
		if err != nil {
			return err
		}
		potentials, err := r.TargetPotentials(ctx, p.FiscalYear)
		if err != nil {
			return err
		}
		in.arrange(members, potentials)
		open, err := r.OpenNow(ctx, s.Currency())
		if err != nil {
			return err
		}
		in.addOpen(open, s.Chance)
		for m := in.Since; m < until; m++ {
			report(job.Progress{Stage: "targetplan.stage_gathering", Done: int64(m - in.Since), Total: pastMonths})
			sold, err := r.SoldIn(ctx, p.Rules.Basis, m, s.Currency())
			if err != nil {
				return err
			}
			in.addMonth(sold)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	in.trim()
	in.note(s.Work())
	return audit.Canonical(in)
}

// arrange places people in teams and regions, with what is known of their markets.
func (in *Input) arrange(members []Member, potentials []Potential) {
	seen, known := map[string]bool{}, map[string]Potential{}
	for _, p := range potentials {
		known[p.Unit] = p
	}
	add := func(p Place) {
		if !seen[p.Unit] {
			seen[p.Unit] = true
			in.Places = append(in.Places, p)
		}
	}
	for _, m := range members {
		region := Place{Unit: unitRegion + strconv.FormatInt(m.RegionID, 10), Parent: UnitCompany, Name: m.RegionName, Potential: quota.Unknown}
		team := Place{Unit: unitTeam + strconv.FormatInt(m.TeamID, 10), Parent: region.Unit, Name: m.TeamName, Potential: quota.Unknown}
		for _, place := range []*Place{&region, &team} {
			if p, is := known[place.Unit]; is {
				place.Potential, place.Source = p.Minor, p.Source
			}
		}
		if seen[team.Unit] { // of somebody who was placed by another day's teams
			for _, p := range in.Places {
				if p.Unit == team.Unit {
					region.Unit = p.Parent
				}
			}
		} else {
			add(region)
		}
		add(team)
		if p, is := known[PersonUnit(m.ID)]; is {
			m.Person.Potential, m.Person.Source = p.Minor, p.Source
		}
		m.Person.Team = team.Unit
		in.People = append(in.People, m.Person)
	}
}

// addOpen weighs what is open by its chance.
func (in *Input) addOpen(open []Open, chance func(string) int64) {
	at := map[int64]int{}
	for i := range in.People {
		at[in.People[i].ID] = i
	}
	for _, o := range open {
		if i, known := at[o.PersonID]; known && o.Minor > 0 {
			in.People[i].Pipeline = min(in.People[i].Pipeline+mulDiv(o.Minor, chance(o.Stage), 100), yearMost)
		}
	}
}

// addMonth adds the next month's results.
func (in *Input) addMonth(sold []Sold) {
	sums, total := map[int64]*big.Int{}, new(big.Int)
	for _, one := range sold {
		part := new(big.Int).Mul(big.NewInt(one.Minor), big.NewInt(one.BasisPoints))
		if sums[one.PersonID] == nil {
			sums[one.PersonID] = new(big.Int)
		}
		sums[one.PersonID].Add(sums[one.PersonID], part)
		total.Add(total, part)
	}
	whole := big.NewInt(basisPoints)
	for i := range in.People {
		minor := int64(0)
		if sum := sums[in.People[i].ID]; sum != nil {
			minor = new(big.Int).Quo(sum, whole).Int64()
		}
		in.People[i].Months = append(in.People[i].Months, minor)
	}
	in.Totals = append(in.Totals, total.Quo(total, whole).Int64())
}

// trim leaves out the months before the first of which anything is known.
func (in *Input) trim() {
	first := 0
	for first < len(in.Totals) && in.Totals[first] == 0 {
		first++
	}
	in.Totals = in.Totals[first:]
	in.Since += calendar.Month(first)
	for i := range in.People {
		in.People[i].Months = in.People[i].Months[first:]
	}
}
