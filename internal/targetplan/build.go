package targetplan

import (
	"math"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/quota"
)

// builder makes the rows of a plan.
type builder struct {
	in       *Input
	rules    *Rules
	clock    clock
	expected map[string]quota.Expected
	last     map[string]quota.Last
	past     quota.Experience
	market   quota.Market
	people   map[string]*Person
	details  map[string]*Detail
	names    map[string]string
	below    map[string][]Place
	members  map[string][]*Person
	trial    map[string]int64 // abilities that are tried, by unit
}

// Solve splits a year's target by rules from what is known: the same input and rules give the same rows. Errors: invalid.
func Solve(in *Input, rules *Rules) (rows []Row, summary Summary, err error) {
	return solveWith(in, rules, nil)
}

// solveWith does so with other abilities of some.
func solveWith(in *Input, rules *Rules, trial map[string]int64) (rows []Row, summary Summary, err error) {
	defer errs.Wrap(&err, "targetplan.Solve")
	if err := rules.Validate(in.First); err != nil {
		return nil, summary, err
	}
	if len(in.People) == 0 {
		return nil, summary, errs.New(errs.KindInvalid, "targetplan.nobody", nil)
	}
	b := &builder{in: in, rules: rules, clock: in.clock(), expected: map[string]quota.Expected{}, last: map[string]quota.Last{}, people: map[string]*Person{}, details: map[string]*Detail{}, names: map[string]string{}, below: map[string][]Place{}, members: map[string][]*Person{}, trial: trial}
	for _, p := range in.Places {
		b.below[p.Parent] = append(b.below[p.Parent], p)
	}
	b.expect()
	split, err := quota.Solve(b.request())
	if err != nil {
		return nil, summary, err
	}
	rows = b.rows(&split)
	if err := b.judge(rows); err != nil {
		return nil, summary, err
	}
	return rows, b.summary(rows, &split), nil
}

// expect works out what may be expected of people, and tests the rule on the past.
func (b *builder) expect() {
	var past []quota.Past
	for i := range b.in.People {
		p := &b.in.People[i]
		unit := PersonUnit(p.ID)
		b.people[unit] = p
		b.members[p.Team] = append(b.members[p.Team], p)
		there := make([]int64, len(p.Months))
		for m := range there {
			month := b.in.Since + calendar.Month(m)
			there[m] = p.there(month) * b.rules.speed(p, month) / quota.Million
		}
		past = append(past, quota.Past{ID: unit, Level: p.Level, Minor: p.Months, There: there})
	}
	for _, e := range quota.Expect(past, b.clock.past, b.clock.year) {
		if ability, tried := b.trial[e.ID]; tried {
			e.Ability = ability
		}
		b.expected[e.ID] = e
	}
	for _, l := range quota.LastYears(past, b.clock.past, b.clock.year) {
		b.last[l.ID] = l
	}
	b.past = quota.BackTest(past, b.clock.past, quota.Months)
	b.market = quota.MarketOf(past, b.clock.past)
}

func (b *builder) request() quota.Request {
	r := b.rules
	root := quota.Unit{ID: UnitCompany, PotentialMinor: quota.Unknown}
	for _, region := range b.below[UnitCompany] {
		root.Children = append(root.Children, b.place(region))
	}
	b.gather(&root)
	b.lastOf(b.details[root.ID])
	request := quota.Request{
		YearMinor: r.YearMinor, Season: b.clock.next, Root: root,
		Blend:  quota.Blend{History: int64(r.History) * percent, Potential: int64(r.Potential) * percent, Pipeline: int64(r.Pipeline) * percent, Even: int64(r.Even) * percent},
		Bounds: quota.Bounds{Down: int64(r.Down) * percent, Up: int64(r.Up) * percent},
		Over:   []int64{int64(r.OverRegion) * percent, int64(r.OverTeam) * percent, int64(r.OverPerson) * percent},
	}
	if r.Core > 0 {
		request.Ratios = quota.UsualRatios()
		request.Ratios[0].Least = int64(r.Core) * percent
	}
	return request
}

func (b *builder) place(p Place) quota.Unit {
	u := quota.Unit{ID: p.Unit, PotentialMinor: p.Potential}
	b.names[p.Unit] = p.Name
	for _, below := range b.below[p.Unit] {
		u.Children = append(u.Children, b.place(below))
	}
	for _, member := range b.members[p.Unit] {
		u.Children = append(u.Children, b.person(member))
	}
	b.gather(&u)
	b.details[u.ID].Source = p.Source
	return u
}

