package pool

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/poolrule"
)

// KindTrial is the job that tries a version of the rules on the past; its arguments are TrialArgs.
const KindTrial job.Kind = "pool.trial"

// TrialArgs say what is tried on which months.
type TrialArgs struct {
	Number int64          `json:"number"`
	First  calendar.Month `json:"first"`
	Last   calendar.Month `json:"last"`
}

// aliveDays is how long after a recycling signs of life are looked for.
const aliveDays = 30

// monthsMost is how many months of the past rules are tried on.
const monthsMost = 36

// Past is what happened to a customer while its present owner had it.
type Past struct {
	poolrule.History
	CustomerID int64
	OwnerID    int64
	OwnerName  string
	Team       string
}

// Counted is how many customers of a kind would have been recycled, and how many of them showed life afterwards.
type Counted struct {
	Key      string `json:"key"`
	Name     string `json:"name,omitempty"`
	Recycled int    `json:"recycled"`
}

// TrialMonth is a month of a trial.
type TrialMonth struct {
	Month    calendar.Month `json:"month"`
	Recycled int            `json:"recycled"`
	Alive    int            `json:"alive"`
}

// Trial is what a version would have done to the past.
type Trial struct {
	First     calendar.Month `json:"first"`
	Last      calendar.Month `json:"last"`
	Customers int            `json:"customers"` // that were looked at
	Total     int            `json:"total"`
	Alive     int            `json:"alive"`
	Months    []TrialMonth   `json:"months"`
	Triggers  []Counted      `json:"triggers"`
	Tiers     []Counted      `json:"tiers"`
	Teams     []Counted      `json:"teams"`
	Owners    []Counted      `json:"owners"` // those with the most
}

// ownersShown is how many owners a trial names.
const ownersShown = 20

// TrialOf reads what a version would have done; nil while nobody tried.
func (v Version) TrialOf() (*Trial, error) {
	if len(v.Trial) == 0 {
		return nil, nil
	}
	var t Trial
	return &t, json.Unmarshal(v.Trial, &t)
}

// Try starts a trial of a version on whole months of the past. Errors: forbidden; not found; invalid months; conflict while one is under way.
func (s *Service) Try(ctx context.Context, actor access.Actor, args TrialArgs) (jobID string, err error) {
	defer errs.Wrap(&err, "pool.Try(%d)", args.Number)
	if err := mayRead(actor); err != nil {
		return "", err
	}
	if actor.ReadOnly {
		return "", actor.RequireAll(access.PermPoolWrite)
	}
	if args.First > args.Last || args.Last >= s.today().Month() || args.Last-args.First >= monthsMost {
		return "", errs.Invalid("error.invalid", []errs.Field{{Path: "first", Value: args.First.String(), Message: errs.Msg("pool.trial_months", errs.Args{"Most": monthsMost})}})
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		v, err := tx.PoolPolicy(ctx, args.Number)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(args)
		if err != nil {
			return err
		}
		jobID = s.newID()
		if err := tx.Enqueue(ctx, job.Spec{ID: jobID, Kind: KindTrial, Args: plain, Unique: "pool.trial:" + strconv.FormatInt(args.Number, 10), Subject: v.Subject(), CreatedBy: actor.UserID}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "pool_policy.try", v.Subject(), nil, args)
	})
	return jobID, err
}

// RunTrial does the job.
func (s *Service) RunTrial(ctx context.Context, running job.Running) (err error) {
	defer errs.Wrap(&err, "pool.RunTrial")
	var args TrialArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	trial, err := s.tryOn(ctx, args, running.Report)
	if err != nil {
		return err
	}
	running.SetResult(map[string]any{"total": trial.Total, "alive": trial.Alive, "customers": trial.Customers})
	return nil
}

// TryNow does at once what Try starts, for tools that make up a company.
func (s *Service) TryNow(ctx context.Context, args TrialArgs) (Trial, error) {
	return s.tryOn(ctx, args, func(job.Progress) {})
}

// counts gathers by key.
type counts map[string]*Counted

func (c counts) add(key, name string) {
	if c[key] == nil {
		c[key] = &Counted{Key: key, Name: name}
	}
	c[key].Recycled++
}

// most lists the greatest first, at most so many.
func (c counts) most(limit int) (list []Counted) {
	for _, one := range c {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b Counted) int {
		if a.Recycled != b.Recycled {
			return b.Recycled - a.Recycled
		}
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return list[:min(len(list), limit)]
}

func (s *Service) tryOn(ctx context.Context, args TrialArgs, report func(job.Progress)) (t Trial, err error) {
	var v Version
	if err := s.store.Read(ctx, func(r Reader) (err error) { v, err = r.PoolPolicy(ctx, args.Number); return err }); err != nil {
		return t, err
	}
	policy, err := v.Policy()
	if err != nil {
		return t, err
	}
	t = Trial{First: args.First, Last: args.Last}
	span := calendar.Interval{From: args.First.First(), To: args.Last.Last() + 1}
	triggers, tiers, teams, owners := counts{}, counts{}, counts{}, counts{}
	for after := int64(0); ; {
		var batch []Past
		if err := s.store.Read(ctx, func(r Reader) (err error) { batch, err = r.Histories(ctx, after, batchSize); return err }); err != nil {
			return t, err
		}
		histories, byID := make([]poolrule.History, len(batch)), map[string]*Past{}
		for i := range batch {
			histories[i] = batch[i].History
			byID[batch[i].ID] = &batch[i]
		}
		part, err := poolrule.Simulate(policy, histories, span, aliveDays)
		if err != nil {
			return t, err
		}
		t.add(part, len(batch))
		for _, gone := range part.Recycled {
			past := byID[gone.Customer]
			triggers.add(gone.Trigger, "")
			tiers.add(past.Tier, "")
			teams.add(past.Team, "")
			owners.add(past.Owner, past.OwnerName)
		}
		report(job.Progress{Stage: "pool.stage_trial", Done: int64(t.Customers)})
		if len(batch) < batchSize {
			break
		}
		after = batch[len(batch)-1].CustomerID
	}
	t.Triggers, t.Tiers, t.Teams, t.Owners = triggers.most(len(triggers)), tiers.most(len(tiers)), teams.most(len(teams)), owners.most(ownersShown)
	return t, s.store.InTx(ctx, func(tx Tx) error {
		fresh, err := tx.PoolPolicy(ctx, args.Number)
		if err != nil || fresh.Hash != v.Hash {
			return err // the draft is another one now
		}
		if fresh.Trial, err = json.Marshal(t); err != nil {
			return err
		}
		fresh.Revision++
		return tx.SavePoolPolicy(ctx, fresh)
	})
}

func (t *Trial) add(part poolrule.Simulation, customers int) {
	t.Customers += customers
	t.Total += part.Total
	t.Alive += part.Alive
	if len(t.Months) == 0 {
		t.Months = make([]TrialMonth, len(part.Months))
	}
	for i, m := range part.Months {
		t.Months[i].Month = m.Month
		t.Months[i].Recycled += m.Recycled
		t.Months[i].Alive += m.Alive
	}
}
