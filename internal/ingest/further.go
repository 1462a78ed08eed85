package ingest

import (
	"context"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// detailField is the field of a deal's detail that a field of the format states, or none.
func detailField(f *Field) fact.DetailField {
	switch f.id {
	case fieldUnits:
		return fact.DetailUnits
	case fieldCost:
		return fact.DetailCost
	case fieldReferrer:
		return fact.DetailReferrer
	case fieldCancelledOn:
		return fact.DetailCancelled
	}
	return 0
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
	unit := d.columns[fieldValue].spec.Unit
	if word := d.cell(fieldUnit); len(word) > 0 {
		known := false
		if unit, known = unitWord(string(word), d.table.currency); !known {
			d.fail(fieldUnit, word, "ingest.bad_unit")
			return
		}
	}
	text := b
	if d.table.sheet != nil {
		text = plainFromSpreadsheet(b)
	}
	ok := false
	if g.Value, g.Unit, ok = parseGiven(text, unit, d.table.currency); !ok {
		d.fail(fieldValue, b, "ingest.bad_number")
	}
}

// unitNumber is the unit of a plain number, where a word says so.
const unitNumber = "number"

// unitWord reads what people call the unit of a given value.
func unitWord(word string, currency money.Currency) (unit string, known bool) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "number", "数", "数值", "个", "次", "天", "分", "points":
		return unitNumber, true
	case "%", "％", "percent", "百分比":
		return UnitPercent, true
	case "元", "金额", "money", "yuan", "rmb", "人民币", strings.ToLower(string(currency)):
		return UnitMajor, true
	case "万元":
		return UnitTenThousand, true
	case "fen":
		return UnitMinor, true
	}
	return "", false
}

// parseGiven reads a given value in a unit; without one the text itself says what it is: 95% is 0.95, 1200.00元 and ¥1200 are amounts in
// minor units, 4.5 is 4.5.
func parseGiven(b []byte, unit string, currency money.Currency) (value decimal.Decimal, shown fact.Unit, ok bool) {
	text := strings.ReplaceAll(string(b), "％", "%")
	percent, marked := strings.CutSuffix(text, "%")
	if unit == "" {
		switch {
		case marked:
			unit = UnitPercent
		case strings.ContainsAny(text, "元¥￥$€"):
			unit = UnitMajor
		}
	}
	switch unit {
	case UnitPercent:
		value, err := decimal.Parse(strings.TrimSpace(percent))
		return value.Mul(decimal.FromInt(1, 2)), fact.UnitPercent, err == nil
	case UnitMajor, UnitMinor, UnitTenThousand:
		amount, ok := parseMoney(b, unit, currency)
		return decimal.FromInt(amount, 0), fact.UnitMoney, ok
	}
	value, err := decimal.Parse(text)
	return value, fact.UnitNumber, err == nil
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
			if !j.first(i.Row, i.Key, r.invoiceKeys.add(i.Key)) {
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