// gather adds up what is known below a unit, and takes in what was set for it.
func (b *builder) gather(u *quota.Unit) {
	for i := range u.Children {
		u.HistoryMinor += u.Children[i].HistoryMinor
		u.LastMinor += u.Children[i].LastMinor
		u.PipelineMinor += u.Children[i].PipelineMinor
	}
	d := &Detail{History: u.HistoryMinor, Potential: u.PotentialMinor, Pipeline: u.PipelineMinor, LastYear: u.LastMinor, LastKnown: true}
	for i := range u.Children {
		below := b.details[u.Children[i].ID]
		d.Expected += below.Expected
		d.Last += below.Last
		d.LastMade += below.LastMade
	}
	b.details[u.ID] = d
	b.take(u)
}

func (b *builder) person(p *Person) quota.Unit {
	unit := PersonUnit(p.ID)
	e, last := b.expected[unit], b.last[unit]
	u := quota.Unit{ID: unit, HistoryMinor: e.OwnMinor, LastMinor: last.YearMinor, PotentialMinor: p.market(), PipelineMinor: p.Pipeline, Level: p.Level, Available: &quota.Year{}, Ramp: &quota.Year{}}
	b.names[unit] = p.Name
	// A few months say too little of a year: such a person counts as what the level sells.
	const enoughSeen = 3 * quota.Million
	assumed := e.Assumed || e.MonthsSeen < enoughSeen
	if assumed {
		u.HistoryMinor, u.LastMinor = e.YearMinor, last.Peers
	}
	if b.rules.Ability {
		u.Ability = max(e.Ability, 1)
	}
	for m := range u.Available {
		month := b.in.First + calendar.Month(m)
		u.Available[m], u.Ramp[m] = p.there(month), b.rules.speed(p, month)
	}
	b.take(&u)
	var there, speed int64
	for m, weight := range b.clock.next {
		there += mulDiv(weight, u.Available[m], quota.Million)
		speed += mulDiv(mulDiv(weight, u.Available[m], quota.Million), u.Ramp[m], quota.Million)
	}
	b.details[unit] = &Detail{Level: p.Level, History: u.HistoryMinor, Potential: u.PotentialMinor, Source: p.Source, Pipeline: p.Pipeline, Expected: mulDiv(e.YearMinor, speed, b.clock.year), Peers: e.PeersMinor, MonthsSeen: e.MonthsSeen, Ability: e.Ability,
		Last: last.SoldMinor, LastYear: u.LastMinor, LastKnown: true, Assumed: assumed, There: mulDiv(there, quota.Million, b.clock.year), Speed: mulDiv(speed, quota.Million, b.clock.year)}
	if assumed || !last.Whole {
		b.details[unit].LastMade = 1
	}
	return u
}

// lastOf puts into the company's row what it sold in the last twelve months, whoever did: people who are asked for nothing now are within.
func (b *builder) lastOf(d *Detail) {
	from := max(0, len(b.in.Totals)-quota.Months)
	var weight int64
	d.Last = 0
	for i, minor := range b.in.Totals[from:] {
		d.Last += minor
		weight += b.clock.past[from+i]
	}
	d.LastYear, d.LastMade = d.Last, 0
	if len(b.in.Totals) < quota.Months {
		d.LastYear, d.LastMade = mulDiv(max(d.Last, 0), b.clock.year, weight), int64(len(b.in.People))
	}
}

// take puts what somebody set for a unit into it.
func (b *builder) take(u *quota.Unit) {
	h, set := b.rules.Hands[u.ID]
	if !set {
		return
	}
	u.LowMinor, u.HighMinor = h.LowMinor, h.HighMinor
	if h.FixedMinor > 0 {
		u.FixedMinor = &h.FixedMinor
	}
	if h.AwayFrom == 0 {
		return
	}
	if u.Available == nil {
		u.Available = &quota.Year{}
		for m := range u.Available {
			u.Available[m] = quota.Million
		}
	}
	for m := h.AwayFrom; m <= h.AwayTo; m++ {
		u.Available[m-b.in.First] = 0
	}
}

