package quota

import (
	"fmt"

	"xiaoguan/internal/errs"
)

// check refuses what cannot be split, all faults at once, each with its path.
func check(r *Request) error {
	c := checker{seen: map[string]bool{}}
	c.amount("year_minor", r.YearMinor)
	c.year("season", &r.Season, amountMax/Months)
	if r.Season.Sum() <= 0 {
		c.wrong("season", fmt.Sprint(r.Season), "quota.season_empty")
	}
	c.blend(r)
	c.factor("bounds.down", r.Bounds.Down, Million)
	c.factor("bounds.up", r.Bounds.Up, factorMax)
	all := int64(Million)
	for i, over := range r.Over {
		c.factor(fmt.Sprintf("over[%d]", i), over, Million)
		if all = mulDiv(all, Million+min(max(over, 0), Million), Million); all > overMax {
			c.wrong("over", fmt.Sprint(r.Over), "quota.over_range")
			break
		}
	}
	for i, ratio := range r.Ratios {
		path := fmt.Sprintf("ratios[%d]", i)
		if ratio.Less == ratio.More || ratio.Less == "" || ratio.More == "" {
			c.wrong(path+".less", ratio.Less, "quota.ratio_levels")
		}
		if ratio.Least < Million || ratio.Least > factorMax {
			c.wrong(path+".least", fmt.Sprint(ratio.Least), "quota.ratio_least")
		}
	}
	c.unit("root", &r.Root, 0)
	return errs.Invalid("quota.invalid", c.fields)
}

// faultsMax is how many faults are told at once.
const faultsMax = 100

type checker struct {
	fields []errs.Field
	seen   map[string]bool
	units  int
}

func (c *checker) wrong(path, value, key string) {
	if len(c.fields) < faultsMax {
		c.fields = append(c.fields, errs.Field{Path: path, Value: value, Message: errs.Msg(key, nil)})
	}
}

func (c *checker) amount(path string, minor int64) {
	if minor < 0 || minor > amountMax {
		c.wrong(path, fmt.Sprint(minor), "quota.amount_range")
	}
}

func (c *checker) factor(path string, ppm, most int64) {
	if ppm < 0 || ppm > most {
		c.wrong(path, fmt.Sprint(ppm), "quota.factor_range")
	}
}

func (c *checker) year(path string, y *Year, most int64) {
	if y == nil {
		return
	}
	for i, m := range y {
		if m < 0 || m > most {
			c.wrong(fmt.Sprintf("%s[%d]", path, i), fmt.Sprint(m), "quota.factor_range")
		}
	}
}

func (c *checker) blend(r *Request) {
	if g := r.Growth; g != nil {
		c.factor("growth.untapped", g.Untapped, Million)
		c.factor("growth.attainable", g.Attainable, Million)
		return
	}
	b := r.Blend
	for _, part := range []struct {
		path string
		ppm  int64
	}{{"blend.history", b.History}, {"blend.potential", b.Potential}, {"blend.pipeline", b.Pipeline}, {"blend.even", b.Even}} {
		c.factor(part.path, part.ppm, Million)
	}
	if sum := b.History + b.Potential + b.Pipeline + b.Even; sum != Million {
		c.wrong("blend", fmt.Sprint(sum), "quota.blend_sum")
	}
}

func (c *checker) unit(path string, u *Unit, depth int) {
	c.units++
	if c.units > unitsMax || depth > depthMax {
		if c.units == unitsMax+1 || depth == depthMax+1 {
			c.wrong(path, u.ID, "quota.too_large")
		}
		return
	}
	if u.ID == "" || c.seen[u.ID] {
		c.wrong(path+".id", u.ID, "quota.id_twice")
	}
	c.seen[u.ID] = true
	if u.HistoryMinor < -amountMax || u.HistoryMinor > amountMax {
		c.wrong(path+".history_minor", fmt.Sprint(u.HistoryMinor), "quota.amount_range")
	}
	if u.LastMinor < -amountMax || u.LastMinor > amountMax {
		c.wrong(path+".last_minor", fmt.Sprint(u.LastMinor), "quota.amount_range")
	}
	if u.PotentialMinor != Unknown {
		c.amount(path+".potential_minor", u.PotentialMinor)
	}
	c.amount(path+".pipeline_minor", u.PipelineMinor)
	c.amount(path+".low_minor", u.LowMinor)
	c.amount(path+".high_minor", u.HighMinor)
	if u.HighMinor > 0 && u.HighMinor < u.LowMinor {
		c.wrong(path+".high_minor", fmt.Sprint(u.HighMinor), "quota.bounds_cross")
	}
	if u.FixedMinor != nil {
		c.amount(path+".fixed_minor", *u.FixedMinor)
	}
	c.year(path+".season", u.Season, amountMax/Months)
	if u.Season != nil && u.Season.Sum() == 0 {
		c.wrong(path+".season", fmt.Sprint(*u.Season), "quota.season_empty")
	}
	c.year(path+".available", u.Available, Million)
	c.year(path+".ramp", u.Ramp, factorMax)
	c.factor(path+".ability", u.Ability, factorMax)
	for i := range u.Children {
		c.unit(fmt.Sprintf("%s.children[%d]", path, i), &u.Children[i], depth+1)
	}
}
