package ingest

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
	"xiaoguan/internal/profile"
)

func (d *rowDecoder) region(r *Region) {
	r.Row, r.Key, r.Name = d.row, d.needKey(fieldKey), d.text(fieldName)
	r.Name = nameOr(r.Name, r.Key)
}

func nameOr(name string, key Key) string {
	if name == "" {
		return key.String()
	}
	return name
}

func (d *rowDecoder) team(t *Team) {
	*t = Team{Row: d.row, Key: d.needKey(fieldKey), Name: d.text(fieldName)}
	t.Name = nameOr(t.Name, t.Key)
	t.Region = Ref{d.needKey(fieldRegion), External}
	t.Leader = Ref{d.key(fieldLeader), External}
}

// personRow is one row of persons: a person with one assignment whose end is yet open.
type personRow struct {
	key         Key
	name        string
	hired, left calendar.Date
	assignment  Assignment
	validTo     calendar.Date // the day after, or NoDate
}

func (d *rowDecoder) person(p *personRow) {
	*p = personRow{key: d.needKey(fieldKey), name: d.text(fieldName), hired: d.needDate(fieldHiredOn, earliestHire)}
	p.left = d.date(fieldLeftOn, earliestHire)
	switch {
	case p.left == calendar.NoDate:
		p.left = calendar.Forever
	case d.columns[fieldLeftOn].spec.Means != MeansFirstDayOut:
		p.left++
	}
	if !d.failed && p.left <= p.hired {
		d.fail(fieldLeftOn, d.cell(fieldLeftOn), "ingest.left_before_hired")
	}
	p.assignment = Assignment{Row: d.row, Team: Ref{d.key(fieldTeam), External}, Level: d.level(), Roles: d.roles()}
	from := d.date(fieldValidFrom, earliestHire)
	if from == calendar.NoDate {
		from = p.hired
	}
	if !d.failed && (from < p.hired || from >= p.left) {
		d.fail(fieldValidFrom, d.cell(fieldValidFrom), "ingest.valid_from_outside")
	}
	p.assignment.Days = calendar.Interval{From: from, To: p.left}
	p.validTo = d.date(fieldValidTo, earliestHire)
	if p.validTo != calendar.NoDate {
		p.validTo++
		if !d.failed && p.validTo <= from {
			d.fail(fieldValidTo, d.cell(fieldValidTo), "ingest.valid_to_before_from")
		}
	}
}

func (d *rowDecoder) level() org.Level {
	b := d.need(fieldLevel)
	if len(b) == 0 {
		return ""
	}
	level := org.Level(d.levels[strings.ToLower(string(b))])
	if level == "" {
		d.fail(fieldLevel, b, "ingest.bad_level")
	}
	return level
}

func (d *rowDecoder) roles() []string {
	text := d.word(fieldRoles)
	if text == "" {
		return nil
	}
	roles := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;|/、，；", r) })
	for i := range roles {
		roles[i] = strings.TrimSpace(roles[i])
	}
	slices.Sort(roles)
	roles = slices.DeleteFunc(slices.Compact(roles), func(s string) bool { return s == "" })
	return roles
}

func (d *rowDecoder) customer(c *Customer) {
	*c = Customer{Row: d.row, Key: d.needKey(fieldKey), Name: d.text(fieldName), Industry: d.word(fieldIndustry),
		City: d.word(fieldCity), CreditCode: d.text(fieldCreditCode)}
	c.Name, c.Tier, c.Region = nameOr(c.Name, c.Key), d.word(fieldTier), d.word(fieldRegion)
	c.SaysTier, c.SaysRegion = d.columns[fieldTier].at != atNothing, d.columns[fieldRegion].at != atNothing
	if d.hasFile() {
		c.File = d.file()
	}
	c.Own = d.ownValues()
	maps.DeleteFunc(c.Own, func(_ string, in customfield.Input) bool { return in.Typed[0] == "" })
}

