package consent

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// Board says who in reach is paid by which plan in the month, who by none, and who has accepted. Errors: forbidden; invalid for a choice of
// rows that there is not.
func (s *Service) Board(ctx context.Context, actor access.Actor, filter BoardFilter) (b Board, err error) {
	defer errs.Wrap(&err, "consent.Board(%s)", filter.Month)
	if err := actor.Require(access.PermPlanRead); err != nil {
		return b, err
	}
	if !filter.Show.Valid() {
		return b, errs.Invalid("error.invalid", []errs.Field{{Path: "show", Value: string(filter.Show), Message: errs.Msg("consent.bad_show", nil)}})
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	filter.Limit = min(filter.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		rows, err := s.rows(ctx, r, actor.ScopeOf(access.PermPlanRead), filter)
		if err == nil {
			b = summed(rows, filter)
		}
		return err
	})
	return b, err
}

// rows returns everybody in reach who sells in the month, in the natural order of keys: whoever has a sales level (plan.Sells), which the
// total counts, and whoever a plan pays all the same.
func (s *Service) rows(ctx context.Context, r Reader, scope access.Scope, filter BoardFilter) ([]Row, error) {
	roster, err := r.Roster(ctx, scope, s.today())
	if err != nil {
		return nil, err
	}
	plans, versions, err := planbook.PlansOn(ctx, r, filter.Month)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(versions))
	for i, v := range versions {
		ids[i] = v.ID
	}
	accepted, err := r.Acceptances(ctx, ids, 0)
	if err != nil {
		return nil, err
	}
	return lay(roster, plans, versions, accepted, filter), nil
}

// lay makes the rows of a board.
func lay(roster Roster, plans []*plan.Plan, versions []planbook.Version, accepted []Acceptance, filter BoardFilter) []Row {
	type word struct {
		version string
		person  int64
	}
	given := map[word]Acceptance{}
	for _, a := range accepted {
		given[word{a.VersionID, a.PersonID}] = a
	}
	held := make([][]Held, len(roster.PersonIDs))
	for i, paid := range engine.Participants(plans, roster.Facts, filter.Month) {
		v := versions[i]
		for _, person := range paid {
			a := given[word{v.ID, roster.PersonIDs[person]}]
			held[person] = append(held[person], Held{v.ID, v.Hash, v.Name, v.Number, a.Paper, a.AcceptedAt})
		}
	}
	first, last := filter.Month.First(), filter.Month.Last()
	var rows []Row
	for i := range roster.Facts.Persons {
		p := &roster.Facts.Persons[i]
		row := Row{PersonID: roster.PersonIDs[i], Key: p.Key, Name: p.Name, Held: held[i]}
		day := min(p.Left-1, last)
		for _, span := range p.Spans {
			if span.Days.Contains(day) {
				row.Level = span.Level
				if span.Team != engine.None {
					row.Team = roster.Facts.Teams[span.Team].Name
				}
			}
		}
		if p.Left > first && p.Hired <= last && (plan.Sells(row.Level) || row.covered()) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(engine.CompareKeys(a.Key, b.Key), cmp.Compare(a.PersonID, b.PersonID))
	})
	return rows
}

// layerOrder is the order of levels on the board; others follow by name.
var layerOrder = []string{string(plan.LayerNewcomer), string(plan.LayerRegular), string(plan.LayerCore), string(plan.LayerManager)}

// summed counts the rows by level and cuts the page out of those that are asked for.
func summed(rows []Row, filter BoardFilter) Board {
	b := Board{Month: filter.Month}
	layers := map[string]*Layer{}
	count := func(l *Layer, r Row) {
		l.People++
		if r.covered() {
			l.Covered++
		}
		if r.accepted() {
			l.Accepted++
		}
	}
	for _, r := range rows {
		if layers[r.Level] == nil {
			layers[r.Level] = &Layer{Level: r.Level}
		}
		count(layers[r.Level], r)
		if plan.Sells(r.Level) { // the coverage of the metric book counts the same people
			count(&b.Total, r)
		}
		if !r.shownFor(filter.Show) {
			continue
		}
		b.Count++
		switch {
		case filter.After != "" && engine.CompareKeys(r.Key, filter.After) <= 0:
		case len(b.Rows) < filter.Limit:
			b.Rows = append(b.Rows, r)
		case b.Next == "":
			b.Next = b.Rows[len(b.Rows)-1].Key
		}
	}
	for _, l := range layers {
		b.Layers = append(b.Layers, *l)
	}
	place := func(level string) int {
		if at := slices.Index(layerOrder, level); at >= 0 {
			return at
		}
		return len(layerOrder)
	}
	slices.SortFunc(b.Layers, func(x, y Layer) int {
		return cmp.Or(cmp.Compare(place(x.Level), place(y.Level)), cmp.Compare(x.Level, y.Level))
	})
	return b
}