func (b *builder) rows(split *quota.Split) (rows []Row) {
	for i := range split.Targets {
		t := &split.Targets[i]
		d := b.details[t.ID]
		d.Portions, d.Factor, d.FreeMinor, d.Hold, d.OverMinor = t.Portions, t.Factor, t.FreeMinor, t.Hold, t.OverMinor
		row := Row{Unit: t.ID, Parent: t.Parent, Depth: t.Depth, Place: int64(i), Name: b.names[t.ID], Minor: t.Minor, Months: t.Months, Detail: *d}
		if p := b.people[t.ID]; p != nil {
			row.PersonID, row.People = p.ID, 1
		}
		rows = append(rows, row)
	}
	at := map[string]int{}
	for i := range rows {
		at[rows[i].Unit] = i
	}
	for i := len(rows) - 1; i > 0; i-- { // children stand behind their parents
		rows[at[rows[i].Parent]].People += rows[i].People
	}
	return rows
}

// judge sets the three levels of each person, and for each unit how likely enough of its people reach them.
func (b *builder) judge(rows []Row) error {
	at, below := map[string]int{}, map[string][]int{}
	var prospects []quota.Prospect
	var who []int
	for i := range rows {
		at[rows[i].Unit] = i
		if rows[i].PersonID != 0 {
			prospects = append(prospects, quota.Prospect{ID: rows[i].Unit, ExpectedMinor: rows[i].Detail.Expected, TargetMinor: rows[i].Minor})
			who = append(who, i)
		}
	}
	judged, err := quota.Judge(prospects, &b.past, b.rules.wish())
	if err != nil {
		return err
	}
	for k, j := range judged {
		d := &rows[who[k]].Detail
		d.Base, d.Stretch, d.Chance, d.BaseChance, d.TopChance, d.Known = j.BaseMinor, j.StretchMinor, j.Chance, j.BaseChance, j.TopChance, j.Known
		for unit := rows[who[k]].Parent; unit != ""; unit = rows[at[unit]].Parent {
			rows[at[unit]].Detail.Base += j.BaseMinor
			rows[at[unit]].Detail.Stretch += j.StretchMinor
			if j.Known && rows[who[k]].Minor > 0 {
				below[unit] = append(below[unit], who[k])
			}
		}
	}
	for unit, people := range below {
		d := &rows[at[unit]].Detail
		var base, target []int64
		for _, i := range people {
			base = append(base, rows[i].Detail.BaseChance)
			target = append(target, rows[i].Detail.Chance)
		}
		d.Known = true
		if d.BaseEnough, err = quota.EnoughReach(base, b.rules.wish()); err != nil {
			return err
		}
		if d.Enough, err = quota.EnoughReach(target, b.rules.wish()); err != nil {
			return err
		}
	}
	return nil
}

// wantedEnough is how surely enough people are to reach base, for the number that tells what that takes.
const wantedEnough = 900_000

func (b *builder) summary(rows []Row, split *quota.Split) Summary {
	root := &rows[0]
	s := Summary{On: b.in.On, Since: b.in.Since, Months: len(b.in.Totals), People: root.People, TargetMinor: root.Minor, ExpectedMinor: root.Detail.Expected, BaseMinor: root.Detail.Base, StretchMinor: root.Detail.Stretch,
		BaseEnough: root.Detail.BaseEnough, TargetEnough: root.Detail.Enough, Strength: b.clock.next, Findings: split.Findings}
	for i := range rows {
		if rows[i].PersonID != 0 {
			s.PeopleMinor += rows[i].Minor
		}
	}
	s.LastMinor = root.Detail.Last
	if wanted, err := quota.BaseWanted(int(root.People), b.rules.wish(), wantedEnough); err == nil {
		s.BaseWanted = wanted
	}
	hits, low, high, err := quota.Reached(&b.past, b.rules.wish())
	if err == nil {
		s.Tested, s.TestedBase, s.TestedLow, s.TestedHigh = int64(len(b.past.Tested)), int64(hits), low, high
		s.TestedTimes, s.TestedMonths = int64(b.past.Origins), int64(b.past.Months)
	}
	s.Apart = b.in.apart()
	s.Ahead, s.Common = b.market.Ahead, int64(math.Round(b.past.Common().Spread*quota.Million))
	if len(b.market.Moves) > 0 {
		s.Moved, s.MovedPeople = b.market.Moves[0].Seen, int64(b.market.Moves[0].People)
	}
	return s
}
