package app

import (
	"cmp"
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/boards"
)

// assembleBoards wires boards with the numbers and the lists that they show.
func (a *App) assembleBoards(newID func() string) {
	a.Boards = board.NewService(board.Config{Store: a.DB.Boards(), Numbers: a.Metrics, NewID: newID, Now: a.now, Currency: a.Company.Currency, Work: a.Company.Work, ActorOf: a.Users.ActorOf,
		Sources: board.Sources{Funnel: a.funnel, Exceptions: []func(context.Context, access.Actor, board.Where) ([]board.Exception, error){a.brokenRules, a.lateMoney, a.churning, a.leaving}}})
	a.beacon = boards.NewBeacon(a.Boards.Stamp, a.options.Log)
	a.Worker.Register(board.KindAlerts, a.informed(a.Boards.RunAlerts))
	a.assembleProgramme(newID)
	a.assembleOrigins()
}

// boardPages are the pages of boards.
func (a *App) boardPages() *boards.Handler {
	return boards.New(boards.Services{Boards: a.Boards, Beacon: a.beacon, Company: a.companyName, Currency: a.Company.Currency, Now: a.now})
}

// alertsEvery is how often it is looked whether facts were recorded since the alerts were looked at.
const alertsEvery = 30 * time.Second

// watchForEver starts the look at alerts after facts were recorded, until the context ends. What fails is logged and tried again.
func (a *App) watchForEver(ctx context.Context) {
	ticker := time.NewTicker(alertsEvery)
	defer ticker.Stop()
	var last board.Stamp
	var goals goalWatch
	for {
		now, err := a.Boards.LookAgain(ctx, last)
		if err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "alerts could not be looked at", slog.Any("error", err))
		}
		last = now
		goals.look(ctx, a, now)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// funnel is what became of the opportunities that were opened in the months before, from the analysis of the process.
