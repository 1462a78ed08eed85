package api

import (
	"context"
	"math/big"
	"net/http"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
)

func (a *API) targetPlanOperations() {
	service := a.services.TargetPlans
	register(a, operation{id: "list_target_plans", method: http.MethodGet, path: "/target-plans", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[TargetPlan], error) {
		list, err := service.List(ctx, actor)
		return newList(list, "", a.toAPITargetPlan), err
	})
	register(a, operation{id: "create_target_plan", method: http.MethodPost, path: "/target-plans", tag: "sales", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, in *createTargetPlanInput) (*output[TargetPlan], error) {
		rules, err := in.Body.Rules.rules()
		if err != nil {
			return nil, err
		}
		p, err := service.Create(ctx, actor, targetplan.Entry{FiscalYear: in.Body.FiscalYear, Name: in.Body.Name, CopyOf: in.Body.CopyOf, DecisionID: in.Body.DecisionID, Rules: rules})
		return &output[TargetPlan]{a.toAPITargetPlan(p)}, err
	})
	register(a, operation{id: "get_target_plan", method: http.MethodGet, path: "/target-plans/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *getTargetPlanInput) (*output[targetTree], error) {
		v, err := service.Get(ctx, actor, in.ID, in.Unit)
		tree := targetTree{TargetPlan: a.toAPITargetPlan(v.Plan), Below: newList(v.Rows, "", toAPITargetRow).Body.Items}
		if v.Unit != nil {
			row := toAPITargetRow(*v.Unit)
			tree.Unit = &row
		}
		return &output[targetTree]{tree}, err
	})
	register(a, operation{id: "revise_target_plan", method: http.MethodPut, path: "/target-plans/{id}/rules", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *reviseTargetPlanInput) (*output[TargetPlan], error) {
		rules, err := in.Body.Rules.rules()
		if err != nil {
			return nil, err
		}
		p, err := service.Revise(ctx, actor, in.ID, rules, in.Body.Seen)
		return &output[TargetPlan]{a.toAPITargetPlan(p)}, err
	})
	register(a, operation{id: "set_target_by_hand", method: http.MethodPut, path: "/target-plans/{id}/units/{unit}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *targetHandInput) (*output[TargetPlan], error) {
		hand, err := in.Body.hand()
		if err != nil {
			return nil, err
		}
		p, err := service.SetHand(ctx, actor, in.ID, in.Unit, hand)
		return &output[TargetPlan]{a.toAPITargetPlan(p)}, err
	})
	a.targetLifeOperations()
	a.fairnessOperations()
	a.targetPersonOperations()
}

// targetLifeOperations take a plan from a draft to quotas.
func (a *API) targetLifeOperations() {
	service := a.services.TargetPlans
	register(a, operation{id: "step_target_plan", method: http.MethodPost, path: "/target-plans/{id}/step", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *stepTargetPlanInput) (*output[TargetPlan], error) {
		p, err := service.Step(ctx, actor, in.ID, targetplan.State(in.Body.To))
		return &output[TargetPlan]{a.toAPITargetPlan(p)}, err
	})
	register(a, operation{id: "submit_target_plan", method: http.MethodPost, path: "/target-plans/{id}/submit", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *submitTargetPlanInput) (*output[TargetPlan], error) {
		p, err := service.Submit(ctx, actor, in.ID, in.Body.Note)
		return &output[TargetPlan]{a.toAPITargetPlan(p)}, err
	})
	register(a, operation{id: "publish_target_plan", method: http.MethodPost, path: "/target-plans/{id}/publish", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *publishTargetPlanInput) (*output[TargetPlan], error) {
		from, err := fromAPIMonth(in.Body.From)
		if err != nil {
			return nil, err
		}
		p, err := service.Publish(ctx, actor, in.ID, from)
		return &output[TargetPlan]{a.toAPITargetPlan(p)}, err
	})
	register(a, operation{id: "list_target_potentials", method: http.MethodGet, path: "/target-potentials/{fiscal_year}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listPotentialsInput) (*listOutput[targetPotential], error) {
		list, err := service.Potentials(ctx, actor, in.Year)
		if in.Kind != "all" {
			list = slices.DeleteFunc(list, func(p targetplan.Potential) bool { return string(p.Kind()) != in.Kind })
		}
		return newList(list, "", toAPITargetPotential), err
	})
	register(a, operation{id: "set_target_potentials", method: http.MethodPut, path: "/target-potentials/{fiscal_year}", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *setPotentialsInput) (*none, error) {
		var list []targetplan.Potential
		for _, p := range in.Body.Regions {
			list = append(list, targetplan.Potential{Unit: targetplan.RegionUnit(p.RegionID), Minor: p.Minor, Source: p.Source})
		}
		for _, p := range in.Body.Units {
			list = append(list, targetplan.Potential{Unit: p.Unit, Minor: p.Minor, Source: p.Source})
		}
		return nil, service.SetPotentials(ctx, actor, in.Year, list)
	})
}

