package metric

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// book is what holds on a day: shipped definitions, those of the company in their place, and the chosen ones of families.
func (s *Service) book(ctx context.Context, r Reader, day calendar.Date) ([]Definition, error) {
	versions, err := r.MetricVersions(ctx)
	if err != nil {
		return nil, err
	}
	choices, err := r.MetricChoices(ctx)
	if err != nil {
		return nil, err
	}
	list := Shipped()
	own := slices.DeleteFunc(versions, func(v Version) bool { return v.State != VersionApproved || v.From > day })
	slices.SortStableFunc(own, func(a, b Version) int { return a.Version - b.Version })
	for _, v := range own {
		d := v.Definition
		d.Own = true
		if at := slices.IndexFunc(list, func(o Definition) bool { return o.ID == d.ID }); at >= 0 {
			d.Default = list[at].Default
			list[at] = d
			continue
		}
		d.Default = !slices.ContainsFunc(list, func(o Definition) bool { return o.Family == d.Family })
		list = append(list, d)
	}
	for _, c := range choices {
		if !slices.ContainsFunc(list, func(d Definition) bool { return d.Family == c.Family && d.ID == c.Metric }) {
			continue
		}
		for i := range list {
			if list[i].Family == c.Family {
				list[i].Default = list[i].ID == c.Metric
			}
		}
	}
	return familiesTogether(list), nil
}

// familiesTogether puts the definitions of a family one after the other, the chosen one first.
func familiesTogether(list []Definition) (out []Definition) {
	seen := map[ID]bool{}
	for _, d := range list {
		if seen[d.Family] {
			continue
		}
		seen[d.Family] = true
		for _, chosen := range []bool{true, false} {
			for _, o := range list {
				if o.Family == d.Family && o.Default == chosen {
					out = append(out, o)
				}
			}
		}
	}
	return out
}

// find is a metric of a book, or the chosen one of a family.
func find(book []Definition, id ID) (Definition, bool) {
	for _, d := range book {
		if d.ID == id || d.Family == id && d.Default {
			return d, true
		}
	}
	return Definition{}, false
}

// choose takes metrics and families from the book; none takes the chosen one of each family.
func (s *Service) choose(ctx context.Context, r Reader, ids []ID, day calendar.Date) (list []Definition, err error) {
	book, err := s.book(ctx, r, day)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return slices.DeleteFunc(book, func(d Definition) bool { return !d.Default }), nil
	}
	for _, id := range ids {
		d, known := find(book, id)
		if !known {
			return nil, errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(id)})
		}
		list = append(list, d)
	}
	return list, nil
}

// Definitions returns the book as it holds today: the definitions in force, those of one family together, the chosen one first. Errors: forbidden.
func (s *Service) Definitions(ctx context.Context, actor access.Actor) (list []Definition, err error) {
	defer errs.Wrap(&err, "metric.Definitions")
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		list, err = s.book(ctx, r, calendar.DateOf(s.Now()))
		return err
	})
	list = slices.DeleteFunc(list, func(d Definition) bool { return !opens(actor, d) })
	return list, err
}

// Definition returns the version of a metric that holds today, or the chosen one of a family. Errors: forbidden; not found.
func (s *Service) Definition(ctx context.Context, actor access.Actor, id ID) (d Definition, err error) {
	defer errs.Wrap(&err, "metric.Definition(%s)", id)
	if err := mayRead(actor); err != nil {
		return d, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		list, err := s.choose(ctx, r, []ID{id}, calendar.DateOf(s.Now()))
		if err == nil {
			d = list[0]
		}
		return err
	})
	if err == nil && !opens(actor, d) {
		return Definition{}, actor.Require(access.PermSalesRead)
	}
	return d, err
}

// mayWrite is for whoever looks after numbers of the whole company.
func (s *Service) mayWrite(actor access.Actor) error {
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "error.forbidden", nil)
	}
	return actor.RequireAll(access.PermTargetWrite)
}