func (a *App) funnel(ctx context.Context, actor access.Actor, w board.Where) (*board.Funnel, error) {
	from, to := board.CohortOf(w.Month)
	filter := flow.Filter{Opened: fact.Days{From: from, To: to}}
	switch w.Place.Kind {
	case metric.PlaceRegion:
		filter.RegionID = w.Place.ID
	case metric.PlaceTeam:
		filter.TeamID = w.Place.ID
	case metric.PlacePerson:
		filter.PersonID = w.Place.ID
	}
	rep, err := a.Flow.Report(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	f := &board.Funnel{From: from, To: to, AsOf: rep.AsOf, Cases: rep.Cases}
	for i, stage := range rep.Stages.All() {
		s := board.FunnelStage{Name: rep.Stages.Name(stage.ID)}
		for _, cohort := range rep.Cohorts {
			if i < len(cohort.Reached) {
				s.Reached += cohort.Reached[i]
			}
		}
		if at := slices.IndexFunc(rep.Times, func(t flow.StageTime) bool { return opportunity.Stage(t.Stage) == stage.ID }); at >= 0 {
			s.P50, s.P90 = lengthOf(rep.Times[at].P50), lengthOf(rep.Times[at].P90)
		}
		f.Stages = append(f.Stages, s)
	}
	f.MarkSlowest()
	return f, nil
}

func lengthOf(l flow.Length) *time.Duration {
	if !l.Known {
		return nil
	}
	d := time.Duration(l.Seconds) * time.Second
	return &d
}

// placeQuery names a place in the filters of lists.
func placeQuery(w board.Where, pairs ...string) url.Values {
	q := url.Values{}
	if w.Place.ID != 0 {
		q.Set(string(w.Place.Kind), strconv.FormatInt(w.Place.ID, 10))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

// brokenRulesShown is how many rules of the process standard a board names.
const brokenRulesShown = 2

// brokenRules are the rules of the process standard that were broken most in the month.
func (a *App) brokenRules(ctx context.Context, actor access.Actor, w board.Where) (list []board.Exception, err error) {
	q := standard.Question{From: w.Month, To: w.Month, By: standard.ByRule}
	switch w.Place.Kind {
	case metric.PlaceRegion:
		q.RegionID = w.Place.ID
	case metric.PlaceTeam:
		q.TeamID = w.Place.ID
	case metric.PlacePerson:
		q.PersonID = w.Place.ID
	}
	rates, err := a.Standards.Rates(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	rows := slices.DeleteFunc(rates.Rows, func(r standard.Rate) bool { return r.Rules.Violated == 0 })
	slices.SortStableFunc(rows, func(x, y standard.Rate) int { return cmp.Compare(y.Rules.Violated, x.Rules.Violated) })
	for _, r := range rows[:min(len(rows), brokenRulesShown)] {
		address := "/compliance?" + placeQuery(w, "from", w.Month.String(), "to", w.Month.String(), "rule", r.Key).Encode()
		list = append(list, board.Exception{Kind: "rule", Tone: board.ToneBad, Count: r.Rules.Violated, Path: address, Title: errs.Msg("board.said.rule", errs.Args{"Count": r.Rules.Violated}), Name: r.NameText,
			Detail: errs.Msg("board.said.rule_of", errs.Args{"Kept": r.Rules.Satisfied, "Count": r.Rules.Satisfied + r.Rules.Violated})})
	}
	return list, nil
}

// lateMoney is the instalments that are overdue.
func (a *App) lateMoney(ctx context.Context, actor access.Actor, w board.Where) ([]board.Exception, error) {
	region, team, person := w.Owners()
	page, err := a.Contracts.Due(ctx, actor, contract.DueFilter{Open: true, Overdue: true, RegionID: region, TeamID: team, PersonID: person, Due: fact.Days{From: calendar.NoDate, To: calendar.NoDate}, Paging: fact.Paging{Sort: contract.SortDue, Limit: 1}})
	if err != nil || page.Total.Count == 0 {
		return nil, err
	}
	e := board.Exception{Kind: "money", Tone: board.ToneBad, Count: page.Total.Count, Path: "/instalments?" + placeQuery(w, "overdue", "1").Encode(), Title: errs.Msg("board.said.late", errs.Args{"Count": page.Total.Count})}
	for _, sum := range page.Total.Sums {
		if sum.Currency == money.CNY && len(page.Total.Sums) == 1 { // the texts of boards write yuan; other sums stand in the list
			e.Title = errs.Msg("board.said.late_sum", errs.Args{"Count": page.Total.Count, "Amount": sum.AmountMinor})
		}
	}
	if len(page.Rows) > 0 {
		row := page.Rows[0]
		e.Detail = errs.Msg("board.said.late_first", errs.Args{"Customer": row.CustomerName, "Days": int64(page.Today - row.DueOn)})
	}
	return []board.Exception{e}, nil
}

// churning are customers of tier A whose silence is a warning.
func (a *App) churning(ctx context.Context, actor access.Actor, w board.Where) ([]board.Exception, error) {
	region, team, person := w.Owners()
	page, err := a.Tiers.Customers(ctx, actor, tierbook.Filter{Tier: tier.A, Relation: tier.ChurnWarned, RegionID: region, TeamID: team, PersonID: person, Paging: fact.Paging{Limit: 3}})
	if err != nil || page.Count == 0 {
		return nil, err
	}
	e := board.Exception{Kind: "churn", Tone: board.ToneWarn, Count: page.Count, Path: "/tiers/customers?" + placeQuery(w, "tier", string(tier.A), "relation", string(tier.ChurnWarned)).Encode(), Title: errs.Msg("board.said.churn", errs.Args{"Count": page.Count})}
	if len(page.Rows) > 0 {
		e.Detail = errs.Msg("board.said.churn_first", errs.Args{"Customer": page.Rows[0].CustomerName})
	}
	return []board.Exception{e}, nil
}

// leaving are customers that go back to the public pool within days.
func (a *App) leaving(ctx context.Context, actor access.Actor, w board.Where) ([]board.Exception, error) {
	of := pool.CountdownOf{}
	switch w.Place.Kind {
	case metric.PlaceRegion:
		of.RegionID = w.Place.ID
	case metric.PlaceTeam:
		of.TeamID = w.Place.ID
	case metric.PlacePerson:
		of.PersonID = w.Place.ID
	}
	soon, err := a.Pools.Countdowns(ctx, actor, of)
	if err != nil || len(soon) == 0 {
		return nil, err
	}
	var customers int64
	for _, c := range soon {
		customers += c.Customers
	}
	path := ""
	if actor.Can(access.PermWorkWrite) { // who opens the pool
		path = "/pool"
	}
	if actor.PersonID != 0 && len(soon) == 1 && soon[0].OwnerID == actor.PersonID {
		path = "/my-customers"
	}
	return []board.Exception{{Kind: "pool", Tone: board.ToneWarn, Count: customers, Path: path, Title: errs.Msg("board.said.pool", errs.Args{"Count": customers, "On": soon[0].First}), Detail: errs.Msg("board.said.pool_of", errs.Args{"People": int64(len(soon))})}}, nil
}
