package metric

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// RowsMost is the greatest page of rows.
const RowsMost = 200

// Rows returns the rows behind a number, within reach. Errors: those of Read.
func (s *Service) Rows(ctx context.Context, actor access.Actor, q RowsQuery) (page RowsPage, err error) {
	defer errs.Wrap(&err, "metric.Rows(%s)", q.Metric)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return page, err
	}
	after, err := parsePlace(q.After)
	if err != nil {
		return page, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		e, err := s.open(ctx, r, actor, q.Place, q.Period)
		if err != nil {
			return err
		}
		chosen, err := s.choose(ctx, r, []ID{q.Metric}, e.today)
		if err != nil {
			return err
		}
		page = RowsPage{Definition: chosen[0], Measure: q.Measure}
		for _, id := range chosen[0].Formula.Measures() {
			if m := measuresByID[id]; m.Listed {
				page.Measures = append(page.Measures, m)
			}
		}
		if page.Measure == "" && len(page.Measures) > 0 {
			page.Measure = page.Measures[0].ID
		}
		page.Listed = slices.ContainsFunc(page.Measures, func(m Measure) bool { return m.ID == page.Measure })
		if !page.Listed || e.period.From > e.today {
			return nil
		}
		products, err := e.productsOf(ctx, q, &page)
		if err != nil || !page.Listed {
			return err
		}
		limit := min(max(q.Limit, 1), RowsMost)
		fq := FactQuery{Measure: page.Measure, From: e.period.From, To: e.period.To, After: after, Limit: limit + 1, Products: products, Currency: s.Currency()}
		if e.place.Kind != PlaceCompany {
			fq.Persons = e.persons(e.period.To, false)
		}
		found, err := r.MetricRows(ctx, fq)
		if err != nil {
			return err
		}
		if len(found) > limit {
			found = found[:limit]
			page.Next = found[limit-1].place().String()
		}
		for _, f := range found {
			page.Rows = append(page.Rows, e.partOf(page.Measure, f, fq.Persons))
		}
		return nil
	})
	return page, err
}

func (f FactRow) place() RowPlace { return RowPlace{f.On, f.Key, f.ID} }

// partOf is what a fact adds to the number: the parts of those who are in the place.
func (e *evaluation) partOf(measure MeasureID, f FactRow, persons []int64) Row {
	row := f.Row
	row.Amount = f.Of
	if len(f.Shares) > 0 {
		row.PersonID = f.Shares[0].PersonID
	}
	if persons != nil && len(f.Shares) > 0 {
		d := Delta{}
		if measuresByID[measure].Kind == MeasureThings {
			d.things(measure, f.On, f.Shares)
		} else {
			d.shared(measure, f.On, f.Shares, f.Of)
		}
		row.Amount, row.PersonID = 0, 0
		for cell, sum := range d {
			if _, in := slices.BinarySearch(persons, cell.PersonID); in && cell.PersonID != Everybody {
				row.Amount += sum.Amount
				if row.PersonID == 0 || cell.PersonID < row.PersonID {
					row.PersonID = cell.PersonID
				}
			}
		}
	}
	row.Person = e.org.name(row.PersonID)
	return row
}

// String is the cursor.
func (p RowPlace) String() string {
	return p.On.String() + "~" + strconv.FormatInt(p.ID, 10) + "~" + p.Key
}

func parsePlace(text string) (p RowPlace, err error) {
	p.On = calendar.NoDate
	if text == "" {
		return p, nil
	}
	day, rest, _ := strings.Cut(text, "~")
	id, key, found := strings.Cut(rest, "~")
	p.Key = key
	if p.On, err = calendar.ParseDate(day); err == nil {
		p.ID, err = strconv.ParseInt(id, 10, 64)
	}
	if err != nil || !found {
		return p, errs.Invalid("error.invalid", []errs.Field{{Path: "after", Message: errs.Msg("form.error.choice", nil)}})
	}
	return p, nil
}
