package faults

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/errs"
)

// Options say which company is made.
type Options struct {
	Seed    uint64
	Sellers int      // 20 to 5,000 seats
	Faults  int      // how many problems are planted; 0 to 12
	Kinds   []string // only these; all when empty
}

// The sizes of companies and the most problems that one has.
const (
	SellersMin, SellersMax = 20, 5000
	FaultsMax              = 12
)

// Validate says all that is wrong with options.
func (o Options) Validate() error {
	var fields []errs.Field
	add := func(path, value, key string, args errs.Args) {
		fields = append(fields, errs.Field{Path: path, Value: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", nil)})
	}
	if o.Sellers < SellersMin || o.Sellers > SellersMax {
		add("sellers", strconv.Itoa(o.Sellers), "cli.bench.range", errs.Args{"Low": SellersMin, "High": SellersMax})
	}
	if o.Faults < 0 || o.Faults > FaultsMax {
		add("faults", strconv.Itoa(o.Faults), "cli.bench.range", errs.Args{"Low": 0, "High": FaultsMax})
	}
	for _, id := range o.Kinds {
		if !slices.Contains(Kinds(), id) {
			add("kinds", id, "cli.bench.unknown_kind", errs.Args{"Kind": id})
		}
	}
	return errs.Invalid("error.invalid", fields)
}

// Generate makes a company in a folder that is new or its own, and says what is planted in it. The same options give the same bytes.
func Generate(ctx context.Context, dir string, o Options) (truth Truth, err error) {
	if err := o.Validate(); err != nil {
		return truth, err
	}
	c := drawn(o)
	files, err := openFolder(dir)
	if err != nil {
		return truth, err
	}
	defer func() {
		if closing := files.close(); err == nil {
			err = closing
		}
	}()
	r := &rows{w: c.window}
	c.sums()
	c.head(r)
	for i := range c.people {
		if c.people[i].level == manager {
			continue
		}
		c.sell(i, r)
		if err = files.write(r); err != nil {
			return truth, err
		}
		if err = ctx.Err(); err != nil {
			return truth, err
		}
	}
	c.giant(r)
	c.tail(r)
	if err = files.write(r); err != nil {
		return truth, err
	}
	truth = Truth{Seed: o.Seed, Sellers: o.Sellers, Regions: len(c.regions), Teams: len(c.teams), Rows: map[string]int{}, Faults: c.faults}
	for s, about := range sheetFiles {
		truth.Rows[about.name] = r.counts[s]
	}
	return truth, nil
}

// drawn is the company before any row of it.
func drawn(o Options) *company {
	c := newCompany(o.Seed, o.Sellers)
	c.staff(o.Sellers)
	c.plantAll(o.Faults, o.Sellers, o.Kinds)
	return c
}

// sums begins the sums that the last sheets need.
func (c *company) sums() {
	c.quotas, c.incentives = make([][monthCount]int64, len(c.teams)), make([][monthCount]int64, len(c.regions))
}

// giant writes the customer of the giant deals.
func (c *company) giant(r *rows) {
	if len(c.giants) == 0 {
		return
	}
	met := c.start() - 200
	r.line(inCustomers).put(giantKey, "北京华能启元集团有限公司", "能源", "北京", creditCode(28_000_000), "B", "扩产", "900000", "王伟", "北京市开发区1号").end()
	r.line(inRecords).put(giantKey, c.people[c.teams[0].leader].key).day(met+30).time(met.at(10), met.at(15)).day(c.end()-20, c.end()-3, none).end()
}
