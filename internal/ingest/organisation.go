package ingest

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// organisation reads regions, teams and persons. Teams name their leaders and persons their teams, so both are held until all are
// read; then what refers to nothing is taken out until nothing changes.
func (r *reader) organisation(ctx context.Context) error {
	o := &organisation{reader: r, regions: map[Key]bool{}, teams: map[Key]*heldTeam{}, persons: map[Key]*heldPerson{}}
	for _, read := range []func(context.Context) error{o.readRegions, o.readTeams, o.readPersons} {
		if err := read(ctx); err != nil {
			return err
		}
	}
	for _, p := range o.personOrder {
		o.joinSpans(p)
	}
	for o.settle() {
	}
	o.leaderCycles()
	for o.settle() { // who was in a team that went
	}
	return o.emit(ctx)
}

type organisation struct {
	reader      *reader
	regions     map[Key]bool
	created     []Region
	teams       map[Key]*heldTeam
	teamOrder   []*heldTeam
	persons     map[Key]*heldPerson
	personOrder []*heldPerson
}

type heldTeam struct {
	Team
	judge *judge
	entry int // of report.Tables
	out   bool
}

type heldPerson struct {
	Person
	rows []heldRow
	out  bool
}

type heldRow struct {
	personRow
	judge *judge
	entry int
}