// targetPersonOperations are about one person's number.
func (a *API) targetPersonOperations() {
	service := a.services.TargetPlans
	register(a, operation{id: "get_target_person", method: http.MethodGet, path: "/target-plans/{id}/people/{person_id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *TargetPersonPath) (*output[targetPerson], error) {
		v, err := service.Person(ctx, actor, in.ID, in.PersonID)
		out := targetPerson{Row: toAPITargetRow(v.Row), Objections: newList(v.Objections, "", toAPITargetObjection).Body.Items, Changes: newList(v.Changes, "", toAPITargetChange).Body.Items, Terms: newList(v.Terms, "", toAPITargetTerm).Body.Items, LetterHash: v.Letter.Hash()}
		if v.Acceptance != nil {
			out.AcceptedAt = &v.Acceptance.At
		}
		return &output[targetPerson]{out}, err
	})
	register(a, operation{id: "set_own_target", method: http.MethodPut, path: "/target-plans/{id}/people/{person_id}/own", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *targetOwnInput) (*none, error) {
		return nil, service.SetOwn(ctx, actor, in.ID, in.PersonID, in.Body.AmountMinor, in.Body.Note)
	})
	register(a, operation{id: "object_to_target", method: http.MethodPost, path: "/target-plans/{id}/people/{person_id}/objections", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *targetObjectInput) (*output[targetObjection], error) {
		o, err := service.Object(ctx, actor, in.ID, in.PersonID, in.Body.WantedMinor, in.Body.Reason)
		return &output[targetObjection]{toAPITargetObjection(o)}, err
	})
	register(a, operation{id: "change_target", method: http.MethodPost, path: "/target-plans/{id}/people/{person_id}/changes", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *targetChangeInput) (*output[targetChange], error) {
		from, err := fromAPIMonth(in.Body.From)
		if err != nil {
			return nil, err
		}
		c, err := service.Change(ctx, actor, targetplan.ChangeEntry{PlanID: in.ID, PersonID: in.PersonID, OtherID: in.Body.OtherID, From: from, RestMinor: in.Body.RestMinor, Kind: targetplan.ChangeKind(in.Body.Kind), Reason: in.Body.Reason})
		return &output[targetChange]{toAPITargetChange(c)}, err
	})
	register(a, operation{id: "answer_target_objection", method: http.MethodPost, path: "/target-objections/{id}/answer", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *answerTargetInput) (*output[targetObjection], error) {
		o, err := service.Answer(ctx, actor, in.ID, in.Body.Accept, in.Body.Answer)
		return &output[targetObjection]{toAPITargetObjection(o)}, err
	})
}

