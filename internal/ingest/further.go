package ingest

import (
	"context"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// refuseFurther refuses a table or columns that only a reading with Options.Further takes: what nobody stores must not look stored.
func (r *reader) refuseFurther(t *openTable) (fields []errs.Field) {
	if r.options.Further {
		return nil
	}
	wrong := func(path, key string) {
		args := errs.Args{"Kind": t.kind.Name, "Column": path}
		fields = append(fields, errs.Field{Source: t.source, Row: t.mapping.HeaderRow, Path: path, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
	}
	if t.kind.Further {
		wrong("", "ingest.further_kind")
		return fields
	}
	for i := range t.columns {
		if c := &t.columns[i]; c.field != nil && c.field.Further {
			wrong(c.label, "ingest.further_field")
		}
	}
	return fields
}

func (d *rowDecoder) dealMore(r *Deal) {
	more := DealMore{Units: d.count(fieldUnits), CostMinor: Unknown, Referrer: Ref{d.key(fieldReferrer), External}, CancelledOn: d.date(fieldCancelledOn, earliestDate)}
	if b := d.cell(fieldCost); len(b) > 0 {
		if more.CostMinor = d.money(fieldCost, r.Currency); more.CostMinor < 0 && !d.failed {
			d.fail(fieldCost, b, "ingest.below_zero")
		}
	}
	switch {
	case more.CancelledOn == calendar.NoDate:
		more.CancelledOn = calendar.Forever
	case more.CancelledOn < r.SignedOn && !d.failed:
		d.fail(fieldCancelledOn, d.cell(fieldCancelledOn), "ingest.cancelled_before_signed")
	}
	if more != (DealMore{Units: Unknown, CostMinor: Unknown, Referrer: Ref{Index: External}, CancelledOn: calendar.Forever}) {
		r.More = &more
	}
}

// count reads a whole number of 0 or more; Unknown when the cell is empty.
func (d *rowDecoder) count(id fieldID) int64 {
	b := d.cell(id)
	if len(b) == 0 {
		return Unknown
	}
	text := b
	if d.table.sheet != nil {
		text = plainFromSpreadsheet(b)
	}
	digits, negative, ok := bareNumber(text)
	n, whole := scaled(digits, 0)
	if !ok || !whole || negative {
		d.fail(id, b, "ingest.bad_count")
	}
	return n
}

func (d *rowDecoder) invoice(i *Invoice) {
	*i = Invoice{Row: d.row, Key: d.needKey(fieldKey), Deal: Ref{d.needKey(fieldDeal), External}, InvoicedOn: d.needDate(fieldInvoicedOn, earliestDate)}
	i.Currency = d.currency(fieldCurrency)
	i.AmountMinor = d.money(fieldAmount, i.Currency)
	if i.AmountMinor == 0 && !d.failed {
		d.fail(fieldAmount, d.cell(fieldAmount), "ingest.invoice_zero")
	}
}

func (d *rowDecoder) givenValue(g *GivenValue) {
	*g = GivenValue{Row: d.row, Person: Ref{d.needKey(fieldPerson), External}, Month: d.needMonth(fieldMonth)}
	if len(d.need(fieldMeasure)) > 0 {
		g.Measure = d.word(fieldMeasure)
	}
	b := d.need(fieldValue)
	if len(b) == 0 {
		return
	}
	text := b
	if d.table.sheet != nil {
		text = plainFromSpreadsheet(b)
	}
	value, ok := parseNumber(text, d.table.currency)
	if !ok {
		d.fail(fieldValue, b, "ingest.bad_number")
	}
	g.Value = value
}

// parseNumber reads what the text itself says it is: 95% is 0.95, 1200.00元 and ¥1200 are amounts in minor units, 4.5 is 4.5.
func parseNumber(b []byte, currency money.Currency) (decimal.Decimal, bool) {
	text := string(b)
	if percent, found := strings.CutSuffix(strings.ReplaceAll(text, "％", "%"), "%"); found {
		value, err := decimal.Parse(percent)
		return value.Mul(decimal.FromInt(1, 2)), err == nil
	}
	if strings.ContainsAny(text, "元¥￥$€") {
		amount, ok := parseMoney(b, UnitMajor, currency)
		return decimal.FromInt(amount, 0), ok
	}
	value, err := decimal.Parse(text)
	return value, err == nil
}

func (d *rowDecoder) mentorship(m *Mentorship) {
	*m = Mentorship{Row: d.row, Mentor: Ref{d.needKey(fieldMentor), External}, Trainee: Ref{d.needKey(fieldTrainee), External}}
	m.Days = calendar.Interval{From: d.needDate(fieldFrom, earliestHire), To: calendar.Forever}
	if last := d.date(fieldTo, earliestHire); last != calendar.NoDate {
		m.Days.To = last + 1
	}
	switch {
	case d.failed:
	case m.Mentor.Key == m.Trainee.Key:
		d.fail(fieldTrainee, d.cell(fieldTrainee), "ingest.own_mentor")
	case m.Days.To <= m.Days.From:
		d.fail(fieldTo, d.cell(fieldTo), "ingest.to_before_from")
	}
}

func (r *reader) invoices(ctx context.Context) error {
	for _, t := range r.of(fact.KindInvoice) {
		check := func(j *judge, i *Invoice) bool {
			if !j.resolve(fieldDeal, i.Row, &i.Deal, fact.KindDeal, &r.dealIndex) {
				return false
			}
			if !r.invoiceKeys.add(i.Key) {
				j.wrong(fieldKey, i.Row, i.Key.String(), "ingest.key_twice", nil)
				return false
			}
			r.report.touch(i.InvoicedOn.Month())
			return true
		}
		err := readTable(ctx, r, t, form[Invoice]{decode: (*rowDecoder).invoice}, check, func(some []Invoice, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindInvoice, Source: t.source, Expect: expect, Invoices: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) givenValues(ctx context.Context) error {
	type givenKey struct {
		person, measure string
		month           calendar.Month
	}
	seen := map[givenKey]struct{}{}
	for _, t := range r.of(fact.KindGivenValue) {
		check := func(j *judge, g *GivenValue) bool {
			if !j.resolve(fieldPerson, g.Row, &g.Person, fact.KindPerson, &r.personIndex) {
				return false
			}
			if !addTo(&seen, givenKey{g.Person.Key.String(), g.Measure, g.Month}) {
				j.wrong(fieldMonth, g.Row, g.Person.Key.String()+" "+g.Month.String()+" "+g.Measure, "ingest.given_twice", nil)
				return false
			}
			r.report.touch(g.Month)
			return true
		}
		err := readTable(ctx, r, t, form[GivenValue]{decode: (*rowDecoder).givenValue}, check, func(some []GivenValue, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindGivenValue, Source: t.source, Expect: expect, GivenValues: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) mentorships(ctx context.Context) error {
	runs := map[[2]Key][]calendar.Interval{}
	for _, t := range r.of(fact.KindMentorship) {
		check := func(j *judge, m *Mentorship) bool {
			ok := j.resolve(fieldMentor, m.Row, &m.Mentor, fact.KindPerson, &r.personIndex)
			if ok = j.resolve(fieldTrainee, m.Row, &m.Trainee, fact.KindPerson, &r.personIndex) && ok; !ok {
				return false
			}
			pair := [2]Key{m.Mentor.Key, m.Trainee.Key}
			for _, days := range runs[pair] {
				if days.From < m.Days.To && m.Days.From < days.To {
					j.wrong(fieldFrom, m.Row, pair[0].String()+" "+pair[1].String()+" "+m.Days.From.String(), "ingest.mentorship_twice", nil)
					return false
				}
			}
			runs[pair] = append(runs[pair], m.Days)
			r.report.touch(m.Days.From.Month())
			return true
		}
		err := readTable(ctx, r, t, form[Mentorship]{decode: (*rowDecoder).mentorship}, check, func(some []Mentorship, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindMentorship, Source: t.source, Expect: expect, Mentorships: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