func (o *organisation) readRegions(ctx context.Context) error {
	r := o.reader
	for _, t := range r.of(fact.KindRegion) {
		check := func(j *judge, region *Region) bool { return j.enter(region.Row, region.Key, &r.regionIndex) }
		err := readTable(ctx, r, t, form[Region]{decode: (*rowDecoder).region}, check, func(some []Region, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindRegion, Source: t.source, Expect: expect, Regions: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *organisation) readTeams(ctx context.Context) error {
	r := o.reader
	for _, t := range r.of(fact.KindTeam) {
		entry, late := len(r.report.Tables), &judge{reader: r, table: t}
		check := func(j *judge, team *Team) bool {
			o.createRegion(j, team)
			if !j.resolve(fieldRegion, team.Row, &team.Region, fact.KindRegion, &r.regionIndex) {
				return false
			}
			if !j.first(team.Row, team.Key, o.teams[team.Key] == nil) {
				return false
			}
			held := &heldTeam{Team: *team, judge: late, entry: entry}
			o.teams[team.Key], o.teamOrder = held, append(o.teamOrder, held)
			return true
		}
		if err := readTable(ctx, r, t, form[Team]{decode: (*rowDecoder).team}, check, func([]Team, int64) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

func (o *organisation) createRegion(j *judge, team *Team) {
	r, key := o.reader, team.Region.Key
	if j.table.creates(fact.KindRegion) && r.regionIndex.find(key) < 0 && !r.options.Known(fact.KindRegion, key.String()) {
		r.regionIndex.add(key)
		o.created = append(o.created, Region{Key: key, Name: key.String()})
	}
}

func (o *organisation) readPersons(ctx context.Context) error {
	r := o.reader
	for _, t := range r.of(fact.KindPerson) {
		entry, late := len(r.report.Tables), &judge{reader: r, table: t}
		check := func(j *judge, row *personRow) bool {
			held := o.persons[row.key]
			if held != nil && t.mapping.Distinct {
				return j.first(row.assignment.Row, row.key, false)
			}
			if held == nil {
				held = &heldPerson{Person: Person{Row: row.assignment.Row, Key: row.key}}
				o.persons[row.key], o.personOrder = held, append(o.personOrder, held)
			}
			held.rows = append(held.rows, heldRow{*row, late, entry})
			return true
		}
		if err := readTable(ctx, r, t, form[personRow]{decode: (*rowDecoder).person}, check, func([]personRow, int64) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// joinSpans makes one person of their rows: ascending assignments, each ending where the next begins.
func (o *organisation) joinSpans(p *heldPerson) {
	slices.SortStableFunc(p.rows, func(a, b heldRow) int {
		return cmp.Compare(a.assignment.Days.From, b.assignment.Days.From)
	})
	first := p.rows[0]
	p.Name, p.Hired, p.Left = first.name, first.hired, first.left
	for i := range p.rows {
		row := &p.rows[i]
		days := &row.assignment.Days
		if row.name != "" {
			p.Name = row.name
		}
		if row.hired != p.Hired || row.left != p.Left {
			o.drop(p, row, fieldHiredOn, "ingest.person_differs")
			return
		}
		if row.validTo != calendar.NoDate {
			days.To = min(days.To, row.validTo)
		}
		if i+1 < len(p.rows) {
			next := p.rows[i+1].assignment.Days.From
			switch {
			case next == days.From && p.rows[i+1].judge.table.columns[fieldValidFrom].at == atNothing:
				o.drop(p, &p.rows[i+1], fieldKey, "ingest.key_twice")
				return
			case next == days.From || row.validTo != calendar.NoDate && next < row.validTo:
				o.drop(p, &p.rows[i+1], fieldValidFrom, "ingest.spans_overlap")
				return
			}
			days.To = min(days.To, next)
		}
	}
	p.Name = nameOr(p.Name, p.Key)
}

// drop takes a person out because of one row.
func (o *organisation) drop(p *heldPerson, row *heldRow, id fieldID, key string) {
	p.out = true
	row.judge.wrong(id, row.assignment.Row, p.Key.String(), key, nil)
	for i := range p.rows {
		o.reject(p.rows[i].entry, 1)
	}
}

// reject moves rows of a table from accepted to rejected.
func (o *organisation) reject(entry int, rows int64) {
	o.reader.report.Tables[entry].Accepted -= rows
	o.reader.report.Tables[entry].Rejected += rows
}

// settle takes out persons whose team isn't there and teams whose leader isn't, and reports whether it found any.
func (o *organisation) settle() (changed bool) {
	known := o.reader.options.Known
	for _, p := range o.personOrder {
		for i := range p.rows {
			team := p.rows[i].assignment.Team.Key
			if p.out || team.Empty() || o.teams[team] != nil && !o.teams[team].out || o.teams[team] == nil && known(fact.KindTeam, team.String()) {
				continue
			}
			row := &p.rows[i]
			p.out, changed = true, true
			row.judge.wrong(fieldTeam, row.assignment.Row, team.String(), "ingest.unknown_team", nil)
			for k := range p.rows {
				o.reject(p.rows[k].entry, 1)
			}
		}
	}
	for _, t := range o.teamOrder {
		leader := t.Leader.Key
		if t.out || leader.Empty() || o.persons[leader] != nil && !o.persons[leader].out || o.persons[leader] == nil && known(fact.KindPerson, leader.String()) {
			continue
		}
		t.out, changed = true, true
		t.judge.wrong(fieldLeader, t.Row, leader.String(), "ingest.unknown_person", nil)
		o.reject(t.entry, 1)
	}
	return changed
}

// leaderCycles finds teams that would report to themselves: the leader of a team belongs to a team, whose leader belongs to a team, and
// so on. A leader in the own team is the usual end of the chain.
func (o *organisation) leaderCycles() {
	state := map[*heldTeam]int{} // 1 on the way, 2 done
	for _, t := range o.teamOrder {
		var way []*heldTeam
		for t != nil && !t.out && state[t] == 0 {
			state[t] = 1
			way = append(way, t)
			above := o.above(t)
			if above == t {
				break
			}
			if above != nil && state[above] == 1 {
				above.judge.wrong(fieldLeader, above.Row, above.Leader.Key.String(), "ingest.leader_cycle", errs.Args{"Team": above.Key.String()})
				above.out = true
				o.reject(above.entry, 1)
			}
			t = above
		}
		for _, done := range way {
			state[done] = 2
		}
	}
}

// above is the team that the team's leader belonged to last, or nil.
func (o *organisation) above(t *heldTeam) *heldTeam {
	leader := o.persons[t.Leader.Key]
	if leader == nil {
		return nil
	}
	return o.teams[leader.rows[len(leader.rows)-1].assignment.Team.Key]
}

// emit numbers what is left and hands it on: regions, teams, persons.
func (o *organisation) emit(ctx context.Context) error {
	r := o.reader
	o.noteLate()
	if len(o.created) > 0 {
		if err := r.sink.Put(ctx, Batch{Kind: fact.KindRegion, Regions: o.created}); err != nil {
			return err
		}
	}
	for _, t := range o.teamOrder {
		if !t.out {
			r.teamIndex.add(t.Key)
		}
	}
	for _, p := range o.personOrder {
		if !p.out {
			r.personIndex.add(p.Key)
		}
	}
	var teams []Team
	for _, t := range o.teamOrder {
		if !t.out {
			t.Leader.Index = r.personIndex.find(t.Leader.Key)
			teams = append(teams, t.Team)
		}
	}
	var persons []Person
	for _, p := range o.personOrder {
		if p.out {
			continue
		}
		for i := range p.rows {
			a := p.rows[i].assignment
			a.Team.Index = r.teamIndex.find(a.Team.Key)
			p.Assignments = append(p.Assignments, a)
			r.report.touch(a.Days.From.Month())
		}
		persons = append(persons, p.Person)
	}
	if len(teams) > 0 {
		if err := r.sink.Put(ctx, Batch{Kind: fact.KindTeam, Teams: teams, Expect: int64(len(teams))}); err != nil {
			return err
		}
	}
	if len(persons) > 0 {
		return r.sink.Put(ctx, Batch{Kind: fact.KindPerson, Persons: persons, Expect: int64(len(persons))})
	}
	return nil
}

// noteLate reports what was found after the tables were read.
func (o *organisation) noteLate() {
	var judges []*judge
	for _, t := range o.teamOrder {
		judges = append(judges, t.judge)
	}
	for _, p := range o.personOrder {
		for i := range p.rows {
			judges = append(judges, p.rows[i].judge)
		}
	}
	for _, j := range judges {
		o.reader.report.note(j.problems, o.reader.options.MaxProblems)
		j.problems = nil
	}
}