func (in TargetRules) rules() (r targetplan.Rules, err error) {
	r = targetplan.Rules{YearMinor: in.YearMinor, Basis: targetplan.Basis(in.Basis), History: in.History, Potential: in.Potential, Pipeline: in.Pipeline, Even: in.Even, Ability: in.Ability, Ramp: in.Ramp, Down: in.Down, Up: in.Up,
		OverRegion: in.OverRegion, OverTeam: in.OverTeam, OverPerson: in.OverPerson, Core: in.Core, Base: in.Base, Stretch: in.Stretch, Enough: in.Enough, InCommon: in.InCommon}
	for unit, h := range in.Hands {
		if r.Hands == nil {
			r.Hands = map[string]targetplan.Hand{}
		}
		if r.Hands[unit], err = h.hand(); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (in TargetHand) hand() (h targetplan.Hand, err error) {
	h = targetplan.Hand{FixedMinor: in.FixedMinor, LowMinor: in.LowMinor, HighMinor: in.HighMinor, Note: in.Note}
	for _, one := range []struct {
		text  string
		month *calendar.Month
	}{{in.AwayFrom, &h.AwayFrom}, {in.AwayTo, &h.AwayTo}} {
		if one.text == "" {
			continue
		}
		if *one.month, err = fromAPIMonth(one.text); err != nil {
			return h, err
		}
	}
	return h, nil
}

func toAPIOptionalMonth(m calendar.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}

func (a *API) toAPITargetPlan(p targetplan.Plan) TargetPlan {
	r, s := &p.Rules, &p.Summary
	out := TargetPlan{ID: p.ID, FiscalYear: p.FiscalYear, FirstMonth: toAPIOptionalMonth(p.First), Number: p.Number, Name: p.Name, State: string(p.State), From: toAPIOptionalMonth(p.From), InputHash: p.InputHash, ResultHash: p.ResultHash, CreatedBy: p.CreatedName, CreatedAt: p.CreatedAt,
		Failure: a.english.Message(p.Failure), RequestID: p.RequestID, Revision: p.Revision, Currency: string(a.options.Currency())}
	out.Rules = TargetRules{YearMinor: r.YearMinor, Basis: string(r.Basis), History: r.History, Potential: r.Potential, Pipeline: r.Pipeline, Even: r.Even, Ability: r.Ability, Ramp: append([]int{}, r.Ramp...), Down: r.Down, Up: r.Up,
		OverRegion: r.OverRegion, OverTeam: r.OverTeam, OverPerson: r.OverPerson, Core: r.Core, Base: r.Base, Stretch: r.Stretch, Enough: r.Enough, InCommon: r.InCommon}
	for unit, h := range r.Hands {
		if out.Rules.Hands == nil {
			out.Rules.Hands = map[string]TargetHand{}
		}
		out.Rules.Hands[unit] = TargetHand{h.FixedMinor, h.LowMinor, h.HighMinor, toAPIOptionalMonth(h.AwayFrom), toAPIOptionalMonth(h.AwayTo), h.Note}
	}
	out.Summary = targetSummary{Months: s.Months, People: s.People, TargetMinor: s.TargetMinor, PeopleMinor: s.PeopleMinor, LastMinor: s.LastMinor, ExpectedMinor: s.ExpectedMinor, BaseMinor: s.BaseMinor, StretchMinor: s.StretchMinor, BaseEnough: s.BaseEnough,
		TargetEnough: s.TargetEnough, BaseWanted: s.BaseWanted, Tested: s.Tested, TestedBase: s.TestedBase, TestedPeriods: s.TestedTimes, TestedMonths: s.TestedMonths, Moved: s.Moved, MovedPeople: s.MovedPeople, Ahead: s.Ahead, Common: s.Common, Findings: []targetFinding{}}
	if s.Months > 0 {
		out.Summary.On, out.Summary.Since = toAPIDate(s.On), s.Since.String()
	}
	for _, f := range s.Findings {
		out.Summary.Findings = append(out.Summary.Findings, targetFinding{string(f.Problem), f.Unit, string(f.Driver), f.Minor, f.Units, f.Binding()})
	}
	for _, one := range s.Apart {
		out.Summary.Apart = append(out.Summary.Apart, targetApart(one))
	}
	return out
}

func toAPITargetRow(row targetplan.RowShown) targetRow {
	d := &row.Detail
	out := targetRow{Unit: row.Unit, Parent: row.Parent, Name: row.Name, PersonID: row.PersonID, People: row.People, YearMinor: row.Minor, Months: append([]int64{}, row.Months[:]...), HistoryMinor: d.History, Expected: d.Expected, Pipeline: d.Pipeline,
		BaseMinor: d.Base, StretchMinor: d.Stretch, AbilityPPM: d.Ability, FreeMinor: d.FreeMinor, Hold: string(d.Hold), OverMinor: d.OverMinor, Portions: []targetPortion{}, OwnMinor: row.OwnMinor, OwnPeople: row.OwnPeople, GapMinor: row.Gap()}
	if d.LastKnown {
		out.LastMinor, out.LastYear, out.LastMade = &d.Last, &d.LastYear, d.LastMade
	}
	if more, of, known := row.Growth(); known {
		growth := new(big.Int).Mul(big.NewInt(more), big.NewInt(quota.Million))
		ppm := growth.Quo(growth, big.NewInt(of)).Int64()
		out.GrowthPPM = &ppm
	}
	if d.Potential != quota.Unknown {
		out.Potential, out.Source = &d.Potential, d.Source
	}
	if d.Known {
		chance, base := d.Chance, d.BaseChance
		if row.PersonID == 0 {
			chance, base = d.Enough, d.BaseEnough
		}
		out.ChancePPM, out.BasePPM = &chance, &base
	}
	for _, p := range d.Portions {
		out.Portions = append(out.Portions, targetPortion{string(p.Driver), p.Counts, p.Part, p.Whole})
	}
	return out
}

func toAPITargetPotential(p targetplan.Potential) targetPotential {
	out := targetPotential{Unit: p.Unit, Kind: string(p.Kind()), Parent: p.Parent, Key: p.Key, Name: p.Name, Minor: p.Minor, Source: p.Source}
	if id, err := strconv.ParseInt(p.Unit[1:], 10, 64); err == nil && p.Kind() == targetplan.KindRegion {
		out.RegionID, out.RegionName = id, p.Name
	}
	return out
}

func toAPITargetObjection(o targetplan.Objection) targetObjection {
	return targetObjection{o.ID, o.PersonID, string(o.State), o.TargetMinor, o.WantedMinor, o.Reason, o.ByName, o.At, o.Answer, o.AnsweredName}
}

func toAPITargetTerm(t targetplan.Term) targetTerm {
	out := targetTerm{Kind: string(t.Kind), Driver: string(t.Driver), Hold: string(t.Hold), Minor: t.Minor}
	if t.Change != nil {
		out.ChangeID = t.Change.ID
	}
	return out
}

func toAPITargetChange(c targetplan.Change) targetChange {
	return targetChange{c.ID, c.PersonID, c.OtherID, toAPIOptionalMonth(c.From), string(c.Kind), c.Reason, c.BeforeMinor, c.AfterMinor, string(c.State), c.RequestID}
}
