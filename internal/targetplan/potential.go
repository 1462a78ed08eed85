package targetplan

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Potentials returns the regions with what their markets could give in a year; Minor is 0 where nobody has said. Errors: forbidden.
func (s *Service) Potentials(ctx context.Context, actor access.Actor, fiscalYear int) (list []Potential, err error) {
	defer errs.Wrap(&err, "targetplan.Potentials(%d)", fiscalYear)
	if err := actor.RequireAll(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if list, err = r.TargetRegions(ctx); err != nil {
			return err
		}
		known, err := r.TargetPotentials(ctx, fiscalYear)
		for i := range list {
			list[i].FiscalYear = fiscalYear
			if at := slices.IndexFunc(known, func(p Potential) bool { return p.RegionID == list[i].RegionID }); at >= 0 {
				name := list[i].RegionName
				list[i] = known[at]
				list[i].RegionName = name
			}
		}
		return err
	})
	return list, err
}

// SetPotentials keeps what the markets of regions could give in a year, with where the numbers come from; 0 is not known. Plans that were gathered before keep
// theirs. Errors: forbidden; invalid.
func (s *Service) SetPotentials(ctx context.Context, actor access.Actor, fiscalYear int, list []Potential) (err error) {
	defer errs.Wrap(&err, "targetplan.SetPotentials(%d)", fiscalYear)
	if err := s.mayWrite(actor); err != nil {
		return err
	}
	var c fact.Checker
	if fiscalYear < yearLeast || fiscalYear > yearLast {
		c.Add("year", strconv.Itoa(fiscalYear), "form.error.choice", nil)
	}
	for _, p := range list {
		path := "region_" + strconv.FormatInt(p.RegionID, 10)
		if p.Minor < 0 || p.Minor > yearMost {
			c.Add(path, strconv.FormatInt(p.Minor, 10), "quota.amount_range", nil)
		}
		c.Text("source", p.Source, false)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		regions, err := tx.TargetRegions(ctx)
		if err != nil {
			return err
		}
		for _, p := range list {
			if !slices.ContainsFunc(regions, func(r Potential) bool { return r.RegionID == p.RegionID }) {
				return errs.New(errs.KindNotFound, "targetplan.missing", nil)
			}
			if p.Minor == 0 {
				err = tx.DropTargetPotential(ctx, fiscalYear, p.RegionID)
			} else {
				p.FiscalYear, p.ByName, p.At = fiscalYear, actor.Name, tx.Now()
				err = tx.PutTargetPotential(ctx, p)
			}
			if err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, actor, "targetplan.potential", "target_potential:"+strconv.Itoa(fiscalYear), nil, list)
	})
}