// fileFields are the columns of a customer's file.
var fileFields = []fieldID{fieldNeed, fieldBudget, fieldDecisionMaker, fieldRegionCode, fieldAddress, fieldInvoiceTitle, fieldContractEnd}

// hasFile reports whether the table has any of them.
func (d *rowDecoder) hasFile() bool {
	return slices.ContainsFunc(fileFields, func(id fieldID) bool { return d.columns[id].at != atNothing })
}

// file reads what a row says of the customer's file; nil where it says nothing. An empty cell leaves what is known.
func (d *rowDecoder) file() *CustomerFile {
	f := CustomerFile{Need: d.text(fieldNeed), BudgetMinor: fact.Unknown, DecisionMaker: d.line(fieldDecisionMaker), RegionCode: d.line(fieldRegionCode), Address: d.line(fieldAddress),
		InvoiceTitle: d.line(fieldInvoiceTitle), ContractEnd: d.date(fieldContractEnd, earliestDate)}
	if budget := d.cell(fieldBudget); len(budget) > 0 {
		if f.BudgetMinor = d.money(fieldBudget, d.table.currency); f.BudgetMinor < 0 {
			d.fail(fieldBudget, budget, "ingest.negative_budget")
		}
	}
	if f.RegionCode != "" && !profile.RegionFits(f.RegionCode) {
		d.fail(fieldRegionCode, []byte(f.RegionCode), "ingest.bad_region_code")
	}
	if f == (CustomerFile{BudgetMinor: fact.Unknown, ContractEnd: calendar.NoDate}) {
		return nil
	}
	return &f
}

func (d *rowDecoder) product(p *Product) {
	*p = Product{Row: d.row, Key: d.needKey(fieldKey), Name: d.text(fieldName), Category: d.word(fieldCategory)}
	p.Name = nameOr(p.Name, p.Key)
}

func (d *rowDecoder) deal(r *Deal) {
	r.Row, r.SellerCount = d.row, 0
	r.Key = d.needKey(fieldKey)
	r.Customer = Ref{d.needKey(fieldCustomer), External}
	r.Product = Ref{d.key(fieldProduct), External}
	r.SignedOn = d.needDate(fieldSignedOn, earliestDate)
	r.Currency = d.currency(fieldCurrency)
	r.AmountMinor = d.money(fieldAmount, r.Currency)
	d.sellers(r)
	r.More, r.Says = nil, d.table.says
	if r.Says != 0 {
		d.dealMore(r)
	}
}

// sellers reads who shares the deal. Sellers come without a gap; their shares must total 100 %, which one seller alone has without
// saying so.
func (d *rowDecoder) sellers(r *Deal) {
	total, remainderAt, blank := int32(0), -1, 0
	for i := range d.table.sellers {
		seller := d.key(sellerField(i))
		share := d.cell(shareField(i))
		remainder := d.columns[shareField(i)].at == atComputed && d.columns[shareField(i)].spec.Remainder
		if seller.Empty() {
			if len(share) > 0 && !bytes.Equal(share, []byte("0")) && !remainder {
				d.fail(sellerField(i), nil, "ingest.share_without_seller")
			}
			continue
		}
		if r.SellerCount != i {
			d.fail(sellerField(i), []byte(seller.String()), "ingest.seller_gap")
			return
		}
		for _, other := range r.Sellers[:r.SellerCount] {
			if other.Person.Key == seller {
				d.fail(sellerField(i), []byte(seller.String()), "ingest.seller_twice")
				return
			}
		}
		points := int32(0)
		switch {
		case remainder:
			remainderAt = i
		case len(share) == 0:
			blank++
		default:
			points = d.share(shareField(i), share)
		}
		r.Sellers[i] = Share{Ref{seller, External}, points}
		r.SellerCount, total = i+1, total+points
	}
	d.checkShares(r, total, remainderAt, blank)
}

