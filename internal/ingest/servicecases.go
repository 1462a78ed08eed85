package ingest

import (
	"context"
	"fmt"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
)

// Moment is a day with the minute of it, NoMinute where a file says the day alone.
type Moment struct {
	Day    calendar.Date // calendar.NoDate for none
	Minute int
}

// NoMinute is the minute of a day of which nobody said one.
const NoMinute = -1

// before reports whether a moment certainly came earlier than another: of one day without minutes nobody knows.
func (m Moment) before(other Moment) bool {
	if m.Day != other.Day {
		return m.Day < other.Day
	}
	return m.Minute != NoMinute && other.Minute != NoMinute && m.Minute < other.Minute
}

// said reports whether the file says the moment.
func (m Moment) said() bool { return m.Day != calendar.NoDate }

// String writes YYYY-MM-DD HH:MM, the day alone where nobody said the minute.
func (m Moment) String() string {
	if m.Minute == NoMinute {
		return m.Day.String()
	}
	return fmt.Sprintf("%s %02d:%02d", m.Day, m.Minute/60, m.Minute%60)
}

// ServiceCase is a row of service cases. Owner, Opportunity, Deal and Product may be empty; kind and severity that nobody said are.
type ServiceCase struct {
	Row                                         int
	Key                                         Key
	Title, Kind, Severity, Text, Solution       string
	Customer, Owner, Opportunity, Deal, Product Ref
	OpenedAt, AnsweredAt, SolvedAt, ClosedAt    Moment
	Own                                         customfield.Inputs // of the company's own fields
}

// moment reads a day, and the time of day behind it: 9:30, 09:30:15, T09:30, or the fraction of a serial number.
func (d *rowDecoder) moment(id fieldID) Moment {
	m := Moment{Day: d.date(id, earliestDate), Minute: NoMinute}
	if m.said() && !d.failed {
		minute, ok := minuteOf(string(d.cell(id)))
		if m.Minute = minute; !ok {
			d.fail(id, d.cell(id), "ingest.bad_moment")
		}
	}
	return m
}

// minuteOf reads the time in what begins with a day; NoMinute where there is none. A zone behind it is refused: times are those of the company.
func minuteOf(text string) (minute int, ok bool) {
	if whole, fraction, found := strings.Cut(text, "."); found && len(whole) == 5 && digitsOnly(whole) {
		return serialMinute(fraction)
	}
	_, clock, found := strings.Cut(text, "T")
	if !found {
		_, clock, found = strings.Cut(text, " ")
	}
	if !found {
		return NoMinute, true
	}
	parts := strings.Split(strings.TrimSpace(clock), ":")
	if len(parts) < 2 || len(parts) > 3 {
		return NoMinute, false
	}
	if len(parts) == 3 {
		parts[2], _, _ = strings.Cut(parts[2], ".")
	}
	limits := []int{24, 60, 60}
	for i, part := range parts {
		if !digitsOnly(part) || len(part) > 2 || number(part) >= limits[i] {
			return NoMinute, false
		}
	}
	return number(parts[0])*60 + number(parts[1]), true
}

// serialMinute is the minute of a fraction of a day, to the nearest; digits beyond the tenth say nothing.
func serialMinute(fraction string) (minute int, ok bool) {
	if !digitsOnly(fraction) {
		return NoMinute, fraction == ""
	}
	scale, share := int64(1), int64(0)
	for _, digit := range fraction[:min(len(fraction), 10)] {
		scale, share = scale*10, share*10+int64(digit-'0')
	}
	const day = 24 * 60
	return int(min((share*day*2+scale)/(2*scale), day-1)), true
}

func (d *rowDecoder) serviceCase(c *ServiceCase) {
	*c = ServiceCase{Row: d.row, Key: d.needKey(fieldKey), Title: d.needLine(fieldTitle), Kind: d.choice(fieldCaseKind), Severity: d.choice(fieldSeverity), Text: d.text(fieldText), Solution: d.text(fieldSolution),
		Customer: Ref{d.needKey(fieldCustomer), External}, Owner: Ref{d.key(fieldOwner), External}, Opportunity: Ref{d.key(fieldOpportunity), External}, Deal: Ref{d.key(fieldDeal), External}, Product: Ref{d.key(fieldProduct), External},
		OpenedAt: d.moment(fieldOpenedAt), AnsweredAt: d.moment(fieldAnsweredAt), SolvedAt: d.moment(fieldSolvedAt), ClosedAt: d.moment(fieldClosedAt), Own: d.ownValues()}
	d.need(fieldOpenedAt)
	last := c.OpenedAt
	for _, next := range []struct {
		id fieldID
		at Moment
	}{{fieldAnsweredAt, c.AnsweredAt}, {fieldSolvedAt, c.SolvedAt}, {fieldClosedAt, c.ClosedAt}} {
		if !next.at.said() || d.failed {
			continue
		}
		if next.at.before(last) {
			d.fail(next.id, d.cell(next.id), "ingest.before_created")
		}
		last = next.at
	}
}

func (r *reader) serviceCases(ctx context.Context) error {
	for _, t := range r.of(fact.KindServiceCase) {
		columns := t.mapped()
		check := func(j *judge, c *ServiceCase) bool {
			ok := j.resolve(fieldCustomer, c.Row, &c.Customer, fact.KindCustomer, &r.customerIndex)
			ok = j.resolve(fieldOwner, c.Row, &c.Owner, fact.KindPerson, &r.personIndex) && ok
			ok = j.resolve(fieldOpportunity, c.Row, &c.Opportunity, fact.KindOpportunity, &r.opportunityIndex) && ok
			ok = j.resolve(fieldDeal, c.Row, &c.Deal, fact.KindDeal, &r.dealIndex) && ok
			ok = j.resolve(fieldProduct, c.Row, &c.Product, fact.KindProduct, &r.productIndex) && ok
			ok = j.notAfter(fieldOpenedAt, c.Row, c.OpenedAt.Day) && ok
			ok = j.notAfter(fieldAnsweredAt, c.Row, c.AnsweredAt.Day) && ok
			ok = j.notAfter(fieldSolvedAt, c.Row, c.SolvedAt.Day) && ok
			ok = j.notAfter(fieldClosedAt, c.Row, c.ClosedAt.Day) && ok
			return j.knows(c.Row, c.Own) && ok && j.first(c.Row, c.Key, r.serviceCaseKeys.add(c.Key))
		}
		err := readTable(ctx, r, t, form[ServiceCase]{decode: (*rowDecoder).serviceCase}, check, func(some []ServiceCase, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindServiceCase, Source: t.source, Expect: expect, ServiceCases: some, Columns: columns})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