func (d *rowDecoder) share(id fieldID, b []byte) int32 {
	if d.table.sheet != nil {
		b = plainFromSpreadsheet(b)
	}
	points, ok := parseShare(b, d.columns[id].spec.Unit)
	if !ok {
		d.fail(id, b, "ingest.bad_share")
	}
	return points
}

func (d *rowDecoder) checkShares(r *Deal, total int32, remainderAt, blank int) {
	if d.failed {
		return
	}
	if r.SellerCount == 0 {
		d.fail(sellerField(0), nil, "ingest.empty")
		return
	}
	if remainderAt >= 0 && total <= deal.FullShare {
		r.Sellers[remainderAt].BasisPoints = deal.FullShare - total
		total = deal.FullShare
	}
	if r.SellerCount == 1 && blank == 1 {
		r.Sellers[0].BasisPoints, total, blank = deal.FullShare, deal.FullShare, 0
	}
	if total != deal.FullShare || blank > 0 {
		d.fail(shareField(0), []byte(percent(total)), "ingest.shares_not_full")
	}
}

// percent writes basis points as a percentage.
func percent(points int32) string {
	s := []byte{byte('0' + points/10%10), byte('0' + points%10)}
	whole := Key{number: int64(points/100) + 1}.String()
	return strings.TrimSuffix(strings.TrimRight(whole+"."+string(s), "0"), ".") + "%"
}

func (d *rowDecoder) payment(p *Payment) {
	p.Row = d.row
	p.Key = d.needKey(fieldKey)
	p.Deal = Ref{d.needKey(fieldDeal), External}
	p.PaidOn = d.needDate(fieldPaidOn, earliestDate)
	p.Currency = d.currency(fieldCurrency)
	p.AmountMinor = d.money(fieldAmount, p.Currency)
	if p.AmountMinor == 0 && !d.failed {
		d.fail(fieldAmount, d.cell(fieldAmount), "ingest.payment_zero")
	}
}

func (d *rowDecoder) quota(q *Quota) {
	*q = Quota{Row: d.row, Person: Ref{d.needKey(fieldPerson), External}, Of: "collected", Currency: d.currency(fieldCurrency)}
	q.Month = d.needMonth(fieldMonth)
	if of := d.word(fieldOf); of != "" {
		q.Of = of
	}
	q.AmountMinor = d.money(fieldAmount, q.Currency)
	if q.AmountMinor <= 0 && !d.failed {
		d.fail(fieldAmount, d.cell(fieldAmount), "ingest.quota_not_positive")
	}
}

func (d *rowDecoder) needMonth(id fieldID) calendar.Month {
	b := d.need(id)
	if len(b) == 0 {
		return 0
	}
	month, ok := d.dates.parseMonth(b)
	switch {
	case !ok:
		d.fail(id, b, "ingest.bad_month")
	case month.First() < earliestDate || month.First() >= endOfDates:
		d.fail(id, b, "ingest.date_out_of_range")
	}
	return month
}

func (d *rowDecoder) exchangeRate(r *ExchangeRate) {
	*r = ExchangeRate{Row: d.row, Kind: d.word(fieldKind), On: d.needDate(fieldOn, earliestDate)}
	if r.Kind == "" {
		r.Kind = "middle"
	}
	if len(d.need(fieldBase)) > 0 {
		r.Base = d.currency(fieldBase)
	}
	if len(d.need(fieldQuote)) > 0 {
		r.Quote = d.currency(fieldQuote)
	}
	if !d.failed && r.Base == r.Quote {
		d.fail(fieldQuote, []byte(r.Quote), "ingest.same_currency")
	}
	if b := d.need(fieldRate); len(b) > 0 {
		if d.table.sheet != nil {
			b = plainFromSpreadsheet(b)
		}
		rate, ok := parseRate(b)
		if !ok {
			d.fail(fieldRate, b, "ingest.bad_rate")
		}
		r.Rate = rate
	}
}
